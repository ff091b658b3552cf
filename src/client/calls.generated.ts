// Generated from the catalogue by `npm run db:dump`. Do not edit.

import type * as rows from '../database/rows.generated.ts';
import { type Caller, type Id, json, type ListQuery } from './call-function.ts';

/** A method for each function that may be called, and a list method for each table and view. */
export function createGeneratedCalls({ row, rows, value, list }: Caller) {
  return {
    /** Cancel, pause, resume, or retry the runs that match a filter, the oldest first. The filter is that of count_matching_runs. A call acts on a maximum of 500 runs after one number and up to another. Call it again with the last number as `after` until it returns no rows. A repeated call changes nothing more. Returns: a row for each run with its status then, or the error that refused it. Raises: PWINP. Writes: as cancel_workflow_run. Locks: the runs, ascending. */
    actOnMatchingRuns: (args: { action: string; matches: unknown; upTo: number; after?: number | undefined; maximum?: number | undefined; reason?: string | undefined }) => rows<{ workflow_run_id: number | null; status: rows.RunStatus | null; code: string | null; message: string | null; hint: string | null }>('act_on_matching_runs', { action: args.action, matches: json(args.matches), up_to: args.upTo, after: args.after, maximum: args.maximum, reason: args.reason }),

    /** Count the attempts that ended in a time range, by actor. Returns: a row for each actor, by descending failures. It has attempts by outcome, times of completed attempts in milliseconds, tokens, cost, and failures by code. Raises: PWNOF, PWINP for an empty range. */
    actorStatistics: (args: { from?: string | undefined; until?: string | undefined; workflow?: string | undefined; environment?: string | undefined } = {}) => rows<{ actor_name: string | null; actor_type: rows.ActorType | null; attempts: number | null; completed: number | null; failed: number | null; p50_ms: number | null; p95_ms: number | null; prompt_tokens: number | null; completion_tokens: number | null; cost: number | null; errors: unknown | null; last_attempt_at: string | null }>('actor_statistics', { from: args.from, until: args.until, workflow: args.workflow, environment: args.environment }),

    /** Add examples `[{input, expected, tags}]` to a dataset, which is made if it is not there. An example with the input of an earlier one replaces it. Returns: the new version; the latest if it has all of them. Raises: PWINP, PWACC if the dataset is another's. Writes: datasets, dataset_versions, dataset_examples. Locks: the dataset. */
    addExamples: (args: { dataset: string; examples: unknown }) => row<rows.DatasetVersionRow>('add_examples', { dataset: args.dataset, examples: json(args.examples) }),

    /** Add the rows of a query to a dataset as examples: columns input, expected, and tags; the last two may be left out. The query runs as pgwave_sql, and takes 100,000 rows at most. Returns: the new version; the latest if it has all of them. Raises: PWINP, PWQRY, PWACC if the dataset is another's. Writes: as add_examples. Locks: the dataset. */
    addExamplesOfQuery: (args: { dataset: string; query: string }) => row<rows.DatasetVersionRow>('add_examples_of_query', { dataset: args.dataset, query: args.query }),

    /** Give the last link of the chain of all seals, to be kept elsewhere: whoever has it finds whatever is rewritten before it. Returns: {seal_link_id, link_hash, workflow_run_id (null: one that the caller may not see), linked_at}; null: nothing is linked yet. */
    auditAnchor: () => value<unknown>('audit_anchor', {  }),

    /** Report on a batch: its result, or its progress. Returns: its row of batch_progress, what its runs add up to, durations_ms `{least, median, mean, p95, most}`, and errors [{code, tasks, message, examples}]. Raises: PWNOF. */
    batchReport: (args: { workflowRunId: Id }) => value<unknown>('batch_report', { workflow_run_id: args.workflowRunId }),

    /** Count how many tasks of a batch ended over time, by outcome. It divides the time from its start to its end, or to now, into so many buckets, 500 at most. Returns: a row for each bucket. Raises: PWNOF. */
    batchThroughput: (args: { workflowRunId: Id; buckets?: number | undefined }) => rows<{ bucket_from: string | null; bucket_until: string | null; completed: number | null; failed: number | null; cancelled: number | null }>('batch_throughput', { workflow_run_id: args.workflowRunId, buckets: args.buckets }),

    /** List what a prompt, a parameter, or a condition of a conversation may read. The definition need not be saved. Returns: a row for each path, written without `$`, with its JSON type. `source` is input, load, conversation, item, output, or engine. `contexts` has prompt, condition, or both. A maximum of 500 rows. Raises: PWNOF. */
    bindablePaths: (args: { definition: unknown; conversation: string }) => rows<{ path: string | null; type: string | null; source: string | null; optional: boolean | null; contexts: readonly string[] | null; description: string | null }>('bindable_paths', { definition: json(args.definition), conversation: args.conversation }),

    /** Explain which branches an interaction took: each branch with its target, its condition, the values that the condition read, and the reason. Returns: a row for each branch; decision is taken, not_taken, unknown, or undecided. */
    branchDecisions: (args: { interactionId: Id }) => rows<{ branch_id: number | null; target: string | null; condition: string | null; decision: string | null; seen: unknown | null; reason: string | null }>('branch_decisions', { interaction_id: args.interactionId }),

    /** Name the highest role that the caller has. Returns: admin, author, operator, or viewer. */
    callerRole: () => value<string>('caller_role', {  }),

    /** Cancel a run and its child runs: nothing more begins, calls in flight are aborted. A finished run stays as it is. Returns: the run. The run is still running, with ends_as cancelled, if somebody holds a step for longer than 500 ms, or if the transaction has changed something. It ends when the step is let go. Raises: PWNOF, PWACC. Writes: workflow_runs, interactions. Locks: its open interactions, ascending, 500 ms at most; the runs, ascending. */
    cancelWorkflowRun: (args: { workflowRunId: Id; reason?: string | undefined }) => row<rows.WorkflowRunRow>('cancel_workflow_run', { workflow_run_id: args.workflowRunId, reason: args.reason }),

    /** Cancel up to 500 runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as cancel_workflow_run. Locks: the runs, ascending. */
    cancelWorkflowRuns: (args: { workflowRunIds: readonly number[]; reason?: string | undefined }) => rows<{ workflow_run_id: number | null; status: rows.RunStatus | null; code: string | null; message: string | null; hint: string | null }>('cancel_workflow_runs', { workflow_run_ids: args.workflowRunIds, reason: args.reason }),

    /** Run workflows one after the other: the output of each is the input of the next. Contracts between the links and the input of the first are checked before anything runs. A link that fails ends the chain; retry_workflow_run goes on from it. With a traceparent, the chain belongs to that trace. With not_before, it waits until that time. Returns: the chain's run. Raises: PWDEF with the faults of the chain, PWNOF, PWACC, PWINP, PWIDM. Writes: workflow_runs, interactions, run_traces; the workflow that the chain is, once. */
    chainWorkflows: (args: { workflows: readonly string[]; input?: unknown | undefined; environment?: string | undefined; priority?: number | undefined; idempotencyKey?: string | undefined; traceparent?: string | undefined; notBefore?: string | undefined }) => row<rows.WorkflowRunRow>('chain_workflows', { workflows: args.workflows, input: json(args.input), environment: args.environment, priority: args.priority, idempotency_key: args.idempotencyKey, traceparent: args.traceparent, not_before: args.notBefore }),

    /** Check whether workflows fit behind one another, output contract to input contract, as far as that can be seen before anything runs. Returns: a row for each fault: code, pointer (the first part is the place in the chain, from 0), message, hint. Raises: PWNOF, PWINP. */
    checkChain: (args: { workflows: readonly string[]; environment?: string | undefined }) => rows<{ code: string | null; path: string | null; message: string | null; hint: string | null }>('check_chain', { workflows: args.workflows, environment: args.environment }),

    /** Find problems in this database. Returns: a row for each finding, with severity, subject, message, and hint. Severity broken means that it does not heal by itself, or that nothing goes on. No rows if all is well. */
    checkHealth: () => rows<{ finding: string | null; severity: string | null; subject: string | null; message: string | null; hint: string | null }>('check_health', {  }),

    /** Compare two evaluations example by example; examples with the same input are paired. Each that scores less in b is explained as explain_difference does. Returns: a row for each example, the worse ones first. change is better, worse, same, unscored (one has no score), or unpaired. Raises: PWNOF. */
    compareEvaluations: (args: { a: Id; b: Id }) => rows<{ change: string | null; input: unknown | null; expected: unknown | null; a_score: number | null; b_score: number | null; a_workflow_run_id: number | null; b_workflow_run_id: number | null; cause: string | null; conversation: string | null; message: string | null; example_key: string | null }>('compare_evaluations', { a: args.a, b: args.b }),

    /** Compare two runs, of the same version or not: conversation by conversation, by name, iteration and item. Returns: a row for each that either run has, in order of execution, with the names of what differs. The other columns hold the values of both (by target), error_code, prompt_tokens, completion_tokens, duration_ms (never counted as a difference). Of two batches, a row for each task, conversation null, with what its runs came to. Raises: PWNOF. */
    compareRuns: (args: { a: Id; b: Id }) => rows<{ conversation: string | null; iteration: number | null; item_index: number | null; same: boolean | null; differs: readonly string[] | null; a_interaction_id: number | null; b_interaction_id: number | null; a_status: rows.InteractionStatus | null; b_status: rows.InteractionStatus | null; a_values: unknown | null; b_values: unknown | null }>('compare_runs', { a: args.a, b: args.b }),

    /** Count the interactions of runs that ended in a time range, by conversation; copies of forks are left out. Returns: a row for each conversation, by descending time. It has interactions by status, times of completed ones in milliseconds, tokens, cost, and failures by code. Raises: PWNOF, PWINP for an empty range. */
    conversationStatistics: (args: { from?: string | undefined; until?: string | undefined; workflow?: string | undefined; environment?: string | undefined } = {}) => rows<{ workflow_name: string | null; conversation_name: string | null; conversation_id: number | null; interactions: number | null; completed: number | null; failed: number | null; skipped: number | null; cancelled: number | null; p50_ms: number | null; p95_ms: number | null; total_ms: number | null; prompt_tokens: number | null; completion_tokens: number | null; cost: number | null; errors: unknown | null }>('conversation_statistics', { from: args.from, until: args.until, workflow: args.workflow, environment: args.environment }),

    /** Compare two embeddings. Returns: the cosine of their angle, from -1 to 1; null if one has no length. Raises: PWINP if their dimensions differ. */
    cosineSimilarity: (args: { embedding: readonly number[]; other: readonly number[] }) => value<number>('cosine_similarity', { embedding: args.embedding, other: args.other }),

    /** Count the runs that match a filter, and those of them that can be cancelled, paused, resumed, or retried. The filter is an object with any of status (a list), workflow, environment, operator, parent, error_code, and input (what it contains). created and finished are lists of two times. For attempts it has actor, model, failure (an error code), and tried (two times). text finds what search_runs finds, with its `before`; back_to is the oldest run in which it looks for words. Returns: both numbers, each counted to 10,000, and the last run that the second one counts. Raises: PWINP for a filter or action that does not exist. */
    countMatchingRuns: (args: { matches: unknown; action: string }) => rows<{ matching: number | null; applicable: number | null; last_run: number | null }>('count_matching_runs', { matches: json(args.matches), action: args.action }),

    /** Start a workflow by the clock: a run with this input, or with process_pending a batch over its pending tasks (workflow null: of all workflows). cron: five fields in an IANA time zone, @daily and the like, or an interval (every 8h). missed: skip, or catch_up once. overlap, if the run before goes on: skip, allow, or queue one. An administrator's schedule for a workflow that is not theirs belongs to the workflow's owner, in whose name it fires. Returns: the schedule; a worker works out its next time. Raises: PWCRN, PWINP, PWNOF, PWACC. Writes: schedules, tickets. */
    createSchedule: (args: { scheduleName: string; cron: string; workflow?: string | undefined; timeZone?: string | undefined; input?: unknown | undefined; processPending?: boolean | undefined; environment?: string | undefined; missed?: string | undefined; overlap?: string | undefined; maxTasks?: number | undefined; maxParallel?: number | undefined; priority?: number | undefined }) => row<rows.ScheduleRow>('create_schedule', { schedule_name: args.scheduleName, cron: args.cron, workflow: args.workflow, time_zone: args.timeZone, input: json(args.input), process_pending: args.processPending, environment: args.environment, missed: args.missed, overlap: args.overlap, max_tasks: args.maxTasks, max_parallel: args.maxParallel, priority: args.priority }),

    /** Let another service start a workflow by a signed request to /hooks/NAME of the API. secret_name names a variable of the API's environment, PGWAVE_WEBHOOK_…; the secret is not stored. signature: standard (Standard Webhooks) or sha256 (x-hub-signature-256). input is the input of the run, with $body in it. Runs belong to the caller. Returns: the webhook. Raises: PWNOF, PWACC, PWINP. Writes: webhooks. */
    createWebhook: (args: { webhookName: string; workflow: string; secretName: string; signature?: string | undefined; input?: unknown | undefined; environment?: string | undefined; priority?: number | undefined }) => row<rows.WebhookRow>('create_webhook', { webhook_name: args.webhookName, workflow: args.workflow, secret_name: args.secretName, signature: args.signature, input: json(args.input), environment: args.environment, priority: args.priority }),

    /** Return who is asking: the token's subject in the GraphQL server, else the user of the session. Returns: a name. */
    currentIdentity: () => value<string>('current_identity', {  }),

    /** Decide an approval or fill in a form: APPROVED, REJECTED or a tag of the conversation; data replaces what was shown. Returns: the interaction. Raises: PWNOF, PWTRN if it was decided, PWACC, PWDUE, PWINP. Writes: interactions, and what follows. Locks: the interaction, then its run. */
    decide: (args: { interactionId: Id; decision?: string | undefined; data?: unknown | undefined; comment?: string | undefined }) => row<rows.InteractionRow>('decide', { interaction_id: args.interactionId, decision: args.decision, data: json(args.data), comment: args.comment }),

    /** Define an actor: {name, type, …}; a change is a new revision. Returns: its row. Raises: PWDEF with all faults, a JSON object a line, in the detail; PWACC if it is another's. Writes: actors, actor_revisions, actor_limits. Locks: other defines of the actor wait. */
    defineActor: (args: { definition: unknown }) => row<rows.ActorRow>('define_actor', { definition: json(args.definition) }),

    /** Put contracts, {input, output, conversations: {name: schema}}, into a workflow: its latest version with them is the next one. What is not named stays as it is, null takes a contract away. Returns: the version, the same if nothing changed. Raises: PWNOF, PWDEF, PWACC. Writes: as define_workflow. Locks: as define_workflow. */
    defineContracts: (args: { workflow: string; contracts: unknown }) => row<rows.WorkflowVersionRow>('define_contracts', { workflow: args.workflow, contracts: json(args.contracts) }),

    /** Define a prompt: a name and a template. Another text is a new version; versions never change. Returns: the version. Raises: PWDEF with all faults, a JSON object a line, in the detail; PWACC if it is another's. Writes: prompts, prompt_versions. Locks: other defines of the prompt wait. */
    definePrompt: (args: { name: string; text: string }) => row<rows.PromptVersionRow>('define_prompt', { name: args.name, text: args.text }),

    /** Define a workflow: make its next version, or find the one that is the same, and let it be the latest. Returns: the version. Raises: PWDEF with all faults, a JSON object a line, in the detail; PWACC if the workflow is another's. Writes: workflows, workflow_versions, conversations and what is compiled from them. Locks: other defines of the workflow wait. */
    defineWorkflow: (args: { definition: unknown }) => row<rows.WorkflowVersionRow>('define_workflow', { definition: json(args.definition) }),

    /** Delete a dataset with all its versions and examples. Evaluations keep their scores. Returns: true. Raises: PWNOF, PWACC if it is not the caller's. Writes: datasets, dataset_versions, dataset_examples. Locks: the dataset. */
    deleteDataset: (args: { dataset: string }) => value<boolean>('delete_dataset', { dataset: args.dataset }),

    /** Delete a workflow, given by name or number: it is not found any more, and nothing starts it. Its runs and their history stay, and those that are open go on; define_workflow brings it back. Returns: its row. Raises: PWNOF, PWACC, PWINP for a part of another workflow. Writes: workflows. */
    deleteWorkflow: (args: { workflow: string }) => row<rows.WorkflowRow>('delete_workflow', { workflow: args.workflow }),

    /** Delete a template; workflows that began with it stay. Returns: true. Raises: PWNOF, PWACC if it is not the caller's. Writes: workflow_templates. Locks: the template. */
    deleteWorkflowTemplate: (args: { templateName: string }) => value<boolean>('delete_workflow_template', { template_name: args.templateName }),

    /** Start what a webhook of the caller starts; the same delivery again returns the same run. The API calls it in the name of the owner, once it has checked the signature. Returns: the run. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM, PWLIM if the workflow skips runs now. Writes: as start_workflow. */
    deliverWebhook: (args: { webhookName: string; deliveryId: string; body: unknown; traceparent?: string | undefined }) => row<rows.WorkflowRunRow>('deliver_webhook', { webhook_name: args.webhookName, delivery_id: args.deliveryId, body: json(args.body), traceparent: args.traceparent }),

    /** Let the runs of an environment take a version; before, they take the latest. Runs that go on keep theirs. Returns: the deployment. Raises: PWNOF, PWINP, PWACC. Writes: workflow_deployments, workflow_deployment_history. */
    deployWorkflow: (args: { workflow: string; version: number; environment: string }) => row<rows.WorkflowDeploymentRow>('deploy_workflow', { workflow: args.workflow, version: args.version, environment: args.environment }),

    /** Find the inputs that wait for a workflow, or for any, by its pending_tasks query. Inputs that a run or batch has, and those in quarantine, are left out. Of all workflows, one whose query fails is left out with a warning. Returns: a row for each, ten thousand of a workflow at most. Raises: PWNOF, PWQRY. */
    discoverPendingTasks: (args: { workflow?: string | undefined } = {}) => rows<{ workflow_id: number | null; workflow_name: string | null; task_key: string | null; input: unknown | null }>('discover_pending_tasks', { workflow: args.workflow }),

    /** Show the graph of a definition that is not saved yet, to be drawn. Returns: as version_graph, with the JSON pointer of each part in `at`. Conversations are numbered by their place and list their tags. Parts with faults are left out. Never raises. */
    draftGraph: (args: { definition: unknown }) => value<unknown>('draft_graph', { definition: json(args.definition) }),

    /** Delete a schedule with its history; what it started goes on. Returns: true. Raises: PWNOF, PWACC. Writes: schedules, schedule_firings. Locks: the schedule. */
    dropSchedule: (args: { scheduleName: string }) => value<boolean>('drop_schedule', { schedule_name: args.scheduleName }),

    /** Delete a webhook: its address answers no more. What it started goes on. Returns: true. Raises: PWNOF, PWACC. Writes: webhooks. Locks: the webhook. */
    dropWebhook: (args: { webhookName: string }) => value<boolean>('drop_webhook', { webhook_name: args.webhookName }),

    /** Show what start_workflow would do with the same arguments; nothing is written. Returns: {workflow, version, levels, first: rendered inputs, faults}. Raises: PWNOF. */
    dryRunWorkflow: (args: { workflow: string; input?: unknown | undefined; startAt?: string | undefined; given?: unknown | undefined; environment?: string | undefined }) => value<unknown>('dry_run_workflow', { workflow: args.workflow, input: json(args.input), start_at: args.startAt, given: json(args.given), environment: args.environment }),

    /** Allow or forbid starting a workflow, given by name or number; runs that are open go on. Returns: its row. Raises: PWNOF, PWACC, PWINP for a part of another workflow. Writes: workflows. */
    enableWorkflow: (args: { workflow: string; enabled: boolean }) => row<rows.WorkflowRow>('enable_workflow', { workflow: args.workflow, enabled: args.enabled }),

    /** Measure a workflow by the examples of a dataset. It is a batch with a run for each sample of each example; scorers score the answers from 0 to 1. Without a version, it measures the one that runs in the environment; overrides change it as fork_workflow_run does. Its runs start no on_completion workflows. Returns: the evaluation; its number is that of the batch's run. Raises: PWNOF, PWACC, PWDIS, PWINP, PWDEF. Writes: as start_batch; evaluations; for scorers of type actor and sql, what judges by them. */
    evaluate: (args: { workflow: string; dataset: string; scorers?: unknown | undefined; version?: number | undefined; overrides?: unknown | undefined; datasetVersion?: number | undefined; tags?: readonly string[] | undefined; samples?: number | undefined; failBelow?: number | undefined; maxParallel?: number | undefined; environment?: string | undefined; priority?: number | undefined }) => row<rows.EvaluationRow>('evaluate', { workflow: args.workflow, dataset: args.dataset, scorers: json(args.scorers), version: args.version, overrides: json(args.overrides), dataset_version: args.datasetVersion, tags: args.tags, samples: args.samples, fail_below: args.failBelow, max_parallel: args.maxParallel, environment: args.environment, priority: args.priority }),

    /** Show which conversations of a workflow's latest version may run in parallel; the workflow is a name or a number. Returns: level, from 0, and names. Raises: PWNOF. */
    executionLevels: (args: { workflow: string }) => rows<{ level: number | null; conversations: readonly string[] | null }>('execution_levels', { workflow: args.workflow }),

    /** Explain why two batches differ: the runs of the same task are paired, each pair is explained, and the causes are counted. Returns: a row for each cause and conversation, by descending count, with an example; unpaired counts tasks that only one of them has. Raises: PWNOF. */
    explainChange: (args: { batchA: number; batchB: number }) => rows<{ cause: string | null; conversation: string | null; pairs: number | null; a_example: number | null; b_example: number | null; message: string | null }>('explain_change', { batch_a: args.batchA, batch_b: args.batchB }),

    /** Explain why two sets of runs differ: runs of the same input are paired, each pair is explained, and the causes are counted. Returns: a row for each cause and conversation, by descending count, with an example; unpaired counts runs without a partner. */
    explainChangeOfRuns: (args: { runsA: readonly number[]; runsB: readonly number[] }) => rows<{ cause: string | null; conversation: string | null; pairs: number | null; a_example: number | null; b_example: number | null; message: string | null }>('explain_change_of_runs', { runs_a: args.runsA, runs_b: args.runsB }),

    /** Explain the first difference of two runs; of two batches, the first task whose runs differ (cause child_run). Causes: nothing, input_data, version, prompt, model, model_digest, options, script_output, non_determinism, human_decision, signal, failure, child_run, and environment. For child_run, child holds the explanation of the child runs. What follows from a difference upstream is never named. Returns: one row; changed names the fields, a_value and b_value hold both sides. Raises: PWNOF. */
    explainDifference: (args: { a: Id; b: Id }) => rows<{ cause: string | null; conversation: string | null; iteration: number | null; item_index: number | null; a_interaction_id: number | null; b_interaction_id: number | null; changed: readonly string[] | null; a_value: unknown | null; b_value: unknown | null; message: string | null; child: unknown | null }>('explain_difference', { a: args.a, b: args.b }),

    /** Export a run with its log, seals and what it ran with; `pgwave audit check` verifies the document without a database. Returns: the document. Raises: PWNOF. */
    exportRun: (args: { workflowRunId: Id }) => value<unknown>('export_run', { workflow_run_id: args.workflowRunId }),

    /** Empty the cache of models' answers, so that models are asked anew. Returns: how many were forgotten. Writes: model_responses. */
    forgetResponses: (args: { olderThan?: string | undefined } = {}) => value<number>('forget_responses', { older_than: args.olderThan }),

    /** Start a new run that keeps all that does not depend on a conversation (name or number), and goes on from there. overrides: `{prompt, system, params, actor, model, options}` of that conversation, `input`, `limits`, and `conversations: {name: {…}}`. Returns: the new run. Raises: PWNOF, PWACC, PWTRN if the conversation never ran, PWINP, PWDEF. Writes: workflow_runs, interactions. Locks: the run that is forked. */
    forkWorkflowRun: (args: { workflowRunId: Id; at: string; overrides?: unknown | undefined }) => row<rows.WorkflowRunRow>('fork_workflow_run', { workflow_run_id: args.workflowRunId, at: args.at, overrides: json(args.overrides) }),

    /** Let somebody, or everybody (public), view, operate, or author a workflow. view: see it and all its runs; operate: also start it and steer its runs; author: also change it. Returns: the permission. Raises: PWNOF, PWACC if it is not the caller's, PWINP. Writes: workflow_permissions. */
    grantWorkflow: (args: { workflow: string; grantee: string; permission: string }) => row<rows.WorkflowPermissionRow>('grant_workflow', { workflow: args.workflow, grantee: args.grantee, permission: args.permission }),

    /** Keep a run or an interaction as an example of a dataset, which is made if it is not there. The input is that of the run. The expected output is what you give, else the run's output, or the answer of the interaction: its data, else its response. Returns: the new version; the latest if it has the example. Raises: PWNOF, PWACC if the dataset is another's, PWINP, PWTRN if neither an output nor `expected` is given. Writes: as add_examples. Locks: the dataset. */
    keepExample: (args: { dataset: string; workflowRunId?: Id | undefined; interactionId?: Id | undefined; expected?: unknown | undefined; tags?: readonly string[] | undefined }) => row<rows.DatasetVersionRow>('keep_example', { dataset: args.dataset, workflow_run_id: args.workflowRunId, interaction_id: args.interactionId, expected: json(args.expected), tags: args.tags }),

    /** Point a label of a prompt to a version, by default the latest. Runs that were started before keep what they got. Returns: the move; the last one if nothing changes. Raises: PWNOF, PWACC, PWINP, PWDEF if a workflow that uses the label cannot render the text. Writes: prompt_labels. Locks: other defines of the prompt wait. */
    labelPrompt: (args: { prompt: string; label: string; version?: number | undefined }) => row<rows.PromptLabelRow>('label_prompt', { prompt: args.prompt, label: args.label, version: args.version }),

    /** Find what is valid in a definition, and risky: tags that are read from free text although the prompt quotes data, in blocks too. Returns: a row for each warning: code, JSON pointer, message, hint. Never raises. */
    lintWorkflow: (args: { definition: unknown }) => rows<{ code: string | null; path: string | null; message: string | null; hint: string | null }>('lint_workflow', { definition: json(args.definition) }),

    /** List the environments with the version that their runs of a workflow take. Returns: a row for each; version null: the latest. Raises: PWNOF. */
    listDeployments: (args: { workflow: string }) => rows<{ environment: rows.Environment | null; version: number | null; deployed_by: string | null; deployed_at: string | null }>('list_deployments', { workflow: args.workflow }),

    /** Show how far the interactions of a run have come. Returns: their numbers, and the number of the last event of each. Raises: PWNOF. */
    listEventSeqs: (args: { workflowRunId: Id }) => rows<{ interaction_ids: readonly number[] | null; event_seqs: readonly number[] | null }>('list_event_seqs', { workflow_run_id: args.workflowRunId }),

    /** List the examples of a version of a dataset, or of the latest; with tags, those that have one of them. Returns: the examples, in the order in which they came. Raises: PWNOF. */
    listExamples: (args: { dataset: string; version?: number | undefined; tags?: readonly string[] | undefined }) => rows<rows.DatasetExampleRow>('list_examples', { dataset: args.dataset, version: args.version, tags: args.tags }),

    /** List what failed, by code: of a run with the runs below it, of a workflow (name or number), or of all. Without a run, it reads the latest 5,000 runs that the caller may see. Returns: a row for each code (null: the error has none), by descending count. It has the latest message, and up to five of the latest interactions and runs. */
    listFailures: (args: { workflow?: string | undefined; workflowRunId?: Id | undefined } = {}) => rows<{ code: string | null; failures: number | null; runs: number | null; message: string | null; conversations: readonly string[] | null; interaction_ids: readonly number[] | null; workflow_run_ids: readonly number[] | null; last_at: string | null }>('list_failures', { workflow: args.workflow, workflow_run_id: args.workflowRunId }),

    /** Show how large this database is and what is under way in it. Returns: a row for each fact. */
    listHealthFacts: () => rows<{ fact: string | null; value: string | null }>('list_health_facts', {  }),

    /** List runs that are old enough to be pruned: by retention of their workflow, else older than what is given. Returns: a row for each run, with the run that it goes with. */
    listPrunableRuns: (args: { olderThan?: string | undefined; after?: number | undefined; most?: number | undefined } = {}) => rows<{ root_workflow_run_id: number | null; workflow_run_id: number | null }>('list_prunable_runs', { older_than: args.olderThan, after: args.after, most: args.most }),

    /** List the workflows with mcp: true that the caller may start, as tools. A tool has a name of at most 64 letters, digits, _ and -. Its description and input contract are those of the version that runs in an environment. Returns: a row for each; input null: no contract. Raises: PWINP for an unknown environment. */
    listTools: (args: { environment?: string | undefined } = {}) => rows<{ tool_name: string | null; workflow_name: string | null; version: number | null; description: string | null; input: unknown | null }>('list_tools', { environment: args.environment }),

    /** Show metrics of the whole system in the text format of Prometheus; workers and the API answer them at /metrics. Returns: the text. */
    metrics: () => value<string>('metrics', {  }),

    /** Count the calls of models that ended in a time range. Returns: a row for each model, by descending calls. It has calls, answers from the cache, rehearsed answers, and failed calls. It has the times of completed calls in milliseconds, tokens, and cost. Raises: PWNOF, PWINP for an empty range. */
    modelStatistics: (args: { from?: string | undefined; until?: string | undefined; workflow?: string | undefined; environment?: string | undefined } = {}) => rows<{ model: string | null; calls: number | null; cached: number | null; rehearsed: number | null; failed: number | null; p50_ms: number | null; p95_ms: number | null; prompt_tokens: number | null; completion_tokens: number | null; cost: number | null; last_call_at: string | null }>('model_statistics', { from: args.from, until: args.until, workflow: args.workflow, environment: args.environment }),

    /** Let a schedule start nothing until resume_schedule; what it started goes on. Returns: the schedule. Raises: PWNOF, PWACC. Writes: schedules. Locks: the schedule. */
    pauseSchedule: (args: { scheduleName: string }) => row<rows.ScheduleRow>('pause_schedule', { schedule_name: args.scheduleName }),

    /** Pause a run and its child runs: what runs finishes, nothing begins until resume_workflow_run. Returns: the run. Raises: PWNOF, PWACC, PWTRN if it ended. Writes: workflow_runs, ready. Locks: the runs, ascending. */
    pauseWorkflowRun: (args: { workflowRunId: Id }) => row<rows.WorkflowRunRow>('pause_workflow_run', { workflow_run_id: args.workflowRunId }),

    /** Pause up to 500 runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as pause_workflow_run. Locks: the runs, ascending. */
    pauseWorkflowRuns: (args: { workflowRunIds: readonly number[] }) => rows<{ workflow_run_id: number | null; status: rows.RunStatus | null; code: string | null; message: string | null; hint: string | null }>('pause_workflow_runs', { workflow_run_ids: args.workflowRunIds }),

    /** Plan a workflow for a goal in words. A model drafts it from what is there; faults go back to the model. Then the caller approves it, unless approve is false. Then it is defined and, unless run is false, started. model: the actor or model that drafts; default: the actor planner_model. Returns: the planning run; its output names the workflow and its run. Raises: PWINP. Writes: workflow_runs, interactions. */
    planWorkflow: (args: { goal: string; model?: string | undefined; approve?: boolean | undefined; run?: boolean | undefined; environment?: string | undefined }) => row<rows.WorkflowRunRow>('plan_workflow', { goal: args.goal, model: args.model, approve: args.approve, run: args.run, environment: args.environment }),

    /** Show what a conversation of a definition would be given with the data of a run, and which branches an output would take. The definition need not be saved. The output is a text or `{response, data, tag}`; without it, the one that the run recorded. Writes nothing. Returns: `{conversation, workflow_run_id, input: {prompt, system, params, …}, missing: paths, error, items, item, output, branches: [{to, at, condition, decision, seen, reason}]}`. A map shows its first item; decisions are taken, not_taken, unknown, or undecided without an output. Raises: PWNOF, PWDEF if the conversation does not parse. */
    previewConversation: (args: { definition: unknown; conversation: string; workflowRunId: Id; output?: unknown | undefined }) => value<unknown>('preview_conversation', { definition: json(args.definition), conversation: args.conversation, workflow_run_id: args.workflowRunId, output: json(args.output) }),

    /** Show what a prune would remove, without sub-workflows. Returns: a row for each workflow and environment that has runs which are old enough. */
    previewPrune: (args: { olderThan?: string | undefined } = {}) => rows<{ workflow_name: string | null; environment: rows.Environment | null; runs: number | null; oldest: string | null; newest: string | null }>('preview_prune', { older_than: args.olderThan }),

    /** Discover what waits for a workflow, or for any, and start a batch over it, one for each workflow. No task is taken twice, also by callers at the same time. With dry_run nothing is written. Returns: a row for each batch, or with dry_run for each that would start. It has the workflow, the number of tasks, the batch's run (null: none), and the first ten inputs. max_tasks is the maximum number of tasks; default: 10,000. Without a workflow, one whose query fails is left out with a warning of code PWQRY, and doctor shows it. Raises: PWNOF, PWACC, PWDIS, PWINP, PWQRY. Writes: task_claims, workflow_runs, batches, batch_tasks, interactions. */
    processPendingTasks: (args: { workflow?: string | undefined; maxTasks?: number | undefined; dryRun?: boolean | undefined; maxParallel?: number | undefined; stopAfterFailures?: number | undefined; environment?: string | undefined; priority?: number | undefined } = {}) => rows<{ workflow_id: number | null; workflow_name: string | null; tasks: number | null; workflow_run_id: number | null; first_inputs: unknown | null }>('process_pending_tasks', { workflow: args.workflow, max_tasks: args.maxTasks, dry_run: args.dryRun, max_parallel: args.maxParallel, stop_after_failures: args.stopAfterFailures, environment: args.environment, priority: args.priority }),

    /** Deploy in one environment the version that another has. With requires, the number of an evaluation, it must have measured this version and passed. Returns: the deployment. Raises: PWNOF if nothing is deployed there, PWINP, PWACC, PWEVL with the examples that score below 1. Writes: workflow_deployments, workflow_deployment_history. */
    promoteWorkflow: (args: { workflow: string; fromEnvironment: string; toEnvironment: string; requires?: number | undefined }) => row<rows.WorkflowDeploymentRow>('promote_workflow', { workflow: args.workflow, from_environment: args.fromEnvironment, to_environment: args.toEnvironment, requires: args.requires }),

    /** Count the interactions of runs that ended in a time range, by version of a prompt; copies of forks are left out. Returns: a row for each version. It has the labels by which it was picked, times of completed interactions in milliseconds, tokens, cost, and the scores of evaluations of these runs. Raises: PWNOF, PWINP for an empty range. */
    promptStatistics: (args: { prompt: string; from?: string | undefined; until?: string | undefined; environment?: string | undefined }) => rows<{ version: number | null; labels: readonly string[] | null; interactions: number | null; completed: number | null; failed: number | null; p50_ms: number | null; p95_ms: number | null; prompt_tokens: number | null; completion_tokens: number | null; cost: number | null; scores: number | null; mean_score: number | null }>('prompt_statistics', { prompt: args.prompt, from: args.from, until: args.until, environment: args.environment }),

    /** List the conversations that use a prompt, in the workflows that the caller may see. It reads the latest version of each, and the versions that are pinned to an environment. Returns: a row for each conversation, with the label, the version, or the split that it names. Without any of them, it uses the latest version of the prompt. */
    promptUses: (args: { prompt: string }) => rows<{ workflow_name: string | null; version: number | null; is_latest: boolean | null; environments: readonly string[] | null; conversation_name: string | null; label: string | null; prompt_version: number | null; split: unknown | null }>('prompt_uses', { prompt: args.prompt }),

    /** Drop the first partition whose every run is old enough: by retention of its workflow, else older than what is given. Returns: how many runs went; null: no partition is old enough. Raises: 55P03 if others hold the tables; try again. Writes: prunes, the catalogue. Locks: the tables of runs, access exclusive, for 200 ms at most each. */
    prunePartition: (args: { olderThan?: string | undefined } = {}) => value<number>('prune_partition', { older_than: args.olderThan }),

    /** Prune runs with their sub-workflows: those of the list that list_prunable_runs names as roots. Returns: how many runs went. Raises: 55P03 if somebody holds one. Writes: prunes, the tables of runs. Locks: the runs. */
    pruneRuns: (args: { workflowRunIds: readonly number[]; olderThan?: string | undefined; archive?: string | undefined }) => value<number>('prune_runs', { workflow_run_ids: args.workflowRunIds, older_than: args.olderThan, archive: args.archive }),

    /** Read what a model has answered so far, or its whole answer. Returns: the run, the attempt, the text (null: none yet), and whether the interaction is resolved. Raises: PWNOF. */
    readResponse: (args: { interactionId: Id }) => rows<{ workflow_run_id: number | null; attempt: number | null; response: string | null; is_resolved: boolean | null }>('read_response', { interaction_id: args.interactionId }),

    /** Make a version of a dataset without these examples; earlier versions keep them. Returns: it; the latest version if it has none of them. Raises: PWNOF, PWACC if the dataset is another's. Writes: datasets, dataset_versions, dataset_examples. Locks: the dataset. */
    removeExamples: (args: { dataset: string; exampleKeys: readonly string[] }) => row<rows.DatasetVersionRow>('remove_examples', { dataset: args.dataset, example_keys: args.exampleKeys }),

    /** Run a finished run once more from what it recorded. Recorded answers of models, scripts, people, signals, timers, and child runs are given again; nobody is called. The engine works out anew what follows. What the original has no answer to is cancelled. Returns: the new run, finished. Raises: PWNOF, PWACC, PWTRN if the run goes on or undoes another. Writes: workflow_runs, interactions. Locks: the run that is reproduced. */
    reproduceRun: (args: { workflowRunId: Id }) => row<rows.WorkflowRunRow>('reproduce_run', { workflow_run_id: args.workflowRunId }),

    /** Let a paused schedule go on, from its next time after now: times of the pause are not missed. Returns: the schedule. Raises: PWNOF, PWACC. Writes: schedules, tickets. Locks: the schedule. */
    resumeSchedule: (args: { scheduleName: string }) => row<rows.ScheduleRow>('resume_schedule', { schedule_name: args.scheduleName }),

    /** Let a paused run and its child runs go on; one that is not paused stays as it is. Returns: the run. Raises: PWNOF, PWACC, PWTRN if it ended. Writes: workflow_runs, ready, interactions, tickets. Locks: the runs, ascending. */
    resumeWorkflowRun: (args: { workflowRunId: Id }) => row<rows.WorkflowRunRow>('resume_workflow_run', { workflow_run_id: args.workflowRunId }),

    /** Resume up to 500 paused runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as resume_workflow_run. Locks: the runs, ascending. */
    resumeWorkflowRuns: (args: { workflowRunIds: readonly number[] }) => rows<{ workflow_run_id: number | null; status: rows.RunStatus | null; code: string | null; message: string | null; hint: string | null }>('resume_workflow_runs', { workflow_run_ids: args.workflowRunIds }),

    /** Start a batch over the tasks of another that failed or were cancelled, queued ones among them, with its settings; their quarantine is lifted. The batch that ended stays as it is. Returns: the new batch's run. Raises: PWNOF, PWACC, PWDIS, PWTRN if it goes on or nothing failed. Writes: as start_batch. Locks: the batch's run. */
    retryBatch: (args: { workflowRunId: Id }) => row<rows.WorkflowRunRow>('retry_batch', { workflow_run_id: args.workflowRunId }),

    /** Lift the quarantine of tasks of a workflow, or of those with these keys, so that they are discovered again. Returns: how many. Raises: PWNOF, PWACC. Writes: task_claims. Locks: these claims, in the order of their keys. */
    retryTasks: (args: { workflow: string; taskKeys?: readonly string[] | undefined }) => value<number>('retry_tasks', { workflow: args.workflow, task_keys: args.taskKeys }),

    /** Take up a run that failed or was cancelled. Failures that no branch took up, and cancelled steps, are tried again under the same numbers. Nothing that completed is repeated. limits replaces some of the run's limits from now on, null lifts one; a run that would end by one at once is refused. Returns: the run. Raises: PWNOF, PWACC, PWTRN if there is nothing to retry or its steps are undone, PWINP, PWLIM. Writes: workflow_runs, interactions, waits, ready, tickets. Locks: the interactions, ascending; the run. */
    retryWorkflowRun: (args: { workflowRunId: Id; limits?: unknown | undefined }) => row<rows.WorkflowRunRow>('retry_workflow_run', { workflow_run_id: args.workflowRunId, limits: json(args.limits) }),

    /** Retry up to 500 failed or cancelled runs. Returns: a row for each run with its status then, or the error that refused it. Raises: PWLIM for more. Writes: as retry_workflow_run. Locks: the runs, ascending. */
    retryWorkflowRuns: (args: { workflowRunIds: readonly number[] }) => rows<{ workflow_run_id: number | null; status: rows.RunStatus | null; code: string | null; message: string | null; hint: string | null }>('retry_workflow_runs', { workflow_run_ids: args.workflowRunIds }),

    /** Take back what was granted on a workflow: one permission, or (null) all of the grantee. Returns: how many. Raises: PWNOF, PWACC if it is not the caller's. Writes: workflow_permissions. */
    revokeWorkflow: (args: { workflow: string; grantee: string; permission?: string | undefined }) => value<number>('revoke_workflow', { workflow: args.workflow, grantee: args.grantee, permission: args.permission }),

    /** Show a run as its graph: a row for each conversation and iteration, in order. Counts by status are those of a map's items, if it is a map; status, tag, and branches_taken are those of the conversation itself. Returns: no row if the run is not there or may not be seen. */
    runConversations: (args: { workflowRunId: Id }) => rows<{ conversation_id: number | null; conversation_name: string | null; iteration: number | null; actor_name: string | null; actor_type: rows.ActorType | null; status: rows.InteractionStatus | null; interaction_id: number | null; execution_order: number | null; items: number | null; pending: number | null; running: number | null; waiting: number | null; completed: number | null; failed: number | null; skipped: number | null; cancelled: number | null; copied: boolean | null; first_failed_id: number | null; error_code: string | null; tag: string | null; started_at: string | null; completed_at: string | null; prompt_tokens: number | null; completion_tokens: number | null; cost: number | null; branches_taken: unknown | null }>('run_conversations', { workflow_run_id: args.workflowRunId }),

    /** Show where a run stands, for a terminal. Returns: a row for each conversation in its latest pass, in order. done counts the items of a map. note is the error, the reason, the tag, or the end of the text so far. No row: the run is not there, or has no step yet. */
    runProgress: (args: { workflowRunId: Id }) => rows<{ conversation: string | null; actor: string | null; status: string | null; done: string | null; iteration: number | null; attempt: number | null; duration_ms: number | null; note: string | null }>('run_progress', { workflow_run_id: args.workflowRunId }),

    /** Count the runs of a time range by how they ended, over all rows that the caller may see, also in buckets of a length. Child runs count as runs. Returns: a row for each bucket, also for empty ones; without a length, one row. It counts runs that started, and runs that ended by status. It has the times of completed runs in milliseconds, tokens, cost, and failed runs by code. Raises: PWNOF, PWINP for an empty range or more than 1000 buckets. */
    runStatistics: (args: { from?: string | undefined; until?: string | undefined; bucket?: string | undefined; workflow?: string | undefined; environment?: string | undefined } = {}) => rows<{ bucket_from: string | null; bucket_until: string | null; started: number | null; completed: number | null; failed: number | null; cancelled: number | null; p50_ms: number | null; p95_ms: number | null; prompt_tokens: number | null; completion_tokens: number | null; cost: number | null; errors: unknown | null }>('run_statistics', { from: args.from, until: args.until, bucket: args.bucket, workflow: args.workflow, environment: args.environment }),

    /** Find runs by attempts of a time range: by actor, by model, or by the error code of a failed attempt. They are the runs behind a number of actor_statistics or model_statistics. Returns: the runs, the latest first. Raises: PWINP for an empty range. */
    runsByAttempt: (args: { from?: string | undefined; until?: string | undefined; actor?: string | undefined; model?: string | undefined; code?: string | undefined } = {}) => rows<rows.WorkflowRunRow>('runs_by_attempt', { from: args.from, until: args.until, actor: args.actor, model: args.model, code: args.code }),

    /** Save a definition as a template that new workflows may start from. It may have faults. If the caller has a template of that name, it is replaced. Returns: it. Raises: PWINP for a bad name, PWNOF or PWACC if the name is another's. Writes: workflow_templates. Locks: the template. */
    saveWorkflowTemplate: (args: { templateName: string; definition: unknown; description?: string | undefined; visibility?: rows.Visibility | undefined }) => row<rows.WorkflowTemplateRow>('save_workflow_template', { template_name: args.templateName, definition: json(args.definition), description: args.description, visibility: args.visibility }),

    /** Validate a value against a contract (JSON Schema, draft 2020-12; format is an annotation unless the contract has x-assert-format). Returns: a row for each breach, at most a hundred, with a JSON pointer into the value, the keyword, and what would be right. No rows if the value is valid or the contract is null. Raises: PWDEF if the contract has anything that is not supported, as when it is defined. */
    schemaErrors: (args: { schema: unknown; value: unknown }) => rows<{ path: string | null; keyword: string | null; message: string | null }>('schema_errors', { schema: json(args.schema), value: json(args.value) }),

    /** Find runs by number, by the key of their task, or by words in input, output, or error. For words, it reads the latest 100,000 runs that the caller may see, of those before the run `before`. searched_back_to returns the last run that it reads. `matches` is a filter as in count_matching_runs: other runs are left out. Returns: the run with that number first, then the others, the latest first; a maximum of 50. */
    searchRuns: (args: { text: string; before?: number | undefined; matches?: unknown | undefined }) => rows<rows.WorkflowRunRow>('search_runs', { text: args.text, before: args.before, matches: json(args.matches) }),

    /** Show how far search_runs looks for words, with the same `before`. Returns: the number of the oldest run that it reads, which is the next `before`; null: it reads all older runs. */
    searchedBackTo: (args: { before?: number | undefined } = {}) => value<number>('searched_back_to', { before: args.before }),

    /** Send a signal to a run; sent before anything waits for it, it is kept. Returns: the signal. Raises: PWNOF, PWACC, PWSIG if no conversation can still take it, PWINP if the payload breaks the contract. Writes: signals, interactions, and what follows. Locks: the run; the interaction without waiting. */
    sendSignal: (args: { workflowRunId: Id; signalName: string; payload?: unknown | undefined }) => row<rows.SignalRow>('send_signal', { workflow_run_id: args.workflowRunId, signal_name: args.signalName, payload: json(args.payload) }),

    /** Let every viewer see a dataset, or hide it. Returns: it. Raises: PWNOF, PWACC if it is not the caller's. Writes: datasets. Locks: the dataset. */
    setDatasetVisibility: (args: { dataset: string; visibility: rows.Visibility }) => row<rows.DatasetRow>('set_dataset_visibility', { dataset: args.dataset, visibility: args.visibility }),

    /** Let every viewer see a run of a public workflow, or hide it. Returns: the run. Raises: PWNOF, PWACC if it is not the caller's, PWINP if the workflow is private. Writes: workflow_runs. Locks: the run. */
    setRunVisibility: (args: { workflowRunId: Id; visibility: rows.Visibility }) => row<rows.WorkflowRunRow>('set_run_visibility', { workflow_run_id: args.workflowRunId, visibility: args.visibility }),

    /** Let every viewer see a workflow and the runs that start from now on, or hide it with all its runs. Returns: its row. Raises: PWNOF, PWACC if it is not the caller's. Writes: workflows. */
    setWorkflowVisibility: (args: { workflow: string; visibility: rows.Visibility }) => row<rows.WorkflowRow>('set_workflow_visibility', { workflow: args.workflow, visibility: args.visibility }),

    /** Show the contracts of the latest version of a workflow (name or number), or of every workflow. Returns: {name: {version, input, output, conversations: {name: schema}}}, without what is not defined; null if the workflow is not found. */
    showContracts: (args: { workflow?: string | undefined } = {}) => value<unknown>('show_contracts', { workflow: args.workflow }),

    /** Show a run with its interactions in order. Without all_items, a map of more than ten items has counts, the first failure, and some items that wait. Returns: {run, interactions}. Raises: PWNOF. */
    showRun: (args: { workflowRunId: Id; allItems?: boolean | undefined }) => value<unknown>('show_run', { workflow_run_id: args.workflowRunId, all_items: args.allItems }),

    /** Start a run of a workflow for each input of an array, at most max_parallel at once; after stop_after_failures failed tasks no further one starts. An input that breaks the contract is a failed task; if all do, nothing starts. The same idempotency key with the same request returns the batch that it started. With a traceparent, the batch belongs to that trace, and its runs link to it. With not_before, its tasks start from then on. Returns: the batch's run. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, batches, batch_tasks, task_claims, interactions, run_traces. */
    startBatch: (args: { workflow: string; inputs: unknown; maxParallel?: number | undefined; stopAfterFailures?: number | undefined; environment?: string | undefined; priority?: number | undefined; idempotencyKey?: string | undefined; traceparent?: string | undefined; notBefore?: string | undefined }) => row<rows.WorkflowRunRow>('start_batch', { workflow: args.workflow, inputs: json(args.inputs), max_parallel: args.maxParallel, stop_after_failures: args.stopAfterFailures, environment: args.environment, priority: args.priority, idempotency_key: args.idempotencyKey, traceparent: args.traceparent, not_before: args.notBefore }),

    /** Start a workflow, by name or number. The same idempotency key with the same request returns the run that it started. With a traceparent, the run belongs to that trace. With not_before, the run waits until that time, at most ten years ahead. If the workflow has debounce or collect, the start may join a run that has not begun. Returns: the run; starts above 1: the start joined it. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, interactions, run_traces. */
    startWorkflow: (args: { workflow: string; input?: unknown | undefined; startAt?: string | undefined; given?: unknown | undefined; environment?: string | undefined; priority?: number | undefined; idempotencyKey?: string | undefined; traceparent?: string | undefined; notBefore?: string | undefined }) => row<rows.WorkflowRunRow>('start_workflow', { workflow: args.workflow, input: json(args.input), start_at: args.startAt, given: json(args.given), environment: args.environment, priority: args.priority, idempotency_key: args.idempotencyKey, traceparent: args.traceparent, not_before: args.notBefore }),

    /** Start a run of a workflow for each input of an array, in one transaction. If an input breaks the contract, nothing starts. Each run is by itself: for progress, retries and a report of all, call start_batch. A key for each input works as that of start_workflow. With a traceparent, the runs belong to that trace. With not_before, they wait until that time. If the workflow has debounce or collect, several inputs may get the same run. Returns: the run of each input, in their order. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM. Writes: workflow_runs, interactions, run_traces. */
    startWorkflows: (args: { workflow: string; inputs: unknown; environment?: string | undefined; priority?: number | undefined; idempotencyKeys?: readonly string[] | undefined; traceparent?: string | undefined; notBefore?: string | undefined }) => rows<rows.WorkflowRunRow>('start_workflows', { workflow: args.workflow, inputs: json(args.inputs), environment: args.environment, priority: args.priority, idempotency_keys: args.idempotencyKeys, traceparent: args.traceparent, not_before: args.notBefore }),

    /** Test whether the difference of two evaluations is more than chance, by the exact sign test over the examples that both have. Returns: one row: how many are better, worse, same, and not compared, the mean scores, and the p-value. more_than_chance is true below 0.05. Raises: PWNOF. */
    testEvaluations: (args: { a: Id; b: Id }) => rows<{ examples: number | null; better: number | null; worse: number | null; same: number | null; not_compared: number | null; a_score: number | null; b_score: number | null; p_value: number | null; more_than_chance: boolean | null; message: string | null }>('test_evaluations', { a: args.a, b: args.b }),

    /** Let the runs of an environment take the latest version again. Returns: whether one was deployed. Raises: PWNOF, PWACC. Writes: workflow_deployments, workflow_deployment_history. */
    undeployWorkflow: (args: { workflow: string; environment: string }) => value<boolean>('undeploy_workflow', { workflow: args.workflow, environment: args.environment }),

    /** Let changes of a table make a schedule due no longer, and drop the trigger. Raises: PWNOF, PWACC; insufficient_privilege. Writes: watched_tables. Locks: the table, as drop trigger does. */
    unwatchTable: (args: { scheduleName: string; tableName: string }) => value<string>('unwatch_table', { schedule_name: args.scheduleName, table_name: args.tableName }),

    /** Change what is given of a schedule. Returns: the schedule; a worker works out its next time. Raises: PWNOF, PWACC, PWCRN, PWINP. Writes: schedules, tickets. Locks: the schedule. */
    updateSchedule: (args: { scheduleName: string; cron?: string | undefined; timeZone?: string | undefined; input?: unknown | undefined; environment?: string | undefined; missed?: string | undefined; overlap?: string | undefined; maxTasks?: number | undefined; maxParallel?: number | undefined; priority?: number | undefined }) => row<rows.ScheduleRow>('update_schedule', { schedule_name: args.scheduleName, cron: args.cron, time_zone: args.timeZone, input: json(args.input), environment: args.environment, missed: args.missed, overlap: args.overlap, max_tasks: args.maxTasks, max_parallel: args.maxParallel, priority: args.priority }),

    /** Find everything that is wrong with a definition. Returns: a row for each fault: code, JSON pointer, message, hint; none: define_workflow takes it. Never raises. */
    validateWorkflow: (args: { definition: unknown }) => rows<{ code: string | null; path: string | null; message: string | null; hint: string | null }>('validate_workflow', { definition: json(args.definition) }),

    /** Compare an anchor that was kept elsewhere with the chain. Returns: whether the chain still holds it. */
    verifyAnchor: (args: { anchor: unknown }) => value<boolean>('verify_anchor', { anchor: json(args.anchor) }),

    /** Find every event, interaction or run that was changed, removed, added or reordered behind pgwave's back. Returns: a row for each fault; none: the run is as pgwave wrote it; a run that the caller may not see is missing. */
    verifyAudit: (args: { workflowRunId: Id }) => rows<{ fault: string | null; interaction_id: number | null; seq: number | null; message: string | null }>('verify_audit', { workflow_run_id: args.workflowRunId }),

    /** Verify every run that the caller may see and, for administrators, the chain of all seals and the record of what was pruned. Runs that were pruned are no fault. Returns: a row for each fault; workflow_run_id is null if it is one of a definition. */
    verifyAuditAll: () => rows<{ workflow_run_id: number | null; fault: string | null; interaction_id: number | null; seq: number | null; message: string | null }>('verify_audit_all', {  }),

    /** Compare a run with its reproduction: interactions, inputs, outputs, branches, error codes, and the result. Returns: a row for each difference (conversation null: of the run itself); none: what happened is a function of the recorded answers. Raises: PWNOF. */
    verifyReproduction: (args: { original: Id; copy: Id }) => rows<{ conversation: string | null; iteration: number | null; item_index: number | null; differs: readonly string[] | null; original_value: unknown | null; copy_value: unknown | null }>('verify_reproduction', { original: args.original, copy: args.copy }),

    /** Show which conversations of a version may run in parallel: those of a level have the same longest path from the starts. Returns: level, from 0, and names in order of definition; what only entries reach is left out. Raises: PWNOF. */
    versionExecutionLevels: (args: { workflowVersionId: Id }) => rows<{ level: number | null; conversations: readonly string[] | null }>('version_execution_levels', { workflow_version_id: args.workflowVersionId }),

    /** Show the graph of a workflow version, to be drawn. Returns: `{conversations: [{conversation_id, name, type, actor, join, join_count, join_expression, race, map, on_failure, compensated, block, actors, chosen_by}], branches: [{branch_id, from, to, after, kind, tags, predicate, max_loops, loop, ends}]}`, both empty if the version is not there or may not be seen. A loop limited by data has its path in `loop`; `to` is null for `none` and `END`; `ends` is true for `END`. If data chooses the actor, `actors` has all of them, and `chosen_by` the path. */
    versionGraph: (args: { workflowVersionId: Id }) => value<unknown>('version_graph', { workflow_version_id: args.workflowVersionId }),

    /** Let a schedule be due when rows are inserted into a table, and with on_update when they are changed. It adds a trigger to the table with the rights of the caller, who must own the table or have TRIGGER on it. Raises: PWNOF, PWACC; insufficient_privilege. Writes: watched_tables. Locks: the table, as create trigger does. */
    watchTable: (args: { scheduleName: string; tableName: string; onUpdate?: boolean | undefined }) => value<string>('watch_table', { schedule_name: args.scheduleName, table_name: args.tableName, on_update: args.onUpdate }),

    /** Explain why an interaction has not begun, or what it waits for. Returns: one row with the reason, a sentence, since when, and until when if that is known; no row: it neither is pending nor waits. */
    whyPending: (args: { interactionId: Id }) => rows<{ reason: string | null; message: string | null; since: string | null; until: string | null }>('why_pending', { interaction_id: args.interactionId }),

    /** Count the runs of a time range by workflow and status, over all rows that the caller may see. Returns: a row for each workflow that had runs, by descending count: as run_statistics. Raises: PWINP for an empty range. */
    workflowStatistics: (args: { from?: string | undefined; until?: string | undefined; environment?: string | undefined } = {}) => rows<{ workflow_id: number | null; workflow_name: string | null; started: number | null; completed: number | null; failed: number | null; cancelled: number | null; p50_ms: number | null; p95_ms: number | null; prompt_tokens: number | null; completion_tokens: number | null; cost: number | null; errors: unknown | null }>('workflow_statistics', { from: args.from, until: args.until, environment: args.environment }),

    /** Runs that are not finished. */
    listActiveRuns: <Column extends keyof rows.ActiveRunRow = keyof rows.ActiveRunRow>(query?: ListQuery<rows.ActiveRunRow, Column>) => list<rows.ActiveRunRow, Column>('active_runs', query),

    /** Limits, holds and the circuit of an actor; a row only for actors that have one. Locked last. */
    listActorLimits: <Column extends keyof rows.ActorLimitRow = keyof rows.ActorLimitRow>(query?: ListQuery<rows.ActorLimitRow, Column>) => list<rows.ActorLimitRow, Column>('actor_limits', query),

    /** Every definition that an actor ever had; attempts name the one they used. Written by define_actor. */
    listActorRevisions: <Column extends keyof rows.ActorRevisionRow = keyof rows.ActorRevisionRow>(query?: ListQuery<rows.ActorRevisionRow, Column>) => list<rows.ActorRevisionRow, Column>('actor_revisions', query),

    /** An actor a row: how its attempts ended. */
    listActorStats: <Column extends keyof rows.ActorStatsRow = keyof rows.ActorStatsRow>(query?: ListQuery<rows.ActorStatsRow, Column>) => list<rows.ActorStatsRow, Column>('actor_stats', query),

    /** Who does work: a model, a script, a function, a statement, a host. Written by define_actor. */
    listActors: <Column extends keyof rows.ActorRow = keyof rows.ActorRow>(query?: ListQuery<rows.ActorRow, Column>) => list<rows.ActorRow, Column>('actors', query),

    /** Runs whose delta is not the work that was expected, and runs that started behind an approval. If other runs of the workflow were open meanwhile, the delta may be theirs (overlapped). */
    listAnomalies: <Column extends keyof rows.AnomalyRow = keyof rows.AnomalyRow>(query?: ListQuery<rows.AnomalyRow, Column>) => list<rows.AnomalyRow, Column>('anomalies', query),

    /** A batch a row: how far it is. */
    listBatchProgress: <Column extends keyof rows.BatchProgressRow = keyof rows.BatchProgressRow>(query?: ListQuery<rows.BatchProgressRow, Column>) => list<rows.BatchProgressRow, Column>('batch_progress', query),

    /** One input of a batch, and what became of it. Written as batches. */
    listBatchTasks: <Column extends keyof rows.BatchTaskRow = keyof rows.BatchTaskRow>(query?: ListQuery<rows.BatchTaskRow, Column>) => list<rows.BatchTaskRow, Column>('batch_tasks', query),

    /** What a batch does and how far it is: one row for each run of mode global_batch. Locked with its run. Written by start_batch, process_pending_tasks and the ends of the runs. */
    listBatches: <Column extends keyof rows.BatchRow = keyof rows.BatchRow>(query?: ListQuery<rows.BatchRow, Column>) => list<rows.BatchRow, Column>('batches', query),

    /** An edge of one version's graph. Written by define_workflow. */
    listBranches: <Column extends keyof rows.BranchRow = keyof rows.BranchRow>(query?: ListQuery<rows.BranchRow, Column>) => list<rows.BranchRow, Column>('branches', query),

    /** A JSON Schema of an input or output; written by define_workflow, never changed. */
    listContracts: <Column extends keyof rows.ContractRow = keyof rows.ContractRow>(query?: ListQuery<rows.ContractRow, Column>) => list<rows.ContractRow, Column>('contracts', query),

    /** A conversation a row: how its interactions ended, how long they took, what they cost; copies of forks left out. */
    listConversationStats: <Column extends keyof rows.ConversationStatsRow = keyof rows.ConversationStatsRow>(query?: ListQuery<rows.ConversationStatsRow, Column>) => list<rows.ConversationStatsRow, Column>('conversation_stats', query),

    /** A conversation as one version defines it, compiled. Written by define_workflow. */
    listConversationVersions: <Column extends keyof rows.ConversationVersionRow = keyof rows.ConversationVersionRow>(query?: ListQuery<rows.ConversationVersionRow, Column>) => list<rows.ConversationVersionRow, Column>('conversation_versions', query),

    /** The identity of a node, stable across versions. Written by define_workflow. */
    listConversations: <Column extends keyof rows.ConversationRow = keyof rows.ConversationRow>(query?: ListQuery<rows.ConversationRow, Column>) => list<rows.ConversationRow, Column>('conversations', query),

    /** An input, what is expected of it, and tags: in the versions of a dataset from from_version to to_version. Written by add_examples and its like. */
    listDatasetExamples: <Column extends keyof rows.DatasetExampleRow = keyof rows.DatasetExampleRow>(query?: ListQuery<rows.DatasetExampleRow, Column>) => list<rows.DatasetExampleRow, Column>('dataset_examples', query),

    /** A state of a dataset; each change makes one, and none changes later. Written by add_examples and its like. */
    listDatasetVersions: <Column extends keyof rows.DatasetVersionRow = keyof rows.DatasetVersionRow>(query?: ListQuery<rows.DatasetVersionRow, Column>) => list<rows.DatasetVersionRow, Column>('dataset_versions', query),

    /** A named set of examples by which workflows are measured. Written by add_examples and its like. */
    listDatasets: <Column extends keyof rows.DatasetRow = keyof rows.DatasetRow>(query?: ListQuery<rows.DatasetRow, Column>) => list<rows.DatasetRow, Column>('datasets', query),

    /** A batch whose runs judge what the runs of an evaluation answered. Written when these have ended. */
    listEvaluationJudges: <Column extends keyof rows.EvaluationJudgeRow = keyof rows.EvaluationJudgeRow>(query?: ListQuery<rows.EvaluationJudgeRow, Column>) => list<rows.EvaluationJudgeRow, Column>('evaluation_judges', query),

    /** An example of an evaluation a row: what it scored. */
    listEvaluationResults: <Column extends keyof rows.EvaluationResultRow = keyof rows.EvaluationResultRow>(query?: ListQuery<rows.EvaluationResultRow, Column>) => list<rows.EvaluationResultRow, Column>('evaluation_results', query),

    /** A run of an evaluation a row: what it scored. */
    listEvaluationSamples: <Column extends keyof rows.EvaluationSampleRow = keyof rows.EvaluationSampleRow>(query?: ListQuery<rows.EvaluationSampleRow, Column>) => list<rows.EvaluationSampleRow, Column>('evaluation_samples', query),

    /** What a scorer gave a run of an evaluation that completed; a run that failed scores 0 without a row. Written as the runs, and those of judges, end; never changed. */
    listEvaluationScores: <Column extends keyof rows.EvaluationScoreRow = keyof rows.EvaluationScoreRow>(query?: ListQuery<rows.EvaluationScoreRow, Column>) => list<rows.EvaluationScoreRow, Column>('evaluation_scores', query),

    /** An evaluation a row: what it came to. */
    listEvaluationSummary: <Column extends keyof rows.EvaluationSummaryRow = keyof rows.EvaluationSummaryRow>(query?: ListQuery<rows.EvaluationSummaryRow, Column>) => list<rows.EvaluationSummaryRow, Column>('evaluation_summary', query),

    /** A batch that measures a version by the examples of a dataset. Written by evaluate. */
    listEvaluations: <Column extends keyof rows.EvaluationRow = keyof rows.EvaluationRow>(query?: ListQuery<rows.EvaluationRow, Column>) => list<rows.EvaluationRow, Column>('evaluations', query),

    /** A model on a host: its turns there, and what loading it costs. Written by report_host and by whoever begins work. */
    listHostModels: <Column extends keyof rows.HostModelRow = keyof rows.HostModelRow>(query?: ListQuery<rows.HostModelRow, Column>) => list<rows.HostModelRow, Column>('host_models', query),

    /** Which run a start with a key led to. Written by start_workflow. */
    listIdempotencyKeys: <Column extends keyof rows.IdempotencyKeyRow = keyof rows.IdempotencyKeyRow>(query?: ListQuery<rows.IdempotencyKeyRow, Column>) => list<rows.IdempotencyKeyRow, Column>('idempotency_keys', query),

    /** Approvals and forms that wait for a decision; pgwave.decide decides one. */
    listInbox: <Column extends keyof rows.InboxRow = keyof rows.InboxRow>(query?: ListQuery<rows.InboxRow, Column>) => list<rows.InboxRow, Column>('inbox', query),

    /** One try at an interaction, written when it ends. */
    listInteractionAttempts: <Column extends keyof rows.InteractionAttemptRow = keyof rows.InteractionAttemptRow>(query?: ListQuery<rows.InteractionAttemptRow, Column>) => list<rows.InteractionAttemptRow, Column>('interaction_attempts', query),

    /** One line of an interaction's log: append-only, each hash covers the one before. Written by triggers only. */
    listInteractionEvents: <Column extends keyof rows.InteractionEventRow = keyof rows.InteractionEventRow>(query?: ListQuery<rows.InteractionEventRow, Column>) => list<rows.InteractionEventRow, Column>('interaction_events', query),

    /** One execution of one conversation in a run. Written by the engine; pgwave_admin may complete one by hand. */
    listInteractions: <Column extends keyof rows.InteractionRow = keyof rows.InteractionRow>(query?: ListQuery<rows.InteractionRow, Column>) => list<rows.InteractionRow, Column>('interactions', query),

    /** One row for each running interaction: which worker has it. Written by begin_interactions and triggers. */
    listLeases: <Column extends keyof rows.LeaseRow = keyof rows.LeaseRow>(query?: ListQuery<rows.LeaseRow, Column>) => list<rows.LeaseRow, Column>('leases', query),

    /** A model server as its workers report it. Those of a pool share the work of its lanes. Written by report_host and by whoever begins work. */
    listModelHosts: <Column extends keyof rows.ModelHostRow = keyof rows.ModelHostRow>(query?: ListQuery<rows.ModelHostRow, Column>) => list<rows.ModelHostRow, Column>('model_hosts', query),

    /** Answers of models that may be used again (cache: true). Written when an interaction completes. */
    listModelResponses: <Column extends keyof rows.ModelResponseRow = keyof rows.ModelResponseRow>(query?: ListQuery<rows.ModelResponseRow, Column>) => list<rows.ModelResponseRow, Column>('model_responses', query),

    /** A model on a host a row: whose turn it is, what waits for one and until when, and what loading costs. A host that has had no work yet has one row without a model. */
    listModelTurns: <Column extends keyof rows.ModelTurnRow = keyof rows.ModelTurnRow>(query?: ListQuery<rows.ModelTurnRow, Column>) => list<rows.ModelTurnRow, Column>('model_turns', query),

    /** A model and digest a row: calls, tokens, time. */
    listModelUsage: <Column extends keyof rows.ModelUsageRow = keyof rows.ModelUsageRow>(query?: ListQuery<rows.ModelUsageRow, Column>) => list<rows.ModelUsageRow, Column>('model_usage', query),

    /** What waits to be done, of all workflows: as discover_pending_tasks finds it. */
    listPendingTasks: <Column extends keyof rows.PendingTaskRow = keyof rows.PendingTaskRow>(query?: ListQuery<rows.PendingTaskRow, Column>) => list<rows.PendingTaskRow, Column>('pending_tasks', query),

    /** Every move of a label of a prompt; the last move counts. Written by label_prompt. */
    listPromptLabels: <Column extends keyof rows.PromptLabelRow = keyof rows.PromptLabelRow>(query?: ListQuery<rows.PromptLabelRow, Column>) => list<rows.PromptLabelRow, Column>('prompt_labels', query),

    /** Every text that a prompt ever had; interactions name the one that they were asked with. Written by define_prompt. */
    listPromptVersions: <Column extends keyof rows.PromptVersionRow = keyof rows.PromptVersionRow>(query?: ListQuery<rows.PromptVersionRow, Column>) => list<rows.PromptVersionRow, Column>('prompt_versions', query),

    /** A prompt that conversations use by name. Written by define_prompt. */
    listPrompts: <Column extends keyof rows.PromptRow = keyof rows.PromptRow>(query?: ListQuery<rows.PromptRow, Column>) => list<rows.PromptRow, Column>('prompts', query),

    /** What retention removed: a row for each partition that was dropped, and for each few runs. Each covers the one before, so that the audit knows retention from tampering. Written by prune_partition, prune_runs and a duty of workers. */
    listPrunes: <Column extends keyof rows.PruneRow = keyof rows.PruneRow>(query?: ListQuery<rows.PruneRow, Column>) => list<rows.PruneRow, Column>('prunes', query),

    /** Tasks that are left out until retry_tasks. */
    listQuarantinedTasks: <Column extends keyof rows.QuarantinedTaskRow = keyof rows.QuarantinedTaskRow>(query?: ListQuery<rows.QuarantinedTaskRow, Column>) => list<rows.QuarantinedTaskRow, Column>('quarantined_tasks', query),

    /** A lane a row: what waits and runs in it, who serves it, and whether it is held. */
    listQueueHealth: <Column extends keyof rows.QueueHealthRow = keyof rows.QueueHealthRow>(query?: ListQuery<rows.QueueHealthRow, Column>) => list<rows.QueueHealthRow, Column>('queue_health', query),

    /** One row for each pending interaction: what may begin, in which lane. Written by triggers. */
    listReady: <Column extends keyof rows.ReadyRow = keyof rows.ReadyRow>(query?: ListQuery<rows.ReadyRow, Column>) => list<rows.ReadyRow, Column>('ready', query),

    /** The text so far of a model's answer while it runs; unlogged. */
    listResponseChunks: <Column extends keyof rows.ResponseChunkRow = keyof rows.ResponseChunkRow>(query?: ListQuery<rows.ResponseChunkRow, Column>) => list<rows.ResponseChunkRow, Column>('response_chunks', query),

    /** A child run that finished and that its parent has not yet taken note of. */
    listRunEndings: <Column extends keyof rows.RunEndingRow = keyof rows.RunEndingRow>(query?: ListQuery<rows.RunEndingRow, Column>) => list<rows.RunEndingRow, Column>('run_endings', query),

    /** Who took up a finished run again, and how far its logs were. So what its earlier seals cover can be worked out again. Written by retry_workflow_run. */
    listRunReopenings: <Column extends keyof rows.RunReopeningRow = keyof rows.RunReopeningRow>(query?: ListQuery<rows.RunReopeningRow, Column>) => list<rows.RunReopeningRow, Column>('run_reopenings', query),

    /** What a run was when it finished; outlives the run's rows. Written by finish_runs. */
    listRunSeals: <Column extends keyof rows.RunSealRow = keyof rows.RunSealRow>(query?: ListQuery<rows.RunSealRow, Column>) => list<rows.RunSealRow, Column>('run_seals', query),

    /** A run a row: what it is, how far it is, what it cost. */
    listRunSummary: <Column extends keyof rows.RunSummaryRow = keyof rows.RunSummaryRow>(query?: ListQuery<rows.RunSummaryRow, Column>) => list<rows.RunSummaryRow, Column>('run_summary', query),

    /** An interaction a row, in order of creation: who did it, how it ended, how long it took. */
    listRunTimeline: <Column extends keyof rows.RunTimelineRow = keyof rows.RunTimelineRow>(query?: ListQuery<rows.RunTimelineRow, Column>) => list<rows.RunTimelineRow, Column>('run_timeline', query),

    /** What became of a time of a schedule; no time has two rows. Written by fire_schedule, kept for 90 days. */
    listScheduleFirings: <Column extends keyof rows.ScheduleFiringRow = keyof rows.ScheduleFiringRow>(query?: ListQuery<rows.ScheduleFiringRow, Column>) => list<rows.ScheduleFiringRow, Column>('schedule_firings', query),

    /** When a workflow starts, or pending tasks are processed, by the clock. Written by create_schedule and its like, and by fire_schedules. */
    listSchedules: <Column extends keyof rows.ScheduleRow = keyof rows.ScheduleRow>(query?: ListQuery<rows.ScheduleRow, Column>) => list<rows.ScheduleRow, Column>('schedules', query),

    /** The one chain of all seals, in the order in which they were linked. A link covers the one before, so that no run disappears unseen. Written by link_seals. */
    listSealLinks: <Column extends keyof rows.SealLinkRow = keyof rows.SealLinkRow>(query?: ListQuery<rows.SealLinkRow, Column>) => list<rows.SealLinkRow, Column>('seal_links', query),

    /** A signal sent to a run; kept until a conversation takes it. */
    listSignals: <Column extends keyof rows.SignalRow = keyof rows.SignalRow>(query?: ListQuery<rows.SignalRow, Column>) => list<rows.SignalRow, Column>('signals', query),

    /** A task that a batch took, so that none is taken twice, and how its runs ended lately. Written by process_pending_tasks, start_batch and the ends of their runs; forgotten a week after its release. */
    listTaskClaims: <Column extends keyof rows.TaskClaimRow = keyof rows.TaskClaimRow>(query?: ListQuery<rows.TaskClaimRow, Column>) => list<rows.TaskClaimRow, Column>('task_claims', query),

    /** One row for each waiting interaction: what it waits for. Written by open_waits and the reaction. */
    listWaits: <Column extends keyof rows.WaitRow = keyof rows.WaitRow>(query?: ListQuery<rows.WaitRow, Column>) => list<rows.WaitRow, Column>('waits', query),

    /** An address of the API at which another service starts a workflow: /hooks/NAME. Written by create_webhook. */
    listWebhooks: <Column extends keyof rows.WebhookRow = keyof rows.WebhookRow>(query?: ListQuery<rows.WebhookRow, Column>) => list<rows.WebhookRow, Column>('webhooks', query),

    /** A worker process that is alive; its row goes when it stops or is found dead. */
    listWorkers: <Column extends keyof rows.WorkerRow = keyof rows.WorkerRow>(query?: ListQuery<rows.WorkerRow, Column>) => list<rows.WorkerRow, Column>('workers', query),

    /** Every deployment there was. Written by deploy_workflow. */
    listWorkflowDeploymentHistory: <Column extends keyof rows.WorkflowDeploymentHistoryRow = keyof rows.WorkflowDeploymentHistoryRow>(query?: ListQuery<rows.WorkflowDeploymentHistoryRow, Column>) => list<rows.WorkflowDeploymentHistoryRow, Column>('workflow_deployment_history', query),

    /** Which version runs in which environment. Written by deploy_workflow. */
    listWorkflowDeployments: <Column extends keyof rows.WorkflowDeploymentRow = keyof rows.WorkflowDeploymentRow>(query?: ListQuery<rows.WorkflowDeploymentRow, Column>) => list<rows.WorkflowDeploymentRow, Column>('workflow_deployments', query),

    /** Who else may see, start or change a workflow. */
    listWorkflowPermissions: <Column extends keyof rows.WorkflowPermissionRow = keyof rows.WorkflowPermissionRow>(query?: ListQuery<rows.WorkflowPermissionRow, Column>) => list<rows.WorkflowPermissionRow, Column>('workflow_permissions', query),

    /** A named query of a version that measures state or expected work. Written by define_workflow. */
    listWorkflowProbes: <Column extends keyof rows.WorkflowProbeRow = keyof rows.WorkflowProbeRow>(query?: ListQuery<rows.WorkflowProbeRow, Column>) => list<rows.WorkflowProbeRow, Column>('workflow_probes', query),

    /** One execution of a workflow version on one input. Written by start_workflow and the reactions to its interactions. */
    listWorkflowRuns: <Column extends keyof rows.WorkflowRunRow = keyof rows.WorkflowRunRow>(query?: ListQuery<rows.WorkflowRunRow, Column>) => list<rows.WorkflowRunRow, Column>('workflow_runs', query),

    /** A reusable pattern that a new workflow may start from. */
    listWorkflowTemplates: <Column extends keyof rows.WorkflowTemplateRow = keyof rows.WorkflowTemplateRow>(query?: ListQuery<rows.WorkflowTemplateRow, Column>) => list<rows.WorkflowTemplateRow, Column>('workflow_templates', query),

    /** A workflow to start when a run of this version ends. Written by define_workflow. */
    listWorkflowTriggers: <Column extends keyof rows.WorkflowTriggerRow = keyof rows.WorkflowTriggerRow>(query?: ListQuery<rows.WorkflowTriggerRow, Column>) => list<rows.WorkflowTriggerRow, Column>('workflow_triggers', query),

    /** The properties of every version's contracts, a property a row. */
    listWorkflowVariables: <Column extends keyof rows.WorkflowVariableRow = keyof rows.WorkflowVariableRow>(query?: ListQuery<rows.WorkflowVariableRow, Column>) => list<rows.WorkflowVariableRow, Column>('workflow_variables', query),

    /** A graph as it was defined; never changed. Written by define_workflow. */
    listWorkflowVersions: <Column extends keyof rows.WorkflowVersionRow = keyof rows.WorkflowVersionRow>(query?: ListQuery<rows.WorkflowVersionRow, Column>) => list<rows.WorkflowVersionRow, Column>('workflow_versions', query),

    /** A named graph; its versions hold the graph. Written by define_workflow. */
    listWorkflows: <Column extends keyof rows.WorkflowRow = keyof rows.WorkflowRow>(query?: ListQuery<rows.WorkflowRow, Column>) => list<rows.WorkflowRow, Column>('workflows', query),
  };
}
