-- Who may start what, asked again whenever something starts: by a person, and later by the engine in a person's name.

create or replace function pgwave_private.keeps_role(identity text) returns boolean
language sql
stable parallel safe
set search_path = ''
as $$
  -- a token's subject has no role here: the API asks for it with each request
  select not exists (
    select from pg_catalog.pg_roles as u
     where u.rolname = pgwave_private.login_of(keeps_role.identity)
       and not pg_has_role(u.oid, 'pgwave_operator', 'member') and not pg_has_role(u.oid, 'pgwave_owner', 'member'))
$$;
comment on function pgwave_private.keeps_role(text) is
  'Tell whether somebody may still start anything: false if they are a database user without the role pgwave_operator. Returns: whether.';

create or replace function pgwave_private.may_go_on(run pgwave.workflow_runs) returns boolean
language sql
stable
set search_path = ''
as $$
  select pgwave_private.may_use_workflow(run.workflow_id, 'operate', run.owner)
$$;
comment on function pgwave_private.may_go_on(pgwave.workflow_runs) is
  'Tell whether the owner of a run may still start runs of its workflow. Returns: whether.';

create or replace function pgwave_private.may_list_tasks(workflow_id bigint, permission text, identity text)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- seeing one run, as its owner or as somebody for whom it waits, is not seeing the inputs of all
  select pgwave_private.may_use_workflow(may_list_tasks.workflow_id, may_list_tasks.permission,
           coalesce(may_list_tasks.identity, pgwave.current_identity()))
      or may_list_tasks.identity is null and pgwave_private.is_administrator()
$$;
comment on function pgwave_private.may_list_tasks(bigint, text, text) is
  'Tell whether the caller, or who is named, may see what waits for a workflow: by a permission on it, or because it is public. Returns: whether.';

create or replace function pgwave_private.visibility_of_runs(workflow pgwave.workflows) returns pgwave.visibility
language sql
stable
begin atomic
  -- what is built in is everybody's; goals and inputs are not
  select case when (workflow).owner = 'pgwave' then 'private' else (workflow).visibility end;
end;
comment on function pgwave_private.visibility_of_runs(pgwave.workflows) is
  'Say what runs of a workflow are when they start. Returns: the workflow''s visibility; private for what is built in.';

-- The approvals from which one of the places can be reached, and which cannot be reached from it. A place that the
-- definition names itself, in start, entries or by entry: true, is open.
create or replace function pgwave_private.approvals_before(workflow_version_id bigint, places bigint[]) returns text[]
language sql
stable
set search_path = ''
as $$
  with recursive reached (approval, conversation_id) as (
    select b.from_conversation_id, b.to_conversation_id
      from pgwave.branches b
      join pgwave.conversation_versions cv
        on cv.workflow_version_id = b.workflow_version_id and cv.conversation_id = b.from_conversation_id
     where b.workflow_version_id = approvals_before.workflow_version_id and cv.actor_type = 'human'
    union
    select r.approval, b.to_conversation_id
      from reached r
      join pgwave.branches b
        on b.workflow_version_id = approvals_before.workflow_version_id and b.from_conversation_id = r.conversation_id
  ),
  leads_to (conversation_id, target) as (
    select p.place, p.place from unnest(approvals_before.places) p (place)
    union
    select l.conversation_id, b.to_conversation_id
      from leads_to l
      join pgwave.branches b
        on b.workflow_version_id = approvals_before.workflow_version_id and b.from_conversation_id = l.target
  )
  select coalesce(array_agg(distinct c.conversation_name order by c.conversation_name), '{}')
    from unnest(approvals_before.places) p (place)
    join reached r on r.conversation_id = p.place
    join pgwave.conversations c on c.conversation_id = r.approval
    join pgwave.workflow_versions v on v.workflow_version_id = approvals_before.workflow_version_id
    join pgwave.conversation_versions cv
      on cv.workflow_version_id = v.workflow_version_id and cv.conversation_id = p.place
    join pgwave.conversations own on own.conversation_id = p.place
   where not exists (select from leads_to l where l.conversation_id = p.place and l.target = r.approval)
     and p.place <> all (v.start_conversation_ids)
     and cv.definition -> 'entry' is distinct from 'true'
     and not coalesce(v.definition -> 'entries' ? own.conversation_name, false)
$$;
comment on function pgwave_private.approvals_before(bigint, bigint[]) is
  'List the approvals that a start at these conversations leaves out. Returns: their names.';

create or replace function pgwave_private.list_skipped_approvals(run pgwave.workflow_runs) returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select case when run.forked_from_workflow_run_id is null and coalesce(run.mode, 'single') in ('single', 'plan')
             and p.start_conversation_ids <> v.start_conversation_ids
           then pgwave_private.approvals_before(run.workflow_version_id, p.start_conversation_ids) else '{}' end
      from pgwave_private.plans p
      join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id
     where p.plan_id = run.plan_id
  );
end
$$;
comment on function pgwave_private.list_skipped_approvals(pgwave.workflow_runs) is
  'List the approvals behind which a run starts. Returns: their names; none: it starts before all.';

create or replace function pgwave_private.closed_place(run pgwave.workflow_runs) returns text
language sql
stable
set search_path = ''
as $$
  select c.conversation_name
    from pgwave_private.plans p
    join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id
    join pgwave.conversation_versions cv on cv.workflow_version_id = v.workflow_version_id
    join pgwave.conversations c on c.conversation_id = cv.conversation_id
   where p.plan_id = run.plan_id
     and (cv.definition -> 'entry' = 'false' and cv.conversation_id = any(p.start_conversation_ids)
            and cv.conversation_id <> all(v.start_conversation_ids)
       -- an answer that is given is a decision that nobody made
       or cv.actor_type = 'human' and cv.definition -> 'entry' is distinct from 'true'
            and coalesce(run.given ? c.conversation_name, false))
   order by cv.position
   limit 1
$$;
comment on function pgwave_private.closed_place(pgwave.workflow_runs) is
  'Find a conversation at which a run may not start (entry: false), or an approval whose answer is given. Returns: its name; null: none.';

create or replace function pgwave_private.require_entry(run pgwave.workflow_runs) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_skipped constant text[] := pgwave_private.list_skipped_approvals(run);
  v_closed constant text := pgwave_private.closed_place(run);
begin
  if (v_skipped = '{}' and v_closed is null)
     or pgwave_private.may_use_workflow(run.workflow_id, 'author', run.owner) then
    return;
  end if;
  perform pgwave_private.raise_error('PWACC',
    case when v_closed is not null
      then format('%s is closed: a run cannot start there or be given its answer.', v_closed)
      else format('A run cannot start behind the approval %s.', v_skipped[1]) end,
    nullif(array_to_string(v_skipped, ', '), ''),
    'Start before it. Authors of the workflow may start there, or open the conversation with entry: true.');
end
$$;
comment on function pgwave_private.require_entry(pgwave.workflow_runs) is
  'Refuse a start at a conversation that is closed or behind an approval, and an approval''s answer that is given, unless the caller is an author of the workflow. Raises: PWACC.';
