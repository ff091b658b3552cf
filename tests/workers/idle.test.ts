// What a worker costs that has nothing to do.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { startWorker } from '../../workers/worker.ts';
import { createTestDatabase } from '../helpers/database.ts';

const SECONDS = 10;

test('an idle worker has four connections and sends at most three statements a second', async () => {
  const db = await createTestDatabase();
  const worker = await startWorker({ databaseUrl: db.url });
  try {
    await sleep(3000); // what is done once, at the start
    const query = vi.spyOn(pg.Client.prototype, 'query');
    await sleep(SECONDS * 1000);
    const sent = query.mock.calls.length;
    query.mockRestore();
    expect(sent).toBeGreaterThan(SECONDS); // a heartbeat each second is among them
    expect(sent).toBeLessThanOrEqual(3 * SECONDS + 2);
    // What the start opened beyond these goes when it has idled for a while, which is no fixed time.
    const open = () =>
      db.query(
        `select application_name as name, count(*)::int as n from pg_stat_activity
          where datname = current_database() and application_name like 'pgwave%' group by 1 order by 1`,
      );
    await expect.poll(open, { interval: 250 }).toEqual([
      { name: 'pgwave calls', n: 1 },
      { name: 'pgwave jobs', n: 2 },
      { name: 'pgwave worker', n: 1 },
    ]);
  } finally {
    await worker.stop();
    await db.close();
  }
});
