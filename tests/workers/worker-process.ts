// A worker as a process of its own, for tests that kill it. Prints "ready" when it takes work.
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker } from '../../workers/worker.ts';

const worker = await startWorker({
  databaseUrl: process.env.DATABASE_URL ?? '',
  concurrency: 8,
  functions: {
    slow: async ({ params, signal }) => {
      await sleep(40, undefined, { signal });
      return { done: true, ...(params as object) };
    },
  },
});
process.on('SIGTERM', () => {
  void worker.stop().then(() => process.exit(0));
});
console.log('ready');
