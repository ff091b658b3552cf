import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from './connection.ts';
import { CONCURRENT, NOT_ALLOWED, OWNER_ROLE, ownerUrl } from './roles.ts';

// Any login can take any advisory lock. These are locks of things that strangers cannot lock.

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
