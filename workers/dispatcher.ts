import { ActorError } from './actor-error.ts';
import type { Answer, Perform, Work } from './work.ts';

/** The three calls of the database that a dispatcher makes. */
export interface Engine {
  begin(lane: string, most: number): Promise<Work[]>;
  /** Hands answers back in one call and takes the next work. */
  complete(answers: object[], thenBegin: number): Promise<Work[]>;
}

export interface DispatcherOptions {
  engine: Engine;
  perform: Perform;
  /** Most interactions at once. */
  concurrency: number;
  /** Whether an error means that the database was out of reach, so that the call may be made again. */
  isConnectionError(error: unknown): boolean;
  onError(error: unknown): void;
}

interface Call {
  work: Work;
  abort: AbortController;
  since: number;
}

const RETRY_MS = 250;

/** How an attempt that threw is told to the database. */
function describeError(error: unknown): object {
  if (error instanceof ActorError) {
    return {
      code: error.code,
      message: error.message.replaceAll('\0', '\uFFFD').toWellFormed(),
      detail: error.detail ?? null,
      retryable: error.retryable,
      ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'function_error',
    message: message.replaceAll('\0', '\uFFFD').toWellFormed(),
    detail: error instanceof Error ? { name: error.name } : null,
    retryable: true,
  };
}

/**
 * Performs what the database hands out. Answers that arrive while a call is under way go back together in the next one,
 * which also brings the next work: a chain goes on without a trip through the queue. What runs next is the database's
 * decision; this only keeps count of what is under way.
 */
export function createDispatcher(options: DispatcherOptions) {
  const { engine, perform } = options;
  const calls = new Map<string, Call>();
  let answers: object[] = [];
  let flushing: Promise<void> | undefined;
  let taking = true;
  let closed = false;

  const free = () => (taking ? Math.max(0, options.concurrency - calls.size) : 0);

  function dispatch(works: Work[]): void {
    for (const work of works) {
      const call: Call = { work, abort: new AbortController(), since: performance.now() };
      calls.set(`${work.interaction_id}:${work.attempt}`, call);
      void run(call);
    }
  }

  async function run({ work, abort }: Call): Promise<void> {
    const identity = {
      interaction_id: work.interaction_id,
      workflow_run_id: work.workflow_run_id,
      attempt: work.attempt,
    };
    let answer: object;
    try {
      const { response, data, usage = {} }: Answer = await perform(work, abort.signal);
      answer = { ...identity, response, data, usage };
    } catch (error) {
      if (abort.signal.aborted) {
        calls.delete(`${work.interaction_id}:${work.attempt}`);
        return;
      }
      answer = { ...identity, error: describeError(error), usage: {} };
    }
    answers.push(answer);
    calls.delete(`${work.interaction_id}:${work.attempt}`);
    flushing ??= Promise.resolve().then(flush);
  }

  async function flush(): Promise<void> {
    // Answers of the same turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (answers.length > 0 && !closed) {
      const batch = answers;
      answers = [];
      await handBack(batch);
    }
    flushing = undefined;
  }

  async function handBack(batch: object[]): Promise<void> {
    for (;;) {
      try {
        dispatch(await engine.complete(batch, free()));
        return;
      } catch (error) {
        if (closed) return;
        if (!options.isConnectionError(error)) return halve(batch, error);
        options.onError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** A call that raises is halved down to the one answer that raises, and that one fails. */
  async function halve(batch: object[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await handBack(batch.slice(0, middle));
      await handBack(batch.slice(middle));
      return;
    }
    const [answer] = batch as {
      interaction_id: number;
      workflow_run_id: number;
      attempt: number;
    }[];
    if (answer === undefined || 'refused' in answer) {
      options.onError(error);
      return;
    }
    await handBack([
      {
        interaction_id: answer.interaction_id,
        workflow_run_id: answer.workflow_run_id,
        attempt: answer.attempt,
        refused: true,
        error: {
          code: 'invalid_output',
          message: 'the database refused the answer',
          detail: { reason: (error as Error).message },
          retryable: false,
        },
      },
    ]);
  }

  return {
    /** Takes what is ready in a lane, as far as there are free hands. */
    async serve(lane: string): Promise<void> {
      const most = free();
      if (most > 0) dispatch(await engine.begin(lane, most));
    },
    /** Aborts calls that the database no longer counts as this worker's; those begun after `asked` are left. */
    keepOnly(held: Set<string>, asked: number): void {
      for (const [key, call] of calls) {
        if (call.since < asked && !held.has(key)) {
          call.abort.abort(new ActorError('cancelled', 'cancelled', { retryable: false }));
        }
      }
    },
    abortAll(reason: string): void {
      for (const call of calls.values()) {
        call.abort.abort(new ActorError('cancelled', reason, { retryable: false }));
      }
    },
    stopTaking(): void {
      taking = false;
    },
    /** The interactions under way, whose answers have not come. */
    underWay: () => [...calls.values()].map((call) => call.work.interaction_id),
    /** Waits until nothing is under way and every answer is handed back, or the time is over. */
    async settle(timeoutMs: number): Promise<boolean> {
      const until = performance.now() + timeoutMs;
      while (calls.size > 0 || answers.length > 0 || flushing !== undefined) {
        if (performance.now() > until) return false;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return true;
    },
    close(): void {
      closed = true;
    },
  };
}
