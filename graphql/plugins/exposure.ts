import { gatherConfig } from 'postgraphile/graphile-build';

/** The functions that are mutations; every other volatile function of the schema stays hidden. */
const MUTATIONS = new Set([
  'start_workflow',
  'cancel_workflow_run',
  'define_workflow',
  'define_actor',
  'enable_workflow',
  'delete_workflow',
  'grant_workflow',
  'revoke_workflow',
  'set_workflow_visibility',
  'set_run_visibility',
]);
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
        // PostGraphile leaves out every function of a name that is overloaded: keep the full form, by name of workflow.
        introspection.procs = introspection.procs.filter(
          (proc) =>
            !(
              proc.proname === 'start_workflow' &&
              proc.pronargs === 2 &&
              proc.getNamespace()?.nspname === 'pgwave'
            ),
        );
        for (const proc of introspection.procs) {
          if (proc.getNamespace()?.nspname !== 'pgwave' || proc.provolatile !== 'v') continue;
          if (!MUTATIONS.has(proc.proname)) proc.getTagsAndDescription().tags.behavior = HIDDEN;
        }
      },
    },
  }),
};
