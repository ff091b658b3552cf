-- The contracts of a workflow by themselves: read, and put into its next version. Both ways for `pgwave contracts`.

create or replace function pgwave.show_contracts(workflow text default null) returns jsonb
language sql
stable
set search_path = ''
as $function$
  with shown as (
    select w.workflow_name, v.workflow_version_id, v.input_contract_id, v.output_contract_id
      from pgwave.workflows as w
      join pgwave.workflow_versions as v on v.workflow_version_id = w.latest_version_id
     where w.deleted_at is null
       -- of all, what is built in is nobody's to change
       and case when show_contracts.workflow is null then w.owner <> 'pgwave'
             else show_contracts.workflow in (w.workflow_name, w.workflow_id::text) end
  ), conversations as (
    select s.workflow_version_id, jsonb_object_agg(c.conversation_name, k.contract_schema) as contracts
      from shown as s
      join pgwave.conversation_versions as cv on cv.workflow_version_id = s.workflow_version_id
      join pgwave.conversations as c on c.conversation_id = cv.conversation_id
      join pgwave.contracts as k on k.contract_id = cv.output_contract_id
      -- not what a function's actor brings along
     where cv.definition ? 'output'
     group by s.workflow_version_id
  )
  select jsonb_object_agg(s.workflow_name, jsonb_strip_nulls(jsonb_build_object('version', v.version))
           || case when i.contract_id is null then '{}' else jsonb_build_object('input', i.contract_schema) end
           || case when o.contract_id is null then '{}' else jsonb_build_object('output', o.contract_schema) end
           || case when n.contracts is null then '{}' else jsonb_build_object('conversations', n.contracts) end)
    from shown as s
    join pgwave.workflow_versions as v on v.workflow_version_id = s.workflow_version_id
    left join pgwave.contracts as i on i.contract_id = s.input_contract_id
    left join pgwave.contracts as o on o.contract_id = s.output_contract_id
    left join conversations as n on n.workflow_version_id = s.workflow_version_id
$function$;
comment on function pgwave.show_contracts(text) is
  'Show the contracts of the latest version of a workflow (name or number), or of every workflow. Returns: {name: {version, input, output, conversations: {name: schema}}}, without what is not defined; null if the workflow is not found.';

create or replace function pgwave_private.put_contract(body jsonb, field text, given jsonb)
returns jsonb
language sql
immutable parallel safe
begin atomic
  select case
    when put_contract.given is null then put_contract.body
    when put_contract.given = 'null' then put_contract.body - put_contract.field
    else put_contract.body || pg_catalog.jsonb_build_object(put_contract.field, put_contract.given)
  end;
end;
comment on function pgwave_private.put_contract(jsonb, text, jsonb) is
  'Put a contract into a part of a definition; JSON null takes it out, SQL null leaves it. Returns: the part.';

create or replace function pgwave.define_contracts(workflow text, contracts jsonb)
returns pgwave.workflow_versions
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(workflow, 'author');
  v_definition jsonb;
  v_part text;
  v_given jsonb := coalesce(contracts -> 'conversations', '{}');
  v_unknown text;
begin
  -- as define_workflow does it: two that change the same version follow one another
  perform pgwave_private.lock_name('workflow', v_workflow.workflow_name);
  select v.definition into v_definition
    from pgwave.workflows as w
    join pgwave.workflow_versions as v on v.workflow_version_id = w.latest_version_id
   where w.workflow_id = v_workflow.workflow_id;
  v_part := case when v_definition ? 'conversations' then 'conversations' else 'steps' end;
  select k.name into v_unknown
    from jsonb_object_keys(v_given) as k (name)
   where k.name not in (select c.body ->> 'name' from jsonb_array_elements(v_definition -> v_part) as c (body))
   order by 1 limit 1;
  if v_unknown is not null then
    perform pgwave_private.raise_error('PWNOF',
      format('workflow %s has no conversation %s', v_workflow.workflow_name, v_unknown), null,
      pgwave_private.suggest_name(v_unknown, array(
        select c.body ->> 'name' from jsonb_array_elements(v_definition -> v_part) as c (body))));
  end if;
  v_definition := pgwave_private.put_contract(v_definition, 'input', contracts -> 'input');
  v_definition := pgwave_private.put_contract(v_definition, 'output', contracts -> 'output');
  v_definition := v_definition || jsonb_build_object(v_part, (
    select jsonb_agg(pgwave_private.put_contract(
             c.body, case when c.body ? 'form' then 'form' else 'output' end, v_given -> (c.body ->> 'name'))
           order by c.place)
      from jsonb_array_elements(v_definition -> v_part) with ordinality as c (body, place)));
  return pgwave_private.define_version(v_definition);
end
$function$;
comment on function pgwave.define_contracts(text, jsonb) is
  'Put contracts, {input, output, conversations: {name: schema}}, into a workflow: its latest version with them is the next one. What is not named stays as it is, null takes a contract away. Returns: the version, the same if nothing changed. Raises: PWNOF, PWDEF, PWACC. Writes: as define_workflow. Locks: as define_workflow.';
