// What five million finished interactions, and then 100,000 that wait in another lane, cost those who work now: a chain, a start,
// the doctor, the list of runs, discovery. Prints each before and after, and the ratio. `npm run bench:grown`;
// `INTERACTIONS=200000 PENDING=5000` is the short form; `STEPS=1` makes runs of one step, and `DAYS=365` spreads them
// over a year instead of 20 days. The history is copied from one run, with triggers off.
import { connect } from '../src/database/connection.ts';
import { startWorker } from '../workers/worker.ts';
import { copyRuns } from './copy-runs.ts';
import { openServer } from './server.ts';
import { spanOf } from './span.ts';

const INTERACTIONS = Number(process.env.INTERACTIONS ?? 5_000_000);
const PENDING = Number(process.env.PENDING ?? 100_000);
const STEPS = Number(process.env.STEPS ?? 13);
const RUNS = 200;
const ROUNDS = 5;
const DAYS = Number(process.env.DAYS ?? 20);

const server = await openServer();
const { url } = server;
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
      `select count(*)::int as open from pgwave.workflow_runs
        where workflow_run_id between $1 and $2 and finished_at is null`,
      spanOf(ids),
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

/** Three requests of a dashboard. */
async function askStatistics(): Promise<void> {
  for (const kind of ['workflow', 'actor', 'model']) {
    await db.query(`select * from pgwave.${kind}_statistics(now() - interval '1 day', now())`);
  }
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
    'statistics of a day by workflow, actor, and model': await median(5, askStatistics),
    'the same as a viewer of a fortieth of the runs': await median(5, async () => {
      await db.query(
        "select set_config('role', 'pgwave_viewer', false), set_config('pgwave.identity', 'person-7', false)",
      );
      await askStatistics();
      await db.query('reset role');
    }),
    'a scrape of the metrics': await median(11, () => db.query('select pgwave.metrics()')),
    'discovery of 1,000 tasks': await median(11, () =>
      db.query(`select * from pgwave.discover_pending_tasks('grown-tasks')`),
    ),
  };
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
  const seeded = await copyRuns(db, { template, interactions: INTERACTIONS, days: DAYS });
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
  await server.close();
}
