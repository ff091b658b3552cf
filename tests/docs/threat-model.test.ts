// The threat model names the test that attacks each boundary: it is there, and each row has one.
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';

const page = fs.readFileSync(projectPath('docs', 'learning', 'threat-model.md'), 'utf8');
const named = (text: string): string[] => text.match(/\btests\/[\w./-]*\w/g) ?? [];

test('every row of the table names a test', () => {
  const rows = page.split('\n').filter((line) => /^\| (?!-|who\b)/i.test(line));
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => named(row).length === 0)).toEqual([]);
});

test('every test that the page names is there', () => {
  expect(named(page).length).toBeGreaterThan(10);
  expect(
    named(page).filter(
      (name) => !['', '.test.ts'].some((ending) => fs.existsSync(projectPath(name + ending))),
    ),
  ).toEqual([]);
});
