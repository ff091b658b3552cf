-- Find a run by what a person remembers of it.

-- No index of words: one over the text of inputs, outputs and errors would cost each start and each end more than the
-- rare search is worth. 100,000 runs with inputs of 700 bytes were read in 1.4 to 2 s, on two busy cores.
create or replace function pgwave_private.searched_runs() returns int
language sql
immutable
parallel safe
set search_path = ''
as $$
  select 100000
$$;
comment on function pgwave_private.searched_runs() is
  'Say how many runs a search for words reads. Returns: a number of runs.';

create or replace function pgwave_private.has_words(run pgwave.workflow_runs, words text) returns boolean
language sql
immutable
set search_path = ''
as $$
  select position(has_words.words in lower((run).input::text)) > 0
      or (run).output is not null and position(has_words.words in lower((run).output::text)) > 0
      or (run).error is not null and position(has_words.words in lower((run).error::text)) > 0
$$;
comment on function pgwave_private.has_words(pgwave.workflow_runs, text) is
  'Look for words, in lower case and as JSON writes them, in the input, output and error of a run. Returns: whether they are there.';

create or replace function pgwave.search_runs(text text, before bigint default null)
returns setof pgwave.workflow_runs
language sql
stable
set search_path = ''
as $$
  select run.*
    from pgwave.workflow_runs run
   where search_runs.before is null and search_runs.text ~ '^\s*#?\d{1,18}\s*$'
     and run.workflow_run_id = substring(search_runs.text from '\d{1,18}')::bigint
  union all
  select run.*
    from pgwave.workflow_runs run
   where search_runs.before is null and run.workflow_run_id in (
           select t.child_workflow_run_id from pgwave.batch_tasks t where t.task_key = search_runs.text)
     and run.workflow_run_id::text <> btrim(search_runs.text, ' #')
  union all
  select found.*
    from (
      select run.*
        from (
          select latest.* from pgwave.workflow_runs latest
           where latest.workflow_run_id < coalesce(search_runs.before, 9223372036854775807)
           order by latest.workflow_run_id desc
           limit pgwave_private.searched_runs()
        ) run
       where length(search_runs.text) >= 3
         and pgwave_private.has_words(run, lower(btrim(to_json(search_runs.text)::text, '"')))
       limit 50
    ) found
$$;
comment on function pgwave.search_runs(text, bigint) is
  'Find runs by number, by the key of their task, or by words in input, output, or error. For words, it reads the latest 100,000 runs that the caller may see, of those before the run `before`. searched_back_to returns the last run that it reads. Returns: the run with that number first, then a maximum of 50 runs with those words, the latest first.';

create or replace function pgwave.searched_back_to(before bigint default null) returns bigint
language sql
stable
set search_path = ''
as $$
  select case when count(*) = pgwave_private.searched_runs() then min(read.workflow_run_id) end
    from (
      select run.workflow_run_id from pgwave.workflow_runs run
       where run.workflow_run_id < coalesce(searched_back_to.before, 9223372036854775807)
       order by run.workflow_run_id desc
       limit pgwave_private.searched_runs()
    ) read
$$;
comment on function pgwave.searched_back_to(bigint) is
  'Show how far search_runs looks for words, with the same `before`. Returns: the number of the oldest run that it reads, which is the next `before`; null: it reads all older runs.';
