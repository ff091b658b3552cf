// What the events of a database say of the limits of actors, as queries.

/** The most interactions of an actor that were under way at one instant, by their events. */
export const PEAK = `
with changes as (
  select e.occurred_at, case e.event_type when 'started' then 1 else -1 end as change
    from pgwave.interaction_events e
    join pgwave.interactions i using (interaction_id, workflow_run_id)
    join pgwave.actors a on a.actor_id = i.actor_id
   where a.actor_name = $1 and i.conversation_id > 9999
     and (e.event_type in ('started', 'retry_scheduled', 'handed_back')
       or (e.event_type in ('completed', 'failed', 'cancelled') and exists (
         select from pgwave.interaction_events s
          where s.interaction_id = e.interaction_id and s.workflow_run_id = e.workflow_run_id and s.seq = e.seq - 1
            and s.event_type = 'started')))
)
select coalesce(max(n), 0)::int as peak
  from (select sum(change) over (order by occurred_at, change) as n from changes) c`;

/** The most attempts of an actor that began within any period of that length, by their events. */
export const MOST_IN_A_WINDOW = `
with begun as (
  select e.occurred_at
    from pgwave.interaction_events e
    join pgwave.interactions i using (interaction_id, workflow_run_id)
    join pgwave.actors a on a.actor_id = i.actor_id
   where a.actor_name = $1 and e.event_type = 'started'
)
select coalesce(max(n), 0)::int as most
  from (select count(*) over (order by occurred_at
                range between ($2::interval - interval '1 microsecond') preceding and current row) as n from begun) w`;
