// The calls of the database that the commands share. Values come as jsonb, so that numbers arrive as numbers.
import type pg from 'pg';
import { type Calls, createClientCalls } from '../src/client/connect.ts';
import { findWorkflow } from '../src/client/find-workflow.ts';
import type {
  CountedCause,
  Decision,
  Explanation,
  InteractionComparison,
  RunStatus,
  RunSummary,
  ShownRun,
} from '../src/client/results.ts';
import type { Environment } from '../src/database/rows.generated.ts';

export type {
  CountedCause,
  Decision,
  EngineError,
  Explanation,
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
}

/** A limit where all rows are wanted. */
const EVERY = 100_000;

/** The client on a command's connection. */
export const calls = (client: pg.ClientBase): Calls => createClientCalls(client);

export function isFinished(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Starts a run. Returns its number. Raises PWNOF, PWINP, PWDIS, PWIDM. */
export async function startRun(client: pg.ClientBase, request: StartRequest): Promise<number> {
  const { workflow, input, startAt, given, environment, priority, idempotencyKey } = request;
  const run = await calls(client).startWorkflow(workflow, input, {
    startAt,
    given: given as Record<string, unknown> | undefined,
    environment: environment as Environment | undefined,
    priority,
    idempotencyKey,
  });
  return run.workflow_run_id;
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

/** A row of `pgwave.inbox`. */
export interface InboxEntry {
  interaction_id: number;
  workflow_run_id: number;
  workflow_name: string;
  conversation_name: string;
  item_index: number | null;
  prompt: string | null;
  data: unknown;
  form: unknown;
  choices: string[];
  assignees: string[] | null;
  four_eyes: boolean;
  due_at: string | null;
  due_then: string | null;
  operator: string;
  waiting_since: string;
}

/** What waits for a decision, the oldest first, and how much there is of it; `mine`: what the user of the connection may decide. */
export async function listInbox(
  client: pg.ClientBase,
  { mine, limit }: { mine: boolean; limit: number },
): Promise<{ inbox: InboxEntry[]; total: number }> {
  const { rows } = await client.query<{ entry: InboxEntry; total: number }>(
    `select to_jsonb(i) as entry, count(*) over ()::int as total
     from pgwave.inbox i cross join pgwave.current_identity() me
     where not $1 or ((i.assignees is null or me = any(i.assignees)) and not (i.four_eyes and i.operator = me))
     order by i.waiting_since, i.interaction_id limit $2`,
    [mine, limit],
  );
  return { inbox: rows.map(({ entry }) => entry), total: rows[0]?.total ?? 0 };
}

/** A row of `pgwave.interactions` that somebody decided. */
export interface DecidedInteraction {
  interaction_id: number;
  workflow_run_id: number;
  status: string;
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

/** A row of `pgwave.signals`. */
export interface SentSignal {
  signal_id: number;
  workflow_run_id: number;
  signal_name: string;
  payload: unknown;
  sent_by: string;
  /** Which interaction took it; null: it is kept. */
  taken_by_interaction_id: number | null;
}

/** Sends a signal to a run. Raises PWNOF, PWSIG, PWINP. */
export async function sendSignal(
  client: pg.ClientBase,
  id: number,
  name: string,
  payload: unknown,
): Promise<SentSignal> {
  return calls(client).sendSignal(id, name, payload);
}

/** Runs, the newest first. */
export async function listRuns(
  client: pg.ClientBase,
  filter: {
    workflow?: string | undefined;
    status?: string | undefined;
    all: boolean;
    limit: number;
  },
): Promise<RunSummary[]> {
  const { rows } = await client.query<{ run: RunSummary }>(
    `select to_jsonb(s) as run from pgwave.run_summary s
     where ($1::text is null or s.workflow_name = $1) and ($2::text is null or s.status::text = $2)
       and ($4 or not exists (
         select from pgwave.workflow_runs r
         where r.workflow_run_id = s.workflow_run_id and r.parent_workflow_run_id is not null))
     order by s.workflow_run_id desc limit $3`,
    [filter.workflow ?? null, filter.status ?? null, filter.limit, filter.all],
  );
  return rows.map(({ run }) => run);
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
  const { rows } = await client.query<{ id: string; names: string[] }>(
    `select workflow_run_id as id, array_agg(conversation_name order by place) as names
     from (select workflow_run_id, conversation_name, min(execution_order) as place
           from pgwave.run_timeline
           where workflow_run_id = any($1::bigint[]) and status in ('running', 'waiting')
             and actor_type is distinct from 'system'
           group by workflow_run_id, conversation_name) at_work
     group by workflow_run_id`,
    [ids],
  );
  return new Map(rows.map(({ id, names }) => [Number(id), names]));
}

/** How many workers are alive and take new work. */
export async function countWorkers(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ alive: number }>(
    `select count(*)::int as alive from pgwave.workers
     where not stopping and seen_at > clock_timestamp() - interval '10 seconds'`,
  );
  return rows[0]?.alive ?? 0;
}

/** How many interactions of other runs than this one are ready. */
export async function countReady(client: pg.ClientBase, besides: number): Promise<number> {
  const { rows } = await client.query<{ ready: number }>(
    `select count(*)::int as ready from pgwave.ready where not held and workflow_run_id <> $1`,
    [besides],
  );
  return rows[0]?.ready ?? 0;
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

/** Which version the runs of an environment take; version null: the latest. */
export interface Deployment {
  environment: string;
  version: number | null;
  deployed_by: string | null;
  deployed_at: string | null;
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
): Promise<void> {
  await calls(client).promote(workflow, from as Environment, to as Environment);
}

/** Raises PWNOF, PWACC. */
export async function undeployWorkflow(
  client: pg.ClientBase,
  workflow: string,
  environment: string,
): Promise<void> {
  await calls(client).undeploy(workflow, environment as Environment);
}
