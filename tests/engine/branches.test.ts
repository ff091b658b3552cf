import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();

const ranAfter = async (
  a: Record<string, unknown>,
  answer: Record<string, unknown>,
  more: Record<string, unknown> = {},
) => {
  const d = driver();
  const flow = await d.define({ a, b: {}, c: {}, d: {} });
  const run = await d.start(flow, more);
  await d.drive({ a: answer });
  const statuses = await d.statuses(run);
  return Object.keys(statuses)
    .filter((name) => name !== 'a' && statuses[name] === 'completed')
    .sort()
    .join('');
};

describe('tags', () => {
  const branches = [
    { when: '[YES]', to: 'b' },
    { when: ['[NO]', '[NEVER]'], to: 'c' },
    { otherwise: true, to: 'd' },
  ];
  it.each([
    [{ response: 'x', data: { tag: 'YES' } }, 'b'],
    [{ response: 'x', data: { tag: '[NO]' } }, 'c'],
    [{ response: 'so [YES] or rather [NEVER]' }, 'c'],
    [{ response: 'first line [NO]\nsecond [YES]' }, 'b'],
    [{ response: 'x', data: { tag: 'OTHER' } }, 'd'],
    [{ response: 'no tag' }, 'd'],
  ])('of %j take %s', async (answer, taken) => {
    expect(await ranAfter({ branches }, answer)).toBe(taken);
  });

  it('may lead nowhere: what is behind is skipped, and the run is over', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '[SPAM]', to: 'none' },
          { when: '[MAIL]', to: 'b' },
        ],
      },
      b: { branches: ['c', { after: 'failure', to: 'none' }] },
      c: {},
    });
    const spam = await d.start(flow);
    await d.drive({ a: { data: { tag: 'SPAM' } } });
    expect(await d.statuses(spam)).toEqual({ a: 'completed', b: 'skipped', c: 'skipped' });
    expect((await d.run(spam)).status).toBe('completed');
    const failing = await d.start(flow);
    const error = { code: 'function_error', message: 'no', retryable: false };
    await d.drive({ a: { data: { tag: 'MAIL' } }, b: { error } });
    // a failure that leads nowhere is taken up
    expect(await d.statuses(failing)).toEqual({ a: 'completed', b: 'failed', c: 'skipped' });
    expect((await d.run(failing)).status).toBe('completed');
    const [decided] = await d.db.query(
      'select target, decision from pgwave.branch_decisions($1) where branch_id = $2',
      [
        (await d.interaction(spam, 'a')).interaction_id,
        (await d.interaction(spam, 'a')).branches_taken?.[0],
      ],
    );
    expect(decided).toEqual({ target: 'none', decision: 'taken' });
  });

  it('whose conversation leads nowhere else give the run its result', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({ a: { branches: ['b'] }, b: { branches: [{ when: '[X]', to: 'none' }] } }),
    );
    await d.drive({ b: { data: { tag: 'X' } } });
    expect((await d.run(run)).output).toEqual({ b: { data: { tag: 'X' }, tag: 'X' } });
  });

  it('come from the text of a model, not from its data', async () => {
    expect(
      await ranAfter({ actor: 'model', branches }, { response: '[NO]', data: { tag: 'YES' } }),
    ).toBe('c');
  });

  it('outside the closed set: a model is asked again, then the attempt fails', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        actor: 'model',
        retry: { max_attempts: 1 },
        branches: [
          { when: '[YES]', to: 'b' },
          { when: '[NO]', to: 'c' },
        ],
      },
      b: {},
      c: {},
    });
    const run = await d.start(flow);
    const [first] = await d.begin();
    await d.complete([[first, { response: '[MAYBE]' }]]);
    const [again] = await d.begin();
    expect(again).toMatchObject({ attempt: 2, correction: { answer: '[MAYBE]' } });
    await d.complete([[again, { response: '[PERHAPS]' }]]);
    const a = await d.interaction(run, 'a');
    expect(a).toMatchObject({ status: 'failed', output: null, error: { code: 'invalid_output' } });
    expect((await d.attempts(a.interaction_id)).map((t) => t.outcome)).toEqual([
      'asked_again',
      'failed',
    ]);
    expect(await d.run(run)).toMatchObject({ status: 'failed', error: { code: 'invalid_output' } });
    expect(await d.statuses(run)).toEqual({ a: 'failed' });
  });

  it('outside the closed set: a function is retried', async () => {
    const d = driver();
    const flow = await d.define({
      a: { retry: { max_attempts: 2, delay: '0s' }, branches: [{ when: '[YES]', to: 'b' }] },
      b: {},
    });
    const run = await d.start(flow);
    const ran = await d.drive({
      a: (w) => ({ response: w.attempt === 1 ? '[WHAT]' : 'now [YES]' }),
    });
    expect(ran).toEqual(['a', 'a', 'b']);
    expect((await d.run(run)).status).toBe('completed');
  });
});

describe('conditions', () => {
  it.each([
    ['$.data.score > 3', { data: { score: 5 } }, 'b'],
    ['$.data.score > 3', { data: { score: 2 } }, 'd'],
    ['$a.data.score > 3', { data: { score: 5 } }, 'b'],
    ['$input.x == 1', {}, 'b'],
    ['$input.x == 2', {}, 'd'],
  ])('%s of %j takes %s', async (when, answer, taken) => {
    const branches = [
      { when, to: 'b' },
      { otherwise: true, to: 'd' },
      { when: '[C]', to: 'c' },
    ];
    expect(await ranAfter({ branches }, { response: 'x', ...answer }, { input: { x: 1 } })).toBe(
      taken,
    );
  });

  it('over upstream data', async () => {
    const d = driver();
    const flow = await d.define({
      up: { branches: ['a'] },
      a: {
        branches: [
          { when: '$up.data.n >= 2', to: 'b' },
          { when: '$up.data.n < 2', to: 'c' },
        ],
      },
      b: {},
      c: {},
    });
    const run = await d.start(flow);
    await d.drive({ up: { data: { n: 2 } } });
    expect(await d.statuses(run)).toEqual({
      up: 'completed',
      a: 'completed',
      b: 'completed',
      c: 'skipped',
    });
  });

  it('unknown is not taken, and recorded', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '$.data.score > "x"', to: 'b' },
          { otherwise: true, to: 'c' },
        ],
      },
      b: {},
      c: {},
    });
    const run = await d.start(flow);
    await d.drive({ a: { data: { score: 3 } } });
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'skipped', c: 'completed' });
    expect((await d.interaction(run, 'a')).branches_unknown).toHaveLength(1);
  });

  it('route: first takes only the first that matches', async () => {
    const branches = [
      { when: '$.data.n > 5', to: 'b' },
      { when: '$.data.n > 3', to: 'c' },
      { when: '$.data.n > 1', to: 'd' },
    ];
    expect(await ranAfter({ branches, route: 'first' }, { data: { n: 4 } })).toBe('c');
    expect(await ranAfter({ branches }, { data: { n: 4 } })).toBe('cd');
  });

  it('of a condition conversation are resolved at once, without a ticket', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['gate'] },
      gate: {
        actor: 'router',
        branches: [
          { when: '$a.data.go == true', to: 'gate2' },
          { otherwise: true, to: 'c' },
        ],
      },
      gate2: { actor: 'router', branches: ['b'] },
      b: {},
      c: {},
    });
    const run = await d.start(flow);
    expect(await d.drive({ a: { data: { go: true } } })).toEqual(['a', 'b']);
    expect(await d.statuses(run)).toMatchObject({
      gate: 'completed',
      gate2: 'completed',
      b: 'completed',
      c: 'skipped',
    });
  });

  it('of a start that only routes finish a run in its start', async () => {
    const d = driver();
    const flow = await d.define({ gate: { actor: 'router' } });
    expect((await d.run(await d.start(flow))).status).toBe('completed');
  });
});

describe('dead paths', () => {
  it('are skipped with the reason, through a chain and into a merge', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          { when: '[L]', to: 'b' },
          { when: '[R]', to: 'c' },
        ],
      },
      b: { branches: ['b2'] },
      b2: { branches: ['b3'] },
      b3: { branches: ['end'] },
      c: { branches: ['end'] },
      end: { branches: ['last'] },
      last: {},
    });
    const run = await d.start(flow);
    expect(await d.drive({ a: { data: { tag: 'R' } } })).toEqual(['a', 'c', 'end', 'last']);
    expect(await d.statuses(run)).toEqual({
      a: 'completed',
      b: 'skipped',
      b2: 'skipped',
      b3: 'skipped',
      c: 'completed',
      end: 'completed',
      last: 'completed',
    });
    expect((await d.interaction(run, 'b3')).skip_reason).toBe('no incoming branch was taken');
    expect(await d.run(run)).toMatchObject({
      status: 'completed',
      interactions_created: 7,
      interactions_skipped: 3,
      interactions_completed: 4,
      interactions_open: 0,
    });
  });

  it('skip a merge none of whose sources took its branch', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: [{ when: '$.data.go == true', to: 'end' }] },
      b: { branches: [{ when: '$.data.go == true', to: 'end' }] },
      end: { branches: ['last'] },
      last: {},
    });
    const run = await d.start(flow);
    await d.drive({ a: { data: {} }, b: { data: { go: false } } });
    expect(await d.statuses(run)).toMatchObject({ end: 'skipped', last: 'skipped' });
    expect((await d.run(run)).status).toBe('completed');
  });
});

describe('failures', () => {
  const failing = { error: { code: 'bad_request', message: 'no', retryable: false } };

  it('handled by an after: failure branch with a condition over $error', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        branches: [
          'ok',
          { after: 'failure', when: '$error.code == "bad_request"', to: 'mend' },
          { after: 'failure', when: '$error.code == "timeout"', to: 'wait' },
        ],
      },
      ok: {},
      mend: { params: { why: '$input.x' } },
      wait: {},
    });
    const run = await d.start(flow, { input: { x: 1 } });
    expect(await d.drive({ a: failing })).toEqual(['a', 'mend']);
    expect(await d.statuses(run)).toEqual({
      a: 'failed',
      ok: 'skipped',
      mend: 'completed',
      wait: 'skipped',
    });
    expect(await d.run(run)).toMatchObject({ status: 'completed', interactions_failed: 1 });
    const other = await d.start(flow);
    await d.drive({ a: { error: { code: 'script_error', message: 'x', retryable: false } } });
    expect(await d.run(other)).toMatchObject({ status: 'failed', error: { code: 'script_error' } });
  });

  it('on_failure: continue takes the unconditional and otherwise branches; the output is missing', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        on_failure: 'continue',
        branches: [{ when: '[X]', to: 'b' }, { otherwise: true, to: 'c' }, 'd'],
      },
      b: {},
      c: { params: { had: '$a.response ?? "nothing"' } },
      d: {},
    });
    const run = await d.start(flow);
    await d.drive({ a: failing });
    expect(await d.statuses(run)).toEqual({
      a: 'failed',
      b: 'skipped',
      c: 'completed',
      d: 'completed',
    });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('unhandled: pending ones are cancelled, running ones finish without children', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['a2'] },
      b: { branches: ['b2'] },
      c: { branches: ['c2'] },
      a2: {},
      b2: {},
      c2: {},
    });
    const run = await d.start(flow);
    const begun = await d.begin(2);
    expect(begun.map((w) => w.conversation)).toEqual(['a', 'b']);
    await d.complete([[begun[0], failing]]);
    expect(await d.statuses(run)).toEqual({ a: 'failed', b: 'running', c: 'cancelled' });
    expect(await d.run(run)).toMatchObject({ finished_at: null, ends_as: 'failed' });
    await d.complete([[begun[1], { response: 'done' }]]);
    expect(await d.statuses(run)).toEqual({ a: 'failed', b: 'completed', c: 'cancelled' });
    expect((await d.interaction(run, 'b')).branches_taken).toHaveLength(1);
    expect(await d.run(run)).toMatchObject({
      status: 'failed',
      error: { code: 'bad_request', interaction_id: Number(begun[0]?.interaction_id) },
    });
  });

  it('unhandled beside a completion in the same call creates no children', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['a2'] },
      b: { branches: ['b2'] },
      a2: {},
      b2: {},
    });
    const run = await d.start(flow);
    const begun = await d.begin();
    await d.complete(begun.map((w) => [w, w.conversation === 'b' ? failing : { response: 'x' }]));
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'failed' });
    expect((await d.run(run)).status).toBe('failed');
  });

  it('of two in one call, the run has one error', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({ a: { branches: ['c'] }, b: { branches: ['c'] }, c: {} }),
    );
    const begun = await d.begin();
    await d.complete(begun.map((w) => [w, failing]));
    expect(await d.run(run)).toMatchObject({ status: 'failed', interactions_failed: 2 });
  });

  it('that continues goes on by the branches of success only where no branch takes it up', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        on_failure: 'continue',
        branches: [
          'on',
          { when: '$.data.n > 1', to: 'never' },
          { otherwise: true, to: 'other' },
          { after: 'failure', when: '$error.code == "bad_request"', to: 'mend' },
        ],
      },
      on: {},
      never: {},
      other: {},
      mend: {},
    });
    const taken = await d.start(flow);
    await d.drive({ a: failing });
    expect(await d.statuses(taken)).toEqual({
      a: 'failed',
      on: 'skipped',
      never: 'skipped',
      other: 'skipped',
      mend: 'completed',
    });
    const left = await d.start(flow);
    await d.drive({ a: { error: { ...failing.error, code: 'script_error' } } });
    expect(await d.statuses(left)).toEqual({
      a: 'failed',
      on: 'completed',
      never: 'skipped',
      other: 'completed',
      mend: 'skipped',
    });
  });
});

describe('a condition over what is missing', () => {
  // as PostgreSQL's lax jsonpath has it: nothing is no match, and its negation is one
  it.each([
    ['$.data.n > 1', 'skipped', 0],
    ['$.data.n != 1', 'skipped', 0],
    ['!($.data.n > 1)', 'completed', 0],
    ['exists($.data.n) && !($.data.n > 1)', 'skipped', 0],
    ['$.data.text > 1', 'skipped', 1],
    ['!($.data.text > 1)', 'skipped', 1],
  ])('%s: %s', async (when, status, unknown) => {
    const d = driver();
    const run = await d.start(await d.define({ a: { branches: [{ when, to: 'b' }] }, b: {} }));
    await d.drive({ a: { data: { text: 'x' } } });
    expect((await d.statuses(run)).b).toBe(status);
    expect((await d.interaction(run, 'a')).branches_unknown ?? []).toHaveLength(unknown);
  });
});
