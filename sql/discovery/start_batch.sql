-- A batch is a run whose children are runs of one workflow over many tasks. What it does as a run is one interaction
-- that waits for the tasks (9196): so it is open, counted, cancelled and sealed as any other run.

create or replace function pgwave_private.insert_batch(
  workflow pgwave.workflows,
  draft pgwave.workflow_runs,
  settings pgwave.batches
) returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs := insert_batch.draft;
begin
  v_run.workflow_id := workflow.workflow_id;
  v_run.mode := 'global_batch';
  v_run.input := coalesce(draft.input, '{}') || jsonb_strip_nulls(jsonb_build_object(
    'tasks', (settings).tasks, 'discovered', (settings).discovered, 'max_parallel', (settings).max_parallel,
    'stop_after_failures', (settings).stop_after_failures, 'retry_of', (settings).retry_of_workflow_run_id));
  v_run := pgwave_private.fill_draft(v_run, null, pgwave_private.visibility_of_runs(workflow));
  v_run := (pgwave_private.insert_runs(v_run, array[v_run.input], array[v_run.workflow_run_id]))[1];
  insert into pgwave.batches (
    workflow_run_id, workflow_id, discovered, max_parallel, stop_after_failures, retry_of_workflow_run_id, tasks,
    tasks_pending, as_administrator, owner, visibility)
  values (v_run.workflow_run_id, v_run.workflow_id, (settings).discovered, (settings).max_parallel,
          (settings).stop_after_failures, (settings).retry_of_workflow_run_id, (settings).tasks, (settings).tasks,
          coalesce((settings).as_administrator,
            pgwave_private.is_administrator() and not pgwave_private.is_administrator(v_run.owner)),
          v_run.owner, v_run.visibility);
  return v_run;
end
$$;
comment on function pgwave_private.insert_batch(pgwave.workflows, pgwave.workflow_runs, pgwave.batches) is
  'Insert the run of a batch; its tasks follow. Returns: the run. Writes: workflow_runs, batches, the orchestrator interaction.';

create or replace function pgwave_private.insert_batch_tasks(
  run pgwave.workflow_runs,
  task_keys text[],
  inputs jsonb[],
  claimed text[],
  positions int[] default null
) returns int
language plpgsql
volatile
set search_path = ''
set jit = off
as $$
declare
  v_now timestamptz := pgwave_private.now();
  v_bad pgwave.batch_tasks[];
begin
  insert into pgwave.batch_tasks (workflow_run_id, position, task_key, input, claimed, owner, visibility)
  select run.workflow_run_id, coalesce(insert_batch_tasks.positions[u.place], u.place), u.task_key, u.input,
         -- of tasks that are there twice, one has the claim
         u.task_key = any(insert_batch_tasks.claimed)
           and row_number() over (partition by u.task_key order by u.place) = 1,
         run.owner, run.visibility
    from unnest(insert_batch_tasks.task_keys, insert_batch_tasks.inputs) with ordinality u (task_key, input, place)
   order by u.place;
  -- once for each input, whatever the order of the joins
  with judged as materialized (
    select t.position, jsonb_agg(to_jsonb(e)) as errors
      from pgwave.workflow_versions v
      join pgwave.contracts c on c.contract_id = v.input_contract_id
      cross join pgwave.batch_tasks t
      cross join lateral pgwave_private.list_schema_errors(c.contract_schema, t.input) e
     where v.workflow_version_id = run.workflow_version_id and t.workflow_run_id = run.workflow_run_id
       and not coalesce(t.input @@ c.accepts, false)
     group by t.position
  ),
  refused as (
    update pgwave.batch_tasks t
       set status = 'failed', ended_at = v_now, error = jsonb_build_object(
             'code', 'contract_violation', 'retryable', false, 'detail', j.errors,
             'message', format('the input does not meet the contract: %s %s',
               coalesce(nullif(j.errors #>> '{0,path}', ''), 'it'), j.errors #>> '{0,message}'))
      from judged j
     where t.workflow_run_id = run.workflow_run_id and t.position = j.position
    returning t.*
  ),
  counted as (
    update pgwave.batches b
       set tasks_pending = b.tasks_pending - r.refused, tasks_failed = b.tasks_failed + r.refused
      from (select count(*) as refused from refused) r
     where b.workflow_run_id = run.workflow_run_id
  )
  select array_agg((r.*)::pgwave.batch_tasks) into v_bad from refused r;
  if v_bad is not null then
    perform pgwave_private.release_claims(run, v_bad);
  end if;
  return coalesce(cardinality(v_bad), 0);
end
$$;
comment on function pgwave_private.insert_batch_tasks(pgwave.workflow_runs, text[], jsonb[], text[], int[]) is
  'Insert the tasks of a batch in order, from 1 or at the given positions; one whose input breaks the contract has failed, and never starts. Returns: how many those are. Writes: batch_tasks, batches, task_claims.';

create or replace function pgwave_private.open_batch(run pgwave.workflow_runs) returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_queries jsonb := pgwave_private.measurement_of(run, false);
begin
  with created as (
    insert into pgwave.interactions as i (
      workflow_run_id, conversation_id, actor_id, status, execution_order, attempt, input, owner, visibility,
      created_at, started_at)
    values (run.workflow_run_id, pgwave_private.conversation_of('tasks'), 9000, 'waiting', 1, 1,
      jsonb_build_object('params', run.input), run.owner,
            run.visibility, run.created_at, run.created_at)
    returning i.interaction_id
  )
  insert into pgwave.waits (interaction_id, workflow_run_id, conversation_id, iteration, waits_for)
  select c.interaction_id, run.workflow_run_id, pgwave_private.conversation_of('tasks'), 0, 'tasks' from created c;
  update pgwave.workflow_runs r
     set status = 'running', interactions_created = r.interactions_created + 1,
         interactions_open = r.interactions_open + 1, interactions_waiting = r.interactions_waiting + 1
   where r.workflow_run_id = run.workflow_run_id;
  if v_queries <> '{}' then
    perform pgwave_private.insert_measurement(run, v_queries, 0);
  else
    perform pgwave_private.settle_batches(array[run.workflow_run_id]);
  end if;
  select r.* into v_run from pgwave.workflow_runs r where r.workflow_run_id = run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave_private.open_batch(pgwave.workflow_runs) is
  'Let a batch begin: the step that measures, or its first tasks. Returns: the run. Writes: interactions, waits, workflow_runs.';

create or replace function pgwave_private.require_batch_settings(max_parallel int, stop_after_failures int) returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if require_batch_settings.max_parallel < 1 or require_batch_settings.stop_after_failures < 1 then
    perform pgwave_private.raise_error('PWINP', 'max_parallel and stop_after_failures are at least 1', null,
      'Leave them out for any number.');
  end if;
end
$$;
comment on function pgwave_private.require_batch_settings(int, int) is
  'Refuse bounds of a batch that are no bounds. Raises: PWINP.';

create or replace function pgwave.start_batch(
  workflow text,
  inputs jsonb,
  max_parallel int default null,
  stop_after_failures int default null,
  environment text default 'dev',
  priority int default 0,
  idempotency_key text default null,
  traceparent text default null,
  not_before timestamptz default null
) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(start_batch.workflow, 'operate');
  v_draft pgwave.workflow_runs;
  v_settings pgwave.batches;
  v_inputs jsonb[];
  v_keys text[];
  v_is_new boolean;
begin
  perform pgwave_private.require_startable(v_workflow);
  perform pgwave_private.require_batch_settings(start_batch.max_parallel, start_batch.stop_after_failures);
  if jsonb_typeof(start_batch.inputs) is distinct from 'array' or start_batch.inputs = '[]' then
    perform pgwave_private.raise_error('PWINP', 'a batch needs inputs', null,
      'Give an array with the input of each run: [{"posting_id": 1}, {"posting_id": 2}].');
  end if;
  v_draft.environment := pgwave_private.read_environment(start_batch.environment);
  v_draft.not_before := pgwave_private.read_not_before(start_batch.not_before);
  select r.run_id, r.is_new into v_draft.workflow_run_id, v_is_new
    from pgwave_private.reserve_run(start_batch.idempotency_key, jsonb_build_array(
      'batch', v_workflow.workflow_id, start_batch.inputs, start_batch.max_parallel, start_batch.stop_after_failures,
      start_batch.environment, start_batch.priority)
      || pgwave_private.request_of_time(start_batch.not_before)) r;
  if not v_is_new then
    select run.* into v_draft from pgwave.workflow_runs run where run.workflow_run_id = v_draft.workflow_run_id;
    return v_draft;
  end if;
  select array_agg(e.input order by e.place), array_agg(pgwave_private.task_key(e.input) order by e.place)
    into v_inputs, v_keys
    from jsonb_array_elements(start_batch.inputs) with ordinality e (input, place);
  v_draft.workflow_version_id := pgwave_private.deployed_version(v_workflow, v_draft.environment);
  v_draft.priority := start_batch.priority;
  v_settings.discovered := false;
  v_settings.max_parallel := start_batch.max_parallel;
  v_settings.stop_after_failures := start_batch.stop_after_failures;
  v_settings.tasks := cardinality(v_inputs);
  if start_batch.traceparent is not null then
    perform pgwave_private.note_trace(array[v_draft.workflow_run_id], start_batch.traceparent);
  end if;
  v_draft := pgwave_private.insert_batch(v_workflow, v_draft, v_settings);
  if pgwave_private.insert_batch_tasks(v_draft, v_keys, v_inputs, pgwave_private.claim_tasks(
       v_workflow.workflow_id, v_draft.workflow_run_id, v_keys, v_inputs, null)) = v_settings.tasks then
    perform pgwave_private.raise_error('PWINP', 'no input of the batch meets the contract',
      (select t.error ->> 'message' from pgwave.batch_tasks t
        where t.workflow_run_id = v_draft.workflow_run_id and t.position = 1),
      'The workflow''s input contract says what it takes.');
  end if;
  return pgwave_private.open_batch(v_draft);
end
$$;
comment on function pgwave.start_batch(text, jsonb, int, int, text, int, text, text, timestamptz) is
  'Start a run of a workflow for each input of an array, at most max_parallel at once; after stop_after_failures failed tasks no further one starts. An input that breaks the contract is a failed task; if all do, nothing starts. The same idempotency key with the same request returns the batch that it started. With a traceparent, the batch belongs to that trace, and its runs link to it. With not_before, its tasks start from then on. Returns: the batch''s run. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, batches, batch_tasks, task_claims, interactions, run_traces.';
