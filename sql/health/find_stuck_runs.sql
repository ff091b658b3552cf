-- Runs that nothing will move. Those that the next heartbeat of a worker takes up are warnings.

create or replace function pgwave_private.find_miscounted_runs()
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
  select f.finding, 'broken', 'run ' || f.workflow_run_id, f.message, f.hint
    from (
      select 'run_with_nothing_open' as finding, run.workflow_run_id,
             format('it is %s, and nothing of it is open: it will not finish', run.status) as message,
             '`pgwave cancel` it, then `pgwave retry` it.' as hint
        from pgwave_private.list_examined_runs() examined (id)
        join pgwave.workflow_runs run on run.workflow_run_id = examined.id
       where run.interactions_open = 0
      union all
      select 'run_counts_differ', run.workflow_run_id,
             format('it counts %s open interactions, and has %s', run.interactions_open, c.open),
             'It may not finish, or too early. `pgwave cancel` it, then `pgwave retry` it, and report how it came to that.'
        from pgwave_private.list_examined_runs() examined (id)
        join pgwave.workflow_runs run on run.workflow_run_id = examined.id
        cross join lateral (
          select count(*) as open from pgwave.interactions i
           where i.workflow_run_id = run.workflow_run_id and i.kind <> 'orchestrator'
             and i.status in ('pending', 'running', 'waiting')) c
       where run.interactions_open > 0 and run.interactions_open <> c.open
    ) f
   order by f.workflow_run_id
   limit 100
$$;
comment on function pgwave_private.find_miscounted_runs() is
  'Find open runs, the oldest and the newest, that have nothing open or count it wrongly. Returns: findings, a hundred at most.';

create or replace function pgwave_private.find_unsettled_runs(at timestamptz)
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select f.finding, 'warning', f.subject, f.message,
         'The next heartbeat of a worker takes it up: see that one runs, or call select pgwave.wake_interactions().'
    from (
      select 'run_that_does_not_end' as finding, 'run ' || run.workflow_run_id as subject,
             format('it is to end as %s, nothing of it is running, and %s of its interactions are open',
               run.ends_as, run.interactions_open) as message, run.workflow_run_id
        from pgwave.workflow_runs run
       where run.finished_at is null and run.ends_as is not null and not exists (
         select from pgwave.interactions i
          where i.workflow_run_id = run.workflow_run_id
            and (i.status = 'running' and i.kind <> 'orchestrator'
              or i.status = 'pending' and i.kind = 'measurement'))
      union all
      select 'child_run_without_parent', 'run ' || run.workflow_run_id,
             format('it was started by run %s, which does not wait for it any more', run.parent_workflow_run_id),
               run.workflow_run_id
        from pgwave.workflow_runs run
       where run.finished_at is null and run.triggered_by in ('sub_workflow', 'chain') and run.ends_as is null
         and not exists (select from pgwave.waits w where w.child_workflow_run_id = run.workflow_run_id)
         and not exists (select from pgwave.run_seals s where s.workflow_run_id = run.workflow_run_id)
      union all
      select 'run_ending_left', 'run ' || e.workflow_run_id,
             format('it ended at %s, and run %s has not taken note of it', e.ended_at, e.parent_workflow_run_id),
               e.workflow_run_id
        from pgwave.run_endings e
       where e.ended_at < find_unsettled_runs.at - interval '1 minute'
      union all
      select 'map_with_nothing_open', 'interaction ' || w.interaction_id,
             format('all items of this map of run %s are resolved, and it waits', w.workflow_run_id), w.workflow_run_id
        from pgwave.waits w
       where w.waits_for = 'items' and w.items_open = 0
      union all
      select 'overdue', 'interaction ' || w.interaction_id,
             format('what it waits for in run %s was due at %s', w.workflow_run_id, w.due_at), w.workflow_run_id
        from pgwave.waits w
       where w.due_at < find_unsettled_runs.at - interval '1 minute'
    ) f
   order by f.workflow_run_id
   limit 100
$$;
comment on function pgwave_private.find_unsettled_runs(timestamptz) is
  'Find runs and interactions that a heartbeat should have taken up. Returns: findings, a hundred at most.';

create or replace function pgwave_private.find_slot_faults(at timestamptz)
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select f.finding, f.severity, 'run ' || f.workflow_run_id, f.message, f.hint
    from (
      select 'slot_without_run' as finding, 'broken' as severity, s.workflow_run_id,
             'it has ended, and has a slot of a concurrency key: runs with that key wait for it' as message,
             format('As a superuser: delete from pgwave_private.run_slots where workflow_run_id = %s.',
               s.workflow_run_id) as hint
        from pgwave_private.run_slots s
        left join pgwave.workflow_runs run on run.workflow_run_id = s.workflow_run_id and run.finished_at is null
       where run.workflow_run_id is null and not exists (
         select from pgwave.workflow_runs u
          where u.compensates_workflow_run_id = s.workflow_run_id and u.finished_at is null)
      union all
      select 'start_left', 'warning', n.id, 'a slot of its concurrency key is free, and it has not begun',
             'The next heartbeat of a worker takes it up: see that one runs, or call select pgwave.wake_interactions().'
        from pgwave_private.list_slot_runs() n (id)
        join pgwave.workflow_runs run on run.workflow_run_id = n.id
       where run.created_at < find_slot_faults.at - interval '1 minute'
      union all
      select 'start_held_up', 'warning', s.workflow_run_id, pgwave_private.explain_slot(s.workflow_run_id),
             format('Resume the run that is paused: pgwave resume %1$s. Or cancel it: pgwave cancel %1$s.',
               p.workflow_run_id)
        from pgwave_private.run_slots s
        join lateral (
          select h.workflow_run_id
            from pgwave_private.run_slots h
            join pgwave.workflow_runs run on run.workflow_run_id = h.workflow_run_id and run.status = 'paused'
           where h.workflow_id = s.workflow_id and h.environment = s.environment
             and h.concurrency_key = s.concurrency_key and h.taken_at is not null
           order by h.workflow_run_id
           limit 1) p on true
       where s.taken_at is null
    ) f
   order by f.workflow_run_id
   limit 100
$$;
comment on function pgwave_private.find_slot_faults(timestamptz) is
  'Find slots of concurrency keys that nobody gives back or on, and runs that wait for one that is paused. Returns: findings, a hundred at most.';

create or replace function pgwave_private.list_slot_circles()
returns table (workflow_run_id bigint, holder_id bigint, next_id bigint)
language sql
stable
set search_path = ''
as $$
  with recursive stuck as materialized (
    select s.*, run.parent_workflow_run_id
      from pgwave_private.run_slots s
      join pgwave.workflow_runs run on run.workflow_run_id = s.workflow_run_id
     where s.taken_at is null and run.triggered_by in ('sub_workflow', 'chain') and run.finished_at is null
     order by s.workflow_run_id
     limit 1000
  ),
  above as (
    select s.workflow_run_id as id, s.parent_workflow_run_id as run_id from stuck s
    union
    select a.id, run.parent_workflow_run_id
      from above a
      join pgwave.workflow_runs run
        on run.workflow_run_id = a.run_id and run.triggered_by in ('sub_workflow', 'chain')
  ),
  edges as (
    select s.workflow_run_id as id, h.workflow_run_id as holder_id, a.id as next_id
      from stuck s
      join pgwave_private.run_slots h
        on h.workflow_id = s.workflow_id and h.environment = s.environment
          and h.concurrency_key = s.concurrency_key and h.taken_at is not null
      join above a on a.run_id = h.workflow_run_id
  ),
  ways as (
    select e.id, e.next_id from edges e
    union
    select w.id, e.next_id from ways w join edges e on e.id = w.next_id
  )
  select e.id, e.holder_id, e.next_id
    from edges e
   where exists (select from ways w where w.id = e.next_id and w.next_id = e.id)
$$;
comment on function pgwave_private.list_slot_circles() is
  'List child runs that wait for a slot of a run which waits, over its child runs, for them. With a limit over one, another run may still end. Returns: for each the run that has the slot, and the child run of it that waits.';

create or replace function pgwave_private.find_slot_circles()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'slots_in_a_circle', 'broken', 'run ' || c.workflow_run_id,
         format('it waits for a slot of run %s, which waits for run %s: they wait for each other', min(c.holder_id),
           min(c.next_id)),
         format('Cancel one of them: pgwave cancel %s. Give only one of the workflows a concurrency key.',
           c.workflow_run_id)
    from pgwave_private.list_slot_circles() c
   group by c.workflow_run_id
   order by c.workflow_run_id
   limit 100
$$;
comment on function pgwave_private.find_slot_circles() is
  'Find runs that wait for slots of each other. Returns: findings, a hundred at most.';

create or replace function pgwave_private.find_failed_compensations()
returns table (finding text, severity text, subject text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'compensation_failed', 'warning', 'run ' || u.workflow_run_id,
         format('it is %s, so that what run %s did is not all undone: %s', u.status, u.compensates_workflow_run_id,
           u.error ->> 'message'),
         format('See what failed: pgwave show %1$s. Go on: pgwave retry %1$s.', u.workflow_run_id)
    from pgwave.workflow_runs u
   where u.compensates_workflow_run_id is not null and u.triggered_by = 'compensation'
     and u.status in ('failed', 'cancelled')
     and pgwave_private.has_something_to_undo(u.compensates_workflow_run_id, u.workflow_version_id)
   order by u.workflow_run_id
   limit 100
$$;
comment on function pgwave_private.find_failed_compensations() is
  'Find runs that were to undo another one and did not. Returns: findings, a hundred at most.';
