// Everything that people, workers and clocks may call, on several connections at once: nothing deadlocks, and what is
// left behind adds up. `PGWAVE_LOCK_STEPS=3000 PGWAVE_LOCK_SEED=7` for longer and other courses.

import type pg from 'pg';
import { expect, it } from 'vitest';
import { type Answer, SLOTS, useDriver, type Work, type Worker } from './driver.ts';

const driver = useDriver();
const STEPS = Number(process.env.PGWAVE_LOCK_STEPS ?? 500);
const SEED = Number(process.env.PGWAVE_LOCK_SEED ?? 1);

const timeout = { error: { code: 'timeout', message: 'x', retryable: true } };
const refused = { error: { code: 'function_error', message: 'no', retryable: false } };
/** What makes no sense at the moment, or is beyond a limit, is refused. */
const EXPECTED = ['PWTRN', 'PWSIG', 'PWNOF', 'PWLIM', 'PWDUE'];

const childrenOf = async (run: string) =>
  driver().db.query<{ id: string }>(
    `select workflow_run_id as id from pgwave.workflow_runs
      where parent_workflow_run_id = $1 order by workflow_run_id`,
    [run],
  );

/** Answers, decides and signals until no run is open. */
async function settle(answers: Record<string, Answer>): Promise<void> {
  const d = driver();
  for (let round = 0; round < 40; round += 1) {
    // runs that wait for others to join them
    await d.db.query('update pgwave.waits set due_at = now() where start_key is not null');
    await d.db.query('select pgwave.wake_interactions()');
    await d.drive(answers);
    const open = await d.db.query<{ id: string; run: string; kind: string; signal: string }>(
      `select w.interaction_id as id, w.workflow_run_id as run, w.waits_for as kind, w.signal_name as signal
         from pgwave.waits w where w.waits_for in ('human', 'signal')`,
    );
    for (const { id, run, kind, signal } of open) {
      if (kind === 'human') {
        // overdue meanwhile: the next round does what the definition says for that
        await d.db.query("select pgwave.decide($1, 'APPROVED')", [id]).catch((error) => {
          if (error.code !== 'PWDUE') throw error;
        });
      }
      if (kind === 'signal')
        await d.db.query('select pgwave.send_signal($1, $2)', [run, signal]).catch(() => {});
    }
    const [left] = await d.db.query<{ n: number }>(
      'select count(*)::int as n from pgwave.workflow_runs where finished_at is null',
    );
    if (left?.n === 0) return;
  }
}

/** Numbers from 0 to 1 that repeat with their seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

it(`${STEPS} calls at random on six connections (seed ${SEED}) never deadlock, and every run ends`, {
  timeout: 300_000 + STEPS * 100,
}, async () => {
  const d = driver();
  const again = { retry: { max_attempts: 2, delay: 0 } };
  const leaf = await d.define({ c: { branches: ['e'], ...again }, e: again });
  const quiet = await d.define(
    { a: again },
    {
      debounce: { for: '1s', max_delay: '2s' },
      throttle: { rate: '10/100ms' },
      concurrency: { limit: 4 },
    },
  );
  const gathering = await d.define(
    { a: { branches: ['b'] }, b: again },
    { collect: { field: 'ids', for: '1s', max_items: 5 }, on_end: [{ workflow: quiet }] },
  );
  const mixed = await d.define(
    {
      fetch: { branches: ['map', 'subs', 'review', 'go', 'tick', 'sub'] },
      map: { for_each: '$fetch.data', max_parallel: 2, tolerate: 1, branches: ['end'], ...again },
      subs: {
        type: 'workflow',
        workflow: leaf,
        for_each: '$fetch.data',
        max_parallel: 2,
        tolerate: 2,
        branches: ['end'],
      },
      sub: { type: 'workflow', workflow: leaf, on_failure: 'continue', branches: ['end'] },
      review: {
        type: 'human',
        prompt: 'Fine?',
        due: [
          { after: '100ms', assign: ['postgres', 'ada'] },
          { after: '2s', then: 'APPROVED' },
        ],
        branches: ['end'],
      },
      go: { type: 'signal', signal: 'go', branches: ['end'] },
      tick: { type: 'timer', wait: '1ms', branches: ['end'] },
      end: again,
    },
    { limits: { max_tokens: 36 } },
  );
  for (const actor of [
    { name: 'few', type: 'function', max_concurrent: 3 },
    { name: 'rated', type: 'function', rate: '500/1s' },
  ])
    await d.db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
  const undo = { actor: 'noop', params: { what: '$output.n ?', why: '$error.code' }, ...again };
  const child = await d.define({
    x: { branches: ['y'], ...again, compensate: undo },
    y: { ...again, compensate: { ...undo, on_failure: 'continue' } },
  });
  const saga = await d.define({
    a: { branches: ['each', 'sub', 'block'], ...again, compensate: undo },
    each: {
      for_each: ['noop', 'other', 'few'],
      actor: { choose: '$item', from: ['noop', 'other', 'few'] },
      branches: ['z'],
      ...again,
      compensate: undo,
    },
    sub: { type: 'workflow', workflow: child, branches: ['z'], ...again, compensate: true },
    block: {
      type: 'workflow',
      compensate: true,
      block: {
        steps: [{ name: 'in_block', actor: 'noop', compensate: undo, params: { a: '$a.n ?' } }],
        finally: [{ name: 'last', actor: 'noop' }],
      },
      branches: ['z'],
    },
    z: { ...again, branches: ['end'], compensate: { type: 'timer', wait: '1ms' } },
    end: { retry: false },
  });
  await d.db.query(`
      create schema shop;
      create table shop.work (n int primary key);
      insert into shop.work select n from generate_series(1, 40) n;
      grant usage on schema shop to pgwave_sql;
      grant select on shop.work to pgwave_sql`);
  const task = await d.define(
    { c: { actor: 'few', branches: ['e'], ...again }, e: { actor: 'rated', ...again } },
    {
      input: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
      pending_tasks: 'select n from shop.work order by n',
      limits: { max_interactions: 3, max_tokens: 4 },
      on_completion: [{ workflow: leaf }],
    },
  );
  await d.db.query(
    `select pgwave.create_schedule('often', '* * * * *', $1, process_pending => true, max_tasks => 6),
              pgwave.create_schedule('leaves', '* * * * *', $2, overlap => 'allow')`,
    [task, leaf],
  );
  const batches: string[] = [];
  const conversations = ['fetch', 'fetch', 'map', 'subs', 'sub', 'review', 'go', 'tick', 'end'];
  const runs: string[] = [];
  const pool: Work[] = []; // answered by whoever takes it, so several sessions meet on one run
  const done: Record<string, number> = {};
  const errors: string[] = [];
  let steps = 0;

  const session = async (place: number): Promise<Worker> => {
    const worker = await d.addWorker();
    const random = randomOf(SEED * 1000 + place);
    const pick = <T>(list: T[]): T | undefined => list[Math.floor(random() * list.length)];
    const ask = (name: string, ...args: unknown[]) =>
      worker.client.query(`select * from pgwave.${name}(${args.map((_, i) => `$${i + 1}`)})`, args);
    // a run, its parent or one of its children
    const someRun = async (): Promise<string | undefined> => {
      const run = pick([...runs.slice(-5), ...batches.slice(-2)]);
      if (random() < 0.7) return run;
      return pick((await childrenOf(run ?? '0')).map(({ id }) => id)) ?? run;
    };
    const answerOf = (): Answer => {
      const dice = random();
      if (dice < 0.08) return timeout;
      if (dice < 0.12) return refused;
      return { data: [1, 2, 3, 4], usage: { prompt_tokens: 1, completion_tokens: 1 } };
    };
    const calls: [number, string, () => Promise<unknown>][] = [
      [5, 'start', async () => runs.push(await d.start(mixed))],
      [4, 'start saga', async () => runs.push(await d.start(saga))],
      [3, 'start quiet', async () => runs.push(await d.start(quiet))],
      [
        3,
        'start gathering',
        async () => runs.push(await d.start(gathering, { input: { ids: [1] } })),
      ],
      [
        20,
        'begin',
        async () => pool.push(...(await d.begin(1 + Math.floor(random() * 8), worker))),
      ],
      [
        34,
        'complete',
        async () => {
          const some = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(pool));
          const works = some.filter((w) => w !== undefined);
          const answers = works.map((w): [Work, Answer] => [w, answerOf()]);
          const { work } = await d.complete(answers, worker, Math.floor(random() * 5));
          pool.push(...work);
          // one in five is answered once more
          for (const w of works)
            if (random() < 0.8 && pool.includes(w)) pool.splice(pool.indexOf(w), 1);
        },
      ],
      [3, 'cancel', async () => ask('cancel_workflow_run', await someRun())],
      [5, 'pause', async () => ask('pause_workflow_run', await someRun())],
      [7, 'resume', async () => ask('resume_workflow_run', await someRun())],
      [
        6,
        'retry',
        async () => {
          const { rows } = await worker.client.query<{ id: string }>(
            `select workflow_run_id as id from pgwave.workflow_runs
                where status in ('failed', 'cancelled') and workflow_run_id >= $1
                order by workflow_run_id desc limit 6`,
            [runs[0]],
          );
          await ask('retry_workflow_run', pick(rows)?.id ?? (await someRun()));
        },
      ],
      [3, 'fork', async () => ask('fork_workflow_run', pick(runs), pick(conversations))],
      [5, 'signal', async () => ask('send_signal', await someRun(), 'go')],
      [
        8,
        'decide',
        async () => {
          const { rows } = await worker.client.query<{ id: string }>(
            `select interaction_id as id from pgwave.waits where waits_for = 'human'
                order by interaction_id limit 3`,
          );
          const id = pick(rows)?.id;
          if (id !== undefined) await ask('decide', id, pick(['APPROVED', 'REJECTED']));
        },
      ],
      [
        4,
        'by hand',
        async () => {
          const { rows } = await worker.client.query<{ id: string }>(
            `select interaction_id as id from pgwave.interactions
                where workflow_run_id = any($1) and status in ('pending', 'running', 'waiting')
                  order by interaction_id`,
            [[await someRun()]],
          );
          const id = pick(rows)?.id;
          await worker.client.query(
            `update pgwave.interactions set status = $2, output = $3
                where interaction_id = $1 and status in ('pending', 'running', 'waiting')`,
            random() < 0.8
              ? [id, 'completed', '{"response": "[APPROVED]", "data": [1, 2]}']
              : [id, pick(['failed', 'cancelled']), null],
          );
        },
      ],
      [
        4,
        'batch',
        async () => {
          const inputs = Array.from({ length: 1 + Math.floor(random() * 8) }, () => ({
            n: random() < 0.1 ? 'x' : Math.floor(random() * 60),
          }));
          const { rows } = await ask(
            'start_batch',
            task,
            JSON.stringify([...inputs, { n: 1 }]),
            pick([null, 1, 3]),
            pick([null, 2]),
          );
          batches.push(rows[0]?.workflow_run_id);
        },
      ],
      [
        6,
        'process',
        async () => {
          const { rows } = await worker.client.query(
            'select workflow_run_id as id from pgwave.process_pending_tasks($1, $2, max_parallel => $3)',
            [pick([task, null]), 1 + Math.floor(random() * 12), pick([null, 2])],
          );
          batches.push(...rows.map(({ id }) => id).filter((id) => id !== null));
        },
      ],
      [
        2,
        'retry batch',
        async () =>
          batches.push((await ask('retry_batch', pick(batches) ?? '0')).rows[0]?.workflow_run_id),
      ],
      [2, 'retry tasks', () => ask('retry_tasks', task)],
      [
        3,
        'schedules',
        async () => {
          await worker.client.query(
            `update pgwave.schedules set next_at = pgwave_private.now() where schedule_id in (
                 select s.schedule_id from pgwave.schedules s where s.next_at is null for update skip locked)`,
          );
          await ask('list_due_schedules');
        },
      ],
      [
        2,
        'limits',
        () =>
          ask(
            'define_actor',
            JSON.stringify({ name: 'few', type: 'function', max_concurrent: pick([1, 3, 8]) }),
          ),
      ],
      [
        2,
        'sharing',
        async () => {
          await ask('set_workflow_visibility', task, pick(['public', 'private']));
          await ask('grant_workflow', mixed, 'ada', 'view');
          await ask('revoke_workflow', mixed, 'ada');
        },
      ],
      [8, 'wake', () => ask('wake_interactions')],
      [
        4,
        'heartbeat',
        async () => {
          const { rows } = await ask('heartbeat', worker.id);
          if (rows[0]?.heartbeat.known) return;
          const { rows: registered } = await ask('register_worker', 'test', 1, SLOTS);
          worker.id = registered[0]?.register_worker.worker_id;
        },
      ],
      [
        2,
        'hand back',
        async () => {
          const { rows } = await worker.client.query<{ ids: string[] }>(
            'select array_agg(interaction_id) as ids from pgwave.leases where worker_id = $1',
            [worker.id],
          );
          await ask('hand_back_interactions', worker.id, rows[0]?.ids ?? []);
        },
      ],
    ];
    const total = calls.reduce((sum, [weight]) => sum + weight, 0);
    while (steps < STEPS) {
      steps += 1;
      let dice = random() * total;
      const chosen = calls.find(([weight]) => {
        dice -= weight;
        return dice < 0;
      });
      if (chosen === undefined) continue;
      const [, name, make] = chosen;
      try {
        if (runs.length === 0) runs.push(await d.start(mixed));
        await make();
        done[name] = (done[name] ?? 0) + 1;
      } catch (error) {
        const { code, message, detail, where } = error as pg.DatabaseError;
        // what makes no sense at the moment is refused
        if (!EXPECTED.includes(code ?? ''))
          errors.push(`${name}: ${code} ${message} ${detail ?? ''} ${where ?? ''}`);
      }
    }
    return worker;
  };
  const workers = await Promise.all(Array.from({ length: 6 }, (_, place) => session(place)));
  expect(errors.slice(0, 3)).toEqual([]);
  await d.checkInvariants();
  for (const worker of workers)
    await worker.client.query('select pgwave.stop_worker($1, true)', [worker.id]);
  const held = await d.db.query(
    `select r.* from pgwave.ready r join pgwave.workflow_runs run using (workflow_run_id)
        where r.paused and run.status <> 'paused' and run.ends_as is null`,
  );
  expect(held).toEqual([]);
  await d.db.query(
    `select pgwave.resume_workflow_run(workflow_run_id) from pgwave.workflow_runs
        where finished_at is null and ends_as is null`,
  );
  d.worker = await d.addWorker(); // who was silent for so long was given up
  await settle({ fetch: { data: [1, 2] } });
  await d.checkInvariants();
  const open = await d.db.query(
    `select run.workflow_run_id, run.status as run, run.ends_as, c.conversation_name, i.interaction_id, i.status, i.attempt,
              i.item_index, to_jsonb(r) as ready, to_jsonb(w) as waits, to_jsonb(l) as lease
         from pgwave.workflow_runs run
         left join pgwave.interactions i on i.workflow_run_id = run.workflow_run_id
          and i.status in ('pending', 'running', 'waiting') and i.conversation_id <> 9198
         left join pgwave.conversations c on c.conversation_id = i.conversation_id
         left join pgwave.ready r on r.interaction_id = i.interaction_id
         left join pgwave.waits w on w.interaction_id = i.interaction_id
         left join pgwave.leases l on l.interaction_id = i.interaction_id
        where run.finished_at is null order by run.workflow_run_id, i.interaction_id`,
  );
  expect(open).toEqual([]);
  for (const table of ['ready', 'leases', 'waits', 'run_endings'])
    expect([table, await d.db.query(`select * from pgwave.${table}`)]).toEqual([table, []]);
  // a run that completed has nothing that a retry forgot
  const miscounted = await d.db.query(
    `select b.* from pgwave.batches b
         cross join lateral (
           select count(*) filter (where t.status = 'completed') as completed,
                  count(*) filter (where t.status = 'failed') as failed,
                  count(*) filter (where t.status = 'cancelled') as cancelled, count(*) as tasks
             from pgwave.batch_tasks t where t.workflow_run_id = b.workflow_run_id) t
        where (b.tasks_completed, b.tasks_failed, b.tasks_cancelled, b.tasks)
              is distinct from (t.completed, t.failed, t.cancelled, t.tasks)`,
  );
  expect(miscounted).toEqual([]);
  const misspent = await d.db.query(
    `with recursive below (workflow_run_id, top) as (
       select run.workflow_run_id, run.parent_workflow_run_id from pgwave.workflow_runs run
        where run.triggered_by = 'sub_workflow'
       union all
       select b.workflow_run_id, run.parent_workflow_run_id
         from below b join pgwave.workflow_runs run on run.workflow_run_id = b.top and run.triggered_by = 'sub_workflow')
     select top.workflow_run_id, used.tokens, noted.tokens as noted
       from pgwave.workflow_runs top
       cross join lateral (
         select coalesce(sum(run.prompt_tokens + run.completion_tokens), 0) as tokens
           from below b join pgwave.workflow_runs run using (workflow_run_id) where b.top = top.workflow_run_id) used
       cross join lateral (
         select coalesce(sum(e.tokens), 0) as tokens
           from pgwave_private.budget_entries e where e.workflow_run_id = top.workflow_run_id) noted
      where top.limits ? 'max_tokens' and used.tokens <> noted.tokens`,
  );
  expect(misspent).toEqual([]);
  const broken = await d.db.query("select * from pgwave.check_health() where severity = 'broken'");
  expect(broken).toEqual([]);
  expect(await d.db.query('select * from pgwave.verify_audit_all()')).toEqual([]);
  const forgotten = await d.db.query(
    `select run.workflow_run_id, i.conversation_id, i.status
         from pgwave.workflow_runs run join pgwave.interactions i using (workflow_run_id)
        where run.status = 'completed' and i.item_index is null and i.status = 'cancelled'`,
  );
  expect(forgotten).toEqual([]);
  const twice = await d.db.query(
    `select e.interaction_id, count(*)::int as times
         from pgwave.interaction_events e
         join pgwave.interactions i on i.interaction_id = e.interaction_id and i.conversation_id <> 9198
        where e.event_type = 'completed'
        group by e.interaction_id having count(*) > 1
        union all
       select i.interaction_id, count(*)::int
         from pgwave.workflow_runs r
         join pgwave.interactions i on i.interaction_id = r.parent_interaction_id and i.conversation_id > 9999
        group by i.interaction_id, i.attempt having count(*) > i.attempt`,
  );
  expect(twice).toEqual([]);
  const [totals] = await d.db.query(
    'select count(*)::int as runs, count(parent_workflow_run_id)::int as children from pgwave.workflow_runs',
  );
  console.log(JSON.stringify({ ...totals, ...done }));
});
