import type { Command } from 'commander';
import pc from 'picocolors';
import { chain } from '../chain.ts';
import { showRun } from '../engine.ts';
import { printable } from '../format.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  full?: boolean;
}

async function show(id: number, options: Options): Promise<void> {
  const shown = await withSession(options, ({ client }) => showRun(client, id));
  if (options.json) {
    console.log(JSON.stringify(shown));
    return;
  }
  const { run } = shown;
  console.log(
    `run ${run.workflow_run_id} of ${run.workflow_name} version ${run.version}, ${run.environment}, started by ${printable(run.operator)} (${run.triggered_by}) at ${run.created_at}`,
  );
  console.log(pc.dim(`input: ${printable(JSON.stringify(run.input))}`));
  console.log(chain(shown, { full: options.full ?? false }));
}

export function addShow(program: Command): void {
  const command = program
    .command('show')
    .description('show a run: its interactions in order, what each answered, and its result')
    .argument('<run>', 'the number of the run', runId)
    .option('--full', 'answers and errors whole')
    .action((id: number, _, self: Command) => show(id, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave show 10001', 'a line for each interaction, its answer shortened'],
    ['pgwave show 10001 --full', 'everything'],
    ["pgwave show 10001 --json | jq '.interactions[].tag'", 'for a script'],
  ]);
}
