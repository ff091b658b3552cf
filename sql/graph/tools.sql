-- Tools: an answer of a model that calls some. The call is an interaction of its own (conversation 9195), an item
-- behind its caller, which waits for its calls as the header of a map does for its items, and is then asked again with
-- their results. The calls of one interaction are those of its execution_order: that is their iteration, and they are
-- numbered through.

create or replace function pgwave_private.tools_of(actor pgwave.actors) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('name', t.tool_name, 'description', t.description))
                   || jsonb_build_object('input', coalesce(t.input, '{"type": "object"}')) order by t.place)
    from pgwave_private.list_tools((actor).definition, (actor).owner) t
   where t.actor_id is not null or t.workflow_name is not null
$$;
comment on function pgwave_private.tools_of(pgwave.actors) is
  'Describe the tools of a model as it is offered them. Returns: [{name, description, input}]; null for none.';

create or replace function pgwave_private.list_turns(interaction pgwave.interactions) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(to_jsonb(array_agg(jsonb_build_object('response', a.output -> 'response', 'calls', c.calls)
    order by a.attempt)), '[]')
    from (
      select a.*, row_number() over (order by a.attempt) as turn
        from pgwave.interaction_attempts a
       where a.interaction_id = (interaction).interaction_id and a.workflow_run_id = (interaction).workflow_run_id
         and a.outcome = 'asked_again' and a.output ? 'tool_calls'
    ) a
    cross join lateral (
      -- calls that were cancelled with the run are made again: the turn is not over
      select bool_and(t.status in ('completed', 'failed')) as is_over,
             to_jsonb(array_agg(jsonb_build_object(
               'id', t.input #> '{tool,call}', 'name', t.input #> '{tool,name}', 'arguments', t.input -> 'params',
               'result', case t.status when 'completed'
                 then coalesce(t.output -> 'data', t.output -> 'response', 'null')
                 else jsonb_build_object('error', t.error - array['retryable', 'retry_in_ms']) end)
                   order by t.item_index)) as calls
        from pgwave.interactions t
       where t.workflow_run_id = a.workflow_run_id and t.conversation_id = pgwave_private.conversation_of('tool_call')
         and t.iteration = (interaction).execution_order and (t.input #>> '{tool,turn}')::int = a.turn
    ) c
   where c.is_over
$$;
comment on function pgwave_private.list_turns(pgwave.interactions) is
  'List the answers of a model that called tools, with what came of each call. Returns: [{response, calls: [{id, name, arguments, result}]}].';

create or replace function pgwave_private.outcome_of_calls(interaction pgwave.interactions)
  returns pgwave_private.outcome
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_outcome pgwave_private.outcome := pgwave_private.outcome_of_attempt(interaction);
begin
  v_outcome.status := 'waiting';
  v_outcome.attempt_outcome := 'asked_again';
  v_outcome.counted := false;
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_calls(pgwave.interactions) is
  'Have a model wait for the tools that it called. Returns: the outcome.';

create or replace function pgwave_private.outcome_of_tool_calls(
  interaction pgwave.interactions,
  conversation pgwave.conversation_versions,
  answer jsonb
) returns pgwave_private.outcome
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_most_calls constant int := 64;
  v_calls constant jsonb := case jsonb_typeof(answer -> 'tool_calls') when 'array' then answer -> 'tool_calls'
    else '[]' end;
  v_outcome pgwave_private.outcome;
  v_error jsonb;
  v_max_turns int;
begin
  select coalesce((a.definition ->> 'max_turns')::int, 10) into v_max_turns
    from pgwave.actors a where a.actor_id = interaction.actor_id;
  if jsonb_array_length(v_calls) > v_most_calls then
    v_error := jsonb_build_object('code', 'invalid_output', 'retryable', true,
      'message', format('The model called %s tools at once. The maximum is %s.', jsonb_array_length(v_calls),
        v_most_calls));
  elsif jsonb_array_length(pgwave_private.list_turns(interaction)) + 1 >= v_max_turns then
    v_error := jsonb_build_object('code', 'too_many_turns', 'retryable', false,
      'message', format('The model still called tools in its answer %s, the last that max_turns allows.', v_max_turns),
      'detail', jsonb_build_object('max_turns', v_max_turns,
        'hint', 'Raise max_turns of the actor, or say in the prompt when to stop. The interactions of the tools show what was called.'));
  end if;
  if v_error is not null then
    v_outcome := pgwave_private.outcome_of_failure(interaction, conversation, v_error, true, 'retry');
  else
    v_outcome := pgwave_private.outcome_of_calls(interaction);
    v_outcome.correction := interaction.correction;
  end if;
  v_outcome.rejected_output := jsonb_build_object('response', answer -> 'response', 'tool_calls', v_calls);
  v_outcome.usage := answer -> 'usage';
  v_outcome.prompt_tokens := pgwave_private.read_tokens(answer #> '{usage,prompt_tokens}');
  v_outcome.completion_tokens := pgwave_private.read_tokens(answer #> '{usage,completion_tokens}');
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_tool_calls(pgwave.interactions, pgwave.conversation_versions, jsonb) is
  'Decide what an answer that calls tools comes to. Returns: waiting for the calls, or a failure where there are too many.';

create or replace function pgwave_private.find_call_error(name text, arguments jsonb, input jsonb, tools jsonb)
  returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_errors jsonb;
begin
  if find_call_error.input is null then
    return jsonb_build_object('code', 'unknown_tool',
      'message', format('Tool %s not found.', to_jsonb(find_call_error.name)),
      'detail', jsonb_build_object('tools', array(
        select t ->> 'name' from jsonb_array_elements(find_call_error.tools) t)));
  end if;
  select jsonb_agg(to_jsonb(e)) into v_errors
    from pgwave_private.list_schema_errors(find_call_error.input, coalesce(find_call_error.arguments, 'null')) e;
  return case when v_errors is not null then jsonb_build_object('code', 'invalid_arguments', 'detail', v_errors,
    'message', format('The arguments of %s do not meet its contract.', find_call_error.name)) end;
end
$$;
comment on function pgwave_private.find_call_error(text, jsonb, jsonb, jsonb) is
  'Find out why a call of a tool cannot be made. Returns: the error that the model is given; null: none.';

create or replace function pgwave_private.call_tools(outcome pgwave_private.outcome) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_caller pgwave.interactions;
  v_run pgwave.workflow_runs;
  v_actor pgwave.actors;
  v_tools jsonb;
  v_now constant timestamptz := pgwave_private.now();
  v_ids bigint[];
begin
  select i.* into v_caller from pgwave.interactions i
   where i.interaction_id = outcome.interaction_id and i.workflow_run_id = outcome.workflow_run_id;
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = outcome.workflow_run_id;
  if v_run.ends_as is not null or v_run.finished_at is not null
     or v_run.limits is not null and pgwave_private.fail_over_limit(v_run,
       case when v_run.limits ? 'max_interactions' then
          (v_run.limits ->> 'max_interactions')::numeric::int - pgwave_private.count_limited(v_run)
            - jsonb_array_length(outcome.rejected_output -> 'tool_calls') end) then
    -- the caller is cancelled with its run
    return;
  end if;
  select a.* into v_actor from pgwave.actors a where a.actor_id = outcome.actor_id;
  v_tools := coalesce(pgwave_private.tools_of(v_actor), '[]');
  with calls as materialized (
    select c.place::int, c.call, t.actor_id, t.workflow_name, t.output,
           pgwave_private.find_call_error(c.call ->> 'name', c.call -> 'arguments', o.input, v_tools) as error
      from jsonb_array_elements(outcome.rejected_output -> 'tool_calls') with ordinality c (call, place)
      left join pgwave_private.list_tools(v_actor.definition, v_actor.owner) t on t.tool_name = c.call ->> 'name'
        and (t.actor_id is not null or t.workflow_name is not null)
      left join lateral (
        select u -> 'input' as input from jsonb_array_elements(v_tools) u
          where u ->> 'name' = t.tool_name limit 1) o on true
  ),
  counted as (
    update pgwave.workflow_runs run
       set interactions_created = run.interactions_created + c.created,
           interactions_open = run.interactions_open + c.created - c.failed,
           interactions_failed = run.interactions_failed + c.failed, interactions_waiting = run.interactions_waiting + 1
      from (select count(*) as created, count(k.error) as failed from calls k) c
     where run.workflow_run_id = v_run.workflow_run_id
    returning run.interactions_created - c.created as base, c.created, c.failed
  ),
  waits as (
    insert into pgwave.waits (
      interaction_id, workflow_run_id, conversation_id, iteration, waits_for, items_open, items_failed, items_tolerated)
    -- a call that fails is told to the model
    select v_caller.interaction_id, v_caller.workflow_run_id, pgwave_private.conversation_of('tool_call'),
      v_caller.execution_order, 'items',
           c.created - c.failed, c.failed, 2147483647
      from counted c
  ),
  inserted as (
    insert into pgwave.interactions (
      workflow_run_id, conversation_id, actor_id, status, execution_order, iteration, item_index, input, error,
      input_interaction_ids, branches_taken, pending_reason, owner, visibility, created_at, completed_at)
    select v_run.workflow_run_id, pgwave_private.conversation_of('tool_call'), k.actor_id,
           (case when k.error is null then 'pending' else 'failed' end)::pgwave.interaction_status,
           c.base + k.place, v_caller.execution_order, b.calls + k.place - 1,
           jsonb_build_object('params', k.call -> 'arguments', 'tool', jsonb_strip_nulls(jsonb_build_object(
             'name', k.call -> 'name', 'call', k.call -> 'id', 'turn', b.turn, 'workflow', k.workflow_name))
             || case when k.output is null then '{}' else jsonb_build_object('output', k.output) end),
           k.error || '{"retryable": false}', array[v_caller.interaction_id],
           case when k.error is not null then '{}'::bigint[] end, case when k.error is null then 'ready' end,
           v_run.owner, v_run.visibility, v_now, case when k.error is not null then v_now end
      from calls k
      cross join counted c
      cross join (
        select count(*)::int as calls, (
                 select count(*) from pgwave.interaction_attempts a
                  where a.interaction_id = v_caller.interaction_id and a.workflow_run_id = v_caller.workflow_run_id
                    and a.outcome = 'asked_again' and a.output ? 'tool_calls') as turn
          from pgwave.interactions i
         where i.workflow_run_id = v_run.workflow_run_id
           and i.conversation_id = pgwave_private.conversation_of('tool_call')
           and i.iteration = v_caller.execution_order) b
     order by k.place
    returning interaction_id
  )
  select array_agg(i.interaction_id) into v_ids from inserted i;
  perform pgwave_private.enqueue_interactions(v_ids);
  perform pgwave_private.settle_map(v_caller.interaction_id, 0);
end
$$;
comment on function pgwave_private.call_tools(pgwave_private.outcome) is
  'Insert the calls of tools that an interaction waits for; one that cannot be made is failed. Writes: interactions, waits, ready, workflow_runs, tickets. Locks: nothing; the caller holds the interaction and its run.';

create or replace function pgwave_private.resume_caller(wait pgwave.waits) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_changes pgwave_private.change[];
begin
  with held as materialized (
    select i.interaction_id from pgwave.interactions i
     where i.interaction_id = wait.interaction_id and i.workflow_run_id = wait.workflow_run_id and i.status = 'waiting'
       for update skip locked
  ),
  resumed as (
    update pgwave.interactions i
       set status = 'pending', pending_reason = 'tools_answered'
      from held h
     where i.interaction_id = h.interaction_id and i.workflow_run_id = wait.workflow_run_id
    returning i.*
  )
  select array_agg(row(r.interaction_id, r.workflow_run_id, r.conversation_id, r.conversation_version_id, r.iteration,
           r.item_index, r.status, null, null, 0, 0, 0)::pgwave_private.change)
    into v_changes from resumed r;
  if v_changes is not null then
    perform pgwave_private.enqueue_interactions(array[wait.interaction_id]);
    perform pgwave_private.follow_changes(v_changes);
  end if;
end
$$;
comment on function pgwave_private.resume_caller(pgwave.waits) is
  'Ask a model again once the tools that it called have answered. Writes: interactions, waits, ready, workflow_runs, tickets. Locks: the interaction, without waiting.';

create or replace function pgwave_private.tool_conversation(interaction pgwave.interactions)
  returns pgwave.conversation_versions
language plpgsql
stable
set search_path = ''
as $$
declare
  v_conversation pgwave.conversation_versions;
begin
  v_conversation.conversation_version_id := 0;
  v_conversation.definition := jsonb_build_object('name', interaction.input #> '{tool,name}');
  v_conversation.routes := '[]';
  v_conversation.tag_required := false;
  select coalesce(a.actor_type, 'workflow') into v_conversation.actor_type
    from (values (interaction.actor_id)) u (actor_id)
    left join pgwave.actors a on a.actor_id = u.actor_id;
  return v_conversation;
end
$$;
comment on function pgwave_private.tool_conversation(pgwave.interactions) is
  'Describe the call of a tool as a conversation: it is judged and tried again as one that says nothing of that. Returns: the conversation, of no version.';
