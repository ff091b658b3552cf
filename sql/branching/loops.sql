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

create or replace function pgwave_private.is_stale(interaction pgwave.interactions) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select run.loops is not null
       and (interaction).iteration < pgwave_private.current_iteration(
             run.loops, run.workflow_version_id, (interaction).conversation_id)
      from pgwave.workflow_runs run
     where run.workflow_run_id = (interaction).workflow_run_id
  );
end
$$;
comment on function pgwave_private.is_stale(pgwave.interactions) is
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
      array[v_resolution.interaction_id])::pgwave_private.start;
  end loop;
end
$$;
comment on function pgwave_private.take_loops(pgwave_private.resolution[], bigint[]) is
  'Take the loops that resolutions ask for, and pass over what is stale. Returns: the resolutions whose other branches count, and the targets that start. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';
