-- Keywords that judge a value by other schemas: `$ref`, `allOf`, `anyOf`, `oneOf`, `not`, `if`.

create or replace function pgwave_private.check_reference(
  schema jsonb,
  value jsonb,
  root jsonb,
  path text,
  depth int
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  -- a reference that leads nowhere is refused when a contract is defined; here it holds for nothing
  return pgwave_private.find_schema_errors(
    coalesce(root #> pgwave_private.parse_reference(schema ->> '$ref'), 'false'),
    value, root, path, depth + 1);
end
$function$;
comment on function pgwave_private.check_reference(jsonb, jsonb, jsonb, text, int) is
  'Check a value against the schema that `$ref` points to. Returns: the errors.';

create or replace function pgwave_private.check_all_of(
  schema jsonb,
  value jsonb,
  root jsonb,
  path text,
  depth int
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_errors jsonb := '[]';
begin
  for i in 0 .. jsonb_array_length(schema -> 'allOf') - 1 loop
    v_errors := v_errors || pgwave_private.find_schema_errors(
      schema -> 'allOf' -> i, value, root, path, depth + 1);
  end loop;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_all_of(jsonb, jsonb, jsonb, text, int) is
  'Check a value against every schema of `allOf`. Returns: the errors.';

create or replace function pgwave_private.check_any_of(
  schema jsonb,
  value jsonb,
  root jsonb,
  path text,
  depth int
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_found jsonb;
  v_reasons text[] := '{}';
begin
  for i in 0 .. jsonb_array_length(schema -> 'anyOf') - 1 loop
    v_found := pgwave_private.find_schema_errors(schema -> 'anyOf' -> i, value, root, path, depth + 1);
    if v_found = '[]' then
      return '[]';
    end if;
    v_reasons := v_reasons || pgwave_private.describe_first_error(v_found, path);
  end loop;
  return pgwave_private.make_schema_error(path, 'anyOf',
    'matches none of the schemas of anyOf: ' || left(array_to_string(v_reasons, '; or '), 500));
end
$function$;
comment on function pgwave_private.check_any_of(jsonb, jsonb, jsonb, text, int) is
  'Check that a value matches a schema of `anyOf`. Returns: one error, which tells what each of them misses.';

create or replace function pgwave_private.check_one_of(
  schema jsonb,
  value jsonb,
  root jsonb,
  path text,
  depth int
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_found jsonb;
  v_reasons text[] := '{}';
  v_matched int[] := '{}';
begin
  for i in 0 .. jsonb_array_length(schema -> 'oneOf') - 1 loop
    v_found := pgwave_private.find_schema_errors(schema -> 'oneOf' -> i, value, root, path, depth + 1);
    if v_found = '[]' then
      v_matched := v_matched || i;
      if cardinality(v_matched) > 1 then
        return pgwave_private.make_schema_error(path, 'oneOf',
          format('matches more than one schema of oneOf: %s and %s', v_matched[1], v_matched[2]));
      end if;
    else
      v_reasons := v_reasons || pgwave_private.describe_first_error(v_found, path);
    end if;
  end loop;
  if cardinality(v_matched) = 1 then
    return '[]';
  end if;
  return pgwave_private.make_schema_error(path, 'oneOf',
    'matches none of the schemas of oneOf: ' || left(array_to_string(v_reasons, '; or '), 500));
end
$function$;
comment on function pgwave_private.check_one_of(jsonb, jsonb, jsonb, text, int) is
  'Check that a value matches exactly one schema of `oneOf`. Returns: one error, which tells why it does not.';

create or replace function pgwave_private.describe_first_error(errors jsonb, path text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return concat_ws(' ', nullif(substr(errors #>> '{0,path}', length(path) + 1), ''), errors #>> '{0,message}');
end
$function$;
comment on function pgwave_private.describe_first_error(jsonb, text) is
  'Say the first of some errors in one clause. Returns: where it is below the path, and its message.';

create or replace function pgwave_private.check_not(
  schema jsonb,
  value jsonb,
  root jsonb,
  path text,
  depth int
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  if pgwave_private.find_schema_errors(schema -> 'not', value, root, path, depth + 1) <> '[]' then
    return '[]';
  end if;
  return pgwave_private.make_schema_error(path, 'not',
    'must not match ' || left((schema -> 'not')::text, 200));
end
$function$;
comment on function pgwave_private.check_not(jsonb, jsonb, jsonb, text, int) is
  'Check that a value does not match the schema of `not`. Returns: the errors.';

create or replace function pgwave_private.check_condition(
  schema jsonb,
  value jsonb,
  root jsonb,
  path text,
  depth int
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_branch text := 'else';
begin
  if pgwave_private.find_schema_errors(schema -> 'if', value, root, path, depth + 1) = '[]' then
    v_branch := 'then';
  end if;
  return pgwave_private.find_schema_errors(
    coalesce(schema -> v_branch, 'true'), value, root, path, depth + 1);
end
$function$;
comment on function pgwave_private.check_condition(jsonb, jsonb, jsonb, text, int) is
  'Check a value against `then` where it matches `if`, else against `else`. Returns: the errors.';
