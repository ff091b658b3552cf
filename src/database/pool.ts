import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { printableUrl } from './database-url.ts';

/** Settings of a connection. */
export interface ConnectOptions {
  /** Shown in `pg_stat_activity`; a leaked connection is named by it. */
  applicationName: string;
  /** Default 10 s. */
  timeoutMs?: number;
  /** How long a statement waits for a lock before it fails with 55P03. Default: for ever. */
  lockTimeoutMs?: number;
  /** How long a statement may take before it fails with 57014. Default: for ever. */
  statementTimeoutMs?: number;
}

function clientConfig(url: string, options: ConnectOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.timeoutMs ?? 10_000,
    keepAlive: true,
    ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: options.lockTimeoutMs }),
    ...(options.statementTimeoutMs === undefined
      ? {}
      : { statement_timeout: options.statementTimeoutMs }),
  };
}

/** Opens one connection. A connection that breaks later fails its next query, not the process. Raises PWDBU. */
export async function connect(url: string, options: ConnectOptions): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(url, options));
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw unreachable(url, error);
  }
}

/** A pool of connections, `max` 10 by default. Idle ones that break are replaced silently. */
export function createPool(url: string, options: ConnectOptions & { max?: number }): pg.Pool {
  const pool = new pg.Pool({ ...clientConfig(url, options), max: options.max ?? 10 });
  pool.on('error', () => {});
  // Without a listener of its own a connection that breaks while it is in use would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const HINTS: Record<string, string> = {
  ECONNREFUSED: 'Start the server, or correct host and port in DATABASE_URL.',
  ENOENT: 'Start the server, or correct the socket folder in DATABASE_URL.',
  ENOTFOUND: 'Correct the host in DATABASE_URL.',
  EAI_AGAIN: 'The host cannot be looked up now: check the name in DATABASE_URL and the network.',
  '28P01': 'Correct user and password in DATABASE_URL.',
  '28000': 'Allow this user and host in pg_hba.conf, or correct DATABASE_URL.',
  '3D000': 'Make the database first (createdb), or correct its name in DATABASE_URL.',
  '53300': 'Raise max_connections, or close some connections.',
  '57P03': 'The server is starting or stopping: try again in a moment.',
};

/** The error of a failed connection as PWDBU, with what to do about it. */
export function unreachable(url: string, error: unknown): PgwaveError {
  if (error instanceof PgwaveError) return error;
  // Node tries every address of a host and gathers the failures.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code = '', message = String(first) } = first as { code?: string; message?: string };
  return new PgwaveError('PWDBU', 'The database cannot be reached', {
    detail: `${printableUrl(url)}: ${message}`,
    hint: HINTS[code] ?? 'Check DATABASE_URL and that the server accepts connections.',
    cause: error,
  });
}
