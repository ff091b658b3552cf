-- What workers hand back, and what they get for it. Locks: the interactions of the call, ascending; then their runs,
-- ascending.

create or replace function pgwave.complete_interactions(
  answers jsonb,
  worker_id bigint default null,
  then_begin int default 0,
  beside jsonb default null
) returns json
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_generic_plan
-- answers of megabytes stay in memory from one part of a statement to the next
set work_mem = '64MB'
as $$
declare
  v_locked record := pgwave_private.lock_answers(
    complete_interactions.answers, complete_interactions.worker_id);
  v_judged record := pgwave_private.judge_answers(
    complete_interactions.answers, v_locked.locked, v_locked.is_limited);
  v_most int := case when v_locked.is_ready is null then 0 else then_begin end;
  v_taken record;
  v_over bigint[];
  v_outcomes pgwave_private.outcome[];
  v_work json[];
  v_begun bigint[] := '{}';
  v_may_wait boolean := true;
begin
  if beside is not null or coalesce(current_setting('pgwave.calls_beside', true), '') <> '' then
    perform pgwave_private.note_calls_beside(complete_interactions.beside);
  end if;
  if v_judged.plain is not null then
    v_taken := pgwave_private.take_steps(
      v_judged.plain, v_judged.starts, complete_interactions.worker_id, v_most, v_locked.is_ready,
      v_locked.is_limited);
    v_work := v_taken.work;
    v_most := v_most - coalesce(cardinality(v_work), 0);
    -- nothing is left to end, to begin, to make room for, or to say: so it is with most
    if v_judged.outcomes is null and v_taken.over_ids is null
       and not (v_taken.is_left or v_locked.is_limited or v_locked.has_chunks or v_locked.is_ready and v_most > 0
         or complete_interactions.answers @? '$[*].cache.answer') then
      return json_build_object('late', coalesce(v_judged.late, '{}'), 'work', coalesce(v_work, '{}'));
    end if;
    v_over := v_taken.over_ids;
  end if;
  v_outcomes := coalesce(v_judged.plain, '{}') || coalesce(v_judged.outcomes, '{}');
  if v_judged.outcomes is not null then
    perform pgwave_private.defer_tickets(true);
    -- runs end once all answers are written: what the end of one leads to may cancel others of this call
    v_begun := pgwave_private.record_outcomes(
      v_judged.outcomes, complete_interactions.worker_id, v_most, coalesce(v_over, '{}'));
  elsif v_over is not null then
    perform pgwave_private.defer_tickets(true);
    -- where all went on plainly, nothing waits, is ended early, or has lost a race
    perform pgwave_private.finish_runs(v_over);
  end if;
  if v_locked.is_limited or v_judged.outcomes is not null then
    -- whoever holds limits waits for no claim
    v_may_wait := not pgwave_private.note_actor_results(v_outcomes);
  end if;
  if v_locked.has_chunks then
    perform pgwave_private.drop_chunks(v_outcomes);
  end if;
  if complete_interactions.answers @? '$[*].cache.answer' then
    perform pgwave_private.keep_responses(complete_interactions.answers, v_outcomes);
  end if;
  v_work := v_work || pgwave_private.begin_next(
    complete_interactions.worker_id, v_most, v_begun, v_outcomes, v_may_wait);
  return json_build_object('late', coalesce(v_judged.late, '{}'), 'work', coalesce(v_work, '{}'));
end
$$;
comment on function pgwave.complete_interactions(jsonb, bigint, int, jsonb) is
  'Hand back answers: [{interaction_id, workflow_run_id, attempt, worker_id, response, data, usage, cache: {request, answer}} or {…, error}]; worker_id: under which number the worker began it. beside, as in begin_interactions: what other calls of the worker may begin. An answer that is late, or of an attempt that another worker has, is kept on its attempt, never applied. Returns: {"late": [ids], "work": [the next work of this worker]}. Writes: interactions and what follows from them; response_chunks, model_responses. Locks: the interactions ascending, then their runs ascending.';

create or replace function pgwave_private.begin_next(
  worker_id bigint,
  most int,
  begun bigint[],
  outcomes pgwave_private.outcome[],
  may_wait boolean
) returns json[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_left constant int := begin_next.most - cardinality(begin_next.begun);
  v_work json[] := case when cardinality(begun) > 0 then pgwave_private.describe_work(begun) end;
  v_more record;
begin
  -- one look tells what else there is: most calls find nothing
  select (select (select true from pgwave.ready r
                   where r.interaction_id >= least(w.ready_from, u.first_id) and not r.held and r.lane <> 'waits'
                   order by r.interaction_id limit 1)
            from pgwave.workers w where w.worker_id = begin_next.worker_id and v_left > 0) as is_ready,
         exists (select from pgwave.ready r where r.workflow_run_id = any(u.run_ids)) as is_left,
         exists (select from pgwave.actor_limits l where l.actor_id = any(u.actor_ids)) as is_limited, u.*
    into v_more
    from (select array_agg(distinct o.workflow_run_id) as run_ids, array_agg(distinct o.actor_id) as actor_ids,
                 min(o.interaction_id) as first_id
            from unnest(begin_next.outcomes) o) u;
  if v_more.is_ready then
    v_work := v_work || pgwave_private.begin_ready(
      begin_next.worker_id, null, v_left, coalesce(v_more.run_ids, '{}'), begin_next.may_wait);
  end if;
  perform pgwave_private.defer_tickets(false);
  if v_more.is_left then
    perform pgwave_private.ticket_leftovers(v_more.run_ids);
  end if;
  if v_more.is_limited then
    perform pgwave_private.make_room(v_more.actor_ids);
  end if;
  return v_work;
end
$$;
comment on function pgwave_private.begin_next(bigint, int, bigint[], pgwave_private.outcome[], boolean) is
  'Say what a worker has begun already, begin more where there is more, first of the runs it just drove on, and add tickets for what is left of them and of actors that have room now. Returns: the work. Writes: as begin_ready; tickets.';

create or replace function pgwave.fail_interactions(
  failures jsonb,
  worker_id bigint default null,
  then_begin int default 0
) returns json
language sql
volatile
security definer
set search_path = ''
as $$
  select pgwave.complete_interactions(fail_interactions.failures, fail_interactions.worker_id,
    fail_interactions.then_begin)
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
     and a.worker_id = coalesce((keep_late_answer.answer ->> 'worker_id')::bigint, a.worker_id)
     and a.outcome <> 'completed';
end
$$;
comment on function pgwave_private.keep_late_answer(jsonb) is
  'Keep an answer that came after its attempt was given up. Writes: interaction_attempts.';

create or replace function pgwave_private.drop_chunks(outcomes pgwave_private.outcome[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from pgwave.response_chunks c using unnest(drop_chunks.outcomes) o where c.interaction_id = o.interaction_id;
end
$$;
comment on function pgwave_private.drop_chunks(pgwave_private.outcome[]) is
  'Remove the partial text of attempts that ended. Writes: response_chunks.';
