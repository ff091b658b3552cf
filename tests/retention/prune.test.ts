import fs from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { checkExport } from '../../src/audit/check-export.ts';
import { createFolder, runCli } from '../cli/run-cli.ts';
import { type Driver, useDriver } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

const driver = useDriver();
const DAY_MS = 86_400_000;

/** Lets so many days pass; runs are created before. */
const later = (d: Driver, days: number) =>
  setClock(d.db, new Date(Date.now() + days * DAY_MS).toISOString());
const count = (d: Driver) =>
  d.db.query('select pgwave.link_seals(), pgwave_private.count_finished_runs()');
const faults = (d: Driver) =>
  d.db.query('select workflow_run_id, fault, message from pgwave.verify_audit_all()');
const prunable = async (d: Driver, olderThan: string | null = '90 days') =>
  d.db.query<{ root: string; run: string }>(
    `select root_workflow_run_id as root, workflow_run_id as run from pgwave.list_prunable_runs($1)`,
    [olderThan],
  );
const prune = async (d: Driver, runs: string[], olderThan = '90 days'): Promise<number> =>
  (await d.db.query<{ n: number }>('select pgwave.prune_runs($1, $2) as n', [runs, olderThan]))[0]
    ?.n as number;
const totals = async (d: Driver): Promise<string[]> =>
  (await d.db.query<{ text: string }>('select pgwave.metrics() as text'))[0]?.text
    .split('\n')
    .filter((line) => /^pgwave_(runs_finished|attempts|tokens)_total/.test(line)) ?? [];

/** How many rows each table has of these runs. */
async function rowsOf(d: Driver, runs: string[]): Promise<Record<string, number>> {
  const tables = await d.db.query<{ name: string }>(
    `select a.attrelid::regclass::text as name from pg_attribute a join pg_class c on c.oid = a.attrelid
      where a.attname = 'workflow_run_id' and c.relkind in ('r', 'p') and not c.relispartition
        and c.relnamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace) order by 1`,
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await d.db.query<{ n: number }>(
      `select count(*)::int as n from ${name} where workflow_run_id = any($1)`,
      [runs],
    );
    if (row?.n) found[name] = row.n;
  }
  return found;
}

afterEach(async () => {
  // what a test pruned, forged or removed is no business of the next
  await setClock(driver().db, null);
});

describe('a few runs', () => {
  it('go by the retention of their workflow, with all that they left; seals and totals stay', async () => {
    const d = driver();
    const old = await d.define({ a: {} }, { retention: { dev: '7d', prod: '365d' } });
    const kept = await d.define({ a: {} });
    const [gone, prod, other] = [
      await d.start(old),
      await d.start(old, { environment: 'prod' }),
      await d.start(kept),
    ];
    await d.drive();
    const perform = async (): Promise<void> => {
      await d.db.query(`select pgwave.perform_duty('prune_runs', true)`);
    };
    // what the totals do not hold stays
    await later(d, 8);
    await perform();
    expect((await d.run(gone)).status).toBe('completed');
    await count(d);
    const before = await totals(d);
    await perform();
    expect(await rowsOf(d, [gone])).toEqual({
      'pgwave.run_seals': 1,
      'pgwave.seal_links': 1,
    });
    for (const run of [prod, other]) expect((await d.run(run)).status).toBe('completed');
    expect(await faults(d)).toEqual([]);
    expect(await totals(d)).toEqual(before);
    expect(
      await d.db.query('select workflow_run_ids, runs, pruned_by from pgwave.prunes'),
    ).toMatchObject([{ workflow_run_ids: [gone], runs: '1', pruned_by: 'retention' }]);
  });

  it('that take longer than a call may are shown by doctor, and go later', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }, { retention: { dev: '7d' } }));
    await d.drive();
    await count(d);
    await later(d, 8);
    await d.db.query(
      `create function public.be_slow() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return old; end $$;
       create trigger slow before delete on pgwave.workflow_runs for each row execute function public.be_slow()`,
    );
    const client = await d.connection();
    await client.query(`set statement_timeout = '500ms'`);
    const { rows } = await client.query(`select pgwave.perform_duty('prune_runs', true) as done`);
    expect(rows).toEqual([{ done: 0 }]);
    await d.drop(client);
    const found = () =>
      d.db.query(
        `select subject, message ~ '57014' as cancelled from pgwave.check_health() where finding = 'duty_fails'`,
      );
    expect(await found()).toEqual([{ subject: 'duty prune_runs', cancelled: true }]);
    expect((await d.run(run)).status).toBe('completed');
    await d.db.query('drop function public.be_slow cascade');
    await later(d, 9);
    await d.db.query(`select pgwave.perform_duty('prune_runs', true)`);
    expect(await d.run(run)).toBeUndefined();
    expect(await found()).toEqual([]);
  });

  it('take their sub-workflows, tasks, claims, signals, keys and cached answers along', async () => {
    const d = driver();
    const child = await d.define({ x: {} });
    const parent = await d.define({
      w: { type: 'workflow', workflow: child, branches: ['s'] },
      s: { type: 'signal', signal: 'go' },
    });
    const top = await d.start(parent, { idempotency_key: 'k' });
    await d.drive();
    await d.db.query(`select pgwave.send_signal($1, 'go', '1')`, [top]);
    await d.drive();
    await d.db.query(
      `insert into pgwave.model_responses values ('\\x01', 'm', 'd', '{}', '{}', 1, $1, now())`,
      [top],
    );
    const [batch] = await d.db.query<{ id: string }>(
      `select (pgwave.start_batch($1, '[{"n": 1}, {"n": 2}]')).workflow_run_id as id`,
      [child],
    );
    await d.drive();
    await d.performDue();
    await count(d);
    await later(d, 91);
    const found = await prunable(d);
    const family = found.filter(({ root }) => root === top).map(({ run }) => run);
    expect(family).toHaveLength(2);
    const all = await d.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.workflow_runs where workflow_run_id >= $1',
      [top],
    );
    expect(all.length).toBeGreaterThanOrEqual(5);
    // by itself a sub-workflow stays: the seal of its parent names it
    expect(
      await prune(
        d,
        family.filter((run) => run !== top),
      ),
    ).toBe(0);
    expect(await prune(d, [batch?.id as string])).toBe(1);
    expect(await faults(d)).toEqual([]);
    await prune(
      d,
      found.map(({ root }) => root),
    );
    const left = await rowsOf(
      d,
      all.map(({ id }) => id),
    );
    expect(Object.keys(left)).toEqual(['pgwave.run_seals', 'pgwave.seal_links']);
    expect(await faults(d)).toEqual([]);
    expect(
      await d.db.query(`select from pgwave.model_responses where cache_key = '\\x01'`),
    ).toEqual([]);
  });

  it('stay while they are young, open, or asked by a batch that goes on', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const open = await d.start(flow);
    const [batch] = await d.db.query<{ id: string }>(
      `select (pgwave.start_batch($1, '[{"n": 1}, {"n": 2}]', 1)).workflow_run_id as id`,
      [flow],
    );
    const work = await d.begin();
    const task = work.find(({ workflow_run_id: id }) => String(id) !== open);
    await d.complete([[task, { response: 'x' }]]);
    await count(d);
    await later(d, 91);
    const runs = (await prunable(d)).map(({ run }) => run);
    for (const run of [open, batch?.id, String(task?.workflow_run_id)]) {
      expect(runs).not.toContain(run);
    }
    await setClock(d.db, null);
    expect(await prunable(d)).toEqual([]);
  });

  it('are refused by the log if nobody recorded them', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    await d.drive();
    await expect(
      d.db.query('delete from pgwave.interaction_events where workflow_run_id = $1', [run]),
    ).rejects.toMatchObject({ code: 'PWAUD' });
  });
});

describe('retention of a definition', () => {
  it('is a duration for each environment', async () => {
    const d = driver();
    const codes = async (retention: unknown): Promise<string[]> =>
      (
        await d.db.query<{ fault: string }>(
          `select f.code || ' ' || f.path as fault from pgwave.validate_workflow($1) f where f.path like '/retention%' order by 1`,
          [{ name: 'kept', retention, conversations: [{ name: 'a', actor: 'noop' }] }],
        )
      ).map(({ fault }) => fault);
    expect(await codes({ dev: '7d', test: '2w', uat: 86400, prod: '365d' })).toEqual([]);
    expect(await codes({ dev: 'a week', prod: '5m' })).toEqual([
      'bad_duration /retention/dev',
      'bad_duration /retention/prod',
    ]);
    expect(await codes({ staging: '7d' })).toEqual(['unknown_field /retention/staging']);
    expect(await codes('7d')).toEqual(['wrong_type /retention']);
  });
});

describe('the audit tells retention from tampering', () => {
  /** Does something behind pgwave's back, asks the audit, and takes it back. */
  async function faultsAfter(d: Driver, ...statements: string[]): Promise<unknown[]> {
    const client = await d.connection();
    try {
      await client.query('begin');
      await client.query('set local session_replication_role = replica');
      for (const statement of statements) await client.query(statement);
      const { rows } = await client.query(
        'select distinct workflow_run_id as run, fault from pgwave.verify_audit_all()',
      );
      return rows;
    } finally {
      await client.query('rollback');
      await d.drop(client);
    }
  }

  it('of a run that is gone, a record that was changed, and one that was forged', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const [pruned, young] = [await d.start(flow), await d.start(flow)];
    await d.drive();
    await count(d);
    await later(d, 91);
    await prune(d, [pruned]);
    await setClock(d.db, null);
    expect(await faults(d)).toEqual([]);
    const wipe = [
      'interaction_events',
      'interaction_attempts',
      'interactions',
      'workflow_runs',
    ].map((table) => `delete from pgwave.${table} where workflow_run_id = ${young}`);
    expect(await faultsAfter(d, ...wipe)).toEqual([{ run: young, fault: 'run_missing' }]);
    expect(
      await faultsAfter(
        d,
        ...wipe,
        `update pgwave.prunes set workflow_run_ids = workflow_run_ids || ${young}::bigint
          where prune_id = (select max(prune_id) from pgwave.prunes)`,
      ),
    ).toContainEqual({ run: null, fault: 'prune_changed' });
    // with the right hash, but the run was too young for what the record says
    expect(
      await faultsAfter(
        d,
        ...wipe,
        `select pgwave_private.record_prune(row(null, ${young}, ${young}, '{${young}}', '{}', 1,
           now() - interval '90 days', null, 'x', null, null)::pgwave.prunes)`,
      ),
    ).toEqual([{ run: young, fault: 'run_missing' }]);
    expect(
      await faultsAfter(
        d,
        'delete from pgwave.prunes where prune_id = (select max(prune_id) from pgwave.prunes)',
      ),
    ).toContainEqual({ run: pruned, fault: 'run_missing' });
  });
});

describe('a partition', () => {
  /** Closes the partition that runs go to, and has the next one begin. */
  async function closePartition(d: Driver): Promise<void> {
    await d.db.query(`select setval('pgwave.workflow_run_ids',
      (select (last_value / 1000000 + 1) * 1000000 from pgwave.workflow_run_ids), false)`);
    await d.db.query('select pgwave.make_partitions()');
  }
  const partitions = async (d: Driver): Promise<string[]> =>
    (
      await d.db.query<{ name: string }>(
        `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
          where i.inhparent = 'pgwave.interaction_events'::regclass order by 1`,
      )
    ).map(({ name }) => name);
  const pruneWhole = async (d: Driver): Promise<number | null> =>
    Number((await d.db.query(`select pgwave.prune_partition('90 days') as n`))[0]?.n ?? Number.NaN);

  it('goes whole, waits for nobody long, and what was missing before stays missing', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const [gone, stolen] = [await d.start(flow), await d.start(flow)];
    await d.drive();
    await d.performDue();
    await count(d);
    const client = await d.connection();
    await client.query('set session_replication_role = replica');
    for (const table of [
      'interaction_events',
      'interaction_attempts',
      'interactions',
      'workflow_runs',
    ]) {
      await client.query(`delete from pgwave.${table} where workflow_run_id = $1`, [stolen]);
    }
    // it ended after all that the partition still holds
    const youngest = await d.start(flow);
    await d.drive();
    await count(d);
    expect(await prune(d, [youngest], '0')).toBe(1);
    await closePartition(d);
    const next = await d.start(flow);
    await d.drive();
    const before = await totals(d);
    expect(await pruneWhole(d)).toBeNaN(); // its runs are young
    // one of them is kept for a year
    await later(d, 91);
    expect(await pruneWhole(d)).toBeNaN();
    await later(d, 400);
    await client.query('begin');
    await client.query('select count(*) from pgwave.interactions');
    await expect(pruneWhole(d)).rejects.toMatchObject({ code: '55P03' });
    await client.query('rollback');
    expect(await partitions(d)).toContain('interaction_events_0');
    expect(await pruneWhole(d)).toBeGreaterThan(0);
    expect(await partitions(d)).not.toContain('interaction_events_0');
    await d.drop(client);
    await count(d);
    expect((await d.run(next)).status).toBe('completed');
    expect(await faults(d)).toMatchObject([{ workflow_run_id: stolen, fault: 'run_missing' }]);
    expect((await totals(d)).length).toBe(before.length);
    expect(await d.db.query('select fault from pgwave.verify_audit($1)', [gone])).toEqual([]);
    expect(await pruneWhole(d)).toBeNaN();
    // and the engine goes on
    const again = await d.start(flow);
    await d.drive();
    expect((await d.run(again)).status).toBe('completed');
  });
});

describe('pgwave prune', () => {
  it('shows what would go, keeps it in a file that proves itself, and removes it', async () => {
    const d = driver();
    const child = await d.define({ x: {} });
    const run = await d.start(await d.define({ w: { type: 'workflow', workflow: child } }));
    await d.drive();
    await count(d);
    await later(d, 91);
    const { path, remove } = createFolder({});
    try {
      const cli = (...words: string[]) =>
        runCli(['prune', '--older-than', '90d', ...words], {
          cwd: path,
          env: { DATABASE_URL: d.db.url },
        });
      const shown = await cli('--dry-run', '--json');
      expect(JSON.parse(shown.stdout).length).toBeGreaterThan(0);
      expect((await d.run(run)).status).toBe('completed');
      const done = await cli('--archive', 'runs.jsonl', '--json');
      expect(done.code, done.stderr).toBe(0);
      const documents = fs
        .readFileSync(`${path}/runs.jsonl`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(JSON.parse(done.stdout).runs).toBe(documents.length);
      expect(documents.map((each) => String(each.workflow_run_id))).toContain(run);
      for (const each of documents) expect(checkExport(each)).toEqual([]);
      expect(await d.run(run)).toBeUndefined();
      expect(
        await d.db.query('select from pgwave.prunes where archive = $1', ['runs.jsonl']),
      ).not.toEqual([]);
    } finally {
      remove();
    }
  });
});
