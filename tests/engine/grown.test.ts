// What a run costs does not grow with the partitions: nothing on its way is planned anew, or done by parallel workers.

import { beforeAll, describe, expect, it } from 'vitest';
import { useDriver, type Work } from './driver.ts';

const driver = useDriver();

beforeAll(async () => {
  await driver().db.query('select pgwave.make_partitions(8)');
});

/** Starts runs of a chain of two and drives them to their end, each time with one call for all. */
async function driveChain(flow: string, runs: number): Promise<void> {
  const d = driver();
  const { client } = d.worker;
  await client.query('select pgwave.start_workflow($1) from generate_series(1, $2)', [flow, runs]);
  for (let works = await d.begin(runs); works.length > 0; ) {
    const answers = works.map((work): [Work, { response: string }] => [work, { response: 'done' }]);
    works = (await d.complete(answers, d.worker, runs)).work;
  }
}

const defineChain = () =>
  driver().define({
    a: { branches: ['b'] },
    b: { actor: 'model', prompt: 'Read {{ a.response }}.' },
  });

describe('a run from its start to its seal', () => {
  it('has no parallel workers, however dear the server thinks that it is', async () => {
    const d = driver();
    const { client } = d.worker;
    const flow = await defineChain();
    // Where the server has them: the last is not in PostgreSQL 15.
    await client.query(
      `select set_config(s.name, g.value, false)
         from pg_settings s
         join (values ('parallel_setup_cost', '0'), ('parallel_tuple_cost', '0'), ('min_parallel_table_scan_size', '0'),
                ('min_parallel_index_scan_size', '0'), ('debug_parallel_query', 'on')) g (name, value) using (name)`,
    );
    const launched = async () => {
      const [row] = await d.db.query<{ count: string }>(
        `select to_jsonb(s) ->> 'parallel_workers_launched' as count
           from pg_stat_database s where datname = current_database()`,
      );
      return row?.count;
    };
    await client.query('select pg_stat_force_next_flush()');
    const before = await launched();
    await driveChain(flow, 1);
    await client.query('select pg_stat_force_next_flush()');
    await client.query('reset all');
    expect(await launched()).toBe(before);
  });

  it('calls no function of SQL that is planned in each call', async () => {
    const d = driver();
    const { client } = d.worker;
    const flow = await defineChain();
    await driveChain(flow, 1);
    await client.query(`set track_functions = 'all'`);
    await client.query('begin');
    // a plan that autovacuum makes stale is made again, once, and works out what is the same for all
    for (let i = 0; i < 5; i += 1) await driveChain(flow, 1);
    const { rows } = await client.query<{ name: string }>(
      `select p.oid::regproc::text as name
         from pg_stat_xact_user_functions f
         join pg_proc p on p.oid = f.funcid
         join pg_language l on l.oid = p.prolang
        where l.lanname = 'sql' and f.calls >= 5 order by 1`,
    );
    await client.query('commit');
    await client.query('reset all');
    expect(rows).toEqual([]);
  });
});

describe('a table of the walk', () => {
  it('has its key as its newest index, which the planner takes while all cost the same', async () => {
    const others = await driver().db.query(
      `select t.relname
         from pg_index x
         join pg_class t on t.oid = x.indrelid
        where t.relnamespace = 'pgwave'::regnamespace
          and regexp_replace(t.relname, '_[0-9]+$', '') in ('workflow_runs', 'interactions', 'interaction_attempts',
            'interaction_events', 'ready', 'leases')
        group by t.relname
       having max(x.indexrelid::bigint) <> max(x.indexrelid::bigint) filter (where x.indisprimary)`,
    );
    expect(others).toEqual([]);
  });

  it('that was emptied is read by key in a plan that is made then', async () => {
    const d = driver();
    const client = await d.connection();
    await client.query('begin');
    await client.query(
      `insert into pgwave.ready (interaction_id, workflow_run_id, workflow_id, lane, not_before)
       select -g, 1, 1, 'function:any', now() from generate_series(1, 5000) g`,
    );
    await client.query('commit');
    await client.query('delete from pgwave.ready where interaction_id < 0');
    await client.query('vacuum pgwave.ready');
    await client.query('set enable_seqscan = off; set enable_bitmapscan = off');
    const { rows } = await client.query<{ plan: object }>(
      `explain (format json) delete from pgwave.ready r using unnest($1::bigint[]) u (id) where r.interaction_id = u.id`,
      [[1, 2]],
    );
    await d.drop(client);
    expect(JSON.stringify(rows)).toContain('"Index Name":"ready_pkey"');
  });
});

describe('two calls of one worker', () => {
  it('fill no slot twice: each leaves free what the other may begin', async () => {
    const d = driver();
    const [first, second] = [await d.connection(), await d.connection()];
    const { rows } = await first.query<{ id: number }>(
      `select (pgwave.register_worker('here', 1, '{"model": 4, "function": 10}') ->> 'worker_id')::int as id`,
    );
    const worker = rows[0]?.id;
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { actor: 'model', prompt: 'Say.' },
    });
    for (let i = 0; i < 6; i += 1) await d.start(flow);
    const begun = await first.query<{ work: Work[] }>(
      'select pgwave.begin_interactions($1, null, 6) as work',
      [worker],
    );
    const works = begun.rows[0]?.work ?? [];
    expect(works.map((w) => w.conversation)).toEqual(Array(6).fill('a'));
    const complete = (client: typeof first, answered: Work[], beside: unknown) =>
      client.query<{ done: { work: Work[] } }>(
        'select pgwave.complete_interactions($1, $2, $3, $4) as done',
        [
          JSON.stringify(answered.map((w) => ({ ...w, input: undefined, data: {} }))),
          worker,
          answered.length,
          beside,
        ],
      );
    await first.query('begin');
    const one = await complete(first, works.slice(0, 3), null);
    // The other sees nothing of it before it is over, and is told of it.
    const lane = works[0]?.lane ?? '';
    const two = await complete(second, works.slice(3), { most: 3, lanes: { [lane]: 3 } });
    await first.query('commit');
    expect(one.rows[0]?.done.work.map((w) => w.conversation)).toEqual(['b', 'b', 'b']);
    expect(two.rows[0]?.done.work.map((w) => w.conversation)).toEqual(['b']);
    // What is left begins when nobody else may.
    const rest = await second.query<{ work: Work[] }>(
      'select pgwave.begin_interactions($1, null, 6, $2) as work',
      [worker, { most: 2, lanes: {} }],
    );
    expect(rest.rows[0]?.work).toEqual([]);
    await d.drop(first);
    await d.drop(second);
  });
});
