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
begin
  select array_agg((n.*)::pgwave.interactions order by n.workflow_run_id, n.interaction_id) into v_changed
    from new_rows n
   where n.event_type in ('completed', 'failed', 'skipped', 'cancelled', 'retry_scheduled', 'handed_back')
     and n.conversation_id <> 9198;
  if v_changed is not null then
    perform pgwave_private.settle_runs(v_changed);
  end if;
  return null;
end
$$;
comment on function pgwave_private.react() is
  'Drive on the runs whose interactions changed. Writes: interactions, workflow_runs. Locks: the runs, ascending.';

create or replace function pgwave_private.settle_runs(changed pgwave.interactions[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
  v_live bigint[];
  v_ending bigint[];
  v_failed bigint[];
  v_resolutions pgwave_private.resolution[];
  v_starts pgwave_private.start[] := '{}';
  v_change pgwave.interactions;
  v_measured boolean;
  v_lost boolean;
begin
  select array_agg(distinct c.workflow_run_id) into v_runs from unnest(settle_runs.changed) c;
  select array_agg(locked.workflow_run_id),
         coalesce(array_agg(locked.workflow_run_id) filter (where locked.ends_as is null), '{}')
    into v_runs, v_live
    from (
      select run.workflow_run_id, run.ends_as from pgwave.workflow_runs run
       where run.workflow_run_id = any(v_runs)
         and run.finished_at is null
       order by run.workflow_run_id
         for no key update
    ) locked;
  if v_runs is null then
    return;
  end if;
  perform pgwave_private.count_resolutions(settle_runs.changed);
  select bool_or(c.conversation_id = 9197 and c.status = 'completed'), bool_or(c.status in ('failed', 'cancelled'))
    into v_measured, v_lost
    from unnest(settle_runs.changed) c;
  if v_lost then
    foreach v_change in array settle_runs.changed loop
      if v_change.status = 'cancelled' and v_change.workflow_run_id = any(v_live) then
        update pgwave.workflow_runs run set ends_as = 'cancelled', error = v_change.error
         where run.workflow_run_id = v_change.workflow_run_id;
        v_live := array_remove(v_live, v_change.workflow_run_id);
      elsif v_change.status = 'failed' and v_change.workflow_run_id = any(v_live)
            and pgwave_private.is_unhandled(v_change) then
        perform pgwave_private.fail_run_for(v_change);
        v_live := array_remove(v_live, v_change.workflow_run_id);
      end if;
    end loop;
  end if;
  select coalesce(array_agg(row(c.workflow_run_id, c.conversation_id, c.iteration, c.interaction_id, c.status,
                       coalesce(c.branches_taken, '{}'))::pgwave_private.resolution), '{}')
    into v_resolutions
    from unnest(settle_runs.changed) c
   where c.status in ('completed', 'failed', 'skipped') and c.conversation_id <> 9197
     and c.workflow_run_id = any(v_live);
  if v_measured then
    perform pgwave_private.note_measurements(settle_runs.changed);
    v_starts := pgwave_private.starts_after_measuring(settle_runs.changed, v_live);
  end if;
  if cardinality(v_resolutions) > 0 or cardinality(v_starts) > 0 then
    v_failed := pgwave_private.advance_runs(v_resolutions, v_starts);
    select coalesce(array_agg(r), '{}') into v_live from unnest(v_live) r where r <> all (v_failed);
  end if;
  if cardinality(v_live) < cardinality(v_runs) then
    select array_agg(r) into v_ending from unnest(v_runs) r where r <> all (v_live);
    perform pgwave_private.cancel_open_interactions(v_ending, false);
  end if;
  perform pgwave_private.finish_runs(v_runs);
end
$$;
comment on function pgwave_private.settle_runs(pgwave.interactions[]) is
  'Lock the runs of changed interactions, count, advance, and finish those that have nothing left to do. Writes: interactions, workflow_runs. Locks: the runs, ascending.';

create or replace function pgwave_private.starts_after_measuring(changed pgwave.interactions[], run_ids bigint[])
returns pgwave_private.start[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(row(c.workflow_run_id, s.conversation_id, 0, '{}')::pgwave_private.start
                              order by c.workflow_run_id, s.ord), '{}')
      from unnest(starts_after_measuring.changed) c
      join pgwave.workflow_runs run on run.workflow_run_id = c.workflow_run_id
      join pgwave_private.plans p on p.plan_id = run.plan_id
      cross join lateral unnest(p.start_conversation_ids) with ordinality s (conversation_id, ord)
     where c.conversation_id = 9197 and c.iteration = 0 and c.status = 'completed'
       and c.workflow_run_id = any(starts_after_measuring.run_ids)
  );
end
$$;
comment on function pgwave_private.starts_after_measuring(pgwave.interactions[], bigint[]) is
  'List what starts once a run''s rows are loaded and its state is measured. Returns: the start conversations of these runs.';

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
