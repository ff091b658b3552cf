// Contracts written as zod, read again, are the same contracts.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isSameSchema } from '../../src/contracts/compare-contracts.ts';
import { readContractFiles, toJsonSchema } from '../../src/contracts/read-contract-files.ts';
import { writeContractModule } from '../../src/contracts/write-contract-module.ts';
import { writeZod } from '../../src/contracts/write-zod.ts';
import { projectPath } from '../../src/project-root.ts';
import { contract } from '../helpers/arbitrary-contracts.ts';
import fc from '../helpers/fast-check.ts';

// A project of its own that has zod.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-contracts-'));
fs.symlinkSync(projectPath('node_modules'), path.join(folder, 'node_modules'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

let files = 0;
async function rewritten(schemas: Record<string, unknown>): Promise<Record<string, unknown>> {
  files += 1;
  const file = path.join(folder, `contracts-${files}.ts`);
  fs.writeFileSync(file, writeContractModule({ flow: { conversations: schemas as never } }));
  const { flow } = await readContractFiles([file]);
  return flow?.conversations ?? {};
}

test.each([
  ['{}', {}],
  ['a string with bounds', { type: 'string', minLength: 1, maxLength: 5, pattern: '^a+$' }],
  ['patterns that need care', { type: 'string', pattern: 'a/b\\/\\p{L}' }],
  ['a whole number', { type: 'integer', minimum: 1, exclusiveMaximum: 9.5 }],
  ['a number', { type: 'number', exclusiveMinimum: 0, multipleOf: 0.1, description: "it's" }],
  ['values', { enum: ['a', 1, null] }],
  ['nothing but null', { type: 'null' }],
  ['types', { type: ['string', 'integer', 'null'] }],
  ['an object', { type: 'object', properties: { 'a-b': { type: 'string' }, __proto__x: {} }, required: ['a-b'] }],
  ['defaults', { type: 'object', properties: { n: { type: 'integer', default: 3 }, m: { default: [] } } }],
  ['a required default', { type: 'object', properties: { n: { type: 'boolean', default: true } }, required: ['n'] }],
  ['a required name without a property', { type: 'object', properties: {}, required: ['n'] }],
  ['formats', { type: 'string', format: 'date', 'x-assert-format': true }],
  ['a tree', { $ref: '#/$defs/t', $defs: { t: { properties: { next: { $ref: '#/$defs/t' } } } } }],
  ['a condition', { type: 'object', properties: {}, if: { required: ['a'] }, then: { required: ['b'] }, else: false }],
  ['a union of types', { type: 'object', properties: { a: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] } } }],
  ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }], items: false }],
])('%s', async (_, schema) => {
  const { it } = await rewritten({ it: schema });
  expect(it).toEqual(schema);
}); // biome-ignore format: a table

test('generated contracts, hundreds of them, come back as they were', async () => {
  const given = fc.sample(contract, 300).map((schema) => JSON.parse(JSON.stringify(schema)));
  const back = await rewritten(Object.fromEntries(given.map((schema, n) => [`c${n}`, schema])));
  expect(given.filter((schema, n) => !isSameSchema(back[`c${n}`], schema))).toEqual([]);
});

describe('what zod writes', () => {
  const schemas: Record<string, z.ZodType> = {
    object: z.object({ id: z.int(), name: z.string().optional(), tags: z.array(z.enum(['a', 'b'])).max(3) }),
    strict: z.strictObject({ at: z.iso.datetime(), by: z.email(), on: z.iso.date().nullable() }),
    loose: z.looseObject({ url: z.url() }).describe('anything with a url'),
    union: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), n: z.number() }),
      z.object({ kind: z.literal('b') }),
    ]),
    record: z.record(z.string().min(2), z.number()),
    defaults: z.object({ n: z.int().default(3), list: z.array(z.string()).default([]) }),
    both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })),
    read: z.object({ n: z.string().transform(Number), c: z.coerce.number() }),
  }; // biome-ignore format: a table

  test.each(Object.entries(schemas))('of %s comes back', async (_, schema) => {
    const { it } = await rewritten({ it: toJsonSchema(schema) });
    expect(it).toEqual(toJsonSchema(schema));
  });

  test('is written in words of zod, not as JSON', () => {
    // jsonb gives properties back in another order than required
    const reordered = {
      type: 'object',
      properties: { a: { type: 'string' }, bb: { type: 'null' } },
      required: ['bb', 'a'],
    };
    expect(writeZod(reordered).code).toBe('z.object({\n  a: z.string(),\n  bb: z.null(),\n})');
    for (const name of ['object', 'strict', 'loose', 'record', 'defaults']) {
      const { code } = writeZod(toJsonSchema(schemas[name] as z.ZodType));
      expect(code).not.toContain('asWritten');
      expect(code).not.toContain('.meta(');
    }
    expect(writeZod(toJsonSchema(schemas.strict as z.ZodType)).code).toContain('by: z.email()');
  });
});

test('what is neither zod nor a contract is named with its file and place', async () => {
  const file = path.join(os.tmpdir(), `pgwave-contracts-${process.pid}.yaml`);
  fs.writeFileSync(file, 'flow: { inputs: { type: object } }');
  await expect(readContractFiles([file])).rejects.toMatchObject({
    code: 'PWDEF',
    detail: expect.stringContaining('inputs'),
  });
  fs.rmSync(file);
  const module = path.join(folder, 'date.mjs');
  fs.writeFileSync(
    module,
    "import { z } from 'zod'; export const contracts = { f: { input: z.date() } };",
  );
  await expect(readContractFiles([module])).rejects.toMatchObject({
    code: 'PWDEF',
    detail: expect.stringContaining('f.input'),
  });
  await expect(readContractFiles([path.join(folder, 'nowhere.ts')])).rejects.toMatchObject({
    code: 'PWDEF',
  });
});
