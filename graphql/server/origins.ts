import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../../src/is-loopback.ts';

/** Whether a request's `host` header names this machine: another name may be somebody's who wants a browser to reach us. */
export function namesLoopback(header: string | undefined): boolean {
  if (header === undefined || !URL.canParse(`http://${header}`)) return false;
  return isLoopback(new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, ''));
}

/** Whether a request comes from no web page, from one of our own, or from one of the origins that were named. */
export function isOwnOrigin(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
