import { z } from 'zod';

export interface DutiesOptions {
  /** Calls a function of the database in a transaction of its own. Resolves to its result. */
  call(name: string, values?: unknown[]): Promise<unknown>;
  /** Fires schedules and works out when they are due next, which the database cannot. */
  runSchedules(): Promise<void>;
  onError(error: unknown): void;
}

const names = z.array(z.string());

const SCHEDULES = 'run_schedules';
/** What was aboard when a worker died begins one by one: the next is let through as soon as one has ended. */
const SUSPECTS = 'release_suspects';
const SUSPECTS_MS = 100;

/**
 * What a worker does besides work: asks which duties have something to do, and calls each in a transaction of its own.
 * One that raises keeps none of the others from being done.
 */
export function createDuties({ call, runSchedules, onError }: DutiesOptions) {
  let performing: Promise<void> | undefined;
  let soon: NodeJS.Timeout | undefined;
  let again = false;
  let stopped = false;

  async function performAll(): Promise<void> {
    do {
      again = false;
      const due = names.parse(await call('list_due_duties()'));
      for (const duty of due) {
        const done = duty === SCHEDULES ? runSchedules() : call('perform_duty($1)', [duty]);
        await done.catch(onError);
      }
      if (due.includes(SUSPECTS)) soon ??= setTimeout(() => perform().catch(onError), SUSPECTS_MS);
    } while (again);
  }

  /** Does what is due. Asked meanwhile, it looks once more. */
  async function perform(): Promise<void> {
    clearTimeout(soon);
    soon = undefined;
    if (stopped) return;
    if (performing !== undefined) again = true;
    performing ??= performAll().finally(() => {
      performing = undefined;
    });
    await performing;
  }

  return {
    perform,
    stop(): void {
      stopped = true;
      clearTimeout(soon);
    },
  };
}
