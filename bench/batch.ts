// 10,000 pending tasks of a workflow with one no-op step: discovered, started, done and reported. Prints the times, and the
// worker's memory (that of this process) at each tenth. `npm run bench:batch`; `TASKS=1000` is the short form.
import { connect } from '../src/database/connection.ts';
import { startWorker } from '../workers/worker.ts';
import { openServer } from './server.ts';

const TASKS = Number(process.env.TASKS ?? 10_000);
const MAX_PARALLEL = process.env.MAX_PARALLEL ? Number(process.env.MAX_PARALLEL) : null;

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });

await db.query(`
  create schema if not exists bench_batch;
  drop table if exists bench_batch.items;
  create table bench_batch.items (item_id int primary key, done boolean not null default false);
  create index on bench_batch.items (item_id) where not done;
  insert into bench_batch.items select n from generate_series(1, ${TASKS}) n;
  grant usage on schema bench_batch to pgwave_sql;
  grant select on bench_batch.items to pgwave_sql;
  analyze bench_batch.items`);
const contract = {
  type: 'object',
  properties: { item_id: { type: 'integer' } },
  required: ['item_id'],
};
await db.query('select pgwave.define_actor($1)', [
  { name: 'noop', type: 'function', handler: 'noop' },
]);
await db.query('select pgwave.define_workflow($1)', [
  {
    name: 'bench-batch',
    input: contract,
    pending_tasks: 'select item_id from bench_batch.items where not done order by item_id',
    conversations: [{ name: 'step', actor: 'noop', params: { item_id: '$input.item_id' } }],
  },
]);

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const from = performance.now();
  const result = await work();
  return [result, Math.round(performance.now() - from)];
}
const megabytes = (bytes: number) => Math.round(bytes / 1048576);

let worker: Awaited<ReturnType<typeof startWorker>> | undefined;
try {
  const [found, foundMs] = await timed(() =>
    db.query(`select count(*)::int as n from pgwave.discover_pending_tasks('bench-batch')`),
  );
  const [{ rows }, startMs] = await timed(() =>
    db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.process_pending_tasks('bench-batch', $1, max_parallel => $2)`,
      [TASKS, MAX_PARALLEL],
    ),
  );
  const id = rows[0]?.id;
  const progress = async () =>
    (
      await db.query(
        'select tasks_pending, tasks_completed, status from pgwave.batch_progress where workflow_run_id = $1',
        [id],
      )
    ).rows[0] as { tasks_pending: number; tasks_completed: number; status: string };
  // What the call left to tickets, a thousand at a time, as a worker would; without one, to see the starts alone.
  const [, restMs] = await timed(async () => {
    while (MAX_PARALLEL === null && (await progress()).tasks_pending > 0) {
      await db.query('select pgwave.wake_interactions()');
    }
  });
  console.log(
    `${found.rows[0]?.n} tasks discovered in ${foundMs} ms; batch ${id} started in ${startMs} ms, all its runs in ${startMs + restMs} ms`,
  );

  worker = await startWorker({
    databaseUrl: url,
    functions: { noop: () => ({ ok: true }) },
    onError: (error) => console.error(error),
  });
  const from = performance.now();
  for (let tenth = 1; ; ) {
    const { status, tasks_completed } = await progress();
    if (tasks_completed >= (tenth * TASKS) / 10) {
      const { rss, heapUsed } = process.memoryUsage();
      console.log(
        `${tasks_completed} done after ${((performance.now() - from) / 1000).toFixed(1)} s; worker ${megabytes(rss)} MB, heap ${megabytes(heapUsed)} MB`,
      );
      tenth = Math.floor((10 * tasks_completed) / TASKS) + 1;
    }
    if (status === 'completed') break;
    if (status === 'failed' || status === 'cancelled') throw new Error(`the batch ended ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const doneMs = performance.now() - from;
  const [, reportMs] = await timed(() => db.query('select pgwave.batch_report($1)', [id]));
  console.log(
    `${TASKS} runs done in ${(doneMs / 1000).toFixed(1)} s (${Math.round((TASKS * 1000) / doneMs)} runs/s); report in ${reportMs} ms`,
  );
} finally {
  await worker?.stop();
  await db.end();
  await server.close();
}
