import pg from 'pg';
import { inAuthorSession, inSavepoint } from './author-session.ts';

/** A query of a definition, and where it stands there. */
export interface PlacedQuery {
  at: string;
  query: string;
}

/** What PostgreSQL says against a query. */
export interface QueryFault {
  at: string;
  message: string;
}

/** Classes of SQLSTATEs that blame the query: syntax and access, data, unsupported, too complex, no such schema. */
const BLAMED = /^(42|22|0A|54|3F)/;

/**
 * Analyzes queries as `pgwave_sql`, in a session of that role: analysis may run code of whoever wrote them. They are
 * prepared, which plans and runs nothing, by the extended protocol, which refuses a second statement.
 */
export function analyseQueries(
  pool: pg.Pool,
  queries: PlacedQuery[],
  timeoutMs: number,
): Promise<QueryFault[]> {
  return inAuthorSession(pool, timeoutMs, async (client) => {
    const faults: QueryFault[] = [];
    for (const [index, { at, query }] of queries.entries()) {
      try {
        await inSavepoint(client, () =>
          client.query({
            // reason: one statement of a session that has no rights but pgwave_sql's
            text: `prepare pgwave_analysed_${index} as ${query}`,
            queryMode: 'extended',
          } as pg.QueryConfig),
        );
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || !BLAMED.test(error.code ?? '')) throw error;
        faults.push({ at, message: error.message });
      }
    }
    return faults;
  });
}
