// What five million finished interactions, and then 100,000 that wait in another lane, cost those who work now: a chain, a start,
// the doctor, the list of runs, discovery. Prints each before and after, and the ratio. `npm run bench:grown`;
// `INTERACTIONS=200000 PENDING=5000` is the short form; `STEPS=1` makes runs of one step. The history is copied from one run, with triggers off.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect } from '../src/database/connection.ts';
import { useEmbeddedServer } from '../src/database/embedded.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { startWorker } from '../workers/worker.ts';

const INTERACTIONS = Number(process.env.INTERACTIONS ?? 5_000_000);
const PENDING = Number(process.env.PENDING ?? 100_000);
const STEPS = Number(process.env.STEPS ?? 13);
const RUNS = 200;
const ROUNDS = 5;
const CHUNK = 20_000;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-bench-'));
const server = process.env.DATABASE_URL ? undefined : await useEmbeddedServer({ dir });
const url = process.env.DATABASE_URL ?? server?.url ?? '';
await migrateDatabase(url);
const db = await connect(url, { applicationName: 'pgwave bench' });

await db.query(`
  create schema if not exists bench_grown;
  drop table if exists bench_grown.tasks;
  create table bench_grown.tasks (task_id int primary key, done boolean not null);
  insert into bench_grown.tasks select n, n > 1000 from generate_series(1, 100000) n;
  create index on bench_grown.tasks (task_id) where not done;
  grant usage on schema bench_grown to pgwave_sql;
  grant select on bench_grown.tasks to pgwave_sql`);
await db.query('select pgwave.define_actor($1)', [{ name: 'noop', type: 'function' }]);
await db.query('select pgwave.define_actor($1)', [{ name: 'nobody', type: 'function' }]);
const define = (name: string, actor: string, steps: number, more: object = {}) =>
  db.query('select pgwave.define_workflow($1)', [
    {
      name,
      conversations: Array.from({ length: steps }, (_, i) => ({
        name: `step_${i + 1}`,
        actor,
        ...(i + 1 < steps ? { branches: [`step_${i + 2}`] } : {}),
      })),
      ...more,
    },
  ]);
await define('grown-chain', 'noop', STEPS);
await define('grown-step', 'noop', 1);
await define('grown-waiting', 'nobody', 1);
await define('grown-tasks', 'noop', 1, {
  pending_tasks: 'select task_id from bench_grown.tasks where not done order by task_id',
});
const worker = await startWorker({
  databaseUrl: url,
  concurrency: 24,
  functions: { noop: () => ({ n: 1 }) },
  onError: (error) => console.error(error),
});

async function until(ids: string[]): Promise<void> {
  for (;;) {
    const { rows } = await db.query<{ open: number }>(
      `select count(*)::int as open from pgwave.workflow_runs where workflow_run_id = any($1) and finished_at is null`,
      [ids],
    );
    if (rows[0]?.open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const start = async (workflow: string, runs: number): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select (pgwave.start_workflow($1, '{}')).workflow_run_id as id from generate_series(1, $2)`,
    [workflow, runs],
  );
  return rows.map(({ id }) => id);
};

/** The median of some calls, in milliseconds. */
async function median(times: number, call: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const from = performance.now();
    await call();
    all.push(performance.now() - from);
  }
  return all.sort((a, b) => a - b)[times >> 1] ?? Number.NaN;
}

/** What is measured, in milliseconds. */
async function measure(): Promise<Record<string, number>> {
  const chain = await median(ROUNDS, async () => until(await start('grown-chain', RUNS)));
  return {
    'a step of the chain, with starts': chain / (RUNS * STEPS),
    'a start': await median(51, () => start('grown-step', 1)),
    'a run of one step, from start to end': await median(21, async () =>
      until(await start('grown-step', 1)),
    ),
    'the doctor': await median(3, () => db.query('select * from pgwave.check_health()')),
    'the newest 50 runs': await median(11, () =>
      db.query('select * from pgwave.run_summary order by workflow_run_id desc limit 50'),
    ),
    'statistics of a day by hours': await median(5, () =>
      db.query(
        `select * from pgwave.run_statistics(now() - interval '1 day', now(), interval '1 hour')`,
      ),
    ),
    'discovery of 1,000 tasks': await median(11, () =>
      db.query(`select * from pgwave.discover_pending_tasks('grown-tasks')`),
    ),
  };
}

/** Copies a finished run so often that there are so many interactions, spread over the last 20 days. */
async function seed(template: string): Promise<number> {
  const { rows } = await db.query<{ steps: number }>(
    'select count(*)::int as steps from pgwave.interactions where workflow_run_id = $1',
    [template],
  );
  const steps = rows[0]?.steps ?? 1;
  const runs = Math.ceil(INTERACTIONS / steps);
  await db.query('select pgwave.make_partitions(2)');
  const columns = async (table: string): Promise<string[]> => {
    const found = await db.query<{ name: string }>(
      `select attname as name from pg_attribute
        where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
      [`pgwave.${table}`],
    );
    return found.rows.map(({ name }) => name);
  };
  const moved: Record<string, string> = {
    workflow_run_id: 'f.run + k.n',
    interaction_id: `f.interaction + k.n * ${steps} + r.place`,
    orchestrator_interaction_id: `f.interaction + k.n * ${steps} + 1`,
    input_interaction_ids: "'{}'",
  };
  const at = (name: string) =>
    /_at$/.test(name) && name !== 'due_at'
      ? `r.${name} - interval '20 days' + interval '20 days' * (k.n::float8 / ${runs})`
      : undefined;
  const { rows: first } = await db.query<{ run: string; interaction: string }>(
    `select nextval('pgwave.workflow_run_ids') as run, nextval('pgwave.interaction_ids') as interaction`,
  );
  await db.query(
    `select setval('pgwave.workflow_run_ids', $1), setval('pgwave.interaction_ids', $2)`,
    [Number(first[0]?.run) + runs + 1, Number(first[0]?.interaction) + (runs + 1) * steps + 1],
  );
  await db.query('set session_replication_role = replica');
  for (const table of [
    'workflow_runs',
    'interactions',
    'interaction_attempts',
    'interaction_events',
  ]) {
    const names = await columns(table);
    const place = table === 'workflow_runs' ? '1' : 'dense_rank() over (order by interaction_id)';
    for (let from = 1; from <= runs; from += CHUNK) {
      await db.query(
        `insert into pgwave.${table} (${names.join(', ')})
         select ${names.map((name) => moved[name] ?? at(name) ?? `r.${name}`).join(', ')}
           from (select $2::bigint as run, $3::bigint as interaction) f
           cross join generate_series($4::int, $5::int) k (n)
           cross join (select *, ${place} as place from pgwave.${table} where workflow_run_id = $1) r`,
        [template, first[0]?.run, first[0]?.interaction, from, Math.min(from + CHUNK - 1, runs)],
      );
    }
    console.log(`${runs} runs: ${table} copied`);
  }
  await db.query('set session_replication_role = origin');
  await db.query('vacuum analyze');
  await db.query('checkpoint');
  return runs * steps;
}

function compare(before: Record<string, number>, after: Record<string, number>): void {
  for (const [name, ms] of Object.entries(before)) {
    const later = after[name] ?? Number.NaN;
    console.log(
      `  ${name}: ${ms.toFixed(2)} ms, then ${later.toFixed(2)} ms (${(later / ms).toFixed(2)} ×)`,
    );
  }
}

try {
  const [template = ''] = await start('grown-chain', 1);
  await until([template]);
  await measure();
  const empty = await measure();
  const seeded = await seed(template);
  await measure();
  const grown = await measure();
  console.log(`With ${seeded} finished interactions:`);
  compare(empty, grown);
  for (let left = PENDING; left > 0; left -= 10_000) {
    await db.query(
      `select count(*) from pgwave.start_workflows('grown-waiting',
         (select jsonb_agg('{}'::jsonb) from generate_series(1, $1)))`,
      [Math.min(left, 10_000)],
    );
  }
  // else autovacuum and the checkpoint of what was just written would be measured, too
  await db.query('vacuum analyze');
  await db.query('checkpoint');
  await measure();
  console.log(`With ${PENDING} runs that wait in another lane beside them:`);
  compare(empty, await measure());
} finally {
  await worker.stop();
  await db.end();
  await server?.close();
  fs.rmSync(dir, { recursive: true, force: true });
}
