// Generated contracts and values: for what must hold of every contract.
import fc from './fast-check.ts';

// Few names, texts and numbers, so that schemas and values meet. Fractions are halves and quarters: Ajv computes in
// binary, pgwave in decimal; from 1e21 on its multipleOf goes by the first digit.
export const name = fc.constantFrom('a', 'b', 'ab', 'c/d', 'e~f', 'é', 'length', '%25', '');
const text = fc.constantFrom(
  '',
  'a',
  'ab',
  'abc',
  'b-1',
  'é',
  'e\u0301',
  '😀',
  '👩‍👧',
  '🇩🇪a',
  'a\nb',
  '12',
  '1e3',
);
const number = fc.constantFrom(
  -2,
  -1,
  -0.5,
  -0,
  0,
  0.25,
  0.5,
  1,
  1.5,
  2,
  3,
  10,
  1e15,
  2 ** 53,
  1e20,
);
const pattern = fc.constantFrom(
  '^a',
  'b$',
  '^.$',
  '\\d',
  '^[a-c]*$',
  '\\S',
  '^(?:a|é)',
  '^\\p{L}+$',
  '^(?!a)',
  '^.{2,3}$',
  '[^\\w]',
);

export const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    text,
    number,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
}));

const type = fc.constantFrom('null', 'boolean', 'object', 'array', 'number', 'integer', 'string');
const count = fc.constantFrom(0, 1, 2, 3);
const names = fc.uniqueArray(name, { maxLength: 3 });

const schemaOf = (inner: fc.Arbitrary<unknown>) => {
  const list = fc.array(inner, { minLength: 1, maxLength: 3 });
  const keywords: Record<string, fc.Arbitrary<unknown>> = {
    type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
    enum: fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: (v) => JSON.stringify(v) }),
    const: value,
    required: names,
    properties: fc.dictionary(name, inner, { maxKeys: 3 }),
    patternProperties: fc.dictionary(pattern, inner, { maxKeys: 2 }),
    additionalProperties: inner,
    propertyNames: inner,
    minProperties: count,
    maxProperties: count,
    items: inner,
    prefixItems: list,
    contains: inner,
    minContains: count,
    maxContains: count,
    minItems: count,
    maxItems: count,
    uniqueItems: fc.boolean(),
    minimum: number,
    maximum: number,
    exclusiveMinimum: number,
    exclusiveMaximum: number,
    multipleOf: fc.constantFrom(0.25, 0.5, 1, 2),
    minLength: count,
    maxLength: count,
    pattern,
    allOf: list,
    anyOf: list,
    oneOf: list,
    not: inner,
    if: inner,
    then: inner,
    else: inner,
    dependentRequired: fc.dictionary(name, names, { maxKeys: 2 }),
    dependentSchemas: fc.dictionary(name, inner, { maxKeys: 2 }),
    description: text,
  };
  return fc
    .uniqueArray(fc.constantFrom(...Object.keys(keywords)), { maxLength: 4 })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(chosen.map((key) => [key, keywords[key] as fc.Arbitrary<unknown>])),
        {
          noNullPrototype: true,
        },
      ),
    );
};

const { schema: plain } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.boolean(),
    fc.record({ type }, { noNullPrototype: true }),
    fc.constantFrom(
      { $ref: '#/$defs/tree' },
      { $ref: '#/$defs/c~1d' },
      { $ref: '#/$defs/tree/$defs/%2525' },
      { $ref: '#/$defs/c~1d/anyOf/1' },
    ),
    schemaOf(tie('schema')),
    schemaOf(tie('schema')),
  ),
}));

/** A contract whose references go round only by way of a property or an item. */
export const contract = fc
  .tuple(schemaOf(plain), fc.uniqueArray(name, { maxLength: 2 }), text, number)
  .map(([root, required, constant, maximum]) => ({
    ...root,
    $defs: {
      tree: {
        type: ['object', 'array', 'string'],
        properties: { a: { $ref: '#/$defs/tree' }, b: { $ref: '#/$defs/c~1d' } },
        items: { $ref: '#/$defs/tree' },
        additionalProperties: { $ref: '#/$defs/tree/$defs/%2525' },
        required,
        $defs: {
          '%25': {
            type: ['string', 'number', 'boolean'],
            minLength: 2,
            $ref: '#/$defs/c~1d/anyOf/2',
          },
        },
      },
      'c/d': {
        anyOf: [
          { const: constant },
          { type: 'number', maximum },
          { not: { enum: [constant, [], {}] } },
        ],
      },
    },
  }));
