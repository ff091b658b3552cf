import { expect, test } from 'vitest';
import { runChaos } from './chaos.ts';

// The short form; the long one is `npm run chaos`.
test('up to thirty kills, with everything else that breaks: nothing is lost, nothing is doubled', async () => {
  const seed = Number(process.env.PGWAVE_CHAOS_SEED ?? process.env.PGWAVE_TEST_SEED);
  const { wrong, ...report } = await runChaos({
    seed,
    minutes: 0.3,
    kills: 30,
    workers: 4,
    drainMs: 60_000,
  });
  console.log(report);
  expect(wrong.slice(0, 20), `seed ${seed}`).toEqual([]);
  // thirty where workers start in time to be killed; a machine that is busy otherwise starts fewer
  expect(report.faults.kill).toBeGreaterThanOrEqual(5);
  expect(report.runs.completed).toBeGreaterThan(50);
  // whether a loss is charged (worker_lost) or not (handed_back) depends on what else the worker had
  expect(report.recovery.kills).toBeGreaterThan(0);
  expect(report.recovery.interactions).toBeGreaterThan(0);
}, 600_000);
