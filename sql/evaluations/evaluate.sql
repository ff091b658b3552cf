-- An evaluation is a batch over the examples of a dataset: a run for each sample of each example. Its tasks have no
-- claims, so that it keeps nothing from being discovered or done.

create or replace function pgwave_private.expected_of(evaluation_id bigint)
returns table (example_key text, expected jsonb, tags text[], dataset_example_id bigint)
language sql
stable
set search_path = ''
as $$
  select e.example_key, e.expected, e.tags, e.dataset_example_id
    from pgwave.evaluations v
    cross join lateral pgwave_private.examples_of_version(v.dataset_id, v.dataset_version) e
   where v.workflow_run_id = expected_of.evaluation_id
$$;
comment on function pgwave_private.expected_of(bigint) is
  'List what an evaluation expects. Returns: a row for each example of its version of the dataset.';

create or replace function pgwave_private.answer_of_sample(workflow_run_id bigint, conversation text) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if answer_of_sample.conversation is null then
    return (
      select run.output from pgwave.workflow_runs run where run.workflow_run_id = answer_of_sample.workflow_run_id);
  end if;
  return (
    select pgwave_private.answer_value(i.output)
      from pgwave.interactions i
      join pgwave.conversations c on c.conversation_id = i.conversation_id
     where i.workflow_run_id = answer_of_sample.workflow_run_id and i.item_index is null and i.status = 'completed'
       and answer_of_sample.conversation in (c.conversation_name, c.conversation_id::text)
     order by i.iteration desc
     limit 1);
end
$$;
comment on function pgwave_private.answer_of_sample(bigint, text) is
  'Find what a run answered: its output, or that of one of its conversations. Returns: it; null: nothing.';

create or replace function pgwave_private.score_samples(run pgwave.workflow_runs, tasks pgwave.batch_tasks[])
returns void
language plpgsql
volatile
set search_path = ''
set jit = off
as $$
begin
  insert into pgwave.evaluation_scores (workflow_run_id, position, scorer, score, message, scored_at)
  select t.workflow_run_id, t.position, s.scorer ->> 'name', a.score, a.message, pgwave_private.now()
    from pgwave.evaluations v
    cross join unnest(score_samples.tasks) t
    cross join jsonb_array_elements(v.scorers) s (scorer)
    left join lateral pgwave_private.examples_of_version(v.dataset_id, v.dataset_version) e
      on e.example_key = t.task_key
    cross join lateral pgwave_private.score_answer(s.scorer, jsonb_build_object(
      'input', t.input, 'expected', e.expected, 'tags', e.tags,
      'output', pgwave_private.answer_of_sample(t.child_workflow_run_id, s.scorer ->> 'conversation'))) a
   where v.workflow_run_id = run.workflow_run_id and t.status = 'completed' and not s.scorer ? 'workflow_version_id'
   order by t.position
  on conflict on constraint evaluation_scores_pkey do nothing;
end
$$;
comment on function pgwave_private.score_samples(pgwave.workflow_runs, pgwave.batch_tasks[]) is
  'Score the runs of an evaluation that completed, by all scorers that need no judge. Writes: evaluation_scores.';

create or replace function pgwave_private.note_scores(run pgwave.workflow_runs, tasks pgwave.batch_tasks[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if run.input ? 'judges' then
    perform pgwave_private.note_verdicts(run, note_scores.tasks);
  elsif run.input ? 'evaluation' then
    perform pgwave_private.score_samples(run, note_scores.tasks);
    -- a run that was retried after its evaluation had ended
    if run.finished_at is not null then
      perform pgwave_private.start_judges(run);
    end if;
  end if;
end
$$;
comment on function pgwave_private.note_scores(pgwave.workflow_runs, pgwave.batch_tasks[]) is
  'Note how good the answers of a batch''s runs are, where it is an evaluation, or judges one. Writes: evaluation_scores.';

create or replace function pgwave_private.overrides_of_evaluation(workflow_version_id bigint, overrides jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_names constant text[] := array(
    select c.conversation_name
      from pgwave.conversation_versions cv
      join pgwave.conversations c on c.conversation_id = cv.conversation_id
     where cv.workflow_version_id = overrides_of_evaluation.workflow_version_id);
  v_overrides jsonb;
begin
  if overrides_of_evaluation.overrides ? 'input' then
    perform pgwave_private.raise_error('PWINP', 'overrides: the input of each run is that of its example', null,
      'Leave input out.');
  elsif cardinality(v_names) > 1
    and overrides_of_evaluation.overrides ?| '{prompt,system,params,actor,model,options}'
  then
    perform pgwave_private.raise_error('PWINP', 'overrides do not name a conversation', array_to_string(v_names, ', '),
      'Name it: {"conversations": {"grade": {"prompt": "…"}}}.');
  end if;
  v_overrides := pgwave_private.normalise_overrides(v_names[1], overrides_of_evaluation.overrides);
  if v_overrides is not null then
    perform pgwave_private.require_overrides(overrides_of_evaluation.workflow_version_id, v_overrides, '{}');
  end if;
  return v_overrides;
end
$$;
comment on function pgwave_private.overrides_of_evaluation(bigint, jsonb) is
  'Check the overrides of an evaluation, and bring them to one form. Returns: them; null: none. Raises: PWINP, PWDEF.';

create or replace function pgwave_private.version_to_measure(
  workflow pgwave.workflows,
  version int,
  environment pgwave.environment
) returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id bigint;
begin
  if version_to_measure.version is null then
    return pgwave_private.deployed_version(workflow, version_to_measure.environment);
  end if;
  select v.workflow_version_id into v_id
    from pgwave.workflow_versions v
   where v.workflow_id = workflow.workflow_id and v.version = version_to_measure.version;
  if not found then
    perform pgwave_private.raise_error('PWNOF',
      format('The workflow %s has no version %s.', workflow.workflow_name, version_to_measure.version), null,
      format('pgwave versions %s lists them.', workflow.workflow_name));
  end if;
  return v_id;
end
$$;
comment on function pgwave_private.version_to_measure(pgwave.workflows, int, pgwave.environment) is
  'Find a version by its number; without one, that which runs in an environment. Returns: its id. Raises: PWNOF.';

create or replace function pgwave_private.require_measurable(
  dataset text,
  examples pgwave.dataset_examples[],
  scorers jsonb,
  samples int,
  fail_below numeric
) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_without constant bigint := (select count(*) from unnest(require_measurable.examples) e where e.expected is null);
begin
  if require_measurable.samples not between 1 and 1000 or require_measurable.fail_below not between 0 and 1 then
    perform pgwave_private.raise_error('PWINP', 'samples is from 1 to 1000, fail_below from 0 to 1', null,
      'Leave them out for one sample, and 1.');
  elsif coalesce(cardinality(require_measurable.examples), 0) = 0 then
    perform pgwave_private.raise_error('PWINP', format('no example of %s is chosen', require_measurable.dataset), null,
      'Add examples, or choose other tags.');
  elsif v_without > 0 and exists (
    select from jsonb_array_elements(require_measurable.scorers) s where s ->> 'type' in ('exact', 'json'))
  then
    perform pgwave_private.raise_error('PWINP',
      format('%s examples of %s have no expected output', v_without, require_measurable.dataset),
      (select left(e.input::text, 200) from unnest(require_measurable.examples) e where e.expected is null limit 1),
      'Scorers exact and json compare with it. Add it, choose other tags, or score by a predicate or judge.');
  end if;
end
$$;
comment on function pgwave_private.require_measurable(text, pgwave.dataset_examples[], jsonb, int, numeric) is
  'Refuse what cannot be measured: no examples, or none with an expected output where scorers compare. Raises: PWINP.';

create or replace function pgwave_private.insert_evaluation(
  run pgwave.workflow_runs,
  evaluation pgwave.evaluations,
  examples pgwave.dataset_examples[]
) returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_keys text[];
  v_inputs jsonb[];
begin
  insert into pgwave.evaluations select (insert_evaluation.evaluation).*;
  -- all examples once, then all once more: what is known early is known of all
  select array_agg(e.example_key order by s, e.place), array_agg(e.input order by s, e.place) into v_keys, v_inputs
    from generate_series(1, evaluation.samples) s
    cross join (
      select x.example_key, x.input, row_number() over (order by x.dataset_example_id) as place
        from unnest(insert_evaluation.examples) x) e;
  if pgwave_private.insert_batch_tasks(run, v_keys, v_inputs, '{}') = cardinality(v_keys) then
    perform pgwave_private.raise_error('PWINP', 'no example meets the input contract of the workflow',
      (select t.error ->> 'message' from pgwave.batch_tasks t
        where t.workflow_run_id = run.workflow_run_id and t.position = 1),
      'The inputs of examples are inputs of runs.');
  end if;
  return pgwave_private.open_batch(run);
end
$$;
comment on function pgwave_private.insert_evaluation(pgwave.workflow_runs, pgwave.evaluations,
  pgwave.dataset_examples[]) is
  'Insert an evaluation and the tasks of its batch, and let it begin. Returns: the run. Raises: PWINP. Writes: evaluations, batch_tasks, interactions.';

create or replace function pgwave.evaluate(
  workflow text,
  dataset text,
  scorers jsonb default '["exact"]',
  version int default null,
  overrides jsonb default null,
  dataset_version int default null,
  tags text[] default null,
  samples int default 1,
  fail_below numeric default 1,
  max_parallel int default null,
  environment text default 'dev',
  priority int default 0
) returns pgwave.evaluations
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_workflow constant pgwave.workflows := pgwave_private.require_workflow(evaluate.workflow, 'operate');
  v_dataset constant pgwave.datasets := pgwave_private.require_dataset(evaluate.dataset);
  v_evaluation pgwave.evaluations;
  v_draft pgwave.workflow_runs;
  v_settings pgwave.batches;
  v_examples pgwave.dataset_examples[];
begin
  perform pgwave_private.require_startable(v_workflow);
  perform pgwave_private.require_batch_settings(evaluate.max_parallel, null);
  v_draft.environment := pgwave_private.read_environment(evaluate.environment);
  v_draft.priority := evaluate.priority;
  v_draft.workflow_version_id := pgwave_private.version_to_measure(v_workflow, evaluate.version, v_draft.environment);
  v_draft.overrides := pgwave_private.overrides_of_evaluation(v_draft.workflow_version_id, evaluate.overrides);
  v_evaluation.dataset_version := coalesce(evaluate.dataset_version, v_dataset.latest_version);
  v_examples := array(
    select e from pgwave.list_examples(evaluate.dataset, v_evaluation.dataset_version, evaluate.tags) e);
  v_evaluation.scorers := pgwave_private.read_scorers(
    evaluate.scorers, v_draft.workflow_version_id, v_draft.environment);
  perform pgwave_private.require_measurable(
    evaluate.dataset, v_examples, v_evaluation.scorers, evaluate.samples, evaluate.fail_below);
  v_evaluation.workflow_run_id := nextval('pgwave.workflow_run_ids');
  v_evaluation.workflow_id := v_workflow.workflow_id;
  v_evaluation.workflow_version_id := v_draft.workflow_version_id;
  v_evaluation.dataset_id := v_dataset.dataset_id;
  v_evaluation.examples := cardinality(v_examples);
  v_evaluation.samples := coalesce(evaluate.samples, 1);
  v_evaluation.fail_below := coalesce(evaluate.fail_below, 1);
  v_settings.discovered := false;
  v_settings.max_parallel := evaluate.max_parallel;
  v_settings.tasks := v_evaluation.examples * v_evaluation.samples;
  v_draft.workflow_run_id := v_evaluation.workflow_run_id;
  v_draft.input := jsonb_build_object('evaluation', jsonb_strip_nulls(jsonb_build_object(
    'dataset', v_dataset.dataset_name, 'dataset_version', v_evaluation.dataset_version, 'tags', evaluate.tags,
    'samples', v_evaluation.samples, 'fail_below', v_evaluation.fail_below, 'scorers', v_evaluation.scorers)));
  v_draft := pgwave_private.insert_batch(v_workflow, v_draft, v_settings);
  perform pgwave_private.insert_evaluation(v_draft, v_evaluation, v_examples);
  return v_evaluation;
end
$$;
comment on function pgwave.evaluate(text, text, jsonb, int, jsonb, int, text[], int, numeric, int, text, int) is
  'Measure a workflow by the examples of a dataset. It is a batch with a run for each sample of each example; scorers score the answers from 0 to 1. Without a version, it measures the one that runs in the environment; overrides change it as fork_workflow_run does. Its runs start no on_completion workflows. Returns: the evaluation; its number is that of the batch''s run. Raises: PWNOF, PWACC, PWDIS, PWINP, PWDEF. Writes: as start_batch; evaluations; for scorers of type actor and sql, what judges by them.';
