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

create or replace function pgwave_private.searched_words(text text) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when length(searched_words.text) >= 3 then lower(btrim(to_json(searched_words.text)::text, '"')) end
$$;
comment on function pgwave_private.searched_words(text) is
  'Read the words of a search as has_words takes them. Returns: them; null: it is too short for words.';

create or replace function pgwave_private.named_runs(text text) returns bigint[]
language sql
stable
set search_path = ''
as $$
  select array(
    select substring(named_runs.text from '\d{1,18}')::bigint where named_runs.text ~ '^\s*#?\d{1,18}\s*$'
    union
    select t.child_workflow_run_id from pgwave.batch_tasks t
     where t.task_key = named_runs.text and t.child_workflow_run_id is not null)
$$;
comment on function pgwave_private.named_runs(text) is
  'Find the runs that a text names: by number, or by the key of their task. Returns: their numbers.';

-- Without a filter the search stops at the fiftieth run; a filter is left to what acts on all runs that match.
create or replace function pgwave.search_runs(text text, before bigint default null, matches jsonb default '{}')
returns setof pgwave.workflow_runs
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_words constant text := pgwave_private.searched_words(search_runs.text);
  v_named constant bigint[] := case when search_runs.before is null
    then pgwave_private.named_runs(search_runs.text) else '{}' end;
  v_found bigint[];
begin
  perform pgwave_private.require_run_filter(search_runs.matches);
  if search_runs.matches = '{}' then
    v_found := array(
      select run.workflow_run_id
        from (
          select latest.* from pgwave.workflow_runs latest
           where latest.workflow_run_id < coalesce(search_runs.before, 9223372036854775807)
           order by latest.workflow_run_id desc
           limit pgwave_private.searched_runs()
        ) run
       where v_words is not null and pgwave_private.has_words(run, v_words)
       limit 50) || v_named;
  else
    v_found := array(
      select m.workflow_run_id
        from pgwave_private.matching_runs(jsonb_strip_nulls(search_runs.matches || jsonb_build_object(
               'text', search_runs.text, 'before', search_runs.before)), null, null, null, null) m);
  end if;
  return query
    select run.*
      from pgwave.workflow_runs run
     where run.workflow_run_id = any (v_found)
     order by run.workflow_run_id::text = btrim(search_runs.text, ' #') desc,
              run.workflow_run_id = any (v_named) desc, run.workflow_run_id desc
     limit 50;
end
$$;
comment on function pgwave.search_runs(text, bigint, jsonb) is
  'Find runs by number, by the key of their task, or by words in input, output, or error. For words, it reads the latest 100,000 runs that the caller may see, of those before the run `before`. searched_back_to returns the last run that it reads. `matches` is a filter as in count_matching_runs: other runs are left out. Returns: the run with that number first, then the others, the latest first; a maximum of 50.';

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
