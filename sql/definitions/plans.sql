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
       and b.from_conversation_id = r.conversation_id
  )
  select array_agg(r.conversation_id) from reached as r
$function$;
comment on function pgwave_private.reachable_by_any_branch(bigint, bigint) is
  'Find what a conversation leads to by branches of success, failure and loops, itself included. Returns: the conversations.';

create or replace function pgwave_private.insert_plan_conversations(plan_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
-- start_workflow has it the other way round, and here everything is joined with everything of a version
set enable_nestloop = off
set enable_hashjoin = on
as $function$
declare
  v_plan pgwave_private.plans;
  v_graph record;
  v_taking_part boolean[];
  v_forked boolean[];
  v_dropped bigint[];
begin
  select p.* into v_plan from pgwave_private.plans as p where p.plan_id = insert_plan_conversations.plan_id;
  select * into v_graph from pgwave_private.version_graph(v_plan.workflow_version_id);
  v_taking_part := pgwave_private.reach_nodes(
    cardinality(v_graph.names), v_graph.sources, v_graph.targets,
    array(select array_position(v_graph.conversation_ids, s.id)
      from unnest(v_plan.start_conversation_ids) as s (id)));
  if v_plan.fork_conversation_id is not null then
    -- what leads back to the fork by a loop only takes part when that loop is taken
    v_dropped := pgwave_private.reachable_by_any_branch(v_plan.workflow_version_id, v_plan.fork_conversation_id);
    v_forked := pgwave_private.reach_nodes(
      cardinality(v_graph.names), v_graph.sources, v_graph.targets,
      array[array_position(v_graph.conversation_ids, v_plan.fork_conversation_id)]);
    v_taking_part := array(
      select v_forked[n.node] or (v_taking_part[n.node] and n.conversation_id <> all (v_dropped))
        from unnest(v_graph.conversation_ids) with ordinality as n (conversation_id, node) order by n.node);
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
end
$function$;
comment on function pgwave_private.insert_plan_conversations(bigint) is
  'Work out what takes part in a plan: what its starts reach by forward branches, of success and failure, with the number of distinct sources that take part. Writes: plan_conversations.';

create or replace function pgwave_private.ensure_plan(
  workflow_version_id bigint,
  start_conversation_ids bigint[],
  fork_conversation_id bigint default null
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
  v_sha256 bytea := sha256(convert_to(array_to_string(v_starts, ','), 'UTF8'));
  v_plan_id bigint;
  v_unknown bigint;
begin
  select p.plan_id into v_plan_id
    from pgwave_private.plans as p
   where p.workflow_version_id = ensure_plan.workflow_version_id and p.starts_sha256 = v_sha256
     and p.fork_conversation_id is not distinct from ensure_plan.fork_conversation_id;
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
    workflow_version_id, start_conversation_ids, starts_sha256, fork_conversation_id, has_loops)
  values (ensure_plan.workflow_version_id, v_starts, v_sha256, ensure_plan.fork_conversation_id, exists (
    select from pgwave_private.loop_bodies as l where l.workflow_version_id = ensure_plan.workflow_version_id))
  on conflict on constraint plans_are_made_once do nothing
  returning plan_id into v_plan_id;
  if v_plan_id is null then
    select p.plan_id into strict v_plan_id
      from pgwave_private.plans as p
     where p.workflow_version_id = ensure_plan.workflow_version_id and p.starts_sha256 = v_sha256
       and p.fork_conversation_id is not distinct from ensure_plan.fork_conversation_id;
    return v_plan_id;
  end if;
  perform pgwave_private.insert_plan_conversations(v_plan_id);
  return v_plan_id;
end
$function$;
comment on function pgwave_private.ensure_plan(bigint, bigint[], bigint) is
  'Find or make the plan of a version''s runs that start with some conversations, forked at another or not. Returns: its number. Raises: PWNOF for a conversation that the version does not have. Writes: plans, plan_conversations. Locks: none that is held where the plan exists.';
