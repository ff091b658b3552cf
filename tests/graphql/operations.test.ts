import { print } from 'postgraphile/graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as operations from '../../graphql/operations/operations.generated.ts';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, handWorker, post, serve, token } from '../helpers/graphql.ts';

// Every query of graphql/operations/ answers a viewer, of what was shared with them.

let db: TestDatabase;
let server: Server;
let viewer: string;
/** Values for the variables of any query, by name. */
const values: Record<string, unknown> = {
  workflowName: 'chain',
  workflow: 'chain',
  promptName: 'ask-well',
  prompt: 'ask-well',
  matches: { status: ['failed'] },
  action: 'retry',
};

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 2);
  await db.query("select pgwave.grant_workflow('chain', 'vic', 'view')");
  await db.query("select pgwave.create_schedule('nightly', '0 5 * * *', 'chain')");
  await db.query("select pgwave.define_prompt('ask-well', 'Ask: {{ input.text }}')");
  const worker = await handWorker(db);
  const [batch] = await db.query<{ id: string }>(
    `select workflow_run_id as id from pgwave.start_batch('chain', '[{"n": 1}, {"n": 2}]')`,
  );
  for (let i = 0; i < 6; i += 1) {
    await worker.complete(await worker.begin());
    await db.query('select pgwave.wake_interactions()');
  }
  const runs = await db.query<{ id: string; interaction: string }>(
    `select workflow_run_id as id, max(interaction_id) as interaction
       from pgwave.interactions join pgwave.workflow_runs using (workflow_run_id)
      where parent_workflow_run_id = $1 group by 1 order by 1`,
    [batch?.id],
  );
  Object.assign(values, {
    workflowRunId: batch?.id,
    interactionId: runs[0]?.interaction,
    a: runs[0]?.id,
    run: runs[0]?.id,
    version: 1,
    definition: { name: 'x', conversations: [{ name: 'one', type: 'condition' }] },
    conversation: 'one',
    b: runs[1]?.id,
    text: 'chain',
    actorName: 'noop',
  });
  server = await serve(db);
  viewer = await token({ sub: 'vic' });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

const documents = Object.entries(operations).flatMap(([name, document]) => {
  if (!name.endsWith('Document')) return [];
  const definition = document.definitions[0];
  return definition?.kind === 'OperationDefinition' && definition.operation === 'query'
    ? [[name.replace(/Document$/, ''), print(document as never)] as const]
    : [];
});

async function ask(name: string) {
  const [, text] = documents.find(([known]) => known === name) as (typeof documents)[number];
  const wanted = [...text.matchAll(/\$(\w+): /g)].map(([, variable]) => variable as string);
  const variables = Object.fromEntries(
    wanted.filter((variable) => variable in values).map((v) => [v, values[v]]),
  );
  const { data, errors } = await post(
    server,
    text,
    name === 'CompareBatches' ? { a: values.workflowRunId, b: values.workflowRunId } : variables,
    viewer,
  );
  expect(errors).toBeUndefined();
  return data;
}

test.each(documents.map(([name]) => name))('%s', async (name) => {
  await ask(name);
});

test('a workflow page has its levels, runs, permissions and figures', async () => {
  expect(await ask('WorkflowPage')).toMatchObject({
    workflowByName: {
      workflowName: 'chain',
      workflowPermissions: { nodes: [{ grantee: 'vic', permission: 'view' }] },
      runs: { nodes: expect.arrayContaining([expect.objectContaining({ status: 'completed' })]) },
    },
    executionLevels: {
      nodes: [
        { level: 0, conversations: ['step_1'] },
        { level: 1, conversations: ['step_2'] },
      ],
    },
  });
  expect(await ask('WorkflowStatistics')).toMatchObject({
    conversationStatistics: {
      nodes: expect.arrayContaining([
        expect.objectContaining({ conversationName: 'step_1', completed: '2' }),
      ]),
    },
  });
});

test('a batch page has its report, counts and tasks with their runs', async () => {
  const data = await ask('BatchPage');
  expect(data.batchReport).toMatchObject({ tasks: 2 });
  expect(data.batch).toMatchObject({
    run: { status: 'completed', batchProgress: { tasksCompleted: 2, percent: '100.0' } },
    batchTasks: {
      totalCount: 2,
      nodes: [{ status: 'completed', childRun: { workflowRunId: values.a } }, {}],
    },
  });
});
