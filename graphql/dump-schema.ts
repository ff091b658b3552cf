// Program (`npm run graphql:dump`): writes graphql/schema.graphql, the sorted SDL over a database that is made by the
// migrations and sql/. With --check it writes nothing and fails where the file differs.

import './environment.ts';
import { lexicographicSortSchema, printSchema } from 'postgraphile/graphql';
import { writeGenerated } from '../src/build/write-generated.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { withScratchDatabase } from '../src/database/scratch-database.ts';
import { projectPath } from '../src/project-root.ts';
import { buildSchema } from './build-schema.ts';

/** The SDL of a migrated database, sorted: the same on every version of PostgreSQL. */
export async function printDatabaseSchema(url: string): Promise<string> {
  const built = await buildSchema(url, { maxConnections: 1 });
  try {
    return `${printSchema(lexicographicSortSchema(built.schema))}\n`;
  } finally {
    await built.release();
  }
}

if (process.argv[1] === import.meta.filename) {
  await writeGenerated('npm run graphql:dump', async () => {
    const text = await withScratchDatabase(async (url) => {
      await migrateDatabase(url);
      return printDatabaseSchema(url);
    });
    return [{ file: projectPath('graphql', 'schema.graphql'), text }];
  });
}
