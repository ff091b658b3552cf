/** `import 'pgwave'`: the client, the builder of workflows and scripts. Workers are `pgwave/worker`, a database `pgwave/database`. */
export type { Id, ListQuery, Queryable } from './client/call-function.ts';
export type {
  BatchOptions,
  ChainOptions,
  ContractsOf,
  FinishedRun,
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
export { type Config, defineConfig } from './config/settings.ts';
export type * from './database/rows.generated.ts';
export {
  at,
  buildWorkflow,
  condition,
  type Given,
  optional,
  type Path,
  type Source,
  type Step,
  type StepOf,
} from './definitions/build-workflow.ts';
export {
  type DefinedFunction,
  defineFunction,
  type FunctionCall,
  type FunctionHandler,
  type FunctionOf,
} from './definitions/define-function.ts';
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
export { isPgwaveError, PgwaveError } from './errors.ts';
export { ExactNumber } from './exact-json.ts';
export { type PreviousOutput, type ScriptCall, ScriptError, script } from './script.ts';
