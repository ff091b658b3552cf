import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { type EmbeddedServer, useEmbeddedServer } from '../../src/database/embedded.ts';
import { loginUrls } from '../../src/database/logins.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { LOGIN_ROLES, type LoginRole } from '../../src/database/roles.ts';
import { createScratchProject, type ScratchProject } from '../helpers/scratch-project.ts';

// Roles belong to the whole server, so these tests have one of their own, on which there are none yet.
let server: EmbeddedServer;
let admin: pg.Client;
let project: ScratchProject;

beforeAll(async () => {
  server = await useEmbeddedServer({
    dir: fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-roles-')),
    temporary: true,
  });
  admin = await connect(server.url, { applicationName: 'roles test' });
  project = createScratchProject();
});

afterAll(async () => {
  await admin.end();
  await server.close();
  project.remove();
});

async function createDatabase(name: string, owner = 'postgres'): Promise<string> {
  await admin.query(`create database ${name} owner ${owner}`);
  return editDatabaseUrl(server.url, { database: name });
}

const urlOf = async (url: string, role: LoginRole): Promise<string> =>
  (await loginUrls(url, [role]))[role];

async function sessionUser(url: string): Promise<string> {
  const client = await connect(url, { applicationName: 'roles test' });
  try {
    return (
      (await client.query<{ name: string }>('select session_user as name')).rows[0]?.name ?? ''
    );
  } finally {
    await client.end();
  }
}

describe('the roles', () => {
  test('a user who may not make them hears what to do', async () => {
    await admin.query("create role nobody_much login password 'pw'");
    const url = editDatabaseUrl(await createDatabase('for_nobody', 'nobody_much'), {
      user: 'nobody_much',
      password: 'pw',
    });
    await expect(migrateDatabase(url, project)).rejects.toMatchObject({
      code: 'PWROL',
      message: 'The user nobody_much may not make the roles of pgwave',
      hint: expect.stringContaining('alter role nobody_much createrole'),
    });
  });

  test('are made once where four databases of a new server are migrated at once', async () => {
    const urls: string[] = [];
    for (const name of ['one', 'two', 'three', 'four']) urls.push(await createDatabase(name));
    await Promise.all(urls.map((url) => migrateDatabase(url, project)));
    const { rows } = await admin.query(
      `select rolname as name, rolcanlogin as login, rolinherit as inherit, rolsuper as super,
              shobj_description(oid, 'pg_authid') is not null as commented
       from pg_roles where rolname like 'pgwave%' order by 1`,
    );
    const group = { login: false, inherit: true, super: false, commented: true };
    const login = { login: true, inherit: false, super: false, commented: true };
    expect(rows).toEqual([
      { name: 'pgwave_admin', ...group },
      { name: 'pgwave_api', ...login },
      { name: 'pgwave_author', ...group },
      { name: 'pgwave_operator', ...group },
      { name: 'pgwave_owner', ...group },
      { name: 'pgwave_script', ...login },
      { name: 'pgwave_sql', ...login },
      { name: 'pgwave_viewer', ...group },
      { name: 'pgwave_worker', ...login },
    ]);
    const { rows: members } = await admin.query(
      `select pg_has_role('pgwave_admin', 'pgwave_viewer', 'usage') as admin_reads,
              pg_has_role('pgwave_viewer', 'pgwave_operator', 'member') as viewer_operates,
              pg_has_role('pgwave_api', 'pgwave_viewer', 'usage') as api_inherits,
              pg_has_role('pgwave_api', 'pgwave_author', 'member') as api_may_become,
              pg_has_role('pgwave_sql', 'pgwave_viewer', 'member') as sql_reads`,
    );
    expect(members[0]).toEqual({
      admin_reads: true,
      viewer_operates: false,
      api_inherits: false,
      api_may_become: true,
      sql_reads: false,
    });
  });

  test.each(Object.keys(LOGIN_ROLES) as LoginRole[])(
    '%s logs in with the password that the database keeps',
    async (role) => {
      const url = editDatabaseUrl(server.url, { database: 'one' });
      expect(await sessionUser(await urlOf(url, role))).toBe(role);
    },
  );

  test('a login whose password was changed is mended by migrating, a dropped role is made again', async () => {
    const url = editDatabaseUrl(server.url, { database: 'one' });
    await admin.query("alter role pgwave_sql password 'another'");
    await expect(sessionUser(await urlOf(url, 'pgwave_sql'))).rejects.toMatchObject({
      code: 'PWDBU',
    });
    for (const database of ['one', 'two', 'three', 'four']) {
      const client = await connect(editDatabaseUrl(url, { database }), { applicationName: 'drop' });
      await client.query('drop owned by pgwave_script');
      await client.end();
    }
    await admin.query('drop role pgwave_script');
    await migrateDatabase(url, project);
    expect(await sessionUser(await urlOf(url, 'pgwave_sql'))).toBe('pgwave_sql');
    expect(await sessionUser(await urlOf(url, 'pgwave_script'))).toBe('pgwave_script');
  });

  test('the passwords are random, one for the whole server, and only the owner reads them', async () => {
    const secretsOf = async (database: string) => {
      const client = await connect(editDatabaseUrl(server.url, { database }), {
        applicationName: 'roles test',
      });
      try {
        const { rows } = await client.query<{ role_name: string; secret: string }>(
          'select role_name, secret from pgwave_private.login_secrets order by 1',
        );
        const { rows: readers } = await client.query<{ name: string }>(
          `select rolname as name from pg_roles
            where not rolsuper and rolname !~ '^pg_' and has_table_privilege(oid, 'pgwave_private.login_secrets', 'select')
              and has_schema_privilege(oid, 'pgwave_private', 'usage')`,
        );
        expect(readers).toEqual([{ name: 'pgwave_owner' }]);
        return rows;
      } finally {
        await client.end();
      }
    };
    const secrets = await secretsOf('one');
    expect(secrets.map(({ role_name }) => role_name)).toEqual(Object.keys(LOGIN_ROLES).sort());
    for (const { secret } of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
    expect(new Set(secrets.map(({ secret }) => secret)).size).toBe(secrets.length);
    // nothing that the password of the database, or of another role, gives away
    const key = new URL(server.url).password;
    for (const { role_name, secret } of secrets) {
      expect(secret).not.toBe(createHmac('sha256', key).update(role_name).digest('base64url'));
    }
    expect(await secretsOf('two')).toEqual(secrets);

    await migrateDatabase(editDatabaseUrl(server.url, { database: 'two' }), {
      ...project,
      rotateLogins: true,
    });
    const rotated = await secretsOf('two');
    for (const [index, { secret }] of rotated.entries()) {
      expect(secret).not.toBe(secrets[index]?.secret);
    }
    const one = editDatabaseUrl(server.url, { database: 'one' });
    await expect(sessionUser(await urlOf(one, 'pgwave_sql'))).rejects.toMatchObject({
      code: 'PWDBU',
    });
    await migrateDatabase(one, project);
    expect(await secretsOf('one')).toEqual(rotated);
    expect(await sessionUser(await urlOf(one, 'pgwave_sql'))).toBe('pgwave_sql');
  });

  test('a second database, of another login, does not lock out the first', async () => {
    const first = editDatabaseUrl(server.url, { database: 'one' });
    await admin.query("create role other_maker login superuser password 'other'");
    const url = editDatabaseUrl(await createDatabase('fifth', 'other_maker'), {
      user: 'other_maker',
      password: 'other',
    });
    await migrateDatabase(url, project);
    expect(await sessionUser(await urlOf(first, 'pgwave_sql'))).toBe('pgwave_sql');
    expect(await sessionUser(await urlOf(url, 'pgwave_sql'))).toBe('pgwave_sql');
  });

  test('passwords that others may depend on are changed only when asked', async () => {
    const first = editDatabaseUrl(server.url, { database: 'one' });
    await admin.query("create role plain_maker login createrole password 'plain'");
    await admin.query('grant pgwave_owner to plain_maker');
    const url = editDatabaseUrl(await createDatabase('sixth', 'plain_maker'), {
      user: 'plain_maker',
      password: 'plain',
    });
    const others = (
      await admin.query<{ name: string }>(
        "select datname as name from pg_database where datname not in ('postgres', 'sixth')",
      )
    ).rows.map(({ name }) => name);
    for (const name of others) {
      await admin.query(`revoke connect on database ${name} from public`);
    }
    await expect(migrateDatabase(url, project)).rejects.toMatchObject({
      code: 'PWROL',
      hint: expect.stringContaining('PGWAVE_WORKER_URL, PGWAVE_SQL_URL, PGWAVE_SCRIPT_URL'),
    });
    for (const name of others) {
      await admin.query(`grant connect on database ${name} to public`);
    }
    expect(await sessionUser(await urlOf(first, 'pgwave_sql'))).toBe('pgwave_sql');
    const sixth = editDatabaseUrl(server.url, { database: 'sixth' });
    await migrateDatabase(sixth, { ...project, rotateLogins: true });
    expect(await sessionUser(await urlOf(sixth, 'pgwave_sql'))).toBe('pgwave_sql');
    await migrateDatabase(first, project);
    expect(await sessionUser(await urlOf(first, 'pgwave_sql'))).toBe('pgwave_sql');
  });

  test('a database that is closed to everybody is opened to them', async () => {
    const url = await createDatabase('closed');
    await admin.query('revoke all on database closed from public');
    await migrateDatabase(url, project);
    expect(await sessionUser(await urlOf(url, 'pgwave_script'))).toBe('pgwave_script');
  });

  test('a user that is no superuser but may make roles migrates a server by itself', async () => {
    const other = await useEmbeddedServer({
      dir: fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-roles-')),
      temporary: true,
    });
    try {
      const superuser = await connect(other.url, { applicationName: 'roles test' });
      await superuser.query("create role maker login createrole password 'pw'");
      await superuser.query('create database made owner maker');
      await superuser.query('revoke all on database made from public');
      await superuser.end();
      const url = editDatabaseUrl(other.url, { user: 'maker', password: 'pw', database: 'made' });
      expect(await migrateDatabase(url, project)).toMatchObject({ changed: true });
      expect(await migrateDatabase(url, project)).toMatchObject({ changed: false });
      expect(await sessionUser(await urlOf(url, 'pgwave_api'))).toBe('pgwave_api');
    } finally {
      await other.close();
    }
  });
});
