import type { WorkflowRunRow } from '../database/rows.generated.ts';
import { PgwaveError } from '../errors.ts';
import { type Queryable, toClientError } from './call-function.ts';

/** How a run is waited for. */
export interface WaitOptions {
  /** Ends the waiting, not the run: `AbortSignal.timeout(…)`, or a request that went away. */
  signal?: AbortSignal | undefined;
  /** Raises PWTMO after this many milliseconds; the run goes on. Default: for ever. */
  timeoutMs?: number | undefined;
}

interface Waiting {
  resolve(run: WorkflowRunRow): void;
  reject(error: unknown): void;
}

const POLL_MS = 200;
/** A server that restarts is back within this; then those that wait are told. */
const OUTAGE_MS = 30_000;
/** 24 days: a longer timer would go off at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits for runs: one statement each 200 ms, however many are waited for, and none while nobody waits. */
export interface RunWaiter {
  /** Resolves with the run's row once it is completed, failed or cancelled. Raises PWNOF, PWTMO, PWDBU. */
  wait(runId: number, options?: WaitOptions): Promise<WorkflowRunRow>;
  /** Those that wait are refused with PWDBU. */
  close(): void;
}

export function createRunWaiter(db: Queryable): RunWaiter {
  const waiting = new Map<number, Set<Waiting>>();
  let timer: NodeJS.Timeout | undefined;
  let asking = false;
  let closed = false;
  let failingSince: number | undefined;

  const settle = (runId: number, tell: (each: Waiting) => void): void => {
    const those = [...(waiting.get(runId) ?? [])];
    waiting.delete(runId);
    for (const each of those) tell(each);
  };

  const look = async (): Promise<void> => {
    const ids = [...waiting.keys()];
    // The row of a run only once it is finished: until then its status is all that matters.
    const { rows } = await db.query<{ id: string; run: WorkflowRunRow | null }>(
      `select r.workflow_run_id as id, case when r.finished_at is not null then to_jsonb(r) end as run
       from pgwave.workflow_runs r where r.workflow_run_id = any($1::bigint[])`,
      [ids],
    );
    const found = new Map(rows.map(({ id, run }) => [Number(id), run]));
    for (const id of ids) {
      const run = found.get(id);
      if (run) settle(id, ({ resolve }) => resolve(run));
      if (!found.has(id)) {
        settle(id, ({ reject }) => reject(noRun(id)));
      }
    }
  };

  const poll = async (): Promise<void> => {
    asking = true;
    const startedAt = Date.now();
    try {
      await look();
      failingSince = undefined;
    } catch (thrown) {
      const error = toClientError(thrown);
      failingSince ??= startedAt;
      const isOutage = error instanceof PgwaveError && error.code === 'PWDBU';
      if (!isOutage || Date.now() - failingSince > OUTAGE_MS) {
        for (const id of waiting.keys()) settle(id, ({ reject }) => reject(error));
      }
    }
    asking = false;
    // At most a fifth of the time is spent asking.
    schedule(Math.max(POLL_MS, (Date.now() - startedAt) * 4));
  };

  const schedule = (inMs: number): void => {
    if (asking || closed || waiting.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => void poll(), inMs);
  };

  return {
    async wait(runId, { signal, timeoutMs } = {}) {
      signal?.throwIfAborted();
      if (closed) throw closedError();
      if (!Number.isSafeInteger(runId)) throw noRun(runId);
      let entry!: Waiting;
      const promise = new Promise<WorkflowRunRow>((resolve, reject) => {
        entry = { resolve, reject };
      });
      const { reject } = entry;
      const those = waiting.get(runId) ?? new Set();
      waiting.set(runId, those.add(entry));
      const abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const late = () =>
        reject(
          new PgwaveError('PWTMO', `Run ${runId} is not finished after ${timeoutMs} ms`, {
            hint: 'It goes on where a worker runs.',
          }),
        );
      const alarm =
        timeoutMs === undefined ? undefined : setTimeout(late, Math.min(timeoutMs, LONGEST_MS));
      // A short run is told soon, and a row of calls shares one look.
      schedule(20);
      try {
        return await promise;
      } finally {
        clearTimeout(alarm);
        signal?.removeEventListener('abort', abort);
        those.delete(entry);
        if (those.size === 0 && waiting.get(runId) === those) waiting.delete(runId);
      }
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(closedError()));
    },
  };
}

function noRun(id: number): PgwaveError {
  return new PgwaveError('PWNOF', `Run ${id} not found`, {
    hint: 'Check the id. The run may belong to somebody else, or retention may have deleted it.',
  });
}

function closedError(): PgwaveError {
  return new PgwaveError('PWDBU', 'The client was closed', {
    hint: 'Close it after the last call.',
  });
}
