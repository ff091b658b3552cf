-- A version is promoted on an evaluation: of that version, as it is defined, complete, and not below its bar.

create or replace function pgwave_private.list_below(run_id bigint, most int) returns text
language sql
stable
set search_path = ''
as $$
  select string_agg(jsonb_build_object('input', r.input, 'score', r.score, 'message', format('%s scored %s: %s',
             left(r.input::text, 120), coalesce(round(r.score, 4)::text, 'nothing'),
               coalesce(r.message, 'no message')))::text,
           E'\n' order by r.score nulls first, r.example_key)
    from (
      select r.* from pgwave.evaluation_results r
       where r.workflow_run_id = list_below.run_id and (r.score < 1 or r.score is null)
       order by r.score nulls first, r.example_key
       limit list_below.most
    ) r
$$;
comment on function pgwave_private.list_below(bigint, int) is
  'List the examples of an evaluation that score below 1, or have no score, the lowest first. Returns: a JSON object {input, score, message} a line; null: none.';

create or replace function pgwave_private.require_passed(run_id bigint, workflow_version_id bigint) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_most constant int := 50;
  v_evaluation pgwave.evaluations;
  v_summary pgwave.evaluation_summary;
  v_fault text;
  v_moved text;
begin
  perform pgwave_private.require_run_permission(require_passed.run_id, 'view');
  v_evaluation := pgwave_private.require_evaluation(require_passed.run_id);
  select s.* into v_summary from pgwave.evaluation_summary s where s.workflow_run_id = require_passed.run_id;
  v_moved := pgwave_private.find_moved_prompt(require_passed.workflow_version_id, (
    select run.created_at from pgwave.workflow_runs run where run.workflow_run_id = require_passed.run_id));
  v_fault := case
    when v_evaluation.workflow_version_id <> require_passed.workflow_version_id
      then format('measured version %s of %s', v_summary.version, v_summary.workflow_name)
    when v_summary.overrides is not null then 'measured the version with overrides'
    when v_moved is not null then format('measured another version of the prompt %s', v_moved)
    when v_summary.status not in ('completed', 'incomplete') then format('is %s', v_summary.status)
    when v_summary.scored < v_summary.examples
      then format('has no score for %s of %s examples', v_summary.examples - v_summary.scored, v_summary.examples)
    when v_summary.score < v_summary.fail_below
      then format('scored %s, and %s is required', round(v_summary.score, 4), v_summary.fail_below) end;
  if v_fault is not null then
    perform pgwave_private.raise_error('PWEVL', format('Evaluation %s %s.', require_passed.run_id, v_fault),
      pgwave_private.list_below(require_passed.run_id, v_most),
      'pgwave evaluations ' || require_passed.run_id || ' shows what each example scored.');
  end if;
end
$$;
comment on function pgwave_private.require_passed(bigint, bigint) is
  'Refuse an evaluation that is not of the version as it is defined, is not complete, or is below its bar. Raises: PWEVL with the examples in the detail, PWNOF.';
