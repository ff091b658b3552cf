import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { ownerUrl } from '../../src/database/roles.ts';
import { runTasks, type Tasks } from '../../workers/tasks/run-tasks.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { type StallingProxy, startStallingProxy } from '../helpers/stalling-proxy.ts';

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);
beforeAll(() => {
  process.on('unhandledRejection', onUnhandled);
  process.on('uncaughtException', onUnhandled);
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  process.off('unhandledRejection', onUnhandled);
  process.off('uncaughtException', onUnhandled);
  expect(unhandled).toEqual([]);
});
const closing: (() => Promise<void>)[] = [];

/** A runner of one test, with a database and a network of its own: the tests wait for limits at the same time. */
async function start({ onPool = () => {}, pollMs = 200 } = {}) {
  const db: TestDatabase = await createTestDatabase();
  const proxy: StallingProxy = await startStallingProxy(db.url);
  const open = () => connect(ownerUrl(db.url), { applicationName: 'session' });
  let session = await open();
  const done: number[] = [];
  const pools = new Set<string>();
  const tasks: Tasks = await runTasks({
    databaseUrl: ownerUrl(proxy.url),
    taskList: { note: async (payload) => void done.push((payload as { n: number }).n) },
    session: () => session,
    jobs: 2,
    pollMs,
    graceMs: 500,
    wedgedMs: Math.max(2000, 3 * pollMs),
    onPool: (id) => {
      pools.add(id);
      onPool();
    },
    onPoolEnded: (id) => pools.delete(id),
    onError: () => {},
  });
  closing.push(async () => {
    await tasks.stop();
    await session.end();
    await proxy.close();
    await db.close();
    expect(pools.size).toBe(0);
  });
  return {
    db,
    proxy,
    tasks,
    pools,
    session: () => session,
    /** Lets another session take the place of the one that heard of new jobs, as a worker does that lost it. */
    async replaceSession(): Promise<void> {
      await session.end();
      session = await open();
      tasks.renew();
    },
    add: (n: number) =>
      db.query(`select graphile_worker.add_job('note', json_build_object('n', $1::int))`, [n]),
    has: (n: number) => () => done.includes(n),
  };
}

// down: the server hands the job to a connection that nobody hears; workers let go of it (release_dead_jobs)
test.concurrent.each(['both', 'up'] as const)(
  'a runner whose connections forward nothing (%s) is replaced within seconds',
  async (direction) => {
    const { db, proxy, add, has } = await start();
    await add(1);
    await eventually('the first is done', has(1));
    proxy.stallAll(direction);
    // what was asked before must not be answered with the second, which nobody would hear
    await eventually('nothing is asked any more', async () => {
      const asking = await db.query(
        `select from pg_stat_activity
          where datname = current_database() and application_name = 'pgwave jobs' and state <> 'idle'`,
      );
      return asking.length === 0;
    });
    await add(2);
    const since = performance.now();
    await eventually('the second is done', has(2));
    console.log(`after ${Math.round(performance.now() - since)} ms`);
  },
  90_000,
);

test.concurrent('a runner outlives a database that is read only again and again', async () => {
  const { db, add, has } = await start();
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
    await eventually(`job ${round} is done`, has(round));
  }
}, 120_000);

test.concurrent('a runner that is renewed goes on under another name', async () => {
  const { add, has, tasks, pools } = await start();
  await add(1);
  await eventually('the first is done', has(1));
  const [before] = pools;
  tasks.renew();
  await eventually(
    'it has another name',
    () => pools.size === 1 && ![...pools].includes(before ?? ''),
  );
  await add(2);
  await eventually('the second is done', has(2));
});

test.concurrent('a runner that is told to stop while it is renewed leaves nothing that runs', async () => {
  let starting = () => {};
  const started = new Promise<void>((resolve) => {
    starting = resolve;
  });
  let next = () => {};
  const { db, tasks, pools } = await start({ onPool: () => next() });
  let stopped: Promise<void> | undefined;
  next = () => {
    stopped = tasks.stop(); // its name is known, and it is not in charge yet
    starting();
  };
  tasks.renew();
  await started;
  await stopped;
  expect(pools.size).toBe(0);
  const left = () =>
    db.query(`select from pg_stat_activity
      where datname = current_database() and application_name = 'pgwave jobs'`);
  await eventually('its connections are closed', async () => (await left()).length === 0);
});

test.concurrent('a runner that is told to stop while the network is away stops', async () => {
  const { proxy, tasks } = await start();
  proxy.stallAll();
  const since = performance.now();
  await tasks.stop();
  expect(performance.now() - since).toBeLessThan(30_000);
});

// it looks by itself once in ten minutes: what is done before, it heard of
test.concurrent('a runner hears of jobs by its session, and by the one that takes its place', async () => {
  const { add, has, replaceSession, pools } = await start({ pollMs: 600_000 });
  await add(1);
  await eventually('the first is done', has(1));
  const [before] = pools;
  await replaceSession();
  await eventually(
    'it has another name',
    () => pools.size === 1 && ![...pools].includes(before ?? ''),
  );
  await add(2);
  await eventually('the second is done', has(2));
  await add(3); // the look of its start may have found the second
  await eventually('the third is done', has(3));
});

test.concurrent('a runner that stops leaves its session listening for the other', async () => {
  const { db, session, add, has } = await start({ pollMs: 600_000 });
  const other = await runTasks({
    databaseUrl: ownerUrl(db.url),
    taskList: { other: () => {} },
    session,
    jobs: 1,
    pollMs: 600_000,
    graceMs: 500,
    onPool: () => {},
    onPoolEnded: () => {},
    onError: () => {},
  });
  await other.stop();
  for (const n of [1, 2]) {
    await add(n);
    await eventually(`job ${n} is done`, has(n));
  }
});
