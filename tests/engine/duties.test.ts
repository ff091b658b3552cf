import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Driver, useDriver } from './driver.ts';

const driver = useDriver();

const due = async (d: Driver) =>
  (await d.db.query<{ duties: string[] }>('select pgwave.list_due_duties() as duties'))[0]?.duties;

const faults = (d: Driver) =>
  d.db.query(
    'select duty, workflow_run_id, failures, sqlstate, message from pgwave_private.duty_faults',
  );

/** Whatever the engine does to the interactions of a run raises. */
async function poison(d: Driver, run: string, sqlstate = 'P0001'): Promise<() => Promise<unknown>> {
  await d.db.query(`create or replace function public.poison() returns trigger language plpgsql as $$
    begin raise exception using errcode = '${sqlstate}', message = 'poisoned'; end $$`);
  await d.db.query(`create trigger _150_poison before update on pgwave.interactions for each row
    when (old.workflow_run_id = ${run}) execute function public.poison()`);
  return () => d.db.query('drop trigger _150_poison on pgwave.interactions');
}

describe('a duty', () => {
  it('passes over the run that raises: the others go on, doctor shows it, and it is tried again', async () => {
    const d = driver();
    const flow = await d.define({ t: { type: 'timer', wait: '1ms' } });
    const [bad, ...good] = [await d.start(flow), await d.start(flow), await d.start(flow)];
    const heal = await poison(d, bad as string);
    await d.performDue();
    for (const run of good) expect((await d.run(run)).status).toBe('completed');
    expect((await d.run(bad as string)).status).toBe('waiting');
    const fault = {
      duty: 'settle_due_waits',
      workflow_run_id: bad,
      sqlstate: 'P0001',
      message: 'poisoned',
    };
    expect(await faults(d)).toEqual([{ ...fault, failures: 1 }]);
    // it is not tried at once, and the sign of life knows nothing of it
    expect(await due(d)).not.toContain('settle_due_waits');
    const { rows } = await d.worker.client.query('select pgwave.heartbeat($1) as h', [d.worker.id]);
    expect(rows[0]?.h).toMatchObject({ known: true });
    await d.db.query('update pgwave_private.duty_faults set retry_at = now()');
    await d.performDue();
    expect(await faults(d)).toEqual([{ ...fault, failures: 2 }]);
    const found = await d.db.query(
      `select severity, subject, message from pgwave.check_health() where finding = 'duty_fails'`,
    );
    expect(found).toMatchObject([{ severity: 'broken', subject: `run ${bad}` }]);
    expect(found[0]?.message).toContain('settle_due_waits failed 2 times in a row');
    await heal();
    await d.db.query('update pgwave_private.duty_faults set retry_at = now()');
    await d.performDue();
    expect((await d.run(bad as string)).status).toBe('completed');
    expect(await faults(d)).toEqual([]);
  });

  it.each(['57014', '40P01', '55P03', '53100'])(
    'that the server could not do (%s) is nobody fault: it raises, and nothing is passed over',
    async (sqlstate) => {
      const d = driver();
      const run = await d.start(await d.define({ t: { type: 'timer', wait: '1ms' } }));
      const heal = await poison(d, run, sqlstate);
      await expect(
        d.db.query(`select pgwave.perform_duty('settle_due_waits')`),
      ).rejects.toMatchObject({ code: sqlstate });
      expect(await faults(d)).toEqual([]);
      await heal();
      await d.performDue();
      expect((await d.run(run)).status).toBe('completed');
    },
  );

  it('that raises as a whole keeps none of the others from being done', async () => {
    const d = driver();
    await d.performDue();
    await d.db.query(`create or replace function public.refuse() returns trigger language plpgsql as $$
      begin raise exception 'no links today'; end $$`);
    await d.db.query(
      'create trigger _100_refuse before insert on pgwave.seal_links for each row execute function public.refuse()',
    );
    const run = await d.start(await d.define({ t: { type: 'timer', wait: '1ms' } }));
    await d.db.query('update pgwave_private.duty_times set next_at = now()');
    await d.performDue();
    expect((await d.run(run)).status).toBe('completed');
    await d.db.query('update pgwave_private.duty_times set next_at = now()');
    await d.performDue();
    expect(await faults(d)).toMatchObject([
      { duty: 'link_seals', workflow_run_id: '0', message: 'no links today' },
    ]);
    expect(await due(d)).not.toContain('link_seals');
    await d.db.query('drop trigger _100_refuse on pgwave.seal_links');
    await d.db.query('delete from pgwave_private.duty_faults');
  });

  it('that recurs is done by one worker a time, and also when somebody set the clock back', async () => {
    const d = driver();
    await d.db.query('update pgwave_private.duty_times set next_at = now()');
    expect(await due(d)).toContain('make_partitions');
    const [one, two] = [await d.connection(), await d.connection()];
    await one.query('begin');
    await one.query(`select pgwave.perform_duty('make_partitions')`);
    await two.query(`select pgwave.perform_duty('make_partitions')`);
    await one.query('commit');
    expect(await due(d)).not.toContain('make_partitions');
    await d.db.query(`update pgwave_private.duty_times set next_at = now() + interval '1 day'`);
    expect(await due(d)).toContain('make_partitions');
    await d.drop(one);
    await d.drop(two);
  });
});

describe('what had a worker that died', () => {
  it('begins again one by one: who kills it is charged, and takes no other with it', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const runs = await Promise.all(Array.from({ length: 5 }, () => d.start(flow)));
    const killer = runs[2] as string;
    const status = async (run: string) => {
      const { status: is, workers_lost, attempt } = await d.interaction(run, 'a');
      return { is, workers_lost, attempt };
    };
    let deaths = 0;
    for (let round = 0; round < 12; round += 1) {
      const worker = await d.addWorker();
      const work = await d.begin(100, worker);
      if (round > 0) expect(work.length).toBeLessThanOrEqual(1);
      if (work.length === 0) {
        await d.db.query('select pgwave.stop_worker($1, true)', [worker.id]);
        await d.drop(worker.client);
        break;
      }
      if (work.some((w) => String(w.workflow_run_id) === killer)) {
        deaths += 1;
        await d.kill(worker);
        await d.giveUp([worker], 2000);
      } else {
        await d.complete(
          work.map((w) => [w, { response: 'done' }]),
          worker,
        );
        await d.db.query('select pgwave.stop_worker($1, true)', [worker.id]);
        await d.drop(worker.client);
      }
      await d.db.query(`select pgwave.perform_duty('release_suspects')`);
      await d.checkInvariants();
    }
    expect(deaths).toBe(4);
    expect(await status(killer)).toEqual({ is: 'failed', workers_lost: 3, attempt: 4 });
    for (const run of runs.filter((each) => each !== killer)) {
      expect(await status(run)).toEqual({ is: 'completed', workers_lost: 0, attempt: 2 });
    }
    expect(await d.db.query('select from pgwave_private.suspects')).toEqual([]);
  });

  it('waits no longer for a suspect that is cancelled', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const runs = await Promise.all(Array.from({ length: 3 }, () => d.start(flow)));
    const worker = await d.addWorker();
    await d.begin(3, worker);
    await d.kill(worker);
    await d.giveUp([worker], 2000);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [runs[0]]);
    for (const _ of [1, 2]) {
      await d.db.query(`select pgwave.perform_duty('release_suspects')`);
      await d.drive();
    }
    await d.db.query(`select pgwave.perform_duty('release_suspects')`);
    expect((await d.run(runs[1] as string)).status).toBe('completed');
    expect((await d.run(runs[2] as string)).status).toBe('completed');
    expect(await d.db.query('select from pgwave_private.suspects')).toEqual([]);
  });
});

describe('a dead worker is noticed', () => {
  const lost = async (change: string, silentMs: number) => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    const worker = await d.addWorker();
    await d.begin(1, worker);
    await d.db.query(`update pgwave.workers set ${change} where worker_id = $1`, [worker.id]);
    await d.kill(worker);
    await d.giveUp([worker], silentMs);
    const { status, workers_lost } = await d.interaction(run, 'a');
    await d.drive();
    return { status, workers_lost };
  };

  it('also when its last sign of life lies in the future: the clock was set back', async () => {
    expect(await lost(`seen_at = now() + interval '1 hour'`, 2000)).toEqual({
      status: 'pending',
      workers_lost: 1,
    });
  });

  it.each(['-', '+'])(
    'one that registered with another server (it started %s 1 hour) has ten seconds to come back, and is not charged',
    async (sign) => {
      const change = `server_started_at = server_started_at ${sign} interval '1 hour'`;
      expect(await lost(change, 9000)).toEqual({ status: 'running', workers_lost: 0 });
      const d = driver();
      await d.db.query(`update pgwave.workers set beats = beats where given_up is null`);
      expect(await lost(change, 10_000)).toEqual({ status: 'pending', workers_lost: 0 });
    },
  );

  it('one that no observer lives long enough to watch for ten seconds: what they saw adds up', async () => {
    const d = driver();
    const worker = await d.addWorker();
    await d.db.query(
      `update pgwave.workers set server_started_at = server_started_at - interval '1 hour' where worker_id = $1`,
      [worker.id],
    );
    const givenUp = async (beats: number) => {
      const [row] = await d.db.query<{ n: number }>('select pgwave.give_up_workers($1) as n', [
        { [worker.id]: { beats, silent_ms: 2000 } },
      ]);
      return row?.n;
    };
    const second = (n: number) => setClock(d.db, new Date(Date.UTC(2030, 0, 1) + n * 1000));
    const see = async (from: number, times: number, beats: number) => {
      let found = 0;
      for (let i = 0; i < times; i += 1) {
        await second(from + 1.1 * i);
        found += (await givenUp(beats)) ?? 0;
        // a second observer in the same second counts for nothing
        found += (await givenUp(beats)) ?? 0;
      }
      return found;
    };
    try {
      expect(await see(0, 9, 0)).toBe(0);
      await worker.client.query('select pgwave.heartbeat($1)', [worker.id]);
      expect(await see(20, 9, 1)).toBe(0);
      // a clock that jumps adds a second at most
      await setClock(d.db, new Date(Date.UTC(2030, 0, 2)));
      expect(await givenUp(1)).toBe(1);
    } finally {
      await setClock(d.db, null);
    }
    await d.drop(worker.client);
  });

  it('not when it beat meanwhile', async () => {
    const d = driver();
    const worker = await d.addWorker();
    const silent = { [worker.id]: { beats: 0, silent_ms: 60_000 } };
    await worker.client.query('select pgwave.heartbeat($1)', [worker.id]);
    await d.db.query('select pgwave.give_up_workers($1)', [silent]);
    const { rows } = await worker.client.query('select pgwave.heartbeat($1) as h', [worker.id]);
    expect(rows[0]?.h).toMatchObject({ known: true });
    await d.giveUp([worker], 60_000);
    const { rows: then } = await worker.client.query('select pgwave.heartbeat($1) as h', [
      worker.id,
    ]);
    expect(then[0]?.h).toMatchObject({ known: false });
    await d.drop(worker.client);
  });
});

it('a session that comes back does not wait for the one before', async () => {
  const d = driver();
  const [before, after] = [await d.connection(), await d.connection()];
  await before.query(`select pgwave.hold_job_pools('{a,b}')`);
  await after.query(`set lock_timeout = '1s'`);
  await after.query(`select pgwave.hold_job_pools('{a,b}')`);
  await d.drop(before);
  await d.drop(after);
});
