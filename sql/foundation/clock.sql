create or replace function pgwave_private.now() returns timestamptz
language sql
volatile
set search_path = ''
as $$
  select clock_timestamp()
$$;
comment on function pgwave_private.now() is
  'Tell the time. Every time that pgwave writes comes from here, so that a test can set it. Returns: the wall clock.';
