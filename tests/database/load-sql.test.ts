import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import {
  assertBehaviourCurrent,
  behaviourHash,
  findBodyFaults,
  loadBehaviour,
  readBehaviour,
} from '../../src/database/load-sql.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { createTestDatabase, prepareDatabase, type TestDatabase } from '../helpers/database.ts';
import { createScratchProject, type ScratchProject } from '../helpers/scratch-project.ts';

let db: TestDatabase;
let project: ScratchProject;

let migrated: Awaited<ReturnType<typeof prepareDatabase>>;

beforeAll(async () => {
  const scratch = createScratchProject();
  migrated = await prepareDatabase({ empty: true }, ({ url }) => migrateDatabase(url, scratch));
  scratch.remove();
});
afterAll(() => migrated.drop());

beforeEach(async () => {
  project = createScratchProject();
  db = await createTestDatabase({ empty: true, copyOf: migrated });
});

afterEach(async () => {
  await db.close();
  project.remove();
});

async function load() {
  const client = await connect(db.url, { applicationName: 'loader' });
  try {
    return await loadBehaviour(client, project);
  } finally {
    await client.end();
  }
}

const FUNCTION = `create function pgwave.double(n integer) returns integer
language sql immutable set search_path = '' return n * 2;`;

const EVERYTHING = {
  'one.sql': `${FUNCTION}
create function pgwave_private.tg_things__fill() returns trigger
language plpgsql volatile set search_path = '' as $$ begin new.amount := pgwave.double(21); return new; end $$;
create trigger _100_fill before insert on pgwave.things
for each row execute function pgwave_private.tg_things__fill();`,
  'views/two.sql': `create view pgwave.doubled as select thing_id, pgwave.double(2) as four from pgwave.things;
create function pgwave.all_doubled() returns setof pgwave.doubled
language sql stable begin atomic select * from pgwave.doubled; end;
create view pgwave.again as select * from pgwave.all_doubled();
alter table pgwave.things enable row level security;
create policy things_for_viewers on pgwave.things for select to pgwave_viewer using (pgwave.double(1) = 2);
grant usage on schema pgwave to pgwave_viewer;
grant select on pgwave.things to pgwave_viewer;`,
};

async function counts() {
  const [row] = await db.query(`select
    (select count(*)::int from pg_proc where pronamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace)) as functions,
    (select count(*)::int from pg_views where schemaname = 'pgwave') as views,
    (select count(*)::int from pg_trigger where not tgisinternal and tgrelid = 'pgwave.things'::regclass) as triggers,
    (select count(*)::int from pg_policies where schemaname = 'pgwave') as policies,
    (select count(*)::int from pgwave.things) as things`);
  return row;
}

describe('loading sql/', () => {
  test('does what the files say, as pgwave_owner, and nothing the second time', async () => {
    project.writeSql(EVERYTHING);
    expect(await load()).toEqual({
      loaded: true,
      byParts: false,
      hash: behaviourHash(project.sqlFolder),
    });
    expect(await load()).toMatchObject({ loaded: false });
    await db.query('insert into pgwave.things values (1)');
    expect(await db.query('select amount from pgwave.things')).toEqual([{ amount: '42' }]);
    expect(await db.query('select * from pgwave.again')).toEqual([{ thing_id: '1', four: 4 }]);
    const owners = await db.query(
      "select distinct proowner::regrole::text as owner from pg_proc where pronamespace = 'pgwave'::regnamespace",
    );
    expect(owners).toEqual([{ owner: 'pgwave_owner' }]);
  });

  test('removes what the files no longer say, grants included, and keeps the rows', async () => {
    project.writeSql(EVERYTHING);
    await load();
    await db.query('insert into pgwave.things values (1)');
    expect(await counts()).toEqual({ functions: 3, views: 2, triggers: 1, policies: 1, things: 1 });
    const readable =
      "select has_table_privilege('pgwave_viewer', 'pgwave.things', 'select') as may";
    expect(await db.query(readable)).toEqual([{ may: true }]);
    project.writeSql({ 'one.sql': FUNCTION });
    expect(await load()).toMatchObject({ loaded: true });
    expect(await counts()).toEqual({ functions: 1, views: 0, triggers: 0, policies: 0, things: 1 });
    expect(await db.query(readable)).toEqual([{ may: false }]);
  });

  test('lets a function call one that a later file makes', async () => {
    project.writeSql({
      'one.sql': `create function pgwave.quadruple(n integer) returns integer
language sql immutable set search_path = '' as $$ select pgwave.double(pgwave.double(n)) $$;`,
      'two.sql': FUNCTION,
    });
    await load();
    expect(await db.query('select pgwave.quadruple(1) as four')).toEqual([{ four: 4 }]);
  });

  test('finds the names in bodies that nothing has', async () => {
    project.writeSql({
      'one.sql': FUNCTION,
      'two.sql': `create function pgwave.f() returns numeric
language sql stable set search_path = '' as $$
  select t.é😀, t.wrong
  from pgwave.things as t
$$;`,
    });
    await load();
    const client = await connect(db.url, { applicationName: 'loader' });
    await client.query('begin');
    const faults = await findBodyFaults(client, readBehaviour(project.sqlFolder));
    await client.end();
    expect(faults.map(({ message }) => message)).toEqual([
      'sql/two.sql:3:10: column t.é😀 does not exist',
    ]);
  });

  test('may run from two sessions at once', async () => {
    project.writeSql(EVERYTHING);
    const results = await Promise.all([load(), load(), load()]);
    expect(results.filter(({ loaded }) => loaded)).toHaveLength(1);
  });

  test.each([
    ["select 'é😀', nope\nfrom pgwave.things;", '3:14', /column "nope" does not exist/],
    [
      'create function pgwave.f() returns int language plpgsql as $$\nbegin\n  retrn 1;\nend $$;',
      '5:3',
      /retrn/,
    ],
    [
      'create function pgwave.f() returns int language plpgsql as $$\nbegin\n  unknown_one := 1;\nend $$;',
      '5:3',
      /unknown_one/,
    ],
    [
      'create function pgwave.f() returns int language sql stable as $$\n  select 1\n    form pgwave.things $$;',
      '5:10',
      /syntax error at or near "pgwave"|syntax error at or near "\."/,
    ],
    ['drop table pgwave.nothing;', '3:1', /"nothing" does not exist/],
    [
      'create function unqualified() returns int language sql return 1;',
      '3:1',
      /no schema has been selected/,
    ],
    ['commit;', '3:1', /must not control the transaction/],
  ])(
    'names file, line and column of a fault, and changes nothing: %s',
    async (bad, place, message) => {
      project.writeSql({ 'one.sql': FUNCTION });
      await load();
      project.writeSql({ 'one.sql': FUNCTION, 'deep/bad.sql': `-- a line\nselect 1;\n${bad}` });
      const error = await load().catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        code: 'PWSQL',
        message: expect.stringMatching(`^sql/deep/bad.sql:${place}: `),
        detail: expect.stringContaining('^'),
      });
      expect((error as Error).message).toMatch(message);
      expect(await db.query('select pgwave.double(2) as four')).toEqual([{ four: 4 }]);
    },
  );

  test.each([
    [
      'a view of somebody else',
      'create view public.mine as select pgwave.double(1)',
      /view public\.mine depends on function pgwave\.double/,
    ],
    [
      'a default of a table',
      'create table pgwave.bad (x integer default pgwave.double(1))',
      /default value for column x of table pgwave\.bad/,
    ],
    [
      'a check of a table',
      'create table pgwave.bad (x integer check (pgwave.double(x) > 1))',
      /constraint bad_x_check on table pgwave\.bad/,
    ],
    [
      'an index',
      'create index on pgwave.things (pgwave.double(thing_id::integer))',
      /index pgwave\.things_double_idx/,
    ],
    [
      'a column of a view type',
      'create view pgwave.v as select 1 as x; create table public.bad (x pgwave.v)',
      /column x of table public\.bad/,
    ],
  ])('refuses to drop a function that %s needs', async (_title, sql, message) => {
    project.writeSql({ 'one.sql': FUNCTION });
    await load();
    await db.query(sql);
    project.writeSql({ 'one.sql': FUNCTION.replace('n * 2', '2 * n') });
    const error = await load().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'PWSQL', hint: expect.stringContaining('make it again') });
    expect((error as Error).message).toMatch(message);
    expect(await db.query('select pgwave.double(2) as four')).toEqual([{ four: 4 }]);
  });

  test('gets through a deadlock with running work', async () => {
    await db.query('create table pgwave.others (x integer)');
    const triggers = `create function pgwave_private.tg_nothing() returns trigger
language plpgsql volatile set search_path = '' as $$ begin return new; end $$;
create trigger _100_nothing before insert on pgwave.others for each row execute function pgwave_private.tg_nothing();
create trigger _100_nothing before insert on pgwave.things for each row execute function pgwave_private.tg_nothing();`;
    await db.query('alter table pgwave.others owner to pgwave_owner');
    project.writeSql({ 'one.sql': triggers });
    await load();
    project.writeSql({ 'one.sql': triggers.replace('return new', 'return  new') });
    const dropOrder = await db.query<{ name: string }>(
      `select tgrelid::regclass::text as name from pg_trigger where tgname = '_100_nothing'`,
    );
    expect(dropOrder).toHaveLength(2);
    const worker = await connect(db.url, { applicationName: 'worker' });
    await worker.query("set deadlock_timeout = '1min'"); // it is the loader that finds the deadlock and gives way
    await worker.query('begin; insert into pgwave.things values (5)');
    const loading = load();
    await db.query('select pg_sleep(0.2)');
    const work = worker
      .query('insert into pgwave.others values (1); commit')
      .finally(() => worker.end());
    await work;
    expect(await loading).toMatchObject({ loaded: true });
    expect((await counts())?.things).toBe(1);
  });
});

describe('the manifest', () => {
  test.each([
    ['\\i gone.sql', /sql\/all\.sql:2: gone\.sql cannot be read/],
    ['\\i ../one.sql', /sql\/all\.sql:2: \.\.\/one\.sql is outside of sql/],
    ['\\i one.sql\n\\i one.sql', /sql\/all\.sql:3: one\.sql is named twice/],
    ['select 1;', /sql\/all\.sql:2: not understood: select 1;/],
  ])('with %s is refused', (lines, message) => {
    project.writeSql({ 'one.sql': FUNCTION });
    fs.writeFileSync(path.join(project.sqlFolder, 'all.sql'), `-- prose\n${lines}\n`);
    expect(() => behaviourHash(project.sqlFolder)).toThrow(message);
  });

  test('may change its prose without changing the hash; a file may not', () => {
    project.writeSql({ 'one.sql': FUNCTION });
    const before = behaviourHash(project.sqlFolder);
    fs.appendFileSync(path.join(project.sqlFolder, 'all.sql'), '-- more prose\n');
    expect(behaviourHash(project.sqlFolder)).toBe(before);
    fs.appendFileSync(path.join(project.sqlFolder, 'one.sql'), ' ');
    expect(behaviourHash(project.sqlFolder)).not.toBe(before);
  });
});

describe('a program checks the behaviour before it starts', () => {
  test('and goes on where it is its own, as a worker may see too', async () => {
    await db.pool.connect().then(async (client) => {
      await assertBehaviourCurrent(client, project.sqlFolder);
      client.release();
    });
    await db.as('pgwave_worker', (client) => assertBehaviourCurrent(client, project.sqlFolder));
    await db.as('pgwave_api', (client) => assertBehaviourCurrent(client, project.sqlFolder));
  });

  test('and refuses to start where it is another, or none', async () => {
    project.writeSql({ 'one.sql': FUNCTION });
    const check = (url: string) =>
      connect(url, { applicationName: 'check' }).then((client) =>
        assertBehaviourCurrent(client, project.sqlFolder).finally(() => client.end()),
      );
    await expect(check(db.url)).rejects.toMatchObject({
      code: 'PWOLD',
      message: expect.stringContaining('another version'),
      hint: expect.stringContaining('pgwave migrate'),
    });
    const empty = await createTestDatabase({ empty: true });
    await expect(check(empty.url)).rejects.toMatchObject({
      code: 'PWOLD',
      message: expect.stringContaining('not installed'),
    });
    await empty.close();
  });
});
