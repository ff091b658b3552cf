// A statement that returns rows, made into one that returns each row as JSON text, in PostgreSQL's own conversion.

/** What a row may take. */
export interface RowLimits {
  maxRows: number;
  maxBytes: number;
}

const TOKENS =
  /(?<![A-Za-z0-9_$])[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[A-Za-z_][A-Za-z0-9_$]*|\S/g;
const STATEMENTS = new Set(['select', 'insert', 'update', 'delete', 'merge', 'values', 'table']);
const NAME_FOLLOWS = new Set(['with', 'recursive', ',', 'by', 'set', 'using', 'to', 'default']);

/** Where the main statement behind `with …` begins; undefined where the statement does not begin with `with`. */
export function findMainStatement(statement: string): number | undefined {
  let depth = 0;
  let before: string | undefined;
  let bodies = 0;
  for (const match of statement.matchAll(TOKENS)) {
    const token = match[0].toLowerCase();
    if (token.startsWith('--') || token.startsWith('/*')) continue;
    if (before === undefined && token !== 'with') return undefined;
    if (depth === 0 && bodies > 0) {
      if (token === '(' && before === ')') return match.index;
      if (STATEMENTS.has(token) && !NAME_FOLLOWS.has(before ?? '')) return match.index;
    }
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === ')' && depth === 0) bodies += 1;
    before = token;
  }
  return undefined;
}

// reason: run-statement.ts sends it as pgwave_sql, by the extended protocol. source holds the author's statement.
// A row that is larger than all may be is not sent: null stands for it. One row more than there may be tells that there are more.
const selectJson = (source: string, { maxRows, maxBytes }: RowLimits): string =>
  `select case when pg_catalog.octet_length(encoded.json) <= ${maxBytes} then encoded.json end
     from (select pg_catalog.to_jsonb(result.*)::pg_catalog.text as json from ${source} as result limit ${maxRows + 1}) as encoded`;

/** Wraps a statement that only reads. */
export function queryAsRows(statement: string, limits: RowLimits): string {
  return selectJson(`(${statement}\n)`, limits);
}

/**
 * Wraps a statement that may change rows and returns some. PostgreSQL wants it at the top level, so what stands before it
 * as `with …` stays there. One that returns nothing is refused by PostgreSQL when it is parsed (0A000).
 */
export function changeAsRows(statement: string, limits: RowLimits): string {
  const main = findMainStatement(statement);
  const head = main === undefined ? 'with ' : `${statement.slice(0, main)}, `;
  return `${head}pgwave_result as (${statement.slice(main ?? 0)}\n) ${selectJson('pgwave_result', limits)}`;
}
