-- How runs fail, are cancelled and finish.

create or replace function pgwave_private.fail_run_for(interaction pgwave.interactions) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set ends_as = 'failed',
         error = (interaction).error || jsonb_build_object('interaction_id', (interaction).interaction_id)
   where run.workflow_run_id = (interaction).workflow_run_id and run.ends_as is null;
end
$$;
comment on function pgwave_private.fail_run_for(pgwave.interactions) is
  'Note that a run will end as failed because of an interaction. Writes: workflow_runs. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.cancel_interactions(interaction_ids bigint[], run_ids bigint[], error jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_actors bigint[];
begin
  if cancel_interactions.interaction_ids is null then
    return;
  end if;
  insert into pgwave.interaction_attempts as a (
    interaction_id, workflow_run_id, attempt, worker_id, actor_id, started_at, ended_at, outcome)
  select i.interaction_id, i.workflow_run_id, i.attempt, i.worker_id, i.actor_id, coalesce(i.started_at, i.created_at),
         pgwave_private.now(), 'cancelled'
    from pgwave.interactions i
   where i.interaction_id = any(cancel_interactions.interaction_ids)
     and i.workflow_run_id = any(cancel_interactions.run_ids)
     and i.status in ('running', 'waiting') and i.attempt > 0;
  delete from pgwave.ready r where r.interaction_id = any(cancel_interactions.interaction_ids);
  with ended as (
    delete from pgwave.leases l where l.interaction_id = any(cancel_interactions.interaction_ids)
    returning l.actor_id
  )
  select array_agg(distinct e.actor_id) into v_actors from ended e;
  update pgwave.interactions i
     set status = 'cancelled', pending_reason = null, completed_at = pgwave_private.now(),
         error = cancel_interactions.error
   where i.interaction_id = any(cancel_interactions.interaction_ids)
     and i.workflow_run_id = any(cancel_interactions.run_ids);
  if v_actors is not null then
    perform pgwave_private.make_room(v_actors);
  end if;
end
$$;
comment on function pgwave_private.cancel_interactions(bigint[], bigint[], jsonb) is
  'Cancel interactions that the caller has locked. Writes: interactions, attempts, ready, leases, tickets.';

-- The caller holds the runs, so it never waits for an interaction: whoever holds a skipped one meets
-- the run's new state when it takes the run.
create or replace function pgwave_private.cancel_open_interactions(run_ids bigint[], running_too boolean) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ids bigint[];
begin
  with open as (
    select i.interaction_id, i.workflow_run_id
      from pgwave.interactions i
     where i.workflow_run_id = any(cancel_open_interactions.run_ids)
       -- a batch ends once its runs have ended
       and i.conversation_id not in (9196, 9198)
       and (i.status in ('pending', 'waiting') or (cancel_open_interactions.running_too and i.status = 'running'))
     order by i.interaction_id
       for update skip locked
  )
  select array_agg(o.interaction_id) into v_ids from open o;
  perform pgwave_private.cancel_interactions(v_ids, cancel_open_interactions.run_ids,
    '{"code": "cancelled", "message": "cancelled with its run", "retryable": false}');
end
$$;
comment on function pgwave_private.cancel_open_interactions(bigint[], boolean) is
  'Cancel what of these runs is open and not locked by others. Writes: interactions, attempts, ready, leases. Locks: interactions, without waiting.';

create or replace function pgwave_private.require_run(workflow_run_id bigint, permission text)
returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
begin
  -- before the lock: who may not, holds nobody up
  perform pgwave_private.require_run_permission(require_run.workflow_run_id, require_run.permission);
  select run.* into v_run from pgwave.workflow_runs run
   where run.workflow_run_id = require_run.workflow_run_id for no key update;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no run %s', require_run.workflow_run_id), null,
      'pgwave runs lists the runs there are.');
  end if;
  return v_run;
end
$$;
comment on function pgwave_private.require_run(bigint, text) is
  'Lock a run that the caller may view, operate or author. Returns: it. Raises: PWNOF, PWACC. Locks: the run.';

-- Child runs have higher numbers than their parents, so a tree is locked ascending like the runs of any call.
create or replace function pgwave_private.lock_run_tree(workflow_run_id bigint) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_locked bigint[] := '{}';
  v_more bigint[];
begin
  loop
    with recursive tree (id) as (
      select lock_run_tree.workflow_run_id
      union
      select child.workflow_run_id
        from tree t
        join pgwave.workflow_runs child on child.parent_workflow_run_id = t.id
       where child.finished_at is null and child.triggered_by in ('sub_workflow', 'chain', 'batch')
    )
    select array_agg(l.id) into v_more
      from (
        select run.workflow_run_id as id from pgwave.workflow_runs run
         where run.workflow_run_id in (select t.id from tree t) and run.workflow_run_id <> all (v_locked)
         order by run.workflow_run_id
           for no key update
      ) l;
    exit when v_more is null;
    v_locked := v_locked || v_more;
  end loop;
  return v_locked;
end
$$;
comment on function pgwave_private.lock_run_tree(bigint) is
  'Lock a run and the unfinished child runs that it waits for, at any depth. Returns: their numbers. Locks: the runs, ascending.';

create or replace function pgwave_private.cancel_runs(run_ids bigint[], message text) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set ends_as = 'cancelled',
         error = jsonb_build_object('code', 'cancelled', 'retryable', false, 'message', cancel_runs.message)
   where run.workflow_run_id = any(cancel_runs.run_ids) and run.finished_at is null;
  perform pgwave_private.cancel_open_interactions(cancel_runs.run_ids, true);
  perform pgwave_private.finish_runs(cancel_runs.run_ids);
end
$$;
comment on function pgwave_private.cancel_runs(bigint[], text) is
  'Cancel runs that the caller holds. Writes: workflow_runs, interactions.';

create or replace function pgwave.cancel_workflow_run(workflow_run_id bigint, reason text default null)
returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_run pgwave.workflow_runs := pgwave_private.require_run(cancel_workflow_run.workflow_run_id, 'operate');
begin
  if v_run.finished_at is not null then
    return v_run;
  end if;
  if v_run.mode = 'global_batch' then
    perform pgwave_private.cancel_batch(
      v_run, coalesce(cancel_workflow_run.reason, 'cancelled by ' || pgwave.current_identity()));
  else
    perform pgwave_private.cancel_runs(
      pgwave_private.lock_run_tree(v_run.workflow_run_id),
      coalesce(cancel_workflow_run.reason, 'cancelled by ' || pgwave.current_identity()));
  end if;
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = cancel_workflow_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave.cancel_workflow_run(bigint, text) is
  'Cancel a run and its child runs: nothing more begins, calls in flight are aborted. A finished run stays as it is. Returns: the run. Raises: PWNOF, PWACC. Writes: workflow_runs, interactions. Locks: the runs, ascending.';

create or replace function pgwave_private.finish_runs(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_parents bigint[] := '{}';
  v_batches bigint[] := '{}';
begin
  for v_run in
    select run.* from pgwave.workflow_runs run
     where run.workflow_run_id = any(finish_runs.run_ids)
       and run.finished_at is null and run.interactions_open = 0
     order by run.workflow_run_id
  loop
    if pgwave_private.measure_after(v_run) then
      continue;
    end if;
    v_run.status := coalesce(v_run.ends_as, 'completed');
    if v_run.mode = 'global_batch' then
      v_run.output := pgwave_private.total_batch(v_run.workflow_run_id);
    elsif v_run.ends_as is null then
      v_run := pgwave_private.conclude_run(v_run);
    end if;
    v_run.finished_at := pgwave_private.now();
    update pgwave.workflow_runs run
       set status = v_run.status, ends_as = v_run.ends_as, output = v_run.output, error = v_run.error,
           finished_at = v_run.finished_at, due_at = null,
           time_left = coalesce(run.time_left, run.due_at - v_run.finished_at)
     where run.workflow_run_id = v_run.workflow_run_id;
    perform pgwave_private.write_orchestrator_output(v_run);
    perform pgwave_private.seal_run(v_run);
    if v_run.triggered_by in ('sub_workflow', 'chain', 'batch') then
      insert into pgwave.run_endings (workflow_run_id, parent_workflow_run_id, parent_interaction_id, status, ended_at)
      values (v_run.workflow_run_id, v_run.parent_workflow_run_id, v_run.parent_interaction_id, v_run.status,
              v_run.finished_at)
      on conflict (workflow_run_id) do update set status = excluded.status, ended_at = excluded.ended_at;
      if v_run.triggered_by <> 'batch' then
        v_parents := v_parents || v_run.parent_workflow_run_id;
      elsif v_run.parent_workflow_run_id <> all (v_batches) then
        v_batches := v_batches || v_run.parent_workflow_run_id;
      end if;
    end if;
  end loop;
  if cardinality(v_parents) > 0 then
    perform pgwave_private.settle_endings(v_parents);
  end if;
  if cardinality(v_batches) > 0 then
    perform pgwave_private.settle_batches(v_batches);
  end if;
end
$$;
comment on function pgwave_private.finish_runs(bigint[]) is
  'Finish those of the runs that have nothing left to do: result, orchestrator''s output, seal. Writes: workflow_runs, interactions, run_seals. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.conclude_run(run pgwave.workflow_runs) returns pgwave.workflow_runs
language plpgsql
stable
set search_path = ''
as $$
declare
  v_version pgwave.workflow_versions;
  v_document jsonb;
  v_errors jsonb;
begin
  select v.* into v_version from pgwave.workflow_versions v where v.workflow_version_id = run.workflow_version_id;
  if v_version.result_template is not null then
    select d.document into v_document
      from pgwave_private.build_document(
        run, (select array_agg(c.conversation_name) from pgwave.conversations c where c.workflow_id = run.workflow_id),
        '{}', 0) d;
    select r.rendered into run.output from pgwave_private.render_value(v_version.result_template, v_document) r;
  else
    run.output := pgwave_private.last_outputs(run);
  end if;
  if v_version.output_contract_id is not null then
    select jsonb_agg(to_jsonb(e)) into v_errors
      from pgwave.contracts c
      cross join lateral pgwave.schema_errors(c.contract_schema, coalesce(run.output, 'null')) e
     where c.contract_id = v_version.output_contract_id;
    if v_errors is not null then
      run.status := 'failed';
      run.error := jsonb_build_object('code', 'contract_violation', 'retryable', false,
        'message', 'the run''s result does not meet the output contract', 'detail', v_errors);
    end if;
  end if;
  return run;
end
$$;
comment on function pgwave_private.conclude_run(pgwave.workflow_runs) is
  'Compute a run''s result and judge it by the output contract. Returns: the run with its output, or failed.';

create or replace function pgwave_private.last_outputs(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(c.conversation_name, i.output), '{}')
      from pgwave.interactions i
      join pgwave.conversations c on c.conversation_id = i.conversation_id and c.workflow_id is not null
     where i.workflow_run_id = (run).workflow_run_id and i.item_index is null and i.status = 'completed'
       and not exists (
         select from pgwave.branches b
          where b.workflow_version_id = (run).workflow_version_id and b.from_conversation_id = i.conversation_id
            and b.max_loops is null)
  );
end
$$;
comment on function pgwave_private.last_outputs(pgwave.workflow_runs) is
  'Gather the outputs of the conversations without branches, by name. Returns: a run''s output where the workflow defines no result.';
