create or replace function pgwave_private.find_reference(root jsonb, schema jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case
    when schema ->> '$ref' = '#' then root
    when schema ->> '$ref' like '#/%' then root #> array(
      select replace(replace(k.key, '~1', '/'), '~0', '~')
        from unnest((string_to_array(schema ->> '$ref', '/'))[2:]) as k (key))
  end
$function$;
comment on function pgwave_private.find_reference(jsonb, jsonb) is
  'Follow a $ref inside one schema. Returns: the schema that it names; null: none or elsewhere.';

create or replace function pgwave_private.schema_lacks(root jsonb, schema jsonb, members text[], depth int)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_first text := members[1];
  v_types jsonb := schema -> 'type';
  v_parts jsonb;
begin
  if v_first is null or depth > 100 or jsonb_typeof(schema) is distinct from 'object'
    or jsonb_typeof(v_types) not in ('string', 'array')
  then
    return false;
  end if;
  v_parts := coalesce(schema -> 'allOf', '[]') || coalesce(schema -> 'anyOf', '[]')
    || coalesce(schema -> 'oneOf', '[]')
    || jsonb_build_array(schema -> 'then', schema -> 'else', pgwave_private.find_reference(root, schema));
  if v_first = '[]' or (v_types ? 'array' and not v_types ? 'object') then
    -- lax paths go through arrays
    if schema ? 'prefixItems' or schema ? 'contains' then
      return false;
    elsif schema ? 'items' then
      return pgwave_private.schema_lacks(root, schema -> 'items',
        case when v_first = '[]' then members[2:] else members end, depth + 1);
    end if;
    return false;
  elsif schema -> 'properties' ? v_first then
    return pgwave_private.schema_lacks(root, schema #> array['properties', v_first], members[2:], depth + 1);
  elsif schema ? 'patternProperties' or coalesce(schema -> 'additionalProperties', 'false') <> 'false' then
    return false;
  elsif not schema ? 'properties' and not v_parts @? '$[*] ? (@.type() == "object")' then
    -- says nothing of properties, unless it is no object at all, or allows none
    return (v_types is not null and not v_types ?| array['object', 'array'])
      or schema -> 'additionalProperties' = 'false';
  end if;
  return not exists (
    select from jsonb_array_elements(v_parts) as part (schema)
     where jsonb_typeof(part.schema) = 'object'
       and (part.schema ? 'properties' or part.schema ?| array['allOf', 'anyOf', 'oneOf', '$ref', 'then'])
       and not pgwave_private.schema_lacks(root, part.schema, members, depth + 1));
end
$function$;
comment on function pgwave_private.schema_lacks(jsonb, jsonb, text[], int) is
  'Tell whether values of a contract have no property at a path: it lists properties and the path''s is not among them. Returns: true only where that is certain enough to be a mistake; root is the whole contract, depth 0.';
