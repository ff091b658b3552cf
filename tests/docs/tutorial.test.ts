import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createFolder, runCli } from '../cli/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

const tutorial = fs.readFileSync(projectPath('docs', 'introduction', 'tutorial.md'), 'utf8');

/** The files that the reader saves: named in the prose above their fence. */
const files = Object.fromEntries(
  [
    ...tutorial.matchAll(
      /[Ss]ave (?:this|it) as `([^`]+)`[^`]*(?:`[^`]*`[^`]*)?\n\n```[^\n]*\n(.*?)^```/gms,
    ),
  ].map(([, name, text]) => [name as string, text as string]),
);

/** The commands in their order, without what is in front of `pgwave` and behind a `#`. */
const commands = [...tutorial.matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, text]) => (text as string).trim().split('\n'))
  .map((line) => ({
    words: [...line.replace(/ +#.*/, '').matchAll(/(?:[^\s"]|"[^"]*")+/g)]
      .map(([word]) => word.replaceAll('"', ''))
      .slice(2),
    code: Number(/# exit code (\d+)/.exec(line)?.[1] ?? 0),
  }));

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({
    ...files,
    'package.json': '{"type": "module"}',
    // stands in for the installed package
    'node_modules/pgwave/package.json':
      '{"type": "module", "exports": {"./script": "./script.js"}}',
    'node_modules/pgwave/script.js': `export * from ${JSON.stringify(projectPath('src', 'script.ts'))};\n`,
  });
});
afterAll(async () => {
  await db.close();
  folder.remove();
});

/** psql is not everywhere: what it would run is run by this test's connection. */
async function runPsql(words: string[]): Promise<void> {
  const [option, value] = words.slice(words.indexOf('--') + 1) as [string, string];
  await db.query(option === '-f' ? fs.readFileSync(path.join(folder.path, value), 'utf8') : value);
}

test('every command of the tutorial works, in its order', async () => {
  expect(Object.keys(files)).toEqual([
    'table.sql',
    'scripts/classify.ts',
    'scripts/save_reply.ts',
    'tickets.yaml',
  ]);
  for (const { words, code } of commands) {
    if (words[0] === 'psql') {
      await runPsql(words);
      continue;
    }
    const [waiting] = await db.query<{ id: string }>(
      'select interaction_id as id from pgwave.inbox',
    );
    const given = words.map((word) =>
      words[0] === 'approve' && waiting && /^\d+$/.test(word) ? waiting.id : word,
    );
    const ended = await runCli(given, { databaseUrl: db.url, cwd: folder.path });
    expect(ended, `pgwave ${words.join(' ')}: ${ended.stdout}${ended.stderr}`).toMatchObject({
      code,
    });
  }
  // two of `run`, and the batch with its one task
  expect(await db.query('select distinct status from pgwave.workflow_runs')).toEqual([
    { status: 'completed' },
  ]);
  const [batch] = await db.query('select count(*)::int as tasks from pgwave.batch_tasks');
  expect(batch).toEqual({ tasks: 1 });
  const replies = await db.query('select from support.tickets where length(reply) > 10');
  expect(replies).toHaveLength(3);
});
