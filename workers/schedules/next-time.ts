import { Cron } from 'croner';

/**
 * The first time after a moment at which a five-field cron expression is due in a time zone; `undefined` where there is none
 * (31 February). Where both days are restricted, either will do, as in cron. A time that a change of the clocks leaves out is due
 * at that change; one that comes twice is due the first time; what recurs within the hour goes on evenly. Raises where the
 * expression or the time zone is none.
 */
export function nextTime(cron: string, timeZone: string, after: Date): Date | undefined {
  return (
    new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true }).nextRun(after) ?? undefined
  );
}
