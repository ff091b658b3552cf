// Who waits for work hears of it at once: a ticket of graphile-worker for the lane, and more if there is much.

import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();

/** How many tickets a call leaves for the lane of functions. */
async function ticketsOf(call: () => Promise<unknown>): Promise<number> {
  const d = driver();
  const count = async () =>
    (
      await d.db.query<{ count: number }>(
        `select count(*)::int as count from graphile_worker._private_jobs
          where payload ->> 'lane' = 'function:noop'`,
      )
    )[0]?.count ?? 0;
  const before = await count();
  await call();
  return (await count()) - before;
}

const startMany = (flow: string, runs: number) =>
  driver().db.query(
    `select count(*) from pgwave.start_workflows($1,
       (select jsonb_agg('{}'::jsonb) from generate_series(1, $2::int)))`,
    [flow, runs],
  );

describe('what becomes ready in one call', () => {
  it('has tickets, however much it is: its own rows are no backlog', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    expect(await ticketsOf(() => startMany(flow, 1))).toBe(1);
    expect(await ticketsOf(() => startMany(flow, 200))).toBe(10);
    // Now there is a backlog, whose workers come back for more.
    expect(await ticketsOf(() => startMany(flow, 200))).toBe(0);
    await d.drive();
  });

  it('of items too', async () => {
    const d = driver();
    const flow = await d.define({
      list: { actor: 'other', branches: ['each'] },
      each: { for_each: '$list.data[*]' },
    });
    await d.start(flow);
    const [list] = await d.begin();
    const data = Array.from({ length: 120 }, (_, i) => i);
    expect(await ticketsOf(() => d.complete([[list, { data }]]))).toBeGreaterThan(0);
    await d.drive();
  });

  it('of many calls in one transaction as of one', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const startAll = () =>
      d.db.query('select pgwave.start_workflow($1) from generate_series(1, 30)', [flow]);
    expect(await ticketsOf(startAll)).toBe(2);
    await d.drive();
    expect(await ticketsOf(startAll)).toBe(2);
    await d.drive();
  });
});
