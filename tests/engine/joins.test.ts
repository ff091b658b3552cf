import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Driver, useDriver } from './driver.ts';

const driver = useDriver();
const sources = ['a', 'b', 'c'];
const orders = ['abc', 'acb', 'bac', 'bca', 'cab', 'cba'];

const define = async (d: Driver, join: unknown) => {
  const bodies = sources.map((s) => [s, { branches: [{ when: '$.data.go == true', to: 'end' }] }]);
  return d.define({
    ...Object.fromEntries(bodies),
    end: { ...(join === undefined ? {} : { join }), branches: ['last'] },
    last: {},
  });
};

const EXPRESSIONS: Record<string, (has: (source: string) => boolean) => boolean> = {
  '(a and b) or c': (has) => (has('a') && has('b')) || has('c'),
  'a and (b or c)': (has) => has('a') && (has('b') || has('c')),
  'a or b and c': (has) => has('a') || (has('b') && has('c')),
};

/** Which source decides, by position in the order; `taken` are the sources that take their branch. */
const decide = (join: unknown, order: string, taken: string): { at: number; as: string } => {
  for (let n = 1; n <= order.length; n++) {
    const yes = [...order.slice(0, n)].filter((s) => taken.includes(s)).length;
    const left = order.length - n;
    const holds = EXPRESSIONS[String(join)];
    if (holds) {
      const known = order.slice(0, n);
      if (holds((s) => known.includes(s) && taken.includes(s))) return { at: n, as: 'start' };
      if (!holds((s) => !known.includes(s) || taken.includes(s))) return { at: n, as: 'skip' };
      continue;
    }
    if (join === undefined || join === 'merge') {
      if (left === 0) return { at: n, as: yes > 0 ? 'start' : 'skip' };
    } else {
      const wanted = join === 'all' ? 3 : join === 'any' ? 1 : Number(join);
      if (yes >= wanted) return { at: n, as: 'start' };
      if (yes + left < wanted) return { at: n, as: 'skip' };
    }
  }
  throw new Error('undecided');
};

describe.each([undefined, 'merge', 'all', 'any', 2, ...Object.keys(EXPRESSIONS)])(
  'join: %s',
  (join) => {
    let flow: string;
    beforeAll(async () => {
      flow = await define(driver(), join);
    });

    it.each(['', 'a', 'c', 'ab', 'bc', 'abc'])(
      'with "%s" taken is decided as soon as certain, in every order of completion',
      async (taken) => {
        const d = driver();
        for (const order of orders) {
          const run = await d.start(flow);
          const begun = await d.begin();
          const decision = decide(join, order, taken);
          for (const [index, name] of [...order].entries()) {
            const answer: Answer = { data: { go: taken.includes(name) } };
            await d.complete([[begun.find((w) => w.conversation === name), answer]]);
            const { end } = await d.statuses(run);
            const expected =
              index + 1 < decision.at ? undefined : decision.as === 'start' ? 'pending' : 'skipped';
            expect(end, `${order}, after ${name}`).toBe(expected);
          }
          await d.drive();
          expect((await d.run(run)).status).toBe('completed');
          expect(await d.statuses(run)).toMatchObject(
            decision.as === 'start'
              ? { end: 'completed', last: 'completed' }
              : { end: 'skipped', last: 'skipped' },
          );
        }
      },
    );

    it('is decided when all complete in one call, and when two do', async () => {
      const d = driver();
      for (const taken of ['', 'b', 'ac', 'abc']) {
        for (const groups of [['abc'], ['ab', 'c'], ['c', 'ab'], ['b', 'ca']]) {
          const run = await d.start(flow);
          const begun = await d.begin();
          for (const group of groups) {
            await d.complete(
              [...group].map((name) => [
                begun.find((w) => w.conversation === name),
                { data: { go: taken.includes(name) } },
              ]),
            );
          }
          const ran = await d.drive();
          expect(ran, `${taken} ${groups}`).toEqual(
            decide(join, 'abc', taken).as === 'start' ? ['end', 'last'] : [],
          );
          expect((await d.run(run)).status).toBe('completed');
        }
      }
    });
  },
);

describe('joins', () => {
  it('leave out of an expression what takes no part', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b', 'c'] },
      b: { branches: ['end'] },
      c: { branches: ['end'] },
      other: { branches: ['end'] },
      end: { join: 'b and c and other' },
    });
    const run = await d.start(flow, { start_at: 'a' });
    expect(await d.drive()).toEqual(['a', 'b', 'c', 'end']);
    expect((await d.interaction(run, 'end')).input_interaction_ids).toHaveLength(2);
  });

  it('by an expression are decided anew in each pass of a loop', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b', 'c'] },
      b: { branches: ['end'] },
      c: { branches: ['end'] },
      end: { join: 'b and c', branches: [{ when: '$iteration == 0', to: 'a', loop: 1 }] },
    });
    const run = await d.start(flow);
    expect(await d.drive({}, true)).toEqual(['a', 'b', 'c', 'end', 'a', 'b', 'c', 'end']);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('count distinct sources, taken if any of their branches is', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '$.data.x == 1', to: 'end' },
          { when: '$.data.x == 2', to: 'end' },
        ],
      },
      b: { branches: ['end'] },
      end: { join: 'all' },
    });
    const run = await d.start(flow);
    await d.drive({ a: { data: { x: 2 } } });
    expect(await d.statuses(run)).toMatchObject({ end: 'completed' });
  });

  it('skip reasons name the join', async () => {
    const d = driver();
    const flow = await define(d, 'all');
    const run = await d.start(flow);
    await d.drive({
      a: { data: { go: false } },
      b: { data: { go: true } },
      c: { data: { go: true } },
    });
    expect((await d.interaction(run, 'end')).skip_reason).toMatch(/join all/);
  });

  it('are capped at the sources that take part', async () => {
    const d = driver();
    for (const join of ['all', 2, 3, 'merge']) {
      const flow = await d.define({
        a: { branches: ['end'] },
        b: { branches: ['end'] },
        c: { branches: ['end'] },
        end: { join },
      });
      const run = await d.start(flow, { start_at: 'b' });
      expect(await d.drive()).toEqual(['b', 'end']);
      expect((await d.run(run)).status).toBe('completed');
    }
  });

  it('meet dead paths and live ones of different lengths', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '[X]', to: 'x1' },
          { when: '[Y]', to: 'y1' },
          { when: '[X]', to: 'end' },
        ],
      },
      x1: { branches: ['x2'] },
      x2: { branches: ['end'] },
      y1: { branches: ['end', 'z'] },
      z: {},
      end: {},
    });
    const run = await d.start(flow);
    expect(await d.drive({ a: { data: { tag: 'X' } } })).toEqual(['a', 'x1', 'x2', 'end']);
    expect(await d.statuses(run)).toMatchObject({ y1: 'skipped', z: 'skipped', end: 'completed' });
  });

  it('parents: the taken sources in definition order', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['end'] },
      b: { branches: ['end'] },
      end: { params: { first: '$parent.response', all: '$parents[*].response' } },
    });
    const run = await d.start(flow);
    const begun = await d.begin();
    for (const name of ['b', 'a']) {
      await d.complete([[begun.find((w) => w.conversation === name), { response: name }]]);
    }
    const end = await d.interaction(run, 'end');
    expect(end.input).toEqual({ params: { first: 'a', all: ['a', 'b'] } });
    const ids = await Promise.all(['a', 'b'].map((n) => d.interaction(run, n)));
    expect(end.input_interaction_ids).toEqual(ids.map((i) => i.interaction_id));
  });
});
