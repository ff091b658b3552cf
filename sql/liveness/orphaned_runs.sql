-- Child runs whose parent ended while somebody held them.

create or replace function pgwave_private.list_orphaned_runs() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select run.workflow_run_id
    from pgwave.workflow_runs run
   where run.finished_at is null and run.triggered_by in ('sub_workflow', 'chain') and run.ends_as is null
     and not exists (select from pgwave.waits w where w.child_workflow_run_id = run.workflow_run_id)
     -- one that was finished before is being retried for its own sake
     and not exists (select from pgwave.run_seals s where s.workflow_run_id = run.workflow_run_id)
   limit 500;
end
$$;
comment on function pgwave_private.list_orphaned_runs() is
  'List child runs for which no parent waits. Returns: their numbers, five hundred at most.';

create or replace function pgwave_private.cancel_orphaned_runs() returns int
language sql
volatile
set search_path = ''
as $$
  select pgwave_private.cancel_child_runs(array(select o from pgwave_private.list_orphaned_runs() o))
$$;
comment on function pgwave_private.cancel_orphaned_runs() is
  'Cancel the child runs whose parent ended while somebody held them. Returns: how many. Writes: workflow_runs, interactions. Locks: runs, without waiting.';
