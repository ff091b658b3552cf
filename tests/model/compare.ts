import { conversationOf, type Graph, isMap } from './definition.ts';
import type { EngineRow, EngineRun } from './engine.ts';
import { isStale, type Key, keyOf, type Row, runStatus, type State } from './state.ts';

const asText = (fields: Record<string, unknown>): string => JSON.stringify(fields);

/** Whether workers count its attempts. */
const isBegun = (graph: Graph, { conversation }: { conversation: string }): boolean =>
  conversationOf(graph, conversation).type === undefined;

/** Parents of a copy may not be copied themselves: they are those of the run that was forked. */
const isThere = (state: State, key: Key): Key =>
  state.rows.some((row) => keyOf(row) === key) ? key : '?';

/** The branches of one of an earlier iteration lead nowhere: a loop of the same call may come before or behind it. */
function expectedRow(graph: Graph, state: State, row: Row): Record<string, unknown> {
  const isHeader = isMap(conversationOf(graph, row.conversation)) && row.item === null;
  return {
    status: row.status,
    x: row.x ?? null,
    chosen: row.chosen ?? null,
    ...(isBegun(graph, row) ? { attempt: row.attempt } : {}),
    ...(isStale(graph, state, row) ? {} : { branches: row.branches }),
    ...(row.copied ? { copied: true } : {}),
    ...(row.status === 'failed' ? { error: row.error } : {}),
    ...(isHeader && row.status === 'completed' ? { data: row.output?.data } : {}),
    ...(row.assigned && row.status === 'waiting' ? { assignees: row.assigned } : {}),
    ...(hasParents(row) ? { parents: row.parents.map((key) => isThere(state, key)) } : {}),
  };
}

const hasParents = (row: Row): boolean =>
  row.parentsCertain && row.item === null && row.status !== 'skipped';

/** The row of the engine in the same form; what it read besides its parents stands behind them. */
function actualRow(
  graph: Graph,
  state: State,
  row: EngineRow,
  expected: Row | undefined,
): Record<string, unknown> {
  const isHeader = isMap(conversationOf(graph, row.conversation)) && !row.isItem;
  const parents =
    expected && hasParents(expected) ? row.inputs.slice(0, expected.parents.length) : [];
  return {
    status: row.status,
    x: row.x ?? null,
    chosen: row.chosen ?? null,
    ...(isBegun(graph, row) ? { attempt: row.attempt } : {}),
    ...(expected && isStale(graph, state, expected) ? {} : { branches: row.branches }),
    ...(row.copied ? { copied: true } : {}),
    ...(row.status === 'failed' ? { error: row.error } : {}),
    ...(isHeader && row.status === 'completed' ? { data: row.data } : {}),
    ...(row.assignees && row.status === 'waiting' ? { assignees: row.assignees } : {}),
    ...(expected && hasParents(expected) ? { parents } : {}),
  };
}

export interface Difference {
  text: string;
  /** The rules leave it open, so nothing can be said about the run from here on. */
  isOpen: boolean;
  /** A row that was cancelled as soon as it came up: it need not be there. */
  neverWas?: Key;
}

/**
 * Where a run fails by a child that cannot start, what else the same event created depends on an order that no rule
 * states: what was created before that stays, what came behind it has no row.
 */
function isLeftOpen(
  state: State,
  since: number,
  expected: Row | undefined,
  found: EngineRow | undefined,
): boolean {
  const isNew = (row: Row): boolean => row.born >= since;
  // what is skipped beside what ends the run early: which of them comes first
  if (state.endsAs === 'completed' && !(expected && found)) {
    return (expected ?? found)?.status === 'skipped' && (!expected || isNew(expected));
  }
  // what came up in the call that ends the run is cancelled, or has no row: which of the two comes first
  if (state.endsAs !== null && !expected && found?.status === 'cancelled') return true;
  const failedInside = state.rows.some((row) => isNew(row) && row.status === 'failed');
  return state.endsAs === 'failed' && failedInside && (expected === undefined || isNew(expected));
}

/** In what a run of the engine differs from what the interpreter says; `since`: the first event after they agreed. */
export function differences(
  graph: Graph,
  state: State,
  since: number,
  run: EngineRun,
): Difference[] {
  const expected = new Map(state.rows.map((row) => [keyOf(row), row]));
  const actual = new Map(run.rows.map((row) => [row.key, row]));
  const lines = [...new Set([...expected.keys(), ...actual.keys()])].sort().flatMap((key) => {
    const [wanted, found] = [expected.get(key), actual.get(key)];
    const left = wanted ? asText(expectedRow(graph, state, wanted)) : 'no row';
    const right = found ? asText(actualRow(graph, state, found, wanted)) : 'no row';
    const text = `${key}: expected ${left}, the engine has ${right}`;
    if (left === right) return [];
    const wasNothing =
      !found && wanted?.status === 'cancelled' && wanted.born >= since && state.endsAs !== null;
    return wasNothing
      ? [{ text, isOpen: true, neverWas: key }]
      : [{ text, isOpen: isLeftOpen(state, since, wanted, found) }];
  });
  const status = runStatus(state);
  if (status === run.status) return lines;
  return [
    { text: `run: expected ${status}, the engine has ${run.status}`, isOpen: false },
    ...lines,
  ];
}
