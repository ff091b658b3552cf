-- What a scrape answers: the families, their samples, and the text that Prometheus reads.

create or replace function pgwave_private.list_metrics() returns table (place bigint, metric text, kind text, help text)
language sql
immutable
set search_path = ''
as $$
  select row_number() over (), m.*
    from (values
      ('pgwave_runs_open', 'gauge', 'Runs that are not finished, by workflow and status.'),
      ('pgwave_runs_finished_total', 'counter', 'Ends of runs, by workflow, environment and status; a retried run ends again.'),
      ('pgwave_run_duration_seconds', 'histogram', 'Time from the start, or the retry, of a run to its end.'),
      ('pgwave_attempts_total', 'counter', 'Attempts in runs that ended, by actor and outcome.'),
      ('pgwave_attempt_duration_seconds', 'histogram', 'Time of attempts in runs that ended.'),
      ('pgwave_tokens_total', 'counter', 'Tokens used in runs that ended, by direction: prompt or completion.'),
      ('pgwave_cost_total', 'counter', 'Cost of runs that ended, by the prices of their actors.'),
      ('pgwave_cached_answers_total', 'counter', 'Answers that came from the cache, in runs that ended.'),
      ('pgwave_anomalies_total', 'counter', 'Anomalies of runs that ended, by workflow and label.'),
      ('pgwave_interactions_waiting', 'gauge', 'Interactions that wait without a worker, by what they wait for.'),
      ('pgwave_inbox_decisions', 'gauge', 'Decisions that people have not made yet.'),
      ('pgwave_inbox_decisions_overdue', 'gauge', 'Decisions whose time is over.'),
      ('pgwave_batches_open', 'gauge', 'Batches that are not finished.'),
      ('pgwave_batch_tasks', 'gauge', 'Tasks of open batches, by status.'),
      ('pgwave_tasks_quarantined', 'gauge', 'Tasks that are left out until somebody retries them.'),
      ('pgwave_schedules_overdue', 'gauge', 'Schedules that are due for more than a minute.'),
      ('pgwave_lane_ready', 'gauge', 'Interactions that may begin now, by lane.'),
      ('pgwave_lane_delayed', 'gauge', 'Interactions that wait for their next attempt, by lane.'),
      ('pgwave_lane_held_back', 'gauge', 'Interactions of paused runs and full maps, by lane.'),
      ('pgwave_lane_running', 'gauge', 'Interactions that a worker has, by lane.'),
      ('pgwave_lane_workers', 'gauge', 'Workers that serve the lane.'),
      ('pgwave_lane_slots', 'gauge', 'Interactions that these workers take at once.'),
      ('pgwave_lane_oldest_ready_seconds', 'gauge', 'How long the oldest has waited although it may begin.'),
      ('pgwave_lane_oldest_running_seconds', 'gauge', 'How long the oldest has been running.'),
      ('pgwave_lane_held', 'gauge', 'Actors of the lane of which nothing begins, by reason.'),
      ('pgwave_model_loaded', 'gauge', 'Whether the host has the model in memory.'),
      ('pgwave_model_turns_total', 'counter', 'Turns of a model on its host.'),
      ('pgwave_model_loads_total', 'counter', 'How often the host loaded the model.'),
      ('pgwave_model_load_seconds_total', 'counter', 'Time spent on loading the model.'),
      ('pgwave_model_host_silent', 'gauge', 'Whether a model host does not answer.'),
      ('pgwave_workers', 'gauge', 'Registered workers, by state.'),
      ('pgwave_worker_silence_seconds', 'gauge', 'Longest time since a sign of life of a worker.'),
      ('pgwave_duty_failures', 'gauge', 'How often in a row a duty of workers failed.'),
      ('pgwave_discovery_failures', 'gauge', 'How often in a row the query for pending tasks failed.'),
      ('pgwave_partitions_ahead', 'gauge', 'Partitions that are ready for later runs, by table.'),
      ('pgwave_connections', 'gauge', 'Connections of the server: in_use, needed by workers, maximum.'),
      ('pgwave_run_ends_not_counted', 'gauge', 'Ends of runs that the counters do not hold yet.')) m (metric, kind,
        help)
$$;
comment on function pgwave_private.list_metrics() is
  'List the metrics, in the order in which a scrape shows them. Returns: a row for each, with its kind and help.';

create or replace function pgwave_private.list_samples()
  returns table (metric text, sample text, labels jsonb, value numeric)
language sql
stable
set search_path = ''
as $$
  select g.metric, g.metric, g.labels, g.value
    from (select * from pgwave_private.measure_work()
          union all select * from pgwave_private.measure_lanes()
          union all select * from pgwave_private.measure_models()
          union all select * from pgwave_private.measure_house()) g
  union all
  select t.metric, t.metric, t.labels, t.value
    from pgwave_private.metric_totals t
   where t.metric ~ '_total$'
  union all
  -- buckets are stored apart, and shown as sums
  select h.metric, h.metric || '_bucket', h.labels || jsonb_build_object('le', b.le),
         sum(coalesce(t.value, 0)) over (partition by h.metric, h.labels order by b.place)
    from (select distinct t.metric, t.labels - 'le' as labels from pgwave_private.metric_totals t
      where t.labels ? 'le') h
    cross join unnest(pgwave_private.histogram_bounds()::text[] || '+Inf'::text) with ordinality b (le, place)
    left join pgwave_private.metric_totals t
      on t.metric = h.metric and t.labels = h.labels || jsonb_build_object('le', b.le)
  union all
  select t.metric, t.metric || '_count', t.labels - 'le', sum(t.value)
    from pgwave_private.metric_totals t where t.labels ? 'le' group by t.metric, t.labels - 'le'
  union all
  select regexp_replace(t.metric, '_sum$', ''), t.metric, t.labels, t.value
    from pgwave_private.metric_totals t where t.metric ~ '_sum$'
$$;
comment on function pgwave_private.list_samples() is
  'List the samples of all metrics as they stand now. Returns: a row for each, with the family that it belongs to.';

create or replace function pgwave.metrics() returns text
language sql
stable
security definer
set search_path = ''
set jit = off
-- a row of an open run is read by its index: the condition, on its last column, is not looked at again
set enable_seqscan = off
set max_parallel_workers_per_gather = 0
as $$
  select string_agg(format(E'# HELP %1$s %2$s\n# TYPE %1$s %3$s\n%4$s', m.metric, m.help, m.kind, s.lines), ''
    order by m.place)
    from pgwave_private.list_metrics() m
    join (
      select l.metric, string_agg(format(E'%s%s %s\n', l.sample, '{' || w.labels || '}', l.value), ''
               order by l.sample, l.labels - 'le', (l.labels ->> 'le')::double precision) as lines
        from pgwave_private.list_samples() l
        cross join lateral (
          select string_agg(format('%s="%s"', t.key,
            replace(replace(replace(t.value, '\', '\\'), '"', '\"'), E'\n', '\n')),
                   ',' order by t.key = 'le', t.key)
            from jsonb_each_text(l.labels) t) w (labels)
       group by l.metric
    ) s on s.metric = m.metric
$$;
comment on function pgwave.metrics() is
  E'@behavior -*\nShow metrics of the whole system in the text format of Prometheus; workers and the API answer them at /metrics. Returns: the text.';
