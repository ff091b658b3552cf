import { z } from 'zod';
import { hashText, words } from './rules/text.ts';

const request = z.object({
  model: z.string().default(''),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.number().int().positive().nullish(),
});

export function isEmbedding(path: string): boolean {
  return path === '/api/embed' || path === '/v1/embeddings';
}

/** Reads a request of either protocol. Throws a ZodError. */
export function readEmbedding(body: unknown): {
  model: string;
  texts: string[];
  dimensions: number;
} {
  const { model, input, dimensions } = request.parse(body);
  return { model, texts: [input].flat(), dimensions: dimensions ?? 64 };
}

/** A vector of length 1 by the words of a text: texts that share words are near to each other. */
export function embedText(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of words(text.toLowerCase())) {
    const hash = hashText(word);
    vector[hash % dimensions] = (vector[hash % dimensions] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => Math.fround(value / length));
}

/** The answer in the protocol of a path. */
export function embeddingBody(
  path: string,
  model: string,
  embeddings: number[][],
  tokens: number,
): object {
  if (path === '/api/embed') return { model, embeddings, prompt_eval_count: tokens };
  return {
    object: 'list',
    model,
    data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
