import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

// All scripts log in as pgwave_script: an attempt is known by its key, and asks about its own run only.

interface Work {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
  actor_type: string;
  attempt_key?: string | null;
}

let db: TestDatabase;
let worker: string;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.query('select pgwave.define_actor($1)', [{ name: 'noop', type: 'function' }]);
  await db.query('select pgwave.define_actor($1)', [
    { name: 'saver', type: 'script', command: ['saver.ts'], scripts: 'scripts' },
  ]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'save',
      conversations: [
        { name: 'make', actor: 'noop', branches: ['keep'] },
        { name: 'keep', actor: 'saver', retry: { max_attempts: 3 } },
      ],
    },
  ]);
  const [row] = await db.query<{ id: string }>(
    `select (pgwave.register_worker('test', 1, '{"function": 10, "script": 10}') ->> 'worker_id') as id`,
  );
  worker = row?.id as string;
});

afterAll(() => db?.close());

async function begin(): Promise<Work[]> {
  const [row] = await db.query<{ work: Work[] }>(
    'select pgwave.begin_interactions($1, null, 10) as work',
    [worker],
  );
  return row?.work as Work[];
}

async function complete(work: Work[], response = 'made'): Promise<void> {
  const outputs = work.map(({ interaction_id, workflow_run_id, attempt }) => ({
    interaction_id,
    workflow_run_id,
    attempt,
    response: `${response} ${workflow_run_id}`,
  }));
  await db.query('select pgwave.complete_interactions($1, $2, 0)', [
    JSON.stringify(outputs),
    worker,
  ]);
}

/** What a script is answered; the code of the error where it is refused. */
async function ask(interactionId: number, key: string | null | undefined): Promise<unknown> {
  return db.as('pgwave_script', async (script) => {
    try {
      const { rows } = await script.query(
        "select pgwave.previous_output($1, $2, 'make') ->> 'response' as response",
        [interactionId, key],
      );
      return rows[0].response;
    } catch (error) {
      return (error as pg.DatabaseError).code;
    }
  });
}

test('a script asks about its own run, with the key of its attempt, while that runs', async () => {
  for (let i = 0; i < 2; i += 1) await db.query("select pgwave.start_workflow('save')");
  const made = await begin();
  expect(made.map(({ attempt_key }) => attempt_key ?? null)).toEqual([null, null]);
  await complete(made);

  const [one, two] = (await begin()) as [Work, Work];
  expect(one.attempt_key).toMatch(/^[0-9a-f]{64}$/);
  expect(await ask(one.interaction_id, one.attempt_key)).toBe(`made ${one.workflow_run_id}`);
  expect(await ask(two.interaction_id, two.attempt_key)).toBe(`made ${two.workflow_run_id}`);

  // another's number, no key, a key that was tampered with
  expect(await ask(two.interaction_id, one.attempt_key)).toBe('PWACC');
  expect(await ask(one.interaction_id, null)).toBe('PWACC');
  expect(await ask(one.interaction_id, one.attempt_key?.toUpperCase())).toBe('PWACC');

  // the next attempt has another key
  await db.query('select pgwave.fail_interactions($1, $2, 0)', [
    JSON.stringify([{ ...one, error: { code: 'script_crashed', message: 'x', retryable: true } }]),
    worker,
  ]);
  expect(await ask(one.interaction_id, one.attempt_key)).toBe('PWACC');

  await complete([two]);
  expect(await ask(two.interaction_id, two.attempt_key)).toBe('PWACC');
});

test('its key is made from what nobody but the engine reads', async () => {
  for (const role of ['pgwave_script', 'pgwave_sql', 'pgwave_api', 'pgwave_worker'] as const) {
    await db.as(role, async (client) => {
      await expect(client.query('select * from pgwave_private.attempt_secrets')).rejects.toThrow(
        /permission denied/,
      );
      await expect(client.query('select pgwave_private.attempt_key(1, 1)')).rejects.toThrow(
        /permission denied/,
      );
    });
  }
});
