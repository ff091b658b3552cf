-- Whose turn it is in a lane: the highest priority first; within it, workflows one after the other, whatever each has
-- ready; within a workflow, what follows from what its worker just did, then by age. Row by row of an index, so that
-- the cost is that of what is picked, not of what is ready; and no plan depends on statistics of a queue, which are
-- always wrong.

create or replace function pgwave_private.list_near(run_ids bigint[], lanes text[], most int, at timestamptz)
returns table (lane text, near bigint[])
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  if cardinality(list_near.run_ids) = 0 then
    return;
  end if;
  return query
  select p.lane, array_agg(p.interaction_id)
    from (
      select r.lane, r.interaction_id
        from (select distinct u.id from unnest(list_near.run_ids) u (id)) run
        cross join unnest(list_near.lanes) l (lane)
        cross join lateral (
          select r.lane, r.interaction_id
            from pgwave.ready r
           where r.workflow_run_id = run.id and r.lane = l.lane and not r.held and r.not_before <= list_near.at
           order by r.priority desc, r.not_before, r.interaction_id
           limit list_near.most
        ) r
       limit list_near.most
    ) p
   group by p.lane;
end
$$;
comment on function pgwave_private.list_near(bigint[], text[], int, timestamptz) is
  'List what runs have ready in these lanes, so that a chain goes on with the worker that drove it on. Returns: for each lane the interactions, not locked.';

create or replace function pgwave_private.pick_from_lane(
  lane text,
  most int,
  at timestamptz,
  near bigint[],
  inout picked bigint[],
  inout allowances jsonb
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lane record;
begin
  select h.priority, h.workflow_id, h.actor_id,
         (h.priority, h.workflow_id, h.actor_id) = (t.priority, t.workflow_id, t.actor_id) as is_alone into v_lane
    from (
      select r.priority, r.workflow_id, r.actor_id from pgwave.ready r
       where r.lane = pick_from_lane.lane and not r.held
       order by r.priority desc, r.workflow_id, r.actor_id, r.not_before, r.interaction_id
       limit 1
    ) h
    cross join (
      select r.priority, r.workflow_id, r.actor_id from pgwave.ready r
       where r.lane = pick_from_lane.lane and not r.held
       order by r.priority, r.workflow_id desc, r.actor_id desc, r.not_before desc, r.interaction_id desc
       limit 1
    ) t;
  if v_lane.is_alone then
    select t.picked, t.allowances into picked, allowances
      from pgwave_private.pick_turn(pick_from_lane.lane, v_lane.priority,
        row(v_lane.workflow_id, array[v_lane.actor_id])::pgwave_private.turn, pick_from_lane.most, pick_from_lane.at,
        pick_from_lane.near, pick_from_lane.picked, pick_from_lane.allowances) t;
  elsif found then
    select t.picked, t.allowances into picked, allowances
      from pgwave_private.pick_by_turns(pick_from_lane.lane, pick_from_lane.most, pick_from_lane.at,
        pick_from_lane.near,
        pick_from_lane.picked, pick_from_lane.allowances) t;
  end if;
end
$$;
comment on function pgwave_private.pick_from_lane(text, int, timestamptz, bigint[], bigint[], jsonb) is
  'Pick what begins in a lane. Returns: what was picked before and now, the ready rows locked; what is left of the allowances. Locks: ready, without waiting.';

create or replace function pgwave_private.pick_turn(
  lane text,
  priority int,
  turn pgwave_private.turn,
  most int,
  at timestamptz,
  near bigint[],
  inout picked bigint[],
  inout allowances jsonb
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_limited boolean := allowances ?| (turn.actor_ids)::text[];
  v_ids bigint[] := '{}';
  v_more bigint[];
begin
  if cardinality(pick_turn.near) > 0 and v_limited is not true then
    select coalesce(array_agg(n.interaction_id), '{}') into v_ids
      from (
        select r.interaction_id
          from pgwave.ready r
         where r.interaction_id = any(pick_turn.near) and r.lane = pick_turn.lane and r.priority = pick_turn.priority
           and r.workflow_id = turn.workflow_id and r.actor_id = any(turn.actor_ids)
           and not r.held and r.not_before <= pick_turn.at and r.interaction_id <> all (pick_turn.picked)
           and pgwave_private.lets_begin(r.workflow_run_id)
         order by r.not_before, r.interaction_id
         limit pick_turn.most
           for update of r skip locked
      ) n;
  end if;
  if cardinality(v_ids) < pick_turn.most then
    select coalesce(array_agg(o.interaction_id), '{}') into v_more
      from (
        select p.interaction_id
          from unnest(turn.actor_ids) a (id)
          cross join lateral (
            select r.interaction_id, r.not_before
              from pgwave.ready r
             where r.lane = pick_turn.lane and r.priority = pick_turn.priority and r.workflow_id = turn.workflow_id
               and r.actor_id = a.id and not r.held and r.not_before <= pick_turn.at
               and r.interaction_id <> all (pick_turn.picked || v_ids) and pgwave_private.lets_begin(r.workflow_run_id)
             order by r.not_before, r.interaction_id
             limit least(pick_turn.most - cardinality(v_ids), (pick_turn.allowances ->> a.id::text)::int)
               for update of r skip locked
          ) p
         order by p.not_before, p.interaction_id
         limit pick_turn.most - cardinality(v_ids)
      ) o;
    v_ids := v_ids || v_more;
  end if;
  if v_limited and cardinality(v_ids) > 0 then
    allowances := pgwave_private.spend_allowances(allowances, v_ids);
  end if;
  picked := picked || v_ids;
end
$$;
comment on function pgwave_private.pick_turn(text, int, pgwave_private.turn, int, timestamptz, bigint[], bigint[],
  jsonb) is
  'Pick what a workflow begins when it is its turn in a lane. Returns: what was picked before and now, the ready rows locked; what is left of the allowances. Locks: ready, without waiting.';

create or replace function pgwave_private.pick_by_turns(
  lane text,
  most int,
  at timestamptz,
  near bigint[],
  inout picked bigint[],
  inout allowances jsonb
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_priority int;
  v_upper int := 2147483647;
  v_turns pgwave_private.turn[];
  v_again pgwave_private.turn[];
  v_turn pgwave_private.turn;
  v_left int := pick_by_turns.most;
  v_share int;
  v_before int;
  v_last bigint := (nullif(current_setting('pgwave.turns', true), '')::jsonb ->> pick_by_turns.lane)::bigint;
begin
  loop
    select r.priority into v_priority
      from pgwave.ready r
     where r.lane = pick_by_turns.lane and not r.held and r.priority <= v_upper
     order by r.priority desc
     limit 1;
    exit when not found or v_left <= 0;
    v_turns := pgwave_private.list_turns(pick_by_turns.lane, v_priority, v_left, pick_by_turns.at, v_last, allowances);
    while cardinality(v_turns) > 0 loop
      v_share := greatest(1, v_left / cardinality(v_turns));
      v_again := '{}';
      foreach v_turn in array v_turns loop
        exit when v_left <= 0;
        v_before := cardinality(picked);
        select t.picked, t.allowances into picked, allowances
          from pgwave_private.pick_turn(pick_by_turns.lane, v_priority, v_turn, least(v_share, v_left),
            pick_by_turns.at, pick_by_turns.near, picked, allowances) t;
        if cardinality(picked) - v_before = least(v_share, v_left) then
          v_again := v_again || v_turn;
        end if;
        if cardinality(picked) > v_before then
          v_last := v_turn.workflow_id;
        end if;
        v_left := v_left - (cardinality(picked) - v_before);
      end loop;
      exit when v_left <= 0;
      v_turns := v_again;
    end loop;
    exit when v_left <= 0 or v_priority = -2147483648;
    v_upper := v_priority - 1;
  end loop;
  -- each connection of a worker remembers where it was: a row that all wrote would make all wait
  perform set_config('pgwave.turns', (coalesce(nullif(current_setting('pgwave.turns', true), '')::jsonb, '{}')
    || jsonb_build_object(pick_by_turns.lane, v_last))::text, false);
end
$$;
comment on function pgwave_private.pick_by_turns(text, int, timestamptz, bigint[], bigint[], jsonb) is
  'Pick from a lane in which several workflows have something ready: each as many, as far as it has them, beginning behind the one that was last. Returns: what was picked before and now, the ready rows locked; what is left of the allowances. Writes: the session''s setting pgwave.turns. Locks: ready, without waiting.';

-- A skip scan: from one workflow and actor to the next, behind the last one first, then from the beginning.
create or replace function pgwave_private.list_turns(
  lane text,
  priority int,
  most int,
  at timestamptz,
  after_workflow_id bigint,
  allowances jsonb
) returns pgwave_private.turn[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_turns pgwave_private.turn[] := '{}';
  v_turn pgwave_private.turn;
  v_from bigint := coalesce(list_turns.after_workflow_id, 0);
  v_upto bigint := 9223372036854775807;
  v_workflow bigint := v_from;
  v_actor bigint := 9223372036854775807;
  v_row record;
begin
  loop
    select r.workflow_id, r.actor_id, r.not_before into v_row
      from pgwave.ready r
     where r.lane = list_turns.lane and r.priority = list_turns.priority and not r.held
       and (r.workflow_id, r.actor_id) > (v_workflow, v_actor)
     order by r.workflow_id, r.actor_id, r.not_before, r.interaction_id
     limit 1;
    if v_turn.workflow_id is not null and v_row.workflow_id is distinct from v_turn.workflow_id then
      v_turns := v_turns || v_turn;
      v_turn := null;
      exit when cardinality(v_turns) >= list_turns.most;
    end if;
    if v_row.workflow_id is null or v_row.workflow_id > v_upto then
      exit when v_upto = v_from or v_from = 0;
      v_upto := v_from;
      v_workflow := 0;
      v_actor := 0;
      continue;
    end if;
    v_workflow := v_row.workflow_id;
    v_actor := v_row.actor_id;
    if v_row.not_before <= list_turns.at and coalesce((list_turns.allowances ->> v_actor::text)::int, 1) > 0 then
      v_turn := row(v_workflow, coalesce(v_turn.actor_ids, '{}') || v_actor)::pgwave_private.turn;
    end if;
  end loop;
  return v_turns;
end
$$;
comment on function pgwave_private.list_turns(text, int, int, timestamptz, bigint, jsonb) is
  'List the workflows that have something of a priority ready in a lane and may begin it, as many as there is room for. Returns: each with its actors, beginning behind the workflow given.';

create or replace function pgwave_private.settle_begins(interaction_ids bigint[], allowances jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_actors bigint[];
begin
  select array_agg(distinct l.actor_id) into v_actors
    from pgwave.leases l
   where l.interaction_id = any(settle_begins.interaction_ids)
     and settle_begins.allowances ? l.actor_id::text;
  if v_actors is not null then
    perform pgwave_private.note_begins(settle_begins.interaction_ids, v_actors);
    perform pgwave_private.ticket_limits(v_actors, true);
  end if;
end
$$;
comment on function pgwave_private.settle_begins(bigint[], jsonb) is
  'Note what began of limited actors, and say when to come back for more. Writes: actor_begins, tickets.';
