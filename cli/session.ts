import type pg from 'pg';
import { connect, openDatabase } from '../src/database/connection.ts';
import { assertBehaviourCurrent } from '../src/database/load-sql.ts';
import type { GlobalOptions } from './options.ts';

/** A command's database: where it is, and a connection to it. */
export interface Session {
  url: string;
  kind: 'embedded' | 'external';
  client: pg.Client;
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
  try {
    const client = await connect(database.url, { applicationName: 'pgwave cli' });
    try {
      await assertBehaviourCurrent(client).catch(async (error: unknown) => {
        if (database.kind === 'external') throw error;
        // Loaded here: most commands do without, and start faster.
        const { migrateDatabase } = await import('../src/database/migrate.ts');
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
