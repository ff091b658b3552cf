-- A new model of an actor is another lane: what waits goes there with it.

create or replace function pgwave_private.move_misplaced() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lanes text[];
  v_count int;
begin
  -- what was enqueued while the actor was defined
  if not exists (select from pgwave.actors a where a.updated_at > pgwave_private.now() - interval '1 minute') then
    return 0;
  end if;
  with misplaced as (
    select r.interaction_id, a.lane
      from pgwave.ready r
      join pgwave.actors a on a.actor_id = r.actor_id
     where r.lane not in (a.lane, 'waits')
       for update of r skip locked
  ),
  moved as (
    update pgwave.ready r set lane = m.lane from misplaced m where r.interaction_id = m.interaction_id
    returning r.lane
  )
  select array_agg(distinct m.lane), count(*)::int into v_lanes, v_count from moved m;
  if v_lanes is not null then
    perform pgwave_private.add_tickets(v_lanes, null);
  end if;
  return v_count;
end
$$;
comment on function pgwave_private.move_misplaced() is
  'Move what waits for an actor that was defined anew into its lane. Returns: how many. Writes: ready, tickets. Locks: ready, without waiting.';
