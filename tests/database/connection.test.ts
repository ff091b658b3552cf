import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/connection.ts';
import {
  databaseNameOf,
  editDatabaseUrl,
  passwordOf,
  printableUrl,
} from '../../src/database/database-url.ts';
import { loginUrls } from '../../src/database/logins.ts';
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
