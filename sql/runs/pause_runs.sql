-- Pause and resume: nothing begins meanwhile; what is under way finishes.

create or replace function pgwave_private.require_unfinished(run pgwave.workflow_runs, verb text) returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if run.finished_at is not null or run.ends_as is not null then
    perform pgwave_private.raise_error('PWTRN',
      format('run %s cannot be %s: it %s', run.workflow_run_id, require_unfinished.verb,
             case when run.finished_at is null then 'is about to end as ' || run.ends_as else 'is ' || run.status end),
      null, 'Only a run that goes on can; retry_workflow_run takes up one that failed or was cancelled.');
  end if;
end
$$;
comment on function pgwave_private.require_unfinished(pgwave.workflow_runs, text) is
  'Refuse what makes no sense for a run that ended. Raises: PWTRN.';

create or replace function pgwave.pause_workflow_run(workflow_run_id bigint) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_run pgwave.workflow_runs := pgwave_private.require_run(pause_workflow_run.workflow_run_id, 'operate');
  v_runs bigint[];
begin
  perform pgwave_private.require_unfinished(v_run, 'paused');
  v_runs := pgwave_private.lock_run_tree(v_run.workflow_run_id);
  update pgwave.workflow_runs run set status = 'paused'
   where run.workflow_run_id = any(v_runs) and run.finished_at is null and run.ends_as is null
     and run.status <> 'paused';
  update pgwave.ready r set paused = true where r.workflow_run_id = any(v_runs);
  perform pgwave_private.keep_time(v_runs);
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = pause_workflow_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave.pause_workflow_run(bigint) is
  'Pause a run and its child runs: what runs finishes, nothing begins until resume_workflow_run. Returns: the run. Raises: PWNOF, PWACC, PWTRN if it ended. Writes: workflow_runs, ready. Locks: the runs, ascending.';

create or replace function pgwave.resume_workflow_run(workflow_run_id bigint) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_run pgwave.workflow_runs := pgwave_private.require_run(resume_workflow_run.workflow_run_id, 'operate');
  v_runs bigint[];
begin
  perform pgwave_private.require_unfinished(v_run, 'resumed');
  v_runs := pgwave_private.lock_run_tree(v_run.workflow_run_id);
  update pgwave.workflow_runs run set status = 'running'
   where run.workflow_run_id = any(v_runs) and run.status = 'paused';
  update pgwave.ready r set paused = false where r.workflow_run_id = any(v_runs) and r.paused;
  perform pgwave_private.conclude_runs(v_runs);
  perform pgwave_private.settle_left_slots(v_runs);
  perform pgwave_private.keep_time(v_runs);
  perform pgwave_private.ticket_leftovers(v_runs);
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = resume_workflow_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave.resume_workflow_run(bigint) is
  'Let a paused run and its child runs go on; one that is not paused stays as it is. Returns: the run. Raises: PWNOF, PWACC, PWTRN if it ended. Writes: workflow_runs, ready, interactions, tickets. Locks: the runs, ascending.';

-- Enqueued before the run was held, so its pause or resume may have passed by.
create or replace function pgwave_private.follow_pauses(changes pgwave_private.change[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.ready r set paused = run.status = 'paused'
    from unnest(follow_pauses.changes) c
    join pgwave.workflow_runs run on run.workflow_run_id = c.workflow_run_id
   where c.status = 'pending' and r.interaction_id = c.interaction_id and r.paused <> (run.status = 'paused');
end
$$;
comment on function pgwave_private.follow_pauses(pgwave_private.change[]) is
  'Bring what is to be tried again in line with its run, paused or not. Writes: ready. Locks: nothing; the caller holds the runs.';
