import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { follow, handWorker, post, serve, token } from '../helpers/graphql.ts';
import { eventually } from '../helpers/processes.ts';

// Ann defines and runs; Bob is told what is shared with him, for as long as it is.

let db: TestDatabase;
let server: Server;
let ann: string;
let bob: string;
let worker: Awaited<ReturnType<typeof handWorker>>;

const DEFINE =
  'mutation ($d: JSON!) { defineWorkflow(input: { definition: $d }) { result { version } } }';

beforeAll(async () => {
  db = await createTestDatabase();
  worker = await handWorker(db);
  server = await serve(db);
  ann = await token({ sub: 'ann', role: 'author' });
  bob = await token({ sub: 'bob', role: 'operator' });
  await db.query('select pgwave.define_actor($1)', [{ name: 'noop', type: 'function' }]);
  for (const d of [
    {
      name: 'steps',
      conversations: [
        { name: 'one', actor: 'noop', branches: ['two'] },
        { name: 'two', actor: 'noop' },
      ],
    },
    {
      name: 'asking',
      start: ['bobs', 'carls'],
      conversations: [
        { name: 'bobs', type: 'human', prompt: 'Bob?', assignees: ['bob'] },
        { name: 'carls', type: 'human', prompt: 'Carl?', assignees: ['carl'] },
      ],
    },
  ]) {
    await as(ann, DEFINE, { d });
  }
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

/** The result of a mutation that must succeed. */
async function as(bearer: string, mutation: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await post(server, mutation, variables, bearer);
  expect(errors).toBeUndefined();
  // biome-ignore lint/suspicious/noExplicitAny: the tests know what they asked for
  return (Object.values(data)[0] as { result: any }).result;
}

const startOf = async (workflow: string): Promise<string> =>
  (
    await as(
      ann,
      'mutation ($w: String!) { startWorkflow(input: { workflow: $w }) { result { workflowRunId } } }',
      { w: workflow },
    )
  ).workflowRunId;

const share = (name: 'grant' | 'revoke', grantee: string) =>
  as(
    ann,
    `mutation ($to: String!) { ${name}Workflow(input: { workflow: "steps", grantee: $to, permission: "view" }) {
       result ${name === 'grant' ? '{ permission }' : ''} } }`,
    { to: grantee },
  );

/** A subscription of each kind that is about a run or one of its interactions. */
const ABOUT_RUNS: Record<string, string> = {
  workflowRunUpdated: 'workflowRunUpdated(workflowRunId: $run) { status interactionsCompleted }',
  interactionUpdated:
    'interactionUpdated(workflowRunId: $run) { interactions { interactionId status } }',
  batchUpdated: 'batchUpdated(workflowRunId: $run) { run { status interactionsCompleted } }',
  responseStreamed:
    'responseStreamed(interactionId: $interaction) { response interaction { status } }',
};

async function subscribeTo(kind: string, run: string, bearer: string) {
  const [row] = await db.query<{ id: string }>(
    'select max(interaction_id) as id from pgwave.interactions where workflow_run_id = $1',
    [run],
  );
  const about = kind === 'responseStreamed' ? '$interaction' : '$run';
  return follow(
    server,
    `subscription (${about}: BigInt!) { ${ABOUT_RUNS[kind]} }`,
    { run, interaction: row?.id },
    bearer,
  );
}

describe.each(Object.keys(ABOUT_RUNS))('%s', (kind) => {
  test('is an error up front for whoever may not see the run', async () => {
    const run = await startOf('steps');
    const anns = await subscribeTo(kind, run, ann);
    const bobs = await subscribeTo(kind, run, bob);
    await anns.first();
    await eventually('the error', () => bobs.error !== undefined);
    expect(bobs.error).toMatchObject([{ extensions: { code: 'PWNOF' } }]);
    expect(bobs.messages).toEqual([]);
    await Promise.all([anns.leave(), bobs.leave()]);
  });

  test('ends when the permission is taken back, and says nothing of what came after', async () => {
    await share('grant', 'bob');
    const run = await startOf('steps');
    const anns = await subscribeTo(kind, run, ann);
    const bobs = await subscribeTo(kind, run, bob);
    await Promise.all([anns.first(), bobs.first()]);
    expect(bobs.messages).toEqual(anns.messages);

    await share('revoke', 'bob');
    const told = bobs.messages.length;
    // begun: a change, of which the owner is told
    const work = (await worker.begin()).filter((w) => String(w.workflow_run_id) === run);
    await worker.complete(work);
    await eventually('the end', () => bobs.isComplete);
    expect(bobs.messages.slice(told)).toEqual([
      { data: null, errors: [expect.objectContaining({ message: expect.any(String) })] },
    ]);
    expect(bobs.messages.at(-1).errors[0].extensions.code).toBe('PWNOF');
    await eventually('the owner is told', () => anns.messages.length > 1);
    expect(JSON.stringify(anns.messages)).not.toContain('errors');
    await Promise.all([anns.leave(), bobs.leave()]);
  });
});

test('batchUpdated counts the tasks of a batch', async () => {
  await share('grant', 'bob');
  const { workflowRunId } = await as(
    ann,
    `mutation ($inputs: JSON!) {
       startBatch(input: { workflow: "steps", inputs: $inputs, maxParallel: 2 }) { result { workflowRunId mode } } }`,
    { inputs: [{ n: 1 }, { n: 2 }, { n: 3 }] },
  );
  const seen = follow(
    server,
    `subscription ($run: BigInt!) {
       batchUpdated(workflowRunId: $run) {
         run { status } batch { tasks tasksPending tasksRunning tasksCompleted percent } } }`,
    { run: workflowRunId },
    bob,
  );
  await seen.first();
  const stands = () => seen.messages.at(-1).batchUpdated;
  for (let done = 0; done < 3; ) {
    const [work] = (await worker.begin(1)) as [never];
    await worker.complete([work]);
    // what a worker does beside its work
    await db.query('select pgwave.wake_interactions()');
    const [row] = await db.query<{ n: number; open: number }>(
      'select tasks_completed as n, tasks_running as open from pgwave.batches where workflow_run_id = $1',
      [workflowRunId],
    );
    done = row?.n as number;
    expect(row?.open).toBeLessThanOrEqual(2);
    await eventually('the counts', () => {
      const { batch } = stands();
      return batch.tasksCompleted === done && batch.tasksRunning === row?.open;
    });
  }
  await eventually('the batch is done', () => stands().run.status === 'completed');
  expect(seen.messages.at(-1).batchUpdated.batch).toMatchObject({
    tasksPending: 0,
    tasksRunning: 0,
    tasksCompleted: 3,
    percent: '100.0',
  });
  await seen.leave();
});

test('inboxUpdated tells each what is theirs to see', async () => {
  const inbox = (bearer: string) =>
    follow(
      server,
      'subscription { inboxUpdated { entries { interactionId prompt } } }',
      {},
      bearer,
    );
  const people = {
    ann: inbox(ann),
    bob: inbox(bob),
    carl: inbox(await token({ sub: 'carl', role: 'operator' })),
    dora: inbox(await token({ sub: 'dora', role: 'operator' })),
  };
  for (const seen of Object.values(people)) await seen.first();
  const run = await startOf('asking');
  const promptsOf = (name: keyof typeof people) =>
    people[name].messages.at(-1).inboxUpdated.entries.map((e: { prompt: string }) => e.prompt);
  await eventually('Ann sees both', () => promptsOf('ann').length === 2);
  await eventually('Bob is asked', () => promptsOf('bob').includes('Bob?'));
  await eventually('Carl is asked', () => promptsOf('carl').includes('Carl?'));
  expect(promptsOf('dora')).toEqual([]);

  const [entry] = people.bob.messages.at(-1).inboxUpdated.entries;
  const { data } = await post(
    server,
    'mutation ($id: BigInt!) { decide(input: { interactionId: $id, decision: "APPROVED" }) { result { status } } }',
    { id: entry.interactionId },
    bob,
  );
  expect(data.decide.result.status).toBe('completed');
  // nothing of the run waits for Bob any more
  await eventually('Bob sees none', () => promptsOf('bob').length === 0);
  await eventually('Carl still sees his', () => promptsOf('carl').join() === 'Carl?');
  expect(promptsOf('dora')).toEqual([]);
  await as(
    ann,
    'mutation ($run: BigInt!) { cancelWorkflowRun(input: { workflowRunId: $run }) { result { status } } }',
    { run },
  );
  for (const seen of Object.values(people)) await seen.leave();
});
