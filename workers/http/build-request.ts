import http from 'node:http';
import { ActorError } from '../actor-error.ts';
import { fillJson, fillText, fillUrl, type Values } from './templates.ts';

/** What an actor says of its request; texts hold placeholders. */
export interface RequestTemplate {
  method?: string | undefined;
  url: string;
  headers: Record<string, string>;
  /** Undefined: the parameters are sent in its place. */
  body?: unknown;
}

/** A request, filled in. */
export interface BuiltRequest {
  method: string;
  /** Without user and password. */
  url: URL;
  /** By lower-case names. */
  headers: Record<string, string>;
  body?: string | undefined;
  /** Names of headers that are for the first host only. */
  confidential: Set<string>;
  confidentialBody: boolean;
  /** Base64 of user and password, where the url had any. */
  basic?: string | undefined;
}

// What HTTP itself needs, or what would be asked of somebody on the way.
const RESERVED = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const FORM = 'application/x-www-form-urlencoded';

const bad = (message: string, detail: object): ActorError =>
  new ActorError('bad_request', message, { detail, retryable: false });

/** Makes the request of templates and values. `idempotencyKey` goes with everything that may change something. */
export function buildRequest(
  template: RequestTemplate,
  values: Values,
  idempotencyKey: string,
): BuiltRequest {
  const method = template.method ?? (template.body === undefined ? 'GET' : 'POST');
  const { value: url, read } = fillUrl(template.url, values);
  const headers: Record<string, string> = {
    accept: 'application/json, text/*;q=0.9, */*;q=0.8',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': 'pgwave',
    ...(method === 'GET' || method === 'HEAD' ? {} : { 'idempotency-key': idempotencyKey }),
  };
  const confidential = new Set(['authorization', 'cookie']);
  for (const [name, text] of Object.entries(template.headers)) {
    const key = name.toLowerCase();
    if (RESERVED.has(key)) throw bad(`The header ${name} is not for actors`, { header: name });
    const filled = fillText(text, values);
    for (const parameter of filled.read) read.add(parameter);
    if (filled.secret) confidential.add(key);
    try {
      http.validateHeaderName(name);
      http.validateHeaderValue(name, filled.value);
    } catch {
      throw bad(`The header ${name} holds what no header may hold`, { header: name });
    }
    headers[key] = filled.value;
  }
  let basic: string | undefined;
  if (url.username !== '' || url.password !== '') {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    basic = Buffer.from(user).toString('base64');
    headers.authorization ??= `Basic ${basic}`;
    url.username = '';
    url.password = '';
  }
  const built = { method, url, headers, confidential, basic };
  if (template.body !== undefined) {
    const { value, secret } = fillJson(template.body, values);
    return { ...built, body: encodeBody(value, headers), confidentialBody: secret };
  }
  if (['POST', 'PUT', 'PATCH'].includes(method)) {
    return { ...built, body: encodeBody(values.params ?? {}, headers), confidentialBody: false };
  }
  for (const [name, text] of toPairs(values.params)) {
    if (!read.has(name)) url.searchParams.append(name, text);
  }
  return { ...built, confidentialBody: false };
}

/** A JSON object as pairs of texts; a list is as many pairs; null is left out. */
function toPairs(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) =>
    (Array.isArray(entry) ? entry : [entry])
      .filter((item) => item !== null && item !== undefined)
      .map((item): [string, string] => [
        name,
        typeof item === 'string' ? item : JSON.stringify(item),
      ]),
  );
}

/** Encodes a body as its content-type says: a form, else JSON; a text as it is. */
function encodeBody(value: unknown, headers: Record<string, string>): string {
  const type = headers['content-type'];
  if (typeof value === 'string') {
    headers['content-type'] = type ?? 'text/plain; charset=utf-8';
    return value;
  }
  if (type?.toLowerCase().startsWith(FORM)) return new URLSearchParams(toPairs(value)).toString();
  headers['content-type'] = type ?? 'application/json';
  return JSON.stringify(value);
}
