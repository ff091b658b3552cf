import { EventEmitter } from 'node:events';
import '../../src/database/home-folder.ts';
import {
  Logger,
  run as runGraphileWorker,
  type Task,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type pg from 'pg';
import { type CuttablePool, createCuttablePool } from '../../src/database/connection.ts';
import { CONNECT_TIMEOUT_MS, inTurn } from '../keep-alive.ts';
import { backoff, createPause, within } from '../pauses.ts';

export interface RunTasksOptions {
  /** Connection string of the role that owns graphile-worker's schema. */
  databaseUrl: string;
  taskList: TaskList;
  /** The session of the worker, which hears of new jobs. */
  session(): pg.Client;
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
  /** A runner that cannot look for jobs for so long is replaced, in milliseconds. Default 10 s, and three times `pollMs` at least. */
  wedgedMs?: number;
}

/** A statement of graphile-worker's is short; one that is not answered for so long is lost. */
const QUERY_TIMEOUT_MS = 8000;
const STATEMENT_TIMEOUT_MS = 6000;
const WEDGED_MS = 10_000;
/** How long a runner that stops may take besides the grace time, before its connections are cut off. */
const STOP_MS = 2000;

/**
 * A pool whose listening connection, the one that is asked for with a callback, is the worker's session: a runner needs none
 * of its own, and one that hears nothing any more is noticed within seconds. What others listen for on it stays.
 */
function withSession(pool: pg.Pool, session: () => pg.Client): pg.Pool {
  const connect = (connected?: Parameters<pg.Pool['connect']>[0]) => {
    if (connected === undefined) return pool.connect();
    const client = session();
    const lent = {
      on: client.on.bind(client),
      removeListener: client.removeListener.bind(client),
      query: async (text: string) =>
        text.startsWith('LISTEN') ? inTurn(client, () => client.query(text)) : undefined,
    };
    connected(undefined, lent as unknown as pg.PoolClient, () => {});
  };
  return Object.assign(Object.create(pool), { connect, query: pool.query.bind(pool) });
}

/** graphile-worker, kept running. */
export interface Tasks {
  /**
   * Goes on under another name, so that what the old one had locked is let go. After a failover the new primary may not know
   * that a job was done, and would count it as under way for as long as the name lives.
   */
  renew(): void;
  stop(): Promise<void>;
}

/** One life of a runner, on connections of its own. */
interface Life {
  /** Asks the runner to end, once: else its clocks would go on, and keep the process alive. */
  stop(): Promise<void>;
  /** Settles when the runner has ended, or is given up because it gave no sign for too long. */
  over: Promise<void>;
  /** Lets go of its connections, whatever state they and the runner are in. */
  drop(): void;
}

/**
 * What a runner does that works. Looks that fail are none: where the first one fails, because the database is read only for
 * example, graphile-worker keeps that failure, and every later look of this runner fails with it.
 */
const SIGNS = ['localQueue:getJobs:complete', 'job:start', 'job:complete'] as const;
const LOOK_FAILED = 'Error occurred fetching jobs';

/** Watches a runner's events. `wedged` settles, with what its last look failed with, when it should look for jobs and cannot. */
function watchRunner(events: WorkerEvents, jobs: number, wedgedMs: number) {
  let heard = performance.now();
  let running = 0;
  let failure: unknown;
  for (const sign of SIGNS) {
    events.on(sign, () => {
      heard = performance.now();
      failure = undefined;
    });
  }
  let timer: NodeJS.Timeout | undefined;
  const wedged = new Promise<unknown>((resolve) => {
    timer = setInterval(() => {
      // one whose hands are full does not look
      if (running >= jobs) heard = performance.now();
      else if (performance.now() - heard > wedgedMs) resolve(failure);
    }, 500);
    timer.unref();
  });
  /** The same tasks, counted while they run: a job that has ended and is not noted as done is no reason to be silent. */
  const count = (taskList: TaskList): TaskList =>
    Object.fromEntries(
      Object.entries(taskList).map(([name, task]): [string, Task] => [
        name,
        async (payload, helpers) => {
          running += 1;
          try {
            return await task?.(payload, helpers);
          } finally {
            running -= 1;
          }
        },
      ]),
    );
  return {
    wedged,
    count,
    lookFailed(error: unknown): void {
      failure = error;
    },
    end: () => clearInterval(timer),
  };
}

async function startLife(options: RunTasksOptions): Promise<Life> {
  // Of its own: one that graphile-worker makes has no listener for errors while it ends, and takes the process with it.
  const pgPool: CuttablePool = createCuttablePool(options.databaseUrl, {
    applicationName: 'pgwave jobs',
    // one looks for jobs while another notes what is done
    max: 2,
    timeoutMs: CONNECT_TIMEOUT_MS,
    direct: true,
    queryTimeoutMs: QUERY_TIMEOUT_MS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const events = new EventEmitter() as WorkerEvents;
  let poolId = '';
  events.on('pool:create', ({ workerPool }) => {
    poolId = workerPool.id;
    options.onPool(poolId);
  });
  const watch = watchRunner(
    events,
    options.jobs,
    options.wedgedMs ?? Math.max(WEDGED_MS, 3 * options.pollMs),
  );
  let letGo = () => {};
  const dropped = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const drop = (): void => {
    letGo();
    watch.end();
    if (poolId !== '') options.onPoolEnded(poolId);
    poolId = '';
    pgPool.cutAll();
    void pgPool.end().catch(() => {});
  };
  try {
    const runner = await runGraphileWorker({
      events,
      noHandleSignals: true,
      logger: new Logger(() => (level, message, meta) => {
        if (level !== 'error') return;
        // the next look may find something; if none does, the runner is replaced, and that is told
        if (message.startsWith(LOOK_FAILED)) watch.lookFailed(meta?.error);
        else options.onError(new Error(message));
      }),
      pgPool: withSession(pgPool, options.session),
      taskList: watch.count(options.taskList),
      preset: {
        worker: {
          concurrentJobs: options.jobs,
          pollInterval: options.pollMs,
          // one look for all hands
          localQueue: { size: options.jobs },
          // The default does not wait for the completion of jobs when it stops.
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          gracefulShutdownAbortTimeout: options.graceMs,
        },
      },
    });
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      stopped ??= runner.stop().catch(options.onError);
      return stopped;
    };
    const ended = runner.promise.catch(options.onError).then(() => {
      stopped ??= Promise.resolve();
    });
    const wedged = watch.wedged.then((cause) =>
      options.onError(
        new Error('the runner of tickets finds no jobs; another takes its place', { cause }),
      ),
    );
    return { stop, over: Promise.race([ended, wedged, dropped]), drop };
  } catch (error) {
    drop();
    throw error;
  }
}

/**
 * Runs graphile-worker's tasks, and runs them again, with backoff, when the runner ends by itself or gives no sign: it gives
 * up if a connection breaks while it completes a job, and its promise does not always settle then. Raises if it cannot start
 * the first time.
 */
export async function runTasks(options: RunTasksOptions): Promise<Tasks> {
  const pause = createPause();
  let stopping = false;
  let life: Life | undefined = await startLife(options);

  async function keep(): Promise<void> {
    for (let failures = 0; ; ) {
      const since = Date.now();
      await life?.over;
      void life?.stop();
      life?.drop();
      life = undefined;
      if (stopping) return;
      failures = Date.now() - since > 60_000 ? 1 : failures + 1;
      await pause.sleep(backoff(failures, 2000));
      if (stopping) return;
      life = await startLife(options).catch((error) => {
        options.onError(error);
        return undefined;
      });
      // asked to stop while it started
      if (stopping && life !== undefined) await endLife(life);
    }
  }
  const kept = keep();

  async function endLife(ending: Life): Promise<void> {
    await within(options.graceMs + STOP_MS, ending.stop());
    ending.drop();
  }

  return {
    renew() {
      if (life !== undefined) void endLife(life);
    },
    async stop() {
      stopping = true;
      pause.end();
      if (life !== undefined) await endLife(life);
      await kept;
    },
  };
}
