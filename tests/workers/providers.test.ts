// Providers of models that a program brings, in the worker's own process.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScriptedModels, startScriptedModels } from './scripted-models.ts';

let models: ScriptedModels;

beforeAll(async () => {
  models = await startScriptedModels();
});
afterAll(() => models?.close());

test('an actor names a provider of the program, and what it says of itself is kept', async () => {
  const { interaction, attempts, requests } = await models.ask({
    says: ['Nurses work at night.'],
    actor: { options: { temperature: 0 }, base_url: 'mine://here' },
    conversation: { system: 'You are brief.', options: { seed: 7 } },
  });
  expect(interaction).toMatchObject({
    status: 'completed',
    output: { response: 'Nurses work at night.' },
    prompt_tokens: 3,
    completion_tokens: 5,
  });
  expect(requests).toMatchObject([
    {
      host: 'mine://here',
      messages: [
        { role: 'system', content: 'You are brief.' },
        { role: 'user', content: 'Answer.' },
      ],
      options: { temperature: 0, seed: 7 },
    },
  ]);
  expect(attempts).toMatchObject([
    { outcome: 'completed', usage: { host: 'mine://here', rehearsed: false, model_digest: null } },
  ]);
});

test('a provider that the worker does not have is a bad request that names those it has', async () => {
  const { interaction } = await models.ask({ says: [''], actor: { provider: 'nowhere' } });
  expect(interaction).toMatchObject({
    status: 'failed',
    error: {
      code: 'bad_request',
      message: 'This worker has no model provider nowhere',
      detail: { providers: expect.arrayContaining(['ollama', 'scripted']) },
    },
  });
});
