import { ActorError } from './actor-error.ts';
import { answerJson } from './answer-json.ts';
import { createAnswerQueue } from './answer-queue.ts';
import { createHandBack, type Identity } from './hand-back.ts';
import type { Perform, Work } from './work.ts';
import type { WorkerEvent } from './worker-events.ts';

/** What other calls that are under way may begin, and how many answers they hand back, by lane. */
export interface Beside {
  most: number;
  lanes: Record<string, number>;
}

/** The calls of the database that a dispatcher makes. */
export interface Engine {
  begin(lane: string, most: number, beside: Beside | undefined): Promise<Work[]>;
  /** Hands answers back in one call, as a JSON array, and takes the next work. */
  complete(answers: string, thenBegin: number, beside: Beside | undefined): Promise<Work[]>;
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

/** A call of the database: how many interactions it may bring, and the lanes of the answers that it hands back. */
interface Outstanding {
  since: number;
  most: number;
  lanes: string[];
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
 * Performs what the database hands out. The call that hands answers back also brings the next work: a chain goes on
 * without a trip through the queue. What runs next is the database's decision; this only keeps count of what is under way.
 */
export function createDispatcher(options: DispatcherOptions) {
  const { engine, perform } = options;
  const calls = new Map<string, Call>();
  /** Answers that are there and not yet handed back, by interaction and attempt. */
  const handing = new Set<string>();
  /** Calls of the database that may bring work. */
  const outstanding = new Set<Outstanding>();
  /** Since when the database has counted something as ours that we do not have. */
  let suspects = new Map<string, number>();
  let taking = true;

  /**
   * Hands that are free: neither at work nor kept for what calls under way may bring, or answers may lead to: those that wait,
   * and so many that are about to go.
   */
  function free(going = 0): number {
    if (!taking) return 0;
    const asked = [...outstanding].reduce((sum, { most }) => sum + most, 0);
    return Math.max(0, options.concurrency - calls.size - asked - answers.waiting() - going);
  }

  /** What the calls under way may begin; undefined: none is. */
  function beside(): Beside | undefined {
    if (outstanding.size === 0) return undefined;
    const sum: Beside = { most: 0, lanes: {} };
    for (const { most, lanes } of outstanding) {
      sum.most += most;
      for (const lane of lanes) sum.lanes[lane] = (sum.lanes[lane] ?? 0) + 1;
    }
    return sum;
  }

  /** Performs what a call of the database brings, so many interactions at most. `lanes`: of the answers that it hands back. */
  async function take(
    most: number,
    lanes: string[],
    call: (beside: Beside | undefined) => Promise<Work[]>,
  ): Promise<void> {
    const others = beside();
    const under = { since: performance.now(), most, lanes };
    outstanding.add(under);
    let works: Work[];
    try {
      works = await call(others);
    } finally {
      outstanding.delete(under);
    }
    dispatch(works);
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
    answers.push([{ identity, lane: work.lane, json }]);
  }

  const back = createHandBack({
    complete(handed) {
      const json = `[${handed.map((answer) => answer.json).join(',')}]`;
      // What follows from an answer has the hand that brought it.
      const most = taking ? handed.length + free(handed.length) : 0;
      const lanes = handed.map(({ lane }) => lane);
      return take(most, lanes, (others) => engine.complete(json, most, others));
    },
    findHeld: engine.findHeld,
    describeRefusal: failureJson,
    failForGood: engine.failForGood,
    onHandedBack: (identity) => handing.delete(keyOf(identity)),
    onFree: (freed) => answers.push(freed),
    onError: options.onError,
  });
  const answers = createAnswerQueue(back.handBack);

  return {
    /** Takes what is ready in a lane, as far as there are free hands. */
    async serve(lane: string): Promise<void> {
      const most = free();
      if (most > 0) await take(most, [], (others) => engine.begin(lane, most, others));
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
      const busy = () => calls.size + outstanding.size + back.waiting() > 0 || !answers.isIdle();
      while (busy()) {
        if (performance.now() > until) return false;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return true;
    },
    /** For how long the database has been out of reach for answers that are there, in milliseconds. */
    failingFor: back.failingFor,
    close(): void {
      answers.close();
      back.close();
    },
  };
}
