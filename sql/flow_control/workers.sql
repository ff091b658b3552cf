-- Signs of life: who works, who died, what goes back.

create or replace function pgwave.register_worker(host text, pid int, slots jsonb, replaces bigint default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_worker pgwave.workers;
begin
  insert into pgwave.workers as w (host, pid, slots, started_at, seen_at)
  values (register_worker.host, register_worker.pid, register_worker.slots, pgwave_private.now(), pgwave_private.now())
  returning w.* into v_worker;
  perform pg_advisory_lock(7487, v_worker.lock_key);
  if register_worker.replaces is not null then
    -- the same process, which lost its session and has aborted its calls
    perform w.worker_id from pgwave.workers w where w.worker_id = register_worker.replaces for update;
    perform pgwave_private.give_up_interactions(array[register_worker.replaces], null, 'handed_back',
      '{"code": "connection_lost", "message": "the worker lost its database", "retryable": true}');
    delete from pgwave.workers w where w.worker_id = register_worker.replaces;
  end if;
  return jsonb_build_object('worker_id', v_worker.worker_id, 'lock_key', v_worker.lock_key);
end
$$;
comment on function pgwave.register_worker(text, int, jsonb, bigint) is
  'Register a worker; this session then holds the lock that says it lives. What it had under the number that it replaces goes back, and does not count. Returns: {worker_id, lock_key}. Writes: workers. Locks: an advisory lock until the session ends.';

create or replace function pgwave.heartbeat(worker_id bigint) returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_known boolean;
begin
  update pgwave.workers w set seen_at = pgwave_private.now() where w.worker_id = heartbeat.worker_id;
  v_known := found;
  perform pgwave_private.recover_dead_workers();
  perform pgwave_private.settle_ending_runs();
  return jsonb_build_object(
    'known', v_known,
    'interactions', coalesce((select jsonb_agg(l.interaction_id || ':' || l.attempt)
                                from pgwave.leases l where l.worker_id = heartbeat.worker_id), '[]'),
    'lanes', coalesce((
      select jsonb_agg(distinct l)
        from pgwave.workers w
        cross join lateral jsonb_object_keys(w.slots) s
        join pgwave_private.list_lanes() l on l = s or split_part(l, ':', 1) = s
       where w.worker_id = heartbeat.worker_id
         and (l <> all (pgwave_private.list_held_lanes(pgwave_private.now()))
              or l = any (pgwave_private.list_probe_lanes(pgwave_private.now())))
         and l <> all (pgwave_private.list_full_lanes(pgwave_private.now()))
         and exists (select from pgwave.ready r where r.lane = l and not r.held
                        and r.not_before <= pgwave_private.now())), '[]'));
end
$$;
comment on function pgwave.heartbeat(bigint) is
  'Say that a worker lives, and take up what dead ones left. Returns: {known, interactions: the "id:attempt" it still holds (others it aborts), lanes: where there is work for it}. Writes: workers, interactions.';

-- No sign of life for 10 s, or no lock. A restart of the server takes every lock and stops every clock: until a worker had the
-- time to come back, it only tells how long ago the server started; and what it had then does not count as lost.
create or replace function pgwave_private.list_dead_workers() returns table (worker_id bigint, by_restart boolean)
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select w.worker_id, w.seen_at < pg_postmaster_start_time()
    from pgwave.workers w
   where (w.seen_at < pgwave_private.now() - interval '10 seconds'
          and pg_postmaster_start_time() < clock_timestamp() - interval '10 seconds')
      or (w.seen_at >= pg_postmaster_start_time() and w.seen_at < pgwave_private.now() - interval '1 second'
          and not exists (
            select from pg_catalog.pg_locks l
             where l.locktype = 'advisory' and l.classid = 7487 and l.objid = w.lock_key and l.objsubid = 2
               and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())))
     for update skip locked;
end
$$;
comment on function pgwave_private.list_dead_workers() is
  'List the workers that are dead. Returns: them, and whether they were last seen before the server started. Locks: workers, without waiting.';

-- A heartbeat must not wait: what belongs to a run or interaction that somebody holds is left for the next one.
create or replace function pgwave_private.lock_leases_of(worker_ids bigint[]) returns bigint[]
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_runs bigint[];
  v_ids bigint[];
begin
  select array_agg(l.workflow_run_id) into v_runs
    from (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.workflow_run_id in (
         select l.workflow_run_id from pgwave.leases l where l.worker_id = any(lock_leases_of.worker_ids))
       order by run.workflow_run_id
         for no key update skip locked
    ) l;
  select array_agg(i.interaction_id) into v_ids
    from (
      select i.interaction_id
        from pgwave.leases l
        join pgwave.interactions i on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
       where l.worker_id = any(lock_leases_of.worker_ids) and l.workflow_run_id = any(v_runs)
       order by i.interaction_id
         for update of i skip locked
    ) i;
  return coalesce(v_ids, '{}');
end
$$;
comment on function pgwave_private.lock_leases_of(bigint[]) is
  'Lock what workers have, as far as nobody else holds it. Returns: the interactions. Locks: runs, then interactions, without waiting.';

create or replace function pgwave_private.recover_dead_workers() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_dead bigint[];
  v_by_restart bigint[];
  v_ids bigint[];
begin
  select array_agg(d.worker_id), coalesce(array_agg(d.worker_id) filter (where d.by_restart), '{}')
    into v_dead, v_by_restart
    from (
      select w.worker_id, w.by_restart from pgwave_private.list_dead_workers() w
      union all
      -- it began something while it was given up
      select distinct l.worker_id, true
        from pgwave.leases l
       where not exists (select from pgwave.workers w where w.worker_id = l.worker_id)
    ) d;
  if v_dead is null then
    return 0;
  end if;
  v_ids := pgwave_private.lock_leases_of(v_dead);
  perform pgwave_private.give_up_interactions(
    array(select d from unnest(v_dead) d where d <> all (v_by_restart)), v_ids, 'worker_lost',
    '{"code": "worker_lost", "message": "the worker died", "retryable": true}');
  perform pgwave_private.give_up_interactions(v_by_restart, v_ids, 'handed_back',
    '{"code": "connection_lost", "message": "the worker lost its database", "retryable": true}');
  delete from pgwave.workers w
   where w.worker_id = any(v_dead)
     and not exists (select from pgwave.leases l where l.worker_id = w.worker_id);
  return cardinality(v_dead);
end
$$;
comment on function pgwave_private.recover_dead_workers() is
  'Take back what dead workers had. Returns: how many were dead. Writes: workers, interactions. Locks: workers, runs and interactions, without waiting.';

create or replace function pgwave_private.give_up_interactions(
  worker_ids bigint[],
  interaction_ids bigint[],
  reason text,
  error jsonb
) returns int
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_row record;
  v_outcome pgwave_private.outcome;
  v_outcomes pgwave_private.outcome[] := '{}';
begin
  for v_row in
    select i as interaction, cv as conversation
      from pgwave.leases l
      join pgwave.interactions i
        on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
      left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
     where l.worker_id = any(give_up_interactions.worker_ids)
       and (give_up_interactions.interaction_ids is null or l.interaction_id = any(give_up_interactions.interaction_ids))
       and i.status = 'running' and i.attempt = l.attempt
     order by i.interaction_id
       for update of i
  loop
    -- three lost workers, and it is the interaction that kills them
    v_outcome := pgwave_private.outcome_of_failure(v_row.interaction, v_row.conversation,
      case when reason = 'worker_lost' and (v_row.interaction).workers_lost >= 2
        then give_up_interactions.error || '{"retryable": false}' else give_up_interactions.error end,
      reason = 'worker_lost' and (v_row.interaction).workers_lost >= 2, reason);
    v_outcomes := v_outcomes || v_outcome;
  end loop;
  if cardinality(v_outcomes) > 0 then
    perform pgwave_private.record_outcomes(v_outcomes);
  end if;
  return cardinality(v_outcomes);
end
$$;
comment on function pgwave_private.give_up_interactions(bigint[], bigint[], text, jsonb) is
  'Put running interactions of these workers back to pending, or fail those that lost three workers. Returns: how many. Writes: interactions. Locks: interactions ascending, then runs.';

create or replace function pgwave.hand_back_interactions(worker_id bigint, interaction_ids bigint[]) returns int
language sql
volatile
security definer
set search_path = ''
as $$
  select pgwave_private.give_up_interactions(array[hand_back_interactions.worker_id],
    hand_back_interactions.interaction_ids, 'handed_back',
    '{"code": "cancelled", "message": "handed back by its worker", "retryable": true}')
$$;
comment on function pgwave.hand_back_interactions(bigint, bigint[]) is
  'Hand back interactions that a worker will not finish, because it stops or never heard of them; the attempt does not count. Returns: how many. Writes: interactions. Locks: interactions ascending, then runs.';

create or replace function pgwave.stop_worker(worker_id bigint, gone boolean default false) returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- as a heartbeat does that gives it up
  perform w.worker_id from pgwave.workers w where w.worker_id = stop_worker.worker_id for update;
  if stop_worker.gone then
    perform pgwave_private.give_up_interactions(array[stop_worker.worker_id], null, 'handed_back',
      '{"code": "cancelled", "message": "handed back by a worker that stopped", "retryable": true}');
    delete from pgwave.workers w where w.worker_id = stop_worker.worker_id;
  else
    update pgwave.workers w set stopping = true where w.worker_id = stop_worker.worker_id;
  end if;
end
$$;
comment on function pgwave.stop_worker(bigint, boolean) is
  'Say that a worker takes nothing new, or that it is gone. Writes: workers, interactions.';
