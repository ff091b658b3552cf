// Generated from the catalogue by `npm run db:dump`. Do not edit.

/** Who does the work of a conversation. */
export type ActorType =
  | "ai_model"
  | "script"
  | "function"
  | "sql"
  | "http"
  | "human"
  | "timer"
  | "signal"
  | "workflow"
  | "condition"
  | "system";

/** Which outcome of the source a branch leaves from. */
export type BranchAfter =
  | "success"
  | "failure"
  | "skip";

/** What decides whether a branch is taken. */
export type BranchCondition =
  | "always"
  | "tag"
  | "predicate"
  | "otherwise";

/** Where a run belongs; a deployment pins a version to one. */
export type Environment =
  | "dev"
  | "test"
  | "uat"
  | "prod";

/** What happened to the interaction. */
export type EventType =
  | "created"
  | "started"
  | "completed"
  | "failed"
  | "retry_scheduled"
  | "handed_back"
  | "waiting"
  | "skipped"
  | "cancelled"
  | "reopened"
  | "changed";

/** step: of a conversation of the workflow; of a map, what stands for all items. item: one item of a map. tool_call: a tool that a model called. start: what a run waited for before it began. tasks: of a batch, what waits for its tasks. measurement: the state before or after the run. orchestrator: the start of the run. */
export type InteractionKind =
  | "step"
  | "item"
  | "tool_call"
  | "start"
  | "tasks"
  | "measurement"
  | "orchestrator";

/** pending: in ready → running, cancelled. running: a worker has it → completed, failed, pending (retry), waiting (tools), skipped (it has nothing to do), cancelled. waiting: on a person, signal, timer, child, items or tools → completed, failed, cancelled, pending (retry). completed, skipped: final. failed, cancelled: final unless the run is retried. */
export type InteractionStatus =
  | "pending"
  | "running"
  | "waiting"
  | "completed"
  | "failed"
  | "skipped"
  | "cancelled";

/** merge: starts when all sources are resolved and one was taken. all: every source taken. any: at the first taken. n: at the n-th. expression: when the expression over the sources holds. */
export type JoinPolicy =
  | "merge"
  | "all"
  | "any"
  | "n"
  | "expression";

/** What an unhandled failure of a conversation does to its run. */
export type OnFailure =
  | "fail_run"
  | "continue";

/** all: every branch that matches is taken. first: only the first, in order. */
export type Route =
  | "all"
  | "first";

/** What a run is: one execution, a batch of runs, a chain of workflows, or a plan. */
export type RunMode =
  | "single"
  | "global_batch"
  | "chain"
  | "plan";

/** pending: inserted, its first step not begun → running. running: work is ready or under way → waiting, paused, completed, failed, cancelled. waiting: everything open waits on a person, signal, timer, child or slot → running. paused: nothing begins → running. completed, failed, cancelled: finished; retry leads back to running. */
export type RunStatus =
  | "pending"
  | "running"
  | "waiting"
  | "paused"
  | "completed"
  | "failed"
  | "cancelled";

/** What started a run. */
export type RunTrigger =
  | "manual"
  | "api"
  | "schedule"
  | "batch"
  | "workflow_completion"
  | "sub_workflow"
  | "chain"
  | "plan"
  | "fork"
  | "compensation";

/** Where a task of a batch stands. pending: queued → running, failed (its input breaks the contract), cancelled. running: it has a run → completed, failed, cancelled, as that run ends. */
export type TaskStatus =
  | "pending"
  | "running"
  | "completed"
  | "failed"
  | "cancelled";

/** private: the owner and whoever was granted it. public: every viewer. */
export type Visibility =
  | "private"
  | "public";

/** What an interaction waits for: items of a map, called tools, a decision, a time, a signal, a child run, tasks, or a slot. */
export type WaitKind =
  | "items"
  | "human"
  | "timer"
  | "signal"
  | "workflow"
  | "tasks"
  | "slot";

/** Runs that are not finished. */
export interface ActiveRunRow {
  /** Number of the run. */
  workflow_run_id: number | null;
  /** Its workflow. */
  workflow_name: string | null;
  /** Where it stands. */
  status: RunStatus | null;
  /** dev, test, uat or prod. */
  environment: Environment | null;
  /** What started it. */
  triggered_by: RunTrigger | null;
  /** Who started it. */
  operator: string | null;
  /** How many are pending, running or waiting. */
  interactions_open: number | null;
  /** How many of them wait for a person, signal, timer, child or items. */
  interactions_waiting: number | null;
  /** How many of them a worker has. */
  interactions_running: number | null;
  /** Since its start, in milliseconds. */
  age_ms: number | null;
  /** When it was started. */
  created_at: string | null;
}

/** Limits, holds and the circuit of an actor; a row only for actors that have one. Locked last. */
export interface ActorLimitRow {
  /** The actor. */
  actor_id: number;
  /** How many of its interactions may run at once; null: any number. */
  max_concurrent: number | null;
  /** How many may begin within any rate_period; null: any number. */
  rate_count: number | null;
  /** The period of rate_count. */
  rate_period: string | null;
  /** Nothing begins before; null: not held. */
  held_until: string | null;
  /** Why it is held: the error that asked for it. */
  held_reason: string | null;
  /** Since when its circuit is open; null: closed. */
  circuit_opened_at: string | null;
  /** How long after the last failed probe the next one is let through. */
  circuit_cooldown_ms: number | null;
  /** The interaction that probes; null: none does. */
  circuit_probe_id: number | null;
  /** Failures since the last success. */
  consecutive_failures: number;
}

/** Every definition that an actor ever had; attempts name the one they used. Written by define_actor. */
export interface ActorRevisionRow {
  /** The actor. */
  actor_id: number;
  /** The revision. */
  revision: number;
  /** Its settings then. */
  definition: unknown;
  /** SHA-256 over name, type and definition of the actor in this revision, author and time. Null: not worked out yet. */
  revision_sha256: string | null;
  /** Who defined it. */
  author: string;
  /** When. */
  created_at: string;
}

/** An actor a row: how its attempts ended. */
export interface ActorStatsRow {
  /** The actor. */
  actor_name: string | null;
  /** Its type. */
  actor_type: ActorType | null;
  /** How many attempts ended. */
  attempts: number | null;
  /** How many completed their interaction. */
  completed: number | null;
  /** How many failed. */
  failed: number | null;
  /** Failed of all, from 0 to 1. */
  error_rate: number | null;
  /** The code that came more often than any other; null: none failed. */
  most_frequent_error: string | null;
  /** Time of an attempt, in milliseconds. */
  avg_ms: number | null;
  /** When the last one ended. */
  last_attempt_at: string | null;
}

/** Who does work: a model, a script, a function, a statement, a host. Written by define_actor. */
export interface ActorRow {
  /** Number of the actor. */
  actor_id: number;
  /** Name by which conversations refer to it. */
  actor_name: string;
  /** What kind of actor it is. */
  actor_type: ActorType;
  /** Its settings in the present revision: model, options, command, statement, url. */
  definition: unknown;
  /** Where its ready work queues. */
  lane: string;
  /** Counts the changes of the definition; 1 is the first. */
  revision: number;
  /** Whether its interactions may begin. */
  enabled: boolean;
  /** Who defined it. */
  owner: string;
  /** When it was defined. */
  created_at: string;
  /** When its present revision was defined. */
  updated_at: string;
}

/** Runs whose delta is not the work that was expected, and runs that started behind an approval. If other runs of the workflow were open meanwhile, the delta may be theirs (overlapped). */
export interface AnomalyRow {
  /** Number of the run. */
  workflow_run_id: number | null;
  /** Its workflow. */
  workflow_name: string | null;
  /** Label of the delta, or the approval that was skipped. */
  label: string | null;
  /** What was expected to be done; null: it could not be measured. */
  expected: number | null;
  /** What was done; null: it could not be measured. */
  actual: number | null;
  /** Runs of the workflow that were open meanwhile; null: none. */
  overlapped: unknown;
  /** How the run ended. */
  status: RunStatus | null;
  /** When it finished. */
  finished_at: string | null;
}

/** A batch a row: how far it is. */
export interface BatchProgressRow {
  /** Number of the batch's run. */
  workflow_run_id: number | null;
  /** Its workflow. */
  workflow_name: string | null;
  /** The workflow's version that its runs execute. */
  version: number | null;
  /** Where it stands. */
  status: RunStatus | null;
  /** What started it. */
  triggered_by: RunTrigger | null;
  /** Who started it. */
  operator: string | null;
  /** dev, test, uat or prod. */
  environment: Environment | null;
  /** Whether its tasks were found by the workflow's query. */
  discovered: boolean | null;
  /** How many tasks it has. */
  tasks: number | null;
  /** How many are queued. */
  tasks_pending: number | null;
  /** How many have a run that goes on. */
  tasks_running: number | null;
  /** How many completed. */
  tasks_completed: number | null;
  /** How many failed. */
  tasks_failed: number | null;
  /** How many were cancelled. */
  tasks_cancelled: number | null;
  /** How many of a hundred have ended. */
  percent: number | null;
  /** How many of its runs are open at once; null: any number. */
  max_parallel: number | null;
  /** After how many failed tasks no further one starts; null: never. */
  stop_after_failures: number | null;
  /** Whether it stopped for that. */
  stopped: boolean | null;
  /** The batch whose tasks it takes up again; null: none. */
  retry_of_workflow_run_id: number | null;
  /** When it was started. */
  created_at: string | null;
  /** When it finished; null: it has not. */
  finished_at: string | null;
  /** From start to finish, or to now, in milliseconds. */
  duration_ms: number | null;
  /** Why it failed; null: it did not. */
  error: unknown;
}

/** One input of a batch, and what became of it. Written as batches. */
export interface BatchTaskRow {
  /** The batch's run. */
  workflow_run_id: number;
  /** Its place in the batch, from 1; tasks start in this order. */
  position: number;
  /** SHA-256 of the input, hexadecimal. */
  task_key: string;
  /** The input of its run. */
  input: unknown;
  /** Where it stands. */
  status: TaskStatus;
  /** Whether the batch has the claim of this task. */
  claimed: boolean;
  /** Its run; null: none was started. */
  child_workflow_run_id: number | null;
  /** Why it failed: {code, message}; null: it did not. */
  error: unknown;
  /** When its run was started; null: it was not. */
  started_at: string | null;
  /** When it ended; null: it has not. */
  ended_at: string | null;
  /** Whose it is: the batch's owner. */
  owner: string;
  /** Who may see it: the batch's. */
  visibility: Visibility;
}

/** What a batch does and how far it is: one row for each run of mode global_batch. Locked with its run. Written by start_batch, process_pending_tasks and the ends of the runs. */
export interface BatchRow {
  /** The batch's run. */
  workflow_run_id: number;
  /** The workflow. */
  workflow_id: number;
  /** Whether its tasks were found by the workflow's pending_tasks query. */
  discovered: boolean;
  /** How many of its runs are open at once; null: any number. */
  max_parallel: number | null;
  /** After how many failed tasks no further one starts; null: never. */
  stop_after_failures: number | null;
  /** The batch whose tasks it takes up again; null: none. */
  retry_of_workflow_run_id: number | null;
  /** How many tasks it has. */
  tasks: number;
  /** How many are queued. */
  tasks_pending: number;
  /** How many have a run that goes on. */
  tasks_running: number;
  /** How many completed. */
  tasks_completed: number;
  /** How many failed. */
  tasks_failed: number;
  /** How many were cancelled, queued ones among them. */
  tasks_cancelled: number;
  /** Whether it stopped because too many tasks failed. */
  stopped: boolean;
  /** Whether its owner started it with a token of an administrator. The role of a token cannot be checked again later. */
  as_administrator: boolean;
  /** Whose it is: the run's owner. */
  owner: string;
  /** Who may see it: the run's. */
  visibility: Visibility;
}

/** An edge of one version's graph. Written by define_workflow. */
export interface BranchRow {
  /** Number of the branch. */
  branch_id: number;
  /** The version. */
  workflow_version_id: number;
  /** The source. */
  from_conversation_id: number;
  /** The target; null: it leads nowhere (to: none), or ends the run (to: END). */
  to_conversation_id: number | null;
  /** Its place among the branches of its source, from 1. */
  position: number;
  /** Which outcome of the source it leaves from. */
  after: BranchAfter;
  /** What decides whether it is taken. */
  condition_kind: BranchCondition;
  /** The tags that take it; null unless by tag. */
  tags: string[] | null;
  /** The jsonpath predicate that takes it; null unless by predicate. */
  predicate: string | null;
  /** Maximum number of times it is taken for each entry from outside; null: not a loop. */
  max_loops: number | null;
  /** Compiled path to the limit of a loop, which max_loops bounds; null: it is max_loops. */
  loop_limit: unknown;
  /** Whether it ends the run as completed when it is taken (to: END). */
  ends_run: boolean;
}

/** A JSON Schema of an input or output; written by define_workflow, never changed. */
export interface ContractRow {
  /** Number of the contract. */
  contract_id: number;
  /** The JSON Schema, draft 2020-12. */
  contract_schema: unknown;
  /** SHA-256 of the schema's jsonb text. */
  contract_sha256: string;
  /** A path that is true only for values that meet the contract. Null, or not true: the full check decides. Worked out when the contract is stored. */
  accepts: string | null;
  /** When it was first used. */
  created_at: string;
}

/** A conversation a row: how its interactions ended, how long they took, what they cost; copies of forks left out. */
export interface ConversationStatsRow {
  /** Its workflow. */
  workflow_name: string | null;
  /** The conversation. */
  conversation_name: string | null;
  /** Its number. */
  conversation_id: number | null;
  /** How many interactions it has. */
  interactions: number | null;
  /** How many completed. */
  completed: number | null;
  /** How many failed for good. */
  failed: number | null;
  /** How many were skipped. */
  skipped: number | null;
  /** Attempts of those that completed or failed, on average. */
  avg_attempts: number | null;
  /** Median time of the last attempt, in milliseconds. */
  median_ms: number | null;
  /** 95 of 100 took no longer, in milliseconds. */
  p95_ms: number | null;
  /** Tokens of all prompts. */
  prompt_tokens: number | null;
  /** Tokens of all answers. */
  completion_tokens: number | null;
  /** Cost by the actors prices. */
  cost: number | null;
}

/** A conversation as one version defines it, compiled. Written by define_workflow. */
export interface ConversationVersionRow {
  /** Number of the conversation in this version. */
  conversation_version_id: number;
  /** The version. */
  workflow_version_id: number;
  /** The conversation. */
  conversation_id: number;
  /** Its place in the definition, from 1. */
  position: number;
  /** Its part of the definition, short forms expanded. */
  definition: unknown;
  /** Who does the work; null: the database (a condition). */
  actor_id: number | null;
  /** Kind of the actor. */
  actor_type: ActorType;
  /** Compiled prompt; null: none. */
  prompt_template: unknown;
  /** Compiled system prompt; null: none. */
  system_template: unknown;
  /** Compiled parameters; null: none. */
  params_template: unknown;
  /** Names of the document that its prompt, parameters and conditions read. */
  reads: string[];
  /** Contract of its output's data; null: none. */
  output_contract_id: number | null;
  /** The closed set of tags; null: it has none. */
  tags: string[] | null;
  /** Whether an answer without a tag of the set is invalid. */
  tag_required: boolean;
  /** Whether an answer may be that there is nothing to do. */
  may_skip: boolean;
  /** How many of the matching branches are taken. */
  route: Route;
  /** When it starts, given its sources. */
  join_policy: JoinPolicy;
  /** How many sources a join of policy n waits for. */
  join_count: number | null;
  /** Of join expression: a conversation's number, {and: [left, right]} or {or: [left, right]}. */
  join_expression: unknown;
  /** Of race: cancel: the conversations that are cancelled when it starts; null: it stops nothing. */
  races_with: number[] | null;
  /** What an unhandled failure does to the run. */
  on_failure: OnFailure;
  /** Longest time of one attempt, milliseconds. */
  timeout_ms: number;
  /** Maximum number of attempts that the retry policy allows. */
  max_attempts: number;
  /** Wait before the second attempt, milliseconds. */
  retry_delay_ms: number;
  /** By what each further wait is multiplied. */
  retry_factor: number;
  /** Longest wait, milliseconds. */
  retry_max_delay_ms: number;
  /** Part of the wait that is random, 0 to 1. */
  retry_jitter: number;
  /** What the retry policy sets for single error codes: {code: {max_attempts, delay_ms, factor, max_delay_ms, jitter}}; null: nothing. */
  retry_codes: unknown;
  /** Its branches in order, as take_branches reads them. Written by a trigger on branches. */
  routes: unknown;
  /** The branches that a success takes, by tag; the empty key holds for every other tag and for none. Null: a condition or a loop must be evaluated. */
  taken_by_tag: unknown;
  /** Compiled for_each; null: no map. */
  items_template: unknown;
  /** The names that what its items get reads. */
  item_reads: string[];
  /** How many items of its map may be under way at once; null: any number. */
  max_parallel: number | null;
  /** How many items of its map may fail. */
  tolerate: number;
  /** The prompt that it uses by name: {name} with label, version, or split. Null: its prompt stands in the definition. */
  prompt_use: unknown;
}

/** The identity of a node, stable across versions. Written by define_workflow. */
export interface ConversationRow {
  /** Number of the conversation. */
  conversation_id: number;
  /** Its workflow; null: a built-in one. */
  workflow_id: number | null;
  /** Its name, unique in the workflow. */
  conversation_name: string;
}

/** An input, what is expected of it, and tags: in the versions of a dataset from from_version to to_version. Written by add_examples and its like. */
export interface DatasetExampleRow {
  /** Number of the example. */
  dataset_example_id: number;
  /** The dataset. */
  dataset_id: number;
  /** SHA-256 of the input, hexadecimal: what names an example in all versions. */
  example_key: string;
  /** The input of a run. */
  input: unknown;
  /** The expected output; null: none is known. */
  expected: unknown;
  /** Words by which examples are chosen. */
  tags: string[];
  /** The first version that has it. */
  from_version: number;
  /** The last version that has it; null: the latest has it. */
  to_version: number | null;
  /** The run that it was kept from; null: none. */
  kept_from_workflow_run_id: number | null;
  /** The interaction whose answer is the expected output; null: the run's output is, or it was given. */
  kept_from_interaction_id: number | null;
}

/** A state of a dataset; each change makes one, and none changes later. Written by add_examples and its like. */
export interface DatasetVersionRow {
  /** The dataset. */
  dataset_id: number;
  /** Counts within the dataset from 1. */
  version: number;
  /** How many examples the version has. */
  examples: number;
  /** How many of them are new. */
  added: number;
  /** How many have the input of an earlier example, and another expected output or other tags. */
  replaced: number;
  /** How many of the version before are gone. */
  removed: number;
  /** Who made it. */
  author: string;
  /** When. */
  created_at: string;
}

/** A named set of examples by which workflows are measured. Written by add_examples and its like. */
export interface DatasetRow {
  /** Number of the dataset. */
  dataset_id: number;
  /** Its name, unique. */
  dataset_name: string;
  /** Its latest version. */
  latest_version: number;
  /** Who made it, and may change it. */
  owner: string;
  /** Who may see it. */
  visibility: Visibility;
  /** When it was made. */
  created_at: string;
}

/** A batch whose runs judge what the runs of an evaluation answered. Written when these have ended. */
export interface EvaluationJudgeRow {
  /** The judging batch's run. */
  judge_workflow_run_id: number;
  /** The evaluation. */
  workflow_run_id: number;
  /** Name of the scorer. */
  scorer: string;
}

/** An example of an evaluation a row: what it scored. */
export interface EvaluationResultRow {
  /** The evaluation: number of its batch's run. */
  workflow_run_id: number | null;
  /** SHA-256 of the input, hexadecimal. */
  example_key: string | null;
  /** The input. */
  input: unknown;
  /** The expected output; null: none is known, or the dataset is not visible to you. */
  expected: unknown;
  /** Tags of the example. */
  tags: string[] | null;
  /** How many runs it has. */
  samples: number | null;
  /** How many of them have a score. */
  scored: number | null;
  /** How many of them failed; these score 0. */
  failed: number | null;
  /** Mean of its samples, from 0 to 1; null: not all have one. */
  score: number | null;
  /** Sample variance of their scores; null: there is only one. */
  variance: number | null;
  /** Share of the samples with the commonest answer; null: there is only one. */
  agreement: number | null;
  /** The runs, by sample. */
  workflow_run_ids: number[] | null;
  /** Of the lowest sample: why the score is not 1, or what judges answered. */
  message: string | null;
}

/** A run of an evaluation a row: what it scored. */
export interface EvaluationSampleRow {
  /** The evaluation: number of its batch's run. */
  workflow_run_id: number | null;
  /** The task of the batch. */
  position: number | null;
  /** Which run of its example it is, from 1. */
  sample: number | null;
  /** SHA-256 of the input, hexadecimal. */
  example_key: string | null;
  /** The input. */
  input: unknown;
  /** Where the run stands. */
  status: TaskStatus | null;
  /** The run; null: it was not started. */
  child_workflow_run_id: number | null;
  /** Mean of all scorers, from 0 to 1; 0 if the run failed; null: not scored yet, or a judge gave no score. */
  score: number | null;
  /** Score by scorer; null: none yet. */
  scores: unknown;
  /** Why the score is not 1, or what judges answered; null: no message. */
  message: string | null;
}

/** What a scorer gave a run of an evaluation that completed; a run that failed scores 0 without a row. Written as the runs, and those of judges, end; never changed. */
export interface EvaluationScoreRow {
  /** The evaluation. */
  workflow_run_id: number;
  /** The task of the batch. */
  position: number;
  /** Name of the scorer. */
  scorer: string;
  /** From 0 to 1; null: the judge gave none. */
  score: number | null;
  /** Why it is not 1, or what the judge answered; null: no message. */
  message: string | null;
  /** The run that judged; null: the database did. */
  judge_workflow_run_id: number | null;
  /** When. */
  scored_at: string;
}

/** An evaluation a row: what it came to. */
export interface EvaluationSummaryRow {
  /** The evaluation: number of its batch's run. */
  workflow_run_id: number | null;
  /** The workflow. */
  workflow_name: string | null;
  /** The version that was measured. */
  version: number | null;
  /** What was changed of it; null: nothing. */
  overrides: unknown;
  /** The dataset; null: it was deleted, or is not visible to you. */
  dataset_name: string | null;
  /** The version of the dataset. */
  dataset_version: number | null;
  /** running; judging: its runs ended, and judges work; incomplete: some examples have no score; completed; cancelled. */
  status: string | null;
  /** How many examples were measured. */
  examples: number | null;
  /** How many runs each has. */
  samples: number | null;
  /** How many examples have a score. */
  scored: number | null;
  /** How many runs failed. */
  failed: number | null;
  /** Mean over the examples that have a score; null: none has. */
  score: number | null;
  /** The lowest score with which it passes. */
  fail_below: number | null;
  /** Whether every example has a score, and the mean reaches fail_below. */
  passed: boolean | null;
  /** How many examples score below 1. */
  below: number | null;
  /** Mean agreement of the samples of an example; null: one sample each. */
  agreement: number | null;
  /** Mean variance of the samples of an example; null: one sample each. */
  variance: number | null;
  /** Who started it. */
  operator: string | null;
  /** When it was started. */
  created_at: string | null;
  /** When its runs had ended; null: they have not. */
  finished_at: string | null;
}

/** A batch that measures a version by the examples of a dataset. Written by evaluate. */
export interface EvaluationRow {
  /** The batch's run. */
  workflow_run_id: number;
  /** The workflow. */
  workflow_id: number;
  /** The version that is measured; overrides are on the run. */
  workflow_version_id: number;
  /** The dataset; null: it was deleted. */
  dataset_id: number | null;
  /** The version of the dataset. */
  dataset_version: number;
  /** The scorers, in the form that evaluate gave them: [{name, type, …}]. */
  scorers: unknown;
  /** How many examples are measured. */
  examples: number;
  /** How many runs each example has. */
  samples: number;
  /** The lowest score with which the evaluation passes. */
  fail_below: number;
}

/** A model on a host: its turns there, and what loading it costs. Written by report_host and by whoever begins work. */
export interface HostModelRow {
  /** The host. */
  model_host_id: number;
  /** The lane of the model. */
  lane: string;
  /** Whether the host held it in memory when it was last asked. */
  is_loaded: boolean;
  /** Its size in memory, in bytes; null: not known. */
  size_bytes: number | null;
  /** The context that it was loaded with, in tokens; null: not known. */
  context_length: number | null;
  /** How many turns it has had. */
  turns: number;
  /** When its last turn began. */
  turn_began_at: string | null;
  /** When its last turn ended; null: it has its turn, or never had one. */
  turn_ended_at: string | null;
  /** Why it ended: dry (it had nothing left), max_wait (another model had waited too long), priority, host_lost. */
  turn_ended_by: string | null;
  /** How often the host loaded it. */
  loads: number;
  /** Time lost to loading it, in milliseconds. */
  load_ms: number;
  /** How long the last load took, in milliseconds; null: none was seen. */
  last_load_ms: number | null;
  /** Moving average of the time of a call without loading, in milliseconds; null: none was made. */
  call_ms: number | null;
}

/** Which run a start with a key led to. Written by start_workflow. */
export interface IdempotencyKeyRow {
  /** Who started it. */
  owner: string;
  /** The key. */
  idempotency_key: string;
  /** SHA-256 of workflow and input: another request with the key is an error. */
  request_sha256: string;
  /** The run. */
  workflow_run_id: number;
  /** When. */
  created_at: string;
}

/** Approvals and forms that wait for a decision; pgwave.decide decides one. */
export interface InboxRow {
  /** The interaction to decide. */
  interaction_id: number | null;
  /** Its run. */
  workflow_run_id: number | null;
  /** The workflow. */
  workflow_name: string | null;
  /** The conversation. */
  conversation_name: string | null;
  /** The item of a map; null: no item. */
  item_index: number | null;
  /** What is asked: the prompt, else the description of the conversation. */
  prompt: string | null;
  /** What is proposed; data of decide replaces it. */
  data: unknown;
  /** The JSON Schema that the data must meet; null: none. */
  form: unknown;
  /** The decisions that there are. */
  choices: string[] | null;
  /** Who may decide; null: every operator. */
  assignees: string[] | null;
  /** Whether whoever started the run may not decide. */
  four_eyes: boolean | null;
  /** When it is overdue, or its next step of due comes; null: never. */
  due_at: string | null;
  /** What happens then: fail, the decision that is taken, remind, or assign. */
  due_then: string | null;
  /** Who started the run. */
  operator: string | null;
  /** Where the run belongs. */
  environment: Environment | null;
  /** Since when it waits. */
  waiting_since: string | null;
  /** Who owns the run. */
  owner: string | null;
  /** Who may see it. */
  visibility: Visibility | null;
  /** Whether it is for the caller to decide: nobody else is assigned, and four eyes does not exclude them. */
  mine: boolean | null;
}

/** One try at an interaction, written when it ends. */
export interface InteractionAttemptRow {
  /** The interaction. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** Counts from 1. */
  attempt: number;
  /** Who tried. */
  worker_id: number | null;
  /** The actor. */
  actor_id: number | null;
  /** The actor's revision then. */
  actor_revision: number | null;
  /** When it began. */
  started_at: string;
  /** When it ended. */
  ended_at: string;
  /** How it ended. */
  outcome: string;
  /** Why it failed. */
  error: unknown;
  /** What came, if it was not accepted as the interaction's output. */
  output: unknown;
  /** Model, digest, options, seed, prompt hash, tokens, durations, rung of the output ladder, notes. */
  usage: unknown;
  /** An answer that came after the attempt was given up; never applied. */
  late_answer: unknown;
}

/** One line of an interaction's log: append-only, each hash covers the one before. Written by triggers only. */
export interface InteractionEventRow {
  /** The interaction. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** Counts from 1. */
  seq: number;
  /** What happened. */
  event_type: EventType;
  /** When. */
  occurred_at: string;
  /** What it concerned: attempt, worker, hashes of input and output, branches, error. */
  data: unknown;
  /** SHA-256 of the previous hash and this event's canonical text. */
  event_hash: string;
}

/** One execution of one conversation in a run. Written by the engine; pgwave_admin may complete one by hand. */
export interface InteractionRow {
  /** Number of the interaction. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** Its conversation. */
  conversation_id: number;
  /** The conversation as its version defines it; null: a built-in one. */
  conversation_version_id: number | null;
  /** Who does the work; null: the database. */
  actor_id: number | null;
  /** Where it stands. */
  status: InteractionStatus;
  /** Order of creation in the run; the orchestrator is 0. */
  execution_order: number;
  /** Loop pass, from 0. */
  iteration: number;
  /** Item of a map, from 0; null: not an item. */
  item_index: number | null;
  /** What it is: a step, an item of a map, a tool call, or a step of the system's own. */
  kind: InteractionKind;
  /** Number of the present or last attempt; 0: none yet. */
  attempt: number;
  /** Attempts that the retry policy does not count: lost workers, re-asks, handed back. */
  attempts_not_counted: number;
  /** How many workers died with it. */
  workers_lost: number;
  /** The worker that has it or had it last. */
  worker_id: number | null;
  /** What the actor gets: {prompt, system, params}. */
  input: unknown;
  /** What came: {response, data, tag}; null until completed. */
  output: unknown;
  /** Why the last attempt failed: {code, message, detail, retryable}. */
  error: unknown;
  /** The interactions whose outputs it read. */
  input_interaction_ids: number[];
  /** The branches that its outcome took; null: not resolved. */
  branches_taken: number[] | null;
  /** Branches whose condition could not be decided; they are not taken. */
  branches_unknown: number[] | null;
  /** The interaction of a forked run that this is a copy of. */
  copied_from_interaction_id: number | null;
  /** Why it is pending: ready, retry, worker_lost, handed_back, ask_again, tools_answered; while it waits, the last step of due: reminded, assigned to. */
  pending_reason: string | null;
  /** Why it was skipped. */
  skip_reason: string | null;
  /** What the model gets when it is asked again: the answer and its faults. */
  correction: unknown;
  /** Tokens of its prompts, all attempts. */
  prompt_tokens: number;
  /** Tokens of its answers, all attempts. */
  completion_tokens: number;
  /** Cost of all attempts. */
  cost: number;
  /** Whose it is: the run's owner. */
  owner: string;
  /** The run's when it was created; the run's current value decides who sees it. */
  visibility: Visibility;
  /** Number of its last event. */
  event_seq: number;
  /** Kind of its last event. */
  event_type: EventType | null;
  /** When its last event occurred. */
  event_at: string | null;
  /** Hash of its last event. */
  event_hash: string | null;
  /** What the last event concerned: its data, worked out once for its hash and its row of the log. */
  event_data: unknown;
  /** When it was created. */
  created_at: string;
  /** When its present or last attempt began. */
  started_at: string | null;
  /** When it was resolved. */
  completed_at: string | null;
}

/** One row for each running interaction: which worker has it. Written by begin_interactions and triggers. */
export interface LeaseRow {
  /** The interaction. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** The worker. */
  worker_id: number;
  /** The lane that it was taken from. */
  lane: string;
  /** The attempt. */
  attempt: number;
  /** Since when. */
  begun_at: string;
  /** Who does it: max_concurrent counts these rows. */
  actor_id: number | null;
}

/** A model server as its workers report it. Those of a pool share the work of its lanes. Written by report_host and by whoever begins work. */
export interface ModelHostRow {
  /** Number of the host. */
  model_host_id: number;
  /** Its address; the name of the worker's machine stands for a loopback address. */
  address: string;
  /** The pool that its lanes name: model:pool/model. */
  pool: string;
  /** How many models it holds in memory at once; null: as many as it is seen to hold. */
  max_loaded: number | null;
  /** How many calls of a model it answers at once; null: as many as its workers have slots. */
  parallel: number | null;
  /** How long the oldest interaction of another model may wait before it ends a wave; 0: no waves, first come, first served. */
  max_wait: string;
  /** Names of the models that it has on disk; null: not known. */
  models: string[] | null;
  /** The lanes whose turn it is. */
  lanes: string[];
  /** Whether work of another lane waits for its turn here. */
  contested: boolean;
  /** Since when it does not answer; null: it answers. */
  silent_since: string | null;
  /** When a worker last reported it. */
  reported_at: string;
}

/** Answers of models that may be used again (cache: true). Written when an interaction completes. */
export interface ModelResponseRow {
  /** SHA-256 of the request's jsonb text. */
  cache_key: string;
  /** The model. */
  model: string;
  /** Its digest. */
  model_digest: string;
  /** What was asked: {model_digest, messages, options, format}. */
  request: unknown;
  /** What it answered: {response, model, rehearsed, done_reason, prompt_tokens, completion_tokens}. */
  answer: unknown;
  /** The interaction that it answered first. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** When. */
  created_at: string;
}

/** A model on a host a row: whose turn it is, what waits for one and until when, and what loading costs. A host that has had no work yet has one row without a model. */
export interface ModelTurnRow {
  /** The host. */
  model_host_id: number | null;
  /** Its address. */
  address: string | null;
  /** The pool that it belongs to. */
  pool: string | null;
  /** How many workers call it. */
  workers: number | null;
  /** Since when it does not answer; null: it answers. */
  silent_since: string | null;
  /** The model. */
  model: string | null;
  /** Its lane. */
  lane: string | null;
  /** Whether it has its turn on this host. */
  has_turn: boolean | null;
  /** Whether the host held it in memory when it was last asked. */
  is_loaded: boolean | null;
  /** Calls under way on this host. */
  running: number | null;
  /** Interactions that may begin, on any host of the pool. */
  ready: number | null;
  /** How long the oldest of them has waited, in milliseconds. */
  oldest_ready_ms: number | null;
  /** When the oldest of them will have waited for max_wait, counted from the end of the model's last turn here. It then ends the turn of another model. Null: none waits for a turn. */
  turn_due_at: string | null;
  /** When its last turn began. */
  turn_began_at: string | null;
  /** When its last turn ended; null: it has its turn, or never had one. */
  turn_ended_at: string | null;
  /** Why it ended: dry, max_wait, priority, host_lost. */
  turn_ended_by: string | null;
  /** How many turns it has had. */
  turns: number | null;
  /** How often the host loaded it. */
  loads: number | null;
  /** Time lost to loading it, in milliseconds. */
  load_ms: number | null;
  /** How long the last load took, in milliseconds. */
  last_load_ms: number | null;
  /** Moving average of the time of a call without loading, in milliseconds. */
  call_ms: number | null;
  /** Its size in memory, in bytes; null: not known. */
  size_bytes: number | null;
  /** The context that it was loaded with, in tokens; null: not known. */
  context_length: number | null;
}

/** A model and digest a row: calls, tokens, time. */
export interface ModelUsageRow {
  /** The model. */
  model: string | null;
  /** Its digest: what the name stood for then. */
  model_digest: string | null;
  /** How many calls. */
  calls: number | null;
  /** How many more answers came from the cache. */
  cached: number | null;
  /** Tokens of the prompts. */
  prompt_tokens: number | null;
  /** Tokens of the answers. */
  completion_tokens: number | null;
  /** Time of a call, in milliseconds. */
  avg_ms: number | null;
  /** How many of them no model answered. */
  rehearsed: number | null;
  /** When it was first called. */
  first_call_at: string | null;
  /** When it was last called. */
  last_call_at: string | null;
  /** How many turns the model has had on its hosts, whatever its digest; null: no host is known to have it. */
  turns: number | null;
  /** How often hosts loaded it. */
  loads: number | null;
  /** Time lost to loading it, in milliseconds. */
  load_ms: number | null;
}

/** What waits to be done, of all workflows: as discover_pending_tasks finds it. */
export interface PendingTaskRow {
  /** The workflow. */
  workflow_id: number | null;
  /** Its name. */
  workflow_name: string | null;
  /** SHA-256 of the input, hexadecimal. */
  task_key: string | null;
  /** The input that waits. */
  input: unknown;
}

/** Every move of a label of a prompt; the last move counts. Written by label_prompt. */
export interface PromptLabelRow {
  /** The prompt. */
  prompt_id: number;
  /** The label, for example production. */
  label: string;
  /** Counts within the label from 1. */
  move: number;
  /** The version to which it points from then on. */
  version: number;
  /** SHA-256 over the name of the prompt, and over label, move, version, person, and time. */
  move_sha256: string | null;
  /** Who moved it. */
  moved_by: string;
  /** When. */
  moved_at: string;
}

/** Every text that a prompt ever had; interactions name the one that they were asked with. Written by define_prompt. */
export interface PromptVersionRow {
  /** The prompt. */
  prompt_id: number;
  /** Counts within the prompt from 1. */
  version: number;
  /** Its text: a template. */
  text: string;
  /** SHA-256 over the name of the prompt, and over version, text, author, and time. */
  version_sha256: string | null;
  /** Who defined it. */
  author: string;
  /** When. */
  created_at: string;
}

/** A prompt that conversations use by name. Written by define_prompt. */
export interface PromptRow {
  /** Number of the prompt. */
  prompt_id: number;
  /** Its name, unique. */
  prompt_name: string;
  /** Its latest version. */
  latest_version: number;
  /** Who made it, and may change it. */
  owner: string;
  /** When it was made. */
  created_at: string;
}

/** What retention removed: a row for each partition that was dropped, and for each few runs. Each covers the one before, so that the audit knows retention from tampering. Written by prune_partition, prune_runs and a duty of workers. */
export interface PruneRow {
  /** Counts from 1 without a gap. */
  prune_id: number;
  /** The lowest number of what went. */
  first_workflow_run_id: number;
  /** The highest number of what went. */
  last_workflow_run_id: number;
  /** The runs; null: all from the first to the last, with their partition. */
  workflow_run_ids: number[] | null;
  /** Runs of the partition that were sealed, and missing before it went. */
  missing_workflow_run_ids: number[];
  /** How many runs went. */
  runs: number;
  /** All of them had finished by then. */
  finished_before: string;
  /** The file or database that they were written to first; null: none. */
  archive: string | null;
  /** Who pruned; retention: a worker, by the retention of their workflows. */
  pruned_by: string;
  /** When. */
  pruned_at: string;
  /** SHA-256 over the previous row's hash and this row. */
  prune_hash: string;
}

/** Tasks that are left out until retry_tasks. */
export interface QuarantinedTaskRow {
  /** The workflow. */
  workflow_id: number | null;
  /** Its name. */
  workflow_name: string | null;
  /** SHA-256 of the input, hexadecimal. */
  task_key: string | null;
  /** The input. */
  input: unknown;
  /** failed, or still_pending: its runs completed, and it was found again. */
  quarantine_reason: string | null;
  /** How many of its runs failed in a row. */
  failures: number | null;
  /** How many of its runs completed in a row within a day of each other. */
  completions: number | null;
  /** How its last run failed: {code, message}. */
  last_error: unknown;
  /** Since when. */
  quarantined_at: string | null;
}

/** A lane a row: what waits and runs in it, who serves it, and whether it is held. */
export interface QueueHealthRow {
  /** Name of the queue: a model, an actor, or waits for what needs no worker. */
  lane: string | null;
  /** Interactions that may begin now. */
  ready: number | null;
  /** Those that wait for their next attempt. */
  delayed: number | null;
  /** Those of paused runs, and those that max_parallel of a map holds back. */
  held: number | null;
  /** Those that a worker has. */
  running: number | null;
  /** Workers that serve the lane. */
  workers: number | null;
  /** How many interactions they take at once, in this lane and others that share the slots. */
  slots: number | null;
  /** How long the oldest has waited although it may begin, in milliseconds. */
  oldest_ready_ms: number | null;
  /** How long the oldest has been running, in milliseconds. */
  oldest_running_ms: number | null;
  /** Nothing begins before; null: it is not held. */
  held_until: string | null;
  /** Why: rate_limited or circuit_open. */
  held_reason: string | null;
  /** Since when a circuit is open; null: none is. */
  circuit_opened_at: string | null;
  /** What keeps interactions of its actors, or of one of them, from beginning: disabled, max_concurrent, rate; null: nothing. */
  limited_by: string | null;
  /** When a rate lets the next one begin; null: no rate is used up. */
  limited_until: string | null;
}

/** One row for each pending interaction: what may begin, in which lane. Written by triggers. */
export interface ReadyRow {
  /** The interaction. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** The run's workflow: workflows take turns in a lane. */
  workflow_id: number;
  /** Who does it, whose limits hold it back; null: the database. */
  actor_id: number | null;
  /** Where it queues. */
  lane: string;
  /** Higher begins first. */
  priority: number;
  /** It does not begin before. */
  not_before: string;
  /** Whether its run is paused, or it is a suspect that waits for its turn. */
  paused: boolean;
  /** The header of the map whose max_parallel holds it back; null: none does. */
  map_interaction_id: number | null;
  /** Whether it may not begin, because its run is paused or its map has enough under way. */
  held: boolean | null;
}

/** The text so far of a model's answer while it runs; unlogged. */
export interface ResponseChunkRow {
  /** The interaction. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** The attempt. */
  attempt: number;
  /** The text so far. */
  partial_text: string;
  /** When it grew last. */
  updated_at: string;
}

/** A child run that finished and that its parent has not yet taken note of. */
export interface RunEndingRow {
  /** The child. */
  workflow_run_id: number;
  /** The parent. */
  parent_workflow_run_id: number;
  /** The parent's interaction that waits for it. */
  parent_interaction_id: number | null;
  /** How the child ended. */
  status: RunStatus;
  /** When. */
  ended_at: string;
}

/** Who took up a finished run again, and how far its logs were. So what its earlier seals cover can be worked out again. Written by retry_workflow_run. */
export interface RunReopeningRow {
  /** The run. */
  workflow_run_id: number;
  /** The seal that it had then. */
  segment: number;
  /** Who retried it. */
  reopened_by: string;
  /** When. */
  reopened_at: string;
  /** Its interactions then, ascending. */
  interaction_ids: number[];
  /** The number of the last event of each. */
  event_seqs: number[];
  /** The number of the last attempt of each; 0: none. */
  attempts: number[];
}

/** What a run was when it finished; outlives the run's rows. Written by finish_runs. */
export interface RunSealRow {
  /** Number of the seal. */
  run_seal_id: number;
  /** The run. */
  workflow_run_id: number;
  /** Counts the finishes of the run from 1; a retry opens the next. */
  segment: number;
  /** What its digests cover, and how: 1 as pgwave sealed at first, 2 since. A seal keeps its format. */
  format: number;
  /** How it finished. */
  status: RunStatus;
  /** SHA-256 over the canonical columns of the run and its interactions. */
  run_digest: string;
  /** SHA-256 over the heads of all its interactions' chains in order. */
  chain_digest: string;
  /** Hash of the run's previous seal; null: the first. */
  previous_seal_hash: string | null;
  /** SHA-256 over all of this. */
  seal_hash: string;
  /** When. */
  sealed_at: string;
}

/** A run a row: what it is, how far it is, what it cost. */
export interface RunSummaryRow {
  /** Number of the run. */
  workflow_run_id: number | null;
  /** Its workflow. */
  workflow_name: string | null;
  /** The workflows version. */
  version: number | null;
  /** Where it stands. */
  status: RunStatus | null;
  /** What started it. */
  triggered_by: RunTrigger | null;
  /** Who started it. */
  operator: string | null;
  /** dev, test, uat or prod. */
  environment: Environment | null;
  /** How many interactions it has, without the orchestrator. */
  interactions_created: number | null;
  /** How many are pending, running or waiting. */
  interactions_open: number | null;
  /** How many completed. */
  interactions_completed: number | null;
  /** How many failed for good. */
  interactions_failed: number | null;
  /** How many were skipped. */
  interactions_skipped: number | null;
  /** How many were cancelled. */
  interactions_cancelled: number | null;
  /** Tokens of all prompts. */
  prompt_tokens: number | null;
  /** Tokens of all answers. */
  completion_tokens: number | null;
  /** Cost by the actors prices. */
  cost: number | null;
  /** When it was started. */
  created_at: string | null;
  /** When it finished; null: it has not. */
  finished_at: string | null;
  /** From start to finish, or to now, in milliseconds. */
  duration_ms: number | null;
  /** Why it failed; null: it did not. */
  error: unknown;
  /** The run that started it: a batch, a chain, or the caller of a sub-workflow; null: it is no child run. */
  parent_workflow_run_id: number | null;
}

/** An interaction a row, in order of creation: who did it, how it ended, how long it took. */
export interface RunTimelineRow {
  /** Number of the run. */
  workflow_run_id: number | null;
  /** Order of creation in the run; the orchestrator is 0. */
  execution_order: number | null;
  /** Number of the interaction. */
  interaction_id: number | null;
  /** Its conversation. */
  conversation_name: string | null;
  /** Loop pass, from 0. */
  iteration: number | null;
  /** Item of a map; null: not an item. */
  item_index: number | null;
  /** What it is: a step, an item of a map, a tool call, or a step of the system's own. */
  kind: InteractionKind | null;
  /** Who did it; null: the database. */
  actor_name: string | null;
  /** Kind of the actor; without an actor, kind of the conversation. */
  actor_type: ActorType | null;
  /** Where it stands. */
  status: InteractionStatus | null;
  /** The tag of its output; null: none. */
  tag: string | null;
  /** Number of the last attempt. */
  attempt: number | null;
  /** When it was created. */
  created_at: string | null;
  /** When its last attempt began; null: it has not. */
  started_at: string | null;
  /** When it was resolved; null: it is open. */
  completed_at: string | null;
  /** Time of the last attempt, in milliseconds. */
  duration_ms: number | null;
  /** Length of the response, else of the data, in characters. */
  size: number | null;
  /** Tokens of its prompts. */
  prompt_tokens: number | null;
  /** Tokens of its answers. */
  completion_tokens: number | null;
  /** The model that answered; null: none. */
  model: string | null;
  /** The models digest. */
  model_digest: string | null;
  /** Whether the rehearsal server answered. */
  rehearsed: boolean | null;
  /** Whether the answer is one that was given before (cache: true). */
  cached: boolean | null;
  /** Why it failed; null: it did not. */
  error: unknown;
  /** Why it was skipped; null: it was not. */
  skip_reason: string | null;
  /** What came: {response, data, tag}. */
  output: unknown;
  /** Number of its conversation. */
  conversation_id: number | null;
  /** The interaction of the forked run that this is a copy of; null: not a copy. */
  copied_from_interaction_id: number | null;
  /** What it waits for; null: it does not wait. */
  waits_for: WaitKind | null;
  /** When its timer fires, or its decision is overdue; null: never. */
  due_at: string | null;
  /** What happens to an overdue decision: fail, or the decision that is taken. */
  due_then: string | null;
  /** Who may decide; null: every operator. */
  assignees: string[] | null;
  /** Whether whoever started the run may not decide. */
  four_eyes: boolean | null;
  /** The signal that it waits for. */
  signal_name: string | null;
  /** The child run that it waits for. */
  child_workflow_run_id: number | null;
  /** Why it has not begun: paused, max_parallel (its map has enough under way), disabled, max_concurrent or rate (its actor), rate_limited, circuit_open, retry, ready, and others. null: it is not pending. */
  pending_reason: string | null;
  /** When it may begin at the earliest; null: at once, or nobody knows. */
  pending_until: string | null;
}

/** What became of a time of a schedule; no time has two rows. Written by fire_schedule, kept for 90 days. */
export interface ScheduleFiringRow {
  /** The schedule. */
  schedule_id: number;
  /** The time. */
  due_at: string;
  /** started, nothing_to_do (no task was pending), missed (nobody was there in time), skipped or queued (what was started before went on), failed. */
  outcome: string;
  /** Why it was not started; null: it was. */
  message: string | null;
  /** The runs that were started. */
  workflow_run_ids: number[];
  /** When that was decided. */
  fired_at: string;
}

/** When a workflow starts, or pending tasks are processed, by the clock. Written by create_schedule and its like, and by fire_schedules. */
export interface ScheduleRow {
  /** Number of the schedule. */
  schedule_id: number;
  /** Its name, unique. */
  schedule_name: string;
  /** What starts; null: every workflow that has pending tasks. */
  workflow_id: number | null;
  /** Five-field cron expression. */
  cron: string;
  /** IANA time zone in which the expression is read. */
  time_zone: string;
  /** Input of the runs. */
  input: unknown;
  /** Environment of the runs. */
  environment: Environment;
  /** Priority of the runs; higher begins first. */
  priority: number;
  /** Whether it processes pending tasks rather than start one run. */
  process_pending: boolean;
  /** How many pending tasks it takes at a time; null: as process_pending_tasks. */
  max_tasks: number | null;
  /** How many runs of its batches are open at once; null: any number. */
  max_parallel: number | null;
  /** What happens to missed times: skip, or catch_up once. */
  missed: string;
  /** What happens at a time at which what it started goes on: skip, allow, or queue one until that has ended. */
  overlap: string;
  /** Whether it is active. */
  enabled: boolean;
  /** Next time; null: not computed yet, which a worker does. */
  next_at: string | null;
  /** The time at which it fired last; null: never. */
  last_at: string | null;
  /** A time that waits for the end of what was started before; null: none. */
  queued_at: string | null;
  /** What it started last. */
  last_workflow_run_ids: number[];
  /** Why no next time can be computed; null: it can. */
  fault: string | null;
  /** Who made it; the runs are theirs. */
  owner: string;
  /** When it was made. */
  created_at: string;
}

/** The one chain of all seals, in the order in which they were linked. A link covers the one before, so that no run disappears unseen. Written by link_seals. */
export interface SealLinkRow {
  /** Counts from 1 without a gap. */
  seal_link_id: number;
  /** The seal. */
  run_seal_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** Its segment. */
  segment: number;
  /** SHA-256 over the previous link's hash and the seal's. */
  link_hash: string;
  /** When. */
  linked_at: string;
}

/** A signal sent to a run; kept until a conversation takes it. */
export interface SignalRow {
  /** Number of the signal. */
  signal_id: number;
  /** The run. */
  workflow_run_id: number;
  /** Its name. */
  signal_name: string;
  /** What it carries. */
  payload: unknown;
  /** Who sent it. */
  sent_by: string;
  /** When. */
  sent_at: string;
  /** Which interaction took it; null: none yet. */
  taken_by_interaction_id: number | null;
}

/** A task that a batch took, so that none is taken twice, and how its runs ended lately. Written by process_pending_tasks, start_batch and the ends of their runs; forgotten a week after its release. */
export interface TaskClaimRow {
  /** The workflow. */
  workflow_id: number;
  /** SHA-256 of the task's input, hexadecimal. */
  task_key: string;
  /** The task's input. */
  input: unknown;
  /** The batch that has it; null: released. */
  workflow_run_id: number | null;
  /** How many of its runs failed in a row. */
  failures: number;
  /** How many of its runs completed in a row, each within a day of the one before. */
  completions: number;
  /** Since when it is left out; null: it is not. */
  quarantined_at: string | null;
  /** failed: three runs in a row. still_pending: three runs completed within a day of each other, and it is found again. Null: not quarantined. */
  quarantine_reason: string | null;
  /** How its last run failed: {code, message}; null: it did not. */
  last_error: unknown;
  /** When it was last taken. */
  claimed_at: string;
  /** When it was last released; null: never. */
  released_at: string | null;
  /** Which transaction released it: a discovery that does not see its effects does not take the task. */
  released_by_transaction: number | null;
}

/** One row for each waiting interaction: what it waits for. Written by open_waits and the reaction. */
export interface WaitRow {
  /** The interaction. */
  interaction_id: number;
  /** Its run. */
  workflow_run_id: number;
  /** Its conversation. */
  conversation_id: number;
  /** Its iteration. */
  iteration: number;
  /** What it waits for. */
  waits_for: WaitKind;
  /** When a timer fires, or a decision is overdue; null: never. */
  due_at: string | null;
  /** What happens to an overdue decision: fail, or the decision that is taken; null: the next step of due. */
  due_then: string | null;
  /** The steps of due that follow, the next one first; null: none. */
  due_steps: unknown;
  /** Who may decide; null: every operator. */
  assignees: string[] | null;
  /** Whether whoever started the run may not decide. */
  four_eyes: boolean;
  /** The signal that it takes. */
  signal_name: string | null;
  /** The child run that it waits for. */
  child_workflow_run_id: number | null;
  /** Items of a map that are not resolved. */
  items_open: number;
  /** Items of a map that failed. */
  items_failed: number;
  /** How many may fail. */
  items_tolerated: number;
  /** What a start must have in common with a run that has not begun, to join it; null: none joins it. */
  start_key: string | null;
  /** How many items the run has collected. */
  start_items: number | null;
}

/** An address of the API at which another service starts a workflow: /hooks/NAME. Written by create_webhook. */
export interface WebhookRow {
  /** Number of the webhook. */
  webhook_id: number;
  /** Its name, unique. */
  webhook_name: string;
  /** What starts. */
  workflow_id: number;
  /** The variable of the API's environment that holds the secret. */
  secret_name: string;
  /** How requests are signed: standard (Standard Webhooks) or sha256 (x-hub-signature-256). */
  signature: string;
  /** The input of runs, with $body in it. */
  input: unknown;
  /** The input, compiled. */
  input_template: unknown;
  /** Environment of the runs. */
  environment: Environment;
  /** Priority of the runs; higher begins first. */
  priority: number;
  /** Who created it, and whose the runs are. */
  owner: string;
  /** When. */
  created_at: string;
}

/** A worker process that is alive; its row goes when it stops or is found dead. */
export interface WorkerRow {
  /** Number of the worker, new at every start. */
  worker_id: number;
  /** Where it runs. */
  host: string;
  /** Its process there. */
  pid: number;
  /** Process number, on the server, of the session that shows that it lives. */
  session_pid: number;
  /** As which role that session logged in. Another login that gets the process number is not the worker. */
  session_login: number;
  /** How many interactions it takes at once, by lane or by the first word of a lane: {"model": 4, "function:hash": 24}. */
  slots: unknown;
  /** The model server that it calls; null: it has not reported one. */
  model_host_id: number | null;
  /** When it registered. */
  started_at: string;
  /** Its last sign of life, by the database's clock. */
  seen_at: string;
  /** What it has now began at this time or later. Each heartbeat moves it, so that counts pass over dead rows. */
  leases_since: string;
  /** The lowest interaction that was ready at the last heartbeat, so that the look for others passes over dead rows. What is put back below it counts from the next heartbeat on. */
  ready_from: number;
  /** How many signs of life it has given. Other workers watch this number by their own clocks. */
  beats: number;
  /** In how many different seconds since its last sign of life another worker found it silent. */
  silences: number;
  /** When that was last counted; null: never. */
  silence_noted_at: string | null;
  /** Start time of the server on which it registered; compared for equality only. Another server: it lost its lock by a restart or failover. */
  server_started_at: string;
  /** Whether it is stopping and takes nothing new. */
  stopping: boolean;
  /** Why others gave it up: silent, or restart (it did not come back after the server did); null: it counts as alive. */
  given_up: string | null;
  /** What is counted as lost with it: the only interaction that it had, or the only suspect among them; null: none is. */
  charged_interaction_id: number | null;
}

/** Every deployment there was. Written by deploy_workflow. */
export interface WorkflowDeploymentHistoryRow {
  /** Number of the entry. */
  workflow_deployment_history_id: number;
  /** The workflow. */
  workflow_id: number;
  /** The environment. */
  environment: Environment;
  /** The version; null: the deployment was taken back. */
  workflow_version_id: number | null;
  /** Who did it. */
  deployed_by: string;
  /** When. */
  deployed_at: string;
  /** The evaluation that the version was required to have passed; null: none was required. */
  evaluation_workflow_run_id: number | null;
}

/** Which version runs in which environment. Written by deploy_workflow. */
export interface WorkflowDeploymentRow {
  /** The workflow. */
  workflow_id: number;
  /** The environment. */
  environment: Environment;
  /** The version that runs there. */
  workflow_version_id: number;
  /** Who deployed it. */
  deployed_by: string;
  /** When. */
  deployed_at: string;
}

/** Who else may see, start or change a workflow. */
export interface WorkflowPermissionRow {
  /** The workflow. */
  workflow_id: number;
  /** Whom it is granted to; public: everybody. */
  grantee: string;
  /** view, operate or author; each holds those before it. */
  permission: string;
  /** Who granted it. */
  granted_by: string;
  /** When. */
  granted_at: string;
}

/** A named query of a version that measures state or expected work. Written by define_workflow. */
export interface WorkflowProbeRow {
  /** The version. */
  workflow_version_id: number;
  /** Its name, a key in the orchestrator's state. */
  probe_name: string;
  /** state or expected_work. */
  purpose: string;
  /** One select that returns one number. */
  query: string;
  /** Its place in the definition, from 1. */
  position: number;
}

/** One execution of a workflow version on one input. Written by start_workflow and the reactions to its interactions. */
export interface WorkflowRunRow {
  /** Number of the run. */
  workflow_run_id: number;
  /** The workflow. */
  workflow_id: number;
  /** The version that it is pinned to. */
  workflow_version_id: number;
  /** Which conversations take part. */
  plan_id: number | null;
  /** Where it stands. */
  status: RunStatus;
  /** How it will end once what is running has finished, or ended; completed: a branch ended it early. Null: not decided, or it completed when nothing was left to do. */
  ends_as: RunStatus | null;
  /** dev, test, uat or prod. */
  environment: Environment;
  /** One execution, a batch, a chain or a plan. */
  mode: RunMode;
  /** What started it. */
  triggered_by: RunTrigger;
  /** Who started it. */
  operator: string;
  /** Whose it is. */
  owner: string;
  /** Who may see it; public counts if its workflow is public too. */
  visibility: Visibility;
  /** Higher begins first. */
  priority: number;
  /** What it works on. */
  input: unknown;
  /** Its result; null until completed. */
  output: unknown;
  /** Why it failed: {code, message, detail}; null: it did not. */
  error: unknown;
  /** The rows that its load queries found, by name; null: none or not yet. */
  loaded: unknown;
  /** Documents given for conversations that do not take part, by name. */
  given: unknown;
  /** What a fork changed: {input, limits, conversations: {name: {prompt, system, params, actor, model, options}}}; limits also by a retry. */
  overrides: unknown;
  /** What it may use: {max_interactions, max_duration, max_tokens, max_cost}, of its version and overrides. within: the run above whose max_tokens and max_cost it shares. null: any amount. */
  limits: unknown;
  /** When max_duration is over; null: it has none, or its time stands still. */
  due_at: string | null;
  /** What is left of max_duration while its time stands still: paused, finished, or waiting for people, signals, or timers only. null: it runs, or has no maximum. */
  time_left: string | null;
  /** Loops that were taken: {branch_id: {total, count}}, takings in the run and since the last entry from outside; null: none. */
  loops: unknown;
  /** The run that started it; null: top level. */
  parent_workflow_run_id: number | null;
  /** The interaction that waits for it or started it. */
  parent_interaction_id: number | null;
  /** The run that it is a fork of. */
  forked_from_workflow_run_id: number | null;
  /** The run whose steps it undoes. */
  compensates_workflow_run_id: number | null;
  /** The key whose runs share the limit of concurrency, empty if the workflow names none. null: its workflow has no concurrency. */
  concurrency_key: string | null;
  /** When it may begin at the earliest; null: at once. */
  not_before: string | null;
  /** How many starts went into it; more than one: the others joined the first. null: its workflow has neither debounce nor collect, or the start was of its own. */
  starts: number | null;
  /** Its orchestrator interaction. */
  orchestrator_interaction_id: number | null;
  /** How many interactions it has, without the orchestrator. */
  interactions_created: number;
  /** How many are pending, running or waiting. */
  interactions_open: number;
  /** How many of them are waiting. */
  interactions_waiting: number;
  /** How many completed. */
  interactions_completed: number;
  /** How many failed for good. */
  interactions_failed: number;
  /** How many were skipped. */
  interactions_skipped: number;
  /** How many were cancelled. */
  interactions_cancelled: number;
  /** Tokens of all prompts. */
  prompt_tokens: number;
  /** Tokens of all answers. */
  completion_tokens: number;
  /** Cost by the actors' prices. */
  cost: number;
  /** When it was inserted. */
  created_at: string;
  /** When it was started; the same as created_at. */
  started_at: string;
  /** When it finished; null: it has not. */
  finished_at: string | null;
}

/** A reusable pattern that a new workflow may start from. */
export interface WorkflowTemplateRow {
  /** Number of the template. */
  workflow_template_id: number;
  /** Its name, unique. */
  template_name: string;
  /** What it is for. */
  description: string | null;
  /** A definition, as define_workflow takes it. */
  definition: unknown;
  /** Who wrote it. */
  owner: string;
  /** Who may see it. */
  visibility: Visibility;
  /** When it was written. */
  created_at: string;
}

/** A workflow to start when a run of this version ends. Written by define_workflow. */
export interface WorkflowTriggerRow {
  /** Number of the trigger. */
  workflow_trigger_id: number;
  /** The version whose runs fire it. */
  workflow_version_id: number;
  /** Its place in the definition, from 1. */
  position: number;
  /** Name or number of the workflow that it starts. */
  workflow: string;
  /** jsonpath predicate; null: always. */
  condition: string | null;
  /** Compiled input of the started run. */
  input_template: unknown;
  /** Whether it fires. */
  enabled: boolean;
  /** The statuses in which a run fires it when it ends: on_completion {completed}, on_failure {failed}, on_cancel {cancelled}, on_end all three. */
  statuses: RunStatus[];
}

/** The properties of every version's contracts, a property a row. */
export interface WorkflowVariableRow {
  /** Number of the workflow. */
  workflow_id: number | null;
  /** Its name. */
  workflow_name: string | null;
  /** Number of the version. */
  workflow_version_id: number | null;
  /** Counts within the workflow from 1. */
  version: number | null;
  /** Whether it is the version that starts if none is deployed. */
  is_latest: boolean | null;
  /** workflow or conversation: whose contract it is. */
  level: string | null;
  /** Number of the conversation; null: the workflow's own contract. */
  conversation_id: number | null;
  /** Its name; null: the workflow's own contract. */
  conversation_name: string | null;
  /** input or output. */
  direction: string | null;
  /** Name of the property. */
  variable_name: string | null;
  /** Types of JSON that it may have, joined by |; any if the contract gives none. */
  variable_type: string | null;
  /** Whether every value must have it. */
  required: boolean | null;
  /** Its default, an annotation; null: none. */
  default_value: unknown;
  /** What it is for; null: the contract has no description. */
  description: string | null;
  /** Its JSON Schema; a $ref in it leads into the contract. */
  variable_schema: unknown;
  /** The contract. */
  contract_id: number | null;
}

/** A graph as it was defined; never changed. Written by define_workflow. */
export interface WorkflowVersionRow {
  /** Number of the version, unique over all workflows. */
  workflow_version_id: number;
  /** The workflow. */
  workflow_id: number;
  /** Counts within the workflow from 1. */
  version: number;
  /** The definition as it was given. */
  definition: unknown;
  /** SHA-256 of the definition's jsonb text. */
  definition_sha256: string;
  /** Contract of a run's input; null: anything. */
  input_contract_id: number | null;
  /** Contract of a run's output; null: anything. */
  output_contract_id: number | null;
  /** The conversations with which a run starts, ascending. */
  start_conversation_ids: number[];
  /** Compiled template of a run's output; null: the output of the last conversations. */
  result_template: unknown;
  /** Queries whose first row a run works on: [{name, query}]. */
  load_queries: unknown;
  /** Maximum number of interactions of a run; null: unlimited. */
  max_interactions: number | null;
  /** Longest time of a run; null: unlimited. */
  max_duration: string | null;
  /** Maximum number of tokens of a run; null: unlimited. */
  max_tokens: number | null;
  /** Highest cost of a run; null: unlimited. */
  max_cost: number | null;
  /** How many runs with one key go on at once, and what happens to others: {key, limit, on_conflict}, the key compiled. Null: any number. */
  concurrency: unknown;
  /** How starts become runs: {gather: {by, for, max_delay, field, max_items}, gather_key, throttle: {count, period, on_conflict}, throttle_key}, keys compiled. Null: each start is a run that begins at once. */
  starts: unknown;
  /** Who defined it. */
  author: string;
  /** SHA-256 over all that was compiled for the version: what its runs run with. Null: not worked out yet. */
  version_sha256: string | null;
  /** The version whose runs undo what runs of this one did; null: no step has compensate. */
  compensation_version_id: number | null;
  /** The versions of its blocks, by the names of the workflows that they are: {NAME/CONVERSATION: workflow_version_id}; null: it has none. */
  parts: unknown;
  /** The planning run it came from; null: a person or file. */
  origin_workflow_run_id: number | null;
  /** When it was defined. */
  created_at: string;
}

/** A named graph; its versions hold the graph. Written by define_workflow. */
export interface WorkflowRow {
  /** Number of the workflow. */
  workflow_id: number;
  /** Its name, unique. */
  workflow_name: string;
  /** What it is for, from the latest version. */
  description: string | null;
  /** Whether it may be started. */
  enabled: boolean;
  /** Who defined it first. */
  owner: string;
  /** Who may see it; runs take it over when they start. */
  visibility: Visibility;
  /** The version that starts if none is deployed. */
  latest_version_id: number | null;
  /** The workflow whose definition it was made from, and whose permissions it has; null: it stands alone. */
  part_of_workflow_id: number | null;
  /** When it was first defined. */
  created_at: string;
  /** When it was deleted; null: it is not. */
  deleted_at: string | null;
}
