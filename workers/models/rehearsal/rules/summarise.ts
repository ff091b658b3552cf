import { pickSentences, rankSentences } from './postings.ts';
import { instructionOf, textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { askedCount, finishSentence, hashText, shorten, splitSentences } from './text.ts';

const maxWords = 60;

/** An extractive summary: the sentences that say most, in their own order. Another seed may choose others of equal rank. */
export const summarise: Rule = ({ prompt, seed }) => {
  const asked = instructionOf(prompt);
  const count = askedCount(asked, 'sentences?') ?? askedCount(asked, '(?:bullet|point)s?') ?? 5;
  const sentences = splitSentences(textOf(prompt, 'posting', 'summary'));
  const scores = rankSentences(sentences).map(
    (score, i) =>
      score * (1 + (seed === 0 ? 0 : (hashText(`${seed}/${sentences[i]}`) % 100) / 400)),
  );
  const chosen = pickSentences(sentences, count, scores).map((sentence) =>
    finishSentence(shorten(sentence, maxWords)),
  );
  const text = chosen.length > 0 ? chosen.join(' ') : 'There is nothing to summarise.';
  return { text, data: { summary: text, sentences: chosen, response: text }, list: chosen };
};
