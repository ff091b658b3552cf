-- A run that may not begin yet. Its one interaction of the built-in conversation 9194 waits; once that is completed,
-- the run begins. So it is counted, paused, cancelled, retried and sealed as any other run.

create or replace function pgwave_private.hold_starts(runs pgwave.workflow_runs[]) returns pgwave.workflow_runs[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_first constant pgwave.workflow_runs := hold_starts.runs[1];
  v_runs pgwave.workflow_runs[] := hold_starts.runs;
  v_concurrency jsonb;
  v_starts jsonb;
  v_slots pgwave_private.run_slots[];
  v_held bigint[];
begin
  -- a copy only shows what was done
  if coalesce(v_first.overrides ? 'reproduces', false) then
    return v_runs;
  end if;
  select v.concurrency, v.starts into v_concurrency, v_starts
    from pgwave.workflow_versions v where v.workflow_version_id = v_first.workflow_version_id;
  if v_starts ? 'throttle' then
    v_runs := pgwave_private.throttle_starts(v_runs, v_starts);
  end if;
  if v_concurrency is null or v_runs = '{}' then
    return v_runs;
  end if;
  v_slots := pgwave_private.insert_slots(v_runs, v_concurrency);
  if v_slots = '{}' then
    return v_runs;
  end if;
  perform pgwave_private.claim_slots(v_slots);
  v_held := array(
    select s.workflow_run_id from pgwave_private.run_slots s
     where s.workflow_run_id in (select u.workflow_run_id from unnest(v_slots) u) and s.taken_at is null);
  perform pgwave_private.insert_start_waits(v_held, 'slot') where v_held <> '{}';
  return array(
    select run from unnest(v_runs) run
     where run.workflow_run_id not in (select u.workflow_run_id from unnest(v_slots) u)
        or exists (select from pgwave_private.run_slots s
                    where s.workflow_run_id = run.workflow_run_id and s.taken_at is not null)
     order by run.workflow_run_id);
end
$$;
comment on function pgwave_private.hold_starts(pgwave.workflow_runs[]) is
  'Hold back those of the runs, of one version, that may not begin yet. Returns: the runs that may. Writes: run_slots, throttled_starts, interactions, waits, workflow_runs, tickets. Locks: keys and other runs, without waiting; the caller holds these runs.';

create or replace function pgwave_private.insert_start_waits(
  run_ids bigint[],
  waits_for pgwave.wait_kind,
  due_at timestamptz default null,
  start_key text default null,
  start_items int default null
) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
begin
  with created as (
    insert into pgwave.interactions as i (
      workflow_run_id, conversation_id, status, execution_order, iteration, attempt, input, owner, visibility,
      created_at, started_at)
    select run.workflow_run_id, pgwave_private.conversation_of('start'), 'waiting', run.interactions_created + 1, (
             select count(*) from pgwave.interactions w
              where w.workflow_run_id = run.workflow_run_id
                and w.conversation_id = pgwave_private.conversation_of('start') and w.item_index is null),
           1, case insert_start_waits.waits_for when 'timer' then jsonb_build_object('until', insert_start_waits.due_at)
             else jsonb_build_object('params', jsonb_build_object('concurrency_key', run.concurrency_key)) end,
           run.owner, run.visibility, v_now, v_now
      from pgwave.workflow_runs run
     where run.workflow_run_id = any(insert_start_waits.run_ids)
     order by run.workflow_run_id
    returning i.interaction_id, i.workflow_run_id, i.conversation_id, i.iteration
  ),
  waiting as (
    insert into pgwave.waits (interaction_id, workflow_run_id, conversation_id, iteration, waits_for, due_at,
      start_key, start_items)
    select c.interaction_id, c.workflow_run_id, c.conversation_id, c.iteration, insert_start_waits.waits_for,
           insert_start_waits.due_at, insert_start_waits.start_key, insert_start_waits.start_items
      from created c
  )
  update pgwave.workflow_runs run
     set interactions_created = run.interactions_created + 1, interactions_open = run.interactions_open + 1,
         interactions_waiting = run.interactions_waiting + 1,
         status = case when run.status = 'paused' then run.status else 'waiting' end
   where run.workflow_run_id = any(insert_start_waits.run_ids);
  perform pgwave_private.keep_time(insert_start_waits.run_ids);
end
$$;
comment on function pgwave_private.insert_start_waits(bigint[], pgwave.wait_kind, timestamptz, text, int) is
  'Let runs wait for their begin: for a time, which starts with the key may join until then, or for a slot. Writes: interactions, waits, workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.settle_starts(changes pgwave_private.change[], held pgwave_private.held_runs)
returns pgwave_private.held_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_held pgwave_private.held_runs := held;
  v_runs pgwave.workflow_runs[];
  v_begins bigint[] := '{}';
  v_first record;
  v_run pgwave.workflow_runs;
  v_queries jsonb;
begin
  perform pgwave_private.take_gathered_inputs(array(
    select c.workflow_run_id from unnest(settle_starts.changes) c
     where c.conversation_id = pgwave_private.conversation_of('start') and c.workflow_run_id = any(v_held.live_ids)));
  for v_runs in
    select array_agg(run order by run.workflow_run_id)
      from unnest(settle_starts.changes) c
      join pgwave.workflow_runs run on run.workflow_run_id = c.workflow_run_id
     where c.conversation_id = pgwave_private.conversation_of('start') and c.status = 'completed'
       and c.workflow_run_id = any(v_held.live_ids)
     group by run.workflow_version_id
     order by 1
  loop
    foreach v_run in array pgwave_private.hold_starts(v_runs) loop
      v_queries := pgwave_private.measurement_of(v_run, false);
      if v_queries <> '{}' then
        perform pgwave_private.insert_measurement(v_run, v_queries, 0);
      else
        v_begins := v_begins || v_run.workflow_run_id;
      end if;
      update pgwave.workflow_runs run set started_at = pgwave_private.now()
       where run.workflow_run_id = v_run.workflow_run_id;
    end loop;
  end loop;
  v_first := pgwave_private.first_steps(v_begins);
  v_held.starts := coalesce(v_held.starts, '{}') || v_first.starts;
  v_held.resolutions := v_held.resolutions || v_first.resolutions;
  return v_held;
end
$$;
comment on function pgwave_private.settle_starts(pgwave_private.change[], pgwave_private.held_runs) is
  'Let runs begin whose begin was waited for, unless something else is in the way. Returns: what goes on. Writes: workflow_runs, interactions, ready, run_slots. Locks: as hold_starts; the caller holds the runs.';
