create or replace function pgwave_private.list_loops(definition jsonb)
returns table (
  at text, source int, target int, source_name text, target_name text,
  is_backward boolean, body bit varying
)
language sql
stable parallel safe
set search_path = ''
as $function$
  with loops as materialized (
    select e.at, e.source, e.target
      from pgwave_private.definition_graph(list_loops.definition) as d
      cross join unnest(d.edge_places, d.sources, d.targets, d.loops) as e (at, source, target, is_loop)
     where e.is_loop
  ), graph as materialized (
    -- most definitions have no loop, and then nothing of this is needed
    select g.*
      from (select list_loops.definition as definition where exists (select from loops)) as d
      cross join pgwave_private.forward_graph(d.definition) as g
  ), sets as materialized (
    -- what leads to a source, and what a target leads to: ancestors with the edges turned round
    select pgwave_private.find_ancestors(g.node_count, g.sources, g.targets, g.levels) as above,
           pgwave_private.find_ancestors(g.node_count, g.targets, g.sources, (
             select array_agg(g.node_count - l.level order by l.node)
               from unnest(g.levels) with ordinality as l (level, node))) as below
      from graph as g
  )
  select l.at, l.source, l.target, g.names[l.source], g.names[l.target],
         get_bit(s.above[l.source], l.target - 1) = 1,
         (s.above[l.source] & s.below[l.target])::bit varying
    from graph as g
    cross join sets as s
    cross join loops as l
$function$;
comment on function pgwave_private.list_loops(jsonb) is
  'List the loops of a normalised definition. Returns: pointer, source, target, whether it leads back, and its body: a set of what is on a path from target to source.';

create or replace function pgwave_private.loop_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with loops as materialized (
    select row_number() over () as number, l.* from pgwave_private.list_loops(loop_faults.definition) as l
  ), whole as materialized (
    select * from loops as l where l.is_backward
  ), graph as materialized (
    select g.*
      from (select loop_faults.definition as definition where exists (select from whole)) as d
      cross join pgwave_private.forward_graph(d.definition) as g
  ), edges as (
    select e.at, e.source, e.target, g.names[e.source] as source_name, g.names[e.target] as target_name
      from graph as g
      cross join unnest(g.edge_places, g.sources, g.targets) as e (at, source, target)
  )
  select 'loop_not_backward', l.at,
         format('A loop leads from %s to %s, which is not upstream of it.', l.source_name, l.target_name),
         'A loop leads back to the conversation itself or to an ancestor; leave loop out for a branch forward.'
    from loops as l where not l.is_backward
  union all
  select 'loop_overlap', b.at,
         format('The loop from %s to %s overlaps the loop from %s to %s.',
           b.source_name, b.target_name, a.source_name, a.target_name),
         'Two loops are nested or have nothing in common.'
    from whole as a
    join whole as b on b.number > a.number
   where strpos((a.body & b.body)::text, '1') > 0
     and (a.body & b.body) <> a.body and (a.body & b.body) <> b.body
  union all
  select 'loop_entered', e.at,
         format('The loop from %s to %s is entered at %s.', l.source_name, l.target_name, e.target_name),
         format('From outside a loop is entered only at its target, %s.', l.target_name)
    from whole as l
    join edges as e on get_bit(l.body, e.target - 1) = 1 and get_bit(l.body, e.source - 1) = 0
   where e.target <> l.target
  union all
  select 'loop_left', e.at,
         format('The loop from %s to %s is left from %s.', l.source_name, l.target_name, e.source_name),
         format('A loop is left only from its source, %s, by failure branches too.', l.source_name)
    from whole as l
    join edges as e on get_bit(l.body, e.source - 1) = 1 and get_bit(l.body, e.target - 1) = 0
   where e.source <> l.source
  union all
  select 'conflict', b.branch ->> 'at', 'A loop leads back to a conversation, and none is nowhere.',
    'Name the conversation, or leave loop out.'
    from jsonb_array_elements(loop_faults.definition -> 'conversations') as c (body)
    cross join jsonb_array_elements(c.body -> 'branches') as b (branch)
   where b.branch ? 'loop' and b.branch ->> 'to' = 'none'
  union all
  select 'loop_after_failure', b.branch ->> 'at', 'A loop cannot leave from a failure.',
         'A conversation that fails ends its loop; retry repeats the attempt.'
    from jsonb_array_elements(loop_faults.definition -> 'conversations') as c (body)
    cross join jsonb_array_elements(c.body -> 'branches') as b (branch)
   where b.branch ? 'loop' and b.branch ->> 'after' = 'failure'
$function$;
comment on function pgwave_private.loop_faults(jsonb) is
  'Find loops of a normalised definition that do not lead back, overlap, or are entered or left elsewhere than they may. Returns: code, pointer, message, hint of each.';
