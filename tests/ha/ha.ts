import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createPool } from '../../src/database/connection.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { DRAINED } from '../chaos/invariants.ts';
import { keepWorker, type WorkerSlot } from '../chaos/processes.ts';
import { eventually } from '../helpers/processes.ts';
import { startCluster } from './cluster.ts';

export interface HaOptions {
  /** Whether a commit waits for a standby. */
  synchronous: boolean;
  runs: number;
  kills: number;
  workers: number;
  /** How long Patroni waits for a primary that is silent. */
  ttlSeconds: number;
  /** How long the standbys have heard nothing when the primary dies: what is not synchronous loses that. */
  stalledMs: number;
  log?: (line: string) => void;
}

export interface HaReport {
  synchronous: boolean;
  /** Starts that were acknowledged; those sent again after a loss are not counted twice. */
  acknowledged: number;
  /** Acknowledged starts that a failover lost. */
  lost: number;
  /** Of these, how many began when they were sent again with their key. */
  healed: number;
  doubled: number;
  failed: number;
  interactions: number;
  /** Attempts that were made because the one before was lost. */
  repeated: number;
  /** Seconds from each kill to the first start that is acknowledged, and to the first step that completes. */
  startsAfter: number[];
  stepsAfter: number[];
  audit: string;
  /** What does not hold. */
  wrong: string[];
}

const CALLERS = 4;
/** How long each caller waits between two starts: so that some are under way whenever the primary dies. */
const PAUSE_MS = 30;

/** Each step answers with the number of its run: an answer that came to another run is seen. */
const step = (name: string, branches: string[] = [], more: object = {}) => ({
  name,
  actor: 'step',
  params: { ms: 20, n: '$input.n' },
  ...(branches.length > 0 ? { branches } : {}),
  ...more,
});
const WORKFLOWS = [
  {
    name: 'chain',
    conversations: ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i, all) =>
      step(name, all[i + 1] === undefined ? [] : [all[i + 1] ?? '']),
    ),
  },
  {
    name: 'fan',
    conversations: [
      { name: 'list', actor: 'list', params: { n: 5 }, branches: ['each'] },
      step('each', ['wait'], { for_each: '$list.data.items[*]', max_parallel: 3 }),
      { name: 'wait', type: 'timer', wait: '500ms', branches: ['left', 'right'] },
      step('left', ['close']),
      step('right', ['close']),
      step('close'),
    ],
  },
];

const AFTERWARDS = `${DRAINED}
union all
select format('interaction %s of run %s has the answer of another run: %s', i.interaction_id, i.workflow_run_id, i.output)
  from pgwave.interactions i
  join pgwave.workflow_runs run using (workflow_run_id)
 where i.output -> 'data' ? 'n' and i.output -> 'data' -> 'n' <> run.input -> 'n'
union all
select format('key %s belongs to run %s of %s', k.idempotency_key, k.workflow_run_id, run.input)
  from pgwave.idempotency_keys k
  left join pgwave.workflow_runs run using (workflow_run_id)
 where run.input ->> 'n' is distinct from substring(k.idempotency_key from position('-' in k.idempotency_key) + 1)
`;

/** Starts runs through HAProxy, kills the primary again and again, and looks whether anything was lost or doubled. */
export async function runHa(options: HaOptions): Promise<HaReport> {
  const log = options.log ?? (() => {});
  const cluster = await startCluster(options);
  const pool = createPool(cluster.url, {
    applicationName: 'ha',
    max: CALLERS + 1,
    timeoutMs: 2000,
    statementTimeoutMs: 4000,
    queryTimeoutMs: 5000,
  });
  /** What looks at everything takes its time. */
  const checks = createPool(cluster.url, { applicationName: 'ha', max: 1 });
  const slots: WorkerSlot[] = [];
  const wrong: string[] = [];
  try {
    await prepare(cluster.url, pool);
    for (let i = 0; i < options.workers; i += 1) {
      slots.push(
        keepWorker({ DATABASE_URL: cluster.url }, (how) => {
          wrong.push(`a worker died by itself: ${how}`);
        }),
      );
    }
    await eventually('workers take work', () => slots.every((slot) => slot.ready));
    const callers = createCallers(pool);
    const figures = { startsAfter: [] as number[], stepsAfter: [] as number[], lost: 0, healed: 0 };
    for (let kill = 1; kill <= options.kills; kill += 1) {
      const share = options.runs / options.kills;
      const sending = callers.startUntil(Math.round(share * kill));
      await eventually(
        'half of the runs are started',
        () => callers.acknowledged.size >= share * (kill - 0.5),
      );
      const name = await cluster.killPrimary(options.stalledMs);
      const since = performance.now();
      const after = async (event: Promise<unknown>) => {
        await event;
        return Math.round((performance.now() - since) / 100) / 10;
      };
      figures.startsAfter.push(await after(callers.start(`probe-${-kill}`)));
      figures.stepsAfter.push(await after(callers.untilCompleted(`probe-${-kill}`)));
      cluster.revive(name);
      await sending;
      const lost = await callers.findLost();
      for (const key of lost) await callers.start(key);
      figures.lost += lost.length;
      figures.healed += lost.length - (await callers.findLost()).length;
      if (options.synchronous && lost.length > 0) wrong.push(`lost: ${lost.join(', ')}`);
      log(
        `kill ${kill} (${name}): a start is acknowledged after ${figures.startsAfter.at(-1)} s, a run is through after ` +
          `${figures.stepsAfter.at(-1)} s; ${lost.length} of ${callers.acknowledged.size} starts lost and sent again`,
      );
      await cluster.untilWhole();
    }
    await drain(pool);
    wrong.push(...(await settle(checks)));
    const acknowledged = callers.acknowledged.size;
    const counted = await countUp(checks, acknowledged);
    return {
      synchronous: options.synchronous,
      acknowledged,
      ...figures,
      ...counted,
      wrong: [...wrong, ...counted.wrong],
    };
  } finally {
    await Promise.all(slots.map((slot) => slot.close()));
    await Promise.all([pool, checks].map((each) => each.end().catch(() => {})));
    await cluster.close();
  }
}

async function prepare(url: string, pool: pg.Pool): Promise<void> {
  await migrateDatabase(url);
  for (const name of ['step', 'list']) {
    await pool.query('select pgwave.define_actor($1)', [{ name, type: 'function' }]);
  }
  for (const workflow of WORKFLOWS) {
    await pool.query('select pgwave.define_workflow($1)', [workflow]);
  }
}

/** Calls until the database answers: whether an earlier try came through is not known. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries > 1500 || /^(42|22|23|PW)/.test((error as { code?: string }).code ?? ''))
        throw error;
      await sleep(100);
    }
  }
}

/** Programs that start runs, each call with a key, again and again until it is acknowledged. */
function createCallers(pool: pg.Pool) {
  /** The run that a key was acknowledged with. */
  const acknowledged = new Map<string, string>();
  let sent = 0;

  /** A key is a word and the number of the run's input. */
  async function start(key: string): Promise<void> {
    const n = Number(key.slice(key.indexOf('-') + 1));
    const { rows } = await insist(() =>
      pool.query<{ id: string }>(
        'select (pgwave.start_workflow(workflow => $1, input => $2, idempotency_key => $3)).workflow_run_id as id',
        [n % 3 === 0 && n > 0 ? 'fan' : 'chain', { n }, key],
      ),
    );
    acknowledged.set(key, rows[0]?.id ?? '');
  }

  return {
    acknowledged,
    start,
    async startUntil(until: number): Promise<void> {
      const call = async () => {
        while (sent < until) {
          sent += 1;
          await start(`run-${sent}`);
          await sleep(PAUSE_MS);
        }
      };
      await Promise.all(Array.from({ length: CALLERS }, call));
    },
    untilCompleted: (key: string) =>
      eventually(`the run of ${key} is through`, async () => {
        const { rows } = await insist(() =>
          pool.query('select status from pgwave.workflow_runs where workflow_run_id = $1', [
            acknowledged.get(key),
          ]),
        );
        return rows[0]?.status === 'completed';
      }),
    /** Acknowledged keys that the database does not know, or knows with another run. */
    async findLost(): Promise<string[]> {
      const { rows } = await insist(() =>
        pool.query<{ key: string; id: string }>(
          'select idempotency_key as key, workflow_run_id as id from pgwave.idempotency_keys',
        ),
      );
      const known = new Map(rows.map(({ key, id }) => [key, id]));
      return [...acknowledged].filter(([key, id]) => known.get(key) !== id).map(([key]) => key);
    },
  };
}

async function drain(pool: pg.Pool): Promise<void> {
  await eventually('everything is finished', async () => {
    const { rows } = await insist(() =>
      pool.query('select from pgwave.workflow_runs where finished_at is null limit 1'),
    );
    return rows.length === 0;
  });
}

/** Asks until nothing is wrong, since jobs of the dead are let go with some delay, or the time is over. */
async function settle(pool: pg.Pool): Promise<string[]> {
  for (const since = performance.now(); ; await sleep(500)) {
    const { rows } = await insist(() => pool.query<{ fault: string }>(AFTERWARDS));
    if (rows.length === 0 || performance.now() - since > 60_000)
      return rows.map(({ fault }) => fault);
  }
}

/** What is in the database at the end. */
async function countUp(pool: pg.Pool, acknowledged: number) {
  const { rows } = await pool.query<
    Pick<HaReport, 'doubled' | 'failed' | 'interactions' | 'repeated'> & { faults: string[] | null }
  >(
    `select ((select count(*) from pgwave.workflow_runs) - $1)::int as doubled,
            (select count(*) from pgwave.workflow_runs where status = 'failed')::int as failed,
            (select count(*) from pgwave.interactions)::int as interactions,
            (select count(*) from pgwave.interaction_attempts where attempt > 1)::int as repeated,
            (select array_agg(format('%s %s: %s', f.workflow_run_id, f.fault, f.message))
               from pgwave.verify_audit_all() f) as faults`,
    [acknowledged],
  );
  const [found] = rows;
  if (found === undefined) throw new Error('the database counts nothing');
  const { faults, ...counts } = found;
  const wrong = [...(faults ?? [])];
  if (counts.doubled !== 0) wrong.push(`${counts.doubled} runs more than keys`);
  if (counts.failed > 0) wrong.push(`${counts.failed} runs failed`);
  return { ...counts, audit: faults === null ? 'clean' : `${faults.length} faults`, wrong };
}
