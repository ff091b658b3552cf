import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import {
  hostileDefinitions,
  hostilePlaces,
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

// An author may call whatever a viewer and an operator may.
const ROLES = ['pgwave_author', 'pgwave_worker', 'pgwave_api', 'pgwave_sql', 'pgwave_script'];

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

/** Gives every hostile text to every function that the session may call. */
async function attack(client: pg.Client): Promise<void> {
  const functions = await callables(client);
  const withJson = functions.filter(({ types }) => types.includes('jsonb'));
  for (const [n, query] of hostileQueries('pg_temp').entries()) {
    const { workflow, actor } = hostileDefinitions(query, n);
    for (const each of withJson) {
      await call(client, each, 'jsonb', JSON.stringify(workflow));
      if (/actor/.test(each.name)) await call(client, each, 'jsonb', JSON.stringify(actor));
    }
    await client
      .query('select * from pgwave.discover_pending_tasks($1)', [`hostile_${n}`])
      .catch(() => {});
  }
  const takesDefinitions = functions.filter(({ name }) => /(validate|define)_workflow$/.test(name));
  for (const [n, text] of hostileTexts('pg_temp').entries()) {
    for (const each of functions) {
      if (each.types.some((type) => /^text/.test(type))) await call(client, each, 'text', text);
    }
    // what an answer, an input, or a decision may hold
    const document = { a: text, [text]: text, tag: text, response: `[${text}]`, data: { a: text } };
    for (const each of withJson) {
      for (const value of [document, [document], text]) {
        await call(client, each, 'jsonb', JSON.stringify(value));
      }
    }
    // every text in a third of the places, every place with a third of the texts
    for (const placed of hostilePlaces(text).filter((_, place) => (place + n) % 3 === 0)) {
      for (const each of takesDefinitions) {
        await call(client, each, 'jsonb', JSON.stringify(placed));
      }
      // what is defined runs as far as nobody is needed
      await client
        .query('select pgwave.start_workflow($1, $2)', [placed.name, document])
        .catch(() => {});
    }
  }
}

describe.each(ROLES)('%s', (role) => {
  test('finds no function that runs its text as another role', async () => {
    const { client, end } = await sessionOf(role);
    try {
      await attack(client);
    } finally {
      await end();
    }
    // Only what waits for a workflow is looked for in the caller's own session: as pgwave_sql, and undone.
    expect(await ranAs(db)).toEqual(role === 'pgwave_author' ? ['pgwave_sql'] : []);
  });
});

describe('the attack finds a function of the owner that', () => {
  test.each([
    ['executes a text', "execute 'select ' || given;"],
    [
      'analyzes a query in a function that it makes',
      "execute format('create function pgwave.x() returns setof record language sql as %L', given); drop function pgwave.x();",
    ],
    ['prepares a query', "execute 'prepare x as ' || given; deallocate x;"],
    ['casts to a type that is named', "execute format('select %L::%s', '1', given);"],
    ['asks for the type of an expression', "perform query_to_xml(given, true, true, '');"],
  ])('%s', async (_, body) => {
    await db.query(`
      create function pgwave.careless(given text) returns void language plpgsql security definer set search_path = '' as
        $careless$ begin ${body} end $careless$;
      alter function pgwave.careless(text) owner to pgwave_owner;
      create function pgwave.careless_too(definition jsonb) returns void language plpgsql security definer set search_path = '' as
        $careless$ begin perform pgwave.careless(definition -> 'load' ->> 'l'); end $careless$;
      alter function pgwave.careless_too(jsonb) owner to pgwave_owner;
      grant execute on function pgwave.careless(text), pgwave.careless_too(jsonb) to pgwave_viewer`);
    const { client, end } = await sessionOf('pgwave_viewer');
    try {
      const careless = (await callables(client)).filter(({ name }) => /careless/.test(name));
      expect(careless).toHaveLength(2);
      for (const text of [...hostileTexts('pg_temp'), ...hostileQueries('pg_temp')]) {
        for (const each of careless) {
          await call(client, each, 'text', text);
          await call(client, each, 'jsonb', JSON.stringify(hostileDefinitions(text, 1).workflow));
        }
      }
    } finally {
      await end();
      await db.query('drop function pgwave.careless(text), pgwave.careless_too(jsonb)');
    }
    expect(await ranAs(db)).toContain('pgwave_owner');
  });
});
