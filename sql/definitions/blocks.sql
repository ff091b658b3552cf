-- Blocks: steps in a conversation become a workflow of their own, NAME/CONVERSATION, which the conversation runs as its
-- child. What the steps read from outside are the child's values. With on_failure or finally there is one more:
-- NAME/CONVERSATION then has a graph of three conversations, each a block: steps, on_failure, finally.

create or replace function pgwave_private.block_depth(definition jsonb)
returns int
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce((block_depth.definition #>> '{outside,depth}')::int, 0)
$function$;
comment on function pgwave_private.block_depth(jsonb) is
  'Count the blocks around a definition. Returns: from 0.';

create or replace function pgwave_private.max_block_depth()
returns int
language sql
immutable parallel safe
begin atomic
  select 12;
end;
comment on function pgwave_private.max_block_depth() is
  'State how many blocks may be around another, each with on_failure or finally counted twice: PostgreSQL''s stack holds no more calls than that at once for sure. Returns: the number.';

create or replace function pgwave_private.outside_of(definition jsonb, body jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select jsonb_build_object(
    'documents', (
      select coalesce(jsonb_agg(distinct n.name order by n.name), '[]')
        from (
          select c.body -> 'name' as name
            from jsonb_array_elements(coalesce(outside_of.definition -> 'conversations',
              outside_of.definition -> 'steps')) as c (body)
           where jsonb_typeof(c.body -> 'name') = 'string'
          union all
          select d.name from jsonb_array_elements(coalesce(outside_of.definition #> '{outside,documents}', '[]'))
            as d (name)
        ) as n
       where n.name is distinct from outside_of.body -> 'name'),
    'depth', pgwave_private.block_depth(outside_of.definition) + 1,
    'values', (
      select coalesce(jsonb_agg(distinct to_jsonb(n.name) order by to_jsonb(n.name)), '[]')
        from (
          select 'error' as name
          union all select 'item' where outside_of.body ?| array['for_each', 'samples']
          union all
          select l.key from jsonb_object_keys(case jsonb_typeof(outside_of.definition -> 'load')
            when 'object' then outside_of.definition -> 'load' else '{}' end) as l (key)
          union all
          select v.name from jsonb_array_elements_text(coalesce(outside_of.definition #> '{outside,values}', '[]'))
            as v (name)
        ) as n))
$function$;
comment on function pgwave_private.outside_of(jsonb, jsonb) is
  'List what a block of a definition may read besides its own steps and the input. Returns: {documents: names of conversations, values: names of other values, depth}.';

create or replace function pgwave_private.block_definition(definition jsonb, body jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select jsonb_build_object(
           'name', concat(block_definition.definition ->> 'name', '/', block_definition.body ->> 'name'),
           'description', format('A block of %s.', block_definition.definition ->> 'name'),
           'outside', pgwave_private.outside_of(block_definition.definition, block_definition.body))
         || case when block_definition.definition ? 'input'
              then jsonb_build_object('input', block_definition.definition -> 'input') else '{}' end
         || case when not b.block ?| array['on_failure', 'finally'] then b.block
              else jsonb_strip_nulls(jsonb_build_object(
                'result', '$steps.data ?? $on_failure.data ?',
                'on_cancel', case when b.block ? 'finally' then jsonb_build_array(jsonb_build_object('workflow',
                  concat(block_definition.definition ->> 'name', '/', block_definition.body ->> 'name',
                    '/finally'))) end))
                || case when b.block ? 'on_failure' then '{}' else '{"result": "$steps.data ?"}' end::jsonb
                || jsonb_build_object('conversations', (
                  select jsonb_agg(c.body order by c.place)
                    from pgwave_private.list_block_conversations(b.block) as c)) end
    from (select block_definition.body -> 'block' as block) as b
$function$;
comment on function pgwave_private.block_definition(jsonb, jsonb) is
  'Make the definition of a block, a conversation of another definition. Returns: it.';

create or replace function pgwave_private.list_block_conversations(block jsonb)
returns table (place int, field text, body jsonb)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select 1, 'steps', jsonb_build_object('name', 'steps', 'block', block - array['on_failure', 'finally'])
         || case when jsonb_path_exists(block, '$.**.compensate') then '{"compensate": true}' else '{}' end::jsonb
         || case when not block ? 'on_failure' then '{"on_failure": "continue", "branches": ["finally"]}'
              else jsonb_build_object('branches', case when block ? 'finally' then '["finally"]' else '[]' end::jsonb
                || '[{"after": "failure", "to": "on_failure"}]') end
  union all
  select 2, 'on_failure', jsonb_build_object('name', 'on_failure',
    'block', jsonb_build_object('steps', block -> 'on_failure'))
         || case when block ? 'finally' then '{"on_failure": "continue", "branches": ["finally"]}' else '{}' end::jsonb
   where block ? 'on_failure'
  union all
  select 3, 'finally', jsonb_build_object('name', 'finally', 'block', jsonb_build_object('steps', block -> 'finally'))
   where block ? 'finally'
$function$;
comment on function pgwave_private.list_block_conversations(jsonb) is
  'List the conversations of a block with on_failure or finally. Returns: place from 1, the field of the block, and the conversation.';

create or replace function pgwave_private.list_blocks(definition jsonb)
returns table (place int, at text, body jsonb, part jsonb)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select c.place::int, format('/%s/%s/block', f.key, c.place - 1), c.body,
         pgwave_private.block_definition(list_blocks.definition, c.body)
    from (select case when list_blocks.definition ? 'conversations' then 'conversations' else 'steps' end as key) as f
    cross join jsonb_array_elements(case jsonb_typeof(list_blocks.definition -> f.key)
      when 'array' then list_blocks.definition -> f.key end) with ordinality as c (body, place)
   where pgwave_private.is_block(c.body -> 'block') and jsonb_typeof(c.body -> 'name') = 'string'
     and pgwave_private.block_depth(list_blocks.definition) < pgwave_private.max_block_depth()
$function$;
comment on function pgwave_private.list_blocks(jsonb) is
  'List the blocks of a definition. Returns: the conversation''s place from 1, the block''s pointer, the conversation, and the definition of the block.';

-- PL/pgSQL: a definition that is normalised within a query might be so once for each row.
create or replace function pgwave_private.block_reads(part jsonb)
returns text[]
language plpgsql
stable parallel unsafe
set search_path = ''
as $function$
declare
  v_normalised jsonb := pgwave_private.normalise_definition(part);
  v_bindings jsonb := pgwave_private.binding_list(v_normalised);
  v_outside text[] := array(select o.name #>> '{}'
    from jsonb_path_query(part, '$.outside.*[*] ? (@.type() == "string")') as o (name));
  v_own text[] := array(
    select c.body ->> 'name' from jsonb_array_elements(v_normalised -> 'conversations') as c (body)
      where c.body ? 'name');
begin
  return array(
    select distinct r.name
      from pgwave_private.list_references(v_bindings) as r
     where r.name = any (v_outside) and r.name <> all (v_own)
     order by 1);
end
$function$;
comment on function pgwave_private.block_reads(jsonb) is
  'List what the definition of a block reads from outside. Returns: the names.';

create or replace function pgwave_private.add_blocks(definition jsonb, conversations jsonb)
returns jsonb
language sql
stable parallel unsafe
set search_path = ''
as $function$
  select jsonb_agg(case when b.place is null then c.body else c.body || jsonb_build_object(
           'workflow', b.part -> 'name', 'params', (
             -- a failed block fails by what failed in it
             select coalesce(jsonb_object_agg(r.name,
               case r.name when 'error' then '$error.detail.error ?? $error ?' when 'item' then '$item'
                      else format('$%s ?', r.name) end), '{}')
               from unnest(pgwave_private.block_reads(b.part)) as r (name)
              -- rows that were loaded are the child's as well
              where not coalesce(add_blocks.definition -> 'load' ? r.name, false))) end
           order by c.place)
    from jsonb_array_elements(add_blocks.conversations) with ordinality as c (body, place)
    left join pgwave_private.list_blocks(add_blocks.definition) as b on b.place = c.place
$function$;
comment on function pgwave_private.add_blocks(jsonb, jsonb) is
  'Let conversations that are blocks run theirs as a child, with what it reads from outside. Returns: the conversations of the normalised definition.';

create or replace function pgwave_private.block_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
volatile parallel unsafe
set search_path = ''
as $function$
declare
  v_block record;
  v_normalised jsonb;
begin
  if pgwave_private.block_depth(block_faults.definition) >= pgwave_private.max_block_depth() then
    return query
    select 'out_of_range', format('/%s/%s/block', f.key, c.place - 1), 'Blocks are too deep inside each other.',
           'Give the inner ones a workflow of their own.'
      from (select case when block_faults.definition ? 'conversations' then 'conversations' else 'steps' end as key)
        as f
      cross join jsonb_array_elements(block_faults.definition -> f.key) with ordinality as c (body, place)
     where pgwave_private.is_block(c.body -> 'block');
    return;
  end if;
  for v_block in select b.* from pgwave_private.list_blocks(block_faults.definition) as b loop
    v_normalised := pgwave_private.normalise_definition(v_block.part);
    return query
    select f.code, v_block.at || p.path, f.message, f.hint
      from pgwave_private.definition_faults(v_block.part, v_normalised, pgwave_private.binding_list(v_normalised)) as f
      cross join lateral (select case
        when v_block.body -> 'block' ?| array['on_failure', 'finally'] then (
          -- steps keep their names; the others are steps of the field
          select case c.field when 'steps' then m.parts[2] else '/' || c.field
            || regexp_replace(m.parts[2], '^/steps', '') end
            from regexp_match(f.path, '^/conversations/(\d+)/block(/.*)$') as m (parts)
            join pgwave_private.list_block_conversations(v_block.body -> 'block') with ordinality
              as c (place, field, body, ord) on c.ord = m.parts[1]::int + 1)
        else substring(f.path from '^/(?:conversations|steps|result)(?:/.*)?$') end) as p (path)
     where p.path is not null;
  end loop;
end
$function$;
comment on function pgwave_private.block_faults(jsonb) is
  'Find faults inside the blocks of a definition. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.store_blocks(workflow_id bigint, definition jsonb,
  origin_workflow_run_id bigint)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_block record;
  v_parts jsonb;
begin
  for v_block in select b.part from pgwave_private.list_blocks(store_blocks.definition) as b loop
    v_parts := coalesce(v_parts, '{}') || jsonb_build_object(v_block.part ->> 'name', pgwave_private.store_part(
      store_blocks.workflow_id, pgwave_private.keep_what_is_read(v_block.part), null,
        store_blocks.origin_workflow_run_id));
  end loop;
  return v_parts;
end
$function$;
comment on function pgwave_private.store_blocks(bigint, jsonb, bigint) is
  'Store the blocks of a definition, each as a version of a part of its workflow. Returns: the versions by the names of the parts; null: there are none. Writes: workflows, and all that store_version writes.';

create or replace function pgwave_private.keep_what_is_read(part jsonb)
returns jsonb
language plpgsql
stable parallel unsafe
set search_path = ''
as $function$
declare
  v_names text[] := pgwave_private.block_reads(part);
begin
  -- so that another step of the workflow makes no other version of the block
  return part || jsonb_build_object('outside', (
    select jsonb_object_agg(o.key, (
             select coalesce(jsonb_agg(v.name order by v.name), '[]')
               from jsonb_array_elements(o.value) as v (name) where v.name #>> '{}' = any (v_names)))
      from jsonb_each((part -> 'outside') - 'depth') as o) || jsonb_build_object('depth', part #> '{outside,depth}'));
end
$function$;
comment on function pgwave_private.keep_what_is_read(jsonb) is
  'Leave out of what the definition of a block may read what it does not. Returns: the definition.';
