import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FunctionHandler } from '../../src/definitions/define-function.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  for (const name of ['note', 'slow', 'double'])
    await db.query('select pgwave.define_actor($1)', [{ name, type: 'function' }]);
});
afterAll(() => db.close());

const define = (name: string, conversations: object[], rest: object = {}) =>
  db.query('select pgwave.define_workflow($1)', [{ name, conversations, ...rest }]);
async function start(name: string, input: object = {}): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [name, input],
  );
  return row?.id ?? '';
}
async function runOf(id: string): Promise<{ status: string; output: unknown }> {
  const [run] = await db.query<{ status: string; output: unknown }>(
    'select status::text, output from pgwave.workflow_runs where workflow_run_id = $1',
    [id],
  );
  return run as { status: string; output: unknown };
}
const ended = (id: string, timeoutMs = 120_000) =>
  eventually(
    `run ${id} ends`,
    async () => ['completed', 'failed', 'cancelled'].includes((await runOf(id)).status),
    timeoutMs,
  );
/** The interaction that waits for a person or a signal, once it does. */
async function waitsFor(id: string, kind: string): Promise<string> {
  let found: string | undefined;
  await eventually(`run ${id} waits for a ${kind}`, async () => {
    const [row] = await db.query<{ id: string }>(
      'select interaction_id as id from pgwave.waits where workflow_run_id = $1 and waits_for::text = $2',
      [id, kind],
    );
    found = row?.id;
    return found !== undefined;
  });
  return found as string;
}

const functions: Record<string, FunctionHandler> = {
  note: ({ params }) => ({ noted: params }),
  double: ({ params }) => Number((params as { n: number }).n) * 2,
};
async function withWorker(work: (worker: Worker) => Promise<void>): Promise<void> {
  const worker = await startWorker({ databaseUrl: db.url, functions });
  try {
    await work(worker);
  } finally {
    await worker.stop();
  }
}

test('a timer fires, not before its time', async () => {
  await define('timer', [
    { name: 't', type: 'timer', wait: '1s', branches: ['b'] },
    { name: 'b', actor: 'note' },
  ]);
  await withWorker(async () => {
    const id = await start('timer');
    await ended(id);
    expect((await runOf(id)).status).toBe('completed');
    const [waited] = await db.query<{ ms: number }>(
      `select extract(epoch from completed_at - started_at)::float8 * 1000 as ms
         from pgwave.interactions i join pgwave.conversations c using (conversation_id)
        where workflow_run_id = $1 and conversation_name = 't'`,
      [id],
    );
    expect(waited?.ms).toBeGreaterThanOrEqual(1000);
    console.log(`a timer of 1 s took ${Math.round(waited?.ms ?? 0)} ms`);
  });
});

const everything = [
  { name: 'timer', type: 'timer', wait: '10ms', branches: ['go'] },
  { name: 'go', type: 'signal', signal: 'go', branches: ['review'] },
  {
    name: 'review',
    type: 'human',
    prompt: 'These?',
    params: { list: '$go.data.list' },
    branches: [
      { when: '[APPROVED]', to: 'sub' },
      { when: '[REJECTED]', to: 'end' },
    ],
  },
  {
    name: 'sub',
    type: 'workflow',
    workflow: 'inner',
    params: { list: '$review.data.list' },
    branches: ['map'],
  },
  {
    name: 'map',
    actor: 'double',
    for_each: '$sub.data.list',
    params: { n: '$item' },
    max_parallel: 2,
    branches: ['end'],
  },
  { name: 'end', actor: 'note', params: { got: '$map.data ?? "nothing"' } },
];
const inner = [
  {
    name: 'each',
    actor: 'double',
    for_each: '$input.list',
    params: { n: '$item' },
    branches: ['pause'],
  },
  { name: 'pause', type: 'timer', wait: '10ms' },
];

test('timer, signal, person, sub-workflow and map, one behind the other', async () => {
  await define('inner', inner, { result: { list: '$each.data' } });
  await define('everything', everything, { result: { list: '$map.data' } });
  await withWorker(async () => {
    const id = await start('everything');
    await waitsFor(id, 'signal');
    await db.query('select pgwave.send_signal($1, $2, $3)', [id, 'go', { list: [1, 2] }]);
    const review = await waitsFor(id, 'human');
    expect((await runOf(id)).status).toBe('waiting');
    await db.query('select pgwave.decide($1, $2, $3)', [review, 'APPROVED', { list: [1, 2, 3] }]);
    await ended(id);
    expect(await runOf(id)).toEqual({ status: 'completed', output: { list: [4, 8, 12] } });
  });
});

test('lost tickets cost time only: all of it goes on by the heartbeat', async () => {
  // graphile-worker never sees a job: each is gone when the transaction that added it commits
  await db.query(`
    create function public.lose_tickets() returns trigger language plpgsql security definer as $$
    begin
      delete from graphile_worker._private_jobs;
      return null;
    end $$;
    create constraint trigger lose_tickets after insert on graphile_worker._private_jobs
      deferrable initially deferred for each row execute function public.lose_tickets()`);
  try {
    await withWorker(async () => {
      const id = await start('everything');
      await db.query('select pgwave.send_signal($1, $2, $3)', [id, 'go', { list: [1] }]);
      const review = await waitsFor(id, 'human');
      await db.query('select pgwave.decide($1, $2)', [review, 'APPROVED']);
      await ended(id);
      expect(await runOf(id)).toEqual({ status: 'completed', output: { list: [4] } });
      expect(await db.query('select from graphile_worker._private_jobs')).toEqual([]);
    });
  } finally {
    await db.query('drop function public.lose_tickets() cascade');
  }
});

async function spawnWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'worker-process.ts')], {
    env: { ...process.env, DATABASE_URL: db.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

test('a worker killed in the middle of a map of 200 items: another finishes it, each item once', async () => {
  await define(
    'long-map',
    [
      {
        name: 'map',
        actor: 'slow',
        for_each: '$input.list',
        params: { n: '$item' },
        max_parallel: 8,
        branches: ['end'],
      },
      { name: 'end', actor: 'slow', params: { all: '$map.data' } },
    ],
    { result: { list: '$map.data' } },
  );
  const items = `from pgwave.interactions i join pgwave.conversations c using (conversation_id)
    where i.workflow_run_id = $1 and c.conversation_name = 'map' and i.item_index is not null`;
  const list = Array.from({ length: 200 }, (_, i) => i);
  const first = await spawnWorker();
  const id = await start('long-map', { list });
  await eventually('some items are done, and some under way', async () => {
    const [row] = await db.query<{ done: number; running: number }>(
      `select count(*) filter (where i.status = 'completed')::int as done,
              count(*) filter (where i.status = 'running')::int as running ${items}`,
      [id],
    );
    expect(row?.running).toBeLessThanOrEqual(8);
    return (row?.done ?? 0) > 40 && (row?.running ?? 0) > 4;
  });
  first.kill('SIGKILL');
  await once(first, 'exit');
  const second = await spawnWorker();
  const from = Date.now();
  await ended(id, 40_000);
  second.kill('SIGTERM');
  await once(second, 'exit');
  console.log(`finished ${Date.now() - from} ms after another worker came`);

  const run = await runOf(id);
  expect(run.status).toBe('completed');
  expect(run.output).toEqual({ list: list.map((n) => ({ done: true, n })) });
  const [counts] = await db.query(
    `select count(*)::int as items, count(*) filter (where i.status = 'completed')::int as completed,
            sum((select count(*) from pgwave.interaction_events e
                  where e.interaction_id = i.interaction_id and e.event_type = 'completed'))::int as events,
            sum((select count(*) from pgwave.interaction_attempts a
                  where a.interaction_id = i.interaction_id and a.outcome = 'completed'))::int as answers,
            sum((select count(*) from pgwave.interaction_attempts a
                  where a.interaction_id = i.interaction_id and a.error ->> 'code' = 'worker_lost'))::int as lost,
            sum(i.workers_lost)::int as charged ${items}`,
    [id],
  );
  expect(counts).toMatchObject({
    items: 200,
    completed: 200,
    events: 200,
    answers: 200,
    // several were aboard: none is charged
    charged: 0,
  });
  // what it had under way, and no more
  expect(counts?.lost).toBeGreaterThan(0);
  expect(counts?.lost).toBeLessThanOrEqual(8);
  const most = await db.query<{ most: number }>(
    `select max(under_way)::int as most
       from (
         select sum(t.change) over (order by t.at, t.change) as under_way
           from pgwave.interaction_attempts a
           join (select i.interaction_id ${items}) m using (interaction_id)
           cross join lateral (values (a.started_at, 1), (a.ended_at, -1)) t (at, change)
       ) u`,
    [id],
  );
  expect(most[0]?.most).toBeLessThanOrEqual(8);
});
