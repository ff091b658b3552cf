import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { connect } from '../../src/database/connection.ts';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase } from '../helpers/database.ts';

// Fences of README.md and docs/:
//   sql run            runs, in order, in a database of the file's own that holds the example posting-analysis
//   sql raises PWINP   must raise that code
//   json result        what the snippet before it returned: its one value, or its rows
//   yaml definition    is applied: actors and workflows
//   sh                 names commands and files that are there
//   ts run             is run by tests/package/, and prints the `text output` that follows
// Other yaml and json must parse; other fences are text.

interface Fence {
  line: number;
  info: string;
  text: string;
}

const guides = [
  'README.md',
  ...fs
    .readdirSync(projectPath('docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file))
    .sort(),
];

function readFences(file: string): Fence[] {
  const fences: Fence[] = [];
  let open: Fence | undefined;
  for (const [index, line] of fs.readFileSync(projectPath(file), 'utf8').split('\n').entries()) {
    if (!line.startsWith('```')) {
      if (open) open.text += `${line}\n`;
    } else if (open) {
      fences.push(open);
      open = undefined;
    } else {
      open = { line: index + 1, info: line.slice(3).trim(), text: '' };
    }
  }
  expect(open, `${file}: a fence is not closed`).toBeUndefined();
  return fences;
}

/** The rows of the last statement that returned any; a single value for one row of one column. */
function returnedBy(result: pg.QueryResult | pg.QueryResult[]): unknown {
  const last = [result].flat().findLast(({ fields }) => fields.length > 0);
  if (last === undefined) return undefined;
  const [row] = last.rows;
  return last.rows.length === 1 && last.fields.length === 1
    ? Object.values(row as object)[0]
    : last.rows;
}

async function applyYaml(client: pg.Client, text: string): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-docs-'));
  try {
    const file = path.join(folder, 'definition.yaml');
    fs.writeFileSync(file, text);
    await applyDefinitions(client, readDefinitionFiles([file], { cwd: projectPath() }));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function check(client: pg.Client, { info, text }: Fence, before: unknown): Promise<unknown> {
  const raises = /^sql raises (PW[A-Z]{3})$/.exec(info)?.[1];
  if (info === 'sql run') return returnedBy(await client.query(text));
  if (raises !== undefined) {
    await expect(client.query(text)).rejects.toMatchObject({ code: raises });
  } else if (info === 'json result') {
    expect(before).toEqual(JSON.parse(text));
  } else if (info === 'yaml definition') {
    await applyYaml(client, text);
  } else if (info === 'json') {
    JSON.parse(text);
  } else if (info === 'yaml') {
    expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
  } else {
    expect(
      ['sql', 'sh', 'text', 'text output', 'ts', 'ts run', 'mermaid'],
      'the kind of fence',
    ).toContain(info);
  }
  return before;
}

describe.each(guides)('%s', (file) => {
  const fences = readFences(file);

  test.runIf(fences.some(({ info }) => /^(sql (run|raises)|yaml|json)/.test(info)))(
    'has snippets that run',
    async () => {
      const db = await createTestDatabase();
      try {
        const folder = projectPath('examples', 'posting-analysis');
        await db.query(fs.readFileSync(path.join(folder, 'schema.sql'), 'utf8'));
        const client = await connect(db.url, { applicationName: 'docs' });
        try {
          const files = ['actors.yaml', 'workflow.yaml'].map((name) => path.join(folder, name));
          await applyDefinitions(client, readDefinitionFiles(files, { cwd: projectPath() }));
          let before: unknown;
          for (const fence of fences) {
            try {
              before = await check(client, fence, before);
            } catch (cause) {
              const why =
                cause instanceof pg.DatabaseError
                  ? `${cause.message} ${cause.detail ?? ''}`
                  : cause;
              throw new Error(`${file}:${fence.line}: ${why}`, { cause });
            }
          }
        } finally {
          await client.end();
        }
      } finally {
        await db.close();
      }
    },
  );

  test('links to files that are there', () => {
    const text = fs.readFileSync(projectPath(file), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    const missing = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, link]) => link as string)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !fs.existsSync(path.resolve(projectPath(file), '..', link)));
    expect(missing).toEqual([]);
  });

  test.runIf(fences.some(({ info }) => info === 'sh'))('names commands that are there', () => {
    const { scripts } = JSON.parse(fs.readFileSync(projectPath('package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const sources = fs
      .readdirSync(projectPath('src', 'cli'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => fs.readFileSync(projectPath('src', 'cli', name), 'utf8'))
      .join('\n');
    const lines = fences
      .filter(({ info }) => info === 'sh')
      .flatMap(({ text }) => text.split('\n'));
    for (const line of lines) {
      for (const [, name] of line.matchAll(/\bnpm run ([\w:-]+)/g)) {
        expect(Object.keys(scripts), line).toContain(name);
      }
      const command = /(?:^|&& )(?:npx )?pgwave ([a-z]+)/.exec(line)?.[1];
      if (command !== undefined) {
        expect(sources, line).toMatch(new RegExp(`\\b(command|Command)\\(\\s*['"\`]${command}\\b`));
      }
      for (const [name] of line.matchAll(/\b(examples|bench|sql|src|workers)\/[\w./-]+/g)) {
        expect(fs.existsSync(projectPath(name)), line).toBe(true);
      }
    }
  });
});
