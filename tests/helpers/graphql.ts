import { createClient } from 'graphql-ws';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { type Server, type ServerOptions, startServer } from '../../graphql/server/server.ts';
import type { TestDatabase } from './database.ts';
import { eventually } from './processes.ts';

/** The secret of the servers that tests start. */
export const SECRET = 'a secret of the tests, of at least 32 characters';

/** A token of the tests' servers. */
export function token(
  claims: Record<string, unknown>,
  options: { secret?: string; expires?: string | number } = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(options.expires ?? '5m')
    .sign(new TextEncoder().encode(options.secret ?? SECRET));
}

/** Serves a test database on a free port, with tokens. Stop it before the database is closed. */
export function serve(db: TestDatabase, options: Partial<ServerOptions> = {}): Promise<Server> {
  return startServer({
    databaseUrl: db.url,
    port: 0,
    env: { PGWAVE_JWT_SECRET: SECRET },
    maxConnections: 5,
    onError: () => {},
    ...options,
  });
}

/** What an answer holds. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tests know what they asked for
  data: any;
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[];
}

/** Sends one operation over HTTP, as the bearer of a token where one is given. */
export async function post(
  server: Server,
  query: string,
  variables: Record<string, unknown> = {},
  bearer?: string,
): Promise<Answer> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answer, 'status'>) };
}

/** A client of graphql-ws that tries again when its connection is lost. */
export function wsClient(server: Server, bearer?: string) {
  return createClient({
    url: server.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 100,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    connectionParams: bearer ? { authorization: `Bearer ${bearer}` } : {},
  });
}

/** Collects what a subscription says, until it is left. */
export function follow(
  server: Server,
  query: string,
  variables: Record<string, unknown>,
  bearer: string,
) {
  const client = wsClient(server, bearer);
  // biome-ignore lint/suspicious/noExplicitAny: the tests know what they asked for
  const messages: any[] = [];
  let error: unknown;
  let isComplete = false;
  client.subscribe(
    { query, variables },
    {
      next: (message) => messages.push(message.data ?? message),
      error: (e) => {
        error = e;
      },
      complete: () => {
        isComplete = true;
      },
    },
  );
  return {
    client,
    messages,
    get error() {
      return error;
    },
    get isComplete() {
      return isComplete;
    },
    first: () => eventually('the first message', () => messages.length > 0),
    leave: () => client.dispose(),
  };
}

/** Defines a workflow of so many steps in a row, done by the function actor `noop`. */
export async function defineChain(db: TestDatabase, name: string, steps: number): Promise<void> {
  await db.query('select pgwave.define_actor($1)', [{ name: 'noop', type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name,
      conversations: Array.from({ length: steps }, (_, i) => ({
        name: `step_${i + 1}`,
        actor: 'noop',
        ...(i + 1 < steps ? { branches: [`step_${i + 2}`] } : {}),
      })),
    },
  ]);
}

/** Starts a run; gives its number. */
export async function start(db: TestDatabase, workflow: string, input = {}): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [workflow, input],
  );
  return row?.id as string;
}

/** A worker without a process: takes what is ready and answers it, when it is told to. */
export async function handWorker(db: TestDatabase) {
  const [row] = await db.query<{ worker: { worker_id: number } }>(
    `select pgwave.register_worker('test', 1, '{"function": 1000, "model": 1000}') as worker`,
  );
  const id = row?.worker.worker_id as number;
  interface Work {
    interaction_id: number;
    workflow_run_id: number;
    attempt: number;
  }
  return {
    id,
    async begin(most = 1000): Promise<Work[]> {
      const [begun] = await db.query<{ work: Work[] }>(
        'select pgwave.begin_interactions($1, null, $2) as work',
        [id, most],
      );
      return begun?.work as Work[];
    },
    async complete(work: Work[], data: object = { n: 1 }): Promise<void> {
      await db.query('select pgwave.complete_interactions($1, $2, 0)', [
        JSON.stringify(
          work.map(({ interaction_id, workflow_run_id, attempt }) => ({
            interaction_id,
            workflow_run_id,
            attempt,
            response: 'done',
            data,
          })),
        ),
        id,
      ]);
    },
  };
}
