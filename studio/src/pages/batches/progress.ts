import type { BatchLineFragment } from '../../../../graphql/operations/operations.generated.ts';
import { now } from '../../data/clock.ts';
import { duration, plural } from '../../data/format.ts';

/** What is left, by the time that the tasks so far took; null before any is done. */
export function timeLeft(batch: BatchLineFragment, ended: number): string | null {
  if (batch.finishedAt || ended === 0 || !batch.createdAt) return null;
  const spent = now() - Date.parse(batch.createdAt);
  const left = ((batch.tasks ?? 0) - ended) * (spent / ended);
  return `About ${duration(left)} left, at the pace of the ${plural(ended, 'task')} so far.`;
}

/** How many of its tasks ended. */
export const endedOf = (batch: BatchLineFragment): number =>
  (batch.tasksCompleted ?? 0) + (batch.tasksFailed ?? 0) + (batch.tasksCancelled ?? 0);
