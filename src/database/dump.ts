// Program (`npm run db:dump`): writes migrations/schema.sql, the types and calls of the client, and the page of functions from a database
// that is made by the migrations and sql/. With --check it writes nothing and fails where the files differ.

import { writeGenerated } from '../build/write-generated.ts';
import { generateCalls } from '../client/generate-calls.ts';
import { projectPath } from '../project-root.ts';
import { connect } from './connection.ts';
import { writeFunctionReference } from './function-reference.ts';
import { migrateDatabase } from './migrate.ts';
import { generateRowTypes } from './row-types.ts';
import { dumpSchema } from './schema-dump.ts';
import { withScratchDatabase } from './scratch-database.ts';

await writeGenerated('npm run db:dump', () =>
  withScratchDatabase(async (url) => {
    await migrateDatabase(url);
    const client = await connect(url, { applicationName: 'pgwave dump' });
    try {
      return [
        { file: projectPath('migrations', 'schema.sql'), text: await dumpSchema(client) },
        {
          file: projectPath('src', 'database', 'rows.generated.ts'),
          text: await generateRowTypes(client),
        },
        {
          file: projectPath('src', 'client', 'calls.generated.ts'),
          text: await generateCalls(client),
        },
        {
          file: projectPath('docs', 'reference', 'functions.md'),
          text: await writeFunctionReference(client),
        },
      ];
    } finally {
      await client.end();
    }
  }),
);
