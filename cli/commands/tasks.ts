import type { Command } from 'commander';
import { sayNothingPending } from '../batches.ts';
import { workflowName } from '../engine.ts';
import { count, localTime, shorten, table } from '../format.ts';
import { addExamples, addRules, type GlobalOptions, wholeNumber } from '../options.ts';
import { failOnWarnings } from '../report-error.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  quarantined?: boolean;
  retry?: boolean;
  limit: number;
}

interface Task {
  workflow_name: string;
  task_key: string;
  input: unknown;
}

interface QuarantinedTask extends Task {
  quarantine_reason: string;
  failures: number;
  last_error: { code?: string; message?: string } | null;
  quarantined_at: string;
}

async function tasks(workflow: string | undefined, options: Options): Promise<void> {
  await withSession(options, async ({ client, warnings }) => {
    const name = workflow === undefined ? null : await workflowName(client, workflow);
    if (options.retry) {
      const { rows } = await client.query<{ released: number }>(
        `select coalesce(sum(pgwave.retry_tasks(w.workflow_name)), 0)::int as released
         from (select distinct workflow_name from pgwave.quarantined_tasks
               where $1::text is null or workflow_name = $1) w`,
        [name],
      );
      const released = rows[0]?.released ?? 0;
      console.log(
        options.json
          ? JSON.stringify({ released })
          : `${count(released, 'task')} released: they are discovered again`,
      );
      return;
    }
    const quarantined = await client.query<{ task: QuarantinedTask }>(
      `select to_jsonb(q) as task from pgwave.quarantined_tasks q
       where $1::text is null or q.workflow_name = $1 order by q.quarantined_at desc limit $2`,
      [name, options.limit],
    );
    const pending = options.quarantined
      ? undefined
      : await client.query<{ task: Task }>(
          'select to_jsonb(t) as task from pgwave.discover_pending_tasks($1) t',
          [name],
        );
    print(
      pending?.rows.map(({ task }) => task),
      quarantined.rows.map(({ task }) => task),
      options,
      pending?.rows.length === 0 && warnings.length === 0
        ? await sayNothingPending(client, workflow)
        : '',
    );
    failOnWarnings(warnings, options.json);
  });
}

function print(
  pending: Task[] | undefined,
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
