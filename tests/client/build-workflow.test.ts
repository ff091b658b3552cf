import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  at,
  buildWorkflow,
  condition,
  connect,
  defineFunction,
  optional,
} from '../../src/index.ts';
import { startWorker } from '../../workers/index.ts';
import { createTestDatabase } from '../helpers/database.ts';

const measure = defineFunction({
  name: 'measure',
  input: z.object({ text: z.string(), limit: z.int().optional() }),
  output: z.object({ length: z.int(), words: z.array(z.string()) }),
  handler: ({ text }) => ({ length: text.length, words: text.split(' ') }),
});

const flow = buildWorkflow(
  {
    name: 'built',
    input: z.object({
      text: z.string(),
      limit: z.int().optional(),
      to: z.object({ name: z.string() }),
    }),
    output: z.object({ length: z.number(), first: z.string() }),
  },
  ({ input, step }) => {
    const size = step('size', {
      actor: measure,
      params: { text: input.text, limit: optional(input.limit, 7) },
    });
    const ask = step('ask', {
      type: 'human',
      prompt: `Send ${size.response} to ${input.to.name}?`,
      params: { limit: optional(input.limit) },
      form: z.object({ note: z.string() }),
      after: size.when(condition`${size.data.length} > ${100}`),
    });
    step('done', { type: 'condition', after: [size.otherwise(), ask] });
    return { length: size.data.length, first: at(size.data.words, 0) };
  },
);

test('a workflow that is built step by step prints the $ language', () => {
  expect(flow).toMatchObject({
    name: 'built',
    result: { length: '$size.data.length', first: '$size.data.words[0]' },
    conversations: [
      {
        ...{ name: 'size', actor: 'measure' },
        params: { text: '$input.text', limit: '$input.limit ?? 7' },
        branches: [
          { when: '$size.data.length > 100', to: 'ask' },
          { otherwise: true, to: 'done' },
        ],
      },
      {
        ...{ name: 'ask', type: 'human' },
        prompt: 'Send {{ size.response }} to {{ input.to.name }}?',
        params: { limit: '$input.limit ?' },
        form: { required: ['note'] },
        branches: [{ to: 'done' }],
      },
      { name: 'done', type: 'condition' },
    ],
  });
});

test('it is valid, and runs', async () => {
  const db = await createTestDatabase();
  await using client = await connect({ connectionString: db.url });
  await client.defineActor(measure.actor);
  expect(await client.validateWorkflow(flow)).toEqual([]);
  await client.defineWorkflow(flow);
  const worker = await startWorker({ databaseUrl: db.url, functions: [measure] });
  try {
    const started = await client.startWorkflow(flow, { text: 'so it goes', to: { name: 'Ada' } });
    expect(await client.waitForRun(started, { timeoutMs: 120_000 })).toMatchObject({
      status: 'completed',
      output: { length: 10, first: 'so' },
    });
  } finally {
    await worker.stop();
    await client.close();
    await db.close();
  }
});

test('a loop leads back, a failure leads on, and a name is taken once', () => {
  const input = z.object({ most: z.number() });
  const looping = buildWorkflow({ name: 'looping', input }, ({ input, step }) => {
    const draft = step('draft', { actor: 'writer', prompt: 'Write.' });
    const judge = step('judge', { actor: 'judge', prompt: `${draft.response}`, after: draft });
    judge.back(draft, { when: '[FAIL]', loop: input.most });
    judge.end('[DROP]');
    step('tell', { type: 'condition', after: [draft.failed(), judge.when('[PASS]')] });
  });
  expect(looping.conversations).toMatchObject([
    { branches: [{ to: 'judge' }, { after: 'failure', to: 'tell' }] },
    {
      branches: [
        { when: '[FAIL]', loop: '$input.most', to: 'draft' },
        { when: '[DROP]', to: 'none' },
        { when: '[PASS]', to: 'tell' },
      ],
    },
    { name: 'tell' },
  ]);
  expect(() =>
    buildWorkflow({ name: 'twice' }, ({ step }) => {
      step('a', { type: 'condition' });
      step('a', { type: 'condition' });
    }),
  ).toThrow(/has a step "a" already/);
});

test('the compiler checks fields, parameters, and the result', () => {
  const input = z.object({ text: z.string(), n: z.number() });
  buildWorkflow({ name: 'w', input, output: z.object({ n: z.number() }) }, ({ input, step }) => {
    // @ts-expect-error there is no such field
    expect(`${input.title}`).toBe('{{ input.title }}');
    // @ts-expect-error a number is no text
    step('a', { actor: measure, params: { text: input.n } });
    const size = step('b', { actor: measure, params: { text: input.text } });
    // @ts-expect-error there is no such field
    expect(condition`${size.data.width} < 1`).toBe('$b.data.width < 1');
    // @ts-expect-error there is no such field of a conversation
    step('c', { actor: measure, params: { text: 'x' }, promt: 'x' });
    return { n: size.data.length };
  });
  buildWorkflow({ name: 'w', input, output: z.object({ n: z.number() }) }, ({ input }) => ({
    // @ts-expect-error the contract wants a number
    n: input.text,
  }));
});
