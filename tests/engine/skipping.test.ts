import { describe, expect, it } from 'vitest';
import { type Answer, useDriver } from './driver.ts';

const driver = useDriver();

describe('a step that may skip itself', () => {
  it.each<[string, Record<string, unknown>, Answer, string]>([
    ['a model, at the end of its text', { actor: 'model' }, { response: 'Nothing.\n[SKIP]' }, ''],
    [
      'a model with a contract, by data',
      { actor: 'model', output: { type: 'object', properties: { n: {} }, required: ['n'] } },
      { response: '{}', data: { status: 'skipped', reason: 'no text' } },
      ': no text',
    ],
    ['a function, by a tag', {}, { data: { tag: '[SKIP]' } }, ''],
    ['a function, by its status', {}, { data: { status: 'skipped' } }, ''],
    ['a script, by what it says', {}, { status: 'skipped', reason: 'no rows' }, ': no rows'],
    [
      'beside tags that are routed',
      { actor: 'model', branches: [{ when: '[PASS]', to: 'b' }] },
      { response: '[SKIP]' },
      '',
    ],
  ])('%s', async (_, fields, answer, reason) => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'], ...fields, may_skip: true },
      b: { branches: ['c'] },
      c: {},
    });
    const run = await d.start(flow);
    expect(await d.drive({ a: answer })).toEqual(['a']);
    const a = await d.interaction(run, 'a');
    expect(a).toMatchObject({
      status: 'skipped',
      attempt: 1,
      output: null,
      error: null,
      branches_taken: [],
      skip_reason: `it skipped itself${reason}`,
    });
    expect(await d.attempts(a.interaction_id)).toMatchObject([
      { outcome: 'skipped', error: null, output: { tag: 'SKIP' } },
    ]);
    expect(await d.statuses(run)).toEqual({ a: 'skipped', b: 'skipped', c: 'skipped' });
    expect(await d.run(run)).toMatchObject({
      status: 'completed',
      interactions_skipped: 3,
      interactions_open: 0,
    });
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
    // it ran: a fork may begin there
    await d.db.query("select pgwave.fork_workflow_run($1, 'a')", [run]);
  });

  it('is one of the ways into a join', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['end'], may_skip: true },
      b: { branches: ['end'] },
      end: { params: { a: '$a.data.n ?? 0' } },
    });
    const run = await d.start(flow);
    await d.drive({ a: { data: { status: 'skipped' } } });
    expect(await d.statuses(run)).toEqual({ a: 'skipped', b: 'completed', end: 'completed' });
  });

  it('ends the loop around it', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { branches: [{ when: '[MORE]', to: 'a', loop: 5 }, 'c'], may_skip: true },
      c: {},
    });
    const run = await d.start(flow);
    const answers: Answer[] = [{ data: { tag: 'MORE' } }, { data: { tag: 'SKIP' } }];
    expect(await d.drive({ b: () => answers.shift() as Answer })).toEqual(['a', 'b', 'a', 'b']);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('leaves null in the data of its map', async () => {
    const d = driver();
    const flow = await d.define({
      a: { for_each: [1, 2, 3], params: { n: '$item' }, may_skip: true },
    });
    const run = await d.start(flow);
    await d.drive({
      a: ({ input }) =>
        input.params?.n === 2 ? { data: { status: 'skipped' } } : { data: { n: input.params?.n } },
    });
    expect((await d.run(run)).output).toEqual({ a: { data: [{ n: 1 }, null, { n: 3 }] } });
  });

  it('is asked by the engine only where the author said so', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({ a: { actor: 'model', branches: ['b'] }, b: { retry: false } }),
    );
    await d.drive({ a: { response: '[SKIP]' }, b: { status: 'skipped' } });
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'failed' });
    expect((await d.interaction(run, 'b')).error).toMatchObject({
      code: 'invalid_output',
      detail: { hint: expect.stringContaining('may_skip') },
    });
  });

  it('may be completed so by hand, and not set so', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { branches: ['b'], may_skip: true }, b: {} }));
    const { interaction_id } = await d.interaction(run, 'a');
    const update = (set: string) =>
      d.db.query(`update pgwave.interactions set ${set} where interaction_id = $1`, [
        interaction_id,
      ]);
    await expect(update("status = 'skipped'")).rejects.toMatchObject({ code: 'PWTRN' });
    await update(`status = 'completed', output = '{"data": {"status": "skipped"}}'`);
    expect(await d.statuses(run)).toEqual({ a: 'skipped', b: 'skipped' });
    expect((await d.run(run)).status).toBe('completed');
  });
});
