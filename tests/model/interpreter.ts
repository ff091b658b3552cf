// The rules of docs/design §5 step by step, as a pure function: (state, event) → state. Nothing of the engine is in it.

import {
  advance,
  cancelRun,
  conclude,
  endsRun,
  failRun,
  resolve,
  settleMap,
  startConversation,
  type Work,
  workOn,
} from './advance.ts';
import { takeBranches } from './branches.ts';
import { conversationOf, dueOf, type Graph, reachable } from './definition.ts';
import { pause, resume, retry } from './recovery.ts';
import {
  findRow,
  type Key,
  keyOf,
  NotAllowed,
  type Output,
  type Row,
  rowAt,
  type State,
  stamp,
} from './state.ts';

/** What an attempt came to; `again`: an error that may be retried. */
export type Outcome = { output: Output } | { error: string; again: boolean } | { skips: true };

/** `waits`: of what it waited for, and not of an attempt. */
export interface Answer {
  row: Key;
  outcome: Outcome;
  waits?: true;
}

export type Event =
  | { type: 'begin'; rows: Key[] }
  /** Answers of one call, in the order of the interactions' ids. */
  | { type: 'answer'; answers: Answer[]; isLost?: true; others?: Key[] }
  /** A decision or a signal for one that waits. */
  | { type: 'decide'; row: Key; output: Output }
  /** A signal that nothing waits for yet. */
  | { type: 'signal'; conversation: string; output: Output }
  | { type: 'pause' | 'resume' }
  | { type: 'cancel'; except?: Key[]; exceptions?: Record<number, Key[]> }
  /** The next step of a run that undoes another one; none: there is nothing left. */
  | { type: 'undo'; row?: Key; output?: Output }
  /** It is later, and who may decide may be others. */
  | { type: 'late' }
  /** With the interactions of the run in the order of their ids. */
  | { type: 'retry'; order: Key[] };

export function start(
  graph: Graph,
  input: Record<string, unknown>,
  startAt?: string,
  clock = 0,
  loaded: Record<string, unknown> = {},
): State {
  const starts = startAt === undefined ? [...graph.starts] : [startAt];
  const state: State = {
    rows: [],
    endsAs: null,
    finished: false,
    paused: false,
    touched: false,
    starts,
    forkedAt: [],
    takingPart: [...reachable(graph, starts)],
    totals: graph.loops.map(() => 0),
    counts: graph.loops.map(() => 0),
    input,
    loaded,
    clock,
    answered: {},
    underWay: [],
    given: {},
    signals: {},
    events: 0,
    since: 0,
  };
  const work = workOn(graph, state);
  for (const name of starts) if (!state.endsAs) startConversation(work, name, 0, []);
  conclude(work);
  stamp(state);
  return state;
}

/** What may begin now, oldest first. */
export function beginnable(graph: Graph, state: State): Row[] {
  if (state.endsAs || state.finished || state.paused) return [];
  return state.rows.filter(
    (row) => row.status === 'pending' && !row.held && !conversationOf(graph, row.conversation).type,
  );
}

/** The state after an event. Throws NotAllowed for one that cannot be. */
export function step(graph: Graph, before: State, event: Event): State {
  const state = structuredClone(before);
  state.events += 1;
  state.since = state.events;
  const work = workOn(graph, state);
  switch (event.type) {
    case 'begin':
      for (const key of event.rows) begin(graph, state, key);
      break;
    case 'answer':
      // nobody waits for it any more, by another answer of the call: what is no item was taken up before
      state.underWay = event.others ?? [];
      if (event.isLost) answerOfLost(work, event.answers);
      else answer(work, event.answers);
      break;
    case 'undo':
      if (event.row !== undefined) undo(work, event.row, event.output ?? {});
      break;
    case 'late':
      escalate(work);
      break;
    case 'decide':
      decide(work, event.row, event.output);
      break;
    case 'signal':
      state.signals[event.conversation] = [
        ...(state.signals[event.conversation] ?? []),
        event.output,
      ];
      break;
    case 'cancel':
      if (!state.finished) cancelRun(state, event.except);
      break;
    case 'pause':
      pause(state);
      break;
    case 'resume':
      resume(work);
      break;
    case 'retry':
      retry(work, event.order);
      break;
  }
  conclude(work);
  state.underWay = [];
  stamp(state);
  return state;
}

function undo(work: Work, key: Key, output: Output): void {
  const conversation = key.split(' ')[0] as string;
  const before = work.state.rows.filter((row) => row.conversation === conversation);
  startConversation(work, conversation, before.length, [], true, { undoes: key, undone: output });
}

/** Who may decide once the steps before the last have come. */
function escalate({ graph, state }: Work): void {
  for (const row of state.rows.filter((each) => each.status === 'waiting')) {
    for (const { after, assign } of dueOf(conversationOf(graph, row.conversation))) {
      if (assign && (row.since as number) + after * 3600 <= state.clock) row.assigned = assign;
    }
  }
}

function begin(graph: Graph, state: State, key: Key): void {
  const row = findRow(state, key);
  if (!beginnable(graph, state).includes(row)) throw new NotAllowed(`${key} may not begin`);
  row.status = 'running';
  row.attempt += 1;
  row.tries += 1;
  state.touched = true;
}

function decide(work: Work, key: Key, output: Output): void {
  const row = findRow(work.state, key);
  if (row.status !== 'waiting') throw new NotAllowed(`${key} does not wait`);
  work.state.touched = true;
  row.output = output;
  resolve(work, row, 'completed');
}

/** Failures that end the run come first, then the others by id, each with all that follows from it, then items. */
function answer(work: Work, answers: Answer[]): void {
  const { graph, state } = work;
  const given = answers
    .map((each) => ({ ...each, row: findRow(state, each.row) }))
    // one that is late changes nothing
    .filter(({ row, waits }) => row.status === (waits ? 'waiting' : 'running'));
  if (given.length > 0) state.touched = true;
  // what comes in one call has come at the same moment: conditions read all of it
  state.answered = Object.fromEntries(
    given
      .filter(({ row }) => row.item === null)
      .flatMap(({ row, outcome }): [Key, Output | null][] => {
        if ('output' in outcome) return [[keyOf(row), outcome.output]];
        return isForGood(graph, row, outcome) ? [[keyOf(row), null]] : [];
      }),
  );
  for (const { row, outcome } of given) {
    if (isForGood(graph, row, outcome) && endsRun(graph, state, preview(work, row, outcome))) {
      failRun(state);
    }
  }
  for (const { row, outcome } of given.filter(({ row }) => row.item === null)) {
    settle(work, row, outcome);
  }
  state.answered = {};
  for (const { row, outcome } of given.filter(({ row }) => row.item !== null)) {
    state.since = state.events + 1;
    settle(work, row, outcome);
  }
}

/** Items of a run that is cancelled meanwhile keep their answers; their maps are cancelled. */
function answerOfLost(work: Work, answers: Answer[]): void {
  const { graph, state } = work;
  const isItem = ({ row }: { row: Key }): boolean => findRow(state, row).item !== null;
  answer(
    work,
    answers.filter((each) => !isItem(each)),
  );
  for (const { row: key, outcome } of answers.filter(isItem)) {
    const row = findRow(state, key);
    if (row.status !== 'running') continue;
    state.touched = true;
    if ('output' in outcome) Object.assign(row, { status: 'completed', output: outcome.output });
    else if ('skips' in outcome) row.status = 'skipped';
    else if (isForGood(graph, row, outcome))
      Object.assign(row, { status: 'failed', error: outcome.error });
  }
  if (!state.endsAs) cancelRun(state);
}

const isForGood = (
  graph: Graph,
  row: Row,
  outcome: Outcome,
): outcome is { error: string; again: boolean } =>
  'error' in outcome &&
  !(
    outcome.again && row.tries < (conversationOf(graph, row.conversation).retry?.max_attempts ?? 3)
  );

/** The row as a failure leaves it. */
function preview({ graph, state }: Work, row: Row, outcome: { error: string }): Row {
  const failed: Row = { ...row, status: 'failed', error: outcome.error };
  return { ...failed, branches: takeBranches(graph, state, failed) };
}

/** Waits for its next attempt, where there is still one to be. */
function goBack(work: Work, row: Row): void {
  row.status = work.state.endsAs ? 'cancelled' : 'pending';
  // a map of which too many items failed cancels what is pending
  const header = row.item === null ? undefined : rowAt(work.state, row.conversation, row.iteration);
  if (header) settleMap(work, header);
}

function settle(work: Work, row: Row, outcome: Outcome): void {
  work.state.events += 1;
  if ('output' in outcome) {
    row.output = outcome.output;
    resolve(work, row, 'completed');
  } else if ('skips' in outcome) {
    resolve(work, row, 'skipped');
  } else if (isForGood(work.graph, row, outcome)) {
    row.error = outcome.error;
    resolve(work, row, 'failed');
  } else {
    goBack(work, row);
  }
  advance(work);
}
