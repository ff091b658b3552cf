import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { inject } from 'vitest';
import { connect, createPool } from '../../src/database/connection.ts';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { loginUrls } from '../../src/database/logins.ts';
import { LOGIN_ROLES, type LoginRole } from '../../src/database/roles.ts';
import type {} from './test-server.ts'; // the types of inject()

/** A group role of pgwave: nobody logs in as it. */
export type GroupRole =
  | 'pgwave_owner'
  | 'pgwave_viewer'
  | 'pgwave_operator'
  | 'pgwave_author'
  | 'pgwave_admin';

/** A database of one test file. */
export interface TestDatabase {
  name: string;
  /** Connection string of the user that migrated it. */
  url: string;
  /** Connection string of a login role; for a group role that of the migrating user acting as it. */
  roleUrl(role: LoginRole | GroupRole): string;
  /** Connections of the migrating user, at most 5. */
  pool: pg.Pool;
  /** The rows of one statement. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    params?: unknown[],
  ): Promise<Row[]>;
  /** Runs `work` on a connection that acts as a role. */
  as<T>(role: LoginRole | GroupRole, work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** Drops the database. Throws, with their application names, where a test left connections open. */
  close(): Promise<void>;
}

const POOL_NAME = 'test database';
const GRACE_MS = 1_000;

async function onAdminDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(inject('testServer').adminUrl, { applicationName: 'test helper' });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Who is still connected, after those that are just going have had time to go. */
async function leakedConnections(admin: pg.Client, database: string): Promise<string[]> {
  for (const started = Date.now(); ; await sleep(20)) {
    const { rows } = await admin.query<{ name: string }>(
      `select coalesce(nullif(application_name, ''), '(no application name)') as name from pg_stat_activity
       where datname = $1 and backend_type = 'client backend' order by 1`,
      [database],
    );
    if (rows.length === 0 || Date.now() - started > GRACE_MS) return rows.map(({ name }) => name);
  }
}

/** What a test database begins with; default: the migrated template. */
export interface TestDatabaseOptions {
  /** It holds nothing, and has no logins. */
  empty?: boolean;
  /** It is a copy of what `prepareDatabase` made. */
  copyOf?: { name: string };
}

/** Makes a database for a test file: a copy of the migrated template, or what the options say. Close it in `afterAll`. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { adminUrl, template, prefix } = inject('testServer');
  const name = `${prefix}${randomBytes(4).toString('hex')}`;
  const original = options.copyOf?.name ?? (options.empty ? 'template1' : template);
  await onAdminDatabase((admin) =>
    admin.query(`create database ${name} template ${original} strategy file_copy`),
  );
  const url = editDatabaseUrl(adminUrl, { database: name });
  const pool = createPool(url, { applicationName: POOL_NAME, max: 5 });
  const logins = options.empty
    ? undefined
    : await loginUrls(url, Object.keys(LOGIN_ROLES) as LoginRole[]);
  const urlOf = (role: LoginRole | GroupRole): string =>
    logins !== undefined && role in logins
      ? logins[role as LoginRole]
      : editDatabaseUrl(url, { role });
  let closed = false;
  return {
    name,
    url,
    pool,
    roleUrl: urlOf,
    async query<Row extends pg.QueryResultRow>(sql: string, params: unknown[] = []) {
      return (await pool.query<Row>(sql, params)).rows;
    },
    async as(role, work) {
      const client = await connect(urlOf(role), { applicationName: `test as ${role}` });
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      const checkedOut = pool.totalCount - pool.idleCount;
      // A client that a test never released would keep end() waiting for ever.
      if (checkedOut > 0) void pool.end();
      else if (!pool.ended) await pool.end();
      const leaked = await onAdminDatabase(async (admin) => {
        const names = await leakedConnections(admin, name);
        await admin.query(`drop database if exists ${name} with (force)`);
        return names;
      });
      if (leaked.length > 0) {
        throw new Error(`connections left open to the test database: ${leaked.join(', ')}`);
      }
    },
  };
}

/** Prepares a database once, for `copyOf`: a copy costs less than to prepare it again. Drop it in `afterAll`. */
export async function prepareDatabase(
  options: TestDatabaseOptions,
  prepare: (db: TestDatabase) => Promise<unknown>,
): Promise<{ name: string; drop(): Promise<void> }> {
  const db = await createTestDatabase(options);
  try {
    await prepare(db);
  } catch (error) {
    await db.close();
    throw error;
  }
  // Nobody may be connected to what is copied.
  await db.pool.end();
  return { name: db.name, drop: db.close };
}

/** The clock of a test: replaced once, since a function that changes makes every session plan everything anew. */
const TEST_CLOCK = `
  create schema test_clock;
  create table test_clock.clock as select null::timestamptz as at;
  grant usage on schema test_clock to public;
  grant select on test_clock.clock to public;
  create or replace function pgwave_private.now() returns timestamptz language plpgsql volatile set search_path = '' as
    'begin return coalesce((select c.at from test_clock.clock c), pg_catalog.clock_timestamp()); end'`;

/**
 * Sets what `pgwave_private.now()` returns in this database; `null` lets it run on. Everything of pgwave asks that
 * function for the time, so a test sets the clock and does not sleep.
 */
export async function setClock(db: TestDatabase, time: Date | string | null): Promise<void> {
  const [clock] = await db.query<{ set: boolean }>(
    "select to_regclass('test_clock.clock') is not null as set",
  );
  if (!clock?.set) await db.query(TEST_CLOCK);
  await db.query('update test_clock.clock set at = $1', [time]);
}
