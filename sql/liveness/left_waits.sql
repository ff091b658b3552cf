-- What was left because somebody held it: retries of what waits for no worker, and maps whose items are all resolved.

create or replace function pgwave_private.list_left_runs() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select r.workflow_run_id from pgwave.ready r
   where r.lane = 'waits' and not r.held and r.not_before <= (select pgwave_private.now())
     and not exists (select from pgwave.actors a where a.actor_id = r.actor_id and not a.enabled)
  union
  select w.workflow_run_id from pgwave.waits w where w.waits_for = 'items' and w.items_open = 0
   limit 200;
end
$$;
comment on function pgwave_private.list_left_runs() is
  'List runs in which something that waits for no worker can be opened, or a map has nothing open. Returns: their numbers, two hundred at most.';

create or replace function pgwave_private.settle_left_waits(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
  v_map bigint;
begin
  select array_agg(l.workflow_run_id) into v_runs
    from (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.finished_at is null and run.workflow_run_id = any(settle_left_waits.run_ids)
       order by run.workflow_run_id
         for no key update skip locked
    ) l;
  if v_runs is null then
    return 0;
  end if;
  for v_map in
    select w.interaction_id from pgwave.waits w
     where w.workflow_run_id = any(v_runs) and w.waits_for = 'items' and w.items_open = 0
  loop
    perform pgwave_private.settle_map(v_map, 0);
  end loop;
  perform pgwave_private.conclude_runs(v_runs);
  return cardinality(v_runs);
end
$$;
comment on function pgwave_private.settle_left_waits(bigint[]) is
  'Open in these runs the retries of what waits for no worker, and resolve maps whose header was held by somebody. Returns: how many runs. Writes: interactions, waits. Locks: runs and interactions, without waiting.';
