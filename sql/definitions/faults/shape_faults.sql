create or replace function pgwave_private.describe_fault(
  fault_code text, field text, place text, value jsonb, says text, low numeric, high numeric,
  choices text[], out message text, out hint text
)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case fault_code
      when 'unknown_field' then format('%s has no field %s.', initcap(place), field)
      else format('%s must be %s, not %s.', field,
        case when choices is not null and says = 'one of its words' then 'one of ' || array_to_string(choices, ', ')
          else says || case when fault_code = 'out_of_range' then format(' from %s to %s', low, high) else '' end
        end, left(value::text, 60))
    end,
    case fault_code
      when 'unknown_field' then case field
        when 'actors' then 'define_actor makes actors; a file for pgwave apply may hold them.'
        else pgwave_private.suggest_name(field, array(
        select f.field from pgwave_private.definition_fields() as f where f.place = describe_fault.place)) end
      when 'bad_duration' then format('At least %s s and at most %s s.', low, high)
    end
$function$;
comment on function pgwave_private.describe_fault(text, text, text, jsonb, text, numeric, numeric, text[]) is
  'Put a fault of a field in words. Returns: message and hint.';

create or replace function pgwave_private.shape_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  select 'wrong_type', '', 'A definition must be an object, not ' || left(shape_faults.definition::text, 60) || '.',
         'Give {name, conversations: [{name, actor, prompt, branches}]}.'
   where jsonb_typeof(shape_faults.definition) is distinct from 'object'
  union all
  select c.fault_code, c.fault_at, d.message, d.hint
    from pgwave_private.check_fields(shape_faults.definition) as c
    cross join lateral pgwave_private.describe_fault(
      c.fault_code, c.field, c.place, c.value, c.says, c.low, c.high, c.choices) as d
   where c.fault_code is not null
  union all
  select 'missing_field', p.at || '/' || f.field, format('A %s needs %s.', p.place, f.field), null
    from pgwave_private.list_parts(shape_faults.definition) as p
    join pgwave_private.definition_fields() as f on f.place = p.place and f.required
   where jsonb_typeof(p.value) = 'object' and not p.value ? f.field
  union all
  select 'wrong_type', p.at, format('A %s must be an object, not %s.', p.place, left(p.value::text, 60)), null
    from pgwave_private.list_parts(shape_faults.definition) as p
   where p.place in ('conversation', 'branch', 'trigger') and jsonb_typeof(p.value) <> 'object'
  union all
  select 'missing_field', '/conversations', 'A definition needs conversations.', null
   where jsonb_typeof(shape_faults.definition) = 'object'
     and not shape_faults.definition ?| array['conversations', 'steps']
  union all
  select 'conflict', '/steps', 'A definition has conversations or steps, not both.',
         'They are the same; use conversations.'
   where jsonb_typeof(shape_faults.definition) = 'object'
     and shape_faults.definition ?& array['conversations', 'steps']
  union all
  select 'missing_field', '/' || key.name, 'A workflow needs at least one conversation.', null
    from (values ('conversations'), ('steps')) as key (name)
   where shape_faults.definition -> key.name = '[]'
  union all
  select 'missing_field', p.at || '/workflow', 'A trigger needs the workflow that it starts.', null
    from pgwave_private.list_parts(shape_faults.definition) as p
   where p.place = 'trigger' and jsonb_typeof(p.value) = 'object'
     and not p.value ?| array['workflow', 'workflow_id']
  union all
  select 'conflict', p.at, 'A branch has when or otherwise, not both.',
         'An otherwise is taken when no other condition is met.'
    from pgwave_private.list_parts(shape_faults.definition) as p
   where p.place = 'branch' and jsonb_typeof(p.value) = 'object'
     and p.value ? 'otherwise' and p.value ?| array['when', 'condition']
$function$;
comment on function pgwave_private.shape_faults(jsonb) is
  'Find fields that are missing, unknown or do not fit. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.retry_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  select 'bad_retry', (n.body ->> 'at') || '/retry/max_delay',
         'The longest wait of a retry policy is shorter than the first.', 'Make max_delay at least delay.'
    from jsonb_array_elements(retry_faults.definition -> 'conversations') as n (body)
   where pgwave_private.parse_duration(n.body -> 'retry' -> 'max_delay')
       < coalesce(pgwave_private.parse_duration(n.body -> 'retry' -> 'delay'), '1s')
$function$;
comment on function pgwave_private.retry_faults(jsonb) is
  'Find retry policies that contradict themselves in a normalised definition. Returns: code, pointer, message, hint of each.';
