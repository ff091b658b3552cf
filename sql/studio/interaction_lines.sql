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

create or replace function pgwave.interactions_output_text(
  interaction pgwave.interactions,
  path text[] default '{}',
  start int default 0,
  length int default 20000
) returns text
language sql
stable
set search_path = ''
as $$
  select substr(
           case jsonb_typeof(found.value) when 'string' then found.value #>> '{}' else jsonb_pretty(found.value) end,
           greatest(interactions_output_text.start, 0) + 1,
           least(greatest(interactions_output_text.length, 0), 200000))
    from (select (interaction).output #> coalesce(interactions_output_text.path, '{}') as value) found
$$;
comment on function pgwave.interactions_output_text(pgwave.interactions, text[], int, int) is
  E'@behavior -filterBy -orderBy\nRead a piece of an interaction''s output as text: from a character on, at most so many, and at most 200,000. The path names a part, for example {data,items,0}. Returns: the text itself, or JSON with indents; empty after its end; null: no such part.';

create or replace function pgwave.interactions_small_output(interaction pgwave.interactions, most int default 20000)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select (interaction).output where length((interaction).output::text) <= interactions_small_output.most
$$;
comment on function pgwave.interactions_small_output(pgwave.interactions, int) is
  E'@behavior -filterBy -orderBy\nRead an interaction''s output unless it is large. Returns: the output; null: none yet, or more than so many characters. Read those in pieces by output_text.';
