import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findMainStatement } from '../../workers/queries/as-rows.ts';
import { bindParameters } from '../../workers/queries/bind-parameters.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { finishSingleStep, startSingleStep } from './single-step.ts';

let db: TestDatabase;
let worker: Worker;
const errors: unknown[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  await db.query(`
    create schema shop;
    create table shop.orders (order_id bigint primary key, total numeric, placed timestamptz, tags jsonb, state text default 'new');
    create table shop.archive (order_id bigint primary key, total numeric);
    create table shop.secrets (secret text);
    create table shop.lines (order_id bigint references shop.orders deferrable initially deferred);
    insert into shop.orders (order_id, total, placed, tags)
      values (1, 10.50, '2026-01-31T08:00:00Z', '["a"]'), (9007199254740993, 20, null, null);
    create function shop.sneak() returns int language plpgsql as $$
      begin insert into shop.orders (order_id) values (99); return 1; end $$;
    create function shop.temporary() returns int language plpgsql as $$
      begin create temporary table left_behind (x int); return 1; end $$;
    grant usage on schema shop to pgwave_sql;
    grant select, insert, update, delete on shop.orders, shop.archive, shop.lines to pgwave_sql`);
  worker = await startWorker({
    databaseUrl: db.url,
    slots: { sql: 1 },
    onError: (error) => errors.push(error),
  });
});
afterAll(async () => {
  await worker.stop();
  await db.close();
});

interface Interaction {
  output: { data: { rows: Record<string, unknown>[]; row_count: number }; tag?: string } | null;
  error: {
    code: string;
    message: string;
    retryable: boolean;
    detail: Record<string, string>;
  } | null;
}

const start = (actor: object, conversation: object = {}, input: object = {}) =>
  startSingleStep(db, { type: 'sql', ...actor }, conversation, input);

const finish = (id: string) => finishSingleStep<Interaction>(db, id);

const run = async (actor: object, conversation: object = {}, input: object = {}) =>
  finish(await start(actor, conversation, input));

/** Who still runs something as pgwave_sql. */
const active = () =>
  db.query<{ query: string }>(
    `select query from pg_stat_activity where usename = 'pgwave_sql' and state = 'active'
        and datname = current_database() and query like '%pg_sleep%'`,
  );

describe('rows', () => {
  test('come in the JSON of PostgreSQL, numbers exact', async () => {
    const { output } = await run({ statement: 'select * from shop.orders order by 1' });
    expect(output?.data).toMatchObject({
      row_count: 2,
      rows: [
        { order_id: 1, placed: '2026-01-31T08:00:00+00:00', tags: ['a'] },
        { placed: null, tags: null },
      ],
    });
    const [exact] = await db.query(
      `select output #>> '{data,rows,1,order_id}' as big, output #>> '{data,rows,0,total}' as scale
         from pgwave.interactions where output #> '{data,rows,1,order_id}' is not null`,
    );
    expect(exact).toEqual({ big: '9007199254740993', scale: '10.50' });
  });

  test('may have a column of any name, and there may be none', async () => {
    expect(
      (await run({ statement: 'select 1 as result, 2 as json, 3 as encoded' })).output?.data,
    ).toEqual({
      rows: [{ result: 1, json: 2, encoded: 3 }],
      row_count: 1,
    });
    expect((await run({ statement: 'select 1 as one where false;' })).output?.data).toEqual({
      rows: [],
      row_count: 0,
    });
  });

  test("the first row's column tag is the tag, and routes", async () => {
    const statement = `select case when total > 15 then 'LARGE' else 'SMALL' end as tag from shop.orders where order_id = :id`;
    await db.query('select pgwave.define_actor($1)', [{ name: 'size', type: 'sql', statement }]);
    await db.query('select pgwave.define_workflow($1)', [
      {
        name: 'routed',
        conversations: [
          {
            name: 'ask',
            actor: 'size',
            retry: false,
            branches: [
              { when: '[LARGE]', to: 'large' },
              { when: '[SMALL]', to: 'small' },
            ],
          },
          { name: 'large', type: 'condition' },
          { name: 'small', type: 'condition' },
        ],
      },
    ]);
    const taken: unknown[] = [];
    for (const id of [1, '9007199254740993', 77]) {
      const [row] = await db.query<{ id: string }>(
        `select (pgwave.start_workflow('routed', $1)).workflow_run_id as id`,
        [{ id }],
      );
      for (;;) {
        const [ended] = await db.query(
          `select coalesce(r.error ->> 'code', (
                select string_agg(c.conversation_name, ' ') from pgwave.interactions i
                  join pgwave.conversations c using (conversation_id)
                 where i.workflow_run_id = r.workflow_run_id and i.status = 'completed'
                   and c.conversation_name in ('large', 'small'))) as taken
             from pgwave.workflow_runs r where workflow_run_id = $1 and finished_at is not null`,
          [row?.id],
        );
        if (ended !== undefined) {
          taken.push(ended.taken);
          break;
        }
        await sleep(10);
      }
    }
    expect(taken).toEqual(['small', 'large', 'invalid_output']);
  });

  test('that are more than max_rows or max_output fail for good, with a hint', async () => {
    const many = await run({ statement: 'select generate_series(1, 11) as n', max_rows: 10 });
    expect(many).toMatchObject({
      attempt: 1,
      error: { code: 'output_too_large', retryable: false },
    });
    expect(many.error?.detail.hint).toContain('max_rows');
    expect(
      (await run({ statement: 'select generate_series(1, 10) as n', max_rows: 10 })).output?.data
        .row_count,
    ).toBe(10);
    expect((await run({ statement: 'select generate_series(1, 1001) as n' })).error?.code).toBe(
      'output_too_large',
    );
    for (const statement of [
      `select repeat('x', 200000) as one_row`,
      `select repeat('x', 500) as row from generate_series(1, 300)`,
    ]) {
      const large = await run({ statement, max_output: '100kB' });
      expect(large.error?.code).toBe('output_too_large');
      expect(large.error?.detail.hint).toContain('max_output');
    }
  });
});

describe('parameters', () => {
  test("are the conversation's params, else the run's input, else the interaction's id", async () => {
    const statement = `select :a::int as a, :b::text as b, :list::jsonb as list, ':c' as d,
      e'it\\'s :c' as e, :interaction_id::bigint > 0 as own`;
    const row = { a: 1, b: 'x', list: [1, { y: 2 }], d: ':c', e: "it's :c", own: true };
    const { output } = await run(
      { statement },
      { params: { a: '$input.n', list: '$input.list' } },
      { n: 1, a: 5, b: 'x', list: [1, { y: 2 }] },
    );
    expect(output?.data.rows).toEqual([row]);
  });

  test('are never part of the text', async () => {
    const name = `'; drop table shop.orders; --`;
    const { output } = await run({ statement: 'select :name as name' }, {}, { name });
    expect(output?.data.rows).toEqual([{ name }]);
  });

  test('without a value fail for good', async () => {
    expect(await run({ statement: 'select :nothing::int as x' })).toMatchObject({
      attempt: 1,
      error: { code: 'missing_binding', detail: { parameter: 'nothing' } },
    });
  });

  test('are found outside of strings, comments and casts', () => {
    expect(
      bindParameters(`select :aB, ':x', e'\\':x', date':x' -- :x\n/* :x */, $q$:x$q$, 1::int`),
    ).toEqual({
      text: `select $1, ':x', e'\\':x', date':x' -- :x\n/* :x */, $q$:x$q$, 1::int`,
      names: ['aB'],
    });
  });
});

describe('a statement that only reads', () => {
  let counter = 0;
  const refused = async (statement: string) => {
    // As the engine stores it after its own check; the worker does not rely on that.
    const name = `refused-${++counter}`;
    await db.query('select pgwave.define_actor($1)', [
      { name, type: 'sql', statement: 'select 1' },
    ]);
    await db.query('select pgwave.define_workflow($1)', [
      { name, conversations: [{ name: 'ask', actor: name, retry: false }] },
    ]);
    await db.query(`update pgwave.actors set definition = definition || $2 where actor_name = $1`, [
      name,
      { statement },
    ]);
    const [row] = await db.query<{ id: string }>(
      'select (pgwave.start_workflow($1)).workflow_run_id as id',
      [name],
    );
    return finish(row?.id as string);
  };

  test.for([
    ['changes rows', `insert into shop.archive values (5, 5) returning *`],
    [
      'changes rows in a with',
      `with x as (insert into shop.archive values (5, 5) returning *) select * from x`,
    ],
    ['changes rows in a function', 'select shop.sneak()'],
    ['locks rows', 'select * from shop.orders for update'],
    ['is followed by another', 'select 1; delete from shop.orders'],
    [
      'is made to fit around what we put around it',
      `select 1) as result limit 1) as encoded; commit; delete from shop.orders;
       select '{}' from (select 1 as json from (select 1`,
    ],
    ['closes our bracket', 'select 1) as result; delete from shop.orders; select (1'],
    ['sets the transaction', 'set transaction read write'],
    [
      'leaves read only by a function',
      `select set_config('transaction_read_only', 'off', false) as x`,
    ],
    ['commits', 'commit'],
    ['takes a role', 'set role pgwave_owner'],
    ['takes a role by a function', `select set_config('role', 'pgwave_owner', false) as x`],
    ['reads what is not granted', 'select * from shop.secrets'],
    ['is code', 'do $$ begin perform 1; end $$'],
  ])('cannot do more: one that %s', async ([, statement]) => {
    const { error, run: status } = await refused(statement as string);
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'sql_error', retryable: false });
    expect(error?.detail.sqlstate).toMatch(/^[0-9A-Z]{5}$/);
    const [left] = await db.query<{ n: string }>(
      'select (select count(*) from shop.orders) + 10 * (select count(*) from shop.archive) as n',
    );
    expect(left?.n).toBe('2');
  });

  test('leaves nothing behind in its session', async () => {
    await run({
      statement: `select set_config('search_path', 'shop', false) as x, pg_advisory_lock(4711)::text as y`,
    });
    await run({
      statement: `select set_config('work_mem', '77MB', false) as x`,
      read_only: false,
    });
    await run({ statement: 'select shop.temporary() as x', read_only: false });
    const { output } = await run({
      statement: `select current_setting('search_path') as path, current_setting('work_mem') as mem,
          to_regclass('pg_temp.left_behind') as left_behind,
          (select count(*) from pg_locks where locktype = 'advisory' and objid = 4711) as locks,
          session_user as who, current_user as acts_as`,
    });
    expect(output?.data.rows).toEqual([
      {
        path: '"$user", public',
        mem: expect.not.stringMatching('77MB'),
        left_behind: null,
        locks: 0,
        who: 'pgwave_sql',
        acts_as: 'pgwave_sql',
      },
    ]);
  });
});

describe('a statement that changes rows', () => {
  const writes = { read_only: false };

  test('returns rows where it says so, else how many', async () => {
    const insert = 'insert into shop.archive values (:id, :total)';
    const input = { id: 7, total: 1.5 };
    const returned = await run({ statement: `${insert} returning *`, ...writes }, {}, input);
    expect(returned.output?.data).toEqual({ rows: [{ order_id: 7, total: 1.5 }], row_count: 1 });
    const counted = await run({ statement: insert, ...writes }, {}, { id: 8, total: 2 });
    expect(counted.output?.data).toEqual({ rows: [], row_count: 1 });
    const updated = await run({
      statement: 'update shop.archive set total = total + 1 where order_id in (7, 8)',
      ...writes,
    });
    expect(updated.output?.data).toEqual({ rows: [], row_count: 2 });
    expect(
      await db.query('select * from shop.archive where order_id in (7, 8) order by 1'),
    ).toEqual([
      { order_id: '7', total: '2.5' },
      { order_id: '8', total: '3' },
    ]);
  });

  test('may have a with that changes rows, with or without rows of its own', async () => {
    await db.query(`insert into shop.orders (order_id, total) values (50, 1), (51, 2), (52, 3)`);
    const moved = `with moved as (delete from shop.orders where order_id = :id returning order_id, total)`;
    for (const [id, rest, rows] of [
      [50, 'insert into shop.archive select * from moved returning order_id', [{ order_id: 50 }]],
      [51, 'insert into shop.archive select * from moved', []],
      [52, 'select total from moved', [{ total: 3 }]],
    ] as const) {
      const { output, error } = await run({ statement: `${moved} ${rest}`, ...writes }, {}, { id });
      expect(error).toBeNull();
      expect(output?.data).toEqual({ rows, row_count: 1 });
    }
    expect(
      await db.query('select order_id from shop.archive where order_id >= 50 order by 1'),
    ).toEqual([{ order_id: '50' }, { order_id: '51' }]);
    expect(await db.query('select from shop.orders where order_id between 50 and 52')).toEqual([]);
  });

  test('changes nothing where it returns too much or breaks a constraint at the end', async () => {
    const before = await db.query('select count(*) from shop.archive');
    const large = await run({
      statement:
        'insert into shop.archive select g, 1 from generate_series(100, 200) g returning *',
      max_rows: 10,
      ...writes,
    });
    expect(large.error?.code).toBe('output_too_large');
    const broken = await run({ statement: 'insert into shop.lines values (12345)', ...writes });
    expect(broken.error).toMatchObject({
      code: 'sql_error',
      retryable: false,
      detail: { sqlstate: '23503', table: 'lines' },
    });
    expect(await db.query('select count(*) from shop.archive')).toEqual(before);
    expect(await db.query('select from shop.lines')).toEqual([]);
  });

  test.for([
    ['with a as (select 1), update as (select 2) select 3', 'select 3'],
    ['WITH RECURSIVE a(x) AS NOT MATERIALIZED (select 1) (select 2)', '(select 2)'],
    [`with a as (select ')' as x /* ) select */) insert into t table a`, 'insert into t table a'],
    ['with a as (select 1) search depth first by x set values select 1', 'select 1'],
    ['select 1', undefined],
  ] as const)('its main statement is found: %s', ([statement, main]) => {
    const at = findMainStatement(statement);
    expect(at === undefined ? undefined : statement.slice(at)).toBe(main);
  });
});

describe('failures', () => {
  test('of an author are for good and name the SQLSTATE', async () => {
    expect(await run({ statement: 'select 1 / :n::int as x' }, {}, { n: 0 })).toMatchObject({
      attempt: 1,
      error: { code: 'sql_error', retryable: false, detail: { sqlstate: '22012' } },
    });
    expect((await run({ statement: 'select * from shop.secrets' })).error?.detail).toMatchObject({
      sqlstate: '42501',
      hint: 'Grant pgwave_sql what the statement needs.',
    });
  });

  test.for([
    ['40001', 'sql_error'],
    ['53100', 'sql_error'],
    ['55P03', 'sql_error'],
    ['08006', 'connection_lost'],
    ['57P01', 'connection_lost'],
  ])('of the moment are tried again: %s is %s', async ([code, expected]) => {
    await db.query(
      `create or replace function shop.fails(code text) returns int language plpgsql as $$
         begin raise exception 'it fails' using errcode = fails.code; end $$`,
    );
    expect(await run({ statement: 'select shop.fails(:code) as x' }, {}, { code })).toMatchObject({
      attempt: 2,
      error: { code: expected, message: 'it fails', retryable: true, detail: { sqlstate: code } },
    });
  });

  test("longer than the interaction's timeout is timeout", async () => {
    const from = Date.now();
    expect(
      await run({ statement: 'select pg_sleep(20)::text as x' }, { timeout: '200ms' }),
    ).toMatchObject({ attempt: 2, error: { code: 'timeout', retryable: true } });
    // Two attempts of 200 ms: the server's own timeout, and not the one behind it.
    expect(Date.now() - from).toBeLessThan(15_000);
    expect(await active()).toEqual([]);
  });

  test('a cancelled run cancels the statement within two seconds, and the next one runs', async () => {
    const id = await start({ statement: 'select pg_sleep(20)::text as x' });
    while ((await active()).length === 0) await sleep(10);
    const cancelled = Date.now();
    await db.query('select pgwave.cancel_workflow_run($1)', [id]);
    while ((await active()).length > 0) await sleep(10);
    expect(Date.now() - cancelled).toBeLessThan(15_000);
    expect((await run({ statement: 'select 1 as x' })).run).toBe('completed');
  });

  test('a session that is killed is connection_lost, and another one takes the retry', async () => {
    const id = await start(
      { statement: 'select :n::int as n, pg_sleep(:n)::text as x' },
      { retry: { max_attempts: 2, delay: '1ms' } },
      { n: 1 },
    );
    while ((await active()).length === 0) await sleep(10);
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'pgwave_sql' and query like '%pg_sleep%' and datname = current_database()`,
    );
    expect(await finish(id)).toMatchObject({ run: 'completed', attempt: 2 });
  });
});
