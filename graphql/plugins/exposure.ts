import { gatherConfig } from 'postgraphile/graphile-build';

/**
 * The functions that are mutations; every other volatile function of the schema stays hidden. A name that is not there
 * is no error: a function becomes a mutation by a line here.
 */
export const MUTATIONS: ReadonlySet<string> = new Set([
  'act_on_matching_runs',
  'add_examples',
  'cancel_workflow_run',
  'cancel_workflow_runs',
  'chain_workflows',
  'check_health',
  'create_schedule',
  'decide',
  'define_actor',
  'define_contracts',
  'define_prompt',
  'define_workflow',
  'delete_dataset',
  'delete_workflow',
  'delete_workflow_template',
  'deploy_workflow',
  'drop_schedule',
  'enable_workflow',
  'evaluate',
  'forget_responses',
  'fork_workflow_run',
  'grant_workflow',
  'keep_example',
  'label_prompt',
  'pause_schedule',
  'pause_workflow_run',
  'pause_workflow_runs',
  'plan_workflow',
  'process_pending_tasks',
  'promote_workflow',
  'remove_examples',
  'reproduce_run',
  'resume_schedule',
  'resume_workflow_run',
  'resume_workflow_runs',
  'retry_batch',
  'retry_tasks',
  'retry_workflow_run',
  'retry_workflow_runs',
  'revoke_workflow',
  'save_workflow_template',
  'send_signal',
  'set_dataset_visibility',
  'set_run_visibility',
  'set_workflow_visibility',
  'start_batch',
  'start_workflow',
  'undeploy_workflow',
  'update_schedule',
  'validate_workflow',
]);

/**
 * Functions with several forms: PostGraphile offers none of a name that is overloaded, so the form with so many arguments
 * is kept.
 */
const KEPT_FORMS: ReadonlyMap<string, number> = new Map([['start_workflow', 9]]);

const HIDDEN = '-*';

/** The roles that a request can take: a function that none of them may execute is not offered. */
const REQUEST_ROLES: ReadonlySet<string> = new Set([
  'pgwave_viewer',
  'pgwave_operator',
  'pgwave_author',
  'pgwave_admin',
]);

/**
 * Decides what of the database is seen at all, where a rule says it better than a list of names: no partitions, no
 * function that is for workers, scripts or the server itself (by the grants), and no volatile function but those of {@link MUTATIONS}.
 */
export const ExposurePlugin: GraphileConfig.Plugin = {
  name: 'PgwaveExposurePlugin',
  version: '0.0.0',
  gather: gatherConfig({
    namespace: 'pgwaveExposure' as never,
    helpers: {} as never,
    hooks: {
      pgIntrospection_introspection(_info, { introspection }) {
        for (const table of introspection.classes) {
          if (table.relispartition) table.getTagsAndDescription().tags.behavior = HIDDEN;
        }
        introspection.procs = introspection.procs.filter((proc) => {
          const kept = KEPT_FORMS.get(proc.proname);
          return (
            kept === undefined ||
            proc.pronargs === kept ||
            proc.getNamespace()?.nspname !== 'pgwave'
          );
        });
        for (const proc of introspection.procs) {
          if (proc.getNamespace()?.nspname !== 'pgwave') continue;
          const isForRequests = proc
            .getACL()
            .some(({ role, execute }) => execute && REQUEST_ROLES.has(role));
          if (!isForRequests || (proc.provolatile === 'v' && !MUTATIONS.has(proc.proname))) {
            proc.getTagsAndDescription().tags.behavior = HIDDEN;
          }
        }
      },
    },
  }),
};
