// What workers and an API cost that have nothing to do: for 1, 5, and 20 workers, and an API, each a process of its own, the
// transactions a second (a statement is one), the share of a core in the database, and the connections. `npm run bench:idle`; SECONDS=20 is how long
// each is measured, WORKERS='1 5 20' how many, and `DATABASE_URL` a server with its stock settings.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/database/connection.ts';
import { projectPath } from '../src/project-root.ts';
import { processMs } from './processor-time.ts';
import { openServer } from './server.ts';

const SECONDS = Number(process.env.SECONDS ?? 20);
const SETTLE_SECONDS = Number(process.env.SETTLE_SECONDS ?? 20);
const WORKERS = (process.env.WORKERS ?? '1 5 20').split(' ').map(Number).filter(Boolean);

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'bench' });

function start(args: string[]): ChildProcess {
  return spawn(process.execPath, [projectPath('bin', 'pgwave.js'), ...args], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Processor time of each backend of the programs, in seconds, by its process id. Needs the server on this machine. */
async function look(): Promise<{ cpu: Map<number, number>; statements: number }> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  const cpu = new Map(rows.map(({ pid }) => [pid, processMs(pid) / 1000]));
  const { rows: counted } = await db.query<{ transactions: string }>(
    `select xact_commit + xact_rollback as transactions from pg_stat_database where datname = current_database()`,
  );
  return { cpu, statements: Number(counted[0]?.transactions) };
}

async function measure(what: string, programs: string[][]): Promise<void> {
  const processes = programs.map(start);
  await sleep(SETTLE_SECONDS * 1000);
  const before = await look();
  await sleep(SECONDS * 1000);
  const after = await look();
  // one who comes within the time is new from its first moment
  const used = [...after.cpu].reduce((sum, [pid, s]) => sum + s - (before.cpu.get(pid) ?? 0), 0);
  const each = (value: number) => (value / programs.length).toFixed(2);
  console.log(
    `${what}: ${each((after.statements - before.statements - 2) / SECONDS)} transactions a second, ` +
      `${each((used / SECONDS) * 100)} % of a core in the database, and ${each(after.cpu.size)} connections, each`,
  );
  for (const child of processes) child.kill('SIGTERM');
  await Promise.all(
    processes.map(
      (child) =>
        new Promise((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
          else child.once('exit', resolve);
        }),
    ),
  );
}

try {
  for (const count of WORKERS) {
    await measure(
      `${count} workers`,
      Array.from({ length: count }, () => ['worker']),
    );
  }
  await measure('an API', [['serve', '--port', '0']]);
} finally {
  await db.end();
  await server.close();
}
