import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import {
  defineChain,
  handWorker,
  post,
  SECRET,
  serve,
  start,
  token,
  wsClient,
} from '../helpers/graphql.ts';
import { eventually } from '../helpers/processes.ts';

let db: TestDatabase;
let server: Server;
let ada: string;
let worker: Awaited<ReturnType<typeof handWorker>>;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 2);
  worker = await handWorker(db);
  server = await serve(db);
  ada = await token({ sub: 'ada', role: 'admin' });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

const WATCH = 'subscription ($run: BigInt!) { workflowRunUpdated(workflowRunId: $run) { status } }';

test('fetch, as it comes: a query, and the media type of answers that it asks for', async () => {
  for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${ada}` },
      body: '{"query":"query A { currentIdentity } query B { __typename }","operationName":"A"}',
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { currentIdentity: 'ada' } });
  }
  expect(
    (
      await fetch(`${server.url}?query={currentIdentity}`, {
        headers: { authorization: `Bearer ${ada}` },
      })
    ).status,
  ).toBe(405);
});

test('graphql-ws: queries, mutations and subscriptions over one connection', async () => {
  const client = wsClient(server, ada);
  const once = async (query: string, variables = {}) => {
    for await (const result of client.iterate({ query, variables })) return result.data as never;
    throw new Error('no answer');
  };
  const { startWorkflow } = (await once(
    'mutation { startWorkflow(input: { workflow: "chain" }) { result { workflowRunId } } }',
  )) as { startWorkflow: { result: { workflowRunId: string } } };
  const run = startWorkflow.result.workflowRunId;
  const statuses: string[] = [];
  for await (const { data } of client.iterate<{ workflowRunUpdated: { status: string } }>({
    query: WATCH,
    variables: { run },
  })) {
    const status = data?.workflowRunUpdated.status as string;
    statuses.push(status);
    if (status === 'completed') break;
    await worker.complete(await worker.begin());
  }
  expect(statuses[0]).toBe('pending');
  expect(statuses.at(-1)).toBe('completed');
  expect(await once('query { currentIdentity }')).toEqual({ currentIdentity: 'ada' });
  await client.dispose();
});

test('urql: its operations go over fetch, its subscriptions over graphql-ws', async () => {
  const ws = wsClient(server, ada);
  const client = new Client({
    url: server.url,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${ada}` } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: ws.subscribe(
              { query: query ?? '', variables: variables as never },
              sink as never,
            ),
          }),
        }),
      }),
    ],
  });
  const started = await client
    .mutation(
      'mutation { startWorkflow(input: { workflow: "chain" }) { result { workflowRunId } } }',
      {},
    )
    .toPromise();
  const run = started.data.startWorkflow.result.workflowRunId;
  const statuses: string[] = [];
  const { unsubscribe } = client
    .subscription(WATCH, { run })
    .subscribe(({ data }) => statuses.push(data?.workflowRunUpdated.status));
  await eventually('the first', () => statuses.length > 0);
  await client
    .mutation(
      'mutation ($run: BigInt!) { cancelWorkflowRun(input: { workflowRunId: $run }) { result { status } } }',
      { run },
    )
    .toPromise();
  await eventually('cancelled', () => statuses.at(-1) === 'cancelled');
  unsubscribe();
  const wrong = await client.query('{ nothing }', {}).toPromise();
  expect(wrong.error?.message).toMatch(/nothing/);
  await ws.dispose();
});

describe('a client that does not read', () => {
  test('holds nobody up, and is told the latest state once it does', async () => {
    const run = await start(db, 'chain', { text: 'x'.repeat(200_000) });
    // A WebSocket by hand, whose other side stops reading.
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n',
    );
    const frame = (message: object) => {
      const payload = Buffer.from(JSON.stringify(message));
      const head = Buffer.from([
        0x81,
        0x80 | 126,
        payload.length >> 8,
        payload.length & 255,
        0,
        0,
        0,
        0,
      ]);
      socket.write(Buffer.concat([head, payload]));
    };
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    await eventually('the upgrade', () => received > 0);
    frame({ type: 'connection_init', payload: { authorization: `Bearer ${ada}` } });
    frame({
      type: 'subscribe',
      id: '1',
      payload: {
        query:
          'subscription ($run: BigInt!) { workflowRunUpdated(workflowRunId: $run) { priority input } }',
        variables: { run },
      },
    });
    await eventually('the first message', () => received > 200_000);
    socket.pause();
    const before = process.memoryUsage().external;
    for (let i = 1; i <= 40; i += 1) {
      await db.query('update pgwave.workflow_runs set priority = $2 where workflow_run_id = $1', [
        run,
        i,
      ]);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const other = await post(server, '{ currentIdentity }', {}, ada);
    expect(other.data.currentIdentity).toBe('ada');
    expect(process.memoryUsage().external - before).toBeLessThan(40_000_000);
    let text = '';
    socket.on('data', (chunk) => {
      text = (text + chunk).slice(-400_000);
    });
    socket.resume();
    await eventually('the latest', () => text.includes('"priority":40'));
    socket.destroy();
    await eventually('it is forgotten', () => server.openSubscriptions === 0);
  });
});

test('GraphiQL is at /graphiql where that is asked for, and nowhere else', async () => {
  const isPage = async (served: Server, path: string) => {
    const answer = await fetch(new URL(path, served.url), { headers: { accept: 'text/html' } });
    return (await answer.text()).includes('<html');
  };
  const developing = await serve(db, { env: {}, graphiql: true });
  try {
    expect(await isPage(developing, '/graphiql')).toBe(true);
    expect(await isPage(server, '/graphiql')).toBe(false);
    expect(await isPage(server, '/graphql')).toBe(false);
  } finally {
    await developing.stop();
  }
});

test('pgwave serve: says where, serves, and stops in good order', async () => {
  const child = spawn(
    process.execPath,
    [projectPath('bin', 'pgwave.js'), 'serve', '--json', '--port', '0', '--database-url', db.url],
    { env: { ...process.env, PGWAVE_JWT_SECRET: SECRET }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  try {
    await eventually('it is ready', () => output.includes('\n'));
    const ready = JSON.parse(output.split('\n')[0] as string);
    expect(ready).toMatchObject({ event: 'ready', tokens: true });
    expect(ready.database).not.toMatch(/:[^/@]+@/);
    const { data } = await post({ url: ready.url } as Server, '{ currentIdentity }', {}, ada);
    expect(data.currentIdentity).toBe('ada');
    const client = wsClient({ url: ready.url } as Server, ada);
    const told = new Promise((resolve) =>
      client.subscribe(
        { query: 'subscription { inboxUpdated { entries { interactionId } } }' },
        { next: resolve, error: resolve, complete: () => {} },
      ),
    );
    await told;
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(output).toContain('"stopped"');
    await client.dispose();
  } finally {
    child.kill('SIGKILL');
  }
});
