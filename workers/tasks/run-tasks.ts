import { EventEmitter } from 'node:events';
import {
  Logger,
  type Runner,
  run as runGraphileWorker,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type pg from 'pg';
import { createPool } from '../../src/database/connection.ts';
import { backoff, createPause } from '../pauses.ts';

export interface RunTasksOptions {
  /** Connection string of the role that owns graphile-worker's schema. */
  databaseUrl: string;
  taskList: TaskList;
  /** How many jobs at once. */
  jobs: number;
  /** Milliseconds between looks where nobody says that there are jobs. */
  pollMs: number;
  /** How long a stopping runner waits before it aborts its tasks, in milliseconds. */
  graceMs: number;
  /** Under this name jobs are locked from now on; a runner that starts again has another. */
  onPool(poolId: string): void;
  onPoolEnded(poolId: string): void;
  onError(error: unknown): void;
}

/**
 * graphile-worker gives its listening connection back twice where that breaks while a runner ends; the second time would
 * be an unhandled rejection, and the end of the process.
 */
function releaseOnce(pool: pg.Pool): void {
  type Connected = Parameters<pg.Pool['connect']>[0];
  const connect = pool.connect.bind(pool);
  const connectOnce = (connected?: Connected) => {
    if (connected === undefined) return connect();
    return connect((error, client, release) => {
      let released = false;
      connected(error, client, (destroy) => {
        if (!released) release(destroy);
        released = true;
      });
    });
  };
  pool.connect = connectOnce as pg.Pool['connect'];
}

/** graphile-worker, kept running. */
export interface Tasks {
  stop(): Promise<void>;
}

/**
 * Runs graphile-worker's tasks, and runs them again, with backoff, when the runner ends by itself: it gives up where a
 * connection breaks while it completes a job. Raises where it cannot start the first time.
 */
export async function runTasks(options: RunTasksOptions): Promise<Tasks> {
  const pause = createPause();
  // Of its own: one that graphile-worker makes has no listener for errors while it ends, and takes the process with it.
  const pgPool = createPool(options.databaseUrl, {
    applicationName: 'pgwave jobs',
    max: options.jobs + 2,
  });
  releaseOnce(pgPool);
  let stopping = false;

  async function start(): Promise<{ runner: Runner; poolId: string }> {
    const events = new EventEmitter() as WorkerEvents;
    let poolId = '';
    events.on('pool:create', ({ workerPool }) => {
      poolId = workerPool.id;
      options.onPool(poolId);
    });
    const runner = await runGraphileWorker({
      events,
      noHandleSignals: true,
      logger: new Logger(() => (level, message) => {
        if (level === 'error') options.onError(new Error(message));
      }),
      pgPool,
      taskList: options.taskList,
      preset: {
        worker: {
          concurrentJobs: options.jobs,
          pollInterval: options.pollMs,
          // The default does not wait for the completion of jobs when it stops.
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          gracefulShutdownAbortTimeout: options.graceMs,
        },
      },
    });
    return { runner, poolId };
  }

  let { runner, poolId } = await start().catch(async (error) => {
    await pgPool.end();
    throw error;
  });
  let running = true;

  async function keep(): Promise<void> {
    for (let failures = 0; ; ) {
      const since = Date.now();
      if (running) await runner.promise.catch(options.onError);
      if (running) options.onPoolEnded(poolId);
      running = false;
      if (stopping) return;
      failures = Date.now() - since > 60_000 ? 1 : failures + 1;
      await pause.sleep(backoff(failures, 2000));
      if (stopping) return;
      try {
        ({ runner, poolId } = await start());
        running = true;
      } catch (error) {
        options.onError(error);
      }
    }
  }
  const kept = keep();

  return {
    async stop() {
      stopping = true;
      pause.end();
      if (running) await runner.stop().catch(options.onError);
      await kept;
      await pgPool.end();
    },
  };
}
