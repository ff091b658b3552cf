import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, follow, handWorker, serve, start, token } from '../helpers/graphql.ts';
import { eventually } from '../helpers/processes.ts';

// The subscriptions that pages live by.

let db: TestDatabase;
let server: Server;
let ada: string;
let worker: Awaited<ReturnType<typeof handWorker>>;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 3);
  worker = await handWorker(db);
  server = await serve(db, { pages: null });
  ada = await token({ sub: 'ada', role: 'admin' });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

test('changes only: the first message has no interaction, the next those that changed', async () => {
  const run = await start(db, 'chain');
  const seen = follow(
    server,
    `subscription ($run: BigInt!) {
      interactionUpdated(workflowRunId: $run, changesOnly: true) {
        interactions { conversation { conversationName } status } upToDate
      }
    }`,
    { run },
    ada,
  );
  await seen.first();
  expect(seen.messages[0].interactionUpdated).toEqual({ interactions: [], upToDate: true });
  await worker.complete(await worker.begin());
  await eventually('both steps that changed are told', () =>
    ['step_1', 'step_2'].every((name) =>
      seen.messages.some(({ interactionUpdated }) =>
        interactionUpdated.interactions.some(
          (line: { conversation: { conversationName: string } }) =>
            line.conversation.conversationName === name,
        ),
      ),
    ),
  );
  await seen.leave();
});

test('lists of runs are told of starts and changes of status, at most once a second', async () => {
  const seen = follow(
    server,
    `subscription {
      runsUpdated {
        query {
          workflowRuns(first: 3, orderBy: WORKFLOW_RUN_ID_DESC) { nodes { workflowRunId status } }
        }
      }
    }`,
    {},
    ada,
  );
  await seen.first();
  const latest = () => seen.messages.at(-1).runsUpdated.query.workflowRuns.nodes[0];
  const before = seen.messages.length;
  const from = performance.now();
  let run = '';
  for (let i = 0; i < 20; i += 1) run = await start(db, 'chain');
  await eventually('the last run is listed', () => latest().workflowRunId === run);
  const most = 2 + Math.ceil((performance.now() - from) / 1000);
  expect(seen.messages.length - before).toBeLessThanOrEqual(most);
  await db.query('select pgwave.cancel_workflow_run($1)', [run]);
  await eventually('its end is told', () => latest().status === 'cancelled');
  await seen.leave();
});

test('a run of 5,000 interactions is a few rows of its graph', async () => {
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'many',
      conversations: [
        { name: 'first', actor: 'noop', branches: ['each'] },
        { name: 'each', actor: 'noop', for_each: '$first.data.items[*]', branches: ['last'] },
        { name: 'last', actor: 'noop' },
      ],
    },
  ]);
  const run = await start(db, 'many');
  const own = (await worker.begin()).filter((work) => String(work.workflow_run_id) === run);
  await worker.complete(own, { items: Array.from({ length: 5000 }, (_, i) => i) });
  const from = performance.now();
  const rows = await db.query(
    'select conversation_name, items, pending from pgwave.run_conversations($1)',
    [run],
  );
  const took = performance.now() - from;
  expect(rows).toEqual([
    { conversation_name: 'first', items: 0, pending: 0 },
    { conversation_name: 'each', items: 5000, pending: 5000 },
  ]);
  console.log(`graph of 5,000 interactions: ${took.toFixed(0)} ms`);
  expect(took).toBeLessThan(20_000);
});
