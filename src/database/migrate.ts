import { setTimeout as sleep } from 'node:timers/promises';
import './home-folder.ts';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { projectPath } from '../project-root.ts';
import {
  type CommittedMigration,
  headerOf,
  readCommittedMigrations,
} from './committed-migrations.ts';
import { connect, createPool } from './connection.ts';
import { databaseNameOf, editDatabaseUrl } from './database-url.ts';
import { loadBehaviour } from './load-sql.ts';
import { lockMigrations, lockRelations } from './locks.ts';
import { ensureLogins } from './logins.ts';
import { ensureRoles, OWNER_ROLE, ownerUrl } from './roles.ts';
import { indexOfPosition, placeOf } from './split-sql.ts';

/** Where the files are; the defaults are the package's own. */
export interface MigrateOptions {
  migrationsFolder?: string | undefined;
  sqlFolder?: string | undefined;
  /** Whether the login roles get new passwords. */
  rotateLogins?: boolean | undefined;
}

/** What migrating did. */
export interface MigrateResult {
  /** Whether tables or functions changed. */
  changed: boolean;
  /** The committed migrations that ran, by file name. */
  migrations: string[];
  /** The hash of the functions and views that the database holds now. */
  behaviourHash: string;
}

/**
 * Brings a database to this version: roles, graphile-worker's schema, the committed migrations, then the files of
 * `sql/`. Whoever comes second waits and finds nothing to do. Raises PWDBU, PWDBV (server too old), PWROL, PWMIG, PWSQL.
 */
export async function migrateDatabase(
  databaseUrl: string,
  options: MigrateOptions = {},
): Promise<MigrateResult> {
  const client = await connect(databaseUrl, { applicationName: 'pgwave migrate' });
  let lock: pg.Client | undefined;
  try {
    await assertServerFits(client);
    await ensureRoles(client);
    lock = await lockMigrations(databaseUrl);
    await client.query(`set role ${OWNER_ROLE}`);
    await migrateWorkerSchema(databaseUrl);
    const migrations = await runCommittedMigrations(
      client,
      databaseUrl,
      options.migrationsFolder ?? projectPath('migrations'),
    );
    const { loaded, hash } = await loadBehaviour(client, { sqlFolder: options.sqlFolder });
    await ensureLogins(client, databaseUrl, { rotate: options.rotateLogins ?? false });
    return { changed: loaded || migrations.length > 0, migrations, behaviourHash: hash };
  } finally {
    await client.end().catch(() => {});
    await lock?.end().catch(() => {});
  }
}

async function assertServerFits(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string; encoding: string }>(
    `select current_setting('server_version_num')::integer as version,
            current_setting('server_version') as name, current_setting('server_encoding') as encoding`,
  );
  const server = rows[0];
  if (server === undefined || server.version < 150000) {
    throw new PgwaveError(
      'PWDBV',
      `pgwave needs PostgreSQL 15 or newer, and this is ${server?.name}`,
      {
        hint: 'Upgrade the server, or leave DATABASE_URL away for an embedded one.',
      },
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new PgwaveError(
      'PWDBV',
      `pgwave needs a database in UTF8, and this is in ${server.encoding}`,
      {
        hint: "create database … encoding 'UTF8' template template0",
      },
    );
  }
}

async function migrateWorkerSchema(databaseUrl: string): Promise<void> {
  const pool = createPool(ownerUrl(databaseUrl), {
    applicationName: 'pgwave migrate (graphile-worker)',
    max: 1,
  });
  try {
    await runMigrations({ pgPool: pool });
  } catch (cause) {
    throw new PgwaveError('PWMIG', "graphile-worker's schema could not be migrated", {
      detail: (cause as Error).message,
      hint: `The schema graphile_worker of this database must belong to ${OWNER_ROLE}.`,
      cause,
    });
  } finally {
    await pool.end();
  }
}

async function runCommittedMigrations(
  client: pg.Client,
  databaseUrl: string,
  migrationsFolder: string,
): Promise<string[]> {
  const committed = readCommittedMigrations(migrationsFolder);
  const applied = await appliedMigrations(client);
  assertHistoryMatches(committed, applied);
  const pending = committed.filter(({ filename }) => !applied.has(filename));
  if (pending.length > 0) await runGraphileMigrate(client, databaseUrl, migrationsFolder, pending);
  return pending.map(({ file }) => file);
}

/** Raises PWMIG where the migrations that ran in this database are not those of this program, no more and no fewer. */
export async function assertMigrationsCurrent(
  client: pg.Client,
  migrationsFolder = projectPath('migrations'),
): Promise<void> {
  const committed = readCommittedMigrations(migrationsFolder);
  const applied = await appliedMigrations(client);
  assertHistoryMatches(committed, applied);
  const pending = committed.filter(({ filename }) => !applied.has(filename));
  if (pending.length === 0) return;
  throw new PgwaveError(
    'PWMIG',
    `Migrations have not run in this database: ${pending.map(({ file }) => file).join(', ')}`,
    { hint: 'Run `pgwave migrate`.' },
  );
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  const { rows: found } = await client.query(
    "select where to_regclass('graphile_migrate.migrations') is not null",
  );
  if (found.length === 0) return new Map();
  const { rows } = await client.query<{ filename: string; hash: string }>(
    'select filename, hash from graphile_migrate.migrations',
  );
  return new Map(rows.map(({ filename, hash }) => [filename, hash]));
}

/** graphile-migrate looks at the last migration only; a rewritten or unknown earlier one would go unnoticed. */
function assertHistoryMatches(committed: CommittedMigration[], applied: Map<string, string>): void {
  for (const [filename, hash] of applied) {
    const migration = committed.find((candidate) => candidate.filename === filename);
    if (migration === undefined) {
      throw new PgwaveError(
        'PWMIG',
        `This database has the migration ${filename}, which this version does not know`,
        {
          hint: 'It was migrated by a newer version of pgwave: install that one.',
        },
      );
    }
    if (headerOf(migration, 'Hash') !== hash) {
      throw new PgwaveError(
        'PWMIG',
        `The migration ${migration.file} was changed after it ran here`,
        {
          detail: `recorded: ${hash}, file: ${headerOf(migration, 'Hash')}`,
          hint: 'Restore the file; or, where the data may go, `npm run db:reset`.',
        },
      );
    }
  }
}

async function runGraphileMigrate(
  client: pg.Client,
  databaseUrl: string,
  migrationsFolder: string,
  pending: CommittedMigration[],
): Promise<void> {
  const [{ Logger }, { parseSettings }, { withClient, clearAllPools }, migration] =
    await Promise.all([
      import('graphile-migrate'),
      import('graphile-migrate/dist/settings.js'),
      import('graphile-migrate/dist/pg.js'),
      import('graphile-migrate/dist/migration.js'),
    ]);
  const name = `pgwave migrate (graphile-migrate ${process.pid})`;
  const database = databaseNameOf(databaseUrl);
  try {
    const connectionString = editDatabaseUrl(ownerUrl(databaseUrl), {
      applicationName: name,
      database,
    });
    const settings = await parseSettings({
      connectionString,
      databaseOwner: OWNER_ROLE,
      migrationsFolder,
      logger: new Logger(() => () => {}),
    });
    // What its `migrate` does. It takes no advisory lock on what it takes for a mock: any login could hold that one, and
    // ours is held.
    await withClient(connectionString, settings, async (own, context) => {
      Object.assign(own, { __isMockClient: true, query: lockingAfterBegin(own) });
      const last = await migration.getLastMigration(own, settings);
      for (const next of await migration.getMigrationsAfter(settings, last)) {
        await migration.runCommittedMigration(own, settings, context, next, '');
      }
    });
  } catch (error) {
    throw migrationError(error, pending);
  } finally {
    // Its pool stays open for 200 ms and ends this process (exit 1) should the server stop meanwhile; a database with
    // that connection could not serve as a template either.
    clearAllPools();
    for (let round = 0; round < 100; round += 1) {
      const { rowCount } = await client.query(
        'select from pg_stat_activity where application_name = $1 and datname = current_database()',
        [name],
      );
      if (rowCount === 0) break;
      await sleep(5);
    }
  }
}

/** A migration locks what it changes one by one: in its transaction all is locked first, so that nobody meets it half way. */
function lockingAfterBegin(client: pg.ClientBase): pg.ClientBase['query'] {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  return (async (...args: unknown[]) => {
    const result = await query(...args);
    if (args[0] === 'begin') await lockRelations(client);
    return result;
  }) as pg.ClientBase['query'];
}

function migrationError(error: unknown, pending: CommittedMigration[]): unknown {
  if (!(error instanceof Error)) return error;
  const { position, detail, hint } = error as pg.DatabaseError;
  const message = (error as { _gmMessageOverride?: string })._gmMessageOverride ?? '';
  // `at line 3, column 1 of "000001.sql"` is the only trace of which file it was
  const filename = /of "([0-9]+\.sql)"/.exec(message)?.[1];
  const migration = pending.find((candidate) => candidate.filename === filename) ?? pending[0];
  if (migration === undefined || (position === undefined && !(error instanceof pg.DatabaseError))) {
    return new PgwaveError('PWMIG', 'The migrations could not run', {
      detail: error.message,
      hint: /Hash for .* does not match/.test(error.message)
        ? 'A committed migration was changed: restore it, or before the first release `npm run db:rehash`.'
        : undefined,
      cause: error,
    });
  }
  if (position === undefined) {
    const names = pending.map(({ file }) => file).join(', ');
    return new PgwaveError('PWMIG', `migrations/committed: ${error.message}`, {
      detail: [`one of: ${names}`, detail].filter(Boolean).join('\n'),
      hint,
      cause: error,
    });
  }
  const place = placeOf(migration.body, indexOfPosition(migration.body, Number(position)));
  return new PgwaveError(
    'PWMIG',
    `migrations/committed/${migration.file}:${place.line + migration.bodyLine}:${place.column}: ${error.message}`,
    { detail: [place.text, detail].filter(Boolean).join('\n'), hint, cause: error },
  );
}
