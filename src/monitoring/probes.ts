import { createHash, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { PgwaveError } from '../errors.ts';
import { isLoopback } from '../is-loopback.ts';

/** A process that monitors ask. */
export interface Monitored {
  /** Why it cannot do its work, besides the database; undefined: it can. */
  trouble?(): string | undefined;
  /** Runs a statement without parameters. */
  query(text: string): Promise<{ rows: Record<string, unknown>[] }>;
}

export interface ProbeServerOptions {
  /** 0: any free one. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** What `/metrics` asks for as a bearer token. Without one, only this machine gets metrics. */
  token?: string | undefined;
}

export interface ProbeServer {
  readonly port: number;
  close(): Promise<void>;
}

/** How long the database may take to answer a probe. */
const ANSWER_MS = 2000;
/** Of Prometheus's text format. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ANSWER_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a process cannot do its work now; undefined: it can. What only reads is enough where the caller says so. */
async function findTrouble(
  { query, trouble }: Monitored,
  mayOnlyRead: boolean,
): Promise<string | undefined> {
  try {
    const { rows } = await inTime(query('show transaction_read_only'));
    if (rows[0]?.transaction_read_only === 'on' && !mayOnlyRead) return 'the database is read-only';
  } catch {
    return 'the database does not answer';
  }
  return trouble?.();
}

/** Answers `/livez` and `/readyz`. Resolves to whether it did. */
export async function answerProbe(
  path: string,
  query: URLSearchParams,
  response: http.ServerResponse,
  monitored: Monitored,
): Promise<boolean> {
  if (path !== '/livez' && path !== '/readyz') return false;
  const reason =
    path === '/livez' ? undefined : await findTrouble(monitored, query.get('mode') === 'read');
  response
    .writeHead(reason === undefined ? 200 : 503, { 'content-type': 'application/json' })
    .end(JSON.stringify({ ok: reason === undefined, reason }));
  return true;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Serves probes and metrics on a port of its own. Raises PWSRV where it cannot listen. */
export async function serveProbes(
  options: ProbeServerOptions,
  monitored: Monitored,
): Promise<ProbeServer> {
  const { port, host = '127.0.0.1', token } = options;
  const isAllowed = (request: http.IncomingMessage): boolean =>
    token === undefined
      ? isLoopback(host)
      : timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));

  async function answer(
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://probes');
    if (await answerProbe(pathname, searchParams, response, monitored)) return;
    if (pathname !== '/metrics') return void response.writeHead(404).end('Not found\n');
    if (!isAllowed(request)) {
      return void response
        .writeHead(401, { 'www-authenticate': 'Bearer' })
        .end('Send the token of PGWAVE_METRICS_TOKEN.\n');
    }
    const { rows } = await monitored.query('select pgwave.metrics() as text');
    response.writeHead(200, { 'content-type': METRICS_TYPE }).end(rows[0]?.text);
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(503);
      response.end('The database does not answer.\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) =>
      reject(
        new PgwaveError('PWSRV', `No metrics can be served at ${host}:${port}: ${cause.message}`, {
          hint: 'Choose another --metrics-port or --metrics-host.',
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
