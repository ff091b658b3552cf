-- Free slots of concurrency keys that nobody gave on: somebody held the key, or the run that is next in line.

create or replace function pgwave_private.list_slot_runs() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select f.workflow_run_id
    from (
      select distinct on (s.workflow_id, s.environment, s.concurrency_key) s.*
        from pgwave_private.run_slots s
       where s.taken_at is null
       order by s.workflow_id, s.environment, s.concurrency_key, s.workflow_run_id
    ) f
   where pgwave_private.list_next_runs(row(f.*)::pgwave_private.run_slots) <> '{}'
      or exists (
        select from pgwave_private.run_slots s
         where s.workflow_id = f.workflow_id and s.environment = f.environment
           and s.concurrency_key = f.concurrency_key and s.taken_at is null and (s.on_conflict = 'skip'
             or s.on_conflict = 'replace' and exists (
               select from pgwave_private.run_slots older
                 join pgwave.workflow_runs run on run.workflow_run_id = older.workflow_run_id
                where older.workflow_id = s.workflow_id and older.environment = s.environment
                  and older.concurrency_key = s.concurrency_key and older.workflow_run_id < s.workflow_run_id
                  and older.taken_at is not null and run.ends_as is null and run.finished_at is null)))
   limit 200;
end
$$;
comment on function pgwave_private.list_slot_runs() is
  'List runs that wait for a slot and can have one, or do not wait. Returns: the first in line of each key, two hundred at most.';

create or replace function pgwave_private.settle_left_slots(run_ids bigint[]) returns int
language sql
volatile
set search_path = ''
as $$
  select pgwave_private.settle_slots(array(
    select row(s.*)::pgwave_private.run_slots from pgwave_private.run_slots s
     where s.workflow_run_id = any(settle_left_slots.run_ids)))
$$;
comment on function pgwave_private.settle_left_slots(bigint[]) is
  'Give on free slots of the keys of these runs. Returns: how many. Writes: as settle_slots. Locks: the keys, runs and interactions, without waiting.';
