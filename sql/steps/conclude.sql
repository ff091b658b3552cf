-- Conclude: what is left once a reaction has created what follows. Runs end, waits open, a run with nothing open is finished.

create or replace function pgwave_private.conclude_runs(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ending bigint[];
  v_opens boolean;
  v_ends boolean;
  v_waits boolean;
  v_batches bigint[];
begin
  select array_agg(run.workflow_run_id) filter (where run.ends_as is not null), bool_or(run.interactions_open = 0),
         array_agg(run.workflow_run_id) filter (where run.mode = 'global_batch'),
         bool_or(run.interactions_waiting > 0 or run.status = 'waiting'),
         bool_or(exists (select from pgwave.ready r where r.workflow_run_id = run.workflow_run_id and r.lane = 'waits'))
    into v_ending, v_ends, v_batches, v_waits, v_opens
    from pgwave.workflow_runs run
   where run.workflow_run_id = any(conclude_runs.run_ids) and run.finished_at is null;
  if v_ending is not null then
    perform pgwave_private.cancel_open_interactions(v_ending, false);
  end if;
  if v_opens then
    perform pgwave_private.open_waits(conclude_runs.run_ids);
  end if;
  if v_ends or v_opens or v_ending is not null then
    perform pgwave_private.finish_runs(conclude_runs.run_ids);
  end if;
  if v_waits or v_opens then
    perform pgwave_private.tell_who_waits(conclude_runs.run_ids);
    perform pgwave_private.keep_time(conclude_runs.run_ids);
  end if;
  if v_batches is not null then
    perform pgwave_private.settle_batches(v_batches);
  end if;
end
$$;
comment on function pgwave_private.conclude_runs(bigint[]) is
  'Do what is left once a reaction has created what follows: cancel in runs that end, open what waits for no worker, finish, say whether a run only waits. Writes: interactions, waits, workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.tell_who_waits(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set status = (case when run.interactions_waiting = run.interactions_open then 'waiting' else 'running' end)
                  ::pgwave.run_status
   where run.workflow_run_id = any(tell_who_waits.run_ids) and run.finished_at is null and run.mode <> 'global_batch'
     and ((run.status in ('pending', 'running') and run.interactions_waiting = run.interactions_open)
       or (run.status = 'waiting' and run.interactions_waiting < run.interactions_open));
end
$$;
comment on function pgwave_private.tell_who_waits(bigint[]) is
  'Say of runs whether all that is open in them waits. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

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
