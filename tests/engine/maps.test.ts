import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();
const failure = { error: { code: 'function_error', message: 'no', retryable: false } };

const flow = (map: Record<string, unknown>) => ({
  fetch: { branches: ['score'] },
  score: {
    for_each: '$fetch.data.jobs[*]',
    params: { job: '$item.id' },
    branches: [
      { when: '$output.data[0] != null', to: 'report' },
      { otherwise: true, to: 'nothing' },
    ],
    ...map,
  },
  report: { params: { all: '$score.data' } },
  nothing: {},
});
const jobs = (n: number) => ({ data: { jobs: Array.from({ length: n }, (_, id) => ({ id })) } });

describe('a map', () => {
  it('has an interaction for each item, and a header with their data in order', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow({})));
    let all: unknown;
    await d.drive({
      fetch: jobs(3),
      score: (work) => ({ data: { scored: work.input.params?.job } }),
      report: (work) => {
        all = work.input.params?.all;
        return {};
      },
    });
    expect(all).toEqual([{ scored: 0 }, { scored: 1 }, { scored: 2 }]);
    const rows = (await d.interactions(run)).map((i) => [i.conversation, i.item_index, i.status]);
    expect(rows).toEqual([
      ['fetch', null, 'completed'],
      ['score', null, 'completed'],
      ['score', 0, 'completed'],
      ['score', 1, 'completed'],
      ['score', 2, 'completed'],
      ['nothing', null, 'skipped'],
      ['report', null, 'completed'],
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('of thousands of items costs no look at each of them when tickets are added', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow({})));
    const [fetch] = await d.begin();
    await d.complete([[fetch, jobs(2_000)]]);
    const client = await d.connection();
    await client.query('begin');
    await client.query('select pgwave_private.ticket_leftovers(array[$1::bigint])', [run]);
    const { rows } = await client.query(
      `select seq_tup_read + idx_tup_fetch < 300 as few from pg_stat_xact_user_tables
       where relname = 'ready' and schemaname = 'pgwave'`,
    );
    const { rows: first } = await client.query(
      'select lane, count(*)::int from pgwave_private.first_ready(array[$1::bigint]) group by lane',
      [run],
    );
    await client.query('rollback');
    expect(rows).toEqual([{ few: true }]);
    expect(first).toEqual([{ lane: expect.stringContaining('noop'), count: 1 }]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
  });

  it('without items is complete at once, and what follows reads []', async () => {
    const d = driver();
    const run = await d.start(
      await d.define(
        flow({ branches: ['report', { when: '$output.data[0] > 9', to: 'nothing' }] }),
      ),
    );
    let all: unknown = 'unread';
    await d.drive({
      fetch: jobs(0),
      report: (work) => {
        all = work.input.params?.all;
        return {};
      },
    });
    expect(all).toEqual([]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it.each([
    [{ data: { jobs: { id: 1 } } }, 'bad_request'],
    [{ data: { jobs: 'many' } }, 'bad_request'],
    [{ data: { other: [] } }, 'missing_binding'],
  ])('over %j fails with %s', async (answer, code) => {
    const d = driver();
    const run = await d.start(await d.define(flow({})));
    await d.drive({ fetch: answer });
    expect(await d.interaction(run, 'score')).toMatchObject({ status: 'failed', error: { code } });
    expect((await d.run(run)).status).toBe('failed');
  });

  it('has at most max_parallel items under way', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow({ max_parallel: 2 })));
    await d.complete([[(await d.begin())[0], jobs(5)]]);
    const [a, b, ...others] = await d.begin();
    expect(others).toEqual([]);
    await d.complete([[a, { data: 1 }]]);
    const [c, ...more] = await d.begin();
    expect(more).toEqual([]);
    await d.complete([
      [b, { data: 1 }],
      [c, { data: 1 }],
    ]);
    expect(await d.begin()).toHaveLength(2);
    await d.db.query('select pgwave.pause_workflow_run($1)', [run]);
    await d.db.query('select pgwave.resume_workflow_run($1)', [run]);
    expect(await d.begin()).toEqual([]);
    await d.checkInvariants();
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect((await d.run(run)).status).toBe('cancelled');
  });

  it('with max_parallel ends like any other', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow({ max_parallel: 2 })));
    await d.drive({ fetch: jobs(7), score: { data: 1 } });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('tolerates failures, and gives null for them', async () => {
    const d = driver();
    const run = await d.start(
      await d.define(flow({ tolerate: 1, branches: ['report', 'nothing'] })),
    );
    await d.drive({
      fetch: jobs(3),
      score: (w) => (w.input.params?.job === 1 ? failure : { data: 1 }),
    });
    const header = (await d.interactions(run)).find(
      (i) => i.conversation === 'score' && i.item_index === null,
    );
    expect(header).toMatchObject({ status: 'completed', output: { data: [1, null, 1] } });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('with more failures cancels what has not begun, lets the others finish, and fails', async () => {
    const d = driver();
    const run = await d.start(
      await d.define(flow({ branches: [{ after: 'failure', to: 'nothing' }, 'report'] })),
    );
    await d.complete([[(await d.begin())[0], jobs(4)]]);
    const [first, second] = await d.begin(2);
    await d.complete([[first, failure]]);
    const statuses = async () =>
      (await d.interactions(run)).filter((i) => i.conversation === 'score').map((i) => i.status);
    expect(await statuses()).toEqual(['waiting', 'failed', 'running', 'cancelled', 'cancelled']);
    await d.complete([[second, { data: 2 }]]);
    expect(await statuses()).toEqual(['failed', 'failed', 'completed', 'cancelled', 'cancelled']);
    await d.drive();
    expect(await d.statuses(run)).toMatchObject({ nothing: 'completed', report: 'skipped' });
    const header = (await d.interactions(run)).find(
      (i) => i.conversation === 'score' && i.item_index === null,
    );
    expect(header?.error).toMatchObject({ code: 'function_error', detail: { failed_items: [0] } });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('in a loop has its items once in each iteration', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        fetch: { branches: ['score'] },
        score: { for_each: '$fetch.data.jobs', branches: ['check'] },
        check: {
          branches: [
            { when: '[AGAIN]', to: 'fetch', loop: 1 },
            { otherwise: true, to: 'end' },
          ],
        },
        end: {},
      }),
    );
    let first = true;
    await d.drive({
      fetch: jobs(2),
      check: () => {
        const tag = first ? 'AGAIN' : 'OK';
        first = false;
        return { data: { tag } };
      },
    });
    expect(
      (await d.interactions(run))
        .filter((i) => i.conversation === 'score')
        .map((i) => [i.iteration, i.item_index]),
    ).toEqual([
      [0, null],
      [0, 0],
      [0, 1],
      [1, null],
      [1, 0],
      [1, 1],
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('is cancelled with its run', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow({})));
    await d.complete([[(await d.begin())[0], jobs(3)]]);
    await d.begin(1);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect((await d.run(run)).status).toBe('cancelled');
  });
});

describe('a map over what is missing', () => {
  it.each([
    ['$input.list ?', 'completed'],
    ['$input.list[*] ?', 'completed'],
    ['$input.list', 'failed'],
  ])('%s: %s', async (for_each, status) => {
    const d = driver();
    const run = await d.start(await d.define({ each: { for_each, params: { n: '$item' } } }));
    expect(await d.interaction(run, 'each')).toMatchObject(
      status === 'failed'
        ? { status, error: { code: 'missing_binding' } }
        : { status, output: { data: [] } },
    );
  });
});

describe('run_progress', () => {
  it('has a row for each conversation in its latest pass, with the items of maps counted', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        each: { for_each: '$input.of[*]', params: { n: '$item' }, branches: ['last'] },
        last: {},
      }),
      { input: { of: [1, 2, 3] } },
    );
    const progress = () =>
      d.db.query('select conversation, status, done, note from pgwave.run_progress($1)', [run]);
    expect(await progress()).toEqual([
      { conversation: 'each', status: 'waiting', done: '0 of 3', note: null },
    ]);
    const work = await d.begin();
    await d.complete(work.slice(0, 2).map((item) => [item, { data: 1 }]));
    expect(await progress()).toMatchObject([{ conversation: 'each', done: '2 of 3' }]);
    await d.complete(work.slice(2).map((item) => [item, { data: 1 }]));
    expect(await progress()).toMatchObject([
      { conversation: 'each', status: 'completed', done: '3 of 3' },
      { conversation: 'last', status: 'pending', done: null },
    ]);
    expect(await d.db.query('select from pgwave.run_progress(-1)')).toEqual([]);
  });
});

describe('a vote', () => {
  const flow = (vote: string, more: Record<string, unknown> = {}) => ({
    grade: {
      actor: 'model',
      samples: 5,
      vote,
      branches: [
        { when: '[PASS]', to: 'publish' },
        { when: '[FAIL]', to: 'drop' },
        { after: 'failure', to: 'ask', when: '$error.code == "no_majority"' },
      ],
      ...more,
    },
    publish: { params: { said: '$grade.response' } },
    drop: {},
    ask: {},
  });
  const said = (texts: string[]) => {
    const left = [...texts];
    return () => ({ response: left.shift() ?? '[FAIL]' });
  };

  it.each([
    ['majority', ['a [PASS]', '[FAIL]', 'b [PASS]', 'c [PASS]', '[FAIL]'], 'publish', 3],
    ['majority', ['[FAIL]', 'x [FAIL]', '[PASS]', '[FAIL]', '[PASS]'], 'drop', 3],
    ['plurality', ['a [PASS]', '[FAIL]', 'b [PASS]', '[FAIL]', '[OTHER]'], 'publish', 2],
  ])('by %s of %j leads to %s', async (vote, texts, to, count) => {
    const d = driver();
    const fails = { retry: false, tolerate: 2 };
    const run = await d.start(await d.define(flow(vote, fails)));
    // one that is outside the set is asked again, and fails
    await d.drive({ grade: said([...texts, '[OTHER]']) }, true);
    const header = (await d.interactions(run)).find((i) => i.item_index === null);
    expect(header).toMatchObject({
      status: 'completed',
      output: {
        response: texts.find((t) => t.includes(to === 'drop' ? 'FAIL' : 'PASS')),
        votes: { count, of: 5 },
      },
    });
    expect((await d.statuses(run))[to]).toBe('completed');
    expect((await d.run(run)).status).toBe('completed');
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('without a majority fails, and may be taken up', async () => {
    const d = driver();
    const run = await d.start(await d.define(flow('majority', { samples: 2 })));
    await d.drive({ grade: said(['[PASS]', '[FAIL]']) });
    const statuses = await d.statuses(run);
    expect(statuses).toMatchObject({ ask: 'completed', publish: 'skipped', drop: 'skipped' });
  });

  it('counts data, and is read like the answer of one', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        a: { for_each: '$input.list', params: { n: '$item' }, vote: 'plurality', branches: ['b'] },
        b: { params: { n: '$a.data.n' } },
      }),
      { input: { list: [2, 1, 1] } },
    );
    await d.drive({ a: ({ input }) => ({ data: { n: input.params?.n } }) });
    expect((await d.interaction(run, 'b')).input).toEqual({ params: { n: 1 } });
  });
});
