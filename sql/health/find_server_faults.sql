-- The server: room for connections, partitions for the next runs, roles, tables that vacuum does not keep small.

create or replace function pgwave_private.count_connections(out at_most int, out in_use int, out needed int)
language sql
stable
set search_path = ''
as $$
  select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0),
         -- pg_stat_activity hides what others' sessions are
         (select sum(d.numbackends)::int from pg_catalog.pg_stat_database d),
         -- each worker: its own, the engine's four, two for queries, four for jobs, one for each sql statement and
         -- script at once
         (select coalesce(sum(11 + coalesce((w.slots ->> 'sql')::int, 0) + coalesce((w.slots ->> 'script')::int, 0)),
           0)::int
            from pgwave.workers w)
$$;
comment on function pgwave_private.count_connections() is
  'Count connections. Returns: how many there may be, how many there are, and how many the registered workers may need.';

create or replace function pgwave_private.find_server_faults()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'standby', 'broken', 'server', 'it is a standby, where everything can be read and nothing runs',
         'Connect workers, and whoever starts runs, to the primary. An API may stay: it answers what only reads.'
   where pg_is_in_recovery()
  union all
  select 'connections_scarce', case when c.in_use >= c.at_most * 0.95 then 'broken' else 'warning' end, 'server',
         format('%s of %s connections are in use, and the workers may need %s', c.in_use, c.at_most, c.needed),
         'Raise max_connections, end idle sessions, or give workers fewer slots.'
    from pgwave_private.count_connections() c
   where c.in_use >= c.at_most * 0.8 or c.needed > c.at_most
  union all
  select 'partition_missing', case when n.ahead = 0 then 'broken' else 'warning' end, 'table pgwave.' || t.name,
         case when n.ahead = 0 then format('there is no partition for run %s: no run can start', s.next_run)
           else format('there is no partition ahead: none for run %s', (p.number + 1)::bigint * 1000000) end,
         'select pgwave.make_partitions(); workers call it every hour.'
    from (values ('workflow_runs'), ('interactions'), ('interaction_attempts'), ('interaction_events')) t (name)
    cross join (select q.last_value + q.is_called::int as next_run from pgwave.workflow_run_ids q) s
    cross join lateral (select (s.next_run / 1000000)::int as number) p
    cross join (values (0), (1)) n (ahead)
   where to_regclass(format('pgwave.%I', t.name || '_' || p.number + n.ahead)) is null
  union all
  select 'role_cannot_log_in', 'broken', 'role ' || r.name,
         case when a.rolname is null then 'it is not there' when not a.rolcanlogin then 'it may not log in'
           else format('its password was valid until %s', a.rolvaliduntil) end,
         '`pgwave migrate` makes it anew; or alter role … login valid until ''infinity''.'
    from (values ('pgwave_worker'), ('pgwave_sql'), ('pgwave_script')) r (name)
    left join pg_catalog.pg_roles a on a.rolname = r.name
   where a.rolname is null or not a.rolcanlogin or a.rolvaliduntil < clock_timestamp()
  union all
  select 'sessions_can_be_ended', 'note', 'role ' || r.rolname,
         'its statements can end and cancel each other''s sessions: the work is repeated',
         'Let a superuser run: revoke execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int) from public; grant execute on function pg_terminate_backend(int, bigint), pg_cancel_backend(int) to pgwave_owner, pg_signal_backend'
    from pg_catalog.pg_roles r
   where r.rolname in ('pgwave_sql', 'pgwave_script')
     and (has_function_privilege(r.oid, 'pg_catalog.pg_terminate_backend(int, bigint)', 'execute')
       or has_function_privilege(r.oid, 'pg_catalog.pg_cancel_backend(int)', 'execute'))
  union all
  select 'dead_rows', 'warning', format('table pgwave.%s', t.relname),
         format('%s dead rows beside %s living ones: beginning and completing become slow', t.n_dead_tup, t.n_live_tup),
         'End transactions that have been open for long, and see that autovacuum is on; then vacuum the table.'
    from pg_catalog.pg_stat_all_tables t
   where t.relid in ('pgwave.ready'::regclass, 'pgwave.leases'::regclass, 'pgwave.waits'::regclass)
     and t.n_dead_tup > greatest(50000, t.n_live_tup * 5)
$$;
comment on function pgwave_private.find_server_faults() is
  'Find what the server lacks: being the primary, connections, partitions, roles, sessions that are apart, vacuum. Returns: findings.';
