-- Keywords that judge an array: how long it is, what it contains, and its items one by one.
-- A list stops being searched at a hundred errors: a model is not helped by the rest, and a long one holds nobody up.

create or replace function pgwave_private.check_array_size(schema jsonb, value jsonb, path text)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_count int := jsonb_array_length(value);
  v_errors jsonb := '[]';
begin
  if v_count < (schema -> 'minItems')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'minItems',
      format('must have at least %s items, but has %s', schema -> 'minItems', v_count));
  end if;
  if v_count > (schema -> 'maxItems')::numeric then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'maxItems',
      format('must have at most %s items, but has %s', schema -> 'maxItems', v_count));
  end if;
  if (schema -> 'uniqueItems')::boolean
    and v_count > (select count(distinct e.item) from jsonb_array_elements(check_array_size.value) as e (item))
  then
    v_errors := v_errors || pgwave_private.make_schema_error(path, 'uniqueItems',
      'must not contain the same item twice');
  end if;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_array_size(jsonb, jsonb, text) is
  'Check `minItems`, `maxItems` and `uniqueItems`. Returns: the errors.';

create or replace function pgwave_private.check_items(
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
  v_prefix int := coalesce(jsonb_array_length(schema -> 'prefixItems'), 0);
  v_items jsonb := schema -> 'items';
  v_errors jsonb := '[]';
begin
  -- a list of plain strings: one look at all of them
  if v_prefix = 0 and jsonb_typeof(v_items -> 'type') is not distinct from 'string'
    and v_items - 'description' = jsonb_build_object('type', v_items -> 'type')
    and not jsonb_path_exists(value, 'strict $[*] ? (@.type() != $type)', v_items)
  then
    return '[]';
  end if;
  for i in 0 .. jsonb_array_length(value) - 1 loop
    if i < v_prefix then
      v_errors := v_errors || pgwave_private.find_schema_errors(
        schema -> 'prefixItems' -> i, value -> i, root, path || '/' || i, depth + 1);
    elsif v_items is null then
      exit;
    else
      v_errors := v_errors || pgwave_private.find_schema_errors(
        v_items, value -> i, root, path || '/' || i, depth + 1);
    end if;
    exit when jsonb_array_length(v_errors) >= 100;
  end loop;
  return v_errors;
end
$function$;
comment on function pgwave_private.check_items(jsonb, jsonb, jsonb, text, int) is
  'Check each item against `prefixItems` by place, the others against `items`. Returns: the errors.';

create or replace function pgwave_private.check_contained(
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
  v_least numeric := coalesce((schema -> 'minContains')::numeric, 1);
  v_most numeric := (schema -> 'maxContains')::numeric;
  v_count int := 0;
begin
  for i in 0 .. jsonb_array_length(value) - 1 loop
    exit when v_count >= v_least and v_most is null;
    if pgwave_private.find_schema_errors(schema -> 'contains', value -> i, root, path, depth + 1) = '[]' then
      v_count := v_count + 1;
    end if;
  end loop;
  if v_count < v_least then
    return pgwave_private.make_schema_error(path,
      case when schema ? 'minContains' then 'minContains' else 'contains' end,
      format('must contain at least %s items that match `contains`, but contains %s', v_least, v_count));
  elsif v_count > v_most then
    return pgwave_private.make_schema_error(path, 'maxContains',
      format('must contain at most %s items that match `contains`, but contains %s', v_most, v_count));
  end if;
  return '[]';
end
$function$;
comment on function pgwave_private.check_contained(jsonb, jsonb, jsonb, text, int) is
  'Check `contains` with `minContains` and `maxContains`. Returns: the errors.';
