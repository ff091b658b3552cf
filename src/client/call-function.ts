import type pg from 'pg';
import { isConnectionLost } from '../database/connection-errors.ts';
import { fromDatabaseError, PgwaveError } from '../errors.ts';

/** What the calls need of `pg`: a pool, a client, or a client in a transaction of yours. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** Arguments by the names of the function's parameters; undefined ones are left to their defaults. */
export type Arguments = Record<string, unknown>;

/** A value for a parameter of type jsonb. */
export function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

/** Calls of the functions of schema pgwave. Rows and values come by `to_jsonb`, so that numbers arrive as numbers. */
export interface Caller {
  /** The row of a function that returns one. */
  row<Row>(name: string, args: Arguments): Promise<Row>;
  /** The rows of a function that returns a set. */
  rows<Row>(name: string, args: Arguments): Promise<Row[]>;
  /** The value of a function that returns a scalar or jsonb. */
  value<Value>(name: string, args: Arguments): Promise<Value>;
}

/** The error of a query as it is told: with a code of ours where there is one. */
export function toClientError(error: unknown): unknown {
  if (isConnectionLost(error)) {
    return new PgwaveError('PWDBU', 'The connection to the database was lost', {
      detail: error instanceof Error ? error.message : String(error),
      hint: 'Check that the server runs. A call that was cut off may have been made: start runs with an idempotency key.',
      cause: error,
    });
  }
  return fromDatabaseError(error);
}

/** Writes a call in named notation, so that arguments can be left out. */
function writeCall(name: string, args: Arguments): { call: string; values: unknown[] } {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const named = given.map(([parameter], index) => `${parameter} => $${index + 1}`).join(', ');
  return { call: `pgwave.${name}(${named})`, values: given.map(([, value]) => value) };
}

/** The calls, on a pool or client. Errors are told by {@link toClientError}. */
export function createCaller(db: Queryable): Caller {
  const ask = async <Result>(text: string, values: unknown[]): Promise<Result[]> => {
    try {
      const { rows } = await db.query<{ result: Result }>(text, values);
      return rows.map(({ result }) => result);
    } catch (error) {
      throw toClientError(error);
    }
  };
  const rows = <Row>(name: string, args: Arguments): Promise<Row[]> => {
    const { call, values } = writeCall(name, args);
    return ask<Row>(`select to_jsonb(f) as result from ${call} as f`, values);
  };
  return {
    rows,
    row: async <Row>(name: string, args: Arguments) => (await rows<Row>(name, args))[0] as Row,
    value: async <Value>(name: string, args: Arguments) => {
      const { call, values } = writeCall(name, args);
      return (await ask<Value>(`select to_jsonb(${call}) as result`, values))[0] as Value;
    },
  };
}
