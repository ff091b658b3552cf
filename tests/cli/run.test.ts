import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { type CliResult, createFolder, runCli } from './run-cli.ts';

const WORKFLOWS = `actors:
  - { name: cli_add, type: function }
workflows:
  - name: cli-route
    workflow_id: 4100
    input: { type: object, properties: { x: { type: integer } } }
    conversations:
      - { name: first, type: condition, branches: [{ when: $input.x > 1, to: second }] }
      - { name: second, type: condition }
    result: { x: $input.x }
  - name: cli-add
    conversations:
      - name: add
        actor: cli_add
        params: { n: $input.n }
        retry: { max_attempts: 1 }
        branches: [after]
      - { name: after, type: condition }
    result: { n: $add.data.n }
`;

const HANDLERS = `export const cli_add = async ({ params, signal }) => {
  if (params.n < 0) throw new Error('a negative number');
  if (params.n > 100) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  return { n: params.n + 1, response: 'a\\u001b[31m b' };
};
`;

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

const cli = (args: string[], options: Parameters<typeof runCli>[1] = {}): Promise<CliResult> =>
  runCli(args, { databaseUrl: db.url, cwd: folder.path, ...options });

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({
    'workflows.yaml': WORKFLOWS,
    'handlers.mjs': HANDLERS,
    'input.json': '{"x": 1, "y": "z"}',
  });
  const { code, stderr } = await cli(['apply', 'workflows.yaml']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
afterAll(async () => {
  folder.remove();
  await db.close();
});

describe('run', () => {
  test('that only routes is finished at once; -p goes before --input', async () => {
    const { code, stdout } = await cli([
      'run',
      '4100',
      '--input',
      '@input.json',
      '-p',
      'x=5',
      '-p',
      'y=text',
      '--json',
    ]);
    expect(code).toBe(0);
    const shown = JSON.parse(stdout);
    expect(shown.run).toMatchObject({
      workflow_name: 'cli-route',
      status: 'completed',
      input: { x: 5, y: 'text' },
      output: { x: 5 },
    });
    expect(
      shown.interactions.map(({ conversation, status }: Record<string, string>) => [
        conversation,
        status,
      ]),
    ).toEqual([
      ['first', 'completed'],
      ['second', 'completed'],
    ]);
  });

  test('works itself where no worker is registered, shows each step with --watch, and the result', async () => {
    const { code, stdout, stderr } = await cli([
      'run',
      'cli-add',
      '-p',
      'n=1',
      '--watch',
      '--functions',
      'handlers.mjs',
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^run \d+ started\n$/),
    });
    expect(stdout).toMatch(/^✓ add +cli_add .* ms +\d+ chars$/m);
    expect(stdout).toMatch(/^✓ after$/m);
    expect(stdout).toMatch(/^run \d+ cli-add completed in .*: 2 completed$/m);
    expect(stdout).toMatch(/^result:\n {2}n: 2$/m);
  });

  test('prints the summary only without --watch', async () => {
    const { code, stdout } = await cli([
      'run',
      'cli-add',
      '-p',
      'n=1',
      '--functions',
      'handlers.mjs',
    ]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('✓');
    expect(stdout).toMatch(/^run \d+ cli-add completed/);
  });

  test('starts anywhere with what is given', async () => {
    const { code, stdout } = await cli([
      'run',
      'cli-add',
      '--start-from',
      'after',
      '--given',
      '{"add": {"data": {"n": 7}}}',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).run.output).toEqual({ n: 7 });
  });

  test('that fails ends with 1 and its error', async () => {
    const { code, stdout } = await cli([
      'run',
      'cli-add',
      '-p',
      'n=-1',
      '--functions',
      'handlers.mjs',
      '--watch',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ add .*function_error: a negative number/m);
    expect(stdout).toMatch(/^run \d+ cli-add failed/m);
  });

  test('says what to do about a script that may not run', async () => {
    const project = createFolder({
      'own.yaml': `actors:
  - { name: cli-plain, type: script, command: [plain.sh], scripts: scripts }
workflows:
  - { name: cli-plain, conversations: [{ name: only, actor: cli-plain }] }
`,
      'scripts/plain.sh': '#!/bin/sh\n',
    });
    try {
      const applied = await cli(['apply', 'own.yaml'], { cwd: project.path });
      expect(applied.code, applied.stderr).toBe(0);
      const { code, stdout, stderr } = await cli(['run', 'cli-plain'], {
        cwd: project.path,
        env: { PGWAVE_SCRIPTS: path.join(project.path, 'scripts') },
      });
      expect(code, stderr).toBe(1);
      expect(stdout, stderr).toContain('hint: Run chmod +x plain.sh, or name it .ts, .js, or .py.');
    } finally {
      project.remove();
    }
  });

  test('gives the same run for the same key', async () => {
    const start = () => cli(['run', '4100', '-p', 'x=2', '--idempotency-key', 'cli-1', '--json']);
    const [first, second] = [await start(), await start()].map(({ stdout }) => JSON.parse(stdout));
    expect(first.run.workflow_run_id).toBe(second.run.workflow_run_id);
    const other = await cli(['run', '4100', '-p', 'x=3', '--idempotency-key', 'cli-1']);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error PWIDM: /) });
  });

  test('with --no-worker only starts where there is none', async () => {
    const { code, stdout, stderr } = await cli(['run', 'cli-add', '-p', 'n=1', '--no-worker']);
    expect(code).toBe(0);
    expect(stderr).toContain('no worker is registered');
    expect(stdout).toMatch(/^run \d+ cli-add (pending|running)/);
  });

  test('stops waiting after --timeout', async () => {
    const { code, stderr } = await cli([
      'run',
      'cli-add',
      '-p',
      'n=1',
      '--no-worker',
      '--timeout',
      '300ms',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error PWTMO: Run \d+ is still .* after 300 ms\nhint: /m);
  });

  test.each([
    [['run', 'nowhere'], /^error PWNOF: /],
    [['run', '4100', '--start-from', 'nowhere'], /^error PWNOF: /],
    [['run', '4100', '-p', 'x=text'], /^error PWINP: .*\/x.*\n[\s\S]*hint: /],
    [['run', 'cli-add', '-p', 'n=1', '--functions', 'absent.mjs'], /^error PWFUN: /m],
  ])("%j is the user's error", async (args, said) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('handed back at Ctrl-C, with 130', async () => {
    const { code, stderr } = await cli(
      ['run', 'cli-add', '-p', 'n=101', '--functions', 'handlers.mjs'],
      {
        started: async (child) => {
          await eventually('the interaction runs', async () => {
            const rows = await db.query(
              "select from pgwave.run_timeline where status = 'running' and conversation_name = 'add'",
            );
            return rows.length > 0;
          });
          child.kill('SIGINT');
        },
      },
    );
    expect(code).toBe(130);
    expect(stderr).toMatch(/no longer watching run \d+; handing back/);
    expect(
      await db.query(
        "select from pgwave.run_timeline where status = 'running' and conversation_name = 'add'",
      ),
    ).toEqual([]);
    expect(await db.query('select from pgwave.workers')).toEqual([]);
  });
});

describe('run --at and --in', () => {
  test('start a run that begins later, and do not wait for it', async () => {
    const { code, stdout } = await cli(['run', 'cli-add', '-p', 'a=1', '-p', 'b=2', '--in', '8h']);
    expect(code).toBe(0);
    const [, id] = /^run (\d+) begins at .*: pgwave show \d+$/m.exec(stdout) ?? [];
    expect((await cli(['show', id as string])).stdout).toMatch(/Workflow Start.*waits until/);
    await cli(['cancel', id as string]);
    const at = ['run', 'cli-add', '-p', 'a=1', '-p', 'b=2', '--json', '--at'];
    const shown = JSON.parse((await cli([...at, '2036-01-01T08:00Z'])).stdout);
    expect(shown.run).toMatchObject({ status: 'waiting' });
    await cli(['cancel', String(shown.run.workflow_run_id)]);
    expect((await cli([...at, 'tomorrow'])).stderr).toMatch(/It must be a time/);
    expect((await cli([...at, '2036-01-01', '--in', '1h'])).stderr).toMatch(/cannot be used with/);
  });
});

describe('run of a workflow that debounces', () => {
  test('says which run the start joined, and follows it', async () => {
    await db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        ...{ name: 'cli-quiet', debounce: { for: '2s' }, result: { n: '$input.n' } },
        input: { type: 'object', properties: { n: { type: 'integer' } } },
        conversations: [{ name: 'pass', type: 'condition' }],
      }),
    ]);
    const first = await cli(['run', 'cli-quiet', '-p', 'n=1', '--no-worker']);
    const [, id] = /run (\d+) started/.exec(first.stderr) ?? [];
    const second = await cli(['run', 'cli-quiet', '-p', 'n=2']);
    expect(second.stderr).toContain(`joined run ${id}: 2 starts`);
    expect(second.stdout).toMatch(new RegExp(`^run ${id} cli-quiet completed`));
    expect(second.code).toBe(0);
  });
});

describe('worker', () => {
  test('says when it is ready, serves runs of others, and ends with 0 at SIGTERM', async () => {
    const served: Promise<CliResult>[] = [];
    const { code, stdout } = await cli(['worker', '--json', '--functions', 'handlers.mjs'], {
      started: async (child, output) => {
        await eventually('the worker is ready', () => output().includes('"ready"'));
        served.push(
          cli(['run', 'cli-add', '-p', 'n=2', '--json', '--no-worker', '--timeout', '20s']),
        );
        await served[0];
        child.kill('SIGTERM');
      },
    });
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(['ready', 'stopped']);
    const { code: served_code, stdout: shown } = (await served[0]) as CliResult;
    expect(served_code).toBe(0);
    expect(JSON.parse(shown).run.output).toEqual({ n: 3 });
  });
});

describe('runs and show', () => {
  test('list runs as a table and as JSON, by workflow and status', async () => {
    const table = await cli(['runs']);
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/^ *RUN +WORKFLOW +STATUS/);
    const failed = await cli(['runs', '--workflow', 'cli-add', '--status', 'failed', '--json']);
    const { runs } = JSON.parse(failed.stdout);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      workflow_name: 'cli-add',
      status: 'failed',
      interactions_failed: 1,
    });
    const byNumber = JSON.parse(
      (await cli(['runs', '--workflow', '4100', '--json', '--limit', '1'])).stdout,
    );
    expect(byNumber.runs).toMatchObject([{ workflow_name: 'cli-route' }]);
    expect(await cli(['runs', '--workflow', 'nowhere'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/PWNOF/),
    });
  });

  test('show a run with its answers, without what a terminal would obey', async () => {
    const { stdout: listed } = await cli([
      'runs',
      '--workflow',
      'cli-add',
      '--status',
      'completed',
      '--json',
    ]);
    const id = String(JSON.parse(listed).runs.at(-1).workflow_run_id);
    const { code, stdout } = await cli(['show', id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^run ${id} of cli-add version 1, dev, started by `));
    expect(stdout).toMatch(/^✓ add /m);
    expect(stdout).not.toContain('\u001b');
    expect((await cli(['show', id, '--full'])).stdout).toContain('response');
    expect(JSON.parse((await cli(['show', id, '--json'])).stdout)).toHaveProperty('interactions');
  });

  test('an unknown run is PWNOF', async () => {
    expect(await cli(['show', '1'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error PWNOF: .*\nhint: /),
    });
    const { stderr } = await cli(['show', '1', '--json']);
    expect(JSON.parse(stderr).error.code).toBe('PWNOF');
  });
});

describe('migrate', () => {
  test('says that there is nothing to do, or what it did', async () => {
    expect((await cli(['migrate'])).stdout).toMatch(/is up to date/);
    const empty = await createTestDatabase({ empty: true });
    try {
      const before = await runCli(['runs'], { databaseUrl: empty.url });
      expect(before).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^error PWOLD: [\s\S]*hint: .*pgwave migrate/),
      });
      const { code, stdout } = await runCli(['migrate', '--json'], { databaseUrl: empty.url });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        changed: true,
        migrations: expect.arrayContaining(['000001.sql']),
      });
    } finally {
      await empty.close();
    }
  });
});
