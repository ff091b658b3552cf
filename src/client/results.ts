// What functions return as jsonb or as tables of their own; rows of tables and views are in ../database/rows.generated.ts.
import type {
  BatchProgressRow,
  Environment,
  EvaluationResultRow,
  EvaluationSummaryRow,
  InboxRow,
  QuarantinedTaskRow,
  RunStatus,
  RunTrigger,
} from '../database/rows.generated.ts';

export type { RunStatus } from '../database/rows.generated.ts';

/** `{code, message, …}` of a run or an interaction. */
export interface EngineError {
  code?: string;
  message?: string;
  [key: string]: unknown;
}

/** A row of a view as it is: PostgreSQL does not say which columns are never null, only these may be. */
type RowOf<Row, Nullable extends keyof Row, Own = object> = Own & {
  [Column in Exclude<keyof Row, keyof Own>]: Column extends Nullable
    ? Row[Column]
    : NonNullable<Row[Column]>;
};

/** A row of `pgwave.run_summary`. */
export interface RunSummary {
  workflow_run_id: number;
  workflow_name: string;
  version: number;
  status: RunStatus;
  triggered_by: RunTrigger;
  operator: string;
  environment: string;
  interactions_created: number;
  interactions_open: number;
  interactions_completed: number;
  interactions_failed: number;
  interactions_skipped: number;
  created_at: string;
  finished_at: string | null;
  duration_ms: number;
  error: EngineError | null;
  /** The batch, chain or run that started it. */
  parent_workflow_run_id: number | null;
}

/** A row of `pgwave.evaluation_summary`. */
export type EvaluationSummary = RowOf<
  EvaluationSummaryRow,
  'overrides' | 'dataset_name' | 'score' | 'passed' | 'agreement' | 'variance' | 'finished_at',
  { status: 'running' | 'judging' | 'incomplete' | 'completed' | 'cancelled' }
>;

/** A row of `pgwave.evaluation_results`. */
export type EvaluationResult = RowOf<
  EvaluationResultRow,
  'expected' | 'score' | 'variance' | 'agreement' | 'message'
>;

/** A row of `pgwave.compare_evaluations`: an example of two evaluations. */
export interface ComparedExample {
  change: 'worse' | 'better' | 'same' | 'unscored' | 'unpaired';
  input: unknown;
  expected: unknown;
  a_score: number | null;
  b_score: number | null;
  /** The run of the sample that shows the difference best; null: none was started. */
  a_workflow_run_id: number | null;
  b_workflow_run_id: number | null;
  /** Why it is worse, as `explain_difference` has it; null: it is not. */
  cause: string | null;
  conversation: string | null;
  message: string | null;
  example_key: string;
}

/** What `pgwave.test_evaluations` returns. */
export interface EvaluationTest {
  examples: number;
  better: number;
  worse: number;
  same: number;
  not_compared: number;
  a_score: number | null;
  b_score: number | null;
  /** Of the exact sign test, two-sided. */
  p_value: number;
  more_than_chance: boolean;
  message: string;
}

/** What an interaction waits for, as `pgwave.waits` has it. */
export interface Waits {
  waits_for: 'human' | 'timer' | 'signal' | 'workflow' | 'items' | 'tasks' | 'slot';
  due_at: string | null;
  due_then: string | null;
  assignees: string[] | null;
  four_eyes: boolean;
  signal_name: string | null;
  child_workflow_run_id: number | null;
  /** Which runs have the slots of the concurrency key; null: it waits for something else. */
  slot: string | null;
}

/** How a person decided. */
export interface Decision {
  decision?: string;
  decided_by: string;
  decided_at: string;
  comment?: string;
  /** What was changed of what had been proposed, by field. */
  edits?: Record<string, { from?: unknown; to?: unknown }>;
}

/** An interaction as `pgwave.show_run` gives it. */
export interface ShownInteraction {
  interaction_id: number;
  conversation: string;
  /** Loop pass, from 0. */
  iteration: number;
  /** Item of a map, from 0; null: it is none. */
  item_index: number | null;
  /** Of a map: how many items there are, and how many of each status. */
  items: ({ total: number } & Record<string, number>) | null;
  actor: string | null;
  actor_type: string | null;
  status: string;
  tag: string | null;
  attempt: number;
  execution_order: number;
  started_at: string | null;
  completed_at: string | null;
  duration_ms: number | null;
  /** Characters of the response, else of the data. */
  size: number | null;
  error: EngineError | null;
  skip_reason: string | null;
  /** Why it has not begun, and when it may at the earliest. */
  pending_reason: string | null;
  pending_until: string | null;
  model: string | null;
  rehearsed: boolean;
  /** Whether the answer is one that was given before (`cache: true`). */
  cached: boolean;
  response: string | null;
  data: unknown;
  decision: Decision | null;
  /** The interaction of the forked run that this is a copy of. */
  copied_from_interaction_id: number | null;
  child_runs: { workflow_run_id: number; status: RunStatus }[] | null;
  waits: Waits | null;
}

/** What `pgwave.show_run` returns. */
export interface ShownRun {
  run: RunSummary & {
    input: unknown;
    output: unknown;
    overrides: unknown;
    parent_interaction_id: number | null;
    forked_from_workflow_run_id: number | null;
    /** The run whose steps it undoes. */
    compensates_workflow_run_id: number | null;
    /** The runs that undo it, or have undone it. */
    compensations: { workflow_run_id: number; status: RunStatus }[];
  };
  interactions: ShownInteraction[];
}

/** A row of `pgwave.compare_runs`. */
export interface InteractionComparison {
  /** Null: a task of two batches, numbered by `item_index`. */
  conversation: string | null;
  iteration: number;
  item_index: number | null;
  same: boolean;
  differs: string[];
  a_interaction_id: number | null;
  b_interaction_id: number | null;
  a_status: string | null;
  b_status: string | null;
  a_values: Record<string, unknown> | null;
  b_values: Record<string, unknown> | null;
}

/** The row of `pgwave.explain_difference`. */
export interface Explanation {
  cause: string;
  conversation: string | null;
  iteration: number | null;
  item_index: number | null;
  changed: string[];
  a_value: unknown;
  b_value: unknown;
  message: string;
  child: Explanation | null;
}

/** What `pgwave.dry_run_workflow` returns. */
export interface DryRun {
  workflow: string;
  version: number;
  /** The conversations that may run in parallel, level by level. */
  levels: string[][];
  /** The first interactions, with what they would be given. */
  first: Record<string, unknown>[];
  /** Why a start would be refused: codes with messages. */
  faults: { code: string; message: string; path?: string; keyword?: string }[];
}

/** A row of `pgwave.execution_levels`. */
export interface ExecutionLevel {
  /** From 0. */
  level: number;
  conversations: string[];
}

/** A row of `pgwave.explain_change`. */
export interface CountedCause {
  cause: string;
  conversation: string | null;
  pairs: number;
  a_example: number | null;
  b_example: number | null;
  message: string;
}

/** A row of `pgwave.verify_audit`. */
export interface AuditFault {
  fault: string;
  interaction_id: number | null;
  seq: number | null;
  message: string;
}

/** A row of `pgwave.verify_reproduction`. */
export interface ReproductionDifference {
  /** Null: of the run itself. */
  conversation: string | null;
  iteration: number | null;
  item_index: number | null;
  differs: string[];
  original_value: unknown;
  copy_value: unknown;
}

/** A row of `pgwave.discover_pending_tasks`. */
export interface PendingTask {
  workflow_id: number;
  workflow_name: string;
  task_key: string;
  input: unknown;
}

/** A row of `pgwave.list_deployments`. */
export interface Deployment {
  environment: Environment;
  /** Null: the latest. */
  version: number | null;
  deployed_by: string | null;
  deployed_at: string | null;
}

/** A JSON Schema, as the database has it. */
type Schema = Record<string, unknown> | boolean;

/** What `pgwave.show_contracts` returns: by workflow, without what there is not. */
export type ShownContracts = Record<
  string,
  { version: number; input?: Schema; output?: Schema; conversations?: Record<string, Schema> }
>;

/** A row of `pgwave.run_progress`. */
export interface ProgressLine {
  conversation: string;
  actor: string | null;
  status: string;
  /** Of a map: how many items are done. */
  done: string | null;
  iteration: number;
  attempt: number;
  duration_ms: number | null;
  /** The error, the reason, the tag, or the end of the text so far. */
  note: string | null;
}

/** The output of a batch's run. */
export interface BatchResult {
  tasks: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** How many tasks failed, by code. */
  errors: Record<string, number>;
}

/** A row of `pgwave.batch_progress`. */
export type BatchProgress = RowOf<
  BatchProgressRow,
  'max_parallel' | 'stop_after_failures' | 'retry_of_workflow_run_id' | 'finished_at',
  { error: EngineError | null }
>;

/** A row of `pgwave.inbox`. */
export type InboxEntry = RowOf<
  InboxRow,
  'item_index' | 'prompt' | 'data' | 'form' | 'assignees' | 'due_at' | 'due_then'
>;

/** A row of `pgwave.quarantined_tasks`. */
export type QuarantinedTask = RowOf<
  QuarantinedTaskRow,
  'input',
  { last_error: EngineError | null }
>;

/** What `pgwave.batch_report` returns. */
export type BatchReport = BatchProgress & {
  interactions_created: number;
  interactions_completed: number;
  interactions_failed: number;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cost: number | null;
  durations_ms: Record<'least' | 'median' | 'mean' | 'p95' | 'most', number | null>;
  errors: {
    code: string;
    tasks: number;
    message: string;
    /** The first five; positions count from 1. */
    examples: { position: number; input: unknown; workflow_run_id: number | null }[];
  }[];
};

/** A row of `pgwave.process_pending_tasks`. */
export interface ProcessedTasks {
  workflow_id: number;
  workflow_name: string;
  tasks: number;
  /** Null: it was tried dry. */
  workflow_run_id: number | null;
  first_inputs: unknown[];
}

/** A row of `pgwave.check_chain`. */
export interface ChainFault {
  code: string;
  /** The first part is the place in the chain, from 0. */
  path: string;
  message: string;
  hint: string | null;
}
