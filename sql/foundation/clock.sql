create or replace function pgwave_private.now() returns timestamptz
language sql
volatile
begin atomic
  select clock_timestamp();
end;
comment on function pgwave_private.now() is
  'Tell the time. Every time that pgwave writes comes from here, so that a test can set it. Returns: the wall clock.';
