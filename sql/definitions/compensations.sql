-- What undoes steps: the fields `compensate` of a definition become a workflow of their own, NAME:compensation, a
-- conversation for each step that can be undone. A run of it undoes what one run did, one step after the other
-- (runs/compensate_runs.sql).

create or replace function pgwave_private.compensation_fields()
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select array['description', 'type', 'actor', 'sql', 'http', 'script', 'handler', 'workflow', 'system', 'prompt',
    'params', 'input',
    'images', 'options', 'cache', 'timeout', 'retry', 'on_failure', 'output', 'assignees', 'notify', 'due', 'four_eyes',
      'form',
    'wait', 'until', 'signal']
$function$;
comment on function pgwave_private.compensation_fields() is
  'List the fields of a conversation that compensate may hold. Returns: their names.';

create or replace function pgwave_private.list_compensations(definition jsonb)
returns table (place int, at text, name jsonb, is_of_child boolean, body jsonb)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select row_number() over (order by c.place)::int, format('/%s/%s/compensate', f.key, c.place - 1), c.body -> 'name',
         c.body -> 'compensate' = 'true',
         case when c.body -> 'compensate' = 'true'
           then jsonb_build_object('type', 'workflow', 'workflow', coalesce(c.body -> 'workflow', '""'),
             'description', 'Undoes what the child run did, as its own workflow says.')
           else (select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(c.body -> 'compensate') as m
                  where m.key = any (pgwave_private.compensation_fields())) end
           || jsonb_strip_nulls(jsonb_build_object('name', c.body -> 'name'))
    from (select case when list_compensations.definition ? 'conversations' then 'conversations' else 'steps' end as key)
      as f
    cross join jsonb_array_elements(case jsonb_typeof(list_compensations.definition -> f.key)
      when 'array' then list_compensations.definition -> f.key end) with ordinality as c (body, place)
   where c.body -> 'compensate' = 'true' or jsonb_typeof(c.body -> 'compensate') = 'object'
$function$;
comment on function pgwave_private.list_compensations(jsonb) is
  'List what undoes the steps of a definition. Returns: place from 1, pointer, the step''s name, whether its child run''s own compensations do it, and the conversation.';

create or replace function pgwave_private.compensation_definition(definition jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select jsonb_strip_nulls(jsonb_build_object(
           'name', (compensation_definition.definition ->> 'name') || ':compensation',
           'description', format('Undoes what runs of %s did.', compensation_definition.definition ->> 'name')))
         || jsonb_build_object('start', jsonb_agg(c.name order by c.place) filter (where c.name is not null),
           'conversations', jsonb_agg(c.body order by c.place))
         -- what a compensation reads besides
         || coalesce((select jsonb_object_agg(k.key, compensation_definition.definition -> k.key)
                        from (values ('input'), ('load')) as k (key)
                       where compensation_definition.definition ? k.key), '{}')
    from pgwave_private.list_compensations(compensation_definition.definition) as c
  having count(*) > 0
$function$;
comment on function pgwave_private.compensation_definition(jsonb) is
  'Make the definition whose runs undo those of another. Returns: it; no row: nothing is undone.';

create or replace function pgwave_private.normalise_compensation(definition jsonb, inner_definition jsonb)
returns jsonb
language sql
stable parallel safe
set search_path = ''
as $function$
  select n.normalised || jsonb_build_object('compensates', true, 'conversations', (
           select jsonb_agg(c.body || case when l.is_of_child then '{"compensates": true}' else '{}' end::jsonb
             order by c.place)
             from jsonb_array_elements(n.normalised -> 'conversations') with ordinality as c (body, place)
             join pgwave_private.list_compensations(normalise_compensation.definition) as l on l.place = c.place))
    from (select pgwave_private.normalise_definition(normalise_compensation.inner_definition) as normalised offset 0)
      as n
$function$;
comment on function pgwave_private.normalise_compensation(jsonb, jsonb) is
  'Bring what compensation_definition made of a definition to one form. Returns: it, marked as what undoes runs.';

create or replace function pgwave_private.compensation_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
volatile parallel unsafe
set search_path = ''
as $function$
declare
  v_inner jsonb := pgwave_private.compensation_definition(compensation_faults.definition);
  v_normalised jsonb;
begin
  if v_inner is null then
    return;
  end if;
  return query
  select 'unknown_field', l.at || '/' || m.key, format('What undoes a step has no field %s.', m.key),
         pgwave_private.suggest_name(m.key, pgwave_private.compensation_fields())
    from pgwave_private.list_compensations(compensation_faults.definition) as l
    cross join jsonb_each(coalesce(compensation_faults.definition #> string_to_array(ltrim(l.at, '/'), '/'), '{}')) as m
   where not l.is_of_child and m.key <> all (pgwave_private.compensation_fields());
  v_normalised := pgwave_private.normalise_compensation(compensation_faults.definition, v_inner);
  return query
  select f.code, l.at || substring(f.path from '^/conversations/\d+(.*)$'), f.message, f.hint
    from pgwave_private.definition_faults(
           v_inner, v_normalised, pgwave_private.binding_list(v_normalised)) as f
    join pgwave_private.list_compensations(compensation_faults.definition) as l
      on l.place = substring(f.path from '^/conversations/(\d+)')::int + 1
   -- what the step itself has is found there, as are faults of input and load; what is being defined is not there yet
   where not l.is_of_child and f.path !~ '^/conversations/\d+/name$'
     and not (f.code = 'unknown_workflow' and l.body ->> 'workflow' = compensation_faults.definition ->> 'name');
end
$function$;
comment on function pgwave_private.compensation_faults(jsonb) is
  'Find faults of what undoes the steps of a definition. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.part_name_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  select 'name_taken', '/name', format('%s is a part of the workflow %s.', w.workflow_name, whole.workflow_name),
         'Use another name, or change that workflow.'
    from pgwave.workflows as w
    join pgwave.workflows as whole on whole.workflow_id = w.part_of_workflow_id
   where w.workflow_name = part_name_faults.definition ->> 'name'
     and not part_name_faults.definition ?| array['compensates', 'outside']
  union all
  select 'name_taken', '/name', format('The workflow %s is there already, and a part of %s would be named so.',
           w.workflow_name, part_name_faults.definition ->> 'name'), 'Use another name.'
    from (
      select concat(part_name_faults.definition ->> 'name', ':compensation') as name
       where jsonb_path_exists(part_name_faults.definition, '$.conversations[*].compensate')
      union all
      select c.body ->> 'workflow'
        from jsonb_array_elements(part_name_faults.definition -> 'conversations') as c (body) where c.body ? 'block'
    ) as p
    join pgwave.workflows as w on w.workflow_name = p.name
   where not starts_with(part_name_faults.definition ->> 'name', coalesce((
     select whole.workflow_name from pgwave.workflows as whole where whole.workflow_id = w.part_of_workflow_id), '#'))
  union all
  select 'bad_name', '/name', 'The name is too long for a workflow with compensate.', 'At most 187 letters.'
   where length(part_name_faults.definition ->> 'name') > 187
     and jsonb_path_exists(part_name_faults.definition, '$.conversations[*].compensate')
  union all
  select 'bad_name', (c.body ->> 'at') || '/block', 'The names of the workflow and its blocks are too long.',
         'At most 200 letters, with a stroke before each block.'
    from jsonb_array_elements(part_name_faults.definition -> 'conversations') as c (body)
   where c.body ? 'block' and length(c.body ->> 'workflow') > 200
$function$;
comment on function pgwave_private.part_name_faults(jsonb) is
  'Find out whether the name of a normalised definition, or of what undoes its runs, is taken. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.raise_part(workflow pgwave.workflows)
returns void
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_whole text := (select w.workflow_name from pgwave.workflows as w
    where w.workflow_id = workflow.part_of_workflow_id);
begin
  perform pgwave_private.raise_error('PWINP',
    format('%s is a part of the workflow %s', workflow.workflow_name, v_whole), null,
    format('Use %s: its parts follow it.', v_whole));
end
$function$;
comment on function pgwave_private.raise_part(pgwave.workflows) is
  'Refuse what cannot be done with a part of a workflow alone. Raises: PWINP.';

-- Copied, so that nothing that reads permissions has to look further.
create or replace function pgwave_private.share_parts(workflow_id bigint)
returns void
language plpgsql
volatile
set search_path = ''
as $function$
begin
  update pgwave.workflows as part
     set owner = whole.owner, visibility = whole.visibility
    from pgwave.workflows as whole
   where part.part_of_workflow_id = share_parts.workflow_id and whole.workflow_id = share_parts.workflow_id
     and (part.owner, part.visibility) is distinct from (whole.owner, whole.visibility);
  delete from pgwave.workflow_permissions as p
   using pgwave.workflows as part
   where part.part_of_workflow_id = share_parts.workflow_id and p.workflow_id = part.workflow_id
     and not exists (
       select from pgwave.workflow_permissions as kept
        where kept.workflow_id = share_parts.workflow_id and kept.grantee = p.grantee
          and kept.permission = p.permission);
  insert into pgwave.workflow_permissions (workflow_id, grantee, permission, granted_by, granted_at)
  select part.workflow_id, p.grantee, p.permission, p.granted_by, p.granted_at
    from pgwave.workflows as part
    join pgwave.workflow_permissions as p on p.workflow_id = share_parts.workflow_id
   where part.part_of_workflow_id = share_parts.workflow_id
  on conflict on constraint workflow_permissions_pkey do nothing;
end
$function$;
comment on function pgwave_private.share_parts(bigint) is
  'Give the parts of a workflow its owner, visibility and permissions. Writes: workflows, workflow_permissions.';

create or replace function pgwave_private.store_part(
  workflow_id bigint,
  part jsonb,
  normalised jsonb,
  origin_workflow_run_id bigint
)
returns bigint
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_whole_id bigint := (select coalesce(w.part_of_workflow_id, w.workflow_id)
                          from pgwave.workflows as w where w.workflow_id = store_part.workflow_id);
  v_normalised jsonb := coalesce(store_part.normalised, pgwave_private.normalise_definition(part));
  v_part_id bigint;
  v_version_id bigint;
begin
  select w.workflow_id into v_part_id from pgwave.workflows as w
   where w.workflow_name = part ->> 'name' and w.part_of_workflow_id = v_whole_id;
  if not found then
    insert into pgwave.workflows (workflow_name, owner, part_of_workflow_id)
    select part ->> 'name', w.owner, w.workflow_id from pgwave.workflows as w where w.workflow_id = v_whole_id
    returning workflows.workflow_id into v_part_id;
  end if;
  perform pgwave_private.share_parts(v_whole_id);
  select v.workflow_version_id into v_version_id
    from pgwave.workflow_versions as v
   where v.workflow_id = v_part_id and v.definition_sha256 = sha256(convert_to(part::text, 'UTF8'));
  if not found then
    v_version_id := (pgwave_private.store_version(v_part_id, part, v_normalised,
      pgwave_private.binding_list(v_normalised),
      store_part.origin_workflow_run_id)).workflow_version_id;
  end if;
  update pgwave.workflows as w
     set latest_version_id = v_version_id, description = part ->> 'description'
   where w.workflow_id = v_part_id;
  return v_version_id;
end
$function$;
comment on function pgwave_private.store_part(bigint, jsonb, jsonb, bigint) is
  'Store the definition of a part of a workflow, which others have checked. Returns: the version. Writes: workflows, and all that store_version writes.';

create or replace function pgwave_private.store_compensation(workflow_id bigint, definition jsonb,
  origin_workflow_run_id bigint)
returns bigint
language sql
volatile
set search_path = ''
as $function$
  select pgwave_private.store_part(store_compensation.workflow_id, c.part,
           pgwave_private.normalise_compensation(store_compensation.definition, c.part),
             store_compensation.origin_workflow_run_id)
    from (select pgwave_private.compensation_definition(store_compensation.definition) as part) as c
   where c.part is not null
$function$;
comment on function pgwave_private.store_compensation(bigint, jsonb, bigint) is
  'Store what undoes the runs of a definition, as a version of a part of its workflow. Returns: the version; null: nothing is undone. Writes: workflows, and all that store_version writes.';
