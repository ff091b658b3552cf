import type pg from 'pg';

interface ListedFunction {
  name: string;
  arguments: string;
  result: string;
  description: string;
  role: string;
}

/** A comment's sentences by what they are about: `Returns: …`, `Raises: …`. */
function partsOf(description: string): { about: string; parts: [string, string][] } {
  // smart tags of PostGraphile
  const text = description.replace(/^(?:@.*\n)+/, '');
  const [about = '', ...rest] = text.split(/(?:^|\s)(Returns|Raises|Writes|Locks): /);
  const parts: [string, string][] = [];
  for (let i = 0; i < rest.length; i += 2) parts.push([rest[i] ?? '', (rest[i + 1] ?? '').trim()]);
  return { about: about.trim(), parts };
}

function sectionOf({ name, arguments: parameters, result, description, role }: ListedFunction) {
  const { about, parts } = partsOf(description);
  return [
    `## ${name}`,
    '',
    '```sql',
    `${name}(${parameters}) returns ${result}`,
    '```',
    '',
    ...(about === '' ? [] : [about, '']),
    `- Role: ${role}`,
    ...parts.map(([title, text]) => `- ${title}: ${text.replace(/\.$/, '')}`),
    '',
  ].join('\n');
}

/** The page of the functions of schema pgwave, from the catalogue: those that people may call, with the least role that may. */
export async function writeFunctionReference(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<ListedFunction>(
    `select p.proname::text as name, pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as result,
            coalesce(obj_description(p.oid, 'pg_proc'), '') as description, r.role
       from pg_proc p
       cross join lateral (
         select o.role from unnest(array['viewer', 'operator', 'author', 'admin']) with ordinality o (role, place)
          where has_function_privilege('pgwave_' || o.role, p.oid, 'execute')
          order by o.place
          limit 1
       ) r
      where p.pronamespace = 'pgwave'::regnamespace and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
        -- computed columns are for GraphQL
        and not exists (select from unnest(p.proargtypes::oid[]) a (type) join pg_type t on t.oid = a.type where t.typtype = 'c')
      order by p.proname, p.pronargs`,
  );
  return [
    '# SQL functions',
    '',
    'The functions of schema `pgwave`, with the least role that may call each. `npm run db:dump` writes this page.',
    '',
    ...rows.map(sectionOf),
  ].join('\n');
}
