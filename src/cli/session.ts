import type pg from 'pg';
import pc from 'picocolors';
import { connect, type OpenedDatabase, openDatabase } from '../database/connection.ts';
import { assertBehaviourCurrent } from '../database/load-sql.ts';
import { PgwaveError } from '../errors.ts';
import { pause } from './interruption.ts';
import type { GlobalOptions } from './options.ts';

/** A command's database: where it is, and a connection to it. */
export interface Session {
  url: string;
  kind: 'embedded' | 'external';
  client: pg.Client;
}

const WAIT_MS = 500;
const WAIT_MOST_MS = 5000;

/** Opens the database; with a signal it waits for one that is away, until the signal is aborted. Raises PWDBU. */
async function openInTime(
  options: GlobalOptions,
  wait: AbortSignal | undefined,
): Promise<OpenedDatabase> {
  for (let ms = WAIT_MS; ; ms = Math.min(ms * 2, WAIT_MOST_MS)) {
    try {
      return await openDatabase({ databaseUrl: options.databaseUrl });
    } catch (error) {
      if (wait === undefined || wait.aborted) throw error;
      if (!(error instanceof PgwaveError) || error.code !== 'PWDBU') throw error;
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
  const database = await openInTime(options, wait);
  try {
    const client = await connect(database.url, { applicationName: 'pgwave cli' });
    try {
      await assertBehaviourCurrent(client).catch(async (error: unknown) => {
        if (database.kind === 'external') throw error;
        // Loaded here: most commands do without, and start faster.
        const { migrateDatabase } = await import('../database/migrate.ts');
        await migrateDatabase(database.url);
      });
      return await work({ url: database.url, kind: database.kind, client });
    } finally {
      await client.end().catch(() => {});
    }
  } finally {
    await database.close();
  }
}
