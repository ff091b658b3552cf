create or replace function pgwave_private.contract_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with contracts (at, schema) as (
    select '/' || key.name, contract_faults.definition -> key.name
      from (values ('input'), ('output')) as key (name)
     where contract_faults.definition ? key.name
    union all
    select (c.body ->> 'at') || case when c.body -> 'fields' ? 'output' then '/output' else '/form' end,
           c.body -> 'output'
      from jsonb_array_elements(contract_faults.definition -> 'conversations') as c (body)
     where c.body ? 'output'
  )
  select u.code, c.at || coalesce(u.path, ''), u.message, u.hint
    from contracts as c
    cross join lateral pgwave_private.unsupported_keywords(c.schema) as u
$function$;
comment on function pgwave_private.contract_faults(jsonb) is
  'Find keywords of contracts that cannot be honoured, in a normalised definition. Returns: code, pointer, message, hint of each.';
