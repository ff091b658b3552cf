import type { Contract, ValueOf } from './define-workflow.ts';
import { toDefinition } from './define-workflow.ts';
import type { FunctionActorDefinition } from './format.generated.ts';

/** What a handler gets of the interaction that it works for. */
export interface FunctionCall<Params = unknown, Input = unknown> {
  /** The idempotency key: another attempt of the same interaction has the same id. */
  interactionId: number;
  workflowRunId: number;
  /** 1 at the first try. */
  attempt: number;
  /** The run's input. A number that JavaScript cannot hold (an id beyond 2^53) is an `ExactNumber`. */
  input: Input;
  /** The conversation's parameters, rendered; numbers as in `input`. */
  params: Params;
  /** Aborted when the attempt is over: its time is up, its run was cancelled, or the worker stops. */
  signal: AbortSignal;
  /** Adds a note to the attempt (`usage.notes`), at most 100 of 1000 characters. */
  log(note: string): void;
  /** Shows the answer so far to those who watch the run. Each call replaces the text of the call before. */
  partial(text: string): void;
}

/** A TypeScript handler in the worker's process; what it returns becomes the output's `data`. */
// biome-ignore lint/suspicious/noExplicitAny: a handler says itself what it takes; the actor's contract judges the values.
export type FunctionHandler = (call: FunctionCall<any, any>) => unknown;

declare const types: unique symbol;

/** A `function` actor and its handler. */
export interface DefinedFunction<Params = unknown, Data = unknown> {
  /** For the compiler only; there is no such property. */
  readonly [types]?: { params: Params; data: Data };
  readonly name: string;
  /** For `client.defineActor`. */
  readonly actor: FunctionActorDefinition;
  /** For `startWorker`. */
  readonly handler: FunctionHandler;
}

/** What a schema makes of a value: defaults and transforms are applied. */
type ParsedBy<C> = C extends { _zod: { output: infer Value } } ? Value : unknown;

/** What {@link defineFunction} takes: the fields of the actor, with contracts in zod where you like, and the handler. */
export type FunctionOf<Input extends Contract, Output extends Contract> = Omit<
  FunctionActorDefinition,
  'type' | 'handler' | 'input' | 'output'
> & {
  /** Contract of the parameters. */
  input?: Input | undefined;
  /** Contract of the output's data. */
  output?: Output | undefined;
  /** Gets the parameters as a zod schema parses them, and the interaction that it works for. */
  handler: (
    params: ParsedBy<Input>,
    call: FunctionCall,
  ) => ValueOf<Output> | PromiseLike<ValueOf<Output>>;
};

/**
 * Writes a `function` actor and its handler in one place: give `actor` to `client.defineActor`, and the whole to
 * `startWorker({ functions: [ … ] })`. The database judges parameters and output by the contracts; of a zod schema it gets
 * the JSON Schema of what the schema takes.
 */
export function defineFunction<
  Input extends Contract = Contract,
  Output extends Contract = Contract,
>(definition: FunctionOf<Input, Output>): DefinedFunction<ValueOf<Input>, ValueOf<Output>> {
  const { handler, ...fields } = definition;
  return {
    name: definition.name,
    actor: toDefinition({ ...fields, type: 'function' }) as FunctionActorDefinition,
    handler: async (call) => handler(await parseBy<Input>(definition.input, call.params), call),
  };
}

/** By the interface that every zod schema has, of whatever copy of zod; a JSON Schema changes nothing. */
async function parseBy<C>(contract: C | undefined, value: unknown): Promise<ParsedBy<C>> {
  const standard = (
    contract as { '~standard'?: { validate(value: unknown): unknown } } | undefined
  )?.['~standard'];
  if (standard === undefined) return value as ParsedBy<C>;
  const result = (await standard.validate(value)) as {
    value: unknown;
    issues?: { message: string; path?: unknown[] }[];
  };
  if (result.issues === undefined) return result.value as ParsedBy<C>;
  const [first] = result.issues;
  throw new TypeError(`params.${(first?.path ?? []).join('.')}: ${first?.message}`);
}
