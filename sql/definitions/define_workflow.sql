create or replace function pgwave_private.define_version(definition jsonb, origin_workflow_run_id bigint default null)
returns pgwave.workflow_versions
language plpgsql
volatile
set search_path = ''
set jit = off
set max_parallel_workers_per_gather = 0
set enable_nestloop = off
as $function$
declare
  v_normalised jsonb;
  v_bindings jsonb;
  v_workflow pgwave.workflows;
  v_version pgwave.workflow_versions;
begin
  -- defines of one workflow follow one another; the number of a version depends on it
  perform pgwave_private.lock_name('workflow', coalesce(define_version.definition ->> 'name', ''));
  select v.* into v_version
    from pgwave.workflow_versions as v
    join pgwave.workflows as w on w.workflow_id = v.workflow_id
   where w.workflow_name = define_version.definition ->> 'name'
     and v.definition_sha256 = sha256(convert_to(define_version.definition::text, 'UTF8'));
  if found then
    perform pgwave_private.require_author(v_version.workflow_id);
  else
    v_normalised := pgwave_private.normalise_definition(define_version.definition);
    v_bindings := pgwave_private.binding_list(v_normalised);
    perform pgwave_private.raise_faults('The definition',
      pgwave_private.collect_faults(coalesce(define_version.definition, 'null'), v_normalised, v_bindings));
    v_workflow := pgwave_private.store_workflow(v_normalised);
    v_version := pgwave_private.store_version(
      v_workflow.workflow_id, define_version.definition, v_normalised, v_bindings,
      define_version.origin_workflow_run_id);
  end if;
  update pgwave.workflows as w
     set latest_version_id = v_version.workflow_version_id,
         description = v_version.definition ->> 'description',
         visibility = coalesce((v_version.definition ->> 'visibility')::pgwave.visibility, w.visibility),
         deleted_at = null
   where w.workflow_id = v_version.workflow_id
     and (w.latest_version_id is distinct from v_version.workflow_version_id or w.deleted_at is not null);
  perform pgwave_private.share_parts(v_version.workflow_id) 
   where v_version.compensation_version_id is not null or v_version.parts is not null;
  return v_version;
end
$function$;
comment on function pgwave_private.define_version(jsonb, bigint) is
  'Do what define_workflow does, for a definition that a planning run made. Returns: the version. Raises: PWDEF, PWACC. Writes: as define_workflow.';

create or replace function pgwave.define_workflow(definition jsonb)
returns pgwave.workflow_versions
language sql
volatile
security definer
set search_path = ''
set jit = off
set max_parallel_workers_per_gather = 0
set enable_nestloop = off
as $function$
  select v.* from pgwave_private.define_version(define_workflow.definition) as v
$function$;
comment on function pgwave.define_workflow(jsonb) is
  'Define a workflow: make its next version, or find the one that is the same, and let it be the latest. Returns: the version. Raises: PWDEF with all faults, a JSON object a line, in the detail; PWACC if the workflow is another''s. Writes: workflows, workflow_versions, conversations and what is compiled from them. Locks: other defines of the workflow wait.';
