-- What a line of a list says of an interaction, so that no list fetches an output. With the caller's own rights.

create or replace function pgwave.interactions_tag(interaction pgwave.interactions) returns text
language sql
stable
set search_path = ''
as $$
  select (interaction).output ->> 'tag'
$$;
comment on function pgwave.interactions_tag(pgwave.interactions) is
  'Read the tag of an interaction''s output. Returns: the tag; null: it has none.';

create or replace function pgwave.interactions_preview(interaction pgwave.interactions) returns text
language sql
stable
set search_path = ''
as $$
  select left(coalesce((interaction).output ->> 'response', (interaction).output ->> 'data'), 200)
$$;
comment on function pgwave.interactions_preview(pgwave.interactions) is
  'Read the beginning of an interaction''s output. Returns: up to 200 characters of the response, else of the data; null: no output yet.';

create or replace function pgwave.interactions_output_size(interaction pgwave.interactions) returns int
language sql
stable
set search_path = ''
as $$
  select length(coalesce((interaction).output ->> 'response', (interaction).output ->> 'data'))
$$;
comment on function pgwave.interactions_output_size(pgwave.interactions) is
  'Measure an interaction''s output. Returns: characters of the response, else of the data; null: no output yet.';

create or replace function pgwave.interactions_model(interaction pgwave.interactions) returns text
language sql
stable
set search_path = ''
as $$
  select t.usage ->> 'model'
    from pgwave.interaction_attempts t
   where t.interaction_id = (interaction).interaction_id and t.workflow_run_id = (interaction).workflow_run_id
     and t.attempt = (interaction).attempt
$$;
comment on function pgwave.interactions_model(pgwave.interactions) is
  'Name the model that answered the last attempt. Returns: its name; null: none has answered.';

create or replace function pgwave.interactions_rehearsed(interaction pgwave.interactions) returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce((
    select (t.usage ->> 'rehearsed')::boolean
      from pgwave.interaction_attempts t
     where t.interaction_id = (interaction).interaction_id and t.workflow_run_id = (interaction).workflow_run_id
       and t.attempt = (interaction).attempt), false)
$$;
comment on function pgwave.interactions_rehearsed(pgwave.interactions) is
  'Check whether the rehearsal server gave the last answer. Returns: true or false.';

create or replace function pgwave.interactions_cached(interaction pgwave.interactions) returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from pgwave.interaction_attempts t
     where t.interaction_id = (interaction).interaction_id and t.workflow_run_id = (interaction).workflow_run_id
       and t.attempt = (interaction).attempt and t.usage ? 'cached')
$$;
comment on function pgwave.interactions_cached(pgwave.interactions) is
  'Check whether the last answer came from the cache. Returns: true or false.';

create or replace function pgwave.interactions_waits_for(interaction pgwave.interactions) returns pgwave.wait_kind
language sql
stable
set search_path = ''
as $$
  select w.waits_for
    from pgwave.waits w
   where (interaction).status = 'waiting' and w.interaction_id = (interaction).interaction_id
$$;
comment on function pgwave.interactions_waits_for(pgwave.interactions) is
  'Get what an interaction waits for. Returns: human, timer, signal, workflow, items, or tasks; null: it does not wait.';

create or replace function pgwave.interactions_pending_until(interaction pgwave.interactions) returns timestamptz
language sql
stable
set search_path = ''
as $$
  select nullif(greatest(
           case when r.not_before > clock_timestamp() then r.not_before end,
           case when l.held_until > clock_timestamp() then l.held_until end), '-infinity')
    from pgwave.ready r
    left join pgwave.actor_limits l on l.actor_id = r.actor_id
   where (interaction).status = 'pending' and r.interaction_id = (interaction).interaction_id and not r.held
$$;
comment on function pgwave.interactions_pending_until(pgwave.interactions) is
  'Get the earliest time at which a pending interaction can begin: after its backoff and the hold of its actor. Returns: a time; null: now, or unknown.';
