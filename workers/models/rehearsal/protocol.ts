import { z } from 'zod';
import type { OfferedTool, RehearsedCall } from './rules/tools.ts';

/**
 * The part of Ollama's HTTP protocol that is rehearsed. Source: docs/api.md and api/types.go of ollama/ollama (requests,
 * responses, durations in nanoseconds) and server/routes.go (status codes and wording of errors).
 */
const common = {
  model: z.string().default(''),
  stream: z.boolean().nullish(),
  format: z.unknown().optional(),
  options: z.record(z.string(), z.unknown()).nullish(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
};

/** Both protocols write tools alike. */
const tools = z
  .array(
    z.object({
      type: z.literal('function'),
      function: z.object({ name: z.string(), parameters: z.unknown() }),
    }),
  )
  .nullish()
  .transform((given) => (given ?? []).map((tool) => tool.function));

export const chatRequest = z.object({
  ...common,
  messages: z.array(z.object({ role: z.string(), content: z.string().nullish() })).nullish(),
  tools,
});

export const generateRequest = z.object({
  ...common,
  prompt: z.string().nullish(),
  system: z.string().nullish(),
});

export const showRequest = z.object({ model: z.string().nullish(), name: z.string().nullish() });

/** The part of OpenAI's protocol that is rehearsed (platform.openai.com/docs/api-reference/chat). */
const completionsRequest = z.looseObject({
  model: z.string().default(''),
  stream: z.boolean().nullish(),
  messages: z.array(
    z.object({
      role: z.string(),
      content: z
        .union([z.string(), z.array(z.looseObject({ text: z.string().default('') }))])
        .nullish(),
    }),
  ),
  response_format: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('json_object') }),
      z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: z.unknown() }) }),
    ])
    .nullish(),
  tools,
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
});

const QUESTION_PATHS = ['/api/chat', '/api/generate', '/v1/chat/completions'] as const;

/** Whether a path is one where models are asked. */
export function isQuestion(path: string): path is Question['path'] {
  return (QUESTION_PATHS as readonly string[]).includes(path);
}

/** What all ways of asking come down to. */
export interface Question {
  path: (typeof QUESTION_PATHS)[number];
  model: string;
  messages: { role: string; content: string }[];
  tools: OfferedTool[];
  stream: boolean;
  format: unknown;
  options: Record<string, unknown>;
  keepAlive: string | number | undefined;
}

/** The durations and counts at the end of an answer. */
export interface Metrics {
  totalNs: number;
  loadNs: number;
  promptNs: number;
  evalNs: number;
  promptTokens: number;
  completionTokens: number;
}

/** Reads a request of either endpoint. Throws a ZodError. */
export function readQuestion(path: Question['path'], body: unknown): Question {
  if (path === '/v1/chat/completions') return readCompletions(completionsRequest.parse(body));
  if (path === '/api/chat') {
    const request = chatRequest.parse(body);
    const messages = (request.messages ?? []).map(({ role, content }) => ({
      role,
      content: content ?? '',
    }));
    return { path, messages, tools: request.tools, ...readCommon(request) };
  }
  const request = generateRequest.parse(body);
  const messages: Question['messages'] = [];
  if (request.system) messages.push({ role: 'system', content: request.system });
  if (request.prompt) messages.push({ role: 'user', content: request.prompt });
  return { path, messages, tools: [], ...readCommon(request) };
}

function readCompletions(request: z.infer<typeof completionsRequest>): Question {
  const { model, messages, tools, response_format: wanted, stream, ...options } = request;
  const most = request.max_completion_tokens ?? request.max_tokens;
  return {
    path: '/v1/chat/completions',
    model,
    messages: messages.map(({ role, content }) => ({
      role,
      content:
        typeof content === 'string' ? content : (content ?? []).map(({ text }) => text).join('\n'),
    })),
    tools,
    stream: stream ?? false,
    format:
      wanted?.type === 'json_schema'
        ? wanted.json_schema.schema
        : wanted?.type === 'json_object'
          ? 'json'
          : undefined,
    options: { ...options, ...(most == null ? {} : { num_predict: most }) },
    keepAlive: undefined,
  };
}

function readCommon(request: z.infer<typeof chatRequest> | z.infer<typeof generateRequest>) {
  return {
    model: request.model,
    stream: request.stream ?? true,
    format: request.format === '' ? undefined : (request.format ?? undefined),
    options: request.options ?? {},
    keepAlive: request.keep_alive ?? undefined,
  };
}

/** One object of an answer: a piece of text, or with `done` the end of it. */
export function answerLine(
  question: Question,
  text: string,
  done?: { reason: string; metrics?: Metrics },
): Record<string, unknown> {
  const spoken =
    question.path === '/api/chat'
      ? { message: { role: 'assistant', content: text } }
      : { response: text };
  const line = { model: question.model, created_at: new Date().toISOString(), ...spoken };
  if (!done) return { ...line, done: false };
  const { reason, metrics } = done;
  const ended = { ...line, done: true, done_reason: reason };
  if (!metrics) return ended;
  return {
    ...ended,
    total_duration: metrics.totalNs,
    load_duration: metrics.loadNs,
    prompt_eval_count: metrics.promptTokens,
    prompt_eval_duration: metrics.promptNs,
    eval_count: metrics.completionTokens,
    eval_duration: metrics.evalNs,
  };
}

/** The calls of tools, as both protocols write them but for the arguments. */
function writeCalls(calls: RehearsedCall[], write: (value: unknown) => unknown): object[] {
  return calls.map(({ name, arguments: given }, index) => ({
    index,
    id: `call_${index + 1}`,
    type: 'function',
    function: { index, name, arguments: write(given) },
  }));
}

/** How a question is answered, piece by piece, in the protocol in which it was asked. */
export interface Speaker {
  contentType: string;
  piece(text: string): string;
  calls(calls: RehearsedCall[]): string;
  end(reason: string, metrics: Metrics): string;
  error(message: string): string;
  /** A whole answer at once. */
  whole(text: string, reason: string, metrics: Metrics, calls: RehearsedCall[]): object;
}

const ndjson = (value: unknown): string => `${JSON.stringify(value)}\n`;
const sse = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export function speakerOf(question: Question): Speaker {
  if (question.path === '/v1/chat/completions') return speakCompletions(question);
  return {
    contentType: 'application/x-ndjson',
    piece: (text) => ndjson(answerLine(question, text)),
    calls: (calls) => ndjson(withCalls(answerLine(question, ''), calls)),
    end: (reason, metrics) => ndjson(answerLine(question, '', { reason, metrics })),
    error: (message) => ndjson({ error: message }),
    whole: (text, reason, metrics, calls) =>
      withCalls(answerLine(question, text, { reason, metrics }), calls),
  };
}

function withCalls(line: Record<string, unknown>, calls: RehearsedCall[]) {
  if (calls.length === 0 || typeof line.message !== 'object') return line;
  const tool_calls = writeCalls(calls, (given) => given);
  return { ...line, message: { ...line.message, tool_calls } };
}

function speakCompletions({ model }: Question): Speaker {
  const common = {
    id: 'chatcmpl-rehearsal',
    created: Math.floor(Date.now() / 1000),
    model,
    system_fingerprint: 'fp_rehearsal',
  };
  const usage = ({ promptTokens, completionTokens }: Metrics) => ({
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  });
  const chunk = (delta: object, finish_reason: string | null, more: object = {}) =>
    sse({
      ...common,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason }],
      ...more,
    });
  return {
    contentType: 'text/event-stream',
    piece: (text) => chunk({ role: 'assistant', content: text }, null),
    // names first, then the arguments in pieces, as servers stream them
    calls: (calls) =>
      chunk({ role: 'assistant', tool_calls: writeCalls(calls, () => '') }, null) +
      writeCalls(calls, JSON.stringify)
        .flatMap((call, index) => {
          const text = (call as { function: { arguments: string } }).function.arguments;
          return [text.slice(0, 5), text.slice(5)].map((part) =>
            chunk({ tool_calls: [{ index, function: { arguments: part } }] }, null),
          );
        })
        .join(''),
    end: (reason, metrics) =>
      chunk({}, reason) +
      sse({ ...common, object: 'chat.completion.chunk', choices: [], usage: usage(metrics) }) +
      'data: [DONE]\n\n',
    error: (message) => sse({ error: { message, type: 'server_error', code: null } }),
    whole: (text, finish_reason, metrics, calls) => ({
      ...common,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: text,
            ...(calls.length > 0 && { tool_calls: writeCalls(calls, JSON.stringify) }),
          },
          finish_reason,
        },
      ],
      usage: usage(metrics),
    }),
  };
}

/** An error as the server of a path words it. */
export function errorBody(path: string, message: string): object {
  return path.startsWith('/v1/')
    ? { error: { message, type: 'invalid_request_error', param: null, code: null } }
    : { error: message };
}
