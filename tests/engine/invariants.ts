/** What must hold after every transaction: a query whose rows are what does not. */
export const INVARIANTS = `
with counted as (
  select run.workflow_run_id, run.interactions_created as created, run.interactions_open as open,
         run.interactions_completed as completed, run.interactions_failed as failed,
         run.interactions_skipped as skipped, run.interactions_cancelled as cancelled, run.finished_at, run.status,
         (select array[count(*), count(*) filter (where i.status in ('pending', 'running', 'waiting')),
                       count(*) filter (where i.status = 'completed'), count(*) filter (where i.status = 'failed'),
                       count(*) filter (where i.status = 'skipped'), count(*) filter (where i.status = 'cancelled')]
            from pgwave.interactions i
           where i.workflow_run_id = run.workflow_run_id and i.kind <> 'orchestrator') as rows
    from pgwave.workflow_runs run
), chain as (
  select e.*, lag(e.event_hash) over w as previous, row_number() over w as place,
         last_value(e.event_hash) over (w rows between unbounded preceding and unbounded following) as head
    from pgwave.interaction_events e window w as (partition by e.interaction_id order by e.seq)
)
select format('run %s (%s) counts created/open/completed/failed/skipped/cancelled %s, rows say %s', c.workflow_run_id,
         c.status, array[c.created, c.open, c.completed, c.failed, c.skipped, c.cancelled], c.rows) as fault
  from counted c where array[c.created, c.open, c.completed, c.failed, c.skipped, c.cancelled]::bigint[] <> c.rows
union all
select format('run %s has nothing open and is %s', c.workflow_run_id, c.status)
  from counted c where (c.rows[2] = 0) <> (c.finished_at is not null)
union all
select format('interaction %s says that it reads one that is null', i.interaction_id) from pgwave.interactions i
 where array_position(i.input_interaction_ids, null) is not null
union all
select format('%s interaction %s is not in ready', i.status, i.interaction_id) from pgwave.interactions i
 where i.status = 'pending' and not exists (select from pgwave.ready r where r.interaction_id = i.interaction_id)
union all
select format('ready has %s, which is %s', r.interaction_id, i.status)
  from pgwave.ready r left join pgwave.interactions i using (interaction_id) where i.status is distinct from 'pending'
union all
select format('waiting interaction %s is not in waits', i.interaction_id) from pgwave.interactions i
 where i.status = 'waiting' and not exists (select from pgwave.waits w where w.interaction_id = i.interaction_id)
union all
select format('waits has %s, which is %s', w.interaction_id, i.status)
  from pgwave.waits w left join pgwave.interactions i using (interaction_id) where i.status is distinct from 'waiting'
union all
select format('run %s counts %s waiting, waits has %s', run.workflow_run_id, run.interactions_waiting, w.waiting)
  from pgwave.workflow_runs run
  cross join lateral (select count(*) as waiting from pgwave.waits w where w.workflow_run_id = run.workflow_run_id) w
 where run.interactions_waiting <> w.waiting
union all
select format('map %s counts %s open items, rows say %s', w.interaction_id, w.items_open, n.open)
  from pgwave.waits w
  cross join lateral (
    select count(*) as open from pgwave.interactions i
     where i.workflow_run_id = w.workflow_run_id and i.conversation_id = w.conversation_id
       and i.iteration = w.iteration and i.item_index is not null and i.status in ('pending', 'running', 'waiting')) n
 where w.waits_for = 'items' and w.items_open <> n.open
union all
select format('%s runs have a slot of key %s, whose limit is %s', count(*), s.concurrency_key, max(s.slot_limit))
  from pgwave_private.run_slots s
 where s.taken_at is not null
 group by s.workflow_id, s.environment, s.concurrency_key
having count(*) > max(s.slot_limit)
union all
select format('run %s has ended and has a slot, or waits for one', s.workflow_run_id)
  from pgwave_private.run_slots s
 where not exists (select from pgwave.workflow_runs run
                    where run.workflow_run_id = s.workflow_run_id and run.finished_at is null
                       or run.compensates_workflow_run_id = s.workflow_run_id and run.finished_at is null)
union all
select format('run %s waits for a slot and has %s waits for it', s.workflow_run_id, count(i.interaction_id))
  from pgwave_private.run_slots s
  left join pgwave.interactions i on i.workflow_run_id = s.workflow_run_id and i.conversation_id = 9194
   and i.status in ('pending', 'waiting')
 where s.taken_at is null
 group by s.workflow_run_id
having count(i.interaction_id) <> 1
union all
select format('running interaction %s has no lease of its attempt', i.interaction_id) from pgwave.interactions i
 where i.status = 'running' and i.kind <> 'orchestrator' and not exists (
   select from pgwave.leases l where l.interaction_id = i.interaction_id and l.attempt = i.attempt and l.worker_id = i.worker_id)
union all
select format('leases has %s, which is %s', l.interaction_id, i.status)
  from pgwave.leases l left join pgwave.interactions i using (interaction_id) where i.status is distinct from 'running'
union all
select format('event %s of interaction %s does not verify', c.seq, c.interaction_id) from chain c
 where c.place <> c.seq or c.event_hash <> pgwave_private.event_hash(
   c.previous, c.interaction_id, c.workflow_run_id, c.seq, c.event_type, c.occurred_at, c.data)
union all
select format('the head of interaction %s is not its last event', i.interaction_id) from pgwave.interactions i
 where not exists (select from chain c where c.interaction_id = i.interaction_id
                      and c.seq = i.event_seq and c.event_hash = i.event_hash and c.head = i.event_hash)
union all
select format('finished run %s lacks its seal or the end of its orchestrator interaction', c.workflow_run_id)
  from counted c
 where c.finished_at is not null and (
   not exists (select from pgwave.run_seals s where s.workflow_run_id = c.workflow_run_id and s.status = c.status)
   or not exists (select from pgwave.interactions i where i.workflow_run_id = c.workflow_run_id
                     and i.kind = 'orchestrator' and i.status = 'completed' and i.output ->> 'status' = c.status::text))
union all
select format('execution_order of run %s is not 0, 1, 2, …', i.workflow_run_id) from pgwave.interactions i
 group by i.workflow_run_id
having min(i.execution_order) <> 0 or max(i.execution_order) <> count(*) - 1 or count(distinct i.execution_order) <> count(*)
union all
select format('ended attempt %s of interaction %s is not kept', n, i.interaction_id)
  from pgwave.interactions i
  cross join lateral generate_series(1, i.attempt - (i.status in ('running', 'waiting'))::int) n
 where i.kind <> 'orchestrator' and not exists (
   select from pgwave.interaction_attempts a where a.interaction_id = i.interaction_id and a.attempt = n)
union all
select format('interaction %s of conversation %s is a %s', i.interaction_id, i.conversation_id, i.kind)
  from pgwave.interactions i
 where i.kind <> coalesce(
   (select k from unnest(enum_range(null::pgwave.interaction_kind)) k where pgwave_private.conversation_of(k) = i.conversation_id),
   case when i.item_index is null then 'step' else 'item' end::pgwave.interaction_kind)
union all
select format('%s interaction %s: completed_at %s, skip_reason %s, error %s', i.status, i.interaction_id, i.completed_at,
         i.skip_reason, i.error)
  from pgwave.interactions i
 where (i.completed_at is not null) <> (i.status in ('completed', 'failed', 'skipped', 'cancelled'))
    or (i.skip_reason is not null) <> (i.status = 'skipped')
    or i.error is not null and i.status in ('completed', 'skipped') or i.error is null and i.status = 'failed'
union all
select format('%s interaction %s has an output', i.status, i.interaction_id) from pgwave.interactions i
 where i.output is not null and i.status <> 'completed' and not (i.status = 'waiting' and i.item_index is null)
union all
select format('interaction %s runs without an attempt', i.interaction_id) from pgwave.interactions i
 where i.status = 'running' and i.attempt = 0 and i.actor_id is not null
union all
select format('attempt %s of interaction %s came to %s', a.attempt, a.interaction_id, a.outcome)
  from pgwave.interaction_attempts a
 where a.outcome not in ('completed', 'failed', 'asked_again', 'handed_back', 'worker_lost', 'cancelled', 'skipped')
union all
select format('run %s is %s, finished_at %s, ends as %s', run.workflow_run_id, run.status, run.finished_at, run.ends_as)
  from pgwave.workflow_runs run
 where (run.finished_at is null) <> (run.status not in ('completed', 'failed', 'cancelled'))
    or run.ends_as not in ('completed', 'failed', 'cancelled')
`;
