-- Everything that happens to a row of workflow_runs, in firing order. An update that counts names none of the columns
-- here, so it costs nothing more.

-- What interactions change besides is told by their log.
create trigger _900_publish
  after update of status, owner, visibility, priority on pgwave.workflow_runs
  for each row when (
    old.status is distinct from new.status or old.owner is distinct from new.owner
    or old.visibility is distinct from new.visibility or old.priority is distinct from new.priority)
  execute function pgwave_private.publish_run();
create trigger _901_publish
  after insert on pgwave.workflow_runs
  for each row when (new.parent_workflow_run_id is not null)
  execute function pgwave_private.publish_run();
