import { expect, test } from 'vitest';
import { runChaos } from './chaos.ts';

// The short form; the long one is `npm run chaos`.
test('fifty kills, with everything else that breaks: nothing is lost, nothing is doubled', async () => {
  const seed = Number(process.env.PGWAVE_CHAOS_SEED ?? Date.now() % 2 ** 31);
  const { wrong, ...report } = await runChaos({
    seed,
    minutes: 0.5,
    kills: 50,
    workers: 4,
    drainMs: 60_000,
  });
  console.log(report);
  expect(wrong.slice(0, 20), `seed ${seed}`).toEqual([]);
  expect(report.faults.kill).toBeGreaterThanOrEqual(50);
  expect(report.runs.completed).toBeGreaterThan(50);
  expect(report.attempts.worker_lost).toBeGreaterThan(0);
}, 240_000);
