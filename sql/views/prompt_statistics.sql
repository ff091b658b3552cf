-- How the versions of a prompt went in a time range, and what evaluations said of their runs.

create or replace function pgwave_private.sum_prompt_versions(
  prompt text,
  "from" timestamptz,
  until timestamptz,
  environment pgwave.environment
) returns table (
  version int,
  labels text[],
  interactions bigint,
  completed bigint,
  failed bigint,
  times float8[],
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  scores bigint,
  mean_score numeric
)
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
begin
  return query
    with done as materialized (
      select i.*, (i.input #>> '{prompt_version,version}')::int as version,
             i.input #>> '{prompt_version,label}' as label
        from pgwave_private.visible_runs_between(sum_prompt_versions."from", sum_prompt_versions.until, null,
               sum_prompt_versions.environment, true) v (run)
        join pgwave.workflow_runs run on run.workflow_run_id = v.run
        join pgwave.interactions i on i.workflow_run_id = v.run
       where i.copied_from_interaction_id is null
         and (run.overrides is not null or i.conversation_version_id in (
           select cv.conversation_version_id from pgwave.conversation_versions cv
            where cv.prompt_use is not null and cv.prompt_use ->> 'name' = sum_prompt_versions.prompt))
         and i.input #>> '{prompt_version,name}' = sum_prompt_versions.prompt
    ), scored as (
      select d.version, count(*) as scores, avg(s.score) as mean_score
        from (select distinct d.version, d.workflow_run_id from done d) d
        join pgwave.batch_tasks t on t.child_workflow_run_id = d.workflow_run_id
        join pgwave.evaluation_scores s on s.workflow_run_id = t.workflow_run_id and s.position = t.position
       group by d.version
    )
    select d.version, array_agg(distinct d.label order by d.label) filter (where d.label is not null), count(*),
           count(*) filter (where d.status = 'completed'), count(*) filter (where d.status = 'failed'),
           percentile_cont(array[0.5, 0.95]) within group (order by date_part('epoch', d.completed_at - d.started_at))
             filter (where d.status = 'completed'),
           sum(d.prompt_tokens)::bigint, sum(d.completion_tokens)::bigint, sum(d.cost), coalesce(max(s.scores), 0),
           max(s.mean_score)
      from done d
      left join scored s on s.version = d.version
     group by d.version;
end
$$;
comment on function pgwave_private.sum_prompt_versions(text, timestamptz, timestamptz, pgwave.environment) is
  'Sum up the interactions that were asked with a prompt, in runs that ended in a time range and that the caller sees. Returns: a row for each version.';

create or replace function pgwave.prompt_statistics(
  prompt text,
  "from" timestamptz default null,
  until timestamptz default null,
  environment text default null
) returns table (
  version int,
  labels text[],
  interactions bigint,
  completed bigint,
  failed bigint,
  p50_ms float8,
  p95_ms float8,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  scores bigint,
  mean_score numeric
)
language plpgsql
stable
security definer
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform pgwave_private.require_prompt(prompt_statistics.prompt);
  return query
    select s.version, s.labels, s.interactions, s.completed, s.failed, round(1000 * s.times[1]),
           round(1000 * s.times[2]), s.prompt_tokens, s.completion_tokens, s.cost, s.scores, s.mean_score
      from (select pgwave_private.read_time_range(prompt_statistics."from", prompt_statistics.until) as range) t
     cross join lateral pgwave_private.sum_prompt_versions(prompt_statistics.prompt, lower(t.range), upper(t.range),
             pgwave_private.environment_to_count(prompt_statistics.environment)) s
     order by s.version;
end
$$;
comment on function pgwave.prompt_statistics(text, timestamptz, timestamptz, text) is
  'Count the interactions of runs that ended in a time range, by version of a prompt; copies of forks are left out. Returns: a row for each version. It has the labels by which it was picked, times of completed interactions in milliseconds, tokens, cost, and the scores of evaluations of these runs. Raises: PWNOF, PWINP for an empty range.';
