-- Joins that are an expression over their sources. What does not take part is left out of it.

create or replace function pgwave_private.evaluate_join(tree jsonb, states jsonb) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_is_and constant boolean := tree ? 'and';
  v_left text;
  v_right text;
begin
  if jsonb_typeof(tree) = 'number' then
    return states ->> (tree #>> '{}');
  end if;
  v_left := pgwave_private.evaluate_join(coalesce(tree #> '{and,0}', tree #> '{or,0}'), states);
  v_right := pgwave_private.evaluate_join(coalesce(tree #> '{and,1}', tree #> '{or,1}'), states);
  return case
    when v_left is null or v_right is null then coalesce(v_left, v_right)
    when case when v_is_and then 'skip' else 'start' end in (v_left, v_right)
      then case when v_is_and then 'skip' else 'start' end
    when 'open' in (v_left, v_right) then 'open'
    else v_left end;
end
$$;
comment on function pgwave_private.evaluate_join(jsonb, jsonb) is
  'Evaluate the expression of a join over the states of its sources by number: start (taken), skip (resolved and not taken), open; one that is not there takes no part. Returns: start, skip or open as soon as that is certain; null: nothing takes part.';

create or replace function pgwave_private.decide_expression(
  conversation pgwave.conversation_versions,
  run pgwave.workflow_runs,
  unapplied bigint[]
) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_states jsonb;
begin
  select jsonb_object_agg(s.conversation_id, case
           when i.interaction_id is null then 'open'
           when coalesce(i.branches_taken, '{}') && s.branch_ids then 'start' else 'skip' end)
    into v_states
    from pgwave_private.list_sources(
           run.workflow_version_id, run.plan_id, run.loops, conversation.conversation_id) s
    left join lateral (
      select i.interaction_id, i.branches_taken
        from pgwave.interactions i
       where i.workflow_run_id = run.workflow_run_id and i.conversation_id = s.conversation_id
         and i.iteration = s.iteration and i.item_index is null and i.status in ('completed', 'failed', 'skipped')
         and i.interaction_id <> all (decide_expression.unapplied)
       limit 1
    ) i on true;
  return nullif(pgwave_private.evaluate_join(conversation.join_expression, v_states), 'open');
end
$$;
comment on function pgwave_private.decide_expression(pgwave.conversation_versions, pgwave.workflow_runs, bigint[]) is
  'Decide a join that is an expression, as soon as its outcome is certain; interactions that have their turn later count as open. Returns: start, skip, or null where it is open.';
