import { gatherConfig } from 'postgraphile/graphile-build';

/**
 * The functions that are mutations; every other volatile function of the schema stays hidden. A name that is not there
 * is no error: a function becomes a mutation by a line here.
 */
export const MUTATIONS: ReadonlySet<string> = new Set([
  'cancel_workflow_run',
  'decide',
  'define_actor',
  'define_workflow',
  'deploy_workflow',
  'enable_workflow',
  'fork_workflow_run',
  'pause_workflow_run',
  'reproduce_run',
  'resume_workflow_run',
  'retry_workflow_run',
  'send_signal',
  'start_workflow',
  'undeploy_workflow',
  'validate_workflow',
]);

/**
 * Functions with several forms: PostGraphile offers none of a name that is overloaded, so the form with so many arguments
 * is kept.
 */
const KEPT_FORMS: ReadonlyMap<string, number> = new Map([['start_workflow', 7]]);

const HIDDEN = '-*';

/**
 * Decides what of the database is seen at all, where a rule says it better than a list of names: no partitions, and no
 * volatile function but those of {@link MUTATIONS}, so that a new function for workers is not offered by mistake.
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
          if (proc.getNamespace()?.nspname !== 'pgwave' || proc.provolatile !== 'v') continue;
          if (!MUTATIONS.has(proc.proname)) proc.getTagsAndDescription().tags.behavior = HIDDEN;
        }
      },
    },
  }),
};
