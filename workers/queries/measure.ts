import type pg from 'pg';
import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import type { Perform } from '../work.ts';
import { bindParameters, bindValue } from './bind-parameters.ts';

const queries = z.array(z.object({ name: z.string(), query: z.string() })).default([]);
const paramsSchema = z.object({
  load: queries,
  state: queries,
  expected_work: queries,
  input: z.record(z.string(), z.unknown()).catch({}),
});

async function firstRow(
  client: pg.ClientBase,
  query: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown> | undefined> {
  const { text, names } = bindParameters(query.trim().replace(/;\s*$/, ''));
  await client.query('savepoint query');
  try {
    // found.*: a column may be called found, too. The extended protocol refuses a second statement.
    const { rows } = await client.query<{ found: Record<string, unknown> }>({
      text: `select to_jsonb(found.*) as found from (${text}\n) found limit 1`,
      values: names.map((name) => bindValue(input[name])),
      queryMode: 'extended',
    } as pg.QueryConfig);
    return rows[0]?.found;
  } catch (error) {
    await client.query('rollback to savepoint query');
    throw error;
  }
}

/**
 * The system step: loads the rows that a run works on and measures state, in one read-only transaction as `pgwave_sql`.
 * A probe that fails is null, with its error; a load that fails fails the step.
 */
export function performMeasure(pool: pg.Pool): Perform {
  return async (work) => {
    const params = paramsSchema.parse(work.input.params ?? {});
    const client = await pool.connect().catch((error: Error) => {
      throw new ActorError('connection_lost', `pgwave_sql cannot connect: ${error.message}`, {
        retryable: true,
        cause: error,
      });
    });
    const loaded: Record<string, unknown> = {};
    const errors: Record<string, string> = {};
    const measured = async (probes: { name: string; query: string }[]) => {
      const state: Record<string, unknown> = {};
      for (const { name, query } of probes) {
        try {
          const row = await firstRow(client, query, params.input);
          state[name] = row === undefined ? null : (Object.values(row)[0] ?? null);
        } catch (error) {
          state[name] = null;
          errors[name] = (error as Error).message;
        }
      }
      return state;
    };
    try {
      await client.query('begin transaction isolation level repeatable read read only');
      await client.query(`set local statement_timeout = ${Math.min(work.timeout_ms, 30_000)}`);
      for (const { name, query } of params.load) {
        try {
          const row = await firstRow(client, query, params.input);
          if (row !== undefined) loaded[name] = row;
        } catch (error) {
          throw new ActorError('sql_error', `load ${name}: ${(error as Error).message}`, {
            detail: { query },
            retryable: false,
            cause: error,
          });
        }
      }
      const state = params.state.length > 0 ? await measured(params.state) : undefined;
      const expected =
        params.expected_work.length > 0 ? await measured(params.expected_work) : undefined;
      return {
        data: {
          loaded,
          ...(state === undefined ? {} : { state }),
          ...(expected === undefined ? {} : { expected_work: expected }),
          ...(Object.keys(errors).length === 0 ? {} : { errors }),
        },
      };
    } finally {
      await client.query('rollback').catch(() => {});
      client.release();
    }
  };
}
