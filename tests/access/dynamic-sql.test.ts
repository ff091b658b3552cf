import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';

// Wherever a text becomes SQL there is a reason beside it.

/** How many lines above (and below, for a call) the reason may stand. */
const NEAR = 6;

function filesBelow(folder: string, ending: string): string[] {
  return fs
    .readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(folder, file));
}

/** The lines of a file that match and have no `reason:` near. */
function withoutReason(file: string, pattern: RegExp): string[] {
  const lines = fs.readFileSync(projectPath(file), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const code = line.replace(/--.*$|\/\/.*$|^\s*\*.*$/, '');
    if (!pattern.test(code)) return [];
    const near = lines.slice(Math.max(0, index - NEAR), index + 2).join('\n');
    return /reason: \S/.test(near) ? [] : [`${file}:${index + 1}: ${line.trim()}`];
  });
}

describe('a text that becomes SQL has a reason beside it', () => {
  test('in sql/: execute, prepare, create function in a string', () => {
    const found = filesBelow('sql', '.sql').flatMap((file) =>
      withoutReason(
        file,
        /^\s*(return query )?execute\s+(?!function\b|procedure\b)|\bfor \w+ in execute\b|\bprepare \w+ as\b|'create (or replace )?function/i,
      ),
    );
    expect(found).toEqual([]);
  });

  test('in workers/: statements that hold something of a definition', () => {
    const found = filesBelow('workers', '.ts')
      // a call of one of our functions, by its name, is no text of anybody's
      .flatMap((file) =>
        withoutReason(
          file,
          /`\s*(?:select|prepare|execute|with)\b(?![^`]*\bpgwave\.\$\{)[^`]*\$\{/i,
        ),
      )
      .filter((line) => !line.startsWith('workers/models/rehearsal/'));
    expect(found).toEqual([]);
  });

  test('and no function of the owner analyzes, plans or runs one', () => {
    const owners = filesBelow('sql', '.sql').flatMap((file) => {
      const text = fs.readFileSync(projectPath(file), 'utf8');
      // functions whose body executes what one of their parameters, or a variable, holds as a statement
      return [...text.matchAll(/create or replace function (\S+?)\([\s\S]*?\n\$(?:\w*)\$;/g)]
        .filter(([body]) =>
          /\bexecute\b/i.test(
            body
              .replace(/--.*$/gm, '')
              .replace(/comment on[\s\S]*/, '')
              .replace(/'(?:[^']|'')*'/g, "''"),
          ),
        )
        .map(([, name]) => name);
    });
    expect(new Set(owners)).toEqual(
      new Set([
        // its parameter becomes a literal that is parsed
        'pgwave_private.parse_fault',
        // belongs to pgwave_sql
        'pgwave_private.run_author_query',
        // names of the catalogue
        'pgwave_private.make_partition',
        'pgwave_private.compress_quickly',
        'pgwave_private.drop_partition',
        'pgwave.analyze_grown_tables',
        // of the caller, with their rights
        'pgwave.watch_table',
        'pgwave.unwatch_table',
      ]),
    );
  });
});
