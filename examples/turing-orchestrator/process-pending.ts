// Finds what waits for the four workflows, does it, and says how it went; again until nothing waits any more.
//   node examples/turing-orchestrator/process-pending.ts [--max-tasks 10] [--dry-run] [--rehearse]
// In the database of DATABASE_URL, else in the embedded one of .pgwave/. Models at OLLAMA_HOST; --rehearse: answers by rule.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { migrateDatabase, openDatabase } from '../../src/database/index.ts';

/** In the order in which one makes work for the next. */
export const WORKFLOWS = [
  'profile-import',
  'profile-skills',
  'profile-skills-legacy',
  'job-skills',
];

/** What was done for a workflow in one round. */
export interface Report {
  workflow: string;
  found: number;
  completed: number;
  /** Failed runs by the code of their error. */
  failed: Record<string, number>;
}

const here = import.meta.dirname;
const cli = path.join(here, '../../bin/pgwave.js');

/** Makes the tables, defines actors and workflows, and reads postings and profiles in. Can run any number of times. */
export async function prepare(client: pg.Client, databaseUrl: string): Promise<void> {
  const postings = path.join(here, '../posting-analysis');
  for (const folder of [postings, here]) {
    await client.query(fs.readFileSync(path.join(folder, 'schema.sql'), 'utf8'));
  }
  await runCli(
    ['apply', path.join(here, 'actors.yaml'), path.join(here, 'workflows.yaml')],
    databaseUrl,
  );
  await client.query(
    `insert into careers.postings (posting_id, external_url, company, title, location, description)
     select p.posting_id, 'posting:' || p.posting_id, p.company, p.title, p.location, p.description
       from jsonb_to_recordset($1) as p (posting_id bigint, company text, title text, location text, description text)
     on conflict do nothing`,
    [JSON.stringify(readLines(path.join(postings, 'postings.jsonl')))],
  );
  await client.query(
    `insert into talent.profile_imports (source, source_line, raw)
     select 'profiles.jsonl', e.place, e.value ->> 'raw'
       from jsonb_array_elements($1::jsonb) with ordinality as e (value, place)
     on conflict do nothing`,
    [JSON.stringify(readLines(path.join(here, 'profiles.jsonl')))],
  );
}

function readLines(file: string): unknown[] {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));
}

/** Runs a command of pgwave at the package's root, where the definitions' folders are. */
async function runCli(args: string[], databaseUrl: string): Promise<void> {
  const [code] = (await once(startCli(args, databaseUrl, 'inherit'), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`pgwave ${args[0]} ended with ${code}`);
}

function startCli(args: string[], databaseUrl: string, stdout: 'inherit' | 'ignore'): ChildProcess {
  return spawn(process.execPath, [cli, ...args], {
    cwd: path.join(here, '../..'),
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', stdout, 'inherit'],
  });
}

/** What waits for a workflow. */
export async function findPending(client: pg.Client, workflow: string): Promise<unknown[]> {
  const { rows } = await client.query('select input from pgwave.discover_pending_tasks($1)', [
    workflow,
  ]);
  return rows.map(({ input }) => input);
}

/** Starts what waits for a workflow. Returns the numbers of the runs to wait for: a batch's, or one for each task. */
async function startPending(client: pg.Client, workflow: string, most: number): Promise<string[]> {
  const { rows: known } = await client.query<{ batches: boolean }>(
    `select exists (select from pg_proc where pronamespace = 'pgwave'::regnamespace and proname = 'process_pending_tasks') as batches`,
  );
  const { rows } = await client.query<{ id: string }>(
    known[0]?.batches
      ? `select workflow_run_id as id from pgwave.process_pending_tasks($1, $2) where workflow_run_id is not null`
      : `select (pgwave.start_workflow($1::text, t.input)).workflow_run_id as id
           from (select input from pgwave.discover_pending_tasks($1::text) limit $2) as t`,
    [workflow, most],
  );
  return rows.map(({ id }) => id);
}

async function waitFor(client: pg.Client, ids: string[]): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ open: number }>(
      `select count(*)::int as open from pgwave.workflow_runs
        where workflow_run_id = any($1::bigint[]) and finished_at is null`,
      [ids],
    );
    if (rows[0]?.open === 0) return;
    await sleep(200);
  }
}

/** How the tasks of these runs, or of these batches, ended. */
async function report(client: pg.Client, workflow: string, ids: string[]): Promise<Report> {
  const { rows } = await client.query<{ code: string | null; count: number }>(
    `select case when r.status <> 'completed' then coalesce(r.error ->> 'code', r.status::text) end as code, count(*)::int
       from pgwave.workflow_runs r join pgwave.workflows w on w.workflow_id = r.workflow_id and w.workflow_name = $1
      where (r.workflow_run_id = any($2::bigint[]) and r.mode = 'single') or r.parent_workflow_run_id = any($2::bigint[])
      group by 1`,
    [workflow, ids],
  );
  const failed = rows.filter(({ code }) => code !== null);
  return {
    workflow,
    found: rows.reduce((sum, { count }) => sum + count, 0),
    completed: rows.find(({ code }) => code === null)?.count ?? 0,
    failed: Object.fromEntries(failed.map(({ code, count }) => [code as string, count])),
  };
}

/** Rounds over all workflows until nothing waits, `maxTasks` are done, or a round completed nothing. */
export async function processPending(
  client: pg.Client,
  maxTasks = Number.POSITIVE_INFINITY,
  say: (line: string) => void = () => {},
): Promise<Report[]> {
  const reports: Report[] = [];
  let left = maxTasks;
  for (let round = 1; left > 0; round += 1) {
    const done: Report[] = [];
    for (const workflow of WORKFLOWS) {
      if (left <= 0) break;
      const ids = await startPending(client, workflow, Math.min(left, 10_000));
      if (ids.length === 0) continue;
      await waitFor(client, ids);
      const result = await report(client, workflow, ids);
      left -= result.found;
      done.push(result);
      const failures = Object.entries(result.failed).map(
        ([code, count]) => `, ${count} failed (${code})`,
      );
      say(
        `round ${round}  ${workflow.padEnd(22)} ${result.completed} of ${result.found} completed${failures.join('')}`,
      );
    }
    reports.push(...done);
    if (!done.some(({ completed }) => completed > 0)) break;
  }
  return reports;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'max-tasks': { type: 'string' },
      'dry-run': { type: 'boolean' },
      rehearse: { type: 'boolean' },
    },
  });
  const most =
    values['max-tasks'] === undefined ? Number.POSITIVE_INFINITY : Number(values['max-tasks']);
  if (!(most > 0)) throw new Error('--max-tasks must be a number above 0');
  const database = await openDatabase();
  try {
    await migrateDatabase(database.url);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await prepare(client, database.url);
      for (const workflow of WORKFLOWS) {
        console.log(
          `${workflow.padEnd(22)} ${(await findPending(client, workflow)).length} waiting`,
        );
      }
      if (values['dry-run']) return;
      const worker = startCli(
        [
          'worker',
          ...['--scripts', path.join(here, 'scripts'), '--scripts-as-self'],
          ...(values.rehearse ? ['--rehearse'] : []),
        ],
        database.url,
        'ignore',
      );
      try {
        const reports = await processPending(client, most, console.log);
        const completed = reports.reduce((sum, one) => sum + one.completed, 0);
        const found = reports.reduce((sum, one) => sum + one.found, 0);
        console.log(`${completed} of ${found} tasks completed`);
        if (completed < found) process.exitCode = 1;
      } finally {
        worker.kill('SIGTERM');
        if (worker.exitCode === null) await once(worker, 'exit');
      }
    } finally {
      await client.end();
    }
  } finally {
    await database.close();
  }
}

if (import.meta.main) await main();
