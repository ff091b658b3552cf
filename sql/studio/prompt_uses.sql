-- Which workflows use a prompt by name.

create or replace function pgwave.prompt_uses(prompt text)
returns table (
  workflow_name text, version int, is_latest boolean, environments text[], conversation_name text, label text,
  prompt_version int, split jsonb
)
language sql
stable
set search_path = ''
as $$
  select w.workflow_name, v.version, v.workflow_version_id = w.latest_version_id, d.environments, c.conversation_name,
         cv.prompt_use ->> 'label', (cv.prompt_use ->> 'version')::int, cv.prompt_use -> 'split'
    from pgwave.conversation_versions cv
    join pgwave.conversations c on c.conversation_id = cv.conversation_id
    join pgwave.workflow_versions v on v.workflow_version_id = cv.workflow_version_id
    join pgwave.workflows w on w.workflow_id = v.workflow_id and w.deleted_at is null
   cross join lateral (
     select coalesce(array_agg(d.environment::text order by d.environment), '{}') as environments
       from pgwave.workflow_deployments d where d.workflow_version_id = v.workflow_version_id) d
   where cv.prompt_use is not null and cv.prompt_use ->> 'name' = prompt_uses.prompt
     and (v.workflow_version_id = w.latest_version_id or d.environments <> '{}')
   order by w.workflow_name, v.version desc, c.conversation_name
$$;
comment on function pgwave.prompt_uses(text) is
  'List the conversations that use a prompt, in the workflows that the caller may see. It reads the latest version of each, and the versions that are pinned to an environment. Returns: a row for each conversation, with the label, the version, or the split that it names. Without any of them, it uses the latest version of the prompt.';
