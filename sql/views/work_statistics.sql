-- How the work of a time range went: by conversation, by actor, by model. What is counted is what the caller's runs
-- did; names are read with the caller's own rights. Plans are made for the range that is asked: a quarter of an hour
-- and a month have plans of their own.

create or replace function pgwave_private.sees_every_run(workflow_id bigint, environment pgwave.environment)
  returns boolean
language sql
stable
set search_path = ''
as $$
  select sees_every_run.workflow_id is null and sees_every_run.environment is null and pgwave_private.is_administrator()
$$;
comment on function pgwave_private.sees_every_run(bigint, pgwave.environment) is
  'Tell whether statistics need not ask which run a row belongs to. Returns: whether.';

create or replace function pgwave_private.sum_interactions(
  "from" timestamptz,
  until timestamptz,
  workflow_id bigint,
  environment pgwave.environment
) returns table (
  conversation_id bigint,
  interactions bigint,
  completed bigint,
  failed bigint,
  skipped bigint,
  cancelled bigint,
  times float8[],
  total float8,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  errors jsonb
)
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  with done as (
    -- completed interactions have no code: their times are all in one group
    select i.conversation_id, i.status,
      case i.status when 'failed' then coalesce((i.error ->> 'code'), 'unknown') end as code,
           count(*) as many,
           percentile_cont(array[0.5, 0.95]) within group (order by date_part('epoch', i.completed_at - i.started_at))
             as times,
           sum(date_part('epoch', i.completed_at - i.started_at)) as total, sum(i.prompt_tokens) as prompt_tokens,
           sum(i.completion_tokens) as completion_tokens, sum(i.cost) as cost
      from pgwave_private.visible_runs_between(sum_interactions."from", sum_interactions.until,
             sum_interactions.workflow_id, sum_interactions.environment, true) v (run)
      join pgwave.interactions i on i.workflow_run_id = v.run
     where i.copied_from_interaction_id is null and i.conversation_id <> 9198
     group by 1, 2, 3
  )
  select d.conversation_id, sum(d.many)::bigint, coalesce(sum(d.many) filter (where d.status = 'completed'), 0)::bigint,
         coalesce(sum(d.many) filter (where d.status = 'failed'), 0)::bigint,
         coalesce(sum(d.many) filter (where d.status = 'skipped'), 0)::bigint,
         coalesce(sum(d.many) filter (where d.status = 'cancelled'), 0)::bigint,
         max(d.times) filter (where d.status = 'completed'),
           coalesce(sum(d.total) filter (where d.status = 'completed'), 0),
         sum(d.prompt_tokens)::bigint, sum(d.completion_tokens)::bigint, sum(d.cost),
         coalesce(jsonb_object_agg(d.code, d.many) filter (where d.code is not null), '{}')
    from done d
   group by d.conversation_id;
end
$$;
comment on function pgwave_private.sum_interactions(timestamptz, timestamptz, bigint, pgwave.environment) is
  'Sum up the interactions of the runs that ended in a time range and that the caller sees. Returns: a row for each conversation.';

create or replace function pgwave.conversation_statistics(
  "from" timestamptz default null,
  until timestamptz default null,
  workflow text default null,
  environment text default null
) returns table (
  workflow_name text,
  conversation_name text,
  conversation_id bigint,
  interactions bigint,
  completed bigint,
  failed bigint,
  skipped bigint,
  cancelled bigint,
  p50_ms float8,
  p95_ms float8,
  total_ms float8,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  errors jsonb
)
language sql
stable
set search_path = ''
as $$
  select w.workflow_name, c.conversation_name, s.conversation_id, s.interactions, s.completed, s.failed, s.skipped,
         s.cancelled, round(1000 * s.times[1]), round(1000 * s.times[2]), round(1000 * s.total), s.prompt_tokens,
           s.completion_tokens, s.cost, s.errors
    from (select pgwave_private.read_time_range(conversation_statistics."from",
      conversation_statistics.until) as range) t
   cross join lateral pgwave_private.sum_interactions(lower(t.range), upper(t.range),
           pgwave_private.workflow_to_count(conversation_statistics.workflow),
           pgwave_private.environment_to_count(conversation_statistics.environment)) s
    join pgwave.conversations c on c.conversation_id = s.conversation_id
    left join pgwave.workflows w on w.workflow_id = c.workflow_id
   order by s.total desc, s.conversation_id
$$;
comment on function pgwave.conversation_statistics(timestamptz, timestamptz, text, text) is
  'Count the interactions of runs that ended in a time range, by conversation; copies of forks are left out. Returns: a row for each conversation, by descending time. It has interactions by status, times of completed ones in milliseconds, tokens, cost, and failures by code. Raises: PWNOF, PWINP for an empty range.';

-- Without a search_path of its own, so that it is inlined: rows are wide, and few columns are read.
create or replace function pgwave_private.list_attempts(
  "from" timestamptz,
  until timestamptz,
  workflow_id bigint,
  environment pgwave.environment
) returns setof pgwave.interaction_attempts
language sql
stable
begin atomic
  select t.*
    from pgwave.interaction_attempts t
   where t.ended_at >= list_attempts."from" and t.ended_at < list_attempts.until
     and ((select pgwave_private.sees_every_run(list_attempts.workflow_id, list_attempts.environment))
       or t.workflow_run_id in (
         select pgwave_private.visible_runs_between(list_attempts."from", list_attempts.until,
           list_attempts.workflow_id,
           list_attempts.environment, false)));
end;
comment on function pgwave_private.list_attempts(timestamptz, timestamptz, bigint, pgwave.environment) is
  'List the attempts that ended in a time range, of runs that the caller sees. Returns: their rows.';

create or replace function pgwave_private.sum_attempts_by_actor(
  "from" timestamptz,
  until timestamptz,
  workflow_id bigint,
  environment pgwave.environment
) returns table (
  actor_id bigint,
  attempts bigint,
  completed bigint,
  failed bigint,
  times float8[],
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  errors jsonb,
  last_attempt_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  with tried as (
    -- completed attempts have no code: their times are all in one group
    select t.actor_id, t.outcome, case t.outcome
      when 'failed' then coalesce((t.error ->> 'code'), 'unknown') end as code,
           count(*) as many,
           percentile_cont(array[0.5, 0.95]) within group (order by date_part('epoch', t.ended_at - t.started_at))
             as times,
           sum(u.prompt_tokens) as prompt_tokens, sum(u.completion_tokens) as completion_tokens,
           sum(case when v.actor_id is not null
             then pgwave_private.cost_of(v.definition, u.prompt_tokens, u.completion_tokens, t.usage) else 0 end)
               as cost,
           max(t.ended_at) as ended_at
      from pgwave_private.list_attempts(sum_attempts_by_actor."from", sum_attempts_by_actor.until,
             sum_attempts_by_actor.workflow_id, sum_attempts_by_actor.environment) t
     cross join lateral (
             select pgwave_private.read_tokens(t.usage -> 'prompt_tokens') as prompt_tokens,
                    pgwave_private.read_tokens(t.usage -> 'completion_tokens') as completion_tokens) u
      left join pgwave.actor_revisions v
        on v.actor_id = t.actor_id and v.revision = t.actor_revision and v.definition ? 'price'
     where t.actor_id is not null
     group by 1, 2, 3
  )
  select t.actor_id, sum(t.many)::bigint, coalesce(sum(t.many) filter (where t.outcome = 'completed'), 0)::bigint,
         coalesce(sum(t.many) filter (where t.outcome = 'failed'), 0)::bigint,
         max(t.times) filter (where t.outcome = 'completed'), sum(t.prompt_tokens)::bigint,
         sum(t.completion_tokens)::bigint, sum(t.cost),
         coalesce(jsonb_object_agg(t.code, t.many) filter (where t.code is not null), '{}'), max(t.ended_at)
    from tried t
   group by t.actor_id;
end
$$;
comment on function pgwave_private.sum_attempts_by_actor(timestamptz, timestamptz, bigint, pgwave.environment) is
  'Sum up the attempts that ended in a time range, of runs that the caller sees. Returns: a row for each actor.';

create or replace function pgwave.actor_statistics(
  "from" timestamptz default null,
  until timestamptz default null,
  workflow text default null,
  environment text default null
) returns table (
  actor_name text,
  actor_type pgwave.actor_type,
  attempts bigint,
  completed bigint,
  failed bigint,
  p50_ms float8,
  p95_ms float8,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  errors jsonb,
  last_attempt_at timestamptz
)
language sql
stable
set search_path = ''
as $$
  select a.actor_name, a.actor_type, s.attempts, s.completed, s.failed, round(1000 * s.times[1]),
    round(1000 * s.times[2]), s.prompt_tokens,
         s.completion_tokens, s.cost, s.errors, s.last_attempt_at
    from (select pgwave_private.read_time_range(actor_statistics."from", actor_statistics.until) as range) t
   cross join lateral pgwave_private.sum_attempts_by_actor(lower(t.range), upper(t.range),
           pgwave_private.workflow_to_count(actor_statistics.workflow),
           pgwave_private.environment_to_count(actor_statistics.environment)) s
    join pgwave.actors a on a.actor_id = s.actor_id
   order by s.failed desc, s.attempts desc, a.actor_name
$$;
comment on function pgwave.actor_statistics(timestamptz, timestamptz, text, text) is
  'Count the attempts that ended in a time range, by actor. Returns: a row for each actor, by descending failures. It has attempts by outcome, times of completed attempts in milliseconds, tokens, cost, and failures by code. Raises: PWNOF, PWINP for an empty range.';

create or replace function pgwave_private.sum_attempts_by_model(
  "from" timestamptz,
  until timestamptz,
  workflow_id bigint,
  environment pgwave.environment
) returns table (
  model text,
  calls bigint,
  cached bigint,
  rehearsed bigint,
  failed bigint,
  times float8[],
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  last_call_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  with called as (
    select t.usage ->> 'model' as model, t.usage ? 'cached' as cached, t.outcome, count(*) as many,
           count(*) filter (where t.usage -> 'rehearsed' = 'true') as rehearsed,
           percentile_cont(array[0.5, 0.95]) within group (order by date_part('epoch', t.ended_at - t.started_at))
             as times,
           sum(u.prompt_tokens) as prompt_tokens, sum(u.completion_tokens) as completion_tokens,
           sum(case when v.actor_id is not null
             then pgwave_private.cost_of(v.definition, u.prompt_tokens, u.completion_tokens, t.usage) else 0 end)
               as cost,
           max(t.ended_at) as ended_at
      from pgwave_private.list_attempts(sum_attempts_by_model."from", sum_attempts_by_model.until,
             sum_attempts_by_model.workflow_id, sum_attempts_by_model.environment) t
     cross join lateral (
             select pgwave_private.read_tokens(t.usage -> 'prompt_tokens') as prompt_tokens,
                    pgwave_private.read_tokens(t.usage -> 'completion_tokens') as completion_tokens) u
      left join pgwave.actor_revisions v
        on v.actor_id = t.actor_id and v.revision = t.actor_revision and v.definition ? 'price'
     where t.usage ? 'model'
     group by 1, 2, 3
  )
  select c.model, coalesce(sum(c.many) filter (where not c.cached), 0)::bigint,
         coalesce(sum(c.many) filter (where c.cached), 0)::bigint, sum(c.rehearsed)::bigint,
         coalesce(sum(c.many) filter (where c.outcome = 'failed'), 0)::bigint,
         max(c.times) filter (where c.outcome = 'completed' and not c.cached), sum(c.prompt_tokens)::bigint,
         sum(c.completion_tokens)::bigint, sum(c.cost), max(c.ended_at)
    from called c
   group by c.model;
end
$$;
comment on function pgwave_private.sum_attempts_by_model(timestamptz, timestamptz, bigint, pgwave.environment) is
  'Sum up the answers of models that came in a time range, in runs that the caller sees. Returns: a row for each model.';

create or replace function pgwave.model_statistics(
  "from" timestamptz default null,
  until timestamptz default null,
  workflow text default null,
  environment text default null
) returns table (
  model text,
  calls bigint,
  cached bigint,
  rehearsed bigint,
  failed bigint,
  p50_ms float8,
  p95_ms float8,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  last_call_at timestamptz
)
language sql
stable
set search_path = ''
as $$
  select s.model, s.calls, s.cached, s.rehearsed, s.failed, round(1000 * s.times[1]), round(1000 * s.times[2]),
    s.prompt_tokens,
         s.completion_tokens, s.cost, s.last_call_at
    from (select pgwave_private.read_time_range(model_statistics."from", model_statistics.until) as range) t
   cross join lateral pgwave_private.sum_attempts_by_model(lower(t.range), upper(t.range),
           pgwave_private.workflow_to_count(model_statistics.workflow),
           pgwave_private.environment_to_count(model_statistics.environment)) s
   order by s.calls desc, s.model
$$;
comment on function pgwave.model_statistics(timestamptz, timestamptz, text, text) is
  'Count the calls of models that ended in a time range. Returns: a row for each model, by descending calls. It has calls, answers from the cache, rehearsed answers, and failed calls. It has the times of completed calls in milliseconds, tokens, and cost. Raises: PWNOF, PWINP for an empty range.';

create or replace function pgwave_private.list_runs_by_attempt(
  "from" timestamptz,
  until timestamptz,
  actor text,
  model text,
  code text
) returns setof bigint
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
begin
  return query
  select distinct t.workflow_run_id
    from pgwave_private.list_attempts(list_runs_by_attempt."from", list_runs_by_attempt.until, null, null) t
   where (list_runs_by_attempt.actor is null
           or t.actor_id = (select a.actor_id from pgwave.actors a where a.actor_name = list_runs_by_attempt.actor))
     and (list_runs_by_attempt.model is null or t.usage ->> 'model' = list_runs_by_attempt.model)
     and (list_runs_by_attempt.code is null
           or t.outcome = 'failed' and coalesce((t.error ->> 'code'), 'unknown') = list_runs_by_attempt.code);
end
$$;
comment on function pgwave_private.list_runs_by_attempt(timestamptz, timestamptz, text, text, text) is
  'Find runs by their attempts, of those that the caller sees. Returns: their numbers.';

create or replace function pgwave.runs_by_attempt(
  "from" timestamptz default null,
  until timestamptz default null,
  actor text default null,
  model text default null,
  code text default null
) returns setof pgwave.workflow_runs
language sql
stable
set search_path = ''
as $$
  select run.*
    from (select pgwave_private.read_time_range(runs_by_attempt."from", runs_by_attempt.until) as range) t
   cross join lateral pgwave_private.list_runs_by_attempt(lower(t.range), upper(t.range), runs_by_attempt.actor,
           runs_by_attempt.model, runs_by_attempt.code) v (id)
    join pgwave.workflow_runs run on run.workflow_run_id = v.id
   order by run.workflow_run_id desc
$$;
comment on function pgwave.runs_by_attempt(timestamptz, timestamptz, text, text, text) is
  'Find runs by attempts of a time range: by actor, by model, or by the error code of a failed attempt. They are the runs behind a number of actor_statistics or model_statistics. Returns: the runs, the latest first. Raises: PWINP for an empty range.';
