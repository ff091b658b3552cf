import { PgwaveError } from '../src/errors.ts';
import { plainHost } from '../workers/models/plain-host.ts';
import { setting } from './settings.ts';

export const OLLAMA_DEFAULT = 'http://127.0.0.1:11434';

/** Where a command's worker finds its models. */
export interface ModelHost {
  url: string;
  /** Whether answers are by rule and no model's. */
  rehearsed: boolean;
  close(): Promise<void>;
}

/** What `OLLAMA_HOST` may hold (`host`, `host:port`, an address of all interfaces) as an address to call. */
export function ollamaAddress(host: string): string {
  const address = /^https?:\/\//.test(host) ? host : `http://${host}`;
  let url: URL;
  try {
    url = new URL(address);
  } catch (cause) {
    throw new PgwaveError('PWENV', `OLLAMA_HOST is not an address: ${plainHost(host)}`, {
      hint: 'Write http://127.0.0.1:11434.',
      cause,
    });
  }
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (!/:\d+\/?$/.test(address) && url.port === '' && url.protocol === 'http:') url.port = '11434';
  return url.href.replace(/\/$/, '');
}

async function whyNoAnswer(url: string): Promise<string | undefined> {
  try {
    // fetch takes no credentials in an address, and repeats them in its error.
    const { username, password } = new URL(url);
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const answer = await fetch(`${plainHost(url)}/api/version`, {
      signal: AbortSignal.timeout(3000),
      headers:
        login === ':' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `it answered ${answer.status}`;
  } catch (error) {
    const { cause, name, message } = error as Error & {
      cause?: { code?: string; message?: string };
    };
    return name === 'TimeoutError'
      ? 'no answer within 3 s'
      : (cause?.code ?? cause?.message ?? message);
  }
}

/** Starts the rehearsal model server in this process; it answers for whatever model a workflow names. */
export async function rehearse(): Promise<ModelHost> {
  const { startRehearsalServer } = await import('../workers/models/rehearsal/server.ts');
  const server = await startRehearsalServer({ port: 0, anyModel: true });
  return { url: server.url, rehearsed: true, close: async () => void (await server.close()) };
}

/** The demo's models: those of OLLAMA_HOST where it is set, else rehearsed. Raises PWOLL where OLLAMA_HOST is silent. */
export async function demoModels(): Promise<ModelHost> {
  const given = setting('ollamaHost');
  if (!given) return rehearse();
  const url = ollamaAddress(given);
  const why = await whyNoAnswer(url);
  if (why !== undefined) {
    throw new PgwaveError('PWOLL', `OLLAMA_HOST is set, and nothing answers at ${plainHost(url)}`, {
      detail: why,
      hint: 'Start Ollama (ollama serve), correct OLLAMA_HOST, or unset it: the demo then rehearses its answers.',
    });
  }
  return { url, rehearsed: false, close: async () => {} };
}

/** A worker's models: rehearsed where that is asked for, and nowhere else; else `OLLAMA_HOST`, else Ollama's own address. */
export async function workerModels(asked: boolean): Promise<ModelHost> {
  if (asked) return rehearse();
  const given = setting('ollamaHost');
  return {
    url: given ? ollamaAddress(given) : OLLAMA_DEFAULT,
    rehearsed: false,
    close: async () => {},
  };
}
