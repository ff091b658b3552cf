import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { performHttp } from '../../workers/actors/http.ts';
import type { Resolve } from '../../workers/http/hosts.ts';

// Of the addresses of this machine one counts as public here, so that nothing leaves it.
const PUBLIC = '127.0.0.1';
const PRIVATE = '127.0.0.2';
vi.mock('../../workers/http/addresses.ts', () => ({
  isPublicAddress: (address: string) => address === PUBLIC,
}));

let server: http.Server;
let port: number;
let received: string[] = [];

beforeAll(async () => {
  server = http.createServer((request, response) => {
    received.push(`${request.socket.localAddress} ${request.headers.host} ${request.url}`);
    if (request.url !== '/out') response.end('here');
    else response.writeHead(302, { location: `http://inside.test:${port}/secret` }).end();
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  received = [];
});

const call = (path: string, resolve: Resolve, more: object = {}): Promise<unknown> =>
  performHttp({ resolve })(
    {
      interaction_id: 1,
      workflow_run_id: 2,
      attempt: 1,
      lane: 'http:x',
      actor_type: 'http',
      actor: 'x',
      definition: { url: `http://outside.test:${port}${path}`, ...more },
      conversation: 'ask',
      input: {},
      timeout_ms: 2000,
    },
    new AbortController().signal,
  );

const v4 = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 }));

test('a name is looked up once, and the connection goes to what was checked (DNS rebinding)', async () => {
  let asked = 0;
  await call('/', async () => {
    asked += 1;
    return v4(asked === 1 ? PUBLIC : PRIVATE);
  });
  expect(asked).toBe(1);
  expect(received).toEqual([`${PUBLIC} outside.test:${port} /`]);
});

test('a name with one private address among its addresses is refused', async () => {
  await expect(call('/', async () => v4(PUBLIC, PRIVATE))).rejects.toMatchObject({
    code: 'bad_request',
    retryable: false,
    detail: { address: PRIVATE },
  });
  expect(received).toEqual([]);
});

test('a redirect to a private address is refused, though its host is allowed', async () => {
  const resolve: Resolve = async (host) => v4(host === 'inside.test' ? PRIVATE : PUBLIC);
  await expect(call('/out', resolve, { allowed_hosts: ['*.test'] })).rejects.toMatchObject({
    code: 'bad_request',
    message: `inside.test is ${PRIVATE}, which is not a public address`,
  });
  expect(received).toEqual([`${PUBLIC} outside.test:${port} /out`]);
  if (process.platform !== 'linux') return; // elsewhere this machine has no second address
  await call('/out', resolve, { allowed_hosts: ['*.test'], private_addresses: true });
  expect(received.at(-1)).toBe(`${PRIVATE} inside.test:${port} /secret`);
});

test('a name server that does not answer counts against the timeout', async () => {
  await expect(call('/', () => new Promise(() => {}))).rejects.toMatchObject({ code: 'timeout' });
});
