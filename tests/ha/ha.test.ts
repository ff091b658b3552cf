import { describe, expect, test } from 'vitest';
import { whatIsMissing } from './cluster.ts';
import { runHa } from './ha.ts';

const missing = whatIsMissing();

// The short form; the long one is `npm run ha`.
describe.skipIf(missing !== null)(
  `a primary that dies under load${missing === null ? '' : ` (${missing})`}`,
  () => {
    test.each([true, false])(
      'synchronous: %s',
      async (synchronous) => {
        const { wrong, ...report } = await runHa({
          synchronous,
          runs: 100,
          kills: 1,
          workers: 2,
          ttlSeconds: 10,
          stalledMs: 300,
        });
        console.log(report);
        expect(wrong.slice(0, 20)).toEqual([]);
        expect(report.acknowledged).toBe(101);
        expect(report.healed).toBe(report.lost);
        expect(report.audit).toBe('clean');
      },
      600_000,
    );
  },
);
