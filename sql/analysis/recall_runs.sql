-- What runs are compared by: what each interaction was asked, by whom it was done, and what came of it.

create or replace function pgwave_private.find_original(interaction_id bigint) returns pgwave.interactions
language sql
stable
set search_path = ''
as $$
  with recursive copied as (
    select i.*, 0 as depth from pgwave.interactions i where i.interaction_id = find_original.interaction_id
    union all
    select i.*, c.depth + 1
      from copied c
      join pgwave.interactions i on i.interaction_id = c.copied_from_interaction_id
  )
  select i.*
    from (select c.interaction_id from copied c order by c.depth desc limit 1) o
    join pgwave.interactions i on i.interaction_id = o.interaction_id
$$;
comment on function pgwave_private.find_original(bigint) is
  'Find the interaction that a copy of a copy was made of. Returns: the one that ran; the interaction itself where it is no copy.';

create or replace function pgwave_private.recall_attempt(interaction pgwave.interactions)
returns table (usage jsonb, actor jsonb)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_ran pgwave.interactions := recall_attempt.interaction;
begin
  if v_ran.copied_from_interaction_id is not null then
    v_ran := pgwave_private.find_original(v_ran.interaction_id);
  end if;
  return query
    select coalesce(t.usage, '{}'),
           jsonb_build_object('name', a.actor_name, 'definition', coalesce(r.definition, a.definition))
      from (select v_ran.interaction_id as id, v_ran.workflow_run_id as run_id, v_ran.actor_id) x
      left join lateral (
        select t.* from pgwave.interaction_attempts t
         where t.interaction_id = x.id and t.workflow_run_id = x.run_id
         -- the last that got as far as a model, else the last
         order by coalesce(t.usage ? 'model', false) desc, t.attempt desc
         limit 1
      ) t on true
      left join pgwave.actors a on a.actor_id = coalesce(t.actor_id, x.actor_id)
      left join pgwave.actor_revisions r on r.actor_id = t.actor_id and r.revision = t.actor_revision;
end
$$;
comment on function pgwave_private.recall_attempt(pgwave.interactions) is
  'Recall the attempt that tells by whom an interaction was done. Returns: its usage, and the actor {name, definition} in the revision of then.';

create or replace function pgwave_private.recall_outcome(
  interaction pgwave.interactions,
  kind text,
  branches text[]
) returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'status', (interaction).status, 'branches', to_jsonb(recall_outcome.branches),
    'error_code', (interaction).error -> 'code',
    'output', case
      -- when something was due, who decided and when, and the state before a run are no outcome
      when recall_outcome.kind in ('timer', 'system') then null
      when (interaction).output ? 'decision' then (interaction).output
        || jsonb_build_object('decision', (interaction).output #> '{decision,decision}')
      else (interaction).output end)
$$;
comment on function pgwave_private.recall_outcome(pgwave.interactions, text, text[]) is
  'Say what an interaction came to, without what differs from run to run by nature. Returns: {status, branches, error_code, output}.';

create or replace function pgwave_private.recall_branches(conversation pgwave.conversation_versions) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('branches', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'to', c.conversation_name, 'after', nullif(b.after, 'success'), 'tags', b.tags, 'when', b.predicate,
             'condition', nullif(b.condition_kind, 'always'), 'loop', b.max_loops,
               'limit', b.loop_limit #> '{bindings,0,source}')) order by b.position), '[]'))
      from pgwave.branches b
      left join pgwave.conversations c on c.conversation_id = b.to_conversation_id
     where b.workflow_version_id = (conversation).workflow_version_id
       and b.from_conversation_id = (conversation).conversation_id
  );
end
$$;
comment on function pgwave_private.recall_branches(pgwave.conversation_versions) is
  'Recall where a conversation leads. Returns: {branches: [{to, after, tags, when, condition, loop, limit}]}, without to for none.';

create or replace function pgwave_private.recall_interaction(
  interaction pgwave.interactions,
  conversation pgwave.conversation_versions,
  override jsonb
) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
        'interaction_id', (interaction).interaction_id, 'execution_order', (interaction).execution_order,
        'status', (interaction).status, 'kind', k.kind, 'input', (interaction).input - 'prompt_version',
        'prompt_version', (interaction).input -> 'prompt_version', 'output', (interaction).output,
        'error', (interaction).error, 'tag', (interaction).output -> 'tag', 'branches', to_jsonb(b.branches),
        'outcome', pgwave_private.recall_outcome(interaction, k.kind, b.branches),
        -- what is skipped on a dead path never began
        'skipped_itself', (interaction).status = 'skipped' and (interaction).attempt > 0,
        'skip_reason', (interaction).skip_reason,
        'definition', (conversation).definition || pgwave_private.recall_branches(conversation),
          'override', recall_interaction.override,
        'led_by', (
          select jsonb_agg(c.conversation_name order by r.place)
            from unnest((interaction).input_interaction_ids) with ordinality r (id, place)
            join pgwave.interactions i on i.interaction_id = r.id and i.workflow_run_id = (interaction).workflow_run_id
            join pgwave.conversations c on c.conversation_id = i.conversation_id),
        'reads', to_jsonb((conversation).reads || (conversation).item_reads),
        'items', case when (conversation).items_template is not null and (interaction).item_index is null then (
          select count(*) from pgwave.interactions item
           where item.workflow_run_id = (interaction).workflow_run_id and item.item_index is not null
             and item.conversation_id = (interaction).conversation_id and item.iteration = (interaction).iteration) end,
        'assigned', coalesce(recall_interaction.override -> 'actor', recall_interaction.override -> 'model',
                             case when (conversation).definition ? 'choice' then (interaction).input -> 'actor' end,
                             to_jsonb(assigned.actor_name)),
        'fell_back_after', (
          select f.error ->> 'code' from pgwave.interaction_attempts f
           where f.interaction_id = (interaction).interaction_id and f.workflow_run_id = (interaction).workflow_run_id
             and f.actor_id is distinct from (interaction).actor_id and f.error is not null
           order by f.attempt desc limit 1),
        'actor', t.actor -> 'name', 'actor_definition', t.actor -> 'definition',
        'model', coalesce(t.usage -> 'model', case k.kind when 'ai_model' then t.actor #> '{definition,model}' end),
        'model_digest', t.usage -> 'model_digest', 'script_sha256', t.usage -> 'script_sha256',
        'declared_options', case k.kind when 'ai_model' then o.options end,
        'called_with', case k.kind when 'ai_model' then (t.usage -> 'options')
          || jsonb_strip_nulls(jsonb_build_object('seed', t.usage -> 'seed')) end,
        'prompt_tokens', (interaction).prompt_tokens, 'completion_tokens', (interaction).completion_tokens,
        'duration_ms', round(extract(epoch from (interaction).completed_at - (interaction).started_at) * 1000))
      from (
        select coalesce((conversation).actor_type::text, case (interaction).conversation_id when 9195 then coalesce((
                 select act.actor_type::text from pgwave.actors act where act.actor_id = (interaction).actor_id),
                   'workflow')
                 else 'system' end) as kind
      ) k
      cross join lateral pgwave_private.recall_attempt(interaction) t
      cross join lateral (
        select coalesce(t.actor #> '{definition,options}', '{}')
          || coalesce((interaction).input -> 'options', (conversation).definition -> 'options', '{}')
                 || coalesce(recall_interaction.override -> 'options', '{}') as options
      ) o
      cross join lateral (
        select array_agg(coalesce(c.conversation_name, 'none') order by b.position) as branches
          from pgwave.branches b
          left join pgwave.conversations c on c.conversation_id = b.to_conversation_id
         where b.branch_id = any((interaction).branches_taken)
      ) b
      left join pgwave.actors assigned on assigned.actor_id = (conversation).actor_id
  );
end
$$;
comment on function pgwave_private.recall_interaction(pgwave.interactions, pgwave.conversation_versions, jsonb) is
  'Recall all that an interaction is compared by. Returns: {input, output, outcome, definition, override, actor, model, model_digest, declared_options, called_with, …}.';

-- The orchestrator's interaction and the state before and after a run are about the run, not of it; what it loaded is
-- compared as its data. A measurement that failed is why nothing else ran.
create or replace function pgwave_private.recall_interactions(workflow_run_id bigint)
returns table (conversation text, iteration int, item_index int, recalled jsonb)
language sql
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
  select c.conversation_name, i.iteration, i.item_index,
         pgwave_private.recall_interaction(i, cv, run.overrides #> array['conversations', c.conversation_name])
    from pgwave.workflow_runs run
    join pgwave.interactions i on i.workflow_run_id = run.workflow_run_id
    join pgwave.conversations c on c.conversation_id = i.conversation_id
    left join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
   where run.workflow_run_id = recall_interactions.workflow_run_id
     and i.conversation_id <> 9198 and (i.conversation_id <> 9197 or i.iteration = 0 and i.status = 'failed')
$$;
comment on function pgwave_private.recall_interactions(bigint) is
  'Recall the interactions of a run. Returns: a row for each.';

create or replace function pgwave_private.recall_run(workflow_run_id bigint) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_recalled jsonb;
begin
  select jsonb_build_object(
      'workflow_run_id', run.workflow_run_id, 'workflow_version_id', run.workflow_version_id, 'version', v.version,
      'workflow', w.workflow_name, 'status', run.status, 'output', run.output, 'error', run.error,
      'environment', run.environment, 'mode', run.mode, 'limits', run.limits,
        'read', jsonb_build_object('input', run.input, 'context', run.input)
        || coalesce(run.loaded, '{}') || coalesce(run.given, '{}'),
      'itself', jsonb_build_object('workflow_run_id', run.workflow_run_id, 'environment', run.environment,
        'triggered_by', run.triggered_by, 'operator', run.operator, 'created_at', run.created_at),
      'began_at', (
        select jsonb_agg(c.conversation_name order by i.execution_order)
          from pgwave.interactions i
          join pgwave.conversations c on c.conversation_id = i.conversation_id
         where i.workflow_run_id = run.workflow_run_id and i.input_interaction_ids = '{}' and i.item_index is null
           and i.iteration = 0 and i.status <> 'skipped' and i.conversation_id not in (9197, 9198)),
      'given', run.given, 'loaded', run.loaded, 'input', run.input, 'load', v.load_queries,
      'result', v.definition -> 'result')
    into v_recalled
    from pgwave.workflow_runs run
    join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id
    join pgwave.workflows w on w.workflow_id = run.workflow_id
   where run.workflow_run_id = recall_run.workflow_run_id;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no run %s', recall_run.workflow_run_id), null,
      'pgwave runs lists the runs there are.');
  end if;
  return v_recalled;
end
$$;
comment on function pgwave_private.recall_run(bigint) is
  'Recall what a run was started with and what became of it. Returns: {input, loaded, given, read, environment, version, status, …}. Raises: PWNOF.';

create or replace function pgwave_private.align_interactions(run_a bigint, run_b bigint)
returns table (conversation text, iteration int, item_index int, place bigint, a jsonb, b jsonb)
language sql
stable
set search_path = ''
as $$
  select coalesce(a.conversation, b.conversation), coalesce(a.iteration, b.iteration),
         coalesce(a.item_index, b.item_index),
         row_number() over (order by least((a.recalled -> 'execution_order')::int,
           (b.recalled -> 'execution_order')::int),
                                     coalesce(a.conversation, b.conversation)),
         a.recalled, b.recalled
    from pgwave_private.recall_interactions(align_interactions.run_a) a
    full join pgwave_private.recall_interactions(align_interactions.run_b) b
      on b.conversation = a.conversation and b.iteration = a.iteration
     and coalesce(b.item_index, -1) = coalesce(a.item_index, -1)
$$;
comment on function pgwave_private.align_interactions(bigint, bigint) is
  'Set the interactions of two runs side by side, by the name of the conversation, iteration and item. Returns: a row for each that either has, in order of execution.';
