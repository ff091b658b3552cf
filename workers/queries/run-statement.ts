import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { parseExactly } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import { changeAsRows, queryAsRows, type RowLimits } from './as-rows.ts';
import { openAuthorSession, resetAuthorSession } from './author-session.ts';
import { bindParameters, bindValue } from './bind-parameters.ts';
import { statementError, statementTimeout } from './statement-errors.ts';

/** One statement of an author, and what it may do. */
export interface StatementCall extends RowLimits {
  /** With named parameters, `:name`. */
  statement: string;
  /** The value of a parameter; undefined where there is none of that name. */
  valueOf(name: string): unknown;
  /** Whether it may change rows. */
  writes: boolean;
  timeoutMs: number;
  signal: AbortSignal;
}

/** What a statement returned. */
export interface StatementResult {
  /** In PostgreSQL's JSON, numbers exact. */
  rows: Record<string, unknown>[];
  /** Rows returned; for a statement that returns none, rows changed. */
  rowCount: number;
  /** The size of the rows as JSON text. */
  bytes: number;
}

/** Cancels what a session runs, by its process number on the server. */
export type CancelStatement = (pid: number) => Promise<unknown>;

// The server's own timeout comes first; this one is for a server that no longer answers.
const GRACE_MS = 1000;
const CANCEL_MS = 1500;
const FEATURE_NOT_SUPPORTED = '0A000';

/**
 * Runs one statement in a transaction of its own, in a session that is as new afterwards. It is sent by the extended
 * protocol, which refuses a second one. An abort cancels it on the server before this rejects. Raises `ActorError`.
 *
 * @param pool connections of `pgwave_sql`
 * @param cancel cancels what a session of that role runs, by its process number on the server
 */
export async function runStatement(
  pool: pg.Pool,
  cancel: CancelStatement,
  call: StatementCall,
): Promise<StatementResult> {
  const { signal, timeoutMs } = call;
  const { text, names } = bindParameters(call.statement.replace(/[\s;]+$/, ''));
  const values = names.map((name) => {
    const value = call.valueOf(name);
    if (value !== undefined) return bindValue(value);
    throw new ActorError('missing_binding', `The parameter :${name} has no value`, {
      detail: { parameter: name, hint: 'Give it in params, or in the input of the run.' },
      retryable: false,
    });
  });
  signal.throwIfAborted();
  const client = await openAuthorSession(pool);
  const watch = watchFor(signal, timeoutMs);
  try {
    const result = await Promise.race([watch.stopped, transact(client, text, values, call)]);
    client.release();
    return result;
  } catch (error) {
    if (error instanceof pg.DatabaseError && (await resetAuthorSession(client))) client.release();
    else {
      await cancelBackend(cancel, client);
      client.release(true);
    }
    throw signal.aborted ? signal.reason : statementError(error, timeoutMs);
  } finally {
    watch.end();
  }
}

/** Rejects when the call is aborted, or when the server should have given up and has not. */
function watchFor(signal: AbortSignal, timeoutMs: number) {
  let end = () => {};
  const stopped = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason);
    const timer = setTimeout(() => reject(statementTimeout(timeoutMs)), timeoutMs + GRACE_MS);
    end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  stopped.catch(() => {});
  return { stopped, end };
}

async function transact(
  client: pg.PoolClient,
  text: string,
  values: unknown[],
  call: StatementCall,
): Promise<StatementResult> {
  // The server notices within a second when we are gone. Some platforms do not have it.
  await client.query("set client_connection_check_interval = '1s'").catch(() => {});
  await client.query(
    `begin ${call.writes ? 'read write' : 'read only'};
     set local statement_timeout = ${Math.max(1, Math.ceil(call.timeoutMs))};
     savepoint statement`,
  );
  const result = call.writes
    ? await change(client, text, values, call)
    : await fetchRows(client, queryAsRows(text, call), values, call);
  await client.query(call.writes ? 'commit' : 'rollback');
  // What a statement sets for the session by set_config, and the advisory locks that it takes, outlive its transaction.
  await client.query('discard all');
  return result;
}

async function change(
  client: pg.PoolClient,
  text: string,
  values: unknown[],
  limits: RowLimits,
): Promise<StatementResult> {
  try {
    return await fetchRows(client, changeAsRows(text, limits), values, limits);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== FEATURE_NOT_SUPPORTED) throw error;
    await client.query('rollback to savepoint statement');
  }
  // It is one statement of those that may stand in `with`, and returns no rows.
  const result = await client.query({ text, values, queryMode: 'extended' } as pg.QueryConfig);
  if (result.fields.length > 0) {
    throw new ActorError('sql_error', 'The rows of this statement cannot be read', {
      detail: { sqlstate: FEATURE_NOT_SUPPORTED, hint: 'Leave out returning, or simplify it.' },
      retryable: false,
    });
  }
  return { rows: [], rowCount: result.rowCount ?? 0, bytes: 0 };
}

/** Takes rows as they arrive, so that what is too much is not gathered first. */
function fetchRows(
  client: pg.PoolClient,
  text: string,
  values: unknown[],
  { maxRows, maxBytes }: RowLimits,
): Promise<StatementResult> {
  const query = new pg.Query<[string | null]>({
    text,
    values,
    rowMode: 'array',
    queryMode: 'extended',
  } as pg.QueryArrayConfig);
  return new Promise((resolve, reject) => {
    const rows: string[] = [];
    let bytes = 0;
    query.on('row', (row) => {
      const [json] = row as unknown as [string | null];
      bytes += json === null ? Number.POSITIVE_INFINITY : Buffer.byteLength(json);
      if (json !== null && rows.length < maxRows && bytes <= maxBytes) rows.push(json);
      else if (rows.length >= maxRows) reject(tooMuch(`more than ${maxRows} rows`, 'max_rows'));
      else reject(tooMuch(`more than ${maxBytes} bytes`, 'max_output'));
    });
    query.on('error', reject);
    query.on('end', () => {
      resolve({
        rows: rows.map((row) => parseExactly(row) as Record<string, unknown>),
        rowCount: rows.length,
        bytes,
      });
    });
    client.query(query);
  });
}

function tooMuch(what: string, field: string): ActorError {
  return new ActorError('output_too_large', `The statement returned ${what}`, {
    detail: { hint: `Return less (limit, fewer columns), or raise the actor's ${field}.` },
    retryable: false,
  });
}

/** Cancels what a connection runs, from another one; its own says nothing until the statement ends. */
async function cancelBackend(cancel: CancelStatement, client: pg.PoolClient): Promise<void> {
  const { processID } = client as unknown as { processID: number | null };
  if (processID === null) return;
  // Where this fails, the closed connection ends the statement: client_connection_check_interval.
  await Promise.race([
    cancel(processID).catch(() => {}),
    sleep(CANCEL_MS, undefined, { ref: false }),
  ]);
}
