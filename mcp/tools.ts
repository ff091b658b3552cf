import { z } from 'zod';
import type { Client } from '../src/client/connect.ts';
import { findWorkflow } from '../src/client/find-workflow.ts';
import { RUN_STATUSES } from '../src/client/run-statuses.ts';
import type { InteractionRow, WorkflowRunRow } from '../src/database/rows.generated.ts';
import { isPgwaveError, PgwaveError } from '../src/errors.ts';
import { type Answer, answerPiece, answerRows, answerWith, PAGE, readCursor } from './answer.ts';

/** What a call of a tool has besides its arguments. */
export interface Call {
  client: Client;
  /** Ends when the caller went away. */
  signal: AbortSignal;
}

/** A tool that every server has. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  /** The role that its function needs; who has less is not shown it, and the database would refuse. */
  role: Role;
  kind: 'reads' | 'adds' | 'changes';
  input: z.ZodObject;
  call(args: never, call: Call): Promise<Answer>;
}

/** Roles of callers, each with the rights of those before it. */
export const ROLES = ['viewer', 'operator', 'author', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const MOST_WAIT_S = 50;

const runId = z.int().positive().describe('Number of the run.');
const cursor = z.string().optional().describe('next_cursor of the previous answer.');
const workflow = z.string().min(1).describe('Name or number of the workflow.');
const environment = z
  .enum(['dev', 'test', 'uat', 'prod'])
  .optional()
  .describe('Environment whose deployed version counts. Default: dev.');
const waitSeconds = z
  .number()
  .min(0)
  .max(MOST_WAIT_S)
  .default(0)
  .describe(`Seconds to wait for the end of the run, at most ${MOST_WAIT_S}. Default: 0.`);
const jsonObject = z.record(z.string(), z.unknown());

function defineTool<Input extends z.ZodObject>(
  tool: Omit<Tool, 'input' | 'call'> & {
    input: Input;
    call(args: z.infer<Input>, call: Call): Promise<Answer>;
  },
): Tool {
  return tool as unknown as Tool;
}

/** JSON that people read. */
const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2) ?? 'null';

/** Says when nobody is there to do the work. */
async function noteOf(client: Client, run: WorkflowRunRow): Promise<string | undefined> {
  if (run.finished_at !== null) return undefined;
  const workers = await client.listWorkers({ columns: ['worker_id'], limit: 1 });
  if (workers.length === 0) return 'No worker is running. Start one: pgwave worker';
  return 'The run goes on. Follow it with show_run.';
}

/** Waits for a run, and tells how it stands then. */
async function followRun(run: WorkflowRunRow, seconds: number, call: Call): Promise<Answer> {
  const { client, signal } = call;
  let last = run;
  if (seconds > 0) {
    try {
      last = await client.waitForRun(run, { timeoutMs: seconds * 1000, signal });
    } catch (error) {
      if (!isPgwaveError(error) || error.code !== 'PWTMO') throw error;
      const [now] = await client.listWorkflowRuns({
        where: { workflow_run_id: run.workflow_run_id },
      });
      last = now ?? run;
    }
  }
  const { workflow_run_id, status, output, error } = last;
  return answerWith({
    workflow_run_id,
    status,
    ...(output != null && { output }),
    ...(error != null && { error }),
    note: await noteOf(client, last),
  });
}

/** Starts a workflow and waits for it as long as is asked. */
export async function startWorkflow(
  request: {
    workflow: string;
    input: unknown;
    startAt?: string | undefined;
    environment?: z.infer<typeof environment>;
    idempotencyKey?: string | undefined;
    notBefore?: string | undefined;
    waitSeconds: number;
  },
  call: Call,
): Promise<Answer> {
  const run = await call.client.startWorkflow(request.workflow, request.input, {
    startAt: request.startAt,
    environment: request.environment,
    idempotencyKey: request.idempotencyKey,
    notBefore: request.notBefore,
  });
  return followRun(run, request.waitSeconds, call);
}

const STEP_COLUMNS = [
  'interaction_id',
  'conversation_name',
  'iteration',
  'item_index',
  'actor_name',
  'status',
  'tag',
  'attempt',
  'duration_ms',
  'size',
  'model',
  'error',
  'skip_reason',
  'waits_for',
  'child_workflow_run_id',
  'pending_reason',
  'pending_until',
] as const;

/** Fields that say something: neither null nor a count of 0. */
function telling(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null && value !== 0 && value !== false),
  );
}

async function showRun(
  id: number,
  args: { conversation?: string | undefined; start: number },
  { client }: Call,
): Promise<Answer> {
  const [run] = await client.listRunSummary({ where: { workflow_run_id: id } });
  if (run === undefined) throw noRun(id);
  if (args.conversation !== undefined) {
    const steps = await client.listRunTimeline({
      columns: STEP_COLUMNS,
      where: { workflow_run_id: id, conversation_name: args.conversation },
      orderBy: 'execution_order',
      limit: PAGE + 1,
      offset: args.start,
    });
    return answerRows('interactions', steps.map(telling), args.start, { workflow_run_id: id });
  }
  const conversations = await client.runConversations({ workflowRunId: id });
  const children = await client.listWorkflowRuns({
    columns: ['workflow_run_id', 'parent_interaction_id', 'status'],
    where: { parent_workflow_run_id: id },
    orderBy: 'workflow_run_id',
    limit: PAGE,
  });
  const rows = conversations.map(({ conversation_id, branches_taken, ...row }) => ({
    ...telling(row),
    child_runs: children
      .filter(({ parent_interaction_id }) => parent_interaction_id === row.interaction_id)
      .map(({ workflow_run_id, status }) => `${workflow_run_id} ${status}`),
  }));
  const page = rows
    .slice(args.start, args.start + PAGE + 1)
    .map(({ child_runs, ...row }) => ({ ...row, ...(child_runs.length > 0 && { child_runs }) }));
  return answerRows('conversations', page, args.start, telling(run));
}

function noRun(id: number): PgwaveError {
  return new PgwaveError('PWNOF', `Run ${id} not found`, {
    hint: 'list_runs shows the runs that you may see.',
  });
}

const PARTS = ['input', 'output', 'error'] as const;

/** The tools of every server, in the order in which they are listed. `decide` is not one of them: see {@link DECIDE}. */
export const TOOLS: readonly Tool[] = [
  defineTool({
    name: 'list_workflows',
    title: 'List workflows',
    description: 'List the workflows: name, what it does, and whether it may be started.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({ cursor }),
    async call(args, { client }) {
      const start = readCursor(args.cursor);
      const rows = await client.listWorkflows({
        columns: ['workflow_name', 'workflow_id', 'description', 'enabled', 'owner'],
        where: { deleted_at: null, part_of_workflow_id: null },
        orderBy: 'workflow_name',
        limit: PAGE + 1,
        offset: start,
      });
      return answerRows('workflows', rows, start);
    },
  }),
  defineTool({
    name: 'describe_workflow',
    title: 'Describe a workflow',
    description:
      'Show a workflow: input and output contracts, conversations with actors and prompts, branches. The text is JSON, in pieces.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({
      workflow,
      version: z.int().positive().optional().describe('Default: the latest.'),
      cursor,
    }),
    async call(args, { client }) {
      const start = readCursor(args.cursor);
      const found = await findWorkflow(client, args.workflow);
      const [version] = await client.listWorkflowVersions({
        columns: ['version', 'definition', 'created_at', 'author'],
        where: {
          workflow_id: found.workflow_id,
          ...(args.version === undefined
            ? { workflow_version_id: found.latest_version_id as number }
            : { version: args.version }),
        },
      });
      if (version === undefined) {
        throw new PgwaveError(
          'PWNOF',
          `Workflow ${found.workflow_name} has no version ${args.version}`,
          { hint: 'Leave version out for the latest.' },
        );
      }
      const { definition, ...about } = version;
      const { workflow_name, workflow_id, enabled, owner } = found;
      return answerPiece(pretty(definition), start, {
        workflow_name,
        workflow_id,
        enabled,
        owner,
        ...about,
      });
    },
  }),
  defineTool({
    name: 'start_workflow',
    title: 'Start a workflow',
    description:
      'Start a run of a workflow. Give an idempotency_key to be able to repeat the call: the same key returns the same run.',
    role: 'operator',
    kind: 'adds',
    input: z.strictObject({
      workflow,
      input: jsonObject.default({}).describe('Input of the run, by the contract of the workflow.'),
      idempotency_key: z.string().min(1).max(200).optional(),
      wait_seconds: waitSeconds,
      start_at: z.string().optional().describe('Conversation to start at.'),
      not_before: z.iso
        .datetime({ offset: true })
        .optional()
        .describe('When the run may begin at the earliest, for example 2026-12-24T08:00:00Z.'),
      environment,
    }),
    call: (args, call) =>
      startWorkflow(
        {
          workflow: args.workflow,
          input: args.input,
          startAt: args.start_at,
          environment: args.environment,
          idempotencyKey: args.idempotency_key,
          notBefore: args.not_before,
          waitSeconds: args.wait_seconds,
        },
        call,
      ),
  }),
  defineTool({
    name: 'list_runs',
    title: 'List runs',
    description:
      'List runs, the newest first. Leaves out child runs (of batches, chains, and sub-workflows) unless workflow is given.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({
      workflow: workflow.optional(),
      status: z.enum(RUN_STATUSES).optional(),
      cursor,
    }),
    async call(args, { client }) {
      const start = readCursor(args.cursor);
      const rows = await client.listRunSummary({
        where: {
          // as `pgwave runs`: who asks for one workflow means its child runs too
          parent_workflow_run_id: args.workflow === undefined ? null : undefined,
          workflow_name:
            args.workflow === undefined
              ? undefined
              : (await findWorkflow(client, args.workflow)).workflow_name,
          status: args.status,
        },
        orderBy: '-workflow_run_id',
        limit: PAGE + 1,
        offset: start,
      });
      return answerRows('runs', rows.map(telling), start);
    },
  }),
  defineTool({
    name: 'show_run',
    title: 'Show a run',
    description:
      'Show where a run stands: a row for each conversation and iteration with counts, errors, and child runs, without payloads. With conversation: each of its interactions.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({
      workflow_run_id: runId,
      conversation: z.string().optional().describe('Name of one conversation.'),
      cursor,
    }),
    call: (args, call) =>
      showRun(
        args.workflow_run_id,
        { conversation: args.conversation, start: readCursor(args.cursor) },
        call,
      ),
  }),
  defineTool({
    name: 'read_run',
    title: 'Read input or output of a run',
    description: 'Read the input, output, or error of a run, in pieces.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({
      workflow_run_id: runId,
      part: z.enum(PARTS).default('output'),
      cursor,
    }),
    async call(args, { client }) {
      const start = readCursor(args.cursor);
      const [run] = await client.listWorkflowRuns({
        columns: ['workflow_run_id', 'status', args.part],
        where: { workflow_run_id: args.workflow_run_id },
      });
      if (run === undefined) throw noRun(args.workflow_run_id);
      const { [args.part]: value, ...about } = run as WorkflowRunRow;
      return answerPiece(pretty(value), start, { ...about, part: args.part });
    },
  }),
  defineTool({
    name: 'read_interaction',
    title: 'Read an interaction',
    description:
      'Read what an interaction was given (input: prompt, system, params), what came (output: response, data, tag), or its error, in pieces.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({
      interaction_id: z.int().positive().describe('Number of the interaction.'),
      part: z.enum(PARTS).default('output'),
      cursor,
    }),
    async call(args, { client }) {
      const start = readCursor(args.cursor);
      const id = args.interaction_id;
      const [row] = await client.listInteractions({
        columns: ['interaction_id', 'workflow_run_id', 'status', 'attempt', args.part],
        where: { interaction_id: id },
      });
      if (row === undefined) {
        throw new PgwaveError('PWNOF', `Interaction ${id} not found`, {
          hint: 'show_run with a conversation lists the interactions of a run.',
        });
      }
      const { [args.part]: value, ...about } = row as InteractionRow;
      const [pending] = await client.whyPending({ interactionId: id });
      return answerPiece(pretty(value), start, {
        ...about,
        part: args.part,
        ...(pending?.message != null && { pending: pending.message }),
      });
    },
  }),
  defineTool({
    name: 'explain_difference',
    title: 'Explain why two runs differ',
    description: 'Say where two runs, or two batches, part first, and why.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({ run_a: runId, run_b: runId }),
    async call({ run_a, run_b }, { client }) {
      return answerWith({ ...(await client.explainDifference(run_a, run_b)) });
    },
  }),
  defineTool({
    name: 'list_failures',
    title: 'List failures by code',
    description:
      'List what failed, grouped by error code, with counts and examples: of a run with its child runs, of a workflow, or of the latest 5,000 runs.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({
      workflow: workflow.optional(),
      workflow_run_id: runId.optional(),
      cursor,
    }),
    async call(args, { client }) {
      const start = readCursor(args.cursor);
      if (args.workflow !== undefined) await findWorkflow(client, args.workflow);
      const rows = await client.listFailures({
        workflow: args.workflow,
        workflowRunId: args.workflow_run_id,
      });
      return answerRows('failures', rows.slice(start, start + PAGE + 1), start);
    },
  }),
  defineTool({
    name: 'cancel_run',
    title: 'Cancel a run',
    description: 'Cancel a run and its child runs. A finished run stays as it is.',
    role: 'operator',
    kind: 'changes',
    input: z.strictObject({ workflow_run_id: runId, reason: z.string().max(1000).optional() }),
    async call(args, call) {
      const run = await call.client.cancel(args.workflow_run_id, args.reason);
      return followRun(run, 0, call);
    },
  }),
  defineTool({
    name: 'retry_run',
    title: 'Retry a run',
    description:
      'Take up a run that failed or was cancelled. What completed is not repeated. limits replaces limits of the run.',
    role: 'operator',
    kind: 'adds',
    input: z.strictObject({
      workflow_run_id: runId,
      limits: jsonObject.optional(),
      wait_seconds: waitSeconds,
    }),
    async call(args, call) {
      const run = await call.client.retry(args.workflow_run_id, { limits: args.limits });
      return followRun(run, args.wait_seconds, call);
    },
  }),
  defineTool({
    name: 'fork_run',
    title: 'Fork a run',
    description:
      'Start a new run that keeps what does not depend on a conversation, and goes on there, with changes: prompt, system, params, actor, model, options, input.',
    role: 'operator',
    kind: 'adds',
    input: z.strictObject({
      workflow_run_id: runId,
      at: z.string().min(1).describe('Conversation to go on at.'),
      overrides: jsonObject.optional(),
      wait_seconds: waitSeconds,
    }),
    async call(args, call) {
      const run = await call.client.fork(args.workflow_run_id, args.at, args.overrides);
      return followRun(run, args.wait_seconds, call);
    },
  }),
  defineTool({
    name: 'list_inbox',
    title: 'List the inbox',
    description: 'List approvals and forms that wait for a person, the oldest first.',
    role: 'viewer',
    kind: 'reads',
    input: z.strictObject({ cursor }),
    async call(args, { client }) {
      const start = readCursor(args.cursor);
      const rows = await client.listInbox({
        orderBy: ['waiting_since', 'interaction_id'],
        limit: PAGE + 1,
        offset: start,
      });
      return answerRows('inbox', rows.map(telling), start);
    },
  }),
  defineTool({
    name: 'plan_workflow',
    title: 'Plan a workflow',
    description:
      'Plan a workflow for a goal in words: a model drafts it, and a person approves it before it is defined and run.',
    role: 'author',
    kind: 'adds',
    input: z.strictObject({
      goal: z.string().min(1),
      model: z.string().optional().describe('Actor or model that drafts.'),
      run: z.boolean().optional().describe('false: define it, and do not start it.'),
      wait_seconds: waitSeconds,
    }),
    async call(args, call) {
      const run = await call.client.planWorkflow(args.goal, { model: args.model, run: args.run });
      return followRun(run, args.wait_seconds, call);
    },
  }),
];

/** Only where the server was told so: what waits for a person is not for an agent. */
export const DECIDE: Tool = defineTool({
  name: 'decide',
  title: 'Decide an approval or form',
  description:
    'Decide what waits in the inbox: APPROVED, REJECTED, or another of its choices; data fills in a form or replaces what was proposed.',
  role: 'operator',
  kind: 'changes',
  input: z.strictObject({
    interaction_id: z.int().positive().describe('Number of the interaction.'),
    decision: z.string().optional(),
    data: z.unknown().optional(),
    comment: z.string().max(2000).optional(),
  }),
  async call({ interaction_id, ...answer }, { client }) {
    const { workflow_run_id, status } = await client.decide(interaction_id, answer);
    return answerWith({ interaction_id, workflow_run_id, status });
  },
});
