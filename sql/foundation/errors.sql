create or replace function pgwave_private.raise_error(
  code text,
  message text,
  detail text default null,
  hint text default null
) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  raise exception using
    errcode = raise_error.code,
    message = raise_error.message,
    detail = coalesce(raise_error.detail, ''),
    hint = coalesce(raise_error.hint, '');
end
$$;
comment on function pgwave_private.raise_error(text, text, text, text) is
  'Raise a coded error (sql/ERRORS.md). Raises: the code given.';
