import pg from 'pg';
import { z } from 'zod';
import { ActorError } from './actor-error.ts';
import { analyseQueries } from './queries/analyse.ts';
import type { Perform } from './work.ts';

/** What the database says a step came to. */
const stepSchema = z.object({
  data: z.unknown().optional(),
  error: z
    .object({
      code: z.enum(['bad_request', 'invalid_output']),
      message: z.string(),
      detail: z.unknown(),
    })
    .optional(),
});

/** The server's own limit comes first; this one is for a server that no longer answers. */
const GRACE_MS = 5000;

const queriesSchema = z.array(z.object({ at: z.string(), query: z.string() }));

/**
 * System steps that the database does itself, in a transaction of its own on a connection of the worker. What it cannot do
 * is to analyze the queries of a plan, since that may run code: this is done here, as `pgwave_sql`.
 */
export function performStep(pool: pg.Pool, queries: pg.Pool, workerId: () => number): Perform {
  return async (work) => {
    const step = [workerId(), work.interaction_id, work.attempt];
    const listed = await call(pool, work.timeout_ms, 'list_step_queries($1, $2, $3)', step);
    const placed = queriesSchema.parse(listed);
    const faults = placed.length === 0 ? [] : await analyse(queries, placed, work.timeout_ms);
    const { data, error } = stepSchema.parse(
      await call(pool, work.timeout_ms, 'perform_system_step($1, $2, $3, $4)', [
        ...step,
        JSON.stringify(faults),
      ]),
    );
    if (error === undefined) return { data };
    throw new ActorError(error.code, error.message, { detail: error.detail, retryable: false });
  };
}

async function analyse(
  pool: pg.Pool,
  placed: z.infer<typeof queriesSchema>,
  timeoutMs: number,
): Promise<unknown[]> {
  try {
    return await analyseQueries(pool, placed, timeoutMs);
  } catch (error) {
    throw error instanceof ActorError ? error : stepError(error);
  }
}

async function call(
  pool: pg.Pool,
  timeoutMs: number,
  step: string,
  values: unknown[],
): Promise<unknown> {
  let client: pg.PoolClient | undefined;
  let broken: Error | undefined;
  try {
    client = await pool.connect();
    await client.query(`begin; set local statement_timeout = ${Math.ceil(timeoutMs)}`);
    const query: pg.QueryConfig & { query_timeout: number } = {
      text: `select pgwave.${step} as step`,
      values,
      // the step's own limit, and not that of the engine's calls
      query_timeout: timeoutMs + GRACE_MS,
    };
    const { rows } = await client.query(query);
    await client.query('commit');
    return rows[0]?.step;
  } catch (error) {
    await client?.query('rollback').catch((lost: Error) => {
      broken = lost;
    });
    throw stepError(error);
  } finally {
    client?.release(broken);
  }
}

function stepError(cause: unknown): ActorError {
  if (!(cause instanceof pg.DatabaseError)) {
    const message = `The connection was lost: ${(cause as Error).message}`;
    return new ActorError('connection_lost', message, { retryable: true, cause });
  }
  const code = cause.code ?? '';
  const detail = { sqlstate: code, detail: cause.detail ?? null };
  if (code === '57014') {
    return new ActorError('timeout', cause.message, { detail, retryable: true, cause });
  }
  return new ActorError(code.startsWith('PW') ? 'bad_request' : 'sql_error', cause.message, {
    detail,
    // a conflict, a lock, a lack of resources
    retryable: /^(08|40|53|55P03|57P)/.test(code),
    cause,
  });
}
