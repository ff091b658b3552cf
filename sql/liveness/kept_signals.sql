-- A signal is kept although something waits for it: somebody held that when the signal came, and then rolled back.

create or replace function pgwave_private.list_signalled_runs() returns setof bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select distinct s.workflow_run_id
    from pgwave.signals s
    join pgwave.waits w on w.workflow_run_id = s.workflow_run_id and w.signal_name = s.signal_name
   where s.taken_by_interaction_id is null;
end
$$;
comment on function pgwave_private.list_signalled_runs() is
  'List runs that keep a signal for which something waits. Returns: their numbers.';

create or replace function pgwave_private.settle_kept_signals(run_ids bigint[]) returns int
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run_id bigint;
  v_waiting pgwave.interactions[];
  v_settled int := 0;
begin
  for v_run_id in
    select run.workflow_run_id
      from pgwave.workflow_runs run
     where run.finished_at is null and run.workflow_run_id = any(settle_kept_signals.run_ids)
     order by run.workflow_run_id
       for no key update skip locked
  loop
    select array_agg((i.*)::pgwave.interactions order by i.interaction_id) into v_waiting
      from (
        select i.*
          from pgwave.waits w
          join pgwave.interactions i
            on i.interaction_id = w.interaction_id and i.workflow_run_id = w.workflow_run_id and i.status = 'waiting'
         where w.workflow_run_id = v_run_id and w.signal_name is not null
         order by i.interaction_id
           for update of i skip locked
      ) i;
    if v_waiting is not null then
      perform pgwave_private.take_early_signals(v_waiting);
      v_settled := v_settled + cardinality(v_waiting);
    end if;
  end loop;
  return v_settled;
end
$$;
comment on function pgwave_private.settle_kept_signals(bigint[]) is
  'Give signals that these runs keep to what waits for them. Returns: how many waits were looked at. Writes: signals, interactions, and what follows. Locks: runs and interactions, without waiting.';
