-- Limits of actors: how many interactions run at once, how many begin within any period, whether any begin at all.
-- Running ones are counted by their leases, so that nothing can drift: whoever loses a worker loses its leases. Begins
-- of a limited actor follow one another by a lock on its row of actor_begins, its claim. A fixed window would let twice
-- the count begin across its edge; a bucket that refills lets nearly twice the count begin within one period too, or
-- allows no burst (https://blog.cloudflare.com/counting-things-a-lot-of-different-things/ weighs them up). So it is a
-- sliding log: a begin counts until a period has passed, and no window of that length has too many.

create or replace function pgwave_private.count_rate_left(
  limits pgwave.actor_limits,
  begins pgwave_private.actor_begins,
  at timestamptz
) returns int
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when limits.rate_count is not null then greatest(limits.rate_count - (
           select coalesce(sum(b.begun), 0)
             from unnest(begins.begun_at, begins.begun_counts) b (at, begun)
            where b.at > count_rate_left.at - limits.rate_period), 0)::int end
$$;
comment on function pgwave_private.count_rate_left(pgwave.actor_limits, pgwave_private.actor_begins, timestamptz) is
  'Count what an actor''s rate lets begin. Returns: how many; null: it has no rate.';

create or replace function pgwave_private.find_rate_opening(
  limits pgwave.actor_limits,
  begins pgwave_private.actor_begins
) returns timestamptz
language sql
immutable
parallel safe
set search_path = ''
as $$
  select min(b.at) + limits.rate_period
    from (
      select u.at, coalesce(sum(u.begun) over (
               order by u.at desc rows between unbounded preceding and 1 preceding), 0) as later
        from unnest(begins.begun_at, begins.begun_counts) u (at, begun)
    ) b
   where b.later < limits.rate_count
$$;
comment on function pgwave_private.find_rate_opening(pgwave.actor_limits, pgwave_private.actor_begins) is
  'Find when an actor''s rate lets the next one begin. Returns: the time, in the past where one may begin at once; null: nothing has begun.';

create or replace function pgwave_private.count_slots_left(limits pgwave.actor_limits) returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  if limits.max_concurrent is null then
    return null;
  end if;
  return greatest(limits.max_concurrent - (
    select count(*)::int from pgwave.leases l where l.actor_id = limits.actor_id), 0);
end
$$;
comment on function pgwave_private.count_slots_left(pgwave.actor_limits) is
  'Count what an actor''s max_concurrent lets begin; exact where the caller holds the actor''s claim. Returns: how many; null: any number.';

create or replace function pgwave_private.list_limits(at timestamptz)
returns table (actor_id bigint, lane text, free int, reason text, opens_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select a.actor_id, a.lane, 0, 'disabled', null::timestamptz
    from pgwave.actors a
   where not a.enabled
  union all
  select a.actor_id, a.lane, least(c.slots, r.begins),
         case when c.slots = 0 then 'max_concurrent' when r.begins = 0 then 'rate' end,
         case when r.begins = 0 then pgwave_private.find_rate_opening(l, b) end
    from pgwave.actor_limits l
    join pgwave.actors a on a.actor_id = l.actor_id and a.enabled
    left join pgwave_private.actor_begins b on b.actor_id = l.actor_id
    cross join lateral (select pgwave_private.count_slots_left(l) as slots) c
    cross join lateral (select pgwave_private.count_rate_left(l, b, list_limits.at) as begins) r
   where l.max_concurrent is not null or l.rate_count is not null;
end
$$;
comment on function pgwave_private.list_limits(timestamptz) is
  'List the actors that are limited or disabled. Returns: of each its lane, how many may begin, why none may (disabled, max_concurrent, rate; null: some may), and when its rate lets one.';

create or replace function pgwave_private.list_reasons()
returns table (actor_id bigint, lane text, reason text, until timestamptz)
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select f.actor_id, f.lane, f.reason, f.opens_at
    from pgwave_private.list_limits(pgwave_private.now()) f
   where f.free = 0 and pgwave_private.has_limits()
  union all
  select l.actor_id, a.lane, l.held_reason, l.held_until
    from pgwave.actor_limits l
    join pgwave.actors a on a.actor_id = l.actor_id and a.enabled
   where l.held_until > pgwave_private.now() or l.circuit_opened_at is not null;
end
$$;
comment on function pgwave_private.list_reasons() is
  'List the actors of which nothing begins, for people. Returns: why (disabled, max_concurrent, rate, rate_limited, circuit_open), and until when; null: until something else changes.';

-- A lane whose every actor is full: nothing in it has to be looked at.
create or replace function pgwave_private.list_full_lanes(at timestamptz) returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  if not pgwave_private.has_limits() then
    return '{}';
  end if;
  return (
    with full_actors as materialized (
      select f.actor_id, f.lane from pgwave_private.list_limits(list_full_lanes.at) f where f.free = 0
    )
    select coalesce(array_agg(distinct f.lane), '{}')
      from full_actors f
     where not exists (
       select from pgwave.actors a
        where a.lane = f.lane and a.actor_id not in (select o.actor_id from full_actors o))
  );
end
$$;
comment on function pgwave_private.list_full_lanes(timestamptz) is
  'List the lanes in which nothing may begin because of its actors'' limits. Returns: lanes.';

create or replace function pgwave_private.has_limits() returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (select from pgwave.actor_limits l where l.max_concurrent is not null or l.rate_count is not null)
    or exists (select from pgwave.actors a where not a.enabled);
end
$$;
comment on function pgwave_private.has_limits() is
  'Tell whether any actor is limited or disabled: where none is, limits cost nothing more. Returns: true or false.';

create or replace function pgwave_private.actor_is_limited(actor_id bigint) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (select from pgwave.actor_limits l where l.actor_id = actor_is_limited.actor_id);
end
$$;
comment on function pgwave_private.actor_is_limited(bigint) is
  'Tell whether an actor has limits. Returns: true or false.';

-- Whoever waits holds a run that others may want, and a connection of its worker: so not for long.
create or replace function pgwave_private.claim_actor(actor_id bigint, may_wait boolean) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_timeout constant text := current_setting('lock_timeout');
begin
  perform from pgwave_private.actor_begins b where b.actor_id = claim_actor.actor_id for no key update skip locked;
  if found then
    return true;
  end if;
  insert into pgwave_private.actor_begins (actor_id, begun_at, begun_counts)
  select claim_actor.actor_id, '{}', '{}'
   where not exists (select from pgwave_private.actor_begins b where b.actor_id = claim_actor.actor_id)
  on conflict on constraint actor_begins_pkey do nothing;
  if found then
    return true;
  elsif not claim_actor.may_wait then
    return false;
  end if;
  begin
    perform set_config('lock_timeout', '50ms', true);
    perform from pgwave_private.actor_begins b where b.actor_id = claim_actor.actor_id for no key update;
    perform set_config('lock_timeout', v_timeout, true);
  exception when lock_not_available then
    return false;
  end;
  return true;
end
$$;
comment on function pgwave_private.claim_actor(bigint, boolean) is
  'Claim a limited actor: nobody else begins anything of it until the transaction ends. Returns: whether it was free, or became free within 50 ms where the caller may wait. Writes: actor_begins, where it has no row. Locks: its row of actor_begins.';

-- Before anything is picked: picking waits for nothing.
create or replace function pgwave_private.claim_allowances(lanes text[], may_wait boolean) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_allowances jsonb;
  v_wanted bigint[];
  v_actor_id bigint;
begin
  if not pgwave_private.has_limits() then
    return null;
  end if;
  -- without a claim: who is full now is told by whoever makes room
  select coalesce(jsonb_object_agg(f.actor_id, 0), '{}'),
         array_agg(f.actor_id order by f.actor_id) filter (where f.free > 0 and f.lane = any(claim_allowances.lanes))
    into v_allowances, v_wanted
    from pgwave_private.list_limits(pgwave_private.now()) f;
  foreach v_actor_id in array coalesce(v_wanted, '{}') loop
    if pgwave_private.claim_actor(v_actor_id, claim_allowances.may_wait) then
      v_allowances := v_allowances || coalesce((
        select jsonb_build_object(f.actor_id, f.free)
          from pgwave_private.list_limits(pgwave_private.now()) f where f.actor_id = v_actor_id),
        -- lifted meanwhile
        jsonb_build_object(v_actor_id, 1000000));
    else
      -- another one comes for it
      perform pgwave_private.add_tickets_once(array[a.lane]) from pgwave.actors a where a.actor_id = v_actor_id;
    end if;
  end loop;
  return v_allowances;
end
$$;
comment on function pgwave_private.claim_allowances(text[], boolean) is
  'Find how many interactions of each limited actor the caller may begin in these lanes; until it ends, nobody else begins any. Returns: {actor: how many}, 0 for actors that are full, disabled, claimed by others or elsewhere; null: there are no limits. Writes: tickets. Locks: rows of actor_begins, ascending.';

create or replace function pgwave_private.spend_allowances(allowances jsonb, interaction_ids bigint[]) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return spend_allowances.allowances || coalesce((
    select jsonb_object_agg(s.actor_id, (spend_allowances.allowances ->> s.actor_id::text)::int - s.picked)
      from (
        select r.actor_id, count(*) as picked
          from pgwave.ready r
         where r.interaction_id = any(spend_allowances.interaction_ids)
           and spend_allowances.allowances ? r.actor_id::text
         group by r.actor_id
      ) s), '{}');
end
$$;
comment on function pgwave_private.spend_allowances(jsonb, bigint[]) is
  'Take from allowances what was picked. Returns: what is left of them.';

-- After they began: no event of a begin is later than the time that is noted for it. Beyond a hundred in a period,
-- times are rounded up to a hundredth of it, so that the row stays small; what began is then counted a little longer.
create or replace function pgwave_private.note_begins(interaction_ids bigint[], actor_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now timestamptz := pgwave_private.now();
begin
  insert into pgwave_private.actor_begins as own (actor_id, begun_at, begun_counts)
  select e.actor_id, array_agg(e.at order by e.at), array_agg(e.begun order by e.at)
    from (
      select u.actor_id, u.at, sum(u.begun)::int as begun
        from (
          select l.actor_id, l.rate_period, b.at, b.begun
            from pgwave.actor_limits l
            join pgwave_private.actor_begins known on known.actor_id = l.actor_id
            cross join lateral unnest(known.begun_at, known.begun_counts) b (at, begun)
           where l.actor_id = any(note_begins.actor_ids) and l.rate_count is not null and b.at > v_now - l.rate_period
          union all
          select l.actor_id, l.rate_period, case when l.rate_count <= 100 then v_now
                   else date_bin(l.rate_period / 100, v_now, 'epoch') + l.rate_period / 100 end, count(*)
            from pgwave.leases held
            join pgwave.actor_limits l on l.actor_id = held.actor_id and l.rate_count is not null
           where held.interaction_id = any(note_begins.interaction_ids)
           group by l.actor_id
        ) u
       group by u.actor_id, u.at
    ) e
   group by e.actor_id
  on conflict on constraint actor_begins_pkey do update
    set begun_at = excluded.begun_at, begun_counts = excluded.begun_counts;
end
$$;
comment on function pgwave_private.note_begins(bigint[], bigint[]) is
  'Note when interactions of actors with a rate, which the caller has claimed, began; forget what no period holds any more. Writes: actor_begins.';

create or replace function pgwave_private.ticket_limits(actor_ids bigint[], just_begun boolean) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now_lanes text[];
  v_lanes text[];
  v_run_ats timestamptz[];
begin
  select array_agg(distinct f.lane) filter (where f.free > 0),
         array_agg(f.lane) filter (where f.free = 0), array_agg(f.opens_at) filter (where f.free = 0)
    into v_now_lanes, v_lanes, v_run_ats
    from pgwave_private.list_limits(pgwave_private.now()) f
   where f.actor_id = any(ticket_limits.actor_ids)
     and (f.free > 0 and exists (
            select from pgwave.ready r
             where r.lane = f.lane and not r.held and r.not_before <= pgwave_private.now())
          -- whoever takes the last that the rate allows says when to come back
          or f.free = 0 and f.opens_at is not null and ticket_limits.just_begun);
  if v_now_lanes is not null and ticket_limits.just_begun then
    perform pgwave_private.add_tickets_once(v_now_lanes);
  elsif v_now_lanes is not null then
    perform pgwave_private.add_tickets(v_now_lanes, null);
  end if;
  if v_lanes is not null then
    perform pgwave_private.add_tickets(v_lanes, v_run_ats);
  end if;
end
$$;
comment on function pgwave_private.ticket_limits(bigint[], boolean) is
  'Add tickets for what limited actors have ready and may begin; where a rate was just used up, for the time when it opens. Writes: tickets.';

-- At the end of whatever takes leases away. Whoever begins next in the same transaction calls ticket_limits itself.
create or replace function pgwave_private.make_room(actor_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if coalesce(current_setting('pgwave.defers_tickets', true), '') <> 'on' and exists (
    select from pgwave.actor_limits l where l.max_concurrent is not null and l.actor_id = any(make_room.actor_ids))
  then
    perform pgwave_private.ticket_limits(make_room.actor_ids, false);
  end if;
end
$$;
comment on function pgwave_private.make_room(bigint[]) is
  'Let others begin after interactions of these actors ended, where max_concurrent kept them waiting. Writes: tickets.';
