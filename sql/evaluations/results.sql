-- What evaluations came to: by run, by example, in all.

create or replace view pgwave.evaluation_samples with (security_invoker = true) as
select v.workflow_run_id, t.position, (t.position - 1) / v.examples + 1 as sample, t.task_key as example_key, t.input,
       t.status, t.child_workflow_run_id,
       case when t.status = 'failed' then 0
            when t.status = 'completed' and s.scored = jsonb_array_length(v.scorers) then s.score end as score,
       s.scores, case when t.status = 'failed' then t.error ->> 'message' else s.message end as message
  from pgwave.evaluations v
  join pgwave.batch_tasks t on t.workflow_run_id = v.workflow_run_id
  left join (
    select c.workflow_run_id, c.position, count(c.score) as scored, avg(c.score) as score,
           jsonb_object_agg(c.scorer, c.score) as scores,
           string_agg(c.scorer || ': ' || c.message, '; ' order by c.scorer) as message
      from pgwave.evaluation_scores c
     group by c.workflow_run_id, c.position
  ) s on s.workflow_run_id = t.workflow_run_id and s.position = t.position;
comment on view pgwave.evaluation_samples is 'A run of an evaluation a row: what it scored.';
comment on column pgwave.evaluation_samples.workflow_run_id is 'The evaluation: number of its batch''s run.';
comment on column pgwave.evaluation_samples.position is 'The task of the batch.';
comment on column pgwave.evaluation_samples.sample is 'Which run of its example it is, from 1.';
comment on column pgwave.evaluation_samples.example_key is 'SHA-256 of the input, hexadecimal.';
comment on column pgwave.evaluation_samples.input is 'The input.';
comment on column pgwave.evaluation_samples.status is 'Where the run stands.';
comment on column pgwave.evaluation_samples.child_workflow_run_id is 'The run; null: it was not started.';
comment on column pgwave.evaluation_samples.score is 'Mean of all scorers, from 0 to 1; 0 if the run failed; null: not scored yet, or a judge gave no score.';
comment on column pgwave.evaluation_samples.scores is 'Score by scorer; null: none yet.';
comment on column pgwave.evaluation_samples.message is 'Why the score is not 1, or what judges answered; null: no message.';

create or replace view pgwave.evaluation_results with (security_invoker = true) as
select s.workflow_run_id, s.example_key, s.input, e.expected, coalesce(e.tags, '{}') as tags,
       count(*)::int as samples, count(s.score)::int as scored,
       count(*) filter (where s.status = 'failed')::int as failed,
       case when count(s.score) = count(*) then round(avg(s.score), 6) end as score,
       case when count(*) > 1 then round(var_samp(s.score), 6) end as variance,
       case when count(*) > 1 then (
         select round(max(a.alike)::numeric / nullif(sum(a.alike), 0), 6)
           from (select count(*) as alike
                   from unnest(array_agg(coalesce(run.output, to_jsonb(run.error ->> 'code')))) o (answer)
                  where o.answer is not null group by o.answer) a) end as agreement,
       array_agg(s.child_workflow_run_id order by s.position) as workflow_run_ids,
       (array_agg(s.message order by s.score nulls first, s.position))[1] as message
  from pgwave.evaluation_samples s
  join pgwave.evaluations v on v.workflow_run_id = s.workflow_run_id
  left join pgwave.workflow_runs run on run.workflow_run_id = s.child_workflow_run_id
  left join pgwave.dataset_examples e
    on e.dataset_id = v.dataset_id and e.example_key = s.example_key and e.from_version <= v.dataset_version
   and (e.to_version is null or e.to_version >= v.dataset_version)
 group by s.workflow_run_id, s.example_key, s.input, e.dataset_example_id;
comment on view pgwave.evaluation_results is 'An example of an evaluation a row: what it scored.';
comment on column pgwave.evaluation_results.workflow_run_id is 'The evaluation: number of its batch''s run.';
comment on column pgwave.evaluation_results.example_key is 'SHA-256 of the input, hexadecimal.';
comment on column pgwave.evaluation_results.input is 'The input.';
comment on column pgwave.evaluation_results.expected is 'The expected output; null: none is known, or the dataset is not visible to you.';
comment on column pgwave.evaluation_results.tags is 'Tags of the example.';
comment on column pgwave.evaluation_results.samples is 'How many runs it has.';
comment on column pgwave.evaluation_results.scored is 'How many of them have a score.';
comment on column pgwave.evaluation_results.failed is 'How many of them failed; these score 0.';
comment on column pgwave.evaluation_results.score is 'Mean of its samples, from 0 to 1; null: not all have one.';
comment on column pgwave.evaluation_results.variance is 'Sample variance of their scores; null: there is only one.';
comment on column pgwave.evaluation_results.agreement is 'Share of the samples with the commonest answer; null: there is only one.';
comment on column pgwave.evaluation_results.workflow_run_ids is 'The runs, by sample.';
comment on column pgwave.evaluation_results.message is 'Of the lowest sample: why the score is not 1, or what judges answered.';

create or replace view pgwave.evaluation_summary with (security_invoker = true) as
select v.workflow_run_id, w.workflow_name, version.version, run.overrides, d.dataset_name, v.dataset_version,
       case when run.finished_at is null then 'running'
            when run.status = 'cancelled' then 'cancelled'
            when exists (select from pgwave.evaluation_judges j
                           join pgwave.workflow_runs judge on judge.workflow_run_id = j.judge_workflow_run_id
                          where j.workflow_run_id = v.workflow_run_id and judge.finished_at is null) then 'judging'
            when r.scored < v.examples then 'incomplete' else 'completed' end as status,
       v.examples, v.samples, r.scored, r.failed, r.score, v.fail_below,
       r.scored = v.examples and r.score >= v.fail_below as passed,
       r.below, r.agreement, r.variance, run.operator, run.created_at, run.finished_at
  from pgwave.evaluations v
  join pgwave.workflow_runs run on run.workflow_run_id = v.workflow_run_id
  join pgwave.workflows w on w.workflow_id = v.workflow_id
  join pgwave.workflow_versions version on version.workflow_version_id = v.workflow_version_id
  left join pgwave.datasets d on d.dataset_id = v.dataset_id
  cross join lateral (
    select count(x.score)::int as scored, coalesce(sum(x.failed), 0)::int as failed, round(avg(x.score), 6) as score,
           count(*) filter (where x.score < 1)::int as below, round(avg(x.agreement), 6) as agreement,
           round(avg(x.variance), 6) as variance
      from pgwave.evaluation_results x where x.workflow_run_id = v.workflow_run_id
  ) r;
comment on view pgwave.evaluation_summary is 'An evaluation a row: what it came to.';
comment on column pgwave.evaluation_summary.workflow_run_id is 'The evaluation: number of its batch''s run.';
comment on column pgwave.evaluation_summary.workflow_name is 'The workflow.';
comment on column pgwave.evaluation_summary.version is 'The version that was measured.';
comment on column pgwave.evaluation_summary.overrides is 'What was changed of it; null: nothing.';
comment on column pgwave.evaluation_summary.dataset_name is 'The dataset; null: it was deleted, or is not visible to you.';
comment on column pgwave.evaluation_summary.dataset_version is 'The version of the dataset.';
comment on column pgwave.evaluation_summary.status is 'running; judging: its runs ended, and judges work; incomplete: some examples have no score; completed; cancelled.';
comment on column pgwave.evaluation_summary.examples is 'How many examples were measured.';
comment on column pgwave.evaluation_summary.samples is 'How many runs each has.';
comment on column pgwave.evaluation_summary.scored is 'How many examples have a score.';
comment on column pgwave.evaluation_summary.failed is 'How many runs failed.';
comment on column pgwave.evaluation_summary.score is 'Mean over the examples that have a score; null: none has.';
comment on column pgwave.evaluation_summary.fail_below is 'The lowest score with which it passes.';
comment on column pgwave.evaluation_summary.passed is 'Whether every example has a score, and the mean reaches fail_below.';
comment on column pgwave.evaluation_summary.below is 'How many examples score below 1.';
comment on column pgwave.evaluation_summary.agreement is 'Mean agreement of the samples of an example; null: one sample each.';
comment on column pgwave.evaluation_summary.variance is 'Mean variance of the samples of an example; null: one sample each.';
comment on column pgwave.evaluation_summary.operator is 'Who started it.';
comment on column pgwave.evaluation_summary.created_at is 'When it was started.';
comment on column pgwave.evaluation_summary.finished_at is 'When its runs had ended; null: they have not.';

create or replace function pgwave_private.require_evaluation(run_id bigint) returns pgwave.evaluations
language plpgsql
stable
set search_path = ''
as $$
declare
  v_evaluation pgwave.evaluations;
begin
  select v.* into v_evaluation from pgwave.evaluations v where v.workflow_run_id = require_evaluation.run_id;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no evaluation %s', require_evaluation.run_id), null,
      'pgwave evaluations lists them.');
  end if;
  return v_evaluation;
end
$$;
comment on function pgwave_private.require_evaluation(bigint) is
  'Find an evaluation by its run. Returns: it. Raises: PWNOF.';
