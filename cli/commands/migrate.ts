import type { Command } from 'commander';
import { openDatabase } from '../../src/database/connection.ts';
import { printableUrl } from '../../src/database/database-url.ts';
import { addExamples, type GlobalOptions } from '../options.ts';

interface Options extends GlobalOptions {
  rotateLogins?: boolean;
}

async function migrate(options: Options): Promise<void> {
  const database = await openDatabase({ databaseUrl: options.databaseUrl });
  try {
    const { migrateDatabase } = await import('../../src/database/migrate.ts');
    const result = await migrateDatabase(database.url, { rotateLogins: options.rotateLogins });
    const url = printableUrl(database.url);
    if (options.json) {
      console.log(
        JSON.stringify({
          database: url,
          changed: result.changed,
          migrations: result.migrations,
          behaviour_hash: result.behaviourHash,
        }),
      );
      return;
    }
    for (const migration of result.migrations) console.log(`ran migration ${migration}`);
    console.log(
      result.changed
        ? `${url} is migrated; functions ${result.behaviourHash.slice(0, 12)} are loaded`
        : `${url} is up to date (functions ${result.behaviourHash.slice(0, 12)})`,
    );
  } finally {
    await database.close();
  }
}

export function addMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .summary('bring the database to this version')
    .description(
      'Bring the database to this version. Installs roles, tables, and functions. You can run it any number of times.',
    )
    .option(
      '--rotate-logins',
      'set new random passwords for the roles that log in; then restart workers and servers',
    )
    .action((_, self: Command) => migrate(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave migrate', 'the database of DATABASE_URL, else the embedded one in .pgwave/'],
    ['pgwave migrate --database-url postgres://me@db/app', 'another one'],
  ]);
}
