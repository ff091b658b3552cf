// Program (`npm run graphql:dump`): writes graphql/schema.graphql, the sorted SDL over a database that is made by the
// migrations and sql/. With --check it writes nothing and fails where the file differs.

import './environment.ts';
import fs from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'postgraphile/graphql';
import { lineDifference } from '../src/database/dump.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { withScratchDatabase } from '../src/database/scratch-database.ts';
import { describeError } from '../src/errors.ts';
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

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const file = projectPath('graphql', 'schema.graphql');
  const name = path.relative(projectPath(), file);
  const text = await withScratchDatabase(async (url) => {
    await migrateDatabase(url);
    return printDatabaseSchema(url);
  });
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (before === text) {
    console.log(`${name}: up to date`);
  } else if (check) {
    console.error(`${name} differs from the database (run \`npm run graphql:dump\`):`);
    console.error(lineDifference(before, text).slice(0, 80).join('\n'));
    process.exitCode = 1;
  } else {
    fs.writeFileSync(file, text);
    console.log(`${name}: written`);
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main();
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
