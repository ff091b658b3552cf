import type pg from 'pg';

interface Column {
  name: string;
  description: string | null;
  not_null: boolean;
  type_name: string;
  type_kind: string;
  type_schema: string;
  array: boolean;
}

interface Relation {
  name: string;
  kind: string;
  description: string | null;
  columns: Column[];
}

/** JSON has one kind of number and no time: 64 bits are a number (ids stay far below 2^53), a time is text in ISO 8601. */
export const SCALARS: Record<string, string> = {
  bool: 'boolean',
  float4: 'number',
  float8: 'number',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  json: 'unknown',
  jsonb: 'unknown',
  numeric: 'number',
  oid: 'number',
};

/** `workflow_runs` → `WorkflowRun`, `branches` → `Branch`, `run_summary` → `RunSummary`. */
export function typeName(relation: string): string {
  const words = relation.split('_');
  const last = words.pop() ?? '';
  const singular = last.endsWith('ies')
    ? `${last.slice(0, -3)}y`
    : /(?:ss|sh|ch|x|us)es$/.test(last)
      ? last.slice(0, -2)
      : /[^su]s$/.test(last) && last !== 'stats'
        ? last.slice(0, -1)
        : last;
  return pascalCase([...words, singular]);
}

/** `run_status` → `RunStatus`. */
export function pascalCase(words: string[]): string {
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function columnType(column: Column): string {
  let scalar = SCALARS[column.type_name] ?? 'string';
  if (column.type_kind === 'e' && column.type_schema === 'pgwave') {
    scalar = pascalCase(column.type_name.split('_'));
  }
  if (column.type_kind === 'c') scalar = 'unknown';
  const type = column.array ? `${scalar}[]` : scalar;
  return column.not_null || type === 'unknown' ? type : `${type} | null`;
}

/** A comment of the catalogue as one of TypeScript, without what is for GraphQL. */
export function comment(text: string | null, indent: string): string[] {
  // Smart tags (`@name …` lines) are for GraphQL.
  const lines = (text ?? '')
    .replaceAll('*/', '*\\/')
    .split('\n')
    .filter((line) => !line.startsWith('@') && line.trim() !== '');
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`];
}

/**
 * TypeScript for schema pgwave, from the catalogue: a union for each enum, an interface for the rows of each table, view
 * and composite type, in the shape that `to_jsonb` gives a row.
 */
export async function generateRowTypes(client: pg.ClientBase): Promise<string> {
  const { rows: enums } = await client.query<{
    name: string;
    labels: string[];
    description: string | null;
  }>(
    `select t.typname::text as name, obj_description(t.oid, 'pg_type') as description,
            array_agg(e.enumlabel::text order by e.enumsortorder) as labels
     from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_enum e on e.enumtypid = t.oid
     where n.nspname = 'pgwave' group by t.oid order by 1`,
  );
  const { rows: relations } = await client.query<Relation>(
    `select c.relname::text as name, c.relkind as kind,
            coalesce(obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type')) as description,
            json_agg(json_build_object(
              'name', a.attname, 'description', col_description(c.oid, a.attnum), 'not_null', a.attnotnull,
              'type_name', coalesce(base.typname, element.typname, t.typname),
              'type_kind', coalesce(base.typtype, element.typtype, t.typtype),
              'type_schema', (select tn.nspname from pg_namespace tn
                              where tn.oid = coalesce(base.typnamespace, element.typnamespace, t.typnamespace)),
              'array', element.oid is not null) order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     join pg_type t on t.oid = a.atttypid
     left join pg_type element on element.oid = t.typelem and t.typcategory = 'A'
     left join pg_type base on base.oid = t.typbasetype and t.typtype = 'd'
     where n.nspname = 'pgwave' and c.relkind in ('r', 'p', 'v', 'm', 'c') and not c.relispartition
     group by c.oid order by c.relname`,
  );
  const parts = [
    '// Generated from the catalogue by `npm run db:dump`. Do not edit.',
    ...enums.map((row) =>
      [
        ...comment(row.description, ''),
        `export type ${pascalCase(row.name.split('_'))} =`,
        `${row.labels.map((label) => `  | ${JSON.stringify(label)}`).join('\n')};`,
      ].join('\n'),
    ),
    ...relations.map((relation) =>
      [
        ...comment(relation.description, ''),
        `export interface ${typeName(relation.name)}Row {`,
        ...relation.columns.flatMap((column) => [
          ...comment(column.description, '  '),
          `  ${/^[a-z_]\w*$/i.test(column.name) ? column.name : JSON.stringify(column.name)}: ${columnType(column)};`,
        ]),
        '}',
      ].join('\n'),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}
