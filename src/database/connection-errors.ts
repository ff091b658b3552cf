/**
 * Whether an error says that the database was out of reach or could not do it now (also: deadlock, serialization, no
 * connections left), so that the same call may be made again.
 */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return !isServerError(error) || /^(08|57P0|53|40001|40P01)/.test(code);
}

/** Whether the server answered with this error, whichever copy of `pg` brought it. */
export function isServerError(
  error: unknown,
): error is Error & { code: string; severity: string; detail?: string; hint?: string } {
  return error instanceof Error && 'severity' in error && 'code' in error;
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
