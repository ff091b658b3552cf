/** What the npm package gives to TypeScript programs: set a database up, and work for it. */
export type { FunctionCall, FunctionHandler } from '../workers/actors/function.ts';
export { startWorker, type Worker, type WorkerOptions } from '../workers/worker.ts';
export { type OpenedDatabase, openDatabase } from './database/connection.ts';
export { type MigrateResult, migrateDatabase } from './database/migrate.ts';
export { PgwaveError } from './errors.ts';
