-- What `pgwave doctor` asks of the database.

create or replace function pgwave.check_health()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
volatile
security definer
set search_path = ''
-- by their keys, whatever the planner thinks of tables that are small: they grow
set enable_seqscan = off
as $$
  with asked as materialized (select pgwave_private.now() as at)
  select f.finding, f.severity, f.subject, f.message, f.hint
    from asked a
    cross join lateral (
      select * from pgwave_private.find_server_faults()
      union all select * from pgwave_private.find_worker_faults(a.at)
      union all select * from pgwave_private.find_duty_faults()
      union all select * from pgwave_private.find_lane_faults()
      union all select * from pgwave_private.find_host_faults(a.at)
      union all select * from pgwave_private.find_job_faults(a.at)
      union all select * from pgwave_private.find_stuck_interactions()
      union all select * from pgwave_private.find_miscounted_runs()
      union all select * from pgwave_private.find_unsettled_runs(a.at)
      union all select * from pgwave_private.find_slot_faults(a.at)
      union all select * from pgwave_private.find_slot_circles()
      union all select * from pgwave_private.find_failed_compensations()
      union all select * from pgwave_private.find_orphans()
      union all select * from pgwave_private.find_schedule_faults(a.at)
      union all select * from pgwave_private.find_discovery_faults()
      union all select * from pgwave_private.find_batch_faults()
    ) f
   order by array_position(array['broken', 'warning', 'note'], f.severity), f.finding, f.subject
$$;
comment on function pgwave.check_health() is
  'Find problems in this database. Returns: a row for each finding, with severity, subject, message, and hint. Severity broken means that it does not heal by itself, or that nothing goes on. No rows if all is well.';

create or replace function pgwave.list_health_facts() returns table (fact text, value text)
language sql
stable
security definer
set search_path = ''
as $$
  select 'server', 'PostgreSQL ' || current_setting('server_version')
  union all
  select 'database', pg_size_pretty(pg_database_size(current_database()))
  union all
  select 'connections', format('%s of %s in use, workers may need %s', c.in_use, c.at_most, c.needed)
    from pgwave_private.count_connections() c
  union all
  select 'workers', count(*)::text from pgwave.workers
  union all
  select 'open runs', count(*) || case when count(*) > 10000 then ', the oldest and newest 5000 looked into' else '' end
    from pgwave.workflow_runs run where run.finished_at is null
  union all
  select 'queue', format('%s ready, %s running, %s waiting', (select count(*) from pgwave.ready),
           (select count(*) from pgwave.leases), (select count(*) from pgwave.waits))
  union all
  select 'model hosts', string_agg(h.said, '; ' order by h.address)
    from (
      select t.address, format('%s: %s, %s turns, %s loads, %s s lost to loading, %s wait', t.address,
               coalesce(string_agg(t.model, ' and ' order by t.model) filter (where t.has_turn), 'no turn'),
                 sum(t.turns), sum(t.loads),
               round(sum(t.load_ms) / 1000), coalesce(sum(t.ready) filter (where not t.has_turn), 0)) as said
        from pgwave.model_turns t
       where t.workers > 0
       group by t.address) h
  having count(*) > 0
  union all
  select 'partitions', string_agg(format('%s %s in %s', p.parent, pg_size_pretty(p.bytes), p.partitions), ', '
    order by p.parent)
    from (select i.inhparent::regclass::text as parent, count(*) as partitions,
      sum(pg_total_relation_size(i.inhrelid)) as bytes
            from pg_catalog.pg_inherits i
           where i.inhparent in ('pgwave.workflow_runs'::regclass, 'pgwave.interactions'::regclass,
             'pgwave.interaction_attempts'::regclass, 'pgwave.interaction_events'::regclass)
           group by i.inhparent) p
$$;
comment on function pgwave.list_health_facts() is
  E'@behavior -*\nShow how large this database is and what is under way in it. Returns: a row for each fact.';
