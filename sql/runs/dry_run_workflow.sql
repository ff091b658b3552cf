-- What a start would do, without doing it.

create or replace function pgwave_private.render_first(
  workflow pgwave.workflows,
  workflow_version_id bigint,
  conversation_id bigint,
  input jsonb,
  given jsonb
) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_conversation pgwave.conversation_versions;
  v_input jsonb;
  v_error jsonb;
  v_document jsonb;
begin
  select cv.* into v_conversation from pgwave.conversation_versions cv
   where cv.workflow_version_id = render_first.workflow_version_id
     and cv.conversation_id = render_first.conversation_id;
  v_conversation := pgwave_private.conversation_of_run(v_conversation, null, workflow.workflow_id, null);
  v_run.workflow_id := workflow.workflow_id;
  v_run.input := render_first.input;
  v_run.given := render_first.given;
  select d.document into v_document from pgwave_private.build_document(v_run, v_conversation.reads, '{}', 0) d;
  select r.input, r.error into v_input, v_error from pgwave_private.render_input(v_conversation, v_document) r;
  return jsonb_build_object('conversation', v_conversation.definition ->> 'name', 'input', v_input,
                            'not_yet_known', coalesce(v_error #> '{detail,missing}', '[]'));
end
$$;
comment on function pgwave_private.render_first(pgwave.workflows, bigint, bigint, jsonb, jsonb) is
  'Render what a start conversation would get. Returns: {conversation, input, not_yet_known: paths that load queries or nothing at all would fill}.';

create or replace function pgwave.dry_run_workflow(
  workflow text,
  input jsonb default '{}',
  start_at text default null,
  given jsonb default null,
  environment text default 'dev'
) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(dry_run_workflow.workflow, 'view');
  v_version_id bigint;
  v_faults jsonb := jsonb '[]';
  v_starts bigint[];
begin
  select coalesce(d.workflow_version_id, v_workflow.latest_version_id) into v_version_id
    from (select) x
    left join pgwave.workflow_deployments d
      on d.workflow_id = v_workflow.workflow_id and d.environment::text = dry_run_workflow.environment;
  v_starts := pgwave_private.find_starts(v_version_id, dry_run_workflow.start_at);
  if not v_workflow.enabled then
    v_faults := v_faults || jsonb_build_object('code', 'PWDIS', 'message', 'the workflow is disabled');
  end if;
  select v_faults || coalesce(jsonb_agg(jsonb_build_object(
           'code', 'PWINP', 'path', e.path, 'keyword', e.keyword, 'message', e.message)), '[]')
    into v_faults
    from pgwave.workflow_versions v
    join pgwave.contracts c on c.contract_id = v.input_contract_id
    cross join lateral pgwave_private.list_schema_errors(c.contract_schema, dry_run_workflow.input) e
   where v.workflow_version_id = v_version_id;
  return jsonb_build_object(
    'workflow', v_workflow.workflow_name,
    'version', (select v.version from pgwave.workflow_versions v where v.workflow_version_id = v_version_id),
    'levels', (select jsonb_agg(to_jsonb(l.conversations) order by l.level)
                 from pgwave.version_execution_levels(v_version_id) l),
    'first', (select jsonb_agg(pgwave_private.render_first(
                       v_workflow, v_version_id, s.id, dry_run_workflow.input, dry_run_workflow.given) order by s.ord)
                from unnest(v_starts) with ordinality s (id, ord)),
    'faults', v_faults);
end
$$;
comment on function pgwave.dry_run_workflow(text, jsonb, text, jsonb, text) is
  'Show what start_workflow would do with the same arguments; nothing is written. Returns: {workflow, version, levels, first: rendered inputs, faults}. Raises: PWNOF.';
