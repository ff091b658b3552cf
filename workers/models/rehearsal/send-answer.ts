import type { ServerResponse } from 'node:http';
import { setTimeout as sleep, setImmediate as yieldNow } from 'node:timers/promises';
import type { Directions, Fault, FaultKind } from './faults.ts';
import type { createModelMemory } from './model-memory.ts';
import { errorBody, type Metrics, type Question, speakerOf } from './protocol.ts';
import { answerConversation } from './rules/answer.ts';
import { countTokens } from './rules/text.ts';
import { chooseCalls, type RehearsedCall } from './rules/tools.ts';
import { spoilText } from './spoil-text.ts';

export type AnswerOutcome = 'answered' | 'failed' | 'aborted';

export interface AnswerCall {
  question: Question;
  /** Full name of the model. */
  model: string;
  directions: Directions;
  faults: Fault[];
  response: ServerResponse;
  /** Aborted when the client goes away or the server closes; everything here rejects then. */
  signal: AbortSignal;
  memory: ReturnType<typeof createModelMemory>;
  tokenMs: number;
  keepMs: number;
}

export interface SentAnswer {
  task: string | undefined;
  outcome: AnswerOutcome;
  promptTokens: number;
  completionTokens: number;
}

const failures: Partial<Record<FaultKind, [status: number, error: string]>> = {
  '429': [429, 'too many requests'],
  '500': [500, 'llama runner process has terminated: exit status 2'],
  '503': [503, 'server busy, please try again. maximum pending requests exceeded'],
};
const defaultMs: Partial<Record<FaultKind, number>> = { slow: 2000, slow_tokens: 100 };

/** Answers one question by rule, with the faults that strike it. */
export async function sendAnswer(call: AnswerCall): Promise<SentAnswer> {
  const { question, model, faults, response, signal } = call;
  const failed: SentAnswer = {
    task: undefined,
    outcome: 'failed',
    promptTokens: 0,
    completionTokens: 0,
  };
  const has = (kind: FaultKind) => faults.find((fault) => fault.kind === kind);
  const began = performance.now();

  const slow = has('slow');
  if (slow) await sleep(slow.ms ?? defaultMs.slow, undefined, { signal });
  if (has('silent')) await sleep(2 ** 31 - 1, undefined, { signal });
  const failure = faults.find((fault) => fault.kind in failures);
  if (failure) {
    refuse(question, response, failure);
    return failed;
  }

  const beforeLoad = performance.now();
  const held = await call.memory.acquire(model, signal);
  try {
    const loaded = performance.now();
    await held.seat();
    const seed = Number(question.options.seed ?? 0);
    const calls = chooseCalls({
      messages: question.messages,
      tools: question.tools,
      seed,
      call: call.directions.call,
      faults: { unknown: Boolean(has('unknown_tool')), endless: Boolean(has('endless_tools')) },
    });
    const { text, task } = answerConversation({
      messages: withResults(question.messages),
      model,
      format: question.format,
      seed,
      directions: call.directions,
    });
    const limited =
      calls.length > 0
        ? { text: '', reason: question.path === '/api/chat' ? 'stop' : 'tool_calls' }
        : limit(spoilText(text, faults), question.options);
    const promptTokens = countTokens(question.messages.map((m) => m.content).join(' '));
    const answered = performance.now();
    const tokenMs =
      has('slow_tokens')?.ms ??
      (has('slow_tokens') ? defaultMs.slow_tokens : undefined) ??
      call.tokenMs;
    const pieces = toPieces(limited.text);
    const metrics = (): Metrics => ({
      totalNs: nanoseconds(performance.now() - began),
      loadNs: nanoseconds(loaded - beforeLoad),
      promptNs: nanoseconds(answered - loaded),
      evalNs: nanoseconds(performance.now() - answered),
      promptTokens,
      completionTokens: countTokens(limited.text),
    });
    const sent = { task, promptTokens, completionTokens: countTokens(limited.text) };
    if (!question.stream) {
      await sleep(tokenMs * pieces.length, undefined, { signal });
      if (has('cut')) return { ...failed, ...cut(response) };
      const body = speakerOf(question).whole(limited.text, limited.reason, metrics(), calls);
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(has('broken_line') ? JSON.stringify(body).slice(0, -20) : JSON.stringify(body));
      return { ...sent, outcome: 'answered' };
    }
    const outcome = await stream(call, pieces, tokenMs, calls);
    if (outcome !== 'answered') return { ...sent, outcome };
    response.end(speakerOf(question).end(limited.reason, metrics()));
    return { ...sent, outcome };
  } finally {
    held.release(call.keepMs);
  }
}

/** The results of tools stand behind what was asked, where the rules read. */
function withResults(messages: Question['messages']): Question['messages'] {
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
  if (results.length === 0) return messages;
  const last = messages.findLast(({ role }) => role === 'user');
  return messages.map((message) =>
    message === last
      ? { ...message, content: [message.content, ...results].join('\n\n') }
      : message,
  );
}

/** Writes the pieces, or as many as the faults let through. */
async function stream(
  call: AnswerCall,
  pieces: string[],
  tokenMs: number,
  calls: RehearsedCall[],
): Promise<AnswerOutcome> {
  const { question, faults, response, signal } = call;
  const at = (kind: FaultKind) => {
    const fault = faults.find((f) => f.kind === kind);
    return fault ? Math.min(fault.after ?? 3, pieces.length) : -1;
  };
  const [cutAt, endAt, errorAt, brokenAt] = [
    at('cut'),
    at('no_done'),
    at('error_line'),
    at('broken_line'),
  ];
  const endless = faults.some((fault) => fault.kind === 'endless');
  const speaker = speakerOf(question);
  response.writeHead(200, { 'content-type': speaker.contentType });
  response.flushHeaders();
  const together = tokenMs > 0 ? Math.max(1, Math.floor(20 / tokenMs)) : 1;
  let batch = '';
  const flush = async () => {
    if (batch !== '' && !response.write(batch)) await drained(response, signal);
    batch = '';
  };
  for (let i = 0; endless || i <= pieces.length; i += 1) {
    signal.throwIfAborted();
    if (i === cutAt || i === endAt || i === errorAt) {
      await flush();
      // Let the client see the beginning: a reset may overtake what was written.
      if (i === cutAt) await sleep(20, undefined, { signal });
      if (i === cutAt) return cut(response).outcome;
      response.end(
        i === errorAt
          ? speaker.error('an error was encountered while running the model: rehearsed')
          : '',
      );
      return 'failed';
    }
    if (pieces.length === 0 && !endless) break;
    const piece = pieces[i % Math.max(1, pieces.length)] ?? 'on and on ';
    if (i < pieces.length || endless) {
      const text = speaker.piece(piece);
      batch += i === brokenAt ? `${text.trimEnd().slice(0, -12)}\n\n` : text;
    }
    if (tokenMs > 0) {
      // shorter pauses would cost more than they take
      if ((i + 1) % together !== 0 && i < pieces.length - 1) continue;
      await flush();
      await sleep(tokenMs * ((i % together) + 1), undefined, { signal });
    } else if (batch.length > 4096) {
      await flush();
      await yieldNow();
    }
  }
  if (calls.length > 0) batch += speaker.calls(calls);
  await flush();
  return 'answered';
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    response.once('drain', () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}

function refuse({ path }: Question, response: ServerResponse, fault: Fault): void {
  const [status, error] = failures[fault.kind] ?? [500, 'rehearsed'];
  const wait = fault.retryAfter ?? (fault.kind === '429' ? 1 : undefined);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
  });
  response.end(JSON.stringify(errorBody(path, error)));
}

/** Resets the connection. */
function cut(response: ServerResponse): { outcome: 'failed' } {
  response.socket?.resetAndDestroy();
  return { outcome: 'failed' };
}

/** The text as far as `num_predict` tokens and `stop` words let it come. */
function limit(
  text: string,
  options: Record<string, unknown>,
): { text: string; reason: 'stop' | 'length' } {
  const stops = [options.stop ?? []].flat().map(String).filter(Boolean);
  const ends = stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  const stopped = ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
  const most = Number(options.num_predict ?? -1);
  if (!(most >= 0) || countTokens(stopped) <= most) return { text: stopped, reason: 'stop' };
  return {
    text: toPieces(stopped)
      .slice(0, Math.floor(most / 1.3))
      .join(''),
    reason: 'length',
  };
}

/** Words with the space behind them: what is sent at once. */
function toPieces(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? (text === '' ? [] : [text]);
}

function nanoseconds(ms: number): number {
  return Math.max(1, Math.round(ms * 1e6));
}
