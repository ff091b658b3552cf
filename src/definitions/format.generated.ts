// Generated from pgwave_private.definition_fields() and actor_fields() by `npm run format:dump`. Do not edit.

/** A duration: 500ms, 30s, 2m, 1h30m, 7d, or a number of seconds. */
export type Duration = string | number;

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Record<string, unknown> | boolean;

/** The fields of a workflow. */
export interface WorkflowDefinition {
  /** The name by which the workflow is started and shown. */
  name: string;
  /** The JSON Schema that an editor checks the file with; the engine does not read it. */
  $schema?: string | undefined;
  /** A number of your choice; without it one from 10000 on. */
  workflow_id?: number | undefined;
  /** What the workflow does, in a sentence. */
  description?: string | undefined;
  /** Who may see its runs: private (default), the owner and whom they grant it; public, everybody. */
  visibility?: 'private' | 'public' | undefined;
  /** true: agents may start it as a tool of the MCP server, with its input contract. Default: false. */
  mcp?: boolean | undefined;
  /** Contract of a run's input. */
  input?: JsonSchema | undefined;
  /** Contract of a run's result. */
  output?: JsonSchema | undefined;
  /** The run's output, with $ paths in it. Default: the outputs of the conversations without branches, by name. */
  result?: unknown | undefined;
  /** What a run may use before it is stopped. */
  limits?: LimitsDefinition | undefined;
  /** How long finished runs are kept, by environment. Default: for ever. */
  retention?: RetentionDefinition | undefined;
  /** How many runs with the same key go on at once, and what happens to others. Default: any number. */
  concurrency?: ConcurrencyDefinition | undefined;
  /** Starts that follow each other become one run with the last input. Default: each start is a run. */
  debounce?: DebounceDefinition | undefined;
  /** Starts become one run with the items of all of them. Default: each start is a run. */
  collect?: CollectDefinition | undefined;
  /** How many runs with the same key begin within a time. Default: any number. */
  throttle?: ThrottleDefinition | undefined;
  /** State that is measured before and after a run: name → query. */
  probes?: Record<string, string> | undefined;
  /** Work that is counted before a run: name → query. */
  expected_work?: Record<string, string> | undefined;
  /** What the run's record shows as difference: label → probe. */
  delta?: Record<string, string> | undefined;
  /** What the difference should have been: label of the delta → name of expected work. */
  anomalies?: Record<string, string> | undefined;
  /** One query whose rows are inputs that wait for this workflow. */
  pending_tasks?: string | undefined;
  /** Workflows that start when a run completes. */
  on_completion?: TriggerDefinition | readonly TriggerDefinition[] | undefined;
  /** Workflows that start when a run fails. */
  on_failure?: TriggerDefinition | readonly TriggerDefinition[] | undefined;
  /** Workflows that start when a run is cancelled. */
  on_cancel?: TriggerDefinition | readonly TriggerDefinition[] | undefined;
  /** Workflows that start when a run ends, however it ends. */
  on_end?: TriggerDefinition | readonly TriggerDefinition[] | undefined;
  /** Rows that the run works on: name → query. The first row is $name; :field is a field of the input. */
  load?: Record<string, string> | undefined;
  /** Where a run starts. Default: the conversations without an incoming branch that are not entries. */
  start?: string | number | readonly (string | number)[] | undefined;
  /** Other conversations at which a run may start. */
  entries?: string | number | readonly (string | number)[] | undefined;
  /** The nodes of the graph. */
  conversations?: readonly ConversationDefinition[] | undefined;
  /** Conversations. If none of them has branches, they follow each other. */
  steps?: readonly ConversationDefinition[] | undefined;
}

/** The fields of a limits. */
export interface LimitsDefinition {
  /** Maximum number of interactions of a run; skipped and copied ones do not count. */
  max_interactions?: number | undefined;
  /** Longest time; pauses and times in which everything waits on a person, signal or timer do not count. */
  max_duration?: Duration | undefined;
  /** Maximum number of tokens of prompts and answers together. */
  max_tokens?: number | undefined;
  /** Highest cost, in the currency of the actors' prices. */
  max_cost?: number | undefined;
}

/** The fields of a concurrency. */
export interface ConcurrencyDefinition {
  /** What runs have in common, for example $input.customer. Default: all runs of the workflow share one key. */
  key?: string | undefined;
  /** Maximum number of runs with one key at a time. Default: 1. */
  limit?: number | undefined;
  /** If the limit is reached: queue (the run waits, default), replace (the oldest run is cancelled), skip (the new run is cancelled). */
  on_conflict?: 'queue' | 'replace' | 'skip' | undefined;
}

/** The fields of a debounce. */
export interface DebounceDefinition {
  /** What starts have in common, for example $input.customer. Default: all starts share one key. */
  key?: string | undefined;
  /** The run begins when no start came for so long. */
  for: Duration;
  /** The longest time from the first start to the begin. Default: any time. */
  max_delay?: Duration | undefined;
}

/** The fields of a collect. */
export interface CollectDefinition {
  /** The list of the input whose items are put together. */
  field: string;
  /** What starts have in common, for example $input.customer. Default: all starts share one key. */
  key?: string | undefined;
  /** The run begins so long after the first start. */
  for: Duration;
  /** The run begins at once with so many items. Default: 100. */
  max_items?: number | undefined;
}

/** The fields of a throttle. */
export interface ThrottleDefinition {
  /** Maximum number of runs that begin within a time, for example 10/1m. */
  rate: string;
  /** What runs have in common, for example $input.customer. Default: all runs share one key. */
  key?: string | undefined;
  /** If the rate is used up: queue (the run waits, default), skip (the run is cancelled). */
  on_conflict?: 'queue' | 'skip' | undefined;
}

/** The fields of a retention. */
export interface RetentionDefinition {
  /** In dev, for example 7d. */
  dev?: Duration | undefined;
  /** In test. */
  test?: Duration | undefined;
  /** In uat. */
  uat?: Duration | undefined;
  /** In prod, for example 365d. */
  prod?: Duration | undefined;
}

/** The fields of a trigger. */
export interface TriggerDefinition {
  /** The workflow that starts: name or number. */
  workflow?: string | number | undefined;
  /** Another spelling of workflow. */
  workflow_id?: string | number | undefined;
  /** A predicate in the $ language. Without it: always. */
  when?: string | undefined;
  /** Another spelling of when; bare words are labels of the delta. */
  condition?: string | undefined;
  /** The input of the run that starts, with $ paths in it. */
  input?: unknown | undefined;
  /** false: it is kept and does nothing. */
  enabled?: boolean | undefined;
}

/** The fields of a conversation. */
export interface ConversationDefinition {
  /** The name by which others read its output. */
  name: string;
  /** A number of your choice; it stays the same across versions. */
  conversation_id?: number | undefined;
  /** What the conversation does, in a sentence. */
  description?: string | undefined;
  /** Which type of actor does the work. Default: the type of its actor. */
  type?: 'ai_model' | 'script' | 'function' | 'sql' | 'http' | 'human' | 'timer' | 'signal' | 'workflow' | 'condition' | 'agent_call' | 'tool_call' | 'human_gate' | 'approval_gate' | 'parallel' | 'join' | undefined;
  /** Who does the work: an actor's name, or one that data chooses from a list. */
  actor?: string | ChoiceDefinition | undefined;
  /** The statement that this conversation runs, or the fields of its sql actor. */
  sql?: string | Omit<SqlActorDefinition, 'name' | 'type'> | undefined;
  /** The url that this conversation calls, or the fields of its http actor. */
  http?: string | Omit<HttpActorDefinition, 'name' | 'type'> | undefined;
  /** The command that this conversation runs, in the folder scripts, or the fields of its script actor. */
  script?: string | Omit<ScriptActorDefinition, 'name' | 'type'> | undefined;
  /** The model's system prompt. */
  system?: string | undefined;
  /** The prompt; {{ … }} puts in what other conversations answered, with filters; {% for %} and {% if %} repeat and choose. Or a prompt by its name, for example { use: grade@production }. */
  prompt?: string | { use: string; split?: Record<string, number> } | undefined;
  /** Parameters, with $ paths in them, which keep their types, and texts with {{ … }}. */
  params?: unknown | undefined;
  /** The input of a sub-workflow, with $ paths in it. */
  input?: unknown | undefined;
  /** Pictures for the model: PNG, JPEG, GIF, or WebP in base64 or as data: URLs, for example $input.scans[*]. */
  images?: string | readonly string[] | undefined;
  /** Options of the model, over the actor's; with $ paths in them. */
  options?: Record<string, unknown> | undefined;
  /** false: a run cannot start here. true: it may, even behind an approval. Default: not behind an approval. */
  entry?: boolean | undefined;
  /** Whether an answer to the same question may come from the table of answers. */
  cache?: boolean | undefined;
  /** How long one attempt may take. Default: the actor's, else 5m; what waits for a person, time, signal or child run waits without one. */
  timeout?: Duration | undefined;
  /** How often and when a failed attempt is made again. Default: 3 attempts. */
  retry?: boolean | number | RetryDefinition | undefined;
  /** What follows: names, or branches with conditions. */
  branches?: string | readonly (string | BranchDefinition)[] | undefined;
  /** Conversations that lead here without a branch of their own, for example review.approved. */
  requires?: string | readonly string[] | undefined;
  /** all (default): every branch that matches is taken; first: only the first. */
  route?: 'all' | 'first' | undefined;
  /** The closed set of tags. Default: the tags of its branches. first_line or last_line: the tag is all of that line. */
  tags?: string | readonly string[] | undefined;
  /** cancel: when it starts, what is still open and only leads to it is cancelled. */
  race?: 'cancel' | undefined;
  /** true: it may answer [SKIP], or data with status: skipped. Then it is skipped, and takes no branch. */
  may_skip?: true | undefined;
  /** When it starts. merge (default): when all sources are resolved and one was taken. all: when all were taken. any, or a number: as soon as so many were taken. (a and b) or c: as soon as that holds. */
  join?: 'merge' | 'all' | 'any' | number | (string & {}) | undefined;
  /** What a failure for good that no branch handles does: fail_run (default) or continue. */
  on_failure?: 'fail_run' | 'continue' | undefined;
  /** What undoes the step if the run fails or is cancelled: {actor, params: {booking: $output.booking}}. It reads output, input, error, and run. true: what the child run did is undone by its own compensations. */
  compensate?: true | CompensationDefinition | undefined;
  /** Contract of the output's data; a model is asked for JSON of this form. */
  output?: JsonSchema | undefined;
  /** One interaction for each item of this list; {{ item }} is the item. None for an optional path ($a.data.items ?) that is missing. */
  for_each?: string | readonly unknown[] | undefined;
  /** How many times it is done, as for_each over 1 to that number. */
  samples?: number | undefined;
  /** Which answer counts: majority, that of more than half of the items; plurality, that of no fewer than any other. */
  vote?: 'majority' | 'plurality' | undefined;
  /** Maximum number of items at once. */
  max_parallel?: number | undefined;
  /** How many items may fail. */
  tolerate?: number | undefined;
  /** Who may decide. Without it: everybody who may decide at all. */
  assignees?: string | readonly string[] | undefined;
  /** Whom to notify that it waits for a person. */
  notify?: string | readonly string[] | undefined;
  /** Until when to decide, or a signal has to come, and what happens then. */
  due?: Duration | DueDefinition | readonly EscalationDefinition[] | undefined;
  /** true: whoever started the run may not decide. */
  four_eyes?: boolean | undefined;
  /** What a person fills in, as a JSON Schema. */
  form?: JsonSchema | undefined;
  /** How long a timer waits. */
  wait?: Duration | undefined;
  /** Until when a timer waits. */
  until?: string | undefined;
  /** The name of the signal that it waits for. */
  signal?: string | undefined;
  /** The workflow that runs as a child: name or number. */
  workflow?: string | number | undefined;
  /** Several steps that are one: {steps, result, on_failure, finally}. They run as a child, and read what is outside by its name. */
  block?: BlockDefinition | undefined;
  /** The handler of a function, in place of an actor. */
  handler?: string | undefined;
}

/** The fields of a branch. */
export interface BranchDefinition {
  /** The conversation that follows. none: the branch leads nowhere. END: it ends the run as completed. */
  to: string;
  /** When it is taken: "[TAG]", a list of tags, or a predicate, for example $extract.data.score > 3. Without it: always. */
  when?: string | readonly string[] | undefined;
  /** Another spelling of when. */
  condition?: string | readonly string[] | undefined;
  /** true: taken if no other conditional branch was. */
  otherwise?: true | undefined;
  /** Which outcome it leaves from. Default: success. */
  after?: 'success' | 'failure' | 'skip' | readonly ('success' | 'failure' | 'skip')[] | undefined;
  /** Marks a branch that leads back. The value is the maximum number of takings each time the loop is entered. It may be data: $input.max. */
  loop?: number | string | undefined;
  /** What the branch means, in a sentence. */
  description?: string | undefined;
}

/** The fields of a choice. */
export interface ChoiceDefinition {
  /** A path to the name of the actor, for example $input.model. */
  choose: string;
  /** The actors that it may be, all of one type. Any other name fails the interaction. */
  from: readonly string[];
}

/** The fields of a retry. */
export interface RetryDefinition {
  /** Maximum number of attempts, the first one counted. Default 3. */
  max_attempts?: number | undefined;
  /** The wait before the second attempt. Default 1s. */
  delay?: Duration | undefined;
  /** Each wait is the one before times this. Default 2. */
  factor?: number | undefined;
  /** The longest wait. Default 1m. */
  max_delay?: Duration | undefined;
  /** How much of the wait is left to chance, from 0 to 1. Default 0.2. */
  jitter?: number | undefined;
  /** Other policies for single error codes. */
  codes?: Record<string, false | number | Omit<RetryDefinition, 'codes' | 'when'>> | undefined;
  /** Which errors are retried: a predicate over $error. Overrides the error's own `retryable`. */
  when?: string | undefined;
}

/** The fields of a block. */
export interface BlockDefinition {
  /** What it does. Without any branches, they follow each other. */
  steps?: readonly ConversationDefinition[] | undefined;
  /** Another spelling of steps, without that. */
  conversations?: readonly ConversationDefinition[] | undefined;
  /** The block's data. Default: the outputs of its last steps, by name. */
  result?: unknown | undefined;
  /** Steps that run if one of the others fails; they read error. If they complete, so does the block. */
  on_failure?: readonly ConversationDefinition[] | undefined;
  /** Steps that run last in any case: after success, failure, and cancel. */
  finally?: readonly ConversationDefinition[] | undefined;
}

/** The fields of a due. */
export interface DueDefinition {
  /** How long after it began to wait. */
  after: Duration;
  /** What happens then: fail, or a decision, for example APPROVED. */
  then?: string | undefined;
}

/** The fields of a escalation. */
export interface EscalationDefinition {
  /** How long after it began to wait. */
  after: Duration;
  /** true notifies again; or whom to notify, as in notify. */
  remind?: true | string | readonly string[] | undefined;
  /** Who may decide from then on, in place of the assignees: a name, a list, or a path. They are notified. */
  assign?: string | readonly string[] | undefined;
  /** What happens then, in the last step: fail, or a decision, for example APPROVED. */
  then?: string | undefined;
}

/** The fields of a compensation. */
export interface CompensationDefinition {
  /** What the conversation does, in a sentence. */
  description?: string | undefined;
  /** Which type of actor does the work. Default: the type of its actor. */
  type?: 'ai_model' | 'script' | 'function' | 'sql' | 'http' | 'human' | 'timer' | 'signal' | 'workflow' | 'condition' | 'agent_call' | 'tool_call' | 'human_gate' | 'approval_gate' | 'parallel' | 'join' | undefined;
  /** Who does the work: an actor's name, or one that data chooses from a list. */
  actor?: string | ChoiceDefinition | undefined;
  /** The statement that this conversation runs, or the fields of its sql actor. */
  sql?: string | Omit<SqlActorDefinition, 'name' | 'type'> | undefined;
  /** The url that this conversation calls, or the fields of its http actor. */
  http?: string | Omit<HttpActorDefinition, 'name' | 'type'> | undefined;
  /** The command that this conversation runs, in the folder scripts, or the fields of its script actor. */
  script?: string | Omit<ScriptActorDefinition, 'name' | 'type'> | undefined;
  /** The model's system prompt. */
  system?: string | undefined;
  /** The prompt; {{ … }} puts in what other conversations answered, with filters; {% for %} and {% if %} repeat and choose. Or a prompt by its name, for example { use: grade@production }. */
  prompt?: string | { use: string; split?: Record<string, number> } | undefined;
  /** Parameters, with $ paths in them, which keep their types, and texts with {{ … }}. */
  params?: unknown | undefined;
  /** The input of a sub-workflow, with $ paths in it. */
  input?: unknown | undefined;
  /** Pictures for the model: PNG, JPEG, GIF, or WebP in base64 or as data: URLs, for example $input.scans[*]. */
  images?: string | readonly string[] | undefined;
  /** Options of the model, over the actor's; with $ paths in them. */
  options?: Record<string, unknown> | undefined;
  /** Whether an answer to the same question may come from the table of answers. */
  cache?: boolean | undefined;
  /** How long one attempt may take. Default: the actor's, else 5m; what waits for a person, time, signal or child run waits without one. */
  timeout?: Duration | undefined;
  /** How often and when a failed attempt is made again. Default: 3 attempts. */
  retry?: boolean | number | RetryDefinition | undefined;
  /** What a failure for good that no branch handles does: fail_run (default) or continue. */
  on_failure?: 'fail_run' | 'continue' | undefined;
  /** Contract of the output's data; a model is asked for JSON of this form. */
  output?: JsonSchema | undefined;
  /** Who may decide. Without it: everybody who may decide at all. */
  assignees?: string | readonly string[] | undefined;
  /** Whom to notify that it waits for a person. */
  notify?: string | readonly string[] | undefined;
  /** Until when to decide, or a signal has to come, and what happens then. */
  due?: Duration | DueDefinition | readonly EscalationDefinition[] | undefined;
  /** true: whoever started the run may not decide. */
  four_eyes?: boolean | undefined;
  /** What a person fills in, as a JSON Schema. */
  form?: JsonSchema | undefined;
  /** How long a timer waits. */
  wait?: Duration | undefined;
  /** Until when a timer waits. */
  until?: string | undefined;
  /** The name of the signal that it waits for. */
  signal?: string | undefined;
  /** The workflow that runs as a child: name or number. */
  workflow?: string | number | undefined;
  /** The handler of a function, in place of an actor. */
  handler?: string | undefined;
}

/** The fields of an actor of type ai_model. */
export interface AiModelActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'ai_model';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
  /** Maximum number of interactions at once, over all workers. */
  max_concurrent?: number | undefined;
  /** Maximum call rate. */
  rate?: string | undefined;
  /** How long one attempt may take, unless the conversation sets it. */
  timeout?: Duration | undefined;
  /** The model's name at the host. Default: the actor's name. */
  model?: string | undefined;
  /** How the worker calls the model: ollama (default), or a provider of the worker's program. */
  provider?: string | undefined;
  /** Address of the model server. Default: the worker's. */
  base_url?: string | undefined;
  /** Name of the worker's environment variable that holds the key of the model server. */
  api_key?: string | undefined;
  /** What the server is asked to answer in: contract (default), the JSON Schema; json, any JSON; none, text. */
  format?: 'contract' | 'json' | 'none' | undefined;
  /** What the model does: chat (default), or embed, which turns texts into vectors. */
  task?: 'chat' | 'embed' | undefined;
  /** How many numbers the vectors of an embedding model have. */
  dimensions?: number | undefined;
  /** Maximum tokens with which an answer that was cut is asked for again. Default: it is not asked for again. */
  max_answer_tokens?: number | undefined;
  /** true: a text that was cut will do. Data that was cut never does. */
  accept_truncated?: boolean | undefined;
  /** The pool of hosts that serve it. */
  pool?: string | undefined;
  /** Options of the model: temperature, seed, num_ctx and others. */
  options?: Record<string, unknown> | undefined;
  /** How long the host keeps the model loaded. */
  keep_alive?: Duration | undefined;
  /** prompt_per_million and completion_per_million; cached_per_million and reasoning_per_million if they differ. */
  price?: Record<string, unknown> | undefined;
  /** shared: true gives answers that one owner got to every owner. Default: to the same owner. */
  cache?: { shared?: boolean } | undefined;
  /** The model to ask if this one fails. */
  fallback?: string | undefined;
  /** What the model may call. */
  tools?: readonly (string | { actor?: string; workflow?: string; name?: string; description?: string; input?: JsonSchema; output?: JsonSchema })[] | undefined;
  /** Maximum number of answers of the model in an interaction that calls tools. Default 10. */
  max_turns?: number | undefined;
  /** When an actor that fails again and again is left alone, and for how long. */
  circuit?: false | { failures?: number; cooldown?: Duration } | undefined;
  /** Maximum output. */
  max_output?: string | number | undefined;
}

/** The fields of an actor of type script. */
export interface ScriptActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'script';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
  /** Maximum number of interactions at once, over all workers. */
  max_concurrent?: number | undefined;
  /** Maximum call rate. */
  rate?: string | undefined;
  /** How long one attempt may take, unless the conversation sets it. */
  timeout?: Duration | undefined;
  /** When an actor that fails again and again is left alone, and for how long. */
  circuit?: false | { failures?: number; cooldown?: Duration } | undefined;
  /** The script's file and arguments; no shell reads them. */
  command: readonly string[];
  /** The folder that holds the script. */
  scripts: string;
  /** Variables of the worker's environment that the script sees. */
  environment?: readonly string[] | undefined;
  /** Maximum output. */
  max_output?: string | number | undefined;
  /** Maximum resident memory of the process group. */
  max_memory?: string | number | undefined;
}

/** The fields of an actor of type function. */
export interface FunctionActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'function';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
  /** Maximum number of interactions at once, over all workers. */
  max_concurrent?: number | undefined;
  /** Maximum call rate. */
  rate?: string | undefined;
  /** How long one attempt may take, unless the conversation sets it. */
  timeout?: Duration | undefined;
  /** When an actor that fails again and again is left alone, and for how long. */
  circuit?: false | { failures?: number; cooldown?: Duration } | undefined;
  /** The handler's name. Default: the actor's name. */
  handler?: string | undefined;
  /** Contract of the parameters. */
  input?: JsonSchema | undefined;
  /** Contract of the output's data. */
  output?: JsonSchema | undefined;
}

/** The fields of an actor of type sql. */
export interface SqlActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'sql';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
  /** Maximum number of interactions at once, over all workers. */
  max_concurrent?: number | undefined;
  /** Maximum call rate. */
  rate?: string | undefined;
  /** How long one attempt may take, unless the conversation sets it. */
  timeout?: Duration | undefined;
  /** When an actor that fails again and again is left alone, and for how long. */
  circuit?: false | { failures?: number; cooldown?: Duration } | undefined;
  /** Maximum output. */
  max_output?: string | number | undefined;
  /** One statement; parameters are :names. */
  statement: string;
  /** false: it may change rows. */
  read_only?: boolean | undefined;
  /** Maximum number of rows. */
  max_rows?: number | undefined;
}

/** The fields of an actor of type http. */
export interface HttpActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'http';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
  /** Maximum number of interactions at once, over all workers. */
  max_concurrent?: number | undefined;
  /** Maximum call rate. */
  rate?: string | undefined;
  /** How long one attempt may take, unless the conversation sets it. */
  timeout?: Duration | undefined;
  /** When an actor that fails again and again is left alone, and for how long. */
  circuit?: false | { failures?: number; cooldown?: Duration } | undefined;
  /** Maximum output. */
  max_output?: string | number | undefined;
  /** The request's method. Default GET, with a body POST. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | undefined;
  /** The request's address, with {{ … }} in it. */
  url: string;
  /** The request's headers, with {{ … }} in them. */
  headers?: Record<string, string> | undefined;
  /** The request's body, with {{ … }} in its texts. */
  body?: unknown | undefined;
  /** Hosts that may be called. Default: the host of the address. */
  allowed_hosts?: readonly string[] | undefined;
  /** true: private addresses may be called. */
  private_addresses?: boolean | undefined;
  /** Variables of the worker's environment that address, headers and body may name. */
  secrets?: readonly string[] | undefined;
}

/** The fields of an actor of type human. */
export interface HumanActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'human';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
  /** Who may decide, unless the conversation sets it. */
  assignees?: readonly string[] | undefined;
  /** Whom to notify, unless the conversation sets it. */
  notify?: readonly string[] | undefined;
}

/** The fields of an actor of type timer. */
export interface TimerActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'timer';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
}

/** The fields of an actor of type signal. */
export interface SignalActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'signal';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
}

/** The fields of an actor of type workflow. */
export interface WorkflowActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'workflow';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
}

/** The fields of an actor of type condition. */
export interface ConditionActorDefinition {
  /** The name that conversations use. */
  name: string;
  /** What it is; it never changes. */
  type: 'condition';
  /** What the actor does, in a sentence. */
  description?: string | undefined;
  /** false: its work waits. */
  enabled?: boolean | undefined;
}

/** What `define_actor` takes. */
export type ActorDefinition =
  | AiModelActorDefinition
  | ScriptActorDefinition
  | FunctionActorDefinition
  | SqlActorDefinition
  | HttpActorDefinition
  | HumanActorDefinition
  | TimerActorDefinition
  | SignalActorDefinition
  | WorkflowActorDefinition
  | ConditionActorDefinition;
