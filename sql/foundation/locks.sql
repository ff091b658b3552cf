-- Any login can take any advisory lock, so none decides here. Who must be alone locks a row that only pgwave can lock,
-- and who must live is looked for among the server's sessions.

create or replace function pgwave_private.lock_name(kind text, name text) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_key constant bigint := hashtextextended(lock_name.name, 0);
begin
  perform from pgwave_private.name_locks l where l.kind = lock_name.kind and l.key = v_key for update;
  if not found then
    insert into pgwave_private.name_locks (kind, key) values (lock_name.kind, v_key) on conflict do nothing;
    perform from pgwave_private.name_locks l where l.kind = lock_name.kind and l.key = v_key for update;
  end if;
end
$$;
comment on function pgwave_private.lock_name(text, text) is
  'Wait until nobody else has a name, and have it until the transaction ends. Writes: name_locks. Locks: the name.';

create or replace function pgwave_private.try_lock_name(kind text, name text) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_key constant bigint := hashtextextended(try_lock_name.name, 0);
begin
  perform from pgwave_private.name_locks l
    where l.kind = try_lock_name.kind and l.key = v_key
      for update skip locked;
  if found then
    return true;
  end if;
  insert into pgwave_private.name_locks (kind, key)
  select try_lock_name.kind, v_key
   where not exists (select from pgwave_private.name_locks l where l.kind = try_lock_name.kind and l.key = v_key)
  on conflict do nothing;
  return found;
end
$$;
comment on function pgwave_private.try_lock_name(text, text) is
  'Have a name until the transaction ends, if nobody else has it. Returns: whether the caller has it. Writes: name_locks. Locks: the name, without waiting.';

create or replace function pgwave_private.session_login() returns oid
language sql
stable
set search_path = ''
as $$
  select a.usesysid from pg_catalog.pg_stat_get_activity(pg_backend_pid()) a
$$;
comment on function pgwave_private.session_login() is
  'Find as which role this session logged in, whatever it is now. Returns: the role.';

create or replace function pgwave_private.is_session_alive(pid int, login oid) returns boolean
language sql
volatile
set search_path = ''
as $$
  select exists (
    select from pg_catalog.pg_stat_get_activity(is_session_alive.pid) a
     where a.usesysid = is_session_alive.login
       and a.datid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database()))
$$;
comment on function pgwave_private.is_session_alive(int, oid) is
  'Tell whether a session of this database is there. Another login that got its process number is another session. Returns: true or false.';
