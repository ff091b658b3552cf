// A worker as a process of its own, for tests that kill it. Prints "ready" when it takes work.
import { setTimeout as sleep } from 'node:timers/promises';
import { projectPath } from '../../src/project-root.ts';
import { startWorker } from '../../workers/worker.ts';

const worker = await startWorker({
  databaseUrl: process.env.DATABASE_URL ?? '',
  concurrency: 8,
  scripts: [projectPath('examples', 'posting-analysis', 'scripts')],
  ...(process.env.GRACE_MS ? { graceMs: Number(process.env.GRACE_MS) } : {}),
  functions: {
    slow: async ({ params, attempt, signal }) => {
      const { ms = 40, first_ms = ms } = params as { ms?: number; first_ms?: number };
      await sleep(attempt === 1 ? first_ms : ms, undefined, { signal });
      return { done: true, ...(params as object) };
    },
  },
});
process.on('SIGTERM', () => {
  void worker.stop().then(() => process.exit(0));
});
console.log('ready');
