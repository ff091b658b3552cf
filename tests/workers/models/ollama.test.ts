import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseRetryAfter } from '../../../workers/models/http-errors.ts';
import { createOllamaProvider } from '../../../workers/models/ollama.ts';
import type { ModelRequest } from '../../../workers/models/provider.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../../workers/models/rehearsal/server.ts';
import { failure, withServer } from './model-calls.ts';
import { postings } from './sample-postings.ts';

const text = postings.nurse.description;
const provider = createOllamaProvider();
let server: RehearsalServer;
const printed: unknown[][] = [];

beforeAll(async () => {
  server = await startRehearsalServer();
  for (const method of ['log', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words));
  }
});
afterEach(() => {
  server.setFaults([]);
  expect(printed).toEqual([]);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.close();
});

const ask = (more: Partial<ModelRequest> = {}) =>
  provider.chat({
    host: server.url,
    model: 'gemma2',
    messages: [{ role: 'user', content: `Summarise this posting in three sentences.\n${text}` }],
    signal: AbortSignal.timeout(60_000),
    ...more,
  });

describe('an answer', () => {
  test('carries text, model, digest, origin, counts and durations', async () => {
    const pieces: string[] = [];
    const answer = await ask({ onText: (delta) => pieces.push(delta), options: { seed: 7 } });
    const [listed] = (await provider.models({ host: server.url })).filter(
      (m) => m.name === 'gemma2:latest',
    );
    expect(answer.response).toBe(pieces.join(''));
    expect(pieces.length).toBeGreaterThan(10);
    expect(answer).toMatchObject({
      model: 'gemma2',
      digest: listed?.digest,
      rehearsed: true,
      doneReason: 'stop',
      notes: [],
    });
    expect(listed).toMatchObject({ loaded: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(answer.promptTokens).toBeGreaterThan(answer.completionTokens);
    expect(answer.completionTokens).toBeGreaterThan(20);
    expect(answer.durations.totalMs).toBeGreaterThanOrEqual(answer.durations.completionMs);
  });

  test('the version and the host are told as they are', async () => {
    expect(await provider.version({ host: server.url })).toBe('0.0.0-rehearsal');
    expect(await provider.identify({ host: server.url }, 'phi3')).toMatchObject({
      rehearsed: true,
    });
    expect(await provider.identify({ host: server.url }, 'unheard-of')).toMatchObject({
      digest: null,
    });
  });

  test('without a digest it is an answer still, with a note', async () => {
    const line = { model: 'm', message: { role: 'assistant', content: 'hi' }, done: true };
    const answer = await withServer(
      (request, response) => {
        if (request.url === '/api/chat') response.end(`${JSON.stringify(line)}\n`);
        else response.writeHead(500).end();
      },
      (host) => ask({ host }),
    );
    expect(answer).toMatchObject({ response: 'hi', digest: null, rehearsed: false });
    expect(answer.notes[0]).toMatch(/digest unknown/);
  });

  test('characters that are split between chunks and lines come out whole', async () => {
    const halves = ['caf\u00e9 \ud83d', '\ude00 end'].map((content, i) =>
      JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done: i === 1 }),
    );
    const bytes = Buffer.from(`${halves.join('\n')}\n`);
    const answer = await withServer(
      async (request, response) => {
        if (request.url !== '/api/chat') return void response.writeHead(404).end();
        for (const byte of bytes) response.write(Buffer.of(byte));
        response.end();
      },
      (host) => ask({ host }),
    );
    expect(answer.response).toBe('caf\u00e9 \u{1f600} end');
  });
});

test.each([
  ['before its answer began is tried once more', 0, 3],
  ['in the middle of its answer is not', 1, 2],
])('a reused connection that is reset %s', async (_, lines, times) => {
  const line = (content: string, done: boolean) =>
    `${JSON.stringify({ model: 'm', message: { role: 'assistant', content }, done })}\n`;
  let asked = 0;
  await withServer(
    async (request, response) => {
      request.resume();
      if (request.url !== '/api/chat') return void response.end('{"version": "1", "models": []}');
      asked += 1;
      if (asked !== 2) return void response.end(line('fine', true));
      for (let i = 0; i < lines; i += 1) response.write(line('half', false));
      if (lines > 0) await sleep(30);
      request.socket.resetAndDestroy();
    },
    async (host) => {
      await ask({ host });
      await sleep(20); // until the connections are idle
      if (lines === 0) expect(await ask({ host })).toMatchObject({ response: 'fine' });
      else expect(await failure(ask({ host }))).toMatchObject({ code: 'connection_lost' });
    },
  );
  expect(asked).toBe(times);
});

test.each([
  ['7', 7000],
  [' 0 ', 0],
  ['Mon, 24 Nov 2025 12:00:30 GMT', 30_000],
  ['Mon, 24 Nov 2025 11:00:00 GMT', 0],
  ['999999999999999999999', 86_400_000],
  ['Mon, 24 Nov 2095 11:00:00 GMT', 86_400_000],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %j is %j ms', (value, ms) => {
  const sentAt = 'Mon, 24 Nov 2025 12:00:00 GMT';
  expect(parseRetryAfter(value, sentAt)).toBe(ms);
  expect(parseRetryAfter(value, null, Date.parse(sentAt))).toBe(ms);
});
