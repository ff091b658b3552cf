// What other engines take for the same work, with the processor time a step of database and Node: the peers' harness, a
// folder with its bench.mjs, is run against the server of DATABASE_URL, which is on this machine.
// `PEERS=FOLDER DATABASE_URL=… npm run bench:peers -- absurd dbos`; MODE=fanout and the harness's other variables go on to it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from '../src/database/connection.ts';
import { processMs, serverMs, statOf } from './processor-time.ts';

const url = process.env.DATABASE_URL;
const folder = process.env.PEERS;
if (url === undefined || folder === undefined) throw new Error('Set DATABASE_URL and PEERS.');
const db = await connect(url, { applicationName: 'pgwave bench' });
const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
const postmaster = Number(statOf(rows[0]?.pid ?? 0)[1]);

for (const peer of process.argv.slice(2)) {
  const before = serverMs(postmaster);
  const child = spawn(process.execPath, ['bench.mjs', peer, '200'], {
    cwd: folder,
    env: { ...process.env, ADMIN_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  let node = 0;
  const look = setInterval(() => {
    node = processMs(child.pid ?? 0) || node;
  }, 50);
  await once(child, 'close');
  clearInterval(look);
  if (child.exitCode !== 0)
    throw new Error(`The harness ended with ${child.exitCode} for ${peer}.`);
  const result = JSON.parse(said.trim().split('\n').at(-1) ?? '');
  // its backends have ended once the server has taken over what they used
  await new Promise((resolve) => setTimeout(resolve, 500));
  const each = (ms: number) => Math.round((ms * 1000) / result.stored);
  console.log(
    `${peer}: ${result.steps_per_s} steps/s, ${result.per_step_ms} ms a step alone, ` +
      `CPU ${each(serverMs(postmaster) - before)} µs (database) + ${each(node)} µs (node) a step, setting up included`,
  );
}
await db.end();
