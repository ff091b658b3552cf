-- Tools of models: what a model may call. They are workflows, and actors that are given parameters.

create or replace function pgwave_private.list_tools(definition jsonb, identity text)
returns table (place int, tool_name text, given_as text, wanted text, actor_id bigint, actor_type text,
  workflow_name text,
               description text, input jsonb, output jsonb, body jsonb)
language sql
stable
set search_path = ''
as $$
  with given as materialized (
    select t.place::int - 1 as place, t.tool,
           case jsonb_typeof(t.tool) when 'object' then t.tool else '{}' end as body,
           case when jsonb_typeof(t.tool) = 'string' then 'name' when t.tool ? 'workflow' then 'workflow'
             else 'actor' end as given_as,
           coalesce(t.tool ->> 'actor', t.tool ->> 'workflow', t.tool #>> '{}') as wanted
      from jsonb_array_elements(
             case jsonb_typeof(list_tools.definition -> 'tools') when 'array' then list_tools.definition -> 'tools' end)
             with ordinality t (tool, place)
  )
  select g.place, coalesce(g.body ->> 'name', left(regexp_replace(g.wanted, '[^a-zA-Z0-9_-]', '_', 'g'), 64)),
    g.given_as,
         g.wanted, a.actor_id, a.actor_type::text, w.workflow_name,
         coalesce(g.body ->> 'description', a.definition ->> 'description', w.description),
         coalesce(g.body -> 'input', case a.actor_type when 'function' then a.definition -> 'input' end,
           c.contract_schema),
         coalesce(g.body -> 'output', case a.actor_type when 'function' then a.definition -> 'output' end), g.body
    from given g
    left join pgwave.actors a on a.actor_name = g.wanted and g.given_as in ('name', 'actor')
    left join pgwave.workflows w on w.workflow_name = g.wanted and g.given_as in ('name', 'workflow')
      and w.deleted_at is null
      -- in no way others' private ones
      and pgwave_private.may_use_workflow(w.workflow_id, 'operate', list_tools.identity)
    left join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
    left join pgwave.contracts c on c.contract_id = v.input_contract_id
   order by g.place
$$;
comment on function pgwave_private.list_tools(jsonb, text) is
  'List the tools of an actor''s definition as a model is offered them, of workflows those that somebody (null: the caller) may operate. Returns: place from 0, name, how it is given (name, actor, workflow), the name wanted, the actor or workflow of that name, description, contracts (input of a workflow: of its latest version), the entry.';

create or replace function pgwave_private.tool_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  with tools as materialized (
    select t.*, '/tools/' || t.place as at,
           row_number() over (partition by t.tool_name order by t.place) > 1 as is_again
      from pgwave_private.list_tools(tool_faults.definition, null) t
     where pgwave_private.actor_type_of(tool_faults.definition) = 'ai_model'
  ),
  names as materialized (
    select array(select a.actor_name from pgwave.actors a
      where a.actor_type in ('script', 'function', 'sql', 'http')) as actors,
           array(select w.workflow_name from pgwave.workflows w
                  where w.deleted_at is null and pgwave_private.may_use_workflow(w.workflow_id, 'operate')) as workflows
  )
  select 'unknown_field', t.at || pgwave_private.pointer(array[k.key]), format('Unknown field %s in a tool.', k.key),
         'A tool has actor or workflow, and name, description, input, output.'
    from tools t
    cross join jsonb_object_keys(t.body) k (key)
   where k.key not in ('actor', 'workflow', 'name', 'description', 'input', 'output')
  union all
  select 'wrong_type', t.at || '/' || f.name, format('%s of a tool must be a text.', f.name), null
    from tools t
    cross join (values ('actor'), ('workflow'), ('name'), ('description')) f (name)
   where jsonb_typeof(t.body -> f.name) <> 'string'
  union all
  select 'wrong_type', t.at || '/' || f.name, format('%s of a tool must be a JSON Schema.', f.name), null
    from tools t
    cross join (values ('input'), ('output')) f (name)
   where jsonb_typeof(t.body -> f.name) not in ('object', 'boolean')
  union all
  select 'bad_name', t.at || '/name', format('%s is not a name that models can call.', to_jsonb(t.tool_name)),
         'Use 1 to 64 letters, digits, _ and -.'
    from tools t
   where t.tool_name !~ '^[a-zA-Z0-9_-]{1,64}$'
  union all
  select 'conflict', t.at, case when t.given_as = 'name'
           then format('%s is an actor and a workflow.', t.wanted)
             else 'A tool is an actor or a workflow, not both.' end,
         'Write {actor: …} or {workflow: …}.'
    from tools t
   where t.body ?& array['actor', 'workflow'] or t.given_as = 'name' and t.actor_id is not null
     and t.workflow_name is not null
  union all
  select 'unknown_tool', t.at,
         case when t.wanted is null or jsonb_typeof(t.body -> t.given_as) <> 'string'
           then 'A tool must name an actor or a workflow.'
           when t.actor_id is not null then format('%s is an actor of type %s, which a model cannot call.', t.wanted,
             t.actor_type)
           else format('%s %s not found.', case t.given_as when 'name' then 'Actor or workflow'
             else initcap(t.given_as) end, to_jsonb(t.wanted)) end,
         case when t.actor_id is not null
           then 'Tools are workflows, and actors of type script, function, sql, or http. Put others into a workflow.'
           else pgwave_private.suggest_name(t.wanted,
             case t.given_as when 'workflow' then n.workflows when 'actor' then n.actors else n.actors
               || n.workflows end) end
    from tools t
    cross join names n
   where t.workflow_name is null and coalesce(t.actor_type, '') not in ('script', 'function', 'sql', 'http')
  union all
  select 'duplicate_name', t.at, format('Two tools are called %s.', t.tool_name),
    'Give one of them another name: {actor: …, name: …}.'
    from tools t
   where t.is_again
  union all
  select 'missing_field', t.at || '/input',
    format('The tool %s needs input, the JSON Schema of its arguments.', t.tool_name),
         'Workflows and functions with an input contract need none here.'
    from tools t
   where t.input is null and (t.workflow_name is not null or t.actor_type in ('script', 'function', 'sql', 'http'))
  union all
  select 'wrong_type', t.at || '/input', format('The arguments of the tool %s must be an object.', t.tool_name),
         'Write input: { type: object, properties: {…} }.'
    from tools t
   where jsonb_typeof(t.input) = 'boolean' or t.input ->> 'type' <> 'object'
  union all
  select u.code, t.at || '/' || f.name || coalesce(u.path, ''), u.message, u.hint
    from tools t
    cross join (values ('input'), ('output')) f (name)
    cross join lateral pgwave_private.unsupported_keywords(t.body -> f.name) u
   where jsonb_typeof(t.body -> f.name) in ('object', 'boolean')
  union all
  select 'conflict', '/tools', 'A model that makes embeddings calls no tools.', null
   where tool_faults.definition ->> 'task' = 'embed' and tool_faults.definition ? 'tools'
$$;
comment on function pgwave_private.tool_faults(jsonb) is
  'Find the faults of the tools of an actor''s definition. Returns: code, pointer, message, hint of each.';
