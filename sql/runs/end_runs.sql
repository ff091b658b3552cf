-- How runs fail, are cancelled and finish.

create or replace function pgwave_private.fail_run_for(workflow_run_id bigint, interaction_id bigint, error jsonb)
  returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set ends_as = 'failed',
         error = fail_run_for.error || jsonb_build_object('interaction_id', fail_run_for.interaction_id)
   where run.workflow_run_id = fail_run_for.workflow_run_id and run.ends_as is null;
end
$$;
comment on function pgwave_private.fail_run_for(bigint, bigint, jsonb) is
  'Note that a run will end as failed because of an interaction. Writes: workflow_runs. Locks: nothing; the caller holds the run.';

-- What is stale or an item of a map ends no run.
create or replace function pgwave_private.end_runs_that_lost(changes pgwave_private.change[], live_run_ids bigint[])
returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_live bigint[] := live_run_ids;
  v_change pgwave_private.change;
begin
  foreach v_change in array end_runs_that_lost.changes loop
    continue when v_change.item_index is not null or v_change.status not in ('failed', 'cancelled')
      or v_change.workflow_run_id <> all (v_live) or pgwave_private.is_stale(
        v_change.workflow_run_id, v_change.conversation_id, v_change.iteration);
    if v_change.status = 'cancelled' then
      update pgwave.workflow_runs run set ends_as = 'cancelled', error = v_change.error
       where run.workflow_run_id = v_change.workflow_run_id;
      v_live := array_remove(v_live, v_change.workflow_run_id);
    elsif pgwave_private.leaves_unhandled(v_change.conversation_version_id, v_change.branches_taken) then
      perform pgwave_private.fail_run_for(v_change.workflow_run_id, v_change.interaction_id, v_change.error);
      v_live := array_remove(v_live, v_change.workflow_run_id);
    end if;
  end loop;
  return v_live;
end
$$;
comment on function pgwave_private.end_runs_that_lost(pgwave_private.change[], bigint[]) is
  'Note the runs that end because of a failure that nothing took up, or of an interaction cancelled by hand. Returns: the runs that live on. Writes: workflow_runs.';

create or replace function pgwave_private.mark_cancelled(
  interaction_ids bigint[],
  run_ids bigint[],
  error jsonb,
  out changes pgwave_private.change[],
  out actor_ids bigint[]
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into pgwave.interaction_attempts as a (
    interaction_id, workflow_run_id, attempt, worker_id, actor_id, started_at, ended_at, outcome)
  select i.interaction_id, i.workflow_run_id, i.attempt, i.worker_id, i.actor_id, coalesce(i.started_at, i.created_at),
         pgwave_private.now(), 'cancelled'
    from pgwave.interactions i
   where i.interaction_id = any(mark_cancelled.interaction_ids)
     and i.workflow_run_id = any(mark_cancelled.run_ids)
     and i.status in ('running', 'waiting') and i.attempt > 0
  -- the attempt of a model that waits for tools has ended
  on conflict (interaction_id, workflow_run_id, attempt) do nothing;
  delete from pgwave.ready r where r.interaction_id = any(mark_cancelled.interaction_ids);
  with ended as (
    delete from pgwave.leases l where l.interaction_id = any(mark_cancelled.interaction_ids)
    returning l.actor_id
  )
  select array_agg(distinct e.actor_id) into actor_ids from ended e;
  with cancelled as (
    update pgwave.interactions i
       set status = 'cancelled', pending_reason = null, completed_at = pgwave_private.now(),
           error = mark_cancelled.error
     where i.interaction_id = any(mark_cancelled.interaction_ids)
       and i.workflow_run_id = any(mark_cancelled.run_ids)
    returning i.*
  )
  select array_agg(row(c.interaction_id, c.workflow_run_id, c.conversation_id, c.conversation_version_id, c.iteration,
           c.item_index, c.status, c.branches_taken, c.error, 0, 0, 0)::pgwave_private.change
           order by c.workflow_run_id, c.interaction_id)
    into changes from cancelled c where c.conversation_id <> 9198;
end
$$;
comment on function pgwave_private.mark_cancelled(bigint[], bigint[], jsonb) is
  'Cancel interactions that the caller has locked. Returns: them as changes, and the actors that have room now. Writes: interactions, attempts, ready, leases.';

create or replace function pgwave_private.cancel_interactions(interaction_ids bigint[], run_ids bigint[], error jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_cancelled record;
begin
  if cancel_interactions.interaction_ids is null then
    return;
  end if;
  v_cancelled := pgwave_private.mark_cancelled(
    cancel_interactions.interaction_ids, cancel_interactions.run_ids, cancel_interactions.error);
  if v_cancelled.changes is not null then
    perform pgwave_private.follow_changes(v_cancelled.changes);
  end if;
  if v_cancelled.actor_ids is not null then
    perform pgwave_private.make_room(v_cancelled.actor_ids);
  end if;
end
$$;
comment on function pgwave_private.cancel_interactions(bigint[], bigint[], jsonb) is
  'Cancel interactions that the caller has locked, and drive on their runs. Writes: interactions, attempts, ready, leases, tickets, and what follows.';

-- Not followed as others are: what is cancelled by hand ends its run.
create or replace function pgwave_private.drop_interactions(interaction_ids bigint[], run_ids bigint[], error jsonb)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_cancelled record := pgwave_private.mark_cancelled(interaction_ids, run_ids, error);
begin
  perform pgwave_private.close_waits(v_cancelled.changes);
  if v_cancelled.actor_ids is not null then
    perform pgwave_private.make_room(v_cancelled.actor_ids);
  end if;
  return pgwave_private.count_changes(v_cancelled.changes);
end
$$;
comment on function pgwave_private.drop_interactions(bigint[], bigint[], jsonb) is
  'Cancel interactions that the caller has locked and that nothing waits for: their runs go on. Returns: whether a run has nothing open any more. Writes: interactions, attempts, ready, leases, waits, workflow_runs, tickets.';

-- The caller holds the runs, so it never waits for an interaction: whoever holds a skipped one meets
-- the run's new state when it takes the run.
create or replace function pgwave_private.cancel_open_interactions(run_ids bigint[], running_too boolean) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  with open as (
    select i.interaction_id, i.workflow_run_id
      from pgwave.interactions i
     where i.workflow_run_id = any(cancel_open_interactions.run_ids)
       -- a batch ends once its runs have ended
       and i.conversation_id not in (9196, 9198)
       and (i.status in ('pending', 'waiting') or (cancel_open_interactions.running_too and i.status = 'running'))
     order by i.interaction_id
       for update skip locked
  )
  select array_agg(o.interaction_id) into v_ids from open o;
  perform pgwave_private.cancel_interactions(v_ids, cancel_open_interactions.run_ids,
    '{"code": "cancelled", "message": "cancelled with its run", "retryable": false}');
end
$$;
comment on function pgwave_private.cancel_open_interactions(bigint[], boolean) is
  'Cancel what of these runs is open and not locked by others. Writes: interactions, attempts, ready, leases. Locks: interactions, without waiting.';

create or replace function pgwave_private.require_run(workflow_run_id bigint, permission text)
returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
begin
  -- before the lock: who may not, holds nobody up
  perform pgwave_private.require_run_permission(require_run.workflow_run_id, require_run.permission);
  select run.* into v_run from pgwave.workflow_runs run
   where run.workflow_run_id = require_run.workflow_run_id for no key update;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no run %s', require_run.workflow_run_id), null,
      'pgwave runs lists the runs there are.');
  end if;
  return v_run;
end
$$;
comment on function pgwave_private.require_run(bigint, text) is
  'Lock a run that the caller may view, operate or author. Returns: it. Raises: PWNOF, PWACC. Locks: the run.';

-- Child runs have higher numbers than their parents, so a tree is locked ascending like the runs of any call.
create or replace function pgwave_private.lock_run_tree(workflow_run_id bigint) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_locked bigint[] := '{}';
  v_more bigint[];
begin
  loop
    with recursive tree (id) as (
      select lock_run_tree.workflow_run_id
      union
      select child.workflow_run_id
        from tree t
        join pgwave.workflow_runs child on child.parent_workflow_run_id = t.id
       where child.finished_at is null and child.triggered_by in ('sub_workflow', 'chain', 'batch')
    )
    select array_agg(l.id) into v_more
      from (
        select run.workflow_run_id as id from pgwave.workflow_runs run
         where run.workflow_run_id in (select t.id from tree t) and run.workflow_run_id <> all (v_locked)
         order by run.workflow_run_id
           for no key update
      ) l;
    exit when v_more is null;
    v_locked := v_locked || v_more;
  end loop;
  return v_locked;
end
$$;
comment on function pgwave_private.lock_run_tree(bigint) is
  'Lock a run and the unfinished child runs that it waits for, at any depth. Returns: their numbers. Locks: the runs, ascending.';

create or replace function pgwave_private.cancel_runs(run_ids bigint[], message text) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set ends_as = 'cancelled',
         error = jsonb_build_object('code', 'cancelled', 'retryable', false, 'message', cancel_runs.message)
   where run.workflow_run_id = any(cancel_runs.run_ids) and run.finished_at is null;
  perform pgwave_private.cancel_open_interactions(cancel_runs.run_ids, true);
  perform pgwave_private.finish_runs(cancel_runs.run_ids);
end
$$;
comment on function pgwave_private.cancel_runs(bigint[], text) is
  'Cancel runs that the caller holds. Writes: workflow_runs, interactions.';

create or replace function pgwave.cancel_workflow_run(workflow_run_id bigint, reason text default null)
returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_run pgwave.workflow_runs := pgwave_private.require_run(cancel_workflow_run.workflow_run_id, 'operate');
begin
  if v_run.finished_at is not null then
    return v_run;
  end if;
  if v_run.mode = 'global_batch' then
    perform pgwave_private.cancel_batch(
      v_run, coalesce(cancel_workflow_run.reason, 'cancelled by ' || pgwave.current_identity()));
  else
    perform pgwave_private.cancel_runs(
      pgwave_private.lock_run_tree(v_run.workflow_run_id),
      coalesce(cancel_workflow_run.reason, 'cancelled by ' || pgwave.current_identity()));
  end if;
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = cancel_workflow_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave.cancel_workflow_run(bigint, text) is
  'Cancel a run and its child runs: nothing more begins, calls in flight are aborted. A finished run stays as it is. Returns: the run. Raises: PWNOF, PWACC. Writes: workflow_runs, interactions. Locks: the runs, ascending.';
