import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { type StallingProxy, startStallingProxy } from '../helpers/stalling-proxy.ts';

interface System {
  db: TestDatabase;
  proxy: StallingProxy;
  /** Starts so many runs. */
  start(n: number): Promise<string[]>;
  /** All complete in time, and nothing was charged to anything. */
  completes(runs: string[], ms: number): Promise<number>;
  count(sql: string, params?: unknown[]): Promise<number>;
  close(): Promise<void>;
}

const systems: System[] = [];

/** A database, a network and a worker of one test: the tests wait for limits at the same time. */
async function openSystem(): Promise<System> {
  const db = await createTestDatabase();
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
  const proxy = await startStallingProxy(db.url);
  const worker: Worker = await startWorker({
    databaseUrl: proxy.url,
    graceMs: 500,
    functions: {
      quick: async () => {
        await sleep(20);
        return {};
      },
    },
  });
  const count = async (sql: string, params: unknown[] = []): Promise<number> =>
    Number((await db.query<{ n: string } & pg.QueryResultRow>(sql, params))[0]?.n);
  const system: System = {
    db,
    proxy,
    count,
    start: async (n) =>
      (
        await db.query<{ id: string } & pg.QueryResultRow>(
          `select (pgwave.start_workflow('flow')).workflow_run_id as id from generate_series(1, $1)`,
          [n],
        )
      ).map(({ id }) => id),
    async completes(runs, ms) {
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
    },
    async close() {
      proxy.delay(0);
      await worker.stop();
      await proxy.close();
      await db.close();
    },
  };
  systems.push(system);
  return system;
}
afterAll(async () => {
  await Promise.all(systems.map((system) => system.close()));
});

const NAMES = ['pgwave worker', 'pgwave calls', 'pgwave jobs'];

test.concurrent.each([
  ...NAMES.map((name) => [name, 'both'] as const),
  ['pgwave calls', 'up'] as const,
  ['pgwave calls', 'down'] as const,
  ['all', 'both'] as const,
  ['all', 'down'] as const,
])(
  'connections "%s" that forward nothing (%s): others take their place, and work goes on',
  async (name, direction) => {
    const { proxy, start, completes, count } = await openSystem();
    const before = await start(20);
    await sleep(60); // in the midst of it
    for (const connection of proxy.connections()) {
      if (name === 'all' || connection.applicationName === name) connection.stall(direction);
    }
    const after = await start(20);
    const ms = await completes([...before, ...after], 100_000);
    console.log(
      `${name} (${direction}): completed ${Math.round(ms)} ms after the network was lost`,
    );
    // new work is taken up by tickets and heartbeats as before
    await completes(await start(5), 100_000);
    // nobody is left who waits for a lock of a session that nobody has any more
    expect(
      await count(
        `select count(*) as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'
            and query_start < clock_timestamp() - interval '5 seconds'`,
      ),
    ).toBe(0);
    expect(await count('select count(*) as n from pgwave.workers where given_up is null')).toBe(1);
  },
  300_000,
);

test.concurrent('a network that takes two seconds for each piece', async () => {
  const { proxy, start, completes } = await openSystem();
  const runs = await start(5);
  proxy.delay(2000);
  await completes(runs, 150_000);
}, 240_000);

test.concurrent('connections that are reset', async () => {
  const { proxy, start, completes } = await openSystem();
  const runs = await start(20);
  for (let i = 0; i < 10; i += 1) {
    await sleep(50);
    for (const connection of proxy.connections()) if (Math.random() < 0.5) connection.reset();
  }
  await completes(runs, 100_000);
}, 240_000);
