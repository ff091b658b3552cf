-- What a line of a list of workflows says.

create or replace function pgwave.workflows_quarantined(workflow pgwave.workflows) returns int
language sql
stable
set search_path = ''
as $$
  select count(*)::int
    from pgwave.task_claims t
   where t.workflow_id = (workflow).workflow_id and t.quarantined_at is not null
$$;
comment on function pgwave.workflows_quarantined(pgwave.workflows) is
  'Count the quarantined tasks of a workflow. Returns: how many the caller may see.';
