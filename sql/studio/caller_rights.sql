-- What the caller may do, so that a page can say so before a button is pressed. The functions that do it check again.

create or replace function pgwave.caller_role() returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when pgwave_private.is_administrator() then 'admin'
    when pgwave_private.acts_as('pgwave_author') then 'author'
    when pgwave_private.acts_as('pgwave_operator') then 'operator'
    else 'viewer' end
$$;
comment on function pgwave.caller_role() is
  'Name the highest role that the caller has. Returns: admin, author, operator, or viewer.';

create or replace function pgwave.workflow_runs_may_operate(run pgwave.workflow_runs) returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select pgwave_private.acts_as('pgwave_operator') and pgwave_private.may_use_run(run, 'operate')
$$;
comment on function pgwave.workflow_runs_may_operate(pgwave.workflow_runs) is
  'Check whether the caller may cancel, pause, resume, retry, and fork a run. Returns: true or false.';

create or replace function pgwave.workflows_may_operate(workflow pgwave.workflows) returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select pgwave_private.acts_as('pgwave_operator')
     and pgwave_private.may_use_workflow((workflow).workflow_id, 'operate')
$$;
comment on function pgwave.workflows_may_operate(pgwave.workflows) is
  'Check whether the caller may start a workflow. Returns: true or false.';

create or replace function pgwave.workflows_may_author(workflow pgwave.workflows) returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select pgwave_private.acts_as('pgwave_author')
     and pgwave_private.may_use_workflow((workflow).workflow_id, 'author')
$$;
comment on function pgwave.workflows_may_author(pgwave.workflows) is
  'Check whether the caller may change, deploy, and share a workflow. Returns: true or false.';

create or replace function pgwave.prompts_may_author(prompt pgwave.prompts) returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select pgwave_private.acts_as('pgwave_author')
     and ((prompt).owner = pgwave.current_identity() or pgwave_private.is_administrator())
$$;
comment on function pgwave.prompts_may_author(pgwave.prompts) is
  'Check whether the caller may define versions of a prompt and move its labels. Returns: true or false.';
