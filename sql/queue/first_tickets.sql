-- graphile-worker writes down the name of a task at its first job, and until that transaction ends every other one with
-- such a job waits. So each name is written down here, once; the jobs themselves find nothing to do.
select graphile_worker.add_jobs(array[
  row('serve_lane', '{"lane": "none"}', null, null, 1, null, 0, null)::graphile_worker.job_spec,
  row('wake_interactions', '{"lane": "waits"}', null, null, 1, null, 0, null)::graphile_worker.job_spec,
  row('notify', '{"interaction_id": 0, "address": ""}', null, null, 1, null, 0, null)::graphile_worker.job_spec])
 where not exists (select from graphile_worker.jobs j where j.task_identifier = 'wake_interactions');
