-- Compensation: what completed in a run that failed or was cancelled is undone in reverse, by a run of its own. It has
-- no graph: its steps are listed when it starts. The run that it undoes has ended, so the list never changes.

create or replace function pgwave_private.list_to_undo(run_id bigint, compensation_version_id bigint)
returns table (interaction_id bigint, conversation_id bigint, is_of_child boolean, completed_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select i.interaction_id, icv.conversation_id, icv.definition ? 'compensates', i.completed_at
    from pgwave.conversation_versions icv
    join pgwave.conversations ic on ic.conversation_id = icv.conversation_id
    join pgwave.workflow_runs run on run.workflow_run_id = list_to_undo.run_id
    join pgwave.conversations c on c.workflow_id = run.workflow_id and c.conversation_name = ic.conversation_name
    join pgwave.conversation_versions cv
      on cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = c.conversation_id
    join pgwave.interactions i
      on i.workflow_run_id = run.workflow_run_id and i.conversation_id = c.conversation_id
     -- of a map its items
     and (i.item_index is null) = (cv.items_template is null)
   where icv.workflow_version_id = list_to_undo.compensation_version_id
     -- what a fork kept another run did
     and i.copied_from_interaction_id is null and i.completed_at is not null
     -- a child run may have done something before its step failed
     and (i.status = 'completed' or icv.definition ? 'compensates')
     and not exists (
       select from pgwave.workflow_runs u
         join pgwave.interactions done on done.workflow_run_id = u.workflow_run_id
        where u.compensates_workflow_run_id = list_to_undo.run_id and done.conversation_id = icv.conversation_id
          and done.input_interaction_ids[1] = i.interaction_id and pgwave_private.has_undone(u, done.status));
end
$$;
comment on function pgwave_private.list_to_undo(bigint, bigint) is
  'List what completed in a run and is not undone, in no order. Returns: interactions, the conversations that undo them, whether their child runs'' own compensations do, and when they completed.';

-- What failed is tried again, unless the run that tried went on without it.
create or replace function pgwave_private.has_undone(run pgwave.workflow_runs, status pgwave.interaction_status)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select has_undone.status = 'completed' or run.finished_at is null or run.status = 'completed'
$$;
comment on function pgwave_private.has_undone(pgwave.workflow_runs, pgwave.interaction_status) is
  'Tell whether a step of a run that undoes has undone what it is for, or is about to. Returns: whether.';

create or replace function pgwave_private.has_something_to_undo(run_id bigint, compensation_version_id bigint)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select
      from pgwave_private.list_to_undo(
        has_something_to_undo.run_id, has_something_to_undo.compensation_version_id) u
     where case
       when u.is_of_child
       then pgwave_private.child_to_undo(has_something_to_undo.run_id, u.interaction_id) is not null else true end);
end
$$;
comment on function pgwave_private.has_something_to_undo(bigint, bigint) is
  'Tell whether anything that completed in a run is not undone. Returns: whether.';

create or replace function pgwave_private.insert_steps_to_undo(
  compensation_run_id bigint,
  run_id bigint,
  compensation_version_id bigint
) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into pgwave_private.steps_to_undo (workflow_run_id, place, interaction_id, conversation_id, is_of_child)
  select insert_steps_to_undo.compensation_run_id,
         row_number() over (order by u.completed_at desc, u.interaction_id desc),
         u.interaction_id, u.conversation_id, u.is_of_child
    from pgwave_private.list_to_undo(insert_steps_to_undo.run_id, insert_steps_to_undo.compensation_version_id) u;
end
$$;
comment on function pgwave_private.insert_steps_to_undo(bigint, bigint, bigint) is
  'List for a run that undoes another one what it is to undo, what completed last first. Writes: steps_to_undo.';

-- Only where several undo the same run, as one of a child run and one of its parent that failed may.
create or replace function pgwave_private.is_undone_by_another(
  run pgwave.workflow_runs,
  interaction_id bigint,
  conversation_id bigint
) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select from pgwave.workflow_runs u
      join pgwave.interactions done on done.workflow_run_id = u.workflow_run_id
     where u.compensates_workflow_run_id = run.compensates_workflow_run_id and u.workflow_run_id <> run.workflow_run_id
       and done.conversation_id = is_undone_by_another.conversation_id
       and done.input_interaction_ids[1] = is_undone_by_another.interaction_id
       and pgwave_private.has_undone(u, done.status));
end
$$;
comment on function pgwave_private.is_undone_by_another(pgwave.workflow_runs, bigint, bigint) is
  'Tell whether what a run is to undo another run has undone. Returns: whether.';

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
       and not pgwave_private.is_undone_now(child.workflow_run_id)
       and pgwave_private.has_something_to_undo(child.workflow_run_id, v.compensation_version_id)
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
     where parent.workflow_run_id = run.parent_workflow_run_id and parent.ends_as <> 'completed'
       and icv.definition ? 'compensates'
       -- what undoes the parent starts when its child runs have ended
       and (parent.finished_at is null or not exists (
         select from pgwave.workflow_runs u
          where u.compensates_workflow_run_id = parent.workflow_run_id and u.finished_at is not null)));
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
  perform pgwave_private.insert_steps_to_undo(
    v_draft.workflow_run_id, run.workflow_run_id, v_draft.workflow_version_id);
  perform pgwave_private.start_run(v_workflow, null, v_draft);
  return v_draft.workflow_run_id;
end
$$;
comment on function pgwave_private.start_compensation(pgwave.workflow_runs, pgwave.workflow_runs, jsonb) is
  'Start what undoes a run; the draft says what started it. Returns: the number of the run that undoes it. Writes: workflow_runs, interactions, steps_to_undo.';

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
     or pgwave_private.is_undone_by_parent(run) or pgwave_private.has_children_to_undo(run.workflow_run_id)
     or not pgwave_private.has_something_to_undo(run.workflow_run_id, v_version_id) then
    return null;
  end if;
  v_draft.triggered_by := 'compensation';
  v_draft.parent_workflow_run_id := run.workflow_run_id;
  v_draft.parent_interaction_id := run.orchestrator_interaction_id;
  return pgwave_private.start_compensation(run, v_draft, pgwave_private.error_of_end(run));
end
$$;
comment on function pgwave_private.compensate_run(pgwave.workflow_runs) is
  'Start what undoes a run that failed or was cancelled. Returns: the number of that run; null: there is nothing to undo, or child runs are undone first. Writes: workflow_runs, interactions, steps_to_undo.';

create or replace function pgwave_private.compensate_next(compensation_run_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_step pgwave_private.steps_to_undo;
begin
  loop
    select run.* into v_run
      from pgwave.workflow_runs run where run.workflow_run_id = compensate_next.compensation_run_id;
    exit when v_run.interactions_open > 0 or v_run.ends_as is not null;
    delete from pgwave_private.steps_to_undo s
     where s.workflow_run_id = v_run.workflow_run_id
       and s.place = (
         select min(n.place) from pgwave_private.steps_to_undo n where n.workflow_run_id = v_run.workflow_run_id)
    returning s.* into v_step;
    exit when not found;
    continue when
      case when v_step.is_of_child
        then pgwave_private.child_to_undo(v_run.compensates_workflow_run_id, v_step.interaction_id) is null
        else pgwave_private.is_undone_by_another(v_run, v_step.interaction_id, v_step.conversation_id) end;
    perform pgwave_private.advance_runs('{}', array[row(
      v_run.workflow_run_id, v_step.conversation_id, coalesce((
        select max(i.iteration) + 1 from pgwave.interactions i
         where i.workflow_run_id = v_run.workflow_run_id and i.conversation_id = v_step.conversation_id), 0),
      array[v_step.interaction_id], null)::pgwave_private.start], '{}', v_run.limits is not null);
  end loop;
end
$$;
comment on function pgwave_private.compensate_next(bigint) is
  'Start the next step of a run that undoes another one. Writes: steps_to_undo, interactions, ready, workflow_runs, tickets. Locks: nothing; the caller holds the run.';

-- A run is undone in reverse across its child runs too: what they do and undo is over before its own steps are undone.
create or replace function pgwave_private.list_children_below(run_id bigint) returns setof pgwave.workflow_runs
language sql
stable
set search_path = ''
as $$
  with recursive below as (
    select child as run
      from pgwave.workflow_runs child
     where child.parent_workflow_run_id = list_children_below.run_id
       and child.triggered_by in ('sub_workflow', 'chain') and child.status <> 'completed'
    union all
    select child
      from below b
      join pgwave.workflow_runs child on child.parent_workflow_run_id = (b.run).workflow_run_id
     where child.triggered_by in ('sub_workflow', 'chain') and child.status <> 'completed'
  )
  select (b.run).* from below b
$$;
comment on function pgwave_private.list_children_below(bigint) is
  'List the child runs of a run, at any depth, that did not complete. Returns: the runs.';

create or replace function pgwave_private.is_undone_now(run_id bigint) returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from pgwave.workflow_runs u
     where u.compensates_workflow_run_id = is_undone_now.run_id and u.finished_at is null)
$$;
comment on function pgwave_private.is_undone_now(bigint) is 'Tell whether another run undoes a run. Returns: whether.';

create or replace function pgwave_private.has_children_to_undo(run_id bigint) returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from pgwave_private.list_children_below(has_children_to_undo.run_id) b
     where b.finished_at is null or pgwave_private.is_undone_now(b.workflow_run_id))
$$;
comment on function pgwave_private.has_children_to_undo(bigint) is
  'Tell whether a child run of a run, at any depth, is still to end, or is being undone. Returns: whether.';

-- One that somebody retried by itself goes on: its parent's retry takes it up.
create or replace function pgwave_private.has_children_that_end(run_id bigint) returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from pgwave_private.list_children_below(has_children_that_end.run_id) b
     where b.finished_at is null and b.ends_as is not null or pgwave_private.is_undone_now(b.workflow_run_id))
$$;
comment on function pgwave_private.has_children_that_end(bigint) is
  'Tell whether a child run of a run, at any depth, is ending, or is being undone. Returns: whether.';

create or replace function pgwave_private.undo_after_children(run_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
begin
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = undo_after_children.run_id;
  if v_run.finished_at is null or v_run.status = 'completed'
     or pgwave_private.has_children_to_undo(v_run.workflow_run_id)
     or exists (select from pgwave.workflow_runs u where u.compensates_workflow_run_id = v_run.workflow_run_id) then
    return;
  end if;
  if pgwave_private.compensate_run(v_run) is null then
    perform pgwave_private.note_endings(pgwave_private.list_settled(array[v_run.workflow_run_id]));
  end if;
end
$$;
comment on function pgwave_private.undo_after_children(bigint) is
  'Start what undoes a run that ended before its child runs were undone, once they are; where there is nothing, its parent is told. Writes: workflow_runs, interactions, steps_to_undo, run_endings. Locks: nothing; the caller holds the run.';

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
       and (run.triggered_by = 'batch' or not (
         pgwave_private.is_undone_now(run.workflow_run_id)
         or run.status <> 'completed' and pgwave_private.has_children_to_undo(run.workflow_run_id))));
end
$$;
comment on function pgwave_private.list_settled(bigint[]) is
  'List the child runs of which parents may be told, of runs that ended: those that are not being undone, and those that have been. Returns: their numbers.';

create or replace function pgwave_private.refuse_undone(
  run pgwave.workflow_runs,
  kept_conversation_ids bigint[] default null
) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_undone_by bigint;
begin
  if refuse_undone.kept_conversation_ids is null and pgwave_private.has_children_that_end(run.workflow_run_id) then
    perform pgwave_private.raise_error('PWTRN',
      format('run %s cannot go on: what its child runs did is being undone', run.workflow_run_id), null,
      'Wait until that is done.');
  end if;
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
