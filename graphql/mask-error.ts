import { randomBytes } from 'node:crypto';
import { isSafeError } from 'postgraphile/grafast';
import { GraphQLError } from 'postgraphile/graphql';

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
 * What a client is told of an error. An error of pgwave (`PW…`) and a denied permission pass with `code`, `detail` and
 * `hint` as extensions, and with `pointer` and `faults` where the detail lists faults; so do errors of the request itself; of anything else only a reference to the log.
 */
export function maskError(error: GraphQLError): GraphQLError {
  const cause = error.originalError as (Error & DatabaseFault) | null | undefined;
  if (cause == null || cause instanceof GraphQLError) return error;
  const where = { nodes: error.nodes ?? null, path: error.path ?? null, originalError: cause };
  if (cause.code !== undefined && TOLD.test(cause.code)) {
    return new GraphQLError(cause.message, { ...where, extensions: extensionsOf(cause) });
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
  const reference = randomBytes(4).toString('hex');
  console.error(`graphql error ${reference}:`, cause);
  return new GraphQLError(`Internal error; the server's log has it as ${reference}`, {
    nodes: where.nodes,
    path: where.path,
  });
}
