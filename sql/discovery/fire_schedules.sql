-- What is due is started once: whoever fires a schedule holds its row, and a time has one row in schedule_firings.

create or replace function pgwave_private.start_scheduled(
  schedule pgwave.schedules,
  out workflow_run_ids bigint[],
  out fault text
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs;
  v_settings pgwave.batches;
  v_workflow pgwave.workflows;
begin
  v_draft.environment := (schedule).environment;
  v_draft.priority := (schedule).priority;
  v_draft.triggered_by := 'schedule';
  v_draft.operator := (schedule).owner;
  v_draft.owner := (schedule).owner;
  if (schedule).workflow_id is not null then
    v_workflow := pgwave_private.require_workflow((schedule).workflow_id::text, 'operate', (schedule).owner);
    perform pgwave_private.require_startable(v_workflow);
  end if;
  if not (schedule).process_pending then
    v_draft.input := (schedule).input;
    workflow_run_ids := array[(pgwave_private.start_run(v_workflow, null, v_draft)).workflow_run_id];
    return;
  end if;
  v_settings.max_parallel := (schedule).max_parallel;
  select coalesce(array_agg(p.workflow_run_id) filter (where p.workflow_run_id is not null), '{}'),
         string_agg(format('pending_tasks of workflow %s: %s', p.workflow_name, p.fault),
           '; ') filter (where p.fault is not null)
    into workflow_run_ids, fault
    from pgwave_private.process_tasks((schedule).workflow_id::text, (schedule).max_tasks, false, v_draft, v_settings) p;
end
$$;
comment on function pgwave_private.start_scheduled(pgwave.schedules) is
  'Start what a schedule starts. Returns: the runs (none: nothing was pending), and which workflows'' queries fail, of all workflows. Raises: PWNOF, PWDIS, PWINP, PWQRY. Writes: as start_run and start_discovered.';

create or replace function pgwave_private.fire_schedule(schedule pgwave.schedules, due_at timestamptz)
returns pgwave.schedule_firings
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_grace constant interval := '1 minute';
  v_firing pgwave.schedule_firings;
  v_goes_on bigint;
begin
  v_firing.schedule_id := (schedule).schedule_id;
  v_firing.due_at := fire_schedule.due_at;
  v_firing.fired_at := pgwave_private.now();
  v_firing.workflow_run_ids := '{}';
  select min(run.workflow_run_id) into v_goes_on
    from pgwave.workflow_runs run
   where run.workflow_run_id = any((schedule).last_workflow_run_ids) and run.finished_at is null;
  if (schedule).missed = 'skip' and fire_schedule.due_at + v_grace < v_firing.fired_at
     and fire_schedule.due_at is distinct from (schedule).queued_at then
    v_firing.outcome := 'missed';
    v_firing.message := 'no worker was there in time';
  elsif v_goes_on is not null and (schedule).overlap <> 'allow' then
    v_firing.outcome := case when (schedule).overlap = 'queue'
        and coalesce((schedule).queued_at = fire_schedule.due_at, true) then 'queued' else 'skipped' end;
    v_firing.message := format('run %s goes on%s', v_goes_on,
      case when (schedule).overlap = 'queue' and v_firing.outcome = 'skipped' then ', and one time is queued'
        else '' end);
  else
    begin
      select t.workflow_run_ids, t.fault into v_firing.workflow_run_ids, v_firing.message
        from pgwave_private.start_scheduled(schedule) t;
      v_firing.outcome := case
        when v_firing.workflow_run_ids <> '{}' then 'started'
        when v_firing.message is not null then 'failed'
        else 'nothing_to_do' end;
    exception
      -- nobody's fault: the next call may do it
      when transaction_rollback or insufficient_resources or operator_intervention or lock_not_available then
        raise;
      -- what a caller would be told, and what the query of an author raises
      when others then
        get stacked diagnostics v_firing.message = message_text;
        v_firing.outcome := 'failed';
        v_firing.workflow_run_ids := '{}';
    end;
  end if;
  return v_firing;
end
$$;
comment on function pgwave_private.fire_schedule(pgwave.schedules, timestamptz) is
  'Do what a time of a schedule asks for: start, or say why not. Returns: what became of it, not yet written. Writes: the runs that start.';

create or replace function pgwave_private.is_due(schedule pgwave.schedules, at timestamptz) returns boolean
language sql
stable
begin atomic
  select (schedule).enabled and ((schedule).next_at <= is_due.at or (schedule).queued_at is not null and not exists (
      select from pgwave.workflow_runs run
       where run.workflow_run_id = any((schedule).last_workflow_run_ids) and run.finished_at is null)
    or pgwave_private.has_changes(schedule, is_due.at));
end;
comment on function pgwave_private.is_due(pgwave.schedules, timestamptz) is
  'Tell whether a time of a schedule is due, one that waited may start, or a table that it watches changed. Returns: true or false; null: no.';

-- Asked of the row as it is once it is locked: somebody else may have fired it since the statement began.
create or replace function pgwave_private.take_schedule(schedule_id bigint) returns pgwave.schedules
language sql
volatile
set search_path = ''
as $$
  select s.* from pgwave.schedules s
   where s.schedule_id = take_schedule.schedule_id and pgwave_private.is_due(s, pgwave_private.now())
     for update skip locked
$$;
comment on function pgwave_private.take_schedule(bigint) is
  'Lock a schedule that is due, unless somebody else has it. Returns: it, or null. Locks: schedules, without waiting.';

create or replace function pgwave.list_due_schedules() returns bigint[]
language sql
stable
security definer
set search_path = ''
as $$
  select array(
    select s.schedule_id from pgwave.schedules s
     where pgwave_private.is_due(s, (select pgwave_private.now()))
     order by s.schedule_id)
$$;
comment on function pgwave.list_due_schedules() is
  'List the schedules of which a time is due. Workers call fire_schedule for each, in a transaction of its own. Returns: their numbers.';

create or replace function pgwave_private.has_schedule_work() returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (select from pgwave.schedules s where s.enabled and s.next_at is null and s.fault is null)
    or cardinality(pgwave.list_due_schedules()) > 0;
end
$$;
comment on function pgwave_private.has_schedule_work() is
  'Tell whether a schedule is due, or has no next time yet. Returns: true or false.';

create or replace function pgwave.fire_schedule(schedule_id bigint, fault text default null) returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_schedule pgwave.schedules := pgwave_private.take_schedule(fire_schedule.schedule_id);
  v_due timestamptz;
  v_is_by_change boolean;
  v_firing pgwave.schedule_firings;
begin
  if v_schedule.schedule_id is null then
    return false;
  end if;
  perform pgwave_private.take_changes(v_schedule);
  -- a time that waited comes first; the one that is due now is taken up by the next call
  v_due := case when v_schedule.queued_at is not null and coalesce(v_schedule.next_at > v_now, true)
    then v_schedule.queued_at else v_schedule.next_at end;
  v_is_by_change := coalesce(v_due > v_now, true);
  v_due := case when v_is_by_change then v_now else v_due end;
  if fire_schedule.fault is null then
    v_firing := pgwave_private.fire_schedule(v_schedule, v_due);
  else
    v_firing.schedule_id := v_schedule.schedule_id;
    v_firing.due_at := v_due;
    v_firing.fired_at := v_now;
    v_firing.workflow_run_ids := '{}';
    v_firing.outcome := 'failed';
    v_firing.message := left(fire_schedule.fault, 2000);
  end if;
  insert into pgwave.schedule_firings as f (schedule_id, due_at, outcome, message, workflow_run_ids, fired_at)
  select v_firing.schedule_id, v_firing.due_at, v_firing.outcome, v_firing.message, v_firing.workflow_run_ids,
         v_firing.fired_at
   where not (v_is_by_change and v_firing.outcome = 'nothing_to_do')
  on conflict on constraint schedule_firings_pkey do update
    set outcome = excluded.outcome, message = excluded.message, workflow_run_ids = excluded.workflow_run_ids,
        fired_at = excluded.fired_at;
  update pgwave.schedules s
     set last_at = greatest(s.last_at, v_firing.due_at),
         next_at = case when s.next_at > v_now then s.next_at end,
         queued_at = case
           when v_firing.outcome = 'queued' then v_firing.due_at
           when v_firing.due_at is distinct from s.queued_at then s.queued_at end,
         last_workflow_run_ids = case when v_firing.workflow_run_ids = '{}' then s.last_workflow_run_ids
           else v_firing.workflow_run_ids end
   where s.schedule_id = v_schedule.schedule_id;
  -- there may be more than it takes at a time
  perform pgwave_private.look_again(v_schedule) where v_schedule.max_tasks is not null and v_firing.outcome = 'started';
  delete from pgwave.schedule_firings f
   where f.schedule_id = v_schedule.schedule_id and f.due_at < v_now - interval '90 days';
  return true;
end
$$;
comment on function pgwave.fire_schedule(bigint, text) is
  'Start what a schedule has due, each time once, however many workers ask; with a fault, note that it could not be started: it took longer than the worker''s limit. Returns: whether a time was taken up. Raises: what the next call may do: a conflict, a lack of room, a cancel. Writes: schedules, schedule_firings, and the runs that start. Locks: schedules, without waiting.';

create or replace function pgwave_private.find_schedule_faults(at timestamptz)
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select f.finding, f.severity, 'schedule ' || f.schedule_name, f.message, f.hint
    from (
      select 'schedule_without_time' as finding, 'broken' as severity, s.schedule_name,
             format('it has no next time: %s', s.fault) as message,
             format('Give it another expression: pgwave schedule update %s --cron …', s.schedule_name) as hint
        from pgwave.schedules s where s.enabled and s.fault is not null
      union all
      select 'schedule_not_planned', 'warning', s.schedule_name, 'it has no next time',
             'A worker works it out: see that one runs.'
        from pgwave.schedules s where s.enabled and s.fault is null and s.next_at is null
      union all
      select 'schedule_overdue', 'warning', s.schedule_name, format('it was due at %s', s.next_at),
             'A worker starts it: see that one runs.'
        from pgwave.schedules s where s.enabled and s.next_at < find_schedule_faults.at - interval '1 minute'
      union all
      select 'schedule_failed', 'warning', s.schedule_name,
        format('its last time, %s, failed: %s', f.due_at, f.message),
             'Mend what it says; the next time is tried all the same.'
        from pgwave.schedules s
        join pgwave.schedule_firings f on f.schedule_id = s.schedule_id and f.due_at = s.last_at
          and f.outcome = 'failed'
       where s.enabled
    ) f
$$;
comment on function pgwave_private.find_schedule_faults(timestamptz) is
  'Find schedules that have no next time, are overdue or failed. Returns: findings.';

create or replace function pgwave_private.find_batch_faults()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'claim_without_batch', 'broken', 'task ' || left(c.task_key, 12),
         format('it is taken by batch %s, which does not go on: it will not be discovered', c.workflow_run_id),
         'As a superuser: update pgwave.task_claims set workflow_run_id = null, released_at = now() where task_key = ….'
    from (select c.* from pgwave.task_claims c
            left join pgwave.workflow_runs run on run.workflow_run_id = c.workflow_run_id
           where c.workflow_run_id is not null and (run.workflow_run_id is null or run.finished_at is not null)
           limit 100) c
$$;
comment on function pgwave_private.find_batch_faults() is
  'Find tasks that a batch took which has ended. Returns: findings, a hundred at most.';
