-- What is due: timers, overdue decisions, retries of what waits, endings of child runs. Called by workers; every
-- call takes up all that there is, so a lost ticket costs latency only.

create or replace function pgwave_private.answer_of_due(wait pgwave.waits) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when (wait).waits_for = 'timer' then jsonb_build_object('data', jsonb_build_object('due_at', (wait).due_at))
    when coalesce((wait).due_then, 'fail') = 'fail' then jsonb_build_object('error', jsonb_build_object(
      'code', 'timeout', 'retryable', false, 'message', format('nobody decided before %s', (wait).due_at)))
    else jsonb_build_object('unjudged', true, 'tag', pgwave_private.read_decision((wait).due_then),
      'decision', jsonb_build_object('decision', pgwave_private.read_decision((wait).due_then),
        'decided_by', null, 'decided_at', pgwave_private.now(), 'comment', 'overdue'))
  end
$$;
comment on function pgwave_private.answer_of_due(pgwave.waits) is
  'Say what a wait comes to when its time is over. Returns: the answer, or {error}.';

create or replace function pgwave_private.settle_due_waits(most int) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
  v_outcomes pgwave_private.outcome[];
begin
  -- what belongs to a run that somebody holds is left for the next time: nothing here may wait
  select array_agg(l.workflow_run_id) into v_runs
    from (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.workflow_run_id in (
         select w.workflow_run_id from pgwave.waits w
          where w.due_at <= pgwave_private.now() order by w.due_at limit settle_due_waits.most)
       order by run.workflow_run_id
         for no key update skip locked
    ) l;
  select array_agg(pgwave_private.settle_waiting(
           l.interaction_id, l.workflow_run_id, pgwave_private.answer_of_due(l.wait)) order by l.interaction_id)
    into v_outcomes
    from (
      select i.interaction_id, i.workflow_run_id, w as wait
        from pgwave.waits w
        join pgwave.interactions i
          on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
       where w.workflow_run_id = any(v_runs) and w.due_at <= pgwave_private.now()
       order by i.interaction_id
         for update of i skip locked
    ) l;
  if v_outcomes is null then
    return 0;
  end if;
  perform pgwave_private.record_outcomes(v_outcomes);
  return cardinality(v_outcomes);
end
$$;
comment on function pgwave_private.settle_due_waits(int) is
  'Let timers fire and decide what nobody decided in time. Returns: how many. Writes: interactions, and what follows. Locks: runs, then interactions, without waiting.';

create or replace function pgwave_private.settle_left_waits() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
  v_map bigint;
begin
  select array_agg(l.workflow_run_id) into v_runs
    from (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.finished_at is null and run.workflow_run_id in (
         select r.workflow_run_id from pgwave.ready r
          where r.lane = 'waits' and not r.held and r.not_before <= pgwave_private.now()
            and not exists (select from pgwave.actors a where a.actor_id = r.actor_id and not a.enabled)
         union
         select w.workflow_run_id from pgwave.waits w where w.waits_for = 'items' and w.items_open = 0)
       order by run.workflow_run_id
       limit 200
         for no key update skip locked
    ) l;
  if v_runs is null then
    return 0;
  end if;
  for v_map in
    select w.interaction_id from pgwave.waits w
     where w.workflow_run_id = any(v_runs) and w.waits_for = 'items' and w.items_open = 0
  loop
    perform pgwave_private.settle_map(v_map, 0);
  end loop;
  perform pgwave_private.conclude_runs(v_runs);
  return cardinality(v_runs);
end
$$;
comment on function pgwave_private.settle_left_waits() is
  'Open retries of what waits for no worker, and resolve maps whose header was held by somebody. Returns: how many runs. Writes: interactions, waits. Locks: runs and interactions, without waiting.';

-- Kept because somebody held what waits for it, and then rolled back.
create or replace function pgwave_private.settle_kept_signals() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run_id bigint;
  v_waiting pgwave.interactions[];
  v_settled int := 0;
begin
  for v_run_id in
    select run.workflow_run_id
      from pgwave.workflow_runs run
     where run.finished_at is null and run.workflow_run_id in (
       select s.workflow_run_id
         from pgwave.signals s
         join pgwave.waits w on w.workflow_run_id = s.workflow_run_id and w.signal_name = s.signal_name
        where s.taken_by_interaction_id is null)
     order by run.workflow_run_id
       for no key update skip locked
  loop
    select array_agg((i.*)::pgwave.interactions order by i.interaction_id) into v_waiting
      from (
        select i.*
          from pgwave.waits w
          join pgwave.interactions i
            on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
         where w.workflow_run_id = v_run_id and w.signal_name is not null
         order by i.interaction_id
           for update of i skip locked
      ) i;
    if v_waiting is not null then
      perform pgwave_private.take_early_signals(v_waiting);
      v_settled := v_settled + cardinality(v_waiting);
    end if;
  end loop;
  return v_settled;
end
$$;
comment on function pgwave_private.settle_kept_signals() is
  'Give signals that are kept to what waits for them. Returns: how many waits were looked at. Writes: signals, interactions, and what follows. Locks: runs and interactions, without waiting.';

create or replace function pgwave.wake_interactions() returns int
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
begin
  perform pgwave_private.drop_left_chunks();
  perform pgwave_private.move_misplaced();
  return pgwave_private.settle_due_waits(500) + pgwave_private.settle_left_waits()
    + pgwave_private.settle_kept_signals() + pgwave_private.settle_endings(null) + pgwave_private.cancel_orphaned_runs()
    + pgwave_private.settle_ending_runs() + pgwave_private.end_overdue_runs() + pgwave_private.settle_batches(null)
    + pgwave_private.forget_released_claims();
end
$$;
comment on function pgwave.wake_interactions() is
  'Take up what is due without a worker''s doing: timers, overdue decisions, endings of child runs, runs whose max_duration is over, what others had to leave. Returns: how many. Writes: interactions, waits, workflow_runs, response_chunks. Locks: runs and interactions, without waiting.';
