import type { Work } from '../engine/driver.ts';
import { answerOf, decisionOf } from './answers.ts';
import { conversationOf, type Graph, isMap, readDefinition } from './definition.ts';
import type { Engine, EngineRow, EngineRun } from './engine.ts';
import type { Trace } from './trace.ts';

/** `together`: all that runs in one call, once all that may begin has begun; else one by one. */
export type Order = 'together' | 'forwards' | 'backwards' | 'mixed';

const MOST_ROUNDS = 400;

/** Runs a workflow in the engine alone, its answers in an order. Returns how it ended. */
export async function runInOrder(
  engine: Engine,
  workflow: string,
  trace: Trace,
  dice: number[],
  order: Order,
): Promise<EngineRun> {
  const graph = readDefinition(trace.definition);
  const id = await engine.start(workflow, trace.input, trace.startAt);
  const begun: Work[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    // what undoes a run of a case before is no work of this one
    begun.push(...(await engine.begin(100)).filter((work) => String(work.workflow_run_id) === id));
    const [run] = (await engine.read([id])) as [EngineRun];
    const rows = new Map(run.rows.map((row) => [row.id, row]));
    const waiting = run.rows.filter((row) => row.status === 'waiting' && isAwaited(graph, row));
    if (begun.length === 0 && waiting.length === 0) return run;
    const chosen = waiting.at(order === 'backwards' ? -1 : 0);
    if (chosen && (order === 'backwards' || begun.length === 0)) {
      await decide(engine, graph, id, chosen, dice);
    } else {
      const answered = next(begun, order, dice[round % dice.length] as number);
      await engine.answer(answered.map((work) => [work, answerOf(graph, asRow(rows, work), dice)]));
    }
  }
  throw new Error(`does not end: ${JSON.stringify(trace)}`);
}

/** Takes what is answered next out of what has begun. */
function next(begun: Work[], order: Order, dice: number): Work[] {
  if (order === 'together') return begun.splice(0);
  const at = { forwards: 0, backwards: begun.length - 1, mixed: dice % Math.max(begun.length, 1) };
  return begun.splice(Math.max(at[order], 0), 1);
}

const isAwaited = (graph: Graph, row: EngineRow): boolean =>
  conversationOf(graph, row.conversation).type !== undefined &&
  (row.isItem || !isMap(conversationOf(graph, row.conversation)));

function asRow(rows: Map<string, EngineRow>, work: Work) {
  const row = rows.get(String(work.interaction_id)) as EngineRow;
  return whichOf(row);
}

function whichOf({ key, attempt }: EngineRow) {
  const [conversation, iteration, item] = key.split(' ') as [string, string, string];
  return {
    conversation,
    iteration: Number(iteration),
    item: item === '-' ? null : Number(item),
    attempt,
  };
}

function decide(engine: Engine, graph: Graph, run: string, row: EngineRow, dice: number[]) {
  const output = decisionOf(graph, whichOf(row), dice);
  return conversationOf(graph, row.conversation).type === 'signal'
    ? engine.signal(run, row.conversation, output)
    : engine.decide(row.id, output);
}
