-- Follow: what a change of status leads to. The runs are held; what follows is worked out in rounds, each decided and
-- created in one statement, until nothing more follows. Special cases hang off by what the runs have: loops, limits,
-- waits, maps, an end to come.

create or replace function pgwave_private.follow_changes(
  changes pgwave_private.change[],
  worker_id bigint default null,
  most int default 0,
  over_ids bigint[] default '{}'
) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_held pgwave_private.held_runs := pgwave_private.hold_runs(changes);
  v_effects pgwave_private.effects;
begin
  if v_held.run_ids is null then
    perform pgwave_private.conclude_runs(over_ids) where over_ids <> '{}';
    return '{}';
  end if;
  if v_held.is_special then
    perform pgwave_private.count_changes(changes);
    if v_held.is_of_items and over_ids = '{}' then
      perform pgwave_private.settle_items(changes, v_held.run_ids);
      return '{}';
    end if;
    v_held := pgwave_private.settle_special(changes, v_held);
  end if;
  if v_held.joins is not null then
    v_held.starts := pgwave_private.decide_joins(v_held.starts, v_held.joins);
  end if;
  v_effects := pgwave_private.advance_runs(
    case when v_held.is_special or cardinality(v_held.looping_ids) > 0 then v_held.resolutions else '{}' end,
    v_held.starts, v_held.looping_ids, v_held.is_limited,
    case when v_held.is_special then '{}' else changes end, follow_changes.worker_id, follow_changes.most);
  if v_held.has_waits then
    perform pgwave_private.count_items(changes);
  end if;
  if v_held.is_special or v_held.has_races or v_effects.is_over or v_effects.is_waiting or over_ids <> '{}' then
    -- all at once: what the end of one leads to may cancel others that are over as well
    perform pgwave_private.conclude_runs(v_held.run_ids || over_ids);
  end if;
  return v_effects.begun_ids;
end
$$;
comment on function pgwave_private.follow_changes(pgwave_private.change[], bigint, int, bigint[]) is
  'Drive on the runs of interactions that changed, and conclude those that are over by other answers of the call; what the worker given can do at once it begins, so many at most. Returns: the interactions that it begins. Writes: interactions, workflow_runs, and what hangs on them. Locks: the runs, ascending.';

create or replace function pgwave_private.hold_runs(changes pgwave_private.change[]) returns pgwave_private.held_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_held pgwave_private.held_runs;
begin
  with locked as materialized (
    select run.workflow_run_id, run.plan_id, run.ends_as, run.interactions_waiting > 0
      or run.status = 'waiting' as waits,
           run.limits is not null as is_limited, run.mode
      from pgwave.workflow_runs run
     where run.workflow_run_id in (select c.workflow_run_id from unnest(hold_runs.changes) c)
       and run.finished_at is null
     order by run.workflow_run_id
       for no key update
  ),
  runs as (
    select array_agg(l.workflow_run_id) as ids,
      array_agg(l.workflow_run_id) filter (where l.ends_as is null) as live_ids,
           array_agg(l.workflow_run_id) filter (where p.has_loops) as looping_ids, bool_or(l.waits) as has_waits,
           bool_or(l.is_limited) as is_limited, bool_or(p.has_races) as has_races,
           bool_or(l.ends_as is not null or l.waits or l.is_limited or l.mode = 'global_batch') as is_special,
           bool_and(l.ends_as is null and not l.is_limited and l.mode <> 'global_batch') as is_usual
      from locked l
      left join pgwave_private.plans p on p.plan_id = l.plan_id
  ),
  changed as materialized (
    select row(u.workflow_run_id, u.conversation_id, u.iteration, u.interaction_id, u.status,
             coalesce(u.branches_taken, '{}'))::pgwave_private.resolution as resolution, l.plan_id,
               l.workflow_run_id is not null as is_held,
           u.status = 'completed' and u.item_index is not null as is_item,
           u.status <> 'completed' or u.item_index is not null
             or u.conversation_id in (pgwave_private.conversation_of('start'), pgwave_private.conversation_of('tasks'),
               pgwave_private.conversation_of('measurement')) as is_special
      from unnest(hold_runs.changes) u
      left join locked l on l.workflow_run_id = u.workflow_run_id
  )
  select r.ids, coalesce(r.live_ids, '{}'), coalesce(r.looping_ids, '{}'), coalesce(c.resolutions, '{}'),
         coalesce(d.starts, '{}'), d.joins, r.has_waits, r.is_limited, r.is_special or c.is_special,
           coalesce(r.has_races, false), r.is_usual and c.is_of_items
    into v_held
    from runs r
    cross join (
      select array_agg(h.resolution order by (h.resolution).workflow_run_id, (h.resolution).interaction_id)
               filter (where h.is_held) as resolutions, bool_or(h.is_special) as is_special,
             bool_and(h.is_item and h.is_held) as is_of_items
        from changed h
    ) c
    left join lateral (
      -- in most calls nothing is special: what starts is decided in the same statement
      select array_agg(t.start order by (t.start).workflow_run_id,
        (t.start).conversation_id) filter (where not t.is_join) as starts,
             array_agg(distinct t.start) filter (where t.is_join) as joins
        from changed h
        cross join lateral pgwave_private.list_targets(h.plan_id, h.resolution) t
       where h.is_held
    ) d on r.looping_ids is null and not (r.is_special or c.is_special);
  return v_held;
end
$$;
comment on function pgwave_private.hold_runs(pgwave_private.change[]) is
  'Lock the runs of changed interactions, ascending, and see what they have. Returns: the unfinished runs, those that do not end, those with loops, what was resolved, whether anything is special, and, where nothing is, what starts and the joins to be decided. Locks: the runs, ascending.';

-- Most answers of a map: others are open still, and nothing else comes of them.
create or replace function pgwave_private.settle_items(changes pgwave_private.change[], run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform pgwave_private.add_shared_usage(changes);
  perform pgwave_private.close_waits(changes);
  perform pgwave_private.count_items(changes);
  if exists (
    select from pgwave.workflow_runs run
     where run.workflow_run_id = any(run_ids) and run.finished_at is null
       and (run.interactions_open <= run.interactions_waiting or exists (
         select from pgwave.ready r where r.workflow_run_id = run.workflow_run_id and r.lane = 'waits')))
  then
    perform pgwave_private.conclude_runs(run_ids);
  end if;
end
$$;
comment on function pgwave_private.settle_items(pgwave_private.change[], bigint[]) is
  'Count items that completed, and drive on their maps; conclude the runs where nothing is under way any more, or something waits for no worker. Writes: waits, and what follows. Locks: nothing; the caller holds the runs.';

-- Whatever is no plain completion in a plain run, in the order in which it counts.
create or replace function pgwave_private.settle_special(changes pgwave_private.change[], held pgwave_private.held_runs)
returns pgwave_private.held_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_held pgwave_private.held_runs := held;
begin
  perform pgwave_private.add_shared_usage(changes);
  if held.has_waits then
    perform pgwave_private.close_waits(changes);
    -- a child run whose parent was resolved by hand in the same statement ended with that
    v_held.live_ids := array(select run.workflow_run_id from pgwave.workflow_runs run
                              where run.workflow_run_id = any(v_held.live_ids)
                                and run.ends_as is null and run.finished_at is null);
  end if;
  perform pgwave_private.follow_pauses(changes);
  v_held.live_ids := pgwave_private.end_runs_that_lost(changes, v_held.live_ids);
  if held.is_limited then
    v_held.live_ids := pgwave_private.end_runs_over_limits(v_held.live_ids);
  end if;
  select coalesce(array_agg(row(c.workflow_run_id, c.conversation_id, c.iteration, c.interaction_id, c.status,
                       coalesce(c.branches_taken, '{}'))::pgwave_private.resolution
                       order by c.workflow_run_id, c.interaction_id), '{}')
    into v_held.resolutions
    from unnest(settle_special.changes) c
   where c.status in ('completed', 'failed', 'skipped') and c.item_index is null
     and c.conversation_id not in (pgwave_private.conversation_of('start'),
       pgwave_private.conversation_of('measurement'))
     and c.workflow_run_id = any(v_held.live_ids);
  if exists (select from unnest(settle_special.changes) c
    where c.conversation_id = pgwave_private.conversation_of('measurement') and c.status = 'completed')
    then
    v_held := pgwave_private.settle_measurements(changes, v_held);
  end if;
  if exists (select from unnest(settle_special.changes) c
    where c.conversation_id = pgwave_private.conversation_of('start') and c.status = 'completed')
    then
    v_held := pgwave_private.settle_starts(changes, v_held);
  end if;
  return v_held;
end
$$;
comment on function pgwave_private.settle_special(pgwave_private.change[], pgwave_private.held_runs) is
  'Settle what changed in runs that wait, have limits, end or are measured, before they go on: waits are closed, pauses followed, runs end by a failure or a limit. Returns: what still goes on. Writes: waits, ready, workflow_runs, budget_entries. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.settle_measurements(changes pgwave_private.change[],
  held pgwave_private.held_runs)
returns pgwave_private.held_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_held pgwave_private.held_runs := held;
  v_first record;
begin
  perform pgwave_private.note_measurements(changes);
  v_first := pgwave_private.first_steps(array(
    select c.workflow_run_id from unnest(settle_measurements.changes) c
     where c.conversation_id = pgwave_private.conversation_of('measurement') and c.iteration = 0
       and c.status = 'completed'
       and c.workflow_run_id = any(v_held.live_ids)));
  v_held.starts := v_first.starts;
  v_held.resolutions := v_held.resolutions || v_first.resolutions;
  return v_held;
end
$$;
comment on function pgwave_private.settle_measurements(pgwave_private.change[], pgwave_private.held_runs) is
  'Keep what was loaded and measured, and start the runs that waited for it. Returns: what goes on. Writes: workflow_runs, the orchestrator interactions.';

create or replace function pgwave_private.advance_runs(
  resolutions pgwave_private.resolution[],
  starts pgwave_private.start[],
  looping_ids bigint[],
  is_limited boolean,
  changes pgwave_private.change[] default '{}',
  worker_id bigint default null,
  most int default 0
) returns pgwave_private.effects
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_none constant pgwave_private.resolution[] := array[]::pgwave_private.resolution[];
  v_round pgwave_private.round := row(advance_runs.resolutions, v_none, advance_runs.starts, null::jsonb,
    null::bigint[]);
  v_made pgwave_private.made := row(array[]::pgwave_private.new_interaction[],
    array[]::pgwave_private.new_interaction[],
    v_none, array[]::bigint[], false);
  v_effects pgwave_private.effects := row(array[]::bigint[], false, false, false);
  v_changes pgwave_private.change[] := advance_runs.changes;
begin
  loop
    if cardinality(v_round.starts) > 0 then
      -- a resolution may lead to what starts anyway
      v_round.later := v_round.resolutions;
      v_round.resolutions := '{}';
    elsif cardinality(looping_ids) > 0 then
      v_round := pgwave_private.take_turn(v_round, looping_ids, is_limited);
      v_made.failed_ids := v_made.failed_ids || v_round.ended_ids;
    end if;
    v_round.starts := pgwave_private.decide_round(v_round, v_made.open, looping_ids);
    if cardinality(v_round.starts) > 0 then
      v_made := pgwave_private.sort_created(
        pgwave_private.create_interactions(v_round.starts), v_made, is_limited, v_round.loops);
    end if;
    exit when cardinality(v_made.resolved) = 0 and cardinality(v_round.later) = 0;
    -- what comes next may read it
    v_effects := pgwave_private.write_created(v_made.resolved, v_changes, null, 0, v_effects);
    v_changes := '{}';
    v_round := row(v_made.resolutions || v_round.later, v_none, array[]::pgwave_private.start[], null::jsonb,
      null::bigint[]);
    v_made.resolved := '{}';
    v_made.resolutions := '{}';
  end loop;
  -- what is open goes last: of a run that failed or was ended meanwhile it never started, and has no row
  if cardinality(v_made.failed_ids) > 0 then
    v_made.open := pgwave_private.drop_failed(v_made);
    v_effects.is_over := true;
  end if;
  v_effects := pgwave_private.write_created(v_made.open, v_changes, advance_runs.worker_id, advance_runs.most,
    v_effects);
  if v_made.has_maps then
    perform pgwave_private.insert_items_of(v_made.open);
    v_effects.is_waiting := true;
  end if;
  return v_effects;
end
$$;
comment on function pgwave_private.advance_runs(pgwave_private.resolution[], pgwave_private.start[], bigint[], boolean,
  pgwave_private.change[], bigint, int) is
  'Create all that follows from resolved interactions and what starts; the runs whose workflow has loops are named. Returns: what came of it. Writes: interactions, leases, ready, waits, workflow_runs, tickets. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.decide_round(
  round pgwave_private.round,
  open pgwave_private.new_interaction[],
  looping_ids bigint[]
) returns pgwave_private.start[]
language plpgsql
stable
set search_path = ''
as $$
begin
  if cardinality(round.resolutions) = 0 then
    return round.starts;
  elsif cardinality(decide_round.looping_ids) = 0 then
    return round.starts || pgwave_private.decide_targets(round.resolutions, decide_round.open, '{}');
  end if;
  return round.starts || pgwave_private.decide_targets(round.resolutions, decide_round.open, decide_round.looping_ids)
    || pgwave_private.decide_looping_targets(round, decide_round.open, decide_round.looping_ids);
end
$$;
comment on function pgwave_private.decide_round(pgwave_private.round, pgwave_private.new_interaction[], bigint[]) is
  'Decide what starts and what is skipped in a round. Returns: what starts anyway, and the targets that are decided now.';

-- Each row by itself: no statement but for a run that fails or has limits. Arrays of their own, since one inside a
-- composite is copied whenever something is added to it.
create or replace function pgwave_private.sort_created(
  created pgwave_private.new_interaction[],
  made pgwave_private.made,
  is_limited boolean,
  loops jsonb
) returns pgwave_private.made
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_open pgwave_private.new_interaction[] := made.open;
  v_resolved pgwave_private.new_interaction[] := made.resolved;
  v_resolutions pgwave_private.resolution[] := made.resolutions;
  v_failed bigint[] := made.failed_ids;
  v_has_maps boolean := made.has_maps;
  v_new pgwave_private.new_interaction;
begin
  foreach v_new in array created loop
    continue when v_new.workflow_run_id = any(v_failed);
    if sort_created.is_limited and v_new.status <> 'skipped'
       and pgwave_private.exceeds_limit(v_new, v_open || v_resolved, sort_created.loops) then
      v_failed := v_failed || v_new.workflow_run_id;
    elsif v_new.status in ('pending', 'waiting') then
      v_open := v_open || v_new;
      v_has_maps := v_has_maps or v_new.map_items is not null;
    else
      v_resolved := v_resolved || v_new;
      v_resolutions := v_resolutions || row(v_new.workflow_run_id, v_new.conversation_id, v_new.iteration,
        v_new.interaction_id, v_new.status, v_new.branches_taken)::pgwave_private.resolution;
      if v_new.status = 'failed'
         and pgwave_private.leaves_unhandled(v_new.conversation_version_id, v_new.branches_taken) then
        v_failed := v_failed || v_new.workflow_run_id;
        perform pgwave_private.fail_run_for(v_new.workflow_run_id, v_new.interaction_id, v_new.error);
      end if;
    end if;
  end loop;
  return row(v_open, v_resolved, v_resolutions, v_failed, v_has_maps);
end
$$;
comment on function pgwave_private.sort_created(pgwave_private.new_interaction[], pgwave_private.made, boolean,
  jsonb) is
  'Sort what a round made into open and resolved; a run that fails by it or has no room for it gets no more. Returns: with what was made before, the resolutions of this round. Writes: workflow_runs.ends_as.';

create or replace function pgwave_private.drop_failed(made pgwave_private.made) returns pgwave_private.new_interaction[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_kept pgwave_private.new_interaction[] := '{}';
  v_new pgwave_private.new_interaction;
begin
  foreach v_new in array made.open loop
    if v_new.workflow_run_id <> all (made.failed_ids) then
      v_kept := v_kept || v_new;
    end if;
  end loop;
  return v_kept;
end
$$;
comment on function pgwave_private.drop_failed(pgwave_private.made) is
  'Drop what is open of runs that failed meanwhile. Returns: the rest.';

create or replace function pgwave_private.write_created(
  created pgwave_private.new_interaction[],
  changes pgwave_private.change[],
  worker_id bigint,
  most int,
  effects pgwave_private.effects
) returns pgwave_private.effects
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_effects pgwave_private.effects := effects;
  v_begun bigint[] := '{}';
  v_inserted record;
begin
  if cardinality(created) = 0 then
    if cardinality(changes) > 0 then
      v_effects.is_over := pgwave_private.count_changes(changes) or v_effects.is_over;
    end if;
    return v_effects;
  end if;
  if write_created.most > 0 then
    v_begun := pgwave_private.choose_begun(created, write_created.worker_id, write_created.most);
    v_effects.begun_ids := v_effects.begun_ids || v_begun;
  end if;
  v_inserted := pgwave_private.insert_created(created, v_begun, write_created.worker_id, changes);
  v_effects.is_queued := v_effects.is_queued or v_inserted.is_queued;
  v_effects.is_waiting := v_effects.is_waiting or v_inserted.is_waiting;
  v_effects.is_over := v_effects.is_over or v_inserted.is_over;
  return v_effects;
end
$$;
comment on function pgwave_private.write_created(pgwave_private.new_interaction[], pgwave_private.change[], bigint, int,
  pgwave_private.effects) is
  'Write what a round created and count it, with what changed before. Returns: the effects so far. Writes: interactions, leases, ready, workflow_runs, tickets.';

-- Whether a failure ends its run: nothing took it up, and the conversation does not let the run continue.
create or replace function pgwave_private.leaves_unhandled(conversation_version_id bigint, branches_taken bigint[])
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select cv.on_failure = 'fail_run'
       and not exists (
         select from pgwave.branches b
          where b.branch_id = any(leaves_unhandled.branches_taken) and b.after = 'failure')
      from pgwave.conversation_versions cv
     where cv.conversation_version_id = leaves_unhandled.conversation_version_id), true);
end
$$;
comment on function pgwave_private.leaves_unhandled(bigint, bigint[]) is
  'Tell whether a failure of a conversation is one that ends its run, given the branches that it took. Returns: true or false.';

create or replace function pgwave_private.is_unhandled(interaction pgwave.interactions) returns boolean
language sql
stable
set search_path = ''
as $$
  select (interaction).status = 'failed' and (interaction).item_index is null
     and pgwave_private.leaves_unhandled((interaction).conversation_version_id, (interaction).branches_taken)
$$;
comment on function pgwave_private.is_unhandled(pgwave.interactions) is
  'Tell whether an interaction is a failure that ends its run. Returns: true or false.';
