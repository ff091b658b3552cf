import { createRequire } from 'node:module';
import type { z } from 'zod';
import type {
  BranchDefinition,
  ConversationDefinition,
  JsonSchema,
  WorkflowDefinition,
} from './format.generated.ts';

/** A contract: a zod schema, or a JSON Schema (draft 2020-12). */
export type Contract = z.core.$ZodType | JsonSchema;

/** The values that meet a contract, as JSON: what a zod schema takes; of a JSON Schema TypeScript knows nothing. */
export type ValueOf<C> = C extends z.core.$ZodType ? z.input<C> : unknown;

declare const types: unique symbol;

/** A definition whose input and output TypeScript knows. It is plain JSON: what `define_workflow` takes. */
export interface Workflow<Input = unknown, Output = unknown> extends WorkflowDefinition {
  /** For the compiler only; there is no such property. */
  readonly [types]?: { input: Input; output: Output };
}

type ListOrOne<T> = T | readonly T[];

/** A branch to one of the workflow's own conversations. */
export type BranchTo<Name extends string> = Omit<BranchDefinition, 'to'> & { to: Name };

/** A conversation whose branches lead to others of the same workflow. */
export type ConversationOf<Name extends string> = Omit<
  ConversationDefinition,
  'name' | 'branches' | 'requires' | 'output' | 'form'
> & {
  name: Name;
  /** Where it goes on: names, or branches with conditions. */
  branches?: NoInfer<Name> | readonly (NoInfer<Name> | BranchTo<NoInfer<Name>>)[] | undefined;
  /** The conversations that lead here, where they do not say it themselves: review.approved. */
  requires?: ListOrOne<NoInfer<Name> | `${NoInfer<Name>}.${string}`> | undefined;
  /** Contract of the output's data; a model is asked for JSON of this form. */
  output?: Contract | undefined;
  /** What a person fills in. */
  form?: Contract | undefined;
};

/** What {@link defineWorkflow} takes: the fields of a workflow, with contracts in zod where you like. */
export type WorkflowOf<
  Name extends string,
  Input extends Contract = Contract,
  Output extends Contract = Contract,
> = Omit<
  WorkflowDefinition,
  'input' | 'output' | 'start' | 'entries' | 'conversations' | 'steps'
> & {
  /** Contract of a run's input. */
  input?: Input | undefined;
  /** Contract of a run's result. */
  output?: Output | undefined;
  /** Where a run starts: names or conversation ids. Default: the conversations without an incoming branch that are not entries. */
  start?: ListOrOne<NoInfer<Name> | number> | undefined;
  /** Other conversations at which a run may start. */
  entries?: ListOrOne<NoInfer<Name> | number> | undefined;
} & (
    | { conversations: readonly ConversationOf<Name>[]; steps?: undefined }
    | { steps: readonly ConversationOf<Name>[]; conversations?: undefined }
  );

/**
 * Writes a workflow with the compiler's help: a branch, a start or an entry that names no conversation of it does not
 * compile, and neither does the start of a run with an input that its contract does not take. Returns the definition as
 * plain JSON, zod schemas as JSON Schemas. Whether it is valid is for the database to say, which finds every fault:
 * `client.validateWorkflow` and `client.defineWorkflow`.
 */
export function defineWorkflow<
  const Name extends string,
  Input extends Contract = JsonSchema,
  Output extends Contract = JsonSchema,
>(definition: WorkflowOf<Name, Input, Output>): Workflow<ValueOf<Input>, ValueOf<Output>> {
  return toDefinition(definition) as Workflow<ValueOf<Input>, ValueOf<Output>>;
}

/**
 * A definition as plain JSON: zod schemas become JSON Schemas of what they take, and what is undefined is left out.
 */
export function toDefinition(value: unknown): unknown {
  if (isZodSchema(value)) {
    const { $schema, ...schema } = jsonSchemaOf(value);
    return schema;
  }
  if (Array.isArray(value)) return value.map(toDefinition);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, toDefinition(member)]),
  );
}

/** Also of another copy of zod: its classes are then others. */
function isZodSchema(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

const require = createRequire(import.meta.url);

/** By the schema's own method where it has one (zod 4.2 and newer); zod itself is loaded for others only: it takes a while. */
function jsonSchemaOf(schema: z.core.$ZodType): Record<string, unknown> {
  const own = schema as { toJSONSchema?: (options: { io: 'input' }) => Record<string, unknown> };
  if (own.toJSONSchema !== undefined) return own.toJSONSchema({ io: 'input' });
  const { toJSONSchema } = require('zod') as typeof import('zod');
  return toJSONSchema(schema, { io: 'input' });
}
