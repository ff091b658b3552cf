import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { asPerson } from './people.ts';

// All sql actors are pgwave_sql, and all scripts pgwave_script: none of them ends or cancels what another one runs.

let db: TestDatabase;
let worker: Worker;
let login: string;

/** Each ends or cancels every other session that it can, by another way. */
const ATTACKS: Record<string, string> = {
  pg_terminate_backend:
    'select pg_terminate_backend(pid) as done from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()',
  'pg_terminate_backend that waits':
    'select pg_terminate_backend(pid, 100) as done from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()',
  pg_cancel_backend:
    'select pg_cancel_backend(pid) as done from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()',
  'a function': 'select eve.kill_all() as done',
  'a function that swallows errors': 'select eve.kill_quietly() as done',
  'an aggregate of another owner':
    'select pid, eve.kill(pid) as done from pg_stat_activity where usename = current_user and pid <> pg_backend_pid() group by pid',
  'a view of another owner': 'select * from eve.killing',
  'a query in a query': `select query_to_xml('select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()', true, true, '')::text as done`,
  'a domain': `select '{1}'::eve.deadly[]::text as done`,
};
/** Only what commits reaches the end of the transaction. */
const COMMITTED: Record<string, string> = {
  'a deferred trigger': 'insert into eve.later values (1)',
};

beforeAll(async () => {
  db = await createTestDatabase();
  login = `${db.name}_eve`;
  // an author with a schema, whose objects were made while everybody could end their own sessions
  await db.query(`create role ${login} login password 'pw' in role pgwave_author;
    create schema eve authorization ${login};
    grant execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int) to ${login}`);
  const eve = new pg.Client({
    connectionString: editDatabaseUrl(db.url, { user: login, password: 'pw' }),
    application_name: 'eve',
  });
  await eve.connect();
  await eve.query(`
    create function eve.kill_all() returns bigint language sql as $$
      select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid() $$;
    create function eve.kill_quietly() returns int language plpgsql as $$
      declare v_pid int;
      begin
        for v_pid in select pid from pg_stat_activity where usename = current_user and pid <> pg_backend_pid() loop
          begin perform pg_cancel_backend(v_pid), pg_terminate_backend(v_pid); exception when others then null; end;
        end loop;
        return 1;
      end $$;
    create aggregate eve.kill(int) (sfunc = int4larger, stype = int, finalfunc = pg_cancel_backend);
    create view eve.killing as
      select pg_terminate_backend(pid) as done from pg_stat_activity where usename = current_user and pid <> pg_backend_pid();
    create domain eve.deadly as int check (eve.kill_quietly() = value);
    create table eve.later (x int);
    create function eve.tg_kill() returns trigger language plpgsql as $$
      begin perform set_config('role', 'none', true); perform eve.kill_quietly(); return null; end $$;
    create constraint trigger kill after insert on eve.later deferrable initially deferred
      for each row execute function eve.tg_kill();
    grant usage on schema eve to public; grant all on all tables in schema eve to public`);
  await eve.end();
  await db.query(
    `revoke execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int) from ${login}`,
  );
  worker = await startWorker({ databaseUrl: db.url, slots: { sql: 8 } });
  await db.query('select pgwave.define_actor($1)', [
    { name: 'victim', type: 'sql', statement: 'select pg_sleep(:seconds::float8)::text as x' },
  ]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'victim',
      conversations: [
        { name: 'x', actor: 'victim', params: { seconds: '$input.seconds' }, retry: false },
      ],
    },
  ]);
});
afterAll(async () => {
  await worker?.stop();
  await db.query(`drop owned by ${login} cascade; drop role ${login}`);
  await db.close();
});

const start = async (workflow: string, input: object = {}): Promise<string> =>
  (
    await db.query<{ id: string }>('select (pgwave.start_workflow($1, $2)).workflow_run_id as id', [
      workflow,
      input,
    ])
  )[0]?.id as string;

const statusOf = async (id: string): Promise<string> =>
  (
    await db.query<{ status: string }>(
      'select status::text from pgwave.workflow_runs where workflow_run_id = $1',
      [id],
    )
  )[0]?.status as string;

const ended = (id: string) =>
  eventually(`run ${id} ends`, async () => /completed|failed/.test(await statusOf(id)), 30_000);

/** Sessions of pgwave_sql that sleep, each known by its process and the beginning of its statement. */
const sleeping = async () =>
  (
    await db.query<{ session: string }>(
      `select pid || ' since ' || query_start as session from pg_stat_activity
        where datname = current_database() and usename = 'pgwave_sql' and state = 'active' and query like '%pg_sleep%'`,
    )
  ).map(({ session }) => session);

/** One that sleeps through all attacks. */
let victim = '';

/** Starts one that sleeps, unless it does already, and lets the attack run to its end. Returns who sleeps still. */
async function attack(work: () => Promise<unknown>): Promise<string[]> {
  if (victim === '') {
    await start('victim', { seconds: 3600 });
    await eventually('the victim sleeps', async () => (await sleeping()).length === 1);
    victim = (await sleeping())[0] as string;
  }
  await work();
  // who is told to end does so at once, and if not, before the next attack is over
  await sleep(100);
  return sleeping();
}

let count = 0;
async function runActor(actor: object): Promise<void> {
  count += 1;
  const name = `attack_${count}`;
  await asPerson(db, 'eve', 'pgwave_author', 'select pgwave.define_actor($1)', [
    { name, type: 'sql', ...actor },
  ]);
  await asPerson(db, 'eve', 'pgwave_author', 'select pgwave.define_workflow($1)', [
    { name, conversations: [{ name: 'x', actor: name, retry: false, on_failure: 'continue' }] },
  ]);
  await ended(await start(name));
}

describe('an sql actor', () => {
  test.each(Object.entries(ATTACKS))('ends no other, read only, by %s', async (_, statement) => {
    expect(await attack(() => runActor({ statement }))).toEqual([victim]);
  });

  test.each(Object.entries({ ...ATTACKS, ...COMMITTED }))(
    'ends no other, writing, by %s',
    async (_, statement) => {
      expect(await attack(() => runActor({ statement, read_only: false }))).toEqual([victim]);
    },
  );
});

test('nor do probes, loads, and discovery queries', async () => {
  const query = 'select eve.kill_quietly() as x';
  await asPerson(db, 'eve', 'pgwave_author', 'select pgwave.define_workflow($1)', [
    {
      name: 'measures',
      probes: { p: query },
      load: { l: query },
      pending_tasks: query,
      conversations: [{ name: 'x', type: 'condition' }],
    },
  ]);
  const work = async () => {
    await ended(await start('measures'));
    await asPerson(
      db,
      'eve',
      'pgwave_viewer',
      "select * from pgwave.discover_pending_tasks('measures')",
    );
  };
  expect(await attack(work)).toEqual([victim]);
});

test('nor does a login of the lowest roles, or one script another', async () => {
  expect(
    await attack(() =>
      db.as('pgwave_sql', async (client) => {
        for (const statement of Object.values(ATTACKS)) {
          await client.query(statement).catch(() => {});
        }
      }),
    ),
  ).toEqual([victim]);
  await db.as('pgwave_script', async (other) => {
    const slept = other.query('select pg_sleep(1)');
    await db.as('pgwave_script', async (client) => {
      for (const statement of Object.values(ATTACKS)) {
        await client.query(statement).catch(() => {});
      }
    });
    expect((await slept).rowCount).toBe(1);
  });
});

describe('the worker', () => {
  test('still cancels what is cancelled', async () => {
    const before = (await sleeping()).length;
    const id = await start('victim', { seconds: 3600 });
    await eventually('it sleeps', async () => (await sleeping()).length === before + 1);
    await db.query('select pgwave.cancel_workflow_run($1)', [id]);
    await eventually('it is cancelled', async () => (await sleeping()).length === before, 5000);
  });

  test('cancels sessions of pgwave_sql, and no others', async () => {
    const [mine] = await db.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'pgwave calls' and datname = current_database() limit 1`,
    );
    await db.as('pgwave_worker', async (client) => {
      const { rows } = await client.query<{ done: boolean }>(
        'select pgwave.cancel_statement($1) as done',
        [mine?.pid],
      );
      expect(rows).toEqual([{ done: false }]);
    });
  });
});

test('doctor says so where no superuser has migrated', async () => {
  const found = () =>
    db.query(
      "select subject, severity from pgwave.check_health() where finding = 'sessions_can_be_ended' order by 1",
    );
  expect(await found()).toEqual([]);
  await db.query('grant execute on function pg_cancel_backend(int) to public');
  expect(await found()).toEqual([
    { subject: 'role pgwave_script', severity: 'note' },
    { subject: 'role pgwave_sql', severity: 'note' },
  ]);
  const [finding] = await db.query<{ hint: string }>(
    "select hint from pgwave.check_health() where finding = 'sessions_can_be_ended' limit 1",
  );
  await db.query(finding?.hint.replace(/^Let a superuser run: /, '') ?? '');
  expect(await found()).toEqual([]);
});
