-- Fork: a new run that keeps what does not depend on a conversation, and goes on from there.

create or replace function pgwave_private.normalise_overrides(at_name text, overrides jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fields constant text[] := '{prompt,system,params,actor,model,options}';
  v_unknown text;
  v_at jsonb;
begin
  if normalise_overrides.overrides is null or normalise_overrides.overrides = '{}' then
    return null;
  end if;
  select k.key into v_unknown
    from (
      select k.key from jsonb_object_keys(normalise_overrides.overrides) k (key)
       where k.key <> all (v_fields || '{input,limits,conversations}'::text[])
      union all
      select format('conversations.%s.%s', c.key, f.key)
        from jsonb_each(case jsonb_typeof(normalise_overrides.overrides -> 'conversations')
               when 'object' then normalise_overrides.overrides -> 'conversations' end) c
        cross join jsonb_object_keys(c.value) f (key)
       where f.key <> all (v_fields)
    ) k
   limit 1;
  if v_unknown is not null then
    perform pgwave_private.raise_error('PWINP', format('overrides have no %s', v_unknown), null,
      'They have prompt, system, params, actor, model and options of the conversation that is forked at, input, limits, and conversations: {name: {…}}.');
  end if;
  perform pgwave_private.require_limits(normalise_overrides.overrides -> 'limits');
  select jsonb_object_agg(o.key, o.value) into v_at
    from jsonb_each(normalise_overrides.overrides) o where o.key = any(v_fields);
  return case when normalise_overrides.overrides -> 'input' <> 'null'
           then jsonb_build_object('input', normalise_overrides.overrides -> 'input') else '{}' end
    || case when normalise_overrides.overrides ? 'limits'
         then jsonb_build_object('limits', normalise_overrides.overrides -> 'limits') else '{}' end
    || case when v_at is null and not normalise_overrides.overrides ? 'conversations' then '{}' else
         jsonb_build_object('conversations', pgwave_private.pin_prompts(
           coalesce(normalise_overrides.overrides -> 'conversations', '{}')
           || case when v_at is null then '{}' else jsonb_build_object(normalise_overrides.at_name,
                coalesce(normalise_overrides.overrides #> array['conversations', normalise_overrides.at_name], '{}')
                  || v_at) end)) end;
end
$$;
comment on function pgwave_private.normalise_overrides(text, jsonb) is
  'Bring the overrides of a fork to one form. Returns: {input, limits, conversations: {name: {prompt, system, params, actor, model, options}}}, null where nothing is overridden. Raises: PWINP for a field that there is not.';

create or replace function pgwave_private.require_overrides(
  workflow_version_id bigint,
  overrides jsonb,
  kept_conversation_ids bigint[]
) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_definition jsonb;
  v_fault text;
  v_key text;
begin
  select format('%s %s', o.name, case when cv.conversation_id is null then 'is no conversation of the workflow'
           else 'is kept as it was, so that nothing of it can change' end)
    into v_fault
    from jsonb_object_keys(coalesce(require_overrides.overrides -> 'conversations', '{}')) o (name)
    left join (
      pgwave.conversation_versions cv
      join pgwave.conversations c on c.conversation_id = cv.conversation_id
    ) on cv.workflow_version_id = require_overrides.workflow_version_id and c.conversation_name = o.name
   where cv.conversation_id is null or cv.conversation_id = any(require_overrides.kept_conversation_ids)
   limit 1;
  if v_fault is not null then
    perform pgwave_private.raise_error('PWINP', 'overrides: ' || v_fault, null,
      'Name the conversation that is forked at, or one behind it.');
  end if;
  select v.definition into v_definition from pgwave.workflow_versions v
   where v.workflow_version_id = require_overrides.workflow_version_id;
  v_key := case when v_definition ? 'conversations' then 'conversations' else 'steps' end;
  select jsonb_set(v_definition, array[v_key], jsonb_agg(
           (c.body - case when o.override ?| array['actor', 'model'] then 'type' else '' end)
             || coalesce(o.override - 'model', '{}')
             || case when o.override ? 'model'
               then jsonb_build_object('actor', pgwave_private.find_model(o.override ->> 'model'))
                  else '{}' end
           order by c.place))
    into v_definition
    from jsonb_array_elements(v_definition -> v_key) with ordinality c (body, place)
    cross join lateral (select require_overrides.overrides #> array['conversations', c.body ->> 'name']) o (override);
  perform pgwave_private.raise_faults('The definition with these overrides', coalesce((
    select jsonb_agg(to_jsonb(f)) from pgwave.validate_workflow(v_definition) f), '[]'));
end
$$;
comment on function pgwave_private.require_overrides(bigint, jsonb, bigint[]) is
  'Refuse overrides of what is kept, and those with which the definition would not be valid. Raises: PWINP, PWDEF.';

create or replace function pgwave_private.find_model(model text) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_actor text;
begin
  select a.actor_name into v_actor
    from pgwave.actors a
   where a.actor_type = 'ai_model'
     and (a.actor_name = find_model.model or a.definition ->> 'model' = find_model.model)
   order by a.actor_name = find_model.model desc, a.owner = 'pgwave', a.actor_id
   limit 1;
  if not found then
    perform pgwave_private.raise_error('PWINP', format('no actor runs the model %s', find_model.model),
      (select string_agg(a.actor_name, ', ' order by a.actor_name) from pgwave.actors a
        where a.actor_type = 'ai_model'),
      'define_actor makes one: {name, type: ai_model, model}.');
  end if;
  return v_actor;
end
$$;
comment on function pgwave_private.find_model(text) is
  'Find the actor that runs a model. Returns: its name. Raises: PWINP where there is none.';

create or replace function pgwave_private.override_conversation(
  conversation pgwave.conversation_versions,
  overrides jsonb,
  workflow_id bigint
) returns pgwave.conversation_versions
language plpgsql
stable
set search_path = ''
as $$
declare
  v_override jsonb := override_conversation.overrides #> array['conversations', conversation.definition ->> 'name'];
  v_names text[];
begin
  if v_override is null then
    return conversation;
  end if;
  v_names := array(select c.conversation_name from pgwave.conversations c
    where c.workflow_id = override_conversation.workflow_id);
  if v_override ? 'prompt' then
    conversation.prompt_use := pgwave_private.parse_prompt_use(v_override -> 'prompt');
    conversation.prompt_template := pgwave_private.compile_template(
      case when conversation.prompt_use is null then v_override ->> 'prompt' end, v_names);
  end if;
  if v_override ? 'system' then
    conversation.system_template := pgwave_private.compile_template(v_override ->> 'system', v_names);
  end if;
  if v_override ? 'params' then
    conversation.params_template := pgwave_private.compile_value(v_override -> 'params', v_names);
  end if;
  if v_override ? 'actor' or v_override ? 'model' then
    conversation.definition := (conversation.definition - 'choice') #- '{compiled,choice}';
    select a.actor_id into conversation.actor_id
      from pgwave.actors a
     where a.actor_name = coalesce(v_override ->> 'actor', pgwave_private.find_model(v_override ->> 'model'));
  end if;
  return pgwave_private.read_for_templates(conversation, v_names);
end
$$;
comment on function pgwave_private.override_conversation(pgwave.conversation_versions, jsonb, bigint) is
  'Apply what a fork changed of a conversation. Returns: the conversation as the run sees it.';

create or replace function pgwave_private.read_for_templates(conversation pgwave.conversation_versions, names text[])
returns pgwave.conversation_versions
language plpgsql
immutable
set search_path = ''
as $$
begin
  conversation.item_reads := array(select distinct u from unnest(conversation.item_reads || pgwave_private.names_read(
    array[conversation.prompt_template, conversation.system_template, conversation.params_template])) u order by u);
  conversation.reads := array(select distinct u from unnest(conversation.reads || conversation.item_reads) u
                               where u <> all (array['item', 'index', 'items']) or u = any (conversation.reads)
                                  or u = any (read_for_templates.names) order by u);
  return conversation;
end
$$;
comment on function pgwave_private.read_for_templates(pgwave.conversation_versions, text[]) is
  'Add what the templates of a conversation read to what it reads, given the names of the conversations beside it. Returns: the conversation.';

create or replace function pgwave_private.require_ran(run pgwave.workflow_runs, conversation_id bigint) returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from pgwave.interactions i
     where i.workflow_run_id = run.workflow_run_id and i.conversation_id = require_ran.conversation_id
       and (i.attempt > 0 or i.status <> 'skipped'
         and (i.copied_from_interaction_id is not null or i.status in ('completed', 'failed', 'waiting'))))
  then
    perform pgwave_private.raise_error('PWTRN',
      format('%s never ran in run %s', (select c.conversation_name from pgwave.conversations c
                                         where c.conversation_id = require_ran.conversation_id), run.workflow_run_id),
      (select 'These did: ' || string_agg(distinct c.conversation_name, ', ')
         from pgwave.interactions i
         join pgwave.conversations c on c.conversation_id = i.conversation_id and c.workflow_id is not null
        where i.workflow_run_id = run.workflow_run_id and i.attempt > 0),
      'Fork at a conversation that ran, or start a new run with start_at.');
  end if;
end
$$;
comment on function pgwave_private.require_ran(pgwave.workflow_runs, bigint) is
  'Refuse a fork at a conversation that never ran. Raises: PWTRN.';

-- Conversations that the fork keeps, each with its present interaction resolved for good.
create or replace function pgwave_private.list_kept(run pgwave.workflow_runs, dropped_ids bigint[]) returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(i.conversation_id), '{}')
      from pgwave.interactions i
     where i.workflow_run_id = run.workflow_run_id and i.item_index is null
       and i.kind not in ('start', 'measurement', 'orchestrator') and i.conversation_id <> all (list_kept.dropped_ids)
       and i.status in ('completed', 'skipped', 'failed')
       and not pgwave_private.is_unhandled(i)
       and not pgwave_private.is_stale(i.workflow_run_id, i.conversation_id, i.iteration)
  );
end
$$;
comment on function pgwave_private.list_kept(pgwave.workflow_runs, bigint[]) is
  'List the conversations that a fork keeps. Returns: those not dropped whose present interaction is resolved for good.';

create or replace function pgwave_private.copy_interactions(
  from_run_id bigint,
  run pgwave.workflow_runs,
  conversation_ids bigint[]
) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  with copied as materialized (
    select i.*, nextval('pgwave.interaction_ids') as new_id, row_number() over (order by i.interaction_id) as place
      from (
        select i.* from pgwave.interactions i
         where i.workflow_run_id = copy_interactions.from_run_id
           and i.conversation_id = any(copy_interactions.conversation_ids)
           and i.status in ('completed', 'failed', 'skipped', 'cancelled')
         order by i.interaction_id
      ) i
  ),
  counted as (
    update pgwave.workflow_runs r
       set interactions_created = r.interactions_created + c.created,
           interactions_completed = r.interactions_completed + c.completed,
           interactions_failed = r.interactions_failed + c.failed,
           interactions_skipped = r.interactions_skipped + c.skipped,
           interactions_cancelled = r.interactions_cancelled + c.cancelled
      from (select count(*) as created, count(*) filter (where status = 'completed') as completed,
                   count(*) filter (where status = 'failed') as failed,
                   count(*) filter (where status = 'skipped') as skipped,
                   count(*) filter (where status = 'cancelled') as cancelled from copied) c
     where r.workflow_run_id = run.workflow_run_id
  )
  insert into pgwave.interactions (
    interaction_id, workflow_run_id, conversation_id, conversation_version_id, actor_id, status, execution_order,
    iteration, item_index, input, output, error, input_interaction_ids, branches_taken, branches_unknown,
    copied_from_interaction_id, skip_reason, owner, visibility, created_at, started_at, completed_at)
  select c.new_id, run.workflow_run_id, c.conversation_id, c.conversation_version_id, c.actor_id, c.status, c.place,
         c.iteration, c.item_index, c.input, c.output, c.error,
         array(select coalesce(other.new_id, read.id)
                 from unnest(c.input_interaction_ids) with ordinality read (id, ord)
                 left join copied other on other.interaction_id = read.id order by read.ord),
         c.branches_taken, c.branches_unknown, c.interaction_id, c.skip_reason, run.owner, run.visibility,
         run.created_at, c.started_at, c.completed_at
    from copied c
   order by c.place;
end
$$;
comment on function pgwave_private.copy_interactions(bigint, pgwave.workflow_runs, bigint[]) is
  'Copy what a fork keeps: outputs and branches, without cost. Writes: interactions, workflow_runs.';

create or replace function pgwave_private.give_upstream(run pgwave.workflow_runs, at_id bigint, dropped_ids bigint[])
  returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(run.given, '{}') || (
    with recursive upstream (conversation_id) as (
      select b.from_conversation_id from pgwave.branches b
       where b.workflow_version_id = run.workflow_version_id and b.to_conversation_id = give_upstream.at_id
         and b.max_loops is null
      union
      select b.from_conversation_id
        from upstream u
        join pgwave.branches b
          on b.workflow_version_id = run.workflow_version_id and b.to_conversation_id = u.conversation_id
         and b.max_loops is null
    )
    select jsonb_object_agg(c.conversation_name, o.output)
      from upstream u
      join pgwave.conversations c on c.conversation_id = u.conversation_id
      join lateral (
        select i.output from pgwave.interactions i
         where i.workflow_run_id = run.workflow_run_id and i.conversation_id = u.conversation_id
           and i.item_index is null and i.status = 'completed'
         order by i.iteration desc
         limit 1
      ) o on true
     where u.conversation_id = any(give_upstream.dropped_ids)
  );
end
$$;
comment on function pgwave_private.give_upstream(pgwave.workflow_runs, bigint, bigint[]) is
  'Gather the outputs upstream of a fork that it drops because a loop leads back to them: they are given as data. Returns: the documents by name, with what the run was given.';

create or replace function pgwave.fork_workflow_run(workflow_run_id bigint, at text, overrides jsonb default null)
returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_from pgwave.workflow_runs := pgwave_private.require_run(fork_workflow_run.workflow_run_id, 'view');
  v_run pgwave.workflow_runs;
  v_plan pgwave_private.plans;
  v_at bigint;
  v_name text;
  v_dropped bigint[];
  v_kept bigint[];
begin
  perform pgwave_private.require_workflow_permission(v_from.workflow_id, 'operate');
  v_at := (pgwave_private.find_starts(v_from.workflow_version_id, fork_workflow_run.at))[1];
  select c.conversation_name into v_name from pgwave.conversations c where c.conversation_id = v_at;
  perform pgwave_private.require_ran(v_from, v_at);
  v_dropped := pgwave_private.reachable_by_any_branch(v_from.workflow_version_id, v_at);
  v_kept := pgwave_private.list_kept(v_from, v_dropped);
  perform pgwave_private.refuse_undone(v_from, v_kept);
  v_run.overrides := pgwave_private.normalise_overrides(v_name, fork_workflow_run.overrides);
  if v_run.overrides is not null then
    perform pgwave_private.require_overrides(v_from.workflow_version_id, v_run.overrides, v_kept);
  end if;
  v_run.input := coalesce(v_run.overrides -> 'input', v_from.input);
  perform pgwave_private.require_inputs(v_from.workflow_version_id, array[v_run.input]);
  v_run.plan_id := pgwave_private.ensure_fork_plan(v_from.plan_id, v_at);
  v_run.workflow_id := v_from.workflow_id;
  v_run.workflow_version_id := v_from.workflow_version_id;
  v_run.environment := v_from.environment;
  v_run.triggered_by := 'fork';
  v_run.priority := v_from.priority;
  v_run.given := coalesce(pgwave_private.give_upstream(v_from, v_at, v_dropped), v_from.given);
  v_run.loaded := case when not coalesce(v_run.overrides ? 'input', false) then v_from.loaded end;
  v_run.loops := nullif((
    select coalesce(jsonb_object_agg(l.key, l.value), '{}') from jsonb_each(v_from.loops) l
     where not exists (
       select from pgwave_private.loop_bodies lb
        where lb.branch_id = l.key::bigint and lb.conversation_id = any(v_dropped))), '{}');
  v_run.forked_from_workflow_run_id := v_from.workflow_run_id;
  select p.* into v_plan from pgwave_private.plans p where p.plan_id = v_run.plan_id;
  v_run := pgwave_private.fill_draft(v_run, v_plan, v_from.visibility);
  v_run := (pgwave_private.insert_runs(v_run, array[v_run.input], array[v_run.workflow_run_id]))[1];
  perform pgwave_private.copy_interactions(v_from.workflow_run_id, v_run, v_kept);
  perform pgwave_private.begin_runs(array[v_run], v_plan);
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave.fork_workflow_run(bigint, text, jsonb) is
  'Start a new run that keeps all that does not depend on a conversation (name or number), and goes on from there. overrides: `{prompt, system, params, actor, model, options}` of that conversation, `input`, `limits`, and `conversations: {name: {…}}`. Returns: the new run. Raises: PWNOF, PWACC, PWTRN if the conversation never ran, PWINP, PWDEF. Writes: workflow_runs, interactions. Locks: the run that is forked.';
