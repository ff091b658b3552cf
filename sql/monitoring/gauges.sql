-- How things stand now. Whatever is read here shrinks again when work is done: open runs, what is ready, who works.

create or replace function pgwave_private.measure_work() returns table (metric text, labels jsonb, value numeric)
language sql
stable
set search_path = ''
as $$
  select 'pgwave_runs_open', jsonb_build_object('workflow', w.workflow_name, 'status', r.status), r.runs::numeric
    from (select run.workflow_id, run.status, count(*) as runs
            from pgwave.workflow_runs run where run.finished_at is null group by run.workflow_id, run.status) r
    join pgwave.workflows w on w.workflow_id = r.workflow_id
  union all
  select 'pgwave_interactions_waiting', jsonb_build_object('for', w.waits_for), count(*)
    from pgwave.waits w group by w.waits_for
  union all
  select 'pgwave_inbox_decisions', '{}', count(*) from pgwave.waits w where w.waits_for = 'human'
  union all
  select 'pgwave_inbox_decisions_overdue', '{}', count(*)
    from pgwave.waits w where w.waits_for = 'human' and w.due_at < statement_timestamp()
  union all
  select 'pgwave_batches_open', '{}', count(*)
    from pgwave.workflow_runs run where run.finished_at is null and run.mode = 'global_batch'
  union all
  select 'pgwave_batch_tasks', jsonb_build_object('status', t.status), sum(t.tasks)
    from pgwave.workflow_runs run
    join pgwave.batches b on b.workflow_run_id = run.workflow_run_id
    cross join lateral (values
      ('pending', b.tasks_pending), ('running', b.tasks_running), ('completed', b.tasks_completed),
      ('failed', b.tasks_failed), ('cancelled', b.tasks_cancelled)) t (status, tasks)
   where run.finished_at is null and run.mode = 'global_batch'
   group by t.status
  union all
  select 'pgwave_tasks_quarantined', jsonb_build_object('workflow', w.workflow_name), count(*)
    from pgwave.task_claims c
    join pgwave.workflows w on w.workflow_id = c.workflow_id
   where c.quarantined_at is not null
   group by w.workflow_name
  union all
  select 'pgwave_schedules_overdue', '{}', count(*)
    from pgwave.schedules s where s.enabled and s.next_at < statement_timestamp() - interval '1 minute'
$$;
comment on function pgwave_private.measure_work() is
  'Count what is open: runs, what waits, decisions, tasks of batches, schedules. Returns: a row for each sample.';

create or replace function pgwave_private.measure_lanes() returns table (metric text, labels jsonb, value numeric)
language sql
stable
set search_path = ''
as $$
  with lanes as materialized (select q.* from pgwave.queue_health q)
  select s.metric, jsonb_build_object('lane', q.lane), s.value
    from lanes q
    cross join lateral (values
      ('pgwave_lane_ready', q.ready::numeric), ('pgwave_lane_delayed', q.delayed), ('pgwave_lane_held_back', q.held),
      ('pgwave_lane_running', q.running), ('pgwave_lane_workers', q.workers), ('pgwave_lane_slots', q.slots),
      ('pgwave_lane_oldest_ready_seconds', coalesce(q.oldest_ready_ms, 0) / 1000),
      ('pgwave_lane_oldest_running_seconds', coalesce(q.oldest_running_ms, 0) / 1000)) s (metric, value)
   where q.lane <> 'waits'
  union all
  select 'pgwave_lane_held', jsonb_build_object('lane', r.lane, 'reason', r.reason), count(*)
    from pgwave_private.list_reasons() r group by r.lane, r.reason
$$;
comment on function pgwave_private.measure_lanes() is
  'Measure the lanes: what is ready, for how long, who serves it, and of how many actors nothing begins. Returns: a row for each sample.';

create or replace function pgwave_private.measure_models() returns table (metric text, labels jsonb, value numeric)
language sql
stable
set search_path = ''
as $$
  select s.metric, jsonb_build_object('host', h.address, 'model', substr(m.lane, strpos(m.lane, '/') + 1)), s.value
    from pgwave.host_models m
    join pgwave.model_hosts h on h.model_host_id = m.model_host_id
    cross join lateral (values
      ('pgwave_model_loaded', m.is_loaded::int::numeric), ('pgwave_model_turns_total', m.turns),
      ('pgwave_model_loads_total', m.loads), ('pgwave_model_load_seconds_total', m.load_ms / 1000)) s (metric, value)
  union all
  select 'pgwave_model_host_silent', jsonb_build_object('host', h.address), (h.silent_since is not null)::int
    from pgwave.model_hosts h
   where exists (select from pgwave.workers w where w.model_host_id = h.model_host_id)
$$;
comment on function pgwave_private.measure_models() is
  'Measure the models on their hosts: whether they are loaded, their turns, and what loading cost. Returns: a row for each sample.';

create or replace function pgwave_private.measure_house() returns table (metric text, labels jsonb, value numeric)
language sql
stable
set search_path = ''
as $$
  select 'pgwave_workers', jsonb_build_object('state', s.state), count(w.worker_id)::numeric
    from unnest(array['working', 'stopping', 'given_up']) s (state)
    left join pgwave.workers w
      on s.state = case when w.given_up is not null then 'given_up' when w.stopping then 'stopping' else 'working' end
   group by s.state
  union all
  select 'pgwave_worker_silence_seconds', '{}',
         coalesce(max(extract(epoch from statement_timestamp() - w.seen_at)) filter (where w.given_up is null), 0)
    from pgwave.workers w
  union all
  select 'pgwave_duty_failures', jsonb_build_object('duty', f.duty), sum(f.failures)
    from pgwave_private.duty_faults f group by f.duty
  union all
  select 'pgwave_discovery_failures', jsonb_build_object('workflow', w.workflow_name), f.failures
    from pgwave_private.discovery_faults f
    join pgwave.workflows w on w.workflow_id = f.workflow_id
  union all
  select 'pgwave_partitions_ahead', jsonb_build_object('table', p.parent), p.ahead
    from pgwave_private.count_partitions_ahead() p
  union all
  select 'pgwave_connections', jsonb_build_object('kind', k.kind), k.value
    from pgwave_private.count_connections() c
    cross join lateral (values ('in_use', c.in_use), ('needed', c.needed), ('maximum', c.at_most)) k (kind, value)
  union all
  select 'pgwave_run_ends_not_counted', '{}',
         (select count(*) from pgwave_private.seals_to_link)
         + coalesce((select max(l.seal_link_id) from pgwave.seal_links l), 0)
         - (select t.value from pgwave_private.metric_totals t where t.metric = 'counted_seals')
$$;
comment on function pgwave_private.measure_house() is
  'Measure what workflows run on: workers, duties, partitions, connections, and how far the totals are behind. Returns: a row for each sample.';
