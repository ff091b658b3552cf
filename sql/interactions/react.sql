-- What follows from interactions that changed. The transition rows go into arrays first.

create or replace function pgwave_private.react() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_changed pgwave.interactions[];
  v_used boolean;
  v_shared pgwave_private.usage[];
begin
  select array_agg((n.*)::pgwave.interactions order by n.workflow_run_id, n.interaction_id),
         bool_or(n.prompt_tokens > 0 or n.completion_tokens > 0 or n.cost > 0)
    into v_changed, v_used
    from new_rows n
   where n.event_type in ('completed', 'failed', 'skipped', 'cancelled', 'retry_scheduled', 'handed_back')
     and n.conversation_id <> 9198;
  if v_used then
    -- before anything follows: a budget decides what may
    perform run.workflow_run_id from pgwave.workflow_runs run
      where run.workflow_run_id in (select n.workflow_run_id from new_rows n)
      order by run.workflow_run_id
        for no key update;
    with used as (
      update pgwave.workflow_runs run
         set prompt_tokens = run.prompt_tokens + u.prompt_tokens,
             completion_tokens = run.completion_tokens + u.completion_tokens, cost = run.cost + u.cost
        from (
          select c.workflow_run_id, sum(c.prompt_tokens) as prompt_tokens, sum(c.completion_tokens) as completion_tokens,
                 sum(c.cost) as cost
            from (
              select n.workflow_run_id, n.prompt_tokens, n.completion_tokens, n.cost from new_rows n
              union all
              select o.workflow_run_id, -o.prompt_tokens, -o.completion_tokens, -o.cost from old_rows o
            ) c
           group by c.workflow_run_id
          having sum(c.prompt_tokens) > 0 or sum(c.completion_tokens) > 0 or sum(c.cost) > 0
        ) u
       where run.workflow_run_id = u.workflow_run_id
      returning run.limits, u.prompt_tokens + u.completion_tokens as tokens, u.cost
    )
    select array_agg(row(u.limits, u.tokens, u.cost)::pgwave_private.usage) filter (where u.limits ? 'within')
      into v_shared from used u;
    if v_shared is not null then
      perform pgwave_private.add_budget_entries(v_shared);
    end if;
  end if;
  if v_changed is not null then
    perform pgwave_private.settle_runs(v_changed);
  end if;
  return null;
end
$$;
comment on function pgwave_private.react() is
  'Count what changed interactions used, and drive on their runs. Writes: interactions, workflow_runs, budget_entries. Locks: the runs, ascending.';

create or replace function pgwave_private.settle_runs(changed pgwave.interactions[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
  v_live bigint[];
  v_resolutions pgwave_private.resolution[];
  v_starts pgwave_private.start[] := '{}';
  v_measured boolean;
  v_lost boolean;
  v_pending boolean;
  v_waits boolean;
  v_looping bigint[];
  v_limited boolean;
begin
  select array_agg(distinct c.workflow_run_id),
         bool_or(c.conversation_id = 9197 and c.status = 'completed'), bool_or(c.status in ('failed', 'cancelled')),
         bool_or(c.status = 'pending')
    into v_runs, v_measured, v_lost, v_pending
    from unnest(settle_runs.changed) c;
  select array_agg(locked.workflow_run_id),
         coalesce(array_agg(locked.workflow_run_id) filter (where locked.ends_as is null), '{}'),
         bool_or(locked.interactions_waiting > 0), bool_or(locked.limits is not null),
         coalesce(array_agg(locked.workflow_run_id) filter (where exists (
           select from pgwave_private.plans p where p.plan_id = locked.plan_id and p.has_loops)), '{}')
    into v_runs, v_live, v_waits, v_limited, v_looping
    from (
      select run.workflow_run_id, run.ends_as, run.interactions_waiting, run.limits, run.plan_id from pgwave.workflow_runs run
       where run.workflow_run_id = any(v_runs)
         and run.finished_at is null
       order by run.workflow_run_id
         for no key update
    ) locked;
  if v_runs is null then
    return;
  end if;
  perform pgwave_private.count_resolutions(settle_runs.changed);
  if v_waits then
    perform pgwave_private.close_waits(settle_runs.changed);
    -- a child run whose parent was resolved by hand in the same statement ended with that
    v_live := array(select run.workflow_run_id from pgwave.workflow_runs run
                     where run.workflow_run_id = any(v_live) and run.ends_as is null and run.finished_at is null);
  end if;
  if v_pending then
    perform pgwave_private.follow_pauses(settle_runs.changed);
  end if;
  if v_lost then
    v_live := pgwave_private.end_runs_that_lost(settle_runs.changed, v_live);
  end if;
  if v_limited then
    v_live := pgwave_private.end_runs_over_limits(v_live);
  end if;
  select coalesce(array_agg(row(c.workflow_run_id, c.conversation_id, c.iteration, c.interaction_id, c.status,
                       coalesce(c.branches_taken, '{}'))::pgwave_private.resolution), '{}')
    into v_resolutions
    from unnest(settle_runs.changed) c
   where c.status in ('completed', 'failed', 'skipped') and c.item_index is null and c.conversation_id <> 9197
     and c.workflow_run_id = any(v_live);
  if v_measured then
    perform pgwave_private.note_measurements(settle_runs.changed);
    select f.starts, v_resolutions || f.resolutions into v_starts, v_resolutions
      from pgwave_private.first_steps(array(
        select c.workflow_run_id from unnest(settle_runs.changed) c
         where c.conversation_id = 9197 and c.iteration = 0 and c.status = 'completed'
           and c.workflow_run_id = any(v_live))) f;
  end if;
  if cardinality(v_resolutions) > 0 or cardinality(v_starts) > 0 then
    perform pgwave_private.advance_runs(v_resolutions, v_starts, v_looping);
  end if;
  if v_waits then
    perform pgwave_private.count_items(settle_runs.changed);
  end if;
  perform pgwave_private.conclude_reaction(v_runs);
end
$$;
comment on function pgwave_private.settle_runs(pgwave.interactions[]) is
  'Lock the runs of changed interactions, count, advance, and finish those that have nothing left to do. Writes: interactions, workflow_runs. Locks: the runs, ascending.';

-- Enqueued before the run was held, so its pause or resume may have passed by.
create or replace function pgwave_private.follow_pauses(changed pgwave.interactions[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.ready r set paused = run.status = 'paused'
    from unnest(follow_pauses.changed) c
    join pgwave.workflow_runs run on run.workflow_run_id = c.workflow_run_id
   where c.status = 'pending' and r.interaction_id = c.interaction_id and r.paused <> (run.status = 'paused');
end
$$;
comment on function pgwave_private.follow_pauses(pgwave.interactions[]) is
  'Bring what is to be tried again in line with its run, paused or not. Writes: ready. Locks: nothing; the caller holds the runs.';

-- What is stale or an item of a map ends no run.
create or replace function pgwave_private.end_runs_that_lost(changed pgwave.interactions[], live_run_ids bigint[])
returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_live bigint[] := live_run_ids;
  v_change pgwave.interactions;
begin
  foreach v_change in array end_runs_that_lost.changed loop
    continue when v_change.item_index is not null or v_change.status not in ('failed', 'cancelled')
      or v_change.workflow_run_id <> all (v_live) or pgwave_private.is_stale(v_change);
    if v_change.status = 'cancelled' then
      update pgwave.workflow_runs run set ends_as = 'cancelled', error = v_change.error
       where run.workflow_run_id = v_change.workflow_run_id;
      v_live := array_remove(v_live, v_change.workflow_run_id);
    elsif pgwave_private.is_unhandled(v_change) then
      perform pgwave_private.fail_run_for(v_change);
      v_live := array_remove(v_live, v_change.workflow_run_id);
    end if;
  end loop;
  return v_live;
end
$$;
comment on function pgwave_private.end_runs_that_lost(pgwave.interactions[], bigint[]) is
  'Note the runs that end because of a failure that nothing took up, or of an interaction cancelled by hand. Returns: the runs that live on. Writes: workflow_runs.';

create or replace function pgwave_private.conclude_reaction(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ending bigint[];
  v_opens boolean;
  v_ends boolean;
  v_waits boolean;
  v_batches bigint[];
begin
  select array_agg(run.workflow_run_id) filter (where run.ends_as is not null), bool_or(run.interactions_open = 0),
         array_agg(run.workflow_run_id) filter (where run.mode = 'global_batch'),
         bool_or(run.interactions_waiting > 0 or run.status = 'waiting'),
         bool_or(exists (select from pgwave.ready r where r.workflow_run_id = run.workflow_run_id and r.lane = 'waits'))
    into v_ending, v_ends, v_batches, v_waits, v_opens
    from pgwave.workflow_runs run
   where run.workflow_run_id = any(conclude_reaction.run_ids) and run.finished_at is null;
  if v_ending is not null then
    perform pgwave_private.cancel_open_interactions(v_ending, false);
  end if;
  if v_opens then
    perform pgwave_private.open_waits(conclude_reaction.run_ids);
  end if;
  if v_ends or v_opens or v_ending is not null then
    perform pgwave_private.finish_runs(conclude_reaction.run_ids);
  end if;
  if v_waits or v_opens then
    perform pgwave_private.tell_who_waits(conclude_reaction.run_ids);
    perform pgwave_private.keep_time(conclude_reaction.run_ids);
  end if;
  if v_batches is not null then
    perform pgwave_private.settle_batches(v_batches);
  end if;
end
$$;
comment on function pgwave_private.conclude_reaction(bigint[]) is
  'Do what is left once a reaction has created what follows: cancel in runs that end, open what waits for no worker, finish, say whether a run only waits. Writes: interactions, waits, workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.tell_who_waits(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set status = (case when run.interactions_waiting = run.interactions_open then 'waiting' else 'running' end)
                  ::pgwave.run_status
   where run.workflow_run_id = any(tell_who_waits.run_ids) and run.finished_at is null and run.mode <> 'global_batch'
     and ((run.status in ('pending', 'running') and run.interactions_waiting = run.interactions_open)
       or (run.status = 'waiting' and run.interactions_waiting < run.interactions_open));
end
$$;
comment on function pgwave_private.tell_who_waits(bigint[]) is
  'Say of runs whether all that is open in them waits. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.kept_resolutions(run_ids bigint[]) returns pgwave_private.resolution[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(row(i.workflow_run_id, i.conversation_id, i.iteration, i.interaction_id, i.status,
             coalesce(i.branches_taken, '{}'))::pgwave_private.resolution order by i.interaction_id), '{}')
      from pgwave.interactions i
     where i.workflow_run_id = any(kept_resolutions.run_ids)
       and i.conversation_id not in (9197, 9198) and i.item_index is null
       and i.status in ('completed', 'failed', 'skipped')
       and not pgwave_private.is_unhandled(i) and not pgwave_private.is_stale(i)
  );
end
$$;
comment on function pgwave_private.kept_resolutions(bigint[]) is
  'List what runs have resolved in their present iterations. Returns: the resolutions, whose branches a retry and a fork deliver.';

create or replace function pgwave_private.first_steps(
  run_ids bigint[],
  out starts pgwave_private.start[],
  out resolutions pgwave_private.resolution[]
)
language plpgsql
stable
set search_path = ''
as $$
begin
  select coalesce(array_agg(row(run.workflow_run_id, s.conversation_id, case when run.loops is null then 0
             else pgwave_private.current_iteration(run.loops, run.workflow_version_id, s.conversation_id) end,
           case when s.conversation_id = p.fork_conversation_id then coalesce(parents.ids, '{}') else '{}' end
         )::pgwave_private.start order by run.workflow_run_id, s.ord), '{}')
    into starts
    from pgwave.workflow_runs run
    join pgwave_private.plans p on p.plan_id = run.plan_id
    cross join lateral (
      select u.conversation_id, min(u.ord) as ord
        from unnest(p.start_conversation_ids || p.fork_conversation_id) with ordinality u (conversation_id, ord)
        join pgwave_private.plan_conversations pc
          on pc.plan_id = p.plan_id and pc.conversation_id = u.conversation_id
       group by u.conversation_id
    ) s
    left join lateral (
      select c.parent_interaction_ids as ids
        from pgwave_private.count_sources(
          run.workflow_run_id, run.workflow_version_id, run.plan_id, run.loops, p.fork_conversation_id, '{}', '{}') c
       where p.fork_conversation_id is not null
    ) parents on true
   where run.workflow_run_id = any(first_steps.run_ids)
     and not exists (
       select from pgwave.interactions i
        where i.workflow_run_id = run.workflow_run_id and i.conversation_id = s.conversation_id);
  resolutions := pgwave_private.kept_resolutions(array(
    select run.workflow_run_id from pgwave.workflow_runs run
     where run.workflow_run_id = any(first_steps.run_ids) and run.forked_from_workflow_run_id is not null));
end
$$;
comment on function pgwave_private.first_steps(bigint[]) is
  'List what begins a run once its rows are loaded and its state is measured. Returns: the conversations that start, and, of a fork, what it kept.';

create or replace function pgwave_private.count_resolutions(changed pgwave.interactions[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set status = case when run.status = 'pending' then 'running' else run.status end,
         interactions_open = run.interactions_open - c.resolved,
         interactions_completed = run.interactions_completed + c.completed,
         interactions_failed = run.interactions_failed + c.failed,
         interactions_skipped = run.interactions_skipped + c.skipped,
         interactions_cancelled = run.interactions_cancelled + c.cancelled
    from (
      select u.workflow_run_id,
             count(*) filter (where u.status in ('completed', 'failed', 'skipped', 'cancelled')) as resolved,
             count(*) filter (where u.status = 'completed') as completed,
             count(*) filter (where u.status = 'failed') as failed,
             count(*) filter (where u.status = 'skipped') as skipped,
             count(*) filter (where u.status = 'cancelled') as cancelled
        from unnest(count_resolutions.changed) u
       group by u.workflow_run_id
    ) c
   where run.workflow_run_id = c.workflow_run_id;
end
$$;
comment on function pgwave_private.count_resolutions(pgwave.interactions[]) is
  'Keep the runs'' counts. Writes: workflow_runs.';
