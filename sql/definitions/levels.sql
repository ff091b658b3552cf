create or replace function pgwave_private.version_graph(
  workflow_version_id bigint,
  out conversation_ids bigint[],
  out names text[],
  out sources int[],
  out targets int[]
)
language sql
stable strict
set search_path = ''
-- a version that was just defined has no statistics yet; start_workflow, which makes plans, has it the other way round
set enable_nestloop = off
set enable_hashjoin = on
as $function$
  with nodes as materialized (
    select cv.conversation_id, c.conversation_name, row_number() over (order by cv.position)::int as node
      from pgwave.workflow_versions as v
      join pgwave.conversation_versions as cv on cv.workflow_version_id = v.workflow_version_id
      join pgwave.conversations as c
        on c.workflow_id = v.workflow_id and c.conversation_id = cv.conversation_id
     where v.workflow_version_id = version_graph.workflow_version_id
  )
  select (select array_agg(n.conversation_id order by n.node) from nodes as n),
         (select array_agg(n.conversation_name order by n.node) from nodes as n),
         coalesce(array_agg(s.node order by b.branch_id), '{}'),
         coalesce(array_agg(t.node order by b.branch_id), '{}')
    from pgwave.branches as b
    join nodes as s on s.conversation_id = b.from_conversation_id
    join nodes as t on t.conversation_id = b.to_conversation_id
   where b.workflow_version_id = version_graph.workflow_version_id and b.max_loops is null
$function$;
comment on function pgwave_private.version_graph(bigint) is
  'Read the forward graph of a version. Returns: conversations and names in order of definition, and the branches as positions in these; nulls where there is no such version.';

create or replace function pgwave.version_execution_levels(workflow_version_id bigint)
returns table (level int, conversations text[])
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $function$
declare
  v_graph record;
  v_starts int[];
  v_taking_part boolean[];
begin
  select * into v_graph from pgwave_private.version_graph(version_execution_levels.workflow_version_id);
  if v_graph.names is null or not exists (
    select from pgwave.workflow_versions as v
     where v.workflow_version_id = version_execution_levels.workflow_version_id
       and pgwave_private.may_use_workflow(v.workflow_id, 'view'))
  then
    perform pgwave_private.raise_error('PWNOF',
      format('Workflow version %s not found.', version_execution_levels.workflow_version_id));
  end if;
  v_starts := array(
    select array_position(v_graph.conversation_ids, s.id)
      from pgwave.workflow_versions as v
      cross join unnest(v.start_conversation_ids) as s (id)
     where v.workflow_version_id = version_execution_levels.workflow_version_id);
  v_taking_part := pgwave_private.reach_nodes(
    cardinality(v_graph.names), v_graph.sources, v_graph.targets, v_starts);
  return query
    -- a start begins at once, whatever leads to it
    with edges as (
      select array_agg(e.source) as sources, array_agg(e.target) as targets
        from unnest(v_graph.sources, v_graph.targets) as e (source, target)
       where v_taking_part[e.source] and e.target <> all (v_starts)
    )
    select l.level, array_agg(l.name order by l.node)
      from edges as e
      cross join unnest(v_graph.names, v_taking_part, pgwave_private.sort_graph(
          cardinality(v_graph.names), coalesce(e.sources, '{}'), coalesce(e.targets, '{}')))
        with ordinality as l (name, takes_part, level, node)
     where l.takes_part
     group by l.level
     order by l.level;
end
$function$;
comment on function pgwave.version_execution_levels(bigint) is
  'Show which conversations of a version may run in parallel: those of a level have the same longest path from the starts. Returns: level, from 0, and names in order of definition; what only entries reach is left out. Raises: PWNOF.';

create or replace function pgwave.execution_levels(workflow text)
returns table (level int, conversations text[])
language sql
stable
security definer
set search_path = ''
set jit = off
as $function$
  select l.level, l.conversations
    from pgwave_private.require_workflow(execution_levels.workflow, 'view') as w
    cross join pgwave.version_execution_levels(w.latest_version_id) as l
   order by l.level
$function$;
comment on function pgwave.execution_levels(text) is
  'Show which conversations of a workflow''s latest version may run in parallel; the workflow is a name or a number. Returns: level, from 0, and names. Raises: PWNOF.';
