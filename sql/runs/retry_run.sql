-- Retry of a run that failed or was cancelled: what is in the way goes back to pending, what was kept is delivered.

create or replace function pgwave_private.list_reopened(run pgwave.workflow_runs) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
begin
  return (
    with lost as materialized (
      -- a header takes its items along
      select i.interaction_id, i.conversation_id, i.iteration
        from pgwave.interactions i
       where i.workflow_run_id = run.workflow_run_id and i.item_index is null and i.conversation_id <> 9198
         and (i.status = 'cancelled' or pgwave_private.is_unhandled(i))
           and not pgwave_private.is_stale(i.workflow_run_id, i.conversation_id, i.iteration)
    ),
    reopened as (
      select i.interaction_id
        from lost l
        join pgwave.interactions i
          on i.workflow_run_id = run.workflow_run_id and i.conversation_id = l.conversation_id
         and i.iteration = l.iteration
       where i.status in ('failed', 'cancelled')
       order by i.interaction_id
         for update of i skip locked
    )
    select coalesce(array_agg(r.interaction_id order by r.interaction_id), '{}') from reopened r
  );
end
$$;
comment on function pgwave_private.list_reopened(pgwave.workflow_runs) is
  'List what a retry puts back: cancelled or failed and not taken up, of the present iteration; a map with its items. Returns: the interactions, locked. Locks: interactions, without waiting; the caller holds the run.';

create or replace function pgwave_private.render_again(run pgwave.workflow_runs, interaction pgwave.interactions)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_conversation pgwave.conversation_versions;
  v_input jsonb;
  v_error jsonb;
begin
  if interaction.error ->> 'code' not in ('missing_binding', 'bad_request') or interaction.attempt > 0 then
    return interaction.input;
  end if;
  v_conversation := pgwave_private.find_conversation_version(run, interaction.conversation_id);
  if v_conversation.items_template is not null then
    return null;
  end if;
  select r.input, r.error into v_input, v_error
    from pgwave_private.build_document(
           run, v_conversation.reads, interaction.input_interaction_ids, interaction.iteration) d
    cross join lateral pgwave_private.render_input(v_conversation, d.document) r;
  return case when v_error is null then v_input end;
end
$$;
comment on function pgwave_private.render_again(pgwave.workflow_runs, pgwave.interactions) is
  'Render once more what never rendered. Returns: the input; null where it still does not render.';

create or replace function pgwave_private.reopen_interactions(run pgwave.workflow_runs, interaction_ids bigint[])
  returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  with reopened as (
    update pgwave.interactions i
       set status = (case when l.is_header then 'waiting' else 'pending' end)::pgwave.interaction_status,
           input = coalesce(l.input, i.input),
           -- what never rendered has chosen nobody yet
           actor_id = case when i.attempt = 0 and l.input ? 'actor' then pgwave_private.chosen_actor(l.input)
             else i.actor_id end,
           pending_reason = case when not l.is_header then 'retry_run' end, error = null,
           branches_taken = null, branches_unknown = null, correction = null, attempts_not_counted = i.attempt,
           workers_lost = 0, worker_id = null, started_at = null, completed_at = null
      from (
        select o.interaction_id, o.status as was, pgwave_private.render_again(run, o) as input,
               o.item_index is null and cv.items_template is not null and o.attempt = 0
                 and exists (select from pgwave.interactions item
                              where item.workflow_run_id = o.workflow_run_id and item.item_index is not null
                                and item.conversation_id = o.conversation_id
                                  and item.iteration = o.iteration) as is_header
          from pgwave.interactions o
          left join pgwave.conversation_versions cv on cv.conversation_version_id = o.conversation_version_id
         where o.interaction_id = any(reopen_interactions.interaction_ids) and o.workflow_run_id = run.workflow_run_id
      ) l
     where i.interaction_id = l.interaction_id and i.workflow_run_id = run.workflow_run_id
       and (l.is_header or l.input is not null)
    returning i.*, l.was, l.is_header
  ),
  waits as (
    insert into pgwave.waits (
      interaction_id, workflow_run_id, conversation_id, iteration, waits_for, items_open, items_failed, items_tolerated)
    select h.interaction_id, h.workflow_run_id, h.conversation_id, h.iteration, 'items',
           (select count(*) from reopened r where r.item_index is not null
               and r.conversation_id = h.conversation_id and r.iteration = h.iteration),
           (select count(*) from pgwave.interactions item
             where item.workflow_run_id = h.workflow_run_id and item.conversation_id = h.conversation_id
               and item.iteration = h.iteration and item.item_index is not null and item.status = 'failed'
               and item.interaction_id not in (select r.interaction_id from reopened r)), cv.tolerate
      from reopened h
      join pgwave.conversation_versions cv on cv.conversation_version_id = h.conversation_version_id
     where h.is_header
  )
  update pgwave.workflow_runs r
     set interactions_open = r.interactions_open + c.reopened,
         interactions_waiting = r.interactions_waiting + c.waiting,
         interactions_failed = r.interactions_failed - c.failed,
         interactions_cancelled = r.interactions_cancelled - (c.reopened - c.failed)
    from (select count(*) as reopened, count(*) filter (where o.was = 'failed') as failed,
                 count(*) filter (where o.is_header) as waiting
            from reopened o) c
   where r.workflow_run_id = run.workflow_run_id;
  perform pgwave_private.enqueue_interactions(reopen_interactions.interaction_ids);
end
$$;
comment on function pgwave_private.reopen_interactions(pgwave.workflow_runs, bigint[]) is
  'Put interactions back to pending, headers of maps to waiting; what still does not render stays failed. Writes: interactions, waits, ready, workflow_runs, tickets. Locks: nothing; the caller holds the run and the interactions.';

create or replace function pgwave_private.reopen_orchestrator(run pgwave.workflow_runs) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.interactions o
     set status = 'running', output = null, completed_at = null,
         input = o.input || jsonb_build_object(
           'earlier_outputs', coalesce(o.input -> 'earlier_outputs', '[]') || jsonb_build_array(o.output))
   where o.interaction_id = run.orchestrator_interaction_id and o.workflow_run_id = run.workflow_run_id
     and o.status = 'completed';
end
$$;
comment on function pgwave_private.reopen_orchestrator(pgwave.workflow_runs) is
  'Note that a run goes on; what its earlier end came to is kept in the input. Writes: the orchestrator interaction.';

-- Late answers lock interactions too, and then wait for the run. One that was cancelled while this waited for the run
-- may be held by such an answer: whoever holds the run must not wait for it, and must not leave it out either. So both
-- are let go, and taken again.
create or replace function pgwave_private.hold_for_retry(run_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_is_whole boolean;
begin
  loop
    begin
      perform i.interaction_id
         from pgwave.interactions i
        where i.workflow_run_id = hold_for_retry.run_id and i.status in ('failed', 'cancelled')
        order by i.interaction_id
          for update;
      perform from pgwave.workflow_runs run where run.workflow_run_id = hold_for_retry.run_id for no key update;
      with held as materialized (
        select i.interaction_id
          from pgwave.interactions i
         where i.workflow_run_id = hold_for_retry.run_id and i.status in ('failed', 'cancelled')
         order by i.interaction_id
           for update skip locked
      )
      select count(*) = (select count(*) from held) into v_is_whole
        from pgwave.interactions i
       where i.workflow_run_id = hold_for_retry.run_id and i.status in ('failed', 'cancelled');
      if v_is_whole then
        return;
      end if;
      raise exception 'somebody holds an interaction of run %', hold_for_retry.run_id;
    exception
      -- reason: this block's own; what it locked is free again
      when raise_exception then
        null;
    end;
  end loop;
end
$$;
comment on function pgwave_private.hold_for_retry(bigint) is
  'Lock what failed or was cancelled in a run, all of it, and then the run. Locks: the interactions, ascending; the run.';

create or replace function pgwave.retry_workflow_run(workflow_run_id bigint, limits jsonb default null)
returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_run pgwave.workflow_runs;
  v_unhandled pgwave.interactions;
  v_header bigint;
begin
  perform pgwave_private.require_run_permission(retry_workflow_run.workflow_run_id, 'operate');
  perform pgwave_private.hold_for_retry(retry_workflow_run.workflow_run_id);
  v_run := pgwave_private.require_run(retry_workflow_run.workflow_run_id, 'operate');
  perform pgwave_private.require_workflow_permission(v_run.workflow_id, 'operate');
  if v_run.finished_at is null or v_run.status not in ('failed', 'cancelled') then
    perform pgwave_private.raise_error('PWTRN',
      format('run %s cannot be retried: it is %s', v_run.workflow_run_id, v_run.status), null,
      'A run that failed or was cancelled can; fork_workflow_run goes on from any step of any run.');
  end if;
  perform pgwave_private.refuse_undone(v_run);
  perform pgwave_private.renew_limits(v_run, retry_workflow_run.limits);
  if v_run.mode = 'global_batch' then
    perform pgwave_private.raise_error('PWTRN', format('batch %s is not retried as a run', v_run.workflow_run_id), null,
      format('Take up the tasks that failed: select pgwave.retry_batch(%s).', v_run.workflow_run_id));
  end if;
  update pgwave.workflow_runs run
     set status = 'running', ends_as = null, error = null, output = null, finished_at = null
   where run.workflow_run_id = v_run.workflow_run_id
  returning run.* into v_run;
  perform pgwave_private.note_reopening(v_run.workflow_run_id);
  perform pgwave_private.reopen_orchestrator(v_run);
  perform pgwave_private.reopen_interactions(v_run, pgwave_private.list_reopened(v_run));
  for v_unhandled in
    select i.* from pgwave.interactions i
     where i.workflow_run_id = v_run.workflow_run_id and i.status = 'failed'
       and pgwave_private.is_unhandled(i)
       and not pgwave_private.is_stale(i.workflow_run_id, i.conversation_id, i.iteration)
  loop
    perform pgwave_private.fail_run_for(v_unhandled.workflow_run_id, v_unhandled.interaction_id, v_unhandled.error);
  end loop;
  if not exists (select from pgwave.interactions i
                  where i.workflow_run_id = v_run.workflow_run_id and i.conversation_id = 9197 and i.iteration = 0
                    and i.status <> 'completed') then
    perform pgwave_private.advance_runs(pgwave_private.kept_resolutions(array[v_run.workflow_run_id]), f.starts,
         array[v_run.workflow_run_id], run.limits is not null)
       from pgwave_private.first_steps(array[v_run.workflow_run_id]) f
       join pgwave.workflow_runs run on run.workflow_run_id = v_run.workflow_run_id and run.ends_as is null;
  end if;
  for v_header in
    select w.interaction_id from pgwave.waits w
     where w.workflow_run_id = v_run.workflow_run_id and w.waits_for = 'items'
  loop
    perform pgwave_private.hold_reopened_items(v_header);
    perform pgwave_private.settle_map(v_header, 0);
  end loop;
  perform pgwave_private.conclude_runs(array[v_run.workflow_run_id]);
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = retry_workflow_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave.retry_workflow_run(bigint, jsonb) is
  'Take up a run that failed or was cancelled. Failures that no branch took up, and cancelled steps, are tried again under the same numbers. Nothing that completed is repeated. limits replaces some of the run''s limits from now on, null lifts one; a run that would end by one at once is refused. Returns: the run. Raises: PWNOF, PWACC, PWTRN if there is nothing to retry or its steps are undone, PWINP, PWLIM. Writes: workflow_runs, interactions, waits, ready, tickets. Locks: the interactions, ascending; the run.';

create or replace function pgwave_private.hold_reopened_items(header_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform pgwave_private.hold_items(
       i.workflow_run_id, i.conversation_id, i.iteration, i.interaction_id, cv.max_parallel)
     from pgwave.waits w
     join pgwave.interactions i on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id
     join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
    where w.interaction_id = hold_reopened_items.header_id and cv.max_parallel is not null;
end
$$;
comment on function pgwave_private.hold_reopened_items(bigint) is
  'Hold back the items of a map that a retry put back, beyond those that may be under way. Writes: ready.';
