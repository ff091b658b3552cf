-- An answer that has to wait for somebody's lock makes its call wait, and all answers in it.
create or replace function pgwave.find_held(interactions jsonb) returns bigint[]
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_free bigint[];
  v_free_runs bigint[];
begin
  select array_agg(l.interaction_id) into v_free
    from (
      select i.interaction_id
        from jsonb_array_elements(find_held.interactions) a
        join pgwave.interactions i
          on i.interaction_id = (a ->> 'interaction_id')::bigint
            and i.workflow_run_id = (a ->> 'workflow_run_id')::bigint
       order by i.interaction_id
         for update of i skip locked
    ) l;
  select array_agg(l.workflow_run_id) into v_free_runs
    from (
      select run.workflow_run_id
        from pgwave.workflow_runs run
       where run.workflow_run_id in (
         select (a ->> 'workflow_run_id')::bigint from jsonb_array_elements(find_held.interactions) a)
       order by run.workflow_run_id
         for no key update skip locked
    ) l;
  return array(
    select (a ->> 'interaction_id')::bigint
      from jsonb_array_elements(find_held.interactions) a
     where (a ->> 'interaction_id')::bigint <> all (coalesce(v_free, '{}'))
        or (a ->> 'workflow_run_id')::bigint <> all (coalesce(v_free_runs, '{}')));
end
$$;
comment on function pgwave.find_held(jsonb) is
  'Find which of these interactions ([{interaction_id, workflow_run_id}]) somebody holds now, by themselves or by their run; a worker hands back the others meanwhile. Returns: their numbers. Locks: interactions and runs, without waiting, until the transaction ends.';
