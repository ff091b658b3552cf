import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiEvent } from '../../graphql/server/events.ts';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, handWorker, post, serve, start, token } from '../helpers/graphql.ts';

let db: TestDatabase;
let server: Server;
let ada: string;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 3);
  await db.query('select pgwave.define_workflow($1)', [
    { name: 'wide', conversations: [{ name: 'each', actor: 'noop', for_each: '$input.items[*]' }] },
  ]);
  server = await serve(db);
  ada = await token({ sub: 'ada', role: 'admin' });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

/** The data of a query that must succeed. */
async function ask(query: string, variables: Record<string, unknown> = {}) {
  const answer = await post(server, query, variables, ada);
  expect(answer.errors).toBeUndefined();
  return answer.data;
}

/** The statements that the server sends while `work` runs, without those around a transaction. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const query = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...args: unknown[]
  ) {
    const [first] = args;
    sent.push(typeof first === 'string' ? first : ((first as { text?: string })?.text ?? ''));
    return (query as (...all: unknown[]) => unknown).apply(this, args) as never;
  } as never);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  // What a new connection sets, and the list of roles that the server reads now and then, are not of the request.
  return sent.filter(
    (text) =>
      !/^(begin|commit|rollback|set |select (pg_catalog\.)?set_config|select rolname)/i.test(text),
  );
}

describe('a run page', () => {
  let run: string;

  beforeAll(async () => {
    run = await start(db, 'chain', { n: 1 });
    const worker = await handWorker(db);
    await worker.complete(await worker.begin());
    await worker.complete(await worker.begin());
  });

  test('is one request and at most two statements', async () => {
    let data: Awaited<ReturnType<typeof ask>>;
    const statements = await statementsOf(async () => {
      data = await ask(
        `query ($run: BigInt!) {
          workflowRun(workflowRunId: $run) {
            workflowRunId status input output error progress durationMs cost totalCost childRunCounts
            workflow { workflowId workflowName }
            workflowVersion { version definition }
            parentRun { workflowRunId }
            forkedFrom { workflowRunId }
            childRuns { nodes { workflowRunId status } }
            interactions(orderBy: EXECUTION_ORDER_ASC, first: 100) {
              pageInfo { hasNextPage endCursor }
              nodes {
                interactionId status attempt iteration itemIndex input output error durationMs cost
                conversation { conversationName }
                actor { actorName actorType }
                attempts(orderBy: ATTEMPT_ASC) { nodes { attempt outcome error usage } }
                events(orderBy: SEQ_ASC) { nodes { seq eventType occurredAt data } }
              }
            }
          }
        }`,
        { run },
      );
    });
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.length, statements.join('\n\n')).toBeLessThanOrEqual(2);
    expect(data.workflowRun).toMatchObject({
      workflowRunId: run,
      status: 'running',
      progress: expect.closeTo(2 / 3, 5),
      workflow: { workflowName: 'chain' },
      workflowVersion: { version: 1 },
      childRunCounts: { total: 0 },
      totalCost: '0',
      interactions: { pageInfo: { hasNextPage: false } },
    });
    const { nodes } = data.workflowRun.interactions;
    expect(nodes.map((n: { status: string }) => n.status)).toEqual([
      'running', // the orchestrator's
      'completed',
      'completed',
      'pending',
    ]);
    expect(nodes[1].durationMs).toBeGreaterThanOrEqual(0);
    expect(nodes[1].attempts.nodes).toHaveLength(1);
    expect(nodes[1].events.nodes.map((e: { eventType: string }) => e.eventType)).toEqual([
      'created',
      'started',
      'completed',
    ]);
  });

  test('an interaction is found without the run, by an index of each partition', async () => {
    const [row] = await db.query<{ id: string }>(
      'select interaction_id as id from pgwave.interactions where workflow_run_id = $1 limit 1',
      [run],
    );
    const data = await ask(
      'query ($id: BigInt!) { interaction(interactionId: $id) { run { workflowRunId } } }',
      { id: row?.id },
    );
    expect(data.interaction.run.workflowRunId).toBe(run);
    const plan = await db.query<{ 'QUERY PLAN': string }>(
      `explain select * from pgwave.interactions where interaction_id = ${row?.id}`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan/);
  });

  test('relations lead both ways', async () => {
    const data = await ask(
      `query ($run: BigInt!) {
        workflowRun(workflowRunId: $run) { workflow { runs(first: 1, orderBy: WORKFLOW_RUN_ID_DESC) {
          nodes { workflowRunId interactions(first: 1) { nodes { run { workflow { workflowName } } } } }
        } } }
      }`,
      { run },
    );
    const [last] = data.workflowRun.workflow.runs.nodes;
    expect(last.interactions.nodes[0].run.workflow.workflowName).toBe('chain');
  });
});

describe('lists', () => {
  beforeAll(async () => {
    for (let i = 0; i < 60; i += 1) await start(db, 'chain', { i });
    await db.query(
      'select pgwave.cancel_workflow_run(max(workflow_run_id)) from pgwave.workflow_runs',
    );
  });

  test('have a size where none is asked for, also by a variable that is left out', async () => {
    const data = await ask(
      `query ($first: Int) {
        none: workflowRuns { nodes { workflowRunId } }
        variable: workflowRuns(first: $first) { nodes { workflowRunId } pageInfo { hasNextPage } }
        last: workflowRuns(last: 2) { nodes { workflowRunId } }
        inner: workflowByName(workflowName: "chain") { runs { nodes { workflowRunId } } }
      }`,
    );
    expect(data.none.nodes).toHaveLength(50);
    expect(data.variable.nodes).toHaveLength(50);
    expect(data.variable.pageInfo.hasNextPage).toBe(true);
    expect(data.last.nodes).toHaveLength(2);
    expect(data.inner.runs.nodes).toHaveLength(50);
  });

  test('are filtered, ordered and read on from a cursor to their end', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const data: Awaited<ReturnType<typeof ask>> = await ask(
        `query ($after: Cursor) {
          workflowRuns(first: 25, after: $after, orderBy: WORKFLOW_RUN_ID_DESC,
                       filter: { status: { equalTo: pending } }) {
            totalCount nodes { workflowRunId status } pageInfo { hasNextPage endCursor }
          }
        }`,
        { after },
      );
      const { nodes, pageInfo, totalCount } = data.workflowRuns;
      expect(totalCount).toBe(59);
      seen.push(...nodes.map((n: { workflowRunId: string }) => n.workflowRunId));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
    const rows = await db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.workflow_runs where status = 'pending' order by 1 desc`,
    );
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  test('are counted to a limit', async () => {
    await start(db, 'wide', { items: Array.from({ length: 10_100 }, (_, i) => i) });
    const data = await ask('{ interactions(first: 1) { totalCount nodes { interactionId } } }');
    expect(data.interactions.totalCount).toBe(10_000);
    expect(data.interactions.nodes).toHaveLength(1);
  });
});

describe('a number that is text in answers', () => {
  test.each([
    ['a string', '"%"'],
    ['a whole number', '%'],
  ])('may be asked with as %s', async (_name, written) => {
    const run = await start(db, 'chain', { n: 1 });
    const { workflowRun } = await ask(
      `{ workflowRun(workflowRunId: ${written.replace('%', run)}) { workflowRunId } }`,
    );
    expect(workflowRun).toEqual({ workflowRunId: run });
    const { again } = await ask(
      'query ($id: BigInt!) { again: workflowRun(workflowRunId: $id) { workflowRunId } }',
      { id: written === '%' ? Number(run) : run },
    );
    expect(again).toEqual({ workflowRunId: run });
  });

  test('may have a fraction', async () => {
    await start(db, 'chain', { n: 1 });
    const { workflowRuns } = await ask(
      '{ workflowRuns(first: 1, filter: { cost: { lessThan: 0.5 } }) { nodes { cost } } }',
    );
    expect(workflowRuns.nodes).toEqual([{ cost: '0' }]);
  });

  test('is nothing else', async () => {
    const { errors } = await post(
      server,
      '{ workflowRun(workflowRunId: true) { status } }',
      {},
      ada,
    );
    expect(errors?.[0]?.message).toContain('BigInt');
  });
});

test('what an error of the database says stays in the log', async () => {
  const events: ApiEvent[] = [];
  const server = await serve(db, { onEvent: (event) => events.push(event) });
  try {
    await db.query('alter view pgwave.active_runs rename column operator to operator_was');
    const { errors } = await post(server, '{ activeRuns { nodes { operator } } }', {}, ada);
    const reference = /^Internal error; the server's log has it as ([0-9a-f]{8})$/.exec(
      errors?.[0]?.message ?? '',
    )?.[1];
    expect(JSON.stringify(errors)).not.toContain('operator_was');
    expect(events).toMatchObject([{ event: 'request_broke', reference, code: '42703' }]);
  } finally {
    await server.stop();
    await db.query('alter view pgwave.active_runs rename column operator_was to operator');
  }
});
