-- Whom owners let in, and what everybody sees.

create or replace function pgwave_private.require_owner(workflow text)
returns pgwave.workflows
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(require_owner.workflow, 'view');
begin
  if v_workflow.owner <> pgwave.current_identity() and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not share the workflow %s.', pgwave.current_identity(), v_workflow.workflow_name),
      format('It is owned by %s.', v_workflow.owner), 'Only its owner and administrators may.');
  elsif v_workflow.part_of_workflow_id is not null then
    perform pgwave_private.raise_part(v_workflow);
  end if;
  return v_workflow;
end
$function$;
comment on function pgwave_private.require_owner(text) is
  'Find a workflow that is the caller''s; administrators have all. Returns: its row. Raises: PWNOF, PWACC, PWINP for a part of a workflow.';

create or replace function pgwave.grant_workflow(workflow text, grantee text, permission text)
returns pgwave.workflow_permissions
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_owner(grant_workflow.workflow);
  v_granted pgwave.workflow_permissions;
begin
  if pgwave_private.permission_level(grant_workflow.permission) = 0 then
    perform pgwave_private.raise_error('PWINP', format('no permission %s', grant_workflow.permission), null,
      'One of view, operate, author.');
  elsif coalesce(btrim(grant_workflow.grantee), '') = '' then
    perform pgwave_private.raise_error('PWINP', 'no grantee', null, 'Name a user, or public for everybody.');
  elsif grant_workflow.grantee in ('anonymous', 'pgwave') or exists (
    select from pg_catalog.pg_roles as r where r.rolname = grant_workflow.grantee and not r.rolcanlogin)
  then
    perform pgwave_private.raise_error('PWINP', format('nobody is named %s', grant_workflow.grantee), null,
      'Name a user, or public for everybody: a permission is one person''s, not a role''s.');
  end if;
  insert into pgwave.workflow_permissions as p (workflow_id, grantee, permission, granted_by, granted_at)
  values (v_workflow.workflow_id, grant_workflow.grantee, grant_workflow.permission, pgwave.current_identity(),
          pgwave_private.now())
  on conflict on constraint workflow_permissions_pkey do nothing;
  perform pgwave_private.share_parts(v_workflow.workflow_id);
  select p.* into v_granted
    from pgwave.workflow_permissions as p
   where p.workflow_id = v_workflow.workflow_id and p.grantee = grant_workflow.grantee
     and p.permission = grant_workflow.permission;
  return v_granted;
end
$function$;
comment on function pgwave.grant_workflow(text, text, text) is
  'Let somebody, or everybody (public), view, operate, or author a workflow. view: see it and all its runs; operate: also start it and steer its runs; author: also change it. Returns: the permission. Raises: PWNOF, PWACC if it is not the caller''s, PWINP. Writes: workflow_permissions.';

create or replace function pgwave.revoke_workflow(workflow text, grantee text, permission text default null)
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_owner(revoke_workflow.workflow);
  v_revoked int;
begin
  delete from pgwave.workflow_permissions as p
   where p.workflow_id = v_workflow.workflow_id and p.grantee = revoke_workflow.grantee
     and p.permission = coalesce(revoke_workflow.permission, p.permission);
  get diagnostics v_revoked = row_count;
  perform pgwave_private.share_parts(v_workflow.workflow_id);
  return v_revoked;
end
$function$;
comment on function pgwave.revoke_workflow(text, text, text) is
  'Take back what was granted on a workflow: one permission, or (null) all of the grantee. Returns: how many. Raises: PWNOF, PWACC if it is not the caller''s. Writes: workflow_permissions.';

create or replace function pgwave.set_workflow_visibility(workflow text, visibility pgwave.visibility)
returns pgwave.workflows
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_owner(set_workflow_visibility.workflow);
begin
  update pgwave.workflows as w
     set visibility = set_workflow_visibility.visibility
   where w.workflow_id = v_workflow.workflow_id
  returning w.* into v_workflow;
  perform pgwave_private.share_parts(v_workflow.workflow_id);
  return v_workflow;
end
$function$;
comment on function pgwave.set_workflow_visibility(text, pgwave.visibility) is
  'Let every viewer see a workflow and the runs that start from now on, or hide it with all its runs. Returns: its row. Raises: PWNOF, PWACC if it is not the caller''s. Writes: workflows.';

create or replace function pgwave.set_run_visibility(workflow_run_id bigint, visibility pgwave.visibility)
returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $function$
declare
  v_run pgwave.workflow_runs := pgwave_private.require_run(set_run_visibility.workflow_run_id, 'author');
begin
  if set_run_visibility.visibility = 'public' and not exists (
    select from pgwave.workflows as w where w.workflow_id = v_run.workflow_id and w.visibility = 'public')
  then
    perform pgwave_private.raise_error('PWINP',
      format('run %s cannot be public: its workflow is private', v_run.workflow_run_id), null,
      'Make the workflow public first: a run cannot be understood without it.');
  end if;
  update pgwave.workflow_runs as run
     set visibility = set_run_visibility.visibility
   where run.workflow_run_id = v_run.workflow_run_id
  returning run.* into v_run;
  return v_run;
end
$function$;
comment on function pgwave.set_run_visibility(bigint, pgwave.visibility) is
  'Let every viewer see a run of a public workflow, or hide it. Returns: the run. Raises: PWNOF, PWACC if it is not the caller''s, PWINP if the workflow is private. Writes: workflow_runs. Locks: the run.';
