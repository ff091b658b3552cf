-- Claims: which batch has a task, and how its runs ended lately. A row is kept for a while after its release, so that a
-- caller whose discovery is older than that release does not take the task once more.

create or replace function pgwave_private.claim_tasks(
  workflow_id bigint,
  run_id bigint,
  task_keys text[],
  inputs jsonb[],
  seen pg_snapshot
) returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now timestamptz := pgwave_private.now();
  v_first text[];
  v_again text[];
begin
  -- found again although its runs completed: it would be run for ever
  with endless as (
    select c.task_key
      from pgwave.task_claims c
     where c.workflow_id = claim_tasks.workflow_id and c.task_key = any(claim_tasks.task_keys)
       and c.workflow_run_id is null and c.quarantined_at is null
       and c.completions >= 3 and c.released_at > v_now - interval '1 day'
       for update skip locked
  )
  update pgwave.task_claims c
     set quarantined_at = v_now, quarantine_reason = 'still_pending'
    from endless e
   where c.workflow_id = claim_tasks.workflow_id and c.task_key = e.task_key;
  -- Whoever claims the same for the first time waits here for the other, and gets nothing. It is the only wait, and
  -- comes before anything that others would wait for: a claim that is there is not inserted, since that would wait for
  -- whoever changes it.
  with taken as (
    insert into pgwave.task_claims as c (workflow_id, task_key, input, workflow_run_id, claimed_at)
    select claim_tasks.workflow_id, u.task_key, u.input, claim_tasks.run_id, v_now
      from (select distinct on (u.task_key) u.task_key, u.input
              from unnest(claim_tasks.task_keys, claim_tasks.inputs) u (task_key, input)
             order by u.task_key) u
     where not exists (select from pgwave.task_claims old
                        where old.workflow_id = claim_tasks.workflow_id and old.task_key = u.task_key)
     order by u.task_key
    on conflict on constraint task_claims_pkey do nothing
    returning c.task_key
  )
  select coalesce(array_agg(t.task_key), '{}') into v_first from taken t;
  with free as (
    select c.task_key
      from pgwave.task_claims c
     where c.workflow_id = claim_tasks.workflow_id and c.task_key = any(claim_tasks.task_keys)
       and c.workflow_run_id is null and c.quarantined_at is null
       and (claim_tasks.seen is null or c.released_by_transaction is null
         or pg_visible_in_snapshot(c.released_by_transaction::text::xid8, claim_tasks.seen)
         or c.released_at < v_now - interval '1 day')
     order by c.task_key
       for update skip locked
  ),
  taken as (
    update pgwave.task_claims c
       set workflow_run_id = claim_tasks.run_id, claimed_at = v_now
      from free f
     where c.workflow_id = claim_tasks.workflow_id and c.task_key = f.task_key
    returning c.task_key
  )
  select coalesce(array_agg(t.task_key), '{}') into v_again from taken t;
  return v_first || v_again;
end
$$;
comment on function pgwave_private.claim_tasks(bigint, bigint, text[], jsonb[], pg_snapshot) is
  'Claim tasks for a batch: those that nobody has, and, of those that somebody had, what was released before the snapshot. What completed three times within a day is quarantined instead. Returns: the keys that were claimed. Writes: task_claims. Locks: claims that are free, without waiting; new ones wait for a caller who claims the same, in the order of their keys.';

create or replace function pgwave.retry_tasks(workflow text, task_keys text[] default null) returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(retry_tasks.workflow, 'operate');
  v_released int;
begin
  with quarantined as (
    select c.task_key
      from pgwave.task_claims c
     where c.workflow_id = v_workflow.workflow_id and c.quarantined_at is not null
       and (retry_tasks.task_keys is null or c.task_key = any(retry_tasks.task_keys))
     order by c.task_key
       for update
  )
  update pgwave.task_claims c
     set quarantined_at = null, quarantine_reason = null, failures = 0, completions = 0
    from quarantined q
   where c.workflow_id = v_workflow.workflow_id and c.task_key = q.task_key;
  get diagnostics v_released = row_count;
  return v_released;
end
$$;
comment on function pgwave.retry_tasks(text, text[]) is
  'Lift the quarantine of tasks of a workflow, or of those with these keys, so that they are discovered again. Returns: how many. Raises: PWNOF, PWACC. Writes: task_claims. Locks: these claims, in the order of their keys.';

create or replace function pgwave_private.forget_released_claims(most int default 1000) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_forgotten int;
begin
  with old as materialized (
    select r.workflow_id, r.task_key
      from pgwave.task_claims r
     where r.workflow_run_id is null and r.quarantined_at is null
       and r.released_at < pgwave_private.now() - interval '7 days'
     order by r.released_at
     limit forget_released_claims.most
       for update skip locked
  )
  delete from pgwave.task_claims c using old where c.workflow_id = old.workflow_id and c.task_key = old.task_key;
  get diagnostics v_forgotten = row_count;
  return v_forgotten;
end
$$;
comment on function pgwave_private.forget_released_claims(int) is
  'Forget claims that were released a week ago. Returns: how many. Writes: task_claims. Locks: claims, without waiting.';

create or replace view pgwave.pending_tasks with (security_invoker = true) as
select t.workflow_id, t.workflow_name, t.task_key, t.input from pgwave.discover_pending_tasks() t;
comment on view pgwave.pending_tasks is 'What waits to be done, of all workflows: as discover_pending_tasks finds it.';
comment on column pgwave.pending_tasks.workflow_id is 'The workflow.';
comment on column pgwave.pending_tasks.workflow_name is 'Its name.';
comment on column pgwave.pending_tasks.task_key is 'SHA-256 of the input, hexadecimal.';
comment on column pgwave.pending_tasks.input is 'The input that waits.';

create or replace view pgwave.quarantined_tasks with (security_invoker = true) as
select c.workflow_id, w.workflow_name, c.task_key, c.input, c.quarantine_reason, c.failures, c.completions,
  c.last_error,
       c.quarantined_at
  from pgwave.task_claims c
  join pgwave.workflows w on w.workflow_id = c.workflow_id
 where c.quarantined_at is not null;
comment on view pgwave.quarantined_tasks is 'Tasks that are left out until retry_tasks.';
comment on column pgwave.quarantined_tasks.workflow_id is 'The workflow.';
comment on column pgwave.quarantined_tasks.workflow_name is 'Its name.';
comment on column pgwave.quarantined_tasks.task_key is 'SHA-256 of the input, hexadecimal.';
comment on column pgwave.quarantined_tasks.input is 'The input.';
comment on column pgwave.quarantined_tasks.quarantine_reason is 'failed, or still_pending: its runs completed, and it was found again.';
comment on column pgwave.quarantined_tasks.failures is 'How many of its runs failed in a row.';
comment on column pgwave.quarantined_tasks.completions is 'How many of its runs completed in a row within a day of each other.';
comment on column pgwave.quarantined_tasks.last_error is 'How its last run failed: {code, message}.';
comment on column pgwave.quarantined_tasks.quarantined_at is 'Since when.';
