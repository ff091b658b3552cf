import { describe, expect, it } from 'vitest';
import { type Answer, useDriver, type Work } from './driver.ts';

const driver = useDriver();

const race = {
  fast: { branches: ['first'] },
  slow: { branches: ['slower', 'first'] },
  slower: { branches: ['first'] },
  ask: { type: 'human', branches: ['first', { when: '[REJECTED]', to: 'note' }] },
  wait: { type: 'timer', wait: '1h', branches: ['first'] },
  each: { for_each: '$input.list', max_parallel: 1, branches: ['first'] },
  first: { join: 'any', race: 'cancel', branches: ['last'] },
  note: {},
  last: {},
};

const begunOf = (work: Work[], conversation: string) =>
  work.find((each) => each.conversation === conversation);

describe('race: cancel', () => {
  it('cancels what only leads to the join, whatever it does, and nothing else', async () => {
    const d = driver();
    const run = await d.start(await d.define(race), { input: { list: [1, 2, 3] } });
    const work = await d.begin();
    expect(work.map((each) => each.conversation).sort()).toEqual(['each', 'fast', 'slow']);
    await d.complete([[begunOf(work, 'fast'), { data: {} }]]);
    const rows = await d.interactions(run);
    const status = (name: string) =>
      rows.filter((row) => row.conversation === name).map((row) => row.status);
    expect(status('slow')).toEqual(['cancelled']);
    expect(status('wait')).toEqual(['cancelled']);
    expect(status('each')).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
    // a rejection would lead elsewhere
    expect(status('ask')).toEqual(['waiting']);
    expect(rows.find((row) => row.conversation === 'slow')?.error).toMatchObject({
      code: 'cancelled',
      message: 'it lost the race',
    });
    // an answer that comes too late is kept, and applied no more
    const slow = begunOf(work, 'slow');
    const { late } = await d.complete([[slow, { data: {} }]]);
    expect(late).toEqual([slow?.interaction_id]);
    expect(await d.drive()).toEqual(['first', 'last']);
    const [row] = await d.db.query<{ id: string }>(
      'select interaction_id as id from pgwave.waits where workflow_run_id = $1',
      [run],
    );
    await d.db.query("select pgwave.decide($1, 'REJECTED')", [row?.id]);
    expect(await d.drive()).toEqual(['note']);
    expect((await d.run(run)).status).toBe('completed');
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('leaves alone what answers in the same call', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['end'] },
      b: { branches: ['end'] },
      end: { join: 'any', race: 'cancel' },
    });
    const run = await d.start(flow);
    const work = await d.begin();
    await d.complete(work.map((each): [Work, Answer] => [each, { data: {} }]));
    expect(await d.statuses(run)).toMatchObject({ a: 'completed', b: 'completed' });
    await d.drive();
  });

  it('counts to the number of its join, or until its expression holds', async () => {
    const d = driver();
    for (const join of [2, 'a and b or b and c or a and c']) {
      const flow = await d.define({
        a: { branches: ['end'] },
        b: { branches: ['end'] },
        c: { branches: ['end'] },
        end: { join, race: 'cancel' },
      });
      const run = await d.start(flow);
      const work = await d.begin();
      await d.complete([[begunOf(work, 'a'), { data: {} }]]);
      expect((await d.statuses(run)).b).toBe('running');
      await d.complete([[begunOf(work, 'c'), { data: {} }]]);
      expect((await d.statuses(run)).b).toBe('cancelled');
      await d.drive();
      expect((await d.run(run)).status).toBe('completed');
    }
  });

  it('cancels the child run that lost', async () => {
    const d = driver();
    const child = await d.define({ work: {} });
    const flow = await d.define({
      a: { branches: ['end'] },
      b: { type: 'workflow', workflow: child, branches: ['end'] },
      end: { join: 'any', race: 'cancel' },
    });
    const run = await d.start(flow);
    const work = await d.begin();
    await d.complete([[begunOf(work, 'a'), { data: {} }]]);
    const children = await d.db.query(
      'select status from pgwave.workflow_runs where parent_workflow_run_id = $1',
      [run],
    );
    expect(children).toEqual([{ status: 'cancelled' }]);
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
  });

  it('is run anew in each pass of a loop', async () => {
    const d = driver();
    const flow = await d.define({
      go: { branches: ['a', 'b'] },
      a: { branches: ['end'] },
      b: { branches: ['end'] },
      end: { join: 'any', race: 'cancel', branches: [{ when: '[AGAIN]', to: 'go', loop: 1 }] },
    });
    const run = await d.start(flow);
    for (const winner of ['a', 'b']) {
      await d.complete([[begunOf(await d.begin(), 'go'), { data: {} }]]);
      await d.complete([[begunOf(await d.begin(), winner), { data: {} }]]);
      await d.complete([[begunOf(await d.begin(), 'end'), { data: { tag: 'AGAIN' } }]]);
    }
    const rows = (await d.interactions(run)).map(
      (i) => `${i.conversation} ${i.iteration} ${i.status}`,
    );
    expect(rows.filter((row) => /^[ab] /.test(row)).sort()).toEqual([
      'a 0 completed',
      'a 1 cancelled',
      'b 0 cancelled',
      'b 1 completed',
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('is not undone by a retry of the run', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['end'] },
      b: { branches: ['end'] },
      end: { join: 'any', race: 'cancel', retry: false },
    });
    const run = await d.start(flow);
    await d.complete([[begunOf(await d.begin(), 'a'), { data: {} }]]);
    const error = { code: 'function_error', message: 'no', retryable: false };
    await d.drive({ end: { error } });
    expect((await d.run(run)).status).toBe('failed');
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    expect(await d.drive()).toEqual(['end']);
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'cancelled', end: 'completed' });
  });
});
