import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from '../helpers/database.ts';

/** How the only step of a run ended; `usage` is that of its last attempt. */
export interface SingleStep {
  workflow_run_id: string;
  interaction_id: string;
  run: string;
  attempt: number;
  usage: Record<string, unknown>;
}

const WAIT_MS = 300_000;
let counter = 0;

/** Starts a run of one step, of an actor that is defined for it. Returns the run. */
export async function startSingleStep(
  db: TestDatabase,
  actor: object,
  conversation: object = {},
  input: object = {},
): Promise<string> {
  counter += 1;
  const name = `single-${counter}`;
  await db.query('select pgwave.define_actor($1)', [{ name, ...actor }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name,
      conversations: [
        { name: 'ask', actor: name, retry: { max_attempts: 2, delay: '1ms' }, ...conversation },
      ],
    },
  ]);
  const [row] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [name, input],
  );
  return row?.id as string;
}

/** Waits until a run of one step is over. Returns its step. */
export async function finishSingleStep<Step extends object>(
  db: TestDatabase,
  run: string,
): Promise<Step & SingleStep> {
  for (const until = Date.now() + WAIT_MS; Date.now() < until; await sleep(10)) {
    const [row] = await db.query<Step & SingleStep & Record<string, unknown>>(
      `select workflow_run_id, interaction_id, r.status as run, i.attempt, i.output, i.error, a.usage
         from pgwave.workflow_runs r join pgwave.interactions i using (workflow_run_id)
         left join pgwave.interaction_attempts a using (workflow_run_id, interaction_id, attempt)
        where workflow_run_id = $1 and r.finished_at is not null and i.conversation_id <> 9198`,
      [run],
    );
    if (row !== undefined) return row;
  }
  throw new Error(`run ${run} did not finish`);
}
