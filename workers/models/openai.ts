import OpenAI, { APIError } from 'openai';
import type {
  ChatCompletionChunk,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { z } from 'zod';
import { parseExactly } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import { createTextCleaner } from './clean-text.ts';
import { httpError, toActorError } from './http-errors.ts';
import { createHttpFetch } from './http-fetch.ts';
import { limitCall, tooLarge } from './limit-call.ts';
import { plainHost, withoutLogin } from './plain-host.ts';
import type {
  ChatMessage,
  EmbedAnswer,
  EmbedRequest,
  ModelAnswer,
  ModelHost,
  ModelProvider,
  ModelRequest,
  Tool,
} from './provider.ts';
import { capBody, type StreamCount, type StreamLimits, watchStream } from './watch-stream.ts';

/** Sent by the rehearsal server with every answer. */
const rehearsalHeader = 'x-pgwave-rehearsal';
const defaultMaxOutputBytes = 8 * 1024 * 1024;

const embeddingsBody = z.object({
  model: z.string(),
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.number() }).catch({ prompt_tokens: 0 }),
});
/** Places of calls in a stream: a server counts them. */
const maxToolCalls = 1000;
const maxEmbedBytes = 128 * 1024 * 1024;
const modelsBody = z.object({ data: z.array(z.object({ id: z.string() })) });

export interface OpenAiProviderOptions extends StreamLimits {
  /** Limit for questions about a host, in milliseconds. Default 10 000. */
  questionTimeoutMs?: number;
}

/** What servers add to a piece of an answer: vLLM and llama.cpp say `reasoning_content`, OpenRouter `reasoning`. */
type Delta = ChatCompletionChunk.Choice.Delta & {
  reasoning_content?: string | null;
  reasoning?: string | null;
};

/**
 * A provider that talks to servers of OpenAI's protocol through the `openai` client: OpenAI, OpenRouter, vLLM, llama.cpp,
 * LM Studio, LiteLLM, Ollama's `/v1`. Calls are always streamed; the client never tries again by itself.
 */
export function createOpenAiProvider(options: OpenAiProviderOptions = {}) {
  const { questionTimeoutMs = 10_000, ...streamLimits } = options;
  const httpFetch = createHttpFetch();

  function connect(
    { host, apiKey }: ModelHost,
    signal: AbortSignal,
    model: string | undefined,
    look: (response: Response) => Response,
  ): OpenAI {
    return new OpenAI({
      baseURL: host,
      // The client wants one; servers without keys ignore it.
      apiKey: apiKey ?? 'none',
      maxRetries: 0,
      // The signal ends the call.
      timeout: 2 ** 31 - 1,
      logLevel: 'off',
      async fetch(input, init) {
        const response = await httpFetch(input, { ...init, signal });
        if (response.ok) return look(response);
        throw await statusError(response, host, model);
      },
    });
  }

  async function chat(request: ModelRequest) {
    const { host, model } = request;
    const { signal, stop, release } = limitCall(host, request.timeoutMs, request.signal);
    const began = performance.now();
    const count: StreamCount = { textBytes: 0 };
    let rehearsed = false;
    let succeeded = false;
    try {
      const client = connect(request, signal, model, (response) => {
        rehearsed = response.headers.has(rehearsalHeader);
        const body = response.body && watchStream(response.body, count, streamLimits);
        return new Response(body, response);
      });
      const chunks = await client.chat.completions.create(toBody(request), { signal });
      const answer = await readChunks(chunks, request, count);
      succeeded = true;
      const totalMs = performance.now() - began;
      const durations = { totalMs, loadMs: 0, promptMs: answer.firstMs - began, completionMs: 0 };
      durations.completionMs = totalMs - durations.promptMs;
      const { firstMs: _, ...read } = answer;
      return { ...read, rehearsed, durations } satisfies ModelAnswer;
    } catch (error) {
      throw signal.aborted ? signal.reason : toProviderError(error, host);
    } finally {
      release();
      if (!succeeded) stop();
    }
  }

  async function embed(request: EmbedRequest) {
    const { host, model, texts, dimensions, options } = request;
    const { signal, release } = limitCall(host, request.timeoutMs, request.signal);
    let rehearsed = false;
    try {
      const client = connect(request, signal, model, (response) => {
        rehearsed = response.headers.has(rehearsalHeader);
        return capBody(response, maxEmbedBytes);
      });
      const body = {
        ...options,
        model,
        input: texts,
        encoding_format: 'float' as const,
        ...(dimensions === undefined ? {} : { dimensions }),
      };
      const response = await client.embeddings.create(body, { signal }).asResponse();
      const { data, usage, model: named } = embeddingsBody.parse(await response.json());
      return {
        embeddings: data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding),
        model: named,
        promptTokens: usage.prompt_tokens,
        rehearsed,
      } satisfies EmbedAnswer;
    } catch (error) {
      throw signal.aborted ? signal.reason : toProviderError(error, host);
    } finally {
      release();
    }
  }

  async function models(at: ModelHost) {
    const { signal, release } = limitCall(at.host, questionTimeoutMs);
    try {
      const client = connect(at, signal, undefined, capBody);
      const response = await client.models.list({ signal }).asResponse();
      const { data } = modelsBody.parse(await response.json());
      return data.map(({ id }) => ({ name: id, digest: null, loaded: null }));
    } catch (error) {
      throw signal.aborted ? signal.reason : toProviderError(error, at.host);
    } finally {
      release();
    }
  }

  return { chat, embed, models } satisfies ModelProvider;
}

/** The client wraps what `fetch` throws, and what a stream reports as an error. */
function toProviderError(error: unknown, host: string): unknown {
  if (error instanceof ActorError || !(error instanceof Error)) return error;
  if (error.cause instanceof Error) return toProviderError(error.cause, host);
  if (error instanceof APIError) {
    const limited = String(error.code) === '429' || error.type === 'rate_limit_error';
    const said = (error.error as { message?: unknown } | undefined)?.message ?? error.message;
    return new ActorError(
      limited ? 'rate_limited' : 'server_error',
      withoutLogin(String(said).slice(0, 2000), host),
      {
        detail: { host: plainHost(host), code: error.code ?? null },
        retryable: true,
      },
    );
  }
  return toActorError(error, host);
}

/** A 404 is about the model where it names it, else about the address. */
async function statusError(response: Response, host: string, model?: string): Promise<ActorError> {
  const listed = `See the models of ${plainHost(host)}: GET /models.`;
  const error = await httpError(response, host, model, listed);
  const { body = '' } = error.detail as { body?: string };
  if (response.status !== 404 || (model !== undefined && body.includes(model))) return error;
  return new ActorError('bad_request', `${plainHost(host)} is not the address of a model server`, {
    detail: { status: 404, body, hint: 'base_url usually ends in /v1.' },
    retryable: false,
  });
}

function toBody(request: ModelRequest): OpenAI.ChatCompletionCreateParamsStreaming {
  const { format, options = {}, maxTokens, host } = request;
  const limitName =
    'max_completion_tokens' in options || /\/\/api\.openai\.com\b/.test(host)
      ? 'max_completion_tokens'
      : 'max_tokens';
  return {
    ...options,
    ...(maxTokens === undefined ? {} : { [limitName]: maxTokens }),
    ...(format === undefined ? {} : { response_format: toResponseFormat(format) }),
    ...(request.tools === undefined ? {} : { tools: request.tools.map(toTool) }),
    model: request.model,
    messages: request.messages.map(toMessage),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function toTool({ name, description, input }: Tool) {
  return {
    type: 'function' as const,
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: input as Record<string, unknown>,
    },
  };
}

function toResponseFormat(format: object | 'json') {
  if (format === 'json') return { type: 'json_object' as const };
  return {
    type: 'json_schema' as const,
    json_schema: { name: 'answer', schema: format as Record<string, unknown> },
  };
}

function toMessage(message: ChatMessage): ChatCompletionMessageParam {
  const { role, content, images = [], toolCalls = [], toolCall } = message;
  if (role === 'tool') return { role, content, tool_call_id: toolCall?.id ?? '' };
  if (role === 'assistant' && toolCalls.length > 0) {
    const tool_calls = toolCalls.map(({ id = '', name, arguments: given }) => ({
      id,
      type: 'function' as const,
      function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
    }));
    return { role, content, tool_calls };
  }
  if (role !== 'user' || images.length === 0) return { role, content };
  return {
    role,
    content: [
      { type: 'text', text: content },
      ...images.map(({ type, base64 }) => ({
        type: 'image_url' as const,
        image_url: { url: `data:${type};base64,${base64}` },
      })),
    ],
  };
}

/** Reads a stream to its end. */
async function readChunks(
  chunks: AsyncIterable<ChatCompletionChunk>,
  request: ModelRequest,
  count: StreamCount,
) {
  const { maxOutputBytes = defaultMaxOutputBytes, onText } = request;
  const [spoken, thought] = [createTextCleaner(), createTextCleaner()];
  let [response, thinking] = ['', ''];
  let last: ChatCompletionChunk | undefined;
  let usage: OpenAI.CompletionUsage | undefined;
  let doneReason: string | undefined;
  let firstMs: number | undefined;
  const called: { id: string; name: string; arguments: string }[] = [];
  const take = (text: string) => {
    if (text === '') return;
    response += text;
    onText?.(text);
  };
  for await (const chunk of chunks) {
    last = chunk;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    firstMs ??= performance.now();
    doneReason = choice.finish_reason ?? doneReason;
    const {
      content,
      reasoning_content,
      reasoning,
      tool_calls = [],
    } = (choice.delta ?? {}) as Delta;
    for (const { index, id, function: part } of tool_calls ?? []) {
      if (index >= maxToolCalls) throw tooLarge(request, maxOutputBytes);
      const call = called[index] ?? { id: '', name: '', arguments: '' };
      called[index] = call;
      call.id ||= id ?? '';
      call.name += part?.name ?? '';
      call.arguments += part?.arguments ?? '';
      count.textBytes += Buffer.byteLength(part?.arguments ?? '');
    }
    const aside = reasoning_content ?? reasoning ?? '';
    count.textBytes += Buffer.byteLength(content ?? '') + Buffer.byteLength(aside);
    if (count.textBytes > maxOutputBytes) throw tooLarge(request, maxOutputBytes);
    take(spoken.push(content ?? ''));
    thinking += thought.push(aside);
  }
  take(spoken.end());
  thinking += thought.end();
  if (last === undefined || doneReason === undefined) throw endedEarly(request.host);
  return {
    response,
    ...(thinking === '' ? {} : { thinking }),
    ...(called.length === 0 ? {} : { toolCalls: called.filter(Boolean).map(readCall) }),
    model: last.model || request.model,
    doneReason: doneReason === 'function_call' ? 'tool_calls' : doneReason,
    promptTokens: usage?.prompt_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? 0,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0,
    fingerprint: last.system_fingerprint ?? null,
    notes: [
      ...spoken.notes(),
      ...(usage === undefined ? ['the server did not say how many tokens it used'] : []),
    ],
    firstMs: firstMs ?? performance.now(),
  };
}

/** Arguments that are no JSON stay text: the contract refuses them, and the model is told. */
function readCall({ id, name, arguments: given }: { id: string; name: string; arguments: string }) {
  const known = id === '' ? {} : { id };
  try {
    return { ...known, name, arguments: parseExactly(given === '' ? '{}' : given) };
  } catch {
    return { ...known, name, arguments: given };
  }
}

function endedEarly(host: string): ActorError {
  return new ActorError('connection_lost', 'the model server ended its answer before it was done', {
    detail: { host: plainHost(host) },
    retryable: true,
  });
}
