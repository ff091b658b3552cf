import os from 'node:os';
import type { TaskList } from 'graphile-worker';
import type pg from 'pg';
import { z } from 'zod';
import { createCuttablePool, createPool, unreachable } from '../src/database/connection.ts';
import { isSessionLost } from '../src/database/connection-errors.ts';
import { ownerUrl } from '../src/database/roles.ts';
import type { DefinedFunction, FunctionHandler } from '../src/definitions/define-function.ts';
import {
  type ProbeServer,
  type ProbeServerOptions,
  serveProbes,
} from '../src/monitoring/probes.ts';
import { ActorError } from './actor-error.ts';
import { performAiModel } from './actors/ai-model.ts';
import { performFunction } from './actors/function.ts';
import { performHttp } from './actors/http.ts';
import { performScript } from './actors/script.ts';
import { performSql } from './actors/sql.ts';
import { performSystem } from './actors/system.ts';
import { createDispatcher } from './dispatcher.ts';
import { createDuties } from './duties.ts';
import { makeGrants } from './grants.ts';
import { CONNECT_TIMEOUT_MS, callInTime, connectSession, keepAlive } from './keep-alive.ts';
import { findLogins } from './logins.ts';
import { watchHost } from './models/host-watch.ts';
import { createOllamaProvider } from './models/ollama.ts';
import { createOpenAiProvider } from './models/openai.ts';
import type { ModelProvider } from './models/provider.ts';
import { within } from './pauses.ts';
import { performStep } from './perform-step.ts';
import { performMeasure } from './queries/measure.ts';
import { createRunInputs } from './run-inputs.ts';
import { runSchedules } from './schedules/run-schedules.ts';
import { createNotifyTask } from './tasks/notify.ts';
import { runTasks, type Tasks } from './tasks/run-tasks.ts';
import { createTaskList } from './tasks/serve-lane.ts';
import type { TraceOptions } from './traces/options.ts';
import { createWorkerWatch } from './watch-workers.ts';
import { type Answer, type Perform, type Work, workSchema } from './work.ts';
import type { WorkerEvent } from './worker-events.ts';

export interface WorkerOptions {
  databaseUrl: string;
  /** Most interactions at once, over all lanes. Default 24. */
  concurrency?: number;
  /** How many at once for a lane, or for the first word of lanes. Merged over the defaults. */
  slots?: Record<string, number>;
  /** Address of the model server. Default: `OLLAMA_HOST`, else Ollama's own. */
  ollamaHost?: string;
  /** How many models that server holds in memory at once. Default: `OLLAMA_MAX_LOADED_MODELS`, else as many as it shows. */
  maxLoadedModels?: number;
  /** How many calls of a model it answers at once. Default: `OLLAMA_NUM_PARALLEL`, else as many as the slots `model`. */
  parallelCalls?: number;
  /** How long work of another model may wait before it ends the turn of the loaded one: `2m`, the default; 0: no turns. */
  maxWait?: string;
  /** The pool that the server belongs to: actors name it as their `pool`. Default: `default`. */
  modelPool?: string;
  /**
   * Providers of models, by the name that `ai_model` actors give as their `provider`, beside `ollama`, the default of
   * actors, and `openai`; these may be replaced too.
   */
  providers?: Record<string, ModelProvider>;
  /** Handlers of `function` actors, by name; or what `defineFunction` made. */
  functions?: Record<string, FunctionHandler> | readonly DefinedFunction[];
  /** Answers in place of actors; undefined: the actor does. For tests: what it answers is marked as rehearsed. */
  standIn?: (work: Work) => Promise<Answer | undefined>;
  /** Folders whose files script actors may run. Default: `scripts` in the working folder. */
  scripts?: readonly string[];
  /** Environment variables that script actors may name. Default: none. */
  allowEnv?: readonly string[];
  /** Environment variables that http actors may name as secrets. Default: none. */
  allowSecrets?: readonly string[];
  /** Whether scripts run as this process's user although it is root. Default: as another, who sees nothing of it. */
  scriptsAsSelf?: boolean;
  /** Receives what goes wrong and does not end the worker. */
  onError?: (error: unknown) => void;
  /** Receives what the worker does: attempts that begin and end, connections lost and back. It must not throw. */
  onEvent?: (event: WorkerEvent) => void;
  /** Where `/livez`, `/readyz` and `/metrics` are served. Default: nowhere. */
  probes?: ProbeServerOptions;
  /** Where traces of runs that ended are sent. Default: nowhere. `readTraceOptions(process.env)` reads OpenTelemetry's variables. */
  traces?: TraceOptions | undefined;
  /** How long a stopping worker waits for what is under way before it hands it back, in milliseconds. Default 5 s. */
  graceMs?: number;
}

export interface Worker {
  readonly workerId: number;
  /** Port of the metrics; null: none are served. */
  readonly metricsPort: number | null;
  /** Takes nothing new, finishes or hands back what is under way, and closes every connection. */
  stop(): Promise<void>;
  /** Resolves when the worker has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
}

const PARTIAL_MS = 250;
const LOCK_TIMEOUT_MS = 500;
/** What a call of the engine may take, as the server sees it and as the worker does. */
const STATEMENT_TIMEOUT_MS = 20_000;
const CALL_TIMEOUT_MS = 25_000;
/** A worker that cannot hand back what it has for so long does not count as alive. */
const USELESS_MS = 30_000;
/** How long a stopping worker waits for each thing that the database should do at once. */
const CLOSE_MS = 2000;
const GRACE_MS = 5000;
const NO_CONNECTIONS = '53300';

const registered = z.object({ worker_id: z.number() });
const heartbeatAnswer = z.object({
  known: z.boolean(),
  workers: z.record(z.string(), z.number()).nullable(),
  interactions: z.array(z.string()),
  lanes: z.array(z.string()),
  load: z.string().nullable(),
});
/** Work, with the number under which it was begun. */
const begunBy = (workerId: number, works: Work[]): Work[] => {
  for (const work of works) work.worker_id = workerId;
  return works;
};
const completed = z.object({ late: z.array(z.number()), work: z.array(workSchema) });

/** A whole number of the environment; 0 and nothing leave it open, as for Ollama. */
function wholeFrom(text: string | undefined): number | undefined {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}

/** Handlers by their names. */
function handlersOf(
  functions: Record<string, FunctionHandler> | readonly DefinedFunction[],
): Record<string, FunctionHandler> {
  if (!Array.isArray(functions)) return functions as Record<string, FunctionHandler>;
  return Object.fromEntries(functions.map(({ name, handler }: DefinedFunction) => [name, handler]));
}

/** Starts a worker in this process. Raises PWDBU where the database is out of reach, PWOLD where it is of another version. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { databaseUrl, onError = () => {}, onEvent = () => {} } = options;
  const functions = handlersOf(options.functions ?? {});
  const concurrency = options.concurrency ?? 24;
  const maxLoaded = options.maxLoadedModels ?? wholeFrom(process.env.OLLAMA_MAX_LOADED_MODELS);
  const parallel = options.parallelCalls ?? wholeFrom(process.env.OLLAMA_NUM_PARALLEL);
  const slots: Record<string, number> = {
    model: (parallel ?? 4) * (maxLoaded ?? 1),
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

  // A direct connection of its own: we live as long as this session does.
  const logins = await findLogins(databaseUrl);
  const session = await connectSession(logins.pgwave_worker);
  const limits = {
    direct: true,
    timeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    queryTimeoutMs: CALL_TIMEOUT_MS,
  };
  const pool = createCuttablePool(logins.pgwave_worker, {
    applicationName: 'pgwave calls',
    exactJson: true,
    max: 4,
    // A run that somebody holds for long must not hold up the answers for others.
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    ...limits,
  });
  const queries = createPool(logins.pgwave_sql, {
    applicationName: 'pgwave queries',
    exactJson: true,
    max: 2,
    timeoutMs: CONNECT_TIMEOUT_MS,
    direct: true,
  });
  // One for each statement that may run at once: none waits for a connection.
  const statements = createPool(logins.pgwave_sql, {
    applicationName: 'pgwave statements',
    max: Math.max(1, slotsOf('sql')),
    timeoutMs: CONNECT_TIMEOUT_MS,
    direct: true,
  });
  pool.on('error', onError);
  queries.on('error', onError);
  statements.on('error', onError);

  const runners: Tasks[] = [];
  /** Names under which graphile-worker locks jobs here; they live as long as the session does. */
  const jobPools = new Set<string>();
  let holdsJobPools = true;
  /** Whether a session says that the worker lives. */
  let isAlive = false;
  /** The session that hears of new jobs. */
  let listening = session;
  const ollamaHost = options.ollamaHost ?? process.env.OLLAMA_HOST ?? 'http://127.0.0.1:11434';
  const host = watchHost(options.providers?.ollama ?? createOllamaProvider(), {
    url: ollamaHost,
    pool: options.modelPool ?? 'default',
    maxLoaded,
    parallel,
    maxWait: options.maxWait,
    tellSilent: () =>
      pool.query('select pgwave.report_host($1, $2)', [life.workerId, '{"silent": true}']),
  });
  const reportHost = async (client: pg.Client, workerId: number): Promise<void> => {
    host.look();
    const draft = host.draft(workerId);
    if (draft === undefined) return;
    await callInTime(client, 'report_host($1, $2)', [workerId, JSON.stringify(draft.report)]);
    draft.sent();
  };
  const register = async (client: pg.Client, replaces: number | null): Promise<number> => {
    const answer = await callInTime(client, 'register_worker($1, $2, $3, $4)', [
      os.hostname(),
      process.pid,
      slots,
      replaces,
    ]);
    holdsJobPools = false;
    isAlive = true;
    listening = client;
    const { worker_id } = registered.parse(answer);
    // before it takes anything
    await reportHost(client, worker_id);
    if (replaces !== null) {
      for (const runner of runners) runner.renew();
      onEvent({ event: 'reconnected', worker_id, replaces });
    }
    return worker_id;
  };

  const lastPartial = new Map<number, number>();
  const grants = makeGrants(options);
  const script = performScript({
    grants,
    provided: { PGWAVE_SCRIPT_URL: logins.pgwave_script },
  });
  const http = performHttp({ granted: grants.secrets });
  const onPartial = (work: Work, text: string): void => {
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
  };
  const actors: Record<string, Perform> = {
    ai_model: performAiModel({
      providers: {
        openai: createOpenAiProvider(),
        ...options.providers,
        ollama: host.provider,
      },
      hosts: {
        ollama: ollamaHost,
        openai: process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1',
      },
      async recall(request, { interaction_id, workflow_run_id }) {
        const { rows } = await pool.query({
          name: 'recall_response',
          text: 'select pgwave.recall_response($1, $2, $3) as answer',
          values: [request, interaction_id, workflow_run_id],
        });
        return rows[0]?.answer;
      },
      onPartial,
    }),
    script,
    http,
    function: performFunction(functions, onPartial),
    sql: performSql({
      pool: statements,
      cancel: (pid) => pool.query('select pgwave.cancel_statement($1)', [pid]),
    }),
    system: performSystem({
      measure: performMeasure(queries),
      step: performStep(pool, queries, () => life.workerId),
    }),
  };

  const withInput = createRunInputs(async (workflowRunId) => {
    const { rows } = await pool.query({
      name: 'run_input',
      text: 'select pgwave.run_input($1) as input',
      values: [workflowRunId],
    });
    return rows[0]?.input;
  });

  /** What goes to other programs says to which trace it belongs. */
  const withTrace = async (work: Work): Promise<Work> => {
    if (options.traces === undefined || !['http', 'script'].includes(work.actor_type)) return work;
    const { interaction_id, workflow_run_id, attempt } = work;
    const found = await call('trace_context($1, $2, $3)', [
      interaction_id,
      workflow_run_id,
      attempt,
    ]).catch(onError);
    return typeof found === 'string' ? { ...work, traceparent: found } : work;
  };

  const perform: Perform = async (work, signal) => {
    const actor = actors[work.actor_type];
    if (actor === undefined) {
      throw new ActorError('bad_request', `This worker cannot perform ${work.actor_type} actors`, {
        retryable: false,
      });
    }
    try {
      const whole = await withTrace(await withInput(work));
      const given = await options.standIn?.(whole);
      if (given !== undefined) return { ...given, usage: { ...given.usage, rehearsed: true } };
      return await actor(whole, signal);
    } finally {
      lastPartial.delete(work.interaction_id);
    }
  };

  const call = async (name: string, values: unknown[] = []): Promise<unknown> =>
    (await pool.query({ name, text: `select to_jsonb(pgwave.${name}) as result`, values })).rows[0]
      ?.result;
  const runDueSchedules = () => runSchedules(pool, onError);
  const duties = createDuties({ call, runSchedules: runDueSchedules, onError });
  const dispatcher = createDispatcher({
    concurrency,
    perform,
    onError,
    onEvent,
    engine: {
      async findHeld(identities): Promise<number[]> {
        return z.array(z.number()).parse(await call('find_held($1)', [JSON.stringify(identities)]));
      },
      async begin(lane, most, beside): Promise<Work[]> {
        const { workerId } = life;
        const { rows } = await pool.query({
          name: 'begin_interactions',
          text: 'select pgwave.begin_interactions($1, $2, $3, $4) as work',
          values: [workerId, lane, most, beside],
        });
        return begunBy(workerId, z.array(workSchema).parse(rows[0]?.work));
      },
      async complete(answers, thenBegin, beside): Promise<Work[]> {
        const { workerId } = life;
        const { rows } = await pool.query({
          name: 'complete_interactions',
          text: 'select pgwave.complete_interactions($1, $2, $3, $4) as done',
          values: [answers, workerId, thenBegin, beside],
        });
        return begunBy(workerId, completed.parse(rows[0]?.done).work);
      },
      async failForGood({ interaction_id, workflow_run_id, attempt }, reason): Promise<void> {
        await pool.query('select pgwave.fail_for_good($1, $2, $3, $4, $5)', [
          life.workerId,
          interaction_id,
          workflow_run_id,
          attempt,
          reason,
        ]);
      },
    },
  });

  const runJobs = (taskList: TaskList, settings: { jobs: number; pollMs: number }) =>
    runTasks({
      ...settings,
      databaseUrl: ownerUrl(databaseUrl),
      taskList,
      session: () => listening,
      graceMs: options.graceMs ?? GRACE_MS,
      onPool(poolId) {
        jobPools.add(poolId);
        holdsJobPools = false;
      },
      onPoolEnded(poolId) {
        jobPools.delete(poolId);
        holdsJobPools = false;
      },
      onError,
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

  // Beside the heartbeat, which must not wait for it: work whose ticket was lost.
  let serving: Promise<void> | undefined;
  const serve = (lanes: string[]): void => {
    serving ??= (async () => {
      for (const lane of lanes) await dispatcher.serve(lane);
    })()
      .catch(onError)
      .finally(() => {
        serving = undefined;
      });
  };
  // What is due although its ticket was lost.
  let sweeping: Promise<void> | undefined;
  const sweep = (): void => {
    sweeping ??= duties
      .perform()
      .catch(onError)
      .finally(() => {
        sweeping = undefined;
      });
  };

  const watch = createWorkerWatch();
  const beat = async (client: pg.Client, workerId: number): Promise<{ known: boolean }> => {
    const asked = performance.now();
    if (dispatcher.failingFor() > USELESS_MS) {
      throw new Error(`no answer could be handed back for ${USELESS_MS / 1000} s`);
    }
    const answer = heartbeatAnswer.parse(await callInTime(client, 'heartbeat($1)', [workerId]));
    if (!answer.known) return answer;
    const silent = watch.observe(answer.workers ?? {}, performance.now());
    if (Object.keys(silent).length > 0) await callInTime(client, 'give_up_workers($1)', [silent]);
    dispatcher.keepOnly(new Set(answer.interactions), asked);
    const strays = dispatcher.findStrays(answer.interactions, performance.now());
    await reportHost(client, workerId);
    if (answer.load !== null) host.load(answer.load).catch(onError);
    if (strays.length > 0) {
      await callInTime(client, 'hand_back_interactions($1, $2)', [workerId, strays]);
    }
    if (!holdsJobPools) {
      holdsJobPools = true;
      await callInTime(client, 'hold_job_pools($1)', [[...jobPools]]);
    }
    serve(answer.lanes);
    sweep();
    return answer;
  };
  const life = await keepAlive(session, {
    databaseUrl: logins.pgwave_worker,
    register,
    beat,
    onLost(reason, workerId) {
      isAlive = false;
      onEvent({ event: 'lost', worker_id: workerId, reason });
      dispatcher.abortAll(reason);
      // the network that lost the session may have lost these without a word
      pool.cutAll();
    },
    onError,
  }).catch(async (error) => {
    await Promise.allSettled([session.end(), pool.end(), queries.end(), statements.end()]);
    throw error;
  });

  let resolveStopped = () => {};
  const stopped = new Promise<void>((resolve) => {
    resolveStopped = resolve;
  });

  let stopping: Promise<void> | undefined;
  async function stopOnce(): Promise<void> {
    const graceMs = options.graceMs ?? GRACE_MS;
    const tell = (call: string, values: unknown[]) =>
      within(CLOSE_MS, pool.query(`select pgwave.${call}`, values)).catch(onError);
    dispatcher.stopTaking();
    await tell('stop_worker($1)', [life.workerId]);
    // The heart goes on: whatever the grace time, nobody takes away what is being finished.
    const ended = Promise.all(runners.map((runner) => runner.stop().catch(onError)));
    if (!(await dispatcher.settle(graceMs))) {
      await tell('hand_back_interactions($1, $2)', [life.workerId, dispatcher.underWay()]);
      dispatcher.abortAll('the worker stops');
      await dispatcher.settle(CLOSE_MS);
    }
    dispatcher.close();
    duties.stop();
    await within(CLOSE_MS, traces?.stop() ?? Promise.resolve());
    await probes?.close();
    await within(graceMs + CLOSE_MS, ended);
    await within(CLOSE_MS, life.stop());
    await within(CLOSE_MS, Promise.all([serving, sweeping]));
    await tell('stop_worker($1, true)', [life.workerId]);
    await within(
      CLOSE_MS,
      Promise.allSettled([life.end(), pool.end(), queries.end(), statements.end()]),
    );
    onEvent({ event: 'stopped', worker_id: life.workerId });
    resolveStopped();
  }

  const stop = (): Promise<void> => {
    stopping ??= stopOnce();
    return stopping;
  };

  let probes: ProbeServer | undefined;
  let traces: { stop(): Promise<void> } | undefined;
  try {
    if (options.traces !== undefined) {
      const { createTraceSender } = await import('./traces/send-traces.ts');
      traces = createTraceSender({
        ...options.traces,
        call,
        workerId: () => life.workerId,
        onError,
      });
    }
    if (options.probes !== undefined) {
      probes = await serveProbes(options.probes, {
        query: (text) => pool.query(text),
        trouble: () =>
          stopping !== undefined
            ? 'the worker stops'
            : isAlive
              ? undefined
              : 'the worker lost its session',
      });
    }
    runners.push(
      await runJobs(createTaskList(dispatcher.serve, duties.perform, runDueSchedules, onError), {
        jobs: 4,
        // notifications say that there are tickets, and heartbeats find what has none
        pollMs: 5000,
      }),
    );
    // Apart: a notifier may take its time, and tickets do not wait for it.
    runners.push(await runJobs({ notify }, { jobs: 2, pollMs: 5000 }));
  } catch (error) {
    await stop();
    throw isSessionLost(error) || (error as pg.DatabaseError).code === NO_CONNECTIONS
      ? unreachable(databaseUrl, error)
      : error;
  }

  onEvent({ event: 'started', worker_id: life.workerId });
  return {
    get workerId() {
      return life.workerId;
    },
    metricsPort: probes?.port ?? null,
    stop,
    stopped,
  };
}
