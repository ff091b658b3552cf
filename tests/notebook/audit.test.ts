import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';
import fc from '../helpers/fast-check.ts';

const driver = useDriver();
const TAMPERINGS = Number(process.env.PGWAVE_TAMPERINGS ?? 60);

interface Row {
  table: string;
  key: Record<string, string>;
}
let runs: string[] = [];
const rows: Row[] = [];
const columns: Record<string, { name: string; type: string }[]> = {};

/** What the audit covers: the key of a row, and the columns that are no part of what happened, each with the reason. */
const COVERED: Record<string, { key: string[]; not?: Record<string, string>; where?: string }> = {
  'pgwave.workflow_runs': { key: ['workflow_run_id'], not: { visibility: 'who may see it' } },
  'pgwave.interactions': {
    key: ['interaction_id', 'workflow_run_id'],
    not: { visibility: 'who may see it', event_data: 'a copy of the last event' },
  },
  'pgwave.interaction_attempts': {
    key: ['interaction_id', 'workflow_run_id', 'attempt'],
    not: { late_answer: 'comes after the seal' },
  },
  'pgwave.interaction_events': { key: ['interaction_id', 'workflow_run_id', 'seq'] },
  'pgwave.prunes': { key: ['prune_id'] },
  'pgwave.run_seals': { key: ['run_seal_id'] },
  'pgwave.run_reopenings': { key: ['workflow_run_id', 'segment'] },
  'pgwave.seal_links': { key: ['seal_link_id'], not: { linked_at: 'no part of the chain' } },
  'pgwave.signals': { key: ['signal_id'] },
  'pgwave.batches': {
    key: ['workflow_run_id'],
    not: {
      visibility: 'who may see it',
      tasks_pending: 'the tasks are counted in the output of the orchestrator',
      tasks_running: 'the tasks are counted in the output of the orchestrator',
      tasks_completed: 'changes when a run is retried later',
      tasks_failed: 'changes when a run is retried later',
      tasks_cancelled: 'changes when a run is retried later',
    },
  },
  'pgwave.batch_tasks': {
    key: ['workflow_run_id', 'position'],
    not: {
      visibility: 'who may see it',
      claimed: 'whether others may have the task',
      ended_at: 'changes when a run is retried later',
      error: 'changes when a run is retried later; its code is in the digest',
      status: 'changes when a run is retried later; it is in the digest',
    },
  },
  // an old one that no run went by says nothing of what ran
  'pgwave.workflow_versions': {
    key: ['workflow_version_id'],
    where: `exists (select from pgwave.workflow_runs r where r.workflow_version_id = workflow_versions.workflow_version_id)
      or exists (select from pgwave.workflows w where w.latest_version_id = workflow_versions.workflow_version_id)`,
  },
  'pgwave.conversation_versions': { key: ['conversation_version_id'] },
  'pgwave.conversations': { key: ['conversation_id'], where: 'workflow_id is not null' },
  'pgwave.branches': { key: ['branch_id'] },
  'pgwave.contracts': { key: ['contract_id'] },
  'pgwave.workflow_probes': { key: ['workflow_version_id', 'purpose', 'probe_name'] },
  'pgwave.workflow_triggers': { key: ['workflow_trigger_id'] },
  'pgwave.actor_revisions': { key: ['actor_id', 'revision'] },
  'pgwave.actors': {
    key: ['actor_id'],
    not: {
      lane: 'where work queues',
      enabled: 'whether it begins',
      owner: 'who may change it',
      created_at: 'its first revision says when',
      updated_at: 'its revision says when',
    },
  },
  'pgwave.workflows': {
    key: ['workflow_id'],
    not: {
      description: 'of its latest version',
      enabled: 'whether it starts',
      owner: 'who may change it',
      visibility: 'who may see it',
      latest_version_id: 'runs name their version',
      part_of_workflow_id: 'whose permissions it has; runs name their version',
      created_at: 'its first version says when',
      deleted_at: 'its runs stay',
    },
  },
  'pgwave.prompts': {
    key: ['prompt_id'],
    not: { owner: 'who may change it', created_at: 'its first version says when' },
  },
  'pgwave.prompt_versions': { key: ['prompt_id', 'version'] },
  'pgwave.prompt_labels': { key: ['prompt_id', 'label', 'move'] },
  // one that no run went by is worked out anew by the next
  'pgwave_private.plans': {
    key: ['plan_id'],
    where: 'exists (select from pgwave.workflow_runs r where r.plan_id = plans.plan_id)',
  },
  'pgwave_private.plan_conversations': { key: ['plan_id', 'conversation_id'] },
  'pgwave_private.plan_edges': { key: ['plan_id', 'from_conversation_id', 'to_conversation_id'] },
  'pgwave_private.loop_bodies': { key: ['branch_id', 'conversation_id'] },
};
/** Tables that say nothing of what ran, and why. */
const NOT_COVERED: Record<string, string> = {
  'pgwave.actor_limits': 'when work begins',
  'pgwave.dataset_examples': 'what workflows are measured by; a run holds its input',
  'pgwave.dataset_versions': 'what workflows are measured by; a run holds its input',
  'pgwave.datasets': 'what workflows are measured by; a run holds its input',
  'pgwave.evaluation_judges': 'the runs that judge name their evaluation',
  'pgwave.evaluation_scores': 'worked out from what runs and judges answered',
  'pgwave.evaluations': 'the input of the run of the batch says the same',
  'pgwave.idempotency_keys': 'which start a key led to',
  'pgwave.leases': 'who has what now',
  'pgwave.host_models': 'whose turn it is, and what turns cost',
  'pgwave.model_hosts': 'which model servers there are now',
  'pgwave.model_responses': 'answers that may be used again; the interaction holds what was used',
  'pgwave.ready': 'what may begin now',
  'pgwave.response_chunks': 'text that is still coming',
  'pgwave.run_endings': 'what a parent has still to be told',
  'pgwave.schedule_firings': 'the run says that a schedule started it',
  'pgwave.schedules': 'the run says that a schedule started it',
  'pgwave.task_claims': 'who has a task now',
  'pgwave.waits': 'what is waited for now',
  'pgwave.webhooks': 'the run says that the API started it',
  'pgwave.workers': 'who is alive now',
  'pgwave.workflow_deployment_history': 'the run names its version',
  'pgwave.workflow_deployments': 'the run names its version',
  'pgwave.workflow_permissions': 'who may see it',
  'pgwave.workflow_templates': 'what a definition may start from',
  'pgwave_private.actor_begins': 'what a rate counts',
  'pgwave_private.attempt_secrets': 'how scripts show who they are',
  'pgwave_private.budget_entries': 'what a budget still holds',
  'pgwave_private.table_changes': 'which watched tables changed',
  'pgwave_private.watched_tables': 'which tables make schedules due',
  'pgwave_private.throttled_starts': 'when runs of a throttle key began, or will',
  'pgwave_private.run_slots': 'which open runs have a slot of a concurrency key',
  'pgwave_private.discovery_faults': 'which queries fail now',
  'pgwave_private.duty_faults': 'which duties fail now',
  'pgwave_private.duty_times': 'when duties were done',
  'pgwave_private.job_pools': 'whose sessions live now',
  'pgwave_private.login_secrets': 'how roles log in',
  'pgwave_private.metric_totals': 'sums of what seals cover',
  'pgwave_private.run_traces': 'the trace of whoever started it',
  'pgwave_private.steps_to_undo': 'what is to be undone',
  'pgwave_private.trace_exports': 'what was sent to a collector',
  'pgwave_private.migration_lock': 'who migrates now',
  'pgwave_private.name_locks': 'rows to lock',
  'pgwave_private.suspects': 'what begins alone',
  'pgwave_private.seals_to_link': 'what is to be linked',
  'pgwave_private.installed_behaviour': 'what was loaded',
  'pgwave_private.watches': 'who listens now',
};

/** A chosen actor, a block with last steps, a person who is late, and what undoes all that. */
async function seedSaga(): Promise<void> {
  const d = driver();
  const undo = { actor: 'noop', params: { n: '$output.n ?' } };
  const saga = await d.define({
    book: {
      actor: { choose: '$input.who', from: ['noop', 'other'] },
      branches: ['trip'],
      compensate: undo,
    },
    trip: {
      type: 'workflow',
      block: {
        steps: [{ name: 'fly', actor: 'noop', params: { n: '$book.n ?' }, compensate: undo }],
        finally: [{ name: 'last', actor: 'noop' }],
      },
      compensate: true,
      branches: ['ask'],
    },
    ask: {
      type: 'human',
      prompt: 'Fine?',
      due: [
        { after: '1h', assign: ['grace'] },
        { after: '2h', then: 'fail' },
      ],
    },
  });
  const run = await d.start(saga, { input: { who: 'other' } });
  await d.drive({ book: { data: { n: 1 } } });
  await setClock(d.db, new Date(Date.now() + 3 * 3600_000));
  for (let rounds = 0; rounds < 3; rounds++) await d.performDue();
  await d.drive();
  await setClock(d.db, null);
  expect(await d.run(run)).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
  const undone = await d.db.query<{ name: string }>(
    `select c.conversation_name as name from pgwave.interactions i join pgwave.conversations c using (conversation_id)
      join pgwave.workflow_runs u using (workflow_run_id)
     where u.compensates_workflow_run_id is not null and i.conversation_id <> 9198 and i.status = 'completed'`,
  );
  expect(undone.map(({ name }) => name).sort()).toEqual(['book', 'fly', 'steps', 'trip']);
}

/** Every kind of run that leaves rows of its own: loops, maps, a retry, a fork, a signal, a child run, a batch. */
async function seed(): Promise<void> {
  const d = driver();
  const flow = await d.define(
    {
      a: { branches: ['b', 'c', 'm'] },
      b: {
        branches: [
          { when: '[AGAIN]', to: 'b', loop: 2 },
          { otherwise: true, to: 'z' },
        ],
      },
      c: { branches: [{ when: '$output.data.never == true', to: 'z' }] },
      m: { for_each: '$a.data.list', branches: ['z'] },
      z: { output: { type: 'object' } },
    },
    { input: { type: 'object' }, expected_work: { one: 'select 1' } },
  );
  const tags = ['AGAIN', 'DONE', 'DONE'];
  const answers = {
    state_probe: { data: { expected_work: { one: 1 } } },
    a: { data: { list: [1, 2] }, usage: { model: 'm', model_digest: 'd', options: { seed: 1 } } },
    b: () => ({ data: { tag: tags.shift() ?? 'DONE' } }),
    z: { data: {} },
  };
  const done = await d.start(flow);
  await d.drive(answers);
  const retried = await d.start(flow);
  await d.drive({
    ...answers,
    m: { error: { code: 'function_error', message: 'no', retryable: false } },
  });
  await d.db.query('select pgwave.retry_workflow_run($1)', [retried]);
  await d.drive(answers);
  await d.db.query('select pgwave.fork_workflow_run($1, $2)', [done, 'b']);
  await d.drive(answers);
  const child = await d.define({ x: {} });
  const parent = await d.define(
    {
      w: { type: 'workflow', workflow: child, branches: ['s'] },
      s: { type: 'signal', signal: 'go' },
    },
    { on_completion: [{ workflow: child }] },
  );
  const waiting = await d.start(parent);
  await d.drive();
  await d.db.query("select pgwave.send_signal($1, 'go', '1')", [waiting]);
  await d.drive();
  await seedSaga();
  const prompted = await d.define({ x: {} });
  for (const text of ['one', 'two']) {
    await d.db.query(
      "select pgwave.define_prompt('say', $1), pgwave.label_prompt('say', 'production')",
      [text],
    );
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: prompted,
        conversations: [{ name: 'x', actor: 'model', prompt: { use: 'say@production' } }],
      }),
    ]);
    await d.start(prompted);
    await d.drive();
  }
  await d.db.query('select pgwave.start_batch($1, $2)', [child, '[{"n": 1}, {"n": 2}]']);
  const pruned = await d.start(child);
  await d.drive();
  await d.db.query('select pgwave.link_seals(), pgwave_private.count_finished_runs()');
  await d.db.query(`select pgwave.prune_runs(array[$1::bigint], '0')`, [pruned]);
}

beforeAll(async () => {
  const d = driver();
  await seed();
  expect(
    await d.db.query('select workflow_run_id from pgwave.workflow_runs where finished_at is null'),
  ).toEqual([]);
  runs = (
    await d.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.workflow_runs order by 1',
    )
  ).map((r) => r.id);
  await d.db.query('select pgwave.link_seals()');
  for (const [table, { key: keys, where: only }] of Object.entries(COVERED)) {
    columns[table] = await d.db.query(
      `select a.attname as name, a.atttypid::regtype::text as type from pg_attribute a
        where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum`,
      [table],
    );
    for (const key of await d.db.query<Record<string, string>>(
      `select ${keys.map((k) => `quote_literal(${k}) as ${k}`).join(', ')} from ${table}
        where ${only ?? 'true'} order by ${keys.join(', ')}`,
    )) {
      rows.push({ table, key });
    }
  }
});

/** An expression for a value that differs from the column's present one. */
function otherValue(name: string, type: string): string {
  if (type === 'jsonb') return `coalesce(${name}, '{}') || '{"tampered": true}'`;
  if (type === 'bytea') return `coalesce(${name}, '') || '\\x01'`;
  if (type === 'bigint[]') return `coalesce(${name}, '{}') || 1::bigint`;
  if (type === 'jsonpath') return `'$.tampered'::jsonpath`;
  if (type === 'boolean') return `not ${name}`;
  if (/^(integer|text)\[\]$/.test(type))
    return `coalesce(${name}, '{}') || '1'::${type.slice(0, -2)}`;
  if (type === 'text') return `coalesce(${name}, '') || 'x'`;
  if (type.startsWith('timestamp')) return `coalesce(${name}, now()) + interval '1 microsecond'`;
  if (/^(bigint|integer|numeric)$/.test(type)) return `coalesce(${name}, 0) + 500`;
  if (type === 'interval') return `coalesce(${name}, '0') + interval '1 microsecond'`;
  if (type === 'pgwave.run_status[]')
    return `coalesce(${name}, '{}') || 'paused'::pgwave.run_status`;
  if (type === 'pgwave_private.plain_edge[]')
    return `coalesce(${name}, '{}') || row(1, '{1}', true, null)::${type.slice(0, -2)}`;
  // an enum: the first of its other labels
  return `(select (array_agg(l order by l))[1] from unnest(enum_range(null::${type})) l where l is distinct from ${name})`;
}

const where = (row: Row): string =>
  Object.entries(row.key)
    .map(([name, value]) => `${name} = ${value}`)
    .join(' and ');

/**
 * Does something as a superuser without triggers, asks the audit, and takes it back. Returns whether it has a fault to tell.
 * Where a run is named, it is asked of that run first: a part of what it is asked of all.
 */
async function isFound(client: pg.Client, statements: string[], run?: string): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query('set local session_replication_role = replica');
    try {
      for (const statement of statements) await client.query(statement);
    } catch (error) {
      // A named invariant, or a key: the database does not take it at all.
      if ((error as { code: string }).code.startsWith('23')) return true;
      throw error;
    }
    // In the list of columns: the audit ends at the first fault then, and reads no other run.
    const audits = run === undefined ? [] : [`pgwave.verify_audit(${run})`];
    for (const audit of [...audits, 'pgwave.verify_audit_all()']) {
      if ((await client.query(`select ${audit} limit 1`)).rows.length > 0) return true;
    }
    return false;
  } finally {
    await client.query('rollback');
  }
}

const change = (row: Row, column: { name: string; type: string }): string[] => [
  `update ${row.table} set ${column.name} = ${otherValue(column.name, column.type)} where ${where(row)}`,
];
const remove = (row: Row): string[] => [`delete from ${row.table} where ${where(row)}`];
/** A copy of the row under a key of its own. */
const add = (row: Row): string[] => {
  const names = (columns[row.table] ?? []).map((c) => c.name);
  const fresh = COVERED[row.table]?.key.at(row.table === 'pgwave.interactions' ? 0 : -1);
  const values = names.map((n) =>
    n === fresh || n === 'item_index' || (n === 'segment' && row.table === 'pgwave.run_seals')
      ? '90000'
      : n,
  );
  return [
    `insert into ${row.table} (${names.join(', ')}) select ${values.join(', ')} from ${row.table} where ${where(row)}`,
  ];
};
/** A definition more changes nothing of what ran. */
const ADDED = new Set([
  'pgwave.workflow_runs',
  'pgwave.interactions',
  'pgwave.interaction_events',
  'pgwave.run_seals',
  'pgwave.signals',
  'pgwave.batch_tasks',
  'pgwave.conversation_versions',
  'pgwave.branches',
]);
const coveredColumns = (table: string) =>
  (columns[table] ?? []).filter((c) => COVERED[table]?.not?.[c.name] === undefined);
const swap = (row: Row): string[] => {
  const { interaction_id: i } = row.key;
  const seq = Number(row.key.seq?.replaceAll("'", ''));
  return [
    `update pgwave.interaction_events set seq = -1 where interaction_id = ${i} and seq = ${seq}`,
    `update pgwave.interaction_events set seq = ${seq} where interaction_id = ${i} and seq = ${seq === 1 ? 2 : 1}`,
    `update pgwave.interaction_events set seq = ${seq === 1 ? 2 : 1} where interaction_id = ${i} and seq = -1`,
  ];
};

describe('verify_audit', () => {
  it('has nothing to say of runs that nobody touched', async () => {
    expect(await driver().db.query('select * from pgwave.verify_audit_all()')).toEqual([]);
    const each = 'pgwave.workflow_runs r cross join lateral pgwave.verify_audit(r.workflow_run_id)';
    expect(await driver().db.query(`select * from ${each}`)).toEqual([]);
    expect(runs.length).toBeGreaterThan(2);
  });

  it('has a decision for every table', async () => {
    const tables = await driver().db.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c
        where c.relnamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace)
          and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    );
    const undecided = tables
      .map((t) => t.name)
      .filter((name) => COVERED[name] === undefined && NOT_COVERED[name] === undefined);
    expect(undecided).toEqual([]);
  });

  it(
    'finds every change, removal, addition and reordering',
    async () => {
      const d = driver();
      const client = await d.connection();
      const unseen: unknown[] = [];
      const arbitrary = fc
        .tuple(
          fc.nat(),
          fc.constantFrom('change', 'change', 'change', 'remove', 'add', 'swap'),
          fc.nat(),
        )
        .map(([place, kind, column]): { what: unknown; statements: string[] } => {
          const row = rows[place % rows.length] as Row;
          const covered = coveredColumns(row.table);
          const changed = covered[column % covered.length] as { name: string; type: string };
          if (kind === 'remove') return { what: ['remove', row], statements: remove(row) };
          if (kind === 'add' && ADDED.has(row.table))
            return { what: ['add', row], statements: add(row) };
          if (kind === 'swap' && row.table === 'pgwave.interaction_events')
            return { what: ['swap', row], statements: swap(row) };
          return { what: ['change', row, changed.name], statements: change(row, changed) };
        });
      for (const { what, statements } of fc.sample(arbitrary, {
        numRuns: TAMPERINGS,
        seed: 20261121,
      })) {
        if (!(await isFound(client, statements))) unseen.push(what);
      }
      await d.drop(client);
      expect(unseen).toEqual([]);
    },
    Math.max(300_000, TAMPERINGS * 2000),
  );

  it('finds each column of each table, changed', async () => {
    const d = driver();
    const client = await d.connection();
    const unseen: string[] = [];
    for (const table of Object.keys(COVERED)) {
      const row = rows.filter((r) => r.table === table).at(-1);
      expect(row, `${table} has rows to change`).toBeDefined();
      for (const column of coveredColumns(table)) {
        if (!(await isFound(client, change(row as Row, column), row?.key.workflow_run_id)))
          unseen.push(`${table}.${column.name}`);
      }
    }
    await d.drop(client);
    expect(unseen).toEqual([]);
  });

  it('finds a whole run that is gone, its seals too', async () => {
    const d = driver();
    const client = await d.connection();
    const gone = ['interaction_events', 'interactions', 'run_seals', 'workflow_runs'].map(
      (table) => `delete from pgwave.${table} where workflow_run_id = ${runs[0]}`,
    );
    expect(await isFound(client, gone)).toBe(true);
    await d.drop(client);
  });

  it('is told by an anchor where the chain was rewritten', async () => {
    const d = driver();
    const [row] = await d.db.query<{ anchor: unknown }>('select pgwave.audit_anchor() as anchor');
    const anchor = JSON.stringify(row?.anchor);
    expect(await d.db.query('select pgwave.verify_anchor($1) as ok', [anchor])).toEqual([
      { ok: true },
    ]);
    const client = await d.connection();
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query('delete from pgwave.seal_links');
    await client.query('select pgwave.link_seals()');
    await client.query(
      "update pgwave.seal_links set link_hash = '\\x00' where seal_link_id = (select max(seal_link_id) from pgwave.seal_links)",
    );
    const { rows: answer } = await client.query('select pgwave.verify_anchor($1) as ok', [anchor]);
    await client.query('rollback');
    expect(answer).toEqual([{ ok: false }]);
    await d.drop(client);
  });
});

/** Recomputes the last event of an interaction for its row as it stands now, as whoever knows the functions can. */
const relog = (id: string): string[] => [
  `update pgwave.interaction_events e set data = pgwave_private.event_data(i),
          event_hash = pgwave_private.event_hash(
            (select p.event_hash from pgwave.interaction_events p
              where p.interaction_id = e.interaction_id and p.seq = e.seq - 1),
            e.interaction_id, e.workflow_run_id, e.seq, e.event_type, e.occurred_at, pgwave_private.event_data(i))
     from pgwave.interactions i where i.interaction_id = e.interaction_id and i.event_seq = e.seq and e.interaction_id = ${id}`,
  `update pgwave.interactions i set event_hash = e.event_hash from pgwave.interaction_events e
    where e.interaction_id = i.interaction_id and e.seq = i.event_seq and i.interaction_id = ${id}`,
];
/** One more event of an interaction, rightly hashed. */
const logMore = (id: string, status: string, type: string): string[] => [
  `update pgwave.interactions set status = '${status}', event_type = '${type}', event_seq = event_seq + 1,
          output = case when '${status}' = 'running' then null else output end where interaction_id = ${id}`,
  `insert into pgwave.interaction_events
   select i.interaction_id, i.workflow_run_id, i.event_seq, i.event_type, i.event_at, pgwave_private.event_data(i),
          pgwave_private.event_hash(i.event_hash, i.interaction_id, i.workflow_run_id, i.event_seq, i.event_type, i.event_at,
            pgwave_private.event_data(i)) from pgwave.interactions i where i.interaction_id = ${id}`,
  `update pgwave.interactions i set event_hash = e.event_hash from pgwave.interaction_events e
    where e.interaction_id = i.interaction_id and e.seq = i.event_seq and i.interaction_id = ${id}`,
];

describe('whoever owns the database and knows the formulas', () => {
  interface Told {
    run: string;
    step: string;
    orchestrator: string;
  }
  let told: Told;
  let client: pg.Client;
  beforeAll(async () => {
    const d = driver();
    client = await d.connection();
    [told] = (await d.db.query<{ run: string; step: string; orchestrator: string }>(
      `select r.workflow_run_id as run, r.orchestrator_interaction_id as orchestrator,
              (select i.interaction_id from pgwave.interactions i
                where i.workflow_run_id = r.workflow_run_id and i.conversation_id > 9999 and i.status = 'completed' limit 1) as step
         from pgwave.workflow_runs r where r.workflow_run_id = $1`,
      [runs[0]],
    )) as [Told];
  });
  afterAll(() => driver().drop(client));

  const forge = () => [
    `update pgwave.interactions set output = '{"response": "better"}' where interaction_id = ${told.step}`,
    ...relog(told.step),
  ];
  const reseal = () => [
    `select pgwave_private.seal_runs(array[${told.run}])`,
    'select pgwave.link_seals()',
  ];
  const tricks: Record<string, () => string[]> = {
    'opens a finished run': () => [
      `update pgwave.workflow_runs set status = 'running', finished_at = null where workflow_run_id = ${told.run}`,
    ],
    'opens a finished run and forges it': () => [
      `update pgwave.workflow_runs set status = 'running', finished_at = null, input = '{"x": 1}' where workflow_run_id = ${told.run}`,
      ...forge(),
    ],
    'forges and seals again': () => [...forge(), ...reseal()],
    'forges, makes up a retry and seals again': () => [
      `select pgwave_private.note_reopening(${told.run})`,
      ...forge(),
      ...logMore(told.orchestrator, 'running', 'reopened'),
      ...logMore(told.orchestrator, 'completed', 'completed'),
      ...reseal(),
    ],
    'forges first, then makes up a retry and seals again': () => [
      ...forge(),
      `select pgwave_private.note_reopening(${told.run})`,
      ...logMore(told.orchestrator, 'running', 'reopened'),
      ...logMore(told.orchestrator, 'completed', 'completed'),
      ...reseal(),
    ],
    'forges by an event more, within a retry that never was': () => [
      `select pgwave_private.note_reopening(${told.run})`,
      ...logMore(told.step, 'pending', 'reopened'),
      `update pgwave.interactions set output = '{"response": "better"}' where interaction_id = ${told.step}`,
      ...logMore(told.step, 'completed', 'completed'),
      ...logMore(told.orchestrator, 'running', 'reopened'),
      ...logMore(told.orchestrator, 'completed', 'completed'),
      ...reseal(),
    ],
    'puts a forged seal in the place of the true one': () => [
      ...forge(),
      `delete from pgwave.run_seals where workflow_run_id = ${told.run}`,
      ...reseal(),
    ],
    'deletes all interactions and events': () => [
      `delete from pgwave.interactions where workflow_run_id = ${told.run}`,
      `delete from pgwave.interaction_events where workflow_run_id = ${told.run}`,
    ],
    'deletes an interaction without traces and seals again': () => [
      `delete from pgwave.interactions where interaction_id = ${told.step}`,
      `delete from pgwave.interaction_events where interaction_id = ${told.step}`,
      ...reseal(),
    ],
    'deletes a run and leaves its seal': () =>
      ['interaction_events', 'interaction_attempts', 'interactions', 'workflow_runs'].map(
        (table) => `delete from pgwave.${table} where workflow_run_id = ${told.run}`,
      ),
    'deletes a child run with all that is sealed of it': () =>
      ['interaction_events', 'interactions', 'run_seals', 'seal_links', 'workflow_runs'].map(
        (table) => `delete from pgwave.${table} where workflow_run_id in (
           select (output #>> '{workflow_run_id}')::bigint from pgwave.interactions where false
           union select max(seal.workflow_run_id) from pgwave.run_seals seal
            where seal.workflow_run_id in (select c.workflow_run_id from pgwave.workflow_runs c where c.triggered_by = 'sub_workflow'))`,
      ),
    'changes what a version was and hashes it anew': () => [
      `update pgwave.conversation_versions set prompt_template = '["other"]' where workflow_version_id =
         (select workflow_version_id from pgwave.workflow_runs where workflow_run_id = ${told.run})`,
      `select pgwave_private.hash_version(workflow_version_id) from pgwave.workflow_runs where workflow_run_id = ${told.run}`,
    ],
    'changes what an actor was and hashes it anew': () => [
      `update pgwave.actor_revisions r set definition = '{"x": 1}' where actor_id in
         (select actor_id from pgwave.interactions where workflow_run_id = ${told.run} and conversation_id > 9999)`,
      'update pgwave.actor_revisions r set revision_sha256 = pgwave_private.revision_digest(r)',
      `update pgwave.actors a set definition = r.definition from pgwave.actor_revisions r
        where r.actor_id = a.actor_id and r.revision = a.revision`,
    ],
    'changes what a prompt said and hashes it anew': () => [
      `update pgwave.prompt_versions v set text = 'other' where version = 1`,
      'update pgwave.prompt_versions v set version_sha256 = pgwave_private.prompt_digest(v)',
    ],
    'changes who moved a label and hashes it anew': () => [
      `update pgwave.prompt_labels l set moved_by = 'eve' where move = 1`,
      'update pgwave.prompt_labels l set move_sha256 = pgwave_private.move_digest(l)',
    ],
    'removes a prompt with all its versions': () => [
      'delete from pgwave.prompt_labels',
      'delete from pgwave.prompt_versions',
      'delete from pgwave.prompts',
    ],
    'takes a seal out of the chain': () => [
      `delete from pgwave.seal_links where seal_link_id = (select max(seal_link_id) from pgwave.seal_links)`,
    ],
  };
  it.each(Object.keys(tricks))('%s: it shows', async (name) => {
    expect(await isFound(client, (tricks[name] as () => string[])())).toBe(true);
  });
});

describe('a run that is still open', () => {
  it('has what was started, and what is done, covered already', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { branches: ['b'] }, b: {} }), {
      input: { n: 1 },
    });
    await d.complete((await d.begin()).map((work) => [work, { response: 'a' }]));
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
    const client = await d.connection();
    const unseen: string[] = [];
    const start = [
      'input operator owner mode triggered_by environment priority workflow_version_id plan_id',
      'given overrides parent_workflow_run_id forked_from_workflow_run_id created_at',
    ]
      .join(' ')
      .split(' ');
    const changes = (columns['pgwave.workflow_runs'] ?? [])
      .filter((c) => start.includes(c.name))
      .map((c) => ({ row: { table: 'pgwave.workflow_runs', key: { workflow_run_id: run } }, c }));
    for (const { id } of await d.db.query<{ id: string }>(
      'select interaction_id as id from pgwave.interactions where workflow_run_id = $1',
      [run],
    )) {
      const row = {
        table: 'pgwave.interactions',
        key: { interaction_id: id, workflow_run_id: run },
      };
      for (const c of coveredColumns(row.table)) {
        // why something waits is the queue's, until it is tried
        if (c.name !== 'pending_reason') changes.push({ row, c });
      }
    }
    for (const { row, c } of changes) {
      if (!(await isFound(client, change(row, c), run))) unseen.push(`${row.table}.${c.name}`);
    }
    await d.drop(client);
    expect(unseen).toEqual([]);
    expect(changes.length).toBeGreaterThan(80);
  });
});
