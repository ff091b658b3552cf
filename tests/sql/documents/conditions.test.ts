import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const document = {
  input: { limit: 3 },
  context: { limit: 3 },
  delta: { summaries: 47, skills: -1 },
  error: { code: 'timeout' },
  extract: { response: 'text', data: { score: 4, jobs: [{ id: 1 }, { id: 2 }] }, tag: 'PASS' },
  output: {
    response: 'GENUINE, score: 1',
    data: { score: 7, ok: true, at: '2026-01-02' },
    tag: null,
  },
};

async function evaluate(condition: string, doc: unknown = document): Promise<boolean | null> {
  const [row] = await db.query<{ answer: boolean | null }>(
    `select pgwave_private.evaluate_condition(
       pgwave_private.compile_condition($1, array['extract', 'output', 'grade'], 'grade'), $2::jsonb) as answer`,
    [condition, JSON.stringify(doc)],
  );
  return row?.answer ?? null;
}

const compile = async (condition: string | null): Promise<string | null> => {
  const [row] = await db.query<{ path: string | null }>(
    `select pgwave_private.compile_condition($1, array['extract', 'output', 'grade'], 'grade') as path`,
    [condition],
  );
  return row?.path ?? null;
};

describe('a condition', () => {
  test.each<[string, boolean | null]>([
    ['$extract.data.score > 3', true],
    ['$extract.score > 4', false],
    ['$extract . data . score >= 4', true],
    ['$"extract".score == 4', true],
    ['$.data.score > 3', true],
    ['$.score == 7', true],
    ['$output.score == 7', true],
    ['$grade.score == 7', true],
    ['$.response starts with "GENUINE"', true],
    ['$.response like_regex "^genuine" flag "i"', true],
    ['$.data.ok == true && $extract.tag == "PASS"', true],
    ['!($.score < $input.limit)', true],
    ['$.score > $context.limit', true],
    ['$delta.summaries > 0', true],
    ['$delta.skills > 0', false],
    ['$error.code == "timeout"', true],
    ['exists($extract.data.jobs[*] ? (@.id == 2))', true],
    ['exists($extract.data.jobs[*] ? (@.id > $.score))', false],
    ['exists($nope)', false],
    ['$nope.x > 3', false],
    ['$.data.at.datetime() < "2026-02-01".datetime()', true],
    ['$extract.response > 3', null],
    ['($extract.response > 3) is unknown', true],
    ['$.response == "$extract.score > 3"', false],
    ['$extract.data.jobs.id == 2', true],
    ['$.score / 0 > 1', null],
  ])('%s is %s', async (condition, answer) => {
    expect(await evaluate(condition)).toBe(answer);
  });

  test('no condition compiles to none', async () => {
    expect(await compile(null)).toBeNull();
  });

  test('names become members of the document', async () => {
    expect(await compile('$extract.score > $.x + $context.y')).toBe(
      '$."extract"."data".score > $."output"."data".x + $."input".y',
    );
  });

  test.each([
    ['', 'invalid input syntax'],
    ['$.x', 'not a comparison'],
    ['true', 'not a comparison'],
    ['"abc"', 'not a comparison'],
    ['$ ? (@.x > 1)', 'not a comparison'],
    ['$.x >', 'syntax error'],
    ['x > 3', 'syntax error'],
    ['$.x == "a', 'syntax error|unexpected|unterminated'],
    ['strict $.x > 1', 'lax'],
    ['$.x.bigint() > 1', 'bigint'],
    ['$.x == 1_000', '1_000'],
    ['$.x == 0x1F', '0x1F'],
    ['$.x like_regex "("', 'regular expression'],
    ['$"a\\"b" == 1', 'escape|syntax'],
  ])('%s does not compile', async (condition, message) => {
    await expect(compile(condition)).rejects.toMatchObject({
      code: 'PWDEF',
      message: expect.stringMatching(new RegExp(message)),
    });
  });

  test('never raises, whatever the document holds', async () => {
    const predicates = [
      '$extract.data.score > 3',
      '$.data.at.datetime() < "2026-02-01".datetime()',
      '$.score.double() * 1e300 * 1e300 > $input[*]',
      '$extract.data.jobs[$.score].id == 1',
      '$extract.keyvalue().value == $input.**.a',
      '$.response like_regex "a" && $input.size() > 0',
      '-$input.limit > $.x.abs()',
    ];
    const part = fc.oneof(
      fc.jsonValue({ depthSize: 'small' }),
      fc.constantFrom<unknown>('2026-01-02 03:04:05+01', 'inf', 'NaN', '1e400', -1, 1e300, [[[]]]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...predicates),
        fc.record({
          input: part,
          extract: fc.record({ data: part, response: part }),
          output: fc.record({ data: part, response: part, score: part }),
        }),
        async (predicate, doc) => {
          fc.pre(!/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(doc)));
          expect([true, false, null]).toContain(await evaluate(predicate, doc));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('is read by name', async () => {
    const [row] = await db.query<{ names: string[] }>(
      `select pgwave_private.names_read(pgwave_private.compile_condition(
         '$b.score > $.x && exists($a[*] ? (@.y == $context.z && @.s == "$.\\"no\\""))')) as names`,
    );
    expect(row?.names).toEqual(['a', 'b', 'input', 'output']);
  });
});
