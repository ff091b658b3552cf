/**
 * `pgwave/script`: the other side of a `script` actor's pipe. A script is one call:
 *
 *     import { script } from 'pgwave/script';
 *     await script(async ({ params }) => ({ greeting: `Hello ${params.name}` }));
 *
 * stdin holds one JSON document, stdout must hold exactly one; this module reads the first, prints the second and keeps
 * everything else (console.log among it) off stdout.
 */
import { Console } from 'node:console';
import type { Client } from 'pg';
import { parseForPrograms, rawNumber } from './exact-json.ts';

/** What another conversation of the run handed back. */
export interface PreviousOutput {
  response: string | null;
  data: unknown;
  tag: string | null;
}

/** What a script's handler gets. */
export interface ScriptCall<Params = Record<string, unknown>, Input = Record<string, unknown>> {
  /** The idempotency key: another attempt of the same interaction has the same id. */
  interactionId: number;
  workflowRunId: number;
  /** 1 at the first try. */
  attempt: number;
  /** The conversation's name. */
  conversation: string;
  /** The actor's name. */
  actor: string;
  /** The run's input. A number that JavaScript cannot hold (an id beyond 2^53) is an `ExactNumber`. */
  input: Input;
  /** The conversation's parameters, rendered; numbers as in `input`. */
  params: Params;
  /**
   * The connection as `pgwave_script`, made at the first call and ended after the handler. `bigint` values arrive as numbers
   * where a number holds them. Throws where `PGWAVE_SCRIPT_URL` is not in the actor's environment.
   */
  database: () => Promise<Client>;
  /**
   * The latest output of another conversation of this run, by name or id; null where it has none.
   */
  queryPreviousInteraction: (conversation: string | number) => Promise<PreviousOutput | null>;
  /** Writes a line to stderr. Its end is kept where the script fails. */
  log: (...values: unknown[]) => void;
}

/** An error that says whether another attempt may succeed. Any other error is retryable. */
export class ScriptError extends Error {
  readonly retryable: boolean;
  readonly detail: unknown;

  constructor(message: string, options: { retryable?: boolean; detail?: unknown } = {}) {
    super(message);
    this.name = 'ScriptError';
    this.retryable = options.retryable ?? true;
    this.detail = options.detail;
  }
}

const writeStdout = process.stdout.write.bind(process.stdout);
let answered: Promise<void> | undefined;

/**
 * Prints the answer of a script that succeeded. A handler may call it, or return its data. The first answer counts: another
 * one is an error on stderr and changes nothing.
 */
export function outputSuccess(data: unknown): Promise<void> {
  return answer({ status: 'success', data: data ?? {} });
}

/** Prints the answer of a script that failed. A handler may call it, or throw. The first answer counts. */
export function outputError(
  message: string,
  options: { retryable?: boolean; detail?: unknown } = {},
): Promise<void> {
  return answer({ status: 'error', error: message, ...options });
}

/** Prints the answer of a script that has nothing to do; its conversation needs `may_skip`. The first answer counts. */
export function outputSkip(reason?: string): Promise<void> {
  return answer({ status: 'skipped', ...(reason === undefined ? {} : { reason }) });
}

function answer(document: object): Promise<void> {
  if (answered) {
    process.stderr.write('pgwave/script: there was an answer already; this one is dropped\n');
    return answered;
  }
  const text = JSON.stringify(document, (_key, value) =>
    typeof value === 'bigint' ? rawNumber(String(value)) : value,
  );
  answered = new Promise((resolve) => {
    writeStdout(text, () => resolve());
  });
  return answered;
}

/**
 * Runs `handler` on the call that stdin holds, prints its data (or its error) and ends the process. Call it first: what the
 * module prints before it still goes to stdout.
 */
export async function script<Params = Record<string, unknown>, Input = Record<string, unknown>>(
  handler: (call: ScriptCall<Params, Input>) => unknown,
): Promise<never> {
  keepStdoutClean();
  const fail = async (error: unknown): Promise<never> => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    await outputError(describe(error), {
      retryable: error instanceof ScriptError ? error.retryable : true,
      ...(error instanceof ScriptError && error.detail !== undefined
        ? { detail: error.detail }
        : {}),
    });
    process.exit(0);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  let connection: Promise<Client> | undefined;
  try {
    const document = readCall(await readStdin());
    const database = (): Promise<Client> => {
      connection ??= connect(`pgwave ${document.actor} ${document.interaction_id}`);
      return connection;
    };
    const data = await handler({
      interactionId: document.interaction_id,
      workflowRunId: document.workflow_run_id,
      attempt: document.attempt,
      conversation: document.conversation,
      actor: document.actor,
      input: document.input as Input,
      params: document.params as Params,
      database,
      queryPreviousInteraction: async (conversation) => {
        const client = await database();
        const { rows } = await client.query<{ output: PreviousOutput | null }>(
          'select pgwave.previous_output($1, $2, $3) as output',
          [document.interaction_id, document.attempt_key, String(conversation)],
        );
        return rows[0]?.output ?? null;
      },
      log: (...values) => console.log(...values),
    });
    // Before the answer: what the connection still has to say may be an error.
    await (await connection)?.end();
    if (answered) await answered;
    else await outputSuccess(data);
  } catch (error) {
    return fail(error);
  }
  process.exit(0);
}

interface CallDocument {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
  attempt_key: string;
  conversation: string;
  actor: string;
  input: unknown;
  params: unknown;
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Checked by hand: loading zod would double the start-up time of every script. */
function readCall(text: string): CallDocument {
  let document: unknown;
  try {
    document = parseForPrograms(text);
  } catch (error) {
    throw new ScriptError(`stdin is not a JSON document: ${(error as Error).message}`, {
      retryable: false,
    });
  }
  const call = document as Partial<CallDocument> | null;
  if (typeof call !== 'object' || call === null || typeof call.interaction_id !== 'number') {
    throw new ScriptError('stdin holds no interaction_id', { retryable: false });
  }
  return {
    interaction_id: call.interaction_id,
    workflow_run_id: call.workflow_run_id ?? 0,
    attempt: call.attempt ?? 1,
    attempt_key: call.attempt_key ?? '',
    conversation: call.conversation ?? '',
    actor: call.actor ?? 'script',
    input: call.input ?? {},
    params: call.params ?? {},
  };
}

async function connect(applicationName: string): Promise<Client> {
  const connectionString = process.env.PGWAVE_SCRIPT_URL;
  if (!connectionString) {
    throw new ScriptError("PGWAVE_SCRIPT_URL is not set: declare it in the actor's environment", {
      retryable: false,
    });
  }
  const { default: pg } = await import('pg');
  const { INT8, JSON: json, JSONB } = pg.types.builtins;
  const parsers = new Map<number, (text: string) => unknown>([
    [INT8, readBigint],
    [json, parseForPrograms],
    [JSONB, parseForPrograms],
  ]);
  const client = new pg.Client({
    connectionString,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: ((oid: number, format: 'text' | 'binary' = 'text') =>
        (format === 'text' ? parsers.get(oid) : undefined) ??
        pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // A connection that breaks between queries is told by the next query.
  client.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await client.connect();
  return client;
}

function readBigint(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(describe).join('; ');
  }
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Sends the console, and whatever a library writes to stdout, to stderr. */
function keepStdoutClean(): void {
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  process.stdout.write = process.stderr.write.bind(process.stderr);
}
