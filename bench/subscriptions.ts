// 200 subscribers while runs make 500 changes a second, for a minute. Prints the latency from commit to client, and fails
// where a picture is not the database's 500 ms after the last change, or ever went backwards. `npm run bench:subscriptions`
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import { createPool } from '../src/database/connection.ts';
import { useEmbeddedServer } from '../src/database/embedded.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { projectPath } from '../src/project-root.ts';
import { followRuns } from './subscribers.ts';

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const load = {
  subscribers: number('SUBSCRIBERS', 200),
  runs: number('RUNS', 20),
  updatesPerSecond: number('UPDATES', 500),
  seconds: number('SECONDS', 60),
  restMs: number('REST_MS', 500),
};
const people = number('PEOPLE', 5);
const SECRET = 'a secret of the benchmark, of no use elsewhere';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-bench-'));
const embedded = process.env.DATABASE_URL ? undefined : await useEmbeddedServer({ dir });
const url = process.env.DATABASE_URL ?? embedded?.url ?? '';
await migrateDatabase(url);
const pool = createPool(url, { applicationName: 'pgwave bench', max: 4 });

const server = spawn(
  process.execPath,
  [projectPath('bin', 'pgwave.js'), 'serve', '--json', '--port', '0', '--database-url', url],
  { env: { ...process.env, PGWAVE_JWT_SECRET: SECRET }, stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const address = await new Promise<string>((resolve, reject) => {
    server.stdout.once('data', (line) => resolve(JSON.parse(String(line)).url));
    server.once('exit', () => reject(new Error('the server ended')));
  });
  const tokens = await Promise.all(
    Array.from({ length: people }, (_, i) =>
      new SignJWT({ sub: `person${i}`, role: 'admin' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(SECRET)),
    ),
  );
  const { latencies, ...outcome } = await followRuns(pool, address, tokens, load);
  const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
  console.log(
    `${load.subscribers} subscribers of ${people} people, ${load.runs} runs: ${outcome.updates} changes in ${load.seconds} s ` +
      `(${Math.round(outcome.updates / load.seconds)}/s), ${outcome.messages} messages`,
  );
  console.log(`commit to client: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(0.999999)} ms`);
  console.log(
    `${load.restMs} ms after the last change: ${outcome.behind} pictures behind; ${outcome.backwards} messages backwards`,
  );
  if (outcome.behind > 0 || outcome.backwards > 0) process.exitCode = 1;
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await pool.end();
  await embedded?.close();
  fs.rmSync(dir, { recursive: true, force: true });
}
