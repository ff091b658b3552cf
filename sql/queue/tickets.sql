-- A ticket says "there is work in this lane". The only file that calls graphile_worker.

create or replace function pgwave_private.ticket_of(lane text, run_at timestamptz) returns graphile_worker.job_spec
language sql
volatile
begin atomic
  select row(case ticket_of.lane when 'waits' then 'wake_interactions' when 'schedules' then 'run_schedules'
               else 'serve_lane' end,
             json_build_object('lane', ticket_of.lane), null,
             case when ticket_of.run_at > pgwave_private.now() then ticket_of.run_at end, 25, null, 0, null
         )::graphile_worker.job_spec;
end;
comment on function pgwave_private.ticket_of(text, timestamptz) is
  'Write a ticket for a lane, to be served at a time or at once. Returns: the job.';

create or replace function pgwave_private.add_tickets(lanes text[], run_ats timestamptz[]) returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform graphile_worker.add_jobs(array(
    select pgwave_private.ticket_of(t.lane, t.run_at)
      from unnest(add_tickets.lanes, add_tickets.run_ats) t (lane, run_at)));
end
$$;
comment on function pgwave_private.add_tickets(text[], timestamptz[]) is
  'Add one ticket for each lane; for lane waits it wakes what waits, for lane schedules it fires what is due. Tickets have no key: adding one never waits for another transaction. Writes: graphile-worker''s jobs.';

-- Only where what the ticket is for is there to be seen already: one that is served before the caller commits sees
-- nothing of its doing. The flag names the lane: graphile-worker's public view shows flags and no payloads.
create or replace function pgwave_private.add_tickets_once(lanes text[]) returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform graphile_worker.add_jobs(array(
    select row(case l.lane when 'waits' then 'wake_interactions' else 'serve_lane' end,
               json_build_object('lane', l.lane), null, null, 25, null, 0, array['lane ' || l.lane]
           )::graphile_worker.job_spec
      from unnest(add_tickets_once.lanes) l (lane)
     where not exists (
       select from graphile_worker.jobs j
        where j.flags ? ('lane ' || l.lane) and j.locked_at is null and j.run_at <= pgwave_private.now())));
end
$$;
comment on function pgwave_private.add_tickets_once(text[]) is
  'Add a ticket for each lane that has none of this function''s waiting to be served. Writes: graphile-worker''s jobs.';

create or replace function pgwave_private.add_tickets_unless_deferred(lanes text[], run_ats timestamptz[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- a worker that completes begins the children itself and adds tickets for what it left
  if cardinality(add_tickets_unless_deferred.lanes) > 0
     and coalesce(current_setting('pgwave.defers_tickets', true), '') <> 'on' then
    perform pgwave_private.add_tickets(add_tickets_unless_deferred.lanes, add_tickets_unless_deferred.run_ats);
  end if;
end
$$;
comment on function pgwave_private.add_tickets_unless_deferred(text[], timestamptz[]) is
  'Add tickets, unless the caller of the reaction will. Writes: graphile-worker''s jobs.';

create or replace function pgwave_private.defer_tickets(deferred boolean) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if defer_tickets.deferred or coalesce(current_setting('pgwave.defers_tickets', true), '') = 'on' then
    perform set_config('pgwave.defers_tickets', case when defer_tickets.deferred then 'on' else 'off' end, true);
  end if;
end
$$;
comment on function pgwave_private.defer_tickets(boolean) is
  'Let add_tickets_unless_deferred add none from now on in this transaction, or add them again. Writes: nothing.';

create or replace function pgwave_private.add_notifications(interaction_ids bigint[], entries jsonb default null)
  returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_jobs graphile_worker.job_spec[];
begin
  select array_agg(row('notify', json_build_object('interaction_id', e.interaction_id, 'address', e.entry), null,
           null, 5, null, 0, null)::graphile_worker.job_spec)
    into v_jobs
    from pgwave_private.list_notify_entries(add_notifications.interaction_ids, add_notifications.entries) e;
  if v_jobs is not null then
    perform graphile_worker.add_jobs(v_jobs);
  end if;
end
$$;
comment on function pgwave_private.add_notifications(bigint[], jsonb) is
  'Add a job for each notification of interactions that wait for a person, to entries or to whom they name. Jobs have no key: adding one never waits for another transaction. Writes: graphile-worker''s jobs.';

create or replace function pgwave_private.lane_of(actor pgwave.actors) returns text
language sql
stable
begin atomic
  -- what waits for no worker is opened by open_waits
  select case when (actor).actor_type is null or (actor).actor_type in ('human', 'timer', 'signal', 'workflow')
           then 'waits' else (actor).lane end;
end;
comment on function pgwave_private.lane_of(pgwave.actors) is
  'Name the lane in which an actor''s work is ready. Returns: it.';

create or replace function pgwave_private.enqueue_interactions(interaction_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lanes text[];
  v_run_ats timestamptz[];
begin
  with added as (
    insert into pgwave.ready as r (
      interaction_id, workflow_run_id, workflow_id, actor_id, lane, priority, not_before, paused)
    select i.interaction_id, i.workflow_run_id, run.workflow_id, i.actor_id, pgwave_private.lane_of(a), run.priority,
           pgwave_private.now() + coalesce((i.error ->> 'retry_in_ms')::float8 * interval '1 millisecond',
             interval '0'),
           run.status = 'paused'
      from unnest(enqueue_interactions.interaction_ids) u (id)
      join pgwave.interactions i on i.interaction_id = u.id
      join pgwave.workflow_runs run on run.workflow_run_id = i.workflow_run_id
      left join pgwave.actors a on a.actor_id = i.actor_id
     where i.status = 'pending'
    on conflict (interaction_id) do nothing
    returning r.lane, r.not_before, r.held
  )
  select array_agg(t.lane), array_agg(t.run_at) into v_lanes, v_run_ats
    from (select lane, min(not_before) as run_at from added where not held group by lane) t
   -- a lane with a backlog has tickets enough, and workers that come back for more
   where t.run_at > pgwave_private.now() or (t.lane <> 'waits' and not exists (
     select from pgwave.ready r where r.lane = t.lane and not r.held offset 50));
  perform pgwave_private.add_tickets_unless_deferred(v_lanes, v_run_ats);
end
$$;
comment on function pgwave_private.enqueue_interactions(bigint[]) is
  'Put pending interactions into ready, for the time that their error names, and add tickets for their lanes. Writes: ready, tickets.';

-- What one transaction queues is seen at once, and so are its tickets: it adds as many as one call would for all of it.
create or replace function pgwave_private.ticket_queued(lanes text[], queued bigint) returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_known constant jsonb := nullif(current_setting('pgwave.queued', true), '');
  v_before constant bigint := case when v_known -> 0 = to_jsonb(lanes) then (v_known ->> 1)::bigint else 0::bigint end;
  v_queued constant bigint := v_before + queued;
  v_had constant bigint := case when v_before = 0 then 0::bigint else least(10, 1 + v_before / 20) end;
  -- much work is for several workers
  v_due constant bigint := least(10, 1 + v_queued / 20);
  v_tickets graphile_worker.job_spec[];
begin
  if coalesce(current_setting('pgwave.defers_tickets', true), '') = 'on' then
    return;
  end if;
  if set_config('pgwave.queued', jsonb_build_array(lanes, v_queued)::text, true) is not null and v_had = v_due then
    return;
  end if;
  v_tickets := array(
    select pgwave_private.ticket_of(l.lane, null)
      from (
        select u.lane from unnest(ticket_queued.lanes) u (lane)
         -- a lane with a backlog, without what was just queued, has tickets enough, and workers that come back for more
         where not exists (
           select from pgwave.ready r where r.lane = u.lane and not r.held offset 50 + v_queued)
      ) l
     cross join generate_series(v_had + 1, v_due));
  if cardinality(v_tickets) > 0 then
    perform graphile_worker.add_jobs(v_tickets);
  end if;
end
$$;
comment on function pgwave_private.ticket_queued(text[], bigint) is
  'Add tickets for lanes in which so much has become ready now. Writes: tickets, and a note of how much for the rest of the transaction.';

create or replace function pgwave_private.first_ready(run_ids bigint[])
returns table (lane text, run_at timestamptz)
language sql
stable
begin atomic
  -- one step along ready_of_a_run for each lane and priority; for a few rows reading them all is faster
  with recursive groups as (
    select run.id as run_id, g.lane, g.priority
      from unnest(first_ready.run_ids) as run (id)
      cross join lateral (
        select r.lane, r.priority from pgwave.ready r where r.workflow_run_id = run.id
         order by r.lane, r.priority desc limit 1) g
    union all
    select l.run_id, g.lane, g.priority
      from groups l
      cross join lateral (
        (select r.lane, r.priority from pgwave.ready r
          where r.workflow_run_id = l.run_id and r.lane = l.lane and r.priority < l.priority
          order by r.priority desc limit 1)
        union all
        (select r.lane, r.priority from pgwave.ready r
          where r.workflow_run_id = l.run_id and r.lane > l.lane
          order by r.lane, r.priority desc limit 1)
        limit 1) g
  )
  select g.lane, f.not_before
    from groups g
    cross join lateral (
      select r.not_before from pgwave.ready r
       where r.workflow_run_id = g.run_id and r.lane = g.lane and r.priority = g.priority and not r.held
       order by r.not_before limit 1) f;
end;
comment on function pgwave_private.first_ready(bigint[]) is
  'Find when the first of what runs have ready may begin, by lane. Returns: a row for each run, lane and priority that has something.';

create or replace function pgwave_private.ticket_leftovers(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lanes text[];
  v_run_ats timestamptz[];
  v_seen int;
  v_now timestamptz := pgwave_private.now();
  -- whoever makes room in them says so
  v_full text[] := pgwave_private.list_full_lanes(v_now);
begin
  select array_agg(t.lane), array_agg(t.run_at), sum(t.seen)::int into v_lanes, v_run_ats, v_seen
    from (select few.lane, min(few.not_before) as run_at, count(*) as seen
            from (select r.lane, r.not_before from pgwave.ready r
                   where r.workflow_run_id = any(ticket_leftovers.run_ids) and not r.held limit 200) few
           group by few.lane) t;
  if v_seen = 200 then -- there may be thousands
    select array_agg(t.lane), array_agg(t.run_at) into v_lanes, v_run_ats
      from (select f.lane, min(f.run_at) as run_at
              from pgwave_private.first_ready(ticket_leftovers.run_ids) f group by f.lane) t;
  end if;
  select array_agg(t.lane), array_agg(t.run_at) into v_lanes, v_run_ats
    from unnest(v_lanes, v_run_ats) as t (lane, run_at)
   where (t.lane <> 'waits' or t.run_at > v_now) and t.lane <> all (v_full)
     and not (starts_with(t.lane, 'model:') and pgwave_private.awaits_turn(t.lane))
     -- a lane with a backlog, without what became ready just now, has tickets enough, and workers that come back
     and (t.run_at > v_now or not exists (
       select from pgwave.ready r
        where r.lane = t.lane and not r.held and r.not_before <= v_now and r.xmin <> pg_current_xact_id()::xid
       offset 50));
  if v_lanes is not null then
    perform pgwave_private.add_tickets(v_lanes, v_run_ats);
  end if;
end
$$;
comment on function pgwave_private.ticket_leftovers(bigint[]) is
  'Add tickets for what these runs have ready and the caller did not begin itself. Writes: tickets.';

-- graphile-worker lets go of a dead process's jobs after four hours. Its workers lock them under a name of their pool,
-- and the session that says a worker lives holds these names.
create or replace function pgwave.hold_job_pools(pools text[]) returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_login constant oid := pgwave_private.session_login();
begin
  delete from pgwave_private.job_pools j
   where j.session_pid = pg_backend_pid() and j.session_login = v_login and j.pool_name <> all (hold_job_pools.pools);
  -- whoever comes back in a new session takes over from the old one, which may be dead without the server knowing
  insert into pgwave_private.job_pools as j (pool_name, session_pid, session_login)
  select distinct p, pg_backend_pid(), v_login from unnest(hold_job_pools.pools) p order by 1
  on conflict on constraint job_pools_pkey do update
     set session_pid = excluded.session_pid, session_login = excluded.session_login;
end
$$;
comment on function pgwave.hold_job_pools(text[]) is
  'Say that graphile-worker''s pools of these names, and no others, live as long as this session. Writes: job_pools.';

create or replace function pgwave_private.forget_failed_jobs() returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform graphile_worker.complete_jobs(array(
    select j.id from graphile_worker.jobs j
     where j.attempts >= j.max_attempts and j.locked_at is null
       and j.updated_at < clock_timestamp() - interval '7 days'
     limit 1000));
end
$$;
comment on function pgwave_private.forget_failed_jobs() is
  'Forget jobs that failed for good a week ago. Writes: graphile-worker''s jobs.';

create or replace function pgwave.release_dead_jobs() returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_pools text[];
begin
  delete from pgwave_private.job_pools j where not pgwave_private.is_session_alive(j.session_pid, j.session_login);
  select array_agg(distinct j.locked_by) into v_pools
    from graphile_worker.jobs j
   -- also before the clock was set back
   where j.locked_at not between clock_timestamp() - interval '10 seconds' and clock_timestamp()
     -- before this server started; workers need a moment to come back
     and pg_postmaster_start_time() not between clock_timestamp() - interval '10 seconds' and clock_timestamp()
     and not exists (select from pgwave_private.job_pools p where p.pool_name = j.locked_by);
  if v_pools is not null then
    perform graphile_worker.force_unlock_workers(v_pools);
  end if;
  perform pgwave_private.forget_watches();
  return coalesce(cardinality(v_pools), 0);
end
$$;
comment on function pgwave.release_dead_jobs() is
  'Let go of the jobs that dead processes had locked, and of what dead sessions watched. Returns: how many pools were dead. Writes: graphile-worker''s jobs, job_pools, watches.';
