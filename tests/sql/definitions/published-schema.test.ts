// The published JSON Schema against the database: `validate` of definitions.ts and `faults` of define-actor.test.ts hold it
// against every definition of the tests beside this one; here against everything else that is written down.

import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { writeJsonSchema } from '../../../src/definitions/format/json-schema.ts';
import type { FormatField } from '../../../src/definitions/format/read-format.ts';
import { projectPath } from '../../../src/project-root.ts';
import fc from '../../helpers/fast-check.ts';
import { blueprints } from '../../model/blueprint.ts';
import { build } from '../../model/build.ts';
import { breaches } from './published-schema.ts';

const filesBelow = (folder: string, ending: RegExp): string[] =>
  fs
    .readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file))
    .map((file) => path.join(folder, file))
    .sort();

const read = (file: string): string => fs.readFileSync(projectPath(file), 'utf8');

describe('the published schema takes', () => {
  test.each(filesBelow('examples', /(?<!\.test)\.ya?ml$/))('%s, which names it', (file) => {
    expect(breaches('file', parse(read(file)))).toEqual([]);
    const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(read(file))?.[1];
    expect(path.resolve(projectPath(path.dirname(file)), named ?? '')).toBe(
      projectPath('schema', 'pgwave.schema.json'),
    );
  });

  test.each(filesBelow('docs', /\.md$/))('the definitions of %s', (file) => {
    for (const [, text] of read(file).matchAll(/^```yaml definition\n(.*?)^```/gms)) {
      for (const document of parseAllDocuments(text as string)) {
        expect(breaches('file', document.toJS()), text).toEqual([]);
      }
    }
  });

  test.each(filesBelow('tests/model/regressions', /\.json$/))('the definition of %s', (file) => {
    const { definition } = JSON.parse(read(file));
    expect(breaches('workflow', { name: 'regression', ...definition })).toEqual([]);
  });

  test('definitions that are generated', () => {
    fc.assert(
      fc.property(blueprints(false), (generated) => {
        expect(breaches('workflow', { name: 'generated', ...build(generated) })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the published schema refuses', () => {
  const workflow = { name: 'w', conversations: [{ name: 'a', type: 'condition' }] };
  test.each<[string, unknown]>([
    ['a file that defines nothing', {}],
    ['a slip beside actors', { actors: [], on_completion: [] }],
    ['an unknown field', { ...workflow, conversatons: [] }],
    [
      'an unknown field of a conversation',
      { ...workflow, conversations: [{ name: 'a', promt: 'x' }] },
    ],
    ['conversations and steps', { ...workflow, steps: workflow.conversations }],
    ['a workflow without a name', { conversations: workflow.conversations }],
    ['a workflow in a list, with an unknown field', { workflows: [{ ...workflow, x: 1 }] }],
    [
      'a field of another type of actor',
      { actors: [{ name: 'a', type: 'sql', statement: 'select 1', url: 'x' }] },
    ],
    ['a script without its folder', { actors: [{ name: 'a', type: 'script', command: ['a.ts'] }] }],
  ])('%s', (_, file) => {
    expect(breaches('file', file)).not.toEqual([]);
  });
});

describe('the generator refuses', () => {
  const field: FormatField = {
    ...{ place: 'limits', field: 'max_cost', kind: 'number', says: 'a number', required: false },
    ...{ low: 0, high: null, choices: null, types: null },
  };
  test.each<[string, FormatField[], string]>([
    ['a field that nobody has described', [{ ...field, field: 'max_noise' }], 'limits.max_noise'],
    ['a kind that it does not know', [{ ...field, kind: 'mood' }], 'lacks mood'],
    ['a description whose field is gone', [field], 'no such field is left'],
  ])('%s', (_, fields, message) => {
    expect(() => writeJsonSchema(fields)).toThrow(message);
  });
});
