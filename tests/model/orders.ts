// In which order the answers of a call are taken up first, and in which orders calls at the same time may have happened.

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

const isItem = (row: Key): boolean => !row.endsWith('-');

/** The answers of one call, those of parents first: what they end is over, whatever came of it. Items come last. */
export function stepsOfCall(answers: Given[], byId: (run: number) => Key[]): Step[] {
  return [...Map.groupBy(answers, (each) => each.run)]
    .sort(([a], [b]) => a - b)
    .map(([run, own]) => {
      const ids = byId(run);
      const sorted = own.toSorted((a, b) => ids.indexOf(a.row) - ids.indexOf(b.row));
      const plain = sorted.filter(({ row }) => !isItem(row));
      const items = sorted.filter(({ row }) => isItem(row));
      return { run, event: { type: 'answer', answers: [...plain, ...items] } };
    });
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
