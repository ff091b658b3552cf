import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { type Answer, useDriver, type Work } from './driver.ts';

const driver = useDriver();

const timeout = { error: { code: 'timeout', message: 'x', retryable: true } };
const refused = { error: { code: 'function_error', message: 'no', retryable: false } };

const defined = new Map<string, Promise<string>>();
/** The name of a workflow of these conversations, defined once. */
const flow = (conversations: Record<string, Record<string, unknown>>): Promise<string> => {
  const key = JSON.stringify(conversations);
  const name = defined.get(key) ?? driver().define(conversations);
  defined.set(key, name);
  return name;
};

/** `ok`, or the SQLSTATE. */
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: pg.DatabaseError) => error.code ?? error.message,
  );
const call = (name: string, ...args: unknown[]): Promise<pg.QueryResultRow[]> =>
  driver().db.query(`select * from pgwave.${name}(${args.map((_, i) => `$${i + 1}`)})`, args);
const wake = () => call('wake_interactions');
const idOf = async (run: string, name: string) =>
  (await driver().interaction(run, name)).interaction_id;
const childrenOf = async (run: string) =>
  driver().db.query<{ id: string; status: string }>(
    `select workflow_run_id as id, status from pgwave.workflow_runs
      where parent_workflow_run_id = $1 order by workflow_run_id`,
    [run],
  );

let holder: pg.Client | undefined;
/** Holds rows by this statement in a transaction of its own while `work` runs; then commits, or rolls back. */
async function holding<T>(
  sql: string,
  params: unknown[],
  work: () => Promise<T>,
  end: 'commit' | 'rollback' = 'commit',
): Promise<T> {
  holder ??= await driver().connection();
  await holder.query('begin');
  await holder.query(sql, params);
  try {
    return await work();
  } finally {
    await holder.query(end);
  }
}
const RUN = 'select from pgwave.workflow_runs where workflow_run_id = $1 for no key update';
const INTERACTION = 'select from pgwave.interactions where interaction_id = $1 for update';

/**
 * Somebody holds the run while these calls are made, one after the other; each waits, or is done, before the next is
 * made. Then they all go on at once. Returns what each came to.
 */
async function queuedFor(run: string, ...calls: (() => Promise<unknown>)[]): Promise<string[]> {
  const made: Promise<string>[] = [];
  let done = 0;
  await holding(RUN, [run], async () => {
    for (const make of calls) {
      made.push(
        codeOf(make()).finally(() => {
          done += 1;
        }),
      );
      await eventually('the call waits, or is done', async () => {
        const [row] = await driver().db.query<{ waiting: number }>(
          `select count(*)::int as waiting from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return (row?.waiting ?? 0) + done >= made.length;
      });
    }
  });
  return Promise.all(made);
}

/** Hands answers over in one call, on whichever connection is free. */
const handOver = (...answers: [Work | undefined, Answer][]) =>
  call(
    'complete_interactions',
    JSON.stringify(
      answers.map(([work, answer]) => ({
        interaction_id: work?.interaction_id,
        workflow_run_id: work?.workflow_run_id,
        attempt: work?.attempt,
        ...answer,
      })),
    ),
  );

/** Works, decides and signals until nothing is open. */
async function settle(answers: Record<string, Answer> = {}): Promise<void> {
  const d = driver();
  for (let round = 0; round < 20; round += 1) {
    await wake();
    await d.drive(answers);
    const open = await d.db.query<{ id: string; run: string; kind: string; signal: string }>(
      `select w.interaction_id as id, w.workflow_run_id as run, w.waits_for as kind, w.signal_name as signal
         from pgwave.waits w where w.waits_for in ('human', 'signal')`,
    );
    for (const { id, run, kind, signal } of open) {
      if (kind === 'human') await call('decide', id, 'APPROVED');
      else await codeOf(call('send_signal', run, signal));
    }
    const [left] = await d.db.query<{ n: number }>(
      'select count(*)::int as n from pgwave.workflow_runs where finished_at is null',
    );
    if (left?.n === 0) return;
  }
}

const map = (more: Record<string, unknown> = {}) => ({
  fetch: { branches: ['map'] },
  map: { for_each: '$fetch.data', params: { n: '$item' }, branches: ['after'], ...more },
  after: { params: { got: '$map.data' } },
});
const startMap = async (list: unknown[], more: Record<string, unknown> = {}) => {
  const d = driver();
  const run = await d.start(await flow(map(more)));
  await d.complete([[(await d.begin())[0], { data: list }]]);
  return run;
};

describe('maps, on several connections', () => {
  it.each([{}, { max_parallel: 4 }])(
    'items handed over at once: the header completes once, its data in order (%j)',
    async (more) => {
      const d = driver();
      const run = await startMap([1, 2, 3, 4], more);
      const works = (await d.begin()).reverse();
      const calls = works.map((work) => () => handOver([work, { data: work.input.params?.n }]));
      expect(await queuedFor(run, ...calls)).toEqual(['ok', 'ok', 'ok', 'ok']);
      expect((await d.interaction(run, 'after')).input.params).toEqual({ got: [1, 2, 3, 4] });
    },
  );

  it('one too many fails while others end: the rest is cancelled, the header fails once', async () => {
    const d = driver();
    const run = await startMap([1, 2, 3, 4, 5, 6], { max_parallel: 4 });
    const works = await d.begin();
    const calls = works.map(
      (work, i) => () => handOver([work, i === 1 ? refused : { data: work.input.params?.n }]),
    );
    expect(await queuedFor(run, ...calls)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(await d.run(run)).toMatchObject({ status: 'failed', interactions_cancelled: 2 });
  });

  it('whose header somebody holds when the last item ends goes on by the next wake', async () => {
    const d = driver();
    const run = await startMap([1]);
    const [item] = await d.begin();
    const header = (await d.interactions(run)).find(
      (i) => i.conversation === 'map' && i.item_index === null,
    );
    await holding(INTERACTION, [header?.interaction_id], () => handOver([item, { data: 1 }]));
    expect((await d.run(run)).status).toBe('waiting');
    await wake();
    expect((await d.statuses(run)).after).toBe('pending');
  });

  it('an item that is held back, by hand, against the completion of another', async () => {
    const d = driver();
    const run = await startMap([1, 2, 3], { max_parallel: 1, tolerate: 3 });
    const [first] = await d.begin();
    const second = (await d.interactions(run)).find((i) => i.item_index === 1);
    expect(
      await queuedFor(
        run,
        () => handOver([first, { data: 1 }]),
        () =>
          d.db.query(
            `update pgwave.interactions set status = 'cancelled' where interaction_id = $1`,
            [second?.interaction_id],
          ),
      ),
    ).toEqual(['ok', 'ok']);
  });
});

describe('child runs', () => {
  /** A run that waits for two child runs, each of one step that has begun. */
  const opened = async (more: Record<string, unknown> = {}) => {
    const d = driver();
    const child = await flow({ c: { branches: ['e'] }, e: {} });
    const run = await d.start(
      await flow({
        side: { branches: ['after'] },
        one: { type: 'workflow', workflow: child, branches: ['after'], ...more },
        two: { type: 'workflow', workflow: child, branches: ['after'], ...more },
        after: {},
      }),
    );
    const works = await d.begin();
    const [one, two] = (await childrenOf(run)).map(({ id }) => id) as [string, string];
    const last: Record<string, Work> = {};
    await d.complete(works.filter((w) => w.conversation === 'c').map((w) => [w, {}]));
    for (const work of await d.begin()) last[work.workflow_run_id] = work;
    return { run, one, two, e: last, side: works.find((w) => w.conversation === 'side') };
  };

  it('that end while their parent is held wait for nobody; the next wake tells it, once', async () => {
    const d = driver();
    const { run, one, two, e, side } = await opened();
    await holding(RUN, [run], async () => {
      await Promise.all([handOver([e[one], {}]), handOver([e[two], {}])]);
      expect((await childrenOf(run)).map((c) => c.status)).toEqual(['completed', 'completed']);
      expect(await d.db.query('select from pgwave.run_endings')).toHaveLength(2);
      expect((await d.statuses(run)).one).toBe('waiting');
    });
    await Promise.all([wake(), wake(), wake()]);
    await wake();
    expect(await d.db.query('select from pgwave.run_endings')).toEqual([]);
    expect(await d.statuses(run)).toMatchObject({ one: 'completed', two: 'completed' });
    expect(await d.attempts(await idOf(run, 'one'))).toHaveLength(1);
    await d.complete([[side, {}]]);
    await settle();
    expect((await d.run(run)).status).toBe('completed');
  });

  it('that end while their interaction is held: the same', async () => {
    const d = driver();
    const { run, one, two, e } = await opened();
    await holding(INTERACTION, [await idOf(run, 'one')], () =>
      handOver([e[one], {}], [e[two], {}]),
    );
    expect(await d.statuses(run)).toMatchObject({ one: 'waiting', two: 'completed' });
    await wake();
    expect(await d.statuses(run)).toMatchObject({ one: 'completed', two: 'completed' });
  });

  it('both at once, in one call or in two: each is told once', async () => {
    const d = driver();
    for (const together of [true, false]) {
      const { run, one, two, e } = await opened();
      if (together) await handOver([e[two], {}], [e[one], {}]);
      else await Promise.all([handOver([e[two], {}]), handOver([e[one], {}])]);
      await wake();
      expect(await d.statuses(run)).toMatchObject({ one: 'completed', two: 'completed' });
      expect(await d.db.query('select from pgwave.run_endings')).toEqual([]);
    }
  });

  it('that end while their parent is paused: it takes them, and goes on when it is resumed', async () => {
    const d = driver();
    const { run, one, two, e, side } = await opened();
    await call('pause_workflow_run', run);
    expect(await queuedFor(run, () => handOver([e[one], {}], [e[two], {}], [side, {}]))).toEqual([
      'ok',
    ]);
    await wake();
    expect(await d.statuses(run)).toMatchObject({ one: 'completed', after: 'pending' });
    expect(await d.begin()).toEqual([]);
    await call('resume_workflow_run', run);
    await settle();
    expect((await d.run(run)).status).toBe('completed');
  });

  it.each(['cancel first', 'completion first'])(
    'that end while their parent is cancelled (%s): both end, nothing starts',
    async (order) => {
      const d = driver();
      const { run, one, two, e } = await opened();
      const calls = [
        () => call('cancel_workflow_run', run),
        () => handOver([e[one], {}], [e[two], {}]),
      ];
      if (order === 'completion first') calls.reverse();
      expect(await queuedFor(run, ...calls)).toEqual(['ok', 'ok']);
      await wake();
      expect((await d.run(run)).status).toBe('cancelled');
      expect((await d.statuses(run)).after).toBeUndefined();
      for (const child of await childrenOf(run))
        expect(['cancelled', 'completed']).toContain(child.status);
      expect(await d.db.query('select from pgwave.run_endings')).toEqual([]);
    },
  );

  it('one fails its parent in the call in which the other ends', async () => {
    const d = driver();
    for (const failing of ['one', 'two'] as const) {
      const { run, one, two, e, side } = await opened();
      const [bad, good] = failing === 'one' ? [one, two] : [two, one];
      await handOver([e[bad], refused], [e[good], {}], [side, {}]);
      await wake();
      expect(await d.run(run)).toMatchObject({
        status: 'failed',
        error: { code: 'child_failed' },
      });
      expect(await d.db.query('select from pgwave.run_endings')).toEqual([]);
    }
  });

  it('their parent fails in the call in which one ends; the other is held, and cancelled by the next wake', async () => {
    const d = driver();
    const { run, one, two, e, side } = await opened();
    await holding(RUN, [two], () => handOver([side, refused], [e[one], {}]));
    // what ended in the call that failed the parent may be cancelled as well
    const [first, second] = await childrenOf(run);
    expect(['completed', 'cancelled']).toContain(first?.status);
    expect(second?.status).toBe('running');
    await wake();
    expect((await d.run(run)).status).toBe('failed');
    expect((await childrenOf(run))[1]?.status).toBe('cancelled');
  });

  it('a completion of a child and of its parent in one call, against a cancel of the tree', async () => {
    const d = driver();
    for (const first of [0, 1]) {
      const { run, one, two, e, side } = await opened();
      const calls = [
        () => handOver([side, {}], [e[two], {}], [e[one], {}]),
        () => call('cancel_workflow_run', run),
      ];
      if (first === 1) calls.reverse();
      expect(await queuedFor(one, ...calls)).toEqual(['ok', 'ok']);
      await wake();
      expect((await d.run(run)).finished_at).not.toBeNull();
      for (const child of await childrenOf(run)) expect(child.status).not.toBe('running');
    }
  });
});

describe('decisions, signals and timers', () => {
  const asked = async () => {
    const run = await driver().start(
      await flow({
        review: { type: 'human', prompt: 'Fine?', branches: ['after'] },
        after: {},
      }),
    );
    return { run, review: await idOf(run, 'review') };
  };

  it('two decide at once: one wins, the other is told', async () => {
    const d = driver();
    const { run, review } = await asked();
    const results = await queuedFor(
      run,
      () => call('decide', review, 'APPROVED'),
      () => call('decide', review, 'REJECTED'),
    );
    expect(results.sort()).toEqual(['PWTRN', 'ok']);
    expect((await d.interaction(run, 'review')).output?.tag).toBe('APPROVED');
    expect(await d.attempts(review)).toHaveLength(1);
  });

  it.each(['decide', 'cancel'])('a decision against a cancel, %s first', async (first) => {
    const d = driver();
    const { run, review } = await asked();
    const calls = [
      () => call('decide', review, 'APPROVED'),
      () => call('cancel_workflow_run', run),
    ];
    if (first === 'cancel') calls.reverse();
    // both hold the interaction before they wait for the run, the cancel for 500 ms at most: so whoever comes first goes first
    const codes = await queuedFor(run, ...calls);
    const isDecided = codes.every((code) => code === 'ok');
    expect(codes).toEqual(isDecided ? ['ok', 'ok'] : ['ok', 'PWTRN']);
    if (first === 'decide') expect(isDecided).toBe(true);
    await wake();
    expect((await d.run(run)).status).toBe('cancelled');
    expect(await d.statuses(run)).toEqual(
      first === 'decide'
        ? { review: 'completed', after: 'cancelled' }
        : { review: isDecided ? 'completed' : 'cancelled' },
    );
    expect(await codeOf(call('decide', review, 'APPROVED'))).toBe('PWTRN');
  });

  it('several wake at once, against a decision, a cancel and each other', async () => {
    const d = driver();
    const timers = await Promise.all(
      Array.from({ length: 8 }, async () =>
        d.start(await flow({ t: { type: 'timer', wait: '1h', branches: ['b'] }, b: {} })),
      ),
    );
    const { review } = await asked();
    await setClock(d.db, new Date(Date.now() + 3_601_000));
    const results = await Promise.all(
      [
        wake(),
        call('cancel_workflow_run', timers[3]),
        wake(),
        call('decide', review, 'APPROVED'),
        wake(),
        call('cancel_workflow_run', timers[6]),
        wake(),
      ].map(codeOf),
    );
    expect(new Set(results)).toEqual(new Set(['ok']));
    await wake();
    for (const run of timers) {
      const { b, t } = await d.statuses(run);
      expect([run, t === 'completed' ? ['pending', 'cancelled', undefined] : [undefined]]).toEqual([
        run,
        expect.arrayContaining([b]),
      ]);
      expect((await d.attempts(await idOf(run, 't'))).length).toBe(1);
    }
    expect(await d.drive()).toEqual(expect.arrayContaining(['after', 'b']));
  });

  const signalled = {
    a: { branches: ['go'] },
    go: { type: 'signal', signal: 'go', branches: ['b'] },
    b: { params: { n: '$go.data.n' } },
  };

  it.each(['signal first', 'opening first'])(
    'a signal while the conversation that waits for it is opened (%s): taken once',
    async (order) => {
      const d = driver();
      const run = await d.start(await flow(signalled));
      const [a] = await d.begin();
      const calls = [() => call('send_signal', run, 'go', '{"n": 1}'), () => handOver([a, {}])];
      if (order === 'opening first') calls.reverse();
      expect(await queuedFor(run, ...calls)).toEqual(['ok', 'ok']);
      expect((await d.interaction(run, 'b')).input.params).toEqual({ n: 1 });
    },
  );

  it('two signals for one conversation: one is taken, the other refused', async () => {
    const d = driver();
    const run = await d.start(await flow(signalled));
    await d.complete([[(await d.begin())[0], {}]]);
    const send = (n: number) => () => call('send_signal', run, 'go', JSON.stringify({ n }));
    expect(await queuedFor(run, send(1), send(2))).toEqual(['ok', 'PWSIG']);
    expect((await d.interaction(run, 'b')).input.params).toEqual({ n: 1 });
  });

  it.each([
    // it is kept, and the cancel holds what waits for it, for 500 ms at most
    ['signal', ['ok', 'ok'], ['cancelled', 'completed']],
    ['cancel', ['ok', 'PWSIG'], ['cancelled']],
  ])('a signal against a cancel, %s first', async (first, codes, go) => {
    const d = driver();
    const run = await d.start(await flow(signalled));
    await d.complete([[(await d.begin())[0], {}]]);
    const calls = [
      () => call('send_signal', run, 'go', '{"n": 1}'),
      () => call('cancel_workflow_run', run),
    ];
    if (first === 'cancel') calls.reverse();
    expect(await queuedFor(run, ...calls)).toEqual(codes);
    expect(go).toContain((await d.statuses(run)).go);
    expect((await d.run(run)).status).toBe('cancelled');
  });

  it('a signal while somebody holds what waits for it, and gives up', async () => {
    const d = driver();
    const run = await d.start(await flow(signalled));
    await d.complete([[(await d.begin())[0], {}]]);
    await holding(
      INTERACTION,
      [await idOf(run, 'go')],
      () => call('send_signal', run, 'go'),
      'rollback',
    );
    await wake();
    expect((await d.statuses(run)).go).toBe('completed');
  });
});

describe('pause, resume, retry and fork', () => {
  const chain = {
    a: { branches: ['c'], retry: { max_attempts: 3, delay: 0 } },
    b: { branches: ['c'] },
    c: {},
  };

  it.each(['pause first', 'completion first'])(
    'pause against a completion (%s): children are held until resumed',
    async (order) => {
      const d = driver();
      const run = await d.start(await flow(chain));
      const works = await d.begin();
      const calls = [
        () => call('pause_workflow_run', run),
        () => handOver(...works.map((w): [Work, Answer] => [w, {}])),
      ];
      if (order === 'completion first') calls.reverse();
      expect(await queuedFor(run, ...calls)).toEqual(['ok', 'ok']);
      expect(await d.statuses(run)).toMatchObject({ c: 'pending' });
      expect(await d.begin()).toEqual([]);
      await call('resume_workflow_run', run);
      expect(await d.drive()).toEqual(['c']);
    },
  );

  it.each(['resume first', 'completion first'])(
    'resume against a completion (%s): what it creates begins',
    async (order) => {
      const d = driver();
      const run = await d.start(await flow(chain));
      const works = await d.begin();
      await call('pause_workflow_run', run);
      const calls = [
        () => call('resume_workflow_run', run),
        () => handOver(...works.map((w): [Work, Answer] => [w, {}])),
      ];
      if (order === 'completion first') calls.reverse();
      expect(await queuedFor(run, ...calls)).toEqual(['ok', 'ok']);
      expect(await d.drive()).toEqual(['c']);
    },
  );

  it('resume against an attempt that failed: it is tried again', async () => {
    const d = driver();
    const run = await d.start(await flow(chain));
    const works = await d.begin();
    await call('pause_workflow_run', run);
    const codes = await queuedFor(
      run,
      () => call('resume_workflow_run', run),
      () =>
        handOver(...works.map((w): [Work, Answer] => [w, w.conversation === 'a' ? timeout : {}])),
    );
    expect(codes).toEqual(['ok', 'ok']);
    expect(await d.drive()).toEqual(['a', 'c']);
  });

  it('pause against a change by hand of what is pending', async () => {
    const d = driver();
    const run = await d.start(await flow(chain));
    const a = await idOf(run, 'a');
    const codes = await queuedFor(
      run,
      () => call('pause_workflow_run', run),
      () =>
        d.db.query(
          `update pgwave.interactions set status = 'completed', output = '{}' where interaction_id = $1`,
          [a],
        ),
    );
    expect(codes).toEqual(['ok', 'ok']);
  });

  it('retry against the completion that ends the run, and against itself', async () => {
    const d = driver();
    const run = await d.start(await flow(chain));
    const works = await d.begin();
    const codes = await queuedFor(
      run,
      () => call('retry_workflow_run', run),
      () => handOver(...works.map((w): [Work, Answer] => [w, refused])),
      () => call('retry_workflow_run', run),
      () => call('retry_workflow_run', run),
    );
    // the run goes on: PWTRN; it failed: retried, once
    expect(codes.filter((code) => code === 'ok').length).toBeLessThanOrEqual(2);
    expect(new Set(codes)).toEqual(new Set(['ok', 'PWTRN']));
    if ((await d.run(run)).status === 'failed') await call('retry_workflow_run', run);
    await settle();
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
  });

  it('retry of a paused run is refused', async () => {
    const d = driver();
    const run = await d.start(await flow(chain));
    expect(
      await queuedFor(
        run,
        () => call('pause_workflow_run', run),
        () => call('retry_workflow_run', run),
      ),
    ).toEqual(['ok', 'PWTRN']);
  });

  it('retry of a run while a late answer holds what it puts back', async () => {
    const d = driver();
    const run = await d.start(await flow(chain));
    const [a] = await d.begin();
    await call('cancel_workflow_run', run);
    const other = await d.addWorker();
    await other.client.query('begin');
    await d.complete([[a, {}]], other);
    const retried = codeOf(call('retry_workflow_run', run));
    await d.untilBlockedBy(other.client, retried);
    await other.client.query('commit');
    expect(await retried).toBe('ok');
    await settle();
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
  });

  it('fork while the run completes or is paused: it keeps what was resolved', async () => {
    const d = driver();
    const run = await d.start(await flow(chain));
    const works = await d.begin();
    const codes = await queuedFor(
      run,
      () => call('fork_workflow_run', run, 'a'),
      () => handOver(...works.map((w): [Work, Answer] => [w, {}])),
      () => call('fork_workflow_run', run, 'a'),
      () => call('pause_workflow_run', run),
    );
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ok']);
    await call('resume_workflow_run', run);
    await settle();
    const forks = await d.db.query<{ id: string; status: string }>(
      `select workflow_run_id as id, status from pgwave.workflow_runs where forked_from_workflow_run_id = $1`,
      [run],
    );
    expect(forks.map((f) => f.status)).toEqual(['completed', 'completed']);
    for (const { id } of forks)
      expect(await d.statuses(id)).toMatchObject({ a: 'completed', c: 'completed' });
  });
});

describe('workers', () => {
  it('one that wakes what waits does not wait for whoever holds its run', async () => {
    const d = driver();
    const run = await d.start(await flow({ t: { type: 'timer', wait: '1h' } }));
    await setClock(d.db, new Date(Date.now() + 3_601_000));
    // the heartbeat of a worker calls it: its sign of life would stand still
    const code = await holding(RUN, [run], () =>
      d.db.as('pgwave_owner', async (client) => {
        await client.query("set lock_timeout = '200ms'");
        return codeOf(client.query('select pgwave.wake_interactions()'));
      }),
    );
    expect(code).toBe('ok');
  });

  it('first runs of two versions, in either order', async () => {
    const d = driver();
    const [a, b] = [await d.define({ x: {} }), await d.define({ x: {} })];
    const both = await d.define({
      one: { type: 'workflow', workflow: b, branches: ['end'] },
      two: { type: 'workflow', workflow: a, branches: ['end'] },
      end: {},
    });
    const start = 'select pgwave.start_workflow($1::text)';
    const other = await d.connection();
    await other.query('begin');
    await other.query(start, [a]);
    const started = codeOf(d.start(both));
    await d.untilBlockedBy(other, started);
    const codes = [await codeOf(other.query(start, [b])), await started];
    await other.query('commit');
    expect(codes).toEqual(['ok', 'ok']);
  });

  it('one that stops while another gives it up', async () => {
    const d = driver();
    const run = await d.start(await flow({ a: {} }));
    const worker = await d.addWorker();
    await d.begin(1, worker);
    const codes = await queuedFor(
      run,
      () => worker.client.query('select pgwave.stop_worker($1, true)', [worker.id]),
      () => d.giveUp([worker]),
    );
    expect(codes).toEqual(['ok', 'ok']);
    expect(await d.drive()).toEqual(['a']);
  });
});
