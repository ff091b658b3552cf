import { forPrograms } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import type { Perform } from '../work.ts';

/** What a handler gets. */
export interface FunctionCall<Params = unknown, Input = unknown> {
  interactionId: number;
  workflowRunId: number;
  attempt: number;
  /** The run's input. A number that JavaScript cannot hold (an id beyond 2^53) is an `ExactNumber`. */
  input: Input;
  /** The conversation's parameters, rendered; numbers as in `input`. */
  params: Params;
  signal: AbortSignal;
}

/** A TypeScript handler in the worker's process; what it returns becomes the output's `data`. */
// biome-ignore lint/suspicious/noExplicitAny: a handler says itself what it takes; the actor's contract judges the values.
export type FunctionHandler = (call: FunctionCall<any, any>) => unknown;

/** Promises of any make: those of query builders and other realms too. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Calls a handler; it has the conversation's timeout, and is told by the signal. */
export function performFunction(handlers: Record<string, FunctionHandler>): Perform {
  return async (work, signal) => {
    const name = typeof work.definition.handler === 'string' ? work.definition.handler : work.actor;
    const handler = handlers[name];
    if (handler === undefined) {
      throw new ActorError('function_error', `This worker has no function ${name}`, {
        detail: { functions: Object.keys(handlers) },
        retryable: false,
      });
    }
    const result = handler({
      interactionId: work.interaction_id,
      workflowRunId: work.workflow_run_id,
      attempt: work.attempt,
      input: forPrograms(work.run_input),
      params: forPrograms(work.input.params ?? {}),
      signal,
    });
    if (!isThenable(result)) return { data: result };
    if (signal.aborted) throw signal.reason;
    const timeoutMs = Math.min(work.timeout_ms, work.actor_timeout_ms ?? work.timeout_ms);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new ActorError('timeout', `The function ${name} took longer than ${timeoutMs} ms`, {
              retryable: true,
            }),
          ),
        timeoutMs,
      );
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    try {
      return { data: await Promise.race([result, late]) };
    } finally {
      clearTimeout(timer);
    }
  };
}
