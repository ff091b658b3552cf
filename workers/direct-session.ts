import type pg from 'pg';
import { printableUrl } from '../src/database/database-url.ts';
import { PgwaveError } from '../src/errors.ts';

/** What a session is told about the server, in one round trip. */
async function look(client: pg.Client) {
  const { rows } = await client.query<{ pid: number; standby: boolean; read_only: boolean }>(
    `select pg_backend_pid() as pid, pg_is_in_recovery() as standby,
            current_setting('transaction_read_only') = 'on' as read_only`,
  );
  const [server] = rows;
  // A pooler names a process of its own: a server's process serves many of its clients.
  const { processID } = client as pg.Client & { processID?: number | null };
  return {
    pooled: server?.pid !== processID,
    standby: server?.standby,
    readOnly: server?.read_only,
  };
}

/** Whether a connection pooler answers in the server's place. */
export async function isPooled(client: pg.Client): Promise<boolean> {
  return (await look(client)).pooled;
}

/**
 * Sees that a worker can live in this session. Raises PWENV if a pooler would lend it to others, with the lock that says that
 * the worker lives, and PWDBU if the server only reads now, as a standby does.
 */
export async function requireWorkerSession(client: pg.Client, databaseUrl: string): Promise<void> {
  const { pooled, standby, readOnly } = await look(client);
  if (pooled) {
    throw new PgwaveError('PWENV', 'Workers cannot work through a connection pooler', {
      detail: printableUrl(databaseUrl),
      hint: 'Set PGWAVE_DIRECT_URL to a connection string that leads straight to PostgreSQL.',
    });
  }
  if (!readOnly) return;
  throw new PgwaveError('PWDBU', 'The database is read-only', {
    detail: `${printableUrl(databaseUrl)}: ${standby ? 'it is a standby' : 'default_transaction_read_only is on'}`,
    hint: 'Connect workers to the primary. With --wait, a worker waits until this server accepts writes.',
  });
}
