-- The system steps of the planner. A worker calls them outside the transaction that completes the step, so that a slow
-- check holds up nobody.

create or replace function pgwave_private.find_step(worker_id bigint, interaction_id bigint, attempt int)
returns pgwave.interactions
language plpgsql
stable
set search_path = ''
as $$
declare
  v_step pgwave.interactions;
begin
  select i.* into v_step
    from pgwave.leases l
    join pgwave.interactions i on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
    join pgwave.actors a on a.actor_id = i.actor_id
    join pgwave.workflow_runs r on r.workflow_run_id = l.workflow_run_id
   where l.worker_id = find_step.worker_id and l.interaction_id = find_step.interaction_id
     and l.attempt = find_step.attempt and a.actor_type = 'system' and r.ends_as is null;
  if not found then
    perform pgwave_private.raise_error('PWTRN',
      format('worker %s does not have the system step %s', find_step.worker_id, find_step.interaction_id));
  end if;
  return v_step;
end
$$;
comment on function pgwave_private.find_step(bigint, bigint, int) is
  'Find the system step that a worker performs. Returns: the interaction. Raises: PWTRN where it is not the worker''s any more, or its run ends.';

create or replace function pgwave_private.list_plan_queries(definition jsonb) returns jsonb
language sql
volatile
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('at', q.at, 'query', pgwave_private.without_parameters(q.query))
                            order by q.at), '[]')
    from pgwave_private.list_queries(pgwave_private.normalise_definition(list_plan_queries.definition)) q
   -- what is not one select has its fault already
   where q.section = 'load' and pgwave_private.query_fault(q.query) is null
$$;
comment on function pgwave_private.list_plan_queries(jsonb) is
  'List the queries of a plan that are one select each, with null for their parameters. Returns: [{at, query}].';

create or replace function pgwave.list_step_queries(worker_id bigint, interaction_id bigint, attempt int) returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_step pgwave.interactions := pgwave_private.find_step(
    list_step_queries.worker_id, list_step_queries.interaction_id, list_step_queries.attempt);
begin
  return pgwave_private.list_plan_queries(v_step.input #> '{params,definition}');
end
$$;
comment on function pgwave.list_step_queries(bigint, bigint, int) is
  'List the queries of the plan that a system step checks. The worker analyzes them as pgwave_sql, and hands what it found to perform_system_step. Returns: [{at, query}]. Raises: PWTRN.';

create or replace function pgwave.perform_system_step(
  worker_id bigint,
  interaction_id bigint,
  attempt int,
  query_faults jsonb default '[]'
) returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_step pgwave.interactions := pgwave_private.find_step(
    perform_system_step.worker_id, perform_system_step.interaction_id, perform_system_step.attempt);
  v_params jsonb := v_step.input -> 'params';
  v_run pgwave.workflow_runs;
begin
  select r.* into v_run from pgwave.workflow_runs r where r.workflow_run_id = v_step.workflow_run_id;
  case v_params ->> 'step'
    when 'catalogue' then
      return jsonb_build_object('data', pgwave_private.list_catalogue(v_run.operator, v_run.input ->> 'goal'));
    when 'check' then
      return jsonb_build_object('data', pgwave_private.check_plan(
        v_run, v_params -> 'definition', perform_system_step.query_faults));
    when 'confirm' then
      return jsonb_build_object('data', pgwave_private.confirm_plan(
        v_run, v_params -> 'definition', v_params ->> 'decision', perform_system_step.query_faults));
    when 'carry_out' then
      return pgwave_private.carry_out_plan(
        v_run, perform_system_step.interaction_id, v_params -> 'definition', perform_system_step.query_faults);
    when 'give_up' then
      return pgwave_private.refuse_plan(v_params -> 'faults', 'no draft was valid; the last one');
    else
      return jsonb_build_object('error', jsonb_build_object(
        'code', 'bad_request', 'message', format('there is no system step %s', v_params ->> 'step')));
  end case;
end
$$;
comment on function pgwave.perform_system_step(bigint, bigint, int, jsonb) is
  'Do the work of a system step that a worker has begun, given what pgwave_sql said of the queries of list_step_queries, [{at, message}]; the worker then completes it with the answer. Returns: {data}, or {error: {code, message, detail}}. Raises: PWTRN, and what define_workflow and start_workflow raise. Writes: what the step is for.';
