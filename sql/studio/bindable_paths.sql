-- What may be written into a prompt, a parameter or a condition of a conversation: names, and properties from
-- contracts.

create or replace function pgwave_private.properties_below(contract jsonb)
returns table (path text, type text, description text)
language sql
stable strict
set search_path = ''
as $$
  with recursive found (path, schema, depth) as (
    select '', properties_below.contract, 0
    union all
    select next.path, next.schema, f.depth + 1
      from found f
      cross join lateral (
        select f.path, pgwave_private.find_reference(properties_below.contract, f.schema)
        union all
        select f.path, part.schema
          from unnest(array['allOf', 'anyOf', 'oneOf']) k (key)
          cross join jsonb_array_elements(case jsonb_typeof(f.schema -> k.key) when 'array' then f.schema -> k.key end)
            as part (schema)
        union all
        select f.path || '[*]', f.schema -> 'items'
        union all
        select f.path || '.' || case when p.key ~ '^[A-Za-z_]\w*$' then p.key else to_json(p.key)::text end, p.value
          from jsonb_each(case jsonb_typeof(f.schema -> 'properties')
            when 'object' then f.schema -> 'properties' end) p
      ) as next (path, schema)
     where f.depth < 8 and jsonb_typeof(next.schema) = 'object'
  ), bounded as (
    -- broad first, and no more of a contract that refers to itself
    select f.* from found f limit 1000
  )
  select b.path, coalesce(string_agg(distinct t.type, ' or '), 'any'), min(b.schema ->> 'description')
    from bounded b
    left join lateral (
      select jsonb_array_elements_text(pgwave_private.as_list(b.schema -> 'type')) as type
       where jsonb_typeof(b.schema -> 'type') in ('string', 'array')) t on true
   group by b.path
$$;
comment on function pgwave_private.properties_below(jsonb) is
  'List the properties of a contract, through lists and references. Returns: the path behind the value (empty: the value), JSON types, description; a maximum of 1,000 parts is read.';

create or replace function pgwave_private.contract_at(contract jsonb, members text[])
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_schema jsonb := contract;
  v_member text;
begin
  foreach v_member in array members loop
    v_schema := coalesce(pgwave_private.find_reference(contract, v_schema), v_schema);
    if v_member <> '[]' and not v_schema ? 'properties' and v_schema ? 'items' then
      v_schema := v_schema -> 'items';
    end if;
    v_schema := case v_member when '[]' then v_schema -> 'items' else v_schema #> array['properties', v_member] end;
  end loop;
  return coalesce(pgwave_private.find_reference(contract, v_schema), v_schema);
end
$$;
comment on function pgwave_private.contract_at(jsonb, text[]) is
  'Follow members and subscripts ([]) into a contract. Returns: the contract of what is there; null: it says nothing of it.';

create or replace function pgwave_private.contract_of_item(definition jsonb, body jsonb, contracts jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when found.members[cardinality(found.members)] = '[]' then found.contract
           else found.contract -> 'items' end
    from (
      select r.members, pgwave_private.contract_at(contract_of_item.contracts -> r.name,
               case when r.name = 'input' then r.members else r.members[2:] end) as contract
        from pgwave_private.list_references((
          select jsonb_agg(jsonb_build_object('context', 'for_each', 'at', b.at, 'binding', b.binding))
            from pgwave_private.list_value_bindings(contract_of_item.body -> 'for_each', '', array(
              select c.body ->> 'name'
                from jsonb_array_elements(contract_of_item.definition -> 'conversations') as c (body))) as b)) r
       where r.name = 'input' or r.members[1] = 'data'
       limit 1
    ) found
$$;
comment on function pgwave_private.contract_of_item(jsonb, jsonb, jsonb) is
  'Find the contract of an item of a map, from the contracts of what it goes through, by name. Returns: it; null: unknown.';

-- Without a contract the names of its result are known, if it has one.
create or replace function pgwave_private.list_child_contracts(definition jsonb)
returns table (name text, contract jsonb, is_map boolean)
language sql
stable
set search_path = ''
as $$
  select c.body ->> 'name', found.contract, c.body ? 'for_each' and not c.body ? 'vote'
    from jsonb_array_elements(list_child_contracts.definition -> 'conversations') as c (body)
    join pgwave.workflows w on w.workflow_name = c.body ->> 'workflow' and w.deleted_at is null
    join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
    left join pgwave.contracts k on k.contract_id = v.output_contract_id
   cross join lateral (
     select coalesce(k.contract_schema, case jsonb_typeof(v.definition -> 'result') when 'object' then (
              select jsonb_build_object('type', 'object',
                'properties', coalesce(jsonb_object_agg(r.name, '{}'::jsonb), '{}'))
                from jsonb_object_keys(v.definition -> 'result') r (name)) end) as contract) found
   where not c.body ? 'output' and found.contract is not null
     and pgwave_private.may_use_workflow(w.workflow_id, 'view')
$$;
comment on function pgwave_private.list_child_contracts(jsonb) is
  'List what the sub-workflows of a normalised definition return, of those that the caller may see, by their latest version. Returns: as list_contracts.';

create or replace function pgwave_private.bindable_documents(definition jsonb, node int, contracts jsonb)
returns table (path text, contract jsonb, source text, optional boolean, contexts text[])
language sql
stable
set search_path = ''
as $$
  with nodes as materialized (
    select c.place::int as place, c.body ->> 'name' as name, c.body
      from jsonb_array_elements(bindable_documents.definition -> 'conversations') with ordinality as c (body, place)
  ), upstream as materialized (
    select n.name, v.verdict
      from (select array_agg(n.place order by n.place) as places from nodes n) all_nodes
      cross join pgwave_private.judge_order(bindable_documents.definition,
        array_fill(bindable_documents.node, array[cardinality(all_nodes.places)]), all_nodes.places) v
      join nodes n on n.place = v.place
     where v.verdict <> 'not' and n.name is not null
  )
  select 'input', coalesce(contracts -> 'input', '{}'), 'input', false, array['prompt', 'condition']
  union all
  select l.name, '{}', 'load', false, array['prompt', 'condition']
    from jsonb_object_keys(case jsonb_typeof(bindable_documents.definition -> 'load')
      when 'object' then bindable_documents.definition -> 'load' else '{}' end) l (name)
  union all
  select u.name || part.suffix, coalesce(part.contract, '{}'), 'conversation', u.verdict <> 'before',
         array['prompt', 'condition']
    from upstream u
    cross join lateral (values ('.response', jsonb '{"type": "string"}'), ('.data', contracts -> u.name),
      ('.tag', jsonb '{"type": "string"}')) as part (suffix, contract)
  union all
  select part.name, part.contract, 'item', false, array['prompt']
    from nodes n
    cross join lateral (values
      ('item', coalesce(pgwave_private.contract_of_item(bindable_documents.definition, n.body, contracts), '{}')),
      ('index', '{"type": "integer"}'), ('items', '{"type": "array"}')) as part (name, contract)
   where n.place = bindable_documents.node and n.body ? 'for_each'
     and part.name not in (select o.name from nodes o where o.name is not null)
  union all
  select 'output' || part.suffix, coalesce(part.contract, '{}'), 'output', false, array['condition']
    from nodes n
    cross join lateral (values ('.response', jsonb '{"type": "string"}'), ('.data', contracts -> n.name),
      ('.tag', jsonb '{"type": "string"}')) as part (suffix, contract)
   where n.place = bindable_documents.node
  union all
  select c.name, pgwave_private.built_in_contract(c.name), 'engine', c.name = 'error', array['prompt', 'condition']
    from unnest(array['parent', 'parents', 'run', 'iteration', 'error']) c (name)
$$;
comment on function pgwave_private.bindable_documents(jsonb, int, jsonb) is
  'List the names that a conversation of a normalised definition may read, with their contracts. Returns: path, contract, source (input, load, conversation, item, output, engine), whether it must be optional, and where it may stand (prompt, condition).';

create or replace function pgwave_private.built_in_contract(name text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case built_in_contract.name
    when 'iteration' then jsonb '{"type": "integer"}'
    when 'run' then jsonb '{"type": "object", "properties": {"workflow_run_id": {"type": "integer"},
      "workflow_id": {"type": "integer"}, "environment": {"type": "string"}, "triggered_by": {"type": "string"},
      "operator": {"type": "string"}, "created_at": {"type": "string"}}}'
    when 'error' then jsonb '{"type": "object", "properties": {"code": {"type": "string"},
      "message": {"type": "string"}, "detail": {}}}'
    when 'parent' then jsonb '{"type": "object", "properties": {"response": {"type": "string"}, "data": {},
      "tag": {"type": "string"}}}'
    when 'parents' then jsonb '{"type": "array", "items": {"type": "object", "properties":
      {"response": {"type": "string"}, "data": {}, "tag": {"type": "string"}}}}'
  end
$$;
comment on function pgwave_private.built_in_contract(text) is
  'Describe what the engine itself gives under a name. Returns: its contract; null: no such name.';

create or replace function pgwave.bindable_paths(definition jsonb, conversation text)
returns table (path text, type text, source text, optional boolean, contexts text[], description text)
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  v_normalised jsonb := pgwave_private.normalise_definition(bindable_paths.definition);
  v_node int;
  v_contracts jsonb;
begin
  select min(c.place)::int into v_node
    from jsonb_array_elements(v_normalised -> 'conversations') with ordinality as c (body, place)
   where c.body ->> 'name' = bindable_paths.conversation;
  if v_node is null then
    perform pgwave_private.raise_error('PWNOF',
      format('Conversation %s not found in the definition.', to_jsonb(bindable_paths.conversation)), null,
      pgwave_private.suggest_name(bindable_paths.conversation, array(
        select c.body ->> 'name' from jsonb_array_elements(v_normalised -> 'conversations') as c (body))));
  end if;
  select coalesce(jsonb_object_agg(c.name,
           case when c.is_map then jsonb_build_object('type', 'array', 'items', c.contract) else c.contract end), '{}')
    into v_contracts
    from (select * from pgwave_private.list_contracts(v_normalised)
          union all select * from pgwave_private.list_child_contracts(v_normalised)) c;
  return query
    select f.path, f.type, f.source, f.optional, f.contexts, f.description
      from (
        -- a large contract hides no other name
        select d.path || p.path as path, p.type, d.source, d.optional, d.contexts, p.description, d.place,
               row_number() over (partition by d.place order by length(p.path), p.path) as turn
          from pgwave_private.bindable_documents(v_normalised, v_node, v_contracts) with ordinality
            as d (path, contract, source, optional, contexts, place)
          cross join pgwave_private.properties_below(d.contract) p
         order by turn, d.place
         limit 500
      ) f
     order by f.place, f.path;
end
$$;
comment on function pgwave.bindable_paths(jsonb, text) is
  'List what a prompt, a parameter, or a condition of a conversation may read. The definition need not be saved. Returns: a row for each path, written without `$`, with its JSON type. `source` is input, load, conversation, item, output, or engine. `contexts` has prompt, condition, or both. A maximum of 500 rows. Raises: PWNOF.';
