import type { Command } from 'commander';
import type pg from 'pg';
import { pauseRun, resumeRun, showRun } from '../engine.ts';
import { goesOn } from '../goes-on.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

type Change = (client: pg.ClientBase, id: number) => Promise<void>;

async function change(make: Change, id: number, options: GlobalOptions): Promise<void> {
  await withSession(options, async ({ client }) => {
    await make(client, id);
    const shown = await showRun(client, id, { allItems: false });
    console.log(options.json ? JSON.stringify({ run: shown.run }) : await goesOn(client, shown));
  });
}

export function addPause(program: Command): void {
  const command = program
    .command('pause')
    .summary('stop a run and its child runs from beginning steps')
    .description('Stop a run and its child runs from beginning steps. Running steps finish.')
    .argument('<run>', 'the number of the run', runId)
    .action((id: number, _, self: Command) => change(pauseRun, id, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave pause 10001', 'decisions may still be made'],
    ['pgwave runs --status paused', 'which are paused'],
  ]);
}

export function addResume(program: Command): void {
  const command = program
    .command('resume')
    .description('let a paused run and its child runs go on')
    .argument('<run>', 'the number of the run', runId)
    .action((id: number, _, self: Command) => change(resumeRun, id, self.optsWithGlobals()));
  addExamples(command, [['pgwave resume 10001', 'one that is not paused stays as it is']]);
}
