// The official JSON Schema test suite (draft 2020-12), a group of cases a schema.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { describeWithTestData } from '../../helpers/test-data.ts';

interface Group {
  description: string;
  schema: unknown;
  tests: { description: string; data: unknown; valid: boolean }[];
}

/** Groups whose schema is refused: references by URI or anchor, `$id` below the root, unevaluated… */
const refused = new Set([
  'defs.json: validate definition against metaschema',
  'ref.json: remote ref, containing refs itself',
  'ref.json: ref creates new scope when adjacent to keywords',
  'ref.json: refs with relative uris and defs',
  'ref.json: relative refs with absolute uris and defs',
  'ref.json: order of evaluation: $id and $ref',
  'ref.json: order of evaluation: $id and $anchor and $ref',
  'ref.json: simple URN base URI with $ref via the URN',
  'ref.json: URN base URI with URN and anchor ref',
  'ref.json: URN ref with nested pointer ref',
  'ref.json: ref to then',
  'ref.json: ref to else',
]);

/** jsonb holds no NUL, so neither a contract nor a value with one can reach the function. */
const holdsNul = new Set(['enum.json: nul characters in strings']);

describeWithTestData('the official suite', 'json-schema-suite', (folder) => {
  const files = fs.existsSync(folder)
    ? fs.readdirSync(folder).filter((file) => file.endsWith('.json'))
    : [];
  let db: TestDatabase;

  beforeAll(async () => {
    db = await createTestDatabase();
  });

  afterAll(() => db.close());

  describe.each(files)('%s', (file) => {
    const groups: Group[] = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));

    test.each(groups)('$description', async ({ description, schema, tests }) => {
      const name = `${file}: ${description}`;
      if (holdsNul.has(name)) {
        expect(JSON.stringify(schema)).toContain('\\u0000');
        return;
      }
      const faults = await db.query('select * from pgwave_private.unsupported_keywords($1)', [
        JSON.stringify(schema),
      ]);
      if (refused.has(name)) {
        expect(faults).not.toEqual([]);
        // and nobody gets a verdict that might be wrong
        for (const { data } of tests) {
          await expect(
            db.query('select * from pgwave.schema_errors($1, $2)', [
              JSON.stringify(schema),
              JSON.stringify(data),
            ]),
          ).rejects.toMatchObject({ code: 'PWDEF' });
        }
        return;
      }
      expect(faults).toEqual([]);
      for (const { description: what, data, valid } of tests) {
        const errors = await db.query('select * from pgwave.schema_errors($1, $2)', [
          JSON.stringify(schema),
          JSON.stringify(data),
        ]);
        expect(errors.length === 0, `${what}: ${JSON.stringify(errors)}`).toBe(valid);
      }
    });
  });
});
