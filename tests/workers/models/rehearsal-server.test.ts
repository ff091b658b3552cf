import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Ollama } from 'ollama';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readAnswer } from '../../../workers/models/answer-ladder.ts';
import { createOllamaProvider } from '../../../workers/models/ollama.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../../workers/models/rehearsal/server.ts';
import { postings } from './sample-postings.ts';

const prompt = `Summarise this posting in two sentences.\n${postings.engineer.description}`;
const messages = [{ role: 'user', content: prompt }];
let server: RehearsalServer;
let ollama: Ollama;

beforeAll(async () => {
  server = await startRehearsalServer();
  ollama = new Ollama({ host: server.url });
});
afterEach(() => server.setFaults([]));
afterAll(() => server.close());

const post = (path: string, body: string | undefined, headers = {}) =>
  fetch(server.url + path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });

async function within(
  options: Parameters<typeof startRehearsalServer>[0],
  use: (s: RehearsalServer) => Promise<void>,
) {
  const own = await startRehearsalServer(options);
  try {
    await use(own);
  } finally {
    await own.close();
  }
}

describe('the unchanged ollama client', () => {
  test('chats, streamed and not, with the same text', async () => {
    const whole = await ollama.chat({ model: 'phi3', messages });
    let text = '';
    let last: object | undefined;
    for await (const line of await ollama.chat({ model: 'phi3', messages, stream: true })) {
      text += line.message.content;
      last = line;
    }
    expect(text).toBe(whole.message.content);
    expect(whole).toMatchObject({ model: 'phi3', done: true, done_reason: 'stop' });
    for (const key of ['total_duration', 'eval_duration', 'prompt_eval_count', 'eval_count']) {
      expect(last).toHaveProperty(key);
    }
    expect(whole.prompt_eval_count).toBeGreaterThan(80);
  });

  test('generates, streamed and not', async () => {
    const whole = await ollama.generate({ model: 'gemma3:1b', prompt });
    let text = '';
    for await (const line of await ollama.generate({ model: 'gemma3:1b', prompt, stream: true })) {
      text += line.response;
    }
    expect(text).toBe(whole.response);
    expect(text).toMatch(/pipelines|Kestrel/);
  });

  test('lists, shows and asks for versions', async () => {
    const { models } = await ollama.list();
    expect(models.map((model) => model.name)).toEqual([
      'gemma3:1b',
      'gemma2:latest',
      'qwen2.5:7b',
      'phi3:latest',
    ]);
    expect(new Set(models.map((model) => model.digest)).size).toBe(4);
    expect(await ollama.version()).toEqual({ version: '0.0.0-rehearsal' });
    expect((await ollama.show({ model: 'phi3' })).modelfile).toContain('rehearsal');
    await expect(ollama.show({ model: 'nobody' })).rejects.toMatchObject({ status_code: 404 });
    await expect(ollama.chat({ model: 'nobody', messages })).rejects.toThrow(
      "model 'nobody' not found",
    );
  });

  test('loads and unloads', async () => {
    await ollama.chat({ model: 'phi3', messages: [] });
    const loaded = async () => (await ollama.ps()).models.map((model) => model.name);
    expect(await loaded()).toContain('phi3:latest');
    const gone = await ollama.generate({ model: 'phi3', prompt: '', keep_alive: 0 });
    expect(gone.done_reason).toBe('unload');
    expect(await loaded()).not.toContain('phi3:latest');
    await ollama.chat({ model: 'phi3', messages, keep_alive: 0 });
    expect(await loaded()).not.toContain('phi3:latest');
    await ollama.chat({ model: 'phi3', messages, keep_alive: -1 });
    expect(await loaded()).toContain('phi3:latest');
  });
});

describe('the protocol', () => {
  test('greets', async () => {
    expect(await (await fetch(server.url)).text()).toBe('Ollama is running');
    expect((await fetch(server.url, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${server.url}/api/unknown`)).status).toBe(404);
  });

  test.each([
    [undefined, /missing request body/],
    ['{"model":', /invalid JSON/],
    ['{"messages": []}', /model is required/],
    ['{"model": "phi3", "messages": 7}', /messages/],
    ['{"model": "phi3", "messages": [], "keep_alive": "soon"}', /invalid duration/],
  ])('refuses %s', async (body, error) => {
    const response = await post('/api/chat', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringMatching(error) });
  });

  test('num_predict and stop end an answer', async () => {
    const say = [{ role: 'user', content: '[[rehearse:say=one two three four five END six]]' }];
    const stopped = await ollama.chat({ model: 'phi3', messages: say, options: { stop: ['END'] } });
    expect(stopped.message.content).toBe('one two three four five ');
    const cut = await ollama.chat({ model: 'phi3', messages: say, options: { num_predict: 4 } });
    expect(cut).toMatchObject({ done_reason: 'length', message: { content: 'one two three ' } });
  });
});

describe('memory', () => {
  test('one more model than fits evicts the one unused for longest', async () => {
    await within({ held: 2, loadMs: { phi3: 30, 'gemma2:latest': 20 } }, async (own) => {
      const client = new Ollama({ host: own.url });
      for (const model of ['phi3', 'gemma2', 'phi3', 'qwen2.5:7b', 'gemma2', 'phi3']) {
        await client.chat({ model, messages });
      }
      expect(own.loads().map(({ model, ms, evicted }) => [model, ms, evicted])).toEqual([
        ['phi3:latest', 30, null],
        ['gemma2:latest', 20, null],
        ['qwen2.5:7b', 0, 'gemma2:latest'],
        ['gemma2:latest', 20, 'phi3:latest'],
        ['phi3:latest', 30, 'qwen2.5:7b'],
      ]);
      expect(own.stats()).toMatchObject({ requests: 6, answered: 6, loads: 5, evictions: 3 });
    });
  });

  test('a model that answers is not evicted; who waits for room is served in turn, and may leave', async () => {
    await within({ held: 1, tokenMs: 5 }, async (own) => {
      const client = new Ollama({ host: own.url });
      const order: string[] = [];
      const ask = (model: string) => client.chat({ model, messages }).then(() => order.push(model));
      const first = ask('phi3');
      await vi.waitFor(() => expect(own.stats().active).toBe(1), { interval: 2 });
      const leaving = new AbortController();
      const left = fetch(`${own.url}/api/chat`, {
        method: 'POST',
        body: JSON.stringify({ model: 'gemma3:1b', messages }),
        signal: leaving.signal,
      }).catch(() => 'left');
      await vi.waitFor(() => expect(own.stats().active).toBe(2), { interval: 2 });
      const others = [ask('gemma2'), ask('qwen2.5:7b')];
      leaving.abort();
      expect(await left).toBe('left');
      await Promise.all([first, ...others]);
      expect(order[0]).toBe('phi3');
      expect(own.loads().map((load) => load.model)).toEqual([
        'phi3:latest',
        'gemma2:latest',
        'qwen2.5:7b',
      ]);
      expect(own.stats()).toMatchObject({ answered: 3, aborted: 1, active: 0 });
    });
  });

  test('the load is waited for and reported', async () => {
    await within({ loadMs: 50 }, async (own) => {
      const client = new Ollama({ host: own.url });
      const cold = await client.chat({ model: 'phi3', messages });
      const warm = await client.chat({ model: 'phi3', messages });
      expect(cold.load_duration).toBeGreaterThan(49e6);
      expect(warm.load_duration).toBeLessThan(40e6);
    });
  });
});

describe('faults', () => {
  const status = async (content: string, model = 'phi3', headers = {}) => {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content }], stream: false });
    const response = await post('/api/chat', body, headers);
    await response.text();
    return response.status;
  };

  test('by model, prompt, count and for each prompt', async () => {
    server.setFaults([{ kind: '500', model: /gemma/, match: 'posting' }]);
    expect(await status('a posting', 'gemma2')).toBe(500);
    expect(await status('a posting')).toBe(200);
    expect(await status('a letter', 'gemma2')).toBe(200);
    server.setFaults([{ kind: '503', count: 2 }]);
    expect([await status('a'), await status('b'), await status('c')]).toEqual([503, 503, 200]);
    server.setFaults([{ kind: '503', count: 1, per: 'prompt' }]);
    expect([await status('a'), await status('b'), await status('a')]).toEqual([503, 503, 200]);
    expect(() => server.setFaults([{ kind: 'nonsense' as '500' }])).toThrow(/unknown fault/);
  });

  test('by chance, the same each time', async () => {
    const draw = async () => {
      const results: number[] = [];
      await within({ faults: [{ kind: '500', probability: 0.3 }], seed: 5 }, async (own) => {
        for (let i = 0; i < 60; i += 1) {
          const body = JSON.stringify({ model: 'phi3', messages, stream: false });
          results.push((await fetch(`${own.url}/api/chat`, { method: 'POST', body })).status);
        }
        expect(own.stats().faults['500']).toBe(results.filter((s) => s === 500).length);
      });
      return results;
    };
    const first = await draw();
    const failed = first.filter((s) => s === 500).length;
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(30);
    expect(await draw()).toEqual(first);
  });

  test('by marker and by header', async () => {
    expect(await status('[[rehearse:500]] hello')).toBe(500);
    expect(await status('[[rehearse:500;count=1]] hello')).toBe(500);
    expect(await status('[[rehearse:500;count=1]] hello')).toBe(200);
    expect(await status('[[rehearse:500;count=1]] hello, you')).toBe(500);
    expect(await status('hello', 'phi3', { 'x-rehearse': 'slow=20, 429=3' })).toBe(429);
    expect(await status('[[rehearse:unheard-of]] hello')).toBe(200);
    expect(server.requests().at(-1)?.messages[0]?.content).toBe(' hello');
  });

  test.each([
    ['prose', 'extracted', { skills: ['Python'] }],
    ['fence', 'extracted', { skills: ['Python'] }],
    ['wrong_json', 'repaired', { skills: ['Python'] }],
    ['array', 'valid', ['Python']],
    ['wrong_shape', 'valid', { unexpected: true }],
    ['garbage', 'unreadable', undefined],
    ['empty', 'unreadable', undefined],
  ] as const)('%s spoils the text: %s', async (kind, rung, data) => {
    server.setFaults([{ kind }]);
    const { message } = await ollama.chat({
      model: 'phi3',
      messages: [{ role: 'user', content: 'Extract the skills.\n\nPosting:\nYou know Python.' }],
      format: {
        type: 'object',
        properties: { skills: { type: 'array', items: { type: 'string' } } },
      },
    });
    const read = readAnswer(message.content, true);
    expect(read.rung).toBe(rung);
    if (data) expect(read.data).toMatchObject(data);
  });
});

test('calls one after the other use one connection', async () => {
  const connections = new Set<number | undefined>();
  const stub = http.createServer((request, response) => {
    connections.add(request.socket.remotePort);
    if (request.url === '/api/version') response.end('{"version":"1"}');
    else if (request.url === '/api/tags') response.end('{"models":[]}');
    else response.end('{"model":"m","message":{"content":"hi"},"done":true}\n');
  });
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
  const host = `http://127.0.0.1:${(stub.address() as AddressInfo).port}`;
  const provider = createOllamaProvider();
  await provider.identify({ host }, 'm');
  const before = connections.size;
  for (let i = 0; i < 10; i += 1) {
    const signal = AbortSignal.timeout(1000);
    await provider.chat({ host, model: 'm', messages: [{ role: 'user', content: 'hi' }], signal });
  }
  expect(connections.size).toBeLessThanOrEqual(before + 2);
  stub.close();
  stub.closeAllConnections();
});

test('close ends what is open, and the process may end', async () => {
  const script = `
    import { startRehearsalServer } from '${new URL('../../../workers/models/rehearsal/server.ts', import.meta.url)}';
    import { createOllamaProvider } from '${new URL('../../../workers/models/ollama.ts', import.meta.url)}';
    const server = await startRehearsalServer({ loadMs: 60000, faults: [{ kind: 'silent', match: 'quiet' }] });
    const ask = (content) => createOllamaProvider().chat({ host: server.url, model: 'phi3',
      messages: [{ role: 'user', content }], timeoutMs: 60000, signal: new AbortController().signal });
    const calls = [ask('quiet'), ask('waits for a load')].map((call) => call.catch((error) => error.code));
    while (server.stats().active < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.close();
    console.log((await Promise.all(calls)).join(' '));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { timeout: 240_000 },
  );
  expect(stdout.trim()).toBe('connection_lost connection_lost');
});
