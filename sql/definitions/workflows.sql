create or replace function pgwave_private.look_up_workflow(workflow text)
returns pgwave.workflows
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_found pgwave.workflows;
begin
  select w.* into v_found
    from pgwave.workflows as w
   where w.workflow_name = look_up_workflow.workflow and w.deleted_at is null;
  if not found and look_up_workflow.workflow ~ '^[0-9]{1,18}$' then
    select w.* into v_found
      from pgwave.workflows as w
     where w.workflow_id = look_up_workflow.workflow::bigint and w.deleted_at is null;
  end if;
  return v_found;
end
$function$;
comment on function pgwave_private.look_up_workflow(text) is
  'Look a workflow up by its name or number. Returns: its row; nulls where there is none or it was deleted.';

create or replace function pgwave_private.raise_no_workflow(workflow text)
returns void
language plpgsql
stable
set search_path = ''
as $function$
begin
  perform pgwave_private.raise_error('PWNOF',
    format('Workflow %s not found.', coalesce(to_jsonb(left(raise_no_workflow.workflow, 100))::text, 'null')), null,
    pgwave_private.suggest_name(raise_no_workflow.workflow, pgwave_private.list_known_names()));
end
$function$;
comment on function pgwave_private.raise_no_workflow(text) is
  'Say that there is no such workflow, or none that the caller may see. Raises: PWNOF.';

-- For what the engine does by itself: it asks nobody. Functions of people call require_workflow.
create or replace function pgwave_private.find_workflow(workflow text)
returns pgwave.workflows
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_found pgwave.workflows := pgwave_private.look_up_workflow(find_workflow.workflow);
begin
  if v_found.workflow_id is null then
    perform pgwave_private.raise_no_workflow(find_workflow.workflow);
  end if;
  return v_found;
end
$function$;
comment on function pgwave_private.find_workflow(text) is
  'Find a workflow by its name or number, whosever it is. Returns: its row. Raises: PWNOF where there is none or it was deleted.';

create or replace function pgwave_private.require_author(workflow_id bigint)
returns void
language plpgsql
stable
set search_path = ''
as $function$
begin
  perform pgwave_private.require_workflow_permission(require_author.workflow_id, 'author');
end
$function$;
comment on function pgwave_private.require_author(bigint) is
  'See to it that the caller may change a workflow: its owner, whoever was granted author, and administrators. Raises: PWACC.';

create or replace function pgwave.enable_workflow(workflow text, enabled boolean)
returns pgwave.workflows
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(enable_workflow.workflow, 'author');
begin
  perform pgwave_private.raise_part(v_workflow) where v_workflow.part_of_workflow_id is not null;
  update pgwave.workflows as w
     set enabled = enable_workflow.enabled
   where w.workflow_id = v_workflow.workflow_id
  returning w.* into v_workflow;
  return v_workflow;
end
$function$;
comment on function pgwave.enable_workflow(text, boolean) is
  'Allow or forbid starting a workflow, given by name or number; runs that are open go on. Returns: its row. Raises: PWNOF, PWACC, PWINP for a part of another workflow. Writes: workflows.';

create or replace function pgwave.delete_workflow(workflow text)
returns pgwave.workflows
language plpgsql
volatile
security definer
set search_path = ''
as $function$
declare
  v_workflow pgwave.workflows := pgwave_private.require_workflow(delete_workflow.workflow, 'author');
begin
  perform pgwave_private.raise_part(v_workflow) where v_workflow.part_of_workflow_id is not null;
  update pgwave.workflows as w
     set deleted_at = pgwave_private.now()
   where w.workflow_id = v_workflow.workflow_id
  returning w.* into v_workflow;
  return v_workflow;
end
$function$;
comment on function pgwave.delete_workflow(text) is
  'Delete a workflow, given by name or number: it is not found any more, and nothing starts it. Its runs and their history stay, and those that are open go on; define_workflow brings it back. Returns: its row. Raises: PWNOF, PWACC, PWINP for a part of another workflow. Writes: workflows.';
