-- The document of an interaction: what its prompt, parameters and conditions may read.

create or replace function pgwave_private.find_error(run pgwave.workflow_runs, parent_interaction_ids bigint[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_build_object('error', i.error)
      from pgwave.interactions i
     where i.workflow_run_id = run.workflow_run_id and i.status = 'failed' and i.item_index is null
     order by i.interaction_id = any(find_error.parent_interaction_ids) desc, i.completed_at desc, i.interaction_id desc
     limit 1), '{}');
end
$$;
comment on function pgwave_private.find_error(pgwave.workflow_runs, bigint[]) is
  'Find the failure that led here: a parent''s, else the last of the run. Returns: {error}, {} where nothing failed.';

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
declare
  v_parents jsonb;
begin
  document := jsonb_build_object(
    'input', run.input, 'context', run.input,
    'run', jsonb_build_object(
      'workflow_run_id', run.workflow_run_id, 'workflow_id', run.workflow_id, 'environment', run.environment,
      'triggered_by', run.triggered_by, 'operator', run.operator, 'created_at', run.created_at)
  ) || coalesce(run.loaded, '{}') || coalesce(run.given, '{}');
  interaction_ids := coalesce(build_document.parent_interaction_ids, '{}');

  select document || coalesce(jsonb_object_agg(u.name, coalesce(u.output, '{}')), '{}'),
         interaction_ids || coalesce(array_agg(u.interaction_id order by u.interaction_id)
           filter (where u.interaction_id <> all (interaction_ids)), '{}')
    into document, interaction_ids
    from (
      select c.conversation_name as name, i.output, i.interaction_id
        from pgwave.conversations c
        join lateral (
          select i.output, i.interaction_id, i.status
            from pgwave.interactions i
           where i.workflow_run_id = run.workflow_run_id and i.conversation_id = c.conversation_id
             -- a failure that lets the run continue hides what an earlier pass said
             and i.item_index is null and i.status in ('completed', 'failed')
           order by i.iteration desc
           limit 1
        ) i on i.status = 'completed'
       where c.workflow_id = run.workflow_id and c.conversation_name = any(build_document.names)
    ) u;

  if build_document.names && '{parent,parents}' then
    select jsonb_agg(coalesce(i.output, '{}') order by p.ord) into v_parents
      from unnest(build_document.parent_interaction_ids) with ordinality p (interaction_id, ord)
      join pgwave.interactions i
        on i.interaction_id = p.interaction_id and i.workflow_run_id = run.workflow_run_id;
    if v_parents is not null then
      document := document || jsonb_build_object('parent', v_parents -> 0, 'parents', v_parents);
    end if;
  end if;
  if 'iteration' = any(build_document.names) then
    document := document || jsonb_build_object('iteration', build_document.iteration);
  end if;
  if 'error' = any(build_document.names) then
    document := document || pgwave_private.find_error(run, build_document.parent_interaction_ids);
  end if;
end
$$;
comment on function pgwave_private.build_document(pgwave.workflow_runs, text[], bigint[], int) is
  'Gather what an interaction may read: the run, its rows, what was given, and the outputs of the named conversations. Returns: the document and the interactions it came from.';
