-- Maps: one header that resolves, branches and is read, and one interaction for each item.

create or replace function pgwave_private.list_items(
  conversation pgwave.conversation_versions,
  document jsonb,
  out items jsonb,
  out error jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_name constant text := conversation.definition ->> 'name';
  v_path jsonb := conversation.items_template #> '{bindings,0,alternatives,0}';
  v_source text := conversation.items_template #>> '{bindings,0,source}';
  v_list jsonb;
  v_missing text[];
begin
  select r.rendered, r.missing into items, v_missing
    from pgwave_private.render_value(conversation.items_template, list_items.document) r;
  if v_missing = '{}' and items = 'null' and conversation.items_template #> '{bindings,0}' ? 'optional' then
    items := '[]';
    return;
  elsif v_missing <> '{}' or items = 'null' then
    error := jsonb_build_object('code', 'missing_binding', 'detail', jsonb_build_object('missing', v_missing),
      'message', format('%s is for each of %s, which is not there', v_name, v_source));
    return;
  end if;
  v_list := items;
  if v_path ? 'prefix' then
    -- a lax path wraps what is no array
    v_list := jsonb_path_query_first_tz(list_items.document, (v_path ->> 'prefix')::jsonpath, '{}', true);
  end if;
  if jsonb_typeof(v_list) <> 'array' or jsonb_typeof(items) <> 'array' then
    error := jsonb_build_object('code', 'bad_request', 'message', format(
      '%s is for each of %s, which is no array but %s', v_name, v_source, left(coalesce(v_list, items)::text, 60)));
  end if;
end
$$;
comment on function pgwave_private.list_items(pgwave.conversation_versions, jsonb) is
  'List the items of a map; an optional value that is missing has none. Returns: an array, and the error where there is none.';

create or replace function pgwave_private.create_map(
  header pgwave_private.new_interaction,
  conversation pgwave.conversation_versions,
  document jsonb,
  loops jsonb
) returns pgwave_private.new_interaction
language plpgsql
stable
set search_path = ''
as $$
declare
  v_new pgwave_private.new_interaction := header;
  v_list record := pgwave_private.list_items(conversation, create_map.document);
begin
  if v_list.error is not null then
    return pgwave_private.fail_at_once(header, conversation, create_map.document, v_list.error);
  elsif v_list.items = '[]' then
    return pgwave_private.resolve_at_once(header, conversation, create_map.document, '{"data": []}', create_map.loops);
  end if;
  v_new.status := 'waiting';
  v_new.map_items := v_list.items;
  v_new.map_document := create_map.document;
  return v_new;
end
$$;
comment on function pgwave_private.create_map(pgwave_private.new_interaction, pgwave.conversation_versions, jsonb,
  jsonb) is
  'Make the header of a map: waiting for its items, completed where there are none, failed where it is for each of what is no array. Returns: the row, not yet inserted, with its items.';

create or replace function pgwave_private.insert_items_of(open pgwave_private.new_interaction[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_new pgwave_private.new_interaction;
begin
  foreach v_new in array open loop
    if v_new.map_items is not null then
      perform pgwave_private.insert_items(v_new);
    end if;
  end loop;
  -- one of which no item can start may end the run, and what the others have with it
  foreach v_new in array open loop
    if v_new.map_items is not null then
      perform pgwave_private.settle_map(v_new.interaction_id, 0);
    end if;
  end loop;
end
$$;
comment on function pgwave_private.insert_items_of(pgwave_private.new_interaction[]) is
  'Insert the items of maps whose headers were inserted. Writes: interactions, waits, ready, workflow_runs, tickets. Locks: nothing; the caller holds the runs.';

-- What is the same for every item is put into the templates once: an item renders what it reads of itself (`own`).
create or replace function pgwave_private.bind_constants(
  conversation pgwave.conversation_versions,
  document jsonb,
  own text[]
) returns pgwave.conversation_versions
language plpgsql
stable
set search_path = ''
as $$
begin
  conversation.prompt_template := pgwave_private.bind_template(conversation.prompt_template, bind_constants.document,
    own);
  conversation.system_template := pgwave_private.bind_template(conversation.system_template, bind_constants.document,
    own);
  conversation.params_template := pgwave_private.bind_value(conversation.params_template, bind_constants.document, own);
  if conversation.definition ? 'compiled' then
    conversation.definition := jsonb_set(conversation.definition, '{compiled}', (
      select jsonb_object_agg(c.key, case when c.key in ('assignees', 'images', 'options', 'due', 'choice')
               then pgwave_private.bind_value(c.value, bind_constants.document, own) else c.value end)
        from jsonb_each(conversation.definition -> 'compiled') c));
  end if;
  return conversation;
end
$$;
comment on function pgwave_private.bind_constants(pgwave.conversation_versions, jsonb, text[]) is
  'Put the values of a document into all that a conversation renders, but for what reads the item. Returns: the conversation with its templates.';

create or replace function pgwave_private.names_of_alternative(alternative jsonb) returns text[]
language sql
immutable parallel safe
set search_path = ''
as $$
  select case
    when alternative ? 'literal' or alternative ? 'level' then '{}'
    when alternative ? 'keys' then ((alternative ->> 'keys')::text[])[:1]
    else pgwave_private.names_read(alternative ->> 'path') end
$$;
comment on function pgwave_private.names_of_alternative(jsonb) is
  'List the names of the document that one compiled alternative reads. Returns: them.';

create or replace function pgwave_private.bind_alternatives(alternatives jsonb, document jsonb, own text[])
  returns jsonb
language sql
stable
set search_path = ''
as $$
  -- what is missing is left out
  select coalesce(to_jsonb(array_agg(case
           when b.is_bound then jsonb_build_object('literal', b.value) else a.alternative end order by a.place)
           filter (where not b.is_bound or b.value is not null)), '[]')
    from jsonb_array_elements(bind_alternatives.alternatives) with ordinality a (alternative, place)
    cross join lateral (
      select k.is_bound, case when k.is_bound then pgwave_private.resolve_binding(
               jsonb_build_object('alternatives', jsonb_build_array(a.alternative)), bind_alternatives.document) end
                 as value
        from (
          select not (a.alternative ? 'level' or a.alternative ? 'literal'
                   or pgwave_private.names_of_alternative(a.alternative) && bind_alternatives.own) as is_bound
        ) k
    ) b
$$;
comment on function pgwave_private.bind_alternatives(jsonb, jsonb, text[]) is
  'Resolve the alternatives of a compiled binding for good, but for those that read the item. Returns: the alternatives, with values in their place.';

create or replace function pgwave_private.bind_binding(binding jsonb, document jsonb, own text[]) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_bound jsonb := binding;
begin
  if jsonb_typeof(binding) <> 'object' then
    return binding;
  elsif binding ? 'template' then
    return binding || jsonb_build_object('template',
      pgwave_private.bind_template(binding -> 'template', bind_binding.document, own));
  end if;
  -- one without alternatives is missing, as it was
  v_bound := v_bound || jsonb_build_object('alternatives',
    pgwave_private.bind_alternatives(binding -> 'alternatives', bind_binding.document, own));
  if binding ? 'filters' then
    v_bound := v_bound || jsonb_build_object('filters', (
      select to_jsonb(array_agg(f.filter || jsonb_build_object('arguments', (
               select coalesce(to_jsonb(array_agg(coalesce(pgwave_private.bind_alternatives(
                        jsonb_build_array(a.argument), bind_binding.document, own) -> 0, '{}') order by a.place)), '[]')
                 from jsonb_array_elements(f.filter -> 'arguments') with ordinality a (argument, place)))
                   order by f.place))
        from jsonb_array_elements(binding -> 'filters') with ordinality f (filter, place)));
  end if;
  if binding ? 'conditions' then
    v_bound := v_bound || jsonb_build_object('conditions', (
      select to_jsonb(array_agg(c.condition || jsonb_build_object('operands', (
               select to_jsonb(array_agg(coalesce(pgwave_private.bind_alternatives(
                        jsonb_build_array(o.operand), bind_binding.document, own) -> 0,
                          '{"path": "$.\"\"", "keys": "{\"\"}"}') order by o.place))
                 from jsonb_array_elements(c.condition -> 'operands') with ordinality o (operand, place)))
                   order by c.place))
        from jsonb_array_elements(binding -> 'conditions') with ordinality c (condition, place)));
  end if;
  return v_bound;
end
$$;
comment on function pgwave_private.bind_binding(jsonb, jsonb, text[]) is
  'Resolve a compiled binding or tag for good, but for what reads the item. Returns: the binding, with values in place of what it read.';

create or replace function pgwave_private.bind_template(compiled jsonb, document jsonb, own text[]) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when compiled ? 'value' then jsonb_build_object('value',
      pgwave_private.bind_binding(compiled -> 'value', bind_template.document, own))
    when compiled ? 'program' then compiled || jsonb_build_object('program',
      pgwave_private.bind_parts(compiled -> 'program', bind_template.document, own))
    else pgwave_private.bind_parts(compiled, bind_template.document, own) end
$$;
comment on function pgwave_private.bind_template(jsonb, jsonb, text[]) is
  'Resolve the bindings of a compiled prompt for good, but for those that read the item. Returns: the prompt, compiled; null for null.';

create or replace function pgwave_private.bind_parts(parts jsonb, document jsonb, own text[]) returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(array_agg(pgwave_private.bind_binding(p.part, bind_parts.document, own) order by p.place))
    from jsonb_array_elements(bind_parts.parts) with ordinality p (part, place)
$$;
comment on function pgwave_private.bind_parts(jsonb, jsonb, text[]) is
  'Do what bind_binding does for each of an array. Returns: the array; null for null.';

create or replace function pgwave_private.bind_value(compiled jsonb, document jsonb, own text[]) returns jsonb
language sql
stable
set search_path = ''
as $$
  select bind_value.compiled || jsonb_build_object('bindings', coalesce(
           pgwave_private.bind_parts(bind_value.compiled -> 'bindings', bind_value.document, own), '[]'))
$$;
comment on function pgwave_private.bind_value(jsonb, jsonb, text[]) is
  'Resolve the bindings of a compiled value for good, but for those that read the item. Returns: the value, compiled; null for null.';

create or replace function pgwave_private.names_left(conversation pgwave.conversation_versions) returns text[]
language sql
stable
set search_path = ''
as $$
  select coalesce(array_agg(distinct n.name), '{}')
    from unnest(array[conversation.prompt_template, conversation.system_template, conversation.params_template,
           conversation.definition #> '{compiled,assignees}', conversation.definition #> '{compiled,images}',
           conversation.definition #> '{compiled,options}', conversation.definition #> '{compiled,due}',
           conversation.definition #> '{compiled,choice}']) c (part)
    cross join jsonb_path_query(c.part, '$.** ? (exists(@.path))') a (alternative)
    cross join unnest(pgwave_private.names_of_alternative(a.alternative)) n (name)
$$;
comment on function pgwave_private.names_left(pgwave.conversation_versions) is
  'List the names that a conversation still reads once its constants are bound. Returns: them.';

create or replace function pgwave_private.own_names(conversation pgwave.conversation_versions) returns text[]
language sql
immutable
set search_path = ''
as $$
  -- a conversation or load that is called so hides what the map has
  select array['item'] || array(
    select o.name from unnest(array['index', 'items']) o (name) where o.name <> all (conversation.reads))
$$;
comment on function pgwave_private.own_names(pgwave.conversation_versions) is
  'List what the items of a map have of their own to read: item, index, items. Returns: the names.';

create or replace function pgwave_private.shared_document(
  conversation pgwave.conversation_versions,
  map pgwave_private.new_interaction,
  own text[]
) returns jsonb
language sql
stable
set search_path = ''
as $$
  -- what one path reads together with the item; index of the document hides that of the map
  select coalesce((shared_document.map).map_document, '{}') - array(
             select d.key from jsonb_object_keys((shared_document.map).map_document) d (key)
              where d.key <> all (n.names) or d.key = any (own))
           || case when 'items' = any (n.names) and 'items' = any (own)
                then jsonb_build_object('items', (shared_document.map).map_items) else '{}' end
    from (select pgwave_private.names_left(conversation) as names) n
$$;
comment on function pgwave_private.shared_document(pgwave.conversation_versions, pgwave_private.new_interaction,
  text[]) is
  'Gather what items of a map read besides themselves. Returns: names with values.';

create or replace function pgwave_private.insert_items(map pgwave_private.new_interaction) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_conversation pgwave.conversation_versions;
  v_now constant timestamptz := pgwave_private.now();
  v_names text[];
  v_shared jsonb;
  v_ids bigint[];
begin
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = map.workflow_run_id;
  v_conversation := pgwave_private.find_conversation_version(v_run, map.conversation_id);
  v_names := pgwave_private.own_names(v_conversation);
  v_conversation := pgwave_private.bind_constants(v_conversation, map.map_document, v_names);
  v_shared := pgwave_private.shared_document(v_conversation, map, v_names);
  with rendered as materialized (
    select item.place, r.input, r.error
      from jsonb_array_elements(map.map_items) with ordinality item (value, place)
      cross join lateral pgwave_private.render_input(v_conversation,
        jsonb_build_object('item', item.value, 'index', item.place - 1) || v_shared) r
  ),
  counted as (
    update pgwave.workflow_runs run
       set interactions_created = run.interactions_created + c.created,
           interactions_open = run.interactions_open + c.created - c.failed,
           interactions_failed = run.interactions_failed + c.failed
      from (select count(*) as created, count(r.error) as failed from rendered r) c
     where run.workflow_run_id = map.workflow_run_id
    returning run.interactions_created - c.created as base, c.created, c.failed
  ),
  waits as (
    insert into pgwave.waits (
      interaction_id, workflow_run_id, conversation_id, iteration, waits_for, items_open, items_failed, items_tolerated)
    select map.interaction_id, map.workflow_run_id, map.conversation_id, map.iteration, 'items',
           c.created - c.failed, c.failed, v_conversation.tolerate
      from counted c
  ),
  inserted as (
    insert into pgwave.interactions (
      workflow_run_id, conversation_id, conversation_version_id, actor_id, status, execution_order, iteration,
      item_index, input, error, input_interaction_ids, branches_taken, pending_reason, owner, visibility, created_at,
      completed_at)
    select map.workflow_run_id, map.conversation_id, v_conversation.conversation_version_id,
           case when v_conversation.definition ? 'choice'
             then coalesce(pgwave_private.chosen_actor(r.input), v_conversation.actor_id)
             else v_conversation.actor_id end,
           (case when r.error is null then 'pending' else 'failed' end)::pgwave.interaction_status,
           c.base + r.place, map.iteration, r.place - 1, r.input, r.error || '{"retryable": false}',
           map.input_interaction_ids, case when r.error is not null then '{}'::bigint[] end,
           case when r.error is null then 'ready' end, v_run.owner, v_run.visibility, v_now,
           case when r.error is not null then v_now end
      from rendered r
      cross join counted c
     order by r.place
    returning interaction_id
  )
  select array_agg(i.interaction_id) into v_ids from inserted i;
  perform pgwave_private.enqueue_interactions(v_ids);
  if v_conversation.max_parallel is not null then
    perform pgwave_private.hold_items(map.workflow_run_id, map.conversation_id, map.iteration, map.interaction_id,
      v_conversation.max_parallel);
  end if;
end
$$;
comment on function pgwave_private.insert_items(pgwave_private.new_interaction) is
  'Insert the items of a map, rendered. Writes: interactions, waits, ready, workflow_runs, tickets. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.hold_items(
  run_id bigint,
  conversation_id bigint,
  iteration int,
  header_id bigint,
  max_parallel int
) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.ready r
     set map_interaction_id = hold_items.header_id
    from (
      select i.interaction_id
        from pgwave.interactions i
       where i.workflow_run_id = hold_items.run_id and i.conversation_id = hold_items.conversation_id
         and i.iteration = hold_items.iteration and i.item_index is not null and i.status = 'pending'
       order by i.item_index
      offset hold_items.max_parallel
    ) later
   where r.interaction_id = later.interaction_id;
end
$$;
comment on function pgwave_private.hold_items(bigint, bigint, int, bigint, int) is
  'Hold back the items of a map beyond those that may be under way at once. Writes: ready.';

create or replace function pgwave_private.release_items(header_id bigint, count int) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lanes text[];
begin
  -- by itself: joined, the limit could be taken anew for each row
  with next as materialized (
    select held.interaction_id from pgwave.ready held
     where held.map_interaction_id = release_items.header_id
     order by held.interaction_id
     limit release_items.count
       for update
  ),
  released as (
    update pgwave.ready r
       set map_interaction_id = null
      from next
     where r.interaction_id = next.interaction_id
    returning r.lane, r.held
  )
  select array_agg(distinct r.lane) into v_lanes from released r where not r.held and r.lane <> 'waits';
  perform pgwave_private.add_tickets_unless_deferred(v_lanes, null);
end
$$;
comment on function pgwave_private.release_items(bigint, int) is
  'Let the next items of a map begin. Writes: ready, tickets.';

-- Counted once in each reaction, by the run''s holder; what begins and ends meanwhile does not wait for the header.
create or replace function pgwave_private.count_items(changes pgwave_private.change[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_map record;
begin
  for v_map in
    with resolved as (
      select c.workflow_run_id, c.conversation_id, c.iteration,
        (count(*) filter (where c.status <> 'pending'))::int as resolved,
             (count(*) filter (where c.status = 'failed'))::int as failed
        from unnest(count_items.changes) c
       -- one that is to be tried again may belong to a map that stopped
       where c.item_index is not null and c.status in ('completed', 'failed', 'skipped', 'cancelled', 'pending')
       group by c.workflow_run_id, c.conversation_id, c.iteration
    ),
    counted as (
      update pgwave.waits w
         set items_open = w.items_open - r.resolved, items_failed = w.items_failed + r.failed
        from resolved r
       where w.workflow_run_id = r.workflow_run_id and w.conversation_id = r.conversation_id
         and w.iteration = r.iteration and w.waits_for = 'items'
      returning w.interaction_id, r.resolved
    )
    select c.interaction_id, c.resolved from counted c order by c.interaction_id
  loop
    perform pgwave_private.settle_map(v_map.interaction_id, v_map.resolved);
  end loop;
end
$$;
comment on function pgwave_private.count_items(pgwave_private.change[]) is
  'Count the items that were resolved, and drive on their maps. Writes: waits, ready, interactions. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.settle_map(header_id bigint, resolved int) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_wait pgwave.waits;
begin
  select w.* into v_wait from pgwave.waits w where w.interaction_id = settle_map.header_id;
  if exists (select from pgwave.workflow_runs run
              where run.workflow_run_id = v_wait.workflow_run_id and run.ends_as is not null) then
    return;
  end if;
  if v_wait.items_failed > v_wait.items_tolerated and v_wait.items_open > 0 then
    -- their reaction comes back here
    perform pgwave_private.cancel_items(v_wait);
  elsif v_wait.items_open = 0 and v_wait.conversation_id = pgwave_private.conversation_of('tool_call') then
    perform pgwave_private.resume_caller(v_wait);
  elsif v_wait.items_open = 0 then
    perform pgwave_private.resolve_map(v_wait);
  elsif settle_map.resolved > 0 then
    perform pgwave_private.release_items(v_wait.interaction_id, settle_map.resolved);
  end if;
end
$$;
comment on function pgwave_private.settle_map(bigint, int) is
  'Resolve a map whose items are, stop one of which too many failed, let further items of others begin; ask a model again whose tools have answered. Writes: waits, interactions. Locks: interactions, without waiting.';

create or replace function pgwave_private.cancel_items(wait pgwave.waits) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  select array_agg(o.interaction_id) into v_ids
    from (
      select i.interaction_id
        from pgwave.interactions i
       where i.workflow_run_id = wait.workflow_run_id and i.conversation_id = wait.conversation_id
         and i.iteration = wait.iteration and i.item_index is not null and i.status in ('pending', 'waiting')
       order by i.interaction_id
         for update skip locked
    ) o;
  perform pgwave_private.cancel_interactions(v_ids, array[wait.workflow_run_id],
    jsonb_build_object('code', 'cancelled', 'retryable', false, 'message', 'the map needs it no more'));
end
$$;
comment on function pgwave_private.cancel_items(pgwave.waits) is
  'Cancel the items of a map that nobody has begun. Writes: interactions. Locks: interactions, without waiting.';

create or replace function pgwave_private.count_votes(
  wait pgwave.waits,
  conversation pgwave.conversation_versions,
  out output jsonb,
  out error jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_cast int;
  v_items int;
begin
  select (array_agg(i.output order by i.item_index))[1], count(*)::int, i.items into output, v_cast, v_items
    from (
      select i.output, i.status, i.item_index, (count(*) over ())::int as items,
             -- by the tag where there is a closed set, else by the data, else by the text
             case when conversation.tags is not null then i.output -> 'tag'
               else coalesce(i.output -> 'data', to_jsonb(btrim(i.output ->> 'response'))) end as answer
        from pgwave.interactions i
       where i.workflow_run_id = wait.workflow_run_id and i.conversation_id = wait.conversation_id
         and i.iteration = wait.iteration and i.item_index is not null
    ) i
   where i.status = 'completed'
   group by i.answer, i.items
   order by count(*) desc, min(i.item_index)
   limit 1;
  if v_cast is null or conversation.definition ->> 'vote' = 'majority' and v_cast * 2 <= v_items then
    output := null;
    error := jsonb_build_object('code', 'no_majority', 'retryable', false,
      'message', case when v_cast is null then 'nothing has answered'
        else format('no answer has more than half of the votes: the winner has %s of %s', v_cast, v_items) end);
  else
    output := output || jsonb_build_object('votes', jsonb_build_object('count', v_cast, 'of', v_items));
  end if;
end
$$;
comment on function pgwave_private.count_votes(pgwave.waits, pgwave.conversation_versions) is
  'Count what the items of a map answered: by tag, data or text. Returns: the output of the first item with the most votes, with votes: {count, of}; the error where none answered, or a majority is asked for and there is none.';

create or replace function pgwave_private.resolve_map(wait pgwave.waits) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_header pgwave.interactions;
  v_run pgwave.workflow_runs;
  v_conversation pgwave.conversation_versions;
  v_output jsonb;
  v_error jsonb;
  v_changes pgwave_private.change[];
begin
  select i.* into v_header
    from pgwave.interactions i
   where i.interaction_id = wait.interaction_id and i.workflow_run_id = wait.workflow_run_id and i.status = 'waiting'
     for update skip locked;
  if not found then
    return;
  end if;
  select g.output, g.error into v_output, v_error from pgwave_private.gather_items(wait) g;
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = wait.workflow_run_id;
  v_conversation := pgwave_private.find_conversation_version(v_run, v_header.conversation_id);
  if v_error is null and v_conversation.definition ? 'vote' then
    select v.output, v.error into v_output, v_error from pgwave_private.count_votes(wait, v_conversation) v;
  end if;
  with resolved as (
    update pgwave.interactions i
       set status = (case when v_error is null then 'completed' else 'failed' end)::pgwave.interaction_status,
           output = v_output, error = v_error, branches_taken = b.taken, branches_unknown = b.unknown,
           completed_at = pgwave_private.now()
      from pgwave_private.choose_branches(v_header, v_conversation, v_output, v_error) b
     where i.interaction_id = v_header.interaction_id and i.workflow_run_id = v_header.workflow_run_id
    returning i.*
  )
  select array_agg(row(r.interaction_id, r.workflow_run_id, r.conversation_id, r.conversation_version_id, r.iteration,
           r.item_index, r.status, r.branches_taken, r.error, 0, 0, 0)::pgwave_private.change)
    into v_changes from resolved r;
  perform pgwave_private.follow_changes(v_changes);
end
$$;
comment on function pgwave_private.resolve_map(pgwave.waits) is
  'Complete the header of a map with its items'' data in order, or with the answer that they vote for, or fail it where too many failed or none has a majority. Writes: interactions, and what follows. Locks: the header, without waiting.';
