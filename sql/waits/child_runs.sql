-- Sub-workflows: an interaction waits for a child run, and takes its output.

create or replace function pgwave_private.run_depth(workflow_run_id bigint) returns int
language sql
stable
set search_path = ''
as $$
  with recursive above (id, depth) as (
    select run_depth.workflow_run_id, 1
    union all
    select run.parent_workflow_run_id, a.depth + 1
      from above a
      join pgwave.workflow_runs run on run.workflow_run_id = a.id
     where run.parent_workflow_run_id is not null
  )
  select max(a.depth) from above a
$$;
comment on function pgwave_private.run_depth(bigint) is
  'Count the runs from the outermost one to this. Returns: from 1.';

create or replace function pgwave_private.start_child_runs(opened pgwave.interactions[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_interaction pgwave.interactions;
begin
  for v_interaction in
    select o.*
      from unnest(start_child_runs.opened) o
      left join pgwave.conversation_versions cv on cv.conversation_version_id = o.conversation_version_id
     where cv.actor_type = 'workflow' or o.kind = 'tool_call'
     order by o.interaction_id
  loop
    -- the one before may have ended the run
    if exists (select from pgwave.waits w where w.interaction_id = v_interaction.interaction_id) then
      perform pgwave_private.start_child_run(v_interaction);
    end if;
  end loop;
end
$$;
comment on function pgwave_private.start_child_runs(pgwave.interactions[]) is
  'Start the child runs that opened interactions wait for. Writes: workflow_runs, interactions, waits.';

-- The steps of a block have the run's input, and what they read from outside beside the rows that it loaded.
create or replace function pgwave_private.draft_block(parent pgwave.workflow_runs, workflow text,
  draft pgwave.workflow_runs)
returns pgwave.workflow_runs
language plpgsql
stable
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs := draft;
begin
  select (v.parts ->> draft_block.workflow)::bigint into v_draft.workflow_version_id
    from pgwave.workflow_versions v where v.workflow_version_id = parent.workflow_version_id
      and v.parts ? draft_block.workflow;
  if found then
    v_draft.loaded := coalesce(parent.loaded, '{}')
      || (draft.input - array(select o.key from jsonb_each(draft.input) o where o.value = 'null'));
    v_draft.input := parent.input;
  end if;
  return v_draft;
end
$$;
comment on function pgwave_private.draft_block(pgwave.workflow_runs, text, pgwave.workflow_runs) is
  'Let a child run that is to run a block of its parent run the version that belongs to the parent''s, with what the parent has. Returns: the draft; as it was for any other workflow.';

create or replace function pgwave_private.start_child_run(interaction pgwave.interactions) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_depth_limit constant int := 32;
  v_parent pgwave.workflow_runs;
  v_draft pgwave.workflow_runs;
  v_name text;
  v_message text;
  v_detail text;
begin
  if pgwave_private.take_up_child(interaction) then
    return;
  end if;
  select run.* into v_parent from pgwave.workflow_runs run where run.workflow_run_id = interaction.workflow_run_id;
  select cv.definition ->> 'workflow' into v_name
    from pgwave.conversation_versions cv where cv.conversation_version_id = interaction.conversation_version_id;
  v_name := coalesce(v_name, interaction.input #>> '{tool,workflow}');
  if pgwave_private.run_depth(interaction.workflow_run_id) >= v_depth_limit then
    perform pgwave_private.fail_waiting(interaction, jsonb_build_object('code', 'limit_exceeded', 'retryable', false,
      'message', format('child runs are %s deep', v_depth_limit)));
    return;
  end if;
  v_draft.workflow_run_id := nextval('pgwave.workflow_run_ids');
  v_draft.input := coalesce(interaction.input -> 'params', '{}');
  v_draft.environment := v_parent.environment;
  v_draft.priority := v_parent.priority;
  v_draft.triggered_by := (case when v_parent.mode = 'chain' then 'chain' else 'sub_workflow' end)::pgwave.run_trigger;
  v_draft.operator := v_parent.operator;
  v_draft.owner := v_parent.owner;
  v_draft.visibility := v_parent.visibility;
  v_draft.parent_workflow_run_id := v_parent.workflow_run_id;
  v_draft.parent_interaction_id := interaction.interaction_id;
  begin
    update pgwave.waits w set child_workflow_run_id = v_draft.workflow_run_id
     where w.interaction_id = interaction.interaction_id;
    if v_parent.compensates_workflow_run_id is not null
      and pgwave_private.undo_child(interaction, v_parent, v_draft) then
      return;
    end if;
    v_draft := pgwave_private.draft_block(v_parent, v_name, v_draft);
    perform pgwave_private.start_run(pgwave_private.require_workflow(v_name, 'operate', v_parent.owner), null, v_draft);
  exception
    -- what a caller of start_workflow would be told
    when sqlstate 'PWNOF' or sqlstate 'PWACC' or sqlstate 'PWDIS' or sqlstate 'PWINP' then
      get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
      perform pgwave_private.fail_waiting(interaction, jsonb_build_object('code', 'child_failed', 'retryable', false,
        'message', format('%s cannot start: %s', v_name, v_message), 'detail', nullif(v_detail, '')));
  end;
end
$$;
comment on function pgwave_private.start_child_run(pgwave.interactions) is
  'Start the child run that an interaction waits for; where it cannot start, the interaction fails. Writes: workflow_runs, interactions, waits.';

create or replace function pgwave_private.fail_waiting(interaction pgwave.interactions, error jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform pgwave_private.record_outcomes(array[pgwave_private.settle_waiting(
    interaction.interaction_id, interaction.workflow_run_id, jsonb_build_object('error', fail_waiting.error))]);
end
$$;
comment on function pgwave_private.fail_waiting(pgwave.interactions, jsonb) is
  'Fail an interaction that waits. Writes: interactions, and what follows.';

create or replace function pgwave_private.answer_of_ending(ending pgwave.run_endings) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_child pgwave.workflow_runs;
  v_retries boolean;
  v_cause jsonb;
begin
  select run.* into v_child from pgwave.workflow_runs run where run.workflow_run_id = ending.workflow_run_id;
  if ending.status = 'completed' then
    return jsonb_build_object('data', v_child.output);
  end if;
  select cv.definition ? 'retry' into v_retries
    from pgwave.interactions i
    join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
   where i.interaction_id = ending.parent_interaction_id and i.workflow_run_id = ending.parent_workflow_run_id;
  -- what lies at the bottom is said first, however deep it is
  v_cause := case v_child.error ->> 'code' when 'child_failed' then v_child.error #> '{detail,cause}' end;
  v_cause := coalesce(v_cause, jsonb_build_object('workflow_run_id', ending.workflow_run_id, 'status', ending.status,
    'message', v_child.error ->> 'message', 'code', v_child.error ->> 'code'));
  return jsonb_build_object('error', jsonb_build_object(
    'code', 'child_failed', 'retryable', coalesce(v_retries, false),
    'message', format('run %s is %s: %s', v_cause ->> 'workflow_run_id', v_cause ->> 'status', v_cause ->> 'message')
      || case when v_cause ->> 'workflow_run_id' <> ending.workflow_run_id::text
           then format(' (below run %s)', ending.workflow_run_id) else '' end,
    'detail', jsonb_build_object('workflow_run_id', ending.workflow_run_id, 'status', ending.status,
                                 'cause', v_cause, 'error', v_child.error)));
end
$$;
comment on function pgwave_private.answer_of_ending(pgwave.run_endings) is
  'Say what a child run''s end means for the interaction that waits for it; it is tried again only where its conversation declares a retry. Returns: {data}, or {error}.';

create or replace function pgwave_private.settle_endings(parent_run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_settled int := pgwave_private.tell_parents(settle_endings.parent_run_ids);
begin
  if exists (select from pgwave.run_endings e where e.parent_workflow_run_id = any(settle_endings.parent_run_ids)) then
    -- somebody holds the parent
    perform pgwave_private.add_tickets_once(array['waits']);
  end if;
  return v_settled;
end
$$;
comment on function pgwave_private.settle_endings(bigint[]) is
  'Tell parents how their child runs ended, those whose lock is free; for the others a ticket is added. Returns: how many endings. Writes: run_endings, interactions, and what follows. Locks: runs and interactions, without waiting.';

create or replace function pgwave_private.settle_endings_of(parent_run_id bigint) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ending pgwave.run_endings;
  v_interaction pgwave.interactions;
  v_outcomes pgwave_private.outcome[] := '{}';
  v_settled int := 0;
begin
  for v_ending in
    select e.* from pgwave.run_endings e
     where e.parent_workflow_run_id = settle_endings_of.parent_run_id order by e.workflow_run_id
  loop
    if exists (select from pgwave.waits w where w.child_workflow_run_id = v_ending.workflow_run_id) then
      select i.* into v_interaction from pgwave.interactions i
       where i.interaction_id = v_ending.parent_interaction_id and i.workflow_run_id = settle_endings_of.parent_run_id
         for update skip locked;
      continue when not found;
      v_outcomes := v_outcomes || pgwave_private.settle_waiting(
        v_interaction.interaction_id, v_interaction.workflow_run_id, pgwave_private.answer_of_ending(v_ending));
    end if;
    delete from pgwave.run_endings e where e.workflow_run_id = v_ending.workflow_run_id;
    v_settled := v_settled + 1;
  end loop;
  if cardinality(v_outcomes) > 0 then
    perform pgwave_private.record_outcomes(v_outcomes);
  elsif v_settled > 0 then
    perform pgwave_private.undo_after_children(settle_endings_of.parent_run_id);
  end if;
  return v_settled;
end
$$;
comment on function pgwave_private.settle_endings_of(bigint) is
  'Tell a parent, which the caller holds, how its child runs ended. Returns: how many endings. Writes: run_endings, interactions, and what follows. Locks: interactions, without waiting.';

create or replace function pgwave_private.cancel_free_runs(run_ids bigint[], message text, detail jsonb default null)
returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
begin
  select array_agg(l.workflow_run_id) into v_runs
    from (
      select run.workflow_run_id from pgwave.workflow_runs run
       where run.workflow_run_id = any(cancel_free_runs.run_ids) and run.finished_at is null and run.ends_as is null
       order by run.workflow_run_id
         for no key update skip locked
    ) l;
  if v_runs is not null then
    perform pgwave_private.cancel_runs(v_runs, cancel_free_runs.message, cancel_free_runs.detail);
  end if;
  if exists (select from pgwave.workflow_runs run
              where run.workflow_run_id = any(cancel_free_runs.run_ids) and run.finished_at is null
                and run.ends_as is null) then
    -- somebody holds it
    perform pgwave_private.add_tickets_once(array['waits']);
  end if;
  return coalesce(cardinality(v_runs), 0);
end
$$;
comment on function pgwave_private.cancel_free_runs(bigint[], text, jsonb) is
  'Cancel runs whose lock is free; for those that somebody holds a ticket is added. Returns: how many. Writes: workflow_runs, interactions. Locks: runs, without waiting.';

create or replace function pgwave_private.cancel_child_runs(run_ids bigint[]) returns int
language sql
volatile
set search_path = ''
as $$
  select pgwave_private.cancel_free_runs(cancel_child_runs.run_ids, 'the run that waited for it ended')
$$;
comment on function pgwave_private.cancel_child_runs(bigint[]) is
  'Cancel child runs for which nobody waits; for those that somebody holds a ticket is added. Returns: how many. Writes: workflow_runs, interactions. Locks: runs, without waiting.';
