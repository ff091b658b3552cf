// Pictures for a model: what goes to servers of both protocols, what the notebook keeps, what is refused.
import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedModels, startScriptedModels } from './scripted-models.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const described = (type: string, base64: string) => {
  const bytes = Buffer.from(base64, 'base64');
  return { type, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

let models: ScriptedModels;
let stub: http.Server;
let host: string;
let asked: Record<string, unknown>[] = [];

beforeAll(async () => {
  models = await startScriptedModels();
  stub = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'GET') {
      response.end(
        request.url === '/api/tags'
          ? '{"models":[{"name":"sees:latest","digest":"sha256:of-sees"}]}'
          : '{"version":"0.9.0"}',
      );
      return;
    }
    asked.push(JSON.parse(Buffer.concat(chunks).toString()));
    const said = 'A dot.';
    if (request.url === '/api/chat') {
      const line = { model: 'sees', message: { role: 'assistant', content: said } };
      response.end(
        `${JSON.stringify({ ...line, done: true, done_reason: 'stop', eval_count: 3 })}\n`,
      );
      return;
    }
    const choice = { index: 0, delta: { content: said }, finish_reason: 'stop' };
    const chunk = { id: 'x', object: 'chat.completion.chunk', model: 'sees', choices: [choice] };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(stub.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  stub?.closeAllConnections();
  stub?.close();
  await models?.close();
});

const protocols = [
  {
    provider: 'ollama',
    path: '',
    shown: [{ role: 'user', content: 'What is it?', images: [PNG, GIF] }],
  },
  {
    provider: 'openai',
    path: '/v1',
    shown: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
          { type: 'image_url', image_url: { url: `data:image/gif;base64,${GIF}` } },
        ],
      },
    ],
  },
];

describe.each(protocols)('$provider', ({ provider, path, shown }) => {
  const look = (scans: unknown, conversation: object = {}) =>
    models.ask({
      says: [''],
      input: { scans },
      actor: { provider, base_url: host + path, model: 'sees' },
      conversation: { prompt: 'What is it?', images: '$input.scans[*]', ...conversation },
    });

  test('shows them to the model, and keeps type, size and digest', async () => {
    // base64 as mail and data URLs have it
    const wrapped = PNG.replace(/.{20}/g, '$&\n');
    const { interaction, attempts } = await look([wrapped, `data:image/x-any;base64,${GIF}`]);
    expect(interaction.output).toEqual({ response: 'A dot.' });
    expect(asked.map(({ messages }) => messages)).toEqual([shown]);
    expect(attempts[0].usage.images).toEqual([
      described('image/png', PNG),
      described('image/gif', GIF),
    ]);
    expect(JSON.stringify(attempts[0])).not.toContain(GIF);
  });

  test.each([
    ['text', 'hello'],
    ['base64 of something else', Buffer.from('hello, this is no picture').toString('base64')],
    ['base64 that only begins like a picture', `${PNG.slice(0, 8)}!`],
    ['a RIFF file that is no WebP', Buffer.from('RIFF0000WAVEfmt ').toString('base64')],
    ['no text', { of: 'an object' }],
    ['nothing', ''],
  ])('refuses %s before the call', async (_, scan) => {
    const { interaction, attempts } = await look([PNG, scan]);
    expect(interaction.error).toMatchObject({
      code: 'bad_request',
      retryable: false,
      message: 'Image 2 is not a PNG, JPEG, GIF, or WebP file in base64.',
      detail: { image: 2, hint: 'Pass the bytes of the file in base64, or as a data: URL.' },
    });
    expect(attempts).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  test('fetches no URL', async () => {
    const { interaction } = await look([`${host}/scan.png`]);
    expect(interaction.error).toMatchObject({
      code: 'bad_request',
      detail: { hint: expect.stringMatching(/^URLs are not fetched\./) },
    });
    expect(asked).toEqual([]);
  });

  test('takes one picture, or a list in the definition, and none', async () => {
    const one = { images: ['$input.scans', GIF] };
    const { attempts } = await look(PNG, one);
    expect(attempts[0].usage.images).toEqual([
      described('image/png', PNG),
      described('image/gif', GIF),
    ]);
    const none = await look([]);
    expect(none.run.status).toBe('completed');
    expect(none.attempts[0].usage).not.toHaveProperty('images');
  });

  test('each item of a map has its own', async () => {
    const { run } = await look([PNG, GIF], {
      for_each: '$input.scans[*]',
      images: '$item',
    });
    expect(run.status).toBe('completed');
    const attempts = await models.db.query<{ images: unknown }>(
      `select a.usage -> 'images' as images
         from pgwave.interactions i join pgwave.interaction_attempts a using (interaction_id, workflow_run_id)
        where i.workflow_run_id = $1 and i.item_index is not null order by i.item_index`,
      [run.workflow_run_id],
    );
    expect(attempts.map(({ images }) => images)).toEqual([
      [described('image/png', PNG)],
      [described('image/gif', GIF)],
    ]);
  });
});

test('the cache knows pictures by their digests', async () => {
  const look = (scan: string) =>
    models.ask({
      says: [''],
      input: { scan },
      actor: { provider: 'ollama', base_url: host, model: 'sees' },
      conversation: { prompt: 'And this?', images: '$input.scan', cache: true },
    });
  const [first, again, other] = [await look(PNG), await look(PNG), await look(GIF)];
  expect(first.attempts[0].usage).not.toHaveProperty('cached');
  expect(again.attempts[0].usage.cached).toMatchObject({
    interaction_id: Number(first.interaction.interaction_id),
  });
  expect(other.attempts[0].usage).not.toHaveProperty('cached');
  const kept = await models.db.query('select request from pgwave.model_responses');
  expect(JSON.stringify(kept)).toContain(described('image/png', PNG).sha256);
  expect(JSON.stringify(kept)).not.toContain(PNG);
});

test('a path that leads nowhere is a fault of the definition', async () => {
  const faults = (conversation: object) =>
    models.db.query('select code, path, hint from pgwave.validate_workflow($1)', [
      JSON.stringify({
        name: 'read_scans',
        input: { type: 'object', properties: { scans: { type: 'array' } } },
        conversations: [{ name: 'read', prompt: 'Read.', actor: 'sees', ...conversation }],
      }),
    ]);
  await models.db.query('select pgwave.define_actor($1)', [
    JSON.stringify({ name: 'sees', type: 'ai_model' }),
  ]);
  await models.db.query('select pgwave.define_actor($1)', [
    JSON.stringify({ name: 'rows', type: 'sql', statement: 'select 1' }),
  ]);
  expect(await faults({ images: '$input.scans[*]' })).toEqual([]);
  expect(await faults({ images: '$input.scan[*]' })).toMatchObject([
    { path: '/conversations/0/images' },
  ]);
  expect(await faults({ images: ['$input.scans[*]', '$scans[*]'] })).toMatchObject([
    { path: '/conversations/0/images/1' },
  ]);
  expect(await faults({ images: 7 })).toMatchObject([
    { code: 'wrong_type', path: '/conversations/0/images' },
  ]);
  expect(await faults({ actor: 'rows', prompt: undefined, images: '$input.scans' })).toMatchObject([
    { code: 'field_not_for_type', path: '/conversations/0/images' },
  ]);
});
