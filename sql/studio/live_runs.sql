-- Lists of runs are told when a run starts or changes its status, not at each step: so a busy run costs them nothing.

create or replace function pgwave_private.publish_runs() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if exists (select from pgwave_private.watches) then
    perform pgwave_private.publish(array['runs']);
  end if;
  return null;
end
$$;
comment on function pgwave_private.publish_runs() is
  'Notify those who watch lists of runs. Writes: notifications.';

create trigger _911_publish_runs
  after insert on pgwave.workflow_runs
  for each statement
  execute function pgwave_private.publish_runs();
