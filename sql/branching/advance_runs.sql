-- The worklist: from what was resolved to what follows, until nothing more follows.
-- Held in arrays; one insert for all that is created. The caller holds the runs.

-- Whether a failure ends its run: nothing took it up, and the conversation does not let the run continue.
create or replace function pgwave_private.is_unhandled(interaction pgwave.interactions) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select (interaction).status = 'failed' and (interaction).item_index is null and coalesce(
      (interaction).conversation_version_id is null or (
        select cv.on_failure = 'fail_run'
           and not exists (
             select from pgwave.branches b
              where b.branch_id = any((interaction).branches_taken) and b.after = 'failure')
          from pgwave.conversation_versions cv
         where cv.conversation_version_id = (interaction).conversation_version_id), true)
  );
end
$$;
comment on function pgwave_private.is_unhandled(pgwave.interactions) is
  'Tell whether a failure is one that ends its run. Returns: true or false.';

-- A run with loops is driven on by one resolution at a time, with all that follows from it: taking a loop changes what the
-- next one means. Every other run is driven on by all of them at once.
create or replace function pgwave_private.split_queue(
  queue pgwave_private.resolution[],
  looping_run_ids bigint[],
  out now pgwave_private.resolution[],
  out later pgwave_private.resolution[]
)
language plpgsql
immutable
set search_path = ''
as $$
begin
  now := queue;
  later := '{}';
  if cardinality(looping_run_ids) > 0 and cardinality(queue) > 1 then
    select coalesce(array_agg(q.resolution order by q.place) filter (where q.is_first or not q.loops), '{}'),
           coalesce(array_agg(q.resolution order by q.place) filter (where q.loops and not q.is_first), '{}')
      into now, later
      from (
        select row(u.workflow_run_id, u.conversation_id, u.iteration, u.interaction_id, u.status,
                   u.branches_taken)::pgwave_private.resolution as resolution, u.place,
               u.workflow_run_id = any(split_queue.looping_run_ids) as loops,
               row_number() over (partition by u.workflow_run_id order by u.place) = 1 as is_first
          from unnest(split_queue.queue) with ordinality u
                 (workflow_run_id, conversation_id, iteration, interaction_id, status, branches_taken, place)
      ) q;
  end if;
end
$$;
comment on function pgwave_private.split_queue(pgwave_private.resolution[], bigint[]) is
  'Split resolutions into those that are applied now and those that wait for what follows from them. Returns: both, in order.';

-- A loop that a limit keeps from being taken was not taken: a retry with more room takes it.
create or replace function pgwave_private.keep_loops(run_ids bigint[]) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_object_agg(run.workflow_run_id, coalesce(run.loops, '{}'))
      from pgwave.workflow_runs run
     where run.workflow_run_id = any(keep_loops.run_ids) and run.limits is not null
  );
end
$$;
comment on function pgwave_private.keep_loops(bigint[]) is
  'Keep the loops that runs with limits had taken so far. Returns: them by run.';

create or replace function pgwave_private.restore_loops(workflow_run_id bigint, kept jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set loops = nullif(restore_loops.kept -> run.workflow_run_id::text, '{}')
   where run.workflow_run_id = restore_loops.workflow_run_id and restore_loops.kept ? run.workflow_run_id::text;
end
$$;
comment on function pgwave_private.restore_loops(bigint, jsonb) is
  'Put back the loops that a run had taken. Writes: workflow_runs. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.advance_runs(
  resolutions pgwave_private.resolution[],
  starts pgwave_private.start[],
  looping_run_ids bigint[]
) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_queue pgwave_private.resolution[] := advance_runs.resolutions;
  v_now pgwave_private.resolution[];
  v_later pgwave_private.resolution[];
  v_starts pgwave_private.start[] := advance_runs.starts;
  v_loop_starts pgwave_private.start[];
  v_known pgwave_private.resolution[] := '{}';
  v_next pgwave_private.resolution[];
  v_open pgwave.interactions[] := '{}';
  v_resolved pgwave.interactions[] := '{}';
  v_new pgwave.interactions;
  v_maps pgwave_private.new_map[] := '{}';
  v_map pgwave_private.new_map;
  v_run pgwave.workflow_runs;
  v_target record;
  v_made record;
  v_failed bigint[] := '{}';
  v_is_read boolean := false;
  v_left int;
  v_loops jsonb;
begin
  loop
    if cardinality(v_starts) > 0 then
      -- a resolution may lead to what starts anyway
      v_now := '{}';
      v_later := v_queue;
    else
      select q.now, q.later into v_now, v_later from pgwave_private.split_queue(v_queue, advance_runs.looping_run_ids) q;
    end if;
    if cardinality(advance_runs.looping_run_ids) > 0 then
      v_loops := pgwave_private.keep_loops(advance_runs.looping_run_ids);
      select l.rest, l.starts into v_now, v_loop_starts from pgwave_private.take_loops(v_now, advance_runs.looping_run_ids) l;
      v_starts := v_starts || v_loop_starts;
      v_run := null;
    end if;
    v_next := '{}';
    for v_target in
      select s.workflow_run_id, s.conversation_id, coalesce(s.iteration, 0) as iteration, 'start' as decision,
             s.parent_interaction_ids, null as skip_reason, s.ord::bigint as ord
        from unnest(v_starts) with ordinality s
                 (workflow_run_id, conversation_id, iteration, parent_interaction_ids, ord)
      union all
      select d.workflow_run_id, d.conversation_id, d.iteration, d.decision, d.parent_interaction_ids, d.skip_reason,
             1000000 + d.conversation_id
        from pgwave_private.decide_targets(v_now, v_known, array(select l.interaction_id from unnest(v_later) l)) d
       where cardinality(v_now) > 0
       order by 1, 7
    loop
      continue when v_target.workflow_run_id = any(v_failed);
      if v_run.workflow_run_id is distinct from v_target.workflow_run_id then
        select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_target.workflow_run_id;
        v_left := pgwave_private.count_interactions_left(v_run, v_resolved || v_open);
      end if;
      if v_target.decision = 'skip' then
        v_new := pgwave_private.create_skipped(v_run, row(v_target.workflow_run_id, v_target.conversation_id,
          v_target.iteration, '{}')::pgwave_private.start, v_target.skip_reason);
      else
        v_made := pgwave_private.create_interaction(v_run, row(v_target.workflow_run_id, v_target.conversation_id,
          v_target.iteration, v_target.parent_interaction_ids)::pgwave_private.start);
        v_new := v_made.created;
        if v_run.limits is not null then
          v_left := v_left - 1 - jsonb_array_length(coalesce((v_made.map).items, '[]'));
          if pgwave_private.fail_over_limit(v_run, v_left) then
            v_failed := v_failed || v_run.workflow_run_id;
            perform pgwave_private.restore_loops(v_run.workflow_run_id, v_loops);
            continue;
          end if;
        end if;
        if v_made.map is not null then
          v_maps := v_maps || v_made.map;
        end if;
      end if;
      v_known := v_known || row(v_new.workflow_run_id, v_new.conversation_id, v_new.iteration, v_new.interaction_id,
                                v_new.status, v_new.branches_taken)::pgwave_private.resolution;
      if v_new.status in ('pending', 'waiting') then
        v_open := v_open || v_new;
      else
        v_resolved := v_resolved || v_new;
        v_next := v_next || v_known[cardinality(v_known)];
        v_is_read := v_is_read or v_new.status <> 'skipped';
      end if;
      if v_new.status = 'failed' and pgwave_private.is_unhandled(v_new) then
        v_failed := v_failed || v_new.workflow_run_id;
        perform pgwave_private.fail_run_for(v_new);
      end if;
    end loop;
    v_queue := v_next || v_later;
    exit when cardinality(v_queue) = 0;
    v_starts := '{}';
    if v_is_read then
      -- what comes next may read it
      perform pgwave_private.insert_created(v_resolved, v_failed);
      v_resolved := '{}';
      v_is_read := false;
    end if;
  end loop;
  -- what is open goes last: of a run that failed meanwhile it never started, and has no row
  perform pgwave_private.insert_created(v_resolved || v_open, v_failed);
  foreach v_map in array v_maps loop
    continue when v_map.workflow_run_id = any(v_failed);
    perform pgwave_private.insert_items(v_map);
    perform pgwave_private.settle_map(v_map.interaction_id, 0);
  end loop;
end
$$;
comment on function pgwave_private.advance_runs(pgwave_private.resolution[], pgwave_private.start[], bigint[]) is
  'Create all that follows from resolved interactions; the runs whose workflow has loops are named. Writes: interactions, waits, workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.insert_created(
  created pgwave.interactions[],
  failed_run_ids bigint[]
) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if cardinality(insert_created.created) = 0 then
    return;
  end if;
  with counted as (
    update pgwave.workflow_runs run
       set interactions_created = run.interactions_created + c.created,
           interactions_open = run.interactions_open + c.open,
           interactions_waiting = run.interactions_waiting + c.waiting,
           interactions_completed = run.interactions_completed + c.completed,
           interactions_failed = run.interactions_failed + c.failed,
           interactions_skipped = run.interactions_skipped + c.skipped
      from (
        select u.workflow_run_id, count(*) as created, count(*) filter (where u.status in ('pending', 'waiting')) as open,
               count(*) filter (where u.status = 'waiting') as waiting,
               count(*) filter (where u.status = 'completed') as completed,
               count(*) filter (where u.status = 'failed') as failed,
               count(*) filter (where u.status = 'skipped') as skipped
          from unnest(insert_created.created) u
         where not (u.status in ('pending', 'waiting') and u.workflow_run_id = any(insert_created.failed_run_ids))
         group by u.workflow_run_id
      ) c
     where run.workflow_run_id = c.workflow_run_id
    returning run.workflow_run_id, run.interactions_created - c.created as base
  )
  insert into pgwave.interactions (
    interaction_id, workflow_run_id, conversation_id, conversation_version_id, actor_id, status, execution_order,
    iteration, item_index, input, output, error, input_interaction_ids, branches_taken, branches_unknown,
    pending_reason, skip_reason, owner, visibility, created_at, completed_at)
  select u.interaction_id, u.workflow_run_id, u.conversation_id, u.conversation_version_id, u.actor_id, u.status,
         counted.base + row_number() over (partition by u.workflow_run_id order by u.interaction_id),
         u.iteration, u.item_index, u.input, u.output, u.error, u.input_interaction_ids, u.branches_taken,
         u.branches_unknown, u.pending_reason, u.skip_reason, u.owner, u.visibility, u.created_at, u.completed_at
    from unnest(insert_created.created) u
    join counted on counted.workflow_run_id = u.workflow_run_id
   where not (u.status in ('pending', 'waiting') and u.workflow_run_id = any(insert_created.failed_run_ids));
end
$$;
comment on function pgwave_private.insert_created(pgwave.interactions[], bigint[]) is
  'Insert what a reaction created, and count it; what would only have been cancelled has no row. Writes: interactions, workflow_runs.';
