-- The queue: who works, what nobody serves, what is held. A ticket too many or too few is harmless: a heartbeat looks
-- for work too.

create or replace function pgwave_private.find_lane_faults()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select case when q.workers = 0 then 'lane_not_served' else 'lane_stands_still' end,
         case when q.workers = 0 then 'broken' else 'warning' end, 'lane ' || q.lane,
         format(case when q.workers = 0 then '%s interactions are ready, the oldest for %s s, and no worker serves them'
                  else '%s interactions are ready, the oldest for %s s, and none is running' end,
           q.ready, round(q.oldest_ready_ms / 1000)),
         case when q.workers > 0 then 'Look into the log of the worker.'
           when split_part(q.lane, ':', 1) = 'function'
             then format('Start a worker that has the function: `pgwave worker --functions FILE` with a file that exports %s.',
                    substr(q.lane, 10))
           else 'Start a worker: `pgwave worker`.' end
    from pgwave.queue_health q
   where q.lane <> 'waits' and q.held_until is null and q.circuit_opened_at is null and q.ready > 0
     and (q.workers = 0 and q.oldest_ready_ms > 10000 and q.limited_by is distinct from 'disabled'
       or q.workers > 0 and q.limited_by is null and q.running = 0 and q.oldest_ready_ms > 300000)
  union all
  select 'actor_disabled', 'note', 'actor ' || a.actor_name,
         'it is disabled, and interactions wait for it',
         'Define it with enabled: true when they are to begin.'
    from pgwave.actors a
   where not a.enabled and exists (select from pgwave.ready r where r.actor_id = a.actor_id)
  union all
  select case when q.circuit_opened_at is null then 'lane_held' else 'circuit_open' end,
         case when q.circuit_opened_at is null then 'note' else 'warning' end, 'lane ' || q.lane,
         case when q.circuit_opened_at is null then format('it asked to wait until %s', q.held_until)
           else format('its circuit is open since %s: it failed again and again; the next probe is at %s',
             q.circuit_opened_at, q.held_until) end
           || format(', and %s interactions wait', q.ready + q.delayed),
         case when q.circuit_opened_at is null then 'Nothing to do.'
           else 'See that the model or service answers; the first success closes the circuit.' end
    from pgwave.queue_health q
   where q.held_until is not null or q.circuit_opened_at is not null
$$;
comment on function pgwave_private.find_lane_faults() is
  'Find lanes with work that nobody serves, that stand still or are held, and disabled actors for which something waits. Returns: findings.';

create or replace function pgwave_private.find_host_faults(at timestamptz)
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'model_host_lost', 'warning', 'model host ' || h.address,
         format('it has not answered its workers since %s%s', h.silent_since,
           case when exists (select from pgwave_private.list_live_hosts(h.pool))
             then '; other hosts of its pool take its work' else '' end),
         'Start the model server; its workers find it by themselves.'
    from pgwave.model_hosts h
   where h.silent_since is not null and exists (
     select from pgwave.workers w where w.model_host_id = h.model_host_id and w.given_up is null)
     -- a worker that nobody has asked for a model needs no server
     and (exists (select from pgwave.host_models m where m.model_host_id = h.model_host_id)
       or exists (select from pgwave_private.list_lanes() l where starts_with(l, 'model:' || h.pool || '/')))
  union all
  select 'turn_overdue', 'warning', 'model ' || min(t.model),
         format('%s interactions wait for their turn, the oldest for %s s; max_wait is %s', min(t.ready),
           round(min(t.oldest_ready_ms) / 1000),
           min(h.max_wait)),
         'Other models have more work, or more urgent work, than the hosts can do: add a host, or let one hold more models (OLLAMA_MAX_LOADED_MODELS).'
    from pgwave.model_turns t
    join pgwave.model_hosts h on h.model_host_id = t.model_host_id
   where t.workers > 0 and t.silent_since is null and t.ready > 0 and h.max_wait > interval '0'
   group by t.lane
  having bool_and(not t.has_turn and t.turn_due_at + h.max_wait < find_host_faults.at)
$$;
comment on function pgwave_private.find_host_faults(timestamptz) is
  'Find model hosts that do not answer, and models that have waited for their turn for twice max_wait. Returns: findings.';

create or replace function pgwave_private.find_worker_faults(at timestamptz)
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'no_worker', 'broken', 'workers',
         format('%s interactions are ready, and no worker has given a sign of life for half a minute',
           (select count(*) from pgwave.ready r where not r.held and r.not_before <= find_worker_faults.at)),
         'Start a worker: `pgwave worker`.'
   where exists (select from pgwave.ready r where not r.held and r.not_before <= find_worker_faults.at)
     and not exists (select from pgwave.workers w
                      where w.given_up is null and w.seen_at > find_worker_faults.at - interval '30 seconds')
     -- a run that was started a moment ago may be before its worker
     and exists (select from pgwave.ready r
                  where not r.held and r.not_before <= find_worker_faults.at - interval '5 seconds'
                 union all select from pgwave.workers)
  union all
  select 'worker_silent', 'warning', 'worker ' || w.worker_id,
         format('process %s on %s was last seen at %s', w.pid, w.host, w.seen_at),
         'The heartbeat of another worker takes up what it had: see that one runs.'
    from pgwave.workers w
   where w.seen_at < find_worker_faults.at - interval '30 seconds'
  union all
  select 'lease_of_no_worker', 'broken', 'interaction ' || l.interaction_id,
         format('it is running in run %s at worker %s, which is not registered', l.workflow_run_id, l.worker_id),
         format('select pgwave.stop_worker(%s, true) hands back what it had.', l.worker_id)
    from pgwave.leases l
   where not exists (select from pgwave.workers w where w.worker_id = l.worker_id)
   limit 100
$$;
comment on function pgwave_private.find_worker_faults(timestamptz) is
  'Find out whether work waits and nobody is there; workers that gave no sign of life for half a minute, and work of workers that there are not. Returns: findings.';

create or replace function pgwave_private.find_job_faults(at timestamptz)
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'job_failed', 'warning', 'job ' || j.id,
         format('%s failed for good after %s attempts: %s', j.task_identifier, j.attempts, left(j.last_error, 200)),
         format('When the cause is gone: select graphile_worker.reschedule_jobs(array[%s], now(), attempts => 0); or drop it: select graphile_worker.complete_jobs(array[%1$s]).',
           j.id)
    from graphile_worker.jobs j
   where j.attempts >= j.max_attempts and j.locked_at is null
  union all
  select 'job_locked_by_nobody', 'warning', 'job ' || j.id,
         format('%s is locked since %s by %s, which is no living worker''s', j.task_identifier, j.locked_at,
           j.locked_by),
         format('select graphile_worker.force_unlock_workers(array[%L]).', j.locked_by)
    from graphile_worker.jobs j
   where j.locked_at < find_job_faults.at - interval '5 minutes'
     and not exists (
       select from pgwave.workers w
        where w.started_at < j.locked_at and w.seen_at > find_job_faults.at - interval '30 seconds')
   limit 100
$$;
comment on function pgwave_private.find_job_faults(timestamptz) is
  'Find jobs of graphile-worker that failed for good, or that a worker died with. Returns: findings, a hundred at most.';
