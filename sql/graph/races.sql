-- Races: a join that starts early with race: cancel stops what only leads to it. Looked at as a state, not as an event:
-- who was held by others when the join started is cancelled by the next reaction.

create or replace function pgwave_private.find_losers(definition jsonb)
returns table (place int, losers text[])
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_graph record;
  v_others boolean[];  -- what leads elsewhere, or nowhere
  v_edge record;
begin
  select * into v_graph from pgwave_private.forward_graph(definition);
  for place in
    select c.place::int from jsonb_array_elements(definition -> 'conversations') with ordinality as c (body, place)
     where c.body ? 'race' order by c.place
  loop
    v_others := array(
      select n.node = find_losers.place or n.node <> all (v_graph.sources)
        from generate_series(1, v_graph.node_count) as n (node) order by n.node);
    -- of each edge its target is settled first
    for v_edge in
      select e.source, e.target from unnest(v_graph.sources, v_graph.targets) as e (source, target)
       order by v_graph.levels[e.source] desc
    loop
      v_others[v_edge.source] := v_others[v_edge.source] or (v_edge.target <> place and v_others[v_edge.target]);
    end loop;
    losers := array(select v_graph.names[n.node] from unnest(v_others) with ordinality as n (leads_elsewhere, node)
                     where not n.leads_elsewhere);
    return next;
  end loop;
end
$$;
comment on function pgwave_private.find_losers(jsonb) is
  'Find what the races of a normalised definition may cancel: conversations all of whose branches lead to the join, by way of others of them too. Returns: the place of each join with race, and their names.';

create or replace function pgwave_private.list_losers(run_ids bigint[]) returns table (interaction_id bigint)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select i.interaction_id
    from pgwave.workflow_runs run
    join pgwave.conversation_versions cv on cv.workflow_version_id = run.workflow_version_id
      and cv.races_with is not null
    join pgwave.interactions j
      on j.workflow_run_id = run.workflow_run_id and j.conversation_id = cv.conversation_id and j.item_index is null
     and j.status <> 'skipped' and j.iteration = pgwave_private.current_iteration(
           run.loops, run.workflow_version_id, cv.conversation_id)
    join pgwave.interactions i
      on i.workflow_run_id = run.workflow_run_id and i.conversation_id = any(cv.races_with)
     and i.status in ('pending', 'running', 'waiting')
   where run.workflow_run_id = any(list_losers.run_ids) and run.finished_at is null and run.ends_as is null;
end
$$;
comment on function pgwave_private.list_losers(bigint[]) is
  'List what is open in runs and leads only to a join with race: cancel that has started. Returns: the interactions.';

create or replace function pgwave_private.cancel_losers(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  select array_agg(l.interaction_id) into v_ids
    from (
      select i.interaction_id
        from pgwave.interactions i
       where i.interaction_id in (select l.interaction_id from pgwave_private.list_losers(cancel_losers.run_ids) l)
         and i.workflow_run_id = any(cancel_losers.run_ids) and i.status in ('pending', 'running', 'waiting')
       order by i.interaction_id
         for update skip locked
    ) l;
  if v_ids is not null then
    perform pgwave_private.drop_interactions(v_ids, cancel_losers.run_ids,
      '{"code": "cancelled", "message": "it lost the race", "retryable": false}');
  end if;
end
$$;
comment on function pgwave_private.cancel_losers(bigint[]) is
  'Cancel what lost a race, work that a worker has begun too. Writes: interactions, attempts, ready, leases, waits, workflow_runs. Locks: interactions, without waiting; the caller holds the runs.';
