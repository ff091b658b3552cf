// Runs, 24 at once, in five batches; then runs alone. Audit and contracts on, fsync on. Four workflows: a chain of 13 no-op
// functions; a chain of 13 prompts that read what came before, every third with a contract and [PASS] and [FAIL]; the graph of
// the example posting-analysis; a step, 200 items, a join (10 runs at once). All are answered in this process, at once.
// `npm run bench:chain`, or with names: `-- chain prompts graph fan`
// FANS=3 WIDTH=1000: other fan-outs.
// PARTITIONS=24: beside so many partitions, as after two years. TURNS=1: the model stands on a host, on which models take turns.
import { connect } from '../src/database/connection.ts';
import { readDefinitionFiles } from '../src/definitions/read-definition-files.ts';
import { projectPath } from '../src/project-root.ts';
import type { ModelProvider } from '../workers/models/provider.ts';
import { startWorker } from '../workers/worker.ts';
import { databaseMs } from './processor-time.ts';
import { openServer } from './server.ts';
import { spanOf } from './span.ts';

const RUNS = Number(process.env.RUNS ?? 200);
const STEPS = 13;
const AT_ONCE = 24;
const WIDTH = Number(process.env.WIDTH ?? 200);
const FANS = Number(process.env.FANS ?? 10);
const BATCHES = Number(process.env.BATCHES ?? 5);
const ALONE = 20;
const PROVIDER = process.env.TURNS ? 'ollama' : 'instant';

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
if (process.env.PARTITIONS)
  await db.query('select pgwave.make_partitions($1)', [Number(process.env.PARTITIONS)]);

const contract = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};
const define = async (kind: 'actor' | 'workflow', definition: object) => {
  await db.query(`select pgwave.define_${kind}($1)`, [definition]);
};
await define('actor', { name: 'noop', type: 'function', handler: 'noop' });
await define('actor', {
  name: 'model',
  type: 'ai_model',
  model: 'instant',
  provider: PROVIDER,
});
await define('workflow', {
  name: 'bench-chain',
  input: contract,
  conversations: Array.from({ length: STEPS }, (_, i) => ({
    name: `step_${i + 1}`,
    actor: 'noop',
    output: contract,
    ...(i + 1 < STEPS ? { branches: [`step_${i + 2}`] } : {}),
  })),
});

const judges = (step: number) => step % 3 === 0 && step < STEPS;
await define('workflow', {
  name: 'bench-prompts',
  input: contract,
  conversations: Array.from({ length: STEPS }, (_, i) => i + 1).flatMap((step) => [
    {
      name: `step_${step}`,
      actor: 'model',
      prompt:
        (step === 1 ? 'Begin' : `Go on after: {{ step_${step - 1}.response }}`) +
        (judges(step) ? ' and judge number {{ input.n }}.' : ' with number {{ input.n }}.'),
      ...(judges(step)
        ? {
            output: contract,
            branches: [
              { when: '[PASS]', to: `step_${step + 1}` },
              { when: '[FAIL]', to: `ticket_${step}` },
            ],
          }
        : step < STEPS
          ? { branches: [`step_${step + 1}`] }
          : {}),
    },
    ...(judges(step) ? [{ name: `ticket_${step}`, actor: 'model', prompt: 'It failed.' }] : []),
  ]),
});

// The graph of posting-analysis, every conversation a function: both graders pass, nothing was done before.
const says: Record<string, string> = {
  check_summary_exists: 'says_run',
  grade_a: 'says_pass',
  grade_b: 'says_pass',
  check_skills_exist: 'says_run',
  check_ihl_exists: 'says_run',
};
const [example] = readDefinitionFiles([
  projectPath('examples', 'posting-analysis', 'workflow.yaml'),
]).definitions;
const { conversations = [] } = (example?.value ?? {}) as {
  conversations?: Record<string, unknown>[];
};
for (const name of ['says_run', 'says_pass', 'done'])
  await define('actor', { name, type: 'function' });
await define('workflow', {
  name: 'bench-graph',
  input: contract,
  conversations: conversations
    .filter(({ name }) => !['fetch_db_jobs', 'validate_postings'].includes(name as string))
    .map(({ name, branches }) => ({
      name,
      actor: says[name as string] ?? 'done',
      ...(branches ? { branches } : {}),
    })),
});

// As the peers' fan-out: each of WIDTH results is stored before the join starts.
await define('actor', { name: 'fan', type: 'function' });
await define('workflow', {
  name: 'bench-fan',
  input: contract,
  conversations: [
    { name: 'first', actor: 'fan', branches: ['kid'] },
    { name: 'kid', actor: 'noop', for_each: '$first.data.items[*]', branches: ['join'] },
    { name: 'join', actor: 'noop' },
  ],
});

const instant: ModelProvider = {
  async chat({ model, messages }) {
    const judged = messages.at(-1)?.content.includes('judge') === true;
    return {
      response: judged ? '{"n": 1}\n[PASS]' : 'All is well with it, and so it goes on.',
      model,
      doneReason: 'stop',
      promptTokens: 20,
      completionTokens: 10,
    };
  },
};

/** Processor time of the backends of this database and of this process so far, in milliseconds. */
async function processorMs(): Promise<{ database: number; node: number }> {
  const { user, system } = process.cpuUsage();
  return { database: await databaseMs(db), node: (user + system) / 1000 };
}

const answer = { n: 1 };
const worker = await startWorker({
  databaseUrl: url,
  concurrency: AT_ONCE,
  slots: { model: AT_ONCE },
  functions: {
    noop: () => answer,
    says_run: () => ({ tag: 'RUN' }),
    says_pass: () => ({ tag: 'PASS' }),
    done: () => ({}),
    fan: () => ({ items: Array.from({ length: WIDTH }, (_, i) => i) }),
  },
  providers: { [PROVIDER]: instant },
  onError: (error) => console.error(error),
});

/** Starts runs by one call, which wait in `ready`, and waits until the worker has finished them, so many at once. */
async function runBatch(
  workflow: string,
  count: number,
): Promise<{ startMs: number; stepsMs: number; steps: number }> {
  const from = performance.now();
  const { rows } = await db.query<{ id: string }>(
    'select workflow_run_id as id from pgwave.start_workflows($1, $2)',
    [workflow, JSON.stringify(Array.from({ length: count }, () => ({ n: 1 })))],
  );
  const span = spanOf(rows.map(({ id }) => id));
  const started = performance.now();
  for (;;) {
    const { rows: ended } = await db.query<{ status: string; runs: number; steps: number }>(
      `select status, count(*)::int as runs, sum(interactions_completed)::int as steps from pgwave.workflow_runs
        where workflow_run_id between $1 and $2 and finished_at is not null group by status`,
      span,
    );
    const wrong = ended.find(({ status }) => status !== 'completed');
    if (wrong !== undefined) throw new Error(`${wrong.runs} runs ended as ${wrong.status}`);
    if (ended[0]?.runs === count) {
      return {
        startMs: started - from,
        stepsMs: performance.now() - started,
        steps: ended[0].steps,
      };
    }
    // as often as the peers are asked
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Milliseconds a step of runs that are alone, from the first step begun to the run finished, in order. */
async function runAlone(workflow: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < ALONE; i += 1) {
    const { rows } = await db.query<{ id: string }>(
      `select (pgwave.start_workflow($1, '{"n": 1}')).workflow_run_id as id`,
      [workflow],
    );
    for (;;) {
      const found = await db.query<{ ms: number; steps: number }>(
        `select extract(epoch from r.finished_at - min(i.started_at)) * 1000 as ms, r.interactions_completed as steps
           from pgwave.workflow_runs r join pgwave.interactions i using (workflow_run_id)
          where r.workflow_run_id = $1 and r.finished_at is not null and i.conversation_id <> 9198
          group by r.finished_at, r.interactions_completed`,
        [rows[0]?.id],
      );
      if (found.rows[0] !== undefined) {
        times.push(Number(found.rows[0].ms) / found.rows[0].steps);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return times.sort((a, b) => a - b);
}

/** Prints each batch of a workflow and how it does alone. Returns the medians: steps/s with the starts, and milliseconds. */
async function measure(name: string): Promise<{ rate: number; alone: number }> {
  const workflow = `bench-${name}`;
  const runs = name === 'fan' ? FANS : RUNS;
  const rates: number[] = [];
  await runBatch(workflow, Math.min(AT_ONCE, runs));
  for (let batch = 1; batch <= BATCHES; batch += 1) {
    const before = await processorMs();
    const { startMs, stepsMs, steps } = await runBatch(workflow, runs);
    const after = await processorMs();
    const each = (key: 'database' | 'node') =>
      Math.round(((after[key] - before[key]) * 1000) / steps);
    const rate = (ms: number) => Math.round((steps * 1000) / ms);
    rates.push(rate(startMs + stepsMs));
    console.log(
      `${name} ${batch}: ${runs} runs started in ${Math.round(startMs)} ms, then ${steps} steps in ${Math.round(stepsMs)} ms: ` +
        `${rate(stepsMs)} steps/s (${rate(startMs + stepsMs)} with the starts), ` +
        `CPU ${each('database')} µs (database) + ${each('node')} µs (node) a step`,
    );
  }
  const times = await runAlone(workflow);
  const alone = times[ALONE >> 1] ?? Number.NaN;
  console.log(
    `${name} alone: median ${alone.toFixed(2)} ms a step (first step begun to run finished), worst ${times.at(-1)?.toFixed(2)}`,
  );
  rates.sort((a, b) => a - b);
  return { rate: rates[BATCHES >> 1] ?? Number.NaN, alone };
}

try {
  const chosen = process.argv.slice(2);
  const names = chosen.length > 0 ? chosen : ['chain', 'prompts', 'graph', 'fan'];
  let chain: Awaited<ReturnType<typeof measure>> | undefined;
  for (const name of names) {
    const measured = await measure(name);
    if (name === 'chain') chain = measured;
    else if (chain !== undefined) {
      console.log(
        `${name}: ${(measured.rate / chain.rate).toFixed(2)} × the steps/s of the chain, ${(measured.alone / chain.alone).toFixed(2)} × its milliseconds alone`,
      );
    }
  }
} finally {
  await worker.stop();
  await db.end();
  await server.close();
}
