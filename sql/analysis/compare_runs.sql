-- Two runs side by side, conversation by conversation.

create or replace function pgwave_private.show_recalled(recalled jsonb) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select case when show_recalled.recalled is not null then jsonb_build_object(
    'status', show_recalled.recalled -> 'status', 'input', show_recalled.recalled -> 'input',
    'prompt', show_recalled.recalled #> '{input,prompt}',
      'prompt_version', nullif(show_recalled.recalled -> 'prompt_version', 'null') - 'sha256',
      'system', show_recalled.recalled #> '{input,system}',
    'params', show_recalled.recalled #> '{input,params}', 'actor', show_recalled.recalled -> 'actor',
    'model', show_recalled.recalled -> 'model', 'model_digest', show_recalled.recalled -> 'model_digest',
    'options', o.options - 'seed', 'seed', o.options -> 'seed',
    'output', show_recalled.recalled -> 'output', 'tag', show_recalled.recalled -> 'tag',
    'branches', show_recalled.recalled -> 'branches', 'error_code', show_recalled.recalled #> '{error,code}',
    'prompt_tokens', show_recalled.recalled -> 'prompt_tokens',
    'completion_tokens', show_recalled.recalled -> 'completion_tokens',
    'duration_ms', show_recalled.recalled -> 'duration_ms') end
    from (select coalesce(nullif(show_recalled.recalled -> 'called_with', 'null'),
                          nullif(show_recalled.recalled -> 'declared_options', 'null'))) o (options);
end;
comment on function pgwave_private.show_recalled(jsonb) is
  'Show what an interaction is compared by. Returns: {status, input, prompt, prompt_version, system, params, actor, model, model_digest, options, seed, output, tag, branches, error_code, prompt_tokens, completion_tokens, duration_ms}.';

create or replace function pgwave_private.list_differences(a jsonb, b jsonb) returns text[]
language sql
immutable
parallel safe
begin atomic
  select coalesce(array_agg(n.name order by n.ord), '{}')
    from unnest(array[
           'status', 'input', 'prompt', 'prompt_version', 'system', 'params', 'actor', 'model', 'model_digest',
             'options', 'seed',
           'output', 'tag', 'branches', 'error_code', 'prompt_tokens', 'completion_tokens'])
           with ordinality n (name, ord)
   where case n.name
           when 'output' then list_differences.a #> '{outcome,output}'
             is distinct from list_differences.b #> '{outcome,output}'
           else pgwave_private.show_recalled(list_differences.a) -> n.name
                is distinct from pgwave_private.show_recalled(list_differences.b) -> n.name end;
end;
comment on function pgwave_private.list_differences(jsonb, jsonb) is
  'List in what two interactions differ; how long they took, and who decided when, is not looked at. Returns: names.';

create or replace function pgwave_private.recall_result(workflow_run_id bigint) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
      'workflow_run_id', run.workflow_run_id, 'status', run.status, 'input', run.input,
      'output', run.output, 'error_code', run.error -> 'code',
      'prompt_tokens', run.prompt_tokens, 'completion_tokens', run.completion_tokens,
      'duration_ms', round(extract(epoch from run.finished_at - run.created_at) * 1000))
    from pgwave.workflow_runs run
   where run.workflow_run_id = recall_result.workflow_run_id
$$;
comment on function pgwave_private.recall_result(bigint) is
  'Recall what a run of a batch came to. Returns: {workflow_run_id, status, input, output, error_code, prompt_tokens, completion_tokens, duration_ms}.';

create or replace function pgwave_private.compare_tasks(a bigint, b bigint)
returns table (place int, differs text[], a_values jsonb, b_values jsonb)
language sql
stable
set search_path = ''
as $$
  select (row_number() over (order by p.a nulls last, p.b))::int - 1,
         array(select n.name
                 from unnest('{status,input,output,error_code,prompt_tokens,completion_tokens}'::text[])
                      with ordinality n (name, ord)
                where r.a -> n.name is distinct from r.b -> n.name
                order by n.ord),
         r.a, r.b
    from pgwave_private.pair_runs(
      pgwave_private.list_batch_runs(compare_tasks.a),
      pgwave_private.list_batch_runs(compare_tasks.b)) p
    cross join lateral (
      select pgwave_private.recall_result(p.a) as a, pgwave_private.recall_result(p.b) as b) r
$$;
comment on function pgwave_private.compare_tasks(bigint, bigint) is
  'Compare two batches, task by task. Returns: a row for each task that either has, with what its runs came to.';

create or replace function pgwave.compare_runs(a bigint, b bigint)
returns table (
  conversation text,
  iteration int,
  item_index int,
  same boolean,
  differs text[],
  a_interaction_id bigint,
  b_interaction_id bigint,
  a_status pgwave.interaction_status,
  b_status pgwave.interaction_status,
  a_values jsonb,
  b_values jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_a jsonb := pgwave_private.recall_run(compare_runs.a);
  v_b jsonb := pgwave_private.recall_run(compare_runs.b);
begin
  if v_a ->> 'mode' = 'global_batch' and v_b ->> 'mode' = 'global_batch' then
    return query
      select null::text, 0, t.place, t.differs = '{}', t.differs, null::bigint, null::bigint,
             null::pgwave.interaction_status, null::pgwave.interaction_status, t.a_values, t.b_values
        from pgwave_private.compare_tasks(compare_runs.a, compare_runs.b) t
       order by t.place;
    return;
  end if;
  return query
    select x.conversation, x.iteration, x.item_index, d.differs = '{}', d.differs,
           (x.a ->> 'interaction_id')::bigint, (x.b ->> 'interaction_id')::bigint,
           (x.a ->> 'status')::pgwave.interaction_status, (x.b ->> 'status')::pgwave.interaction_status,
           pgwave_private.show_recalled(x.a), pgwave_private.show_recalled(x.b)
      from pgwave_private.align_interactions(compare_runs.a, compare_runs.b) x
      cross join lateral (select pgwave_private.list_differences(x.a, x.b) as differs) d
     order by x.place;
end
$$;
comment on function pgwave.compare_runs(bigint, bigint) is
  'Compare two runs, of the same version or not: conversation by conversation, by name, iteration and item. Returns: a row for each that either run has, in order of execution, with the names of what differs. The other columns hold the values of both (by target), error_code, prompt_tokens, completion_tokens, duration_ms (never counted as a difference). Of two batches, a row for each task, conversation null, with what its runs came to. Raises: PWNOF.';
