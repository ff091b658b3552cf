import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type GroupRole, type TestDatabase } from '../helpers/database.ts';
import {
  type Caller,
  type End,
  FUNCTIONS,
  OWNED_BY_OTHERS,
  PRIVATE_FUNCTIONS,
  TABLES,
} from './matrix.ts';
import { actAs, makeProperties, type Property, RELATIONS, type Relation } from './people.ts';
import { seedTables } from './seed.ts';

// Every role × every object of the catalogue × what it is to the caller × what is done with it; matrix.ts has what is expected.

/** The roles, with those of the matrix whose rights they have. */
const ROLES: Record<string, Caller[]> = {
  pgwave_viewer: ['anyone', 'viewer'],
  pgwave_operator: ['anyone', 'viewer', 'operator'],
  pgwave_author: ['anyone', 'viewer', 'operator', 'author'],
  pgwave_admin: ['anyone', 'viewer', 'operator', 'author', 'admin', 'monitor'],
  pgwave_worker: ['worker', 'monitor'],
  pgwave_script: ['anyone', 'script'],
  pgwave_sql: ['anyone'],
  // the API's login before it takes the role of a request
  pgwave_api: ['api', 'monitor'],
  public: [],
};
const READERS = ['pgwave_viewer', 'pgwave_operator', 'pgwave_author', 'pgwave_admin'] as const;

let db: TestDatabase;
let properties: Property[];
let api: pg.Client;
/** A role that has nothing but what everybody has. */
let nobody: string;

beforeAll(async () => {
  db = await createTestDatabase();
  nobody = `${db.name}_public`;
  properties = await makeProperties(db);
  await seedTables(db, properties);
  api = new pg.Client({ connectionString: db.roleUrl('pgwave_api'), application_name: 'matrix' });
  await api.connect();
});

afterAll(async () => {
  await api?.end();
  await db.close();
});

const namesOf = async (sql: string): Promise<string[]> =>
  (await db.query<{ name: string }>(sql)).map(({ name }) => name);

const list = (ids: string[]): string => `array[${ids.join(', ')}]::bigint[]`;

/** SQL for what a row of a table is to Ann; null: to nobody. */
async function relationOf(table: string): Promise<string> {
  const given = TABLES[table]?.by;
  if (given !== undefined) return `nullif(${given}, '')`;
  const columns = new Set(
    await namesOf(
      `select attname as name from pg_attribute where attrelid = 'pgwave.${table}'::regclass and attnum > 0`,
    ),
  );
  const [column, numbers]: [string, (p: Property) => string[]] = columns.has('workflow_id')
    ? ['workflow_id', (p) => [p.workflowId]]
    : columns.has('workflow_run_id')
      ? ['workflow_run_id', (p) => [p.runId, String(Number(p.runId) + 500)]]
      : ['workflow_version_id', (p) => [p.versionId]];
  return `case ${properties
    .map((p) => `when ${column} = any(${list(numbers(p))}) then '${p.relation}'`)
    .join(' ')} end`;
}

type Counts = Partial<Record<Relation, number>>;

async function countRows(client: pg.ClientBase | pg.Pool, sql: string): Promise<Counts> {
  const { rows } = await client.query<{ relation: Relation | null; n: number }>(sql);
  return Object.fromEntries(
    rows.flatMap(({ relation, n }) =>
      relation !== null && RELATIONS.includes(relation) ? [[relation, n]] : [],
    ),
  );
}

const only = (counts: Counts, relations: readonly Relation[]): Counts =>
  Object.fromEntries(relations.flatMap((r) => (counts[r] === undefined ? [] : [[r, counts[r]]])));

describe('tables and views', () => {
  test('are all in the matrix', async () => {
    const there = await namesOf(
      `select relname as name from pg_class
       where relnamespace = 'pgwave'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition order by 1`,
    );
    expect(
      there.filter((name) => TABLES[name] === undefined),
      'tables and views without a row in TABLES of tests/access/matrix.ts (and rows in tests/access/seed.ts). A table ' +
        'also wants a policy in sql/access/policies.sql: without one only administrators see it',
    ).toEqual([]);
    expect(
      Object.keys(TABLES).filter((name) => !there.includes(name)),
      'rows of nothing',
    ).toEqual([]);
  });

  test.each(Object.entries(TABLES))(
    '%s: rows are seen by whom they are for',
    async (table, row) => {
      if (row.viewer === 'all' || row.viewer === 'nothing') {
        const counting = `select count(*)::int as n from pgwave.${table}`;
        const [there] = await db.query<{ n: number }>(counting);
        expect(there?.n, `tests/access/seed.ts makes no row of ${table}`).toBeGreaterThan(0);
        for (const role of READERS) {
          await actAs(api, 'ann', role);
          const all = row.viewer === 'all' || role === 'pgwave_admin';
          expect((await api.query(counting)).rows, role).toEqual([{ n: all ? there?.n : 0 }]);
        }
        return;
      }
      const counting = `select ${await relationOf(table)} as relation, count(*)::int as n from pgwave.${table} group by 1`;
      const there = await countRows(db.pool, counting);
      for (const relation of RELATIONS) {
        expect(
          there[relation] ?? 0,
          `tests/access/seed.ts makes no row of ${table} for ${relation}`,
        ).toBeGreaterThan(0);
      }
      for (const role of READERS) {
        await actAs(api, 'ann', role);
        const seen = await countRows(api, counting);
        if (table === 'workflow_permissions' && role !== 'pgwave_admin') {
          // of her own workflow all, of others' what is hers
          expect(seen, role).toEqual({ owner: there.owner, operable: 1, granted: 1 });
        } else {
          expect(seen, role).toEqual(role === 'pgwave_admin' ? there : only(there, row.viewer));
        }
      }
    },
  );

  test('nobody but administrators sees anything with another name, or none', async () => {
    for (const identity of ['', 'nobody', 'ANN', 'ann ']) {
      await actAs(api, identity, 'pgwave_viewer');
      const counting = `select ${await relationOf('workflow_runs')} as relation, count(*)::int as n from pgwave.workflow_runs group by 1`;
      expect(Object.keys(await countRows(api, counting)), identity).toEqual(['public']);
    }
  });

  test('privileges are those of the matrix, for every role, to the last partition', async () => {
    await db.query(`create role ${nobody}`);
    try {
      const found = await db.query<{ role: string; name: string; privilege: string }>(
        `select r.role, c.relname as name, lower(p.privilege) as privilege
         from pg_class c
         cross join unnest($1::text[]) r (role)
         cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p (privilege)
         where c.relnamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
           and case when p.privilege in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                 then has_any_column_privilege(coalesce(nullif(r.role, 'public'), $2), c.oid, p.privilege)
                 else has_table_privilege(coalesce(nullif(r.role, 'public'), $2), c.oid, p.privilege) end
         order by 1, 2, 3`,
        [Object.keys(ROLES), nobody],
      );
      const expected = Object.entries(ROLES).flatMap(([role, callers]) => [
        ...Object.entries(TABLES).flatMap(([name, row]) => [
          ...(callers.includes('viewer') ? [`${role} select ${name}`] : []),
          ...(callers.includes('admin') ? (row.admin ?? []) : []).map(
            (what) => `${role} ${what} ${name}`,
          ),
        ]),
        // which version of sql/ is loaded
        ...(callers.some((c) => c === 'viewer' || c === 'worker') || role === 'pgwave_api'
          ? [`${role} select installed_behaviour`]
          : []),
      ]);
      expect(
        found.map(({ role, name, privilege }) => `${role} ${privilege} ${name}`).sort(),
      ).toEqual(expected.sort());
    } finally {
      await db.query(`drop role ${nobody}`);
    }
  });

  test('nobody writes them, whatever their number says', async () => {
    await actAs(api, 'ann', 'pgwave_author');
    for (const table of Object.keys(TABLES)) {
      for (const sql of [
        `insert into pgwave.${table} default values`,
        `delete from pgwave.${table}`,
        `truncate pgwave.${table}`,
      ]) {
        await expect(api.query(sql), sql).rejects.toMatchObject({
          code: expect.stringMatching(/^(42501|42809|55000)$/), // not allowed; a view
        });
      }
    }
    await expect(
      api.query("update pgwave.interactions set status = 'completed'"),
    ).rejects.toMatchObject({
      code: '42501',
    });
    await actAs(api, 'ann', 'pgwave_admin');
    await expect(api.query("update pgwave.interactions set owner = 'ann'")).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('functions', () => {
  test('are all in the matrix', async () => {
    const there = await namesOf(
      `select replace(replace(p.oid::regprocedure::text, 'pgwave.' || p.proname, p.proname), ' ', '') as name
       from pg_proc p where p.pronamespace = 'pgwave'::regnamespace order by 1`,
    );
    expect(
      there.filter((name) => FUNCTIONS[name] === undefined),
      'functions without a row in FUNCTIONS of tests/access/matrix.ts: who may call it, and a call about :run, :workflow or ' +
        ':interaction with how it ends for whom (or null: about nothing). A security definer function for people ' +
        'begins with a check of sql/access/permissions.sql, and wants a grant in sql/access/grants.sql',
    ).toEqual([]);
    expect(
      Object.keys(FUNCTIONS).filter((name) => !there.includes(name)),
      'rows of nothing',
    ).toEqual([]);
  });

  test('are called by whom the matrix says, of pgwave_private only what it lists', async () => {
    await db.query(`create role ${nobody}`);
    try {
      const found = await db.query<{ role: string; name: string }>(
        `select r.role, p.oid::regprocedure::text as name
         from pg_proc p cross join unnest($1::text[]) r (role)
         where p.pronamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace)
           and has_function_privilege(coalesce(nullif(r.role, 'public'), $2), p.oid, 'EXECUTE')
           and p.prorettype <> 'trigger'::regtype`,
        [Object.keys(ROLES), nobody],
      );
      const may = (role: string, caller: Caller | undefined) =>
        caller !== undefined && ROLES[role]?.includes(caller);
      const wrong = found.filter(({ role, name }) => {
        const [, schema, bare] = /^(\w+)\.(\w+)/.exec(name) ?? [];
        if (schema === 'pgwave') {
          return !may(role, FUNCTIONS[name.slice('pgwave.'.length).replaceAll(' ', '')]?.may);
        }
        if (OWNED_BY_OTHERS[bare ?? ''] === role) return false;
        return !Object.entries(PRIVATE_FUNCTIONS).some(
          ([caller, names]) => may(role, caller as Caller) && names.includes(bare ?? ''),
        );
      });
      expect(wrong, 'may be called by whom they should not').toEqual([]);
      const missing = Object.entries(FUNCTIONS).flatMap(([name, row]) =>
        Object.keys(ROLES)
          .filter((role) => may(role, row.may))
          .filter(
            (role) =>
              !found.some(
                (f) => f.role === role && f.name.replaceAll(' ', '') === `pgwave.${name}`,
              ),
          )
          .map((role) => `${role} ${name}`),
      );
      expect(missing, 'may not be called by whom they should').toEqual([]);
    } finally {
      await db.query(`drop role ${nobody}`);
    }
  });

  const about = Object.entries(FUNCTIONS).filter(([, row]) => row.call !== null);

  async function endOf(name: string, property: Property): Promise<End | string> {
    const row = FUNCTIONS[name];
    const call = (row?.call ?? '').replaceAll(
      /(?<!:):(run|workflow_id|workflow|interaction|version|relation)\b/g,
      (_, what: string) =>
        ({
          run: property.runId,
          workflow_id: property.workflowId,
          workflow: property.workflow,
          interaction: property.interactionId,
          version: property.versionId,
          relation: property.relation,
        })[what] ?? '',
    );
    await api.query('begin');
    try {
      const { rows } = await api.query(`select * from pgwave.${call}`);
      return row?.empty?.(rows) ? 'not found' : 'passes';
    } catch (error) {
      const { code = '', message } = error as pg.DatabaseError;
      if (code === 'PWACC') return 'refused';
      if (code === 'PWNOF') return 'not found';
      // another reason than access
      if (code.startsWith('PW')) return 'passes';
      return `${code} ${message}`;
    } finally {
      await api.query('rollback');
    }
  }

  test.each(about)('%s: its calls end by what they are about', async (name, row) => {
    const role = `pgwave_${row.may}` as GroupRole;
    const ends: Record<string, string> = {};
    for (const property of properties) {
      await actAs(api, 'ann', role);
      ends[property.relation] = await endOf(name, property);
    }
    expect(ends).toEqual(row.ends);
  });

  test.each(about)('%s: passes for administrators, whatever it is about', async (name) => {
    for (const property of properties) {
      await actAs(api, 'root', 'pgwave_admin');
      expect(await endOf(name, property), property.relation).toBe('passes');
    }
  });
});
