import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { findBodyFaults, loadBehaviour, readBehaviour } from '../../src/database/load-sql.ts';
import { splitSql } from '../../src/database/split-sql.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

const ours = "n.nspname in ('pgwave', 'pgwave_private')";

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

const names = async (sql: string): Promise<string[]> =>
  (await db.query<{ name: string }>(sql)).map(({ name }) => name);

describe('the catalogue', () => {
  test('every function has a comment', async () => {
    expect(
      await names(
        `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where ${ours} and obj_description(p.oid, 'pg_proc') is null order by 1`,
      ),
    ).toEqual([]);
  });

  test('every table, view, type and column of pgwave has a comment', async () => {
    expect(
      await names(
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'pgwave' and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
           and obj_description(c.oid, 'pg_class') is null
         union all
         select t.oid::regtype::text from pg_type t join pg_namespace n on n.oid = t.typnamespace
         left join pg_class c on c.oid = t.typrelid
         where n.nspname = 'pgwave' and (t.typtype in ('e', 'd') or c.relkind = 'c')
           and obj_description(t.oid, 'pg_type') is null
         union all
         select c.oid::regclass || '.' || a.attname
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'pgwave' and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
           and a.attnum > 0 and not a.attisdropped and col_description(a.attrelid, a.attnum) is null
         order by 1`,
      ),
    ).toEqual([]);
  });

  test('every foreign key is indexed and says what happens on delete', async () => {
    expect(
      await names(
        `select format('%s on %s', f.conname, f.conrelid::regclass) as name
         from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
         where ${ours} and f.contype = 'f' and f.conparentid = 0
           and not exists (
             select from pg_index i
             where i.indrelid = f.conrelid and i.indpred is null
               and (select array_agg(k order by k) from unnest(f.conkey) k)
                 = (select array_agg(k order by k)
                    from unnest((i.indkey::int2[])[0:cardinality(f.conkey) - 1]) k))
         order by 1`,
      ),
      'not indexed',
    ).toEqual([]);
    // The catalogue does not tell a stated `no action` from the default, so the migrations are read.
    const unstated = migrationStatements().flatMap(({ file, text }) =>
      [...text.matchAll(/\breferences\s+(?:[\w.]+)\s*(?:\([^)]*\))?([^,;]*)/gi)]
        .filter(([, rest]) => !/\bon\s+delete\b/i.test(rest ?? ''))
        .map(([reference]) => `${file}: ${reference.trim()}`),
    );
    expect(unstated, 'without "on delete"').toEqual([]);
  });

  test('every security definer function sets its search_path', async () => {
    expect(
      await names(
        `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where ${ours} and p.prosecdef
           and not exists (select from unnest(p.proconfig) s where s like 'search_path=%') order by 1`,
      ),
    ).toEqual([]);
  });

  test('no search_path lets temporary types of the caller come first', async () => {
    expect(
      await names(
        `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where ${ours} and exists (
           select from unnest(p.proconfig) s where s like 'search_path=%' and s !~ '(=|, )pg_temp$') order by 1`,
      ),
      'see sql/access/search_paths.sql',
    ).toEqual([]);
  });

  test('every table of pgwave has row-level security, with a policy for administrators', async () => {
    expect(
      await names(
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'pgwave' and c.relkind in ('r', 'p') and not c.relispartition
           and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = 'r'
                      and p.polroles = array['pgwave_admin'::regrole::oid])) order by 1`,
      ),
      'see sql/access/policies.sql',
    ).toEqual([]);
  });

  test('every view is read with the rights of whoever asks', async () => {
    expect(
      await names(
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where ${ours} and (c.relkind = 'm' or c.relkind = 'v'
           and not coalesce(c.reloptions @> array['security_invoker=true'], false)) order by 1`,
      ),
      'create view … with (security_invoker = true); a materialized view has no policies',
    ).toEqual([]);
  });

  test('no policy calls a function for a row', async () => {
    expect(
      await names(
        `select format('%s on %s', p.polname, p.polrelid::regclass) as name
         from pg_policy p
         cross join lateral regexp_replace(coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
           '\\( SELECT (pgwave|pgwave_private)\\.\\w+\\(\\)[^()]*\\)', '', 'g') as left_over
         where left_over ~ '(pgwave|pgwave_private)\\.\\w+\\(' order by 1`,
      ),
      'put (select …) around it: it is then called once for a query',
    ).toEqual([]);
  });

  test('every function body compiles, and all that it names is there', async () => {
    const client = await connect(db.url, { applicationName: 'lint' });
    try {
      await client.query('begin');
      const faults = await findBodyFaults(client, readBehaviour());
      expect(faults.map(({ message }) => message)).toEqual([]);
    } finally {
      await client.end();
    }
  });

  test('plpgsql_check finds nothing in any function', async (context) => {
    const [available] = await db.query(
      "select from pg_available_extensions where name = 'plpgsql_check'",
    );
    if (available === undefined) {
      context.skip(
        'plpgsql_check is not installed on this server (Debian: postgresql-15-plpgsql-check)',
      );
    }
    await db.query('create extension plpgsql_check schema public');
    const findings = await db.query<{
      name: string;
      lineno: number;
      level: string;
      message: string;
      detail: string | null;
    }>(
      `select p.oid::regprocedure::text || coalesce(' on ' || t.tgrelid::regclass::text, '') as name,
              c.lineno, c.level, c.message, c.detail
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
       left join lateral (
         select distinct t.tgrelid, t.tgoldtable, t.tgnewtable from pg_trigger t
         where t.tgfoid = p.oid and not t.tgisinternal and t.tgparentid = 0) t on true
       cross join lateral public.plpgsql_check_function_tb(
         p.oid, coalesce(t.tgrelid, 0::oid)::regclass, fatal_errors => false, other_warnings => true,
         extra_warnings => true, performance_warnings => true, security_warnings => true,
         oldtable => t.tgoldtable, newtable => t.tgnewtable) c
       where ${ours} and l.lanname = 'plpgsql'
         and not (p.prorettype = 'trigger'::regtype and t.tgrelid is null)
         -- a literal as the first value of a variable (v_errors jsonb := '[]') counts as text to it
         -- it does not see that for update wants a volatile function, nor that raising and dynamic DDL are effects
         and not (c.level = 'performance' and p.proname in ('pick_turn', 'list_reopened', 'lock_leases_of', 'lock_run_tree', 'raise_error', 'make_partition', 'find_held', 'hold_runs', 'lock_answers'))
         -- the query of an author is put together on purpose: it runs as pgwave_sql, in brackets
         and not (p.proname in ('run_author_query') and c.level in ('security', 'performance'))
         -- two rows as out parameters
         and not (c.message like 'composite OUT variable %' and p.proname in ('create_interaction', 'create_map'))
         -- from and until are the words of every time range, and always quoted
         and c.message <> 'name of parameter "from" is reserved keyword'
         and not (c.sqlstate = '42804' and c.level = 'warning' and c.detail like 'cast "text" value to %')
       order by 1, 2`,
    );
    expect(
      findings.map(({ name, lineno, level, message, detail }) =>
        [`${name}:${lineno}: ${level}: ${message}`, detail].filter(Boolean).join('; '),
      ),
    ).toEqual([]);
  });
});

interface Statement {
  file: string;
  line: number;
  text: string;
}

function statementsBelow(folder: string): Statement[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql') && file !== 'all.sql')
    .sort()
    .flatMap((file) => {
      const sql = fs.readFileSync(path.join(folder, file), 'utf8');
      return splitSql(sql).map(({ text, start }) => ({
        file: path.relative(projectPath(), path.join(folder, file)),
        line: sql.slice(0, start).split('\n').length,
        text: withoutComments(text),
      }));
    });
}

const withoutComments = (sql: string): string =>
  sql.replaceAll(/--[^\n]*/g, '').replaceAll(/\/\*.*?\*\//gs, '');

const migrationStatements = (): Statement[] =>
  statementsBelow(projectPath('migrations', 'committed'));

/** What stands around the body: the clauses. */
const clausesOf = (text: string): string =>
  text.replace(/(\$\w*\$).*\1/s, ' ').replace(/\bbegin\s+atomic\b.*$/is, ' begin atomic ');

describe('the files of sql/', () => {
  const statements = statementsBelow(projectPath('sql'));
  const functions = statements.filter(({ text }) =>
    /^create\s+(or\s+replace\s+)?(function|procedure)\b/i.test(text),
  );
  const where = (list: Statement[]) =>
    list.map(({ file, line, text }) => `${file}:${line}: ${text.split('\n')[0]}`);

  test('say a language for every function', () => {
    expect(
      where(functions.filter(({ text }) => !/\blanguage\s+\w+/i.test(clausesOf(text)))),
    ).toEqual([]);
  });

  // Joined to what it changes, it may be the inner side of a loop: its limit is then taken anew for each row, past those
  // that are changed already, and more rows change than were asked for.
  test('a limit under a lock is a CTE of its own where rows are changed', () => {
    const inner = String.raw`(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*`;
    const limited = new RegExp(
      String.raw`\b(?:update|delete from)\s[^;()]*?(?:${inner})\b(?:from|using|in)\s*\(\s*select\b${inner}\blimit\b${inner}\bfor (?:no key )?update\b${inner}\)`,
    );
    const sample =
      'update t set a = 1 from (select b from t order by b limit 1 for update) n where t.b = n.b;';
    expect(limited.test(sample)).toBe(true);
    expect(where(functions.filter(({ text }) => limited.test(text)))).toEqual([]);
  });

  // Once the row is locked, PostgreSQL asks again only what the statement asks of the row itself: what a function listed
  // before is as old as the statement, and the row may be somebody else's by now.
  test('a row that is locked is chosen by what it says itself', () => {
    const listed = /\bany\(\s*pgwave(?:_private)?\.list_[^;]*?\bfor (?:no key )?update\b/;
    expect(listed.test('where a = any(pgwave.list_all()) for update skip locked')).toBe(true);
    expect(where(functions.filter(({ text }) => listed.test(text)))).toEqual([]);
  });

  test('say a volatility for every function', () => {
    expect(
      where(
        functions.filter(
          ({ text }) =>
            /^create\s+(or\s+replace\s+)?function/i.test(text) &&
            !/\b(immutable|stable|volatile)\b/i.test(clausesOf(text)),
        ),
      ),
    ).toEqual([]);
  });

  test('set a search_path for every function whose names are not bound when it is made', () => {
    expect(
      where(
        functions.filter(
          ({ text }) =>
            !/\bset\s+search_path\b/i.test(clausesOf(text)) &&
            !/\bbegin\s+atomic\b|\breturn\b/i.test(clausesOf(text)),
        ),
      ),
    ).toEqual([]);
  });

  test('swallow no errors', () => {
    expect(
      where(statements.filter(({ text }) => /\bexception\s+when\s+others\b/i.test(text))),
    ).toEqual([]);
  });

  test('are all named by the manifest, but for the roles', () => {
    const manifest = fs.readFileSync(projectPath('sql', 'all.sql'), 'utf8');
    const included = [...manifest.matchAll(/^\\i (\S+)/gm)].map(([, file]) => file);
    const present = fs
      .readdirSync(projectPath('sql'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.sql') && !['all.sql', 'access/roles.sql'].includes(file));
    expect(present.sort()).toEqual(included.sort());
  });

  test('may be loaded twice', async () => {
    const client = await connect(db.url, { applicationName: 'lint' });
    try {
      await client.query(
        "update pgwave_private.installed_behaviour set hash = 'old', parts = null",
      );
      expect(await loadBehaviour(client)).toMatchObject({ loaded: true });
    } finally {
      await client.end();
    }
  });
});
