-- How runs went in a time range, over all of its rows and no others: ends are counted by when a run ended, starts by
-- when it started. With the caller's own rights.

create or replace function pgwave_private.read_time_range("from" timestamptz, until timestamptz) returns tstzrange
language plpgsql
stable
set search_path = ''
as $$
declare
  v_until constant timestamptz := coalesce(read_time_range.until, statement_timestamp());
  v_from constant timestamptz := coalesce(read_time_range."from", v_until - interval '24 hours');
begin
  if v_from >= v_until then
    perform pgwave_private.raise_error('PWINP', format('The time range is empty: from %s until %s.', v_from, v_until),
      null, 'Give a time for from that is before until.');
  end if;
  return tstzrange(v_from, v_until);
end
$$;
comment on function pgwave_private.read_time_range(timestamptz, timestamptz) is
  'Read a time range. Returns: it; without until it ends now, without from it begins 24 hours before its end. Raises: PWINP if it is empty.';

create or replace function pgwave_private.workflow_to_count(workflow text) returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id bigint;
begin
  if workflow_to_count.workflow is not null then
    select w.workflow_id into v_id
      from pgwave.workflows w
     where workflow_to_count.workflow in (w.workflow_name, w.workflow_id::text);
    if not found then
      perform pgwave_private.raise_error('PWNOF', format('Workflow %s not found.', to_jsonb(left(workflow, 100))), null,
        'pgwave workflows lists the workflows that you may see.');
    end if;
  end if;
  return v_id;
end
$$;
comment on function pgwave_private.workflow_to_count(text) is
  'Find the workflow that statistics are asked of, by name or number. Returns: its number; null: all are asked. Raises: PWNOF.';

create or replace function pgwave_private.environment_to_count(environment text) returns pgwave.environment
language sql
stable
set search_path = ''
as $$
  select case when environment is not null then pgwave_private.read_environment(environment) end
$$;
comment on function pgwave_private.environment_to_count(text) is
  'Read the environment that statistics are asked of. Returns: it; null: all are asked. Raises: PWINP.';

create or replace function pgwave_private.count_buckets(range tstzrange, bucket interval) returns int
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_seconds constant float8 := date_part('epoch', count_buckets.bucket);
  v_many float8;
begin
  if count_buckets.bucket is null then
    return 1;
  end if;
  if v_seconds <= 0 or date_part('month', count_buckets.bucket) <> 0
    or date_part('year', count_buckets.bucket) <> 0 then
    perform pgwave_private.raise_error('PWINP', format('%s is no bucket.', count_buckets.bucket), null,
      'Give a length in days, hours, minutes, or seconds, for example 1 hour.');
  end if;
  v_many := ceil(date_part('epoch', upper(count_buckets.range) - lower(count_buckets.range)) / v_seconds);
  if v_many > 1000 then
    perform pgwave_private.raise_error('PWINP', format('%s buckets are too many.', v_many), 'The maximum is 1000.',
      'Ask for a shorter range, or for longer buckets.');
  end if;
  return v_many::int;
end
$$;
comment on function pgwave_private.count_buckets(tstzrange, interval) is
  'Count the buckets of a time range. Returns: how many; 1 without a length. Raises: PWINP for more than 1000, and for lengths in months.';

create or replace function pgwave.run_statistics(
  "from" timestamptz default null,
  until timestamptz default null,
  bucket interval default null,
  workflow text default null,
  environment text default null
) returns table (
  bucket_from timestamptz,
  bucket_until timestamptz,
  started bigint,
  completed bigint,
  failed bigint,
  cancelled bigint,
  p50_ms float8,
  p95_ms float8,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  errors jsonb
)
language plpgsql
stable
set search_path = ''
-- a quarter of an hour and a month have plans of their own
set plan_cache_mode = force_custom_plan
as $$
declare
  v_range constant tstzrange := pgwave_private.read_time_range(run_statistics."from", run_statistics.until);
  v_many constant int := pgwave_private.count_buckets(v_range, bucket);
  v_bucket constant interval := coalesce(bucket, upper(v_range) - lower(v_range));
  v_workflow constant bigint := pgwave_private.workflow_to_count(workflow);
  v_environment constant pgwave.environment := pgwave_private.environment_to_count(environment);
begin
  return query
  with starts as (
    select date_bin(v_bucket, r.created_at, lower(v_range)) as at, count(*) as runs
      from pgwave.workflow_runs r
     where r.created_at >= lower(v_range) and r.created_at < upper(v_range)
       and (v_workflow is null or r.workflow_id = v_workflow)
         and (v_environment is null or r.environment = v_environment)
     group by 1
  ), ended as (
    -- completed runs have no code: their times are all in one group
    select date_bin(v_bucket, r.finished_at, lower(v_range)) as at, r.status,
           case r.status when 'failed' then coalesce((r.error ->> 'code'), 'unknown') end as code, count(*) as runs,
           percentile_cont(array[0.5, 0.95]) within group (order by date_part('epoch', r.finished_at - r.created_at))
             as times,
           sum(r.prompt_tokens) as prompt_tokens, sum(r.completion_tokens) as completion_tokens, sum(r.cost) as cost
      from pgwave.workflow_runs r
     where r.finished_at >= lower(v_range) and r.finished_at < upper(v_range)
       and (v_workflow is null or r.workflow_id = v_workflow)
         and (v_environment is null or r.environment = v_environment)
     group by 1, 2, 3
  ), ends as (
    select e.at, sum(e.runs) filter (where e.status = 'completed') as completed,
           sum(e.runs) filter (where e.status = 'failed') as failed,
           sum(e.runs) filter (where e.status = 'cancelled') as cancelled,
           max(e.times) filter (where e.status = 'completed') as times, sum(e.prompt_tokens) as prompt_tokens,
           sum(e.completion_tokens) as completion_tokens, sum(e.cost) as cost,
           jsonb_object_agg(e.code, e.runs) filter (where e.code is not null) as errors
      from ended e
     group by e.at
  )
  select b.at, least(b.at + v_bucket, upper(v_range)), coalesce(s.runs, 0), coalesce(e.completed, 0)::bigint,
         coalesce(e.failed, 0)::bigint, coalesce(e.cancelled, 0)::bigint, round(1000 * e.times[1]),
           round(1000 * e.times[2]),
         coalesce(e.prompt_tokens, 0)::bigint, coalesce(e.completion_tokens, 0)::bigint, coalesce(e.cost, 0),
         coalesce(e.errors, '{}')
    from (select lower(v_range) + i * v_bucket as at from generate_series(0, v_many - 1) i) b
    left join starts s on s.at = b.at
    left join ends e on e.at = b.at
   order by b.at;
end
$$;
comment on function pgwave.run_statistics(timestamptz, timestamptz, interval, text, text) is
  'Count the runs of a time range by how they ended, over all rows that the caller may see, also in buckets of a length. Child runs count as runs. Returns: a row for each bucket, also for empty ones; without a length, one row. It counts runs that started, and runs that ended by status. It has the times of completed runs in milliseconds, tokens, cost, and failed runs by code. Raises: PWNOF, PWINP for an empty range or more than 1000 buckets.';

create or replace function pgwave.workflow_statistics(
  "from" timestamptz default null,
  until timestamptz default null,
  environment text default null
) returns table (
  workflow_id bigint,
  workflow_name text,
  started bigint,
  completed bigint,
  failed bigint,
  cancelled bigint,
  p50_ms float8,
  p95_ms float8,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  errors jsonb
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  v_range constant tstzrange := pgwave_private.read_time_range(workflow_statistics."from", workflow_statistics.until);
  v_environment constant pgwave.environment := pgwave_private.environment_to_count(environment);
begin
  return query
  with starts as (
    select r.workflow_id as id, count(*) as runs
      from pgwave.workflow_runs r
     where r.created_at >= lower(v_range) and r.created_at < upper(v_range)
       and (v_environment is null or r.environment = v_environment)
     group by 1
  ), ended as (
    select r.workflow_id as id, r.status,
           case r.status when 'failed' then coalesce((r.error ->> 'code'), 'unknown') end as code, count(*) as runs,
           percentile_cont(array[0.5, 0.95]) within group (order by date_part('epoch', r.finished_at - r.created_at))
             as times,
           sum(r.prompt_tokens) as prompt_tokens, sum(r.completion_tokens) as completion_tokens, sum(r.cost) as cost
      from pgwave.workflow_runs r
     where r.finished_at >= lower(v_range) and r.finished_at < upper(v_range)
       and (v_environment is null or r.environment = v_environment)
     group by 1, 2, 3
  ), ends as (
    select e.id, sum(e.runs) as runs, sum(e.runs) filter (where e.status = 'completed') as completed,
           sum(e.runs) filter (where e.status = 'failed') as failed,
           sum(e.runs) filter (where e.status = 'cancelled') as cancelled,
           max(e.times) filter (where e.status = 'completed') as times, sum(e.prompt_tokens) as prompt_tokens,
           sum(e.completion_tokens) as completion_tokens, sum(e.cost) as cost,
           jsonb_object_agg(e.code, e.runs) filter (where e.code is not null) as errors
      from ended e
     group by e.id
  )
  select w.workflow_id, w.workflow_name, coalesce(s.runs, 0), coalesce(e.completed, 0)::bigint,
    coalesce(e.failed, 0)::bigint,
         coalesce(e.cancelled, 0)::bigint, round(1000 * e.times[1]), round(1000 * e.times[2]),
         coalesce(e.prompt_tokens, 0)::bigint, coalesce(e.completion_tokens, 0)::bigint, coalesce(e.cost, 0),
         coalesce(e.errors, '{}')
    from starts s
    full join ends e on e.id = s.id
    join pgwave.workflows w on w.workflow_id = coalesce(s.id, e.id)
   order by e.runs desc nulls last, w.workflow_name;
end
$$;
comment on function pgwave.workflow_statistics(timestamptz, timestamptz, text) is
  'Count the runs of a time range by workflow and status, over all rows that the caller may see. Returns: a row for each workflow that had runs, by descending count: as run_statistics. Raises: PWINP for an empty range.';
