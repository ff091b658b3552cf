// In which orders things may have happened where the rules, or calls at the same time, leave it open.

import type { Event, Outcome } from './interpreter.ts';
import type { Key } from './state.ts';

export interface Given {
  /** Place of the run among those of the session: 0 the first, then forks. */
  run: number;
  row: Key;
  attempt: number;
  outcome: Outcome;
}

/** An event of one run. */
export interface Step {
  run: number;
  event: Event;
}

export function permutations<T>(list: T[]): T[][] {
  if (list.length < 2) return [list];
  return list.flatMap((each, place) =>
    permutations(list.toSpliced(place, 1)).map((rest) => [each, ...rest]),
  );
}

/** Which map an item is of. */
const headerOf = (key: Key): Key | undefined =>
  key.endsWith('-') ? undefined : key.split(' ').slice(0, 2).join(' ');

/** Answers of one call for one run, by the ids of their interactions; which of several maps is settled first is open. */
function ordersOfRun(answers: Given[], byId: Key[]): Given[][] {
  const sorted = answers.toSorted((a, b) => byId.indexOf(a.row) - byId.indexOf(b.row));
  const plain = sorted.filter(({ row }) => headerOf(row) === undefined);
  const items = sorted.filter(({ row }) => headerOf(row) !== undefined);
  const maps = [...Map.groupBy(items, ({ row }) => headerOf(row)).values()];
  return permutations(maps).map((each) => [...plain, ...each.flat()]);
}

/** The orders in which the answers of one call may be applied. */
export function ordersOfCall(answers: Given[], byId: (run: number) => Key[]): Step[][] {
  const byRun = [...Map.groupBy(answers, (each) => each.run)].sort(([a], [b]) => a - b);
  const runs = byRun.map(([run, own]) =>
    ordersOfRun(own, byId(run)).map(
      (given): Step => ({ run, event: { type: 'answer', answers: given } }),
    ),
  );
  // those of parents come first: what they end is over, whatever came of it; when a map is settled is open
  const hasItems = answers.some(({ row }) => headerOf(row) !== undefined);
  return (hasItems ? permutations(runs) : [runs]).flatMap((some) =>
    some.reduce<Step[][]>(
      (orders, steps) => orders.flatMap((before) => steps.map((step) => [...before, step])),
      [[]],
    ),
  );
}

/** Several steps of one move happen together. */
export type Move = Given | Step[];

const isGiven = (move: Move): move is Given => 'outcome' in move;

/**
 * The orders of calls at the same time. A cancel passes over what another call is at work on: that one is applied, and
 * meets the cancelled run. `late`: the answers that the engine turned away.
 */
export function ordersOfRace(moves: Move[], late: Given[]): Step[][] {
  return permutations(moves).map((order) =>
    order.flatMap((move, place): Step[] => {
      if (isGiven(move)) return [{ run: move.run, event: { type: 'answer', answers: [move] } }];
      const after = order.slice(place + 1).filter(isGiven);
      return move.map(({ run, event }) =>
        event.type === 'cancel'
          ? { run, event: { ...event, exceptions: passedOver(after, late) } }
          : { run, event },
      );
    }),
  );
}

const passedOver = (after: Given[], late: Given[]): Record<number, Key[]> =>
  Object.fromEntries(
    [...Map.groupBy(after, (each) => each.run)].map(([run, own]) => [
      run,
      own.filter((each) => !late.includes(each)).map(({ row }) => row),
    ]),
  );
