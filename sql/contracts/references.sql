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
      case when m.part[1] ~ '^%..' then chr(('x' || right(m.part[1], 2))::bit(8)::int) else m.part[1] end, '')
    from regexp_matches(decode_percents.encoded, '%[0-7][0-9A-Fa-f]|[^%]+|%', 'g') as m (part));
end
$function$;
comment on function pgwave_private.decode_percents(text) is
  'Decode the %XX of a URI fragment that stand for ASCII characters. Returns: the text.';

create or replace function pgwave_private.parse_reference(reference text)
returns text[]
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_fragment text := substr(reference, 2);
begin
  if left(reference, 1) <> '#' then
    return null;
  end if;
  if v_fragment = '' then
    return '{}';
  end if;
  if strpos(v_fragment, '%') > 0 then
    v_fragment := pgwave_private.decode_percents(v_fragment);
  end if;
  if strpos(v_fragment, '~') = 0 then
    return (string_to_array(v_fragment, '/'))[2:];
  end if;
  return array(
    select replace(replace(t.token, '~1', '/'), '~0', '~')
    from unnest((string_to_array(v_fragment, '/'))[2:]) with ordinality as t (token, place)
    order by t.place);
end
$function$;
comment on function pgwave_private.parse_reference(text) is
  'Read a local reference such as #/$defs/skill. Returns: the names on the way from the root; null where it is not local.';
