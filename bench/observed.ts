// What watching costs: a chain of 13 no-op functions, 24 runs at once, by turns with a worker that writes no logs, serves no metrics,
// and sends no traces, and with one that does all three: JSON logs with every attempt, a scrape a second, spans to a collector in a
// process of its own. Prints steps/s with the starts, and the ratio. `npm run bench:observed 2> /dev/null`, because logs go to stderr.
// ROUNDS=5 turns of each kind, BATCHES=8 batches of RUNS=200 runs a turn; LOG_LEVEL=info leaves out attempts.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, type LogOptions } from '../cli/log.ts';
import { connect } from '../src/database/connection.ts';
import { useEmbeddedServer } from '../src/database/embedded.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { startWorker } from '../workers/worker.ts';
import { defineChain } from './define-chain.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const BATCHES = Number(process.env.BATCHES ?? 8);
const RUNS = Number(process.env.RUNS ?? 200);
const LOG_LEVEL = (process.env.LOG_LEVEL ?? 'debug') as LogOptions['logLevel'];
const STEPS = 13;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-bench-'));
const server = process.env.DATABASE_URL ? undefined : await useEmbeddedServer({ dir });
const url = process.env.DATABASE_URL ?? server?.url ?? '';
await migrateDatabase(url);
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

/** Steps a second of one turn. */
async function turn(observed: boolean): Promise<number> {
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
          onEvent: log.event,
          onError: log.error,
          probes: { port: 0 },
          traces: { endpoint: `${collectorUrl}/v1/traces`, delayMs: 1000 },
        }
      : {}),
  });
  let scraping = observed;
  const scrapes = (async () => {
    while (scraping) {
      await (await fetch(`http://127.0.0.1:${worker.metricsPort}/metrics`)).text();
      await sleep(1000);
    }
  })();
  await runBatch();
  const from = performance.now();
  for (let i = 0; i < BATCHES; i += 1) await runBatch();
  const rate = (BATCHES * RUNS * STEPS * 1000) / (performance.now() - from);
  scraping = false;
  await scrapes;
  await worker.stop();
  return rate;
}

const middle = (all: number[]) => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

try {
  const rates = { plain: [] as number[], observed: [] as number[] };
  await turn(true);
  for (let round = 1; round <= ROUNDS; round += 1) {
    // neither kind is always the first
    for (const kind of round % 2
      ? (['plain', 'observed'] as const)
      : (['observed', 'plain'] as const)) {
      rates[kind].push(await turn(kind === 'observed'));
      console.log(`round ${round}, ${kind}: ${rates[kind].at(-1)?.toFixed(0)} steps/s`);
    }
  }
  const spans = Number(await (await fetch(collectorUrl)).text());
  console.log(
    `with logs, metrics, and traces: ${(middle(rates.observed) / middle(rates.plain)).toFixed(3)} × ` +
      `(medians ${middle(rates.observed).toFixed(0)} and ${middle(rates.plain).toFixed(0)} steps/s); ${spans} spans came`,
  );
} finally {
  collector.kill();
  await db.end();
  await server?.close();
  fs.rmSync(dir, { recursive: true, force: true });
}
