import type pg from 'pg';
import { type GrafastExecutionArgs, hookArgs, subscribe } from 'postgraphile/grafast';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
} from 'postgraphile/graphql';
import { type Caller, settingsOf } from '../../src/client/caller.ts';
import { classifyFault } from '../../src/database/connection-errors.ts';
import { PgwaveError } from '../../src/errors.ts';
import { createInteractionFeed, createStateFeed, type Feed, type LiveEvent } from './feeds.ts';
import { createGate } from './gate.ts';
import { createLiveQuery, type LiveQuery } from './live-query.ts';
import type { Watcher } from './watcher.ts';

/** A subscription as a client sends it, parsed and valid. */
export interface SubscriptionRequest {
  caller: Caller;
  document: DocumentNode;
  /** The document as it came: subscriptions with the same text are shared. */
  source: string;
  operationName?: string | undefined;
  variables?: Record<string, unknown> | undefined;
}

/** Serves all subscriptions of a server. */
export interface Subscriptions {
  subscribe(
    request: SubscriptionRequest,
  ): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>;
  /** How many different subscriptions are open. */
  readonly open: number;
}

export interface SubscriptionsOptions {
  schema: GraphQLSchema;
  resolvedPreset: GraphileConfig.ResolvedPreset;
  pool: pg.Pool;
  watcher: Watcher;
}

/** Reads for subscribers at once; queries keep the other connections. */
const MOST_READS = 4;
/** Lists of runs change with every run of everybody: at most one message a second. */
const LIST_INTERVAL_MS = 1000;

/** Serves subscriptions by executing them again after each change, on one event each time. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { schema, resolvedPreset, pool, watcher } = options;
  const gate = createGate(MOST_READS);
  const queries = new Map<string, LiveQuery>();

  /** The one row of a function of a number, with the caller's rights, in one message to the database. */
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows what it called
  async function ask(caller: Caller, name: string, id: bigint): Promise<any> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      const settings = client.escapeLiteral(JSON.stringify(settingsOf(caller)));
      const results = (await client.query(
        `begin read only;
         select pg_catalog.set_config(s.key, s.value, true) from pg_catalog.json_each_text(${settings}) s;
         select * from pgwave.${name}(${id});
         commit`,
      )) as unknown as pg.QueryResult[];
      return results[2]?.rows[0];
    } catch (error) {
      await client.query('rollback').catch((failed: Error) => {
        broken = failed;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** What a subscription watches, and how its changes are read. Raises PWNOF where it may not be seen. */
  async function sourceOf(
    field: string,
    args: Record<string, unknown>,
    caller: Caller,
  ): Promise<{ topics: string[]; feed: Feed; intervalMs?: number }> {
    if (field === 'inboxUpdated') return { topics: ['inbox'], feed: createStateFeed() };
    if (field === 'runsUpdated') {
      return { topics: ['runs'], feed: createStateFeed(), intervalMs: LIST_INTERVAL_MS };
    }
    if (field === 'responseStreamed') {
      const interactionId = numberOf(args.interactionId);
      const read = () => ask(caller, 'read_response', interactionId);
      const { workflow_run_id } = await read();
      return {
        topics: [`response:${interactionId}`, `run:${workflow_run_id}`],
        feed: createStateFeed(async () => {
          const { attempt, response, is_resolved } = await read();
          return {
            event: {
              interactionId: String(interactionId),
              workflowRunId: workflow_run_id,
              attempt,
              response,
              isResolved: is_resolved,
            },
            last: is_resolved,
          };
        }),
      };
    }
    const workflowRunId = numberOf(args.workflowRunId);
    const read = () => ask(caller, 'list_event_seqs', workflowRunId);
    await read();
    return {
      topics: [`run:${workflowRunId}`],
      feed:
        field === 'interactionUpdated'
          ? createInteractionFeed(async () => {
              const { interaction_ids, event_seqs } = await read();
              return { interactionIds: interaction_ids.map(String), eventSeqs: event_seqs };
            }, args.changesOnly === true)
          : createStateFeed(),
    };
  }

  return {
    get open() {
      return queries.size;
    },
    async subscribe({ caller, document, source, operationName, variables = {} }) {
      const operation = getOperationAST(document, operationName);
      const type = schema.getSubscriptionType();
      if (operation?.operation !== 'subscription' || !type) {
        return { errors: [new GraphQLError('The operation is no subscription')] };
      }
      const key = JSON.stringify([settingsOf(caller), source, operationName ?? null, variables]);
      const known = queries.get(key);
      if (known !== undefined) return known.subscribe();

      const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
      if (coerced.errors !== undefined) return { errors: coerced.errors };
      const [node] = operation.selectionSet.selections;
      if (node?.kind !== Kind.FIELD || type.getFields()[node.name.value] === undefined) {
        return { errors: [new GraphQLError('A subscription selects one field, not a fragment')] };
      }
      const field = type.getFields()[node.name.value] as NonNullable<
        ReturnType<typeof type.getFields>[string]
      >;
      try {
        const values = getArgumentValues(field, node, coerced.coerced);
        const { topics, feed, intervalMs } = await sourceOf(field.name, values, caller);
        const args = {
          schema,
          document,
          rootValue: null,
          contextValue: {},
          variableValues: variables,
          operationName,
          resolvedPreset,
          requestContext: { pgwaveCaller: caller },
        } as unknown as GrafastExecutionArgs;
        await hookArgs(args);
        const created = createLiveQuery({
          watcher,
          gate,
          topics,
          feed,
          intervalMs,
          isTransient: (error) => error instanceof Error && isPassing(error),
          execute: (event) =>
            executeOnce(args, {
              ...(values.workflowRunId === undefined
                ? {}
                : { workflowRunId: values.workflowRunId }),
              ...event,
            }),
          onIdle: () => {
            if (queries.get(key) === created) queries.delete(key);
          },
        });
        const shared = queries.get(key) ?? created; // somebody else may have been faster
        queries.set(key, shared);
        return shared.subscribe();
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        const originalError = error as Error;
        return { errors: [new GraphQLError(originalError.message, { originalError })] };
      }
    },
  };
}

/** The number that an argument is: one way to write it, since topics are compared as text. Raises PWNOF. */
function numberOf(value: unknown): bigint {
  if (!/^\d{1,18}$/.test(String(value))) {
    throw new PgwaveError(
      'PWNOF',
      `there is nothing with the number ${String(value).slice(0, 40)}`,
    );
  }
  return BigInt(String(value));
}

/** The database is out of reach, or gave up a connection: it comes back. A mistake of ours does not. */
function isPassing(error: Error): boolean {
  if (error instanceof PgwaveError) return false;
  const code = (error as { code?: unknown }).code;
  return (
    (typeof code === 'string' && (classifyFault(error) === 'lost' || code.startsWith('57P'))) ||
    /connection terminated|timeout exceeded when trying to connect/i.test(error.message)
  );
}

/** Executes a subscription on one event, which its `subscribePlan` finds in the context. */
async function executeOnce(args: GrafastExecutionArgs, event: LiveEvent): Promise<ExecutionResult> {
  const stream = await subscribe({
    ...args,
    contextValue: {
      ...(args.contextValue as object),
      liveSource: {
        async *subscribe() {
          yield event;
        },
      },
    } as unknown as Grafast.Context,
  });
  if (!(Symbol.asyncIterator in stream)) return stream as ExecutionResult;
  try {
    for await (const result of stream as AsyncIterable<ExecutionResult>) return result;
    throw new Error('the subscription gave nothing');
  } finally {
    await (stream as AsyncGenerator).return?.(undefined);
  }
}
