import path from 'node:path';
import { ActorError } from './actor-error.ts';

/** What a worker lets actors choose from. Definitions come from authors, who are no administrators of its machine. */
export interface Grants {
  /** Folders whose files script actors may run. */
  scripts: string[];
  /** Environment variables that script actors may name. */
  env: Set<string>;
  /** Environment variables that http actors may name as secrets. */
  secrets: Set<string>;
  /** Whether scripts run as the worker's user even if it may change users. */
  scriptsAsSelf: boolean;
}

// The worker's own ways into the database are never for actors.
const OWN = /^(DATABASE_URL$|PG)/i;

/** The grants of a worker; without any: the folder `scripts` where it runs, and no variable. */
export function makeGrants(given: {
  scripts?: readonly string[] | undefined;
  allowEnv?: readonly string[] | undefined;
  allowSecrets?: readonly string[] | undefined;
  scriptsAsSelf?: boolean | undefined;
}): Grants {
  return {
    scripts: (given.scripts ?? ['scripts']).map((folder) => path.resolve(folder)),
    env: new Set(given.allowEnv ?? []),
    secrets: new Set(given.allowSecrets ?? []),
    scriptsAsSelf: given.scriptsAsSelf ?? false,
  };
}

/** Refuses a variable that the worker does not let actors name. Raises `bad_request`. */
export function requireGranted(name: string, granted: ReadonlySet<string>, option: string): void {
  if (!OWN.test(name) && granted.has(name)) return;
  throw new ActorError('bad_request', `The worker does not let actors read ${name}`, {
    detail: {
      variable: name,
      hint: OWN.test(name)
        ? 'Use another name: DATABASE_URL and names that begin with PG are never for actors.'
        : `Start the worker with ${option} ${name}.`,
    },
    retryable: false,
  });
}
