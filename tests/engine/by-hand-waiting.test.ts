import { describe, expect, it } from 'vitest';
import { type Interaction, useDriver } from './driver.ts';

const driver = useDriver();

/** What pgwave_admin does in psql. */
const byHand = (id: string | undefined, status: string, more: Record<string, unknown> = {}) =>
  driver().db.query(
    `update pgwave.interactions set status = $2, output = $3, error = $4 where interaction_id = $1`,
    [id, status, more.output ?? null, more.error ?? null],
  );
const wake = () => driver().db.query('select pgwave.wake_interactions()');
const header = (rows: Interaction[]) =>
  rows.find((i) => i.conversation === 'map' && i.item_index === null);
const items = (rows: Interaction[]) =>
  rows.filter((i) => i.conversation === 'map' && i.item_index !== null);
/** Drives to the end, as workers and their heartbeats do. */
const finish = async (
  run: string,
  answers: Parameters<ReturnType<typeof driver>['drive']>[0] = {},
) => {
  const d = driver();
  await wake();
  await d.checkInvariants();
  const ran = await d.drive(answers);
  await wake();
  await d.checkInvariants();
  return { ran, run: await d.run(run) };
};

describe('what a person decides, by hand', () => {
  const flow = {
    draft: { branches: ['review'] },
    review: {
      type: 'human',
      prompt: 'Publish?',
      branches: [
        { when: '[APPROVED]', to: 'publish' },
        { when: '[REJECTED]', to: 'drop' },
      ],
    },
    publish: {},
    drop: {},
  };
  const opened = async () => {
    const run = await driver().start(await driver().define(flow));
    await driver().drive();
    return { run, review: (await driver().interaction(run, 'review')).interaction_id };
  };

  it('completed with a tag, goes on there; nobody can decide it any more', async () => {
    const d = driver();
    const { run, review } = await opened();
    await byHand(review, 'completed', { output: { response: '[REJECTED]' } });
    expect(await d.statuses(run)).toMatchObject({ publish: 'skipped', drop: 'pending' });
    await expect(
      d.db.query('select pgwave.decide($1, $2)', [review, 'APPROVED']),
    ).rejects.toMatchObject({ code: 'PWTRN' });
    expect(await finish(run)).toMatchObject({ ran: ['drop'], run: { status: 'completed' } });
    expect(await d.attempts(review)).toHaveLength(1);
  });

  it('completed without a tag is refused, and it still waits', async () => {
    const d = driver();
    const { run, review } = await opened();
    await expect(
      byHand(review, 'completed', { output: { response: 'fine' } }),
    ).rejects.toMatchObject({ code: 'PWINP' });
    await d.db.query('select pgwave.decide($1, $2)', [review, 'APPROVED']);
    expect(await finish(run)).toMatchObject({ ran: ['publish'], run: { status: 'completed' } });
  });

  it.each(['failed', 'cancelled'])('%s ends the run', async (status) => {
    const { run, review } = await opened();
    await byHand(review, status);
    expect(await finish(run)).toMatchObject({ ran: [], run: { status } });
  });
});

describe('timers and signals, by hand', () => {
  it('completed, go on at once and never fire again', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        timer: { type: 'timer', wait: '1h', branches: ['go'] },
        go: { type: 'signal', signal: 'go', branches: ['b'] },
        b: { params: { n: '$go.data.n' } },
      }),
    );
    await byHand((await d.interaction(run, 'timer')).interaction_id, 'completed', {
      output: { data: {} },
    });
    expect(await d.statuses(run)).toEqual({ timer: 'completed', go: 'waiting' });
    await byHand((await d.interaction(run, 'go')).interaction_id, 'completed', {
      output: { data: { n: 1 } },
    });
    expect((await d.interaction(run, 'b')).input.params).toEqual({ n: 1 });
    await expect(
      d.db.query('select pgwave.send_signal($1, $2)', [run, 'go']),
    ).rejects.toMatchObject({ code: 'PWSIG' });
    expect(await finish(run)).toMatchObject({ ran: ['b'], run: { status: 'completed' } });
  });
});

/** A run that waits for a child run, of which one step has begun. */
const openSub = async () => {
  const d = driver();
  const child = await d.define({ c: { branches: ['e'] }, e: {} });
  const run = await d.start(
    await d.define({
      sub: { type: 'workflow', workflow: child, branches: ['after'] },
      after: { params: { got: '$sub.data' } },
    }),
  );
  const [work] = await d.begin();
  const [row] = await d.db.query<{ id: string }>(
    'select workflow_run_id as id from pgwave.workflow_runs where parent_workflow_run_id = $1',
    [run],
  );
  return {
    run,
    child: row?.id as string,
    work,
    sub: (await d.interaction(run, 'sub')).interaction_id,
  };
};

describe('a sub-workflow, by hand', () => {
  it('completed while its child runs: the child is cancelled, the run goes on with the output', async () => {
    const d = driver();
    const { run, child, work, sub } = await openSub();
    await byHand(sub, 'completed', { output: { data: { by: 'hand' } } });
    expect(await d.run(child)).toMatchObject({ status: 'cancelled' });
    expect(await d.statuses(child)).toEqual({ c: 'cancelled' });
    expect(await d.complete([[work, {}]])).toMatchObject({ late: [work?.interaction_id] });
    expect((await d.interaction(run, 'after')).input.params).toEqual({ got: { by: 'hand' } });
    expect(await finish(run)).toMatchObject({ ran: ['after'], run: { status: 'completed' } });
    expect(await d.db.query('select from pgwave.run_endings')).toEqual([]);
  });

  it.each(['failed', 'cancelled'])('%s while its child runs: both runs end', async (status) => {
    const d = driver();
    const { run, child, sub } = await openSub();
    await byHand(sub, status);
    expect(await finish(run)).toMatchObject({ ran: [], run: { status } });
    expect(await d.run(child)).toMatchObject({ status: 'cancelled' });
  });

  it('whose child is ended by hand: the interaction takes that end', async () => {
    const d = driver();
    const { run, child } = await openSub();
    await byHand((await d.interaction(child, 'c')).interaction_id, 'cancelled');
    expect(await d.run(child)).toMatchObject({ status: 'cancelled' });
    expect(await finish(run)).toMatchObject({
      run: { status: 'failed', error: { code: 'child_failed' } },
    });
  });

  it('whose child is held at that moment: the child is cancelled by the next heartbeat', async () => {
    const d = driver();
    const { run, child, work, sub } = await openSub();
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 for no key update',
      [child],
    );
    await byHand(sub, 'completed', { output: { data: 1 } });
    expect((await d.run(child)).status).toBe('running');
    await holder.query('commit');
    await d.drop(holder);
    await wake();
    expect((await d.run(child)).status).toBe('cancelled');
    expect(await d.complete([[work, {}]])).toMatchObject({ late: [work?.interaction_id] });
    expect(await finish(run)).toMatchObject({ ran: ['after'], run: { status: 'completed' } });
  });
});

describe('a map, by hand', () => {
  const opened = async (map: Record<string, unknown>, list: unknown[] = [1, 2, 3, 4]) => {
    const d = driver();
    const run = await d.start(
      await d.define({
        fetch: { branches: ['map'] },
        map: { for_each: '$fetch.data.list', params: { n: '$item' }, branches: ['after'], ...map },
        after: { params: { got: '$map.data' } },
      }),
    );
    await d.complete([[(await d.begin())[0], { data: { list } }]]);
    return run;
  };
  const twice = {
    map: (w: { input: { params?: Record<string, unknown> } }) => ({
      data: Number(w.input.params?.n) * 2,
    }),
  };

  it.each([{}, { max_parallel: 2 }])(
    'an item completed, pending or running: counted once, its data in its place (%j)',
    async (map) => {
      const d = driver();
      const run = await opened(map);
      const [running] = await d.begin(1);
      const [first, , third] = items(await d.interactions(run));
      expect(String(running?.interaction_id)).toBe(first?.interaction_id);
      await byHand(first?.interaction_id, 'completed', { output: { data: 'one' } });
      await byHand(third?.interaction_id, 'completed', { output: { data: 'three' } });
      await d.checkInvariants();
      expect(await d.complete([[running, { data: 'late' }]])).toMatchObject({
        late: [running?.interaction_id],
      });
      expect((await finish(run, twice)).run.status).toBe('completed');
      expect(header(await d.interactions(run))?.output?.data).toEqual(['one', 4, 'three', 8]);
    },
  );

  it.each([
    [0, 'failed'],
    [1, 'completed'],
  ])('an item failed, %s tolerated: the run is %s', async (tolerate, status) => {
    const d = driver();
    const run = await opened({ tolerate, max_parallel: 2 });
    await byHand(items(await d.interactions(run))[3]?.interaction_id, 'failed');
    await d.checkInvariants();
    expect((await finish(run, twice)).run.status).toBe(status);
    if (status === 'completed')
      expect(header(await d.interactions(run))?.output?.data).toEqual([2, 4, 6, null]);
  });

  it.each([{}, { max_parallel: 2 }])(
    'an item cancelled: null in its place, the run goes on (%j)',
    async (map) => {
      const d = driver();
      const run = await opened(map);
      const [first, , third] = items(await d.interactions(run));
      await byHand(first?.interaction_id, 'cancelled');
      await byHand(third?.interaction_id, 'cancelled');
      await d.checkInvariants();
      expect((await finish(run, twice)).run.status).toBe('completed');
      expect(header(await d.interactions(run))?.output?.data).toEqual([null, 4, null, 8]);
    },
  );

  it('all items cancelled: the run ends', async () => {
    const d = driver();
    const run = await opened({ max_parallel: 1 });
    for (const item of items(await d.interactions(run)))
      await byHand(item.interaction_id, 'cancelled');
    expect((await finish(run)).run.finished_at).not.toBeNull();
  });

  const completesHeader = async (map: Record<string, unknown>) => {
    const d = driver();
    const run = await opened(map);
    const [running] = await d.begin(1);
    await byHand(header(await d.interactions(run))?.interaction_id, 'completed', {
      output: { data: 'by hand' },
    });
    await d.checkInvariants();
    expect((await d.interaction(run, 'after')).input.params).toEqual({ got: 'by hand' });
    await d.complete([[running, { data: 1 }]]);
    expect((await finish(run, twice)).run.status).toBe('completed');
    expect(
      items(await d.interactions(run)).filter((i) =>
        ['pending', 'running', 'waiting'].includes(i.status),
      ),
    ).toEqual([]);
  };
  it('its header completed while items are open: what follows reads that, and the run ends', () =>
    completesHeader({}));
  it('its header completed while items are held back: the same', () =>
    completesHeader({ max_parallel: 2 }));

  it.each(['failed', 'cancelled'])(
    'its header %s while items are open: the run ends',
    async (status) => {
      const d = driver();
      const run = await opened({ max_parallel: 2 });
      const [running] = await d.begin(1);
      await byHand(header(await d.interactions(run))?.interaction_id, status);
      await d.checkInvariants();
      await d.complete([[running, { data: 1 }]]);
      expect((await finish(run, twice)).run.status).toBe(status);
    },
  );

  it('of sub-workflows, an item completed: its child run is cancelled, the next starts', async () => {
    const d = driver();
    const child = await d.define(
      { c: { params: { n: '$input.n' } } },
      { result: { n: '$c.data' } },
    );
    const run = await opened(
      { type: 'workflow', workflow: child, max_parallel: 1, tolerate: 1 },
      [1, 2],
    );
    const [first] = items(await d.interactions(run));
    await byHand(first?.interaction_id, 'completed', { output: { data: 'one' } });
    const children = await d.db.query(
      'select status from pgwave.workflow_runs where parent_workflow_run_id = $1 order by workflow_run_id',
      [run],
    );
    expect(children).toEqual([{ status: 'cancelled' }, { status: 'pending' }]);
    expect((await finish(run, { c: { data: 2 } })).run.status).toBe('completed');
    expect(header(await d.interactions(run))?.output?.data).toEqual(['one', { n: 2 }]);
  });

  it('of people, an item decided by hand: the next is asked', async () => {
    const d = driver();
    const run = await opened(
      { type: 'human', prompt: 'You, {{ item }}?', max_parallel: 1 },
      [1, 2],
    );
    const [first, second] = items(await d.interactions(run));
    await byHand(first?.interaction_id, 'completed', {
      output: { response: '[APPROVED]', data: 1 },
    });
    await d.db.query('select pgwave.decide($1, $2, $3)', [second?.interaction_id, 'APPROVED', '2']);
    expect((await finish(run)).run.status).toBe('completed');
    expect(header(await d.interactions(run))?.output?.data).toEqual([1, 2]);
  });
});

describe('a sub-workflow and a step of its child run, by hand', () => {
  it('completed in one statement with a step of its child: nothing starts in the child', async () => {
    const d = driver();
    const { run, child, work, sub } = await openSub();
    await d.db.query(
      `update pgwave.interactions set status = 'completed', output = '{"data": 1}' where interaction_id = any($1)`,
      [[sub, work?.interaction_id]],
    );
    await d.checkInvariants();
    expect((await d.run(child)).status).toBe('cancelled');
    expect((await d.statuses(child)).e ?? 'cancelled').toBe('cancelled');
    expect(await finish(run)).toMatchObject({ ran: ['after'], run: { status: 'completed' } });
  });
});
