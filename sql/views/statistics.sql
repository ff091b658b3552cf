-- Where time, tokens and failures go. For plain SQL.

create or replace view pgwave.active_runs with (security_invoker = true) as
select run.workflow_run_id, w.workflow_name, run.status, run.environment, run.triggered_by, run.operator,
       run.interactions_open, run.interactions_waiting,
       (select count(*) from pgwave.leases l where l.workflow_run_id = run.workflow_run_id) as interactions_running,
       round(extract(epoch from statement_timestamp() - run.created_at) * 1000) as age_ms, run.created_at
  from pgwave.workflow_runs run
  join pgwave.workflows w on w.workflow_id = run.workflow_id
 where run.finished_at is null;
comment on view pgwave.active_runs is 'Runs that are not finished.';
comment on column pgwave.active_runs.workflow_run_id is 'Number of the run.';
comment on column pgwave.active_runs.workflow_name is 'Its workflow.';
comment on column pgwave.active_runs.status is 'Where it stands.';
comment on column pgwave.active_runs.environment is 'dev, test, uat or prod.';
comment on column pgwave.active_runs.triggered_by is 'What started it.';
comment on column pgwave.active_runs.operator is 'Who started it.';
comment on column pgwave.active_runs.interactions_open is 'How many are pending, running or waiting.';
comment on column pgwave.active_runs.interactions_waiting is 'How many of them wait for a person, signal, timer, child or items.';
comment on column pgwave.active_runs.interactions_running is 'How many of them a worker has.';
comment on column pgwave.active_runs.age_ms is 'Since its start, in milliseconds.';
comment on column pgwave.active_runs.created_at is 'When it was started.';

create or replace view pgwave.conversation_stats with (security_invoker = true) as
select w.workflow_name, c.conversation_name, c.conversation_id, count(*) as interactions,
       count(*) filter (where i.status = 'completed') as completed,
         count(*) filter (where i.status = 'failed') as failed,
       count(*) filter (where i.status = 'skipped') as skipped,
       round(avg(i.attempt) filter (where i.status in ('completed', 'failed')), 2) as avg_attempts,
       round((percentile_cont(0.5) within group (order by extract(epoch from i.completed_at - i.started_at) * 1000)
         filter (where i.status = 'completed'))::numeric, 1) as median_ms,
       round((percentile_cont(0.95) within group (order by extract(epoch from i.completed_at - i.started_at) * 1000)
         filter (where i.status = 'completed'))::numeric, 1) as p95_ms,
       sum(i.prompt_tokens) as prompt_tokens, sum(i.completion_tokens) as completion_tokens, sum(i.cost) as cost
  from pgwave.interactions i
  join pgwave.conversations c on c.conversation_id = i.conversation_id
  join pgwave.workflows w on w.workflow_id = c.workflow_id
 where i.copied_from_interaction_id is null
 group by w.workflow_name, c.conversation_name, c.conversation_id;
comment on view pgwave.conversation_stats is 'A conversation a row: how its interactions ended, how long they took, what they cost; copies of forks left out.';
comment on column pgwave.conversation_stats.workflow_name is 'Its workflow.';
comment on column pgwave.conversation_stats.conversation_name is 'The conversation.';
comment on column pgwave.conversation_stats.conversation_id is 'Its number.';
comment on column pgwave.conversation_stats.interactions is 'How many interactions it has.';
comment on column pgwave.conversation_stats.completed is 'How many completed.';
comment on column pgwave.conversation_stats.failed is 'How many failed for good.';
comment on column pgwave.conversation_stats.skipped is 'How many were skipped.';
comment on column pgwave.conversation_stats.avg_attempts is 'Attempts of those that completed or failed, on average.';
comment on column pgwave.conversation_stats.median_ms is 'Median time of the last attempt, in milliseconds.';
comment on column pgwave.conversation_stats.p95_ms is '95 of 100 took no longer, in milliseconds.';
comment on column pgwave.conversation_stats.prompt_tokens is 'Tokens of all prompts.';
comment on column pgwave.conversation_stats.completion_tokens is 'Tokens of all answers.';
comment on column pgwave.conversation_stats.cost is 'Cost by the actors prices.';

create or replace view pgwave.actor_stats with (security_invoker = true) as
select a.actor_name, a.actor_type, count(*) as attempts, count(*) filter (where t.outcome = 'completed') as completed,
       count(*) filter (where t.outcome = 'failed') as failed,
       round((count(*) filter (where t.outcome = 'failed'))::numeric / count(*), 4) as error_rate,
       mode() within group (order by t.error ->> 'code') filter (where t.outcome = 'failed') as most_frequent_error,
       round(avg(extract(epoch from t.ended_at - t.started_at) * 1000), 1) as avg_ms, max(t.ended_at) as last_attempt_at
  from pgwave.interaction_attempts t
  join pgwave.actors a on a.actor_id = t.actor_id
 group by a.actor_name, a.actor_type;
comment on view pgwave.actor_stats is 'An actor a row: how its attempts ended.';
comment on column pgwave.actor_stats.actor_name is 'The actor.';
comment on column pgwave.actor_stats.actor_type is 'Its type.';
comment on column pgwave.actor_stats.attempts is 'How many attempts ended.';
comment on column pgwave.actor_stats.completed is 'How many completed their interaction.';
comment on column pgwave.actor_stats.failed is 'How many failed.';
comment on column pgwave.actor_stats.error_rate is 'Failed of all, from 0 to 1.';
comment on column pgwave.actor_stats.most_frequent_error is 'The code that came more often than any other; null: none failed.';
comment on column pgwave.actor_stats.avg_ms is 'Time of an attempt, in milliseconds.';
comment on column pgwave.actor_stats.last_attempt_at is 'When the last one ended.';

create or replace view pgwave.model_usage with (security_invoker = true) as
select t.usage ->> 'model' as model, t.usage ->> 'model_digest' as model_digest,
       count(*) filter (where not t.usage ? 'cached') as calls, count(*) filter (where t.usage ? 'cached') as cached,
       sum((t.usage ->> 'prompt_tokens')::bigint) as prompt_tokens,
       sum((t.usage ->> 'completion_tokens')::bigint) as completion_tokens,
       round(avg(extract(epoch from t.ended_at - t.started_at) * 1000)
         filter (where not t.usage ? 'cached'), 1) as avg_ms,
       count(*) filter (where (t.usage ->> 'rehearsed')::boolean) as rehearsed,
       min(t.started_at) as first_call_at, max(t.ended_at) as last_call_at, max(h.turns) as turns,
         max(h.loads) as loads,
       max(h.load_ms) as load_ms
  from pgwave.interaction_attempts t
  left join (
    select substr(m.lane, strpos(m.lane, '/') + 1) as model, sum(m.turns)::bigint as turns,
      sum(m.loads)::bigint as loads,
           round(sum(m.load_ms)) as load_ms
      from pgwave.host_models m
     group by 1
  ) h on t.usage ->> 'model' in (h.model, h.model || ':latest')
 where t.usage ? 'model'
 group by 1, 2;
comment on view pgwave.model_usage is 'A model and digest a row: calls, tokens, time.';
comment on column pgwave.model_usage.model is 'The model.';
comment on column pgwave.model_usage.model_digest is 'Its digest: what the name stood for then.';
comment on column pgwave.model_usage.calls is 'How many calls.';
comment on column pgwave.model_usage.cached is 'How many more answers came from the cache.';
comment on column pgwave.model_usage.prompt_tokens is 'Tokens of the prompts.';
comment on column pgwave.model_usage.completion_tokens is 'Tokens of the answers.';
comment on column pgwave.model_usage.avg_ms is 'Time of a call, in milliseconds.';
comment on column pgwave.model_usage.rehearsed is 'How many of them no model answered.';
comment on column pgwave.model_usage.first_call_at is 'When it was first called.';
comment on column pgwave.model_usage.last_call_at is 'When it was last called.';
comment on column pgwave.model_usage.turns is 'How many turns the model has had on its hosts, whatever its digest; null: no host is known to have it.';
comment on column pgwave.model_usage.loads is 'How often hosts loaded it.';
comment on column pgwave.model_usage.load_ms is 'Time lost to loading it, in milliseconds.';

create or replace view pgwave.anomalies with (security_invoker = true) as
select run.workflow_run_id, w.workflow_name, label.key as label,
       (o.input -> 'expected_work' ->> label.value)::numeric as expected,
       (o.output -> 'delta' ->> label.key)::numeric as actual,
       o.output -> 'overlapped' as overlapped, run.status, run.finished_at
  from pgwave.workflow_runs run
  join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id
  join pgwave.workflows w on w.workflow_id = run.workflow_id
  cross join lateral jsonb_each_text(coalesce(v.definition -> 'anomalies', '{}')) label
  join pgwave.interactions o
    on o.interaction_id = run.orchestrator_interaction_id and o.workflow_run_id = run.workflow_run_id
 where run.finished_at is not null
   and (o.input -> 'expected_work' ->> label.value)::numeric
       is distinct from (o.output -> 'delta' ->> label.key)::numeric
union all
select run.workflow_run_id, w.workflow_name, 'skipped approval: ' || skipped.name, 1, 0,
  o.output -> 'overlapped', run.status,
       run.finished_at
  from pgwave.interactions o
  join pgwave.workflow_runs run
    on run.orchestrator_interaction_id = o.interaction_id and run.workflow_run_id = o.workflow_run_id
  join pgwave.workflows w on w.workflow_id = run.workflow_id
  cross join lateral jsonb_array_elements_text(o.input -> 'skipped_approvals') skipped (name)
 where o.conversation_id = 9198 and o.input ? 'skipped_approvals';
comment on view pgwave.anomalies is 'Runs whose delta is not the work that was expected, and runs that started behind an approval. If other runs of the workflow were open meanwhile, the delta may be theirs (overlapped).';
comment on column pgwave.anomalies.workflow_run_id is 'Number of the run.';
comment on column pgwave.anomalies.workflow_name is 'Its workflow.';
comment on column pgwave.anomalies.label is 'Label of the delta, or the approval that was skipped.';
comment on column pgwave.anomalies.expected is 'What was expected to be done; null: it could not be measured.';
comment on column pgwave.anomalies.actual is 'What was done; null: it could not be measured.';
comment on column pgwave.anomalies.overlapped is 'Runs of the workflow that were open meanwhile; null: none.';
comment on column pgwave.anomalies.status is 'How the run ended.';
comment on column pgwave.anomalies.finished_at is 'When it finished.';
