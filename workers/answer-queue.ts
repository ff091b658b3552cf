import type { Handed } from './hand-back.ts';

/** Calls that hand answers back at once. What an answer costs is the database's processor, and a call costs something by itself. */
const MOST_CALLS = 2;
/** A call beside another has at least so many answers: fewer are cheaper with those that come until it is over. */
const FEWEST_BESIDE = 12;

const runOf = ({ identity }: Handed): number => identity.workflow_run_id;

/**
 * Answers that wait to be handed back. Those that arrive while calls are under way go back together in the next one;
 * where there are many, two calls go beside each other. All answers of a run are in one call: two would wait for each
 * other's locks.
 */
export function createAnswerQueue(handBack: (answers: Handed[]) => Promise<void>) {
  let waiting: Handed[] = [];
  /** The runs of each call under way. */
  const calls = new Set<Set<number>>();
  let soon = false;
  let closed = false;

  /** The runs whose answers go next; undefined: nothing goes now. */
  function nextRuns(): Set<number> | undefined {
    if (waiting.length === 0 || calls.size >= MOST_CALLS) return undefined;
    const isBeside = calls.size > 0;
    const taken = [...calls];
    const free = waiting.filter((answer) => !taken.some((runs) => runs.has(runOf(answer))));
    if (isBeside && free.length < FEWEST_BESIDE) return undefined;
    const splits = !isBeside && free.length >= 2 * FEWEST_BESIDE;
    return new Set(free.slice(0, splits ? free.length >> 1 : free.length).map(runOf));
  }

  async function send(runs: Set<number>): Promise<void> {
    const answers = waiting.filter((answer) => runs.has(runOf(answer)));
    waiting = waiting.filter((answer) => !runs.has(runOf(answer)));
    calls.add(runs);
    await handBack(answers);
    calls.delete(runs);
    flushSoon();
  }

  /** Answers of the same turn of the event loop go together, and with those that what a call brought has at once. */
  function flushSoon(): void {
    if (soon) return;
    soon = true;
    setImmediate(() => {
      soon = false;
      flush();
    });
  }

  function flush(): void {
    if (closed) return;
    for (let runs = nextRuns(); runs !== undefined; runs = nextRuns()) void send(runs);
  }

  return {
    push(answers: Handed[]): void {
      waiting.push(...answers);
      flushSoon();
    },
    /** How many wait for a call. */
    waiting: () => waiting.length,
    isIdle: () => waiting.length === 0 && calls.size === 0,
    close(): void {
      closed = true;
    },
  };
}
