-- A person, a timer or a signal that lost a race: the join that it leads to has started without it. A run in which
-- nothing else is open does not wait for it.

create or replace function pgwave_private.list_idle_waits(run_ids bigint[])
  returns table (interaction_id bigint, workflow_run_id bigint)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select w.interaction_id, w.workflow_run_id
    from pgwave.workflow_runs run
    join pgwave.waits w on w.workflow_run_id = run.workflow_run_id and w.waits_for in ('human', 'timer', 'signal')
    join pgwave.interactions i
      on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.item_index is null
   where run.workflow_run_id = any(list_idle_waits.run_ids) and run.finished_at is null and run.ends_as is null
     and run.status <> 'paused' and run.interactions_waiting = run.interactions_open
     -- one that leads nowhere is an end of the run, and waited for
     and exists (
       select from pgwave.branches b
        where b.workflow_version_id = run.workflow_version_id and b.from_conversation_id = w.conversation_id
         and b.to_conversation_id is not null)
     and not exists (
       select from pgwave.branches b
        where b.workflow_version_id = run.workflow_version_id and b.from_conversation_id = w.conversation_id
          and b.to_conversation_id is not null and (b.max_loops is not null or not exists (
            select from pgwave.interactions t
             where t.workflow_run_id = run.workflow_run_id and t.conversation_id = b.to_conversation_id
               and t.item_index is null and t.iteration = pgwave_private.current_iteration(
                     run.loops, run.workflow_version_id, b.to_conversation_id))));
end
$$;
comment on function pgwave_private.list_idle_waits(bigint[]) is
  'List people, timers and signals, in runs that only wait, to which nothing can follow: whatever they lead to has started or was skipped. Returns: the interactions and their runs.';

create or replace function pgwave_private.cancel_idle_waits(run_ids bigint[]) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  -- only where all that is open is of this kind
  select array_agg(l.interaction_id) into v_ids
    from (
      select i.interaction_id
        from (
          select w.*, count(*) over (partition by w.workflow_run_id) as idle
            from pgwave_private.list_idle_waits(cancel_idle_waits.run_ids) w
        ) w
        join pgwave.workflow_runs run on run.workflow_run_id = w.workflow_run_id and run.interactions_open = w.idle
        join pgwave.interactions i
          on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
       order by i.interaction_id
         for update of i skip locked
    ) l;
  if v_ids is null then
    return false;
  end if;
  return pgwave_private.drop_interactions(v_ids, cancel_idle_waits.run_ids,
    '{"code": "cancelled", "message": "what it leads to went on without it", "retryable": false}');
end
$$;
comment on function pgwave_private.cancel_idle_waits(bigint[]) is
  'Cancel the people, timers and signals to which nothing can follow, in runs in which nothing else is open. Returns: whether a run has nothing open any more. Writes: interactions, interaction_attempts, waits, workflow_runs. Locks: interactions, without waiting; the caller holds the runs.';
