import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from '../../graphql/server/limits.ts';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, post, serve, start, token, wsClient } from '../helpers/graphql.ts';

let db: TestDatabase;
let server: Server;
let ada: string;
let run: string;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 1);
  server = await serve(db, {
    pages: null,
    origins: ['https://studio.example.com'],
    limits: { bodyMs: 1000, statementMs: 1000, subscriptions: 3, connections: 20 },
  });
  ada = await token({ sub: 'ada', role: 'admin' });
  run = await start(db, 'chain', { n: 1 });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

/** Why a request is refused. */
async function refusal(query: string, variables: Record<string, unknown> = {}) {
  const { errors, data } = await post(server, query, variables, ada);
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ extensions: { code: 'PWGQL', hint: expect.any(String) } }]);
  return errors?.[0]?.message;
}

const nest = (levels: number): string =>
  levels === 0
    ? 'workflowRunId'
    : `interactions(first: 1) { nodes { run { ${nest(levels - 1)} } } }`;

describe('variables of a wrong type', () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  afterAll(() => logged.mockRestore());

  const QUERY =
    'query ($n: BigInt!, $first: Int) { workflowRun(workflowRunId: $n) { status } workflowRuns(first: $first) { nodes { status } } }';
  const WATCH = 'subscription ($n: BigInt!) { workflowRunUpdated(workflowRunId: $n) { status } }';
  test.each<[string, string, unknown]>([
    ['an object for a number', QUERY, { n: { a: 1 } }],
    ['a text for a number', QUERY, { n: 'x' }],
    ['a text for a page', QUERY, { n: 1, first: 'x' }],
    ['nothing', QUERY, {}],
    ['null', QUERY, { n: null }],
    ['an object for a run', WATCH, { n: { a: 1 } }],
    ['a text for a run', WATCH, { n: 'x' }],
    ['nothing for a run', WATCH, {}],
  ])('are told as such over a WebSocket: %s', async (_, query, variables) => {
    const client = wsClient(server, ada);
    try {
      const errors = await new Promise<readonly { message: string }[]>((resolve) => {
        const stop = client.subscribe(
          { query, variables: variables as Record<string, unknown> },
          {
            next: ({ errors: told }) => {
              resolve((told as { message: string }[] | undefined) ?? []);
              stop();
            },
            error: (error) => resolve(Array.isArray(error) ? error : [{ message: String(error) }]),
            complete: () => resolve([]),
          },
        );
      });
      expect(errors.length).toBeGreaterThan(0);
      for (const { message } of errors) expect(message).not.toMatch(/Internal error|CloseEvent/);
      expect(logged).not.toHaveBeenCalled();
    } finally {
      await client.dispose();
    }
  });

  test.each(['(a)\\1', '['])(
    'a pattern that PostgreSQL cannot read is told as such: %s',
    async (pattern) => {
      const { errors } = await post(
        server,
        `query ($schema: JSON!, $value: JSON!) {
          schemaErrors(schema: $schema, value: $value) { nodes { message } }
        }`,
        { schema: { pattern }, value: 'aa' },
        ada,
      );
      for (const { message } of errors ?? []) expect(message).not.toMatch(/Internal error/);
      expect(logged).not.toHaveBeenCalled();
    },
  );
});

describe('a document that asks for too much', () => {
  test.each<[string, string, RegExp]>([
    ['deep', `{ workflowRun(workflowRunId: 1) { ${nest(6)} } }`, /deeper than 12/],
    [
      'deep in fragments',
      `{ workflowRun(workflowRunId: 1) { ...a } }
       fragment a on WorkflowRun { interactions(first: 1) { nodes { run { ...b } } } }
       fragment b on WorkflowRun { interactions(first: 1) { nodes { run { ...c } } } }
       fragment c on WorkflowRun { interactions(first: 1) { nodes { run { ...d } } } }
       fragment d on WorkflowRun { interactions(first: 1) { nodes { run { workflowRunId } } } }`,
      /deeper than 12/,
    ],
    [
      'wide',
      `{ workflowRuns(first: 500) { nodes { interactions(first: 500) { nodes { input output } } } } }`,
      /more than 250000 values/,
    ],
    [
      'wide by what is not said',
      '{ workflowRuns { nodes { interactions { nodes { events { nodes { seq data } } attempts { nodes { usage } } } } } } }',
      /more than 250000 values/,
    ],
    [
      'a thousand aliases',
      `{ ${Array.from({ length: 1000 }, (_, i) => `a${i}: currentIdentity`).join(' ')} }`,
      /more than 100 aliases/,
    ],
    ['many words', `{ ${'currentIdentity '.repeat(5000)} }`, /more than 4000 words/],
    [
      'a huge page',
      '{ workflowRuns(first: 100000) { nodes { workflowRunId } } }',
      /between 0 and 500/,
    ],
    [
      'a huge page from the end',
      '{ workflowRuns(last: 501) { nodes { workflowRunId } } }',
      /between 0 and 500/,
    ],
    [
      'a page of less than nothing',
      '{ workflowRuns(first: -1) { nodes { workflowRunId } } }',
      /between 0 and 500/,
    ],
    [
      'fragments that double',
      `{ workflowRun(workflowRunId: 1) { ...f0 } }
       ${Array.from({ length: 30 }, (_, i) => `fragment f${i} on WorkflowRun { ...f${i + 1} ...f${i + 1} }`).join('\n')}
       fragment f30 on WorkflowRun { workflowRunId }`,
      /selects more than 4000/,
    ],
  ])('%s', async (_, query, message) => {
    const from = performance.now();
    expect(await refusal(query)).toMatch(message);
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  test('a huge page by a variable, or by its default', async () => {
    const query = (value: string) =>
      `query ($n: Int${value}) { workflowRuns(first: $n) { nodes { workflowRunId } } }`;
    expect(await refusal(query(''), { n: 100_000 })).toMatch(/between 0 and 500/);
    expect(await refusal(query(' = 100000'))).toMatch(/between 0 and 500/);
  });

  test('is refused over a WebSocket too', async () => {
    const client = wsClient(server, ada);
    const error = await new Promise<unknown>((resolve) => {
      client.subscribe(
        {
          query: `subscription { inboxUpdated { query { workflowRun(workflowRunId: 1) { ${nest(6)} } } } }`,
        },
        { next: () => {}, error: resolve, complete: () => {} },
      );
    });
    expect(error).toMatchObject([{ extensions: { code: 'PWGQL' } }]);
    await client.dispose();
  });

  test.each<[string, (inner: string) => string]>([
    ['aliases', (inner) => Array.from({ length: 30 }, (_, i) => `a${i}: ${inner}`).join(' ')],
    ['fragments', (inner) => `${'...f '.repeat(2)} a: ${inner} b: ${inner}`],
  ])('introspection many times over, by %s, is refused at once', async (_, repeat) => {
    const types =
      '__schema { types { name fields { name args { name type { ...t } } type { ...t } } } }';
    const fragments = `fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { name } } } }
      fragment f on Query { c: ${types} d: ${types} }`;
    const from = performance.now();
    expect(await refusal(`{ ${repeat(types)} } ${fragments}`)).toMatch(/one whole introspection/);
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  test('introspection that goes round in circles is refused', async () => {
    const round = (levels: number): string =>
      levels === 0 ? 'name' : `fields { type { ${round(levels - 1)} } }`;
    const { errors } = await post(server, `{ __type(name: "Query") { ${round(4)} } }`, {}, ada);
    expect(errors?.[0]?.message).toMatch(/introspection/i);
  });

  test('introspection is let through', async () => {
    const { getIntrospectionQuery } = await import('postgraphile/graphql');
    const { errors, data } = await post(server, getIntrospectionQuery(), {}, ada);
    expect(errors).toBeUndefined();
    expect(data.__schema.types.length).toBeGreaterThan(50);
    expect(LIMITS.depth).toBeLessThan(20);
  });
});

describe('a request that is no request', () => {
  const send = (headers: http.OutgoingHttpHeaders, body: Buffer | string) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const request = http.request(
        server.url,
        {
          method: 'POST',
          headers: {
            authorization: `Bearer ${ada}`,
            'content-type': 'application/json',
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode, text }));
        },
      );
      request.on('error', reject);
      request.end(body);
    });

  test('50 MB that say so are refused before they are read', async () => {
    const answer = await send(
      { 'content-length': 50_000_000 },
      Buffer.alloc(50_000_000, 'x'),
    ).catch((error: NodeJS.ErrnoException) => ({ status: 413, text: error.code ?? '' }));
    expect(answer.status).toBe(413);
  });

  test('50 MB in pieces are refused once they are too many', async () => {
    const answer = await send(
      { 'transfer-encoding': 'chunked' },
      Buffer.alloc(50_000_000, 'x'),
    ).catch((error: NodeJS.ErrnoException) => ({ status: 413, text: error.code ?? '' }));
    expect(answer.status).toBe(413);
    expect((await post(server, '{ currentIdentity }', {}, ada)).data.currentIdentity).toBe('ada');
  });

  test('a body that comes slowly is given up', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    const from = performance.now();
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${ada}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
    );
    const drip = setInterval(() => socket.write(' '), 100);
    await new Promise((resolve) => socket.on('close', resolve));
    clearInterval(drip);
    expect(performance.now() - from).toBeLessThan(50_000);
    expect(text).toMatch(/^HTTP\/1\.1 408/);
  });

  test.each([
    ['no JSON', '{"query": '],
    ['no object', '[1, 2]'],
    ['no query', '{}'],
    ['a query that is no text', '{"query": {"a": 1}}'],
    ['variables that are none', '{"query": "{ currentIdentity }", "variables": "x"}'],
  ])('%s', async (_, body) => {
    const { status, text } = await send({}, body);
    expect(status).toBe(400);
    expect(text).not.toMatch(/node_modules|at .*\.js:/);
  });

  test('a form of a web page', async () => {
    const { status } = await send(
      { 'content-type': 'text/plain' },
      '{"query": "{ currentIdentity }"}',
    );
    expect(status).toBe(415);
  });
});

test('a statement that takes too long ends', async () => {
  await db.query(
    `create or replace function pgwave.workflow_runs_progress(run pgwave.workflow_runs) returns float8
       language sql stable set search_path = '' as 'select 1::float8 from pg_catalog.pg_sleep(60)'`,
  );
  const from = performance.now();
  const { errors } = await post(
    server,
    '{ workflowRuns(first: 1) { nodes { progress } } }',
    {},
    ada,
  );
  expect(errors).toMatchObject([
    { message: 'The request took too long', extensions: { code: 'PWGQL' } },
  ]);
  expect(performance.now() - from).toBeLessThan(50_000);
});

describe('what others send is data', () => {
  const NASTY = [
    "'; drop table pgwave.workflow_runs; --",
    '" or 1=1 --',
    '$1',
    '\\',
    "E'\\x00'",
    '{{ input.secret }}',
    '{{ "{{" }} {% raw %}',
    '$input.secret ? (@ == 1)',
    '#{process.env.HOME}',
    '%s %I %L',
    'x'.repeat(5000),
    '𝕏🜂\u202e',
  ];

  const SAY = `mutation ($text: String!, $json: JSON!) {
    startWorkflow(input: { workflow: "chain", input: $json, idempotencyKey: $text }) { result { input } }
  }`;
  const MISUSE = `mutation ($text: String!, $json: JSON!, $run: BigInt!) {
    a: startWorkflow(input: { workflow: $text, input: $json }) { result { workflowRunId } }
    b: startWorkflow(input: { workflow: "chain", startAt: $text }) { result { workflowRunId } }
    c: startWorkflow(input: { workflow: "chain", environment: $text }) { result { workflowRunId } }
    d: enableWorkflow(input: { workflow: $text, enabled: false }) { result { workflowName } }
    e: forkWorkflowRun(input: { workflowRunId: $run, at: $text }) { result { workflowRunId } }
    f: sendSignal(input: { workflowRunId: $run, signalName: $text, payload: $json }) { result { signalId } }
    g: deployWorkflow(input: { workflow: $text, version: 1, environment: $text }) { result { environment } }
    h: defineActor(input: { definition: $json }) { result { actorName } }
    i: defineWorkflow(input: { definition: $json }) { result { version } }
  }`;
  const FIND = `query ($text: String!) {
    workflows(filter: { workflowName: { equalTo: $text } }) { totalCount }
    like: workflows(filter: { workflowName: { startsWithInsensitive: $text } }) { totalCount }
    workflowByName(workflowName: $text) { workflowId }
  }`;

  test.each(NASTY.map((text) => [text.slice(0, 40), text] as const))(
    'in every argument of a mutation and a filter: %s',
    async (_, text) => {
      const said = await post(server, SAY, { text, json: { [text]: text } }, ada);
      expect(said.errors).toBeUndefined();
      // Kept as it was said, and put into nothing.
      expect(said.data.startWorkflow.result.input).toEqual({ [text]: text });
      const wrong = await post(
        server,
        MISUSE,
        { text, json: { name: text, type: text }, run },
        ada,
      );
      expect(wrong.errors).toHaveLength(9);
      for (const { extensions } of wrong.errors ?? []) {
        expect(extensions?.code).toMatch(/^PW(NOF|DEF|INP|SIG|TRN)$/);
      }
      expect((await post(server, FIND, { text }, ada)).data).toEqual({
        workflows: { totalCount: 0 },
        like: { totalCount: 0 },
        workflowByName: null,
      });
    },
  );

  test('a prompt that looks like a template is not expanded again', async () => {
    await db.query('select pgwave.define_workflow($1)', [
      {
        name: 'asking',
        conversations: [{ name: 'ask', type: 'human', prompt: 'Is this right? {{ input.text }}' }],
      },
    ]);
    const text = '{{ input.secret }} {{ input.text }} {{ "{{" }}';
    await post(
      server,
      'mutation ($json: JSON!) { startWorkflow(input: { workflow: "asking", input: $json }) { result { workflowRunId } } }',
      { json: { text, secret: 'hidden' } },
      ada,
    );
    const { data } = await post(server, '{ inboxes { nodes { prompt } } }', {}, ada);
    expect(data.inboxes.nodes).toEqual([{ prompt: `Is this right? ${text}` }]);
  });

  test('cursors, numbers and text that are none are errors of the request', async () => {
    for (const query of [
      '{ workflowRuns(after: "bm9uZQ==") { nodes { workflowRunId } } }',
      '{ workflowRun(workflowRunId: "1 or 1=1") { status } }',
      '{ workflowRun(workflowRunId: "99999999999999999999999") { status } }',
      '{ workflowByName(workflowName: "a\\u0000b") { workflowId } }',
    ]) {
      const { errors } = await post(server, query, {}, ada);
      expect(errors).toBeDefined();
      expect(JSON.stringify(errors), query).not.toMatch(
        /Internal error|syntax error at|node_modules/,
      );
    }
  });
});

describe('connections', () => {
  test('a WebSocket has so many subscriptions at once and no more', async () => {
    const client = wsClient(server, ada);
    const results = await Promise.all(
      Array.from(
        { length: 5 },
        () =>
          new Promise<string>((resolve) => {
            client.subscribe(
              { query: 'subscription { inboxUpdated { entries { interactionId } } }' },
              {
                next: () => resolve('told'),
                error: (errors) =>
                  resolve(
                    (errors as { extensions: { code: string } }[])[0]?.extensions.code as string,
                  ),
                complete: () => {},
              },
            );
          }),
      ),
    );
    expect(results.sort()).toEqual(['PWGQL', 'PWGQL', 'told', 'told', 'told']);
    await client.dispose();
  });

  const open = (headers: Record<string, string>) =>
    new Promise<number | 'open'>((resolve) => {
      const socket = new WebSocket(server.url.replace(/^http/, 'ws'), 'graphql-transport-ws', {
        headers,
      });
      socket.on('open', () => {
        socket.close();
        resolve('open');
      });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => {});
    });

  test('pages of other origins get nothing, those that are named do', async () => {
    expect(await open({})).toBe('open');
    expect(await open({ origin: 'https://evil.example' })).toBe(403);
    expect(await open({ origin: 'https://studio.example.com' })).toBe('open');
    const cross = (origin: string, method: string) =>
      fetch(server.url, {
        method,
        headers: { origin, 'content-type': 'application/json', authorization: `Bearer ${ada}` },
        ...(method === 'POST' && { body: JSON.stringify({ query: '{ currentIdentity }' }) }),
      });
    expect((await cross('https://evil.example', 'POST')).status).toBe(403);
    expect(
      (await cross('https://evil.example', 'OPTIONS')).headers.get('access-control-allow-origin'),
    ).toBeNull();
    const named = await cross('https://studio.example.com', 'POST');
    expect(named.status).toBe(200);
    expect(named.headers.get('access-control-allow-origin')).toBe('https://studio.example.com');
    const plain = await fetch(server.url, { method: 'OPTIONS' });
    expect(plain.headers.get('access-control-allow-origin')).toBeNull();
  });

  test("without tokens, a name that somebody's DNS gave this machine gets nothing", async () => {
    const local = await serve(db, { env: {} });
    try {
      const status = (host: string) =>
        new Promise((resolve) => {
          const body = JSON.stringify({ query: '{ currentIdentity }' });
          http
            .request(
              {
                port: local.port,
                host: '127.0.0.1',
                path: '/graphql',
                method: 'POST',
                headers: { host, 'content-type': 'application/json' },
              },
              (response) => {
                response.resume();
                resolve(response.statusCode);
              },
            )
            .end(body);
        });
      expect(await status('rebound.example:80')).toBe(403);
      expect(await status(`localhost:${local.port}`)).toBe(200);
    } finally {
      await local.stop();
    }
  });

  test('a message that is too large, and a client that never says who it is, are cut off', async () => {
    const socket = new WebSocket(server.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('open', () => socket.send('x'.repeat(2_000_000)));
    socket.on('error', () => {});
    expect(await closed).toBe(1009);
  });

  test('probes are answered without a token; anything else is not found', async () => {
    const base = server.url.replace('/graphql', '');
    expect(await (await fetch(`${base}/readyz`)).json()).toEqual({ ok: true });
    expect((await fetch(`${base}/`)).status).toBe(404);
    expect((await fetch(`${base}/../package.json`)).status).toBe(404);
  });
});
