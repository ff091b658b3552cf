import type { CatalogueTable } from './plan-catalogue.ts';
import { type Clause, conceptsOf, type RowChoice } from './plan-goal.ts';

/** Rows that a plan works on. */
export interface Source {
  /** What its query is called. */
  name: string;
  /** The columns that were asked for, as far as the table has them. */
  columns: string[];
}

/** What rows are looked for. */
interface Wanted {
  clause: Pick<Clause, 'concepts' | 'where'>;
  /** Names that a workflow asks for, or whatever a model can read. */
  columns: string[] | 'all';
  /** Queries that name the table where there are several. */
  near: string;
}

export interface Sources {
  find(wanted: Wanted): Source | undefined;
  names(): string[];
  /** The queries, by name: each gathers its rows in one. */
  queries(): Record<string, string>;
}

interface Opened {
  table: CatalogueTable;
  columns: Map<string, string>;
  where: RowChoice;
  /** Whether a model reads the rows, all at once. */
  isRead: boolean;
}

const MOST_ROWS = 1000;
const MOST_READ = 100;

/** Finds tables for what a plan works on, and writes their queries. */
export function createSources(tables: CatalogueTable[]): Sources {
  const opened = new Map<string, Opened>();

  function find({ clause, columns, near }: Wanted): Source | undefined {
    const scored = tables
      .map((table) => ({ table, score: scoreOf(table, clause, columns, near) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    const table = scored[0]?.table;
    if (table === undefined) return undefined;
    const name = nameOf(table);
    const open = opened.get(name) ?? {
      table,
      columns: new Map(),
      where: clause.where,
      isRead: columns === 'all',
    };
    const taken = columns === 'all' ? readable(table) : columns;
    const found = taken.filter((wanted) => columnFor(table, wanted) !== undefined);
    for (const wanted of found) open.columns.set(wanted, columnFor(table, wanted) as string);
    opened.set(name, open);
    return { name, columns: found };
  }

  return {
    find,
    names: () => [...opened.keys()],
    queries: () =>
      Object.fromEntries([...opened].map(([name, open]) => [name, queryOf(open)] as const)),
  };
}

function scoreOf(
  table: CatalogueTable,
  { concepts }: Pick<Clause, 'concepts'>,
  columns: string[] | 'all',
  near: string,
): number {
  const own = conceptsOf(table.name.split('.').at(-1) ?? '');
  const isMeant = [...own].every((concept) => concepts.has(concept));
  if (columns === 'all') return isMeant ? 2 : 0;
  const found = columns.filter((wanted) => columnFor(table, wanted) !== undefined).length;
  if (found === 0 || found < columns.length) return 0;
  const isKey = columns.some((column) => table.key?.length === 1 && table.key[0] === column);
  const isNamed = new RegExp(`\\b${table.name.replaceAll('.', '\\.')}\\b`, 'i').test(near);
  return 1 + (isMeant ? 4 : 0) + (isKey ? 3 : 0) + (isNamed ? 2 : 0);
}

/** `job_description` is the column description, where there is no other. */
function columnFor({ columns }: CatalogueTable, wanted: string): string | undefined {
  if (wanted in columns) return wanted;
  return Object.keys(columns).find(
    (column) =>
      column.length > 3 && (wanted.endsWith(`_${column}`) || column.endsWith(`_${wanted}`)),
  );
}

/** What a model can make something of: keys and texts, no times and no bookkeeping. */
function readable({ columns, key }: CatalogueTable): string[] {
  return Object.keys(columns).filter(
    (column) =>
      key?.includes(column) ||
      (/^(?:text|character varying|jsonb?|integer|numeric|bigint)/.test(columns[column] ?? '') &&
        !/_by_|_id$|_at$|^raw$|url/.test(column)),
  );
}

function nameOf({ name }: CatalogueTable): string {
  const last = name.split('.').at(-1) ?? name;
  return last.toLowerCase().replace(/[^a-z0-9_]/g, '') || 'rows';
}

function queryOf({ table, columns, where, isRead }: Opened): string {
  const list = [...columns].map(([wanted, column]) =>
    wanted === column ? quoted(column) : `${quoted(column)} as ${quoted(wanted)}`,
  );
  const time = where.time === undefined ? undefined : timeColumn(table, where.happened);
  const condition = time === undefined ? '' : ` where ${quoted(time)} ${where.time}`;
  const order = table.key?.length ? ` order by ${table.key.map(quoted).join(', ')}` : '';
  const limit = where.limit ?? (isRead ? MOST_READ : MOST_ROWS);
  return `select coalesce(jsonb_agg(t), '[]') as rows from (select ${list.join(', ')} from ${table.name}${condition}${order} limit ${limit}) t`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The column of the time at which what the goal says happened. */
function timeColumn({ columns }: CatalogueTable, happened = 'created'): string | undefined {
  const times = Object.keys(columns).filter((column) =>
    /^(?:timestamp|date)/.test(columns[column] ?? ''),
  );
  const stem = happened.replace(/(?:ed|ied)$/, '');
  return (
    times.find((column) => column.includes(stem)) ??
    times.find((column) => /creat|fetch|import|insert|add/.test(column)) ??
    times[0]
  );
}
