import { describe, expect, it } from 'vitest';
import { type Answer, useDriver, type Work } from '../engine/driver.ts';

const driver = useDriver();

async function reproduce(run: string): Promise<string> {
  const [copy] = await driver().db.query<{ id: string }>(
    'select workflow_run_id as id from pgwave.reproduce_run($1)',
    [run],
  );
  return copy?.id as string;
}

const verify = (original: string, copy: string): Promise<Record<string, unknown>[]> =>
  driver().db.query('select * from pgwave.verify_reproduction($1, $2)', [original, copy]);

/** Reproduces a run, and expects it to be the same although nobody was called. */
async function expectSame(run: string): Promise<string> {
  const d = driver();
  const before = await d.run(run);
  const copy = await reproduce(run);
  expect(await verify(run, copy)).toEqual([]);
  expect(await d.run(copy)).toMatchObject({
    status: before.status,
    output: before.output,
    triggered_by: 'fork',
    overrides: { reproduces: Number(run) },
  });
  expect(await d.begin()).toEqual([]);
  await d.checkInvariants();
  return copy;
}

type Answers = Record<string, Answer | ((work: Work) => Answer)>;
async function settle(run: string, answers: Answers = {}, decision = 'APPROVED'): Promise<string> {
  const d = driver();
  for (;;) {
    await d.drive(answers);
    await d.db.query('select pgwave.wake_interactions()');
    const open = await d.db.query<{ id: string; kind: string; signal: string }>(
      "select interaction_id as id, waits_for as kind, signal_name as signal from pgwave.waits where waits_for in ('human', 'signal')",
    );
    const [ready] = await d.db.query('select from pgwave.ready');
    if (open.length === 0 && !ready) return run;
    for (const { id, kind, signal } of open) {
      if (kind === 'human')
        await d.db.query("select pgwave.decide($1, $2, null, 'so be it')", [id, decision]);
      else await d.db.query('select pgwave.send_signal($1, $2, $3)', [run, signal, '{"n": 1}']);
    }
  }
}

const no: Answer = { error: { code: 'function_error', message: 'no', retryable: false } };

describe('reproduce_run', () => {
  it('reproduces branches, tags, joins and dead paths', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b', 'c', { when: '$output.data.n > 5', to: 'd' }] },
      b: {
        actor: 'model',
        prompt: 'Grade {{ a.data.n }}',
        branches: [
          { when: '[PASS]', to: 'e' },
          { when: '[FAIL]', to: 'f' },
        ],
      },
      c: { branches: ['e'] },
      d: { branches: ['e'] },
      e: { params: { of: '$c.response' } },
      f: {},
    });
    for (const [n, tag] of [
      [9, 'PASS'],
      [1, 'FAIL'],
    ] as const) {
      const run = await d.start(flow, { input: { x: 1 } });
      await d.drive({ a: { data: { n } }, b: { response: `So: [${tag}]` } });
      expect((await d.run(run)).status).toBe('completed');
      await expectSame(run);
    }
  });

  it('reproduces loops and maps', async () => {
    const d = driver();
    const flow = await d.define({
      list: { branches: ['each'] },
      each: {
        for_each: '$list.data.of[*]',
        params: { n: '$item' },
        tolerate: 1,
        max_parallel: 2,
        branches: ['pass'],
      },
      pass: {
        branches: [
          { when: '[AGAIN]', to: 'pass', loop: 2 },
          { otherwise: true, to: 'end' },
        ],
      },
      end: { params: { of: '$each.data' } },
    });
    for (const failing of [[], [2], [2, 3]]) {
      const run = await d.start(flow);
      const tags = ['AGAIN', 'AGAIN', 'AGAIN'];
      await d.drive({
        list: { data: { of: [1, 2, 3, 4, 5] } },
        each: (w) =>
          failing.includes(w.input.params?.n as never) ? no : { data: w.input.params?.n },
        pass: () => ({ data: { tag: tags.shift() } }),
      });
      expect((await d.run(run)).status).toBe(failing.length > 1 ? 'failed' : 'completed');
      await expectSame(run);
    }
  });

  it.each([false, true])(
    'reproduces failures, handled and not (one by one: %s)',
    async (oneByOne) => {
      const d = driver();
      const flow = await d.define({
        a: { branches: ['b', 'c', 'd'] },
        b: { branches: [{ after: 'failure', to: 'rescue' }] },
        rescue: { params: { why: '$error.code' }, branches: ['late'] },
        c: { branches: ['late'] },
        d: { branches: ['late'] },
        late: {},
      });
      for (const answers of [
        { b: no },
        { b: no, c: no },
        { b: no, d: no },
        { rescue: no, b: no },
      ] as Answers[]) {
        const run = await d.start(flow);
        await d.drive(answers, oneByOne);
        await expectSame(run);
      }
    },
  );

  it('reproduces decisions, signals, timers and child runs, and calls nobody', async () => {
    const d = driver();
    const child = await d.define({ inner: { params: { n: '$input.n' } } });
    const flow = await d.define({
      ask: {
        type: 'human',
        prompt: 'Well?',
        params: { amount: 3 },
        branches: [
          { when: '[APPROVED]', to: 'go' },
          { when: '[REJECTED]', to: 'bin' },
        ],
      },
      go: { type: 'signal', signal: 'go', branches: ['wait'] },
      wait: { type: 'timer', wait: '1ms', branches: ['sub'] },
      sub: { type: 'workflow', workflow: child, params: { n: '$go.data.n' }, branches: ['end'] },
      end: { params: { of: '$sub.data' } },
      bin: { actor: 'router' },
    });
    for (const decision of ['APPROVED', 'REJECTED']) {
      const run = await settle(await d.start(flow), { inner: { data: { m: 2 } } }, decision);
      expect((await d.run(run)).status).toBe('completed');
      const count = 'select count(*)::int as n from pgwave.workflow_runs';
      const [before] = await d.db.query<{ n: number }>(count);
      await expectSame(run);
      expect(await d.db.query(count), 'no child run').toEqual([{ n: (before?.n ?? 0) + 1 }]);
    }
    const failed = await settle(await d.start(flow), { inner: no });
    expect((await d.run(failed)).status).toBe('failed');
    await expectSame(failed);
  });

  it('reproduces loaded rows, retries and forks', async () => {
    const d = driver();
    const flow = await d.define(
      {
        a: { params: { t: '$posting.title' }, branches: ['b'] },
        b: { params: { of: '$a.data' }, branches: ['c'] },
        c: {},
      },
      { load: { posting: "select 'x' as title" } },
    );
    const run = await d.start(flow);
    const loads = { state_probe: { data: { loaded: { posting: { title: 'Baker' } } } } };
    await d.drive({ ...loads, a: { data: 1 }, b: no });
    await expectSame(run);
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive({ b: { data: 2 } });
    expect((await d.run(run)).status).toBe('completed');
    await expectSame(run);
    const [fork] = await d.db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.fork_workflow_run($1, 'b', '{"params": {"other": 1}}')`,
      [run],
    );
    await d.drive({ b: { data: 3 } });
    const again = await reproduce(fork?.id as string);
    expect(await verify(fork?.id as string, again)).toEqual([]);
  });

  it('is for operators, and comparing for viewers', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    await d.drive();
    const client = await d.connection();
    await client.query('set role pgwave_viewer');
    await expect(client.query('select pgwave.reproduce_run($1)', [run])).rejects.toMatchObject({
      code: '42501',
    });
    await client.query('set role pgwave_operator');
    const { rows } = await client.query(
      'select workflow_run_id as id from pgwave.reproduce_run($1)',
      [run],
    );
    const copy = rows[0].id;
    await client.query('set role pgwave_viewer');
    const verified = await client.query('select * from pgwave.verify_reproduction($1, $2)', [
      run,
      copy,
    ]);
    expect(verified.rows).toEqual([]);
    const explained = await client.query(
      'select cause from pgwave.explain_change_of_runs($1, $2)',
      [[run], [copy]],
    );
    expect(explained.rows).toEqual([{ cause: 'nothing' }]);
    await client.query('select * from pgwave.explain_change($1, $2)', [run, copy]);
    await d.drop(client);
  });

  it('does not reproduce what was changed by hand, nor what goes on', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '[X]', to: 'b' },
          { when: '[Y]', to: 'c' },
        ],
      },
      b: { params: { of: '$a.data.tag' } },
      c: {},
    });
    const run = await d.start(flow);
    await expect(reproduce(run)).rejects.toMatchObject({ code: 'PWTRN' });
    await d.drive({ a: { data: { tag: 'X' } } });
    await expectSame(run);
    const client = await d.connection();
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query(
      `update pgwave.interactions set output = '{"data": {"tag": "Y"}, "tag": "Y"}'
        where workflow_run_id = $1 and output #>> '{data,tag}' = 'X'`,
      [run],
    );
    await client.query('set local session_replication_role = origin');
    const { rows: copy } = await client.query(
      'select workflow_run_id as id, status from pgwave.reproduce_run($1)',
      [run],
    );
    const { rows } = await client.query('select * from pgwave.verify_reproduction($1, $2)', [
      run,
      copy[0].id,
    ]);
    await client.query('rollback');
    await d.drop(client);
    expect(rows[0]).toMatchObject({ conversation: 'a', differs: ['branches'] });
    expect(rows.length).toBeGreaterThan(2);
  });
});
