-- References: local `$ref`s and the JSON pointers of RFC 6901 that they, and the paths of errors, are written in.

create or replace function pgwave_private.escape_pointer(name text)
returns text
language sql
immutable parallel safe
begin atomic
  select pg_catalog.replace(pg_catalog.replace(escape_pointer.name, '~', '~0'), '/', '~1');
end;
comment on function pgwave_private.escape_pointer(text) is
  'Escape a property''s name for a JSON pointer. Returns: the name with ~ as ~0 and / as ~1.';

create or replace function pgwave_private.decode_percents(encoded text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return (
    select string_agg(
      case when m.part[1] ~ '^%.' then chr(('x' || right(m.part[1], 2))::bit(8)::int) else m.part[1] end, '')
    from regexp_matches(decode_percents.encoded, '%(?!00)[0-7][0-9A-Fa-f]|[^%]+|%', 'g') as m (part));
end
$function$;
comment on function pgwave_private.decode_percents(text) is
  'Decode the %XX of a URI fragment that stand for ASCII characters. Returns: the text.';

create or replace function pgwave_private.parse_pointer(pointer text)
returns text[]
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  if strpos(pointer, '~') = 0 then
    return (string_to_array(pointer, '/'))[2:];
  end if;
  return array(
    select replace(replace(t.token, '~1', '/'), '~0', '~')
    from unnest((string_to_array(parse_pointer.pointer, '/'))[2:]) with ordinality as t (token, place)
    order by t.place);
end
$function$;
comment on function pgwave_private.parse_pointer(text) is
  'Read a JSON pointer. Returns: the names on the way from the root, none for the root itself.';

create or replace function pgwave_private.parse_reference(reference text)
returns text[]
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return case
    when left(reference, 1) <> '#' then null
    when strpos(reference, '%') > 0 then
      pgwave_private.parse_pointer(pgwave_private.decode_percents(substr(reference, 2)))
    else pgwave_private.parse_pointer(substr(reference, 2))
  end;
end
$function$;
comment on function pgwave_private.parse_reference(text) is
  'Read a local reference such as #/$defs/skill. Returns: the names on the way from the root; null where it is not local.';

create or replace function pgwave_private.write_pointer(names text[])
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return coalesce((
    select string_agg('/' || pgwave_private.escape_pointer(n.name), '' order by n.place)
    from unnest(names) with ordinality as n (name, place)), '');
end
$function$;
comment on function pgwave_private.write_pointer(text[]) is
  'Write names as a JSON pointer. Returns: the pointer, empty for the root.';

create or replace function pgwave_private.follow_references(schema jsonb, root jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_schema jsonb := schema;
begin
  for v_hop in 1 .. 20 loop
    exit when jsonb_typeof(v_schema) is distinct from 'object' or not v_schema ? '$ref';
    v_schema := root #> pgwave_private.parse_reference(v_schema ->> '$ref');
  end loop;
  return v_schema;
end
$function$;
comment on function pgwave_private.follow_references(jsonb, jsonb) is
  'Follow $ref from a schema on. Returns: the schema that it stands for; null where it leads nowhere.';
