-- Whose turn it is on a model host: a wave is the turn of one model. The model that is loaded is served first, until it
-- runs dry, work of a higher priority waits, or the oldest work of another model is about to have waited for max_wait.
-- A model in use is never pushed out: a wave that is over drains first. Decided by whoever asks for work, from `ready`,
-- the leases and what workers report; nothing is written unless a turn changes. Only work of models pays for it, on
-- workers with a host.

create or replace function pgwave_private.list_live_hosts(pool text) returns setof pgwave.model_hosts
language sql
stable
begin atomic
  select h.*
    from pgwave.model_hosts h
   where h.pool = list_live_hosts.pool and h.silent_since is null
     and exists (
       select from pgwave.workers w
        where w.model_host_id = h.model_host_id and w.given_up is null and not w.stopping);
end;
comment on function pgwave_private.list_live_hosts(text) is
  'List the hosts of a pool that answer and have a worker. A host whose workers are gone has no turns any more. Returns: them.';

create or replace function pgwave_private.model_of_lane(lane text) returns text
language sql
immutable
parallel safe
begin atomic
  select substr(model_of_lane.lane, strpos(model_of_lane.lane, '/') + 1);
end;
comment on function pgwave_private.model_of_lane(text) is
  'Take the model from a lane, model:pool/model. Returns: its name as the actor gives it.';

create or replace function pgwave_private.names_model(names text[], model text) returns boolean
language sql
immutable
parallel safe
begin atomic
  select names_model.model = any(names) or names_model.model || ':latest' = any(names);
end;
comment on function pgwave_private.names_model(text[], text) is
  'Tell whether a server names a model among its own; without a tag, latest is meant. Returns: true or false; null: the server told no names.';

-- One step along ready_by_turn for each lane, priority, workflow and actor: thousands that wait cost no more than one.
create or replace function pgwave_private.list_demand(lanes text[], at timestamptz, allowances jsonb)
returns table (lane text, priority int, oldest timestamptz)
language sql
stable
begin atomic
  with recursive heads as (
    select l.lane, h.priority, h.workflow_id, h.actor_id, h.not_before
      from unnest(list_demand.lanes) l (lane)
      cross join lateral (
        select r.priority, r.workflow_id, r.actor_id, r.not_before from pgwave.ready r
         where r.lane = l.lane and not r.held
         order by r.priority desc, r.workflow_id, r.actor_id, r.not_before, r.interaction_id
         limit 1) h
    union all
    select p.lane, n.priority, n.workflow_id, n.actor_id, n.not_before
      from heads p
      cross join lateral (
        (select r.priority, r.workflow_id, r.actor_id, r.not_before from pgwave.ready r
          where r.lane = p.lane and not r.held and r.priority = p.priority
            and (r.workflow_id, r.actor_id) > (p.workflow_id, p.actor_id)
          order by r.workflow_id, r.actor_id, r.not_before, r.interaction_id
          limit 1)
        union all
        (select r.priority, r.workflow_id, r.actor_id, r.not_before from pgwave.ready r
          where r.lane = p.lane and not r.held and r.priority < p.priority
          order by r.priority desc, r.workflow_id, r.actor_id, r.not_before, r.interaction_id
          limit 1)
        limit 1) n
  )
  select distinct on (h.lane) h.lane, h.priority, min(h.not_before)
    from heads h
   where h.not_before <= list_demand.at and coalesce((list_demand.allowances ->> h.actor_id::text)::int, 1) > 0
   group by h.lane, h.priority
   order by h.lane, h.priority desc;
end;
comment on function pgwave_private.list_demand(text[], timestamptz, jsonb) is
  'List the lanes in which something may begin. Returns: of each the highest priority, and since when the oldest of it waits.';

create or replace function pgwave_private.count_places(host pgwave.model_hosts) returns int
language sql
stable
begin atomic
  select coalesce((host).max_loaded, greatest(1, (
    select count(*)::int from pgwave.host_models m
     where m.model_host_id = (host).model_host_id and m.is_loaded)));
end;
comment on function pgwave_private.count_places(pgwave.model_hosts) is
  'Count the models that may have their turn on a host at once: as many as it was told to hold, else as many as it was seen to hold. Returns: one or more.';

create or replace function pgwave_private.list_calls_of_host(model_host_id bigint) returns setof text
language sql
stable
begin atomic
  select l.lane
    from pgwave.workers w
    cross join lateral (
      select l.lane from pgwave.leases l where l.worker_id = w.worker_id and l.begun_at >= w.leases_since
      offset 0) l
   where w.model_host_id = list_calls_of_host.model_host_id and w.given_up is null and starts_with(l.lane, 'model:');
end;
comment on function pgwave_private.list_calls_of_host(bigint) is
  'List what is under way on a host. A worker that was given up, or came back under a new number, has nothing there any more. Returns: the lane of each call.';

create or replace function pgwave_private.plan_turns(
  host pgwave.model_hosts,
  lanes text[],
  at timestamptz,
  allowances jsonb
) returns table (lane text, has_turn boolean, room int, is_wanted boolean, ended_by text)
language sql
stable
begin atomic
  with waiting as materialized (
    select d.lane, d.priority, d.oldest
      from pgwave_private.list_demand(plan_turns.lanes, plan_turns.at, plan_turns.allowances) d
  ),
  running as materialized (
    select l as lane, count(*)::int as running
      from pgwave_private.list_calls_of_host((plan_turns.host).model_host_id) l
     where starts_with(l, 'model:' || (plan_turns.host).pool || '/')
     group by l
  ),
  others as materialized (
    select o.lanes, coalesce(o.parallel, 4) as parallel
      from pgwave_private.list_live_hosts((plan_turns.host).pool) o
     where o.model_host_id <> (plan_turns.host).model_host_id
  ),
  known as materialized (
    select b.lane, b.priority, b.oldest, b.running, b.lane = any((plan_turns.host).lanes) as is_current,
           -- a turn that it had counts: where all have waited too long, they take turns of max_wait
           greatest(b.oldest, m.turn_ended_at) as since,
           coalesce(m.last_load_ms, e.load_ms, 0) as load_ms, coalesce(m.call_ms, e.call_ms, 0) as call_ms, s.servers,
             s.parallel
      from (
        select coalesce(w.lane, r.lane) as lane, w.priority, w.oldest, coalesce(r.running, 0) as running
          from waiting w full join running r on r.lane = w.lane
      ) b
      left join pgwave.host_models m
        on m.model_host_id = (plan_turns.host).model_host_id and m.lane = b.lane
      -- as long as this host has not loaded it: as others do
      cross join lateral (
        select avg(o.last_load_ms) as load_ms, avg(o.call_ms) as call_ms from pgwave.host_models o
          where o.lane = b.lane) e
      cross join lateral (
        select count(*)::int as servers, coalesce(sum(o.parallel), 0)::int as parallel
          from others o where b.lane = any(o.lanes)) s
  ),
  judged as materialized (
    select k.*, k.priority is not null and not k.is_current
             and k.since + (plan_turns.host).max_wait - case when k.servers > 0 then interval '0'
               -- what is under way has to end first, and the model to be loaded
               else least((plan_turns.host).max_wait / 2, interval '1 millisecond' * (k.load_ms
                 + coalesce((select max(o.call_ms) from known o where o.running > 0), 0))::float8) end
               <= plan_turns.at as is_overdue
      from known k
  ),
  shared as materialized (
    -- how long what waits will take those that have their turn with it elsewhere; in loads where no call was seen yet
    select j.*, case when j.servers > 0 and not j.is_current then (
               select count(*) from (
                 select from pgwave.ready r where r.lane = j.lane and not r.held limit 1000) few)
             * coalesce(nullif(j.call_ms, 0), nullif(2 * j.load_ms, 0), 1) / j.parallel end as backlog_ms
      from judged j
  ),
  wanted as materialized (
    select j.lane, row_number() over (
             order by j.priority desc, j.is_overdue desc, case when j.is_overdue then j.since end, j.is_current desc,
                      j.servers, j.since, j.lane) as place
      from shared j
     where j.priority is not null and (j.is_current or j.is_overdue or j.servers = 0
       -- a second one pays if that is longer than loading it, and then what it left for it
       or j.backlog_ms >= greatest(1, 2 * j.load_ms))
  ),
  seated as (
    select j.*, w.place,
           j.running > 0 or coalesce(count(*) filter (where w.place <= p.places
             and j.running = 0) over (order by w.place)
             <= p.places - p.taken and w.place <= p.places, false) as has_turn,
           w.place <= p.places as is_chosen
      from judged j
      left join wanted w on w.lane = j.lane
      cross join (
        select pgwave_private.count_places(plan_turns.host) as places,
               (select count(*) from judged t where t.running > 0) as taken) p
  )
  select s.lane, s.has_turn,
         case when s.has_turn and s.is_chosen
           then coalesce((plan_turns.host).parallel, 1000000) - s.running else 0 end,
         s.place is not null,
         case when s.priority is null then 'dry'
           when s.priority < (select max(o.priority) from seated o where o.has_turn and o.is_chosen) then 'priority'
           when s.place is not null then 'max_wait' else 'dry' end
    from seated s;
end;
comment on function pgwave_private.plan_turns(pgwave.model_hosts, text[], timestamptz, jsonb) is
  'Decide whose turn it is on a host, of the lanes given and those that run there. Returns: of each whether it has its turn, how many calls of it may begin, whether it wants a turn, and what ends the turn of one that has none any more.';

create or replace function pgwave_private.share_by_age(host pgwave.model_hosts, lanes text[], at timestamptz)
  returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(o.lane, o.oldest), '{}')
      from (
        select f.lane, count(*) as oldest
          from (
            select r.lane
              from pgwave.ready r
             where r.lane = any(share_by_age.lanes) and not r.held and r.not_before <= share_by_age.at
             order by r.priority desc, r.not_before, r.interaction_id
             limit greatest(0, pgwave_private.count_places(share_by_age.host) * coalesce((share_by_age.host).parallel,
               1000) - (
               select count(*) from pgwave_private.list_calls_of_host((share_by_age.host).model_host_id)))
          ) f
         group by f.lane
      ) o
  );
end
$$;
comment on function pgwave_private.share_by_age(pgwave.model_hosts, text[], timestamptz) is
  'Share a host without turns: first come, first served, whatever model it is. Returns: {lane: how many} of what waits longest.';

create or replace function pgwave_private.list_lanes_of_host(host pgwave.model_hosts, lanes text[]) returns text[]
language sql
stable
begin atomic
  -- what no host of the pool has, any may try: it fails with the server's own word
  select array(
    select l from unnest(list_lanes_of_host.lanes) l
     where starts_with(l, 'model:' || (host).pool || '/')
       and (coalesce(pgwave_private.names_model((host).models, pgwave_private.model_of_lane(l)), true)
         or not exists (
           select from pgwave_private.list_live_hosts((host).pool) o
            where coalesce(pgwave_private.names_model(o.models, pgwave_private.model_of_lane(l)), true))));
end;
comment on function pgwave_private.list_lanes_of_host(pgwave.model_hosts, text[]) is
  'List the lanes of a host''s pool whose model it has, or that no host has. Returns: lanes.';

create or replace function pgwave_private.change_turns(
  host pgwave.model_hosts,
  lanes text[],
  contested boolean,
  ended jsonb,
  at timestamptz
) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.model_hosts h
     set lanes = change_turns.lanes, contested = change_turns.contested
   where h.model_host_id = (change_turns.host).model_host_id
     and (h.lanes, h.contested) is distinct from (change_turns.lanes, change_turns.contested);
  update pgwave.host_models m
     set turn_ended_at = change_turns.at, turn_ended_by = coalesce(change_turns.ended ->> m.lane, 'dry')
   where m.model_host_id = (change_turns.host).model_host_id and m.lane = any((change_turns.host).lanes)
     and m.lane <> all (change_turns.lanes);
  insert into pgwave.host_models as m (model_host_id, lane, turns, turn_began_at)
  select (change_turns.host).model_host_id, l, 1, change_turns.at
    from unnest(change_turns.lanes) l
   where l <> all ((change_turns.host).lanes)
  on conflict on constraint host_models_pkey do update
    set turns = m.turns + 1, turn_began_at = excluded.turn_began_at, turn_ended_at = null, turn_ended_by = null;
end
$$;
comment on function pgwave_private.change_turns(pgwave.model_hosts, text[], boolean, jsonb, timestamptz) is
  'Note whose turn it is on a host from now on. Writes: model_hosts, host_models. Locks: their rows; the caller has claimed the pool.';

create or replace function pgwave_private.pass_on_ticket(host pgwave.model_hosts, lane text, at timestamptz)
  returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_is_served constant boolean := exists (
    select from pgwave_private.list_live_hosts((pass_on_ticket.host).pool) h where pass_on_ticket.lane = any(h.lanes));
begin
  if exists (
    select from pgwave.model_hosts h
      join pgwave.workers w on w.model_host_id = h.model_host_id
     where h.pool = (pass_on_ticket.host).pool and h.model_host_id <> (pass_on_ticket.host).model_host_id
       and h.silent_since is null and not h.contested and w.given_up is null and not w.stopping
       -- one that hangs would have the ticket go round
       and w.seen_at > pass_on_ticket.at - interval '3 seconds'
       and case when pass_on_ticket.lane = any(h.lanes) then h.parallel is null or h.parallel > (
               select count(*) from pgwave.leases l where l.worker_id = w.worker_id and l.lane = pass_on_ticket.lane)
             else not v_is_served and not exists (
               select from pgwave.leases l where l.worker_id = w.worker_id and starts_with(l.lane, 'model:')) end)
  then
    perform pgwave_private.add_tickets_once(array[pass_on_ticket.lane]);
  end if;
end
$$;
comment on function pgwave_private.pass_on_ticket(pgwave.model_hosts, text, timestamptz) is
  'Add a ticket for a lane in which a host begins nothing, if another one of its pool can. Writes: tickets.';

-- Two hosts that decide at once would both take the model that waits longest.
create or replace function pgwave_private.claim_pool(pool text, may_wait boolean) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_timeout constant text := current_setting('lock_timeout');
begin
  if pgwave_private.try_lock_name('pool', claim_pool.pool) then
    return true;
  elsif not claim_pool.may_wait then
    return false;
  end if;
  begin
    perform set_config('lock_timeout', '50ms', true);
    perform pgwave_private.lock_name('pool', claim_pool.pool);
    perform set_config('lock_timeout', v_timeout, true);
  exception when lock_not_available then
    return false;
  end;
  return true;
end
$$;
comment on function pgwave_private.claim_pool(text, boolean) is
  'Claim a pool of hosts: nobody else changes whose turn it is there until the transaction ends. Returns: whether it was free, or became free within 50 ms where the caller may wait. Writes: name_locks, where it has no row. Locks: the name of the pool.';

create or replace function pgwave_private.read_plan(
  host pgwave.model_hosts,
  lanes text[],
  at timestamptz,
  allowances jsonb,
  out turns text[],
  out rooms jsonb,
  out contested boolean,
  out ended jsonb
)
language plpgsql
stable
set search_path = ''
as $$
begin
  select coalesce(array_agg(t.lane order by t.lane) filter (where t.has_turn), '{}'),
         coalesce(jsonb_object_agg(t.lane, t.room) filter (where t.room > 0), '{}'),
         coalesce(bool_or(t.is_wanted and not t.has_turn), false),
         coalesce(jsonb_object_agg(t.lane, t.ended_by), '{}')
    into turns, rooms, contested, ended
    from pgwave_private.plan_turns(read_plan.host, read_plan.lanes, read_plan.at, read_plan.allowances) t;
  -- a model with nothing to do keeps its turn until its place is wanted
  turns := array(
    select l from (
      select l, null::timestamptz as began_at from unnest(read_plan.turns) l
      union all
      (select m.lane, m.turn_began_at
         from pgwave.host_models m
        where m.model_host_id = (read_plan.host).model_host_id and m.lane = any((read_plan.host).lanes)
          and m.lane <> all (read_plan.turns)
        order by m.turn_began_at desc
        limit greatest(0, pgwave_private.count_places(read_plan.host) - cardinality(read_plan.turns)))
    ) kept (l, began_at)
    order by l);
end
$$;
comment on function pgwave_private.read_plan(pgwave.model_hosts, text[], timestamptz, jsonb) is
  'Read the plan of a host as a whole. Returns: the lanes that have their turn, how many calls of each may begin, whether others wait for a turn, and what ends the turn of those that have none any more.';

create or replace function pgwave_private.share_host(
  worker_id bigint,
  ready text[],
  asked text[],
  at timestamptz,
  allowances jsonb,
  may_wait boolean
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_host pgwave.model_hosts;
  v_rooms jsonb;
  v_lanes text[];
  v_plan record;
begin
  select h.* into v_host
    from pgwave.workers w
    join pgwave.model_hosts h on h.model_host_id = w.model_host_id
   where w.worker_id = share_host.worker_id;
  -- a pool that no host serves has no turns
  v_rooms := coalesce((
    select jsonb_object_agg(l, 1000000)
      from unnest(share_host.asked) l
     where starts_with(l, 'model:') and starts_with(l, 'model:' || v_host.pool || '/') is not true
       and not exists (
         select from pgwave_private.list_live_hosts(substr(split_part(l, '/', 1), 7)))), '{}');
  if v_host.model_host_id is null
     or v_host.silent_since is not null and exists (select from pgwave_private.list_live_hosts(v_host.pool)) then
    return v_rooms;
  end if;
  v_lanes := pgwave_private.list_lanes_of_host(v_host, share_host.ready);
  if v_host.max_wait = interval '0' then
    return v_rooms || pgwave_private.share_by_age(v_host, v_lanes, share_host.at);
  elsif v_lanes <@ v_host.lanes and not v_host.contested then
    -- nobody else wants a turn: the usual case of one model
    return v_rooms || coalesce((
      select jsonb_object_agg(l.lane, l.room)
        from (select l as lane, coalesce(pgwave_private.room_in_wave(v_host.model_host_id, l), 1000000) as room
                from unnest(v_lanes) l) l
       where l.room > 0), '{}');
  end if;
  v_plan := pgwave_private.read_plan(v_host, v_lanes, share_host.at, share_host.allowances);
  if (v_plan.turns, v_plan.contested) is distinct from (v_host.lanes, v_host.contested) then
    if pgwave_private.claim_pool(v_host.pool, share_host.may_wait) then
      select h.* into v_host from pgwave.model_hosts h where h.model_host_id = v_host.model_host_id;
      v_plan := pgwave_private.read_plan(v_host, v_lanes, share_host.at, share_host.allowances);
      perform pgwave_private.change_turns(v_host, v_plan.turns, v_plan.contested, v_plan.ended, share_host.at);
    else
      -- somebody else decides: what has its turn goes on, and whoever comes next looks again
      v_plan.rooms := coalesce((
        select jsonb_object_agg(r.key, r.value) from jsonb_each(v_plan.rooms) r where r.key = any(v_host.lanes)), '{}');
      perform pgwave_private.add_tickets_once(v_lanes[1:1]);
    end if;
  end if;
  if cardinality(share_host.asked) = 1 and starts_with(share_host.asked[1], 'model:' || v_host.pool || '/')
     and not v_plan.rooms ? share_host.asked[1] then
    perform pgwave_private.pass_on_ticket(v_host, share_host.asked[1], share_host.at);
  end if;
  return v_rooms || v_plan.rooms;
end
$$;
comment on function pgwave_private.share_host(bigint, text[], text[], timestamptz, jsonb, boolean) is
  'Find what of models a worker may begin now on its host, given the lanes that have something ready. Returns: {lane: how many} of the lanes in which some may; of a worker without a host, those of pools without a host. Writes: model_hosts, host_models, tickets. Locks: the claim of the pool, where a turn changes.';

create or replace function pgwave_private.awaits_turn(lane text) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(bool_and(h.contested), false)
      from pgwave_private.list_live_hosts(substr(split_part(awaits_turn.lane, '/', 1), 7)) h
  );
end
$$;
comment on function pgwave_private.awaits_turn(text) is
  'Tell whether every host of a lane''s pool is at work while others wait: whoever ends a call there comes for more by itself. Returns: true or false.';

create or replace function pgwave_private.room_in_wave(model_host_id bigint, lane text) returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select case
             when not starts_with(room_in_wave.lane, 'model:' || h.pool || '/') then
               -- a pool that no host serves has no turns
               case when exists (
                 select from pgwave_private.list_live_hosts(substr(split_part(room_in_wave.lane, '/', 1), 7)))
                 then 0 end
             when h.contested or room_in_wave.lane <> all (h.lanes) then 0
             when h.parallel is not null then h.parallel - (
               select count(*)::int from pgwave_private.list_calls_of_host(h.model_host_id) l
                where l = room_in_wave.lane) end
      from pgwave.model_hosts h
     where h.model_host_id = room_in_wave.model_host_id
  );
end
$$;
comment on function pgwave_private.room_in_wave(bigint, text) is
  'Count the calls of a model that may begin where they are created: those of the model that has its turn, while no other waits for one. Returns: how many; null: any number.';

-- Of what runs now on any worker of the house: the models that its runs come to next, over steps that need none.
create or replace function pgwave_private.list_next_lanes(pool text) returns setof text
language sql
stable
begin atomic
  with recursive ahead as (
    select cv.workflow_version_id, cv.conversation_id, 0 as depth
      from (select distinct i.conversation_version_id
              from (select l.interaction_id, l.workflow_run_id from pgwave.leases l limit 200) l
              join pgwave.interactions i on i.interaction_id = l.interaction_id
                and i.workflow_run_id = l.workflow_run_id) u
      join pgwave.conversation_versions cv on cv.conversation_version_id = u.conversation_version_id
    union
    select a.workflow_version_id, b.to_conversation_id, a.depth + 1
      from ahead a
      join pgwave.branches b
        on b.workflow_version_id = a.workflow_version_id and b.from_conversation_id = a.conversation_id
       and b.after = 'success' and b.max_loops is null
      join pgwave.conversation_versions f
        on f.workflow_version_id = a.workflow_version_id and f.conversation_id = a.conversation_id
     where a.depth < 5 and (a.depth = 0 or f.actor_type <> 'ai_model')
  )
  select o.lane
    from ahead a
    join pgwave.conversation_versions cv
      on cv.workflow_version_id = a.workflow_version_id and cv.conversation_id = a.conversation_id
    join pgwave.actors o on o.actor_id = cv.actor_id
   where a.depth > 0 and starts_with(o.lane, 'model:' || list_next_lanes.pool || '/')
   group by o.lane
   order by min(a.depth), min(cv.position);
end;
comment on function pgwave_private.list_next_lanes(text) is
  'List the lanes of a pool''s models to which what is running may lead next, over steps that need no model. Returns: lanes, the nearest first.';

create or replace function pgwave_private.load_ahead(worker_id bigint, at timestamptz) returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_host pgwave.model_hosts;
  v_running text[];
  v_lane text;
begin
  select h.* into v_host
    from pgwave.workers w
    join pgwave.model_hosts h on h.model_host_id = w.model_host_id
   where w.worker_id = load_ahead.worker_id and not w.stopping and not h.contested and h.silent_since is null
     and h.max_wait > interval '0';
  if not found or not exists (select from pgwave.leases) then
    return null;
  end if;
  v_running := array(
    select distinct l from pgwave_private.list_calls_of_host(v_host.model_host_id) l
     where starts_with(l, 'model:' || v_host.pool || '/')
     order by l);
  if cardinality(v_running) >= pgwave_private.count_places(v_host) then
    return null;
  end if;
  select n.lane into v_lane
    from (
      select l.lane
        from unnest(pgwave_private.list_lanes_of_host(v_host, array(
          select pgwave_private.list_next_lanes(v_host.pool)))) with ordinality l (lane, place)
       where not exists (
         select from pgwave_private.list_live_hosts(v_host.pool) o
          where o.model_host_id <> v_host.model_host_id and l.lane = any(o.lanes))
       order by l.place
       limit pgwave_private.count_places(v_host)) n
   where n.lane <> all (v_host.lanes || v_running)
   limit 1;
  -- what is ready decides by itself
  if v_lane is null or exists (
    select from pgwave_private.list_lanes() l where starts_with(l, 'model:' || v_host.pool || '/'))
    or not pgwave_private.claim_pool(v_host.pool, false)
  then
    return null;
  end if;
  perform pgwave_private.change_turns(v_host, v_running || v_lane, false, '{}', load_ahead.at);
  return pgwave_private.model_of_lane(v_lane);
end
$$;
comment on function pgwave_private.load_ahead(bigint, timestamptz) is
  'Give the next turn on a worker''s host to a model that what is running leads to, if a place is free and nothing is ready. Returns: the model, for the worker to load; null: none. Writes: model_hosts, host_models. Locks: the claim of the pool, without waiting.';
