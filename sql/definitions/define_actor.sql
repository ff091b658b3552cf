-- Actors: the same table of fields and faults as for workflows, by type.

create or replace function pgwave_private.actor_fields()
returns table (types text[], field text, kind text, required boolean, low numeric, high numeric, choices text[])
language sql
immutable parallel safe
set search_path = ''
as $function$
  values
    (null::text[], 'name', 'flow_name', true, null::numeric, 200::numeric, null::text[]),
    (null, 'type', 'choice', true, null, null, array['ai_model', 'script', 'function', 'sql', 'http',
      'human', 'timer', 'signal', 'workflow', 'condition', 'agent_call']),
    (null, 'description', 'text', false, null, null, null),
    (null, 'enabled', 'boolean', false, null, null, null),
    -- what waits for people, timers, signals or child runs has no worker that could be kept waiting
    (array['ai_model', 'script', 'function', 'sql', 'http'], 'max_concurrent', 'integer', false, 1, 1000000, null),
    (array['ai_model', 'script', 'function', 'sql', 'http'], 'rate', 'rate', false, null, null, null),
    (array['ai_model', 'script', 'function', 'sql', 'http'], 'timeout', 'duration', false, 0.001, 2000000, null),
    (array['ai_model'], 'model', 'text', false, null, 200, null),
    (array['ai_model'], 'provider', 'name', false, null, 100, null),
    (array['ai_model'], 'base_url', 'text', false, null, 2000, null),
    (array['ai_model'], 'api_key', 'text', false, null, 200, null),
    (array['ai_model'], 'format', 'choice', false, null, null, array['contract', 'json', 'none']),
    (array['ai_model'], 'task', 'choice', false, null, null, array['chat', 'embed']),
    (array['ai_model'], 'dimensions', 'integer', false, 1, 100000, null),
    (array['ai_model'], 'max_answer_tokens', 'integer', false, 1, 1e9, null),
    (array['ai_model'], 'accept_truncated', 'boolean', false, null, null, null),
    (array['ai_model'], 'pool', 'name', false, null, 100, null),
    (array['ai_model'], 'options', 'object', false, null, null, null),
    (array['ai_model'], 'keep_alive', 'duration', false, 0, 31622400, null),
    (array['ai_model'], 'price', 'object', false, null, null, null),
    (array['ai_model'], 'cache', 'cache', false, null, null, null),
    (array['ai_model'], 'fallback', 'text', false, null, 200, null),
    (array['ai_model'], 'tools', 'tools', false, null, null, null),
    (array['ai_model'], 'max_turns', 'integer', false, 2, 1000, null),
    (array['ai_model', 'script', 'function', 'sql', 'http'], 'circuit', 'circuit', false, null, null, null),
    (array['script'], 'command', 'words', true, null, 1, null),
    (array['script'], 'scripts', 'text', true, null, 4000, null),
    (array['script'], 'environment', 'words', false, null, null, null),
    (array['ai_model', 'script', 'http', 'sql'], 'max_output', 'size', false, 1, 1e10, null),
    (array['script'], 'max_memory', 'size', false, 1, 1e13, null),
    (array['function'], 'handler', 'text', false, null, 200, null),
    (array['function'], 'input', 'contract', false, null, null, null),
    (array['function'], 'output', 'contract', false, null, null, null),
    (array['sql'], 'statement', 'text', true, null, null, null),
    (array['sql'], 'read_only', 'boolean', false, null, null, null),
    (array['sql'], 'max_rows', 'integer', false, 1, 1e9, null),
    (array['http'], 'method', 'choice', false, null, null, array['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']),
    (array['http'], 'url', 'text', true, null, 8000, null),
    (array['http'], 'headers', 'headers', false, null, null, null),
    (array['http'], 'body', 'any', false, null, null, null),
    (array['http'], 'allowed_hosts', 'words', false, null, null, null),
    (array['http'], 'private_addresses', 'boolean', false, null, null, null),
    (array['http'], 'secrets', 'words', false, null, null, null),
    (array['human'], 'assignees', 'words', false, null, null, null),
    (array['human'], 'notify', 'words', false, null, null, null)
$function$;
comment on function pgwave_private.actor_fields() is
  'List the fields of an actor''s definition. Returns: the types that have it (null: all), field, kind, whether it must be there, least and greatest value, and the words that it may be.';

create or replace function pgwave_private.actor_type_of(definition jsonb)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case definition ->> 'type' when 'agent_call' then 'ai_model' else definition ->> 'type' end
$function$;
comment on function pgwave_private.actor_type_of(jsonb) is
  'Find the type that an actor''s definition names. Returns: the type; null: none.';

create or replace function pgwave_private.actor_field_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with given as materialized (
    select pgwave_private.actor_type_of(actor_field_faults.definition) as type,
           case jsonb_typeof(actor_field_faults.definition)
             when 'object' then actor_field_faults.definition else '{}' end as body
  ), checked as (
    select m.key, m.value, f.field, f.kind, f.types as for_types, f.low, f.high, f.choices,
           k.types, k.code, k.says, g.type
      from given as g
      cross join jsonb_each(g.body) as m
      left join (
        pgwave_private.actor_fields() as f join pgwave_private.definition_kinds() as k on k.kind = f.kind
      ) on f.field = m.key
  )
  select case when c.field is null then 'unknown_field' when c.type <> all (c.for_types) then 'field_not_for_type'
           when jsonb_typeof(c.value) <> all (c.types) then 'wrong_type' else c.code end,
         pgwave_private.pointer(array[c.key]),
         case when c.field is null then format('Unknown field %s in an actor.', c.key)
           when c.type <> all (c.for_types) then format('%s does not go with an actor of type %s.', c.key, c.type)
           else (pgwave_private.describe_fault(coalesce(
             case when jsonb_typeof(c.value) <> all (c.types) then 'wrong_type' end, c.code),
             c.key, 'actor', c.value, c.says, c.low, c.high, c.choices)).message end,
         case when c.field is null then pgwave_private.suggest_name(c.key, array(
             select f.field from pgwave_private.actor_fields() as f
              where f.types is null or c.type is null or c.type = any (f.types)))
           when c.type <> all (c.for_types) then 'It goes with ' || array_to_string(c.for_types, ', ') || '.' end
    from checked as c
   where c.field is null or c.type <> all (c.for_types) or jsonb_typeof(c.value) <> all (c.types)
      or not coalesce(pgwave_private.value_fits(c.kind, c.value, c.low, c.high, c.choices), false)
  union all
  select 'missing_field', '/' || f.field,
         format('An actor%s needs %s.', coalesce(' of type ' || g.type, ''), f.field), null
    from given as g
    join pgwave_private.actor_fields() as f on f.required and not g.body ? f.field
   where f.types is null or g.type = any (f.types)
  union all
  select 'wrong_type', '', 'An actor must be an object, not ' || left(actor_field_faults.definition::text, 60) || '.',
         'Give {name, type, …}.'
   where jsonb_typeof(actor_field_faults.definition) <> 'object'
$function$;
comment on function pgwave_private.actor_field_faults(jsonb) is
  'Find fields of an actor''s definition that are missing, unknown or do not fit. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.falls_back_to(actor_name text, wanted text)
returns boolean
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with recursive chain (name) as (
    select falls_back_to.actor_name
    union
    select a.definition ->> 'fallback'
      from chain as c
      join pgwave.actors as a on a.actor_name = c.name
     where a.definition ? 'fallback'
  )
  select falls_back_to.wanted in (select c.name from chain as c)
$function$;
comment on function pgwave_private.falls_back_to(text, text) is
  'Tell whether an actor''s chain of fallbacks holds another, or is it. Returns: whether.';

create or replace function pgwave_private.actor_naming_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with given as materialized (
    select g.body, g.body ->> 'name' as name, g.body ->> 'fallback' as fallback,
           pgwave_private.actor_type_of(g.body) as type
      from (select actor_naming_faults.definition as body) as g
     where jsonb_typeof(g.body) = 'object'
  )
  select 'actor_type_mismatch', '/type',
         format('%s is an actor of type %s; a type never changes.', a.actor_name, a.actor_type),
         'Give the new one another name.'
    from given as g
    join pgwave.actors as a on a.actor_name = g.name and a.actor_type::text <> g.type
  union all
  select 'unknown_actor', '/fallback', format('Model actor %s not found.', to_jsonb(g.fallback)),
         pgwave_private.suggest_name(g.fallback, array(
           select a.actor_name from pgwave.actors as a where a.actor_type = 'ai_model'))
    from given as g
   where g.fallback is not null
     and g.fallback not in (select a.actor_name from pgwave.actors as a where a.actor_type = 'ai_model')
     and g.fallback is distinct from g.name
  union all
  select 'conflict', '/fallback', 'An actor cannot be its own fallback, by way of others either.', null
    from given as g
   where pgwave_private.falls_back_to(g.fallback, g.name)
  union all
  select case when known.price then 'out_of_range' else 'unknown_field' end,
         pgwave_private.pointer(array['price', p.key]),
         case when known.price then 'A price must be a number of at least 0.'
           else format('Unknown price %s.', p.key) end,
         'Prices are prompt_per_million, completion_per_million, cached_per_million and reasoning_per_million.'
    from given as g
    cross join jsonb_each(case jsonb_typeof(g.body -> 'price') when 'object' then g.body -> 'price' end) as p
    cross join lateral (select p.key in ('prompt_per_million', 'completion_per_million', 'cached_per_million',
      'reasoning_per_million')) as known (price)
   where not known.price
      or case jsonb_typeof(p.value) when 'number' then (p.value #>> '{}')::numeric < 0 else true end
  union all
  select u.code, '/' || key.name || coalesce(u.path, ''), u.message, u.hint
    from given as g
    cross join (values ('input'), ('output')) as key (name)
    cross join lateral pgwave_private.unsupported_keywords(g.body -> key.name) as u
   where jsonb_typeof(g.body -> key.name) in ('object', 'boolean') and g.type = 'function'
$function$;
comment on function pgwave_private.actor_naming_faults(jsonb) is
  'Find what an actor''s definition names wrongly: its type, fallback, prices and contracts. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.actor_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
volatile
set search_path = ''
set jit = off
as $function$
begin
  return query select * from pgwave_private.actor_field_faults(coalesce(actor_faults.definition, 'null'));
  return query select * from pgwave_private.actor_naming_faults(coalesce(actor_faults.definition, 'null'));
  return query select * from pgwave_private.http_actor_faults(coalesce(actor_faults.definition, 'null'));
  return query select * from pgwave_private.tool_faults(coalesce(actor_faults.definition, 'null'));
  return query
    select 'bad_query', '/statement', 'It is not one statement: ' || q.fault || '.',
           'One statement; parameters are :names; read_only: false lets it change rows.'
      from (
        select pgwave_private.query_fault(
            actor_faults.definition ->> 'statement',
            coalesce(actor_faults.definition -> 'read_only', 'true') <> 'false') as fault
         where actor_faults.definition ->> 'type' = 'sql'
           and jsonb_typeof(actor_faults.definition -> 'statement') = 'string'
      ) as q
     where q.fault is not null;
end
$function$;
comment on function pgwave_private.actor_faults(jsonb) is
  'Find all faults of an actor''s definition. Returns: code, JSON pointer, message, hint of each; never raises.';

create or replace function pgwave_private.actor_lane(definition jsonb)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case pgwave_private.actor_type_of(definition)
    -- another server is another pool: its models take no turns with those of the workers' hosts
    when 'ai_model' then format('model:%s/%s',
      coalesce(definition ->> 'pool', substring(definition ->> 'base_url' from '^[^:/]+://(?:[^/@]*@)?([^/?#]+)'),
        nullif(definition ->> 'provider', 'ollama'), 'default'),
          coalesce(definition ->> 'model', definition ->> 'name'))
    -- what a worker has are handlers: an actor may be called otherwise
    when 'function' then 'function:' || coalesce(definition ->> 'handler', definition ->> 'name')
    else format('%s:%s', definition ->> 'type', definition ->> 'name')
  end
$function$;
comment on function pgwave_private.actor_lane(jsonb) is
  'Name the lane where an actor''s ready work queues. Returns: model:pool/model for a model, function:handler for a function, else type:name.';

create or replace function pgwave_private.store_actor_limits(actor_id bigint, definition jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_rate record;
begin
  select * into v_rate from pgwave_private.parse_rate(store_actor_limits.definition -> 'rate');
  if store_actor_limits.definition ?| array['max_concurrent', 'rate'] then
    insert into pgwave.actor_limits as l (actor_id, max_concurrent, rate_count, rate_period)
    values (store_actor_limits.actor_id, (store_actor_limits.definition ->> 'max_concurrent')::int,
      v_rate.rate_count, v_rate.rate_period)
    on conflict on constraint actor_limits_pkey do update
      set max_concurrent = excluded.max_concurrent,
          rate_count = excluded.rate_count,
          rate_period = excluded.rate_period
      where (l.max_concurrent, l.rate_count, l.rate_period)
        is distinct from (excluded.max_concurrent, excluded.rate_count, excluded.rate_period);
    -- what claims of the actor lock
    insert into pgwave_private.actor_begins (actor_id, begun_at, begun_counts)
    values (store_actor_limits.actor_id, '{}', '{}')
    on conflict on constraint actor_begins_pkey do nothing;
  else
    -- holds and the circuit stay
    update pgwave.actor_limits as l
       set max_concurrent = null, rate_count = null, rate_period = null
     where l.actor_id = store_actor_limits.actor_id
       and (l.max_concurrent is not null or l.rate_count is not null);
  end if;
end
$function$;
comment on function pgwave_private.store_actor_limits(bigint, jsonb) is
  'Write the limits of an actor''s definition. Writes: actor_limits, actor_begins.';

create or replace function pgwave_private.store_actor(definition jsonb)
returns pgwave.actors
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_actor pgwave.actors;
  v_name text := store_actor.definition ->> 'name';
  v_body jsonb := store_actor.definition - array['name', 'type', 'enabled'];
begin
  perform pgwave_private.lock_name('actor', v_name);
  select a.* into v_actor from pgwave.actors as a where a.actor_name = v_name;
  if not found then
    insert into pgwave.actors (actor_name, actor_type, definition, lane, enabled, owner, created_at, updated_at)
    values (v_name, pgwave_private.actor_type_of(store_actor.definition)::pgwave.actor_type, v_body,
      pgwave_private.actor_lane(store_actor.definition),
      coalesce((store_actor.definition ->> 'enabled')::boolean, true),
      pgwave.current_identity(), pgwave_private.now(), pgwave_private.now())
    returning * into v_actor;
  elsif v_actor.definition = v_body
    and v_actor.enabled = coalesce((store_actor.definition ->> 'enabled')::boolean, v_actor.enabled)
  then
    return v_actor;
  else
    update pgwave.actors as a
       set definition = v_body,
           lane = pgwave_private.actor_lane(store_actor.definition),
           enabled = coalesce((store_actor.definition ->> 'enabled')::boolean, a.enabled),
           revision = a.revision + (a.definition <> v_body)::int,
           updated_at = pgwave_private.now()
     where a.actor_id = v_actor.actor_id
    returning * into v_actor;
  end if;
  insert into pgwave.actor_revisions (actor_id, revision, definition, author, created_at)
  values (v_actor.actor_id, v_actor.revision, v_body, pgwave.current_identity(), pgwave_private.now())
  on conflict on constraint actor_revisions_pkey do nothing;
  perform pgwave_private.move_misplaced();
  perform pgwave_private.store_actor_limits(v_actor.actor_id, store_actor.definition);
  -- a limit may have been lifted, the actor enabled
  perform pgwave_private.add_tickets(array_agg(l.lane), null)
     from unnest(array[v_actor.lane, 'waits']) l (lane)
    where exists (select from pgwave.ready r where r.lane = l.lane and not r.held)
   having count(*) > 0;
  return v_actor;
end
$function$;
comment on function pgwave_private.store_actor(jsonb) is
  'Write an actor whose definition has no faults: its next revision where it changed. Returns: its row. Writes: actors, actor_revisions, actor_limits, ready, tickets. Locks: other defines of the actor wait; the actor''s limits.';

create or replace function pgwave_private.inline_name_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select 'reserved_name', '/name',
    'Names that begin with inline: are of actors that conversations define for themselves.',
         'Choose another name.'
   where starts_with(inline_name_faults.definition ->> 'name', 'inline:')
$function$;
comment on function pgwave_private.inline_name_faults(jsonb) is
  'Find a name that only an actor in a conversation has. Returns: code, pointer, message, hint.';

create or replace function pgwave.define_actor(definition jsonb)
returns pgwave.actors
language plpgsql
volatile
security definer
set search_path = ''
set jit = off
as $function$
begin
  perform pgwave_private.raise_faults('The actor', (
    select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(f))), '[]')
      from (
        select * from pgwave_private.actor_faults(define_actor.definition)
        union all
        select * from pgwave_private.inline_name_faults(define_actor.definition)
      ) as f));
  perform pgwave_private.require_actor_author(define_actor.definition ->> 'name');
  return pgwave_private.store_actor(define_actor.definition);
end
$function$;
comment on function pgwave.define_actor(jsonb) is
  'Define an actor: {name, type, …}; a change is a new revision. Returns: its row. Raises: PWDEF with all faults, a JSON object a line, in the detail; PWACC if it is another''s. Writes: actors, actor_revisions, actor_limits. Locks: other defines of the actor wait.';

create or replace function pgwave_private.require_actor_author(actor_name text)
returns void
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_owner text;
begin
  select a.owner into v_owner from pgwave.actors as a where a.actor_name = require_actor_author.actor_name;
  if found and v_owner <> pgwave.current_identity() and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not change the actor %s.', pgwave.current_identity(), require_actor_author.actor_name),
      format('It is owned by %s.', v_owner), 'Define one of another name.');
  end if;
end
$function$;
comment on function pgwave_private.require_actor_author(text) is
  'See to it that the caller may change an actor: its owner and pgwave_admin. Raises: PWACC.';
