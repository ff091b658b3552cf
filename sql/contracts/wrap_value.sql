-- Smart wrapping: models answer with a bare array where the contract asks for an object around it.

create or replace function pgwave_private.wrap_value(schema jsonb, value jsonb, input jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_wrapped jsonb := value;
  v_arrays text[];
  v_passed jsonb;
begin
  if jsonb_typeof(schema) <> 'object' or coalesce(schema ->> 'type', 'object') <> 'object'
     or jsonb_typeof(schema -> 'properties') is distinct from 'object' then
    return null;
  end if;
  if jsonb_typeof(value) = 'array' then
    select coalesce(array_agg(p.key) filter (where schema -> 'required' ? p.key), '{}') into v_arrays
      from jsonb_each(schema -> 'properties') as p
     where jsonb_typeof(p.value) = 'object' and p.value ->> 'type' = 'array';
    if cardinality(v_arrays) = 0 then
      select array_agg(p.key) into v_arrays
        from jsonb_each(schema -> 'properties') as p
       where jsonb_typeof(p.value) = 'object' and p.value ->> 'type' = 'array';
    end if;
    if cardinality(v_arrays) is distinct from 1 then
      return null;
    end if;
    v_wrapped := jsonb_build_object(v_arrays[1], value);
  end if;
  if jsonb_typeof(v_wrapped) <> 'object' then
    return null;
  end if;
  if jsonb_typeof(input) = 'object' and jsonb_typeof(schema -> 'required') = 'array' then
    select jsonb_object_agg(r.name, wrap_value.input -> r.name) into v_passed
      from jsonb_array_elements_text(schema -> 'required') as r (name)
     where not v_wrapped ? r.name and wrap_value.input ? r.name;
    v_wrapped := v_wrapped || coalesce(v_passed, '{}');
  end if;
  return nullif(v_wrapped, value);
end
$function$;
comment on function pgwave_private.wrap_value(jsonb, jsonb, jsonb) is
  'Wrap an array into the object with one array property that the contract asks for, and pass through required properties that the input has. Returns: the new value, null where there is nothing to do.';
