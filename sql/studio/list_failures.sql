-- What failed, by code.

create or replace function pgwave.list_failures(workflow text default null, workflow_run_id bigint default null)
returns table (
  code text,
  failures bigint,
  runs bigint,
  message text,
  conversations text[],
  interaction_ids bigint[],
  workflow_run_ids bigint[],
  last_at timestamptz
)
language sql
stable
set search_path = ''
as $function$
  with recursive below as (
    select r.workflow_run_id
      from pgwave.workflow_runs r
     where r.workflow_run_id = list_failures.workflow_run_id
    union all
    select r.workflow_run_id
      from below b
      join pgwave.workflow_runs r on r.parent_workflow_run_id = b.workflow_run_id
  ), latest as (
    select r.workflow_run_id
      from pgwave.workflow_runs r
     where list_failures.workflow_run_id is null
       and (list_failures.workflow is null or r.workflow_id in (
             select w.workflow_id from pgwave.workflows w
              left join pgwave.workflows whole on whole.workflow_id = w.part_of_workflow_id
              where list_failures.workflow in (
                w.workflow_name, w.workflow_id::text, whole.workflow_name, whole.workflow_id::text)))
     order by r.workflow_run_id desc
     limit 5000
  ), looked_at as materialized (
    select r.workflow_run_id, r.interactions_failed, r.error, r.finished_at
      from pgwave.workflow_runs r
     where r.workflow_run_id in (select b.workflow_run_id from below b union all select l.workflow_run_id from latest l)
       and (r.interactions_failed > 0 or r.status = 'failed')
  ), failed as (
    select i.error, i.completed_at as failed_at, c.conversation_name, i.interaction_id, r.workflow_run_id
      from looked_at r
      join pgwave.interactions i on i.workflow_run_id = r.workflow_run_id
      join pgwave.conversations c on c.conversation_id = i.conversation_id
     where r.interactions_failed > 0 and i.status = 'failed' and i.conversation_id <> 9198
    union all
    -- a limit, a measurement, a child: the run itself says why
    select r.error, r.finished_at, null, null, r.workflow_run_id
      from looked_at r
     where r.interactions_failed = 0
  )
  select f.error ->> 'code', count(*), count(distinct f.workflow_run_id),
         (array_agg(f.error ->> 'message' order by f.failed_at desc nulls last))[1],
         coalesce(array_agg(distinct f.conversation_name) filter (where f.conversation_name is not null), '{}'),
         coalesce((array_agg(f.interaction_id
           order by f.interaction_id desc) filter (where f.interaction_id is not null))[1:5], '{}'),
         (select array_agg(e.run) from (select distinct unnest(array_agg(f.workflow_run_id))
           order by 1 desc limit 5) as e (run)),
         max(f.failed_at)
    from failed f
   group by 1
   order by 2 desc, 1
$function$;
comment on function pgwave.list_failures(text, bigint) is
  'List what failed, by code: of a run with the runs below it, of a workflow (name or number), or of all. Without a run, it reads the latest 5,000 runs that the caller may see. Returns: a row for each code (null: the error has none), by descending count. It has the latest message, and up to five of the latest interactions and runs.';
