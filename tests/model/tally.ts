// What the cases covered.

import type { Graph } from './definition.ts';
import { isMap, isSubset } from './definition.ts';
import type { Session } from './session.ts';
import { currentIteration, runStatus, type State } from './state.ts';
import type { Action } from './trace.ts';

export type Tally = Record<string, number>;

export const emptyTally = (): Tally => ({ cases: 0 });

const raise = (tally: Tally, name: string, by = 1): void => {
  if (by > 0) tally[name] = (tally[name] ?? 0) + by;
};

export function count(tally: Tally, session: Session): void {
  const { graph, runs, trace } = session;
  const inner = runs.filter(({ parent }) => parent !== null).length;
  raise(tally, 'cases');
  raise(tally, 'conversations', graph.conversations.size);
  countShapes(tally, graph);
  raise(tally, 'actions', trace.actions.length);
  for (const action of trace.actions) raise(tally, nameOf(action));
  raise(tally, 'runs of blocks', inner);
  raise(tally, 'runs that undo', runs.filter(({ undoes }) => undoes !== null).length);
  raise(tally, 'last steps of cancelled blocks', runs.filter(({ after }) => after !== null).length);
  for (const { state, graph, isUnclear } of runs) {
    raise(tally, 'runs');
    raise(tally, 'runs unclear', Number(isUnclear));
    raise(tally, `runs ${runStatus(state)}`);
    raise(tally, 'runs ended early', Number(state.endsAs === 'completed'));
    countRows(tally, graph, state);
  }
}

function countShapes(tally: Tally, { conversations, loops }: Graph): void {
  const all = [...conversations.values()];
  raise(tally, 'loops', loops.length);
  const isInner = (place: number): boolean =>
    loops.some(
      (outer, other) => other !== place && isSubset(loops[place]?.body as never, outer.body),
    );
  raise(tally, 'inner loops', [...loops.keys()].filter(isInner).length);
  raise(tally, 'maps', all.filter(isMap).length);
  raise(tally, 'races', all.filter((each) => each.race).length);
  raise(tally, 'templates', all.filter(({ params }) => /[|{]/.test(params?.x ?? '')).length);
  raise(tally, 'choices', all.filter(({ actor }) => typeof actor === 'object').length);
  raise(tally, 'blocks', all.filter((each) => each.block).length);
  raise(tally, 'blocks with a handler', all.filter((each) => each.block?.on_failure).length);
  raise(tally, 'blocks with last steps', all.filter((each) => each.block?.finally).length);
  raise(tally, 'dues', all.filter((each) => each.due).length);
  raise(tally, 'steps with what undoes them', all.filter((each) => each.compensate).length);
  raise(tally, 'votes', all.filter((each) => each.vote).length);
  const branches = all.flatMap((each) => each.branches);
  raise(tally, 'branches after a skip', branches.filter(({ after }) => after === 'skip').length);
  raise(tally, 'branches to the end', branches.filter(({ to }) => to === 'END').length);
  raise(tally, 'waits', all.filter((each) => each.type).length);
  raise(tally, 'joins all', all.filter(({ join }) => join === 'all').length);
  const isExpression = (join: unknown): boolean => typeof join === 'string' && join.includes(' ');
  raise(tally, 'joins by expression', all.filter(({ join }) => isExpression(join)).length);
  raise(
    tally,
    'joins any or n',
    all.filter(({ join }) => join && join !== 'all' && !isExpression(join)).length,
  );
}

function nameOf(action: Action): string {
  if ('control' in action) return action.control;
  if ('race' in action) {
    const { besides } = action;
    return besides ? `races with a ${'begin' in besides ? 'begin' : besides.control}` : 'races';
  }
  return Object.keys(action)[0] as string;
}

function countRows(tally: Tally, graph: Graph, state: State): void {
  raise(tally, 'interactions', state.rows.length);
  raise(tally, 'items', state.rows.filter((row) => row.item !== null).length);
  raise(tally, 'skipped', state.rows.filter((row) => row.status === 'skipped').length);
  raise(
    tally,
    'skipped themselves',
    state.rows.filter((row) => row.status === 'skipped' && row.attempt > 0).length,
  );
  raise(
    tally,
    'loops taken',
    state.totals.reduce((sum, each) => sum + each, 0),
  );
  const latest = Math.max(
    0,
    ...[...graph.conversations.keys()].map((c) => currentIteration(graph, state, c)),
  );
  raise(tally, 'runs with 3 iterations or more', Number(latest > 1));
}

export function report(tally: Tally, ms: number): string {
  const rate = ((tally.cases ?? 0) / (ms / 1000)).toFixed(1);
  const counts = Object.entries(tally).map(([name, number]) => `${name} ${number}`);
  return `${counts.join(', ')}; ${rate} cases/s`;
}
