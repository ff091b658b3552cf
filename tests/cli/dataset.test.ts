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
    'flow.yaml': `name: pass-on
result: { n: $input.n }
conversations: [{ name: pass, type: condition }]
`,
    'examples.jsonl':
      '{"input": {"n": 1}, "expected": {"n": 1}, "tags": ["odd"]}\n\n{"input": {"n": 2}}\n',
    'broken.jsonl': '{"input": {"n": 1}}\n{"input": \n',
  });
  expect((await cli('apply', 'flow.yaml')).code).toBe(0);
});
afterAll(async () => {
  await db.close();
  folder.remove();
});

describe('pgwave dataset', () => {
  test('adds the examples of a file and of a query, and lists them', async () => {
    expect((await cli('dataset', 'list')).stdout).toBe('no datasets\n');
    expect((await cli('dataset', 'add', 'numbers', '--file', 'examples.jsonl')).stdout).toBe(
      'numbers version 1: 2 examples (2 added, 0 replaced, 0 removed)\n',
    );
    const added = await cli(
      ...['dataset', 'add', 'numbers', '--json'],
      ...['--query', `select jsonb_build_object('n', n) as input from generate_series(2, 4) n`],
    );
    expect(JSON.parse(added.stdout).version).toMatchObject({ version: 2, examples: 4, added: 2 });
    expect((await cli('dataset', 'list')).stdout).toMatch(/numbers +2 +4 /);
    const shown = await cli('dataset', 'show', 'numbers', '--limit', '1');
    expect(shown.stdout).toMatch(/\{"n":1\} +\{"n":1\} +odd\n$/);
    expect(shown.stderr).toBe('and 3 more: --limit 4 lists them\n');
    const tagged = await cli('dataset', 'show', 'numbers', '--tag', 'odd', '--json');
    expect(JSON.parse(tagged.stdout).examples).toMatchObject([{ input: { n: 1 } }]);
    const first = await cli('dataset', 'show', 'numbers', '--dataset-version', '1', '--json');
    expect(JSON.parse(first.stdout).examples).toHaveLength(2);
  });

  test('keeps runs', async () => {
    const run = await cli('run', 'pass-on', '-p', 'n=7', '--json');
    const id = String(JSON.parse(run.stdout).run.workflow_run_id);
    expect((await cli('dataset', 'keep', 'kept', id, '--tag', 'good')).stdout).toMatch(
      /kept version 1: 1 example \(1 added/,
    );
    await cli('dataset', 'keep', 'kept', id, '--expected', '{"n": 8}');
    expect(
      JSON.parse((await cli('dataset', 'show', 'kept', '--json')).stdout).examples,
    ).toMatchObject([
      { input: { n: 7 }, expected: { n: 8 }, tags: [], kept_from_workflow_run_id: Number(id) },
    ]);
  });

  test.each([
    [['add', 'x'], 2, 'give --file or --query'],
    [['add', 'x', '--file', 'broken.jsonl'], 2, 'broken.jsonl:2 is not JSON'],
    [['keep', 'x'], 2, 'give a run or --interaction'],
    [['keep', 'x', '9000000'], 1, 'PWNOF: no run 9000000'],
    [['show', 'x'], 1, 'PWNOF: Dataset "x" not found'],
  ])('says what is wrong with %j', async (args, code, message) => {
    const result = await cli('dataset', ...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
  });
});
