import type pg from 'pg';
import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import type { Perform } from '../work.ts';
import { inAuthorSession, inSavepoint } from './author-session.ts';
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
  return inSavepoint(client, async () => {
    // reason: a query of an author, in a session of pgwave_sql that is rolled back.
    // found.*: a column may be called found, too. The extended protocol refuses a second statement.
    const { rows } = await client.query<{ found: Record<string, unknown> }>({
      text: `select to_jsonb(found.*) as found from (${text}\n) found limit 1`,
      values: names.map((name) => bindValue(input[name])),
      queryMode: 'extended',
    } as pg.QueryConfig);
    return rows[0]?.found;
  });
}

type Queries = z.infer<typeof queries>;
type Input = Record<string, unknown>;

async function measureState(
  client: pg.ClientBase,
  probes: Queries,
  input: Input,
  errors: Record<string, string>,
): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  for (const { name, query } of probes) {
    try {
      const row = await firstRow(client, query, input);
      state[name] = row === undefined ? null : (Object.values(row)[0] ?? null);
    } catch (error) {
      state[name] = null;
      errors[name] = (error as Error).message;
    }
  }
  return state;
}

async function loadRows(
  client: pg.ClientBase,
  loads: Queries,
  input: Input,
): Promise<Record<string, unknown>> {
  const loaded: Record<string, unknown> = {};
  for (const { name, query } of loads) {
    try {
      const row = await firstRow(client, query, input);
      if (row !== undefined) loaded[name] = row;
    } catch (error) {
      throw new ActorError('sql_error', `load ${name}: ${(error as Error).message}`, {
        detail: { query },
        retryable: false,
        cause: error,
      });
    }
  }
  return loaded;
}

/**
 * The system step: loads the rows that a run works on and measures state, in one read-only transaction as `pgwave_sql`.
 * A probe that fails is null, with its error; a load that fails fails the step.
 */
export function performMeasure(pool: pg.Pool): Perform {
  return async (work) => {
    const params = paramsSchema.parse(work.input.params ?? {});
    const errors: Record<string, string> = {};
    const timeoutMs = Math.min(work.timeout_ms, 30_000);
    const data = await inAuthorSession(pool, timeoutMs, async (client) => {
      const loaded = await loadRows(client, params.load, params.input);
      const measured = (probes: Queries) =>
        probes.length > 0 ? measureState(client, probes, params.input, errors) : undefined;
      const state = await measured(params.state);
      const expected = await measured(params.expected_work);
      return {
        loaded,
        ...(state === undefined ? {} : { state }),
        ...(expected === undefined ? {} : { expected_work: expected }),
      };
    });
    return { data: { ...data, ...(Object.keys(errors).length === 0 ? {} : { errors }) } };
  };
}
