// What may come next where a call answers for runs that belong together.

import { type Answer, beginnable, type Event } from './interpreter.ts';
import { type Key, keyOf } from './state.ts';
import {
  apply,
  at,
  endedRuns,
  endOne,
  happen,
  type Order,
  orphans,
  startChildren,
  tell,
  undoAfterChildren,
  undoNext,
  untold,
  type World,
} from './world.ts';

/** Answers of a call for one run, not yet taken up; or none, and at the same time the run is cancelled, or this row of it begins. */
export interface Own {
  run: number;
  answers: Answer[];
  cancels?: true;
  begins?: Key;
}

/** What an event of a run leaves to be taken up. */
export function ownOf(run: number, event: Event): Own[] {
  if (event.type === 'answer') return [{ run, answers: event.answers }];
  if (event.type === 'cancel') return [{ run, answers: [], cancels: true }];
  return event.type === 'begin' ? event.rows.map((begins) => ({ run, answers: [], begins })) : [];
}

/** Answers for what is no item, and those of each map; none where that is one. */
function partsOf(answers: Own['answers']): Own['answers'][] {
  const isItem = ({ row }: { row: Key }): boolean => !row.endsWith('-');
  const parts = Map.groupBy(answers, (each) =>
    isItem(each) ? each.row.split(' ').slice(0, 2).join(' ') : '',
  );
  return parts.size > 1 ? [...parts.values()] : [];
}

/** Runs on the way, and what is answered and not yet taken up. */
export interface Next {
  world: World;
  own: Own[];
}

/**
 * All that may come next where a call answers for runs that belong together: which of them is taken up first, no rule
 * says. What is answered and not yet taken up is passed over by what cancels. None: nothing is left.
 */
export function nexts(world: World, own: Own[], order: Order, clock: number): Next[] {
  const started = startChildren(world, order, clock);
  if (started) return [{ world: started, own }];
  const given = own.filter(({ cancels, begins }) => !cancels && begins === undefined);
  const left = (world: World, done?: Own): Next => ({
    world,
    own: own.filter((each) => each !== done),
  });
  const exceptions: Record<number, Key[]> = {};
  for (const { run, answers } of given) {
    exceptions[run] = [...(exceptions[run] ?? []), ...answers.map(({ row }) => row)];
  }
  const ready = [
    ...Map.groupBy(untold(world), (run) => at(world, run).parent?.run as number),
  ].flatMap(([parent, told]) =>
    [told, ...(told.length > 1 ? told.map((run) => [run]) : [])].map((some) => ({ parent, some })),
  );
  const moves = [
    ...ready.flatMap(({ parent, some }) => {
      const beside = given.filter(({ run }) => run === parent);
      return [
        left(tell(world, parent, some, [], clock)),
        ...beside.map((each) => left(tell(world, parent, some, each.answers, clock), each)),
      ];
    }),
    ...given.map((each) => left(tell(world, each.run, [], each.answers, clock), each)),
    // when maps are settled is open, also of one that comes up by an answer
    ...given.flatMap((given) =>
      partsOf(given.answers).map((part) => ({
        world: apply(
          world,
          given.run,
          { type: 'answer', answers: part, others: exceptions[given.run] ?? [] },
          clock,
        ),
        own: own.map((each) =>
          each === given
            ? { ...each, answers: each.answers.filter((one) => !part.includes(one)) }
            : each,
        ),
      })),
    ),
    // a child run that ends in the call that ends its parent may be undone at its place
    ...given.flatMap((each) => {
      const ended = endedRuns(world).filter((run) => at(world, run).parent?.run === each.run);
      if (ended.length === 0) return [];
      return [left(tell(world, each.run, ended, each.answers, clock), each)];
    }),
    ...orphans(world).map((run) =>
      left(apply(world, run, { type: 'cancel', except: exceptions[run] ?? [] }, clock)),
    ),
    ...own
      .filter(({ cancels }) => cancels)
      .map((cancel) => ({
        world: happen(world, cancel.run, { type: 'cancel', exceptions }, clock),
        own: own.filter((each) => each !== cancel),
      })),
    ...own.flatMap((each) => {
      const row = at(world, each.run).state.rows.find((one) => keyOf(one) === each.begins);
      if (!row || !beginnable(at(world, each.run).graph, at(world, each.run).state).includes(row))
        return [];
      return [left(apply(world, each.run, { type: 'begin', rows: [keyOf(row)] }, clock), each)];
    }),
    ...endedRuns(world).map((run) => left(endOne(world, run, order, clock))),
  ];
  const undone = undoAfterChildren(world, order, clock);
  if (undone) moves.push(left(undone));
  if (moves.length > 0) return moves;
  const next = undoNext(world, clock);
  return next ? [left(next)] : [];
}
