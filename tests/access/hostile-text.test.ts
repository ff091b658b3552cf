import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import {
  hostileDefinitions,
  hostileQueries,
  hostileTexts,
  makeCanaries,
  makeHostileObjects,
  ranAs,
  resetCanaries,
} from './hostile.ts';

// No text that anybody gives to a function of pgwave runs as another role than the caller's, or pgwave_sql's.

interface Callable {
  name: string;
  types: string[];
}

const ROLES = ['pgwave_viewer', 'pgwave_operator', 'pgwave_author', 'pgwave_sql', 'pgwave_script'];

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await makeCanaries(db);
});

afterAll(() => db.close());
beforeEach(() => resetCanaries(db));

/** A session of somebody with no more than a role, whose temporary objects come first. */
async function sessionOf(role: string): Promise<{ client: pg.Client; end(): Promise<void> }> {
  const login = `${db.name}_${role.slice(7)}`;
  await db.query(`create role ${login} login password 'pw' in role ${role};
                  grant temporary on database ${db.name} to ${login}`);
  const url = editDatabaseUrl(db.url, { user: login, password: 'pw' });
  const client = new pg.Client({ connectionString: url, application_name: 'hostile' });
  client.on('error', () => {});
  await client.connect();
  await makeHostileObjects(client, 'pg_temp');
  await client.query('set search_path = pg_temp, public');
  await client.query("set statement_timeout = '20s'");
  return {
    client,
    async end() {
      await client.end();
      await db.query(`drop owned by ${login}; drop role ${login}`);
    },
  };
}

/** The functions that a role may call and that take something. */
async function callables(client: pg.Client): Promise<Callable[]> {
  const { rows } = await client.query<Callable>(
    `select format('%I.%I', n.nspname, p.proname) as name,
            array(select format_type(t.type, null) from unnest(p.proargtypes::oid[]) as t (type)) as types
       from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('pgwave', 'pgwave_private') and p.prorettype <> 'trigger'::pg_catalog.regtype
        and p.pronargs > 0 and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
      order by 1, p.oid`,
  );
  return rows;
}

const PLAIN: Record<string, unknown> = {
  bigint: 9100,
  integer: 1,
  boolean: true,
  interval: '1 day',
  'bigint[]': '{1}',
  'text[]': '{x}',
  numeric: 1,
  'pgwave.visibility': 'private',
};

/** Calls a function with one value in every place of a type; what it raises does not matter. */
async function call(
  client: pg.Client,
  { name, types }: Callable,
  type: string,
  value: unknown,
): Promise<void> {
  const values = types.map((each) => {
    if (each === type) return value;
    if (each === 'jsonb') return '{}';
    if (each === 'text') return 'planner';
    if (each === 'text[]' && type === 'text') return [value];
    return PLAIN[each] ?? null;
  });
  const text = `select * from ${name}(${types.map((each, i) => `$${i + 1}::${each === 'text' || each === 'jsonb' ? `pg_catalog.${each}` : each}`).join(', ')})`;
  await client.query({ text, values } as pg.QueryConfig).catch(() => {});
}

describe.each(ROLES)('%s', (role) => {
  test('finds no function that runs its text as another role', async () => {
    const { client, end } = await sessionOf(role);
    try {
      const functions = await callables(client);
      for (const [n, query] of hostileQueries('pg_temp').entries()) {
        const { workflow, actor } = hostileDefinitions(query, n);
        for (const each of functions) {
          if (!each.types.includes('jsonb')) continue;
          await call(client, each, 'jsonb', JSON.stringify(workflow));
          if (/actor/.test(each.name)) await call(client, each, 'jsonb', JSON.stringify(actor));
        }
        await client
          .query('select * from pgwave.discover_pending_tasks($1)', [`hostile_${n}`])
          .catch(() => {});
      }
      for (const text of hostileTexts('pg_temp')) {
        for (const each of functions) {
          if (each.types.some((type) => /^text/.test(type))) await call(client, each, 'text', text);
        }
      }
    } finally {
      await end();
    }
    // Only what waits for a workflow is looked for in the caller's own session: as pgwave_sql, and undone.
    expect(await ranAs(db)).toEqual(role === 'pgwave_author' ? ['pgwave_sql'] : []);
  });
});
