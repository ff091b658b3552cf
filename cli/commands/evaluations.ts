import type { Command } from 'commander';
import { PgwaveError } from '../../src/errors.ts';
import {
  compareEvaluations,
  comparisonLines,
  evaluationLines,
  listEvaluations,
  readEvaluation,
  scoreText,
} from '../evaluations.ts';
import { localTime, table } from '../format.ts';
import { addExamples, addRules, type GlobalOptions, runId, wholeNumber } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  limit: number;
  against?: number;
}

async function show(id: number, options: Options): Promise<void> {
  const { against } = options;
  const { shown, comparison } = await withSession(options, async ({ client }) => ({
    shown: await readEvaluation(client, id),
    comparison: against === undefined ? undefined : await compareEvaluations(client, against, id),
  }));
  if (shown === null) {
    throw new PgwaveError('PWNOF', `Evaluation ${id} not found`, {
      hint: 'pgwave evaluations lists them.',
    });
  }
  if (options.json) console.log(JSON.stringify({ ...shown, comparison }));
  else {
    console.log(evaluationLines(shown, options.limit).join('\n'));
    if (comparison) console.log(comparisonLines(comparison, against as number).join('\n'));
  }
}

async function list(options: Options): Promise<void> {
  const found = await withSession(options, ({ client }) => listEvaluations(client, options.limit));
  if (options.json) console.log(JSON.stringify({ evaluations: found }));
  else if (found.length === 0) console.log('no evaluations');
  else {
    console.log(
      table(
        [
          'EVALUATION',
          'WORKFLOW',
          'VERSION',
          'DATASET',
          'STATUS',
          'SCORE',
          'BAR',
          'BELOW 1',
          'STARTED',
        ],
        found.map((row) => [
          row.workflow_run_id,
          row.workflow_name,
          `${row.version}${row.overrides === null ? '' : ' with overrides'}`,
          `${row.dataset_name ?? '(deleted)'} version ${row.dataset_version}`,
          row.status,
          scoreText(row.score),
          row.fail_below,
          row.below,
          localTime(row.created_at),
        ]),
      ),
    );
  }
}

export function addEvaluations(program: Command): void {
  const command = program
    .command('evaluations')
    .description('list evaluations, the newest first, or show one')
    .argument('[evaluation]', 'the number of its run', runId)
    .option('--against <evaluation>', 'compare with another evaluation', runId)
    .option('--limit <n>', 'maximum number of rows', wholeNumber(1), 20)
    .action((id: number | undefined, _, self: Command) => {
      const options = self.optsWithGlobals<Options>();
      return id === undefined ? list(options) : show(id, options);
    });
  addRules(command, { withArgument: { needed: ['against'] } });
  addExamples(command, [
    ['pgwave evaluations', 'the last twenty, and what they scored'],
    ['pgwave evaluations 10002 --against 10001', 'what became better and worse, and why'],
    ["pgwave evaluations 10002 --json | jq '.results[] | select(.score < 1)'", 'for a script'],
  ]);
}
