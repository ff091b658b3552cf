create or replace function pgwave_private.find_workflow(workflow text)
returns pgwave.workflows
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_found pgwave.workflows;
begin
  select w.* into v_found
    from pgwave.workflows as w
   where w.workflow_name = find_workflow.workflow and w.deleted_at is null;
  if not found and find_workflow.workflow ~ '^[0-9]{1,18}$' then
    select w.* into v_found
      from pgwave.workflows as w
     where w.workflow_id = find_workflow.workflow::bigint and w.deleted_at is null;
  end if;
  if v_found.workflow_id is null then
    perform pgwave_private.raise_error('PWNOF',
      format('There is no workflow %s.', coalesce(to_jsonb(left(find_workflow.workflow, 100))::text, 'null')), null,
      pgwave_private.suggest_name(find_workflow.workflow, array(
        select w.workflow_name from pgwave.workflows as w where w.deleted_at is null order by w.workflow_name)));
  end if;
  return v_found;
end
$function$;
comment on function pgwave_private.find_workflow(text) is
  'Find a workflow by its name or number. Returns: its row. Raises: PWNOF where there is none or it was deleted.';

create or replace function pgwave_private.acts_as(role_name text)
returns boolean
language sql
stable
set search_path = ''
as $function$
  -- Inside a security definer function current_user is the owner; the role of a request is still in "role".
  select coalesce(bool_or(pg_has_role(
      case when current_setting('role') in ('none', '') then session_user else current_setting('role')::name end,
      r.oid, 'member')), false)
    from pg_catalog.pg_roles as r
   where r.rolname = acts_as.role_name
$function$;
comment on function pgwave_private.acts_as(text) is
  'Tell whether the caller has a role: the one of the request, else that of the session. Returns: whether.';

create or replace function pgwave_private.require_author(workflow_id bigint)
returns void
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_owner text;
begin
  select w.owner into v_owner from pgwave.workflows as w where w.workflow_id = require_author.workflow_id;
  if v_owner = pgwave.current_identity() or pgwave_private.acts_as('pgwave_admin') or exists (
    select from pgwave.workflow_permissions as p
     where p.workflow_id = require_author.workflow_id
       and p.grantee = pgwave.current_identity() and p.permission = 'author')
  then
    return;
  end if;
  perform pgwave_private.raise_error('PWACC',
    format('%s may not change the workflow %s.', pgwave.current_identity(), require_author.workflow_id),
    format('It is owned by %s.', v_owner), 'Its owner can grant the permission author.');
end
$function$;
comment on function pgwave_private.require_author(bigint) is
  'See to it that the caller may change a workflow: its owner, whoever was granted author, and pgwave_admin. Raises: PWACC.';

create or replace function pgwave.enable_workflow(workflow text, enabled boolean)
returns pgwave.workflows
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.find_workflow(enable_workflow.workflow);
begin
  perform pgwave_private.require_author(v_workflow.workflow_id);
  update pgwave.workflows as w
     set enabled = enable_workflow.enabled
   where w.workflow_id = v_workflow.workflow_id
  returning w.* into v_workflow;
  return v_workflow;
end
$function$;
comment on function pgwave.enable_workflow(text, boolean) is
  'Allow or forbid starting a workflow, given by name or number; runs that are open go on. Returns: its row. Raises: PWNOF, PWACC. Writes: workflows.';
