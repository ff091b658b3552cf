-- What a run starts when it ends: on_completion, on_failure, on_cancel and on_end of its definition, in the transaction
-- that ends it.

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
     where t.workflow_version_id = run.workflow_version_id and t.enabled and run.status = any(t.statuses)
       -- the others are fired by each of its runs
       and (run.mode <> 'global_batch' or t.condition ~ '\$\.?"?delta\M')
       -- what is only measured is not to have consequences
       and not exists (select from pgwave.evaluations v
                        where v.workflow_run_id in (run.workflow_run_id, run.parent_workflow_run_id))
     order by t.position
  loop
    v_document := coalesce(v_document, pgwave_private.end_document(run, fire_triggers.output));
    v_fired := v_fired || pgwave_private.fire_trigger(run, v_trigger, v_document);
  end loop;
  return nullif(v_fired, '[]');
end
$$;
comment on function pgwave_private.fire_triggers(pgwave.workflow_runs, jsonb) is
  'Start what the end of a run triggers. Returns: [{workflow, workflow_run_id | not_started}]; null: it triggers nothing. Writes: the runs that start.';

create or replace function pgwave_private.output_so_far(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_template jsonb := (select v.result_template from pgwave.workflow_versions v
                        where v.workflow_version_id = run.workflow_version_id);
  v_output jsonb;
begin
  if run.status = 'completed' or run.mode = 'global_batch' then
    return run.output;
  elsif v_template is not null then
    select r.rendered into v_output
      from pgwave_private.build_document(run, pgwave_private.names_read(v_template), '{}', 0) d
      cross join lateral pgwave_private.render_value(v_template, d.document) r;
    return v_output;
  end if;
  return (
    select pgwave_private.add_large(
             jsonb_object_agg(l.conversation_name, l.output) filter (where not pgwave_private.is_large(l.output)),
             coalesce(array_agg(l.conversation_name) filter (where pgwave_private.is_large(l.output)), '{}'),
             array_agg(l.output) filter (where pgwave_private.is_large(l.output)),
             array_agg(l.interaction_id) filter (where pgwave_private.is_large(l.output)))
      from (
        select distinct on (i.conversation_id) c.conversation_name, i.output, i.interaction_id
          from pgwave.interactions i
          join pgwave.conversations c on c.conversation_id = i.conversation_id and c.workflow_id = run.workflow_id
         where i.workflow_run_id = run.workflow_run_id and i.item_index is null and i.status = 'completed'
         order by i.conversation_id, i.iteration desc
      ) l
  );
end
$$;
comment on function pgwave_private.output_so_far(pgwave.workflow_runs) is
  'Gather what a run that ended has: its output; of one that did not complete, its result with what is missing left out, else the latest outputs of all conversations that completed, by name. Returns: it.';

create or replace function pgwave_private.error_of_end(run pgwave.workflow_runs) returns jsonb
language sql
stable
set search_path = ''
as $$
  select (run).error || coalesce((
    select jsonb_strip_nulls(jsonb_build_object(
             'conversation', c.conversation_name, 'iteration', i.iteration, 'item_index', i.item_index))
      from pgwave.interactions i
      join pgwave.conversations c on c.conversation_id = i.conversation_id
     where i.workflow_run_id = (run).workflow_run_id
       and i.interaction_id = ((run).error ->> 'interaction_id')::bigint), '{}')
$$;
comment on function pgwave_private.error_of_end(pgwave.workflow_runs) is
  'Say why a run ended otherwise than completed, and which conversation caused it. Returns: {code, message, detail, interaction_id, conversation, iteration}; null for one that completed.';

create or replace function pgwave_private.end_document(run pgwave.workflow_runs, output jsonb) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'input', (run).input, 'output', pgwave_private.output_so_far(run),
    'run', jsonb_build_object(
      'workflow_run_id', (run).workflow_run_id, 'workflow_id', (run).workflow_id, 'environment', (run).environment,
      'triggered_by', (run).triggered_by, 'operator', (run).operator, 'status', (run).status),
    -- in conditions a delta is a number
    'delta', coalesce((select jsonb_object_agg(d.key, d.value::numeric)
                         from jsonb_each_text(end_document.output -> 'delta') d), '{}'))
    || case when (run).status = 'completed' then '{}'
         else jsonb_build_object('error', pgwave_private.error_of_end(run)) end
$$;
comment on function pgwave_private.end_document(pgwave.workflow_runs, jsonb) is
  'Gather what triggers may read: the run, its input, output and error, and its delta as numbers. Returns: the document.';

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
  v_draft := pgwave_private.draft_block(run, trigger.workflow, v_draft);
  begin
    v_draft := pgwave_private.start_run(pgwave_private.require_workflow(trigger.workflow, 'operate', run.owner), null,
      v_draft);
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
