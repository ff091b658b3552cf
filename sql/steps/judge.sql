-- Judge: from what an actor handed back to the outcome of its attempt: contract, tag, branches, retry. Nothing is
-- written here. A plain answer is judged by what was compiled with the version; whatever is not surely right is judged
-- by itself.

create or replace function pgwave_private.lock_answers(
  answers jsonb,
  worker_id bigint,
  out locked pgwave_private.locked_answer[],
  out is_ready boolean,
  out is_limited boolean,
  out has_chunks boolean
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  with locked as materialized (
    select g.place, i.interaction_id, i.workflow_run_id, i.conversation_id, i.conversation_version_id, i.actor_id,
           i.attempt,
           -- after a failover that lost begins, another worker may have an attempt of the same number
           i.status = 'running' and i.attempt = g.attempt
             and coalesce(g.worker_id, i.worker_id) is not distinct from i.worker_id as is_current,
           i.item_index is not null as is_item
      -- of an answer only its place goes from part to part: it may have megabytes
      from rows from (jsonb_to_recordset(lock_answers.answers)
             as (interaction_id bigint, workflow_run_id bigint, attempt int, worker_id bigint)) with ordinality
             g (id, run_id, attempt, worker_id, place)
      join pgwave.interactions i on i.interaction_id = g.id and i.workflow_run_id = g.run_id
     order by i.interaction_id, g.place
       for update of i
  ),
  held as materialized (
    -- all interactions of the call are locked before the first run is
    select run.workflow_run_id, run.plan_id, run.finished_at is null and run.ends_as is null
             and run.status in ('pending', 'running') and run.interactions_waiting = 0 and run.limits is null
             and run.overrides is null and run.mode <> 'global_batch'
             and run.compensates_workflow_run_id is null as is_plain
      from pgwave.workflow_runs run
     where run.workflow_run_id = any ((select array_agg(l.workflow_run_id) from locked l)::bigint[])
     order by run.workflow_run_id
       for no key update
  )
  select array_agg(row(l.interaction_id, l.workflow_run_id, l.actor_id, l.attempt, l.is_item, l.place - 1,
           l.is_current, cv.*,
           (select a.definition from pgwave.actors a where a.actor_id = l.actor_id),
           case when h.is_plain and not l.is_item then (
             select p.edges from pgwave_private.plan_conversations p
              where p.plan_id = h.plan_id and p.conversation_id = l.conversation_id) end)::pgwave_private.locked_answer
           order by l.workflow_run_id, l.interaction_id, l.place),
         -- by key from there on: past the dead rows of what began long ago
         (select coalesce((select true from pgwave.ready r where r.interaction_id >= w.ready_from
                            order by r.interaction_id limit 1), false)
            from pgwave.workers w where w.worker_id = lock_answers.worker_id and not w.stopping),
         exists (select from pgwave.actor_limits),
         exists (select from pgwave.response_chunks)
    into locked, is_ready, is_limited, has_chunks
    from locked l
    left join held h on h.workflow_run_id = l.workflow_run_id
    left join lateral (
      select cv.may_skip or not l.is_item and cv.taken_by_tag is null and cv.routes <> '[]' as goes_alone,
             cv.output_contract_id is not null as has_contract,
             (select k.accepts from pgwave.contracts k where k.contract_id = cv.output_contract_id) as accepts,
             pgwave_private.tagged_of(cv) as tagged, cv.tag_required, cv.taken_by_tag
        from pgwave.conversation_versions cv
       where cv.conversation_version_id = l.conversation_version_id
      offset 0
    ) cv on true;
end
$$;
comment on function pgwave_private.lock_answers(jsonb, bigint) is
  'Lock the interactions of answers, then their runs, each ascending. Returns: the interactions, those of a run beside each other, each with the place of its answer, whether that is current, what it is judged by, and what follows from it where its run goes on plainly; whether anything is ready (null: the worker takes nothing), any actor has limits, any partial text is kept. Locks: the interactions, ascending; then their runs, ascending.';

-- A run goes on plainly where all that came for it does: it is accepted, and what follows is known from the plan.
create or replace function pgwave_private.judge_answers(
  answers jsonb,
  locked pgwave_private.locked_answer[],
  is_limited boolean,
  out plain pgwave_private.outcome[],
  out starts pgwave_private.start[],
  out outcomes pgwave_private.outcome[],
  out late bigint[]
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_answer pgwave_private.locked_answer;
  v_outcome pgwave_private.outcome;
  v_edge pgwave_private.plain_edge;
  v_seen bigint;
  v_is_plain boolean;
  v_decided bigint[] := '{}';
begin
  foreach v_answer in array coalesce(judge_answers.locked, '{}') loop
    if not coalesce(v_answer.is_current, false) or v_answer.interaction_id = v_seen then
      late := late || v_answer.interaction_id;
      perform pgwave_private.keep_late_answer(answers -> v_answer.place);
      continue;
    end if;
    v_seen := v_answer.interaction_id;
    v_outcome := pgwave_private.accept_answer(v_answer, answers -> v_answer.place);
    v_is_plain := v_answer.edges is not null and v_outcome.interaction_id is not null
      and not (is_limited and pgwave_private.actor_is_limited(v_answer.actor_id));
    if v_outcome.interaction_id is null then
      v_outcome := pgwave_private.judge_alone(v_seen, v_answer.workflow_run_id, answers -> v_answer.place);
    end if;
    plain := plain || v_outcome;
    if v_is_plain then
      foreach v_edge in array v_answer.edges loop
        if v_edge.branch_ids && v_outcome.branches_taken and v_edge.starts_plainly then
          starts := starts || row(v_answer.workflow_run_id, v_edge.to_conversation_id, 0, array[v_seen],
            null)::pgwave_private.start;
        elsif v_edge.skips is not null and not v_edge.branch_ids && v_outcome.branches_taken then
          starts := starts || pgwave_private.list_skips(v_answer.workflow_run_id, v_edge.skips);
        else
          v_is_plain := false;
        end if;
      end loop;
    end if;
    if not v_is_plain then
      v_decided := v_decided || v_answer.workflow_run_id;
    end if;
  end loop;
  if v_decided <> '{}' then
    outcomes := array(select o from unnest(plain) o where o.workflow_run_id = any(v_decided));
    plain := nullif(array(select o from unnest(plain) o where o.workflow_run_id <> all (v_decided)), '{}');
    starts := nullif(array(select s from unnest(starts) s where s.workflow_run_id <> all (v_decided)), '{}');
  end if;
end
$$;
comment on function pgwave_private.judge_answers(jsonb, pgwave_private.locked_answer[], boolean) is
  'Judge answers whose interactions are locked; is_limited: any actor has limits. Returns: the outcomes of those that go on plainly, with what starts and what is skipped after them; the other outcomes; the interactions whose answer is late, which is kept. Writes: late answers.';

create or replace function pgwave_private.list_skips(workflow_run_id bigint, conversation_ids bigint[])
  returns pgwave_private.start[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_skips pgwave_private.start[] := '{}';
  v_id bigint;
begin
  foreach v_id in array list_skips.conversation_ids loop
    v_skips := v_skips || row(list_skips.workflow_run_id, v_id, 0, '{}'::bigint[], 'no incoming branch was taken'
      )::pgwave_private.start;
  end loop;
  return v_skips;
end
$$;
comment on function pgwave_private.list_skips(bigint, bigint[]) is
  'List what is skipped in a run as the branch to it was not taken. Returns: the skips, as starts.';

create or replace function pgwave_private.accept_answer(locked pgwave_private.locked_answer, answer jsonb)
  returns pgwave_private.outcome
language plpgsql
stable
set search_path = ''
as $$
declare
  v_response constant text := answer ->> 'response';
  v_data constant jsonb := answer -> 'data';
  v_usage constant jsonb := answer -> 'usage';
  v_has_tags constant boolean := (locked.tagged).tags is not null or (locked.tagged).actor_type <> 'ai_model';
  v_tokens int[];
  v_cost numeric;
  v_tag text;
begin
  if locked.goes_alone is not false or answer ?| array['error', 'candidates', 'tool_calls', 'status']
     or locked.has_contract and not coalesce(v_data @@ locked.accepts, false) then
    return null;
  end if;
  -- an expression that is not asked is not set up
  if v_response is not null or (locked.tagged).is_word or v_data ?| array['tag', 'response'] then
    if pgwave_private.asks_to_wait(answer) then
      return null;
    elsif v_has_tags then
      v_tag := pgwave_private.find_tag(locked.tagged, v_response, v_data);
    end if;
  end if;
  if v_has_tags and answer ? 'tag' then
    v_tag := coalesce(answer ->> 'tag', v_tag);
  end if;
  if locked.tag_required and (v_tag is null or v_tag <> all ((locked.tagged).tags)) then
    return null;
  end if;
  if v_usage is not null then
    v_tokens := array[pgwave_private.read_tokens(v_usage -> 'prompt_tokens'),
      pgwave_private.read_tokens(v_usage -> 'completion_tokens')];
    v_cost := pgwave_private.cost_of(locked.actor, v_tokens[1], v_tokens[2], v_usage);
  end if;
  -- in one expression: each that is set up costs as much as what it does
  return row(
    locked.actor_id, null, locked.interaction_id, locked.workflow_run_id, locked.attempt,
    'completed', 'completed', pgwave_private.output_of(answer, v_tag, v_data), null,
    case when locked.is_item or locked.taken_by_tag is null then '{}'
      else pgwave_private.branches_of_tag(locked.taken_by_tag, v_tag) end,
    null, null, null, true, null, null, v_usage, coalesce(v_tokens[1], 0), coalesce(v_tokens[2], 0),
    coalesce(v_cost, 0), null)::pgwave_private.outcome;
end
$$;
comment on function pgwave_private.accept_answer(pgwave_private.locked_answer, jsonb) is
  'Accept an answer that surely meets its contract and tags, and whose branches were worked out with the version. Returns: the outcome; null: judge_alone has to look at it.';

create or replace function pgwave_private.judge_alone(interaction_id bigint, workflow_run_id bigint, answer jsonb)
returns pgwave_private.outcome
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_row record;
  v_outcome pgwave_private.outcome;
begin
  select i as interaction, cv as conversation, c.contract_schema, act.definition as actor into v_row
    from pgwave.interactions i
    left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
    left join pgwave.contracts c on c.contract_id = cv.output_contract_id
    left join pgwave.actors act on act.actor_id = i.actor_id
   where i.interaction_id = judge_alone.interaction_id and i.workflow_run_id = judge_alone.workflow_run_id;
  if (v_row.interaction).kind = 'tool_call' then
    v_row.conversation := pgwave_private.tool_conversation(v_row.interaction);
    v_row.contract_schema := (v_row.interaction).input #> '{tool,output}';
  end if;
  if judge_alone.answer ? 'error' then
    v_outcome := pgwave_private.outcome_of_failure(
      v_row.interaction, v_row.conversation, pgwave_private.read_error(judge_alone.answer -> 'error'), true, 'retry');
    v_outcome.usage := judge_alone.answer -> 'usage';
    -- a cut or empty answer was paid for
    v_outcome.prompt_tokens := pgwave_private.read_tokens(judge_alone.answer #> '{usage,prompt_tokens}');
    v_outcome.completion_tokens := pgwave_private.read_tokens(judge_alone.answer #> '{usage,completion_tokens}');
  else
    v_outcome := pgwave_private.outcome_of_answer(
      v_row.interaction, v_row.conversation, v_row.contract_schema, judge_alone.answer);
  end if;
  v_outcome.cost := pgwave_private.cost_of(
    v_row.actor, v_outcome.prompt_tokens, v_outcome.completion_tokens, judge_alone.answer -> 'usage');
  return v_outcome;
end
$$;
comment on function pgwave_private.judge_alone(bigint, bigint, jsonb) is
  'Judge an answer that is a failure, breaks its contract, or whose branches have conditions or loops. Returns: the outcome.';

create or replace function pgwave_private.output_of(answer jsonb, tag text, data jsonb) returns jsonb
-- stable, as what it calls: so it becomes part of the statement
language sql
stable
parallel safe
begin atomic
  -- an answer of data alone, which is what most functions hand back, is put together by itself
  select case
    when answer -> 'response' <> 'null' or output_of.tag is not null or answer ? 'decision' then
      jsonb_strip_nulls(jsonb_build_object('tag', output_of.tag, 'response', answer -> 'response'))
        || case when answer ? 'decision' then jsonb_build_object('decision', answer -> 'decision') else '{}' end
        || case when output_of.data is null then '{}' else jsonb_build_object('data', output_of.data) end
    when output_of.data is null then '{}'
    else jsonb_build_object('data', output_of.data) end;
end;
comment on function pgwave_private.output_of(jsonb, text, jsonb) is
  'Put together the output of an interaction. Returns: {response, tag, decision, data}, without what is not there.';

-- Workers are ours, but what they pass on was said by others: nothing in it may raise, or make the database wait for
-- ever.
create or replace function pgwave_private.read_error(given jsonb) returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select jsonb_build_object(
           'code', case when e.code ~ '^[a-z][a-z_]{0,59}$' then e.code else 'function_error' end,
           'message', case when length(e.message) > 4000 then left(e.message, 4000) || ' …' else e.message end,
           'detail', case when length(e.detail) > 100000 then jsonb_build_object('cut', left(e.detail, 10000))
             else e.error -> 'detail' end,
           'retryable', coalesce(e.error ->> 'retryable' = 'true', false))
         || case when jsonb_typeof(e.error -> 'retry_after_ms') = 'number'
              then jsonb_build_object('retry_after_ms', least(greatest((e.error ->> 'retry_after_ms')::numeric, 0),
                86400000))
              else '{}' end
         || (e.error - array['message', 'detail', 'retryable', 'retry_after_ms', 'retry_in_ms', 'code'])
    from (
      select o.error, o.error ->> 'code' as code, coalesce(o.error ->> 'message', 'no reason was given') as message,
        o.error ->> 'detail' as detail
        from (select case when jsonb_typeof(read_error.given) = 'object' then read_error.given
                       else jsonb_build_object('message', read_error.given #>> '{}') end) o (error)
    ) e
$$;
comment on function pgwave_private.read_error(jsonb) is
  'Read the error that a worker hands back, whatever it is. Returns: {code, message, detail, retryable, retry_after_ms}: message and detail of a length that can be kept, a wait from 0 to a day.';

create or replace function pgwave_private.list_passed_through(interaction pgwave.interactions) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case jsonb_typeof(run.input) when 'object' then run.input else '{}' end
         || case jsonb_typeof((interaction).input -> 'params') when 'object' then (interaction).input -> 'params'
           else '{}' end
    from pgwave.workflow_runs run
   where run.workflow_run_id = (interaction).workflow_run_id
$$;
comment on function pgwave_private.list_passed_through(pgwave.interactions) is
  'List what an answer may leave out because it was given: the run''s input, and over it the parameters of the interaction. Returns: an object.';

create or replace function pgwave_private.wrap_data(
  interaction pgwave.interactions,
  contract jsonb,
  answer jsonb,
  inout errors jsonb,
  out data jsonb,
  out ladder jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_wrapped jsonb;
  v_errors jsonb;
begin
  data := answer -> 'data';
  ladder := jsonb_build_array(jsonb_build_object(
    'rung', coalesce(answer #>> '{usage,rung}', 'given'), 'errors', jsonb_array_length(errors)));
  v_wrapped := pgwave_private.wrap_value(
    wrap_data.contract, data, pgwave_private.list_passed_through(interaction));
  if v_wrapped is null then
    return;
  end if;
  select jsonb_agg(to_jsonb(e)) into v_errors from pgwave_private.list_schema_errors(wrap_data.contract, v_wrapped) e;
  ladder := ladder || jsonb_build_object('rung', 'wrapped', 'errors', coalesce(jsonb_array_length(v_errors), 0),
    'added', array(
      select k.name from jsonb_object_keys(v_wrapped) as k (name)
       where jsonb_typeof(data) <> 'object' or not data ? k.name order by 1));
  if v_errors is null then
    data := v_wrapped;
    errors := null;
  end if;
end
$$;
comment on function pgwave_private.wrap_data(pgwave.interactions, jsonb, jsonb, jsonb) is
  'Wrap the data of an answer that breaks its contract, where that helps. Returns: the data, the breaches (null: none any more), the rungs that were tried.';

create or replace function pgwave_private.judge_answer(
  interaction pgwave.interactions,
  conversation pgwave.conversation_versions,
  contract jsonb,
  answer jsonb,
  out output jsonb,
  out fault jsonb,
  out ladder jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_data jsonb := answer -> 'data';
  v_errors jsonb;
  v_tag text;
  v_model boolean := conversation.actor_type = 'ai_model';
begin
  if judge_answer.contract is not null then
    select jsonb_agg(to_jsonb(e)) into v_errors
      from pgwave_private.list_schema_errors(judge_answer.contract, coalesce(v_data, 'null')) e;
    if v_errors is not null then
      select w.errors, w.data, w.ladder into v_errors, v_data, judge_answer.ladder
        from pgwave_private.wrap_data(interaction, judge_answer.contract, answer, v_errors) w;
    end if;
    if v_errors is not null then
      fault := jsonb_build_object(
        'code', case when v_model then 'invalid_output' else 'contract_violation' end, 'retryable', v_model,
        'message', case when v_data is null then 'the answer has no JSON, and the contract asks for some'
                        else 'the answer does not meet the contract' end,
        'detail', v_errors);
    end if;
  end if;
  if conversation.tags is not null or conversation.actor_type <> 'ai_model' then
    v_tag := coalesce(answer ->> 'tag', pgwave_private.tag_of(conversation, answer ->> 'response', v_data));
    if conversation.tag_required and (v_tag is null or v_tag <> all (conversation.tags)) then
      fault := coalesce(fault, jsonb_build_object(
        'code', 'invalid_output', 'retryable', true,
        'message', case when v_tag is null then 'the answer has no tag'
          else format('the tag [%s] is not one of the set', v_tag) end,
        'detail', jsonb_build_object('tags', conversation.tags, 'tag', v_tag)));
    end if;
  end if;
  if answer ->> 'status' = 'skipped' then
    fault := jsonb_build_object('code', 'invalid_output', 'retryable', false,
      'message', 'the script says skipped, and its conversation may not skip',
      'detail', jsonb_build_object('hint', 'Set may_skip: true in the conversation.'));
  end if;
  output := pgwave_private.output_of(answer, v_tag, v_data);
end
$$;
comment on function pgwave_private.judge_answer(pgwave.interactions, pgwave.conversation_versions, jsonb, jsonb) is
  'Judge an answer by its contract and tags, wrapping it where that helps. Returns: the output document, the fault (null: none), the rungs that were tried where the data did not fit as it was.';

create or replace function pgwave_private.next_try(
  conversation pgwave.conversation_versions,
  attempt int,
  attempts_not_counted int,
  error jsonb
) returns interval
language sql
volatile
set search_path = ''
as $$
  select case
    -- what the author says of the error stands for what the error says of itself
    when p.tried < p.max_attempts and case when (conversation).definition -> 'compiled' ? 'retry_when'
           then coalesce(pgwave_private.evaluate_condition(
             (conversation).definition #>> '{compiled,retry_when}', jsonb_build_object('error', next_try.error)), false)
           else next_try.error ->> 'retryable' = 'true' end
    then greatest(
      coalesce((next_try.error ->> 'retry_after_ms')::float8, 0),
      least(p.delay_ms * power(p.factor, least(p.tried - 1, 60)), p.max_delay_ms) * (1 + p.jitter * (random() - 0.5))
    ) * interval '1 millisecond'
  end
    from (
      select next_try.attempt - next_try.attempts_not_counted as tried,
             coalesce((code.policy ->> 'max_attempts')::int,
               -- who is asked to wait waits longer than who is refused
               case when next_try.error ->> 'code' = 'rate_limited' then greatest((conversation).max_attempts, 10) end,
               (conversation).max_attempts, 3) as max_attempts,
             coalesce((code.policy ->> 'delay_ms')::float8, (conversation).retry_delay_ms, 1000) as delay_ms,
             coalesce((code.policy ->> 'factor')::float8, (conversation).retry_factor::float8, 2) as factor,
             coalesce((code.policy ->> 'max_delay_ms')::float8, (conversation).retry_max_delay_ms,
               60000) as max_delay_ms,
             coalesce((code.policy ->> 'jitter')::float8, (conversation).retry_jitter::float8, 0) as jitter
        from (select (conversation).retry_codes -> (next_try.error ->> 'code')) code (policy)
    ) p
$$;
comment on function pgwave_private.next_try(pgwave.conversation_versions, int, int, jsonb) is
  'Say how long to wait before the next attempt of an error that is tried again, by the policy for its code or for all: exponential, capped, with jitter, at least what the other side asked for. Returns: the wait, null where there is no next attempt.';

create or replace function pgwave_private.find_fallback(actor_id bigint, error jsonb) returns bigint
language sql
stable
set search_path = ''
as $$
  select f.actor_id
    from pgwave.actors a
    join pgwave.actors f on f.actor_name = a.definition ->> 'fallback'
   where a.actor_id = find_fallback.actor_id
     and find_fallback.error ->> 'code' not in ('cancelled', 'missing_binding', 'bad_request', 'limit_exceeded',
       'budget_exceeded', 'too_many_turns')
$$;
comment on function pgwave_private.find_fallback(bigint, jsonb) is
  'Find the actor to try next once an actor''s attempts are spent. Returns: its number, null where there is none.';

-- The outcome of a failed attempt: another try, the next actor, or failed for good.
create or replace function pgwave_private.outcome_of_attempt(interaction pgwave.interactions)
  returns pgwave_private.outcome
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_outcome pgwave_private.outcome;
begin
  v_outcome.interaction_id := interaction.interaction_id;
  v_outcome.workflow_run_id := interaction.workflow_run_id;
  v_outcome.actor_id := interaction.actor_id;
  v_outcome.attempt := interaction.attempt;
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_attempt(pgwave.interactions) is
  'Say whose outcome it is. Returns: an outcome of this attempt that says nothing yet.';

create or replace function pgwave_private.outcome_of_failure(
  interaction pgwave.interactions,
  conversation pgwave.conversation_versions,
  error jsonb,
  counted boolean,
  reason text
) returns pgwave_private.outcome
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_outcome pgwave_private.outcome;
  v_wait interval;
begin
  v_outcome := pgwave_private.outcome_of_attempt(interaction);
  v_outcome.attempt_outcome := case when reason in ('worker_lost', 'handed_back') then reason else 'failed' end;
  v_outcome.counted := outcome_of_failure.counted;
  v_outcome.error := outcome_of_failure.error;
  v_outcome.pending_reason := reason;
  if outcome_of_failure.counted and pgwave_private.is_behind_circuit(interaction.actor_id, outcome_of_failure.error)
    then
    v_outcome.counted := false;
    v_outcome.pending_reason := 'circuit_open';
  end if;
  v_wait := case when v_outcome.counted
    then pgwave_private.next_try(conversation, interaction.attempt, interaction.attempts_not_counted,
      outcome_of_failure.error)
    else interval '0' end;
  if v_wait is null then
    v_outcome.next_actor_id := pgwave_private.find_fallback(interaction.actor_id, outcome_of_failure.error);
    if v_outcome.next_actor_id is not null then
      v_outcome.pending_reason := 'fallback';
      v_wait := interval '0';
    end if;
  end if;
  if v_wait is not null then
    v_outcome.status := 'pending';
    v_outcome.error := outcome_of_failure.error
      || jsonb_build_object('retry_in_ms', round(extract(epoch from v_wait) * 1000));
    return v_outcome;
  end if;
  v_outcome.pending_reason := null;
  v_outcome.status := 'failed';
  select b.taken, b.unknown into v_outcome.branches_taken, v_outcome.branches_unknown
    from pgwave_private.choose_branches(interaction, conversation, null, outcome_of_failure.error) b;
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_failure(pgwave.interactions, pgwave.conversation_versions, jsonb, boolean,
  text) is
  'Decide what a failed attempt comes to. Returns: pending with a wait, pending with the next actor, or failed with the branches that take it up.';

create or replace function pgwave_private.asks_to_wait(answer jsonb) returns boolean
language sql
immutable
parallel safe
begin atomic
  select coalesce(answer ->> 'response' ~* '\[\s*RATE_LIMITED\s*\]\s*$'
    or upper(btrim(answer #>> '{data,tag}', '[] ')) = 'RATE_LIMITED', false);
end;
comment on function pgwave_private.asks_to_wait(jsonb) is
  'Tell whether an answer is [RATE_LIMITED], which is a request to wait and no answer. Returns: true or false.';

create or replace function pgwave_private.note_ladder(outcome pgwave_private.outcome, ladder jsonb) returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce((outcome).usage, '{}') || jsonb_build_object('ladder', l.ladder, 'rung', l.ladder -> -1 -> 'rung')
    from (select note_ladder.ladder || case
            when (outcome).attempt_outcome = 'completed' then '[]'
            else jsonb_build_array(jsonb_build_object('rung',
              case when (outcome).attempt_outcome = 'asked_again' then 'asked_again'
                   else (outcome).error ->> 'code' end)) end) as l (ladder)
$$;
comment on function pgwave_private.note_ladder(pgwave_private.outcome, jsonb) is
  'Note in the usage of an attempt which rungs its answer climbed, with the breaches left on each. Returns: the usage with ladder, a list, and rung, the last.';

create or replace function pgwave_private.outcome_of_skip(
  interaction pgwave.interactions,
  conversation pgwave.conversation_versions,
  answer jsonb
) returns pgwave_private.outcome
language plpgsql
stable
set search_path = ''
as $$
declare
  v_outcome pgwave_private.outcome := pgwave_private.outcome_of_attempt(interaction);
  v_reason text := coalesce(answer #>> '{data,reason}', answer ->> 'reason');
begin
  v_outcome.status := 'skipped';
  v_outcome.attempt_outcome := 'skipped';
  v_outcome.counted := true;
  v_outcome.branches_taken := case when interaction.item_index is null
    then pgwave_private.branches_of_skip(conversation) else '{}' end;
  v_outcome.skip_reason := 'it skipped itself' || coalesce(': ' || left(v_reason, 500), '');
  -- it is no output; the attempt keeps what was said
  v_outcome.rejected_output := pgwave_private.output_of(answer, 'SKIP', answer -> 'data');
  v_outcome.usage := answer -> 'usage';
  v_outcome.prompt_tokens := pgwave_private.read_tokens(answer #> '{usage,prompt_tokens}');
  v_outcome.completion_tokens := pgwave_private.read_tokens(answer #> '{usage,completion_tokens}');
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_skip(pgwave.interactions, pgwave.conversation_versions, jsonb) is
  'Say what an answer comes to that there is nothing to do. Returns: skipped, with its reason and the branches of a skip.';

create or replace function pgwave_private.outcome_of_answer(
  interaction pgwave.interactions,
  conversation pgwave.conversation_versions,
  contract jsonb,
  answer jsonb
) returns pgwave_private.outcome
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_outcome pgwave_private.outcome;
  v_output jsonb;
  v_fault jsonb;
  v_ladder jsonb;
begin
  if answer ? 'tool_calls' and conversation.actor_type = 'ai_model' then
    return pgwave_private.outcome_of_tool_calls(interaction, conversation, answer);
  elsif pgwave_private.asks_to_wait(answer) then
    v_outcome := pgwave_private.outcome_of_failure(interaction, conversation,
      '{"code": "rate_limited", "message": "the answer is [RATE_LIMITED]", "retryable": true}', true, 'retry');
    v_outcome.usage := answer -> 'usage';
    v_outcome.prompt_tokens := pgwave_private.read_tokens(answer #> '{usage,prompt_tokens}');
    v_outcome.completion_tokens := pgwave_private.read_tokens(answer #> '{usage,completion_tokens}');
    return v_outcome;
  elsif pgwave_private.asks_to_skip(conversation, answer) then
    return pgwave_private.outcome_of_skip(interaction, conversation, answer);
  end if;
  if conversation.conversation_version_id is null then
    -- a probe that failed is null in there
    v_output := jsonb_strip_nulls(jsonb_build_object('response', answer -> 'response'))
      || case when answer ? 'data' then jsonb_build_object('data', answer -> 'data') else '{}' end;
  else
    if answer ? 'candidates' then
      answer := pgwave_private.choose_data(
        answer, outcome_of_answer.contract, pgwave_private.list_passed_through(interaction));
    end if;
    select j.output, j.fault, j.ladder into v_output, v_fault, v_ladder
      from pgwave_private.judge_answer(interaction, conversation, outcome_of_answer.contract, answer) j;
  end if;
  if v_fault is not null then
    if conversation.actor_type = 'ai_model' and interaction.correction is null then
      v_outcome := pgwave_private.outcome_of_attempt(interaction);
      v_outcome.status := 'pending';
      v_outcome.pending_reason := 'ask_again';
      v_outcome.attempt_outcome := 'asked_again';
      v_outcome.counted := false;
      v_outcome.error := v_fault;
      v_outcome.correction := jsonb_build_object('answer', answer -> 'response', 'fault', v_fault);
    else
      v_outcome := pgwave_private.outcome_of_failure(interaction, conversation, v_fault, true, 'retry');
    end if;
    v_outcome.rejected_output := v_output;
  else
    v_outcome := pgwave_private.outcome_of_attempt(interaction);
    v_outcome.status := 'completed';
    v_outcome.attempt_outcome := 'completed';
    v_outcome.counted := true;
    v_outcome.output := v_output;
    select b.taken, b.unknown into v_outcome.branches_taken, v_outcome.branches_unknown
      from pgwave_private.choose_branches(interaction, conversation, v_output, null) b;
  end if;
  v_outcome.usage := answer -> 'usage';
  if v_ladder is not null then
    v_outcome.usage := pgwave_private.note_ladder(v_outcome, v_ladder);
  end if;
  v_outcome.prompt_tokens := pgwave_private.read_tokens(answer #> '{usage,prompt_tokens}');
  v_outcome.completion_tokens := pgwave_private.read_tokens(answer #> '{usage,completion_tokens}');
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_answer(pgwave.interactions, pgwave.conversation_versions, jsonb, jsonb) is
  'Decide what an answer comes to. Returns: completed with its branches, skipped, pending to be asked again or retried, waiting for tools, or failed.';
