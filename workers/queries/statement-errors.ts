import pg from 'pg';
import { ActorError } from '../actor-error.ts';

const HINTS: Record<string, string> = {
  '25006': 'The actor is read only; read_only: false lets its statement change rows.',
  '42501': 'Grant pgwave_sql what the statement needs.',
  '42601': 'One statement; parameters are :names. Without read_only: false it must be a query.',
};

/**
 * How a statement of an author failed: `timeout` (57014), `connection_lost` (classes 08 and 57P, and anything that is no
 * answer of the server), else `sql_error`, which may be tried again after a conflict, a lock or a lack of resources
 * (classes 40 and 53, 55P03).
 */
export function statementError(error: unknown, timeoutMs: number): ActorError {
  if (error instanceof ActorError) return error;
  if (!(error instanceof pg.DatabaseError)) {
    const { message, code } = error as NodeJS.ErrnoException;
    return new ActorError('connection_lost', `The connection of pgwave_sql was lost: ${message}`, {
      detail: { code: code ?? null },
      retryable: true,
      cause: error,
    });
  }
  const code = error.code ?? '';
  if (code === '57014') return statementTimeout(timeoutMs, error);
  const detail = Object.fromEntries(
    Object.entries({
      sqlstate: code,
      detail: error.detail,
      hint: error.hint ?? HINTS[code],
      where: error.where,
      schema: error.schema,
      table: error.table,
      column: error.column,
      constraint: error.constraint,
    }).filter(([, value]) => value !== undefined && value !== ''),
  );
  const lost = /^(08|57P)/.test(code);
  return new ActorError(lost ? 'connection_lost' : 'sql_error', error.message, {
    detail,
    retryable: lost || /^(40|53|55P03)/.test(code),
    cause: error,
  });
}

/** The statement took longer than it may. */
export function statementTimeout(timeoutMs: number, cause?: unknown): ActorError {
  return new ActorError('timeout', `The statement took longer than ${timeoutMs} ms`, {
    detail: { sqlstate: '57014' },
    retryable: true,
    cause,
  });
}
