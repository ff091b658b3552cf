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

/**
 * An id, as pg, JSON or you have it. Ids are 64-bit in the database and count up from 10000, so they come back as numbers,
 * which hold them exactly up to 2^53.
 */
export type Id = number | string | bigint;

/** Which rows of a table or view to list, which columns of them, and in which order. */
export interface ListQuery<Row, Column extends keyof Row = keyof Row> {
  /** The columns to read. Default: all, with whatever large values they hold. */
  columns?: readonly (Column & string)[] | undefined;
  /** Columns with the value that they must have, or a list of values one of which they must have. */
  where?: { [Name in keyof Row]?: Row[Name] | readonly Row[Name][] | undefined } | undefined;
  /** A column, ascending; with a minus before it descending: `-workflow_run_id`. */
  orderBy?: OrderBy<Row> | readonly OrderBy<Row>[] | undefined;
  /** Maximum number of rows. Default 100. */
  limit?: number | undefined;
  offset?: number | undefined;
}

type OrderBy<Row> = (keyof Row & string) | `-${keyof Row & string}`;

/** Calls of the functions of schema pgwave. Rows and values come by `to_jsonb`, so that numbers arrive as numbers. */
export interface Caller {
  /** The row of a function that returns one. */
  row<Row>(name: string, args: Arguments): Promise<Row>;
  /** The rows of a function that returns a set. */
  rows<Row>(name: string, args: Arguments): Promise<Row[]>;
  /** The value of a function that returns a scalar or jsonb. */
  value<Value>(name: string, args: Arguments): Promise<Value>;
  /** Rows of a table or view. */
  list<Row, Column extends keyof Row = keyof Row>(
    name: string,
    query?: ListQuery<Row, Column>,
  ): Promise<Pick<Row, Column>[]>;
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
  for (const [parameter] of given) {
    // Names go into the statement as they are: none may come from a caller.
    if (!/^[a-z][a-z_]*$/.test(parameter)) {
      throw new PgwaveError('PWINP', `${JSON.stringify(parameter)} is not a parameter of ${name}`);
    }
  }
  const named = given.map(([parameter], index) => `${parameter} => $${index + 1}`).join(', ');
  return { call: `pgwave.${name}(${named})`, values: given.map(([, value]) => value) };
}

const DEFAULT_LIMIT = 100;

function quoted(column: string): string {
  return `"${column.replaceAll('"', '""')}"`;
}

/** Writes a query of a table or view. Columns are quoted; values are parameters of the column's type, so that indexes serve. */
function writeList<Row, Column extends keyof Row>(
  name: string,
  query: ListQuery<Row, Column>,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = Object.entries(query.where ?? {}).flatMap(([column, value]) => {
    if (value === undefined) return [];
    if (value === null) return [`l.${quoted(column)} is null`];
    if (!Array.isArray(value)) return [`l.${quoted(column)} = ${parameter(String(value))}`];
    return [`l.${quoted(column)} = any(${parameter(value.map(String))})`];
  });
  const order = [query.orderBy ?? []].flat().map((by) => {
    const isDescending = by.startsWith('-');
    return `l.${quoted(isDescending ? by.slice(1) : by)}${isDescending ? ' desc' : ''}`;
  });
  const columns = query.columns?.map((column) => `l.${quoted(column)}`).join(', ');
  const row = columns === undefined ? 'l' : `(select r from (select ${columns}) r)`;
  const text = [
    `select to_jsonb(${row}) as result from pgwave.${quoted(name)} l`,
    conditions.length > 0 ? `where ${conditions.join(' and ')}` : '',
    order.length > 0 ? `order by ${order.join(', ')}` : '',
    `limit ${parameter(query.limit ?? DEFAULT_LIMIT)} offset ${parameter(query.offset ?? 0)}`,
  ];
  return { text: text.join(' '), values };
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
    list: async <Row, Column extends keyof Row = keyof Row>(
      name: string,
      query: ListQuery<Row, Column> = {},
    ) => {
      const { text, values } = writeList(name, query);
      return ask<Pick<Row, Column>>(text, values);
    },
    row: async <Row>(name: string, args: Arguments) => (await rows<Row>(name, args))[0] as Row,
    value: async <Value>(name: string, args: Arguments) => {
      const { call, values } = writeCall(name, args);
      return (await ask<Value>(`select to_jsonb(${call}) as result`, values))[0] as Value;
    },
  };
}
