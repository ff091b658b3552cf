-- The record of what went. It is written before anything goes, and says all that is known of it afterwards: seals stay.

create or replace function pgwave_private.prune_hash(previous_hash bytea, prune pgwave.prunes) returns bytea
language sql
stable
set search_path = ''
as $$
  select sha256(coalesce(prune_hash.previous_hash, '')
           || convert_to(pgwave_private.canonical_row(to_jsonb(prune_hash.prune) - 'prune_hash'), 'UTF8'))
$$;
comment on function pgwave_private.prune_hash(bytea, pgwave.prunes) is
  'Hash the record of a prune: SHA-256 over the record before and all of this. Returns: 32 bytes.';

create or replace function pgwave_private.record_prune(draft pgwave.prunes) returns void
language plpgsql
volatile
set search_path = ''
set timezone = 'UTC'
as $$
declare
  v_last pgwave.prunes;
begin
  select p.* into v_last from pgwave.prunes p order by p.prune_id desc limit 1;
  draft.prune_id := coalesce(v_last.prune_id, 0) + 1;
  draft.pruned_by := coalesce(draft.pruned_by, pgwave.current_identity());
  draft.pruned_at := pgwave_private.now();
  draft.prune_hash := pgwave_private.prune_hash(v_last.prune_hash, draft);
  insert into pgwave.prunes select draft.*;
end
$$;
comment on function pgwave_private.record_prune(pgwave.prunes) is
  'Record what is about to go. Writes: prunes. Locks: nothing; the caller has the name of prunes.';

create or replace function pgwave_private.is_recorded(run_id bigint) returns boolean
language plpgsql
stable
set search_path = ''
set enable_seqscan = off
as $$
begin
  return exists (
      select from pgwave.prunes p where p.workflow_run_ids @> array[is_recorded.run_id])
    or exists (
      select from pgwave.prunes p
       where p.workflow_run_ids is null
         and is_recorded.run_id between p.first_workflow_run_id and p.last_workflow_run_id
         and is_recorded.run_id <> all (p.missing_workflow_run_ids));
end
$$;
comment on function pgwave_private.is_recorded(bigint) is
  'Tell whether a run was pruned, by the record. Returns: true or false; false of a run that was missing already when its partition went.';

create or replace function pgwave_private.is_pruned(run_id bigint) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return not exists (select from pgwave.workflow_runs r where r.workflow_run_id = is_pruned.run_id)
    and pgwave_private.is_recorded(is_pruned.run_id);
end
$$;
comment on function pgwave_private.is_pruned(bigint) is
  'Tell whether a run is gone because it was pruned. Returns: true or false.';

create or replace function pgwave_private.prune_faults()
  returns table (workflow_run_id bigint, fault text, message text)
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return query
  select null::bigint, 'prune_changed', format('record %s of what was pruned is not what its hash says', p.prune_id)
    from (select r as kept, r.prune_id, r.prune_hash, lag(r.prune_hash) over w as previous,
      lag(r.prune_id) over w as before
            from pgwave.prunes r window w as (order by r.prune_id)) p
   where p.prune_hash is distinct from pgwave_private.prune_hash(p.previous, p.kept)
     or p.prune_id <> coalesce(p.before, 0) + 1
  union all
  select run.workflow_run_id, 'run_added', format('run %s was pruned, and is there', run.workflow_run_id)
    from pgwave.workflow_runs run
   where run.workflow_run_id in (select unnest(p.workflow_run_ids) from pgwave.prunes p)
      or exists (select from pgwave.prunes p
                  where p.workflow_run_ids is null
                    and run.workflow_run_id between p.first_workflow_run_id and p.last_workflow_run_id)
  union all
  select s.workflow_run_id, 'run_missing',
         format('run %s was sealed after it was old enough for record %s of what was pruned', s.workflow_run_id,
           s.prune_id)
    from (select s.workflow_run_id, s.sealed_at, p.prune_id, p.finished_before
            from pgwave.prunes p
            cross join lateral unnest(p.workflow_run_ids) u (id)
            join pgwave.run_seals s on s.workflow_run_id = u.id
          union all
          select s.workflow_run_id, s.sealed_at, p.prune_id, p.finished_before
            from pgwave.prunes p
            join pgwave.run_seals s on s.workflow_run_id between p.first_workflow_run_id and p.last_workflow_run_id
           where p.workflow_run_ids is null and s.sealed_at > p.finished_before
             -- it was missing, or went, before its partition did
             and s.workflow_run_id <> all (p.missing_workflow_run_ids)
             and not exists (select from pgwave.prunes o where o.workflow_run_ids @> array[s.workflow_run_id])) s
   where s.sealed_at > s.finished_before;
end
$$;
comment on function pgwave_private.prune_faults() is
  'Find records of prunes that were changed, removed or added, and runs that they name wrongly. Returns: a row for each fault.';

create or replace function pgwave_private.guard_log() returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- the record comes first
  if tg_op = 'DELETE' and exists (
    select from (select p.workflow_run_ids from pgwave.prunes p order by p.prune_id desc limit 1) last
     where old.workflow_run_id = any(last.workflow_run_ids)) then
    return old;
  end if;
  perform pgwave_private.raise_error('PWAUD', format('rows of %s are never changed or deleted', tg_table_name), null,
    'Retention removes them: pgwave prune.');
  return null;
end
$$;
comment on function pgwave_private.guard_log() is
  'Refuse updates of the log, and deletes that retention does not record. Raises: PWAUD.';
