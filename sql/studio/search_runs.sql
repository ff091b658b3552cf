-- Find a run by what a person remembers of it.

create or replace function pgwave.search_runs(text text)
returns setof pgwave.workflow_runs
language sql
stable
set search_path = ''
as $$
  select run.*
    from pgwave.workflow_runs run
   where search_runs.text ~ '^\s*#?\d{1,18}\s*$'
     and run.workflow_run_id = substring(search_runs.text from '\d{1,18}')::bigint
  union all
  select run.*
    from pgwave.workflow_runs run
   where run.workflow_run_id in (
           select t.child_workflow_run_id from pgwave.batch_tasks t where t.task_key = search_runs.text)
     and run.workflow_run_id::text <> btrim(search_runs.text, ' #')
  union all
  select found.*
    from (
      select run.*
        from (select latest.* from pgwave.workflow_runs latest order by latest.workflow_run_id desc limit 5000) run
       where length(search_runs.text) >= 3
         and (position(lower(search_runs.text) in lower(run.input::text)) > 0
           or position(lower(search_runs.text) in lower(coalesce(run.output::text, ''))) > 0
           or position(lower(search_runs.text) in lower(coalesce(run.error::text, ''))) > 0)
       limit 50
    ) found
$$;
comment on function pgwave.search_runs(text) is
  'Find runs by number, by the key of their task, or by words in input, output, or error. It searches the latest 5,000 runs that the caller may see. Returns: the run with that number first, then at most 50 with those words.';
