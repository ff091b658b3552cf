import path from 'node:path';
import type pg from 'pg';
import pc from 'picocolors';
import { connect, type OpenedDatabase, openDatabase } from '../src/database/connection.ts';
import { assertBehaviourCurrent } from '../src/database/load-sql.ts';
import type { GlobalOptions } from './options.ts';

/** A command's database: where it is, and a connection to it. */
export interface Session {
  url: string;
  kind: 'embedded' | 'external';
  client: pg.Client;
  /** What the server warned of: the query of a workflow that failed, above all. */
  warnings: string[];
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
 * embedded database belongs to this program and is migrated where it must be; any other raises PWOLD.
 */
export async function withSession<T>(
  options: GlobalOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ databaseUrl: options.databaseUrl });
  if (!options.json) tellWhichDatabase(database);
  try {
    const client = await connect(database.url, { applicationName: 'pgwave cli' });
    const warnings: string[] = [];
    client.on('notice', ({ severity, message }) => {
      if (severity === 'WARNING' && message !== undefined) warnings.push(message);
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
