import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ActorError } from '../../workers/actor-error.ts';
import { type HttpOptions, performHttp } from '../../workers/actors/http.ts';
import { isPublicAddress } from '../../workers/http/addresses.ts';
import type { Work } from '../../workers/work.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { finishSingleStep, startSingleStep } from './single-step.ts';

interface Received {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

const SECRET = 's3cr3t/"x&y';
let db: TestDatabase;
let worker: Worker;
let server: http.Server;
let port: number;
let received: Received[] = [];
let aborted = 0;
let handlers: Record<string, (response: http.ServerResponse, request: Received) => void> = {};

const json = (response: http.ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
};

beforeAll(async () => {
  db = await createTestDatabase();
  process.env.HTTP_TEST_SECRET = SECRET;
  server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const entry = { method, path: url, headers, body };
      received.push(entry);
      response.on('close', () => {
        if (!response.writableFinished) aborted += 1;
      });
      const handler = handlers[url.replace(/\?.*/, '')];
      if (handler === undefined) json(response, { path: url });
      else handler(response, entry);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  worker = await startWorker({
    databaseUrl: db.url,
    allowSecrets: ['HTTP_TEST_SECRET', 'NOT_THERE'],
  });
});
afterAll(async () => {
  await worker.stop();
  server.closeAllConnections();
  server.close();
  delete process.env.HTTP_TEST_SECRET;
  await db.close();
});
beforeEach(() => {
  received = [];
  handlers = {};
  aborted = 0;
});

const at = (path: string): string => `http://127.0.0.1:${port}${path}`;

interface Interaction {
  output: { response?: string; data: unknown; tag?: string } | null;
  error: {
    code: string;
    message: string;
    retryable: boolean;
    retry_after_ms?: number;
    detail: Record<string, unknown>;
  } | null;
}

const start = (actor: object, conversation: object = {}, input: object = {}) =>
  startSingleStep(db, { type: 'http', private_addresses: true, ...actor }, conversation, input);

const finish = (id: string) => finishSingleStep<Interaction>(db, id);

const run = async (actor: object, conversation: object = {}, input: object = {}) =>
  finish(await start(actor, conversation, input));

/** Calls the actor itself, for what cannot be had in a test otherwise: the answers of a name server. */
function perform(
  definition: object,
  options: HttpOptions,
  more: Partial<Work> = {},
): Promise<unknown> {
  const work: Work = {
    interaction_id: 1,
    workflow_run_id: 2,
    attempt: 1,
    lane: 'http:x',
    actor_type: 'http',
    actor: 'x',
    definition: definition as Record<string, unknown>,
    conversation: 'ask',
    input: { params: {} },
    timeout_ms: 1000,
    ...more,
  };
  return performHttp(options)(work, new AbortController().signal);
}

const failure = (promise: Promise<unknown>): Promise<ActorError> =>
  promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: ActorError) => error,
  );

describe('a request', () => {
  test('of GET has what the url does not use as its query, URL-encoded', async () => {
    const { output } = await run(
      { url: at('/postings/{{ id }}/{{ name }}?fixed=1') },
      {
        params: {
          id: 7,
          name: 'a/b?c&d=é',
          list: ['x', 'y z'],
          gone: '$input.gone ?',
          deep: { a: 1 },
        },
      },
    );
    expect(output?.data).toEqual({
      path: '/postings/7/a%2Fb%3Fc%26d%3D%C3%A9?fixed=1&deep=%7B%22a%22%3A1%7D&list=x&list=y+z',
    });
    expect(received[0]).toMatchObject({ method: 'GET', body: '' });
    expect(received[0]?.headers['idempotency-key']).toBeUndefined();
  });

  test('of POST has the parameters as its JSON body, and the interaction as its key', async () => {
    const { interaction_id } = await run(
      { url: at('/jobs'), method: 'POST' },
      { params: { n: '$input.n', list: [1, 'x'] } },
      { n: 1.5 },
    );
    expect(received[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': interaction_id },
    });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ n: 1.5, list: [1, 'x'] });
  });

  test('with a body keeps the types of placeholders, and expands nothing twice', async () => {
    await run(
      {
        url: at('/'),
        headers: { 'X-Run': 'run {{ workflow_run_id }}' },
        body: {
          n: '{{ n }}',
          text: 'n is {{ params.n }}, {{ "{{" }} stays',
          deep: ['{{ input.deep.list }}'],
          raw: '{{ braces }}',
        },
      },
      { params: { n: 3, braces: '$input.braces' } },
      { deep: { list: [1, { a: null }] }, braces: '{{ secret.HTTP_TEST_SECRET }}' },
    );
    expect(received[0]?.method).toBe('POST');
    expect(received[0]?.headers['x-run']).toMatch(/^run \d+$/);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      n: 3,
      text: 'n is 3, {{ stays',
      deep: [[1, { a: null }]],
      raw: '{{ secret.HTTP_TEST_SECRET }}',
    });
  });

  test('can be a form', async () => {
    await run({
      url: at('/'),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: { grant: 'a b', n: 1 },
    });
    expect(received[0]?.body).toBe('n=1&grant=a+b');
  });

  test.for([
    ['a value is missing', { url: '/{{ nothing }}' }, 'missing_binding'],
    ['a value leads up the path', { url: '/a/{{ up }}/b' }, 'bad_request'],
    ['a value completes an encoded step', { url: '/a/%2e{{ dot }}/b' }, 'bad_request'],
    ['a value completes a step', { url: '/a/{{ dot }}%2E' }, 'bad_request'],
    ['a value is an encoded step', { url: '/a/%2e%2e/{{ dot }}' }, 'bad_request'],
    ['a value leads up behind a backslash', { url: '/a\\{{ up }}' }, 'bad_request'],
    ['a placeholder cannot be read', { url: '/{{ 1 + 1 }}' }, 'bad_request'],
    ['a header would hold two', { url: '/', headers: { a: '{{ lines }}' } }, 'bad_request'],
    ['a header is not for actors', { url: '/', headers: { Host: 'example.com' } }, 'bad_request'],
  ] as const)('is not sent where %s', async ([, { url, ...actor }, code]) => {
    const { error, attempt } = await run(
      { ...actor, url: at(url) },
      {},
      { up: '..', dot: '.', lines: 'a\r\nb: c' },
    );
    expect(error).toMatchObject({ code, retryable: false });
    expect(attempt).toBe(1);
    expect(received).toEqual([]);
  });
});

describe('an answer', () => {
  test('that is a JSON object is data, routes by its tag, and its numbers are exact', async () => {
    handlers['/grade'] = (response) =>
      json(
        response,
        '{"tag": "PASS", "response": "well done", "id": 9007199254740993, "price": 1.10}',
      );
    await db.query('select pgwave.define_actor($1)', [
      { name: 'grader', type: 'http', url: at('/grade'), private_addresses: true },
    ]);
    await db.query('select pgwave.define_workflow($1)', [
      {
        name: 'graded',
        conversations: [
          {
            name: 'grade',
            actor: 'grader',
            branches: [
              { when: '[PASS]', to: 'good' },
              { when: '[FAIL]', to: 'bad' },
            ],
          },
          { name: 'good', type: 'condition' },
          { name: 'bad', type: 'condition' },
        ],
      },
    ]);
    const [row] = await db.query<{ id: string }>(
      `select (pgwave.start_workflow('graded')).workflow_run_id as id`,
    );
    await finish(row?.id as string);
    const [stored] = await db.query(
      `select i.output ->> 'tag' as tag, i.output ->> 'response' as response,
              i.output #>> '{data,id}' as id, i.output #>> '{data,price}' as price,
              (select g.status from pgwave.interactions g join pgwave.conversations c using (conversation_id)
                where g.workflow_run_id = i.workflow_run_id and c.conversation_name = 'good') as good
         from pgwave.interactions i join pgwave.conversations c using (conversation_id)
        where workflow_run_id = $1 and conversation_name = 'grade'`,
      [row?.id],
    );
    expect(stored).toEqual({
      tag: 'PASS',
      response: 'well done',
      id: '9007199254740993',
      price: '1.10',
      good: 'completed',
    });
  });

  test('that is anything else is text, fit for PostgreSQL; status and headers are in usage', async () => {
    handlers['/text'] = (response) => {
      response.writeHead(203, {
        'content-type': 'text/plain; charset=latin1',
        'set-cookie': 'session=1',
        'x-request-id': 'r1',
      });
      response.end(Buffer.from([0x67, 0xfc, 0x00, 0x5b, 0x4f, 0x4b, 0x5d]));
    };
    const { output, usage } = await run({ url: at('/text') });
    expect(output).toEqual({
      response: 'gü\uFFFD[OK]',
      data: { response: 'gü\uFFFD[OK]' },
      tag: 'OK',
    });
    expect(usage).toMatchObject({
      status: 203,
      url: at('/text'),
      redirects: 0,
      bytes: 7,
      headers: { 'content-type': 'text/plain; charset=latin1', 'x-request-id': 'r1' },
    });
    expect(usage.headers).not.toHaveProperty('set-cookie');
    handlers['/list'] = (response) => json(response, [1, 2]);
    expect((await run({ url: at('/list') })).output).toEqual({ data: [1, 2] });
    handlers['/none'] = (response) => response.writeHead(204).end();
    expect((await run({ url: at('/none'), method: 'DELETE' })).output).toEqual({
      response: '',
      data: { response: '' },
    });
    expect((await run({ url: at('/'), method: 'HEAD' })).run).toBe('completed');
  });

  test('may be compressed; what counts is its size then', async () => {
    handlers['/gzip'] = (response, { path }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(
        zlib.gzipSync(JSON.stringify({ text: 'x'.repeat(path.includes('big') ? 1e6 : 5) })),
      );
    };
    const limits = { max_output: '100kB' };
    expect((await run({ url: at('/gzip'), ...limits })).output?.data).toEqual({ text: 'xxxxx' });
    expect((await run({ url: at('/gzip?big=1'), ...limits })).error?.code).toBe('output_too_large');
  });

  test('that does not end is cut off at max_output, for good', async () => {
    handlers['/flood'] = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65536)));
      };
      response.on('drain', more);
      more();
    };
    const { error, attempt } = await run({ url: at('/flood'), max_output: '1MB' });
    expect(error).toMatchObject({ code: 'output_too_large', retryable: false });
    expect(attempt).toBe(1);
    await vi.waitFor(() => expect(aborted).toBe(1));
  });

  test.for([
    ['no JSON', 200, '{"a":', 'invalid_output', 2],
    ['JSON without end', 200, `${'['.repeat(5000)}${']'.repeat(5000)}`, 'invalid_output', 2],
    ['a server error', 503, '{}', 'server_error', 2],
    ['408', 408, '{}', 'server_error', 2],
    ['not found', 404, '{"message": "no such posting"}', 'bad_request', 1],
    ['not modified', 304, '', 'bad_request', 1],
  ] as const)('that is %s is %i %s %s', async ([, status, body, code, attempts]) => {
    handlers['/x'] = (response) => json(response, body, status);
    const { error, attempt } = await run({ url: at('/x') });
    expect(error?.code).toBe(code);
    expect(attempt).toBe(attempts);
    if (status === 404) {
      expect(error?.message).toBe(`GET ${at('/x')} answered 404 Not Found`);
      expect(error?.detail).toMatchObject({ status: 404, body });
    }
  });

  test.for([
    ['seconds', (): string => '2', 2000],
    ['a date', (): string => new Date(Date.now() + 60_000).toUTCString(), 60_000],
    ['none', (): undefined => undefined, undefined],
  ] as const)(
    'of 429 is rate_limited, with the wait that it asks for: %s',
    async ([, ask, wait]) => {
      handlers['/x'] = (response) => {
        const value = ask();
        if (value !== undefined) response.setHeader('retry-after', value);
        json(response, {}, 429);
      };
      const error = await failure(perform({ url: at('/x'), private_addresses: true }, {}));
      expect(error).toMatchObject({ code: 'rate_limited', retryable: true });
      if (wait === undefined) expect(error.retryAfterMs).toBeUndefined();
      else expect(Math.abs((error.retryAfterMs ?? 0) - wait)).toBeLessThan(2000);
    },
  );

  test('of 429 makes the next attempt wait', async () => {
    handlers['/x'] = (response) => {
      if (received.length > 1) return json(response, { ok: true });
      response.setHeader('retry-after', '1');
      json(response, {}, 429);
    };
    const from = Date.now();
    expect(await run({ url: at('/x') })).toMatchObject({ run: 'completed', attempt: 2 });
    expect(Date.now() - from).toBeGreaterThan(950);
  });
});

describe('a connection', () => {
  test('that is refused or cut is connection_lost, and tried again', async () => {
    expect(await run({ url: 'http://127.0.0.1:1/' })).toMatchObject({
      attempt: 2,
      error: { code: 'connection_lost', retryable: true },
    });
    handlers['/cut'] = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' });
      response.write('the beginning');
      setTimeout(() => response.destroy(), 20);
    };
    handlers['/cut-gzip'] = (response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
      response.write(zlib.gzipSync('x'.repeat(1000)).subarray(0, 15));
      setTimeout(() => response.destroy(), 20);
    };
    for (const path of ['/cut', '/cut-gzip']) {
      expect((await run({ url: at(path) })).error).toMatchObject({
        code: 'connection_lost',
        retryable: true,
      });
    }
  });

  test.for(['/silent', '/endless'])('has the timeout of the conversation: %s', async (path) => {
    handlers[path] = (response) => {
      if (path === '/silent') return;
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    const from = Date.now();
    expect(await run({ url: at(path) }, { timeout: '200ms' })).toMatchObject({
      attempt: 2,
      error: { code: 'timeout', retryable: true },
    });
    expect(Date.now() - from).toBeLessThan(20_000);
    await expect.poll(() => aborted).toBe(2);
  });

  test('is closed where the run is cancelled', async () => {
    handlers['/silent'] = () => {};
    const id = await start({ url: at('/silent') });
    await expect.poll(() => received.length).toBe(1);
    const from = Date.now();
    await db.query('select pgwave.cancel_workflow_run($1)', [id]);
    await expect.poll(() => aborted).toBe(1);
    expect(Date.now() - from).toBeLessThan(20_000);
  });
});

describe('an address', () => {
  test.for([
    '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1',
    '192.0.0.192 198.18.0.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 168.63.129.16 100.100.100.200',
    ':: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 2001::1 2002:7f00:1:: 100::1',
    '::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::7f00:1 0:0:0:0:0:ffff:a00:1',
    'localhost 1.2.3 x',
  ])('is not public: %s', (addresses) => {
    expect(addresses.split(' ').filter(isPublicAddress)).toEqual([]);
  });

  test('is public', () => {
    const addresses =
      '8.8.8.8 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 2606:4700::1111 2a00::1 ::ffff:8.8.8.8 64:ff9b::808:808';
    expect(addresses.split(' ').filter((address) => !isPublicAddress(address))).toEqual([]);
  });

  test.for(['127.0.0.1', 'localhost', '127.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0'])(
    'that is private is refused, however it is written: %s',
    async (host) => {
      const { error, attempt } = await run({
        url: `http://${host}:${port}/`,
        private_addresses: false,
      });
      expect(error).toMatchObject({ code: 'bad_request', retryable: false });
      expect(error?.detail.hint).toContain('private_addresses');
      expect(attempt).toBe(1);
      expect(received).toEqual([]);
    },
  );

  test('is refused where any answer of the name server is private', async () => {
    const error = await failure(
      perform(
        { url: `http://service.test:${port}/` },
        {
          resolve: async () => [
            { address: '8.8.8.8', family: 4 },
            { address: '127.0.0.1', family: 4 },
          ],
        },
      ),
    );
    expect(error).toMatchObject({ code: 'bad_request', retryable: false });
    expect(received).toEqual([]);
  });
});

describe('hosts', () => {
  const local = async () => [{ address: '127.0.0.1', family: 4 }];
  const call = (actor: object, more: Partial<Work> = {}) =>
    perform({ private_addresses: true, ...actor }, { resolve: local }, more);

  test('are the one of the url, unless allowed_hosts says which', async () => {
    const url = (host: string) => `http://${host}:${port}/`;
    await call({ url: url('a.test') });
    await call({ url: url('a.test'), allowed_hosts: ['b.test', 'A.TEST'] });
    await call({ url: url('x.y.a.test'), allowed_hosts: ['*.a.test'] });
    await call({ url: url('x.test'), allowed_hosts: [`x.test:${port}`] });
    for (const allowed_hosts of [[], ['b.test'], ['*.a.test'], ['a.test:80'], ['test']]) {
      expect(await failure(call({ url: url('a.test'), allowed_hosts }))).toMatchObject({
        code: 'bad_request',
        retryable: false,
      });
    }
    expect(received.length).toBe(4);
  });

  test('that a value makes need allowed_hosts', async () => {
    const params = { input: { params: { host: 'a', rest: `.evil.test:${port}/` } } };
    for (const url of [
      `http://{{ host }}.test:${port}/`,
      `http://a.test{{ rest }}`,
      `{{ url }}`,
      `{{ scheme }}://a.test/`,
    ]) {
      expect((await failure(call({ url }, params))).message).toContain('not fixed');
    }
    await call(
      { url: `http://{{ host }}.test:${port}/`, allowed_hosts: [`a.test:${port}`] },
      params,
    );
    expect(received[0]?.headers.host).toBe(`a.test:${port}`);
    const whole = { input: { params: { url: `http://b.test:${port}/x?y=1` } } };
    await call({ url: '{{ url }}', allowed_hosts: [`b.test:${port}`] }, whole);
    expect(received[1]?.path).toMatch(/^\/x\?y=1/);
    for (const url of ['file:///etc/passwd', 'ftp://b.test/', `http://c.test:${port}/`]) {
      expect(
        await failure(
          call(
            { url: '{{ url }}', allowed_hosts: [`b.test:${port}`] },
            { input: { params: { url } } },
          ),
        ),
      ).toMatchObject({ code: 'bad_request' });
    }
  });
});

describe('redirects', () => {
  const redirect =
    (to: string, status = 302) =>
    (response: http.ServerResponse) =>
      response.writeHead(status, { location: to }).end();

  test('are followed, five at most', async () => {
    for (let i = 1; i <= 6; i += 1) handlers[`/r${i}`] = redirect(`/r${i + 1}`);
    const { output, usage } = await run({ url: at('/r2') });
    expect(output?.data).toEqual({ path: '/r7' });
    expect(usage).toMatchObject({ redirects: 5, url: at('/r7') });
    received = [];
    expect((await run({ url: at('/r1') })).error).toMatchObject({
      code: 'bad_request',
      message: 'More than 5 redirects',
    });
    expect(received.length).toBe(6);
  });

  test.for([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', '{"a":1}'],
    [308, 'POST', '{"a":1}'],
  ] as const)('of status %i make of a POST a %s', async ([status, method, body]) => {
    handlers['/from'] = redirect('/to', status);
    await run({ url: at('/from'), body: { a: 1 } });
    expect(received[1]).toMatchObject({ path: '/to', method, body });
    if (body === '') expect(received[1]?.headers['content-type']).toBeUndefined();
  });

  test('lead to allowed hosts only', async () => {
    handlers['/from'] = redirect(`http://localhost:${port}/to`);
    expect((await run({ url: at('/from') })).error).toMatchObject({
      code: 'bad_request',
      message: `The actor may not call localhost:${port}`,
    });
    handlers['/file'] = redirect('file:///etc/passwd');
    expect((await run({ url: at('/file') })).error?.code).toBe('bad_request');
    expect(received.map(({ path }) => path)).toEqual(['/from', '/file']);
  });

  test('leave secrets and authorization behind where the host changes, for good', async () => {
    handlers['/from'] = redirect('/home');
    handlers['/home'] = redirect(`http://localhost:${port}/away`);
    handlers['/away'] = redirect(at('/back'));
    await run({
      url: at('/from'),
      allowed_hosts: ['127.0.0.1', 'localhost'],
      secrets: ['HTTP_TEST_SECRET'],
      headers: {
        Authorization: 'Bearer not-even-a-secret',
        'X-Key': '{{ secret.HTTP_TEST_SECRET }}',
        'X-Plain': 'plain',
      },
    });
    expect(
      received.map(({ path, headers }) => [
        path,
        headers.authorization,
        headers['x-key'],
        headers['x-plain'],
      ]),
    ).toEqual([
      ['/from', 'Bearer not-even-a-secret', SECRET, 'plain'],
      ['/home', 'Bearer not-even-a-secret', SECRET, 'plain'],
      ['/away', undefined, undefined, 'plain'],
      ['/back', undefined, undefined, 'plain'],
    ]);
  });

  test('are refused where they would take a body with a secret elsewhere', async () => {
    handlers['/from'] = redirect(`http://localhost:${port}/to`, 307);
    const { error } = await run({
      url: at('/from'),
      allowed_hosts: ['127.0.0.1', 'localhost'],
      secrets: ['HTTP_TEST_SECRET'],
      body: { key: '{{ secret.HTTP_TEST_SECRET }}' },
    });
    expect(error).toMatchObject({ code: 'bad_request', retryable: false });
    expect(received.length).toBe(1);
  });
});

describe('secrets', () => {
  const secrets = ['HTTP_TEST_SECRET'];

  test('are sent, and stored nowhere', async () => {
    const echo = (status: number) => (response: http.ServerResponse, request: Received) => {
      response.setHeader('x-request-id', SECRET);
      json(response, { ...request, deep: [{ [SECRET]: 1 }], parsed: request.body }, status);
    };
    handlers['/echo'] = echo(200);
    handlers['/fails'] = echo(400);
    handlers['/text'] = (response) => response.end(`you said ${SECRET}`);
    const user = 'user:{{ secret.HTTP_TEST_SECRET }}@';
    for (const [path, login] of [
      ['/echo', user],
      ['/fails', user],
      ['/echo', ''],
      ['/fails', ''],
      ['/text', ''],
    ]) {
      await run({
        url: `http://${login}127.0.0.1:${port}${path}?key={{ secret.HTTP_TEST_SECRET }}`,
        secrets,
        headers: { 'X-Key': 'key {{ secret.HTTP_TEST_SECRET }}' },
        body: { key: '{{ secret.HTTP_TEST_SECRET }}' },
      });
    }
    expect(received[0]).toMatchObject({
      path: `/echo?key=${encodeURIComponent(SECRET)}`,
      headers: {
        'x-key': `key ${SECRET}`,
        authorization: `Basic ${Buffer.from(`user:${SECRET}`).toString('base64')}`,
      },
      body: JSON.stringify({ key: SECRET }),
    });
    const rows = await db.query<{ name: string; text: string }>(
      `select 'interactions' as name, i::text as text from pgwave.interactions i
       union all select 'attempts', a::text from pgwave.interaction_attempts a
       union all select 'events', e::text from pgwave.interaction_events e
       union all select 'runs', r::text from pgwave.workflow_runs r
       union all select 'actors', a::text from pgwave.actors a`,
    );
    const forms = [
      's3cr3t',
      Buffer.from(`user:${SECRET}`).toString('base64'),
      Buffer.from(SECRET).toString('base64'),
    ];
    const leaks = rows.filter(({ text }) => forms.some((form) => text.includes(form)));
    expect(leaks).toEqual([]);
    expect(rows.some(({ text }) => text.includes('<HTTP_TEST_SECRET>'))).toBe(true);
  });

  test('that the worker does not have are named', async () => {
    const { error, attempt } = await run({ url: at('/'), secrets: ['NOT_THERE'] });
    expect(error).toMatchObject({
      code: 'bad_request',
      message: 'The worker has no secret NOT_THERE',
      retryable: false,
    });
    expect(attempt).toBe(1);
  });

  test('that the worker does not allow are not sent', async () => {
    const error = await failure(
      perform({ url: at('/'), secrets: ['HOME'] }, { environment: { HOME: '/root' } }),
    );
    expect(error).toMatchObject({
      code: 'bad_request',
      message: 'The worker does not let actors read HOME',
      detail: { hint: 'Start the worker with --allow-secret HOME.' },
    });
    expect(received).toEqual([]);
  });

  test.for([
    ['upper case', (secret: string) => secret.toUpperCase()],
    ['hexadecimal', (secret: string) => Buffer.from(secret).toString('hex')],
    [
      'hexadecimal with colons',
      (secret: string) =>
        Buffer.from(secret)
          .toString('hex')
          .replace(/..(?!$)/g, '$&:'),
    ],
    ['upper hexadecimal', (secret: string) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['base64', (secret: string) => Buffer.from(secret).toString('base64')],
    [
      'base64 behind one character',
      (secret: string) => Buffer.from(`:${secret}`).toString('base64'),
    ],
    ['base64 behind two', (secret: string) => Buffer.from(`u:${secret}`).toString('base64')],
    ['base64 in the middle', (secret: string) => Buffer.from(`u:${secret}:x`).toString('base64')],
    ['base64url', (secret: string) => Buffer.from(`??${secret}`).toString('base64url')],
  ] as const)('that come back in %s are taken out', async ([, form]) => {
    const secret = 'k3y-of~the>>house??1';
    handlers['/echo'] = (response, request) =>
      json(response, { said: `it is ${form(String(request.headers['x-key']))}.` });
    const answer = await perform(
      {
        url: at('/echo'),
        private_addresses: true,
        secrets: ['ECHOED'],
        headers: { 'X-Key': '{{ secret.ECHOED }}' },
      },
      { environment: { ECHOED: secret }, granted: new Set(['ECHOED']) },
    );
    expect(JSON.stringify(answer)).toContain('<ECHOED>');
    const said = (answer as { data: { said: string } }).data.said;
    // at the ends a character may stay that holds bits of what stood beside the secret
    expect(said.length).toBeLessThan('it is <ECHOED>.'.length + 9);
  });

  test('that are not declared are not sent', async () => {
    const error = await failure(
      perform(
        { url: at('/{{ secret.HOME }}'), private_addresses: true },
        { environment: { HOME: '/root' } },
      ),
    );
    expect(error).toMatchObject({ code: 'bad_request', detail: { secret: 'HOME' } });
    expect(received).toEqual([]);
  });

  test.for(['DATABASE_URL', 'PGPASSWORD', 'PGWAVE_SQL_URL'])(
    "are not the worker's own: %s",
    async (name) => {
      const error = await failure(
        perform(
          { url: at('/'), secrets: [name] },
          { environment: { [name]: 'x' }, granted: new Set([name]) },
        ),
      );
      expect(error).toMatchObject({
        code: 'bad_request',
        message: `The worker does not let actors read ${name}`,
        retryable: false,
      });
    },
  );
});
