import { describe, expect, it } from 'vitest';
import { type Answer, useDriver } from './driver.ts';

const driver = useDriver();
const FAILS: Answer = {
  error: { code: 'function_error', message: 'x', retryable: false },
};
const SKIPS: Answer = { data: { status: 'skipped' } };

describe('after: skip, and several outcomes', () => {
  it.each<[string, unknown, Record<string, Answer>, string]>([
    ['skip: it skipped itself', 'skip', { a: SKIPS }, 'completed'],
    ['skip: it completed', 'skip', {}, 'skipped'],
    ['skip: it failed', 'skip', { a: FAILS }, 'skipped'],
    ['failure or skip: it failed', ['failure', 'skip'], { a: FAILS }, 'completed'],
    ['failure or skip: it was skipped', ['failure', 'skip'], { a: SKIPS }, 'completed'],
    ['failure or skip: it completed', ['failure', 'skip'], {}, 'skipped'],
    ['any: it completed', ['success', 'failure', 'skip'], {}, 'completed'],
    ['any: it failed', ['success', 'failure', 'skip'], { a: FAILS }, 'completed'],
    ['any: it was skipped', ['success', 'failure', 'skip'], { a: SKIPS }, 'completed'],
  ])('%s', async (_, after, answers, status) => {
    const d = driver();
    const flow = await d.define({
      a: { may_skip: true, retry: false, on_failure: 'continue', branches: [{ after, to: 'b' }] },
      b: { branches: ['c'] },
      c: {},
    });
    const run = await d.start(flow);
    await d.drive(answers);
    expect(await d.statuses(run)).toMatchObject({ b: status, c: status });
    expect((await d.run(run)).status).toBe('completed');
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('brings a dead path back to life, however many steps it has', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '[X]', to: 'b' },
          { otherwise: true, to: 'other' },
        ],
      },
      b: { branches: ['c'] },
      c: { branches: ['d', { after: 'skip', to: 'instead' }] },
      d: { branches: ['join'] },
      instead: { branches: ['join'] },
      other: { branches: ['join'] },
      join: {},
    });
    const run = await d.start(flow);
    expect(await d.drive({ a: { data: { tag: 'Y' } } })).toEqual(['a', 'other', 'instead', 'join']);
    expect(await d.statuses(run)).toEqual({
      a: 'completed',
      b: 'skipped',
      c: 'skipped',
      d: 'skipped',
      instead: 'completed',
      other: 'completed',
      join: 'completed',
    });
    const [row] = await d.db.query<{ decisions: unknown }>(
      `select jsonb_agg(to_jsonb(b) - 'branch_id' - 'seen' order by b.target) as decisions
         from pgwave.branch_decisions($1) b`,
      [(await d.interaction(run, 'c')).interaction_id],
    );
    expect(row?.decisions).toEqual([
      { target: 'd', condition: 'always', decision: 'not_taken', reason: 'The step was skipped.' },
      {
        target: 'instead',
        condition: 'always after skip',
        decision: 'taken',
        reason: 'The step was skipped.',
      },
    ]);
  });

  it.each<[string, string | number, Record<string, Answer>, string]>([
    ['all', 'all', { a: FAILS, b: SKIPS }, 'completed'],
    ['all, and one succeeded', 'all', { a: FAILS }, 'skipped'],
    ['any', 'any', { b: SKIPS }, 'completed'],
    ['an expression', 'a and b or a', { a: FAILS }, 'completed'],
    ['a number', 2, { a: SKIPS, b: FAILS }, 'completed'],
  ])('goes with a join: %s', async (_, join, answers, status) => {
    const d = driver();
    const source = {
      may_skip: true,
      retry: false,
      on_failure: 'continue',
      branches: [{ after: ['failure', 'skip'], to: 'c' }],
    };
    const run = await d.start(await d.define({ a: source, b: source, c: { join } }));
    await d.drive(answers);
    expect(await d.statuses(run)).toMatchObject({ c: status });
  });

  it('requires a step that was skipped', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({ a: { may_skip: true }, b: { requires: 'a.skipped' }, c: { requires: 'a' } }),
    );
    await d.drive({ a: SKIPS });
    expect(await d.statuses(run)).toEqual({ a: 'skipped', b: 'completed', c: 'skipped' });
  });

  it('is a fault where it cannot be meant', async () => {
    const d = driver();
    const faultsOf = async (branch: Record<string, unknown>) =>
      (
        await d.db.query<{ fault: string }>(
          `select concat_ws(' ', code, path) as fault from pgwave.validate_workflow($1)`,
          [
            JSON.stringify({
              name: 'after',
              conversations: [
                { name: 'a', actor: 'noop', branches: ['b'] },
                { name: 'b', actor: 'noop', branches: [{ to: 'c', ...branch }] },
                { name: 'c', actor: 'noop' },
              ],
            }),
          ],
        )
      ).map(({ fault }) => fault);
    const at = '/conversations/1/branches/0';
    expect(await faultsOf({ after: ['failure', 'skip'] })).toEqual([]);
    expect(await faultsOf({ after: 'skip', when: '$input.n > 1' })).toEqual([`conflict ${at}`]);
    expect(await faultsOf({ after: ['failure', 'skip'], when: '$input.n > 1' })).toEqual([
      `conflict ${at}`,
    ]);
    expect(await faultsOf({ after: ['failure', 'skip'], when: '[A]' })).toEqual([`conflict ${at}`]);
    expect(await faultsOf({ after: 'skip', otherwise: true })).toEqual([`conflict ${at}`]);
    expect(await faultsOf({ after: [] })).toContain(`unknown_value ${at}/after`);
    expect(await faultsOf({ after: ['cancel'] })).toContain(`unknown_value ${at}/after`);
    expect(await faultsOf({ after: 'skip', to: 'a', loop: 2 })).toContain(
      `loop_after_failure ${at}`,
    );
  });
});
