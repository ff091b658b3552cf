import { type Command, Option } from 'commander';
import type { BatchReport, ProcessedTasks } from '../../src/client/results.ts';
import type { Environment } from '../../src/database/rows.generated.ts';
import {
  batchReportLines,
  finishBatches,
  processPendingTasks,
  retryBatch,
  sayNothingPending,
  startBatch,
} from '../batches.ts';
import { EXIT } from '../exit-codes.ts';
import { addFinishOptions, type FinishOptions } from '../finish-run.ts';
import { count, shorten } from '../format.ts';
import { readDocuments } from '../given-values.ts';
import { listenForInterruption } from '../interruption.ts';
import { addLater, type LaterOptions, notBeforeOf, sayLater } from '../later.ts';
import {
  addExamples,
  addRules,
  addTraceparent,
  runId,
  type TraceOptions,
  traceOf,
  wholeNumber,
} from '../options.ts';
import { ExitError, failOnWarnings } from '../report-error.ts';
import { withSession } from '../session.ts';

interface Options extends FinishOptions, LaterOptions, TraceOptions {
  max?: number;
  dryRun?: boolean;
  inputs?: string;
  maxParallel?: number;
  stopAfterFailures?: number;
  environment: Environment;
  priority: number;
  idempotencyKey?: string;
  retry?: number;
}

const EXAMPLE = 'Give one input per line, for example {"posting_id": 1}';

function dryLines({ workflow_name, tasks, first_inputs }: ProcessedTasks): string[] {
  return [
    `${workflow_name}: ${count(tasks, 'task')} would start`,
    ...first_inputs.map((input) => `  ${shorten(JSON.stringify(input), 100)}`),
    ...(tasks > first_inputs.length ? [`  and ${tasks - first_inputs.length} more`] : []),
  ];
}

function isUnsuccessful({ status, tasks_failed }: BatchReport): boolean {
  return tasks_failed > 0 || status === 'failed' || status === 'cancelled';
}

function print(lines: string[]): void {
  if (lines.length > 0) console.log(lines.join('\n'));
}

async function batch(workflow: string | undefined, options: Options): Promise<void> {
  const { dryRun = false, max, inputs, retry } = options;
  const notBefore = notBeforeOf(options);
  const note = (line: string) => {
    if (!options.json) process.stderr.write(`${line}\n`);
  };
  const done = await withSession(options, async (session) => {
    const { client } = session;
    listenForInterruption();
    let ids: number[];
    if (retry !== undefined) {
      ids = [await retryBatch(client, retry)];
    } else if (inputs !== undefined && workflow !== undefined) {
      ids = [
        await startBatch(client, workflow, readDocuments('--inputs', inputs, EXAMPLE), {
          ...options,
          traceparent: traceOf(options),
          notBefore,
        }),
      ];
      if (notBefore !== undefined) {
        await sayLater(session, { id: Number(ids[0]), what: 'batch', notBefore }, options);
        return { later: true, warnings: session.warnings };
      }
    } else {
      const found = await processPendingTasks(client, workflow, { ...options, max, dryRun });
      if (found.length === 0 && session.warnings.length === 0) {
        note(await sayNothingPending(client, workflow));
      }
      if (dryRun) return { found, warnings: session.warnings };
      ids = found.flatMap(({ workflow_run_id: id }) => (id === null ? [] : [Number(id)]));
    }
    const { warnings } = session;
    if (ids.length === 0) return { reports: [], warnings };
    note(`batch ${ids.join(', ')} started`);
    return { reports: await finishBatches(session, ids, options, note), warnings };
  });
  if (done.later) return;
  if (options.json) {
    console.log(
      JSON.stringify(done.found ? { would_start: done.found } : { batches: done.reports }),
    );
  } else if (done.found) {
    print(done.found.flatMap(dryLines));
  } else {
    print((done.reports ?? []).flatMap(batchReportLines));
  }
  const reports = done.reports ?? [];
  for (const { tasks_failed, workflow_run_id: id } of reports) {
    if (tasks_failed > 0) note(`Retry what failed: pgwave batch --retry ${id}`);
  }
  failOnWarnings(done.warnings, options.json);
  if (reports.some(isUnsuccessful)) throw new ExitError(EXIT.failed);
}

export function addBatch(program: Command): void {
  const command = program
    .command('batch')
    .description('run a workflow over its pending tasks or a file')
    .argument('[workflow]', 'its name or number; default: all that have pending tasks')
    .option('--max <n>', 'maximum number of tasks to take', wholeNumber(1))
    .option('--dry-run', 'only print what would start')
    .option('--inputs <file>', 'an input a line as JSON (- for stdin), instead of what is pending')
    .option('--max-parallel <n>', 'maximum number of open runs', wholeNumber(1))
    .option(
      '--stop-after-failures <n>',
      'start no further task once so many have failed',
      wholeNumber(1),
    )
    .option('--retry <batch>', 'take up what failed or was cancelled in a batch that ended', runId)
    .addOption(
      new Option('--environment <name>', 'whose deployed version to run')
        .choices(['dev', 'test', 'uat', 'prod'])
        .default('dev'),
    )
    .option('--priority <n>', 'higher goes first', wholeNumber(-32768), 0)
    .option(
      '--idempotency-key <key>',
      'with --inputs: the same key gives the batch that it started before',
    );
  addRules(addFinishOptions(addTraceparent(addLater(command))), {
    excludes: [
      ['inputs', 'max', 'dryRun', 'retry'],
      [
        ...['retry', 'max', 'dryRun', 'maxParallel', 'stopAfterFailures', 'environment'],
        ...['priority', 'idempotencyKey', 'traceparent', 'at', 'in'],
      ],
      ['dryRun', 'watch', 'worker', 'functions', 'rehearse', 'scripts', 'timeout'],
      ['dryRun', 'maxParallel', 'stopAfterFailures', 'priority'],
    ],
    needs: { idempotencyKey: ['inputs'], traceparent: ['inputs'], at: ['inputs'], in: ['inputs'] },
    withArgument: { excluded: ['retry'], needed: ['inputs'] },
  });
  command.action((workflow: string | undefined, _, self: Command) =>
    batch(workflow, self.optsWithGlobals()),
  );
  addExamples(command, [
    ['pgwave batch posting-analysis --max 25 --watch', 'what waits, 25 of it, with its progress'],
    ['pgwave batch --dry-run', 'what waits for which workflow'],
    ['pgwave batch 3001 --inputs postings.jsonl --max-parallel 10', 'a file, ten at a time'],
    ['pgwave batch --retry 10001', 'what failed in batch 10001, once more'],
  ]);
}
