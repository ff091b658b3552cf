import { INVARIANTS } from '../engine/invariants.ts';

/** Queries whose rows are what must not be, when everything has drained. */
export const DRAINED = `${INVARIANTS}
union all
select format('run %s of %s is not finished: %s', run.workflow_run_id, run.workflow_id, run.status)
  from pgwave.workflow_runs run where run.finished_at is null
union all
select format('run %s was cancelled', run.workflow_run_id) from pgwave.workflow_runs run where run.status = 'cancelled'
union all
select format('run %s failed and does not say why', run.workflow_run_id)
  from pgwave.workflow_runs run where run.status = 'failed' and run.error ->> 'code' is null
union all
select format('interaction %s has %s completed attempts and is %s', i.interaction_id, a.completed, i.status)
  from pgwave.interactions i
  cross join lateral (
    select count(*) as completed from pgwave.interaction_attempts a
     where a.interaction_id = i.interaction_id and a.outcome = 'completed') a
 where a.completed > 1 or (a.completed = 1 and i.status <> 'completed')
union all
select format('interaction %s was completed %s times', e.interaction_id, count(*))
  from pgwave.interaction_events e where e.event_type = 'completed' group by e.interaction_id having count(*) > 1
union all
select format('an answer was kept as late on completed attempt %s of %s', a.attempt, a.interaction_id)
  from pgwave.interaction_attempts a where a.outcome = 'completed' and a.late_answer is not null
union all
select format('conversation %s of run %s has %s interactions for one iteration and item', i.conversation_id, i.workflow_run_id, count(*))
  from pgwave.interactions i
 group by i.conversation_id, i.workflow_run_id, i.iteration, i.item_index having count(*) > 1
union all
select format('lease of interaction %s is left over', l.interaction_id) from pgwave.leases l
union all
select format('ready has interaction %s still', r.interaction_id) from pgwave.ready r
union all
select format('interaction %s waits still', w.interaction_id) from pgwave.waits w
union all
select format('run ending of %s is left over', e.workflow_run_id) from pgwave.run_endings e
union all
select format('job %s (%s) is left over, %s', j.id, t.identifier,
         case when j.locked_at is null then 'not locked' else format('locked by %s since %s', j.locked_by, j.locked_at) end)
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
 -- a ticket for later was written when the clock was ahead
 where j.run_at <= clock_timestamp() or j.attempts > 0
`;

/** The same, with what the harness itself noted. */
export const AFTERWARDS = `${DRAINED}
union all
select format('completed script interaction %s has no side effect', i.interaction_id)
  from pgwave.interactions i
  join pgwave.conversations c using (conversation_id)
 where c.conversation_name = 'note' and i.status = 'completed'
   and not exists (select from chaos.side_effects s where s.interaction_id = i.interaction_id)
union all
select format('%s side effects were counted, and there are %s', c.effects, s.effects)
  from chaos.effects_counted c cross join (select count(*) as effects from chaos.side_effects) s
 where c.effects <> s.effects
union all
select format('%s keys started %s runs', k.keys, r.runs)
  from (select count(*) as keys from chaos.started) k
  cross join (select count(*) as runs from pgwave.workflow_runs where parent_workflow_run_id is null) r
 where k.keys <> r.runs
union all
select format('interaction %s of run %s was undone %s times', i.interaction_id, run.workflow_run_id, done.times)
  from pgwave.workflow_runs run
  join pgwave.interactions i on i.workflow_run_id = run.workflow_run_id and i.status = 'completed'
  join pgwave.conversation_versions cv using (conversation_version_id)
  cross join lateral (
    select count(*) as times
      from pgwave.workflow_runs u
      join pgwave.interactions d on d.workflow_run_id = u.workflow_run_id and d.status = 'completed'
     where u.compensates_workflow_run_id = run.workflow_run_id and d.input_interaction_ids[1] = i.interaction_id
  ) done
 where run.status = 'failed' and jsonb_typeof(cv.definition -> 'compensate') = 'object'
   and (i.item_index is null) = (cv.items_template is null) and done.times <> 1
   and not exists (
     select from pgwave.workflow_runs u
      where u.compensates_workflow_run_id = run.workflow_run_id and u.status = 'failed')
union all
select format('run %s is still to undo interaction %s', s.workflow_run_id, s.interaction_id)
  from pgwave_private.steps_to_undo s
  join pgwave.workflow_runs run using (workflow_run_id) where run.status = 'completed'
`;
