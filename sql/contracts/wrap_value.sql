-- Smart wrapping: models answer with a bare array where the contract asks for an object around it, and leave out what
-- they were given. What they leave out of an object is only passed through where the contract says so: a forgotten
-- property is a fault, and the old value no answer. The result is only a proposal: whoever calls validates it again.

create or replace function pgwave_private.wants_type(schema jsonb, type text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  -- a text and a list of texts both contain it
  return coalesce(schema -> 'type' @> to_jsonb(type), false);
end
$function$;
comment on function pgwave_private.wants_type(jsonb, text) is
  'Tell whether a schema names a type, alone or in a list. Returns: true if it does.';

create or replace function pgwave_private.find_array_property(schema jsonb, root jsonb)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_arrays text[] := array(
    select p.key
    from jsonb_each(find_array_property.schema -> 'properties') as p
    where pgwave_private.wants_type(
      pgwave_private.follow_references(p.value, find_array_property.root), 'array')
    order by p.key);
  v_required text[] := array(
    select a.name from unnest(v_arrays) as a (name) where find_array_property.schema -> 'required' ? a.name);
begin
  return case
    when cardinality(v_required) = 1 then v_required[1]
    when v_required = '{}' and cardinality(v_arrays) = 1 then v_arrays[1]
  end;
end
$function$;
comment on function pgwave_private.find_array_property(jsonb, jsonb) is
  'Find the one array property that an object must have, or else may have. Returns: its name; null where there is none or more than one.';

create or replace function pgwave_private.wrap_value(schema jsonb, value jsonb, input jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_schema jsonb := pgwave_private.follow_references(schema, schema);
  v_wrapped jsonb := value;
  v_name text;
  v_passed jsonb;
begin
  if jsonb_typeof(v_schema -> 'properties') is distinct from 'object'
    or v_schema ? 'type' and not pgwave_private.wants_type(v_schema, 'object')
  then
    return null;
  end if;
  if jsonb_typeof(value) = 'array' and not pgwave_private.wants_type(v_schema, 'array') then
    v_name := pgwave_private.find_array_property(v_schema, schema);
    if v_name is null then
      return null;
    end if;
    v_wrapped := jsonb_build_object(v_name, value);
  end if;
  if jsonb_typeof(v_wrapped) is distinct from 'object' then
    return null;
  end if;
  if jsonb_typeof(input) = 'object' and jsonb_typeof(v_schema -> 'required') = 'array' then
    v_passed := (
      select jsonb_object_agg(r.name, wrap_value.input -> r.name)
      from jsonb_array_elements_text(v_schema -> 'required') as r (name)
      where not v_wrapped ? r.name and wrap_value.input ? r.name
        and (v_wrapped <> value or v_schema #> array['properties', r.name, 'x-from-input'] = 'true'));
  end if;
  return nullif(v_wrapped || coalesce(v_passed, '{}'), value);
end
$function$;
comment on function pgwave_private.wrap_value(jsonb, jsonb, jsonb) is
  'Wrap an array into the object with one array property that the contract asks for, and pass through required properties that the input has: all of them around an array, those marked x-from-input in an object. Returns: the new value; null where there is nothing to do.';
