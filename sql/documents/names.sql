-- What a compiled template, value or condition reads.

create or replace function pgwave_private.names_read(compiled jsonb)
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(array_agg(distinct n.name order by n.name), '{}')
    from jsonb_array_elements(
      case jsonb_typeof(names_read.compiled)
        when 'array' then names_read.compiled
        when 'object' then names_read.compiled -> 'bindings'
      end) as part (value)
    cross join jsonb_array_elements_text(
      case jsonb_typeof(part.value) when 'object' then part.value -> 'names' end) as n (name)
$function$;
comment on function pgwave_private.names_read(jsonb) is
  'List the names of the document that a compiled template or value reads. Returns: them in order; empty for null.';

create or replace function pgwave_private.names_read(predicate text)
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(array_agg(distinct token.name order by token.name), '{}')
    from (
      select btrim(t.token, E' \t\r\n') as here,
             btrim(lead(t.token, 2) over (order by t.place), E' "\t\r\n') as name
        from unnest(pgwave_private.split_path(names_read.predicate)) with ordinality as t (token, place)
    ) as token
   where token.here = '$'
$function$;
comment on function pgwave_private.names_read(text) is
  'List the names of the document that a compiled condition reads. Returns: them in order; empty for null.';
