import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();

describe('a call with an answer that raises', () => {
  it.each([
    ['an attempt that is no number', { attempt: 'x' }],
    ['a number out of range', { attempt: 1e15 }],
    ['an interaction that is no number', { interaction_id: 'x' }],
  ])('%s: nothing of it is written, and the others can be handed back', async (_what, poison) => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['b'] }, b: {} });
    const runs = await Promise.all(Array.from({ length: 10 }, () => d.start(flow)));
    const work = await d.begin();
    expect(work).toHaveLength(10);
    const state = () =>
      d.db.query(
        `select (select jsonb_agg(i order by interaction_id) from pgwave.interactions i where workflow_run_id = any($1)) as i,
                (select count(*) from pgwave.interaction_attempts where workflow_run_id = any($1)) as a,
                (select count(*) from pgwave.interaction_events where workflow_run_id = any($1)) as e,
                (select jsonb_agg(r order by workflow_run_id) from pgwave.workflow_runs r where workflow_run_id = any($1)) as r,
                (select count(*) from pgwave.leases) as l, (select count(*) from pgwave.ready) as q`,
        [runs],
      );
    const before = await state();
    await expect(
      d.complete(work.map((w, n) => [w, { response: 'x', ...(n === 6 ? poison : {}) }])),
    ).rejects.toThrow();
    expect(await state()).toEqual(before);
    await d.complete(work.filter((_, n) => n !== 6).map((w) => [w, { response: 'x' }]));
    await d.complete([
      [work[6], { error: { code: 'bad_request', message: 'it raises', retryable: false } }],
    ]);
    expect(await d.drive()).toHaveLength(9);
    const ends = await Promise.all(runs.map(async (run) => (await d.run(run)).status));
    expect(ends.toSorted()).toEqual([...Array(9).fill('completed'), 'failed']);
  });

  it('of a call to nobody and to nothing is empty', async () => {
    const d = driver();
    expect(await d.complete([])).toEqual({ late: [], work: [] });
    const { rows } = await d.worker.client.query(
      `select pgwave.complete_interactions('[{"interaction_id": 1, "workflow_run_id": 1, "attempt": 1}]') as r`,
    );
    expect(rows[0]?.r).toEqual({ late: [], work: [] });
  });

  it.each([
    ['no response and no data', {}],
    ['response null', { response: null, data: null }],
    ['a response that is an object', { response: { a: null } }],
    ['data that is a scalar', { data: 5 }],
    ['an error that is a text', { error: 'broken' }],
    ['an error that is null', { error: null }],
    ['an error without a code', { error: { message: 'x' } }],
    ['usage null', { response: 'x', usage: null }],
  ])('data faults are outcomes: %s', async (_what, answer) => {
    const d = driver();
    const run = await d.start(
      await d.define({
        a: {
          branches: [
            { when: '[X]', to: 'b' },
            { otherwise: true, to: 'c' },
          ],
        },
        b: {},
        c: {},
      }),
    );
    const [a] = await d.begin();
    await d.complete([[a, answer]]);
    await d.drive();
    expect((await d.run(run)).status).toBe('error' in answer ? 'failed' : 'completed');
  });
});
