-- Work that comes with rows of somebody's table. A trigger only says that something changed; the schedule that it is
-- about is then due, and its discovery finds the tasks, as pgwave_sql and in a transaction of its own. So no right of
-- who inserts is used, and what they do costs one small row for each transaction.

create or replace function pgwave_private.note_change() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule_id bigint;
begin
  select w.schedule_id into v_schedule_id
    from pgwave_private.watched_tables w
    join pgwave.schedules s on s.schedule_id = w.schedule_id and s.enabled
   where s.schedule_name = tg_argv[0] and w.table_schema = tg_table_schema and w.table_name = tg_table_name;
  -- once a transaction: a row that somebody else wrote may be taken before this one commits
  if v_schedule_id is not null and not exists (
    select from pgwave_private.table_changes c
     where c.schedule_id = v_schedule_id and c.changed_by = pg_current_xact_id()) then
    insert into pgwave_private.table_changes (schedule_id, changed_by) values (v_schedule_id, pg_current_xact_id());
  end if;
  return null;
end
$$;
comment on function pgwave_private.note_change() is
  'Trigger of a watched table: let its schedule be due. Does nothing for a table that nobody watches, or a paused schedule. Writes: table_changes. Locks: nothing.';

create or replace function pgwave_private.add_watch(schedule_name text, table_schema text, table_name text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule constant pgwave.schedules := pgwave_private.require_schedule(add_watch.schedule_name);
begin
  insert into pgwave_private.watched_tables (schedule_id, table_schema, table_name)
  values (v_schedule.schedule_id, add_watch.table_schema, add_watch.table_name)
  on conflict on constraint watched_tables_pkey do nothing;
  -- what is there already
  insert into pgwave_private.table_changes (schedule_id, changed_by)
  values (v_schedule.schedule_id, pg_current_xact_id());
end
$$;
comment on function pgwave_private.add_watch(text, text, text) is
  'Note that changes of a table make a schedule due. Raises: PWNOF, PWACC. Writes: watched_tables, table_changes. Locks: the schedule.';

create or replace function pgwave_private.remove_watch(schedule_name text, table_schema text, table_name text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_schedule constant pgwave.schedules := pgwave_private.require_schedule(remove_watch.schedule_name);
begin
  delete from pgwave_private.watched_tables w
   where w.schedule_id = v_schedule.schedule_id and w.table_schema = remove_watch.table_schema
     and w.table_name = remove_watch.table_name;
end
$$;
comment on function pgwave_private.remove_watch(text, text, text) is
  'Forget that changes of a table make a schedule due. Raises: PWNOF, PWACC. Writes: watched_tables. Locks: the schedule.';

create or replace function pgwave.watch_table(schedule_name text, table_name regclass, on_update boolean default false)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_schema text;
  v_table text;
begin
  select n.nspname::text, c.relname::text into strict v_schema, v_table
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.oid = watch_table.table_name;
  perform pgwave_private.add_watch(watch_table.schedule_name, v_schema, v_table);
  -- reason: names only, quoted by format; it runs with the rights of the caller, who must be allowed to add a trigger
  execute format('create or replace trigger %I after insert %s on %I.%I for each statement '
      'execute function pgwave_private.note_change(%L)',
    left('pgwave_' || watch_table.schedule_name, 63), case when watch_table.on_update then 'or update' else '' end,
    v_schema, v_table, watch_table.schedule_name);
end
$$;
comment on function pgwave.watch_table(text, regclass, boolean) is
  E'@behavior -*\nLet a schedule be due when rows are inserted into a table, and with on_update when they are changed. It adds a trigger to the table with the rights of the caller, who must own the table or have TRIGGER on it. Raises: PWNOF, PWACC; insufficient_privilege. Writes: watched_tables. Locks: the table, as create trigger does.';

create or replace function pgwave.unwatch_table(schedule_name text, table_name regclass) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_schema text;
  v_table text;
begin
  select n.nspname::text, c.relname::text into strict v_schema, v_table
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.oid = unwatch_table.table_name;
  perform pgwave_private.remove_watch(unwatch_table.schedule_name, v_schema, v_table);
  -- reason: names only, quoted by format; it runs with the rights of the caller, who must own the table
  execute format('drop trigger if exists %I on %I.%I', left('pgwave_' || unwatch_table.schedule_name, 63), v_schema,
    v_table);
end
$$;
comment on function pgwave.unwatch_table(text, regclass) is
  E'@behavior -*\nLet changes of a table make a schedule due no longer, and drop the trigger. Raises: PWNOF, PWACC; insufficient_privilege. Writes: watched_tables. Locks: the table, as drop trigger does.';

create or replace function pgwave_private.has_changes(schedule pgwave.schedules, at timestamptz) returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select from pgwave_private.table_changes c where c.schedule_id = (schedule).schedule_id)
     -- once a second, however much is inserted
     and coalesce((schedule).last_at <= has_changes.at - interval '1 second', true)
     and ((schedule).overlap = 'allow' or not exists (
       select from pgwave.workflow_runs run
        where run.workflow_run_id = any((schedule).last_workflow_run_ids) and run.finished_at is null))
$$;
comment on function pgwave_private.has_changes(pgwave.schedules, timestamptz) is
  'Tell whether a table that a schedule watches changed, and nothing that it started goes on. Returns: whether.';

create or replace function pgwave_private.take_changes(schedule pgwave.schedules) returns void
language sql
volatile
set search_path = ''
as $$
  delete from pgwave_private.table_changes c where c.schedule_id = (schedule).schedule_id
$$;
comment on function pgwave_private.take_changes(pgwave.schedules) is
  'Take note of the changes of the tables of a schedule; what is found next includes them. Writes: table_changes. The caller holds the schedule.';

create or replace function pgwave_private.look_again(schedule pgwave.schedules) returns void
language sql
volatile
set search_path = ''
as $$
  insert into pgwave_private.table_changes (schedule_id, changed_by)
  select (schedule).schedule_id, pg_current_xact_id()
   where exists (select from pgwave_private.watched_tables w where w.schedule_id = (schedule).schedule_id)
$$;
comment on function pgwave_private.look_again(pgwave.schedules) is
  'Let a schedule that watches tables be due once more. Writes: table_changes.';
