-- Conclude: what is left once a reaction has created what follows. Runs end, waits open, a run with nothing open is
-- finished.

create or replace function pgwave_private.conclude_runs(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_ending bigint[];
  v_ended bigint[];
  v_opens boolean;
  v_ends boolean;
  v_waits boolean;
  v_races boolean;
  v_batches bigint[];
  v_compensating bigint[];
begin
  select array_agg(run.workflow_run_id) filter (where run.ends_as is not null),
         array_agg(run.workflow_run_id) filter (where run.ends_as = 'completed'), bool_or(run.interactions_open = 0),
         array_agg(run.workflow_run_id) filter (where run.mode = 'global_batch'),
         bool_or(run.interactions_waiting > 0 or run.status = 'waiting'),
         bool_or(exists (select from pgwave.ready r where r.workflow_run_id = run.workflow_run_id
           and r.lane = 'waits')),
         bool_or(exists (select from pgwave_private.plans p where p.plan_id = run.plan_id and p.has_races)),
         array_agg(run.workflow_run_id) filter (where run.compensates_workflow_run_id is not null
           and run.interactions_open = 0 and run.ends_as is null)
    into v_ending, v_ended, v_ends, v_batches, v_waits, v_opens, v_races, v_compensating
    from (
      -- by key, and not by way of all that have not finished
      select r.* from pgwave.workflow_runs r where r.workflow_run_id = any(conclude_runs.run_ids) offset 0
    ) run
   where run.finished_at is null;
  if v_ended is not null then
    perform pgwave_private.cancel_after_end(v_ended);
  end if;
  if v_ending is not null then
    perform pgwave_private.cancel_open_interactions(v_ending, false);
  end if;
  if v_races then
    perform pgwave_private.cancel_losers(conclude_runs.run_ids);
    v_ends := true;
  end if;
  if v_compensating is not null then
    perform pgwave_private.compensate_next(c.id) from unnest(v_compensating) c (id);
    v_opens := true;
  end if;
  if v_opens then
    perform pgwave_private.open_waits(conclude_runs.run_ids);
  end if;
  if v_waits or v_opens then
    v_ends := pgwave_private.cancel_idle_waits(conclude_runs.run_ids) or v_ends;
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
  'Do what is left once a reaction has created what follows: cancel in runs that end and what lost a race, open what waits for no worker, finish, say whether a run only waits. Writes: interactions, waits, workflow_runs. Locks: nothing; the caller holds the runs.';

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

-- Finish: the result, the record, the seal, all runs in the same few statements.
create or replace function pgwave_private.finish_runs(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_over record := pgwave_private.list_finished(run_ids);
begin
  if v_over.runs is null then
    return;
  end if;
  update pgwave.workflow_runs run
     set status = f.status, ends_as = f.ends_as, output = f.output, error = f.error, finished_at = f.finished_at,
         due_at = null, time_left = coalesce(run.time_left, run.due_at - f.finished_at)
    from unnest(v_over.runs) f
   where run.workflow_run_id = f.workflow_run_id;
  if v_over.leads_on then
    v_over.outputs := pgwave_private.lead_on(v_over.runs, v_over.outputs);
  end if;
  update pgwave.interactions i
     set status = 'completed', completed_at = o.finished_at, branches_taken = '{}', output = o.output
    from unnest(v_over.ids, v_over.orchestrator_ids, v_over.outputs, v_over.finished_ats)
           o (workflow_run_id, interaction_id, output, finished_at)
   where i.interaction_id = o.interaction_id and i.workflow_run_id = o.workflow_run_id and i.status = 'running';
  perform pgwave_private.seal_runs(v_over.ids);
  if v_over.has_parents then
    perform pgwave_private.note_endings(pgwave_private.list_settled(v_over.ids));
  end if;
  if v_over.has_slots then
    perform pgwave_private.release_slots(v_over.ids);
  end if;
end
$$;
comment on function pgwave_private.finish_runs(bigint[]) is
  'Finish those of the runs that have nothing left to do: result, orchestrator''s output, seal, slots. Writes: workflow_runs, interactions, run_seals. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.list_finished(
  run_ids bigint[],
  out runs pgwave.workflow_runs[],
  out ids bigint[],
  out orchestrator_ids bigint[],
  out finished_ats timestamptz[],
  out outputs jsonb[],
  out leads_on boolean,
  out has_parents boolean,
  out has_slots boolean
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  select array_agg(e.run order by (e.run).workflow_run_id),
         array_agg((e.run).workflow_run_id order by (e.run).workflow_run_id),
         array_agg((e.run).orchestrator_interaction_id order by (e.run).workflow_run_id),
         array_agg((e.run).finished_at order by (e.run).workflow_run_id),
         array_agg(pgwave_private.output_of_end(e.run, e.digest, e.measures) order by (e.run).workflow_run_id),
         bool_or(e.has_triggers or (e.run).status <> 'completed'),
         bool_or((e.run).triggered_by in ('sub_workflow', 'chain', 'batch', 'compensation')),
         bool_or((e.run).concurrency_key is not null or (e.run).compensates_workflow_run_id is not null)
    into runs, ids, orchestrator_ids, finished_ats, outputs, leads_on, has_parents, has_slots
    from (
      select pgwave_private.end_run(o.run, o.is_judged, d.outputs) as run, d.digest, o.measures, o.has_triggers
        from (
          -- a batch has no plan
          select k.run, p.is_judged, p.last_conversation_ids, coalesce(p.measures, true) as measures,
                 coalesce(p.has_triggers, true) as has_triggers
            from (
              -- by key, and not by way of all that have not finished
              select run from pgwave.workflow_runs run where run.workflow_run_id = any(list_finished.run_ids) offset 0
            ) k
            left join pgwave_private.plans p on p.plan_id = (k.run).plan_id
           where (k.run).finished_at is null and (k.run).interactions_open = 0
             and not case when coalesce(p.measures, true) then pgwave_private.measure_after(k.run) else false end
          offset 0
        ) o
        cross join lateral pgwave_private.read_results((o.run).workflow_run_id, (o.run).ends_as is not null,
          case when coalesce((o.run).ends_as, 'completed') = 'completed' then o.last_conversation_ids end) d
      offset 0
    ) e;
end
$$;
comment on function pgwave_private.list_finished(bigint[]) is
  'List those of the runs that have nothing left to do, as they end; of others, state is measured first. Returns: the runs with status, result, error and time, not yet written; what their orchestrators say; whether anything may follow from their end, whether anything waits for it. Writes: the steps that measure.';

create or replace function pgwave_private.leads_to_end(branch_ids bigint[]) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select from pgwave.branches b where b.branch_id = any(leads_to_end.branch_ids) and b.ends_run);
end
$$;
comment on function pgwave_private.leads_to_end(bigint[]) is
  'Tell whether any of these branches ends its run. Returns: whether.';

create or replace function pgwave_private.read_results(
  workflow_run_id bigint,
  is_ended boolean,
  last_conversation_ids bigint[]
) returns table (digest text, outputs jsonb)
language sql
stable
begin atomic
  select encode(sha256(string_agg(r.hash, ''
           order by r.conversation_name collate "C", r.iteration, r.item_index nulls first)), 'hex'),
         case when bool_or(r.is_last and pgwave_private.is_large(r.output)) then pgwave_private.add_large(
             jsonb_object_agg(r.conversation_name, r.output)
               filter (where r.is_last and not pgwave_private.is_large(r.output)),
             array_agg(r.conversation_name) filter (where r.is_last and pgwave_private.is_large(r.output)),
             array_agg(r.output) filter (where r.is_last and pgwave_private.is_large(r.output)),
             array_agg(r.interaction_id) filter (where r.is_last and pgwave_private.is_large(r.output)))
           else jsonb_object_agg(r.conversation_name, r.output) filter (where r.is_last) end
    from (
      select i.interaction_id, i.iteration, i.item_index, i.output, c.conversation_name, sha256(convert_to(
               -- a JSON array as jsonb prints it, for half of what building one costs
               concat('[', to_json(c.conversation_name), ', ', i.iteration, ', ',
                 coalesce(i.item_index::text, 'null'), ', "', i.status, '", ',
                 -- which version a prompt was of says less than what it said
                 case when i.input ? 'prompt_version' then i.input - 'prompt_version' else i.input end, ', ',
                 coalesce(i.output::text, 'null'), ', ', coalesce(to_json(i.error ->> 'code')::text, 'null'), ']'),
               'UTF8')) as hash,
             i.item_index is null and i.status = 'completed' and (
               i.conversation_id = any(read_results.last_conversation_ids)
               -- what ended the run was its last
               or read_results.is_ended and read_results.last_conversation_ids is not null
                 and pgwave_private.leads_to_end(i.branches_taken)) as is_last
        from pgwave.interactions i
        -- by key, or the planner goes from the conversations to all interactions that they ever had
        cross join lateral (
          select c.conversation_name from pgwave.conversations c
           where c.conversation_id = i.conversation_id and c.workflow_id is not null
          offset 0
        ) c
       where i.workflow_run_id = read_results.workflow_run_id
      offset 0
    ) r;
end;
comment on function pgwave_private.read_results(bigint, boolean, bigint[]) is
  'Hash what a run did, without numbers and times, over the hashes of its interactions: two runs with the same digest did the same. And gather the outputs of the conversations given, by name. Returns: SHA-256, hexadecimal, null for a run without a conversation of its own; the outputs.';

create or replace function pgwave_private.end_run(run pgwave.workflow_runs, is_judged boolean, outputs jsonb)
returns pgwave.workflow_runs
language plpgsql
stable
set search_path = ''
as $$
begin
  run.status := coalesce(run.ends_as, 'completed');
  if run.mode = 'global_batch' then
    run.output := pgwave_private.total_batch(run.workflow_run_id);
  elsif run.status = 'completed' then
    run.output := coalesce(end_run.outputs, '{}');
    if end_run.is_judged then
      run := pgwave_private.conclude_run(run);
    end if;
  end if;
  run.finished_at := pgwave_private.now();
  return run;
end
$$;
comment on function pgwave_private.end_run(pgwave.workflow_runs, boolean, jsonb) is
  'Say how a run ends, given the outputs of its last conversations. Returns: the run with status, output, error and time.';

create or replace function pgwave_private.note_endings(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_parents bigint[];
  v_batches bigint[];
begin
  insert into pgwave.run_endings (workflow_run_id, parent_workflow_run_id, parent_interaction_id, status, ended_at)
  select run.workflow_run_id, run.parent_workflow_run_id, run.parent_interaction_id, run.status, run.finished_at
    from pgwave.workflow_runs run
   where run.workflow_run_id = any(note_endings.run_ids) and run.triggered_by in ('sub_workflow', 'chain', 'batch')
   order by run.workflow_run_id
  on conflict (workflow_run_id) do update set status = excluded.status, ended_at = excluded.ended_at;
  select array_agg(distinct run.parent_workflow_run_id) filter (where run.triggered_by in ('sub_workflow', 'chain')),
         array_agg(distinct run.parent_workflow_run_id) filter (where run.triggered_by = 'batch')
    into v_parents, v_batches
    from pgwave.workflow_runs run
   where run.workflow_run_id = any(note_endings.run_ids);
  if v_parents is not null then
    perform pgwave_private.settle_endings(v_parents);
  end if;
  if v_batches is not null then
    perform pgwave_private.settle_batches(v_batches);
  end if;
end
$$;
comment on function pgwave_private.note_endings(bigint[]) is
  'Note that child runs ended, for the runs and batches that wait for them. Writes: run_endings, and what follows. Locks: the parents, without waiting.';

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
        run, pgwave_private.names_read(v_version.result_template), '{}', 0) d;
    select r.rendered into run.output from pgwave_private.render_value(v_version.result_template, v_document) r;
  end if;
  if v_version.definition ? 'outside' then
    run.error := pgwave_private.error_of_block(run);
    if run.error is not null then
      run.status := 'failed';
      run.output := null;
    end if;
  end if;
  if v_version.output_contract_id is not null then
    select jsonb_agg(to_jsonb(e)) into v_errors
      from pgwave.contracts c
      cross join lateral pgwave_private.list_schema_errors(c.contract_schema, coalesce(run.output, 'null')) e
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
  'Compute a run''s result where the workflow defines one, and judge it by the output contract. Returns: the run with its output, or failed.';

create or replace function pgwave_private.error_of_block(run pgwave.workflow_runs) returns jsonb
language sql
stable
set search_path = ''
as $$
  select pgwave_private.error_within(i.error) || jsonb_build_object('interaction_id', i.interaction_id)
    from pgwave.workflow_versions v
    join pgwave.interactions i on i.workflow_run_id = run.workflow_run_id and i.status = 'failed'
      and i.item_index is null
    join pgwave.conversations c on c.conversation_id = i.conversation_id
   where v.workflow_version_id = run.workflow_version_id and v.parts ? ((v.definition ->> 'name') || '/steps')
     -- steps with a handler fail by the handler only
     and c.conversation_name = case when v.parts ? ((v.definition ->> 'name') || '/on_failure') then 'on_failure'
       else 'steps' end
$$;
comment on function pgwave_private.error_of_block(pgwave.workflow_runs) is
  'Find why a block with on_failure or finally fails, once both are done: its steps failed and nothing handled it, or the handler failed. Returns: the error; null: it does not.';

create or replace function pgwave_private.error_within(error jsonb) returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case when error ->> 'code' = 'child_failed' then coalesce(error #> '{detail,error}', error) else error end
$$;
comment on function pgwave_private.error_within(jsonb) is
  'Find what failed in a child run. Returns: its error.';
