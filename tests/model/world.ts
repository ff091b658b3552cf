// Runs that belong together: blocks are child runs, and what a run did is undone by a run of its own. Each is a State of the
// interpreter; here is what one means for another.

import { dueOf, type Graph, isMap } from './definition.ts';
import { readPath } from './document.ts';
import { type Event, type Outcome, start, step } from './interpreter.ts';
import { fork, keptOf } from './recovery.ts';
import {
  endsBadly,
  isOpen,
  type Key,
  keyOf,
  NotAllowed,
  type Output,
  type Row,
  type State,
} from './state.ts';

export interface Member {
  graph: Graph;
  state: State;
  /** Which interaction waits for it. */
  parent: { run: number; key: Key; attempt: number } | null;
  /** The run whose steps it undoes. */
  undoes: number | null;
  /** The run whose cancel started it. */
  after: number | null;
  /** What its end means was done. */
  hasEnded: boolean;
  wasTold: boolean;
  /** What undoes its parent undoes it too, or will once it is tried again. */
  isLeft: boolean;
}

export type World = Member[];
/** The interactions of a run by their ids. */
export type Order = (run: number) => Key[];

const member = (graph: Graph, state: State): Member => ({
  graph,
  state,
  parent: null,
  undoes: null,
  after: null,
  hasEnded: false,
  wasTold: false,
  isLeft: false,
});

export const at = (world: World, run: number): Member => world[run] as Member;
const rowOf = (world: World, run: number, key: Key): Row | undefined =>
  at(world, run).state.rows.find((row) => keyOf(row) === key);
const numbers = (world: World, keep: (each: Member) => boolean): number[] =>
  [...world.keys()].filter((run) => keep(at(world, run)));
const compensationsOf = (world: World, run: number): number[] =>
  numbers(world, ({ undoes }) => undoes === run);
const childrenOf = (world: World, run: number): number[] =>
  numbers(world, ({ parent }) => parent?.run === run);
const hasFailed = ({ state }: Member): boolean => state.finished && endsBadly(state);

export function begin(graph: Graph, input: State['input'], startAt?: string): World {
  return [member(graph, start(graph, input, startAt, 0))];
}

/** What happens to one run, and nothing of what that means for others. */
export function happen(world: World, run: number, event: Event, clock: number): World {
  const tree = treeOf(world, run);
  switch (event.type) {
    case 'retry':
      if (compensationsOf(world, run).length > 0 || hasChildrenToUndo(world, run)) {
        throw new NotAllowed('PWTRN');
      }
      return apply(world, run, event, clock, { hasEnded: false, wasTold: false, isLeft: false });
    case 'cancel': {
      const { exceptions = {} } = event;
      return tree.reduce(
        (now, each) => apply(now, each, { type: 'cancel', except: exceptions[each] ?? [] }, clock),
        world,
      );
    }
    case 'pause':
    case 'resume': {
      const below = tree.slice(1).filter((each) => at(world, each).state.endsAs === null);
      return [run, ...below].reduce((now, each) => apply(now, each, event, clock), world);
    }
    default:
      return apply(world, run, event, clock);
  }
}

export function apply(
  world: World,
  run: number,
  event: Event,
  clock: number,
  more: Partial<Member> = {},
): World {
  const before = at(world, run);
  const state = step(before.graph, { ...before.state, clock }, event);
  return world.with(run, { ...before, ...more, state });
}

/** A run and the unfinished child runs that it waits for, at any depth. */
function treeOf(world: World, run: number): number[] {
  const tree = [run];
  for (const each of tree) {
    tree.push(...childrenOf(world, each).filter((child) => !at(world, child).state.finished));
  }
  return tree;
}

export function forkOf(
  world: World,
  run: number,
  place: string,
  order: Order,
  clock: number,
): World {
  const { graph, state } = at(world, run);
  const forked = fork(graph, { ...state, clock }, place, order(run));
  const kept = keptOf(graph, state, place);
  if (
    at(world, run).undoes !== null ||
    (compensationsOf(world, run).length > 0 &&
      kept.some((name) => graph.compensation?.conversations.has(name)))
  ) {
    throw new NotAllowed('PWTRN');
  }
  return [...world, member(graph, forked)];
}

/** Does whatever follows in other runs, until nothing does. */
export function settle(before: World, order: Order, clock: number): World {
  let world = before;
  for (let rounds = 0; rounds < 1000; rounds++) {
    const next =
      startChildren(world, order, clock) ??
      cancelOrphans(world, clock) ??
      endRuns(world, order, clock) ??
      undoAfterChildren(world, order, clock) ??
      tellParents(world, clock) ??
      undoNext(world, clock);
    if (!next) return world;
    world = next;
  }
  throw new Error('does not settle');
}

const waits = (world: World, { parent }: Member): Row | undefined => {
  const row = parent && rowOf(world, parent.run, parent.key);
  return row && row.status === 'waiting' && row.attempt === parent.attempt ? row : undefined;
};

/** Starts the run that a block, or what undoes one, waits for. */
export function startChildren(world: World, order: Order, clock: number): World | null {
  for (const [run, { graph, state }] of world.entries()) {
    for (const row of state.rows) {
      if (row.status !== 'waiting') continue;
      const key = keyOf(row);
      const isThere = childrenOf(world, run).some(
        (child) =>
          at(world, child).parent?.key === key && at(world, child).parent?.attempt === row.attempt,
      );
      const parent = { run, key, attempt: row.attempt };
      if (isThere) continue;
      const block = graph.blocks.get(row.conversation);
      if (
        block &&
        !(isMap(graph.conversations.get(row.conversation) as never) && row.item === null)
      ) {
        const loaded = { ...state.loaded, ...row.reads };
        return [
          ...world,
          { ...member(block, start(block, state.input, undefined, clock, loaded)), parent },
        ];
      }
      if (row.undoes !== undefined && graph.conversations.get(row.conversation)?.type === 'child') {
        const child = childToUndo(world, at(world, run).undoes as number, row.undoes);
        if (child === undefined) return answerOf(world, run, key, { output: { data: {} } }, clock);
        return [...world, { ...compensationOf(world, child, order, clock), parent }];
      }
    }
  }
  return null;
}

const answerOf = (
  world: World,
  run: number,
  row: Key,
  outcome: { output: Output } | { error: string; again: boolean },
  clock: number,
): World => apply(world, run, { type: 'answer', answers: [{ row, outcome, waits: true }] }, clock);

/** Child runs for which nobody waits any more. */
export const orphans = (world: World): number[] =>
  numbers(
    world,
    (each) =>
      each.parent !== null && !each.state.finished && !each.state.endsAs && !waits(world, each),
  );

function cancelOrphans(world: World, clock: number): World | null {
  const [run] = orphans(world);
  return run === undefined ? null : apply(world, run, { type: 'cancel' }, clock);
}

/** Whether what waits for a child run, at any depth, does so no more. */
export function isLost(world: World, run: number): boolean {
  const { parent } = at(world, run);
  return parent !== null && (!waits(world, at(world, run)) || isLost(world, parent.run));
}

export const endedRuns = (world: World): number[] =>
  numbers(world, ({ state, hasEnded }) => state.finished && !hasEnded);

/** What follows from ends of runs; of several at once the inner ones first. */
function endRuns(world: World, order: Order, clock: number): World | null {
  const run = endedRuns(world).at(-1);
  return run === undefined ? null : endOne(world, run, order, clock);
}

export function endOne(world: World, run: number, order: Order, clock: number): World {
  const ended = world.with(run, { ...at(world, run), hasEnded: true });
  return startLast(compensate(ended, run, order, clock) ?? ended, run, clock);
}

/** A cancelled block runs its last steps by themselves. */
function startLast(world: World, run: number, clock: number): World {
  const { graph, state } = at(world, run);
  if (state.endsAs !== 'cancelled' || !graph.last) return world;
  const last = graph.blocks.get(graph.last) as Graph;
  return [
    ...world,
    { ...member(last, start(last, state.input, undefined, clock, state.loaded)), after: run },
  ];
}

function compensate(world: World, run: number, order: Order, clock: number): World | null {
  if (!hasFailed(at(world, run)) || hasChildrenToUndo(world, run)) return null;
  if (isUndoneByParent(world, run)) return world.with(run, { ...at(world, run), isLeft: true });
  if (!hasSomethingToUndo(world, run)) return null;
  return [...world, compensationOf(world, run, order, clock)];
}

function compensationOf(world: World, run: number, order: Order, clock: number): Member {
  const { graph, state } = at(world, run);
  const compensation = graph.compensation as Graph;
  const undoing: State = {
    ...start(compensation, state.input, undefined, clock),
    finished: false,
    undo: listToUndo(world, run, order),
  };
  return { ...member(compensation, undoing), undoes: run };
}

const isOfChild = (graph: Graph, name: string): boolean =>
  graph.compensation?.conversations.get(name)?.type === 'child';

/** What completed in a run and is not undone, what completed last first. */
function listToUndo(world: World, run: number, order: Order): Key[] {
  const { graph, state } = at(world, run);
  if (!graph.compensation) return [];
  const ids = order(run);
  const isUndone = (key: Key): boolean =>
    compensationsOf(world, run).some((by) => {
      const { state: undoing } = at(world, by);
      return undoing.rows.some(
        (row) =>
          row.undoes === key &&
          (row.status === 'completed' || !undoing.finished || !endsBadly(undoing)),
      );
    });
  return state.rows
    .filter((row) => {
      const conversation = graph.conversations.get(row.conversation) as never;
      if (!graph.compensation?.conversations.has(row.conversation)) return false;
      if (row.copied || row.completedAt === undefined) return false;
      if ((row.item === null) === isMap(conversation)) return false;
      return row.status === 'completed' || isOfChild(graph, row.conversation);
    })
    .sort(
      (a, b) =>
        (b.completedAt as number) - (a.completedAt as number) ||
        ids.indexOf(keyOf(b)) - ids.indexOf(keyOf(a)),
    )
    .map(keyOf)
    .filter((key) => !isUndone(key));
}

function hasSomethingToUndo(world: World, run: number): boolean {
  const { graph } = at(world, run);
  return listToUndo(world, run, () => []).some(
    (key) =>
      !isOfChild(graph, key.split(' ')[0] as string) || childToUndo(world, run, key) !== undefined,
  );
}

/** The latest child run of an interaction that did what can be undone. */
const childToUndo = (world: World, run: number, key: Key): number | undefined =>
  childrenOf(world, run)
    .filter((child) => {
      const { parent, state, graph } = at(world, child);
      return (
        parent?.key === key &&
        state.finished &&
        graph.compensation !== undefined &&
        compensationsOf(world, child).every((by) => at(world, by).state.finished) &&
        hasSomethingToUndo(world, child)
      );
    })
    .at(-1);

/** Whether what undoes its parent, which ends too, undoes it at its place. */
function isUndoneByParent(world: World, run: number): boolean {
  const { parent } = at(world, run);
  if (!parent || at(world, run).undoes !== null) return false;
  const above = at(world, parent.run);
  return (
    endsBadly(above.state) &&
    isOfChild(above.graph, parent.key.split(' ')[0] as string) &&
    (!above.state.finished ||
      compensationsOf(world, parent.run).every((by) => !at(world, by).state.finished))
  );
}

const isBeingUndone = (world: World, run: number): boolean =>
  compensationsOf(world, run).some((by) => !at(world, by).state.finished);

/** Whether a child run, at any depth, is still to end, or is being undone. */
function hasChildrenToUndo(world: World, run: number): boolean {
  return childrenOf(world, run).some((child) => {
    const { state } = at(world, child);
    if (state.finished && !endsBadly(state)) return false;
    return !state.finished || isBeingUndone(world, child) || hasChildrenToUndo(world, child);
  });
}

/** Child runs that ended and are undone, of which their parents do not know yet. */
export const untold = (world: World): number[] =>
  numbers(world, (each) => each.parent !== null && each.hasEnded && !each.wasTold).filter(
    (run) =>
      !isBeingUndone(world, run) &&
      !(hasFailed(at(world, run)) && hasChildrenToUndo(world, run)) &&
      !isDueToUndo(world, run),
  );

/** Tells parents how their child runs ended, once these are undone; all of a parent at once. */
function tellParents(world: World, clock: number): World | null {
  const ready = untold(world);
  const parent = ready[0] === undefined ? undefined : at(world, ready[0]).parent?.run;
  if (parent === undefined) return null;
  const told = ready.filter((run) => at(world, run).parent?.run === parent);
  return tell(world, parent, told, [], clock);
}

/** Tells a run how some of its child runs ended, with answers of its own in the same event. */
export function tell(
  world: World,
  parent: number,
  told: number[],
  own: { row: Key; outcome: Outcome }[],
  clock: number,
): World {
  const answers = told
    .filter((run) => waits(world, at(world, run)))
    .map((run) => ({
      row: at(world, run).parent?.key as Key,
      outcome: outcomeOf(world, run),
      waits: true as const,
    }));
  const after = world.map((each, run) => (told.includes(run) ? { ...each, wasTold: true } : each));
  if (answers.length + own.length === 0) return after;
  return apply(after, parent, { type: 'answer', answers: [...own, ...answers] }, clock);
}

const isDueToUndo = (world: World, run: number): boolean =>
  endedUnseen(world).includes(run) &&
  !isUndoneByParent(world, run) &&
  hasSomethingToUndo(world, run);

/** Runs that ended before their child runs were undone, and are undone now that these are. */
const endedUnseen = (world: World): number[] =>
  numbers(world, (each) => each.hasEnded && !each.isLeft && hasFailed(each)).filter(
    (run) =>
      compensationsOf(world, run).length === 0 &&
      at(world, run).undoes === null &&
      !hasChildrenToUndo(world, run),
  );

/** The inner ones first. */
export function undoAfterChildren(world: World, order: Order, clock: number): World | null {
  for (const run of endedUnseen(world).reverse()) {
    const next = compensate(world, run, order, clock);
    if (next) return next;
  }
  return null;
}

function outcomeOf(
  world: World,
  run: number,
): { output: Output } | { error: string; again: boolean } {
  const { graph, state, parent } = at(world, run);
  const above =
    parent && at(world, parent.run).graph.conversations.get(parent.key.split(' ')[0] as string);
  if (hasFailed(at(world, run)))
    return { error: 'child_failed', again: above?.retry !== undefined };
  return { output: { data: resultOf(graph, state) } };
}

const oneOrAll = (values: unknown[]): unknown => (values.length > 1 ? values : values[0]);

/** The first path of each that leads somewhere. */
function resultOf(graph: Graph, state: State): unknown {
  // none where the latest pass failed, as for what comes behind it
  const latest = (name: string): Output | null =>
    state.rows
      .filter(({ conversation, item }) => conversation === name && item === null)
      .filter(({ status }) => status === 'completed' || status === 'failed')
      .sort((a, b) => b.iteration - a.iteration)
      .map(({ status, output }) => (status === 'completed' ? output : null))[0] ?? null;
  const { result } = graph;
  if (Array.isArray(result)) {
    const found = result.map(latest).find((output) => output?.data !== undefined);
    return found?.data ?? null;
  }
  const document = Object.fromEntries(
    [...graph.conversations.keys()].map((name) => [name, latest(name) ?? undefined]),
  );
  return Object.fromEntries(
    Object.entries(result ?? {})
      .map(([field, path]) => [field, oneOrAll(readPath(path.replace(' ?', ''), document))])
      .filter(([, value]) => value !== undefined),
  );
}

/** Lets a run that undoes another one go on with what is to be undone next. */
export function undoNext(world: World, clock: number): World | null {
  for (const [run, { graph, state, undoes }] of world.entries()) {
    if (undoes === null || state.finished || state.endsAs || state.rows.some(isOpen)) continue;
    const [key, ...rest] = state.undo ?? [];
    const left = world.with(run, { ...at(world, run), state: { ...state, undo: rest } });
    if (key === undefined) return apply(left, run, { type: 'undo' }, clock);
    const name = key.split(' ')[0] as string;
    const isFor = graph.conversations.get(name)?.type === 'child';
    if (isFor && childToUndo(world, undoes, key) === undefined) return left;
    const others = compensationsOf(world, undoes).filter((by) => by !== run);
    const isUndone = others.some((by) =>
      at(world, by).state.rows.some((row) => row.undoes === key && row.status === 'completed'),
    );
    if (!isFor && isUndone) return left;
    const undone = rowOf(world, undoes, key) as Row;
    return apply(left, run, { type: 'undo', row: key, output: undone.output ?? {} }, clock);
  }
  return null;
}

/** Lets time pass: whatever falls due in a run, all of it at once. */
export function pass(world: World, order: Order, clock: number): World {
  let now = world;
  for (const [run, { graph, state }] of world.entries()) {
    if (state.finished) continue;
    now = apply(now, run, { type: 'late' }, clock);
    const ids = order(run);
    const answers = state.rows
      .filter((row) => row.status === 'waiting')
      .sort((a, b) => ids.indexOf(keyOf(a)) - ids.indexOf(keyOf(b)))
      .flatMap((row) => {
        const steps = dueOf(graph.conversations.get(row.conversation) as never);
        const last = steps.at(-1);
        if (!last?.then || (row.since as number) + last.after * 3600 > clock) return [];
        const outcome =
          last.then === 'fail'
            ? { error: 'timeout', again: false }
            : { output: { tag: last.then } };
        return [{ row: keyOf(row), outcome, waits: true as const }];
      });
    if (answers.length > 0) {
      now = apply(now, run, { type: 'answer', answers }, clock);
    }
  }
  return now;
}
