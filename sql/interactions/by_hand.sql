-- What pgwave_admin does in psql: complete, fail or skip an interaction, start a run by an insert.

create or replace function pgwave_private.fill_by_hand() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if new.conversation_id <> pgwave_private.conversation_of('orchestrator') then
    perform pgwave_private.raise_error('PWTRN', 'only orchestrator interactions are inserted by hand', null,
      'Insert one with conversation_id 9198 to start a workflow, or call pgwave.start_workflow.');
  end if;
  perform pgwave_private.require_start_by_hand(new.input);
  -- the record says what the run will say
  new.input := new.input || jsonb_build_object(
    'action', 'start_workflow', 'mode', 'single', 'triggered_by', coalesce(new.input ->> 'triggered_by', 'manual'),
    'operator', pgwave.current_identity(), 'input', coalesce(new.input -> 'input', '{}'),
    'workflow_id', (pgwave_private.find_workflow(new.input ->> 'workflow_id')).workflow_id);
  new.status := 'running';
  new.attempt := 1;
  new.actor_id := 9000;
  new.owner := pgwave.current_identity();
  new.created_at := pgwave_private.now();
  new.started_at := new.created_at;
  return new;
end
$$;
comment on function pgwave_private.fill_by_hand() is
  'Complete an orchestrator interaction inserted by hand: whatever it claims, its mode and operator are those of the run. Raises: PWTRN for any other; PWINP, PWNOF where it cannot start a run.';

create or replace function pgwave_private.require_start_by_hand(input jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_depth_limit constant int := 32;
  v_named constant text := input ->> 'parent_interaction_id';
  v_parent pgwave.interactions;
begin
  if coalesce(input ->> 'action', 'start_workflow') <> 'start_workflow' then
    perform pgwave_private.raise_error('PWINP', format('Action %s cannot be inserted', input -> 'action'), null,
      'Insert "action": "start_workflow". To stop a run, call pgwave.cancel_workflow_run.');
  elsif coalesce(input ->> 'mode', 'single') <> 'single' then
    perform pgwave_private.raise_error('PWINP', format('Mode %s cannot be inserted', input -> 'mode'), null,
      'Leave mode out for a single run. For a batch, call pgwave.start_batch or pgwave.process_pending_tasks.');
  elsif coalesce(input ->> 'triggered_by', 'manual') not in ('manual', 'api', 'schedule', 'workflow_completion') then
    perform pgwave_private.raise_error('PWINP', format('Trigger %s cannot be inserted', input -> 'triggered_by'), null,
      'Use manual, api, schedule or workflow_completion; the engine alone starts the others.');
  end if;
  if input ? 'parent_interaction_id' then
    select i.* into v_parent from pgwave.interactions i
     where i.interaction_id = case when v_named ~ '^[0-9]{1,18}$' then v_named::bigint end;
    if v_parent.interaction_id is null then
      perform pgwave_private.raise_error('PWNOF', format('Interaction %s not found', input -> 'parent_interaction_id'),
        null,
        'Set parent_interaction_id to an interaction that led to this run, or leave it out.');
    elsif pgwave_private.run_depth(v_parent.workflow_run_id) >= v_depth_limit then
      perform pgwave_private.raise_error('PWINP',
        format('Interaction %s belongs to a chain of %s runs that started each other, the maximum', v_named,
          v_depth_limit), null,
        'Insert the start without parent_interaction_id.');
    end if;
  end if;
end
$$;
comment on function pgwave_private.require_start_by_hand(jsonb) is
  'Refuse an orchestrator interaction that claims what an insert cannot do. Raises: PWINP; PWNOF where the parent is not there.';

create or replace function pgwave_private.start_by_hand() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs;
begin
  v_draft.workflow_run_id := new.workflow_run_id;
  v_draft.orchestrator_interaction_id := new.interaction_id;
  v_draft.parent_interaction_id := (new.input ->> 'parent_interaction_id')::bigint;
  select i.workflow_run_id into v_draft.parent_workflow_run_id
    from pgwave.interactions i where i.interaction_id = v_draft.parent_interaction_id;
  v_draft.triggered_by := coalesce(new.input ->> 'triggered_by', 'manual')::pgwave.run_trigger;
  v_draft.environment := 'dev';
  v_draft.input := coalesce(new.input -> 'input', '{}');
  perform pgwave_private.start_run(pgwave_private.find_workflow(new.input ->> 'workflow_id'), null, v_draft);
  return null;
end
$$;
comment on function pgwave_private.start_by_hand() is
  'Start the workflow that an orchestrator interaction inserted by hand names. Writes: as start_workflow.';

create or replace function pgwave_private.judge_by_hand() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_conversation pgwave.conversation_versions;
  v_contract jsonb;
  v_outcome pgwave_private.outcome;
begin
  -- too late where it is resolved: others have read it, and the run may be sealed
  if (old.status in ('pending', 'running', 'waiting')
      and new.status is distinct from old.status and new.status in ('pending', 'running', 'waiting'))
     or (new.status = 'skipped' and old.status <> 'skipped')
     or (old.status not in ('pending', 'running', 'waiting')
      and (new.status, new.output, new.error) is distinct from (old.status, old.output, old.error)) then
    perform pgwave_private.raise_error('PWTRN',
      format('interaction %s cannot go from %s to %s by hand', new.interaction_id, old.status, new.status), null,
      'Complete, fail or cancel what is pending, running or waiting; the rest is the engine''s.');
  elsif new.status is distinct from old.status
    and new.conversation_id in (pgwave_private.conversation_of('tasks'), pgwave_private.conversation_of('orchestrator'))
    then
    perform pgwave_private.raise_error('PWTRN',
      format('interaction %s ends with its %s', new.interaction_id,
        case new.conversation_id when pgwave_private.conversation_of('tasks') then 'batch' else 'run' end), null,
      format('End it early: select pgwave.cancel_workflow_run(%s).', new.workflow_run_id));
  elsif new.output is distinct from old.output and new.status not in ('completed', 'waiting') then
    perform pgwave_private.raise_error('PWTRN',
      format('interaction %s is %s, so it has no output', new.interaction_id, new.status), null,
      'Set the status completed with the output.');
  end if;
  select cv.* into v_conversation from pgwave.conversation_versions cv
   where cv.conversation_version_id = new.conversation_version_id;
  select c.contract_schema into v_contract from pgwave.contracts c
    where c.contract_id = v_conversation.output_contract_id;
  if new.status = 'completed' then
    new.correction := '{}';
    v_outcome := pgwave_private.outcome_of_answer(new, v_conversation, v_contract,
      jsonb_build_object('response', new.output -> 'response', 'usage', '{}'::jsonb)
        || case when new.output ? 'data' then jsonb_build_object('data', new.output -> 'data') else '{}' end);
    if v_outcome.status not in ('completed', 'skipped') then
      perform pgwave_private.raise_error('PWINP',
        format('interaction %s cannot complete: %s', new.interaction_id, v_outcome.error ->> 'message'),
        v_outcome.error ->> 'detail', 'Set an output that meets the contract and the tags of the conversation.');
    end if;
    new.status := v_outcome.status;
    new.skip_reason := v_outcome.skip_reason;
    new.correction := null;
    new.output := v_outcome.output;
    new.error := null;
    new.branches_taken := v_outcome.branches_taken;
    new.branches_unknown := v_outcome.branches_unknown;
  elsif new.status = 'failed' then
    new.error := coalesce(new.error, '{}') || jsonb_build_object('retryable', false,
      'code', coalesce(new.error ->> 'code', 'cancelled'),
        'message', coalesce(new.error ->> 'message', 'failed by hand'));
    -- for good: no fallback and no open circuit stands between a hand and what takes a failure up
    select b.taken, b.unknown into new.branches_taken, new.branches_unknown
      from pgwave_private.choose_branches(new, v_conversation, null, new.error) b;
  end if;
  if old.status in ('running', 'waiting') and new.status <> old.status and old.attempt > 0 then
    insert into pgwave.interaction_attempts (
      interaction_id, workflow_run_id, attempt, worker_id, actor_id, started_at, ended_at, outcome)
    values (new.interaction_id, new.workflow_run_id, old.attempt, old.worker_id, old.actor_id,
            coalesce(old.started_at, old.created_at), pgwave_private.now(), 'cancelled')
    on conflict (interaction_id, workflow_run_id, attempt) do nothing;
  end if;
  if new.status = old.status then
    -- its branches were delivered
    new.branches_taken := old.branches_taken;
    new.branches_unknown := old.branches_unknown;
  elsif new.status in ('completed', 'failed', 'skipped', 'cancelled') then
    new.completed_at := pgwave_private.now();
  end if;
  return new;
end
$$;
comment on function pgwave_private.judge_by_hand() is
  'Judge a change of status by hand as a worker''s answer is judged. Raises: PWINP where the output breaks the contract or the tags, PWTRN where the change is not for hands, as of the record of a run and of what a batch waits for. Writes: interaction_attempts.';

-- After the reaction, which took the run: whoever holds a run may want its rows in ready.
-- By hand no function follows what it did: the trigger calls the one that all others call.
create or replace function pgwave_private.follow_by_hand() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_generic_plan
as $$
declare
  v_changes pgwave_private.change[];
begin
  select array_agg(row(n.interaction_id, n.workflow_run_id, n.conversation_id, n.conversation_version_id, n.iteration,
           n.item_index, n.status, n.branches_taken, n.error, n.prompt_tokens - o.prompt_tokens,
           n.completion_tokens - o.completion_tokens, n.cost - o.cost)::pgwave_private.change
           order by n.workflow_run_id, n.interaction_id)
    into v_changes
    from new_rows n
    join old_rows o on o.interaction_id = n.interaction_id and o.workflow_run_id = n.workflow_run_id
   where n.event_type in ('completed', 'failed', 'skipped', 'cancelled') and n.kind <> 'orchestrator';
  if v_changes is not null then
    perform pgwave_private.follow_changes(v_changes);
  end if;
  delete from pgwave.ready r using new_rows n
   where r.interaction_id = n.interaction_id and n.status in ('completed', 'failed', 'skipped', 'cancelled');
  delete from pgwave.leases l using new_rows n
   where l.interaction_id = n.interaction_id and n.status in ('completed', 'failed', 'skipped', 'cancelled');
  perform pgwave_private.make_room(array(select distinct n.actor_id from new_rows n));
  return null;
end
$$;
comment on function pgwave_private.follow_by_hand() is
  'Drive on the runs of interactions that were changed by hand. Writes: as follow_changes. Locks: the runs, ascending.';
