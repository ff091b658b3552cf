create or replace function pgwave_private.deploy_version(
  workflow_id bigint,
  workflow_version_id bigint,
  environment text,
  evaluation_id bigint
) returns pgwave.workflow_deployments
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_deployment pgwave.workflow_deployments;
begin
  if deploy_version.environment not in ('dev', 'test', 'uat', 'prod') then
    perform pgwave_private.raise_error('PWINP', format('no environment %s', deploy_version.environment), null,
      'One of dev, test, uat, prod.');
  end if;
  insert into pgwave.workflow_deployments as d (workflow_id, environment, workflow_version_id, deployed_by, deployed_at)
  values (deploy_version.workflow_id, deploy_version.environment::pgwave.environment,
    deploy_version.workflow_version_id,
          pgwave.current_identity(), pgwave_private.now())
  on conflict on constraint workflow_deployments_pkey do update
    set workflow_version_id = excluded.workflow_version_id, deployed_by = excluded.deployed_by,
        deployed_at = excluded.deployed_at
  returning d.* into v_deployment;
  insert into pgwave.workflow_deployment_history
    (workflow_id, environment, workflow_version_id, deployed_by, deployed_at, evaluation_workflow_run_id)
  values (v_deployment.workflow_id, v_deployment.environment, v_deployment.workflow_version_id,
          v_deployment.deployed_by, v_deployment.deployed_at, deploy_version.evaluation_id);
  return v_deployment;
end
$function$;
comment on function pgwave_private.deploy_version(bigint, bigint, text, bigint) is
  'Let the runs of an environment take a version, on an evaluation or (null) without. Returns: the deployment. Raises: PWINP. Writes: workflow_deployments, workflow_deployment_history.';

create or replace function pgwave.deploy_workflow(workflow text, version int, environment text)
returns pgwave.workflow_deployments
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(deploy_workflow.workflow, 'author');
  v_version_id bigint;
begin
  perform pgwave_private.raise_part(v_workflow) where v_workflow.part_of_workflow_id is not null;
  select v.workflow_version_id into v_version_id
    from pgwave.workflow_versions as v
   where v.workflow_id = v_workflow.workflow_id and v.version = deploy_workflow.version;
  if not found then
    perform pgwave_private.raise_error('PWNOF',
      format('The workflow %s has no version %s.', v_workflow.workflow_name, deploy_workflow.version),
      (select case when max(v.version) = 1 then 'It has version 1 only.'
                   else format('It has versions 1 to %s.', max(v.version)) end
         from pgwave.workflow_versions as v
        where v.workflow_id = v_workflow.workflow_id));
  end if;
  return pgwave_private.deploy_version(v_workflow.workflow_id, v_version_id, deploy_workflow.environment, null);
end
$function$;
comment on function pgwave.deploy_workflow(text, int, text) is
  'Let the runs of an environment take a version; before, they take the latest. Runs that go on keep theirs. Returns: the deployment. Raises: PWNOF, PWINP, PWACC. Writes: workflow_deployments, workflow_deployment_history.';

create or replace function pgwave.undeploy_workflow(workflow text, environment text) returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(undeploy_workflow.workflow, 'author');
begin
  delete from pgwave.workflow_deployments as d
   where d.workflow_id = v_workflow.workflow_id and d.environment::text = undeploy_workflow.environment;
  if found then
    insert into pgwave.workflow_deployment_history (workflow_id, environment, deployed_by, deployed_at)
    values (v_workflow.workflow_id, undeploy_workflow.environment::pgwave.environment, pgwave.current_identity(),
            pgwave_private.now());
  end if;
  return found;
end
$function$;
comment on function pgwave.undeploy_workflow(text, text) is
  'Let the runs of an environment take the latest version again. Returns: whether one was deployed. Raises: PWNOF, PWACC. Writes: workflow_deployments, workflow_deployment_history.';

create or replace function pgwave.promote_workflow(
  workflow text,
  from_environment text,
  to_environment text,
  requires bigint default null
) returns pgwave.workflow_deployments
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(promote_workflow.workflow, 'author');
  v_version_id bigint;
begin
  select d.workflow_version_id into v_version_id
    from pgwave.workflow_deployments d
   where d.workflow_id = v_workflow.workflow_id
     and d.environment::text = promote_workflow.from_environment;
  if not found then
    perform pgwave_private.raise_error('PWNOF',
      format('The workflow %s is not deployed in %s.', v_workflow.workflow_name,
        promote_workflow.from_environment), null,
      'deploy_workflow says which version an environment takes.');
  end if;
  if promote_workflow.requires is not null then
    perform pgwave_private.require_passed(promote_workflow.requires, v_version_id);
  end if;
  return pgwave_private.deploy_version(
    v_workflow.workflow_id, v_version_id, promote_workflow.to_environment, promote_workflow.requires);
end
$function$;
comment on function pgwave.promote_workflow(text, text, text, bigint) is
  'Deploy in one environment the version that another has. With requires, the number of an evaluation, it must have measured this version and passed. Returns: the deployment. Raises: PWNOF if nothing is deployed there, PWINP, PWACC, PWEVL with the examples that score below 1. Writes: workflow_deployments, workflow_deployment_history.';

create or replace function pgwave.list_deployments(workflow text)
returns table (
  environment pgwave.environment,
  version int,
  deployed_by text,
  deployed_at timestamptz
)
language sql
stable
security definer
set search_path = ''
as $$
  select e.environment, v.version, d.deployed_by, d.deployed_at
    from pgwave_private.require_workflow(list_deployments.workflow, 'view') w
    cross join unnest(enum_range(null::pgwave.environment)) e (environment)
    left join pgwave.workflow_deployments d
      on d.workflow_id = w.workflow_id and d.environment = e.environment
    left join pgwave.workflow_versions v on v.workflow_version_id = d.workflow_version_id
   order by e.environment
$$;
comment on function pgwave.list_deployments(text) is
  'List the environments with the version that their runs of a workflow take. Returns: a row for each; version null: the latest. Raises: PWNOF.';
