create or replace function pgwave.current_identity() returns text
language sql
stable parallel safe
set search_path = ''
as $$
  select case
    when session_user = 'pgwave_api'
      then coalesce(nullif(current_setting('pgwave.identity', true), ''), 'anonymous')
    else session_user::text
  end
$$;
comment on function pgwave.current_identity() is
  'Say who is asking: the token''s subject where the GraphQL server is logged in, else the user of the session. Returns: a name.';
