import { ActorError } from '../actor-error.ts';
import { plainHost } from '../models/plain-host.ts';
import type { EmbedAnswer, EmbedRequest, ModelProvider } from '../models/provider.ts';
import type { Answer, Work } from '../work.ts';

const fail = (message: string, detail: object): ActorError =>
  new ActorError('invalid_output', message, { detail, retryable: true });

/** What is to be embedded: the parameter `texts`, a list, or one text: `text`, else the prompt. */
function textsOf(work: Work): { texts: string[]; many: boolean } {
  const { texts, text } = (work.input.params ?? {}) as { texts?: unknown; text?: unknown };
  if (Array.isArray(texts) && texts.every((one) => typeof one === 'string')) {
    return { texts, many: true };
  }
  const one = typeof texts === 'string' ? texts : (text ?? work.input.prompt);
  if (typeof one === 'string' && one !== '') return { texts: [one], many: false };
  throw new ActorError('bad_request', 'No text to embed', {
    detail: { hint: 'Give a prompt, or params: texts (a list of texts) or text.' },
    retryable: false,
  });
}

/** Raises `invalid_output` unless there is one vector for each text, all of the same length, or of that which is wanted. */
function check({ embeddings, model }: EmbedAnswer, count: number, wanted?: number): number {
  if (embeddings.length !== count) {
    throw fail(`${model} answered ${embeddings.length} embeddings for ${count} texts`, { count });
  }
  const dimensions = wanted ?? embeddings[0]?.length ?? 0;
  const other = embeddings.find(({ length }) => length !== dimensions || length === 0);
  if (other !== undefined) {
    throw new ActorError(
      'invalid_output',
      `${model} answered an embedding of ${other.length} dimensions, not ${dimensions}`,
      { detail: { hint: 'Correct dimensions of the actor, or the model.' }, retryable: false },
    );
  }
  return dimensions;
}

/**
 * Embeds the texts of an interaction in one call. `data` is `{embedding}`, or for a list of texts `{embeddings}`, with the
 * model, its digest and the dimensions.
 */
export async function embedTexts(
  provider: ModelProvider,
  request: Omit<EmbedRequest, 'texts'>,
  work: Work,
): Promise<Answer> {
  if (provider.embed === undefined) {
    throw new ActorError('bad_request', 'The model provider of this actor does not embed', {
      retryable: false,
    });
  }
  const { texts, many } = textsOf(work);
  if (texts.length === 0) return { data: { embeddings: [], dimensions: request.dimensions ?? 0 } };
  const answer = await provider.embed({ ...request, texts });
  const dimensions = check(answer, texts.length, request.dimensions);
  const { model, digest = null, rehearsed = false } = answer;
  const vectors = many ? { embeddings: answer.embeddings } : { embedding: answer.embeddings[0] };
  return {
    data: { ...vectors, model, digest, dimensions },
    usage: {
      model,
      model_digest: digest,
      rehearsed,
      host: plainHost(request.host),
      texts: texts.length,
      prompt_tokens: answer.promptTokens,
      completion_tokens: 0,
    },
  };
}
