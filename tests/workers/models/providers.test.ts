// What providers promise, whichever protocol they speak.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ActorError } from '../../../workers/actor-error.ts';
import { createOllamaProvider } from '../../../workers/models/ollama.ts';
import { createOpenAiProvider } from '../../../workers/models/openai.ts';
import type { ModelProvider, ModelRequest } from '../../../workers/models/provider.ts';
import type { Fault } from '../../../workers/models/rehearsal/faults.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../../workers/models/rehearsal/server.ts';
import { failure, withServer } from './model-calls.ts';
import { postings } from './sample-postings.ts';

const text = postings.nurse.description;
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

describe.each(['ollama', 'openai'])('%s', (name) => {
  const provider: ModelProvider =
    name === 'ollama' ? createOllamaProvider() : createOpenAiProvider();
  const base = () => (name === 'ollama' ? server.url : `${server.url}/v1`);
  const ask = (more: Partial<ModelRequest> = {}) =>
    provider.chat({
      host: base(),
      model: 'gemma2',
      messages: [{ role: 'user', content: `Summarise this posting in three sentences.\n${text}` }],
      signal: AbortSignal.timeout(60_000),
      ...more,
    });
  const models = async (host: string) => provider.models?.({ host });

  describe('an answer', () => {
    test('carries text, model, origin and counts', async () => {
      const pieces: string[] = [];
      const answer = await ask({ onText: (delta) => pieces.push(delta), options: { seed: 7 } });
      expect(answer.response).toBe(pieces.join(''));
      expect(pieces.length).toBeGreaterThan(10);
      expect(answer).toMatchObject({
        model: 'gemma2',
        rehearsed: true,
        doneReason: 'stop',
        notes: [],
        durations: { totalMs: expect.any(Number) },
      });
      expect(answer.promptTokens).toBeGreaterThan(answer.completionTokens);
      expect(answer.completionTokens).toBeGreaterThan(20);
    });

    test('is the same for the same seed', async () => {
      const [one, other] = await Promise.all([1, 2].map(() => ask({ options: { seed: 7 } })));
      expect(one?.response).toBe(other?.response);
    });

    test('follows the format', async () => {
      const format = {
        type: 'object',
        properties: { skills: { type: 'array', items: { type: 'string' } } },
        required: ['skills'],
      };
      const messages = [{ role: 'user' as const, content: `Extract the skills.\n${text}` }];
      expect(JSON.parse((await ask({ format, messages })).response).skills).toContain('Nursing');
      expect(JSON.parse((await ask({ format: 'json', messages })).response)).toBeTypeOf('object');
    });

    test('says when it was cut at num_predict', async () => {
      const answer = await ask({
        options: name === 'ollama' ? { num_predict: 10 } : { max_tokens: 10 },
      });
      expect(answer).toMatchObject({ doneReason: 'length' });
      expect(answer.completionTokens).toBeLessThanOrEqual(10);
    });

    test('has more room where the caller says so', async () => {
      const options = name === 'ollama' ? { num_predict: 10 } : { max_tokens: 10 };
      expect(await ask({ options, maxTokens: 1000 })).toMatchObject({ doneReason: 'stop' });
    });

    test('the models of a host are listed', async () => {
      const names = (await models(base()))?.map((model) => model.name);
      expect(names).toContain('gemma2:latest');
    });
  });

  describe('a fault', () => {
    const cases: [Fault, Partial<ActorError>][] = [
      [
        { kind: '429', retryAfter: 7 },
        { code: 'rate_limited', retryable: true, retryAfterMs: 7000 },
      ],
      [{ kind: '500' }, { code: 'server_error', retryable: true }],
      [
        { kind: '503', retryAfter: 2 },
        { code: 'server_error', retryable: true, retryAfterMs: 2000 },
      ],
      [{ kind: 'cut' }, { code: 'connection_lost', retryable: true }],
      [
        { kind: 'cut', after: 0 },
        { code: 'connection_lost', retryable: true },
      ],
      [{ kind: 'no_done' }, { code: 'connection_lost', retryable: true }],
      [
        { kind: 'no_done', after: 0 },
        { code: 'connection_lost', retryable: true },
      ],
      [{ kind: 'error_line' }, { code: 'server_error', retryable: true }],
      [{ kind: 'broken_line' }, { code: 'server_error', retryable: true }],
      [{ kind: 'endless' }, { code: 'output_too_large', retryable: false }],
    ];
    test.each(cases)('%j', async (fault, expected) => {
      server.setFaults([fault]);
      expect(await failure(ask({ maxOutputBytes: 100_000 }))).toMatchObject(expected);
      await vi.waitFor(() => expect(server.stats().active).toBe(0));
    });

    test('slow and silent servers time out', async () => {
      for (const fault of [
        { kind: 'silent' },
        { kind: 'slow', ms: 60_000 },
        { kind: 'slow_tokens', ms: 500 },
      ] as const) {
        server.setFaults([fault]);
        const began = performance.now();
        const error = await failure(ask({ timeoutMs: 150 }));
        expect(error).toMatchObject({ code: 'timeout', retryable: true });
        expect(performance.now() - began).toBeLessThan(50_000);
      }
      await vi.waitFor(() => expect(server.stats().active).toBe(0));
    });

    test('slow enough is an answer', async () => {
      server.setFaults([{ kind: 'slow', ms: 60 }]);
      const began = performance.now();
      await ask({ timeoutMs: 60_000 });
      expect(performance.now() - began).toBeGreaterThan(55);
    });

    test('NUL and lone surrogates are replaced and noted', async () => {
      server.setFaults([{ kind: 'nul' }, { kind: 'lone_surrogate' }]);
      const answer = await ask();
      expect(answer.response).toContain('\uFFFD');
      expect(answer.response).not.toContain('\0');
      expect(answer.response.isWellFormed()).toBe(true);
      expect(answer.notes).toEqual([
        '1 NUL replaced by U+FFFD',
        '1 lone surrogate(s) replaced by U+FFFD',
      ]);
    });

    test('an unknown model is named with what to do', async () => {
      const error = await failure(ask({ model: 'llama9' }));
      expect(error).toMatchObject({
        code: 'model_not_found',
        retryable: false,
        detail: { hint: expect.stringMatching(/ollama pull llama9|GET \/models/) },
      });
    });

    test('a bad request is the caller’s', async () => {
      expect(await failure(ask({ model: '' }))).toMatchObject({
        code: 'bad_request',
        retryable: false,
      });
      expect(await failure(ask({ host: 'http://[' }))).toMatchObject({
        code: 'bad_request',
        retryable: false,
      });
    });

    test.each(['http://127.0.0.1:1', 'http://no-such-host.invalid:11434'])(
      'nobody at %s',
      async (host) => {
        const expected = { code: 'connection_lost', retryable: true };
        expect(await failure(ask({ host }))).toMatchObject(expected);
        expect(await failure(models(host))).toMatchObject(expected);
      },
    );

    test.each([
      ['<html>', 200],
      ['{"hello": 1}\n', 200],
      ['<h1>Bad gateway</h1>', 502],
    ])('a server that is no model server: %s', async (body, status) => {
      await withServer(
        (_, response) => response.writeHead(status).end(body),
        async (host) => {
          const error = await failure(ask({ host }));
          expect(['server_error', 'connection_lost']).toContain(error.code);
          expect(await failure(models(host))).toMatchObject({ code: 'server_error' });
        },
      );
    });

    test('a password in the address is in no message', async () => {
      const error = await failure(ask({ host: 'http://me:secret@127.0.0.1:1' }));
      expect(`${error.message} ${JSON.stringify(error.detail)}`).not.toContain('secret');
    });

    test('what onText throws reaches the caller as it is', async () => {
      const mine = new RangeError('mine');
      const failing = ask({
        onText: () => {
          throw mine;
        },
      });
      await expect(failing).rejects.toBe(mine);
      await vi.waitFor(() => expect(server.stats().active).toBe(0));
    });
  });

  describe('an abort', () => {
    test.each([
      ['before the call', undefined, 0],
      ['while the server is silent', { kind: 'silent' }, 50],
      ['in the middle of the stream', { kind: 'slow_tokens', ms: 30 }, 80],
      ['in an endless stream', { kind: 'endless' }, 50],
    ] as [string, Fault | undefined, number][])(
      '%s ends the call at once and the server sees it',
      async (_, fault, wait) => {
        server.setFaults(fault ? [fault] : []);
        const controller = new AbortController();
        if (wait === 0) controller.abort();
        const failing = failure(ask({ signal: controller.signal, maxOutputBytes: 1e9 }));
        if (wait > 0) await sleep(wait);
        const began = performance.now();
        controller.abort(new Error('lease lost'));
        expect(await failing).toMatchObject({ code: 'cancelled', retryable: false });
        expect(performance.now() - began).toBeLessThan(50_000);
        await vi.waitFor(() => expect(server.stats().active).toBe(0), { timeout: 240_000 });
      },
    );
  });

  test('many calls at once share nothing', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        ask({
          messages: [{ role: 'user', content: `Say it. [[rehearse:say=answer number ${i}]]` }],
        }),
      ),
    );
    expect(answers.map((answer) => answer.response)).toEqual(
      answers.map((_, i) => `answer number ${i}`),
    );
  });
});
