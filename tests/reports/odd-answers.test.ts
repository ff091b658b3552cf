// What models answer besides what they are asked: cut, thinking aloud, several JSON texts, tags in odd brackets, nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScriptedModels, startScriptedModels } from '../workers/scripted-models.ts';

let models: ScriptedModels;

beforeAll(async () => {
  models = await startScriptedModels({
    functions: {
      emoji: () => JSON.parse('{"name": "a\\u0000b\\ud83d", "\\udc00key": 1}'),
      report: ({ params }) => params,
    },
  });
});
afterAll(() => models?.close());

const score = {
  type: 'object',
  properties: { score: { type: 'integer' } },
  required: ['score'],
};
const list = { type: 'array', items: { type: 'string' } };

describe('an answer that was cut', () => {
  test('is no answer, although its JSON could be closed', async () => {
    const { interaction, attempts } = await models.ask({
      says: [{ response: '["sql", "pyth', doneReason: 'length', completionTokens: 8 }],
      conversation: { output: list, cache: true },
    });
    expect(interaction).toMatchObject({
      status: 'failed',
      error: {
        code: 'output_truncated',
        retryable: false,
        detail: { done_reason: 'length', response: '["sql", "pyth' },
      },
      // what it cost is counted
      completion_tokens: 8,
    });
    expect(attempts).toMatchObject([{ usage: { model_digest: null, done_reason: 'length' } }]);
    expect(await models.db.query('select from pgwave.model_responses')).toEqual([]);
  });

  test('is asked for again with more room, as far as the actor allows', async () => {
    const cut = { response: '["sql", "pyth', doneReason: 'length' };
    const { interaction, attempts, requests } = await models.ask({
      says: [cut, cut, '["sql", "python"]'],
      actor: { options: { num_predict: 100 }, max_answer_tokens: 300 },
      conversation: { output: list, retry: { max_attempts: 4, delay: '1ms' } },
    });
    expect(interaction).toMatchObject({ status: 'completed', output: { data: ['sql', 'python'] } });
    expect(requests.map(({ maxTokens }) => maxTokens)).toEqual([undefined, 200, 300]);
    expect(attempts.map(({ error }) => error?.code)).toEqual([
      'output_truncated',
      'output_truncated',
      undefined,
    ]);
  });

  test('fails where there is no more room', async () => {
    const { interaction, requests } = await models.ask({
      says: [{ response: '["sql"', doneReason: 'length' }],
      actor: { options: { num_predict: 100 }, max_answer_tokens: 150 },
      conversation: { output: list, retry: { max_attempts: 9, delay: '1ms' } },
    });
    expect(interaction.error).toMatchObject({ code: 'output_truncated' });
    expect(requests.map(({ maxTokens }) => maxTokens)).toEqual([undefined, 150]);
  });

  test('is kept where a cut text will do, with a note and not in the cache', async () => {
    const { interaction, attempts } = await models.ask({
      says: [{ response: 'Once upon a', doneReason: 'length', digest: 'sha256:scripted' }],
      actor: { accept_truncated: true },
      conversation: { cache: true },
    });
    expect(interaction).toMatchObject({ status: 'completed', output: { response: 'Once upon a' } });
    expect(attempts[0].usage.notes).toEqual(['the answer was cut after 5 tokens']);
    expect(await models.db.query('select from pgwave.model_responses')).toEqual([]);
  });
});

describe('of several JSON texts', () => {
  test.each([
    ['a draft', 'A first idea is {"score": 1, "reason": "a long first draft"}, but {"score": 5}.'],
    ['a thought', '<think>maybe {"score": 1, "reason": "long"}</think>{"score": 5}'],
    ['a thought without a beginning', 'maybe {"score": 1}\n</think>\n{"score": 5}'],
    [
      'an example in a longer fence',
      '```json\n{"score": 1, "why": "as an example"}\n```\nSo:\n```json\n{"score": 5}\n```',
    ],
    [
      'a longer one that breaks the contract',
      '{"score": 5} since {"example": "of something quite different"}',
    ],
    ['a list of sources', 'It is {"score": 5}.\nSources: ["a", "b", "c", "d", "e"]'],
    ['an unclosed list before it', 'Read [1, 2 and {"score": 5}'],
  ])('the last that meets the contract counts: %s', async (_what, response) => {
    const { interaction, attempts } = await models.ask({
      says: [response],
      conversation: { output: score },
    });
    expect(interaction.output?.data).toEqual({ score: 5 });
    expect(attempts).toMatchObject([{ outcome: 'completed' }]);
  });

  test('what was passed over is recorded', async () => {
    const { attempts } = await models.ask({
      says: ['{"score": 1} {"other": 2} {"score": 5} {"more": 3}'],
      conversation: { output: score },
    });
    expect(attempts[0].usage).toMatchObject({
      rung: 'extracted',
      passed_over: [{ data: { score: 1 } }, { data: { other: 2 } }, { data: { more: 3 } }],
    });
  });

  test('one that meets the contract in a wrap comes after those that do without', async () => {
    const { interaction } = await models.ask({
      says: ['Either {"skills": ["a"]} or ["b"]'],
      conversation: {
        output: { type: 'object', properties: { skills: list }, required: ['skills'] },
      },
    });
    expect(interaction.output.data).toEqual({ skills: ['a'] });
  });
});

describe('thoughts', () => {
  test.each([
    [{ response: 'Nurses work at night.', thinking: 'I wonder.' }],
    [{ response: '<think>\nI wonder.\n</think>\n\nNurses work at night.' }],
    [{ response: 'I wonder.\n</think>\nNurses work at night.' }],
  ])('are kept apart from the answer: %j', async (said) => {
    const { interaction, attempts } = await models.ask({ says: [said] });
    expect(interaction.output).toEqual({ response: 'Nurses work at night.' });
    expect(attempts[0].usage.thinking).toBe('I wonder.');
  });

  test('prose that speaks of the tag is prose', async () => {
    const response = 'Some models write <think> and </think> around their thoughts.';
    const { interaction } = await models.ask({ says: [response] });
    expect(interaction.output).toEqual({ response });
  });
});

describe('nothing', () => {
  test.each([
    ['', { response: '' }, 'invalid_output', /answered nothing/],
    ['a load', { response: '', doneReason: 'load' }, 'invalid_output', /answered nothing/],
    ['a thought', { response: '', thinking: 'Hm.' }, 'invalid_output', /thought, and answered/],
    ['an unclosed thought', { response: '<think>Hm' }, 'invalid_output', /thought, and answered/],
    ['a tool', { response: '', doneReason: 'tool_calls' }, 'invalid_output', /called a tool/],
    ['filtered', { response: 'x', doneReason: 'content_filter' }, 'invalid_output', /filtered/],
    [
      'an unknown end',
      { response: 'x', doneReason: 'abort' },
      'server_error',
      /without an end: abort/,
    ],
  ])('is no answer: %s', async (_what, said, code, message) => {
    const { interaction } = await models.ask({ says: [said] });
    expect(interaction).toMatchObject({
      status: 'failed',
      error: { code, message: expect.stringMatching(message) },
    });
  });

  test('is tried again', async () => {
    const { interaction, attempts } = await models.ask({
      says: ['', 'Something.'],
      conversation: { retry: { max_attempts: 2, delay: '1ms' } },
    });
    expect(interaction.output).toEqual({ response: 'Something.' });
    expect(attempts).toHaveLength(2);
  });

  test('an improve step does not succeed with the old text', async () => {
    const { interaction } = await models.ask({
      says: ['{}'],
      input: { summary: 'The old summary.' },
      conversation: {
        output: {
          type: 'object',
          properties: { summary: { type: 'string' } },
          required: ['summary'],
        },
      },
    });
    expect(interaction).toMatchObject({ status: 'failed', error: { code: 'invalid_output' } });
  });

  test('what the contract marks is taken from the input', async () => {
    const { interaction } = await models.ask({
      says: ['{"score": 5}'],
      input: { posting_id: 7, score: 1 },
      conversation: {
        output: {
          type: 'object',
          properties: {
            score: { type: 'integer' },
            posting_id: { type: 'integer', 'x-from-input': true },
          },
          required: ['score', 'posting_id'],
        },
      },
    });
    expect(interaction.output.data).toEqual({ score: 5, posting_id: 7 });
  });
});

describe('a tag', () => {
  const conversation = {
    branches: [
      { when: '[PASS]', to: 'good' },
      { when: '[NEEDS WORK]', to: 'bad' },
      { otherwise: true, to: 'other' },
    ],
  };
  const then = ['good', 'bad', 'other'].map((name) => ({ name, type: 'condition' }));

  test.each([
    ['Fine. [PASS]', 'PASS'],
    ['[PASS]\nsee [1]', 'PASS'],
    ['[PASS]\n\nAs [the guide](https://example.org) says.', 'PASS'],
    ['[PASS]\n[1]: https://example.org', 'PASS'],
    ['[pass]', 'PASS'],
    ['\\[PASS\\]', 'PASS'],
    ['["PASS"]', 'PASS'],
    ['**[ PASS ]**', 'PASS'],
    ['[**PASS**]', 'PASS'],
    ['[PASS\u200b]', 'PASS'],
    ['[PASS\u200b', 'PASS'],
    ['［PASS］', 'PASS'],
    ['[needs work]', 'NEEDS WORK'],
    ['Not [PASS], rather [NEEDS WORK]', 'NEEDS WORK'],
    ['[PASS], or so it seems [citation needed]', 'PASS'],
    ['[MAYBE]', 'MAYBE'],
    ['see [1]', undefined],
  ])('is the last of the set: %j', async (response, tag) => {
    const { interaction } = await models.ask({ says: [response], conversation, then });
    expect(interaction.output.tag).toBe(tag);
    const [taken] = await models.db.query(
      `select conversation_name as name from pgwave.branches b
         join pgwave.conversations c on c.conversation_id = b.to_conversation_id
        where branch_id = any($1)`,
      [interaction.branches_taken],
    );
    expect(taken?.name).toBe({ PASS: 'good', 'NEEDS WORK': 'bad' }[tag ?? ''] ?? 'other');
  });
});

describe('characters that PostgreSQL has not', () => {
  test('in a model’s JSON are replaced and noted', async () => {
    const { interaction, attempts } = await models.ask({
      says: ['{"score": 5, "name": "a\\u0000b\\ud83d", "\\udc00": 1}'],
      conversation: { output: score },
    });
    expect(interaction.output.data).toEqual({ score: 5, name: 'a\uFFFDb\uFFFD', '\uFFFD': 1 });
    expect(attempts[0].usage.notes).toContain(
      '3 NUL or lone surrogate characters were replaced by U+FFFD',
    );
  });

  test('in a function’s result, and in what the next step reads of it', async () => {
    await models.db.query('select pgwave.define_actor($1)', [{ name: 'emoji', type: 'function' }]);
    const { run } = await models.ask({
      says: ['Fine.'],
      then: [{ name: 'more', actor: 'emoji' }],
    });
    expect(run.error).toBeNull();
    expect(run).toMatchObject({
      status: 'completed',
      output: { more: { data: { name: 'a\uFFFDb\uFFFD', '\uFFFDkey': 1 } } },
    });
  });
});

test('a colon or comma of another script is put right', async () => {
  const { interaction, attempts } = await models.ask({
    says: ['{"score"：5，"name"："：，"}'],
    conversation: { output: score },
  });
  expect(interaction.output.data).toEqual({ score: 5, name: '：，' });
  expect(attempts[0].usage.rung).toBe('repaired');
});

test('a prompt that the server cut gets a note', async () => {
  const { attempts } = await models.ask({
    says: [{ response: 'Fine.', promptTokens: 2050 }],
    conversation: { prompt: 'words and more words '.repeat(8000) },
  });
  expect(attempts[0].usage.notes).toEqual([
    expect.stringMatching(/evaluated 2050 tokens.*num_ctx/),
  ]);
});

test.each([
  ['contract', { format: score }],
  ['json', { format: 'json' }],
  ['none', {}],
])('the format of an actor: %s', async (format, sent) => {
  const { requests } = await models.ask({
    says: ['{"score": 5}'],
    actor: { format },
    conversation: { output: score },
  });
  expect(requests[0]).toMatchObject(sent);
  expect(requests[0] && 'format' in requests[0]).toBe(format !== 'none');
});
