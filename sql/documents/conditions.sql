-- Conditions: jsonpath predicates over the document.

create or replace function pgwave_private.parse_condition(
  condition text,
  documents text[],
  own_name text default null
)
returns jsonb
language plpgsql
stable parallel unsafe
set search_path = ''
as $function$
declare
  v_path jsonb := pgwave_private.parse_path(
    parse_condition.condition, parse_condition.documents, parse_condition.own_name);
  v_answer jsonb;
begin
  if v_path ? 'fault' then
    return v_path;
  end if;
  -- a predicate answers true, false or null of any document; nothing else does so of an empty one
  v_answer := jsonb_path_query_array_tz('{}', (v_path ->> 'path')::jsonpath, '{}', true);
  if jsonb_array_length(v_answer) <> 1 or jsonb_typeof(v_answer -> 0) not in ('boolean', 'null')
    or v_path ->> 'path' ~ '^[\s(]*(true|false|null)[\s)]*$'
  then
    return v_path || jsonb_build_object('not_predicate', true,
      'fault', 'it is a value, not a comparison that is true or false');
  end if;
  return v_path;
end
$function$;
comment on function pgwave_private.parse_condition(text, text[], text) is
  'Rewrite a condition to a jsonpath over the document and check that it is a predicate. Returns: what parse_path returns, not_predicate where it parses and is none.';

create or replace function pgwave_private.compile_condition(
  condition text,
  conversations text[] default '{}',
  own_name text default null
)
returns text
language plpgsql
stable parallel unsafe
set search_path = ''
as $function$
declare
  v_path jsonb;
begin
  if compile_condition.condition is null then
    return null;
  end if;
  v_path := pgwave_private.parse_condition(
    compile_condition.condition, compile_condition.conversations || 'parent'::text,
    compile_condition.own_name);
  if v_path ? 'fault' then
    perform pgwave_private.raise_error('PWDEF',
      'The condition does not compile: ' || (v_path ->> 'fault') || '.',
      compile_condition.condition, 'A condition is a jsonpath predicate: $extract.data.score > 3.');
  end if;
  return v_path ->> 'path';
end
$function$;
comment on function pgwave_private.compile_condition(text, text[], text) is
  'Compile a condition; conversations are the names whose fields may be written without data (output among them in a branch), own_name is the conversation whose output $output is. Returns: the jsonpath; null for null. Raises: PWDEF where it does not parse or is no predicate.';

create or replace function pgwave_private.evaluate_condition(predicate text, document jsonb)
returns boolean
language sql
stable parallel safe
set search_path = ''
as $function$
  select jsonb_path_match_tz(
    evaluate_condition.document, evaluate_condition.predicate::jsonpath, '{}', true)
$function$;
comment on function pgwave_private.evaluate_condition(text, jsonb) is
  'Evaluate a compiled condition. Returns: true or false; null: unknown.';
