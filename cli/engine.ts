// The calls of the client that the commands share.
import type pg from 'pg';
import type { Run } from '../src/client/calls.ts';
import { type Calls, createClientCalls } from '../src/client/connect.ts';
import { findWorkflow } from '../src/client/find-workflow.ts';
import type {
  CountedCause,
  Decision,
  Deployment,
  Explanation,
  InboxEntry,
  InteractionComparison,
  RunStatus,
  RunSummary,
  ShownRun,
} from '../src/client/results.ts';
import type { Environment, InteractionRow, SignalRow } from '../src/database/rows.generated.ts';

export type {
  CountedCause,
  Decision,
  EngineError,
  Explanation,
  InboxEntry,
  InteractionComparison,
  RunStatus,
  RunSummary,
  ShownInteraction,
  ShownRun,
  Waits,
} from '../src/client/results.ts';

/** What a run is started with. */
export interface StartRequest {
  workflow: string;
  input: unknown;
  startAt?: string | undefined;
  given?: unknown;
  environment?: string | undefined;
  priority?: number | undefined;
  idempotencyKey?: string | undefined;
  notBefore?: Date | undefined;
  traceparent?: string | undefined;
}

/** A limit where all rows are wanted. */
const EVERY = 100_000;

/** The client on a command's connection. */
export const calls = (client: pg.ClientBase): Calls => createClientCalls(client);

export function isFinished(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Starts a run, or joins one that has not begun. Raises PWNOF, PWINP, PWDIS, PWIDM. */
export async function startRun(client: pg.ClientBase, request: StartRequest): Promise<Run> {
  const { workflow, input, given, environment, ...rest } = request;
  return calls(client).startWorkflow(workflow, input, {
    ...rest,
    given: given as Record<string, unknown> | undefined,
    environment: environment as Environment | undefined,
  });
}

/** The input contract of a workflow's latest version; undefined: it has none, or there is no such workflow. */
export async function inputContract(client: pg.ClientBase, workflow: string): Promise<unknown> {
  const contracts = await calls(client).showContracts(workflow);
  return Object.values(contracts ?? {})[0]?.input;
}

/** Starts a planning run. Returns its number. Raises PWINP. */
export async function planWorkflow(
  client: pg.ClientBase,
  goal: string,
  options: { model?: string | undefined; approve: boolean; run: boolean; environment: string },
): Promise<number> {
  const { model, approve, run } = options;
  const environment = options.environment as Environment;
  const planning = await calls(client).planWorkflow(goal, { model, approve, run, environment });
  return planning.workflow_run_id;
}

/** The types of actors, by name. */
export async function actorTypes(client: pg.ClientBase): Promise<Map<string, string>> {
  const actors = await calls(client).listActors({ limit: EVERY });
  return new Map(actors.map((actor) => [actor.actor_name, actor.actor_type]));
}

/** A run with its interactions, in order; of large maps all items, or only those that tell something. Raises PWNOF. */
export async function showRun(
  client: pg.ClientBase,
  id: number,
  { allItems = true } = {},
): Promise<ShownRun> {
  return calls(client).showRun(id, { allItems });
}

/** Cancels a run. Raises PWNOF. */
export async function cancelRun(client: pg.ClientBase, id: number, reason?: string): Promise<void> {
  await calls(client).cancel(id, reason);
}

/** Pauses a run. Raises PWNOF, PWTRN. */
export async function pauseRun(client: pg.ClientBase, id: number): Promise<void> {
  await calls(client).pause(id);
}

/** Lets a paused run go on. Raises PWNOF, PWTRN. */
export async function resumeRun(client: pg.ClientBase, id: number): Promise<void> {
  await calls(client).resume(id);
}

/** Takes up a run that failed or was cancelled. Raises PWNOF, PWTRN. */
export async function retryRun(
  client: pg.ClientBase,
  id: number,
  limits?: Record<string, unknown>,
): Promise<void> {
  await calls(client).retry(id, { limits });
}

/** Forks a run at a conversation. Returns the number of the new one. Raises PWNOF, PWTRN, PWINP, PWDEF. */
export async function forkRun(
  client: pg.ClientBase,
  id: number,
  at: string,
  overrides: Record<string, unknown>,
): Promise<number> {
  return (await calls(client).fork(id, at, overrides)).workflow_run_id;
}

/** The input of a run; `undefined` where there is no such run. */
export async function inputOfRun(
  client: pg.ClientBase,
  id: number,
): Promise<Record<string, unknown> | undefined> {
  const [run] = await calls(client).listWorkflowRuns({ where: { workflow_run_id: id } });
  return run?.input as Record<string, unknown> | undefined;
}

/** What waits for a decision, the oldest first, and how much there is of it; `mine`: what the user of the connection may decide. */
export async function listInbox(
  client: pg.ClientBase,
  { mine, limit }: { mine: boolean; limit: number },
): Promise<{ inbox: InboxEntry[]; total: number }> {
  const { listInbox: list, countInbox } = calls(client);
  const inbox = await list({
    where: mine ? { mine } : {},
    orderBy: ['waiting_since', 'interaction_id'],
    limit,
  });
  return { inbox: inbox as InboxEntry[], total: await countInbox({ mine }) };
}

/** A row of `pgwave.interactions` that somebody decided. */
export interface DecidedInteraction extends InteractionRow {
  output: { tag?: string; data?: unknown; response?: string; decision: Decision };
}

/** Decides an interaction. Raises PWNOF, PWTRN, PWACC, PWDUE, PWINP. */
export async function decideInteraction(
  client: pg.ClientBase,
  id: number,
  { decision, data, comment }: { decision: string; data?: unknown; comment?: string | undefined },
): Promise<DecidedInteraction> {
  return (await calls(client).decide(id, { decision, data, comment })) as DecidedInteraction;
}

/** Sends a signal to a run. Raises PWNOF, PWSIG, PWINP. */
export async function sendSignal(
  client: pg.ClientBase,
  id: number,
  name: string,
  payload: unknown,
): Promise<SignalRow> {
  return calls(client).sendSignal(id, name, payload);
}

/** Runs, the newest first; child runs too if `all`. */
export async function listRuns(
  client: pg.ClientBase,
  filter: {
    workflow?: string | undefined;
    status?: RunStatus | undefined;
    all: boolean;
    limit: number;
  },
): Promise<RunSummary[]> {
  const found = await calls(client).listRunSummary({
    where: {
      workflow_name: filter.workflow,
      status: filter.status,
      parent_workflow_run_id: filter.all ? undefined : null,
    },
    orderBy: '-workflow_run_id',
    limit: filter.limit,
  });
  return found as RunSummary[];
}

/** The name of a workflow that is given by name or number, as `start_workflow` takes it. Raises PWNOF. */
export async function workflowName(client: pg.ClientBase, workflow: string): Promise<string> {
  return (await findWorkflow(calls(client), workflow)).workflow_name;
}

/** These runs, ascending. */
export async function summariesOf(client: pg.ClientBase, ids: number[]): Promise<RunSummary[]> {
  const found = await calls(client).listRunSummary({
    where: { workflow_run_id: ids },
    orderBy: 'workflow_run_id',
    limit: ids.length,
  });
  return found as RunSummary[];
}

/** The conversations that are at work in each of these runs. */
export async function conversationsAtWork(
  client: pg.ClientBase,
  ids: number[],
): Promise<Map<number, string[]>> {
  const steps = await calls(client).listRunTimeline({
    columns: ['workflow_run_id', 'conversation_name', 'actor_type'],
    where: { workflow_run_id: ids, status: ['running', 'waiting'] },
    orderBy: 'execution_order',
    limit: EVERY,
  });
  const atWork = new Map<number, Set<string>>();
  for (const { workflow_run_id: id, conversation_name: name, actor_type } of steps) {
    if (actor_type === 'system' || id === null || name === null) continue;
    atWork.set(id, (atWork.get(id) ?? new Set()).add(name));
  }
  return new Map([...atWork].map(([id, names]) => [id, [...names]]));
}

/** How many workers are alive and take new work. */
export async function countWorkers(client: pg.ClientBase): Promise<number> {
  return calls(client).countWorkers();
}

/** How many interactions of other runs than this one may begin. */
export async function countReady(client: pg.ClientBase, besides: number): Promise<number> {
  return calls(client).countReady({ besides });
}

/** Sets two runs side by side, and explains where they part first. Raises PWNOF. */
export async function compareRuns(
  client: pg.ClientBase,
  a: number,
  b: number,
): Promise<{
  explanation: Explanation;
  interactions: InteractionComparison[];
  causes: CountedCause[];
}> {
  const { explainDifference, compareRuns: compare, explainChange } = calls(client);
  const interactions = await compare(a, b);
  const areBatches = interactions.some(({ conversation }) => conversation === null);
  return {
    explanation: await explainDifference(a, b),
    interactions,
    // The child runs of other runs are explained with the conversation that started them.
    causes: areBatches ? await explainChange(a, b) : [],
  };
}

/** Lists the environments with what is deployed there. Raises PWNOF. */
export async function listDeployments(
  client: pg.ClientBase,
  workflow: string,
): Promise<Deployment[]> {
  return calls(client).listDeployments(workflow);
}

/** Raises PWNOF, PWACC. */
export async function deployWorkflow(
  client: pg.ClientBase,
  workflow: string,
  version: number,
  environment: string,
): Promise<void> {
  await calls(client).deploy(workflow, version, environment as Environment);
}

/** Deploys in one environment what another has. Raises PWNOF, PWACC. */
export async function promoteWorkflow(
  client: pg.ClientBase,
  workflow: string,
  from: string,
  to: string,
  requires?: number | undefined,
): Promise<void> {
  await calls(client).promote(workflow, from as Environment, to as Environment, { requires });
}

/** Raises PWNOF, PWACC. */
export async function undeployWorkflow(
  client: pg.ClientBase,
  workflow: string,
  environment: string,
): Promise<void> {
  await calls(client).undeploy(workflow, environment as Environment);
}
