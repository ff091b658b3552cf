// Arbitraries of workflows: nested blocks with one way in and one way out, and edges thrown over them.

import fc from '../helpers/fast-check.ts';
import { FEATURES } from './features.ts';

/** When a branch is taken; what does not fit its source becomes something that does. */
export interface Condition {
  kind: 'always' | 'tag' | 'data' | 'upstream' | 'input' | 'iteration' | 'otherwise';
  n: number;
}

export interface Step {
  kind: 'work' | 'route' | 'map' | 'human' | 'signal' | 'block';
  join: 'merge' | 'all' | 'any' | 'and' | 'or' | number;
  /** A join that starts early stops the rest. */
  cancels: boolean;
  continues: boolean;
  first: boolean;
  retries: boolean;
  /** It may answer that there is nothing to do. */
  skips: boolean;
  /** Which upstream conversation its parameters read, and a map runs over. */
  reads: number | null;
  /** Which of the forms of templates its parameter has. */
  form: number;
  /** Data chooses its actor. */
  chooses: boolean;
  maxParallel: number | null;
  tolerate: number;
  spread: boolean;
  readsItem: boolean;
  /** What a map runs over may be missing. */
  isOptional: boolean;
  /** In place of what a map runs over. */
  samples: number | null;
  vote: 'majority' | 'plurality' | null;
  /** Something undoes it; it goes on where that fails. */
  undo: 'plain' | 'reads' | 'retries' | 'continues' | null;
  /** What happens when nobody decides. */
  due: 'decide' | 'fail' | 'escalate' | 'remind' | null;
}

export interface Arm {
  block: Block | null;
  when: Condition;
  then: Condition;
  /** Leads nowhere, where it may. */
  isDead: boolean;
}

export type Block =
  | { kind: 'step'; step: Step }
  /** Several that are one, in a run of their own. */
  | { kind: 'block'; step: Step; body: Block; handler: Step | null; last: Step | null }
  | { kind: 'chain'; blocks: Block[]; when: Condition[] }
  | { kind: 'split'; at: Step; arms: Arm[]; end: Step }
  | {
      kind: 'loop';
      body: Block;
      when: Condition;
      limit: number;
      /** The limit is data: the input's n, else what is not there. */
      bound: 'n' | 'nothing' | null;
      isFirst: boolean;
    };

export interface Edge {
  from: number;
  to: number;
  when: Condition;
  after: ('success' | 'failure' | 'skip')[];
  /** To another conversation, nowhere, or the end of the run. */
  leads: 'on' | 'none' | 'END';
}

export interface Blueprint {
  canRace: boolean;
  flows: Block[];
  edges: Edge[];
  /** Conversations that start besides. */
  starts: number[];
  order: 'topological' | 'reversed' | 'mixed';
}

const weighted = <T>(...choices: [weight: number, value: T][]): fc.Arbitrary<T> =>
  fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const condition: fc.Arbitrary<Condition> = fc.record({
  kind: weighted<Condition['kind']>(
    [6, 'always'],
    [4, 'tag'],
    [4, 'data'],
    [2, 'upstream'],
    [1, 'input'],
    [FEATURES.loops ? 1 : 0, 'iteration'],
    [3, 'otherwise'],
  ),
  n: fc.nat(11),
});

const step: fc.Arbitrary<Step> = fc.record({
  kind: weighted<Step['kind']>(
    [12, 'work'],
    [4, 'route'],
    [FEATURES.maps ? 4 : 0, 'map'],
    [FEATURES.waiting ? 2 : 0, 'human'],
    [FEATURES.waiting ? 1 : 0, 'signal'],
  ),
  join: weighted<Step['join']>(
    [6, 'merge'],
    [2, 'all'],
    [FEATURES.races ? 2 : 0, 'any'],
    [FEATURES.races ? 1 : 0, 2],
    [FEATURES.races ? 1 : 0, 3],
    [FEATURES.races ? 2 : 0, 'and'],
    [FEATURES.races ? 2 : 0, 'or'],
  ),
  cancels: weighted([2, false], [1, true]),
  continues: weighted([5, false], [1, true]),
  first: weighted([4, false], [1, true]),
  retries: weighted([6, false], [1, true]),
  skips: weighted([4, false], [1, true]),
  reads: fc.option(fc.nat(9), { freq: 2 }),
  form: fc.nat(13),
  chooses: weighted([5, false], [1, true]),
  maxParallel: weighted([2, null], [1, 1], [1, 2]),
  tolerate: weighted([2, 0], [1, 1], [1, 2]),
  spread: fc.boolean(),
  readsItem: weighted([3, false], [1, true]),
  isOptional: weighted([3, false], [1, true]),
  samples: weighted([4, null], [1, 2], [1, 3], [1, 4]),
  vote: weighted<Step['vote']>([3, null], [1, 'majority'], [1, 'plurality']),
  undo: FEATURES.compensation
    ? weighted<Step['undo']>(
        [4, null],
        [2, 'plain'],
        [1, 'reads'],
        [1, 'retries'],
        [1, 'continues'],
      )
    : fc.constant(null),
  due: weighted<Step['due']>([3, null], [1, 'decide'], [1, 'fail'], [1, 'escalate'], [1, 'remind']),
});

const blocks = fc.letrec<{ block: Block; arm: Arm }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 4, depthSize: 'medium', withCrossShrink: true },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('step' as const), step }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('chain' as const),
        blocks: fc.array(tie('block'), { minLength: 2, maxLength: 3 }),
        when: fc.array(condition, { minLength: 2, maxLength: 2 }),
      }),
    },
    {
      weight: FEATURES.blocks ? 2 : 0,
      arbitrary: fc.record({
        kind: fc.constant('block' as const),
        step,
        body: tie('block'),
        handler: fc.oneof(fc.constant(null), step),
        last: fc.oneof(fc.constant(null), step),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('split' as const),
        at: step,
        arms: fc.array(tie('arm'), { minLength: 1, maxLength: 3 }),
        end: step,
      }),
    },
    {
      weight: FEATURES.loops ? 3 : 0,
      arbitrary: fc.record({
        kind: fc.constant('loop' as const),
        body: tie('block'),
        when: condition,
        limit: fc.integer({ min: 1, max: 2 }),
        bound: weighted<'n' | 'nothing' | null>([6, null], [2, 'n'], [1, 'nothing']),
        isFirst: fc.boolean(),
      }),
    },
  ),
  arm: fc.record({
    block: fc.option(tie('block'), { freq: 5 }),
    when: condition,
    then: condition,
    isDead: weighted([6, false], [1, true]),
  }),
}));

export const blueprints = (canRace: boolean): fc.Arbitrary<Blueprint> =>
  fc.record({
    canRace: fc.constant(canRace),
    flows: fc.oneof(
      { weight: 4, arbitrary: fc.tuple(blocks.block) },
      { weight: 1, arbitrary: fc.tuple(blocks.block, blocks.block) },
    ),
    edges: fc.array(
      fc.record({
        from: fc.nat(30),
        to: fc.nat(30),
        when: condition,
        after: weighted<Edge['after']>(
          [6, ['success']],
          [4, ['failure']],
          [2, ['skip']],
          [1, ['failure', 'skip']],
          [1, ['skip', 'success']],
          [1, ['success', 'failure', 'skip']],
        ),
        leads: weighted<Edge['leads']>([16, 'on'], [3, 'none'], [2, 'END']),
      }),
      { maxLength: 5 },
    ),
    starts: fc.oneof(
      { weight: 5, arbitrary: fc.constant<number[]>([]) },
      { weight: 1, arbitrary: fc.array(fc.nat(30), { minLength: 1, maxLength: 2 }) },
    ),
    order: weighted<Blueprint['order']>([2, 'topological'], [1, 'reversed'], [1, 'mixed']),
  });
