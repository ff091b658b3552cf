import type pg from 'pg';
import { z } from 'zod';
import { nextTime } from './next-time.ts';

const unplannedSchema = z.array(
  z.object({
    schedule_id: z.number(),
    cron: z.string(),
    time_zone: z.string(),
    after: z.coerce.date(),
  }),
);
type Unplanned = z.infer<typeof unplannedSchema>[number];

function plan({ schedule_id, cron, time_zone, after }: Unplanned) {
  const schedule = { schedule_id, cron, time_zone };
  try {
    const next = nextTime(cron, time_zone, after);
    return next === undefined
      ? { ...schedule, fault: 'it is never due' }
      : { ...schedule, next_at: next.toISOString() };
  } catch (error) {
    return { ...schedule, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Fires what is due, and works out the next time of every schedule that has none. */
export async function runSchedules(client: Pick<pg.Pool, 'query'>): Promise<void> {
  let fired: number;
  do {
    const { rows } = await client.query<{ fired: number }>({
      name: 'fire_schedules',
      text: 'select pgwave.fire_schedules() as fired',
    });
    fired = rows[0]?.fired ?? 0;
  } while (fired > 0);
  const { rows } = await client.query({
    name: 'list_unplanned_schedules',
    text: 'select pgwave.list_unplanned_schedules() as unplanned',
  });
  const unplanned = unplannedSchema.parse(rows[0]?.unplanned);
  if (unplanned.length === 0) return;
  await client.query('select pgwave.plan_schedules($1)', [JSON.stringify(unplanned.map(plan))]);
}
