-- What waits to be done, found by the queries of authors.

create or replace function pgwave_private.run_author_query(query text, most int) returns setof jsonb
language plpgsql
volatile
security definer
set search_path = public, pg_temp
set statement_timeout = '30s'
as $$
declare
  v_rows jsonb[];
begin
  -- Functions that it calls run in the session of whoever asks. What they do to it (settings above all: pgwave.identity
  -- says who is asking) is undone with the subtransaction; the rows are kept.
  begin
    -- a query in brackets is one query, and no statement that writes
    execute format('select array_agg(to_jsonb(found)) from (select * from (%s%s) as found limit %s) as found',
      rtrim(btrim(run_author_query.query, E' \t\r\n'), ';'), E'\n', run_author_query.most) into v_rows;
    raise exception using errcode = 'PW000', message = 'answered';
  exception
    when sqlstate 'PW000' then
      return query select unnest(v_rows);
  end;
end
$$;
comment on function pgwave_private.run_author_query(text, int) is
  'Run a query that an author wrote, as pgwave_sql. Returns: its rows as JSON.';
-- It belongs to the role that it is to run as, for which that role has to be let in for a moment.
grant create on schema pgwave_private to pgwave_sql;
alter function pgwave_private.run_author_query(text, int) owner to pgwave_sql;
revoke create on schema pgwave_private from pgwave_sql;

create or replace function pgwave_private.is_being_done(workflow_id bigint, task_key text, input jsonb) returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
      select from pgwave.task_claims c
        left join pgwave.workflow_runs run on run.workflow_run_id = c.workflow_run_id
       where c.workflow_id = is_being_done.workflow_id and c.task_key = is_being_done.task_key
         and (c.quarantined_at is not null or (run.workflow_run_id is not null and run.finished_at is null)))
    or exists (
      select from pgwave.workflow_runs run
       where run.workflow_id = is_being_done.workflow_id and run.finished_at is null
         and run.input @> is_being_done.input)
$$;
comment on function pgwave_private.is_being_done(bigint, text, jsonb) is
  'Tell whether a run is at a task, or it is quarantined. Returns: true or false.';

create or replace function pgwave_private.task_key(input jsonb) returns text
language sql
immutable
parallel safe
begin atomic
  select encode(sha256(convert_to(task_key.input::text, 'UTF8')), 'hex');
end;
comment on function pgwave_private.task_key(jsonb) is
  'Name a task by its input. Returns: SHA-256, hexadecimal.';

create or replace function pgwave.discover_pending_tasks(workflow text default null)
returns table (workflow_id bigint, workflow_name text, task_key text, input jsonb)
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_only bigint;
  v_flow record;
begin
  if discover_pending_tasks.workflow is not null then
    v_only := (pgwave_private.require_workflow(discover_pending_tasks.workflow, 'view')).workflow_id;
  end if;
  for v_flow in
    select w.workflow_id, w.workflow_name, v.definition ->> 'pending_tasks' as query
      from pgwave.workflows w
      join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
     where v.definition ? 'pending_tasks' and w.enabled and w.deleted_at is null
       and (v_only is null or w.workflow_id = v_only) and pgwave_private.may_use_workflow(w.workflow_id, 'view')
     order by w.workflow_id
  loop
    begin
      return query
      select v_flow.workflow_id, v_flow.workflow_name, pgwave_private.task_key(t.input), t.input
        from pgwave_private.run_author_query(v_flow.query, 10000) t (input)
       where not pgwave_private.is_being_done(v_flow.workflow_id, pgwave_private.task_key(t.input), t.input);
    exception
      -- the query of one workflow does not hide the tasks of the others
      when syntax_error_or_access_rule_violation or data_exception or operator_intervention or insufficient_resources then
        if v_only is not null then
          raise;
        end if;
        raise warning 'pending_tasks of workflow %: %', v_flow.workflow_name, sqlerrm;
    end;
  end loop;
end
$$;
comment on function pgwave.discover_pending_tasks(text) is
  'Find the inputs that wait for a workflow, or for any, by its pending_tasks query; what a run is at and what is quarantined is left out. Of all workflows, one whose query fails is left out with a warning. Returns: a row for each, ten thousand of a workflow at most. Raises: PWNOF.';
