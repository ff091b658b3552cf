// What the API says in its log: a line for each request that failed, with its code, and nothing of what was asked.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiEvent } from '../../graphql/server/events.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, post, serve, token, wsClient } from '../helpers/graphql.ts';
import { startPooler } from '../helpers/pooler.ts';
import { startStallingProxy } from '../helpers/stalling-proxy.ts';

let db: TestDatabase;
let ada: string;
beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 2);
  ada = await token({ sub: 'ada', role: 'admin' });
});
afterAll(() => db.close());

const START =
  'mutation ($w: String!) { startWorkflow(input: {workflow: $w}) { clientMutationId } }';

test('a mistake of a caller: its code and its field, not its message', async () => {
  const events: ApiEvent[] = [];
  const server = await serve(db, { onEvent: (event) => events.push(event) });
  try {
    const { errors } = await post(server, START, { w: 'Sesame-9431' }, ada);
    expect(errors?.[0]?.extensions?.code).toBe('PWNOF');
    expect((await post(server, '{ currentIdentity }', {}, 'no-token')).status).toBe(401);
    expect(events).toEqual([
      { event: 'request_failed', code: 'PWNOF', path: 'startWorkflow' },
      { event: 'request_failed', code: 'PWJWT' },
    ]);
  } finally {
    await server.stop();
  }
});

test('without the database: PWDBU, retryable, one event a request and no stack', async () => {
  const proxy = await startStallingProxy(db.url);
  const events: ApiEvent[] = [];
  const server = await serve(db, {
    databaseUrl: proxy.url,
    onEvent: (event) => events.push(event),
  });
  try {
    expect((await post(server, '{ currentIdentity }', {}, ada)).data.currentIdentity).toBe('ada');
    await proxy.close();
    for (let request = 1; request <= 3; request += 1) {
      const { errors } = await post(server, '{ currentIdentity }', {}, ada);
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'PWDBU', retryable: true });
      expect(events).toHaveLength(request);
    }
    expect(events[2]).toEqual({
      event: 'request_failed',
      code: 'PWDBU',
      path: 'currentIdentity',
      retryable: true,
    });
  } finally {
    await server.stop();
  }
});

test('behind a connection pooler: subscriptions go past it, or say why they cannot', async () => {
  const pooler = await startPooler(db.url);
  const [here] = await db.query<{ run: string }>(
    `select (pgwave.start_workflow('chain')).workflow_run_id as run`,
  );
  const query = `subscription { workflowRunUpdated(workflowRunId: "${here?.run}") { status } }`;
  const first = async (directUrl: string | undefined): Promise<string> => {
    const server = await serve(db, { databaseUrl: pooler.url, directUrl });
    const { data } = await post(server, '{ workflows { nodes { workflowName } } }', {}, ada);
    expect(data.workflows.nodes).not.toEqual([]);
    const client = wsClient(server, ada);
    try {
      return JSON.stringify(
        await new Promise((resolve) =>
          client.subscribe(
            { query },
            { next: resolve, error: resolve, complete: () => resolve('complete') },
          ),
        ),
      );
    } finally {
      await client.dispose();
      await server.stop();
    }
  };
  try {
    expect(await first(undefined)).toContain('PWENV');
    expect(await first(db.url)).toContain('"status":"');
  } finally {
    await pooler.close();
  }
});

test('a database that only reads: reads are answered, and writes fail with PWDBU', async () => {
  const [here] = await db.query<{ name: string; run: string }>(
    `select current_database() as name, (pgwave.start_workflow('chain')).workflow_run_id as run`,
  );
  await db.query(`alter database "${here?.name}" set default_transaction_read_only = on`);
  const server = await serve(db);
  try {
    const { data } = await post(server, '{ workflows { nodes { workflowName } } }', {}, ada);
    expect(data.workflows.nodes).not.toEqual([]);
    const { errors } = await post(server, START, { w: 'chain' }, ada);
    expect(errors?.[0]).toMatchObject({
      message: 'The database is read-only',
      extensions: { code: 'PWDBU', retryable: true },
    });
    // nobody can be told of anything there: it ends, and does not hang
    const client = wsClient(server, ada);
    const ended = new Promise((resolve) =>
      client.subscribe(
        { query: `subscription { workflowRunUpdated(workflowRunId: "${here?.run}") { status } }` },
        { next: resolve, error: resolve, complete: () => resolve('complete') },
      ),
    );
    expect(JSON.stringify(await ended)).toContain('PWDBU');
    await client.dispose();
  } finally {
    await server.stop();
    // a connection that was made meanwhile only reads
    await db.query(
      `set transaction read write; alter database "${here?.name}" reset default_transaction_read_only`,
    );
  }
});
