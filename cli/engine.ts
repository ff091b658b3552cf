// The calls of the database that the commands share. Values come as jsonb, so that numbers arrive as numbers.
import type pg from 'pg';
import type {
  CountedCause,
  Decision,
  Explanation,
  InteractionComparison,
  RunStatus,
  RunSummary,
  ShownRun,
} from '../src/client/results.ts';
import { PgwaveError } from '../src/errors.ts';

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

export function isFinished(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Starts a run. Returns its number. Raises PWNOF, PWINP, PWDIS, PWIDM. */
export async function startRun(client: pg.ClientBase, request: StartRequest): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `select workflow_run_id as id from pgwave.start_workflow(
       workflow => $1, input => $2, start_at => $3, given => $4,
       environment => $5, priority => $6, idempotency_key => $7)`,
    [
      request.workflow,
      JSON.stringify(request.input),
      request.startAt ?? null,
      request.given === undefined ? null : JSON.stringify(request.given),
      request.environment ?? 'dev',
      request.priority ?? 0,
      request.idempotencyKey ?? null,
    ],
  );
  return Number(rows[0]?.id);
}

/** The input contract of a workflow's latest version; undefined: it has none, or there is no such workflow. */
export async function inputContract(client: pg.ClientBase, workflow: string): Promise<unknown> {
  const { rows } = await client.query<{ contracts: Record<string, { input?: unknown }> | null }>(
    'select pgwave.show_contracts($1) as contracts',
    [workflow],
  );
  return Object.values(rows[0]?.contracts ?? {})[0]?.input;
}

/** Starts a planning run. Returns its number. Raises PWINP. */
export async function planWorkflow(
  client: pg.ClientBase,
  goal: string,
  options: { model?: string | undefined; approve: boolean; run: boolean; environment: string },
): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `select workflow_run_id as id from pgwave.plan_workflow(
       goal => $1, model => $2, approve => $3, run => $4, environment => $5)`,
    [goal, options.model ?? null, options.approve, options.run, options.environment],
  );
  return Number(rows[0]?.id);
}

/** The types of actors, by name. */
export async function actorTypes(client: pg.ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; type: string }>(
    'select actor_name as name, actor_type::text as type from pgwave.actors',
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

/** A run with its interactions, in order; of large maps all items, or only those that tell something. Raises PWNOF. */
export async function showRun(
  client: pg.ClientBase,
  id: number,
  { allItems = true } = {},
): Promise<ShownRun> {
  const { rows } = await client.query<{ shown: ShownRun }>(
    'select pgwave.show_run($1, $2) as shown',
    [id, allItems],
  );
  return (rows[0] as { shown: ShownRun }).shown;
}

/** Cancels a run. Raises PWNOF. */
export async function cancelRun(client: pg.ClientBase, id: number, reason?: string): Promise<void> {
  await client.query('select pgwave.cancel_workflow_run($1, $2)', [id, reason ?? null]);
}

/** Pauses a run. Raises PWNOF, PWTRN. */
export async function pauseRun(client: pg.ClientBase, id: number): Promise<void> {
  await client.query('select pgwave.pause_workflow_run($1)', [id]);
}

/** Lets a paused run go on. Raises PWNOF, PWTRN. */
export async function resumeRun(client: pg.ClientBase, id: number): Promise<void> {
  await client.query('select pgwave.resume_workflow_run($1)', [id]);
}

/** Takes up a run that failed or was cancelled. Raises PWNOF, PWTRN. */
export async function retryRun(
  client: pg.ClientBase,
  id: number,
  limits?: Record<string, unknown>,
): Promise<void> {
  await client.query('select pgwave.retry_workflow_run($1, $2)', [
    id,
    limits === undefined ? null : JSON.stringify(limits),
  ]);
}

/** Forks a run at a conversation. Returns the number of the new one. Raises PWNOF, PWTRN, PWINP, PWDEF. */
export async function forkRun(
  client: pg.ClientBase,
  id: number,
  at: string,
  overrides: Record<string, unknown>,
): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    'select workflow_run_id as id from pgwave.fork_workflow_run($1, $2, $3)',
    [id, at, JSON.stringify(overrides)],
  );
  return Number(rows[0]?.id);
}

/** The input of a run; `undefined` where there is no such run. */
export async function inputOfRun(
  client: pg.ClientBase,
  id: number,
): Promise<Record<string, unknown> | undefined> {
  const { rows } = await client.query<{ input: Record<string, unknown> }>(
    'select input from pgwave.workflow_runs where workflow_run_id = $1',
    [id],
  );
  return rows[0]?.input;
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
  const { rows } = await client.query<{ decided: DecidedInteraction }>(
    'select to_jsonb(d) as decided from pgwave.decide($1, $2, $3, $4) d',
    [id, decision, data === undefined ? null : JSON.stringify(data), comment ?? null],
  );
  return (rows[0] as { decided: DecidedInteraction }).decided;
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
  const { rows } = await client.query<{ sent: SentSignal }>(
    'select to_jsonb(s) as sent from pgwave.send_signal($1, $2, $3) s',
    [id, name, payload === undefined ? null : JSON.stringify(payload)],
  );
  return (rows[0] as { sent: SentSignal }).sent;
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
  const { rows } = await client.query<{ name: string }>(
    `select workflow_name as name from pgwave.workflows
     where workflow_name = $1 or workflow_id::text = $1`,
    [workflow],
  );
  if (rows[0] !== undefined) return rows[0].name;
  throw await noWorkflow(client, workflow);
}

/** PWNOF, with the workflows there are. */
export async function noWorkflow(client: pg.ClientBase, workflow: string): Promise<PgwaveError> {
  const { rows } = await client.query<{ name: string }>(
    'select workflow_name as name from pgwave.workflows where deleted_at is null order by 1 limit 10',
  );
  const names = rows.map(({ name }) => name);
  return new PgwaveError('PWNOF', `There is no workflow ${JSON.stringify(workflow)}.`, {
    hint: names.length === 0 ? 'pgwave apply defines one.' : `There is ${names.join(', ')}.`,
  });
}

/** These runs, ascending. */
export async function summariesOf(client: pg.ClientBase, ids: number[]): Promise<RunSummary[]> {
  const { rows } = await client.query<{ run: RunSummary }>(
    `select to_jsonb(s) as run from pgwave.run_summary s
     where s.workflow_run_id = any($1::bigint[]) order by s.workflow_run_id`,
    [ids],
  );
  return rows.map(({ run }) => run);
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
  const explained = await client.query<{ explanation: Explanation }>(
    'select to_jsonb(e) as explanation from pgwave.explain_difference($1, $2) e',
    [a, b],
  );
  const compared = await client.query<{ row: InteractionComparison }>(
    'select to_jsonb(c) as row from pgwave.compare_runs($1, $2) c',
    [a, b],
  );
  // No row where they are no batches.
  const counted = await client.query<{ row: CountedCause }>(
    'select to_jsonb(c) as row from pgwave.explain_change($1, $2) c',
    [a, b],
  );
  return {
    explanation: explained.rows[0]?.explanation as Explanation,
    interactions: compared.rows.map(({ row }) => row),
    causes: counted.rows.map(({ row }) => row),
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
  const { rows } = await client.query<Deployment>('select * from pgwave.list_deployments($1)', [
    workflow,
  ]);
  return rows;
}

/** Raises PWNOF, PWACC. */
export async function deployWorkflow(
  client: pg.ClientBase,
  workflow: string,
  version: number,
  environment: string,
): Promise<void> {
  await client.query('select pgwave.deploy_workflow($1, $2, $3)', [workflow, version, environment]);
}

/** Deploys in one environment what another has. Raises PWNOF, PWACC. */
export async function promoteWorkflow(
  client: pg.ClientBase,
  workflow: string,
  from: string,
  to: string,
): Promise<void> {
  await client.query('select pgwave.promote_workflow($1, $2, $3)', [workflow, from, to]);
}

/** Raises PWNOF, PWACC. */
export async function undeployWorkflow(
  client: pg.ClientBase,
  workflow: string,
  environment: string,
): Promise<void> {
  await client.query('select pgwave.undeploy_workflow($1, $2)', [workflow, environment]);
}
