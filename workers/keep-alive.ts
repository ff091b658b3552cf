import type pg from 'pg';
import { connect, cutConnection } from '../src/database/connection.ts';
import { isSessionLost } from '../src/database/connection-errors.ts';
import { requireWorkerSession } from './direct-session.ts';
import { backoff, createPause } from './pauses.ts';

export interface KeepAliveOptions {
  databaseUrl: string;
  /** Registers the session: the worker lives as long as it does. Resolves to its number. */
  register(session: pg.Client, replaces: number | null): Promise<number>;
  /** Each second. What it raises is reported; where the database is out of reach, the session is made anew. */
  beat(session: pg.Client, workerId: number): Promise<{ known: boolean }>;
  /** The database counts the worker as dead, or will: what it does is given to others. */
  onLost(reason: string, workerId: number): void;
  onError(error: unknown): void;
}

export interface Life {
  readonly workerId: number;
  /** Ends the heartbeat, not the session. */
  stop(): Promise<void>;
  /** Ends the session: for others, the worker is gone. */
  end(): Promise<void>;
}

const HEARTBEAT_MS = 1000;
/** A heartbeat that takes longer is no sign of life: after 10 s others take what the worker has. */
const HEARTBEAT_TIMEOUT_MS = 8000;
/** Logging in takes three round trips: a network that takes two seconds each way needs more than `pg`'s usual ten. */
export const CONNECT_TIMEOUT_MS = 15_000;
/** What waits for a lock, or takes long, is told by the server before that: the session is there, and the next beat may come. */
const SESSION_LIMITS = {
  timeoutMs: CONNECT_TIMEOUT_MS,
  lockTimeoutMs: 2000,
  statementTimeoutMs: 5000,
  idleSessionMs: 30_000,
  direct: true,
};

/** Opens a connection for a worker's session. Raises PWDBU, and PWENV if a pooler answers. */
export async function connectSession(databaseUrl: string): Promise<pg.Client> {
  const session = await connect(databaseUrl, {
    applicationName: 'pgwave worker',
    queryTimeoutMs: HEARTBEAT_TIMEOUT_MS,
    ...SESSION_LIMITS,
  });
  try {
    await requireWorkerSession(session, databaseUrl);
    return session;
  } catch (error) {
    cutConnection(session);
    throw error;
  }
}

/** The statement that a session is at. */
const underWay = new WeakMap<pg.Client, Promise<unknown>>();

/** Asks a session something once what others asked it is done: `pg` has one statement of a connection at a time. */
export function inTurn<T>(session: pg.Client, ask: () => Promise<T>): Promise<T> {
  const asked = (underWay.get(session) ?? Promise.resolve()).then(ask);
  underWay.set(
    session,
    asked.catch(() => {}),
  );
  return asked;
}

/** Calls a function of the database by a worker's session, which is lost where it takes too long. Returns its result. */
export async function callInTime(
  session: pg.Client,
  call: string,
  values: unknown[],
): Promise<unknown> {
  const config: pg.QueryConfig & { query_timeout: number } = {
    text: `select pgwave.${call} as result`,
    values,
    query_timeout: HEARTBEAT_TIMEOUT_MS,
  };
  const { rows } = await inTurn(session, () => session.query<{ result: unknown }>(config));
  return rows[0]?.result;
}

/**
 * Keeps a worker alive in the database's eyes: a session, a sign each second. A session that breaks, or
 * falls silent, is replaced with backoff, however often, and the worker comes back under a new number. Takes the session
 * over from the caller.
 */
export async function keepAlive(first: pg.Client, options: KeepAliveOptions): Promise<Life> {
  const pause = createPause();
  let session = first;
  let workerId = await options.register(session, null);
  let lost = false;
  let stopping = false;
  let ended = false;

  const lose = (broken: pg.Client, reason: string): void => {
    if (lost || ended || broken !== session) return;
    lost = true;
    options.onLost(reason, workerId);
    pause.end(); // each moment without a session may be the one in which another worker looks
  };
  const watch = (client: pg.Client): void => {
    const onEnd = () => lose(client, 'the worker lost its database');
    client.on('error', onEnd);
    client.on('end', onEnd);
  };
  watch(session);

  async function reconnect(): Promise<void> {
    cutConnection(session); // where nobody answers, a polite end would wait for ever
    const next = await connectSession(options.databaseUrl);
    try {
      if (stopping) throw new Error('the worker stops');
      workerId = await options.register(next, workerId);
    } catch (error) {
      cutConnection(next);
      throw error;
    }
    session = next;
    lost = false;
    watch(next);
  }

  async function live(): Promise<void> {
    for (let failures = 0; !stopping; ) {
      try {
        if (lost) await reconnect();
        const { known } = await options.beat(session, workerId);
        if (!known) {
          options.onLost('the worker was given up', workerId);
          workerId = await options.register(session, workerId);
        }
        failures = 0;
      } catch (error) {
        options.onError(error);
        failures += 1;
        if (isSessionLost(error)) lose(session, 'the worker lost its database');
      }
      if (!stopping) await pause.sleep(failures === 0 ? HEARTBEAT_MS : backoff(failures, 1000));
    }
  }
  const living = live();

  return {
    get workerId() {
      return workerId;
    },
    async stop() {
      stopping = true;
      pause.end();
      await living;
    },
    end() {
      ended = true;
      return session.end();
    },
  };
}
