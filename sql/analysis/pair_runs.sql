-- Which run of one batch goes with which of another: those of the same task.

create or replace function pgwave_private.list_child_runs(workflow_run_id bigint) returns bigint[]
language sql
stable
set search_path = ''
as $$
  select array(
    select run.workflow_run_id from pgwave.workflow_runs run
     where run.parent_workflow_run_id = list_child_runs.workflow_run_id
       -- not what its completion started
       and run.triggered_by <> 'workflow_completion'
     order by run.workflow_run_id)
$$;
comment on function pgwave_private.list_child_runs(bigint) is
  'List the runs whose parent a run is. Returns: their numbers, ascending.';

create or replace function pgwave_private.list_batch_runs(workflow_run_id bigint) returns bigint[]
language sql
stable
set search_path = ''
as $$
  select array(
    select run.workflow_run_id from pgwave.workflow_runs run
     where run.parent_workflow_run_id = list_batch_runs.workflow_run_id and run.triggered_by = 'batch'
     order by run.workflow_run_id)
$$;
comment on function pgwave_private.list_batch_runs(bigint) is
  'List the runs of a batch. Returns: their numbers, ascending; none where it is no batch.';

create or replace function pgwave_private.pair_runs(runs_a bigint[], runs_b bigint[])
returns table (a bigint, b bigint)
language sql
stable
set search_path = ''
as $$
  with listed as (
    select run.workflow_run_id, run.input, s.side,
           row_number() over (partition by s.side, run.input order by run.workflow_run_id) as place
      from (values ('a', pair_runs.runs_a), ('b', pair_runs.runs_b)) s (side, ids)
      join pgwave.workflow_runs run on run.workflow_run_id = any(s.ids)
  )
  select a.workflow_run_id, b.workflow_run_id
    from (select l.* from listed l where l.side = 'a') a
    full join (select l.* from listed l where l.side = 'b') b on b.input = a.input and b.place = a.place
$$;
comment on function pgwave_private.pair_runs(bigint[], bigint[]) is
  'Pair runs that worked on the same input; several with the same input by number. Returns: a row for each pair, and for each run without a partner.';
