import type http from 'node:http';
import { parseExactly } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import { makeStorable } from '../make-storable.ts';
import { parseRetryAfter } from '../models/http-errors.ts';
import { readBody } from './send.ts';

/** What a response comes to. */
export interface HttpAnswer {
  /** The text; of a JSON object its `response`, where that is text. */
  response?: string;
  /** A JSON object or list as it is; anything else as `{response: text}`. */
  data: unknown;
  bytes: number;
  notes: string[];
}

const ERROR_BYTES = 64 * 1024;
const ERROR_CHARS = 2000;
// What helps to understand an answer and holds no secret.
const TOLD =
  /^(age|allow|cache-control|content-(encoding|language|length|type)|date|deprecation|etag|expires|last-modified|link|retry-after|server|sunset|traceparent|vary|(x-)?(rate-?limit|request-id|correlation-id)(-[a-z-]+)?)$/;

/** The headers that are kept with an attempt. */
export function toldHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => TOLD.test(name) && value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

function toText(body: Buffer, contentType: string): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body); // a charset that nobody knows
  }
}

/**
 * Reads the answer of a successful response, or raises what its status means: 429 `rate_limited`, 408 and 5xx
 * `server_error`, anything else that is no success `bad_request`. `redact` goes over everything that is kept.
 */
export async function readAnswer(
  response: http.IncomingMessage,
  what: { asked: string; method: string; maxBytes: number },
  redact: (text: string) => string,
): Promise<HttpAnswer> {
  const status = response.statusCode ?? 0;
  const type = response.headers['content-type'] ?? '';
  if (status < 200 || status > 299) throw await statusError(response, what, redact);
  const empty = what.method === 'HEAD' || status === 204 || status === 205;
  if (empty) response.destroy();
  const body = empty ? Buffer.alloc(0) : await readBody(response, what.maxBytes);
  const text = toText(body, type);
  let parsed: unknown = text;
  if (/^[^;]*[/+]json\b/i.test(type) && text.trim() !== '') {
    try {
      parsed = parseExactly(text);
    } catch (error) {
      throw unusable(what.asked, `is not the JSON that it says: ${(error as Error).message}`, text);
    }
  }
  const { value, replaced, fault } = makeStorable(
    typeof parsed === 'object' && parsed !== null ? parsed : { response: text },
    redact,
  );
  if (fault !== undefined) throw unusable(what.asked, fault, text);
  const { response: words } = value as { response?: unknown };
  return {
    ...(typeof words === 'string' && !Array.isArray(value) ? { response: words } : {}),
    data: value,
    bytes: body.length,
    notes:
      replaced === 0
        ? []
        : [`${replaced} NUL or lone surrogate characters were replaced by U+FFFD`],
  };
}

function unusable(asked: string, why: string, text: string): ActorError {
  return new ActorError('invalid_output', `The answer of ${asked} ${why}`, {
    detail: { body: text.slice(0, 200) },
    retryable: true,
  });
}

async function statusError(
  response: http.IncomingMessage,
  { asked }: { asked: string },
  redact: (text: string) => string,
): Promise<ActorError> {
  const { headers, statusCode: status = 0, statusMessage } = response;
  // The status says enough where the body breaks off. Redacted before it is cut, which might cut a secret in two.
  const body = await readBody(response, ERROR_BYTES, true).catch(() => Buffer.alloc(0));
  const text = redact(toText(body, headers['content-type'] ?? '')).slice(0, ERROR_CHARS);
  const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? null, headers.date);
  const server = status >= 500 || status === 408;
  const code = status === 429 ? 'rate_limited' : server ? 'server_error' : 'bad_request';
  return new ActorError(code, `${asked} answered ${status} ${statusMessage ?? ''}`.trim(), {
    detail: { status, headers: toldHeaders(headers), body: text },
    retryable: code !== 'bad_request',
    ...(retryAfterMs === undefined || code === 'bad_request' ? {} : { retryAfterMs }),
  });
}
