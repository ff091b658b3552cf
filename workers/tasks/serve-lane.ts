import type { TaskList } from 'graphile-worker';
import { z } from 'zod';

const ticket = z.object({ lane: z.string() });

/**
 * A ticket says that there is work in a lane. The task takes what the database hands out and returns: the work goes on
 * in the dispatcher, so that a job's slot, and its lock, are held for milliseconds. A ticket that fails is not tried
 * again: heartbeats find the same within a second, and a job that failed would wait for minutes.
 */
export function createTaskList(
  serve: (lane: string) => Promise<void>,
  wake: () => Promise<void>,
  runSchedules: () => Promise<void>,
  onError: (error: unknown) => void,
): TaskList {
  return {
    async serve_lane(payload) {
      await serve(ticket.parse(payload).lane).catch(onError);
    },
    // A timer is due, a child run ended: the database knows what.
    async wake_interactions() {
      await wake().catch(onError);
    },
    // A schedule is due, or has no next time yet.
    async run_schedules() {
      await runSchedules().catch(onError);
    },
  };
}
