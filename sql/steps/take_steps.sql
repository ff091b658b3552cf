-- Take steps: the whole of what follows where nothing has to be decided. Three statements, for any number of answers:
-- what was done is recorded; what follows is made, with the work of what its worker begins at once; that is written and
-- counted.

create or replace function pgwave_private.take_steps(
  plain pgwave_private.outcome[],
  starts pgwave_private.start[],
  worker_id bigint,
  most int,
  out work jsonb,
  out over_ids bigint[]
)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_steps record;
begin
  perform pgwave_private.record_completed(plain);
  if take_steps.starts is null then
    over_ids := pgwave_private.write_steps(plain, null, take_steps.worker_id);
    return;
  end if;
  v_steps := pgwave_private.make_steps(take_steps.starts, take_steps.worker_id, take_steps.most);
  if v_steps.is_whole then
    work := v_steps.work;
    over_ids := pgwave_private.write_steps(plain, v_steps.made, take_steps.worker_id);
  else
    -- something that is read is not there: what follows has to be decided
    perform pgwave_private.follow_changes(pgwave_private.changes_of(plain), null, 0);
  end if;
end
$$;
comment on function pgwave_private.take_steps(pgwave_private.outcome[], pgwave_private.start[], bigint, int) is
  'Drive on runs in which what follows is known from the plan; the worker given begins what it can do at once. Returns: its work, null for none; the runs in which nothing is open any more. Writes: interactions, interaction_attempts, leases, ready, workflow_runs. Locks: nothing; the caller holds the interactions and the runs.';

create or replace function pgwave_private.record_completed(plain pgwave_private.outcome[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
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
  released as (
    -- by key, whatever the planner thinks of a table that was just vacuumed
    delete from pgwave.leases l where l.interaction_id = any(array(select r.interaction_id from recorded r))
  )
  insert into pgwave.interaction_attempts (
    interaction_id, workflow_run_id, attempt, worker_id, actor_id, actor_revision, started_at, ended_at, outcome, usage)
  select r.interaction_id, r.workflow_run_id, r.attempt, r.worker_id, r.actor_id,
         (select a.revision from pgwave.actors a where a.actor_id = r.actor_id), r.started_at, r.completed_at,
           'completed', r.usage
    from recorded r
  on conflict (interaction_id, workflow_run_id, attempt) do nothing;
end
$$;
comment on function pgwave_private.record_completed(pgwave_private.outcome[]) is
  'Write what attempts that completed came to. Writes: interactions, interaction_attempts, leases.';

create or replace function pgwave_private.make_steps(
  starts pgwave_private.start[],
  worker_id bigint,
  most int,
  out made pgwave_private.made_step[],
  out is_whole boolean,
  out work jsonb
)
language plpgsql
volatile
set search_path = ''
as $$
begin
  with wanted as materialized (
    select w.ord, w.s from pgwave_private.list_unmade(make_steps.starts) w
  ),
  described as materialized (
    select w.ord, w.s, (w.s).skip_reason is null as is_pending, run.workflow_id, run.priority, run.owner,
           run.visibility, run.input, run.interactions_created as created,
           nullif(coalesce(run.loaded, '{}') || coalesce(run.given, '{}'), '{}') as others, cv.conversation, a as actor,
           k.contract_schema as contract, (cv.conversation).reads,
           (cv.conversation).reads && '{context,parent,parents,run,error,iteration,.passes}' as reads_more
      from wanted w
      join pgwave.workflow_runs run on run.workflow_run_id = (w.s).workflow_run_id
      cross join lateral (
        select cv as conversation from pgwave.conversation_versions cv
         where cv.workflow_version_id = run.workflow_version_id and cv.conversation_id = (w.s).conversation_id
        offset 0
      ) cv
      left join pgwave.actors a on a.actor_id = (cv.conversation).actor_id
      left join pgwave.contracts k on k.contract_id = (cv.conversation).output_contract_id
     order by w.ord
  ),
  rendered as materialized (
    select d.*, nextval('pgwave.interaction_ids') as id, read.interaction_ids,
           (d.created + row_number() over (partition by (d.s).workflow_run_id order by d.ord))::int as execution_order,
           case when d.is_pending and coalesce((d.conversation).prompt_template, (d.conversation).system_template,
                                               (d.conversation).params_template) is not null
                then pgwave_private.render_input(d.conversation,
                       case when 'input' = any(d.reads) then jsonb_build_object('input', d.input) else '{}' end
                       || case when d.others is null and not d.reads_more then '{}'
                            else pgwave_private.pick_values(d.s, d.workflow_id, d.input, d.others, d.reads) end
                       || coalesce(read.outputs, '{}')) end as given
      from described d
      left join lateral pgwave_private.read_outputs(
        d.reads, d.workflow_id, (d.s).workflow_run_id, (d.s).parent_interaction_ids) read
        on d.is_pending and d.reads <> '{input}' and d.reads <> '{}'
  ),
  lanes as materialized (
    select l.*, f.slot, f.free
      from (select distinct (d.actor).lane, d.workflow_id, d.priority
              from described d where d.is_pending and (d.actor).enabled and make_steps.most > 0) l
      cross join lateral pgwave_private.find_room(make_steps.worker_id, l.lane, l.workflow_id, l.priority) f
  ),
  placed as materialized (
    select r.*, l.free is not null and row_number() over (partition by l.slot order by r.ord) <= l.free
             and count(*) filter (where l.free is not null) over (order by r.ord) <= make_steps.most as begins
      from rendered r
      left join lanes l on r.is_pending and l.lane = (r.actor).lane and l.workflow_id = r.workflow_id
        and l.priority = r.priority
  )
  select array_agg(row(p.id, (p.s).workflow_run_id, (p.s).conversation_id, (p.conversation).conversation_version_id,
           (p.conversation).actor_id, coalesce((p.given).input, '{}'), (p.given).error,
           (p.s).parent_interaction_ids || coalesce(p.interaction_ids, '{}'), (p.s).skip_reason, p.execution_order,
           p.workflow_id, p.priority, p.owner, p.visibility, (p.actor).lane, p.begins)::pgwave_private.made_step
           order by p.ord),
         coalesce(bool_and((p.given).error is null), true),
         to_jsonb(array_agg(pgwave_private.work_of(p.id, (p.s).workflow_run_id, 1, (p.actor).lane, p.actor,
           p.conversation, p.contract, coalesce((p.given).input, '{}'), p.input) order by p.ord)
           filter (where p.begins))
    into made, is_whole, work from placed p;
end
$$;
comment on function pgwave_private.make_steps(pgwave_private.start[], bigint, int) is
  'Make what starts and what is skipped; the worker given begins of it what its slots take, where nobody in the lane comes first, is held or limited. Returns: the steps, not yet written; whether all that they read is there; the work of those that begin.';

create or replace function pgwave_private.list_unmade(starts pgwave_private.start[])
returns table (s pgwave_private.start, ord bigint)
language sql
stable
begin atomic
  select row(u.workflow_run_id, u.conversation_id, u.iteration, u.parent_interaction_ids,
           u.skip_reason)::pgwave_private.start, u.ord
    from unnest(list_unmade.starts) with ordinality
           u (workflow_run_id, conversation_id, iteration, parent_interaction_ids, skip_reason, ord)
   where not exists (
     select from pgwave.interactions i
      where i.workflow_run_id = u.workflow_run_id and i.conversation_id = u.conversation_id
        and i.iteration = 0 and i.item_index is null
     offset 0);
end;
comment on function pgwave_private.list_unmade(pgwave_private.start[]) is
  'List starts that a fork or a retry did not keep from before. Returns: each with its place.';

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
  worker_id bigint
) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_over bigint[];
begin
  with counted as (
    update pgwave.workflow_runs run
       set status = case when run.status = 'pending' and c.completed > 0 then 'running' else run.status end,
           interactions_created = run.interactions_created + c.created,
           interactions_open = run.interactions_open + c.opened,
           interactions_completed = run.interactions_completed + c.completed,
           interactions_skipped = run.interactions_skipped + c.skipped,
           prompt_tokens = run.prompt_tokens + c.prompt_tokens,
           completion_tokens = run.completion_tokens + c.completion_tokens, cost = run.cost + c.cost
      from (
        select u.workflow_run_id, sum(u.created)::int as created, sum(u.opened)::int as opened,
               sum(u.completed)::int as completed, sum(u.skipped)::int as skipped, sum(u.cost) as cost,
               sum(u.prompt_tokens) as prompt_tokens, sum(u.completion_tokens) as completion_tokens
          from (
            select o.workflow_run_id, 0 as created, -1 as opened, 1 as completed, 0 as skipped, o.prompt_tokens,
                   o.completion_tokens, o.cost
              from unnest(write_steps.plain) o
            union all
            select n.workflow_run_id, 1, (n.skip_reason is null)::int, 0, (n.skip_reason is not null)::int, 0, 0, 0
              from unnest(write_steps.made) n
          ) u
         group by u.workflow_run_id
      ) c
     where run.workflow_run_id = c.workflow_run_id returning run.workflow_run_id, run.interactions_open
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
  ),
  queued as (
    insert into pgwave.ready (
      interaction_id, workflow_run_id, workflow_id, actor_id, lane, priority, not_before, paused)
    select n.interaction_id, n.workflow_run_id, n.workflow_id, n.actor_id, n.lane, n.priority, v_now, false
      from unnest(write_steps.made) n
     where n.skip_reason is null and not n.begins
  )
  select array_agg(c.workflow_run_id order by c.workflow_run_id) into v_over
    from counted c where c.interactions_open = 0;
  return v_over;
end
$$;
comment on function pgwave_private.write_steps(pgwave_private.outcome[], pgwave_private.made_step[], bigint) is
  'Insert what follows, running with its worker if it begins at once, else with a row in ready; count it and what was done before it. Returns: the runs in which nothing is open any more. Writes: interactions, leases, ready, workflow_runs.';

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
