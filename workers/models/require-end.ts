import { ActorError, type ErrorCode } from '../actor-error.ts';
import type { ModelAnswer } from './provider.ts';

/** What an actor allows where an answer was cut. */
export interface EndRules {
  /** Most tokens that a cut answer may be asked for again with; undefined: it is not asked for again. */
  maxAnswerTokens?: number | undefined;
  /** Whether a cut text will do. */
  acceptsTruncated: boolean;
  /** Most tokens of this attempt's answer, where the request said it. */
  limit?: number | undefined;
  usage: Record<string, unknown>;
}

/**
 * Raises what an answer comes to that did not end by itself, or that is empty: `output_truncated` where it was cut,
 * retryable while there may be more room; `invalid_output` for a filter, a tool that nobody offered, or no text;
 * `server_error` for reasons that are the server's.
 */
export function requireEnd(answer: ModelAnswer, text: string, rules: EndRules): void {
  const { doneReason, model } = answer;
  const fail = (code: ErrorCode, message: string, retryable: boolean, hint?: string) =>
    new ActorError(code, message, {
      detail: {
        done_reason: doneReason,
        response: text.slice(0, 10_000),
        ...(answer.thinking ? { thinking: answer.thinking.slice(0, 10_000) } : {}),
        ...(hint === undefined ? {} : { hint }),
      },
      retryable,
      usage: rules.usage,
    });
  if (doneReason === 'length') {
    if (rules.acceptsTruncated && text.trim() !== '') return;
    const { limit, maxAnswerTokens: most } = rules;
    const mayGrow = most !== undefined && (limit === undefined || limit < most);
    throw fail(
      'output_truncated',
      `The answer of ${model} was cut after ${answer.completionTokens} tokens`,
      mayGrow,
      mayGrow ? undefined : 'Raise max_answer_tokens of the actor, or its context (num_ctx).',
    );
  }
  if (doneReason === 'content_filter') {
    throw fail('invalid_output', `The server filtered the answer of ${model}`, false);
  }
  if (text.trim() !== '' && (doneReason === 'stop' || doneReason === 'tool_calls')) return;
  if (doneReason === 'tool_calls') {
    throw fail('invalid_output', `${model} called a tool, and was offered none`, true);
  }
  if (doneReason !== 'stop' && doneReason !== 'load') {
    throw fail('server_error', `${model} stopped without an end: ${doneReason}`, true);
  }
  throw fail(
    'invalid_output',
    answer.thinking ? `${model} thought, and answered nothing` : `${model} answered nothing`,
    true,
  );
}
