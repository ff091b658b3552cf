// A real Prometheus scrapes a worker, and is asked what the dashboard asks.
import { expect, test } from 'vitest';
import { createTestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { startBusySystem } from './busy-system.ts';
import { readPanels } from './dashboard.ts';
import { skipsPrometheus, startPrometheus } from './prometheus.ts';

interface Rules {
  groups: { rules: { name: string; lastError?: string }[] }[];
}

test.skipIf(skipsPrometheus)(
  `each panel of the dashboard shows what is there ${skipsPrometheus ?? ''}`,
  async () => {
    const db = await createTestDatabase();
    const system = await startBusySystem(db);
    const prometheus = await startPrometheus(system.metricsPort);
    try {
      const empty = new Set(
        readPanels().flatMap(({ title, targets }) =>
          targets.map(({ expr }) => ({ title, query: expr.replaceAll('$__rate_interval', '1m') })),
        ),
      );
      expect(empty.size).toBe(26);
      await eventually('each panel has data', async () => {
        await system.addWork(2);
        for (const panel of empty) {
          const call = `query?query=${encodeURIComponent(panel.query)}`;
          const data = await prometheus.ask<{ result: unknown[] }>(call);
          if (data !== undefined && data.result.length > 0) empty.delete(panel);
        }
        return empty.size === 0;
      }).catch(() => expect([...empty]).toEqual([]));

      const rules = (await prometheus.ask<Rules>('rules'))?.groups.flatMap((group) => group.rules);
      expect(rules?.length).toBeGreaterThan(5);
      expect(rules?.filter(({ lastError }) => lastError)).toEqual([]);
    } finally {
      await prometheus.stop();
      await system.stop();
      await db.close();
    }
  },
);
