// Defines, starts and runs a WfCommons instance with a worker of its own, and checks that its order was kept.
//   node examples/wfformat/run-wfformat.ts instance.json
// In the database of DATABASE_URL, else in the embedded one of .pgwave/.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrateDatabase, openDatabase } from '../../src/database/index.ts';
import { PgwaveError } from '../../src/errors.ts';
import { startWorker } from '../../workers/index.ts';
import * as handlers from './handlers.ts';
import {
  type ImportedInstance,
  InstanceError,
  importInstance,
  printFaults,
  readInstance,
} from './import-wfformat.ts';

/** A task as it ran. Times are the database's, in milliseconds. */
export interface RanTask {
  conversation: string;
  status: string;
  attempt: number;
  startedAt: number;
  completedAt: number;
}

export interface InstanceRun {
  workflowRunId: string;
  status: string;
  tasks: RanTask[];
  defineMs: number;
  startMs: number;
  /** From the start of the run to its end. */
  runMs: number;
}

/** Everything in which a run broke the order of its instance; none: it kept it. */
export function findViolations(instance: ImportedInstance, tasks: RanTask[]): string[] {
  const ran = new Map<string, RanTask>();
  const violations: string[] = [];
  for (const task of tasks) {
    if (ran.has(task.conversation)) violations.push(`${task.conversation} ran more than once`);
    ran.set(task.conversation, task);
    if (task.attempt !== 1) violations.push(`${task.conversation} took ${task.attempt} attempts`);
  }
  for (const [key, conversation] of instance.conversations) {
    const status = ran.get(conversation)?.status ?? 'missing';
    if (status !== 'completed') violations.push(`task ${key} is ${status}`);
  }
  for (const dependency of instance.dependencies) {
    const [parent, child] = [dependency.parent, dependency.child].map((key) =>
      ran.get(instance.conversations.get(key) as string),
    );
    if (parent && child && child.startedAt < parent.completedAt) {
      violations.push(`${dependency.child} began before ${dependency.parent} completed`);
    }
  }
  return violations;
}

/** Runs an instance in a database of this version of pgwave, with a worker in this process. */
export async function runInstance(
  databaseUrl: string,
  { definition }: ImportedInstance,
): Promise<InstanceRun> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'wfformat' });
  await client.connect();
  try {
    const began = performance.now();
    await client.query('select pgwave.define_workflow($1)', [JSON.stringify(definition)]);
    const defined = performance.now();
    const { rows } = await client.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.start_workflow($1::text)',
      [definition.name],
    );
    const started = performance.now();
    const id = rows[0]?.id as string;
    const worker = await startWorker({
      databaseUrl,
      functions: { ...handlers },
      onError: (error) => console.error(error),
    });
    try {
      await waitForEnd(client, id);
    } finally {
      await worker.stop();
    }
    return {
      workflowRunId: id,
      ...(await readRun(client, id)),
      defineMs: defined - began,
      startMs: started - defined,
    };
  } finally {
    await client.end();
  }
}

async function waitForEnd(client: pg.Client, id: string): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
      [id],
    );
    if (rows.length > 0) return;
    await sleep(20);
  }
}

async function readRun(
  client: pg.Client,
  id: string,
): Promise<Pick<InstanceRun, 'status' | 'tasks' | 'runMs'>> {
  const { rows: runs } = await client.query<{ status: string; ms: number }>(
    `select status, extract(epoch from finished_at - created_at)::float8 * 1000 as ms
     from pgwave.workflow_runs where workflow_run_id = $1`,
    [id],
  );
  const { rows: tasks } = await client.query<RanTask>(
    `select conversation_name as conversation, status, attempt,
            extract(epoch from started_at)::float8 * 1000 as "startedAt",
            extract(epoch from completed_at)::float8 * 1000 as "completedAt"
     from pgwave.run_timeline where workflow_run_id = $1 and actor_type = 'function'
     order by execution_order`,
    [id],
  );
  return { status: runs[0]?.status ?? '', runMs: runs[0]?.ms ?? 0, tasks };
}

async function main(): Promise<void> {
  const [file] = process.argv.slice(2);
  if (file === undefined || process.argv.length > 3) {
    console.error('node examples/wfformat/run-wfformat.ts instance.json');
    process.exitCode = 2;
    return;
  }
  try {
    const instance = importInstance(readInstance(file));
    printFaults(file, 'warning', instance.warnings);
    const database = await openDatabase();
    try {
      if (database.kind === 'embedded') await migrateDatabase(database.url);
      const run = await runInstance(database.url, instance);
      const violations = findViolations(instance, run.tasks);
      for (const violation of violations) console.error(violation);
      const count = instance.conversations.size;
      console.log(
        `run ${run.workflowRunId} of ${instance.definition.name} ${run.status}: ${count} tasks, ` +
          `${instance.dependencies.length} dependencies; defined in ${Math.round(run.defineMs)} ms, started in ` +
          `${Math.round(run.startMs)} ms, run in ${Math.round(run.runMs)} ms (${(run.runMs / count).toFixed(2)} ms a task)`,
      );
      console.log(
        violations.length === 0
          ? 'each task ran once, and none began before those it depends on completed'
          : `${violations.length} violations`,
      );
      if (violations.length > 0 || run.status !== 'completed') process.exitCode = 1;
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof InstanceError) printFaults(file, 'error', error.faults);
    else {
      console.error((error as Error).message);
      if (error instanceof PgwaveError && error.hint) console.error(`hint: ${error.hint}`);
    }
    process.exitCode = 1;
  }
}

if (process.argv[1] === import.meta.filename) await main();
