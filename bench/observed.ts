// What watching costs: a chain of 13 no-op functions, 24 runs at once, by turns with a worker that writes no logs, serves no metrics,
// and sends no traces, and with one that does all three: JSON logs with every attempt, a scrape a second, spans to a collector in a
// process of its own. Prints steps/s with the starts, and the ratio; and the processor time a step, each program apart, in
// microseconds. `npm run bench:observed 2> /dev/null`, because logs go to stderr. WITH='logs' switches on one alone.
// ROUNDS=5 turns of each kind, BATCHES=8 batches of RUNS=200 runs a turn; LOG_LEVEL=info leaves out attempts.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, type LogOptions } from '../cli/log.ts';
import { connect } from '../src/database/connection.ts';
import { startWorker } from '../workers/worker.ts';
import { defineChain } from './define-chain.ts';
import { statOf } from './processor-time.ts';
import { openServer } from './server.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const BATCHES = Number(process.env.BATCHES ?? 8);
const RUNS = Number(process.env.RUNS ?? 200);
const LOG_LEVEL = (process.env.LOG_LEVEL ?? 'debug') as LogOptions['logLevel'];
const WITH = new Set((process.env.WITH ?? 'logs metrics traces').split(' '));
const STEPS = 13;
/** Of the processor's clock, in microseconds. */
const TICK_US = 10_000;

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
await defineChain(db, STEPS);

const collector = spawn(process.execPath, [
  '-e',
  `let spans = 0;
   const server = require('node:http').createServer((request, response) => {
     if (request.method === 'GET') return response.end(String(spans));
     let text = '';
     request.on('data', (piece) => { text += piece; });
     request.on('end', () => { spans += text.split('"spanId"').length - 1; response.end('{}'); });
   });
   server.listen(0, '127.0.0.1', () => console.log(server.address().port));`,
]);
const port = await new Promise<string>((resolve) => {
  collector.stdout.once('data', (text) => resolve(String(text).trim()));
});
const collectorUrl = `http://127.0.0.1:${port}`;

/** Processor time that a process used so far, and its children that ended, in microseconds. */
const usedBy = (pid: number): number =>
  statOf(pid)
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks) * TICK_US, 0);

const { rows: parents } = await db.query<{ pid: number }>(
  `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
);
/** The process that all others of the server come from. Needs the server on this machine. */
const postmaster = Number(statOf(parents[0]?.pid as number)[1]);
const serverPids = () =>
  fs.readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ');

function lookAtProcessors() {
  const { user, system } = process.cpuUsage();
  return {
    database: serverPids().reduce((sum, pid) => sum + usedBy(Number(pid)), usedBy(postmaster)),
    node: user + system,
    collector: usedBy(collector.pid as number),
  };
}
type Processors = ReturnType<typeof lookAtProcessors>;

let calls = 0;
async function runBatch(): Promise<void> {
  const until = calls + RUNS * STEPS;
  await db.query(`select pgwave.start_workflow('bench-chain') from generate_series(1, $1)`, [RUNS]);
  while (calls < until) await sleep(5);
  for (;;) {
    const { rows } = await db.query(
      'select from pgwave.workflow_runs where finished_at is null limit 1',
    );
    if (rows.length === 0) return;
    await sleep(2);
  }
}

/** Steps a second of one turn, and the processor time a step. */
async function turn(observed: boolean): Promise<{ rate: number; used: Processors }> {
  // what ended before this turn is sent in no other
  await db.query('delete from pgwave_private.trace_exports');
  const log = createLog('worker', { logLevel: LOG_LEVEL, logFormat: 'json' });
  const worker = await startWorker({
    databaseUrl: url,
    functions: {
      noop: () => {
        calls += 1;
        return {};
      },
    },
    ...(observed
      ? {
          ...(WITH.has('logs') && { onEvent: log.event, onError: log.error }),
          ...(WITH.has('metrics') && { probes: { port: 0 } }),
          ...(WITH.has('traces') && {
            traces: { endpoint: `${collectorUrl}/v1/traces`, delayMs: 1000 },
          }),
        }
      : {}),
  });
  let scraping = observed && WITH.has('metrics');
  const scrapes = (async () => {
    while (scraping) {
      await (await fetch(`http://127.0.0.1:${worker.metricsPort}/metrics`)).text();
      await sleep(1000);
    }
  })();
  await runBatch();
  const before = lookAtProcessors();
  const from = performance.now();
  for (let i = 0; i < BATCHES; i += 1) await runBatch();
  const steps = BATCHES * RUNS * STEPS;
  const rate = (steps * 1000) / (performance.now() - from);
  const after = lookAtProcessors();
  scraping = false;
  await scrapes;
  await worker.stop();
  const used = (of: keyof Processors) => (after[of] - before[of]) / steps;
  return {
    rate,
    used: { database: used('database'), node: used('node'), collector: used('collector') },
  };
}

type Turn = Awaited<ReturnType<typeof turn>>;
const middle = (all: number[]) => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

const middleOf = (turns: Turn[], value: (turn: Turn) => number) => middle(turns.map(value));
const show = ({ database, node, collector: receiver }: Processors) =>
  `${database.toFixed(0)} µs (database) + ${node.toFixed(0)} (node) + ${receiver.toFixed(0)} (collector) a step`;

try {
  const turns = { plain: [] as Turn[], observed: [] as Turn[] };
  await turn(true);
  for (let round = 1; round <= ROUNDS; round += 1) {
    // neither kind is always the first
    for (const kind of round % 2
      ? (['plain', 'observed'] as const)
      : (['observed', 'plain'] as const)) {
      const done = await turn(kind === 'observed');
      turns[kind].push(done);
      console.log(`round ${round}, ${kind}: ${done.rate.toFixed(0)} steps/s, ${show(done.used)}`);
    }
  }
  const spans = Number(await (await fetch(collectorUrl)).text());
  const rates = [turns.observed, turns.plain].map((all) => middleOf(all, ({ rate }) => rate));
  const more = (of: keyof Processors) =>
    middleOf(turns.observed, ({ used }) => used[of]) -
    middleOf(turns.plain, ({ used }) => used[of]);
  console.log(
    `with ${[...WITH].join(', ')}: ${((rates[0] ?? 0) / (rates[1] ?? 1)).toFixed(3)} × ` +
      `(medians ${rates.map((rate) => rate.toFixed(0)).join(' and ')} steps/s), ` +
      `more by ${show({ database: more('database'), node: more('node'), collector: more('collector') })}; ${spans} spans came`,
  );
} finally {
  collector.kill();
  await db.end();
  await server.close();
}
