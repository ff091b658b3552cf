-- What waits for a person.
create or replace view pgwave.inbox with (security_invoker = true) as
select i.interaction_id, i.workflow_run_id, wf.workflow_name, c.conversation_name, i.item_index,
       coalesce(i.input ->> 'prompt', cv.definition ->> 'description') as prompt, i.input -> 'params' as data,
       ct.contract_schema as form,
       coalesce(cv.tags, '{APPROVED,REJECTED}') as choices,
       w.assignees, w.four_eyes, w.due_at,
       coalesce(w.due_then, case when w.due_steps -> 0 ? 'assign' then 'assign'
         when w.due_steps -> 0 ? 'remind' then 'remind' end) as due_then,
       run.operator, run.environment, i.started_at as waiting_since,
       i.owner, run.visibility,
       (w.assignees is null or me.identity = any(w.assignees))
         and not (w.four_eyes and run.operator = me.identity) as mine
  from pgwave.waits w
  join pgwave.interactions i on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id
  join pgwave.workflow_runs run on run.workflow_run_id = w.workflow_run_id
  join pgwave.workflows wf on wf.workflow_id = run.workflow_id
  join pgwave.conversations c on c.conversation_id = i.conversation_id
  join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
  left join pgwave.contracts ct on ct.contract_id = cv.output_contract_id
 cross join (select pgwave.current_identity() as identity) me
 where w.waits_for = 'human' and i.status = 'waiting';
comment on view pgwave.inbox is 'Approvals and forms that wait for a decision; pgwave.decide decides one.';
comment on column pgwave.inbox.interaction_id is 'The interaction to decide.';
comment on column pgwave.inbox.workflow_run_id is 'Its run.';
comment on column pgwave.inbox.workflow_name is 'The workflow.';
comment on column pgwave.inbox.conversation_name is 'The conversation.';
comment on column pgwave.inbox.item_index is 'The item of a map; null: no item.';
comment on column pgwave.inbox.prompt is 'What is asked: the prompt, else the description of the conversation.';
comment on column pgwave.inbox.data is 'What is proposed; data of decide replaces it.';
comment on column pgwave.inbox.form is 'The JSON Schema that the data must meet; null: none.';
comment on column pgwave.inbox.choices is 'The decisions that there are.';
comment on column pgwave.inbox.assignees is 'Who may decide; null: every operator.';
comment on column pgwave.inbox.four_eyes is 'Whether whoever started the run may not decide.';
comment on column pgwave.inbox.due_at is 'When it is overdue, or its next step of due comes; null: never.';
comment on column pgwave.inbox.due_then is 'What happens then: fail, the decision that is taken, remind, or assign.';
comment on column pgwave.inbox.operator is 'Who started the run.';
comment on column pgwave.inbox.environment is 'Where the run belongs.';
comment on column pgwave.inbox.waiting_since is 'Since when it waits.';
comment on column pgwave.inbox.owner is 'Who owns the run.';
comment on column pgwave.inbox.visibility is 'Who may see it.';
comment on column pgwave.inbox.mine is 'Whether it is for the caller to decide: nobody else is assigned, and four eyes does not exclude them.';
