-- What begins next. Ready rows and interactions are taken with skip locked, runs are read without a lock: nothing here
-- waits but begins of a limited actor, for each other.

-- What a call that is under way begins is not to be seen yet: two calls of a worker would fill the same slots.
create or replace function pgwave_private.note_calls_beside(beside jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform set_config('pgwave.calls_beside', coalesce(note_calls_beside.beside::text, ''), true);
end
$$;
comment on function pgwave_private.note_calls_beside(jsonb) is
  'Keep for this transaction what other calls of its worker may begin. Writes: nothing.';

create or replace function pgwave_private.kept_beside(slot text) returns int
language plpgsql
stable
set search_path = ''
as $$
declare
  v_beside constant text := coalesce(current_setting('pgwave.calls_beside', true), '');
begin
  if v_beside = '' then
    return 0;
  end if;
  -- the slots of the answers that they hand back count as taken still
  return greatest(0, (v_beside::jsonb ->> 'most')::int - coalesce((
    select sum(a.count::int)::int from jsonb_each_text(v_beside::jsonb -> 'lanes') a (lane, count)
     where kept_beside.slot in (a.lane, split_part(a.lane, ':', 1))), 0));
end
$$;
comment on function pgwave_private.kept_beside(text) is
  'Count how much of a slot is left to other calls of the worker. Returns: how many interactions they may begin in it, beyond those whose answers they hand back.';

create or replace function pgwave_private.free_slots(worker_id bigint) returns table (slot text, free int)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with held as materialized (
    select l.lane, count(*)::int as held
      from pgwave.leases l
     where l.worker_id = free_slots.worker_id
       -- looked up first, so that it bounds what the index goes through
       and l.begun_at >= (select w.leases_since from pgwave.workers w where w.worker_id = free_slots.worker_id)
     group by l.lane
  )
  select s.key, s.value::int - coalesce((
           select sum(h.held)::int from held h where h.lane = s.key or split_part(h.lane, ':', 1) = s.key), 0)
           - pgwave_private.kept_beside(s.key)
    from pgwave.workers w
    cross join lateral jsonb_each_text(w.slots) s
   where w.worker_id = free_slots.worker_id and not w.stopping;
end
$$;
comment on function pgwave_private.free_slots(bigint) is
  'Count what a worker can still take, by lane or first word of a lane. Returns: a row for each of its slots.';

create or replace function pgwave_private.pick_for_worker(
  worker_id bigint,
  lane text,
  most int,
  run_ids bigint[],
  may_wait boolean,
  out picked bigint[],
  out allowances jsonb
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now timestamptz := pgwave_private.now();
  v_held text[] := pgwave_private.list_held_lanes(v_now);
  v_full text[] := pgwave_private.list_full_lanes(v_now);
  v_slots jsonb;
  v_ready text[] := array(select pgwave_private.list_lanes());
  v_lanes text[];
  v_rooms jsonb;
  v_place record;
  v_slot text;
  v_count int;
  v_before int;
begin
  picked := '{}';
  select jsonb_object_agg(f.slot, f.free) into v_slots
    from pgwave_private.free_slots(pick_for_worker.worker_id) f where f.free > 0;
  v_lanes := array(
    select l from unnest(v_ready) l
     where (pick_for_worker.lane is null or l = pick_for_worker.lane) and l <> all (v_full)
       and v_slots ?| array[l, split_part(l, ':', 1)]);
  if cardinality(v_lanes) = 0 then
    return;
  end if;
  allowances := pgwave_private.claim_allowances(v_lanes, pick_for_worker.may_wait);
  if exists (select from unnest(v_lanes) l where starts_with(l, 'model:')) then
    v_rooms := pgwave_private.share_host(
      pick_for_worker.worker_id, array(select l from unnest(v_ready) l where l <> all (v_held || v_full)),
      array(select l from unnest(v_lanes) l where l <> all (v_held)), v_now,
      case when pick_for_worker.lane is null then allowances end, pick_for_worker.may_wait);
    -- whatever model was asked for: those that have their turn
    v_lanes := array(
      select l from unnest(v_ready) l
       where case when starts_with(l, 'model:')
           then v_rooms ? l and v_slots ?| array[l, 'model'] or l = any(v_lanes) and l = any(v_held)
           else l = any(v_lanes) end);
  end if;
  for v_place in
    select 1 as place, n.lane, n.near
      from pgwave_private.list_near(pick_for_worker.run_ids, v_lanes, pick_for_worker.most, v_now) n
    union all
    select 2, l, '{}' from unnest(v_lanes) l order by 1
  loop
    v_slot := case when v_slots ? v_place.lane then v_place.lane else split_part(v_place.lane, ':', 1) end;
    v_count := least(pick_for_worker.most - cardinality(picked), (v_slots ->> v_slot)::int,
                     case v_place.place when 1 then cardinality(v_place.near) end, (v_rooms ->> v_place.lane)::int);
    continue when v_count <= 0 or v_place.lane = any(v_held);
    v_before := cardinality(picked);
    select p.picked, p.allowances into picked, allowances
      from pgwave_private.pick_from_lane(v_place.lane, v_count, v_now, v_place.near, picked, allowances) p;
    v_slots := v_slots || jsonb_build_object(v_slot, (v_slots ->> v_slot)::int + v_before - cardinality(picked));
    if v_rooms ? v_place.lane and v_place.place = 1 then
      v_rooms := v_rooms || jsonb_build_object(v_place.lane,
        (v_rooms ->> v_place.lane)::int - cardinality(picked) + v_before);
    end if;
  end loop;
  if cardinality(v_held) > 0 and cardinality(picked) < pick_for_worker.most then
    select p.picked, p.allowances into picked, allowances
      from pgwave_private.pick_probes(v_lanes, v_slots, v_now, picked, allowances) p;
  end if;
end
$$;
comment on function pgwave_private.pick_for_worker(bigint, text, int, bigint[], boolean) is
  'Pick what a worker may begin: first of the runs given, then lane by lane, and probes of open circuits; of models, those whose turn it is on the worker''s host. Returns: interactions, their ready rows locked, and what is left of the allowances (null: no actor is limited). Writes: tickets, model_hosts, host_models. Locks: claims of limited actors, then of the pool of model hosts where a turn changes; ready, without waiting.';

create or replace function pgwave_private.begin_ready(
  worker_id bigint,
  lane text,
  most int,
  run_ids bigint[],
  may_wait boolean
) returns json[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_picked record := pgwave_private.pick_for_worker(
    begin_ready.worker_id, begin_ready.lane, begin_ready.most, begin_ready.run_ids, begin_ready.may_wait);
  v_begun record;
begin
  if cardinality(v_picked.picked) = 0 then
    return null;
  end if;
  v_begun := pgwave_private.begin_picked(begin_ready.worker_id, v_picked.picked);
  if v_begun.pending_run_ids is not null then
    perform pgwave_private.mark_runs_running(v_begun.pending_run_ids);
  end if;
  if v_picked.allowances is not null then
    perform pgwave_private.settle_begins(v_begun.ids, v_picked.allowances);
  end if;
  if cardinality(v_begun.ids) < cardinality(v_picked.picked) and pgwave_private.pass_over_ending(v_picked.picked)
     and cardinality(v_begun.ids) = 0 then
    return pgwave_private.begin_ready(
      begin_ready.worker_id, begin_ready.lane, begin_ready.most, begin_ready.run_ids, begin_ready.may_wait);
  end if;
  return pgwave_private.describe_work(v_begun.ids);
end
$$;
comment on function pgwave_private.begin_ready(bigint, text, int, bigint[], boolean) is
  'Begin what a worker may take. Returns: the rendered work. Writes: ready, leases, interactions, actor_begins, tickets. Locks: claims of limited actors; interactions, without waiting.';

create or replace function pgwave_private.pass_over_ending(picked bigint[]) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_passed boolean;
begin
  with ending as materialized (
    select run.workflow_run_id
      from (select distinct r.workflow_run_id
              from pgwave.ready r where r.interaction_id = any(pass_over_ending.picked)) u
      join pgwave.workflow_runs run on run.workflow_run_id = u.workflow_run_id
     where run.ends_as is not null or run.limits is not null and pgwave_private.find_overspent(run) is not null
  ),
  passed as materialized (
    select r.interaction_id
      from ending e
      join pgwave.ready r on r.workflow_run_id = e.workflow_run_id and not r.held
      join pgwave.interactions i on i.interaction_id = r.interaction_id and i.workflow_run_id = r.workflow_run_id
     where i.kind <> 'measurement'
       for update of r skip locked
  ),
  held as (
    update pgwave.ready r set paused = true from passed p where r.interaction_id = p.interaction_id
    returning r.interaction_id
  )
  select count(*) > 0 into v_passed from held;
  return v_passed;
end
$$;
comment on function pgwave_private.pass_over_ending(bigint[]) is
  'Hold back all that is ready in those runs of what was picked that end, or whose budget is used up, so that it stands before nobody: their cancelling takes it away. Returns: whether anything was held back. Writes: ready. Locks: ready, without waiting.';

create or replace function pgwave_private.has_budget_left(run_id bigint) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select pgwave_private.find_overspent(run) is null
      from pgwave.workflow_runs run where run.workflow_run_id = has_budget_left.run_id);
end
$$;
comment on function pgwave_private.has_budget_left(bigint) is
  'Tell whether a run that has limits may use more tokens and money. Returns: whether.';

create or replace function pgwave_private.begin_picked(
  worker_id bigint,
  picked bigint[],
  out ids bigint[],
  out pending_run_ids bigint[]
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- once limits are held: an earlier time would lie in an earlier period
  v_now constant timestamptz := pgwave_private.now();
begin
  with free as (
    -- of a run that ends only the measuring after it begins, and nothing where a budget is used up: the reaction to
    -- what used it may have come to another run first
    select i.interaction_id, case when run.status = 'pending' then run.workflow_run_id end as pending_run_id
      from unnest(begin_picked.picked) p (id)
      join pgwave.ready r on r.interaction_id = p.id
      join pgwave.interactions i on i.interaction_id = r.interaction_id and i.workflow_run_id = r.workflow_run_id
      join pgwave.workflow_runs run on run.workflow_run_id = r.workflow_run_id
     where i.status = 'pending'
       and (i.kind = 'measurement'
         or run.ends_as is null and (run.limits is null or pgwave_private.has_budget_left(run.workflow_run_id)))
       for update of i skip locked
  ),
  removed as (
    delete from pgwave.ready r
     where r.interaction_id in (select f.interaction_id from free f)
    returning r.interaction_id, r.workflow_run_id, r.lane
  ),
  begun as (
    update pgwave.interactions i
       set status = 'running', attempt = i.attempt + 1, worker_id = begin_picked.worker_id, started_at = v_now,
           pending_reason = null, error = null
      from removed r
     where i.interaction_id = r.interaction_id and i.workflow_run_id = r.workflow_run_id
    returning i.interaction_id, i.workflow_run_id, i.actor_id, i.attempt, r.lane
  ),
  leased as (
    insert into pgwave.leases (interaction_id, workflow_run_id, worker_id, actor_id, lane, attempt, begun_at)
    select b.interaction_id, b.workflow_run_id, begin_picked.worker_id, b.actor_id, b.lane, b.attempt, v_now
      from begun b
  )
  select coalesce(array_agg(b.interaction_id), '{}'),
         (select array_agg(f.pending_run_id) filter (where f.pending_run_id is not null) from free f)
    into ids, pending_run_ids
    from begun b;
end
$$;
comment on function pgwave_private.begin_picked(bigint, bigint[]) is
  'Set what was picked running, as far as its run still lets it. Returns: what begins, and whether a run had not begun before. Writes: ready, leases, interactions. Locks: interactions, without waiting.';

create or replace function pgwave_private.bounds_of(interaction_id bigint, attempt int, actor pgwave.actors)
  returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'actor_timeout_ms', case when actor.definition ? 'timeout'
      then pgwave_private.duration_ms(actor.definition -> 'timeout') end,
    'max_output_bytes', case when actor.definition ? 'max_output'
      then pgwave_private.parse_size(actor.definition -> 'max_output') end,
    'max_memory_bytes', case when actor.definition ? 'max_memory'
      then pgwave_private.parse_size(actor.definition -> 'max_memory') end,
    'attempt_key', case when actor.actor_type = 'script'
      then pgwave_private.attempt_key(bounds_of.interaction_id, bounds_of.attempt) end,
    'tools', case when actor.definition ? 'tools' then pgwave_private.tools_of(actor) end);
end
$$;
comment on function pgwave_private.bounds_of(bigint, int, pgwave.actors) is
  'Say what an actor bounds its work by, the key by which a script''s attempt is known, and the tools of a model. Returns: {actor_timeout_ms, max_output_bytes, max_memory_bytes, attempt_key, tools}.';

create or replace function pgwave.run_input(workflow_run_id bigint) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select run.input from pgwave.workflow_runs run where run.workflow_run_id = run_input.workflow_run_id
$$;
comment on function pgwave.run_input(bigint) is
  E'@behavior -*\nGet the input of a run, for a worker. Work of a run whose input is over 8 kB comes without it. Returns: the input; null if there is no such run.';

-- In one place: what a worker gets, whether it takes it from ready or begins it where it is created. An actor and its
-- definition are read then, so what define_actor changed holds for what begins next.
create or replace function pgwave_private.work_of(
  interaction_id bigint,
  workflow_run_id bigint,
  attempt int,
  lane text,
  actor pgwave.actors,
  definition jsonb,
  timeout_ms int,
  contract jsonb,
  input jsonb,
  run_input jsonb,
  more jsonb default null
) returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  -- as text, since it leaves the database as text
  v_work constant json := json_build_object(
    'interaction_id', work_of.interaction_id, 'workflow_run_id', work_of.workflow_run_id, 'attempt', work_of.attempt,
    'lane', work_of.lane, 'actor_type', actor.actor_type, 'actor', actor.actor_name, 'definition', actor.definition,
    'conversation', coalesce(work_of.definition ->> 'name', work_of.input #>> '{tool,name}', 'state_probe'),
    'options', coalesce(work_of.input -> 'options', work_of.definition -> 'options', '{}'),
    'input', work_of.input, 'timeout_ms', coalesce(work_of.timeout_ms,
      case when work_of.input ? 'tool' then 300000 else 60000 end),
    'contract', work_of.contract, 'cache', work_of.definition -> 'cache',
    -- a large one is asked for, once for all steps of the run: pgwave.run_input
    'run_input', case when actor.actor_type in ('script', 'function', 'http', 'sql')
      and pg_column_size(work_of.run_input) <= 8192 then work_of.run_input end);
begin
  if actor.actor_type = 'script' or actor.definition ?| array['timeout', 'max_output', 'max_memory', 'tools'] then
    return (v_work::jsonb || pgwave_private.bounds_of(work_of.interaction_id, work_of.attempt, actor)
      || coalesce(work_of.more, '{}'))::json;
  elsif work_of.more is not null then
    return (v_work::jsonb || work_of.more)::json;
  end if;
  return v_work;
end
$$;
comment on function pgwave_private.work_of(bigint, bigint, int, text, pgwave.actors, jsonb, int, jsonb, jsonb,
  jsonb, jsonb) is
  'Describe an interaction that begins, as its worker needs it. more: what comes on top. Returns: the work.';

-- What few interactions need, in a function: the row as a whole is dear.
create or replace function pgwave_private.more_of_work(interaction_id bigint, workflow_run_id bigint) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
             'correction', i.correction,
             'turns', case when a.definition ? 'tools' then pgwave_private.list_turns(i) end,
             'options', coalesce(i.input -> 'options', cv.definition -> 'options', '{}')
               || coalesce(run.overrides #> array['conversations', cv.definition ->> 'name', 'options'], '{}'),
             'truncations', case when a.actor_type = 'ai_model' and i.attempt > 1
               then pgwave_private.count_truncations(i.interaction_id, i.workflow_run_id) end)
      from pgwave.interactions i
      join pgwave.actors a on a.actor_id = i.actor_id
      join pgwave.workflow_runs run on run.workflow_run_id = i.workflow_run_id
      left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
     where i.interaction_id = more_of_work.interaction_id and i.workflow_run_id = more_of_work.workflow_run_id
  );
end
$$;
comment on function pgwave_private.more_of_work(bigint, bigint) is
  'Say what comes on top for work that is tried again, corrected, or of a run with overrides. Returns: {correction, turns, options, truncations}.';

create or replace function pgwave_private.describe_work(interaction_ids bigint[]) returns json[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select array_agg(pgwave_private.work_of(
             i.interaction_id, i.workflow_run_id, i.attempt, l.lane, a, cv.definition, cv.timeout_ms,
             c.contract_schema, i.input, run.input,
             case when i.attempt > 1 or i.correction is not null or run.overrides is not null
               then pgwave_private.more_of_work(i.interaction_id, i.workflow_run_id) end)
             order by i.workflow_run_id, i.execution_order)
      from pgwave.leases l
      join pgwave.interactions i on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
      join pgwave.actors a on a.actor_id = i.actor_id
      join pgwave.workflow_runs run on run.workflow_run_id = i.workflow_run_id
      left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
      left join pgwave.contracts c on c.contract_id = cv.output_contract_id
     where l.interaction_id = any(describe_work.interaction_ids)
  );
end
$$;
comment on function pgwave_private.describe_work(bigint[]) is
  'Describe interactions that began, as their worker needs it. Returns: the work; null for none.';

create or replace function pgwave_private.mark_runs_running(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set status = 'running'
    from (
      select r.workflow_run_id
        from pgwave.workflow_runs r
       where r.workflow_run_id = any(mark_runs_running.run_ids) and r.status = 'pending'
         for no key update skip locked
    ) pending
   where run.workflow_run_id = pending.workflow_run_id;
end
$$;
comment on function pgwave_private.mark_runs_running(bigint[]) is
  'Say that runs have begun; a run that somebody holds is marked by the reaction. Writes: workflow_runs. Locks: runs, without waiting.';

create or replace function pgwave_private.lets_begin(workflow_run_id bigint) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select run.status <> 'paused'
      from pgwave.workflow_runs run
     where run.workflow_run_id = lets_begin.workflow_run_id
  );
end
$$;
comment on function pgwave_private.lets_begin(bigint) is
  'Tell whether anything of a run may begin: not while it is paused. Returns: true or false.';

-- A skip scan: the distinct lanes, without reading all rows.
create or replace function pgwave_private.list_lanes() returns setof text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_lane text;
begin
  select min(r.lane) into v_lane from pgwave.ready r where not r.held;
  while v_lane is not null loop
    return next v_lane;
    select min(r.lane) into v_lane from pgwave.ready r where not r.held and r.lane > v_lane;
  end loop;
end
$$;
comment on function pgwave_private.list_lanes() is
  'List the lanes that have something ready. Returns: lanes.';

create or replace function pgwave.begin_interactions(
  worker_id bigint,
  lane text default null,
  most int default 1,
  beside jsonb default null
) returns json
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_generic_plan
as $$
begin
  perform pgwave_private.note_calls_beside(begin_interactions.beside);
  return array_to_json(coalesce(pgwave_private.begin_ready(
    begin_interactions.worker_id, begin_interactions.lane, begin_interactions.most, '{}', true), '{}'));
end
$$;
comment on function pgwave.begin_interactions(bigint, text, int, jsonb) is
  'Take up to so many interactions from ready, as the worker''s slots, holds, limits, priority, the workflows'' turns and age allow, and set them running. beside: what other calls of the worker, which are under way, may begin, and how many answers they hand back, by lane: {"most": 12, "lanes": {"function:read": 12}}. The slots for that are left free. Where a limit is reached a ticket is added for the time when it lets one begin. Returns: the rendered work. Writes: ready, leases, interactions, actor_begins, tickets. Locks: claims of limited actors; interactions, without waiting.';

create or replace function pgwave.stream_response(
  interaction_id bigint,
  workflow_run_id bigint,
  attempt int,
  partial_text text
) returns void
language sql
volatile
security definer
set search_path = ''
as $$
  insert into pgwave.response_chunks as c (interaction_id, workflow_run_id, attempt, partial_text, updated_at)
  select l.interaction_id, l.workflow_run_id, l.attempt, stream_response.partial_text, pgwave_private.now()
    from pgwave.leases l
   where l.interaction_id = stream_response.interaction_id and l.attempt = stream_response.attempt
  on conflict (interaction_id) do update
     set attempt = excluded.attempt, partial_text = excluded.partial_text, updated_at = excluded.updated_at;
  select pgwave_private.publish(array['response:' || stream_response.interaction_id])
   where exists (select from pgwave_private.watches)
$$;
comment on function pgwave.stream_response(bigint, bigint, int, text) is
  'Show the text so far of a model''s answer, while the attempt runs, and tell who watches it. Writes: response_chunks, notifications.';

create or replace function pgwave_private.drop_left_chunks() returns void
language sql
volatile
set search_path = ''
as $$
  with left_over as (
    select c.interaction_id
      from pgwave.response_chunks c
     where not exists (
       select from pgwave.leases l where l.interaction_id = c.interaction_id and l.attempt = c.attempt)
       for update skip locked
  )
  delete from pgwave.response_chunks c using left_over o where c.interaction_id = o.interaction_id
$$;
comment on function pgwave_private.drop_left_chunks() is
  'Remove the text of attempts that are over without an answer: failed, cancelled, lost with their worker. Writes: response_chunks. Locks: response_chunks, without waiting.';
