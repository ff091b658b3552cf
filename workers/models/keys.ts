import { ActorError } from '../actor-error.ts';
import { plainHost } from './plain-host.ts';

/** Where keys may go without a word of whoever runs the worker. */
const OWN_HOSTS: Record<string, string> = {
  OPENAI_API_KEY: 'api.openai.com',
  OPENROUTER_API_KEY: 'openrouter.ai',
};

/**
 * The key that an actor names, for the host that it calls. A key goes to hosts only that the worker allows for it, in
 * `PGWAVE_MODEL_KEYS`: `NAME=host[:port]`, parted by commas. Raises `bad_request`.
 */
export function readModelKey(name: string, host: string, environment: NodeJS.ProcessEnv): string {
  const fail = (message: string, hint: string) =>
    new ActorError('bad_request', message, { detail: { api_key: name, hint }, retryable: false });
  const target = URL.canParse(host) ? new URL(host).host : plainHost(host);
  const allowed = (environment.PGWAVE_MODEL_KEYS ?? '')
    .split(',')
    .map((entry) => entry.trim().split('='))
    .concat(Object.entries(OWN_HOSTS));
  if (!allowed.some(([key, to]) => key === name && to === target)) {
    throw fail(
      `The key ${name} may not go to ${target}`,
      `Set PGWAVE_MODEL_KEYS=${name}=${target} in the environment of the worker.`,
    );
  }
  const key = environment[name];
  if (key) return key;
  throw fail(`The worker has no key ${name}`, `Set ${name} in the environment of the worker.`);
}
