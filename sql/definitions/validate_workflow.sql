create or replace function pgwave_private.binding_list(definition jsonb)
returns jsonb
language sql
stable parallel unsafe
set search_path = ''
as $function$
  select coalesce(to_jsonb(array_agg(to_jsonb(b))), '[]')
    from pgwave_private.list_bindings(binding_list.definition) as b
$function$;
comment on function pgwave_private.binding_list(jsonb) is
  'Collect what list_bindings returns. Returns: an array of {node, context, at, binding}.';

create or replace function pgwave_private.definition_faults(definition jsonb, normalised jsonb, bindings jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
volatile parallel unsafe
set search_path = ''
as $function$
begin
  return query select * from pgwave_private.shape_faults(definition_faults.definition);
  return query select * from pgwave_private.retry_faults(normalised);
  return query select * from pgwave_private.name_faults(normalised);
  return query select * from pgwave_private.reference_faults(normalised);
  return query select * from pgwave_private.actor_reference_faults(normalised);
  return query select * from pgwave_private.prompt_reference_faults(normalised);
  return query select * from pgwave_private.inline_faults(normalised);
  return query select * from pgwave_private.type_faults(normalised);
  return query select * from pgwave_private.notifier_faults(normalised);
  return query select * from pgwave_private.cycle_faults(normalised);
  return query select * from pgwave_private.reach_faults(normalised);
  return query select * from pgwave_private.loop_faults(normalised);
  return query select * from pgwave_private.join_faults(normalised);
  return query select * from pgwave_private.tag_faults(normalised);
  return query select * from pgwave_private.contract_faults(normalised);
  return query select * from pgwave_private.syntax_faults(bindings);
  return query select * from pgwave_private.name_reference_faults(normalised, bindings);
  return query select * from pgwave_private.order_faults(normalised, bindings) where not normalised ? 'compensates';
  return query select * from pgwave_private.property_faults(normalised, bindings);
  return query select * from pgwave_private.gather_faults(normalised)
    where normalised ?| array['debounce', 'collect'];
  return query select * from pgwave_private.query_faults(normalised);
  return query select * from pgwave_private.id_faults(normalised);
  return query select * from pgwave_private.part_name_faults(normalised);
  return query select * from pgwave_private.compensation_faults(definition_faults.definition);
  return query select * from pgwave_private.block_faults(definition_faults.definition);
end
$function$;
comment on function pgwave_private.definition_faults(jsonb, jsonb, jsonb) is
  'Find all faults of a definition, one family after the other; normalised and bindings are made from it. Returns: code, JSON pointer, message, hint of each; never raises.';

create or replace function pgwave_private.collect_faults(definition jsonb, normalised jsonb, bindings jsonb)
returns jsonb
language sql
volatile parallel unsafe
set search_path = ''
as $function$
  -- the same fault may be seen from two sides
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'code', f.code, 'path', f.path, 'message', f.message, 'hint', f.hint)) order by f.place), '[]')
    from (
      select f.code, f.path, f.message, min(f.hint) as hint, min(f.place) as place
        from pgwave_private.definition_faults(
            collect_faults.definition, collect_faults.normalised, collect_faults.bindings) with ordinality
          as f (code, path, message, hint, place)
       group by f.code, f.path, f.message
    ) as f
$function$;
comment on function pgwave_private.collect_faults(jsonb, jsonb, jsonb) is
  'Collect all faults of a definition. Returns: an array of {code, path, message, hint}.';

create or replace function pgwave.validate_workflow(definition jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
volatile parallel unsafe
security definer
set search_path = ''
set jit = off
set max_parallel_workers_per_gather = 0
set enable_nestloop = off
as $function$
declare
  v_normalised jsonb := pgwave_private.normalise_definition(validate_workflow.definition);
begin
  return query
    select f.code, f.path, f.message, f.hint
      from jsonb_to_recordset(pgwave_private.collect_faults(
          coalesce(validate_workflow.definition, 'null'), v_normalised, pgwave_private.binding_list(v_normalised)))
        as f (code text, path text, message text, hint text);
end
$function$;
comment on function pgwave.validate_workflow(jsonb) is
  'Find everything that is wrong with a definition. Returns: a row for each fault: code, JSON pointer, message, hint; none: define_workflow takes it. Never raises.';
