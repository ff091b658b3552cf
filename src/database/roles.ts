import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { projectPath } from '../project-root.ts';
import { LOCK_CLASS, LOCK_KEYS } from './advisory-locks.ts';
import { connect } from './connection.ts';
import { databaseNameOf, editDatabaseUrl, passwordOf } from './database-url.ts';

/** The roles that log in themselves, each with the environment variable that names another connection string. */
export const LOGIN_ROLES = {
  pgwave_sql: 'PGWAVE_SQL_URL',
  pgwave_script: 'PGWAVE_SCRIPT_URL',
  pgwave_api: 'PGWAVE_API_URL',
} as const;

/** A role that logs in itself. */
export type LoginRole = keyof typeof LOGIN_ROLES;

/** The role that owns everything that pgwave installs. */
export const OWNER_ROLE = 'pgwave_owner';

/**
 * The password of a login role: base64url of HMAC-SHA256 with the migrating connection's password as its key and the
 * role's name as its data. So whoever knows `DATABASE_URL` can log in as the roles and nothing has to be stored.
 * `undefined` where the connection has no password: then the server lets the roles in as it lets in us, or not at all.
 */
export function rolePassword(databaseUrl: string, role: LoginRole): string | undefined {
  const key = passwordOf(databaseUrl);
  return key === undefined ? undefined : createHmac('sha256', key).update(role).digest('base64url');
}

/** The connection string of a login role: `PGWAVE_SQL_URL` and so on where set, else derived from `databaseUrl`. */
export function roleUrl(databaseUrl: string, role: LoginRole): string {
  return (
    process.env[LOGIN_ROLES[role]] ||
    editDatabaseUrl(databaseUrl, {
      user: role,
      password: rolePassword(databaseUrl, role) ?? null,
    })
  );
}

/** The connection string with which to act as {@link OWNER_ROLE}: the same login, another role from the start. */
export function ownerUrl(databaseUrl: string): string {
  return editDatabaseUrl(databaseUrl, { role: OWNER_ROLE });
}

const READ_ONLY = '25006';
const NOT_ALLOWED = '42501';
// Two sessions changing the same role at once: duplicate name, or "tuple concurrently updated" (XX000).
const CONCURRENT = new Set(['23505', '42710', 'XX000', '40001', '40P01']);

/**
 * Makes the roles of `sql/access/roles.sql` that are missing, and sees to it that the login roles can log in.
 * Writes nothing where nothing is missing. Raises PWROL if the connecting user may not make roles, and if a password would have
 * to be changed on which another database of the server depends, unless `resetLogins` says to.
 */
export async function ensureRoles(
  client: pg.Client,
  databaseUrl: string,
  options: { resetLogins?: boolean | undefined } = {},
): Promise<void> {
  const sql = fs.readFileSync(projectPath('sql', 'access', 'roles.sql'), 'utf8');
  if (!(await nothingMissing(client, sql))) {
    const lock = await connectForLock(databaseUrl);
    try {
      await lock.query('select pg_advisory_lock($1, $2)', [LOCK_CLASS, LOCK_KEYS.roles]);
      await makeRoles(client, sql);
    } finally {
      await lock.end();
    }
  }
  await ensureLogins(client, databaseUrl, options.resetLogins ?? false);
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

async function connectForLock(databaseUrl: string): Promise<pg.Client> {
  const options = { applicationName: 'pgwave migrate (roles)' };
  try {
    return await connect(editDatabaseUrl(databaseUrl, { database: 'postgres' }), options);
  } catch {
    return connect(databaseUrl, options); // no such database, or not for us: then retries must do
  }
}

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
        await sleep(20 * attempt);
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

/** Whether the role can log in: `false` only where the password is wrong. */
async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'pgwave migrate (login check)',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Anything but a wrong password (pg_hba.conf, too many connections) is not for us to mend.
    return (error as { code?: string }).code !== '28P01';
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether another database of this server has pgwave, too: its workers log in as the same roles. */
async function sharesRoles(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ shares: boolean }>(
    `select exists (
       select from pg_catalog.pg_shdepend d
        where d.refclassid = 'pg_catalog.pg_authid'::regclass and d.refobjid = to_regrole('${OWNER_ROLE}')
          and d.dbid not in (0, (select oid from pg_catalog.pg_database where datname = current_database()))) as shares`,
  );
  return rows[0]?.shares ?? false;
}

async function ensureLogins(
  client: pg.Client,
  databaseUrl: string,
  resetLogins: boolean,
): Promise<void> {
  const wrong = await Promise.all(
    (Object.keys(LOGIN_ROLES) as LoginRole[]).map(async (role) => {
      const password = rolePassword(databaseUrl, role);
      if (process.env[LOGIN_ROLES[role]] || password === undefined) return undefined;
      return (await canLogIn(roleUrl(databaseUrl, role))) ? undefined : { role, password };
    }),
  );
  const first = wrong.find((login) => login !== undefined);
  if (first !== undefined && !resetLogins && (await sharesRoles(client))) {
    throw new PgwaveError('PWROL', `The password of the role ${first.role} is another one`, {
      detail:
        "Another database of this server has pgwave, too. Roles belong to the server: a new password would lock that one's workers out.",
      hint: `Migrate with the login that migrated the other database, or set ${wrong
        .flatMap((login) => (login === undefined ? [] : [LOGIN_ROLES[login.role]]))
        .join(
          ', ',
        )} to connection strings of these roles, or \`pgwave migrate --reset-logins\` to change them for all databases.`,
    });
  }
  for (const login of wrong) {
    if (login === undefined) continue;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query(
          `alter role ${login.role} with login password ${client.escapeLiteral(login.password)}`,
        );
        break;
      } catch (error) {
        const { code } = error as pg.DatabaseError;
        if (code !== undefined && CONCURRENT.has(code) && attempt < 10) {
          await sleep(20 * attempt);
          continue;
        }
        if (code !== NOT_ALLOWED) throw error;
        throw new PgwaveError('PWROL', `The password of the role ${login.role} cannot be set`, {
          detail: (error as Error).message,
          hint: `Set ${LOGIN_ROLES[login.role]} to a connection string of that role, or let a superuser run \`pgwave migrate\` for ${databaseNameOf(databaseUrl)}.`,
          cause: error,
        });
      }
    }
  }
}
