-- Record: what attempts came to is written, and their runs go on. The one writer of what an interaction came to.

create or replace function pgwave_private.record_outcomes(
  outcomes pgwave_private.outcome[],
  worker_id bigint default null,
  most int default 0,
  over_ids bigint[] default '{}'
) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_written record;
  v_begun bigint[];
begin
  if cardinality(record_outcomes.outcomes) > 1 then
    outcomes := pgwave_private.choose_together(record_outcomes.outcomes);
  end if;
  v_written := pgwave_private.write_outcomes(record_outcomes.outcomes);
  if v_written.again_ids is not null then
    perform pgwave_private.enqueue_interactions(v_written.again_ids);
  end if;
  if v_written.calls_tools then
    perform pgwave_private.call_tools(o) from unnest(record_outcomes.outcomes) o where o.status = 'waiting';
  end if;
  v_begun := pgwave_private.follow_changes(
    v_written.changes, record_outcomes.worker_id, record_outcomes.most, record_outcomes.over_ids);
  if v_written.limited_ids is not null then
    perform pgwave_private.make_room(v_written.limited_ids);
  end if;
  return v_begun;
end
$$;
comment on function pgwave_private.record_outcomes(pgwave_private.outcome[], bigint, int, bigint[]) is
  'Write what attempts came to, and drive on their runs; the worker given begins what it can do at once, so many at most; runs that are over by other answers of the call end with them. Returns: the interactions that it begins. Writes: interaction_attempts, leases, interactions, tickets, and what follows.';

create or replace function pgwave_private.write_outcomes(
  outcomes pgwave_private.outcome[],
  out changes pgwave_private.change[],
  out again_ids bigint[],
  out calls_tools boolean,
  out limited_ids bigint[]
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  with recorded as (
    update pgwave.interactions i
       set status = o.status, output = o.output,
           error = case when o.status = 'completed' then null else o.error end,
           branches_taken = o.branches_taken, branches_unknown = o.branches_unknown,
           pending_reason = o.pending_reason, skip_reason = o.skip_reason, correction = o.correction,
           actor_id = coalesce(o.next_actor_id, i.actor_id),
           -- the next actor has all its attempts
           attempts_not_counted = case when o.next_actor_id is not null then i.attempt
             else i.attempts_not_counted + (not o.counted)::int end,
           workers_lost = i.workers_lost + (o.attempt_outcome = 'worker_lost')::int,
           prompt_tokens = i.prompt_tokens + coalesce(o.prompt_tokens, 0),
           completion_tokens = i.completion_tokens + coalesce(o.completion_tokens, 0),
           cost = i.cost + coalesce(o.cost, 0),
           completed_at = case when o.status not in ('pending', 'waiting') then pgwave_private.now() end
      from unnest(write_outcomes.outcomes) o
     where i.interaction_id = o.interaction_id and i.workflow_run_id = o.workflow_run_id
    returning i.interaction_id, i.workflow_run_id, i.conversation_id, i.conversation_version_id, i.iteration,
              i.item_index, i.status, i.branches_taken, i.error, i.worker_id,
              coalesce(i.started_at, i.created_at) as started_at, coalesce(o.actor_id, i.actor_id) as actor_id,
              o.attempt, o.attempt_outcome, o.error as attempt_error, o.rejected_output, o.usage,
              coalesce(o.prompt_tokens, 0) as prompt_tokens, coalesce(o.completion_tokens, 0) as completion_tokens,
              coalesce(o.cost, 0) as cost
  ),
  attempts as (
    insert into pgwave.interaction_attempts (
      interaction_id, workflow_run_id, attempt, worker_id, actor_id, actor_revision, started_at, ended_at, outcome,
      error, output, usage)
    select r.interaction_id, r.workflow_run_id, r.attempt, r.worker_id, r.actor_id, a.revision, r.started_at,
           pgwave_private.now(), r.attempt_outcome,
           case when r.attempt_outcome not in ('completed', 'skipped') then r.attempt_error end, r.rejected_output,
             r.usage
      from recorded r
      left join pgwave.actors a on a.actor_id = r.actor_id
    on conflict (interaction_id, workflow_run_id, attempt) do nothing
  ),
  released as (
    -- by key, whatever the planner thinks of a table that was just vacuumed
    delete from pgwave.leases l where l.interaction_id = any(array(select r.interaction_id from recorded r))
  )
  select array_agg(row(r.interaction_id, r.workflow_run_id, r.conversation_id, r.conversation_version_id, r.iteration,
           r.item_index, r.status, r.branches_taken, case when r.status <> 'completed' then r.error end,
           r.prompt_tokens, r.completion_tokens, r.cost)::pgwave_private.change
           order by r.workflow_run_id, r.interaction_id),
         array_agg(r.interaction_id) filter (where r.status = 'pending'), bool_or(r.status = 'waiting'),
         array_agg(distinct r.actor_id) filter (where exists (
           select from pgwave.actor_limits l where l.actor_id = r.actor_id and l.max_concurrent is not null))
    into changes, again_ids, calls_tools, limited_ids
    from recorded r;
end
$$;
comment on function pgwave_private.write_outcomes(pgwave_private.outcome[]) is
  'Write what attempts came to. Returns: the changes of their interactions; those that are tried again; whether any calls tools; the actors with a limit on how many run at once. Writes: interaction_attempts, leases, interactions.';
