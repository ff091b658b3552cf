// The calls of the database that the commands share. Values come as jsonb, so that numbers arrive as numbers.
import type pg from 'pg';
import { PgwaveError } from '../errors.ts';

export type RunStatus =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'paused'
  | 'completed'
  | 'failed'
  | 'cancelled';

/** `{code, message, …}` of a run or an interaction. */
export interface EngineError {
  code?: string;
  message?: string;
  [key: string]: unknown;
}

/** A row of `pgwave.run_summary`. */
export interface RunSummary {
  workflow_run_id: number;
  workflow_name: string;
  version: number;
  status: RunStatus;
  triggered_by: string;
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
}

/** An interaction as `pgwave.show_run` gives it. */
export interface ShownInteraction {
  interaction_id: number;
  conversation: string;
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
  model: string | null;
  rehearsed: boolean;
  response: string | null;
  data: unknown;
}

/** What `pgwave.show_run` returns. */
export interface ShownRun {
  run: RunSummary & { input: unknown; output: unknown };
  interactions: ShownInteraction[];
}

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

/** A run with its interactions, in order. Raises PWNOF. */
export async function showRun(client: pg.ClientBase, id: number): Promise<ShownRun> {
  const { rows } = await client.query<{ shown: ShownRun }>('select pgwave.show_run($1) as shown', [
    id,
  ]);
  return (rows[0] as { shown: ShownRun }).shown;
}

/** Runs, the newest first. */
export async function listRuns(
  client: pg.ClientBase,
  filter: { workflow?: string | undefined; status?: string | undefined; limit: number },
): Promise<RunSummary[]> {
  const { rows } = await client.query<{ run: RunSummary }>(
    `select to_jsonb(s) as run from pgwave.run_summary s
     where ($1::text is null or s.workflow_name = $1) and ($2::text is null or s.status::text = $2)
     order by s.workflow_run_id desc limit $3`,
    [filter.workflow ?? null, filter.status ?? null, filter.limit],
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
  throw new PgwaveError('PWNOF', `There is no workflow ${workflow}`, {
    hint: 'Give the name or the number of a workflow that was applied.',
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
    `select workflow_run_id as id, array_agg(conversation_name order by execution_order) as names
     from pgwave.run_timeline
     where workflow_run_id = any($1::bigint[]) and status in ('running', 'waiting')
       and actor_type <> 'system'
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
