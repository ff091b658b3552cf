import type pg from 'pg';

/** Does work in a transaction, which commits if the work ends well and `commits` is true, and else rolls back. */
export async function inTransaction<T>(
  client: pg.ClientBase,
  work: () => Promise<T>,
  { commits = true } = {},
): Promise<T> {
  await client.query('begin');
  try {
    const done = await work();
    await client.query(commits ? 'commit' : 'rollback');
    return done;
  } catch (error) {
    await client.query('rollback').catch(() => {}); // a lost connection has rolled back already
    throw error;
  }
}
