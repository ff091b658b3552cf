// Embedding models, of both protocols, from the definition to rows that can be compared.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { type ScriptedModels, startScriptedModels } from './scripted-models.ts';

let models: ScriptedModels;
let server: RehearsalServer;
let given: number[][] = [];

beforeAll(async () => {
  server = await startRehearsalServer({ anyModel: true });
  models = await startScriptedModels({
    providers: {
      vectors: {
        chat: () => expect.unreachable(),
        embed: async ({ model }) => ({ model, embeddings: given, promptTokens: 7 }),
      },
    },
  });
});
afterAll(async () => {
  await server?.close();
  await models?.close();
});

test.each([
  ['ollama', () => server.url],
  ['openai', () => `${server.url}/v1`],
])(
  'of %s: many texts in a call, near to each other where they share words',
  async (provider, url) => {
    const { interaction, attempts } = await models.ask({
      says: [''],
      actor: { provider, base_url: url(), model: 'embedder', task: 'embed', dimensions: 256 },
      conversation: { prompt: undefined, params: { texts: '$input.texts' } },
      input: { texts: ['nurses work at night', 'nurses work by night', 'we sell cars'] },
    });
    expect(interaction).toMatchObject({
      status: 'completed',
      output: { data: { model: 'embedder', dimensions: 256 } },
      prompt_tokens: expect.any(Number),
    });
    expect(interaction.prompt_tokens).toBeGreaterThan(5);
    expect(attempts[0].usage).toMatchObject({ rehearsed: true, texts: 3 });
    const [row] = await models.db.query(
      `with e as (
       select e.place, array(select jsonb_array_elements_text(e.vector)::real) as vector
         from jsonb_array_elements($1::jsonb) with ordinality as e (vector, place)
     )
     select pgwave.cosine_similarity(a.vector, b.vector) as near, pgwave.cosine_similarity(a.vector, c.vector) as far,
            pgwave.cosine_similarity(a.vector, a.vector) as same
       from e a, e b, e c where a.place = 1 and b.place = 2 and c.place = 3`,
      [JSON.stringify(interaction.output.data.embeddings)],
    );
    expect(row?.same).toBeCloseTo(1, 5);
    expect(row?.near).toBeGreaterThan(0.6);
    expect(row?.far).toBeLessThan(0.4);
  },
);

test('the prompt is one text', async () => {
  given = [[0.5, -0.25]];
  const { interaction } = await models.ask({
    says: [''],
    actor: { provider: 'vectors', task: 'embed' },
    conversation: { prompt: '{{ input.text }}' },
    input: { text: 'nurses' },
  });
  expect(interaction.output.data).toMatchObject({ embedding: [0.5, -0.25], dimensions: 2 });
});

test.each([
  ['too few', [[1, 2]], /1 embeddings for 2 texts/],
  ['of two lengths', [[1, 2, 3], [1]], /1 dimensions, not 3/],
  [
    'of another length',
    [
      [1, 2],
      [1, 2],
    ],
    /2 dimensions, not 3/,
  ],
])('%s are no answer', async (_what, embeddings, message) => {
  given = embeddings;
  const { interaction } = await models.ask({
    says: [''],
    actor: { provider: 'vectors', task: 'embed', dimensions: 3 },
    conversation: { prompt: undefined, params: { texts: ['a', 'b'] } },
  });
  expect(interaction.error).toMatchObject({
    code: 'invalid_output',
    message: expect.stringMatching(message),
  });
});

test('without a text, or a provider that embeds, the request is bad', async () => {
  const embed = (provider: string, params: object) =>
    models.ask({
      says: [''],
      actor: { provider, task: 'embed' },
      conversation: { prompt: undefined, params },
    });
  expect((await embed('vectors', { texts: [1] })).interaction.error.code).toBe('bad_request');
  expect((await embed('scripted', { text: 'a' })).interaction.error.code).toBe('bad_request');
});

test('embeddings of different dimensions are not compared', async () => {
  await expect(
    models.db.query(`select pgwave.cosine_similarity('{1,2}', '{1,2,3}')`),
  ).rejects.toMatchObject({ code: 'PWINP' });
});
