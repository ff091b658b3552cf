-- Which branches an outcome takes. Pure: all that it needs comes in.

create or replace function pgwave_private.take_branches(
  routes jsonb,
  route pgwave.route,
  outcome pgwave.branch_after,
  continues boolean,
  tag text,
  document jsonb,
  loops jsonb,
  out taken bigint[],
  out unknown bigint[]
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_branch jsonb;
  v_match boolean;
  v_limit jsonb;
  v_conditional_taken boolean := false;
begin
  taken := '{}';
  for v_place in 0 .. jsonb_array_length(take_branches.routes) - 1 loop
    v_branch := take_branches.routes -> v_place;
    continue when v_branch ->> 'after' <> take_branches.outcome::text;
    -- a failure ends the loop; what is exhausted does not match
    continue when v_branch ? 'max_loops' and (
      take_branches.outcome <> 'success'
      or coalesce((take_branches.loops -> (v_branch ->> 'id') ->> 'count')::int, 0) >= (v_branch ->> 'max_loops')::int);
    if v_branch ? 'limit' then
      v_limit := (pgwave_private.render_value(v_branch -> 'limit', take_branches.document)).rendered;
      if jsonb_typeof(v_limit) is distinct from 'number' then
        unknown := unknown || (v_branch ->> 'id')::bigint;
        continue;
      end if;
      continue when coalesce((take_branches.loops -> (v_branch ->> 'id') ->> 'count')::numeric, 0) >= v_limit::numeric;
    end if;
    v_match := case v_branch ->> 'kind'
      when 'always' then true
      when 'tag' then coalesce(v_branch -> 'tags' ? take_branches.tag, false)
      when 'otherwise' then not v_conditional_taken
      else pgwave_private.evaluate_condition(v_branch ->> 'predicate', take_branches.document)
    end;
    if v_match is null then
      unknown := unknown || (v_branch ->> 'id')::bigint;
    elsif v_match and v_branch ?| array['max_loops', 'ends'] then
      -- the other branches stay open until the loop is over; nothing comes after an end
      taken := array[(v_branch ->> 'id')::bigint];
      return;
    elsif v_match then
      taken := taken || (v_branch ->> 'id')::bigint;
      v_conditional_taken := v_conditional_taken or v_branch ->> 'kind' in ('tag', 'predicate');
      exit when take_branches.route = 'first';
    end if;
  end loop;
  if take_branches.continues and taken = '{}' then
    -- nothing took the failure up: it goes on by the branches of success that ask for nothing
    taken := array(
      select (b.branch ->> 'id')::bigint
        from jsonb_array_elements(take_branches.routes) with ordinality b (branch, place)
       where b.branch ->> 'after' = 'success' and b.branch ->> 'kind' in ('always', 'otherwise')
         and not b.branch ? 'max_loops'
       -- an end of the run is taken alone
       order by take_branches.route <> 'first' and b.branch ? 'ends' desc, b.place
       limit case when take_branches.route = 'first' or take_branches.routes @? '$[*] ? (exists (@.ends)
         && @.after == "success" && (@.kind == "always" || @.kind == "otherwise"))' then 1 end);
  end if;
end
$$;
comment on function pgwave_private.take_branches(jsonb, pgwave.route, pgwave.branch_after, boolean, text, jsonb,
  jsonb) is
  'Decide which branches an outcome takes; a loop that is not exhausted and an end of the run are taken alone; one whose limit is not there is unknown. A failure that continues and that no branch takes up takes the unconditional and otherwise branches. Routes come with otherwise last. Returns: the branches taken, and those whose condition is unknown.';

create or replace function pgwave_private.choose_branches(
  interaction pgwave.interactions,
  conversation pgwave.conversation_versions,
  output jsonb,
  error jsonb,
  said jsonb default '{}',
  lost text[] default '{}',
  out taken bigint[],
  out unknown bigint[]
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_document jsonb := '{}';
begin
  taken := '{}';
  if conversation.conversation_version_id is null or conversation.routes = '[]'
     or (interaction.item_index is not null) then
    return;
  end if;
  if choose_branches.error is null and conversation.taken_by_tag is not null then
    taken := pgwave_private.branches_of_tag(conversation.taken_by_tag, choose_branches.output ->> 'tag');
    return;
  end if;
  if jsonb_path_exists(conversation.routes, '$[*] ? (@.kind == "predicate" || exists (@.max_loops))') then
    select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = interaction.workflow_run_id;
  end if;
  if jsonb_path_exists(conversation.routes, '$[*] ? (@.kind == "predicate" || exists (@.limit))') then
    select d.document into v_document
      from pgwave_private.build_document(
        v_run, conversation.reads, interaction.input_interaction_ids, interaction.iteration) d;
  end if;
  select b.taken, b.unknown into taken, unknown
    from pgwave_private.take_branches(
      conversation.routes, conversation.route,
      case when choose_branches.error is null then 'success' else 'failure' end::pgwave.branch_after,
      choose_branches.error is not null and conversation.on_failure = 'continue', choose_branches.output ->> 'tag',
      (v_document - choose_branches.lost) || choose_branches.said || case when choose_branches.error is null
        then jsonb_build_object('output', choose_branches.output)
        else jsonb_build_object('error', choose_branches.error) end,
      v_run.loops) b;
end
$$;
comment on function pgwave_private.choose_branches(pgwave.interactions, pgwave.conversation_versions, jsonb, jsonb,
  jsonb, text[]) is
  'Decide which branches an interaction takes with its output, or with its error where that is not null; an item takes none. What other conversations said and which were lost meanwhile counts too. Returns: the branches taken, and those whose condition is unknown.';

-- What comes in one call has come at the same moment, whatever its order: conditions read all of it.
create or replace function pgwave_private.choose_together(outcomes pgwave_private.outcome[])
returns pgwave_private.outcome[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_outcomes pgwave_private.outcome[] := outcomes;
  v_read record;
  v_chosen record;
begin
  for v_read in
    with told as materialized (
      select o.place, i as interaction, cv as conversation, c.conversation_name as name, o.status, o.output, o.error
        from rows from (unnest(choose_together.outcomes)) with ordinality o (
          actor_id, next_actor_id, interaction_id, workflow_run_id, attempt, attempt_outcome, status, output, error,
          branches_taken, branches_unknown, pending_reason, not_before, counted, correction, rejected_output, usage,
          prompt_tokens, completion_tokens, cost, skip_reason, place)
        join pgwave.interactions i on i.interaction_id = o.interaction_id and i.workflow_run_id = o.workflow_run_id
        join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
        join pgwave.conversations c on c.conversation_id = i.conversation_id
       where o.status in ('completed', 'failed') and i.item_index is null
    )
    select t.place::int, t.interaction, t.conversation, t.output, t.error,
           pgwave_private.add_large(
             jsonb_object_agg(o.name, o.output)
               filter (where o.status = 'completed' and not pgwave_private.is_large(o.output)),
             coalesce(array_agg(o.name)
               filter (where o.status = 'completed' and pgwave_private.is_large(o.output)), '{}'),
             array_agg(o.output) filter (where o.status = 'completed' and pgwave_private.is_large(o.output)),
             array_agg(o.place) filter (where o.status = 'completed' and pgwave_private.is_large(o.output))) as said,
           coalesce(array_agg(o.name) filter (where o.status = 'failed'), '{}') as lost
      from told t
      join told o
        on (o.interaction).workflow_run_id = (t.interaction).workflow_run_id and o.place <> t.place
       and o.name = any((t.conversation).reads)
     where jsonb_path_exists((t.conversation).routes, '$[*] ? (@.kind == "predicate" || exists (@.limit))')
       and not exists (
         select from pgwave.interactions later
          where later.workflow_run_id = (o.interaction).workflow_run_id
            and later.conversation_id = (o.interaction).conversation_id and later.item_index is null
            and later.iteration > (o.interaction).iteration and later.status in ('completed', 'failed'))
     group by t.place, t.interaction, t.conversation, t.output, t.error
  loop
    v_chosen := pgwave_private.choose_branches(v_read.interaction, v_read.conversation, v_read.output,
      case when v_read.output is null then v_read.error end, v_read.said, v_read.lost);
    v_outcomes[v_read.place].branches_taken := v_chosen.taken;
    v_outcomes[v_read.place].branches_unknown := v_chosen.unknown;
  end loop;
  return v_outcomes;
end
$$;
comment on function pgwave_private.choose_together(pgwave_private.outcome[]) is
  'Decide anew which branches the outcomes of one call take where conditions of some read what others came to. Returns: the outcomes.';

create or replace function pgwave_private.branches_of_skip(conversation pgwave.conversation_versions) returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
begin
  if conversation.routes @@ '$[*].after == "skip"' then
    return (pgwave_private.take_branches(
      conversation.routes, conversation.route, 'skip', false, null, '{}', null)).taken;
  end if;
  return '{}';
end
$$;
comment on function pgwave_private.branches_of_skip(pgwave.conversation_versions) is
  'Decide which branches a conversation takes that is skipped. Returns: the branches with after: skip; mostly none.';

create or replace function pgwave_private.branches_of_tag(taken_by_tag jsonb, tag text) returns bigint[]
language sql
stable
parallel safe
begin atomic
  select coalesce(branches_of_tag.taken_by_tag ->> branches_of_tag.tag, branches_of_tag.taken_by_tag ->> '')::bigint[];
end;
comment on function pgwave_private.branches_of_tag(jsonb, text) is
  'Look up the branches that a success with a tag takes. Returns: their numbers.';

create or replace function pgwave_private.compile_taken(routes jsonb, route pgwave.route) returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when not jsonb_path_exists(compile_taken.routes,
           '$[*] ? (@.after == "success" && (@.kind == "predicate" || exists (@.max_loops)))') then (
    select jsonb_object_agg(t.tag, b.taken::text)
      from (select '' as tag
            union
            select u #>> '{}' from jsonb_path_query(compile_taken.routes, '$[*].tags[*]') u) t
      cross join lateral pgwave_private.take_branches(
        compile_taken.routes, compile_taken.route, 'success', false, nullif(t.tag, ''), '{}', null) b) end
$$;
comment on function pgwave_private.compile_taken(jsonb, pgwave.route) is
  'Work out once what every tag takes. Returns: the branches by tag, those of any other under the empty key; null where a success has to look at a condition or a loop.';

create or replace function pgwave_private.compile_routes() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update pgwave.conversation_versions cv
     set routes = compiled.routes, taken_by_tag = pgwave_private.compile_taken(compiled.routes, cv.route)
    from (
      select b.workflow_version_id, b.from_conversation_id,
             jsonb_agg(
               jsonb_strip_nulls(jsonb_build_object(
                 'id', b.branch_id, 'to', b.to_conversation_id, 'after', b.after, 'kind', b.condition_kind,
                 'tags', to_jsonb(b.tags), 'predicate', b.predicate, 'max_loops', b.max_loops,
                 'limit', b.loop_limit, 'ends', nullif(b.ends_run, false)))
               order by b.condition_kind = 'otherwise', b.position) as routes
        from pgwave.branches b
       where b.workflow_version_id in (select n.workflow_version_id from new_rows n)
       group by b.workflow_version_id, b.from_conversation_id
    ) compiled
   where cv.workflow_version_id = compiled.workflow_version_id
     and cv.conversation_id = compiled.from_conversation_id;
  return null;
end
$$;
comment on function pgwave_private.compile_routes() is
  'Write the branches of a conversation into its row, as take_branches reads them. Writes: conversation_versions.routes, taken_by_tag.';
