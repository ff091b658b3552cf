import { describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();

/** Runs that are finished, sealed and in the chain of all seals. */
async function finished(count: number): Promise<string[]> {
  const d = driver();
  const flow = await d.define({ a: { branches: ['b'] }, b: {} });
  const runs: string[] = [];
  for (let i = 0; i < count; i++) runs.push(await d.start(flow));
  await d.drive();
  await d.db.query('select pgwave.link_seals()');
  return runs;
}

describe('seal_runs', () => {
  it('seals any number of runs at once, each as if it were alone', async () => {
    const d = driver();
    const runs = await finished(5);
    const seals = () =>
      d.db.query<{ run_digest: string; chain_digest: string }>(
        `select workflow_run_id, run_digest, chain_digest from pgwave.run_seals
          where workflow_run_id = any($1) order by workflow_run_id`,
        [runs],
      );
    const alone = await seals();
    const together = await d.db.query(
      'select workflow_run_id, run_digest, chain_digest from pgwave_private.digest_runs($1) order by workflow_run_id',
      [runs],
    );
    expect(alone).toHaveLength(5);
    expect(together).toEqual(alone);
  });

  it('reads the attempts of a run by their keys, also where the planner thinks that there are few', async () => {
    const d = driver();
    const names = Array.from({ length: 13 }, (_, i) => `step_${i + 1}`);
    const flow = await d.define(
      Object.fromEntries(names.map((name, i) => [name, { branches: names.slice(i + 1, i + 2) }])),
    );
    await d.db.query('select pgwave.start_workflow($1) from generate_series(1, 30)', [flow]);
    await d.drive();
    await d.db.query('analyze pgwave.interactions, pgwave.interaction_attempts');
    const client = await d.connection();
    // As complete_interactions has it.
    await client.query(
      'set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_bitmapscan = off',
    );
    await client.query('prepare heads (bigint[]) as select * from pgwave_private.digest_runs($1)');
    await client.query('set plan_cache_mode = force_generic_plan');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) execute heads('{1,2}')`,
    );
    const lines = rows.map((row) => row['QUERY PLAN']);
    const conditions = lines.filter((_, i) => / on interaction_attempts_/.test(lines[i - 1] ?? ''));
    expect(conditions.length).toBeGreaterThan(0);
    for (const condition of conditions)
      expect(condition).toMatch(/Index Cond: .*interaction_id = .* AND .*workflow_run_id = /);
    await d.drop(client);
  });

  it('seals nothing where there is nothing', async () => {
    const d = driver();
    await d.db.query("select pgwave_private.seal_runs('{}'), pgwave_private.seal_runs('{1}')");
    expect(await d.db.query('select from pgwave.run_seals where workflow_run_id = 1')).toEqual([]);
  });
});

describe('link_seals', () => {
  it('looks at new seals only, however many there are', async () => {
    const d = driver();
    await finished(3);
    const client = await d.connection();
    const plan = async () => {
      await client.query('begin');
      await client.query('select pgwave.link_seals()');
      const { rows } = await client.query<{ read: string }>(
        `select (pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid))::text as read
           from pg_class c where c.relname in ('run_seals', 'seal_links') order by c.relname`,
      );
      await client.query('rollback');
      return rows.map((row) => Number(row.read));
    };
    expect(await plan()).toEqual([0, 0]);
    await d.drop(client);
  });

  it('links every seal once, in the order of their numbers, in any number of calls', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    for (let i = 0; i < 7; i++) await d.start(flow);
    await d.drive();
    const counts = [];
    for (;;) {
      const [row] = await d.db.query<{ n: number }>('select pgwave.link_seals(3) as n');
      counts.push(row?.n);
      if (row?.n === 0) break;
    }
    expect(counts).toEqual([3, 3, 1, 0]);
    const links = await d.db.query(
      `select seal_link_id::int as link, rank() over (order by run_seal_id)::int as place from pgwave.seal_links order by 1`,
    );
    expect(links).toEqual(links.map((_, i) => ({ link: i + 1, place: i + 1 })));
    expect(await d.db.query('select * from pgwave.verify_audit_all()')).toEqual([]);
  });
});

describe('a seal of the first format', () => {
  it('goes on verifying, and still finds what was changed', async () => {
    const d = driver();
    const [run] = await finished(1);
    const client = await d.connection();
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query(
      `update pgwave.run_seals s set format = 1, run_digest = d.run_digest, chain_digest = d.chain_digest,
              seal_hash = pgwave_private.seal_hash(1, null, s.workflow_run_id, 1, s.status, s.sealed_at, d.chain_digest, d.run_digest)
         from pgwave.workflow_runs r cross join lateral pgwave_private.digest_run_1(r) d
        where s.workflow_run_id = $1 and r.workflow_run_id = $1`,
      [run],
    );
    // its link was made of another hash
    await client.query(
      `update pgwave.seal_links l set link_hash = pgwave_private.link_hash(
                (select p.link_hash from pgwave.seal_links p where p.seal_link_id = l.seal_link_id - 1), l.seal_link_id, s.seal_hash)
         from pgwave.run_seals s where s.run_seal_id = l.run_seal_id and l.workflow_run_id = $1`,
      [run],
    );
    const faults = async () =>
      (await client.query('select fault from pgwave.verify_audit($1)', [run])).rows.map(
        (row) => row.fault,
      );
    expect(await faults()).toEqual([]);
    await client.query(
      "update pgwave.workflow_runs set operator = 'somebody' where workflow_run_id = $1",
      [run],
    );
    expect(await faults()).toContain('run_changed');
    await client.query('rollback');
    await d.drop(client);
  });
});

describe('the digest of what a run did', () => {
  it('is over its interactions as jsonb prints them, in the order of their names', async () => {
    const d = driver();
    const flow = await d.define({
      step_1: { branches: ['step_2', 'step_10'] },
      step_2: { for_each: '$step_1.data.items[*]', branches: ['all'], on_failure: 'continue' },
      step_10: { on_failure: 'continue' },
      all: {},
    });
    const run = await d.start(flow, { input: { 'a "name"': 'ä\\\n\u2028' } });
    await d.drive({
      step_1: {
        response: 'said "so"\\ \n\t\u0007 ä',
        data: { items: [1.5, null, 'x "y"'], é: {} },
      },
      step_10: {
        error: { code: 'odd "code" \\', message: 'It fails.', retryable: false },
      },
    });
    const [found] = await d.db.query<{ digest: string; due: string; count: number }>(
      `select o.output ->> 'run_digest' as digest, h.due, h.count
         from pgwave.interactions o
         cross join (
           select encode(sha256(string_agg(sha256(convert_to(jsonb_build_array(
                    c.conversation_name, i.iteration, i.item_index, i.status, i.input, i.output,
                    i.error ->> 'code')::text, 'UTF8')), ''
                    order by c.conversation_name collate "C", i.iteration, i.item_index nulls first)), 'hex') as due,
                  count(*)::int as count
             from pgwave.interactions i
             join pgwave.conversations c on c.conversation_id = i.conversation_id and c.workflow_id is not null
            where i.workflow_run_id = $1) h
        where o.workflow_run_id = $1 and o.output ? 'run_digest'`,
      [run],
    );
    expect(found?.count).toBe(7);
    expect(found?.digest).toBe(found?.due);
  });
});
