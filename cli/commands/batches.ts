import type { Command } from 'commander';
import { batchReportLines, listBatches, reportBatch } from '../batches.ts';
import { duration, localTime, table } from '../format.ts';
import { addExamples, addRules, type GlobalOptions, runId, wholeNumber } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  limit: number;
}

async function batches(id: number | undefined, options: Options): Promise<void> {
  if (id !== undefined) {
    const report = await withSession(options, ({ client }) => reportBatch(client, id));
    console.log(options.json ? JSON.stringify(report) : batchReportLines(report).join('\n'));
    return;
  }
  const found = await withSession(options, ({ client }) => listBatches(client, options));
  if (options.json) {
    console.log(JSON.stringify({ batches: found }));
    return;
  }
  if (found.length === 0) {
    console.log('no batches');
    return;
  }
  console.log(
    table(
      [
        'BATCH',
        'WORKFLOW',
        'STATUS',
        'BY',
        'TASKS',
        'DONE',
        'FAILED',
        'RUNNING',
        'QUEUED',
        '%',
        'STARTED',
        'TOOK',
      ],
      found.map((batch) => [
        batch.workflow_run_id,
        batch.workflow_name,
        batch.status,
        batch.triggered_by,
        batch.tasks,
        batch.tasks_completed,
        batch.tasks_failed,
        batch.tasks_running,
        batch.tasks_pending,
        Math.floor(batch.percent),
        localTime(batch.created_at),
        duration(batch.duration_ms),
      ]),
    ),
  );
}

export function addBatches(program: Command): void {
  const command = program
    .command('batches')
    .description('list batches, the newest first, or report on one')
    .argument('[batch]', 'the number of its run', runId)
    .option('--limit <n>', 'maximum number of rows', wholeNumber(1), 20)
    .action((id: number | undefined, _, self: Command) => batches(id, self.optsWithGlobals()));
  addRules(command, { withArgument: { excluded: ['limit'] } });
  addExamples(command, [
    ['pgwave batches', 'the last twenty, and how far they are'],
    ['pgwave batches 10001', 'what came of one: errors by code, with examples'],
    ["pgwave batches 10001 --json | jq '.errors'", 'for a script'],
  ]);
}
