import { z } from 'zod';

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

export const chatRequest = z.object({
  ...common,
  messages: z.array(z.object({ role: z.string(), content: z.string().nullish() })).nullish(),
});

export const generateRequest = z.object({
  ...common,
  prompt: z.string().nullish(),
  system: z.string().nullish(),
});

export const showRequest = z.object({ model: z.string().nullish(), name: z.string().nullish() });

/** What both ways of asking come down to. */
export interface Question {
  path: '/api/chat' | '/api/generate';
  model: string;
  messages: { role: string; content: string }[];
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
  if (path === '/api/chat') {
    const request = chatRequest.parse(body);
    const messages = (request.messages ?? []).map(({ role, content }) => ({
      role,
      content: content ?? '',
    }));
    return { path, messages, ...readCommon(request) };
  }
  const request = generateRequest.parse(body);
  const messages: Question['messages'] = [];
  if (request.system) messages.push({ role: 'system', content: request.system });
  if (request.prompt) messages.push({ role: 'user', content: request.prompt });
  return { path, messages, ...readCommon(request) };
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
