-- A run once more, from its recorded answers: nobody is called, and the engine works out anew what follows from them.

create or replace function pgwave_private.answer_of_record(original pgwave.interactions) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select jsonb_strip_nulls(jsonb_build_object(
      'response', (answer_of_record.original).output -> 'response', 'usage', '{}'::jsonb,
      -- only a decision is no part of the data
      'tag', case when (answer_of_record.original).output ? 'decision'
        then (answer_of_record.original).output -> 'tag' end))
    || case when (answer_of_record.original).output ? 'data'
         then jsonb_build_object('data', (answer_of_record.original).output -> 'data') else '{}' end
    || case when (answer_of_record.original).output ? 'decision'
         then jsonb_build_object('decision', (answer_of_record.original).output -> 'decision') else '{}' end;
end;
comment on function pgwave_private.answer_of_record(pgwave.interactions) is
  'Give back what an interaction was answered. Returns: {response, data, tag, decision}.';

create or replace function pgwave_private.outcome_of_record(copy pgwave.interactions, original pgwave.interactions)
returns pgwave_private.outcome
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_conversation pgwave.conversation_versions;
  v_contract jsonb;
  v_outcome pgwave_private.outcome;
begin
  select cv.* into v_conversation from pgwave.conversation_versions cv
   where cv.conversation_version_id = copy.conversation_version_id;
  if original.status = 'completed' then
    -- a decision may have been judged without its form
    select c.contract_schema into v_contract from pgwave.contracts c
     where c.contract_id = v_conversation.output_contract_id
       and (v_conversation.actor_type <> 'human' or original.output ? 'data');
    v_outcome := pgwave_private.outcome_of_answer(
      copy, v_conversation, v_contract, pgwave_private.answer_of_record(original));
    if v_outcome.status = 'completed' then
      return v_outcome;
    end if;
  end if;
  v_outcome.interaction_id := copy.interaction_id;
  v_outcome.workflow_run_id := copy.workflow_run_id;
  v_outcome.actor_id := copy.actor_id;
  v_outcome.attempt := copy.attempt;
  v_outcome.status := 'failed';
  v_outcome.attempt_outcome := 'failed';
  v_outcome.counted := true;
  v_outcome.correction := null;
  v_outcome.pending_reason := null;
  v_outcome.next_actor_id := null;
  v_outcome.error := coalesce(original.error, v_outcome.error, '{"code": "invalid_output"}');
  v_outcome.prompt_tokens := 0;
  v_outcome.completion_tokens := 0;
  if v_conversation.conversation_version_id is not null then
    select b.taken, b.unknown into v_outcome.branches_taken, v_outcome.branches_unknown
      from pgwave_private.choose_branches(copy, v_conversation, null, v_outcome.error) b;
  end if;
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_record(pgwave.interactions, pgwave.interactions) is
  'Judge a recorded answer as it was judged when it came; what failed for good fails at once. Returns: the outcome.';

create or replace function pgwave_private.outcome_of_recorded_calls(copy pgwave.interactions, calls jsonb)
returns pgwave_private.outcome
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_outcome pgwave_private.outcome := pgwave_private.outcome_of_calls(copy);
begin
  v_outcome.rejected_output := outcome_of_recorded_calls.calls;
  v_outcome.prompt_tokens := 0;
  v_outcome.completion_tokens := 0;
  return v_outcome;
end
$$;
comment on function pgwave_private.outcome_of_recorded_calls(pgwave.interactions, jsonb) is
  'Let a model call the tools that it called before. Returns: the outcome.';

create or replace function pgwave_private.next_recorded(copy pgwave.interactions, original pgwave.interactions)
returns table (began_at timestamptz, ended_at timestamptz, calls jsonb)
language sql
stable
set search_path = ''
as $$
  -- answers of a model that called tools, as many as the copy has not had
  (select a.started_at, a.ended_at, a.output
     from pgwave.interaction_attempts a
    where a.interaction_id = (original).interaction_id and a.workflow_run_id = (original).workflow_run_id
      and a.outcome = 'asked_again' and a.output ? 'tool_calls'
    order by a.attempt
   offset (select count(*) from pgwave.interaction_attempts had
            where had.interaction_id = (copy).interaction_id and had.workflow_run_id = (copy).workflow_run_id
              and had.outcome = 'asked_again' and had.output ? 'tool_calls'))
  union all
  select coalesce((original).started_at, (original).completed_at), (original).completed_at, null
  limit 1
$$;
comment on function pgwave_private.next_recorded(pgwave.interactions, pgwave.interactions) is
  'Find what an interaction was answered next. Returns: when that began and ended, and the answer where it calls tools; null: it is the last.';

create or replace function pgwave_private.begin_recorded(copy_id bigint, from_id bigint, until timestamptz) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  with begun as (
    update pgwave.interactions c
       set status = 'running', attempt = c.attempt + 1, started_at = pgwave_private.now(), pending_reason = null
      from pgwave.interactions o
     where c.workflow_run_id = begin_recorded.copy_id and c.status = 'pending'
       and o.workflow_run_id = begin_recorded.from_id and o.conversation_id = c.conversation_id
       and o.iteration = c.iteration and o.item_index is not distinct from c.item_index
       and o.status in ('completed', 'failed')
       and (select n.began_at from pgwave_private.next_recorded(c, o) n) <= begin_recorded.until
    returning c.interaction_id
  )
  delete from pgwave.ready r using begun b where r.interaction_id = b.interaction_id;
end
$$;
comment on function pgwave_private.begin_recorded(bigint, bigint, timestamptz) is
  'Begin in a copy what had begun in the original by then. Writes: interactions, ready.';

-- What was answered before the original went on is answered at once: a failure among it keeps the others from going on.
create or replace function pgwave_private.answer_next(copy_id bigint, from_id bigint) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_at timestamptz;
  v_until timestamptz;
  v_outcomes pgwave_private.outcome[];
begin
  select min(n.ended_at) into v_at
    from pgwave.interactions c
    join pgwave.interactions o
      on o.workflow_run_id = answer_next.from_id and o.conversation_id = c.conversation_id
     and o.iteration = c.iteration and o.item_index is not distinct from c.item_index
   cross join lateral pgwave_private.next_recorded(c, o) n
   where c.workflow_run_id = answer_next.copy_id and c.status in ('pending', 'running') and c.kind <> 'orchestrator'
     and o.status in ('completed', 'failed');
  if v_at is null then
    return false;
  end if;
  select coalesce(min(o.created_at), 'infinity') into v_until
    from pgwave.interactions o where o.workflow_run_id = answer_next.from_id and o.created_at > v_at;
  perform pgwave_private.begin_recorded(answer_next.copy_id, answer_next.from_id, v_until);
  select array_agg(case when l.calls is null then pgwave_private.outcome_of_record(l.copy, l.original)
           else pgwave_private.outcome_of_recorded_calls(l.copy, l.calls) end order by l.interaction_id) into v_outcomes
    from (
      select c as copy, o as original, c.interaction_id, n.calls
        from pgwave.interactions c
        join pgwave.interactions o
          on o.workflow_run_id = answer_next.from_id and o.conversation_id = c.conversation_id
         and o.iteration = c.iteration and o.item_index is not distinct from c.item_index
        cross join lateral pgwave_private.next_recorded(c, o) n
       where c.workflow_run_id = answer_next.copy_id and c.status = 'running' and c.kind <> 'orchestrator'
         and o.status in ('completed', 'failed') and n.ended_at <= v_until
       order by c.interaction_id
    ) l;
  perform pgwave_private.record_outcomes(v_outcomes);
  return true;
end
$$;
comment on function pgwave_private.answer_next(bigint, bigint) is
  'Answer in a copy what was answered next in the original. Returns: whether there was anything. Writes: interactions, and what follows.';

create or replace function pgwave_private.insert_reproduction(original pgwave.workflow_runs)
  returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_plan pgwave_private.plans;
begin
  v_run.workflow_id := original.workflow_id;
  v_run.workflow_version_id := original.workflow_version_id;
  v_run.plan_id := original.plan_id;
  v_run.environment := original.environment;
  v_run.triggered_by := 'fork';
  v_run.priority := original.priority;
  v_run.input := original.input;
  v_run.given := original.given;
  v_run.loaded := original.loaded;
  v_run.overrides := coalesce(original.overrides, '{}')
    || jsonb_build_object('reproduces', original.workflow_run_id);
  v_run.forked_from_workflow_run_id := original.workflow_run_id;
  select p.* into v_plan from pgwave_private.plans p where p.plan_id = v_run.plan_id;
  v_run := pgwave_private.fill_draft(v_run, v_plan, original.visibility);
  v_run := (pgwave_private.insert_runs(v_run, array[v_run.input], array[v_run.workflow_run_id]))[1];
  -- what a fork kept is kept again
  perform pgwave_private.copy_interactions(original.workflow_run_id, v_run, array(
    select i.conversation_id from pgwave.interactions i
     where i.workflow_run_id = original.workflow_run_id and i.copied_from_interaction_id is not null));
  -- so nothing is handed to workers or people, and no child run starts
  update pgwave.workflow_runs run set status = 'paused' where run.workflow_run_id = v_run.workflow_run_id;
  perform pgwave_private.begin_runs(array[v_run], v_plan);
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave_private.insert_reproduction(pgwave.workflow_runs) is
  'Insert a run with all that another was started with, paused. Returns: the run. Writes: workflow_runs, interactions.';

create or replace function pgwave.reproduce_run(workflow_run_id bigint) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_from pgwave.workflow_runs := pgwave_private.require_run(reproduce_run.workflow_run_id, 'view');
  v_run pgwave.workflow_runs;
  v_steps int := 0;
begin
  perform pgwave_private.require_workflow_permission(v_from.workflow_id, 'operate');
  if v_from.finished_at is null then
    perform pgwave_private.raise_error('PWTRN',
      format('run %s cannot be reproduced: it is %s', v_from.workflow_run_id, v_from.status), null,
      'Only a run that finished has all its answers.');
  end if;
  if v_from.mode = 'global_batch' then
    perform pgwave_private.raise_error('PWTRN', format('batch %s has no answers of its own', v_from.workflow_run_id),
      null, 'Reproduce its runs.');
  end if;
  if v_from.compensates_workflow_run_id is not null then
    perform pgwave_private.raise_error('PWTRN', format('run %s undoes run %s, and cannot be reproduced',
      v_from.workflow_run_id, v_from.compensates_workflow_run_id), null, 'Reproduce the run that it undoes.');
  end if;
  v_run := pgwave_private.insert_reproduction(v_from);
  -- a model that called tools was answered more often; each call is an interaction
  while v_steps <= 2 * v_from.interactions_created
        and pgwave_private.answer_next(v_run.workflow_run_id, v_from.workflow_run_id) loop
    v_steps := v_steps + 1;
  end loop;
  perform pgwave_private.cancel_runs(array[v_run.workflow_run_id],
    format('run %s has no answer to what is open', v_from.workflow_run_id));
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave.reproduce_run(bigint) is
  'Run a finished run once more from what it recorded. Recorded answers of models, scripts, people, signals, timers, and child runs are given again; nobody is called. The engine works out anew what follows. What the original has no answer to is cancelled. Returns: the new run, finished. Raises: PWNOF, PWACC, PWTRN if the run goes on or undoes another. Writes: workflow_runs, interactions. Locks: the run that is reproduced.';

create or replace function pgwave.verify_reproduction(original bigint, copy bigint)
returns table (
  conversation text,
  iteration int,
  item_index int,
  differs text[],
  original_value jsonb,
  copy_value jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_original jsonb := pgwave_private.recall_run(verify_reproduction.original);
  v_copy jsonb := pgwave_private.recall_run(verify_reproduction.copy);
begin
  return query
    select x.conversation, x.iteration, x.item_index, d.differs, pgwave_private.pick_fields(x.a, d.differs),
           pgwave_private.pick_fields(x.b, d.differs)
      from pgwave_private.align_interactions(verify_reproduction.original, verify_reproduction.copy) x
      cross join lateral (
        select array(
          select f from unnest('{status,input,output,error,branches}'::text[]) f
           where case f when 'error' then x.a #> '{error,code}' is distinct from x.b #> '{error,code}'
                   else x.a -> f is distinct from x.b -> f end) as differs
      ) d
     where d.differs <> '{}' and coalesce(x.a, x.b) ->> 'kind' <> 'system'
     order by x.place;
  return query
    select null::text, null::int, null::int, d.differs, pgwave_private.pick_fields(v_original, d.differs),
           pgwave_private.pick_fields(v_copy, d.differs)
      from (
        select array(select f from unnest('{status,output}'::text[]) f where v_original -> f <> v_copy -> f) as differs
      ) d
     where d.differs <> '{}';
end
$$;
comment on function pgwave.verify_reproduction(bigint, bigint) is
  'Compare a run with its reproduction: interactions, inputs, outputs, branches, error codes, and the result. Returns: a row for each difference (conversation null: of the run itself); none: what happened is a function of the recorded answers. Raises: PWNOF.';
