-- Loops: which iteration a conversation is in, and what taking a loop resets.

create or replace function pgwave_private.current_iteration(
  loops jsonb,
  workflow_version_id bigint,
  conversation_id bigint
) returns int
language sql
stable
set search_path = ''
as $$
  select coalesce(sum((current_iteration.loops -> lb.branch_id::text ->> 'total')::int), 0)::int
    from pgwave_private.loop_bodies lb
   where lb.workflow_version_id = current_iteration.workflow_version_id
     and lb.conversation_id = current_iteration.conversation_id
$$;
comment on function pgwave_private.current_iteration(jsonb, bigint, bigint) is
  'Tell which iteration a conversation of a run is in: each taking of a loop around it counts. Returns: from 0.';

create or replace function pgwave_private.is_in_taken_loop(
  loops jsonb,
  workflow_version_id bigint,
  conversation_id bigint
) returns boolean
language sql
stable
set search_path = ''
as $$
  select is_in_taken_loop.loops is not null and exists (
    select from pgwave_private.loop_bodies lb
     where lb.workflow_version_id = is_in_taken_loop.workflow_version_id
       and lb.conversation_id = is_in_taken_loop.conversation_id
       and is_in_taken_loop.loops ? lb.branch_id::text)
$$;
comment on function pgwave_private.is_in_taken_loop(jsonb, bigint, bigint) is
  'Tell whether a conversation takes part in a run because a loop around it was taken. Returns: true or false.';

create or replace function pgwave_private.is_stale(workflow_run_id bigint, conversation_id bigint, iteration int)
  returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select run.loops is not null
       and is_stale.iteration < pgwave_private.current_iteration(
             run.loops, run.workflow_version_id, is_stale.conversation_id)
      from pgwave.workflow_runs run
     where run.workflow_run_id = is_stale.workflow_run_id
  );
end
$$;
comment on function pgwave_private.is_stale(bigint, bigint, int) is
  'Tell whether an interaction is of an earlier iteration, so that how it ends changes nothing. Returns: true or false.';

create or replace function pgwave_private.count_loop(loops jsonb, branch pgwave.branches) returns jsonb
language sql
stable
set search_path = ''
as $$
  with body as (
    select lb.conversation_id from pgwave_private.loop_bodies lb where lb.branch_id = (branch).branch_id
  ),
  inner_loops as (
    select lb.branch_id
      from pgwave_private.loop_bodies lb
     where lb.workflow_version_id = (branch).workflow_version_id
       and count_loop.loops ? lb.branch_id::text
     group by lb.branch_id
    having bool_and(lb.conversation_id in (select b.conversation_id from body b))
       and count(*) < (select count(*) from body)
  )
  select coalesce(count_loop.loops, '{}')
      || coalesce((select jsonb_object_agg(i.branch_id, count_loop.loops -> i.branch_id::text || '{"count": 0}')
                     from inner_loops i), '{}')
      || jsonb_build_object((branch).branch_id, jsonb_build_object(
           'total', coalesce((count_loop.loops -> (branch).branch_id::text ->> 'total')::int, 0) + 1,
           'count', coalesce((count_loop.loops -> (branch).branch_id::text ->> 'count')::int, 0) + 1))
$$;
comment on function pgwave_private.count_loop(jsonb, pgwave.branches) is
  'Count one more taking of a loop; those strictly inside it count from 0 again. Returns: the run''s loops.';

-- One resolution a run, so that each meets the loops as the one before left them.
create or replace function pgwave_private.take_loops(
  resolutions pgwave_private.resolution[],
  looping_run_ids bigint[],
  out rest pgwave_private.resolution[],
  out starts pgwave_private.start[]
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_resolution pgwave_private.resolution;
  v_run pgwave.workflow_runs;
  v_branch pgwave.branches;
begin
  rest := '{}';
  starts := '{}';
  foreach v_resolution in array take_loops.resolutions loop
    if v_resolution.workflow_run_id <> all (take_loops.looping_run_ids) then
      rest := rest || v_resolution;
      continue;
    end if;
    select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_resolution.workflow_run_id;
    continue when v_run.loops is not null and v_resolution.iteration < pgwave_private.current_iteration(
      v_run.loops, v_run.workflow_version_id, v_resolution.conversation_id);
    select b.* into v_branch
      from pgwave.branches b where b.branch_id = any(v_resolution.branches_taken) and b.max_loops is not null;
    if not found then
      rest := rest || v_resolution;
      continue;
    end if;
    v_run.loops := pgwave_private.count_loop(v_run.loops, v_branch);
    update pgwave.workflow_runs run set loops = v_run.loops where run.workflow_run_id = v_run.workflow_run_id;
    starts := starts || row(v_run.workflow_run_id, v_branch.to_conversation_id, pgwave_private.current_iteration(
        v_run.loops, v_run.workflow_version_id, v_branch.to_conversation_id),
      array[v_resolution.interaction_id], null)::pgwave_private.start;
  end loop;
end
$$;
comment on function pgwave_private.take_loops(pgwave_private.resolution[], bigint[]) is
  'Take the loops that resolutions ask for, and pass over what is stale. Returns: the resolutions whose other branches count, and the targets that start. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

-- A run with loops is driven on by one resolution at a time, with all that follows from it: taking a loop changes what
-- the next one means. Every other run is driven on by all of them at once.
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

create or replace function pgwave_private.take_turn(round pgwave_private.round, looping_ids bigint[],
  is_limited boolean)
returns pgwave_private.round
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_round pgwave_private.round := round;
  v_split record := pgwave_private.split_queue(round.resolutions, looping_ids);
  v_taken record;
begin
  v_round.later := v_split.later;
  if take_turn.is_limited then
    v_round.loops := pgwave_private.keep_loops(looping_ids);
  end if;
  v_taken := pgwave_private.take_loops(v_split.now, looping_ids);
  v_round.resolutions := v_taken.rest;
  v_round.starts := v_taken.starts;
  return v_round;
end
$$;
comment on function pgwave_private.take_turn(pgwave_private.round, bigint[], boolean) is
  'Give each run with loops its next resolution, and take the loop that it asks for. Returns: the round: what is decided now and what later, what starts by a loop, the loops as they were. Writes: workflow_runs.loops.';
