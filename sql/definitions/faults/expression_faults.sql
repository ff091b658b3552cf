create or replace function pgwave_private.list_value_bindings(value jsonb, at text, documents text[])
returns table (at text, binding jsonb)
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select list_value_bindings.at || pgwave_private.pointer(v.at), part.value
    from pgwave_private.parse_value(list_value_bindings.value, list_value_bindings.documents) as v
    cross join jsonb_array_elements(coalesce(v.template, jsonb_build_array(v.binding))) as part (value)
   where jsonb_typeof(part.value) = 'object'
$function$;
comment on function pgwave_private.list_value_bindings(jsonb, text, text[]) is
  'List the bindings inside a value. Returns: pointer and parsed binding.';

create or replace function pgwave_private.list_template_bindings(template text, documents text[])
returns setof jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select part.value
    from jsonb_array_elements(pgwave_private.parse_template(
      -- nothing to look for in many prompts
      case when list_template_bindings.template ~ '\{[{%]' then list_template_bindings.template end,
      list_template_bindings.documents)) as part (value)
   where jsonb_typeof(part.value) = 'object'
$function$;
comment on function pgwave_private.list_template_bindings(text, text[]) is
  'List the bindings of a prompt. Returns: them, parsed.';

create or replace function pgwave_private.list_node_bindings(definition jsonb, documents text[])
returns table (node int, context text, at text, binding jsonb)
language sql
stable parallel unsafe
set search_path = ''
as $function$
  with nodes as materialized (
    select c.place::int as node, c.body, c.body ->> 'at' as at
      from jsonb_array_elements(list_node_bindings.definition -> 'conversations')
        with ordinality as c (body, place)
  ), names as materialized (
    select list_node_bindings.documents || 'parent'::text
             || case when list_node_bindings.definition ? 'compensates' then '{output}'::text[] else '{}' end as inside,
           list_node_bindings.documents || array['parent', 'output'] as outside
  )
  select n.node, 'prompt', n.at || '/' || key.name, b.binding
    from names as d
    cross join nodes as n
    cross join (values ('prompt'), ('system')) as key (name)
    cross join pgwave_private.list_template_bindings(n.body ->> key.name, d.inside) as b (binding)
   where jsonb_typeof(n.body -> key.name) = 'string'
  union all
  -- of a prompt by name, what it says at present
  select n.node, 'prompt', n.at || '/prompt', b.binding
    from names as d
    cross join nodes as n
    cross join lateral pgwave_private.list_prompt_uses(pgwave_private.parse_prompt_use(n.body -> 'prompt')) as u
    cross join pgwave_private.list_template_bindings(u.text, d.inside) as b (binding)
   where jsonb_typeof(n.body -> 'prompt') = 'object'
  union all
  select n.node, case when key.name in ('params', 'options', 'images', 'choice') then 'prompt'
    when key.name = 'due' then 'assignees' else key.name end, b.at, b.binding
    from names as d
    cross join nodes as n
    cross join (values ('params'), ('options'), ('images'), ('for_each'), ('until'), ('wait'), ('assignees'), ('due'),
      ('choice')) as key (name)
    cross join pgwave_private.list_value_bindings(
      n.body -> key.name,
      n.at || '/' || case when key.name = 'params' and n.body ? 'block' then 'block'
        when key.name = 'params' and not n.body -> 'fields' ? 'params' then 'input'
        when key.name = 'choice' then 'actor' else key.name end,
      d.inside) as b
   where n.body ? key.name
  union all
  select n.node, e.branch ->> 'after',
         e.branch ->> 'when_at',
         jsonb_build_object('source', e.branch -> 'predicate', 'optional', true,
           'alternatives', jsonb_build_array(c.condition)) || c.condition
    from names as d
    cross join nodes as n
    cross join jsonb_array_elements(n.body -> 'branches') as e (branch)
    cross join pgwave_private.parse_condition(
      e.branch ->> 'predicate', d.outside, n.body ->> 'name') as c (condition)
   where e.branch ? 'predicate'
  union all
  select n.node, 'loop', (e.branch ->> 'at') || '/loop', b.binding
    from names as d
    cross join nodes as n
    cross join jsonb_array_elements(n.body -> 'branches') as e (branch)
    cross join pgwave_private.list_value_bindings(e.branch -> 'loop', '', d.outside) as b
   where jsonb_typeof(e.branch -> 'loop') = 'string'
  union all
  select n.node, 'retry', n.at || '/retry/when',
         jsonb_build_object('source', n.body #> '{retry,when}', 'optional', true,
           'alternatives', jsonb_build_array(c.condition)) || c.condition
    from nodes as n
    cross join pgwave_private.parse_condition(n.body #>> '{retry,when}', '{}') as c (condition)
   where n.body -> 'retry' ? 'when'
$function$;
comment on function pgwave_private.list_node_bindings(jsonb, text[]) is
  'List what the conversations of a normalised definition read. Returns: the conversation''s place, the context (prompt, for_each, until, wait, assignees, success, failure, loop, retry), pointer, parsed binding.';

create or replace function pgwave_private.list_flow_bindings(definition jsonb, documents text[])
returns table (context text, at text, binding jsonb)
language sql
stable parallel unsafe
set search_path = ''
as $function$
  select 'result', b.at, b.binding
    from pgwave_private.list_value_bindings(
      list_flow_bindings.definition -> 'result', '/result', list_flow_bindings.documents) as b
  union all
  select 'key', b.at, b.binding
    from unnest(array['concurrency', 'debounce', 'collect', 'throttle']) as s (section)
    cross join pgwave_private.list_value_bindings(list_flow_bindings.definition #> array[s.section, 'key'],
      '/' || s.section || '/key', list_flow_bindings.documents) as b
  union all
  select 'trigger', b.at, b.binding
    from jsonb_array_elements(list_flow_bindings.definition -> 'triggers') as t (trigger)
    cross join pgwave_private.list_value_bindings(
      t.trigger -> 'input', (t.trigger ->> 'at') || '/input', list_flow_bindings.documents) as b
  union all
  select 'trigger', (t.trigger ->> 'at') || '/when',
         jsonb_build_object('source', t.trigger -> 'when', 'optional', true,
           'alternatives', jsonb_build_array(c.condition)) || c.condition
    from jsonb_array_elements(list_flow_bindings.definition -> 'triggers') as t (trigger)
    cross join pgwave_private.parse_condition(
      t.trigger ->> 'when', list_flow_bindings.documents) as c (condition)
   where t.trigger ? 'when'
$function$;
comment on function pgwave_private.list_flow_bindings(jsonb, text[]) is
  'List what the result, the keys of starts and the triggers of a normalised definition read. Returns: context (result, key, trigger), pointer, parsed binding.';

create or replace function pgwave_private.outside_documents(definition jsonb)
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select array(select jsonb_array_elements_text(coalesce(outside_documents.definition #> '{outside,documents}', '[]')))
$function$;
comment on function pgwave_private.outside_documents(jsonb) is
  'List the conversations outside that a normalised definition of a block may read. Returns: their names.';

create or replace function pgwave_private.list_bindings(definition jsonb)
returns table (node int, context text, at text, binding jsonb)
language sql
stable parallel unsafe
set search_path = ''
as $function$
  with names as materialized (
    select coalesce(array_agg(distinct c.body ->> 'name'), '{}')
      || pgwave_private.outside_documents(list_bindings.definition)
             as conversations
      from jsonb_array_elements(list_bindings.definition -> 'conversations') as c (body)
     where c.body ? 'name'
  )
  select b.* from names as n
    cross join pgwave_private.list_node_bindings(list_bindings.definition, n.conversations) as b
  union all
  select null, b.* from names as n
    cross join pgwave_private.list_flow_bindings(list_bindings.definition, n.conversations) as b
$function$;
comment on function pgwave_private.list_bindings(jsonb) is
  'List all that a normalised definition reads. Returns: the conversation''s place (null: the workflow''s), context, pointer, parsed binding.';

create or replace function pgwave_private.syntax_faults(bindings jsonb)
returns table (code text, path text, message text, hint text)
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case
      when b.binding ? 'not_predicate' then 'condition_not_predicate'
      when b.context in ('success', 'failure', 'retry') or b.at ~ '^/on_[a-z]+(/[0-9]+)?/when$' then 'condition_syntax'
      when b.at like '%/prompt' or b.at like '%/system' or b.binding ->> 'source' not like '$%' then 'template_syntax'
      else 'path_syntax'
    end,
    b.at,
    format('%s: %s.', to_jsonb(left(b.binding ->> 'source', 100)), b.binding ->> 'fault'),
    case
      when b.binding ? 'hint' then b.binding ->> 'hint'
      when b.context in ('success', 'failure', 'retry') or b.at ~ '^/on_[a-z]+(/[0-9]+)?/when$'
        then 'A condition is [TAG] or a comparison: $extract.data.score > 3.'
      when b.at like '%/prompt' or b.at like '%/system' or b.binding ->> 'source' not like '$%'
        then 'A binding is a path: {{ extract.response }}; {{ "{{" }} is two braces.'
      else 'A string that starts with $ is a path; $$ is a plain $.'
    end
    from jsonb_to_recordset(syntax_faults.bindings) as b (context text, at text, binding jsonb)
   where b.binding ? 'fault'
$function$;
comment on function pgwave_private.syntax_faults(jsonb) is
  'Find bindings and conditions that do not parse. Returns: code, pointer, message, hint of each.';
