// Which branches an outcome takes.

import { type BranchDefinition, conversationOf, END, type Graph } from './definition.ts';
import { type Document, isMet, readDocument, readPath } from './document.ts';
import { loopOf, type Row, type State } from './state.ts';

type Place = [branch: BranchDefinition, place: number];

const isConditional = (branch: BranchDefinition): boolean => branch.when !== undefined;

/** Whether the outcome looks at a branch at all. */
const isOffered = (branch: BranchDefinition, row: Row): boolean =>
  (branch.after ?? 'success') === OUTCOMES[row.status];

const OUTCOMES: Partial<Record<Row['status'], BranchDefinition['after']>> = {
  completed: 'success',
  failed: 'failure',
  skipped: 'skip',
};

/** What is taken alone: the first of these. */
const isAlone = (branch: BranchDefinition): boolean =>
  branch.loop !== undefined || branch.to === END;

/** Where a failure goes on that nothing takes up. */
const isGoneOnBy = (branch: BranchDefinition): boolean =>
  (branch.after ?? 'success') === 'success' && !isConditional(branch) && branch.loop === undefined;

function matches(branch: BranchDefinition, tag: string | undefined, document: Document): boolean {
  if (branch.when === undefined) return true;
  if (typeof branch.when === 'string' && !branch.when.startsWith('[')) {
    return isMet(branch.when, document);
  }
  return [branch.when].flat().includes(`[${tag}]`);
}

/** Whether a loop was taken as often as it may be; of one whose limit is no number nothing is known, and it is not taken. */
function isExhausted(
  graph: Graph,
  state: State,
  source: string,
  place: number,
  document: Document,
): boolean {
  const loop = loopOf(graph, source, place);
  if (loop === undefined) return false;
  const [limit] = typeof loop.limit === 'number' ? [loop.limit] : readPath(loop.limit, document);
  if (typeof limit !== 'number') return true;
  return (state.counts[graph.loops.indexOf(loop)] ?? 0) >= Math.min(limit, 10_000);
}

/** The places of the branches that a resolved interaction takes; an item takes none. */
export function takeBranches(graph: Graph, state: State, row: Row): number[] {
  if (row.item !== null) return [];
  const { branches, route, on_failure } = conversationOf(graph, row.conversation);
  const places = branches.map((branch, place): Place => [branch, place]);
  const judged = [
    ...places.filter(([branch]) => !branch.otherwise),
    ...places.filter(([branch]) => branch.otherwise),
  ];
  const document = readDocument(state, {
    ...(row.status === 'completed' ? { output: row.output ?? {} } : { error: { code: row.error } }),
    iteration: row.iteration,
  });
  const taken: Place[] = [];
  for (const [branch, place] of judged) {
    if (!isOffered(branch, row)) continue;
    if (branch.otherwise && taken.some(([each]) => isConditional(each))) continue;
    if (!matches(branch, row.output?.tag, document)) continue;
    if (isExhausted(graph, state, row.conversation, place, document)) continue;
    if (isAlone(branch)) return [place];
    taken.push([branch, place]);
    if (route === 'first') break;
  }
  if (row.status === 'failed' && on_failure === 'continue' && taken.length === 0) {
    const goneOn = judged.filter(([branch]) => isGoneOnBy(branch));
    const end = route === 'first' ? undefined : goneOn.find(([branch]) => isAlone(branch));
    taken.push(...(end ? [end] : route === 'first' ? goneOn.slice(0, 1) : goneOn));
  }
  return taken.map(([, place]) => place).sort((a, b) => a - b);
}

/** Whether a failure for good is taken up, so that the run goes on. */
export function isHandled(graph: Graph, row: Row): boolean {
  const { branches, on_failure } = conversationOf(graph, row.conversation);
  return (
    on_failure === 'continue' || row.branches.some((place) => branches[place]?.after === 'failure')
  );
}
