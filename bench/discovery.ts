// Discovery over a million postings, of which 20,000 are pending: with an index that serves the query, nothing taken, and with
// 10,000 tasks claimed. Prints milliseconds. `npm run bench:discovery`; `POSTINGS=100000` is the short form.
import { connect } from '../src/database/connection.ts';
import { openServer } from './server.ts';

const POSTINGS = Number(process.env.POSTINGS ?? 1_000_000);
const TIMES = 7;

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });

/** The median of several calls, and the worst. */
async function time(sql: string): Promise<string> {
  const times: number[] = [];
  let rows = 0;
  for (let i = 0; i < TIMES; i += 1) {
    const from = performance.now();
    const result = await db.query<{ n: number }>(sql);
    times.push(performance.now() - from);
    rows = result.rows[0]?.n ?? 0;
  }
  times.sort((a, b) => a - b);
  return `${rows} tasks, median ${times[TIMES >> 1]?.toFixed(0)} ms, worst ${times.at(-1)?.toFixed(0)} ms`;
}

try {
  await db.query(`
    create schema if not exists bench_discovery;
    drop table if exists bench_discovery.postings;
    create table bench_discovery.postings (posting_id int primary key, description text, extracted_summary text);
    insert into bench_discovery.postings
    select n, repeat('A posting. ', 20), case when n % (${POSTINGS} / 20000) <> 0 then 'Summarised.' end
      from generate_series(1, ${POSTINGS}) n;
    create index on bench_discovery.postings (posting_id) where extracted_summary is null;
    grant usage on schema bench_discovery to pgwave_sql;
    grant select on bench_discovery.postings to pgwave_sql`);
  await db.query('vacuum analyze bench_discovery.postings');
  await db.query('select pgwave.define_actor($1)', [{ name: 'noop', type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'bench-discovery',
      pending_tasks:
        'select posting_id from bench_discovery.postings where extracted_summary is null order by posting_id',
      conversations: [{ name: 'step', actor: 'noop' }],
    },
  ]);
  const discover = `select count(*)::int as n from pgwave.discover_pending_tasks('bench-discovery')`;
  console.log(`${POSTINGS} postings: ${await time(discover)}`);
  await db.query(
    `select pgwave.process_pending_tasks('bench-discovery', 10000, max_parallel => 1000)`,
  );
  console.log(`with 10,000 claimed, 1,000 of them under way: ${await time(discover)}`);
  const dry = `select tasks as n from pgwave.process_pending_tasks('bench-discovery', 100, true)`;
  console.log(`the first hundred of what is left: ${await time(dry)}`);
} finally {
  await db.end();
  await server.close();
}
