import type { TestDatabase } from '../helpers/database.ts';
import { type Property, RELATIONS } from './people.ts';

/**
 * Rows that makeProperties leaves out, a statement each, run as pgwave_owner for every relation. A new table wants its
 * row here, so that the matrix has something to see or not to see. $1 run, $2 workflow, $3 version, $4 interaction,
 * $5 relation, $6 owner.
 */
const SEED = [
  `insert into pgwave.leases select $4, $1, 1, 'function:h_wf_' || $5::text, 1, now()`,
  `insert into pgwave.run_endings (workflow_run_id, parent_workflow_run_id, status, ended_at) select $1, $1, 'completed', now()`,
  `insert into pgwave.signals (workflow_run_id, signal_name, sent_by, sent_at) select $1, 'go', 'x', now()`,
  `insert into pgwave.response_chunks select $4, $1, 1, 'partial ' || $5::text, now()`,
  `insert into pgwave.run_seals (workflow_run_id, segment, status, run_digest, chain_digest, seal_hash, sealed_at)
     select $1, 7, 'completed', '', '', '', now()`,
  `insert into pgwave.run_reopenings values ($1, 7, 'x', now(), '{}', '{}', '{}')`,
  `insert into pgwave.seal_links select run_seal_id, run_seal_id, workflow_run_id, segment, '', now()
     from pgwave.run_seals where workflow_run_id = $1`,
  `insert into pgwave.interaction_attempts
       (interaction_id, workflow_run_id, attempt, actor_id, started_at, ended_at, outcome, usage)
     select i.interaction_id, $1, 99, i.actor_id, now(), now(), 'completed', jsonb_build_object('model', 'm_' || $5::text)
       from pgwave.interactions i join pgwave.actors a using (actor_id)
      where i.workflow_run_id = $1 and a.actor_name = 'h_wf_' || $5::text`,
  `insert into pgwave.task_claims (workflow_id, task_key, input, claimed_at, released_at, quarantined_at, quarantine_reason)
     select $2, 'k', '{}', now(), now(), now(), 'failed'`,
  `insert into pgwave.idempotency_keys select $6, 'key ' || $5::text, '', $1, now()`,
  `insert into pgwave.schedules (schedule_name, workflow_id, cron, owner, created_at) select 's_' || $5::text, $2, '* * * * *', $6, now()`,
  `insert into pgwave.webhooks (webhook_name, workflow_id, secret_name, signature, input, input_template, owner, created_at)
     select 'w_' || $5::text, $2, 'PGWAVE_WEBHOOK_X', 'standard', '{}', '{}', $6, now()`,
  `insert into pgwave.schedule_firings (schedule_id, due_at, outcome, fired_at)
     select schedule_id, now(), 'missed', now() from pgwave.schedules where schedule_name = 's_' || $5::text`,
  `insert into pgwave.batches (workflow_run_id, workflow_id, discovered, tasks, tasks_pending, owner, visibility)
     select $1, $2, false, 1, 1, run.owner, run.visibility from pgwave.workflow_runs run where run.workflow_run_id = $1`,
  `insert into pgwave.batch_tasks (workflow_run_id, position, task_key, input, owner, visibility)
     select b.workflow_run_id, 1, 'k', '{}', b.owner, b.visibility from pgwave.batches b where b.workflow_run_id = $1`,
  `insert into pgwave.datasets (dataset_name, latest_version, owner, visibility, created_at)
     select 'd_' || $5::text, 1, $6, case $5::text when 'public' then 'public' else 'private' end::pgwave.visibility, now()`,
  `insert into pgwave.dataset_versions select dataset_id, 1, 1, 1, 0, 0, 'x', now()
     from pgwave.datasets where dataset_name = 'd_' || $5::text`,
  `insert into pgwave.dataset_examples (dataset_id, example_key, input, from_version)
     select dataset_id, 'k', '{}', 1 from pgwave.datasets where dataset_name = 'd_' || $5::text`,
  `insert into pgwave.prompts (prompt_name, latest_version, owner) values ('p_' || $5::text, 1, $6)`,
  `insert into pgwave.prompt_versions (prompt_id, version, text, author)
     select prompt_id, 1, 'Say.', $6 from pgwave.prompts where prompt_name = 'p_' || $5::text`,
  `insert into pgwave.prompt_labels (prompt_id, label, move, version, moved_by)
     select prompt_id, 'production', 1, 1, $6 from pgwave.prompts where prompt_name = 'p_' || $5::text`,
  `insert into pgwave.evaluations select $1, $2, $3, null, 1, '["exact"]', 1, 1, 1`,
  `insert into pgwave.evaluation_scores values ($1, 1, 'exact', 1, null, null, now())`,
  `insert into pgwave.evaluation_judges values ($1, $1, 'exact')`,
  `insert into pgwave.workflow_probes select $3, 'count', 'state', 'select 1', 1`,
  `insert into pgwave.workflow_triggers (workflow_version_id, position, workflow) select $3, 1, 'wf'`,
  `insert into pgwave.workflow_deployments select $2, 'test', $3, 'x', now()`,
  `insert into pgwave.workflow_deployment_history (workflow_id, environment, workflow_version_id, deployed_by, deployed_at)
     select $2, 'test', $3, 'x', now()`,
  `insert into pgwave.workflow_templates (template_name, definition, owner, visibility)
     select 't_' || $5::text, '{}', $6, case $5::text when 'public' then 'public' else 'private' end::pgwave.visibility`,
  `insert into pgwave.workflow_permissions select $2, 'carl', 'view', 'x', now()`,
  // finished, with another delta than was expected
  `insert into pgwave.workflow_runs (workflow_run_id, workflow_id, workflow_version_id, operator, owner, visibility, status,
       orchestrator_interaction_id, created_at, started_at, finished_at)
     select $1::bigint + 500, $2, $3, 'x', $6, run.visibility, 'completed', $4::bigint + 100000, now(), now(), now()
       from pgwave.workflow_runs run where run.workflow_run_id = $1`,
  `insert into pgwave.interactions (interaction_id, workflow_run_id, conversation_id, status, input, output, owner)
     select $4::bigint + 100000, $1::bigint + 500, 9198, 'completed', '{"expected_work": {"x": 1}}', '{"delta": {"y": "+0"}}', $6`,
  `update pgwave.workflow_versions set definition = definition || '{"anomalies": {"y": "x"}}' where workflow_version_id = $3`,
];

/** Rows that belong to nobody in particular. */
const SHARED = [
  `insert into pgwave.actor_limits (actor_id) select actor_id from pgwave.actors where actor_name = 'h_wf_owner'`,
  `insert into pgwave.workers (host, pid, started_at, seen_at, session_pid, session_login) values ('h', 1, now(), now(), 0, 0)`,
  `insert into pgwave.model_hosts (address, pool, reported_at) values ('http://h:11434', 'default', now())`,
  `insert into pgwave.host_models (model_host_id, lane) select model_host_id, 'model:default/m' from pgwave.model_hosts`,
  `insert into pgwave.prunes values (1, 1, 1, '{1}', '{}', 1, now(), null, 'x', now(), '')`,
  `insert into pgwave.model_responses values ('', 'm', 'd', '{}', '{}', 1, 1, now())`,
];

export async function seedTables(db: TestDatabase, properties: Property[]): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('set role pgwave_owner');
    for (const p of properties) {
      const values: Record<string, string> = {
        $1: p.runId,
        $2: p.workflowId,
        $3: p.versionId,
        $4: p.interactionId,
        $5: `'${p.relation}'`,
        $6: p.relation === RELATIONS[0] ? "'ann'" : "'bob'",
      };
      for (const statement of SEED) {
        await client.query(statement.replaceAll(/\$[1-6]/g, (name) => values[name] ?? name));
      }
    }
    for (const statement of SHARED) await client.query(statement);
  } finally {
    await client.query('reset role');
    client.release();
  }
}
