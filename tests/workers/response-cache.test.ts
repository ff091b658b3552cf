import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelProvider } from '../../workers/models/provider.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
let models: RehearsalServer;
let worker: Worker;

let calls = 0;
/** A server that says nothing of tokens. */
const silent: ModelProvider = {
  async chat({ model }) {
    calls += 1;
    return {
      response: `Said ${calls} times.`,
      model,
      digest: 'abc',
      doneReason: 'stop',
      promptTokens: 0,
      completionTokens: 0,
    };
  },
  async identify() {
    return { digest: 'abc', rehearsed: false };
  },
};

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer({ port: 0 });
  await db.query('select pgwave.define_actor($1)', [{ name: 'gemma3:1b', type: 'ai_model' }]);
  worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    providers: { silent },
  });
});
afterAll(async () => {
  await worker.stop();
  await models.close();
  await db.close();
});

const asked = () => models.requests().filter(({ path }) => path === '/api/chat').length;

async function define(name: string, conversation: object, more: object = {}): Promise<void> {
  await db.query('select pgwave.define_workflow($1)', [
    {
      name,
      ...more,
      conversations: [
        {
          name: 'sum_up',
          actor: 'gemma3:1b',
          prompt: 'Summarise this posting in five sentences.\n{{ input.text }}',
          ...conversation,
        },
      ],
    },
  ]);
}

interface Step {
  id: string;
  status: string;
  response: string;
  usage: Record<string, unknown> & { cached?: { interaction_id: number } };
  completion_tokens: number;
}

/** Runs a workflow to its end: its only step, how it was answered, and how many calls the models had meanwhile. */
async function run(name: string, input: object): Promise<Step & { calls: number }> {
  const before = asked();
  const [started] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [name, input],
  );
  return finished(started?.id, before);
}

async function finished(id: string | undefined, before: number): Promise<Step & { calls: number }> {
  for (let tries = 0; tries < 400; tries++) {
    const [step] = await db.query<Step>(
      `select i.interaction_id as id, i.status, i.output ->> 'response' as response, t.usage, i.completion_tokens
         from pgwave.workflow_runs run
         join pgwave.interactions i
           on i.workflow_run_id = run.workflow_run_id and i.conversation_id <> 9198
         join pgwave.interaction_attempts t
           on t.interaction_id = i.interaction_id and t.attempt = i.attempt
        where run.workflow_run_id = $1 and run.finished_at is not null`,
      [id],
    );
    if (step) return { ...step, calls: asked() - before };
    await sleep(25);
  }
  throw new Error(`run ${id} does not finish`);
}

const text = 'We look for a baker. Bread is baked at night. The pay is good. Apply soon.';

test('what was asked before is answered from the table, costs nothing, and says whose answer it was', async () => {
  await define('cached', { cache: true });
  const first = await run('cached', { text });
  expect(first).toMatchObject({ status: 'completed', calls: 1 });
  expect(first.usage).not.toHaveProperty('cached');
  const second = await run('cached', { text });
  expect(second).toMatchObject({
    status: 'completed',
    calls: 0,
    response: first.response,
    completion_tokens: 0,
    usage: {
      model_digest: first.usage.model_digest,
      prompt_sha256: first.usage.prompt_sha256,
      rehearsed: true,
      cached: {
        interaction_id: Number(first.id),
        completion_tokens: first.usage.completion_tokens,
      },
    },
  });
  expect(await run('cached', { text: `${text} Today.` })).toMatchObject({ calls: 1 });
  const [usage] = await db.query(
    `select calls, cached from pgwave.model_usage where model = 'gemma3:1b'`,
  );
  expect(usage).toEqual({ calls: '2', cached: '1' });
  const [shown] = await db.query<{ cached: boolean }>(
    'select cached from pgwave.run_timeline where interaction_id = $1',
    [second.id],
  );
  expect(shown).toEqual({ cached: true });
});

test('another workflow that asks the same has the answer too; other options, format or digest have not', async () => {
  await define('cached-elsewhere', { cache: true });
  expect(await run('cached-elsewhere', { text })).toMatchObject({ calls: 0 });
  await define('cached-with-seed', { cache: true, options: { seed: 7 } });
  expect(await run('cached-with-seed', { text })).toMatchObject({ calls: 1 });
  await define('cached-with-format', {
    cache: true,
    output: { type: 'object', properties: { summary: { type: 'string' } } },
  });
  expect(await run('cached-with-format', { text })).toMatchObject({ calls: 1 });
  await db.query(`update pgwave.model_responses
     set cache_key = pgwave_private.cache_key(
       request || '{"model_digest": "another"}', interaction_id, workflow_run_id)`);
  expect(await run('cached-elsewhere', { text })).toMatchObject({ calls: 1 });
});

test('an answer is given to the owner who got it only, unless the actor shares its answers', async () => {
  const logins = ['one', 'two'].map((part) => `${db.name}_${part}`);
  const runAs = async (login: string, name: string) => {
    const before = asked();
    const client = await db.pool.connect();
    try {
      await client.query(`set session authorization ${login}`);
      const { rows } = await client.query(
        'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
        [name, { text: `${text} Secretly.` }],
      );
      return { calls: (await finished(rows[0]?.id, before)).calls };
    } finally {
      client.release(true);
    }
  };
  for (const login of logins) await db.query(`create role ${login} login in role pgwave_operator`);
  try {
    for (const shared of [false, true]) {
      const name = `cache-of-${shared ? 'all' : 'one'}`;
      await db.query('select pgwave.define_actor($1)', [
        {
          name,
          type: 'ai_model',
          model: 'gemma3:1b',
          options: { seed: shared ? 1 : 2 },
          cache: { shared },
        },
      ]);
      await define(name, { actor: name, cache: true });
      await db.query("select pgwave.grant_workflow($1, 'public', 'operate')", [name]);
      const [one = '', two = ''] = logins;
      expect(await runAs(one, name)).toEqual({ calls: 1 });
      expect(await runAs(one, name)).toEqual({ calls: 0 });
      expect(await runAs(two, name)).toEqual({ calls: shared ? 0 : 1 });
      expect(await runAs(two, name)).toEqual({ calls: 0 });
    }
  } finally {
    for (const login of logins) await db.query(`drop role ${login}`);
  }
});

test('without cache: true the model is called each time, and nothing is kept', async () => {
  await define('not-cached', { options: { seed: 11 } });
  expect(await run('not-cached', { text })).toMatchObject({ calls: 1 });
  expect(await run('not-cached', { text })).toMatchObject({ calls: 1 });
  expect(
    await db.query(`select from pgwave.model_responses where request #>> '{options,seed}' = '11'`),
  ).toEqual([]);
});

test('an answer that breaks its contract is never kept', async () => {
  await define('cached-and-wrong', {
    cache: true,
    prompt: 'Sum it up. [[rehearse:say=I would rather not.]]\n{{ input.text }}',
    output: { type: 'object', properties: { summary: { type: 'string' } } },
    retry: 1,
    options: { seed: 12 },
  });
  const first = await run('cached-and-wrong', { text });
  expect(first.status).toBe('failed');
  expect(first.calls).toBeGreaterThan(0);
  expect(await run('cached-and-wrong', { text })).toMatchObject({ calls: first.calls });
  expect(
    await db.query(`select from pgwave.model_responses where request #>> '{options,seed}' = '12'`),
  ).toEqual([]);
});

test('equal questions of one moment are kept once', async () => {
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'cached-map',
      conversations: [
        {
          name: 'sum_up',
          actor: 'gemma3:1b',
          for_each: '$input.texts[*]',
          prompt: 'Summarise this posting in five sentences.\n{{ item }}',
          cache: true,
          options: { seed: 13 },
        },
      ],
    },
  ]);
  const texts = Array.from({ length: 20 }, (_, n) => `${text} It is number ${n % 3}.`);
  const [started] = await db.query<{ id: string }>(
    `select (pgwave.start_workflow('cached-map', $1)).workflow_run_id as id`,
    [{ texts }],
  );
  await expect
    .poll(
      () =>
        db.query('select status from pgwave.workflow_runs where workflow_run_id = $1', [
          started?.id,
        ]),
      { timeout: 240_000 },
    )
    .toEqual([{ status: 'completed' }]);
  expect(
    await db.query(
      `select count(*)::int as kept from pgwave.model_responses where request #>> '{options,seed}' = '13'`,
    ),
  ).toEqual([{ kept: 3 }]);
});

test('what a server without a count of tokens answered is kept too', async () => {
  await db.query('select pgwave.define_actor($1)', [
    {
      name: 'quiet',
      type: 'ai_model',
      provider: 'silent',

      model: 'quiet',
    },
  ]);
  await define('uncounted', { actor: 'quiet', cache: true });
  const first = await run('uncounted', { text: 'a job' });
  expect(first).toMatchObject({ status: 'completed', response: 'Said 1 times.' });
  const again = await run('uncounted', { text: 'a job' });
  expect(again).toMatchObject({ response: 'Said 1 times.', usage: { cached: {} } });
  expect(calls).toBe(1);
});

test('what is forgotten is asked anew', async () => {
  const [before] = await db.query<{ kept: string }>(
    'select count(*) as kept from pgwave.model_responses',
  );
  expect(await db.query('select pgwave.forget_responses() as forgotten')).toEqual([
    { forgotten: before?.kept },
  ]);
  expect(await run('cached', { text })).toMatchObject({ calls: 1 });
  expect(await db.query(`select pgwave.forget_responses('1 hour') as forgotten`)).toEqual([
    { forgotten: '0' },
  ]);
});
