-- Several starts that become one run: of debounce the last one counts, of collect the items of all. The first start
-- makes the run, which waits as other runs do that may not begin yet; the others join it. Each start is an interaction
-- of the built-in conversation 9194, so events, seals and exports tell who gave what, and when.

create or replace function pgwave_private.is_gathered(draft pgwave.workflow_runs, start_at text) returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return is_gathered.start_at is null and draft.given is null and draft.overrides is null and draft.not_before is null
    and draft.orchestrator_interaction_id is null
    and draft.triggered_by in ('manual', 'api', 'schedule', 'workflow_completion');
end
$$;
comment on function pgwave_private.is_gathered(pgwave.workflow_runs, text) is
  'Tell whether a start can join others: nothing waits for a run of its own, and all that it says is its input. Returns: whether.';

create or replace function pgwave_private.count_items(gather jsonb, input jsonb) returns int
language sql
immutable
set search_path = ''
as $$
  select case when gather ->> 'by' = 'collect' and jsonb_typeof(input -> (gather ->> 'field')) = 'array'
    then jsonb_array_length(input -> (gather ->> 'field')) else 0 end
$$;
comment on function pgwave_private.count_items(jsonb, jsonb) is
  'Count what an input gives to collect. Returns: how many items.';

create or replace function pgwave_private.gathered_input(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_field text;
  v_last jsonb;
  v_items jsonb;
begin
  select v.starts #>> '{gather,field}' into v_field
    from pgwave.workflow_versions v where v.workflow_version_id = run.workflow_version_id;
  select i.input #> '{params,input}' into v_last
    from pgwave.interactions i
   where i.workflow_run_id = run.workflow_run_id
     and i.conversation_id = pgwave_private.conversation_of('start') and i.item_index is not null
   order by i.item_index desc
   limit 1;
  if v_field is null then
    return v_last;
  end if;
  select jsonb_agg(e.item order by i.item_index, e.place) into v_items
    from pgwave.interactions i
    cross join jsonb_array_elements(case jsonb_typeof(i.input #> array['params', 'input', v_field])
      when 'array' then i.input #> array['params', 'input', v_field] end) with ordinality e (item, place)
   where i.workflow_run_id = run.workflow_run_id
     and i.conversation_id = pgwave_private.conversation_of('start') and i.item_index is not null;
  return v_last || case when v_items is null then '{}' else jsonb_build_object(v_field, v_items) end;
end
$$;
comment on function pgwave_private.gathered_input(pgwave.workflow_runs) is
  'Put the inputs of the starts of a run together: the last one, and the items of all. Returns: what the run begins with.';

create or replace function pgwave_private.is_other_input(run pgwave.workflow_runs, first_input jsonb) returns boolean
language sql
stable
set search_path = ''
as $$
  select count(*) filter (where i.item_index is not null) <> run.starts
      or run.input <> pgwave_private.gathered_input(run)
         -- until it begins it shows the input of the first start
         and (run.input <> is_other_input.first_input
           or coalesce(bool_or(i.item_index is null and i.status = 'completed'), false))
    from pgwave.interactions i
   where i.workflow_run_id = run.workflow_run_id and i.conversation_id = pgwave_private.conversation_of('start')
$$;
comment on function pgwave_private.is_other_input(pgwave.workflow_runs, jsonb) is
  'Tell whether a run has another input than its starts gave it, or another number of starts. Returns: whether.';

create or replace function pgwave_private.take_gathered_inputs(run_ids bigint[]) returns void
language sql
volatile
set search_path = ''
as $$
  update pgwave.workflow_runs run set input = pgwave_private.gathered_input(run)
   where run.workflow_run_id = any(take_gathered_inputs.run_ids) and run.starts > 1
$$;
comment on function pgwave_private.take_gathered_inputs(bigint[]) is
  'Give runs that begin the inputs of all their starts. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.insert_start_item(
  run pgwave.workflow_runs,
  draft pgwave.workflow_runs,
  place int
) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
begin
  insert into pgwave.interactions (
    workflow_run_id, conversation_id, status, execution_order, iteration, item_index, attempt, input, output, owner,
    visibility, created_at, started_at, completed_at)
  values (
    run.workflow_run_id, pgwave_private.conversation_of('start'), 'completed', insert_start_item.place + 2, 0,
    insert_start_item.place, 0,
    jsonb_build_object('params', jsonb_strip_nulls(jsonb_build_object(
        'operator', draft.operator, 'triggered_by', draft.triggered_by,
        'parent_workflow_run_id', draft.parent_workflow_run_id))
      || jsonb_build_object('input', draft.input)),
    '{"data": {}}', run.owner, run.visibility, v_now, v_now, v_now);
  update pgwave.workflow_runs r
     set interactions_created = r.interactions_created + 1, interactions_completed = r.interactions_completed + 1,
         starts = insert_start_item.place + 1
   where r.workflow_run_id = run.workflow_run_id;
end
$$;
comment on function pgwave_private.insert_start_item(pgwave.workflow_runs, pgwave.workflow_runs, int) is
  'Note a start of a run: its input, who gave it, and when. Writes: interactions, workflow_runs. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.join_run(draft pgwave.workflow_runs, key text, gather jsonb) returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_items constant int := pgwave_private.count_items(gather, draft.input);
  v_run pgwave.workflow_runs;
  v_wait pgwave.waits;
  v_is_full boolean;
begin
  select run.* into v_run
    from pgwave.waits w
    join pgwave.workflow_runs run on run.workflow_run_id = w.workflow_run_id
   where w.start_key = join_run.key and w.due_at > v_now and run.status = 'waiting' and run.ends_as is null
     -- each start is a row of the run
     and run.starts < 1000
   order by w.workflow_run_id desc
   limit 1
     for no key update of run skip locked;
  if not found then
    return null;
  end if;
  select w.* into v_wait from pgwave.waits w
   where w.workflow_run_id = v_run.workflow_run_id and w.start_key = join_run.key and w.due_at > v_now;
  if not found then
    return null;
  end if;
  v_is_full := v_wait.start_items + v_items > (gather ->> 'max_items')::int;
  update pgwave.waits w
     set start_items = w.start_items + case when v_is_full then 0 else v_items end,
         due_at = case
           when gather ->> 'by' = 'debounce' then least(
             v_now + make_interval(secs => (gather ->> 'for')::float8),
             v_run.created_at + make_interval(secs => (gather ->> 'max_delay')::float8))
           when v_is_full or w.start_items + v_items >= (gather ->> 'max_items')::int then v_now
           else w.due_at end
   where w.interaction_id = v_wait.interaction_id
  returning w.* into v_wait;
  if v_wait.due_at <= v_now then
    perform pgwave_private.add_tickets_once(array['waits']);
  end if;
  if v_is_full then
    return null;
  end if;
  perform pgwave_private.insert_start_item(v_run, draft, v_run.starts);
  return v_run.workflow_run_id;
end
$$;
comment on function pgwave_private.join_run(pgwave.workflow_runs, text, jsonb) is
  'Let a start join the run of its key that has not begun. Returns: its number; null: there is none, somebody holds it, or it has no room. Writes: waits, interactions, workflow_runs, tickets. Locks: that run, without waiting; the caller has the lock of the key.';

create or replace function pgwave_private.start_gathering(
  draft pgwave.workflow_runs,
  key text,
  gather jsonb
) returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs := start_gathering.draft;
  v_items constant int := pgwave_private.count_items(gather, draft.input);
  v_runs pgwave.workflow_runs[];
begin
  v_draft.starts := 1;
  v_runs := pgwave_private.insert_runs(v_draft, array[v_draft.input], array[v_draft.workflow_run_id]);
  perform pgwave_private.insert_start_waits(
    array[(v_runs[1]).workflow_run_id], 'timer',
    pgwave_private.now() + make_interval(secs => case
      when v_items >= (gather ->> 'max_items')::int then 0 else (gather ->> 'for')::float8 end),
    start_gathering.key, v_items);
  perform pgwave_private.insert_start_item(v_runs[1], v_draft, 0);
  perform pgwave_private.add_tickets_once(array['waits']) where v_items >= (gather ->> 'max_items')::int;
  return (v_runs[1]).workflow_run_id;
end
$$;
comment on function pgwave_private.start_gathering(pgwave.workflow_runs, text, jsonb) is
  'Start a run that others join until it begins. Returns: its number. Writes: workflow_runs, interactions, waits, tickets.';

create or replace function pgwave_private.gather_starts(
  draft pgwave.workflow_runs,
  inputs jsonb[],
  run_ids bigint[],
  starts jsonb
) returns pgwave.workflow_runs[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs := gather_starts.draft;
  v_gather constant jsonb := gather_starts.starts -> 'gather';
  v_found bigint[] := array_fill(null::bigint, array[cardinality(inputs)]);
  v_start record;
  v_is_alone boolean;
begin
  -- keys in one order for all callers, who may wait for each other
  for v_start in
    select k.input, k.place, k.key, (hashtextextended(k.key, 0) & 1023)::text as lock
      from (
        select u.input, u.place, jsonb_build_array(draft.workflow_version_id, draft.environment,
                 -- nobody joins the run of somebody else, who would see what they gave
                 draft.owner,
                 pgwave_private.key_of_start(gather_starts.starts -> 'gather_key', u.input))::text as key
          from unnest(inputs) with ordinality u (input, place)
      ) k
     order by lock, k.place
  loop
    v_draft.input := v_start.input;
    v_draft.workflow_run_id := run_ids[v_start.place];
    -- whoever ends a run holds it, and waits for nobody
    if draft.triggered_by = 'workflow_completion' then
      v_is_alone := not pgwave_private.try_lock_name('starts', v_start.lock);
    else
      perform pgwave_private.lock_name('starts', v_start.lock);
      v_is_alone := false;
    end if;
    if not v_is_alone then
      v_found[v_start.place] := pgwave_private.join_run(v_draft, v_start.key, v_gather);
    end if;
    if v_found[v_start.place] is null then
      v_found[v_start.place] := pgwave_private.start_gathering(
        v_draft, case when v_is_alone then null else v_start.key end, v_gather);
    elsif v_draft.workflow_run_id is not null then
      update pgwave.idempotency_keys k set workflow_run_id = v_found[v_start.place]
       where k.workflow_run_id = v_draft.workflow_run_id;
    end if;
  end loop;
  return array(
    select run
      from unnest(v_found) with ordinality u (id, place)
      join pgwave.workflow_runs run on run.workflow_run_id = u.id
     order by u.place);
end
$$;
comment on function pgwave_private.gather_starts(pgwave.workflow_runs, jsonb[], bigint[], jsonb) is
  'Let starts of a workflow with debounce or collect join the runs of their keys that have not begun, or make them. Returns: the run of each start, in the order of the inputs. Writes: workflow_runs, interactions, waits, idempotency_keys, tickets. Locks: the keys, one after the other; runs without waiting.';

create or replace function pgwave_private.gathers(draft pgwave.workflow_runs, start_at text) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select v.starts
      from pgwave_private.plans p
      join pgwave.workflow_versions v on v.workflow_version_id = p.workflow_version_id
     where p.plan_id = draft.plan_id and p.holds_starts and v.starts ? 'gather'
       and pgwave_private.is_gathered(gathers.draft, gathers.start_at)
  );
end
$$;
comment on function pgwave_private.gathers(pgwave.workflow_runs, text) is
  'Find how starts like this one are gathered. Returns: debounce or collect of the version, compiled; null: each is a run of its own.';
