import { type Command, Option } from 'commander';
import pc from 'picocolors';
import type { ApiEvent } from '../graphql/server/server.ts';
import type { WorkerEvent } from '../workers/worker-events.ts';

const LEVELS = ['silent', 'warn', 'info', 'debug'] as const;
const FORMATS = ['pretty', 'json'] as const;
type Level = (typeof LEVELS)[number];

export interface LogOptions {
  logLevel?: Level | undefined;
  logFormat?: (typeof FORMATS)[number] | undefined;
}

/** Adds the options of commands that work or serve until they are stopped. */
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

type LogEvent = WorkerEvent | ApiEvent;

/** Takes what a worker or the API does and meets. */
export interface Log {
  event(event: LogEvent): void;
  error(error: unknown): void;
}

/** An attempt that fails is a matter of its run, and its retry policy's; a lost connection is one of operation. */
const LEVEL_OF: Record<LogEvent['event'], Level> = {
  started: 'info',
  stopped: 'info',
  began: 'debug',
  answered: 'info',
  failed: 'info',
  aborted: 'info',
  lost: 'warn',
  reconnected: 'warn',
  request_failed: 'info',
  request_broke: 'warn',
};

/** A mistake of a caller is a matter of the caller; an outage is one of operation. */
const levelOf = (event: LogEvent): Level =>
  'retryable' in event && event.event === 'request_failed' ? 'warn' : LEVEL_OF[event.event];

function prettyEvent(event: LogEvent): string {
  switch (event.event) {
    case 'started':
    case 'stopped':
      return `worker ${event.worker_id} ${event.event}`;
    case 'request_failed':
      return `request failed with ${event.code}${event.path ? ` at ${event.path}` : ''}${event.retryable ? ', retryable' : ''}`;
    case 'request_broke':
      return `request broke, reference ${event.reference}${event.path ? `, at ${event.path}` : ''}: ${event.stack ?? event.message}`;
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
export function createLog(
  who: 'worker' | 'api',
  { logLevel = 'warn', logFormat = 'pretty' }: LogOptions,
): Log {
  const write = (level: Level, pretty: () => string, fields: object): void => {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(logLevel)) return;
    const line =
      logFormat === 'json'
        ? JSON.stringify({ time: new Date().toISOString(), level, source: who, ...fields })
        : pc.dim(`${who}: ${pretty()}`);
    process.stderr.write(`${line}\n`);
  };
  return {
    event: (event) => write(levelOf(event), () => prettyEvent(event), event),
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
      write('warn', () => message, {
        event: 'error',
        message,
        ...(code === undefined ? {} : { code }),
      });
    },
  };
}
