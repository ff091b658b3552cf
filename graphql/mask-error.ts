import { randomBytes } from 'node:crypto';
import { isSafeError } from 'postgraphile/grafast';
import { GraphQLError } from 'postgraphile/graphql';
import { describeOutage } from '../src/database/connection-errors.ts';
import type { ApiEvent } from './server/events.ts';

/** What an error of the database says, as pg hands it over. */
interface DatabaseFault {
  message: string;
  code?: string;
  detail?: string;
  hint?: string;
}

/** SQLSTATEs whose message is meant for the caller: ours, and permission denied. */
const TOLD = /^(PW[A-Z]{3}|42501)$/;
/** A value that is none of its type: no number, too large, no date, a pattern that PostgreSQL cannot read. */
const NO_VALUE = /^22(003|007|008|01B|P02|P03|P05|021)$/;
const CANCELLED = '57014';

/** A place in a definition or value, and what is wrong there. */
interface Fault {
  path?: string;
  message?: string;
}

/** The faults that a detail lists: JSON objects, a line each or in one array. */
function faultsOf(detail: string | undefined): Fault[] | undefined {
  if (detail === undefined || !/^[[{]/.test(detail)) return undefined;
  try {
    return detail.startsWith('[')
      ? (JSON.parse(detail) as Fault[])
      : detail.split('\n').map((line) => JSON.parse(line) as Fault);
  } catch {
    return undefined;
  }
}

/** What is told of a fault of ours. */
function extensionsOf({ code, detail, hint }: DatabaseFault): Record<string, unknown> {
  const faults = faultsOf(detail);
  return {
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    ...(faults === undefined ? {} : { pointer: faults[0]?.path ?? '', faults }),
  };
}

/**
 * What a client is told of an error, and the log of the server. An error of pgwave (`PW…`) and a denied permission pass with
 * `code`, `detail` and `hint` as extensions, and with `pointer` and `faults` where the detail lists faults; so do errors of
 * the request itself. An outage is `PWDBU` and `retryable`. Of anything else the client gets a reference to the log.
 */
export function createErrorMask(report: (event: ApiEvent) => void) {
  return (error: GraphQLError): GraphQLError => {
    const path = error.path === undefined ? {} : { path: error.path.join('.') };
    const told = tellError(error);
    if (told !== undefined) {
      const { code = 'PWGQL', retryable } = told.extensions as { code?: string; retryable?: true };
      report({ event: 'request_failed', code, ...path, ...(retryable && { retryable }) });
      return told;
    }
    const cause = error.originalError as Error & { code?: string };
    const reference = randomBytes(4).toString('hex');
    report({
      event: 'request_broke',
      reference,
      ...(cause.code === undefined ? {} : { code: cause.code }),
      ...path,
      message: cause.message,
      ...(cause.stack === undefined ? {} : { stack: cause.stack }),
    });
    return new GraphQLError(`Internal error; the server's log has it as ${reference}`, {
      nodes: error.nodes ?? null,
      path: error.path ?? null,
    });
  };
}

/** The error as a client may read it; undefined: it may not. */
function tellError(error: GraphQLError): GraphQLError | undefined {
  const cause = error.originalError as (Error & DatabaseFault) | null | undefined;
  if (cause == null || cause instanceof GraphQLError) return error;
  const where = { nodes: error.nodes ?? null, path: error.path ?? null, originalError: cause };
  if (cause.code !== undefined && TOLD.test(cause.code)) {
    return new GraphQLError(cause.message, { ...where, extensions: extensionsOf(cause) });
  }
  const outage = describeOutage(cause);
  if (outage !== undefined) {
    return new GraphQLError(outage, {
      ...where,
      extensions: { code: 'PWDBU', retryable: true, hint: 'Try again in a moment.' },
    });
  }
  if (cause.code === CANCELLED || cause.name === 'TimeoutError') {
    const hint = 'Ask for less: a smaller page, a narrower filter.';
    return new GraphQLError('The request took too long', {
      ...where,
      extensions: { code: 'PWGQL', hint },
    });
  }
  if (cause.code !== undefined && NO_VALUE.test(cause.code)) {
    return new GraphQLError('A value is none of its type', {
      ...where,
      extensions: { code: 'PWGQL', detail: cause.message, hint: 'See the type in the schema.' },
    });
  }
  if (isSafeError(cause)) {
    return new GraphQLError(cause.message, { ...where, extensions: { ...cause.extensions } });
  }
  return undefined;
}
