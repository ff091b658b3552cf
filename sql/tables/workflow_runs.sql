-- Everything that happens to a row of workflow_runs, in firing order. An update that counts names none of the columns
-- here, so it costs nothing more.

-- What interactions change besides is told by their log. A condition here would be parsed from text by every statement
-- that ends runs or sets them running: the function asks.
create trigger _900_publish
  after update of status, owner, visibility, priority on pgwave.workflow_runs
  for each row execute function pgwave_private.publish_run();
create trigger _901_publish
  after insert on pgwave.workflow_runs
  for each row when (new.parent_workflow_run_id is not null)
  execute function pgwave_private.publish_run();
