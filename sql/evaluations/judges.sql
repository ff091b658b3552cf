-- Judges: workflows that score what the runs of an evaluation answered. Each judging scorer is a batch of its own,
-- which starts once these runs have ended: so authors' scripts and statements never run where answers are completed.

create or replace function pgwave_private.require_author_of_judge() returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not pgwave_private.acts_as('pgwave_author') and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not let an actor or statement judge: this defines a workflow.', pgwave.current_identity()), null,
      'Ask an author to define a workflow that judges, and name it: {"type": "workflow", "workflow": "…"}.');
  end if;
end
$$;
comment on function pgwave_private.require_author_of_judge() is
  'See to it that the caller may define workflows. Raises: PWACC.';

create or replace function pgwave_private.store_judging_statement(statement text) returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_definition constant jsonb := jsonb_build_object('type', 'sql', 'statement', store_judging_statement.statement);
  v_name constant text := 'judge:sql/' || left(pgwave_private.task_key(
    v_definition || jsonb_build_object('owner', pgwave.current_identity())), 32);
begin
  perform pgwave_private.require_author_of_judge();
  perform pgwave.define_actor(v_definition || jsonb_build_object('name', v_name));
  return v_name;
end
$$;
comment on function pgwave_private.store_judging_statement(text) is
  'Make the sql actor that judges by a statement, if it is not there yet. Returns: its name. Raises: PWACC, PWDEF. Writes: as define_actor.';

create or replace function pgwave_private.store_judge(actor text) returns pgwave.workflows
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_body constant jsonb := jsonb_build_object(
    'description', format('Judges by the actor %s', store_judge.actor), 'result', '$judge.data',
    'conversations', jsonb_build_array(jsonb_build_object('name', 'judge', 'actor', store_judge.actor,
      'params', '{"input": "$input.input", "expected": "$input.expected", "output": "$input.output"}'::jsonb)));
  v_name constant text := 'judge:' || left(pgwave_private.task_key(
    v_body || jsonb_build_object('owner', pgwave.current_identity())), 32);
begin
  perform pgwave_private.require_author_of_judge();
  perform pgwave_private.define_version(v_body || jsonb_build_object('name', v_name));
  return pgwave_private.require_workflow(v_name, 'operate');
end
$$;
comment on function pgwave_private.store_judge(text) is
  'Make the workflow that judges by an actor, if it is not there yet; each author has their own. Returns: it. Raises: PWACC, PWDEF. Writes: as define_workflow.';

create or replace function pgwave_private.list_unjudged(run pgwave.workflow_runs, scorer jsonb)
returns table ("position" int, input jsonb)
language sql
stable
set search_path = ''
as $$
  select t.position, jsonb_build_object('input', t.input, 'expected', e.expected, 'output',
           pgwave_private.answer_of_sample(t.child_workflow_run_id, list_unjudged.scorer ->> 'conversation'))
    from pgwave.batch_tasks t
    left join pgwave_private.expected_of(run.workflow_run_id) e on e.example_key = t.task_key
   where t.workflow_run_id = run.workflow_run_id and t.status = 'completed'
     and not exists (
       select from pgwave.evaluation_judges j
         join pgwave.batch_tasks judged on judged.workflow_run_id = j.judge_workflow_run_id
        where j.workflow_run_id = run.workflow_run_id and j.scorer = list_unjudged.scorer ->> 'name'
          and judged.position = t.position)
   order by t.position
$$;
comment on function pgwave_private.list_unjudged(pgwave.workflow_runs, jsonb) is
  'List the runs of an evaluation that completed and that a judge has not been given. Returns: the position of each, and what the judge gets: {input, expected, output}.';

create or replace function pgwave_private.start_judge(run pgwave.workflow_runs, scorer jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_judge pgwave.workflows;
  v_draft pgwave.workflow_runs;
  v_settings pgwave.batches;
  v_positions int[];
  v_inputs jsonb[];
begin
  select array_agg(u.position order by u.position), array_agg(u.input order by u.position) into v_positions, v_inputs
    from pgwave_private.list_unjudged(start_judge.run, start_judge.scorer) u;
  select w.* into v_judge from pgwave.workflows w where w.workflow_id = (start_judge.scorer ->> 'workflow_id')::bigint;
  -- what may not start any more leaves the evaluation without these scores
  if v_positions is null or v_judge.deleted_at is not null or not coalesce(v_judge.enabled, false) then
    return;
  end if;
  select b.max_parallel, b.as_administrator into v_settings.max_parallel, v_settings.as_administrator
    from pgwave.batches b where b.workflow_run_id = run.workflow_run_id;
  v_settings.discovered := false;
  v_settings.tasks := cardinality(v_positions);
  v_draft.workflow_run_id := nextval('pgwave.workflow_run_ids');
  v_draft.workflow_version_id := (start_judge.scorer ->> 'workflow_version_id')::bigint;
  v_draft.environment := run.environment;
  v_draft.priority := run.priority;
  v_draft.operator := run.operator;
  v_draft.owner := run.owner;
  v_draft.visibility := run.visibility;
  v_draft.triggered_by := 'workflow_completion';
  v_draft.parent_workflow_run_id := run.workflow_run_id;
  v_draft.parent_interaction_id := run.orchestrator_interaction_id;
  v_draft.input := jsonb_build_object('judges', run.workflow_run_id, 'scorer', start_judge.scorer ->> 'name');
  v_draft := pgwave_private.insert_batch(v_judge, v_draft, v_settings);
  insert into pgwave.evaluation_judges (judge_workflow_run_id, workflow_run_id, scorer)
  values (v_draft.workflow_run_id, run.workflow_run_id, start_judge.scorer ->> 'name');
  perform pgwave_private.insert_batch_tasks(v_draft, array(select pgwave_private.task_key(i) from unnest(v_inputs) i),
    v_inputs, '{}', v_positions);
  perform pgwave_private.open_batch(v_draft);
  -- the batch that is settled now does not settle this one
  perform pgwave_private.add_tickets(array['waits'], null);
end
$$;
comment on function pgwave_private.start_judge(pgwave.workflow_runs, jsonb) is
  'Start the batch in which one scorer judges what an evaluation, which the caller holds, came to; its tasks have the positions of the runs. Writes: workflow_runs, batches, batch_tasks, evaluation_judges, interactions, tickets.';

create or replace function pgwave_private.start_judges(run pgwave.workflow_runs) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform pgwave_private.start_judge(run, s.scorer)
    from pgwave.evaluations e
    cross join jsonb_array_elements(e.scorers) with ordinality s (scorer, place)
   where e.workflow_run_id = run.workflow_run_id and s.scorer ? 'workflow_version_id';
end
$$;
comment on function pgwave_private.start_judges(pgwave.workflow_runs) is
  'Start what judges an evaluation whose runs have ended. Writes: as start_judge.';

create or replace function pgwave_private.unwrap_verdict(output jsonb) returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  with recursive inner_value (value, depth) as (
    select unwrap_verdict.output, 0
    union all
    select n.value, i.depth + 1
      from inner_value i
      cross join lateral (
        select case when i.value ?| '{score,passed}' then null
                 when i.value ? 'data' then i.value -> 'data'
                 when jsonb_typeof(i.value -> 'rows') = 'array' then i.value #> '{rows,0}'
                 -- the only field: of a query's row, or of a result
                 when jsonb_typeof(i.value) = 'object' and (select count(*) from jsonb_object_keys(i.value)) = 1
                   then (select e.value from jsonb_each(i.value) e) end
      ) n (value)
     where n.value is not null and jsonb_typeof(i.value) = 'object' and i.depth < 4
  )
  select i.value from inner_value i order by i.depth desc limit 1
$$;
comment on function pgwave_private.unwrap_verdict(jsonb) is
  'Find the verdict in what a judge gave: within data, the first of its rows, the only field. Returns: it.';

create or replace function pgwave_private.read_verdict(output jsonb, out score numeric, out message text)
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_verdict constant jsonb := pgwave_private.unwrap_verdict(read_verdict.output);
  v_value constant jsonb := coalesce(v_verdict -> 'score', v_verdict -> 'passed', v_verdict);
begin
  message := case when jsonb_typeof(v_verdict) = 'object'
               then coalesce(v_verdict ->> 'message', v_verdict ->> 'reason') end;
  if jsonb_typeof(v_value) = 'boolean' then
    score := (v_value::boolean)::int::numeric;
  elsif v_value in ('"PASS"', '"FAIL"') then
    score := (v_value = '"PASS"')::int::numeric;
  elsif jsonb_typeof(v_value) = 'number' and v_value::numeric between 0 and 1 then
    score := v_value::numeric;
  else
    message := 'the judge gave no score from 0 to 1: ' || coalesce(left(read_verdict.output::text, 200), 'nothing');
  end if;
end
$$;
comment on function pgwave_private.read_verdict(jsonb) is
  'Read what a judge gave: a number from 0 to 1, true or false, PASS or FAIL, or an object with score or passed, and message or reason. Returns: the score, null where there is none, and what the judge said.';

create or replace function pgwave_private.note_verdicts(run pgwave.workflow_runs, tasks pgwave.batch_tasks[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into pgwave.evaluation_scores (
    workflow_run_id, position, scorer, score, message, judge_workflow_run_id, scored_at)
  select (run.input ->> 'judges')::bigint, t.position, run.input ->> 'scorer', v.score, v.message,
         t.child_workflow_run_id, pgwave_private.now()
    from unnest(note_verdicts.tasks) t
    join pgwave.workflow_runs child on child.workflow_run_id = t.child_workflow_run_id
    cross join lateral pgwave_private.read_verdict(child.output) v
   where t.status = 'completed'
     and exists (select from pgwave.evaluations e where e.workflow_run_id = (run.input ->> 'judges')::bigint)
   order by t.position
  on conflict on constraint evaluation_scores_pkey do nothing;
end
$$;
comment on function pgwave_private.note_verdicts(pgwave.workflow_runs, pgwave.batch_tasks[]) is
  'Note what the runs of a judging batch gave. Writes: evaluation_scores.';
