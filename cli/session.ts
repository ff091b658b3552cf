import path from 'node:path';
import type pg from 'pg';
import pc from 'picocolors';
import { connect, type OpenedDatabase, openDatabase } from '../src/database/connection.ts';
import { assertBehaviourCurrent } from '../src/database/load-sql.ts';
import { PgwaveError } from '../src/errors.ts';
import { pause } from './interruption.ts';
import type { GlobalOptions } from './options.ts';

/** A command's database: where it is, and a connection to it. */
export interface Session {
  url: string;
  kind: 'embedded' | 'external';
  client: pg.Client;
  /** The discovery queries that failed: the server goes on with the other workflows, and warns. */
  warnings: string[];
}

/** SQLSTATE of that warning. */
const QUERY_FAILED = 'PWQRY';

const WAIT_MS = 500;
const WAIT_MOST_MS = 5000;

/** Tries again and again while the database is away (PWDBU), until the signal is aborted. */
export async function inTime<T>(open: () => Promise<T>, wait: AbortSignal): Promise<T> {
  for (let ms = WAIT_MS; ; ms = Math.min(ms * 2, WAIT_MOST_MS)) {
    try {
      return await open();
    } catch (error) {
      if (wait.aborted || !(error instanceof PgwaveError) || error.code !== 'PWDBU') throw error;
      if (ms === WAIT_MS) {
        process.stderr.write(
          pc.dim(`waiting for the database: ${error.detail ?? error.message}\n`),
        );
      }
      await pause(ms, wait);
      if (wait.aborted) throw error;
    }
  }
}

/** `.pgwave`, `../.pgwave`: the folder of an embedded database, from the working folder. */
export function folderOf(dir: string): string {
  return path.relative(process.cwd(), dir) || '.';
}

/** Says on stderr which embedded database is used, unless it is that of the working folder. */
function tellWhichDatabase({ embedded }: OpenedDatabase): void {
  if (embedded === undefined) return;
  const folder = folderOf(embedded.dir);
  if (!embedded.isNew && folder === '.pgwave') return;
  const what = embedded.isNew ? 'new database in' : 'database in';
  process.stderr.write(`${pc.dim(`${what} ${folder}`)}\n`);
}

/**
 * Runs a command on the database of `--database-url`, `DATABASE_URL` or `.pgwave/`, and closes it however that ends. An
 * embedded database belongs to this program and is migrated where it must be; any other raises PWOLD. With `wait` it waits
 * for a database that is away until that signal is aborted.
 */
export async function withSession<T>(
  options: GlobalOptions,
  work: (session: Session) => Promise<T>,
  wait?: AbortSignal,
): Promise<T> {
  const open = () => openDatabase({ databaseUrl: options.databaseUrl });
  const database = await (wait === undefined ? open() : inTime(open, wait));
  if (!options.json) tellWhichDatabase(database);
  try {
    const client = await connect(database.url, { applicationName: 'pgwave cli' });
    const warnings: string[] = [];
    client.on('notice', ({ code, message }) => {
      if (code === QUERY_FAILED && message !== undefined) warnings.push(message);
    });
    try {
      await assertBehaviourCurrent(client).catch(async (error: unknown) => {
        if (database.kind === 'external') throw error;
        // Loaded here: most commands do without, and start faster.
        const { migrateDatabase } = await import('../src/database/migrate.ts');
        await migrateDatabase(database.url);
      });
      return await work({ url: database.url, kind: database.kind, client, warnings });
    } finally {
      await client.end().catch(() => {});
    }
  } finally {
    await database.close();
  }
}
