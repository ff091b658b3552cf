import pg from 'pg';
import { z } from 'zod';
import { PgwaveError } from '../errors.ts';
import { parseExactly, parseForPrograms } from '../exact-json.ts';
import { printableUrl } from './database-url.ts';
import { useEmbeddedServer } from './embedded.ts';

/** Where to find the database. */
export interface OpenDatabaseOptions {
  /** A connection string that goes before the environment's `DATABASE_URL`. */
  databaseUrl?: string | undefined;
  /** The embedded server's folder, used where there is no connection string. Default: `.pgwave`. */
  dir?: string | undefined;
}

/** A database that can be connected to until it is closed. */
export interface OpenedDatabase {
  url: string;
  kind: 'embedded' | 'external';
  /** Ends the use; an embedded server stops after its last user. Close pools before. */
  close(): Promise<void>;
}

const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//);

/**
 * Finds the database of a command: the given connection string, else `DATABASE_URL`, else an embedded server. It has
 * been reached once when this returns. Raises PWDBU (unreachable), PWENV (`DATABASE_URL` is no connection string) and
 * PWEMB (no embedded server).
 */
export async function openDatabase(options: OpenDatabaseOptions = {}): Promise<OpenedDatabase> {
  const given = options.databaseUrl ?? (process.env.DATABASE_URL || undefined);
  if (given === undefined) {
    const server = await useEmbeddedServer(options.dir === undefined ? {} : { dir: options.dir });
    return { url: server.url, kind: 'embedded', close: server.close };
  }
  const parsed = databaseUrl.safeParse(given);
  if (!parsed.success || !URL.canParse(given.replace('@/', '@host/').replace(':///', '://host/'))) {
    throw new PgwaveError('PWENV', 'DATABASE_URL is not a connection string of PostgreSQL', {
      hint: 'Write postgres://user:password@host:5432/database, with special characters of the password as %XX.',
    });
  }
  const client = await connect(given, { applicationName: 'pgwave' });
  await client.end();
  return { url: given, kind: 'external', close: async () => {} };
}

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
}

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

function clientConfig(url: string, options: ConnectOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.timeoutMs ?? 10_000,
    keepAlive: true,
    types: options.exactJson ? EXACT_TYPES : PROGRAM_TYPES,
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

/** SQLSTATEs and codes of Node of a connection that is gone or cannot be made. */
const LOST = /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;

/** Whether an error of a query says that the connection is gone; the server may have done what was asked. */
export function isConnectionLost(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return (
    LOST.test(code) ||
    /^Connection terminated|timeout exceeded when trying to connect/.test(message)
  );
}
