import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type CliResult, createFolder, runCli, spawnCli } from './run-cli.ts';

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterEach(() => folder.remove());
afterAll(() => db.close());

function apply(files: Record<string, string>, args: string[] = []): Promise<CliResult> {
  folder = createFolder(files);
  return runCli(['apply', ...args, ...Object.keys(files)], {
    databaseUrl: db.url,
    cwd: folder.path,
  });
}

const GOOD = `actors:
  - { name: cli_doubler, type: function }
workflows:
  - name: cli-caller
    conversations:
      - { name: call, type: workflow, workflow: cli-called }
  - name: cli-called
    conversations:
      - name: double
        actor: cli_doubler
        params: { n: $input.n }
`;

const FAULTY = `actors:
  - name: cli_faulty
    type: ai_modell
name: cli-faulty
conversations:
  - name: a
    type: condition
    branches:
      - to: nowhere
      - to: b
  - name: b
    actor: nobody
    prompt: hello
    bogus: 1
`;

describe('apply', () => {
  test('defines what files hold, in any order of them, and says so; again it is unchanged', async () => {
    const first = await apply({ 'good.yaml': GOOD });
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/actor +cli_doubler: revision 1, new/);
    expect(first.stdout).toMatch(/workflow +cli-called \(\d+\): version 1, new/);
    folder.remove();
    const again = await apply({ 'good.yaml': GOOD }, ['--json']);
    const { applied } = JSON.parse(again.stdout);
    expect(applied).toHaveLength(3);
    expect(applied).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'actor', workflow_id: null, version: 1, changes: [] }),
        expect.objectContaining({ kind: 'workflow', name: 'cli-caller', outcome: 'unchanged' }),
      ]),
    );
    folder.remove();
    const changed = await apply({ 'good.yaml': GOOD.replace('$input.n', '$input.m') });
    expect(changed.stdout).toMatch(/cli-called \(\d+\): new version 2/);
    expect(changed.stdout).toMatch(/cli-caller \(\d+\): version 1, unchanged/);
  });

  test('an actor may have a workflow of the same file as a tool', async () => {
    const tools = (found: string) => `actors:
  - { name: cli_finder, type: function }
  - { name: cli_researcher, type: ai_model, model: m, tools: [${found}] }
workflows:
  - name: cli-ask
    conversations: [{ name: ask, actor: cli_researcher, prompt: Ask. }]
  - name: cli-find
    input: { type: object, properties: { q: { type: string } } }
    conversations: [{ name: find, actor: cli_finder, params: { q: $input.q } }]
`;
    const wrong = await apply({ 'tools.yaml': tools('cli-finds') });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toMatch(
      /tools.yaml:3:\d+: unknown_tool .*\n.*Actor or workflow "cli-finds" not found[\s\S]*cli-find/,
    );
    // the workflow that needs it is not to blame
    expect(wrong.stderr).toMatch(/1 fault in 1 file/);
    folder.remove();
    const right = await apply({ 'tools.yaml': tools('cli-find') });
    expect(right.stderr).toBe('');
    expect(right.stdout).toMatch(/actor +cli_researcher: revision 1, new/);
    expect(right.stdout).toMatch(/workflow +cli-ask \(\d+\): version 1, new/);
  });

  test('refuses what YAML or JSON can say and a definition cannot mean', async () => {
    const { code, stderr } = await apply({
      'alias.yaml':
        'name: cli-alias\nconversations: &c\n  - { name: a, type: human, params: *c }\n',
      'numbers.yaml':
        'name: cli-numbers\nconversations:\n  - { name: a, type: human, params: { x: .inf, y: .nan } }\n',
      'twice.json': '{\n  "name": "cli-once",\n  "name": "cli-twice",\n  "conversations": []\n}',
    });
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => /^\S+:\d/.test(line))).toEqual([
      'alias.yaml:3:37: bad_yaml',
      'numbers.yaml:3:42: bad_yaml',
      'numbers.yaml:3:51: bad_yaml',
      'twice.json:3:3: bad_json',
    ]);
  });

  test('takes merge keys, and keys x-… at the top for what they merge', async () => {
    const { stderr } = await apply({
      'merged.yaml':
        'x-base: &base { type: human, assignees: [ada] }\nname: cli-merged\nconversations:\n  - { <<: *base, name: a, assignees: [bob] }\n',
    });
    expect(stderr).toBe('');
    expect(
      await db.query(
        `select v.definition -> 'conversations' -> 0 as a from pgwave.workflow_versions v
           join pgwave.workflows w using (workflow_id) where w.workflow_name = 'cli-merged'`,
      ),
    ).toMatchObject([{ a: { name: 'a', type: 'human', assignees: ['bob'] } }]);
  });

  test('prints every fault of every file with its place, and stores nothing', async () => {
    const { code, stdout, stderr } = await apply({
      'faulty.yaml': FAULTY,
      'fine.yaml': 'actors: [{ name: cli_not_stored, type: function }]\n',
      'syntax.yaml': 'name: x\nfoo: [1,\n',
      'broken.json': '{\n  "name": \n}',
      'other.json':
        '{\n\t"name": "cli-json",\n\t"conversations": [\n\t\t{ "name": "a", "typo": 1 }\n\t]\n}',
      'schema.sql': 'select 1;',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error PWDEF: \d+ faults in 5 files; nothing was stored\n/);
    for (const said of [
      /^faulty\.yaml:3:5: unknown_value \/type \(actor cli_faulty\)$/m,
      /^faulty\.yaml:9:9: unknown_target \/conversations\/0\/branches\/0\/to \(workflow cli-faulty\)$/m,
      /^faulty\.yaml:12:5: unknown_actor \/conversations\/1\/actor/m,
      /^faulty\.yaml:14:5: unknown_field \/conversations\/1\/bogus/m,
      /^syntax\.yaml:\d+:\d+: bad_yaml$/m,
      /^broken\.json:3:1: bad_json$/m,
      /^other\.json:4:18: unknown_field \/conversations\/0\/typo/m,
      /^schema\.sql: sql_file$/m,
      /psql "\$DATABASE_URL" -f schema\.sql/,
    ]) {
      expect(stderr).toMatch(said);
    }
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(
      await db.query(
        "select from pgwave.actors where actor_name in ('cli_not_stored', 'cli_faulty')",
      ),
    ).toEqual([]);
    expect(
      await db.query("select from pgwave.workflows where workflow_name ~ '^cli-(faulty|json)'"),
    ).toEqual([]);
  });

  test('gives the faults as JSON', async () => {
    const { code, stdout, stderr } = await apply({ 'faulty.yaml': FAULTY }, ['--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const { error } = JSON.parse(stderr);
    expect(error.code).toBe('PWDEF');
    expect(error.faults).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          file: 'faulty.yaml',
          line: 12,
          column: 5,
          subject: 'workflow cli-faulty',
          code: 'unknown_actor',
          pointer: '/conversations/1/actor',
        }),
      ]),
    );
  });

  test('does not blame a workflow for an actor that has faults of its own', async () => {
    const { stderr } = await apply({
      'a.yaml': `actors: [{ name: cli_broken, type: odd }]
name: cli-innocent
conversations: [{ name: one, actor: cli_broken }]
`,
    });
    expect(stderr).toContain('1 fault in 1 file');
    expect(stderr).toContain('(actor cli_broken)');
  });

  test('refuses the same name twice, a missing file, and a file that defines nothing', async () => {
    const twice = await apply({
      'a.yaml': 'actors: [{ name: cli_twice, type: function }]\n',
      'b.yaml': 'actors:\n  - type: function\n    name: cli_twice\n',
    });
    expect(twice.stderr).toMatch(/^b\.yaml:3:5: duplicate_name/m);
    expect(twice.stderr).toContain('a.yaml:1');
    const missing = await runCli(['apply', 'absent.yaml'], {
      databaseUrl: db.url,
      cwd: folder.path,
    });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('no_such_file') });
    folder.remove();
    expect((await apply({ 'empty.yaml': '# nothing\n' })).stderr).toContain('empty_file');
  });

  test("makes a script actor's folder absolute: from here, else from the file", async () => {
    const actor = (name: string) =>
      `actors: [{ name: ${name}, type: script, command: [x.ts], scripts: scripts }]\n`;
    await apply(
      {
        'scripts/x.ts': '',
        'deep/scripts/x.ts': '',
        'deep/a.yaml': actor('cli_here'),
        'deep/flow.yaml': 'name: cli_inline\nsteps: [{ name: a, script: x.ts }]\n',
      },
      [],
    );
    const from = (cwd: string, file: string) =>
      runCli(['apply', file], { databaseUrl: db.url, cwd: path.join(folder.path, cwd) });
    const stored = async () => {
      const [row] = await db.query<{ scripts: string }>(
        "select definition ->> 'scripts' as scripts from pgwave.actors where actor_name = 'cli_here'",
      );
      return row && path.relative(folder.path, row.scripts);
    };
    expect(await from('.', 'deep/a.yaml')).toMatchObject({ code: 0 });
    expect(await stored()).toBe('scripts');
    expect(await from('scripts', '../deep/a.yaml')).toMatchObject({ code: 0 });
    expect(await stored()).toBe(path.join('deep', 'scripts'));
    expect(await from('.', 'deep/flow.yaml')).toMatchObject({ code: 0 });
    const [inline] = await db.query<{ definition: { scripts: string } }>(
      "select definition from pgwave.actors where actor_name like 'inline:script:%'",
    );
    expect(inline?.definition).toEqual({
      command: ['x.ts'],
      scripts: path.join(folder.path, 'scripts'),
    });
  });

  test('--check shows faults and differences, and stores nothing', async () => {
    await apply({ 'good.yaml': GOOD });
    folder.remove();
    const changed = GOOD.replace('$input.n', '$input.m').replace('cli-caller', 'cli-checked');
    const { code, stdout } = await apply({ 'good.yaml': changed }, ['--check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/cli-checked \(\d+\): version 1, new/);
    expect(stdout).toContain('/conversations/0/params/n: "$input.n" → "$input.m"');
    expect(stdout).toContain('nothing was stored');
    expect(
      await db.query("select from pgwave.workflows where workflow_name = 'cli-checked'"),
    ).toEqual([]);
    folder.remove();
    expect((await apply({ 'bad.yaml': FAULTY }, ['--check'])).code).toBe(1);
  });

  test('reads stdin as -', async () => {
    folder = createFolder({});
    const { code, stdout } = await spawnCli(['apply', '-'], {
      databaseUrl: db.url,
      stdin: 'name: cli-stdin\nconversations: [{ name: a, type: condition }]\n',
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/cli-stdin \(\d+\): version 1, new/);
  });

  test('refuses another encoding, with the line', async () => {
    folder = createFolder({});
    fs.writeFileSync(
      path.join(folder.path, 'latin.yaml'),
      Buffer.from('name: cli-latin\ndescription: caf\xe9\n', 'latin1'),
    );
    const { code, stderr } = await runCli(['apply', 'latin.yaml'], {
      databaseUrl: db.url,
      cwd: folder.path,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/not_utf8\n.*is not UTF-8 \(line 2\)\n.*iconv -f latin1/);
  });

  test('explains {{ … }} without quotes, and lists faults from top to bottom', async () => {
    const { stderr } = await apply({
      'a.yaml': 'name: cli-unquoted\nconversations:\n  - name: a\n    prompt: {{ input.x }}\n',
    });
    expect(stderr).toMatch(/^a\.yaml:4:\d+: unquoted_template\n.*\n {2}hint: Put it in quotes/m);
    expect(stderr).not.toContain('Warning');
    folder.remove();
    const faulty = await apply({ 'f.yaml': FAULTY });
    const lines = [...faulty.stderr.matchAll(/^f\.yaml:(\d+)/gm)].map(([, line]) => Number(line));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });
});
