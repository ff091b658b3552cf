import type { Command } from 'commander';
import { cancelRun, showRun } from '../engine.ts';
import { goesOn } from '../goes-on.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  reason?: string;
}

async function cancel(id: number, options: Options): Promise<void> {
  await withSession(options, async ({ client }) => {
    await cancelRun(client, id, options.reason);
    const shown = await showRun(client, id, { allItems: false });
    if (options.json) {
      console.log(JSON.stringify({ run: shown.run }));
      return;
    }
    const { status } = shown.run;
    if (status === 'completed' || status === 'failed') {
      process.stderr.write(`run ${id} had ended before: nothing was cancelled\n`);
    }
    console.log(await goesOn(client, shown));
  });
}

export function addCancel(program: Command): void {
  const command = program
    .command('cancel')
    .summary('end a run and its child runs now')
    .description('End a run and its child runs now. A finished run does not change.')
    .argument('<run>', 'the number of the run', runId)
    .option('--reason <text>', 'why; kept in the error of the run')
    .action((id: number, _, self: Command) => cancel(id, self.optsWithGlobals()));
  addExamples(command, [
    ["pgwave cancel 10001 --reason 'wrong posting'", 'calls in flight are aborted'],
    ['pgwave retry 10001', 'take it up again later'],
  ]);
}
