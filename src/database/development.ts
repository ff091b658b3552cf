// Program: the commands of `npm run db:…` that are for people who work on pgwave.
//
//   db:migrate   migrate the database of DATABASE_URL, else the embedded one
//   db:reset     drop that database, make it again, migrate (another one than the embedded: only with -- --erase)
//   db:psql      psql in it
//   db:commit    turn migrations/current.sql into a committed migration (-- "message"), tried on a shadow database

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describeError, PgwaveError } from '../errors.ts';
import { projectPath } from '../project-root.ts';
import { connect, type OpenedDatabase, openDatabase } from './connection.ts';
import { databaseNameOf, editDatabaseUrl, passwordOf, printableUrl } from './database-url.ts';
import { migrateDatabase } from './migrate.ts';
import { OWNER_ROLE, ownerUrl } from './roles.ts';

async function migrate({ url }: OpenedDatabase): Promise<void> {
  const { changed, migrations } = await migrateDatabase(url);
  const ran = migrations.length > 0 ? ` (migrations: ${migrations.join(', ')})` : '';
  console.log(`${printableUrl(url)}: ${changed ? `migrated${ran}` : 'up to date'}`);
}

async function reset(database: OpenedDatabase, args: string[]): Promise<void> {
  const name = databaseNameOf(database.url);
  if (database.kind === 'external' && !args.includes('--erase')) {
    throw new PgwaveError(
      'PWENV',
      `This drops the database ${name} of DATABASE_URL with all its data`,
      {
        hint: 'If that is meant: npm run db:reset -- --erase',
      },
    );
  }
  const maintenance = editDatabaseUrl(database.url, {
    database: name === 'postgres' ? 'template1' : 'postgres',
  });
  const client = await connect(maintenance, { applicationName: 'pgwave db:reset' });
  try {
    const quoted = client.escapeIdentifier(name);
    await client.query(`drop database if exists ${quoted} with (force)`);
    await client.query(`create database ${quoted} encoding 'UTF8' template template0`);
  } finally {
    await client.end();
  }
  await migrate(database);
}

function findPsql(): string {
  const installed = '/usr/lib/postgresql';
  const versions = fs.existsSync(installed)
    ? fs.readdirSync(installed).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...versions.map((version) => path.join(installed, version, 'bin')),
  ];
  const psql = folders
    .map((folder) => path.join(folder, 'psql'))
    .find((file) => fs.existsSync(file));
  if (psql === undefined) {
    throw new PgwaveError('PWENV', 'psql is not installed', {
      hint: 'Install the PostgreSQL client (Debian: postgresql-client).',
    });
  }
  return psql;
}

async function psql({ url }: OpenedDatabase, args: string[]): Promise<void> {
  const password = passwordOf(url);
  const child = spawn(findPsql(), [editDatabaseUrl(url, { password: null }), ...args], {
    stdio: 'inherit',
    // not on the command line, where `ps` shows it
    env: { ...process.env, ...(password === undefined ? {} : { PGPASSWORD: password }) },
  });
  process.on('SIGINT', () => {}); // Ctrl-C is psql's
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function commit({ url }: OpenedDatabase, args: string[]): Promise<void> {
  const { commit: commitMigration } = await import('graphile-migrate');
  const database = databaseNameOf(url);
  const shadow = editDatabaseUrl(url, { database: `${database}_shadow` });
  await migrateDatabase(url); // roles and everything before the new migration
  await commitMigration(
    {
      connectionString: editDatabaseUrl(ownerUrl(url), { database }),
      shadowConnectionString: ownerUrl(shadow),
      rootConnectionString: editDatabaseUrl(url, { database: 'postgres' }),
      databaseOwner: OWNER_ROLE,
      migrationsFolder: projectPath('migrations'),
    },
    args[0],
  );
  await new Promise((resolve) => setTimeout(resolve, 300)); // graphile-migrate's pools stay open for 200 ms
  const client = await connect(editDatabaseUrl(url, { database: 'postgres' }), {
    applicationName: 'pgwave db:commit',
  });
  await client.query(
    `drop database if exists ${client.escapeIdentifier(`${database}_shadow`)} with (force)`,
  );
  await client.end();
}

const COMMANDS: Record<string, (database: OpenedDatabase, args: string[]) => Promise<void>> = {
  migrate,
  reset,
  psql,
  commit,
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new PgwaveError('PWENV', `Command ${name} not found`, {
      hint: `One of: ${Object.keys(COMMANDS).join(', ')}`,
    });
  }
  const database = await openDatabase();
  try {
    await command(database, args);
  } finally {
    await database.close();
  }
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
