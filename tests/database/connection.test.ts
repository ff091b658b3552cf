import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connect, openDatabase } from '../../src/database/connection.ts';
import {
  databaseNameOf,
  editDatabaseUrl,
  passwordOf,
  printableUrl,
} from '../../src/database/database-url.ts';
import { loginUrls } from '../../src/database/logins.ts';
import { createTestDatabase } from '../helpers/database.ts';
import { describeError, fromDatabaseError, PgwaveError } from '../../src/errors.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a connection string', () => {
  test.each([
    ['postgres://ann:old@db:5433/app', 'postgres://bob:n%40w%2F@db:5433/app'],
    [
      'postgres://ann:old@/app?host=/run/postgresql',
      'postgres://bob:n%40w%2F@/app?host=/run/postgresql',
    ],
    ['postgres:///app?user=ann&password=old', 'postgres://bob:n%40w%2F@/app'],
    ['postgresql://db/app?sslmode=disable', 'postgresql://bob:n%40w%2F@db/app?sslmode=disable'],
  ])('gets another user and password: %s', (url, expected) => {
    const edited = editDatabaseUrl(url, { user: 'bob', password: 'n@w/' });
    expect(decodeURIComponent(edited)).toBe(decodeURIComponent(expected));
    const { user, password, database } = new pg.Client(edited);
    expect({ user, password, database }).toEqual({
      user: 'bob',
      password: 'n@w/',
      database: 'app',
    });
  });

  test.each([
    'postgres://a,b/app',
    'postgres://me:pw@a:5432,b:5433/app',
    'postgres:///app?host=a,b',
  ])('of several hosts is refused, and says what to do: %s', async (url) => {
    await expect(openDatabase({ databaseUrl: url })).rejects.toMatchObject({
      code: 'PWENV',
      message: 'DATABASE_URL names several hosts',
    });
  });

  test.each([
    ['service=prod', 'service'],
    ['sslmode=require&channel_binding=require', 'channel_binding'],
    ['sslcrl=/x', 'sslcrl'],
    ['hostaddr=10.0.0.1', 'hostaddr'],
    ['target_session_attrs=standby', 'target_session_attrs=standby'],
  ])('whose meaning would be lost is refused: %s', async (query, named) => {
    const url = `postgres://ann:secret@db/app?${query}`;
    const refused = openDatabase({ databaseUrl: url });
    await expect(refused).rejects.toMatchObject({
      code: 'PWENV',
      message: expect.stringContaining(named),
      hint: expect.any(String),
    });
    await expect(refused).rejects.not.toMatchObject({
      message: expect.stringContaining('secret'),
    });
  });

  test('may leave the server to the variables of libpq, for the logins of workers too', async () => {
    const db = await createTestDatabase();
    try {
      const { hostname, port, username, password, pathname } = new URL(db.url);
      vi.stubEnv('PGHOST', hostname);
      vi.stubEnv('PGPORT', port);
      vi.stubEnv('PGUSER', decodeURIComponent(username));
      vi.stubEnv('PGPASSWORD', decodeURIComponent(password));
      for (const databaseUrl of [
        `postgres://${pathname}`,
        `postgres://${pathname}?target_session_attrs=read-write&connect_timeout=3`,
      ]) {
        const opened = await openDatabase({ databaseUrl });
        const { pgwave_worker } = await loginUrls(opened.url, ['pgwave_worker']);
        const client = await connect(pgwave_worker, { applicationName: 'test' });
        const { rows } = await client.query('select session_user as name');
        await client.end();
        expect(rows).toEqual([{ name: 'pgwave_worker' }]);
      }
    } finally {
      vi.unstubAllEnvs();
      await db.close();
    }
  });

  test('gets a role beside the options that it has', () => {
    const edited = editDatabaseUrl('postgres://h/app?options=-c%20work_mem%3D8MB', { role: 'r' });
    expect(new URL(edited).searchParams.get('options')).toBe('-c work_mem=8MB -c role=r');
    expect(edited).not.toContain('+');
  });

  test('is printed without its password', () => {
    expect(printableUrl('postgres://ann:secret@db/app?password=secret')).toBe(
      'postgres://ann@db/app',
    );
  });

  test('has the names and passwords that pg would use', () => {
    vi.stubEnv('PGPASSWORD', 'from-env');
    expect(passwordOf('postgres://ann@db/app')).toBe('from-env');
    expect(passwordOf('postgres://ann:p%25@db/app')).toBe('p%');
    expect(databaseNameOf('postgres://ann@db/my%20app')).toBe('my app');
    vi.stubEnv('PGDATABASE', '');
    expect(databaseNameOf('postgres://ann@db')).toBe('ann');
  });

  test('of a login role comes from the environment', async () => {
    vi.stubEnv('PGWAVE_SQL_URL', 'postgres://x@y/z');
    expect(await loginUrls('postgres://ann:secret@db/app', ['pgwave_sql'])).toEqual({
      pgwave_sql: 'postgres://x@y/z',
    });
  });
});

describe('opening a database', () => {
  test.each([
    ['postgres://ann:secret@127.0.0.1:1/app', /host and port/],
    ['postgres://ann:secret@no-such-host.invalid/app', /host/],
  ])('that cannot be reached says what to do and hides the password: %s', async (url, hint) => {
    const error = await openDatabase({ databaseUrl: url }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PgwaveError);
    expect(error).toMatchObject({ code: 'PWDBU', hint: expect.stringMatching(hint) });
    expect(describeError(error)).not.toContain('secret');
    expect(describeError(error)).not.toMatch(/^\s+at /m);
  });

  test.each(['mysql://x', 'localhost:5432', 'postgres://a b@[/'])('refuses %s', async (url) => {
    await expect(openDatabase({ databaseUrl: url })).rejects.toMatchObject({ code: 'PWENV' });
  });
});

describe('an error of the database', () => {
  test('with a code of ours keeps message, detail and hint; others stay as they are', () => {
    const ours = new pg.DatabaseError('run 7 does not exist', 0, 'error');
    Object.assign(ours, { code: 'PWNOF', detail: 'run: 7', hint: 'see pgwave.workflow_runs' });
    expect(fromDatabaseError(ours)).toMatchObject({
      code: 'PWNOF',
      message: 'run 7 does not exist',
      detail: 'run: 7',
      hint: 'see pgwave.workflow_runs',
    });
    expect(describeError(ours)).toBe(
      'run 7 does not exist (PWNOF)\n  run: 7\n  hint: see pgwave.workflow_runs',
    );
    const other = Object.assign(new pg.DatabaseError('no', 0, 'error'), { code: '23505' });
    expect(fromDatabaseError(other)).toBe(other);
  });
});
