import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Answer, type Run, useDriver, type Work, type Worker } from './driver.ts';
import { MOST_IN_A_WINDOW, PEAK } from './limit-checks.ts';

const driver = useDriver();
const NOON = Date.parse('2030-01-01T12:00:00Z');
const at = (seconds: number) => setClock(driver().db, new Date(NOON + seconds * 1000));
const define = (name: string, more: object = {}) =>
  driver().db.query('select pgwave.define_actor($1)', [
    JSON.stringify({ name, type: 'function', ...more }),
  ]);
const flowOf = (actor: string, more: object = {}) =>
  driver().define({ a: { actor, retry: { max_attempts: 3, delay: 0, jitter: 0 }, ...more } });
const startMany = async (flow: string, count: number): Promise<void> => {
  await driver().db.query(
    `select count(pgwave.start_workflow($1::text)) from generate_series(1, $2)`,
    [flow, count],
  );
};
const done = (work: (Work | undefined)[]): [Work | undefined, Answer][] =>
  work.map((w) => [w, { response: 'x' }]);
const value = async <T>(sql: string, params: unknown[] = []): Promise<T> =>
  Object.values((await driver().db.query(sql, params))[0] ?? {})[0] as T;

/** Tickets that were added since, by their lane. */
async function ticketsOf(work: () => Promise<unknown>): Promise<{ lane: string; at: Date }[]> {
  const jobs = `select j.id, p.payload ->> 'lane' as lane, j.run_at as at
    from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id`;
  const before = new Set((await driver().db.query(jobs)).map(({ id }) => id));
  await work();
  return (await driver().db.query(`${jobs} order by j.run_at`)).filter(
    ({ id }) => !before.has(id),
  ) as unknown as { lane: string; at: Date }[];
}

describe('max_concurrent', () => {
  it('is a bound for all workers together', async () => {
    const d = driver();
    await define('three', { max_concurrent: 3 });
    await startMany(await flowOf('three'), 8);
    const work = await d.begin();
    expect(work).toHaveLength(3);
    const other = await d.addWorker();
    expect(await d.begin(100, other)).toEqual([]);
    const { work: next } = await d.complete(done(work.slice(0, 2)), d.worker, 100);
    expect(next).toHaveLength(2);
    expect(await d.begin(100, other)).toEqual([]);
    await d.complete(done([work[2]]));
    expect(await d.begin(100, other)).toHaveLength(1);
  });

  it('lets the next begin when one ends, whoever ends it, by a ticket', async () => {
    const d = driver();
    await define('one', { max_concurrent: 1 });
    const flow = await flowOf('one');
    const runs = [];
    for (let i = 0; i < 6; i += 1) runs.push(await d.start(flow));
    const ended: [string, (work: Work) => Promise<unknown>][] = [
      ['completed', (w) => d.complete(done([w]))],
      [
        'cancelled',
        (w) => d.db.query('select pgwave.cancel_workflow_run($1)', [w.workflow_run_id]),
      ],
      [
        'completed by hand',
        (w) =>
          d.db.as('pgwave_admin', (c) =>
            c.query(
              `update pgwave.interactions set status = 'completed', output = '{}' where interaction_id = $1`,
              [w.interaction_id],
            ),
          ),
      ],
      [
        'handed back',
        (w) =>
          d.db.query('select pgwave.hand_back_interactions($1, $2)', [
            d.worker.id,
            [w.interaction_id],
          ]),
      ],
      [
        'its worker is gone',
        () => d.db.query('select pgwave.stop_worker($1, true)', [d.worker.id]),
      ],
    ];
    for (const [what, end] of ended) {
      const [work, ...more] = await d.begin();
      expect(more, what).toEqual([]);
      const tickets = await ticketsOf(() => end(work as Work));
      expect(
        tickets.map(({ lane }) => lane),
        what,
      ).toContain('function:one');
    }
    d.worker = await d.addWorker();
    expect(await d.begin()).toHaveLength(1);
  });

  it('adds no ticket where nothing more may begin', async () => {
    const d = driver();
    await define('full', { max_concurrent: 2 });
    await startMany(await flowOf('full'), 5);
    const work = await d.begin();
    expect(await ticketsOf(() => d.begin())).toEqual([]);
    // The next began in the same call.
    expect(await ticketsOf(() => d.complete(done([work[0]]), d.worker, 5))).toEqual([]);
  });

  it('may be changed while work runs, and lifted, which lets what waits begin', async () => {
    const d = driver();
    await define('moving', { max_concurrent: 6 });
    await startMany(await flowOf('moving'), 20);
    const work = await d.begin();
    expect(work).toHaveLength(6);
    await define('moving', { max_concurrent: 2 });
    expect((await d.complete(done(work.slice(0, 4)), d.worker, 100)).work).toEqual([]);
    expect((await d.complete(done(work.slice(4, 5)), d.worker, 100)).work).toHaveLength(1);
    const tickets = await ticketsOf(() => define('moving'));
    expect(tickets.map(({ lane }) => lane)).toEqual(['function:moving']);
    expect(await d.begin()).toHaveLength(13);
  });

  it('of two actors of one lane holds neither back for the other', async () => {
    const d = driver();
    for (const [name, max] of [
      ['calm', 2],
      ['hasty', 5],
    ]) {
      await define(name as string, { type: 'ai_model', model: 'shared', max_concurrent: max });
    }
    const flow = await d.define({
      a: { actor: 'calm', prompt: 'x' },
      b: { actor: 'hasty', prompt: 'x' },
      c: { prompt: 'x', actor: 'model' },
      end: { actor: 'router', requires: ['a', 'b', 'c'] },
    });
    await startMany(flow, 9);
    const work = await d.begin();
    const count = (name: string) => work.filter((w) => w.conversation === name).length;
    expect([count('a'), count('b'), count('c')]).toEqual([2, 5, 9]);
    expect(new Set(work.filter((w) => w.conversation < 'c').map((w) => w.lane))).toEqual(
      new Set(['model:default/shared']),
    );
    const next = (await d.complete(done(work.filter((w) => w.conversation === 'a')), d.worker, 9))
      .work;
    expect(next.map((w) => w.conversation)).toEqual(['a', 'a']);
  });

  it('is that of the fallback where a fallback does it', async () => {
    const d = driver();
    await define('spare', { type: 'ai_model', model: 'spare', max_concurrent: 1 });
    await define('prime', {
      type: 'ai_model',
      model: 'prime',
      fallback: 'spare',
      max_concurrent: 4,
    });
    await startMany(await d.define({ a: { actor: 'prime', prompt: 'x', retry: false } }), 4);
    const work = await d.begin();
    expect(work).toHaveLength(4);
    const no = { error: { code: 'model_not_found', message: 'no', retryable: false } };
    const next = await d.complete(
      work.map((w) => [w, no]),
      d.worker,
      10,
    );
    expect(next.work.map((w) => w.lane)).toEqual(['model:default/spare']);
    expect((await d.complete(done(next.work), d.worker, 10)).work).toHaveLength(1);
  });
});

describe('a rate', () => {
  it('lets no more begin in any period, and a burst at the start', async () => {
    const d = driver();
    await define('slow', { rate: '3/10s' });
    await startMany(await flowOf('slow'), 12);
    const began: number[] = [];
    for (let second = 0; second <= 31; second += 0.5) {
      await at(second);
      const work = await d.begin(second === 0 ? 2 : 100);
      began.push(...work.map(() => second));
      await d.complete(done(work));
    }
    expect(began).toEqual([0, 0, 0.5, 10, 10, 10.5, 20, 20, 20.5, 30, 30, 30.5]);
  });

  it('says by a ticket when the next may begin', async () => {
    const d = driver();
    await define('paced', { rate: '2/1m' });
    await startMany(await flowOf('paced'), 5);
    await at(0);
    await d.begin(1);
    await at(20);
    const tickets = await ticketsOf(() => d.begin());
    expect(tickets).toEqual([
      expect.objectContaining({ lane: 'function:paced', at: new Date(NOON + 60_000) }),
    ]);
    // Nobody who looks again adds another.
    expect(await ticketsOf(() => d.begin())).toEqual([]);
    await at(59.9);
    expect(await d.begin()).toEqual([]);
    await at(60);
    expect(await d.begin()).toHaveLength(1);
  });

  it('of more than a hundred is kept with few times, and never exceeded', async () => {
    const d = driver();
    await define('brisk', { rate: '250/10s' });
    await startMany(await flowOf('brisk'), 900);
    let began = 0;
    for (let second = 0; second < 30; second += 0.13) {
      await at(second);
      const work = await d.begin(20);
      began += work.length;
      await d.complete(done(work));
    }
    expect(began).toBeGreaterThanOrEqual(740);
    expect(await value(MOST_IN_A_WINDOW, ['brisk', '10s'])).toBe(250);
    expect(
      await value('select max(cardinality(begun_at)) from pgwave_private.actor_begins'),
    ).toBeLessThanOrEqual(101);
  });

  it('counts every attempt that began: retried, handed back, lost', async () => {
    const d = driver();
    await define('counted', { rate: '3/1m', circuit: false });
    await startMany(await flowOf('counted'), 4);
    await at(0);
    const [first] = await d.begin(1);
    await d.complete([[first, { error: { code: 'timeout', message: 'no', retryable: true } }]]);
    const [second] = await d.begin(1);
    await d.db.query('select pgwave.hand_back_interactions($1, $2)', [
      d.worker.id,
      [second?.interaction_id],
    ]);
    expect(await d.begin()).toHaveLength(1);
    expect(await d.begin()).toEqual([]);
    await at(60);
    expect(await d.begin()).toHaveLength(3);
  });

  it('goes together with max_concurrent', async () => {
    const d = driver();
    await define('both', { rate: '4/1m', max_concurrent: 3 });
    await startMany(await flowOf('both'), 9);
    await at(0);
    const work = await d.begin();
    expect(work).toHaveLength(3);
    const tickets = await ticketsOf(async () =>
      expect((await d.complete(done(work), d.worker, 100)).work).toHaveLength(1),
    );
    expect(tickets.map((t) => t.at)).toEqual([new Date(NOON + 60_000)]);
  });
});

describe('a disabled actor', () => {
  it('begins nothing, says why, and begins when it is enabled', async () => {
    const d = driver();
    const run = await d.start(await flowOf('noop'));
    await define('noop', { enabled: false });
    expect(await d.begin()).toEqual([]);
    const shown = await value<{ interactions: { pending_reason: string }[] }>(
      'select pgwave.show_run($1)',
      [run],
    );
    expect(shown.interactions.at(-1)?.pending_reason).toBe('disabled');
    expect(
      await value(`select limited_by from pgwave.queue_health where lane = 'function:noop'`),
    ).toBe('disabled');
    const tickets = await ticketsOf(() => define('noop', { enabled: true }));
    expect(tickets.map(({ lane }) => lane)).toEqual(['function:noop']);
    expect(await d.begin()).toHaveLength(1);
  });

  it('that is a person asks nobody', async () => {
    const d = driver();
    await define('boss', { type: 'human', enabled: false });
    const run = await d.start(await d.define({ a: { actor: 'boss' } }));
    await d.db.query('select pgwave.wake_interactions()');
    expect(await d.statuses(run)).toEqual({ a: 'pending' });
    await define('boss', { type: 'human', enabled: true });
    await d.db.query('select pgwave.wake_interactions()');
    expect(await d.statuses(run)).toEqual({ a: 'waiting' });
  });
});

describe('why something is pending', () => {
  it('is told with its time', async () => {
    const d = driver();
    await define('tight', { max_concurrent: 1 });
    await define('rare', { rate: '1/1h' });
    await at(0);
    const runs = [];
    for (const actor of ['tight', 'rare']) {
      const flow = await flowOf(actor);
      await d.start(flow);
      await d.begin();
      runs.push(await d.start(flow));
    }
    const reasons = await d.db.query(
      `select pending_reason as reason, pending_until as until from pgwave.run_timeline
        where workflow_run_id = any($1) and status = 'pending' order by workflow_run_id`,
      [runs],
    );
    expect(reasons).toEqual([
      { reason: 'max_concurrent', until: null },
      { reason: 'rate', until: new Date(NOON + 3_600_000) },
    ]);
  });
});

describe('an actor whose model changes', () => {
  it('takes what waits for it into its new lane', async () => {
    const d = driver();
    await define('chameleon', { type: 'ai_model', model: 'green' });
    await startMany(await d.define({ a: { actor: 'chameleon', prompt: 'x' } }), 2);
    await define('chameleon', { type: 'ai_model', model: 'red' });
    expect((await d.begin()).map((w) => w.lane)).toEqual([
      'model:default/red',
      'model:default/red',
    ]);
  });
});

describe('workflows in one lane', () => {
  it('take turns, however much each has', async () => {
    const d = driver();
    const [large, small] = [await flowOf('noop'), await flowOf('noop')];
    await startMany(large, 200);
    await startMany(small, 3);
    const names = new Map<string, string>();
    const began: string[] = [];
    let work = await d.begin(1);
    for (let i = 0; i < 7; i += 1) {
      for (const w of work) {
        const run = String(w.workflow_run_id);
        if (!names.has(run)) {
          names.set(
            run,
            await value(
              `select workflow_name from pgwave.workflow_runs join pgwave.workflows using (workflow_id) where workflow_run_id = $1`,
              [run],
            ),
          );
        }
        began.push(names.get(run) === small ? 'small' : 'large');
      }
      work = (await d.complete(done(work), d.worker, 1)).work;
    }
    expect(began.slice(0, 6).sort()).toEqual([
      'large',
      'large',
      'large',
      'small',
      'small',
      'small',
    ]);
    expect(began[6]).toBe('large');
  });

  it('share what begins in one call, and leave nothing idle', async () => {
    const d = driver();
    const flows: string[] = [];
    for (let i = 0; i < 5; i += 1) flows.push(await flowOf('noop'));
    for (const [i, flow] of flows.entries()) await startMany(flow, i === 0 ? 50 : i);
    const work = await d.begin(20);
    const counts = await d.db.query(
      `select workflow_name as name, count(*)::int as begun from pgwave.workflow_runs
         join pgwave.workflows using (workflow_id) where workflow_run_id = any($1) group by 1`,
      [work.map((w) => w.workflow_run_id)],
    );
    const begun = Object.fromEntries(counts.map((c) => [flows.indexOf(c.name as string), c.begun]));
    expect(begun).toEqual({ 0: 10, 1: 1, 2: 2, 3: 3, 4: 4 });
  });

  it('come after one of a higher priority, whoever else has waited longer', async () => {
    const d = driver();
    const [low, high] = [await flowOf('noop'), await flowOf('noop')];
    await startMany(low, 10);
    const urgent = [await d.start(high, { priority: 5 }), await d.start(low, { priority: 5 })];
    const first = await d.begin(2);
    expect(first.map((w) => String(w.workflow_run_id)).sort()).toEqual(urgent);
    expect(await d.begin(20)).toHaveLength(10);
  });

  it('do not starve where one is a map of thousands and its worker has one hand', async () => {
    const d = driver();
    const map = await d.define({ a: { for_each: '$input.items', params: { x: '$item' } } });
    const other = await flowOf('noop');
    await d.start(map, { input: { items: Array.from({ length: 2000 }, (_, i) => i) } });
    let [work] = await d.begin(1);
    const waiting = [await d.start(other), await d.start(other), await d.start(other)];
    for (let i = 0; i < 8; i += 1) [work] = (await d.complete(done([work]), d.worker, 1)).work;
    for (const run of waiting) expect((await d.run(run)).status).toBe('completed');
  });
});

describe('the limits of a run', () => {
  const used = (tokens: number): Answer => ({
    response: 'x',
    usage: { prompt_tokens: tokens, completion_tokens: 0 },
  });
  const chain = (limits: object, names = ['a', 'b', 'c', 'd']) =>
    driver().define(
      Object.fromEntries(
        names.map((name, i) => [
          name,
          { actor: 'model', prompt: 'x', branches: names.slice(i + 1, i + 2) },
        ]),
      ),
      { limits },
    );
  const retry = (run: string, limits: object | null = null) =>
    driver().db.query('select pgwave.retry_workflow_run($1, $2)', [
      run,
      limits && JSON.stringify(limits),
    ]);

  it('stop it before the next interaction, and a retry with more goes on', async () => {
    const d = driver();
    const run = await d.start(await chain({ max_tokens: 100 }));
    expect(await d.drive({ a: used(60), b: used(60) })).toEqual(['a', 'b']);
    expect(await d.run(run)).toMatchObject({
      status: 'failed',
      error: {
        code: 'budget_exceeded',
        message: expect.stringMatching(/^max_tokens of run \d+ is 100, and 120 tokens are used; /),
        detail: { limit: 'max_tokens', value: 100, needed: '120' },
      },
    });
    await expect(retry(run)).rejects.toMatchObject({ code: 'PWLIM' });
    await expect(retry(run, { max_tokens: 110 })).rejects.toMatchObject({ code: 'PWLIM' });
    await expect(retry(run, { max_token: 1100 })).rejects.toMatchObject({ code: 'PWINP' });
    await expect(retry(run, { max_tokens: '1100' })).rejects.toMatchObject({ code: 'PWINP' });
    await retry(run, { max_tokens: 1000 });
    expect(await d.drive({ c: used(60), d: used(2000) })).toEqual(['c', 'd']);
    // Nothing was to follow: what the last one used stops nothing.
    expect((await d.run(run)).status).toBe('completed');
    expect((await d.run(run)).overrides).toEqual({ limits: { max_tokens: 1000 } });
  });

  it('are counted in cost by the prices of actors', async () => {
    const d = driver();
    await define('dear', {
      type: 'ai_model',
      model: 'dear',
      price: { prompt_per_million: 1_000_000 },
    });
    const flow = await d.define(
      { a: { actor: 'dear', prompt: 'x', branches: ['b'] }, b: {} },
      { limits: { max_cost: 1.5 } },
    );
    const [within, beyond] = [await d.start(flow), await d.start(flow)];
    await d.drive({ a: (w) => used(String(w.workflow_run_id) === within ? 1 : 2) });
    expect(await d.run(within)).toMatchObject({ status: 'completed', cost: '1' });
    expect(await d.run(beyond)).toMatchObject({
      status: 'failed',
      error: { code: 'budget_exceeded', detail: { limit: 'max_cost', needed: '2' } },
    });
  });

  describe('with sub-workflows', () => {
    const leaf = () => driver().define({ p: { branches: ['q'] }, q: {} });
    const above = (workflow: string, limits: Record<string, unknown>, more = {}) =>
      driver().define(
        {
          first: { branches: ['sub'] },
          sub: { type: 'workflow', workflow, branches: ['last'], ...more },
          last: {},
        },
        { limits },
      );
    const statuses = async () =>
      (
        await driver().db.query<{ status: string; code: string; of: string }>(
          `select status, error ->> 'code' as code, error #>> '{detail,workflow_run_id}' as of
             from pgwave.workflow_runs where workflow_run_id >= $1 order by workflow_run_id`,
          [top],
        )
      ).map((r) => [r.status, r.code, r.of]);
    let top: string;

    it('tokens of these count, at any depth, and stop whoever would go on', async () => {
      const d = driver();
      const middle = await above(await leaf(), { max_interactions: 20 });
      top = await d.start(await above(middle, { max_tokens: 100 }));
      expect(await d.drive({ first: used(40), p: used(40) })).toEqual(['first', 'first', 'p']);
      expect(await statuses()).toEqual([
        ['failed', 'child_failed', String(Number(top) + 1)],
        ['failed', 'child_failed', String(Number(top) + 2)],
        ['failed', 'budget_exceeded', top],
      ]);
      // the budget is that of the top: there is no more for a run below
      const [bottom] = await d.db.query<{ id: string }>(
        'select max(workflow_run_id) as id from pgwave.workflow_runs',
      );
      await expect(retry(bottom?.id as string, { max_tokens: 1000 })).rejects.toMatchObject({
        code: 'PWLIM',
        hint: expect.stringContaining(`retry_workflow_run(${top}`),
      });
      await expect(retry(top)).rejects.toMatchObject({ code: 'PWLIM' });
      await retry(top, { max_tokens: 1000 });
      expect((await d.drive()).slice(-2)).toEqual(['last', 'last']);
      expect((await d.run(top)).status).toBe('completed');
    });

    it('what these have used is no longer there for what follows', async () => {
      const d = driver();
      const workflow = await above(await leaf(), { max_cost: 10 ** 9, max_tokens: 100 });
      top = await d.start(workflow);
      expect(await d.drive({ p: used(60), q: used(60) })).toEqual(['first', 'p', 'q']);
      expect(await statuses()).toEqual([
        ['failed', 'budget_exceeded', top],
        ['completed', null, null],
      ]);
    });

    it('a run below has limits of its own besides', async () => {
      const d = driver();
      const tight = await d.define(
        { p: { branches: ['q'] }, q: {} },
        { limits: { max_tokens: 10 } },
      );
      top = await d.start(await above(tight, { max_tokens: 1000 }, { on_failure: 'continue' }));
      expect(await d.drive({ p: used(20) })).toEqual(['first', 'p', 'last']);
      expect((await statuses()).map(([status, code]) => [status, code])).toEqual([
        ['completed', null],
        ['failed', 'budget_exceeded'],
      ]);
    });

    it('in a map: no further item starts', async () => {
      const d = driver();
      const each = { for_each: '$input.items', max_parallel: 2, tolerate: 100 };
      const workflow = await above(await leaf(), { max_tokens: 100 }, each);
      top = await d.start(workflow, { input: { items: [1, 2, 3, 4, 5, 6, 7, 8] } });
      const done = await d.drive({ p: used(30), q: used(30) });
      // two were under way when the budget was used up
      expect(done.filter((name) => name === 'p' || name === 'q').length).toBeLessThanOrEqual(5);
      expect(done).not.toContain('last');
      expect((await d.run(top)).status).toBe('failed');
    });
  });

  it('of a workflow are for the runs of a batch, not for the batch', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      { limits: { max_duration: '10s', max_interactions: 1, max_tokens: 1 } },
    );
    const [batch] = await d.db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.start_batch($1, '[{}, {}, {}]', max_parallel => 1)`,
      [flow],
    );
    expect((await d.run(batch?.id as string)).limits).toBe(null);
    const work = await d.begin();
    await setClock(d.db, new Date(Date.now() + 3_600_000));
    await d.db.query('select pgwave.wake_interactions()');
    await d.complete(work.map((w) => [w, used(5)]));
    await d.drive({ a: used(5) });
    expect(await d.run(batch?.id as string)).toMatchObject({ status: 'completed' });
    const limited = await d.db.query(
      `select distinct limits from pgwave.workflow_runs where parent_workflow_run_id = $1`,
      [batch?.id],
    );
    expect(limited).toEqual([
      { limits: { max_duration: '10s', max_interactions: 1, max_tokens: 1 } },
    ]);
  });

  it('cancel what is pending, and let what is under way finish', async () => {
    const d = driver();
    const flow = await d.define(
      { m: { actor: 'model', prompt: '{{ item }}', for_each: '$input.items' } },
      { limits: { max_tokens: 50 } },
    );
    const run = await d.start(flow, { input: { items: Array.from({ length: 40 }, (_, i) => i) } });
    const work = await d.begin(4);
    const next = (await d.complete([[work[0], used(51)]], d.worker, 4)).work;
    expect(next).toEqual([]);
    expect((await d.run(run)).status).toBe('running');
    await d.complete(work.slice(1).map((w) => [w, used(10)]));
    expect(await d.run(run)).toMatchObject({ status: 'failed', prompt_tokens: '81' });
    const statuses = (await d.interactions(run)).map((i) => i.status);
    expect(statuses.filter((s) => s === 'completed')).toHaveLength(4);
    expect(statuses.filter((s) => s === 'cancelled')).toHaveLength(37);
    await retry(run, { max_tokens: null });
    expect(await d.drive()).toHaveLength(36);
    expect((await d.run(run)).status).toBe('completed');
  });

  it.each([
    ['its items, by one', false],
    ['its sub-workflows, by two', true],
  ])(
    'are hardly overrun under eight workers, for each slot: %s',
    {
      timeout: 300_000,
    },
    async (_name, below) => {
      const d = driver();
      const model = { actor: 'model', prompt: '{{ item }}' };
      const workflow = await d.define({ x: { ...model, prompt: 'x', branches: ['y'] }, y: {} });
      const each = below ? { type: 'workflow', workflow } : model;
      const flow = await d.define(
        { m: { ...each, for_each: '$input.items' } },
        { limits: { max_tokens: 400 } },
      );
      const run = await d.start(flow, {
        input: { items: Array.from({ length: 300 }, (_, i) => i) },
      });
      const workers = await Promise.all(Array.from({ length: 8 }, () => d.addWorker()));
      await Promise.all(
        workers.map(async (worker) => {
          let work = await d.begin(1, worker);
          while (work.length > 0) work = (await d.complete([[work[0], used(10)]], worker, 1)).work;
        }),
      );
      // what each of them left to another that was at it, a ticket or a duty brings one back for
      const drain = async () => {
        for (let work = await d.begin(1); work.length > 0; ) {
          work = (await d.complete([[work[0], used(10)]], d.worker, 1)).work;
        }
      };
      await drain();
      await d.performDue();
      await drain();
      expect(await d.run(run)).toMatchObject({
        status: 'failed',
        error: { code: 'budget_exceeded' },
      });
      const tokens = await value<number>(
        `select sum(prompt_tokens)::int from pgwave.workflow_runs
        where workflow_run_id = $1 or parent_workflow_run_id = $1`,
        [run],
      );
      expect(tokens).toBeGreaterThan(400);
      // what somebody notes of sub-workflows is seen once it is committed; by then they have the next in hand
      expect(tokens).toBeLessThanOrEqual(400 + 8 * (below ? 20 : 10));
    },
  );

  it('max_interactions is exact: skipped and copied ones do not count', async () => {
    const d = driver();
    const body = {
      a: { branches: [{ when: '$.data.x > 1', to: 'no' }, 'b'] },
      no: { branches: ['never'] },
      never: {},
      b: { branches: ['c'] },
      c: {},
    };
    const run = await d.start(await d.define(body, { limits: { max_interactions: 3 } }));
    await d.drive({ a: { data: { x: 1 } } });
    expect((await d.run(run)).status).toBe('completed');
    const forked = await value<string>(
      `select (pgwave.fork_workflow_run($1, 'c', '{"limits": {"max_interactions": 1}}')).workflow_run_id`,
      [run],
    );
    await d.drive();
    expect(await d.run(forked)).toMatchObject({
      status: 'completed',
      limits: { max_interactions: 1 },
    });
    const tight = await d.start(await d.define(body, { limits: { max_interactions: 2 } }));
    await d.drive({ a: { data: { x: 1 } } });
    expect(await d.run(tight)).toMatchObject({
      status: 'failed',
      error: { code: 'limit_exceeded', detail: { limit: 'max_interactions', needed: '3' } },
    });
    await expect(retry(tight)).rejects.toMatchObject({ code: 'PWLIM' });
    await retry(tight, { max_interactions: 3 });
    await d.drive();
    expect((await d.run(tight)).status).toBe('completed');
  });

  it('max_interactions counts the items of a map before one of them exists', async () => {
    const d = driver();
    const flow = await d.define(
      { a: { branches: ['m'] }, m: { for_each: '$input.items', branches: ['z'] }, z: {} },
      { limits: { max_interactions: 10 } },
    );
    const start = (n: number) => d.start(flow, { input: { items: Array(n).fill(0) } });
    const [fits, tooMany] = [await start(7), await start(9)];
    await d.drive();
    expect((await d.run(fits)).status).toBe('completed');
    expect(await d.run(tooMany)).toMatchObject({
      status: 'failed',
      interactions_created: 1,
      error: { detail: { needed: '11' } },
    });
    await retry(tooMany, { max_interactions: 12 });
    await d.drive();
    expect((await d.run(tooMany)).status).toBe('completed');
  });

  it('that stop a loop leave it to a retry', async () => {
    const d = driver();
    const flow = await d.define(
      {
        a: { branches: ['b'] },
        b: {
          tags: ['AGAIN', 'OK'],
          branches: [
            { when: '[AGAIN]', to: 'a', loop: 5 },
            { when: '[OK]', to: 'c' },
          ],
        },
        c: {},
      },
      { limits: { max_interactions: 4 } },
    );
    const run = await d.start(flow);
    const again = (w: Work): Answer => ({
      data: { tag: passes++ < 3 ? 'AGAIN' : 'OK' },
      response: String(w.attempt),
    });
    let passes = 0;
    expect(await d.drive({ b: again })).toEqual(['a', 'b', 'a', 'b']);
    expect((await d.run(run)).status).toBe('failed');
    await retry(run, { max_interactions: 9 });
    expect(await d.drive({ b: again })).toEqual(['a', 'b', 'a', 'b', 'c']);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('max_duration ends a run that nobody asks about, without pauses and waits for people', async () => {
    const d = driver();
    await at(0);
    const flow = await d.define(
      {
        a: { branches: ['ask'] },
        ask: { type: 'human', branches: ['b'] },
        b: { branches: ['c'] },
        c: {},
      },
      { limits: { max_duration: '10m' } },
    );
    const run = await d.start(flow);
    const wake = () => d.db.query('select pgwave.wake_interactions()');
    await at(300); // five minutes used
    expect(await d.drive()).toEqual(['a']);
    await at(100_000); // a day with a person
    await wake();
    const ask = await d.interaction(run, 'ask');
    await d.db.query(`select pgwave.decide($1, 'APPROVED')`, [ask.interaction_id]);
    await at(100_200);
    await d.db.query('select pgwave.pause_workflow_run($1)', [run]);
    await at(200_000);
    await wake();
    await d.db.query('select pgwave.resume_workflow_run($1)', [run]);
    const [b] = await d.begin();
    await at(200_099);
    await wake();
    expect((await d.run(run)).status).toBe('running');
    await at(200_100);
    await wake();
    expect(await d.run(run)).toMatchObject({ status: 'running', ends_as: 'failed' });
    await d.complete(done([b]));
    expect(await d.run(run)).toMatchObject({
      status: 'failed',
      error: {
        code: 'limit_exceeded',
        detail: { limit: 'max_duration', value: '10m', needed: '00:10:00' },
      },
    });
    expect(await d.statuses(run)).toEqual({ a: 'completed', ask: 'completed', b: 'completed' });
    await expect(retry(run)).rejects.toMatchObject({ code: 'PWLIM' });
    await retry(run, { max_duration: '20m' });
    expect(await d.drive()).toEqual(['c']);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('max_duration stops the next interaction of a run in its own transaction too', async () => {
    const d = driver();
    await at(0);
    const run = await d.start(
      await d.define({ a: { branches: ['b'] }, b: {} }, { limits: { max_duration: '1m' } }),
    );
    const work = await d.begin();
    await at(61);
    await d.complete(done(work));
    expect(await d.run(run)).toMatchObject({ status: 'failed', interactions_created: 1 });
  });

  it('stop a run at its start', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({ a: {}, b: {} }, { start: ['a', 'b'], limits: { max_interactions: 1 } }),
    );
    expect(await d.run(run)).toMatchObject({
      status: 'failed',
      interactions_created: 0,
    } satisfies Partial<Run>);
  });
});

describe('eight workers', () => {
  const COUNT = Number(process.env.PGWAVE_LIMITS_COUNT ?? 600);

  /** Begins and completes as fast as it can until nothing is left; one dies in the middle, and is found dead. */
  async function drain(lives: (worker: Worker) => boolean = () => true): Promise<void> {
    const d = driver();
    const workers = await Promise.all(Array.from({ length: 8 }, () => d.addWorker()));
    const open = () =>
      value<boolean>(
        'select exists (select from pgwave.ready) or exists (select from pgwave.leases)',
      );
    await Promise.all(
      workers.map(async (worker) => {
        while (lives(worker) && (await open())) {
          const work = await d.begin(4, worker);
          while (work.length > 0) {
            await sleep(Math.random() * 3);
            if (!lives(worker)) break;
            const some = work.splice(0, 1 + Math.floor(Math.random() * work.length));
            work.push(...(await d.complete(done(some), worker, 2)).work);
          }
          await sleep(5);
        }
      }),
    );
  }

  it('never exceed max_concurrent, while one of them dies', async () => {
    const d = driver();
    await define('narrow', { max_concurrent: 3 });
    const flow = await flowOf('narrow');
    await startMany(flow, COUNT);
    let dead: Worker | undefined;
    const killing = (async () => {
      while ((await value<number>(`select count(*)::int from pgwave.ready`)) > COUNT / 2)
        await sleep(20);
      const held = await value<string>('select min(worker_id) from pgwave.leases');
      dead = { id: Number(held) } as Worker;
      await sleep(50);
      await d.db.query(`select pgwave.stop_worker($1, true)`, [held]);
      // what a call of it that was under way began goes back by the duty
      while (await value<boolean>('select exists (select from pgwave.leases)')) {
        await d.db.query(`select pgwave.perform_duty('recover_dead_workers')`);
        await sleep(100);
      }
    })();
    await drain((worker) => worker.id !== dead?.id);
    await killing;
    expect(await value(PEAK, ['narrow'])).toBe(3);
    expect(
      await value(
        `select count(*)::int from pgwave.workflow_runs r join pgwave.workflows using (workflow_id)
                    where workflow_name = $1 and r.status = 'completed'`,
        [flow],
      ),
    ).toBe(COUNT);
  });

  it('never exceed a rate in any window', async () => {
    await define('metered', { rate: '100/1s' });
    await startMany(await flowOf('metered'), 350);
    const from = performance.now();
    await drain();
    const most = await value<number>(MOST_IN_A_WINDOW, ['metered', '1s']);
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(50);
    expect(performance.now() - from).toBeGreaterThan(3000);
  });

  it('keep to limits that change, of two actors of one lane', async () => {
    const d = driver();
    const model = (name: string, more: object) =>
      define(name, { type: 'ai_model', model: 'one', circuit: false, ...more });
    await model('left', { max_concurrent: 2 });
    await model('right', { max_concurrent: 4, rate: '60/500ms' });
    await startMany(
      await d.define({
        a: { actor: 'left', prompt: 'x', branches: ['b'] },
        b: { actor: 'right', prompt: 'x' },
      }),
      150,
    );
    const changing = (async () => {
      await sleep(400);
      await model('left', { max_concurrent: 5 });
      await sleep(400);
      await model('right', { max_concurrent: 3, rate: '40/500ms' });
    })();
    await drain();
    await changing;
    expect(await value<number>(PEAK, ['left'])).toBeLessThanOrEqual(5);
    expect(await value<number>(PEAK, ['right'])).toBeLessThanOrEqual(4);
    expect(await value<number>(MOST_IN_A_WINDOW, ['right', '500ms'])).toBeLessThanOrEqual(60);
  });
});
