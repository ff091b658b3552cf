import { ActorError } from './actor-error.ts';
import { answerJson } from './answer-json.ts';
import { createHandBack, type Handed, type Identity } from './hand-back.ts';
import type { Perform, Work } from './work.ts';
import type { WorkerEvent } from './worker-events.ts';

/** The calls of the database that a dispatcher makes. */
export interface Engine {
  begin(lane: string, most: number): Promise<Work[]>;
  /** Hands answers back in one call, as a JSON array, and takes the next work. */
  complete(answers: string, thenBegin: number): Promise<Work[]>;
  /** Which of these interactions somebody holds now, by themselves or by their run. */
  findHeld(identities: Identity[]): Promise<number[]>;
  /** Fails an attempt and its run: neither its answer nor a failure can be handed back. */
  failForGood(identity: Identity, reason: string): Promise<void>;
}

export interface DispatcherOptions {
  engine: Engine;
  perform: Perform;
  /** Most interactions at once. */
  concurrency: number;
  onError(error: unknown): void;
  onEvent?(event: WorkerEvent): void;
}

interface Call {
  work: Work;
  abort: AbortController;
  since: number;
}

/** How a heartbeat names what a worker has. */
const keyOf = (work: Pick<Identity, 'interaction_id' | 'attempt'>): string =>
  `${work.interaction_id}:${work.attempt}`;

const attemptOf = ({ workflow_run_id, interaction_id, attempt, conversation, actor }: Work) => ({
  workflow_run_id,
  interaction_id,
  attempt,
  conversation,
  actor,
});

/** How an attempt that threw is told to the database. */
function describeError(error: unknown) {
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
  /** Answers that wait for the call before theirs. One call at a time: two would share the answers, and each has its own cost. */
  const queue: Handed[] = [];
  let flushing: Promise<void> | undefined;
  /** How many interactions the calls under way have asked for. */
  let asked = 0;
  /** Since when the database has counted something as ours that we do not have. */
  let suspects = new Map<string, number>();
  let taking = true;
  let closed = false;

  /** Hands that are free: neither at work nor kept for what calls under way may bring or answers that wait may lead to. */
  const free = () =>
    taking ? Math.max(0, options.concurrency - calls.size - asked - queue.length) : 0;

  /** Performs what a call of the database brings, so many interactions at most. */
  async function take(most: number, call: (most: number) => Promise<Work[]>): Promise<void> {
    const under = { since: performance.now() };
    outstanding.add(under);
    asked += most;
    try {
      const works = await call(most);
      asked -= most;
      dispatch(works);
    } catch (error) {
      asked -= most;
      throw error;
    } finally {
      outstanding.delete(under);
    }
  }

  function dispatch(works: Work[]): void {
    for (const work of works) {
      const call: Call = { work, abort: new AbortController(), since: performance.now() };
      calls.set(keyOf(work), call);
      options.onEvent?.({ event: 'began', ...attemptOf(work) });
      void run(call);
    }
  }

  async function run({ work, abort, since }: Call): Promise<void> {
    const ended = () => ({ ...attemptOf(work), ms: Math.round(performance.now() - since) });
    const identity = {
      interaction_id: work.interaction_id,
      workflow_run_id: work.workflow_run_id,
      attempt: work.attempt,
      worker_id: work.worker_id,
    };
    let json: string;
    try {
      json = answerJson(identity, await perform(work, abort.signal));
      options.onEvent?.({ event: 'answered', ...ended() });
    } catch (error) {
      if (abort.signal.aborted) {
        calls.delete(keyOf(work));
        const { reason } = abort.signal;
        const why = reason instanceof Error ? reason.message : String(reason);
        options.onEvent?.({ event: 'aborted', ...ended(), reason: why });
        return;
      }
      const { code, retryable } = describeError(error);
      options.onEvent?.({ event: 'failed', ...ended(), code, retryable });
      json = failureJson(identity, error);
    }
    handing.add(keyOf(work));
    calls.delete(keyOf(work));
    flushSoon([{ identity, json }]);
  }

  async function flush(): Promise<void> {
    // Answers of the same turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0 && !closed) await back.handBack(queue.splice(0));
    flushing = undefined;
  }

  const back = createHandBack({
    // What follows from an answer has the hand that brought it.
    complete: (json, count) =>
      take(taking ? count + free() : 0, (most) => engine.complete(json, most)),
    findHeld: engine.findHeld,
    describeRefusal: failureJson,
    failForGood: engine.failForGood,
    onHandedBack: (identity) => handing.delete(keyOf(identity)),
    onFree: flushSoon,
    onError: options.onError,
  });

  function flushSoon(more: Handed[]): void {
    queue.push(...more);
    flushing ??= flush();
  }

  return {
    /** Takes what is ready in a lane, as far as there are free hands. */
    async serve(lane: string): Promise<void> {
      const most = free();
      if (most > 0) await take(most, () => engine.begin(lane, most));
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
        calls.size + queue.length + outstanding.size + back.waiting() > 0 || flushing !== undefined;
      while (busy()) {
        if (performance.now() > until) return false;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return true;
    },
    /** For how long the database has been out of reach for answers that are there, in milliseconds. */
    failingFor: back.failingFor,
    close(): void {
      closed = true;
      back.close();
    },
  };
}
