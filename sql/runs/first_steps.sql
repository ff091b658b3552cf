-- What a run begins with, and what it has resolved already where it was forked or is retried.

create or replace function pgwave_private.kept_resolutions(run_ids bigint[]) returns pgwave_private.resolution[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(row(i.workflow_run_id, i.conversation_id, i.iteration, i.interaction_id, i.status,
             coalesce(i.branches_taken, '{}'))::pgwave_private.resolution order by i.interaction_id), '{}')
      from pgwave.interactions i
     where i.workflow_run_id = any(kept_resolutions.run_ids)
       and i.conversation_id not in (9197, 9198) and i.item_index is null
       and i.status in ('completed', 'failed', 'skipped')
       and not pgwave_private.is_unhandled(i)
         and not pgwave_private.is_stale(i.workflow_run_id, i.conversation_id, i.iteration)
  );
end
$$;
comment on function pgwave_private.kept_resolutions(bigint[]) is
  'List what runs have resolved in their present iterations. Returns: the resolutions, whose branches a retry and a fork deliver.';

create or replace function pgwave_private.first_steps(
  run_ids bigint[],
  out starts pgwave_private.start[],
  out resolutions pgwave_private.resolution[]
)
language plpgsql
stable
set search_path = ''
as $$
begin
  select coalesce(array_agg(row(run.workflow_run_id, s.conversation_id, case when run.loops is null then 0
             else pgwave_private.current_iteration(run.loops, run.workflow_version_id, s.conversation_id) end,
           case when s.conversation_id = p.fork_conversation_id then coalesce(parents.ids, '{}') else '{}' end, null
         )::pgwave_private.start order by run.workflow_run_id, s.ord), '{}')
    into starts
    from pgwave.workflow_runs run
    join pgwave_private.plans p on p.plan_id = run.plan_id
    cross join lateral (
      select u.conversation_id, min(u.ord) as ord
        from unnest(p.start_conversation_ids || p.fork_conversation_id) with ordinality u (conversation_id, ord)
        join pgwave_private.plan_conversations pc
          on pc.plan_id = p.plan_id and pc.conversation_id = u.conversation_id
       group by u.conversation_id
    ) s
    left join lateral (
      select c.parent_interaction_ids as ids
        from pgwave_private.count_sources(
          run.workflow_run_id, run.workflow_version_id, run.plan_id, run.loops, p.fork_conversation_id, '{}') c
       where p.fork_conversation_id is not null
    ) parents on true
   where run.workflow_run_id = any(first_steps.run_ids) and run.compensates_workflow_run_id is null
     and not exists (
       select from pgwave.interactions i
        where i.workflow_run_id = run.workflow_run_id and i.conversation_id = s.conversation_id);
  resolutions := pgwave_private.kept_resolutions(array(
    select run.workflow_run_id from pgwave.workflow_runs run
     where run.workflow_run_id = any(first_steps.run_ids) and run.forked_from_workflow_run_id is not null));
end
$$;
comment on function pgwave_private.first_steps(bigint[]) is
  'List what begins a run once its rows are loaded and its state is measured. Returns: the conversations that start, and, of a fork, what it kept.';
