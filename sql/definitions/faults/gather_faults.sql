-- Debounce and collect: what cannot be meant together, or not with the contract of the input.

create or replace function pgwave_private.gather_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with collects as (
    select c.body ->> 'field' as field, (c.body ->> 'max_items')::numeric as max_items,
           gather_faults.definition #> '{input,properties}' as properties,
           gather_faults.definition #> array['input', 'properties', c.body ->> 'field'] as list
      from (select gather_faults.definition -> 'collect' as body) as c
     where c.body ? 'field'
  )
  select 'conflict', '/debounce', 'A workflow has debounce or collect, not both.',
         'debounce keeps the last input, collect the items of all.'
   where gather_faults.definition ?& array['debounce', 'collect']
  union all
  select 'out_of_range', '/debounce/max_delay', 'max_delay is shorter than for.', 'Give at least the time of for.'
   where pgwave_private.parse_duration(gather_faults.definition #> '{debounce,max_delay}')
     < pgwave_private.parse_duration(gather_faults.definition #> '{debounce,for}')
  union all
  select 'unknown_property', '/collect/field', format('The contract of input has no %s.', to_jsonb(left(c.field, 60))),
         coalesce(pgwave_private.suggest_name(c.field, array(select jsonb_object_keys(c.properties))),
           'Name the list that the starts give items of.')
    from collects as c
   where jsonb_typeof(c.properties) = 'object' and not c.properties ? c.field
  union all
  select 'wrong_type', '/collect/field', format('%s is no list by the contract of input.', to_jsonb(left(c.field, 60))),
         'collect puts the items of lists together: declare it with type: array.'
    from collects as c
   where c.list ? 'type' and not c.list -> 'type' @> '"array"'
  union all
  select 'out_of_range', '/collect/max_items',
         format('The contract of input allows %s items, and collect up to %s.', c.list -> 'maxItems',
           coalesce(c.max_items, 100)),
         format('Use max_items: %s, or raise maxItems.', c.list -> 'maxItems')
    from collects as c
   where jsonb_typeof(c.list -> 'maxItems') = 'number'
     and (c.list -> 'maxItems')::numeric < coalesce(c.max_items, 100)
$function$;
comment on function pgwave_private.gather_faults(jsonb) is
  'Find what debounce and collect of a normalised definition cannot mean. Returns: code, pointer, message, hint of each.';
