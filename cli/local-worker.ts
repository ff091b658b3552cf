import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DefinedFunction, FunctionHandler } from '../src/definitions/define-function.ts';
import { PgwaveError } from '../src/errors.ts';
import type { TraceOptions } from '../workers/traces/options.ts';
import type { Worker } from '../workers/worker.ts';
import { type ModelHost, workerModels } from './model-host.ts';
import { type ProbeOptions, probesOf } from './probe-options.ts';
import type { Session } from './session.ts';
import { setting } from './settings.ts';
import { type GrantOptions, grantsOf } from './worker-grants.ts';
import { createLog, type Log } from './log.ts';

/** What the commands that work themselves can be told. */
export interface LocalWorkerOptions extends GrantOptions, ProbeOptions {
  concurrency?: number | undefined;
  /** A module whose exported functions are the handlers of `function` actors, by name. */
  functions?: string | undefined;
  /** How long work of another model may wait before it ends the turn of the loaded one. */
  maxWait?: string | undefined;
  /** Answers by rule instead of models. */
  rehearse?: boolean | undefined;
  /** The models, where the command has them already; they are then its own to close. */
  models?: ModelHost | undefined;
  /** Where traces are sent. Default: nowhere. */
  traces?: TraceOptions | undefined;
  /** Takes what the worker does and meets. Default: nobody is told. */
  log?: Log | undefined;
}

/** A worker in this process, with its models. */
export interface LocalWorker {
  workerId: number;
  metricsPort: number | null;
  models: ModelHost;
  /** Rejects when the worker ends unasked; never resolves. */
  broken: Promise<never>;
  /** Finishes or hands back what is under way. */
  stop(): Promise<void>;
}

/** What `defineFunction` made; it may be exported by any name. */
function isDefinedFunction(value: unknown): value is DefinedFunction {
  return typeof (value as DefinedFunction | null | undefined)?.handler === 'function';
}

async function loadFunctions(file: string): Promise<Record<string, FunctionHandler>> {
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(path.resolve(file)).href);
  } catch (cause) {
    throw new PgwaveError('PWFUN', `The functions of ${file} cannot be loaded`, {
      detail: (cause as Error).message,
      hint: 'Give a module that exports each handler by its name.',
      cause,
    });
  }
  const given = typeof module.default === 'object' && module.default !== null ? module.default : {};
  const handlers = Object.entries({ ...given, ...module }).flatMap(([name, value]) =>
    typeof value === 'function'
      ? [[name, value]]
      : isDefinedFunction(value)
        ? [[value.name, value.handler]]
        : [],
  );
  if (handlers.length === 0) {
    throw new PgwaveError('PWFUN', `${file} exports no functions`, {
      hint: 'Export each handler by its name: export const normalise_title = ({ params }) => …, or what defineFunction returns.',
    });
  }
  return Object.fromEntries(handlers) as Record<string, FunctionHandler>;
}

/** Starts a worker in this process. Raises what `startWorker` raises, and PWFUN. */
export async function startLocalWorker(
  session: Session,
  options: LocalWorkerOptions = {},
): Promise<LocalWorker> {
  // Loaded here: most commands do without, and start faster.
  const { startWorker } = await import('../workers/worker.ts');
  const file = options.functions ?? setting('functions');
  const functions = file ? await loadFunctions(file) : {};
  const maxWait = options.maxWait ?? setting('maxWait');
  const concurrency = options.concurrency ?? setting('concurrency');
  const models = options.models ?? (await workerModels(options.rehearse ?? false));
  const closeModels = async () => {
    if (options.models === undefined) await models.close();
  };
  const log =
    options.log ??
    (process.env.PGWAVE_DEBUG === '1' ? createLog('worker', { logLevel: 'warn' }) : undefined);
  let worker: Worker;
  let lastError: unknown;
  try {
    worker = await startWorker({
      // through a pooler a worker has no session to hold its lock
      databaseUrl: setting('directUrl') ?? session.url,
      functions,
      ...grantsOf(options, session.kind),
      ollamaHost: models.url,
      ...probesOf(options),
      traces: options.traces,
      ...(maxWait === undefined ? {} : { maxWait }),
      ...(concurrency === undefined ? {} : { concurrency }),
      onError: (error) => {
        lastError = error;
        log?.error(error);
      },
      ...(log === undefined ? {} : { onEvent: log.event }),
    });
  } catch (error) {
    await closeModels();
    throw error;
  }
  let asked = false;
  const broken = worker.stopped.then(() => {
    if (asked) return new Promise<never>(() => {});
    throw lastError ?? new PgwaveError('PWWRK', 'The worker ended');
  });
  broken.catch(() => {}); // whoever races with it hears of it
  return {
    workerId: worker.workerId,
    metricsPort: worker.metricsPort,
    models,
    broken,
    async stop() {
      asked = true;
      await worker.stop();
      await closeModels();
    },
  };
}
