-- One binding: alternatives, what is optional, filters; and its value at run time.

create or replace function pgwave_private.parse_alternative(
  alternative text,
  documents text[],
  bare boolean
)
returns jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select case
    when parse_alternative.alternative
      ~ '^("([^"\\[:cntrl:]]|\\["\\/bfnrt])*"|-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,15})?|true|false|null)$'
    then jsonb_build_object('literal', parse_alternative.alternative::jsonb)
    when not parse_alternative.bare or left(parse_alternative.alternative, 1) = '$'
    then pgwave_private.parse_path(parse_alternative.alternative, parse_alternative.documents)
    else pgwave_private.parse_path('$' || parse_alternative.alternative, parse_alternative.documents)
  end
$function$;
comment on function pgwave_private.parse_alternative(text, text[], boolean) is
  'Compile one alternative of a binding: a JSON literal or a path, whose $ may be left out where it is bare. Returns: {literal} or what parse_path returns.';

create or replace function pgwave_private.split_binding(
  expression text,
  out alternatives text[],
  out optional boolean,
  out filters text,
  out fault text
)
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_tokens text[] := pgwave_private.split_path(expression);
  v_count int := cardinality(v_tokens);
  v_here text;
  v_next text;
  v_depth int := 0;
  v_current text[] := '{}';
begin
  alternatives := '{}';
  optional := false;
  for v_place in 1 .. v_count loop
    v_here := btrim(v_tokens[v_place], E' \t\r\n');
    v_next := btrim(v_tokens[v_place + 1], E' \t\r\n');
    v_depth := v_depth + case when v_here in ('(', '[') then 1 when v_here in (')', ']') then -1 else 0 end;
    if v_depth = 0 and v_here = '??' then
      alternatives := alternatives || btrim(array_to_string(v_current, ''), E' \t\r\n');
      v_current := '{}';
    elsif v_depth = 0 and v_here = '?' and coalesce(v_next, '|') = '|' then
      optional := true;
    elsif v_depth = 0 and v_here = '|' then
      filters := btrim(array_to_string(v_tokens[v_place + 1:], ''), E' \t\r\n');
      if filters like '%?' then
        optional := true;
        filters := rtrim(filters, E'? \t\r\n');
      end if;
      exit;
    else
      v_current := v_current || v_tokens[v_place];
    end if;
  end loop;
  alternatives := alternatives || btrim(array_to_string(v_current, ''), E' \t\r\n');
  if '' = any (alternatives) then
    fault := coalesce(fault, 'there is nothing to put in');
  end if;
end
$function$;
comment on function pgwave_private.split_binding(text) is
  'Split a binding at its ??, and read its ? and what stands behind |. Returns: the alternatives, whether it is optional, its filters (null: none), and what is wrong (null: nothing).';

create or replace function pgwave_private.parse_binding(
  expression text,
  documents text[],
  bare boolean
)
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_source text := btrim(parse_binding.expression, E' \t\r\n');
  v_parts record;
  v_alternatives jsonb;
  v_filters jsonb;
begin
  if v_source ~ '^\$?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$' and v_source not in ('true', 'false', 'null') then
    v_alternatives := jsonb_build_array(
      pgwave_private.parse_plain_path(btrim(v_source, '$'), parse_binding.documents, null));
    return jsonb_build_object('source', v_source, 'alternatives', v_alternatives);
  end if;
  select * into v_parts from pgwave_private.split_binding(v_source);
  select coalesce(jsonb_agg(
      case when a.alternative = '' then '{}'::jsonb else
        pgwave_private.parse_alternative(a.alternative, parse_binding.documents, parse_binding.bare) end
      order by a.place), '[]')
    into v_alternatives
    from unnest(v_parts.alternatives) with ordinality as a (alternative, place);
  if v_parts.filters <> 'json' then
    v_filters := pgwave_private.parse_filters(v_parts.filters, parse_binding.documents);
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
      'source', v_source,
      'optional', nullif(v_parts.optional or v_alternatives -> -1 -> 'literal' = 'null', false),
      'json', nullif(v_parts.filters = 'json', false),
      'defaulted', nullif(jsonb_path_exists(v_filters, '$[*] ? (@.name == "default")'), false),
      'fault', coalesce(v_parts.fault,
        (select min(f.value ->> 'fault') from jsonb_array_elements(v_alternatives) as f),
          jsonb_path_query_first(v_filters, '$[*].fault') #>> '{}'),
      'hint', jsonb_path_query_first(v_filters, '$[*].hint')))
    -- a literal null would be stripped
    || jsonb_build_object('alternatives', v_alternatives)
    || case when v_filters is null then '{}' else jsonb_build_object('filters', v_filters) end;
end
$function$;
comment on function pgwave_private.parse_binding(text, text[], boolean) is
  'Compile what stands between {{ and }} (bare: its $ may be left out) or in a parameter. Returns: {source, alternatives, optional, json, filters, defaulted (a filter says what stands for what is missing), fault, hint}.';

create or replace function pgwave_private.strip_references(binding jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select strip_references.binding || jsonb_build_object('alternatives', (
    select coalesce(jsonb_agg(a.alternative - 'references' order by a.place), '[]')
      from jsonb_array_elements(strip_references.binding -> 'alternatives')
        with ordinality as a (alternative, place)),
    'names', (
    select coalesce(jsonb_agg(distinct r.reference -> 'name'), '[]')
      from jsonb_array_elements(strip_references.binding -> 'alternatives') as a (alternative)
      cross join jsonb_array_elements(a.alternative -> 'references') as r (reference)))
$function$;
comment on function pgwave_private.strip_references(jsonb) is
  'Reduce a parsed binding without filters to what rendering needs. Returns: {source, alternatives, optional, json, names}.';

create or replace function pgwave_private.resolve_binding(binding jsonb, document jsonb)
returns jsonb
language plpgsql
stable strict parallel safe
set search_path = ''
as $function$
declare
  v_alternative jsonb;
  v_items jsonb;
  v_value jsonb;
  v_found jsonb;
begin
  for v_place in 0 .. jsonb_array_length(resolve_binding.binding -> 'alternatives') - 1 loop
    v_alternative := resolve_binding.binding -> 'alternatives' -> v_place;
    if v_alternative ? 'literal' then
      v_value := v_alternative -> 'literal';
    elsif v_alternative ? 'list' then
      v_value := jsonb_path_query_array_tz(
        resolve_binding.document, (v_alternative ->> 'path')::jsonpath, '{}', true);
      -- an empty list is a value, a list of what is not there is none
      if (v_value in ('[]', '[null]')
        and coalesce(jsonb_path_query_first_tz(resolve_binding.document,
          (v_alternative ->> 'prefix')::jsonpath, '{}', true), 'null') = 'null')
      then
        v_value := null;
      end if;
    else
      v_items := jsonb_path_query_array_tz(
        resolve_binding.document, (v_alternative ->> 'path')::jsonpath, '{}', true);
      v_value := case jsonb_array_length(v_items) when 0 then null when 1 then v_items -> 0 else v_items end;
    end if;
    if v_value <> 'null' then
      return v_value;
    end if;
    v_found := coalesce(v_found, v_value);
  end loop;
  return v_found;
end
$function$;
comment on function pgwave_private.resolve_binding(jsonb, jsonb) is
  'Find the value of a compiled binding in a document: the first alternative that is there and not null. Returns: the value, an array where a path has a wildcard or yields several; JSON null where only nulls are there; null: missing.';
