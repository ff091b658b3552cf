import { expect, test } from 'vitest';
import { z } from 'zod';
import { connect, defineFunction, defineWorkflow } from '../../src/index.ts';
import { startWorker } from '../../workers/index.ts';
import { createTestDatabase } from '../helpers/database.ts';

const count = defineFunction({
  name: 'count_words',
  description: 'Counts the words of a text',
  max_concurrent: 2,
  input: z.object({ text: z.string(), per: z.int().default(1) }),
  output: z.object({ words: z.int() }),
  handler: ({ text, per }, { attempt, log, partial }) => {
    partial('counting');
    log(`attempt ${attempt}`);
    return { words: text.split(' ').length / per };
  },
});

defineFunction({
  name: 'wrong',
  output: z.object({ words: z.int() }),
  // @ts-expect-error words is a number
  handler: () => ({ words: 'many' }),
});
defineFunction({
  name: 'wrong',
  input: z.object({ text: z.string() }),
  // @ts-expect-error there is no such parameter
  handler: ({ title }) => title,
});

test('a function is an actor with contracts, and its handler', async () => {
  expect(count.actor).toMatchObject({
    ...{ name: 'count_words', type: 'function', max_concurrent: 2 },
    // what the schema takes, before its default
    input: { required: ['text'] },
    output: { properties: { words: { type: 'integer' } } },
  });
  expect(count.actor).not.toHaveProperty('handler');
});

test('it runs: parameters are parsed, notes are kept, and the contract judges what it returns', async () => {
  const db = await createTestDatabase();
  await using client = await connect({ connectionString: db.url });
  await client.defineActor(count.actor);
  const flow = defineWorkflow({
    name: 'counting',
    input: z.object({ text: z.string(), per: z.int() }),
    conversations: [
      { name: 'one', actor: 'count_words', params: { text: '$input.text' }, branches: ['two'] },
      {
        name: 'two',
        actor: 'count_words',
        params: { text: '$input.text', per: '$input.per' },
        retry: { max_attempts: 1 },
      },
    ],
    result: { one: '$one.data.words', two: '$two.data.words' },
  });
  await client.defineWorkflow(flow);
  const worker = await startWorker({ databaseUrl: db.url, functions: [count] });
  try {
    const run = async (per: number) =>
      client.waitForRun(await client.startWorkflow(flow, { text: 'a b c d', per }), {
        timeoutMs: 120_000,
      });
    expect(await run(2)).toMatchObject({ status: 'completed', output: { one: 4, two: 2 } });
    const [first] = await client.listInteractionAttempts({ orderBy: 'interaction_id', limit: 1 });
    expect(first?.usage).toMatchObject({ notes: ['attempt 1'] });
    expect(await run(3)).toMatchObject({ status: 'failed' });
  } finally {
    await worker.stop();
    await client.close();
    await db.close();
  }
});

test('parameters that the schema refuses fail the attempt, and name the field', async () => {
  const call = { params: { text: 'a', per: 'x' } } as never;
  await expect(Promise.resolve(count.handler(call))).rejects.toThrow(/^params\.per: /);
});
