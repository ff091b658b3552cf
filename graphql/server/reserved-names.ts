import type pg from 'pg';

/** Everybody, whoever sends no token, and the owner of what is built in. */
const NAMES = ['public', 'anonymous', 'pgwave'];
/** Theirs, and what users of the database with such names are called. */
const NOBODYS: readonly string[] = NAMES.flatMap((name) => [name, `"${name}"`]);

/** How long roles are remembered. */
const KEPT_MS = 10_000;

/**
 * Tells which names a token cannot have: those of the server's roles, since what a user of the database owns would be the
 * token's, and {@link NOBODYS}. The roles are read at most every ten seconds; while the database is out of reach those
 * that were read last count.
 */
export function createReservedNames(pool: pg.Pool): (name: string) => Promise<boolean> {
  let roles: ReadonlySet<string> | undefined;
  let readAt = 0;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    try {
      const { rows } = await pool.query<{ name: string }>(
        'select rolname::text as name from pg_catalog.pg_roles',
      );
      roles = new Set(rows.map(({ name }) => name));
      readAt = performance.now();
    } catch (error) {
      if (roles === undefined) throw error;
    } finally {
      reading = undefined;
    }
  }

  return async (name) => {
    if (NOBODYS.includes(name)) return true;
    if (roles === undefined || performance.now() - readAt > KEPT_MS) {
      reading ??= read();
      await reading;
    }
    return roles?.has(name) ?? true;
  };
}
