import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { FaultsError } from '../../src/definitions/faults.ts';
import type { Definition } from '../../src/definitions/read-definition-files.ts';
import { ENGINES, type Imported, importDefinition, writeImported } from '../../src/import/index.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

/** What the database finds wrong with what an import made. */
async function faultsOf({ actors, workflows }: Imported): Promise<string[]> {
  const definition = (kind: Definition['kind']) => (value: Record<string, unknown>) => ({
    kind,
    name: String(value.name),
    value,
    file: 'import',
    locate: () => undefined,
  });
  const definitions = [
    ...actors.map(definition('actor')),
    ...workflows.map(definition('workflow')),
  ];
  try {
    const client = await connect(db.url, { applicationName: 'import test' });
    try {
      await applyDefinitions(client, { definitions, faults: [] }, { check: true });
    } finally {
      await client.end();
    }
    return [];
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return error.faults.map(({ code, pointer, message }) => `${code} ${pointer}: ${message}`);
  }
}

const filesOf = (engine: string) =>
  fs
    .readdirSync(path.join(import.meta.dirname, engine))
    .filter((file) => /\.(json|ya?ml|py)$/.test(file) && !file.includes('.pgwave.'))
    .sort();

describe.each(ENGINES)('%s', (engine) => {
  test('has five definitions or more', () => {
    expect(filesOf(engine).length).toBeGreaterThanOrEqual(5);
  });

  test.each(filesOf(engine))('%s becomes a definition that is valid', async (file) => {
    const text = fs.readFileSync(path.join(import.meta.dirname, engine, file), 'utf8');
    const { file: imported, remainder } = importDefinition(engine, text);
    expect(await faultsOf(imported)).toEqual([]);
    // the source knows each place
    for (const { line, what, why, instead } of remainder) {
      expect(line, what).toBeGreaterThan(0);
      expect([what, why, instead].every((said) => said.length > 0)).toBe(true);
    }
    const notes = remainder.map(({ line, what, why, instead }) =>
      `# ${line}: ${what}: ${why}. ${instead}`.replaceAll('\n', ' '),
    );
    const made = [...notes, writeImported(imported)].join('\n');
    await expect(made).toMatchFileSnapshot(
      path.join(import.meta.dirname, engine, `${path.parse(file).name}.pgwave.yaml`),
    );
  });

  test('a file of another kind is an error that says what is missing', () => {
    for (const text of ['[1, 2]', '{"a": 1}', 'a: [']) {
      expect(() => importDefinition(engine, text)).toThrow(/^The file is n/);
    }
  });
});
