import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ownerUrl } from '../../src/database/roles.ts';
import { runTasks, type Tasks } from '../../workers/tasks/run-tasks.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { type StallingProxy, startStallingProxy } from '../helpers/stalling-proxy.ts';

let db: TestDatabase;
let proxy: StallingProxy;
let tasks: Tasks | undefined;
const done: number[] = [];
const pools = new Set<string>();
const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  process.on('uncaughtException', onUnhandled);
  db = await createTestDatabase();
  proxy = await startStallingProxy(db.url);
});
afterEach(async () => {
  await tasks?.stop();
  tasks = undefined;
  expect(pools.size).toBe(0);
  expect(unhandled).toEqual([]);
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  process.off('uncaughtException', onUnhandled);
  await proxy.close();
  await db.close();
});

async function start(): Promise<void> {
  await db.query(`delete from graphile_worker._private_jobs`);
  done.length = 0;
  tasks = await runTasks({
    databaseUrl: ownerUrl(proxy.url),
    taskList: { note: async (payload) => void done.push((payload as { n: number }).n) },
    jobs: 2,
    pollMs: 200,
    graceMs: 500,
    wedgedMs: 2000,
    onPool: (id) => pools.add(id),
    onPoolEnded: (id) => pools.delete(id),
    onError: () => {},
  });
}

const add = (n: number) =>
  db.query(`select graphile_worker.add_job('note', json_build_object('n', $1::int))`, [n]);
const has = (n: number) => () => done.includes(n);

// down: the server hands the job to a connection that nobody hears; workers let go of it (release_dead_jobs)
test.each(['both', 'up'] as const)(
  'a runner whose connections forward nothing (%s) is replaced within seconds',
  async (direction) => {
    await start();
    await add(1);
    await eventually('the first is done', has(1), 30_000);
    proxy.stallAll(direction);
    await add(2);
    const since = performance.now();
    await eventually('the second is done', has(2), 60_000);
    console.log(`after ${Math.round(performance.now() - since)} ms`);
  },
  90_000,
);

test('a runner outlives a database that is read only again and again', async () => {
  await start();
  for (let round = 1; round <= 3; round += 1) {
    await db.query(`alter database ${db.name} set default_transaction_read_only = on`);
    const end = () =>
      db.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'pgwave jobs'`);
    await end();
    await sleep(1500);
    await db.query(
      `set transaction read write; alter database ${db.name} reset default_transaction_read_only`,
    );
    await end();
    await add(round);
    await eventually(`job ${round} is done`, has(round), 60_000);
  }
}, 120_000);

test('a runner that is told to stop while the network is away stops', async () => {
  await start();
  proxy.stallAll();
  const since = performance.now();
  await tasks?.stop();
  tasks = undefined;
  expect(performance.now() - since).toBeLessThan(30_000);
}, 60_000);
