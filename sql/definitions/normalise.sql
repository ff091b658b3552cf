-- From what was written to one form. Fields that do not fit are left out (shape_faults names them), so
-- that every later check meets well-typed values; "at" keeps each part's pointer in the original.

create or replace function pgwave_private.trigger_sections()
returns table (section text, statuses text[], place int)
language sql
immutable parallel safe
set search_path = ''
as $function$
  values
    ('on_completion', array['completed'], 0),
    ('on_failure', array['failed'], 1),
    ('on_cancel', array['cancelled'], 2),
    ('on_end', array['completed', 'failed', 'cancelled'], 3)
$function$;
comment on function pgwave_private.trigger_sections() is
  'List the fields of a workflow that hold triggers. Returns: the field, the statuses of a run that fires them, and the order.';

create or replace function pgwave_private.list_parts(definition jsonb)
returns table (place text, at text, owner int, ordinal int, short boolean, value jsonb)
language sql
immutable parallel safe
set search_path = ''
as $function$
  with flow as (
    select list_parts.definition as body,
           case when list_parts.definition ? 'conversations' then 'conversations' else 'steps' end as key
     where jsonb_typeof(list_parts.definition) = 'object'
  ), nodes as (
    select '/' || f.key || '/' || (e.place - 1) as at, e.place::int as owner, e.value as body
      from flow as f
      cross join jsonb_array_elements(case jsonb_typeof(f.body -> f.key) when 'array' then f.body -> f.key end)
        with ordinality as e (value, place)
  )
  select 'workflow', '', null::int, null::int, false, f.body from flow as f
  union all
  select 'limits', '/limits', null, null, false, f.body -> 'limits' from flow as f
  union all
  select 'retention', '/retention', null, null, false, f.body -> 'retention' from flow as f
  union all
  select s.section, '/' || s.section, null, null, false, f.body -> s.section
    from flow as f
    cross join unnest(array['concurrency', 'debounce', 'collect', 'throttle']) as s (section)
   where s.section = 'concurrency' or f.body ? s.section
  union all
  select 'trigger', '/' || s.section || '/' || (e.place - 1), null, (s.place * 100000 + e.place)::int, false, e.value
    from flow as f
    cross join pgwave_private.trigger_sections() as s
    cross join jsonb_array_elements(case jsonb_typeof(f.body -> s.section)
      when 'array' then f.body -> s.section end) with ordinality as e (value, place)
  union all
  select 'trigger', '/' || s.section, null, (s.place * 100000 + 1)::int, false, f.body -> s.section
    from flow as f
    cross join pgwave_private.trigger_sections() as s
   where jsonb_typeof(f.body -> s.section) = 'object'
  union all
  select 'conversation', n.at, n.owner, null, false, n.body from nodes as n
  union all
  select kind.place, n.at || '/' || kind.place, n.owner, null, false, n.body -> kind.place
    from nodes as n
    cross join (values ('retry'), ('due')) as kind (place)
   where jsonb_typeof(n.body -> kind.place) = 'object'
  union all
  select 'choice', n.at || '/actor', n.owner, null, false, n.body -> 'actor'
    from nodes as n
   where jsonb_typeof(n.body -> 'actor') = 'object'
  union all
  select 'escalation', n.at || '/due/' || (e.place - 1), n.owner, e.place::int, false, e.value
    from nodes as n
    cross join jsonb_array_elements(case jsonb_typeof(n.body -> 'due')
      when 'array' then n.body -> 'due' end) with ordinality as e (value, place)
  union all
  select 'branch', n.at || '/branches/' || (e.place - 1), n.owner, e.place::int,
         jsonb_typeof(e.value) = 'string',
         case jsonb_typeof(e.value) when 'string' then jsonb_build_object('to', e.value) else e.value end
    from nodes as n
    cross join jsonb_array_elements(case jsonb_typeof(n.body -> 'branches')
      when 'array' then n.body -> 'branches' end) with ordinality as e (value, place)
  union all
  select 'branch', n.at || '/branches', n.owner, 1, true, jsonb_build_object('to', n.body -> 'branches')
    from nodes as n
   where jsonb_typeof(n.body -> 'branches') = 'string'
$function$;
comment on function pgwave_private.list_parts(jsonb) is
  'List the objects of a definition that have fields. Returns: what kind of place it is, its pointer, the conversation and its place there, whether it was written as a name only, the object (or what stands in its place).';

create or replace function pgwave_private.check_fields(definition jsonb)
returns table (
  place text, at text, owner int, ordinal int, field text, value jsonb,
  fault_code text, fault_at text, kind text, says text, low numeric, high numeric, choices text[]
)
language sql
stable parallel safe
set search_path = ''
as $function$
  select p.place, p.at, p.owner, p.ordinal, member.key, member.value,
         case
           when f.field is null then 'unknown_field'
           when jsonb_typeof(member.value) <> all (k.types) then 'wrong_type'
           when not coalesce(
             pgwave_private.value_fits(f.kind, member.value, f.low, f.high, f.choices), false) then k.code
         end,
         -- as pointer() writes it, without a call for each field
         case when p.short then p.at
           else p.at || '/' || replace(replace(member.key, '~', '~0'), '/', '~1') end,
         f.kind, k.says, f.low, f.high, f.choices
    from pgwave_private.list_parts(check_fields.definition) as p
    cross join lateral jsonb_each(case jsonb_typeof(p.value) when 'object' then p.value end) as member
    left join (
      pgwave_private.definition_fields() as f join pgwave_private.definition_kinds() as k on k.kind = f.kind
    ) on f.place = p.place and f.field = member.key
$function$;
comment on function pgwave_private.check_fields(jsonb) is
  'Hold every field of a definition against definition_fields. Returns: place, pointer, field, value, and the code and pointer of its fault (null: it fits).';

create or replace function pgwave_private.strip_tag(tag text)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select btrim(strip_tag.tag, ' []')
$function$;
comment on function pgwave_private.strip_tag(text) is
  'Take the brackets off a tag. Returns: PASS for [PASS].';

create or replace function pgwave_private.as_list(value jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case jsonb_typeof(as_list.value) when 'array' then as_list.value else jsonb_build_array(as_list.value) end
$function$;
comment on function pgwave_private.as_list(jsonb) is
  'Make a list of a single value. Returns: the list.';

create or replace function pgwave_private.normalise_when(value jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case
    when normalise_when.value is null then '{}'::jsonb
    when jsonb_typeof(normalise_when.value) = 'array' or normalise_when.value #>> '{}' ~ '^\s*\[[^][]*\]\s*$'
    then jsonb_build_object('tags', (
      select jsonb_agg(distinct pgwave_private.strip_tag(btrim(t.tag, E' \t\r\n')))
        from jsonb_array_elements_text(pgwave_private.as_list(normalise_when.value)) as t (tag)))
    else jsonb_build_object('predicate', normalise_when.value)
  end
$function$;
comment on function pgwave_private.normalise_when(jsonb) is
  'Tell a branch''s tags from a predicate. Returns: {tags} or {predicate}; {} for null.';

create or replace function pgwave_private.normalise_type(body jsonb)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case body ->> 'type'
    when 'agent_call' then 'ai_model'
    when 'human_gate' then 'human'
    when 'approval_gate' then 'human'
    when 'parallel' then 'condition'
    when 'join' then 'condition'
    else coalesce(body ->> 'type', case
      when body ? 'actor' then null
      when body ?| array['sql', 'http', 'script'] then pgwave_private.inline_actor(body) ->> 'type'
      when body ?| array['workflow', 'block'] then 'workflow'
      when body ?| array['wait', 'until'] then 'timer'
      when body ? 'signal' then 'signal'
      when body ?| array['form', 'assignees', 'four_eyes', 'due'] then 'human'
      when body ? 'handler' then 'function'
    end)
  end
$function$;
comment on function pgwave_private.normalise_type(jsonb) is
  'Find the type that a conversation''s own fields give it. Returns: the actor type; tool_call where the actor decides; null: the actor''s.';

create or replace function pgwave_private.normalise_conversation(body jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select body - array['type', 'branches', 'input', 'tags', 'tag_line', 'actor']
    || jsonb_strip_nulls(jsonb_build_object(
      -- of several the first says what they are
      'actor', case jsonb_typeof(body -> 'actor') when 'object' then body #> '{choice,from,0}' else body -> 'actor' end,
      'type', pgwave_private.normalise_type(body),
      'retry', case jsonb_typeof(body -> 'retry')
        when 'number' then jsonb_build_object('max_attempts', body -> 'retry')
        when 'boolean' then case body ->> 'retry' when 'false' then '{"max_attempts": 1}' else '{}' end::jsonb
        else body -> 'retry'
      end,
      'due', case when jsonb_typeof(body -> 'due') = 'array' then (
        select jsonb_agg(case when s.step ?| array['remind', 'assign', 'then'] then '{}'
          else '{"then": "fail"}'::jsonb end
                 || s.step order by s.place)
          from jsonb_array_elements(body -> 'due') with ordinality as s (step, place))
        when body ? 'due' then '{"then": "fail"}'::jsonb
        || case jsonb_typeof(body -> 'due') when 'object' then body -> 'due'
          else jsonb_build_object('after', body -> 'due') end end,
      'tags', (select jsonb_agg(pgwave_private.strip_tag(t.tag))
        from jsonb_array_elements_text(pgwave_private.as_list(body -> 'tags')) as t (tag)
       where body -> 'tags' not in ('"first_line"', '"last_line"')),
      'tag_line', case when body -> 'tags' in ('"first_line"', '"last_line"') then body -> 'tags' end,
      'assignees', pgwave_private.as_list(body -> 'assignees'),
      'notify', pgwave_private.as_list(body -> 'notify'),
      'signal', case when pgwave_private.normalise_type(body) = 'signal'
        then coalesce(body ->> 'signal', body ->> 'name') else body ->> 'signal' end,
      'workflow', body ->> 'workflow'))
    -- these may hold nulls, which are values
    || case when body ? 'output' or jsonb_typeof(body -> 'form') is distinct from 'object' then '{}'
         else jsonb_build_object('output', body -> 'form') end
    || case when coalesce(body -> 'params', body -> 'input') is null then '{}'
         else jsonb_build_object('params', coalesce(body -> 'params', body -> 'input')) end
    || case when body ? 'samples' and not body ? 'for_each' then jsonb_build_object('for_each', (
         select jsonb_agg(n.sample) from generate_series(1, (body ->> 'samples')::int) as n (sample))) else '{}' end
    -- requires several means every one of them
    || case when body ? 'join' or jsonb_typeof(body -> 'requires') is distinct from 'array'
         or jsonb_array_length(body -> 'requires') < 2 then '{}' else '{"join": "all"}' end::jsonb
$function$;
comment on function pgwave_private.normalise_conversation(jsonb) is
  'Expand the short forms of a conversation''s own fields. Returns: it without branches.';

create or replace function pgwave_private.list_outcomes(after jsonb)
returns table (outcome jsonb)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select '{}' where jsonb_typeof(list_outcomes.after) is distinct from 'array'
  union all
  select jsonb_build_object('after', o.name, 'outcome', min(o.place))
    from jsonb_array_elements_text(case jsonb_typeof(list_outcomes.after) when 'array' then list_outcomes.after end)
      with ordinality as o (name, place)
   group by o.name
$function$;
comment on function pgwave_private.list_outcomes(jsonb) is
  'List what a branch with several outcomes stands for: a branch for each. Returns: {after, outcome: its place}; for one outcome, or none, a row without either.';

create or replace function pgwave_private.normalise_branch(body jsonb, at text, to_at text)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select '{"after": "success"}'::jsonb || (body - array['when', 'condition'])
    || case when body ?| array['when', 'condition']
         then pgwave_private.normalise_when(coalesce(body -> 'when', body -> 'condition')) else '{}' end
    || jsonb_build_object('at', normalise_branch.at,
      'to_at', coalesce(normalise_branch.to_at, normalise_branch.at),
      'when_at', normalise_branch.at || case when body ? 'when' then '/when' else '/condition' end)
$function$;
comment on function pgwave_private.normalise_branch(jsonb, text, text) is
  'Expand the short forms of a branch. Returns: {at, to, after, tags | predicate | otherwise, loop, and the pointers to_at, when_at}.';

create or replace function pgwave_private.normalise_requirement(requirement text, target text, at text)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select jsonb_build_object('at', normalise_requirement.at, 'to', normalise_requirement.target,
      'to_at', normalise_requirement.at, 'when_at', normalise_requirement.at,
      'after', case when part.outcome in ('failed', 'failure') then 'failure'
        when part.outcome in ('skipped', 'skip') then 'skip' else 'success' end)
    || case when part.outcome is null
         or part.outcome in ('completed', 'complete', 'done', 'success', 'succeeded', 'failed', 'failure',
           'skipped', 'skip')
       then '{}' else jsonb_build_object('tags', jsonb_build_array(upper(part.outcome))) end
    from (select lower(substring(normalise_requirement.requirement from '\.(.*)$')) as outcome) as part
$function$;
comment on function pgwave_private.normalise_requirement(text, text, text) is
  'Make of requires: human_review.approved the branch that leads from human_review. Returns: {at, to, after, tags}.';

create or replace function pgwave_private.normalise_branches(conversations jsonb, in_steps boolean)
returns table (owner int, ordinal bigint, branch jsonb)
language sql
immutable parallel safe
set search_path = ''
as $function$
  with nodes as (
    select n.place::int as owner, n.body, n.body ->> 'name' as name,
           pgwave_private.as_list(n.body -> 'requires') as requirements
      from jsonb_array_elements(normalise_branches.conversations) with ordinality as n (body, place)
  ), required as (
    select n.owner, n.name, n.body ->> 'at' as at, r.requirement, r.place,
           substring(r.requirement from '^[^.]*') as source
      from nodes as n
      cross join jsonb_array_elements_text(n.requirements) with ordinality as r (requirement, place)
     where n.name is not null
  )
  select s.owner, 1000000 + r.owner * 1000 + r.place,
         pgwave_private.normalise_requirement(r.requirement, r.name, r.at || '/requires')
    from required as r
    join lateral (select min(n.owner) as owner from nodes as n where n.name = r.source) as s on s.owner is not null
  union all
  -- steps without any branches follow each other
  select n.owner, 1, jsonb_build_object('at', n.body ->> 'at', 'to', next.name,
           'to_at', n.body ->> 'at', 'after', 'success')
    from nodes as n
    join nodes as next on next.owner = n.owner + 1
   where normalise_branches.in_steps
     and next.name is not null
     and next.requirements is null
     and not exists (select from nodes as other where other.body -> 'fields' ? 'branches')
$function$;
comment on function pgwave_private.normalise_branches(jsonb, boolean) is
  'List the branches that conversations have without writing them: those of requires, and from step to step. Returns: the source''s place, an order behind the written ones, the branch.';

create or replace function pgwave_private.normalise_conversations(definition jsonb)
returns jsonb
language sql
stable parallel safe
set search_path = ''
as $function$
  with fields as materialized (
    select * from pgwave_private.check_fields(normalise_conversations.definition) as c
     where c.place in ('conversation', 'branch', 'retry', 'due', 'escalation', 'choice')
  ), bodies as (
    select f.place, f.owner, f.ordinal, f.at, array_agg(f.field) as fields,
           max(f.fault_at) filter (where f.field = 'to') as to_at,
           pgwave_private.add_large(
             jsonb_object_agg(f.field, f.value)
               filter (where f.fault_code is null and not pgwave_private.is_large(f.value)),
             coalesce(array_agg(f.field)
               filter (where f.fault_code is null and pgwave_private.is_large(f.value)), '{}'),
             array_agg(f.value) filter (where f.fault_code is null and pgwave_private.is_large(f.value)),
             '{}') as body
      from fields as f
     group by f.place, f.owner, f.ordinal, f.at
  ), inner_parts as (
    select i.owner, coalesce(jsonb_object_agg(i.place, i.body) filter (where i.place <> 'escalation'), '{}')
             || case when bool_or(i.place = 'escalation') then jsonb_build_object(
                  'due', jsonb_agg(i.body order by i.ordinal) filter (where i.place = 'escalation'))
                    else '{}' end as body
      from bodies as i where i.place in ('retry', 'due', 'escalation', 'choice') group by i.owner
  ), nodes as (
    select b.owner, b.at,
           b.body || coalesce(i.body, '{}')
             || jsonb_build_object('at', b.at, 'position', b.owner, 'fields', b.fields) as body
      from bodies as b
      left join inner_parts as i on i.owner = b.owner
     where b.place = 'conversation'
  ), edges as (
    select b.owner, b.ordinal::bigint as ordinal, pgwave_private.normalise_branch(
             -- a loop whose limit does not fit is still meant to be one
             b.body || case when 'loop' = any (b.fields) and not b.body ? 'loop'
               then '{"loop": 1}' else '{}' end::jsonb || o.outcome,
             b.at, b.to_at) as branch
      from bodies as b
      cross join pgwave_private.list_outcomes(b.body -> 'after') as o
     where b.place = 'branch'
    union all
    select (all_nodes.bodies -> (x.owner - 1) ->> 'position')::int, x.ordinal, x.branch
      from (select to_jsonb(array_agg(n.body order by n.owner)) as bodies from nodes as n) as all_nodes
      cross join pgwave_private.normalise_branches(
        all_nodes.bodies, not normalise_conversations.definition ? 'conversations') as x
  ), grouped_edges as (
    select e.owner, to_jsonb(array_agg(e.branch order by e.ordinal, e.branch -> 'outcome')) as branches
      from edges as e
     group by e.owner
  )
  select coalesce(to_jsonb(array_agg(
      pgwave_private.normalise_conversation(n.body)
        || jsonb_build_object('branches', coalesce(g.branches, '[]')) order by n.owner)), '[]')
    from nodes as n
    left join grouped_edges as g on g.owner = n.owner
$function$;
comment on function pgwave_private.normalise_conversations(jsonb) is
  'Bring the conversations of a definition to one form. Returns: an array of {name, at, position, fields, …, branches: [{at, to, after, tags | predicate | otherwise, loop}]}.';

create or replace function pgwave_private.complete_condition(condition text)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  -- The RFC writes summaries_processed > 0 for what is $delta.summaries > 0.
  select string_agg(
      case
        when token.here ~ '^[A-Za-z_]\w*$' and coalesce(token.before, '') not in ('.', '@')
          and token.here not in ('true', 'false', 'null', 'exists', 'like_regex', 'starts', 'with',
            'is', 'unknown', 'flag', 'to', 'last', 'strict', 'lax')
        then '$delta.' || regexp_replace(token.token, '_processed(\s*)$', '\1')
        else token.token
      end, '' order by token.place)
    from (
      select t.token, t.place, btrim(t.token, E' \t\r\n') as here,
             btrim(lag(t.token) over (order by t.place), E' \t\r\n') as before
        from unnest(pgwave_private.split_path(complete_condition.condition)) with ordinality as t (token, place)
    ) as token
$function$;
comment on function pgwave_private.complete_condition(text) is
  'Read the bare words of a condition as labels of the delta, without _processed. Returns: the condition in the $ language.';

create or replace function pgwave_private.normalise_trigger(body jsonb, at text)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select body - array['workflow_id', 'condition', 'workflow']
    || jsonb_strip_nulls(jsonb_build_object(
      'at', normalise_trigger.at,
      'section', split_part(normalise_trigger.at, '/', 2),
      'workflow', coalesce(body ->> 'workflow', body ->> 'workflow_id'),
      'when', coalesce(body ->> 'when', pgwave_private.complete_condition(body ->> 'condition'))))
$function$;
comment on function pgwave_private.normalise_trigger(jsonb, text) is
  'Bring a trigger to one form: {workflow_id, condition} of the RFC is {workflow, when}. Returns: {at, section, workflow, when, input, enabled}.';

create or replace function pgwave_private.normalise_starts(starts jsonb, conversations jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(jsonb_agg(coalesce(named.name, s.start #>> '{}') order by s.place), '[]')
    from jsonb_array_elements(pgwave_private.as_list(normalise_starts.starts)) with ordinality as s (start, place)
    left join lateral (
      select min(n.body ->> 'name') as name
        from jsonb_array_elements(normalise_starts.conversations) as n (body)
       where jsonb_typeof(s.start) = 'number' and n.body -> 'conversation_id' = s.start
    ) as named on true
$function$;
comment on function pgwave_private.normalise_starts(jsonb, jsonb) is
  'Bring start or entries to a list of names; a number is a conversation_id. Returns: the list.';

create or replace function pgwave_private.normalise_definition(definition jsonb)
returns jsonb
language sql
stable parallel unsafe
set search_path = ''
as $function$
  with bodies as (
    select f.place, f.at, f.ordinal, pgwave_private.add_large(
             jsonb_object_agg(f.field, f.value) filter (where not pgwave_private.is_large(f.value)),
             coalesce(array_agg(f.field) filter (where pgwave_private.is_large(f.value)), '{}'),
             array_agg(f.value) filter (where pgwave_private.is_large(f.value)), '{}') as body
      from pgwave_private.check_fields(
        -- the conversations are another function's
        case jsonb_typeof(normalise_definition.definition) when 'object'
          then normalise_definition.definition - array['conversations', 'steps'] else '{}' end) as f
     where f.fault_code is null
     group by f.place, f.at, f.ordinal
  ), conversations as materialized (
    select case when jsonb_path_exists(c.list, '$[*].block')
      then pgwave_private.add_blocks(normalise_definition.definition, c.list)
             else c.list end as list
      from (select pgwave_private.normalise_conversations(normalise_definition.definition) as list offset 0) as c
  )
  select coalesce((select b.body from bodies as b where b.place = 'workflow'), '{}')
      - array['on_completion', 'on_failure', 'on_cancel', 'on_end']
    || jsonb_build_object(
      'limits', coalesce((select b.body from bodies as b where b.place = 'limits'), '{}'),
      'triggers', coalesce((
        select jsonb_agg(pgwave_private.normalise_trigger(b.body, b.at) order by b.ordinal)
          from bodies as b where b.place = 'trigger'), '[]'),
      'conversations', c.list)
    || case when normalise_definition.definition ? 'outside'
         then jsonb_build_object('outside', normalise_definition.definition -> 'outside') else '{}' end
    || coalesce((
      select jsonb_object_agg(s.section, coalesce((select b.body from bodies as b where b.place = s.section), '{}'))
        from unnest(array['concurrency', 'debounce', 'collect', 'throttle']) as s (section)
       where w.body ? s.section), '{}')
    || case when w.body ? 'start'
         then jsonb_build_object('start', pgwave_private.normalise_starts(w.body -> 'start', c.list)) else '{}' end
    || jsonb_build_object(
      'entries', coalesce(pgwave_private.normalise_starts(w.body -> 'entries', c.list), '[]'))
    from conversations as c
    left join bodies as w on w.place = 'workflow'
$function$;
comment on function pgwave_private.normalise_definition(jsonb) is
  'Bring a definition to one form: short forms and the RFC''s spellings expanded, fields that do not fit left out, the JSON pointer of each part in at. Returns: the definition; never raises.';
