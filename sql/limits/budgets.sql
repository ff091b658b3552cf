-- Limits of runs: interactions, time, tokens, cost. Looked at by whoever would release the next interaction, holding
-- the run.
-- What an interaction uses is known when it ends, so a budget is overrun by what is under way at most: one for each
-- slot.
-- What sub-workflows use is added to entries of the runs above, so that nobody waits for these; an entry is seen once
-- it is
-- committed, so two for each slot where a budget is shared. Measured: a map of 4,000 sub-workflows of two steps takes
-- 8.8 s without a budget, 10.6 s with one, and 32 s where each look adds up all the runs below.

-- Sub-workflows share max_tokens and max_cost of the run that they work for.
create or replace function pgwave_private.shared_budget(run pgwave.workflow_runs) returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select case when parent.limits ?| array['max_tokens', 'max_cost'] then parent.workflow_run_id
             else (parent.limits ->> 'within')::bigint end
      from pgwave.workflow_runs parent
     where parent.workflow_run_id = (run).parent_workflow_run_id and (run).triggered_by in ('sub_workflow', 'chain')
  );
end
$$;
comment on function pgwave_private.shared_budget(pgwave.workflow_runs) is
  'Find the nearest run above a sub-workflow that has max_tokens or max_cost. Returns: its number; null: none.';

create or replace function pgwave_private.limits_of_run(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    -- what was recorded went on long ago; those of a batch's workflow are for its runs, not for the batch
    select case when not coalesce((run).overrides ? 'reproduces', false)
      and (run).mode is distinct from 'global_batch' then nullif(jsonb_strip_nulls(
             coalesce(v.definition -> 'limits', '{}') || coalesce((run).overrides -> 'limits', '{}')
               || case when (run).parent_workflow_run_id is null then '{}'
                    else jsonb_build_object('within', pgwave_private.shared_budget(run)) end), '{}') end
      from pgwave.workflow_versions v
     where v.workflow_version_id = (run).workflow_version_id
  );
end
$$;
comment on function pgwave_private.limits_of_run(pgwave.workflow_runs) is
  'Find what a run may use: the limits of its version, and what its overrides say instead. Returns: {max_interactions, max_duration, max_tokens, max_cost, within}; within: the run above whose max_tokens and max_cost it shares; null: any amount.';

create or replace function pgwave_private.require_limits(limits jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fault text;
begin
  if require_limits.limits is null then
    return;
  end if;
  select case when f.field is null then format('Unknown limit %s.', l.key)
           else format('%s cannot be %s.', l.key, left(l.value::text, 60)) end
    into v_fault
    from jsonb_each(case jsonb_typeof(require_limits.limits) when 'object' then require_limits.limits end) l
    left join (
      pgwave_private.definition_fields() f join pgwave_private.definition_kinds() k on k.kind = f.kind
    ) on f.place = 'limits' and f.field = l.key
   where f.field is null or not case when l.value = 'null' then true when jsonb_typeof(l.value) = any(k.types)
           then coalesce(pgwave_private.value_fits(f.kind, l.value, f.low, f.high, f.choices), false) else false end
   limit 1;
  if jsonb_typeof(require_limits.limits) <> 'object' or v_fault is not null then
    perform pgwave_private.raise_error('PWINP', coalesce(v_fault, 'limits is not an object'), null,
      'Limits are max_interactions, max_duration (2h), max_tokens and max_cost; null lifts one.');
  end if;
end
$$;
comment on function pgwave_private.require_limits(jsonb) is
  'Refuse limits of a run that cannot be meant. Raises: PWINP.';

create or replace function pgwave_private.count_limited(run pgwave.workflow_runs) returns int
language plpgsql
stable
set search_path = ''
as $$
begin
  return run.interactions_created - run.interactions_skipped
    - case when run.not_before is null
             and not (select p.holds_starts from pgwave_private.plans p where p.plan_id = run.plan_id) then 0 else (
    select count(*)::int from pgwave.interactions i
     where i.workflow_run_id = run.workflow_run_id and i.conversation_id = pgwave_private.conversation_of('start')) end
    - case when run.forked_from_workflow_run_id is null then 0 else (
    select count(*)::int from pgwave.interactions i
     where i.workflow_run_id = run.workflow_run_id and i.copied_from_interaction_id is not null
       and i.status <> 'skipped') end;
end
$$;
comment on function pgwave_private.count_limited(pgwave.workflow_runs) is
  'Count the interactions of a run that max_interactions counts: all but skipped and copied ones, the orchestrator, and what it waited for before it began. Returns: how many.';

create or replace function pgwave_private.exceeds_limit(
  new pgwave_private.new_interaction,
  made pgwave_private.new_interaction[],
  loops jsonb
) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_left int;
begin
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = new.workflow_run_id;
  if v_run.limits is null then
    return false;
  elsif v_run.limits ? 'max_interactions' then
    -- a map counts with its items
    v_left := (v_run.limits ->> 'max_interactions')::numeric::int - pgwave_private.count_limited(v_run)
      - 1 - jsonb_array_length(coalesce(new.map_items, '[]')) - (
        select coalesce(sum(1 + jsonb_array_length(coalesce(c.map_items, '[]'))), 0)::int
          from unnest(made) c
         where c.workflow_run_id = v_run.workflow_run_id and c.status <> 'skipped');
  end if;
  if pgwave_private.fail_over_limit(v_run, v_left) then
    perform pgwave_private.restore_loops(v_run.workflow_run_id, exceeds_limit.loops);
    return true;
  end if;
  return false;
end
$$;
comment on function pgwave_private.exceeds_limit(pgwave_private.new_interaction, pgwave_private.new_interaction[],
  jsonb) is
  'Tell whether a run has no room for an interaction besides those that were made and are not written yet; it then ends as failed, and a loop taken for it was not taken. Returns: true or false. Writes: workflow_runs. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.list_budgets_above(limits jsonb) returns setof bigint
language sql
stable
set search_path = ''
as $$
  with recursive above (workflow_run_id) as (
    select (list_budgets_above.limits ->> 'within')::bigint
    union all
    select (run.limits ->> 'within')::bigint
      from above a
      join pgwave.workflow_runs run on run.workflow_run_id = a.workflow_run_id
     where run.limits ? 'within'
  )
  select a.workflow_run_id from above a
$$;
comment on function pgwave_private.list_budgets_above(jsonb) is
  'List the runs whose budgets a sub-workflow with these limits shares. Returns: their numbers, the nearest first.';

create or replace function pgwave_private.find_overspent(run pgwave.workflow_runs) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs := run;
  v_tokens numeric;
  v_cost numeric;
begin
  while v_run.limits ?| array['max_tokens', 'max_cost', 'within'] loop
    if v_run.limits ?| array['max_tokens', 'max_cost'] then
      select v_run.prompt_tokens + v_run.completion_tokens + coalesce(sum(e.tokens), 0),
        v_run.cost + coalesce(sum(e.cost), 0)
        into v_tokens, v_cost
        from pgwave_private.budget_entries e where e.workflow_run_id = v_run.workflow_run_id;
      if v_tokens > (v_run.limits ->> 'max_tokens')::numeric then
        return jsonb_build_object('workflow_run_id', v_run.workflow_run_id, 'limit', 'max_tokens',
          'value', v_run.limits -> 'max_tokens', 'needed', v_tokens::text);
      elsif v_cost > (v_run.limits ->> 'max_cost')::numeric then
        return jsonb_build_object('workflow_run_id', v_run.workflow_run_id, 'limit', 'max_cost',
          'value', v_run.limits -> 'max_cost', 'needed', trim_scale(v_cost)::text);
      end if;
    end if;
    select above.* into v_run
      from pgwave.workflow_runs above where above.workflow_run_id = (v_run.limits ->> 'within')::bigint;
  end loop;
  return null;
end
$$;
comment on function pgwave_private.find_overspent(pgwave.workflow_runs) is
  'Find a budget of a run, or of one above that it shares, that is used up: by itself and its sub-workflows, at any depth. Returns: {workflow_run_id, limit, value, needed}; null: there is room.';

-- Whoever reads meanwhile sees all of the old rows, or the new one.
create or replace function pgwave_private.merge_budget_entries(run_id bigint) returns void
language sql
volatile
set search_path = ''
as $$
  with merged as (
    delete from pgwave_private.budget_entries e
     where e.ctid = any(array(
       select own.ctid from pgwave_private.budget_entries own
        where own.workflow_run_id = merge_budget_entries.run_id
          for update skip locked))
    returning e.tokens, e.cost
  )
  insert into pgwave_private.budget_entries (workflow_run_id, tokens, cost)
  select merge_budget_entries.run_id, sum(m.tokens), sum(m.cost) from merged m having count(*) > 0
$$;
comment on function pgwave_private.merge_budget_entries(bigint) is
  'Make one of the entries of a run. Writes: budget_entries. Locks: these, without waiting.';

create or replace function pgwave_private.add_shared_usage(changes pgwave_private.change[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_budget bigint;
begin
  for v_budget in
    with used as (
      select c.workflow_run_id, sum(c.prompt_tokens + c.completion_tokens) as tokens, sum(c.cost) as cost
        from unnest(add_shared_usage.changes) c
       group by c.workflow_run_id
      having sum(c.prompt_tokens + c.completion_tokens) > 0 or sum(c.cost) > 0
    ),
    added as (
      insert into pgwave_private.budget_entries as e (workflow_run_id, tokens, cost)
      select above.workflow_run_id, u.tokens, u.cost
        from used u
        join pgwave.workflow_runs run on run.workflow_run_id = u.workflow_run_id and run.limits ? 'within'
        cross join lateral pgwave_private.list_budgets_above(run.limits) above (workflow_run_id)
      returning e.workflow_run_id
    )
    select distinct a.workflow_run_id from added a
  loop
    if (select count(*) from pgwave_private.budget_entries e where e.workflow_run_id = v_budget) > 100 then
      perform pgwave_private.merge_budget_entries(v_budget);
    end if;
  end loop;
end
$$;
comment on function pgwave_private.add_shared_usage(pgwave_private.change[]) is
  'Note what sub-workflows used of the budgets that they share. Writes: budget_entries. Locks: entries, without waiting.';

create or replace function pgwave_private.find_exceeded(run pgwave.workflow_runs, interactions_left int) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_detail jsonb := pgwave_private.find_overspent(run);
  v_code constant text := case when v_detail is null then 'limit_exceeded' else 'budget_exceeded' end;
begin
  if v_detail is null and run.due_at <= pgwave_private.now() then
    v_detail := jsonb_build_object('limit', 'max_duration',
      'needed', pgwave_private.parse_duration(run.limits -> 'max_duration') + (pgwave_private.now() - run.due_at));
  elsif v_detail is null and find_exceeded.interactions_left < 0 then
    v_detail := jsonb_build_object('limit', 'max_interactions',
      'needed', ((run.limits ->> 'max_interactions')::numeric::int - find_exceeded.interactions_left)::text);
  elsif v_detail is null then
    return null;
  end if;
  v_detail := jsonb_build_object('workflow_run_id', run.workflow_run_id, 'value', run.limits -> (v_detail ->> 'limit'))
    || v_detail;
  return jsonb_build_object('code', v_code, 'detail', v_detail, 'retryable', false, 'message',
    format('%s of run %s is %s, and %s; retry_workflow_run(%2$s, ''{"%1$s": …}'') goes on with more',
      v_detail ->> 'limit',
      v_detail ->> 'workflow_run_id', v_detail ->> 'value', format(case v_detail ->> 'limit'
        when 'max_tokens' then '%s tokens are used' when 'max_cost' then 'its cost is %s'
        when 'max_duration' then 'it has gone on for %s' else 'it needs %s' end, v_detail ->> 'needed')));
end
$$;
comment on function pgwave_private.find_exceeded(pgwave.workflow_runs, int) is
  'Find a limit that leaves a run no room for a next interaction: its own, or a budget that it shares. Returns: the error {code, message, detail: {workflow_run_id, limit, value, needed}}; null: there is room.';

create or replace function pgwave_private.fail_over_limit(run pgwave.workflow_runs, interactions_left int)
  returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_error jsonb := pgwave_private.find_exceeded(run, fail_over_limit.interactions_left);
begin
  if v_error is not null then
    update pgwave.workflow_runs r set ends_as = 'failed', error = v_error
     where r.workflow_run_id = run.workflow_run_id and r.ends_as is null;
  end if;
  return v_error is not null;
end
$$;
comment on function pgwave_private.fail_over_limit(pgwave.workflow_runs, int) is
  'Note that a run will end as failed where a limit leaves no room for its next interaction. Returns: whether. Writes: workflow_runs. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.end_runs_over_limits(run_ids bigint[]) returns bigint[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_live bigint[] := run_ids;
  v_run pgwave.workflow_runs;
begin
  for v_run in
    select run.* from pgwave.workflow_runs run
     where run.workflow_run_id = any(end_runs_over_limits.run_ids) and run.limits is not null
       -- what is measured after a run is no part of it
       and (exists (
           select from pgwave.ready r
             join pgwave.interactions i on i.interaction_id = r.interaction_id and i.workflow_run_id = r.workflow_run_id
            where r.workflow_run_id = run.workflow_run_id and (i.kind <> 'measurement' or i.iteration = 0))
         -- what sub-workflows have pending uses the same budget
         or run.limits ?| array['max_tokens', 'max_cost', 'within'] and exists (
           select from pgwave.waits w where w.workflow_run_id = run.workflow_run_id and w.waits_for = 'workflow'))
  loop
    if pgwave_private.fail_over_limit(v_run, null) then
      v_live := array_remove(v_live, v_run.workflow_run_id);
    end if;
  end loop;
  return v_live;
end
$$;
comment on function pgwave_private.end_runs_over_limits(bigint[]) is
  'Note the runs that have something pending, in their sub-workflows too, and no room for it. Returns: the runs that live on. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.keep_time(run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_runs run
     set due_at = case when t.counts then pgwave_private.now() + run.time_left end,
         time_left = case when not t.counts then run.due_at - pgwave_private.now() end
    from (
      select r.workflow_run_id, r.finished_at is null and r.status <> 'paused' and (r.status <> 'waiting' or exists (
               select from pgwave.waits w
                where w.workflow_run_id = r.workflow_run_id and w.waits_for = 'workflow')) as counts
        from pgwave.workflow_runs r
       where r.workflow_run_id = any(keep_time.run_ids) and (r.due_at is not null or r.time_left is not null)
    ) t
   where run.workflow_run_id = t.workflow_run_id and t.counts <> (run.due_at is not null);
end
$$;
comment on function pgwave_private.keep_time(bigint[]) is
  'Let the time of runs with a max_duration run or stand still: while a run is paused, or all that is open in it waits for people, signals or timers. Writes: workflow_runs. Locks: nothing; the caller holds the runs.';

create or replace function pgwave_private.renew_limits(run pgwave.workflow_runs, limits jsonb) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs := run;
  v_error jsonb;
begin
  perform pgwave_private.require_limits(renew_limits.limits);
  if renew_limits.limits is not null then
    v_run.overrides := coalesce(run.overrides, '{}') || jsonb_build_object(
      'limits', coalesce(run.overrides -> 'limits', '{}') || renew_limits.limits);
  end if;
  v_run.limits := pgwave_private.limits_of_run(v_run);
  v_run.time_left := pgwave_private.parse_duration(v_run.limits -> 'max_duration') - coalesce(
    pgwave_private.parse_duration(run.limits -> 'max_duration') - run.time_left, interval '0');
  v_run.due_at := pgwave_private.now() + v_run.time_left;
  v_error := pgwave_private.find_exceeded(v_run, case run.error #>> '{detail,limit}' when 'max_interactions' then
    (v_run.limits ->> 'max_interactions')::numeric::int - (run.error #>> '{detail,needed}')::int end);
  if v_error is not null then
    perform pgwave_private.raise_error('PWLIM',
      split_part(v_error ->> 'message', '; ', 1), 'It would end at once.',
      format('Raise it: select pgwave.retry_workflow_run(%s, ''{"%s": …}''); null lifts it.',
        v_error #>> '{detail,workflow_run_id}', v_error #>> '{detail,limit}'));
  end if;
  update pgwave.workflow_runs r
     set overrides = v_run.overrides, limits = v_run.limits, due_at = v_run.due_at, time_left = null
   where r.workflow_run_id = run.workflow_run_id;
end
$$;
comment on function pgwave_private.renew_limits(pgwave.workflow_runs, jsonb) is
  'Give a run that is retried its limits, and other ones where the caller says so. Raises: PWINP, PWLIM where it would end at once. Writes: workflow_runs.';
