import type { FunctionHandler } from '../../src/definitions/define-function.ts';
import { forPrograms } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import type { Perform, Work } from '../work.ts';

/** Promises of any make: those of query builders and other realms too. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

const [maxNotes, maxNoteLength] = [100, 1000];

/** Calls a handler; it has the conversation's timeout, and is told by the signal. */
export function performFunction(
  handlers: Record<string, FunctionHandler>,
  onPartial: (work: Work, text: string) => void = () => {},
): Perform {
  return async (work, signal) => {
    const name = typeof work.definition.handler === 'string' ? work.definition.handler : work.actor;
    const handler = handlers[name];
    if (handler === undefined) {
      throw new ActorError('function_error', `This worker has no function ${name}`, {
        detail: { functions: Object.keys(handlers) },
        retryable: false,
      });
    }
    const notes: string[] = [];
    const answerOf = (data: unknown) => ({ data, ...(notes.length > 0 && { usage: { notes } }) });
    let input: unknown;
    const result = handler({
      interactionId: work.interaction_id,
      workflowRunId: work.workflow_run_id,
      attempt: work.attempt,
      // copied for those that read it: a large one took longer than the step
      get input() {
        input ??= forPrograms(work.run_input);
        return input;
      },
      params: forPrograms(work.input.params ?? {}),
      signal,
      log: (note) => {
        if (notes.length < maxNotes) notes.push(String(note).slice(0, maxNoteLength));
      },
      partial: (text) => {
        if (!signal.aborted) onPartial(work, String(text));
      },
    });
    if (!isThenable(result)) return answerOf(result);
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
      return answerOf(await Promise.race([result, late]));
    } finally {
      clearTimeout(timer);
    }
  };
}
