-- How a run starts.

create or replace function pgwave_private.deployed_version(workflow pgwave.workflows, environment pgwave.environment)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((select d.workflow_version_id from pgwave.workflow_deployments d
                    where d.workflow_id = workflow.workflow_id and d.environment = deployed_version.environment),
                  workflow.latest_version_id);
end
$$;
comment on function pgwave_private.deployed_version(pgwave.workflows, pgwave.environment) is
  'Find the version that runs in an environment. Returns: its number.';

create or replace function pgwave_private.read_environment(environment text) returns pgwave.environment
language plpgsql
stable
set search_path = ''
as $$
begin
  if read_environment.environment not in ('dev', 'test', 'uat', 'prod') then
    perform pgwave_private.raise_error('PWINP', format('no environment %s', read_environment.environment), null,
      'One of dev, test, uat, prod.');
  end if;
  return coalesce(read_environment.environment, 'dev')::pgwave.environment;
end
$$;
comment on function pgwave_private.read_environment(text) is
  'Read the name of an environment. Returns: it; dev where there is none. Raises: PWINP.';

create or replace function pgwave_private.reserve_run(idempotency_key text, request jsonb, out run_id bigint,
  out is_new boolean)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_sha256 constant bytea := sha256(convert_to(reserve_run.request::text, 'UTF8'));
  v_known pgwave.idempotency_keys;
begin
  is_new := true;
  run_id := nextval('pgwave.workflow_run_ids');
  if reserve_run.idempotency_key is null then
    return;
  end if;
  insert into pgwave.idempotency_keys (owner, idempotency_key, request_sha256, workflow_run_id, created_at)
  values (pgwave.current_identity(), reserve_run.idempotency_key, v_sha256, run_id, pgwave_private.now())
  on conflict on constraint idempotency_keys_pkey do nothing;
  if not found then
    select k.* into v_known from pgwave.idempotency_keys k
     where k.owner = pgwave.current_identity() and k.idempotency_key = reserve_run.idempotency_key;
    if v_known.request_sha256 <> v_sha256 then
      perform pgwave_private.raise_error('PWIDM',
        format('the key %s was used for another request', reserve_run.idempotency_key),
        format('It started run %s.', v_known.workflow_run_id), 'Use a new key for a new request.');
    end if;
    is_new := false;
    run_id := v_known.workflow_run_id;
  end if;
end
$$;
comment on function pgwave_private.reserve_run(text, jsonb) is
  'Give a run its number; the same key and request give the number that they gave before. Returns: the number, and whether it is new. Raises: PWIDM. Writes: idempotency_keys.';

create or replace function pgwave_private.find_starts(workflow_version_id bigint, start_at text) returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_starts bigint[];
begin
  if find_starts.start_at is null then
    select v.start_conversation_ids into v_starts
      from pgwave.workflow_versions v where v.workflow_version_id = find_starts.workflow_version_id;
    return v_starts;
  end if;
  select array_agg(c.conversation_id) into v_starts
    from pgwave.conversation_versions cv
    join pgwave.conversations c on c.conversation_id = cv.conversation_id
   where cv.workflow_version_id = find_starts.workflow_version_id
     and (c.conversation_name = find_starts.start_at or c.conversation_id::text = find_starts.start_at);
  if v_starts is null then
    perform pgwave_private.raise_error('PWNOF', format('no conversation %s to start at', find_starts.start_at),
      (select string_agg(c.conversation_name, ', ' order by cv.position)
         from pgwave.conversation_versions cv
         join pgwave.conversations c on c.conversation_id = cv.conversation_id
        where cv.workflow_version_id = find_starts.workflow_version_id),
      'Use the name or number of one of the workflow''s conversations.');
  end if;
  return v_starts;
end
$$;
comment on function pgwave_private.find_starts(bigint, text) is
  'Find the conversations that a run starts with. Returns: their numbers. Raises: PWNOF.';

create or replace function pgwave_private.find_plan(
  workflow_version_id bigint,
  start_at text,
  inputs jsonb[]
) returns pgwave_private.plans
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_starts constant bigint[] := case when start_at is not null
    then pgwave_private.find_starts(find_plan.workflow_version_id, find_plan.start_at) end;
  v_found record;
  v_plan pgwave_private.plans;
  v_plan_id bigint;
begin
  select p as plan, v.input_contract_id is null or (
           select bool_and(coalesce(u.input @@ c.accepts, false))
             from unnest(find_plan.inputs) u (input)) as accepts_inputs
    into v_found
    from pgwave.workflow_versions v
    left join pgwave_private.plans p
      on p.workflow_version_id = v.workflow_version_id and p.base_plan_id is null
        and p.starts_sha256 = pgwave_private.hash_ids(coalesce(v_starts, v.start_conversation_ids))
    left join pgwave.contracts c on c.contract_id = v.input_contract_id
   where v.workflow_version_id = find_plan.workflow_version_id;
  if not v_found.accepts_inputs then
    perform pgwave_private.require_inputs(find_plan.workflow_version_id, find_plan.inputs);
  end if;
  v_plan := v_found.plan;
  if v_plan.plan_id is null then
    v_plan_id := pgwave_private.ensure_plan(find_plan.workflow_version_id,
      coalesce(v_starts, pgwave_private.find_starts(find_plan.workflow_version_id, null)));
    select p.* into v_plan from pgwave_private.plans p where p.plan_id = v_plan_id;
  end if;
  return v_plan;
end
$$;
comment on function pgwave_private.find_plan(bigint, text, jsonb[]) is
  'Find the plan of a version''s runs that start where the version says, or at a conversation; refuse inputs that do not meet the contract. Returns: the plan. Raises: PWNOF, PWINP. Writes: as ensure_plan.';

create or replace function pgwave_private.require_startable(workflow pgwave.workflows,
  draft pgwave.workflow_runs default null)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not workflow.enabled then
    perform pgwave_private.raise_error('PWDIS', format('workflow %s is disabled', workflow.workflow_name), null,
      format('Enable it: select pgwave.enable_workflow(%L, true).', workflow.workflow_name));
  elsif workflow.part_of_workflow_id is not null and draft.workflow_version_id is null then
    perform pgwave_private.raise_part(workflow);
  end if;
end
$$;
comment on function pgwave_private.require_startable(pgwave.workflows, pgwave.workflow_runs) is
  'Refuse a workflow that may not start: one that is disabled, and a part of another one, which only that starts. Raises: PWDIS, PWINP.';

create or replace function pgwave_private.require_inputs(workflow_version_id bigint, inputs jsonb[]) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_place bigint;
  v_errors jsonb;
begin
  select f.place, f.errors into v_place, v_errors
    from pgwave.workflow_versions v
    join pgwave.contracts c on c.contract_id = v.input_contract_id
    cross join lateral (
      select u.place, jsonb_agg(to_jsonb(e)) as errors
        from unnest(require_inputs.inputs) with ordinality u (input, place)
        cross join lateral pgwave_private.list_schema_errors(c.contract_schema, u.input) e
       where not coalesce(u.input @@ c.accepts, false)
       group by u.place
       order by u.place
       limit 1
    ) f
   where v.workflow_version_id = require_inputs.workflow_version_id;
  if v_errors is not null then
    perform pgwave_private.raise_error('PWINP', format('the input %sdoes not meet the contract: %s %s',
        case when cardinality(inputs) > 1 then format('%s of %s ', v_place, cardinality(inputs)) else '' end,
        coalesce(nullif(v_errors #>> '{0,path}', ''), 'it'), v_errors #>> '{0,message}'),
      v_errors::text, 'The workflow''s input contract says what it takes.');
  end if;
end
$$;
comment on function pgwave_private.require_inputs(bigint, jsonb[]) is
  'Refuse inputs of which one does not meet the contract. Raises: PWINP.';

create or replace function pgwave_private.require_given_data(plan_id bigint, given jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_errors jsonb;
begin
  select jsonb_agg(to_jsonb(e) || jsonb_build_object('path', '/' || k.name || '/data' || e.path)) into v_errors
    from jsonb_each(require_given_data.given) k (name, document)
    join pgwave_private.plans p on p.plan_id = require_given_data.plan_id
    join pgwave.conversation_versions cv on cv.workflow_version_id = p.workflow_version_id
    join pgwave.conversations c on c.conversation_id = cv.conversation_id and c.conversation_name = k.name
    join pgwave.contracts t on t.contract_id = cv.output_contract_id
    cross join lateral pgwave_private.list_schema_errors(
      -- of a map the data is a list, and the contract is about one item of it
      case when cv.items_template is null then t.contract_schema end, k.document -> 'data') e
   where k.document ? 'data';
  if v_errors is not null then
    perform pgwave_private.raise_error('PWINP', format('given does not meet the contract: %s %s',
        v_errors #>> '{0,path}', v_errors #>> '{0,message}'),
      v_errors::text, 'The conversation''s output contract says what its data is.');
  end if;
end
$$;
comment on function pgwave_private.require_given_data(bigint, jsonb) is
  'Refuse given documents whose data does not meet the contract of their conversation. Raises: PWINP.';

create or replace function pgwave_private.require_given(plan_id bigint, workflow_id bigint, given jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fault text;
begin
  if require_given.given is null then
    return;
  end if;
  if jsonb_typeof(require_given.given) <> 'object' then
    perform pgwave_private.raise_error('PWINP', 'given is not an object', null,
      'Give whole documents by conversation: {"extract": {"response": "…"}}.');
  end if;
  select format('%s %s', k.name, case
           when c.conversation_id is null then 'is no conversation of the workflow'
           when pc.conversation_id is not null then 'takes part in this run'
           else 'is not given as a document {response, data, tag}' end)
    into v_fault
    from jsonb_each(require_given.given) k (name, document)
    left join pgwave.conversations c on c.workflow_id = require_given.workflow_id and c.conversation_name = k.name
    left join pgwave_private.plan_conversations pc
      on pc.plan_id = require_given.plan_id and pc.conversation_id = c.conversation_id
   where c.conversation_id is null or pc.conversation_id is not null or jsonb_typeof(k.document) <> 'object'
   limit 1;
  if v_fault is not null then
    perform pgwave_private.raise_error('PWINP', 'given: ' || v_fault, null,
      'Give data only for conversations that do not take part; start further down, or leave it out.');
  end if;
  perform pgwave_private.require_given_data(require_given.plan_id, require_given.given);
end
$$;
comment on function pgwave_private.require_given(bigint, bigint, jsonb) is
  'Refuse given documents that name no conversation, or one that takes part, or whose data does not meet its contract. Raises: PWINP.';

create or replace function pgwave_private.start_runs(
  workflow pgwave.workflows,
  start_at text,
  draft pgwave.workflow_runs,
  inputs jsonb[],
  run_ids bigint[]
) returns pgwave.workflow_runs[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_draft pgwave.workflow_runs := start_runs.draft;
  v_plan pgwave_private.plans;
  v_gathers jsonb;
begin
  if not workflow.enabled or workflow.part_of_workflow_id is not null then
    perform pgwave_private.require_startable(workflow, v_draft);
  end if;
  v_draft.workflow_version_id := coalesce(
    v_draft.workflow_version_id, pgwave_private.deployed_version(workflow, v_draft.environment));
  v_plan := pgwave_private.find_plan(v_draft.workflow_version_id, start_runs.start_at, start_runs.inputs);
  v_draft.workflow_id := workflow.workflow_id;
  v_draft.plan_id := v_plan.plan_id;
  if v_draft.given is not null then
    perform pgwave_private.require_given(v_draft.plan_id, workflow.workflow_id, v_draft.given);
  end if;
  if start_runs.start_at is not null or v_draft.given is not null then
    perform pgwave_private.require_entry(v_draft);
  end if;
  v_draft := pgwave_private.fill_draft(v_draft, v_plan, pgwave_private.visibility_of_runs(workflow));
  if v_plan.holds_starts then
    v_gathers := pgwave_private.gathers(v_draft, start_runs.start_at);
    if v_gathers is not null then
      return pgwave_private.gather_starts(v_draft, start_runs.inputs, start_runs.run_ids, v_gathers);
    end if;
  end if;
  return pgwave_private.start_drafts(v_draft, start_runs.inputs, start_runs.run_ids, v_plan,
    case when start_runs.start_at is not null then pgwave_private.list_skipped_approvals(v_draft) end);
end
$$;
comment on function pgwave_private.start_runs(pgwave.workflows, text, pgwave.workflow_runs, jsonb[], bigint[]) is
  'Start runs of a workflow, one for each input; the draft holds what they share, numbers that are null are new. Returns: the runs as they stand; where starts join others, the run of each start. Raises: PWDIS, PWINP, PWNOF. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.start_run(
  workflow pgwave.workflows,
  start_at text,
  draft pgwave.workflow_runs
) returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
begin
  return (pgwave_private.start_runs(
    workflow, start_run.start_at, draft, array[draft.input], array[draft.workflow_run_id]))[1];
end
$$;
comment on function pgwave_private.start_run(pgwave.workflows, text, pgwave.workflow_runs) is
  'Start a run of a workflow; the draft holds its input and where it comes from. Returns: the run. Raises: PWDIS, PWINP, PWNOF. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.fill_draft(
  draft pgwave.workflow_runs,
  plan pgwave_private.plans,
  visibility pgwave.visibility
) returns pgwave.workflow_runs
language plpgsql
stable
set search_path = ''
as $$
begin
  draft.environment := coalesce(draft.environment, 'dev');
  draft.mode := coalesce(draft.mode, 'single');
  draft.triggered_by := coalesce(draft.triggered_by, 'manual');
  draft.operator := coalesce(draft.operator, pgwave.current_identity());
  draft.owner := coalesce(draft.owner, pgwave.current_identity());
  draft.visibility := coalesce(draft.visibility, fill_draft.visibility);
  draft.priority := coalesce(draft.priority, 0);
  if plan.has_limits or draft.overrides is not null or draft.parent_workflow_run_id is not null then
    draft.limits := pgwave_private.limits_of_run(draft);
  end if;
  return draft;
end
$$;
comment on function pgwave_private.fill_draft(pgwave.workflow_runs, pgwave_private.plans, pgwave.visibility) is
  'Fill in what a draft of runs leaves open: the caller''s, the usual, what limits them. Returns: the draft.';

-- The only insert of runs. With them what was done to start them is written, and their first steps where these are
-- known already.
create or replace function pgwave_private.insert_runs(
  draft pgwave.workflow_runs,
  inputs jsonb[],
  run_ids bigint[],
  skipped_approvals text[] default null,
  orchestrator_ids bigint[] default null,
  steps pgwave_private.made_step[] default null
) returns pgwave.workflow_runs[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_steps constant int := coalesce(cardinality(steps), 0) / cardinality(inputs);
  v_due_at constant timestamptz := v_now + pgwave_private.parse_duration(draft.limits -> 'max_duration');
  v_runs pgwave.workflow_runs[];
begin
  with inserted as (
    insert into pgwave.workflow_runs as run (
      workflow_run_id, workflow_id, workflow_version_id, plan_id, environment, mode, triggered_by, operator, owner,
      visibility, priority, input, given, loaded, overrides, limits, due_at, loops, parent_workflow_run_id,
      parent_interaction_id, forked_from_workflow_run_id, compensates_workflow_run_id, not_before, starts,
      orchestrator_interaction_id, interactions_created, interactions_open, created_at, started_at)
    select coalesce(u.id, nextval('pgwave.workflow_run_ids')), draft.workflow_id, draft.workflow_version_id,
           draft.plan_id, draft.environment, draft.mode, draft.triggered_by, draft.operator, draft.owner,
           draft.visibility, draft.priority, u.input, draft.given, draft.loaded, draft.overrides, draft.limits,
           v_due_at, draft.loops, draft.parent_workflow_run_id, draft.parent_interaction_id,
           draft.forked_from_workflow_run_id, draft.compensates_workflow_run_id, draft.not_before, draft.starts,
           coalesce(draft.orchestrator_interaction_id, u.orchestrator_id, nextval('pgwave.interaction_ids')), v_steps,
           v_steps, v_now, v_now
      from unnest(insert_runs.inputs, insert_runs.run_ids, insert_runs.orchestrator_ids)
             u (input, id, orchestrator_id)
    returning run.*
  ),
  recorded as (
    insert into pgwave.interactions (
      interaction_id, workflow_run_id, conversation_id, conversation_version_id, actor_id, status, execution_order,
      attempt, input, pending_reason, owner, visibility, created_at, started_at)
    select run.orchestrator_interaction_id, run.workflow_run_id, pgwave_private.conversation_of('orchestrator'), null,
           9000, 'running'::pgwave.interaction_status, 0, 1,
           pgwave_private.start_of(run, insert_runs.skipped_approvals), null, run.owner, run.visibility, v_now, v_now
      from inserted run
     -- by hand it is there already
     where draft.orchestrator_interaction_id is null
    union all
    select s.interaction_id, s.workflow_run_id, s.conversation_id, s.conversation_version_id, s.actor_id, 'pending',
           s.execution_order, 0, s.input, 'ready', draft.owner, draft.visibility, v_now, null
      from unnest(insert_runs.steps) s
  ),
  queued as (
    insert into pgwave.ready (
      interaction_id, workflow_run_id, workflow_id, actor_id, lane, priority, not_before, paused)
    select s.interaction_id, s.workflow_run_id, draft.workflow_id, s.actor_id, s.lane, draft.priority, v_now, false
      from unnest(insert_runs.steps) s
  )
  select array_agg((i.*)::pgwave.workflow_runs order by i.workflow_run_id) into v_runs from inserted i;
  return v_runs;
end
$$;
comment on function pgwave_private.insert_runs(pgwave.workflow_runs, jsonb[], bigint[], text[], bigint[],
  pgwave_private.made_step[]) is
  'Insert runs that differ in their inputs and numbers, with their orchestrator interactions and the steps that they begin with; of a filled draft. Returns: the runs, by number. Writes: workflow_runs, interactions, ready.';

create or replace function pgwave_private.make_first_steps(
  draft pgwave.workflow_runs,
  inputs jsonb[],
  given_ids bigint[],
  plan pgwave_private.plans,
  out run_ids bigint[],
  out orchestrator_ids bigint[],
  out made pgwave_private.made_step[],
  out is_whole boolean,
  out lanes text[]
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  with described as materialized (
    select s.ord, s.id, cv.conversation, a.lane, (cv.conversation).reads <> '{}' and (
             draft.loaded is not null or draft.given is not null
               or (cv.conversation).reads && '{context,run,iteration,.passes}') as reads_more,
           -- a draft is not there to be read
           draft.created_at is null and (cv.conversation).reads && '{run,error,output,.passes}' as reads_run
      from unnest(plan.start_conversation_ids) with ordinality s (id, ord)
      cross join lateral (
        select cv as conversation from pgwave.conversation_versions cv
         where cv.workflow_version_id = plan.workflow_version_id and cv.conversation_id = s.id
        offset 0
      ) cv
      join pgwave.actors a on a.actor_id = (cv.conversation).actor_id
  )
  select array_agg(r.run_id order by r.interaction_id) filter (where r.ord = 1),
         array_agg(r.orchestrator_id order by r.interaction_id) filter (where r.ord = 1),
         array_agg(row(r.interaction_id, r.run_id, r.id, (r.conversation).conversation_version_id,
                       (r.conversation).actor_id, coalesce((r.given).input, '{}'), (r.given).error, '{}', null, r.ord,
                       draft.workflow_id, draft.priority, draft.owner, draft.visibility, r.lane,
                       false)::pgwave_private.made_step
                   order by r.interaction_id),
         bool_and((r.given).error is null and not r.reads_run), array_agg(distinct r.lane)
    into run_ids, orchestrator_ids, made, is_whole, lanes
    from (
      select d.*, run.run_id, run.orchestrator_id, nextval('pgwave.interaction_ids') as interaction_id,
             case when coalesce((d.conversation).prompt_template, (d.conversation).system_template,
                                (d.conversation).params_template) is not null
                  then pgwave_private.render_input(d.conversation, jsonb_build_object('input', run.input)
                         || case when d.reads_more then pgwave_private.pick_values(
                              row(run.run_id, d.id, 0, '{}', null)::pgwave_private.start, draft.workflow_id, run.input,
                              coalesce(draft.loaded, '{}') || coalesce(draft.given, '{}'), (d.conversation).reads)
                                else '{}' end)
             end as given
        from (
          select u.input, coalesce(u.id, nextval('pgwave.workflow_run_ids')) as run_id,
                 nextval('pgwave.interaction_ids') as orchestrator_id
            from unnest(make_first_steps.inputs, make_first_steps.given_ids) u (input, id)
        ) run
        cross join described d
    ) r;
end
$$;
comment on function pgwave_private.make_first_steps(pgwave.workflow_runs, jsonb[], bigint[], pgwave_private.plans) is
  'Make the first steps of runs in which nothing has been done; numbers of runs that are null are new. Returns: the numbers of the runs and of their orchestrator interactions; the steps, not yet written; whether all that they read is there; their lanes.';

create or replace function pgwave_private.start_drafts(
  draft pgwave.workflow_runs,
  inputs jsonb[],
  run_ids bigint[],
  plan pgwave_private.plans,
  skipped_approvals text[] default null
) returns pgwave.workflow_runs[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_first record;
  v_runs pgwave.workflow_runs[];
begin
  if pgwave_private.begins_plainly(draft, plan) and not plan.holds_starts and draft.not_before is null
     and (not plan.measures or pgwave_private.measurement_of(draft, false) = '{}') then
    v_first := pgwave_private.make_first_steps(draft, start_drafts.inputs, start_drafts.run_ids, plan);
    if v_first.is_whole then
      v_runs := pgwave_private.insert_runs(draft, start_drafts.inputs, v_first.run_ids,
        start_drafts.skipped_approvals, v_first.orchestrator_ids, v_first.made);
      perform pgwave_private.ticket_queued(v_first.lanes, cardinality(v_first.made));
      return v_runs;
    end if;
  end if;
  v_runs := pgwave_private.insert_runs(
    draft, start_drafts.inputs, start_drafts.run_ids, start_drafts.skipped_approvals);
  perform pgwave_private.begin_runs(v_runs, plan);
  return array(
    select run
      from pgwave.workflow_runs run
     where run.workflow_run_id in (select r.workflow_run_id from unnest(v_runs) r)
     order by run.workflow_run_id);
end
$$;
comment on function pgwave_private.start_drafts(pgwave.workflow_runs, jsonb[], bigint[], pgwave_private.plans, text[])
  is
  'Start runs of a filled draft and its plan, one for each input; numbers that are null are new. Returns: the runs as they stand, by number. Writes: workflow_runs, interactions, ready, tickets.';

create or replace function pgwave_private.begins_plainly(draft pgwave.workflow_runs, plan pgwave_private.plans)
  returns boolean
language sql
immutable
begin atomic
  select (plan).starts_plainly and (draft).limits is null and (draft).overrides is null
     and (draft).forked_from_workflow_run_id is null and (draft).compensates_workflow_run_id is null;
end;
comment on function pgwave_private.begins_plainly(pgwave.workflow_runs, pgwave_private.plans) is
  'Tell whether the first steps of runs start with nothing to decide. Returns: whether.';

create or replace function pgwave_private.begin_plainly(runs pgwave.workflow_runs[], plan pgwave_private.plans)
  returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_first record;
begin
  if not pgwave_private.begins_plainly(runs[1], plan) then
    return false;
  end if;
  v_first := pgwave_private.make_first_steps(
    runs[1], array(select r.input from unnest(runs) r), array(select r.workflow_run_id from unnest(runs) r), plan);
  if v_first.is_whole then
    perform pgwave_private.write_steps(null, v_first.made, null, true);
    perform pgwave_private.ticket_queued(v_first.lanes, cardinality(v_first.made));
  end if;
  return v_first.is_whole;
end
$$;
comment on function pgwave_private.begin_plainly(pgwave.workflow_runs[], pgwave_private.plans) is
  'Begin runs whose first steps start with nothing to decide. Returns: whether they are such runs. Writes: interactions, ready, workflow_runs, tickets.';

create or replace function pgwave_private.begin_runs(runs pgwave.workflow_runs[], plan pgwave_private.plans)
  returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs pgwave.workflow_runs[] := begin_runs.runs;
  v_first constant pgwave.workflow_runs := begin_runs.runs[1];
  v_ids bigint[];
  v_queries constant jsonb := case when plan.measures then pgwave_private.measurement_of(v_first, false) else '{}' end;
  v_starts pgwave_private.start[];
  v_resolutions pgwave_private.resolution[] := '{}';
begin
  if v_first.not_before is not null then
    perform pgwave_private.insert_start_waits(
      array(select r.workflow_run_id from unnest(v_runs) r), 'timer', v_first.not_before);
    return;
  elsif plan.holds_starts then
    v_runs := pgwave_private.hold_starts(v_runs);
    if v_runs = '{}' then
      return;
    end if;
  end if;
  if v_queries <> '{}' then
    perform pgwave_private.insert_measurement(r, v_queries, 0) from unnest(v_runs) r;
  elsif not pgwave_private.begin_plainly(v_runs, plan) then
    v_ids := array(select r.workflow_run_id from unnest(v_runs) r order by r.workflow_run_id);
    if v_first.compensates_workflow_run_id is not null then
      -- conclude_runs starts one step after the other
      v_starts := '{}';
    elsif v_first.forked_from_workflow_run_id is null then
      v_starts := array(
        select row(r.id, s.conversation_id, 0, '{}', null)::pgwave_private.start
          from unnest(v_ids) with ordinality r (id, place)
          cross join unnest(plan.start_conversation_ids) with ordinality s (conversation_id, place)
         order by r.place, s.place);
    else
      select f.starts, f.resolutions into v_starts, v_resolutions from pgwave_private.first_steps(v_ids) f;
    end if;
    perform pgwave_private.advance_runs(
      v_resolutions, v_starts, case when plan.has_loops then v_ids else '{}' end, v_first.limits is not null);
    perform pgwave_private.conclude_runs(v_ids);
  end if;
end
$$;
comment on function pgwave_private.begin_runs(pgwave.workflow_runs[], pgwave_private.plans) is
  'Insert what new runs of one plan begin with: the step that loads and measures, or their first interactions; one that may not begin yet waits. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.read_not_before(not_before timestamptz) returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
begin
  if read_not_before.not_before > pgwave_private.now() + interval '10 years' then
    perform pgwave_private.raise_error('PWINP',
      format('not_before is more than ten years ahead: %s', read_not_before.not_before), null,
      'Give an earlier time.');
  end if;
  return case when read_not_before.not_before > pgwave_private.now() then read_not_before.not_before end;
end
$$;
comment on function pgwave_private.read_not_before(timestamptz) is
  'Read when a run may begin at the earliest. Returns: the time; null: at once. Raises: PWINP.';

create or replace function pgwave_private.request_of_time(not_before timestamptz) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case when request_of_time.not_before is null then '[]'
    else jsonb_build_array(pgwave_private.microseconds(request_of_time.not_before)) end;
end
$$;
comment on function pgwave_private.request_of_time(timestamptz) is
  'Write the earliest begin as a part of a request with an idempotency key. Returns: [microseconds]; [] for none.';

create or replace function pgwave.start_workflow(
  workflow text,
  input jsonb default '{}',
  start_at text default null,
  given jsonb default null,
  environment text default 'dev',
  priority int default 0,
  idempotency_key text default null,
  traceparent text default null,
  not_before timestamptz default null
) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_generic_plan
as $$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(start_workflow.workflow, 'operate');
  v_run pgwave.workflow_runs;
  v_is_new boolean;
begin
  if start_workflow.not_before is not null then
    v_run.not_before := pgwave_private.read_not_before(start_workflow.not_before);
  end if;
  v_run.environment := pgwave_private.read_environment(start_workflow.environment);
  if start_workflow.idempotency_key is not null then
    select r.run_id, r.is_new into v_run.workflow_run_id, v_is_new
      from pgwave_private.reserve_run(start_workflow.idempotency_key, jsonb_build_array(
        v_workflow.workflow_id, start_workflow.input, start_workflow.start_at, start_workflow.given,
        start_workflow.environment, start_workflow.priority)
        || pgwave_private.request_of_time(start_workflow.not_before)) r;
    if not v_is_new then
      select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_run.workflow_run_id;
      return v_run;
    end if;
  end if;
  v_run.input := coalesce(start_workflow.input, '{}');
  v_run.given := start_workflow.given;
  v_run.priority := start_workflow.priority;
  v_run := pgwave_private.start_run(v_workflow, start_workflow.start_at, v_run);
  -- not that of a run that it joined
  if start_workflow.traceparent is not null and coalesce(v_run.starts, 1) = 1 then
    perform pgwave_private.note_trace(array[v_run.workflow_run_id], start_workflow.traceparent);
  end if;
  return v_run;
end
$$;
comment on function pgwave.start_workflow(text, jsonb, text, jsonb, text, int, text, text, timestamptz) is
  'Start a workflow, by name or number. The same idempotency key with the same request returns the run that it started. With a traceparent, the run belongs to that trace. With not_before, the run waits until that time, at most ten years ahead. If the workflow has debounce or collect, the start may join a run that has not begun. Returns: the run; starts above 1: the start joined it. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, interactions, run_traces.';

create or replace function pgwave.start_workflow(workflow_id bigint, input jsonb default '{}')
returns pgwave.workflow_runs
language sql
volatile
set search_path = ''
as $$
  select pgwave.start_workflow(start_workflow.workflow_id::text, start_workflow.input)
$$;
comment on function pgwave.start_workflow(bigint, jsonb) is
  E'@behavior -*\nStart a workflow by its number. Returns: the run. Raises: as start_workflow(text, …).';

create or replace function pgwave_private.reserve_runs(
  idempotency_keys text[],
  inputs jsonb,
  request jsonb,
  out run_ids bigint[],
  out new_ids bigint[],
  out new_inputs jsonb[]
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  select array_agg(r.run_id order by e.place), array_agg(r.run_id order by e.place) filter (where r.is_new),
         array_agg(e.input order by e.place) filter (where r.is_new)
    into run_ids, new_ids, new_inputs
    from (
      -- keys in one order for all callers, who may wait for each other
      select k.input, k.place, reserve_runs.idempotency_keys[k.place] as key
        from jsonb_array_elements(reserve_runs.inputs) with ordinality k (input, place)
       order by key, k.place
    ) e
    cross join lateral pgwave_private.reserve_run(e.key, jsonb_set(reserve_runs.request, '{1}', e.input)) r;
end
$$;
comment on function pgwave_private.reserve_runs(text[], jsonb, jsonb) is
  'Give each run of a request its number, as reserve_run does; its input stands second in the request. Returns: the numbers in the order of the inputs; those that are new, and their inputs. Raises: PWIDM. Writes: idempotency_keys.';

create or replace function pgwave.start_workflows(
  workflow text,
  inputs jsonb,
  environment text default 'dev',
  priority int default 0,
  idempotency_keys text[] default null,
  traceparent text default null,
  not_before timestamptz default null
) returns setof pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_generic_plan
as $$
declare
  v_workflow constant pgwave.workflows := pgwave_private.require_workflow(start_workflows.workflow, 'operate');
  v_draft pgwave.workflow_runs;
  v_ids bigint[];
  v_new_ids bigint[];
  v_inputs jsonb[];
  v_runs pgwave.workflow_runs[];
begin
  if jsonb_typeof(start_workflows.inputs) is distinct from 'array' then
    perform pgwave_private.raise_error('PWINP', 'inputs is not an array', null,
      'Give an array with the input of each run: [{"posting_id": 1}, {"posting_id": 2}].');
  elsif cardinality(idempotency_keys) <> jsonb_array_length(inputs) then
    perform pgwave_private.raise_error('PWINP',
      format('%s idempotency_keys for %s inputs', cardinality(idempotency_keys), jsonb_array_length(inputs)), null,
      'Give one key for each input; null for an input without one.');
  end if;
  v_draft.environment := pgwave_private.read_environment(start_workflows.environment);
  v_draft.priority := start_workflows.priority;
  v_draft.not_before := pgwave_private.read_not_before(start_workflows.not_before);
  if start_workflows.idempotency_keys is null then
    select array_agg(n.id order by n.place), array_agg(n.input order by n.place) into v_ids, v_inputs
      from (
        select nextval('pgwave.workflow_run_ids') as id, e.input, e.place
          from jsonb_array_elements(start_workflows.inputs) with ordinality e (input, place)
      ) n;
    v_new_ids := v_ids;
  else
    select r.run_ids, r.new_ids, r.new_inputs into v_ids, v_new_ids, v_inputs
      from pgwave_private.reserve_runs(start_workflows.idempotency_keys, start_workflows.inputs, jsonb_build_array(
        v_workflow.workflow_id, null, null, null, start_workflows.environment, start_workflows.priority)
        || pgwave_private.request_of_time(start_workflows.not_before)) r;
  end if;
  if v_new_ids is not null then
    v_runs := pgwave_private.start_runs(v_workflow, null, v_draft, v_inputs, v_new_ids);
  end if;
  if (v_runs[1]).starts is not null then
    v_ids := array(
      select coalesce(j.run_id, u.id)
        from unnest(v_ids) with ordinality u (id, place)
        left join (
          select n.id, (v_runs[n.place]).workflow_run_id as run_id
            from unnest(v_new_ids) with ordinality n (id, place)) j on j.id = u.id
       order by u.place);
  end if;
  if v_new_ids is not null and start_workflows.traceparent is not null then
    perform pgwave_private.note_trace(array(select unnest(v_new_ids) intersect select unnest(v_ids)),
      start_workflows.traceparent);
  end if;
  if start_workflows.idempotency_keys is null and (v_runs[1]).starts is null then
    return query select r.* from unnest(v_runs) r;
  else
    return query
    select run.*
      from unnest(v_ids) with ordinality u (id, place)
      join pgwave.workflow_runs run on run.workflow_run_id = u.id
     order by u.place;
  end if;
end
$$;
comment on function pgwave.start_workflows(text, jsonb, text, int, text[], text, timestamptz) is
  'Start a run of a workflow for each input of an array, in one transaction. If an input breaks the contract, nothing starts. Each run is by itself: for progress, retries and a report of all, call start_batch. A key for each input works as that of start_workflow. With a traceparent, the runs belong to that trace. With not_before, they wait until that time. If the workflow has debounce or collect, several inputs may get the same run. Returns: the run of each input, in their order. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, interactions, run_traces.';
