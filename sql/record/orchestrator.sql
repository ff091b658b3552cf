-- The orchestrator interaction of a run, and the system steps that measure state.

create or replace function pgwave_private.start_of(run pgwave.workflow_runs, skipped_approvals text[]) returns jsonb
language sql
stable
begin atomic
  select jsonb_strip_nulls(jsonb_build_object(
      'action', 'start_workflow', 'workflow_id', (run).workflow_id, 'mode', (run).mode,
      'triggered_by', (run).triggered_by, 'operator', (run).operator,
      'parent_interaction_id', (run).parent_interaction_id, 'start_sha256', pgwave_private.start_hash(run),
      'skipped_approvals', nullif(start_of.skipped_approvals, '{}'),
      'forked_from_workflow_run_id', (run).forked_from_workflow_run_id,
      'compensates_workflow_run_id', (run).compensates_workflow_run_id))
      -- their nulls are somebody's data
      || jsonb_build_object('input', (run).input)
      || case when (run).overrides is null then '{}' else jsonb_build_object('overrides', (run).overrides) end;
end;
comment on function pgwave_private.start_of(pgwave.workflow_runs, text[]) is
  'Say how a run was started: what its orchestrator interaction is given. Returns: {action, workflow_id, mode, triggered_by, operator, start_sha256, input, …}.';

create or replace function pgwave_private.measurement_of(run pgwave.workflow_runs, after_the_run boolean) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_strip_nulls(jsonb_build_object(
        -- a fork has the rows of the run that it came from
        'load', case when not measurement_of.after_the_run and (run).loaded is null
          and (run).mode <> 'global_batch' then nullif(v.load_queries, '[]') end,
        'state', p.state,
        'expected_work', case when not measurement_of.after_the_run then p.expected_work end))
      from pgwave.workflow_versions v
      left join lateral (
        select jsonb_agg(jsonb_build_object('name', wp.probe_name, 'query', wp.query) order by wp.position)
                 filter (where wp.purpose = 'state') as state,
               jsonb_agg(jsonb_build_object('name', wp.probe_name, 'query', wp.query) order by wp.position)
                 filter (where wp.purpose = 'expected_work') as expected_work
          from pgwave.workflow_probes wp
         where wp.workflow_version_id = v.workflow_version_id
           and (run).triggered_by not in ('sub_workflow', 'batch', 'chain')
      ) p on true
     where v.workflow_version_id = (run).workflow_version_id
  );
end
$$;
comment on function pgwave_private.measurement_of(pgwave.workflow_runs, boolean) is
  'Say what the system step before or after a run has to load and measure. Returns: {load, state, expected_work}, {} where there is nothing.';

create or replace function pgwave_private.insert_measurement(
  run pgwave.workflow_runs,
  queries jsonb,
  iteration int
) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_id bigint;
begin
  update pgwave.workflow_runs r
     set interactions_created = r.interactions_created + 1, interactions_open = r.interactions_open + 1
   where r.workflow_run_id = run.workflow_run_id;
  with inserted as (
    insert into pgwave.interactions (
      workflow_run_id, conversation_id, actor_id, status, execution_order, iteration, input, pending_reason, owner,
      visibility, created_at)
    select run.workflow_run_id, pgwave_private.conversation_of('measurement'), 9000, 'pending', r.interactions_created,
         insert_measurement.iteration,
         jsonb_build_object('params', insert_measurement.queries || jsonb_build_object('input', run.input)),
         'ready', run.owner, run.visibility, pgwave_private.now()
      from pgwave.workflow_runs r where r.workflow_run_id = run.workflow_run_id
    returning interaction_id
  )
  select i.interaction_id into v_id from inserted i;
  perform pgwave_private.enqueue_interactions(array[v_id]);
end
$$;
comment on function pgwave_private.insert_measurement(pgwave.workflow_runs, jsonb, int) is
  'Insert the system step that loads and measures. Writes: interactions, workflow_runs, ready, tickets.';

create or replace function pgwave_private.measure_after(run pgwave.workflow_runs) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_queries jsonb;
  -- a run that was retried is measured after each time
  v_iteration constant int := 1 + (
    select count(*)::int from pgwave.run_seals s where s.workflow_run_id = run.workflow_run_id);
begin
  if run.triggered_by in ('sub_workflow', 'batch', 'chain') or run.ends_as = 'cancelled'
     or not exists (select from pgwave.workflow_probes p
                     where p.workflow_version_id = run.workflow_version_id and p.purpose = 'state')
     or exists (select from pgwave.interactions i
                 where i.workflow_run_id = run.workflow_run_id
                   and i.conversation_id = pgwave_private.conversation_of('measurement')
                   and i.iteration = v_iteration)
  then
    return false;
  end if;
  v_queries := pgwave_private.measurement_of(run, true);
  perform pgwave_private.insert_measurement(run, v_queries, v_iteration);
  return true;
end
$$;
comment on function pgwave_private.measure_after(pgwave.workflow_runs) is
  'See to it that state is measured after the last step. Returns: whether the run has to wait for that. Writes: interactions.';

create or replace function pgwave_private.note_measurements(changes pgwave_private.change[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set loaded = coalesce(nullif(m.output #> '{data,loaded}', '{}'), run.loaded)
    from unnest(note_measurements.changes) c
    join pgwave.interactions m on m.interaction_id = c.interaction_id and m.workflow_run_id = c.workflow_run_id
   where c.conversation_id = pgwave_private.conversation_of('measurement') and c.iteration = 0
     and c.status = 'completed'
     and run.workflow_run_id = c.workflow_run_id;
  update pgwave.interactions o
     -- a probe that failed stays as null
     set input = o.input || coalesce((
           select jsonb_object_agg(v.name, v.value)
             from (values ('state_snapshot', m.output #> '{data,state}'),
               ('expected_work', m.output #> '{data,expected_work}'),
                          ('probe_errors', m.output #> '{data,errors}')) v (name, value)
            where v.value is not null), '{}')
    from unnest(note_measurements.changes) c
    join pgwave.interactions m on m.interaction_id = c.interaction_id and m.workflow_run_id = c.workflow_run_id
    join pgwave.workflow_runs run on run.workflow_run_id = c.workflow_run_id
   where c.conversation_id = pgwave_private.conversation_of('measurement') and c.iteration = 0
     and c.status = 'completed'
     and m.output -> 'data' ?| '{state,expected_work,errors}'
     and o.interaction_id = run.orchestrator_interaction_id and o.workflow_run_id = c.workflow_run_id;
end
$$;
comment on function pgwave_private.note_measurements(pgwave_private.change[]) is
  'Keep the rows that a run works on, and the state before it. Writes: workflow_runs, the orchestrator interaction.';

create or replace function pgwave_private.compute_delta(delta jsonb, before jsonb, after jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select jsonb_object_agg(d.key, case when m.change < 0 then m.change::text else '+' || m.change end)
      from jsonb_each_text(compute_delta.delta) d
      cross join lateral (
        select case when jsonb_typeof(compute_delta.before -> d.value) = 'number'
                     and jsonb_typeof(compute_delta.after -> d.value) = 'number'
                 then trim_scale((compute_delta.after ->> d.value)::numeric - (
                   compute_delta.before ->> d.value)::numeric)
               end as change) m
  );
end
$$;
comment on function pgwave_private.compute_delta(jsonb, jsonb, jsonb) is
  'Say what changed between two measurements, exactly. Returns: {"summaries": "+47"}; a label is null if one of its two probes failed; null where nothing is declared.';

create or replace function pgwave_private.list_overlapping(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_agg(o.workflow_run_id order by o.workflow_run_id)
      from (
        -- who measured at the same time is among the last
        select r.workflow_run_id, r.created_at, r.finished_at
          from pgwave.workflow_runs r
         where r.workflow_id = run.workflow_id and r.workflow_run_id <> run.workflow_run_id
           -- the batch stands for its runs
           and r.triggered_by <> 'batch'
         order by r.workflow_run_id desc
         limit 1000
      ) o
     where o.created_at < run.finished_at and coalesce(o.finished_at, run.finished_at) > run.created_at
  );
end
$$;
comment on function pgwave_private.list_overlapping(pgwave.workflow_runs) is
  'List the runs of the same workflow that were open while a run was: its delta may be theirs. Returns: their numbers; null: none.';

create or replace function pgwave_private.delta_of(run pgwave.workflow_runs, state jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select case when d.delta is null then '{}' else jsonb_build_object('delta', d.delta) end
      from pgwave.workflow_versions v
      join pgwave.interactions o
        on o.interaction_id = run.orchestrator_interaction_id and o.workflow_run_id = run.workflow_run_id
      cross join lateral pgwave_private.compute_delta(
        v.definition -> 'delta', o.input -> 'state_snapshot', delta_of.state) d (delta)
     where v.workflow_version_id = run.workflow_version_id
  );
end
$$;
comment on function pgwave_private.delta_of(pgwave.workflow_runs, jsonb) is
  'Say what a run changed, by what was measured before it and after. Returns: {delta}, {} where none is declared.';

create or replace function pgwave_private.change_of_state(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_state constant jsonb := (
    select i.output #> '{data,state}'
      from pgwave.interactions i
     where i.workflow_run_id = run.workflow_run_id
       and i.conversation_id = pgwave_private.conversation_of('measurement') and i.iteration > 0
       and i.status = 'completed'
     order by i.iteration desc
     limit 1);
begin
  if v_state is null then
    return '{}';
  end if;
  return jsonb_strip_nulls(jsonb_build_object('overlapped', pgwave_private.list_overlapping(run)))
    -- a probe that failed stays as null
    || jsonb_build_object('state_after', v_state) || pgwave_private.delta_of(run, v_state);
end
$$;
comment on function pgwave_private.change_of_state(pgwave.workflow_runs) is
  'Say what was measured after a run, and what changed. Returns: {state_after, delta, overlapped}; {} for a run that was not measured.';

create or replace function pgwave_private.sum_of_batch(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return pgwave_private.sum_batch_runs(run.workflow_run_id) || jsonb_build_object('tasks', run.output)
    || jsonb_strip_nulls(jsonb_build_object('run_digest', (
         select d.digest from pgwave_private.batch_digests(array[run.workflow_run_id]) d)));
end
$$;
comment on function pgwave_private.sum_of_batch(pgwave.workflow_runs) is
  'Say what the runs of a batch came to. Returns: counts, tokens, cost, tasks, run_digest.';

create or replace function pgwave_private.output_of_end(run pgwave.workflow_runs, digest text, measures boolean)
returns jsonb
language sql
stable
begin atomic
  select jsonb_strip_nulls(jsonb_build_object(
      'status', (run).status, 'duration_ms', round(extract(epoch from (run).finished_at - (run).created_at) * 1000),
      'interactions_created', (run).interactions_created, 'interactions_completed', (run).interactions_completed,
      'interactions_failed', (run).interactions_failed, 'prompt_tokens', nullif((run).prompt_tokens, 0),
      'completion_tokens', nullif((run).completion_tokens, 0), 'cost', nullif((run).cost, 0),
      'run_digest', output_of_end.digest))
    || case when output_of_end.measures then pgwave_private.change_of_state(run) else '{}' end
    || case when (run).mode = 'global_batch' then pgwave_private.sum_of_batch(run) else '{}' end;
end;
comment on function pgwave_private.output_of_end(pgwave.workflow_runs, text, boolean) is
  'Say what a run came to. Returns: {status, duration_ms, counts, tokens, cost, state_after, delta, overlapped, run_digest}.';

create or replace function pgwave_private.lead_on(runs pgwave.workflow_runs[], outputs jsonb[]) returns jsonb[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_outputs jsonb[] := outputs;
begin
  -- child runs first: they are undone before their parents
  for v_place in reverse cardinality(runs) .. 1 loop
    continue when runs[v_place].status = 'completed';
    v_outputs[v_place] := v_outputs[v_place] || jsonb_strip_nulls(jsonb_build_object(
      'compensation', pgwave_private.compensate_run(runs[v_place])));
  end loop;
  for v_place in 1 .. cardinality(runs) loop
    v_outputs[v_place] := v_outputs[v_place] || jsonb_strip_nulls(jsonb_build_object(
      'triggers', pgwave_private.fire_triggers(runs[v_place], outputs[v_place])));
  end loop;
  return v_outputs;
end
$$;
comment on function pgwave_private.lead_on(pgwave.workflow_runs[], jsonb[]) is
  'Start what undoes runs that ended, and then what their end triggers. Returns: what their orchestrators say, with what started. Writes: the runs that start.';
