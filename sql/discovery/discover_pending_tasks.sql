-- What waits to be done, found by the queries of authors.

create or replace function pgwave_private.run_author_query(query text, most int) returns setof jsonb
language plpgsql
volatile
security definer
set search_path = public, pg_temp
set jit = off
as $$
declare
  v_rows jsonb[];
  v_code text;
  v_message text;
begin
  -- Functions that it calls run in the session of whoever asks. What they do to it (settings above all: pgwave.identity
  -- says who is asking) is undone with the subtransaction; the rows are kept.
  begin
    -- a query in brackets is one query, and no statement that writes; its own order and this limit let an index serve
    -- reason: it belongs to pgwave_sql, and so has that role's rights and no others
    execute format('select array_agg(to_jsonb(found)) from (select * from (%s%s) as found limit %s) as found',
      rtrim(btrim(run_author_query.query, E' \t\r\n'), ';'), E'\n', run_author_query.most) into v_rows;
    raise exception using errcode = 'PW000', message = 'answered';
  exception
    when sqlstate 'PW000' then
      return query select unnest(v_rows);
    -- whatever it is, it is this query's: a foreign server that is away, a conflict, a lock; not a cancel or a timeout,
    -- which are the session's
    when others then
      get stacked diagnostics v_code = returned_sqlstate, v_message = message_text;
      raise exception using errcode = 'PWQRY', message = v_message, detail = 'SQLSTATE ' || v_code,
        hint = 'Fix the query pending_tasks of the workflow, or what it reads, and define the workflow again.';
  end;
end
$$;
comment on function pgwave_private.run_author_query(text, int) is
  'Run a query that an author wrote, as pgwave_sql. Returns: its rows as JSON. Raises: PWQRY, whatever the query raises; 57014 where the session''s own timeout or somebody cancels it.';
-- It belongs to the role that it is to run as, for which that role has to be let in for a moment.
grant create on schema pgwave_private to pgwave_sql;
alter function pgwave_private.run_author_query(text, int) owner to pgwave_sql;
revoke create on schema pgwave_private from pgwave_sql;

create or replace function pgwave_private.task_key(input jsonb) returns text
language sql
immutable
parallel safe
begin atomic
  select encode(sha256(convert_to(task_key.input::text, 'UTF8')), 'hex');
end;
comment on function pgwave_private.task_key(jsonb) is
  'Name a task by its input. Returns: SHA-256, hexadecimal.';

create or replace function pgwave_private.pick_keys(input jsonb, keys text[]) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select jsonb_object_agg(k, pick_keys.input -> k) from unnest(pick_keys.keys) as k where pick_keys.input ? k;
end;
comment on function pgwave_private.pick_keys(jsonb, text[]) is
  'Take some fields of an input. Returns: an object; null where it has none of them.';

-- What is taken is left out after the query has run, so it is asked for as many more rows as could be left out.
create or replace function pgwave_private.find_tasks(workflow_id bigint, query text, most int)
returns table (task_key text, input jsonb)
language plpgsql
volatile
set search_path = ''
set jit = off
as $$
#variable_conflict use_column
declare
  v_most bigint;
begin
  select find_tasks.most + (
      select count(*) from pgwave.task_claims c
       where c.workflow_id = find_tasks.workflow_id and (c.workflow_run_id is not null or c.quarantined_at is not null))
    + (select count(*) from pgwave.workflow_runs run
        where run.finished_at is null and run.workflow_id = find_tasks.workflow_id)
    into v_most;
  return query
  with found as materialized (
    select q.input, min(q.place) as place
      from pgwave_private.run_query_apart(find_tasks.query, least(v_most, 2147483647)::int)
           with ordinality q (input, place)
     group by q.input
  ),
  -- the rows of one query have the same columns
  keys as materialized (
    select array(select jsonb_object_keys(f.input)) as keys from found f where f.place = 1
  ),
  under_way as materialized (
    select pgwave_private.pick_keys(run.input, k.keys) as input
      from keys k
      join pgwave.workflow_runs run
        on run.finished_at is null and run.workflow_id = find_tasks.workflow_id and run.mode = 'single'
  )
  select f.task_key, f.input
    from (select pgwave_private.task_key(f.input) as task_key, f.input, f.place from found f
           where not exists (select from under_way u where u.input = f.input)
           offset 0) f
   where not exists (
      select from pgwave.task_claims c
       where c.workflow_id = find_tasks.workflow_id and c.task_key = f.task_key
         and (c.workflow_run_id is not null or c.quarantined_at is not null))
   order by f.place
   limit find_tasks.most;
end
$$;
comment on function pgwave_private.find_tasks(bigint, text, int) is
  'Find the tasks of a workflow by its query, without what a run is at, what a batch has taken and what is quarantined. Returns: a row for each, in the order of the query.';

create or replace function pgwave_private.list_discoverable(
  workflow text,
  environment pgwave.environment,
  permission text,
  identity text default null
)
returns table (workflow_id bigint, workflow_name text, workflow_version_id bigint, query text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_only bigint;
begin
  if list_discoverable.workflow is not null then
    v_only := (pgwave_private.require_workflow(
      list_discoverable.workflow, list_discoverable.permission, list_discoverable.identity)).workflow_id;
  end if;
  return query
  select w.workflow_id, w.workflow_name, v.workflow_version_id, v.definition ->> 'pending_tasks'
    from pgwave.workflows w
    left join pgwave.workflow_deployments d
      on d.workflow_id = w.workflow_id and d.environment = list_discoverable.environment
    join pgwave.workflow_versions v on v.workflow_version_id = coalesce(d.workflow_version_id, w.latest_version_id)
   where v.definition ? 'pending_tasks' and w.enabled and w.deleted_at is null
     and (v_only is null or w.workflow_id = v_only)
     and pgwave_private.may_list_tasks(
           w.workflow_id, list_discoverable.permission, list_discoverable.identity)
   order by w.workflow_id;
end
$$;
comment on function pgwave_private.list_discoverable(text, pgwave.environment, text, text) is
  'List the workflows that have a pending_tasks query in an environment, or the one that is named, and that the caller (or who is named) may view or operate. Returns: workflow, version and query. Raises: PWNOF, PWACC.';

create or replace function pgwave.discover_pending_tasks(workflow text default null)
returns table (workflow_id bigint, workflow_name text, task_key text, input jsonb)
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_flow record;
begin
  for v_flow in
    select l.* from pgwave_private.list_discoverable(discover_pending_tasks.workflow, 'dev', 'view') l
  loop
    begin
      return query
      select v_flow.workflow_id, v_flow.workflow_name, t.task_key, t.input
        from pgwave_private.find_tasks(v_flow.workflow_id, v_flow.query, 10000) t;
    exception
      -- the query of one workflow does not hide the tasks of the others
      when sqlstate 'PWQRY' then
        if discover_pending_tasks.workflow is not null then
          raise;
        end if;
        raise warning using errcode = 'PWQRY',
          message = format('pending_tasks of workflow %s: %s', v_flow.workflow_name, sqlerrm);
    end;
  end loop;
end
$$;
comment on function pgwave.discover_pending_tasks(text) is
  'Find the inputs that wait for a workflow, or for any, by its pending_tasks query. Inputs that a run or batch has, and those in quarantine, are left out. Of all workflows, one whose query fails is left out with a warning. Returns: a row for each, ten thousand of a workflow at most. Raises: PWNOF, PWQRY.';
