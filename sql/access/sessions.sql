-- An author's query that runs in somebody's session is rolled back, but a rollback leaves two things: prepared
-- statements, under names that the session may use next with more rights, and advisory locks.

create or replace function pgwave_private.list_session_leftovers() returns text[]
language sql
volatile
set search_path = ''
as $$
  select array(
    select format('statement %s %s', s.name, s.prepare_time) from pg_catalog.pg_prepared_statements s
    union all
    select format('lock %s %s %s %s', l.classid, l.objid, l.objsubid, l.mode)
      from pg_catalog.pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid()
     order by 1)
$$;
comment on function pgwave_private.list_session_leftovers() is
  'List what this session holds that no rollback takes back: prepared statements and advisory locks. Returns: texts in order.';

create or replace function pgwave_private.require_untouched(before text[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_after constant text[] := pgwave_private.list_session_leftovers();
begin
  if v_after = require_untouched.before then
    return;
  end if;
  if session_user in ('pgwave_api', 'pgwave_worker') then
    -- a session that serves others: it ends, and its pool makes another
    perform pg_terminate_backend(pg_backend_pid());
  end if;
  deallocate all;
  perform pg_advisory_unlock_all();
  perform pgwave_private.raise_error('PWACC', 'a query changed the session in which it ran',
    array_to_string(array(select unnest(v_after) except select unnest(require_untouched.before)), ', '),
    'Queries of workflows must not prepare statements or take advisory locks. Start a new session.');
end
$$;
comment on function pgwave_private.require_untouched(text[]) is
  'End the session of a program, or empty that of a person, if an author''s query left prepared statements or advisory locks in it, or took any away. Raises: PWACC.';

create or replace function pgwave_private.run_query_apart(query text, most int) returns setof jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_before constant text[] := pgwave_private.list_session_leftovers();
begin
  begin
    return query select q.input from pgwave_private.run_author_query(run_query_apart.query,
      run_query_apart.most) q (input);
  exception
    -- reason: whatever ended it, a cancel too, the session is looked at; then it goes on as raised
    when query_canceled or others then
      perform pgwave_private.require_untouched(v_before);
      raise;
  end;
  perform pgwave_private.require_untouched(v_before);
end
$$;
comment on function pgwave_private.run_query_apart(text, int) is
  'Run a query that an author wrote as pgwave_sql, and see that it leaves nothing in the session. Returns: its rows as JSON. Raises: PWACC.';

create or replace function pgwave.cancel_statement(pid int) returns boolean
language sql
volatile
security definer
set search_path = ''
as $$
  select coalesce((
    select pg_cancel_backend(a.pid)
      from pg_catalog.pg_stat_get_activity(cancel_statement.pid) a
     where a.usesysid = (select r.oid from pg_catalog.pg_roles r where r.rolname = 'pgwave_sql')), false)
$$;
comment on function pgwave.cancel_statement(int) is
  'Cancel what a session of pgwave_sql runs: that role may not do it itself. Returns: whether there is such a session.';
