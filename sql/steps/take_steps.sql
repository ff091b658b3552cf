-- Take steps: the whole of what follows where nothing has to be decided. As many statements for any number of answers:
-- what was done is recorded; what follows is made, with the work of what its worker begins at once; that is written and
-- counted.

create or replace function pgwave_private.take_steps(
  plain pgwave_private.outcome[],
  starts pgwave_private.start[],
  worker_id bigint,
  most int,
  is_ready boolean,
  is_limited boolean,
  out work json[],
  out over_ids bigint[],
  out is_left boolean
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_freed text[] := pgwave_private.record_completed(plain);
  v_steps record;
  v_written record;
begin
  if take_steps.starts is null then
    v_written := pgwave_private.write_steps(plain, null, take_steps.worker_id, false);
  else
    v_steps := pgwave_private.make_steps(take_steps.starts, take_steps.worker_id, take_steps.most,
      case when not is_limited then v_freed end, take_steps.is_ready);
    if not v_steps.is_whole then
      -- something that is read is not there: what follows has to be decided
      perform pgwave_private.follow_changes(pgwave_private.changes_of(plain), null, 0);
      is_left := true;
      return;
    end if;
    work := v_steps.work;
    v_written := pgwave_private.write_steps(plain, v_steps.made, take_steps.worker_id, v_steps.is_queued);
  end if;
  over_ids := v_written.over_ids;
  is_left := v_written.is_left;
end
$$;
comment on function pgwave_private.take_steps(pgwave_private.outcome[], pgwave_private.start[], bigint, int, boolean,
  boolean) is
  'Drive on runs in which what follows is known from the plan; the worker given begins what it can do at once. is_ready: anything is; is_limited: any actor has limits. Returns: its work; the runs in which nothing is open any more; whether anything of these runs may be left in ready. Writes: interactions, interaction_attempts, leases, ready, workflow_runs. Locks: nothing; the caller holds the interactions and the runs.';

create or replace function pgwave_private.record_completed(plain pgwave_private.outcome[]) returns text[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_freed text[];
begin
  with recorded as (
    update pgwave.interactions i
       set status = 'completed', output = o.output, error = null, branches_taken = o.branches_taken,
         branches_unknown = null,
           pending_reason = null, correction = null, prompt_tokens = i.prompt_tokens + o.prompt_tokens,
           completion_tokens = i.completion_tokens + o.completion_tokens, cost = i.cost + o.cost,
           completed_at = pgwave_private.now()
      from unnest(record_completed.plain) o
     where i.interaction_id = o.interaction_id and i.workflow_run_id = o.workflow_run_id
    returning i.interaction_id, i.workflow_run_id, o.attempt, i.worker_id, i.actor_id, i.completed_at, o.usage,
              coalesce(i.started_at, i.created_at) as started_at
  ),
  attempts as (
    insert into pgwave.interaction_attempts (
      interaction_id, workflow_run_id, attempt, worker_id, actor_id, actor_revision, started_at, ended_at, outcome,
      usage)
    select r.interaction_id, r.workflow_run_id, r.attempt, r.worker_id, r.actor_id,
           (select a.revision from pgwave.actors a where a.actor_id = r.actor_id), r.started_at, r.completed_at,
             'completed', r.usage
      from recorded r
    on conflict (interaction_id, workflow_run_id, attempt) do nothing
  ),
  released as (
    -- by key, whatever the planner thinks of a table that was just vacuumed
    delete from pgwave.leases l where l.interaction_id = any(array(select r.interaction_id from recorded r))
    returning l.lane
  )
  select array_agg(r.lane) into v_freed from released r;
  return v_freed;
end
$$;
comment on function pgwave_private.record_completed(pgwave_private.outcome[]) is
  'Write what attempts that completed came to. Returns: the lanes in which they leave a slot free. Writes: interactions, interaction_attempts, leases.';

create or replace function pgwave_private.make_steps(
  starts pgwave_private.start[],
  worker_id bigint,
  most int,
  freed text[],
  is_ready boolean,
  out made pgwave_private.made_step[],
  out is_whole boolean,
  out is_queued boolean,
  out work json[]
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_starts record := pgwave_private.describe_starts(
    make_steps.starts, make_steps.worker_id, make_steps.most, make_steps.freed);
  v_step pgwave_private.described_step;
  v_fits boolean;
  v_places boolean[];
  v_given pgwave_private.rendered;
  v_id bigint;
  v_run_id bigint;
  v_order int;
  v_place int := 0;
  v_begins boolean;
begin
  is_whole := true;
  is_queued := false;
  v_fits := v_starts.fits and not (is_ready and pgwave_private.others_come_first(v_starts.described));
  if not v_fits and make_steps.most > 0 then
    v_places := pgwave_private.find_places(v_starts.described, make_steps.worker_id, make_steps.most);
  end if;
  foreach v_step in array coalesce(v_starts.described, '{}') loop
    v_place := v_place + 1;
    v_order := case when v_step.workflow_run_id = v_run_id then v_order else v_step.created end + 1;
    v_run_id := v_step.workflow_run_id;
    v_id := nextval('pgwave.interaction_ids');
    v_begins := v_step.skip_reason is null and (v_fits or coalesce(v_places[v_place], false));
    v_given := null;
    if (v_step.renders).conversation_version_id is not null then
      v_given := pgwave_private.render_input(v_step.renders, pgwave_private.read_document(v_step));
      is_whole := is_whole and v_given.error is null;
    end if;
    made := made || row(v_id, v_run_id, v_step.conversation_id, v_step.conversation_version_id,
      (v_step.actor).actor_id, coalesce(v_given.input, '{}'), v_given.error,
      v_step.parent_interaction_ids || v_step.read_interaction_ids, v_step.skip_reason, v_order, v_step.workflow_id,
      v_step.priority, v_step.owner, v_step.visibility, (v_step.actor).lane, v_begins)::pgwave_private.made_step;
    if v_begins then
      work := work || pgwave_private.work_of(v_id, v_run_id, 1, (v_step.actor).lane, v_step.actor,
        v_step.definition, v_step.timeout_ms, v_step.contract, coalesce(v_given.input, '{}'), v_step.input);
    elsif v_step.skip_reason is null then
      is_queued := true;
    end if;
  end loop;
end
$$;
comment on function pgwave_private.make_steps(pgwave_private.start[], bigint, int, text[], boolean) is
  'Make what starts and what is skipped; the worker given begins of it what its slots take, where nobody in the lane comes first, is held or limited. freed: the lanes of slots that its answers left free; null: some actor is limited. Returns: the steps, not yet written; whether all that they read is there; whether any is left to ready; the work of those that begin.';

create or replace function pgwave_private.others_come_first(described pgwave_private.described_step[])
  returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  v_step pgwave_private.described_step;
  v_asked pgwave_private.described_step;
begin
  foreach v_step in array coalesce(others_come_first.described, '{}') loop
    -- most are of one workflow
    if v_step.skip_reason is null
       and (v_asked.workflow_id is null or v_asked.workflow_id <> v_step.workflow_id
         or v_asked.priority <> v_step.priority or (v_asked.actor).lane <> (v_step.actor).lane) then
      if pgwave_private.others_wait((v_step.actor).lane, v_step.workflow_id, v_step.priority) then
        return true;
      end if;
      v_asked := v_step;
    end if;
  end loop;
  return false;
end
$$;
comment on function pgwave_private.others_come_first(pgwave_private.described_step[]) is
  'Tell whether something waits in the lanes of steps that has a higher priority or is of another workflow. Returns: whether.';

create or replace function pgwave_private.describe_starts(
  starts pgwave_private.start[],
  worker_id bigint,
  most int,
  freed text[],
  out described pgwave_private.described_step[],
  out fits boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_reads boolean;
begin
  select array_agg(row(u.workflow_run_id, u.conversation_id, u.parent_interaction_ids, u.skip_reason, run.workflow_id,
           run.priority, run.owner, run.visibility, run.interactions_created,
           run.loaded is not null or run.given is not null,
           -- a large one is not carried about
           case when pg_column_size(run.input) <= 8192 then run.input end, cv.conversation_version_id, cv.definition,
           cv.timeout_ms, a,
           (select k.contract_schema from pgwave.contracts k where k.contract_id = cv.output_contract_id), cv.reads,
           case when u.skip_reason is null then cv.renders end, null, '{}')::pgwave_private.described_step
           order by u.ord),
         bool_or(u.skip_reason is null and (cv.renders).conversation_version_id is not null and cv.reads <> '{}'
           and cv.reads <> '{input}'),
         -- a slot that an answer left free is taken by what follows in its lane
         coalesce(bool_and(u.skip_reason is not null or a.enabled and a.lane = all (describe_starts.freed))
           and count(*) filter (where u.skip_reason is null) <= least(cardinality(describe_starts.freed), most,
             -- models on a host take turns
             case when starts_with(describe_starts.freed[1], 'model:') then pgwave_private.room_again(
               describe_starts.worker_id, describe_starts.freed[1]) end), false)
    into described, v_reads, fits
    from unnest(describe_starts.starts) with ordinality
           u (workflow_run_id, conversation_id, iteration, parent_interaction_ids, skip_reason, ord)
    join pgwave.workflow_runs run on run.workflow_run_id = u.workflow_run_id
    cross join lateral (
      select cv.conversation_version_id, cv.definition, cv.timeout_ms, cv.actor_id, cv.output_contract_id, cv.reads,
             -- a whole row is dear: only where there is something to render
             case when coalesce(cv.prompt_template, cv.system_template, cv.params_template) is not null
               then cv end as renders
        from pgwave.conversation_versions cv
       where cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = u.conversation_id
      offset 0
    ) cv
    left join pgwave.actors a on a.actor_id = cv.actor_id
   where not exists (
     -- what a fork or a retry kept from before
     select from pgwave.interactions i
      where i.workflow_run_id = u.workflow_run_id and i.conversation_id = u.conversation_id
        and i.iteration = 0 and i.item_index is null
     offset 0);
  if v_reads then
    described := pgwave_private.add_outputs(described);
  end if;
end
$$;
comment on function pgwave_private.describe_starts(pgwave_private.start[], bigint, int, text[]) is
  'Describe what starts and is skipped by its run, conversation and actor, with the outputs that it reads; without what a fork or a retry kept from before. Returns: the steps, not yet made; whether all fit into what answers of the worker left free (freed as in make_steps).';

create or replace function pgwave_private.room_again(worker_id bigint, lane text) returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select pgwave_private.room_in_wave(w.model_host_id, room_again.lane)
      from pgwave.workers w where w.worker_id = room_again.worker_id and w.model_host_id is not null
  );
end
$$;
comment on function pgwave_private.room_again(bigint, text) is
  'Tell how many of the slots of a model that became free a worker may take again, as the model''s turn on the worker''s host lets it. Returns: how many; null: all.';

create or replace function pgwave_private.add_outputs(described pgwave_private.described_step[])
  returns pgwave_private.described_step[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_read record;
begin
  for v_read in
    select d.ordinality as place, r.outputs, r.interaction_ids
      from unnest(add_outputs.described) with ordinality d
      cross join pgwave_private.read_outputs(
        d.reads, d.workflow_id, d.workflow_run_id, d.parent_interaction_ids) r
     where (d.renders).conversation_version_id is not null
  loop
    described[v_read.place].outputs := v_read.outputs;
    described[v_read.place].read_interaction_ids := coalesce(v_read.interaction_ids, '{}');
  end loop;
  return described;
end
$$;
comment on function pgwave_private.add_outputs(pgwave_private.described_step[]) is
  'Add to steps the outputs of the conversations that they read. Returns: the steps.';

create or replace function pgwave_private.read_document(step pgwave_private.described_step) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_reads constant text[] := step.reads;
  v_input constant jsonb := case when v_reads && '{input,context}'
    then coalesce(step.input, pgwave.run_input(step.workflow_run_id)) end;
  v_document jsonb := coalesce(step.outputs, '{}');
begin
  if step.has_others and v_reads <> '{}' or v_reads && '{context,parent,parents,run,error,iteration,.passes}' then
    v_document := pgwave_private.pick_values(
      row(step.workflow_run_id, step.conversation_id, 0, step.parent_interaction_ids, null)::pgwave_private.start,
      step.workflow_id, v_input, (
        select coalesce(run.loaded, '{}') || coalesce(run.given, '{}') from pgwave.workflow_runs run
         where run.workflow_run_id = step.workflow_run_id), v_reads) || v_document;
  end if;
  if 'input' = any(v_reads) then
    v_document := jsonb_build_object('input', v_input) || v_document;
  end if;
  return v_document;
end
$$;
comment on function pgwave_private.read_document(pgwave_private.described_step) is
  'Put together what a step reads: the input, outputs, rows and what was given, its parents, the run. Returns: the document.';

create or replace function pgwave_private.find_places(
  described pgwave_private.described_step[],
  worker_id bigint,
  most int
) returns boolean[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with pending as materialized (
      select d.ordinality as place, (d.actor).lane, d.workflow_id, d.priority,
             d.skip_reason is null and (d.actor).enabled as is_pending
        from unnest(find_places.described) with ordinality d
    ),
    lanes as materialized (
      select l.*, f.slot, f.free
        from (select distinct p.lane, p.workflow_id, p.priority from pending p where p.is_pending) l
        cross join lateral pgwave_private.find_room(find_places.worker_id, l.lane, l.workflow_id, l.priority) f
    )
    select array_agg(c.free is not null and c.place_in_slot <= c.free and c.nth <= find_places.most order by c.place)
      from (
        select p.place, l.free, row_number() over (partition by l.slot order by p.place) as place_in_slot,
               count(*) filter (where l.free is not null) over (order by p.place) as nth
          from pending p
          left join lanes l on p.is_pending and l.lane = p.lane and l.workflow_id = p.workflow_id
            and l.priority = p.priority
      ) c
  );
end
$$;
comment on function pgwave_private.find_places(pgwave_private.described_step[], bigint, int) is
  'Find room for steps in the lanes of a worker. Returns: for each step whether it begins.';

create or replace function pgwave_private.read_outputs(
  names text[],
  workflow_id bigint,
  workflow_run_id bigint,
  parent_interaction_ids bigint[]
) returns table (outputs jsonb, interaction_ids bigint[])
language sql
stable
begin atomic
  select case when bool_or(pgwave_private.is_large(i.output)) then pgwave_private.add_large(
             jsonb_object_agg(c.conversation_name, coalesce(i.output, '{}'))
               filter (where not pgwave_private.is_large(i.output)),
             array_agg(c.conversation_name) filter (where pgwave_private.is_large(i.output)),
             array_agg(i.output) filter (where pgwave_private.is_large(i.output)),
             array_agg(i.interaction_id) filter (where pgwave_private.is_large(i.output)))
           else jsonb_object_agg(c.conversation_name, coalesce(i.output, '{}'))
             filter (where not pgwave_private.is_large(i.output)) end,
         array_agg(i.interaction_id order by i.interaction_id)
           filter (where i.interaction_id <> all (read_outputs.parent_interaction_ids))
    from unnest(read_outputs.names) n (name)
    cross join lateral (
      select c.conversation_id, c.conversation_name from pgwave.conversations c
       where c.workflow_id = read_outputs.workflow_id and c.conversation_name = n.name
      offset 0
    ) c
    cross join lateral (
      select i.output, i.interaction_id, i.status from pgwave.interactions i
       where i.workflow_run_id = read_outputs.workflow_run_id and i.conversation_id = c.conversation_id
         and i.item_index is null and i.status in ('completed', 'failed')
       order by i.iteration desc
       limit 1
    ) i
   where i.status = 'completed';
end;
comment on function pgwave_private.read_outputs(text[], bigint, bigint, bigint[]) is
  'Read the outputs of conversations by their names, the last pass of each, where that completed. Returns: one row, the outputs by name, and the interactions that they are of without the parents.';

-- What few conversations read, in a function: a statement that is run for every step has no part that most have no need
-- of.
create or replace function pgwave_private.pick_values(
  start pgwave_private.start,
  workflow_id bigint,
  input jsonb,
  others jsonb,
  names text[]
) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select pgwave_private.add_large(
             jsonb_object_agg(v.name, v.value) filter (where not pgwave_private.is_large(v.value)),
             coalesce(array_agg(v.name) filter (where pgwave_private.is_large(v.value)), '{}'),
             array_agg(v.value) filter (where pgwave_private.is_large(v.value)),
             array_agg(v.interaction_id) filter (where pgwave_private.is_large(v.value)))
      from pgwave_private.list_values(start.workflow_run_id, pick_values.workflow_id, pick_values.input,
        pick_values.others,
             pick_values.names, start.parent_interaction_ids, 0) v
  );
end
$$;
comment on function pgwave_private.pick_values(pgwave_private.start, bigint, jsonb, jsonb, text[]) is
  'Gather what a conversation reads besides the input and outputs: rows and what was given, its parents, the run. Returns: the document.';

create or replace function pgwave_private.write_steps(
  plain pgwave_private.outcome[],
  made pgwave_private.made_step[],
  worker_id bigint,
  is_queued boolean,
  out over_ids bigint[],
  out is_left boolean
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_first bigint[];
begin
  with counted as (
    update pgwave.workflow_runs run
       set interactions_created = run.interactions_created + c.created,
           interactions_open = run.interactions_open + c.created - c.skipped - c.completed,
           interactions_completed = run.interactions_completed + c.completed,
           interactions_skipped = run.interactions_skipped + c.skipped,
           prompt_tokens = run.prompt_tokens + c.prompt_tokens,
           completion_tokens = run.completion_tokens + c.completion_tokens, cost = run.cost + c.cost
      from pgwave_private.count_steps(write_steps.plain, write_steps.made) c
     where run.workflow_run_id = c.workflow_run_id
    returning run.workflow_run_id, run.interactions_open, c.created - c.skipped as opened,
              run.status = 'pending' and c.completed > 0 as is_first
  ),
  inserted as (
    insert into pgwave.interactions (
      interaction_id, workflow_run_id, conversation_id, conversation_version_id, actor_id, status, execution_order,
      iteration, attempt, worker_id, input, input_interaction_ids, branches_taken, pending_reason, skip_reason, owner,
      visibility, created_at, started_at, completed_at)
    select n.interaction_id, n.workflow_run_id, n.conversation_id, n.conversation_version_id, n.actor_id,
           (case when n.skip_reason is not null then 'skipped' when n.begins then 'running' else 'pending' end)
             ::pgwave.interaction_status, n.execution_order, 0, n.begins::int,
           case when n.begins then write_steps.worker_id end, n.input, n.input_interaction_ids,
           case when n.skip_reason is not null then '{}'::bigint[] end,
           case when n.skip_reason is null and not n.begins then 'ready' end, n.skip_reason, n.owner, n.visibility,
           v_now, case when n.begins then v_now end, case when n.skip_reason is not null then v_now end
      from unnest(write_steps.made) n
  ),
  leased as (
    insert into pgwave.leases (interaction_id, workflow_run_id, worker_id, actor_id, lane, attempt, begun_at)
    select n.interaction_id, n.workflow_run_id, write_steps.worker_id, n.actor_id, n.lane, 1, v_now
      from unnest(write_steps.made) n
     where n.begins
  )
  select array_agg(c.workflow_run_id order by c.workflow_run_id) filter (where c.interactions_open = 0),
         -- what is open besides was not opened here
         is_queued or bool_or(c.interactions_open > c.opened), array_agg(c.workflow_run_id) filter (where c.is_first)
    into over_ids, is_left, v_first
    from counted c;
  if v_first is not null then
    update pgwave.workflow_runs run set status = 'running' where run.workflow_run_id = any(v_first);
  end if;
  if write_steps.is_queued then
    perform pgwave_private.queue_steps(write_steps.made);
  end if;
end
$$;
comment on function pgwave_private.write_steps(pgwave_private.outcome[], pgwave_private.made_step[], bigint, boolean) is
  'Insert what follows, running with its worker if it begins at once, else with a row in ready; count it and what was done before it. Returns: the runs in which nothing is open any more; whether anything of the runs may be left in ready. Writes: interactions, leases, ready, workflow_runs.';

create or replace function pgwave_private.count_steps(
  plain pgwave_private.outcome[],
  made pgwave_private.made_step[]
) returns table (workflow_run_id bigint, created int, completed int, skipped int, prompt_tokens bigint,
                 completion_tokens bigint, cost numeric)
language sql
stable
begin atomic
  select u.workflow_run_id, sum(u.created)::int, sum(u.completed)::int, sum(u.skipped)::int, sum(u.prompt_tokens),
         sum(u.completion_tokens), sum(u.cost)
    from (
      select o.workflow_run_id, 0 as created, 1 as completed, 0 as skipped, o.prompt_tokens, o.completion_tokens,
             o.cost
        from unnest(count_steps.plain) o
      union all
      select n.workflow_run_id, 1, 0, (n.skip_reason is not null)::int, 0, 0, 0 from unnest(count_steps.made) n
    ) u
   group by u.workflow_run_id;
end;
comment on function pgwave_private.count_steps(pgwave_private.outcome[], pgwave_private.made_step[]) is
  'Count by run what completed and what follows. Returns: a row for each run.';

create or replace function pgwave_private.queue_steps(made pgwave_private.made_step[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into pgwave.ready (
    interaction_id, workflow_run_id, workflow_id, actor_id, lane, priority, not_before, paused)
  select n.interaction_id, n.workflow_run_id, n.workflow_id, n.actor_id, n.lane, n.priority, pgwave_private.now(), false
    from unnest(queue_steps.made) n
   where n.skip_reason is null and not n.begins;
end
$$;
comment on function pgwave_private.queue_steps(pgwave_private.made_step[]) is
  'Make ready what does not begin at once. Writes: ready.';

create or replace function pgwave_private.changes_of(plain pgwave_private.outcome[]) returns pgwave_private.change[]
language sql
stable
set search_path = ''
as $$
  select array_agg(row(i.interaction_id, i.workflow_run_id, i.conversation_id, i.conversation_version_id, i.iteration,
           i.item_index, i.status, i.branches_taken, null, o.prompt_tokens, o.completion_tokens,
             o.cost)::pgwave_private.change
           order by i.workflow_run_id, i.interaction_id)
    from unnest(changes_of.plain) o
    join pgwave.interactions i on i.interaction_id = o.interaction_id and i.workflow_run_id = o.workflow_run_id
$$;
comment on function pgwave_private.changes_of(pgwave_private.outcome[]) is
  'List attempts that completed as changes of their interactions. Returns: the changes.';
