create or replace function pgwave_private.list_contracts(definition jsonb)
returns table (name text, contract jsonb, is_map boolean)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  select 'input', list_contracts.definition -> 'input', false where list_contracts.definition ? 'input'
  union all
  select n.conversation_name, c.contract, n.body ? 'for_each' and not n.body ? 'vote'
    from pgwave_private.typed_conversations(list_contracts.definition) as n
    cross join lateral (
      select coalesce(n.body -> 'output',
        case when n.actor_type = 'function' then n.actor_definition -> 'output' end) as contract) as c
   where n.conversation_name is not null and c.contract is not null
$function$;
comment on function pgwave_private.list_contracts(jsonb) is
  'List the contracts of what a normalised definition reads: of its input, and of the data of conversations. Returns: name, JSON Schema, and whether the data is a list of that.';

create or replace function pgwave_private.list_data_references(definition jsonb, bindings jsonb)
returns table (at text, name text, source text, members text[])
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with nodes as materialized (
    select c.place as node, c.body ->> 'name' as name
      from jsonb_array_elements(list_data_references.definition -> 'conversations') with ordinality as c (body, place)
  )
  select r.at, r.name, case when r.name = 'output' then n.name else r.name end,
         case when r.name = 'input' then r.members else r.members[2:] end
    from pgwave_private.list_references(list_data_references.bindings) as r
    left join nodes as n on n.node = r.node
   where r.document = r.name
     and (r.name = 'input' or r.members[1] = 'data' and (r.name <> 'output' or r.node is not null)
       -- of a compensation it is that of the step that it undoes
       and not (r.name = 'output' and list_data_references.definition ? 'compensates'))
$function$;
comment on function pgwave_private.list_data_references(jsonb, jsonb) is
  'List what is read of the input and of the data of conversations. Returns: pointer, the name as written and the conversation or input that it means, and the members inside its contract.';

create or replace function pgwave_private.property_faults(definition jsonb, bindings jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with contracts as materialized (
    select distinct on (c.name) c.* from pgwave_private.list_contracts(property_faults.definition) as c
  ), judged as (
    select r.at, r.name, r.members, c.contract
      from pgwave_private.list_data_references(property_faults.definition, property_faults.bindings) as r
      join contracts as c on c.name = r.source
     where r.members <> '{}'
       and pgwave_private.schema_lacks(c.contract,
         case when c.is_map then jsonb_build_object('type', 'array', 'items', c.contract) else c.contract end,
         r.members, 0)
  )
  select 'unknown_property', j.at,
         format('The contract of %s has no %s.', j.name, array_to_string(j.members, '.')),
         pgwave_private.suggest_name(j.members[cardinality(j.members)], array(
           select jsonb_object_keys(case jsonb_typeof(j.contract -> 'properties')
             when 'object' then j.contract -> 'properties' end)))
    from judged as j
  union all
  select 'unknown_property', r.at,
         format('The contract of the output has no %s.', array_to_string(r.members, '.')), null
    from pgwave_private.list_references(property_faults.bindings) as r
   -- of a run that did not complete it is what there is
   where r.context = 'trigger' and r.name = 'output' and r.at like '/on_completion%'
     and pgwave_private.schema_lacks(
       property_faults.definition -> 'output', property_faults.definition -> 'output', r.members, 0)
  union all
  select 'unknown_label', r.at, format('Label %s not found in delta.', to_jsonb(r.members[1])),
         pgwave_private.suggest_name(r.members[1], l.labels)
    from pgwave_private.list_references(property_faults.bindings) as r
    cross join (
      select array(select jsonb_object_keys(coalesce(
          property_faults.definition -> 'delta', property_faults.definition -> 'probes', '{}'))) as labels
    ) as l
   where r.context = 'trigger' and r.name = 'delta' and r.members <> '{}'
     -- without probes there is no delta to compare with, and nothing to suggest
     and l.labels <> '{}' and r.members[1] <> all (l.labels)
$function$;
comment on function pgwave_private.property_faults(jsonb, jsonb) is
  'Find references of a normalised definition to properties that the contract they read lacks, and to labels that are not in the delta. Returns: code, pointer, message, hint of each.';
