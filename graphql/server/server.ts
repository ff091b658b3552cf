import '../environment.ts';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { postgraphile } from 'postgraphile';
import { execute as executeOperation, hookArgs, isSafeError } from 'postgraphile/grafast';
import { type ExecutionResult, GraphQLError } from 'postgraphile/graphql';
import type { McpHttp } from '../../mcp/http.ts';
import type { Caller } from '../../src/client/caller.ts';
import { databaseOf } from '../../src/client/caller-database.ts';
import { connect, createPool } from '../../src/database/connection.ts';
import { assertBehaviourCurrent } from '../../src/database/load-sql.ts';
import { loginUrls } from '../../src/database/logins.ts';
import { PgwaveError } from '../../src/errors.ts';
import { isLoopback } from '../../src/is-loopback.ts';
import {
  answerProbe,
  type ProbeServer,
  type ProbeServerOptions,
  serveProbes,
} from '../../src/monitoring/probes.ts';
import { projectPath } from '../../src/project-root.ts';
import { createSubscriptions } from '../live/subscribe.ts';
import { createWatcher } from '../live/watcher.ts';
import { createErrorMask } from '../mask-error.ts';
import { createPreset } from '../preset.ts';
import { createAuthenticator } from './authenticate.ts';
import type { ApiEvent } from './events.ts';
import { exactGrafserv } from './exact-grafserv.ts';
import { checkDocument } from './limits.ts';
import { isOwnOrigin, namesLoopback } from './origins.ts';
import { createPages } from './pages.ts';
import { createReservedNames } from './reserved-names.ts';
import { createWebhooks, HOOKS_PATH } from './webhooks.ts';
import { createWebSockets } from './websocket.ts';

export type { ApiEvent } from './events.ts';

export interface ServerOptions {
  databaseUrl: string;
  /** Past a connection pooler, for subscriptions. Default: `databaseUrl`. */
  directUrl?: string | undefined;
  /** Default 127.0.0.1. Another address needs tokens. */
  host?: string;
  /** Default 8642; 0: any free one. */
  port?: number;
  /** Where the settings of tokens are read. Default: the process's environment. */
  env?: NodeJS.ProcessEnv;
  /** The role of everybody where there are no tokens. Default `pgwave_admin`. */
  localRole?: Caller['role'];
  /** Whether requests without a token read what is public. */
  allowsAnonymous?: boolean;
  /** Origins of web pages that may ask, besides our own: `https://studio.example.com`. */
  origins?: readonly string[];
  /** Whether GraphiQL is served at `/graphiql`. */
  graphiql?: boolean;
  /** Whether agents at `/mcp` may decide what waits for people. */
  mcpDecide?: boolean;
  /** The folder of the built web pages. Default `studio/dist` of the package; null: none are served. */
  pages?: string | null;
  /** The path under which the server is asked, such as `/pgwave`. Default: none. */
  basePath?: string;
  /** Connections to the database, at most. Default 10. */
  maxConnections?: number;
  /** Where `/metrics`, `/livez` and `/readyz` are served besides. Default: nowhere. */
  probes?: ProbeServerOptions;
  /** Receives what goes wrong and does not end the server. */
  onError?: (error: unknown) => void;
  /** Receives what requests fail by. It must not throw. */
  onEvent?: (event: ApiEvent) => void;
  /** Changes to the limits of the transport, for tests. */
  limits?: Partial<typeof TRANSPORT_LIMITS>;
}

export interface Server {
  /** Address of the API: `http://127.0.0.1:8642/graphql`. */
  readonly url: string;
  /** Address of the MCP server: `http://127.0.0.1:8642/mcp`. */
  readonly mcpUrl: string;
  /** Address of the web pages; null: they are not built. */
  readonly pagesUrl: string | null;
  readonly port: number;
  /** Port of the metrics; null: none are served. */
  readonly metricsPort: number | null;
  /** Whether requests need a token; else only this machine is served. */
  readonly takesTokens: boolean;
  /** Who asks where there are no tokens. */
  readonly local: Caller;
  /** How many different subscriptions are open. */
  readonly openSubscriptions: number;
  /** Takes no more requests, ends subscriptions, and closes every connection. */
  stop(): Promise<void>;
}

/** What a client may send, and how long it may take. */
export const TRANSPORT_LIMITS = {
  /** Bytes of a request, and of a message of a WebSocket. */
  bodyBytes: 1_000_000,
  /** Until a request is here whole. */
  bodyMs: 10_000,
  /** Of one statement. */
  statementMs: 10_000,
  /** Operations of one WebSocket at once. */
  subscriptions: 50,
  /** WebSockets at once. */
  connections: 1000,
};

const GRAPHQL_PATH = '/graphql';
const GRAPHIQL_PATH = '/graphiql';
const MCP_PATH = '/mcp';
const DEFAULT_PORT = 8642;
const STOP_MS = 5000;

/**
 * Serves the API. Raises PWDBU and PWOLD as a worker does, PWENV where the settings of tokens are wrong, and PWSRV where it
 * cannot listen: the port is taken, or others than this machine would be served without tokens.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { databaseUrl, host = '127.0.0.1', onError = () => {}, onEvent = () => {} } = options;
  const maskError = createErrorMask(onEvent);
  const basePath = checkBasePath(options.basePath ?? '');
  const pages =
    options.pages === null
      ? undefined
      : createPages(options.pages ?? projectPath('studio', 'dist'), basePath);
  const limits = { ...TRANSPORT_LIMITS, ...options.limits };
  const local: Caller = {
    role: options.localRole ?? 'pgwave_admin',
    identity: await checkDatabase(databaseUrl),
  };
  const authenticator = createAuthenticator({
    env: options.env ?? process.env,
    local,
    allowsAnonymous: options.allowsAnonymous ?? false,
    isReserved: (name) => isReserved(name),
  });
  if (!authenticator.takesTokens && !isLoopback(host)) {
    throw new PgwaveError('PWSRV', `Without tokens only this machine is served, and not ${host}`, {
      hint: 'Set PGWAVE_JWT_SECRET or PGWAVE_JWKS_URL, or listen on 127.0.0.1.',
    });
  }

  const { pgwave_api: apiUrl } = await loginUrls(databaseUrl, ['pgwave_api']);
  const pool = createPool(apiUrl, {
    applicationName: 'pgwave api',
    max: options.maxConnections ?? 10,
    statementTimeoutMs: limits.statementMs,
  });
  const isReserved = createReservedNames(pool);
  const listens =
    options.directUrl === undefined
      ? apiUrl
      : (await loginUrls(options.directUrl, ['pgwave_api'])).pgwave_api;
  const watcher = createWatcher(listens, onError);
  const callers = new WeakMap<http.IncomingMessage, Caller>();
  const preset = createPreset(pool, {
    callerOf: ({ node }) => node && callers.get(node.req as http.IncomingMessage),
    maskError,
  });
  const instance = postgraphile({
    ...preset,
    grafserv: {
      ...preset.grafserv,
      graphqlPath: GRAPHQL_PATH,
      maxRequestLength: limits.bodyBytes,
      graphiql: options.graphiql ?? false,
      graphiqlOnGraphQLGET: false,
      graphiqlPath: GRAPHIQL_PATH,
      websockets: false,
    },
    plugins: [
      ...(preset.plugins ?? []),
      {
        name: 'PgwaveLimitsPlugin',
        version: '0.0.0',
        grafserv: {
          middleware: {
            processGraphQLRequestBody(next, { body }) {
              if (typeof body.query === 'string') {
                checkDocument(schema, body.query, body.variableValues as Record<string, unknown>);
              }
              return next();
            },
          },
        },
      },
    ],
  });
  const { schema, resolvedPreset } = await instance.getSchemaResult();
  const serv = instance.createServ(exactGrafserv);
  await serv.ready();
  const handle = serv.createHandler();

  const subscriptions = createSubscriptions({ schema, resolvedPreset, pool, watcher });
  const webSockets = createWebSockets({
    authenticator,
    maskError,
    onError,
    mostSubscriptions: limits.subscriptions,
    mostConnections: limits.connections,
    mostBytes: limits.bodyBytes,
    subscribe: subscriptions.subscribe,
    async prepare({ query, variables }) {
      checkDocument(schema, query, variables);
      const { parseAndValidate } = await serv.getExecutionConfig({} as never);
      const { errors, document } = parseAndValidate(query);
      return errors === undefined ? { document: document as never } : { errors };
    },
    async execute({ caller, document, operationName, variables }) {
      const args = {
        schema,
        document,
        rootValue: null,
        contextValue: {},
        variableValues: variables,
        operationName,
        resolvedPreset,
        requestContext: { pgwaveCaller: caller },
      } as never;
      await hookArgs(args);
      return (await executeOperation(args)) as ExecutionResult;
    },
  });

  const webhooks = createWebhooks({
    pool,
    env: options.env ?? process.env,
    mostBytes: limits.bodyBytes,
    refuse(response, { status, retryAfterS, ...error }) {
      if (retryAfterS !== undefined) response.setHeader('retry-after', String(retryAfterS));
      refuse(response, status, error);
    },
    mask(error) {
      const masked = maskError(new GraphQLError(error.message, { originalError: error }));
      return { message: masked.message, ...(masked.extensions as object) };
    },
  });

  const monitored = { query: (text: string) => pool.query(text) };
  const server = http.createServer(
    {
      requestTimeout: limits.bodyMs,
      headersTimeout: Math.min(limits.bodyMs, 5000),
      connectionsCheckingInterval: Math.min(limits.bodyMs, 1000),
      keepAliveTimeout: 5000,
      maxHeaderSize: 16_384,
    },
    (request, response) => void answer(request, response),
  );

  let openedMcp: Promise<McpHttp> | undefined;
  /** Loaded by the first agent that comes. */
  async function openMcp(): Promise<McpHttp> {
    const { createMcpHttp } = await import('../../mcp/http.ts');
    const { version } = JSON.parse(fs.readFileSync(projectPath('package.json'), 'utf8'));
    return createMcpHttp({
      version,
      allowDecide: options.mcpDecide ?? false,
      mostBytes: limits.bodyBytes,
      onError,
    });
  }

  /** Refuses pages of other origins, and names that somebody else's DNS gave this machine. */
  const isForeign = (request: http.IncomingMessage): boolean =>
    (!authenticator.takesTokens && !namesLoopback(request.headers.host)) ||
    !isOwnOrigin(request.headers, options.origins ?? []);

  async function answer(
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    if (basePath !== '' && request.url?.startsWith(`${basePath}/`)) {
      request.url = request.url.slice(basePath.length);
    }
    const path = request.url?.split('?', 1)[0] ?? '/';
    try {
      if (await answerProbe(path, queryOf(request), response, monitored)) return;
      if (isForeign(request)) {
        return refuse(response, 403, {
          message: 'Pages of this origin may not ask here',
          code: 'PWGQL',
          hint: 'Name the origin with --origin.',
        });
      }
      if (path.startsWith(HOOKS_PATH)) {
        return await webhooks(request, response, path.slice(HOOKS_PATH.length));
      }
      allowOrigin(request, response, options.origins ?? []);
      if (request.method === 'OPTIONS') return void response.writeHead(204).end();
      if (path === GRAPHQL_PATH) {
        if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytes) {
          return refuse(response, 413, tooLarge(limits.bodyBytes));
        }
        callers.set(request, await authenticator.authenticate(request.headers.authorization));
      } else if (path === MCP_PATH) {
        const caller = await authenticator.authenticate(request.headers.authorization);
        openedMcp ??= openMcp();
        return (await openedMcp).handle(request, response, databaseOf(pool, caller));
      } else if (path !== GRAPHIQL_PATH && pages?.answer(request, response, path)) return;
      await handle(request, response, (error?: Error) => {
        if (response.headersSent) return void response.end();
        if (error === undefined) return void response.writeHead(404).end('Not found\n');
        const statusCode = (error as { statusCode?: number }).statusCode ?? 500;
        if (statusCode === 413) return refuse(response, 413, tooLarge(limits.bodyBytes));
        const masked = maskError(new GraphQLError(error.message, { originalError: error }));
        refuse(response, isSafeError(error) ? 400 : statusCode, {
          message: masked.message,
          ...(masked.extensions as { code?: string; hint?: string }),
        });
      });
    } catch (error) {
      if (error instanceof PgwaveError) {
        onEvent({ event: 'request_failed', code: error.code });
        return refuse(response, 401, error);
      }
      onError(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  }

  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?', 1)[0];
    if ((path !== GRAPHQL_PATH && path !== basePath + GRAPHQL_PATH) || isForeign(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    } else webSockets.handleUpgrade(request, socket, head);
  });

  let probes: ProbeServer | undefined;
  const release = async (): Promise<void> => {
    await probes?.close();
    await watcher.close();
    await instance.release();
    await pool.end();
  };
  try {
    if (options.probes !== undefined) probes = await serveProbes(options.probes, monitored);
    await listen(server, options.port ?? DEFAULT_PORT, host);
  } catch (error) {
    await release();
    throw error;
  }

  const { port } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  const stopOnce = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    webSockets.close();
    await (await openedMcp)?.close();
    server.closeIdleConnections();
    const late = setTimeout(() => server.closeAllConnections(), STOP_MS);
    await closed;
    clearTimeout(late);
    await release();
  };
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url: `${origin}${basePath}${GRAPHQL_PATH}`,
    mcpUrl: `${origin}${basePath}${MCP_PATH}`,
    pagesUrl: pages === undefined ? null : `${origin}${basePath}/`,
    port,
    metricsPort: probes?.port ?? null,
    takesTokens: authenticator.takesTokens,
    local,
    get openSubscriptions() {
      return subscriptions.open;
    },
    stop() {
      stopping ??= stopOnce();
      return stopping;
    },
  };
}

function queryOf({ url = '' }: http.IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split('?')[1]);
}

/** A path to be served under, without a slash at its end. Raises PWENV. */
function checkBasePath(given: string): string {
  const basePath = given.replace(/\/$/, '');
  if (!/^(?:\/[\w.~-]+)*$/.test(basePath)) {
    throw new PgwaveError('PWENV', `The base path "${given}" is not a path`, {
      hint: 'Write it as /pgwave.',
    });
  }
  return basePath;
}

/** Reaches the database once; gives the name of its user. */
async function checkDatabase(url: string): Promise<string> {
  const client = await connect(url, { applicationName: 'pgwave api' });
  try {
    await assertBehaviourCurrent(client);
    const { rows } = await client.query<{ name: string }>(
      'select pgwave.current_identity() as name',
    );
    return rows[0]?.name as string;
  } finally {
    await client.end();
  }
}

function listen(server: http.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new PgwaveError(
          'PWSRV',
          taken
            ? `Port ${port} of ${host} is taken`
            : `Nothing can be served at ${host}:${port}: ${error.message}`,
          {
            hint: taken
              ? 'Choose another with --port, or stop what listens there.'
              : 'Choose another --host or --port.',
            cause: error,
          },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function tooLarge(most: number) {
  return {
    message: `A request has at most ${most} bytes`,
    code: 'PWGQL',
    hint: 'Send less at once.',
  };
}

/** One error, as GraphQL clients read it. What is still coming of the request is not read. */
function refuse(
  response: http.ServerResponse,
  status: number,
  error: { message: string; code?: string; detail?: string | undefined; hint?: string | undefined },
): void {
  if (response.headersSent) return void response.end();
  const { message, code, detail, hint } = error;
  const body = JSON.stringify({ errors: [{ message, extensions: { code, detail, hint } }] });
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(status === 413 && { connection: 'close' }),
    })
    .end(body);
}

function allowOrigin(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  origins: readonly string[],
): void {
  const { origin } = request.headers;
  if (origin === undefined || !origins.includes(origin)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader(
    'access-control-allow-headers',
    'authorization, content-type, mcp-protocol-version, mcp-method, mcp-name',
  );
  response.setHeader('access-control-allow-methods', 'POST');
  response.setHeader('vary', 'origin');
}
