import { connect } from '../src/database/connection.ts';
import { assertBehaviourCurrent } from '../src/database/load-sql.ts';
import { loginUrls } from '../src/database/logins.ts';

/** Where a worker connects, by what it does there. */
export interface WorkerLogins {
  pgwave_worker: string;
  pgwave_sql: string;
  pgwave_script: string;
}

/**
 * The connection strings of a worker: `pgwave_worker` calls the engine, `pgwave_sql` runs what authors wrote, and
 * scripts get `pgwave_script`. Raises PWDBU, PWOLD and PWROL.
 */
export async function findLogins(databaseUrl: string): Promise<WorkerLogins> {
  const client = await connect(databaseUrl, { applicationName: 'pgwave worker' });
  try {
    await assertBehaviourCurrent(client);
  } finally {
    await client.end();
  }
  return loginUrls(databaseUrl, ['pgwave_worker', 'pgwave_sql', 'pgwave_script']);
}
