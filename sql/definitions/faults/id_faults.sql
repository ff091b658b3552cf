create or replace function pgwave_private.id_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with flow as materialized (
    select id_faults.definition ->> 'name' as name, (id_faults.definition ->> 'workflow_id')::bigint as workflow_id,
           (select w.workflow_id from pgwave.workflows as w
             where w.workflow_name = id_faults.definition ->> 'name') as known_id
  ), nodes as (
    select c.body ->> 'name' as name, (c.body ->> 'conversation_id')::bigint as conversation_id, c.body ->> 'at' as at
      from jsonb_array_elements(id_faults.definition -> 'conversations') as c (body)
     where c.body ? 'conversation_id'
  )
  select 'id_taken', '/workflow_id', format('The workflow %s has the id %s.', f.name, f.known_id),
         'An id never changes; leave workflow_id out.'
    from flow as f where f.workflow_id <> f.known_id
  union all
  select 'id_taken', '/workflow_id',
         format('The id %s is %s.', f.workflow_id,
           case when w.workflow_name = any((select pgwave_private.list_known_names())::text[])
           then 'that of the workflow ' || w.workflow_name else 'taken' end), null
    from flow as f
    join pgwave.workflows as w on w.workflow_id = f.workflow_id and w.workflow_name <> f.name
  union all
  select 'id_taken', n.at || '/conversation_id',
         format('The id %s is %s.', n.conversation_id,
           case when c.workflow_id = f.known_id then 'that of the conversation ' || c.conversation_name
             when c.workflow_id is null then format('that of the conversation %s, which is built in',
               c.conversation_name)
             when w.workflow_name = any((select pgwave_private.list_known_names())::text[])
             then format('that of the conversation %s of the workflow %s', c.conversation_name, w.workflow_name)
             else 'taken' end), null
    from flow as f
    cross join nodes as n
    join pgwave.conversations as c on c.conversation_id = n.conversation_id
    left join pgwave.workflows as w on w.workflow_id = c.workflow_id
   where c.workflow_id is distinct from f.known_id or f.known_id is null or c.conversation_name <> n.name
  union all
  select 'id_taken', n.at || '/conversation_id',
         format('The conversation %s has the id %s.', n.name, c.conversation_id),
         'An id never changes; leave conversation_id out.'
    from flow as f
    cross join nodes as n
    join pgwave.conversations as c on c.workflow_id = f.known_id and c.conversation_name = n.name
   where c.conversation_id <> n.conversation_id
$function$;
comment on function pgwave_private.id_faults(jsonb) is
  'Find ids of a normalised definition that belong to something else. Returns: code, pointer, message, hint of each.';
