-- There are no foreign keys between the partitioned tables. The newest thousand rows of each are looked at, by their
-- keys, and the open runs that check_health looks into: what goes wrong, goes wrong there first.

create or replace function pgwave_private.find_orphans()
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
  select 'orphan', 'broken', f.subject, f.message,
    'Restore what is missing from a backup, or as a superuser delete what is left of it.'
    from (
      select 'interaction ' || i.interaction_id as subject,
        format('its run %s is not there', i.workflow_run_id) as message
        from (select n.interaction_id, n.workflow_run_id from pgwave.interactions n
          order by n.interaction_id desc limit 1000) i
       where not exists (select from pgwave.workflow_runs run where run.workflow_run_id = i.workflow_run_id)
      union all
      select format('attempt %s of interaction %s', a.attempt, a.interaction_id), 'the interaction is not there'
        from (select n.interaction_id, n.workflow_run_id, n.attempt
                from pgwave.interaction_attempts n order by n.interaction_id desc limit 1000) a
       where not exists (select from pgwave.interactions i
                          where i.interaction_id = a.interaction_id and i.workflow_run_id = a.workflow_run_id)
      union all
      select format('event %s of interaction %s', e.seq, e.interaction_id), 'the interaction is not there'
        from (select n.interaction_id, n.workflow_run_id, n.seq
                from pgwave.interaction_events n order by n.interaction_id desc limit 1000) e
       where not exists (select from pgwave.interactions i
                          where i.interaction_id = e.interaction_id and i.workflow_run_id = e.workflow_run_id)
      union all
      select 'run ' || run.workflow_run_id, 'its orchestrator interaction is not there'
        from pgwave_private.list_examined_runs() examined (id)
        join pgwave.workflow_runs run on run.workflow_run_id = examined.id
       where not exists (
         select from pgwave.interactions i
          where i.interaction_id = run.orchestrator_interaction_id and i.workflow_run_id = run.workflow_run_id)
    ) f
   limit 100
$$;
comment on function pgwave_private.find_orphans() is
  'Find rows of the partitioned tables whose run or interaction is not there. Returns: findings, a hundred at most.';
