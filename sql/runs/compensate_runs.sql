-- Compensation: what completed in a run that failed or was cancelled is undone in reverse, by a run of its own. It has
-- no graph: which step comes next is what completed last and is not undone. The run that it undoes has ended, so that
-- never changes.

create or replace function pgwave_private.is_undone(run_id bigint, interaction_id bigint, conversation_id bigint)
  returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select from pgwave.workflow_runs u
      join pgwave.interactions done on done.workflow_run_id = u.workflow_run_id
     where u.compensates_workflow_run_id = is_undone.run_id and done.conversation_id = is_undone.conversation_id
       and done.input_interaction_ids[1] = is_undone.interaction_id
       -- what failed is tried again, unless the run that tried went on without it
       and (done.status = 'completed' or u.finished_at is null or u.status = 'completed'));
end
$$;
comment on function pgwave_private.is_undone(bigint, bigint, bigint) is
  'Tell whether an interaction of a run was undone by a conversation, or is being undone. Returns: whether.';

-- In order first, so that only the first few are looked at closely.
create or replace function pgwave_private.next_to_undo(run_id bigint, compensation_version_id bigint,
  last_id bigint default null)
returns table (interaction_id bigint, conversation_id bigint)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select u.interaction_id, u.conversation_id
    from (
      select i.interaction_id, icv.conversation_id, i.status, icv.definition ? 'compensates' as is_of_child
        from pgwave.conversation_versions icv
        join pgwave.conversations ic on ic.conversation_id = icv.conversation_id
        join pgwave.workflow_runs run on run.workflow_run_id = next_to_undo.run_id
        join pgwave.conversations c on c.workflow_id = run.workflow_id and c.conversation_name = ic.conversation_name
        join pgwave.conversation_versions cv
          on cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = c.conversation_id
        join pgwave.interactions i
          on i.workflow_run_id = run.workflow_run_id and i.conversation_id = c.conversation_id
         -- of a map its items
         and (i.item_index is null) = (cv.items_template is null)
       where icv.workflow_version_id = next_to_undo.compensation_version_id
         -- what a fork kept another run did
         and i.copied_from_interaction_id is null and i.completed_at is not null
         and (next_to_undo.last_id is null or (i.completed_at, i.interaction_id) < (
           select last.completed_at, last.interaction_id from pgwave.interactions last
            where last.workflow_run_id = next_to_undo.run_id and last.interaction_id = next_to_undo.last_id))
       order by i.completed_at desc, i.interaction_id desc
      offset 0
    ) u
   where case when u.is_of_child then pgwave_private.child_to_undo(next_to_undo.run_id, u.interaction_id) is not null
           else u.status = 'completed' end
     and not pgwave_private.is_undone(next_to_undo.run_id, u.interaction_id, u.conversation_id)
   limit 1;
end
$$;
comment on function pgwave_private.next_to_undo(bigint, bigint, bigint) is
  'Find what completed last in a run and is not undone, before another interaction if one is named. Returns: it, and the conversation that undoes it; no row: there is nothing.';

create or replace function pgwave_private.child_to_undo(run_id bigint, parent_id bigint) returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select child.workflow_run_id
      from pgwave.workflow_runs child
      join pgwave.workflow_versions v on v.workflow_version_id = child.workflow_version_id
     where child.parent_workflow_run_id = child_to_undo.run_id and child.parent_interaction_id = child_to_undo.parent_id
       and child.finished_at is not null and v.compensation_version_id is not null
       -- one that undoes it by itself
       and not exists (
         select from pgwave.workflow_runs u
          where u.compensates_workflow_run_id = child.workflow_run_id and u.finished_at is null)
       and exists (select from pgwave_private.next_to_undo(child.workflow_run_id, v.compensation_version_id))
     order by child.workflow_run_id desc
     limit 1
  );
end
$$;
comment on function pgwave_private.child_to_undo(bigint, bigint) is
  'Find the child run of an interaction that did what can be undone. Returns: its number; null: there is none.';

-- Its own step of the parent's compensation comes at its place among the others.
create or replace function pgwave_private.is_undone_by_parent(run pgwave.workflow_runs) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return run.triggered_by = 'sub_workflow' and exists (
    select
      from pgwave.workflow_runs parent
      join pgwave.workflow_versions v on v.workflow_version_id = parent.workflow_version_id
      join pgwave.interactions i
        on i.interaction_id = run.parent_interaction_id and i.workflow_run_id = parent.workflow_run_id
      join pgwave.conversations c on c.conversation_id = i.conversation_id
      join pgwave.conversation_versions icv on icv.workflow_version_id = v.compensation_version_id
      join pgwave.conversations ic
        on ic.conversation_id = icv.conversation_id and ic.conversation_name = c.conversation_name
     where parent.workflow_run_id = run.parent_workflow_run_id and parent.ends_as is not null
       and icv.definition ? 'compensates'
       and (parent.finished_at is null or exists (
         select from pgwave.workflow_runs u
          where u.compensates_workflow_run_id = parent.workflow_run_id and u.finished_at is null)));
end
$$;
comment on function pgwave_private.is_undone_by_parent(pgwave.workflow_runs) is
  'Tell whether the parent of a child run ends too, and what undoes the parent undoes the child. Returns: whether.';

create or replace function pgwave_private.start_compensation(
  run pgwave.workflow_runs,
  draft pgwave.workflow_runs,
  error jsonb
) returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs := draft;
  v_workflow pgwave.workflows;
begin
  select v.compensation_version_id into v_draft.workflow_version_id
    from pgwave.workflow_versions v where v.workflow_version_id = run.workflow_version_id;
  select w.* into v_workflow
    from pgwave.workflow_versions v
    join pgwave.workflows w on w.workflow_id = v.workflow_id
   where v.workflow_version_id = v_draft.workflow_version_id;
  v_draft.workflow_run_id := coalesce(v_draft.workflow_run_id, nextval('pgwave.workflow_run_ids'));
  v_draft.compensates_workflow_run_id := run.workflow_run_id;
  v_draft.input := run.input;
  -- the rows that the run worked on, and why it is undone
  v_draft.loaded := coalesce(run.loaded, '{}') || jsonb_build_object('error', start_compensation.error);
  v_draft.environment := run.environment;
  v_draft.priority := run.priority;
  v_draft.operator := run.operator;
  v_draft.owner := run.owner;
  v_draft.visibility := run.visibility;
  perform pgwave_private.start_run(v_workflow, null, v_draft);
  return v_draft.workflow_run_id;
end
$$;
comment on function pgwave_private.start_compensation(pgwave.workflow_runs, pgwave.workflow_runs, jsonb) is
  'Start what undoes a run; the draft says what started it. Returns: the number of the run that undoes it. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.undo_child(
  interaction pgwave.interactions,
  parent pgwave.workflow_runs,
  draft pgwave.workflow_runs
) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_child pgwave.workflow_runs;
begin
  if not exists (select from pgwave.conversation_versions cv
                  where cv.conversation_version_id = interaction.conversation_version_id
                    and cv.definition ? 'compensates') then
    return false;
  end if;
  select run.* into v_child
    from pgwave.workflow_runs run
   where run.workflow_run_id = pgwave_private.child_to_undo(
     parent.compensates_workflow_run_id, interaction.input_interaction_ids[1]);
  if found then
    perform pgwave_private.start_compensation(v_child, draft, parent.loaded -> 'error');
  else
    perform pgwave_private.record_outcomes(array[pgwave_private.settle_waiting(
      interaction.interaction_id, interaction.workflow_run_id, '{"data": {}}')]);
  end if;
  return true;
end
$$;
comment on function pgwave_private.undo_child(pgwave.interactions, pgwave.workflow_runs, pgwave.workflow_runs) is
  'Start what undoes the child run of a step that is undone; where it is undone already, the interaction completes. Returns: whether the interaction is for that. Writes: workflow_runs, interactions, waits.';

create or replace function pgwave_private.compensate_run(run pgwave.workflow_runs) returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_version_id bigint;
  v_draft pgwave.workflow_runs;
begin
  select v.compensation_version_id into v_version_id
    from pgwave.workflow_versions v where v.workflow_version_id = run.workflow_version_id;
  -- what a copy shows was done by another run
  if v_version_id is null or coalesce(run.overrides ? 'reproduces', false) or run.mode = 'global_batch'
     or pgwave_private.is_undone_by_parent(run)
     or not exists (select from pgwave_private.next_to_undo(run.workflow_run_id, v_version_id)) then
    return null;
  end if;
  v_draft.triggered_by := 'compensation';
  v_draft.parent_workflow_run_id := run.workflow_run_id;
  v_draft.parent_interaction_id := run.orchestrator_interaction_id;
  return pgwave_private.start_compensation(run, v_draft, pgwave_private.error_of_end(run));
end
$$;
comment on function pgwave_private.compensate_run(pgwave.workflow_runs) is
  'Start what undoes a run that failed or was cancelled. Returns: the number of that run; null: there is nothing to undo. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.compensate_next(compensation_run_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_start pgwave_private.start;
begin
  loop
    select run.* into v_run from pgwave.workflow_runs run
      where run.workflow_run_id = compensate_next.compensation_run_id;
    exit when v_run.interactions_open > 0 or v_run.ends_as is not null;
    select v_run.workflow_run_id, u.conversation_id, (
             select count(*)::int from pgwave.interactions i
              where i.workflow_run_id = v_run.workflow_run_id and i.conversation_id = u.conversation_id),
           array[u.interaction_id], null
      into v_start
      from pgwave_private.next_to_undo(v_run.compensates_workflow_run_id, v_run.workflow_version_id, (
             select i.input_interaction_ids[1] from pgwave.interactions i
              where i.workflow_run_id = v_run.workflow_run_id and i.conversation_id <> 9198
              order by i.execution_order desc limit 1)) u;
    exit when not found;
    perform pgwave_private.advance_runs('{}', array[v_start], '{}', v_run.limits is not null);
  end loop;
end
$$;
comment on function pgwave_private.compensate_next(bigint) is
  'Start the step that undoes what completed last and is not undone. Writes: interactions, ready, workflow_runs, tickets. Locks: nothing; the caller holds the run.';

-- A child run that is being undone has not ended for its parent, which would try again beside it.
create or replace function pgwave_private.list_settled(run_ids bigint[]) returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select run.workflow_run_id
      from pgwave.workflow_runs run
     where run.workflow_run_id = any(list_settled.run_ids || array(
             select u.compensates_workflow_run_id from pgwave.workflow_runs u
              where u.workflow_run_id = any(list_settled.run_ids) and u.triggered_by = 'compensation'))
       and run.triggered_by in ('sub_workflow', 'chain', 'batch')
       and (run.triggered_by = 'batch' or not exists (
         select from pgwave.workflow_runs u
          where u.compensates_workflow_run_id = run.workflow_run_id and u.finished_at is null)));
end
$$;
comment on function pgwave_private.list_settled(bigint[]) is
  'List the child runs of which parents may be told, of runs that ended: those that are not being undone, and those that have been. Returns: their numbers.';

create or replace function pgwave_private.refuse_undone(run pgwave.workflow_runs,
  kept_conversation_ids bigint[] default null)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_undone_by bigint;
begin
  if run.compensates_workflow_run_id is not null and refuse_undone.kept_conversation_ids is not null then
    perform pgwave_private.raise_error('PWTRN', format('run %s undoes run %s, and cannot be forked',
      run.workflow_run_id, run.compensates_workflow_run_id), null,
        format('Retry it: pgwave retry %s.', run.workflow_run_id));
  end if;
  select max(u.workflow_run_id) into v_undone_by
    from pgwave.workflow_runs u
   where u.compensates_workflow_run_id = run.workflow_run_id
     and (refuse_undone.kept_conversation_ids is null or exists (
       select from pgwave.conversation_versions icv
         join pgwave.conversations ic on ic.conversation_id = icv.conversation_id
         join pgwave.conversations c on c.conversation_name = ic.conversation_name
        where icv.workflow_version_id = u.workflow_version_id
          and c.conversation_id = any(refuse_undone.kept_conversation_ids)));
  if v_undone_by is not null then
    perform pgwave_private.raise_error('PWTRN',
      format('run %s cannot go on: what it did is undone by run %s', run.workflow_run_id, v_undone_by), null,
      format('Start a new run. If run %1$s failed, retry that: pgwave retry %1$s.', v_undone_by));
  end if;
end
$$;
comment on function pgwave_private.refuse_undone(pgwave.workflow_runs, bigint[]) is
  'Refuse to go on with a run whose steps are undone; a fork that keeps none of them may. Raises: PWTRN.';
