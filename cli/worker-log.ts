import { type Command, Option } from 'commander';
import pc from 'picocolors';
import type { WorkerEvent } from '../workers/worker-events.ts';

const LEVELS = ['silent', 'warn', 'info', 'debug'] as const;
const FORMATS = ['pretty', 'json'] as const;
type Level = (typeof LEVELS)[number];

export interface LogOptions {
  logLevel?: Level | undefined;
  logFormat?: (typeof FORMATS)[number] | undefined;
}

/** Adds the options of commands whose worker tells what it does. */
export function addLogOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--log-level <level>', 'what to log on stderr')
        .choices(LEVELS)
        .default('warn')
        .env('PGWAVE_LOG_LEVEL'),
    )
    .addOption(
      new Option('--log-format <format>', 'lines for people, or a JSON document a line')
        .choices(FORMATS)
        .default('pretty')
        .env('PGWAVE_LOG_FORMAT'),
    );
}

/** Takes what a worker does and meets. */
export interface WorkerLog {
  event(event: WorkerEvent): void;
  error(error: unknown): void;
}

/** An attempt that fails is a matter of its run, and its retry policy's; a lost connection is one of operation. */
const LEVEL_OF: Record<WorkerEvent['event'], Level> = {
  began: 'debug',
  answered: 'info',
  failed: 'info',
  aborted: 'info',
  lost: 'warn',
  reconnected: 'warn',
};

function prettyEvent(event: WorkerEvent): string {
  switch (event.event) {
    case 'lost':
      return `worker ${event.worker_id} lost: ${event.reason}`;
    case 'reconnected':
      return `worker ${event.worker_id} reconnected, was ${event.replaces}`;
    default: {
      const how =
        event.event === 'failed'
          ? `failed with ${event.code}${event.retryable ? ', retryable' : ''}`
          : event.event === 'aborted'
            ? `aborted: ${event.reason}`
            : event.event;
      const took = 'ms' in event ? ` after ${event.ms} ms` : '';
      return `run ${event.workflow_run_id} interaction ${event.interaction_id} attempt ${event.attempt} ${event.conversation} (${event.actor}): ${how}${took}`;
    }
  }
}

/** A log on stderr. What is below its level is left out. */
export function createWorkerLog({
  logLevel = 'warn',
  logFormat = 'pretty',
}: LogOptions): WorkerLog {
  const write = (level: Level, pretty: string, fields: object): void => {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(logLevel)) return;
    const line =
      logFormat === 'json'
        ? JSON.stringify({ time: new Date().toISOString(), level, ...fields })
        : pc.dim(`worker: ${pretty}`);
    process.stderr.write(`${line}\n`);
  };
  return {
    event: (event) => write(LEVEL_OF[event.event], prettyEvent(event), event),
    error(error) {
      const {
        message: what = String(error),
        code,
        cause,
      } = (error ?? {}) as {
        message?: string;
        code?: string;
        cause?: { message?: string };
      };
      const message = cause?.message === undefined ? what : `${what}: ${cause.message}`;
      write('warn', message, { event: 'error', message, ...(code === undefined ? {} : { code }) });
    },
  };
}
