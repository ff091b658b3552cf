-- What a conversation of a definition that is not saved yet would be given, and where it would lead. Writes nothing.

create or replace function pgwave_private.completed_output(workflow_run_id bigint, conversation text)
returns pgwave.interactions
language sql
stable
set search_path = ''
as $$
  select i.*
    from pgwave.workflow_runs run
    join pgwave.conversations c on c.workflow_id = run.workflow_id
      and c.conversation_name = completed_output.conversation
    join pgwave.interactions i
      on i.workflow_run_id = run.workflow_run_id and i.conversation_id = c.conversation_id
   where run.workflow_run_id = completed_output.workflow_run_id and i.item_index is null and i.status = 'completed'
   order by i.iteration desc
   limit 1
$$;
comment on function pgwave_private.completed_output(bigint, text) is
  'Find the last interaction of a run that completed a conversation, by name. Returns: it; all null: none.';

create or replace function pgwave_private.draft_parents(definition jsonb, conversation text, workflow_run_id bigint)
returns bigint[]
language sql
stable
set search_path = ''
as $$
  select coalesce(array_agg(i.interaction_id order by f.place), '{}')
    from (
      select c.place, c.body ->> 'name' as name
        from jsonb_array_elements(draft_parents.definition -> 'conversations') with ordinality as c (body, place)
       where c.body -> 'branches' @> jsonb_build_array(jsonb_build_object('to', draft_parents.conversation))
    ) as f
    cross join pgwave_private.completed_output(draft_parents.workflow_run_id, f.name) as i
   where i.interaction_id is not null
$$;
comment on function pgwave_private.draft_parents(jsonb, text, bigint) is
  'List the interactions of a run that lead to a conversation by the branches of a normalised definition. Returns: their numbers in order of definition.';

create or replace function pgwave_private.preview_branches(
  draft pgwave.conversation_versions,
  names text[],
  document jsonb,
  output jsonb
) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_routes jsonb;
  v_taken bigint[];
  v_unknown bigint[];
  v_interaction pgwave.interactions;
begin
  v_interaction.status := case when preview_branches.output is null then 'running' else 'completed' end;
  v_interaction.output := preview_branches.output;
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
           'id', b.place, 'after', b.after, 'kind', b.kind, 'tags', to_jsonb(b.tags), 'predicate', b.predicate,
           'max_loops', b.max_loops, 'limit', pgwave_private.compile_value(b.loop_limit, names || 'output'::text)))
           order by b.kind = 'otherwise', b.place), '[]')
    into v_routes
    from pgwave_private.draft_branches(draft.definition, names) b
   where b.kind <> 'predicate' or b.predicate is not null;
  if preview_branches.output is not null then
    select t.taken, t.unknown into v_taken, v_unknown
      from pgwave_private.take_branches(v_routes, draft.route, 'success', false,
      preview_branches.output ->> 'tag', document || jsonb_build_object('output', preview_branches.output), null) t;
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
             'to', b.target, 'at', b.at, 'decision', d.decision,
             'condition', case b.kind when 'tag' then '[' || array_to_string(b.tags, '] or [') || ']'
               when 'predicate' then b.written else b.kind end,
             'seen', case b.kind when 'predicate' then pgwave_private.values_read(
               pgwave_private.show_predicate(b.predicate), document || jsonb_build_object('output', output)) end,
             'reason', pgwave_private.explain_branch(r, v_interaction, d.decision, draft.route, 0)))
             order by b.place), '[]')
      from pgwave_private.draft_branches(draft.definition, names) b
      cross join lateral (
        select case when preview_branches.output is null then 'undecided'
          when b.place = any (v_taken) then 'taken'
          when b.place = any (v_unknown) or b.kind = 'predicate' and b.predicate is null then 'unknown'
          else 'not_taken' end as decision) d
      cross join lateral jsonb_populate_record(null::pgwave.branches, jsonb_build_object(
        'after', b.after, 'condition_kind', b.kind, 'tags', b.tags, 'max_loops', b.max_loops,
        'loop_limit', pgwave_private.compile_value(b.loop_limit, names || 'output'::text))) r);
end
$$;
comment on function pgwave_private.preview_branches(pgwave.conversation_versions, text[], jsonb, jsonb) is
  'Decide which branches of a conversation that is not stored an output takes, the loops not yet taken. Returns: [{to, at, condition, decision, seen, reason}].';

create or replace function pgwave_private.preview_output(
  draft pgwave.conversation_versions,
  given jsonb,
  recorded pgwave.interactions
) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when given is null then (recorded).output - 'tag'
      || jsonb_strip_nulls(jsonb_build_object('tag', coalesce(
        pgwave_private.tag_of(draft, (recorded).output ->> 'response', (recorded).output -> 'data'),
        (recorded).output ->> 'tag')))
    when jsonb_typeof(given) = 'string' then pgwave_private.output_of(jsonb_build_object('response', given),
      pgwave_private.tag_of(draft, given #>> '{}', null), null)
    else pgwave_private.output_of(given, coalesce(given ->> 'tag',
      pgwave_private.tag_of(draft, given ->> 'response', given -> 'data')), given -> 'data') end
$$;
comment on function pgwave_private.preview_output(pgwave.conversation_versions, jsonb, pgwave.interactions) is
  'Read the output that a preview is about: what is given, a text or {response, data, tag}, else what was recorded. Returns: it, with its tag; null: none.';

create or replace function pgwave.preview_conversation(
  definition jsonb,
  conversation text,
  workflow_run_id bigint,
  output jsonb default null
) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  v_normalised jsonb := pgwave_private.normalise_definition(preview_conversation.definition);
  v_names text[] := array(select c.body ->> 'name' from jsonb_array_elements(v_normalised -> 'conversations') c (body));
  v_run pgwave.workflow_runs;
  v_draft pgwave.conversation_versions;
  v_recorded pgwave.interactions;
  v_document jsonb;
  v_items jsonb;
  v_made record;
  v_output jsonb;
begin
  perform pgwave_private.require_run_permission(preview_conversation.workflow_run_id, 'view');
  select run.* into v_run from pgwave.workflow_runs run
   where run.workflow_run_id = preview_conversation.workflow_run_id;
  v_draft := pgwave_private.draft_conversation(v_normalised, preview_conversation.conversation);
  if v_draft.prompt_use is not null then
    select d.* into v_draft
      from pgwave_private.pick_prompt(v_draft.prompt_use, v_run.workflow_run_id) p
      cross join lateral pgwave_private.put_prompt(v_draft, p.picked, p.body, v_names) d;
  end if;
  v_recorded := pgwave_private.completed_output(v_run.workflow_run_id, preview_conversation.conversation);
  select d.document into v_document
    from pgwave_private.build_document(v_run, v_draft.reads,
      pgwave_private.draft_parents(v_normalised, preview_conversation.conversation, v_run.workflow_run_id),
      coalesce(v_recorded.iteration, 0)) d;
  if v_draft.items_template is not null then
    select l.items into v_items from pgwave_private.list_items(v_draft, v_document) l where l.error is null;
    v_document := v_document || case when v_items -> 0 is null then '{}'
      else jsonb_build_object('item', v_items -> 0, 'index', 0, 'items', v_items) end;
  end if;
  select r.* into v_made from pgwave_private.render_input(v_draft, v_document) r;
  v_output := pgwave_private.preview_output(v_draft, preview_conversation.output, v_recorded);
  return jsonb_build_object(
    'conversation', preview_conversation.conversation, 'workflow_run_id', v_run.workflow_run_id,
    'input', v_made.input,
    'missing', coalesce(v_made.error #> '{detail,missing}', '[]')
      || case when v_draft.items_template is not null and v_items is null
           then jsonb_build_array(v_draft.items_template #>> '{bindings,0,source}') else '[]' end,
    'error', case when v_made.error ->> 'code' <> 'missing_binding' then v_made.error end,
    'items', jsonb_array_length(v_items), 'item', v_items -> 0,
    'output', v_output,
    'branches', pgwave_private.preview_branches(v_draft, v_names, v_document, v_output));
end
$$;
comment on function pgwave.preview_conversation(jsonb, text, bigint, jsonb) is
  'Show what a conversation of a definition would be given with the data of a run, and which branches an output would take. The definition need not be saved. The output is a text or `{response, data, tag}`; without it, the one that the run recorded. Writes nothing. Returns: `{conversation, workflow_run_id, input: {prompt, system, params, …}, missing: paths, error, items, item, output, branches: [{to, at, condition, decision, seen, reason}]}`. A map shows its first item; decisions are taken, not_taken, unknown, or undecided without an output. Raises: PWNOF, PWDEF if the conversation does not parse.';
