-- Schedules are rows. A worker works out the next time of those that have none, and calls fire_schedule when one is
-- due.

create or replace function pgwave_private.may_see_schedule(schedule pgwave.schedules) returns boolean
language sql
stable
set search_path = ''
as $$
  select (schedule).owner = pgwave.current_identity() or pgwave_private.is_administrator()
      or coalesce((schedule).workflow_id = any(pgwave_private.granted_workflows()), false)
$$;
comment on function pgwave_private.may_see_schedule(pgwave.schedules) is
  'Tell whether the caller sees a schedule: their own, and those of workflows that are theirs or granted to them. Returns: whether.';

create or replace function pgwave_private.require_schedule(schedule_name text) returns pgwave.schedules
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_schedule pgwave.schedules;
begin
  select s.* into v_schedule
    from pgwave.schedules s where s.schedule_name = require_schedule.schedule_name for update;
  if not found or not pgwave_private.may_see_schedule(v_schedule) then
    perform pgwave_private.raise_error('PWNOF', format('no schedule %s', require_schedule.schedule_name), null,
      pgwave_private.suggest_name(require_schedule.schedule_name, array(
        select s.schedule_name from pgwave.schedules s
         where pgwave_private.may_see_schedule(s) order by 1)));
  elsif v_schedule.owner <> pgwave.current_identity() and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not change the schedule %s', pgwave.current_identity(), v_schedule.schedule_name),
      format('It is owned by %s.', v_schedule.owner), 'Its owner and pgwave_admin can.');
  end if;
  return v_schedule;
end
$$;
comment on function pgwave_private.require_schedule(text) is
  'Find a schedule that the caller may change, and lock it. Returns: it. Raises: PWNOF, PWACC. Locks: the schedule.';

create or replace function pgwave_private.check_schedule(schedule pgwave.schedules) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_workflow pgwave.workflows;
begin
  perform pgwave_private.require_cron((schedule).cron, (schedule).time_zone);
  if (schedule).schedule_name !~ '^[a-z][a-z0-9_.:/-]{0,99}$' then
    perform pgwave_private.raise_error('PWINP',
      format('%s is no name of a schedule', to_jsonb(left((schedule).schedule_name, 80))), null,
      'Use lower case letters, digits, and _ . : / -.');
  elsif (schedule).missed not in ('skip', 'catch_up') or (schedule).overlap not in ('skip', 'allow', 'queue') then
    perform pgwave_private.raise_error('PWINP', 'missed is skip or catch_up, overlap is skip, allow or queue', null,
      null);
  elsif (schedule).workflow_id is null and not (schedule).process_pending then
    perform pgwave_private.raise_error('PWINP', 'a schedule needs a workflow', null,
      'Only with process_pending it may be left out: all workflows that have pending tasks.');
  elsif (schedule).max_tasks < 1 or (schedule).max_parallel < 1 then
    perform pgwave_private.raise_error('PWINP', 'max_tasks and max_parallel are at least 1', null, null);
  elsif (schedule).workflow_id is not null and not (schedule).process_pending then
    v_workflow := pgwave_private.require_workflow((schedule).workflow_id::text, 'operate', (schedule).owner);
    perform pgwave_private.require_inputs(
      pgwave_private.deployed_version(v_workflow, (schedule).environment), array[(schedule).input]);
  end if;
end
$$;
comment on function pgwave_private.check_schedule(pgwave.schedules) is
  'Refuse a schedule that could never start anything. Raises: PWCRN, PWINP.';

create or replace function pgwave.create_schedule(
  schedule_name text,
  cron text,
  workflow text default null,
  time_zone text default 'UTC',
  input jsonb default '{}',
  process_pending boolean default false,
  environment text default 'dev',
  missed text default 'skip',
  overlap text default 'skip',
  max_tasks int default null,
  max_parallel int default null,
  priority int default 0
) returns pgwave.schedules
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule pgwave.schedules;
  v_workflow pgwave.workflows;
begin
  v_schedule.owner := pgwave.current_identity();
  if create_schedule.workflow is not null then
    v_workflow := pgwave_private.require_workflow(create_schedule.workflow, 'operate');
    perform pgwave_private.raise_part(v_workflow) where v_workflow.part_of_workflow_id is not null;
    v_schedule.workflow_id := v_workflow.workflow_id;
    -- it fires in the name of somebody who may: an administrator's on another's workflow is the other's
    if not pgwave_private.may_use_workflow(v_workflow.workflow_id, 'operate', v_schedule.owner) then
      v_schedule.owner := v_workflow.owner;
    end if;
  end if;
  v_schedule.schedule_name := create_schedule.schedule_name;
  v_schedule.cron := pgwave_private.expand_cron(create_schedule.cron);
  v_schedule.time_zone := coalesce(create_schedule.time_zone, 'UTC');
  v_schedule.input := coalesce(create_schedule.input, '{}');
  v_schedule.process_pending := coalesce(create_schedule.process_pending, false);
  v_schedule.environment := pgwave_private.read_environment(create_schedule.environment);
  v_schedule.missed := coalesce(create_schedule.missed, 'skip');
  v_schedule.overlap := coalesce(create_schedule.overlap, 'skip');
  v_schedule.max_tasks := create_schedule.max_tasks;
  v_schedule.max_parallel := create_schedule.max_parallel;
  perform pgwave_private.check_schedule(v_schedule);
  insert into pgwave.schedules as s (
    schedule_name, workflow_id, cron, time_zone, input, environment, priority, process_pending, max_tasks, max_parallel,
    missed, overlap, owner, created_at)
  values (v_schedule.schedule_name, v_schedule.workflow_id, v_schedule.cron, v_schedule.time_zone, v_schedule.input,
          v_schedule.environment, coalesce(create_schedule.priority, 0), v_schedule.process_pending,
          v_schedule.max_tasks, v_schedule.max_parallel, v_schedule.missed, v_schedule.overlap,
          v_schedule.owner, pgwave_private.now())
  on conflict on constraint schedules_name_is_unique do nothing
  returning s.* into v_schedule;
  if not found then
    perform pgwave_private.raise_error('PWINP', format('there is a schedule %s already', create_schedule.schedule_name),
      null, 'Change it with update_schedule, or choose another name.');
  end if;
  perform pgwave_private.add_tickets(array['schedules'], array[pgwave_private.now()]);
  return v_schedule;
end
$$;
comment on function pgwave.create_schedule(text, text, text, text, jsonb, boolean, text, text, text, int, int, int) is
  'Start a workflow by the clock: a run with this input, or with process_pending a batch over its pending tasks (workflow null: of all workflows). cron: five fields in an IANA time zone, @daily and the like, or an interval (every 8h). missed: skip, or catch_up once. overlap, if the run before goes on: skip, allow, or queue one. An administrator''s schedule for a workflow that is not theirs belongs to the workflow''s owner, in whose name it fires. Returns: the schedule; a worker works out its next time. Raises: PWCRN, PWINP, PWNOF, PWACC. Writes: schedules, tickets.';

create or replace function pgwave.update_schedule(
  schedule_name text,
  cron text default null,
  time_zone text default null,
  input jsonb default null,
  environment text default null,
  missed text default null,
  overlap text default null,
  max_tasks int default null,
  max_parallel int default null,
  priority int default null
) returns pgwave.schedules
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule pgwave.schedules := pgwave_private.require_schedule(update_schedule.schedule_name);
begin
  if update_schedule.cron is not null or update_schedule.time_zone is not null then
    v_schedule.next_at := null;
    v_schedule.fault := null;
  end if;
  v_schedule.cron := coalesce(pgwave_private.expand_cron(update_schedule.cron), v_schedule.cron);
  v_schedule.time_zone := coalesce(update_schedule.time_zone, v_schedule.time_zone);
  v_schedule.input := coalesce(update_schedule.input, v_schedule.input);
  v_schedule.environment := pgwave_private.read_environment(
    coalesce(update_schedule.environment, v_schedule.environment::text));
  v_schedule.missed := coalesce(update_schedule.missed, v_schedule.missed);
  v_schedule.overlap := coalesce(update_schedule.overlap, v_schedule.overlap);
  v_schedule.max_tasks := coalesce(update_schedule.max_tasks, v_schedule.max_tasks);
  v_schedule.max_parallel := coalesce(update_schedule.max_parallel, v_schedule.max_parallel);
  v_schedule.priority := coalesce(update_schedule.priority, v_schedule.priority);
  perform pgwave_private.check_schedule(v_schedule);
  update pgwave.schedules s
     set cron = v_schedule.cron, time_zone = v_schedule.time_zone, input = v_schedule.input,
         environment = v_schedule.environment, missed = v_schedule.missed, overlap = v_schedule.overlap,
         max_tasks = v_schedule.max_tasks, max_parallel = v_schedule.max_parallel, priority = v_schedule.priority,
         next_at = v_schedule.next_at, fault = v_schedule.fault
   where s.schedule_id = v_schedule.schedule_id
  returning s.* into v_schedule;
  perform pgwave_private.add_tickets(array['schedules'], array[pgwave_private.now()]);
  return v_schedule;
end
$$;
comment on function pgwave.update_schedule(text, text, text, jsonb, text, text, text, int, int, int) is
  'Change what is given of a schedule. Returns: the schedule; a worker works out its next time. Raises: PWNOF, PWACC, PWCRN, PWINP. Writes: schedules, tickets. Locks: the schedule.';

create or replace function pgwave.pause_schedule(schedule_name text) returns pgwave.schedules
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule pgwave.schedules := pgwave_private.require_schedule(pause_schedule.schedule_name);
begin
  update pgwave.schedules s set enabled = false, next_at = null, queued_at = null
   where s.schedule_id = v_schedule.schedule_id
  returning s.* into v_schedule;
  return v_schedule;
end
$$;
comment on function pgwave.pause_schedule(text) is
  'Let a schedule start nothing until resume_schedule; what it started goes on. Returns: the schedule. Raises: PWNOF, PWACC. Writes: schedules. Locks: the schedule.';

create or replace function pgwave.resume_schedule(schedule_name text) returns pgwave.schedules
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule pgwave.schedules := pgwave_private.require_schedule(resume_schedule.schedule_name);
begin
  update pgwave.schedules s set enabled = true where s.schedule_id = v_schedule.schedule_id
  returning s.* into v_schedule;
  perform pgwave_private.look_again(v_schedule);
  perform pgwave_private.add_tickets(array['schedules'], array[pgwave_private.now()]);
  return v_schedule;
end
$$;
comment on function pgwave.resume_schedule(text) is
  'Let a paused schedule go on, from its next time after now: times of the pause are not missed. Returns: the schedule. Raises: PWNOF, PWACC. Writes: schedules, tickets. Locks: the schedule.';

create or replace function pgwave.drop_schedule(schedule_name text) returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule pgwave.schedules := pgwave_private.require_schedule(drop_schedule.schedule_name);
begin
  perform pgwave_private.take_changes(v_schedule);
  delete from pgwave.schedules s where s.schedule_id = v_schedule.schedule_id;
  return found;
end
$$;
comment on function pgwave.drop_schedule(text) is
  'Delete a schedule with its history; what it started goes on. Returns: true. Raises: PWNOF, PWACC. Writes: schedules, schedule_firings. Locks: the schedule.';

create or replace function pgwave.list_unplanned_schedules() returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('schedule_id', s.schedule_id, 'cron', s.cron, 'time_zone', s.time_zone,
           -- a time that fired is not due again, whatever the clocks say
           'after', greatest(pgwave_private.now(), s.last_at),
           'next_at', pgwave_private.next_interval(s, pgwave_private.now())) order by s.schedule_id), '[]')
    from pgwave.schedules s
   where s.enabled and s.next_at is null and s.fault is null
$$;
comment on function pgwave.list_unplanned_schedules() is
  'List the schedules whose next time a worker is to work out. Returns: [{schedule_id, cron, time_zone, after, next_at}]; next_at is there for an interval.';

create or replace function pgwave.plan_schedules(planned jsonb) returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_times timestamptz[];
begin
  with planned as (
    update pgwave.schedules s
       set next_at = p.next_at, fault = p.fault
      from jsonb_to_recordset(plan_schedules.planned) as p (
             schedule_id bigint, cron text, time_zone text, next_at timestamptz, fault text)
     where s.schedule_id = p.schedule_id and s.cron = p.cron and s.time_zone = p.time_zone
       and s.enabled and s.next_at is null and (p.next_at is not null or p.fault is not null)
    returning s.next_at
  )
  select array_agg(distinct p.next_at) filter (where p.next_at is not null) into v_times from planned p;
  if v_times is not null then
    perform pgwave_private.add_tickets(array_fill('schedules'::text, array[cardinality(v_times)]), v_times);
  end if;
  return coalesce(cardinality(v_times), 0);
end
$$;
comment on function pgwave.plan_schedules(jsonb) is
  'Keep the next times that a worker worked out: [{schedule_id, cron, time_zone, next_at | fault}]; a schedule that changed meanwhile, or has its time, is left out. Returns: how many times. Writes: schedules, tickets.';
