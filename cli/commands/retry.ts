import type { Command } from 'commander';
import { retryRun, showRun } from '../engine.ts';
import { addFinishOptions, beginAndFinish, type FinishOptions } from '../finish-run.ts';
import { readPairs, repeated } from '../given-values.ts';
import { addExamples, runId } from '../options.ts';

interface Options extends FinishOptions {
  limit?: string[];
}

async function retry(id: number, options: Options): Promise<void> {
  const limits =
    options.limit === undefined
      ? undefined
      : readPairs('--limit', options.limit, '--limit max_tokens=400000');
  await beginAndFinish(options, async ({ client }) => {
    const { interactions } = await showRun(client, id, { allItems: false });
    await retryRun(client, id, limits);
    return { id, said: `run ${id} goes on`, known: interactions };
  });
}

export function addRetry(program: Command): void {
  const command = program
    .command('retry')
    .summary('resume a failed or cancelled run')
    .description('Resume a failed or cancelled run. Completed steps are not repeated.')
    .argument('<run>', 'the number of the run', runId)
    .option(
      '--limit <name=value>',
      'another limit from now on: max_interactions, max_duration, max_tokens, max_cost; null lifts it',
      repeated,
    );
  addFinishOptions(command).action((id: number, _, self: Command) =>
    retry(id, self.optsWithGlobals()),
  );
  addExamples(command, [
    ['pgwave retry 10001 --watch', 'what failed or was cancelled, and what follows'],
    ['pgwave retry 10001 --limit max_tokens=400000', 'go on with a larger budget'],
    ['pgwave retry 10001 --no-worker', 'leave the work to other workers'],
  ]);
}
