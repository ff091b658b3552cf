import pg from 'pg';

/**
 * Whether an error says that the database was out of reach or could not do it now (also: deadlock, serialization, no
 * connections left), so that the same call may be made again.
 */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return !(error instanceof pg.DatabaseError) || /^(08|57P0|53|40001|40P01)/.test(code);
}
