-- What a contract says of each property, for people: its type, whether it must be there, its default.

create or replace function pgwave_private.describe_type(schema jsonb, root jsonb, depth int)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_schema jsonb := pgwave_private.follow_references(schema, root);
begin
  if jsonb_typeof(v_schema) is distinct from 'object' or depth > 20 then
    return 'any';
  end if;
  return coalesce(
    (select string_agg(t.name #>> '{}', ' | ') from jsonb_path_query(v_schema, 'lax $.type[*]') as t (name)),
    jsonb_typeof(v_schema -> 'const'),
    (select string_agg(distinct jsonb_typeof(e.value), ' | ')
       from jsonb_path_query(v_schema, 'lax $.enum[*]') as e (value)),
    (select string_agg(distinct d.type, ' | ')
       from jsonb_array_elements(coalesce(v_schema -> 'anyOf', v_schema -> 'oneOf')) as m (schema)
      cross join lateral string_to_table(pgwave_private.describe_type(m.schema, root, depth + 1), ' | ') as d (type)),
    pgwave_private.describe_type(v_schema #> '{allOf,0}', root, depth + 1));
end
$function$;
comment on function pgwave_private.describe_type(jsonb, jsonb, int) is
  'Say of which types a value may be by a schema of the contract root. Returns: the types joined by |; any where it names none.';

create or replace function pgwave_private.list_applied_schemas(contract jsonb)
returns table (schema jsonb, always boolean)
language sql
immutable parallel safe
set search_path = ''
as $function$
  with recursive applied (schema, always, depth) as (
    select list_applied_schemas.contract, true, 0
    union all
    select next.schema, a.always and next.always, a.depth + 1
      from applied as a
     cross join lateral (
       select list_applied_schemas.contract #> pgwave_private.parse_reference(a.schema ->> '$ref'), true
        where a.schema ? '$ref'
       union all
       select m.schema, k.keyword = 'allOf'
         from (values ('allOf'), ('anyOf'), ('oneOf')) as k (keyword)
        cross join lateral jsonb_array_elements(a.schema -> k.keyword) as m (schema)
       union all
       select a.schema -> k.keyword, false
         from (values ('then'), ('else')) as k (keyword) where a.schema ? k.keyword
     ) as next (schema, always)
     where a.depth < 10 and jsonb_typeof(next.schema) = 'object'
  )
  select a.schema, a.always from applied as a
$function$;
comment on function pgwave_private.list_applied_schemas(jsonb) is
  'List the schemas that a contract holds against the value itself: its root, what that refers to, and the members of allOf, anyOf, oneOf, then and else. Returns: each, and whether it always holds.';

create or replace function pgwave_private.list_properties(contract jsonb)
returns table (property_name text, property_type text, required boolean, default_value jsonb, description text,
  schema jsonb)
language sql
immutable parallel safe
security definer
set search_path = ''
as $function$
  with parts as materialized (
    select a.schema, a.always, row_number() over () as place
      from pgwave_private.list_applied_schemas(list_properties.contract) as a
  ), named as (
    select distinct on (p.name) p.name, p.schema,
           pgwave_private.follow_references(p.schema, list_properties.contract) as target
      from parts
     cross join lateral jsonb_each(
       case jsonb_typeof(parts.schema -> 'properties') when 'object' then parts.schema -> 'properties' end) as p (name,
         schema)
     order by p.name, parts.place
  )
  select n.name, pgwave_private.describe_type(n.schema, list_properties.contract, 0),
         exists (select from parts where parts.always and parts.schema -> 'required' ? n.name),
         coalesce(n.schema -> 'default', n.target -> 'default'),
         coalesce(n.schema ->> 'description', n.target ->> 'description', n.schema ->> 'title'), n.schema
    from named as n
$function$;
comment on function pgwave_private.list_properties(jsonb) is
  'List the properties that a contract names. Returns: of each its name, types, whether every value must have it, default, description and schema.';
