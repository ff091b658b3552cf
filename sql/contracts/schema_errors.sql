-- Validation: a value against a contract (JSON Schema, draft 2020-12). It runs in the transaction that completes an
-- interaction, so time counts. One implementation gives the verdict and the reasons: [] where there are none.
--
-- Measured (µs on PG 15 / PG 18; calls from PL/pgSQL, the least of ten rounds of 1,000, as other work shared the two
-- cores; under full load two to three times that). typical: an object of five properties, one a list of five strings;
-- closed: the same as zod writes it, with bounds and additionalProperties false; trivial: one required integer.
--
--                                                        typical       closed        trivial
--   is_valid, as it is                                 28.5 / 30.4   36.8 / 41.2   14.5 / 15.2
--   schema_errors, as it is                            30.0 / 33.5   39.8 / 44.9   16.9 / 18.4
--   is_valid, lists of plain types item by item        37.3 / 38.9   46.0 / 50.3   14.6 / 15.3
--   the same, no search_path clause on the helpers     23.1 / 28.6   30.2 / 37.0    9.0 / 11.0
--
-- The clause costs 1 to 2 µs a call; it stays because the house asks for it and the aim (50, trivial 30) is met.
-- Going through five properties alone: for … in jsonb_each 6.0 / 7.2; an array of keyvalue() by index 6.1 / 7.2;
-- one select with a lateral call 8.7 / 10.3; jsonb_agg … filter 7.3 / 8.7; not exists, which gives only true or false,
-- 6.0 / 7.2: no faster than the loop that gives reasons too, so there is no second, boolean implementation.

create or replace function pgwave_private.find_schema_errors(
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
  v_type text := jsonb_typeof(value);
  v_errors jsonb := '[]';
begin
  if jsonb_typeof(schema) = 'boolean' then
    return case when schema = 'true' then '[]'
      else pgwave_private.make_schema_error(path, 'false', 'is not allowed here') end;
  elsif depth > 100 then
    return pgwave_private.make_schema_error(path, '$ref', 'is nested too deeply to be checked');
  end if;
  if schema ->> 'type' <> v_type then
    v_errors := pgwave_private.check_type(schema, value, path);
    if v_errors <> '[]' then
      return v_errors;  -- what else is wrong with a value of another type helps nobody
    end if;
  end if;
  case v_type
    when 'string' then
      if schema ?| array['minLength', 'maxLength', 'pattern', 'format'] then
        v_errors := pgwave_private.check_string(schema, value, root, path);
      end if;
    when 'number' then
      if schema ?| array['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] then
        v_errors := pgwave_private.check_number(schema, value, path);
      end if;
    when 'object' then
      v_errors := pgwave_private.check_object(schema, value, root, path, depth);
    when 'array' then
      v_errors := pgwave_private.check_array(schema, value, root, path, depth);
    else null;
  end case;
  if schema ?| array['enum', 'const'] then
    v_errors := v_errors || pgwave_private.check_equality(schema, value, path);
  end if;
  if schema ?| array['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if'] then
    v_errors := v_errors || pgwave_private.check_combinations(schema, value, root, path, depth);
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.find_schema_errors(jsonb, jsonb, jsonb, text, int) is
  'Check a value against a schema, which is a part of the contract root. Returns: the errors as an array of {path, keyword, message}; [] where it is valid.';

create or replace function pgwave_private.check_object(
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
  if schema ?| array['required', 'dependentRequired'] then
    v_errors := pgwave_private.check_required(schema, value, path);
  end if;
  if schema ?| array['minProperties', 'maxProperties'] then
    v_errors := v_errors || pgwave_private.check_object_size(schema, value, path);
  end if;
  if schema ? 'properties' then
    v_errors := v_errors || pgwave_private.check_properties(schema, value, root, path, depth);
  end if;
  if schema ?| array['patternProperties', 'additionalProperties'] then
    v_errors := v_errors || pgwave_private.check_other_properties(schema, value, root, path, depth);
  end if;
  if schema ? 'propertyNames' then
    v_errors := v_errors || pgwave_private.check_property_names(schema, value, root, path, depth);
  end if;
  if schema ? 'dependentSchemas' then
    v_errors := v_errors || pgwave_private.check_dependent_schemas(schema, value, root, path, depth);
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_object(jsonb, jsonb, jsonb, text, int) is
  'Check an object against the keywords about objects that a schema has. Returns: the errors.';

create or replace function pgwave_private.check_array(
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
  if schema ?| array['minItems', 'maxItems', 'uniqueItems'] then
    v_errors := pgwave_private.check_array_size(schema, value, path);
  end if;
  if schema ?| array['items', 'prefixItems'] then
    v_errors := v_errors || pgwave_private.check_items(schema, value, root, path, depth);
  end if;
  if schema ? 'contains' then
    v_errors := v_errors || pgwave_private.check_contained(schema, value, root, path, depth);
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_array(jsonb, jsonb, jsonb, text, int) is
  'Check an array against the keywords about arrays that a schema has. Returns: the errors.';

create or replace function pgwave_private.check_combinations(
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
  if schema ? '$ref' then
    v_errors := pgwave_private.check_reference(schema, value, root, path, depth);
  end if;
  if schema ? 'allOf' then
    v_errors := v_errors || pgwave_private.check_all_of(schema, value, root, path, depth);
  end if;
  if schema ? 'anyOf' then
    v_errors := v_errors || pgwave_private.check_any_of(schema, value, root, path, depth);
  end if;
  if schema ? 'oneOf' then
    v_errors := v_errors || pgwave_private.check_one_of(schema, value, root, path, depth);
  end if;
  if schema ? 'not' then
    v_errors := v_errors || pgwave_private.check_not(schema, value, root, path, depth);
  end if;
  if schema ? 'if' then
    v_errors := v_errors || pgwave_private.check_condition(schema, value, root, path, depth);
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_combinations(jsonb, jsonb, jsonb, text, int) is
  'Check a value against the keywords that apply other schemas to it. Returns: the errors.';

create or replace function pgwave_private.is_valid(schema jsonb, value jsonb)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  -- copied out of the table's storage once, or every look into a long one would decompress it again
  v_schema jsonb := jsonb_path_query_first(schema, '$');
begin
  return v_schema is null or pgwave_private.find_schema_errors(
    v_schema, coalesce(jsonb_path_query_first(value, '$'), 'null'), v_schema, '', 0) = '[]';
end
$function$;
comment on function pgwave_private.is_valid(jsonb, jsonb) is
  'Tell whether a value keeps a contract; no contract is kept by everything. Returns: true if it does.';

-- Of contracts that were checked when they were defined.
create or replace function pgwave_private.list_schema_errors(schema jsonb, value jsonb)
returns table (path text, keyword text, message text)
language plpgsql
immutable parallel safe
rows 1
set search_path = ''
as $function$
declare
  v_schema jsonb := jsonb_path_query_first(schema, '$');
  v_errors jsonb;
begin
  if v_schema is null then
    return;
  end if;
  v_errors := pgwave_private.find_schema_errors(
    v_schema, coalesce(jsonb_path_query_first(value, '$'), 'null'), v_schema, '', 0);
  if v_errors <> '[]' then
    return query
      select e.path, e.keyword, e.message
      from jsonb_to_recordset(v_errors) as e (path text, keyword text, message text)
      limit 100;
  end if;
end
$function$;
comment on function pgwave_private.list_schema_errors(jsonb, jsonb) is
  'Validate a value against a contract that unsupported_keywords accepted. Returns: a row for each breach, at most a hundred, with a JSON pointer into the value, the keyword, and what would be right. No rows if the value is valid or the contract is null. Raises: 2201B and others of class 22 if the contract was never checked.';

create or replace function pgwave.schema_errors(schema jsonb, value jsonb)
returns table (path text, keyword text, message text)
language plpgsql
stable
security definer  -- whoever may call it need not be granted all that it is made of
rows 1
set search_path = ''
as $function$
begin
  perform pgwave_private.raise_faults('The contract', (
    select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(u))), '[]')
      from pgwave_private.unsupported_keywords(schema_errors.schema) as u
     where schema_errors.schema is not null));
  return query select e.* from pgwave_private.list_schema_errors(schema_errors.schema, schema_errors.value) as e;
end
$function$;
comment on function pgwave.schema_errors(jsonb, jsonb) is
  'Validate a value against a contract (JSON Schema, draft 2020-12; format is an annotation unless the contract has x-assert-format). Returns: a row for each breach, at most a hundred, with a JSON pointer into the value, the keyword, and what would be right. No rows if the value is valid or the contract is null. Raises: PWDEF if the contract has anything that is not supported, as when it is defined.';
