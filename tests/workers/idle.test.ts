// What a worker costs that has nothing to do.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { startWorker } from '../../workers/worker.ts';
import { createTestDatabase } from '../helpers/database.ts';

const SECONDS = 10;

test('an idle worker sends at most four statements a second', async () => {
  const db = await createTestDatabase();
  const worker = await startWorker({ databaseUrl: db.url });
  try {
    await sleep(3000); // what is done once, at the start
    const query = vi.spyOn(pg.Client.prototype, 'query');
    await sleep(SECONDS * 1000);
    const sent = query.mock.calls.length;
    query.mockRestore();
    expect(sent).toBeGreaterThan(SECONDS); // a heartbeat each second is among them
    expect(sent).toBeLessThanOrEqual(4 * SECONDS + 2);
    // What the start opened beyond these goes when it has idled for a while, which is no fixed time.
    const open = async (): Promise<number | undefined> =>
      (
        await db.query<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity
            where datname = current_database() and application_name like 'pgwave%'`,
        )
      )[0]?.n;
    await expect.poll(open, { interval: 250 }).toBeLessThanOrEqual(8);
  } finally {
    await worker.stop();
    await db.close();
  }
});
