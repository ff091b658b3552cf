-- Whether what is read can be there: names, order, properties.

create or replace function pgwave_private.list_references(bindings jsonb)
returns table (
  node int, context text, at text, source text, name text, members text[], is_required boolean, document text
)
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  -- once for each binding, not for each of its references: a long one has thousands
  with given as materialized (
    select b.node, b.context, b.at, b.binding, left(b.binding ->> 'source', 200) as source,
           jsonb_array_length(b.binding -> 'alternatives') as last,
           not b.binding ?| array['optional', 'defaulted'] as is_required
      from jsonb_to_recordset(list_references.bindings) as b (node int, context text, at text, binding jsonb)
     -- what does not parse has its fault already
     where not b.binding ? 'fault'
  )
  select b.node, b.context, b.at, b.source, regexp_replace(r.reference ->> 'name', '\.passes$', ''),
         array(select jsonb_array_elements_text(r.reference -> 'members')),
         -- no pass is an empty list
         r.reference ->> 'name' not like '%.passes' and a.place = b.last and b.is_required
           and not r.reference ? 'of_item', r.reference ->> 'name'
    from given as b
    cross join jsonb_array_elements(b.binding -> 'alternatives') with ordinality as a (alternative, place)
    cross join jsonb_array_elements(a.alternative -> 'references') as r (reference)
  union all
  select b.node, b.context, b.at, b.source, regexp_replace(r.reference ->> 'name', '\.passes$', ''),
         array(select jsonb_array_elements_text(r.reference -> 'members')),
         b.is_required and not r.reference ? 'of_item'
           and r.reference ->> 'name' not like '%.passes', r.reference ->> 'name'
    from given as b
    cross join lateral (
      select jsonb_path_query(b.binding, '$.filters[*].arguments[*].references[*]')
      union all select jsonb_path_query(b.binding, '$.conditions[*].operands[*].references[*]')) as r (reference)
   where b.binding ? 'filters' or b.binding ? 'conditions'
$function$;
comment on function pgwave_private.list_references(jsonb) is
  'List the names that bindings refer to. Returns: the binding''s place, context, pointer and source, the name, the members behind it, whether it must be there (nothing stands behind it as an alternative and it is not optional), and the name in the document, which is another for passes.';

create or replace function pgwave_private.context_names()
returns table (name text, contexts text[], says text)
language sql
immutable parallel safe
set search_path = ''
as $function$
  values
    ('input', array['prompt', 'for_each', 'until', 'wait', 'assignees', 'success', 'failure', 'skip', 'loop',
      'result', 'trigger', 'key'], ''),
    ('run', array['prompt', 'for_each', 'until', 'wait', 'assignees', 'success', 'failure', 'skip', 'loop',
      'result', 'trigger'], 'in a run that has begun'),
    ('parent', array['prompt', 'for_each', 'until', 'wait', 'assignees', 'success', 'failure', 'skip', 'loop'],
      'in a conversation'),
    ('parents', array['prompt', 'for_each', 'until', 'wait', 'assignees', 'success', 'failure', 'skip', 'loop'],
      'in a conversation'),
    ('iteration', array['prompt', 'for_each', 'until', 'wait', 'assignees', 'success', 'failure', 'skip', 'loop'],
      'in a conversation'),
    ('item', array['prompt', 'assignees'], 'in a conversation with for_each'),
    ('index', array['prompt', 'assignees'], 'in a conversation with for_each'),
    ('items', array['prompt', 'assignees'], 'in a conversation with for_each'),
    ('error', array['prompt', 'for_each', 'until', 'wait', 'assignees', 'failure', 'retry', 'trigger'],
      'in a branch after: failure and behind it, in retry.when, and in on_failure, on_cancel, on_end'),
    ('output', array['success', 'loop', 'trigger'], 'in a branch and in on_completion, on_failure, on_cancel, on_end'),
    ('delta', array['trigger'], 'in on_completion, on_failure, on_cancel, on_end')
$function$;
comment on function pgwave_private.context_names() is
  'List the names of the document that are not a conversation''s or load''s. Returns: name, the contexts that have it, and these in words.';

create or replace function pgwave_private.name_reference_faults(definition jsonb, bindings jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with known as materialized (
    select n.name from pgwave_private.list_names(name_reference_faults.definition) as n
     where n.section in ('conversation', 'load', 'outside')
  ), all_names as materialized (
    select k.name from known as k
    union
    select c.name from pgwave_private.context_names() as c
  ), maps as materialized (
    select c.place as node
      from jsonb_array_elements(name_reference_faults.definition -> 'conversations')
        with ordinality as c (body, place)
     where c.body ? 'for_each'
  ), refs as materialized (
    select r.at, r.name, r.context, r.is_required, m.node is not null as in_map
      from pgwave_private.list_references(name_reference_faults.bindings) as r
      left join maps as m on m.node = r.node
     where r.name <> ''
  )
  select 'unknown_binding', r.at, format('Nothing is named %s.', to_jsonb(left(r.name, 60))),
         pgwave_private.suggest_name(r.name, array(select a.name from all_names as a order by a.name),
           row_number() over ())
    from refs as r
   where r.name not in (select a.name from all_names as a)
  union all
  select 'unknown_binding', r.at, format('%s is only there %s.', r.name, c.says), null
    from refs as r
    join pgwave_private.context_names() as c on c.name = r.name
   where not case when name_reference_faults.definition ? 'compensates'
     then r.name in ('input', 'output', 'error', 'run')
             else r.context = any (c.contexts) and (r.name not in ('item', 'index', 'items') or r.in_map)
               and (r.name <> 'error' or r.at not like '/on_completion/%') end
     and r.name not in (select k.name from known as k)
  union all
  select 'unknown_binding', r.at,
         'What triggers read is input, output, error, delta and run of the run that ended.',
         'Put it in result, and read $output.'
    from refs as r
    join known as k on k.name = r.name
   where r.context = 'trigger'
  union all
  select 'unknown_binding', r.at, 'A key can read only the input of the run.',
    'Read $input: key: $input.customer.'
    from refs as r
    join known as k on k.name = r.name
   where r.context = 'key'
  union all
  select 'unknown_binding', r.at, 'What retry.when reads is error, of the attempt that failed.',
         'Compare $error.code, $error.message or $error.detail.'
    from refs as r
    join known as k on k.name = r.name
   where r.context = 'retry' and r.name <> 'error'
  union all
  select 'unknown_binding', r.at,
    'What undoes a step reads output of that step, input, error and run, and what load reads.',
         'Let the step''s own output hold what is needed.'
    from refs as r
    join pgwave_private.list_names(name_reference_faults.definition) as n on n.section = 'conversation'
      and n.name = r.name
   where name_reference_faults.definition ? 'compensates'
  union all
  select 'binding_not_optional', r.at, 'A run that completed has no error.',
         'Make it optional: $error.message ?, or give an alternative behind ??.'
    from refs as r
   where r.context = 'trigger' and r.name = 'error' and r.is_required and r.at like '/on_end%'
$function$;
comment on function pgwave_private.name_reference_faults(jsonb, jsonb) is
  'Find references of a normalised definition to names that are unknown or not there in their context. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.node_expressions(definition jsonb, names text[])
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  with parsed as materialized (
    select c.place, c.body ->> 'name' as name, pgwave_private.parse_join(c.body ->> 'join') as tree
      from jsonb_array_elements(node_expressions.definition -> 'conversations') with ordinality as c (body, place)
     where pgwave_private.joins_by_expression(c.body)
  )
  select coalesce(jsonb_object_agg(p.place, pgwave_private.name_join_sources(p.tree, n.numbers)), '{}')
    from parsed as p
    cross join (
      select jsonb_object_agg(n.name, n.node) as numbers
        from unnest(node_expressions.names) with ordinality as n (name, node) where n.name is not null) as n
   -- what names others than its sources is a fault of its own
   where not exists (
     select from jsonb_path_query(p.tree, 'strict $.** ? (@.type() == "string")') as s (name)
      where p.tree ? 'fault' or not n.numbers ? (s.name #>> '{}'))
$function$;
comment on function pgwave_private.node_expressions(jsonb, text[]) is
  'List the joins of a normalised definition that are expressions, over the places of conversations. Returns: {place: expression}.';

create or replace function pgwave_private.list_skip_sources(definition jsonb, names text[])
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(jsonb_object_agg(s.target, s.sources), '{}')
    from (
      select array_position(list_skip_sources.names, b.branch ->> 'to') as target,
             jsonb_agg(distinct c.place) as sources
        from jsonb_array_elements(definition -> 'conversations') with ordinality as c (body, place)
        cross join jsonb_array_elements(c.body -> 'branches') as b (branch)
       where b.branch ->> 'after' = 'skip'
       group by 1
    ) as s
   where s.target is not null
$function$;
comment on function pgwave_private.list_skip_sources(jsonb, text[]) is
  'List the branches of a normalised definition that a skip takes, by the places of conversations. Returns: {target: [sources]}.';

create or replace function pgwave_private.order_sets(
  definition jsonb,
  out settled bit varying[],
  out ancestors bit varying[]
)
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_graph record;
  v_needed int[];
  v_starts int[];
begin
  select * into v_graph from pgwave_private.forward_graph(definition);
  v_needed := array(
    select case when c.body ->> 'join' = 'any' then 1
             -- skipped at the first source that is not taken
             when c.body ->> 'join' = 'all' then v_graph.node_count
             when jsonb_typeof(c.body -> 'join') = 'number' then (c.body ->> 'join')::int
             when pgwave_private.joins_by_expression(c.body) then 1 end
      from jsonb_array_elements(definition -> 'conversations') with ordinality as c (body, place)
     order by c.place);
  ancestors := pgwave_private.find_ancestors(
    v_graph.node_count, v_graph.sources, v_graph.targets, v_graph.levels);
  -- a start conversation starts at once, whatever leads to it
  v_starts := array(
    select n.node
      from unnest(pgwave_private.start_nodes(definition, v_graph.names, v_graph.targets)) as n (node)
     where n.node = any (v_graph.targets));
  settled := case
    when array_length(array_remove(v_needed, null), 1) is null and v_starts = '{}' then ancestors
    else pgwave_private.find_settled(
      v_graph.node_count, v_graph.sources, v_graph.targets, v_graph.levels, v_needed, v_starts,
      pgwave_private.node_expressions(definition, v_graph.names),
      pgwave_private.list_skip_sources(definition, v_graph.names)) end;
end
$function$;
comment on function pgwave_private.order_sets(jsonb) is
  'Find what comes before each conversation of a normalised definition. Returns: what is surely resolved when it starts, and all ancestors, as sets that hold the conversation itself.';

create or replace function pgwave_private.reach_through_loops(
  own_set bit varying,
  loop_targets int[],
  source_sets bit varying[]
)
returns bit varying
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_reached bit varying := own_set;
  v_result bit varying := (own_set & ~own_set)::bit varying;
  v_before bit varying;
begin
  loop
    v_before := v_result;
    for v_loop in 1 .. cardinality(loop_targets) loop
      if get_bit(v_reached, loop_targets[v_loop] - 1) = 1 then
        v_result := v_result | source_sets[v_loop];
        v_reached := v_reached | source_sets[v_loop];
      end if;
    end loop;
    exit when v_result = v_before;
  end loop;
  return v_result;
end
$function$;
comment on function pgwave_private.reach_through_loops(bit varying, int[], bit varying[]) is
  'Find what reaches a conversation by way of a loop; own_set is its ancestors and itself. Returns: a set, with itself where it is in the body of a loop.';

create or replace function pgwave_private.judge_order(definition jsonb, nodes int[], others int[])
returns table (place bigint, verdict text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with sets as materialized (
    select s.place::int as node, s.settled, s.ancestors
      from pgwave_private.order_sets(judge_order.definition) as o
      cross join unnest(o.settled, o.ancestors) with ordinality as s (settled, ancestors, place)
     where judge_order.nodes <> '{}'
  ), loops as materialized (
    select coalesce(array_agg(l.target order by l.at), '{}') as targets,
           coalesce(array_agg(s.ancestors order by l.at), '{}') as source_sets
      from pgwave_private.list_loops(judge_order.definition) as l
      join sets as s on s.node = l.source
     where l.is_backward
  )
  select p.place,
         case
           when p.node <> p.other and get_bit(s.settled, p.other - 1) = 1 then 'before'
           when p.node <> p.other and get_bit(s.ancestors, p.other - 1) = 1 then 'racing'
           when get_bit(pgwave_private.reach_through_loops(s.ancestors, l.targets, l.source_sets),
             p.other - 1) = 1 then 'loop'
           else 'not' end
    from unnest(judge_order.nodes, judge_order.others) with ordinality as p (node, other, place)
    join sets as s on s.node = p.node
    cross join loops as l
$function$;
comment on function pgwave_private.judge_order(jsonb, int[], int[]) is
  'Find whether conversations of a normalised definition come before others: pairs of places. Returns: for each pair before, racing (a join may not wait for it), loop (only by a loop), or not.';

create or replace function pgwave_private.order_faults(definition jsonb, bindings jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with nodes as materialized (
    select c.body ->> 'name' as name, min(c.place)::int as node
      from jsonb_array_elements(order_faults.definition -> 'conversations') with ordinality as c (body, place)
     where c.body ? 'name' group by 1
  ), refs as materialized (
    select r.node, n.node as other, r.name, r.at, r.is_required, r.source, row_number() over () as place
      from pgwave_private.list_references(order_faults.bindings) as r
      join nodes as n on n.name = r.name
     where r.node is not null
  ), judged as (
    select r.*, v.verdict
      from (
        select coalesce(array_agg(r.node order by r.place), '{}') as nodes,
               coalesce(array_agg(r.other order by r.place), '{}') as others
          from refs as r) as pairs
      cross join pgwave_private.judge_order(order_faults.definition, pairs.nodes, pairs.others) as v
      join refs as r on r.place = v.place
  )
  select case when j.verdict = 'not' then 'not_upstream' else 'binding_not_optional' end, j.at,
         case j.verdict
           when 'not' then format('%s is not upstream.', j.name)
           when 'racing' then format('%s may not be resolved when this starts: a join does not wait for it.', j.name)
           else format('%s comes before this only by a loop.', j.name) end,
         case j.verdict when 'not' then 'Read what is upstream, or lead a branch from it.'
           else format('Make it optional: {{ %s ? }}, or give an alternative behind ??.', ltrim(j.source, '$')) end
    from judged as j
   where j.verdict = 'not' or (j.verdict <> 'before' and j.is_required)
$function$;
comment on function pgwave_private.order_faults(jsonb, jsonb) is
  'Find references of a normalised definition to conversations that are not upstream, or perhaps not resolved and yet not optional. Returns: code, pointer, message, hint of each.';
