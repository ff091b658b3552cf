import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { parseExactly, parseForPrograms } from '../exact-json.ts';
import { editDatabaseUrl, printableUrl } from './database-url.ts';

/** Settings of a connection. */
export interface ConnectOptions {
  /** Shown in `pg_stat_activity`; a leaked connection is named by it. */
  applicationName: string;
  /** Default 10 s. */
  timeoutMs?: number;
  /** How long a statement waits for a lock before it fails with 55P03. Default: for ever. */
  lockTimeoutMs?: number;
  /** JSON as it is in the database, to be passed on: every number is written as it was. Default: for programs. */
  exactJson?: boolean;
  /** How long a statement may take before it fails with 57014. Default: for ever. */
  statementTimeoutMs?: number;
  /**
   * How long a call may go without an answer, whatever the network does: it fails, and its connection should be thrown
   * away. Longer than `statementTimeoutMs`, so that a server that answers says so itself. Default: for ever.
   */
  queryTimeoutMs?: number;
  /**
   * For connections of workers, straight to the server: no JIT, which a stock server has on, and time limits by which the
   * server notices in seconds that the other side is gone.
   */
  direct?: boolean;
  /**
   * After so long without a statement the server ends the session. For one that asks each second: what stands between may
   * answer for a side that is gone, so that no time limit of the network comes. Needs `direct`. Default: never.
   */
  idleSessionMs?: number;
}

/** What a direct connection asks of the server, in its startup packet. A pooler refuses these. */
const DIRECT_SETTINGS = {
  jit: 'off',
  tcp_user_timeout: '10000',
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
};

const { JSON: JSON_OID, JSONB: JSONB_OID } = pg.types.builtins;

/** The types of `pg` with another reading of JSON: by its own, ids beyond 2^53 would be other ids. */
function typesWith(parse: (text: string) => unknown): pg.CustomTypesConfig {
  return {
    getTypeParser: ((oid: number, format: 'text' | 'binary' = 'text') =>
      (oid === JSON_OID || oid === JSONB_OID) && format === 'text'
        ? parse
        : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  };
}
const EXACT_TYPES = typesWith(parseExactly);
const PROGRAM_TYPES = typesWith(parseForPrograms);

const settingsOf = ({ idleSessionMs }: ConnectOptions): Record<string, string> => ({
  ...DIRECT_SETTINGS,
  ...(idleSessionMs === undefined ? {} : { idle_session_timeout: String(idleSessionMs) }),
});

function clientConfig(url: string, options: ConnectOptions): pg.ClientConfig {
  return {
    connectionString: options.direct
      ? editDatabaseUrl(url, { settings: settingsOf(options) })
      : url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.timeoutMs ?? 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
    types: options.exactJson ? EXACT_TYPES : PROGRAM_TYPES,
    ...(options.queryTimeoutMs === undefined ? {} : { query_timeout: options.queryTimeoutMs }),
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

/** Cuts a connection off at once, also where the other side is silent: ending it politely would wait for that side. */
export function cutConnection(client: pg.ClientBase): void {
  (
    client as unknown as { connection?: { stream?: { destroy(): void } } }
  ).connection?.stream?.destroy();
}

/** A pool whose connections can all be cut off at once: those in use fail what they do, and new ones are made. */
export interface CuttablePool extends pg.Pool {
  cutAll(): void;
}

/** A pool as of {@link createPool} that is prepared for connections which go silent: what it drops is cut off. */
export function createCuttablePool(
  url: string,
  options: ConnectOptions & { max?: number },
): CuttablePool {
  const pool = createPool(url, options);
  const clients = new Set<pg.PoolClient>();
  pool.on('connect', (client) => clients.add(client));
  pool.on('remove', (client) => {
    clients.delete(client);
    // it has had the time to say goodbye
    setTimeout(() => cutConnection(client), 1000).unref();
  });
  return Object.assign(pool, {
    cutAll() {
      for (const client of clients) cutConnection(client);
    },
  });
}

const HINTS: Record<string, string> = {
  ECONNREFUSED: 'Start the server, or correct host and port in DATABASE_URL.',
  ENOENT: 'Start the server, or correct the socket folder in DATABASE_URL.',
  ENOTFOUND: 'Correct the host in DATABASE_URL.',
  EAI_AGAIN: 'The host cannot be looked up now: check the name in DATABASE_URL and the network.',
  '28P01': 'Correct user and password in DATABASE_URL.',
  '28000': 'Allow this user and host in pg_hba.conf, or correct DATABASE_URL.',
  '3D000': 'Make the database first (createdb), or correct its name in DATABASE_URL.',
  '53300':
    'Raise max_connections, close some connections, or start fewer workers: each needs 4 at rest.',
  '08P01':
    'Workers need connections straight to PostgreSQL: set PGWAVE_DIRECT_URL to one that leads past the pooler.',
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
