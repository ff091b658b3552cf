// When a conversation starts and when it is skipped.

import { conversationOf, type Graph } from './definition.ts';
import {
  currentIteration,
  currentRow,
  isResolved,
  keyOf,
  loopOf,
  type Row,
  type State,
} from './state.ts';

export type Decision =
  | { start: true; parents: string[]; parentsCertain: boolean }
  | { start: false }
  | null;

/** The sources of a target that take part, in definition order. */
export const sourcesOf = (graph: Graph, state: State, target: string): readonly string[] =>
  (graph.sources.get(target) ?? []).filter((source) => state.takingPart.includes(source));

/** Whether a resolved row took a branch to a target. */
export function leadsTo(graph: Graph, row: Row, target: string): boolean {
  const { branches } = conversationOf(graph, row.conversation);
  return row.branches.some((place) => branches[place]?.to === target && !branches[place]?.loop);
}

/** Whether a row took a loop: its other branches are open until the next iteration. */
const takesLoop = (graph: Graph, row: Row): boolean =>
  row.branches.some((place) => loopOf(graph, row.conversation, place) !== undefined);

/** Decides the join of a target at its current iteration; null: there is nothing to decide, or not yet. */
export function decideJoin(graph: Graph, state: State, target: string, open: Row[] = []): Decision {
  if (!state.takingPart.includes(target)) return null;
  if (currentRow(graph, state, target)) return null;
  const isStart = state.starts.includes(target) || state.forkedAt.includes(target);
  if (isStart && currentIteration(graph, state, target) === 0) return null;
  const sources = sourcesOf(graph, state, target);
  const resolved = sources
    .map((source) => currentRow(graph, state, source))
    .filter(
      (row) =>
        row !== undefined && isResolved(row) && !takesLoop(graph, row) && !open.includes(row),
    ) as Row[];
  const taken = resolved.filter((row) => leadsTo(graph, row, target));
  const { join } = conversationOf(graph, target);
  if (typeof join === 'string' && /[ (]/.test(join)) {
    const holds = (isOpen: boolean): boolean =>
      evaluate(join, (source) => {
        if (!sources.includes(source)) return null;
        const row = resolved.find(({ conversation }) => conversation === source);
        return row ? taken.includes(row) : isOpen;
      }) ?? false;
    if (holds(false)) return { start: true, parents: taken.map(keyOf), parentsCertain: false };
    return holds(true) ? null : { start: false };
  }
  const isCounted = join === 'any' || typeof join === 'number';
  const start = { start: true as const, parents: taken.map(keyOf), parentsCertain: !isCounted };
  if (join === undefined) {
    if (resolved.length < sources.length) return null;
    return taken.length > 0 ? start : { start: false };
  }
  const wanted = isCounted ? Math.min(join === 'any' ? 1 : join, sources.length) : sources.length;
  if (taken.length >= wanted) return start;
  return taken.length + sources.length - resolved.length < wanted ? { start: false } : null;
}

type Value = boolean | null;

/** The value of an expression of names, and, or, and parentheses; a name without one is left out of it. */
function evaluate(expression: string, read: (name: string) => Value): Value {
  const tokens = expression.match(/\w+|[()]/g) ?? [];
  let at = 0;
  const alone = (): Value => {
    const token = tokens[at++] as string;
    if (token !== '(') return read(token);
    const value = either();
    at++;
    return value;
  };
  const several = (
    word: string,
    part: () => Value,
    combine: (a: boolean, b: boolean) => boolean,
  ) => {
    let value = part();
    while (tokens[at] === word) {
      at++;
      const other = part();
      value = value === null || other === null ? (value ?? other) : combine(value, other);
    }
    return value;
  };
  const both = (): Value => several('and', alone, (a, b) => a && b);
  const either = (): Value => several('or', both, (a, b) => a || b);
  return either();
}
