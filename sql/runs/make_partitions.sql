-- Growth: the partitions of the execution tables are made ahead, never while a run starts.

-- A long answer is written three times faster with lz4 than with pglz, and takes about the same room. Servers may be
-- built without it.
create or replace function pgwave_private.compress_quickly(partition_name text) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_column text;
begin
  for v_column in
    select a.attname::text from pg_catalog.pg_attribute a
     where a.attrelid = format('pgwave.%I', compress_quickly.partition_name)::regclass
       and a.atttypid = 'jsonb'::regtype and not a.attisdropped
     order by a.attnum
  loop
    -- reason: names of the catalogue
    execute format('alter table pgwave.%I alter column %I set compression lz4', compress_quickly.partition_name,
      v_column);
  end loop;
exception
  when feature_not_supported then
    null;
end
$$;
comment on function pgwave_private.compress_quickly(text) is
  'Let the values of a new partition be compressed with lz4, if the server has it. Writes: the catalogue.';

create or replace function pgwave_private.make_partition(table_name text, number int) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_size constant int := 1000000;
  v_name text := make_partition.table_name || '_' || make_partition.number;
begin
  if to_regclass(format('pgwave.%I', v_name)) is not null then
    return false;
  end if;
  -- attached rather than made in place: that does not lock out those who read and write the others
  -- reason: names of the catalogue or of this file
  execute format('create table pgwave.%I (like pgwave.%I including defaults including constraints)%s',
    v_name, make_partition.table_name,
    case when make_partition.table_name in ('workflow_runs', 'interactions') then ' with (fillfactor = 70)'
      else '' end);
  execute format('alter table pgwave.%I attach partition pgwave.%I for values from (%s) to (%s)',
    make_partition.table_name, v_name, make_partition.number::bigint * v_size,
      (make_partition.number::bigint + 1) * v_size);
  perform pgwave_private.compress_quickly(v_name);
  return true;
end
$$;
comment on function pgwave_private.make_partition(text, int) is
  'Make the partition for one million runs of a table, where it is not there. Returns: whether it was made. Writes: the catalogue.';

create or replace function pgwave_private.partition_period() returns interval
language sql
stable
set search_path = ''
as $$
  select greatest(interval '1 day', least(interval '90 days', min(pgwave_private.parse_duration(r.value)) / 4))
    from pgwave.workflows w
    join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
    cross join lateral jsonb_each(coalesce(v.definition -> 'retention', '{}')) r
$$;
comment on function pgwave_private.partition_period() is
  'Work out how long runs go to one partition: 90 days, or a quarter of the shortest retention of a workflow; a day at least. Returns: the period.';

-- A partition goes when its youngest run is old enough. So numbers go on with the next one when this one has had its
-- time, however few it holds.
create or replace function pgwave_private.begin_next_partition() returns boolean
language plpgsql
volatile
set search_path = ''
set lock_timeout = '100ms'
as $$
declare
  v_number constant bigint := (select s.last_value / 1000000 from pgwave.workflow_run_ids s);
  v_next constant bigint := (v_number + 1) * 1000000;
begin
  if not coalesce((
       select run.created_at < pgwave_private.now() - pgwave_private.partition_period()
         from pgwave.workflow_runs run
        where run.workflow_run_id >= v_number * 1000000 and run.workflow_run_id < v_next
        order by run.workflow_run_id limit 1), false)
     or exists (select from unnest(array['workflow_runs', 'interactions', 'interaction_attempts',
       'interaction_events']) t (name)
                 where to_regclass(format('pgwave.%I', t.name || '_' || v_number + 1)) is null) then
    return false;
  end if;
  -- nobody draws a number meanwhile: one that is drawn twice would be two runs
  alter sequence pgwave.workflow_run_ids increment by 1;
  if (select s.last_value < v_next from pgwave.workflow_run_ids s) then
    perform setval('pgwave.workflow_run_ids', v_next, false);
  end if;
  return true;
exception
  -- reason: somebody starts many runs; the next time is in an hour
  when lock_not_available then
    return false;
end
$$;
comment on function pgwave_private.begin_next_partition() is
  'Let the numbers of runs go on with the next partition, if this one has had its time and the next is there. Returns: whether. Writes: the sequence of runs. Locks: the sequence, for 100 ms at most.';

create or replace function pgwave.make_partitions(ahead int default 1) returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_last int;
  v_table text;
  v_made int := 0;
begin
  perform pgwave_private.lock_name('partitions', '');
  perform pgwave_private.begin_next_partition();
  select (s.last_value / 1000000)::int + make_partitions.ahead into v_last from pgwave.workflow_run_ids s;
  foreach v_table in array array['workflow_runs', 'interactions', 'interaction_attempts', 'interaction_events'] loop
    for v_number in greatest(v_last - make_partitions.ahead, 0)..v_last loop
      v_made := v_made + pgwave_private.make_partition(v_table, v_number)::int;
    end loop;
  end loop;
  return v_made;
end
$$;
comment on function pgwave.make_partitions(int) is
  'Make the partitions that the next runs need, so many ahead of the present one, which ends after a million runs or 90 days; workers call it every hour. Returns: how many were made. Writes: the catalogue. Locks: a name.';

create or replace function pgwave_private.count_partitions_ahead() returns table (parent text, ahead int)
language sql
stable
set search_path = ''
as $$
  select t.name, count(*) filter (where substring(c.relname from '\d+$')::bigint > s.next_run / 1000000)::int
    from (select q.last_value + q.is_called::int as next_run from pgwave.workflow_run_ids q) s
    cross join (values ('workflow_runs'), ('interactions'), ('interaction_attempts'), ('interaction_events')) t (name)
    left join pg_catalog.pg_inherits i on i.inhparent = ('pgwave.' || t.name)::regclass
    left join pg_catalog.pg_class c on c.oid = i.inhrelid
   group by t.name
$$;
comment on function pgwave_private.count_partitions_ahead() is
  'Count the partitions after the one that new runs go to. Returns: a row for each table.';

create or replace function pgwave.analyze_grown_tables() returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_table regclass;
  v_analyzed int := 0;
begin
  for v_table in
    select c.oid::regclass
      from pg_class c
      join pg_stat_all_tables s on s.relid = c.oid
     where c.relnamespace = 'pgwave'::regnamespace and c.relkind = 'r'
       and (c.relname in ('branches', 'conversation_versions', 'conversations', 'ready', 'waits')
         or c.relname ~ '^(interactions|workflow_runs|interaction_attempts)_\d+$')
       and s.n_live_tup > greatest(100, c.reltuples * 10)
    union all
    select c.oid::regclass
      from pg_class c
      join pg_stat_all_tables s on s.relid = c.oid
     where c.oid in ('pgwave_private.plan_conversations'::regclass, 'pgwave_private.loop_bodies'::regclass)
       and s.n_live_tup > greatest(100, c.reltuples * 10)
  loop
    -- one worker is enough
    exit when not pgwave_private.try_lock_name('analyze', '');
    -- reason: names of the catalogue or of this file
    execute format('analyze %s', v_table);
    v_analyzed := v_analyzed + 1;
  end loop;
  return v_analyzed;
end
$$;
comment on function pgwave.analyze_grown_tables() is
  'Analyze the tables that grew tenfold since the last time, a new partition among them: autovacuum comes a minute late, and plans that were made for an empty table read whole runs. Returns: how many. Locks: the tables, share update exclusive.';
