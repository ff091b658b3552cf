import { type Queryable, toClientError } from './call-function.ts';

/** Figures; list methods give rows. */
export function createCounts(db: Queryable) {
  const ask = async (text: string, values: unknown[] = []): Promise<number> => {
    try {
      const { rows } = await db.query<{ figure: number }>(text, values);
      return rows[0]?.figure ?? 0;
    } catch (error) {
      throw toClientError(error);
    }
  };
  return {
    /** How many workers are alive and take new work. */
    countWorkers: () =>
      ask(
        `select count(*)::int as figure from pgwave.workers
         where not stopping and seen_at > clock_timestamp() - interval '10 seconds'`,
      ),

    /** How many interactions may begin, of all runs or of all but one. */
    countReady: (options: { besides?: number | undefined } = {}) =>
      ask(
        `select count(*)::int as figure from pgwave.ready
         where not held and workflow_run_id is distinct from $1`,
        [options.besides ?? null],
      ),

    /** How many approvals and forms wait for a decision; `mine`: that the caller may decide. */
    countInbox: (options: { mine?: boolean | undefined } = {}) =>
      ask('select count(*)::int as figure from pgwave.inbox where mine or not $1', [
        options.mine ?? false,
      ]),

    /** Milliseconds since 1970 by the clock of the database. */
    databaseClock: () =>
      ask('select (extract(epoch from clock_timestamp()) * 1000)::float8 as figure'),
  };
}
