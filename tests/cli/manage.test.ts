import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type CliResult, createFolder, runCli, spawnCli } from './run-cli.ts';

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { databaseUrl: db.url, cwd: folder.path });

/** In the folder that `init` made: a worker runs the scripts of the folder `scripts` where it stands. */
const inProject = (...args: string[]): Promise<CliResult> =>
  runCli(args, { databaseUrl: db.url, cwd: path.join(folder.path, 'project') });

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({});
  await cli('init', 'project');
  await inProject('apply', 'actors.yaml', 'workflow.yaml');
});
afterAll(async () => {
  await db.close();
  folder.remove();
});

test('init makes a project that runs, and overwrites nothing', async () => {
  const done = await inProject('run', 'triage', '-p', 'text=When do you open?', '--json');
  expect(done).toMatchObject({ code: 0 });
  expect(JSON.parse(done.stdout).run.output).toEqual({ class: 'normal' });
  const again = await cli('init', 'project');
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') });
  const ignored = fs.readFileSync(path.join(folder.path, 'project', '.gitignore'), 'utf8');
  expect(ignored).toContain('.pgwave/');
});

test('without a terminal a run ends at a person with exit code 4, and says what to do', async () => {
  const waits = await inProject('run', 'triage', '-p', 'text=It is broken');
  expect(waits.code).toBe(4);
  expect(waits.stderr).toMatch(/review waits for a decision: pgwave approve \d+/);
});

test('a text that looks like a number is a text where the contract wants one', async () => {
  const done = await inProject('run', 'triage', '-p', 'text=7', '--json');
  expect(JSON.parse(done.stdout).run.input).toEqual({ text: '7' });
});

test('workflows, versions, actors and workers are listed', async () => {
  expect((await cli('workflows')).stdout).toMatch(/^ *\d+ +triage +1 +yes/m);
  expect((await cli('versions', 'triage')).stdout).toMatch(/^ *1 +\w+ /m);
  expect((await cli('actors')).stdout).toMatch(/^classify +script +1/m);
  expect(JSON.parse((await cli('workers', '--json')).stdout)).toEqual({ workers: [] });
  // the worker of a run reports the model server that it would call
  expect((await cli('hosts')).stdout).toMatch(/^HOST +MODEL +TURN/);
});

test('graph draws a workflow in the terminal, as Mermaid, as DOT, and as SVG', async () => {
  const drawn = (await cli('graph', 'triage')).stdout;
  expect(drawn).toContain('│ classify        │');
  expect(drawn).toContain('→ review $classify.data.class == "urgent"');
  expect((await cli('graph', 'triage', '--format', 'mermaid')).stdout).toBe(
    `flowchart TD
  n0["classify<br/>script classify"]
  n1["review<br/>human"]
  n2["done<br/>condition"]
  n0 -->|"$classify.data.class == #quot;urgent#quot;"| n1
  n0 -->|"otherwise"| n2
  n1 --> n2
`,
  );
  const dot = (await cli('graph', 'triage', '--format', 'dot')).stdout;
  expect(dot).toContain('  n0 [label="classify\\nscript classify"]\n');
  expect(dot).toContain('  n0 -> n1 [label="$classify.data.class == \\"urgent\\""]\n');
  const svg = (await cli('graph', 'triage', '--format', 'svg')).stdout;
  expect(svg.match(/<rect /g)).toHaveLength(3);
  expect(svg.match(/<polyline /g)).toHaveLength(3);
  expect(svg).toContain('&quot;urgent&quot;');
  const { edges } = JSON.parse((await cli('graph', 'triage', '--json')).stdout);
  expect(edges).toHaveLength(3);
  const missing = await cli('graph', 'triage', '--of-version', '7');
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/PWNOF.*version 7/) });
});

test('logs prints the events of a run in order, and of one conversation', async () => {
  const [{ id }] = (await db.query<{ id: string }>(
    "select min(workflow_run_id) as id from pgwave.workflow_runs where status = 'completed'",
  )) as [{ id: string }];
  const all = await cli('logs', id, '--json');
  const events = all.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [{ count }] = (await db.query<{ count: number }>(
    'select count(*)::int as count from pgwave.interaction_events where workflow_run_id = $1',
    [id],
  )) as [{ count: number }];
  expect(events).toHaveLength(count);
  const times = events.map(({ occurred_at }: { occurred_at: string }) => occurred_at);
  expect(times).toEqual(times.toSorted());
  const one = (await cli('logs', id, '--conversation', 'classify', '--follow')).stdout;
  expect(one).toMatch(/^\S+ \S+ {2}classify {2}\d+ {2}\w+/);
  expect(one).not.toContain('  orchestrator  ');
  expect((await cli('logs', '1')).stderr).toMatch(/PWNOF/);
});

test('runs leaves out child runs unless they are asked for', async () => {
  await db.query('select pgwave.define_workflow($1)', [
    { name: 'cli-child', conversations: [{ name: 'pass', type: 'condition' }] },
  ]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'cli-parent',
      conversations: [{ name: 'child', type: 'workflow', workflow: 'cli-child' }],
    },
  ]);
  await db.query("select pgwave.start_workflow('cli-parent')");
  const short = (await cli('runs')).stdout;
  expect(short).toContain('cli-parent');
  expect(short).not.toContain('cli-child');
  expect((await cli('runs', '--all')).stdout).toContain('cli-child');
});

test('a workflow is disabled, enabled, shared, made public, and deleted', async () => {
  expect((await cli('disable', 'triage')).stdout).toBe('workflow triage is disabled\n');
  expect((await cli('run', 'triage', '-p', 'text=x')).stderr).toMatch(/PWDIS/);
  expect((await cli('enable', 'triage')).code).toBe(0);
  expect((await cli('grant', 'triage', 'ada', 'view')).stdout).toBe(
    'ada may view workflow triage\n',
  );
  const revoked = await cli('grant', 'triage', 'ada', 'view', '--revoke');
  expect(revoked.stdout).toBe('ada may no longer view workflow triage\n');
  expect((await cli('visibility', 'triage', '--to', 'public')).stdout).toContain('is public');
  expect((await cli('delete', 'triage')).code).toBe(0);
  expect((await cli('workflows')).stdout).not.toContain('triage');
});

test('url and psql lead to the database', async () => {
  expect((await cli('url')).stdout.trim()).toBe(db.url);
  if (spawnSync('psql', ['--version']).status !== 0) return;
  const asked = await spawnCli(['psql', '--', '-Atc', 'select current_database()'], {
    databaseUrl: db.url,
  });
  expect(asked.stdout.trim()).toBe(db.name);
});

test('completion knows commands, subcommands and options', async () => {
  const { stdout } = await cli('completion', 'bash');
  fs.writeFileSync(path.join(folder.path, 'completion.sh'), stdout);
  const complete = (...words: string[]) => {
    const script = `source ./completion.sh; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _pgwave; echo "\${COMPREPLY[*]}"`;
    return spawnSync('bash', ['-c', script], { cwd: folder.path, encoding: 'utf8' }).stdout.trim();
  };
  expect(complete('pgwave', 'sch')).toBe('schedule');
  expect(complete('pgwave', 'schedule', 'cr')).toBe('create');
  expect(complete('pgwave', 'batch', '--dry')).toBe('--dry-run');
});
