import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { connect } from './connection.ts';
import { databaseNameOf, editDatabaseUrl } from './database-url.ts';
import { lockLogins } from './locks.ts';
import {
  CONCURRENT,
  LOGIN_ROLES,
  type LoginRole,
  NOT_ALLOWED,
  OWNER_ROLE,
  ownerUrl,
} from './roles.ts';

// The passwords of the login roles are random. They lie in pgwave_private.login_secrets, which only pgwave_owner reads.
// Roles belong to the server, secrets to a database: what one database holds is taken over by the next.

type Secrets = Partial<Record<LoginRole, string>>;

const ALL = Object.keys(LOGIN_ROLES) as LoginRole[];
/** The roles whose passwords pgwave keeps: those without a connection string of their own. */
const kept = (): LoginRole[] => ALL.filter((role) => !process.env[LOGIN_ROLES[role]]);

async function readSecrets(client: pg.Client): Promise<Secrets> {
  const { rows } = await client.query<{ role_name: LoginRole; secret: string }>(
    'select role_name, secret from pgwave_private.login_secrets',
  );
  return Object.fromEntries(rows.map(({ role_name, secret }) => [role_name, secret]));
}

const urlWith = (databaseUrl: string, role: LoginRole, secret: string | undefined): string =>
  editDatabaseUrl(databaseUrl, { user: role, password: secret ?? null });

/**
 * The connection strings of login roles: `PGWAVE_WORKER_URL` and so on if set, else made with the secrets that the database
 * keeps. Raises PWROL if the connecting user may not read them.
 */
export async function loginUrls<Role extends LoginRole>(
  databaseUrl: string,
  roles: readonly Role[],
): Promise<Record<Role, string>> {
  const urls = roles.map((role) => [role, process.env[LOGIN_ROLES[role]]] as const);
  const missing = urls.filter(([, url]) => !url).map(([role]) => role);
  const secrets = missing.length === 0 ? {} : await secretsOf(databaseUrl, missing);
  return Object.fromEntries(
    urls.map(([role, url]) => [role, url || urlWith(databaseUrl, role, secrets[role])]),
  ) as Record<Role, string>;
}

async function secretsOf(databaseUrl: string, roles: readonly LoginRole[]): Promise<Secrets> {
  try {
    const client = await connect(ownerUrl(databaseUrl), { applicationName: 'pgwave logins' });
    try {
      return await readSecrets(client);
    } finally {
      await client.end();
    }
  } catch (cause) {
    const { code, cause: inner } = cause as { code?: string; cause?: { code?: string } };
    // 42P01, 3F000: not migrated yet. 22023: there is no role pgwave_owner, or it is not for this user.
    if (code === '42P01' || code === '3F000') return {};
    if (code !== NOT_ALLOWED && inner?.code !== NOT_ALLOWED && inner?.code !== '22023') throw cause;
    throw new PgwaveError('PWROL', `The logins of pgwave are not for this user`, {
      detail: (cause as Error).message,
      hint: `Connect as a member of ${OWNER_ROLE}, or set ${roles.map((role) => LOGIN_ROLES[role]).join(', ')}.`,
      cause,
    });
  }
}

/** Whether the role can log in: `false` only if the password is wrong. */
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

/** The roles that cannot log in with these secrets. */
async function refusedOf(
  databaseUrl: string,
  roles: readonly LoginRole[],
  secrets: Secrets,
): Promise<LoginRole[]> {
  const lets = await Promise.all(
    roles.map(
      async (role) =>
        secrets[role] !== undefined && (await canLogIn(urlWith(databaseUrl, role, secrets[role]))),
    ),
  );
  return roles.filter((_, index) => !lets[index]);
}

async function makeTable(client: pg.Client): Promise<void> {
  await client.query(`
    create table if not exists pgwave_private.login_secrets (
      role_name name constraint login_secrets_pkey primary key,
      secret text not null,
      made_at timestamptz not null default now()
    );
    comment on table pgwave_private.login_secrets is
      'Random passwords of the roles that log in, one a row. Written by pgwave migrate; only pgwave_owner reads it.';
    comment on column pgwave_private.login_secrets.role_name is
      'pgwave_worker, pgwave_sql, pgwave_script or pgwave_api.';
    comment on column pgwave_private.login_secrets.secret is
      '32 random bytes, base64url. Roles belong to the server, so all its databases with pgwave hold the same.';
    comment on column pgwave_private.login_secrets.made_at is 'When it was made, or copied from another database.'`);
}

/**
 * Sees to it that the login roles can log in: with the secrets of this database, else with those of another database of
 * the server, else with new ones. `rotate` makes new ones for all. Raises PWROL if the password of a role cannot be set, or
 * if another database may depend on the one that it has.
 */
export async function ensureLogins(
  client: pg.Client,
  databaseUrl: string,
  { rotate = false }: { rotate?: boolean } = {},
): Promise<void> {
  await makeTable(client);
  const roles = kept();
  const own = rotate ? {} : await readSecrets(client);
  if (!rotate && (await refusedOf(databaseUrl, roles, own)).length === 0) return;
  const lock = await lockLogins(databaseUrl);
  try {
    // Somebody may just have seen to it.
    const refused = rotate ? roles : await refusedOf(databaseUrl, roles, own);
    const { found, unread } = rotate
      ? { found: {} as Secrets, unread: [] as string[] }
      : await findElsewhere(client, databaseUrl, refused);
    const lost = refused.filter((role) => found[role] === undefined);
    if (lost.length > 0 && unread.length > 0) throw mayLockOut(lost, unread);
    for (const role of refused) {
      const secret = found[role] ?? own[role] ?? randomBytes(32).toString('base64url');
      await setSecret(client, databaseUrl, role, secret, found[role] === undefined);
    }
  } finally {
    await lock?.end();
  }
}

function mayLockOut(roles: readonly LoginRole[], databases: readonly string[]): PgwaveError {
  return new PgwaveError('PWROL', `The password of the role ${roles[0]} is not known`, {
    detail: `Roles belong to the server, and the secrets of its databases with pgwave cannot be read: ${databases.join(', ')}. A new password would lock their workers out.`,
    hint: `Migrate with a login that may read them, or set ${roles.map((role) => LOGIN_ROLES[role]).join(', ')} to connection strings of these roles, or \`pgwave migrate --rotate-logins\` to change them for all databases.`,
  });
}

/**
 * Secrets that other databases of the server hold and that let their roles in, and the databases that depend on the roles
 * but do not let their secrets be read.
 */
async function findElsewhere(
  client: pg.Client,
  databaseUrl: string,
  roles: readonly LoginRole[],
): Promise<{ found: Secrets; unread: string[] }> {
  const { rows } = await client.query<{ name: string; shares: boolean }>(
    `select d.datname as name, exists (
              select from pg_catalog.pg_shdepend s
               where s.refclassid = 'pg_catalog.pg_authid'::regclass and s.refobjid = to_regrole('${OWNER_ROLE}')
                 and s.dbid = d.oid) as shares
       from pg_catalog.pg_database d where d.datname <> current_database() order by d.oid`,
  );
  const found: Secrets = {};
  const unread: string[] = [];
  for (const { name } of rows.filter(({ shares }) => shares)) {
    const wanted = roles.filter((role) => found[role] === undefined);
    if (wanted.length === 0) break;
    const secrets = await readElsewhere(editDatabaseUrl(databaseUrl, { database: name }));
    if (secrets === undefined) {
      unread.push(name);
      continue;
    }
    const refused = await refusedOf(
      databaseUrl,
      wanted.filter((role) => secrets[role] !== undefined),
      secrets,
    );
    for (const role of wanted) {
      const secret = secrets[role];
      if (secret !== undefined && !refused.includes(role)) found[role] = secret;
    }
  }
  return { found, unread };
}

/**
 * Reads nothing but a table that belongs to pgwave_owner: another database may be somebody else's. `undefined` if it cannot
 * be read.
 */
async function readElsewhere(url: string): Promise<Secrets | undefined> {
  const client = await connect(ownerUrl(url), {
    applicationName: 'pgwave migrate (logins)',
    timeoutMs: 3000,
    statementTimeoutMs: 3000,
  }).catch(() => undefined);
  if (client === undefined) return undefined;
  try {
    const { rowCount } = await client.query(
      `select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'pgwave_private' and c.relname = 'login_secrets' and c.relkind = 'r'
          and c.relowner = '${OWNER_ROLE}'::pg_catalog.regrole and not c.relhasrules`,
    );
    return rowCount === 0 ? {} : await readSecrets(client);
  } catch {
    return undefined;
  } finally {
    await client.end();
  }
}

async function setSecret(
  client: pg.Client,
  databaseUrl: string,
  role: LoginRole,
  secret: string,
  alters: boolean,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('begin');
      await client.query(
        `insert into pgwave_private.login_secrets (role_name, secret) values ($1, $2)
         on conflict (role_name) do update set secret = excluded.secret, made_at = now()`,
        [role, secret],
      );
      if (alters) {
        // Whoever migrates made the roles; the owner of the tables did not.
        await client.query('set local role none');
        await client.query(
          `alter role ${role} with login password ${client.escapeLiteral(secret)}`,
        );
      }
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      const { code } = error as pg.DatabaseError;
      if (code !== undefined && CONCURRENT.has(code) && attempt < 10) {
        await sleep(20 * attempt);
        continue;
      }
      if (code !== NOT_ALLOWED) throw error;
      throw new PgwaveError('PWROL', `The password of the role ${role} cannot be set`, {
        detail: (error as Error).message,
        hint: `Set ${LOGIN_ROLES[role]} to a connection string of that role, or let a superuser run \`pgwave migrate\` for ${databaseNameOf(databaseUrl)}.`,
        cause: error,
      });
    }
  }
}
