import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FunctionCall } from '../../src/definitions/define-function.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

let db: TestDatabase;
let models: RehearsalServer;
beforeAll(async () => {
  db = await createTestDatabase();
  // it takes a question and never answers
  models = await startRehearsalServer({ port: 0, faults: [{ kind: 'silent' }] });
});
afterAll(async () => {
  await models.close();
  await db.close();
});

const count = async (query: string, values: unknown[] = []): Promise<number> =>
  Number((await db.query<{ count: string }>(query, values))[0]?.count);
const list = (length: number) => Array.from({ length }, (_, i) => i);

async function defineAll(): Promise<void> {
  for (const actor of [
    { name: 'hang', type: 'function' },
    { name: 'gemma3:1b', type: 'ai_model' },
  ]) {
    await db.query('select pgwave.define_actor($1)', [actor]);
  }
  const calls = [
    { name: 'hang', actor: 'hang', for_each: '$input.functions', branches: ['after'] },
    {
      name: 'ask',
      actor: 'gemma3:1b',
      prompt: 'Summarise {{ item }}.',
      for_each: '$input.models',
      branches: ['after'],
    },
    { name: 'after', actor: 'hang' },
  ];
  await db.query('select pgwave.define_workflow($1)', [{ name: 'inner', conversations: calls }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'outer',
      conversations: [
        ...calls,
        {
          name: 'sub',
          type: 'workflow',
          workflow: 'inner',
          params: { functions: list(4), models: list(4) },
          branches: ['after'],
        },
        { name: 'review', type: 'human', prompt: 'Fine?', branches: ['after'] },
        { name: 'tick', type: 'timer', wait: '1h', branches: ['after'] },
      ],
    },
  ]);
}

test('a cancel ends the run, its child run and 50 calls in flight, and nothing starts afterwards', async () => {
  await defineAll();
  const calls: FunctionCall[] = [];
  const worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    concurrency: 60,
    slots: { model: 24 },
    functions: {
      hang: (call) => {
        const place = calls.push(call);
        return new Promise((resolve, reject) => {
          // every tenth answers all the same, when it is too late
          call.signal.addEventListener('abort', () =>
            place % 10 === 0 ? resolve({ late: true }) : reject(call.signal.reason),
          );
        });
      },
    },
  });
  try {
    const [started] = await db.query<{ id: string }>(
      'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
      ['outer', { functions: list(26), models: list(16) }],
    );
    const run = started?.id;
    await eventually(
      '50 calls are under way',
      () => calls.length === 30 && models.stats().active === 20,
    );
    const created = await count('select count(*) from pgwave.interactions');

    const from = performance.now();
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
    const cancelled = performance.now();
    // done in the cancel's transaction
    expect(
      await db.query('select status, finished_at is null as open from pgwave.workflow_runs'),
    ).toEqual([
      { status: 'cancelled', open: false },
      { status: 'cancelled', open: false },
    ]);
    await eventually(
      'every call is aborted, and the server saw the connections close',
      () => calls.every(({ signal }) => signal.aborted) && models.stats().active === 0,
    );
    const aborted = performance.now();
    console.log(
      `cancelled in ${Math.round(cancelled - from)} ms; 50 calls aborted ${Math.round(aborted - from)} ms after the cancel was asked for`,
    );
    expect(models.stats()).toMatchObject({ requests: 20, aborted: 20, answered: 0 });

    await eventually('the late answers are kept', async () => {
      const kept = `select count(*) from pgwave.interaction_attempts where late_answer is not null`;
      return (await count(kept)) === 3;
    });
    const beat = `select count(*) from pgwave.workers where seen_at > clock_timestamp() - interval '0.5 s'`;
    await db.query(`update pgwave.workers set seen_at = seen_at - interval '2 s'`);
    await eventually('the worker asked for more', async () => (await count(beat)) === 1);
    expect(calls).toHaveLength(30);
    expect(models.stats().requests).toBe(20);
    expect(await count('select count(*) from pgwave.interactions')).toBe(created);
    for (const table of ['ready', 'leases', 'waits', 'run_endings'])
      expect([table, await count(`select count(*) from pgwave.${table}`)]).toEqual([table, 0]);
    const statuses = await db.query(
      `select status, count(*)::int as n from pgwave.interactions where conversation_id <> 9198 group by status`,
    );
    // 50 calls, 4 headers, the sub-workflow, the person and the timer
    expect(statuses).toEqual([{ status: 'cancelled', n: 57 }]);
  } finally {
    await worker.stop();
  }
});
