import type { Command } from 'commander';
import { compareRuns, type Explanation, type InteractionComparison } from '../engine.ts';
import { printable, shorten, table } from '../format.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

const MOST_SHOWN = 48;

/** `each #2 pass 3`: the item from 0, the pass from 1; of two batches, `task 0`. */
function placeOf(row: InteractionComparison): string {
  if (row.conversation === null) return `task ${row.item_index}`;
  const item = row.item_index === null ? '' : ` #${row.item_index}`;
  return `${row.conversation}${item}${row.iteration > 0 ? ` pass ${row.iteration + 1}` : ''}`;
}

/** The first thing that differs, on one side. */
function shownValue(
  values: Record<string, unknown> | null,
  differs: string[],
  status: string | null,
): string {
  if (values === null) return 'none';
  // What was asked says more than what came, and a part more than the whole.
  const [first] = [
    'prompt',
    'params',
    'model_digest',
    'model',
    'options',
    'seed',
    'error_code',
    'output',
  ]
    .filter((name) => differs.includes(name))
    .concat(differs);
  const value = first === undefined ? status : (values[first] ?? status);
  return shorten(printable(typeof value === 'string' ? value : JSON.stringify(value)), MOST_SHOWN);
}

function sentence({ cause, message }: Explanation, a: number, b: number): string {
  if (cause === 'nothing') return `Runs ${a} and ${b} do not differ.`;
  return `They part first by ${cause.replaceAll('_', ' ')}: ${printable(message)}.`;
}

async function compare(a: number, b: number, options: GlobalOptions): Promise<void> {
  const { explanation, interactions } = await withSession(options, ({ client }) =>
    compareRuns(client, a, b),
  );
  if (options.json) {
    console.log(JSON.stringify({ explanation, interactions }));
    return;
  }
  const differing = interactions.filter(({ same }) => !same);
  if (differing.length > 0) {
    console.log(
      table(
        ['CONVERSATION', 'DIFFERS', `RUN ${a}`, `RUN ${b}`],
        differing.map((row) => [
          placeOf(row),
          shorten(row.differs.join(', '), MOST_SHOWN),
          shownValue(row.a_values, row.differs, row.a_status),
          shownValue(row.b_values, row.differs, row.b_status),
        ]),
      ),
    );
  }
  console.log(sentence(explanation, a, b));
}

export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .description('set two runs side by side, and say where they part first, and why')
    .argument('<a>', 'the number of a run', runId)
    .argument('<b>', 'the number of another', runId)
    .action((a: number, b: number, _, self: Command) => compare(a, b, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave compare 10001 10002', 'what differs, and the first cause'],
    ["pgwave compare 10001 10002 --json | jq '.explanation.cause'", 'for a script'],
  ]);
}
