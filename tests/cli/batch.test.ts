import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type CliResult, createFolder, runCli } from './run-cli.ts';

const WORKFLOWS = `actors:
  - { name: cli_square, type: function }
workflows:
  - name: cli-square
    input: { type: object, properties: { n: { type: integer } }, required: [n] }
    output: { type: object, properties: { n: { type: integer } }, required: [n] }
    result: { n: $square.data.n }
    pending_tasks: select n from shop.numbers where n <> 3 order by n
    conversations:
      - { name: square, actor: cli_square, retry: false, params: { n: $input.n } }
`;

const HANDLERS = `export const cli_square = async ({ params: { n } }) => {
  if (n === 13) throw new Error('unlucky');
  return { n: n * n };
};
`;

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { databaseUrl: db.url, cwd: folder.path });

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({
    'flow.yaml': WORKFLOWS,
    'handlers.mjs': HANDLERS,
    'inputs.jsonl': '{"n": 2}\n\n{"n": 13}\n{"n": 4}\n',
    'broken.jsonl': '{"n": 1}\n\n{"n": 2\n',
    'one.jsonl': '{"n": 2}\n{"n": 3}\n',
    'other.jsonl': '{"n": 2}\n{"n": 4}\n',
    'inputs.json': '{"n": 2}',
    'named.yaml':
      'name: cli-named\ninput: { type: object, properties: { name: { type: string } }, required: [name] }\nconversations: [{ name: pass, type: condition }]\n',
  });
  await db.query(`
    create schema shop;
    create table shop.numbers (n int);
    insert into shop.numbers select n from generate_series(1, 5) n;
    grant usage on schema shop to pgwave_sql;
    grant select on shop.numbers to pgwave_sql`);
  expect((await cli('apply', 'flow.yaml')).code).toBe(0);
});
afterAll(async () => {
  await db.close();
  folder.remove();
});

describe('pgwave batch', () => {
  test('says what would start, runs it, and lists it', async () => {
    const dry = await cli('batch', 'cli-square', '--dry-run', '--max', '3');
    expect(dry.stdout).toBe('cli-square: 3 tasks would start\n  {"n":1}\n  {"n":2}\n  {"n":4}\n');
    const run = await cli('batch', '--functions', 'handlers.mjs', '--watch');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/4 of 4 tasks done/) });
    const listed = JSON.parse((await cli('batches', '--json')).stdout);
    expect(listed.batches).toMatchObject([{ tasks: 4, tasks_completed: 4, status: 'completed' }]);
    expect((await cli('batches')).stdout).toMatch(/cli-square +completed/);
    expect((await cli('runs', '--all', '--limit', '50')).stdout).toMatch(/ batch /);
  });

  test('runs over a file, reports what failed, and retries it', async () => {
    const run = await cli(
      'batch',
      'cli-square',
      '--inputs',
      'inputs.jsonl',
      '--functions',
      'handlers.mjs',
    );
    // A script is to notice that a task failed.
    expect(run).toMatchObject({ code: 1 });
    expect(run.stdout).toMatch(/3 of 3 tasks done, 1 failed/);
    expect(run.stdout).toMatch(/1 × function_error unlucky\n +\{"n":13\} +pgwave show \d+/);
    const id = /batch (\d+) started/.exec(run.stderr)?.[1] as string;
    const report = JSON.parse((await cli('batches', id, '--json')).stdout);
    expect(report.errors).toMatchObject([{ code: 'function_error', tasks: 1 }]);
    expect((await cli('show', id)).stdout).toMatch(/cli-square.*completed/);
    const again = await cli('batch', '--retry', id, '--functions', 'handlers.mjs', '--json');
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ batches: [{ tasks: 1, status: 'failed' }] });
    const broken = await cli('batch', 'cli-square', '--inputs', 'broken.jsonl');
    expect(broken.stderr).toMatch(/PWUSE: --inputs: broken\.jsonl:3 is not JSON/);
    expect((await cli('batch', '--inputs', 'inputs.jsonl')).stderr).toMatch(/PWUSE/);
    expect((await cli('batches', '1')).stderr).toMatch(/PWNOF: no batch 1/);
  });
});

test('pgwave compare of two batches says what became of the tasks, and why', async () => {
  const batch = async (inputs: string) => {
    const args = ['--inputs', inputs, '--functions', 'handlers.mjs', '--json'];
    const { stdout } = await cli('batch', 'cli-square', ...args);
    return String(JSON.parse(stdout).batches[0].workflow_run_id);
  };
  const [a, b] = [await batch('one.jsonl'), await batch('other.jsonl')];
  const { stdout } = await cli('compare', a, b);
  expect(stdout).toMatch(/^TASK +DIFFERS/);
  expect(stdout).toMatch(/^1 +only one has it +run \d+ completed \{"n":3\}$/m);
  expect(stdout).toMatch(/^ +1 × nothing/m);
  expect(stdout).toMatch(/^ +2 × unpaired/m);
  const { causes } = JSON.parse((await cli('compare', a, b, '--json')).stdout);
  expect(causes).toHaveLength(2);
  expect((await cli('compare', a, a)).stdout).toBe(`Runs ${a} and ${a} do not differ.\n`);
});

test('what is wrong is said in a line, without raw JSON', async () => {
  const saying = async (...args: string[]) => (await cli(...args)).stderr;
  expect(await saying('run', 'cli-square')).toBe(
    'error PWINP: the input does not meet the contract: it must have the property "n"\nhint: The workflow\'s input contract says what it takes.\n',
  );
  await cli('apply', 'named.yaml');
  expect(await saying('chain', 'cli-square', 'cli-named')).toMatch(
    /^[^{]+\/1\/name: cli-named does not fit[^{]+$/,
  );
  expect(await saying('show', 'abc')).toMatch(/^error PWUSE: 'abc' will not do for <run>: it must/);
  expect(await saying('schedule', 'show', 'none')).toMatch(/PWNOF: Schedule none not found/);
  expect(await saying('audit', 'check', 'named.yaml')).toMatch(/PWUSE/);
  expect(await saying('audit', 'check', 'inputs.json')).toMatch(
    /PWUSE: inputs.json is no exported/,
  );
  expect(await saying('contracts', 'check', 'none.ts')).toMatch(/File not found/);
  expect(await saying('serve', '--port', '99999')).toMatch(/PWUSE.*at most 65535/);
  expect(await saying('tasks', 'none')).toMatch(/PWNOF.*\nhint: Available workflows: .*cli-square/);
  expect(await saying('batch', 'cli-named')).toMatch(/has no pending_tasks query/);
});

test('pgwave tasks lists what waits and what is quarantined, and releases it', async () => {
  await db.query(`
    update pgwave.task_claims set quarantined_at = now(), quarantine_reason = 'failed', failures = 3,
           last_error = '{"code": "timeout", "message": "too long"}'
     where input = '{"n": 1}'`);
  const listed = await cli('tasks', 'cli-square');
  expect(listed.stdout).toMatch(/^3 pending tasks\n/);
  expect(listed.stdout).toMatch(/failed 3× +\{"n":1\} +timeout: too long/);
  expect(
    JSON.parse((await cli('tasks', '--json', '--quarantined')).stdout).quarantined,
  ).toHaveLength(1);
  expect((await cli('tasks', 'cli-square', '--retry')).stdout).toMatch(/^1 task released/);
  expect((await cli('tasks', '--quarantined')).stdout).toBe('nothing is quarantined\n');
});

test('pgwave chain gives the output of one to the next', async () => {
  const run = await cli(
    'chain',
    'cli-square',
    'cli-square',
    '-p',
    'n=3',
    '--functions',
    'handlers.mjs',
    '--json',
  );
  expect(JSON.parse(run.stdout).run).toMatchObject({ status: 'completed', output: { n: 81 } });
  expect((await cli('chain', 'cli-square')).stderr).toMatch(/PWDEF/);
});

test('pgwave schedule makes, changes, shows and drops', async () => {
  const made = await cli(
    'schedule',
    'create',
    'mornings',
    '30 6 * * MON-FRI',
    'cli-square',
    '--pending',
    '--time-zone',
    'Europe/Berlin',
    '--json',
  );
  expect(JSON.parse(made.stdout).schedule).toMatchObject({
    schedule_name: 'mornings',
    workflow_name: 'cli-square',
    process_pending: true,
    time_zone: 'Europe/Berlin',
  });
  expect((await cli('schedule', 'list')).stdout).toMatch(
    /mornings +cli-square +30 6 \* \* MON-FRI/,
  );
  expect((await cli('schedule', 'update', 'mornings', '--cron', '99 6 * * *')).stderr).toMatch(
    /PWCRN/,
  );
  expect((await cli('schedule', 'update', 'mornings', '--max-tasks', '5')).code).toBe(0);
  expect((await cli('schedule', 'pause', 'mornings')).stdout).toMatch(/paused/);
  expect((await cli('schedule', 'resume', 'mornings')).stdout).toMatch(/when a worker runs/);
  expect((await cli('schedule', 'show', 'mornings')).code).toBe(0);
  expect((await cli('schedule', 'drop', 'mornings')).stdout).toBe('mornings is gone\n');
});

test('a discovery query that fails is an error of tasks and batch, not "nothing is pending"', async () => {
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'cli-unreadable',
      pending_tasks: 'select n from shop.gone_later',
      conversations: [{ name: 'pass', type: 'condition' }],
    },
  ]);
  for (const args of [['tasks'], ['batch', '--dry-run'], ['tasks', '--json']]) {
    const { code, stdout, stderr } = await cli(...args);
    expect(code, args.join(' ')).toBe(1);
    expect(stderr).toMatch(/pending_tasks of workflow cli-unreadable: .*shop.gone_later/);
    expect(stdout + stderr).not.toContain('nothing is pending');
  }
});

test('pgwave schedule watches a table, batch begins later, and webhook makes an address', async () => {
  await db.query('create table public.watched_by_cli (id int)');
  expect((await cli('schedule', 'create', 'rows', '@yearly', '--pending', '--json')).code).toBe(0);
  expect(
    (await cli('schedule', 'watch', 'rows', 'public.watched_by_cli', '--on-update')).code,
  ).toBe(0);
  const triggers = () =>
    db.query("select tgname from pg_trigger where tgrelid = 'public.watched_by_cli'::regclass");
  expect(await triggers()).toEqual([{ tgname: 'pgwave_rows' }]);
  expect((await cli('schedule', 'watch', 'rows', 'public.nothere')).code).not.toBe(0);
  expect((await cli('schedule', 'unwatch', 'rows', 'public.watched_by_cli')).code).toBe(0);
  expect(await triggers()).toEqual([]);
  await cli('schedule', 'drop', 'rows');

  await db.query('select pgwave.define_workflow($1)', [
    JSON.stringify({ name: 'hooked', conversations: [{ name: 'a', type: 'condition' }] }),
  ]);
  const create = ['webhook', 'create', 'by-cli', 'hooked', '--secret'];
  expect((await cli(...create, 'HOME')).stderr).toMatch(/PWINP/);
  const made = await cli(...create, 'PGWAVE_WEBHOOK_X', '--input', '{"n": "$body.n"}', '--json');
  expect(JSON.parse(made.stdout).webhook).toMatchObject({
    ...{ webhook_name: 'by-cli', signature: 'standard', input: { n: '$body.n' } },
  });
  expect((await cli('webhook', 'list')).stdout).toMatch(
    /by-cli +\/hooks\/by-cli .*PGWAVE_WEBHOOK_X/,
  );
  expect((await cli('webhook', 'drop', 'by-cli')).stdout).toMatch(/by-cli is gone/);

  const later = await cli('batch', 'hooked', '--inputs', 'one.jsonl', '--in', '8h');
  const [, id] = /^batch (\d+) begins at/m.exec(later.stdout) ?? [];
  expect(
    await db.query('select tasks_pending from pgwave.batches where workflow_run_id = $1', [id]),
  ).toEqual([{ tasks_pending: 2 }]);
  expect((await cli('cancel', id as string)).code).toBe(0);
});
