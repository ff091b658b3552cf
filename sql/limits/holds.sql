-- Holds and circuits of actors: who asked to wait, and who fails again and again. What is held is the actor's lane: the
-- model or service behind it is the same for all. A row in actor_limits only where there is something to remember;
-- locked last.

create or replace function pgwave_private.is_trouble(error jsonb) returns boolean
language sql
immutable
parallel safe
begin atomic
  select coalesce(is_trouble.error ->> 'code' in ('connection_lost', 'server_error', 'timeout'), false);
end;
comment on function pgwave_private.is_trouble(jsonb) is
  'Tell whether an error says that the actor is in trouble, rather than the one request. Returns: true or false.';

create or replace function pgwave_private.is_behind_circuit(actor_id bigint, error jsonb) returns boolean
language sql
stable
set search_path = ''
as $$
  select pgwave_private.is_trouble(is_behind_circuit.error) and exists (
    select from pgwave.actor_limits l
     where l.actor_id = is_behind_circuit.actor_id and l.circuit_opened_at is not null)
$$;
comment on function pgwave_private.is_behind_circuit(bigint, jsonb) is
  'Tell whether a failure is one of those that an open circuit waits out: it spends no attempt. Returns: true or false.';

create or replace function pgwave_private.list_held_lanes(at timestamptz) returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(distinct a.lane), '{}')
      from pgwave.actor_limits l
      join pgwave.actors a on a.actor_id = l.actor_id
     where l.held_until > list_held_lanes.at or l.circuit_opened_at is not null
  );
end
$$;
comment on function pgwave_private.list_held_lanes(timestamptz) is
  'List the lanes in which nothing begins but a probe: an actor asked to wait, or its circuit is open. Returns: lanes.';

create or replace function pgwave_private.is_probe_due(limits pgwave.actor_limits, at timestamptz) returns boolean
language sql
stable
set search_path = ''
as $$
  select limits.circuit_opened_at is not null and (
    limits.held_until <= is_probe_due.at
    -- the last one will not come back: its worker died, its run was cancelled
    or limits.held_reason = 'circuit_open' and limits.circuit_probe_id is not null and not exists (
      select from pgwave.leases l where l.interaction_id = limits.circuit_probe_id))
$$;
comment on function pgwave_private.is_probe_due(pgwave.actor_limits, timestamptz) is
  'Tell whether an open circuit lets an interaction through. Returns: true or false.';

create or replace function pgwave_private.list_probe_lanes(at timestamptz) returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(distinct a.lane), '{}')
      from pgwave.actor_limits l
      join pgwave.actors a on a.actor_id = l.actor_id
     where pgwave_private.is_probe_due(l, list_probe_lanes.at)
  );
end
$$;
comment on function pgwave_private.list_probe_lanes(timestamptz) is
  'List the lanes in which a probe may begin, although nothing else may. Returns: lanes.';

create or replace function pgwave_private.pick_probes(
  lanes text[],
  slots jsonb,
  at timestamptz,
  inout picked bigint[],
  inout allowances jsonb
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_actor record;
  v_before int;
begin
  for v_actor in
    select l.actor_id, a.lane
      from pgwave.actor_limits l
      join pgwave.actors a on a.actor_id = l.actor_id
     where pgwave_private.is_probe_due(l, pick_probes.at) and a.lane = any(pick_probes.lanes)
       and greatest((pick_probes.slots ->> a.lane)::int, (pick_probes.slots ->> split_part(a.lane, ':', 1))::int) > 0
     order by l.actor_id
       for update of l skip locked
  loop
    v_before := cardinality(picked);
    select p.picked, p.allowances into picked, allowances
      from pgwave_private.pick_from_lane(v_actor.lane, 1, pick_probes.at, '{}', picked, allowances) p;
    continue when cardinality(picked) = v_before;
    update pgwave.actor_limits l
       set circuit_probe_id = picked[v_before + 1],
           -- should the probe never come back
           held_until = pick_probes.at + interval '10 minutes'
     where l.actor_id = v_actor.actor_id;
  end loop;
end
$$;
comment on function pgwave_private.pick_probes(text[], jsonb, timestamptz, bigint[], jsonb) is
  'Let one interaction through each open circuit whose cooldown is over. Returns: what was picked before and now, and what is left of the allowances. Writes: actor_limits. Locks: actor_limits and ready, without waiting.';

create or replace function pgwave_private.note_actor_results(outcomes pgwave_private.outcome[]) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_result record;
begin
  if not exists (select from unnest(note_actor_results.outcomes) o
                  where o.error is not null and (pgwave_private.is_trouble(o.error)
                    or o.error ->> 'code' = 'rate_limited'))
     and not exists (select from pgwave.actor_limits l
                      where l.consecutive_failures > 0 or l.circuit_opened_at is not null) then
    return false;
  end if;
  for v_result in
    select o.actor_id, a.lane, a.definition -> 'circuit' as circuit,
           (count(*) filter (where pgwave_private.is_trouble(o.error)))::int as failures,
           bool_or(o.error is null) as succeeded,
           array_agg(o.interaction_id) as interaction_ids,
           max(coalesce((o.error ->> 'retry_after_ms')::float8, (o.error ->> 'retry_in_ms')::float8, 1000))
             filter (where o.error ->> 'code' = 'rate_limited') as wait_ms
      from unnest(note_actor_results.outcomes) o
      join pgwave.actors a on a.actor_id = o.actor_id
     where o.attempt_outcome in ('completed', 'failed', 'asked_again')
     group by o.actor_id, a.lane, a.definition
     order by o.actor_id
  loop
    if v_result.wait_ms is not null then
      perform pgwave_private.hold_actor(v_result.actor_id, v_result.lane, v_result.wait_ms, 'rate_limited');
    end if;
    if v_result.succeeded then
      update pgwave.actor_limits l
         set consecutive_failures = 0, circuit_opened_at = null, circuit_probe_id = null,
             held_until = case when l.circuit_opened_at is null then l.held_until end,
             held_reason = case when l.circuit_opened_at is null then l.held_reason end
       where l.actor_id = v_result.actor_id and (l.consecutive_failures > 0 or l.circuit_opened_at is not null);
      if found then
        perform pgwave_private.add_tickets_unless_deferred(array[v_result.lane], array[pgwave_private.now()]);
      end if;
    elsif v_result.failures > 0 and v_result.circuit is distinct from 'false' then
      perform pgwave_private.count_failures(
        v_result.actor_id, v_result.lane, v_result.circuit, v_result.failures, v_result.interaction_ids);
    end if;
  end loop;
  return true;
end
$$;
comment on function pgwave_private.note_actor_results(pgwave_private.outcome[]) is
  'Keep account of how actors do: who asks to wait is held for all, who fails again and again opens its circuit, who succeeds closes it. Returns: whether it may hold any limits now. Writes: actor_limits, tickets. Locks: actor_limits, ascending, last.';

create or replace function pgwave_private.hold_actor(actor_id bigint, lane text, wait_ms float8, reason text)
  returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_until timestamptz;
begin
  insert into pgwave.actor_limits as l (actor_id, held_until, held_reason)
  values (hold_actor.actor_id, pgwave_private.now() + least(hold_actor.wait_ms, 86400000) * interval '1 millisecond',
          hold_actor.reason)
  on conflict on constraint actor_limits_pkey do update
    -- a probe that is told to wait waits that long, not as long as one that never comes back
    set held_until = case when l.circuit_probe_id is null then greatest(l.held_until, excluded.held_until)
                       else excluded.held_until end,
        held_reason = excluded.held_reason, circuit_probe_id = null
  returning l.held_until into v_until;
  perform pgwave_private.add_tickets(array[hold_actor.lane], array[v_until]);
end
$$;
comment on function pgwave_private.hold_actor(bigint, text, float8, text) is
  'Let nothing of an actor''s lane begin for some time. Writes: actor_limits, tickets. Locks: the actor''s limits.';

create or replace function pgwave_private.count_failures(
  actor_id bigint,
  lane text,
  circuit jsonb,
  failures int,
  interaction_ids bigint[]
) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now timestamptz := pgwave_private.now();
  v_base_ms constant int := coalesce(pgwave_private.duration_ms(circuit -> 'cooldown'), 10000)::int;
  v_limits pgwave.actor_limits;
begin
  insert into pgwave.actor_limits as l (actor_id, consecutive_failures)
  values (count_failures.actor_id, count_failures.failures)
  on conflict on constraint actor_limits_pkey do update
    set consecutive_failures = l.consecutive_failures + excluded.consecutive_failures
  returning l.* into v_limits;
  if v_limits.circuit_opened_at is null
     and v_limits.consecutive_failures >= coalesce((count_failures.circuit ->> 'failures')::int, 5) then
    v_limits.circuit_opened_at := v_now;
    v_limits.circuit_cooldown_ms := v_base_ms;
  elsif v_limits.circuit_probe_id = any(count_failures.interaction_ids) then
    v_limits.circuit_cooldown_ms := least(v_limits.circuit_cooldown_ms * 2, greatest(300000, v_base_ms));
  else
    return;
  end if;
  v_limits.held_until := v_now + v_limits.circuit_cooldown_ms * interval '1 millisecond';
  update pgwave.actor_limits l
     set circuit_opened_at = v_limits.circuit_opened_at, circuit_cooldown_ms = v_limits.circuit_cooldown_ms,
         circuit_probe_id = null, held_until = v_limits.held_until, held_reason = 'circuit_open'
   where l.actor_id = count_failures.actor_id;
  perform pgwave_private.add_tickets(array[count_failures.lane], array[v_limits.held_until]);
end
$$;
comment on function pgwave_private.count_failures(bigint, text, jsonb, int, bigint[]) is
  'Count failures in a row; enough of them open the circuit, and a failed probe keeps it open for twice as long, five minutes at most. Writes: actor_limits, tickets. Locks: the actor''s limits.';
