import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asPerson, makeProperties, type Property } from '../access/people.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

// Statistics of a time range, on runs whose times are set: for each relation to Ann ten runs at noon, one every minute, of which
// the tenth failed and the ninth was cancelled. Each took three seconds, and had an interaction with two attempts.

const FROM = '2026-03-01T12:00:00Z';
const UNTIL = '2026-03-01T13:00:00Z';
const RANGE = `'${FROM}', '${UNTIL}'`;

let db: TestDatabase;
let properties: Property[];

/** Rows of runs that ended long ago, and of what they did; times are set, so the engine does not write them. */
async function insertRuns(
  client: pg.ClientBase,
  workflow: string,
  owner: string,
  first: number,
): Promise<void> {
  await client.query(
    `with runs as (
       insert into pgwave.workflow_runs (workflow_run_id, workflow_id, workflow_version_id, status, environment, operator, owner,
         visibility, error, prompt_tokens, completion_tokens, cost, created_at, started_at, finished_at)
       select $3::int + i, w.workflow_id, w.latest_version_id,
              (case i when 10 then 'failed' when 9 then 'cancelled' else 'completed' end)::pgwave.run_status, 'prod', 'bob', $2,
              w.visibility, case i when 10 then '{"code": "timeout", "message": "too slow"}'::jsonb end, 20, 10, 0.5,
              t.at, t.at, t.at + interval '3 s'
         from generate_series(1, 10) i
        cross join lateral (select $4::timestamptz + (i - 1) * interval '1 min' as at) t
         join pgwave.workflows w on w.workflow_name = $1
       returning *
     ), tried as (
       insert into pgwave.interaction_attempts (interaction_id, workflow_run_id, attempt, actor_id, actor_revision, started_at,
         ended_at, outcome, error, usage)
       select r.workflow_run_id, r.workflow_run_id, n, a.actor_id, 1, r.created_at + (n - 1) * interval '1 s',
              r.created_at + n * interval '1 s', case n when 1 then 'failed' else 'completed' end,
              case n when 1 then '{"code": "rate_limited"}'::jsonb end,
              '{"model": "gemma3:1b", "prompt_tokens": 10, "completion_tokens": 5}'
         from runs r cross join generate_series(1, 2) n join pgwave.actors a on a.actor_name = 'priced'
     )
     insert into pgwave.interactions (interaction_id, workflow_run_id, conversation_id, actor_id, status, attempt, owner,
       visibility, prompt_tokens, completion_tokens, cost, created_at, started_at, completed_at)
     select r.workflow_run_id, r.workflow_run_id, c.conversation_id, a.actor_id, 'completed', 2, $2, r.visibility, 20, 10, 0.5,
            r.created_at, r.created_at + interval '1 s', r.created_at + interval '2 s'
       from runs r join pgwave.conversations c on c.workflow_id = r.workflow_id and c.conversation_name = 'work'
       join pgwave.actors a on a.actor_name = 'priced'`,
    [workflow, owner, first, FROM],
  );
}

beforeAll(async () => {
  db = await createTestDatabase();
  properties = await makeProperties(db);
  await db.query('select pgwave.define_actor($1)', [
    {
      name: 'priced',
      type: 'ai_model',
      model: 'gemma3:1b',
      price: { prompt_per_million: 20_000, completion_per_million: 10_000 },
    },
  ]);
  const client = await db.pool.connect();
  // no triggers: rows of the past
  await client.query("set session_replication_role = 'replica'");
  for (const [index, { workflow, relation }] of properties.entries()) {
    await insertRuns(client, workflow, relation === 'owner' ? 'ann' : 'bob', 500_000 + 100 * index);
  }
  // Ann started one run of what is not hers, and a decision of another waits for her.
  await client.query("update pgwave.workflow_runs set owner = 'ann' where workflow_run_id = $1", [
    500_000 + 100 * 4 + 1,
  ]);
  await client.query(
    `insert into pgwave.waits (interaction_id, workflow_run_id, conversation_id, iteration, waits_for, assignees)
     values ($1, $1, 1, 0, 'human', '{ann}')`,
    [500_000 + 100 * 4 + 2],
  );
  await client.query(
    `insert into pgwave.workflow_runs (workflow_run_id, workflow_id, workflow_version_id, status, operator, owner, created_at,
       started_at, finished_at)
     select 600000 + i, w.workflow_id, w.latest_version_id, 'completed', 'bob', 'bob', t.at, t.at, t.at + interval '1 s'
       from generate_series(1, 20000) i
      cross join lateral (select '2025-01-01'::timestamptz + i * interval '1 min' as at) t
       join pgwave.workflows w on w.workflow_name = 'wf_granted'`,
  );
  await client.query('analyze pgwave.workflow_runs');
  client.release(true);
});

afterAll(() => db.close());

describe('run_statistics', () => {
  test('counts starts and ends in buckets, also in empty ones; a time belongs to one bucket', async () => {
    const rows = await db.query(
      `select * from pgwave.run_statistics(${RANGE}, '5 min', 'wf_owner', 'prod') limit 3`,
    );
    const both = { prompt_tokens: '100', completion_tokens: '50', cost: '2.5', p50_ms: 3000 };
    expect(rows).toMatchObject([
      { started: '5', completed: '5', failed: '0', cancelled: '0', errors: {}, ...both },
      { started: '5', completed: '3', failed: '1', cancelled: '1', ...both, p95_ms: 3000 },
      { started: '0', completed: '0', failed: '0', cost: '0', p50_ms: null, errors: {} },
    ]);
    expect(rows[1]?.errors).toEqual({ timeout: 1 });
    expect(rows[1]?.bucket_from).toEqual(new Date('2026-03-01T12:05:00Z'));
    expect(rows[1]?.bucket_until).toEqual(new Date('2026-03-01T12:10:00Z'));
  });

  test('has one row without buckets, and leaves out other workflows and environments', async () => {
    const sum = async (rest: string) =>
      (await db.query(`select * from pgwave.run_statistics(${RANGE}${rest})`)).map((row) => [
        row.started,
        row.completed,
        row.failed,
      ]);
    expect(await sum('')).toEqual([['50', '40', '5']]);
    expect(await sum(", workflow => 'wf_owner'")).toEqual([['10', '8', '1']]);
    expect(await sum(", environment => 'dev'")).toEqual([['0', '0', '0']]);
  });

  test.each([
    [`'${UNTIL}', '${FROM}'`, 'PWINP'],
    [`${RANGE}, '1 s'`, 'PWINP'],
    [`${RANGE}, '1 month'`, 'PWINP'],
    [`${RANGE}, '0 s'`, 'PWINP'],
    [`${RANGE}, workflow => 'nothere'`, 'PWNOF'],
    [`${RANGE}, environment => 'moon'`, 'PWINP'],
  ])('refuses %s', async (args, code) => {
    await expect(db.query(`select * from pgwave.run_statistics(${args})`)).rejects.toMatchObject({
      code,
    });
  });
});

describe('the others', () => {
  test('count by workflow, conversation, actor, and model', async () => {
    const one = async (call: string) => (await db.query(`select * from pgwave.${call}`))[0];
    expect(await db.query(`select * from pgwave.workflow_statistics(${RANGE})`)).toHaveLength(5);
    expect(await one(`workflow_statistics(${RANGE})`)).toMatchObject({
      started: '10',
      completed: '8',
      failed: '1',
      cancelled: '1',
      p95_ms: 3000,
      errors: { timeout: 1 },
    });
    expect(await one(`conversation_statistics(${RANGE}, 'wf_owner')`)).toMatchObject({
      workflow_name: 'wf_owner',
      conversation_name: 'work',
      interactions: '10',
      completed: '10',
      p50_ms: 1000,
      total_ms: 10_000,
      prompt_tokens: '200',
      cost: '5.0',
    });
    expect(await one(`actor_statistics(${RANGE}, 'wf_owner')`)).toMatchObject({
      actor_name: 'priced',
      attempts: '20',
      completed: '10',
      failed: '10',
      errors: { rate_limited: 10 },
      prompt_tokens: '200',
      completion_tokens: '100',
      // 200 × 20,000 and 100 × 10,000 a million
      cost: '5.00',
    });
    expect(await one(`model_statistics(${RANGE})`)).toMatchObject({
      model: 'gemma3:1b',
      calls: '100',
      failed: '50',
      cached: '0',
      completion_tokens: '500',
    });
  });

  test('lead to their runs', async () => {
    const found = async (rest: string) =>
      (await db.query(`select workflow_run_id from pgwave.runs_by_attempt(${RANGE}${rest})`))
        .length;
    expect(await found('')).toBe(50);
    expect(await found(", actor => 'priced', code => 'rate_limited'")).toBe(50);
    expect(await found(", model => 'another'")).toBe(0);
    expect(await found(", code => 'timeout'")).toBe(0);
    expect(
      await db.query(
        `select workflow_run_id::int as id from pgwave.runs_by_attempt('2026-03-01 12:01Z', '2026-03-01 12:02Z')
         order by 1 limit 2`,
      ),
    ).toEqual([{ id: 500_002 }, { id: 500_102 }]);
  });
});

describe('whoever asks', () => {
  /** What statistics count, and what the rows say that the caller may read; both by the policies. */
  const COUNTED: Record<string, [statistics: string, rows: string]> = {
    runs: [
      `select sum(completed + failed + cancelled) as n from pgwave.run_statistics(${RANGE})`,
      `select count(*) as n from pgwave.workflow_runs where finished_at >= '${FROM}' and finished_at < '${UNTIL}'`,
    ],
    workflows: [
      `select sum(started) as n from pgwave.workflow_statistics(${RANGE})`,
      `select count(*) as n from pgwave.workflow_runs where created_at >= '${FROM}' and created_at < '${UNTIL}'`,
    ],
    conversations: [
      `select sum(interactions) as n from pgwave.conversation_statistics(${RANGE})`,
      `select count(*) as n from pgwave.interactions where completed_at >= '${FROM}' and completed_at < '${UNTIL}'`,
    ],
    actors: [
      `select sum(attempts) as n from pgwave.actor_statistics(${RANGE})`,
      `select count(*) as n from pgwave.interaction_attempts where ended_at >= '${FROM}' and ended_at < '${UNTIL}'`,
    ],
    models: [
      `select sum(calls) as n from pgwave.model_statistics(${RANGE})`,
      `select count(*) as n from pgwave.interaction_attempts where ended_at >= '${FROM}' and ended_at < '${UNTIL}'`,
    ],
  };

  test.each(Object.entries(COUNTED))('counts the %s that they may read', async (_name, pair) => {
    const counts = async (sql: string) =>
      Promise.all(
        (
          [
            ['ann', 'pgwave_viewer'],
            ['bob', 'pgwave_operator'],
            ['nobody', 'pgwave_viewer'],
            ['root', 'pgwave_admin'],
          ] as const
        ).map(async ([who, role]) =>
          Number((await asPerson<{ n: string | null }>(db, who, role, sql))[0]?.n ?? 0),
        ),
      );
    const [counted, read] = [await counts(pair[0]), await counts(pair[1])];
    expect(counted).toEqual(read);
    // her own, operable, granted, public, and two of a stranger's
    expect(counted[0]).toBe(((counted[3] as number) / 50) * 42);
  });

  test('reads the rows of the range, not the history', async () => {
    for (const role of ['pgwave_viewer', 'pgwave_admin'] as const) {
      const read = await db.as('pgwave_api', async (api) => {
        await api.query(`begin; set local role ${role}; set local pgwave.identity = 'ann'`);
        await api.query(`select * from pgwave.run_statistics(${RANGE}, '5 min')`);
        await api.query(`select * from pgwave.workflow_statistics(${RANGE})`);
        await api.query(`select * from pgwave.conversation_statistics(${RANGE})`);
        const { rows } = await api.query(
          `select sum(seq_tup_read + idx_tup_fetch)::int as n from pg_stat_xact_user_tables
            where relname like 'workflow\\_runs\\_%'`,
        );
        await api.query('rollback');
        return rows[0].n as number;
      });
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(2000);
    }
  });
});
