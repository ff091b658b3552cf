// Waves with workers and rehearsal servers that hold one model at a time.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type RehearsalOptions,
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../workers/worker.ts';
import { checkInvariants } from '../engine/driver.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

const MODELS = ['gemma3:1b', 'gemma2', 'phi3'];
let db: TestDatabase;
const servers: RehearsalServer[] = [];
const workers: Worker[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  for (const model of MODELS) {
    await db.query('select pgwave.define_actor($1)', [{ name: model, type: 'ai_model', model }]);
  }
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'three-models',
      conversations: [...MODELS, 'gemma3:1b'].map((actor, i) => ({
        name: `step_${i}`,
        actor,
        prompt: 'Answer [RUN] or [SKIP].',
        ...(i < MODELS.length ? { branches: [`step_${i + 1}`] } : {}),
      })),
    },
  ]);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  for (const server of servers.splice(0)) await server.close();
  await checkInvariants(db);
});
afterAll(() => db?.close());

async function addHost(more: RehearsalOptions = {}, options: Partial<WorkerOptions> = {}) {
  const server = await startRehearsalServer({ held: 1, parallel: 2, loadMs: 100, ...more });
  servers.push(server);
  const worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: server.url,
    maxLoadedModels: 1,
    parallelCalls: 2,
    ...options,
  });
  workers.push(worker);
  return server;
}

async function startRuns(count: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select (pgwave.start_workflow('three-models'::text)).workflow_run_id as id from generate_series(1, $1)`,
    [count],
  );
  return rows.map(({ id }) => id);
}

const ended = (ids: string[], timeoutMs = 120_000) =>
  eventually(
    'all runs are completed',
    async () => {
      const [row] = await db.query<{ completed: number }>(
        `select count(*) filter (where status = 'completed')::int as completed from pgwave.workflow_runs
          where workflow_run_id = any($1)`,
        [ids],
      );
      return row?.completed === ids.length;
    },
    timeoutMs,
  );

test('many runs load each model a few times, and the loads are in model_turns and model_usage', async () => {
  const ids = await startRuns(20);
  const server = await addHost();
  await ended(ids);
  // four turns are forced; runs that came late may cost some more
  const { loads } = server.stats();
  expect(loads).toBeGreaterThanOrEqual(4);
  expect(loads).toBeLessThanOrEqual(8);
  const measure = async () =>
    (
      await db.query<{ loads: number; turns: number; load_ms: number }>(
        `select sum(loads)::int as loads, sum(turns)::int as turns, sum(load_ms)::int as load_ms
           from pgwave.model_turns where workers > 0`,
      )
    )[0];
  await eventually('the worker has reported', async () => (await measure())?.loads === loads);
  const measured = await measure();
  expect(measured?.turns).toBe(loads);
  expect(measured?.load_ms).toBeGreaterThanOrEqual(loads * 95);
  const [usage] = await db.query<{ loads: number }>(
    `select loads::int from pgwave.model_usage where model = 'phi3'`,
  );
  expect(usage?.loads).toBeGreaterThanOrEqual(1);
});

test('a server that goes away gives its wave to another of the pool, and each call loses one attempt', async () => {
  const lost = await addHost({ tokenMs: 20 });
  await addHost({ tokenMs: 20 });
  const ids = await startRuns(6);
  await eventually('it has calls', async () => lost.stats().active > 0);
  await lost.close();
  await ended(ids);
  const [calls] = await db.query<{ lost: number; most: number }>(
    `select count(*) filter (where attempt > 1)::int as lost, max(attempt) as most
       from pgwave.interactions where workflow_run_id = any($1)`,
    [ids],
  );
  expect(calls?.lost).toBeGreaterThan(0);
  expect(calls?.most).toBe(2);
  const [row] = await db.query<{ silent: boolean }>(
    `select bool_or(silent_since is not null) as silent from pgwave.model_turns where workers > 0`,
  );
  expect(row?.silent).toBe(true);
});

test('a worker loads ahead what its run comes to, while other work is done', async () => {
  await db.query(`select pgwave.define_actor('{"name": "slow", "type": "function"}')`);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'slow-first',
      conversations: [
        { name: 'slow', actor: 'slow', branches: ['say'] },
        { name: 'say', actor: 'phi3', prompt: 'Answer [RUN] or [SKIP].' },
      ],
    },
  ]);
  let go = () => {};
  const server = await addHost(
    {},
    { functions: { slow: () => new Promise((resolve) => (go = () => resolve({}))) } },
  );
  const [row] = await db.query<{ id: string }>(
    `select (pgwave.start_workflow('slow-first'::text)).workflow_run_id as id`,
  );
  await eventually('the model is loaded', async () =>
    server.loads().some(({ model }) => model === 'phi3:latest'),
  );
  expect(server.requests().filter(({ messages }) => messages.length > 0)).toEqual([]);
  go();
  await ended([row?.id ?? '']);
  expect(server.stats().loads).toBe(1);
});

test('a time that is none is refused when the worker starts', async () => {
  await expect(addHost({}, { maxWait: 'soon' })).rejects.toThrow('max_wait is no duration: soon');
});
