-- Who may do what. Levels: view (1), operate (2: start, and steer its runs), author (3: change it). The
-- owner of a workflow has all; whoever is granted one has those below it; grantee public is everybody.
--
-- Functions of people begin with require_workflow, require_run_permission or their like: what the caller
-- may not see is not found (PWNOF), what they may see but not do is refused (PWACC). What the engine does
-- by itself (child runs, on_completion) is done in the name of the owner of the run that causes it.

create or replace function pgwave_private.acts_as(role_name text)
returns boolean
language sql
stable parallel safe
set search_path = ''
as $function$
  -- Inside a security definer function current_user is the owner; the role of a request is still in "role".
  -- `usage`, not `member`: the API's login may become an administrator, and is none.
  select coalesce(bool_or(pg_has_role(
      case when current_setting('role') in ('none', '') then session_user else current_setting('role')::name end,
      r.oid, 'usage')), false)
    from pg_catalog.pg_roles as r
   where r.rolname = acts_as.role_name
$function$;
comment on function pgwave_private.acts_as(text) is
  'Tell whether the caller has the rights of a role: by the role of the request, else that of the session. Returns: whether.';

create or replace function pgwave_private.is_administrator()
returns boolean
language sql
stable parallel safe
set search_path = ''
as $function$
  select pgwave_private.acts_as('pgwave_admin') or pgwave_private.acts_as('pgwave_owner')
$function$;
comment on function pgwave_private.is_administrator() is
  'Check whether the caller may do everything: pgwave_admin, whoever installed pgwave, superusers. Returns: whether.';

create or replace function pgwave_private.is_administrator(identity text)
returns boolean
language sql
stable parallel safe
set search_path = ''
as $function$
  select coalesce(bool_or(pg_has_role(u.oid, r.oid, 'usage')), false)
    from pg_catalog.pg_roles as u
    join pg_catalog.pg_roles as r on r.rolname in ('pgwave_admin', 'pgwave_owner')
   where u.rolname = pgwave_private.login_of(is_administrator.identity)
$function$;
comment on function pgwave_private.is_administrator(text) is
  'Tell whether a name is that of a database user who may do everything. Returns: whether.';

create or replace function pgwave_private.permission_level(permission text)
returns int
language sql
immutable parallel safe
begin atomic
  select coalesce(array_position('{view,operate,author}'::text[], permission_level.permission), 0);
end;
comment on function pgwave_private.permission_level(text) is
  'Rank a permission: each holds those below it. Returns: view 1, operate 2, author 3, anything else 0.';

create or replace function pgwave_private.level_on_workflow(workflow pgwave.workflows, identity text)
returns int
language plpgsql
stable
set search_path = ''
as $function$
begin
  if workflow.owner = level_on_workflow.identity then
    return 3;
  end if;
  return greatest(
    (workflow.visibility = 'public')::int,
    -- what is built in is everybody's to start; its runs are not everybody's
    case workflow.owner when 'pgwave' then 2 end,
    (select max(pgwave_private.permission_level(p.permission))
       from pgwave.workflow_permissions as p
      where p.workflow_id = workflow.workflow_id and p.grantee in (level_on_workflow.identity, 'public')));
end
$function$;
comment on function pgwave_private.level_on_workflow(pgwave.workflows, text) is
  'Say what somebody may do with a workflow. Returns: a level, 0: nothing; null: there is no such workflow.';

create or replace function pgwave_private.may_use_workflow(
  workflow pgwave.workflows,
  permission text,
  identity text default null
)
returns boolean
language plpgsql
stable
set search_path = ''
as $function$
begin
  return coalesce(pgwave_private.level_on_workflow(
             workflow, coalesce(may_use_workflow.identity, pgwave.current_identity()))
           >= pgwave_private.permission_level(may_use_workflow.permission), false)
        and (may_use_workflow.identity is null or may_use_workflow.permission = 'view'
          or pgwave_private.keeps_role(may_use_workflow.identity))
      or case when may_use_workflow.identity is not null
           then pgwave_private.is_administrator(may_use_workflow.identity)
           else pgwave_private.is_administrator()
             or may_use_workflow.permission = 'view'
               and workflow.workflow_id = any(pgwave_private.visible_workflows()) end;
end
$function$;
comment on function pgwave_private.may_use_workflow(pgwave.workflows, text, text) is
  'Tell whether the caller, or the owner of a run that is named, may view, operate or author a workflow. Returns: whether.';

create or replace function pgwave_private.may_use_workflow(
  workflow_id bigint,
  permission text,
  identity text default null
)
returns boolean
language plpgsql
stable
set search_path = ''
as $function$
begin
  return pgwave_private.may_use_workflow(
    (select w from pgwave.workflows as w where w.workflow_id = may_use_workflow.workflow_id),
    may_use_workflow.permission, may_use_workflow.identity);
end
$function$;
comment on function pgwave_private.may_use_workflow(bigint, text, text) is
  'Tell by its number whether a workflow may be viewed, operated or authored. Returns: whether.';

create or replace function pgwave_private.may_use_run(run pgwave.workflow_runs, permission text)
returns boolean
language sql
stable
set search_path = ''
as $function$
  select run.owner = pgwave.current_identity()
      or pgwave_private.is_administrator()
      or exists (
        select
          from pgwave.workflows as w
         where w.workflow_id = run.workflow_id
           and (may_use_run.permission = 'view' and run.visibility = 'public' and w.visibility = 'public'
             or w.owner = pgwave.current_identity()))
      or exists (
        select
          from pgwave.workflow_permissions as p
         where p.workflow_id = run.workflow_id and p.grantee in (pgwave.current_identity(), 'public')
           and pgwave_private.permission_level(p.permission)
                 >= pgwave_private.permission_level(may_use_run.permission))
      or may_use_run.permission = 'view' and exists (
        select from pgwave.waits as t
         where t.workflow_run_id = run.workflow_run_id and t.assignees @> array[pgwave.current_identity()])
$function$;
comment on function pgwave_private.may_use_run(pgwave.workflow_runs, text) is
  'Check whether the caller may view, operate or author a run: its owner, whoever has the permission on its workflow, administrators; viewing besides where both are public, and whom it waits for. Returns: whether.';

create or replace function pgwave_private.require_workflow(
  workflow text,
  permission text,
  identity text default null
)
returns pgwave.workflows
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_found pgwave.workflows := pgwave_private.look_up_workflow(require_workflow.workflow);
begin
  if v_found.workflow_id is not null
     and pgwave_private.may_use_workflow(v_found, require_workflow.permission, require_workflow.identity) then
    return v_found;
  end if;
  if v_found.workflow_id is null
     or not pgwave_private.may_use_workflow(v_found, 'view', require_workflow.identity) then
    perform pgwave_private.raise_no_workflow(require_workflow.workflow);
  end if;
  perform pgwave_private.refuse_workflow(v_found, require_workflow.permission, require_workflow.identity);
  return null;
end
$function$;
comment on function pgwave_private.require_workflow(text, text, text) is
  'Find a workflow, by name or number, that the caller (or the owner of a run that is named) may view, operate or author. Returns: its row. Raises: PWNOF where there is none that they may see, PWACC.';

create or replace function pgwave_private.refuse_workflow(
  workflow pgwave.workflows,
  permission text,
  identity text default null
)
returns void
language plpgsql
stable
set search_path = ''
as $function$
begin
  perform pgwave_private.raise_error('PWACC',
    format('%s may not %s the workflow %s.', coalesce(refuse_workflow.identity, pgwave.current_identity()),
      case refuse_workflow.permission when 'author' then 'change' else refuse_workflow.permission end,
      workflow.workflow_name),
    case when pgwave_private.may_use_workflow(workflow.workflow_id, 'view', refuse_workflow.identity)
      then format('It is owned by %s.', workflow.owner) end,
    format('Its owner can grant the permission %s.', refuse_workflow.permission));
end
$function$;
comment on function pgwave_private.refuse_workflow(pgwave.workflows, text, text) is
  'Refuse what a permission is missing for. Raises: PWACC.';

create or replace function pgwave_private.require_workflow_permission(workflow_id bigint, permission text)
returns void
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows;
begin
  if not pgwave_private.may_use_workflow(
    require_workflow_permission.workflow_id, require_workflow_permission.permission)
  then
    select w.* into v_workflow
      from pgwave.workflows as w where w.workflow_id = require_workflow_permission.workflow_id;
    perform pgwave_private.refuse_workflow(v_workflow, require_workflow_permission.permission);
  end if;
end
$function$;
comment on function pgwave_private.require_workflow_permission(bigint, text) is
  'See to it that the caller may view, operate or author a workflow of which they know. Raises: PWACC.';

create or replace function pgwave_private.require_run_permission(workflow_run_id bigint, permission text)
returns void
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_run pgwave.workflow_runs;
begin
  select run.* into v_run from pgwave.workflow_runs as run
   where run.workflow_run_id = require_run_permission.workflow_run_id;
  if not found or not pgwave_private.may_use_run(v_run, 'view') then
    perform pgwave_private.raise_error('PWNOF', format('no run %s', require_run_permission.workflow_run_id), null,
      'pgwave runs lists the runs there are.');
  end if;
  if not pgwave_private.may_use_run(v_run, require_run_permission.permission) then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not %s run %s', pgwave.current_identity(), require_run_permission.permission,
        require_run_permission.workflow_run_id),
      format('It is owned by %s.', v_run.owner),
      format('The owner of its workflow can grant the permission %s.', require_run_permission.permission));
  end if;
end
$function$;
comment on function pgwave_private.require_run_permission(bigint, text) is
  'See to it that the caller may view, operate or author a run; locks nothing. Raises: PWNOF where there is none that they may see, PWACC.';

create or replace function pgwave_private.may_see_run(workflow_run_id bigint)
returns boolean
language sql
stable
set search_path = ''
as $function$
  select pgwave_private.is_administrator() or exists (
    select from pgwave.workflow_runs as run
     where run.workflow_run_id = may_see_run.workflow_run_id and pgwave_private.may_use_run(run, 'view'))
$function$;
comment on function pgwave_private.may_see_run(bigint) is
  'Tell whether the caller sees a run; administrators see what is no longer there too. Returns: whether.';

create or replace function pgwave_private.require_decider(interaction_id bigint)
returns void
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_run_id bigint;
begin
  select i.workflow_run_id into v_run_id
    from pgwave.interactions as i where i.interaction_id = require_decider.interaction_id;
  if not exists (
    select from pgwave.workflow_runs as run
     where run.workflow_run_id = v_run_id and pgwave_private.may_use_run(run, 'view'))
  then
    perform pgwave_private.raise_error('PWNOF', format('no interaction %s', require_decider.interaction_id), null,
      'List what waits for a decision: pgwave inbox, or select * from pgwave.inbox.');
  end if;
  if not exists (
    select from pgwave.waits as w
     where w.interaction_id = require_decider.interaction_id and w.assignees @> array[pgwave.current_identity()])
  then
    perform pgwave_private.require_run_permission(v_run_id, 'operate');
  end if;
end
$function$;
comment on function pgwave_private.require_decider(bigint) is
  'See to it that the caller may decide: whom it waits for by name, and whoever may operate the run. Raises: PWNOF where they may not see it, PWACC.';
