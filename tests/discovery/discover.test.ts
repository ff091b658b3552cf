import { beforeAll, describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();
const discover = (workflow: string | null) =>
  driver().db.query<{ workflow_name: string; input: unknown; task_key: string }>(
    'select * from pgwave.discover_pending_tasks($1)',
    [workflow],
  );

beforeAll(async () => {
  const { db } = driver();
  await db.query(`
    create schema shop;
    create table shop.letters (letter_id int primary key, answered boolean not null default false);
    insert into shop.letters select n from generate_series(1, 3) n;
    create table shop.secrets (secret text);
    grant usage on schema shop to pgwave_sql;
    grant select on shop.letters to pgwave_sql`);
});

describe('discover_pending_tasks', () => {
  it('lists what the query of a workflow finds, but for what a run is at', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      {
        pending_tasks: 'select letter_id from shop.letters where not answered order by letter_id;',
      },
    );
    expect((await discover(flow)).map((t) => t.input)).toEqual([
      { letter_id: 1 },
      { letter_id: 2 },
      { letter_id: 3 },
    ]);
    await d.start(flow, { input: { letter_id: 2, tone: 'kind' } });
    expect((await discover(flow)).map((t) => t.input)).toEqual([
      { letter_id: 1 },
      { letter_id: 3 },
    ]);
    expect((await discover(null)).filter((t) => t.workflow_name === flow)).toHaveLength(2);
    await expect(discover('nothing-like-it')).rejects.toMatchObject({ code: 'PWNOF' });
  });

  it('asks as pgwave_sql, one query that only reads', async () => {
    const d = driver();
    const as = await d.define({ a: {} }, { pending_tasks: 'select current_user::text as who' });
    expect((await discover(as)).map((t) => t.input)).toEqual([{ who: 'pgwave_sql' }]);
    const secret = await d.define({ a: {} }, { pending_tasks: 'select * from shop.secrets' });
    await expect(discover(secret)).rejects.toMatchObject({
      code: 'PWQRY',
      detail: 'SQLSTATE 42501',
    });
    await expect(
      d.db.query(
        "select * from pgwave_private.run_author_query('select 1) x; delete from shop.letters; select (select 1', 1)",
      ),
    ).rejects.toThrow();
  });

  it('is for whoever may view; the query of an author is for nobody to call', async () => {
    const d = driver();
    // the broken query of one workflow hides nothing of the others
    const { rows } = await d.db.as('pgwave_viewer', (client) =>
      client.query('select * from pgwave.discover_pending_tasks()'),
    );
    expect(rows.length).toBeGreaterThan(2);
    await expect(
      d.db.as('pgwave_viewer', (client) =>
        client.query("select * from pgwave_private.run_author_query('select 1', 1)"),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  /** A workflow whose query raises. It reads a function, as a view of a foreign server would. */
  const broken = async (code: string): Promise<string> => {
    const d = driver();
    await d.db.query(`create or replace function shop.fails_${code.toLowerCase()}() returns int language plpgsql as $$
      begin raise exception using errcode = '${code}', message = 'not today'; end $$;
      grant usage on schema shop to pgwave_sql;
      grant execute on function shop.fails_${code.toLowerCase()}() to pgwave_sql`);
    return d.define({ a: {} }, { pending_tasks: `select shop.fails_${code.toLowerCase()}() as n` });
  };

  it.each(['08001', 'HV000', '40001', '55P03', '53400', 'P0001', 'XX000'])(
    'a query that raises %s is a fault of its workflow: the others go on, and it is told',
    async (code) => {
      const d = driver();
      const bad = await broken(code);
      const good = await d.define({ a: {} }, { pending_tasks: `select '${code}' as n` });
      await expect(discover(bad)).rejects.toMatchObject({
        code: 'PWQRY',
        message: 'not today',
        detail: `SQLSTATE ${code}`,
      });
      expect((await discover(null)).map((t) => t.workflow_name)).toContain(good);
      const session = await d.connection();
      const warnings: string[] = [];
      session.on('notice', (notice) => warnings.push(`${notice.code} ${notice.message}`));
      const { rows } = await session.query('select * from pgwave.process_pending_tasks()');
      await d.drop(session);
      expect(rows.map((r) => r.workflow_name)).toContain(good);
      expect(warnings).toContain(`PWQRY pending_tasks of workflow ${bad}: not today`);
      const found = await d.db.query(
        `select severity, message from pgwave.check_health()
          where finding = 'discovery_fails' and subject = $1`,
        [`workflow ${bad}`],
      );
      expect(found).toMatchObject([{ severity: 'broken' }]);
      await d.db.query('select pgwave.enable_workflow($1, false)', [bad]);
    },
  );

  it('a cancel, and a timeout of the session, are nobody fault and pass through', async () => {
    const d = driver();
    const slow = await d.define({ a: {} }, { pending_tasks: 'select 1 as n from pg_sleep(30)' });
    const session = await d.connection();
    await session.query(`set statement_timeout = '300ms'`);
    for (const sql of [
      'select * from pgwave.discover_pending_tasks()',
      'select * from pgwave.process_pending_tasks()',
    ]) {
      await expect(session.query(sql)).rejects.toMatchObject({ code: '57014' });
    }
    await d.drop(session);
    await d.db.query('select pgwave.enable_workflow($1, false)', [slow]);
  });
});
