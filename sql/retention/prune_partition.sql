-- A partition whose every run is old enough is dropped: its runs are read once, and their interactions not at all.

create or replace function pgwave_private.list_closed_partitions()
  returns table (number int, first_id bigint, last_id bigint)
language sql
stable
set search_path = ''
as $$
  select p.number, p.number::bigint * 1000000, (p.number::bigint + 1) * 1000000 - 1
    from (select substring(c.relname from '\d+$')::int as number
            from pg_catalog.pg_inherits i
            join pg_catalog.pg_class c on c.oid = i.inhrelid
           where i.inhparent = 'pgwave.workflow_runs'::regclass) p
    cross join pgwave.workflow_run_ids s
   where (p.number::bigint + 1) * 1000000 <= s.last_value
   order by p.number
$$;
comment on function pgwave_private.list_closed_partitions() is
  'List the partitions that no new run goes to. Returns: a row for each, with its first and last number.';

create or replace function pgwave_private.may_drop_partition(first_id bigint, last_id bigint, older_than interval)
  returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  v_counted constant bigint := pgwave_private.last_counted_seal();
begin
  if exists (select from pgwave.workflow_runs run
              where run.workflow_run_id between first_id and last_id and run.finished_at is null)
     or exists (select from pgwave.seal_links l
                 where l.seal_link_id > v_counted and l.workflow_run_id between first_id and last_id)
     or exists (select from pgwave_private.seals_to_link q join pgwave.run_seals s on s.run_seal_id = q.run_seal_id
                 where s.workflow_run_id between first_id and last_id) then
    return false;
  end if;
  return not exists (
      select from pgwave.workflow_runs run
        left join pgwave_private.list_retention(may_drop_partition.older_than) k
          on k.workflow_id = run.workflow_id and k.environment = run.environment
       where run.workflow_run_id between first_id and last_id
         and (k.finished_before is null or run.finished_at >= k.finished_before))
    -- a run that stays, and asks for one of these
    and not exists (
      select from pgwave.workflow_runs run
        join pgwave.workflow_runs parent on parent.workflow_run_id = run.parent_workflow_run_id
       where run.workflow_run_id between first_id and last_id and run.parent_workflow_run_id < first_id
         and (run.triggered_by in ('sub_workflow', 'chain') or parent.finished_at is null))
    and not exists (
      select from pgwave.workflow_runs u
       where u.compensates_workflow_run_id between first_id and last_id and u.workflow_run_id > last_id
         and u.finished_at is null);
end
$$;
comment on function pgwave_private.may_drop_partition(bigint, bigint, interval) is
  'Tell whether every run of a partition may go. Returns: true or false.';

create or replace function pgwave_private.delete_belongings_between(first_id bigint, last_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from pgwave.signals s where s.workflow_run_id between first_id and last_id;
  delete from pgwave.run_reopenings r where r.workflow_run_id between first_id and last_id;
  delete from pgwave.batches b where b.workflow_run_id between first_id and last_id;
  delete from pgwave.task_claims c where c.workflow_run_id between first_id and last_id and c.quarantined_at is null;
  delete from pgwave.idempotency_keys k where k.workflow_run_id between first_id and last_id;
  delete from pgwave.model_responses m where m.workflow_run_id between first_id and last_id;
  delete from pgwave.response_chunks c where c.workflow_run_id between first_id and last_id;
  delete from pgwave_private.budget_entries b where b.workflow_run_id between first_id and last_id;
  delete from pgwave_private.duty_faults f where f.workflow_run_id between first_id and last_id;
  delete from pgwave_private.run_traces t where t.workflow_run_id between first_id and last_id;
  delete from pgwave_private.steps_to_undo s where s.workflow_run_id between first_id and last_id;
end
$$;
comment on function pgwave_private.delete_belongings_between(bigint, bigint) is
  'Delete what the runs of a partition left besides their interactions, as delete_belongings. Writes: these tables.';

create or replace function pgwave_private.drop_partition(number int, first_id bigint, last_id bigint,
  finished_before timestamptz)
returns void
language plpgsql
volatile
set search_path = ''
set lock_timeout = '200ms'
as $$
declare
  v_table text;
begin
  -- in the order in which steps take them, so that nobody waits for one while somebody waits for the other
  lock table pgwave.interactions, pgwave.workflow_runs, pgwave.interaction_attempts, pgwave.interaction_events
    in access exclusive mode;
  if exists (select from pgwave.workflow_runs run
              where run.workflow_run_id between first_id and last_id and run.finished_at is null)
     or exists (select from (select s.workflow_run_id, s.sealed_at from pgwave.run_seals s
       order by s.run_seal_id desc limit 10000) s
                  join pgwave.workflow_runs run on run.workflow_run_id = s.workflow_run_id
                 where s.workflow_run_id between first_id and last_id and s.sealed_at >= drop_partition.finished_before)
                   then
    raise lock_not_available using message = 'a run of the partition was taken up again';
  end if;
  foreach v_table in array array['interactions', 'workflow_runs', 'interaction_attempts', 'interaction_events'] loop
    -- reason: names of this file and a number
    execute format('drop table if exists pgwave.%I', v_table || '_' || drop_partition.number);
  end loop;
end
$$;
comment on function pgwave_private.drop_partition(int, bigint, bigint, timestamptz) is
  'Drop a partition of all four tables, unless a run of it was taken up again. Raises: 55P03 if others hold the tables. Writes: the catalogue. Locks: the tables, access exclusive; each is waited for 200 ms at most.';

create or replace function pgwave_private.prune_whole(older_than interval, pruned_by text) returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_part record;
  v_draft pgwave.prunes;
begin
  perform pgwave_private.lock_name('prunes', '');
  select p.* into v_part
    from pgwave_private.list_closed_partitions() p
   where pgwave_private.may_drop_partition(p.first_id, p.last_id, prune_whole.older_than)
   limit 1;
  if not found then
    return null;
  end if;
  select count(*), coalesce(max(run.finished_at) + interval '1 microsecond', pgwave_private.now())
    into v_draft.runs, v_draft.finished_before
    from pgwave.workflow_runs run
   where run.workflow_run_id between v_part.first_id and v_part.last_id;
  v_draft.first_workflow_run_id := v_part.first_id;
  v_draft.last_workflow_run_id := v_part.last_id;
  -- what somebody had removed before stays missing
  v_draft.missing_workflow_run_ids := array(
    with missing as materialized (
      select s.workflow_run_id from pgwave.run_seals s
       where s.workflow_run_id between v_part.first_id and v_part.last_id
      except
      select run.workflow_run_id from pgwave.workflow_runs run
       where run.workflow_run_id between v_part.first_id and v_part.last_id
    )
    select m.workflow_run_id from missing m where not pgwave_private.is_recorded(m.workflow_run_id) order by 1);
  v_draft.pruned_by := prune_whole.pruned_by;
  perform pgwave_private.record_prune(v_draft);
  perform pgwave_private.delete_belongings_between(v_part.first_id, v_part.last_id);
  perform pgwave_private.drop_partition(v_part.number, v_part.first_id, v_part.last_id, v_draft.finished_before);
  return v_draft.runs;
end
$$;
comment on function pgwave_private.prune_whole(interval, text) is
  'Drop the first partition whose every run may go. Returns: how many runs went; null: there is no such partition. Raises: 55P03 if others hold the tables. Writes: prunes, the catalogue. Locks: as drop_partition.';

create or replace function pgwave.prune_partition(older_than interval default null) returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  return pgwave_private.prune_whole(prune_partition.older_than, null);
end
$$;
comment on function pgwave.prune_partition(interval) is
  E'@behavior -*\nDrop the first partition whose every run is old enough: by retention of its workflow, else older than what is given. Returns: how many runs went; null: no partition is old enough. Raises: 55P03 if others hold the tables; try again. Writes: prunes, the catalogue. Locks: the tables of runs, access exclusive, for 200 ms at most each.';

create or replace function pgwave_private.prune_due() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_done bigint;
begin
  perform pgwave_private.forget_failed_jobs();
  if not pgwave_private.has_retention() then
    return 0;
  end if;
  v_done := pgwave_private.prune_whole(null, 'retention');
  if v_done is not null then
    return v_done::int;
  end if;
  return pgwave_private.prune_some(array(select pgwave_private.find_prunable(null, 0, 500)), null, null, 'retention');
exception
  -- reason: somebody holds what would go; the next time comes soon
  when lock_not_available then
    return 0;
  -- reason: too much for a worker's call, which would only be tried again at once: doctor shows it
  when query_canceled then
    perform pgwave_private.note_duty_fault('prune_runs', 0, sqlstate, sqlerrm);
    return 0;
end
$$;
comment on function pgwave_private.prune_due() is
  'Prune what retention of workflows lets go, a partition or a few runs at a time, and forget jobs that failed for good. Returns: how many runs went. Writes: as prune_whole and prune_some; duty_faults. Locks: as these.';
