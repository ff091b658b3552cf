-- Joins and dead paths: which targets start and which are skipped, once some sources are resolved.

create or replace function pgwave_private.decide_join(
  policy pgwave.join_policy,
  join_count int,
  sources int,
  resolved int,
  taken int
) returns text
language sql
immutable
parallel safe
begin atomic
  select case decide_join.policy
    when 'merge' then case
      when decide_join.resolved < decide_join.sources then null
      when decide_join.taken > 0 then 'start' else 'skip' end
    when 'all' then case
      when decide_join.taken = decide_join.sources then 'start'
      when decide_join.resolved > decide_join.taken then 'skip' end
    else case
      when decide_join.taken >= least(coalesce(decide_join.join_count, 1), decide_join.sources) then 'start'
      when decide_join.sources - (decide_join.resolved - decide_join.taken)
             < least(coalesce(decide_join.join_count, 1), decide_join.sources) then 'skip' end
  end;
end;
comment on function pgwave_private.decide_join(pgwave.join_policy, int, int, int, int) is
  'Decide a join as soon as its outcome is certain. Returns: start, skip, or null where it is open.';

-- `resolutions` are new; `known` is what was created earlier in the same reaction, which no table holds yet; what is
-- `unapplied` counts as open until its turn comes.
create or replace function pgwave_private.decide_targets(
  resolutions pgwave_private.resolution[],
  known pgwave_private.resolution[],
  unapplied bigint[]
) returns table (
  workflow_run_id bigint,
  conversation_id bigint,
  iteration int,
  decision text,
  parent_interaction_ids bigint[],
  skip_reason text
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with leaving as (
    select r.workflow_run_id, run.workflow_version_id, run.plan_id, run.loops, b.to_conversation_id,
           -- which sources take part is only known beforehand where no loop was taken
           case when run.loops is null then pc.source_count end as source_count,
           case when run.loops is null then 0 else pgwave_private.current_iteration(
             run.loops, run.workflow_version_id, b.to_conversation_id) end as iteration,
           r.interaction_id, bool_or(b.branch_id = any(r.branches_taken)) as taken
      from unnest(decide_targets.resolutions) r
      join pgwave.workflow_runs run on run.workflow_run_id = r.workflow_run_id
      join pgwave.branches b
        on b.workflow_version_id = run.workflow_version_id and b.from_conversation_id = r.conversation_id
      join pgwave_private.plans p on p.plan_id = run.plan_id
      left join pgwave_private.plan_conversations pc
        on pc.plan_id = run.plan_id and pc.conversation_id = b.to_conversation_id
     where b.max_loops is null
       -- a fork delivers what it kept, also to what takes no part in it
       and (pc.conversation_id is not null or pgwave_private.is_in_taken_loop(
              run.loops, run.workflow_version_id, b.to_conversation_id))
       -- a start conversation has started at once
       and ((b.to_conversation_id <> all (p.start_conversation_ids)
             and b.to_conversation_id is distinct from p.fork_conversation_id)
         or run.loops is not null)
     group by r.workflow_run_id, run.workflow_version_id, run.plan_id, run.loops, b.to_conversation_id,
              pc.source_count, r.interaction_id
  ),
  open_targets as (
    select l.*
      from leaving l
     where not exists (
       select from pgwave.interactions i
        where i.workflow_run_id = l.workflow_run_id and i.conversation_id = l.to_conversation_id
          and i.iteration = l.iteration and i.item_index is null)
       and not exists (
       select from unnest(decide_targets.known) k
        where k.workflow_run_id = l.workflow_run_id and k.conversation_id = l.to_conversation_id
          and k.iteration = l.iteration)
  ),
  joined as (
    select j.workflow_run_id, j.to_conversation_id, j.iteration, s.resolved, s.taken, s.parent_interaction_ids,
           s.sources, cv.join_policy, cv.join_count
      from (
        select distinct l.workflow_run_id, l.workflow_version_id, l.plan_id, l.loops, l.to_conversation_id, l.iteration
          from open_targets l where l.source_count is distinct from 1
      ) j
      join pgwave.conversation_versions cv
        on cv.workflow_version_id = j.workflow_version_id and cv.conversation_id = j.to_conversation_id
      cross join lateral pgwave_private.count_sources(
        j.workflow_run_id, j.workflow_version_id, j.plan_id, j.loops, j.to_conversation_id,
        decide_targets.resolutions || decide_targets.known, decide_targets.unapplied) s
  )
  select s.workflow_run_id, s.to_conversation_id, s.iteration, case when s.taken then 'start' else 'skip' end,
         case when s.taken then array[s.interaction_id] else '{}' end,
         case when not s.taken then 'no incoming branch was taken' end
    from open_targets s
   where s.source_count = 1
  union all
  select d.workflow_run_id, d.to_conversation_id, d.iteration, d.decision,
         case when d.decision = 'start' then d.parent_interaction_ids else '{}' end,
         case when d.decision = 'skip' then case d.join_policy
           when 'merge' then 'no incoming branch was taken'
           else format('join %s: %s of %s sources taken', d.join_policy, d.taken, d.sources) end end
    from (
      select j.*, pgwave_private.decide_join(j.join_policy, j.join_count, j.sources, j.resolved, j.taken) as decision
        from joined j
    ) d
   where d.decision is not null;
end
$$;
comment on function pgwave_private.decide_targets(pgwave_private.resolution[], pgwave_private.resolution[], bigint[]) is
  'Decide which targets of resolved sources start and which are skipped, each in its current iteration. Returns: a row for each target that is decided now.';

create or replace function pgwave_private.list_sources(
  workflow_version_id bigint,
  plan_id bigint,
  loops jsonb,
  target_id bigint
) returns table (conversation_id bigint, branch_ids bigint[], iteration int)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  if list_sources.loops is null then
    return query
    select b.from_conversation_id, array_agg(b.branch_id), 0
      from pgwave.branches b
      join pgwave_private.plan_conversations pc
        on pc.plan_id = list_sources.plan_id and pc.conversation_id = b.from_conversation_id
     where b.workflow_version_id = list_sources.workflow_version_id
       and b.to_conversation_id = list_sources.target_id and b.max_loops is null
     group by b.from_conversation_id;
    return;
  end if;
  return query
  select b.from_conversation_id, array_agg(b.branch_id), pgwave_private.current_iteration(
           list_sources.loops, list_sources.workflow_version_id, b.from_conversation_id)
    from pgwave.branches b
   where b.workflow_version_id = list_sources.workflow_version_id
     and b.to_conversation_id = list_sources.target_id and b.max_loops is null
     and (exists (
       select from pgwave_private.plan_conversations pc
        where pc.plan_id = list_sources.plan_id and pc.conversation_id = b.from_conversation_id)
       or pgwave_private.is_in_taken_loop(
            list_sources.loops, list_sources.workflow_version_id, b.from_conversation_id))
   group by b.from_conversation_id;
end
$$;
comment on function pgwave_private.list_sources(bigint, bigint, jsonb, bigint) is
  'List the sources of a join that take part: planned, or in the body of a loop that was taken. Returns: each with its branches to the target and its current iteration.';

create or replace function pgwave_private.count_sources(
  workflow_run_id bigint,
  workflow_version_id bigint,
  plan_id bigint,
  loops jsonb,
  target_id bigint,
  known pgwave_private.resolution[],
  unapplied bigint[],
  out sources int,
  out resolved int,
  out taken int,
  out parent_interaction_ids bigint[]
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  with sources as materialized (
    select s.conversation_id, s.branch_ids, s.iteration
      from pgwave_private.list_sources(
        count_sources.workflow_version_id, count_sources.plan_id, count_sources.loops, count_sources.target_id) s
  ),
  resolved as (
    select s.conversation_id, coalesce(k.interaction_id, i.interaction_id) as interaction_id,
           coalesce(k.branches_taken, i.branches_taken) && s.branch_ids as taken
      from sources s
      left join lateral (
        select u.interaction_id, coalesce(u.branches_taken, '{}') as branches_taken
          from unnest(count_sources.known) u
         where u.workflow_run_id = count_sources.workflow_run_id
           and u.conversation_id = s.conversation_id and u.iteration = s.iteration
           and u.status in ('completed', 'failed', 'skipped')
           and u.interaction_id <> all (count_sources.unapplied)
         limit 1
      ) k on true
      left join lateral (
        select i.interaction_id, coalesce(i.branches_taken, '{}') as branches_taken
          from pgwave.interactions i
         where i.workflow_run_id = count_sources.workflow_run_id
           and i.conversation_id = s.conversation_id
           and i.iteration = s.iteration and i.item_index is null
           and i.status in ('completed', 'failed', 'skipped')
           and i.interaction_id <> all (count_sources.unapplied)
         -- a look-up for each source, whatever the planner thinks of the table
         limit 1
      ) i on k.interaction_id is null
     where coalesce(k.interaction_id, i.interaction_id) is not null
  )
  select (select count(*)::int from sources),
         count(*)::int,
         (count(*) filter (where r.taken))::int,
         coalesce(array_agg(r.interaction_id order by cv.position) filter (where r.taken), '{}')
    into sources, resolved, taken, parent_interaction_ids
    from resolved r
    join pgwave.conversation_versions cv
      on cv.workflow_version_id = count_sources.workflow_version_id and cv.conversation_id = r.conversation_id;
end
$$;
comment on function pgwave_private.count_sources(bigint, bigint, bigint, jsonb, bigint, pgwave_private.resolution[], bigint[]) is
  'Count the sources of a join that take part, are resolved and were taken. Returns: the counts and the taken interactions in definition order.';
