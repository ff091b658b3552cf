create or replace function pgwave.plan_workflow(
  goal text,
  model text default null,
  approve boolean default true,
  run boolean default true,
  environment text default 'dev'
) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_workflow pgwave.workflows := pgwave_private.find_workflow('planner');
  v_draft pgwave.workflow_runs;
begin
  if plan_workflow.environment not in ('dev', 'test', 'uat', 'prod') then
    perform pgwave_private.raise_error('PWINP', format('no environment %s', plan_workflow.environment), null,
      'One of dev, test, uat, prod.');
  end if;
  if coalesce(plan_workflow.goal, '') !~ '\S' then
    perform pgwave_private.raise_error('PWINP', 'a plan needs a goal', null, 'Say what is wanted, in words.');
  end if;
  v_draft.input := jsonb_build_object(
    'goal', plan_workflow.goal, 'approve', coalesce(plan_workflow.approve, true),
    'run', coalesce(plan_workflow.run, true), 'approvers', jsonb_build_array(pgwave.current_identity()));
  if plan_workflow.model is not null then
    v_draft.overrides := jsonb_build_object('conversations', jsonb_build_object(
      'draft', jsonb_build_object('actor', pgwave_private.find_model(plan_workflow.model))));
  end if;
  v_draft.environment := plan_workflow.environment::pgwave.environment;
  v_draft.mode := 'plan';
  -- the workflow is everybody's, a goal is not
  v_draft.visibility := 'private';
  return pgwave_private.start_run(v_workflow, null, v_draft);
end
$$;
comment on function pgwave.plan_workflow(text, text, boolean, boolean, text) is
  'Plan a workflow for a goal in words. A model drafts it from what is there; faults go back to the model. Then the caller approves it, unless approve is false. Then it is defined and, unless run is false, started. model: the actor or model that drafts; default: the actor planner_model. Returns: the planning run; its output names the workflow and its run. Raises: PWINP. Writes: workflow_runs, interactions.';
