-- Workflows that say `mcp: true` are tools of the MCP server, each with its input contract.

create or replace function pgwave.list_tools(environment text default 'dev')
returns table (tool_name text, workflow_name text, version int, description text, input jsonb)
language sql
stable
set search_path = ''
as $function$
  with offered as (
    select w.workflow_id, w.workflow_name, v.version, v.definition ->> 'description' as description, k.contract_schema,
           -- what every client takes as a name: 64 letters, digits, _ and -
           left('run_' || regexp_replace(w.workflow_name, '[^a-z0-9_-]', '_', 'g'), 48) as tool_name
      from pgwave.workflows as w
      join pgwave.workflow_versions as v on v.workflow_version_id
             = pgwave_private.deployed_version(w, pgwave_private.read_environment(list_tools.environment))
      left join pgwave.contracts as k on k.contract_id = v.input_contract_id
     where w.deleted_at is null and w.enabled and w.part_of_workflow_id is null and v.definition -> 'mcp' = 'true'
       and pgwave.workflows_may_operate(w)
  )
  select case row_number() over (partition by o.tool_name order by o.workflow_id)
           when 1 then o.tool_name else o.tool_name || '_' || o.workflow_id end,
         o.workflow_name, o.version, o.description, o.contract_schema
    from offered as o
   order by o.workflow_name
$function$;
comment on function pgwave.list_tools(text) is
  'List the workflows with mcp: true that the caller may start, as tools. A tool has a name of at most 64 letters, digits, _ and -. Its description and input contract are those of the version that runs in an environment. Returns: a row for each; input null: no contract. Raises: PWINP for an unknown environment.';
