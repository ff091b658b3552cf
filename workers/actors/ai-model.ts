import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readAnswer } from '../models/answer-ladder.ts';
import type { ChatMessage, ModelProvider } from '../models/provider.ts';
import type { Perform, Work } from '../work.ts';

const definitionSchema = z.looseObject({
  name: z.string().optional(),
  model: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  keep_alive: z.union([z.string(), z.number()]).optional(),
});

export interface AiModelOptions {
  provider: ModelProvider;
  /** Address of the model server. */
  host: string;
  /** Shows the text so far of an answer. */
  onPartial?: (work: Work, text: string) => void;
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

/** Calls a model, streamed; text becomes data where the contract asks for some. */
export function performAiModel({ provider, host, onPartial }: AiModelOptions): Perform {
  return async (work, signal) => {
    const definition = definitionSchema.parse(work.definition);
    const messages: ChatMessage[] = [
      ...(work.input.system ? [{ role: 'system' as const, content: work.input.system }] : []),
      { role: 'user', content: work.input.prompt ?? '' },
      ...askAgain(work),
    ];
    const options = { ...definition.options, ...work.options };
    const wantsData = work.contract != null && work.contract !== true;
    let partial = '';
    const answer = await provider.chat({
      host,
      model: definition.model ?? work.actor,
      messages,
      options,
      ...(wantsData && typeof work.contract === 'object'
        ? { format: work.contract as object }
        : {}),
      ...(definition.keep_alive === undefined ? {} : { keepAlive: definition.keep_alive }),
      timeoutMs: Math.min(work.timeout_ms, work.actor_timeout_ms ?? work.timeout_ms),
      ...(work.max_output_bytes == null ? {} : { maxOutputBytes: work.max_output_bytes }),
      signal,
      onText: (delta) => {
        partial += delta;
        onPartial?.(work, partial);
      },
    });
    const read = readAnswer(answer.response, wantsData);
    return {
      response: read.response,
      ...(read.data === undefined ? {} : { data: read.data }),
      usage: {
        model: answer.model,
        model_digest: answer.digest,
        rehearsed: answer.rehearsed,
        host,
        options,
        seed: options.seed ?? null,
        prompt_sha256: createHash('sha256').update(JSON.stringify(messages)).digest('hex'),
        prompt_tokens: answer.promptTokens,
        completion_tokens: answer.completionTokens,
        durations: answer.durations,
        done_reason: answer.doneReason,
        rung: read.rung,
        notes: [...answer.notes, ...read.notes],
      },
    };
  };
}
