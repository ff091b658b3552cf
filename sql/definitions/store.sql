-- The compiled tables of a version, filled from its normalised definition. define_workflow has checked it.

create or replace function pgwave_private.advance_identity(table_name text, column_name text, ids bigint[])
returns void
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_sequence regclass :=
    pg_get_serial_sequence(advance_identity.table_name, advance_identity.column_name)::regclass;
begin
  perform setval(v_sequence, given.id)
     from (select max(g.id) as id from unnest(advance_identity.ids) as g (id)) as given
    where given.id > coalesce(pg_sequence_last_value(v_sequence), (
      select s.seqstart - 1 from pg_catalog.pg_sequence as s where s.seqrelid = v_sequence));
end
$function$;
comment on function pgwave_private.advance_identity(text, text, bigint[]) is
  'Move an identity past ids that were given. Writes: the sequence.';

create or replace function pgwave_private.store_contract(schema jsonb)
returns bigint
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_sha256 bytea := sha256(convert_to(store_contract.schema::text, 'UTF8'));
  v_contract_id bigint;
begin
  if store_contract.schema is null then
    return null;
  end if;
  select c.contract_id into v_contract_id from pgwave.contracts as c where c.contract_sha256 = v_sha256;
  if v_contract_id is null then
    insert into pgwave.contracts (contract_schema, contract_sha256, accepts)
    values (store_contract.schema, v_sha256, pgwave_private.compile_accepts(store_contract.schema))
    on conflict (contract_sha256) do nothing;
    select c.contract_id into strict v_contract_id from pgwave.contracts as c where c.contract_sha256 = v_sha256;
  end if;
  return v_contract_id;
end
$function$;
comment on function pgwave_private.store_contract(jsonb) is
  'Keep a contract once. Returns: its number; null for null. Writes: contracts.';

create or replace function pgwave_private.store_workflow(definition jsonb)
returns pgwave.workflows
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows;
  v_given bigint := (store_workflow.definition ->> 'workflow_id')::bigint;
begin
  select w.* into v_workflow
    from pgwave.workflows as w
   where w.workflow_name = store_workflow.definition ->> 'name';
  if found then
    perform pgwave_private.require_author(v_workflow.workflow_id);
  else
    insert into pgwave.workflows (workflow_id, workflow_name, owner)
    values (coalesce(v_given, nextval('pgwave.workflows_workflow_id_seq')),
      store_workflow.definition ->> 'name', pgwave.current_identity())
    returning * into v_workflow;
    perform pgwave_private.advance_identity('pgwave.workflows', 'workflow_id', array[v_given]);
  end if;
  return v_workflow;
end
$function$;
comment on function pgwave_private.store_workflow(jsonb) is
  'Find or make the workflow of a normalised definition. Returns: its row. Raises: PWACC where it is another''s. Writes: workflows.';

create or replace function pgwave_private.store_conversations(workflow_id bigint, definition jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $function$
begin
  insert into pgwave.conversations (conversation_id, workflow_id, conversation_name)
  select coalesce((c.body ->> 'conversation_id')::bigint, nextval('pgwave.conversations_conversation_id_seq')),
         store_conversations.workflow_id, c.body ->> 'name'
    from jsonb_array_elements(store_conversations.definition -> 'conversations') with ordinality as c (body, place)
   where not exists (
     select from pgwave.conversations as known
      where known.workflow_id = store_conversations.workflow_id and known.conversation_name = c.body ->> 'name')
   order by c.place;
  perform pgwave_private.advance_identity('pgwave.conversations', 'conversation_id', array(
    select (c.body ->> 'conversation_id')::bigint
      from jsonb_array_elements(store_conversations.definition -> 'conversations') as c (body)));
end
$function$;
comment on function pgwave_private.store_conversations(bigint, jsonb) is
  'Give each conversation of a normalised definition its identity. Writes: conversations.';

create or replace function pgwave_private.store_function_actors(definition jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $function$
begin
  perform pgwave_private.store_actor(jsonb_build_object('name', f.handler, 'type', 'function'))
     from (
       select distinct c.body ->> 'handler' as handler
         from jsonb_array_elements(store_function_actors.definition -> 'conversations') as c (body)
        where c.body ? 'handler'
     ) as f
    where not exists (select from pgwave.actors as a where a.actor_name = f.handler);
end
$function$;
comment on function pgwave_private.store_function_actors(jsonb) is
  'Make the actors of functions that conversations name by their handler. Writes: actors, actor_revisions.';

create or replace function pgwave_private.compile_conversations(definition jsonb, documents text[] default null)
returns table (place int, prompt jsonb, system jsonb, params jsonb, others jsonb)
language sql
stable
set search_path = ''
as $function$
  with names as materialized (
    select coalesce(compile_conversations.documents, array(
             select c.body ->> 'name'
               from jsonb_array_elements(compile_conversations.definition -> 'conversations') as c (body)))
             || case when compile_conversations.definition ? 'compensates' then '{output}'::text[] else '{}' end
             || pgwave_private.outside_documents(compile_conversations.definition) as names
  )
  select c.place::int,
         pgwave_private.compile_template(case jsonb_typeof(c.body -> 'prompt')
           when 'string' then c.body ->> 'prompt' end, n.names),
         pgwave_private.compile_template(c.body ->> 'system', n.names),
         pgwave_private.compile_value(c.body -> 'params', n.names),
         nullif(coalesce((
           select jsonb_object_agg(key.name, pgwave_private.compile_value(c.body -> key.name, n.names))
             from (values ('for_each', false), ('until', false), ('assignees', false), ('images', false),
                     ('wait', true), ('options', true), ('due', true), ('choice', true))
               as key (name, is_plain)
            -- most are as they stand
            where c.body ? key.name and (not key.is_plain or exists (
              select from pgwave_private.parse_value(c.body -> key.name, n.names)))), '{}')
           || case when c.body -> 'retry' ? 'when' then jsonb_build_object(
                'retry_when', pgwave_private.compile_condition(c.body #>> '{retry,when}')) else '{}' end, '{}')
    from jsonb_array_elements(compile_conversations.definition -> 'conversations') with ordinality as c (body, place)
    cross join names as n
$function$;
comment on function pgwave_private.compile_conversations(jsonb, text[]) is
  'Compile what the conversations of a normalised definition render; documents are all names of conversations, if it holds some of them only. Returns: by place the prompt, system prompt, params and the other compiled values ({for_each, until, wait, assignees, images, options, due, choice, retry_when}).';

create or replace function pgwave_private.names_read(compiled jsonb[])
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select array(
    select distinct n.name #>> '{}'
      from unnest(names_read.compiled) as c (part)
      cross join jsonb_path_query(c.part, '$.**.names[*]') as n (name)
     order by 1)
$function$;
comment on function pgwave_private.names_read(jsonb[]) is
  'List the names that compiled templates and values read. Returns: them in order.';

create or replace function pgwave_private.asks_for_tag(body jsonb)
returns boolean
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(bool_or(b.branch ? 'tags'), false) and not coalesce(bool_or(b.branch ? 'otherwise'), false)
    from jsonb_array_elements(body -> 'branches') as b (branch)
   where b.branch ->> 'after' = 'success'
$function$;
comment on function pgwave_private.asks_for_tag(jsonb) is
  'Tell whether a normalised conversation must answer with a tag: a branch asks for one, and there is no otherwise. Returns: whether.';

create or replace function pgwave_private.store_conversation_versions(
  workflow_version_id bigint,
  workflow_id bigint,
  definition jsonb,
  bindings jsonb
)
returns void
language sql
volatile
set search_path = ''
as $function$
  with names_read as materialized (
    select r.node, array_agg(distinct r.document order by r.document) as names
      from pgwave_private.list_references(store_conversation_versions.bindings) as r
     where r.node is not null and r.context <> 'retry'
       and (r.name <> 'output' or store_conversation_versions.definition ? 'compensates')
       -- what items of a map have of their own, where nothing else is called so
       and (r.name not in ('index', 'items') or exists (
         select from pgwave_private.list_names(store_conversation_versions.definition) as k
          where k.section in ('conversation', 'load') and k.name = r.name))
     group by r.node
  ), contracts as materialized (
    select d.contract, pgwave_private.store_contract(d.contract) as contract_id
      from (
        select distinct coalesce(n.body -> 'output',
            case n.actor_type when 'function' then n.actor_definition -> 'output' end) as contract
          from pgwave_private.typed_conversations(store_conversation_versions.definition) as n
      ) as d
     where d.contract is not null
  )
  insert into pgwave.conversation_versions (
    workflow_version_id, conversation_id, position, definition, actor_id, actor_type, prompt_template,
    system_template, params_template, reads, items_template, item_reads, max_parallel, tolerate, output_contract_id,
      tags, tag_required, may_skip,
    route, join_policy, join_count, join_expression, on_failure,
    timeout_ms, max_attempts, retry_delay_ms, retry_factor, retry_max_delay_ms, retry_jitter, retry_codes, prompt_use)
  select store_conversation_versions.workflow_version_id, c.conversation_id, n.place,
         n.body - array['at', 'fields', 'branches', 'position', 'requires', 'block']
           || jsonb_build_object('type', n.effective_type)
           || case when k.others is null then '{}' else jsonb_build_object('compiled', k.others) end,
         n.actor_id, n.effective_type::pgwave.actor_type, k.prompt, k.system, k.params, coalesce(r.names, '{}'),
         k.others -> 'for_each', pgwave_private.names_read(array[k.prompt, k.system, k.params,
           k.others -> 'assignees', k.others -> 'images', k.others -> 'options', k.others -> 'due',
           k.others -> 'choice']),
         coalesce((n.body ->> 'max_parallel')::int,
           -- each item of such a map is a run
           case when n.body ? 'for_each' and n.effective_type = 'workflow' then 100 end),
         coalesce((n.body ->> 'tolerate')::int, 0),
         o.contract_id, pgwave_private.closed_tags(n.body, n.effective_type), pgwave_private.asks_for_tag(n.body),
         n.body ? 'may_skip',
         coalesce(n.body ->> 'route', 'all')::pgwave.route,
         case when jsonb_typeof(n.body -> 'join') = 'number' then 'n'
           when pgwave_private.joins_by_expression(n.body) then 'expression'
           else coalesce(n.body ->> 'join', 'merge') end::pgwave.join_policy,
         case jsonb_typeof(n.body -> 'join') when 'number' then (n.body ->> 'join')::int end,
         case when pgwave_private.joins_by_expression(n.body) then pgwave_private.name_join_sources(
           pgwave_private.parse_join(n.body ->> 'join'), (
             select jsonb_object_agg(k.conversation_name, k.conversation_id)
               from pgwave.conversations as k where k.workflow_id = store_conversation_versions.workflow_id)) end,
         coalesce(n.body ->> 'on_failure', 'fail_run')::pgwave.on_failure,
         coalesce(pgwave_private.duration_ms(n.body -> 'timeout'),
           pgwave_private.duration_ms(n.actor_definition -> 'timeout'), 300000),
         coalesce((n.body #>> '{retry,max_attempts}')::int, 3),
         coalesce(pgwave_private.duration_ms(n.body #> '{retry,delay}'), 1000),
         coalesce((n.body #>> '{retry,factor}')::numeric, 2),
         greatest(coalesce(pgwave_private.duration_ms(n.body #> '{retry,max_delay}'), 60000),
           pgwave_private.duration_ms(n.body #> '{retry,delay}')),
         coalesce((n.body #>> '{retry,jitter}')::numeric, 0.2),
         pgwave_private.compile_retry_codes(n.body #> '{retry,codes}'),
           pgwave_private.parse_prompt_use(n.body -> 'prompt')
    from pgwave_private.typed_conversations(store_conversation_versions.definition) as n
    join pgwave_private.compile_conversations(store_conversation_versions.definition) as k on k.place = n.place
    join pgwave.conversations as c
      on c.workflow_id = store_conversation_versions.workflow_id and c.conversation_name = n.conversation_name
    left join names_read as r on r.node = n.place
    left join contracts as o on o.contract = coalesce(n.body -> 'output',
      case n.actor_type when 'function' then n.actor_definition -> 'output' end)
   order by n.place
$function$;
comment on function pgwave_private.store_conversation_versions(bigint, bigint, jsonb, jsonb) is
  'Compile the conversations of a normalised definition into a version. Writes: conversation_versions, contracts.';

create or replace function pgwave_private.store_branches(
  workflow_version_id bigint,
  workflow_id bigint,
  definition jsonb,
  bindings jsonb
)
returns void
language sql
volatile
set search_path = ''
as $function$
  with known as materialized (
    select c.conversation_id, c.conversation_name
      from pgwave.conversations as c where c.workflow_id = store_branches.workflow_id
  ), predicates as materialized (
    select b.at, b.binding ->> 'path' as predicate
      from jsonb_to_recordset(store_branches.bindings) as b (context text, at text, binding jsonb)
     where b.context in ('success', 'failure')
  )
  insert into pgwave.branches (
    workflow_version_id, from_conversation_id, to_conversation_id, position, after, condition_kind, tags, predicate,
    max_loops, loop_limit, ends_run)
  select store_branches.workflow_version_id, s.conversation_id, t.conversation_id, b.place,
         (b.branch ->> 'after')::pgwave.branch_after,
         case when b.branch ? 'tags' then 'tag' when b.branch ? 'predicate' then 'predicate'
           when b.branch ? 'otherwise' then 'otherwise' else 'always' end::pgwave.branch_condition,
         case when b.branch ? 'tags' then array(select jsonb_array_elements_text(b.branch -> 'tags')) end,
         p.predicate,
         case jsonb_typeof(b.branch -> 'loop') when 'number' then (b.branch ->> 'loop')::int
           when 'string' then 10000 end,
         case when jsonb_typeof(b.branch -> 'loop') = 'string'
           then pgwave_private.compile_value(b.branch -> 'loop', n.names) end,
         b.branch ->> 'to' = 'END'
    from (select array_agg(k.conversation_name) || 'output'::text
      || pgwave_private.outside_documents(store_branches.definition)
                   as names from known as k) as n
    cross join jsonb_array_elements(store_branches.definition -> 'conversations') with ordinality as c (body, place)
    cross join jsonb_array_elements(c.body -> 'branches') with ordinality as b (branch, place)
    join known as s on s.conversation_name = c.body ->> 'name'
    left join known as t on t.conversation_name = b.branch ->> 'to'
    left join predicates as p on b.branch ? 'predicate' and p.at = b.branch ->> 'when_at'
   order by c.place, b.place
$function$;
comment on function pgwave_private.store_branches(bigint, bigint, jsonb, jsonb) is
  'Compile the branches of a normalised definition into a version, all in one statement. Writes: branches.';

create or replace function pgwave_private.store_loop_bodies(workflow_version_id bigint, workflow_id bigint,
  definition jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $function$
begin
  insert into pgwave_private.loop_bodies (branch_id, conversation_id, workflow_version_id)
  select distinct b.branch_id, member.conversation_id, store_loop_bodies.workflow_version_id
    from pgwave_private.list_loops(store_loop_bodies.definition) as l
    cross join jsonb_array_elements(store_loop_bodies.definition -> 'conversations')
      with ordinality as c (body, place)
    cross join jsonb_array_elements(c.body -> 'branches') with ordinality as e (branch, place)
    join pgwave.conversations as s
      on s.workflow_id = store_loop_bodies.workflow_id and s.conversation_name = l.source_name
    join pgwave.branches as b
      on b.workflow_version_id = store_loop_bodies.workflow_version_id
     and b.from_conversation_id = s.conversation_id and b.position = e.place and b.max_loops is not null
    cross join jsonb_array_elements(store_loop_bodies.definition -> 'conversations')
      with ordinality as m (body, place)
    join pgwave.conversations as member
      on member.workflow_id = store_loop_bodies.workflow_id and member.conversation_name = m.body ->> 'name'
   where c.place = l.source and e.branch ->> 'at' = l.at and get_bit(l.body, m.place::int - 1) = 1;
end
$function$;
comment on function pgwave_private.store_loop_bodies(bigint, bigint, jsonb) is
  'Compile what each loop of a normalised definition resets. Writes: loop_bodies.';

create or replace function pgwave_private.store_races(workflow_version_id bigint, definition jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $function$
begin
  if not jsonb_path_exists(store_races.definition, '$.conversations[*].race') then
    return;
  end if;
  update pgwave.conversation_versions as cv
     set races_with = array(
       select other.conversation_id
         from pgwave.conversation_versions as other
         join pgwave.conversations as c on c.conversation_id = other.conversation_id
        where other.workflow_version_id = cv.workflow_version_id and c.conversation_name = any (l.losers)
        order by 1)
    from pgwave_private.find_losers(store_races.definition) as l
   where cv.workflow_version_id = store_races.workflow_version_id and cv.position = l.place;
end
$function$;
comment on function pgwave_private.store_races(bigint, jsonb) is
  'Compile what the races of a normalised definition may cancel. Writes: conversation_versions.';

create or replace function pgwave_private.store_probes_and_triggers(workflow_version_id bigint, definition jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $function$
begin
  insert into pgwave.workflow_probes (workflow_version_id, probe_name, purpose, query, position)
  select store_probes_and_triggers.workflow_version_id, m.key, s.purpose, m.value, m.place
    from (values ('probes', 'state'), ('expected_work', 'expected_work')) as s (section, purpose)
    cross join jsonb_each_text(coalesce(store_probes_and_triggers.definition -> s.section, '{}'))
      with ordinality as m (key, value, place);
  insert into pgwave.workflow_triggers (
    workflow_version_id, position, workflow, condition, input_template, enabled, statuses)
  select store_probes_and_triggers.workflow_version_id, t.place, t.body ->> 'workflow',
         pgwave_private.compile_condition(t.body ->> 'when'), pgwave_private.compile_value(t.body -> 'input'),
         coalesce((t.body ->> 'enabled')::boolean, true), s.statuses::pgwave.run_status[]
    from jsonb_array_elements(store_probes_and_triggers.definition -> 'triggers') with ordinality as t (body, place)
    join pgwave_private.trigger_sections() as s on s.section = t.body ->> 'section';
end
$function$;
comment on function pgwave_private.store_probes_and_triggers(bigint, jsonb) is
  'Compile the probes and triggers of a normalised definition into a version. Writes: workflow_probes, workflow_triggers.';

create or replace function pgwave_private.start_ids(workflow_id bigint, definition jsonb)
returns bigint[]
language sql
stable
set search_path = ''
as $function$
  select array_agg(c.conversation_id order by c.conversation_id)
    from pgwave_private.forward_graph(start_ids.definition) as g
    cross join unnest(pgwave_private.start_nodes(start_ids.definition, g.names, g.targets)) as s (node)
    join pgwave.conversations as c
      on c.workflow_id = start_ids.workflow_id and c.conversation_name = g.names[s.node]
$function$;
comment on function pgwave_private.start_ids(bigint, jsonb) is
  'Find the conversations with which runs of a normalised definition start. Returns: their numbers, ascending.';

create or replace function pgwave_private.compile_concurrency(concurrency jsonb)
returns jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select jsonb_build_object(
    'key', pgwave_private.compile_value(compile_concurrency.concurrency -> 'key'),
    'limit', coalesce((compile_concurrency.concurrency ->> 'limit')::numeric::int, 1),
    'on_conflict', coalesce(compile_concurrency.concurrency ->> 'on_conflict', 'queue'))
   where compile_concurrency.concurrency is not null
$function$;
comment on function pgwave_private.compile_concurrency(jsonb) is
  'Compile the concurrency of a normalised definition. Returns: {key, limit, on_conflict}; null for null.';

create or replace function pgwave_private.compile_starts(definition jsonb)
returns jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select nullif(jsonb_strip_nulls(jsonb_build_object(
      'gather', case when g.by is not null then jsonb_build_object('by', g.by,
        'for', extract(epoch from pgwave_private.parse_duration(g.body -> 'for')),
        'max_delay', extract(epoch from pgwave_private.parse_duration(g.body -> 'max_delay')),
        'field', g.body -> 'field',
        'max_items', case when g.by = 'collect' then coalesce((g.body ->> 'max_items')::numeric::int, 100) end) end,
      'throttle', case when t.body is not null then jsonb_build_object(
        'count', r.rate_count, 'period', extract(epoch from r.rate_period),
        'on_conflict', coalesce(t.body ->> 'on_conflict', 'queue')) end))
    -- what is compiled may hold nulls
    || case when g.body ? 'key' then
      jsonb_build_object('gather_key', pgwave_private.compile_value(g.body -> 'key')) else '{}' end
    || case when t.body ? 'key' then
      jsonb_build_object('throttle_key', pgwave_private.compile_value(t.body -> 'key')) else '{}' end, '{}')
    from (
      select case when compile_starts.definition ? 'debounce' then 'debounce'
               when compile_starts.definition ? 'collect' then 'collect' end as by,
             coalesce(compile_starts.definition -> 'debounce', compile_starts.definition -> 'collect') as body
    ) as g
    cross join (select compile_starts.definition -> 'throttle' as body) as t
    left join lateral pgwave_private.parse_rate(t.body -> 'rate') as r on true
$function$;
comment on function pgwave_private.compile_starts(jsonb) is
  'Compile debounce, collect and throttle of a normalised definition. Returns: {gather: {by, for, max_delay, field, max_items}, gather_key, throttle: {count, period, on_conflict}, throttle_key}; null where it has none.';

create or replace function pgwave_private.store_version(
  workflow_id bigint,
  definition jsonb,
  normalised jsonb,
  bindings jsonb,
  origin_workflow_run_id bigint
)
returns pgwave.workflow_versions
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_version pgwave.workflow_versions;
  v_limits jsonb := normalised -> 'limits';
  v_compensation_id bigint;
  v_parts jsonb := pgwave_private.store_blocks(
    store_version.workflow_id, store_version.definition, store_version.origin_workflow_run_id);
begin
  v_compensation_id := pgwave_private.store_compensation(
    store_version.workflow_id, store_version.definition, store_version.origin_workflow_run_id);
  perform pgwave_private.store_function_actors(normalised);
  perform pgwave_private.store_inline_actors(normalised);
  perform pgwave_private.store_conversations(store_version.workflow_id, normalised);
  insert into pgwave.workflow_versions (
    workflow_id, version, definition, definition_sha256, input_contract_id, output_contract_id,
    start_conversation_ids, result_template, load_queries, max_interactions, max_duration, max_tokens, max_cost,
    concurrency, starts,
    author, compensation_version_id, parts, origin_workflow_run_id, created_at)
  select store_version.workflow_id, coalesce(max(v.version), 0) + 1, store_version.definition,
         sha256(convert_to(store_version.definition::text, 'UTF8')),
         pgwave_private.store_contract(normalised -> 'input'), pgwave_private.store_contract(normalised -> 'output'),
         pgwave_private.start_ids(store_version.workflow_id, normalised),
         pgwave_private.compile_value(normalised -> 'result', array(
           select c.body ->> 'name' from jsonb_array_elements(normalised -> 'conversations') as c (body))
           || pgwave_private.outside_documents(normalised)),
         (select coalesce(jsonb_agg(jsonb_build_object('name', m.key, 'query', m.value)), '[]')
            from jsonb_each_text(coalesce(normalised -> 'load', '{}')) as m),
         (v_limits ->> 'max_interactions')::int, pgwave_private.parse_duration(v_limits -> 'max_duration'),
         (v_limits ->> 'max_tokens')::numeric::bigint, (v_limits ->> 'max_cost')::numeric,
         pgwave_private.compile_concurrency(normalised -> 'concurrency'), pgwave_private.compile_starts(normalised),
         pgwave.current_identity(), v_compensation_id, v_parts, store_version.origin_workflow_run_id,
           pgwave_private.now()
    from pgwave.workflow_versions as v
   where v.workflow_id = store_version.workflow_id
  returning * into v_version;
  perform pgwave_private.store_conversation_versions(
    v_version.workflow_version_id, store_version.workflow_id, normalised, bindings);
  perform pgwave_private.store_branches(
    v_version.workflow_version_id, store_version.workflow_id, normalised, bindings);
  perform pgwave_private.store_loop_bodies(v_version.workflow_version_id, store_version.workflow_id, normalised);
  perform pgwave_private.store_races(v_version.workflow_version_id, normalised);
  perform pgwave_private.store_probes_and_triggers(v_version.workflow_version_id, normalised);
  -- made here, and not by the first runs: two that need the plans of two versions might wait for each other
  perform pgwave_private.ensure_plan(v_version.workflow_version_id, v_version.start_conversation_ids);
  perform pgwave_private.hash_version(v_version.workflow_version_id);
  return v_version;
end
$function$;
comment on function pgwave_private.store_version(bigint, jsonb, jsonb, jsonb, bigint) is
  'Make the next version of a workflow, compiled. Returns: its row. Writes: workflow_versions and all tables that hang on it, conversations, contracts, actors of functions.';
