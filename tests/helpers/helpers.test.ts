import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { createTestDatabase, setClock, type TestDatabase } from './database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

describe('a test database', () => {
  test('is migrated and of its own', async () => {
    expect(await db.query('select from pgwave_private.installed_behaviour')).toHaveLength(1);
    const other = await createTestDatabase();
    await other.query('create table public.only_here ()');
    expect(await db.query("select to_regclass('public.only_here') as found")).toEqual([
      { found: null },
    ]);
    await other.close();
    expect(await db.query('select from pg_database where datname = $1', [other.name])).toEqual([]);
  });

  test('that a test is still connected to names the connection at its close, and is dropped all the same', async () => {
    const leaky = await createTestDatabase();
    const client = await connect(leaky.url, { applicationName: 'forgotten worker' });
    await expect(leaky.close()).rejects.toThrow(/forgotten worker/);
    await client.end().catch(() => {});
    expect(await db.query('select from pg_database where datname = $1', [leaky.name])).toEqual([]);
  });

  test('whose pool a client was never given back to says so and does not hang', async () => {
    const leaky = await createTestDatabase();
    await leaky.pool.connect();
    await expect(leaky.close()).rejects.toThrow(/test database/);
  });

  test('is reached as each role', async () => {
    const users = (role: Parameters<TestDatabase['as']>[0]) =>
      db.as(role, async (client) => {
        const { rows } = await client.query(
          'select session_user::text as session, current_user::text as acts',
        );
        return rows[0];
      });
    expect(await users('pgwave_script')).toEqual({
      session: 'pgwave_script',
      acts: 'pgwave_script',
    });
    expect(await users('pgwave_viewer')).toMatchObject({ acts: 'pgwave_viewer' });
  });

  test('has a clock that is set', async () => {
    const now = async () =>
      (await db.query<{ now: Date }>('select pgwave_private.now() as now'))[0]?.now;
    await setClock(db, '2026-03-29T01:30:00Z');
    expect(await now()).toEqual(new Date('2026-03-29T01:30:00Z'));
    await setClock(db, null);
    expect(Math.abs(Number(await now()) - Date.now())).toBeLessThan(60_000);
  });
});
