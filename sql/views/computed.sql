-- What is computed of a row, for the API: fields of its type. With the caller's own rights.

create or replace function pgwave.workflow_runs_progress(run pgwave.workflow_runs) returns float8
language sql
stable
set search_path = ''
as $$
  select case
    when (run).finished_at is not null then 1
    when (run).interactions_created = 0 then 0
    else 1 - (run).interactions_open::float8 / (run).interactions_created
  end
$$;
comment on function pgwave.workflow_runs_progress(pgwave.workflow_runs) is
  'How much of what a run has created so far is resolved. Returns: from 0 to 1; 1 of a finished run.';

create or replace function pgwave.workflow_runs_duration_ms(run pgwave.workflow_runs) returns float8
language sql
stable
set search_path = ''
as $$
  select round(extract(epoch from coalesce((run).finished_at, clock_timestamp()) - (run).created_at) * 1000)::float8
$$;
comment on function pgwave.workflow_runs_duration_ms(pgwave.workflow_runs) is
  'How long a run took, or has taken so far. Returns: milliseconds.';

create or replace function pgwave.workflow_runs_error_code(run pgwave.workflow_runs) returns text
language sql
stable
set search_path = ''
as $$
  select case (run).status when 'failed' then coalesce(((run).error ->> 'code'), 'unknown') end
$$;
comment on function pgwave.workflow_runs_error_code(pgwave.workflow_runs) is
  'Read why a run failed, as the statistics count it. Returns: the code of its error, or unknown if it has none; null: it did not fail.';

create or replace function pgwave.workflow_runs_total_cost(run pgwave.workflow_runs) returns numeric
language sql
stable
set search_path = ''
as $$
  with recursive tree (id, cost) as (
    select (run).workflow_run_id, (run).cost
    union all
    select child.workflow_run_id, child.cost
      from tree t
      join pgwave.workflow_runs child on child.parent_workflow_run_id = t.id
  )
  select sum(t.cost) from tree t
$$;
comment on function pgwave.workflow_runs_total_cost(pgwave.workflow_runs) is
  'What a run cost together with the runs that it started, at any depth. Returns: the sum by the actors'' prices.';

create or replace function pgwave.workflow_runs_child_run_counts(run pgwave.workflow_runs) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('total', coalesce(sum(c.runs), 0)) || coalesce(jsonb_object_agg(c.status, c.runs), '{}')
    from (
      select child.status, count(*) as runs
        from pgwave.workflow_runs child
       where child.parent_workflow_run_id = (run).workflow_run_id
       group by child.status
    ) c
$$;
comment on function pgwave.workflow_runs_child_run_counts(pgwave.workflow_runs) is
  'How many runs a run started, and how they stand: of a batch, its progress. Returns: {total, and a number for each status that there is}.';

create or replace function pgwave.interactions_duration_ms(interaction pgwave.interactions) returns float8
language sql
stable
set search_path = ''
as $$
  select round(extract(epoch from coalesce((interaction).completed_at, clock_timestamp())
    - (interaction).started_at) * 1000)::float8
$$;
comment on function pgwave.interactions_duration_ms(pgwave.interactions) is
  'How long the present or last attempt took, or has taken so far. Returns: milliseconds; null before the first.';
