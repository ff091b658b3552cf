-- Graphs as arrays: nodes are numbered from 1, edge i leads from sources[i] to targets[i]. Everything here
-- is pure and takes time in proportion to nodes and edges (times nodes / 8 bytes for sets of nodes).

create or replace function pgwave_private.index_edges(
  node_count int,
  ends int[],
  out edges int[],
  out first int[]
)
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
begin
  edges := coalesce((
    select array_agg(e.edge::int order by e.node, e.edge)
      from unnest(ends) with ordinality as e (node, edge)), '{}');
  -- the edges of node n are edges[first[n]] to edges[first[n + 1] - 1]
  first := array(
    select (1 + coalesce(sum(counted.edges) over (
             order by n.node rows between unbounded preceding and 1 preceding), 0))::int
      from generate_series(1, node_count + 1) as n (node)
      left join (select e.node, count(*) as edges from unnest(ends) as e (node) group by e.node) as counted
        on counted.node = n.node
     order by n.node);
end
$function$;
comment on function pgwave_private.index_edges(int, int[]) is
  'Group edges by one of their ends. Returns: edge numbers ordered by node, and where each node''s begin (one more entry than nodes).';

create or replace function pgwave_private.sort_graph(node_count int, sources int[], targets int[])
returns int[]
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_levels int[] := array_fill(-1, array[node_count]);
  v_open int[] := array_fill(0, array[node_count]);
  v_queue int[] := array_fill(0, array[node_count]);
  v_head int := 1;
  v_tail int := 0;
  v_edges int[];
  v_first int[];
  v_node int;
  v_target int;
begin
  select i.edges, i.first into v_edges, v_first from pgwave_private.index_edges(node_count, sources) as i;
  foreach v_target in array targets loop
    v_open[v_target] := v_open[v_target] + 1;
  end loop;
  for v_start in 1 .. node_count loop
    if v_open[v_start] = 0 then
      v_levels[v_start] := 0;
      v_tail := v_tail + 1;
      v_queue[v_tail] := v_start;
    end if;
  end loop;
  while v_head <= v_tail loop
    v_node := v_queue[v_head];
    v_head := v_head + 1;
    for v_place in v_first[v_node] .. v_first[v_node + 1] - 1 loop
      v_target := targets[v_edges[v_place]];
      v_open[v_target] := v_open[v_target] - 1;
      v_levels[v_target] := greatest(v_levels[v_target], v_levels[v_node] + 1);
      if v_open[v_target] = 0 then
        v_tail := v_tail + 1;
        v_queue[v_tail] := v_target;
      end if;
    end loop;
  end loop;
  -- what a cycle holds back has no level
  for v_start in 1 .. node_count loop
    if v_open[v_start] > 0 then v_levels[v_start] := null; end if;
  end loop;
  return v_levels;
end
$function$;
comment on function pgwave_private.sort_graph(int, int[], int[]) is
  'Find the level of each node: the length of the longest path to it. Returns: levels from 0; null for a node on a cycle or behind one.';

create or replace function pgwave_private.find_cycles(node_count int, sources int[], targets int[])
returns table (edge int, nodes int[])
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_levels int[] := pgwave_private.sort_graph(node_count, sources, targets);
  v_state int[] := array_fill(0, array[node_count]);  -- 0 new, 1 on the path, 2 done
  v_next int[];
  v_path int[];
  v_edges int[];
  v_first int[];
  v_node int;
  v_target int;
begin
  if array_position(v_levels, null) is null then
    return;
  end if;
  select i.edges, i.first into v_edges, v_first from pgwave_private.index_edges(node_count, sources) as i;
  v_next := v_first;
  for v_start in 1 .. node_count loop
    continue when v_levels[v_start] is not null or v_state[v_start] <> 0;
    v_path := array[v_start];
    v_state[v_start] := 1;
    while cardinality(v_path) > 0 loop
      v_node := v_path[cardinality(v_path)];
      if v_next[v_node] >= v_first[v_node + 1] then
        v_state[v_node] := 2;
        v_path := trim_array(v_path, 1);
        continue;
      end if;
      v_target := targets[v_edges[v_next[v_node]]];
      if v_state[v_target] = 1 then
        edge := v_edges[v_next[v_node]];
        nodes := v_path[array_position(v_path, v_target):] || v_target;
        return next;
      elsif v_state[v_target] = 0 then
        v_path := v_path || v_target;
        v_state[v_target] := 1;
      end if;
      v_next[v_node] := v_next[v_node] + 1;
    end loop;
  end loop;
end
$function$;
comment on function pgwave_private.find_cycles(int, int[], int[]) is
  'Find the edges that close cycles; without them there is none. Returns: each edge with the cycle, its first node repeated at the end.';

create or replace function pgwave_private.reach_nodes(
  node_count int,
  sources int[],
  targets int[],
  starts int[]
)
returns boolean[]
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_reached boolean[] := array_fill(false, array[node_count]);
  v_queue int[] := array_fill(0, array[node_count]);
  v_head int := 1;
  v_tail int := 0;
  v_edges int[];
  v_first int[];
  v_node int;
begin
  select i.edges, i.first into v_edges, v_first from pgwave_private.index_edges(node_count, sources) as i;
  foreach v_node in array starts loop
    if not v_reached[v_node] then
      v_reached[v_node] := true;
      v_tail := v_tail + 1;
      v_queue[v_tail] := v_node;
    end if;
  end loop;
  while v_head <= v_tail loop
    for v_place in v_first[v_queue[v_head]] .. v_first[v_queue[v_head] + 1] - 1 loop
      v_node := targets[v_edges[v_place]];
      if not v_reached[v_node] then
        v_reached[v_node] := true;
        v_tail := v_tail + 1;
        v_queue[v_tail] := v_node;
      end if;
    end loop;
    v_head := v_head + 1;
  end loop;
  return v_reached;
end
$function$;
comment on function pgwave_private.reach_nodes(int, int[], int[], int[]) is
  'Find what is reached from some nodes, themselves included. Returns: whether, by node.';

create or replace function pgwave_private.find_ancestors(
  node_count int,
  sources int[],
  targets int[],
  levels int[]
)
returns bit varying[]
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_nothing bit varying := repeat('0', node_count)::bit varying;
  v_sets bit varying[] := array_fill(v_nothing, array[node_count]);
  v_order int[];
  v_source int;
  v_target int;
begin
  -- all edges into a node's sources come before the edges into the node
  v_order := array(
    select e.edge from unnest(targets) with ordinality as e (target, edge) order by levels[e.target], e.target);
  for v_node in 1 .. node_count loop
    v_sets[v_node] := set_bit(v_nothing, v_node - 1, 1);
  end loop;
  for v_place in 1 .. cardinality(v_order) loop
    v_source := sources[v_order[v_place]];
    v_target := targets[v_order[v_place]];
    v_sets[v_target] := v_sets[v_target] | v_sets[v_source];
  end loop;
  return v_sets;
end
$function$;
comment on function pgwave_private.find_ancestors(int, int[], int[], int[]) is
  'Find all ancestors in an acyclic graph whose levels are known. Returns: a set by node, bit n - 1 for node n; a node is in its own set.';

create or replace function pgwave_private.find_settled(
  node_count int,
  sources int[],
  targets int[],
  levels int[],
  needed int[],
  starts int[],
  expressions jsonb default '{}',
  skips jsonb default '{}'
)
returns bit varying[]
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_started bit varying[];  -- by node: what is resolved when it starts, and itself
  v_resolved bit varying[];  -- by node: what is resolved when it is, started or skipped
  v_taken bit varying[];  -- by source: what is resolved when its branch is taken; null: as when it starts
  v_joined record;
  v_count int;
  v_wanted int;
  v_source int;
  v_own bit varying;
begin
  if array_length(array_remove(needed, null), 1) is null and starts = '{}' then
    return pgwave_private.find_ancestors(node_count, sources, targets, levels);
  end if;
  v_started := array_fill(repeat('0', node_count)::bit varying, array[node_count]);
  for v_node in 1 .. node_count loop
    v_started[v_node] := set_bit(v_started[v_node], v_node - 1, 1);
  end loop;
  v_resolved := v_started;
  for v_joined in
    select e.target, array_agg(distinct e.source) as sources
      from unnest(sources, targets) as e (source, target)
     group by e.target order by levels[e.target]
  loop
    continue when v_joined.target = any (starts);
    v_own := v_started[v_joined.target];
    v_count := cardinality(v_joined.sources);
    v_taken := null;
    if skips ? v_joined.target::text then
      v_taken := v_started;
      -- a branch after skip is taken where the source never started
      foreach v_source in array array(
        select s::int from jsonb_array_elements_text(skips -> v_joined.target::text) as s)
      loop
        v_taken[v_source] := v_resolved[v_source];
      end loop;
    end if;
    if needed[v_joined.target] is null then
      -- all are resolved, and one of them was taken
      v_resolved[v_joined.target] := v_own | pgwave_private.common_bits(v_resolved, v_joined.sources, 1);
      v_started[v_joined.target] := v_resolved[v_joined.target]
        | pgwave_private.common_bits(coalesce(v_taken, v_started), v_joined.sources, v_count);
    elsif expressions ? v_joined.target::text then
      v_started[v_joined.target] := v_own
        | pgwave_private.settle_expression(expressions -> v_joined.target::text, coalesce(v_taken, v_started), false);
      v_resolved[v_joined.target] := v_own | (v_started[v_joined.target]
        & pgwave_private.settle_expression(expressions -> v_joined.target::text, v_resolved, true));
    else
      -- so many were taken; it is skipped as soon as too few are left that may be
      v_wanted := least(needed[v_joined.target], v_count);
      v_started[v_joined.target] := v_own
        | pgwave_private.common_bits(coalesce(v_taken, v_started), v_joined.sources, v_count - v_wanted + 1);
      v_resolved[v_joined.target] := v_own | (v_started[v_joined.target]
        & pgwave_private.common_bits(v_resolved, v_joined.sources, v_wanted));
    end if;
  end loop;
  return v_started;
end
$function$;
comment on function pgwave_private.find_settled(int, int[], int[], int[], int[], int[], jsonb, jsonb) is
  'Find what is surely resolved when a node starts; needed is how many of its sources have to be taken, null: all of them are waited for; expressions are joins by node that say it themselves; skips are sources, by target, whose skip leads there; starts wait for none. Returns: a set by node like find_ancestors, whose subsets they are.';

create or replace function pgwave_private.common_bits(sets bit varying[], members int[], least_count int)
returns bit varying
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_result bit varying := sets[members[1]];
  v_size int := length(v_result);
begin
  if least_count in (1, cardinality(members)) then
    for v_place in 2 .. cardinality(members) loop
      v_result := case when least_count = 1 then v_result | sets[members[v_place]]
        else v_result & sets[members[v_place]] end;
    end loop;
    return v_result;
  end if;
  return (
    select string_agg(
             case when counted.times >= least_count then '1' else '0' end, '' order by counted.bit)::bit varying
      from (
        select b.bit, sum(get_bit(sets[m.member], b.bit)) as times
          from generate_series(0, v_size - 1) as b (bit)
          cross join unnest(members) as m (member)
         group by b.bit
      ) as counted);
end
$function$;
comment on function pgwave_private.common_bits(bit varying[], int[], int) is
  'Find the bits that at least so many of some sets have. Returns: them as a set.';

create or replace function pgwave_private.definition_graph(
  definition jsonb,
  out names text[],
  out places text[],
  out sources int[],
  out targets int[],
  out edge_places text[],
  out loops boolean[]
)
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  with nodes as materialized (
    select n.body, n.place::int as node, n.body ->> 'name' as name
      from jsonb_array_elements(definition -> 'conversations') with ordinality as n (body, place)
  ), named as materialized (
    select n.name, min(n.node) as node from nodes as n where n.name is not null group by n.name
  ), edges as (
    select n.node as source, t.node as target, b.branch ->> 'at' as at, b.branch ? 'loop' as is_loop, b.place
      from nodes as n
      cross join jsonb_array_elements(n.body -> 'branches') with ordinality as b (branch, place)
      join named as t on t.name = b.branch ->> 'to'
  )
  select coalesce((select array_agg(n.name order by n.node) from nodes as n), '{}'),
         coalesce((select array_agg(n.body ->> 'at' order by n.node) from nodes as n), '{}'),
         coalesce(array_agg(e.source order by e.source, e.place), '{}'),
         coalesce(array_agg(e.target order by e.source, e.place), '{}'),
         coalesce(array_agg(e.at order by e.source, e.place), '{}'),
         coalesce(array_agg(e.is_loop order by e.source, e.place), '{}')
    from edges as e
$function$;
comment on function pgwave_private.definition_graph(jsonb) is
  'Read the graph of a normalised definition. Returns: names and pointers of the conversations, and by branch its source, target, pointer and whether it is a loop.';

create or replace function pgwave_private.forward_graph(
  definition jsonb,
  out node_count int,
  out names text[],
  out places text[],
  out sources int[],
  out targets int[],
  out edge_places text[],
  out levels int[]
)
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_graph record;
  v_cycles int[];
begin
  select * into v_graph from pgwave_private.definition_graph(definition);
  names := v_graph.names;
  places := v_graph.places;
  node_count := cardinality(names);
  select coalesce(array_agg(e.source order by e.edge), '{}'),
         coalesce(array_agg(e.target order by e.edge), '{}'),
         coalesce(array_agg(e.at order by e.edge), '{}')
    into sources, targets, edge_places
    from unnest(v_graph.sources, v_graph.targets, v_graph.edge_places, v_graph.loops)
      with ordinality as e (source, target, at, is_loop, edge)
   where not e.is_loop;
  levels := pgwave_private.sort_graph(node_count, sources, targets);
  if array_position(levels, null) is not null then
    -- the branches that close a cycle are a fault of their own; the rest is looked at without them
    v_cycles := array(select c.edge from pgwave_private.find_cycles(node_count, sources, targets) as c);
    select coalesce(array_agg(e.source order by e.edge), '{}'),
           coalesce(array_agg(e.target order by e.edge), '{}'),
           coalesce(array_agg(e.at order by e.edge), '{}')
      into sources, targets, edge_places
      from unnest(sources, targets, edge_places) with ordinality as e (source, target, at, edge)
     where e.edge <> all (v_cycles);
    levels := pgwave_private.sort_graph(node_count, sources, targets);
  end if;
end
$function$;
comment on function pgwave_private.forward_graph(jsonb) is
  'Read the graph of a normalised definition without loops and without the branches that close undeclared cycles. Returns: it, with the level of each conversation.';
