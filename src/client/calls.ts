import type {
  ActorRow,
  Environment,
  InteractionRow,
  SignalRow,
  WorkflowDeploymentRow,
  WorkflowPermissionRow,
  WorkflowRow,
  WorkflowRunRow,
  WorkflowVersionRow,
} from '../database/rows.generated.ts';
import { type Contract, toDefinition, type Workflow } from '../definitions/define-workflow.ts';
import type { FaultRow } from '../definitions/faults.ts';
import type { ActorDefinition } from '../definitions/format.generated.ts';
import { createCaller, json, type Queryable } from './call-function.ts';
import type {
  AuditFault,
  CountedCause,
  DryRun,
  EngineError,
  ExecutionLevel,
  Explanation,
  InteractionComparison,
  PendingTask,
  ReproductionDifference,
  ShownRun,
} from './results.ts';

/**
 * An id, as pg, JSON or you have it. Ids are 64-bit in the database and count up from 10000, so they come back as numbers,
 * which hold them exactly up to 2^53.
 */
export type Id = number | string | bigint;

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

    /** Deploys in one environment the version that another has. Raises PWNOF, PWACC. */
    promote: (workflow: WorkflowReference, from: Environment, to: Environment) =>
      row<WorkflowDeploymentRow>('promote_workflow', {
        workflow: workflowName(workflow),
        from_environment: from,
        to_environment: to,
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
      row<Run>('plan_workflow', { goal, ...options }),

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

    /** Takes up a run that failed or was cancelled; nothing that completed is repeated. Raises PWNOF, PWTRN. */
    retry: (run: RunReference) => row<Run>('retry_workflow_run', { workflow_run_id: runId(run) }),

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

    /** The inputs that wait for a workflow, or for any. Raises PWNOF. */
    discoverPendingTasks: (workflow?: WorkflowReference) =>
      rows<PendingTask>('discover_pending_tasks', {
        workflow: workflow === undefined ? undefined : workflowName(workflow),
      }),
  };
}

/** Contracts of function actors may be zod schemas. */
type ActorOf<Actor> = Actor extends { type: 'function' }
  ? Omit<Actor, 'input' | 'output'> & {
      input?: Contract | undefined;
      output?: Contract | undefined;
    }
  : Actor;
