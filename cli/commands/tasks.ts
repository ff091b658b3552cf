import type { Command } from 'commander';
import { sayNothingPending } from '../batches.ts';
import type { PendingTask, QuarantinedTask } from '../../src/client/results.ts';
import { calls, workflowName } from '../engine.ts';
import { count, localTime, shorten, table } from '../format.ts';
import { addExamples, addRules, type GlobalOptions, wholeNumber } from '../options.ts';
import { failOnWarnings } from '../report-error.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  quarantined?: boolean;
  retry?: boolean;
  limit: number;
}

/** A limit if all rows are wanted. */
const EVERY = 100_000;

async function tasks(workflow: string | undefined, options: Options): Promise<void> {
  await withSession(options, async ({ client, warnings }) => {
    const name = workflow === undefined ? undefined : await workflowName(client, workflow);
    const { discoverPendingTasks, listQuarantinedTasks, retryTasks } = calls(client);
    if (options.retry) {
      const kept = await listQuarantinedTasks({
        columns: ['workflow_name'],
        where: { workflow_name: name },
        limit: EVERY,
      });
      let released = 0;
      for (const each of new Set(kept.map(({ workflow_name }) => workflow_name as string))) {
        released += await retryTasks(each);
      }
      console.log(
        options.json
          ? JSON.stringify({ released })
          : `${count(released, 'task')} released: they are discovered again`,
      );
      return;
    }
    const quarantined = await listQuarantinedTasks({
      where: { workflow_name: name },
      orderBy: '-quarantined_at',
      limit: options.limit,
    });
    const pending = options.quarantined ? undefined : await discoverPendingTasks(name);
    print(
      pending,
      quarantined as QuarantinedTask[],
      options,
      pending?.length === 0 && warnings.length === 0
        ? await sayNothingPending(client, workflow)
        : '',
    );
    failOnWarnings(warnings, options.json);
  });
}

function print(
  pending: PendingTask[] | undefined,
  quarantined: QuarantinedTask[],
  options: Options,
  nothing: string,
): void {
  if (options.json) {
    console.log(JSON.stringify(pending === undefined ? { quarantined } : { pending, quarantined }));
    return;
  }
  if (pending !== undefined) {
    const shown = pending.slice(0, options.limit);
    const found = pending.length === 0 ? nothing : count(pending.length, 'pending task');
    if (found !== '') console.log(found);
    for (const { workflow_name, input } of shown) {
      console.log(`  ${workflow_name}  ${shorten(JSON.stringify(input), 100)}`);
    }
    if (pending.length > shown.length) console.log(`  and ${pending.length - shown.length} more`);
  }
  if (quarantined.length === 0) {
    if (pending === undefined) console.log('nothing is quarantined');
    return;
  }
  console.log(
    table(
      ['WORKFLOW', 'QUARANTINED', 'WHY', 'INPUT', 'LAST ERROR'],
      quarantined.map((task) => [
        task.workflow_name,
        localTime(task.quarantined_at),
        task.quarantine_reason === 'failed' ? `failed ${task.failures}×` : 'found again and again',
        shorten(JSON.stringify(task.input), 48),
        shorten([task.last_error?.code, task.last_error?.message].filter(Boolean).join(': '), 60),
      ]),
    ),
  );
}

export function addTasks(program: Command): void {
  const command = program
    .command('tasks')
    .description('list what waits for workflows, and what is quarantined')
    .argument('[workflow]', 'its name or number; default: all')
    .option('--quarantined', 'only what is left out because it kept failing')
    .option('--retry', 'release what is quarantined, so that it is discovered again')
    .option('--limit <n>', 'maximum number of rows', wholeNumber(1), 20)
    .action((workflow: string | undefined, _, self: Command) =>
      tasks(workflow, self.optsWithGlobals()),
    );
  addRules(command, { excludes: [['retry', 'quarantined', 'limit']] });
  addExamples(command, [
    ['pgwave tasks', 'what waits, and what is quarantined'],
    ['pgwave tasks posting-analysis --quarantined', 'what kept failing, and how'],
    ['pgwave tasks posting-analysis --retry', 'try it again'],
  ]);
}
