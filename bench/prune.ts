// What it takes to prune a partition with a million interactions, and how long others wait beside it: one who reads the list of
// runs, and one who starts runs of a step that a worker does. `npm run bench:prune`; `INTERACTIONS=100000` is the short form.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/database/connection.ts';
import { startWorker } from '../workers/worker.ts';
import { copyRuns } from './copy-runs.ts';
import { openServer } from './server.ts';

const INTERACTIONS = Number(process.env.INTERACTIONS ?? 1_000_000);
const STEPS = 13;

const server = await openServer();
const { url } = server;
const open = () => connect(url, { applicationName: 'pgwave bench' });
const [db, reader, starter] = [await open(), await open(), await open()];
await db.query('select pgwave.define_actor($1)', [{ name: 'noop', type: 'function' }]);
const define = (name: string, steps: number) =>
  db.query('select pgwave.define_workflow($1)', [
    {
      name,
      conversations: Array.from({ length: steps }, (_, i) => ({
        name: `step_${i + 1}`,
        actor: 'noop',
        ...(i + 1 < steps ? { branches: [`step_${i + 2}`] } : {}),
      })),
    },
  ]);
await define('prune-chain', STEPS);
await define('prune-step', 1);
const worker = await startWorker({
  databaseUrl: url,
  functions: { noop: () => ({ n: 1 }) },
  onError: (error) => console.error(error),
});

async function run(workflow: string): Promise<string> {
  const { rows } = await starter.query<{ id: string }>(
    `select (pgwave.start_workflow($1, '{}')).workflow_run_id as id`,
    [workflow],
  );
  const id = rows[0]?.id ?? '';
  for (;;) {
    const { rows: ended } = await starter.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
      [id],
    );
    if (ended.length > 0) return id;
    await sleep(2);
  }
}

/** Does something over and over. `worst()` is how long one time took at most since it was asked last, in milliseconds. */
function again(call: () => Promise<unknown>) {
  let worst = 0;
  let going = true;
  const over = (async () => {
    while (going) {
      const from = performance.now();
      await call();
      worst = Math.max(worst, performance.now() - from);
    }
  })();
  return {
    worst(): string {
      const ms = worst;
      worst = 0;
      return `${ms.toFixed(0)} ms`;
    },
    async stop(): Promise<void> {
      going = false;
      await over;
    },
  };
}

try {
  const template = await run('prune-chain');
  const made = await copyRuns(db, { template, interactions: INTERACTIONS, days: 30 });
  // the totals of the metrics have to hold what goes
  for (;;) {
    const { rows } = await db.query('select from pgwave_private.seals_to_link');
    if (rows.length === 0) break;
    await sleep(200);
  }
  await sleep(5000);
  await db.query(`select setval('pgwave.workflow_run_ids',
    (select (last_value / 1000000 + 1) * 1000000 from pgwave.workflow_run_ids), false)`);
  await db.query('select pgwave.make_partitions(2)');
  await sleep(1500);
  const reading = again(() =>
    reader.query('select * from pgwave.run_summary order by workflow_run_id desc limit 50'),
  );
  const starting = again(() => run('prune-step'));
  await sleep(5000);
  console.log(`before: a read takes at most ${reading.worst()}, a run ${starting.worst()}`);
  const from = performance.now();
  await db.query('begin');
  const { rows } = await db.query<{ runs: string | null }>(
    `select pgwave.prune_partition('1 second') as runs`,
  );
  const took = performance.now() - from;
  // others go on before the files are removed
  await db.query('commit');
  const removed = performance.now() - from - took;
  if (rows[0]?.runs == null) throw new Error('nothing was pruned');
  console.log(
    `${rows[0].runs} runs with ${made} interactions went in ${took.toFixed(0)} ms, and ${removed.toFixed(0)} ms to remove the files; ` +
      `beside it a read takes at most ${reading.worst()}, a run ${starting.worst()}`,
  );
  await reading.stop();
  await starting.stop();
} finally {
  await worker.stop();
  await Promise.all([db.end(), reader.end(), starter.end()]);
  await server.close();
}
