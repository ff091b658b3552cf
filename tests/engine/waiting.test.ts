import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { useDriver } from './driver.ts';

const driver = useDriver();

/** The SQLSTATE that a statement raises. */
const raises = (sql: string, params: unknown[], identity?: string): Promise<string> =>
  (identity === undefined ? driver().db.query(sql, params) : as(identity, sql, params)).then(
    () => 'nothing',
    (error: { code: string }) => error.code,
  );
/** Asks as somebody whom the GraphQL server vouches for. */
const as = (identity: string, sql: string, params: unknown[]) =>
  driver().db.as('pgwave_api', async (client) => {
    await client.query("select set_config('pgwave.identity', $1, false)", [identity]);
    await client.query('set role pgwave_operator');
    return (await client.query(sql, params)).rows;
  });
const letEverybodyOperate = (workflow: string) =>
  driver().db.query("select pgwave.grant_workflow($1, 'public', 'operate')", [workflow]);
const idOf = async (run: string, conversation: string) =>
  (await driver().interaction(run, conversation)).interaction_id;
const wake = () => driver().db.query('select pgwave.wake_interactions()');
const decide = 'select * from pgwave.decide($1, $2, $3, $4)';
const later = (ms: number) => setClock(driver().db, new Date(Date.now() + ms));

const approval = (review: Record<string, unknown> = {}) => ({
  draft: { branches: ['review'] },
  review: {
    type: 'human',
    prompt: 'Publish?',
    params: { text: '$draft.response' },
    branches: [
      { when: '[APPROVED]', to: 'publish' },
      { when: '[REJECTED]', to: 'drop' },
    ],
    ...review,
  },
  publish: { params: { text: '$review.data.text' } },
  drop: {},
});

describe('an approval', () => {
  it.each([
    [
      'declared',
      {
        tags: ['PAY', 'HOLD'],
        branches: [
          { when: '[PAY]', to: 'publish' },
          { otherwise: true, to: 'drop' },
        ],
      },
      ['PAY', 'HOLD'],
      'APPROVED',
    ],
    [
      'of its branches, approval and refusal among them',
      {
        branches: [
          { when: '[LATER]', to: 'drop' },
          { otherwise: true, to: 'publish' },
        ],
      },
      ['APPROVED', 'LATER', 'REJECTED'],
      'PAY',
    ],
  ])('offers and takes the tags %s', async (_, review, choices, refused) => {
    const d = driver();
    const run = await d.start(await d.define(approval(review)));
    await d.drive();
    const [row] = await d.db.query<{ choices: string[] }>(
      'select choices from pgwave.inbox where workflow_run_id = $1',
      [run],
    );
    expect([...(row?.choices ?? [])].sort()).toEqual([...choices].sort());
    const id = await idOf(run, 'review');
    expect(await raises(decide, [id, refused, null, null])).toBe('PWINP');
    await d.db.query(decide, [id, row?.choices[0], null, null]);
  });

  it('waits in the inbox until somebody decides, who and when beside it', async () => {
    const d = driver();
    const run = await d.start(await d.define(approval()));
    await d.drive();
    expect((await d.run(run)).status).toBe('waiting');
    const inbox = await d.db.query('select * from pgwave.inbox where workflow_run_id = $1', [run]);
    expect(inbox).toMatchObject([
      {
        prompt: 'Publish?',
        data: { text: 'draft' },
        choices: ['APPROVED', 'REJECTED'],
        conversation_name: 'review',
      },
    ]);
    await d.db.query(decide, [await idOf(run, 'review'), 'approve', null, 'fine']);
    let published: unknown;
    await d.drive({
      publish: (work) => {
        published = work.input.params?.text;
        return {};
      },
    });
    expect(published).toBe('draft');
    expect((await d.interaction(run, 'review')).output).toMatchObject({
      tag: 'APPROVED',
      response: 'fine',
      data: { text: 'draft' },
      decision: { decision: 'APPROVED', decided_by: 'postgres', comment: 'fine' },
    });
    expect((await d.run(run)).status).toBe('completed');
    expect(await d.attempts(await idOf(run, 'review'))).toMatchObject([
      { attempt: 1, outcome: 'completed' },
    ]);
  });

  it('keeps what was edited beside the original', async () => {
    const d = driver();
    const run = await d.start(await d.define(approval()));
    await d.drive();
    await d.db.query(decide, [await idOf(run, 'review'), 'APPROVED', '{"text": "better"}', null]);
    expect((await d.interaction(run, 'review')).output).toMatchObject({
      data: { text: 'better' },
      decision: { original: { text: 'draft' }, edits: { text: { from: 'draft', to: 'better' } } },
    });
  });

  it('is refused with a code where it cannot be, and the run stays as it was', async () => {
    const d = driver();
    const flow = await d.define(
      approval({ assignees: ['ada', '$draft.data.boss'], four_eyes: true }),
    );
    await letEverybodyOperate(flow);
    const run = await d.start(flow);
    await d.drive({ draft: { response: 'x', data: { boss: 'grace' } } });
    const id = await idOf(run, 'review');
    expect(await raises(decide, [id, 'APPROVED', null, null], 'eve')).toBe('PWACC');
    expect(await raises(decide, [id, 'maybe', null, null], 'grace')).toBe('PWINP');
    expect(await raises(decide, [id, null, null, null], 'grace')).toBe('PWINP');
    expect(await raises(decide, [999999, 'APPROVED', null, null], 'grace')).toBe('PWNOF');
    expect(await raises(decide, [await idOf(run, 'draft'), 'APPROVED', null, null], 'grace')).toBe(
      'PWTRN',
    );
    expect((await d.interaction(run, 'review')).status).toBe('waiting');
    await as('grace', decide, [id, 'REJECTED', null, null]);
    expect(await raises(decide, [id, 'APPROVED', null, null], 'ada')).toBe('PWTRN');
    expect(await d.statuses(run)).toMatchObject({ publish: 'skipped', drop: 'pending' });
  });

  it('with four_eyes is not for whoever started the run', async () => {
    const d = driver();
    const flow = await d.define(approval({ four_eyes: true }));
    await letEverybodyOperate(flow);
    const run = await d.start(flow);
    await d.drive();
    const id = await idOf(run, 'review');
    expect(await raises(decide, [id, 'APPROVED', null, null])).toBe('PWACC');
    expect(await raises(decide, [id, 'APPROVED', null, null], 'ada')).toBe('nothing');
  });

  it.each([
    [{ due: '1h' }, 'failed', 'cancelled'],
    [{ due: { after: '1h', then: 'REJECTED' } }, 'completed', 'skipped'],
  ])('that nobody takes before %j is over', async (due, review, publish) => {
    const d = driver();
    const run = await d.start(await d.define(approval(due)));
    await d.drive();
    const id = await idOf(run, 'review');
    await wake();
    expect((await d.interaction(run, 'review')).status).toBe('waiting');
    await later(3_601_000);
    expect(await raises(decide, [id, 'APPROVED', null, null])).toBe('PWDUE');
    await wake();
    await d.drive();
    const statuses = await d.statuses(run);
    expect(statuses.review).toBe(review);
    expect(statuses.publish ?? 'cancelled').toBe(publish);
  });

  it('in a map asks for each item', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['ask'] },
      ask: {
        type: 'human',
        for_each: '$a.data.people',
        prompt: 'You, {{ item }}?',
        max_parallel: 1,
        branches: ['b'],
      },
      b: {},
    });
    const run = await d.start(flow);
    await d.drive({ a: { data: { people: ['ada', 'eve'] } } });
    for (const name of ['ada', 'eve']) {
      const [open, ...others] = await d.db.query(
        'select * from pgwave.inbox where workflow_run_id = $1',
        [run],
      );
      expect(others).toEqual([]);
      expect(open?.prompt).toBe(`You, ${name}?`);
      await d.checkInvariants();
      await d.db.query(decide, [open?.interaction_id, 'APPROVED', JSON.stringify({ name }), null]);
    }
    await d.drive();
    const header = (await d.interactions(run)).find(
      (i) => i.conversation === 'ask' && i.item_index === null,
    );
    expect(header?.output?.data).toEqual([{ name: 'ada' }, { name: 'eve' }]);
    expect((await d.run(run)).status).toBe('completed');
  });
});

describe('a form', () => {
  it('takes only what meets its contract', async () => {
    const d = driver();
    const flow = await d.define({
      ask: {
        type: 'human',
        prompt: 'How many?',
        form: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
        branches: ['b'],
      },
      b: {},
    });
    const run = await d.start(flow);
    const id = await idOf(run, 'ask');
    expect(await raises(decide, [id, null, '{"n": "many"}', null])).toBe('PWINP');
    await d.db.query(decide, [id, null, '{"n": 3}', null]);
    expect((await d.interaction(run, 'ask')).output?.data).toEqual({ n: 3 });
    expect((await d.statuses(run)).b).toBe('pending');
  });
});

describe('a timer', () => {
  it.each([{ wait: '10m' }, { until: '$input.at' }])(
    '%j fires when its time has come',
    async (timer) => {
      const d = driver();
      const flow = await d.define({ t: { type: 'timer', ...timer, branches: ['b'] }, b: {} });
      const run = await d.start(flow, {
        input: { at: new Date(Date.now() + 600_000).toISOString() },
      });
      await wake();
      expect(await d.statuses(run)).toEqual({ t: 'waiting' });
      await later(601_000);
      await wake();
      expect(await d.statuses(run)).toEqual({ t: 'completed', b: 'pending' });
    },
  );

  it('until what is no time fails', async () => {
    const d = driver();
    const run = await d.start(await d.define({ t: { type: 'timer', until: '$input.at' } }), {
      input: { at: 'soon' },
    });
    expect(await d.interaction(run, 't')).toMatchObject({
      status: 'failed',
      error: { code: 'bad_request' },
    });
  });
});

describe('a signal', () => {
  const send = 'select * from pgwave.send_signal($1, $2, $3)';
  const flow = {
    a: { branches: ['go'] },
    go: { type: 'signal', signal: 'start', branches: ['b'] },
    b: {},
  };

  it('is taken by what waits for it', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow));
    await d.drive();
    const [signal] = await d.db.query(send, [run, 'start', '{"n": 1}']);
    expect(signal?.taken_by_interaction_id).toBe(await idOf(run, 'go'));
    expect((await d.interaction(run, 'go')).output).toEqual({ data: { n: 1 } });
  });

  it('that comes early is kept', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow));
    await d.db.query(send, [run, 'start', null]);
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
  });

  it('that nothing can still take is refused, and the run stays as it was', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow));
    expect(await raises(send, [run, 'stop', null])).toBe('PWSIG');
    await d.drive();
    await d.db.query(send, [run, 'start', null]);
    expect(await raises(send, [run, 'start', null])).toBe('PWSIG');
    await d.drive();
    expect(await raises(send, [run, 'start', null])).toBe('PWSIG');
    expect(await raises(send, [999999, 'start', null])).toBe('PWNOF');
  });

  it('can come once more where a loop leads back to it', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        go: { type: 'signal', signal: 'start', branches: ['b'] },
        b: {
          branches: [
            { when: '[AGAIN]', to: 'go', loop: 1 },
            { otherwise: true, to: 'c' },
          ],
        },
        c: {},
      }),
    );
    await d.db.query(send, [run, 'start', null]);
    await d.db.query(send, [run, 'start', null]);
    const answers = ['AGAIN', 'DONE'];
    await d.drive({ b: () => ({ data: { tag: answers.shift() } }) });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('whose payload breaks the contract is refused', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        go: { type: 'signal', output: { type: 'object', required: ['n'] }, branches: ['b'] },
        b: {},
      }),
    );
    expect(await raises(send, [run, 'go', '{}'])).toBe('PWINP');
    await d.db.query(send, [run, 'go', '{"n": 1}']);
    expect((await d.statuses(run)).b).toBe('pending');
  });
});

describe('a sub-workflow', () => {
  const parentOf = (child: string, more: Record<string, unknown> = {}) => ({
    a: { branches: ['sub'] },
    sub: {
      type: 'workflow',
      workflow: child,
      params: { n: '$a.data.n' },
      branches: ['b'],
      ...more,
    },
    b: { params: { got: '$sub.data' } },
  });
  const childOf = async (run: string) => {
    const rows = await driver().db.query<{ id: string; status: string }>(
      `select workflow_run_id as id, status from pgwave.workflow_runs where parent_workflow_run_id = $1 order by 1`,
      [run],
    );
    return rows;
  };

  it('is a run of its own, whose output the interaction takes', async () => {
    const d = driver();
    const child = await d.define(
      { c: { params: { n: '$input.n' } } },
      { result: { twice: '$c.data' } },
    );
    const run = await d.start(await d.define(parentOf(child)));
    await d.complete([[(await d.begin())[0], { data: { n: 21 } }]]);
    expect((await d.run(run)).status).toBe('waiting');
    expect(await childOf(run)).toMatchObject([{ status: 'pending' }]);
    let got: unknown;
    await d.drive({
      c: (work) => ({ data: 2 * Number(work.input.params?.n) }),
      b: (work) => {
        got = work.input.params?.got;
        return {};
      },
    });
    expect(got).toEqual({ twice: 42 });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('that ends at once lets its parent go on at once', async () => {
    const d = driver();
    const child = await d.define({ c: { actor: 'router' } });
    const run = await d.start(await d.define(parentOf(child)));
    await d.drive({ a: { data: { n: 1 } } });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('that fails four child runs deep names the cause first', async () => {
    const d = driver();
    let flow = await d.define({ inner: {} });
    for (let depth = 0; depth < 3; depth += 1)
      flow = await d.define({ call: { type: 'workflow', workflow: flow } });
    const run = await d.start(flow);
    await d.drive({
      inner: { error: { code: 'bad_request', message: 'no such letter', retryable: false } },
    });
    const { error } = await d.run(run);
    expect(error?.message).toBe(
      `run ${Number(run) + 3} is failed: no such letter (below run ${Number(run) + 1})`,
    );
    expect(error).toMatchObject({
      code: 'child_failed',
      detail: { cause: { code: 'bad_request' } },
    });
  });
  it.each(['completed', 'open'])(
    'that was retried by itself and is %s is taken up by its parent’s retry',
    async (how) => {
      const d = driver();
      const child = await d.define({ c: {} }, { result: { got: '$c.data' } });
      const run = await d.start(await d.define(parentOf(child)));
      await d.complete([[(await d.begin())[0], { data: { n: 1 } }]]);
      const failure = { error: { code: 'function_error', message: 'no', retryable: false } };
      await d.complete([[(await d.begin())[0], failure]]);
      expect((await d.run(run)).status).toBe('failed');
      const [{ id: childId } = { id: '' }] = await childOf(run);
      await d.db.query('select pgwave.retry_workflow_run($1)', [childId]);
      const finishChild = async () => d.complete([[(await d.begin())[0], { data: { n: 2 } }]]);
      if (how === 'completed') await finishChild();
      await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
      if (how === 'open') await finishChild();
      expect(await childOf(run)).toMatchObject([{ id: childId, status: 'completed' }]);
      expect(await d.interaction(run, 'sub')).toMatchObject({
        status: 'completed',
        output: { data: { got: { n: 2 } } },
      });
    },
  );

  it('that fails fails it with child_failed; a retry starts a new one', async () => {
    const d = driver();
    const child = await d.define({ c: {} });
    const run = await d.start(
      await d.define(
        parentOf(child, {
          retry: { max_attempts: 2, delay: 0 },
          branches: [{ after: 'failure', to: 'b' }],
        }),
      ),
    );
    const failure = { error: { code: 'function_error', message: 'no', retryable: false } };
    await d.complete([[(await d.begin())[0], { data: { n: 1 } }]]);
    await d.complete([[(await d.begin())[0], failure]]);
    expect(await childOf(run)).toHaveLength(2);
    await d.complete([[(await d.begin())[0], failure]]);
    expect(await d.interaction(run, 'sub')).toMatchObject({
      status: 'failed',
      error: { code: 'child_failed' },
    });
    expect(await d.attempts(await idOf(run, 'sub'))).toMatchObject([
      { outcome: 'failed' },
      { outcome: 'failed' },
    ]);
  });

  it('that cannot start fails it', async () => {
    const d = driver();
    const child = await d.define({ c: {} }, { input: { type: 'object', required: ['m'] } });
    const run = await d.start(await d.define(parentOf(child)));
    await d.drive({ a: { data: { n: 1 } } });
    expect(await d.interaction(run, 'sub')).toMatchObject({
      status: 'failed',
      error: { code: 'child_failed' },
    });
    expect((await d.run(run)).status).toBe('failed');
  });

  it('is cancelled, paused and resumed with its parent', async () => {
    const d = driver();
    const child = await d.define({ c: { branches: ['e'] }, e: {} });
    const run = await d.start(await d.define(parentOf(child)));
    await d.complete([[(await d.begin())[0], { data: { n: 1 } }]]);
    const [c] = await d.begin();
    await d.db.query('select pgwave.pause_workflow_run($1)', [run]);
    await d.complete([[c, {}]]);
    expect(await d.begin()).toEqual([]);
    expect(await childOf(run)).toMatchObject([{ status: 'paused' }]);
    await d.db.query('select pgwave.resume_workflow_run($1)', [run]);
    expect((await d.run(run)).status).toBe('waiting');
    expect(await d.begin()).toMatchObject([{ conversation: 'e' }]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect(await childOf(run)).toMatchObject([{ status: 'cancelled' }]);
    expect((await d.run(run)).status).toBe('cancelled');
  });

  it('is cancelled where its parent fails', async () => {
    const d = driver();
    const child = await d.define({ c: {} });
    const run = await d.start(
      await d.define({
        a: { branches: ['b'] },
        sub: { type: 'workflow', workflow: child, branches: ['b'] },
        b: {},
      }),
    );
    const a = (await d.begin()).find((w) => w.conversation === 'a');
    await d.complete([[a, { error: { code: 'function_error', message: 'no', retryable: false } }]]);
    expect((await d.run(run)).status).toBe('failed');
    expect(await childOf(run)).toMatchObject([{ status: 'cancelled' }]);
  });

  it('in a map is a run for each item', async () => {
    const d = driver();
    const child = await d.define(
      { c: { params: { n: '$input.n' } } },
      { result: { n: '$c.data' } },
    );
    const run = await d.start(
      await d.define({
        a: { branches: ['sub'] },
        sub: {
          type: 'workflow',
          workflow: child,
          for_each: '$a.data.list',
          max_parallel: 2,
          params: { n: '$item' },
          branches: ['b'],
        },
        b: {},
      }),
    );
    await d.complete([[(await d.begin())[0], { data: { list: [1, 2, 3] } }]]);
    expect(await childOf(run)).toHaveLength(2);
    await d.drive({ c: (w) => ({ data: w.input.params?.n }) });
    const header = (await d.interactions(run)).find(
      (i) => i.conversation === 'sub' && i.item_index === null,
    );
    expect(header?.output?.data).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('that starts itself without end is stopped', async () => {
    const d = driver();
    const child = await d.define({ c: { actor: 'router' } });
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: child,
        conversations: [{ name: 'c', type: 'workflow', workflow: child }],
      }),
    ]);
    const run = await d.start(child);
    expect((await d.run(run)).status).toBe('failed');
    const [deepest] = await d.db.query(
      "select count(*)::int as n from pgwave.interactions where error ->> 'code' = 'limit_exceeded'",
    );
    expect(deepest?.n).toBe(1);
  });
});
