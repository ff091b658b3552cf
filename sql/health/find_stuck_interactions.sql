-- Open interactions against the queue tables that must know of them. Transactions keep these in step: what is found
-- here was brought about from outside, or by a fault of pgwave. Only open runs are looked at, and of many the oldest
-- and the newest: with all of them the time would grow with the backlog, and the plans would read every interaction
-- there is.

create or replace function pgwave_private.list_examined_runs(each_end int default 5000) returns setof bigint
language sql
stable
set search_path = ''
set enable_seqscan = off
as $$
  (select run.workflow_run_id from pgwave.workflow_runs run
    where run.finished_at is null order by run.workflow_run_id limit list_examined_runs.each_end)
  union
  (select run.workflow_run_id from pgwave.workflow_runs run
    where run.finished_at is null order by run.workflow_run_id desc limit list_examined_runs.each_end)
$$;
comment on function pgwave_private.list_examined_runs(int) is
  'List the open runs that check_health looks into. Returns: the oldest and the newest, so many of each at most.';

create or replace function pgwave_private.find_stuck_interactions()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
  with open as materialized (
    select i.interaction_id, i.workflow_run_id, i.status, i.attempt
      from pgwave_private.list_examined_runs() run (id)
      join pgwave.interactions i on i.workflow_run_id = run.id
     where i.status in ('pending', 'running', 'waiting') and i.kind <> 'orchestrator'
  ),
  -- each is known by its interaction: the oldest and the newest
  ready as materialized (
    (select r.interaction_id, r.workflow_run_id from pgwave.ready r order by r.interaction_id limit 5000)
    union
    (select r.interaction_id, r.workflow_run_id from pgwave.ready r order by r.interaction_id desc limit 5000)
  ),
  waits as materialized (
    (select w.interaction_id, w.workflow_run_id from pgwave.waits w order by w.interaction_id limit 5000)
    union
    (select w.interaction_id, w.workflow_run_id from pgwave.waits w order by w.interaction_id desc limit 5000)
  )
  select f.finding, 'broken', 'interaction ' || f.interaction_id, format(f.message, f.workflow_run_id), f.hint
    from (
      select 'running_without_lease' as finding, o.interaction_id, o.workflow_run_id,
             'it is running in run %s, and no worker has it' as message,
             'As pgwave_admin: update pgwave.interactions set status = ''failed'' where interaction_id = …; then `pgwave retry`.' as hint
        from open o
       where o.status = 'running' and not exists (
         select from pgwave.leases l where l.interaction_id = o.interaction_id and l.attempt = o.attempt)
      union all
      select 'pending_without_ready', o.interaction_id, o.workflow_run_id,
             'it is pending in run %s, and in no queue: it will not begin', '`pgwave cancel` the run, then `pgwave retry` it.'
        from open o
       where o.status = 'pending' and not exists (select from pgwave.ready r where r.interaction_id = o.interaction_id)
      union all
      select 'waiting_without_wait', o.interaction_id, o.workflow_run_id,
             'it is waiting in run %s, and nobody knows for what', '`pgwave cancel` the run, then `pgwave retry` it.'
        from open o
       where o.status = 'waiting' and not exists (select from pgwave.waits w where w.interaction_id = o.interaction_id)
      union all
      select 'ready_without_pending', r.interaction_id, r.workflow_run_id,
             'it is queued for run %s, and is not pending', 'As a superuser: delete its row of pgwave.ready.'
        from ready r
        left join pgwave.interactions i
          on i.interaction_id = r.interaction_id and i.workflow_run_id = r.workflow_run_id
       where i.status is distinct from 'pending'
      union all
      select 'lease_without_running', l.interaction_id, l.workflow_run_id,
             'a worker is said to have it for run %s, and it is not running', 'As a superuser: delete its row of pgwave.leases.'
        from pgwave.leases l
        left join pgwave.interactions i
          on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
       where i.status is distinct from 'running' or i.attempt <> l.attempt
      union all
      select 'wait_without_waiting', w.interaction_id, w.workflow_run_id,
             'something is awaited for it in run %s, and it is not waiting', 'As a superuser: delete its row of pgwave.waits.'
        from waits w
        left join pgwave.interactions i
          on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id
       where i.status is distinct from 'waiting'
    ) f
   order by f.interaction_id
   limit 100
$$;
comment on function pgwave_private.find_stuck_interactions() is
  'Find interactions of open runs that the queue tables do not know of, and the reverse: of the oldest and newest 5000 runs, ready rows and waits. Returns: findings, a hundred at most.';
