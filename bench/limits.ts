// 8 workers: 5,000 interactions without a limit, as many with max_concurrent 3, as many with a rate of 500 a second. Prints what
// the events say of each, and how often workers asked for work. `npm run bench:limits`
import { connect } from '../src/database/connection.ts';
import { MOST_IN_A_WINDOW, PEAK } from '../tests/engine/limit-checks.ts';
import { startWorker } from '../workers/worker.ts';
import { openServer } from './server.ts';

const COUNT = Number(process.env.COUNT ?? 5000);
const WORKERS = Number(process.env.WORKERS ?? 8);
const RATE = Number(process.env.RATE ?? 500);
const SLOTS = 4;

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
const value = async (sql: string, params: unknown[] = []): Promise<number> =>
  Number(Object.values((await db.query(sql, params)).rows[0] ?? {})[0]);
await db.query(
  `do $$ begin execute format('alter database %I set track_functions = pl', current_database()); end $$`,
);

const actors = [
  { name: 'plain' },
  { name: 'narrow', max_concurrent: 3 },
  { name: 'metered', rate: `${RATE}/1s` },
];
for (const actor of actors) {
  await db.query('select pgwave.define_actor($1)', [
    { type: 'function', handler: 'work', ...actor },
  ]);
}
for (const { name } of actors) {
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: `bench-${name}`,
      conversations: [{ name: 'step', actor: name }],
    },
  ]);
}

const workers = await Promise.all(
  Array.from({ length: WORKERS }, () =>
    startWorker({
      databaseUrl: url,
      concurrency: SLOTS,
      functions: {
        work: async () => {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
          return {};
        },
      },
      onError: (error) => console.error(error),
    }),
  ),
);

/** Runs so many runs of one step to their end. Returns the seconds from the first begin, and how often workers asked for work. */
async function drain(actor: string): Promise<{ seconds: number; asked: number }> {
  const asked = () =>
    value(
      `select coalesce(sum(calls), 0) from pg_stat_user_functions where funcname = 'begin_ready'`,
    );
  const before = await asked();
  await db.query('select count(pgwave.start_workflow($1::text)) from generate_series(1, $2::int)', [
    `bench-${actor}`,
    COUNT,
  ]);
  const from = performance.now();
  const open = () => value('select count(*) from pgwave.workflow_runs where finished_at is null');
  while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const seconds = (performance.now() - from) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 1500)); // statistics of functions come late
  return { seconds, asked: (await asked()) - before };
}

try {
  const plain = await drain('plain');
  console.log(
    `no limit: ${COUNT} interactions in ${plain.seconds.toFixed(1)} s, ${Math.round(COUNT / plain.seconds)}/s; ` +
      `workers asked ${(plain.asked / COUNT).toFixed(2)} times for each`,
  );
  const narrow = await drain('narrow');
  console.log(
    `max_concurrent 3: ${COUNT} interactions in ${narrow.seconds.toFixed(1)} s, ${Math.round(COUNT / narrow.seconds)}/s; ` +
      `most at one instant ${await value(PEAK, ['narrow'])}; workers asked ${(narrow.asked / COUNT).toFixed(2)} times for each`,
  );
  const metered = await drain('metered');
  console.log(
    `rate ${RATE}/1s: ${COUNT} interactions in ${metered.seconds.toFixed(1)} s, ${Math.round(COUNT / metered.seconds)}/s; ` +
      `most in any second ${await value(MOST_IN_A_WINDOW, ['metered', '1s'])}; workers asked ${(metered.asked / COUNT).toFixed(2)} times for each`,
  );
} finally {
  await Promise.all(workers.map((worker) => worker.stop()));
  await db.end();
  await server.close();
}
