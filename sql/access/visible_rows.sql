-- What a caller sees, as lists that a policy makes once for a query: a policy never calls a function for a row.

create or replace function pgwave_private.granted_workflows()
returns bigint[]
language sql
stable parallel safe
security definer
set search_path = ''
as $function$
  select array(
    select w.workflow_id from pgwave.workflows as w where w.owner = pgwave.current_identity()
    union
    select p.workflow_id
      from pgwave.workflow_permissions as p
     where p.grantee in (pgwave.current_identity(), 'public'))
$function$;
comment on function pgwave_private.granted_workflows() is
  'List the workflows whose runs the caller sees, whoever started them: their own, and those granted to them. Returns: numbers.';

create or replace function pgwave_private.public_workflows()
returns bigint[]
language sql
stable parallel safe
security definer
set search_path = ''
as $function$
  select array(select w.workflow_id from pgwave.workflows as w where w.visibility = 'public')
$function$;
comment on function pgwave_private.public_workflows() is
  'List the public workflows. Returns: numbers.';

create or replace function pgwave_private.assigned_runs()
returns bigint[]
language sql
stable parallel safe
security definer
set search_path = ''
as $function$
  select array(select t.workflow_run_id from pgwave.waits as t where t.assignees @> array[pgwave.current_identity()])
$function$;
comment on function pgwave_private.assigned_runs() is
  'List the runs in which something waits for the caller by name. Returns: numbers.';

create or replace function pgwave_private.visible_workflows()
returns bigint[]
language sql
stable parallel safe
security definer
set search_path = ''
as $function$
  -- from one workflow to the next by the index, however many runs each has
  with recursive run_by_caller (workflow_id) as (
    (select run.workflow_id
       from pgwave.workflow_runs as run
      where run.owner = pgwave.current_identity()
      order by run.workflow_id
      limit 1)
    union all
    select (
        select run.workflow_id
          from pgwave.workflow_runs as run
         where run.owner = pgwave.current_identity() and run.workflow_id > r.workflow_id
         order by run.workflow_id
         limit 1)
      from run_by_caller as r
     where r.workflow_id is not null
  )
  select array(
    select unnest(pgwave_private.granted_workflows() || pgwave_private.public_workflows())
    union
    select r.workflow_id from run_by_caller as r where r.workflow_id is not null
    union
    select run.workflow_id
      from pgwave.workflow_runs as run
     where run.workflow_run_id = any((select pgwave_private.assigned_runs())::bigint[]))
$function$;
comment on function pgwave_private.visible_workflows() is
  'List the workflows whose definition the caller sees: their own, granted and public ones, and those of runs that are theirs or wait for them. Returns: numbers.';

create or replace function pgwave_private.list_known_names()
returns text[]
language sql
stable parallel safe
set search_path = ''
as $function$
  select array(
    select w.workflow_name
      from pgwave.workflows as w
     where w.deleted_at is null and w.part_of_workflow_id is null
       and ((select pgwave_private.is_administrator() or pgwave_private.acts_as('pgwave_worker'))
         or w.workflow_id = any((select pgwave_private.visible_workflows())::bigint[]))
     order by w.workflow_name)
$function$;
comment on function pgwave_private.list_known_names() is
  'List the workflows that the caller may be told of, without parts of others; workers, who act for others, of all. Returns: names in order.';

-- Statistics read rows of runs by the hundred thousand. A policy that looks up the run of each row, or lists all runs
-- that there are, takes longer than they do; so they ask here, with the conditions of the policy on workflow_runs.
create or replace function pgwave_private.visible_runs_between(
  "from" timestamptz,
  until timestamptz,
  workflow_id bigint,
  environment pgwave.environment,
  ended boolean
) returns setof bigint
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = force_custom_plan
as $function$
declare
  -- what ended since then is not much more than what the range holds
  v_is_recent constant boolean := statement_timestamp() - visible_runs_between."from"
    < 10 * (visible_runs_between.until - visible_runs_between."from");
begin
  return query
  select run.workflow_run_id
    from pgwave.workflow_runs as run
   where case
         when visible_runs_between.ended
           then run.finished_at >= visible_runs_between."from" and run.finished_at < visible_runs_between.until
         when v_is_recent
           then run.created_at < visible_runs_between.until
             and (run.finished_at >= visible_runs_between."from" or run.finished_at is null)
         else run.workflow_run_id = any(array(
           select distinct t.workflow_run_id
             from pgwave.interaction_attempts as t
            where t.ended_at >= visible_runs_between."from" and t.ended_at < visible_runs_between.until)) end
     and (visible_runs_between.workflow_id is null or run.workflow_id = visible_runs_between.workflow_id)
     and (visible_runs_between.environment is null or run.environment = visible_runs_between.environment)
     and ((select pgwave_private.is_administrator())
       or run.owner = (select pgwave.current_identity())
       or run.workflow_id = any((select pgwave_private.granted_workflows())::bigint[])
       or run.visibility = 'public' and run.workflow_id = any((select pgwave_private.public_workflows())::bigint[])
       or run.workflow_run_id = any((select pgwave_private.assigned_runs())::bigint[]));
end
$function$;
comment on function pgwave_private.visible_runs_between(timestamptz, timestamptz, bigint, pgwave.environment,
  boolean) is
  'List the runs that the caller sees and that were open in a time range, or ended in it; of a range long ago, those of which an attempt ended in it. Returns: numbers.';
