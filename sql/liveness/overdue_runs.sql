-- Runs whose max_duration is over.

create or replace function pgwave_private.list_overdue_runs() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select run.workflow_run_id
    from (
      -- by what is due, and not by way of all that have not finished
      select r.workflow_run_id, r.due_at, r.finished_at, r.ends_as
        from pgwave.workflow_runs r
       where r.due_at <= (select pgwave_private.now())
       order by r.due_at
      offset 0
    ) run
   where run.finished_at is null and run.ends_as is null
     and exists (
       select from pgwave.interactions i
        where i.workflow_run_id = run.workflow_run_id and i.status in ('pending', 'running', 'waiting')
          and i.kind <> 'orchestrator' and (i.kind <> 'measurement' or i.iteration = 0))
   order by run.due_at
   limit 200;
end
$$;
comment on function pgwave_private.list_overdue_runs() is
  'List open runs whose max_duration is over. Returns: their numbers, two hundred at most.';

create or replace function pgwave_private.end_overdue_runs(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_ended bigint[] := '{}';
begin
  for v_run in
    select run.* from pgwave.workflow_runs run
     where run.workflow_run_id = any(end_overdue_runs.run_ids) and run.due_at <= pgwave_private.now()
       and run.finished_at is null and run.ends_as is null
     order by run.workflow_run_id
       for no key update of run skip locked
  loop
    if pgwave_private.fail_over_limit(v_run, null) then
      v_ended := v_ended || v_run.workflow_run_id;
    end if;
  end loop;
  if cardinality(v_ended) > 0 then
    perform pgwave_private.conclude_runs(v_ended);
  end if;
  return cardinality(v_ended);
end
$$;
comment on function pgwave_private.end_overdue_runs(bigint[]) is
  'End those of the runs whose max_duration is over; what is under way in them finishes. Returns: how many. Writes: workflow_runs, interactions. Locks: runs and interactions, without waiting.';
