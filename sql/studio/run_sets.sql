-- Many runs at once, an outcome a run: one that refuses does not stop the others.

create or replace function pgwave_private.act_on_runs(action text, workflow_run_ids bigint[], reason text default null)
returns table (workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text)
language plpgsql
volatile
set search_path = ''
as $$
begin
  if cardinality(act_on_runs.workflow_run_ids) > 500 then
    perform pgwave_private.raise_error('PWLIM',
      format('%s runs at once are too many.', cardinality(act_on_runs.workflow_run_ids)), 'The maximum is 500.',
      'Send them in several calls.');
  end if;
  -- ascending, as everybody locks runs
  for workflow_run_id in
    select distinct u.id from unnest(act_on_runs.workflow_run_ids) u (id) where u.id is not null order by u.id
  loop
    status := null; code := null; message := null; hint := null;
    begin
      status := case act_on_runs.action
        when 'cancel' then (pgwave.cancel_workflow_run(workflow_run_id, act_on_runs.reason)).status
        when 'pause' then (pgwave.pause_workflow_run(workflow_run_id)).status
        when 'resume' then (pgwave.resume_workflow_run(workflow_run_id)).status
        else (pgwave.retry_workflow_run(workflow_run_id)).status end;
    exception when sqlstate 'PWNOF' or sqlstate 'PWACC' or sqlstate 'PWTRN' or sqlstate 'PWLIM' or sqlstate 'PWINP' then
      get stacked diagnostics code = returned_sqlstate, message = message_text, hint = pg_exception_hint;
    end;
    return next;
  end loop;
end
$$;
comment on function pgwave_private.act_on_runs(text, bigint[], text) is
  'Cancel, pause, resume, or retry runs one after the other. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more than 500.';

create or replace function pgwave.cancel_workflow_runs(workflow_run_ids bigint[], reason text default null)
returns table (workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text)
language sql
volatile
set search_path = ''
as $$
  select a.* from pgwave_private.act_on_runs('cancel', cancel_workflow_runs.workflow_run_ids,
    cancel_workflow_runs.reason) a
$$;
comment on function pgwave.cancel_workflow_runs(bigint[], text) is
  'Cancel up to 500 runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as cancel_workflow_run. Locks: the runs, ascending.';

create or replace function pgwave.pause_workflow_runs(workflow_run_ids bigint[])
returns table (workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text)
language sql
volatile
set search_path = ''
as $$
  select a.* from pgwave_private.act_on_runs('pause', pause_workflow_runs.workflow_run_ids) a
$$;
comment on function pgwave.pause_workflow_runs(bigint[]) is
  'Pause up to 500 runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as pause_workflow_run. Locks: the runs, ascending.';

create or replace function pgwave.resume_workflow_runs(workflow_run_ids bigint[])
returns table (workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text)
language sql
volatile
set search_path = ''
as $$
  select a.* from pgwave_private.act_on_runs('resume', resume_workflow_runs.workflow_run_ids) a
$$;
comment on function pgwave.resume_workflow_runs(bigint[]) is
  'Resume up to 500 paused runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as resume_workflow_run. Locks: the runs, ascending.';

create or replace function pgwave.retry_workflow_runs(workflow_run_ids bigint[])
returns table (workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text)
language sql
volatile
set search_path = ''
as $$
  select a.* from pgwave_private.act_on_runs('retry', retry_workflow_runs.workflow_run_ids) a
$$;
comment on function pgwave.retry_workflow_runs(bigint[]) is
  'Retry up to 500 failed or cancelled runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as retry_workflow_run. Locks: the runs, ascending.';
