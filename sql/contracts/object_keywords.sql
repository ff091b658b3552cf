-- Keywords that judge an object: which properties it has, and their names and values one by one.

create or replace function pgwave_private.check_required(schema jsonb, value jsonb, path text)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_required jsonb := coalesce(schema -> 'required', '[]');
  v_errors jsonb := '[]';
  v_name text;
begin
  for i in 0 .. jsonb_array_length(v_required) - 1 loop
    if not value ? (v_required ->> i) then
      v_errors := v_errors || pgwave_private.make_schema_error(path, 'required',
        format('must have the property %s', v_required -> i));
    end if;
  end loop;
  if schema ? 'dependentRequired' then
    for v_name, v_required in select * from jsonb_each(schema -> 'dependentRequired') loop
      if value ? v_name and not value ?& array(select jsonb_array_elements_text(v_required)) then
        v_errors := v_errors || pgwave_private.make_schema_error(path, 'dependentRequired',
          format('has the property %s and must have %s too', to_json(v_name), trim('[]' from v_required::text)));
      end if;
    end loop;
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_required(jsonb, jsonb, text) is
  'Check `required` and `dependentRequired`. Returns: the errors.';

create or replace function pgwave_private.check_object_size(schema jsonb, value jsonb, path text)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_count int := jsonb_array_length(jsonb_path_query_array(value, '$.*'));
  v_errors jsonb := '[]';
begin
  if v_count < (schema -> 'minProperties')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'minProperties',
      format('must have at least %s properties, but has %s', schema -> 'minProperties', v_count));
  end if;
  if v_count > (schema -> 'maxProperties')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'maxProperties',
      format('must have at most %s properties, but has %s', schema -> 'maxProperties', v_count));
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_object_size(jsonb, jsonb, text) is
  'Check `minProperties` and `maxProperties`. Returns: the errors.';

create or replace function pgwave_private.check_properties(
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
  v_name text;
  v_property jsonb;
begin
  for v_name, v_property in select * from jsonb_each(schema -> 'properties') loop
    if value ? v_name then
      v_errors := v_errors || pgwave_private.find_schema_errors(
        v_property, value -> v_name, root, path || '/' || pgwave_private.escape_pointer(v_name), depth + 1);
    end if;
  end loop;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_properties(jsonb, jsonb, jsonb, text, int) is
  'Check the values of the properties that `properties` names. Returns: the errors.';

create or replace function pgwave_private.check_other_properties(
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
  v_named jsonb := coalesce(schema -> 'properties', '{}');
  v_patterns jsonb := schema -> 'patternProperties';
  v_additional jsonb := schema -> 'additionalProperties';
  v_errors jsonb := '[]';
  v_name text;
  v_member jsonb;
  v_path text;
  v_pattern text;
  v_subschema jsonb;
  v_matched boolean;
begin
  for v_name, v_member in select * from jsonb_each(value) loop
    v_matched := v_named ? v_name;
    continue when v_matched and v_patterns is null;
    exit when jsonb_array_length(v_errors) >= 100;
    v_path := path || '/' || pgwave_private.escape_pointer(v_name);
    if v_patterns is not null then
      for v_pattern, v_subschema in select * from jsonb_each(v_patterns) loop
        if pgwave_private.matches_pattern(v_name, v_pattern) then
          v_matched := true;
          v_errors := v_errors || pgwave_private.find_schema_errors(v_subschema, v_member, root, v_path, depth + 1);
        end if;
      end loop;
    end if;
    if v_matched or v_additional is null then
      continue;
    elsif v_additional = 'false' then
      v_errors := v_errors || pgwave_private.make_schema_error(v_path, 'additionalProperties',
        format('is not allowed: the contract has no property %s', to_json(v_name)));
    else
      v_errors := v_errors || pgwave_private.find_schema_errors(v_additional, v_member, root, v_path, depth + 1);
    end if;
  end loop;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_other_properties(jsonb, jsonb, jsonb, text, int) is
  'Check the properties that `patternProperties` matches, and those that nothing names against `additionalProperties`. Returns: the errors.';

create or replace function pgwave_private.check_property_names(
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
  v_name text;
  v_fault jsonb;
begin
  for v_name in select jsonb_object_keys(value) loop
    v_fault := pgwave_private.find_schema_errors(schema -> 'propertyNames', to_jsonb(v_name), root, '', depth + 1) -> 0;
    if v_fault is not null then
      v_errors := v_errors || pgwave_private.make_schema_error(
        path || '/' || pgwave_private.escape_pointer(v_name), 'propertyNames',
        'has a name that ' || (v_fault ->> 'message'));
    end if;
    exit when jsonb_array_length(v_errors) >= 100;
  end loop;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_property_names(jsonb, jsonb, jsonb, text, int) is
  'Check the name of each property against `propertyNames`. Returns: the errors.';

create or replace function pgwave_private.check_dependent_schemas(
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
  v_name text;
  v_subschema jsonb;
begin
  for v_name, v_subschema in select * from jsonb_each(schema -> 'dependentSchemas') loop
    if value ? v_name then
      v_errors := v_errors || pgwave_private.find_schema_errors(v_subschema, value, root, path, depth + 1);
    end if;
  end loop;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_dependent_schemas(jsonb, jsonb, jsonb, text, int) is
  'Check the whole object against the schemas of the properties that it has. Returns: the errors.';
