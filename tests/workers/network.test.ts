import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { type StallingProxy, startStallingProxy } from '../helpers/stalling-proxy.ts';

let db: TestDatabase;
let proxy: StallingProxy;
let worker: Worker;
const errors: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  await db.query('select pgwave.define_actor($1)', [{ name: 'quick', type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'flow',
      conversations: [
        { name: 'a', actor: 'quick', branches: ['b'] },
        { name: 'b', actor: 'quick', branches: ['c'] },
        { name: 'c', actor: 'quick' },
      ],
    },
  ]);
  proxy = await startStallingProxy(db.url);
  worker = await startWorker({
    databaseUrl: proxy.url,
    graceMs: 500,
    onError: (error) => errors.push(String((error as Error).message ?? error)),
    functions: {
      quick: async () => {
        await sleep(20);
        return {};
      },
    },
  });
});
afterEach(() => proxy.delay(0));
afterAll(async () => {
  await worker?.stop();
  await proxy?.close();
  await db.close();
});

const count = async (sql: string, params: unknown[] = []): Promise<number> =>
  Number((await db.query<{ n: string } & pg.QueryResultRow>(sql, params))[0]?.n);

const start = async (n: number): Promise<string[]> =>
  (
    await db.query<{ id: string } & pg.QueryResultRow>(
      `select (pgwave.start_workflow('flow')).workflow_run_id as id from generate_series(1, $1)`,
      [n],
    )
  ).map(({ id }) => id);

/** All complete in time, and nothing was charged to anything. */
async function completes(runs: string[], ms: number): Promise<number> {
  const since = performance.now();
  await eventually(
    'all runs complete',
    async () =>
      (await count(
        `select count(*) as n from pgwave.workflow_runs where workflow_run_id = any($1) and status <> 'completed'`,
        [runs],
      )) === 0,
    ms,
  );
  expect(
    await count(
      'select count(*) as n from pgwave.interactions where workflow_run_id = any($1) and workers_lost > 0',
      [runs],
    ),
  ).toBe(0);
  return performance.now() - since;
}

const NAMES = ['pgwave worker', 'pgwave calls', 'pgwave jobs'];

test.each([
  ...NAMES.map((name) => [name, 'both'] as const),
  ['pgwave calls', 'up'] as const,
  ['pgwave calls', 'down'] as const,
  ['all', 'both'] as const,
  ['all', 'down'] as const,
])(
  'connections "%s" that forward nothing (%s): others take their place, and work goes on',
  async (name, direction) => {
    const before = await start(20);
    await sleep(60); // in the midst of it
    for (const connection of proxy.connections()) {
      if (name === 'all' || connection.applicationName === name) connection.stall(direction);
    }
    const after = await start(20);
    const ms = await completes([...before, ...after], 60_000);
    console.log(
      `${name} (${direction}): completed ${Math.round(ms)} ms after the network was lost`,
    );
    // new work is taken up by tickets and heartbeats as before
    expect(await completes(await start(5), 20_000)).toBeLessThan(15_000);
    // nobody is left who waits for a lock of a session that nobody has any more
    expect(
      await count(
        `select count(*) as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'`,
      ),
    ).toBe(0);
    expect(await count('select count(*) as n from pgwave.workers where given_up is null')).toBe(1);
  },
  120_000,
);

test('a network that takes two seconds for each piece', async () => {
  const runs = await start(5);
  proxy.delay(2000);
  await completes(runs, 100_000);
}, 120_000);

test('connections that are reset', async () => {
  const runs = await start(20);
  for (let i = 0; i < 10; i += 1) {
    await sleep(50);
    for (const connection of proxy.connections()) if (Math.random() < 0.5) connection.reset();
  }
  await completes(runs, 60_000);
}, 120_000);
