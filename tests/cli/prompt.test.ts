import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type CliResult, createFolder, runCli } from './run-cli.ts';

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { databaseUrl: db.url, cwd: folder.path });

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({
    'greet.txt': 'Greet {{ input.name }} warmly.',
    'all.yaml': `actors:
  - { name: writer, type: ai_model, model: "gemma3:1b" }
prompts:
  - { name: ask, text: "Ask {{ input.name }}.", labels: [production] }
workflows:
  - name: asking
    conversations: [{ name: a, actor: writer, prompt: { use: ask@production } }]
`,
    'broken.yaml': `prompts:
  - { name: ask, text: "Ask {{ input..name }}.", label: production }
`,
  });
});
afterAll(async () => {
  await db.close();
  folder.remove();
});

describe('pgwave prompt', () => {
  test('defines, labels, lists and shows', async () => {
    expect((await cli('prompt', 'list')).stdout).toBe('no prompts\n');
    expect((await cli('prompt', 'define', 'greet', 'Greet {{ input.name }}.')).stdout).toBe(
      'greet version 1\n',
    );
    expect((await cli('prompt', 'label', 'greet', 'production')).stdout).toBe(
      'greet@production points to version 1\n',
    );
    expect((await cli('prompt', 'define', 'greet', '--file', 'greet.txt')).stdout).toBe(
      'greet version 2\n',
    );
    await cli('prompt', 'label', 'greet', 'next');
    expect((await cli('prompt', 'list')).stdout).toMatch(/greet +2 +next=2 production=1 /);
    const shown = (await cli('prompt', 'show', 'greet')).stdout;
    expect(shown).toMatch(/^ *1 +production +0 .*Greet \{\{ input\.name \}\}\.$/m);
    expect(shown).toMatch(/^production +1 /m);
    expect((await cli('prompt', 'show', 'greet', '--prompt-version', '2')).stdout).toBe(
      'Greet {{ input.name }} warmly.\n',
    );
    expect(
      (await cli('prompt', 'label', 'greet', 'production', '--prompt-version', '9')).stderr,
    ).toContain('has no version 9');
    expect((await cli('prompt', 'show', 'gret')).stderr).toContain('greet');
    expect((await cli('prompt', 'define', 'greet')).stderr).toContain('--file');
    const listed = JSON.parse((await cli('prompt', 'list', '--json')).stdout);
    expect(listed.prompts).toMatchObject([{ prompt_name: 'greet', labels: [{}, {}] }]);
  });

  test('apply takes prompts of a file', async () => {
    const first = await cli('apply', 'all.yaml');
    expect(first.stdout).toMatch(/prompt +ask: version 1, new/);
    expect(first.stdout).toMatch(/workflow +asking .*version 1, new/);
    expect((await cli('apply', 'all.yaml')).stdout).toMatch(/prompt +ask: version 1, unchanged/);
    const broken = await cli('apply', 'broken.yaml');
    expect(broken.code).not.toBe(0);
    expect(broken.stderr).toContain('Unknown field label in a prompt.');
    expect(broken.stderr).toContain('broken.yaml:2');
    expect(broken.stderr).toContain('input..name');
  });
});
