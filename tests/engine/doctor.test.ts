// What pgwave.check_health() finds: each finding is brought about in a transaction that is rolled back.

import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { createTestDatabase } from '../helpers/database.ts';
import { type Driver, useDriver } from './driver.ts';

interface Finding {
  finding: string;
  severity: string;
  subject: string;
  message: string;
  hint: string;
}

const driver = useDriver();
let session: pg.Client;
beforeAll(async () => {
  session = await driver().connection();
});

async function findings(client: pg.Client = session): Promise<Finding[]> {
  return (await client.query<Finding>('select * from pgwave.check_health()')).rows;
}

/** What is found after these statements, which nobody else sees; triggers are off. */
async function findAfter(...statements: (string | [string, unknown[]])[]): Promise<Finding[]> {
  await driver().beat();
  await session.query('begin; set local session_replication_role = replica');
  try {
    for (const statement of statements) {
      const [text, values] = typeof statement === 'string' ? [statement, []] : statement;
      await session.query(text, values as unknown[]);
    }
    return await findings();
  } finally {
    await session.query('rollback');
  }
}

it('a healthy database has none, empty or at work', async () => {
  const empty = await createTestDatabase();
  try {
    expect(await empty.query('select * from pgwave.check_health()')).toEqual([]);
    const facts = await empty.query<{ fact: string }>('select * from pgwave.list_health_facts()');
    expect(facts.map(({ fact }) => fact)).toContain('partitions');
  } finally {
    await empty.close();
  }
  const d = driver();
  await d.start(await atWork(d));
  await d.begin(1);
  await d.beat();
  expect(await findings()).toEqual([]);
});

it('no table of runs is read as a whole, and of many open runs the oldest and the newest are looked into', async () => {
  const d = driver();
  for (let n = 0; n < 3; n += 1) await d.start(await atWork(d), { input: { items: [1] } });
  await session.query('begin');
  try {
    await findings();
    const { rows: read } = await session.query(
      `select relname, seq_tup_read from pg_stat_xact_all_tables
        where relname ~ '^(workflow_runs|interaction(s|_attempts|_events))_\\d+$' and seq_tup_read > 0`,
    );
    expect(read).toEqual([]);
    const { rows } = await session.query<{ examined: string[]; open: string[] }>(
      `select array(select r from pgwave_private.list_examined_runs(1) r order by r) as examined,
              array(select workflow_run_id from pgwave.workflow_runs where finished_at is null order by 1) as open`,
    );
    expect(rows[0]?.open.length).toBeGreaterThan(2);
    expect(rows[0]?.examined).toEqual([rows[0]?.open.at(0), rows[0]?.open.at(-1)]);
  } finally {
    await session.query('rollback');
  }
});

/** Something of every kind: ready, running, waiting for a person, a timer, a signal, a child run and items. */
async function atWork(d: Driver): Promise<string> {
  const child = await d.define({ inner: {} });
  return d.define(
    {
      a: { branches: ['end'] },
      b: { branches: ['end'] },
      ask: { type: 'human', prompt: 'Fine?', branches: ['end'] },
      tick: { type: 'timer', wait: '1h', branches: ['end'] },
      go: { type: 'signal', signal: 'go', branches: ['end'] },
      sub: { type: 'workflow', workflow: child, branches: ['end'] },
      items: { for_each: '$input.items', branches: ['end'] },
      end: {},
    },
    { start: ['a', 'b', 'ask', 'tick', 'go', 'sub', 'items'] },
  );
}

describe('an open run', () => {
  let run: string;
  let ids: Record<string, string>;
  beforeEach(async () => {
    const d = driver();
    run = await d.start(await atWork(d), { input: { items: [1] } });
    const work = await d.begin(100);
    // a runs; all else that could is handed back, and ready
    await d.db.query('select pgwave.hand_back_interactions($1, $2)', [
      d.worker.id,
      work.filter(({ conversation }) => conversation !== 'a').map((w) => w.interaction_id),
    ]);
    ids = Object.fromEntries(
      (await d.interactions(run)).map((i) => [
        i.item_index === null ? i.conversation : `${i.conversation}[0]`,
        i.interaction_id,
      ]),
    );
    expect(await findings()).toEqual([]);
  });
  const found = (finding: string, subject: string, severity = 'broken') =>
    expect.objectContaining({ finding, subject, severity });

  it.each([
    ['running_without_lease', 'a', 'delete from pgwave.leases where interaction_id = $1'],
    [
      'running_without_lease',
      'a',
      'update pgwave.leases set attempt = 9 where interaction_id = $1',
    ],
    ['pending_without_ready', 'b', 'delete from pgwave.ready where interaction_id = $1'],
    ['waiting_without_wait', 'ask', 'delete from pgwave.waits where interaction_id = $1'],
    [
      'ready_without_pending',
      'b',
      `update pgwave.interactions set status = 'completed' where interaction_id = $1`,
    ],
    [
      'lease_without_running',
      'a',
      `update pgwave.interactions set status = 'completed' where interaction_id = $1`,
    ],
    [
      'wait_without_waiting',
      'ask',
      `update pgwave.interactions set status = 'completed' where interaction_id = $1`,
    ],
    ['ready_without_pending', 'b', 'delete from pgwave.interactions where interaction_id = $1'],
    [
      'lease_of_no_worker',
      'a',
      'update pgwave.leases set worker_id = 99 where interaction_id = $1',
    ],
  ])('%s (%s)', async (finding, conversation, statement) => {
    const id = ids[conversation];
    const list = await findAfter([statement, [id]]);
    expect(list).toContainEqual(found(finding, `interaction ${id}`));
    for (const { message, hint } of list) expect(message && hint).toBeTruthy();
  });

  it.each([
    ['run_with_nothing_open', 'broken', 'update pgwave.workflow_runs set interactions_open = 0'],
    ['run_counts_differ', 'broken', 'update pgwave.workflow_runs set interactions_open = 3'],
  ])('%s', async (finding, severity, statement) => {
    const list = await findAfter([`${statement} where workflow_run_id = $1`, [run]]);
    expect(list).toEqual([found(finding, `run ${run}`, severity)]);
  });

  it('run_that_does_not_end', async () => {
    const list = await findAfter(
      [`update pgwave.interactions set status = 'cancelled' where interaction_id = $1`, [ids.a]],
      ['delete from pgwave.leases where interaction_id = $1', [ids.a]],
      [
        `update pgwave.workflow_runs set ends_as = 'cancelled', interactions_open = interactions_open - 1 where workflow_run_id = $1`,
        [run],
      ],
    );
    expect(list).toEqual([found('run_that_does_not_end', `run ${run}`, 'warning')]);
  });

  it('child_run_without_parent', async () => {
    const [child] = await driver().db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.workflow_runs where parent_workflow_run_id = $1',
      [run],
    );
    const list = await findAfter([
      'update pgwave.waits set child_workflow_run_id = null where interaction_id = $1',
      [ids.sub],
    ]);
    expect(list).toEqual([found('child_run_without_parent', `run ${child?.id}`, 'warning')]);
  });

  it('run_ending_left, map_with_nothing_open, overdue', async () => {
    const list = await findAfter(
      [
        `insert into pgwave.run_endings values (99, $1, null, 'completed', now() - interval '2 minutes')`,
        [run],
      ],
      [`update pgwave.waits set items_open = 0 where interaction_id = $1`, [ids.items]],
      [
        `update pgwave.waits set due_at = now() - interval '2 minutes' where interaction_id = $1`,
        [ids.tick],
      ],
    );
    expect(list).toEqual([
      found('map_with_nothing_open', `interaction ${ids.items}`, 'warning'),
      found('overdue', `interaction ${ids.tick}`, 'warning'),
      found('run_ending_left', 'run 99', 'warning'),
    ]);
  });

  it('orphan', async () => {
    const [orchestrator] = await driver().db.query<{ id: string }>(
      'select interaction_id as id from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
      [run],
    );
    const subjects = async (statement: string, value: string | undefined) =>
      (await findAfter([statement, [value]]))
        .filter(({ finding }) => finding === 'orphan')
        .map(({ subject }) => subject);
    expect(
      await subjects('delete from pgwave.workflow_runs where workflow_run_id = $1', run),
    ).toContain(`interaction ${ids.ask}`);
    expect(
      await subjects('delete from pgwave.interactions where interaction_id = $1', ids.b),
    ).toEqual(
      expect.arrayContaining([
        `attempt 1 of interaction ${ids.b}`,
        `event 1 of interaction ${ids.b}`,
      ]),
    );
    expect(
      await subjects('delete from pgwave.interactions where interaction_id = $1', orchestrator?.id),
    ).toContain(`run ${run}`);
  });

  it('a lane that nobody serves, with the function that is missing', async () => {
    const list = await findAfter(
      `update pgwave.ready set not_before = now() - interval '1 minute'`,
      `delete from pgwave.workers`,
      `delete from pgwave.leases`,
    );
    const lane = list.find(({ finding }) => finding === 'lane_not_served');
    expect(lane).toMatchObject({ severity: 'broken', subject: 'lane function:noop' });
    expect(lane?.hint).toContain('exports noop');
  });

  it('a lane that stands still though it is served', async () => {
    const list = await findAfter(
      `update pgwave.ready set not_before = now() - interval '1 hour'`,
      `delete from pgwave.leases`,
    );
    expect(list).toContainEqual(found('lane_stands_still', 'lane function:noop', 'warning'));
  });

  it('a lane that is held, and one whose circuit is open', async () => {
    const hold = (columns: string, values: string): string =>
      `insert into pgwave.actor_limits (actor_id, ${columns}) select actor_id, ${values} from pgwave.actors where actor_name = 'noop'`;
    const later = `now() + interval '1 minute'`;
    expect(await findAfter(hold('held_until, held_reason', `${later}, 'rate_limited'`))).toEqual([
      found('lane_held', 'lane function:noop', 'note'),
    ]);
    const [open] = await findAfter(
      hold('circuit_opened_at, held_until, held_reason', `now(), ${later}, 'circuit_open'`),
    );
    expect(open).toEqual(found('circuit_open', 'lane function:noop', 'warning'));
  });
});

describe('the queue', () => {
  it('worker_silent', async () => {
    const list = await findAfter([
      `update pgwave.workers set seen_at = now() - interval '1 hour' where worker_id = $1`,
      [driver().worker.id],
    ]);
    expect(list).toMatchObject([{ finding: 'worker_silent', severity: 'warning' }]);
  });

  it('job_failed', async () => {
    const list = await findAfter(
      `update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'no notifier'
        where id = (select id from graphile_worker.jobs order by id limit 1)`,
    );
    expect(list).toMatchObject([{ finding: 'job_failed', severity: 'warning' }]);
    expect(list[0]?.message).toContain('no notifier');
  });

  it('job_locked_by_nobody', async () => {
    const list = await findAfter(
      `update graphile_worker._private_jobs set locked_at = now() - interval '10 minutes', locked_by = 'worker-x'
        where id = (select id from graphile_worker.jobs order by id limit 1)`,
    );
    expect(list).toMatchObject([{ finding: 'job_locked_by_nobody', severity: 'warning' }]);
    expect(list[0]?.hint).toContain(`array['worker-x']`);
  });
});

it('no_worker: work is ready, and every worker is gone', async () => {
  const d = driver();
  await d.start(await d.define({ a: {} }));
  const gone = `update pgwave.workers set seen_at = now() - interval '1 minute'`;
  const list = await findAfter(gone);
  expect(list).toContainEqual(
    expect.objectContaining({ finding: 'no_worker', subject: 'workers', severity: 'broken' }),
  );
  expect(await findAfter()).toEqual([]);
  // nothing to do, nobody there: that is how it is between the days
  await d.drive();
  expect((await findAfter(gone)).map(({ finding }) => finding)).not.toContain('no_worker');
});

describe('the server', () => {
  it('counts every connection, whoever has it', async () => {
    const d = driver();
    const count = async () =>
      (
        await d.db.query<{ n: number }>(
          'select in_use as n from pgwave_private.count_connections()',
        )
      )[0]?.n as number;
    const before = await count();
    const clients = await Promise.all(
      Array.from({ length: 5 }, () =>
        connect(d.db.roleUrl('pgwave_sql'), { applicationName: 'many' }),
      ),
    );
    const more = await count();
    await Promise.all(clients.map((client) => client.end()));
    // other tests come and go
    expect(more).toBeGreaterThanOrEqual(Math.max(before, 5));
    const listed = await d.db.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
    );
    expect(more).toBeGreaterThanOrEqual(listed[0]?.n as number);
  });

  it('connections that the workers will not get', async () => {
    const list = await findAfter(`update pgwave.workers set slots = '{"script": 100000}'`);
    expect(list).toMatchObject([{ finding: 'connections_scarce', severity: 'warning' }]);
  });

  it('partitions that are not there', async () => {
    const at = async (run: number) => {
      const list = await findAfter([`select setval('pgwave.workflow_run_ids', $1)`, [run]]);
      // a sequence does not roll back
      await session.query(
        `select setval('pgwave.workflow_run_ids', greatest(10000, (select max(workflow_run_id) from pgwave.workflow_runs)))`,
      );
      return list.map(({ severity, subject }) => `${severity} ${subject}`);
    };
    expect(await at(999_998)).toEqual([]);
    expect(await at(1_000_000)).toEqual(
      ['interaction_attempts', 'interaction_events', 'interactions', 'workflow_runs'].map(
        (table) => `warning table pgwave.${table}`,
      ),
    );
    expect(await at(1_999_999)).toContain('broken table pgwave.workflow_runs');
  });

  it.each(['nologin', `valid until '2001-01-01'`])('a role that cannot log in: %s', async (how) => {
    const list = await findAfter(`alter role pgwave_script ${how}`);
    expect(list).toMatchObject([
      { finding: 'role_cannot_log_in', severity: 'broken', subject: 'role pgwave_script' },
    ]);
  });
});

describe('dead rows', () => {
  // vacuum would hide them
  let db: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.close());

  it('that vacuum leaves in the queue', async () => {
    await db.query('alter table pgwave.leases set (autovacuum_enabled = off)');
    const client = await db.pool.connect();
    try {
      await client.query(
        `insert into pgwave.leases select n, n, 1, 'x', 1, now() from generate_series(1, 51000) n`,
      );
      await client.query('delete from pgwave.leases');
      await client.query('select pg_stat_force_next_flush()');
      await client.query('select 1');
      const { rows } = await client.query('select * from pgwave.check_health()');
      expect(rows).toMatchObject([
        { finding: 'dead_rows', severity: 'warning', subject: 'table pgwave.leases' },
      ]);
    } finally {
      client.release();
    }
  });
});

it('is for pgwave_admin', async () => {
  const d = driver();
  await d.db.as('pgwave_admin', async (client) => {
    expect((await client.query('select * from pgwave.check_health()')).rows).toBeDefined();
  });
  await d.db.as('pgwave_viewer', async (client) => {
    await expect(client.query('select * from pgwave.check_health()')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
