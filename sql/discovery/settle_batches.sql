-- A batch goes on as its runs end. Who ends a run writes a row in run_endings and settles the batch if nobody else
-- holds it; what is left is taken up by a ticket or the next heartbeat. Nobody waits for a batch.

create or replace function pgwave_private.start_tasks(run pgwave.workflow_runs, most int) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_deferred text := coalesce(current_setting('pgwave.defers_tickets', true), 'off');
  v_child pgwave.workflow_runs;
  v_ids bigint[];
  v_inputs jsonb[];
  v_plan pgwave_private.plans;
begin
  with picked as (
    select p.position, p.input, nextval('pgwave.workflow_run_ids') as child_id
      from (select t.position, t.input from pgwave.batch_tasks t
             where t.workflow_run_id = run.workflow_run_id and t.status = 'pending'
             order by t.position limit start_tasks.most) p
  ),
  told as (
    update pgwave.batch_tasks t
       set status = 'running', child_workflow_run_id = p.child_id, started_at = pgwave_private.now()
      from picked p
     where t.workflow_run_id = run.workflow_run_id and t.position = p.position
  )
  select array_agg(p.child_id order by p.position), array_agg(p.input order by p.position) into v_ids, v_inputs
    from picked p;
  if v_ids is null then
    return 0;
  end if;
  update pgwave.batches b
     set tasks_pending = b.tasks_pending - cardinality(v_ids), tasks_running = b.tasks_running + cardinality(v_ids)
   where b.workflow_run_id = run.workflow_run_id;
  v_child.workflow_id := run.workflow_id;
  v_child.workflow_version_id := run.workflow_version_id;
  v_plan := pgwave_private.find_plan(run.workflow_version_id, null, null);
  v_child.plan_id := v_plan.plan_id;
  v_child.environment := run.environment;
  v_child.triggered_by := 'batch';
  v_child.operator := run.operator;
  v_child.owner := run.owner;
  v_child.priority := run.priority;
  v_child.overrides := run.overrides;
  v_child.parent_workflow_run_id := run.workflow_run_id;
  v_child.parent_interaction_id := run.orchestrator_interaction_id;
  -- a worker that completes does not know of these runs
  perform set_config('pgwave.defers_tickets', 'off', true);
  perform pgwave_private.start_drafts(
    pgwave_private.fill_draft(v_child, v_plan, run.visibility), v_inputs, v_ids, v_plan);
  perform set_config('pgwave.defers_tickets', v_deferred, true);
  return cardinality(v_ids);
end
$$;
comment on function pgwave_private.start_tasks(pgwave.workflow_runs, int) is
  'Start runs for the next tasks of a batch, all in one go. Returns: how many. Writes: batch_tasks, batches, workflow_runs, interactions. Locks: nothing but new rows; the caller holds the batch''s run.';

-- Counted for runs that failed and, in batches that were discovered, for those that completed: what is found again and
-- again although it completes would be run for ever.
create or replace function pgwave_private.release_claims(run pgwave.workflow_runs, tasks pgwave.batch_tasks[])
  returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now timestamptz := pgwave_private.now();
  v_late text[] := '{}';
  v_released int;
begin
  if run.finished_at is not null then
    v_late := array(
      select c.task_key
        from pgwave.task_claims c
        join unnest(release_claims.tasks) t on t.task_key = c.task_key and t.claimed and t.status = 'completed'
       where c.workflow_id = run.workflow_id and c.workflow_run_id is null
         for update of c skip locked);
  end if;
  update pgwave.task_claims c
     set workflow_run_id = case when c.workflow_run_id is distinct from run.workflow_run_id then c.workflow_run_id end,
         released_at = v_now, released_by_transaction = pg_current_xact_id()::text::bigint,
         last_error = case t.status when 'failed' then t.error when 'completed' then null else c.last_error end,
         failures = case t.status when 'failed' then c.failures + 1 when 'completed' then 0 else c.failures end,
         completions = case
           when t.status = 'cancelled' then c.completions
           when t.status = 'failed' or not coalesce((run.input ->> 'discovered')::boolean, false) then 0
           when c.released_at > v_now - interval '1 day' then c.completions + 1
           else 1 end,
         quarantined_at = case
           when t.status = 'failed' and c.failures >= 2 then coalesce(c.quarantined_at, v_now)
           when t.status = 'completed' then null else c.quarantined_at end,
         quarantine_reason = case
           when t.status = 'failed' and c.failures >= 2 then coalesce(c.quarantine_reason, 'failed')
           when t.status = 'completed' then null else c.quarantine_reason end
    from unnest(release_claims.tasks) t
   where c.workflow_id = run.workflow_id and c.task_key = t.task_key and t.claimed
     and (c.workflow_run_id = run.workflow_run_id
       -- a run that was retried after its batch had ended; who is at the claim now knows better
       or c.task_key = any(v_late));
  get diagnostics v_released = row_count;
  return v_released;
end
$$;
comment on function pgwave_private.release_claims(pgwave.workflow_runs, pgwave.batch_tasks[]) is
  'Release the claims of tasks that ended; one that failed three times in a row is quarantined, one that completed is not any more. Returns: how many. Writes: task_claims. Locks: claims of the batch, which nobody else takes, and, without waiting, those of tasks that complete after its end.';

create or replace function pgwave_private.note_task_endings(run pgwave.workflow_runs) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_tasks pgwave.batch_tasks[];
begin
  with ended as (
    delete from pgwave.run_endings e where e.parent_workflow_run_id = run.workflow_run_id
    returning e.workflow_run_id, e.status, e.ended_at
  ),
  told as (
    update pgwave.batch_tasks t
       set status = e.status::text::pgwave.task_status, ended_at = e.ended_at,
           error = case when e.status <> 'completed' then child.error end
      from ended e
      join pgwave.workflow_runs child on child.workflow_run_id = e.workflow_run_id
      join pgwave.batch_tasks old on old.child_workflow_run_id = e.workflow_run_id
     where t.workflow_run_id = run.workflow_run_id and old.workflow_run_id = t.workflow_run_id
       and old.position = t.position
    returning t.*, old.status as was
  ),
  counted as (
    update pgwave.batches b
       set tasks_running = b.tasks_running - c.running, tasks_completed = b.tasks_completed + c.completed,
           tasks_failed = b.tasks_failed + c.failed, tasks_cancelled = b.tasks_cancelled + c.cancelled
      from (
        select count(*) filter (where t.was = 'running') as running,
               count(*) filter (where t.status = 'completed') - count(*) filter (where t.was = 'completed')
                 as completed,
               count(*) filter (where t.status = 'failed') - count(*) filter (where t.was = 'failed') as failed,
               count(*) filter (where t.status = 'cancelled') - count(*) filter (where t.was = 'cancelled') as cancelled
          from told t
      ) c
     where b.workflow_run_id = run.workflow_run_id
  )
  select array_agg(row(t.workflow_run_id, t.position, t.task_key, t.input, t.status, t.claimed, t.child_workflow_run_id,
                       t.error, t.started_at, t.ended_at, t.owner, t.visibility)::pgwave.batch_tasks)
    into v_tasks from told t;
  if v_tasks is null then
    return 0;
  end if;
  perform pgwave_private.release_claims(run, v_tasks);
  perform pgwave_private.note_scores(run, v_tasks) where run.input ?| '{evaluation,judges}';
  return cardinality(v_tasks);
end
$$;
comment on function pgwave_private.note_task_endings(pgwave.workflow_runs) is
  'Take note of the runs of a batch that ended. Returns: how many. Writes: run_endings, batch_tasks, batches, task_claims, evaluation_scores. Locks: nothing that others wait for; the caller holds the batch''s run.';

create or replace function pgwave_private.cancel_queued_tasks(run pgwave.workflow_runs) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_tasks pgwave.batch_tasks[];
begin
  with cancelled as (
    update pgwave.batch_tasks t set status = 'cancelled', ended_at = pgwave_private.now()
     where t.workflow_run_id = run.workflow_run_id and t.status = 'pending'
    returning t.*
  )
  select array_agg((c.*)::pgwave.batch_tasks) into v_tasks from cancelled c;
  if v_tasks is not null then
    update pgwave.batches b
       set tasks_pending = b.tasks_pending - cardinality(v_tasks),
           tasks_cancelled = b.tasks_cancelled + cardinality(v_tasks)
     where b.workflow_run_id = run.workflow_run_id;
    perform pgwave_private.release_claims(run, v_tasks);
  end if;
end
$$;
comment on function pgwave_private.cancel_queued_tasks(pgwave.workflow_runs) is
  'Cancel the tasks of a batch that have not started. Writes: batch_tasks, batches, task_claims.';

create or replace function pgwave_private.may_start_tasks(run pgwave.workflow_runs, batch pgwave.batches)
  returns boolean
language sql
stable
set search_path = ''
as $$
  select (batch).tasks_pending > 0 and (run).ends_as is null and (run).status <> 'paused' and not (batch).stopped
     and coalesce((run).not_before <= pgwave_private.now(), true)
     and ((batch).max_parallel is null or (batch).tasks_running < (batch).max_parallel)
     -- first it is measured
     and not exists (select from pgwave.interactions i
                      where i.workflow_run_id = (run).workflow_run_id
                        and i.conversation_id = pgwave_private.conversation_of('measurement') and i.iteration = 0
                        and i.status <> 'completed')
$$;
comment on function pgwave_private.may_start_tasks(pgwave.workflow_runs, pgwave.batches) is
  'Tell whether further tasks of a batch may start. Returns: true or false.';

create or replace function pgwave_private.settle_batch(run_id bigint) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_left int := 1000;
  v_run pgwave.workflow_runs;
  v_batch pgwave.batches;
  v_settled int := 0;
  v_done int;
  v_is_more boolean := false;
begin
  loop
    select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = settle_batch.run_id;
    v_settled := v_settled + pgwave_private.note_task_endings(v_run);
    exit when v_run.finished_at is not null;
    update pgwave.batches b set stopped = true
     where b.workflow_run_id = v_run.workflow_run_id and not b.stopped
       and (b.tasks_failed >= b.stop_after_failures or b.tasks_pending > 0
         and not b.as_administrator and not pgwave_private.may_go_on(v_run));
    select b.* into v_batch from pgwave.batches b where b.workflow_run_id = v_run.workflow_run_id;
    if (v_run.ends_as is not null or v_batch.stopped) and v_batch.tasks_pending > 0 then
      perform pgwave_private.cancel_queued_tasks(v_run);
    end if;
    v_is_more := false;
    if v_run.ends_as = 'cancelled' and v_batch.tasks_running > 0 then
      v_done := pgwave_private.cancel_tasks(v_run, least(v_left, 200));
      v_left := v_left - 800;
      v_is_more := v_done >= 200;
    elsif pgwave_private.may_start_tasks(v_run, v_batch) then
      v_done := least(v_left, coalesce(v_batch.max_parallel - v_batch.tasks_running, v_left), v_batch.tasks_pending);
      v_settled := v_settled + pgwave_private.start_tasks(v_run, v_done);
      v_left := v_left - v_done;
      v_is_more := v_left <= 0;
    end if;
    exit when not exists (select from pgwave.run_endings e where e.parent_workflow_run_id = v_run.workflow_run_id);
    -- not all at once: others want the database too
    exit when v_left <= 0;
  end loop;
  if v_run.finished_at is not null then
    return v_settled;
  end if;
  select b.* into v_batch from pgwave.batches b where b.workflow_run_id = v_run.workflow_run_id;
  if v_batch.tasks_pending = 0 and v_batch.tasks_running = 0 then
    perform pgwave_private.start_judges(v_run) where v_run.input ? 'evaluation' and v_run.ends_as is null;
    perform pgwave_private.end_batch(v_run, v_batch);
  elsif v_is_more then
    perform pgwave_private.add_tickets(array['waits'], null);
  end if;
  return v_settled;
end
$$;
comment on function pgwave_private.settle_batch(bigint) is
  'Take note of what ended in a batch, which the caller holds, start the next tasks, a thousand at most, and end it once nothing is left. Returns: how many endings and starts. Writes: batches, batch_tasks, task_claims, workflow_runs, interactions, tickets. Locks: child runs that are cancelled, without waiting.';

create or replace function pgwave_private.cancel_tasks(run pgwave.workflow_runs, most int) returns int
language plpgsql
volatile
set search_path = ''
as $$
begin
  return pgwave_private.cancel_child_runs(array(
    select child.workflow_run_id
      from pgwave.workflow_runs child
     where child.parent_workflow_run_id = run.workflow_run_id and child.triggered_by = 'batch'
       and child.finished_at is null and child.ends_as is null
     order by child.workflow_run_id
     limit cancel_tasks.most));
end
$$;
comment on function pgwave_private.cancel_tasks(pgwave.workflow_runs, int) is
  'Cancel runs of a batch that is cancelled. Returns: how many. Writes: workflow_runs, interactions. Locks: child runs, without waiting.';

create or replace function pgwave_private.end_batch(run pgwave.workflow_runs, batch pgwave.batches) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_id bigint;
  v_outcome pgwave_private.outcome;
begin
  select i.interaction_id into v_id
    from pgwave.interactions i
   where i.workflow_run_id = run.workflow_run_id and i.conversation_id = pgwave_private.conversation_of('tasks')
     and i.status = 'waiting';
  if not found then
    return;
  elsif run.ends_as is not null then
    perform pgwave_private.cancel_interactions(array[v_id], array[run.workflow_run_id],
      '{"code": "cancelled", "message": "cancelled with its run", "retryable": false}');
    return;
  end if;
  v_outcome.interaction_id := v_id;
  v_outcome.workflow_run_id := run.workflow_run_id;
  v_outcome.attempt := 1;
  v_outcome.counted := true;
  v_outcome.branches_taken := '{}';
  v_outcome.prompt_tokens := 0;
  v_outcome.completion_tokens := 0;
  if batch.stopped or batch.tasks_failed = batch.tasks then
    v_outcome.status := 'failed';
    v_outcome.attempt_outcome := 'failed';
    v_outcome.error := jsonb_build_object('code', 'child_failed', 'retryable', false,
      'detail', pgwave_private.total_batch(run.workflow_run_id), 'message', case
        when batch.stopped and coalesce(batch.tasks_failed < batch.stop_after_failures, true)
          then format('%s may not operate the workflow any more, and no further task was started', run.owner)
        when batch.stopped
          then format('%s of %s tasks failed, and no further one was started (stop_after_failures: %s)',
          batch.tasks_failed, batch.tasks, batch.stop_after_failures)
        else format('all %s tasks failed', batch.tasks) end);
  else
    v_outcome.status := 'completed';
    v_outcome.attempt_outcome := 'completed';
    v_outcome.output := jsonb_build_object('data', pgwave_private.total_batch(run.workflow_run_id));
  end if;
  perform pgwave_private.record_outcomes(array[v_outcome]);
end
$$;
comment on function pgwave_private.end_batch(pgwave.workflow_runs, pgwave.batches) is
  'Resolve what a batch waits for: completed, also where some tasks failed; failed where all did or it was stopped; cancelled with its run. Writes: interactions, and what follows.';

create or replace function pgwave_private.settle_free_batches(run_ids bigint[], out held int, out settled int)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_batch bigint;
begin
  held := 0;
  settled := 0;
  -- a run that ends while it is started: the loop that started it goes on
  if coalesce(current_setting('pgwave.settles_batches', true), '') = 'on' then
    held := cardinality(settle_free_batches.run_ids);
    return;
  end if;
  perform set_config('pgwave.settles_batches', 'on', true);
  for v_batch in
    select run.workflow_run_id
      from pgwave.workflow_runs run
     where run.workflow_run_id = any(settle_free_batches.run_ids)
     order by run.workflow_run_id
       for no key update skip locked
  loop
    held := held + 1;
    settled := settled + pgwave_private.settle_batch(v_batch);
  end loop;
  perform set_config('pgwave.settles_batches', 'off', true);
end
$$;
comment on function pgwave_private.settle_free_batches(bigint[]) is
  'Let batches go on, those whose lock is free. Returns: how many were free, and how many endings and starts. Writes: as settle_batch. Locks: the batches'' runs, without waiting.';

create or replace function pgwave_private.settle_batches(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_held int;
  v_settled int;
begin
  select f.held, f.settled into v_held, v_settled from pgwave_private.settle_free_batches(settle_batches.run_ids) f;
  if v_held < cardinality(settle_batches.run_ids) then
    -- somebody holds it
    perform pgwave_private.add_tickets_once(array['waits']);
  end if;
  return v_settled;
end
$$;
comment on function pgwave_private.settle_batches(bigint[]) is
  'Let batches go on, those whose lock is free; for the others a ticket is added. Returns: how many endings and starts. Writes: as settle_batch. Locks: the batches'' runs, without waiting.';

create or replace function pgwave_private.list_unsettled_batches() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select e.parent_workflow_run_id
    from pgwave.run_endings e
    join pgwave.batches b on b.workflow_run_id = e.parent_workflow_run_id
  union
  select run.workflow_run_id
    from (
      select r.workflow_run_id, r.ends_as, r.status, r.not_before
        from pgwave.workflow_runs r
       where r.finished_at is null and r.mode = 'global_batch'
      offset 0
    ) run
    join pgwave.batches b on b.workflow_run_id = run.workflow_run_id
   where run.ends_as is not null or b.tasks_pending + b.tasks_running = 0
      or (b.tasks_pending > 0 and run.status <> 'paused'
        and coalesce(run.not_before <= (select pgwave_private.now()), true)
        and (b.max_parallel is null or b.tasks_running < b.max_parallel));
end
$$;
comment on function pgwave_private.list_unsettled_batches() is
  'List the batches in which something is to be noted, started or ended. Returns: the numbers of their runs.';

create or replace function pgwave_private.cancel_batch(run pgwave.workflow_runs, message text) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs r
     set ends_as = 'cancelled',
         error = jsonb_build_object('code', 'cancelled', 'retryable', false, 'message', cancel_batch.message)
   where r.workflow_run_id = run.workflow_run_id;
  perform pgwave_private.cancel_open_interactions(array[run.workflow_run_id], true);
  perform pgwave_private.settle_batches(array[run.workflow_run_id]);
end
$$;
comment on function pgwave_private.cancel_batch(pgwave.workflow_runs, text) is
  'Cancel a batch that the caller holds: its queue, its runs, and, once these have ended, itself. Writes: workflow_runs, interactions, batches, batch_tasks, task_claims. Locks: child runs, without waiting.';
