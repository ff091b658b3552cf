import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
let models: RehearsalServer;
const errors: unknown[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer({ port: 0 });
});
afterAll(async () => {
  await models.close();
  await db.close();
});

async function define(name: string, conversations: object[], rest: object = {}): Promise<void> {
  await db.query('select pgwave.define_workflow($1)', [{ name, conversations, ...rest }]);
}

async function start(name: string, input: object = {}): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [name, input],
  );
  return row?.id ?? '';
}

async function finished(ids: string[], timeoutMs = 120_000): Promise<Map<string, string>> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const rows = await db.query<{ id: string; status: string }>(
      `select workflow_run_id as id, status from pgwave.workflow_runs
        where workflow_run_id = any($1) and finished_at is not null`,
      [ids],
    );
    if (rows.length === ids.length) return new Map(rows.map(({ id, status }) => [id, status]));
    if (Date.now() > until) throw new Error(`only ${rows.length} of ${ids.length} runs finished`);
    await sleep(20);
  }
}

async function waitFor<Row>(query: string, values: unknown[], timeoutMs = 5000): Promise<Row> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const [row] = await db.query<Row & Record<string, unknown>>(query, values);
    if (row !== undefined) return row;
    if (Date.now() > until) throw new Error(`nothing came of ${query}`);
    await sleep(10);
  }
}

async function withWorker(
  options: Partial<Parameters<typeof startWorker>[0]>,
  work: (worker: Worker) => Promise<void>,
): Promise<void> {
  const worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    onError: (error) => errors.push(error),
    ...options,
  });
  try {
    await work(worker);
  } finally {
    await worker.stop();
  }
}

test('a chain of function steps runs, and its parameters keep their types', async () => {
  const seen: unknown[] = [];
  await db.query('select pgwave.define_actor($1)', [{ name: 'note', type: 'function' }]);
  await define('function-chain', [
    { name: 'one', actor: 'note', params: { n: '$input.n' }, branches: ['two'] },
    { name: 'two', actor: 'note', params: { list: ['$one.data.seen', 2] } },
  ]);
  await withWorker(
    {
      functions: {
        note: ({ params }) => {
          seen.push(params);
          return { seen: 'yes' };
        },
      },
    },
    async () => {
      const id = await start('function-chain', { n: 7 });
      expect((await finished([id])).get(id)).toBe('completed');
    },
  );
  expect(seen).toEqual([{ n: 7 }, { list: ['yes', 2] }]);
});

test('an actor whose function has another name is served by who has the function', async () => {
  await db.query('select pgwave.define_actor($1)', [
    { name: 'careful-note', type: 'function', handler: 'other' },
  ]);
  await define('other-name', [{ name: 'one', actor: 'careful-note' }]);
  await withWorker({ functions: { other: () => ({ done: true }) } }, async () => {
    const id = await start('other-name');
    expect((await finished([id])).get(id)).toBe('completed');
  });
});

test('a cancelled run aborts the call in flight within two seconds', async () => {
  await db.query('select pgwave.define_actor($1)', [{ name: 'hang', type: 'function' }]);
  await define('hanging', [{ name: 'hang', actor: 'hang' }]);
  let aborted = 0;
  await withWorker(
    {
      functions: {
        hang: ({ signal }) =>
          new Promise((_, reject) =>
            signal.addEventListener('abort', () => {
              aborted = Date.now();
              reject(signal.reason);
            }),
          ),
      },
    },
    async () => {
      const id = await start('hanging');
      await waitFor(
        `select from pgwave.interactions where workflow_run_id = $1 and status = 'running' and conversation_id <> 9198`,
        [id],
      );
      const cancelled = Date.now();
      await db.query('select pgwave.cancel_workflow_run($1)', [id]);
      expect((await finished([id])).get(id)).toBe('cancelled');
      while (aborted === 0 && Date.now() - cancelled < 3000) await sleep(10);
      expect(aborted - cancelled).toBeLessThan(2000);
      expect(aborted).toBeGreaterThan(0);
    },
  );
});

test('a stopping worker hands back what it does not finish, and the attempt does not count', async () => {
  await define('handed-back', [{ name: 'hang', actor: 'hang' }]);
  let id = '';
  await withWorker({ graceMs: 100, functions: { hang: () => new Promise(() => {}) } }, async () => {
    id = await start('handed-back');
    await waitFor(
      `select from pgwave.interactions where workflow_run_id = $1 and status = 'running' and conversation_id <> 9198`,
      [id],
    );
  });
  const [row] = await db.query(
    `select status, attempt, attempts_not_counted, pending_reason from pgwave.interactions
      where workflow_run_id = $1 and conversation_id <> 9198`,
    [id],
  );
  expect(row).toEqual({
    status: 'pending',
    attempt: 1,
    attempts_not_counted: 1,
    pending_reason: 'handed_back',
  });
  await withWorker({ functions: { hang: () => ({}) } }, async () => {
    expect((await finished([id])).get(id)).toBe('completed');
  });
});

test('a model call is streamed, counted and marked as rehearsed; a missing model fails for good', async () => {
  await db.query('select pgwave.define_actor($1)', [
    { name: 'gemma3:1b', type: 'ai_model', options: { temperature: 0, seed: 42 } },
  ]);
  await db.query('select pgwave.define_actor($1)', [{ name: 'nobody:1b', type: 'ai_model' }]);
  await define('model', [
    { name: 'ask', actor: 'gemma3:1b', prompt: 'Summarise this in one sentence: {{ input.text }}' },
  ]);
  await define('no-model', [{ name: 'ask', actor: 'nobody:1b', prompt: 'Hello' }]);
  await withWorker({}, async () => {
    const good = await start('model', { text: 'Nurses work at night. Nurses help people.' });
    const bad = await start('no-model');
    const ended = await finished([good, bad]);
    expect([ended.get(good), ended.get(bad)]).toEqual(['completed', 'failed']);
    const [row] = await db.query<{ usage: Record<string, unknown>; prompt_tokens: number }>(
      `select a.usage, i.prompt_tokens from pgwave.interactions i
         join pgwave.interaction_attempts a using (interaction_id, workflow_run_id)
        where workflow_run_id = $1 and i.conversation_id <> 9198`,
      [good],
    );
    expect(row?.usage).toMatchObject({ model: 'gemma3:1b', rehearsed: true, seed: 42 });
    expect(row?.usage.model_digest).toMatch(/^[0-9a-f]{64}$/);
    expect(row?.prompt_tokens).toBeGreaterThan(0);
    const [failed] = await db.query<{ error: { code: string } }>(
      'select error from pgwave.workflow_runs where workflow_run_id = $1',
      [bad],
    );
    expect(failed?.error.code).toBe('model_not_found');
  });
});

test('a host that is down is retried, then fails the run with its code', async () => {
  await define('down', [
    { name: 'ask', actor: 'gemma3:1b', prompt: 'Hello', retry: { max_attempts: 2, delay: '1ms' } },
  ]);
  await withWorker({ ollamaHost: 'http://127.0.0.1:1' }, async () => {
    const id = await start('down');
    expect((await finished([id])).get(id)).toBe('failed');
    const attempts = await db.query(
      `select attempt, outcome, error ->> 'code' as code from pgwave.interaction_attempts
        where workflow_run_id = $1 order by attempt`,
      [id],
    );
    expect(attempts).toEqual([
      { attempt: 1, outcome: 'failed', code: 'connection_lost' },
      { attempt: 2, outcome: 'failed', code: 'connection_lost' },
    ]);
  });
});

test('an answer that the database refuses hurts only itself', async () => {
  await db.query('select pgwave.define_actor($1)', [{ name: 'poison', type: 'function' }]);
  await define('poison', [{ name: 'step', actor: 'poison', params: { n: '$input.n' } }]);
  let deep: unknown = 1;
  for (let i = 0; i < 7000; i += 1) deep = [deep];
  await withWorker(
    {
      functions: {
        // Deeper than jsonb may be: the call that carries it raises.
        poison: ({ params }) => ((params as { n: number }).n === 3 ? deep : { ok: true }),
      },
    },
    async () => {
      const ids = await Promise.all([1, 2, 3, 4, 5].map((n) => start('poison', { n })));
      const ended = await finished(ids);
      expect(ids.map((id) => ended.get(id))).toEqual([
        'completed',
        'completed',
        'failed',
        'completed',
        'completed',
      ]);
    },
  );
});

test('an answer that is no JSON hurts only itself', async () => {
  await db.query('select pgwave.define_actor($1)', [{ name: 'odd', type: 'function' }]);
  await define('odd', [{ name: 'step', actor: 'odd', params: { n: '$input.n' }, retry: false }]);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  const odd = [
    circle,
    { big: Number.NaN },
    deep,
    {
      toJSON() {
        throw new Error('no');
      },
    },
  ];
  await withWorker(
    {
      functions: {
        odd: ({ params }) => odd[(params as { n: number }).n] ?? { ok: true },
      },
    },
    async () => {
      const ids = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => start('odd', { n })));
      const ended = await finished(ids);
      expect(ids.map((id) => ended.get(id))).toEqual([
        ...Array(4).fill('failed'),
        'completed',
        'completed',
      ]);
      const codes = await db.query(
        `select distinct error ->> 'code' as code from pgwave.workflow_runs where workflow_run_id = any($1) and error is not null`,
        [ids],
      );
      expect(codes).toEqual([{ code: 'function_error' }]);
    },
  );
});

test('work that never reached its worker goes back, and is done', async () => {
  await db.query('select pgwave.define_actor($1)', [{ name: 'stray', type: 'function' }]);
  await define('stray', [{ name: 'step', actor: 'stray' }]);
  let called = 0;
  await withWorker(
    {
      functions: {
        stray: () => {
          called += 1;
          return {};
        },
      },
    },
    async (worker) => {
      const actor = `select actor_id from pgwave.actors where actor_name = 'stray'`;
      await db.query(
        `insert into pgwave.actor_limits (actor_id, held_until) values ((${actor}), now() + interval '1 hour')`,
      );
      const id = await start('stray');
      // the answer to the worker's call is lost: to the database it has the work
      const client = await db.pool.connect();
      try {
        await client.query('begin');
        await client.query(`delete from pgwave.actor_limits where actor_id = (${actor})`);
        const { rows } = await client.query(
          `select json_array_length(pgwave.begin_interactions($1, 'function:stray', 1)) as begun`,
          [worker.workerId],
        );
        expect(rows).toEqual([{ begun: 1 }]);
        await client.query('commit');
      } finally {
        client.release();
      }
      expect((await finished([id])).get(id)).toBe('completed');
      const attempts = await db.query(
        'select attempt, outcome from pgwave.interaction_attempts where workflow_run_id = $1 order by attempt',
        [id],
      );
      expect(attempts).toEqual([
        { attempt: 1, outcome: 'handed_back' },
        { attempt: 2, outcome: 'completed' },
      ]);
    },
  );
  expect(called).toBe(1);
});

async function spawnWorker(options: string[] = []): Promise<ChildProcess> {
  const file = path.join(import.meta.dirname, 'worker-process.ts');
  const child = spawn(process.execPath, [...options, file], {
    env: { ...process.env, DATABASE_URL: db.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

test('a worker killed in the middle of 25 runs: another finishes them, and nothing is done twice', async () => {
  await db.query('select pgwave.define_actor($1)', [{ name: 'slow', type: 'function' }]);
  await define(
    'killed',
    Array.from({ length: 5 }, (_, i) => ({
      name: `s${i}`,
      actor: 'slow',
      ...(i < 4 ? { branches: [`s${i + 1}`] } : {}),
    })),
  );
  const first = await spawnWorker();
  const ids = await Promise.all(Array.from({ length: 25 }, () => start('killed')));
  await waitFor(
    `select from pgwave.interactions where workflow_run_id = any($1) and status = 'completed'
        and conversation_id <> 9198 having count(*) > 20`,
    [ids],
  );
  first.kill('SIGKILL');
  await once(first, 'exit');
  const second = await spawnWorker();
  const from = Date.now();
  const ended = await finished(ids);
  expect(new Set(ended.values())).toEqual(new Set(['completed']));
  expect(Date.now() - from).toBeLessThan(20_000);
  second.kill('SIGTERM');
  await once(second, 'exit');
  const [counts] = await db.query<{ completed: string; events: string; lost: string }>(
    `select (select count(*) from pgwave.interactions
              where workflow_run_id = any($1) and status = 'completed' and conversation_id <> 9198) as completed,
            (select count(*) from pgwave.interaction_events e join pgwave.interactions i using (interaction_id, workflow_run_id)
              where workflow_run_id = any($1) and e.event_type = 'completed' and i.conversation_id <> 9198) as events,
            (select count(*) from pgwave.interaction_attempts
              where workflow_run_id = any($1) and error ->> 'code' = 'worker_lost') as lost`,
    [ids],
  );
  expect(counts).toMatchObject({ completed: '125', events: '125' });
  expect(Number(counts?.lost)).toBeGreaterThan(0);
});

test.each([
  ['ahead', 86_400_000],
  ['behind', -86_400_000],
])('a worker whose clock is a day %s works like any other', async (name, skew) => {
  const clock = `const Real = Date; globalThis.Date = class extends Real {
    constructor(...given) { given.length === 0 ? super(Real.now() + ${skew}) : super(...given); }
    static now() { return Real.now() + ${skew}; }
  };`;
  await db.query('select pgwave.define_actor($1)', [{ name: 'slow', type: 'function' }]);
  await define(`clock-${name}`, [
    { name: 'one', actor: 'slow', branches: ['pause'] },
    { name: 'pause', type: 'timer', wait: '100ms', branches: ['two'] },
    { name: 'two', actor: 'slow' },
  ]);
  const worker = await spawnWorker([
    '--import',
    `data:text/javascript,${encodeURIComponent(clock)}`,
  ]);
  try {
    const id = await start(`clock-${name}`);
    expect((await finished([id])).get(id)).toBe('completed');
    const [times] = await db.query(
      `select bool_and(i.started_at between r.created_at - interval '1 s' and clock_timestamp()
                and i.completed_at between i.started_at and clock_timestamp()) as sound,
              bool_and(w.seen_at > clock_timestamp() - interval '5 s') as seen
         from pgwave.workflow_runs r join pgwave.interactions i using (workflow_run_id)
         left join pgwave.workers w on true
        where r.workflow_run_id = $1 and i.status = 'completed'`,
      [id],
    );
    expect(times).toEqual({ sound: true, seen: true });
  } finally {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
  }
});
