-- What a plan may not hold, besides the faults that any definition may have. A model wrote it, so it gets less than a
-- person.

-- Tables and columns are looked up by a worker, as pgwave_sql in a session of that role: looking up runs code.
create or replace function pgwave_private.plan_query_faults(normalised jsonb, query_faults jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'bad_query', f.at, format('The query cannot run: %s.', f.message),
    'Use the tables and columns of the catalogue.'
    from pgwave_private.list_queries(plan_query_faults.normalised) q
    join jsonb_to_recordset(plan_query_faults.query_faults) f (at text, message text) on f.at = q.at
   where q.section = 'load'
   order by f.at
$$;
comment on function pgwave_private.plan_query_faults(jsonb, jsonb) is
  'Turn what pgwave_sql said of a plan''s queries, [{at, message}], into faults. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.plan_field_faults(definition jsonb, normalised jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'not_in_plans', pgwave_private.pointer(array[f.field]), format('A plan has no %s.', f.field),
         'It has name, description, load, conversations and result.'
    from jsonb_object_keys(
      case jsonb_typeof(plan_field_faults.definition) when 'object' then plan_field_faults.definition
        else '{}' end) f (field)
   where f.field not in ('name', '$schema', 'description', 'input', 'output', 'result', 'limits', 'load', 'start',
                         'conversations', 'steps')
  union all
  select 'not_in_plans', (c.body ->> 'at') || '/' || f.field, format('A conversation of a plan has no %s.', f.field),
    null
    from jsonb_array_elements(plan_field_faults.normalised -> 'conversations') c (body)
    cross join (values ('conversation_id'), ('handler'), ('notify'), ('sql'), ('http'), ('script'), ('block'),
      ('compensate')) f (field)
   where c.body -> 'fields' ? f.field
  union all
  select 'out_of_range', '/conversations', 'A plan has at most 50 conversations.', 'Use for_each, or a workflow.'
   where jsonb_array_length(plan_field_faults.normalised -> 'conversations') > 50
  union all
  select 'not_in_plans', '/input', 'A plan starts without an input, and this contract asks for one.',
         'Find what it works on with a query in load.'
   where plan_field_faults.normalised ? 'input'
     and not exists (select from pgwave_private.unsupported_keywords(plan_field_faults.normalised -> 'input'))
     and exists (select from pgwave_private.list_schema_errors(plan_field_faults.normalised -> 'input', '{}'))
$$;
comment on function pgwave_private.plan_field_faults(jsonb, jsonb) is
  'Find fields that a plan may not have, and a plan that is too large or wants an input. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.plan_actor_faults(normalised jsonb, operator text)
returns table (code text, path text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  with nodes as materialized (
    select n.*, a.enabled
      from pgwave_private.typed_conversations(plan_actor_faults.normalised) n
      left join pgwave.actors a on a.actor_id = n.actor_id
  )
  select 'not_in_plans', n.at, format('A plan has no step of type %s.', n.effective_type),
         'It has ai_model, workflow, sql that only reads, human, condition, timer and signal.'
    from nodes n
   where n.effective_type not in ('ai_model', 'workflow', 'sql', 'human', 'condition', 'timer', 'signal')
  union all
  select 'not_in_plans', n.at || '/actor', format('%s changes rows, and a plan only reads.', n.body ->> 'actor'),
         'A workflow that changes rows may be run by a plan.'
    from nodes n
   where n.effective_type = 'sql' and n.actor_definition -> 'read_only' = 'false'
  union all
  select 'not_in_plans', n.at || '/actor',
    format('%s may call %s, which a plan may not.', n.body ->> 'actor', t.tool_name),
         'Use a model whose tools only read, or a workflow.'
    from nodes n
    cross join lateral pgwave_private.list_tools(n.actor_definition, plan_actor_faults.operator) t
    left join pgwave.actors o on o.actor_id = t.actor_id
   where n.effective_type = 'ai_model'
     and (t.actor_type in ('script', 'function', 'http') or t.actor_type = 'sql'
       and o.definition -> 'read_only' = 'false')
  union all
  select 'not_in_plans', n.at || '/actor', 'A plan names the actor of a step.', 'Write its name.'
    from nodes n where n.body ? 'choice'
  union all
  select 'not_in_plans', n.at || '/actor', format('%s is disabled.', n.body ->> 'actor'), null
    from nodes n
   where not n.enabled and n.actor_type <> 'system'
  union all
  -- in the words for one that is not there: others' private workflows are nobody's business
  select 'unknown_workflow', n.at || '/workflow',
         format('Workflow %s not found.', to_jsonb(left(n.body ->> 'workflow', 60))), 'Use one of the catalogue.'
    from nodes n
   where n.body ? 'workflow'
     and not exists (
       select from pgwave.workflows w
        where n.body ->> 'workflow' in (w.workflow_name, w.workflow_id::text)
          and pgwave_private.is_open_to(w, plan_actor_faults.operator))
$$;
comment on function pgwave_private.plan_actor_faults(jsonb, text) is
  'Find steps that a plan of somebody may not have: scripts, functions, services, statements that write, models with such tools, what is disabled, workflows that are not open to them. Returns: code, pointer, message, hint of each.';
