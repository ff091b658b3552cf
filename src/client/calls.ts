import type {
  ActorRow,
  Environment,
  InteractionRow,
  ScheduleRow,
  SignalRow,
  WebhookRow,
  WorkflowDeploymentRow,
  WorkflowPermissionRow,
  WorkflowRow,
  WorkflowRunRow,
  WorkflowVersionRow,
} from '../database/rows.generated.ts';
import { type Contract, toDefinition, type Workflow } from '../definitions/define-workflow.ts';
import type { FaultRow } from '../definitions/faults.ts';
import type { ActorDefinition, LimitsDefinition } from '../definitions/format.generated.ts';
import { createCaller, type Id, json, type Queryable } from './call-function.ts';
import type {
  AuditFault,
  BatchReport,
  BatchResult,
  ChainFault,
  CountedCause,
  Deployment,
  DryRun,
  EngineError,
  ExecutionLevel,
  Explanation,
  InteractionComparison,
  PendingTask,
  ProcessedTasks,
  ProgressLine,
  ReproductionDifference,
  ShownContracts,
  ShownRun,
} from './results.ts';

/** A run, or its id. */
export type RunReference = Id | { workflow_run_id: number };

/** A workflow by its name or number, or the definition of one. */
export type WorkflowReference = Id | Pick<Workflow, 'name'>;

declare const output: unique symbol;

/** A row of `pgwave.workflow_runs`; `Output` is what its workflow's contract says of its result. */
export interface Run<Output = unknown> extends WorkflowRunRow {
  /** For the compiler only; there is no such property. */
  readonly [output]?: Output;
}

/** A run that is over: `output` where it completed, else `error`. */
export type FinishedRun<Output = unknown> =
  | (Run<Output> & { status: 'completed'; output: Output; finished_at: string })
  | (Run<Output> & { status: 'failed' | 'cancelled'; error: EngineError; finished_at: string });

/** What a start can be told besides workflow and input. */
export interface StartOptions {
  /** The conversation to start at: name or id. */
  startAt?: Id | undefined;
  /** Answers of conversations that do not take part: `{extract: {response: '…'}}`. */
  given?: Record<string, unknown> | undefined;
  /** Whose deployed version to run. Default `dev`. */
  environment?: Environment | undefined;
}

/** What only a real start can be told. */
export interface RunOptions extends StartOptions {
  /** Higher goes first. Default 0. */
  priority?: number | undefined;
  /** The same key with the same request returns the run that it started before. */
  idempotencyKey?: string | undefined;
  /** The trace that the run belongs to: the header of W3C Trace Context. */
  traceparent?: string | undefined;
  /** When the run may begin at the earliest. Default: at once. */
  notBefore?: Date | string | undefined;
}

/** What a chain can be told besides links and input. */
export type ChainOptions = Pick<
  RunOptions,
  'environment' | 'priority' | 'idempotencyKey' | 'traceparent' | 'notBefore'
>;

/** What a batch can be told besides workflow and inputs. */
export interface BatchOptions extends ChainOptions {
  /** At most so many of its runs are open at once. Default: any number. */
  maxParallel?: number | undefined;
  /** After so many failed tasks no further one starts. Default: never. */
  stopAfterFailures?: number | undefined;
}

/** What {@link Client.processPendingTasks} can be told. */
export interface ProcessOptions
  extends Omit<BatchOptions, 'idempotencyKey' | 'traceparent' | 'notBefore'> {
  /** At most so many tasks of each workflow. */
  maxTasks?: number | undefined;
}

/** What a webhook starts, and how its requests are signed. */
export interface WebhookSettings {
  workflow: WorkflowReference;
  /** The variable of the API's environment that holds the secret: `PGWAVE_WEBHOOK_…`. */
  secretName: string;
  /** Standard Webhooks (default), or `x-hub-signature-256` as GitHub sends it. */
  signature?: 'standard' | 'sha256' | undefined;
  /** Of the runs, with `$body` in it. Default: the body. */
  input?: unknown;
  environment?: Environment | undefined;
  /** Higher goes first. Default 0. */
  priority?: number | undefined;
}

/** When a schedule fires, and what it starts. */
export interface ScheduleSettings {
  /** Five fields: `0 6 * * 1-5`. */
  cron: string;
  /** IANA name. Default UTC. */
  timeZone?: string | undefined;
  /** Of the runs. */
  input?: unknown;
  environment?: Environment | undefined;
  /** Times at which no worker ran: left out (default), or made up for once. */
  missed?: 'skip' | 'catch_up' | undefined;
  /** While what it started before goes on: skip (default), start all the same, or start one afterwards. */
  overlap?: 'skip' | 'allow' | 'queue' | undefined;
  /** Of batches over pending tasks. */
  maxTasks?: number | undefined;
  maxParallel?: number | undefined;
  priority?: number | undefined;
}

/** Contracts of a workflow; null takes one away. */
export interface ContractsOf {
  input?: Contract | null | undefined;
  output?: Contract | null | undefined;
  conversations?: Record<string, Contract | null> | undefined;
}

/** What planning can be told besides the goal. */
export interface PlanOptions {
  /** The actor or model that drafts. */
  model?: string | undefined;
  /** false: nobody has to approve the draft. */
  approve?: boolean | undefined;
  /** false: it is defined and not started. */
  run?: boolean | undefined;
  environment?: Environment | undefined;
}

/** A workflow whose contract takes nothing in particular may be started without an input. */
type StartArguments<Input, Options> = unknown extends Input
  ? [input?: Input, options?: Options]
  : [input: Input, options?: Options];

const runId = (run: RunReference): Id => (typeof run === 'object' ? run.workflow_run_id : run);
const workflowName = (workflow: WorkflowReference): string =>
  typeof workflow === 'object' ? workflow.name : String(workflow);
const optionalName = (workflow: WorkflowReference | undefined): string | undefined =>
  workflow === undefined ? undefined : workflowName(workflow);

const batchArguments = (options: BatchOptions) => ({
  max_parallel: options.maxParallel,
  stop_after_failures: options.stopAfterFailures,
  environment: options.environment,
  priority: options.priority,
});
const scheduleArguments = (name: string, settings: Partial<ScheduleSettings>) => ({
  schedule_name: name,
  cron: settings.cron,
  time_zone: settings.timeZone,
  input: json(settings.input),
  environment: settings.environment,
  missed: settings.missed,
  overlap: settings.overlap,
  max_tasks: settings.maxTasks,
  max_parallel: settings.maxParallel,
  priority: settings.priority,
});

/** Each method is the call of the function of that name in schema pgwave, and returns its rows. */
export function createCalls(db: Queryable) {
  const { row, rows, value } = createCaller(db);
  const startArguments = (workflow: WorkflowReference, input: unknown, options: StartOptions) => ({
    workflow: workflowName(workflow),
    input: json(input),
    start_at: options.startAt === undefined ? undefined : String(options.startAt),
    given: json(options.given),
    environment: options.environment,
  });

  return {
    /** Makes a workflow's next version, or finds the one that is the same. Raises PWDEF ({@link readFaults}), PWACC. */
    defineWorkflow: (definition: Workflow | { name: string; [field: string]: unknown }) =>
      row<WorkflowVersionRow>('define_workflow', { definition: json(toDefinition(definition)) }),

    /** Finds everything that is wrong with a definition; an empty list: it can be defined. Never raises PWDEF. */
    validateWorkflow: (definition: unknown) =>
      rows<FaultRow>('validate_workflow', { definition: json(toDefinition(definition)) }),

    /** Defines an actor; a change is a new revision. Raises PWDEF, PWACC. */
    defineActor: (definition: ActorOf<ActorDefinition>) =>
      row<ActorRow>('define_actor', { definition: json(toDefinition(definition)) }),

    /** Lets the runs of an environment take a version of a workflow. Raises PWNOF, PWACC. */
    deploy: (workflow: WorkflowReference, version: number, environment: Environment) =>
      row<WorkflowDeploymentRow>('deploy_workflow', {
        workflow: workflowName(workflow),
        version,
        environment,
      }),

    /** Lets the runs of an environment take the latest version again. Returns whether one was deployed. Raises PWNOF, PWACC. */
    undeploy: (workflow: WorkflowReference, environment: Environment) =>
      value<boolean>('undeploy_workflow', { workflow: workflowName(workflow), environment }),

    /**
     * Deploys in one environment the version that another has. `requires`: the evaluation that it must have passed. Raises
     * PWNOF, PWACC, PWEVL.
     */
    promote: (
      workflow: WorkflowReference,
      from: Environment,
      to: Environment,
      { requires }: { requires?: RunReference | undefined } = {},
    ) =>
      row<WorkflowDeploymentRow>('promote_workflow', {
        workflow: workflowName(workflow),
        from_environment: from,
        to_environment: to,
        requires: requires === undefined ? undefined : runId(requires),
      }),

    /** The environments, each with the version that its runs take; null: the latest. Raises PWNOF. */
    listDeployments: (workflow: WorkflowReference) =>
      rows<Deployment>('list_deployments', { workflow: workflowName(workflow) }),

    /** The contracts of the latest version of a workflow, or of each; null: there is no such workflow. */
    showContracts: (workflow?: WorkflowReference) =>
      value<ShownContracts | null>('show_contracts', { workflow: optionalName(workflow) }),

    /** Puts contracts into a workflow, which makes its next version; what is not named stays. Raises PWNOF, PWDEF, PWACC. */
    defineContracts: (workflow: WorkflowReference, contracts: ContractsOf) =>
      row<WorkflowVersionRow>('define_contracts', {
        workflow: workflowName(workflow),
        contracts: json(toDefinition(contracts)),
      }),

    /** Lets somebody, or everybody (`public`), view, operate or author a workflow. Raises PWNOF, PWACC, PWINP. */
    grant: (
      workflow: WorkflowReference,
      grantee: string,
      permission: 'view' | 'operate' | 'author',
    ) =>
      row<WorkflowPermissionRow>('grant_workflow', {
        workflow: workflowName(workflow),
        grantee,
        permission,
      }),

    /** Takes one permission back, or all of somebody's. Returns how many. Raises PWNOF, PWACC. */
    revoke: (
      workflow: WorkflowReference,
      grantee: string,
      permission?: 'view' | 'operate' | 'author',
    ) =>
      value<number>('revoke_workflow', { workflow: workflowName(workflow), grantee, permission }),

    /** Plans a workflow for a goal in words. Returns the planning run, whose output names workflow and run. Raises PWINP. */
    planWorkflow: (goal: string, options: PlanOptions = {}) =>
      row<Run>('plan_workflow', {
        goal,
        model: options.model,
        approve: options.approve,
        run: options.run,
        environment: options.environment,
      }),

    /** Allows or forbids to start a workflow; open runs go on. Raises PWNOF, PWACC. */
    enableWorkflow: (workflow: WorkflowReference, enabled: boolean) =>
      row<WorkflowRow>('enable_workflow', { workflow: workflowName(workflow), enabled }),

    /** Which conversations of a workflow may run in parallel. Raises PWNOF. */
    executionLevels: (workflow: WorkflowReference) =>
      rows<ExecutionLevel>('execution_levels', { workflow: workflowName(workflow) }),

    /** Starts a workflow. Returns the run. Raises PWNOF, PWDIS, PWINP, PWIDM. */
    startWorkflow: <Input = unknown, Output = unknown>(
      workflow: Id | Workflow<Input, Output>,
      ...[input, options = {}]: StartArguments<NoInfer<Input>, RunOptions>
    ) =>
      row<Run<Output>>('start_workflow', {
        ...startArguments(workflow, input, options),
        priority: options.priority,
        idempotency_key: options.idempotencyKey,
        traceparent: options.traceparent,
        not_before: options.notBefore,
      }),

    /** Shows what a start would do, and writes nothing. Raises PWNOF. */
    dryRunWorkflow: <Input = unknown, Output = unknown>(
      workflow: Id | Workflow<Input, Output>,
      ...[input, options = {}]: StartArguments<NoInfer<Input>, StartOptions>
    ) => value<DryRun>('dry_run_workflow', startArguments(workflow, input, options)),

    /** Stops a run and its child runs; a finished one stays as it is. Raises PWNOF. */
    cancel: (run: RunReference, reason?: string) =>
      row<Run>('cancel_workflow_run', { workflow_run_id: runId(run), reason }),

    /** Lets what runs finish, and nothing begin. Raises PWNOF, PWTRN. */
    pause: (run: RunReference) => row<Run>('pause_workflow_run', { workflow_run_id: runId(run) }),

    /** Lets a paused run go on. Raises PWNOF, PWTRN. */
    resume: (run: RunReference) => row<Run>('resume_workflow_run', { workflow_run_id: runId(run) }),

    /**
     * Takes up a run that failed or was cancelled; nothing that completed is repeated. `limits` replaces some of the run's
     * limits, null lifts one. Raises PWNOF, PWACC, PWTRN, PWINP, PWLIM.
     */
    retry: (run: RunReference, options: { limits?: LimitChanges | undefined } = {}) =>
      row<Run>('retry_workflow_run', {
        workflow_run_id: runId(run),
        limits: json(options.limits),
      }),

    /** Starts a new run that keeps all that does not depend on a conversation. Raises PWNOF, PWTRN, PWINP, PWDEF. */
    fork: (run: RunReference, at: Id, overrides?: Record<string, unknown>) =>
      row<Run>('fork_workflow_run', {
        workflow_run_id: runId(run),
        at: String(at),
        overrides: json(overrides),
      }),

    /** Runs a finished run once more from its recorded answers. Raises PWNOF, PWTRN. */
    reproduce: (run: RunReference) => row<Run>('reproduce_run', { workflow_run_id: runId(run) }),

    /** What differs between a run and its reproduction; an empty list: nothing. Raises PWNOF. */
    verifyReproduction: (original: RunReference, copy: RunReference) =>
      rows<ReproductionDifference>('verify_reproduction', {
        original: runId(original),
        copy: runId(copy),
      }),

    /** Decides an approval (`APPROVED`, `REJECTED`, a tag) or fills in a form. Raises PWNOF, PWTRN, PWACC, PWDUE, PWINP. */
    decide: (
      interaction: Id,
      answer: { decision?: string | undefined; data?: unknown; comment?: string | undefined },
    ) =>
      row<InteractionRow>('decide', {
        interaction_id: interaction,
        decision: answer.decision,
        data: json(answer.data),
        comment: answer.comment,
      }),

    /** Sends a signal to a run; one that nothing waits for yet is kept. Raises PWNOF, PWSIG, PWINP. */
    sendSignal: (run: RunReference, name: string, payload?: unknown) =>
      row<SignalRow>('send_signal', {
        workflow_run_id: runId(run),
        signal_name: name,
        payload: json(payload),
      }),

    /** A run with its interactions in order; of large maps all items, or only those that tell something. Raises PWNOF. */
    showRun: (run: RunReference, options: { allItems?: boolean | undefined } = {}) =>
      value<ShownRun>('show_run', { workflow_run_id: runId(run), all_items: options.allItems }),

    /** Compares two runs, conversation by conversation. Raises PWNOF. */
    compareRuns: (a: RunReference, b: RunReference) =>
      rows<InteractionComparison>('compare_runs', { a: runId(a), b: runId(b) }),

    /** Where two runs part first, and why. Raises PWNOF. */
    explainDifference: (a: RunReference, b: RunReference) =>
      row<Explanation>('explain_difference', { a: runId(a), b: runId(b) }),

    /** Why two batches differ: the causes, counted over the pairs of runs of the same task. Raises PWNOF. */
    explainChange: (a: RunReference, b: RunReference) =>
      rows<CountedCause>('explain_change', { batch_a: runId(a), batch_b: runId(b) }),

    /** A run with its log and seals, as a document that verifies without a database. Raises PWNOF. */
    exportRun: (run: RunReference) =>
      value<Record<string, unknown>>('export_run', { workflow_run_id: runId(run) }),

    /** What was changed behind the engine's back; an empty list: nothing. */
    verifyAudit: (run: RunReference) =>
      rows<AuditFault>('verify_audit', { workflow_run_id: runId(run) }),

    /** Links seals that are not linked yet, as workers do every minute. Returns how many. */
    linkSeals: () => value<number>('link_seals', {}),

    /** Where a run stands, a line a conversation; none: there is no such run, or it has no step yet. */
    runProgress: (run: RunReference) =>
      rows<ProgressLine>('run_progress', { workflow_run_id: runId(run) }),

    /** Empties the cache of models' answers (`cache: true`); `olderThan` is an interval, `'7 days'`. Returns how many. */
    forgetResponses: (olderThan?: string) =>
      value<number>('forget_responses', { older_than: olderThan }),

    /** Runs a workflow for each input. Returns the batch's run. Raises PWNOF, PWACC, PWDIS, PWINP, PWIDM. */
    startBatch: <Input = unknown>(
      workflow: Id | Workflow<Input, unknown>,
      inputs: readonly NoInfer<Input>[],
      options: BatchOptions = {},
    ) =>
      row<Run<BatchResult>>('start_batch', {
        workflow: workflowName(workflow),
        inputs: json(inputs),
        ...batchArguments(options),
        idempotency_key: options.idempotencyKey,
        traceparent: options.traceparent,
        not_before: options.notBefore,
      }),

    /** How far a batch is, what it came to, and its errors. Raises PWNOF. */
    batchReport: (batch: RunReference) =>
      value<BatchReport>('batch_report', { workflow_run_id: runId(batch) }),

    /** Starts a batch over the tasks of another that failed or were cancelled. Raises PWNOF, PWACC, PWDIS, PWTRN. */
    retryBatch: (batch: RunReference) =>
      row<Run<BatchResult>>('retry_batch', { workflow_run_id: runId(batch) }),

    /** The inputs that wait for a workflow, or for any. Raises PWNOF. */
    discoverPendingTasks: (workflow?: WorkflowReference) =>
      rows<PendingTask>('discover_pending_tasks', { workflow: optionalName(workflow) }),

    /** Starts a batch over what waits for a workflow, or one for each workflow. Raises PWNOF, PWACC, PWDIS, PWINP. */
    processPendingTasks: (workflow?: WorkflowReference, options: ProcessOptions = {}) =>
      rows<ProcessedTasks & { workflow_run_id: number }>('process_pending_tasks', {
        workflow: optionalName(workflow),
        max_tasks: options.maxTasks,
        ...batchArguments(options),
      }),

    /** Shows which batches {@link Client.processPendingTasks} would start, and writes nothing. Raises PWNOF, PWACC, PWINP. */
    dryRunPendingTasks: (
      workflow?: WorkflowReference,
      options: Pick<ProcessOptions, 'maxTasks' | 'environment'> = {},
    ) =>
      rows<ProcessedTasks>('process_pending_tasks', {
        workflow: optionalName(workflow),
        max_tasks: options.maxTasks,
        environment: options.environment,
        dry_run: true,
      }),

    /** Lifts the quarantine of a workflow's tasks, or of those with these keys. Returns how many. Raises PWNOF, PWACC. */
    retryTasks: (workflow: WorkflowReference, taskKeys?: readonly string[]) =>
      value<number>('retry_tasks', { workflow: workflowName(workflow), task_keys: taskKeys }),

    /**
     * Runs workflows one after the other: the output of each is the input of the next. Returns the chain's run. Raises PWDEF
     * ({@link readFaults}), PWNOF, PWACC, PWINP, PWIDM.
     */
    chainWorkflows: (
      workflows: readonly WorkflowReference[],
      input?: unknown,
      options: ChainOptions = {},
    ) =>
      row<Run>('chain_workflows', {
        workflows: workflows.map(workflowName),
        input: json(input),
        environment: options.environment,
        priority: options.priority,
        idempotency_key: options.idempotencyKey,
        traceparent: options.traceparent,
        not_before: options.notBefore,
      }),

    /** What keeps workflows from fitting behind one another; an empty list: nothing. Raises PWNOF, PWINP. */
    checkChain: (workflows: readonly WorkflowReference[], environment?: Environment) =>
      rows<ChainFault>('check_chain', { workflows: workflows.map(workflowName), environment }),

    /**
     * Starts a workflow by the clock: a run, or with `processPending` a batch over what waits for it, or for any workflow.
     * Raises PWCRN, PWINP, PWNOF, PWACC.
     */
    createSchedule: (
      name: string,
      settings: ScheduleSettings &
        (
          | { workflow: WorkflowReference; processPending?: boolean | undefined }
          | { workflow?: WorkflowReference | undefined; processPending: true }
        ),
    ) =>
      row<ScheduleRow>('create_schedule', {
        ...scheduleArguments(name, settings),
        workflow: optionalName(settings.workflow),
        process_pending: settings.processPending,
      }),

    /** Changes what is given of a schedule. Raises PWNOF, PWACC, PWCRN, PWINP. */
    updateSchedule: (name: string, settings: Partial<ScheduleSettings>) =>
      row<ScheduleRow>('update_schedule', scheduleArguments(name, settings)),

    /** Lets a schedule start nothing until it is resumed. Raises PWNOF, PWACC. */
    pauseSchedule: (name: string) => row<ScheduleRow>('pause_schedule', { schedule_name: name }),

    /** Lets a paused schedule go on from its next time. Raises PWNOF, PWACC. */
    resumeSchedule: (name: string) => row<ScheduleRow>('resume_schedule', { schedule_name: name }),

    /** Lets a schedule be due when a table changes, which must be the caller's. Raises PWNOF, PWACC. */
    watchTable: (name: string, table: string, options: { onUpdate?: boolean | undefined } = {}) =>
      value<null>('watch_table', {
        schedule_name: name,
        table_name: table,
        on_update: options.onUpdate,
      }),

    /** Lets a table make a schedule due no longer. Raises PWNOF, PWACC. */
    unwatchTable: (name: string, table: string) =>
      value<null>('unwatch_table', { schedule_name: name, table_name: table }),

    /** Lets another service start a workflow by signed requests to /hooks/NAME of the API. Raises PWNOF, PWACC, PWINP. */
    createWebhook: (name: string, settings: WebhookSettings) =>
      row<WebhookRow>('create_webhook', {
        webhook_name: name,
        workflow: workflowName(settings.workflow),
        secret_name: settings.secretName,
        signature: settings.signature,
        input: json(settings.input),
        environment: settings.environment,
        priority: settings.priority,
      }),

    /** Deletes a webhook; what it started goes on. Returns true. Raises PWNOF, PWACC. */
    dropWebhook: (name: string) => value<boolean>('drop_webhook', { webhook_name: name }),

    /** Deletes a schedule with its history; what it started goes on. Returns true. Raises PWNOF, PWACC. */
    dropSchedule: (name: string) => value<boolean>('drop_schedule', { schedule_name: name }),
  };
}

/** A run's limits to replace; null lifts one. */
export type LimitChanges = { [Name in keyof LimitsDefinition]?: LimitsDefinition[Name] | null };

/** Contracts of function actors may be zod schemas. */
type ActorOf<Actor> = Actor extends { type: 'function' }
  ? Omit<Actor, 'input' | 'output'> & {
      input?: Contract | undefined;
      output?: Contract | undefined;
    }
  : Actor;
