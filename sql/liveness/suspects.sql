-- Work that kills its worker must not take others with it: what was aboard when a worker died begins again one by one.

create or replace function pgwave_private.note_suspects(worker_ids bigint[], interaction_ids bigint[]) returns void
language sql
volatile
set search_path = ''
as $$
  insert into pgwave_private.suspects as s (interaction_id, workflow_run_id, attempt)
  select l.interaction_id, l.workflow_run_id, l.attempt
    from pgwave.leases l
   where l.worker_id = any(note_suspects.worker_ids) and l.interaction_id = any(note_suspects.interaction_ids)
   order by l.interaction_id
  on conflict (interaction_id) do update set attempt = excluded.attempt, released_at = null
$$;
comment on function pgwave_private.note_suspects(bigint[], bigint[]) is
  'Note which of these interactions were running on workers that died. Writes: suspects. Locks: suspects; the caller holds the interactions.';

create or replace function pgwave_private.forget_suspects() returns void
language sql
volatile
set search_path = ''
as $$
  delete from pgwave_private.suspects s
   where not exists (select from pgwave.leases l where l.interaction_id = s.interaction_id)
     and (not exists (select from pgwave.ready r where r.interaction_id = s.interaction_id)
       -- its worker lived on, whatever came of the attempt
       or exists (
         select from pgwave.interactions i
          where i.interaction_id = s.interaction_id and i.workflow_run_id = s.workflow_run_id
            and i.attempt > s.attempt))
$$;
comment on function pgwave_private.forget_suspects() is
  'Clear the interactions whose next attempt ended without the death of a worker, and those that are resolved. Writes: suspects.';

create or replace function pgwave_private.release_suspects() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_free int;
  v_lanes text[];
  v_released int;
begin
  perform pgwave_private.forget_suspects();
  -- one for each worker; what was released and cannot begin makes room for the next after a while
  select (greatest((select count(*) from pgwave.workers w where w.given_up is null and not w.stopping), 1)
         - count(*) filter (where s.released_at is not null and (l.interaction_id is not null
             or s.released_at > v_now - interval '5 seconds')))::int
    into v_free
    from pgwave_private.suspects s
    left join pgwave.leases l on l.interaction_id = s.interaction_id;
  -- the others are held back like those of a paused run
  update pgwave.ready r set paused = true
    from pgwave_private.suspects s
   where r.interaction_id = s.interaction_id and s.released_at is null and not r.paused;
  with released as (
    update pgwave_private.suspects s set released_at = v_now
     where s.interaction_id in (
       select n.interaction_id from pgwave_private.suspects n
        where n.released_at is null order by n.interaction_id limit greatest(v_free, 0))
    returning s.interaction_id
  ),
  opened as (
    update pgwave.ready r set paused = run.status = 'paused'
      from released d, pgwave.workflow_runs run
     where r.interaction_id = d.interaction_id and run.workflow_run_id = r.workflow_run_id
    returning r.lane
  )
  select array_agg(distinct o.lane), count(*)::int into v_lanes, v_released from opened o;
  if v_lanes is not null then
    perform pgwave_private.add_tickets(v_lanes, null);
  end if;
  return v_released;
end
$$;
comment on function pgwave_private.release_suspects() is
  'Let the next suspects begin, as many at a time as there are workers; the others are held back. Returns: how many. Writes: suspects, ready, tickets.';
