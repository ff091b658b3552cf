import pg from 'pg';
import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import type { Perform } from '../work.ts';

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

export interface SystemOptions {
  /** Connections of the worker. */
  pool: pg.Pool;
  /** Loads the rows that a run works on, and measures state. */
  measure: Perform;
  workerId(): number;
}

/** System steps: what loads and measures is done here; any other is done by the database, in a transaction of its own. */
export function performSystem({ pool, measure, workerId }: SystemOptions): Perform {
  return async (work, signal) => {
    if (work.conversation === 'state_probe') return measure(work, signal);
    const step = stepSchema.parse(
      await call(pool, work.timeout_ms, [workerId(), work.interaction_id, work.attempt]),
    );
    if (step.error === undefined) return { data: step.data };
    const { code, message, detail } = step.error;
    throw new ActorError(code, message, { detail, retryable: false });
  };
}

async function call(pool: pg.Pool, timeoutMs: number, values: number[]): Promise<unknown> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin; set local statement_timeout = ${Math.ceil(timeoutMs)}`);
    const { rows } = await client.query(
      'select pgwave.perform_system_step($1, $2, $3) as step',
      values,
    );
    await client.query('commit');
    return rows[0]?.step;
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => {
      broken = lost;
    });
    throw stepError(error);
  } finally {
    client.release(broken);
  }
}

function stepError(cause: unknown): unknown {
  if (!(cause instanceof pg.DatabaseError)) {
    const message = `The connection was lost: ${(cause as Error).message}`;
    return new ActorError('connection_lost', message, { retryable: true, cause });
  }
  const code = cause.code ?? '';
  const isTimeout = code === '57014';
  return new ActorError(
    isTimeout ? 'timeout' : code.startsWith('PW') ? 'bad_request' : 'sql_error',
    cause.message,
    {
      detail: { sqlstate: code, detail: cause.detail ?? null },
      // a conflict, a lock, a lack of resources
      retryable: isTimeout || /^(08|40|53|55P03|57P)/.test(code),
      cause,
    },
  );
}
