create or replace function pgwave_private.reachable_by_any_branch(workflow_version_id bigint, conversation_id bigint)
returns bigint[]
language sql
stable
set search_path = ''
as $function$
  with recursive reached (conversation_id) as (
    select reachable_by_any_branch.conversation_id
    union
    select b.to_conversation_id
      from reached as r
      join pgwave.branches as b
        on b.workflow_version_id = reachable_by_any_branch.workflow_version_id
       and b.from_conversation_id = r.conversation_id and b.to_conversation_id is not null
  )
  select array_agg(r.conversation_id) from reached as r
$function$;
comment on function pgwave_private.reachable_by_any_branch(bigint, bigint) is
  'Find what a conversation leads to by branches of success, failure and loops, itself included. Returns: the conversations.';

-- What leads back to the fork by a loop only takes part again when that loop is taken.
create or replace function pgwave_private.add_kept(
  plan pgwave_private.plans,
  conversation_ids bigint[],
  taking_part boolean[]
)
returns boolean[]
language sql
stable
set search_path = ''
as $function$
  select array_agg(add_kept.taking_part[n.node]
    or (base.conversation_id is not null and n.conversation_id <> all (d.ids))
           order by n.node)
    from (select pgwave_private.reachable_by_any_branch(
            (add_kept.plan).workflow_version_id, (add_kept.plan).fork_conversation_id) as ids) as d
    cross join unnest(add_kept.conversation_ids) with ordinality as n (conversation_id, node)
    left join pgwave_private.plan_conversations as base
      on base.plan_id = (add_kept.plan).base_plan_id and base.conversation_id = n.conversation_id
$function$;
comment on function pgwave_private.add_kept(pgwave_private.plans, bigint[], boolean[]) is
  'Add to what a fork reaches what takes part in the run that is forked and does not depend on the fork. Returns: whether each conversation takes part.';

create or replace function pgwave_private.insert_plan_conversations(plan_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
-- start_workflow turns them off, for queries that are not this
set enable_nestloop = off
set enable_hashjoin = on
as $function$
declare
  v_plan pgwave_private.plans;
  v_graph record;
  v_taking_part boolean[];
begin
  select p.* into v_plan from pgwave_private.plans as p where p.plan_id = insert_plan_conversations.plan_id;
  select * into v_graph from pgwave_private.version_graph(v_plan.workflow_version_id);
  v_taking_part := pgwave_private.reach_nodes(
    cardinality(v_graph.names), v_graph.sources, v_graph.targets,
    array(select array_position(v_graph.conversation_ids, s.id)
      from unnest(case when v_plan.fork_conversation_id is null then v_plan.start_conversation_ids
        else array[v_plan.fork_conversation_id] end) as s (id)));
  if v_plan.fork_conversation_id is not null then
    v_taking_part := pgwave_private.add_kept(v_plan, v_graph.conversation_ids, v_taking_part);
  end if;
  insert into pgwave_private.plan_conversations (plan_id, conversation_id, source_count)
  select insert_plan_conversations.plan_id, n.conversation_id, coalesce(s.sources, 0)
    from unnest(v_graph.conversation_ids, v_taking_part) with ordinality as n (conversation_id, takes_part, node)
    left join (
      select e.target, count(distinct e.source) as sources
        from unnest(v_graph.sources, v_graph.targets) as e (source, target)
       where v_taking_part[e.source]
       group by e.target
    ) as s on s.target = n.node
   where n.takes_part
   order by n.conversation_id;
  -- a start conversation starts at once: nothing that leads to it is waited for; a loop is followed elsewhere
  insert into pgwave_private.plan_edges (plan_id, from_conversation_id, to_conversation_id, branch_ids, source_count)
  select v_plan.plan_id, b.from_conversation_id, b.to_conversation_id, array_agg(b.branch_id order by b.branch_id),
         pc.source_count
    from pgwave.branches as b
    join pgwave_private.plan_conversations as pc
      on pc.plan_id = v_plan.plan_id and pc.conversation_id = b.to_conversation_id
   where b.workflow_version_id = v_plan.workflow_version_id and b.max_loops is null
     and b.to_conversation_id <> all (v_plan.start_conversation_ids)
     and b.to_conversation_id is distinct from v_plan.fork_conversation_id
   group by b.from_conversation_id, b.to_conversation_id, pc.source_count;
  if not v_plan.has_loops and v_plan.fork_conversation_id is null then
    perform pgwave_private.compile_edges(v_plan.plan_id, v_plan.workflow_version_id);
  end if;
  perform pgwave_private.hash_plan(insert_plan_conversations.plan_id);
end
$function$;
comment on function pgwave_private.insert_plan_conversations(bigint) is
  'Work out what takes part in a plan: what its starts reach by forward branches, of success and failure, with the number of distinct sources that take part; and the edges between them. Writes: plan_conversations, plan_edges.';

create or replace function pgwave_private.is_plain(conversation pgwave.conversation_versions)
returns boolean
language sql
immutable parallel safe
begin atomic
  select (conversation).items_template is null and (conversation).prompt_use is null
     and (conversation).actor_type in ('ai_model', 'script', 'function', 'sql', 'http')
     and not (conversation).definition ? 'choice';
end;
comment on function pgwave_private.is_plain(pgwave.conversation_versions) is
  'Tell whether a conversation is work that a worker does once: no map, no condition, nothing that waits, no prompt by name, and by one actor. Returns: true or false.';

-- A skip goes on along edges to what has no other source; where it meets a join, or goes far, it is decided when it
-- happens.
create or replace function pgwave_private.compile_edges(plan_id bigint, workflow_version_id bigint)
returns void
language sql
volatile
set search_path = ''
as $function$
  with recursive skipped (conversation_id, skips, depth) as (
    select distinct e.to_conversation_id, e.to_conversation_id, 0
      from pgwave_private.plan_edges as e
     where e.plan_id = compile_edges.plan_id and e.source_count = 1
    union
    select s.conversation_id, e.to_conversation_id, s.depth + 1
      from skipped as s
      join pgwave_private.plan_edges as e
        on e.plan_id = compile_edges.plan_id and e.from_conversation_id = s.skips and e.source_count = 1
     where s.depth < 4
  ),
  plain as (
    select s.conversation_id, array_agg(s.skips order by s.skips = s.conversation_id desc, s.skips) as skips
      from skipped as s
     group by s.conversation_id
    having count(*) <= 100 and not bool_or(exists (
      select from pgwave_private.plan_edges as e
       where e.plan_id = compile_edges.plan_id and e.from_conversation_id = s.skips
         and (e.source_count <> 1 or s.depth = 4)))
       -- what a skip leads to is decided when it happens
       and not bool_or(exists (
         select from pgwave.branches as b
          where b.workflow_version_id = compile_edges.workflow_version_id and b.from_conversation_id = s.skips
            and b.after = 'skip'))
  )
  update pgwave_private.plan_conversations as pc
     set edges = array(
       select row(e.to_conversation_id, e.branch_ids, e.source_count = 1 and pgwave_private.is_plain(cv),
                case when e.source_count = 1 then p.skips end)::pgwave_private.plain_edge
         from pgwave_private.plan_edges as e
         join pgwave.conversation_versions as cv
           on cv.workflow_version_id = compile_edges.workflow_version_id and cv.conversation_id = e.to_conversation_id
         left join plain as p on p.conversation_id = e.to_conversation_id
        where e.plan_id = pc.plan_id and e.from_conversation_id = pc.conversation_id
        order by e.to_conversation_id)
   where pc.plan_id = compile_edges.plan_id
     and not exists (select from pgwave_private.plans as p where p.plan_id = pc.plan_id and p.has_races);
  update pgwave_private.plans as p
     set starts_plainly = not exists (
       select from pgwave.conversation_versions as cv
        where cv.workflow_version_id = p.workflow_version_id and cv.conversation_id = any(p.start_conversation_ids)
          -- a join that starts with the run stops what would lead to it
          and (not pgwave_private.is_plain(cv) or cv.races_with is not null))
   where p.plan_id = compile_edges.plan_id
$function$;
comment on function pgwave_private.compile_edges(bigint, bigint) is
  'Work out where a plan without loops goes on with nothing to decide: which targets start plainly, and which are skipped with one that is not taken; and whether its runs begin so. Writes: plan_conversations, plans.';

create or replace function pgwave_private.list_last(workflow_version_id bigint)
returns bigint[]
language sql
stable
set search_path = ''
as $function$
  select array(
    select cv.conversation_id
      from pgwave.conversation_versions as cv
     where cv.workflow_version_id = list_last.workflow_version_id
       and not jsonb_path_exists(cv.routes, '$[*] ? (exists (@.to) && !exists (@.max_loops))')
     order by cv.conversation_id)
$function$;
comment on function pgwave_private.list_last(bigint) is
  'List the conversations of a version that lead nowhere: their outputs are what a run came to. Returns: them, also those that lead back by a loop.';

create or replace function pgwave_private.hash_ids(ids bigint[])
returns bytea
language sql
stable strict parallel safe
begin atomic
  select sha256(convert_to(array_to_string(hash_ids.ids, ','), 'UTF8'));
end;
comment on function pgwave_private.hash_ids(bigint[]) is
  'Hash a list of numbers, which may be too long for an index. Returns: 32 bytes.';

create or replace function pgwave_private.ensure_plan(
  workflow_version_id bigint,
  start_conversation_ids bigint[]
)
returns bigint
language plpgsql
volatile
set search_path = ''
set jit = off
as $function$
declare
  v_starts bigint[] := array(
    select distinct s.id
      from unnest(ensure_plan.start_conversation_ids) as s (id)
     where s.id is not null
     order by s.id);
  v_sha256 bytea := pgwave_private.hash_ids(v_starts);
  v_plan_id bigint;
  v_unknown bigint;
begin
  select p.plan_id into v_plan_id
    from pgwave_private.plans as p
   where p.workflow_version_id = ensure_plan.workflow_version_id and p.starts_sha256 = v_sha256
     and p.base_plan_id is null;
  if found then
    return v_plan_id;
  end if;
  select min(s.id) into v_unknown
    from unnest(v_starts) as s (id)
   where not exists (
     select from pgwave.conversation_versions as cv
      where cv.workflow_version_id = ensure_plan.workflow_version_id and cv.conversation_id = s.id);
  if v_unknown is not null or v_starts = '{}' then
    perform pgwave_private.raise_error('PWNOF',
      format('The workflow version %s has no conversation %s.', ensure_plan.workflow_version_id,
        coalesce(v_unknown::text, 'to start with')));
  end if;
  -- who loses the race waits here for the winner's commit and reads its plan
  insert into pgwave_private.plans (
    workflow_version_id, start_conversation_ids, starts_sha256, has_loops, has_races, holds_starts, has_limits,
    measures, has_triggers, is_judged, last_conversation_ids)
  -- an early end is followed as loops are: one resolution after the other
  select v.workflow_version_id, v_starts, v_sha256, exists (
           select from pgwave.branches as b
            where b.workflow_version_id = v.workflow_version_id and (b.max_loops is not null or b.ends_run)),
         exists (select from pgwave.conversation_versions as cv
                  where cv.workflow_version_id = v.workflow_version_id and cv.races_with is not null),
         v.concurrency is not null or v.starts is not null, v.definition ? 'limits',
         v.load_queries <> '[]' or exists (
           select from pgwave.workflow_probes as wp where wp.workflow_version_id = v.workflow_version_id),
         exists (select from pgwave.workflow_triggers as t where t.workflow_version_id = v.workflow_version_id),
         v.result_template is not null or v.output_contract_id is not null,
         case when v.result_template is null then pgwave_private.list_last(v.workflow_version_id) end
    from pgwave.workflow_versions as v
   where v.workflow_version_id = ensure_plan.workflow_version_id
  on conflict on constraint plans_are_made_once do nothing
  returning plan_id into v_plan_id;
  if v_plan_id is null then
    select p.plan_id into strict v_plan_id
      from pgwave_private.plans as p
     where p.workflow_version_id = ensure_plan.workflow_version_id and p.starts_sha256 = v_sha256
       and p.base_plan_id is null;
    return v_plan_id;
  end if;
  perform pgwave_private.insert_plan_conversations(v_plan_id);
  return v_plan_id;
end
$function$;
comment on function pgwave_private.ensure_plan(bigint, bigint[]) is
  'Find or make the plan of a version''s runs that start with some conversations. Returns: its number. Raises: PWNOF for a conversation that the version does not have. Writes: plans, plan_conversations. Locks: none that is held where the plan exists.';

create or replace function pgwave_private.first_starts(plan_id bigint)
returns bigint[]
language sql
stable
set search_path = ''
as $function$
  with recursive bases as (
    select p.start_conversation_ids, p.base_plan_id
      from pgwave_private.plans as p where p.plan_id = first_starts.plan_id
    union all
    select p.start_conversation_ids, p.base_plan_id
      from bases as b join pgwave_private.plans as p on p.plan_id = b.base_plan_id
  )
  select b.start_conversation_ids from bases as b where b.base_plan_id is null
$function$;
comment on function pgwave_private.first_starts(bigint) is
  'Find where the run started that the runs of a plan are forks of, at any distance. Returns: conversations.';

create or replace function pgwave_private.ensure_fork_plan(base_plan_id bigint, fork_conversation_id bigint)
returns bigint
language plpgsql
volatile
set search_path = ''
set jit = off
as $function$
declare
  v_plan_id bigint;
begin
  -- where the run that is forked, or one before it, was forked itself is a place where this one starts, if it is kept
  insert into pgwave_private.plans (
    workflow_version_id, start_conversation_ids, starts_sha256, fork_conversation_id, base_plan_id, has_loops,
    has_races, holds_starts, has_limits, measures, has_triggers, is_judged, last_conversation_ids)
  select base.workflow_version_id, starts.ids, pgwave_private.hash_ids(starts.ids),
    ensure_fork_plan.fork_conversation_id,
         base.plan_id, base.has_loops, base.has_races, base.holds_starts, base.has_limits, base.measures,
         base.has_triggers, base.is_judged, base.last_conversation_ids
    from pgwave_private.plans as base
    cross join lateral (
      select array(
        select distinct s.id
          from unnest(base.start_conversation_ids || base.fork_conversation_id) as s (id)
         where s.id = any (pgwave_private.first_starts(base.plan_id))
            or s.id <> all (pgwave_private.reachable_by_any_branch(
                 base.workflow_version_id, ensure_fork_plan.fork_conversation_id))
         order by s.id)) as starts (ids)
   where base.plan_id = ensure_fork_plan.base_plan_id
  on conflict on constraint plans_are_made_once do nothing
  returning plan_id into v_plan_id;
  if v_plan_id is not null then
    perform pgwave_private.insert_plan_conversations(v_plan_id);
    return v_plan_id;
  end if;
  select p.plan_id into strict v_plan_id
    from pgwave_private.plans as p
   where p.base_plan_id = ensure_fork_plan.base_plan_id
     and p.fork_conversation_id = ensure_fork_plan.fork_conversation_id;
  return v_plan_id;
end
$function$;
comment on function pgwave_private.ensure_fork_plan(bigint, bigint) is
  'Find or make the plan of forks, at a conversation, of runs with another plan. Returns: its number. Writes: plans, plan_conversations. Locks: none that is held where the plan exists.';
