-- What a plan may be made of, as whoever plans may see it.

create or replace function pgwave_private.is_open_to(workflow pgwave.workflows, identity text) returns boolean
language sql
stable
set search_path = ''
as $$
  select workflow.deleted_at is null and workflow.enabled and workflow.owner <> 'pgwave'
     -- a chain is a plan already
     and workflow.workflow_name not like 'chain:%' and workflow.part_of_workflow_id is null
     and pgwave_private.may_use_workflow(workflow.workflow_id, 'operate', is_open_to.identity)
$$;
comment on function pgwave_private.is_open_to(pgwave.workflows, text) is
  'Tell whether a plan of somebody may run a workflow: enabled, not built in, and theirs to operate. Returns: true or false.';

create or replace function pgwave_private.count_goal_words(goal text, about text) returns int
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- words of more than three letters, by their first five: jobs and job, extracting and extract
  select count(distinct left(w.word[1], 5))::int
    from regexp_matches(lower(count_goal_words.goal), '[[:alnum:]]{4,}', 'g') as w (word)
   where strpos(lower(count_goal_words.about), left(w.word[1], 5)) > 0
$$;
comment on function pgwave_private.count_goal_words(text, text) is
  'Count the words of a goal that a text has too. Returns: from 0.';

create or replace function pgwave_private.list_plan_workflows(operator text, goal text) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(c.entry order by c.relevance desc, c.name), '[]')
    from (
      select w.workflow_name as name, jsonb_strip_nulls(jsonb_build_object(
               'name', w.workflow_name, 'description', left(w.description, 500),
               'input', v.definition -> 'input', 'output', v.definition -> 'output',
               'load', v.definition -> 'load', 'pending_tasks', v.definition -> 'pending_tasks')) as entry,
             pgwave_private.count_goal_words(list_plan_workflows.goal,
               concat_ws(' ', w.workflow_name, w.description, v.definition -> 'output')) as relevance
        from pgwave.workflows w
        join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
       where pgwave_private.is_open_to(w, list_plan_workflows.operator)
         -- one plan is not made of another
         and v.origin_workflow_run_id is null
         and length(concat(v.definition -> 'input', v.definition -> 'output', v.definition -> 'load')) < 8000
       order by relevance desc, w.workflow_name
       limit 40
    ) c
$$;
comment on function pgwave_private.list_plan_workflows(text, text) is
  'List the workflows that a plan may run, those that have most to do with the goal first, forty at most. Returns: [{name, description, input, output, load, pending_tasks}].';

create or replace function pgwave_private.list_plan_actors(goal text, type pgwave.actor_type) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'name', a.actor_name, 'description', left(a.definition ->> 'description', 500),
             'model', a.definition -> 'model', 'statement', a.definition -> 'statement'))
           order by a.relevance desc, a.built_in, a.actor_id), '[]')
    from (
      select n.*, n.owner = 'pgwave' as built_in,
             pgwave_private.count_goal_words(list_plan_actors.goal, n.actor_name
               || (n.definition ->> 'description')) as relevance
        from pgwave.actors n
       where n.actor_type = list_plan_actors.type and n.enabled and not starts_with(n.actor_name, 'inline:')
         and (n.actor_type <> 'sql' or n.definition -> 'read_only' is distinct from 'false')
       order by relevance desc, built_in, n.actor_id
       limit 30
    ) a
$$;
comment on function pgwave_private.list_plan_actors(text, pgwave.actor_type) is
  'List the actors of a type that a plan may name; of statements those that only read. Returns: [{name, description, model, statement}].';

create or replace function pgwave_private.list_plan_tables(goal text) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'name', t.name, 'description', left(t.description, 300), 'key', k.columns, 'columns', c.columns))
           order by t.relevance desc, t.name), '[]')
    from (
      select r.oid, format('%I.%I', n.nspname, r.relname) as name, obj_description(r.oid, 'pg_class') as description,
             pgwave_private.count_goal_words(list_plan_tables.goal,
               concat_ws(' ', r.relname, obj_description(r.oid, 'pg_class'))) as relevance
        from pg_catalog.pg_class r
        join pg_catalog.pg_namespace n on n.oid = r.relnamespace
       where r.relkind in ('r', 'v', 'm', 'p', 'f') and not r.relispartition
         and n.nspname !~ '^(pg_|pgwave|graphile_)' and n.nspname <> 'information_schema'
         and has_schema_privilege('pgwave_sql', n.oid, 'usage') and has_table_privilege('pgwave_sql', r.oid, 'select')
       order by relevance desc, 2
       limit 30
    ) t
    cross join lateral (
      select jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) as columns
        from pg_catalog.pg_attribute a
       where a.attrelid = t.oid and a.attnum between 1 and 60 and not a.attisdropped
    ) c
    left join lateral (
      select jsonb_agg(a.attname) as columns
        from pg_catalog.pg_index i
        join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
       where i.indrelid = t.oid and i.indisprimary
    ) k on true
$$;
comment on function pgwave_private.list_plan_tables(text) is
  'List the tables and views that queries of a plan may read, which is what pgwave_sql may read. Returns: [{name, description, key, columns}].';

create or replace function pgwave_private.list_catalogue(operator text, goal text) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'workflows', pgwave_private.list_plan_workflows(list_catalogue.operator, list_catalogue.goal),
    'models', pgwave_private.list_plan_actors(list_catalogue.goal, 'ai_model'),
    'queries', pgwave_private.list_plan_actors(list_catalogue.goal, 'sql'),
    'tables', pgwave_private.list_plan_tables(list_catalogue.goal))
$$;
comment on function pgwave_private.list_catalogue(text, text) is
  'List what a plan of somebody may be made of, what has to do with the goal first. Returns: {workflows, models, queries, tables}.';
