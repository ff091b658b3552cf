import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { readCommittedMigrations } from '../../src/database/committed-migrations.ts';
import { connect, openDatabase } from '../../src/database/connection.ts';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { useEmbeddedServer } from '../../src/database/embedded.ts';
import { behaviourHash } from '../../src/database/load-sql.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { projectPath } from '../../src/project-root.ts';

/** Advisory locks that say "this test run is alive": `(class, run id)`, in the server's own database. */
const RUN_LOCK_CLASS = 0x70677774;

/** What the test files get from the global setup. */
export interface TestServer {
  /** Connection string of the database in which databases are made. */
  adminUrl: string;
  /** The migrated database that every test database is a copy of. */
  template: string;
  /** Names of test databases begin with it. */
  prefix: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    testServer: TestServer;
  }
}

/** Databases of runs that ended without cleaning up (kill -9): their run's lock is not held any more. */
async function dropStaleDatabases(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select d.datname as name from pg_database d
     where d.datname ~ '^pgwave_test_[0-9]+_'
       and not exists (
         select from pg_locks l
         where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objsubid = 2
           and l.objid = split_part(d.datname, '_', 3)::bigint::oid)`,
    [RUN_LOCK_CLASS],
  );
  for (const { name } of rows) await dropDatabase(admin, name);
}

async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  const quoted = admin.escapeIdentifier(name);
  await admin.query(`alter database ${quoted} is_template false`).catch(() => {}); // dropped meanwhile
  await admin.query(`drop database if exists ${quoted} with (force)`);
}

/**
 * Boots the server of a test run (that of `DATABASE_URL`, else an embedded one in a temporary folder) and migrates the
 * template database on it. `stop` drops every database of the run.
 */
export async function startTestServer(): Promise<TestServer & { stop(): Promise<void> }> {
  const server = process.env.DATABASE_URL
    ? await openDatabase()
    : await useEmbeddedServer({
        dir: fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-tests-')),
        temporary: true,
      });
  const admin = await connect(server.url, { applicationName: 'pgwave tests' }).catch(
    async (error: unknown) => {
      await server.close();
      throw error;
    },
  );
  const run = randomInt(1, 2 ** 31 - 1);
  const prefix = `pgwave_test_${run}_`;
  const stop = async (): Promise<void> => {
    const { rows } = await admin.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { name } of rows) await dropDatabase(admin, name);
    await admin.end();
    await server.close();
  };
  try {
    await admin.query('select pg_advisory_lock($1, $2)', [RUN_LOCK_CLASS, run]);
    await dropStaleDatabases(admin);
    const behaviour = behaviourHash().slice(0, 8);
    const migrations = readCommittedMigrations(projectPath('migrations')).length;
    const template = `${prefix}template_${migrations}_${behaviour}`;
    await admin.query(`create database ${template}`);
    await migrateDatabase(editDatabaseUrl(server.url, { database: template }));
    await admin.query(`alter database ${template} with allow_connections false is_template true`);
    // Open, so that whoever migrates an empty database finds the passwords of the login roles that the template has.
    await admin.query(`create database ${prefix}logins template ${template}`);
    return { adminUrl: server.url, template, prefix, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
