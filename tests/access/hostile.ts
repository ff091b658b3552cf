import type pg from 'pg';
import type { TestDatabase } from '../helpers/database.ts';

// Objects whose code runs where nobody expects code: checks of domains, functions behind casts, operators, ranges, defaults, views
// and triggers. All of them call one canary, which counts, in a sequence that no rollback takes back, as which role it ran.

/** The roles as which no code of an author may ever run; the canary knows them by name. */
const WATCHED = [
  'postgres',
  'pgwave_owner',
  'pgwave_admin',
  'pgwave_worker',
  'pgwave_api',
  'pgwave_script',
  'pgwave_sql',
];

/** A count for each role, kept outside of transactions. */
export async function makeCanaries(db: TestDatabase): Promise<void> {
  const [me] = await db.query<{ me: string }>('select current_user::text as me');
  for (const role of new Set([...WATCHED, me?.me ?? ''])) {
    await db.query(`create sequence public."canary_${role}";
                    grant usage, select on sequence public."canary_${role}" to public`);
  }
}

/** As which roles the canary said to have run, in what is stored of runs. */
export async function saidToRunAs(db: TestDatabase): Promise<string[]> {
  const said = await db.query<{ name: string }>(
    `select distinct m[1] as name
       from (select i::text as stored from pgwave.interactions i union all select t::text from pgwave.interaction_attempts t) s
       cross join regexp_matches(s.stored, 'the canary ran as (\\w+)', 'g') m order by 1`,
  );
  return said.map(({ name }) => name);
}

/** As which roles the canary ran. */
export async function ranAs(db: TestDatabase): Promise<string[]> {
  const counted = await db.query<{ name: string }>(
    `select substr(c.relname, 8) as name from pg_class c
      where c.relkind = 'S' and c.relname like 'canary\\_%' and pg_sequence_last_value(c.oid) is not null order by 1`,
  );
  return counted.map(({ name }) => name);
}

/** Forgets what the canary counted. */
export async function resetCanaries(db: TestDatabase): Promise<void> {
  await db.query(
    `select setval(c.oid, 1, false) from pg_class c where c.relkind = 'S' and c.relname like 'canary\\_%'`,
  );
}

/** Makes the objects in a schema, `pg_temp` or one of the caller's own. */
export async function makeHostileObjects(client: pg.ClientBase, schema: string): Promise<void> {
  await client.query(`
    create function ${schema}.evil() returns boolean language plpgsql as $$
      begin
        if pg_catalog.to_regclass('public."canary_' || current_user || '"') is not null then
          perform pg_catalog.nextval('public."canary_' || current_user || '"');
        end if;
        return true;
      exception when read_only_sql_transaction then
        -- no sequence moves there; the error is stored with the step
        raise exception 'the canary ran as %', current_user;
      end $$;
    create function ${schema}.evil_int(int) returns int language plpgsql immutable as
      $$ begin perform ${schema}.evil(); return $1; end $$;
    create function ${schema}.evil_text(text) returns text language plpgsql immutable as
      $$ begin perform ${schema}.evil(); return $1; end $$;
    create function ${schema}.evil_equal(text, text) returns boolean language plpgsql immutable as
      $$ begin return ${schema}.evil(); end $$;
    create function ${schema}.evil_diff(int, int) returns float8 language plpgsql immutable as
      $$ begin perform ${schema}.evil(); return 1; end $$;
    create function ${schema}.evil_trigger() returns trigger language plpgsql as
      $$ begin perform ${schema}.evil(); return null; end $$;
    create domain ${schema}.d as int check (${schema}.evil());
    create domain ${schema}.t as pg_catalog.text check (${schema}.evil());
    create domain ${schema}.j as pg_catalog.jsonb check (${schema}.evil());
    create type ${schema}.c as (x ${schema}.d);
    create type ${schema}.r as range (subtype = int4, subtype_diff = ${schema}.evil_diff);
    create domain ${schema}.dc as ${schema}.c check (${schema}.evil());
    create function ${schema}.to_c(text) returns ${schema}.c language plpgsql immutable as
      $$ begin perform ${schema}.evil(); return null; end $$;
    create cast (text as ${schema}.c) with function ${schema}.to_c(text) as implicit;
    create operator ${schema}.=== (leftarg = text, rightarg = text, function = ${schema}.evil_equal);
    create collation ${schema}.co from "C";
    create operator ${schema}.= (leftarg = text, rightarg = text, function = ${schema}.evil_equal);
    create aggregate ${schema}.evil_sum(int) (sfunc = int4pl, stype = int, initcond = '0', finalfunc = ${schema}.evil_int);
    create view ${schema}.v as select ${schema}.evil() as x;
    create table ${schema}.deferred (x int default ${schema}.evil_int(1), y ${schema}.d);
    create constraint trigger later after insert on ${schema}.deferred deferrable initially deferred
      for each row execute function ${schema}.evil_trigger();
    create function ${schema}.plant() returns int language plpgsql as
      $$ begin insert into ${schema}.deferred default values; return 1; end $$;
    create domain ${schema}.planted as int check (${schema}.plant() = 1);
  `);
}

/** Queries that run code when they are analysed, planned, run, or at the end of the transaction. */
export function hostileQueries(schema: string): string[] {
  return [
    `select '{1}'::${schema}.d[] as a`,
    `select '(1)'::${schema}.c as a`,
    `select '{"(1)"}'::${schema}.c[] as a`,
    `select '1'::${schema}.d as a`,
    `select 'x'::${schema}.t as a`,
    `select '{}'::${schema}.j as a`,
    `select '(1)'::${schema}.dc as a`,
    `select '[1,2]'::${schema}.r as a`,
    `select '{1}'::${schema}.planted[] as a`,
    `values ('{1}'::${schema}.d[])`,
    `with x as (select '{1}'::${schema}.d[] as a) select * from x`,
    `select * from (values (1)) as x (a) where a = any ('{1}'::${schema}.d[])`,
    `select 1 as a order by '{1}'::${schema}.d[]`,
    `select ${schema}.evil() as a`,
    `select ${schema}.evil_int(1) as a`,
    `select ${schema}.evil_sum(1) as a`,
    `select 'x'::text operator(${schema}.===) 'y'::text as a`,
    `select cast('x'::text as ${schema}.c) as a`,
    `select ${schema}.plant() as a`,
    `select a from jsonb_to_record('{"a": 1}') as x (a ${schema}.d)`,
    `select * from jsonb_populate_record(null::${schema}.c, '{"x": 1}')`,
    `table ${schema}.v`,
    `select x as a from ${schema}.v`,
    `select 'x'::text = 'x'::text as a`,
    `select 1 as a limit '1'::${schema}.d`,
    `select 'x' collate "C" = 'y' as a`,
    `select 'x'::text collate ${schema}.co operator(${schema}.=) 'y'::text as a`,
    `select ${schema}.r(1, 2) -|- ${schema}.r(2, 3) as a`,
    `select 1 as a from ${schema}.deferred where y = '1'::${schema}.d`,
    `select to_regclass('${schema}.v')::text, cast(null as ${schema}.t) as a`,
    `select '{1}'::d[] as a`,
    `select 1) as x; select ${schema}.evil(); select * from (select 2 as a`,
    `select 1 as a; select ${schema}.evil()`,
    `select $x$ as a $x$ || ${schema}.evil_text('x') as a`,
    `select :a::${schema}.d as a`,
    `select * from query_to_xml('select ${schema}.evil()', true, true, '')`,
  ];
}

/** Texts for everything else that takes a text: names, patterns, paths, templates. */
export function hostileTexts(schema: string): string[] {
  return [
    `${schema}.evil()`,
    `'; select ${schema}.evil(); --`,
    `" || ${schema}.evil() || "`,
    `$$ || ${schema}.evil() || $$`,
    `{{ ${schema}.evil() }}`,
    `$.x ? (@ == "'; select ${schema}.evil(); --")`,
    `(${schema}.evil())`,
    `${schema}.d`,
    `${schema}.evil`,
    `$.a like_regex "${schema}.evil()"`,
    `[x] and ${schema}.evil()`,
    `(?:${schema}.evil())`,
    `1 day'::interval; select ${schema}.evil(); --`,
    `{1}'::${schema}.d[]`,
    `\\'; select ${schema}.evil(); --`,
    `:a::${schema}.d`,
  ];
}

/** Definitions of workflows that hold a hostile query wherever a query may be, and of actors. */
export function hostileDefinitions(query: string, n: number): { workflow: object; actor: object } {
  const name = `hostile_${n}`;
  return {
    workflow: {
      name,
      description: query,
      input: { type: 'object', properties: { a: { type: 'integer' } }, title: query },
      probes: { p: query },
      expected_work: { e: query },
      load: { l: query },
      pending_tasks: query,
      conversations: [{ name: 'x', type: 'condition' }],
    },
    actor: { name, type: 'sql', statement: query, read_only: n % 2 === 0 },
  };
}

/** Definitions with a text in every place that takes one, each alone, so that one that is refused hides no other. */
export function hostilePlaces(text: string): Record<string, unknown>[] {
  const plain = { name: 'placed', conversations: [{ name: 'x', type: 'condition' }] };
  const step = (body: object) => ({
    ...plain,
    conversations: [
      { name: 'x', type: 'human', prompt: 'Well?', branches: ['y'], ...body },
      { name: 'y', type: 'condition' },
    ],
  });
  const schema = (body: object) => ({ type: 'object', properties: { a: body } });
  return [
    { ...plain, name: text },
    { ...plain, description: text, visibility: text },
    { ...plain, start: [text] },
    { ...plain, max_duration: text },
    { ...plain, result: { a: text, b: `$${text}`, c: `{{ ${text} }}` } },
    { ...plain, on_completion: [{ workflow: text, input: { a: text } }] },
    { ...plain, input: schema({ type: 'string', pattern: text }) },
    { ...plain, input: schema({ $ref: text }) },
    { ...plain, input: schema({ format: text, const: text, enum: [text], default: text }) },
    { ...plain, input: { type: 'object', patternProperties: { [text]: {} }, required: [text] } },
    { ...plain, probes: { [text]: 'select 1' } },
    step({ name: text }),
    step({ prompt: `{{ ${text} }}`, system: text }),
    step({ prompt: `{{ input.a | ${text} }}` }),
    step({ params: { a: text, [text]: 1, b: `$input.${text}`, c: `$x.data[${text}]` } }),
    step({ branches: [{ when: text, to: 'y' }] }),
    step({ branches: [{ when: `[${text}]`, to: 'y' }] }),
    step({ branches: [{ when: `$input.a == '${text}'`, to: 'y' }] }),
    step({ branches: [{ when: { path: text, equals: text }, to: 'y' }] }),
    step({ output: { type: 'object', properties: { [text]: { pattern: text } } } }),
    step({ timeout: text, retry: { delay: text } }),
    step({ assignees: [text], notify: [text], due: text }),
    step({ type: 'timer', duration: text, until: text }),
    step({ type: 'signal', signal: text }),
    step({ map: text, items: `$input.${text}` }),
    step({ actor: text }),
    step({ type: 'sql', statement: text }),
    step({ type: 'function', handler: text }),
    step({ workflow: text, input: { a: text } }),
  ];
}
