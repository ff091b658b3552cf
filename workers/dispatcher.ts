import { ActorError } from './actor-error.ts';
import { answerJson } from './answer-json.ts';
import { backoff } from './pauses.ts';
import type { Perform, Work } from './work.ts';

/** The three calls of the database that a dispatcher makes. */
export interface Engine {
  begin(lane: string, most: number): Promise<Work[]>;
  /** Hands answers back in one call, as a JSON array, and takes the next work. */
  complete(answers: string, thenBegin: number): Promise<Work[]>;
  /** Fails an attempt and its run: neither its answer nor a failure can be handed back. */
  failForGood(identity: Identity, reason: string): Promise<void>;
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

/** An attempt. */
export interface Identity {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
}

/** An answer as it is handed back. JSON from the start: what has none is a fault of that answer, and holds up no other. */
interface Handed {
  identity: Identity;
  json: string;
  refused?: boolean;
}

const BUSY_MS = 500;

/** How a heartbeat names what a worker has. */
const keyOf = (work: Identity): string => `${work.interaction_id}:${work.attempt}`;

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

/** A failed attempt as JSON; a detail that has none is left out. */
function failureJson(identity: Identity, error: unknown): string {
  const described = describeError(error);
  try {
    return answerJson(
      { ...identity, error: described },
      { usage: (error as ActorError).usage ?? {} },
    );
  } catch {
    return answerJson({ ...identity, error: { ...described, detail: null } }, {});
  }
}

/**
 * Performs what the database hands out. Answers that arrive while a call is under way go back together in the next one,
 * which also brings the next work: a chain goes on without a trip through the queue. What runs next is the database's
 * decision; this only keeps count of what is under way.
 */
export function createDispatcher(options: DispatcherOptions) {
  const { engine, perform } = options;
  const calls = new Map<string, Call>();
  /** Answers that are there and not yet handed back, by interaction and attempt. */
  const handing = new Set<string>();
  /** Calls of the database that may bring work, by when they began. */
  const outstanding = new Set<{ since: number }>();
  let answers: Handed[] = [];
  /** Since when the database has counted something as ours that we do not have. */
  let suspects = new Map<string, number>();
  /** Answers whose run somebody holds; they are handed back a little later. */
  let postponed = 0;
  let flushing: Promise<void> | undefined;
  let taking = true;
  let closed = false;

  const free = () => (taking ? Math.max(0, options.concurrency - calls.size) : 0);

  /** Performs what a call of the database brings. */
  async function take(call: () => Promise<Work[]>): Promise<void> {
    const under = { since: performance.now() };
    outstanding.add(under);
    try {
      dispatch(await call());
    } finally {
      outstanding.delete(under);
    }
  }

  function dispatch(works: Work[]): void {
    for (const work of works) {
      const call: Call = { work, abort: new AbortController(), since: performance.now() };
      calls.set(keyOf(work), call);
      void run(call);
    }
  }

  async function run({ work, abort }: Call): Promise<void> {
    const identity = {
      interaction_id: work.interaction_id,
      workflow_run_id: work.workflow_run_id,
      attempt: work.attempt,
    };
    let json: string;
    try {
      json = answerJson(identity, await perform(work, abort.signal));
    } catch (error) {
      if (abort.signal.aborted) {
        calls.delete(keyOf(work));
        return;
      }
      json = failureJson(identity, error);
    }
    answers.push({ identity, json });
    handing.add(keyOf(work));
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
    }
    flushing = undefined;
  }

  async function handBack(batch: Handed[]): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        const json = `[${batch.map((answer) => answer.json).join(',')}]`;
        await take(() => engine.complete(json, free()));
        for (const { identity } of batch) handing.delete(keyOf(identity));
        return;
      } catch (error) {
        if (closed) return;
        if ((error as { code?: string }).code === '55P03' && batch.length === 1) {
          return postpone(batch);
        }
        if (!options.isConnectionError(error)) return halve(batch, error);
        options.onError(error);
        // Should the call have come through all the same, these answers are late the second time, and are not applied.
        await new Promise((resolve) => setTimeout(resolve, backoff(failures, 1000)));
      }
    }
  }

  /** Somebody holds the run for long: no other answer waits for that. */
  function postpone(batch: Handed[]): void {
    postponed += 1;
    setTimeout(() => {
      postponed -= 1;
      answers.push(...batch);
      flushing ??= Promise.resolve().then(flush);
    }, BUSY_MS);
  }

  /** A call that raises is halved down to the one answer that raises, and that one fails. */
  async function halve(batch: Handed[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await handBack(batch.slice(0, middle));
      await handBack(batch.slice(middle));
      return;
    }
    const [answer] = batch;
    if (answer === undefined || answer.refused) {
      options.onError(error);
      if (answer !== undefined) await give(answer.identity, error as Error);
      return;
    }
    const refusal = new ActorError('invalid_output', 'the database refused the answer', {
      detail: { reason: (error as Error).message },
      retryable: false,
    });
    const { identity } = answer;
    await handBack([{ identity, json: failureJson(identity, refusal), refused: true }]);
  }

  /** Nothing is begun again without an attempt being counted, whatever raises in a reaction. */
  async function give(identity: Identity, error: Error): Promise<void> {
    await engine.failForGood(identity, error.message).catch(options.onError);
    handing.delete(keyOf(identity));
  }

  return {
    /** Takes what is ready in a lane, as far as there are free hands. */
    async serve(lane: string): Promise<void> {
      const most = free();
      if (most > 0) await take(() => engine.begin(lane, most));
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
        if (!calls.has(key) && !handing.has(key)) suspects.set(key, before.get(key) ?? heard);
      }
      const earliest = Math.min(...[...outstanding].map(({ since }) => since));
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
    underWay: () => [...calls.keys(), ...handing].map((key) => Number(key.split(':', 1)[0])),
    /** Waits until nothing is under way and every answer is handed back, or the time is over. */
    async settle(timeoutMs: number): Promise<boolean> {
      const until = performance.now() + timeoutMs;
      const busy = () =>
        calls.size + answers.length + outstanding.size + postponed > 0 || flushing !== undefined;
      while (busy()) {
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
