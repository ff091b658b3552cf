// A worker as a process of its own. Prints "ready" when it takes work, and each error that it survives on stderr where
// CHAOS_VERBOSE is set. Leaves with 0 after SIGTERM; whatever else ends it is a fault, unless it was killed.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker } from '../../workers/worker.ts';

const options = {
  databaseUrl: process.env.DATABASE_URL ?? '',
  ollamaHost: process.env.OLLAMA_HOST ?? '',
  scripts: [path.join(import.meta.dirname, 'scripts')],
  concurrency: 12,
  slots: { model: 4, script: 2 },
  graceMs: Number(process.env.GRACE_MS ?? 1000),
  functions: {
    step: async ({ params, signal }: { params: unknown; signal: AbortSignal }) => {
      const { ms = 20, ...rest } = params as { ms?: number };
      await sleep(ms, undefined, { signal });
      return rest;
    },
    count: () => ({ tag: 'AGAIN' }),
    list: ({ params }: { params: unknown }) => ({
      items: Array.from({ length: (params as { n: number }).n }, (_, n) => n),
      actor: 'step',
    }),
    refuse: () => {
      throw new Error('no money');
    },
  },
  onError: (error: unknown) => {
    if (process.env.CHAOS_VERBOSE) console.error(`worker ${process.pid}:`, error);
  },
};

process.on('disconnect', () => process.exit(0)); // the harness is gone
let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
});
async function start() {
  for (;;) {
    try {
      return await startWorker(options);
    } catch (error) {
      if ((error as { code?: string }).code === 'PWOLD') throw error;
      options.onError(error);
      if (stopping) process.exit(0);
      await sleep(100);
    }
  }
}
const worker = await start();
const stop = () => void worker.stop().then(() => process.exit(0));
process.on('SIGTERM', stop);
if (stopping) stop();
console.log('ready');
