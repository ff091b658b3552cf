import type { RunStatus } from '../database/rows.generated.ts';

/** Where a run can stand, from its start to its end. */
export const RUN_STATUSES = [
  'pending',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly RunStatus[];
