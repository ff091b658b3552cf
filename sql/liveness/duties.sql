-- What workers do besides work: a duty a call, in a transaction of its own. What raises is noted, passed over and tried
-- again later; doctor shows it. One worker looks for what is due each second, and takes up all that there is.

create or replace function pgwave_private.list_duties() returns table (place int, duty text, every interval)
language sql
immutable
set search_path = ''
as $$
  select d.place::int, d.duty, d.every
    from rows from (unnest(
      array['recover_dead_workers', 'settle_due_waits', 'settle_left_waits', 'settle_kept_signals', 'settle_endings',
            'settle_ending_runs', 'end_overdue_runs', 'settle_batches', 'settle_left_slots', 'release_suspects',
            'forget_dead_workers',
            'move_misplaced', 'link_seals', 'count_finished_runs', 'analyze_grown_tables', 'cancel_orphaned_runs',
              'drop_left_chunks',
            'release_dead_jobs', 'forget_released_claims', 'prune_runs', 'make_partitions'],
      -- null: whenever there is something to do
      array[null, null, null, null, null, null, null, null, null, null, null, null, '2 seconds', '2 seconds',
            '2 seconds', '10 seconds', '10 seconds', '10 seconds', '1 minute', '1 minute', '1 hour']::interval[]))
              with ordinality d (duty, every, place)
$$;
comment on function pgwave_private.list_duties() is
  'List the duties of workers, in the order in which they are done. Returns: a row for each, with how often it recurs at most; null: it is due whenever it finds something.';

create or replace function pgwave_private.list_runs_of_duty(duty text) returns setof bigint
language plpgsql
stable
set search_path = ''
set enable_seqscan = off
as $$
begin
  case list_runs_of_duty.duty
    when 'recover_dead_workers' then return query select pgwave_private.list_runs_of_dead_workers();
    when 'settle_due_waits' then return query select pgwave_private.list_due_runs();
    when 'settle_left_waits' then return query select pgwave_private.list_left_runs();
    when 'settle_kept_signals' then return query select pgwave_private.list_signalled_runs();
    when 'settle_endings' then return query select pgwave_private.list_runs_with_endings();
    when 'settle_ending_runs' then return query select pgwave_private.list_ending_runs();
    when 'end_overdue_runs' then return query select pgwave_private.list_overdue_runs();
    when 'settle_batches' then return query select pgwave_private.list_unsettled_batches();
    when 'settle_left_slots' then return query select pgwave_private.list_slot_runs();
    else null;
  end case;
end
$$;
comment on function pgwave_private.list_runs_of_duty(text) is
  'List the runs that a duty is about. Returns: their numbers; none for a duty that is about no runs.';

create or replace function pgwave_private.is_busy() returns boolean
language plpgsql
stable
set search_path = ''
set enable_seqscan = off
set enable_sort = off
as $$
begin
  -- the newest are there while there is work
  return coalesce((select true from pgwave.leases l order by l.worker_id desc, l.begun_at desc limit 1),
                  (select true from pgwave.ready r order by r.interaction_id desc limit 1), false);
end
$$;
comment on function pgwave_private.is_busy() is 'Tell whether anything is ready or under way. Returns: whether.';

create or replace function pgwave_private.is_duty_due(duty text, every interval) returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
begin
  if exists (select from pgwave_private.duty_faults f
              where f.duty = is_duty_due.duty and f.workflow_run_id = 0 and f.retry_at > v_now) then
    return false;
  end if;
  case
    when is_duty_due.duty = 'link_seals' and not exists (select from pgwave_private.seals_to_link) then
      return false;
    when is_duty_due.duty = 'count_finished_runs' and not exists (
      select from pgwave.seal_links l
       where l.seal_link_id > (select t.value from pgwave_private.metric_totals t
                                where t.metric = 'counted_seals' and t.labels = '{}')::bigint) then
      return false;
    -- tables grow where something is ready or running
    when is_duty_due.duty = 'analyze_grown_tables' and not pgwave_private.is_busy() then
      return false;
    when is_duty_due.every is not null then
      -- later than it can be: somebody set the clock back
      return not exists (
        select from pgwave_private.duty_times t
         where t.duty = is_duty_due.duty and t.next_at > v_now and t.next_at <= v_now + is_duty_due.every);
    when is_duty_due.duty = 'release_suspects' then
      return exists (select from pgwave_private.suspects);
    when is_duty_due.duty = 'forget_dead_workers' then
      return exists (select from pgwave.workers w where w.given_up is not null);
    when is_duty_due.duty = 'move_misplaced' then
      return exists (select from pgwave.actors a where a.updated_at > v_now - interval '1 minute')
         and exists (select from pgwave.ready);
    else
      return exists (select from pgwave_private.list_free_runs(is_duty_due.duty));
  end case;
end
$$;
comment on function pgwave_private.is_duty_due(text, interval) is
  'Tell whether a duty has something to do. Returns: true or false; false as long as it is passed over because it raised.';

create or replace function pgwave_private.list_free_runs(duty text) returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select r
    from pgwave_private.list_runs_of_duty(list_free_runs.duty) r
   where not exists (
     select from pgwave_private.duty_faults f
      where f.duty = list_free_runs.duty and f.workflow_run_id = r and f.retry_at > (select pgwave_private.now()));
end
$$;
comment on function pgwave_private.list_free_runs(text) is
  'List the runs that a duty is about and that are not passed over. Returns: their numbers.';

create or replace function pgwave.list_due_duties() returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select array(select d.duty from pgwave_private.list_duties() d
                where pgwave_private.is_duty_due(d.duty, d.every) order by d.place)
         || case when pgwave_private.has_schedule_work() then array['run_schedules'] else '{}' end
$$;
comment on function pgwave.list_due_duties() is
  'List the duties that have something to do now. Workers ask each second and call perform_duty for each; run_schedules is their own: fire_schedule, and working out next times. Returns: their names.';

create or replace function pgwave_private.do_duty(duty text, run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_done int := 0;
begin
  case do_duty.duty
    when 'recover_dead_workers' then v_done := pgwave_private.recover_dead_workers(do_duty.run_ids);
    when 'settle_due_waits' then v_done := pgwave_private.settle_due_waits(do_duty.run_ids);
    when 'settle_left_waits' then v_done := pgwave_private.settle_left_waits(do_duty.run_ids);
    when 'settle_kept_signals' then v_done := pgwave_private.settle_kept_signals(do_duty.run_ids);
    when 'settle_endings' then v_done := pgwave_private.tell_parents(do_duty.run_ids);
    when 'settle_ending_runs' then v_done := pgwave_private.settle_ending_runs(do_duty.run_ids);
    when 'end_overdue_runs' then v_done := pgwave_private.end_overdue_runs(do_duty.run_ids);
    when 'settle_batches' then v_done := (pgwave_private.settle_free_batches(do_duty.run_ids)).settled;
    when 'settle_left_slots' then v_done := pgwave_private.settle_left_slots(do_duty.run_ids);
    when 'release_suspects' then v_done := pgwave_private.release_suspects();
    when 'forget_dead_workers' then v_done := pgwave_private.forget_dead_workers();
    when 'move_misplaced' then v_done := pgwave_private.move_misplaced();
    when 'link_seals' then v_done := pgwave.link_seals();
    when 'count_finished_runs' then v_done := pgwave_private.count_finished_runs();
    when 'analyze_grown_tables' then v_done := pgwave.analyze_grown_tables();
    when 'cancel_orphaned_runs' then v_done := pgwave_private.cancel_orphaned_runs();
    when 'drop_left_chunks' then perform pgwave_private.drop_left_chunks();
    when 'release_dead_jobs' then v_done := pgwave.release_dead_jobs();
    when 'forget_released_claims' then v_done := pgwave_private.forget_released_claims();
    when 'prune_runs' then v_done := pgwave_private.prune_due();
    when 'make_partitions' then v_done := pgwave.make_partitions();
  end case;
  return v_done;
end
$$;
comment on function pgwave_private.do_duty(text, bigint[]) is
  'Do a duty, of these runs where it is about runs. Returns: how much was done. Writes: as the duty.';

create or replace function pgwave_private.note_duty_fault(duty text, run_id bigint, sqlstate text, message text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
begin
  insert into pgwave_private.duty_faults as f (duty, workflow_run_id, sqlstate, message, failed_at, retry_at)
  values (note_duty_fault.duty, note_duty_fault.run_id, note_duty_fault.sqlstate, left(note_duty_fault.message, 2000),
          v_now, v_now + interval '1 second')
  on conflict on constraint duty_faults_pkey do update
     set failures = f.failures + 1, sqlstate = excluded.sqlstate, message = excluded.message, failed_at = v_now,
         retry_at = v_now + least(interval '1 second' * power(2, least(f.failures, 9)), interval '5 minutes');
  raise warning '% of run %: % (%)', note_duty_fault.duty, note_duty_fault.run_id, note_duty_fault.message,
    note_duty_fault.sqlstate;
end
$$;
comment on function pgwave_private.note_duty_fault(text, bigint, text, text) is
  'Note that a duty raised, of a run (0: as a whole), so that it is passed over: a second, then two, then four, five minutes at most. Writes: duty_faults.';

create or replace function pgwave_private.try_duty(duty text, run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
begin
  return pgwave_private.do_duty(try_duty.duty, try_duty.run_ids);
exception
  -- a conflict, a lack of room, an order from outside: nobody's fault, and the next call may do it
  when transaction_rollback or insufficient_resources or operator_intervention or lock_not_available then
    raise;
  when others then
    if cardinality(try_duty.run_ids) > 1 then
      return null;
    end if;
    perform pgwave_private.note_duty_fault(try_duty.duty, coalesce(try_duty.run_ids[1], 0), sqlstate, sqlerrm);
    return 0;
end
$$;
comment on function pgwave_private.try_duty(text, bigint[]) is
  'Do a duty, and note it where it raises because of one run or as a whole. Returns: how much was done; null: one of several runs raises, and nothing was done. Raises: what is nobody''s fault. Writes: as the duty; duty_faults.';

create or replace function pgwave.perform_duty(duty text, at_once boolean default false) returns int
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_every interval := (select d.every from pgwave_private.list_duties() d where d.duty = perform_duty.duty);
  v_runs bigint[] := array(select r from pgwave_private.list_free_runs(perform_duty.duty) r order by r);
  v_run bigint;
  v_done int;
begin
  if v_every is not null and not pgwave_private.take_duty(perform_duty.duty, v_every, perform_duty.at_once) then
    return 0;
  end if;
  v_done := pgwave_private.try_duty(perform_duty.duty, v_runs);
  if v_done is null then
    v_done := 0;
    foreach v_run in array v_runs loop
      v_done := v_done + pgwave_private.try_duty(perform_duty.duty, array[v_run]);
    end loop;
  end if;
  delete from pgwave_private.duty_faults f
   where f.duty = perform_duty.duty and f.retry_at <= pgwave_private.now()
     and (f.workflow_run_id = any(v_runs || 0::bigint) or f.retry_at < pgwave_private.now() - interval '10 minutes');
  return v_done;
end
$$;
comment on function pgwave.perform_duty(text, boolean) is
  'Do a duty of workers: what raises is noted and passed over, a run at a time. A duty that recurs is done by one worker a time; with at_once it is done although it is not due. Returns: how much was done. Raises: what the next call may do: a conflict, a lack of room, a cancel. Writes: as the duty; duty_faults, duty_times. Locks: runs and interactions, without waiting.';

create or replace function pgwave_private.take_duty(duty text, every interval, at_once boolean) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
begin
  insert into pgwave_private.duty_times as t (duty, next_at)
  select take_duty.duty, v_now + take_duty.every
   where not exists (select from pgwave_private.duty_times t where t.duty = take_duty.duty)
  on conflict on constraint duty_times_pkey do nothing;
  if found then
    return true;
  end if;
  update pgwave_private.duty_times t set next_at = v_now + take_duty.every
   where t.duty in (
     select d.duty from pgwave_private.duty_times d
      where d.duty = take_duty.duty
        and (take_duty.at_once or d.next_at <= v_now or d.next_at > v_now + take_duty.every)
        for update skip locked);
  return found;
end
$$;
comment on function pgwave_private.take_duty(text, interval, boolean) is
  'Take a duty that recurs, unless somebody else has. Returns: whether the caller has it. Writes: duty_times. Locks: duty_times, without waiting.';

create or replace function pgwave.wake_interactions() returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_duty text;
  v_done int := 0;
begin
  for v_duty in
    select d.duty from pgwave_private.list_duties() d
     where d.duty not in ('link_seals', 'count_finished_runs', 'analyze_grown_tables', 'release_dead_jobs',
       'prune_runs',
       'make_partitions')
     order by d.place
  loop
    v_done := v_done + pgwave.perform_duty(v_duty, true);
  end loop;
  return v_done;
end
$$;
comment on function pgwave.wake_interactions() is
  'Take up in one transaction what is due without a worker''s doing: timers, overdue decisions, endings of child runs, runs whose max_duration is over, what others had to leave. Workers call perform_duty instead. Returns: how much was done. Writes: as perform_duty. Locks: runs and interactions, without waiting.';

create or replace function pgwave_private.find_duty_faults()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'duty_fails', 'broken', case f.workflow_run_id when 0 then 'duty ' || f.duty else 'run '
    || f.workflow_run_id end,
         format('%s failed %s times in a row, the last time at %s: %s (%s)', f.duty, f.failures, f.failed_at, f.message,
           f.sqlstate),
         format('It is passed over and tried again at %s. Fix what the message says%s.', f.retry_at,
           case f.workflow_run_id when 0 then '' else ', or cancel the run: pgwave cancel ' || f.workflow_run_id end)
    from pgwave_private.duty_faults f
   order by f.failed_at desc
   limit 100
$$;
comment on function pgwave_private.find_duty_faults() is
  'Find duties of workers that raise. Returns: findings, a hundred at most.';
