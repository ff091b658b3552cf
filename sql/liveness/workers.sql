-- Signs of life: who works. Whether others live is seen by workers, each by its own clock.

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
  insert into pgwave.workers as w (host, pid, slots, started_at, seen_at, session_pid, session_login)
  values (register_worker.host, register_worker.pid, register_worker.slots, pgwave_private.now(), pgwave_private.now(),
    pg_backend_pid(), pgwave_private.session_login())
  returning w.* into v_worker;
  if register_worker.replaces is not null then
    -- the same process, which lost its session and has aborted its calls
    update pgwave.workers w set stopping = true, given_up = 'restart' where w.worker_id = register_worker.replaces;
  end if;
  return jsonb_build_object('worker_id', v_worker.worker_id);
end
$$;
comment on function pgwave.register_worker(text, int, jsonb, bigint) is
  'Register a worker, which lives as long as this session does. What it had under the number that it replaces goes back by the next duty, and does not count. Returns: {worker_id}. Writes: workers.';

create or replace function pgwave.heartbeat(worker_id bigint) returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_known boolean;
begin
  update pgwave.workers w
     set seen_at = v_now, beats = w.beats + 1, silences = 0,
         -- a clock that was set back begins anew; what begins now may not be visible yet
         leases_since = case when v_now < w.seen_at then '-infinity' else least(v_now - interval '5 seconds', (
           select min(l.begun_at) from pgwave.leases l
            where l.worker_id = w.worker_id and l.begun_at >= w.leases_since)) end,
         ready_from = coalesce((select min(r.interaction_id) from pgwave.ready r), (
           select s.last_value from pgwave.interaction_ids s))
   where w.worker_id = heartbeat.worker_id and w.given_up is null;
  v_known := found;
  return jsonb_build_object(
    'known', v_known,
    'workers', (select jsonb_object_agg(w.worker_id, w.beats) from pgwave.workers w
                 where w.worker_id <> heartbeat.worker_id and w.given_up is null),
    'interactions', coalesce((select jsonb_agg(l.interaction_id || ':' || l.attempt)
                                from pgwave.leases l where l.worker_id = heartbeat.worker_id), '[]'),
    'lanes', coalesce((
      select jsonb_agg(distinct l)
        from pgwave.workers w
        cross join lateral jsonb_object_keys(w.slots) s
        join pgwave_private.list_lanes() l on l = s or split_part(l, ':', 1) = s
       where w.worker_id = heartbeat.worker_id
         and (l <> all (pgwave_private.list_held_lanes(v_now)) or l = any (pgwave_private.list_probe_lanes(v_now)))
         and l <> all (pgwave_private.list_full_lanes(v_now))
         and exists (select from pgwave.ready r where r.lane = l and not r.held and r.not_before <= v_now)), '[]'),
    'load', case when v_known then pgwave_private.load_ahead(heartbeat.worker_id, v_now) end);
end
$$;
comment on function pgwave.heartbeat(bigint) is
  'Say that a worker lives. Returns: {known (false: it was given up), workers: the others with the count of their signs of life, interactions: the "id:attempt" it still holds (others it aborts), lanes: where there is work for it, load: a model to load ahead of its turn; null: none}. Writes: workers, model_hosts, host_models.';

create or replace function pgwave.give_up_workers(silent jsonb) returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_given_up int;
begin
  -- no observer may live for ten seconds: what they see adds up, a second once, however the clock is set
  with found as (
    select w.worker_id
      from pgwave.workers w
      join jsonb_each(give_up_workers.silent) s on s.key = w.worker_id::text
     where w.given_up is null and w.beats = (s.value ->> 'beats')::bigint
       and (v_now between w.silence_noted_at and w.silence_noted_at + interval '1 second') is not true
       for update of w skip locked
  )
  update pgwave.workers w
     set silences = w.silences + 1, silence_noted_at = v_now
    from found f
   where w.worker_id = f.worker_id;
  with judged as (
    select w.worker_id, w.server_started_at = pg_postmaster_start_time() as since_start
      from pgwave.workers w
      join jsonb_each(give_up_workers.silent) s on s.key = w.worker_id::text
     where w.given_up is null and w.beats = (s.value ->> 'beats')::bigint
       and ((s.value ->> 'silent_ms')::int >= 10000 or w.silences >= 10
         or (w.server_started_at = pg_postmaster_start_time()
           and not pgwave_private.is_session_alive(w.session_pid, w.session_login)))
       for update of w skip locked
  )
  update pgwave.workers w
     set given_up = case when j.since_start then 'silent' else 'restart' end, stopping = true,
         charged_interaction_id = case when j.since_start then pgwave_private.find_charged(w.worker_id) end
    from judged j
   where w.worker_id = j.worker_id;
  get diagnostics v_given_up = row_count;
  return v_given_up;
end
$$;
comment on function pgwave.give_up_workers(jsonb) is
  'Give up workers that the caller has seen silent, as {worker: {beats, silent_ms}}: those whose session is gone, and those that were silent for ten seconds, or in ten different ones for any observers. One that beat meanwhile is left alone; one that registered before the server started is given until then to come back. What they had goes back by recover_dead_workers. Returns: how many. Writes: workers. Locks: workers, without waiting.';

create or replace function pgwave_private.find_charged(worker_id bigint) returns bigint
language sql
stable
set search_path = ''
as $$
  select case when count(*) = 1 then min(l.interaction_id)
    when count(s.interaction_id) = 1 then min(s.interaction_id) end
    from pgwave.leases l
    left join pgwave_private.suspects s on s.interaction_id = l.interaction_id
   where l.worker_id = find_charged.worker_id
$$;
comment on function pgwave_private.find_charged(bigint) is
  'Find what is charged for the death of a worker: the only interaction that it had, or the only suspect among them. Returns: it; null: several may have done it, or none.';

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
  -- as a duty does that takes back what it had
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
