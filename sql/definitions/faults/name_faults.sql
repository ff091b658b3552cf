create or replace function pgwave_private.reserved_names()
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select array['input', 'run', 'parent', 'parents', 'item', 'iteration', 'context', 'output', 'error', 'delta', 'none']
$function$;
comment on function pgwave_private.reserved_names() is
  'List the names that no conversation or load may have: those of the document itself, and none. Returns: them.';

create or replace function pgwave_private.list_names(definition jsonb)
returns table (section text, name text, at text, place bigint)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select 'conversation', n.body ->> 'name', (n.body ->> 'at') || '/name', n.place
    from jsonb_array_elements(list_names.definition -> 'conversations') with ordinality as n (body, place)
   where n.body ? 'name'
  union all
  select 'outside', o.name #>> '{}', '/outside', 0
    from jsonb_path_query(list_names.definition, '$.outside.*[*] ? (@.type() == "string")') as o (name)
  union all
  select s.section, m.key, pgwave_private.pointer(array[s.section, m.key]), 1000000 + m.place
    from (values ('load'), ('probes'), ('expected_work'), ('delta'), ('anomalies')) as s (section)
    cross join jsonb_each(coalesce(list_names.definition -> s.section, '{}')) with ordinality as m (key, value, place)
$function$;
comment on function pgwave_private.list_names(jsonb) is
  'List the names that a normalised definition gives. Returns: section, name, pointer, order.';

create or replace function pgwave_private.name_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with names as materialized (
    select n.*, row_number() over (
        partition by case when n.section in ('conversation', 'load') then 'document' else n.section end, n.name
        order by n.place) as times
      from pgwave_private.list_names(name_faults.definition) as n
     where n.section <> 'outside'
  )
  select 'bad_name', n.at, format('%s is no name of a %s.', to_jsonb(left(n.name, 60)), n.section),
         'A lower-case letter, then lower-case letters, digits and _.'
    from names as n
   where n.section not in ('conversation', 'outside') and n.name !~ '^[a-z][a-z0-9_]*$'
  union all
  select 'reserved_name', n.at, case n.name when 'none' then 'none is where a branch leads nowhere.'
           else format('%s is a name of the document itself.', n.name) end,
         'Reserved are ' || array_to_string(pgwave_private.reserved_names(), ', ') || '.'
    from names as n
   where n.section in ('conversation', 'load') and n.name = any (pgwave_private.reserved_names())
  union all
  select 'duplicate_name', n.at, format('The name %s is used twice.', n.name),
         'Conversations and loads share one set of names.'
    from names as n where n.times > 1
  union all
  select 'duplicate_id', d.at || '/conversation_id',
         format('The conversation_id %s is already used.', d.conversation_id), null
    from (
      select n.body ->> 'at' as at, n.body ->> 'conversation_id' as conversation_id,
             row_number() over (partition by n.body -> 'conversation_id' order by n.place) as times
        from jsonb_array_elements(name_faults.definition -> 'conversations') with ordinality as n (body, place)
       where n.body ? 'conversation_id'
    ) as d
   where d.times > 1
$function$;
comment on function pgwave_private.name_faults(jsonb) is
  'Find bad, reserved and duplicate names and duplicate ids in a normalised definition. Returns: code, pointer, message, hint of each.';
