import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

interface Fault {
  path: string;
  code: string;
  message: string;
  hint: string | null;
}

const faultsOf = (schema: unknown) =>
  db.query<Fault>('select * from pgwave_private.unsupported_keywords($1)', [
    JSON.stringify(schema),
  ]);

const placesOf = async (schema: unknown) =>
  (await faultsOf(schema)).map(({ path, code }) => `${code} ${path}`).sort();

describe('keywords', () => {
  test('all faults are found, at any depth', async () => {
    expect(
      await placesOf({
        required: 'x',
        properties: {
          list: { items: [{}], contains: { allOf: [{ minLenght: 2 }] } },
          three: 3,
          'a/b': { $anchor: 'here', unevaluatedProperties: false },
        },
        $defs: { x: { type: 'objekt' } },
        if: { dependentRequired: { a: [1] } },
        patternProperties: { '(': { minimum: '1' } },
      }),
    ).toEqual(
      [
        'contract_keyword /$defs/x/type',
        'contract_keyword /if/dependentRequired',
        'contract_keyword /patternProperties/(/minimum',
        'contract_keyword /properties/a~1b/$anchor',
        'contract_keyword /properties/a~1b/unevaluatedProperties',
        'contract_keyword /properties/list/contains/allOf/0/minLenght',
        'contract_keyword /properties/list/items',
        'contract_keyword /properties/three',
        'contract_keyword /required',
        'contract_pattern /patternProperties/(',
      ].sort(),
    );
  });

  test.each([
    ['minLenght', { minLenght: 2 }, 'minLength'],
    ['nullable', { nullable: true }, '"null"'],
    ['items as a list', { items: [{}] }, 'prefixItems'],
    ['$dynamicRef', { $dynamicRef: '#x' }, '$defs'],
    ['a remote reference', { $ref: 'https://example.com/x' }, '$defs'],
    ['a pattern', { pattern: '\\p{Script=Greek}' }, 'ECMA 262'],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, 'draft 2020-12'],
  ])('%s comes with advice', async (_, schema, advice) => {
    const [fault] = await faultsOf(schema);
    expect(fault?.hint).toContain(advice);
  });

  test.each([
    ['type', 'text'], ['type', []], ['type', ['string', 1]], ['enum', 'a'], ['required', [1]], ['properties', []],
    ['items', 1], ['prefixItems', []], ['allOf', {}], ['anyOf', [1]], ['minLength', -1], ['minItems', 1.5],
    ['maxItems', '2'], ['uniqueItems', 1], ['minimum', '1'], ['multipleOf', 0], ['pattern', 1], ['$ref', 1],
    ['dependentRequired', { a: 'b' }], ['dependentSchemas', { a: 1 }], ['additionalProperties', null],
  ])('the value of %s may not be %j', async (keyword, value) => {
    expect(await faultsOf({ [keyword]: value })).toHaveLength(1);
  }); // biome-ignore format: a table

  test('annotations may hold anything', async () => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const anything = {
      title: 'T',
      default: { $ref: 'x' },
      examples: [{ nope: 1 }],
      format: 'email',
    };
    expect(await faultsOf({ ...anything, $id: 'urn:x', $schema, $comment: 'c' })).toEqual([]);
  });

  test('$id is for the root only', async () => {
    expect(await placesOf({ items: { $id: 'urn:x' } })).toEqual(['contract_keyword /items/$id']);
  });

  test('what is no schema is a fault of the root', async () => {
    expect(await placesOf('text')).toEqual(['contract_keyword ']);
    expect(await placesOf(true)).toEqual([]);
  });

  test('nesting has an end', async () => {
    let schema: object = {};
    for (let depth = 0; depth < 300; depth++) schema = { items: schema };
    expect(await faultsOf(schema)).toHaveLength(1);
  });
});

describe('references', () => {
  test.each([
    ['to the root', { properties: { a: { $ref: '#' } } }],
    ['to a definition', { $ref: '#/$defs/a', $defs: { a: {} } }],
    ['to definitions', { $ref: '#/definitions/a', definitions: { a: {} } }],
    ['to a place', { properties: { a: {}, b: { $ref: '#/properties/a' } } }],
    ['to an item of a list', { items: { $ref: '#/allOf/1' }, allOf: [{}, {}] }],
    ['with escapes', { items: { $ref: '#/$defs/a~1b%25c' }, $defs: { 'a/b%c': {} } }],
    ['that go round by a property', { properties: { a: { anyOf: [{ $ref: '#' }, {}] } } }],
  ])('%s are followed', async (_, schema) => {
    expect(await faultsOf(schema)).toEqual([]);
  });

  test.each([
    ['out of the contract', { $ref: 'other.json#/a' }, 'leads out of this contract'],
    ['to an anchor', { $ref: '#a' }, 'is an anchor'],
    ['to nowhere', { $ref: '#/$defs/a' }, 'leads nowhere'],
    [
      'to an item counted from the end',
      { items: { $ref: '#/allOf/-1' }, allOf: [{}] },
      'no schema',
    ],
    ['to data', { $ref: '#/default', default: {} }, 'no schema'],
    ['to a map of schemas', { items: { $ref: '#/properties' }, properties: {} }, 'no schema'],
    ['to itself', { $ref: '#' }, 'leads back to itself'],
    ['to broken percents', { $ref: '#/%FF' }, 'percents'],
    ['to a NUL', { $ref: '#/%00' }, 'leads nowhere'],
  ])('%s are refused', async (_, schema, reason) => {
    const faults = await faultsOf(schema);
    expect(faults.map(({ code }) => code)).toEqual(['contract_reference']);
    expect(faults[0]?.message).toContain(reason);
  });

  test('that go round in place are refused, each', async () => {
    expect(
      await placesOf({
        $ref: '#/$defs/a',
        $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } },
      }),
    ).toEqual(['contract_reference /$defs/a/anyOf/0/$ref', 'contract_reference /$defs/b/not/$ref']);
  });
});
