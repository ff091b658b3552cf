import { ActorError } from './actor-error.ts';
import { backoff } from './pauses.ts';
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

interface AttemptAnswer {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
  [field: string]: unknown;
}

interface Call {
  work: Work;
  abort: AbortController;
  since: number;
}

/** What a worker has under way, as the heartbeat names it. */
const keyOf = (work: { interaction_id: number; attempt: number }): string =>
  `${work.interaction_id}:${work.attempt}`;

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
  let answers: AttemptAnswer[] = [];
  /** Performed, and not handed back yet. */
  const returning = new Set<string>();
  /** Calls of the database that may bring work. */
  const asking = new Set<{ since: number }>();
  /** Since when the database has counted something as ours that we do not have. */
  let suspects = new Map<string, number>();
  let flushing: Promise<void> | undefined;
  let taking = true;
  let closed = false;

  const free = () => (taking ? Math.max(0, options.concurrency - calls.size) : 0);

  function dispatch(works: Work[]): void {
    for (const work of works) {
      const call: Call = { work, abort: new AbortController(), since: Date.now() };
      calls.set(keyOf(work), call);
      void run(call);
    }
  }

  async function askForWork(ask: () => Promise<Work[]>): Promise<void> {
    const asked = { since: Date.now() };
    asking.add(asked);
    try {
      dispatch(await ask());
    } finally {
      asking.delete(asked);
    }
  }

  async function run({ work, abort }: Call): Promise<void> {
    const identity = {
      interaction_id: work.interaction_id,
      workflow_run_id: work.workflow_run_id,
      attempt: work.attempt,
    };
    let answer: AttemptAnswer;
    try {
      const { response, data, usage = {} }: Answer = await perform(work, abort.signal);
      answer = { ...identity, response, data, usage };
    } catch (error) {
      if (abort.signal.aborted) {
        calls.delete(keyOf(work));
        return;
      }
      answer = { ...identity, error: describeError(error), usage: {} };
    }
    answers.push(answer);
    returning.add(keyOf(work));
    calls.delete(keyOf(work));
    flushing ??= Promise.resolve().then(flush);
  }

  async function flush(): Promise<void> {
    // Answers of the same turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (answers.length > 0 && !closed) {
      const batch = answers;
      answers = [];
      await handBack(batch);
      for (const answer of batch) returning.delete(keyOf(answer));
    }
    flushing = undefined;
  }

  async function handBack(batch: AttemptAnswer[]): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        await askForWork(() => engine.complete(batch, free()));
        return;
      } catch (error) {
        if (closed) return;
        if (!options.isConnectionError(error)) return halve(batch, error);
        options.onError(error);
        // Should the call have come through all the same, these answers are late the second time, and are not applied.
        await new Promise((resolve) => setTimeout(resolve, backoff(failures, 1000)));
      }
    }
  }

  /** A call that raises is halved down to the one answer that raises, and that one fails. */
  async function halve(batch: AttemptAnswer[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await handBack(batch.slice(0, middle));
      await handBack(batch.slice(middle));
      return;
    }
    const [answer] = batch;
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
      if (most > 0) await askForWork(() => engine.begin(lane, most));
    },
    /** Aborts calls that the database no longer counts as this worker's; those begun after `asked` are left. */
    keepOnly(held: Set<string>, asked: number): void {
      for (const [key, call] of calls) {
        if (call.since < asked && !held.has(key)) {
          call.abort.abort(new ActorError('cancelled', 'cancelled', { retryable: false }));
        }
      }
    },
    /**
     * What the database counts as this worker's and the worker does not have: the connection broke after the call that
     * began it, and before its answer. `heard` is when the heartbeat's answer came. Told at the second heartbeat, since the
     * first may have looked before an answer was handed back; what calls under way may still bring is left for a later one.
     */
    findStrays(held: Iterable<string>, heard: number): number[] {
      const before = suspects;
      suspects = new Map();
      for (const key of held) {
        if (!calls.has(key) && !returning.has(key)) suspects.set(key, before.get(key) ?? heard);
      }
      const earliest = Math.min(...[...asking].map(({ since }) => since));
      return [...suspects]
        .filter(([key, since]) => before.has(key) && since < earliest)
        .map(([key]) => Number(key.split(':', 1)[0]));
    },
    abortAll(reason: string): void {
      for (const call of calls.values()) {
        call.abort.abort(new ActorError('cancelled', reason, { retryable: false }));
      }
    },
    stopTaking(): void {
      taking = false;
    },
    /** The interactions under way, whose answers have not come or are not handed back. */
    underWay: () => [...calls.keys(), ...returning].map((key) => Number(key.split(':', 1)[0])),
    /** Waits until nothing is under way and every answer is handed back, or the time is over. */
    async settle(timeoutMs: number): Promise<boolean> {
      const until = Date.now() + timeoutMs;
      while (calls.size > 0 || answers.length > 0 || flushing !== undefined || asking.size > 0) {
        if (Date.now() > until) return false;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return true;
    },
    close(): void {
      closed = true;
    },
  };
}
