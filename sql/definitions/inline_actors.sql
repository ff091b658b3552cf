-- Actors that a conversation defines for itself: `sql: select …`, `http: { url, … }`, `script: …`. Each distinct one is
-- an actor of its own, whose name says what it is, so that a version keeps the one that it was defined with.

create or replace function pgwave_private.inline_actor(body jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select (case jsonb_typeof(i.value)
           when 'object' then i.value - array['name', 'type', 'enabled']
           -- a command is split as a shell would where nothing is quoted
           when 'string' then jsonb_build_object(i.field, case i.type
             when 'script' then to_jsonb(regexp_split_to_array(btrim(i.value #>> '{}'), '\s+')) else i.value end)
           end || case i.type when 'script'
             then jsonb_build_object('scripts', coalesce(i.value -> 'scripts', '"scripts"'))
                    else '{}' end)
         || jsonb_build_object('type', i.type)
    from (
      select f.type, f.field, inline_actor.body -> f.type as value, f.place
        from (values ('sql', 'statement', 1), ('http', 'url', 2), ('script', 'command', 3)) as f (type, field, place)
       where inline_actor.body ? f.type
       order by f.place limit 1
    ) as i
$function$;
comment on function pgwave_private.inline_actor(jsonb) is
  'Read the actor that a conversation defines for itself. Returns: its definition without a name; null: it defines none.';

create or replace function pgwave_private.inline_actor_name(actor jsonb)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select format('inline:%s:%s', inline_actor_name.actor ->> 'type',
    left(encode(sha256(convert_to(inline_actor_name.actor::text, 'UTF8')), 'hex'), 32))
$function$;
comment on function pgwave_private.inline_actor_name(jsonb) is
  'Name an actor that a conversation defines for itself, by what it is. Returns: the name, the same for the same definition.';

create or replace function pgwave_private.inline_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
volatile
set search_path = ''
as $function$
  with nodes as materialized (
    select c.body, c.body ->> 'at' as at, c.body -> 'fields' as fields, pgwave_private.inline_actor(c.body) as actor
      from jsonb_array_elements(inline_faults.definition -> 'conversations') as c (body)
  ), given as materialized (
    select n.*, n.actor ->> 'type' as type, jsonb_typeof(n.body -> (n.actor ->> 'type')) = 'object' as is_object
      from nodes as n where n.actor is not null
  )
  select f.code,
         -- a text stands for its only field
         g.at || '/' || g.type || case when g.is_object and f.path <> '/name' then f.path else '' end, f.message, f.hint
    from given as g
    cross join lateral pgwave_private.actor_faults(
      g.actor || jsonb_build_object('name', pgwave_private.inline_actor_name(g.actor))) as f
  union all
  select 'unknown_field', g.at || '/' || g.type || '/' || k.name,
    format('An actor in a conversation has no %s.', k.name),
         'Define an actor of its own with define_actor.'
    from given as g
    cross join (values ('name'), ('type'), ('enabled'), ('max_concurrent'), ('rate')) as k (name)
   where g.is_object and g.body -> g.type ? k.name
  union all
  select 'conflict', g.at || '/actor', format('A conversation has %s or an actor, not both.', g.type),
         'One actor does the work of a conversation.'
    from given as g
   where g.fields ? 'actor'
$function$;
comment on function pgwave_private.inline_faults(jsonb) is
  'Find faults of the actors that conversations of a normalised definition define for themselves. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.store_inline_actors(definition jsonb)
returns void
language sql
volatile
set search_path = ''
as $function$
  select pgwave_private.store_actor(a.actor || jsonb_build_object('name', pgwave_private.inline_actor_name(a.actor)))
    from (
      select distinct pgwave_private.inline_actor(c.body) as actor
        from jsonb_array_elements(store_inline_actors.definition -> 'conversations') as c (body)
       where c.body ?| array['sql', 'http', 'script']
    ) as a
   where not exists (select from pgwave.actors as k where k.actor_name = pgwave_private.inline_actor_name(a.actor))
$function$;
comment on function pgwave_private.store_inline_actors(jsonb) is
  'Make the actors that conversations define for themselves, those that are not there. Writes: actors, actor_revisions.';
