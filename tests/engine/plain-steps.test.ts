// What follows a step is worked out with the plan where nothing has to be decided; answers that go that way and others meet in
// one call. What both come to is compared with the oracle by tests/model; here is where the two ways part.

import { describe, expect, it } from 'vitest';
import { type Answer, useDriver, type Work, type Worker } from './driver.ts';

const driver = useDriver();

/** The edges of a workflow's plan, by names: `from → to: starts | -, skips`. */
async function edges(flow: string): Promise<string[]> {
  const d = driver();
  await d.start(flow);
  const rows = await d.db.query<{ edge: string }>(
    `select format('%s → %s: %s, %s', f.conversation_name, t.conversation_name,
              case when e.starts_plainly then 'starts' else '-' end,
              coalesce((select string_agg(c.conversation_name, ' ' order by u.ord)
                          from unnest(e.skips) with ordinality u (id, ord)
                          join pgwave.conversations c on c.conversation_id = u.id), '-')) as edge
       from pgwave_private.plan_conversations p
       cross join unnest(p.edges) e
       join pgwave.conversations f on f.conversation_id = p.conversation_id
       join pgwave.conversations t on t.conversation_id = e.to_conversation_id
       join pgwave.workflows w on w.workflow_id = f.workflow_id
      where w.workflow_name = $1
      order by p.conversation_id, e.to_conversation_id`,
    [flow],
  );
  return rows.map(({ edge }) => edge);
}
const one = (works: Work[], name: string) => works.find((w) => w.conversation === name);

describe('a plan', () => {
  it('knows which targets start plainly, and what is skipped with one', async () => {
    expect(
      await edges(
        await driver().define({
          a: {
            branches: [
              { when: '[B]', to: 'b' },
              { when: '[C]', to: 'c' },
              { when: '[D]', to: 'd' },
            ],
          },
          b: { branches: ['b2'] },
          b2: {},
          c: { type: 'condition', branches: ['join'] },
          d: { params: { of: '$item' }, for_each: '$a.data.list[*]', branches: ['join'] },
          join: {},
        }),
      ),
    ).toEqual([
      'a → b: starts, b b2',
      'a → c: -, -',
      'a → d: -, -',
      'b → b2: starts, b2',
      'c → join: -, -',
      'd → join: -, -',
    ]);
  });

  it('follows a skip only so far, and nothing where there are loops', async () => {
    const d = driver();
    const chain = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [`s${i}`, i < 7 ? { branches: [`s${i + 1}`] } : {}]),
    );
    const skips = (await edges(await d.define(chain))).map((edge) => edge.split(', ')[1]);
    expect(skips).toEqual(['-', '-', 's3 s4 s5 s6 s7', 's4 s5 s6 s7', 's5 s6 s7', 's6 s7', 's7']);
    const looping = {
      a: { branches: ['b'] },
      b: { branches: [{ when: '[AGAIN]', to: 'a', loop: 2 }] },
    };
    expect(await edges(await d.define(looping))).toEqual([]);
  });
});

describe('answers of one call', () => {
  const graph = {
    a: { branches: ['b', 'c'] },
    b: { branches: ['join'] },
    c: {
      branches: [
        { when: '[YES]', to: 'yes' },
        { when: '[NO]', to: 'no' },
      ],
    },
    yes: { params: { of: '$c.response' } },
    no: {},
    join: { params: { of: '$b.response' } },
  };

  it('come to the same, together or one by one, in any order', async () => {
    const d = driver();
    const flow = await d.define(graph);
    const answer: Record<string, Answer> = {
      b: { response: 'plain' },
      c: { response: 'surely [NO]' },
    };
    const ends: unknown[] = [];
    for (const order of [[['b', 'c']], [['c', 'b']], [['b'], ['c']], [['c'], ['b']]]) {
      const run = await d.start(flow);
      await d.complete([[one(await d.begin(1), 'a'), { response: 'go' }]]);
      const works = await d.begin(10);
      for (const names of order)
        await d.complete(names.map((name) => [one(works, name), answer[name] as Answer]));
      ends.push(await d.statuses(run));
      await d.checkInvariants();
      await d.drive();
      expect((await d.run(run)).status).toBe('completed');
    }
    expect(ends).toEqual(
      ends.map(() => ({
        a: 'completed',
        b: 'completed',
        c: 'completed',
        yes: 'skipped',
        no: 'pending',
        join: 'pending',
      })),
    );
  });

  it('of a run that fails with one of them start nothing more in it, and all they have to in others', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b', 'c'] },
      b: { branches: ['next'] },
      c: { retry: false },
      next: {},
    });
    const [failing, other] = [await d.start(flow), await d.start(flow)];
    await d.complete((await d.begin(2)).map((work) => [work, { response: 'go' }]));
    const works = await d.begin(10);
    const failure = { error: { code: 'script_error', message: 'no', retryable: false } };
    const { work } = await d.complete(
      works.map((w) => [
        w,
        w.conversation === 'c' && String(w.workflow_run_id) === String(failing)
          ? failure
          : { response: 'fine' },
      ]),
      d.worker,
      10,
    );
    expect(work.map((w) => `${w.workflow_run_id} ${w.conversation}`)).toEqual([`${other} next`]);
    expect(await d.statuses(failing)).toEqual({ a: 'completed', b: 'completed', c: 'failed' });
    expect((await d.run(failing)).status).toBe('failed');
    await d.complete(work.map((w) => [w, { response: 'done' }]));
    expect((await d.run(other)).status).toBe('completed');
    await d.checkInvariants();
  });

  it('of what reads something that is not there: it fails, and its branches say what then', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        a: { branches: ['b'] },
        b: { params: { of: '$a.data.nothing' }, branches: ['c', { after: 'failure', to: 'mend' }] },
        c: {},
        mend: {},
      }),
    );
    await d.drive({ a: { data: { some: 1 } } });
    expect(await d.statuses(run)).toEqual({
      a: 'completed',
      b: 'failed',
      c: 'skipped',
      mend: 'completed',
    });
    await d.checkInvariants();
  });

  it('of a run that was paused, has a limit or was forked are followed as the run says', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['b'] }, b: {} });
    const paused = await d.start(flow);
    const [work] = await d.begin(1);
    await d.db.query('select pgwave.pause_workflow_run($1)', [paused]);
    const done = await d.complete([[work, { response: 'x' }]], d.worker, 5);
    expect(done.work).toEqual([]);
    expect(await d.statuses(paused)).toEqual({ a: 'completed', b: 'pending' });
    await d.db.query('select pgwave.resume_workflow_run($1)', [paused]);
    await d.drive();
    const [{ id: fork } = { id: '' }] = await d.db.query<{ id: string }>(
      `select (pgwave.fork_workflow_run($1, 'b')).workflow_run_id as id`,
      [paused],
    );
    await d.drive();
    for (const run of [paused, fork]) expect((await d.run(run)).status).toBe('completed');
    await d.checkInvariants();
  });
});

it('answers of a batch that stops with one of them: what was done counts, whatever else the call brings', async () => {
  const d = driver();
  const flow = await d.define({ a: { retry: false } });
  const [{ id: batch } = { id: '' }] = await d.db.query<{ id: string }>(
    `select (pgwave.start_batch($1, '[{"n": 1}, {"n": 2}, {"n": 3}]', stop_after_failures => 1)).workflow_run_id as id`,
    [flow],
  );
  const works = await d.begin(10);
  expect(works).toHaveLength(3);
  const failure = { error: { code: 'script_error', message: 'no', retryable: false } };
  await d.complete(works.map((work, i) => [work, i === 1 ? failure : { response: 'done' }]));
  const [report] = await d.db.query<Record<string, unknown>>(
    'select tasks_completed, tasks_failed, tasks_cancelled from pgwave.batches where workflow_run_id = $1',
    [batch],
  );
  expect(report).toEqual({ tasks_completed: 2, tasks_failed: 1, tasks_cancelled: 0 });
  await d.checkInvariants();
});

it('answers of a batch that is cancelled: the end of one run cancels no other whose answer is in the call', async () => {
  const d = driver();
  const flow = await d.define({ a: { retry: false } });
  const [{ id: batch } = { id: '' }] = await d.db.query<{ id: string }>(
    `select (pgwave.start_batch($1, '[{"n": 1}, {"n": 2}]')).workflow_run_id as id`,
    [flow],
  );
  const works = await d.begin(10);
  expect(works).toHaveLength(2);
  // Whoever cancels passes over runs that somebody holds, and leaves them to whoever settles the batch next.
  const holder = await d.connection();
  await holder.query('begin');
  await holder.query(
    'select from pgwave.workflow_runs where parent_workflow_run_id = $1 order by workflow_run_id for update',
    [batch],
  );
  await d.db.query('select pgwave.cancel_workflow_run($1)', [batch]);
  await holder.query('rollback');
  await d.drop(holder);
  expect(await d.run(batch)).toMatchObject({ finished_at: null, ends_as: 'cancelled' });
  const failure = { error: { code: 'script_error', message: 'no', retryable: false } };
  await d.complete(works.map((work, i) => [work, i === 1 ? failure : { response: 'done' }]));
  const [report] = await d.db.query<Record<string, unknown>>(
    'select tasks_completed, tasks_failed, tasks_cancelled from pgwave.batches where workflow_run_id = $1',
    [batch],
  );
  expect(report).toEqual({ tasks_completed: 1, tasks_failed: 1, tasks_cancelled: 0 });
  expect((await d.run(batch)).status).toBe('cancelled');
  await d.checkInvariants();
});

describe('what starts', () => {
  it('begins where it is created if its model takes no turns, also on a worker with a host of models', async () => {
    const d = driver();
    const report = { address: 'http://host:11434', max_loaded: 1, parallel: 2 };
    await d.worker.client.query('select pgwave.report_host($1, $2)', [d.worker.id, report]);
    await d.db.query('select pgwave.define_actor($1)', [
      { name: 'elsewhere', type: 'ai_model', model: 'large', provider: 'elsewhere' },
    ]);
    for (const actor of ['elsewhere', 'noop']) {
      const say = actor === 'noop' ? {} : { prompt: 'Say.' };
      const run = await d.start(
        await d.define({ a: { actor, ...say, branches: ['b'] }, b: { actor, ...say } }),
      );
      const { work } = await d.complete(
        [[(await d.begin(1))[0], { response: 'said' }]],
        d.worker,
        1,
      );
      expect(work.map((w) => w.conversation)).toEqual(['b']);
      // one event: it was never ready
      expect(
        await d.db.query(
          `select i.event_seq from pgwave.interactions i join pgwave.conversations c using (conversation_id)
            where i.workflow_run_id = $1 and c.conversation_name = 'b'`,
          [run],
        ),
      ).toEqual([{ event_seq: 1 }]);
      await d.drive();
    }
  });

  it('reads and gets its place as it stands in the list, also if another start is there already', async () => {
    const d = driver();
    const flow = await d.define({
      a: { actor: 'model', prompt: 'First.', branches: ['b'] },
      b: { actor: 'model', prompt: 'Read {{ a.response }}.' },
    });
    const run = await d.start(flow);
    const [a] = await d.begin();
    await d.complete([[a as Work, { response: 'said' }]]);
    const client = await d.connection();
    await client.query('begin');
    await client.query(
      `delete from pgwave.interactions i using pgwave.conversations c
        where i.workflow_run_id = $1 and c.conversation_id = i.conversation_id and c.conversation_name = 'b'`,
      [run],
    );
    const { rows } = await client.query(
      `select cardinality(m.made) as steps, m.made[1].input ->> 'prompt' as prompt, m.made[1].begins, m.is_whole
         from pgwave_private.make_steps(array(
                select row(run.workflow_run_id, c.conversation_id, 0, array[$2::bigint], null)::pgwave_private.start
                  from pgwave.workflow_runs run
                  join pgwave.conversations c using (workflow_id)
                 where run.workflow_run_id = $1 order by c.conversation_id), $3, 2, null, false) m`,
      [run, a?.interaction_id, d.worker.id],
    );
    await client.query('rollback');
    await d.drop(client);
    expect(rows).toEqual([{ steps: 1, prompt: 'Read said.', begins: true, is_whole: true }]);
    await d.drive();
  });
});

describe('a look at the queue', () => {
  /** Blocks of a table and its indexes that a worker's session reads by a call. */
  async function readsOf<T>(
    table: string,
    { client }: Worker,
    call: () => Promise<T>,
  ): Promise<{ blocks: number; result: T }> {
    const read = async () => {
      const { rows } = await client.query<{ blocks: number }>(
        `select sum(pg_stat_get_xact_blocks_fetched(c.oid))::int as blocks from pg_class c
          where c.oid = $1::regclass
             or c.oid in (select x.indexrelid from pg_index x where x.indrelid = $1::regclass)`,
        [table],
      );
      return rows[0]?.blocks ?? Number.NaN;
    };
    await client.query('begin');
    const before = await read();
    const result = await call();
    const blocks = (await read()) - before;
    await client.query('commit');
    return { blocks, result };
  }

  /** Completes a step and begins the next, and counts the blocks of `ready` that this reads. */
  async function readsOfReady(work: Work | undefined): Promise<{ blocks: number; next: Work[] }> {
    const d = driver();
    const { blocks, result } = await readsOf('pgwave.ready', d.worker, () =>
      d.complete([[work as Work, {}]], d.worker, 1),
    );
    return { blocks, next: result.work };
  }

  it('passes over the dead rows of what began before the last heartbeat', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['b'] }, b: { branches: ['c'] }, c: {} });
    await d.start(flow);
    const [a] = await d.begin(1);
    const holder = await d.connection();
    await holder.query('begin isolation level repeatable read; select 1');
    // rows that began long ago, which the snapshot keeps
    await d.db.query(
      `insert into pgwave.ready (interaction_id, workflow_run_id, workflow_id, lane, not_before)
       select -g, 1, 1, 'function:any', now() from generate_series(1, 20000) g`,
    );
    await d.db.query('delete from pgwave.ready where interaction_id < 0');
    await d.db.query('update pgwave.workers set ready_from = -20000');
    const before = await readsOfReady(a);
    await d.beat();
    const after = await readsOfReady(before.next[0]);
    await holder.query('rollback');
    await d.drop(holder);
    expect(before.blocks).toBeGreaterThan(200);
    expect(after.blocks).toBeLessThan(20);
    expect(after.next.map(({ conversation }) => conversation)).toEqual(['c']);
    await d.drive();
  });

  it('counts what its worker has without the dead rows of what ended long ago', async () => {
    const d = driver();
    // plans are made once, while the table is empty
    const worker = await d.addWorker();
    await d.begin(1, worker);
    const holder = await d.connection();
    await holder.query('begin isolation level repeatable read; select 1');
    await d.db.query(
      `insert into pgwave.leases (interaction_id, workflow_run_id, worker_id, actor_id, lane, attempt, begun_at)
       select -g, 1, $1, 1, 'function:any', 1, pgwave_private.now() - interval '1 hour' from generate_series(1, 20000) g`,
      [worker.id],
    );
    await d.db.query('delete from pgwave.leases where interaction_id < 0');
    // the first counts from where the row began, which was at all times
    await d.beat(worker);
    await d.beat(worker);
    const counted = await readsOf('pgwave.leases', worker, () => d.begin(1, worker));
    await holder.query('rollback');
    await d.drop(holder);
    await worker.client.query('select pgwave.stop_worker($1, true)', [worker.id]);
    await d.drop(worker.client);
    expect(counted.blocks).toBeLessThan(40);
  });

  it('finds what waits since before the heartbeat, also what was put back below what it knew', async () => {
    const d = driver();
    const urgent = await d.define({ u: {} });
    const flow = await d.define({ a: { branches: ['b'] }, b: { branches: ['c'] }, c: {} });
    await d.start(flow);
    const [a] = await d.begin(1);
    const first = await d.start(urgent, { priority: 5 });
    await d.beat();
    const { work } = await d.complete([[a as Work, {}]], d.worker, 1);
    expect(work.map(({ workflow_run_id }) => String(workflow_run_id))).toEqual([first]);
    await d.complete([[work[0] as Work, {}]], d.worker, 0);
    const [b] = await d.begin(1);
    const second = await d.start(urgent, { priority: 5 });
    await d.db.query('update pgwave.workers set ready_from = 1000000');
    await d.beat();
    const next = await d.complete([[b as Work, {}]], d.worker, 1);
    expect(next.work.map(({ workflow_run_id }) => String(workflow_run_id))).toEqual([second]);
    await d.drive();
  });
});
