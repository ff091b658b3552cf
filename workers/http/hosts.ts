import type { LookupAddress } from 'node:dns';
import net from 'node:net';
import { ActorError } from '../actor-error.ts';
import { isPublicAddress } from './addresses.ts';

/** Finds all addresses of a host name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** Where an actor may go. */
export interface HostRules {
  /** `host`, `host:port`, `*.domain` (any depth below it) or `*`. */
  allowed: string[];
  /** The ports of those that name none. */
  ports: string[];
  /** Whether addresses that are not of the public internet will do. */
  privateAddresses: boolean;
}

const refuse = (message: string, detail: object): ActorError =>
  new ActorError('bad_request', message, { detail, retryable: false });

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/** The host and port of an actor's own url. Undefined where they are not fixed, because a placeholder stands there. */
export function declaredHost(url: string): { host: string; port: string } | undefined {
  const authority = /^https?:\/\/([^/?#\\]*)/i.exec(url)?.[1]?.replace(/^.*@/, '');
  if (authority === undefined || authority.includes('{{')) return undefined;
  const origin = `${url.slice(0, url.indexOf(':'))}://${authority}`;
  if (!URL.canParse(origin)) return undefined;
  const parsed = new URL(origin);
  return { host: parsed.hostname, port: portOf(parsed) };
}

function isAllowed(url: URL, rule: string, ports: string[]): boolean {
  const [, wildcard = '', host = '', port] =
    /^(\*\.)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(rule.trim().toLowerCase()) ?? [];
  if (!(port === undefined ? ports : [port]).includes(portOf(url))) return false;
  if (host === '*') return true;
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host;
  if (name === '') return false;
  return wildcard === '' ? url.hostname === name : url.hostname.endsWith(`.${name}`);
}

/** Refuses a url whose scheme or host the actor may not use. */
export function requireAllowed(url: URL, rules: HostRules): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse(`${url.protocol} is not http or https`, { url: url.protocol });
  }
  if (rules.allowed.some((rule) => isAllowed(url, rule, rules.ports))) return;
  throw refuse(`The actor may not call ${url.host}`, {
    host: url.host,
    allowed_hosts: rules.allowed,
    hint: 'Name it in allowed_hosts, with its port where that is not 80, 443 or that of the url.',
  });
}

/**
 * The addresses of a url's host, all of which are fit. The connection is made to these and to no others, so that a second
 * answer of the name server (DNS rebinding) changes nothing.
 */
export async function findAddresses(
  url: URL,
  rules: HostRules,
  resolve: Resolve,
): Promise<LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = net.isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  const unfit = addresses.find(({ address }) => !isPublicAddress(address));
  if (unfit === undefined || rules.privateAddresses) return addresses;
  throw refuse(`${url.hostname} is ${unfit.address}, which is not a public address`, {
    host: url.hostname,
    address: unfit.address,
    hint: 'private_addresses: true lets an actor call it.',
  });
}
