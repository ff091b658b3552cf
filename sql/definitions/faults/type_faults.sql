-- What a conversation may and must hold, by the type of its actor.

create or replace function pgwave_private.type_rules()
returns table (field text, types text[])
language sql
immutable parallel safe
set search_path = ''
as $function$
  -- fields that are not here go with every type
  values
    ('system', array['ai_model']),
    ('options', array['ai_model']),
    ('images', array['ai_model']),
    ('cache', array['ai_model']),
    ('prompt', array['ai_model', 'human']),
    ('params', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'workflow', 'system']),
    ('input', array['workflow']),
    ('for_each', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'workflow']),
    ('samples', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'workflow']),
    ('vote', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'workflow']),
    ('may_skip', array['ai_model', 'script', 'function', 'sql', 'http']),
    ('max_parallel', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'workflow']),
    ('tolerate', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'workflow']),
    ('assignees', array['human']),
    ('notify', array['human']),
    ('due', array['human', 'signal']),
    ('four_eyes', array['human']),
    ('form', array['human']),
    ('wait', array['timer']),
    ('until', array['timer']),
    ('signal', array['signal']),
    ('workflow', array['workflow']),
    ('block', array['workflow']),
    ('handler', array['function']),
    ('sql', array['sql']),
    ('http', array['http']),
    ('script', array['script']),
    -- a condition is resolved at once and cannot fail; of a timer nothing but its time is known
    ('timeout', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'timer', 'signal', 'workflow',
      'system']),
    ('retry', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'timer', 'signal', 'workflow', 'system']),
    ('on_failure', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'timer', 'signal', 'workflow',
      'system']),
    ('output', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'timer', 'signal', 'workflow',
      'system']),
    ('compensate', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'signal', 'workflow', 'system']),
    ('tags', array['ai_model', 'script', 'function', 'sql', 'http', 'human', 'signal', 'workflow', 'system'])
$function$;
comment on function pgwave_private.type_rules() is
  'List the fields that go with some types only. Returns: field and types.';

create or replace function pgwave_private.typed_conversations(definition jsonb)
returns table (
  place int, at text, conversation_name text, body jsonb,
  actor_id bigint, actor_type text, actor_definition jsonb, declared_type text, effective_type text
)
language sql
stable parallel safe
set search_path = ''
as $function$
  select c.place::int, c.body ->> 'at', c.body ->> 'name', c.body,
         a.actor_id, a.actor_type::text, a.definition, c.body ->> 'type',
         case when c.body ->> 'type' is null or c.body ->> 'type' = 'tool_call' then a.actor_type::text
           else c.body ->> 'type' end
    from jsonb_array_elements(typed_conversations.definition -> 'conversations')
      with ordinality as c (body, place)
    left join pgwave.actors as a on a.actor_name = coalesce(c.body ->> 'actor', c.body ->> 'handler',
      case when c.body ?| array['sql', 'http', 'script']
        then pgwave_private.inline_actor_name(pgwave_private.inline_actor(c.body)) end)
$function$;
comment on function pgwave_private.typed_conversations(jsonb) is
  'List the conversations of a normalised definition with their actors. Returns: place, pointer, name, fields, the actor, the type that is declared, and the type that they have (null: unknown).';

create or replace function pgwave_private.choice_faults(at text, type text, body jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with named as materialized (
    select f.name, choice_faults.at || '/actor/from/' || (f.place - 1) as at, a.actor_id, a.actor_type::text,
      a.definition
      from jsonb_array_elements_text(choice_faults.body #> '{choice,from}') with ordinality as f (name, place)
      left join pgwave.actors as a on a.actor_name = f.name and a.actor_type <> 'system'
  )
  select 'unknown_actor', n.at, format('Actor %s not found.', to_jsonb(left(n.name, 60))),
         pgwave_private.suggest_name(n.name, k.names, row_number() over ()) || ' define_actor makes one.'
    from named as n
    cross join (select array_agg(a.actor_name order by a.actor_name) as names
                  from pgwave.actors as a where a.actor_type <> 'system') as k
   where n.actor_id is null
  union all
  select 'actor_type_mismatch', n.at,
    format('%s is an actor of type %s, not %s.', n.name, n.actor_type, choice_faults.type),
         'All actors of a choice are of one type: ai_model, script, function, sql, or http.'
    from named as n
   where n.actor_type <> choice_faults.type or n.actor_type not in ('ai_model', 'script', 'function', 'sql', 'http')
  union all
  select 'conflict', choice_faults.at || '/actor', 'These actors have different contracts.',
         'Give the conversation an output contract of its own.'
   where choice_faults.type = 'function' and not choice_faults.body ? 'output'
     and (select count(distinct coalesce(n.definition -> 'output', 'null')) from named as n) > 1
$function$;
comment on function pgwave_private.choice_faults(text, text, jsonb) is
  'Find faults of the actors that a conversation chooses from. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.actor_reference_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with nodes as materialized (
    select * from pgwave_private.typed_conversations(actor_reference_faults.definition)
  ), known as materialized (
    select array_agg(a.actor_name order by a.actor_name) as names
      from pgwave.actors as a where a.actor_type <> 'system'
  )
  select f.* from nodes as n cross join pgwave_private.choice_faults(n.at, n.effective_type, n.body) as f
    where n.body ? 'choice'
  union all
  select 'unknown_actor', n.at || '/actor', format('Actor %s not found.', to_jsonb(left(n.body ->> 'actor', 60))),
         pgwave_private.suggest_name(n.body ->> 'actor', k.names, row_number() over ()) || ' define_actor makes one.'
    from nodes as n
    cross join known as k
   where n.body ? 'actor' and not n.body ? 'choice' and (n.actor_id is null or n.actor_type = 'system')
     -- the planner's own; the id is nobody else's
     and (n.actor_id is null or actor_reference_faults.definition -> 'workflow_id' is distinct from '9100')
  union all
  select 'actor_type_mismatch', n.at || '/type',
         format('%s is an actor of type %s, not %s.', n.body ->> 'actor', n.actor_type, n.declared_type),
         'Leave type out: it is the actor''s.'
    from nodes as n
   where n.actor_type <> 'system'
     and case when n.declared_type = 'tool_call' then n.actor_type not in ('script', 'http', 'function', 'sql')
       else n.declared_type <> n.actor_type end
  union all
  select 'missing_field', n.at || '/actor',
         case when n.declared_type is null then 'A conversation needs an actor or a type.'
           else format('A conversation of type %s needs an actor.', n.declared_type) end,
         'Name an actor; define_actor makes one. human, timer, signal, workflow and condition need none.'
    from nodes as n
   where not n.body -> 'fields' ? 'actor'
     and not (n.declared_type is null and n.body -> 'fields' ? 'type')
     and coalesce(n.declared_type, 'none') in ('none', 'ai_model', 'script', 'sql', 'http', 'tool_call', 'function')
     and not (n.declared_type = 'function' and n.body -> 'fields' ? 'handler')
     and not n.body -> 'fields' ?| array['sql', 'http', 'script', 'block']
  union all
  select 'conflict', n.at || '/handler', 'A function has an actor or a handler, not both.',
         'The actor names its handler.'
    from nodes as n where n.body ? 'handler' and n.body ? 'actor'
$function$;
comment on function pgwave_private.actor_reference_faults(jsonb) is
  'Find conversations of a normalised definition whose actor is unknown, missing or of another type. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.escalation_faults(at text, type text, body jsonb, actor jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with steps as materialized (
    select s.step, s.place, escalation_faults.at || '/due/' || (s.place - 1) as at,
      pgwave_private.parse_duration(s.step -> 'after') as after,
           lag(pgwave_private.parse_duration(s.step -> 'after')) over (order by s.place) as before,
           lead(s.place) over (order by s.place) is null as is_last
      from jsonb_array_elements(escalation_faults.body -> 'due') with ordinality as s (step, place)
  )
  select 'conflict', s.at, 'A step of due does one thing: remind, assign, or then.', 'Write two steps.'
    from steps as s
   where (s.step ? 'remind')::int + (s.step ? 'assign')::int + (s.step ? 'then')::int > 1
  union all
  select 'out_of_range', s.at || '/after', 'A step of due comes after the step before it.',
    'All times count from when it began to wait.'
    from steps as s where s.after <= s.before
  union all
  select 'conflict', s.at || '/then', 'What follows a decision or failure never happens.',
    'Put then into the last step.'
    from steps as s where s.step ? 'then' and not s.is_last
  union all
  select 'field_not_for_type', s.at || '/' || k.key,
    format('%s is for a person, not for a %s.', k.key, escalation_faults.type), null
    from steps as s
    cross join lateral (select key.key from unnest(array['remind', 'assign']) as key (key) where s.step ? key.key) as k
   where escalation_faults.type <> 'human'
  union all
  select 'missing_field', s.at || '/remind', 'Nobody is notified.',
    'Add notify to the conversation, or write whom to remind: remind: mail:ada@example.com.'
    from steps as s
   where s.step -> 'remind' = 'true' and escalation_faults.type = 'human'
     and jsonb_array_length(coalesce(escalation_faults.body -> 'notify', escalation_faults.actor -> 'notify', '[]')) = 0
  union all
  select 'unknown_notifier', s.at || '/remind', format('Nobody can notify %s.', to_jsonb(left(e.entry #>> '{}', 60))),
         'Define a script or http actor named notifier, which is given the address, or name one: actor:address.'
    from steps as s
    cross join jsonb_array_elements(pgwave_private.as_list(s.step -> 'remind')) as e (entry)
    left join lateral pgwave_private.resolve_notifier(e.entry #>> '{}') as r on true
   where jsonb_typeof(e.entry) = 'string' and escalation_faults.type = 'human' and r.actor_id is null
  union all
  select 'unknown_value', s.at || '/then',
    format('When it is due, it cannot become %s.', to_jsonb(left(s.step ->> 'then', 60))),
         concat('It can fail', ' or become ' || array_to_string(t.tags, ', '), '.')
    from steps as s
    cross join lateral pgwave_private.closed_tags(escalation_faults.body, escalation_faults.type) as t (tags)
   where lower(s.step ->> 'then') <> 'fail'
     and upper(s.step ->> 'then') <> all (select upper(x.tag) from unnest(t.tags) as x (tag))
$function$;
comment on function pgwave_private.escalation_faults(text, text, jsonb, jsonb) is
  'Find faults in the steps of a due. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.type_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with nodes as materialized (
    select n.*, n.body -> 'fields' as fields
      from pgwave_private.typed_conversations(type_faults.definition) as n
  )
  select 'field_not_for_type', n.at || '/' || r.field,
         format('%s does not go with a conversation of type %s.', r.field, n.effective_type),
         'It goes with ' || array_to_string(r.types, ', ') || '.'
           || case r.field when 'input' then ' Others have params.'
             when 'prompt' then ' Give others a text in params: { text: "Dear {{ input.name }}" }.' else '' end
    from nodes as n
    join pgwave_private.type_rules() as r on n.fields ? r.field
   where n.effective_type <> all (r.types)
  union all
  select 'missing_field', n.at || '/' || needed.field,
         format('A conversation of type %s needs %s.', n.effective_type, needed.says), null
    from nodes as n
    join (values ('ai_model', 'prompt', 'a prompt'), ('workflow', 'workflow', 'the workflow that it runs'))
      as needed (type, field, says) on needed.type = n.effective_type and not n.fields ? needed.field
     and not (needed.field = 'workflow' and n.fields ? 'block')
   -- an embedding model may be given texts as parameters instead
   where not (needed.field = 'prompt' and n.fields ? 'params' and exists (
     select from pgwave.actors as a
      where a.actor_name = n.body ->> 'actor' and a.definition ->> 'task' = 'embed'))
  union all
  select case when n.fields ?& array['wait', 'until'] then 'conflict' else 'missing_field' end, n.at || '/wait',
         'A timer needs either wait or until.', 'wait: 30m, or until: a time or a path.'
    from nodes as n
   where n.effective_type = 'timer' and n.fields ? 'wait' = n.fields ? 'until'
  union all
  select 'conflict', n.at || '/' || f.field, format('%s needs for_each or samples.', f.field), null
    from nodes as n
    cross join (values ('max_parallel'), ('tolerate'), ('vote')) as f (field)
   where n.fields ? f.field and not n.fields ?| array['for_each', 'samples']
  union all
  select 'conflict', n.at || '/samples', 'A conversation has samples or for_each, not both.',
         'samples: 5 is for_each: [1, 2, 3, 4, 5].'
    from nodes as n where n.fields ?& array['samples', 'for_each']
  union all
  select 'conflict', n.at || '/params', 'A sub-workflow has input or params, not both.', 'They are the same.'
    from nodes as n where n.fields ?& array['input', 'params']
  union all
  select 'conflict', n.at || '/retry',
    format('A %s fails only when its time is over, and it has none.', n.effective_type),
         case n.effective_type when 'timer' then 'Give it a timeout, or leave retry out.'
           else 'Give it a timeout or due, or leave retry out.' end
    from nodes as n
   where n.effective_type in ('human', 'timer', 'signal') and n.fields ? 'retry'
     and not n.fields ?| array['timeout', 'due']
  union all
  select 'conflict', b.branch ->> 'when_at', format('A %s has no tag.', n.effective_type),
         'Compare what it reads: $input.amount > 100.'
    from nodes as n
    cross join jsonb_array_elements(n.body -> 'branches') as b (branch)
   where n.effective_type in ('condition', 'timer') and b.branch ? 'tags'
  union all
  select 'conflict', b.branch ->> 'at', 'A condition cannot fail.',
    'Lead the branch from the conversation that does the work.'
    from nodes as n
    cross join jsonb_array_elements(n.body -> 'branches') as b (branch)
   where n.effective_type = 'condition' and b.branch ->> 'after' = 'failure'
  union all
  select 'conflict', n.at || '/timeout', 'A conversation has due or timeout, not both.',
         'timeout: 2h fails after two hours; due: { after: 2h, then: REJECTED } decides.'
    from nodes as n where n.fields ?& array['due', 'timeout'] and n.effective_type in ('human', 'signal')
  union all
  select 'unknown_value', n.at || '/due/then',
         format('When it is due, it cannot become %s.', to_jsonb(left(n.body #>> '{due,then}', 60))),
         concat('It can fail', ' or become ' || array_to_string(t.tags, ', '), '.')
    from nodes as n
    cross join lateral pgwave_private.closed_tags(n.body, n.effective_type) as t (tags)
   where lower(n.body #>> '{due,then}') <> 'fail'
     and upper(n.body #>> '{due,then}') <> all (select upper(x.tag) from unnest(t.tags) as x (tag))
  union all
  select f.* from nodes as n cross
    join pgwave_private.escalation_faults(n.at, n.effective_type, n.body, n.actor_definition) as f
   where jsonb_typeof(n.body -> 'due') = 'array'
  union all
  select 'unknown_workflow', n.at || '/workflow',
         format('Workflow %s not found.', to_jsonb(left(n.body ->> 'workflow', 60))),
         pgwave_private.suggest_name(n.body ->> 'workflow',
           pgwave_private.list_known_names())
    from nodes as n
   where n.body ? 'workflow' and not n.body ? 'block'
     and n.body ->> 'workflow' is distinct from type_faults.definition ->> 'name'
     and not exists (
       select from pgwave.workflows as w
        where w.deleted_at is null and n.body ->> 'workflow' in (w.workflow_name, w.workflow_id::text)
          and w.workflow_name = any((select pgwave_private.list_known_names())::text[]))
  union all
  select 'conflict', n.at || '/compensate', 'Only a child run is undone by its own compensations.',
         'Give what undoes the step: { actor, params: { booking: $output.booking } }.'
    from nodes as n
   where n.body -> 'compensate' = 'true' and n.effective_type <> 'workflow'
  union all
  select 'conflict', n.at || '/' || f.field,
    format('A block has no %s: its steps are what it does, and they read what is outside.', f.field),
         'Leave it out.'
    from nodes as n
    cross join (values ('workflow'), ('actor'), ('params'), ('input')) as f (field)
   where n.fields ? 'block' and n.fields ? f.field
  union all
  select 'conflict', n.at || '/race', 'Only a join that starts early has losers.',
         'Give it join: any, a number, or an expression.'
    from nodes as n
   where n.fields ? 'race' and coalesce(n.body ->> 'join', 'merge') in ('merge', 'all')
  union all
  select 'out_of_range', n.at || '/join',
         format('A join of %s needs more sources than the %s there are.', n.body ->> 'join', s.sources),
         'Lower it, or write all.'
    from (
      select type_faults.definition as definition
       where exists (select from nodes as n where jsonb_typeof(n.body -> 'join') = 'number')
    ) as d
    cross join pgwave_private.count_sources(d.definition) as s
    join nodes as n on n.place = s.place
   where jsonb_typeof(n.body -> 'join') = 'number' and (n.body ->> 'join')::numeric > s.sources
$function$;
comment on function pgwave_private.type_faults(jsonb) is
  'Find fields of a normalised definition that are missing or out of place for a type of actor, and joins and dues that cannot be met. Returns: code, pointer, message, hint of each.';
