// What is stored for an interaction: runs of 13 steps, each of which answers about 300 bytes, with probes that count a
// table of 10,000 rows. Prints rows and bytes an interaction, table by table, with and without indexes, and the bytes
// of a run's record of its state. `npm run bench:storage`; `RUNS` changes the amount.
import { connect } from '../src/database/connection.ts';
import { startWorker } from '../workers/worker.ts';
import { openServer } from './server.ts';
import { spanOf } from './span.ts';

const RUNS = Number(process.env.RUNS ?? 200);
const STEPS = 13;
const TABLES = [
  'interactions',
  'interaction_attempts',
  'interaction_events',
  'workflow_runs',
  'run_seals',
  'seal_links',
];

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });

await db.query(`create schema bench; create table bench.facts (n int, words text);
  insert into bench.facts select n, repeat('word ', 20) from generate_series(1, 10000) n;
  grant usage on schema bench to pgwave_sql; grant select on bench.facts to pgwave_sql`);
await db.query('select pgwave.define_actor($1)', [
  { name: 'answer', type: 'function', handler: 'answer' },
]);
await db.query('select pgwave.define_workflow($1)', [
  {
    name: 'bench-storage',
    probes: { facts: 'select count(*) from bench.facts', words: 'select sum(n) from bench.facts' },
    delta: { facts: 'facts' },
    conversations: Array.from({ length: STEPS }, (_, i) => ({
      name: `step_${i + 1}`,
      actor: 'answer',
      params: i === 0 ? { text: '$input.text' } : { text: `$step_${i}.data.text` },
      ...(i + 1 < STEPS ? { branches: [`step_${i + 2}`] } : {}),
    })),
  },
]);
const worker = await startWorker({
  databaseUrl: url,
  functions: { answer: () => ({ text: 'An answer of some length. '.repeat(12) }) },
  onError: (error) => console.error(error),
});

interface Stored {
  name: string;
  rows: number;
  row_bytes: number;
  all_bytes: number;
}

/** Rows of the runs in a table, their own bytes, and all that the table takes on disk with its indexes. */
async function measure(name: string): Promise<Stored> {
  const { rows } = await db.query<Stored>(
    `select $1 as name, count(*)::int as rows, coalesce(sum(pg_column_size(t.*)), 0)::int as row_bytes,
            (select coalesce(sum(pg_total_relation_size(p.relid)), pg_total_relation_size('pgwave.${name}'))::int
               from pg_partition_tree('pgwave.${name}') p where p.isleaf) as all_bytes
       from pgwave.${name} t`,
    [name],
  );
  return rows[0] as Stored;
}

try {
  const { rows } = await db.query<{ id: string }>(
    `select (pgwave.start_workflow('bench-storage', '{"text": "What the run starts with."}')).workflow_run_id as id
       from generate_series(1, $1)`,
    [RUNS],
  );
  const span = spanOf(rows.map(({ id }) => id));
  for (;;) {
    const { rows: open } = await db.query<{ open: number; failed: number }>(
      `select count(*) filter (where finished_at is null)::int as open,
              count(*) filter (where status not in ('pending', 'running', 'completed'))::int as failed
         from pgwave.workflow_runs where workflow_run_id between $1 and $2`,
      span,
    );
    if (open[0]?.failed) throw new Error(`${open[0].failed} runs did not complete`);
    if (open[0]?.open === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await worker.stop();
  await db.query('select pgwave.link_seals(1000000)');

  const steps = RUNS * STEPS;
  const stored: Stored[] = [];
  for (const name of TABLES) stored.push(await measure(name));
  const line = (name: string, a: string, b: string, c: string) =>
    console.log(`${name.padEnd(22)}${a.padStart(10)}${b.padStart(14)}${c.padStart(16)}`);
  console.log(`${RUNS} runs of ${STEPS} steps; for each of the ${steps} interactions:`);
  line('', 'rows', 'bytes of rows', 'with indexes');
  for (const { name, rows: count, row_bytes, all_bytes } of stored) {
    line(
      name,
      (count / steps).toFixed(2),
      Math.round(row_bytes / steps).toString(),
      Math.round(all_bytes / steps).toString(),
    );
  }
  const sum = (of: (table: Stored) => number) => stored.reduce((total, t) => total + of(t), 0);
  line(
    'together',
    (sum((t) => t.rows) / steps).toFixed(2),
    Math.round(sum((t) => t.row_bytes) / steps).toString(),
    Math.round(sum((t) => t.all_bytes) / steps).toString(),
  );
  const { rows: state } = await db.query<{ before: number; after: number }>(
    `select round(avg(length((input -> 'state_snapshot')::text)))::int as before,
            round(avg(length((output -> 'state_after')::text)))::int as after
       from pgwave.interactions where conversation_id = 9198`,
  );
  console.log(
    `a run's state: ${state[0]?.before} bytes before, ${state[0]?.after} after (numbers; the probes read 10,000 rows)`,
  );
} finally {
  await worker.stop();
  await db.end();
  await server.close();
}
