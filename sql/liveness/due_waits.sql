-- What is due by the clock: timers, and what did not come in time: decisions, signals, ends of child runs.

create or replace function pgwave_private.list_due_runs() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select distinct w.workflow_run_id
    from (select d.workflow_run_id from pgwave.waits d
           where d.due_at <= (select pgwave_private.now()) order by d.due_at limit 500) w;
end
$$;
comment on function pgwave_private.list_due_runs() is
  'List the runs in which a timer is due, or what did not come in time, the oldest first, of five hundred waits. Returns: their numbers.';

create or replace function pgwave_private.answer_of_due(wait pgwave.waits, declares_retry boolean) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when (wait).waits_for = 'timer' and (wait).due_then is null
    then jsonb_build_object('data', jsonb_build_object('due_at', (wait).due_at))
    when lower(coalesce((wait).due_then, 'fail')) = 'fail' then jsonb_build_object('error', jsonb_build_object(
      'code', 'timeout', 'retryable', answer_of_due.declares_retry, 'message', format(case (wait).waits_for
        when 'human' then 'nobody decided before %1$s'
        when 'signal' then 'the signal %2$s did not come before %1$s'
        when 'workflow' then 'run %3$s did not end before %1$s'
        else 'the timer did not end before %1$s' end,
        (wait).due_at, (wait).signal_name, (wait).child_workflow_run_id)))
    when (wait).waits_for = 'signal' then jsonb_build_object('unjudged', true,
      'tag', pgwave_private.read_decision((wait).due_then), 'response', format('no signal before %s', (wait).due_at))
    else jsonb_build_object('unjudged', true, 'tag', pgwave_private.read_decision((wait).due_then),
      'decision', jsonb_build_object('decision', pgwave_private.read_decision((wait).due_then),
        'decided_by', null, 'decided_at', pgwave_private.now(), 'comment', 'overdue'))
  end
$$;
comment on function pgwave_private.answer_of_due(pgwave.waits, boolean) is
  'Say what a wait comes to when its time is over; a failure is tried again only where its conversation declares a retry. Returns: the answer, or {error}.';

create or replace function pgwave_private.escalate_waits(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_moved jsonb;
  v_step jsonb;
begin
  with due as (
    select i.interaction_id, i.workflow_run_id, i.started_at, w.due_steps -> 0 as step, w.due_steps -> 1 as next,
           nullif(pgwave_private.list_assignees(w.due_steps #> '{0,assign}'), '{}') as assignees
      from pgwave.waits w
      join pgwave.interactions i
        on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
     where w.workflow_run_id = any(escalate_waits.run_ids) and w.due_at <= pgwave_private.now()
       and w.due_steps is not null and w.due_then is null
     order by i.interaction_id
       for update of i skip locked
  ),
  logged as (
    update pgwave.interactions i
       set pending_reason = case when d.step ? 'assign'
             then 'assigned to ' || coalesce(array_to_string(d.assignees, ', '), 'everybody') else 'reminded' end
      from due d
     where i.interaction_id = d.interaction_id and i.workflow_run_id = d.workflow_run_id
  ),
  moved as (
    update pgwave.waits w
       set assignees = case when d.step ? 'assign' then d.assignees else w.assignees end,
           due_at = d.started_at + pgwave_private.parse_duration(d.next -> 'after'), due_then = d.next ->> 'then',
           due_steps = nullif(w.due_steps - 0, '[]')
      from due d
     where w.interaction_id = d.interaction_id
    returning w.interaction_id, d.step
  )
  select jsonb_agg(jsonb_build_object('interaction_id', m.interaction_id,
    'remind', coalesce(nullif(m.step -> 'remind', 'true'), 'null')))
    into v_moved from moved m;
  for v_step in select * from jsonb_array_elements(v_moved) loop
    perform pgwave_private.add_notifications(array[(v_step ->> 'interaction_id')::bigint],
      nullif(v_step -> 'remind', 'null'));
  end loop;
  return coalesce(jsonb_array_length(v_moved), 0);
end
$$;
comment on function pgwave_private.escalate_waits(bigint[]) is
  'Take the steps of due that have come in these runs: remind people, or assign others. Each is an event of its interaction. Returns: how many. Writes: interactions, waits, graphile-worker''s jobs. Locks: interactions, without waiting; the caller holds the runs.';

create or replace function pgwave_private.settle_due_waits(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
  v_escalated int;
  v_outcomes pgwave_private.outcome[];
begin
  -- a run that somebody holds is left for the next time: nothing here may wait
  select array_agg(l.workflow_run_id) into v_runs
    from (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.workflow_run_id = any(settle_due_waits.run_ids)
       order by run.workflow_run_id
         for no key update skip locked
    ) l;
  v_escalated := pgwave_private.escalate_waits(v_runs);
  select array_agg(pgwave_private.settle_waiting(
           l.interaction_id, l.workflow_run_id, pgwave_private.answer_of_due(l.wait, (
             select cv.definition ? 'retry' from pgwave.conversation_versions cv
              where cv.conversation_version_id = l.conversation_version_id))) order by l.interaction_id)
    into v_outcomes
    from (
      select i.interaction_id, i.workflow_run_id, i.conversation_version_id, w as wait
        from pgwave.waits w
        join pgwave.interactions i
          on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
       where w.workflow_run_id = any(v_runs) and w.due_at <= pgwave_private.now()
         and (w.due_steps is null or w.due_then is not null)
       order by i.interaction_id
         for update of i skip locked
    ) l;
  if v_outcomes is null then
    return v_escalated;
  end if;
  perform pgwave_private.record_outcomes(v_outcomes);
  return v_escalated + cardinality(v_outcomes);
end
$$;
comment on function pgwave_private.settle_due_waits(bigint[]) is
  'Let timers fire in these runs, take the steps of escalations, and settle what did not come in time. Returns: how many. Writes: interactions, and what follows. Locks: runs, then interactions, without waiting.';
