-- A definition that is being written, as a graph and as rows of the tables that it would become. Nothing is stored.

create or replace function pgwave_private.draft_branches(body jsonb, names text[])
returns table (
  place int, at text, target text, after text, kind text, tags text[], written text, predicate text, max_loops int,
  loop_limit jsonb
)
language sql
stable
set search_path = ''
as $$
  select b.place::int, b.branch ->> 'at', b.branch ->> 'to', b.branch ->> 'after',
         case when b.branch ? 'tags' then 'tag' when b.branch ? 'predicate' then 'predicate'
           when b.branch ? 'otherwise' then 'otherwise' else 'always' end,
         case when b.branch ? 'tags' then array(select jsonb_array_elements_text(b.branch -> 'tags')) end,
         b.branch ->> 'predicate',
         case when b.branch ? 'predicate' then pgwave_private.parse_condition(
           b.branch ->> 'predicate', draft_branches.names || array['parent', 'output'],
           draft_branches.body ->> 'name') ->> 'path' end,
         case jsonb_typeof(b.branch -> 'loop')
           when 'number' then (b.branch ->> 'loop')::numeric::int when 'string' then 10000 end,
         case when jsonb_typeof(b.branch -> 'loop') = 'string' then b.branch -> 'loop' end
    from jsonb_array_elements(draft_branches.body -> 'branches') with ordinality as b (branch, place)
$$;
comment on function pgwave_private.draft_branches(jsonb, text[]) is
  'List the branches of a normalised conversation; names are those of all conversations. Returns: as a row of branches, with the condition as written and compiled (null: it does not parse), and the pointer.';

create or replace function pgwave.draft_graph(definition jsonb)
returns jsonb
language sql
stable
security definer
set search_path = ''
set jit = off
as $$
  with normalised as materialized (
    select n.definition,
           array(select c.body ->> 'name'
                   from jsonb_array_elements(n.definition -> 'conversations') as c (body)) as names
      from pgwave_private.normalise_definition(draft_graph.definition) as n (definition)
  ), nodes as materialized (
    select t.*, n.names
      from normalised as n
      cross join pgwave_private.typed_conversations(n.definition) as t
  )
  select jsonb_build_object(
    'conversations', coalesce(jsonb_agg(jsonb_build_object(
        'conversation_id', t.place, 'at', t.at,
        -- also one that is no name, as long as it is typed
        'name', coalesce(t.conversation_name, left(
          draft_graph.definition #>> (string_to_array(substr(t.at, 2), '/') || 'name'::text), 200), ''),
            'type', t.effective_type,
        'actor', coalesce(t.body ->> 'actor', t.body ->> 'handler', t.body ->> 'workflow'),
        'join', case when jsonb_typeof(t.body -> 'join') = 'number' then 'n'
          when pgwave_private.joins_by_expression(t.body) then 'expression'
          else coalesce(t.body ->> 'join', 'merge') end,
        'join_count', case when jsonb_typeof(t.body -> 'join') = 'number' then t.body -> 'join' end,
        'join_expression', case when pgwave_private.joins_by_expression(t.body) then t.body -> 'join' end,
        'race', t.body -> 'race', 'map', t.body ? 'for_each',
        'on_failure', coalesce(t.body ->> 'on_failure', 'fail_run'),
        'compensated', t.body ? 'compensate', 'block', t.body ? 'block',
        'tags', pgwave_private.closed_tags(t.body, t.effective_type)) order by t.place), '[]'),
    'branches', coalesce((
      select jsonb_agg(jsonb_build_object(
               'branch_id', format('%s.%s', f.place, b.place), 'from', f.place, 'to', o.place,
               'at', b.at, 'after', b.after, 'kind', b.kind, 'tags', b.tags, 'predicate', b.written,
               'max_loops', b.max_loops, 'loop', b.loop_limit) order by f.place, b.place)
        from nodes as f
        cross join pgwave_private.draft_branches(f.body, f.names) as b
        left join lateral (
          select min(o.place) as place from nodes as o where o.conversation_name = b.target) as o on true
       -- one that leads to what is not there yet is a fault, and nothing to draw
       where b.target = 'none' or o.place is not null), '[]'))
    from nodes as t
$$;
comment on function pgwave.draft_graph(jsonb) is
  'Show the graph of a definition that is not saved yet, to be drawn. Returns: as version_graph, with the JSON pointer of each part in `at`. Conversations are numbered by their place and list their tags. Parts with faults are left out. Never raises.';

create or replace function pgwave_private.draft_conversation(definition jsonb, conversation text)
returns pgwave.conversation_versions
language plpgsql
stable
set search_path = ''
as $$
declare
  v_names text[] := array(
    select c.body ->> 'name' from jsonb_array_elements(draft_conversation.definition -> 'conversations') as c (body));
  v_one jsonb := jsonb_build_object('conversations', jsonb_path_query_array(draft_conversation.definition,
    '$.conversations[*] ? (@.name == $name)', jsonb_build_object('name', draft_conversation.conversation)));
  v_made record;
  v_draft pgwave.conversation_versions;
begin
  select t.* into v_made from pgwave_private.typed_conversations(v_one) as t order by t.place limit 1;
  if not found then
    perform pgwave_private.raise_error('PWNOF',
      format('Conversation %s not found in the definition.', to_jsonb(draft_conversation.conversation)), null,
      pgwave_private.suggest_name(draft_conversation.conversation, v_names));
  end if;
  v_draft.position := array_position(v_names, draft_conversation.conversation);
  v_draft.definition := v_made.body;
  v_draft.actor_id := v_made.actor_id;
  v_draft.actor_type := case when v_made.effective_type = any (enum_range(null::pgwave.actor_type)::text[])
    then v_made.effective_type end;
  v_draft.tags := pgwave_private.closed_tags(v_made.body, v_made.effective_type);
  v_draft.route := coalesce(v_made.body ->> 'route', 'all');
  v_draft.on_failure := coalesce(v_made.body ->> 'on_failure', 'fail_run');
  select k.* into v_made from pgwave_private.compile_conversations(v_one, v_names) as k order by k.place limit 1;
  v_draft.prompt_use := pgwave_private.parse_prompt_use(v_draft.definition -> 'prompt');
  v_draft.prompt_template := v_made.prompt;
  v_draft.system_template := v_made.system;
  v_draft.params_template := v_made.params;
  v_draft.items_template := v_made.others -> 'for_each';
  v_draft.definition := v_draft.definition || jsonb_build_object('compiled', coalesce(v_made.others, '{}'));
  v_draft.reads := array(
    select distinct r.document
      from pgwave_private.list_references((
        select coalesce(jsonb_agg(to_jsonb(b)), '[]')
          from pgwave_private.list_node_bindings(v_one, v_names) as b)) as r
     where r.name <> 'output' and r.context <> 'retry'
       and (r.name not in ('index', 'items') or r.name = any (v_names)));
  return v_draft;
end
$$;
comment on function pgwave_private.draft_conversation(jsonb, text) is
  'Compile one conversation of a normalised definition as a version would hold it. Returns: the row; it is not stored. Raises: PWNOF if there is no such conversation, PWDEF if its prompt or parameters do not parse.';
