-- What workers that were given up had goes back. Suspected of a worker's death is everything that it had.

create or replace function pgwave_private.list_dead_workers()
returns table (worker_id bigint, given_up text, charged_interaction_id bigint)
language sql
stable
set search_path = ''
set enable_seqscan = off
set enable_sort = off
as $$
  with recursive holders (worker_id) as (
    -- from the newest lease of each down: what a snapshot keeps of ended ones lies below
    (select l.worker_id from pgwave.leases l order by l.worker_id desc, l.begun_at desc limit 1)
    union all
    select n.worker_id
      from holders h
      cross join lateral (
        select l.worker_id from pgwave.leases l
         where l.worker_id < h.worker_id order by l.worker_id desc, l.begun_at desc limit 1) n
  )
  select w.worker_id, w.given_up, w.charged_interaction_id from pgwave.workers w where w.given_up is not null
  union all
  -- it began something while it was given up
  select h.worker_id, 'restart', null::bigint
    from holders h
   where not exists (select from pgwave.workers w where w.worker_id = h.worker_id)
$$;
comment on function pgwave_private.list_dead_workers() is
  'List the workers that were given up, and those that have leases and no row. Returns: them, why, and what is charged.';

create or replace function pgwave_private.list_runs_of_dead_workers() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select distinct l.workflow_run_id
    from pgwave_private.list_dead_workers() d
    cross join lateral (select l.workflow_run_id from pgwave.leases l where l.worker_id = d.worker_id offset 0) l
   limit 500;
end
$$;
comment on function pgwave_private.list_runs_of_dead_workers() is
  'List the runs of which a dead worker has something. Returns: their numbers, five hundred at most.';

create or replace function pgwave_private.lock_leases_of(worker_ids bigint[], run_ids bigint[]) returns bigint[]
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_runs bigint[];
  v_ids bigint[];
begin
  select array_agg(l.workflow_run_id) into v_runs
    from (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.workflow_run_id = any(lock_leases_of.run_ids)
       order by run.workflow_run_id
         for no key update skip locked
    ) l;
  select array_agg(i.interaction_id) into v_ids
    from (
      select i.interaction_id
        from pgwave.leases l
        join pgwave.interactions i on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
       where l.worker_id = any(lock_leases_of.worker_ids) and l.workflow_run_id = any(v_runs)
       order by i.interaction_id
         for update of i skip locked
    ) i;
  return coalesce(v_ids, '{}');
end
$$;
comment on function pgwave_private.lock_leases_of(bigint[], bigint[]) is
  'Lock what workers have of these runs, as far as nobody else holds it. Returns: the interactions. Locks: runs, then interactions, without waiting.';

create or replace function pgwave_private.recover_dead_workers(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_dead bigint[];
  v_silent bigint[];
  v_charged bigint[];
  v_ids bigint[];
begin
  select coalesce(array_agg(d.worker_id), '{}'),
         coalesce(array_agg(d.worker_id) filter (where d.given_up = 'silent'), '{}'),
         coalesce(array_agg(d.charged_interaction_id) filter (where d.charged_interaction_id is not null), '{}')
    into v_dead, v_silent, v_charged
    from pgwave_private.list_dead_workers() d;
  v_ids := pgwave_private.lock_leases_of(v_dead, recover_dead_workers.run_ids);
  perform pgwave_private.note_suspects(v_silent, v_ids);
  perform pgwave_private.give_up_interactions(v_silent, array(
    select i from unnest(v_ids) i where i = any(v_charged)), 'worker_lost',
    '{"code": "worker_lost", "message": "the worker died", "retryable": true}');
  perform pgwave_private.give_up_interactions(v_silent, array(
    select i from unnest(v_ids) i where i <> all (v_charged)), 'handed_back',
    '{"code": "worker_lost", "message": "the worker died, and what else it had may be the cause", "retryable": true}');
  perform pgwave_private.give_up_interactions(array(
    select d from unnest(v_dead) d where d <> all (v_silent)), v_ids, 'handed_back',
    '{"code": "connection_lost", "message": "the worker lost its database", "retryable": true}');
  delete from pgwave.workers w
   where w.worker_id = any(v_dead)
     and not exists (select from pgwave.leases l where l.worker_id = w.worker_id);
  perform pgwave_private.release_suspects();
  return cardinality(v_ids);
end
$$;
comment on function pgwave_private.recover_dead_workers(bigint[]) is
  'Take back what dead workers had of these runs. Only what was alone on its worker, or the only suspect there, is charged with the death; after the third it fails. Returns: how many interactions. Writes: workers, interactions, suspects. Locks: runs and interactions, without waiting.';

create or replace function pgwave_private.forget_dead_workers() returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_forgotten int;
begin
  delete from pgwave.workers w
   where w.given_up is not null and not exists (select from pgwave.leases l where l.worker_id = w.worker_id);
  get diagnostics v_forgotten = row_count;
  return v_forgotten;
end
$$;
comment on function pgwave_private.forget_dead_workers() is
  'Forget the workers that were given up and have nothing any more. Returns: how many. Writes: workers.';

create or replace function pgwave_private.give_up_interactions(
  worker_ids bigint[],
  interaction_ids bigint[],
  reason text,
  error jsonb
) returns int
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_row record;
  v_outcome pgwave_private.outcome;
  v_outcomes pgwave_private.outcome[] := '{}';
begin
  for v_row in
    select i as interaction, cv as conversation
      from pgwave.leases l
      join pgwave.interactions i
        on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
      left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
     where l.worker_id = any(give_up_interactions.worker_ids)
       and (give_up_interactions.interaction_ids is null
         or l.interaction_id = any(give_up_interactions.interaction_ids))
       and i.status = 'running' and i.attempt = l.attempt
     order by i.interaction_id
       for update of i
  loop
    -- three lost workers, and it is the interaction that kills them
    v_outcome := pgwave_private.outcome_of_failure(v_row.interaction, v_row.conversation,
      case when reason = 'worker_lost' and (v_row.interaction).workers_lost >= 2
        then give_up_interactions.error || '{"retryable": false}' else give_up_interactions.error end,
      reason = 'worker_lost' and (v_row.interaction).workers_lost >= 2, reason);
    v_outcomes := v_outcomes || v_outcome;
  end loop;
  if cardinality(v_outcomes) > 0 then
    perform pgwave_private.record_outcomes(v_outcomes);
  end if;
  return cardinality(v_outcomes);
end
$$;
comment on function pgwave_private.give_up_interactions(bigint[], bigint[], text, jsonb) is
  'Put running interactions of these workers back to pending, or fail those that lost three workers. Returns: how many. Writes: interactions. Locks: interactions ascending, then runs.';
