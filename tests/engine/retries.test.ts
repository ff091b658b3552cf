import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Driver, useDriver, type Worker } from './driver.ts';

const driver = useDriver();
const retryable = { error: { code: 'server_error', message: 'down', retryable: true } };
const T0 = Date.parse('2026-01-01T00:00:00Z');
const at = (d: Driver, ms: number) => setClock(d.db, new Date(T0 + ms));
const policy = { max_attempts: 5, delay: '1s', factor: 3, max_delay: '8s', jitter: 0 };

describe('retries', () => {
  it('wait exponentially up to the cap, to the millisecond, and end with max_attempts', async () => {
    const d = driver();
    await at(d, 0);
    const run = await d.start(await d.define({ a: { retry: policy } }));
    let now = 0;
    for (const [index, wait] of [1000, 3000, 8000, 8000].entries()) {
      const [work] = await d.begin();
      expect(work?.attempt).toBe(index + 1);
      await d.complete([[work, retryable]]);
      await at(d, now + wait - 1);
      expect(await d.begin()).toEqual([]);
      now += wait;
      await at(d, now);
    }
    const [last] = await d.begin();
    expect(last?.attempt).toBe(5);
    await d.complete([[last, retryable]]);
    const a = await d.interaction(run, 'a');
    expect(a).toMatchObject({ status: 'failed', attempt: 5, error: { code: 'server_error' } });
    expect((await d.attempts(a.interaction_id)).map((t) => t.outcome)).toEqual(
      Array(5).fill('failed'),
    );
    expect((await d.run(run)).status).toBe('failed');
  });

  it('wait at least what the other side asks for', async () => {
    const d = driver();
    await at(d, 0);
    await d.start(await d.define({ a: { retry: policy } }));
    const [work] = await d.begin();
    await d.complete([
      [
        work,
        { error: { code: 'rate_limited', message: '429', retryable: true, retry_after_ms: 30000 } },
      ],
    ]);
    await at(d, 29999);
    expect(await d.begin()).toEqual([]);
    await at(d, 30000);
    expect(await d.begin()).toHaveLength(1);
  });

  it('are not made of what is not retryable', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { retry: policy } }));
    await d.drive({ a: { error: { code: 'bad_request', message: 'x', retryable: false } } });
    expect(await d.interaction(run, 'a')).toMatchObject({ status: 'failed', attempt: 1 });
  });

  it('are made of what retry.when says, whatever the error says of itself', async () => {
    const d = driver();
    const when = '$error.code == "script_error" && $error.detail.exit_code == 75';
    const flow = await d.define({ a: { retry: { max_attempts: 3, delay: '0s', when } } });
    const failing = (exit_code: number, isRetryable: boolean) => ({
      error: {
        code: 'script_error',
        message: 'x',
        detail: { exit_code },
        retryable: isRetryable,
      },
    });
    const again = await d.start(flow);
    await d.drive({ a: failing(75, false) });
    expect(await d.interaction(again, 'a')).toMatchObject({ status: 'failed', attempt: 3 });
    const once = await d.start(flow);
    await d.drive({ a: failing(1, true) });
    expect(await d.interaction(once, 'a')).toMatchObject({ status: 'failed', attempt: 1 });
    // a comparison with what is not there is not met
    const plain = await d.start(flow);
    await d.drive({ a: retryable });
    expect(await d.interaction(plain, 'a')).toMatchObject({ status: 'failed', attempt: 1 });
  });

  it('succeed: the error goes, the attempts stay', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { retry: { ...policy, delay: '0s' } } }));
    await d.drive({ a: (w) => (w.attempt < 3 ? retryable : { response: 'ok' }) });
    const a = await d.interaction(run, 'a');
    expect(a).toMatchObject({
      status: 'completed',
      attempt: 3,
      error: null,
      output: { response: 'ok' },
    });
    expect((await d.attempts(a.interaction_id)).map((t) => t.outcome)).toEqual([
      'failed',
      'failed',
      'completed',
    ]);
    expect(await d.run(run)).toMatchObject({ status: 'completed', interactions_created: 1 });
  });
});

describe('late answers', () => {
  const setup = async (d: Driver) => {
    const run = await d.start(await d.define({ a: { retry: { max_attempts: 3, delay: '0s' } } }));
    const [first] = await d.begin();
    await d.complete([[first, retryable]]);
    const [second] = await d.begin();
    return { run, first, second };
  };

  it('are kept on their attempt and never applied', async () => {
    const d = driver();
    const { run, first, second } = await setup(d);
    expect(await d.complete([[first, { response: 'too late' }]])).toMatchObject({
      late: [first?.interaction_id],
    });
    expect(await d.interaction(run, 'a')).toMatchObject({
      status: 'running',
      attempt: 2,
      output: null,
    });
    await d.complete([[second, { response: 'in time' }]]);
    expect(await d.complete([[second, { response: 'again' }]])).toMatchObject({
      late: [second?.interaction_id],
    });
    const a = await d.interaction(run, 'a');
    expect(a.output).toEqual({ response: 'in time' });
    expect(await d.attempts(a.interaction_id)).toMatchObject([
      { attempt: 1, outcome: 'failed', late_answer: { response: 'too late' } },
      { attempt: 2, outcome: 'completed', late_answer: null },
    ]);
  });

  it('for an attempt that never was change nothing', async () => {
    const d = driver();
    const { run, second } = await setup(d);
    for (const attempt of [0, 3, 99]) {
      const result = await d.complete([[second, { attempt, response: 'x' }]]);
      expect(result.late).toEqual([second?.interaction_id]);
    }
    const a = await d.interaction(run, 'a');
    expect(a).toMatchObject({ status: 'running', attempt: 2 });
    expect(await d.attempts(a.interaction_id)).toHaveLength(1);
  });

  it('twice in one call count once', async () => {
    const d = driver();
    const { run, second } = await setup(d);
    const usage = { prompt_tokens: 3, completion_tokens: 4 };
    await d.complete([
      [second, { response: 'one', usage }],
      [second, { response: 'two', usage }],
    ]);
    const a = (await d.interaction(run, 'a')) as unknown as Record<string, unknown>;
    expect(a).toMatchObject({ status: 'completed', prompt_tokens: 3 });
    expect(await d.run(run)).toMatchObject({ interactions_completed: 1, prompt_tokens: '3' });
  });
});

describe('workers', () => {
  const lose = async (d: Driver, worker: Worker) => {
    await d.kill(worker);
    await d.giveUp([worker], 2000);
  };

  it('a lost one: its work goes back, uncounted; the third loss fails it', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { retry: { max_attempts: 1 } } }));
    for (const n of [1, 2, 3]) {
      const worker = await d.addWorker();
      const [work] = await d.begin(1, worker);
      expect(work?.attempt).toBe(n);
      await lose(d, worker);
      await d.checkInvariants();
      expect(await d.interaction(run, 'a')).toMatchObject({
        status: n < 3 ? 'pending' : 'failed',
        workers_lost: n,
      });
    }
    const a = await d.interaction(run, 'a');
    expect(a.error?.code).toBe('worker_lost');
    expect((await d.attempts(a.interaction_id)).map((t) => t.outcome)).toEqual(
      Array(3).fill('worker_lost'),
    );
    expect((await d.run(run)).status).toBe('failed');
  });

  it('a lost one that answers all the same is late', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    const worker = await d.addWorker();
    const [work] = await d.begin(1, worker);
    await lose(d, worker);
    const [again] = await d.begin();
    expect(await d.complete([[work, { response: 'zombie' }]])).toMatchObject({
      late: [work?.interaction_id],
    });
    await d.complete([[again, { response: 'mine' }]]);
    const a = await d.interaction(run, 'a');
    expect(a.output).toEqual({ response: 'mine' });
    expect((await d.attempts(a.interaction_id))[0]?.late_answer).toMatchObject({
      response: 'zombie',
    });
  });

  it('a live one keeps its work, and its heartbeat says which', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    const [work] = await d.begin();
    const { rows } = await d.worker.client.query('select pgwave.heartbeat($1) as h', [d.worker.id]);
    expect(rows[0]?.h).toMatchObject({ known: true, interactions: [`${work?.interaction_id}:1`] });
    expect(await d.statuses(run)).toEqual({ a: 'running' });
  });

  it('two never begin the same interaction', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    for (let n = 0; n < 20; n++) await d.start(flow);
    const other = await d.addWorker();
    const [mine, theirs] = await Promise.all([d.begin(20), d.begin(20, other)]);
    const ids = [...mine, ...theirs].map((w) => w.interaction_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length + (await d.begin()).length).toBe(20);
  });

  it('what is handed back is not counted', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { retry: { max_attempts: 1 } } }));
    for (let n = 1; n <= 4; n++) {
      const [work] = await d.begin();
      expect(work?.attempt).toBe(n);
      await d.db.query('select pgwave.hand_back_interactions($1, $2)', [
        d.worker.id,
        [work?.interaction_id],
      ]);
    }
    await d.drive();
    const a = await d.interaction(run, 'a');
    expect(a).toMatchObject({ status: 'completed', attempt: 5, workers_lost: 0 });
    expect((await d.attempts(a.interaction_id)).slice(0, 4).map((t) => t.outcome)).toEqual(
      Array(4).fill('handed_back'),
    );
  });

  it('that stop hand back what they had', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    const worker = await d.addWorker();
    await d.begin(1, worker);
    await d.db.query('select pgwave.stop_worker($1, false)', [worker.id]);
    await d.start(await d.define({ a: {} }));
    expect(await d.begin(1, worker)).toEqual([]);
    await d.db.query('select pgwave.stop_worker($1, true)', [worker.id]);
    expect(await d.statuses(run)).toEqual({ a: 'pending' });
  });

  it('take no more than their slots', async () => {
    const d = driver();
    const { rows } = await d.worker.client.query<{ w: { worker_id: number } }>(
      `select pgwave.register_worker('small', 1, '{"function": 2}') as w`,
    );
    const small = { id: Number(rows[0]?.w.worker_id), client: d.worker.client };
    const flow = await d.define({ a: {} });
    for (let n = 0; n < 5; n++) await d.start(flow);
    const [first] = await d.begin(100, small);
    expect(await d.begin(100, small)).toEqual([]);
    const { work } = await d.complete([[first, { response: 'x' }]], small, 10);
    expect(work).toHaveLength(1);
  });
});
