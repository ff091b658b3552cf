// Program (`npm run format:dump`): writes schema/pgwave.schema.json and src/definitions/format.generated.ts from a
// database that is made by the migrations and sql/. With --check it writes nothing and fails where the files differ.

import fs from 'node:fs';
import path from 'node:path';
import { connect } from '../../database/connection.ts';
import { lineDifference } from '../../database/dump.ts';
import { migrateDatabase } from '../../database/migrate.ts';
import { withScratchDatabase } from '../../database/scratch-database.ts';
import { describeError } from '../../errors.ts';
import { projectPath } from '../../project-root.ts';
import { writeJsonSchema } from './json-schema.ts';
import { readFormat } from './read-format.ts';
import { writeDefinitionTypes } from './types.ts';

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const fields = await withScratchDatabase(async (url) => {
    await migrateDatabase(url);
    const client = await connect(url, { applicationName: 'pgwave format dump' });
    try {
      return await readFormat(client);
    } finally {
      await client.end();
    }
  });
  for (const { file, text } of [
    {
      file: projectPath('schema', 'pgwave.schema.json'),
      text: `${JSON.stringify(writeJsonSchema(fields), undefined, 2)}\n`,
    },
    {
      file: projectPath('src', 'definitions', 'format.generated.ts'),
      text: writeDefinitionTypes(fields),
    },
  ]) {
    const name = path.relative(projectPath(), file);
    const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    if (before === text) {
      console.log(`${name}: up to date`);
    } else if (check) {
      console.error(`${name} differs from the database (run \`npm run format:dump\`):`);
      console.error(lineDifference(before, text).slice(0, 80).join('\n'));
      process.exitCode = 1;
    } else {
      fs.writeFileSync(file, text);
      console.log(`${name}: written`);
    }
  }
}

try {
  await main();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
