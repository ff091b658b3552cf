import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

const define = (definition: unknown) =>
  db.query('select pgwave.define_workflow($1)', [JSON.stringify(definition)]);

test('workflow_variables has a row for each property of every contract, whoever reads it', async () => {
  const flow = (input: unknown) => ({
    name: 'skills',
    visibility: 'public',
    input,
    output: {
      anyOf: [
        { properties: { ok: { const: true }, n: { type: 'integer' } }, required: ['ok', 'n'] },
        { properties: { ok: { const: false } }, required: ['ok'] },
      ],
    },
    result: { ok: true },
    conversations: [
      {
        name: 'review',
        type: 'human',
        prompt: 'Is it right?',
        form: {
          $ref: '#/$defs/form',
          $defs: {
            form: { type: 'object', properties: { note: { $ref: '#/$defs/note' } } },
            note: { type: ['string', 'null'], description: 'What is wrong', default: null },
          },
        },
      },
      { name: 'last', type: 'condition' },
    ].map((body, index) => (index === 0 ? { ...body, branches: ['last'] } : body)),
  });
  await define(flow({ type: 'object', properties: { id: { type: 'integer' } } }));
  await define(
    flow({
      type: 'object',
      properties: { id: { type: 'integer', title: 'Which' }, tags: { enum: ['a', 1] }, any: true },
      allOf: [{ required: ['id'] }],
    }),
  );
  const rows = await db.as('pgwave_viewer', async (client) => {
    const { rows } = await client.query(
      `select version, is_latest, level, conversation_name as at, direction, variable_name as name, variable_type as type,
              required, default_value as default, description
       from pgwave.workflow_variables where workflow_name = 'skills' and (version = 2 or direction = 'input')
       order by version, level desc, direction, variable_name`,
    );
    return rows;
  });
  const own = {
    is_latest: true,
    version: 2,
    level: 'workflow',
    at: null,
    default: null,
    description: null,
  };
  expect(rows).toEqual([
    {
      ...own,
      version: 1,
      is_latest: false,
      direction: 'input',
      name: 'id',
      type: 'integer',
      required: false,
    },
    { ...own, direction: 'input', name: 'any', type: 'any', required: false },
    {
      ...own,
      direction: 'input',
      name: 'id',
      type: 'integer',
      required: true,
      description: 'Which',
    },
    { ...own, direction: 'input', name: 'tags', type: 'number | string', required: false },
    { ...own, direction: 'output', name: 'n', type: 'integer', required: false },
    { ...own, direction: 'output', name: 'ok', type: 'boolean', required: false },
    {
      ...own,
      level: 'conversation',
      at: 'review',
      direction: 'output',
      name: 'note',
      type: 'string | null',
      required: false,
      default: null,
      description: 'What is wrong',
    },
  ]);
});

test('whoever may look may validate', async () => {
  const rows = await db.as('pgwave_viewer', async (client) => {
    const { rows } = await client.query(
      `select keyword from pgwave.schema_errors('{"properties": {"a": {"pattern": "^\\\\p{L}"}}}', '{"a": "1"}')`,
    );
    return rows;
  });
  expect(rows).toEqual([{ keyword: 'pattern' }]);
});

test('a contract that goes round is listed all the same', async () => {
  const rows = await db.query(
    'select property_name, property_type from pgwave_private.list_properties($1)',
    [
      JSON.stringify({
        properties: {
          next: { anyOf: [{ type: 'null' }, { $ref: '#' }] },
          all: { allOf: [{ $ref: '#' }] },
        },
        type: 'object',
      }),
    ],
  );
  expect(rows).toEqual([
    { property_name: 'all', property_type: 'object' },
    { property_name: 'next', property_type: 'null | object' },
  ]);
});
