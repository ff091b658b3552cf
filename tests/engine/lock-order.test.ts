import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { useDriver, type Work } from './driver.ts';

const driver = useDriver();
const SECONDS = Number(process.env.PGWAVE_LOCK_SECONDS ?? 5);
const pidOf = async (client: pg.Client): Promise<number> =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid as number;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('sessions at random on shared runs', () => {
  it('never deadlock, and every run finishes', async () => {
    const d = driver();
    const limit = (client: { query(sql: string, values: unknown[]): Promise<unknown> }) =>
      client.query('select pgwave.define_actor($1)', [
        {
          name: 'few',
          type: 'function',
          ...(Math.random() < 0.7 ? { max_concurrent: 1 + Math.floor(Math.random() * 20) } : {}),
          ...(Math.random() < 0.3 ? { rate: '50/100ms' } : {}),
          enabled: Math.random() < 0.9,
        },
      ]);
    await limit(d.db.pool);
    const wide = await d.define({
      a: {
        actor: { choose: '$input.who | default: "noop"', from: ['noop', 'other'] },
        branches: ['c', 'd', 'block'],
        retry: { max_attempts: 3, delay: '0s' },
        compensate: { actor: 'few', retry: { max_attempts: 3, delay: '0s' } },
      },
      block: {
        type: 'workflow',
        block: {
          steps: [
            {
              name: 'inside',
              actor: 'noop',
              retry: { max_attempts: 3, delay: '0s' },
              compensate: { actor: 'noop', retry: { max_attempts: 3, delay: '0s' } },
            },
          ],
          finally: [{ name: 'last', actor: 'noop', retry: { max_attempts: 3, delay: '0s' } }],
        },
        compensate: true,
        branches: ['end'],
      },
      b: { actor: 'few', branches: ['c', 'd'], retry: { max_attempts: 3, delay: '0s' } },
      c: { branches: ['end'], join: 'any', retry: { max_attempts: 3, delay: '0s' } },
      d: { branches: ['end'], on_failure: 'continue', retry: { max_attempts: 3, delay: '0s' } },
      end: { retry: { max_attempts: 3, delay: '0s' } },
    });
    const runs: string[] = [];
    const pool: Work[] = []; // answered by whoever takes it, so several sessions meet on one run
    const errors: string[] = [];
    const pick = <T>(list: T[]): T | undefined => list[Math.floor(Math.random() * list.length)];
    const end = Date.now() + SECONDS * 1000;
    let calls = 0;

    const session = async () => {
      const worker = await d.addWorker();
      while (Date.now() < end || runs.length <= 20) {
        calls++;
        const dice = Math.random();
        try {
          if (dice < 0.12) {
            const { rows } = await worker.client.query(
              'select (pgwave.start_workflow($1::text)).workflow_run_id as id',
              [wide],
            );
            runs.push(rows[0].id);
          } else if (dice < 0.3) {
            pool.push(...(await d.begin(Math.ceil(Math.random() * 12), worker)));
          } else if (dice < 0.36 && runs.length > 0) {
            await worker.client.query('select pgwave.cancel_workflow_run($1)', [
              pick(runs.slice(-8)),
            ]);
          } else if (dice < 0.42) {
            await worker.client.query('select pgwave.heartbeat($1)', [worker.id]);
            const { rows } = await worker.client.query(
              'select unnest(pgwave.list_due_duties()) as duty',
            );
            for (const { duty } of rows)
              await worker.client.query('select pgwave.perform_duty($1)', [duty]);
          } else if (dice < 0.43) {
            await limit(worker.client);
          } else if (dice < 0.45) {
            const { rows } = await worker.client.query(
              'select array_agg(interaction_id) as ids from pgwave.leases where worker_id = $1',
              [worker.id],
            );
            await worker.client.query('select pgwave.hand_back_interactions($1, $2)', [
              worker.id,
              rows[0].ids ?? [],
            ]);
          } else {
            // some are answered twice, in any order
            const some = Array.from({ length: 1 + Math.floor(Math.random() * 8) }, () =>
              pick(pool),
            ).filter((w) => w !== undefined);
            const result = await d.complete(
              some.map((w) => [
                w,
                Math.random() < 0.15
                  ? { error: { code: 'timeout', message: 'x', retryable: Math.random() < 0.8 } }
                  : { response: 'x', usage: { prompt_tokens: 1, completion_tokens: 1 } },
              ]),
              worker,
              Math.floor(Math.random() * 6),
            );
            pool.push(...result.work);
            for (const w of some)
              if (Math.random() < 0.8 && pool.includes(w)) pool.splice(pool.indexOf(w), 1);
          }
        } catch (error) {
          errors.push(
            `${(error as pg.DatabaseError).code} ${(error as Error).message} ${(error as pg.DatabaseError).detail ?? ''} ${(error as pg.DatabaseError).where ?? ''}`,
          );
        }
      }
      return worker;
    };
    const workers = await Promise.all(Array.from({ length: 6 }, session));
    expect(errors.slice(0, 3)).toEqual([]);
    await d.checkInvariants();
    for (const worker of workers)
      await worker.client.query('select pgwave.stop_worker($1, true)', [worker.id]);
    // as a worker would: what a cancel had to skip, and a circuit that so many failures opened
    await d.db.query('select pgwave.wake_interactions()');
    await d.db.query('delete from pgwave.actor_limits');
    await d.db.query('update pgwave.actors set enabled = true');
    await d.drive();
    await d.checkInvariants();
    const open = await d.db.query(
      'select workflow_run_id, status, ends_as from pgwave.workflow_runs where finished_at is null',
    );
    expect(open).toEqual([]);
    const totals = await d.db.query(
      `select r.workflow_run_id from pgwave.workflow_runs r
        where r.prompt_tokens <> (select sum(i.prompt_tokens) from pgwave.interactions i where i.workflow_run_id = r.workflow_run_id)`,
    );
    expect(totals).toEqual([]);
    console.log(`${runs.length} runs, ${calls} calls in ${SECONDS} s`);
    expect(runs.length).toBeGreaterThan(20);
  });
});

describe('the order of locks', () => {
  it('a completion waits for the holder of its run; begin and completions of other runs do not', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['c'] }, b: { branches: ['c'] }, c: {} });
    const [one, two] = [await d.start(flow), await d.start(flow)];
    const work = await d.begin();
    const of = (run: string, name: string) =>
      work.find((w) => String(w.workflow_run_id) === run && w.conversation === name);
    const later = await d.start(flow);
    const [holder, second] = [await d.connection(), await d.addWorker()];
    await holder.query('begin');
    await holder.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 for no key update',
      [one],
    );
    const waiting = d.complete([[of(one, 'a'), { response: 'x' }]], second);
    const [waiter, blocker] = [
      await d.db.query<{ pid: number }>(
        'select session_pid as pid from pgwave.workers where worker_id = $1',
        [second.id],
      ),
      await pidOf(holder),
    ];
    expect(waiter).toHaveLength(1);
    const blocked = async () =>
      (
        await d.db.query<{ pid: number }>(
          'select pid from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
          [blocker],
        )
      ).length;
    while ((await blocked()) === 0) await sleep(5);
    // it holds its interaction already: the interactions come first, then the runs
    const free = await d.db.query(
      'select from pgwave.interactions where interaction_id = $1 for update skip locked',
      [of(one, 'a')?.interaction_id],
    );
    expect(free).toEqual([]);
    // nobody else waits
    await d.complete([[of(two, 'a'), { response: 'x' }]]);
    expect((await d.begin(1)).map((w) => String(w.workflow_run_id))).toEqual([later]);
    const third = await d.start(flow);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [third]);
    await d.worker.client.query('select pgwave.heartbeat($1)', [d.worker.id]);
    expect(await blocked()).toBe(1);
    await holder.query('commit');
    await waiting;
    expect(await d.statuses(one)).toEqual({ a: 'completed', b: 'running' });
  });

  it('begin does not wait for the run, nor for an interaction or a ready row that is held', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['c'] }, b: { branches: ['c'] }, c: {} });
    const run = await d.start(flow);
    const a = await d.interaction(run, 'a');
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 for no key update',
      [run],
    );
    await holder.query('select from pgwave.interactions where interaction_id = $1 for update', [
      a.interaction_id,
    ]);
    await d.worker.client.query(`set lock_timeout = '2s'`);
    expect((await d.begin()).map((w) => w.conversation)).toEqual(['b']);
    await holder.query('commit');
    expect((await d.begin()).map((w) => w.conversation)).toEqual(['a']);
  });

  it('two completions of one run wait for each other, and the second sees the join', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['c'] }, b: { branches: ['c'] }, c: {} });
    const run = await d.start(flow);
    const [a, b] = await d.begin();
    const other = await d.addWorker();
    await other.client.query('begin');
    await d.complete([[a, { response: 'x' }]], other);
    let done = false;
    const waiting = d.complete([[b, { response: 'x' }]]).then(() => {
      done = true;
    });
    await d.untilBlockedBy(other.client, waiting);
    expect(done).toBe(false);
    await other.client.query('commit');
    await waiting;
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'completed', c: 'pending' });
  });
});

describe('a retry', () => {
  it('takes up what was cancelled while it waited for the run, though a late answer holds it', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    // whether the answer or the retry comes first is the server's choice
    for (let round = 0; round < 8; round += 1) {
      const run = await d.start(flow);
      const [work] = await d.begin();
      const canceller = await d.connection();
      const retrier = await d.connection();
      await canceller.query('begin');
      await canceller.query('select pgwave.cancel_workflow_run($1)', [run]);
      const retried = retrier.query('select pgwave.retry_workflow_run($1)', [run]);
      await d.untilBlockedBy(canceller, retried);
      const answered = d.complete([[work, { response: 'late' }]]);
      const waiting = async () =>
        (
          await d.db.query(
            `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          )
        ).length;
      while ((await waiting()) < 2) await sleep(5);
      await canceller.query('commit');
      await Promise.all([retried, answered]);
      await d.drive();
      expect(await d.interaction(run, 'a')).toMatchObject({ status: 'completed', attempt: 2 });
      expect((await d.run(run)).status).toBe('completed');
      await d.drop(canceller);
      await d.drop(retrier);
    }
  });
});
