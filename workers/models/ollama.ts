import {
  type ChatRequest,
  type ChatResponse,
  type Message,
  Ollama,
  type Tool as OllamaTool,
} from 'ollama';
import { z } from 'zod';
import { createTextCleaner } from './clean-text.ts';
import { httpError, toActorError } from './http-errors.ts';
import { createHttpFetch } from './http-fetch.ts';
import { aborted, limitCall, tooLarge } from './limit-call.ts';
import { checkChatLines } from './ollama-stream.ts';
import type {
  ChatMessage,
  EmbedAnswer,
  EmbedRequest,
  HostedModel,
  ModelAnswer,
  ModelHost,
  ModelIdentity,
  ModelProvider,
  ModelRequest,
  Tool,
  ToolCall,
} from './provider.ts';
import { capBody, type StreamLimits } from './watch-stream.ts';

const tagsBody = z.object({
  models: z.array(z.object({ name: z.string(), digest: z.string() })).nullable(),
});
const processesBody = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        size: z.number().optional(),
        context_length: z.number().optional(),
      }),
    )
    .nullable(),
});
const versionBody = z.object({ version: z.string() });
const embedBody = z.object({
  model: z.string(),
  embeddings: z.array(z.array(z.number())),
  prompt_eval_count: z.number().default(0),
});
/** The last line of a chat. Durations are in nanoseconds; what is zero is left out by the server. */
const lastLine = z.object({
  model: z.string(),
  done_reason: z.string().default('stop'),
  total_duration: z.number().default(0),
  load_duration: z.number().default(0),
  prompt_eval_count: z.number().default(0),
  prompt_eval_duration: z.number().default(0),
  eval_count: z.number().default(0),
  eval_duration: z.number().default(0),
});

/** Sent by the rehearsal server with every answer, so that a lost question about its version cannot hide what it is. */
const rehearsalHeader = 'x-pgwave-rehearsal';
const defaultMaxOutputBytes = 8 * 1024 * 1024;
const loadTimeoutMs = 5 * 60_000;
const maxEmbedBytes = 128 * 1024 * 1024;

export interface OllamaProviderOptions extends StreamLimits {
  /** How long digests and versions are remembered, in milliseconds. Default 60 000. */
  identityMaxAgeMs?: number;
  /** Limit for questions about a host, in milliseconds. Default 10 000. */
  questionTimeoutMs?: number;
}

/** What is known of a host: digests by model name, and who answers there. */
interface HostKnowledge {
  at: number;
  digests: Promise<Map<string, string>>;
  rehearsed: Promise<boolean>;
}

/** A provider that talks to Ollama servers through the `ollama` client. Calls are always streamed. */
export function createOllamaProvider(options: OllamaProviderOptions = {}) {
  const { identityMaxAgeMs = 60_000, questionTimeoutMs = 10_000, ...streamLimits } = options;
  const httpFetch = createHttpFetch();
  const known = new Map<string, HostKnowledge>();

  /** A client for one call: its status is checked here, because the client prints to stdout when it does it. */
  function connect(
    host: string,
    signal: AbortSignal,
    model?: string,
    look?: (response: Response) => Response,
  ): Ollama {
    return new Ollama({
      host,
      async fetch(input, init) {
        const response = await httpFetch(input, { ...init, signal });
        if (!response.ok) throw await httpError(response, host, model);
        return look ? look(response) : capBody(response);
      },
    });
  }

  async function ask<T>(host: string, question: (client: Ollama) => Promise<T>): Promise<T> {
    const { signal, release } = limitCall(host, questionTimeoutMs);
    try {
      return await question(connect(host, signal));
    } catch (error) {
      throw toActorError(error, host);
    } finally {
      release();
    }
  }

  const tags = (host: string) =>
    ask(host, async (client) => tagsBody.parse(await client.list()).models ?? []);
  const askVersion = (host: string) =>
    ask(host, async (client) => versionBody.parse(await client.version()).version);

  function learn(host: string): HostKnowledge {
    const knowledge: HostKnowledge = {
      at: performance.now(),
      digests: tags(host).then((models) => new Map(models.map((m) => [m.name, m.digest]))),
      rehearsed: askVersion(host).then((text) => text.includes('rehearsal')),
    };
    known.set(host, knowledge);
    for (const answer of [knowledge.digests, knowledge.rehearsed]) {
      answer.catch(() => known.get(host) === knowledge && known.delete(host));
    }
    return knowledge;
  }

  async function identify({ host }: ModelHost, model: string): Promise<ModelIdentity> {
    const name = tagged(model);
    const remembered = known.get(host);
    let knowledge =
      remembered && performance.now() - remembered.at < identityMaxAgeMs ? remembered : learn(host);
    if (knowledge === remembered && !(await knowledge.digests).has(name)) knowledge = learn(host);
    const [digests, rehearsed] = await Promise.all([knowledge.digests, knowledge.rehearsed]);
    return { digest: digests.get(name) ?? null, rehearsed };
  }

  async function chat(request: ModelRequest) {
    const { host, model } = request;
    const { signal, stop, release } = limitCall(host, request.timeoutMs, request.signal);
    let succeeded = false;
    try {
      const identity = identify(request, model).catch((error: unknown) => error);
      let marked = false;
      const toolCalls: ToolCall[] = [];
      const client = connect(host, signal, model, (response) => {
        marked = response.headers.has(rehearsalHeader);
        return response.body
          ? new Response(
              checkChatLines(response.body, streamLimits, (call) => toolCalls.push(call)),
              response,
            )
          : response;
      });
      const { text, thinking, last, notes } = await readAnswer(client, request);
      succeeded = true;
      const found = await Promise.race([identity, aborted(signal)]);
      const { digest, rehearsed } = isIdentity(found) ? found : { digest: null, rehearsed: false };
      if (!isIdentity(found)) notes.push(`digest unknown: ${String(found)}`);
      return {
        response: text,
        ...(thinking === '' ? {} : { thinking }),
        ...(toolCalls.length === 0 ? {} : { toolCalls }),
        model: last.model,
        digest,
        rehearsed: rehearsed || marked,
        doneReason: last.done_reason,
        promptTokens: last.prompt_eval_count,
        completionTokens: last.eval_count,
        durations: {
          totalMs: last.total_duration / 1e6,
          loadMs: last.load_duration / 1e6,
          promptMs: last.prompt_eval_duration / 1e6,
          completionMs: last.eval_duration / 1e6,
        },
        notes,
      } satisfies ModelAnswer;
    } catch (error) {
      throw toActorError(error, host);
    } finally {
      release();
      if (!succeeded) stop();
    }
  }

  async function embed(request: EmbedRequest) {
    const { host, model, texts, options, keepAlive, dimensions } = request;
    const { signal, stop, release } = limitCall(host, request.timeoutMs, request.signal);
    let marked = false;
    let succeeded = false;
    try {
      const identity = identify(request, model).catch(() => undefined);
      const client = connect(host, signal, model, (response) => {
        marked = response.headers.has(rehearsalHeader);
        return capBody(response, maxEmbedBytes);
      });
      const answer = embedBody.parse(
        await client.embed({
          model,
          input: texts,
          // what does not fit is refused, not cut
          truncate: false,
          ...(options === undefined ? {} : { options }),
          ...(keepAlive === undefined ? {} : { keep_alive: keepAlive }),
          ...(dimensions === undefined ? {} : { dimensions }),
        }),
      );
      succeeded = true;
      const found = await Promise.race([identity, aborted(signal)]);
      return {
        embeddings: answer.embeddings,
        model: answer.model,
        promptTokens: answer.prompt_eval_count,
        digest: found?.digest ?? null,
        rehearsed: found?.rehearsed ?? marked,
      } satisfies EmbedAnswer;
    } catch (error) {
      throw toActorError(error, host);
    } finally {
      release();
      if (!succeeded) stop();
    }
  }

  async function models({ host }: ModelHost): Promise<HostedModel[]> {
    const [held, running] = await Promise.all([
      tags(host),
      ask(host, async (client) => processesBody.parse(await client.ps()).models ?? []),
    ]);
    const loaded = new Map(running.map((model) => [model.name, model]));
    return held.map(({ name, digest }) => {
      const { size, context_length } = loaded.get(name) ?? {};
      return {
        name,
        digest,
        loaded: loaded.has(name),
        ...(size === undefined ? {} : { sizeBytes: size }),
        ...(context_length === undefined ? {} : { contextLength: context_length }),
      };
    });
  }

  /** A chat without messages only loads the model. */
  async function load({ host }: ModelHost, model: string): Promise<void> {
    const { signal, release } = limitCall(host, loadTimeoutMs);
    try {
      await connect(host, signal, model).chat({ model, messages: [] });
    } catch (error) {
      throw toActorError(error, host);
    } finally {
      release();
    }
  }

  return {
    chat,
    embed,
    models,
    // It holds the whole answer to a format, calls of tools too: none could be made.
    formatBarsTools: true,
    version: ({ host }: ModelHost) => askVersion(host),
    identify,
    load,
  } satisfies ModelProvider;
}

/** Reads a streamed chat to its end. */
async function readAnswer(client: Ollama, request: ModelRequest) {
  const { maxOutputBytes = defaultMaxOutputBytes, onText } = request;
  const cleaner = createTextCleaner();
  const thinkingCleaner = createTextCleaner();
  let text = '';
  let thinking = '';
  let bytes = 0;
  let final: ChatResponse | undefined;
  const take = (delta: string) => {
    if (delta === '') return;
    text += delta;
    onText?.(delta);
  };
  for await (const line of await client.chat(toChatRequest(request))) {
    // What a thinking model thinks is output too.
    const content = line.message?.content ?? '';
    const thought = line.message?.thinking ?? '';
    bytes += Buffer.byteLength(content) + Buffer.byteLength(thought);
    if (bytes > maxOutputBytes) throw tooLarge(request, maxOutputBytes);
    take(cleaner.push(content));
    thinking += thinkingCleaner.push(thought);
    if (line.done) final = line;
  }
  take(cleaner.end());
  const last = lastLine.parse(final);
  if (final?.message?.tool_calls?.length) last.done_reason = 'tool_calls';
  return { text, thinking: thinking + thinkingCleaner.end(), last, notes: cleaner.notes() };
}

function toChatRequest(request: ModelRequest): ChatRequest & { stream: true } {
  return {
    model: request.model,
    messages: request.messages.map(toMessage),
    stream: true,
    options: optionsWithRoom(request),
    ...(request.format === undefined ? {} : { format: request.format }),
    ...(request.tools === undefined ? {} : { tools: request.tools.map(toTool) }),
    ...(request.keepAlive === undefined ? {} : { keep_alive: request.keepAlive }),
  };
}

function toTool({ name, description, input }: Tool): OllamaTool {
  return {
    type: 'function',
    function: { name, ...(description && { description }), parameters: input },
  };
}

function toMessage({ role, content, images, toolCalls, toolCall }: ChatMessage): Message {
  return {
    role,
    content,
    ...(toolCall === undefined ? {} : { tool_name: toolCall.name }),
    ...(toolCalls === undefined
      ? {}
      : {
          tool_calls: toolCalls.map(({ name, arguments: given }) => ({
            function: { name, arguments: given as Record<string, unknown> },
          })),
        }),
    ...(images === undefined ? {} : { images: images.map(({ base64 }) => base64) }),
  };
}

/** Ollama's default; a server may have another, which it does not tell. */
const defaultContext = 4096;

/** The options, with room in the context for the longer answer where one is asked for. */
function optionsWithRoom({ options = {}, maxTokens, messages }: ModelRequest) {
  if (maxTokens === undefined) return options;
  const sent = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const needed = Math.ceil(sent / 3) + maxTokens;
  const context = Number(options.num_ctx ?? defaultContext);
  return {
    ...options,
    num_predict: maxTokens,
    ...(needed > context ? { num_ctx: needed } : {}),
  };
}

function isIdentity(value: unknown): value is ModelIdentity {
  return typeof value === 'object' && value !== null && 'rehearsed' in value;
}

/** A model's name as the server lists it. */
function tagged(model: string): string {
  return /:[^/]*$/.test(model) ? model : `${model}:latest`;
}
