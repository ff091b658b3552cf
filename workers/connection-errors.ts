import pg from 'pg';

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
  if (!(error instanceof pg.DatabaseError)) return 'lost';
  const code = error.code ?? '';
  if (code === '55P03') return 'held';
  if (LOST.test(code)) return 'lost';
  return ANSWER.test(code) ? 'answer' : 'refused';
}

/** SQLSTATEs after which the session is still there: the statement failed, and said so. */
export function isSessionLost(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || /^(08|57P0[1-5])/.test(error.code ?? '');
}
