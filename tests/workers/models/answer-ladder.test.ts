import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../../workers/models/answer-ladder.ts';
import fc from '../../helpers/fast-check.ts';

describe('readAnswer', () => {
  test.each([
    ['valid', ' {"a": [1]} \n', { a: [1] }],
    ['valid', '42', 42],
    ['valid', '"[PASS]"', '[PASS]'],
    ['extracted', 'Sure!\n```json\n{"skills": ["SQL"]}\n```\nBye.', { skills: ['SQL'] }],
    ['extracted', '```\n["a"]\n``` and ```\n["a", "b"]\n```', ['a', 'b']],
    ['extracted', 'First {"a":1}, better {"a":1,"b":[2]}. [PASS]', { a: 1, b: [2] }],
    ['extracted', 'It is [1], [2] and {"brace": "}{"} so.', { brace: '}{' }],
    ['extracted', 'The list is empty: []', []],
    ['repaired', "{'skills': ['Python', 'SQL',], }", { skills: ['Python', 'SQL'] }],
    ['repaired', 'Here: {skills: ["Python", "SQL"]} and so on', { skills: ['Python', 'SQL'] }],
    [
      'repaired',
      'Here: {"name": "x", "skills": ["Python", "SQL"',
      { name: 'x', skills: ['Python', 'SQL'] },
    ],
    ['repaired', '```json\n{"a": 1,\n```', { a: 1 }],
  ])('%s: %j', (rung, text, data) => {
    expect(readAnswer(text, true)).toMatchObject({ response: text, rung, data });
  });

  test.each(['', 'No JSON here.', '[PASS]', 'see [the appendix] and {placeholder}', '{{ name }}'])(
    'unreadable: %j',
    (text) => {
      const result = readAnswer(text, true);
      expect(result).toMatchObject({ response: text, rung: 'unreadable' });
      expect(result).not.toHaveProperty('data');
    },
  );

  test('no data is read where none is wanted', () => {
    expect(readAnswer('{"a":1}', false)).toEqual({ response: '{"a":1}', rung: 'text', notes: [] });
  });

  const container = fc.oneof(
    fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
    fc.array(fc.oneof(fc.integer(), fc.string(), fc.boolean()), { minLength: 1 }),
  );
  // Prose has no brackets and does not end in a fence of its own.
  const prose = fc.stringMatching(/^[A-Za-z ,.!?'-]*$/);

  test('whatever JSON there is comes back as it was, bare or in prose', () => {
    fc.assert(
      fc.property(container, prose, prose, (value, before, behind) => {
        const json = JSON.stringify(value);
        expect(readAnswer(json, true)).toMatchObject({ rung: 'valid', data: JSON.parse(json) });
        const text = `Well, ${before}\n${json}\n${behind}`;
        expect(readAnswer(text, true)).toMatchObject({ rung: 'extracted', data: JSON.parse(json) });
      }),
    );
  });

  test('it never throws, keeps the text, and repairs only into objects and arrays', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const result = readAnswer(text, true);
        expect(result.response).toBe(text);
        if (result.rung === 'repaired') expect(typeof result.data).toBe('object');
      }),
      { numRuns: 500 },
    );
  });

  test('text full of brackets takes no quadratic time', () => {
    const began = performance.now();
    readAnswer('{"a":['.repeat(100_000), true);
    readAnswer(`${'{"'.repeat(200_000)}`, true);
    expect(performance.now() - began).toBeLessThan(60_000); // quadratic, it would take hours
  });
});
