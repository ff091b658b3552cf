-- Create: the rows that follow. One statement reads what all of them need; what each becomes is worked out without a
-- further one: pending with its input, resolved where it only routes, failed where it does not render, skipped on a
-- dead path, waiting for its items where it is a map.

create or replace function pgwave_private.create_interactions(starts pgwave_private.start[])
returns pgwave_private.new_interaction[]
language plpgsql
volatile
set search_path = ''
as $$
begin
  return (
    with wanted as materialized (
      select s.workflow_run_id, s.conversation_id, coalesce(s.iteration, 0) as iteration,
             coalesce(s.parent_interaction_ids, '{}') as parents, s.skip_reason, s.ord
        from unnest(create_interactions.starts) with ordinality
               s (workflow_run_id, conversation_id, iteration, parent_interaction_ids, skip_reason, ord)
    ),
    described as materialized (
      select w.*, run.workflow_id, run.input, run.loops,
             nullif(coalesce(run.loaded, '{}') || coalesce(run.given, '{}'), '{}') as others,
             case when run.overrides is null and (cv.conversation).prompt_use is null then cv.conversation
                  else pgwave_private.conversation_of_run(
                    cv.conversation, run.workflow_run_id, run.workflow_id, run.overrides) end as conversation
        from wanted w
        join pgwave.workflow_runs run on run.workflow_run_id = w.workflow_run_id
        -- a look-up by the whole key for each, whatever the planner thinks of the table
        cross join lateral (
          select cv as conversation from pgwave.conversation_versions cv
           where cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = w.conversation_id
          offset 0
        ) cv
    )
    select array_agg(pgwave_private.make_interaction(
             row(d.workflow_run_id, d.conversation_id, d.iteration,
                 d.parents || coalesce(read.interaction_ids, '{}'), d.skip_reason)::pgwave_private.start,
             d.conversation, coalesce(read.document, '{}'), d.loops)
             order by d.ord)
      from described d
      left join lateral (
        -- the last of a name counts: what an interaction answered hides what was given
        select case when bool_or(pgwave_private.is_large(v.value)) then pgwave_private.add_large(
                   jsonb_object_agg(v.name, v.value order by v.interaction_id nulls first)
                     filter (where not pgwave_private.is_large(v.value)),
                   array_agg(v.name order by v.interaction_id nulls first)
                     filter (where pgwave_private.is_large(v.value)),
                   array_agg(v.value order by v.interaction_id nulls first)
                     filter (where pgwave_private.is_large(v.value)),
                   array_agg(v.interaction_id order by v.interaction_id nulls first)
                     filter (where pgwave_private.is_large(v.value)))
                 else jsonb_object_agg(v.name, v.value order by v.interaction_id nulls first)
                   filter (where not pgwave_private.is_large(v.value)) end as document,
               array_agg(v.interaction_id order by v.interaction_id nulls first)
                 -- input and what was given come from no interaction
                 filter (where v.interaction_id is not null and v.interaction_id <> all (d.parents)) as interaction_ids
          from pgwave_private.list_values(d.workflow_run_id, d.workflow_id, d.input, d.others,
                 (d.conversation).reads, d.parents, d.iteration) v
      ) read on d.skip_reason is null and (d.conversation).reads <> '{}'
  );
end
$$;
comment on function pgwave_private.create_interactions(pgwave_private.start[]) is
  'Make the rows of conversations that start or are skipped, in the order given. Returns: the rows, not yet inserted.';

create or replace function pgwave_private.make_interaction(
  start pgwave_private.start,
  conversation pgwave.conversation_versions,
  document jsonb,
  loops jsonb
) returns pgwave_private.new_interaction
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_new pgwave_private.new_interaction;
  v_made record;
begin
  v_new.interaction_id := nextval('pgwave.interaction_ids');
  v_new.workflow_run_id := start.workflow_run_id;
  v_new.conversation_id := start.conversation_id;
  v_new.conversation_version_id := conversation.conversation_version_id;
  v_new.actor_id := conversation.actor_id;
  v_new.iteration := start.iteration;
  v_new.input := '{}';
  v_new.input_interaction_ids := start.parent_interaction_ids;
  if start.skip_reason is not null then
    v_new.status := 'skipped';
    v_new.skip_reason := start.skip_reason;
    v_new.branches_taken := pgwave_private.branches_of_skip(conversation);
  elsif conversation.actor_type = 'condition' then
    v_new := pgwave_private.resolve_at_once(v_new, conversation, make_interaction.document, '{}',
      make_interaction.loops);
  elsif conversation.items_template is not null then
    v_new := pgwave_private.create_map(v_new, conversation, make_interaction.document, make_interaction.loops);
  else
    v_made := pgwave_private.render_input(conversation, make_interaction.document);
    v_new.input := v_made.input;
    if v_made.error is null then
      v_new.status := 'pending';
      if conversation.definition ? 'choice' then
        v_new.actor_id := pgwave_private.chosen_actor(v_made.input);
      end if;
    else
      v_new := pgwave_private.fail_at_once(v_new, conversation, make_interaction.document, v_made.error);
    end if;
  end if;
  return v_new;
end
$$;
comment on function pgwave_private.make_interaction(pgwave_private.start, pgwave.conversation_versions, jsonb, jsonb) is
  'Make the row of a conversation from what it reads. Returns: the row, not yet inserted. No statement of its own.';

create or replace function pgwave_private.resolve_at_once(
  new pgwave_private.new_interaction,
  conversation pgwave.conversation_versions,
  document jsonb,
  output jsonb,
  loops jsonb
) returns pgwave_private.new_interaction
language plpgsql
stable
set search_path = ''
as $$
declare
  v_branches record;
begin
  new.status := 'completed';
  new.output := resolve_at_once.output;
  v_branches := pgwave_private.take_branches(
    conversation.routes, conversation.route, 'success', false, null,
    resolve_at_once.document || jsonb_build_object('output', resolve_at_once.output), resolve_at_once.loops);
  new.branches_taken := v_branches.taken;
  new.branches_unknown := v_branches.unknown;
  return new;
end
$$;
comment on function pgwave_private.resolve_at_once(pgwave_private.new_interaction, pgwave.conversation_versions, jsonb,
  jsonb, jsonb) is
  'Complete a new interaction that no actor has to see: a condition, a map without items. Returns: the row with its branches.';

create or replace function pgwave_private.fail_at_once(
  new pgwave_private.new_interaction,
  conversation pgwave.conversation_versions,
  document jsonb,
  error jsonb
) returns pgwave_private.new_interaction
language plpgsql
stable
set search_path = ''
as $$
declare
  v_branches record;
begin
  new.status := 'failed';
  new.error := fail_at_once.error || '{"retryable": false}';
  v_branches := pgwave_private.take_branches(
    conversation.routes, conversation.route, 'failure', conversation.on_failure = 'continue', null,
    fail_at_once.document || jsonb_build_object('error', new.error), null);
  new.branches_taken := v_branches.taken;
  new.branches_unknown := v_branches.unknown;
  return new;
end
$$;
comment on function pgwave_private.fail_at_once(pgwave_private.new_interaction, pgwave.conversation_versions, jsonb,
  jsonb) is
  'Fail a new interaction whose data is at fault. Returns: the row with the branches that take the failure up.';

create or replace function pgwave_private.find_conversation_version(run pgwave.workflow_runs, conversation_id bigint)
returns pgwave.conversation_versions
language plpgsql
stable
set search_path = ''
as $$
declare
  v_conversation pgwave.conversation_versions;
begin
  select cv.* into v_conversation
    from pgwave.conversation_versions cv
   where cv.workflow_version_id = run.workflow_version_id
     and cv.conversation_id = find_conversation_version.conversation_id;
  if run.overrides is not null or v_conversation.prompt_use is not null then
    v_conversation := pgwave_private.conversation_of_run(
      v_conversation, run.workflow_run_id, run.workflow_id, run.overrides);
  end if;
  return v_conversation;
end
$$;
comment on function pgwave_private.find_conversation_version(pgwave.workflow_runs, bigint) is
  'Find a conversation as a run sees it, with what a fork changed and the prompt that it gets. Returns: the conversation''s version.';

create or replace function pgwave_private.render_input(
  conversation pgwave.conversation_versions,
  document jsonb
) returns pgwave_private.rendered
language plpgsql
stable
set search_path = ''
as $$
declare
  v_rendered pgwave_private.rendered := row('{}'::jsonb, null::jsonb);
  v_made record;
  v_missing text[] := '{}';
begin
  if conversation.prompt_template is not null then
    v_made := pgwave_private.render_template(conversation.prompt_template, render_input.document);
    v_rendered.input := v_rendered.input || jsonb_build_object('prompt', v_made.rendered);
    v_missing := v_missing || v_made.missing;
  end if;
  if conversation.system_template is not null then
    v_made := pgwave_private.render_template(conversation.system_template, render_input.document);
    v_rendered.input := v_rendered.input || jsonb_build_object('system', v_made.rendered);
    v_missing := v_missing || v_made.missing;
  end if;
  if conversation.params_template is not null then
    v_made := pgwave_private.render_value(conversation.params_template, render_input.document);
    v_rendered.input := v_rendered.input || jsonb_build_object('params', v_made.rendered);
    v_missing := v_missing || v_made.missing;
  end if;
  if conversation.prompt_use is not null then
    v_rendered.input := v_rendered.input || jsonb_build_object('prompt_version', conversation.prompt_use);
  end if;
  if conversation.definition ? 'compiled' then
    v_made := pgwave_private.render_others(conversation.definition -> 'compiled', render_input.document);
    v_rendered.input := v_rendered.input || v_made.input;
    v_missing := v_missing || v_made.missing;
  end if;
  if v_missing <> '{}' then
    v_rendered.error := jsonb_build_object(
      'code', 'missing_binding', 'detail', jsonb_build_object('missing', v_missing),
      'message', format('%s reads %s, which is not there',
        conversation.definition ->> 'name', array_to_string(v_missing, ', ')));
  elsif conversation.prompt_use is not null and conversation.prompt_template is null then
    v_rendered.error := jsonb_build_object('code', 'bad_request', 'message', format(
      '%s uses the prompt %s, which is not there', conversation.definition ->> 'name', conversation.prompt_use));
  elsif v_rendered.input ? 'choice' then
    v_rendered := pgwave_private.choose_actor(v_rendered.input, conversation.definition ->> 'name');
  elsif v_rendered.input ? 'wait'
    and not coalesce(pgwave_private.duration_ms(v_rendered.input -> 'wait') between 0 and 315576000000, false) then
    v_rendered.error := jsonb_build_object('code', 'bad_request', 'message', format(
      '%s waits for %s, which is no duration',
        conversation.definition ->> 'name', left(v_rendered.input ->> 'wait', 60)));
  elsif v_rendered.input ? 'until' and not coalesce(pgwave_private.is_moment(v_rendered.input ->> 'until'), false) then
    v_rendered.error := jsonb_build_object('code', 'bad_request', 'message', format(
      '%s waits until %s, which is no time',
        conversation.definition ->> 'name', left(v_rendered.input ->> 'until', 60)));
  end if;
  return v_rendered;
end
$$;
comment on function pgwave_private.render_input(pgwave.conversation_versions, jsonb) is
  'Render what an actor gets. Returns: {prompt, prompt_version, system, params, options, images, assignees, until, wait, due, actor}, and the error where something that it reads is not there.';

create or replace function pgwave_private.choose_actor(input jsonb, conversation_name text)
returns pgwave_private.rendered
language sql
stable
set search_path = ''
as $$
  select row(input - 'choice' || case when c.is_one then jsonb_build_object('actor', input #> '{choice,choose}')
    else '{}' end,
           case when not c.is_one then jsonb_build_object('code', 'bad_request', 'message', format(
             '%s chooses %s, which is none of its actors', conversation_name,
               left(input #>> '{choice,choose}', 60))) end
         )::pgwave_private.rendered
    from (select coalesce(jsonb_typeof(input #> '{choice,choose}') = 'string'
                   and input #> '{choice,from}' @> jsonb_build_array(input #> '{choice,choose}'), false) as is_one) c
$$;
comment on function pgwave_private.choose_actor(jsonb, text) is
  'Read which actor the data chose. Returns: the input with actor in place of choice, and the error if it is none of those declared.';

create or replace function pgwave_private.chosen_actor(input jsonb) returns bigint
language sql
stable
set search_path = ''
as $$
  select a.actor_id from pgwave.actors a where a.actor_name = chosen_actor.input ->> 'actor'
$$;
comment on function pgwave_private.chosen_actor(jsonb) is
  'Find the actor that an input names. Returns: it; null: none.';

create or replace function pgwave_private.render_others(compiled jsonb, document jsonb, out input jsonb,
  out missing text[])
language plpgsql
stable
set search_path = ''
as $$
declare
  v_key text;
  v_made record;
begin
  input := '{}';
  missing := '{}';
  foreach v_key in array array['options', 'images', 'assignees', 'until', 'wait', 'due', 'choice'] loop
    continue when not render_others.compiled ? v_key;
    v_made := pgwave_private.render_value(render_others.compiled -> v_key, render_others.document);
    input := input || jsonb_build_object(v_key, v_made.rendered);
    missing := missing || v_made.missing;
  end loop;
end
$$;
comment on function pgwave_private.render_others(jsonb, jsonb) is
  'Render what else of a conversation is bound. Returns: {options, images, assignees, until, wait, due, choice}, and what is missing.';

-- In FROM it becomes part of the statement that calls it.
create or replace function pgwave_private.others_wait(lane text, workflow_id bigint, priority int) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (select from pgwave.ready r
                  where r.lane = others_wait.lane and not r.held and r.priority > others_wait.priority)
    or exists (select from pgwave.ready r
                where r.lane = others_wait.lane and not r.held and r.priority = others_wait.priority
                  and r.workflow_id < others_wait.workflow_id)
    or exists (select from pgwave.ready r
                where r.lane = others_wait.lane and not r.held and r.priority = others_wait.priority
                  and r.workflow_id > others_wait.workflow_id);
end
$$;
comment on function pgwave_private.others_wait(text, bigint, int) is
  'Tell whether something waits in a lane that has a higher priority or is of another workflow. Returns: whether.';

create or replace function pgwave_private.find_room(worker_id bigint, lane text, workflow_id bigint, priority int)
returns table (slot text, free bigint)
language sql
stable
begin atomic
  select k.slot, least((w.slots ->> k.slot)::int - (
           select count(*) from pgwave.leases h
            where h.worker_id = find_room.worker_id and h.begun_at >= w.leases_since
              and k.slot in (h.lane, split_part(h.lane, ':', 1))) - pgwave_private.kept_beside(k.slot),
           case when w.model_host_id is not null and starts_with(find_room.lane, 'model:')
             then pgwave_private.room_in_wave(w.model_host_id, find_room.lane) end)
    from pgwave.workers w
    cross join (values (find_room.lane), (split_part(find_room.lane, ':', 1))) k (slot)
   where w.worker_id = find_room.worker_id and not w.stopping and w.slots ? k.slot
     and not exists (
       select from pgwave.actor_limits t join pgwave.actors o on o.actor_id = t.actor_id and o.lane = find_room.lane)
     and case when exists (select from pgwave.ready r where r.lane = find_room.lane and not r.held)
         then not pgwave_private.others_wait(find_room.lane, find_room.workflow_id, find_room.priority) else true end
   limit 1;
end;
comment on function pgwave_private.find_room(bigint, text, bigint, int) is
  'Find room for new work of a workflow in a lane of a worker. Returns: the slot and how much of it is free; no row if somebody in the lane comes first or has a turn, or anything in it is limited.';

-- What the worker that caused them can do at once begins where it is created: no row in `ready`, no second update. The
-- rest waits its turn there, and nothing overtakes what has a higher priority or belongs to another workflow of the
-- same lane.
create or replace function pgwave_private.choose_begun(
  created pgwave_private.new_interaction[],
  worker_id bigint,
  most int
) returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with pending as materialized (
      select u.interaction_id, a.lane, run.workflow_id, run.priority
        from unnest(choose_begun.created) u
        join pgwave.workflow_runs run on run.workflow_run_id = u.workflow_run_id
        join pgwave.actors a on a.actor_id = u.actor_id
       where u.status = 'pending' and run.limits is null and run.status <> 'paused' and a.enabled
         and a.actor_type not in ('human', 'timer', 'signal', 'workflow')
    ),
    lanes as materialized (
      select l.*, f.slot, f.free
        from (select distinct p.lane, p.workflow_id, p.priority from pending p) l
        cross join lateral pgwave_private.find_room(choose_begun.worker_id, l.lane, l.workflow_id, l.priority) f
    )
    select coalesce(array_agg(c.interaction_id), '{}')
      from (
        select p.interaction_id, s.free, row_number() over (order by p.interaction_id) as place,
               row_number() over (partition by s.slot order by p.interaction_id) as place_in_slot
          from pending p
          join lanes s on s.lane = p.lane and s.workflow_id = p.workflow_id and s.priority = p.priority
      ) c
     where c.place <= choose_begun.most and c.place_in_slot <= c.free
  );
end
$$;
comment on function pgwave_private.choose_begun(pgwave_private.new_interaction[], bigint, int) is
  'Choose what a worker begins at once of what is created: as far as its slots reach, and nobody in the lane comes first, is held or limited. Returns: interactions.';

-- In FROM it becomes part of the statement that calls it.
create or replace function pgwave_private.describe_created(created pgwave_private.new_interaction[], begun_ids bigint[])
returns table (new pgwave_private.new_interaction, workflow_id bigint, priority int, owner text,
  visibility pgwave.visibility,
               paused boolean, execution_order int, lane text, begins boolean)
language sql
stable
begin atomic
  select row(u.*)::pgwave_private.new_interaction, run.workflow_id, run.priority, run.owner, run.visibility,
         run.status = 'paused', (run.interactions_created
           + row_number() over (partition by u.workflow_run_id order by u.interaction_id))::int,
         pgwave_private.lane_of(a), u.interaction_id = any(begun_ids)
    from unnest(describe_created.created) u
    join pgwave.workflow_runs run on run.workflow_run_id = u.workflow_run_id
    left join pgwave.actors a on a.actor_id = u.actor_id;
end;
comment on function pgwave_private.describe_created(pgwave_private.new_interaction[], bigint[]) is
  'Describe what is created by its run and actor. Returns: a row for each.';

create or replace function pgwave_private.count_by_run(
  changes pgwave_private.change[],
  created pgwave_private.new_interaction[]
) returns table (workflow_run_id bigint, moves boolean, created int, opened int, waiting int, completed int, failed int,
                 skipped int, cancelled int, prompt_tokens bigint, completion_tokens bigint, cost numeric)
language sql
stable
begin atomic
  select u.workflow_run_id, bool_or(not u.is_new), count(*) filter (where u.is_new)::int,
         (count(*) filter (where u.is_new and u.status in ('pending', 'waiting'))
           - count(*) filter (where not u.is_new and u.status in ('completed', 'failed', 'skipped', 'cancelled')))::int,
         count(*) filter (where u.is_new and u.status = 'waiting')::int,
         count(*) filter (where u.status = 'completed')::int, count(*) filter (where u.status = 'failed')::int,
         count(*) filter (where u.status = 'skipped')::int, count(*) filter (where u.status = 'cancelled')::int,
         sum(u.prompt_tokens)::bigint, sum(u.completion_tokens)::bigint, sum(u.cost)
    from (
      select n.workflow_run_id, n.status, true as is_new, 0::bigint as prompt_tokens, 0::bigint as completion_tokens,
             0::numeric as cost
        from unnest(count_by_run.created) n
      union all
      select c.workflow_run_id, c.status, false, c.prompt_tokens, c.completion_tokens, c.cost
        from unnest(count_by_run.changes) c
    ) u
   group by u.workflow_run_id;
end;
comment on function pgwave_private.count_by_run(pgwave_private.change[], pgwave_private.new_interaction[]) is
  'Count what changed and what is created, by run. Returns: what to add to the counts of each run.';

create or replace function pgwave_private.insert_created(
  created pgwave_private.new_interaction[],
  begun_ids bigint[],
  worker_id bigint,
  changes pgwave_private.change[],
  out is_queued boolean,
  out is_waiting boolean,
  out is_over boolean
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_lanes text[];
  v_queued bigint;
begin
  with new as materialized (
    select (d.new).*, d.* from pgwave_private.describe_created(insert_created.created, insert_created.begun_ids) d
  ),
  counted as (
    update pgwave.workflow_runs run
       set status = case when run.status = 'pending' and c.moves then 'running' else run.status end,
           interactions_created = run.interactions_created + c.created,
           interactions_open = run.interactions_open + c.opened,
           interactions_waiting = run.interactions_waiting + c.waiting,
           interactions_completed = run.interactions_completed + c.completed,
           interactions_failed = run.interactions_failed + c.failed,
           interactions_skipped = run.interactions_skipped + c.skipped,
           interactions_cancelled = run.interactions_cancelled + c.cancelled,
           prompt_tokens = run.prompt_tokens + c.prompt_tokens,
           completion_tokens = run.completion_tokens + c.completion_tokens, cost = run.cost + c.cost
      from pgwave_private.count_by_run(insert_created.changes, insert_created.created) c
     where run.workflow_run_id = c.workflow_run_id
    returning run.interactions_open = 0 as is_over
  ),
  inserted as (
    insert into pgwave.interactions (
      interaction_id, workflow_run_id, conversation_id, conversation_version_id, actor_id, status, execution_order,
      iteration, attempt, worker_id, input, output, error, input_interaction_ids, branches_taken, branches_unknown,
      pending_reason, skip_reason, owner, visibility, created_at, started_at, completed_at)
    select n.interaction_id, n.workflow_run_id, n.conversation_id, n.conversation_version_id, n.actor_id,
           case when n.begins then 'running' else n.status end, n.execution_order, n.iteration, n.begins::int,
           case when n.begins then insert_created.worker_id end, n.input, n.output, n.error,
           n.input_interaction_ids, n.branches_taken, n.branches_unknown,
           case when n.status = 'pending' and not n.begins then 'ready' end, n.skip_reason, n.owner, n.visibility,
           v_now, case when n.begins then v_now end, case when n.status not in ('pending', 'waiting') then v_now end
      from new n
     order by n.interaction_id
  ),
  leased as (
    insert into pgwave.leases (interaction_id, workflow_run_id, worker_id, actor_id, lane, attempt, begun_at)
    select n.interaction_id, n.workflow_run_id, insert_created.worker_id, n.actor_id, n.lane, 1, v_now
      from new n where n.begins
  ),
  queued as (
    insert into pgwave.ready (interaction_id, workflow_run_id, workflow_id, actor_id, lane, priority, not_before,
      paused)
    select n.interaction_id, n.workflow_run_id, n.workflow_id, n.actor_id, n.lane, n.priority, v_now, n.paused
      from new n where n.status = 'pending' and not n.begins
    returning lane, held
  )
  select count(*), coalesce(bool_or(q.lane = 'waits'), false), (select bool_or(c.is_over) from counted c),
         array_agg(distinct q.lane) filter (where not q.held and q.lane <> 'waits')
    into v_queued, is_waiting, is_over, v_lanes
    from queued q;
  is_queued := v_queued > 0;
  if v_lanes is not null then
    perform pgwave_private.ticket_queued(v_lanes, v_queued);
  end if;
end
$$;
comment on function pgwave_private.insert_created(pgwave_private.new_interaction[], bigint[], bigint,
  pgwave_private.change[]) is
  'Insert what a reaction created, running with its worker if it begins at once, else, if pending, with a row in ready; count it, with what changed before. Returns: whether something is ready, something waits for no worker, a run has nothing open any more. Writes: interactions, leases, ready, workflow_runs, tickets.';

create or replace function pgwave_private.count_changes(changes pgwave_private.change[]) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_is_over boolean;
begin
  with counted as (
    update pgwave.workflow_runs run
       set status = case when run.status = 'pending' then 'running' else run.status end,
           interactions_open = run.interactions_open + c.opened,
           interactions_completed = run.interactions_completed + c.completed,
           interactions_failed = run.interactions_failed + c.failed,
           interactions_skipped = run.interactions_skipped + c.skipped,
           interactions_cancelled = run.interactions_cancelled + c.cancelled,
           prompt_tokens = run.prompt_tokens + c.prompt_tokens,
           completion_tokens = run.completion_tokens + c.completion_tokens, cost = run.cost + c.cost
      from pgwave_private.count_by_run(count_changes.changes, '{}') c
     where run.workflow_run_id = c.workflow_run_id
    returning run.interactions_open
  )
  select bool_or(c.interactions_open = 0) into v_is_over from counted c;
  return coalesce(v_is_over, false);
end
$$;
comment on function pgwave_private.count_changes(pgwave_private.change[]) is
  'Keep the counts, tokens and cost of runs in which something changed. Returns: whether a run has nothing open any more. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';
