// Actors of provider openai, from the definition to the rows.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { type ScriptedModels, startScriptedModels } from './scripted-models.ts';

let models: ScriptedModels;
let server: RehearsalServer;
let stub: http.Server;
let url: string;
let asked: { headers: http.IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
let play: (response: http.ServerResponse) => unknown = () => {};

beforeAll(async () => {
  models = await startScriptedModels();
  server = await startRehearsalServer({ anyModel: true });
  stub = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    asked.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    play(response);
  });
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(stub.address() as AddressInfo).port}/v1`;
  process.env.OPENAI_TEST_KEY = 'sk-of-the-tests';
  process.env.PGWAVE_MODEL_KEYS = `OPENAI_TEST_KEY=${new URL(url).host}`;
});
afterEach(() => {
  server.setFaults([]);
  asked = [];
});
afterAll(async () => {
  delete process.env.OPENAI_TEST_KEY;
  delete process.env.PGWAVE_MODEL_KEYS;
  await server?.close();
  stub?.close();
  await models?.close();
});

const score = {
  type: 'object',
  properties: { score: { type: 'integer' } },
  required: ['score'],
};

/** Answers with these chunks. */
const chunks =
  (...given: object[]) =>
  (response: http.ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of given) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  };
const piece = (delta: object, finish_reason: string | null = null) => ({
  id: 'x',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'big-model-2026',
  system_fingerprint: 'fp_44709d6fcb',
  choices: [{ index: 0, delta, finish_reason }],
});

function ask(actor: object, conversation: object = {}) {
  return models.ask({
    says: [''],
    actor: { provider: 'openai', model: 'big-model', base_url: url, ...actor },
    conversation,
  });
}

test('a call, as it is asked and as it is kept', async () => {
  play = chunks(
    piece({ role: 'assistant', reasoning_content: 'I wonder.' }),
    piece({ content: '{"score":' }),
    piece({ content: ' 5}' }, 'stop'),
    {
      ...piece({}),
      choices: [],
      usage: {
        prompt_tokens: 1000,
        completion_tokens: 500,
        prompt_tokens_details: { cached_tokens: 400 },
        completion_tokens_details: { reasoning_tokens: 300 },
      },
    },
  );
  const { interaction, attempts } = await ask(
    {
      api_key: 'OPENAI_TEST_KEY',
      options: { temperature: 0, max_completion_tokens: 2000 },
      price: {
        prompt_per_million: 1,
        completion_per_million: 10,
        cached_per_million: 0.1,
        reasoning_per_million: 5,
      },
    },
    { output: score, options: { seed: 7 }, system: 'Be brief.' },
  );
  expect(asked[0]?.headers.authorization).toBe('Bearer sk-of-the-tests');
  expect(asked[0]?.body).toEqual({
    model: 'big-model',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Answer.' },
    ],
    temperature: 0,
    seed: 7,
    max_completion_tokens: 2000,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: score } },
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(interaction).toMatchObject({
    status: 'completed',
    output: { data: { score: 5 } },
    prompt_tokens: 1000,
    completion_tokens: 500,
    // (600 × 1 + 400 × 0.1 + 200 × 10 + 300 × 5) / 1,000,000
    cost: '0.00414',
  });
  expect(attempts[0].usage).toMatchObject({
    model: 'big-model-2026',
    model_digest: 'system_fingerprint:fp_44709d6fcb',
    thinking: 'I wonder.',
    cached_tokens: 400,
    reasoning_tokens: 300,
    done_reason: 'stop',
    seed: 7,
  });
  expect(JSON.stringify(attempts)).not.toContain('sk-of-the-tests');
});

test.each([
  ['length', { content: '{"score": 5}' }, 'output_truncated'],
  ['content_filter', { content: '{"score": 5}' }, 'invalid_output'],
  ['tool_calls', { tool_calls: [] }, 'invalid_output'],
])('an end by %s is no answer', async (reason, delta, code) => {
  play = chunks(piece(delta, reason));
  expect((await ask({}, { output: score })).interaction.error).toMatchObject({ code });
});

test('a cut answer is asked for again with more room', async () => {
  play = (response) =>
    chunks(piece({ content: '{"score": 5}' }, asked.length < 2 ? 'length' : 'stop'))(response);
  const { interaction } = await ask(
    { options: { max_tokens: 50 }, max_answer_tokens: 400 },
    { output: score, retry: { max_attempts: 2, delay: '1ms' } },
  );
  expect(interaction.status).toBe('completed');
  expect(asked.map(({ body }) => body.max_tokens)).toEqual([50, 100]);
});

test.each([
  [
    401,
    { error: { message: 'Incorrect API key provided' } },
    'bad_request',
    /refused the key: Incorrect API key/,
  ],
  [
    404,
    { error: { message: "The model 'big-model' does not exist" } },
    'model_not_found',
    /big-model not found/,
  ],
  [404, { detail: 'Not Found' }, 'bad_request', /not the address of a model server/],
  [
    400,
    { error: { message: 'maximum context length is 4096 tokens' } },
    'bad_request',
    /4096 tokens/,
  ],
  [
    400,
    { error: { message: 'response_format json_schema is not supported' } },
    'bad_request',
    /the request had the contract as the format/,
  ],
  [500, { error: { message: 'boom' } }, 'server_error', /boom/],
])('a status %d is told: %j', async (status, body, code, message) => {
  play = (response) => response.writeHead(status).end(JSON.stringify(body));
  expect((await ask({}, { output: score })).interaction.error).toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('Retry-After is heeded, in milliseconds too', async () => {
  play = (response) =>
    asked.length < 2
      ? response.writeHead(429, { 'retry-after-ms': '1234' }).end('{"error":{"message":"slow"}}')
      : chunks(piece({ content: 'Fine.' }, 'stop'))(response);
  const { interaction, attempts } = await ask({}, { retry: { max_attempts: 2, delay: '1ms' } });
  expect(interaction.status).toBe('completed');
  expect(attempts[0].error).toMatchObject({ code: 'rate_limited', retry_after_ms: 1234 });
  // the client did not try again by itself
  expect(asked).toHaveLength(2);
});

test('a key goes to no host that the worker does not allow it for', async () => {
  const { interaction } = await ask({
    api_key: 'OPENAI_TEST_KEY',
    base_url: `${server.url}/v1`,
  });
  expect(interaction.error).toMatchObject({
    code: 'bad_request',
    message: expect.stringMatching(/The key OPENAI_TEST_KEY may not go to 127.0.0.1/),
    detail: { hint: expect.stringMatching(/^Set PGWAVE_MODEL_KEYS=OPENAI_TEST_KEY=/) },
  });
  expect(server.requests()).toEqual([]);
});

test('faults of the server, from the rehearsal: tried again until it answers', async () => {
  server.setFaults([
    { kind: '503', count: 1 },
    { kind: 'broken_line', count: 2 },
    { kind: 'cut', count: 3 },
  ]);
  const { interaction, attempts } = await ask(
    { base_url: `${server.url}/v1` },
    {
      prompt: 'Summarise this posting.\n\nNurses work at night. They are many.',
      retry: { max_attempts: 6, delay: '1ms' },
    },
  );
  expect(interaction).toMatchObject({ status: 'completed' });
  expect(attempts.at(-1).usage).toMatchObject({ rehearsed: true });
});
