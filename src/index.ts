/** What the npm package gives to TypeScript programs: a client, a builder of workflows, scripts, workers, a database. */
export type { FunctionCall, FunctionHandler } from '../workers/actors/function.ts';
export { ActorError, type ActorErrorOptions, type ErrorCode } from '../workers/actor-error.ts';
export type {
  ChatMessage,
  EmbedAnswer,
  EmbedRequest,
  HostedModel,
  ModelAnswer,
  ModelHost,
  ModelIdentity,
  ModelProvider,
  ModelRequest,
} from '../workers/models/provider.ts';
export { startWorker, type Worker, type WorkerOptions } from '../workers/worker.ts';
export type { Queryable } from './client/call-function.ts';
export type {
  BatchOptions,
  ChainOptions,
  ContractsOf,
  FinishedRun,
  Id,
  LimitChanges,
  PlanOptions,
  ProcessOptions,
  Run,
  RunOptions,
  RunReference,
  ScheduleSettings,
  StartOptions,
  WorkflowReference,
} from './client/calls.ts';
export { type Client, type ClientOptions, connect } from './client/connect.ts';
export type * from './client/results.ts';
export type { WaitOptions } from './client/run-waiter.ts';
export { type OpenedDatabase, openDatabase } from './database/connection.ts';
export { type MigrateResult, migrateDatabase } from './database/migrate.ts';
export type * from './database/rows.generated.ts';
export {
  type BranchTo,
  type Contract,
  type ConversationOf,
  defineWorkflow,
  type ValueOf,
  type Workflow,
  type WorkflowOf,
} from './definitions/define-workflow.ts';
export { type FaultRow, readFaults } from './definitions/faults.ts';
export type * from './definitions/format.generated.ts';
export { PgwaveError } from './errors.ts';
export { ExactNumber } from './exact-json.ts';
export { type PreviousOutput, type ScriptCall, ScriptError, script } from './script.ts';
