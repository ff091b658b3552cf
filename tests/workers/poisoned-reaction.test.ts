// What does not fit, and a reaction that raises whatever is handed back: nothing is run again for ever.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

let db: TestDatabase;
let worker: Worker;
let calls = 0;
const errors: unknown[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  await db.query('select pgwave.define_actor($1)', [{ name: 'big', type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'many',
      conversations: [
        { name: 'each', actor: 'big', for_each: '$input.items[*]', branches: ['end'] },
        { name: 'end', type: 'condition' },
      ],
    },
  ]);
  worker = await startWorker({
    databaseUrl: db.url,
    functions: {
      big: () => {
        calls += 1;
        return 'x'.repeat(5000);
      },
    },
    onError: (error) => errors.push(error),
  });
});
afterAll(async () => {
  await worker?.stop();
  await db?.close();
});

async function start() {
  calls = 0;
  const [started] = await db.query(
    `select (pgwave.start_workflow('many', '{"items": [1, 2, 3, 4]}')).workflow_run_id as id`,
  );
  return started;
}

/** A run over four items, when it has ended. */
async function run(started?: Record<string, unknown>) {
  started ??= await start();
  let ended: Record<string, unknown> | undefined;
  await eventually('the run ends', async () => {
    [ended] = await db.query(
      'select status, error from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
      [started?.id],
    );
    return ended !== undefined;
  });
  const items = await db.query(
    `select status, attempt from pgwave.interactions
      where workflow_run_id = $1 and item_index is not null order by item_index`,
    [started?.id],
  );
  return { id: started?.id, run: ended, items };
}

test('what raises and blames no answer is told and waits until it is mended', async () => {
  const [original] = await db.query(
    `select pg_get_functiondef('pgwave_private.gather_items(pgwave.waits)'::regprocedure) as sql`,
  );
  await db.query(`
    create or replace function pgwave_private.gather_items(
      wait pgwave.waits, out output jsonb, out failed int[], out error jsonb)
    language plpgsql stable set search_path = '' as $$
    begin raise exception 'this was reloaded by halves'; end $$`);
  const told = () =>
    errors.filter((error) => (error as Error).message === 'this was reloaded by halves').length;
  const started = await start();
  await eventually('it is told again', () => told() > 1);
  await db.query(String(original?.sql));
  const { run: ended, items } = await run(started);
  expect(ended).toEqual({ status: 'completed', error: null });
  expect(items).toEqual(Array(4).fill({ status: 'completed', attempt: 1 }));
  expect(calls).toBe(4);
});

test('results that together are too large fail the map, and no item is run again', async () => {
  await db.query(`
    create or replace function pgwave_private.largest_output() returns bigint
    language sql immutable parallel safe begin atomic select 10000::bigint; end`);
  const { run: ended, items } = await run();
  expect(ended).toMatchObject({ status: 'failed', error: { code: 'output_too_large' } });
  expect(items).toEqual(Array(4).fill({ status: 'completed', attempt: 1 }));
  expect(calls).toBe(4);
});

test('what raises for an answer and for a failure alike ends the run, and is counted', async () => {
  await db.query(`
    create or replace function pgwave_private.gather_items(
      wait pgwave.waits, out output jsonb, out failed int[], out error jsonb)
    language plpgsql stable set search_path = '' as $$
    begin raise exception using errcode = 'data_exception', message = 'nobody can gather this'; end $$`);
  const { id, run: ended, items } = await run();
  expect(ended).toMatchObject({
    status: 'failed',
    error: {
      code: 'invalid_output',
      message: 'the run cannot go on from what this interaction came to',
      detail: { reason: 'nobody can gather this' },
    },
  });
  expect(items.map(({ status }) => status).sort()).toContain('failed');
  expect(calls).toBe(4);
  expect(errors.map((error) => (error as Error).message)).toContain('nobody can gather this');
  const attempts = await db.query(
    `select outcome from pgwave.interaction_attempts a join pgwave.interactions i using (interaction_id, workflow_run_id)
      where a.workflow_run_id = $1 and i.item_index is not null`,
    [id],
  );
  expect(attempts).toHaveLength(4);
});
