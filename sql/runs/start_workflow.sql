-- How a run starts.

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

create or replace function pgwave_private.require_startable(workflow pgwave.workflows) returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not workflow.enabled then
    perform pgwave_private.raise_error('PWDIS', format('workflow %s is disabled', workflow.workflow_name), null,
      format('Enable it: select pgwave.enable_workflow(%L, true).', workflow.workflow_name));
  end if;
end
$$;
comment on function pgwave_private.require_startable(pgwave.workflows) is
  'Refuse a workflow that may not start. Raises: PWDIS.';

create or replace function pgwave_private.require_input(workflow_version_id bigint, input jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_errors jsonb;
begin
  select jsonb_agg(to_jsonb(e)) into v_errors
    from pgwave.workflow_versions v
    join pgwave.contracts c on c.contract_id = v.input_contract_id
    cross join lateral pgwave.schema_errors(c.contract_schema, require_input.input) e
   where v.workflow_version_id = require_input.workflow_version_id
     and not coalesce(require_input.input @@ c.accepts, false);
  if v_errors is not null then
    perform pgwave_private.raise_error('PWINP', format('the input does not meet the contract: %s %s',
        coalesce(nullif(v_errors #>> '{0,path}', ''), 'it'), v_errors #>> '{0,message}'),
      v_errors::text, 'The workflow''s input contract says what it takes.');
  end if;
end
$$;
comment on function pgwave_private.require_input(bigint, jsonb) is
  'Refuse an input that does not meet the contract. Raises: PWINP.';

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
    cross join lateral pgwave.schema_errors(
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

create or replace function pgwave_private.start_run(
  workflow pgwave.workflows,
  start_at text,
  draft pgwave.workflow_runs
) returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs := start_run.draft;
begin
  perform pgwave_private.require_startable(workflow);
  select coalesce(d.workflow_version_id, workflow.latest_version_id) into v_run.workflow_version_id
    from (select) x
    left join pgwave.workflow_deployments d
      on d.workflow_id = workflow.workflow_id and d.environment = v_run.environment;
  perform pgwave_private.require_input(v_run.workflow_version_id, v_run.input);
  v_run.workflow_id := workflow.workflow_id;
  v_run.plan_id := pgwave_private.ensure_plan(
    v_run.workflow_version_id, pgwave_private.find_starts(v_run.workflow_version_id, start_run.start_at));
  perform pgwave_private.require_given(v_run.plan_id, workflow.workflow_id, v_run.given);
  perform pgwave_private.require_entry(v_run) where start_run.start_at is not null or v_run.given is not null;
  v_run := pgwave_private.insert_run(v_run, pgwave_private.visibility_of_runs(workflow));
  if start_run.draft.orchestrator_interaction_id is null then
    perform pgwave_private.insert_orchestrator(v_run);
  end if;
  return pgwave_private.begin_run(v_run);
end
$$;
comment on function pgwave_private.start_run(pgwave.workflows, text, pgwave.workflow_runs) is
  'Start a run of a workflow; the draft holds its input and where it comes from. Returns: the run. Raises: PWDIS, PWINP, PWNOF. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.insert_run(draft pgwave.workflow_runs, visibility pgwave.visibility)
returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
begin
  insert into pgwave.workflow_runs as run (
    workflow_run_id, workflow_id, workflow_version_id, plan_id, environment, mode, triggered_by, operator, owner, visibility,
    priority, input, given, loaded, overrides, limits, due_at, loops, parent_workflow_run_id, parent_interaction_id,
    forked_from_workflow_run_id, orchestrator_interaction_id, created_at, started_at)
  select coalesce(draft.workflow_run_id, nextval('pgwave.workflow_run_ids')), draft.workflow_id,
         draft.workflow_version_id, draft.plan_id, coalesce(draft.environment, 'dev'), coalesce(draft.mode, 'single'),
         coalesce(draft.triggered_by, 'manual'), coalesce(draft.operator, pgwave.current_identity()),
         coalesce(draft.owner, pgwave.current_identity()), coalesce(draft.visibility, insert_run.visibility),
         coalesce(draft.priority, 0), draft.input, draft.given, draft.loaded, draft.overrides, t.limits,
         t.now + pgwave_private.parse_duration(t.limits -> 'max_duration'), draft.loops,
         draft.parent_workflow_run_id, draft.parent_interaction_id, draft.forked_from_workflow_run_id,
         coalesce(draft.orchestrator_interaction_id, nextval('pgwave.interaction_ids')), t.now, t.now
    from (select pgwave_private.now() as now,
                 pgwave_private.limits_of_run(draft) as limits) t
  returning run.* into v_run;
  return v_run;
end
$$;
comment on function pgwave_private.insert_run(pgwave.workflow_runs, pgwave.visibility) is
  'Insert a run; what the draft leaves open is the caller''s or the usual. Returns: the run. Writes: workflow_runs.';

create or replace function pgwave_private.make_first_steps(
  run pgwave.workflow_runs,
  plan pgwave_private.plans,
  out made pgwave_private.made_step[],
  out is_whole boolean
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  with described as materialized (
    select s.ord, s.id, cv.conversation, a.lane, (cv.conversation).reads <> '{}' and (
             run.loaded is not null or run.given is not null or (cv.conversation).reads && '{context,run,iteration}') as reads_more
      from unnest(plan.start_conversation_ids) with ordinality s (id, ord)
      cross join lateral (
        select cv as conversation from pgwave.conversation_versions cv
         where cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = s.id
        offset 0
      ) cv
      join pgwave.actors a on a.actor_id = (cv.conversation).actor_id
     order by s.ord
  ),
  rendered as materialized (
    select d.*, nextval('pgwave.interaction_ids') as interaction_id,
           case when coalesce((d.conversation).prompt_template, (d.conversation).system_template,
                              (d.conversation).params_template) is not null
                then pgwave_private.render_input(d.conversation, jsonb_build_object('input', run.input)
                       || case when d.reads_more then pgwave_private.pick_values(
                            row(run.workflow_run_id, d.id, 0, '{}', null)::pgwave_private.start, run.workflow_id, run.input,
                            coalesce(run.loaded, '{}') || coalesce(run.given, '{}'), (d.conversation).reads) else '{}' end)
           end as given
      from described d
  )
  select array_agg(row(r.interaction_id, run.workflow_run_id, r.id, (r.conversation).conversation_version_id,
                       (r.conversation).actor_id, coalesce((r.given).input, '{}'), (r.given).error, '{}', null, r.ord,
                       run.workflow_id, run.priority, run.owner, run.visibility, r.lane, false)::pgwave_private.made_step
                   order by r.ord),
         coalesce(bool_and((r.given).error is null), true)
    into made, is_whole
    from rendered r;
end
$$;
comment on function pgwave_private.make_first_steps(pgwave.workflow_runs, pgwave_private.plans) is
  'Make the first steps of a run in which nothing has been done. Returns: the steps, not yet written; whether all that they read is there.';

create or replace function pgwave_private.begin_plainly(run pgwave.workflow_runs, plan pgwave_private.plans) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_made record;
begin
  if not plan.starts_plainly or run.limits is not null or run.overrides is not null
     or run.forked_from_workflow_run_id is not null then
    return false;
  end if;
  v_made := pgwave_private.make_first_steps(run, plan);
  if v_made.is_whole then
    perform pgwave_private.write_steps(null, v_made.made, null);
    perform pgwave_private.ticket_queued(array(select distinct m.lane from unnest(v_made.made) m));
  end if;
  return v_made.is_whole;
end
$$;
comment on function pgwave_private.begin_plainly(pgwave.workflow_runs, pgwave_private.plans) is
  'Begin a run whose first steps start with nothing to decide. Returns: whether it is such a run. Writes: interactions, ready, workflow_runs, tickets.';

create or replace function pgwave_private.begin_run(run pgwave.workflow_runs) returns pgwave.workflow_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_plan pgwave_private.plans;
  v_queries jsonb := pgwave_private.measurement_of(run, false);
  v_starts pgwave_private.start[];
  v_resolutions pgwave_private.resolution[] := '{}';
begin
  select p.* into v_plan from pgwave_private.plans p where p.plan_id = run.plan_id;
  if v_queries <> '{}' then
    perform pgwave_private.insert_measurement(run, v_queries, 0);
  elsif not pgwave_private.begin_plainly(run, v_plan) then
    if run.forked_from_workflow_run_id is null then
      v_starts := array(select row(run.workflow_run_id, s, 0, '{}', null)::pgwave_private.start
                          from unnest(v_plan.start_conversation_ids) s);
    else
      select f.starts, f.resolutions into v_starts, v_resolutions
        from pgwave_private.first_steps(array[run.workflow_run_id]) f;
    end if;
    perform pgwave_private.advance_runs(v_resolutions, v_starts,
      case when v_plan.has_loops then array[run.workflow_run_id] else '{}' end, run.limits is not null);
    perform pgwave_private.conclude_runs(array[run.workflow_run_id]);
  end if;
  select r.* into v_run from pgwave.workflow_runs r where r.workflow_run_id = run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave_private.begin_run(pgwave.workflow_runs) is
  'Insert what a run begins with: the step that loads and measures, or its first interactions. Returns: the run. Writes: workflow_runs, interactions.';

create or replace function pgwave.start_workflow(
  workflow text,
  input jsonb default '{}',
  start_at text default null,
  given jsonb default null,
  environment text default 'dev',
  priority int default 0,
  idempotency_key text default null
) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(start_workflow.workflow, 'operate');
  v_key pgwave.idempotency_keys;
  v_draft pgwave.workflow_runs;
begin
  if start_workflow.environment not in ('dev', 'test', 'uat', 'prod') then
    perform pgwave_private.raise_error('PWINP', format('no environment %s', start_workflow.environment), null,
      'One of dev, test, uat, prod.');
  end if;
  if start_workflow.idempotency_key is not null then
    v_key.request_sha256 := sha256(convert_to(
      jsonb_build_array(v_workflow.workflow_id, start_workflow.input, start_workflow.start_at, start_workflow.given,
                        start_workflow.environment, start_workflow.priority)::text, 'UTF8'));
    insert into pgwave.idempotency_keys as k (owner, idempotency_key, request_sha256, workflow_run_id, created_at)
    values (pgwave.current_identity(), start_workflow.idempotency_key, v_key.request_sha256,
            nextval('pgwave.workflow_run_ids'), pgwave_private.now())
    on conflict on constraint idempotency_keys_pkey do nothing
    returning k.workflow_run_id into v_key.workflow_run_id;
    if not found then
      return pgwave_private.find_started(start_workflow.idempotency_key, v_key.request_sha256);
    end if;
  end if;
  v_draft.workflow_run_id := v_key.workflow_run_id;
  v_draft.input := coalesce(start_workflow.input, '{}');
  v_draft.given := start_workflow.given;
  v_draft.environment := start_workflow.environment::pgwave.environment;
  v_draft.priority := start_workflow.priority;
  return pgwave_private.start_run(v_workflow, start_workflow.start_at, v_draft);
end
$$;
comment on function pgwave.start_workflow(text, jsonb, text, jsonb, text, int, text) is
  'Start a workflow, by name or number. The same idempotency key with the same request returns the run that it started. Returns: the run. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, interactions.';

create or replace function pgwave_private.find_started(idempotency_key text, request_sha256 bytea) returns pgwave.workflow_runs
language plpgsql
stable
set search_path = ''
as $$
declare
  v_key pgwave.idempotency_keys;
  v_run pgwave.workflow_runs;
begin
  select k.* into v_key from pgwave.idempotency_keys k
   where k.owner = pgwave.current_identity() and k.idempotency_key = find_started.idempotency_key;
  if v_key.request_sha256 <> find_started.request_sha256 then
    perform pgwave_private.raise_error('PWIDM',
      format('the key %s was used for another request', find_started.idempotency_key),
      format('It started run %s.', v_key.workflow_run_id), 'Use a new key for a new request.');
  end if;
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_key.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave_private.find_started(text, bytea) is
  'Find the run that an idempotency key started. Returns: the run. Raises: PWIDM where the request was another.';

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
