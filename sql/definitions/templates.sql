-- Definitions that others may begin with.

create or replace function pgwave_private.require_template(template_name text)
returns pgwave.workflow_templates
language plpgsql
volatile
set search_path = ''
as $function$
declare
  v_template pgwave.workflow_templates;
begin
  select t.* into v_template from pgwave.workflow_templates as t
   where t.template_name = require_template.template_name
     for update;
  if not found or v_template.visibility = 'private' and v_template.owner <> pgwave.current_identity()
    and not pgwave_private.is_administrator()
  then
    perform pgwave_private.raise_error('PWNOF',
      format('Template %s not found.', to_jsonb(require_template.template_name)));
  elsif v_template.owner <> pgwave.current_identity() and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not change the template %s.', pgwave.current_identity(), v_template.template_name),
      format('It is owned by %s.', v_template.owner), 'Save one of your own under another name.');
  end if;
  return v_template;
end
$function$;
comment on function pgwave_private.require_template(text) is
  'Take a template to change it. Returns: it. Raises: PWNOF, PWACC if it is not the caller''s. Locks: the template.';

create or replace function pgwave.save_workflow_template(
  template_name text,
  definition jsonb,
  description text default null,
  visibility pgwave.visibility default 'private'
)
returns pgwave.workflow_templates
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_template pgwave.workflow_templates;
begin
  if coalesce(save_workflow_template.template_name !~ '^\S(.{0,198}\S)?$', true) then
    perform pgwave_private.raise_error('PWINP', 'A template needs a name of 1 to 200 characters.');
  elsif jsonb_typeof(save_workflow_template.definition) is distinct from 'object' then
    perform pgwave_private.raise_error('PWINP', 'The definition of a template must be an object.');
  end if;
  insert into pgwave.workflow_templates as t (template_name, description, definition, owner, visibility, created_at)
  values (save_workflow_template.template_name, save_workflow_template.description,
          save_workflow_template.definition, pgwave.current_identity(),
          coalesce(save_workflow_template.visibility, 'private'), pgwave_private.now())
  on conflict on constraint workflow_templates_name_is_unique do nothing
  returning t.* into v_template;
  if found then
    return v_template;
  end if;
  -- a name that another has is taken, seen or not
  v_template := pgwave_private.require_template(save_workflow_template.template_name);
  update pgwave.workflow_templates as t
     set description = save_workflow_template.description,
         definition = save_workflow_template.definition,
         visibility = coalesce(save_workflow_template.visibility, t.visibility)
   where t.workflow_template_id = v_template.workflow_template_id
  returning t.* into v_template;
  return v_template;
end
$function$;
comment on function pgwave.save_workflow_template(text, jsonb, text, pgwave.visibility) is
  'Save a definition as a template that new workflows may start from. It may have faults. If the caller has a template of that name, it is replaced. Returns: it. Raises: PWINP for a bad name, PWNOF or PWACC if the name is another''s. Writes: workflow_templates. Locks: the template.';

create or replace function pgwave.delete_workflow_template(template_name text)
returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_template constant pgwave.workflow_templates :=
    pgwave_private.require_template(delete_workflow_template.template_name);
begin
  delete from pgwave.workflow_templates as t where t.workflow_template_id = v_template.workflow_template_id;
  return true;
end
$function$;
comment on function pgwave.delete_workflow_template(text) is
  'Delete a template; workflows that began with it stay. Returns: true. Raises: PWNOF, PWACC if it is not the caller''s. Writes: workflow_templates. Locks: the template.';
