import type http from 'node:http';
import { ActorError } from '../actor-error.ts';
import { findAddresses, type HostRules, type Resolve, requireAllowed } from './hosts.ts';
import { send } from './send.ts';

/** What is asked, and what of it must not reach another host. */
export interface Exchange {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string | undefined;
  /** Names of headers that are for the first host only. */
  confidential: Set<string>;
  /** Whether the body holds a secret. */
  confidentialBody: boolean;
  rules: HostRules;
  resolve: Resolve;
  signal: AbortSignal;
}

/** A response, and how it was come by. */
export interface Exchanged {
  response: http.IncomingMessage;
  url: URL;
  redirects: number;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The same host, and not from https to http. */
function staysHome(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.hostname === to.hostname && from.protocol === 'http:' && to.protocol === 'https:';
}

const refuse = (message: string, detail: object): ActorError =>
  new ActorError('bad_request', message, { detail, retryable: false });

/** Where a response leads, if it is a redirect. */
function locationOf(response: http.IncomingMessage, url: URL): URL | undefined {
  const { location } = response.headers;
  if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return undefined;
  if (!URL.canParse(location, url)) throw refuse('The redirect leads nowhere', { location });
  const next = new URL(location, url);
  next.username = '';
  next.password = '';
  return next;
}

/**
 * Asks, and follows at most five redirects; each is checked like the first. At the first step to another host, what is
 * confidential is left behind for good; where that is the body, the redirect is refused.
 */
export async function exchange(asked: Exchange): Promise<Exchanged> {
  let { method, url, body } = asked;
  const { rules, resolve, signal } = asked;
  const headers = { ...asked.headers };
  for (let redirects = 0; ; redirects += 1) {
    requireAllowed(url, rules);
    const addresses = await findAddresses(url, rules, resolve);
    signal.throwIfAborted();
    const response = await send({ method, url, headers, body, addresses, signal });
    const next = locationOf(response, url);
    if (next === undefined) return { response, url, redirects };
    response.destroy();
    if (redirects === MOST_REDIRECTS) {
      throw refuse(`More than ${MOST_REDIRECTS} redirects`, { url: next.href });
    }
    const status = response.statusCode;
    if (
      (status === 303 && method !== 'HEAD') ||
      ((status === 301 || status === 302) && method === 'POST')
    ) {
      method = 'GET';
      body = undefined;
      for (const name of ['content-type', 'content-length']) delete headers[name];
    }
    if (!staysHome(url, next)) {
      for (const name of asked.confidential) delete headers[name];
      if (body !== undefined && asked.confidentialBody) {
        throw refuse('A redirect would hand a secret to another host', { host: next.host });
      }
    }
    url = next;
  }
}
