-- An approved plan becomes an ordinary version and an ordinary run, of whoever planned.

-- What define_version does, with the faults that check_plan finds: a worker calls, and the plan is not the worker's.
create or replace function pgwave_private.define_plan(run pgwave.workflow_runs, definition jsonb)
returns pgwave.workflow_versions
language plpgsql
volatile
set search_path = ''
set jit = off
set max_parallel_workers_per_gather = 0
set enable_nestloop = off
as $$
declare
  v_name constant text := define_plan.definition ->> 'name';
  v_normalised jsonb;
  v_version pgwave.workflow_versions;
begin
  perform pgwave_private.lock_name('workflow', v_name);
  -- the answer of an earlier attempt may have been lost
  select v.* into v_version
    from pgwave.workflow_versions v
    join pgwave.workflows w on w.workflow_id = v.workflow_id
   where w.workflow_name = v_name and v.origin_workflow_run_id = run.workflow_run_id;
  if found then
    return v_version;
  end if;
  v_normalised := pgwave_private.normalise_definition(define_plan.definition);
  v_version := pgwave_private.store_version(
    (pgwave_private.store_workflow(v_normalised)).workflow_id, define_plan.definition, v_normalised,
    pgwave_private.binding_list(v_normalised), run.workflow_run_id);
  update pgwave.workflow_versions v
     set author = run.operator
   where v.workflow_version_id = v_version.workflow_version_id
  returning v.* into v_version;
  perform pgwave_private.hash_version(v_version.workflow_version_id);
  update pgwave.workflows w
     set latest_version_id = v_version.workflow_version_id, description = v_version.definition ->> 'description',
         owner = run.operator, visibility = 'private'
   where w.workflow_id = v_version.workflow_id;
  perform pgwave_private.share_parts(v_version.workflow_id) 
   where v_version.compensation_version_id is not null or v_version.parts is not null;
  return v_version;
end
$$;
comment on function pgwave_private.define_plan(pgwave.workflow_runs, jsonb) is
  'Define a plan that has no faults, as whoever planned; once. Returns: the version. Raises: PWACC where somebody has the name. Writes: as define_workflow. Locks: other defines of the name wait.';

create or replace function pgwave_private.start_plan(run pgwave.workflow_runs, interaction_id bigint,
  workflow_id bigint)
returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_workflow pgwave.workflows;
  v_draft pgwave.workflow_runs;
begin
  -- the answer of an earlier attempt may have been lost
  select r.workflow_run_id into v_draft.workflow_run_id
    from pgwave.workflow_runs r
   where r.parent_workflow_run_id = run.workflow_run_id and r.workflow_id = start_plan.workflow_id;
  if found then
    return v_draft.workflow_run_id;
  end if;
  select w.* into v_workflow from pgwave.workflows w where w.workflow_id = start_plan.workflow_id;
  v_draft.input := '{}';
  v_draft.environment := run.environment;
  v_draft.priority := run.priority;
  v_draft.mode := 'plan';
  v_draft.triggered_by := 'plan';
  v_draft.operator := run.operator;
  v_draft.owner := run.owner;
  v_draft.visibility := run.visibility;
  v_draft.parent_workflow_run_id := run.workflow_run_id;
  v_draft.parent_interaction_id := start_plan.interaction_id;
  return (pgwave_private.start_run(v_workflow, null, v_draft)).workflow_run_id;
end
$$;
comment on function pgwave_private.start_plan(pgwave.workflow_runs, bigint, bigint) is
  'Start the workflow that a plan became, as whoever planned; once. Returns: the run''s number. Raises: PWDIS, PWINP. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.carry_out_plan(
  run pgwave.workflow_runs,
  interaction_id bigint,
  definition jsonb,
  query_faults jsonb
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_checked jsonb;
  v_version pgwave.workflow_versions;
begin
  -- plan_workflow alone makes such runs, and asks who calls; a start by hand or a fork is none
  if run.mode <> 'plan' or run.forked_from_workflow_run_id is not null then
    return jsonb_build_object('error', jsonb_build_object('code', 'bad_request',
      'message', 'a plan is carried out only where plan_workflow began it', 'detail',
        'select pgwave.plan_workflow(goal).'));
  end if;
  v_checked := pgwave_private.check_plan(run, carry_out_plan.definition, carry_out_plan.query_faults);
  if v_checked ->> 'tag' = 'FAULTS' then
    return pgwave_private.refuse_plan(v_checked -> 'faults', 'the plan cannot be carried out');
  end if;
  v_version := pgwave_private.define_plan(run, v_checked -> 'definition');
  return jsonb_build_object('data', jsonb_strip_nulls(jsonb_build_object(
    'workflow', v_checked #> '{definition,name}', 'workflow_id', v_version.workflow_id, 'version', v_version.version,
    'workflow_run_id', case when run.input -> 'run' is distinct from 'false'
      then pgwave_private.start_plan(run, carry_out_plan.interaction_id, v_version.workflow_id) end)));
end
$$;
comment on function pgwave_private.carry_out_plan(pgwave.workflow_runs, bigint, jsonb, jsonb) is
  'Define the plan of a planning run and start it, unless it says not to. Returns: {data: {workflow, workflow_id, version, workflow_run_id}}, or {error}. Writes: workflows and what is compiled, workflow_runs, interactions. Locks: other defines of the name wait.';

create or replace function pgwave_private.refuse_plan(faults jsonb, message text) returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('error', jsonb_build_object(
    'code', 'invalid_output', 'detail', jsonb_build_object('faults', refuse_plan.faults),
    'message', refuse_plan.message || ': ' || coalesce((
      select string_agg(concat_ws(': ', nullif(f.fault ->> 'path', ''), f.fault ->> 'message'), ' ' order by f.place)
        from jsonb_array_elements(refuse_plan.faults) with ordinality f (fault, place)
       where f.place <= 5), 'no reason was given')
      || case when jsonb_array_length(refuse_plan.faults) > 5
           then format(' (and %s more)', jsonb_array_length(refuse_plan.faults) - 5) else '' end))
$$;
comment on function pgwave_private.refuse_plan(jsonb, text) is
  'Say that a plan has faults, the first five in words. Returns: {error: {code, message, detail: {faults}}}.';
