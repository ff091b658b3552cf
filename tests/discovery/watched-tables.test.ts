import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { runSchedules } from '../../workers/schedules/run-schedules.ts';
import { useDriver } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

const driver = useDriver();
const raiseError = (error: unknown) => {
  throw error;
};
let made = 0;
let seconds = 0;

/** Lets workers look: two seconds later each time. */
async function look(): Promise<void> {
  seconds += 2;
  await setClock(driver().db, new Date(Date.UTC(2027, 0, 1, 0, 0, seconds)).toISOString());
  await runSchedules(driver().db.pool, raiseError);
}

/** A table of postings, a workflow over those that wait, and a schedule that the table makes due. */
async function watched(more: Record<string, unknown> = {}) {
  const d = driver();
  const table = `public.postings_${++made}`;
  await d.db.query(`create table ${table} (id int primary key, state text default 'new')`);
  await d.db.query(`grant select on ${table} to pgwave_sql`);
  const flow = await d.define(
    { a: {} },
    { pending_tasks: `select id from ${table} where state = 'new' order by id` },
  );
  const name = `watch-${made}`;
  const names = Object.keys(more);
  await d.db.query(
    `select pgwave.create_schedule($1, '0 0 1 1 *', $2, process_pending => true${names.map((n, i) => `, ${n} => $${i + 3}`).join('')})`,
    [name, flow, ...names.map((n) => more[n])],
  );
  await look();
  await d.db.query('select pgwave.watch_table($1, $2::regclass)', [name, table]);
  await look();
  return { table, flow, name };
}

const idsOf = async (flow: string) =>
  (
    await driver().db.query<{ id: number }>(
      `select (input ->> 'id')::int as id from pgwave.workflow_runs
        where mode = 'single' and workflow_id = (select workflow_id from pgwave.workflows where workflow_name = $1)
        order by workflow_run_id`,
      [flow],
    )
  ).map(({ id }) => id);
const changes = () => driver().db.query('select * from pgwave_private.table_changes');

describe('a watched table', () => {
  it('makes its schedule due, and discovery finds what meets its condition', async () => {
    const d = driver();
    const { table, flow, name } = await watched();
    await d.db.query(`insert into ${table} values (1), (2), (3)`);
    await d.db.query(`insert into ${table} values (4, 'old')`);
    await look();
    expect(await idsOf(flow)).toEqual([1, 2, 3]);
    expect(await changes()).toEqual([]);
    expect(
      await d.db.query(
        `select outcome, cardinality(workflow_run_ids) as runs from pgwave.schedule_firings
           join pgwave.schedules using (schedule_id) where schedule_name = $1`,
        [name],
      ),
    ).toEqual([{ outcome: 'started', runs: 1 }]);
    await d.db.query(`update ${table} set state = 'new'`);
    expect(await changes()).toEqual([]);
    await d.db.query('select pgwave.watch_table($1, $2::regclass, on_update => true)', [
      name,
      table,
    ]);
    await d.drive();
    await d.db.query(`update ${table} set state = 'done' where id < 4`);
    await look();
    expect((await idsOf(flow)).at(-1)).toBe(4);
    await d.drive();
  });

  it('writes one row for a transaction, none for one that is rolled back or finds nobody', async () => {
    const d = driver();
    const { table, name } = await watched();
    const client = await d.connection();
    await client.query('begin');
    for (let id = 1; id <= 50; id++) await client.query(`insert into ${table} values ($1)`, [id]);
    await client.query('commit');
    expect(await changes()).toHaveLength(1);
    await client.query(`begin; savepoint s; insert into ${table} values (60); rollback to s`);
    await client.query(`insert into ${table} values (61); commit`);
    expect(await changes()).toHaveLength(2);
    await client.query(`begin; insert into ${table} values (70); rollback`);
    await client.query(`insert into ${table} select g from generate_series(1000, 101000) g`);
    expect(await changes()).toHaveLength(3);
    await d.db.query('select pgwave.pause_schedule($1)', [name]);
    await client.query(`insert into ${table} values (71)`);
    await client.query(`set session_replication_role = replica`);
    await client.query(`insert into ${table} values (72)`);
    await client.query(`reset session_replication_role; truncate ${table}`);
    expect(await changes()).toHaveLength(3);
    await d.db.query('select pgwave.resume_schedule($1)', [name]);
    expect(await changes()).toHaveLength(4);
    await client.query(`alter table ${table} rename to renamed_${made}`);
    await client.query(`insert into public.renamed_${made} values (80)`);
    expect(await changes()).toHaveLength(4);
    await client.query(`drop table public.renamed_${made}`);
    await d.db.query('select pgwave.drop_schedule($1)', [name]);
    expect(await changes()).toEqual([]);
    await d.drop(client);
  });

  it('waits for no transaction, sees what commits later, and what a batch at work keeps it from', async () => {
    const d = driver();
    const { table, flow } = await watched({ max_tasks: 2 });
    const slow = await d.connection();
    await slow.query(`begin; insert into ${table} values (9)`);
    await d.db.query(`insert into ${table} values (1), (2), (3)`);
    await look();
    expect(await idsOf(flow)).toEqual([1, 2]);
    await slow.query('commit');
    await look();
    expect(await idsOf(flow)).toEqual([1, 2]);
    await d.drive();
    await d.performDue();
    await d.db.query(`update ${table} set state = 'done' where id < 3`);
    await look();
    expect(await idsOf(flow)).toEqual([1, 2, 3, 9]);
    await d.drive();
    await d.performDue();
    await d.db.query(`update ${table} set state = 'done'`);
    await look();
    await look();
    expect(await changes()).toEqual([]);
    await d.drop(slow);
  });

  it('is watched with the rights of its owner only, and written by people without any', async () => {
    const d = driver();
    const { table, flow, name } = await watched();
    await d.db.query(`grant insert on ${table} to pgwave_script`);
    const as = async (role: string, work: (client: pg.Client) => Promise<unknown>) => {
      const client = await d.connection();
      await client.query(`set session authorization ${role}`);
      try {
        return await work(client);
      } finally {
        await client.query('reset session authorization');
        await d.drop(client);
      }
    };
    await d.db.query('create role watcher login in role pgwave_author');
    await as('pgwave_script', (client) => client.query(`insert into ${table} values (5)`));
    await look();
    expect(await idsOf(flow)).toEqual([5]);
    // another's schedule; another's table
    await expect(
      as('watcher', (client) =>
        client.query('select pgwave.watch_table($1, $2::regclass)', [name, table]),
      ),
    ).rejects.toMatchObject({ code: 'PWNOF' });
    await d.db.query(
      `select pgwave.create_schedule('their', '0 0 1 1 *', process_pending => true)`,
    );
    await d.db.query(`update pgwave.schedules set owner = 'watcher' where schedule_name = 'their'`);
    await expect(
      as('watcher', (client) => client.query(`select pgwave.watch_table('their', '${table}')`)),
    ).rejects.toMatchObject({ code: '42501' });
    // a trigger that they add to a table of their own makes no schedule of others due
    await d.db.query('create schema watchers authorization watcher');
    await as('watcher', (client) =>
      client.query(`create table watchers.own (id int);
        create trigger t after insert on watchers.own for each statement execute function pgwave_private.note_change('${name}');
        insert into watchers.own values (1)`),
    );
    expect(await changes()).toEqual([]);
    await d.db.query('select pgwave.unwatch_table($1, $2::regclass)', [name, table]);
    await d.db.query(`insert into ${table} values (6)`);
    expect(await changes()).toEqual([]);
    await d.db.query('drop schema watchers cascade; drop role watcher');
    await d.drive();
  });
});
