// 200 runs of 13 no-op function steps, 24 at once, in five batches; then runs alone. Audit and contracts on, fsync on.
// Prints steps/s for each batch and milliseconds a step of a run alone. `npm run bench:chain`
// KIND=model: the steps are prompts for a model in this process that has its turn on a host; KIND=free-model: that needs no turn.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect } from '../src/database/connection.ts';
import { useEmbeddedServer } from '../src/database/embedded.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import type { ModelProvider } from '../workers/models/provider.ts';
import { startWorker } from '../workers/worker.ts';

const RUNS = Number(process.env.RUNS ?? 200);
const STEPS = 13;
const AT_ONCE = 24;
const BATCHES = Number(process.env.BATCHES ?? 5);
const ALONE = 20;
const KIND = process.env.KIND ?? 'function';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-bench-'));
const server = process.env.DATABASE_URL ? undefined : await useEmbeddedServer({ dir });
const url = process.env.DATABASE_URL ?? server?.url ?? '';
await migrateDatabase(url);
const db = await connect(url, { applicationName: 'pgwave bench' });

const contract = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};
await db.query('select pgwave.define_actor($1)', [
  KIND === 'function'
    ? { name: 'noop', type: 'function', handler: 'noop' }
    : { name: 'noop', type: 'ai_model', ...(KIND === 'free-model' && { provider: 'free' }) },
]);
await db.query('select pgwave.define_workflow($1)', [
  {
    name: 'bench-chain',
    input: contract,
    conversations: Array.from({ length: STEPS }, (_, i) => ({
      name: `step_${i + 1}`,
      actor: 'noop',
      ...(KIND !== 'function' && { prompt: 'Say.' }),
      output: contract,
      ...(i + 1 < STEPS ? { branches: [`step_${i + 2}`] } : {}),
    })),
  },
]);

/** Processor time of every backend of this database and of this process so far, in milliseconds; the backends' is 0 on another machine. */
async function processorMs(): Promise<{ database: number; node: number }> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  );
  const database = rows.reduce((sum, { pid }) => {
    try {
      // After the name, which may hold spaces: utime and stime are fields 14 and 15, in ticks of 10 ms.
      const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return sum + (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return sum;
    }
  }, 0);
  const { user, system } = process.cpuUsage();
  return { database, node: (user + system) / 1000 };
}

const answer = { n: 1 };
const provider: ModelProvider = {
  async chat({ model }) {
    const response = JSON.stringify(answer);
    return { response, model, doneReason: 'stop', promptTokens: 1, completionTokens: 1 };
  },
};
const worker = await startWorker({
  databaseUrl: url,
  concurrency: AT_ONCE,
  slots: { model: AT_ONCE },
  providers: { ollama: provider, free: provider },
  functions: { noop: () => answer },
  onError: (error) => console.error(error),
});

/** Starts all runs, which wait in `ready`, and waits until the worker has finished them, so many at once. */
async function runBatch(count: number): Promise<{ startMs: number; stepsMs: number }> {
  const from = performance.now();
  const { rows } = await db.query<{ id: string }>(
    `select (pgwave.start_workflow('bench-chain', '{"n": 1}')).workflow_run_id as id from generate_series(1, $1)`,
    [count],
  );
  const ids = rows.map(({ id }) => id);
  const started = performance.now();
  for (;;) {
    const { rows: ended } = await db.query<{ status: string; runs: number }>(
      `select status, count(*)::int as runs from pgwave.workflow_runs
        where workflow_run_id = any($1) and finished_at is not null group by status`,
      [ids],
    );
    const wrong = ended.find(({ status }) => status !== 'completed');
    if (wrong !== undefined) throw new Error(`${wrong.runs} runs ended as ${wrong.status}`);
    if (ended[0]?.runs === count) {
      return { startMs: started - from, stepsMs: performance.now() - started };
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

try {
  await runBatch(AT_ONCE);
  for (let batch = 1; batch <= BATCHES; batch += 1) {
    const before = await processorMs();
    const { startMs, stepsMs } = await runBatch(RUNS);
    const after = await processorMs();
    const each = (key: 'database' | 'node') =>
      Math.round(((after[key] - before[key]) * 1000) / (RUNS * STEPS));
    const rate = (ms: number) => Math.round((RUNS * STEPS * 1000) / ms);
    console.log(
      `batch ${batch}: ${RUNS} runs started in ${Math.round(startMs)} ms, then ${RUNS * STEPS} steps in ${Math.round(stepsMs)} ms: ` +
        `${rate(stepsMs)} steps/s (${rate(startMs + stepsMs)} with the starts), ` +
        `CPU ${each('database')} µs (database) + ${each('node')} µs (node) a step`,
    );
  }
  const times: number[] = [];
  for (let i = 0; i < ALONE; i += 1) {
    const { rows } = await db.query<{ id: string }>(
      `select (pgwave.start_workflow('bench-chain', '{"n": 1}')).workflow_run_id as id`,
    );
    for (;;) {
      const found = await db.query<{ ms: number }>(
        `select extract(epoch from r.finished_at - min(i.started_at)) * 1000 as ms
           from pgwave.workflow_runs r join pgwave.interactions i using (workflow_run_id)
          where r.workflow_run_id = $1 and r.finished_at is not null and i.conversation_id <> 9198
          group by r.finished_at`,
        [rows[0]?.id],
      );
      if (found.rows[0] !== undefined) {
        times.push(Number(found.rows[0].ms) / STEPS);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  times.sort((a, b) => a - b);
  console.log(
    `alone: median ${times[ALONE >> 1]?.toFixed(2)} ms a step (first step begun to run finished), worst ${times.at(-1)?.toFixed(2)}`,
  );
} finally {
  await worker.stop();
  await db.end();
  await server?.close();
  fs.rmSync(dir, { recursive: true, force: true });
}
