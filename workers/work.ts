import { z } from 'zod';

const jsonObject = z.record(z.string(), z.unknown());

/** An answer of a model that called tools, with what came of each call. */
const turnSchema = z.object({
  response: z.string().nullish(),
  calls: z.array(
    z.object({
      id: z.string().nullish(),
      name: z.string().nullish(),
      arguments: z.unknown(),
      result: z.unknown(),
    }),
  ),
});
export type Turn = z.infer<typeof turnSchema>;

/** One begun interaction, rendered, as `pgwave.begin_interactions` gives it. */
export const workSchema = z.object({
  interaction_id: z.number(),
  workflow_run_id: z.number(),
  attempt: z.number(),
  /** Under which number the worker began it: it has another one after its session was lost. */
  worker_id: z.number().optional(),
  lane: z.string(),
  actor_type: z.string(),
  actor: z.string(),
  definition: jsonObject,
  conversation: z.string(),
  options: jsonObject.nullish(),
  input: z.object({
    prompt: z.string().optional(),
    system: z.string().optional(),
    params: z.unknown().optional(),
    images: z.unknown().optional(),
  }),
  run_input: z.unknown().optional(),
  /** Of scripts: by it they show the database which attempt they are. A secret. */
  attempt_key: z.string().nullish(),
  correction: z.object({ answer: z.string().nullish(), fault: z.unknown() }).nullish(),
  timeout_ms: z.number(),
  /** The actor's own limit; the smaller one holds. */
  actor_timeout_ms: z.number().nullish(),
  max_output_bytes: z.number().nullish(),
  max_memory_bytes: z.number().nullish(),
  contract: z.union([jsonObject, z.boolean()]).nullish(),
  /** What a model may call. */
  tools: z
    .array(
      z.object({
        name: z.string(),
        description: z.string().optional(),
        input: z.union([jsonObject, z.boolean()]),
      }),
    )
    .nullish(),
  /** What a model called before, in this interaction. */
  turns: z.array(turnSchema).nullish(),
  /** How many answers of earlier attempts were cut. */
  truncations: z.number().nullish(),
  /** Whether an answer that was given before may be given again. */
  cache: z.boolean().nullish(),
  /** What makes a repetition known to the other side. Default: the interaction's number. */
  idempotency_key: z.string().optional(),
  /** The trace that it belongs to, for other programs. Undefined: no traces are sent. */
  traceparent: z.string().optional(),
});
export type Work = z.infer<typeof workSchema>;

/** What an actor hands back. The database judges it. */
export interface Answer {
  response?: string;
  data?: unknown;
  /** It has nothing to do, and why. */
  status?: 'skipped';
  reason?: string;
  /** The tools that a model calls before it answers. */
  tool_calls?: { id: string; name: string; arguments: unknown }[];
  /** Where an answer holds several JSON texts: all of them, the likeliest last. */
  candidates?: { data: unknown; rung: string }[];
  /** How it came to be: model, digest, tokens, durations, rung of the output ladder, notes. */
  usage?: Record<string, unknown>;
  /** What was asked and answered, for the database to give again. */
  cache?: { request: unknown; answer: unknown };
}

/** Does the work of one interaction. Throws `ActorError`; anything else counts as `function_error`. */
export type Perform = (work: Work, signal: AbortSignal) => Promise<Answer>;
