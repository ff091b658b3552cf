-- Concurrency keys. A run of a workflow with `concurrency` has a slot of its key from its begin to its end, or waits
-- for one.

create or replace function pgwave_private.key_of_start(template jsonb, input jsonb) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_key text;
begin
  if key_of_start.template <> 'null' then
    select case when r.missing = '{}' then r.rendered #>> '{}' end into v_key
      from pgwave_private.render_value(key_of_start.template, jsonb_build_object('input', key_of_start.input)) r;
  end if;
  -- a list or a document has no room in an index
  return case when length(v_key) > 200 then left(v_key, 100) || '…' || encode(sha256(convert_to(v_key, 'UTF8')), 'hex')
    else coalesce(v_key, '') end;
end
$$;
comment on function pgwave_private.key_of_start(jsonb, jsonb) is
  'Work out a key of a start: of concurrency, debounce, collect or throttle. Returns: it; empty where the workflow names none, or the input does not have it.';

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
    select run, pgwave_private.key_of_start(insert_slots.concurrency -> 'key', run.input) as key from unnest(runs) run
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
         || coalesce((
           select format(' That run waits for run %s: they wait for each other, until you cancel one.', min(c.next_id))
             from pgwave_private.list_slot_circles() c
            where c.workflow_run_id = own.workflow_run_id
           having count(*) > 0), '')
    from pgwave_private.run_slots own
   where own.workflow_run_id = explain_slot.run_id and own.taken_at is null
$$;
comment on function pgwave_private.explain_slot(bigint) is
  'Say why a run waits for a slot. Returns: a sentence that names the runs that have one; null: it does not wait.';
