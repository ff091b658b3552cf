import { createHash } from 'node:crypto';
import { z } from 'zod';
import { forPrograms } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import { readAnswer } from '../models/answer-ladder.ts';
import { type Image, readImage } from '../models/images.ts';
import { readModelKey } from '../models/keys.ts';
import { plainHost } from '../models/plain-host.ts';
import type {
  ChatMessage,
  ModelAnswer,
  ModelProvider,
  ModelRequest,
  Tool,
  ToolCall,
} from '../models/provider.ts';
import { splitReasoning } from '../models/reasoning.ts';
import { requireEnd } from '../models/require-end.ts';
import type { Answer, Perform, Work } from '../work.ts';
import { embedTexts } from './embed-texts.ts';

const definitionSchema = z.looseObject({
  model: z.string().optional(),
  provider: z.string().default('ollama'),
  base_url: z.string().optional(),
  api_key: z.string().optional(),
  format: z.enum(['contract', 'json', 'none']).default('contract'),
  task: z.enum(['chat', 'embed']).default('chat'),
  dimensions: z.number().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  keep_alive: z.union([z.string(), z.number()]).optional(),
  max_answer_tokens: z.number().optional(),
  accept_truncated: z.boolean().default(false),
});
type Definition = z.infer<typeof definitionSchema>;

/** What a model is asked, as far as its answer depends on it. */
export interface CacheableRequest {
  model_digest: string;
  messages: ReturnType<typeof withoutBytes>;
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
  /** Where keys are. Default: the worker's environment. */
  environment?: NodeJS.ProcessEnv;
  /** Shows the text so far of an answer. */
  onPartial?: (work: Work, text: string) => void;
  /** Looks up what was answered to the same request before; null where it was not. Asked where `cache` is true only. */
  recall?: (request: CacheableRequest, work: Work) => Promise<unknown>;
}

/** A call that is ready to be made. */
interface Call {
  provider: ModelProvider;
  request: Omit<ModelRequest, 'signal'> & { options: Record<string, unknown> };
  definition: Definition;
  wantsData: boolean;
  /** What the notebook keeps of it, whoever answers. */
  described: Record<string, unknown>;
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

/** The provider and the address that an actor names. Raises `bad_request` if this worker does not have the provider. */
function findProvider({ providers, hosts }: AiModelOptions, name: string, baseUrl?: string) {
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider !== undefined) return { provider, host: baseUrl ?? hosts[name] ?? name };
  throw new ActorError('bad_request', `This worker has no model provider ${name}`, {
    detail: { providers: Object.keys(providers), hint: 'startWorker({ providers }) adds some.' },
    retryable: false,
  });
}

/** Most tokens of an answer, as options of servers spell it. */
function tokenLimit(options: Record<string, unknown>): number | undefined {
  const given = options.max_completion_tokens ?? options.max_tokens ?? options.num_predict;
  return typeof given === 'number' && given > 0 ? given : undefined;
}

/** More room for an answer that was cut before: doubled each time, as far as the actor allows. */
function moreRoom(work: Work, definition: Definition, options: Record<string, unknown>) {
  const most = definition.max_answer_tokens;
  if (!work.truncations || most === undefined) return {};
  const before = tokenLimit(options);
  return {
    maxTokens: before === undefined ? most : Math.min(most, before * 2 ** work.truncations),
  };
}

/** The request without the bytes of its pictures: their digests name them. */
function withoutBytes(messages: ChatMessage[]) {
  return messages.map(({ images, ...message }) =>
    images === undefined ? message : { ...message, images: images.map(({ sha256 }) => sha256) },
  );
}

/** What the notebook keeps of pictures. */
function describeImages(images: Image[]) {
  return images.map(({ type, bytes, sha256 }) => ({ type, bytes, sha256 }));
}

/** What the model called before, and what came of it. */
function turnsOf(work: Work): ChatMessage[] {
  return (work.turns ?? []).flatMap(({ response, calls }, turn): ChatMessage[] => {
    const toolCalls = calls.map(({ id, name, arguments: given }, index) => ({
      id: id ?? `call_${turn + 1}_${index + 1}`,
      name: name ?? '',
      arguments: given,
    }));
    return [
      { role: 'assistant', content: response ?? '', toolCalls },
      ...calls.map(({ result }, index): ChatMessage => {
        const content = typeof result === 'string' ? result : JSON.stringify(result);
        return { role: 'tool', content, toolCall: toolCalls[index] as ToolCall };
      }),
    ];
  });
}

function toTool({ name, description, input }: NonNullable<Work['tools']>[number]): Tool {
  const schema = typeof input === 'object' ? input : { type: 'object' };
  return { name, ...(description === undefined ? {} : { description }), input: schema };
}

/** The tools that an answer calls, where it was offered some. */
function calledTools({ toolCalls = [] }: ModelAnswer, work: Work): Answer['tool_calls'] {
  if (!work.tools?.length || toolCalls.length === 0) return undefined;
  return toolCalls.map(({ id, name, arguments: given }, index) => ({
    id: id ?? `call_${work.attempt}_${index + 1}`,
    name,
    arguments: given,
  }));
}

function formatOf(work: Work, { format }: Definition): Pick<ModelRequest, 'format'> {
  if (work.contract == null || work.contract === true || format === 'none') return {};
  return { format: format === 'json' || work.contract === false ? 'json' : work.contract };
}

/** Both, or where a provider cannot have both: tools, and the format where an answer that broke the contract is asked for again. */
function formatAndTools(work: Work, definition: Definition, provider: ModelProvider) {
  const { format } = formatOf(work, definition);
  const tools = work.tools?.length ? work.tools.map(toTool) : undefined;
  const both = !provider.formatBarsTools || format === undefined || tools === undefined;
  return {
    ...((both || work.correction) && format !== undefined && { format }),
    ...((both || !work.correction) && tools !== undefined && { tools }),
  };
}

function prepareCall(given: AiModelOptions, work: Work): Call {
  const definition = definitionSchema.parse(forPrograms(work.definition));
  const { provider, host } = findProvider(given, definition.provider, definition.base_url);
  const options = forPrograms({
    ...definition.options,
    ...work.options,
  }) as Call['request']['options'];
  const images = [work.input.images ?? []]
    .flat()
    .map((image, index) => readImage(image, index + 1));
  const messages: ChatMessage[] = [
    ...(work.input.system ? [{ role: 'system' as const, content: work.input.system }] : []),
    { role: 'user', content: work.input.prompt ?? '', ...(images.length > 0 && { images }) },
    ...turnsOf(work),
    ...askAgain(work),
  ];
  const request: Call['request'] = {
    host,
    ...(definition.api_key === undefined
      ? {}
      : { apiKey: readModelKey(definition.api_key, host, given.environment ?? process.env) }),
    model: definition.model ?? work.actor,
    messages,
    options,
    ...formatAndTools(work, definition, provider),
    ...moreRoom(work, definition, options),
    ...(definition.keep_alive === undefined ? {} : { keepAlive: definition.keep_alive }),
    timeoutMs: Math.min(work.timeout_ms, work.actor_timeout_ms ?? work.timeout_ms),
    ...(work.max_output_bytes == null ? {} : { maxOutputBytes: work.max_output_bytes }),
  };
  return {
    provider,
    request,
    definition,
    wantsData: work.contract != null && work.contract !== true,
    described: {
      host: plainHost(host),
      options,
      seed: options.seed ?? null,
      prompt_sha256: createHash('sha256')
        .update(JSON.stringify(withoutBytes(messages)))
        .digest('hex'),
      ...(images.length > 0 && { images: describeImages(images) }),
      ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
    },
  };
}

/** Text as an answer; it becomes data where the contract asks for some. */
function toAnswer(
  text: string,
  wantsData: boolean,
  notes: string[],
  usage: Record<string, unknown>,
): Answer {
  const { response, data, candidates, rung, notes: found } = readAnswer(text, wantsData);
  return {
    response,
    ...(data === undefined ? {} : { data }),
    ...(candidates === undefined ? {} : { candidates }),
    usage: { ...usage, rung, notes: [...notes, ...found] },
  };
}

/** The request as a cache knows it; undefined where nothing is to be looked up, or the model's digest is not known. */
async function cacheable(call: Call, work: Work): Promise<CacheableRequest | undefined> {
  // what tools answer is not known before
  if (!work.cache || work.tools?.length) return undefined;
  const { model, messages, options, format } = call.request;
  // A host that does not answer fails the call itself, with the right error.
  const identity = await call.provider.identify?.(call.request, model).catch(() => undefined);
  if (!identity?.digest) return undefined;
  return {
    model_digest: identity.digest,
    messages: withoutBytes(messages),
    options,
    format: format ?? null,
  };
}

/** A kept answer, given again: it counts no tokens. */
function givenAgain(found: unknown, request: CacheableRequest, call: Call): Answer | undefined {
  const recalled = recalledAnswer.nullish().parse(found);
  if (recalled == null) return undefined;
  const { response, model, rehearsed, done_reason, ...cached } = recalled;
  return toAnswer(response, call.wantsData, [], {
    model,
    model_digest: request.model_digest,
    rehearsed,
    ...call.described,
    prompt_tokens: 0,
    completion_tokens: 0,
    done_reason,
    cached,
  });
}

/** Whether a server cut the prompt, which Ollama does without a word. A token has more than two bytes, and seldom ten. */
function cutPromptNote({ messages }: ModelRequest, { promptTokens }: ModelAnswer): string[] {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return promptTokens >= 500 && bytes > promptTokens * 10
    ? [
        `${bytes} bytes were sent and the server evaluated ${promptTokens} tokens: it probably cut the prompt (num_ctx)`,
      ]
    : [];
}

/** A refusal that may be one of the contract says that it was sent, and how it is not. */
function explainFormat(error: unknown, { format }: ModelRequest): unknown {
  if (!(error instanceof ActorError) || error.code !== 'bad_request' || format === undefined) {
    return error;
  }
  if (!/format|schema|grammar/i.test(error.message)) return error;
  const sent = format === 'json' ? 'format: json' : 'the contract as the format of the answer';
  return new ActorError('bad_request', `${error.message} (the request had ${sent})`, {
    detail: {
      ...(error.detail as object),
      hint: 'Set format: json or format: none in the actor; the contract is checked all the same.',
    },
    retryable: false,
  });
}

/** What the notebook keeps of an answer. */
function usageOf(answer: ModelAnswer, thinking: string, call: Call): Record<string, unknown> {
  const { cachedTokens, reasoningTokens, fingerprint } = answer;
  return {
    model: answer.model,
    // What names the configuration of a server without digests stands in their place.
    model_digest: answer.digest ?? (fingerprint ? `system_fingerprint:${fingerprint}` : null),
    rehearsed: answer.rehearsed ?? false,
    ...call.described,
    prompt_tokens: answer.promptTokens,
    completion_tokens: answer.completionTokens,
    ...(cachedTokens ? { cached_tokens: cachedTokens } : {}),
    ...(reasoningTokens ? { reasoning_tokens: reasoningTokens } : {}),
    durations: answer.durations ?? null,
    done_reason: answer.doneReason,
    ...(thinking === '' ? {} : { thinking: thinking.slice(0, 100_000) }),
  };
}

/**
 * Calls a model, streamed. Where the conversation has `cache: true` and the model's digest is known, an answer that was
 * given to the same request before is given again: it counts no tokens, and `usage.cached` says whose it was.
 */
export function performAiModel(given: AiModelOptions): Perform {
  const { onPartial, recall } = given;
  return async (work, signal) => {
    const call = prepareCall(given, work);
    const { provider, request, definition, wantsData } = call;
    if (definition.task === 'embed') {
      const { dimensions } = definition;
      const asked = { ...request, ...(dimensions === undefined ? {} : { dimensions }), signal };
      return embedTexts(provider, asked, work);
    }
    const asked = recall && (await cacheable(call, work));
    const recalled = asked && givenAgain(await recall(asked, work), asked, call);
    if (recalled) return recalled;

    let partial = '';
    const from = performance.now();
    let firstMs: number | undefined;
    const sent: ModelRequest = {
      ...request,
      signal,
      onText: (delta) => {
        firstMs ??= Math.round(performance.now() - from);
        partial += delta;
        onPartial?.(work, partial);
      },
    };
    const answer = await provider.chat(sent).catch((error: unknown) => {
      throw explainFormat(error, sent);
    });
    const { text, thinking } = splitReasoning(answer.response);
    const thought = [answer.thinking ?? '', thinking].filter(Boolean).join('\n\n');
    const usage = {
      ...usageOf(answer, thought, call),
      ...(firstMs === undefined ? {} : { first_chunk_ms: firstMs }),
    };
    const called = answer.doneReason === 'length' ? undefined : calledTools(answer, work);
    if (called !== undefined) {
      return { response: text, tool_calls: called, usage: { ...usage, notes: answer.notes ?? [] } };
    }
    requireEnd({ ...answer, thinking: thought }, text, {
      maxAnswerTokens: definition.max_answer_tokens,
      acceptsTruncated: definition.accept_truncated && !wantsData,
      limit: request.maxTokens ?? tokenLimit(request.options),
      usage,
    });
    const cut = answer.doneReason === 'length';
    const notes = [
      ...(answer.notes ?? []),
      ...cutPromptNote(sent, answer),
      ...(cut ? [`the answer was cut after ${answer.completionTokens} tokens`] : []),
    ];
    const handed = toAnswer(text, wantsData, notes, usage);
    // Another model under the same name may have answered meanwhile.
    if (asked === undefined || cut || asked.model_digest !== answer.digest) return handed;
    return {
      ...handed,
      cache: {
        request: asked,
        answer: cachedAnswer.parse({
          response: text,
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
