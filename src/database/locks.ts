import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { connect } from './connection.ts';
import { CONCURRENT, NOT_ALLOWED, OWNER_ROLE, ownerUrl } from './roles.ts';

// Any login can take any advisory lock. These are locks of things that strangers cannot lock.

const ATTEMPTS = 40;
/** A limit of a statement or of a lock is over, or others would wait in a circle. */
const IN_USE = new Set(['57014', '55P03', '40P01']);

const LOCK_RELATIONS = (mode: string) => `
  do $lock$
  declare
    v_relations constant text := (
      select string_agg(c.oid::pg_catalog.regclass::text, ', ' order by c.relkind = 'v' desc, c.oid)
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('pgwave', 'pgwave_private') and c.relkind in ('r', 'p', 'v') and not c.relispartition
         and pg_catalog.pg_has_role(c.relowner, 'usage')
         and c.relname not in ('migration_lock', 'installed_behaviour'));
  begin
    if v_relations is not null then
      execute 'lock table ' || v_relations || ' in ${mode} mode';
    end if;
  end
  $lock$`;

/**
 * Has all tables and views of pgwave to itself until the transaction of the caller ends. Takes all or none: a try ends before
 * the server looks for deadlocks, so that no program that is stopped by it fails, and others go on between two tries. The
 * weaker lock first ends an autovacuum, which nobody else waits for. Raises PWSQL after a minute.
 */
export async function lockRelations(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ lock: string; statement: string }>(
    `select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`,
  );
  for (let attempt = 1; ; attempt += 1) {
    await client.query('savepoint lock_relations');
    try {
      await client.query("set local lock_timeout = '5s'");
      await client.query(LOCK_RELATIONS('share update exclusive'));
      await client.query(
        `select set_config('statement_timeout', least(500, setting::int / 2)::text, true)
           from pg_catalog.pg_settings where name = 'deadlock_timeout'`,
      );
      await client.query(LOCK_RELATIONS('access exclusive'));
      await client.query(
        `select set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)`,
        [rows[0]?.lock, rows[0]?.statement],
      );
      await client.query('release lock_relations');
      return;
    } catch (error) {
      const { code = '', message } = error as pg.DatabaseError;
      if (!IN_USE.has(code)) throw error;
      await client.query('rollback to lock_relations; release lock_relations');
      if (attempt === ATTEMPTS) {
        throw new PgwaveError(
          'PWSQL',
          'The tables of pgwave are in use, so they cannot be changed',
          {
            detail: message,
            hint: 'End long transactions on the tables of pgwave, then migrate again.',
          },
        );
      }
      await sleep(1000 * (0.5 + Math.random()));
    }
  }
}

/** Opens a connection that holds what `statement` locks until it ends, however long that takes. */
async function openLock(url: string, statement: string): Promise<pg.Client> {
  const lock = await connect(url, { applicationName: 'pgwave migrate (lock)' });
  try {
    await lock.query('begin');
    await lock.query(
      `select set_config(name, '0', true) from pg_catalog.pg_settings
        where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`,
    );
    await lock.query(statement);
    return lock;
  } catch (error) {
    await lock.end();
    throw error;
  }
}

/** Has migrating this database to itself until the connection ends: a table of the owner's is locked. */
export async function lockMigrations(databaseUrl: string): Promise<pg.Client> {
  const url = ownerUrl(databaseUrl);
  const client = await connect(url, { applicationName: 'pgwave migrate' });
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query(
          `create schema if not exists pgwave_private;
           create table if not exists pgwave_private.migration_lock (nothing boolean primary key);
           comment on table pgwave_private.migration_lock is 'Has no rows. Locked by whoever migrates.';
           comment on column pgwave_private.migration_lock.nothing is 'A table has a column.'`,
        );
        break;
      } catch (error) {
        const { code } = error as pg.DatabaseError;
        if (!CONCURRENT.has(code ?? '') || attempt >= 10) throw error;
        await sleep(20 * attempt);
      }
    }
  } finally {
    await client.end();
  }
  return openLock(url, 'lock table pgwave_private.migration_lock in share update exclusive mode');
}

/**
 * Has the passwords of the server's login roles to itself until the connection ends: a comment locks its role in all
 * databases, and it is never committed. Returns: nothing for whoever may not set them.
 */
export async function lockLogins(databaseUrl: string): Promise<pg.Client | undefined> {
  try {
    return await openLock(databaseUrl, `comment on role ${OWNER_ROLE} is 'locked'`);
  } catch (error) {
    if ((error as pg.DatabaseError).code === NOT_ALLOWED) return undefined;
    throw error;
  }
}
