import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Driver, useDriver, type Work } from './driver.ts';

const driver = useDriver();

type Concurrency = Record<string, unknown>;
const byCustomer = (more: Concurrency = {}): Record<string, unknown> => ({
  concurrency: { key: '$input.customer', ...more },
});
const ask = (customer: string) => ({ input: { customer } });

/** Draws whole numbers below a bound, the same for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function statusOf(d: Driver, ...runs: string[]): Promise<string[]> {
  return Promise.all(runs.map(async (run) => (await d.run(run)).status));
}

/** Ends a run by answering its one step. */
async function finish(d: Driver, run: string): Promise<void> {
  const work = (await d.begin()).find((each) => String(each.workflow_run_id) === run);
  expect(work, `run ${run} has nothing to do`).toBeDefined();
  await d.complete([[work as Work, { data: {} }]]);
}

async function whyOf(d: Driver, run: string): Promise<Record<string, unknown> | undefined> {
  const [why] = await d.db.query(
    `select y.reason, y.message from pgwave.interactions i
       cross join lateral pgwave.why_pending(i.interaction_id) y
      where i.workflow_run_id = $1`,
    [run],
  );
  return why;
}

describe('concurrency: queue', () => {
  it('lets one run of a key go on at a time, the others in their order', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    const third = await d.start(flow, ask('ada'));
    const other = await d.start(flow, ask('bob'));
    expect(await statusOf(d, first, second, third, other)).toEqual([
      ...['pending', 'waiting', 'waiting', 'pending'],
    ]);
    expect(await whyOf(d, third)).toEqual({
      reason: 'slot',
      message: `Waits for a free slot of its concurrency key: run ${first} has it, and 1 run is in line before it.`,
    });
    expect((await d.run(third)).concurrency_key).toBe('ada');
    await setClock(d.db, '2027-01-01T00:00:00Z');
    const begun = await d.begin();
    expect(begun.map((work) => String(work.workflow_run_id)).sort()).toEqual([first, other]);
    await d.complete([[begun.find((w) => String(w.workflow_run_id) === first), { data: {} }]]);
    expect(await statusOf(d, first, second, third)).toEqual(['completed', 'running', 'waiting']);
    expect((await d.run(second)).started_at).toEqual(new Date('2027-01-01T00:00:00Z'));
    await finish(d, second);
    await finish(d, third);
    for (const run of [first, second, third]) {
      expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
    }
    expect(await d.statuses(third)).toEqual({ 'Workflow Start': 'completed', a: 'completed' });
  });

  it('counts to its limit, by environment, and takes all runs where there is no key', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { concurrency: { limit: 2 } });
    const runs = [await d.start(flow), await d.start(flow), await d.start(flow)];
    const prod = await d.start(flow, { environment: 'prod' });
    expect(await statusOf(d, ...runs, prod)).toEqual(['pending', 'pending', 'waiting', 'pending']);
    await finish(d, runs[1] as string);
    expect(await statusOf(d, ...runs)).toEqual(['running', 'completed', 'running']);
  });

  it('takes what the input does not have for one key, and keys that are lists, numbers or long', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const keys = [];
    for (const customer of [undefined, null, 7, '7', ['a', 1], 'x'.repeat(5000)]) {
      const run = await d.start(flow, { input: { customer } });
      keys.push((await d.run(run)).concurrency_key);
    }
    expect(keys.slice(0, 5)).toEqual(['', '', '7', '7', '["a", 1]']);
    expect((keys[5] as string).length).toBeLessThan(200);
    const text = await d.define({ a: {} }, { concurrency: { key: 'c-{{ input.customer }}' } });
    expect((await d.run(await d.start(text, ask('ada')))).concurrency_key).toBe('c-ada');
  });

  it('measures and loads after the wait, and counts its interactions without it', async () => {
    const d = driver();
    const flow = await d.define(
      { a: { branches: ['b'] }, b: {} },
      {
        ...byCustomer(),
        load: { one: 'select 1 as n' },
        limits: { max_interactions: 3, max_duration: '1h' },
      },
    );
    await setClock(d.db, '2027-01-01T00:00:00Z');
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    expect((await d.run(second)).time_left).not.toBeNull();
    await setClock(d.db, '2027-01-01T05:00:00Z');
    await d.db.query('select pgwave.cancel_workflow_run($1)', [first]);
    await setClock(d.db, '2027-01-01T05:30:00Z');
    await d.performDue();
    const loaded = { data: { loaded: { one: { n: 1 } } } };
    await d.drive({ state_probe: loaded });
    expect(await d.run(second)).toMatchObject({ status: 'completed', loaded: { one: { n: 1 } } });
    expect(Object.keys(await d.statuses(second))).toEqual(['Workflow Start', 'a', 'b']);
  });
});

describe('concurrency: replace and skip', () => {
  it('replaces the older run of the key, and says by which', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer({ on_conflict: 'replace' }));
    const first = await d.start(flow, ask('ada'));
    const [work] = await d.begin();
    const second = await d.start(flow, ask('ada'));
    expect(await statusOf(d, first, second)).toEqual(['cancelled', 'pending']);
    expect((await d.run(first)).error).toEqual({
      ...{ code: 'cancelled', retryable: false },
      message: `replaced by run ${second}, which has the same concurrency key`,
      detail: { reason: 'replaced', workflow_run_id: Number(second) },
    });
    expect((await d.complete([[work, { data: {} }]])).late).toHaveLength(1);
    await finish(d, second);
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [first])).toEqual([]);
  });

  it('waits for an older run that somebody holds, and then begins', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer({ on_conflict: 'replace' }));
    const first = await d.start(flow, ask('ada'));
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 for no key update',
      [first],
    );
    const second = await d.start(flow, ask('ada'));
    const third = await d.start(flow, ask('ada'));
    expect(await statusOf(d, first, second, third)).toEqual(['pending', 'cancelled', 'waiting']);
    await holder.query('rollback');
    await d.performDue();
    expect(await statusOf(d, first, third)).toEqual(['cancelled', 'running']);
    await d.drop(holder);
  });

  it('skips a run where another one of the key goes on: it is recorded, and nothing of it ran', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer({ on_conflict: 'skip' }));
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    expect(await d.run(second)).toMatchObject({
      status: 'cancelled',
      error: {
        message: `skipped: run ${first} has the same concurrency key and goes on`,
        detail: { reason: 'skipped', workflow_run_id: Number(first) },
      },
    });
    expect(await d.interactions(second)).toEqual([]);
    await finish(d, first);
    expect(await statusOf(d, await d.start(flow, ask('ada')))).toEqual(['pending']);
  });
});

describe('a run that waits for a slot', () => {
  it('is cancelled, retried, paused and resumed as any other', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    const third = await d.start(flow, ask('ada'));
    await d.db.query('select pgwave.cancel_workflow_run($1)', [second]);
    await d.db.query('select pgwave.pause_workflow_run($1)', [third]);
    const retried = async (run: string) =>
      d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    // it never began: it is in line again
    await retried(second);
    expect(await statusOf(d, first, second, third)).toEqual(['pending', 'waiting', 'paused']);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [first]);
    expect(await statusOf(d, first, second, third)).toEqual(['cancelled', 'running', 'paused']);
    // it began, and somebody else has its slot now
    // in the session that goes on below: an error is told before its transaction lets go of the key
    await expect(
      d.worker.client.query('select pgwave.retry_workflow_run($1)', [first]),
    ).rejects.toMatchObject({
      code: 'PWLIM',
      message: `run ${first} cannot go on now: run ${second} has the same concurrency key`,
    });
    await finish(d, second);
    // who is paused is passed over, and keeps its place
    expect(await statusOf(d, third)).toEqual(['paused']);
    const fourth = await d.start(flow, ask('ada'));
    expect(await statusOf(d, fourth)).toEqual(['pending']);
    await finish(d, fourth);
    await d.db.query('select pgwave.resume_workflow_run($1)', [third]);
    expect(await statusOf(d, third)).toEqual(['running']);
    await finish(d, third);
    await retried(first);
    await finish(d, first);
    expect(await d.db.query('select * from pgwave.verify_audit_all()')).toEqual([]);
  });

  it('is begun by a duty where the key or the run was held when a slot became free', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query("select from pgwave_private.name_locks where kind = 'slots' for update");
    await d.db.query('select pgwave.cancel_workflow_run($1)', [first]);
    // nobody waits for the key: who cannot tell whether a slot is free waits for one
    const third = await d.start(flow, ask('ada'));
    expect(await statusOf(d, second, third)).toEqual(['waiting', 'waiting']);
    await holder.query('rollback');
    await holder.query('begin');
    await holder.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 for no key update',
      [second],
    );
    await d.performDue();
    expect(await statusOf(d, second, third)).toEqual(['waiting', 'waiting']);
    await holder.query('rollback');
    await d.performDue();
    expect(await statusOf(d, second, third)).toEqual(['running', 'waiting']);
    await d.drop(holder);
  });

  it('keeps its slot while its worker is lost', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    const worker = await d.addWorker();
    expect(await d.begin(10, worker)).toHaveLength(1);
    await d.kill(worker);
    await d.giveUp([worker]);
    expect(await statusOf(d, second)).toEqual(['waiting']);
    await finish(d, first);
    await finish(d, second);
  });

  it('keeps the slot of a run until what it did is undone', async () => {
    const d = driver();
    const flow = await d.define(
      { a: { compensate: { actor: 'noop' }, branches: ['b'] }, b: {} },
      byCustomer(),
    );
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    await d.complete([[(await d.begin())[0], { data: {} }]]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [first]);
    expect(await statusOf(d, first, second)).toEqual(['cancelled', 'waiting']);
    await d.complete([[(await d.begin())[0], { data: {} }]]);
    expect(await statusOf(d, second)).toEqual(['running']);
  });

  it('gets no slot that is not free, also where its wait is ended by hand', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    const end = () =>
      d.db.query(
        `update pgwave.interactions set status = 'completed', output = '{"data": {}}'
          where workflow_run_id = $1 and conversation_id = 9194 and status = 'waiting'`,
        [second],
      );
    await end();
    expect(await statusOf(d, first, second)).toEqual(['pending', 'waiting']);
    expect(
      (await d.interactions(second)).map(({ status, iteration }) => [status, iteration]),
    ).toEqual([
      ['completed', 0],
      ['waiting', 1],
    ]);
    await finish(d, first);
    await finish(d, second);
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [second])).toEqual([]);
  });

  it('is found by doctor where two runs wait for slots of each other', async () => {
    const d = driver();
    const leaf = { work: {} };
    // its first version has nothing to call
    const one = await d.define(leaf, byCustomer());
    const calls = (workflow: string) => ({
      work: { branches: ['call'] },
      call: { type: 'workflow', workflow, input: { customer: '$input.customer' } },
    });
    const two = await d.define(calls(one), byCustomer());
    await d.define(calls(two), { name: one, ...byCustomer() });
    const [first, second] = [await d.start(one, ask('ada')), await d.start(two, ask('ada'))];
    await d.drive();
    expect(await statusOf(d, first, second)).toEqual(['waiting', 'waiting']);
    const children = await d.db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.workflow_runs
        where parent_workflow_run_id = any($1) order by parent_workflow_run_id`,
      [[first, second]],
    );
    const [a = '', b = ''] = children.map(({ id }) => String(id));
    const circles = () =>
      d.db.query(
        `select subject, message from pgwave.check_health() where finding = 'slots_in_a_circle' order by subject`,
      );
    expect(await circles()).toEqual([
      {
        subject: `run ${a}`,
        message: `it waits for a slot of run ${second}, which waits for run ${b}: they wait for each other`,
      },
      {
        subject: `run ${b}`,
        message: `it waits for a slot of run ${first}, which waits for run ${a}: they wait for each other`,
      },
    ]);
    expect((await whyOf(d, a))?.message).toBe(
      `Waits for a free slot of its concurrency key: run ${second} has it. ` +
        `That run waits for run ${b}: they wait for each other, until you cancel one.`,
    );
    await d.db.query('select pgwave.cancel_workflow_run($1)', [a]);
    expect(await circles()).toEqual([]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [second]);
  });

  it('is found by doctor where the run that has the slot is paused', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    const findings = () =>
      d.db.query<{ finding: string }>(
        "select finding, subject, message from pgwave.check_health() where subject like 'run %'",
      );
    expect(await findings()).toEqual([]);
    await d.db.query('select pgwave.pause_workflow_run($1)', [first]);
    expect(await findings()).toEqual([
      {
        finding: 'start_held_up',
        subject: `run ${second}`,
        message: `Waits for a free slot of its concurrency key: run ${first} (paused) has it.`,
      },
    ]);
  });
});

describe('every way to start', () => {
  it('holds for start_workflows, batches and forks', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const inputs = JSON.stringify(['ada', 'ada', 'bob'].map((customer) => ({ customer })));
    const many = await d.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.start_workflows($1, $2)',
      [flow, inputs],
    );
    expect(await statusOf(d, ...many.map(({ id }) => id))).toEqual([
      ...['pending', 'waiting', 'pending'],
    ]);
    const [batch] = await d.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.start_batch($1, $2)',
      [flow, inputs],
    );
    await d.drive();
    const rows = await d.db.query<{ status: string }>(
      'select distinct status from pgwave.workflow_runs where parent_workflow_run_id = $1 or workflow_run_id = $1',
      [batch?.id],
    );
    expect(rows).toEqual([{ status: 'completed' }]);
    const run = await d.start(flow, ask('ada'));
    await finish(d, run);
    const holder = await d.start(flow, ask('ada'));
    const [fork] = await d.db.query<{ id: string }>(
      "select (pgwave.fork_workflow_run($1, 'a')).workflow_run_id as id",
      [run],
    );
    expect(await statusOf(d, fork?.id as string)).toEqual(['waiting']);
    await finish(d, holder);
    await finish(d, fork?.id as string);
  });

  it('holds for skips in a batch: such a task is cancelled', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer({ on_conflict: 'skip' }));
    const [batch] = await d.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.start_batch($1, $2)',
      [flow, JSON.stringify(['ada', 'ada', 'bob'].map((customer) => ({ customer })))],
    );
    await d.drive();
    await d.performDue();
    expect(
      await d.db.query(
        'select tasks_completed, tasks_cancelled from pgwave.batches where workflow_run_id = $1',
        [batch?.id],
      ),
    ).toEqual([{ tasks_completed: 2, tasks_cancelled: 1 }]);
    expect((await d.run(batch?.id as string)).status).toBe('completed');
  });

  it('holds for child runs, and lets one of the same key go on in the slot of its parent', async () => {
    const d = driver();
    const child = await d.define({ a: {} }, byCustomer());
    const parent = await d.define({
      call: { type: 'workflow', workflow: child, input: { customer: '$input.customer' } },
    });
    const first = await d.start(child, ask('ada'));
    const outer = await d.start(parent, ask('ada'));
    await finish(d, first);
    await d.drive();
    expect(await statusOf(d, outer)).toEqual(['completed']);
    const name = 'again';
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name,
        conversations: [
          {
            ...{ name: 'call', type: 'workflow', workflow: name },
            input: { customer: '$input.customer', depth: 2 },
          },
          {
            name: 'look',
            type: 'condition',
            branches: [{ when: '$input.depth == 1', to: 'call' }],
          },
        ],
        start: ['look'],
        ...byCustomer(),
      }),
    ]);
    const deep = await d.start(name, { input: { customer: 'ada', depth: 1 } });
    expect(await statusOf(d, deep)).toEqual(['completed']);
  });

  it('holds for tasks that are discovered, and for runs that another run starts at its end', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      {
        ...byCustomer(),
        pending_tasks: "select 'ada' as customer, n from generate_series(1, 2) n",
      },
    );
    const holder = await d.start(flow, ask('ada'));
    await d.db.query('select pgwave.process_pending_tasks($1)', [flow]);
    const open = () =>
      d.db.query(
        `select status, count(*)::int as runs from pgwave.workflow_runs
          where workflow_id = (select workflow_id from pgwave.workflows where workflow_name = $1)
            and mode = 'single' and finished_at is null group by 1 order by 1`,
        [flow],
      );
    expect(await open()).toEqual([
      { status: 'pending', runs: 1 },
      { status: 'waiting', runs: 2 },
    ]);
    await finish(d, holder);
    await d.drive();
    expect(await open()).toEqual([]);
    const next = await d.define(
      { a: {} },
      { on_completion: [{ workflow: flow, input: { customer: 'ada' } }] },
    );
    await d.start(flow, ask('ada'));
    await finish(d, await d.start(next));
    expect(await open()).toEqual([
      { status: 'running', runs: 1 },
      { status: 'waiting', runs: 1 },
    ]);
  });

  it('replaces a child run: its parent is told', async () => {
    const d = driver();
    const child = await d.define({ a: {} }, byCustomer({ on_conflict: 'replace' }));
    const outer = await d.start(
      await d.define({
        call: { type: 'workflow', workflow: child, input: { customer: '$input.customer' } },
      }),
      ask('ada'),
    );
    const newer = await d.start(child, ask('ada'));
    await d.performDue();
    expect((await d.run(outer)).error).toMatchObject({
      code: 'child_failed',
      message: expect.stringContaining(`replaced by run ${newer}`),
    });
    await finish(d, newer);
  });

  it('holds for schedules', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, { input: {} });
    await d.db.query(
      "select pgwave.create_schedule('hourly', cron => '0 * * * *', workflow => $1, overlap => 'allow')",
      [flow],
    );
    await d.db.query("update pgwave.schedules set next_at = now() - interval '1 second'");
    await d.db.query(
      'select pgwave.fire_schedule(schedule_id) from pgwave.schedules where schedule_name = $1',
      ['hourly'],
    );
    const [fired] = await d.db.query<{ ids: string[] }>(
      "select last_workflow_run_ids as ids from pgwave.schedules where schedule_name = 'hourly'",
    );
    expect(await statusOf(d, fired?.ids[0] as string)).toEqual(['waiting']);
    await finish(d, first);
    await finish(d, fired?.ids[0] as string);
  });

  it('reproduces a run without waiting, and compares runs as if it had not waited', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, byCustomer());
    const first = await d.start(flow, ask('ada'));
    const second = await d.start(flow, ask('ada'));
    await finish(d, first);
    await finish(d, second);
    const holder = await d.start(flow, ask('ada'));
    expect(
      await d.db.query('select cause from pgwave.explain_difference($1, $2)', [first, second]),
    ).toEqual([{ cause: 'nothing' }]);
    const [copy] = await d.db.query<{ id: string }>(
      'select (pgwave.reproduce_run($1)).workflow_run_id as id',
      [second],
    );
    expect((await d.run(copy?.id as string)).status).toBe('completed');
    expect((await d.run(holder)).status).toBe('pending');
  });
});

describe('a run that begins later', () => {
  it('waits until then, takes its slot then, and is cancelled and retried meanwhile', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { ...byCustomer(), load: { one: 'select 1 as n' } });
    await setClock(d.db, '2027-01-01T00:00:00Z');
    const later = { ...ask('ada'), not_before: '2027-01-01T08:00:00Z' };
    const run = await d.start(flow, later);
    expect(await d.run(run)).toMatchObject({
      status: 'waiting',
      not_before: new Date(later.not_before),
      concurrency_key: null,
    });
    expect(await whyOf(d, run)).toEqual({
      reason: 'timer',
      message: 'Waits until it may begin.',
    });
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await setClock(d.db, '2027-01-01T07:59:00Z');
    await d.performDue();
    expect(await d.begin()).toEqual([]);
    const holder = await d.start(flow, ask('ada'));
    const [probe] = await d.begin();
    await d.complete([[probe, { data: { loaded: { one: { n: 1 } } } }]]);
    await setClock(d.db, '2027-01-01T08:00:00Z');
    await d.performDue();
    expect(await d.run(run)).toMatchObject({ status: 'waiting', concurrency_key: 'ada' });
    await d.db.query('select pgwave.cancel_workflow_run($1)', [holder]);
    expect(await d.run(run)).toMatchObject({ started_at: new Date('2027-01-01T08:00:00Z') });
    await d.drive({ state_probe: { data: { loaded: { one: { n: 1 } } } } });
    expect(await statusOf(d, run)).toEqual(['completed']);
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('begins at once where the time is over, and refuses one that nobody will see', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const past = await d.start(flow, { not_before: '2020-01-01T00:00:00Z' });
    expect(await d.run(past)).toMatchObject({ status: 'pending', not_before: null });
    await expect(d.start(flow, { not_before: 'infinity' })).rejects.toMatchObject({
      code: 'PWINP',
    });
    const key = { idempotency_key: 'once', not_before: '2030-01-01T00:00:00Z' };
    const run = await d.start(flow, key);
    await d.db.query("set time zone 'Asia/Tokyo'");
    expect(await d.start(flow, key)).toBe(run);
    await expect(
      d.start(flow, { ...key, not_before: '2030-01-02T00:00:00Z' }),
    ).rejects.toMatchObject({ code: 'PWIDM' });
    await d.db.query('reset time zone');
    await finish(d, past);
  });
});

describe('several runs that begin later', () => {
  it('holds for start_workflows, chains, and batches, which start no task before', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    await setClock(d.db, '2028-01-01T00:00:00Z');
    const call = async (sql: string) =>
      (
        await d.db.query<{ id: string }>(
          `select workflow_run_id as id from ${sql} order by workflow_run_id`,
          [flow, '2028-01-01T08:00:00Z'],
        )
      ).map(({ id }) => id);
    const many = () =>
      call(
        `pgwave.start_workflows($1, '[{}, {}]', idempotency_keys => array['p', 'q'], not_before => $2::timestamptz)`,
      );
    const runs = await many();
    expect(await many()).toEqual(runs);
    const [chain] = await call(
      'pgwave.chain_workflows(array[$1, $1], not_before => $2::timestamptz)',
    );
    const [batch] = await call(
      `pgwave.start_batch($1, '[{}, {}, {}]', max_parallel => 2, not_before => $2::timestamptz)`,
    );
    const [cancelled] = await call(
      `pgwave.start_batch($1, '[{"n": 1}]', not_before => $2::timestamptz)`,
    );
    await d.db.query('select pgwave.cancel_workflow_run($1)', [cancelled]);
    await setClock(d.db, '2028-01-01T07:59:59Z');
    await d.performDue();
    expect(await d.begin()).toEqual([]);
    expect(await statusOf(d, ...runs, chain as string, cancelled as string)).toEqual([
      ...['waiting', 'waiting', 'waiting', 'cancelled'],
    ]);
    await setClock(d.db, '2028-01-01T08:00:00Z');
    await d.performDue();
    await d.drive();
    expect(await statusOf(d, ...runs, chain as string, batch as string)).toEqual(
      Array(4).fill('completed'),
    );
    await expect(
      d.db.query(`select pgwave.start_batch($1, '[{}]', not_before => 'infinity')`, [flow]),
    ).rejects.toMatchObject({ code: 'PWINP' });
  });
});

describe('many sessions at once', () => {
  it('never exceed a limit, never wait for each other for ever, and leave nothing behind', async () => {
    const d = driver();
    const flows: string[] = [];
    for (const on_conflict of ['queue', 'replace', 'skip']) {
      flows.push(await d.define({ a: { branches: ['b'] }, b: {} }, byCustomer({ on_conflict })));
    }
    const parent = await d.define({
      call: {
        ...{ type: 'workflow', workflow: flows[0], input: { customer: '$input.customer' } },
        branches: ['ask'],
      },
      ask: { type: 'workflow', workflow: flows[1], input: { customer: '$input.customer' } },
    });
    const seed = Number(process.env.PGWAVE_TEST_SEED ?? 1);
    const play = async (player: number): Promise<void> => {
      const worker = await d.addWorker();
      const draw = random(seed + player);
      const call = (sql: string, values: unknown[]) =>
        worker.client.query(sql, values).catch((error: { code?: string }) => {
          // what a caller may be told
          if (!['PWTRN', 'PWLIM'].includes(error.code ?? '')) throw error;
        });
      for (let step = 0; step < 50; step++) {
        const input = { customer: ['ada', 'bob'][draw(2)] };
        switch (draw(6)) {
          case 0:
            await call('select pgwave.start_workflow(workflow => $1, input => $2)', [
              ...[flows[draw(3)], JSON.stringify(input)],
            ]);
            break;
          case 1:
            await call('select pgwave.start_workflow(workflow => $1, input => $2)', [
              ...[parent, JSON.stringify(input)],
            ]);
            break;
          case 2:
            await call('select pgwave.start_batch($1, $2)', [
              flows[draw(3)],
              JSON.stringify([input, { customer: 'ada' }, { customer: 'bob' }]),
            ]);
            break;
          case 3: {
            const verb = ['cancel', 'retry', 'pause', 'resume'][draw(4)];
            const { rows } = await worker.client.query<{ id: string }>(
              `select workflow_run_id as id from pgwave.workflow_runs
                where mode = 'single' and not_before is null order by workflow_run_id desc limit 1 offset $1`,
              [draw(12)],
            );
            if (rows[0]) await call(`select pgwave.${verb}_workflow_run($1)`, [rows[0].id]);
            break;
          }
          default: {
            const work = await d.begin(3, worker);
            await d.complete(
              work.map((each): [Work, Record<string, unknown>] => [each, { data: {} }]),
              worker,
            );
          }
        }
      }
      await d.drop(worker.client);
    };
    await Promise.all([1, 2, 3, 4].map(play));
    await d.db.query(
      "select pgwave.resume_workflow_run(workflow_run_id) from pgwave.workflow_runs where status = 'paused'",
    );
    await d.checkInvariants();
    for (let round = 0; round < 200; round++) {
      await d.performDue();
      const ran = await d.drive();
      const [left] = await d.db.query<{ open: number }>(
        'select count(*)::int as open from pgwave.workflow_runs where finished_at is null',
      );
      if (left?.open === 0 && ran.length === 0) break;
    }
    expect(await d.db.query('select * from pgwave_private.run_slots')).toEqual([]);
    expect(
      await d.db.query(
        'select workflow_run_id from pgwave.workflow_runs where finished_at is null',
      ),
    ).toEqual([]);
  });
});

describe('a definition', () => {
  it('refuses what cannot be meant, with the place', async () => {
    const d = driver();
    const faults = async (concurrency: unknown) =>
      (
        await d.db.query<{ code: string; path: string }>(
          'select code, path from pgwave.validate_workflow($1)',
          [
            JSON.stringify({
              ...{ name: 'faulty', input: { type: 'object', properties: { n: {} } }, concurrency },
              conversations: [{ name: 'a', actor: 'noop' }],
            }),
          ],
        )
      ).map(({ code, path }) => `${code} ${path}`);
    expect(await faults({ key: '$input.n', limit: 3, on_conflict: 'skip' })).toEqual([]);
    expect(await faults({ limit: 0 })).toEqual(['out_of_range /concurrency/limit']);
    expect(await faults({ on_conflict: 'wait' })).toEqual([
      'unknown_value /concurrency/on_conflict',
    ]);
    expect(await faults({ group: 'x' })).toEqual(['unknown_field /concurrency/group']);
    expect(await faults('one')).toEqual(['wrong_type /concurrency']);
    expect(await faults({ key: '$input.m' })).toEqual(['unknown_property /concurrency/key']);
    expect(await faults({ key: '$a.data.n' })).toEqual(['unknown_binding /concurrency/key']);
    expect(await faults({ key: '$run.operator' })).toEqual(['unknown_binding /concurrency/key']);
    expect(await faults({ key: '$input.' })).toEqual(['path_syntax /concurrency/key']);
  });
});
