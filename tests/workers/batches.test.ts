import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { checkInvariants } from '../engine/driver.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

const LONG = 120_000;
let db: TestDatabase;
const workers: Worker[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  for (const name of ['slow', 'quick']) {
    await db.query('select pgwave.define_actor($1)', [{ name, type: 'function' }]);
  }
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
});
afterAll(() => db.close());

const define = (name: string, actor: string, more: object = {}) =>
  db.query('select pgwave.define_workflow($1)', [
    { name, conversations: [{ name: 'step', actor, params: { n: '$input.n' } }], ...more },
  ]);
async function progress(id: string) {
  const [row] = await db.query<{ b: Record<string, unknown> }>(
    'select to_jsonb(b) as b from pgwave.batch_progress b where workflow_run_id = $1',
    [id],
  );
  return row?.b as Record<string, unknown>;
}

test('a thousand tasks are discovered, started, done and reported, no more at once than allowed', {
  timeout: LONG,
}, async () => {
  await define('many', 'quick', { pending_tasks: 'select n from generate_series(1, 1000) n' });
  let running = 0;
  let most = 0;
  for (let i = 0; i < 2; i += 1) {
    workers.push(
      await startWorker({
        databaseUrl: db.url,
        functions: {
          quick: async ({ params }) => {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            if ((params as { n: number }).n % 100 === 0) throw new Error('a hundred');
            return { ok: true };
          },
        },
      }),
    );
  }
  const [started] = await db.query<{ id: string }>(
    "select workflow_run_id as id from pgwave.process_pending_tasks('many', max_parallel => 20)",
  );
  const id = started?.id as string;
  await eventually(
    'the batch is completed',
    async () => (await progress(id)).status === 'completed',
    LONG,
  );
  expect(await progress(id)).toMatchObject({ tasks_completed: 990, tasks_failed: 10 });
  expect(most).toBeLessThanOrEqual(20);
  const [{ report }] = (await db.query('select pgwave.batch_report($1) as report', [id])) as [
    { report: { errors: unknown } },
  ];
  expect(report.errors).toMatchObject([{ code: 'function_error', tasks: 10 }]);
  await checkInvariants(db);
});

test('a worker that dies in the middle costs no task', { timeout: LONG }, async () => {
  await define('hard', 'slow');
  const [started] = await db.query<{ id: string }>(
    `select workflow_run_id as id from pgwave.start_batch('hard',
       (select jsonb_agg(jsonb_build_object('n', n)) from generate_series(1, 60) n), max_parallel => 12)`,
  );
  const id = started?.id as string;
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'worker-process.ts')], {
    env: { ...process.env, DATABASE_URL: db.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await eventually(
    'ten tasks are done',
    async () => Number((await progress(id)).tasks_completed) >= 10,
    LONG,
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  workers.push(
    await startWorker({ databaseUrl: db.url, functions: { slow: () => ({ ok: true }) } }),
  );
  await eventually(
    'the batch is completed',
    async () => (await progress(id)).status === 'completed',
    LONG,
  );
  expect(await progress(id)).toMatchObject({ tasks_completed: 60, tasks_failed: 0 });
  await checkInvariants(db);
});

test('a worker fires a schedule, and works out its next time', { timeout: LONG }, async () => {
  await define('timed', 'quick');
  workers.push(await startWorker({ databaseUrl: db.url, functions: { quick: () => ({}) } }));
  await db.query(
    "select pgwave.create_schedule('soon', '* * * * *', 'timed', input => '{\"n\": 1}')",
  );
  const next = async () =>
    (
      await db.query<{ next_at: Date | null }>(
        "select next_at from pgwave.schedules where schedule_name = 'soon'",
      )
    )[0]?.next_at ?? null;
  await eventually('it has a next time', async () => (await next()) !== null, LONG);
  await db.query("update pgwave.schedules set next_at = now() where schedule_name = 'soon'");
  await eventually(
    'it has started a run',
    async () => {
      const rows = await db.query(
        "select from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id) where workflow_name = 'timed' and r.status = 'completed' and r.triggered_by = 'schedule'",
      );
      return rows.length >= 1 && (await next()) !== null;
    },
    LONG,
  );
});
