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
  v_runs pgwave.workflow_runs[];
  v_gathers jsonb;
begin
  perform pgwave_private.require_startable(workflow, v_draft);
  v_draft.workflow_version_id := coalesce(
    v_draft.workflow_version_id, pgwave_private.deployed_version(workflow, v_draft.environment));
  perform pgwave_private.require_inputs(v_draft.workflow_version_id, start_runs.inputs);
  v_draft.workflow_id := workflow.workflow_id;
  v_draft.plan_id := pgwave_private.ensure_plan(
    v_draft.workflow_version_id, pgwave_private.find_starts(v_draft.workflow_version_id, start_runs.start_at));
  perform pgwave_private.require_given(v_draft.plan_id, workflow.workflow_id, v_draft.given);
  perform pgwave_private.require_entry(v_draft) where start_runs.start_at is not null or v_draft.given is not null;
  v_gathers := pgwave_private.gathers(v_draft, start_runs.start_at);
  if v_gathers is not null then
    return pgwave_private.gather_starts(v_draft, start_runs.inputs, start_runs.run_ids, v_gathers,
      pgwave_private.visibility_of_runs(workflow));
  end if;
  v_runs := pgwave_private.insert_runs(
    v_draft, start_runs.inputs, start_runs.run_ids, pgwave_private.visibility_of_runs(workflow));
  if start_runs.draft.orchestrator_interaction_id is null then
    perform pgwave_private.insert_orchestrators(v_runs);
  end if;
  perform pgwave_private.begin_runs(v_runs);
  return v_runs;
end
$$;
comment on function pgwave_private.start_runs(pgwave.workflows, text, pgwave.workflow_runs, jsonb[], bigint[]) is
  'Start runs of a workflow, one for each input; the draft holds what they share, numbers that are null are new. Returns: the runs, as they were inserted; where starts join others, the run of each start. Raises: PWDIS, PWINP, PWNOF. Writes: workflow_runs, interactions.';

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
  v_run pgwave.workflow_runs := (pgwave_private.start_runs(
    workflow, start_run.start_at, draft, array[draft.input], array[draft.workflow_run_id]))[1];
begin
  select r.* into v_run from pgwave.workflow_runs r where r.workflow_run_id = v_run.workflow_run_id;
  return v_run;
end
$$;
comment on function pgwave_private.start_run(pgwave.workflows, text, pgwave.workflow_runs) is
  'Start a run of a workflow; the draft holds its input and where it comes from. Returns: the run. Raises: PWDIS, PWINP, PWNOF. Writes: workflow_runs, interactions.';

-- The only insert of runs.
create or replace function pgwave_private.insert_runs(
  draft pgwave.workflow_runs,
  inputs jsonb[],
  run_ids bigint[],
  visibility pgwave.visibility
) returns pgwave.workflow_runs[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_limits constant jsonb := pgwave_private.limits_of_run(draft);
  v_runs pgwave.workflow_runs[];
begin
  with inserted as (
    insert into pgwave.workflow_runs as run (
      workflow_run_id, workflow_id, workflow_version_id, plan_id, environment, mode, triggered_by, operator, owner,
      visibility, priority, input, given, loaded, overrides, limits, due_at, loops, parent_workflow_run_id,
      parent_interaction_id, forked_from_workflow_run_id, compensates_workflow_run_id, not_before,
      starts, orchestrator_interaction_id, created_at, started_at)
    select coalesce(u.id, nextval('pgwave.workflow_run_ids')), draft.workflow_id, draft.workflow_version_id,
      draft.plan_id,
           coalesce(draft.environment, 'dev'), coalesce(draft.mode, 'single'), coalesce(draft.triggered_by, 'manual'),
           coalesce(draft.operator, pgwave.current_identity()), coalesce(draft.owner, pgwave.current_identity()),
           coalesce(draft.visibility, insert_runs.visibility), coalesce(draft.priority, 0), u.input, draft.given,
             draft.loaded,
           draft.overrides, v_limits, v_now + pgwave_private.parse_duration(v_limits -> 'max_duration'), draft.loops,
           draft.parent_workflow_run_id, draft.parent_interaction_id, draft.forked_from_workflow_run_id,
           draft.compensates_workflow_run_id, draft.not_before, draft.starts,
             coalesce(draft.orchestrator_interaction_id, nextval('pgwave.interaction_ids')), v_now, v_now
      from unnest(insert_runs.inputs, insert_runs.run_ids) with ordinality u (input, id, place)
     order by u.place
    returning run.*
  )
  select array_agg((i.*)::pgwave.workflow_runs order by i.workflow_run_id) into v_runs from inserted i;
  return v_runs;
end
$$;
comment on function pgwave_private.insert_runs(pgwave.workflow_runs, jsonb[], bigint[], pgwave.visibility) is
  'Insert runs that differ in their inputs and numbers; what the draft leaves open is the caller''s or the usual. Returns: the runs, by number. Writes: workflow_runs.';

create or replace function pgwave_private.make_first_steps(
  runs pgwave.workflow_runs[],
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
             make_first_steps.runs[1].loaded is not null or make_first_steps.runs[1].given is not null
               or (cv.conversation).reads && '{context,run,iteration,.passes}') as reads_more
      from unnest(plan.start_conversation_ids) with ordinality s (id, ord)
      cross join lateral (
        select cv as conversation from pgwave.conversation_versions cv
         where cv.workflow_version_id = plan.workflow_version_id and cv.conversation_id = s.id
        offset 0
      ) cv
      join pgwave.actors a on a.actor_id = (cv.conversation).actor_id
     order by s.ord
  ),
  rendered as materialized (
    select d.*, run.workflow_run_id, run.workflow_id, run.priority, run.owner, run.visibility,
           nextval('pgwave.interaction_ids') as interaction_id,
           case when coalesce((d.conversation).prompt_template, (d.conversation).system_template,
                              (d.conversation).params_template) is not null
                then pgwave_private.render_input(d.conversation, jsonb_build_object('input', run.input)
                       || case when d.reads_more then pgwave_private.pick_values(
                            row(run.workflow_run_id, d.id, 0, '{}', null)::pgwave_private.start, run.workflow_id,
                              run.input,
                            coalesce(run.loaded, '{}') || coalesce(run.given, '{}'), (d.conversation).reads)
                              else '{}' end)
           end as given
      from unnest(make_first_steps.runs) run
      cross join described d
  )
  select array_agg(row(r.interaction_id, r.workflow_run_id, r.id, (r.conversation).conversation_version_id,
                       (r.conversation).actor_id, coalesce((r.given).input, '{}'), (r.given).error, '{}', null, r.ord,
                       r.workflow_id, r.priority, r.owner, r.visibility, r.lane, false)::pgwave_private.made_step
                   order by r.interaction_id),
         coalesce(bool_and((r.given).error is null), true)
    into made, is_whole
    from rendered r;
end
$$;
comment on function pgwave_private.make_first_steps(pgwave.workflow_runs[], pgwave_private.plans) is
  'Make the first steps of runs in which nothing has been done. Returns: the steps, not yet written; whether all that they read is there.';

create or replace function pgwave_private.begin_plainly(runs pgwave.workflow_runs[], plan pgwave_private.plans)
  returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_first constant pgwave.workflow_runs := begin_plainly.runs[1];
  v_made record;
begin
  if not plan.starts_plainly or v_first.limits is not null or v_first.overrides is not null
     or v_first.forked_from_workflow_run_id is not null or v_first.compensates_workflow_run_id is not null then
    return false;
  end if;
  v_made := pgwave_private.make_first_steps(begin_plainly.runs, plan);
  if v_made.is_whole then
    perform pgwave_private.write_steps(null, v_made.made, null, true);
    perform pgwave_private.ticket_queued(
      array(select distinct m.lane from unnest(v_made.made) m), cardinality(v_made.made));
  end if;
  return v_made.is_whole;
end
$$;
comment on function pgwave_private.begin_plainly(pgwave.workflow_runs[], pgwave_private.plans) is
  'Begin runs whose first steps start with nothing to decide. Returns: whether they are such runs. Writes: interactions, ready, workflow_runs, tickets.';

create or replace function pgwave_private.begin_runs(runs pgwave.workflow_runs[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs pgwave.workflow_runs[] := begin_runs.runs;
  v_first constant pgwave.workflow_runs := begin_runs.runs[1];
  v_ids bigint[];
  v_plan pgwave_private.plans;
  v_queries constant jsonb := pgwave_private.measurement_of(v_first, false);
  v_starts pgwave_private.start[];
  v_resolutions pgwave_private.resolution[] := '{}';
begin
  select p.* into v_plan from pgwave_private.plans p where p.plan_id = v_first.plan_id;
  if v_first.not_before is not null then
    perform pgwave_private.insert_start_waits(
      array(select r.workflow_run_id from unnest(v_runs) r), 'timer', v_first.not_before);
    return;
  elsif v_plan.holds_starts then
    v_runs := pgwave_private.hold_starts(v_runs);
    if v_runs = '{}' then
      return;
    end if;
  end if;
  if v_queries <> '{}' then
    perform pgwave_private.insert_measurement(r, v_queries, 0) from unnest(v_runs) r;
  elsif not pgwave_private.begin_plainly(v_runs, v_plan) then
    v_ids := array(select r.workflow_run_id from unnest(v_runs) r order by r.workflow_run_id);
    if v_first.compensates_workflow_run_id is not null then
      -- conclude_runs starts one step after the other
      v_starts := '{}';
    elsif v_first.forked_from_workflow_run_id is null then
      v_starts := array(
        select row(r.id, s.conversation_id, 0, '{}', null)::pgwave_private.start
          from unnest(v_ids) with ordinality r (id, place)
          cross join unnest(v_plan.start_conversation_ids) with ordinality s (conversation_id, place)
         order by r.place, s.place);
    else
      select f.starts, f.resolutions into v_starts, v_resolutions from pgwave_private.first_steps(v_ids) f;
    end if;
    perform pgwave_private.advance_runs(
      v_resolutions, v_starts, case when v_plan.has_loops then v_ids else '{}' end, v_first.limits is not null);
    perform pgwave_private.conclude_runs(v_ids);
  end if;
end
$$;
comment on function pgwave_private.begin_runs(pgwave.workflow_runs[]) is
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
set jit = off
set max_parallel_workers_per_gather = 0
set plan_cache_mode = force_generic_plan
as $$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(start_workflow.workflow, 'operate');
  v_run pgwave.workflow_runs;
  v_reserved_id bigint;
  v_is_new boolean;
begin
  v_run.not_before := pgwave_private.read_not_before(start_workflow.not_before);
  v_run.environment := pgwave_private.read_environment(start_workflow.environment);
  select r.run_id, r.is_new into v_run.workflow_run_id, v_is_new
    from pgwave_private.reserve_run(start_workflow.idempotency_key, jsonb_build_array(
      v_workflow.workflow_id, start_workflow.input, start_workflow.start_at, start_workflow.given,
      start_workflow.environment, start_workflow.priority)
      || pgwave_private.request_of_time(start_workflow.not_before)) r;
  if not v_is_new then
    select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_run.workflow_run_id;
    return v_run;
  end if;
  v_run.input := coalesce(start_workflow.input, '{}');
  v_run.given := start_workflow.given;
  v_run.priority := start_workflow.priority;
  v_reserved_id := v_run.workflow_run_id;
  v_run := pgwave_private.start_run(v_workflow, start_workflow.start_at, v_run);
  if start_workflow.traceparent is not null and v_run.workflow_run_id = v_reserved_id then
    perform pgwave_private.note_trace(array[v_reserved_id], start_workflow.traceparent);
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
  select array_agg(r.run_id order by e.place), array_agg(r.run_id order by e.place) filter (where r.is_new),
         array_agg(e.input order by e.place) filter (where r.is_new)
    into v_ids, v_new_ids, v_inputs
    from (
      -- keys in one order for all callers, who may wait for each other
      select k.input, k.place, start_workflows.idempotency_keys[k.place] as key
        from jsonb_array_elements(start_workflows.inputs) with ordinality k (input, place)
       order by key, k.place
    ) e
    cross join lateral pgwave_private.reserve_run(e.key, jsonb_build_array(
      v_workflow.workflow_id, e.input, null, null, start_workflows.environment, start_workflows.priority)
      || pgwave_private.request_of_time(start_workflows.not_before)) r;
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
  return query
  select run.*
    from unnest(v_ids) with ordinality u (id, place)
    join pgwave.workflow_runs run on run.workflow_run_id = u.id
   order by u.place;
end
$$;
comment on function pgwave.start_workflows(text, jsonb, text, int, text[], text, timestamptz) is
  'Start a run of a workflow for each input of an array, in one transaction. If an input breaks the contract, nothing starts. Each run is by itself: for progress, retries and a report of all, call start_batch. A key for each input works as that of start_workflow. With a traceparent, the runs belong to that trace. With not_before, they wait until that time. If the workflow has debounce or collect, several inputs may get the same run. Returns: the run of each input, in their order. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, interactions, run_traces.';
