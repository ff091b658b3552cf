// Model servers that go on without saying anything: limits in bytes, time and silence, and a loop that stays free.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ActorError } from '../../../workers/actor-error.ts';
import { createOllamaProvider } from '../../../workers/models/ollama.ts';

let server: http.Server;
let url: string;
let play: (response: http.ServerResponse) => unknown;
const printed: unknown[] = [];

beforeAll(async () => {
  for (const method of ['log', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words));
  }
  server = http.createServer((request, response) => {
    if (request.url === '/api/chat') play(response);
    else response.end('{"models":[],"version":"0.1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
});

/** Writes the same again and again, as fast as it is read. */
const forEver = (chunk: string | Buffer) => (response: http.ServerResponse) => {
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
};
const line = (content: string): string =>
  `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done: false })}\n`;

/** How a call ends, and the longest time that the event loop was held up meanwhile. */
async function failure(more: object = {}) {
  let longest = 0;
  let last = performance.now();
  const ticks = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  const error = await createOllamaProvider({ silenceMs: 300, maxOverheadBytes: 2_000_000 })
    .chat({
      host: url,
      model: 'm',
      messages: [{ role: 'user', content: 'Say it.' }],
      signal: AbortSignal.timeout(60_000),
      timeoutMs: 30_000,
      maxOutputBytes: 100_000,
      ...more,
    })
    .then(
      () => expect.unreachable('it answered'),
      (reason: ActorError) => reason,
    );
  clearInterval(ticks);
  return { error, longest };
}

test.each([
  ['blank lines', '\n'.repeat(65_536), 'server_error', /hardly any text/],
  ['spaces', ' '.repeat(65_536), 'server_error', /longer than 1 MiB/],
  ['lines without text', line('').repeat(500), 'server_error', /hardly any text/],
  ['bytes of a bomb', gzipSync(Buffer.alloc(1_000_000)), 'server_error', /not UTF-8/],
  ['half characters', Buffer.from([0xf0, 0x9f, 0x0a]), 'server_error', /not UTF-8/],
  ['a page', '<html><body>Welcome</body></html>\n', 'server_error', /is not JSON/],
  ['text', line('on and on '), 'output_too_large', /more than 100000 bytes/],
])('%s without an end', async (_what, chunk, code, message) => {
  play = forEver(chunk);
  const { error, longest } = await failure();
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(longest).toBeLessThan(1000);
  expect(printed).toEqual([]);
});

test('silence after some text is a timeout, long before the call’s own', async () => {
  play = (response) => response.write(line('Once'));
  const { error } = await failure();
  expect(error).toMatchObject({
    code: 'timeout',
    message: expect.stringMatching(/nothing for 300 ms/),
  });
});

test('a drip that is never silent ends with the call’s own timeout', async () => {
  play = (response) => {
    const drip = setInterval(() => response.write('\n'), 50);
    response.once('close', () => clearInterval(drip));
  };
  const { error } = await failure({ timeoutMs: 1000 });
  expect(error).toMatchObject({ code: 'timeout', message: expect.stringMatching(/in 1000 ms/) });
});

test('an answer that ends within a character is broken', async () => {
  play = (response) =>
    response.end(Buffer.concat([Buffer.from(line('ok')), Buffer.from([0xf0, 0x9f])]));
  expect((await failure()).error).toMatchObject({ code: 'connection_lost' });
});
