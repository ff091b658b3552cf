// A chain of no-op steps, 24 runs at once, while somebody holds a snapshot: a dump, or a transaction that was forgotten.
// Prints every ten seconds how many pages a step reads, which is the same on any machine, how many milliseconds it takes, and
// how many rows of the queue are dead. `npm run bench:snapshot`; SECONDS=120 is how long the snapshot is held.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/database/connection.ts';
import { startWorker } from '../workers/worker.ts';
import { defineChain } from './define-chain.ts';
import { openServer } from './server.ts';

const SECONDS = Number(process.env.SECONDS ?? 120);
const STEPS = 13;
const AT_ONCE = 24;

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
const holder = await connect(url, { applicationName: 'pgwave bench: snapshot' });
await defineChain(db, STEPS);
let calls = 0;
const worker = await startWorker({
  databaseUrl: url,
  concurrency: AT_ONCE,
  functions: {
    noop: () => {
      calls += 1;
      return {};
    },
  },
});

let done = 0;
let going = true;
const driving = (async () => {
  while (going) {
    await db.query(`select pgwave.start_workflow('bench-chain') from generate_series(1, $1)`, [
      AT_ONCE,
    ]);
    // counted here: a look into the database would read dead rows itself
    while (calls < done + AT_ONCE * STEPS) await sleep(5);
    done += AT_ONCE * STEPS;
  }
})();

const reads = async () => {
  const { rows } = await holder.query<{ pages: string; dead: string }>(
    `select (select blks_hit + blks_read from pg_stat_database where datname = current_database()) as pages,
            (select string_agg(relname || ' ' || n_dead_tup, ', ' order by relname)
               from pg_stat_user_tables where schemaname = 'pgwave' and relname in ('ready', 'leases')) as dead`,
  );
  return { pages: Number(rows[0]?.pages), dead: rows[0]?.dead };
};
async function watch(title: string, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 10) {
    const [before, steps, since] = [await reads(), done, performance.now()];
    await sleep(10_000);
    const after = await reads();
    const made = done - steps;
    console.log(
      `${title.padEnd(9)} ${String(done).padStart(7)} steps: ${Math.round((after.pages - before.pages) / made)} pages and ` +
        `${((performance.now() - since) / made).toFixed(2)} ms a step; dead: ${after.dead}`,
    );
  }
}

await watch('before', 20);
// statistics are read anew in each statement: they are no part of the snapshot
await holder.query('begin isolation level repeatable read');
await holder.query('select 1');
await holder.query("set local stats_fetch_consistency = 'none'");
await watch('snapshot', SECONDS);
await holder.query('rollback');
await watch('after', 40);
going = false;
await driving;
await worker.stop();
await holder.end();
await db.end();
await server.close();
