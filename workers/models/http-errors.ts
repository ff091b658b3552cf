import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import { plainHost, withoutLogin } from './plain-host.ts';

/** Ollama says an error as a text, others as an object. */
const errorBody = z.object({
  error: z.union([
    z.string(),
    z.object({ message: z.string() }).transform(({ message }) => message),
  ]),
});
const maxErrorChars = 2000;

/** Nobody is waited for longer than a day. */
const longestWaitMs = 86_400_000;

/**
 * Milliseconds that a `Retry-After` header asks for, at most a day: seconds or an HTTP date (RFC 9110, 10.2.3). A date is by
 * the clock of who sent it, so it counts from the answer's own `Date`; ours stands in where there is none. Undefined where there
 * is no `Retry-After` or it cannot be read.
 */
export function parseRetryAfter(
  value: string | null,
  sentAt?: string | null,
  now = Date.now(),
): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const from = Date.parse(sentAt ?? '');
  const wait = /^\s*\d+(\.\d+)?\s*$/.test(value)
    ? Math.round(Number(value) * 1000)
    : Date.parse(value) - (Number.isNaN(from) ? now : from);
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), longestWaitMs);
}

/**
 * The `ActorError` for a response whose status is no success. Reads the body. `missing`: what to do where the server does
 * not have the model that was asked for.
 */
export async function httpError(
  response: Response,
  host: string,
  model?: string,
  missing = `ollama pull ${model}`,
): Promise<ActorError> {
  const { status } = response;
  const raw = withoutLogin((await readSome(response)).trim(), host);
  const text = errorText(raw) ?? (raw || response.statusText || `HTTP ${status}`);
  const detail = { status, host: plainHost(host), body: raw };
  const exact = Number(response.headers.get('retry-after-ms') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(exact)
    ? Math.min(Math.max(0, exact), longestWaitMs)
    : parseRetryAfter(response.headers.get('retry-after'), response.headers.get('date'));
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429)
    return new ActorError('rate_limited', text, { detail, retryable: true, ...wait });
  if (status === 408) return new ActorError('timeout', text, { detail, retryable: true, ...wait });
  if (status === 404 && model !== undefined) {
    const message = `model ${model} not found on ${plainHost(host)}: ${text}`;
    return new ActorError('model_not_found', message, {
      detail: { ...detail, hint: missing },
      retryable: false,
    });
  }
  if (status === 401 || status === 403) {
    const hint = 'The actor names the key by api_key; the worker has it in its environment.';
    return new ActorError('bad_request', `${plainHost(host)} refused the key: ${text}`, {
      detail: { ...detail, hint },
      retryable: false,
    });
  }
  if (status >= 500)
    return new ActorError('server_error', text, { detail, retryable: true, ...wait });
  return new ActorError('bad_request', text, { detail, retryable: false });
}

function errorText(raw: string): string | undefined {
  try {
    return errorBody.parse(JSON.parse(raw)).error;
  } catch {
    return undefined;
  }
}

/** The beginning of a body: an error that does not end must not fill the memory. */
async function readSome(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > maxErrorChars) break;
    }
  } catch {
    // The status says enough.
  }
  return text.slice(0, maxErrorChars).toWellFormed().replaceAll('\0', '\uFFFD');
}

/**
 * The `ActorError` for what a call threw: the socket's errors become `connection_lost`, a broken protocol `server_error`.
 * An error that is neither is returned as it is.
 */
export function toActorError(error: unknown, host: string): unknown {
  if (error instanceof ActorError) return error;
  if (!(error instanceof Error)) return error;
  const at = plainHost(host);
  const code = errorCode(error);
  const options = { detail: { host: at, code }, retryable: true, cause: error };
  if (error instanceof SyntaxError || error instanceof z.ZodError || code?.startsWith('HPE_')) {
    const message = `${at} does not follow the protocol: ${error.message}`;
    return new ActorError('server_error', message, options);
  }
  if (code === 'ERR_INVALID_URL') {
    const message = `${at} is not the address of a model server`;
    return new ActorError('bad_request', message, { ...options, retryable: false });
  }
  if (error.message.startsWith('Did not receive done')) {
    return new ActorError('connection_lost', `${at} ended its answer before it was done`, options);
  }
  if (code !== undefined) {
    return new ActorError('connection_lost', `connection to ${at} lost: ${code}`, options);
  }
  return error;
}

/** The code of a system error; happy eyeballs wraps several in an AggregateError. */
function errorCode(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? errorCode(inner) : undefined;
}
