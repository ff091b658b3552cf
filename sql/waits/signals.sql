-- Signals: kept until a conversation takes them, refused where none can any more.

create or replace function pgwave_private.can_take_signal(run pgwave.workflow_runs, signal_name text) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return run.finished_at is null and run.ends_as is null and exists (
    select
      from pgwave.conversation_versions cv
      left join lateral (
        select i.status from pgwave.interactions i
         where i.workflow_run_id = run.workflow_run_id and i.conversation_id = cv.conversation_id
           and i.item_index is null and i.iteration = pgwave_private.current_iteration(
                 run.loops, run.workflow_version_id, cv.conversation_id)
      ) i on true
     where cv.workflow_version_id = run.workflow_version_id
       and cv.actor_type = 'signal' and cv.definition ->> 'signal' = can_take_signal.signal_name
       and ((i.status in ('pending', 'waiting')
             or i.status is null and (exists (
               select from pgwave_private.plan_conversations pc
                where pc.plan_id = run.plan_id and pc.conversation_id = cv.conversation_id)
               -- of a run that was forked or started behind it
               or pgwave_private.is_in_taken_loop(run.loops, run.workflow_version_id, cv.conversation_id)))
         or pgwave_private.can_loop_again(run, cv.conversation_id)));
end
$$;
comment on function pgwave_private.can_take_signal(pgwave.workflow_runs, text) is
  'Tell whether a conversation of a run waits for a signal or still may. Returns: true or false.';

create or replace function pgwave_private.can_loop_again(run pgwave.workflow_runs, conversation_id bigint)
  returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select
      from pgwave_private.loop_bodies lb
      join pgwave.branches b on b.branch_id = lb.branch_id
     where lb.workflow_version_id = run.workflow_version_id
       and lb.conversation_id = can_loop_again.conversation_id
       and coalesce((run.loops -> lb.branch_id::text ->> 'count')::int, 0) < b.max_loops
       -- the loop's source is not resolved, so it may be taken
       and not exists (
         select from pgwave.interactions i
          where i.workflow_run_id = run.workflow_run_id and i.conversation_id = b.from_conversation_id
            and i.item_index is null and i.status in ('completed', 'failed', 'skipped', 'cancelled')
            and i.iteration = pgwave_private.current_iteration(
                  run.loops, run.workflow_version_id, b.from_conversation_id)));
end
$$;
comment on function pgwave_private.can_loop_again(pgwave.workflow_runs, bigint) is
  'Tell whether a loop around a conversation may still be taken. Returns: true or false.';

create or replace function pgwave_private.require_payload(run pgwave.workflow_runs, signal_name text, payload jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_errors jsonb;
begin
  select (array_agg(e.errors order by e.errors is not null))[1] into v_errors
    from pgwave.conversation_versions cv
    left join pgwave.contracts c on c.contract_id = cv.output_contract_id
    left join lateral (
      select jsonb_agg(to_jsonb(s)) as errors
        from pgwave_private.list_schema_errors(c.contract_schema, coalesce(require_payload.payload, 'null')) s
       where c.contract_id is not null
    ) e on true
   where cv.workflow_version_id = run.workflow_version_id
     and cv.actor_type = 'signal' and cv.definition ->> 'signal' = require_payload.signal_name;
  if v_errors is not null then
    perform pgwave_private.raise_error('PWINP',
      format('the payload of signal %s does not meet the contract: %s', require_payload.signal_name,
             v_errors #>> '{0,message}'),
      v_errors::text, 'The output contract of the conversation that takes it says what it may carry.');
  end if;
end
$$;
comment on function pgwave_private.require_payload(pgwave.workflow_runs, text, jsonb) is
  'Refuse a payload that no conversation of that signal can take. Raises: PWINP.';

create or replace function pgwave_private.answer_of_signal(signal pgwave.signals) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when (signal).payload <> 'null' then jsonb_build_object('data', (signal).payload) else '{}' end
$$;
comment on function pgwave_private.answer_of_signal(pgwave.signals) is
  'Say what a signal gives the conversation that takes it. Returns: {data}.';

create or replace function pgwave_private.take_signal(signal_id bigint, interaction_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_signal pgwave.signals;
begin
  update pgwave.signals s set taken_by_interaction_id = take_signal.interaction_id
   where s.signal_id = take_signal.signal_id returning s.* into v_signal;
  perform pgwave_private.record_outcomes(array[pgwave_private.settle_waiting(
    take_signal.interaction_id, v_signal.workflow_run_id, pgwave_private.answer_of_signal(v_signal))]);
end
$$;
comment on function pgwave_private.take_signal(bigint, bigint) is
  'Let an interaction that waits take a signal. Writes: signals, interactions, and what follows. Locks: nothing; the caller holds the interaction and its run.';

create or replace function pgwave_private.take_early_signals(opened pgwave.interactions[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_interaction record;
  v_signal_id bigint;
begin
  for v_interaction in
    select o.interaction_id, o.workflow_run_id, cv.definition ->> 'signal' as signal_name
      from unnest(take_early_signals.opened) o
      join pgwave.conversation_versions cv on cv.conversation_version_id = o.conversation_version_id
     where cv.actor_type = 'signal'
     order by o.interaction_id
  loop
    select s.signal_id into v_signal_id
      from pgwave.signals s
     where s.workflow_run_id = v_interaction.workflow_run_id and s.signal_name = v_interaction.signal_name
       and s.taken_by_interaction_id is null
       and exists (select from pgwave.waits w where w.interaction_id = v_interaction.interaction_id)
     order by s.signal_id
     limit 1;
    if found then
      perform pgwave_private.take_signal(v_signal_id, v_interaction.interaction_id);
    end if;
  end loop;
end
$$;
comment on function pgwave_private.take_early_signals(pgwave.interactions[]) is
  'Let opened interactions take signals that were sent before them, the oldest first. Writes: signals, interactions, and what follows.';

-- The run first: a conversation that opens at the same moment sees the signal, or is seen.
create or replace function pgwave.send_signal(workflow_run_id bigint, signal_name text, payload jsonb default null)
returns pgwave.signals
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_run pgwave.workflow_runs := pgwave_private.require_run(send_signal.workflow_run_id, 'operate');
  v_signal pgwave.signals;
  v_interaction_id bigint;
begin
  if not coalesce(pgwave_private.can_take_signal(v_run, send_signal.signal_name), false) then
    perform pgwave_private.raise_error('PWSIG',
      format('no conversation of run %s can still wait for signal %s', v_run.workflow_run_id, send_signal.signal_name),
      (select format('Signals of the workflow: %s.', string_agg(distinct cv.definition ->> 'signal', ', '))
         from pgwave.conversation_versions cv
        where cv.workflow_version_id = v_run.workflow_version_id and cv.actor_type = 'signal'),
      'A signal is taken by a conversation with signal: <name>, once, while its run goes on.');
  end if;
  perform pgwave_private.require_payload(v_run, send_signal.signal_name, send_signal.payload);
  insert into pgwave.signals as s (workflow_run_id, signal_name, payload, sent_by, sent_at)
  values (v_run.workflow_run_id, send_signal.signal_name, send_signal.payload, pgwave.current_identity(),
          pgwave_private.now())
  returning s.* into v_signal;
  select i.interaction_id into v_interaction_id
    from pgwave.waits w
    join pgwave.interactions i
      on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
   where w.workflow_run_id = v_run.workflow_run_id and w.signal_name = send_signal.signal_name
   order by i.interaction_id
   limit 1
     for update of i skip locked;
  if found then
    perform pgwave_private.take_signal(v_signal.signal_id, v_interaction_id);
    select s.* into v_signal from pgwave.signals s where s.signal_id = v_signal.signal_id;
  end if;
  return v_signal;
end
$$;
comment on function pgwave.send_signal(bigint, text, jsonb) is
  'Send a signal to a run; sent before anything waits for it, it is kept. Returns: the signal. Raises: PWNOF, PWACC, PWSIG if no conversation can still take it, PWINP if the payload breaks the contract. Writes: signals, interactions, and what follows. Locks: the run; the interaction without waiting.';
