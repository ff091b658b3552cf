import { z } from 'zod';

export interface DutiesOptions {
  /** Calls a function of the database in a transaction of its own. Resolves to its result. */
  call(name: string, values?: unknown[]): Promise<unknown>;
  onError(error: unknown): void;
}

const names = z.array(z.string());

/**
 * What a worker does besides work: asks which duties have something to do, and calls each in a transaction of its own.
 * One that raises keeps none of the others from being done.
 */
export function createDuties({ call, onError }: DutiesOptions) {
  let performing: Promise<void> | undefined;
  let again = false;

  async function perform(): Promise<void> {
    do {
      again = false;
      for (const duty of names.parse(await call('list_due_duties()'))) {
        await call('perform_duty($1)', [duty]).catch(onError);
      }
    } while (again);
  }

  return {
    /** Does what is due. Asked meanwhile, it looks once more. */
    async perform(): Promise<void> {
      if (performing !== undefined) again = true;
      performing ??= perform().finally(() => {
        performing = undefined;
      });
      await performing;
    },
  };
}
