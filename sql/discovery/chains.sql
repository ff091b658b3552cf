-- A chain is a workflow of sub-workflows, made for the names in it: each link's input is the output of the one before.
-- So a chain is retried, cancelled, paused, audited and compared as any other run.

create or replace function pgwave_private.schema_types(schema jsonb) returns text[]
language sql
immutable
parallel safe
begin atomic
  select case jsonb_typeof(schema_types.schema -> 'type')
    when 'string' then array[schema_types.schema ->> 'type']
    when 'array' then array(select jsonb_array_elements_text(schema_types.schema -> 'type'))
    else case
      when jsonb_typeof(schema_types.schema -> 'enum') = 'array'
        then array(select distinct jsonb_typeof(e) from jsonb_array_elements(schema_types.schema -> 'enum') e)
      when schema_types.schema ? 'const' then array[jsonb_typeof(schema_types.schema -> 'const')]
    end
  end;
end;
comment on function pgwave_private.schema_types(jsonb) is
  'List the types that a schema allows. Returns: their names; null: any.';

create or replace function pgwave_private.are_disjoint(given jsonb, wanted jsonb) returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(not exists (
           select from unnest(pgwave_private.schema_types(are_disjoint.given)) g (type)
             join unnest(pgwave_private.schema_types(are_disjoint.wanted)) w (type)
               -- a number may be whole
               on g.type = w.type or (g.type in ('integer', 'number') and w.type in ('integer', 'number')))
           and pgwave_private.schema_types(are_disjoint.given) is not null
           and pgwave_private.schema_types(are_disjoint.wanted) is not null, false)
    or (jsonb_typeof(are_disjoint.given -> 'enum') = 'array' and jsonb_typeof(are_disjoint.wanted -> 'enum') = 'array'
        and not exists (select e from jsonb_array_elements(are_disjoint.given -> 'enum') e
                        intersect select e from jsonb_array_elements(are_disjoint.wanted -> 'enum') e))
$$;
comment on function pgwave_private.are_disjoint(jsonb, jsonb) is
  'Tell whether no value can meet both of two schemas, by their types and enums. Returns: true, or false where one may.';

create or replace function pgwave_private.contract_gaps(given jsonb, wanted jsonb, at text)
returns table (code text, path text, message text)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_name text;
begin
  if jsonb_typeof(contract_gaps.given) is distinct from 'object'
     or jsonb_typeof(contract_gaps.wanted) is distinct from 'object' then
    return;
  end if;
  if pgwave_private.are_disjoint(contract_gaps.given, contract_gaps.wanted) then
    return query select 'disjoint_types', contract_gaps.at, format('%s is given, %s is wanted',
      array_to_string(pgwave_private.schema_types(contract_gaps.given), ' or '),
      array_to_string(pgwave_private.schema_types(contract_gaps.wanted), ' or '));
    return;
  end if;
  if jsonb_typeof(contract_gaps.given -> 'properties') = 'object' then
    return query
    select 'not_provided', contract_gaps.at || '/' || pgwave_private.escape_pointer(r.name),
           format('%s is required, and is no property of what is given', r.name)
      from jsonb_array_elements_text(coalesce(contract_gaps.wanted -> 'required', '[]')) r (name)
     where not contract_gaps.given -> 'properties' ? r.name
       and coalesce(jsonb_typeof(contract_gaps.given -> 'additionalProperties'), 'boolean') = 'boolean'
       and not contract_gaps.given ? 'patternProperties'
     order by r.name;
    for v_name in select k from jsonb_object_keys(contract_gaps.given -> 'properties') k order by k loop
      if contract_gaps.wanted -> 'properties' ? v_name then
        return query
        select g.* from pgwave_private.contract_gaps(contract_gaps.given -> 'properties' -> v_name,
          contract_gaps.wanted -> 'properties' -> v_name,
          contract_gaps.at || '/' || pgwave_private.escape_pointer(v_name)) g;
      elsif contract_gaps.wanted -> 'additionalProperties' = 'false' and contract_gaps.given -> 'required' ? v_name
            and not contract_gaps.wanted ? 'patternProperties' then
        return query select 'not_taken', contract_gaps.at || '/' || pgwave_private.escape_pointer(v_name),
          format('%s is always given, and no further properties are taken', v_name);
      end if;
    end loop;
  end if;
  return query
  select g.* from pgwave_private.contract_gaps(
    contract_gaps.given -> 'items', contract_gaps.wanted -> 'items', contract_gaps.at || '/items') g;
end
$$;
comment on function pgwave_private.contract_gaps(jsonb, jsonb, text) is
  'Find what can be seen beforehand of values that meet one schema and break another: properties that are required and not provided, types that exclude each other, properties that are not taken. Returns: code, pointer, message of each.';

-- Where there is no output contract, the result says at least which properties there are.
create or replace function pgwave_private.output_shape(workflow_version_id bigint) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(c.contract_schema, case when jsonb_typeof(v.definition -> 'result') = 'object' then
           jsonb_build_object('type', 'object', 'properties', (
             select jsonb_object_agg(k, '{}'::jsonb) from jsonb_object_keys(v.definition -> 'result') k)) end)
    from pgwave.workflow_versions v
    left join pgwave.contracts c on c.contract_id = v.output_contract_id
   where v.workflow_version_id = output_shape.workflow_version_id
$$;
comment on function pgwave_private.output_shape(bigint) is
  'Say what the output of a version looks like: its contract, else the properties of its result. Returns: a schema; null: anything.';

create or replace function pgwave.check_chain(workflows text[], environment text default 'dev')
returns table (code text, path text, message text, hint text)
language plpgsql
stable
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_environment constant pgwave.environment := pgwave_private.read_environment(check_chain.environment);
  v_from pgwave.workflows;
  v_to pgwave.workflows;
  v_wanted jsonb;
begin
  if coalesce(cardinality(check_chain.workflows), 0) < 2 then
    return query select 'too_short', '/0', 'A chain has at least two workflows.',
      'Start one alone with start_workflow.';
    return;
  end if;
  for v_place in 1 .. cardinality(check_chain.workflows) loop
    v_from := v_to;
    v_to := pgwave_private.require_workflow(check_chain.workflows[v_place], 'view');
    if not v_to.enabled then
      return query select 'disabled', '/' || v_place - 1, format('The workflow %s is disabled.', v_to.workflow_name),
        'Enable it: pgwave.enable_workflow.';
    end if;
    continue when v_place = 1;
    select c.contract_schema into v_wanted
      from pgwave.workflow_versions v
      join pgwave.contracts c on c.contract_id = v.input_contract_id
     where v.workflow_version_id = pgwave_private.deployed_version(v_to, v_environment);
    continue when not found;
    return query
    select g.code, '/' || v_place - 1 || g.path,
           format('%s does not fit behind %s: %s.', v_to.workflow_name, v_from.workflow_name, g.message),
           format('Change the output contract of %s or the input contract of %s.', v_from.workflow_name,
             v_to.workflow_name)
      from pgwave_private.contract_gaps(
        pgwave_private.output_shape(pgwave_private.deployed_version(v_from, v_environment)), v_wanted, '') g;
  end loop;
end
$$;
comment on function pgwave.check_chain(text[], text) is
  'Check whether workflows fit behind one another, output contract to input contract, as far as that can be seen before anything runs. Returns: a row for each fault: code, pointer (the first part is the place in the chain, from 0), message, hint. Raises: PWNOF, PWINP.';

create or replace function pgwave_private.store_chain(names text[]) returns pgwave.workflows
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_name constant text := 'chain:' || array_to_string(store_chain.names, '/');
  v_links text[];
  v_definition jsonb;
  v_workflow pgwave.workflows;
begin
  v_links := array(
    select regexp_replace(lower(u.name), '[^a-z0-9]+', '_', 'g') || '_' || u.place
      from unnest(store_chain.names) with ordinality u (name, place) order by u.place);
  v_definition := jsonb_build_object(
    'name', v_name, 'description', 'The chain ' || array_to_string(store_chain.names, ' → '),
    'result', '$' || v_links[cardinality(v_links)] || '.data',
    'conversations', (
      select jsonb_agg(jsonb_build_object('name', v_links[u.place], 'type', 'workflow', 'workflow', u.name,
               'params', case when u.place = 1 then '$input' else '$' || v_links[u.place - 1] || '.data' end)
               || case when u.place < cardinality(v_links)
                    then jsonb_build_object('branches', jsonb_build_array(v_links[u.place + 1])) else '{}' end
               order by u.place)
        from unnest(store_chain.names) with ordinality u (name, place)));
  select w.* into v_workflow
    from pgwave.workflows w
    join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
   where w.workflow_name = v_name and w.deleted_at is null and v.definition = v_definition;
  if not found then
    -- whoever took the name for something else is not run in its stead
    perform pgwave_private.define_version(v_definition);
    v_workflow := pgwave_private.find_workflow(v_name);
  end if;
  return v_workflow;
end
$$;
comment on function pgwave_private.store_chain(text[]) is
  'Make the workflow that a chain is, where it is not there yet. Returns: it. Raises: PWACC where its name is taken. Writes: as define_workflow.';

create or replace function pgwave.chain_workflows(
  workflows text[],
  input jsonb default '{}',
  environment text default 'dev',
  priority int default 0,
  idempotency_key text default null,
  traceparent text default null,
  not_before timestamptz default null
) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs;
  v_names text[];
  v_is_new boolean;
begin
  v_draft.environment := pgwave_private.read_environment(chain_workflows.environment);
  v_draft.not_before := pgwave_private.read_not_before(chain_workflows.not_before);
  perform pgwave_private.raise_faults('The chain', coalesce((
    select jsonb_agg(to_jsonb(c)) from pgwave.check_chain(chain_workflows.workflows, chain_workflows.environment) c),
      '[]'));
  v_names := array(
    select (pgwave_private.require_workflow(u.name, 'operate')).workflow_name
      from unnest(chain_workflows.workflows) with ordinality u (name, place) order by u.place);
  v_draft.input := coalesce(chain_workflows.input, '{}');
  perform pgwave_private.require_inputs(
    pgwave_private.deployed_version(pgwave_private.find_workflow(v_names[1]), v_draft.environment),
      array[v_draft.input]);
  select r.run_id, r.is_new into v_draft.workflow_run_id, v_is_new
    from pgwave_private.reserve_run(chain_workflows.idempotency_key, jsonb_build_array(
      'chain', v_names, v_draft.input, chain_workflows.environment, chain_workflows.priority)
      || pgwave_private.request_of_time(chain_workflows.not_before)) r;
  if not v_is_new then
    select run.* into v_draft from pgwave.workflow_runs run where run.workflow_run_id = v_draft.workflow_run_id;
    return v_draft;
  end if;
  v_draft.priority := chain_workflows.priority;
  v_draft.mode := 'chain';
  if chain_workflows.traceparent is not null then
    perform pgwave_private.note_trace(array[v_draft.workflow_run_id], chain_workflows.traceparent);
  end if;
  return pgwave_private.start_run(pgwave_private.store_chain(v_names), null, v_draft);
end
$$;
comment on function pgwave.chain_workflows(text[], jsonb, text, int, text, text, timestamptz) is
  'Run workflows one after the other: the output of each is the input of the next. Contracts between the links and the input of the first are checked before anything runs. A link that fails ends the chain; retry_workflow_run goes on from it. With a traceparent, the chain belongs to that trace. With not_before, it waits until that time. Returns: the chain''s run. Raises: PWDEF with the faults of the chain, PWNOF, PWACC, PWINP, PWIDM. Writes: workflow_runs, interactions, run_traces; the workflow that the chain is, once.';
