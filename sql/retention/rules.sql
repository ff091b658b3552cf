-- How long runs are kept. The latest version of a workflow says it for the runs of all its versions.

create or replace function pgwave_private.list_retention(older_than interval)
returns table (workflow_id bigint, environment pgwave.environment, finished_before timestamptz)
language sql
stable
set search_path = ''
as $$
  select k.workflow_id, k.environment, k.at - k.kept
    from (
      select w.workflow_id, e.environment, t.at,
             coalesce(pgwave_private.parse_duration(v.definition -> 'retention' -> e.environment::text),
               list_retention.older_than) as kept
        from (select pgwave_private.now() as at) t
        cross join pgwave.workflows w
        cross join unnest(enum_range(null::pgwave.environment)) e (environment)
        left join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
    ) k
   where k.kept is not null
$$;
comment on function pgwave_private.list_retention(interval) is
  'List until when runs must have finished to be old enough: by retention of their workflow, else older than what is given. Returns: a row for each workflow and environment whose runs may go.';

create or replace function pgwave_private.has_retention() returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from pgwave.workflows w
      join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
     where v.definition ? 'retention')
$$;
comment on function pgwave_private.has_retention() is
  'Tell whether any workflow says how long its runs are kept. Returns: true or false.';

-- Numbers follow the times at which runs were created closely enough to know where to stop looking.
create or replace function pgwave_private.find_run_at(at timestamptz) returns bigint
language plpgsql
stable
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_low bigint := 0::bigint;
  v_high bigint := (select s.last_value from pgwave.workflow_run_ids s);
  v_middle bigint;
  v_run record;
begin
  while v_low < v_high loop
    v_middle := (v_low + v_high) / 2;
    select run.workflow_run_id, run.created_at into v_run
      from pgwave.workflow_runs run
     where run.workflow_run_id > v_middle
     order by run.workflow_run_id limit 1;
    if not found or v_run.created_at >= find_run_at.at then
      v_high := v_middle;
    else
      v_low := v_run.workflow_run_id;
    end if;
  end loop;
  return v_low;
end
$$;
comment on function pgwave_private.find_run_at(timestamptz) is
  'Find the last run that was created before a time. Returns: its number; 0: none was.';
