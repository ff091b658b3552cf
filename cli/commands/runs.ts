import { type Command, Option } from 'commander';
import { RUN_STATUSES } from '../../src/client/run-statuses.ts';
import { listRuns, type RunStatus, workflowName } from '../engine.ts';
import { duration, localTime, table } from '../format.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  workflow?: string;
  status?: RunStatus;
  all?: boolean;
  limit: number;
}

async function runs(options: Options): Promise<void> {
  const found = await withSession(options, async ({ client }) =>
    listRuns(client, {
      limit: options.limit,
      // Who asks for one workflow means its child runs too.
      all: options.all ?? options.workflow !== undefined,
      status: options.status,
      workflow: options.workflow && (await workflowName(client, options.workflow)),
    }),
  );
  if (options.json) {
    console.log(JSON.stringify({ runs: found }));
    return;
  }
  if (found.length === 0) {
    console.log('no runs');
    return;
  }
  console.log(
    table(
      ['RUN', 'WORKFLOW', 'STATUS', 'BY', 'DONE', 'FAILED', 'SKIPPED', 'OPEN', 'STARTED', 'TOOK'],
      found.map((run) => [
        run.workflow_run_id,
        run.workflow_name,
        run.status,
        run.triggered_by,
        run.interactions_completed,
        run.interactions_failed,
        run.interactions_skipped,
        run.interactions_open,
        localTime(run.created_at),
        duration(run.duration_ms),
      ]),
    ),
  );
}

export function addRuns(program: Command): void {
  const command = program
    .command('runs')
    .description('list runs, the newest first')
    .option('--workflow <workflow>', 'only those of this workflow, by name or number')
    .addOption(new Option('--status <status>', 'only those that stand so').choices(RUN_STATUSES))
    .option('--all', 'also child runs: those of batches, chains and sub-workflows')
    .option('--limit <n>', 'maximum number of rows', wholeNumber(1), 20)
    .action((_, self: Command) => runs(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave runs', 'the last twenty'],
    ['pgwave runs --workflow 3001 --status failed', 'what went wrong'],
    ['pgwave runs --json --limit 100', 'for a script'],
  ]);
}
