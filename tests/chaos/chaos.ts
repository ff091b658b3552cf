import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createPool } from '../../src/database/connection.ts';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import type { Fault } from '../../workers/models/rehearsal/faults.ts';
import { startBreakableDatabase } from '../helpers/breakable-database.ts';
import { startStallingProxy } from '../helpers/stalling-proxy.ts';
import { databaseDisturbances, networkDisturbances, prepareClock } from './disturbances.ts';
import { AFTERWARDS } from './invariants.ts';
import { keepWorker, startModels, type WorkerSlot } from './processes.ts';
import { createRandom } from './random.ts';
import { ACTORS, SHAPES } from './workflows.ts';

export interface ChaosOptions {
  seed: number;
  /** How long things are broken. What drains afterwards comes on top. */
  minutes: number;
  /** kill -9 of workers, spread over that time. */
  kills: number;
  workers: number;
  /** How long everything may take to drain when the faults have stopped. */
  drainMs: number;
  log?: (line: string) => void;
}

export interface ChaosReport {
  seed: number;
  runs: Record<string, number>;
  /** Of failed runs: by workflow and error code. */
  failures: Record<string, number>;
  interactions: number;
  attempts: Record<string, number>;
  faults: Record<string, number>;
  /** Milliseconds from a kill to the moment at which what the worker had is given back. */
  recovery: {
    kills: number;
    interactions: number;
    median: number;
    slowest: number;
    /** Those during or soon after an outage: of the database, or of the network between it and the workers. */
    slowestInOutage: number;
  };
  slowestStopMs: number;
  drainMs: number;
  /** What does not hold. */
  wrong: string[];
}

interface Outage {
  began: Date;
  ended: Date;
}

/** Longer than the lease. */
const FREEZE_MS = [10_500, 13_000] as const;
const OWN = 'chaos';

const MODEL_WEATHER: Fault[][] = [
  [],
  [],
  [{ kind: 'cut', probability: 0.3, after: 2 }],
  [{ kind: '429', probability: 0.5, retryAfter: 1 }],
  [{ kind: '500', probability: 0.4 }],
  [{ kind: '503', probability: 0.4 }],
  [{ kind: 'slow', ms: 1500, probability: 0.3 }],
  [{ kind: 'silent', probability: 0.05 }],
  [
    { kind: 'error_line', probability: 0.2 },
    { kind: 'broken_line', probability: 0.2 },
  ],
  [{ kind: 'endless', probability: 0.05 }],
];

/** Breaks a system for some time, lets it drain, and looks whether anything was lost or doubled. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = createRandom(options.seed);
  const log = options.log ?? (() => {});
  const faults: Record<string, number> = {};
  const count = (kind: string) => {
    faults[kind] = (faults[kind] ?? 0) + 1;
  };
  const wrong: string[] = [];
  const database = await startBreakableDatabase();
  const proxy = await startStallingProxy(database.url);
  const models = await startModels();
  // Whatever happens to the others: the harness writes where the server is read-only.
  const pool = createPool(
    editDatabaseUrl(database.url, { settings: { default_transaction_read_only: 'off' } }),
    { applicationName: OWN, max: 8 },
  );
  const outages: Outage[] = [];
  const slots: WorkerSlot[] = [];
  let slowestStopMs = 0;
  try {
    await prepare(pool);
    for (let i = 0; i < options.workers; i += 1) {
      slots.push(
        keepWorker({ DATABASE_URL: proxy.url, OLLAMA_HOST: models.url }, (how) => {
          count('worker died by itself');
          wrong.push(`a worker process died by itself: ${how}`);
        }),
      );
    }
    while (slots.some((slot) => !slot.ready)) {
      if (wrong.length > 20) throw new Error(`workers do not start: ${wrong[0]}`);
      await sleep(20);
    }

    const until = Date.now() + options.minutes * 60_000;
    let breaking = true;
    /** Each kind of fault has its own rhythm; the random numbers are drawn when it strikes. */
    const again = async (meanMs: number, strike: () => Promise<void> | void) => {
      while (breaking && Date.now() < until) {
        await sleep(random.between(0.3, 1.7) * meanMs);
        if (!breaking || Date.now() >= until) return;
        await strike();
      }
    };
    const ready = () => slots.filter((slot) => slot.ready && !slot.frozen);
    const total = options.minutes * 60_000;

    let keys = 0;
    const starting = (async () => {
      const wheel = SHAPES.flatMap((shape) =>
        Array<string>(shape.weight).fill(shape.workflow.name),
      );
      while (breaking) {
        keys += 1;
        await startRun(pool, random.pick(wheel) ?? '', keys);
        await sleep(random.between(5, 60));
        // What waits must not grow without end where the machine is slow.
        if (keys % 20 === 0) await waitForBacklog(pool, 150, () => breaking);
      }
    })();

    const disturbances = [
      ...networkDisturbances(proxy, random),
      ...databaseDisturbances(pool, random, { own: OWN, insist }),
    ];
    const breakers = [
      ...disturbances.map(({ kind, meanMs, isOutage, strike }) =>
        // each kind strikes in the short form too
        again(Math.min(meanMs, total / 2), async () => {
          count(kind);
          const began = new Date();
          await strike();
          if (isOutage) outages.push({ began, ended: new Date() });
        }),
      ),
      (async () => {
        const meanMs = total / options.kills;
        const latest = until + total; // where workers start slower than they are to be killed
        while ((faults.kill ?? 0) < options.kills && Date.now() < latest) {
          await sleep(random.between(0.2, 1.6) * meanMs);
          const slot = random.pick(ready());
          if (slot === undefined) continue;
          const { pid } = slot;
          slot.kill();
          count('kill');
          void noteKill(pool, pid);
        }
      })(),
      again(Math.max(6000, total / 20), async () => {
        const slot = random.pick(ready());
        if (slot === undefined || ready().length < 2) return;
        slot.freeze();
        count('freeze');
        await sleep(random.between(...FREEZE_MS));
        slot.thaw();
      }),
      again(Math.min(30_000, total / 2), async () => {
        count('database restart');
        const began = new Date();
        await database.crash(random.pick([0, 0, 500, 2500]));
        outages.push({ began, ended: new Date() });
      }),
      again(1500, async () => {
        count('terminated connection');
        await terminate(pool, random.next());
      }),
      again(2000, () => {
        models.setFaults(random.pick(MODEL_WEATHER) ?? []);
        count('model weather');
      }),
      again(12_000, async () => {
        count('model server killed');
        await models.kill(random.between(100, 1200));
      }),
      again(8000, async () => {
        const slot = random.pick(ready());
        if (slot === undefined) return;
        count('graceful stop');
        const { ms, code } = await slot.stop();
        slowestStopMs = Math.max(slowestStopMs, ms);
        if (code !== 0) wrong.push(`a worker told to stop left with ${code} after ${ms} ms`);
      }),
    ];
    const telling = setInterval(() => {
      log(`… ${JSON.stringify(faults)}`);
      void tellLeft(pool, log);
    }, 20_000);
    await Promise.all(breakers);
    breaking = false;
    await starting;
    clearInterval(telling);

    models.setFaults([]);
    const drainMs = await drain(pool, options.drainMs);
    log(`drained in ${drainMs} ms`);
    for (const { began, ended } of outages) {
      await pool.query('insert into chaos.outages values ($1, $2)', [began, ended]);
    }
    for (const line of await listSlowest(pool)) log(line);
    wrong.push(...(await settle(pool, options.drainMs)));
    wrong.push(...(await unexplained(pool)));
    return {
      seed: options.seed,
      ...(await figures(pool)),
      faults,
      slowestStopMs,
      drainMs,
      wrong,
    };
  } finally {
    await Promise.all(slots.map((slot) => slot.close()));
    await models.close();
    await proxy.close();
    await pool.end();
    await database.close();
  }
}

async function prepare(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create schema chaos;
    create table chaos.side_effects (interaction_id bigint primary key);
    create table chaos.effects_counted (effects bigint not null);
    insert into chaos.effects_counted values (0);
    create table chaos.started (key text primary key);
    create table chaos.outages (began_at timestamptz not null, ended_at timestamptz not null);
    create table chaos.kills (
      real_at timestamptz not null default clock_timestamp(),
      killed_at timestamptz not null default pgwave_private.now(), worker_id bigint not null);
    grant usage on schema chaos to pgwave_script;
    grant select, insert on chaos.side_effects to pgwave_script;
    grant select, update on chaos.effects_counted to pgwave_script`);
  await prepareClock(pool);
  for (const actor of ACTORS) await pool.query('select pgwave.define_actor($1)', [actor]);
  for (const { workflow } of SHAPES) {
    await pool.query('select pgwave.define_workflow($1)', [workflow]);
  }
}

/** Calls until the database hears it: whether an earlier try came through is not known. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (tries > 600 || /^(42|22|23|PW)/.test(code)) throw error;
      await sleep(100);
    }
  }
}

async function startRun(pool: pg.Pool, workflow: string, n: number): Promise<void> {
  const key = `run-${n}`;
  await insist(() =>
    pool.query('select pgwave.start_workflow(workflow => $1, input => $2, idempotency_key => $3)', [
      workflow,
      { n, text: 'Nurses work at night. Nurses help people.' },
      key,
    ]),
  );
  await insist(() =>
    pool.query('insert into chaos.started values ($1) on conflict do nothing', [key]),
  );
}

async function waitForBacklog(pool: pg.Pool, most: number, goOn: () => boolean): Promise<void> {
  for (;;) {
    const { rows } = await insist(() =>
      pool.query<{ open: number }>(
        'select count(*)::int as open from pgwave.workflow_runs where finished_at is null',
      ),
    );
    if ((rows[0]?.open ?? 0) <= most || !goOn()) return;
    await sleep(200);
  }
}

/** Which workers died, and when. Where the database is away nobody could have given anything back. */
async function noteKill(pool: pg.Pool, pid: number): Promise<void> {
  await pool
    .query(
      'insert into chaos.kills (worker_id) select worker_id from pgwave.workers where pid = $1',
      [pid],
    )
    .catch(() => {});
}

/** What of killed workers nobody has given back for fifteen seconds, and what the database says of it. */
async function tellLeft(pool: pg.Pool, log: (line: string) => void): Promise<void> {
  const { rows } = await pool
    .query<{ left: string }>(
      `select format('left for %s s: interaction %s of run %s (%s, %s) with worker %s (%s), suspect: %s, duties: %s',
                round(extract(epoch from clock_timestamp() - k.real_at)), l.interaction_id, l.workflow_run_id, i.status,
                run.status, l.worker_id, coalesce(to_jsonb(w) - '{slots,host}', '"no row"'), s.interaction_id is not null,
                (select jsonb_agg(to_jsonb(f)) from pgwave_private.duty_faults f)) as left
         from chaos.kills k
         join pgwave.leases l on l.worker_id = k.worker_id
         join pgwave.interactions i on i.interaction_id = l.interaction_id and i.workflow_run_id = l.workflow_run_id
         join pgwave.workflow_runs run on run.workflow_run_id = l.workflow_run_id
         left join pgwave.workers w on w.worker_id = l.worker_id
         left join pgwave_private.suspects s on s.interaction_id = l.interaction_id
        where k.real_at < clock_timestamp() - interval '15 seconds'
        limit 5`,
    )
    .catch(() => ({ rows: [] }));
  for (const { left } of rows) log(left);
}

/** The recoveries that took longest, with what else befell the interaction and its worker. */
async function listSlowest(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select format('recovered after %s s: interaction %s, attempt %s (%s: %s), worker %s killed at %s, begun at %s, outages: %s',
              round(e.s::numeric, 1), a.interaction_id, a.attempt, a.outcome, a.error ->> 'code', k.worker_id, k.real_at,
              a.started_at,
              (select jsonb_agg(array[extract(epoch from o.began_at - k.real_at)::int,
                                      extract(epoch from o.ended_at - k.real_at)::int] order by o.began_at)
                 from chaos.outages o
                where o.ended_at > k.real_at - interval '15 seconds'
                  and o.began_at < k.real_at + e.s * interval '1 second')) as line
       from chaos.kills k
       join pgwave.interaction_attempts a
         on a.worker_id = k.worker_id and a.outcome in ('worker_lost', 'handed_back')
      cross join lateral (select extract(epoch from a.ended_at - k.killed_at)) e (s)
      where e.s between 5 and 600
      order by e.s desc
      limit 8`,
  );
  return rows.map(({ line }) => line);
}

async function terminate(pool: pg.Pool, at: number): Promise<void> {
  await pool
    .query(
      `select pg_terminate_backend(a.pid)
         from (
           select pid, row_number() over (order by pid) as place, count(*) over () as backends
             from pg_stat_activity
            where datname = current_database() and backend_type = 'client backend' and application_name <> $1
         ) a
        where a.place = 1 + floor($2::float8 * a.backends)`,
      [OWN, at],
    )
    .catch(() => {});
}

async function drain(pool: pg.Pool, mostMs: number): Promise<number> {
  const from = Date.now();
  while (Date.now() - from < mostMs) {
    const { rows } = await insist(() =>
      pool.query('select from pgwave.workflow_runs where finished_at is null limit 1'),
    );
    if (rows.length === 0) break;
    await sleep(100);
  }
  return Date.now() - from;
}

/** Asks until nothing is wrong, since jobs of the dead are let go with some delay, or the time is over. */
async function settle(pool: pg.Pool, mostMs: number): Promise<string[]> {
  for (const from = Date.now(); ; await sleep(500)) {
    const { rows } = await insist(() => pool.query<{ fault: string }>(AFTERWARDS));
    if (rows.length === 0 || Date.now() - from > mostMs) return rows.map(({ fault }) => fault);
  }
}

/** Failed runs whose error is none that the faults explain. */
async function unexplained(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; workflow: string; error: { code: string } }>(
    `select run.workflow_run_id as id, w.workflow_name as workflow, run.error
       from pgwave.workflow_runs run join pgwave.workflows w using (workflow_id) where run.status = 'failed'`,
  );
  return rows
    .filter(({ workflow, error }) => {
      const shape = SHAPES.find((known) => known.workflow.name === workflow);
      return !['worker_lost', ...(shape?.mayFailWith ?? [])].includes(error?.code);
    })
    .map(({ id, workflow, error }) => `run ${id} of ${workflow} failed: ${JSON.stringify(error)}`);
}

async function figures(pool: pg.Pool) {
  const tally = async (query: string): Promise<Record<string, number>> => {
    const { rows } = await pool.query<{ what: string; n: number }>(query);
    return Object.fromEntries(rows.map(({ what, n }) => [what, n]));
  };
  const { rows } = await pool.query<ChaosReport['recovery'] & { done: number }>(
    `select count(distinct r.worker_id)::int as kills, count(*)::int as interactions,
            coalesce(round(percentile_cont(0.5) within group (order by r.ms) filter (where not r.in_outage)), 0)::int as median,
            coalesce(round(max(r.ms) filter (where not r.in_outage)), 0)::int as slowest,
            coalesce(round(max(r.ms) filter (where r.in_outage)), 0)::int as "slowestInOutage",
            (select count(*)::int from pgwave.interactions) as done
       from (
         select k.worker_id, ms, exists (
                  -- everybody has ten seconds to come back
                  select from chaos.outages o
                   where o.began_at < k.real_at + ms * interval '1 ms' and o.ended_at > k.real_at - interval '15 seconds') as in_outage
           from chaos.kills k
           join pgwave.interaction_attempts a on a.worker_id = k.worker_id and a.outcome in ('worker_lost', 'handed_back')
           cross join lateral (select extract(epoch from a.ended_at - k.killed_at) * 1000) e (ms)
          -- where the clock was changed meanwhile, it is no time
          where e.ms between 0 and 600000
       ) r`,
  );
  const { done = 0, ...recovery } = rows[0] ?? {
    kills: 0,
    interactions: 0,
    median: 0,
    slowest: 0,
    slowestInOutage: 0,
  };
  return {
    runs: await tally(
      'select status::text as what, count(*)::int as n from pgwave.workflow_runs group by 1 order by 1',
    ),
    failures: await tally(
      `select w.workflow_name || ': ' || (run.error ->> 'code') as what, count(*)::int as n
         from pgwave.workflow_runs run join pgwave.workflows w using (workflow_id)
        where run.status = 'failed' group by 1 order by 1`,
    ),
    interactions: done,
    attempts: await tally(
      'select outcome::text as what, count(*)::int as n from pgwave.interaction_attempts group by 1 order by 1',
    ),
    recovery,
  };
}
