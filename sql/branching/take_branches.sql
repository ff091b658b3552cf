-- Which branches an outcome takes. Pure: all that it needs comes in.

create or replace function pgwave_private.take_branches(
  routes jsonb,
  route pgwave.route,
  outcome pgwave.branch_after,
  continues boolean,
  tag text,
  document jsonb,
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
  v_conditional_taken boolean := false;
begin
  taken := '{}';
  for v_branch in select * from jsonb_array_elements(take_branches.routes) loop
    if v_branch ->> 'after' <> take_branches.outcome::text then
      -- a failure that lets the run continue goes on by the branches that ask for nothing
      continue when not (take_branches.continues and v_branch ->> 'kind' in ('always', 'otherwise'));
    end if;
    v_match := case v_branch ->> 'kind'
      when 'always' then true
      when 'tag' then coalesce(v_branch -> 'tags' ? take_branches.tag, false)
      when 'otherwise' then not v_conditional_taken
      else pgwave_private.evaluate_condition(v_branch ->> 'predicate', take_branches.document)
    end;
    if v_match is null then
      unknown := unknown || (v_branch ->> 'id')::bigint;
    elsif v_match then
      taken := taken || (v_branch ->> 'id')::bigint;
      v_conditional_taken := v_conditional_taken or v_branch ->> 'kind' in ('tag', 'predicate');
      exit when take_branches.route = 'first';
    end if;
  end loop;
end
$$;
comment on function pgwave_private.take_branches(jsonb, pgwave.route, pgwave.branch_after, boolean, text, jsonb) is
  'Decide which branches an outcome takes. Routes come with otherwise last. Returns: the branches taken, and those whose condition is unknown.';

create or replace function pgwave_private.compile_routes() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update pgwave.conversation_versions cv
     set routes = compiled.routes, unconditional_branch_ids = compiled.unconditional
    from (
      select b.workflow_version_id, b.from_conversation_id,
             jsonb_agg(
               jsonb_strip_nulls(jsonb_build_object(
                 'id', b.branch_id, 'to', b.to_conversation_id, 'after', b.after, 'kind', b.condition_kind,
                 'tags', to_jsonb(b.tags), 'predicate', b.predicate, 'max_loops', b.max_loops))
               order by b.condition_kind = 'otherwise', b.position) as routes,
             case when bool_and(b.condition_kind = 'always' and b.after = 'success' and b.max_loops is null)
               then array_agg(b.branch_id order by b.position) end as unconditional
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
  'Write the branches of a conversation into its row, as take_branches reads them. Writes: conversation_versions.routes.';
