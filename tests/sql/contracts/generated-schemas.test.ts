// Generated contracts and values: the verdict is Ajv's.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contract, name, value } from '../../helpers/arbitrary-contracts.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

/** As it comes out of the database: with the ordinary prototype, which Ajv compares. */
const asParsed = (document: unknown): unknown => JSON.parse(JSON.stringify(document));

/** What is at a JSON pointer; undefined where nothing is. */
const at = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (found, token) =>
        found !== null && typeof found === 'object' && Object.hasOwn(found, token)
          ? (found as Record<string, unknown>)[token]
          : undefined,
      document,
    );

/** Has a property without a name, where it is an object. */
const HAS_NAMELESS = { not: { type: 'object', propertyNames: { minLength: 1 } } };

/**
 * The same schema, round two faults of Ajv where it stops at the first error, and inside of `not` and `if` it always
 * does: it passes over `contains` for an empty list that has `prefixItems`, and over a required name that is empty.
 */
function forAjv(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(forAjv);
  if (typeof schema !== 'object' || schema === null) return schema;
  const rest: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, inner]) => [
      key,
      key === 'const' || key === 'enum' ? inner : forAjv(inner),
    ]),
  );
  const besides: unknown[] = [];
  if (Array.isArray(rest.prefixItems) && rest.contains !== undefined) {
    const { contains, minContains, maxContains } = rest;
    besides.push(asParsed({ contains, minContains, maxContains }));
    for (const key of ['contains', 'minContains', 'maxContains']) delete rest[key];
  }
  if (Array.isArray(rest.required) && rest.required.includes('')) {
    rest.required = rest.required.filter((needed) => needed !== '');
    besides.push(HAS_NAMELESS);
  }
  const { dependentRequired } = rest;
  if (typeof dependentRequired === 'object' && dependentRequired !== null) {
    for (const [key, needed] of Object.entries(dependentRequired)) {
      if (Array.isArray(needed) && needed.includes(''))
        besides.push({ dependentSchemas: { [key]: HAS_NAMELESS } });
    }
    rest.dependentRequired = Object.fromEntries(
      Object.entries(dependentRequired).map(([key, needed]) => [
        key,
        Array.isArray(needed) ? needed.filter((one) => one !== '') : needed,
      ]),
    );
  }
  if (besides.length > 0) rest.allOf = [...((rest.allOf as unknown[]) ?? []), ...besides];
  return rest;
}

test('a value is valid where Ajv says so, and errors point into it', async () => {
  // Counting for unevaluated…, which is not asked for here, Ajv throws on some references.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, logger: false });
  ajv.opts.unevaluated = false;
  await fc.assert(
    fc.asyncProperty(
      contract,
      fc.array(value, { minLength: 1, maxLength: 12 }),
      async (schema, values) => {
        const validate = ajv.compile(forAjv(asParsed(schema)) as object);
        const rows = await db.query<{ paths: string[]; valid: boolean }>(
          `select array(select e.path from pgwave.schema_errors($1, v.value) as e) as paths,
                pgwave_private.is_valid($1, v.value) as valid
         from jsonb_array_elements($2::jsonb) with ordinality as v (value, place) order by v.place`,
          [JSON.stringify(schema), JSON.stringify(values)],
        );
        for (const [index, { paths, valid }] of rows.entries()) {
          const given = asParsed(values[index]);
          expect(valid, JSON.stringify({ schema, given, paths })).toBe(validate(given));
          expect(paths.length === 0).toBe(valid);
          for (const path of paths) expect(at(given, path)).not.toBeUndefined();
        }
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

// Where Ajv and the specification part, the specification wins; the generator above keeps away from these.
test.each([
  ['fractions are decimal', '{"multipleOf": 0.1}', '0.3', true],
  ['and so are multiples of small ones', '{"multipleOf": 0.01}', '19.99', true],
  ['large numbers are exact', '{"multipleOf": 10}', '1e22', true],
  ['and so are their bounds', '{"maximum": 9007199254740992}', '9007199254740993', false],
  ['and their equality', '{"const": 9007199254740993}', '9007199254740992', false],
  ['and uniqueness', '{"uniqueItems": true}', '[9007199254740992, 9007199254740993]', true],
  [
    'an empty list contains nothing',
    '{"prefixItems": [{"type": "null"}], "contains": {}}',
    '[]',
    false,
  ],
  ['a required name may be empty', '{"not": {"required": [""]}}', '{}', true],
  ['nor inside of not', '{"not": {"prefixItems": [{"type": "null"}], "contains": {}}}', '[]', true],
])('%s, whatever Ajv says', async (_, schema, given, valid) => {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
  expect(ajv.compile(JSON.parse(schema))(JSON.parse(given))).toBe(!valid);
  const [row] = await db.query('select pgwave_private.is_valid($1, $2) as valid', [schema, given]);
  expect(row).toEqual({ valid });
});

test('multiples and bounds of decimal numbers are exact', async () => {
  const decimal = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
    .map(([digits, places]) => ({ digits, places, text: `${digits}e-${places}` }));
  const divisor = fc
    .tuple(fc.bigInt({ min: 1n, max: 500n }), fc.integer({ min: 0, max: 6 }))
    .map(([digits, places]) => ({ digits, places, text: `${digits}e-${places}` }));
  const scaled = ({ digits, places }: { digits: bigint; places: number }) =>
    digits * 10n ** BigInt(12 - places);
  await fc.assert(
    fc.asyncProperty(decimal, divisor, decimal, fc.boolean(), async (given, of, bound, times) => {
      const number = times
        ? {
            digits: given.digits * of.digits,
            places: of.places,
            text: `${given.digits * of.digits}e-${of.places}`,
          }
        : given;
      const [row] = await db.query(
        `select pgwave_private.is_valid($1, $4) as multiple, pgwave_private.is_valid($2, $4) as least,
                pgwave_private.is_valid($3, $4) as below`,
        [
          `{"multipleOf": ${of.text}}`,
          `{"minimum": ${bound.text}}`,
          `{"exclusiveMaximum": ${bound.text}}`,
          number.text,
        ],
      );
      expect(row).toEqual({
        multiple: scaled(number) % scaled(of) === 0n,
        least: scaled(number) >= scaled(bound),
        below: scaled(number) < scaled(bound),
      });
    }),
    { numRuns: 300 },
  );
});

test('such contracts have nothing that cannot be honoured', async () => {
  await fc.assert(
    fc.asyncProperty(contract, async (schema) => {
      expect(
        await db.query('select * from pgwave_private.unsupported_keywords($1)', [
          JSON.stringify(schema),
        ]),
      ).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('contracts of any form are judged without raising', async () => {
  const keyword = fc.constantFrom(
    'type', 'enum', 'required', 'properties', 'patternProperties', 'items', 'prefixItems', 'minLength', 'pattern',
    'allOf', 'not', 'dependentRequired', 'dependentSchemas', '$ref', '$defs', '$id', 'multipleOf', 'uniqueItems', 'nope',
  ); // biome-ignore format: a table
  const scrap = fc.letrec<{ scrap: unknown }>((tie) => ({
    scrap: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        null,
        true,
        0,
        -1,
        1.5,
        'string',
        '',
        '#',
        '#/$defs/a',
        '#/$defs/a/',
        '#/%',
        '#/%FF',
        '(',
        '\\',
      ),
      fc.array(tie('scrap'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(keyword, keyword, name), tie('scrap'), { maxKeys: 4 }),
    ),
  })).scrap;
  await fc.assert(
    fc.asyncProperty(scrap, value, async (schema, given) => {
      const faults = await db.query('select * from pgwave_private.unsupported_keywords($1)', [
        JSON.stringify(schema),
      ]);
      if (faults.length > 0) return;
      // what is not refused can be used
      await db.query('select * from pgwave.schema_errors($1, $2)', [
        JSON.stringify(schema),
        JSON.stringify(given),
      ]);
    }),
    { numRuns: 600 },
  );
});
