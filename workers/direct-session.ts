import type pg from 'pg';
import { printableUrl } from '../src/database/database-url.ts';
import { isPooled } from '../src/database/pooled.ts';
import { PgwaveError } from '../src/errors.ts';

/** What a session is told about the server. */
async function look(client: pg.Client) {
  const { rows } = await client.query<{ standby: boolean; read_only: boolean }>(
    `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as read_only`,
  );
  return { standby: rows[0]?.standby, readOnly: rows[0]?.read_only };
}

/**
 * Sees that a worker can live in this session. Raises PWENV if a pooler would lend it to others, with the lock that says that
 * the worker lives, and PWDBU if the server only reads now, as a standby does.
 */
export async function requireWorkerSession(client: pg.Client, databaseUrl: string): Promise<void> {
  if (await isPooled(client)) {
    throw new PgwaveError('PWENV', 'Workers cannot work through a connection pooler', {
      detail: printableUrl(databaseUrl),
      hint: 'Set PGWAVE_DIRECT_URL to a connection string that leads straight to PostgreSQL.',
    });
  }
  const { standby, readOnly } = await look(client);
  if (!readOnly) return;
  throw new PgwaveError('PWDBU', 'The database is read-only', {
    detail: `${printableUrl(databaseUrl)}: ${standby ? 'it is a standby' : 'default_transaction_read_only is on'}`,
    hint: 'Connect workers to the primary. With --wait, a worker waits until this server accepts writes.',
  });
}
