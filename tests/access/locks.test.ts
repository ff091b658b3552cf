import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { loadBehaviour } from '../../src/database/load-sql.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { projectPath } from '../../src/project-root.ts';
import { startWorker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

// Nothing waits for, and nothing is decided by, a lock that strangers can take: advisory locks above all.

let db: TestDatabase;
let stranger: pg.Client;
let login: string;

/** Somebody who may connect, and nothing else. */
async function connectStranger(database = db.name): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: editDatabaseUrl(db.url, { user: login, password: 'pw', database }),
    application_name: 'stranger',
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Holds every advisory lock that pgwave or what it uses ever took. */
async function holdAdvisoryLocks(client: pg.Client): Promise<void> {
  await client.query(`
    select pg_try_advisory_lock(class, key)
      from generate_series(7487, 7492) class cross join generate_series(0, 40) key;
    select pg_try_advisory_lock(class, hashint8(id)) from unnest('{7489}'::int[]) class cross join generate_series(10000, 10020) id;
    select pg_try_advisory_lock(x'70677776'::int, key) from generate_series(0, 9) key;
    select pg_try_advisory_lock(4727445306447283);
    select pg_try_advisory_lock(hashtextextended('pgwave.define_' || kind || name, 0))
      from unnest('{workflow:,actor:}'::text[]) kind cross join unnest('{narrow,metered,later,work}'::text[]) name`);
}

/** Fails if it takes longer. */
async function inTime<T>(what: string, work: Promise<T>, ms = 60_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

beforeAll(async () => {
  db = await createTestDatabase();
  login = `${db.name}_stranger`;
  await db.query(`create role ${login} login password 'pw'`);
  stranger = await connectStranger();
  await holdAdvisoryLocks(stranger);
});
afterAll(async () => {
  await stranger.end();
  await db.query(`drop role ${login}`);
  await db.close();
});

describe('no advisory lock is taken', () => {
  test('by a function of the database', async () => {
    const functions = await db.query<{ name: string }>(
      `select p.oid::regprocedure::text as name from pg_proc p
        where p.pronamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace)
          and pg_get_functiondef(p.oid) ~* 'advisory_(xact_)?lock' and p.prokind <> 'a'`,
    );
    expect(functions).toEqual([]);
  });

  test('by a program', () => {
    const found = ['src', 'workers', 'graphql', 'cli', 'bin'].flatMap((folder) =>
      fs
        .readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(ts|js|sql)$/.test(file) && !file.includes('node_modules'))
        .map((file) => path.join(folder, file))
        .filter((file) => /pg_(try_)?advisory_/.test(fs.readFileSync(projectPath(file), 'utf8'))),
    );
    expect(found).toEqual([]);
  });
});

describe('a stranger who holds them all', () => {
  test('stops no define, no limited actor, no worker, and no duty', async () => {
    for (const limits of [
      { name: 'narrow', max_concurrent: 1 },
      { name: 'metered', rate: '100/1s' },
    ]) {
      await inTime(
        'defining an actor',
        db.query('select pgwave.define_actor($1)', [
          { ...limits, type: 'function', handler: 'work' },
        ]),
      );
    }
    await inTime(
      'defining a workflow',
      db.query('select pgwave.define_workflow($1)', [
        {
          name: 'work',
          conversations: [
            { name: 'a', actor: 'narrow', branches: ['b'] },
            { name: 'b', actor: 'metered' },
          ],
        },
      ]),
    );
    const errors: unknown[] = [];
    const worker = await inTime(
      'registering a worker',
      startWorker({
        databaseUrl: db.url,
        functions: { work: async () => ({}) },
        onError: (error) => errors.push(error),
      }),
    );
    try {
      await db.query(`select pgwave.start_workflow('work') from generate_series(1, 5)`);
      await eventually('all runs complete', async () => {
        const open = await db.query("select from pgwave.workflow_runs where status <> 'completed'");
        return open.length === 0;
      });
      await eventually('all seals are linked', async () => {
        const left = await db.query('select from pgwave_private.seals_to_link');
        return left.length === 0;
      });
      const pools = await db.query('select from pgwave_private.job_pools');
      expect(pools.length).toBeGreaterThan(0);
    } finally {
      await inTime('stopping', worker.stop());
    }
    expect(errors).toEqual([]);
    const [made] = await inTime(
      'making partitions',
      db.query<{ made: number }>('select pgwave.make_partitions(2) as made'),
    );
    expect(made?.made).toBe(4);
    await db.query('select pgwave.analyze_grown_tables()');
  });

  test('holds up no migration, no load, and no new password', async () => {
    const elsewhere = await connectStranger('postgres');
    try {
      await holdAdvisoryLocks(elsewhere);
      await inTime('migrating', migrateDatabase(db.url, { rotateLogins: false }), 60_000);
      // what had run is run again
      await db.query(`update pgwave_private.installed_behaviour set hash = 'another'`);
      const client = await db.pool.connect();
      try {
        expect(await inTime('loading', loadBehaviour(client), 60_000)).toMatchObject({
          loaded: true,
        });
      } finally {
        client.release(true);
      }
    } finally {
      await elsewhere.end();
    }
  });

  test('holds up no first migration', async () => {
    const empty = await createTestDatabase({ empty: true });
    const there = await connectStranger(empty.name);
    try {
      await holdAdvisoryLocks(there);
      const { migrations } = await inTime('migrating', migrateDatabase(empty.url), 60_000);
      expect(migrations.length).toBeGreaterThan(0);
    } finally {
      await there.end();
      await empty.close();
    }
  });
});

describe('a worker that is dead', () => {
  const register = async (client: pg.Client): Promise<string> => {
    const { rows } = await client.query<{ w: { worker_id: string } }>(
      `select pgwave.register_worker('test', 1, '{"function": 1}') as w`,
    );
    await client.query(`select pgwave.hold_job_pools('{pool-of-the-dead}')`);
    return rows[0]?.w.worker_id as string;
  };
  /** Whether it is given up after a second and a half of silence. */
  const isGivenUp = async (id: string): Promise<boolean> => {
    const [row] = await db.query<{ given_up: number }>(
      `select pgwave.give_up_workers(jsonb_build_object($1::text, '{"beats": 0, "silent_ms": 1500}'::jsonb)) as given_up`,
      [id],
    );
    return row?.given_up === 1;
  };

  test('does not look alive because of a stranger', async () => {
    const id = await db.as('pgwave_worker', async (client) => {
      const registered = await register(client);
      await holdAdvisoryLocks(stranger);
      expect(await isGivenUp(registered)).toBe(false);
      return registered;
    });
    await holdAdvisoryLocks(stranger);
    await eventually('its session has ended', async () => {
      const left = await db.query(
        `select from pgwave.workers w join pg_stat_activity a on a.pid = w.session_pid where w.worker_id = $1`,
        [id],
      );
      return left.length === 0;
    });
    expect(await isGivenUp(id)).toBe(true);
  });

  test('does not look alive because a stranger got its process number', async () => {
    const id = await db.as('pgwave_worker', register);
    const { rows } = await stranger.query<{ pid: number }>('select pg_backend_pid() as pid');
    await db.query('update pgwave.workers set session_pid = $1 where worker_id = $2', [
      rows[0]?.pid,
      id,
    ]);
    await db.query('update pgwave_private.job_pools set session_pid = $1', [rows[0]?.pid]);
    expect(await isGivenUp(id)).toBe(true);
    await db.query('select pgwave.release_dead_jobs()');
    expect(await db.query('select from pgwave_private.job_pools')).toEqual([]);
  });
});

describe('what pgwave locks', () => {
  const MODES = [
    'access share',
    'row share',
    'row exclusive',
    'share update exclusive',
    'share',
    'share row exclusive',
    'exclusive',
    'access exclusive',
  ];
  // whoever may read a table holds this while reading; it stops no row lock and nothing else that pgwave locks at work
  const HARMLESS = new Set(['access share', 'row share']);

  test.each([
    'pgwave_viewer',
    'pgwave_operator',
    'pgwave_author',
    'pgwave_sql',
    'pgwave_script',
    undefined,
  ])('cannot be locked by %s', async (role) => {
    const tables = await db.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class
        where relnamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace, 'graphile_worker'::regnamespace)
          and relkind in ('r', 'p') order by 1`,
    );
    expect(tables.length).toBeGreaterThan(60);
    const held: string[] = [];
    const client = await connectStranger();
    try {
      if (role !== undefined) {
        await db.query(`grant ${role} to ${login}`);
        await client.query(`set role ${role}`);
      }
      await client.query('begin');
      for (const { name } of tables) {
        const statements = [
          ...MODES.filter((mode) => !HARMLESS.has(mode)).map(
            (mode) => `lock table ${name} in ${mode} mode nowait`,
          ),
          ...['update', 'no key update', 'share', 'key share'].map(
            (strength) => `select from ${name} limit 1 for ${strength} nowait`,
          ),
          `comment on table ${name} is 'mine'`,
          `analyze ${name}`,
          `truncate ${name}`,
        ];
        for (const statement of statements) {
          await client.query('savepoint attack');
          const done = await client.query(statement).then(
            () => true,
            () => false,
          );
          if (done && !statement.startsWith('analyze')) held.push(statement);
          await client.query('rollback to attack');
        }
      }
      const { rows } = await client.query<{ held: string }>(
        `select l.relation::regclass || ' ' || l.mode as held from pg_locks l join pg_class c on c.oid = l.relation
          where l.pid = pg_backend_pid() and l.granted and l.mode not in ('AccessShareLock', 'RowShareLock')
            and c.relnamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace)`,
      );
      held.push(...rows.map((row) => row.held));
    } finally {
      await client.end();
      if (role !== undefined) await db.query(`revoke ${role} from ${login}`);
    }
    expect(held).toEqual([]);
  });

  test('of roles, by the comment that no stranger may make', async () => {
    const { rows } = await stranger.query<{ pid: number }>('select pg_backend_pid() as pid');
    await stranger.query('begin');
    await expect(stranger.query("comment on role pgwave_owner is 'mine'")).rejects.toMatchObject({
      code: '42501',
    });
    expect(
      await db.query(
        `select from pg_locks where locktype = 'object' and classid = 'pg_authid'::regclass and pid = $1`,
        [rows[0]?.pid],
      ),
    ).toEqual([]);
    await stranger.query('rollback');
  });
});
