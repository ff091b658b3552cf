-- What a cancel or a failure skipped because somebody held it, and who then rolled back.

create or replace function pgwave_private.list_ending_runs() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select run.workflow_run_id
    from (
      -- unordered: by the index of these, and not by key
      select r.workflow_run_id from pgwave.workflow_runs r where r.finished_at is null and r.ends_as is not null
      offset 0
    ) run
   order by run.workflow_run_id
   limit 500;
end
$$;
comment on function pgwave_private.list_ending_runs() is
  'List the runs that are about to end. Returns: their numbers, five hundred at most.';

create or replace function pgwave_private.settle_ending_runs(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_run_ids bigint[];
begin
  select array_agg(e.workflow_run_id) into v_run_ids
    from (
      select run.workflow_run_id from pgwave.workflow_runs run
       where run.workflow_run_id = any(settle_ending_runs.run_ids) and run.finished_at is null
         and run.ends_as is not null
       order by run.workflow_run_id
         for no key update skip locked
    ) e;
  if v_run_ids is null then
    return 0;
  end if;
  perform pgwave_private.cancel_open_interactions(array(
    select run.workflow_run_id from pgwave.workflow_runs run
     where run.workflow_run_id = any(v_run_ids) and run.ends_as = 'cancelled'), true);
  perform pgwave_private.cancel_open_interactions(array(
    select run.workflow_run_id from pgwave.workflow_runs run
     where run.workflow_run_id = any(v_run_ids) and run.ends_as = 'failed' and run.interactions_open > 0
       and not exists (
         select from pgwave.interactions i
          where i.workflow_run_id = run.workflow_run_id
            and i.conversation_id = pgwave_private.conversation_of('measurement') and i.iteration > 0
            and i.status in ('pending', 'running'))), false);
  perform pgwave_private.cancel_after_end(v_run_ids);
  perform pgwave_private.finish_runs(v_run_ids);
  return cardinality(v_run_ids);
end
$$;
comment on function pgwave_private.settle_ending_runs(bigint[]) is
  'Take up what a cancel or failure had to skip in these runs. Returns: how many runs were ending. Writes: interactions, workflow_runs. Locks: runs and interactions, without waiting.';
