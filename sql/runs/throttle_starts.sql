-- Not more runs of a key begin than the throttle of their workflow allows. A run gets its turn when it starts, and
-- waits for that by a timer. When that fires it is looked at once more, by what really began: if no worker was there
-- for a while, many turns are over at once.

create or replace function pgwave_private.next_turn(turn pgwave_private.throttled_starts, is_due boolean)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_nth timestamptz;
  v_last timestamptz;
begin
  if next_turn.is_due then
    select t.begins_at into v_nth from pgwave_private.throttled_starts t
     where t.workflow_id = turn.workflow_id and t.environment = turn.environment
       and t.throttle_key = turn.throttle_key and t.begun
     order by t.begins_at desc
    offset turn.start_count - 1
     limit 1;
    if coalesce(v_nth + turn.start_period <= v_now, true) then
      return v_now;
    end if;
  end if;
  select (array_agg(o.at order by o.at desc))[turn.start_count], max(o.at) into v_nth, v_last
    from (
      select case when t.begun then t.begins_at else greatest(t.begins_at, v_now) end as at
        from pgwave_private.throttled_starts t
       where t.workflow_id = turn.workflow_id and t.environment = turn.environment
         and t.throttle_key = turn.throttle_key and t.workflow_run_id <> turn.workflow_run_id
         and (t.begun or t.begins_at > v_now or exists (
           select from pgwave.workflow_runs run
            where run.workflow_run_id = t.workflow_run_id and run.status = 'waiting' and run.ends_as is null))
       order by t.begins_at desc
       limit turn.start_count
    ) o;
  return greatest(v_now, v_last, v_nth + turn.start_period);
end
$$;
comment on function pgwave_private.next_turn(pgwave_private.throttled_starts, boolean) is
  'Work out when a run may begin: behind all others of its key, or now if its turn has come and too few others began. Returns: the time.';

create or replace function pgwave_private.take_turn_of_start(run pgwave.workflow_runs, starts jsonb)
returns pgwave_private.throttled_starts
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_throttle constant jsonb := take_turn_of_start.starts -> 'throttle';
  v_turn pgwave_private.throttled_starts;
  v_is_there boolean;
begin
  select t.* into v_turn from pgwave_private.throttled_starts t where t.workflow_run_id = run.workflow_run_id;
  v_is_there := found;
  if v_turn.begun then
    return v_turn;
  elsif not v_is_there then
    v_turn := row(run.workflow_run_id, run.workflow_id, run.environment,
      pgwave_private.key_of_start(take_turn_of_start.starts -> 'throttle_key', run.input), v_throttle -> 'count',
      make_interval(secs => (v_throttle ->> 'period')::float8), v_now, v_now, false)::pgwave_private.throttled_starts;
  end if;
  if not pgwave_private.try_lock_name('throttle', (hashtextextended(concat_ws('|', v_turn.workflow_id,
       v_turn.environment, v_turn.throttle_key), 0) & 1023)::text) then
    return null;
  end if;
  with over as materialized (
    select o.workflow_run_id from pgwave_private.throttled_starts o
     where o.counts_until <= v_now
       and (o.begun or not exists (select from pgwave.workflow_runs r
                                    where r.workflow_run_id = o.workflow_run_id and r.finished_at is null))
     order by o.counts_until
     limit 20
       for update skip locked
  )
  delete from pgwave_private.throttled_starts t using over o where t.workflow_run_id = o.workflow_run_id;
  v_turn.begins_at := pgwave_private.next_turn(v_turn, v_is_there);
  -- the clock went on
  v_turn.begun := v_turn.begins_at <= pgwave_private.now();
  if v_throttle ->> 'on_conflict' = 'skip' and not v_turn.begun then
    delete from pgwave_private.throttled_starts t where t.workflow_run_id = run.workflow_run_id;
    return v_turn;
  end if;
  v_turn.counts_until := v_turn.begins_at + v_turn.start_period;
  insert into pgwave_private.throttled_starts select v_turn.*
  on conflict (workflow_run_id) do update set begins_at = excluded.begins_at, counts_until = excluded.counts_until,
    begun = excluded.begun;
  return v_turn;
end
$$;
comment on function pgwave_private.take_turn_of_start(pgwave.workflow_runs, jsonb) is
  'Give a run its turn among the runs of its throttle key. Returns: when it may begin, and whether it does now; null: somebody has the lock of the key. Writes: throttled_starts. Locks: the key, without waiting.';

create or replace function pgwave_private.throttle_starts(runs pgwave.workflow_runs[], starts jsonb)
returns pgwave.workflow_runs[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_throttle constant jsonb := throttle_starts.starts -> 'throttle';
  v_free pgwave.workflow_runs[] := '{}';
  v_run pgwave.workflow_runs;
  v_turn pgwave_private.throttled_starts;
begin
  foreach v_run in array throttle_starts.runs loop
    v_turn := pgwave_private.take_turn_of_start(v_run, throttle_starts.starts);
    if v_turn.begun then
      v_free := v_free || v_run;
    elsif v_turn.begins_at is not null and v_throttle ->> 'on_conflict' = 'skip' then
      perform pgwave_private.cancel_free_runs(array[v_run.workflow_run_id],
        format('skipped: %s runs with its key began within %s', v_throttle ->> 'count',
          make_interval(secs => (v_throttle ->> 'period')::float8)),
        jsonb_build_object('reason', 'skipped', 'next_at', v_turn.begins_at));
    else
      -- a duty tries again what somebody has the lock of
      perform pgwave_private.insert_start_waits(
        array[v_run.workflow_run_id], 'timer', coalesce(v_turn.begins_at, pgwave_private.now()));
      perform pgwave_private.add_tickets_once(array['waits']) where v_turn.begins_at is null;
    end if;
  end loop;
  return v_free;
end
$$;
comment on function pgwave_private.throttle_starts(pgwave.workflow_runs[], jsonb) is
  'Let runs wait for their turn where too many of their key began, or cancel them. Returns: those that may begin. Writes: throttled_starts, interactions, waits, workflow_runs, tickets. Locks: keys, without waiting; the caller holds these runs.';

create or replace function pgwave_private.explain_start(run_id bigint) returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when w.start_key is not null then format('Waits for more starts that join it, %s so far.', run.starts)
    when t.workflow_run_id is not null then format('Waits for its turn: at most %s runs with its key begin within %s.',
      t.start_count, t.start_period)
    else 'Waits until it may begin.' end
    from pgwave.waits w
    join pgwave.workflow_runs run on run.workflow_run_id = w.workflow_run_id
    left join pgwave_private.throttled_starts t on t.workflow_run_id = w.workflow_run_id and not t.begun
   where w.workflow_run_id = explain_start.run_id and w.waits_for = 'timer'
     and w.conversation_id = pgwave_private.conversation_of('start')
$$;
comment on function pgwave_private.explain_start(bigint) is
  'Say why a run has not begun that waits for a time. Returns: a sentence; null: it does not wait.';
