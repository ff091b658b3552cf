import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { actAs, asPerson } from './people.ts';

// What authors write, and whoever may define a type or a function for a moment, gets no further than its role.

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

const DENIED = '42501';

/** What neither authors' queries nor scripts may do. */
const ESCAPES: Record<string, string> = {
  'another role': 'set role pgwave_owner',
  'the role of administrators': 'set role pgwave_admin',
  'the role of viewers': 'set role pgwave_viewer',
  'the role of workers': 'set role pgwave_worker',
  'a role by set_config': "select set_config('role', 'pgwave_owner', false)",
  'a role in a do block': 'do $$ begin set role pgwave_owner; end $$',
  'another session': 'set session authorization pgwave_owner',
  'a file by copy': "copy (select 1) to '/tmp/pgwave-escape'",
  'a program by copy': "copy (select 1) to program 'true'",
  'a program read by copy': "create temp table t (x text); copy t from program 'id'",
  'a file by pg_read_file': "select pg_read_file('PG_VERSION')",
  'a file by pg_read_binary_file': "select pg_read_binary_file('PG_VERSION')",
  'a folder': "select pg_ls_dir('.')",
  'a file into a large object': "select lo_import('/etc/passwd')",
  'a large object into a file': "select lo_export(1, '/tmp/pgwave-escape')",
  'large objects of others': 'select * from pg_largeobject',
  passwords: 'select * from pg_authid',
  'an extension': 'create extension dblink',
  'another language': "create function pg_temp.f() returns int language internal as 'nope'",
  'a foreign server': 'create foreign data wrapper w',
  'more rights': 'alter role current_user superuser',
  'a role more': 'create role another_one',
  'a function of pgwave': 'create function pgwave.f() returns int language sql return 1',
  'a table of pgwave': 'create table pgwave.t ()',
  'a function of pgwave_private':
    'create function pgwave_private.f() returns int language sql return 1',
  'its own function': 'alter function pgwave_private.run_author_query(text, int) security invoker',
  'a trigger':
    'create trigger t after insert on pgwave.workflows execute function pg_catalog.suppress_redundant_updates_trigger()',
  'the queue': 'select * from graphile_worker.jobs',
  'a job': "select graphile_worker.add_job('serve_lane')",
  'a delete in a query': "select query_to_xml('delete from pgwave.workflows', true, true, '')",
  'a table through a query':
    "select query_to_xml('select * from pgwave.workflow_runs', true, true, '')",
  'a table without row security': 'set row_security = off; select * from pgwave.workflow_runs',
  replication: "set session_replication_role = 'replica'",
};

describe.each(['pgwave_sql', 'pgwave_script'] as const)('%s', (role) => {
  test.each(Object.entries(ESCAPES))('does not reach %s', async (_, sql) => {
    await db.as(role, async (client) => {
      // 0A000: PostgreSQL has no such thing there
      await expect(client.query(sql)).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|0A000)$/),
      });
      expect((await client.query('select current_user as me, session_user as login')).rows).toEqual(
        [{ me: role, login: role }],
      );
    });
  });

  test('stays who it is after a reset', async () => {
    await db.as(role, async (client) => {
      await client.query('reset session authorization; reset role');
      await client.query('discard all');
      expect((await client.query('select current_user as me')).rows).toEqual([{ me: role }]);
    });
  });

  test('ends no session of others', async () => {
    const [other] = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
    await db.as(role, async (client) => {
      for (const name of ['pg_terminate_backend', 'pg_cancel_backend']) {
        await expect(client.query(`select ${name}($1)`, [other?.pid])).rejects.toMatchObject({
          code: DENIED,
        });
      }
    });
  });

  test('reads no table and view of pgwave, partitions among them', async () => {
    const tables = await db.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class
       where relnamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace) and relkind in ('r', 'p', 'v', 'm')`,
    );
    expect(tables.length).toBeGreaterThan(40);
    await db.as(role, async (client) => {
      for (const { name } of tables) {
        await expect(client.query(`select * from ${name}`), name).rejects.toMatchObject({
          code: DENIED,
        });
      }
    });
  });

  test('does not get round its password by dblink', async (context) => {
    const [available] = await db.query("select from pg_available_extensions where name = 'dblink'");
    if (available === undefined) context.skip('dblink is not installed on this server');
    await db.query('create extension if not exists dblink schema public');
    await db.as(role, async (client) => {
      for (const user of ['postgres', 'pgwave_admin', role]) {
        await expect(
          client.query('select public.dblink_connect($1)', [`dbname=${db.name} user=${user}`]),
        ).rejects.toMatchObject({ code: '2F003' }); // a password is required
      }
    });
    await db.query('drop extension dblink');
  });
});

describe('the query of an author, in the session of whoever asks', () => {
  const ask = async (query: string): Promise<pg.QueryResultRow[]> => {
    await asPerson(db, 'ann', 'pgwave_author', 'select pgwave.define_workflow($1)', [
      { name: 'tasks', pending_tasks: query, conversations: [{ name: 'x', type: 'condition' }] },
    ]);
    return asPerson(
      db,
      'ann',
      'pgwave_viewer',
      "select input from pgwave.discover_pending_tasks('tasks')",
    );
  };

  test('runs as pgwave_sql', async () => {
    expect(await ask('select current_user::text as who')).toEqual([
      { input: { who: 'pgwave_sql' } },
    ]);
  });

  test.each([
    'select * from pgwave.workflow_runs',
    "select set_config('role', 'pgwave_owner', true)",
    "select set_config('role', 'pgwave_admin', false)",
    "select query_to_xml('select * from pgwave.workflows', true, true, '')::text",
    "select lo_import('/etc/passwd')",
    'select * from pg_authid',
  ])('cannot: %s', async (query) => {
    // as whatever an author's query raises
    await expect(ask(query)).rejects.toMatchObject({
      code: 'PWQRY',
      detail: `SQLSTATE ${DENIED}`,
    });
  });

  test('does not change who is asking, nor leave anything behind', async () => {
    await asPerson(db, 'bob', 'pgwave_author', 'select pgwave.define_workflow($1)', [
      { name: 'of_bob', conversations: [{ name: 'x', type: 'condition' }] },
    ]);
    for (const local of [true, false]) {
      await ask(
        `select set_config('pgwave.identity', 'bob', ${local}) as a, lo_create(0)::text as b, set_config('search_path', 'x', ${local}) as c`,
      );
      await db.as('pgwave_api', async (api) => {
        await actAs(api, 'ann', 'pgwave_viewer');
        await api.query('begin');
        const { rows } = await api.query(
          "select input from pgwave.discover_pending_tasks('tasks')",
        );
        expect(rows[0]?.input).toMatchObject({ a: 'bob' });
        expect((await api.query('select pgwave.current_identity() as me')).rows).toEqual([
          { me: 'ann' },
        ]);
        expect(
          (await api.query("select from pgwave.workflows where workflow_name = 'of_bob'")).rowCount,
        ).toBe(0);
        await api.query('commit');
        expect((await api.query('select pgwave.current_identity() as me')).rows).toEqual([
          { me: 'ann' },
        ]);
        expect((await api.query('show search_path')).rows).not.toEqual([{ search_path: 'x' }]);
      });
    }
    expect(await db.query('select from pg_largeobject_metadata')).toEqual([]);
  });
});

describe('types of the caller', () => {
  test('are not what the functions of pgwave mean by theirs', async () => {
    const login = `${db.name}_eve`;
    await db.query(`create role ${login} login in role pgwave_author`);
    const client = await db.pool.connect();
    const ran: string[] = [];
    client.on('notice', ({ message }) => ran.push(message ?? ''));
    try {
      await client.query(`set session authorization ${login}`);
      await client.query(`
        create function pg_temp.evil(value pg_catalog.text) returns boolean language plpgsql as
          $$ begin raise notice 'run as %', current_user; return true; end $$`);
      for (const type of [
        'text',
        'jsonb',
        'bytea',
        'timestamptz',
        'uuid',
        'oid',
        'name',
        'regclass',
      ]) {
        await client.query(
          `create domain pg_temp.${type} as pg_catalog.${type} check (pg_temp.evil(value::pg_catalog.text))`,
        );
      }
      const definition = { name: 'evil', conversations: [{ name: 'a', type: 'condition' }] };
      for (const sql of [
        `select pgwave.validate_workflow('${JSON.stringify(definition)}'::pg_catalog.jsonb)`,
        `select pgwave.define_workflow('${JSON.stringify(definition)}'::pg_catalog.jsonb)`,
        "select pgwave.start_workflow('evil'::pg_catalog.text)",
        'select pgwave.export_run(max(workflow_run_id)) from pgwave.workflow_runs',
        "select pgwave.discover_pending_tasks('evil'::pg_catalog.text)",
      ]) {
        await client.query(sql);
      }
      expect(ran).toEqual([]);
    } finally {
      client.removeAllListeners('notice');
      await client.query('reset session authorization');
      client.release(true);
      await db.query(`drop owned by ${login}; drop role ${login}`);
    }
  });
});
