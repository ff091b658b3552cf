-- A draft, completed and checked.

create or replace function pgwave_private.name_plan(name text, goal text, run_id bigint) returns text
language sql
immutable
set search_path = ''
as $$
  select case when n.name like '%-' || name_plan.run_id then n.name
           else left(rtrim(n.name, '-'), 60) || '-' || name_plan.run_id end
    from (
      select coalesce(
        substring(name_plan.name from '^[a-z][a-z0-9_.:/-]*$'),
        'plan-' || left(trim(both '-' from regexp_replace(lower(name_plan.goal), '[^a-z0-9]+', '-', 'g')), 40)) as name
    ) n
$$;
comment on function pgwave_private.name_plan(text, text, bigint) is
  'Name a plan: its own name, else one made of the goal, and the number of the planning run, so that no plan changes what is there. Returns: the name.';

create or replace function pgwave_private.complete_plan(definition jsonb, run pgwave.workflow_runs) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case jsonb_typeof(complete_plan.definition)
    when 'object' then complete_plan.definition || jsonb_build_object(
      'name', pgwave_private.name_plan(complete_plan.definition ->> 'name', run.input ->> 'goal', run.workflow_run_id),
      'description', case when jsonb_typeof(complete_plan.definition -> 'description') = 'string'
          and complete_plan.definition ->> 'description' ~ '\S'
        then complete_plan.definition -> 'description' else run.input -> 'goal' end)
    else complete_plan.definition end
$$;
comment on function pgwave_private.complete_plan(jsonb, pgwave.workflow_runs) is
  'Give a draft the name and description that it needs. Returns: the definition.';

create or replace function pgwave_private.make_fault(code text, path text, message text, hint text) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select jsonb_build_object(
    'code', make_fault.code, 'path', make_fault.path, 'message', make_fault.message, 'hint', make_fault.hint);
end;
comment on function pgwave_private.make_fault(text, text, text, text) is
  'Write a fault of a plan as the model and people read it. Returns: {code, path, message, hint}.';

create or replace function pgwave_private.collect_plan_faults(
  definition jsonb,
  operator text,
  query_faults jsonb
) returns jsonb
language plpgsql
volatile
set search_path = ''
set jit = off
set max_parallel_workers_per_gather = 0
set enable_nestloop = off
as $$
declare
  v_normalised jsonb;
  v_faults jsonb;
begin
  if length(collect_plan_faults.definition::text) > 100000 then
    return jsonb_build_array(pgwave_private.make_fault(
      'out_of_range', '', 'The definition is longer than 100000 characters.', 'Leave out what is not needed.'));
  end if;
  v_normalised := pgwave_private.normalise_definition(collect_plan_faults.definition);
  select coalesce(jsonb_agg(f.fault order by f.place), '[]') into v_faults
    from jsonb_array_elements(pgwave_private.collect_faults(
           collect_plan_faults.definition, v_normalised, pgwave_private.binding_list(v_normalised)))
           with ordinality f (fault, place)
   -- what is whose is told for whoever planned, not for the worker that asks
   where f.fault ->> 'code' not in ('unknown_workflow', 'id_taken');
  select coalesce(jsonb_agg(n.fault), '[]') into v_normalised
    from (
      select jsonb_strip_nulls(to_jsonb(f)) as fault
        from pgwave_private.plan_field_faults(collect_plan_faults.definition, v_normalised) f
      union all
      select jsonb_strip_nulls(to_jsonb(f))
        from pgwave_private.plan_actor_faults(v_normalised, collect_plan_faults.operator) f
      union all
      select jsonb_strip_nulls(to_jsonb(f)) from
        pgwave_private.plan_query_faults(v_normalised, collect_plan_faults.query_faults) f
    ) n
   where not v_faults @> jsonb_build_array(n.fault - '{message,hint}'::text[]);
  return v_faults || v_normalised;
end
$$;
comment on function pgwave_private.collect_plan_faults(jsonb, text, jsonb) is
  'Collect all faults of a definition that somebody plans: those of any definition, and what plans may not hold. Returns: an array of {code, path, message, hint}.';

create or replace function pgwave_private.check_plan(
  run pgwave.workflow_runs,
  definition jsonb,
  query_faults jsonb
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_definition jsonb := pgwave_private.complete_plan(check_plan.definition, run);
  v_faults jsonb := pgwave_private.collect_plan_faults(
    coalesce(v_definition, 'null'), run.operator, check_plan.query_faults);
begin
  if exists (
    select from pgwave.workflows w
      join pgwave.workflow_versions v on v.workflow_id = w.workflow_id
     where w.workflow_name = v_definition ->> 'name' and v.origin_workflow_run_id is distinct from run.workflow_run_id)
  then
    v_faults := v_faults || pgwave_private.make_fault(
      'name_taken', '/name', format('Workflow %s already exists.', v_definition -> 'name'),
        'Give the plan another name.');
  end if;
  return jsonb_build_object(
    'tag', case when v_faults <> '[]' then 'FAULTS' when run.input -> 'approve' = 'false' then 'RUN' else 'APPROVE' end,
    'definition', v_definition, 'faults', v_faults);
end
$$;
comment on function pgwave_private.check_plan(pgwave.workflow_runs, jsonb, jsonb) is
  'Complete a draft of a planning run and find all its faults. Returns: {tag: FAULTS, APPROVE or RUN, definition, faults}.';

create or replace function pgwave_private.confirm_plan(
  run pgwave.workflow_runs,
  definition jsonb,
  decision text,
  query_faults jsonb
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  if confirm_plan.decision is distinct from 'APPROVED' then
    return jsonb_build_object('tag', 'REJECTED', 'decision', 'REJECTED', 'definition', confirm_plan.definition,
                              'faults', jsonb '[]');
  end if;
  -- what was approved may have been edited, or what it needs may be gone
  return (
    select c.checked || jsonb_build_object('decision', 'APPROVED', 'tag', case c.checked ->> 'tag'
             when 'FAULTS' then 'FAULTS' else 'RUN' end)
      from (select pgwave_private.check_plan(run, confirm_plan.definition, confirm_plan.query_faults)) c (checked));
end
$$;
comment on function pgwave_private.confirm_plan(pgwave.workflow_runs, jsonb, text, jsonb) is
  'Check once more what a person approved. Returns: {tag: FAULTS, RUN or REJECTED, decision, definition, faults}.';
