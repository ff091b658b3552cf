-- pgwave owns what is built in, anonymous is whoever sends no token, public is everybody: nobody is called so. A user
-- of the database may have such a name; their identity then stands in quotation marks, which no token may.
create or replace function pgwave_private.login_of(identity text) returns text
language sql
immutable
parallel safe
begin atomic
  select case when login_of.identity in ('pgwave', 'anonymous', 'public') then null
           when login_of.identity in ('"pgwave"', '"anonymous"', '"public"') then btrim(login_of.identity, '"')
           else login_of.identity end;
end;
comment on function pgwave_private.login_of(text) is
  'Name the user of the database that an identity would be. Returns: a name; null: the identity is nobody''s.';

create or replace function pgwave.current_identity() returns text
language sql
stable parallel safe
begin atomic
  select case
    when session_user = 'pgwave_api'
      then coalesce(nullif(current_setting('pgwave.identity', true), ''), 'anonymous')
    when session_user in ('pgwave', 'anonymous', 'public') then '"' || session_user || '"'
    else session_user::text
  end;
end;
comment on function pgwave.current_identity() is
  'Return who is asking: the token''s subject in the GraphQL server, else the user of the session. Returns: a name.';
