import type pg from 'pg';
import type { Queryable } from './call-function.ts';
import { type Caller, settingsOf } from './caller.ts';

/** The database as a caller sees it: each statement is a transaction with their role and name. */
export function databaseOf(pool: pg.Pool, caller: Caller): Queryable {
  return {
    async query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        const settings = client.escapeLiteral(JSON.stringify(settingsOf(caller)));
        await client.query(
          `begin; select pg_catalog.set_config(s.key, s.value, true) from pg_catalog.json_each_text(${settings}) s`,
        );
        const result = await client.query<Row>(text, values);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((failed: Error) => {
          broken = failed;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
  };
}
