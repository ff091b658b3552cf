// What people do to a run: pause and resume, retry, fork.

import { conclude, hold, render, startConversation, type Work, workOn } from './advance.ts';
import { isHandled } from './branches.ts';
import { above, type Graph, isSubset, reachable } from './definition.ts';
import { leadsTo, sourcesOf } from './joins.ts';
import {
  currentIteration,
  currentRow,
  endsBadly,
  isOpen,
  isResolved,
  isStale,
  itemsOf,
  type Key,
  keyOf,
  NotAllowed,
  type Output,
  type Row,
  type State,
  stamp,
} from './state.ts';

/** A run that is about to end neither pauses nor resumes. */
export function pause(state: State): void {
  if (state.finished || state.endsAs) throw new NotAllowed('PWTRN');
  state.paused = true;
}

export function resume({ state }: Work): void {
  if (state.finished || state.endsAs) throw new NotAllowed('PWTRN');
  if (!state.paused) return;
  state.paused = false;
  state.touched = true;
}

const isUnhandled = (graph: Graph, row: Row): boolean =>
  row.status === 'failed' && !isHandled(graph, row);

/** Delivers again what current rows took, in the order of their keys given. */
function deliverKept(work: Work, order: Key[]): void {
  const byKey = new Map(work.state.rows.map((row) => [keyOf(row), row]));
  for (const key of order) {
    const row = byKey.get(key);
    if (row?.item === null && isResolved(row)) work.queue.push(row);
  }
}

/** Starts, and earlier forks, in definition order; where this run was forked comes last, unless it is among them. */
function startsInOrder(graph: Graph, { starts, forkedAt }: State): Set<string> {
  const places = [...graph.conversations.keys()];
  const first = new Set([...starts, ...forkedAt.slice(0, -1)]);
  return new Set([...places.filter((name) => first.has(name)), ...forkedAt.slice(-1)]);
}

/** `parents`: of where this run is forked. */
function startMissing(work: Work, parents: Key[] = []): void {
  const { graph, state } = work;
  for (const start of startsInOrder(graph, state)) {
    if (state.endsAs || !state.takingPart.includes(start)) continue;
    if (state.rows.some((row) => row.conversation === start)) continue;
    const isFork = start === state.forkedAt.at(-1);
    startConversation(work, start, currentIteration(graph, state, start), isFork ? parents : []);
  }
}

function reopen(row: Row): void {
  Object.assign(row, {
    status: 'pending',
    error: null,
    output: null,
    branches: [],
    tries: 0,
    completedAt: undefined,
  });
}

/** Opens what a retried row is about: the items of a map, or the row itself. */
function startAgain(work: Work, row: Row): void {
  const { state } = work;
  const items = itemsOf(state, row);
  reopen(row);
  if (items.length === 0) {
    render(work, row);
    return;
  }
  row.status = 'waiting';
  // an item that never rendered would not render now either
  const again = items.filter(
    (item) => item.status === 'cancelled' || (item.status === 'failed' && item.attempt > 0),
  );
  again.forEach(reopen);
  hold(work, row);
  work.maps.push(row);
}

/** `order`: the interactions of the run in the order of their ids. */
export function retry(work: Work, order: Key[]): void {
  const { graph, state } = work;
  if (!state.finished || !endsBadly(state)) throw new NotAllowed('PWTRN');
  Object.assign(state, { endsAs: null, finished: false, paused: false, touched: true });
  const again = state.rows.filter(
    (row) =>
      row.item === null &&
      !isStale(graph, state, row) &&
      (row.status === 'cancelled' || isUnhandled(graph, row)),
  );
  again.forEach(reopen);
  for (const row of again) {
    if (state.endsAs) row.status = 'cancelled';
    else startAgain(work, row);
  }
  startMissing(work);
  deliverKept(work, order);
}

/** Whether anything ever happened to a row, but that it was skipped by others. */
const hasRun = (row: Row): boolean =>
  row.attempt > 0 ||
  (row.copied ? row.status !== 'skipped' : ['completed', 'failed', 'waiting'].includes(row.status));

/** What a fork takes over of a conversation: all its rows, where the current one stands for good. */
function isKept(graph: Graph, state: State, conversation: string): boolean {
  const row = currentRow(graph, state, conversation);
  return row !== undefined && isResolved(row) && !isUnhandled(graph, row);
}

function latestOutput(state: State, conversation: string): Output | undefined {
  const completed = state.rows
    .filter((r) => r.conversation === conversation && r.item === null && r.status === 'completed')
    .sort((a, b) => b.iteration - a.iteration);
  return completed[0]?.output ?? undefined;
}

/** The conversations that a fork takes over. */
export function keptOf(graph: Graph, from: State, at: string): string[] {
  const dropped = reachable(graph, [at], true);
  return from.takingPart.filter((each) => !dropped.has(each) && isKept(graph, from, each));
}

/** The run that begins anew at a conversation; `order` is that of the ids of the run it comes from. */
export function fork(graph: Graph, from: State, at: string, order: Key[]): State {
  if (!from.rows.some((row) => row.conversation === at && hasRun(row)))
    throw new NotAllowed('PWTRN');
  const dropped = reachable(graph, [at], true);
  const kept = from.takingPart.filter((each) => !dropped.has(each));
  const takingPart = [...kept, ...reachable(graph, [at])];
  const copies = keptOf(graph, from, at);
  const given = [...above(graph, at)]
    .filter((each) => !takingPart.includes(each))
    .map((each) => [each, latestOutput(from, each)] as const)
    .filter(([, output]) => output !== undefined);
  const takings = (counted: number[]): number[] =>
    graph.loops.map((loop, place) =>
      isSubset(loop.body, new Set(kept)) ? (counted[place] ?? 0) : 0,
    );
  const state: State = {
    rows: from.rows
      .filter((row) => copies.includes(row.conversation) && !isOpen(row))
      .map((row) => ({ ...structuredClone(row), attempt: 0, tries: 0, copied: true, born: -1 })),
    endsAs: null,
    finished: false,
    paused: false,
    touched: false,
    // one that a fork leaves out starts again in a fork of it that takes it in
    starts: from.starts,
    forkedAt: [...from.forkedAt.filter((each) => kept.includes(each)), at],
    takingPart,
    totals: takings(from.totals),
    counts: takings(from.counts),
    input: from.input,
    loaded: from.loaded,
    clock: from.clock,
    answered: {},
    underWay: [],
    given: { ...from.given, ...(Object.fromEntries(given) as Record<string, Output>) },
    signals: {},
    events: 0,
    since: 0,
  };
  const work = workOn(graph, state);
  const parents = sourcesOf(graph, state, at)
    .map((source) => currentRow(graph, state, source))
    .filter((row) => row !== undefined && leadsTo(graph, row, at)) as Row[];
  startMissing(work, parents.map(keyOf));
  deliverKept(work, order);
  conclude(work);
  stamp(state);
  return state;
}
