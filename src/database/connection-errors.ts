/**
 * What a failed call says about what was handed over:
 * - `lost`: the database is out of reach, or the call went missing; everything waits
 * - `held`: somebody holds a row for long
 * - `answer`: what was handed over cannot be taken, now or later
 * - `refused`: the database could not do it now: a full disk, a cancel, lacking rights, a fault of its functions
 */
export type CallFault = 'lost' | 'held' | 'answer' | 'refused';

/** Data exceptions, breaches of constraints, limits of a value's size and depth, and pgwave's own codes. */
const ANSWER = /^(22|23|54|PW)/;
/** Connection, crash, conflict, no room for connections, read only after a failover. */
const LOST = /^(08|57P0|53300|40|25006)/;

/** Classifies the error of a call to the database. Only `answer` may fail an interaction. */
export function classifyFault(error: unknown): CallFault {
  // too long for a string of JavaScript
  if (error instanceof RangeError) return 'answer';
  if (!isServerError(error)) return 'lost';
  const code = error.code ?? '';
  if (code === '55P03') return 'held';
  if (LOST.test(code)) return 'lost';
  return ANSWER.test(code) ? 'answer' : 'refused';
}

/** SQLSTATEs after which the session is still there: the statement failed, and said so. */
export function isSessionLost(error: unknown): boolean {
  return !isServerError(error) || /^(08|57P0[1-5])/.test(error.code ?? '');
}

/** Whether the server answered with this error, whichever copy of `pg` brought it. */
export function isServerError(
  error: unknown,
): error is Error & { code: string; severity: string; detail?: string; hint?: string } {
  return error instanceof Error && 'severity' in error && 'code' in error;
}

/** SQLSTATEs and codes of Node of a connection that is gone or cannot be made. */
const GONE = /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/;

/** Whether an error of a query says that the connection is gone; the server may have done what was asked. */
export function isConnectionLost(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  return (
    GONE.test(code) ||
    /^Connection terminated|timeout exceeded when trying to connect/.test(message)
  );
}

/** Read-only: a standby, or the server before a failover. */
const READ_ONLY = '25006';
const NO_CONNECTIONS = '53300';

/** Why the database cannot do it now, whoever asks and whatever is asked; undefined: that is not it. */
export function describeOutage(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: string };
  if (code === READ_ONLY) return 'The database is read-only';
  if (code === NO_CONNECTIONS) return 'The database has no free connection';
  return isConnectionLost(error) ? 'The database cannot be reached' : undefined;
}
