// Patterns mean what ECMA 262 says; JavaScript's own engine is the oracle.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

const texts = [
  '', 'a', 'b', 'ab', 'abc', 'aB1', 'A', '1', '12', '_', '-', 'a-b', 'a.b', ' ', '\t', 'a b', 'é', 'aé', 'ß', '٣',
  '\u00a0', '\u2028', '\ufeff', 'a\n', '\na', 'a\nb', 'a\r', '😀', 'a😀b', '[', ']', '[a]', '\\', '^', '$', '{', '}',
  '{1}', '(', ')', '/', '*', '+', '?', '|', ',', '\b', '\u0001', '\u180e', 'aaaa', 'abab', 'z', 'Z9',
]; // biome-ignore format: a table

const matchesOf = async (pattern: string): Promise<boolean[]> => {
  const [row] = await db.query<{ matches: boolean[] }>(
    `select array_agg(pgwave_private.matches_pattern(t.content, $1) order by t.place) as matches
     from unnest($2::text[]) with ordinality as t (content, place)`,
    [pattern, texts],
  );
  return row?.matches ?? [];
};

const faultsOf = async (pattern: string): Promise<string[]> => {
  const [row] = await db.query<{ faults: string[] }>(
    'select pgwave_private.find_pattern_faults($1) as faults',
    [pattern],
  );
  return row?.faults ?? [];
};

/** As JSON Schema asks, with the u flag; without it for what only that forbids, such as the escape of a hyphen. */
const oracle = (pattern: string): RegExp => {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
};

/** V8 lets an assertion hold between the halves of a surrogate pair too, against the standard. */
const comparable = (pattern: string, text: string) =>
  !/\\b|\(\?<?[=!]/i.test(pattern) || !/[\ud800-\udfff]/.test(text);

const matched = (pattern: string, hits: boolean[]) =>
  texts.filter((text, index) => comparable(pattern, text) && hits[index]);
const expected = (pattern: string) =>
  texts.filter((text) => comparable(pattern, text) && oracle(pattern).test(text));

describe('means what ECMA 262 says', () => {
  test.each([
    '', 'a', '^a*$', 'a+', '^.$', '^.+$', '^..$', 'a.b', '\\d', '^\\d+$', '\\D', '\\w', '^\\w+$', '\\W', '\\s', '\\S',
    '^\\s$', '^[\\s]$', '^[^\\s]$', '^[\\S]$', '[\\d-]', '^[\\w-]+$', '^[\\w.]+$', '[\\D]', '[^\\D]', '[\\W]', '[^\\W]',
    '\\bab\\b', '\\Bb', 'a$', '^a', '(a)(b)', '(?:a|b)+', '^(?<first>a)b$', 'a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b',
    'a{2}', 'a{2,}', '^a{1,2}$', '^a{0}$', 'a+?', '^a??$', '^a{1,3}?$', '[a-c]', '[^a-c]', '[a-]', '[-a]', '[a\\-c]',
    '[\\]]', '[[]', '[\\[a]', '[^]', '^[^]$', '\\[', '\\]', '\\\\', '\\^', '\\$', '\\.', '\\/', '\\{', '\\}', '\\(',
    '\\|', '\\x41', '\\u0041', '\\u{41}', '\\u{1F600}', '\\ud83d\\ude00', '^\\ud83d\\ude00$', '[\\u{1F600}-\\u{1F64F}]',
    '[\\ud83d\\ude00-\\ud83d\\ude4f]', '\\t', '\\n', '\\cA', '[\\b]', '[\\x01-\\x1f]', '[\\u0000-\\u001f]', '\\0',
    'a|', '|a', '^(|a)$', '()', '(a|b)*', '^$', '$^', '[a^]', '[\\^a]', '[.]', '[*+?]', '[$]', '[(]', '[|]', '[a-c-e]',
    '^\\p{L}+$', '\\P{L}', '^[\\p{Lu}a]+$', '[^\\p{Letter}]', '[\\P{L}b]', '\\p{gc=Decimal_Number}', '\\p{S}', '^\\p{P}$',
    '\\p{General_Category=Zs}', '^\\P{Ll}+$', '\\p{Cc}',
    '^[^\\n]+$', '^é$', '[é-ü]', '^😀$', '^[😀]$', '\\-', '^[\\w\\-\\.]+$', 'a/b', '[+--]', '^(a|ab)(c|bcd)?$',
  ])('%s', async (pattern) => {
    expect(await faultsOf(pattern)).toEqual([]);
    expect(matched(pattern, await matchesOf(pattern))).toEqual(expected(pattern));
  }); // biome-ignore format: a table
});

describe('is refused', () => {
  test.each([
    ['(a)\\1', 'back reference'],
    ['(?<x>a)\\k<x>', 'back reference'],
    ['\\p{Script=Greek}', 'Unicode property'],
    ['[\\P{Alphabetic}]', 'Unicode property'],
    ['\\p{Nope}', 'Unicode property'],
    ['\\pL', 'no escape'],
    ['[\\p{L}-z]', 'no range'],
    ['\\A', 'no escape'],
    ['\\y', 'no escape'],
    ['\\m', 'no escape'],
    ['\\Z', 'no escape'],
    ['\\u12', 'no escape'],
    ['\\ud83d', 'surrogate'],
    ['\\u{110000}', 'no character'],
    ['[a', 'not closed'],
    ['[]', 'matches nothing'],
    ['[\\w-a]', 'no range'],
    ['[z-a]', 'does not compile'],
    ['(a', 'does not compile'],
    ['a)', 'does not compile'],
    ['*a', 'nothing to repeat'],
    ['a**', 'nothing to repeat'],
    ['a???', 'nothing to repeat'],
    ['^*', 'nothing to repeat'],
    ['(?i)a', 'nothing to repeat'],
    ['(?i:a)', 'nothing to repeat'],
    ['***=a', 'nothing to repeat'],
    ['(?#a)', 'nothing to repeat'],
    ['(?=a)*', 'does not compile'],
    ['a{2,1}', 'does not compile'],
    ['a{256}', '255'],
    ['a{,2}', 'written'],
    ['{', 'written'],
    ['a\\', 'lone'],
  ])('%s', async (pattern, reason) => {
    expect((await faultsOf(pattern)).join('; ')).toContain(reason);
  });
});

const atom = fc.constantFrom(
  'a', 'b', '1', '.', '\\d', '\\w', '\\s', '\\S', '\\D', '\\W', '[a-c]', '[^a]', '[\\w.-]', '[^\\s]', '\\.', 'é', '😀',
  '[é😀]', '\\u0061', ' ', '\\n', '-', '[\\]]', '[^\\d\\n]',
); // biome-ignore format: a table
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '+?');
const { pattern: wellFormed } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc
    .array(
      fc.array(tie('piece'), { maxLength: 3 }).map((pieces) => pieces.join('')),
      {
        minLength: 1,
        maxLength: 2,
      },
    )
    .map((branches) => branches.join('|')),
  piece: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(atom, quantifier).map((parts) => parts.join('')),
    fc.constantFrom('^', '$', '\\b', '\\B'),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), quantifier)
      .map(([open, inner, times]) => `${open}${inner})${times}`),
    fc
      .tuple(fc.constantFrom('(?=', '(?!', '(?<=', '(?<!'), tie('pattern'))
      .map(([open, inner]) => `${open}${inner})`),
  ),
}));

const isEcma = (pattern: string): boolean => {
  try {
    oracle(pattern);
    return true;
  } catch {
    return false;
  }
};

describe('generated patterns', () => {
  test('that are well formed match what they match in JavaScript', async () => {
    await fc.assert(
      fc.asyncProperty(
        wellFormed.filter((pattern) => !/<n>.*<n>/.test(pattern) && isEcma(pattern)),
        async (pattern) => {
          expect(await faultsOf(pattern)).toEqual([]);
          expect(matched(pattern, await matchesOf(pattern))).toEqual(expected(pattern));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('of any form are refused, or match what they match in JavaScript', async () => {
    const noise = fc
      .array(
        fc.constantFrom(
          ...'ab1.*+?^$|()[]{}\\-,:=!<d w s b'.split(''),
          '\\d',
          '\\w',
          '(?:',
          '[a-c]',
          '{2}',
          '\\-',
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(noise, async (pattern) => {
        if ((await faultsOf(pattern)).length > 0) return;
        expect(matched(pattern, await matchesOf(pattern))).toEqual(expected(pattern));
      }),
      { numRuns: 600 },
    );
  });
});
