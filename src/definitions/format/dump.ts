// Program (`npm run format:dump`): writes schema/pgwave.schema.json and src/definitions/format.generated.ts from a
// database that is made by the migrations and sql/. With --check it writes nothing and fails where the files differ.

import { writeGenerated } from '../../build/write-generated.ts';
import { connect } from '../../database/connection.ts';
import { migrateDatabase } from '../../database/migrate.ts';
import { withScratchDatabase } from '../../database/scratch-database.ts';
import { projectPath } from '../../project-root.ts';
import { writeJsonSchema } from './json-schema.ts';
import { readFormat } from './read-format.ts';
import { writeDefinitionTypes } from './types.ts';

await writeGenerated('npm run format:dump', async () => {
  const fields = await withScratchDatabase(async (url) => {
    await migrateDatabase(url);
    const client = await connect(url, { applicationName: 'pgwave format dump' });
    try {
      return await readFormat(client);
    } finally {
      await client.end();
    }
  });
  return [
    {
      file: projectPath('schema', 'pgwave.schema.json'),
      text: `${JSON.stringify(writeJsonSchema(fields), undefined, 2)}\n`,
    },
    {
      file: projectPath('src', 'definitions', 'format.generated.ts'),
      text: writeDefinitionTypes(fields),
    },
  ];
});
