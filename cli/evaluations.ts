// The calls of the database that have to do with evaluations, and what people read of them.
import type pg from 'pg';
import pc from 'picocolors';
import type {
  ComparedExample,
  EvaluationResult,
  EvaluationSummary,
  EvaluationTest,
} from '../src/client/results.ts';
import { calls } from './engine.ts';
import { count, printable, shorten } from './format.ts';

/** A limit if all rows are wanted. */
const EVERY = 100_000;

/** What an evaluation came to, in all and by example, the lowest first. */
export interface ShownEvaluation {
  evaluation: EvaluationSummary;
  results: EvaluationResult[];
}

/** How one evaluation stands to another. */
export interface ShownComparison {
  test: EvaluationTest;
  examples: ComparedExample[];
}

/** Evaluations, the newest first. */
export async function listEvaluations(
  client: pg.ClientBase,
  limit: number,
): Promise<EvaluationSummary[]> {
  const found = await calls(client).listEvaluationSummary({ orderBy: '-workflow_run_id', limit });
  return found as EvaluationSummary[];
}

/** An evaluation; null: there is none that the caller may see. */
export async function readEvaluation(
  client: pg.ClientBase,
  id: number,
): Promise<ShownEvaluation | null> {
  const where = { workflow_run_id: id };
  const [evaluation] = await calls(client).listEvaluationSummary({ where, limit: 1 });
  if (evaluation === undefined) return null;
  const results = await calls(client).listEvaluationResults({
    where,
    orderBy: 'score',
    limit: EVERY,
  });
  return {
    evaluation: evaluation as EvaluationSummary,
    results: results as EvaluationResult[],
  };
}

/** The batches of judges of an evaluation. */
export async function listJudges(client: pg.ClientBase, id: number): Promise<number[]> {
  const found = await calls(client).listEvaluationJudges({
    where: { workflow_run_id: id },
    orderBy: 'judge_workflow_run_id',
    limit: EVERY,
  });
  return found.map((row) => row.judge_workflow_run_id);
}

/** Compares two evaluations. Raises PWNOF. */
export async function compareEvaluations(
  client: pg.ClientBase,
  a: number,
  b: number,
): Promise<ShownComparison> {
  const [test] = await calls(client).testEvaluations({ a, b });
  const examples = await calls(client).compareEvaluations({ a, b });
  return { test: test as EvaluationTest, examples: examples as ComparedExample[] };
}

/** Three digits, as many as a score of some hundred examples has. */
export const scoreText = (score: number | null): string =>
  score === null ? 'no score' : score.toFixed(3);

function verdict({ status, passed, fail_below: bar }: EvaluationSummary): string {
  if (status !== 'completed') return status;
  return passed ? pc.green(`passed (${bar})`) : pc.red(`below ${bar}`);
}

/** The report of an evaluation, for people. */
export function evaluationLines({ evaluation, results }: ShownEvaluation, limit = 20): string[] {
  const { workflow_run_id: id, agreement, variance, samples } = evaluation;
  const low = results.filter(({ score }) => score === null || score < 1);
  const shown = low.slice(0, limit);
  return [
    `evaluation ${id} ${evaluation.workflow_name} version ${evaluation.version}${evaluation.overrides === null ? '' : ' with overrides'}, ${evaluation.dataset_name ?? 'a deleted dataset'} version ${evaluation.dataset_version}`,
    `  score ${scoreText(evaluation.score)} over ${count(evaluation.scored, 'example')}, ${count(evaluation.failed, 'failed run')}: ${verdict(evaluation)}`,
    ...(agreement === null
      ? []
      : [
          `  ${samples} samples each: agreement ${scoreText(agreement)}, variance ${scoreText(variance)}`,
        ]),
    ...shown.map(({ score, input, message, workflow_run_ids: runs }) =>
      [
        `  ${scoreText(score)}  ${shorten(JSON.stringify(input), 48)}  ${shorten(printable(message ?? ''), 80)}`,
        pc.dim(`  pgwave show ${runs[0] ?? id}`),
      ].join(''),
    ),
    ...(low.length > shown.length ? [`  and ${low.length - shown.length} more below 1`] : []),
  ];
}

/** How an evaluation stands to another, for people: what is worse, with its cause. */
export function comparisonLines({ test, examples }: ShownComparison, a: number): string[] {
  const worse = examples.filter(({ change }) => change === 'worse');
  return [
    `against evaluation ${a}: ${test.better} better, ${test.worse} worse, ${test.same} the same${test.not_compared > 0 ? `, ${test.not_compared} not compared` : ''}`,
    `  ${scoreText(test.a_score)} → ${scoreText(test.b_score)}; ${test.more_than_chance ? 'more than chance' : 'chance explains it'} (p = ${test.p_value.toPrecision(2)})`,
    ...worse.flatMap((row) => [
      `  ${pc.red('worse')} ${scoreText(row.a_score)} → ${scoreText(row.b_score)}  ${shorten(JSON.stringify(row.input), 60)}`,
      `        ${shorten(printable(row.message ?? ''), 110)}`,
      ...(row.a_workflow_run_id === null || row.b_workflow_run_id === null
        ? []
        : [pc.dim(`        pgwave compare ${row.a_workflow_run_id} ${row.b_workflow_run_id}`)]),
    ]),
  ];
}
