/** `import 'pgwave/database'`: an embedded PostgreSQL, and pgwave installed in a database. */
export { type OpenDatabaseOptions, type OpenedDatabase, openDatabase } from './connection.ts';
export { type MigrateResult, migrateDatabase } from './migrate.ts';
