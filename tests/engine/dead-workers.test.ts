import { expect, it } from 'vitest';
import { eventually } from '../helpers/processes.ts';
import { useDriver } from './driver.ts';

const driver = useDriver();

it('what a worker began while it was given up goes back, and does not count', async () => {
  const d = driver();
  const run = await d.start(await d.define({ a: {} }));
  const gone = await d.addWorker();
  const [work] = await d.begin(1, gone);
  // its row was taken away before its begin was committed, so that nobody saw the lease
  await d.db.query('delete from pgwave.workers where worker_id = $1', [gone.id]);
  await d.db.query(`select pgwave.perform_duty('recover_dead_workers')`);
  expect(await d.interaction(run, 'a')).toMatchObject({
    status: 'pending',
    workers_lost: 0,
    pending_reason: 'handed_back',
  });
  expect((await d.complete([[work, {}]], gone)).late).toEqual([work?.interaction_id]);
  expect(await d.drive()).toEqual(['a']);
  expect((await d.run(run)).status).toBe('completed');
  await d.drop(gone.client);
});

it('jobs that a dead process had locked are let go, those of a live one are not', async () => {
  const d = driver();
  await d.db.query(`select graphile_worker.add_job('serve_lane', '{"lane": "nowhere"}', job_key => k)
                      from unnest(array['dead', 'alive', 'young', 'ahead']) k`);
  await d.db.query(`update graphile_worker._private_jobs
                       set locked_by = 'pool-' || key, attempts = 1,
                           -- one before the clock was set back
                           locked_at = clock_timestamp() - case key when 'ahead' then '-1 hour' else '11 seconds' end::interval
                     where key in ('dead', 'alive', 'young', 'ahead')`);
  const locked = async () =>
    (
      await d.db.query<{ key: string }>(
        `select key from graphile_worker._private_jobs where locked_at is not null order by 1`,
      )
    ).map(({ key }) => key);
  const session = await d.connection();
  const hold = (pools: string[]) => session.query('select pgwave.hold_job_pools($1)', [pools]);
  await hold(['pool-alive', 'pool-other']);
  await hold(['pool-alive']);
  // after a restart nothing is let go until workers had the time to come back
  await eventually('the server has been up for ten seconds', async () => {
    await d.db.query(
      "update graphile_worker._private_jobs set locked_at = clock_timestamp() where key = 'young'",
    );
    await d.db.query('select pgwave.release_dead_jobs()');
    return !(await locked()).includes('dead');
  });
  expect(await locked()).toEqual(['alive', 'young']);
  // a pool that has ended while its process lives
  await hold([]);
  await d.db.query('select pgwave.release_dead_jobs()');
  expect(await locked()).not.toContain('alive');
  await d.drop(session);
  await d.db.query(`delete from graphile_worker._private_jobs where key is not null`);
});
