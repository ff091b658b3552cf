import { describe, expect, it } from 'vitest';
import { useDriver, type Work } from './driver.ts';

const driver = useDriver();

const ERROR = { code: 'function_error', message: 'x', retryable: false };

const named = (work: Work[], conversation: string) =>
  work.find((each) => each.conversation === conversation);

describe('to: END', () => {
  it('ends the run as completed, and stops all that is open', async () => {
    const d = driver();
    const flow = await d.define({
      check: {
        branches: [
          { when: '[KNOWN]', to: 'END' },
          { otherwise: true, to: 'read' },
        ],
      },
      read: {},
      slow: { branches: ['after_slow'] },
      after_slow: {},
      ask: { type: 'human', branches: ['told'] },
      told: {},
      each: { for_each: [1, 2, 3], max_parallel: 1, branches: ['told'] },
    });
    const run = await d.start(flow);
    const work = await d.begin();
    expect(work.map((each) => each.conversation).sort()).toEqual(['check', 'each', 'slow']);
    await d.complete([[named(work, 'check'), { data: { tag: 'KNOWN' } }]]);
    expect(await d.run(run)).toMatchObject({
      status: 'completed',
      ends_as: 'completed',
      interactions_open: 0,
      error: null,
      output: { check: { tag: 'KNOWN', data: { tag: 'KNOWN' } } },
    });
    const rows = await d.interactions(run);
    const of = (name: string) => rows.filter((row) => row.conversation === name);
    // what never started has no row
    expect([of('read'), of('after_slow'), of('told')]).toEqual([[], [], []]);
    for (const name of ['slow', 'ask', 'each']) {
      for (const row of of(name)) {
        expect(row).toMatchObject({
          status: 'cancelled',
          error: { code: 'cancelled', message: 'a branch ended the run' },
        });
      }
    }
    expect(of('each')).toHaveLength(4);
    // an answer that comes too late is kept, and changes nothing
    const { late } = await d.complete([[named(work, 'slow'), { data: {} }]]);
    expect(late).toEqual([named(work, 'slow')?.interaction_id]);
    expect(await d.drive()).toEqual([]);
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('is taken alone, and by a condition too: what came up in the same step never starts', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['gate', 'b'] },
      gate: { actor: 'router', branches: [{ when: '$input.stop == true', to: 'END' }, 'c'] },
      b: {},
      c: {},
    });
    const stopped = await d.start(flow, { input: { stop: true } });
    expect(await d.drive()).toEqual(['a']);
    expect(await d.statuses(stopped)).toEqual({ a: 'completed', gate: 'completed' });
    expect((await d.run(stopped)).status).toBe('completed');
    const other = await d.start(flow, { input: { stop: false } });
    expect((await d.drive()).sort()).toEqual(['a', 'b', 'c']);
    expect(await d.run(other)).toMatchObject({ status: 'completed', ends_as: null });
  });

  it('leaves a loop from anywhere, after a failure too', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { retry: false, branches: ['c', { after: 'failure', to: 'END' }] },
      c: { branches: [{ when: '$iteration < 5', to: 'a', loop: 9 }] },
    });
    const run = await d.start(flow);
    let passes = 0;
    await d.drive({
      b: () => (++passes < 3 ? { data: {} } : { error: ERROR }),
    });
    expect(passes).toBe(3);
    expect(await d.run(run)).toMatchObject({ status: 'completed', error: null });
  });

  it('counts after a failure of the same call', async () => {
    const d = driver();
    const flow = await d.define({
      stops: { branches: ['END'] },
      fails: { retry: false, branches: ['rest'] },
      rest: {},
    });
    const run = await d.start(flow);
    const work = await d.begin();
    await d.complete([
      [named(work, 'stops'), { data: {} }],
      [named(work, 'fails'), { error: ERROR }],
    ]);
    expect(await d.run(run)).toMatchObject({ status: 'failed' });
    // a retry delivers what was kept: the run ends at once, and what failed is not done again
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    expect(await d.statuses(run)).toEqual({ stops: 'completed', fails: 'cancelled' });
    expect(await d.run(run)).toMatchObject({ status: 'completed', ends_as: 'completed' });
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('renders the result with what is there, holds it to its contract, and starts what its end starts', async () => {
    const d = driver();
    const after = await d.define({ told: {} });
    const flow = await d.define(
      { a: { branches: [{ when: '[STOP]', to: 'END' }, 'b'] }, b: {} },
      {
        result: { a: '$a.data.n', b: '$b.data.n ?' },
        output: { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } },
        on_completion: { workflow: after, input: { status: '$run.status' } },
        on_failure: { workflow: after, input: { status: '$run.status' } },
      },
    );
    const stop = (n: unknown) => ({ a: { data: { tag: 'STOP', n } } });
    const good = await d.start(flow);
    await d.drive(stop(1));
    expect(await d.run(good)).toMatchObject({ status: 'completed', output: { a: 1 } });
    const bad = await d.start(flow);
    await d.drive(stop('one'));
    expect(await d.run(bad)).toMatchObject({
      status: 'failed',
      error: { code: 'contract_violation' },
    });
    const started = await d.db.query<{ input: unknown }>(
      `select input from pgwave.workflow_runs join pgwave.workflows using (workflow_id)
        where workflow_name = $1 order by workflow_run_id`,
      [after],
    );
    expect(started.map(({ input }) => input)).toEqual([
      { status: 'completed' },
      { status: 'failed' },
    ]);
  });

  it('in a block ends the block, and cancels the child runs of what it stops', async () => {
    const d = driver();
    const child = await d.define({ long: {} });
    const flow = await d.define({
      part: {
        actor: undefined,
        type: undefined,
        block: {
          conversations: [
            { name: 'look', actor: 'noop', branches: ['END'] },
            { name: 'wait', type: 'workflow', workflow: child, branches: ['rest'] },
            { name: 'rest', actor: 'noop' },
          ],
          finally: [{ name: 'tidy', actor: 'noop' }],
          result: { seen: '$look.data.n' },
        },
        branches: ['rest'],
      },
      rest: { params: { seen: '$part.seen' } },
    });
    const run = await d.start(flow);
    const work = await d.begin();
    expect(work.map((each) => each.conversation).sort()).toEqual(['long', 'look']);
    await d.complete([[named(work, 'look'), { data: { n: 7 } }]]);
    expect(await d.drive()).toEqual(['tidy', 'rest']);
    expect((await d.interaction(run, 'rest')).input).toMatchObject({ params: { seen: 7 } });
    const [long] = await d.db.query<{ status: string }>(
      `select status from pgwave.workflow_runs join pgwave.workflows using (workflow_id) where workflow_name = $1`,
      [child],
    );
    expect(long?.status).toBe('cancelled');
  });

  it('is not repeated by a fork that keeps it, and is the reason why two runs differ', async () => {
    const d = driver();
    const flow = await d.define({
      check: {
        branches: [
          { when: '[STOP]', to: 'END' },
          { otherwise: true, to: 'more' },
        ],
      },
      more: {},
      work: { branches: ['after_work'] },
      after_work: {},
    });
    const stopped = await d.start(flow);
    const [first, second] = [await d.begin(), 0];
    expect(second).toBe(0);
    await d.complete([[named(first, 'work'), { data: {} }]]);
    await d.complete([[named(first, 'check'), { data: { tag: 'STOP' } }]]);
    expect(await d.statuses(stopped)).toEqual({
      check: 'completed',
      work: 'completed',
      after_work: 'cancelled',
    });
    const [fork] = await d.db.query<{ id: string }>(
      "select (pgwave.fork_workflow_run($1, 'work')).workflow_run_id as id",
      [stopped],
    );
    expect(await d.drive()).toEqual(['work', 'after_work']);
    expect(await d.statuses(fork?.id as string)).toEqual({
      check: 'completed',
      more: 'skipped',
      work: 'completed',
      after_work: 'completed',
    });
    const other = await d.start(flow);
    await d.drive({ check: { data: { tag: 'GO' } } });
    const [row] = await d.db.query<{ difference: Record<string, unknown> }>(
      'select to_jsonb(pgwave.explain_difference($1, $2)) as difference',
      [stopped, other],
    );
    expect(row?.difference).toMatchObject({ conversation: 'check' });
    const decisions = await d.db.query(
      `select target, decision, reason from pgwave.branch_decisions($1)`,
      [(await d.interaction(stopped, 'check')).interaction_id],
    );
    expect(decisions).toEqual([
      { target: 'END', decision: 'taken', reason: 'The tag is [STOP].' },
      { target: 'more', decision: 'not_taken', reason: 'Another condition held.' },
    ]);
  });

  it('leaves the state to be measured afterwards, as every end does', async () => {
    const d = driver();
    const flow = await d.define(
      { a: { branches: ['END'] }, b: { branches: ['c'] }, c: {} },
      { probes: { rows: 'select 1' }, delta: { rows: 'rows' } },
    );
    const run = await d.start(flow);
    const ran = await d.drive({ a: { data: {} } }, true);
    expect(ran[0]).not.toBe('a');
    expect((await d.run(run)).status).toBe('completed');
    expect(await d.statuses(run)).toMatchObject({ a: 'completed' });
  });

  it('is a fault where it cannot be meant', async () => {
    const d = driver();
    const faults = await d.db.query<{ code: string; path: string; hint: string }>(
      'select code, path, hint from pgwave.validate_workflow($1)',
      [
        JSON.stringify({
          name: 'ends',
          conversations: [
            { name: 'a', actor: 'noop', branches: [{ to: 'END', loop: 2 }, { to: 'end' }] },
          ],
        }),
      ],
    );
    expect(faults).toEqual([
      {
        code: 'unknown_target',
        path: '/conversations/0/branches/1/to',
        hint: 'END ends the run as completed; none leads nowhere.',
      },
      {
        code: 'conflict',
        path: '/conversations/0/branches/0',
        hint: 'Name the conversation, or leave loop out.',
      },
    ]);
  });
});
