-- The rows that a reaction creates: rendered and pending, resolved where a conversation only routes, skipped on a dead path.

create or replace function pgwave_private.new_interaction(
  run pgwave.workflow_runs,
  conversation pgwave.conversation_versions,
  start pgwave_private.start
) returns pgwave.interactions
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_new pgwave.interactions;
begin
  v_new.interaction_id := nextval('pgwave.interaction_ids');
  v_new.workflow_run_id := run.workflow_run_id;
  v_new.conversation_id := conversation.conversation_id;
  v_new.conversation_version_id := conversation.conversation_version_id;
  v_new.actor_id := conversation.actor_id;
  v_new.iteration := coalesce(start.iteration, 0);
  v_new.input := '{}';
  v_new.input_interaction_ids := coalesce(start.parent_interaction_ids, '{}');
  v_new.owner := run.owner;
  v_new.visibility := run.visibility;
  v_new.created_at := pgwave_private.now();
  v_new.attempt := 0;
  v_new.attempts_not_counted := 0;
  v_new.workers_lost := 0;
  v_new.prompt_tokens := 0;
  v_new.completion_tokens := 0;
  v_new.cost := 0;
  v_new.event_seq := 0;
  return v_new;
end
$$;
comment on function pgwave_private.new_interaction(pgwave.workflow_runs, pgwave.conversation_versions, pgwave_private.start) is
  'Make the row of a conversation, with neither status nor input. Returns: the row, not yet inserted.';

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
  if run.overrides is not null then
    v_conversation := pgwave_private.override_conversation(v_conversation, run);
  end if;
  return v_conversation;
end
$$;
comment on function pgwave_private.find_conversation_version(pgwave.workflow_runs, bigint) is
  'Find a conversation as a run sees it, with what a fork changed. Returns: the conversation''s version.';

create or replace function pgwave_private.resolve_at_once(
  new pgwave.interactions,
  conversation pgwave.conversation_versions,
  run pgwave.workflow_runs,
  document jsonb,
  output jsonb
) returns pgwave.interactions
language plpgsql
stable
set search_path = ''
as $$
begin
  new.status := 'completed';
  new.output := resolve_at_once.output;
  new.completed_at := new.created_at;
  select b.taken, b.unknown into new.branches_taken, new.branches_unknown
    from pgwave_private.take_branches(
      conversation.routes, conversation.route, 'success', false, null,
      resolve_at_once.document || jsonb_build_object('output', resolve_at_once.output), run.loops) b;
  return new;
end
$$;
comment on function pgwave_private.resolve_at_once(pgwave.interactions, pgwave.conversation_versions, pgwave.workflow_runs, jsonb, jsonb) is
  'Complete a new interaction that no actor has to see: a condition, a map without items. Returns: the row with its branches.';

create or replace function pgwave_private.fail_at_once(
  new pgwave.interactions,
  conversation pgwave.conversation_versions,
  document jsonb,
  error jsonb
) returns pgwave.interactions
language plpgsql
stable
set search_path = ''
as $$
begin
  new.status := 'failed';
  new.completed_at := new.created_at;
  new.error := fail_at_once.error || '{"retryable": false}';
  select b.taken, b.unknown into new.branches_taken, new.branches_unknown
    from pgwave_private.take_branches(
      conversation.routes, conversation.route, 'failure', conversation.on_failure = 'continue', null,
      coalesce(fail_at_once.document, '{}') || jsonb_build_object('error', new.error), null) b;
  return new;
end
$$;
comment on function pgwave_private.fail_at_once(pgwave.interactions, pgwave.conversation_versions, jsonb, jsonb) is
  'Fail a new interaction whose data is at fault. Returns: the row with the branches that take the failure up.';

create or replace function pgwave_private.create_interaction(
  run pgwave.workflow_runs,
  start pgwave_private.start,
  out created pgwave.interactions,
  out map pgwave_private.new_map
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_conversation pgwave.conversation_versions :=
    pgwave_private.find_conversation_version(run, start.conversation_id);
  v_document jsonb := '{}';
  v_error jsonb;
  v_made record;
begin
  created := pgwave_private.new_interaction(run, v_conversation, start);
  if v_conversation.reads <> '{}' then
    select d.document, d.interaction_ids into v_document, created.input_interaction_ids
      from pgwave_private.build_document(
        run, v_conversation.reads, start.parent_interaction_ids, created.iteration) d;
  end if;
  if v_conversation.actor_type = 'condition' then
    created := pgwave_private.resolve_at_once(created, v_conversation, run, v_document, '{}');
  elsif v_conversation.items_template is not null then
    v_made := pgwave_private.create_map(created, v_conversation, run, v_document);
    created := v_made.created;
    map := v_made.map;
  else
    select r.input, r.error into created.input, v_error
      from pgwave_private.render_input(v_conversation, v_document) r;
    if v_error is null then
      created.status := 'pending';
      created.pending_reason := 'ready';
    else
      created := pgwave_private.fail_at_once(created, v_conversation, v_document, v_error);
    end if;
  end if;
end
$$;
comment on function pgwave_private.create_interaction(pgwave.workflow_runs, pgwave_private.start) is
  'Make the row of a conversation that starts: rendered and pending, resolved where it only routes, failed where it does not render, waiting for its items where it is a map. Returns: the row, not yet inserted, and the map.';

create or replace function pgwave_private.render_input(
  conversation pgwave.conversation_versions,
  document jsonb,
  out input jsonb,
  out error jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_text text;
  v_value jsonb;
  v_missing text[];
  v_all_missing text[] := '{}';
  v_key text;
begin
  input := '{}';
  if conversation.prompt_template is not null then
    select r.rendered, r.missing into v_text, v_missing
      from pgwave_private.render_template(conversation.prompt_template, render_input.document) r;
    input := input || jsonb_build_object('prompt', v_text);
    v_all_missing := v_all_missing || coalesce(v_missing, '{}');
  end if;
  if conversation.system_template is not null then
    select r.rendered, r.missing into v_text, v_missing
      from pgwave_private.render_template(conversation.system_template, render_input.document) r;
    input := input || jsonb_build_object('system', v_text);
    v_all_missing := v_all_missing || coalesce(v_missing, '{}');
  end if;
  if conversation.params_template is not null then
    select r.rendered, r.missing into v_value, v_missing
      from pgwave_private.render_value(conversation.params_template, render_input.document) r;
    input := input || jsonb_build_object('params', v_value);
    v_all_missing := v_all_missing || coalesce(v_missing, '{}');
  end if;
  if conversation.actor_type in ('human', 'timer') and conversation.definition ? 'compiled' then
    foreach v_key in array array['assignees', 'until'] loop
      continue when not conversation.definition -> 'compiled' ? v_key;
      select r.rendered, r.missing into v_value, v_missing
        from pgwave_private.render_value(conversation.definition -> 'compiled' -> v_key, render_input.document) r;
      input := input || jsonb_build_object(v_key, v_value);
      v_all_missing := v_all_missing || coalesce(v_missing, '{}');
    end loop;
  end if;
  if v_all_missing <> '{}' then
    error := jsonb_build_object(
      'code', 'missing_binding', 'detail', jsonb_build_object('missing', v_all_missing),
      'message', format('%s reads %s, which is not there',
        conversation.definition ->> 'name', array_to_string(v_all_missing, ', ')));
  elsif input ? 'until' and not coalesce(pgwave_private.is_moment(input ->> 'until'), false) then
    error := jsonb_build_object('code', 'bad_request', 'message', format(
      '%s waits until %s, which is no time', conversation.definition ->> 'name', left(input ->> 'until', 60)));
  end if;
end
$$;
comment on function pgwave_private.render_input(pgwave.conversation_versions, jsonb) is
  'Render what an actor gets. Returns: {prompt, system, params, assignees, until}, and the error where something that it reads is not there.';

create or replace function pgwave_private.create_skipped(
  run pgwave.workflow_runs,
  start pgwave_private.start,
  reason text
) returns pgwave.interactions
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_new pgwave.interactions;
begin
  select n.* into v_new
    from pgwave.conversation_versions cv
    cross join pgwave_private.new_interaction(run, cv, start) n
   where cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = start.conversation_id;
  v_new.status := 'skipped';
  v_new.skip_reason := create_skipped.reason;
  v_new.branches_taken := '{}';
  v_new.completed_at := v_new.created_at;
  return v_new;
end
$$;
comment on function pgwave_private.create_skipped(pgwave.workflow_runs, pgwave_private.start, text) is
  'Make the row of a conversation on a dead path. Returns: the row, not yet inserted.';
