import type { Command } from 'commander';
import pc from 'picocolors';
import { chain } from '../chain.ts';
import { countWorkers, type ShownRun, showRun } from '../engine.ts';
import { localTime, printable, shorten } from '../format.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  full?: boolean;
}

async function show(id: number, options: Options): Promise<void> {
  const allItems = options.json || options.full || false;
  const { shown, workers } = await withSession(options, async ({ client }) => ({
    shown: await showRun(client, id, { allItems }),
    workers: await countWorkers(client),
  }));
  if (options.json) {
    console.log(JSON.stringify(shown));
    return;
  }
  const { run } = shown;
  console.log(
    `run ${run.workflow_run_id} of ${run.workflow_name} version ${run.version}, ${run.environment}, started by ${printable(run.operator)} (${originOf(run)}) at ${localTime(run.created_at)}`,
  );
  const given = { input: run.input, overrides: run.overrides };
  for (const [what, value] of Object.entries(given)) {
    if (value === null) continue;
    const text = JSON.stringify(value);
    console.log(pc.dim(`${what}: ${options.full ? printable(text) : shorten(text, 400)}`));
  }
  console.log(chain(shown, { full: options.full ?? false }));
  for (const { workflow_run_id: by, status } of run.compensations) {
    console.log(`compensated by run ${by} (${status}): pgwave show ${by}`);
  }
  if (workers === 0 && ['pending', 'running'].includes(run.status)) {
    console.log(pc.yellow('No worker is running. Start one: pgwave worker'));
  }
}

function originOf(run: ShownRun['run']): string {
  if (run.forked_from_workflow_run_id !== null) {
    return `fork of run ${run.forked_from_workflow_run_id}`;
  }
  if (run.compensates_workflow_run_id !== null) {
    return `compensation of run ${run.compensates_workflow_run_id}`;
  }
  if (run.parent_workflow_run_id !== null) {
    return `${run.triggered_by} of run ${run.parent_workflow_run_id}`;
  }
  return run.triggered_by;
}

export function addShow(program: Command): void {
  const command = program
    .command('show')
    .description('show a run: its steps, their answers, and its result')
    .argument('<run>', 'the number of the run', runId)
    .option('--full', 'answers and errors whole, and every item of maps')
    .action((id: number, _, self: Command) => show(id, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave show 10001', 'a line for each interaction, its answer shortened'],
    ['pgwave show 10001 --full', 'everything'],
    ["pgwave show 10001 --json | jq '.interactions[].tag'", 'for a script'],
  ]);
  command.addHelpText(
    'after',
    `
Signs:
  ✓ completed   ✗ failed   – skipped   ■ cancelled   ● running   ◌ waiting   · pending
  grade ↻1 is the second pass of a loop, answer[3] the fourth item of a map (both count from 0).
  Of a map with more than ten items, the first five that failed and five that wait are listed.`,
  );
}
