import { Cron } from 'croner';
import cronstrue from 'cronstrue';

/** A cron expression in words; the expression itself if it has none. */
export function cronWords(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: true });
  } catch {
    return cron;
  }
}

/** The next times of a cron expression, by the library that workers use; none if it is no such expression. */
export function nextTimes(cron: string, zone: string, many: number): Date[] {
  try {
    return new Cron(cron, { timezone: zone, mode: '5-part' }).nextRuns(many);
  } catch {
    return [];
  }
}
