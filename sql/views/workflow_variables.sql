-- The contracts of all versions, a property a row.
create or replace view pgwave.workflow_variables with (security_invoker = true) as
select w.workflow_id, w.workflow_name, v.workflow_version_id, v.version,
       v.workflow_version_id = w.latest_version_id as is_latest, u.level, u.conversation_id, u.conversation_name,
       u.direction, p.property_name as variable_name, p.property_type as variable_type, p.required, p.default_value,
       p.description, p.schema as variable_schema, u.contract_id
  from pgwave.workflows w
  join pgwave.workflow_versions v on v.workflow_id = w.workflow_id
  cross join lateral (
    select 'workflow' as level, null::bigint as conversation_id, null::text as conversation_name, 'input' as direction,
           v.input_contract_id as contract_id
    union all
    select 'workflow', null, null, 'output', v.output_contract_id
    union all
    select 'conversation', c.conversation_id, c.conversation_name, 'output', cv.output_contract_id
      from pgwave.conversation_versions cv
      join pgwave.conversations c on c.conversation_id = cv.conversation_id
     where cv.workflow_version_id = v.workflow_version_id
  ) u
  join pgwave.contracts k on k.contract_id = u.contract_id
  cross join lateral pgwave_private.list_properties(k.contract_schema) p;
comment on view pgwave.workflow_variables is 'The properties of every version''s contracts, a property a row.';
comment on column pgwave.workflow_variables.workflow_id is 'Number of the workflow.';
comment on column pgwave.workflow_variables.workflow_name is 'Its name.';
comment on column pgwave.workflow_variables.workflow_version_id is 'Number of the version.';
comment on column pgwave.workflow_variables.version is 'Counts within the workflow from 1.';
comment on column pgwave.workflow_variables.is_latest is 'Whether it is the version that starts if none is deployed.';
comment on column pgwave.workflow_variables.level is 'workflow or conversation: whose contract it is.';
comment on column pgwave.workflow_variables.conversation_id is 'Number of the conversation; null: the workflow''s own contract.';
comment on column pgwave.workflow_variables.conversation_name is 'Its name; null: the workflow''s own contract.';
comment on column pgwave.workflow_variables.direction is 'input or output.';
comment on column pgwave.workflow_variables.variable_name is 'Name of the property.';
comment on column pgwave.workflow_variables.variable_type is 'Types of JSON that it may have, joined by |; any if the contract gives none.';
comment on column pgwave.workflow_variables.required is 'Whether every value must have it.';
comment on column pgwave.workflow_variables.default_value is 'Its default, an annotation; null: none.';
comment on column pgwave.workflow_variables.description is 'What it is for; null: the contract has no description.';
comment on column pgwave.workflow_variables.variable_schema is 'Its JSON Schema; a $ref in it leads into the contract.';
comment on column pgwave.workflow_variables.contract_id is 'The contract.';
