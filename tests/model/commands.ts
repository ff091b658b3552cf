// Arbitraries of what happens to a run. Commands choose among what is there when their turn comes.

import fc from '../helpers/fast-check.ts';
import { type Blueprint, blueprints } from './blueprint.ts';
import { FEATURES } from './features.ts';

export type Command =
  | { type: 'begin'; most: number }
  /** Several in one call; `late` ones that were answered before are among them. */
  | { type: 'answer'; picks: number[]; late: boolean }
  /** Each in a call of its own, all at once. */
  | { type: 'race'; picks: number[]; besides: 'begin' | 'cancel' | null }
  /** One that waits; else a signal that nothing waits for yet. */
  | { type: 'decide'; pick: number }
  | { type: 'cancel' | 'pause' | 'resume' | 'retry'; run: number }
  | { type: 'fork'; run: number; at: number }
  /** What is due by then happens. */
  | { type: 'pass'; hours: number }
  /** Goes on until every run has finished; `together`: what is running is answered in one call. */
  | { type: 'drain'; together: boolean };

export interface Case extends Play {
  blueprint: Blueprint;
}

/** What happens to a workflow. */
export interface Play {
  startAt: number | null;
  input: { n: number; items: { n: number }[]; who?: string };
  /** What answers are made of, by the interaction. */
  dice: number[];
  commands: Command[];
}

const run = fc.nat(3);
const simple = <T extends string>(type: T) => fc.record({ type: fc.constant(type), run });
const picks = (most: number) => fc.array(fc.nat(20), { minLength: 1, maxLength: most });

const command = (canRace: boolean): fc.Arbitrary<Command> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('begin' as const),
        most: fc.integer({ min: 1, max: 5 }),
      }),
    },
    {
      weight: canRace ? 3 : 10,
      arbitrary: fc.record({
        type: fc.constant('answer' as const),
        picks: picks(4),
        late: fc.oneof(
          { weight: 8, arbitrary: fc.constant(false) },
          { weight: 1, arbitrary: fc.constant(true) },
        ),
      }),
    },
    {
      weight: canRace ? 10 : 0,
      arbitrary: fc.record({
        type: fc.constant('race' as const),
        picks: picks(4),
        besides: fc.constantFrom(null, null, 'begin' as const, 'begin' as const, 'cancel' as const),
      }),
    },
    {
      weight: FEATURES.waiting ? 4 : 0,
      arbitrary: fc.record({ type: fc.constant('decide' as const), pick: fc.nat(20) }),
    },
    {
      weight: FEATURES.waiting ? 2 : 0,
      arbitrary: fc.record({
        type: fc.constant('pass' as const),
        hours: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 1, arbitrary: simple('cancel') },
    { weight: FEATURES.pause ? 1 : 0, arbitrary: simple('pause') },
    { weight: FEATURES.pause ? 2 : 0, arbitrary: simple('resume') },
    { weight: FEATURES.retry ? 3 : 0, arbitrary: simple('retry') },
    {
      weight: FEATURES.fork ? 2 : 0,
      arbitrary: fc.record({ type: fc.constant('fork' as const), run, at: fc.nat(20) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('drain' as const), together: fc.boolean() }),
    },
  );

const plays = (canRace: boolean): fc.Arbitrary<Play> =>
  fc.record({
    startAt: fc.oneof(
      { weight: 5, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.nat(20) },
    ),
    input: fc.record({
      n: fc.nat(4),
      items: fc.array(fc.record({ n: fc.nat(4) }), { maxLength: 3 }),
      who: fc.constantFrom('noop', 'noop', 'other', 'other', 'nobody'),
    }),
    dice: fc.array(fc.nat(999), { minLength: 3, maxLength: 24 }),
    commands: fc.array(command(canRace), { maxLength: 24, size: '+1' }),
  });

/** Cases of one workflow: to define it costs as much as to play several. With `canRace` several answers are under way at once. */
export const casesOfOne = (canRace: boolean, count: number): fc.Arbitrary<Case[]> =>
  fc
    .record({
      blueprint: blueprints(canRace),
      plays: fc.array(plays(canRace), { minLength: count, maxLength: count }),
    })
    .map(({ blueprint, plays }) => plays.map((each) => ({ blueprint, ...each })));

export const cases = (canRace: boolean): fc.Arbitrary<Case> =>
  casesOfOne(canRace, 1).map(([one]) => one as Case);
