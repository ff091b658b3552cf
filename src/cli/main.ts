import fs from 'node:fs';
import { Command } from 'commander';
import { projectPath } from '../project-root.ts';
import { addApply } from './commands/apply.ts';
import { addApprove } from './commands/approve.ts';
import { addAudit } from './commands/audit.ts';
import { addBatch } from './commands/batch.ts';
import { addBatches } from './commands/batches.ts';
import { addCancel } from './commands/cancel.ts';
import { addChain } from './commands/chain.ts';
import { addCompare } from './commands/compare.ts';
import { addContracts } from './commands/contracts.ts';
import { addDemo } from './commands/demo.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFork } from './commands/fork.ts';
import { addInbox } from './commands/inbox.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPause, addResume } from './commands/pause.ts';
import { addPlan } from './commands/plan.ts';
import { addRetry } from './commands/retry.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addSchedule } from './commands/schedule.ts';
import { addServe } from './commands/serve.ts';
import { addShow } from './commands/show.ts';
import { addSignal } from './commands/signal.ts';
import { addTasks } from './commands/tasks.ts';
import { addUp } from './commands/up.ts';
import { addWorker } from './commands/worker.ts';
import { addExamples } from './options.ts';
import { reportError } from './report-error.ts';

const MORE = `
Environment:
  DATABASE_URL   the database; without it an embedded PostgreSQL runs in .pgwave/
  OLLAMA_HOST    where models are; default http://127.0.0.1:11434
  OPENAI_BASE_URL, PGWAVE_MODEL_KEYS   other model servers: docs/recipes/model-servers.md
  PGWAVE_DEBUG   1: stack traces

Exit codes:
  0 ok   1 a run that failed, or an error of the user's   2 usage   3 no database   130 Ctrl-C`;

function createProgram(): Command {
  const { version } = JSON.parse(fs.readFileSync(projectPath('package.json'), 'utf8'));
  const program = new Command('pgwave')
    .description('A workflow engine for LLM work that lives in PostgreSQL')
    .version(version)
    .option('--json', 'print JSON, errors on stderr too')
    .option('--database-url <url>', 'the database, before DATABASE_URL')
    .configureHelp({ showGlobalOptions: true })
    // Errors are printed at one place only.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  // Commands inherit what is set above, so they come after it.
  for (const add of [
    addDemo,
    addUp,
    addMigrate,
    addApply,
    addDeploy,
    addContracts,
    addWorker,
    addServe,
    addRun,
    addPlan,
    addBatch,
    addChain,
    addSchedule,
    addRuns,
    addBatches,
    addTasks,
    addShow,
    addCompare,
    addInbox,
    addApprove,
    addAudit,
    addSignal,
    addPause,
    addResume,
    addCancel,
    addRetry,
    addFork,
    addDoctor,
  ]) {
    add(program);
  }
  addExamples(program, [
    ['pgwave demo', 'everything at once, without a model'],
    ['pgwave up', 'database, worker and API until Ctrl-C'],
    ['pgwave apply actors.yaml workflow.yaml', 'define'],
    ['pgwave run 3001 -p posting_id=176 --watch', 'run'],
    ['pgwave plan "Summarise all jobs fetched today"', 'have a workflow drafted'],
    ['pgwave batch 3001 --watch', 'run over all that waits'],
    ['pgwave show 10001', 'look'],
    ['pgwave compare 10001 10002', 'ask why two runs differ'],
    ['pgwave inbox', 'decide what waits for a person'],
    ['pgwave retry 10001 --watch', 'take up what failed'],
  ]);
  return program.addHelpText('after', MORE);
}

/** The command that a command line names: `pgwave schedule`, of `pgwave schedule ad nightly`. */
function commandNamed(program: Command, argv: string[]): string {
  const path = [program];
  for (const word of argv.slice(2).filter((arg) => !arg.startsWith('-'))) {
    const next = path.at(-1)?.commands.find((command) => command.name() === word);
    if (!next) break;
    path.push(next);
  }
  return path.map((command) => command.name()).join(' ');
}

/** Runs a command line, and ends the process with the exit code that the help names. */
export async function main(argv: string[]): Promise<void> {
  // `pgwave runs | head`: nobody reads on, which is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  const program = createProgram();
  try {
    if (argv.length <= 2) program.outputHelp();
    else await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = reportError(error, argv.includes('--json'), commandNamed(program, argv));
  }
}
