import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

interface SchemaError {
  path: string;
  keyword: string;
  message: string;
}

const errorsOf = (schema: unknown, value: unknown) =>
  db.query<SchemaError>('select * from pgwave.schema_errors($1, $2)', [
    JSON.stringify(schema),
    JSON.stringify(value),
  ]);

const answer = {
  type: 'object',
  properties: {
    summary: { type: 'string', minLength: 3 },
    skills: { type: 'array', items: { type: 'string' } },
    score: { type: 'number', minimum: 0, maximum: 1 },
  },
  required: ['summary', 'skills'],
  additionalProperties: false,
};

const sorted = (errors: SchemaError[]) =>
  errors.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

describe('the rows', () => {
  test('name the place, the keyword and what would be right', async () => {
    const value = { summary: 'ab', skills: ['sql', 4], score: 2, 'a/b~c': true };
    expect(sorted(await errorsOf(answer, value))).toEqual([
      {
        path: '/a~1b~0c',
        keyword: 'additionalProperties',
        message: 'is not allowed: the contract has no property "a/b~c"',
      },
      { path: '/score', keyword: 'maximum', message: 'must be at most 1' },
      {
        path: '/skills/1',
        keyword: 'type',
        message: 'must be of type string, but is of type number',
      },
      {
        path: '/summary',
        keyword: 'minLength',
        message: 'must have at least 3 characters, but has 2',
      },
    ]);
  });

  test('tell each property that is missing, at the object', async () => {
    expect(await errorsOf(answer, {})).toEqual([
      { path: '', keyword: 'required', message: 'must have the property "summary"' },
      { path: '', keyword: 'required', message: 'must have the property "skills"' },
    ]);
  });

  test('tell what each alternative misses', async () => {
    const input = { anyOf: [{ required: ['posting_id'] }, { required: ['source'] }] };
    expect(await errorsOf(input, {})).toEqual([
      {
        path: '',
        keyword: 'anyOf',
        message:
          'matches none of the schemas of anyOf: must have the property "posting_id"; ' +
          'or must have the property "source"',
      },
    ]);
  });

  test('stop at a hundred', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => index);
    expect(await errorsOf({ items: { type: 'string' } }, numbers)).toHaveLength(100);
    const named = Object.fromEntries(numbers.map((number) => [`n${number}`, number]));
    expect(await errorsOf({ additionalProperties: false }, named)).toHaveLength(100);
  });
});

describe('values', () => {
  test.each([
    ['no contract', null, { any: 1 }, []],
    ['1.0 is an integer', { type: 'integer' }, 1.0, []],
    ['a list of types', { type: ['integer', 'null'] }, 1.5, ['type']],
    ['integer or text', { type: ['integer', 'string'] }, 3, []],
    ['length in code points', { minLength: 2 }, '😀', ['minLength']],
    ['numbers by value in enum', { enum: [{ a: [1] }] }, { a: [1.0] }, []],
    ['decimal, not binary, fractions', { multipleOf: 0.1 }, 0.3, []],
    ['format is an annotation', { format: 'email' }, 'nobody', []],
    ['a keyword of another type', { minimum: 3, minItems: 2 }, 'text', []],
    [
      'what is nested in a list',
      { items: { items: { type: 'string' } } },
      [['a', ['b']]],
      ['type'],
    ],
    ['a plain list of lists', { items: { type: 'string' } }, [['a']], ['type']],
    [
      'an empty list that has to contain one',
      { prefixItems: [{ type: 'null' }], contains: {} },
      [],
      ['contains'],
    ],
    [
      'a list whose first item counts',
      { prefixItems: [true], contains: { type: 'null' } },
      [null],
      [],
    ],
    ['items that false allows none of', { items: false }, [1], ['false']],
  ])('%s', async (_, schema, value, keywords) => {
    const rows = await db.query<SchemaError>('select * from pgwave.schema_errors($1, $2)', [
      schema === null ? null : JSON.stringify(schema),
      JSON.stringify(value),
    ]);
    expect(rows.map(({ keyword }) => keyword)).toEqual(keywords);
  });

  test('that are missing count as null', async () => {
    const rows = await db.query('select keyword from pgwave.schema_errors($1, null)', [
      JSON.stringify({ type: 'object' }),
    ]);
    expect(rows).toEqual([{ keyword: 'type' }]);
  });

  test('as long as they like are looked at once', async () => {
    const [row] = await db.query<{ ms: number }>(
      `with documents as materialized (
         select jsonb_build_object('skills', jsonb_agg(md5(n::text))) as value from generate_series(1, 20000) n),
       begun as materialized (select clock_timestamp() as at, d.value from documents d)
       select extract(epoch from clock_timestamp() - b.at)::float8 * 1000 as ms
       from begun b where pgwave_private.is_valid(
         '{"properties": {"skills": {"items": {"type": "string", "minLength": 32}}}}', b.value)`,
    );
    expect(row?.ms).toBeLessThan(2_000);
  });
});

describe('recursion', () => {
  const list = {
    $ref: '#/$defs/list',
    $defs: {
      list: {
        type: 'object',
        properties: { next: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/list' }] } },
      },
    },
  };
  const nested = (depth: number, end: unknown): unknown =>
    depth === 0 ? end : { next: nested(depth - 1, end) };

  test('follows a reference as deep as the value goes', async () => {
    expect(await errorsOf(list, nested(30, null))).toEqual([]);
    expect(await errorsOf(list, nested(30, 'end'))).not.toEqual([]);
  });

  test('ends on a value that is nested too deeply, which is an error of the value', async () => {
    expect(await errorsOf(list, nested(400, null))).toEqual([
      expect.objectContaining({ path: '/next', keyword: 'anyOf' }),
    ]);
  });

  test('ends on a contract that was never checked', async () => {
    const schema = JSON.stringify({ $ref: '#' });
    expect(
      await db.query("select * from pgwave_private.list_schema_errors($1, '1')", [schema]),
    ).toEqual([{ path: '', keyword: '$ref', message: 'is nested too deeply to be checked' }]);
    await expect(errorsOf({ $ref: '#' }, 1)).rejects.toMatchObject({ code: 'PWDEF' });
  });
});

test('a stored contract and value that are compressed are read once', async () => {
  await db.query('create table stored (contract jsonb, value jsonb)');
  await db.query(
    `insert into stored select jsonb_build_object('description', repeat('x', 200000), 'items', '{"minLength": 3}'::jsonb),
       (select jsonb_agg(repeat('y', 100)) from generate_series(1, 5000))`,
  );
  const [row] = await db.query<{ ms: number; valid: boolean }>(
    `with begun as materialized (select clock_timestamp() as at)
     select pgwave_private.is_valid(s.contract, s.value) as valid,
            extract(epoch from clock_timestamp() - b.at)::float8 * 1000 as ms from begun b, stored s`,
  );
  expect(row?.valid).toBe(true);
  expect(row?.ms).toBeLessThan(2_000);
});
