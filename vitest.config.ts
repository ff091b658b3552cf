import { defineConfig } from 'vitest/config';
import { Sequencer } from './tests/helpers/sequencer.ts';

/**
 * Tests that take long: they start processes, browsers, or servers, kill what runs, or search at random. `npm test`
 * leaves them out; `npm run test:slow` runs them, and `npm run test:all` everything.
 */
export const SLOW = [
  'tests/access/{hostile-text,passwords,sessions-apart}.test.ts',
  'tests/chaos/**',
  'tests/cli/{batch,demo,init,nameless-user,plan,run,test,up,wait}.test.ts',
  'tests/client/client.test.ts',
  'tests/database/{base-backup,dump,embedded,embedded-folder,load-by-parts,load-sql,pgbackrest,rolling-upgrade,upgrade}.test.ts',
  'tests/discovery/{batches,discover}.test.ts',
  'tests/docs/{patterns,snippets,tutorial}.test.ts',
  'tests/engine/{compensation,field-effects,joins,limits,lock-order,lock-order-waiting,random-calls,workflow-field-effects}.test.ts',
  'tests/evaluations/{evaluate,postings}.test.ts',
  'tests/examples/{other-engines,posting-forks,posting-scripts,seed-batch,turing-orchestrator}.test.ts',
  'tests/ha/**',
  'tests/graphql/{clients,jwt,limits,subscriptions}.test.ts',
  'tests/mcp/**',
  'tests/model/model.test.ts',
  'tests/monitoring/traces.test.ts',
  'tests/notebook/{audit,experiments,explain}.test.ts',
  'tests/package/**',
  'tests/planner/planner.test.ts',
  'tests/sql/contracts/{generated-schemas,patterns}.test.ts',
  'tests/sql/definitions/plans.test.ts',
  'tests/studio/{builder,copies,details,live,load,pages,phone,prompts,runs,trouble}.test.ts',
  'tests/workers/{batches,dispatcher,hostile-authors,http-actor,idle,network,notify,recovery,run-tasks,scenarios,waiting,waves,worker}.test.ts',
];

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/helpers/global-setup.ts'],
    pool: 'forks',
    // For two cores: some files wait more than they work.
    maxWorkers: 3,
    sequence: { sequencer: Sequencer },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // What the command line prints is compared as text: CI=true alone would switch colours on.
    env: { NO_COLOR: '1' },
    // For scripts: the results as JSON in this file besides.
    ...(process.env.PGWAVE_TEST_REPORT
      ? {
          reporters: ['default', 'json'],
          outputFile: { json: process.env.PGWAVE_TEST_REPORT },
        }
      : {}),
  },
});
