import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import fc from '../helpers/fast-check.ts';
import { type Answer, useDriver } from './driver.ts';

const driver = useDriver();
const failing: Answer = { error: { code: 'script_error', message: 'sold out', retryable: false } };
const undo = (params: Record<string, unknown> = { what: '$output.n ?' }) => ({
  compensate: { actor: 'noop', params },
});

/** The runs that undo a run, in order. */
const undoing = async (run: string) =>
  await driver().db.query<{ id: string; status: string; triggered_by: string; name: string }>(
    `select workflow_run_id as id, status, triggered_by, workflow_name as name
     from pgwave.workflow_runs join pgwave.workflows using (workflow_id)
     where compensates_workflow_run_id = $1 order by 1`,
    [run],
  );
const only = async (run: string): Promise<string> => {
  const [first, ...others] = await undoing(run);
  expect(others).toEqual([]);
  return first?.id as string;
};
/** What a run undid, in the order in which it began: step, params. */
const undone = async (run: string) =>
  (await driver().interactions(run))
    .filter(({ conversation }) => conversation !== 'Workflow Orchestrator')
    .map(({ conversation, input }) => [
      conversation,
      (input as { params?: Record<string, unknown> }).params,
    ]);

describe('a run that fails', () => {
  it('is undone in reverse by a run of its own, which reads output, input and error', async () => {
    const d = driver();
    const flow = await d.define({
      hotel: {
        branches: ['car'],
        ...undo({
          booking: '$output.booking',
          who: '$input.who',
          why: '$error.message',
          where: '$error.conversation',
          text: 'cancel {{ output.booking }}',
        }),
      },
      car: { branches: ['note'], ...undo({ booking: '$output.data.booking' }) },
      note: { branches: ['flight'] },
      flight: { retry: false, ...undo() },
    });
    const run = await d.start(flow, { input: { who: 'ada' } });
    await d.drive({
      hotel: { data: { booking: 'h1' } },
      car: { data: { booking: 'c1' } },
      note: { data: {} },
      flight: failing,
    });
    expect(await d.run(run)).toMatchObject({ status: 'failed' });
    expect(await undoing(run)).toMatchObject([
      { status: 'completed', triggered_by: 'compensation', name: `${flow}:compensation` },
    ]);
    expect(await undone(await only(run))).toEqual([
      ['car', { booking: 'c1' }],
      [
        'hotel',
        {
          booking: 'h1',
          who: 'ada',
          why: 'sold out',
          where: 'flight',
          text: 'cancel h1',
        },
      ],
    ]);
  });

  it('undoes each pass of a loop and each item of a map, the last first', async () => {
    const d = driver();
    const flow = await d.define({
      draft: { branches: ['send'], ...undo() },
      send: {
        branches: [
          { when: '$.n < 2', to: 'draft', loop: 5 },
          { otherwise: true, to: 'list' },
        ],
        ...undo(),
      },
      list: { branches: ['each'] },
      each: { for_each: '$list.data', max_parallel: 1, tolerate: 1, branches: ['end'], ...undo() },
      end: { retry: false },
    });
    const run = await d.start(flow);
    let draft = 0;
    let send = 0;
    await d.drive({
      draft: (w) => (w.input.params ? {} : { data: { n: `d${draft++}` } }),
      send: (w) => (w.input.params ? {} : { data: { n: send++ } }),
      list: { data: [1, 2, 3] },
      each: (w) => (w.input.params ? {} : { data: { n: 'item' } }),
      end: failing,
    });
    const by = await only(run);
    expect((await d.run(by)).status).toBe('completed');
    expect(
      (await undone(by)).map(([name, params]) => `${name} ${(params as { what: unknown }).what}`),
    ).toEqual([
      'each item',
      'each item',
      'each item',
      'send 2',
      'draft d2',
      'send 1',
      'draft d1',
      'send 0',
      'draft d0',
    ]);
    const [order] = await d.db.query<{ same: boolean }>(
      `select array_agg(u.input_interaction_ids[1] order by u.execution_order)
            = array_agg(i.interaction_id order by i.completed_at desc, i.interaction_id desc) as same
         from pgwave.interactions u join pgwave.interactions i on i.interaction_id = u.input_interaction_ids[1]
        where u.workflow_run_id = $1`,
      [by],
    );
    expect(order?.same).toBe(true);
  });

  it('has nothing to undo if no step with compensate completed, and can then be retried', async () => {
    const d = driver();
    const flow = await d.define({ a: { retry: false, ...undo() } });
    const run = await d.start(flow);
    await d.drive({ a: failing });
    expect(await undoing(run)).toEqual([]);
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive({ a: { data: { n: 1 } } });
    expect((await d.run(run)).status).toBe('completed');
    expect(await undoing(run)).toEqual([]);
  });

  it('cannot be retried, nor forked where a step that was undone is kept', async () => {
    const d = driver();
    const flow = await d.define({
      first: { branches: ['a'] },
      a: { branches: ['b'], ...undo() },
      b: { retry: false },
    });
    const run = await d.start(flow);
    await d.drive({ b: failing });
    const by = await only(run);
    const refused = {
      code: 'PWTRN',
      message: `run ${run} cannot go on: what it did is undone by run ${by}`,
    };
    await expect(d.db.query('select pgwave.retry_workflow_run($1)', [run])).rejects.toMatchObject(
      refused,
    );
    await expect(
      d.db.query("select pgwave.fork_workflow_run($1, 'b')", [run]),
    ).rejects.toMatchObject(refused);
    const [fork] = await d.db.query<{ id: string }>(
      "select workflow_run_id as id from pgwave.fork_workflow_run($1, 'a')",
      [run],
    );
    await d.drive({ b: failing, a: { data: { n: 'anew' } } });
    expect((await d.run(fork?.id as string)).status).toBe('failed');
    expect(await undone(await only(fork?.id as string))).toEqual([['a', { what: 'anew' }]]);
    await expect(
      d.db.query("select pgwave.fork_workflow_run($1, 'a')", [by]),
    ).rejects.toMatchObject({ code: 'PWTRN' });
    await expect(d.db.query('select pgwave.reproduce_run($1)', [by])).rejects.toMatchObject({
      code: 'PWTRN',
    });
  });

  it('undoes of a fork only what the fork did itself', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'], ...undo() },
      b: { branches: ['c'], ...undo() },
      c: {},
    });
    const run = await d.start(flow);
    await d.drive({ a: { data: { n: 1 } }, b: { data: { n: 2 } } });
    const [fork] = await d.db.query<{ id: string }>(
      "select workflow_run_id as id from pgwave.fork_workflow_run($1, 'b')",
      [run],
    );
    await d.drive({ b: { data: { n: 3 } }, c: failing });
    expect(await undone(await only(fork?.id as string))).toEqual([['b', { what: 3 }]]);
  });

  it('is not undone by a copy of it', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['b'], ...undo() }, b: { retry: false } });
    const run = await d.start(flow);
    await d.drive({ b: failing });
    const [copy] = await d.db.query<{ id: string; status: string }>(
      'select workflow_run_id as id, status from pgwave.reproduce_run($1)',
      [run],
    );
    expect(copy?.status).toBe('failed');
    expect(await undoing(copy?.id as string)).toEqual([]);
    const dry = await d.db.query('select * from pgwave.dry_run_workflow($1)', [flow]);
    expect(dry.length).toBeGreaterThan(0);
  });

  it('is undone whatever its limits are', async () => {
    const d = driver();
    const flow = await d.define(
      { a: { branches: ['b'], ...undo() }, b: { branches: ['c'], ...undo() }, c: {} },
      { limits: { max_interactions: 2 } },
    );
    const run = await d.start(flow);
    await d.drive();
    expect(await d.run(run)).toMatchObject({ status: 'failed', error: { code: 'limit_exceeded' } });
    expect((await d.run(await only(run))).status).toBe('completed');
    expect((await undone(await only(run))).map(([name]) => name)).toEqual(['b', 'a']);
  });

  it('is undone by any kind of step: a person, a timer, a workflow', async () => {
    const d = driver();
    const other = await d.define({ z: {} });
    const flow = await d.define({
      a: { branches: ['b'], compensate: { workflow: other, params: { of: '$output.n' } } },
      b: {
        branches: ['c'],
        compensate: { type: 'human', prompt: 'Undo {{ output.n }}', assignees: ['postgres'] },
      },
      c: { branches: ['d'], compensate: { wait: '1h' } },
      d: { retry: false },
    });
    const run = await d.start(flow);
    await d.drive({ a: { data: { n: 1 } }, b: { data: { n: 2 } }, c: {}, d: failing });
    const by = await only(run);
    expect(await d.statuses(by)).toEqual({ c: 'waiting' });
    await setClock(d.db, '2030-01-01T00:00:00Z');
    await d.performDue();
    expect(await d.statuses(by)).toEqual({ c: 'completed', b: 'waiting' });
    expect((await d.run(by)).status).toBe('waiting');
    const { interaction_id: gate, input } = await d.interaction(by, 'b');
    expect(input.prompt).toBe('Undo 2');
    await d.db.query("select pgwave.decide($1, 'APPROVED')", [gate]);
    expect(await d.statuses(by)).toEqual({ c: 'completed', b: 'completed', a: 'waiting' });
    await d.drive();
    expect((await d.run(by)).status).toBe('completed');
    const [child] = await d.db.query<{ input: unknown }>(
      'select input from pgwave.workflow_runs where parent_workflow_run_id = $1',
      [by],
    );
    expect(child?.input).toEqual({ of: 1 });
  });
});

describe('a run that is cancelled', () => {
  it('is undone, what was running too if it completes no more', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'], ...undo({ why: '$error.code' }) },
      b: undo(),
    });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], {}]]);
    const [b] = await d.begin();
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect(await undone(await only(run))).toEqual([['a', { why: 'cancelled' }]]);
    expect((await d.complete([[b, {}]])).late).toHaveLength(1);
    await d.drive();
    expect((await d.run(await only(run))).status).toBe('completed');
    expect(await undone(await only(run))).toHaveLength(1);
  });
});

describe('a compensation', () => {
  const three = (more: Record<string, unknown> = {}) =>
    driver().define({
      a: { branches: ['b'], ...undo() },
      b: {
        branches: ['c'],
        compensate: { actor: 'noop', params: { what: '$output.n ?' }, ...more },
      },
      c: { branches: ['d'], ...undo() },
      d: { retry: false },
    });
  const answers = {
    a: { data: { n: 1 } },
    b: { data: { n: 2 } },
    c: { data: { n: 3 } },
    d: failing,
  };
  const brokenAt = (name: string) => ({
    ...answers,
    [name]: (w: { input: { params?: unknown } }) => (w.input.params ? failing : { data: { n: 2 } }),
  });

  it('that fails is retried as a step is; then its run is failed, found by doctor, and can be retried', async () => {
    const d = driver();
    const run = await d.start(await three({ retry: { max_attempts: 2, delay: 0, jitter: 0 } }));
    const busy: Answer = { error: { code: 'connection_lost', message: 'busy', retryable: true } };
    await d.drive({ ...answers, b: (w) => (w.input.params ? busy : { data: { n: 2 } }) });
    const by = await only(run);
    expect(await d.run(by)).toMatchObject({ status: 'failed', error: { message: 'busy' } });
    expect(await d.statuses(by)).toEqual({ c: 'completed', b: 'failed' });
    expect(await d.attempts((await d.interaction(by, 'b')).interaction_id)).toHaveLength(2);
    const health = 'select * from pgwave.check_health() where finding = $1 and subject = $2';
    const asked = ['compensation_failed', `run ${by}`];
    expect(await d.db.query(health, asked)).toMatchObject([
      { subject: `run ${by}`, message: expect.stringContaining(`run ${run}`) },
    ]);
    const [failure] = await d.db.query<{ code: string; workflow_run_ids: string[] }>(
      'select * from pgwave.list_failures(workflow_run_id => $1) where code = $2',
      [run, 'connection_lost'],
    );
    expect(failure?.workflow_run_ids.map(Number)).toEqual([Number(by)]);
    await d.db.query('select pgwave.retry_workflow_run($1)', [by]);
    await d.drive();
    expect((await d.run(by)).status).toBe('completed');
    expect((await undone(by)).map(([name]) => name)).toEqual(['c', 'b', 'a']);
    expect(await d.db.query(health, asked)).toEqual([]);
  });

  it('with on_failure: continue lets the others go on', async () => {
    const d = driver();
    const run = await d.start(await three({ retry: false, on_failure: 'continue' }));
    await d.drive(brokenAt('b'));
    const by = await only(run);
    expect(await d.statuses(by)).toEqual({ c: 'completed', b: 'failed', a: 'completed' });
    expect((await d.run(by)).status).toBe('completed');
  });

  it('that reads what is not there fails, and does not hold up the run that ends', async () => {
    const d = driver();
    const run = await d.start(await three({ params: { what: '$output.other.thing' } }));
    await d.drive(answers);
    expect((await d.run(run)).status).toBe('failed');
    expect(await d.run(await only(run))).toMatchObject({
      status: 'failed',
      error: { code: 'missing_binding' },
    });
  });

  it('that is cancelled stops; retried, it goes on', async () => {
    const d = driver();
    const run = await d.start(await three());
    for (const answer of [{ data: { n: 1 } }, { data: { n: 2 } }, { data: { n: 3 } }, failing])
      await d.complete([[(await d.begin())[0], answer]]);
    const by = await only(run);
    await d.complete([[(await d.begin())[0], {}]]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [by]);
    expect(await d.statuses(by)).toEqual({ c: 'completed', b: 'cancelled' });
    expect(await d.begin()).toEqual([]);
    expect(await undoing(by)).toEqual([]);
    await d.db.query('select pgwave.retry_workflow_run($1)', [by]);
    await d.drive();
    expect((await undone(by)).map(([name]) => name)).toEqual(['c', 'b', 'a']);
    expect((await d.run(by)).status).toBe('completed');
  });

  it('is paused and resumed as any run', async () => {
    const d = driver();
    const run = await d.start(await three());
    for (const answer of [{}, {}, {}, failing]) await d.complete([[(await d.begin())[0], answer]]);
    const by = await only(run);
    const [c] = await d.begin();
    await d.db.query('select pgwave.pause_workflow_run($1)', [by]);
    await d.complete([[c, {}]]);
    expect(await d.begin()).toEqual([]);
    await d.db.query('select pgwave.resume_workflow_run($1)', [by]);
    expect(await d.drive()).toEqual(['b', 'a']);
    expect(await d.run(by)).toMatchObject({ status: 'completed' });
  });

  it('is audited: what was undone, by which run', async () => {
    const d = driver();
    const run = await d.start(await three());
    await d.drive(answers);
    const by = await only(run);
    for (const id of [run, by])
      expect(await d.db.query('select * from pgwave.verify_audit($1)', [id])).toEqual([]);
    const [start] = await d.db.query<{ input: Record<string, unknown> }>(
      'select input from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
      [by],
    );
    expect(start?.input).toMatchObject({
      compensates_workflow_run_id: Number(run),
      triggered_by: 'compensation',
    });
    const [end] = await d.db.query<{ output: Record<string, unknown> }>(
      'select output from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
      [run],
    );
    expect(end?.output).toMatchObject({ compensation: Number(by) });
    await d.db.query(
      'update pgwave.workflow_runs set compensates_workflow_run_id = 1 where workflow_run_id = $1',
      [by],
    );
    expect(
      (await d.db.query('select * from pgwave.verify_audit($1)', [by])).length,
    ).toBeGreaterThan(0);
    await d.db.query(
      'update pgwave.workflow_runs set compensates_workflow_run_id = $2 where workflow_run_id = $1',
      [by, run],
    );
  });
});

describe('sub-workflows', () => {
  const child = async (last: Record<string, unknown> = {}) =>
    driver().define({
      x: { branches: ['y'], ...undo({ child: '$output.n ?', why: '$error.message' }) },
      y: { retry: false, ...last },
    });
  const answers = { x: { data: { n: 'x' } }, a: { data: { n: 'a' } } };

  it('that fails is undone before its parent hears of it', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['sub'], ...undo() },
      sub: { type: 'workflow', workflow: await child(), branches: [] },
    });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], { data: { n: 'a' } }]]);
    await d.complete([[(await d.begin())[0], { data: { n: 'x' } }]]);
    await d.complete([[(await d.begin())[0], failing]]);
    expect((await d.run(run)).status).toBe('waiting');
    const [undoesX] = await d.begin();
    expect(undoesX).toMatchObject({
      conversation: 'x',
      input: { params: { child: 'x', why: 'sold out' } },
    });
    await d.complete([[undoesX, {}]]);
    expect(await d.run(run)).toMatchObject({ status: 'failed', error: { code: 'child_failed' } });
    expect((await undone(await only(run))).map(([name]) => name)).toEqual(['a']);
    await d.drive();
  });

  it('that fails and is tried again is undone before', async () => {
    const d = driver();
    const flow = await d.define({
      sub: {
        type: 'workflow',
        workflow: await child(),
        retry: { max_attempts: 2, delay: 0, jitter: 0 },
      },
    });
    await d.start(flow);
    let tries = 0;
    const ran: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      await d.db.query('select pgwave.wake_interactions()');
      ran.push(
        ...(await d.drive({
          x: { data: { n: 'x' } },
          y: () => (tries++ === 0 ? failing : {}),
        })),
      );
    }
    expect(ran).toEqual(['x', 'y', 'x', 'x', 'y']);
  });

  it('that completed is undone by its own compensations where its step says compensate: true', async () => {
    const d = driver();
    const inner = await child();
    const middle = await d.define({
      m: { branches: ['deep'], ...undo() },
      deep: { type: 'workflow', workflow: inner, compensate: true },
    });
    const flow = await d.define({
      a: { branches: ['sub'], ...undo() },
      sub: { type: 'workflow', workflow: middle, compensate: true, branches: ['b'] },
      b: { branches: ['end'], ...undo() },
      end: { retry: false },
    });
    const run = await d.start(flow);
    const ran = await d.drive({ ...answers, end: failing });
    expect(ran).toEqual(['a', 'm', 'x', 'y', 'b', 'end', 'b', 'x', 'm', 'a']);
    const by = await only(run);
    expect(await d.statuses(by)).toEqual({ b: 'completed', sub: 'completed', a: 'completed' });
    const [below] = await d.db.query<{
      id: string;
      error: unknown;
      compensates_workflow_run_id: string;
    }>(
      `select workflow_run_id as id, loaded -> 'error' ->> 'message' as error, compensates_workflow_run_id
         from pgwave.workflow_runs where parent_workflow_run_id = $1 and triggered_by = 'sub_workflow'`,
      [by],
    );
    expect(below).toMatchObject({ error: 'sold out' });
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [below?.id])).toEqual([]);
  });

  it('of a map are undone one after the other, and a failure among them can be retried', async () => {
    const d = driver();
    const flow = await d.define({
      subs: {
        type: 'workflow',
        workflow: await child(),
        for_each: [1, 2],
        compensate: true,
        branches: ['end'],
      },
      end: { retry: false },
    });
    const run = await d.start(flow);
    let undoings = 0;
    const stubborn = (w: { input: { params?: unknown } }): Answer =>
      w.input.params ? (undoings++ === 1 ? failing : {}) : { data: { n: 1 } };
    await d.drive({ x: stubborn, end: failing });
    const by = await only(run);
    expect((await d.interactions(by)).map(({ status }) => status)).toEqual(['completed', 'failed']);
    await d.db.query('select pgwave.retry_workflow_run($1)', [by]);
    await d.drive({ x: stubborn });
    expect((await d.run(by)).status).toBe('completed');
    expect(undoings).toBe(3);
  });

  it('that is cancelled with its parent is undone once, at its place', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['sub'], ...undo() },
      sub: { type: 'workflow', workflow: await child(), compensate: true },
    });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], { data: { n: 'a' } }]]);
    await d.complete([[(await d.begin())[0], { data: { n: 'x' } }]]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect(await d.drive()).toEqual(['x', 'a']);
    expect((await d.run(await only(run))).status).toBe('completed');
  });

  it('that is cancelled with a parent that does not undo it is undone by itself', async () => {
    const d = driver();
    const flow = await d.define({ sub: { type: 'workflow', workflow: await child() } });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], { data: { n: 'x' } }]]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect(await undoing(run)).toEqual([]);
    expect(await d.drive()).toEqual(['x']);
  });

  it('that is being undone when its parent is cancelled is undone before its parent', async () => {
    const d = driver();
    const middle = await d.define({
      m: { branches: ['deep'], ...undo() },
      deep: { type: 'workflow', workflow: await child() },
    });
    const flow = await d.define({
      a: { branches: ['sub'], ...undo() },
      sub: { type: 'workflow', workflow: middle },
    });
    const run = await d.start(flow);
    for (const answer of [{}, {}, {}, failing]) await d.complete([[(await d.begin())[0], answer]]);
    const [undoesX] = await d.begin();
    expect(undoesX?.conversation).toBe('x');
    const cancelled = await d.db.query('select * from pgwave.cancel_workflow_run($1)', [run]);
    expect(cancelled).toMatchObject([{ status: 'cancelled' }]);
    expect(await d.begin()).toEqual([]);
    expect(await undoing(run)).toEqual([]);
    await expect(d.db.query('select pgwave.retry_workflow_run($1)', [run])).rejects.toMatchObject({
      code: 'PWTRN',
      message: `run ${run} cannot go on: what its child runs did is being undone`,
    });
    await d.complete([[undoesX, {}]]);
    expect(await d.drive({}, true)).toEqual(['m', 'a']);
    expect((await d.run(await only(run))).status).toBe('completed');
    for (const { id } of await undoing(run))
      expect(await d.db.query('select * from pgwave.verify_audit($1)', [id])).toEqual([]);
  });

  it('that is cancelled with a parent and undoes itself is undone before its parent', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['sub'], ...undo() },
      sub: { type: 'workflow', workflow: await child() },
    });
    const run = await d.start(flow);
    for (const answer of [{}, {}]) await d.complete([[(await d.begin())[0], answer]]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    const [undoesX, ...others] = await d.begin();
    expect([undoesX?.conversation, others]).toEqual(['x', []]);
    expect(await undoing(run)).toEqual([]);
    await d.complete([[undoesX, {}]]);
    expect(await d.drive()).toEqual(['a']);
  });
});

describe('the workflow of what undoes', () => {
  it('is a part of its workflow: nobody starts, changes, shares or deletes it alone, and it follows in permissions', async () => {
    const d = driver();
    const flow = await d.define({ a: undo() });
    const part = `${flow}:compensation`;
    for (const call of [
      'pgwave.start_workflow($1)',
      'pgwave.enable_workflow($1, false)',
      'pgwave.delete_workflow($1)',
      "pgwave.grant_workflow($1, 'ada', 'view')",
      "pgwave.deploy_workflow($1, 1, 'prod')",
      "pgwave.start_batch($1, '[{}]')",
      "pgwave.create_schedule('nightly', '0 3 * * *', $1)",
    ])
      await expect(d.db.query(`select ${call}`, [part])).rejects.toMatchObject({
        code: 'PWINP',
        message: `${part} is a part of the workflow ${flow}`,
      });
    await expect(
      d.db.query('select pgwave.define_workflow($1)', [
        JSON.stringify({ name: part, steps: [{ name: 'a', actor: 'noop' }] }),
      ]),
    ).rejects.toMatchObject({
      code: 'PWDEF',
      message: expect.stringContaining(`part of the workflow ${flow}`),
    });
    const shared = async () =>
      d.db.query(
        `select w.visibility, array(select p.grantee || ' ' || p.permission from pgwave.workflow_permissions p
                                     where p.workflow_id = w.workflow_id order by 1) as grants
           from pgwave.workflows w where w.workflow_name = $1`,
        [part],
      );
    await d.db.query("select pgwave.grant_workflow($1, 'ada', 'operate')", [flow]);
    await d.db.query("select pgwave.set_workflow_visibility($1, 'public')", [flow]);
    expect(await shared()).toEqual([{ visibility: 'public', grants: ['ada operate'] }]);
    await d.db.query("select pgwave.revoke_workflow($1, 'ada')", [flow]);
    expect(await shared()).toEqual([{ visibility: 'public', grants: [] }]);
  });

  it('is that of the version that ran, whatever was defined since', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'], ...undo({ version: 1 }) },
      b: { retry: false },
    });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], {}]]);
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: flow,
        steps: [
          { name: 'a', actor: 'noop', compensate: { actor: 'noop', params: { version: 2 } } },
        ],
      }),
    ]);
    await d.db.query('select pgwave.enable_workflow($1, false)', [flow]);
    await d.db.query('select pgwave.delete_workflow($1)', [flow]);
    await d.complete([[(await d.begin())[0], failing]]);
    expect(await undone(await only(run))).toEqual([['a', { version: 1 }]]);
    await d.drive();
  });
});

describe('a long compensation', () => {
  /** How often the worker's session has listed what a run is to undo. */
  const listed = async (): Promise<number> => {
    await driver().worker.client.query('select pg_stat_force_next_flush()');
    await driver().worker.client.query('select');
    const [row] = await driver().db.query<{ calls: number }>(
      `select coalesce(sum(calls), 0)::int as calls from pg_stat_user_functions where funcname = 'list_to_undo'`,
    );
    return row?.calls as number;
  };

  it('reads what completed once, not again for each step', async () => {
    const d = driver();
    const flow = await d.define({
      each: { for_each: '$input.items', branches: ['end'], ...undo() },
      end: { retry: false },
    });
    await d.worker.client.query(`set track_functions = 'pl'`);
    await d.start(flow, { input: { items: Array.from({ length: 12 }, (_, n) => n) } });
    await d.complete((await d.begin(12)).map((work) => [work, {}]));
    await d.complete([[(await d.begin())[0], failing]]);
    const before = await listed();
    expect(before).toBeGreaterThan(0);
    expect(await d.drive()).toHaveLength(12);
    expect(await listed()).toBe(before);
    await d.worker.client.query('reset track_functions');
  });
});

describe('whatever ran', () => {
  it('is undone in reverse: random graphs, loops, maps, ends', async () => {
    const d = driver();
    const property = fc.asyncProperty(
      fc.array(
        fc.record({
          to: fc.array(fc.nat(7), { maxLength: 3 }),
          undo: fc.boolean(),
          map: fc.nat(3),
          loop: fc.boolean(),
        }),
        { minLength: 2, maxLength: 7 },
      ),
      fc.nat(30),
      fc.boolean(),
      async (nodes, steps, cancels) => {
        const flow = await d.define(
          Object.fromEntries(
            nodes.map(({ to, undo: undoes, map, loop }, index) => {
              const later = [...new Set(to)].filter((n) => n > index && n < nodes.length);
              const mapped = map > 0 && !loop;
              return [
                `n${index}`,
                {
                  ...(mapped ? { for_each: Array.from({ length: map }, (_, item) => item) } : {}),
                  ...(undoes || mapped ? undo({ what: '$output.n' }) : {}),
                  retry: false,
                  branches: [
                    ...(loop ? [{ when: '$.n < 15', to: `n${index}`, loop: 2 }] : []),
                    ...later.map((n) => `n${n}`),
                  ],
                },
              ];
            }),
          ),
          {
            start: nodes
              .map((_, index) => index)
              .filter((n) => n % 2 === 0 || !nodes.slice(0, n).some(({ to }) => to.includes(n)))
              .map((n) => `n${n}`),
          },
        );
        const run = await d.start(flow);
        let n = 0;
        const undid: unknown[] = [];
        for (let left = steps; left >= 0; left -= 1) {
          const work = (await d.begin(1)).filter(({ workflow_run_id: of }) => `${of}` === run);
          if (work.length === 0) break;
          if (left === 0) {
            if (cancels) await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
            else await d.complete([[work[0], failing]]);
          } else await d.complete([[work[0], { data: { n: n++ } }]]);
        }
        const status = (await d.run(run)).status;
        await d.drive(
          Object.fromEntries(
            nodes.map((_, index) => [
              `n${index}`,
              (w) => {
                undid.push(w.input.params?.what);
                return {};
              },
            ]),
          ),
        );
        const done = await d.db.query<{ n: number }>(
          `select (i.output #>> '{data,n}')::int as n
             from pgwave.interactions i
             join pgwave.conversation_versions cv using (conversation_version_id)
            where i.workflow_run_id = $1 and i.status = 'completed' and cv.definition ? 'compensate'
              and (i.item_index is null) = (cv.items_template is null)
            order by 1 desc`,
          [run],
        );
        expect(undid).toEqual(status === 'completed' ? [] : done.map((row) => row.n));
        if (undid.length > 0) expect((await d.run(await only(run))).status).toBe('completed');
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
