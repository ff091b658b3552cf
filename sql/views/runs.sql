-- Runs and their interactions for people and the CLI.

create or replace view pgwave.run_summary with (security_invoker = true) as
select run.workflow_run_id, w.workflow_name, v.version, run.status, run.triggered_by, run.operator, run.environment,
       run.interactions_created, run.interactions_open, run.interactions_completed, run.interactions_failed,
       run.interactions_skipped, run.interactions_cancelled, run.prompt_tokens, run.completion_tokens, run.cost,
       run.created_at, run.finished_at,
       round(extract(epoch from coalesce(run.finished_at, statement_timestamp()) - run.created_at) * 1000)
         as duration_ms,
       run.error, run.parent_workflow_run_id
  from pgwave.workflow_runs run
  join pgwave.workflows w on w.workflow_id = run.workflow_id
  join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id;
comment on view pgwave.run_summary is 'A run a row: what it is, how far it is, what it cost.';
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
comment on column pgwave.run_summary.parent_workflow_run_id is 'The run that started it: a batch, a chain, or the caller of a sub-workflow; null: it is no child run.';

create or replace view pgwave.run_timeline with (security_invoker = true) as
select i.workflow_run_id, i.execution_order, i.interaction_id, c.conversation_name, i.iteration, i.item_index,
       a.actor_name, coalesce(a.actor_type, cv.actor_type) as actor_type, i.status, i.output ->> 'tag' as tag,
         i.attempt, i.created_at, i.started_at,
       i.completed_at, round(extract(epoch from i.completed_at - i.started_at) * 1000) as duration_ms,
       length(coalesce(i.output ->> 'response', i.output ->> 'data')) as size, i.prompt_tokens, i.completion_tokens,
       t.usage ->> 'model' as model, t.usage ->> 'model_digest' as model_digest,
       coalesce((t.usage ->> 'rehearsed')::boolean, false) as rehearsed,
       coalesce(t.usage ? 'cached', false) as cached, i.error, i.skip_reason, i.output,
       i.conversation_id, i.copied_from_interaction_id, w.waits_for, w.due_at, w.due_then, w.assignees, w.four_eyes,
       w.signal_name, w.child_workflow_run_id,
       case when i.status = 'pending' then coalesce(
         case when r.paused then 'paused' when r.map_interaction_id is not null then 'max_parallel' end,
         h.reason, i.pending_reason) end as pending_reason,
       case when i.status = 'pending' and not r.held then coalesce(
         h.until, case when h.reason is null and r.not_before > statement_timestamp() then r.not_before end) end
           as pending_until
  from pgwave.interactions i
  join pgwave.conversations c on c.conversation_id = i.conversation_id
  left join pgwave.actors a on a.actor_id = i.actor_id
  left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
  left join pgwave.waits w on w.interaction_id = i.interaction_id
  left join pgwave.interaction_attempts t
    on t.interaction_id = i.interaction_id and t.workflow_run_id = i.workflow_run_id and t.attempt = i.attempt
  left join pgwave.ready r on r.interaction_id = i.interaction_id and i.status = 'pending'
  left join (
    select l.actor_id, min(l.reason) as reason, max(l.until) as until from pgwave_private.list_reasons() l
      group by l.actor_id
  ) h on h.actor_id = i.actor_id;
comment on view pgwave.run_timeline is 'An interaction a row, in order of creation: who did it, how it ended, how long it took.';
comment on column pgwave.run_timeline.workflow_run_id is 'Number of the run.';
comment on column pgwave.run_timeline.execution_order is 'Order of creation in the run; the orchestrator is 0.';
comment on column pgwave.run_timeline.interaction_id is 'Number of the interaction.';
comment on column pgwave.run_timeline.conversation_name is 'Its conversation.';
comment on column pgwave.run_timeline.iteration is 'Loop pass, from 0.';
comment on column pgwave.run_timeline.item_index is 'Item of a map; null: not an item.';
comment on column pgwave.run_timeline.actor_name is 'Who did it; null: the database.';
comment on column pgwave.run_timeline.actor_type is 'Kind of the actor; without an actor, kind of the conversation.';
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
comment on column pgwave.run_timeline.cached is 'Whether the answer is one that was given before (cache: true).';
comment on column pgwave.run_timeline.error is 'Why it failed; null: it did not.';
comment on column pgwave.run_timeline.skip_reason is 'Why it was skipped; null: it was not.';
comment on column pgwave.run_timeline.output is 'What came: {response, data, tag}.';
comment on column pgwave.run_timeline.conversation_id is 'Number of its conversation.';
comment on column pgwave.run_timeline.copied_from_interaction_id is 'The interaction of the forked run that this is a copy of; null: not a copy.';
comment on column pgwave.run_timeline.waits_for is 'What it waits for; null: it does not wait.';
comment on column pgwave.run_timeline.due_at is 'When its timer fires, or its decision is overdue; null: never.';
comment on column pgwave.run_timeline.due_then is 'What happens to an overdue decision: fail, or the decision that is taken.';
comment on column pgwave.run_timeline.assignees is 'Who may decide; null: every operator.';
comment on column pgwave.run_timeline.four_eyes is 'Whether whoever started the run may not decide.';
comment on column pgwave.run_timeline.signal_name is 'The signal that it waits for.';
comment on column pgwave.run_timeline.child_workflow_run_id is 'The child run that it waits for.';
comment on column pgwave.run_timeline.pending_reason is 'Why it has not begun: paused, max_parallel (its map has enough under way), disabled, max_concurrent or rate (its actor), rate_limited, circuit_open, retry, ready, and others. null: it is not pending.';
comment on column pgwave.run_timeline.pending_until is 'When it may begin at the earliest; null: at once, or nobody knows.';

create or replace function pgwave_private.count_items(workflow_run_id bigint)
returns table (conversation_id bigint, iteration int, counts jsonb, model text, rehearsed boolean)
language sql
stable
set search_path = ''
as $$
  with counted as materialized (
    select i.conversation_id, i.iteration, i.status, count(*) as items,
           min(i.interaction_id) filter (where i.status = 'completed') as sample_id
      from pgwave.interactions i
     where i.workflow_run_id = count_items.workflow_run_id and i.item_index is not null
     group by i.conversation_id, i.iteration, i.status
  )
  select c.conversation_id, c.iteration,
         jsonb_build_object('total', sum(c.items)) || jsonb_object_agg(c.status, c.items), max(s.model),
         coalesce(bool_or(s.rehearsed), false)
    from counted c
    left join lateral (
      select t.model, t.rehearsed from pgwave.run_timeline t
       where t.workflow_run_id = count_items.workflow_run_id and t.interaction_id = c.sample_id
    ) s on true
   group by c.conversation_id, c.iteration
$$;
comment on function pgwave_private.count_items(bigint) is
  'Count the items of the maps of a run. Returns: for each map and iteration {total, and a count for each status that there is}, and the model that answered one of them.';

-- By the time of their end: what is listed once stays listed, however many follow.
create or replace function pgwave_private.list_telling_items(workflow_run_id bigint) returns bigint[]
language sql
stable
set search_path = ''
as $$
  select array(
    select r.interaction_id
      from (
        select i.interaction_id, i.status,
               count(*) over (partition by i.conversation_id, i.iteration) as items,
               row_number() over (partition by i.conversation_id, i.iteration, i.status
                                      order by i.completed_at, i.item_index) as place
          from pgwave.interactions i
         where i.workflow_run_id = list_telling_items.workflow_run_id and i.item_index is not null
      ) r
     where r.items <= 10 or (r.status in ('failed', 'waiting') and r.place <= 5))
$$;
comment on function pgwave_private.list_telling_items(bigint) is
  'List the items of maps that tell a person something. Returns: all of a map of at most ten; else the first five that failed and five that wait.';

create or replace function pgwave_private.shown_interactions(workflow_run_id bigint, all_items boolean) returns jsonb
language sql
stable
set search_path = ''
as $$
  with children as materialized (
    select r.parent_interaction_id as interaction_id,
           jsonb_agg(jsonb_build_object('workflow_run_id', r.workflow_run_id, 'status', r.status)
             order by r.workflow_run_id) as runs
      from pgwave.workflow_runs r
     where r.parent_workflow_run_id = shown_interactions.workflow_run_id and r.parent_interaction_id is not null
     group by r.parent_interaction_id
  ),
  telling as materialized (
    select unnest(pgwave_private.list_telling_items(shown_interactions.workflow_run_id)) as interaction_id
     where not shown_interactions.all_items
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'interaction_id', t.interaction_id, 'conversation', t.conversation_name, 'iteration', t.iteration,
           'item_index', t.item_index, 'items', m.counts, 'actor', t.actor_name, 'actor_type', t.actor_type,
           'status', t.status, 'tag', t.tag, 'attempt', t.attempt, 'execution_order', t.execution_order,
           'started_at', t.started_at, 'completed_at', t.completed_at, 'duration_ms', t.duration_ms, 'size', t.size,
           'error', t.error, 'skip_reason', t.skip_reason, 'pending_reason', t.pending_reason,
           'pending_until', t.pending_until, 'model', coalesce(t.model, m.model),
           'rehearsed', t.rehearsed or coalesce(m.rehearsed, false), 'cached', t.cached,
             'response', t.output -> 'response',
           'data', t.output -> 'data', 'decision', t.output -> 'decision',
           'copied_from_interaction_id', t.copied_from_interaction_id, 'child_runs', c.runs,
           'waits', case when t.waits_for is not null then jsonb_build_object(
             'waits_for', t.waits_for, 'due_at', t.due_at, 'due_then', t.due_then, 'assignees', t.assignees,
             'four_eyes', t.four_eyes, 'signal_name', t.signal_name,
             'child_workflow_run_id', t.child_workflow_run_id) end)
           order by t.execution_order), '[]')
    from pgwave.run_timeline t
    left join pgwave_private.count_items(shown_interactions.workflow_run_id) m
      on m.conversation_id = t.conversation_id and m.iteration = t.iteration and t.item_index is null
    left join children c on c.interaction_id = t.interaction_id
   where t.workflow_run_id = shown_interactions.workflow_run_id and t.conversation_id not in (9197, 9198)
     and (shown_interactions.all_items or t.item_index is null
          or t.interaction_id in (select telling.interaction_id from telling))
$$;
comment on function pgwave_private.shown_interactions(bigint, boolean) is
  'Gather the interactions of a run in order, with what each waits for, the items of maps counted, and child runs. Returns: an array.';

create or replace function pgwave.show_run(workflow_run_id bigint, all_items boolean default true) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run jsonb;
begin
  select to_jsonb(s) || jsonb_build_object('input', r.input, 'output', r.output, 'overrides', r.overrides,
           'parent_interaction_id', r.parent_interaction_id,
           'forked_from_workflow_run_id', r.forked_from_workflow_run_id,
           'compensates_workflow_run_id', r.compensates_workflow_run_id,
           'compensations', coalesce((
             select jsonb_agg(jsonb_build_object('workflow_run_id', u.workflow_run_id, 'status', u.status)
                      order by u.workflow_run_id)
               from pgwave.workflow_runs u where u.compensates_workflow_run_id = r.workflow_run_id), '[]')) into v_run
    from pgwave.run_summary s
    join pgwave.workflow_runs r on r.workflow_run_id = s.workflow_run_id
   where s.workflow_run_id = show_run.workflow_run_id;
  if v_run is null then
    perform pgwave_private.raise_error('PWNOF', format('no run %s', show_run.workflow_run_id), null,
      'pgwave runs lists the runs there are.');
  end if;
  return jsonb_build_object('run', v_run, 'interactions',
    pgwave_private.shown_interactions(show_run.workflow_run_id, show_run.all_items));
end
$$;
comment on function pgwave.show_run(bigint, boolean) is
  'Show a run with its interactions in order. Without all_items, a map of more than ten items has counts, the first failure, and some items that wait. Returns: {run, interactions}. Raises: PWNOF.';
