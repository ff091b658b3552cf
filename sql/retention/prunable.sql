-- Which runs may go. A run goes with the runs that it waited for, which its seal names.

create or replace function pgwave_private.list_family(run_id bigint) returns setof bigint
language sql
stable
set search_path = ''
as $$
  with recursive family as (
    select list_family.run_id as id
    union all
    select child.workflow_run_id
      from family f
      join pgwave.workflow_runs child on child.parent_workflow_run_id = f.id
        and child.triggered_by in ('sub_workflow', 'chain')
  )
  select f.id from family f
$$;
comment on function pgwave_private.list_family(bigint) is
  'List a run and the runs that it waited for, to any depth. Returns: their numbers.';

create or replace function pgwave_private.last_counted_seal() returns bigint
language sql
stable
set search_path = ''
as $$
  select t.value::bigint from pgwave_private.metric_totals t where t.metric = 'counted_seals' and t.labels = '{}'
$$;
comment on function pgwave_private.last_counted_seal() is
  'Find the last link of the chain of seals that the totals hold. Returns: its number.';

create or replace function pgwave_private.is_prunable(run pgwave.workflow_runs, finished_before timestamptz)
  returns boolean
language plpgsql
stable
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_counted constant bigint := pgwave_private.last_counted_seal();
begin
  -- it goes with its parent, or after it: a batch that goes on asks its runs
  if (run).parent_workflow_run_id is not null and exists (
    select from pgwave.workflow_runs parent
     where parent.workflow_run_id = (run).parent_workflow_run_id
       and ((run).triggered_by in ('sub_workflow', 'chain') or parent.finished_at is null
         or parent.finished_at >= is_prunable.finished_before)) then
    return false;
  end if;
  return not exists (
    select from pgwave_private.list_family((run).workflow_run_id) f (id)
      join pgwave.workflow_runs member on member.workflow_run_id = f.id
     where member.finished_at is null or member.finished_at >= is_prunable.finished_before
        -- what undoes it reads what it did
        or exists (
          select from pgwave.workflow_runs u
           where u.compensates_workflow_run_id = f.id
             and (u.finished_at is null or u.finished_at >= is_prunable.finished_before))
        or exists (
          select from pgwave.run_seals s
            left join pgwave.seal_links l on l.run_seal_id = s.run_seal_id
           where s.workflow_run_id = f.id and (l.seal_link_id is null or l.seal_link_id > v_counted)));
end
$$;
comment on function pgwave_private.is_prunable(pgwave.workflow_runs, timestamptz) is
  'Tell whether a run may go with its family: all finished before a time, none that somebody still asks, and all in the totals. Returns: true or false.';

create or replace function pgwave_private.find_prunable(older_than interval, after bigint, most int)
  returns setof bigint
language plpgsql
stable
set search_path = ''
set enable_seqscan = off
as $$
begin
  return query
  select r.workflow_run_id
    from (select k.workflow_id, k.finished_before, array_agg(k.environment) as environments,
                 pgwave_private.find_run_at(k.finished_before) as last_id
            from pgwave_private.list_retention(find_prunable.older_than) k
           group by k.workflow_id, k.finished_before) k
    cross join lateral (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.workflow_id = k.workflow_id and run.workflow_run_id > find_prunable.after
         and run.workflow_run_id <= k.last_id and run.environment = any(k.environments)
         and run.finished_at < k.finished_before and pgwave_private.is_prunable(run, k.finished_before)
       order by run.workflow_run_id
       limit find_prunable.most) r
   order by r.workflow_run_id
   limit find_prunable.most;
end
$$;
comment on function pgwave_private.find_prunable(interval, bigint, int) is
  'Find runs that may go with their families, by number. Returns: the first ones after a number, ascending.';

create or replace function pgwave.list_prunable_runs(older_than interval default null, after bigint default 0,
  most int default 500)
returns table (root_workflow_run_id bigint, workflow_run_id bigint)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select r.id, f.id
    from pgwave_private.find_prunable(list_prunable_runs.older_than, list_prunable_runs.after,
      list_prunable_runs.most) r (id)
    cross join lateral pgwave_private.list_family(r.id) f (id);
end
$$;
comment on function pgwave.list_prunable_runs(interval, bigint, int) is
  E'@behavior -*\nList runs that are old enough to be pruned: by retention of their workflow, else older than what is given. Returns: a row for each run, with the run that it goes with.';

create or replace function pgwave.preview_prune(older_than interval default null)
returns table (workflow_name text, environment pgwave.environment, runs bigint, oldest timestamptz, newest timestamptz)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select w.workflow_name, run.environment, count(*), min(run.finished_at), max(run.finished_at)
    from pgwave_private.list_retention(preview_prune.older_than) k
    join pgwave.workflow_runs run on run.workflow_id = k.workflow_id and run.environment = k.environment
    join pgwave.workflows w on w.workflow_id = run.workflow_id
   where run.finished_at < k.finished_before and pgwave_private.is_prunable(run, k.finished_before)
   group by w.workflow_name, run.environment
   order by w.workflow_name, run.environment;
end
$$;
comment on function pgwave.preview_prune(interval) is
  E'@behavior -*\nShow what a prune would remove, without sub-workflows. Returns: a row for each workflow and environment that has runs which are old enough.';
