-- What waits for no worker: people, timers, signals, child runs. A row in `ready` (lane waits) becomes a row in
-- `waits`.

create or replace function pgwave_private.open_waits(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now timestamptz := pgwave_private.now();
  v_opened pgwave.interactions[];
begin
  with due as (
    select r.interaction_id, r.workflow_run_id
      from pgwave.ready r
      join pgwave.workflow_runs run on run.workflow_run_id = r.workflow_run_id
      join pgwave.interactions i on i.interaction_id = r.interaction_id and i.workflow_run_id = r.workflow_run_id
     where r.workflow_run_id = any(open_waits.run_ids) and r.lane = 'waits' and not r.held and r.not_before <= v_now
       and run.ends_as is null and run.status <> 'paused' and i.status = 'pending'
       and not exists (select from pgwave.actors a where a.actor_id = r.actor_id and not a.enabled)
     order by r.interaction_id
       for update of r, i skip locked
  ),
  removed as (
    delete from pgwave.ready r using due d where r.interaction_id = d.interaction_id
  ),
  opened as (
    update pgwave.interactions i
       set status = 'waiting', attempt = i.attempt + 1, started_at = v_now, pending_reason = null, error = null
      from due d
     where i.interaction_id = d.interaction_id and i.workflow_run_id = d.workflow_run_id
    returning i.*
  )
  select array_agg((o.*)::pgwave.interactions order by o.interaction_id) into v_opened from opened o;
  if v_opened is null then
    return 0;
  end if;
  perform pgwave_private.insert_waits(v_opened);
  perform pgwave_private.take_early_signals(v_opened);
  perform pgwave_private.start_child_runs(v_opened);
  return cardinality(v_opened);
end
$$;
comment on function pgwave_private.open_waits(bigint[]) is
  'Open what is pending in these runs and waits for no worker; signals that came early are taken, child runs start. Returns: how many. Writes: ready, interactions, waits, workflow_runs. Locks: interactions, without waiting; the caller holds the runs.';

create or replace function pgwave_private.insert_waits(opened pgwave.interactions[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lanes text[];
  v_dues timestamptz[];
  v_people bigint[];
begin
  with counted as (
    update pgwave.workflow_runs run
       set interactions_waiting = run.interactions_waiting + o.opened
      from (select u.workflow_run_id, count(*) as opened from unnest(insert_waits.opened) u group by 1) o
     where run.workflow_run_id = o.workflow_run_id
  ),
  inserted as (
    insert into pgwave.waits as w (
      interaction_id, workflow_run_id, conversation_id, iteration, waits_for, due_at, due_then, due_steps, assignees,
      four_eyes, signal_name)
    -- of no version: a workflow that a model called as a tool
    select o.interaction_id, o.workflow_run_id, o.conversation_id, o.iteration,
      coalesce(cv.actor_type::text, 'workflow')::pgwave.wait_kind,
           least(d.due_at, d.timeout_at),
           -- a timeout that comes first fails, whatever else was to happen
           case when d.timeout_at < d.due_at or d.due_at is null and d.timeout_at is not null then 'fail'
             else d.due ->> 'then' end,
           d.steps,
           nullif(pgwave_private.list_assignees(coalesce(o.input -> 'assignees', a.definition -> 'assignees')), '{}'),
           coalesce((cv.definition ->> 'four_eyes')::boolean, false), cv.definition ->> 'signal'
      from unnest(insert_waits.opened) o
      left join pgwave.conversation_versions cv on cv.conversation_version_id = o.conversation_version_id
      left join pgwave.actors a on a.actor_id = o.actor_id
      cross join lateral (
        select case
                 when o.input ? 'until' then (o.input ->> 'until')::timestamptz
                 when cv.definition ? 'wait'
                   then o.started_at + pgwave_private.parse_duration(
                     coalesce(o.input -> 'wait', cv.definition -> 'wait'))
                 when cv.definition ? 'due' then o.started_at + pgwave_private.parse_duration(s.due -> 'after')
               end as due_at,
               o.started_at + pgwave_private.parse_duration(cv.definition -> 'timeout') as timeout_at, s.due, s.steps
          from (
            -- the first step of several, else all that there is
            select coalesce(cv.definition #> '{due,0}', cv.definition -> 'due') as due,
                   case jsonb_typeof(cv.definition -> 'due')
                     when 'array' then coalesce(o.input -> 'due', cv.definition -> 'due') end as steps
          ) s
      ) d
    returning w.interaction_id, w.waits_for, w.due_at
  )
  -- workers look for what is due each second: a ticket only for what comes sooner
  select array_agg('waits'::text) filter (where d.due_at < pgwave_private.now() + interval '2 seconds'),
         array_agg(d.due_at) filter (where d.due_at < pgwave_private.now() + interval '2 seconds'),
         (select array_agg(i.interaction_id) from inserted i where i.waits_for = 'human')
    into v_lanes, v_dues, v_people
    from (select distinct i.due_at from inserted i) d;
  if v_lanes is not null then
    perform pgwave_private.add_tickets(v_lanes, v_dues);
  end if;
  if v_people is not null then
    perform pgwave_private.add_notifications(v_people);
  end if;
end
$$;
comment on function pgwave_private.insert_waits(pgwave.interactions[]) is
  'Write what opened interactions wait for, tell people, and add a ticket for each time at which something is due. Writes: waits, workflow_runs, tickets.';

create or replace function pgwave_private.list_assignees(assignees jsonb) returns text[]
language sql
immutable
parallel safe
begin atomic
  select array(
    select distinct nullif(btrim(value #>> '{}'), '')
      from jsonb_path_query(coalesce(list_assignees.assignees, '[]'), 'lax $[*][*]') as value
     where value #>> '{}' ~ '\S');
end;
comment on function pgwave_private.list_assignees(jsonb) is
  'Read assignees, a name or lists of names. Returns: the names.';

create or replace function pgwave_private.close_waits(changes pgwave_private.change[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_children bigint[];
  v_maps pgwave.waits[];
  v_map pgwave.waits;
begin
  with closed as (
    delete from pgwave.waits w
     using unnest(close_waits.changes) c
     where w.interaction_id = c.interaction_id and c.status <> 'waiting'
    returning w.*
  ),
  counted as (
    update pgwave.workflow_runs run
       set interactions_waiting = run.interactions_waiting - c.closed
      from (select workflow_run_id, count(*) as closed from closed group by workflow_run_id) c
     where run.workflow_run_id = c.workflow_run_id
  )
  select array_agg(c.child_workflow_run_id) filter (where c.child_workflow_run_id is not null),
         array_agg((c.*)::pgwave.waits) filter (where c.waits_for = 'items' and c.items_open > 0)
    into v_children, v_maps
    from closed c;
  if v_maps is not null then
    -- a header that was resolved by hand: nobody would let its other items begin
    foreach v_map in array v_maps loop
      perform pgwave_private.cancel_items(v_map);
    end loop;
  end if;
  if v_children is not null then
    perform pgwave_private.cancel_child_runs(v_children);
  end if;
end
$$;
comment on function pgwave_private.close_waits(pgwave_private.change[]) is
  'Forget what interactions that changed waited for; items and child runs that nobody waits for any more are cancelled. Writes: waits, workflow_runs. Locks: child runs, without waiting; the caller holds the runs.';

create or replace function pgwave_private.settle_waiting(interaction_id bigint, workflow_run_id bigint, answer jsonb)
returns pgwave_private.outcome
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_row record;
  v_outcome pgwave_private.outcome;
begin
  select i as interaction, cv as conversation, c.contract_schema into strict v_row
    from pgwave.interactions i
    left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
    left join pgwave.contracts c on c.contract_id = cv.output_contract_id
   where i.interaction_id = settle_waiting.interaction_id and i.workflow_run_id = settle_waiting.workflow_run_id;
  if (v_row.interaction).conversation_id = 9195 then
    v_row.conversation := pgwave_private.tool_conversation(v_row.interaction);
    v_row.contract_schema := (v_row.interaction).input #> '{tool,output}';
  end if;
  if settle_waiting.answer ? 'error' then
    v_outcome := pgwave_private.outcome_of_failure(
      v_row.interaction, v_row.conversation, settle_waiting.answer -> 'error', true, 'retry');
  else
    v_outcome := pgwave_private.outcome_of_answer(
      v_row.interaction, v_row.conversation,
      case when not settle_waiting.answer ? 'unjudged' then v_row.contract_schema end, settle_waiting.answer);
  end if;
  v_outcome.prompt_tokens := 0;
  v_outcome.completion_tokens := 0;
  return v_outcome;
end
$$;
comment on function pgwave_private.settle_waiting(bigint, bigint, jsonb) is
  'Judge what a waiting interaction came to: {response, data, tag, decision} or {error}. Returns: the outcome, not yet written.';
