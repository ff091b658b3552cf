import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPool } from '../../src/database/connection.ts';
import type { FunctionHandler } from '../../src/definitions/define-function.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { type BreakableDatabase, startBreakableDatabase } from '../helpers/breakable-database.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

/** Whatever the machine does besides: what should take two seconds or five has these. */
const LONG = 30_000;

interface Queryable {
  url: string;
  query<Row extends pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<Row[]>;
}

interface Seen extends pg.QueryResultRow {
  id: string;
  status: string;
  attempt: number;
  workers_lost: number;
  pending_reason: string | null;
  worker_id: string;
}

async function define(db: Queryable, name: string, params: object, actor = 'slow'): Promise<void> {
  await db.query('select pgwave.define_actor($1)', [{ name: actor, type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    { name, conversations: [{ name: 'step', actor, params }] },
  ]);
}

async function start(db: Queryable, workflow: string): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1)).workflow_run_id as id',
    [workflow],
  );
  return row?.id ?? '';
}

async function step(db: Queryable, run: string): Promise<Seen> {
  const [row] = await db.query<Seen>(
    `select interaction_id as id, status, attempt, workers_lost, pending_reason, worker_id from pgwave.interactions
      where workflow_run_id = $1 and conversation_id > 9999`,
    [run],
  );
  return row as Seen;
}

const isStatus = (db: Queryable, run: string, status: string) => async () =>
  (await step(db, run)).status === status;

async function attempts(db: Queryable, run: string): Promise<unknown[]> {
  return db.query(
    `select attempt, outcome, late_answer is not null as late from pgwave.interaction_attempts
      where workflow_run_id = $1 order by attempt`,
    [run],
  );
}

const children: ChildProcess[] = [];

/** Also what a test that failed left running, or frozen. */
async function endAll(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGKILL');
  }
}

async function spawnWorker(db: Queryable, env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'worker-process.ts')], {
    env: { ...process.env, DATABASE_URL: db.url, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill(signal);
  return (await exit)[0];
}

// Each with a database of its own: they wait for leases and grace times at the same time.
describe.concurrent('a worker process', () => {
  const opened: TestDatabase[] = [];
  const open = async (): Promise<TestDatabase> => {
    const db = await createTestDatabase();
    opened.push(db);
    return db;
  };
  afterAll(async () => {
    await endAll();
    await Promise.all(opened.map((db) => db.close()));
  });

  test('that is killed loses what it had to another, and that is counted apart', async () => {
    const db = await open();
    await define(db, 'killed', { first_ms: 60_000 });
    const first = await spawnWorker(db);
    const run = await start(db, 'killed');
    await eventually('it runs', isStatus(db, run, 'running'), LONG);
    const second = await spawnWorker(db);
    await end(first, 'SIGKILL');
    await eventually('another has it', async () => (await step(db, run)).attempt === 2, LONG);
    expect(await step(db, run)).toMatchObject({ workers_lost: 1 });
    await eventually('it is done', isStatus(db, run, 'completed'), LONG);
    expect(await attempts(db, run)).toEqual([
      { attempt: 1, outcome: 'worker_lost', late: false },
      { attempt: 2, outcome: 'completed', late: false },
    ]);
    await end(second, 'SIGTERM');
  });

  test('that freezes for longer than its lease: its answer is not applied, and it comes back under a new number', async () => {
    const db = await open();
    await define(db, 'frozen', { first_ms: 3000 });
    const frozen = await spawnWorker(db);
    const run = await start(db, 'frozen');
    await eventually('it runs', isStatus(db, run, 'running'), LONG);
    const { worker_id } = await step(db, run);
    frozen.kill('SIGSTOP');
    const other = await spawnWorker(db);
    await eventually('another did it', isStatus(db, run, 'completed'), LONG);
    expect(await step(db, run)).toMatchObject({ attempt: 2, workers_lost: 1 });
    frozen.kill('SIGCONT');
    const numbers = () =>
      db.query<{ worker_id: string }>('select worker_id from pgwave.workers where pid = $1', [
        frozen.pid,
      ]);
    await eventually('it is back', async () => (await numbers()).length === 1, LONG);
    expect((await numbers())[0]?.worker_id).not.toBe(worker_id);
    // what it had is aborted, or was answered before: then it is late, and kept
    expect(await attempts(db, run)).toMatchObject([
      { attempt: 1, outcome: 'worker_lost' },
      { attempt: 2, outcome: 'completed', late: false },
    ]);
    expect(await step(db, run)).toMatchObject({ status: 'completed', attempt: 2 });
    await end(other, 'SIGTERM');
    const again = await start(db, 'frozen');
    await eventually('it works', isStatus(db, again, 'completed'), LONG);
    expect(await end(frozen, 'SIGTERM')).toBe(0);
  });

  test('told to stop finishes what is short, hands back what is long, and leaves with 0', async () => {
    const db = await open();
    await define(db, 'short', { ms: 600 });
    await define(db, 'long', { ms: 60_000 });
    const worker = await spawnWorker(db, { GRACE_MS: '4000' });
    const long = await start(db, 'long');
    await eventually('the long one runs', isStatus(db, long, 'running'), LONG);
    const short = await start(db, 'short');
    await eventually('the short one runs', isStatus(db, short, 'running'), LONG);
    expect(await end(worker, 'SIGTERM')).toBe(0);
    expect(await step(db, short)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await step(db, long)).toMatchObject({
      status: 'pending',
      pending_reason: 'handed_back',
      workers_lost: 0,
    });
    expect(await db.query('select from pgwave.workers')).toEqual([]);
    await db.query('select pgwave.cancel_workflow_run($1)', [long]);
  });

  test('that stops for a long time says all the while that it lives', async () => {
    const db = await open();
    await define(db, 'finishing', { ms: 2500 });
    const worker = await spawnWorker(db, { GRACE_MS: '20000' });
    const run = await start(db, 'finishing');
    await eventually('it runs', isStatus(db, run, 'running'), LONG);
    const exit = end(worker, 'SIGTERM');
    const beats = new Set<string>();
    await eventually(
      'three signs of life',
      async () => {
        const [row] = await db.query<{ seen_at: Date }>(
          'select seen_at from pgwave.workers where stopping',
        );
        if (row) beats.add(row.seen_at.toISOString());
        return beats.size > 2 || worker.exitCode !== null;
      },
      LONG,
    );
    expect(beats.size).toBeGreaterThan(2);
    expect(await exit).toBe(0);
    expect(await step(db, run)).toMatchObject({ status: 'completed', attempt: 1 });
  });
});

let aborted = 0;
let calls = 0;
const functions: Record<string, FunctionHandler> = {
  // The first call lasts until it is aborted.
  hang: ({ signal, attempt }) => {
    calls += 1;
    if (attempt > 1) return { done: true };
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
        reject(signal.reason);
      });
    });
  },
  slow: async ({ params }) => {
    await sleep((params as { ms: number }).ms);
    return {};
  },
};

describe('a worker whose database', () => {
  let server: BreakableDatabase;
  let db: Queryable;
  let close: () => Promise<void>;
  let worker: Worker;

  beforeAll(async () => {
    server = await startBreakableDatabase();
    const pool = createPool(server.url, { applicationName: 'test', max: 2 });
    close = () => pool.end();
    db = {
      url: server.url,
      async query<Row extends pg.QueryResultRow>(sql: string, params: unknown[] = []) {
        return (await pool.query<Row>(sql, params)).rows;
      },
    };
    worker = await startWorker({ databaseUrl: server.url, functions, graceMs: 500 });
  });
  afterAll(async () => {
    await worker.stop();
    await close();
    await server.close();
  });

  test.each([0, 0, 1500])(
    'restarts (away for %i ms and more): its calls are aborted, no worker counts as lost, and it goes on',
    async (awayMs) => {
      await define(db, 'hanging', {}, 'hang');
      const number = worker.workerId;
      const before = { aborted, calls };
      const run = await start(db, 'hanging');
      await eventually('it runs', () => calls > before.calls, LONG);
      await server.crash(awayMs);
      await eventually('the call is aborted', () => aborted > before.aborted, LONG);
      await eventually('it is done', isStatus(db, run, 'completed'), LONG);
      expect(worker.workerId).not.toBe(number);
      expect(await attempts(db, run)).toEqual([
        { attempt: 1, outcome: 'handed_back', late: false },
        { attempt: 2, outcome: 'completed', late: false },
      ]);
      expect(await step(db, run)).toMatchObject({ workers_lost: 0 });
    },
    60_000,
  );
});

describe.concurrent('a worker whose database', () => {
  const closing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(closing.map((close) => close()));
  });

  test.each([
    'pgwave worker',
    'pgwave calls',
    'pgwave queries',
    'pgwave statements',
    'pgwave jobs',
  ])(
    'ends its connections "%s" again and again goes on, and nothing is lost',
    async (name) => {
      const db = await createTestDatabase();
      const worker = await startWorker({ databaseUrl: db.url, functions, graceMs: 500 });
      closing.push(async () => {
        await worker.stop();
        await db.close();
      });
      await db.query('select pgwave.define_actor($1)', [
        { name: 'look', type: 'sql', statement: 'select pg_sleep(0.02)' },
      ]);
      await db.query('select pgwave.define_actor($1)', [{ name: 'slow', type: 'function' }]);
      await db.query('select pgwave.define_workflow($1)', [
        {
          name: 'mixed',
          probes: { things: 'select count(*) from pg_class' },
          conversations: [
            { name: 'a', actor: 'slow', params: { ms: 20 }, branches: ['b'] },
            {
              name: 'b',
              actor: 'look',
              retry: { max_attempts: 20, delay: '10ms', max_delay: '100ms' },
              branches: ['c'],
            },
            { name: 'c', actor: 'slow', params: { ms: 20 } },
          ],
        },
      ]);
      const runs: string[] = [];
      for (let i = 0; i < 12; i += 1) {
        for (let n = 0; n < 3; n += 1) runs.push(await start(db, 'mixed'));
        await db.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and backend_type = 'client backend' and application_name = $1`,
          [name],
        );
        await sleep(50);
      }
      const open = () =>
        db.query(
          'select from pgwave.workflow_runs where workflow_run_id = any($1) and finished_at is null',
          [runs],
        );
      await eventually('all runs finish', async () => (await open()).length === 0, LONG);
      expect(
        await db.query(
          'select distinct status, error from pgwave.workflow_runs where workflow_run_id = any($1)',
          [runs],
        ),
      ).toEqual([{ status: 'completed', error: null }]);
      expect(
        await db.query(
          'select from pgwave.interactions where workers_lost > 0 and workflow_run_id = any($1)',
          [runs],
        ),
      ).toEqual([]);
      expect(await db.query('select from pgwave.leases')).toEqual([]);
    },
    60_000,
  );
});
