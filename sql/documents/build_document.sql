-- The document of an interaction: what its prompt, parameters and conditions may read.

-- jsonb_agg and jsonb_object_agg print each string inside a value into a copy, and look for the end of all that stands
-- behind it first: a list of 20,000 strings takes 400 million looks. So arrays are to_jsonb(array_agg(…)), and what is
-- large comes into an object by ||.
create or replace function pgwave_private.is_large(value jsonb)
returns boolean
language sql
stable parallel safe
return coalesce(pg_column_size(value) > 16000, false);
comment on function pgwave_private.is_large(jsonb) is
  'Tell whether a value is too large for jsonb_object_agg. Returns: whether; what is stored apart is not read.';

create or replace function pgwave_private.add_large(
  document jsonb,
  names text[],
  "values" jsonb[],
  interaction_ids bigint[]
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $$
declare
  v_document jsonb := coalesce(document, '{}');
begin
  for v_place in 1 .. cardinality(names) loop
    -- what an interaction answered hides what was given
    if interaction_ids[v_place] is not null or not v_document ? names[v_place] then
      v_document := v_document || jsonb_build_object(names[v_place], "values"[v_place]);
    end if;
  end loop;
  return v_document;
end
$$;
comment on function pgwave_private.add_large(jsonb, text[], jsonb[], bigint[]) is
  'Put large values into a document, those that interactions answered last. Returns: the document.';

create or replace function pgwave_private.list_run_values(run_id bigint, names text[], parent_interaction_ids bigint[])
returns table (name text, value jsonb)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select 'run', jsonb_build_object(
           'workflow_run_id', run.workflow_run_id, 'workflow_id', run.workflow_id, 'environment', run.environment,
           'triggered_by', run.triggered_by, 'operator', run.operator, 'created_at', run.created_at)
    from pgwave.workflow_runs run
   where run.workflow_run_id = list_run_values.run_id and 'run' = any(list_run_values.names)
  union all
  select n.name, coalesce((
           select to_jsonb(array_agg(coalesce(i.output, '{}') order by i.iteration)) from pgwave.interactions i
            where i.workflow_run_id = list_run_values.run_id and i.conversation_id = c.conversation_id
              and i.item_index is null and i.status = 'completed'), '[]')
    from unnest(list_run_values.names) n (name)
    join pgwave.workflow_runs run on run.workflow_run_id = list_run_values.run_id
    join pgwave.conversations c on c.workflow_id = run.workflow_id and c.conversation_name || '.passes' = n.name
   where n.name like '%.passes'
  union all
  select 'error', coalesce(i.error, run.loaded -> 'error')
    from pgwave.workflow_runs run
    left join lateral (
      -- a parent's, else the last of the run
      select i.error from pgwave.interactions i
       where i.workflow_run_id = list_run_values.run_id and i.status = 'failed' and i.item_index is null
         -- what undoes a run reads that run's
         and run.compensates_workflow_run_id is null
       order by i.interaction_id = any(list_run_values.parent_interaction_ids) desc, i.completed_at desc,
                i.interaction_id desc
       limit 1
    ) i on true
   where run.workflow_run_id = list_run_values.run_id and 'error' = any(list_run_values.names)
     and coalesce(i.error, run.loaded -> 'error') is not null
  union all
  select 'output', coalesce(i.output, '{}')
    from pgwave.workflow_runs run
    join pgwave.interactions i
      on i.workflow_run_id = run.compensates_workflow_run_id
        and i.interaction_id = list_run_values.parent_interaction_ids[1]
   where run.workflow_run_id = list_run_values.run_id and 'output' = any(list_run_values.names);
end
$$;
comment on function pgwave_private.list_run_values(bigint, text[], bigint[]) is
  'List what few conversations read: the run, the passes of conversations, the failure that led here, and the output of the step that a compensation undoes. Returns: names with values.';

-- In FROM it becomes part of the statement that calls it.
create or replace function pgwave_private.list_values(
  run_id bigint,
  workflow_id bigint,
  input jsonb,
  others jsonb,
  names text[],
  parent_interaction_ids bigint[],
  iteration int
) returns table (name text, value jsonb, interaction_id bigint)
language sql
stable
begin atomic
  select v.name, v.value, null::bigint
    from (values ('input'), ('context')) n (name)
    cross join lateral (select n.name, list_values.input as value) v
   where n.name = any(list_values.names)
  union all
  -- an error is the run's own, else that of outside
  select o.key, o.value, null from jsonb_each(list_values.others) o where o.key = any(list_values.names)
    and o.key <> 'error'
  union all
  select c.conversation_name, coalesce(i.output, '{}'), i.interaction_id
    from unnest(list_values.names) n (name)
    cross join lateral (
      select c.conversation_id, c.conversation_name from pgwave.conversations c
       where c.workflow_id = list_values.workflow_id and c.conversation_name = n.name
      offset 0
    ) c
    join lateral (
      select i.output, i.interaction_id, i.status
        from pgwave.interactions i
       where i.workflow_run_id = list_values.run_id and i.conversation_id = c.conversation_id
         -- a failure that lets the run continue hides what an earlier pass said
         and i.item_index is null and i.status in ('completed', 'failed')
       order by i.iteration desc
       limit 1
    ) i on i.status = 'completed'
  union all
  select p.name, p.value, null
    from (
      select to_jsonb(array_agg(coalesce(i.output, '{}') order by u.ord)) as outputs
        from unnest(list_values.parent_interaction_ids) with ordinality u (interaction_id, ord)
        join pgwave.interactions i on i.interaction_id = u.interaction_id and i.workflow_run_id = list_values.run_id
       where list_values.names && array['parent', 'parents']
    ) above
    cross join lateral (values ('parent', above.outputs -> 0), ('parents', above.outputs)) p (name, value)
   where p.name = any(list_values.names) and p.value is not null
  union all
  select 'iteration', to_jsonb(list_values.iteration), null where 'iteration' = any(list_values.names)
  union all
  select r.name, r.value, null
    from pgwave_private.list_run_values(list_values.run_id, list_values.names, list_values.parent_interaction_ids) r
   where list_values.names && array['run', 'error', 'output', '.passes'];
end;
comment on function pgwave_private.list_values(bigint, bigint, jsonb, jsonb, text[], bigint[], int) is
  'List what a run has under the names that something reads: its input, its rows and what was given (others), outputs of conversations, of parents. Returns: names with values, and the interaction that a value is the output of.';

create or replace function pgwave_private.build_document(
  run pgwave.workflow_runs,
  names text[],
  parent_interaction_ids bigint[],
  iteration int,
  out document jsonb,
  out interaction_ids bigint[]
)
language plpgsql
stable
set search_path = ''
as $$
begin
  interaction_ids := coalesce(build_document.parent_interaction_ids, '{}');
  -- the last of a name counts: what an interaction answered hides what was given
  select case when bool_or(pgwave_private.is_large(v.value)) then pgwave_private.add_large(
             jsonb_object_agg(v.name, v.value order by v.interaction_id nulls first)
               filter (where not pgwave_private.is_large(v.value)),
             array_agg(v.name order by v.interaction_id nulls first) filter (where pgwave_private.is_large(v.value)),
             array_agg(v.value order by v.interaction_id nulls first) filter (where pgwave_private.is_large(v.value)),
             array_agg(v.interaction_id order by v.interaction_id nulls first)
               filter (where pgwave_private.is_large(v.value)))
           else coalesce(jsonb_object_agg(v.name, v.value order by v.interaction_id nulls first)
             filter (where not pgwave_private.is_large(v.value)), '{}') end,
         interaction_ids || coalesce(array_agg(v.interaction_id order by v.interaction_id nulls first)
           filter (where v.interaction_id is not null and v.interaction_id <> all (interaction_ids)), '{}')
    into document, interaction_ids
    from pgwave_private.list_values(
      run.workflow_run_id, run.workflow_id, run.input, coalesce(run.loaded, '{}') || coalesce(run.given, '{}'),
      build_document.names, build_document.parent_interaction_ids, build_document.iteration) v;
end
$$;
comment on function pgwave_private.build_document(pgwave.workflow_runs, text[], bigint[], int) is
  'Gather what an interaction reads, and no more: what its names stand for in the run. Returns: the document and the interactions it came from.';
