-- Concurrency keys. A run of a workflow with `concurrency` has a slot of its key from its begin to its end, or waits for one. Who gives
-- slots has the lock of the key. Nobody waits for that lock while holding a run: what is left is taken up by a duty.

create or replace function pgwave_private.concurrency_key(concurrency jsonb, input jsonb) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_key text;
begin
  if concurrency -> 'key' is distinct from 'null' then
    select case when r.missing = '{}' then r.rendered #>> '{}' end into v_key
      from pgwave_private.render_value(concurrency -> 'key', jsonb_build_object('input', concurrency_key.input)) r;
  end if;
  -- a list or a document has no room in an index
  return case when length(v_key) > 200 then left(v_key, 100) || '…' || encode(sha256(convert_to(v_key, 'UTF8')), 'hex')
    else coalesce(v_key, '') end;
end
$$;
comment on function pgwave_private.concurrency_key(jsonb, jsonb) is
  'Work out the concurrency key of a run. Returns: it; empty where the workflow names none, or the input does not have it.';

-- A few rows for all keys that there ever are. Two keys with one row are given slots one after the other.
create or replace function pgwave_private.name_of_key(slot pgwave_private.run_slots) returns text
language sql
stable
set search_path = ''
as $$
  select (hashtextextended(concat_ws('|', slot.workflow_id, slot.environment, slot.concurrency_key), 0) & 1023)::text
$$;
comment on function pgwave_private.name_of_key(pgwave_private.run_slots) is
  'Name the lock of a concurrency key. Returns: one of 1,024 names.';

create or replace function pgwave_private.count_slots(slot pgwave_private.run_slots) returns int
language sql
stable
set search_path = ''
as $$
  select count(*)::int from pgwave_private.run_slots s
   where s.workflow_id = slot.workflow_id and s.environment = slot.environment
     and s.concurrency_key = slot.concurrency_key and s.taken_at is not null
$$;
comment on function pgwave_private.count_slots(pgwave_private.run_slots) is
  'Count the runs that have a slot of a key. Returns: how many.';

-- A child run of the same key as a run above it would wait for that for ever: it goes on in the slot of that run.
create or replace function pgwave_private.shares_slot(run pgwave.workflow_runs, key text) returns boolean
language sql
stable
set search_path = ''
as $$
  with recursive above (id) as (
    select run.parent_workflow_run_id where run.triggered_by in ('sub_workflow', 'chain', 'batch')
    union all
    select parent.parent_workflow_run_id
      from above a
      join pgwave.workflow_runs parent on parent.workflow_run_id = a.id
     where parent.triggered_by in ('sub_workflow', 'chain', 'batch')
  )
  select exists (
    select from above a
      join pgwave_private.run_slots s on s.workflow_run_id = a.id
     where s.workflow_id = run.workflow_id and s.environment = run.environment and s.concurrency_key = shares_slot.key
       and s.taken_at is not null)
$$;
comment on function pgwave_private.shares_slot(pgwave.workflow_runs, text) is
  'Tell whether a run above a child run has a slot of the same key. Returns: whether.';

create or replace function pgwave_private.insert_slots(runs pgwave.workflow_runs[], concurrency jsonb)
returns pgwave_private.run_slots[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_slots pgwave_private.run_slots[];
begin
  with keyed as materialized (
    select run, pgwave_private.concurrency_key(insert_slots.concurrency, run.input) as key from unnest(runs) run
  ),
  noted as (
    update pgwave.workflow_runs r set concurrency_key = k.key
      from keyed k
     where r.workflow_run_id = (k.run).workflow_run_id and r.concurrency_key is null
  ),
  inserted as (
    insert into pgwave_private.run_slots (
      workflow_run_id, workflow_id, environment, concurrency_key, slot_limit, on_conflict)
    select (k.run).workflow_run_id, (k.run).workflow_id, (k.run).environment, k.key,
           (insert_slots.concurrency ->> 'limit')::int, insert_slots.concurrency ->> 'on_conflict'
      from keyed k
     where not pgwave_private.shares_slot(k.run, k.key)
    on conflict (workflow_run_id) do update set slot_limit = excluded.slot_limit
    returning *
  )
  select array_agg(row(i.*)::pgwave_private.run_slots order by i.workflow_run_id) into v_slots from inserted i;
  return coalesce(v_slots, '{}');
end
$$;
comment on function pgwave_private.insert_slots(pgwave.workflow_runs[], jsonb) is
  'Note which concurrency keys runs have, and let them wait for slots; a child run that goes on in the slot of a run above it waits for none. Returns: the rows. Writes: run_slots, workflow_runs.';

create or replace function pgwave_private.list_next_runs(slot pgwave_private.run_slots) returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_free constant int := (
    select s.slot_limit from pgwave_private.run_slots s
     where s.workflow_id = slot.workflow_id and s.environment = slot.environment
       and s.concurrency_key = slot.concurrency_key and s.taken_at is null
     order by s.workflow_run_id
     limit 1) - pgwave_private.count_slots(slot);
begin
  if coalesce(v_free, 0) <= 0 then
    return '{}';
  end if;
  return array(
    select s.workflow_run_id
      from pgwave_private.run_slots s
      join pgwave.workflow_runs run on run.workflow_run_id = s.workflow_run_id
     where s.workflow_id = slot.workflow_id and s.environment = slot.environment
       and s.concurrency_key = slot.concurrency_key and s.taken_at is null
       and run.finished_at is null and run.ends_as is null and run.status <> 'paused'
     order by s.workflow_run_id
     limit v_free);
end
$$;
comment on function pgwave_private.list_next_runs(pgwave_private.run_slots) is
  'List the runs that are next in line for free slots of a key. Returns: their numbers; a paused run is passed over.';

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
  select array_agg(pgwave_private.settle_waiting(l.interaction_id, l.workflow_run_id, '{"data": {}}') order by l.interaction_id)
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
     where s.workflow_run_id in (select o.id from over o where not exists (
       select from pgwave.workflow_runs u where u.compensates_workflow_run_id = o.id and u.finished_at is null))
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

create or replace function pgwave_private.explain_slot(run_id bigint) returns text
language sql
stable
security definer
set search_path = ''
as $$
  select format('Waits for a free slot of its concurrency key: %s.', concat_ws(', and ', (
           select format('%s %s', case count(*) when 0 then 'none is taken' when 1 then 'run' else 'runs' end,
                    string_agg(t.workflow_run_id::text || case t.status when 'paused' then ' (paused)' else '' end, ', '
                      order by t.workflow_run_id) || case count(*) when 1 then ' has it' else ' have them' end)
             from (
               select s.workflow_run_id, run.status
                 from pgwave_private.run_slots s
                 join pgwave.workflow_runs run on run.workflow_run_id = s.workflow_run_id
                where s.workflow_id = own.workflow_id and s.environment = own.environment
                  and s.concurrency_key = own.concurrency_key and s.taken_at is not null
                order by s.workflow_run_id
                limit 5
             ) t), (
           select format('%s %s in line before it', count(*), case count(*) when 1 then 'run is' else 'runs are' end)
             from pgwave_private.run_slots s
            where s.workflow_id = own.workflow_id and s.environment = own.environment
              and s.concurrency_key = own.concurrency_key and s.taken_at is null
              and s.workflow_run_id < own.workflow_run_id
           having count(*) > 0)))
    from pgwave_private.run_slots own
   where own.workflow_run_id = explain_slot.run_id and own.taken_at is null
$$;
comment on function pgwave_private.explain_slot(bigint) is
  'Say why a run waits for a slot. Returns: a sentence that names the runs that have one; null: it does not wait.';

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
                                where i.workflow_run_id = run.workflow_run_id and i.conversation_id = 9194
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
