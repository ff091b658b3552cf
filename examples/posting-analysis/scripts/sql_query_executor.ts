/**
 * Runs one query, read only, and says what its first row says. The workflow's three checks are this script.
 *
 * params.query       one statement that returns rows, with parameters written :name (never inside quotes; a slice needs a space: [1: n])
 * params.parameters  their values; a list becomes an array, an object jsonb
 * params.skip_when   the column that decides the tag; default `skip`
 *
 * Answers {row, tag}: `row` is the first row, null where there is none. With a column `skip_when` in it, `tag` is "SKIP" where that
 * column is true (a number other than 0, a text other than empty, false, f, no, 0), else "RUN". A query without the default
 * column `skip` has no tag. A query that ought to decide and returns no row is an error: there is nothing that the workflow could go on with.
 */
import type { QueryConfig } from 'pg';
import { ScriptError, script } from '../../../src/script.ts';
import { requireText } from './read-params.ts';

await script(async ({ params, database }) => {
  const query = requireText(params, 'query');
  const skipWhen = params.skip_when === undefined ? undefined : requireText(params, 'skip_when');
  const { text, values } = bindParameters(query, readParameters(params.parameters));
  const client = await database();

  await client.query('begin read only');
  // A cursor, so that a query with a million rows costs one. Extended protocol: one statement and no more.
  const declaration: QueryConfig & { queryMode: 'extended' } = {
    text: `declare first_row no scroll cursor for ${text}`,
    values,
    queryMode: 'extended',
  };
  await client.query(declaration);
  const { rows, fields } = await client.query<Record<string, unknown>>('fetch 1 from first_row');
  await client.query('rollback');

  const row = rows[0] ?? null;
  const decider = skipWhen ?? 'skip';
  const hasDecider = fields.some((field) => field.name === decider);
  if (!hasDecider) {
    if (skipWhen === undefined) return { row };
    throw new ScriptError(`The query has no column ${skipWhen}`, { retryable: false });
  }
  if (row === null) {
    throw new ScriptError('The query that decides returned no row', {
      retryable: false,
      detail: { parameters: params.parameters },
    });
  }
  return { tag: isTrue(row[decider]) ? 'SKIP' : 'RUN', row };
});

function readParameters(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ScriptError('params.parameters must be an object', { retryable: false });
}

/** Turns `:name` into `$1`, leaving strings, quoted names, comments, dollar quotes and casts (`::`) alone. */
function bindParameters(
  query: string,
  parameters: Record<string, unknown>,
): { text: string; values: unknown[] } {
  const names: string[] = [];
  const token =
    /\be'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([a-z_]\w*)?\$[\s\S]*?\$\1\$|::|:([a-z_]\w*)/gi;
  const text = query.replace(/;\s*$/, '').replace(token, (whole, _quote, name?: string) => {
    if (name === undefined) return whole;
    if (!Object.hasOwn(parameters, name)) {
      throw new ScriptError(`The query wants :${name}, which params.parameters has not`, {
        retryable: false,
      });
    }
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, values: names.map((name) => parameters[name]) };
}

function isTrue(value: unknown): boolean {
  if (typeof value === 'string')
    return !['', 'false', 'f', 'no', '0'].includes(value.toLowerCase());
  return Boolean(value);
}
