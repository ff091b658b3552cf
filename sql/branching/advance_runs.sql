-- The worklist: from what was resolved to what follows, until nothing more follows.
-- Held in arrays; one insert for all that is created. The caller holds the runs.

create or replace function pgwave_private.create_interaction(
  run pgwave.workflow_runs,
  start pgwave_private.start
) returns pgwave.interactions
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_new pgwave.interactions;
  v_conversation pgwave.conversation_versions;
  v_document jsonb := '{}';
  v_missing text[] := '{}';
begin
  select cv.* into v_conversation
    from pgwave.conversation_versions cv
   where cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = start.conversation_id;
  v_new.interaction_id := nextval('pgwave.interaction_ids');
  v_new.workflow_run_id := run.workflow_run_id;
  v_new.conversation_id := v_conversation.conversation_id;
  v_new.conversation_version_id := v_conversation.conversation_version_id;
  v_new.actor_id := v_conversation.actor_id;
  v_new.iteration := coalesce(start.iteration, 0);
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
  if v_conversation.reads <> '{}' then
    select d.document, d.interaction_ids into v_document, v_new.input_interaction_ids
      from pgwave_private.build_document(run, v_conversation.reads, start.parent_interaction_ids) d;
  end if;
  if v_conversation.actor_type = 'condition' then
    v_new.status := 'completed';
    v_new.output := '{}';
    v_new.input := '{}';
    v_new.completed_at := v_new.created_at;
    select b.taken, b.unknown into v_new.branches_taken, v_new.branches_unknown
      from pgwave_private.take_branches(
        v_conversation.routes, v_conversation.route, 'success', false, null, v_document || '{"output": {}}') b;
    return v_new;
  end if;
  select r.input, r.missing into v_new.input, v_missing
    from pgwave_private.render_input(v_conversation, v_document) r;
  if v_missing = '{}' then
    v_new.status := 'pending';
    v_new.pending_reason := 'ready';
    return v_new;
  end if;
  v_new.status := 'failed';
  v_new.completed_at := v_new.created_at;
  v_new.error := jsonb_build_object(
    'code', 'missing_binding', 'retryable', false,
    'message', format('%s reads %s, which is not there', v_conversation.definition ->> 'name', array_to_string(v_missing, ', ')),
    'detail', jsonb_build_object('missing', v_missing));
  select b.taken, b.unknown into v_new.branches_taken, v_new.branches_unknown
    from pgwave_private.take_failure_branches(v_conversation, v_new.error, v_document) b;
  return v_new;
end
$$;
comment on function pgwave_private.create_interaction(pgwave.workflow_runs, pgwave_private.start) is
  'Make the row of a conversation that starts: rendered and pending, resolved where it only routes, failed where it does not render. Returns: the row, not yet inserted.';

create or replace function pgwave_private.render_input(
  conversation pgwave.conversation_versions,
  document jsonb,
  out input jsonb,
  out missing text[]
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_text text;
  v_value jsonb;
  v_missing text[];
begin
  input := '{}';
  missing := '{}';
  if conversation.prompt_template is not null then
    select r.rendered, r.missing into v_text, v_missing
      from pgwave_private.render_template(conversation.prompt_template, render_input.document) r;
    input := input || jsonb_build_object('prompt', v_text);
    missing := missing || coalesce(v_missing, '{}');
  end if;
  if conversation.system_template is not null then
    select r.rendered, r.missing into v_text, v_missing
      from pgwave_private.render_template(conversation.system_template, render_input.document) r;
    input := input || jsonb_build_object('system', v_text);
    missing := missing || coalesce(v_missing, '{}');
  end if;
  if conversation.params_template is not null then
    select r.rendered, r.missing into v_value, v_missing
      from pgwave_private.render_value(conversation.params_template, render_input.document) r;
    input := input || jsonb_build_object('params', v_value);
    missing := missing || coalesce(v_missing, '{}');
  end if;
end
$$;
comment on function pgwave_private.render_input(pgwave.conversation_versions, jsonb) is
  'Render what an actor gets. Returns: {prompt, system, params}, and the paths that led nowhere.';

create or replace function pgwave_private.take_failure_branches(
  conversation pgwave.conversation_versions,
  error jsonb,
  document jsonb,
  out taken bigint[],
  out unknown bigint[]
)
language sql
stable
set search_path = ''
as $$
  select b.taken, b.unknown
    from pgwave_private.take_branches(
      conversation.routes, conversation.route, 'failure', conversation.on_failure = 'continue', null,
      coalesce(document, '{}') || jsonb_build_object('error', error)) b
$$;
comment on function pgwave_private.take_failure_branches(pgwave.conversation_versions, jsonb, jsonb) is
  'Decide which branches a failure takes. Returns: the branches taken, and those whose condition is unknown.';

create or replace function pgwave_private.create_skipped(
  run pgwave.workflow_runs,
  conversation_id bigint,
  iteration int,
  reason text
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
  v_new.conversation_id := create_skipped.conversation_id;
  select cv.conversation_version_id, cv.actor_id into v_new.conversation_version_id, v_new.actor_id
    from pgwave.conversation_versions cv
   where cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = create_skipped.conversation_id;
  v_new.status := 'skipped';
  v_new.skip_reason := create_skipped.reason;
  v_new.iteration := create_skipped.iteration;
  v_new.attempt := 0;
  v_new.attempts_not_counted := 0;
  v_new.workers_lost := 0;
  v_new.input := '{}';
  v_new.input_interaction_ids := '{}';
  v_new.branches_taken := '{}';
  v_new.prompt_tokens := 0;
  v_new.completion_tokens := 0;
  v_new.cost := 0;
  v_new.owner := run.owner;
  v_new.visibility := run.visibility;
  v_new.event_seq := 0;
  v_new.created_at := pgwave_private.now();
  v_new.completed_at := v_new.created_at;
  return v_new;
end
$$;
comment on function pgwave_private.create_skipped(pgwave.workflow_runs, bigint, int, text) is
  'Make the row of a conversation on a dead path. Returns: the row, not yet inserted.';

-- Whether a failure ends its run: nothing took it up, and the conversation does not let the run continue.
create or replace function pgwave_private.is_unhandled(interaction pgwave.interactions) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select (interaction).status = 'failed' and coalesce(
      (interaction).conversation_version_id is null or (
        select cv.on_failure = 'fail_run'
           and not exists (
             select from pgwave.branches b
              where b.branch_id = any((interaction).branches_taken) and b.after = 'failure')
          from pgwave.conversation_versions cv
         where cv.conversation_version_id = (interaction).conversation_version_id), true)
  );
end
$$;
comment on function pgwave_private.is_unhandled(pgwave.interactions) is
  'Tell whether a failure is one that ends its run. Returns: true or false.';

create or replace function pgwave_private.advance_runs(
  resolutions pgwave_private.resolution[],
  starts pgwave_private.start[]
) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_round pgwave_private.resolution[] := advance_runs.resolutions;
  v_starts pgwave_private.start[] := advance_runs.starts;
  v_known pgwave_private.resolution[] := '{}';
  v_created pgwave.interactions[] := '{}';
  v_new pgwave.interactions;
  v_next pgwave_private.resolution[];
  v_run pgwave.workflow_runs;
  v_target record;
  v_failed bigint[] := '{}';
begin
  loop
    v_next := '{}';
    for v_target in
      select s.workflow_run_id, s.conversation_id, coalesce(s.iteration, 0) as iteration, 'start' as decision,
             s.parent_interaction_ids, null as skip_reason, s.ord::bigint as ord
        from unnest(v_starts) with ordinality s
                 (workflow_run_id, conversation_id, iteration, parent_interaction_ids, ord)
      union all
      select d.workflow_run_id, d.conversation_id, d.iteration, d.decision, d.parent_interaction_ids, d.skip_reason,
             1000000 + d.conversation_id
        from pgwave_private.decide_targets(v_round, v_known) d
       where cardinality(v_round) > 0
       order by 1, 7
    loop
      continue when v_target.workflow_run_id = any(v_failed);
      if v_run.workflow_run_id is distinct from v_target.workflow_run_id then
        select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_target.workflow_run_id;
      end if;
      v_new := case v_target.decision
        when 'skip' then pgwave_private.create_skipped(
          v_run, v_target.conversation_id, v_target.iteration, v_target.skip_reason)
        else pgwave_private.create_interaction(
          v_run, row(v_target.workflow_run_id, v_target.conversation_id, v_target.iteration,
                     v_target.parent_interaction_ids)::pgwave_private.start)
      end;
      v_created := v_created || v_new;
      if v_new.status <> 'pending' then
        v_next := v_next || row(v_new.workflow_run_id, v_new.conversation_id, v_new.iteration, v_new.interaction_id,
                                v_new.status, v_new.branches_taken)::pgwave_private.resolution;
      end if;
      if v_new.status = 'failed' and pgwave_private.is_unhandled(v_new) then
        v_failed := v_failed || v_new.workflow_run_id;
        perform pgwave_private.fail_run_for(v_new);
      end if;
    end loop;
    v_known := v_known || v_round || v_next;
    exit when cardinality(v_next) = 0;
    v_round := v_next;
    v_starts := '{}';
  end loop;
  perform pgwave_private.insert_created(v_created, v_failed);
  return v_failed;
end
$$;
comment on function pgwave_private.advance_runs(pgwave_private.resolution[], pgwave_private.start[]) is
  'Create all that follows from resolved interactions. Returns: the runs that this made fail. Writes: interactions, workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.insert_created(
  created pgwave.interactions[],
  failed_run_ids bigint[]
) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if cardinality(insert_created.created) = 0 then
    return;
  end if;
  with counted as (
    update pgwave.workflow_runs run
       set interactions_created = run.interactions_created + c.created,
           interactions_open = run.interactions_open + c.open,
           interactions_completed = run.interactions_completed + c.completed,
           interactions_failed = run.interactions_failed + c.failed,
           interactions_skipped = run.interactions_skipped + c.skipped
      from (
        select u.workflow_run_id, count(*) as created, count(*) filter (where u.status = 'pending') as open,
               count(*) filter (where u.status = 'completed') as completed,
               count(*) filter (where u.status = 'failed') as failed,
               count(*) filter (where u.status = 'skipped') as skipped
          from unnest(insert_created.created) u
         where not (u.status = 'pending' and u.workflow_run_id = any(insert_created.failed_run_ids))
         group by u.workflow_run_id
      ) c
     where run.workflow_run_id = c.workflow_run_id
    returning run.workflow_run_id, run.interactions_created - c.created as base
  )
  insert into pgwave.interactions (
    interaction_id, workflow_run_id, conversation_id, conversation_version_id, actor_id, status, execution_order,
    iteration, item_index, input, output, error, input_interaction_ids, branches_taken, branches_unknown,
    pending_reason, skip_reason, owner, visibility, created_at, completed_at)
  select u.interaction_id, u.workflow_run_id, u.conversation_id, u.conversation_version_id, u.actor_id, u.status,
         counted.base + row_number() over (partition by u.workflow_run_id order by u.interaction_id),
         u.iteration, u.item_index, u.input, u.output, u.error, u.input_interaction_ids, u.branches_taken,
         u.branches_unknown, u.pending_reason, u.skip_reason, u.owner, u.visibility, u.created_at, u.completed_at
    from unnest(insert_created.created) u
    join counted on counted.workflow_run_id = u.workflow_run_id
   where not (u.status = 'pending' and u.workflow_run_id = any(insert_created.failed_run_ids));
end
$$;
comment on function pgwave_private.insert_created(pgwave.interactions[], bigint[]) is
  'Insert what a reaction created, and count it; what would only have been cancelled has no row. Writes: interactions, workflow_runs.';
