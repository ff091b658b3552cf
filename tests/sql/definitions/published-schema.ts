import fs from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { expect } from 'vitest';
import { projectPath } from '../../../src/project-root.ts';

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
});
ajv.addSchema(
  JSON.parse(fs.readFileSync(projectPath('schema', 'pgwave.schema.json'), 'utf8')),
  'pgwave',
);

/** What the published JSON Schema has against a document: a line each. */
export function breaches(part: 'file' | 'workflow' | 'actor', document: unknown): string[] {
  const validate = ajv.getSchema(part === 'file' ? 'pgwave' : `pgwave#/definitions/${part}`);
  if (validate === undefined) throw new Error(`the schema has no ${part}`);
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }: ErrorObject) =>
      `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Faults that the schema finds too; other ones need the database's actors, or more than a schema can say. */
const SHAPE = {
  workflow: ['unknown_field', 'wrong_type'],
  actor: ['unknown_field', 'wrong_type', 'field_not_for_type'],
};

/** Fails where the database and the published schema disagree about the shape of a definition. */
export function expectAgreement(
  part: 'workflow' | 'actor',
  definition: unknown,
  faults: { code: string; path: string }[],
): void {
  const found = breaches(part, definition);
  if (faults.length === 0) expect(found, JSON.stringify(definition)).toEqual([]);
  const shape = faults.filter(({ code }) => SHAPE[part].includes(code));
  if (shape.length > 0 && found.length === 0) {
    expect.fail(`the schema takes ${JSON.stringify(definition)}: ${JSON.stringify(shape)}`);
  }
}
