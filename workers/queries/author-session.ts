import pg from 'pg';
import { ActorError } from '../actor-error.ts';

/** A connection of `pgwave_sql` for what an author wrote. Raises `connection_lost`. */
export async function openAuthorSession(pool: pg.Pool): Promise<pg.PoolClient> {
  return pool.connect().catch((error: Error) => {
    throw new ActorError('connection_lost', `pgwave_sql cannot connect: ${error.message}`, {
      retryable: true,
      cause: error,
    });
  });
}

/**
 * Rolls back what is open and discards what outlives a transaction: settings, temporary objects, prepared statements,
 * advisory locks. Returns: whether the session is fit for the next author.
 */
export async function resetAuthorSession(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    await client.query('discard all');
    return true;
  } catch {
    return false;
  }
}

/** Runs `work` in a session of `pgwave_sql`, in a transaction that only reads and is rolled back. */
export async function inAuthorSession<T>(
  pool: pg.Pool,
  timeoutMs: number,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await openAuthorSession(pool);
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query(`set local statement_timeout = ${Math.max(1, Math.ceil(timeoutMs))}`);
    return await work(client);
  } finally {
    client.release(!(await resetAuthorSession(client)));
  }
}

/** Runs one step of a transaction; what it raises leaves the rest of the transaction as it was. */
export async function inSavepoint<T>(client: pg.ClientBase, step: () => Promise<T>): Promise<T> {
  await client.query('savepoint query');
  try {
    return await step();
  } catch (error) {
    if (error instanceof pg.DatabaseError) await client.query('rollback to savepoint query');
    throw error;
  }
}
