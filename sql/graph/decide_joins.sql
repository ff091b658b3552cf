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

-- In FROM it becomes part of the statement that calls it. Look-ups by the whole key (offset 0), whatever the planner
-- thinks of the tables.
create or replace function pgwave_private.list_targets(plan_id bigint, resolution pgwave_private.resolution)
returns table (start pgwave_private.start, is_join boolean)
language sql
stable
begin atomic
  select row((resolution).workflow_run_id, e.to_conversation_id, 0,
             case when e.source_count = 1 and e.branch_ids && (resolution).branches_taken
               then array[(resolution).interaction_id] else '{}' end,
             case when e.source_count = 1 and not e.branch_ids && (resolution).branches_taken
               then 'no incoming branch was taken' end)::pgwave_private.start,
         e.source_count <> 1
    from (
      select t.to_conversation_id, t.branch_ids, t.source_count
        from pgwave_private.plan_edges t
       where t.plan_id = list_targets.plan_id and t.from_conversation_id = (resolution).conversation_id
      offset 0
    ) e
   where not exists (
     select from pgwave.interactions i
      where i.workflow_run_id = (resolution).workflow_run_id and i.conversation_id = e.to_conversation_id
        and i.iteration = 0 and i.item_index is null
     offset 0);
end;
comment on function pgwave_private.list_targets(bigint, pgwave_private.resolution) is
  'List what a resolution leads to and has no row yet, in a run without loops: what has one source is decided by it, a join is not. Returns: the targets.';

-- Joins are a statement of their own: most rounds meet none.
create or replace function pgwave_private.decide_targets(
  resolutions pgwave_private.resolution[],
  open pgwave_private.new_interaction[],
  looping_ids bigint[]
) returns pgwave_private.start[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_decided pgwave_private.start[];
  v_joins pgwave_private.start[];
begin
  select array_agg(t.start order by (t.start).workflow_run_id, (t.start).conversation_id) filter (where not t.is_join),
         array_agg(distinct t.start) filter (where t.is_join)
    into v_decided, v_joins
    from (select row(u.*)::pgwave_private.resolution as resolution from unnest(decide_targets.resolutions) u
           where u.workflow_run_id <> all (decide_targets.looping_ids)) r
    join pgwave.workflow_runs run on run.workflow_run_id = (r.resolution).workflow_run_id
    cross join lateral pgwave_private.list_targets(run.plan_id, r.resolution) t
   where not exists (
     select from unnest(decide_targets.open) o
      where o.workflow_run_id = (t.start).workflow_run_id and o.conversation_id = (t.start).conversation_id);
  if v_joins is not null then
    return pgwave_private.decide_joins(coalesce(v_decided, '{}'), v_joins);
  end if;
  return coalesce(v_decided, '{}');
end
$$;
comment on function pgwave_private.decide_targets(pgwave_private.resolution[], pgwave_private.new_interaction[],
  bigint[]) is
  'Decide which targets of resolved sources start and which are skipped, in runs whose workflow has no loops; what is open is created already and has no row yet. Returns: the targets that are decided now, by run and conversation.';

create or replace function pgwave_private.decide_joins(decided pgwave_private.start[], joins pgwave_private.start[])
returns pgwave_private.start[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with joined as (
      select j.workflow_run_id, j.conversation_id, cv.join_policy, pc.source_count, s.taken, s.parent_interaction_ids,
             case when cv.join_policy = 'expression' then (
               select pgwave_private.decide_expression(cv, r, '{}')
                 from pgwave.workflow_runs r where r.workflow_run_id = run.workflow_run_id)
               else pgwave_private.decide_join(cv.join_policy, cv.join_count, pc.source_count, s.resolved, s.taken)
             end as decision
        from unnest(decide_joins.joins) j
        join pgwave.workflow_runs run on run.workflow_run_id = j.workflow_run_id
        join pgwave_private.plan_conversations pc on pc.plan_id = run.plan_id and pc.conversation_id = j.conversation_id
        join pgwave.conversation_versions cv
          on cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = j.conversation_id
        cross join lateral pgwave_private.count_planned_sources(
          j.workflow_run_id, run.workflow_version_id, run.plan_id, j.conversation_id) s
       -- a join was found when the run was not held yet: another source may have decided it meanwhile
       where not exists (
         select from pgwave.interactions i
          where i.workflow_run_id = j.workflow_run_id and i.conversation_id = j.conversation_id
            and i.iteration = 0 and i.item_index is null)
    ),
    all_decided as (
      select d.* from unnest(decide_joins.decided) d
      union all
      select j.workflow_run_id, j.conversation_id, 0,
             case when j.decision = 'start' then j.parent_interaction_ids else '{}' end,
             case when j.decision = 'skip' then
               pgwave_private.skip_reason_of(j.join_policy, j.taken, j.source_count) end
        from joined j
       where j.decision is not null
    )
    select coalesce(array_agg(row(d.workflow_run_id, d.conversation_id, d.iteration, d.parent_interaction_ids,
      d.skip_reason)
             ::pgwave_private.start order by d.workflow_run_id, d.conversation_id), '{}')
      from all_decided d
  );
end
$$;
comment on function pgwave_private.decide_joins(pgwave_private.start[], pgwave_private.start[]) is
  'Decide the joins that resolved sources lead to, as soon as they are certain. Returns: with what was decided before, by run and conversation.';

create or replace function pgwave_private.skip_reason_of(policy pgwave.join_policy, taken int, sources int) returns text
language sql
stable
begin atomic
  select case skip_reason_of.policy
    when 'merge' then 'no incoming branch was taken'
    else format('join %s: %s of %s sources taken', skip_reason_of.policy, skip_reason_of.taken,
      skip_reason_of.sources) end;
end;
comment on function pgwave_private.skip_reason_of(pgwave.join_policy, int, int) is
  'Say why a join is skipped. Returns: a sentence.';

create or replace function pgwave_private.count_planned_sources(
  run_id bigint,
  workflow_version_id bigint,
  plan_id bigint,
  target_id bigint
) returns table (resolved int, taken int, parent_interaction_ids bigint[])
language sql
stable
begin atomic
  select count(*)::int, (count(*) filter (where i.branches_taken && e.branch_ids))::int,
         coalesce(array_agg(i.interaction_id order by cv.position) filter (where i.branches_taken && e.branch_ids),
           '{}')
    from pgwave_private.plan_edges e
    join pgwave_private.plan_conversations pc
      on pc.plan_id = e.plan_id and pc.conversation_id = e.from_conversation_id
    join pgwave.conversation_versions cv
      on cv.workflow_version_id = count_planned_sources.workflow_version_id
        and cv.conversation_id = e.from_conversation_id
    cross join lateral (
      select i.interaction_id, i.branches_taken
        from pgwave.interactions i
       where i.workflow_run_id = count_planned_sources.run_id and i.conversation_id = e.from_conversation_id
         and i.iteration = 0 and i.item_index is null and i.status in ('completed', 'failed', 'skipped')
       -- a look-up for each source, whatever the planner thinks of the table
       limit 1
    ) i
   where e.plan_id = count_planned_sources.plan_id and e.to_conversation_id = count_planned_sources.target_id;
end;
comment on function pgwave_private.count_planned_sources(bigint, bigint, bigint, bigint) is
  'Count the sources of a join that are resolved and were taken. Returns: the counts and the taken interactions in definition order.';

-- With loops: which sources take part, and in which iteration, depends on the loops that the run has taken. What is
-- what has its turn `later` counts as open.
create or replace function pgwave_private.decide_looping_targets(
  round pgwave_private.round,
  open pgwave_private.new_interaction[],
  looping_ids bigint[]
) returns pgwave_private.start[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_unapplied bigint[] := array(select l.interaction_id from unnest(round.later) l);
begin
  return (
  with leaving as materialized (
    select r.workflow_run_id, run.workflow_version_id, run.plan_id, run.loops, b.to_conversation_id,
           -- which sources take part is only known beforehand where no loop was taken
           case when run.loops is null then pc.source_count end as source_count,
           case when run.loops is null then 0 else pgwave_private.current_iteration(
             run.loops, run.workflow_version_id, b.to_conversation_id) end as iteration,
           r.interaction_id, bool_or(b.branch_id = any(r.branches_taken)) as taken
      from unnest(round.resolutions) r
      join pgwave.workflow_runs run on run.workflow_run_id = r.workflow_run_id
      join pgwave.branches b
        on b.workflow_version_id = run.workflow_version_id and b.from_conversation_id = r.conversation_id
      join pgwave_private.plans p on p.plan_id = run.plan_id
      left join pgwave_private.plan_conversations pc
        on pc.plan_id = run.plan_id and pc.conversation_id = b.to_conversation_id
     where b.max_loops is null and r.workflow_run_id = any(decide_looping_targets.looping_ids)
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
       select from unnest(decide_looping_targets.open) o
        where o.workflow_run_id = l.workflow_run_id and o.conversation_id = l.to_conversation_id
          and o.iteration = l.iteration)
  ),
  joined as (
    select j.workflow_run_id, j.to_conversation_id, j.iteration, s.taken, s.parent_interaction_ids,
           s.sources, cv.join_policy,
           case when cv.join_policy = 'expression' then (
             select pgwave_private.decide_expression(cv, r, v_unapplied)
               from pgwave.workflow_runs r where r.workflow_run_id = run.workflow_run_id)
             else pgwave_private.decide_join(cv.join_policy, cv.join_count, s.sources, s.resolved, s.taken) end
               as decision
      from (
        select distinct l.workflow_run_id, l.workflow_version_id, l.plan_id, l.loops, l.to_conversation_id, l.iteration
          from open_targets l where l.source_count is distinct from 1
      ) j
      join pgwave.workflow_runs run on run.workflow_run_id = j.workflow_run_id
      join pgwave.conversation_versions cv
        on cv.workflow_version_id = j.workflow_version_id and cv.conversation_id = j.to_conversation_id
      cross join lateral pgwave_private.count_sources(
        j.workflow_run_id, j.workflow_version_id, j.plan_id, j.loops, j.to_conversation_id,
        v_unapplied) s
  ),
  decided as (
    select l.workflow_run_id, l.to_conversation_id, l.iteration,
           case when l.taken then array[l.interaction_id] else '{}' end as parents,
           case when not l.taken then 'no incoming branch was taken' end as skip_reason
      from open_targets l
     where l.source_count = 1
    union all
    select j.workflow_run_id, j.to_conversation_id, j.iteration,
           case when j.decision = 'start' then j.parent_interaction_ids else '{}' end,
           case when j.decision = 'skip' then pgwave_private.skip_reason_of(j.join_policy, j.taken, j.sources) end
      from joined j
     where j.decision is not null
  )
  select coalesce(array_agg(row(d.workflow_run_id, d.to_conversation_id, d.iteration, d.parents, d.skip_reason)
           ::pgwave_private.start order by d.workflow_run_id, d.to_conversation_id), '{}')
    from decided d
  );
end
$$;
comment on function pgwave_private.decide_looping_targets(pgwave_private.round, pgwave_private.new_interaction[],
  bigint[]) is
  'Decide as decide_targets does, in runs whose workflow has loops, each target in its current iteration. Returns: the targets that are decided now.';

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
    select s.conversation_id, i.interaction_id, coalesce(i.branches_taken, '{}') && s.branch_ids as taken
      from sources s
      cross join lateral (
        select i.interaction_id, i.branches_taken
          from pgwave.interactions i
         where i.workflow_run_id = count_sources.workflow_run_id
           and i.conversation_id = s.conversation_id
           and i.iteration = s.iteration and i.item_index is null
           and i.status in ('completed', 'failed', 'skipped')
           and i.interaction_id <> all (count_sources.unapplied)
         -- a look-up for each source, whatever the planner thinks of the table
         limit 1
      ) i
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
comment on function pgwave_private.count_sources(bigint, bigint, bigint, jsonb, bigint, bigint[]) is
  'Count the sources of a join that take part, are resolved and were taken. Returns: the counts and the taken interactions in definition order.';
