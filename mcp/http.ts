import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Queryable } from '../src/client/call-function.ts';
import { connect } from '../src/client/connect.ts';
import { createMcpHandler, toNodeHandler } from './protocol.ts';
import { createMcpServer, type McpOptions } from './server.ts';

/** Serves MCP over HTTP: each request by itself, for the caller whose database it is given. */
export interface McpHttp {
  /** Answers a request. `db` is the database with the caller's rights. */
  handle(request: IncomingMessage, response: ServerResponse, db: Queryable): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** Streamable HTTP without sessions, so that any server answers any request. `mostBytes`: of a request. */
export function createMcpHttp(options: McpOptions & { mostBytes: number }): McpHttp {
  const { mostBytes: maxRequestBodySize, onError } = options;
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const pool = authInfo?.extra?.db as Queryable;
      return createMcpServer(() => connect({ pool }), options);
    },
    { maxRequestBodySize, onerror: onError },
  );
  const answer = toNodeHandler(handler, { maxRequestBodySize, onerror: onError });
  return {
    handle(request, response, db) {
      // whoever asks was told apart before: the token stays where it was read
      const auth = { token: '', clientId: '', scopes: [], extra: { db } };
      return answer(Object.assign(request, { auth }) as never, response as never);
    },
    close: () => handler.close(),
  };
}
