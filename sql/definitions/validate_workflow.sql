create or replace function pgwave_private.binding_list(definition jsonb)
returns jsonb
language sql
stable parallel unsafe
set search_path = ''
as $function$
  select coalesce(jsonb_agg(to_jsonb(b)), '[]') from pgwave_private.list_bindings(binding_list.definition) as b
$function$;
comment on function pgwave_private.binding_list(jsonb) is
  'Collect what list_bindings returns. Returns: an array of {node, context, at, binding}.';

create or replace function pgwave_private.definition_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
volatile parallel unsafe
set search_path = ''
set jit = off
as $function$
declare
  v_definition jsonb := pgwave_private.normalise_definition(definition_faults.definition);
  v_bindings jsonb;
begin
  return query select * from pgwave_private.shape_faults(definition_faults.definition);
  return query select * from pgwave_private.retry_faults(v_definition);
  return query select * from pgwave_private.name_faults(v_definition);
  return query select * from pgwave_private.reference_faults(v_definition);
  return query select * from pgwave_private.actor_reference_faults(v_definition);
  return query select * from pgwave_private.type_faults(v_definition);
  return query select * from pgwave_private.cycle_faults(v_definition);
  return query select * from pgwave_private.reach_faults(v_definition);
  return query select * from pgwave_private.loop_faults(v_definition);
  return query select * from pgwave_private.tag_faults(v_definition);
  return query select * from pgwave_private.contract_faults(v_definition);
  v_bindings := pgwave_private.binding_list(v_definition);
  return query select * from pgwave_private.syntax_faults(v_bindings);
  return query select * from pgwave_private.name_reference_faults(v_definition, v_bindings);
  return query select * from pgwave_private.order_faults(v_definition, v_bindings);
  return query select * from pgwave_private.property_faults(v_definition, v_bindings);
  return query select * from pgwave_private.query_faults(v_definition);
  return query select * from pgwave_private.id_faults(v_definition);
end
$function$;
comment on function pgwave_private.definition_faults(jsonb) is
  'Find all faults of a definition, one family after the other. Returns: code, JSON pointer, message, hint of each; never raises. Locks: access share on what queries name, for a moment.';

create or replace function pgwave.validate_workflow(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
volatile parallel unsafe
security definer
set search_path = ''
set jit = off
as $function$
  -- the same fault may be seen from two sides
  select f.code, f.path, f.message, min(f.hint)
    from pgwave_private.definition_faults(validate_workflow.definition) with ordinality
      as f (code, path, message, hint, place)
   group by f.code, f.path, f.message
   order by min(f.place)
$function$;
comment on function pgwave.validate_workflow(jsonb) is
  'Find everything that is wrong with a definition. Returns: a row for each fault: code, JSON pointer, message, hint; none: define_workflow takes it. Never raises.';
