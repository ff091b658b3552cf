import type pg from 'pg';
import { z } from 'zod';
import { nextTime } from './next-time.ts';

const unplannedSchema = z.array(
  z.object({
    schedule_id: z.number(),
    cron: z.string(),
    time_zone: z.string(),
    after: z.coerce.date(),
    next_at: z.string().nullable(),
  }),
);
type Unplanned = z.infer<typeof unplannedSchema>[number];

function plan({ schedule_id, cron, time_zone, after, next_at }: Unplanned) {
  const schedule = { schedule_id, cron, time_zone };
  // an interval needs no calendar
  if (next_at !== null) return { ...schedule, next_at };
  try {
    const next = nextTime(cron, time_zone, after);
    return next === undefined
      ? { ...schedule, fault: 'it is never due' }
      : { ...schedule, next_at: next.toISOString() };
  } catch (error) {
    return { ...schedule, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Discovery runs queries of authors: this is how long one firing may take. */
const FIRING_MS = 60_000;
const CANCELLED = '57014';

/** Fires one schedule in a transaction of its own. What takes too long is noted as failed: else it would be tried for ever. */
async function fire(pool: pg.Pool, id: number, limitMs: number): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const ask = async (text: string, values: unknown[]): Promise<boolean> => {
    const query: pg.QueryConfig & { query_timeout: number } = {
      text: `select pgwave.${text} as fired`,
      values,
      query_timeout: limitMs + 5000,
    };
    return (await client.query<{ fired: boolean }>(query)).rows[0]?.fired ?? false;
  };
  try {
    await client.query(`begin; set local statement_timeout = ${limitMs}`);
    const fired = await ask('fire_schedule($1)', [id]);
    await client.query('commit');
    return fired;
  } catch (error) {
    broken = error as Error;
    await client.query('rollback').then(
      () => {
        broken = undefined;
      },
      () => {},
    );
    if ((error as { code?: string }).code !== CANCELLED) throw error;
    return await ask('fire_schedule($1, $2)', [
      id,
      `it was cancelled, or took longer than ${limitMs / 1000} s`,
    ]);
  } finally {
    client.release(broken);
  }
}

/**
 * Fires what is due, and works out the next time of every schedule that has none. One that fails keeps no other from being
 * fired.
 */
export async function runSchedules(
  client: pg.Pool,
  onError: (error: unknown) => void,
  limitMs = FIRING_MS,
): Promise<void> {
  for (let fired = true; fired; ) {
    fired = false;
    const { rows: due } = await client.query<{ ids: string[] }>({
      name: 'list_due_schedules',
      text: 'select pgwave.list_due_schedules() as ids',
    });
    for (const id of due[0]?.ids ?? []) {
      const done = await fire(client, Number(id), limitMs).catch(onError);
      fired = fired || done === true;
    }
  }
  const { rows } = await client.query({
    name: 'list_unplanned_schedules',
    text: 'select pgwave.list_unplanned_schedules() as unplanned',
  });
  const unplanned = unplannedSchema.parse(rows[0]?.unplanned);
  if (unplanned.length === 0) return;
  await client.query('select pgwave.plan_schedules($1)', [JSON.stringify(unplanned.map(plan))]);
}
