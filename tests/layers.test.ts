import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../src/project-root.ts';

/** Which folders the modules of a folder may import from. */
const MAY_IMPORT: Record<string, string[]> = {
  src: ['src'],
  workers: ['workers', 'src'],
  mcp: ['mcp', 'src'],
  graphql: ['graphql', 'mcp', 'src'],
  cli: ['cli', 'graphql', 'mcp', 'workers', 'src'],
};

/** Packages that only some folders may name: the queue and SQL stay where they belong. */
const NEITHER_SQL_NOR_QUEUE = ['workers/models', 'workers/scripts'];

/** The statements of the command line that no client can have, by file: how many, and why. */
const STATEMENTS_OF_CLI: Record<string, [count: number, why: string]> = {
  'cli/commands/demo.ts': [3, 'tables of the example: its schema, its postings, what is saved'],
  'cli/testing/run-tests.ts': [1, 'setup files of whoever wrote the tests'],
};

interface Import {
  file: string;
  specifier: string;
  /** The file that it leads to, from the project's folder; undefined: a package. */
  target: string | undefined;
}

function importsOf(folder: string): Import[] {
  const files = fs
    .readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
  return files.flatMap((file) => {
    const text = fs.readFileSync(projectPath(file), 'utf8');
    const specifiers = text.matchAll(/(?:^(?:import|export)\b[^;']*?|\bimport\()'([^']+)'/gms);
    return [...specifiers].map(([, specifier = '']) => ({
      file,
      specifier,
      target: /^\.\.?\//.test(specifier) ? path.join(path.dirname(file), specifier) : undefined,
    }));
  });
}

describe('dependencies point one way', () => {
  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    test(`${folder} imports from ${allowed.join(', ')} only`, () => {
      const imports = importsOf(folder);
      expect(imports.length).toBeGreaterThan(10);
      const wrong = imports
        .filter(({ target }) => target && !allowed.includes(target.split(path.sep)[0] ?? ''))
        .map(({ file, target }) => `${file} → ${target}`);
      expect(wrong).toEqual([]);
    });
  }

  test('the command line knows the API by its entry alone: the package holds it as one module', () => {
    const targets = importsOf('cli').flatMap(({ target }) => target ?? []);
    const ofApi = targets.filter((target) => target.startsWith(`graphql${path.sep}`));
    expect([...new Set(ofApi)]).toEqual([path.join('graphql', 'server', 'server.ts')]);
  });

  test('only the MCP server knows the packages of the protocol, and it knows no SQL', () => {
    const imports = Object.keys(MAY_IMPORT).flatMap(importsOf);
    const ofProtocol = imports.filter(({ specifier }) =>
      /^@modelcontextprotocol\//.test(specifier),
    );
    expect([...new Set(ofProtocol.map(({ file }) => file))]).toEqual(['mcp/protocol.ts']);
    expect(importsOf('mcp').filter(({ specifier }) => specifier === 'pg')).toEqual([]);
  });

  test('the command line has no SQL: it calls the client', () => {
    const imports = importsOf('cli');
    const files = [...new Set(imports.map(({ file }) => file))];
    const counts = files.flatMap((file) => {
      const statements = fs.readFileSync(projectPath(file), 'utf8').match(/\.query\b/g) ?? [];
      return statements.length === 0 ? [] : [[file, statements.length]];
    });
    const allowed = Object.entries(STATEMENTS_OF_CLI).map(([file, [count]]) => [file, count]);
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(allowed));
    // what writes calls is for the client alone
    const written = imports.filter(({ target }) => target === 'src/client/call-function.ts');
    expect(written.map(({ file }) => file)).toEqual([]);
  });

  test('models and scripts know neither SQL nor the queue', () => {
    const imports = NEITHER_SQL_NOR_QUEUE.flatMap(importsOf);
    const wrong = imports
      .filter(({ specifier }) => /^(pg|graphile-worker)$/.test(specifier))
      .map(({ file, specifier }) => `${file} → ${specifier}`);
    expect(wrong).toEqual([]);
  });
});
