-- The first point at which two runs part, and why.

create or replace function pgwave_private.list_upstream(workflow_run_id bigint)
returns table (interaction_id bigint, upstream_id bigint)
language sql
stable
set search_path = ''
as $$
  with recalled as materialized (
    select i.interaction_id, i.conversation_id, i.iteration, i.item_index, i.execution_order, i.input_interaction_ids,
           run.workflow_version_id
      from pgwave.interactions i
      join pgwave.workflow_runs run on run.workflow_run_id = i.workflow_run_id
     where i.workflow_run_id = list_upstream.workflow_run_id
  ),
  led_to as (
    select r.interaction_id, r.conversation_id, r.iteration, r.item_index, u.id as upstream_id
      from recalled r
      cross join unnest(r.input_interaction_ids) u (id)
     where r.conversation_id <> 9195
    union
    -- a join looks at what did not lead to it too
    select r.interaction_id, r.conversation_id, r.iteration, r.item_index, s.interaction_id
      from recalled r
      join pgwave.branches b
        on b.workflow_version_id = r.workflow_version_id and b.to_conversation_id = r.conversation_id
      join recalled s
        on s.conversation_id = b.from_conversation_id and s.item_index is null and s.execution_order < r.execution_order
     where r.item_index is null
  )
  select l.interaction_id, l.upstream_id from led_to l
  union
  select item.interaction_id, l.upstream_id
    from recalled item
    join led_to l
      on l.conversation_id = item.conversation_id and l.iteration = item.iteration and l.item_index is null
   where item.item_index is not null
  union
  -- what a map comes to follows from its items
  select header.interaction_id, item.interaction_id
    from recalled item
    join recalled header
      on header.conversation_id = item.conversation_id and header.iteration = item.iteration
     and header.item_index is null
   where item.item_index is not null
  union
  -- what a model answers follows from the tools that it called
  select u.id, r.interaction_id
    from recalled r
    cross join unnest(r.input_interaction_ids) u (id)
   where r.conversation_id = 9195
$$;
comment on function pgwave_private.list_upstream(bigint) is
  'List what each interaction of a run follows from: what it read, the sources of its branches, the items of a map, the tools that it called. Returns: a row for each pair.';

create or replace function pgwave_private.find_parting(aligned jsonb, run_a bigint, run_b bigint)
returns table (place bigint, conversation text, iteration int, item_index int, a jsonb, b jsonb, settled boolean)
language sql
stable
set search_path = ''
as $$
  with differing as materialized (
    select x.*, coalesce(x.a ->> 'status' in ('completed', 'failed', 'skipped')
                         and x.b ->> 'status' in ('completed', 'failed', 'skipped'), false) as settled
      from jsonb_to_recordset(find_parting.aligned)
             as x (place bigint, conversation text, iteration int, item_index int, a jsonb, b jsonb)
     where (x.a -> 'outcome')::text is distinct from (x.b -> 'outcome')::text
       -- the number of items is told by the map's header
       and (x.item_index is null or (x.a is not null and x.b is not null))
       -- another call is the model's doing
       and not coalesce(x.a #> '{input}' ? 'tool' and x.a -> 'input' <> x.b -> 'input', false)
  ),
  settled as (
    select d.place, (side.recalled ->> 'interaction_id')::bigint as interaction_id
      from differing d
      cross join lateral (values (d.a), (d.b)) side (recalled)
     where d.settled
  ),
  behind as (
    select s.place
      from settled s
      join (
        select u.* from pgwave_private.list_upstream(find_parting.run_a) u
        union all
        select u.* from pgwave_private.list_upstream(find_parting.run_b) u
      ) u on u.interaction_id = s.interaction_id
      join settled other on other.interaction_id = u.upstream_id and other.place <> s.place
  )
  select d.place, d.conversation, d.iteration, d.item_index, d.a, d.b, d.settled
    from differing d
   -- what never came about, or was cancelled, is the consequence of something wherever something else differs
   order by d.settled desc, d.place in (select k.place from behind k), d.place
   limit 1
$$;
comment on function pgwave_private.find_parting(jsonb, bigint, bigint) is
  'Find the first interaction that came out otherwise while nothing upstream of it did. Returns: a row, none where all came out the same.';

create or replace function pgwave_private.cause_of_parting(
  a jsonb,
  b jsonb,
  settled boolean,
  run_a jsonb,
  run_b jsonb
) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_only_branches boolean := coalesce((a #> '{outcome,output}')::text = (b #> '{outcome,output}')::text
    and a ->> 'status' = b ->> 'status' and a #> '{outcome,error_code}' = b #> '{outcome,error_code}', false);
begin
  if not cause_of_parting.settled then
    return pgwave_private.cause_of_absence(a, b, run_a, run_b);
  elsif v_only_branches then
    return coalesce(pgwave_private.cause_in_definition(a, b, '{branches,route}', false),
      pgwave_private.cause_of_branches(a, b, run_a, run_b));
  end if;
  return coalesce(
    pgwave_private.cause_of_input(a, b, run_a, run_b),
    pgwave_private.cause_of_actor(a, b),
    pgwave_private.cause_in_definition(a, b, '{branches,route,join,join_count}', true),
    -- these get the run's input besides their own
    case when a ->> 'kind' in ('script', 'function', 'http', 'sql') then
      pgwave_private.cause_in_run_data(run_a, run_b, '{input}') end,
    pgwave_private.cause_of_child(a, b),
    pgwave_private.cause_of_outcome(a, b),
    pgwave_private.cause_of_branches(a, b, run_a, run_b));
end
$$;
comment on function pgwave_private.cause_of_parting(jsonb, jsonb, boolean, jsonb, jsonb) is
  'Tell why an interaction came out otherwise although nothing upstream of it did. Returns: {cause, changed, a, b, message}.';

create or replace function pgwave_private.find_circumstance(aligned jsonb, run_a jsonb, run_b jsonb)
returns table (conversation text, iteration int, item_index int, a jsonb, b jsonb, cause jsonb)
language sql
stable
set search_path = ''
as $$
  select x.conversation, x.iteration, x.item_index, x.a, x.b, c.cause
    from jsonb_to_recordset(find_circumstance.aligned)
           as x (place bigint, conversation text, iteration int, item_index int, a jsonb, b jsonb)
    cross join lateral (
      select coalesce(
        pgwave_private.cause_of_input(x.a, x.b, find_circumstance.run_a, find_circumstance.run_b),
        pgwave_private.cause_of_actor(x.a, x.b), pgwave_private.cause_of_child(x.a, x.b),
        pgwave_private.cause_of_fallback(x.a, x.b)) as cause
    ) c
   where c.cause is not null
   order by x.place
   limit 1
$$;
comment on function pgwave_private.find_circumstance(jsonb, jsonb, jsonb) is
  'Find the first interaction that came out the same although something about it differs. Returns: a row with the cause, none where all is equal.';

create or replace function pgwave_private.cause_in_run(run_a jsonb, run_b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_data jsonb := pgwave_private.cause_in_run_data(run_a, run_b, null);
begin
  if run_a -> 'status' <> run_b -> 'status' or run_a #> '{error,code}' <> run_b #> '{error,code}' then
    return coalesce(pgwave_private.cause_in_limits(run_a, run_b),
      pgwave_private.make_cause('failure', '{}', pgwave_private.pick_fields(run_a, '{status,error}'),
        pgwave_private.pick_fields(run_b, '{status,error}'),
        pgwave_private.say_run_end(run_a) || ', ' || pgwave_private.say_run_end(run_b)));
  elsif run_a -> 'output' is distinct from run_b -> 'output'
    and run_a -> 'result' is distinct from run_b -> 'result' then
    return pgwave_private.make_cause('version', '{result}', run_a -> 'result', run_b -> 'result',
      'the versions make another result of the same outputs');
  elsif v_data is not null then
    return v_data || jsonb_build_object('message', (v_data ->> 'message') || ', and it changed nothing');
  end if;
  return pgwave_private.make_cause('nothing', '{}', null, null, 'nothing that happened differs');
end
$$;
comment on function pgwave_private.cause_in_run(jsonb, jsonb) is
  'Tell what differs of two runs whose interactions do not. Returns: the cause failure, version, input_data or nothing.';

create or replace function pgwave.explain_difference(a bigint, b bigint)
returns table (
  cause text,
  conversation text,
  iteration int,
  item_index int,
  a_interaction_id bigint,
  b_interaction_id bigint,
  changed text[],
  a_value jsonb,
  b_value jsonb,
  message text,
  child jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run_a jsonb := pgwave_private.recall_run(explain_difference.a);
  v_run_b jsonb := pgwave_private.recall_run(explain_difference.b);
  v_aligned jsonb;
  v_found record;
  v_cause jsonb;
begin
  if v_run_a ->> 'mode' = 'global_batch' and v_run_b ->> 'mode' = 'global_batch' then
    v_cause := pgwave_private.cause_in_batch(explain_difference.a, explain_difference.b);
  end if;
  select coalesce(jsonb_agg(to_jsonb(x)), '[]') into v_aligned
    from pgwave_private.align_interactions(explain_difference.a, explain_difference.b) x
   where v_cause is null;
  select p.* into v_found
    from pgwave_private.find_parting(v_aligned, explain_difference.a, explain_difference.b) p;
  if found then
    v_cause := pgwave_private.cause_of_parting(v_found.a, v_found.b, v_found.settled, v_run_a, v_run_b);
  elsif v_cause is null then
    select p.* into v_found from pgwave_private.find_circumstance(v_aligned, v_run_a, v_run_b) p;
    v_cause := coalesce(
      v_found.cause || jsonb_build_object('message', (v_found.cause ->> 'message') || ', and it changed nothing'),
      pgwave_private.cause_in_run(v_run_a, v_run_b));
  end if;
  return query
    select v_cause ->> 'cause', v_found.conversation, v_found.iteration, v_found.item_index,
           (v_found.a ->> 'interaction_id')::bigint, (v_found.b ->> 'interaction_id')::bigint,
           array(select jsonb_array_elements_text(v_cause -> 'changed')), nullif(v_cause -> 'a', 'null'),
           nullif(v_cause -> 'b', 'null'),
           coalesce(v_found.conversation || coalesce(' (pass ' || nullif(v_found.iteration, 0) + 1 || ')', '')
             || coalesce(' (item ' || v_found.item_index || ')', '') || ': ', '') || (v_cause ->> 'message'),
           v_cause -> 'child';
end
$$;
comment on function pgwave.explain_difference(bigint, bigint) is
  'Explain the first difference of two runs; of two batches, the first task whose runs differ (cause child_run). Causes: nothing, input_data, version, prompt, model, model_digest, options, script_output, non_determinism, human_decision, signal, failure, child_run, and environment. For child_run, child holds the explanation of the child runs. What follows from a difference upstream is never named. Returns: one row; changed names the fields, a_value and b_value hold both sides. Raises: PWNOF.';
