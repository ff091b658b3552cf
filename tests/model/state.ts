import type { Graph, Loop } from './definition.ts';

export type Status =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled';

export interface Output {
  response?: string;
  data?: unknown;
  tag?: string;
}

/** Which interaction of a run: `conversation iteration item`, with `-` for what is no item. */
export type Key = string;

export interface Row {
  conversation: string;
  iteration: number;
  item: number | null;
  status: Status;
  attempt: number;
  /** Attempts that the retry policy has counted. */
  tries: number;
  /** Places of the branches taken among those of the conversation. */
  branches: number[];
  parents: Key[];
  /** Whether the parents are the same in every order of events. */
  parentsCertain: boolean;
  copied: boolean;
  output: Output | null;
  /** Its parameter x, as rendered. */
  x?: unknown;
  /** The actor that data chose. */
  chosen?: string;
  error: string | null;
  /** An item that max_parallel holds back. */
  held: boolean;
  /** The event that created it; each answer of a call is one. */
  born: number;
  /** When it was resolved, and since when it waits. */
  completedAt?: number;
  since?: number;
  /** Who may decide. */
  assigned?: string[];
  /** What a block was given from outside. */
  reads?: Record<string, unknown>;
  /** What it undoes in another run, and what that came to. */
  undoes?: Key;
  undone?: Output;
}

export interface State {
  rows: Row[];
  endsAs: 'completed' | 'failed' | 'cancelled' | null;
  finished: boolean;
  paused: boolean;
  /** Whether anybody has begun or resolved anything. */
  touched: boolean;
  starts: string[];
  /** Where it was forked, and what it comes from before it, as far as it was kept: they start without a source. */
  forkedAt: string[];
  takingPart: string[];
  /** Takings of each loop in the run, and since its entry from outside. */
  totals: number[];
  counts: number[];
  input: Record<string, unknown>;
  /** What a block has from outside. */
  loaded: Record<string, unknown>;
  /** Of a run that undoes another one: what is left to undo. */
  undo?: Key[];
  /** Seconds. */
  clock: number;
  /** What the call under way answered, before all of it is taken up; null: it failed. */
  answered: Record<Key, Output | null>;
  /** What the call answers besides, and is taken up later. */
  underWay: Key[];
  given: Record<string, Output>;
  /** Signals that came before anything waited for them, by conversation. */
  signals: Record<string, Output[]>;
  events: number;
  /** The first event of the call under way. */
  since: number;
}

/** Whether a run ends, or ended, otherwise than it should: by an early end it completes. */
export const endsBadly = ({ endsAs }: State): boolean =>
  endsAs === 'failed' || endsAs === 'cancelled';

/** An event that the rules do not allow in this state; the engine raises, or must never do it. */
export class NotAllowed extends Error {}

/** Notes when rows were resolved. */
export function stamp(state: State): void {
  for (const row of state.rows) {
    if (isOpen(row)) delete row.completedAt;
    else row.completedAt ??= state.clock;
  }
}

export const keyOf = (row: Pick<Row, 'conversation' | 'iteration' | 'item'>): Key =>
  `${row.conversation} ${row.iteration} ${row.item ?? '-'}`;

export const isOpen = (row: Row): boolean =>
  row.status === 'pending' || row.status === 'running' || row.status === 'waiting';

/** What joins count: cancelled ones are not resolved for them. */
export const isResolved = (row: Row): boolean =>
  row.status === 'completed' || row.status === 'failed' || row.status === 'skipped';

export function findRow(state: State, key: Key): Row {
  const row = state.rows.find((each) => keyOf(each) === key);
  if (!row) throw new NotAllowed(`no interaction ${key}`);
  return row;
}

/** The row of a conversation in an iteration: the header of a map. */
export function rowAt(state: State, conversation: string, iteration: number): Row | undefined {
  return state.rows.find(
    (r) => r.conversation === conversation && r.iteration === iteration && r.item === null,
  );
}

export function itemsOf(state: State, header: Row): Row[] {
  return state.rows
    .filter(
      (r) =>
        r.conversation === header.conversation &&
        r.iteration === header.iteration &&
        r.item !== null,
    )
    .sort((a, b) => (a.item as number) - (b.item as number));
}

export function currentIteration(graph: Graph, state: State, conversation: string): number {
  const takings = graph.loops.map((loop, at) =>
    loop.body.has(conversation) ? (state.totals[at] ?? 0) : 0,
  );
  return takings.reduce((sum, each) => sum + each, 0);
}

export function currentRow(graph: Graph, state: State, conversation: string): Row | undefined {
  return rowAt(state, conversation, currentIteration(graph, state, conversation));
}

export const isStale = (graph: Graph, state: State, row: Row): boolean =>
  row.iteration < currentIteration(graph, state, row.conversation);

export const loopOf = (graph: Graph, source: string, branch: number): Loop | undefined =>
  graph.loops.find((loop) => loop.source === source && loop.branch === branch);

export function runStatus(state: State): string {
  if (state.finished) return state.endsAs ?? 'completed';
  if (state.paused) return 'paused';
  const open = state.rows.filter(isOpen);
  if (open.length > 0 && open.every((row) => row.status === 'waiting')) return 'waiting';
  return state.touched ? 'running' : 'pending';
}
