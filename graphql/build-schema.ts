import './environment.ts';
import { postgraphile } from 'postgraphile';
import type { GraphQLSchema } from 'postgraphile/graphql';
import { createPool } from '../src/database/connection.ts';
import { createPreset } from './preset.ts';

/** A schema over a database, without a server. */
export interface BuiltSchema {
  schema: GraphQLSchema;
  /** The preset with all it extends, as `execute` of grafast takes it. */
  resolvedPreset: GraphileConfig.ResolvedPreset;
  /** Closes the connections. */
  release(): Promise<void>;
}

/** Builds the GraphQL schema over a migrated database. Release it when done. */
export async function buildSchema(
  url: string,
  options: { maxConnections?: number } = {},
): Promise<BuiltSchema> {
  const pool = createPool(url, {
    applicationName: 'pgwave graphql',
    max: options.maxConnections ?? 10,
  });
  const instance = postgraphile(createPreset(pool));
  const release = async (): Promise<void> => {
    try {
      await instance.release();
    } finally {
      await pool.end();
    }
  };
  try {
    return { ...(await instance.getSchemaResult()), release };
  } catch (error) {
    await release().catch(() => {}); // the first error says more
    throw error;
  }
}
