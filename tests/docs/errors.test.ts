import fs from 'node:fs';
import { expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { ERROR_CODES } from '../../workers/actor-error.ts';

const registry = fs.readFileSync(projectPath('sql', 'ERRORS.md'), 'utf8');

/** The first cells of the rows of a table that hold a code. */
const registered = (code: RegExp): string[] =>
  [...registry.matchAll(/^\| `([^`]+)` +\|/gm)]
    .map(([, cell]) => cell as string)
    .filter((cell) => code.test(cell))
    .sort();

function sourcesBelow(...folders: string[]): string {
  return folders
    .flatMap((folder) =>
      fs
        .readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(sql|ts|js)$/.test(file))
        .map((file) => fs.readFileSync(projectPath(folder, file), 'utf8')),
    )
    .join('\n');
}

test('the registry holds every code of the sources, and no other', () => {
  const sources = sourcesBelow(
    'sql',
    'src',
    'bin',
    'cli',
    'workers',
    'graphql',
    'mcp',
    'migrations',
  );
  const used = new Set([...sources.matchAll(/\bPW[A-Z]{3}\b/g)].map(([code]) => code));
  expect(registered(/^PW[A-Z]{3}$/)).toEqual([...used].sort());
});

test('the registry holds every error code of an attempt, and no other', () => {
  expect(ERROR_CODES.length).toBeGreaterThan(10);
  expect(registered(/^[a-z_]+$/)).toEqual(ERROR_CODES.toSorted());
});

test('the database writes no attempt error that the registry lacks', () => {
  const written = sourcesBelow('sql').matchAll(
    /'code', (?:case [^']*)?'([a-z_]+)'|"code": "([a-z_]+)"/g,
  );
  const codes = [...written].map(([, inCall, inJson]) => inCall ?? inJson);
  expect(codes).toContain('missing_binding');
  expect(registered(/^[a-z_]+$/)).toEqual(expect.arrayContaining(codes));
});
