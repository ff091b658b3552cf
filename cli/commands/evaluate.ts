import { type Command, Option } from 'commander';
import type { Environment } from '../../src/database/rows.generated.ts';
import { finishBatches } from '../batches.ts';
import { calls } from '../engine.ts';
import {
  compareEvaluations,
  comparisonLines,
  evaluationLines,
  listJudges,
  readEvaluation,
  type ShownEvaluation,
} from '../evaluations.ts';
import { EXIT } from '../exit-codes.ts';
import { addFinishOptions, type FinishOptions } from '../finish-run.ts';
import { readJson, readOptional, repeated } from '../given-values.ts';
import { listenForInterruption } from '../interruption.ts';
import { addExamples, runId, scoreNumber, wholeNumber } from '../options.ts';
import { ExitError } from '../report-error.ts';
import { withSession } from '../session.ts';

interface Options extends FinishOptions {
  dataset: string;
  scorer?: string[];
  workflowVersion?: number;
  overrides?: string;
  datasetVersion?: number;
  tag?: string[];
  samples?: number;
  failBelow?: number;
  against?: number;
  maxParallel?: number;
  environment: Environment;
  priority: number;
}

/** `exact`, or a scorer as JSON. */
function readScorer(text: string): unknown {
  return /^[a-z]+$/.test(text)
    ? text
    : readJson('--scorer', text, `--scorer '{"type": "predicate", "predicate": "$output.n > 1"}'`);
}

/** Whether a script is to notice: not all was measured, or it is below a bar that was asked for. */
function isUnsuccessful({ evaluation }: ShownEvaluation, { failBelow }: Options): boolean {
  const { status, passed } = evaluation;
  if (status === 'running' || status === 'judging') return false;
  return status !== 'completed' || (failBelow !== undefined && passed !== true);
}

async function evaluate(workflow: string, options: Options): Promise<void> {
  const { against } = options;
  const note = (line: string) => {
    if (!options.json) process.stderr.write(`${line}\n`);
  };
  const { shown, comparison } = await withSession(options, async (session) => {
    const { client } = session;
    listenForInterruption();
    const started = await calls(client).evaluate({
      workflow,
      dataset: options.dataset,
      scorers: options.scorer?.map(readScorer),
      version: options.workflowVersion,
      overrides: readOptional('--overrides', options.overrides, `--overrides '{"prompt": "…"}'`),
      datasetVersion: options.datasetVersion,
      tags: options.tag,
      samples: options.samples,
      failBelow: options.failBelow,
      maxParallel: options.maxParallel,
      environment: options.environment,
      priority: options.priority,
    });
    const { workflow_run_id: id } = started;
    note(`evaluation ${id} started`);
    await finishBatches(session, [id], options, note);
    const judges = await listJudges(client, id);
    if (judges.length > 0) await finishBatches(session, judges, options, note);
    return {
      shown: (await readEvaluation(client, id)) as ShownEvaluation,
      comparison: against === undefined ? undefined : await compareEvaluations(client, against, id),
    };
  });
  if (options.json) console.log(JSON.stringify({ ...shown, comparison }));
  else {
    console.log(evaluationLines(shown).join('\n'));
    if (comparison) console.log(comparisonLines(comparison, against as number).join('\n'));
  }
  if (isUnsuccessful(shown, options)) throw new ExitError(EXIT.failed);
}

export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description('measure a workflow by the examples of a dataset')
    .argument('<workflow>', 'its name or number')
    .requiredOption('--dataset <name>', 'the examples')
    .option(
      '--scorer <scorer>',
      'exact, json, or a scorer as JSON, or @file (repeatable); default: exact',
      repeated,
    )
    .option('--workflow-version <n>', 'default: the deployed, or latest, version', wholeNumber(1))
    .option('--overrides <json>', 'what to change of it, as for pgwave fork, or @file')
    .option('--dataset-version <n>', 'default: the latest', wholeNumber(1))
    .option('--tag <word>', 'only examples that have it (repeatable)', repeated)
    .option('--samples <n>', 'runs of each example; default: 1', wholeNumber(1))
    .option('--fail-below <score>', 'exit with 1 if the score is lower, or not known', scoreNumber)
    .option('--against <evaluation>', 'compare with another evaluation', runId)
    .option('--max-parallel <n>', 'maximum number of open runs', wholeNumber(1))
    .addOption(
      new Option('--environment <name>', 'whose deployed version to run')
        .choices(['dev', 'test', 'uat', 'prod'])
        .default('dev'),
    )
    .option('--priority <n>', 'higher goes first', wholeNumber(-32768), 0);
  addFinishOptions(command).action((workflow: string, _, self: Command) =>
    evaluate(workflow, self.optsWithGlobals()),
  );
  addExamples(command, [
    ['pgwave evaluate grade-letter --dataset letters --watch', 'each example once, with a bar'],
    ['pgwave evaluate grade-letter --dataset letters --fail-below 0.9', 'for CI: exits with 1'],
    [
      'pgwave evaluate grade-letter --dataset letters --against 10001',
      'what is better and worse than then',
    ],
    [
      `pgwave evaluate grade-letter --dataset letters --overrides '{"model": "gemma2"}' --samples 5`,
      'another model, five times each',
    ],
  ]);
}
