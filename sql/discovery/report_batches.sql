-- How far a batch is, and what it came to.

create or replace function pgwave_private.total_batch(run_id bigint) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('tasks', b.tasks, 'completed', b.tasks_completed, 'failed', b.tasks_failed,
           'cancelled', b.tasks_cancelled, 'errors', coalesce((
             select jsonb_object_agg(e.code, e.failed)
               from (select t.error ->> 'code' as code, count(*) as failed
                       from pgwave.batch_tasks t
                      where t.workflow_run_id = b.workflow_run_id and t.status = 'failed' and t.error ? 'code'
                      group by 1) e), '{}'))
    from pgwave.batches b where b.workflow_run_id = total_batch.run_id
$$;
comment on function pgwave_private.total_batch(bigint) is
  'Count what became of the tasks of a batch. Returns: {tasks, completed, failed, cancelled, errors: {code: count}}.';

create or replace function pgwave_private.sum_batch_runs(run_id bigint) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
           'interactions_created', coalesce(sum(child.interactions_created), 0),
           'interactions_completed', coalesce(sum(child.interactions_completed), 0),
           'interactions_failed', coalesce(sum(child.interactions_failed), 0),
           'prompt_tokens', nullif(sum(child.prompt_tokens), 0),
           'completion_tokens', nullif(sum(child.completion_tokens), 0), 'cost', nullif(sum(child.cost), 0))
    from pgwave.workflow_runs child
   where child.parent_workflow_run_id = sum_batch_runs.run_id and child.triggered_by = 'batch'
$$;
comment on function pgwave_private.sum_batch_runs(bigint) is
  'Add up the runs of a batch. Returns: {interactions_created, interactions_completed, interactions_failed, prompt_tokens, completion_tokens, cost}.';

create or replace function pgwave_private.batch_digests(workflow_run_ids bigint[])
returns table (workflow_run_id bigint, digest text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select t.workflow_run_id, encode(sha256(string_agg(sha256(convert_to(jsonb_build_array(
             t.input, t.status, t.error ->> 'code', o.output ->> 'run_digest')::text, 'UTF8')), ''
               order by t.position)), 'hex')
      from pgwave.batch_tasks t
      left join pgwave.workflow_runs child on child.workflow_run_id = t.child_workflow_run_id
      left join pgwave.interactions o
        on o.interaction_id = child.orchestrator_interaction_id and o.workflow_run_id = child.workflow_run_id
     where t.workflow_run_id = any(batch_digests.workflow_run_ids)
     group by t.workflow_run_id;
end
$$;
comment on function pgwave_private.batch_digests(bigint[]) is
  'Hash what the runs of batches did, without numbers and times, over the hashes of their tasks in order. Returns: SHA-256, hexadecimal.';

create or replace function pgwave_private.require_batch(run_id bigint) returns pgwave.batches
language plpgsql
stable
set search_path = ''
as $$
declare
  v_batch pgwave.batches;
begin
  select b.* into v_batch from pgwave.batches b where b.workflow_run_id = require_batch.run_id;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no batch %s', require_batch.run_id), null,
      'pgwave batches lists the batches there are.');
  end if;
  return v_batch;
end
$$;
comment on function pgwave_private.require_batch(bigint) is
  'Find a batch by its run. Returns: it. Raises: PWNOF.';

create or replace function pgwave.batch_report(workflow_run_id bigint) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_batch constant pgwave.batches := pgwave_private.require_batch(batch_report.workflow_run_id);
begin
  return (
    select to_jsonb(p) || pgwave_private.sum_batch_runs(p.workflow_run_id) || jsonb_build_object(
        'durations_ms', (
          select jsonb_build_object('least', round(min(d.ms)), 'most', round(max(d.ms)), 'mean', round(avg(d.ms)),
                   'median', round(percentile_disc(0.5) within group (order by d.ms)),
                   'p95', round(percentile_disc(0.95) within group (order by d.ms)))
            from (select extract(epoch from t.ended_at - t.started_at) * 1000 as ms
                    from pgwave.batch_tasks t
                   where t.workflow_run_id = v_batch.workflow_run_id and t.status in ('completed', 'failed')) d
           where d.ms is not null),
        'errors', coalesce((
          select jsonb_agg(jsonb_build_object('code', e.code, 'tasks', e.tasks, 'message', e.message,
                   'examples', e.examples) order by e.tasks desc, e.code)
            from (select t.error ->> 'code' as code, count(*) as tasks,
                         min(t.error ->> 'message') as message,
                         jsonb_agg(jsonb_build_object('position', t.position, 'input', t.input,
                           'workflow_run_id', t.child_workflow_run_id) order by t.position)
                           filter (where t.place <= 5) as examples
                    from (select f.*, row_number() over (partition by f.error ->> 'code' order by f.position) as place
                            from pgwave.batch_tasks f
                           where f.workflow_run_id = v_batch.workflow_run_id and f.status = 'failed') t
                   group by 1) e), '[]'))
      from pgwave.batch_progress p where p.workflow_run_id = v_batch.workflow_run_id
  );
end
$$;
comment on function pgwave.batch_report(bigint) is
  'Report on a batch: its result, or its progress. Returns: its row of batch_progress, what its runs add up to, durations_ms `{least, median, mean, p95, most}`, and errors [{code, tasks, message, examples}]. Raises: PWNOF.';

create or replace function pgwave.batch_throughput(workflow_run_id bigint, buckets int default 40)
returns table (bucket_from timestamptz, bucket_until timestamptz, completed bigint, failed bigint, cancelled bigint)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_batch constant pgwave.batches := pgwave_private.require_batch(batch_throughput.workflow_run_id);
  v_many constant int := greatest(1, least(coalesce(batch_throughput.buckets, 40), 500));
  v_from timestamptz;
  v_until timestamptz;
  v_seconds numeric;
begin
  select run.created_at, coalesce(run.finished_at, pgwave_private.now()) into v_from, v_until
    from pgwave.workflow_runs run where run.workflow_run_id = v_batch.workflow_run_id;
  v_seconds := greatest(extract(epoch from v_until - v_from) / v_many, 0.001);
  return query
    with ended as (
      -- what ended at the very end is in the last one
      select least(floor(extract(epoch from t.ended_at - v_from) / v_seconds), v_many - 1) as n, t.status,
        count(*) as tasks
        from pgwave.batch_tasks t
       where t.workflow_run_id = v_batch.workflow_run_id and t.ended_at >= v_from
       group by 1, 2
    )
    select v_from + make_interval(secs => (b.n * v_seconds)::float8),
           v_from + make_interval(secs => ((b.n + 1) * v_seconds)::float8),
           coalesce(sum(e.tasks) filter (where e.status = 'completed'), 0)::bigint,
           coalesce(sum(e.tasks) filter (where e.status = 'failed'), 0)::bigint,
           coalesce(sum(e.tasks) filter (where e.status = 'cancelled'), 0)::bigint
      from generate_series(0, v_many - 1) b (n)
      left join ended e on e.n = b.n
     group by b.n
     order by b.n;
end
$$;
comment on function pgwave.batch_throughput(bigint, int) is
  'Count how many tasks of a batch ended over time, by outcome. It divides the time from its start to its end, or to now, into so many buckets, 500 at most. Returns: a row for each bucket. Raises: PWNOF.';

create or replace view pgwave.batch_progress with (security_invoker = true) as
select b.workflow_run_id, w.workflow_name, v.version, run.status, run.triggered_by, run.operator, run.environment,
       b.discovered, b.tasks, b.tasks_pending, b.tasks_running, b.tasks_completed, b.tasks_failed, b.tasks_cancelled,
       round(100.0 * (b.tasks - b.tasks_pending - b.tasks_running) / b.tasks, 1) as percent, b.max_parallel,
       b.stop_after_failures, b.stopped, b.retry_of_workflow_run_id, run.created_at, run.finished_at,
       round(extract(epoch from coalesce(run.finished_at, clock_timestamp()) - run.created_at) * 1000) as duration_ms,
       run.error
  from pgwave.batches b
  join pgwave.workflow_runs run on run.workflow_run_id = b.workflow_run_id
  join pgwave.workflows w on w.workflow_id = b.workflow_id
  join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id;
comment on view pgwave.batch_progress is 'A batch a row: how far it is.';
comment on column pgwave.batch_progress.workflow_run_id is 'Number of the batch''s run.';
comment on column pgwave.batch_progress.workflow_name is 'Its workflow.';
comment on column pgwave.batch_progress.version is 'The workflow''s version that its runs execute.';
comment on column pgwave.batch_progress.status is 'Where it stands.';
comment on column pgwave.batch_progress.triggered_by is 'What started it.';
comment on column pgwave.batch_progress.operator is 'Who started it.';
comment on column pgwave.batch_progress.environment is 'dev, test, uat or prod.';
comment on column pgwave.batch_progress.discovered is 'Whether its tasks were found by the workflow''s query.';
comment on column pgwave.batch_progress.tasks is 'How many tasks it has.';
comment on column pgwave.batch_progress.tasks_pending is 'How many are queued.';
comment on column pgwave.batch_progress.tasks_running is 'How many have a run that goes on.';
comment on column pgwave.batch_progress.tasks_completed is 'How many completed.';
comment on column pgwave.batch_progress.tasks_failed is 'How many failed.';
comment on column pgwave.batch_progress.tasks_cancelled is 'How many were cancelled.';
comment on column pgwave.batch_progress.percent is 'How many of a hundred have ended.';
comment on column pgwave.batch_progress.max_parallel is 'How many of its runs are open at once; null: any number.';
comment on column pgwave.batch_progress.stop_after_failures is 'After how many failed tasks no further one starts; null: never.';
comment on column pgwave.batch_progress.stopped is 'Whether it stopped for that.';
comment on column pgwave.batch_progress.retry_of_workflow_run_id is 'The batch whose tasks it takes up again; null: none.';
comment on column pgwave.batch_progress.created_at is 'When it was started.';
comment on column pgwave.batch_progress.finished_at is 'When it finished; null: it has not.';
comment on column pgwave.batch_progress.duration_ms is 'From start to finish, or to now, in milliseconds.';
comment on column pgwave.batch_progress.error is 'Why it failed; null: it did not.';

create or replace function pgwave.retry_batch(workflow_run_id bigint) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_batch constant pgwave.batches := pgwave_private.require_batch(retry_batch.workflow_run_id);
  v_from constant pgwave.workflow_runs := pgwave_private.require_run(retry_batch.workflow_run_id, 'operate');
  v_workflow pgwave.workflows := pgwave_private.require_workflow(v_batch.workflow_id::text, 'operate');
  v_draft pgwave.workflow_runs;
  v_settings pgwave.batches;
  v_keys text[];
  v_inputs jsonb[];
  v_claimed text[];
begin
  perform pgwave_private.require_startable(v_workflow);
  select array_agg(t.task_key order by t.position), array_agg(t.input order by t.position) into v_keys, v_inputs
    from pgwave.batch_tasks t
   where t.workflow_run_id = v_from.workflow_run_id and t.status in ('failed', 'cancelled');
  if v_from.finished_at is null or v_keys is null then
    perform pgwave_private.raise_error('PWTRN', format('batch %s cannot be retried: %s', v_from.workflow_run_id,
        case when v_from.finished_at is null then 'it is ' || v_from.status else 'no task of it failed' end), null,
      'A batch that has ended with failed or cancelled tasks can.');
  end if;
  perform pgwave.retry_tasks(v_workflow.workflow_id::text, v_keys);
  v_draft.workflow_run_id := nextval('pgwave.workflow_run_ids');
  v_draft.workflow_version_id := pgwave_private.deployed_version(v_workflow, v_from.environment);
  v_draft.environment := v_from.environment;
  v_draft.priority := v_from.priority;
  v_settings.discovered := v_batch.discovered;
  v_settings.max_parallel := v_batch.max_parallel;
  v_settings.stop_after_failures := v_batch.stop_after_failures;
  v_settings.retry_of_workflow_run_id := v_from.workflow_run_id;
  v_claimed := pgwave_private.claim_tasks(v_workflow.workflow_id, v_draft.workflow_run_id, v_keys, v_inputs, null);
  if v_batch.discovered then
    -- what another batch has by now is its business
    select array_agg(u.task_key order by u.place), array_agg(u.input order by u.place) into v_keys, v_inputs
      from unnest(v_keys, v_inputs) with ordinality u (task_key, input, place) where u.task_key = any(v_claimed);
  end if;
  if v_keys is null then
    perform pgwave_private.raise_error('PWTRN', format('batch %s cannot be retried: others are at its tasks',
      v_from.workflow_run_id), null, 'pgwave batches lists the batches there are.');
  end if;
  v_settings.tasks := cardinality(v_keys);
  v_draft := pgwave_private.insert_batch(v_workflow, v_draft, v_settings);
  perform pgwave_private.insert_batch_tasks(v_draft, v_keys, v_inputs, v_claimed);
  return pgwave_private.open_batch(v_draft);
end
$$;
comment on function pgwave.retry_batch(bigint) is
  'Start a batch over the tasks of another that failed or were cancelled, queued ones among them, with its settings; their quarantine is lifted. The batch that ended stays as it is. Returns: the new batch''s run. Raises: PWNOF, PWACC, PWDIS, PWTRN if it goes on or nothing failed. Writes: as start_batch. Locks: the batch''s run.';
