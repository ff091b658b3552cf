-- What a completed run starts: on_completion of its definition, in the transaction that completes it.

create or replace function pgwave_private.completion_depth(run_id bigint) returns int
language sql
stable
set search_path = ''
as $$
  with recursive above (id, depth) as (
    select completion_depth.run_id, 0
    union all
    select run.parent_workflow_run_id, a.depth + 1
      from above a
      join pgwave.workflow_runs run on run.workflow_run_id = a.id
     where run.triggered_by = 'workflow_completion' and run.parent_workflow_run_id is not null
  )
  select max(a.depth) from above a
$$;
comment on function pgwave_private.completion_depth(bigint) is
  'Count how many completions in a row led to a run. Returns: from 0.';

create or replace function pgwave_private.fire_triggers(run pgwave.workflow_runs, output jsonb) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_trigger pgwave.workflow_triggers;
  v_document jsonb;
  v_fired jsonb := '[]';
begin
  -- a copy only shows what was done; nothing outside is to notice
  if run.overrides ? 'reproduces' then
    return null;
  end if;
  for v_trigger in
    select t.* from pgwave.workflow_triggers t
     where t.workflow_version_id = run.workflow_version_id and t.enabled
       -- the others are fired by each of its runs
       and (run.mode <> 'global_batch' or t.condition ~ '\$\.?"?delta\M')
     order by t.position
  loop
    v_document := coalesce(v_document, pgwave_private.completion_document(run, fire_triggers.output));
    v_fired := v_fired || pgwave_private.fire_trigger(run, v_trigger, v_document);
  end loop;
  return nullif(v_fired, '[]');
end
$$;
comment on function pgwave_private.fire_triggers(pgwave.workflow_runs, jsonb) is
  'Start what the completion of a run triggers. Returns: [{workflow, workflow_run_id | not_started}]; null: it triggers nothing. Writes: the runs that start.';

create or replace function pgwave_private.completion_document(run pgwave.workflow_runs, output jsonb) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'input', (run).input, 'output', (run).output,
    'run', jsonb_build_object(
      'workflow_run_id', (run).workflow_run_id, 'workflow_id', (run).workflow_id, 'environment', (run).environment,
      'triggered_by', (run).triggered_by, 'operator', (run).operator, 'status', (run).status),
    -- in conditions a delta is a number
    'delta', coalesce((select jsonb_object_agg(d.key, d.value::numeric)
                         from jsonb_each_text(completion_document.output -> 'delta') d), '{}'))
$$;
comment on function pgwave_private.completion_document(pgwave.workflow_runs, jsonb) is
  'Gather what triggers may read: the run, its input and output, and its delta as numbers. Returns: the document.';

create or replace function pgwave_private.fire_trigger(
  run pgwave.workflow_runs,
  trigger pgwave.workflow_triggers,
  document jsonb
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_depth_limit constant int := 16;
  v_draft pgwave.workflow_runs;
  v_missing text[] := '{}';
  v_message text;
begin
  if trigger.condition is not null
     and not coalesce(pgwave_private.evaluate_condition(trigger.condition, fire_trigger.document), false) then
    return jsonb_build_object('workflow', trigger.workflow, 'not_started', 'the condition is not met');
  elsif pgwave_private.completion_depth(run.workflow_run_id) >= v_depth_limit then
    return jsonb_build_object('workflow', trigger.workflow, 'not_started',
      format('%s completions in a row led here', v_depth_limit));
  end if;
  v_draft.input := '{}';
  if trigger.input_template is not null then
    select r.rendered, r.missing into v_draft.input, v_missing
      from pgwave_private.render_value(trigger.input_template, fire_trigger.document) r;
  end if;
  if v_missing <> '{}' then
    return jsonb_build_object('workflow', trigger.workflow, 'not_started',
      format('%s is not there', array_to_string(v_missing, ', ')));
  end if;
  v_draft.environment := run.environment;
  v_draft.priority := run.priority;
  v_draft.triggered_by := 'workflow_completion';
  v_draft.operator := run.operator;
  v_draft.owner := run.owner;
  v_draft.parent_workflow_run_id := run.workflow_run_id;
  v_draft.parent_interaction_id := run.orchestrator_interaction_id;
  begin
    v_draft := pgwave_private.start_run(pgwave_private.require_workflow(trigger.workflow, 'operate', run.owner), null, v_draft);
  exception
    -- what a caller of start_workflow would be told
    when sqlstate 'PWNOF' or sqlstate 'PWACC' or sqlstate 'PWDIS' or sqlstate 'PWINP' then
      get stacked diagnostics v_message = message_text;
      return jsonb_build_object('workflow', trigger.workflow, 'not_started', v_message);
  end;
  return jsonb_build_object('workflow', trigger.workflow, 'workflow_run_id', v_draft.workflow_run_id);
end
$$;
comment on function pgwave_private.fire_trigger(pgwave.workflow_runs, pgwave.workflow_triggers, jsonb) is
  'Start what one trigger asks for, where its condition is met. Returns: {workflow, workflow_run_id | not_started: why}. Writes: the run that starts.';
