import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Direction, StallingProxy } from '../helpers/stalling-proxy.ts';
import type { Random } from './random.ts';

/** Something that breaks, and how often. */
export interface Disturbance {
  kind: string;
  meanMs: number;
  /** Whether it keeps all workers from the database. */
  isOutage?: true;
  strike(): Promise<unknown> | unknown;
}

const DIRECTIONS: Direction[] = ['up', 'down', 'both'];

/** What a network does to workers: the harness itself goes past it. */
export function networkDisturbances(proxy: StallingProxy, random: Random): Disturbance[] {
  const anyConnection = () => random.pick(proxy.connections());
  const direction = (): Direction => random.pick(DIRECTIONS) ?? 'both';
  return [
    {
      kind: 'stalled connection',
      meanMs: 5000,
      strike: () => anyConnection()?.stall(direction()),
    },
    {
      kind: 'all connections stalled',
      meanMs: 90_000,
      isOutage: true,
      strike: () => proxy.stallAll(direction()),
    },
    { kind: 'reset connection', meanMs: 3000, strike: () => anyConnection()?.reset() },
    {
      kind: 'network of two seconds',
      meanMs: 90_000,
      isOutage: true,
      async strike() {
        proxy.delay(2000);
        await sleep(random.between(2000, 5000));
        proxy.delay(0);
      },
    },
    {
      kind: 'new connections dropped',
      meanMs: 90_000,
      isOutage: true,
      async strike() {
        proxy.dropNew(true);
        await sleep(random.between(1000, 4000));
        proxy.dropNew(false);
      },
    },
  ];
}

/** How far the database's clock is from the machine's; `pgwave_private.now()` goes by it from then on. */
export async function prepareClock(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create table chaos.clock (ahead interval not null);
    insert into chaos.clock values ('0');
    create function chaos.clock_ahead() returns interval language sql stable security definer set search_path = ''
      as 'select ahead from chaos.clock';
    create or replace function pgwave_private.now() returns timestamptz language sql volatile
      begin atomic select clock_timestamp() + chaos.clock_ahead(); end;
    grant usage on schema chaos to public;
    grant execute on function chaos.clock_ahead to public`);
}

/** What happens to the database beside its death. */
export function databaseDisturbances(
  pool: pg.Pool,
  random: Random,
  options: { own: string; insist<T>(call: () => Promise<T>): Promise<T> },
): Disturbance[] {
  const { own, insist } = options;
  const setClock = (by: string) =>
    insist(() => pool.query('update chaos.clock set ahead = ahead + $1::interval', [by]));
  const readOnly = async (on: boolean) => {
    await insist(() =>
      pool.query(`alter system set default_transaction_read_only = ${on ? 'on' : 'off'}`),
    );
    await insist(() => pool.query('select pg_reload_conf()'));
  };
  return [
    {
      kind: 'cancelled statement',
      meanMs: 400,
      strike: () =>
        pool
          .query(
            `select pg_cancel_backend(pid)
               from pg_stat_activity
              where datname = current_database() and backend_type = 'client backend' and application_name <> $1
                and state = 'active'
              order by random() limit 1`,
            [own],
          )
          .catch(() => {}),
    },
    {
      kind: 'read-only time',
      meanMs: 90_000,
      isOutage: true,
      async strike() {
        await readOnly(true);
        await sleep(4000);
        await readOnly(false);
      },
    },
    {
      // a lock that somebody holds: statements meet their time limits
      kind: 'held run',
      meanMs: 6000,
      async strike() {
        const client = await pool.connect().catch(() => undefined);
        if (client === undefined) return;
        try {
          await client.query('begin');
          await client.query(
            'select from pgwave.workflow_runs where finished_at is null order by random() limit 3 for update skip locked',
          );
          await sleep(random.between(500, 2500));
          await client.query('rollback');
          client.release();
        } catch (error) {
          client.release(error as Error);
        }
      },
    },
    {
      kind: 'clock set forward',
      meanMs: 30_000,
      strike: () => setClock('1 hour'),
    },
    {
      // what was written meanwhile lies in the past; what waited by the clock waits until it is right again
      kind: 'clock set back',
      meanMs: 30_000,
      async strike() {
        await setClock('-1 hour');
        await sleep(random.between(2000, 5000));
        await setClock('1 hour');
      },
    },
  ];
}
