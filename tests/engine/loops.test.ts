import { describe, expect, it } from 'vitest';
import { type Answer, useDriver, type Work } from './driver.ts';

const driver = useDriver();

/** "conversation iteration status" of each interaction, in order. */
const rows = async (run: string): Promise<string[]> =>
  (await driver().interactions(run)).map((i) => `${i.conversation} ${i.iteration} ${i.status}`);

const tags = (...given: string[]): ((work: Work) => Answer) => {
  const left = [...given];
  return () => ({ data: { tag: left.shift() ?? 'PASS' } });
};

const refine = {
  draft: { branches: ['improve'] },
  improve: {
    params: { n: '$iteration', before: '$grade.tag ?? "none"' },
    branches: ['grade'],
  },
  grade: {
    branches: [
      { when: '[FAIL]', to: 'improve', loop: 2 },
      { when: '[PASS]', to: 'publish' },
      { otherwise: true, to: 'give_up' },
    ],
  },
  publish: {},
  give_up: {},
};

describe('a loop', () => {
  it('resets its body each time it is taken, and goes on when it is not', async () => {
    const d = driver();
    const run = await d.start(await d.define(refine));
    expect(await d.drive({ grade: tags('FAIL', 'PASS') })).toEqual([
      'draft',
      'improve',
      'grade',
      'improve',
      'grade',
      'publish',
    ]);
    expect(await rows(run)).toEqual([
      'draft 0 completed',
      'improve 0 completed',
      'grade 0 completed',
      'improve 1 completed',
      'grade 1 completed',
      'give_up 0 skipped',
      'publish 0 completed',
    ]);
    expect((await d.run(run)).loops).toMatchObject({});
  });

  it('that is exhausted is not taken, and otherwise says what then', async () => {
    const d = driver();
    const run = await d.start(await d.define(refine));
    expect(await d.drive({ grade: tags('FAIL', 'FAIL', 'FAIL') })).toEqual([
      'draft',
      'improve',
      'grade',
      'improve',
      'grade',
      'improve',
      'grade',
      'give_up',
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('takes its limit from data; one that is no number is unknown', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '[FAIL]', to: 'a', loop: '$input.max' },
          { otherwise: true, to: 'b' },
        ],
      },
      b: {},
    });
    for (const [max, times] of [
      [2, 3],
      [0, 1],
      ['2', 1],
      [null, 1],
    ]) {
      const run = await d.start(flow, { input: { max } });
      const ran = await d.drive({ a: { data: { tag: 'FAIL' } } });
      expect(ran, String(max)).toEqual([...Array(times).fill('a'), 'b']);
      const last = (await d.interactions(run)).filter((i) => i.conversation === 'a').at(-1);
      expect(last?.branches_unknown ?? []).toHaveLength(typeof max === 'number' ? 0 : 1);
      const [why] = await d.db.query<{ reason: string }>(
        "select reason from pgwave.branch_decisions($1) where target = 'a'",
        [last?.interaction_id],
      );
      expect(why?.reason).toContain('$input.max');
    }
  });

  it('shows the iteration and the pass before', async () => {
    const d = driver();
    const seen: unknown[] = [];
    const run = await d.start(await d.define(refine));
    await d.drive({
      grade: tags('FAIL', 'PASS'),
      improve: (work) => {
        seen.push(work.input.params);
        return {};
      },
    });
    expect(seen).toEqual([
      { n: 0, before: 'none' },
      { n: 1, before: 'FAIL' },
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('ends when its source fails', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: {
        branches: [
          { when: '[AGAIN]', to: 'a', loop: 3 },
          { after: 'failure', to: 'c' },
        ],
      },
      c: {},
    });
    const run = await d.start(flow);
    await d.drive({ b: { error: { code: 'function_error', message: 'no', retryable: false } } });
    expect(await rows(run)).toEqual(['a 0 completed', 'b 0 failed', 'c 0 completed']);
  });

  it('inside a loop counts from 0 at each pass of the outer one', async () => {
    const d = driver();
    const flow = await d.define({
      outer: { branches: ['inner'] },
      inner: { branches: ['check'] },
      check: {
        branches: [
          { when: '[INNER]', to: 'inner', loop: 1 },
          { otherwise: true, to: 'last' },
        ],
      },
      last: {
        branches: [
          { when: '[OUTER]', to: 'outer', loop: 1 },
          { otherwise: true, to: 'done' },
        ],
      },
      done: {},
    });
    const run = await d.start(flow);
    const ran = await d.drive({
      check: tags('INNER', 'INNER', 'INNER', 'INNER'),
      last: tags('OUTER', 'OUTER'),
    });
    expect(ran).toEqual([
      'outer',
      'inner',
      'check',
      'inner',
      'check',
      'last',
      'outer',
      'inner',
      'check',
      'inner',
      'check',
      'last',
      'done',
    ]);
    const iterations = (await d.interactions(run))
      .filter((i) => i.conversation === 'inner')
      .map((i) => i.iteration);
    expect(iterations).toEqual([0, 1, 2, 3]);
  });

  it('to itself repeats a conversation', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: [{ when: '$output.data.more == true', to: 'a', loop: 5 }, 'b'] },
      b: {},
    });
    const run = await d.start(flow);
    let left = 3;
    await d.drive({ a: () => ({ data: { more: --left > 0 } }) });
    expect(await rows(run)).toEqual([
      'a 0 completed',
      'a 1 completed',
      'a 2 completed',
      'b 0 completed',
    ]);
  });

  it('started in its middle makes its whole body take part once it is taken', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b', 'c'] },
      b: { branches: ['d'] },
      c: { branches: ['d'] },
      d: {
        join: 'all',
        branches: [
          { when: '[AGAIN]', to: 'a', loop: 1 },
          { otherwise: true, to: 'e' },
        ],
      },
      e: {},
    });
    const run = await d.start(flow, { start_at: 'b' });
    expect(await d.drive({ d: tags('AGAIN', 'DONE') })).toEqual([
      'b',
      'd',
      'a',
      'b',
      'c',
      'd',
      'e',
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('takes signals early of what takes part since it was taken', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['s'] },
      s: { type: 'signal', branches: ['b'] },
      b: { branches: [{ when: '[AGAIN]', to: 'a', loop: 1 }] },
    });
    const run = await d.start(flow, { start_at: 'b' });
    const [work] = await d.begin();
    await d.complete([[work, { data: { tag: 'AGAIN' } }]]);
    await d.db.query("select pgwave.send_signal($1, 's', '{}')", [run]);
    expect(await d.drive({ b: { data: { tag: 'AGAIN' } } })).toEqual(['a', 'b']);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('leaves what is still under way of the pass before without effect', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['fast', 'slow'] },
      fast: { branches: ['d'] },
      slow: { branches: ['d'] },
      d: {
        join: 'any',
        branches: [
          { when: '[AGAIN]', to: 'a', loop: 1 },
          { otherwise: true, to: 'e' },
        ],
      },
      e: {},
    });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], {}]]);
    const [fast, slow] = await d.begin();
    await d.complete([[fast, {}]]);
    await d.complete([[(await d.begin())[0], { data: { tag: 'AGAIN' } }]]);
    // a failure of the earlier pass does not end the run
    await d.complete([
      [slow, { error: { code: 'function_error', message: 'late', retryable: false } }],
    ]);
    await d.drive();
    expect(await rows(run)).toEqual([
      'a 0 completed',
      'fast 0 completed',
      'slow 0 failed',
      'd 0 completed',
      'a 1 completed',
      'fast 1 completed',
      'slow 1 completed',
      'd 1 completed',
      'e 0 completed',
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });
});
