import { checkConnectionString } from './connection-string.ts';
import { connect } from './pool.ts';

export {
  type ConnectOptions,
  type CuttablePool,
  connect,
  createCuttablePool,
  createPool,
  cutConnection,
  unreachable,
} from './pool.ts';

/** Where to find the database. */
export interface OpenDatabaseOptions {
  /** A connection string that goes before the environment's `DATABASE_URL`. */
  databaseUrl?: string | undefined;
  /** The embedded server's folder, used if there is no connection string. Default: `.pgwave` here, or in a folder above. */
  dir?: string | undefined;
}

/** A database that can be connected to until it is closed. */
export interface OpenedDatabase {
  url: string;
  kind: 'embedded' | 'external';
  /** Of an embedded server: its folder, and whether its database was made by this call. */
  embedded?: { dir: string; isNew: boolean };
  /** Ends the use; an embedded server stops after its last user. Close pools before. */
  close(): Promise<void>;
}

/**
 * Finds the database of a command: the given connection string, else `DATABASE_URL`, else an embedded server. It has
 * been reached once when this returns. Raises PWDBU (unreachable), PWENV (`DATABASE_URL` is no connection string, or one that cannot be honored) and
 * PWEMB (no embedded server).
 */
export async function openDatabase(options: OpenDatabaseOptions = {}): Promise<OpenedDatabase> {
  const given = options.databaseUrl ?? (process.env.DATABASE_URL || undefined);
  if (given === undefined) {
    // Loaded here: who names a server needs none of it.
    const { useEmbeddedServer } = await import('./embedded.ts');
    const server = await useEmbeddedServer(options.dir === undefined ? {} : { dir: options.dir });
    const { url, dir, isNew, close } = server;
    return { url, kind: 'embedded', embedded: { dir, isNew }, close };
  }
  checkConnectionString(given);
  const client = await connect(given, { applicationName: 'pgwave' });
  await client.end();
  return { url: given, kind: 'external', close: async () => {} };
}
