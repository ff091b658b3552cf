create or replace function pgwave_private.reference_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with names as materialized (
    select array_agg(n.name order by n.place) filter (where n.section = 'conversation') as conversations,
           array_agg(n.name) filter (where n.section = 'probes') as probes,
           array_agg(n.name) filter (where n.section = 'expected_work') as expected_work,
           array_agg(n.name) filter (where n.section = 'delta') as labels
      from pgwave_private.list_names(reference_faults.definition) as n
  ), wanted (code, section, at, name, candidates) as (
    select 'unknown_conversation', 'Conversation', '/' || key.name || '/' || (s.place - 1), s.name, n.conversations
      from names as n
      cross join (values ('start'), ('entries')) as key (name)
      cross join jsonb_array_elements_text(coalesce(reference_faults.definition -> key.name, '[]'))
        with ordinality as s (name, place)
    union all
    select 'unknown_conversation', 'Conversation', (c.body ->> 'at') || '/requires',
           substring(r.name from '^[^.]*'), n.conversations
      from names as n
      cross join jsonb_array_elements(reference_faults.definition -> 'conversations') as c (body)
      cross join jsonb_array_elements_text(pgwave_private.as_list(c.body -> 'requires')) as r (name)
    union all
    select 'unknown_probe', 'Probe', pgwave_private.pointer(array['delta', m.key]), m.value, n.probes
      from names as n
      cross join jsonb_each_text(coalesce(reference_faults.definition -> 'delta', '{}')) as m
    union all
    select 'unknown_probe', 'Expected work', pgwave_private.pointer(array['anomalies', m.key]), m.value,
           n.expected_work
      from names as n
      cross join jsonb_each_text(coalesce(reference_faults.definition -> 'anomalies', '{}')) as m
    union all
    select 'unknown_label', 'Label of the delta', pgwave_private.pointer(array['anomalies', m.key]), m.key, n.labels
      from names as n
      cross join jsonb_each_text(coalesce(reference_faults.definition -> 'anomalies', '{}')) as m
  ), known as materialized (
    select n.section, n.name from pgwave_private.list_names(reference_faults.definition) as n
  ), targets as (
    select b.branch ->> 'to_at' as at, b.branch ->> 'to' as name
      from jsonb_array_elements(reference_faults.definition -> 'conversations') as c (body)
      cross join jsonb_array_elements(c.body -> 'branches') as b (branch)
     where b.branch ? 'to' and b.branch ->> 'to' not in ('none', 'END')
  )
  select w.code, w.at, format('%s %s not found.', w.section, to_jsonb(left(w.name, 60))),
         pgwave_private.suggest_name(w.name, w.candidates, row_number() over ())
    from wanted as w
   where w.name <> all (coalesce(w.candidates, '{}'))
  union all
  select 'unknown_target', t.at,
         format('A branch leads to %s, which is no conversation.', to_jsonb(left(t.name, 60))),
         case when lower(t.name) in ('end', '__end__') then 'END ends the run as completed; none leads nowhere.'
           else pgwave_private.suggest_name(t.name, n.conversations, row_number() over ()) end
    from targets as t
    cross join names as n
   where not exists (select from known as k where k.section = 'conversation' and k.name = t.name)
  union all
  select 'missing_field', '/start', 'A workflow needs at least one start.', 'Leave start out, or name a conversation.'
   where reference_faults.definition -> 'start' = '[]'
$function$;
comment on function pgwave_private.reference_faults(jsonb) is
  'Find names in a normalised definition that name nothing in it. Returns: code, pointer, message, hint of each.';
