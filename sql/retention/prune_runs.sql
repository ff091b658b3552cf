-- A few runs of a partition that holds others. What belongs to them goes too; their seals stay.

create or replace function pgwave_private.delete_belongings(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
begin
  delete from pgwave.signals s where s.workflow_run_id = any(run_ids);
  delete from pgwave.run_reopenings r where r.workflow_run_id = any(run_ids);
  delete from pgwave.batches b where b.workflow_run_id = any(run_ids);
  -- in quarantine a claim keeps its task from being taken again
  delete from pgwave.task_claims c where c.workflow_run_id = any(run_ids) and c.quarantined_at is null;
  delete from pgwave.idempotency_keys k where k.workflow_run_id = any(run_ids);
  delete from pgwave.model_responses m where m.workflow_run_id = any(run_ids);
  delete from pgwave.response_chunks c where c.workflow_run_id = any(run_ids);
  delete from pgwave_private.budget_entries b where b.workflow_run_id = any(run_ids);
  delete from pgwave_private.duty_faults f where f.workflow_run_id = any(run_ids);
  delete from pgwave_private.run_traces t where t.workflow_run_id = any(run_ids);
  delete from pgwave_private.steps_to_undo s where s.workflow_run_id = any(run_ids);
end
$$;
comment on function pgwave_private.delete_belongings(bigint[]) is
  'Delete what runs left besides their interactions: signals, batches and tasks, claims, keys, cached answers, text that was coming. Writes: these tables.';

create or replace function pgwave_private.delete_runs(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
begin
  delete from pgwave.interaction_events e
   using pgwave.interactions i
   where i.workflow_run_id = any(run_ids) and e.interaction_id = i.interaction_id
     and e.workflow_run_id = i.workflow_run_id;
  delete from pgwave.interaction_attempts a
   using pgwave.interactions i
   where i.workflow_run_id = any(run_ids) and a.interaction_id = i.interaction_id
     and a.workflow_run_id = i.workflow_run_id;
  delete from pgwave.interactions i where i.workflow_run_id = any(run_ids);
  perform pgwave_private.delete_belongings(run_ids);
  delete from pgwave.workflow_runs run where run.workflow_run_id = any(run_ids);
end
$$;
comment on function pgwave_private.delete_runs(bigint[]) is
  'Delete runs with all that belongs to them but their seals. Writes: the tables of runs. Locks: nothing new; the caller holds the runs and has recorded them.';

create or replace function pgwave_private.prune_some(root_ids bigint[], older_than interval, archive text,
  pruned_by text) returns int
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
set lock_timeout = '200ms'
as $$
declare
  v_ids bigint[];
  v_draft pgwave.prunes;
begin
  perform pgwave_private.lock_name('prunes', '');
  perform from pgwave.workflow_runs run
    where run.workflow_run_id in (select f from unnest(root_ids) r cross join lateral pgwave_private.list_family(r) f)
    order by run.workflow_run_id
      for update;
  -- as they are now that nobody takes them up again
  select array_agg(f order by f), max(k.finished_before) into v_ids, v_draft.finished_before
    from pgwave.workflow_runs run
    join pgwave_private.list_retention(prune_some.older_than) k
      on k.workflow_id = run.workflow_id and k.environment = run.environment
    cross join lateral pgwave_private.list_family(run.workflow_run_id) f
   where run.workflow_run_id = any(root_ids) and pgwave_private.is_prunable(run, k.finished_before);
  if v_ids is null then
    return 0;
  end if;
  v_draft.workflow_run_ids := v_ids;
  v_draft.first_workflow_run_id := v_ids[1];
  v_draft.last_workflow_run_id := v_ids[cardinality(v_ids)];
  v_draft.missing_workflow_run_ids := '{}';
  v_draft.runs := cardinality(v_ids)::bigint;
  v_draft.archive := prune_some.archive;
  v_draft.pruned_by := prune_some.pruned_by;
  perform pgwave_private.record_prune(v_draft);
  perform pgwave_private.delete_runs(v_ids);
  return cardinality(v_ids);
end
$$;
comment on function pgwave_private.prune_some(bigint[], interval, text, text) is
  'Prune runs with their families, those that may go. Returns: how many runs went. Raises: 55P03 if somebody holds one. Writes: prunes, the tables of runs. Locks: a name; the runs, for 200 ms at most.';

create or replace function pgwave.prune_runs(workflow_run_ids bigint[], older_than interval default null,
  archive text default null)
returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  return pgwave_private.prune_some(prune_runs.workflow_run_ids, prune_runs.older_than, prune_runs.archive, null);
end
$$;
comment on function pgwave.prune_runs(bigint[], interval, text) is
  E'@behavior -*\nPrune runs with their sub-workflows: those of the list that list_prunable_runs names as roots. Returns: how many runs went. Raises: 55P03 if somebody holds one. Writes: prunes, the tables of runs. Locks: the runs.';
