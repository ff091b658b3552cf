-- Who gives slots of a concurrency key has the lock of the key. Nobody who may be waited for waits for it: what is left
-- is taken up by a duty.

create or replace function pgwave_private.replace_older_runs(slot pgwave_private.run_slots) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_newest pgwave_private.run_slots;
begin
  select s.* into v_newest from pgwave_private.run_slots s
   where s.workflow_id = slot.workflow_id and s.environment = slot.environment
     and s.concurrency_key = slot.concurrency_key and s.taken_at is null and s.on_conflict = 'replace'
   order by s.workflow_run_id desc
   limit 1;
  if found then
    perform pgwave_private.cancel_free_runs(
      array(
        select s.workflow_run_id from pgwave_private.run_slots s
         where s.workflow_id = slot.workflow_id and s.environment = slot.environment
           and s.concurrency_key = slot.concurrency_key and s.workflow_run_id < v_newest.workflow_run_id
         order by s.workflow_run_id desc
        offset v_newest.slot_limit - 1),
      format('replaced by run %s, which has the same concurrency key', v_newest.workflow_run_id),
      jsonb_build_object('reason', 'replaced', 'workflow_run_id', v_newest.workflow_run_id));
  end if;
end
$$;
comment on function pgwave_private.replace_older_runs(pgwave_private.run_slots) is
  'Cancel the runs that a newer run of their key replaces. Writes: workflow_runs, interactions, tickets. Locks: runs, without waiting; the caller has the lock of the key.';

create or replace function pgwave_private.skip_waiting_runs(slot pgwave_private.run_slots) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_holder bigint;
  v_skipped constant bigint[] := array(
    select s.workflow_run_id from pgwave_private.run_slots s
     where s.workflow_id = slot.workflow_id and s.environment = slot.environment
       and s.concurrency_key = slot.concurrency_key and s.taken_at is null and s.on_conflict = 'skip');
begin
  if cardinality(v_skipped) = 0 or pgwave_private.list_next_runs(slot) <> '{}' then
    return;
  end if;
  select min(s.workflow_run_id) into v_holder from pgwave_private.run_slots s
   where s.workflow_id = slot.workflow_id and s.environment = slot.environment
     and s.concurrency_key = slot.concurrency_key and s.taken_at is not null;
  perform pgwave_private.cancel_free_runs(v_skipped,
    format('skipped: run %s has the same concurrency key and goes on', v_holder),
    jsonb_build_object('reason', 'skipped', 'workflow_run_id', v_holder));
end
$$;
comment on function pgwave_private.skip_waiting_runs(pgwave_private.run_slots) is
  'Cancel the runs that do not wait where their key has no free slot. Writes: workflow_runs, interactions, tickets. Locks: runs, without waiting; the caller has the lock of the key.';

create or replace function pgwave_private.claim_slots(slots pgwave_private.run_slots[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_settles constant text := coalesce(current_setting('pgwave.settles_slots', true), 'off');
  v_slot pgwave_private.run_slots;
  v_next bigint[];
  v_is_left boolean := false;
begin
  -- what is cancelled here gives its slot to whoever is next below
  perform set_config('pgwave.settles_slots', 'on', true);
  for v_slot in
    select distinct on (s.workflow_id, s.environment, s.concurrency_key) s.*
      from unnest(claim_slots.slots) s
     order by s.workflow_id, s.environment, s.concurrency_key
  loop
    if not pgwave_private.try_lock_name('slots', pgwave_private.name_of_key(v_slot)) then
      v_is_left := true;
      continue;
    end if;
    perform pgwave_private.replace_older_runs(v_slot);
    v_next := pgwave_private.list_next_runs(v_slot);
    update pgwave_private.run_slots s set taken_at = pgwave_private.now()
     where s.workflow_run_id = any(v_next)
       and s.workflow_run_id in (select u.workflow_run_id from unnest(claim_slots.slots) u);
    perform pgwave_private.skip_waiting_runs(v_slot);
  end loop;
  perform set_config('pgwave.settles_slots', v_settles, true);
  if v_is_left then
    perform pgwave_private.add_tickets_once(array['waits']);
  end if;
end
$$;
comment on function pgwave_private.claim_slots(pgwave_private.run_slots[]) is
  'Give slots to runs that are about to begin, as far as their keys have free ones; cancel the runs that they replace, and those that do not wait. Writes: run_slots, workflow_runs, interactions, tickets. Locks: the keys and other runs, without waiting.';

create or replace function pgwave_private.open_starts(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_deferred constant text := coalesce(current_setting('pgwave.defers_tickets', true), 'off');
  v_outcomes pgwave_private.outcome[];
begin
  with held as materialized (
    select run.workflow_run_id from pgwave.workflow_runs run
     where run.workflow_run_id = any(open_starts.run_ids) and run.finished_at is null and run.ends_as is null
       and run.status <> 'paused'
     order by run.workflow_run_id
       for no key update skip locked
  ),
  locked as materialized (
    select i.* from held h
      join pgwave.waits w on w.workflow_run_id = h.workflow_run_id and w.waits_for = 'slot'
      join pgwave.interactions i
        on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
     order by i.interaction_id
       for update of i skip locked
  ),
  taken as (
    update pgwave_private.run_slots s set taken_at = pgwave_private.now()
      from locked l
     where s.workflow_run_id = l.workflow_run_id
  )
  select array_agg(pgwave_private.settle_waiting(l.interaction_id, l.workflow_run_id, '{"data": {}}')
           order by l.interaction_id)
    into v_outcomes from locked l;
  if v_outcomes is null then
    return 0;
  end if;
  -- a worker that completes does not know of these runs
  perform set_config('pgwave.defers_tickets', 'off', true);
  perform pgwave_private.record_outcomes(v_outcomes);
  perform set_config('pgwave.defers_tickets', v_deferred, true);
  return cardinality(v_outcomes);
end
$$;
comment on function pgwave_private.open_starts(bigint[]) is
  'Give runs that wait for a slot one, and let them begin; those that somebody holds are left. Returns: how many. Writes: run_slots, interactions, and what follows. Locks: runs and interactions, without waiting; the caller has the lock of the key.';

create or replace function pgwave_private.settle_slots(slots pgwave_private.run_slots[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_slot pgwave_private.run_slots;
  v_next bigint[];
  v_opened int;
  v_settled int := 0;
  v_is_left boolean := false;
begin
  -- a run that ends while it is begun: the loop that began it goes on
  if coalesce(current_setting('pgwave.settles_slots', true), '') = 'on' then
    return 0;
  end if;
  perform set_config('pgwave.settles_slots', 'on', true);
  for v_slot in
    select distinct on (s.workflow_id, s.environment, s.concurrency_key) s.*
      from unnest(settle_slots.slots) s
     order by s.workflow_id, s.environment, s.concurrency_key
  loop
    if not pgwave_private.try_lock_name('slots', pgwave_private.name_of_key(v_slot)) then
      v_is_left := true;
      continue;
    end if;
    perform pgwave_private.replace_older_runs(v_slot);
    loop
      v_next := pgwave_private.list_next_runs(v_slot);
      exit when v_next = '{}';
      v_opened := pgwave_private.open_starts(v_next);
      v_settled := v_settled + v_opened;
      -- held by somebody, or enough for one transaction
      v_is_left := v_is_left or v_opened = 0 or v_settled >= 200;
      exit when v_opened = 0 or v_settled >= 200;
    end loop;
    perform pgwave_private.skip_waiting_runs(v_slot);
  end loop;
  perform set_config('pgwave.settles_slots', 'off', true);
  if v_is_left then
    perform pgwave_private.add_tickets_once(array['waits']);
  end if;
  return v_settled;
end
$$;
comment on function pgwave_private.settle_slots(pgwave_private.run_slots[]) is
  'Let the runs begin that are next in line for free slots of these keys; for what somebody holds a ticket is added. Returns: how many. Writes: as open_starts, tickets. Locks: the keys, runs and interactions, without waiting.';

create or replace function pgwave_private.release_slots(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_slots pgwave_private.run_slots[];
begin
  with over as materialized (
    select coalesce(run.compensates_workflow_run_id, run.workflow_run_id) as id
      from pgwave.workflow_runs run
     where run.workflow_run_id = any(release_slots.run_ids)
  ),
  released as (
    delete from pgwave_private.run_slots s
     -- what undoes a run keeps its slot
     where s.workflow_run_id in (select o.id from over o where not pgwave_private.is_undone_now(o.id))
    returning s.*
  )
  select array_agg(row(r.*)::pgwave_private.run_slots) into v_slots from released r;
  if v_slots is not null then
    perform pgwave_private.settle_slots(v_slots);
  end if;
end
$$;
comment on function pgwave_private.release_slots(bigint[]) is
  'Free the slots of runs that ended, and let the next in line begin. A run that is being undone keeps its slot until that is over. Writes: run_slots, and what follows. Locks: the keys, runs and interactions, without waiting.';

create or replace function pgwave_private.retake_slot(run pgwave.workflow_runs) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_slots pgwave_private.run_slots[];
  v_holder bigint;
begin
  select pgwave_private.insert_slots(array[run], v.concurrency) into v_slots
    from pgwave.workflow_versions v where v.workflow_version_id = run.workflow_version_id;
  -- one that was cancelled while it waited waits again
  if v_slots = '{}' or exists (select from pgwave.interactions i
                                where i.workflow_run_id = run.workflow_run_id
                                  and i.conversation_id = pgwave_private.conversation_of('start')
                                  and i.status <> 'completed') then
    return;
  end if;
  -- whoever has a key never waits for a run
  perform pgwave_private.lock_name('slots', pgwave_private.name_of_key(v_slots[1]));
  if pgwave_private.count_slots(v_slots[1]) >= (v_slots[1]).slot_limit then
    select min(s.workflow_run_id) into v_holder from pgwave_private.run_slots s
     where s.workflow_id = run.workflow_id and s.environment = run.environment
       and s.concurrency_key = run.concurrency_key and s.taken_at is not null;
    perform pgwave_private.raise_error('PWLIM',
      format('run %s cannot go on now: run %s has the same concurrency key', run.workflow_run_id, v_holder), null,
      format('Retry it when run %1$s has ended, or cancel that: pgwave cancel %1$s.', v_holder));
  end if;
  update pgwave_private.run_slots s set taken_at = pgwave_private.now() where s.workflow_run_id = run.workflow_run_id;
end
$$;
comment on function pgwave_private.retake_slot(pgwave.workflow_runs) is
  'Give a run that is retried a slot of its concurrency key; one that never began waits for its turn. Raises: PWLIM if no slot is free. Writes: run_slots. Locks: the key.';
