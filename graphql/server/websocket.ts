import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, makeServer } from 'graphql-ws';
import { type ExecutionResult, GraphQLError, getOperationAST } from 'postgraphile/graphql';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Caller } from '../../src/client/caller.ts';
import { reviveForPrograms } from '../../src/exact-json.ts';
import type { SubscriptionRequest } from '../live/subscribe.ts';
import type { Authenticator } from './authenticate.ts';

export interface WebSocketOptions {
  authenticator: Authenticator;
  /** Checks, parses and validates what a client sends; raises or gives errors. */
  prepare(payload: {
    query: string;
    variables?: Record<string, unknown> | undefined;
  }): Promise<Pick<SubscriptionRequest, 'document'> | { errors: readonly GraphQLError[] }>;
  subscribe(
    request: SubscriptionRequest,
  ): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>;
  /** Executes a query or mutation. */
  execute(request: SubscriptionRequest): Promise<ExecutionResult>;
  /** What a client is told of an error. */
  maskError(error: GraphQLError): GraphQLError;
  /** Receives what goes wrong and does not end the server. */
  onError(error: unknown): void;
  /** Most subscriptions of one connection. */
  mostSubscriptions: number;
  /** Most connections of the server. */
  mostConnections: number;
  /** Most bytes of one message. */
  mostBytes: number;
}

/** What serves WebSockets of the protocol graphql-transport-ws. */
export interface WebSockets {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

interface Extra {
  socket: WebSocket;
  request: IncomingMessage;
  caller?: Caller;
}

/** What onSubscribe hands on. */
interface Prepared {
  request: SubscriptionRequest;
  result: AsyncGenerator<ExecutionResult, void, void> | undefined;
}

const KEEP_ALIVE_MS = 12_000;
const INIT_WAIT_MS = 5000;
const FORBIDDEN = 4403;

const connectionParams = z
  .object({ authorization: z.string().optional(), Authorization: z.string().optional() })
  .nullish();

/** The protocol of graphql-ws over `ws`. A token comes as the connection's parameter `authorization`, or as the header. */
export function createWebSockets(options: WebSocketOptions): WebSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.mostBytes });

  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: INIT_WAIT_MS,
    jsonMessageReviver: reviveForPrograms as (key: string, value: unknown) => unknown,
    async onConnect({ connectionParams: params, extra }) {
      const { authorization, Authorization } = connectionParams.parse(params) ?? {};
      const token = authorization ?? Authorization ?? extra.request.headers.authorization;
      try {
        extra.caller = await options.authenticator.authenticate(token);
      } catch (error) {
        extra.socket.close(FORBIDDEN, (error as Error).message.slice(0, 100));
        return false;
      }
      endWith(extra.socket, extra.caller);
      // The acknowledgement: pages show times by this clock.
      return { time: new Date().toISOString() };
    },
    async onSubscribe({ extra, subscriptions }, _id, { query, variables, operationName }) {
      if (Object.keys(subscriptions).length > options.mostSubscriptions) {
        return [
          new GraphQLError(`A connection has at most ${options.mostSubscriptions} operations`, {
            extensions: { code: 'PWGQL', hint: 'Complete one first.' },
          }),
        ];
      }
      try {
        const prepared = await options.prepare({ query, variables: variables ?? undefined });
        if ('errors' in prepared) return prepared.errors;
        const request: SubscriptionRequest = {
          caller: extra.caller as Caller,
          document: prepared.document,
          source: query,
          operationName: operationName ?? undefined,
          variables: variables ?? undefined,
        };
        const kind = getOperationAST(prepared.document, operationName)?.operation;
        const result = kind === 'subscription' ? await options.subscribe(request) : undefined;
        // An error up front is one of the operation, not a message of it.
        if (result !== undefined && 'errors' in result && result.errors !== undefined) {
          return result.errors.map((error) => options.maskError(error));
        }
        return { document: prepared.document, operationName, request, result } as never;
      } catch (error) {
        const originalError = error as Error;
        return [options.maskError(new GraphQLError(originalError.message, { originalError }))];
      }
    },
    subscribe: (args) => (args as unknown as Prepared).result as never,
    execute: (args) => options.execute((args as unknown as Prepared).request) as never,
    onNext(_context, _id, _payload, _args, { data = null, errors }) {
      if (errors === undefined) return undefined;
      return { data, errors: errors.map((error) => options.maskError(error).toJSON()) };
    },
  });

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const extra: Extra = { socket, request };
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolved once it is written: who reads slowly is not read for.
        send: (data) =>
          new Promise((resolve, reject) => {
            socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            handle(String(data)).catch((error: Error) => {
              if (socket.readyState !== socket.OPEN) return;
              options.onError(error);
              socket.close(CloseCode.InternalServerError, 'Internal error');
            });
          }),
      },
      extra,
    );
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => void closed(code, String(reason)));
    keepAlive(socket);
  });

  return {
    handleUpgrade(request, socket, head) {
      if (sockets.clients.size >= options.mostConnections) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (opened) => {
        sockets.emit('connection', opened, request);
      });
    },
    close() {
      for (const socket of sockets.clients) {
        socket.close(1001, 'the server stops');
        setTimeout(() => socket.terminate(), 1000).unref();
      }
      sockets.close();
    },
  };
}

/** A connection lasts as long as its token. */
function endWith(socket: WebSocket, { expiresAt }: Caller): void {
  if (expiresAt === undefined) return;
  // Longer than a timer can be is for ever.
  const ms = Math.min(expiresAt - Date.now(), 2 ** 31 - 1);
  const timer = setTimeout(() => socket.close(FORBIDDEN, 'The token has expired'), ms).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Ends a connection whose other side does not answer for two turns. */
function keepAlive(socket: WebSocket): void {
  let isAlive = true;
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, KEEP_ALIVE_MS).unref();
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.once('close', () => clearInterval(timer));
}
