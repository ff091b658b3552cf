-- Limits of runs: interactions, time, tokens, cost. Looked at by whoever would release the next interaction, holding the run.
-- What an interaction uses is known when it ends, so a budget is overrun by what is under way at most: one for each slot.

create or replace function pgwave_private.limits_of_run(workflow_version_id bigint, overrides jsonb) returns jsonb
language sql
stable
set search_path = ''
as $$
  -- what was recorded went on long ago
  select case when not coalesce(limits_of_run.overrides ? 'reproduces', false) then nullif(jsonb_strip_nulls(
           coalesce(v.definition -> 'limits', '{}') || coalesce(limits_of_run.overrides -> 'limits', '{}')), '{}') end
    from pgwave.workflow_versions v
   where v.workflow_version_id = limits_of_run.workflow_version_id
$$;
comment on function pgwave_private.limits_of_run(bigint, jsonb) is
  'Find what a run may use: the limits of its version, and what its overrides say instead. Returns: {max_interactions, max_duration, max_tokens, max_cost}; null: any amount.';

create or replace function pgwave_private.require_limits(limits jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fault text;
begin
  if require_limits.limits is null then
    return;
  end if;
  select case when f.field is null then format('There is no limit %s.', l.key)
           else format('%s cannot be %s.', l.key, left(l.value::text, 60)) end
    into v_fault
    from jsonb_each(case jsonb_typeof(require_limits.limits) when 'object' then require_limits.limits end) l
    left join (
      pgwave_private.definition_fields() f join pgwave_private.definition_kinds() k on k.kind = f.kind
    ) on f.place = 'limits' and f.field = l.key
   where f.field is null or not case when l.value = 'null' then true when jsonb_typeof(l.value) = any(k.types)
           then coalesce(pgwave_private.value_fits(f.kind, l.value, f.low, f.high, f.choices), false) else false end
   limit 1;
  if jsonb_typeof(require_limits.limits) <> 'object' or v_fault is not null then
    perform pgwave_private.raise_error('PWINP', coalesce(v_fault, 'limits is not an object'), null,
      'Limits are max_interactions, max_duration (2h), max_tokens and max_cost; null lifts one.');
  end if;
end
$$;
comment on function pgwave_private.require_limits(jsonb) is
  'Refuse limits of a run that cannot be meant. Raises: PWINP.';

create or replace function pgwave_private.count_limited(run pgwave.workflow_runs) returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  return run.interactions_created - run.interactions_skipped - case when run.forked_from_workflow_run_id is null then 0 else (
    select count(*)::int from pgwave.interactions i
     where i.workflow_run_id = run.workflow_run_id and i.copied_from_interaction_id is not null
       and i.status <> 'skipped') end;
end
$$;
comment on function pgwave_private.count_limited(pgwave.workflow_runs) is
  'Count the interactions of a run that max_interactions counts: all but skipped and copied ones, and the orchestrator. Returns: how many.';

create or replace function pgwave_private.count_interactions_left(run pgwave.workflow_runs, created pgwave.interactions[])
returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  if run.limits ? 'max_interactions' then
    return (run.limits ->> 'max_interactions')::numeric::int - pgwave_private.count_limited(run) - (
      select count(*)::int from unnest(count_interactions_left.created) c
       where c.workflow_run_id = run.workflow_run_id and c.status <> 'skipped');
  end if;
  return null;
end
$$;
comment on function pgwave_private.count_interactions_left(pgwave.workflow_runs, pgwave.interactions[]) is
  'Count the interactions that a run may still have besides those that were created and not yet inserted. Returns: how many; null: any number.';

create or replace function pgwave_private.find_exceeded(run pgwave.workflow_runs, interactions_left int) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_tokens constant bigint := run.prompt_tokens + run.completion_tokens;
  v_code text := 'limit_exceeded';
  v_limit text;
  v_needed text;
begin
  if v_tokens > (run.limits ->> 'max_tokens')::numeric then
    v_code := 'budget_exceeded';
    v_limit := 'max_tokens';
    v_needed := v_tokens::text;
  elsif run.cost > (run.limits ->> 'max_cost')::numeric then
    v_code := 'budget_exceeded';
    v_limit := 'max_cost';
    v_needed := trim_scale(run.cost)::text;
  elsif run.due_at <= pgwave_private.now() then
    v_limit := 'max_duration';
    v_needed := (pgwave_private.parse_duration(run.limits -> 'max_duration') + (pgwave_private.now() - run.due_at))::text;
  elsif find_exceeded.interactions_left < 0 then
    v_limit := 'max_interactions';
    v_needed := ((run.limits ->> 'max_interactions')::numeric::int - find_exceeded.interactions_left)::text;
  else
    return null;
  end if;
  return jsonb_build_object(
    'code', v_code,
    'message', format('%s of run %s is %s, and %s; retry_workflow_run(%2$s, ''{"%1$s": …}'') goes on with more', v_limit,
      run.workflow_run_id, run.limits ->> v_limit, format(case v_limit
        when 'max_tokens' then '%s tokens are used' when 'max_cost' then 'its cost is %s'
        when 'max_duration' then 'it has gone on for %s' else 'it needs %s' end, v_needed)),
    'detail', jsonb_build_object('limit', v_limit, 'value', run.limits -> v_limit, 'needed', v_needed),
    'retryable', false);
end
$$;
comment on function pgwave_private.find_exceeded(pgwave.workflow_runs, int) is
  'Find a limit of a run that leaves no room for a next interaction. Returns: the error {code, message, detail: {limit, value, needed}}; null: there is room.';

create or replace function pgwave_private.fail_over_limit(run pgwave.workflow_runs, interactions_left int) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_error jsonb := pgwave_private.find_exceeded(run, fail_over_limit.interactions_left);
begin
  if v_error is not null then
    update pgwave.workflow_runs r set ends_as = 'failed', error = v_error
     where r.workflow_run_id = run.workflow_run_id and r.ends_as is null;
  end if;
  return v_error is not null;
end
$$;
comment on function pgwave_private.fail_over_limit(pgwave.workflow_runs, int) is
  'Note that a run will end as failed where a limit leaves no room for its next interaction. Returns: whether. Writes: workflow_runs. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.end_runs_over_limits(run_ids bigint[]) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_live bigint[] := run_ids;
  v_run pgwave.workflow_runs;
begin
  for v_run in
    select run.* from pgwave.workflow_runs run
     where run.workflow_run_id = any(end_runs_over_limits.run_ids) and run.limits is not null
       -- what is measured after a run is no part of it
       and exists (
         select from pgwave.ready r
           join pgwave.interactions i on i.interaction_id = r.interaction_id and i.workflow_run_id = r.workflow_run_id
          where r.workflow_run_id = run.workflow_run_id and (i.conversation_id <> 9197 or i.iteration = 0))
  loop
    if pgwave_private.fail_over_limit(v_run, null) then
      v_live := array_remove(v_live, v_run.workflow_run_id);
    end if;
  end loop;
  return v_live;
end
$$;
comment on function pgwave_private.end_runs_over_limits(bigint[]) is
  'Note the runs that have something pending and no room for it. Returns: the runs that live on. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.keep_time(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set due_at = case when t.counts then pgwave_private.now() + run.time_left end,
         time_left = case when not t.counts then run.due_at - pgwave_private.now() end
    from (
      select r.workflow_run_id, r.finished_at is null and r.status <> 'paused' and (r.status <> 'waiting' or exists (
               select from pgwave.waits w
                where w.workflow_run_id = r.workflow_run_id and w.waits_for = 'workflow')) as counts
        from pgwave.workflow_runs r
       where r.workflow_run_id = any(keep_time.run_ids) and (r.due_at is not null or r.time_left is not null)
    ) t
   where run.workflow_run_id = t.workflow_run_id and t.counts <> (run.due_at is not null);
end
$$;
comment on function pgwave_private.keep_time(bigint[]) is
  'Let the time of runs with a max_duration run or stand still: while a run is paused, or all that is open in it waits for people, signals or timers. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.end_overdue_runs() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_ended bigint[] := '{}';
begin
  for v_run in
    select run.* from pgwave.workflow_runs run
     where run.due_at <= pgwave_private.now() and run.finished_at is null and run.ends_as is null
       and exists (
         select from pgwave.interactions i
          where i.workflow_run_id = run.workflow_run_id and i.status in ('pending', 'running', 'waiting')
            and i.conversation_id <> 9198 and (i.conversation_id <> 9197 or i.iteration = 0))
     order by run.workflow_run_id
     limit 200
       for no key update of run skip locked
  loop
    if pgwave_private.fail_over_limit(v_run, null) then
      v_ended := v_ended || v_run.workflow_run_id;
    end if;
  end loop;
  if cardinality(v_ended) > 0 then
    perform pgwave_private.conclude_reaction(v_ended);
  end if;
  return cardinality(v_ended);
end
$$;
comment on function pgwave_private.end_overdue_runs() is
  'End the runs whose max_duration is over; what is under way in them finishes. Returns: how many. Writes: workflow_runs, interactions. Locks: runs and interactions, without waiting.';

create or replace function pgwave_private.renew_limits(run pgwave.workflow_runs, limits jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs := run;
  v_error jsonb;
begin
  perform pgwave_private.require_limits(renew_limits.limits);
  if renew_limits.limits is not null then
    v_run.overrides := coalesce(run.overrides, '{}') || jsonb_build_object(
      'limits', coalesce(run.overrides -> 'limits', '{}') || renew_limits.limits);
  end if;
  v_run.limits := pgwave_private.limits_of_run(run.workflow_version_id, v_run.overrides);
  v_run.time_left := pgwave_private.parse_duration(v_run.limits -> 'max_duration') - coalesce(
    pgwave_private.parse_duration(run.limits -> 'max_duration') - run.time_left, interval '0');
  v_run.due_at := pgwave_private.now() + v_run.time_left;
  v_error := pgwave_private.find_exceeded(v_run, case run.error #>> '{detail,limit}' when 'max_interactions' then
    (v_run.limits ->> 'max_interactions')::numeric::int - (run.error #>> '{detail,needed}')::int end);
  if v_error is not null then
    perform pgwave_private.raise_error('PWLIM',
      split_part(v_error ->> 'message', '; ', 1), 'It would end at once.',
      format('Raise it: select pgwave.retry_workflow_run(%s, ''{"%s": …}''); null lifts it.',
        run.workflow_run_id, v_error #>> '{detail,limit}'));
  end if;
  update pgwave.workflow_runs r
     set overrides = v_run.overrides, limits = v_run.limits, due_at = v_run.due_at, time_left = null
   where r.workflow_run_id = run.workflow_run_id;
end
$$;
comment on function pgwave_private.renew_limits(pgwave.workflow_runs, jsonb) is
  'Give a run that is retried its limits, and other ones where the caller says so. Raises: PWINP, PWLIM where it would end at once. Writes: workflow_runs.';
