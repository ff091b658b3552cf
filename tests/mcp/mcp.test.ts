import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { projectPath } from '../../src/project-root.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { serve, token } from '../helpers/graphql.ts';
import { startStallingProxy } from '../helpers/stalling-proxy.ts';

// Real clients of the protocol, over HTTP and over the program's stdin and stdout.

const LARGE = 'ä"\n🌊 '.repeat(12_000);
const ORDER = {
  type: 'object',
  properties: { n: { type: 'integer', minimum: 1 } },
  required: ['n'],
  additionalProperties: false,
};
/** What is public, so that every token sees it. */
const WORKFLOWS = [
  {
    name: 'orders:double',
    description: 'Double a number.',
    mcp: true,
    visibility: 'public',
    input: ORDER,
    result: { double: '$double.data.n' },
    conversations: [{ name: 'double', actor: 'double', params: { n: '$input.n' } }],
  },
  {
    name: 'large',
    visibility: 'public',
    result: { text: '$large.data.text' },
    conversations: [{ name: 'large', actor: 'large' }],
  },
  {
    name: 'broken',
    visibility: 'public',
    conversations: [{ name: 'broken', actor: 'broken', retry: false }],
  },
  {
    name: 'ask',
    visibility: 'public',
    conversations: [
      { name: 'ask', type: 'human', prompt: 'Go?', branches: [{ to: 'end', when: '[APPROVED]' }] },
      { name: 'end', type: 'condition' },
    ],
  },
];

let db: TestDatabase;
let server: Server;
let worker: Worker;
const clients: Client[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  for (const name of ['double', 'large', 'broken']) {
    await db.query('select pgwave.define_actor($1)', [JSON.stringify({ name, type: 'function' })]);
  }
  for (const workflow of WORKFLOWS) {
    await db.query('select pgwave.define_workflow($1)', [JSON.stringify(workflow)]);
    for (const grant of ['operate', 'author']) {
      const who = grant === 'operate' ? 'olga' : 'anna';
      await db.query('select pgwave.grant_workflow($1, $2, $3)', [workflow.name, who, grant]);
    }
  }
  worker = await startWorker({
    databaseUrl: db.url,
    functions: {
      double: ({ params }) => ({ n: 2 * (params as { n: number }).n }),
      large: () => ({ text: LARGE }),
      broken: () => {
        throw new Error('it broke');
      },
    },
  });
  server = await serve(db);
});

afterAll(async () => {
  for (const client of clients) await client.close();
  await server?.stop();
  await worker?.stop();
  await db?.close();
});

const PEOPLE = { viewer: 'vera', operator: 'olga', author: 'anna' };

/** A client with a token of a role; by the protocol of 2025, or by that of 2026. */
async function connectAs(
  role: keyof typeof PEOPLE,
  mode: 'legacy' | 'auto' = 'auto',
  to = server,
): Promise<Client> {
  const bearer = await token({ sub: PEOPLE[role], role });
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(to.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${bearer}` } },
    }),
  );
  clients.push(client);
  return client;
}

interface Told {
  isError: boolean;
  bytes: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it called
  value: any;
}

async function call(client: Client, name: string, args: object = {}): Promise<Told> {
  const answer = await client.callTool({ name, arguments: { ...args } });
  const [{ text }] = answer.content as unknown as [{ text: string }];
  return {
    isError: answer.isError === true,
    bytes: Buffer.byteLength(JSON.stringify(answer)),
    value: JSON.parse(text),
  };
}

const toolNames = async (client: Client): Promise<string[]> =>
  (await client.listTools()).tools.map(({ name }) => name);

/** Puts the pieces of a payload together, and holds every answer against the limit. */
async function readWhole(client: Client, name: string, args: object): Promise<[string, number]> {
  let whole = '';
  let pieces = 0;
  let cursor: string | undefined;
  do {
    const { value, bytes, isError } = await call(client, name, { ...args, cursor });
    expect(isError, JSON.stringify(value)).toBe(false);
    expect(bytes).toBeLessThanOrEqual(20_000);
    whole += value.text;
    cursor = value.next_cursor;
    pieces++;
  } while (cursor !== undefined && pieces < 100);
  return [whole, pieces];
}

describe.each(['legacy', 'auto'] as const)('over HTTP, protocol %s', (mode) => {
  test('tools are those of the role; the database refuses what is called all the same', async () => {
    const viewer = await connectAs('viewer', mode);
    expect(await toolNames(viewer)).toEqual([
      ...['list_workflows', 'describe_workflow', 'list_runs', 'show_run', 'read_run'],
      ...['read_interaction', 'explain_difference', 'list_failures', 'list_inbox'],
    ]);
    const before = await db.query('select count(*)::int as n from pgwave.workflow_runs');
    const refused = await call(viewer, 'start_workflow', { workflow: 'large' });
    expect(refused).toMatchObject({ isError: true, value: { error: { code: 'PWACC' } } });
    const tool = await call(viewer, 'run_orders_double', { n: 1 });
    expect(tool).toMatchObject({ isError: true, value: { error: { code: 'PWNOF' } } });
    expect(await db.query('select count(*)::int as n from pgwave.workflow_runs')).toEqual(before);
    const operator = await toolNames(await connectAs('operator', mode));
    expect(operator).toContain('start_workflow');
    expect(operator).toContain('run_orders_double');
    expect(operator).not.toContain('plan_workflow');
    expect(operator).not.toContain('decide');
    expect(await toolNames(await connectAs('author', mode))).toContain('plan_workflow');
  });

  test('a workflow with mcp: true is a tool with its contract', async () => {
    const client = await connectAs('operator', mode);
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'run_orders_double')).toMatchObject({
      title: 'orders:double',
      description: expect.stringContaining('Double a number.'),
      inputSchema: ORDER,
    });
    expect(await call(client, 'run_orders_double', { n: 21 })).toMatchObject({
      isError: false,
      value: { status: 'completed', output: { double: 42 } },
    });
    expect(await call(client, 'run_orders_double', { n: 0 })).toMatchObject({
      isError: true,
      value: { error: { code: 'PWINP' } },
    });
  });

  test('a start with a key is made once; arguments that do not fit are refused', async () => {
    const client = await connectAs('operator', mode);
    const start = { workflow: 'orders:double', input: { n: 4 }, idempotency_key: `k-${mode}` };
    const first = await call(client, 'start_workflow', { ...start, wait_seconds: 30 });
    expect(first.value).toMatchObject({ status: 'completed', output: { double: 8 } });
    const again = await call(client, 'start_workflow', start);
    expect(again.value.workflow_run_id).toBe(first.value.workflow_run_id);
    expect(await call(client, 'start_workflow', { ...start, wait: 3 })).toMatchObject({
      isError: true,
      value: { error: { code: 'PWINP', detail: expect.stringContaining('wait') } },
    });
    const later = { ...start, idempotency_key: `l-${mode}`, not_before: '2035-01-01T00:00:00Z' };
    expect((await call(client, 'start_workflow', later)).value).toMatchObject({
      status: 'waiting',
    });
    expect(await call(client, 'start_workflow', { ...later, not_before: 'soon' })).toMatchObject({
      isError: true,
    });
    expect(await call(client, 'show_run', { workflow_run_id: 1 })).toMatchObject({
      isError: true,
      value: { error: { code: 'PWNOF' } },
    });
  });
});

describe('answers of at most 20 kB', () => {
  test('a large output is shortened where it would come along, and read in pieces', async () => {
    const client = await connectAs('operator');
    const run = await call(client, 'start_workflow', { workflow: 'large', wait_seconds: 30 });
    expect(run.bytes).toBeLessThanOrEqual(20_000);
    expect(run.value).toMatchObject({ status: 'completed', shortened: true });
    const workflow_run_id = run.value.workflow_run_id;
    const [output, pieces] = await readWhole(client, 'read_run', { workflow_run_id });
    expect(JSON.parse(output)).toEqual({ text: LARGE });
    expect(pieces).toBeGreaterThan(5);

    const tree = await call(client, 'show_run', { workflow_run_id });
    expect(tree.value).toMatchObject({ status: 'completed', conversations: [{ completed: 1 }] });
    expect(JSON.stringify(tree.value)).not.toContain('🌊');
    const steps = await call(client, 'show_run', { workflow_run_id, conversation: 'large' });
    const [{ interaction_id }] = steps.value.interactions;
    const [whole] = await readWhole(client, 'read_interaction', { interaction_id });
    expect(JSON.parse(whole).data).toEqual({ text: LARGE });
  });

  test('lists go on with the cursor, and show each row once', async () => {
    const client = await connectAs('operator');
    await db.query(
      `select pgwave.start_workflow('ask', '{}', null, null, 'dev', 0, 'many-' || n)
       from generate_series(1, 230) n`,
    );
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await call(client, 'list_runs', { workflow: 'ask', cursor });
      expect(page.bytes).toBeLessThanOrEqual(20_000);
      seen.push(...page.value.runs.map((run: Record<string, number>) => run.workflow_run_id));
      cursor = page.value.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(230);
    expect(new Set(seen).size).toBe(230);
    expect(await call(client, 'list_runs', { cursor: 'x' })).toMatchObject({
      isError: true,
      value: { error: { code: 'PWINP' } },
    });
  });

  test('list_runs leaves child runs out, unless one workflow is named', async () => {
    const [started] = await db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.start_batch('orders:double', '[{"n": 1}, {"n": 2}]')`,
    );
    const batch = Number(started?.id);
    await db.query(`select pgwave.set_run_visibility($1, 'public')`, [batch]);
    const client = await connectAs('operator');
    const listed = async (args: object): Promise<Record<string, unknown>[]> =>
      (await call(client, 'list_runs', args)).value.runs;
    const all = await listed({});
    expect(all[0]).toMatchObject({ workflow_run_id: batch });
    expect(all.filter((run) => run.parent_workflow_run_id !== undefined)).toEqual([]);
    const named = await listed({ workflow: 'orders:double' });
    expect(named.filter((run) => run.parent_workflow_run_id === batch)).toHaveLength(2);
  });

  test('tools of many workflows come in pages', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [
        `field_${n}`,
        { type: 'string', description: 'x'.repeat(50) },
      ]),
    );
    for (let n = 0; n < 8; n++) {
      await db.query('select pgwave.define_workflow($1)', [
        JSON.stringify({
          ...WORKFLOWS[0],
          name: `many_${n}`,
          input: { type: 'object', properties },
          result: {},
          conversations: [{ name: 'x', type: 'condition' }],
        }),
      ]);
      await db.query("select pgwave.grant_workflow($1, 'olga', 'operate')", [`many_${n}`]);
    }
    const client = await connectAs('operator', 'legacy');
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.request({
        method: 'tools/list',
        params: cursor === undefined ? {} : { cursor },
      });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(20_000);
      names.push(...page.tools.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(new Set(names).size).toBe(names.length);
    for (let n = 0; n < 8; n++) {
      expect(names).toContain(`run_many_${n}`);
      await db.query('select pgwave.delete_workflow($1)', [`many_${n}`]);
    }
  });
});

describe('what agents look into, and change', () => {
  test('failures by code, a retry, a cancelled run, and a fork', async () => {
    const client = await connectAs('operator');
    const start = { workflow: 'broken', wait_seconds: 30 };
    const [first] = [
      await call(client, 'start_workflow', start),
      await call(client, 'start_workflow', start),
    ];
    expect(first.value).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
    const { value } = await call(client, 'list_failures', { workflow: 'broken' });
    expect(value.failures).toMatchObject([
      {
        failures: 2,
        runs: 2,
        message: expect.stringContaining('it broke'),
        conversations: ['broken'],
      },
    ]);
    const workflow_run_id = first.value.workflow_run_id;
    const one = await call(client, 'list_failures', { workflow_run_id });
    expect(one.value.failures).toMatchObject([
      { failures: 1, workflow_run_ids: [workflow_run_id] },
    ]);
    const retried = await call(client, 'retry_run', { workflow_run_id, wait_seconds: 30 });
    expect(retried.value).toMatchObject({ workflow_run_id, status: 'failed' });

    const waiting = await call(client, 'start_workflow', { workflow: 'ask' });
    const cancelled = await call(client, 'cancel_run', {
      workflow_run_id: waiting.value.workflow_run_id,
      reason: 'not needed',
    });
    expect(cancelled.value).toMatchObject({ status: 'cancelled' });

    const double = { workflow: 'orders:double', input: { n: 5 }, wait_seconds: 30 };
    const original = await call(client, 'start_workflow', double);
    const fork = await call(client, 'fork_run', {
      workflow_run_id: original.value.workflow_run_id,
      at: 'double',
      overrides: { params: { n: 50 } },
      wait_seconds: 30,
    });
    expect(fork.value).toMatchObject({ status: 'completed', output: { double: 100 } });
    const difference = await call(client, 'explain_difference', {
      run_a: original.value.workflow_run_id,
      run_b: fork.value.workflow_run_id,
    });
    expect(difference.value).toMatchObject({ conversation: 'double', message: expect.any(String) });
  });

  test('decide is there only where the server was told so', async () => {
    const client = await connectAs('operator');
    const { value } = await call(client, 'list_inbox');
    const [{ interaction_id }] = value.inbox;
    const decision = { interaction_id, decision: 'APPROVED' };
    expect(await call(client, 'decide', decision)).toMatchObject({
      isError: true,
      value: { error: { code: 'PWNOF' } },
    });
    const allowing = await serve(db, { mcpDecide: true });
    try {
      const decider = await connectAs('operator', 'auto', allowing);
      expect(await toolNames(decider)).toContain('decide');
      expect(await call(decider, 'decide', decision)).toMatchObject({
        isError: false,
        value: { interaction_id, status: 'completed' },
      });
      await decider.close();
    } finally {
      await allowing.stop();
    }
  });

  test('an author plans, and a person has to approve; an operator is refused', async () => {
    const plan = { goal: 'Double a number, then say it.', run: false };
    const refused = await call(await connectAs('operator'), 'plan_workflow', plan);
    expect(refused).toMatchObject({ isError: true, value: { error: { code: 'PWACC' } } });
    const author = await connectAs('author');
    const { value, isError } = await call(author, 'plan_workflow', plan);
    expect({ isError, value }).toMatchObject({
      isError: false,
      value: { status: expect.stringMatching(/pending|running/) },
    });
    const { workflow_run_id } = value;
    const { value: input } = await call(author, 'read_run', { workflow_run_id, part: 'input' });
    expect(JSON.parse(input.text)).toMatchObject({ goal: plan.goal, approve: true, run: false });
    await call(author, 'cancel_run', { workflow_run_id });
  });

  test('a caller who goes away while it waits is no error of the server', async () => {
    const errors: unknown[] = [];
    const watched = await serve(db, { onError: (error) => errors.push(error) });
    try {
      const client = await connectAs('operator', 'auto', watched);
      const waiting = client.callTool(
        { name: 'start_workflow', arguments: { workflow: 'ask', wait_seconds: 30 } },
        { signal: AbortSignal.timeout(500) },
      );
      await expect(waiting).rejects.toThrow();
      expect(await toolNames(client)).toContain('list_runs');
      await client.close();
    } finally {
      await watched.stop();
    }
    expect(errors).toEqual([]);
  });

  test('describe_workflow gives the definition, and an unknown one is told with those there are', async () => {
    const client = await connectAs('viewer');
    const { value } = await call(client, 'describe_workflow', { workflow: 'orders:double' });
    expect(value).toMatchObject({ workflow_name: 'orders:double', version: 1 });
    expect(JSON.parse(value.text)).toMatchObject({ mcp: true, input: ORDER });
    expect((await call(client, 'describe_workflow', { workflow: 'nowhere' })).value).toMatchObject({
      error: { code: 'PWNOF', hint: expect.stringContaining('orders:double') },
    });
  });
});

describe('who is let in', () => {
  test('nobody without a token, no other page, and only POST', async () => {
    const ask = (headers: Record<string, string>, method = 'POST') =>
      fetch(server.mcpUrl, {
        method,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        ...(method === 'POST' && {
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
        }),
      });
    const none = await ask({});
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toBe('Bearer');
    const bearer = { authorization: `Bearer ${await token({ sub: 'vera' })}` };
    expect((await ask(bearer)).status).toBe(200);
    expect((await ask({ ...bearer, origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await ask(bearer, 'GET')).status).toBe(405);
  });
});

test('a database that went away: tools and their list say that it may come back', async () => {
  const proxy = await startStallingProxy(db.url);
  const through = await serve(db, { databaseUrl: proxy.url });
  const client = await connectAs('viewer', 'auto', through);
  expect(await toolNames(client)).toContain('list_runs');
  await proxy.close();
  expect(await call(client, 'list_runs')).toMatchObject({
    isError: true,
    value: { error: { code: 'PWDBU', retryable: true } },
  });
  await expect(client.listTools()).rejects.toMatchObject({
    data: { code: 'PWDBU', retryable: true },
  });
  await through.stop();
});

test('pgwave mcp serves the same tools on stdin and stdout, and ends with its input', async () => {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [projectPath('bin', 'pgwave.js'), 'mcp'],
    env: { ...(process.env as Record<string, string>), DATABASE_URL: db.url },
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr?.on('data', (text) => {
    said += text;
  });
  await client.connect(transport);
  const names = await toolNames(client);
  expect(names).toContain('plan_workflow');
  expect(names).toContain('run_orders_double');
  expect(names).not.toContain('decide');
  expect(await call(client, 'run_orders_double', { n: 3 })).toMatchObject({
    value: { output: { double: 6 } },
  });
  const { pid } = transport;
  await client.close();
  expect(said).toBe('');
  expect(() => process.kill(pid as number, 0)).toThrow();
});
