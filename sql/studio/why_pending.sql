-- Why something has not gone on: for whoever looks at a run that stands still.

create or replace function pgwave_private.explain_lane(lane text) returns text
language sql
stable
set search_path = ''
as $$
  select case
    when turn.serves is not null then format(
      'It waits for the turn of %s: %s. Its turn comes by %s at the latest, if no work of a higher priority waits.',
      turn.model, turn.serves, to_char(turn.due_at, 'YYYY-MM-DD HH24:MI:SS TZ'))
    when q.workers = 0 then format('No worker serves the lane %s. Start one: pgwave worker', q.lane)
    when q.running >= q.slots then format('All %s slots of the lane %s are taken.', q.slots, q.lane)
    else format('It is in line in the lane %s: %s are ready, %s run.', q.lane, q.ready, q.running) end
    from pgwave.queue_health q
    left join lateral (
      select min(t.model) as model, min(t.turn_due_at) as due_at,
             string_agg(format('%s serves %s', t.address, o.models), ', ' order by t.address) as serves
        from pgwave.model_turns t
        cross join lateral (
          select string_agg(s.model, ' and ' order by s.model) as models
            from pgwave.model_turns s
           where s.model_host_id = t.model_host_id and s.has_turn) o
       where t.lane = q.lane and t.workers > 0 and t.silent_since is null
      having bool_and(not t.has_turn and o.models is not null)
    ) turn on true
   where q.lane = explain_lane.lane
$$;
comment on function pgwave_private.explain_lane(text) is
  'Say why work of a lane has not begun. Returns: a sentence; null: nothing queues there.';

create or replace function pgwave_private.explain_wait(entry pgwave.run_timeline) returns text
language sql
stable
set search_path = ''
as $$
  select case (entry).waits_for
    when 'human' then 'Waits for a decision by '
      || coalesce(array_to_string((entry).assignees, ', '), 'any operator')
      || case when (entry).four_eyes then ', but not by who started the run.' else '.' end
    when 'timer' then case (entry).kind
      when 'start' then coalesce(pgwave_private.explain_start((entry).workflow_run_id), 'Waits until it may begin.')
      else 'Waits for a time.' end
    when 'signal' then format('Waits for the signal %s.', (entry).signal_name)
    when 'workflow' then format('Waits for run %s.', (entry).child_workflow_run_id)
    when 'items' then case when (entry).attempt > 0 then 'Waits for the tools that it called.'
      else 'Waits for its items.' end
    when 'tasks' then 'Waits for its tasks.'
    when 'slot' then coalesce(pgwave_private.explain_slot((entry).workflow_run_id), 'Waits for a free slot.') end
$$;
comment on function pgwave_private.explain_wait(pgwave.run_timeline) is
  'Say what a waiting interaction waits for. Returns: a sentence.';

create or replace function pgwave.why_pending(interaction_id bigint)
returns table (reason text, message text, since timestamptz, until timestamptz)
language sql
stable
set search_path = ''
as $$
  select coalesce(t.waits_for::text, t.pending_reason, t.status::text),
         case
           when t.status = 'waiting' then pgwave_private.explain_wait(t)
           when t.status <> 'pending' then null
           else case t.pending_reason
             when 'paused' then 'The run is paused.'
             when 'max_parallel' then 'The map has as many items under way as max_parallel allows.'
             when 'disabled' then format('The actor %s is disabled.', t.actor_name)
             when 'max_concurrent' then format('The actor %s has as many calls under way as it may.', t.actor_name)
             when 'rate' then format('The actor %s has used up its rate.', t.actor_name)
             when 'rate_limited' then format('The service of the actor %s asked to wait.', t.actor_name)
             when 'circuit_open' then format('The actor %s failed too often; its circuit is open.', t.actor_name)
             when 'retry' then 'The last attempt failed; the next one waits for its backoff.'
             else pgwave_private.explain_lane(r.lane) end end,
         case t.status when 'waiting' then t.started_at else i.event_at end,
         coalesce(t.due_at, t.pending_until)
    from pgwave.interactions i
    join pgwave.run_timeline t on t.workflow_run_id = i.workflow_run_id and t.interaction_id = i.interaction_id
    left join pgwave.ready r on r.interaction_id = i.interaction_id
   where i.interaction_id = why_pending.interaction_id and i.status in ('pending', 'waiting')
$$;
comment on function pgwave.why_pending(bigint) is
  'Explain why an interaction has not begun, or what it waits for. Returns: one row with the reason, a sentence, since when, and until when if that is known; no row: it neither is pending nor waits.';
