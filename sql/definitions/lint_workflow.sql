create or replace function pgwave_private.lint_tags(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel unsafe
set search_path = ''
as $$
  with given as materialized (
    select pgwave_private.normalise_definition(lint_tags.definition) as normalised
  ),
  nodes as (
    select n.place, n.at, n.body
      from given g
      cross join pgwave_private.typed_conversations(g.normalised) n
     where n.effective_type = 'ai_model' and not n.body ? 'tag_line'
       and jsonb_typeof(n.body #> '{output,enum}') is distinct from 'array'
       and exists (
         select from jsonb_array_elements(n.body -> 'branches') b (branch)
          where b.branch ? 'tags' and b.branch ->> 'after' = 'success')
  ),
  quoted as (
    select b.node, array_agg(distinct name.name order by name.name) as names
      from given g
      cross join pgwave_private.list_bindings(g.normalised) b
      cross join jsonb_path_query(b.binding, '$.**.references[*].name') n (value)
      cross join lateral (select n.value #>> '{}') name (name)
     -- these are not written by anybody
     where b.context = 'prompt' and name.name not in ('run', 'iteration', 'context', '.passes')
     group by b.node
  )
  select 'tag_from_free_text', n.at,
         format('The tag of %s is read from a text that may repeat %s: whoever wrote that may choose the branch.',
           coalesce(n.body ->> 'name', 'a conversation'), array_to_string(q.names, ', ')),
         'Add tags: last_line (or first_line), or an output contract with enum.'
    from nodes n
    join quoted q on q.node = n.place
   order by n.place
$$;
comment on function pgwave_private.lint_tags(jsonb) is
  'Find tags of a definition that are read from free text although the prompt quotes data; blocks are not looked into. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.lint_parts(definition jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
stable parallel unsafe
set search_path = ''
as $$
declare
  v_block record;
begin
  return query select t.* from pgwave_private.lint_tags(lint_parts.definition) as t;
  for v_block in select b.* from pgwave_private.list_blocks(lint_parts.definition) as b loop
    return query
    select l.code, v_block.at || p.path, l.message, l.hint
      from pgwave_private.lint_parts(v_block.part) as l
      cross join pgwave_private.pointer_in_block(v_block.body -> 'block', l.path) as p (path)
     where p.path is not null;
  end loop;
end
$$;
comment on function pgwave_private.lint_parts(jsonb) is
  'Find what is risky in a definition and in its blocks, at any depth. Returns: code, pointer, message, hint of each.';

create or replace function pgwave.lint_workflow(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable
security definer
set search_path = ''
set jit = off
as $$
  select l.* from pgwave_private.lint_parts(lint_workflow.definition) as l
$$;
comment on function pgwave.lint_workflow(jsonb) is
  'Find what is valid in a definition, and risky: tags that are read from free text although the prompt quotes data, in blocks too. Returns: a row for each warning: code, JSON pointer, message, hint. Never raises.';
