-- From what waits to be done to a batch over it.

create or replace function pgwave_private.start_discovered(
  workflow pgwave.workflows,
  query text,
  most int,
  draft pgwave.workflow_runs,
  settings pgwave.batches
) returns pgwave.batches
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_run pgwave.workflow_runs := start_discovered.draft;
  v_settings pgwave.batches := start_discovered.settings;
  -- older than what the query sees
  v_seen constant pg_snapshot := pg_current_snapshot();
  v_keys text[];
  v_inputs jsonb[];
  v_claimed text[];
begin
  select array_agg(t.task_key order by t.place), array_agg(t.input order by t.place) into v_keys, v_inputs
    from pgwave_private.find_tasks(workflow.workflow_id, start_discovered.query, start_discovered.most)
         with ordinality t (task_key, input, place);
  if v_keys is null then
    return null;
  end if;
  v_run.workflow_run_id := nextval('pgwave.workflow_run_ids');
  v_claimed := pgwave_private.claim_tasks(workflow.workflow_id, v_run.workflow_run_id, v_keys, v_inputs, v_seen);
  if v_claimed = '{}' then
    return null;
  end if;
  select array_agg(u.task_key order by u.place), array_agg(u.input order by u.place) into v_keys, v_inputs
    from unnest(v_keys, v_inputs) with ordinality u (task_key, input, place)
   where u.task_key = any(v_claimed);
  v_settings.discovered := true;
  v_settings.tasks := cardinality(v_keys);
  v_run := pgwave_private.insert_batch(workflow, v_run, v_settings);
  perform pgwave_private.insert_batch_tasks(v_run, v_keys, v_inputs, v_claimed);
  perform pgwave_private.open_batch(v_run);
  select b.* into v_settings from pgwave.batches b where b.workflow_run_id = v_run.workflow_run_id;
  return v_settings;
end
$$;
comment on function pgwave_private.start_discovered(pgwave.workflows, text, int, pgwave.workflow_runs,
  pgwave.batches) is
  'Claim what the query of a workflow finds, and start a batch over it; the draft says for whom and where. Returns: the batch; null: there was nothing to claim. Writes: task_claims, workflow_runs, batches, batch_tasks, interactions.';

create or replace function pgwave_private.process_tasks(
  workflow text,
  max_tasks int,
  dry_run boolean,
  draft pgwave.workflow_runs,
  settings pgwave.batches
) returns table (
  workflow_id bigint,
  workflow_name text,
  tasks int,
  workflow_run_id bigint,
  first_inputs jsonb,
  fault text
)
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_flow record;
  v_workflow pgwave.workflows;
  v_batch pgwave.batches;
  v_draft pgwave.workflow_runs := process_tasks.draft;
  v_most constant int := coalesce(process_tasks.max_tasks, 10000);
begin
  for v_flow in
    select l.* from pgwave_private.list_discoverable(
      process_tasks.workflow, v_draft.environment, 'operate', v_draft.owner) l
  loop
    begin
      if process_tasks.dry_run then
        return query
        select v_flow.workflow_id, v_flow.workflow_name, count(*)::int, null::bigint,
               coalesce(jsonb_agg(t.input order by t.place) filter (where t.place <= 10), '[]'), null::text
          from pgwave_private.find_tasks(v_flow.workflow_id, v_flow.query, v_most)
               with ordinality t (task_key, input, place)
        having count(*) > 0 or process_tasks.workflow is not null;
        continue;
      end if;
      select w.* into v_workflow from pgwave.workflows w where w.workflow_id = v_flow.workflow_id;
      v_draft.workflow_version_id := v_flow.workflow_version_id;
      v_batch := pgwave_private.start_discovered(v_workflow, v_flow.query, v_most, v_draft, process_tasks.settings);
      perform pgwave_private.note_discovery(v_flow.workflow_id, null);
      if v_batch.workflow_run_id is not null or process_tasks.workflow is not null then
        return query
        select v_flow.workflow_id, v_flow.workflow_name, coalesce(v_batch.tasks, 0), v_batch.workflow_run_id,
               coalesce((select jsonb_agg(t.input order by t.position) from pgwave.batch_tasks t
                          where t.workflow_run_id = v_batch.workflow_run_id and t.position <= 10), '[]'), null::text;
      end if;
    exception
      -- the query of one workflow does not keep the tasks of the others from being done
      when sqlstate 'PWQRY' then
        if process_tasks.workflow is not null then
          raise;
        end if;
        if not process_tasks.dry_run then
          perform pgwave_private.note_discovery(v_flow.workflow_id, sqlerrm);
        end if;
        raise warning using errcode = 'PWQRY',
          message = format('pending_tasks of workflow %s: %s', v_flow.workflow_name, sqlerrm);
        return query select v_flow.workflow_id, v_flow.workflow_name, 0, null::bigint, '[]'::jsonb, sqlerrm;
    end;
  end loop;
end
$$;
comment on function pgwave_private.process_tasks(text, int, boolean, pgwave.workflow_runs, pgwave.batches) is
  'Do what process_pending_tasks does, for whom and where the draft says. Returns: as that, and a row for each workflow whose query fails, with the message. Raises: PWNOF, PWQRY where a workflow is named. Writes: as start_discovered; discovery_faults.';

create or replace function pgwave_private.note_discovery(workflow_id bigint, fault text) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if note_discovery.fault is null then
    delete from pgwave_private.discovery_faults f where f.workflow_id = note_discovery.workflow_id;
    return;
  end if;
  insert into pgwave_private.discovery_faults as f (workflow_id, message, failed_at)
  values (note_discovery.workflow_id, left(note_discovery.fault, 2000), pgwave_private.now())
  on conflict on constraint discovery_faults_pkey do update
     set failures = f.failures + 1, message = excluded.message, failed_at = excluded.failed_at;
end
$$;
comment on function pgwave_private.note_discovery(bigint, text) is
  'Note how the query of a workflow went; null: it ran. Writes: discovery_faults.';

create or replace function pgwave_private.find_discovery_faults()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'discovery_fails', 'broken', 'workflow ' || w.workflow_name,
         format('its query pending_tasks failed %s times in a row, the last time at %s: %s', f.failures, f.failed_at,
           f.message),
         format('Fix the query, or what it reads; pgwave batch %s --pending --dry-run tries it.', w.workflow_name)
    from pgwave_private.discovery_faults f
    join pgwave.workflows w on w.workflow_id = f.workflow_id
   where w.enabled and w.deleted_at is null
   limit 100
$$;
comment on function pgwave_private.find_discovery_faults() is
  'Find workflows whose pending tasks cannot be discovered. Returns: findings, a hundred at most.';

create or replace function pgwave.process_pending_tasks(
  workflow text default null,
  max_tasks int default null,
  dry_run boolean default false,
  max_parallel int default null,
  stop_after_failures int default null,
  environment text default 'dev',
  priority int default 0
) returns table (
  workflow_id bigint,
  workflow_name text,
  tasks int,
  workflow_run_id bigint,
  first_inputs jsonb
)
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_draft pgwave.workflow_runs;
  v_settings pgwave.batches;
  v_flow pgwave.workflows;
begin
  perform pgwave_private.require_batch_settings(
    process_pending_tasks.max_parallel, process_pending_tasks.stop_after_failures);
  if process_pending_tasks.max_tasks < 1 then
    perform pgwave_private.raise_error('PWINP', 'max_tasks is at least 1', null, 'Leave it out for ten thousand.');
  end if;
  if process_pending_tasks.workflow is not null then
    v_flow := pgwave_private.require_workflow(process_pending_tasks.workflow, 'operate');
    perform pgwave_private.require_startable(v_flow);
  end if;
  v_draft.environment := pgwave_private.read_environment(process_pending_tasks.environment);
  v_draft.priority := process_pending_tasks.priority;
  v_settings.max_parallel := process_pending_tasks.max_parallel;
  v_settings.stop_after_failures := process_pending_tasks.stop_after_failures;
  return query
  select p.workflow_id, p.workflow_name, p.tasks, p.workflow_run_id, p.first_inputs
    from pgwave_private.process_tasks(process_pending_tasks.workflow, process_pending_tasks.max_tasks,
      coalesce(process_pending_tasks.dry_run, false), v_draft, v_settings) p
   where p.fault is null;
end
$$;
comment on function pgwave.process_pending_tasks(text, int, boolean, int, int, text, int) is
  'Discover what waits for a workflow, or for any, and start a batch over it, one for each workflow. No task is taken twice, also by callers at the same time. With dry_run nothing is written. Returns: a row for each batch, or with dry_run for each that would start. It has the workflow, the number of tasks, the batch''s run (null: none), and the first ten inputs. max_tasks is the maximum number of tasks; default: 10,000. Without a workflow, one whose query fails is left out with a warning of code PWQRY, and doctor shows it. Raises: PWNOF, PWACC, PWDIS, PWINP, PWQRY. Writes: task_claims, workflow_runs, batches, batch_tasks, interactions.';
