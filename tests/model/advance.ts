// What follows from interactions that are resolved: children, skips, loops, maps, the end of the run.
// All of it changes the state that it is given: `step` works on a copy.

import { isHandled, takeBranches } from './branches.ts';
import {
  type BranchDefinition,
  type ConversationDefinition,
  conversationOf,
  END,
  type Graph,
  isMap,
  isSubset,
  type Loop,
  leadsOn,
  losersOf,
  namesIn,
} from './definition.ts';
import { type Document, readDocument, readItems } from './document.ts';
import { decideJoin } from './joins.ts';
import {
  currentIteration,
  currentRow,
  isOpen,
  isStale,
  itemsOf,
  type Key,
  keyOf,
  loopOf,
  type Output,
  type Row,
  rowAt,
  type State,
} from './state.ts';
import { MISSING as ABSENT, renderParameter } from './templates.ts';

/** A run at work: its state, and what is resolved and not yet delivered, first come first served. */
export interface Work {
  graph: Graph;
  state: State;
  queue: Row[];
  /** What is delivered after what follows from the one whose turn it is. */
  later: Row[];
  /** Headers of maps whose items have just come up. */
  maps: Row[];
}

export const workOn = (graph: Graph, state: State): Work => ({
  graph,
  state,
  queue: [],
  later: [],
  maps: [],
});

const blank = (state: State, conversation: string, iteration: number): Row => ({
  conversation,
  iteration,
  item: null,
  status: 'pending',
  attempt: 0,
  tries: 0,
  branches: [],
  parents: [],
  parentsCertain: true,
  copied: false,
  output: null,
  error: null,
  held: false,
  born: state.events,
});

/** Starts a conversation; `row` is one that starts again. */
export function startConversation(
  work: Work,
  conversation: string,
  iteration: number,
  parents: Key[],
  parentsCertain = true,
  more: Partial<Row> = {},
): void {
  const row = { ...blank(work.state, conversation, iteration), parents, parentsCertain, ...more };
  work.state.rows.push(row);
  render(work, row);
}

/** Gives a row its input: it is resolved at once, fails at once, waits for its items, or is open. */
export function render(work: Work, row: Row): void {
  const { graph, state } = work;
  const conversation = conversationOf(graph, row.conversation);
  const { actor, for_each, samples } = conversation;
  const document = readDocument(state, {
    iteration: row.iteration,
    ...(row.undone ? { output: row.undone } : {}),
  });
  if (conversation.block) {
    const names = namesIn(conversation.block).filter((name) => document[name] !== undefined);
    row.reads = Object.fromEntries(names.map((name) => [name, document[name]]));
  }
  if (actor === 'router') {
    row.output = {};
    resolve(work, row, 'completed');
  } else if (isMap(conversation)) {
    const items =
      for_each === undefined
        ? Array.from({ length: samples as number }, (_, sample) => sample + 1)
        : readItems(for_each, document);
    if (typeof items === 'string') fail(work, row, items);
    else startItems(work, row, items);
  } else {
    const code = renderInput(row, conversation, document);
    if (code) fail(work, row, code);
  }
}

function startItems(work: Work, header: Row, values: unknown[]): void {
  const { state } = work;
  if (values.length === 0) {
    header.output = { data: [] };
    resolve(work, header, 'completed');
    return;
  }
  header.status = 'waiting';
  for (const [item, value] of values.entries()) {
    const row: Row = { ...blank(state, header.conversation, header.iteration), item };
    const conversation = conversationOf(work.graph, header.conversation);
    const document = readDocument(state, {
      iteration: header.iteration,
      item: value,
      index: item,
      items: values,
    });
    const error = renderInput(row, conversation, document);
    if (error) Object.assign(row, { status: 'failed', error });
    state.rows.push(row);
  }
  hold(work, header);
  work.maps.push(header);
}

/** Renders what an actor gets, and chooses it. Returns the code of an error. */
function renderInput(
  row: Row,
  { params, actor }: ConversationDefinition,
  document: Document,
): string | undefined {
  const isThere = renderParameters(row, params, document);
  if (typeof actor !== 'object') return isThere ? undefined : 'missing_binding';
  const chosen = renderParameter(actor.choose, document);
  if (!isThere || chosen === ABSENT) return 'missing_binding';
  if (!actor.from.includes(chosen as string)) return 'bad_request';
  row.chosen = chosen as string;
  return undefined;
}

/** Whether everything that the parameters read is there. */
function renderParameters(
  row: Row,
  params: Record<string, string> | undefined,
  document: Document,
): boolean {
  if (params?.x === undefined) return true;
  const x = renderParameter(params.x, document);
  row.x = x === ABSENT ? null : x;
  return x !== ABSENT || /\?\s*$/.test(params.x);
}

/** Holds back what is beyond the items that may be under way at once. */
export function hold({ graph, state }: Work, header: Row): void {
  const opened = itemsOf(state, header).filter(isOpen);
  const { max_parallel = opened.length } = conversationOf(graph, header.conversation);
  for (const [place, item] of opened.entries()) item.held = place >= max_parallel;
}

function fail(work: Work, row: Row, code: string): void {
  row.error = code;
  resolve(work, row, 'failed');
}

/** Notes what a row came to, and what is to follow. */
export function resolve(work: Work, row: Row, status: 'completed' | 'failed' | 'skipped'): void {
  const { graph, state } = work;
  row.status = status;
  row.branches = takeBranches(graph, state, row);
  if (row.item !== null) {
    const header = rowAt(state, row.conversation, row.iteration);
    if (header) settleMap(work, header);
    return;
  }
  if (endsRun(graph, state, row)) failRun(state);
  work.queue.push(row);
}

export const endsRun = (graph: Graph, state: State, row: Row): boolean =>
  row.status === 'failed' &&
  row.item === null &&
  !state.endsAs &&
  !isStale(graph, state, row) &&
  !isHandled(graph, row);

function cancelRow(row: Row): void {
  row.status = 'cancelled';
  row.error = 'cancelled';
}

/** Running ones finish; what came up in this very event has no row. */
export function failRun(state: State): void {
  state.endsAs = 'failed';
  const isIdle = (row: Row): boolean => row.status === 'pending' || row.status === 'waiting';
  drop(state, (row) => isIdle(row) && row.born === state.events);
  state.rows.filter(isIdle).forEach(cancelRow);
}

/** Without its header an item has no row, even if it could not start. */
function drop(state: State, isDropped: (row: Row) => boolean): void {
  state.rows = state.rows.filter((row) => !isDropped(row));
  state.rows = state.rows.filter(
    ({ item, conversation, iteration }) =>
      item === null || rowAt(state, conversation, iteration) !== undefined,
  );
}

/** A branch ends the run: nothing goes on. What came up since the call began has no row. */
function endRun(state: State): void {
  state.endsAs = 'completed';
  drop(state, (row) => isOpen(row) && row.born >= state.since);
  state.rows.filter(isOpen).forEach(cancelRow);
}

/** `except`: what others were at work on at that moment; it meets the cancelled run. */
export function cancelRun(state: State, except: Key[] = []): void {
  state.endsAs = 'cancelled';
  state.rows.filter((row) => isOpen(row) && !except.includes(keyOf(row))).forEach(cancelRow);
}

/** Goes on with a map after something happened to its items. */
export function settleMap(work: Work, header: Row): void {
  if (header.status !== 'waiting') return;
  const { tolerate = 0, max_parallel } = conversationOf(work.graph, header.conversation);
  const items = itemsOf(work.state, header);
  const failed = items.filter((item) => item.status === 'failed');
  if (failed.length > tolerate) {
    items.filter((item) => isOpen(item) && item.status !== 'running').forEach(cancelRow);
  }
  const opened = items.filter(isOpen);
  if (opened.length > 0) {
    if (max_parallel !== undefined) release(opened, max_parallel);
  } else if (failed.length > tolerate) {
    fail(work, header, failed[0]?.error as string);
  } else {
    const output = outcomeOf(work, header, items);
    header.output = output;
    if (output === null) fail(work, header, 'no_majority');
    else resolve(work, header, 'completed');
  }
}

/** What a map comes to: all answers in order, or the one that the items vote for, if there is one. */
function outcomeOf({ graph }: Work, header: Row, items: Row[]): Output | null {
  const { vote } = conversationOf(graph, header.conversation);
  if (vote === undefined) {
    return { data: items.map((item) => item.output?.data ?? item.output?.response ?? null) };
  }
  const cast = new Map<string, Row[]>();
  for (const item of items.filter(({ status }) => status === 'completed')) {
    const key = JSON.stringify(item.output?.data);
    cast.set(key, [...(cast.get(key) ?? []), item]);
  }
  const [winner] = [...cast.values()].sort((a, b) => b.length - a.length);
  if (!winner || (vote === 'majority' && winner.length * 2 <= items.length)) return null;
  return winner[0]?.output ?? null;
}

/** Lets the next items go, as many as may be under way. */
function release(opened: Row[], most: number): void {
  const free = Math.max(most - opened.filter((item) => !item.held).length, 0);
  for (const item of opened.filter((each) => each.held).slice(0, free)) item.held = false;
}

/** Delivers what is in the queue, each with all that follows from it before the next. */
export function advance(work: Work): void {
  for (let row = work.queue.shift(); row; row = work.queue.shift()) {
    work.later = work.queue.splice(0);
    deliver(work, row);
    work.queue.push(...work.later.splice(0));
  }
}

/** Cancels what is open and only leads to a join that has started and stops the rest. */
function cancelLosers({ graph, state }: Work): void {
  if (state.endsAs) return;
  for (const { name, race } of graph.conversations.values()) {
    const started = race && currentRow(graph, state, name);
    if (!started || started.status === 'skipped') continue;
    const losers = losersOf(graph, name);
    const open = state.rows.filter(
      (row) => isOpen(row) && losers.has(row.conversation) && !state.underWay.includes(keyOf(row)),
    );
    open.forEach(cancelRow);
    if (open.length > 0) state.touched = true;
  }
}

/** Brings an event to its end: maps whose items could not start, what waits for people and signals, the end of the run. */
export function conclude(work: Work): void {
  const { graph, state } = work;
  do {
    advance(work);
    for (const header of work.maps.splice(0)) {
      state.events += 1;
      state.since = state.events;
      if (!state.endsAs) settleMap(work, header);
      // it waited before it was resolved
      if (header.status !== 'waiting') state.touched = true;
      advance(work);
    }
    cancelLosers(work);
  } while (openWaits(work) || work.maps.length > 0);
  cancelIdleWaits(graph, state);
  const isDone = state.endsAs !== null || (state.undo ?? []).length === 0;
  state.finished = isDone && !state.rows.some(isOpen);
  if (state.finished && hasFailedWithin(graph, state)) state.endsAs ??= 'failed';
  if (state.finished) state.paused = false;
}

/** A block fails by its steps, or by what handles their failure, once all of it is done. */
const hasFailedWithin = ({ failsBy }: Graph, state: State): boolean =>
  state.rows.some((row) => row.conversation === failsBy && row.status === 'failed');

/** What needs no worker waits; a signal that came early is taken. Returns whether one was. */
function openWaits(work: Work): boolean {
  const { graph, state } = work;
  if (state.paused || state.endsAs) return false;
  state.events += 1;
  state.since = state.events;
  let isTaken = false;
  for (const row of state.rows.filter((each) => each.status === 'pending' && !each.held)) {
    const { type } = conversationOf(graph, row.conversation);
    if (type === undefined || state.endsAs || row.status !== 'pending') continue;
    row.status = 'waiting';
    row.attempt += 1;
    row.since = state.clock;
    delete row.assigned;
    if (type === 'child') row.tries += 1;
    const kept = type === 'signal' ? state.signals[row.conversation]?.shift() : undefined;
    if (!kept) continue;
    row.output = kept;
    resolve(work, row, 'completed');
    advance(work);
    cancelLosers(work);
    isTaken = true;
  }
  return isTaken;
}

/** What waits, and all that it leads to has started or was skipped: where nothing else is open, nobody waits for it. */
function cancelIdleWaits(graph: Graph, state: State): void {
  if (state.paused || state.endsAs) return;
  const opened = state.rows.filter(isOpen);
  const isIdle = (row: Row): boolean => {
    const branches = conversationOf(graph, row.conversation).branches.filter(leadsOn);
    return (
      row.status === 'waiting' &&
      conversationOf(graph, row.conversation).type !== 'child' &&
      row.item === null &&
      itemsOf(state, row).length === 0 &&
      branches.length > 0 &&
      branches.every(({ to, loop }) => !loop && currentRow(graph, state, to) !== undefined)
    );
  };
  if (opened.every(isIdle)) opened.forEach(cancelRow);
}

function deliver(work: Work, row: Row): void {
  const { graph, state } = work;
  if (state.endsAs || isStale(graph, state, row)) return;
  const { branches } = conversationOf(graph, row.conversation);
  // a fork does not end by an end that it keeps
  if (!row.copied && row.branches.some((place) => branches[place]?.to === END)) {
    endRun(state);
    return;
  }
  const loop = row.branches.map((place) => loopOf(graph, row.conversation, place)).find(Boolean);
  if (loop) takeLoop(work, loop, row);
  else for (const target of targetsOf(graph, branches)) decide(work, target);
}

/** In definition order. */
function targetsOf(graph: Graph, branches: BranchDefinition[]): string[] {
  const targets = new Set(branches.filter((branch) => !branch.loop).map((branch) => branch.to));
  return [...graph.conversations.keys()].filter((name) => targets.has(name));
}

function decide(work: Work, target: string): void {
  const { graph, state } = work;
  if (state.endsAs) return;
  // what may still end the run counts as open until its turn comes
  const decision = decideJoin(
    graph,
    state,
    target,
    graph.hasEnds ? [...work.queue, ...work.later] : [],
  );
  if (!decision) return;
  const iteration = currentIteration(graph, state, target);
  if (decision.start) {
    startConversation(work, target, iteration, decision.parents, decision.parentsCertain);
  } else {
    const row: Row = blank(state, target, iteration);
    state.rows.push(row);
    resolve(work, row, 'skipped');
  }
}

function takeLoop(work: Work, loop: Loop, source: Row): void {
  const { graph, state } = work;
  const at = graph.loops.indexOf(loop);
  state.totals[at] = (state.totals[at] ?? 0) + 1;
  state.counts[at] = (state.counts[at] ?? 0) + 1;
  graph.loops.forEach((inner, place) => {
    const isInside = isSubset(inner.body, loop.body) && inner.body.size < loop.body.size;
    if (isInside) state.counts[place] = 0;
  });
  state.takingPart = [...new Set([...state.takingPart, ...loop.body])];
  const iteration = currentIteration(graph, state, loop.target);
  startConversation(work, loop.target, iteration, [keyOf(source)]);
}
