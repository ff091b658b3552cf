import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { projectPath } from '../project-root.ts';
import { editDatabaseUrl } from './database-url.ts';

/** The roles that log in themselves, each with the environment variable that names another connection string. */
export const LOGIN_ROLES = {
  pgwave_worker: 'PGWAVE_WORKER_URL',
  pgwave_sql: 'PGWAVE_SQL_URL',
  pgwave_script: 'PGWAVE_SCRIPT_URL',
  pgwave_api: 'PGWAVE_API_URL',
} as const;

/** A role that logs in itself. */
export type LoginRole = keyof typeof LOGIN_ROLES;

/** The role that owns everything that pgwave installs. */
export const OWNER_ROLE = 'pgwave_owner';

/** The connection string with which to act as {@link OWNER_ROLE}: the same login, another role from the start. */
export function ownerUrl(databaseUrl: string): string {
  return editDatabaseUrl(databaseUrl, { role: OWNER_ROLE });
}

const READ_ONLY = '25006';
export const NOT_ALLOWED = '42501';
/** Two sessions changed the same role at once: duplicate name, or "tuple concurrently updated" (XX000). */
export const CONCURRENT = new Set(['23505', '42710', 'XX000', '40001', '40P01']);

/**
 * Makes the roles of `sql/access/roles.sql` that are missing. Writes nothing if nothing is missing. Raises PWROL if the
 * connecting user may not make roles.
 */
export async function ensureRoles(client: pg.Client): Promise<void> {
  const sql = fs.readFileSync(projectPath('sql', 'access', 'roles.sql'), 'utf8');
  if (!(await nothingMissing(client, sql))) await makeRoles(client, sql);
}

async function nothingMissing(client: pg.Client, sql: string): Promise<boolean> {
  try {
    await client.query('begin transaction read only');
    await client.query(sql);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === READ_ONLY) return false;
    throw error;
  } finally {
    await client.query('rollback');
  }
}

/** Who comes second while others make the same roles, in this database or another, finds them there at the next attempt. */
async function makeRoles(client: pg.Client, sql: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('begin');
      await client.query(sql);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      const code = error instanceof pg.DatabaseError ? error.code : undefined;
      if (code !== undefined && CONCURRENT.has(code) && attempt < 10) {
        await sleep(20 * attempt * (0.5 + Math.random()));
        continue;
      }
      throw code === NOT_ALLOWED ? await mayNotMakeRoles(client, error as pg.DatabaseError) : error;
    }
  }
}

async function mayNotMakeRoles(client: pg.Client, cause: pg.DatabaseError): Promise<PgwaveError> {
  const { rows } = await client.query<{ user: string; database: string; made: boolean }>(
    `select quote_ident(current_user) as "user", quote_ident(current_database()) as database,
            to_regrole('${OWNER_ROLE}') is not null as made`,
  );
  const { user, database, made } = rows[0] as (typeof rows)[0];
  const grants = made ? `grant ${OWNER_ROLE} to ${user}` : `alter role ${user} createrole`;
  return new PgwaveError('PWROL', `The user ${user} may not make the roles of pgwave`, {
    detail: `${cause.message}${cause.detail ? ` (${cause.detail})` : ''}`,
    hint: `Let a superuser run \`pgwave migrate\` on this database once, or: ${grants}; alter database ${database} owner to ${user};`,
    cause,
  });
}
