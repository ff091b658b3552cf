-- Why an interaction went where it went, from what was recorded when it was resolved; nothing is decided again here.

create or replace function pgwave_private.values_read(predicate text, document jsonb) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(found.path, jsonb_path_query_first('{}', found.path::jsonpath, values_read.document, true))
    from (
      select distinct m[1] as path
        from regexp_matches(values_read.predicate,
          '(\$[a-z_][a-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*(?!\()|\[\d+\]|\[\*\])*)', 'g') m
    ) found
   where values_read.document ? substring(found.path from '^\$([a-z_][a-z0-9_]*)')
$$;
comment on function pgwave_private.values_read(text, jsonb) is
  'Read what a condition compares. Returns: {path: value} for each plain path in it whose name the document has; null: none.';

create or replace function pgwave_private.document_of_decision(interaction pgwave.interactions) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce((
           select jsonb_object_agg(c.conversation_name, u.output order by u.iteration, u.interaction_id)
             from pgwave.interactions u
             join pgwave.conversations c on c.conversation_id = u.conversation_id
            where u.workflow_run_id = (interaction).workflow_run_id and u.item_index is null
              and u.interaction_id = any((interaction).input_interaction_ids)), '{}')
         || coalesce((
           select jsonb_build_object('input', run.input) || coalesce(run.loaded, '{}')
             from pgwave.workflow_runs run where run.workflow_run_id = (interaction).workflow_run_id), '{}')
         || jsonb_build_object('output', (interaction).output, 'error', (interaction).error,
              'iteration', (interaction).iteration)
$$;
comment on function pgwave_private.document_of_decision(pgwave.interactions) is
  'Gather the data that the conditions of an interaction read. Returns: one document, by name.';

create or replace function pgwave_private.explain_branch(
  branch pgwave.branches,
  interaction pgwave.interactions,
  decision text,
  route pgwave.route,
  loop_count int
) returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when decision = 'undecided' then 'The step has not ended.'
    when decision = 'unknown' and (branch).loop_limit is not null
      then format('The condition cannot be decided, or the limit %s of the loop is not a number.',
        (branch).loop_limit #>> '{bindings,0,source}')
    when decision = 'unknown' then 'A value that the condition compares has another type.'
    when decision = 'taken' then case (branch).condition_kind
      when 'always' then 'It has no condition.'
      when 'tag' then format('The tag is [%s].', (interaction).output ->> 'tag')
      when 'otherwise' then 'No other condition held.'
      else 'The condition holds.' end
    when (interaction).status in ('skipped', 'cancelled') then format('The step was %s.', (interaction).status)
    when (branch).after::text <> case (interaction).status when 'failed' then 'failure' else 'success' end
      then format('It is taken only after %s.', (branch).after)
    when (branch).max_loops is not null and loop_count >= (branch).max_loops
      then format('The loop was taken %s of %s times.', loop_count, (branch).max_loops)
    when (branch).loop_limit is not null and (interaction).status = 'completed'
      then format('The condition does not hold, or the loop was taken as often as %s says: %s.',
        (branch).loop_limit #>> '{bindings,0,source}', loop_count)
    when (branch).condition_kind = 'tag' and (interaction).output ->> 'tag' is null
      then format('The answer has no tag; it needs [%s].', array_to_string((branch).tags, '] or ['))
    when (branch).condition_kind = 'tag' and not (interaction).output ->> 'tag' = any((branch).tags)
      then format('The tag is [%s], not [%s].',
        (interaction).output ->> 'tag', array_to_string((branch).tags, '] or ['))
    when (branch).condition_kind = 'otherwise' then 'Another condition held.'
    when (branch).condition_kind = 'predicate' and route = 'all' then 'The condition does not hold.'
    else 'The condition does not hold, or an earlier branch was taken alone.'
  end
$$;
comment on function pgwave_private.explain_branch(pgwave.branches, pgwave.interactions, text, pgwave.route, int) is
  'Say in a sentence why a branch was taken or not. Returns: the sentence.';

create or replace function pgwave.branch_decisions(interaction_id bigint)
returns table (
  branch_id bigint,
  target text,
  condition text,
  decision text,
  seen jsonb,
  reason text
)
language sql
stable
set search_path = ''
as $$
  select b.branch_id, coalesce(c.conversation_name, 'none'),
         case b.condition_kind
           when 'tag' then '[' || array_to_string(b.tags, '] or [') || ']'
           when 'predicate' then pgwave_private.show_predicate(b.predicate)
           else b.condition_kind::text end
           || case b.after when 'failure' then ' after failure' else '' end,
         d.decision,
         case b.condition_kind
           when 'tag' then jsonb_build_object('tag', i.output -> 'tag')
           when 'predicate' then pgwave_private.values_read(
             pgwave_private.show_predicate(b.predicate), pgwave_private.document_of_decision(i)) end,
         pgwave_private.explain_branch(b, i, d.decision, cv.route,
           coalesce((run.loops -> b.branch_id::text ->> 'count')::int, 0))
    from pgwave.interactions i
    join pgwave.workflow_runs run on run.workflow_run_id = i.workflow_run_id
    join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
    join pgwave.branches b
      on b.workflow_version_id = cv.workflow_version_id and b.from_conversation_id = cv.conversation_id
    left join pgwave.conversations c on c.conversation_id = b.to_conversation_id
    cross join lateral (
      select case
        when i.status in ('pending', 'running', 'waiting') then 'undecided'
        when b.branch_id = any(i.branches_taken) then 'taken'
        when b.branch_id = any(i.branches_unknown) then 'unknown'
        else 'not_taken' end as decision
    ) d
   where i.interaction_id = branch_decisions.interaction_id and i.item_index is null
   order by b.position
$$;
comment on function pgwave.branch_decisions(bigint) is
  'Explain which branches an interaction took: each branch with its target, its condition, the values that the condition read, and the reason. Returns: a row for each branch; decision is taken, not_taken, unknown, or undecided.';
