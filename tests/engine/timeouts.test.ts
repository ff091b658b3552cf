import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { useDriver } from './driver.ts';

const driver = useDriver();
const wait = async (minutes: number) => {
  await setClock(driver().db, new Date(Date.now() + minutes * 60_000));
  await driver().db.query('select pgwave.wake_interactions()');
};
const branches = ['went', { after: 'failure', to: 'late' }];
const ends = { went: {}, late: { params: { why: '$error.message ?' } } };

describe('a wait that takes longer than its timeout', () => {
  it.each([
    ['person', { type: 'human', timeout: '1h' }, /^nobody decided before/],
    [
      'signal',
      { type: 'signal', signal: 'paid', timeout: '1h' },
      /^the signal paid did not come before/,
    ],
    ['timer', { type: 'timer', wait: '3h', timeout: '1h' }, /^the timer did not end before/],
    ['sub-workflow', { type: 'workflow', timeout: '1h' }, /^run \d+ did not end before/],
  ])('fails: a %s', async (_, body, message) => {
    const d = driver();
    const child = await d.define({ slow: {} });
    const workflow = body.type === 'workflow' ? { workflow: child } : {};
    const run = await d.start(await d.define({ x: { ...body, ...workflow, branches }, ...ends }));
    await wait(59);
    expect(await d.statuses(run)).toEqual({ x: 'waiting' });
    await wait(61);
    expect(await d.statuses(run)).toEqual({ x: 'failed', went: 'skipped', late: 'pending' });
    const failed = await d.interaction(run, 'x');
    expect(failed.error).toMatchObject({ code: 'timeout', retryable: false });
    expect(failed.error?.message).toMatch(message);
    // nobody works on for it
    expect(
      await d.db.query(
        "select from pgwave.workflow_runs where parent_workflow_run_id = $1 and status <> 'cancelled'",
        [run],
      ),
    ).toEqual([]);
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
  });

  it('begins again where it declares a retry, a sub-workflow with a new run', async () => {
    const d = driver();
    const child = await d.define({ slow: {} });
    const retry = { max_attempts: 2, delay: 0, jitter: 0 };
    const run = await d.start(
      await d.define(
        {
          ask: { type: 'human', timeout: '1h', retry },
          call: { workflow: child, type: 'workflow', timeout: '1h', retry },
        },
        { start: ['ask', 'call'] },
      ),
    );
    await wait(61);
    await wait(61);
    expect(await d.statuses(run)).toEqual({ ask: 'waiting', call: 'waiting' });
    expect((await d.interaction(run, 'ask')).attempt).toBe(2);
    await d.drive();
    expect((await d.interaction(run, 'call')).status).toBe('completed');
    await wait(125);
    expect((await d.interaction(run, 'ask')).status).toBe('failed');
    expect((await d.run(run)).status).toBe('failed');
  });

  it('a timer that ends before its timeout, and a form that is due before it, are as they were', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        x: { type: 'timer', wait: '1h', timeout: '3h', branches: ['went'] },
        went: {},
      }),
    );
    await wait(61);
    expect(await d.statuses(run)).toEqual({ x: 'completed', went: 'pending' });
  });
});

describe('a signal that is due', () => {
  it('fails, or becomes what the definition says', async () => {
    const d = driver();
    const run = await d.start(
      await d.define(
        {
          paid: {
            type: 'signal',
            due: { after: '2h', then: 'EXPIRED' },
            branches: [
              { when: '[EXPIRED]', to: 'remind' },
              { otherwise: true, to: 'thank' },
            ],
          },
          remind: {},
          thank: {},
          strict: { type: 'signal', due: '2h', on_failure: 'continue' },
        },
        { start: ['paid', 'strict'] },
      ),
    );
    await wait(121);
    expect(await d.statuses(run)).toEqual({
      paid: 'completed',
      strict: 'failed',
      remind: 'pending',
      thank: 'skipped',
    });
    expect((await d.interaction(run, 'paid')).output).toMatchObject({ tag: 'EXPIRED' });
  });
});

describe('what lost a race', () => {
  const race = (more: Record<string, unknown> = {}) => ({
    paid: { type: 'signal', signal: 'paid', branches: ['on'] },
    late: { type: 'timer', wait: '30d', branches: ['on'] },
    ask: { type: 'human', branches: ['on'] },
    on: { join: 'any', ...more },
  });

  it('does not keep the run open: people, timers and signals are cancelled at its end', async () => {
    const d = driver();
    const run = await d.start(await d.define({ ...race({ branches: ['end'] }), end: {} }));
    await d.db.query("select pgwave.send_signal($1, 'paid')", [run]);
    // while something goes on they may still come
    expect(await d.statuses(run)).toMatchObject({ late: 'waiting', ask: 'waiting', on: 'pending' });
    await d.drive();
    expect(await d.statuses(run)).toEqual({
      paid: 'completed',
      late: 'cancelled',
      ask: 'cancelled',
      on: 'completed',
      end: 'completed',
    });
    expect((await d.run(run)).status).toBe('completed');
    expect((await d.interaction(run, 'ask')).error?.message).toBe(
      'what it leads to went on without it',
    );
  });

  it('that is a run or work of its own is waited for', async () => {
    const d = driver();
    const child = await d.define({ slow: {} });
    const run = await d.start(
      await d.define({
        paid: { type: 'signal', signal: 'paid', branches: ['on'] },
        call: { workflow: child, type: 'workflow', branches: ['on'] },
        on: { type: 'condition', join: 'any' },
      }),
    );
    await d.db.query("select pgwave.send_signal($1, 'paid')", [run]);
    expect((await d.run(run)).status).toBe('waiting');
    await d.drive();
    expect(await d.statuses(run)).toEqual({
      paid: 'completed',
      call: 'completed',
      on: 'completed',
    });
  });

  it('that may still lead somewhere is waited for', async () => {
    const d = driver();
    const run = await d.start(
      await d.define(
        {
          paid: { type: 'signal', signal: 'paid', branches: ['on'] },
          ask: { type: 'human', branches: ['on', { when: '[REJECTED]', to: 'complain' }] },
          on: { type: 'condition', join: 'any' },
          complain: {},
          last: { type: 'signal', signal: 'last' },
        },
        { start: ['paid', 'ask', 'last'] },
      ),
    );
    await d.db.query("select pgwave.send_signal($1, 'paid')", [run]);
    expect((await d.run(run)).status).toBe('waiting');
    await d.db.query("select pgwave.send_signal($1, 'last')", [run]);
    expect((await d.run(run)).status).toBe('waiting');
    await d.db.query("select pgwave.decide($1, 'REJECTED')", [
      (await d.interaction(run, 'ask')).interaction_id,
    ]);
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
    expect((await d.statuses(run)).complain).toBe('completed');
  });
});
