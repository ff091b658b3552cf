-- What workers hand back. Locks: the interactions of the call, ascending; then, by the reaction, their runs, ascending.

create or replace function pgwave_private.settle_outcomes(outcomes pgwave_private.outcome[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into pgwave.interaction_attempts as a (
    interaction_id, workflow_run_id, attempt, worker_id, actor_id, actor_revision, started_at, ended_at, outcome,
    error, output, usage)
  select o.interaction_id, o.workflow_run_id, o.attempt, i.worker_id, i.actor_id, act.revision,
         coalesce(i.started_at, i.created_at), pgwave_private.now(), o.attempt_outcome,
         case when o.attempt_outcome <> 'completed' then o.error end, o.rejected_output, o.usage
    from unnest(settle_outcomes.outcomes) o
    join pgwave.interactions i
      on i.interaction_id = o.interaction_id and i.workflow_run_id = o.workflow_run_id
    left join pgwave.actors act on act.actor_id = i.actor_id
  on conflict (interaction_id, workflow_run_id, attempt) do nothing;
  delete from pgwave.leases l
   using unnest(settle_outcomes.outcomes) o
   where l.interaction_id = o.interaction_id;
  update pgwave.interactions i
     set status = o.status, output = o.output,
         error = case when o.status = 'completed' then null else o.error end,
         branches_taken = o.branches_taken, branches_unknown = o.branches_unknown,
         pending_reason = o.pending_reason, correction = o.correction,
         actor_id = coalesce(o.next_actor_id, i.actor_id),
         -- the next actor has all its attempts
         attempts_not_counted = case when o.next_actor_id is not null then i.attempt
           else i.attempts_not_counted + (not o.counted)::int end,
         workers_lost = i.workers_lost + (o.attempt_outcome = 'worker_lost')::int,
         prompt_tokens = i.prompt_tokens + coalesce(o.prompt_tokens, 0),
         completion_tokens = i.completion_tokens + coalesce(o.completion_tokens, 0),
         cost = i.cost + coalesce(o.cost, 0),
         completed_at = case when o.status <> 'pending' then pgwave_private.now() end
    from unnest(settle_outcomes.outcomes) o
   where i.interaction_id = o.interaction_id and i.workflow_run_id = o.workflow_run_id;
  perform pgwave_private.make_room(array(select distinct o.actor_id from unnest(settle_outcomes.outcomes) o));
end
$$;
comment on function pgwave_private.settle_outcomes(pgwave_private.outcome[]) is
  'Write what attempts came to; the triggers do the rest. Writes: interaction_attempts, leases, interactions, tickets.';

create or replace function pgwave.complete_interactions(
  answers jsonb,
  worker_id bigint default null,
  then_begin int default 0
) returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_row record;
  v_outcome pgwave_private.outcome;
  v_outcomes pgwave_private.outcome[] := '{}';
  v_late bigint[] := '{}';
  v_run_ids bigint[] := '{}';
  v_used boolean := false;
  v_may_wait boolean := true;
begin
  for v_row in
    select i as interaction, cv as conversation, c.contract_schema, a.answer, act.definition as actor
      from jsonb_array_elements(complete_interactions.answers) a (answer)
      join pgwave.interactions i
        on i.interaction_id = (a.answer ->> 'interaction_id')::bigint
       and i.workflow_run_id = (a.answer ->> 'workflow_run_id')::bigint
      left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
      left join pgwave.contracts c on c.contract_id = cv.output_contract_id
      left join pgwave.actors act on act.actor_id = i.actor_id
     order by i.interaction_id
       for update of i
  loop
    if (v_row.interaction).status <> 'running'
       or (v_row.interaction).attempt is distinct from (v_row.answer ->> 'attempt')::int
       or (v_row.interaction).interaction_id = v_outcome.interaction_id then  -- twice in the call
      v_late := v_late || (v_row.interaction).interaction_id;
      perform pgwave_private.keep_late_answer(v_row.answer);
      continue;
    end if;
    if v_row.answer ? 'error' then
      v_outcome := pgwave_private.outcome_of_failure(
        v_row.interaction, v_row.conversation, pgwave_private.read_error(v_row.answer -> 'error'), true, 'retry');
      v_outcome.usage := v_row.answer -> 'usage';
      v_outcome.prompt_tokens := pgwave_private.read_tokens(v_row.answer #> '{usage,prompt_tokens}');
      v_outcome.completion_tokens := pgwave_private.read_tokens(v_row.answer #> '{usage,completion_tokens}');
      v_outcome.cost := pgwave_private.cost_of(
        v_row.actor, v_outcome.prompt_tokens, v_outcome.completion_tokens, v_row.answer -> 'usage');
    else
      v_outcome := pgwave_private.outcome_of_answer(
        v_row.interaction, v_row.conversation, v_row.contract_schema, v_row.answer);
      v_outcome.cost := pgwave_private.cost_of(
        v_row.actor, v_outcome.prompt_tokens, v_outcome.completion_tokens, v_row.answer -> 'usage');
    end if;
    v_used := v_used or v_outcome.prompt_tokens + v_outcome.completion_tokens > 0;
    v_outcomes := v_outcomes || v_outcome;
    v_run_ids := v_run_ids || v_outcome.workflow_run_id;
  end loop;
  perform set_config('pgwave.defers_tickets', 'on', true);
  if cardinality(v_outcomes) > 0 then
    perform pgwave_private.settle_outcomes(v_outcomes);
    -- whoever holds limits waits for no claim
    v_may_wait := not pgwave_private.note_actor_results(v_outcomes);
    if v_used then
      delete from pgwave.response_chunks c using unnest(v_outcomes) o where c.interaction_id = o.interaction_id;
      if complete_interactions.answers @? '$[*].cache' then
        perform pgwave_private.keep_responses(complete_interactions.answers, v_outcomes);
      end if;
    end if;
  end if;
  return jsonb_build_object(
    'late', to_jsonb(v_late),
    'work', pgwave_private.begin_next(complete_interactions.worker_id, complete_interactions.then_begin, v_run_ids,
      array(select distinct o.actor_id from unnest(v_outcomes) o), v_may_wait));
end
$$;
comment on function pgwave.complete_interactions(jsonb, bigint, int) is
  'Hand back answers: [{interaction_id, workflow_run_id, attempt, response, data, usage, cache: {request, answer}} or {…, error}]. An answer that is late is kept on its attempt, never applied. Returns: {"late": [ids], "work": [the next work of this worker]}. Writes: interactions and what follows from them; response_chunks, model_responses. Locks: the interactions ascending, then their runs ascending.';

create or replace function pgwave_private.begin_next(
  worker_id bigint,
  most int,
  run_ids bigint[],
  actor_ids bigint[],
  may_wait boolean
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_work jsonb := '[]';
begin
  if begin_next.worker_id is not null and begin_next.most > 0 then
    v_work := pgwave_private.begin_ready(
      begin_next.worker_id, null, begin_next.most, begin_next.run_ids, begin_next.may_wait);
  end if;
  perform set_config('pgwave.defers_tickets', 'off', true);
  if cardinality(begin_next.run_ids) > 0 then
    perform pgwave_private.ticket_leftovers(begin_next.run_ids);
    perform pgwave_private.make_room(begin_next.actor_ids);
  end if;
  return v_work;
end
$$;
comment on function pgwave_private.begin_next(bigint, int, bigint[], bigint[], boolean) is
  'Begin the next work of a worker, first of the runs it just drove on, and add tickets for what is left of them and of actors that have room now. Returns: the work. Writes: as begin_ready; tickets.';

create or replace function pgwave.fail_interactions(
  failures jsonb,
  worker_id bigint default null,
  then_begin int default 0
) returns jsonb
language sql
volatile
security definer
set search_path = ''
as $$
  select pgwave.complete_interactions(fail_interactions.failures, fail_interactions.worker_id, fail_interactions.then_begin)
$$;
comment on function pgwave.fail_interactions(jsonb, bigint, int) is
  'Hand back failures: [{interaction_id, workflow_run_id, attempt, error: {code, message, detail, retryable, retry_after_ms}}]. Returns: as complete_interactions. Writes: interactions and what follows from them. Locks: as complete_interactions.';

create or replace function pgwave_private.keep_late_answer(answer jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.interaction_attempts a
     set late_answer = keep_late_answer.answer
   where a.interaction_id = (keep_late_answer.answer ->> 'interaction_id')::bigint
     and a.workflow_run_id = (keep_late_answer.answer ->> 'workflow_run_id')::bigint
     and a.attempt = (keep_late_answer.answer ->> 'attempt')::int
     and a.outcome <> 'completed';
end
$$;
comment on function pgwave_private.keep_late_answer(jsonb) is
  'Keep an answer that came after its attempt was given up. Writes: interaction_attempts.';
