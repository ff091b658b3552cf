// 20 runs with 50 calls in flight each (functions, model calls, some in a child run), cancelled one after the other.
// Prints how long the cancel took, and how long after it the last call was aborted. `npm run bench:cancel`
import { connect } from '../src/database/connection.ts';
import { startRehearsalServer } from '../workers/models/rehearsal/server.ts';
import { startWorker } from '../workers/worker.ts';
import { openServer } from './server.ts';

const CANCELS = Number(process.env.CANCELS ?? 20);
const FUNCTIONS = 30;
const MODELS = 20;

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
const models = await startRehearsalServer({ port: 0, faults: [{ kind: 'silent' }] });

const list = (length: number) => Array.from({ length }, (_, i) => i);
const calls = [
  { name: 'hang', actor: 'hang', for_each: '$input.functions' },
  { name: 'ask', actor: 'gemma3:1b', prompt: 'Summarise {{ item }}.', for_each: '$input.models' },
  { name: 'end', actor: 'hang' },
];
const withEnd = calls.map((c) => (c.name === 'end' ? c : { ...c, branches: ['end'] }));
for (const actor of [
  { name: 'hang', type: 'function' },
  { name: 'gemma3:1b', type: 'ai_model' },
]) {
  await db.query('select pgwave.define_actor($1)', [actor]);
}
await db.query('select pgwave.define_workflow($1)', [
  { name: 'bench-cancel-inner', conversations: withEnd },
]);
const sub = {
  name: 'sub',
  type: 'workflow',
  workflow: 'bench-cancel-inner',
  params: { functions: list(5), models: list(5) },
  branches: ['end'],
};
await db.query('select pgwave.define_workflow($1)', [
  { name: 'bench-cancel', conversations: [...withEnd, sub] },
]);

let signals: AbortSignal[] = [];
const worker = await startWorker({
  databaseUrl: url,
  ollamaHost: models.url,
  concurrency: FUNCTIONS + MODELS,
  slots: { model: MODELS },
  functions: {
    hang: ({ signal }) => {
      signals.push(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  },
  onError: (error) => console.error(error),
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Milliseconds of the call of cancel_workflow_run, and from there until the last call was aborted. */
async function cancelOne(): Promise<{ cancelMs: number; abortMs: number }> {
  signals = [];
  const { rows } = await db.query<{ id: string }>(
    `select (pgwave.start_workflow('bench-cancel', $1)).workflow_run_id as id`,
    [{ functions: list(FUNCTIONS - 5), models: list(MODELS - 5) }],
  );
  await until(() => signals.length === FUNCTIONS && models.stats().active === MODELS);
  // at any moment between two heartbeats
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
  const from = performance.now();
  await db.query('select pgwave.cancel_workflow_run($1)', [rows[0]?.id]);
  const cancelled = performance.now();
  await until(() => signals.every((signal) => signal.aborted) && models.stats().active === 0);
  return { cancelMs: cancelled - from, abortMs: performance.now() - from };
}

try {
  const results: Awaited<ReturnType<typeof cancelOne>>[] = [];
  for (let i = 0; i < CANCELS; i += 1) results.push(await cancelOne());
  for (const [what, key] of [
    ['cancel_workflow_run', 'cancelMs'],
    ['last call aborted', 'abortMs'],
  ] as const) {
    const times = results.map((result) => result[key]).sort((a, b) => a - b);
    console.log(
      `${what}: p50 ${Math.round(times[times.length >> 1] ?? 0)} ms, max ${Math.round(times.at(-1) ?? 0)} ms (${CANCELS} runs with ${FUNCTIONS + MODELS} calls in flight)`,
    );
  }
} finally {
  await worker.stop();
  await models.close();
  await db.end();
  await server.close();
}
