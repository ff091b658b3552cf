create or replace function pgwave_private.start_nodes(definition jsonb, names text[], targets int[])
returns int[]
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(array_agg(distinct n.node::int), '{}')
    from unnest(start_nodes.names) with ordinality as n (name, node)
   where case
     when start_nodes.definition ? 'start' then start_nodes.definition -> 'start' ? n.name
     else n.node <> all (start_nodes.targets) and not start_nodes.definition -> 'entries' ? n.name
   end
$function$;
comment on function pgwave_private.start_nodes(jsonb, text[], int[]) is
  'Find where a normalised definition starts: its start, else the conversations that no forward branch leads to and that are not among its entries. Returns: node numbers, ascending.';

create or replace function pgwave_private.cycle_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with graph as materialized (
    select * from pgwave_private.definition_graph(cycle_faults.definition)
  ), forward as materialized (
    select array_agg(e.source order by e.edge) as sources, array_agg(e.target order by e.edge) as targets,
           array_agg(e.at order by e.edge) as places
      from graph as g
      cross join unnest(g.sources, g.targets, g.edge_places, g.loops)
        with ordinality as e (source, target, at, is_loop, edge)
     where not e.is_loop
  )
  select 'undeclared_cycle', f.places[c.edge],
         'A cycle is not declared as a loop: ' || (
           select string_agg(g.names[n.node], ' → ' order by n.place)
             from unnest(c.nodes) with ordinality as n (node, place)) || '.',
         'Give the branch that leads back a limit: loop: 3.'
    from graph as g
    cross join forward as f
    cross join pgwave_private.find_cycles(cardinality(g.names), f.sources, f.targets) as c
$function$;
comment on function pgwave_private.cycle_faults(jsonb) is
  'Find cycles that no loop declares in a normalised definition. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.reach_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with graph as materialized (
    select g.*,
           pgwave_private.start_nodes(reach_faults.definition, g.names, g.targets) as starts,
           array(select n.node::int from unnest(g.names) with ordinality as n (name, node)
             where reach_faults.definition -> 'entries' ? n.name) as entries
      from pgwave_private.forward_graph(reach_faults.definition) as g
  ), all_edges as materialized (
    select e.sources || e.targets as ends from pgwave_private.definition_graph(reach_faults.definition) as e
  ), nodes as (
    select n.node, n.name, n.at, n.reached,
           -- an end of the run is reason enough to be there
           linked.node is null and not jsonb_path_exists(
             reach_faults.definition -> 'conversations' -> (n.node::int - 1),
             '$.branches[*] ? (@.to == "END")') as alone,
           g.node_count, g.starts || g.entries <> '{}' as has_starts,
           n.node = any (g.entries) or reach_faults.definition -> 'start' ? n.name as is_named
      from graph as g
      cross join unnest(g.names, g.places,
          pgwave_private.reach_nodes(g.node_count, g.sources, g.targets, g.starts || g.entries))
        with ordinality as n (name, at, reached, node)
      left join (select distinct e.node from all_edges as a cross join unnest(a.ends) as e (node)) as linked
        on linked.node = n.node
     where n.name is not null
       -- of two with one name the second is a fault of its own
       and n.node = array_position(g.names, n.name)
  )
  select case when n.alone then 'isolated' else 'unreachable' end, n.at,
         case when n.alone then format('%s has no branches, neither in nor out.', n.name)
           else format('%s cannot be reached from start or entries.', n.name) end,
         case when n.alone then 'Lead a branch to it, or name it in start or entries.'
           else 'Lead a branch to it, or name it in entries.' end
    from nodes as n
   where (n.alone and n.node_count > 1 and not coalesce(n.is_named, false))
      -- where nothing starts at all that is the fault
      or (not n.reached and not n.alone and n.has_starts)
  union all
  select 'no_start', case when reach_faults.definition ? 'start' then '/start' else '/entries' end,
         'Nothing starts: every conversation that no branch leads to is among the entries.',
         'Name a conversation in start.'
    from graph as g
   where g.entries <> '{}' and g.starts = '{}' and not reach_faults.definition ? 'start'
$function$;
comment on function pgwave_private.reach_faults(jsonb) is
  'Find conversations of a normalised definition that nothing reaches. Returns: code, pointer, message, hint of each.';
