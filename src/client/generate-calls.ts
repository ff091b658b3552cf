import type pg from 'pg';
import { comment, pascalCase, SCALARS, typeName } from '../database/row-types.ts';

interface Argument {
  name: string;
  type: string;
  kind: string;
  array: boolean;
  optional: boolean;
  /** A column of what it returns, and no parameter. */
  out: boolean;
}

interface CallableFunction {
  name: string;
  description: string | null;
  set: boolean;
  result: string;
  result_kind: string;
  result_schema: string;
  result_array: boolean;
  arguments: Argument[];
}

interface ReadableRelation {
  name: string;
  description: string | null;
}

const camelCase = (name: string): string => {
  const pascal = pascalCase(name.split('_'));
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
};

function typeOf({ type, kind, array }: Pick<Argument, 'type' | 'kind' | 'array'>): string {
  const scalar = kind === 'e' ? `rows.${pascalCase(type.split('_'))}` : (SCALARS[type] ?? 'string');
  return array ? `readonly ${scalar}[]` : scalar;
}

const isId = ({ name, type, array }: Argument) =>
  type === 'int8' &&
  !array &&
  (name.endsWith('_id') || ['a', 'b', 'original', 'copy'].includes(name));

/** What a parameter takes: ids in any form, a jsonb as the value. */
const parameterType = (argument: Argument): string => (isId(argument) ? 'Id' : typeOf(argument));

function resultOf({
  set,
  result,
  result_kind,
  result_schema,
  result_array,
  ...rest
}: CallableFunction) {
  const columns = rest.arguments.filter(({ out }) => out);
  if (columns.length > 0) {
    const members = columns.map((column) => `${column.name}: ${typeOf(column)} | null`);
    return { method: 'rows', type: `{ ${members.join('; ')} }` };
  }
  if (result_kind === 'c' && result_schema === 'pgwave') {
    return { method: set ? 'rows' : 'row', type: `rows.${typeName(result)}Row` };
  }
  const type = typeOf({ type: result, kind: result_kind, array: result_array });
  return { method: 'value', type };
}

function methodOf(fn: CallableFunction): string[] {
  const parameters = fn.arguments.filter(({ out }) => !out);
  const { method, type } = resultOf(fn);
  const members = parameters.map(
    (argument) =>
      `${camelCase(argument.name)}${argument.optional ? '?' : ''}: ${parameterType(argument)}${argument.optional ? ' | undefined' : ''}`,
  );
  const isOptional = parameters.every(({ optional }) => optional);
  const taken =
    parameters.length === 0 ? '' : `args: { ${members.join('; ')} }${isOptional ? ' = {}' : ''}`;
  const given = parameters.map(({ name, type: of }) => {
    const value = `args.${camelCase(name)}`;
    return `${name}: ${/^jsonb?$/.test(of) ? `json(${value})` : value}`;
  });
  return [
    ...comment(fn.description, '    '),
    `    ${camelCase(fn.name)}: (${taken}) => ${method}<${type}>('${fn.name}', { ${given.join(', ')} }),`,
  ];
}

function listOf({ name, description }: ReadableRelation): string[] {
  const row = `rows.${typeName(name)}Row`;
  return [
    ...comment(description, '    '),
    `    list${pascalCase(name.split('_'))}: <Column extends keyof ${row} = keyof ${row}>(query?: ListQuery<${row}, Column>) => list<${row}, Column>('${name}', query),`,
  ];
}

/**
 * TypeScript for the calls of schema pgwave, from the catalogue: a method for each function that an administrator may call, and
 * a list method for each table and view that a viewer may read. Comments become documentation.
 */
export async function generateCalls(client: pg.ClientBase): Promise<string> {
  const { rows: functions } = await client.query<CallableFunction>(
    `select p.proname::text as name, obj_description(p.oid, 'pg_proc') as description, p.proretset as set,
            coalesce(re.typname, rt.typname)::text as result, coalesce(re.typtype, rt.typtype)::text as result_kind,
            rn.nspname::text as result_schema, re.oid is not null as result_array,
            coalesce((select json_agg(json_build_object('name', p.proargnames[a.n], 'type', coalesce(e.typname, t.typname),
                'kind', coalesce(e.typtype, t.typtype), 'array', e.oid is not null,
                'out', coalesce(p.proargmodes[a.n] in ('o', 't'), false),
                'optional', a.n > p.pronargs - p.pronargdefaults) order by a.n)
              from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a (type, n)
              join pg_type t on t.oid = a.type
              left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'), '[]') as arguments
     from pg_proc p
     join pg_type rt on rt.oid = p.prorettype join pg_namespace rn on rn.oid = rt.typnamespace
     left join pg_type re on re.oid = rt.typelem and rt.typcategory = 'A'
     where p.pronamespace = 'pgwave'::regnamespace and has_function_privilege('pgwave_admin', p.oid, 'execute')
       and rt.typname not in ('trigger', 'event_trigger')
       -- computed columns are for GraphQL; of an overloaded function the form with all its arguments is kept
       and not exists (select from unnest(p.proargtypes::oid[]) a (type) join pg_type t on t.oid = a.type where t.typtype = 'c')
       and p.pronargs = (select max(q.pronargs) from pg_proc q where q.pronamespace = p.pronamespace and q.proname = p.proname)
     order by p.proname`,
  );
  const { rows: relations } = await client.query<ReadableRelation>(
    `select c.relname::text as name, obj_description(c.oid, 'pg_class') as description
     from pg_class c where c.relnamespace = 'pgwave'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
       and not c.relispartition and has_table_privilege('pgwave_viewer', c.oid, 'select') order by c.relname`,
  );
  return `// Generated from the catalogue by \`npm run db:dump\`. Do not edit.

import type * as rows from '../database/rows.generated.ts';
import { type Caller, type Id, json, type ListQuery } from './call-function.ts';

/** A method for each function that may be called, and a list method for each table and view. */
export function createGeneratedCalls({ row, rows, value, list }: Caller) {
  return {
${[...functions.map(methodOf), ...relations.map(listOf)].map((lines) => lines.join('\n')).join('\n\n')}
  };
}
`;
}
