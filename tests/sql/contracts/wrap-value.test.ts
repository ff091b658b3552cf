import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

const wrap = async (schema: unknown, value: unknown, input: unknown = null): Promise<unknown> => {
  const [row] = await db.query<{ wrapped: unknown }>(
    'select pgwave_private.wrap_value($1, $2, $3) as wrapped',
    [schema, value, input].map((part) => JSON.stringify(part)),
  );
  return row?.wrapped;
};

const list = { type: 'array' };
const text = { type: 'string' };
const skills = { type: 'object', properties: { skills: list, note: text }, required: ['skills'] };

describe('an array', () => {
  test.each([
    ['the required array property', skills, { skills: [1] }],
    ['the only array property', { ...skills, required: ['note'] }, { skills: [1] }],
    [
      'the required one of two',
      { ...skills, properties: { skills: list, more: list } },
      { skills: [1] },
    ],
    ['an object without a type', { properties: { skills: list } }, { skills: [1] }],
    ['an object or null', { ...skills, type: ['object', 'null'] }, { skills: [1] }],
    [
      'a property of type array or null',
      { properties: { a: { type: ['null', 'array'] } } },
      { a: [1] },
    ],
    [
      'what references stand for',
      { $ref: '#/$defs/o', $defs: { o: { properties: { a: { $ref: '#/$defs/l' } } }, l: list } },
      { a: [1] },
    ],
  ])('goes into %s', async (_, schema, wrapped) => {
    expect(await wrap(schema, [1])).toEqual(wrapped);
  });

  test.each([
    ['two arrays are required', { properties: { a: list, b: list }, required: ['a', 'b'] }],
    ['two arrays are allowed', { properties: { a: list, b: list } }],
    ['there is no array', { properties: { a: text } }],
    ['the contract wants an array', { type: 'array' }],
    ['the contract takes an array too', { type: ['array', 'object'], properties: { a: list } }],
    ['there is no property', { type: 'object' }],
    ['the contract is a boolean', true],
    ['there is no contract', null],
  ])('stays as it is where %s', async (_, schema) => {
    expect(await wrap(schema, [1])).toBeNull();
  });
});

describe('what the input has', () => {
  const contract = { ...skills, required: ['skills', 'posting_id'] };
  const marked = {
    ...contract,
    properties: { ...skills.properties, posting_id: { type: 'integer', 'x-from-input': true } },
  };

  test('is passed through an object where it is required, missing and marked', async () => {
    expect(await wrap(marked, { skills: [] }, { posting_id: 7, other: 1 })).toEqual({
      skills: [],
      posting_id: 7,
    });
    expect(await wrap(contract, { skills: [] }, { posting_id: 7 })).toBeNull();
    expect(await wrap(contract, {}, { posting_id: 7 })).toBeNull();
  });

  test('goes around an array where it is required and missing', async () => {
    expect(await wrap(contract, ['sql'], { posting_id: 7 })).toEqual({
      skills: ['sql'],
      posting_id: 7,
    });
  });

  test('never replaces what the value has', async () => {
    expect(await wrap(marked, { skills: [], posting_id: 1 }, { posting_id: 7 })).toBeNull();
  });

  test.each([null, [1], 'text'])('is not looked for in %j', async (input) => {
    expect(await wrap(marked, { skills: [] }, input)).toBeNull();
  });
});

test('other values stay as they are', async () => {
  for (const value of ['text', 1, null, {}]) expect(await wrap(skills, value)).toBeNull();
});
