-- A retry of the parent takes up a child run that was retried for its own sake: its work is not done, and paid for,
-- twice.

create or replace function pgwave_private.take_up_child(interaction pgwave.interactions) returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_child pgwave.workflow_runs;
begin
  select run.* into v_child
    from pgwave.workflow_runs run
   where run.parent_workflow_run_id = interaction.workflow_run_id
     and run.parent_interaction_id = interaction.interaction_id
   order by run.workflow_run_id desc
   limit 1;
  if not found or v_child.status <> 'completed'
    and (v_child.finished_at is not null or v_child.ends_as is not null) then
    return false;
  end if;
  -- the caller holds the parent: an ending that comes meanwhile finds this
  update pgwave.waits w set child_workflow_run_id = v_child.workflow_run_id
   where w.interaction_id = interaction.interaction_id;
  if v_child.status = 'completed' then
    perform pgwave_private.record_outcomes(array[pgwave_private.settle_waiting(
      interaction.interaction_id, interaction.workflow_run_id, jsonb_build_object('data', v_child.output))]);
  end if;
  return true;
end
$$;
comment on function pgwave_private.take_up_child(pgwave.interactions) is
  'Let an interaction wait for the child run that it had, if that completed or is open again. Returns: whether there was one. Writes: waits, interactions and what follows.';
