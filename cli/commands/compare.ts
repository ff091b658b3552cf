import type { Command } from 'commander';
import {
  type CountedCause,
  compareRuns,
  type Explanation,
  type InteractionComparison,
} from '../engine.ts';
import { printable, shorten, table } from '../format.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

const MOST_SHOWN = 48;

/** `each #2 pass 3`: the item from 0, the pass from 1. */
function placeOf(row: InteractionComparison): string {
  const item = row.item_index === null ? '' : ` #${row.item_index}`;
  return `${row.conversation}${item}${row.iteration > 0 ? ` pass ${row.iteration + 1}` : ''}`;
}

const CONTEXT = 16;
/** What says more first: what was asked before what came, a part before the whole. */
const TELLING = [
  'prompt',
  'params',
  'model_digest',
  'model',
  'options',
  'seed',
  'error_code',
  'output',
];

/** Both sides of the first thing that differs, from shortly before the place where they part. */
function shownValues(row: InteractionComparison): [string, string] {
  const [first] = TELLING.filter((name) => row.differs.includes(name)).concat(row.differs);
  const texts = [
    { values: row.a_values, status: row.a_status },
    { values: row.b_values, status: row.b_status },
  ].map(({ values, status }) => {
    if (values === null) return 'none';
    const value = first === undefined ? status : (values[first] ?? status);
    return printable(typeof value === 'string' ? value : JSON.stringify(value));
  }) as [string, string];
  const [a, b] = texts;
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  const from = Math.max(0, same - CONTEXT);
  const cut = Math.max(a.length, b.length) > MOST_SHOWN && from > 0;
  return texts.map((text) => shorten(cut ? `…${text.slice(from)}` : text, MOST_SHOWN)) as [
    string,
    string,
  ];
}

/** A task of two batches: what became of it in each, or that only one of them has it. */
function taskCells({ item_index, differs, a_values, b_values }: InteractionComparison): string[] {
  const cell = (values: Record<string, unknown> | null) =>
    values === null
      ? ''
      : shorten(
          `run ${values.workflow_run_id} ${values.status} ${JSON.stringify(values.input)}`,
          MOST_SHOWN,
        );
  const what = a_values === null || b_values === null ? 'only one has it' : differs.join(', ');
  return [String(item_index), what, cell(a_values), cell(b_values)];
}

/** How often a cause was found between two batches, with an example. */
function causeLines({ cause, pairs, message, a_example, b_example }: CountedCause): string[] {
  const examples = [a_example, b_example].filter((id) => id !== null);
  const look = examples.length === 2 ? `pgwave compare ${examples.join(' ')}` : undefined;
  const text = `${String(pairs).padStart(5)} × ${cause.replaceAll('_', ' ')}: ${printable(message)}`;
  return look === undefined || cause === 'nothing' ? [text] : [text, `          ${look}`];
}

function sentence({ cause, message }: Explanation, a: number, b: number): string {
  if (cause === 'nothing') return `Runs ${a} and ${b} do not differ.`;
  return `They part first by ${cause.replaceAll('_', ' ')}: ${printable(message)}.`;
}

async function compare(a: number, b: number, options: GlobalOptions): Promise<void> {
  const { explanation, interactions, causes } = await withSession(options, ({ client }) =>
    compareRuns(client, a, b),
  );
  if (options.json) {
    console.log(JSON.stringify({ explanation, interactions, causes }));
    return;
  }
  const differing = interactions.filter(({ same }) => !same);
  if (differing.length > 0) {
    console.log(
      table(
        [
          differing[0]?.conversation === null ? 'TASK' : 'CONVERSATION',
          'DIFFERS',
          `RUN ${a}`,
          `RUN ${b}`,
        ],
        differing.map((row) =>
          row.conversation === null
            ? taskCells(row)
            : [placeOf(row), shorten(row.differs.join(', '), MOST_SHOWN), ...shownValues(row)],
        ),
      ),
    );
  }
  if (causes.some(({ cause }) => cause !== 'nothing')) {
    for (const line of causes.flatMap(causeLines)) console.log(line);
    return;
  }
  console.log(sentence(explanation, a, b));
}

export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .summary('explain why two runs or batches differ')
    .description(
      'Explain why two runs or batches differ. Names the first step that differs. Of two batches, counts the causes.',
    )
    .argument('<a>', 'the number of a run', runId)
    .argument('<b>', 'the number of another', runId)
    .action((a: number, b: number, _, self: Command) => compare(a, b, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave compare 10001 10002', 'what differs, and the first cause'],
    ['pgwave compare 10010 10020', 'of two batches: what became of the same tasks, and why'],
    ["pgwave compare 10001 10002 --json | jq '.explanation.cause'", 'for a script'],
  ]);
}
