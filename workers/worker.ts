import os from 'node:os';
import { Logger, run as runGraphileWorker, type TaskList } from 'graphile-worker';
import pg from 'pg';
import { z } from 'zod';
import { connect, createPool } from '../src/database/connection.ts';
import { assertBehaviourCurrent } from '../src/database/load-sql.ts';
import { ownerUrl, roleUrl } from '../src/database/roles.ts';
import { ActorError } from './actor-error.ts';
import { performAiModel } from './actors/ai-model.ts';
import { type FunctionHandler, performFunction } from './actors/function.ts';
import { performHttp } from './actors/http.ts';
import { performScript } from './actors/script.ts';
import { performSql } from './actors/sql.ts';
import { createDispatcher } from './dispatcher.ts';
import { createOllamaProvider } from './models/ollama.ts';
import { performMeasure } from './queries/measure.ts';
import { createNotifyTask } from './tasks/notify.ts';
import { createTaskList } from './tasks/serve-lane.ts';
import { type Perform, type Work, workSchema } from './work.ts';

export interface WorkerOptions {
  databaseUrl: string;
  /** Most interactions at once, over all lanes. Default 24. */
  concurrency?: number;
  /** How many at once for a lane, or for the first word of lanes. Merged over the defaults. */
  slots?: Record<string, number>;
  /** Address of the model server. Default: `OLLAMA_HOST`, else Ollama's own. */
  ollamaHost?: string;
  /** Handlers of `function` actors, by name. */
  functions?: Record<string, FunctionHandler>;
  /** Receives what goes wrong and does not end the worker. */
  onError?: (error: unknown) => void;
  /** How long a stopping worker waits for what is under way before it hands it back, in milliseconds. Default 5 s. */
  graceMs?: number;
}

export interface Worker {
  readonly workerId: number;
  /** Takes nothing new, finishes or hands back what is under way, and closes every connection. */
  stop(): Promise<void>;
  /** Resolves when the worker has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
}

const HEARTBEAT_MS = 1000;
const PARTIAL_MS = 250;
const MAINTENANCE_MS = 3_600_000;
const GRACE_MS = 5000;

const registered = z.object({ worker_id: z.number(), lock_key: z.number() });
const heartbeatAnswer = z.object({
  known: z.boolean(),
  interactions: z.array(z.string()),
  lanes: z.array(z.string()),
});
const completed = z.object({ late: z.array(z.number()), work: z.array(workSchema) });

function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return !(error instanceof pg.DatabaseError) || /^(08|57P0|53|40001|40P01)/.test(code);
}

/** Starts a worker in this process. Raises PWDBU where the database is out of reach, PWOLD where it is of another version. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { databaseUrl, functions = {}, onError = () => {} } = options;
  const concurrency = options.concurrency ?? 24;
  const slots: Record<string, number> = {
    model: 4,
    http: 8,
    script: 4,
    sql: 4,
    system: 2,
    ...Object.fromEntries(Object.keys(functions).map((name) => [`function:${name}`, concurrency])),
    ...options.slots,
  };
  const slotsOf = (type: string): number =>
    Object.entries(slots)
      .filter(([slot]) => slot.split(':', 1)[0] === type)
      .reduce((sum, [, count]) => sum + count, 0);

  // A direct connection of its own: the lock that says we live is the session's.
  let alive = await connect(databaseUrl, { applicationName: 'pgwave worker' });
  await assertBehaviourCurrent(alive).catch(async (error) => {
    await alive.end();
    throw error;
  });
  const pool = createPool(databaseUrl, { applicationName: 'pgwave worker', max: 4 });
  const queries = createPool(roleUrl(databaseUrl, 'pgwave_sql'), {
    applicationName: 'pgwave queries',
    max: 2,
  });
  // One for each statement that may run at once: none waits for a connection.
  const statements = createPool(roleUrl(databaseUrl, 'pgwave_sql'), {
    applicationName: 'pgwave statements',
    max: Math.max(1, slotsOf('sql')),
  });
  pool.on('error', onError);
  queries.on('error', onError);
  statements.on('error', onError);

  const register = async (client: pg.Client, replaces: number | null): Promise<number> => {
    const { rows } = await client.query('select pgwave.register_worker($1, $2, $3, $4) as r', [
      os.hostname(),
      process.pid,
      slots,
      replaces,
    ]);
    return registered.parse(rows[0]?.r).worker_id;
  };
  let workerId = await register(alive, null);

  const provider = createOllamaProvider();
  const lastPartial = new Map<number, number>();
  const script = performScript({
    provided: { PGWAVE_SCRIPT_URL: roleUrl(databaseUrl, 'pgwave_script') },
  });
  const http = performHttp();
  const actors: Record<string, Perform> = {
    ai_model: performAiModel({
      provider,
      host: options.ollamaHost ?? process.env.OLLAMA_HOST ?? 'http://127.0.0.1:11434',
      onPartial: (work, text) => {
        const now = performance.now();
        const last = lastPartial.get(work.interaction_id);
        if (last !== undefined && now - last < PARTIAL_MS) return;
        // The first piece only starts the clock: an answer that is soon there is not shown in pieces.
        lastPartial.set(work.interaction_id, last === undefined ? now - PARTIAL_MS + 100 : now);
        if (last === undefined) return;
        pool
          .query('select pgwave.stream_response($1, $2, $3, $4)', [
            work.interaction_id,
            work.workflow_run_id,
            work.attempt,
            text,
          ])
          .catch(onError);
      },
    }),
    script,
    http,
    function: performFunction(functions),
    sql: performSql({ pool: statements, url: roleUrl(databaseUrl, 'pgwave_sql') }),
    system: performMeasure(queries),
  };

  const perform: Perform = async (work, signal) => {
    const actor = actors[work.actor_type];
    if (actor === undefined) {
      throw new ActorError('bad_request', `This worker cannot perform ${work.actor_type} actors`, {
        retryable: false,
      });
    }
    try {
      return await actor(work, signal);
    } finally {
      lastPartial.delete(work.interaction_id);
    }
  };

  const dispatcher = createDispatcher({
    concurrency,
    perform,
    isConnectionError,
    onError,
    engine: {
      async begin(lane, most): Promise<Work[]> {
        const { rows } = await pool.query({
          name: 'begin_interactions',
          text: 'select pgwave.begin_interactions($1, $2, $3) as work',
          values: [workerId, lane, most],
        });
        return z.array(workSchema).parse(rows[0]?.work);
      },
      async complete(answers, thenBegin): Promise<Work[]> {
        const { rows } = await pool.query({
          name: 'complete_interactions',
          text: 'select pgwave.complete_interactions($1, $2, $3) as done',
          values: [answers, workerId, thenBegin],
        });
        return completed.parse(rows[0]?.done).work;
      },
    },
  });

  const wake = async (): Promise<void> => {
    await pool.query({
      name: 'wake_interactions',
      text: 'select pgwave.wake_interactions()',
    });
  };

  const runTasks = (taskList: TaskList, settings: { jobs: number; poll: number }) =>
    runGraphileWorker({
      noHandleSignals: true,
      logger: new Logger(() => (level, message) => {
        if (level === 'error') onError(new Error(message));
      }),
      taskList,
      preset: {
        worker: {
          connectionString: ownerUrl(databaseUrl),
          concurrentJobs: settings.jobs,
          maxPoolSize: settings.jobs + 2,
          pollInterval: settings.poll,
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          gracefulShutdownAbortTimeout: options.graceMs ?? GRACE_MS,
        },
      },
    });
  const notify = createNotifyTask({
    actors: { script, http },
    async notification(interactionId, address) {
      const { rows } = await pool.query('select pgwave.notification($1, $2) as message', [
        interactionId,
        address,
      ]);
      return rows[0]?.message ?? null;
    },
  });
  const runners = [
    await runTasks(createTaskList(dispatcher.serve, wake), { jobs: 4, poll: 1000 }),
    // Apart: a notifier may take its time, and tickets do not wait for it.
    await runTasks({ notify }, { jobs: 2, poll: 5000 }),
  ];

  let stopping: Promise<void> | undefined;
  let beating: Promise<void> = Promise.resolve();
  let lost = false;
  const watch = (client: pg.Client) => {
    client.on('error', () => {
      lost = true;
      dispatcher.abortAll('the worker lost its database');
    });
  };
  watch(alive);

  // What the database says is ours and we do not know of: the answer that brought it was lost with its connection. Sure once
  // every call that might still bring it has ended, and the next heartbeat names it still.
  let suspects: string[] = [];
  let suspectedAt = 0;

  async function beat(): Promise<void> {
    try {
      if (lost) {
        await alive.end().catch(() => {});
        alive = await connect(databaseUrl, { applicationName: 'pgwave worker' });
        watch(alive);
        workerId = await register(alive, workerId);
        lost = false;
      }
      const unknown = dispatcher.hasSettled(suspectedAt)
        ? suspects.filter((key) => !dispatcher.knows(key))
        : [];
      const asked = performance.now();
      const { rows } = await alive.query('select pgwave.heartbeat($1) as r', [workerId]);
      const answer = heartbeatAnswer.parse(rows[0]?.r);
      if (!answer.known) {
        dispatcher.abortAll('the worker was given up');
        workerId = await register(alive, workerId);
        return;
      }
      const held = new Set(answer.interactions);
      dispatcher.keepOnly(held, asked);
      const strays = unknown.filter((key) => held.has(key));
      suspects = answer.interactions.filter((key) => !dispatcher.knows(key));
      suspectedAt = performance.now();
      if (strays.length > 0) {
        const ids = strays.map((key) => Number.parseInt(key, 10));
        await alive.query('select pgwave.hand_back_interactions($1, $2)', [workerId, ids]);
      }
      for (const lane of answer.lanes) await dispatcher.serve(lane);
      sweep();
    } catch (error) {
      if (isConnectionError(error)) lost = true;
      onError(error);
    }
  }
  // Beside the heartbeat, which must not wait for it: what is due although its ticket was lost, tables that grew.
  let sweeping: Promise<void> | undefined;
  const sweep = (): void => {
    sweeping ??= (async () => {
      await wake();
      await pool.query({
        name: 'analyze_grown_tables',
        text: 'select pgwave.analyze_grown_tables()',
      });
    })()
      .catch(onError)
      .finally(() => {
        sweeping = undefined;
      });
  };
  const makePartitions = () => pool.query('select pgwave.make_partitions()').catch(onError);
  const maintenance = setInterval(makePartitions, MAINTENANCE_MS);
  void makePartitions();
  const heart = setInterval(() => {
    beating = beating.then(() => (stopping === undefined ? beat() : undefined));
  }, HEARTBEAT_MS);

  let resolveStopped = () => {};
  const stopped = new Promise<void>((resolve) => {
    resolveStopped = resolve;
  });

  async function stopOnce(): Promise<void> {
    clearInterval(heart);
    clearInterval(maintenance);
    dispatcher.stopTaking();
    await alive.query('select pgwave.stop_worker($1)', [workerId]).catch(onError);
    await Promise.all(runners.map((runner) => runner.stop().catch(onError)));
    if (!(await dispatcher.settle(options.graceMs ?? GRACE_MS))) {
      const ids = dispatcher.underWay();
      await alive
        .query('select pgwave.hand_back_interactions($1, $2)', [workerId, ids])
        .catch(onError);
      dispatcher.abortAll('the worker stops');
      await dispatcher.settle(2000);
    }
    dispatcher.close();
    await beating.catch(() => {});
    await sweeping;
    await alive.query('select pgwave.stop_worker($1, true)', [workerId]).catch(onError);
    await Promise.allSettled([alive.end(), pool.end(), queries.end(), statements.end()]);
    resolveStopped();
  }

  return {
    get workerId() {
      return workerId;
    },
    stop: () => {
      stopping ??= stopOnce();
      return stopping;
    },
    stopped,
  };
}
