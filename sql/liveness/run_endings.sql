-- Endings of child runs that their parents have not taken note of.

create or replace function pgwave_private.list_runs_with_endings() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select distinct e.parent_workflow_run_id
    from pgwave.run_endings e
   where not exists (select from pgwave.batches b where b.workflow_run_id = e.parent_workflow_run_id)
   limit 500;
end
$$;
comment on function pgwave_private.list_runs_with_endings() is
  'List the runs, without batches, of which child runs ended. Returns: their numbers, five hundred at most.';

create or replace function pgwave_private.tell_parents(parent_run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_parent bigint;
  v_settled int := 0;
begin
  for v_parent in
    select run.workflow_run_id
      from pgwave.workflow_runs run
     where run.workflow_run_id = any(tell_parents.parent_run_ids)
       and exists (select from pgwave.run_endings e where e.parent_workflow_run_id = run.workflow_run_id)
       -- settle_batches tells these
       and run.mode <> 'global_batch'
     order by run.workflow_run_id
       for no key update skip locked
  loop
    v_settled := v_settled + pgwave_private.settle_endings_of(v_parent);
  end loop;
  return v_settled;
end
$$;
comment on function pgwave_private.tell_parents(bigint[]) is
  'Tell parents how their child runs ended, those whose lock is free. Returns: how many endings. Writes: run_endings, interactions, and what follows. Locks: runs and interactions, without waiting.';
