// The ladder of a model's answer, from the model to the rows: read, repaired, wrapped, asked again, refused.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Fault } from '../../workers/models/rehearsal/faults.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { checkInvariants } from '../engine/driver.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

let db: TestDatabase;
let models: RehearsalServer;
let worker: Worker;

const output = {
  type: 'object',
  properties: {
    posting_id: { type: 'integer' },
    source: { type: 'string' },
    skills: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
  },
  required: ['posting_id', 'source', 'skills'],
  additionalProperties: false,
};

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer({ port: 0 });
  await db.query('select pgwave.define_actor($1)', [
    {
      name: 'gemma3:1b',
      type: 'ai_model',
      model: 'gemma3:1b',
      options: { temperature: 0, seed: 42 },
    },
  ]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'skills',
      conversations: [
        {
          name: 'skills',
          actor: 'gemma3:1b',
          prompt:
            'Extract the skills as a JSON object {"skills": []}.\n\nPosting:\n{{ input.posting }}',
          // over the run's input, which has a source too
          params: { source: '$input.source ?? "unknown"' },
          output,
          retry: { max_attempts: 1 },
        },
      ],
    },
  ]);
  worker = await startWorker({ databaseUrl: db.url, ollamaHost: models.url });
});

afterEach(async () => {
  models.setFaults([]);
  await checkInvariants(db);
});

afterAll(async () => {
  await worker?.stop();
  await models?.close();
  await db?.close();
});

/** A run with these faults of the model, when it has ended: the interaction, its attempts, the faults in its events. */
async function run(faults: Fault[]) {
  models.setFaults(faults);
  const [started] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [
      'skills',
      { posting_id: 176, posting: 'We need SQL, Python and Docker. You know Kubernetes.' },
    ],
  );
  const id = started?.id;
  await eventually('the run ends', async () => {
    const rows = await db.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
      [id],
    );
    return rows.length > 0;
  });
  const [interaction] = await db.query(
    'select status, output, error from pgwave.interactions where workflow_run_id = $1 and conversation_id > 9999',
    [id],
  );
  const attempts = await db.query(
    `select outcome, usage ->> 'rung' as rung, usage -> 'ladder' as ladder, a.output, a.error
     from pgwave.interaction_attempts a join pgwave.interactions i using (interaction_id, workflow_run_id)
     where a.workflow_run_id = $1 and i.conversation_id > 9999 order by a.attempt`,
    [id],
  );
  const events = await db.query(
    `select e.event_type as type, e.data #>> '{error,code}' as code, e.data ->> 'reason' as reason,
            jsonb_array_length(e.data #> '{error,detail}') as errors
     from pgwave.interaction_events e join pgwave.interactions i using (interaction_id, workflow_run_id)
     where e.workflow_run_id = $1 and i.conversation_id > 9999 order by e.seq`,
    [id],
  );
  return { interaction, attempts, events };
}

test('an answer that fits needs no ladder', async () => {
  const { interaction, attempts } = await run([]);
  expect(interaction).toMatchObject({ status: 'completed' });
  expect(attempts).toMatchObject([{ outcome: 'completed', rung: 'valid', ladder: null }]);
});

test.each([
  ['prose', 'extracted'],
  ['fence', 'extracted'],
  ['wrong_json', 'repaired'],
] as const)('in %s it is %s', async (kind, rung) => {
  const { attempts } = await run([{ kind, count: 1 }]);
  expect(attempts).toMatchObject([{ outcome: 'completed', rung, ladder: null }]);
});

test('a bare array is wrapped, and what the run and the conversation were given is passed through', async () => {
  const { interaction, attempts } = await run([{ kind: 'array', count: 1 }]);
  expect(interaction).toMatchObject({
    status: 'completed',
    output: {
      data: {
        posting_id: 176,
        source: 'unknown',
        skills: expect.arrayContaining(['SQL', 'Python']),
      },
    },
  });
  // the original text is kept
  expect(JSON.parse(interaction?.output.response)).toEqual(interaction?.output.data.skills);
  expect(attempts).toMatchObject([
    {
      outcome: 'completed',
      rung: 'wrapped',
      ladder: [
        { rung: 'valid', errors: 1 },
        { rung: 'wrapped', errors: 0, added: ['posting_id', 'skills', 'source'] },
      ],
    },
  ]);
});

test('a bare array in prose climbs from extracted to wrapped', async () => {
  const { attempts } = await run([
    { kind: 'array', count: 1 },
    { kind: 'prose', count: 1 },
  ]);
  expect(attempts).toMatchObject([
    {
      outcome: 'completed',
      rung: 'wrapped',
      ladder: [{ rung: 'extracted' }, { rung: 'wrapped', errors: 0 }],
    },
  ]);
});

test('another shape is asked for again, with what is wrong with it, in rows and events', async () => {
  const { interaction, attempts, events } = await run([{ kind: 'wrong_shape', count: 1 }]);
  expect(interaction).toMatchObject({ status: 'completed', error: null });
  expect(attempts).toMatchObject([
    {
      outcome: 'asked_again',
      rung: 'asked_again',
      ladder: [{ rung: 'valid', errors: expect.any(Number) }, { rung: 'asked_again' }],
      output: { data: { unexpected: true } },
      error: {
        code: 'invalid_output',
        detail: expect.arrayContaining([expect.objectContaining({ keyword: 'required' })]),
      },
    },
    { outcome: 'completed', rung: 'valid', ladder: null },
  ]);
  expect(events.map(({ type, code, reason }) => [type, code, reason])).toEqual([
    ['created', null, null],
    ['started', null, null],
    ['retry_scheduled', 'invalid_output', 'ask_again'],
    ['started', null, null],
    ['completed', null, null],
  ]);
  expect(events[2]?.errors).toBeGreaterThan(0);
  const asked = models.requests().at(-1)?.messages.at(-1)?.content ?? '';
  expect(asked).toContain('That answer cannot be used');
  expect(asked).toContain('must have the property');
});

test('what never fits ends as invalid_output, and the ladder says how far each try came', async () => {
  const { interaction, attempts, events } = await run([{ kind: 'garbage' }]);
  expect(interaction).toMatchObject({
    status: 'failed',
    output: null,
    error: { code: 'invalid_output' },
  });
  expect(attempts).toMatchObject([
    {
      outcome: 'asked_again',
      rung: 'asked_again',
      ladder: [{ rung: 'unreadable', errors: 1 }, { rung: 'asked_again' }],
    },
    {
      outcome: 'failed',
      rung: 'invalid_output',
      ladder: [{ rung: 'unreadable', errors: 1 }, { rung: 'invalid_output' }],
    },
  ]);
  expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'invalid_output' });
});
