-- Runs and their interactions for people and the CLI.

create or replace view pgwave.run_summary with (security_invoker = true) as
select run.workflow_run_id, w.workflow_name, v.version, run.status, run.triggered_by, run.operator, run.environment,
       run.interactions_created, run.interactions_open, run.interactions_completed, run.interactions_failed,
       run.interactions_skipped, run.interactions_cancelled, run.prompt_tokens, run.completion_tokens, run.cost,
       run.created_at, run.finished_at,
       round(extract(epoch from coalesce(run.finished_at, clock_timestamp()) - run.created_at) * 1000) as duration_ms,
       run.error
  from pgwave.workflow_runs run
  join pgwave.workflows w on w.workflow_id = run.workflow_id
  join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id;
comment on view pgwave.run_summary is 'A run a row: what it is, where it stands, what it cost.';
comment on column pgwave.run_summary.workflow_run_id is 'Number of the run.';
comment on column pgwave.run_summary.workflow_name is 'Its workflow.';
comment on column pgwave.run_summary.version is 'The workflows version.';
comment on column pgwave.run_summary.status is 'Where it stands.';
comment on column pgwave.run_summary.triggered_by is 'What started it.';
comment on column pgwave.run_summary.operator is 'Who started it.';
comment on column pgwave.run_summary.environment is 'dev, test, uat or prod.';
comment on column pgwave.run_summary.interactions_created is 'How many interactions it has, without the orchestrator.';
comment on column pgwave.run_summary.interactions_open is 'How many are pending, running or waiting.';
comment on column pgwave.run_summary.interactions_completed is 'How many completed.';
comment on column pgwave.run_summary.interactions_failed is 'How many failed for good.';
comment on column pgwave.run_summary.interactions_skipped is 'How many were skipped.';
comment on column pgwave.run_summary.interactions_cancelled is 'How many were cancelled.';
comment on column pgwave.run_summary.prompt_tokens is 'Tokens of all prompts.';
comment on column pgwave.run_summary.completion_tokens is 'Tokens of all answers.';
comment on column pgwave.run_summary.cost is 'Cost by the actors prices.';
comment on column pgwave.run_summary.created_at is 'When it was started.';
comment on column pgwave.run_summary.finished_at is 'When it finished; null: it has not.';
comment on column pgwave.run_summary.duration_ms is 'From start to finish, or to now, in milliseconds.';
comment on column pgwave.run_summary.error is 'Why it failed; null: it did not.';

create or replace view pgwave.run_timeline with (security_invoker = true) as
select i.workflow_run_id, i.execution_order, i.interaction_id, c.conversation_name, i.iteration, i.item_index,
       a.actor_name, a.actor_type, i.status, i.output ->> 'tag' as tag, i.attempt, i.created_at, i.started_at,
       i.completed_at, round(extract(epoch from i.completed_at - i.started_at) * 1000) as duration_ms,
       length(coalesce(i.output ->> 'response', i.output ->> 'data')) as size, i.prompt_tokens, i.completion_tokens,
       t.usage ->> 'model' as model, t.usage ->> 'model_digest' as model_digest,
       coalesce((t.usage ->> 'rehearsed')::boolean, false) as rehearsed, i.error, i.skip_reason, i.output
  from pgwave.interactions i
  join pgwave.conversations c on c.conversation_id = i.conversation_id
  left join pgwave.actors a on a.actor_id = i.actor_id
  left join pgwave.interaction_attempts t
    on t.interaction_id = i.interaction_id and t.workflow_run_id = i.workflow_run_id and t.attempt = i.attempt;
comment on view pgwave.run_timeline is 'An interaction a row, in order of creation: who did it, how it ended, how long it took.';
comment on column pgwave.run_timeline.workflow_run_id is 'Number of the run.';
comment on column pgwave.run_timeline.execution_order is 'Order of creation in the run; the orchestrator is 0.';
comment on column pgwave.run_timeline.interaction_id is 'Number of the interaction.';
comment on column pgwave.run_timeline.conversation_name is 'Its conversation.';
comment on column pgwave.run_timeline.iteration is 'Loop pass, from 0.';
comment on column pgwave.run_timeline.item_index is 'Item of a map; null: not an item.';
comment on column pgwave.run_timeline.actor_name is 'Who did it; null: the database.';
comment on column pgwave.run_timeline.actor_type is 'Kind of the actor.';
comment on column pgwave.run_timeline.status is 'Where it stands.';
comment on column pgwave.run_timeline.tag is 'The tag of its output; null: none.';
comment on column pgwave.run_timeline.attempt is 'Number of the last attempt.';
comment on column pgwave.run_timeline.created_at is 'When it was created.';
comment on column pgwave.run_timeline.started_at is 'When its last attempt began; null: it has not.';
comment on column pgwave.run_timeline.completed_at is 'When it was resolved; null: it is open.';
comment on column pgwave.run_timeline.duration_ms is 'Time of the last attempt, in milliseconds.';
comment on column pgwave.run_timeline.size is 'Length of the response, else of the data, in characters.';
comment on column pgwave.run_timeline.prompt_tokens is 'Tokens of its prompts.';
comment on column pgwave.run_timeline.completion_tokens is 'Tokens of its answers.';
comment on column pgwave.run_timeline.model is 'The model that answered; null: none.';
comment on column pgwave.run_timeline.model_digest is 'The models digest.';
comment on column pgwave.run_timeline.rehearsed is 'Whether the rehearsal server answered.';
comment on column pgwave.run_timeline.error is 'Why it failed; null: it did not.';
comment on column pgwave.run_timeline.skip_reason is 'Why it was skipped; null: it was not.';
comment on column pgwave.run_timeline.output is 'What came: {response, data, tag}.';

create or replace function pgwave.show_run(workflow_run_id bigint) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run jsonb;
begin
  select to_jsonb(s) || jsonb_build_object('input', r.input, 'output', r.output) into v_run
    from pgwave.run_summary s
    join pgwave.workflow_runs r on r.workflow_run_id = s.workflow_run_id
   where s.workflow_run_id = show_run.workflow_run_id;
  if v_run is null then
    perform pgwave_private.raise_error('PWNOF', format('no run %s', show_run.workflow_run_id), null,
      'pgwave runs lists the runs there are.');
  end if;
  return jsonb_build_object('run', v_run, 'interactions', coalesce((
    select jsonb_agg(jsonb_build_object(
             'interaction_id', t.interaction_id, 'conversation', t.conversation_name, 'actor', t.actor_name,
             'actor_type', t.actor_type, 'status', t.status, 'tag', t.tag, 'attempt', t.attempt,
             'execution_order', t.execution_order, 'started_at', t.started_at, 'completed_at', t.completed_at,
             'duration_ms', t.duration_ms, 'size', t.size, 'error', t.error, 'skip_reason', t.skip_reason,
             'model', t.model, 'rehearsed', t.rehearsed, 'response', t.output -> 'response', 'data', t.output -> 'data')
             order by t.execution_order)
      from pgwave.run_timeline t
     where t.workflow_run_id = show_run.workflow_run_id and t.actor_type is distinct from 'system'), '[]'));
end
$$;
comment on function pgwave.show_run(bigint) is
  'Show a run with its interactions in order. Returns: {run, interactions}. Raises: PWNOF.';

create or replace function pgwave.previous_output(interaction_id bigint, conversation text) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select case when p.output is null then null else
           '{"response": null, "data": null, "tag": null}'::jsonb || p.output end
    from pgwave.interactions i
    join pgwave.interactions p on p.workflow_run_id = i.workflow_run_id and p.item_index is null and p.status = 'completed'
    join pgwave.conversations c on c.conversation_id = p.conversation_id
   where i.interaction_id = previous_output.interaction_id
     and (c.conversation_name = previous_output.conversation or c.conversation_id::text = previous_output.conversation)
   order by p.iteration desc
   limit 1
$$;
comment on function pgwave.previous_output(bigint, text) is
  'Give a script the latest output of a conversation, by name or number, of the run that its interaction belongs to. Returns: {response, data, tag}, null where there is none.';
