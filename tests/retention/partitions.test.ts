import { expect, it } from 'vitest';
import { type Driver, useDriver } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

const driver = useDriver();
const DAY_MS = 86_400_000;

const later = (d: Driver, days: number) =>
  setClock(d.db, new Date(Date.now() + days * DAY_MS).toISOString());
const make = async (d: Driver): Promise<void> => {
  await d.db.query('select pgwave.make_partitions()');
};
/** The partition that the next run goes to. */
const partition = async (d: Driver): Promise<number> =>
  (
    await d.db.query<{ n: number }>(
      'select ((last_value + is_called::int) / 1000000)::int as n from pgwave.workflow_run_ids',
    )
  )[0]?.n as number;

it('takes 90 days at most: then numbers go on with the next, which was there before', async () => {
  const d = driver();
  const flow = await d.define({ a: {} });
  await later(d, 91);
  await make(d);
  expect(await partition(d)).toBe(0); // it holds no run
  await setClock(d.db, null);
  await d.start(flow);
  await later(d, 89);
  await make(d);
  expect(await partition(d)).toBe(0);
  await later(d, 91);

  // somebody has drawn a number and not committed: nobody waits for them
  const other = await d.connection();
  await other.query('begin');
  await other.query(`select nextval('pgwave.workflow_run_ids')`);
  await make(d);
  expect(await partition(d)).toBe(0);
  await other.query('commit');
  await d.drop(other);

  await make(d);
  expect(await partition(d)).toBe(1);
  const run = await d.start(flow);
  expect(run).toBe('1000000');
  await d.drive();
  expect((await d.run(run)).status).toBe('completed');
  expect(
    await d.db.query('select ahead from pgwave_private.count_partitions_ahead() where ahead <> 1'),
  ).toEqual([]);
  // not again before its time
  await make(d);
  expect(await partition(d)).toBe(1);
});

it('takes a quarter of the shortest retention, a day at least', async () => {
  const d = driver();
  const period = async (): Promise<string> =>
    (
      await d.db.query<{ p: string }>(
        `select extract(epoch from pgwave_private.partition_period()) / 86400 || ' days' as p`,
      )
    )[0]?.p ?? '';
  expect(Number.parseFloat(await period())).toBe(90);
  await d.define({ a: {} }, { retention: { prod: '365d', dev: '8d' } });
  expect(Number.parseFloat(await period())).toBe(2);
  await d.define({ a: {} }, { retention: { test: '1h' } });
  expect(Number.parseFloat(await period())).toBe(1);
});
