-- Keywords that judge a value by itself: its type, what it equals, numbers, strings.
-- Each check_… returns the errors as a jsonb array, [] where there are none.

create or replace function pgwave_private.make_schema_error(path text, keyword text, message text)
returns jsonb
language sql
immutable parallel safe
begin atomic
  select pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
    'path', make_schema_error.path,
    'keyword', make_schema_error.keyword,
    'message', make_schema_error.message));
end;
comment on function pgwave_private.make_schema_error(text, text, text) is
  'Write one breach of a contract. Returns: an array of one object: path, keyword, message.';

create or replace function pgwave_private.is_of_type(value jsonb, type text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  if type = 'integer' then
    return jsonb_typeof(value) = 'number' and value::numeric % 1 = 0;
  end if;
  return jsonb_typeof(value) = type;
end
$function$;
comment on function pgwave_private.is_of_type(jsonb, text) is
  'Tell whether a value is of a type of JSON Schema; 1.0 is an integer. Returns: true if it is.';

create or replace function pgwave_private.check_type(schema jsonb, value jsonb, path text)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_types jsonb := schema -> 'type';
begin
  if jsonb_typeof(v_types) = 'string' then
    v_types := jsonb_build_array(v_types);
  end if;
  for i in 0 .. jsonb_array_length(v_types) - 1 loop
    if pgwave_private.is_of_type(value, v_types ->> i) then
      return '[]';
    end if;
  end loop;
  return pgwave_private.make_schema_error(path, 'type', format('must be of type %s, but is of type %s',
    (select string_agg(t.type, ' or ') from jsonb_array_elements_text(v_types) as t (type)),
    jsonb_typeof(value)));
end
$function$;
comment on function pgwave_private.check_type(jsonb, jsonb, text) is
  'Check `type`, one or a list. Returns: the errors.';

create or replace function pgwave_private.check_equality(schema jsonb, value jsonb, path text)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_errors jsonb := '[]';
begin
  if schema ? 'const' and schema -> 'const' <> value then
    v_errors := pgwave_private.make_schema_error(path, 'const',
      'must be ' || left((schema -> 'const')::text, 200));
  end if;
  if schema ? 'enum' then
    for i in 0 .. jsonb_array_length(schema -> 'enum') - 1 loop
      if schema -> 'enum' -> i = value then
        return v_errors;
      end if;
    end loop;
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'enum',
      'must be one of ' || left(trim('[]' from (schema -> 'enum')::text), 200));
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_equality(jsonb, jsonb, text) is
  'Check `const` and `enum`; numbers are equal by value, objects whatever their order. Returns: the errors.';

create or replace function pgwave_private.check_number(schema jsonb, value jsonb, path text)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_number numeric := value::numeric;
  v_errors jsonb := '[]';
begin
  if v_number < (schema -> 'minimum')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'minimum',
      'must be at least ' || (schema ->> 'minimum'));
  end if;
  if v_number > (schema -> 'maximum')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'maximum',
      'must be at most ' || (schema ->> 'maximum'));
  end if;
  if v_number <= (schema -> 'exclusiveMinimum')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'exclusiveMinimum',
      'must be greater than ' || (schema ->> 'exclusiveMinimum'));
  end if;
  if v_number >= (schema -> 'exclusiveMaximum')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'exclusiveMaximum',
      'must be less than ' || (schema ->> 'exclusiveMaximum'));
  end if;
  if v_number % (schema -> 'multipleOf')::numeric <> 0 then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'multipleOf',
      'must be a multiple of ' || (schema ->> 'multipleOf'));
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_number(jsonb, jsonb, text) is
  'Check the bounds of a number and `multipleOf`, in exact decimal arithmetic. Returns: the errors.';

create or replace function pgwave_private.check_string(schema jsonb, value jsonb, root jsonb, path text)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_content text := value #>> '{}';
  v_errors jsonb := '[]';
begin
  if length(v_content) < (schema -> 'minLength')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'minLength',
      format('must have at least %s characters, but has %s', schema -> 'minLength', length(v_content)));
  end if;
  if length(v_content) > (schema -> 'maxLength')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'maxLength',
      format('must have at most %s characters, but has %s', schema -> 'maxLength', length(v_content)));
  end if;
  if schema ? 'pattern' and not pgwave_private.matches_pattern(v_content, schema ->> 'pattern') then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'pattern',
      'must match the pattern ' || (schema ->> 'pattern'));
  end if;
  if schema ? 'format' and root -> 'x-assert-format' = 'true'
    and not pgwave_private.matches_format(v_content, schema ->> 'format')
  then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'format',
      'must be of the format ' || (schema ->> 'format'));
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_string(jsonb, jsonb, jsonb, text) is
  'Check the length of a string, in code points, its `pattern`, and its `format` where the contract turns formats on. Returns: the errors.';
