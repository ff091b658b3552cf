create or replace function pgwave_private.notifier_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with entries as materialized (
    select e.entry,
           n.at || case when n.body ? 'notify' then '/notify/' || (e.place - 1) else '/actor' end as at
      from pgwave_private.typed_conversations(notifier_faults.definition) as n
      cross join jsonb_array_elements_text(
        coalesce(n.body -> 'notify', n.actor_definition -> 'notify', '[]')) with ordinality as e (entry, place)
     where n.effective_type = 'human'
  )
  select 'unknown_notifier', e.at, format('Nobody can notify %s.', to_jsonb(left(e.entry, 60))),
         case when a.actor_id is null
           then 'Define a script or http actor named notifier, which is given the address, or name one: actor:address.'
           else format('%s is an actor of type %s; notifiers are of type script or http.', a.actor_name, a.actor_type)
         end
    from entries as e
    left join lateral pgwave_private.resolve_notifier(e.entry) as r on true
    left join lateral (
      select known.* from pgwave.actors as known
       where known.actor_name in (e.entry, 'notifier') or starts_with(e.entry, known.actor_name || ':')
       order by known.actor_name = 'notifier', length(known.actor_name) desc
       limit 1
    ) as a on true
   where r.actor_id is null
$function$;
comment on function pgwave_private.notifier_faults(jsonb) is
  'Find entries of notify in a normalised definition that no script or http actor can send. Returns: code, pointer, message, hint of each.';
