-- Who sees which rows. Owners of tables, and so the functions of pgwave, are not held to policies;
-- pgwave_admin sees all; for the others a row needs a policy. What does not depend on the row stands in
-- (select …), so that it is worked out once for a query, not for each row.

do $security$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid
      from pg_catalog.pg_class as c
     where c.relnamespace = 'pgwave'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  loop
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format('alter table %s enable row level security', v_table);
    execute pg_catalog.format(
      'create policy administrators_see_all on %s for select to pgwave_admin using (true)', v_table);
  end loop;
end
$security$;

-- Runs, and what belongs to them.
create policy viewers_see on pgwave.workflow_runs for select to pgwave_viewer using (
  owner = (select pgwave.current_identity())
  or workflow_id = any((select pgwave_private.granted_workflows())::bigint[])
  or visibility = 'public' and workflow_id = any((select pgwave_private.public_workflows())::bigint[])
  or workflow_run_id = any((select pgwave_private.assigned_runs())::bigint[]));

create policy viewers_see on pgwave.interactions for select to pgwave_viewer using (
  owner = (select pgwave.current_identity())
  or exists (select from pgwave.workflow_runs as run where run.workflow_run_id = interactions.workflow_run_id));
create policy administrators_start on pgwave.interactions for insert to pgwave_admin with check (true);
create policy administrators_correct on pgwave.interactions for update to pgwave_admin using (true);

-- The policy of workflow_runs holds in here too.
do $of_runs$
declare
  v_table text;
begin
  foreach v_table in array array[
    'interaction_attempts', 'interaction_events', 'run_reopenings', 'run_seals', 'seal_links', 'ready', 'waits',
      'leases',
    'run_endings', 'signals', 'response_chunks', 'batches', 'batch_tasks', 'evaluations', 'evaluation_scores',
    'evaluation_judges'
  ] loop
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format(
      'create policy viewers_see on pgwave.%1$I for select to pgwave_viewer using (
         exists (select from pgwave.workflow_runs as run where run.workflow_run_id = %1$I.workflow_run_id))', v_table);
  end loop;
end
$of_runs$;

create policy viewers_see on pgwave.idempotency_keys for select to pgwave_viewer using (
  owner = (select pgwave.current_identity()));

-- Workflows, and what belongs to them.
create policy viewers_see on pgwave.workflows for select to pgwave_viewer using (
  workflow_id = any((select pgwave_private.visible_workflows())::bigint[]));
create policy viewers_see on pgwave.workflow_versions for select to pgwave_viewer using (
  workflow_id = any((select pgwave_private.visible_workflows())::bigint[]));
create policy viewers_see on pgwave.workflow_deployments for select to pgwave_viewer using (
  workflow_id = any((select pgwave_private.visible_workflows())::bigint[]));
create policy viewers_see on pgwave.workflow_deployment_history for select to pgwave_viewer using (
  workflow_id = any((select pgwave_private.visible_workflows())::bigint[]));
create policy viewers_see on pgwave.conversations for select to pgwave_viewer using (
  workflow_id is null or workflow_id = any((select pgwave_private.visible_workflows())::bigint[]));
create policy viewers_see on pgwave.task_claims for select to pgwave_viewer using (
  workflow_id = any((select pgwave_private.granted_workflows())::bigint[]));
create policy viewers_see on pgwave.schedules for select to pgwave_viewer using (
  owner = (select pgwave.current_identity())
  or workflow_id = any((select pgwave_private.granted_workflows())::bigint[]));
create policy viewers_see on pgwave.webhooks for select to pgwave_viewer using (
  owner = (select pgwave.current_identity())
  or workflow_id = any((select pgwave_private.granted_workflows())::bigint[]));
-- the policy of schedules holds in here
create policy viewers_see on pgwave.schedule_firings for select to pgwave_viewer using (
  exists (select from pgwave.schedules as s where s.schedule_id = schedule_firings.schedule_id));
create policy viewers_see on pgwave.workflow_permissions for select to pgwave_viewer using (
  grantee in ((select pgwave.current_identity()), 'public')
  or workflow_id in (
    select w.workflow_id from pgwave.workflows as w where w.owner = (select pgwave.current_identity())));

do $of_versions$
declare
  v_table text;
begin
  foreach v_table in array array['conversation_versions', 'branches', 'workflow_probes', 'workflow_triggers'] loop
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format(
      'create policy viewers_see on pgwave.%1$I for select to pgwave_viewer using (
         exists (
           select from pgwave.workflow_versions as v where v.workflow_version_id = %1$I.workflow_version_id))', v_table);
  end loop;
end
$of_versions$;

-- A contract is kept once, whoever uses it.
create policy viewers_see on pgwave.contracts for select to pgwave_viewer using (
  exists (select from pgwave.workflow_versions as v where v.input_contract_id = contracts.contract_id)
  or exists (select from pgwave.workflow_versions as v where v.output_contract_id = contracts.contract_id)
  or exists (select from pgwave.conversation_versions as cv where cv.output_contract_id = contracts.contract_id));

create policy viewers_see on pgwave.workflow_templates for select to pgwave_viewer using (
  visibility = 'public' or owner = (select pgwave.current_identity()));

-- Datasets: their owner's, or everybody's. The policy of datasets holds in what belongs to them.
create policy viewers_see on pgwave.datasets for select to pgwave_viewer using (
  visibility = 'public' or owner = (select pgwave.current_identity()));
create policy viewers_see on pgwave.dataset_versions for select to pgwave_viewer using (
  exists (select from pgwave.datasets as d where d.dataset_id = dataset_versions.dataset_id));
create policy viewers_see on pgwave.dataset_examples for select to pgwave_viewer using (
  exists (select from pgwave.datasets as d where d.dataset_id = dataset_examples.dataset_id));

-- The house's: whoever defines or looks after workflows needs to know who may do the work, and who does it.
-- Whoever sends no token does not learn commands, statements and addresses.
create policy viewers_see on pgwave.actors for select to pgwave_viewer using (
  actor_type not in ('script', 'sql', 'http') or (select pgwave.current_identity()) <> 'anonymous');
-- the policy of actors holds in here
create policy viewers_see on pgwave.actor_revisions for select to pgwave_viewer using (
  exists (select from pgwave.actors as a where a.actor_id = actor_revisions.actor_id));
create policy viewers_see on pgwave.prompts for select to pgwave_viewer using (
  (select pgwave.current_identity()) <> 'anonymous');
create policy viewers_see on pgwave.prompt_versions for select to pgwave_viewer using (
  (select pgwave.current_identity()) <> 'anonymous');
create policy viewers_see on pgwave.prompt_labels for select to pgwave_viewer using (
  (select pgwave.current_identity()) <> 'anonymous');
create policy viewers_see on pgwave.actor_limits for select to pgwave_viewer using (true);
create policy viewers_see on pgwave.workers for select to pgwave_viewer using (true);
create policy viewers_see on pgwave.model_hosts for select to pgwave_viewer using (true);
create policy viewers_see on pgwave.host_models for select to pgwave_viewer using (true);

-- model_responses holds what anybody asked: for administrators only.
