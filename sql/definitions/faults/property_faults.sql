create or replace function pgwave_private.list_contracts(definition jsonb)
returns table (name text, contract jsonb)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  select 'input', list_contracts.definition -> 'input' where list_contracts.definition ? 'input'
  union all
  -- the document of a conversation: {response, data, tag}
  select n.conversation_name,
         '{"properties": {"response": {"type": "string"}, "tag": {"type": "string"}}, "additionalProperties": true}'
           || jsonb_build_object('properties', jsonb_strip_nulls(jsonb_build_object(
             'response', case when n.effective_type in ('ai_model') then '{"type": "string"}'::jsonb else '{}' end,
             'tag', '{"type": "string"}'::jsonb))
             || jsonb_build_object('data', case
               when c.contract is null then '{}'
               when n.body ? 'for_each' then jsonb_build_object('type', 'array', 'items', c.contract)
               else c.contract end))
    from pgwave_private.typed_conversations(list_contracts.definition) as n
    cross join lateral (
      select coalesce(n.body -> 'output',
        case when n.actor_type = 'function' then n.actor_definition -> 'output' end) as contract) as c
   where n.conversation_name is not null
$function$;
comment on function pgwave_private.list_contracts(jsonb) is
  'List what is known of the shape of a normalised definition''s document. Returns: name and JSON Schema.';

create or replace function pgwave_private.property_faults(definition jsonb, bindings jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with contracts as materialized (
    select distinct on (c.name) c.name, c.contract from pgwave_private.list_contracts(property_faults.definition) as c
  ), refs as materialized (
    select r.at, r.members, r.name,
           case when r.name <> 'output' then r.name
             when r.context in ('success', 'failure')
               then property_faults.definition -> 'conversations' -> (r.node - 1) ->> 'name' end as source
      from pgwave_private.list_references(property_faults.bindings) as r
     where r.members <> '{}'
  )
  select 'unknown_property', r.at,
         format('The contract of %s has no %s.', r.name, array_to_string(r.members, '.')),
         pgwave_private.suggest_name(r.members[cardinality(r.members)], array(
           select jsonb_object_keys(p.properties)
             from (select case jsonb_typeof(p.found) when 'object' then p.found end as properties
               from (select coalesce(
                 case when r.members[1] = 'data' then c.contract #> '{properties,data,properties}' end,
                 c.contract -> 'properties') as found) as p) as p))
    from refs as r
    join contracts as c on c.name = r.source
   where pgwave_private.schema_lacks(
     -- references (#/$defs/…) start at the contract itself
     case when r.members[1] = 'data' then coalesce(c.contract #> '{properties,data,items}', c.contract #> '{properties,data}')
       else c.contract end,
     c.contract, r.members, 0)
  union all
  select 'unknown_property', r.at,
         format('The contract of the output has no %s.', array_to_string(r.members, '.')), null
    from pgwave_private.list_references(property_faults.bindings) as r
   where r.context = 'trigger' and r.name = 'output'
     and pgwave_private.schema_lacks(
       property_faults.definition -> 'output', property_faults.definition -> 'output', r.members, 0)
  union all
  select 'unknown_label', r.at, format('There is no label %s in delta.', to_jsonb(r.members[1])),
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
