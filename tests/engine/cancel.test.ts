import { describe, expect, it } from 'vitest';
import { eventually } from '../helpers/processes.ts';
import { useDriver } from './driver.ts';

const driver = useDriver();
const cancel = (id: string, reason: string | null = null) =>
  driver().db.query('select * from pgwave.cancel_workflow_run($1, $2)', [id, reason]);

describe('cancel_workflow_run', () => {
  it('cancels what is pending and what is running; a late answer changes nothing', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['c'] }, b: { branches: ['c'] }, c: {} });
    const run = await d.start(flow);
    const [a] = await d.begin(1);
    expect(await cancel(run, 'enough')).toMatchObject([
      {
        status: 'cancelled',
        error: { code: 'cancelled', message: 'enough' },
        interactions_cancelled: 2,
      },
    ]);
    await d.checkInvariants();
    const { rows } = await d.worker.client.query('select pgwave.heartbeat($1) as h', [d.worker.id]);
    expect(rows[0]?.h.interactions).toEqual([]);
    const before = [await d.run(run), await d.interactions(run)];
    expect(await d.complete([[a, { response: 'late' }]])).toMatchObject({
      late: [a?.interaction_id],
    });
    expect([await d.run(run), await d.interactions(run)]).toEqual(before);
    expect(await d.statuses(run)).toEqual({ a: 'cancelled', b: 'cancelled' });
    expect(await d.attempts(a?.interaction_id ?? 0)).toMatchObject([
      { outcome: 'cancelled', late_answer: { response: 'late' } },
    ]);
  });

  it('leaves a finished run as it is', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    await d.drive();
    const before = await d.run(run);
    expect(await cancel(run)).toMatchObject([{ status: 'completed' }]);
    expect(await d.run(run)).toEqual(before);
    const seals = await d.db.query('select from pgwave.run_seals where workflow_run_id = $1', [
      run,
    ]);
    expect(seals).toHaveLength(1);
  });

  it('of an unknown run raises', async () => {
    await expect(cancel('123456789')).rejects.toMatchObject({ code: 'PWNOF' });
  });

  it('while a retry waits', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { retry: { max_attempts: 3, delay: '1h' } } }));
    const [a] = await d.begin();
    await d.complete([[a, { error: { code: 'timeout', message: 'x', retryable: true } }]]);
    await cancel(run);
    expect(await d.statuses(run)).toEqual({ a: 'cancelled' });
    expect(await d.begin()).toEqual([]);
  });

  it.each([
    ['completes', 'completed'],
    ['fails', 'cancelled'],
  ])('waits for a call that %s an interaction just now, and ends the run', async (what, status) => {
    const d = driver();
    const again = { max_attempts: 3, delay: '1h' };
    const run = await d.start(await d.define({ a: { branches: ['b'], retry: again }, b: {} }));
    const [a] = await d.begin();
    const holder = await d.connection();
    await holder.query('begin');
    const answer =
      what === 'completes'
        ? { response: 'x' }
        : { error: { code: 'timeout', message: 'x', retryable: true } };
    await holder.query('select pgwave.complete_interactions($1)', [
      JSON.stringify([{ ...a, ...answer }]),
    ]);
    const cancelled = cancel(run);
    await eventually('the cancel waits', async () => {
      const waiting = await d.db.query(
        `select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like '%cancel_workflow_run%'`,
      );
      return waiting.length === 1;
    });
    await holder.query('commit');
    await d.drop(holder);
    expect(await cancelled).toMatchObject([{ status: 'cancelled' }]);
    expect(await d.statuses(run)).toMatchObject({ a: status });
    await d.checkInvariants();
  });

  it('in a transaction that holds something waits for nobody: the run ends when the holder lets go', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const [run, other] = [await d.start(flow), await d.start(flow)];
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query('select from pgwave.interactions where workflow_run_id = $1 for update', [
      run,
    ]);
    const caller = await d.connection();
    await caller.query('begin');
    await caller.query('select pgwave.cancel_workflow_run($1)', [other]);
    const { rows } = await caller.query('select * from pgwave.cancel_workflow_run($1)', [run]);
    expect(rows).toMatchObject([{ finished_at: null, ends_as: 'cancelled' }]);
    await caller.query('commit');
    await holder.query('rollback');
    await d.drop(holder);
    await d.drop(caller);
    await d.db.query(`select pgwave.perform_duty('settle_ending_runs')`);
    expect((await d.run(run)).status).toBe('cancelled');
  });

  it('leaves nothing at the head of the line: what others wait for begins at once', async () => {
    const d = driver();
    const flow = await d.define({ a: { for_each: '$input.items' } });
    const run = await d.start(flow, { input: { items: [1, 2, 3, 4, 5, 6, 7, 8] } });
    const next = await d.start(flow, { input: { items: [9] } });
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query('select from pgwave.interactions where workflow_run_id = $1 for update', [
      run,
    ]);
    const caller = await d.connection();
    await caller.query('begin');
    await caller.query(`select pgwave.define_actor('{"name": "other", "type": "function"}')`);
    const { rows } = await caller.query('select * from pgwave.cancel_workflow_run($1)', [run]);
    expect(rows).toMatchObject([{ finished_at: null, ends_as: 'cancelled' }]);
    await caller.query('commit');
    await holder.query('rollback');
    await d.drop(holder);
    await d.drop(caller);
    // before any duty has cancelled what was passed over
    expect((await d.begin(3)).map((w) => w.workflow_run_id)).toEqual([Number(next)]);
    await d.performDue();
    expect((await d.run(run)).status).toBe('cancelled');
    expect(await d.db.query('select from pgwave.ready where workflow_run_id = $1', [run])).toEqual(
      [],
    );
    await d.checkInvariants();
  });

  it('meets a completion in flight: whoever holds the interaction meets the cancelled run', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['b'] }, b: {} });
    const run = await d.start(flow);
    const [a] = await d.begin();
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query('select from pgwave.interactions where interaction_id = $1 for update', [
      a?.interaction_id,
    ]);
    expect(await cancel(run)).toMatchObject([{ finished_at: null, ends_as: 'cancelled' }]);
    await holder.query('select pgwave.complete_interactions($1)', [
      JSON.stringify([{ ...a, response: 'x' }]),
    ]);
    await holder.query('commit');
    await d.drop(holder);
    expect(await d.statuses(run)).toEqual({ a: 'completed' });
    expect((await d.run(run)).status).toBe('cancelled');
  });

  it('that meets the begin of its last interaction ends when that is retried', async () => {
    const d = driver();
    const retry = { max_attempts: 3, delay: '0s' };
    const flow = await d.define({ z: { branches: ['a'] }, a: { retry } });
    const run = await d.start(flow);
    const [z] = await d.begin();
    await d.complete([[z, { response: 'z' }]]);
    const { client } = d.worker;
    await client.query('begin');
    const [a] = await d.begin();
    await cancel(run);
    await client.query('commit');
    expect(await d.statuses(run)).toEqual({ z: 'completed', a: 'running' });
    await d.complete([[a, { error: { code: 'timeout', message: 'x', retryable: true } }]]);
    expect(await d.statuses(run)).toEqual({ z: 'completed', a: 'cancelled' });
    expect((await d.run(run)).status).toBe('cancelled');
  });

  // What cancel passed over is taken up by a duty.
  it('that meets a begin which is rolled back still ends, by the next duty', async () => {
    const d = driver();
    const flow = await d.define({ z: { branches: ['a'] }, a: {} });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], { response: 'z' }]]);
    const { client } = d.worker;
    await client.query('begin');
    await d.begin();
    await cancel(run);
    await client.query('rollback');
    await d.db.query(`select pgwave.perform_duty('settle_ending_runs')`);
    expect((await d.run(run)).status).toBe('cancelled');
  });
});
