import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import { readAnswer } from '../models/answer-ladder.ts';
import type { ChatMessage, ModelProvider } from '../models/provider.ts';
import type { Answer, Perform, Work } from '../work.ts';

const definitionSchema = z.looseObject({
  name: z.string().optional(),
  model: z.string().optional(),
  provider: z.string().default('ollama'),
  base_url: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  keep_alive: z.union([z.string(), z.number()]).optional(),
});

/** What a model is asked, as far as its answer depends on it. */
export interface CacheableRequest {
  model_digest: string;
  messages: ChatMessage[];
  options: Record<string, unknown>;
  format: unknown;
}

const cachedAnswer = z.object({
  response: z.string(),
  model: z.string(),
  rehearsed: z.boolean(),
  done_reason: z.string(),
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
});
/** An answer that was kept, with where and when it was given first. */
const recalledAnswer = cachedAnswer.extend({
  interaction_id: z.number(),
  workflow_run_id: z.number(),
  answered_at: z.string(),
});

export interface AiModelOptions {
  /** By the name that an actor gives. */
  providers: Record<string, ModelProvider>;
  /** Addresses of the model servers of actors that give no `base_url`, by provider. */
  hosts: Record<string, string>;
  /** Shows the text so far of an answer. */
  onPartial?: (work: Work, text: string) => void;
  /** Looks up what was answered to the same request before; null where it was not. Asked where `cache` is true only. */
  recall?: (request: CacheableRequest) => Promise<unknown>;
}

/** What the model is told when its first answer was not what was asked for. */
function askAgain(work: Work): ChatMessage[] {
  if (work.correction == null) return [];
  return [
    { role: 'assistant', content: work.correction.answer ?? '' },
    {
      role: 'user',
      content: `That answer cannot be used: ${JSON.stringify(work.correction.fault)}\nAnswer again, exactly as asked.`,
    },
  ];
}

/** What the notebook keeps of a call, whoever answered. */
function describeCall(host: string, messages: ChatMessage[], options: Record<string, unknown>) {
  return {
    host,
    options,
    seed: options.seed ?? null,
    prompt_sha256: createHash('sha256').update(JSON.stringify(messages)).digest('hex'),
  };
}

/** The provider and the address that an actor names. Raises `bad_request` if this worker does not have the provider. */
function findProvider({ providers, hosts }: AiModelOptions, name: string, baseUrl?: string) {
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider !== undefined) return { provider, host: baseUrl ?? hosts[name] ?? name };
  throw new ActorError('bad_request', `This worker has no model provider ${name}`, {
    detail: { providers: Object.keys(providers), hint: 'startWorker({ providers }) adds some.' },
    retryable: false,
  });
}

/** Text as an answer; it becomes data where the contract asks for some. */
function toAnswer(
  text: string,
  wantsData: boolean,
  notes: string[],
  usage: Record<string, unknown>,
): Answer {
  const read = readAnswer(text, wantsData);
  return {
    response: read.response,
    ...(read.data === undefined ? {} : { data: read.data }),
    usage: { ...usage, rung: read.rung, notes: [...notes, ...read.notes] },
  };
}

/**
 * Calls a model, streamed. Where the conversation has `cache: true` and the model's digest is known, an answer that was
 * given to the same request before is given again: it counts no tokens, and `usage.cached` says whose it was.
 */
export function performAiModel(given: AiModelOptions): Perform {
  const { onPartial, recall } = given;
  return async (work, signal) => {
    const definition = definitionSchema.parse(work.definition);
    const { provider, host } = findProvider(given, definition.provider, definition.base_url);
    const model = definition.model ?? work.actor;
    const messages: ChatMessage[] = [
      ...(work.input.system ? [{ role: 'system' as const, content: work.input.system }] : []),
      { role: 'user', content: work.input.prompt ?? '' },
      ...askAgain(work),
    ];
    const options = { ...definition.options, ...work.options };
    const wantsData = work.contract != null && work.contract !== true;
    const format =
      wantsData && typeof work.contract === 'object' ? (work.contract as object) : undefined;
    const call = describeCall(host, messages, options);

    let request: CacheableRequest | undefined;
    if (work.cache && recall) {
      // A host that does not answer fails the call below, with the right error.
      const identity = await provider.identify?.({ host }, model).catch(() => undefined);
      if (identity?.digest) {
        request = { model_digest: identity.digest, messages, options, format: format ?? null };
        const recalled = recalledAnswer.nullish().parse(await recall(request));
        if (recalled != null) {
          const { response, done_reason, ...rest } = recalled;
          return toAnswer(response, wantsData, [], {
            model: rest.model,
            model_digest: identity.digest,
            rehearsed: rest.rehearsed,
            ...call,
            prompt_tokens: 0,
            completion_tokens: 0,
            done_reason,
            cached: {
              interaction_id: rest.interaction_id,
              workflow_run_id: rest.workflow_run_id,
              answered_at: rest.answered_at,
              prompt_tokens: rest.prompt_tokens,
              completion_tokens: rest.completion_tokens,
            },
          });
        }
      }
    }

    let partial = '';
    const answer = await provider.chat({
      host,
      model,
      messages,
      options,
      ...(format === undefined ? {} : { format }),
      ...(definition.keep_alive === undefined ? {} : { keepAlive: definition.keep_alive }),
      timeoutMs: Math.min(work.timeout_ms, work.actor_timeout_ms ?? work.timeout_ms),
      ...(work.max_output_bytes == null ? {} : { maxOutputBytes: work.max_output_bytes }),
      signal,
      onText: (delta) => {
        partial += delta;
        onPartial?.(work, partial);
      },
    });
    const usage = {
      model: answer.model,
      model_digest: answer.digest ?? null,
      rehearsed: answer.rehearsed ?? false,
      ...call,
      prompt_tokens: answer.promptTokens,
      completion_tokens: answer.completionTokens,
      durations: answer.durations ?? null,
      done_reason: answer.doneReason,
    };
    const handed = toAnswer(answer.response, wantsData, answer.notes ?? [], usage);
    // Another model under the same name may have answered meanwhile.
    if (request === undefined || request.model_digest !== answer.digest) return handed;
    return {
      ...handed,
      cache: {
        request,
        answer: cachedAnswer.parse({
          response: answer.response,
          model: answer.model,
          rehearsed: answer.rehearsed ?? false,
          done_reason: answer.doneReason,
          prompt_tokens: answer.promptTokens,
          completion_tokens: answer.completionTokens,
        }),
      },
    };
  };
}
