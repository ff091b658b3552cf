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

/**
 * What a client is told of an error. An error of pgwave (`PW…`) and a denied permission pass with `code`, `detail` and
 * `hint` as extensions; so do errors of the request itself; of anything else only a reference to the log.
 */
export function maskError(error: GraphQLError): GraphQLError {
  const cause = error.originalError as (Error & DatabaseFault) | null | undefined;
  if (cause == null || cause instanceof GraphQLError) return error;
  const where = { nodes: error.nodes ?? null, path: error.path ?? null, originalError: cause };
  if (cause.code !== undefined && TOLD.test(cause.code)) {
    const { code, detail, hint } = cause;
    return new GraphQLError(cause.message, {
      ...where,
      extensions: {
        code,
        ...(detail === undefined ? {} : { detail }),
        ...(hint === undefined ? {} : { hint }),
      },
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
